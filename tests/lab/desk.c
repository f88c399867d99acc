/*
 * desk.c - the helper of desk.h.
 */
#include "tests/lab/desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/lab/heap.h"
#include "core/lab/why.h"

Session *desk_new(uint64_t seed, size_t history_bytes)
{
    SessionOptions options = {.seed = seed, .history_bytes = history_bytes, .check = true};
    Session *s = session_new(&options);
    assert_non_null(s);
    return s;
}

CallResult desk_do(Session *s, Cmd cmd)
{
    session_begin_line(s, "cmd");
    return session_apply(s, &cmd, bytes_of(NULL, 0));
}

static void must(Session *s, Cmd cmd)
{
    CallResult r = desk_do(s, cmd);
    if (r.status != CALL_OK)
        desk_show(s);
    assert_int_equal(r.status, CALL_OK);
}

void desk_listen(Session *s)
{
    must(s, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80});
}

void desk_connect(Session *s)
{
    must(s, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
}

void desk_send(Session *s, HostId host, const char *text)
{
    Cmd cmd = {.op = CMD_SEND, .host = host};
    session_begin_line(s, "send");
    CallResult r = session_apply(s, &cmd, bytes_of(text, strlen(text)));
    assert_int_equal(r.status, CALL_OK);
}

void desk_send_many(Session *s, HostId host, uint64_t bytes)
{
    must(s, (Cmd){.op = CMD_SEND, .host = host, .val = bytes});
}

void desk_close(Session *s, HostId host)
{
    must(s, (Cmd){.op = CMD_CLOSE, .host = host});
}

void desk_link(Session *s, LinkKey key, uint64_t val)
{
    must(s, (Cmd){.op = CMD_LINK, .link = 3, .key = key, .val = val});
}

void desk_app(Session *s, HostId host, AppKind kind, uint64_t amount)
{
    must(s, (Cmd){.op = CMD_APP, .host = host, .key = kind, .val = amount});
}

StopReason desk_quiet(Session *s)
{
    return session_run(s, &(RunLimit){.until = NANOS_NEVER, .quiet = true});
}

StopReason desk_to_the_end(Session *s)
{
    return session_run(s, &(RunLimit){.until = NANOS_NEVER});
}

StopReason desk_step(Session *s, uint32_t steps)
{
    return session_run(s, &(RunLimit){.until = NANOS_NEVER, .steps = steps});
}

StopReason desk_until(Session *s, Nanos until)
{
    return session_run(s, &(RunLimit){.until = until});
}

void desk_bad_wire_story(Session *s)
{
    desk_link(s, LINK_LOSS, 100000);
    desk_link(s, LINK_DUP, 100000);
    desk_link(s, LINK_REORDER, 100000);
    desk_app(s, HOST_B, APP_ECHO, 0);
    desk_app(s, HOST_A, APP_SINK, 0);
    desk_listen(s);
    desk_connect(s);
    desk_until(s, 20 * NANOS_S);
    desk_send(s, HOST_A, "hello over there");
    desk_step(s, 3);
    desk_send_many(s, HOST_A, 20000);
    desk_quiet(s);
    desk_close(s, HOST_A);
    desk_to_the_end(s);
}

bool desk_true(const Session *s, const char *text)
{
    return desk_number(s, text) != 0;
}

int64_t desk_number(const Session *s, const char *text)
{
    PredError error;
    Pred *p = pred_compile(text, strlen(text), &error);
    if (!p)
        print_error("%s: at %zu: %s\n", text, error.at, error.text[LANG_EN]);
    assert_non_null(p);
    int64_t n = pred_number(p, session_world(s), session_trace(s));
    pred_free(p);
    return n;
}

void desk_show(const Session *s)
{
    const Trace *t = session_trace(s);
    for (uint32_t row = t->first_row; row <= trace_last(t); row++) {
        Text text = text_heap();
        why_sentence(&text, t, row, LANG_EN, false);
        print_error("#%u %s\n", row, text.buf);
        text_heap_free(&text);
    }
}

static bool differs(const char *what, uint32_t row)
{
    print_error("the traces differ in %s, row %u\n", what, row);
    return false;
}

static bool same_bytes(Bytes a, Bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static bool same_note(const Trace *a, const Note *x, const Trace *b, const Note *y)
{
    Note p = *x, q = *y;
    p.bytes_at = q.bytes_at = 0;
    return memcmp(&p, &q, sizeof p) == 0 && same_bytes(trace_bytes(a, x), trace_bytes(b, y));
}

static bool same_row(const Trace *a, const Trace *b, uint32_t row)
{
    Row x = *trace_row(a, row), y = *trace_row(b, row);
    if (x.count != y.count)
        return differs("the number of details", row);
    for (uint32_t i = 0; i < x.count; i++)
        if (!same_note(a, &a->notes[x.first + i], b, &b->notes[y.first + i]))
            return differs("a note", row);
    x.first = y.first = 0;
    return memcmp(&x, &y, sizeof x) == 0 || differs("what the row says", row);
}

bool desk_same_trace(const Trace *a, const Trace *b)
{
    if (trace_last(a) != trace_last(b))
        return differs("their length", trace_last(a));
    uint32_t first = a->first_row > b->first_row ? a->first_row : b->first_row;
    for (uint32_t row = first; row <= trace_last(a); row++)
        if (!same_row(a, b, row))
            return false;
    if (memcmp(&a->totals, &b->totals, sizeof a->totals) != 0)
        return differs("their counts", trace_last(a));
    for (HostId h = 0; h < HOST_COUNT; h++) {
        uint64_t n, m;
        Bytes x = trace_stream(a, h, &n), y = trace_stream(b, h, &m);
        x.len = y.len = x.len < y.len ? x.len : y.len;
        if (n != m || !same_bytes(x, y))
            return differs("a stream", trace_last(a));
    }
    return true;
}

uint64_t desk_draw(uint64_t seed, uint64_t n, uint64_t bound)
{
    return rng_below(seed, 0x7e57, n, bound);
}
