/*
 * comparison.c: see comparison.h.
 *
 * Rows are compared by what they say, never by where their bytes lie.
 */
#include "core/lab/comparison.h"

#include <stdlib.h>
#include <string.h>

bool comparison_make(Comparison *c, Session *s, const char *name)
{
    char here[COMPARISON_NAME];
    *c = (Comparison){0};
    size_t len = strlen(name), own = strlen(session_branch_name(s));
    if (len >= sizeof c->name || own >= sizeof here)
        return false;
    memcpy(c->name, name, len + 1);
    memcpy(here, session_branch_name(s), own + 1);
    uint64_t position = session_position(s);
    Nanos now = session_world(s)->now;
    if (!session_switch(s, name))
        return false;
    size_t size = (size_t)session_world(s)->size;
    c->world = malloc(size);
    c->trace = trace_copy(session_trace(s));
    if (c->world)
        memcpy(c->world, session_world(s), size);
    session_switch(s, here);
    session_return(s, position, now);
    if (c->world && c->trace)
        return true;
    comparison_free(c);
    return false;
}

void comparison_free(Comparison *c)
{
    free(c->world);
    trace_free(c->trace);
    *c = (Comparison){0};
}

static bool same_note(const Trace *a, const Note *x, const Trace *b, const Note *y)
{
    Bytes p = trace_bytes(a, x), q = trace_bytes(b, y);
    Note u = *x, v = *y;
    u.bytes_at = v.bytes_at = 0;
    return memcmp(&u, &v, sizeof u) == 0 && p.len == q.len &&
           (p.len == 0 || memcmp(p.data, q.data, p.len) == 0);
}

static bool same_row(const Trace *a, const Trace *b, uint32_t row)
{
    const Note *x = trace_note(a, row), *y = trace_note(b, row);
    if (!x || !y)
        return !x && !y; /* given up by both; what only one has is a difference */
    if (!same_note(a, x, b, y))
        return false;
    for (uint32_t i = 0;; i++) {
        x = trace_detail(a, row, i);
        y = trace_detail(b, row, i);
        if (!x || !y)
            return !x && !y;
        if (!same_note(a, x, b, y))
            return false;
    }
}

uint32_t trace_parting(const Trace *a, const Trace *b)
{
    uint32_t last_a = trace_last(a), last_b = trace_last(b);
    uint32_t row = max_u32(a->first_row, b->first_row), both = min_u32(last_a, last_b);
    while (row <= both && same_row(a, b, row))
        row++;
    return row <= both || last_a != last_b ? row : 0;
}

static bool is_fate_of(const Trace *t, uint32_t row, uint32_t departure)
{
    const Note *n = trace_note(t, row);
    return n && (n->kind == NOTE_ARRIVED || n->kind == NOTE_LOST) && n->peer_row == departure;
}

uint32_t trace_parting_shown(const Trace *a, const Trace *b)
{
    uint32_t row = trace_parting(a, b);
    if (row > 1 && (is_fate_of(a, row, row - 1) || is_fate_of(b, row, row - 1)))
        return row - 1;
    return row;
}
