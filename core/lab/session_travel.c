/*
 * session_travel.c: going back, forth and aside in the tree of what was done.
 *
 * One function moves (session_travel); all others choose where to. Going back: the nearest keyframe
 * at or before, then the same commands again without a listener, and the trace is taken back. Going
 * forward: the same if the trace still has the rows ahead; else the same commands again, with the
 * trace listening. Where a trace has given up rows, or is far from them, it begins anew at a
 * keyframe, from what it knew there (trace_seed.h). Nothing here changes the tree.
 */
#include <string.h>

#include "core/lab/session_private.h"

/* Units: rows to be seen before a place that is told again; and how far is too far to go on foot.
 */
enum { CONTEXT = 500, FAR = 16384 };

void session_perform(Session *s, const Unit *u, bool told)
{
    Sink *sink = told ? &s->sink : NULL;
    if (u->kind != UNIT_STEP && u->at > s->world->now)
        world_wait(s->world, u->at);
    if (u->kind == UNIT_CMD)
        world_apply(s->world, &u->cmd, u->data, sink);
    else if (u->kind == UNIT_MOVE)
        world_take(s->world, u->move, sink);
    else
        CHECK(world_step(s->world, sink));
    if (told)
        session_tell(s, true);
}

/* One unit further on the present branch. */
static void redo_unit(Session *s, bool told)
{
    History *h = s->history;
    Unit unit;
    CHECK(history_ahead(h, h->cursor, &unit));
    session_perform(s, &unit, told);
    h->cursor = history_after(h, h->cursor);
    frames_offer(h, s->world, s->trace, false);
}

static bool same_place(Place a, Place b)
{
    return a.node == b.node && a.offset == b.offset;
}

/* Only the world and the cursor: from a keyframe to the place, which lies on the branch. */
static void restore(Session *s, const Frame *f, Place to, bool told)
{
    History *h = s->history;
    frames_load(h, f, s->world);
    h->cursor = (Place){.node = f->node, .offset = f->offset};
    while (!same_place(h->cursor, to))
        redo_unit(s, told);
}

/* The story told again up to the place: from a keyframe a little before it, so that there are rows
 * to look at, or from the beginning. */
static void tell_again(Session *s, Place to)
{
    History *h = s->history;
    const Frame *f = frames_find_told(h, history_before(h, to, CONTEXT), s->trace);
    if (f && trace_sow(s->trace, f->seed)) {
        restore(s, f, to, true);
        return;
    }
    trace_truncate(s->trace, h->frames[0].rows);
    restore(s, &h->frames[0], to, true);
}

/* Back to a place on the way to here. */
static void go_back(Session *s, Place to)
{
    const Frame *f = frames_find(s->history, to, UINT32_MAX, NANOS_NEVER);
    if (f->rows + 1 >= s->trace->first_row) {
        restore(s, f, to, false);
        if (trace_rewind(s->trace, s->world->rows))
            return;
    }
    tell_again(s, to); /* the trace has given up those rows */
}

/* Forward over a very long way of which the trace does not know the rows: it begins anew on the
 * way. */
static void leap_untold(Session *s, Place to)
{
    History *h = s->history;
    const Frame *f = frames_find_told(h, history_before(h, to, CONTEXT), s->trace);
    if (!f)
        return;
    Place from = {.node = f->node, .offset = f->offset};
    if (history_position(h, from) < history_position(h, h->cursor) + FAR ||
        !trace_sow(s->trace, f->seed))
        return;
    restore(s, f, from, false);
}

/* Forward over a long way, when a keyframe is nearer than the cursor and the rows are known. */
static void leap(Session *s, Place to)
{
    History *h = s->history;
    const Frame *f = frames_find(h, to, trace_ahead(s->trace), NANOS_NEVER);
    Place from = {.node = f->node, .offset = f->offset};
    if (history_position(h, from) <= history_position(h, h->cursor))
        return;
    restore(s, f, from, false);
    CHECK(trace_advance(s->trace, s->world->rows));
}

void session_travel(Session *s, Place to, uint32_t branch)
{
    History *h = s->history;
    Place common = history_common(h, h->cursor, to);
    bool aside = branch != h->current;
    if (aside)
        history_choose(h, branch);
    bool waited_enough = same_place(h->cursor, to) && to.at >= s->world->now;
    if (!waited_enough && (!same_place(common, h->cursor) || h->cursor.at))
        go_back(s, common);
    if (aside)
        trace_truncate(s->trace, s->world->rows); /* the rows ahead are the other branch's */
    if (!same_place(h->cursor, to))
        leap(s, to);
    if (!same_place(h->cursor, to))
        leap_untold(s, to);
    while (!same_place(h->cursor, to))
        redo_unit(s, true);
    if (to.at > s->world->now) {
        world_wait(s->world, to.at);
        h->cursor.at = to.at;
    }
    if (s->options.check)
        world_check(s->world);
}

uint64_t session_position(const Session *s)
{
    return history_position(s->history, s->history->cursor);
}

uint64_t session_length(const Session *s)
{
    return history_extent(s->history);
}

void session_goto_position(Session *s, uint64_t position)
{
    session_travel(s, history_at(s->history, position), s->history->current);
}

void session_return(Session *s, uint64_t position, Nanos now)
{
    Place to = history_at(s->history, position);
    to.at = now;
    session_travel(s, to, s->history->current);
}

uint64_t session_back(Session *s, uint64_t events)
{
    uint64_t here = session_position(s), n = min_u64(events, here);
    if (n > 0)
        session_travel(s, history_before(s->history, s->history->cursor, n), s->history->current);
    return n;
}

uint64_t session_forward(Session *s, uint64_t events)
{
    uint64_t here = session_position(s), n = min_u64(events, session_length(s) - here);
    if (n > 0)
        session_goto_position(s, here + n);
    return n;
}

uint64_t session_commands(const Session *s, uint64_t since, bool (*wanted)(const Cmd *))
{
    const History *h = s->history;
    uint64_t here = session_position(s), count = 0;
    Place place = history_at(h, since);
    Unit unit;
    for (uint64_t at = since; at < here && history_ahead(h, place, &unit); at++) {
        count += unit.kind == UNIT_CMD && wanted(&unit.cmd);
        place = history_after(h, place);
    }
    return count;
}

/* ---- by row and by time ------------------------------------------------------------------------
 */

static Place end_of(const History *h, uint32_t node)
{
    return (Place){.node = node, .offset = h->nodes[node].units};
}

/* To the keyframe, unless the cursor lies between it and `last` already and need not go back. */
static void start_from(Session *s, const Frame *f, Place last, bool cursor_will_do)
{
    History *h = s->history;
    Place from = {.node = f->node, .offset = f->offset};
    bool between = history_is_before(h, from, h->cursor) && history_is_before(h, h->cursor, last) &&
                   cursor_will_do;
    if (!between)
        session_travel(s, from, h->current);
    else if (h->cursor.at) {
        Place pure = h->cursor;
        pure.at = 0;
        session_travel(s, pure, h->current);
    }
}

bool session_goto_row(Session *s, uint32_t row)
{
    History *h = s->history;
    uint32_t node = history_tip(h).node;
    if (row <= h->nodes[0].rows_end || row > h->nodes[node].rows_end)
        return false;
    while (node != 0 && h->nodes[h->nodes[node].parent].rows_end >= row)
        node = h->nodes[node].parent;
    Place last = end_of(h, node);
    start_from(s, frames_find(h, last, row - 1, NANOS_NEVER), last, s->world->rows < row);
    while (s->world->rows < row)
        redo_unit(s, true);
    return true;
}

/* When the unit after the cursor happens. */
static Nanos time_of(const Session *s, const Unit *u)
{
    Nanos at = u->kind == UNIT_STEP ? world_next(s->world).at : u->at;
    if (u->kind == UNIT_MOVE && u->move.at != NANOS_NEVER)
        at = max_u64(at, u->move.at);
    return max_u64(at, s->world->now);
}

bool session_goto_time(Session *s, Nanos t)
{
    History *h = s->history;
    uint32_t node = history_tip(h).node;
    while (node != 0 && h->nodes[h->nodes[node].parent].time_end > t)
        node = h->nodes[node].parent;
    Place last = end_of(h, node);
    const Frame *f = frames_find(h, last, UINT32_MAX, t);
    start_from(s, f, last, s->world->now <= t);
    Unit unit;
    bool more;
    while ((more = history_ahead(h, h->cursor, &unit)) && time_of(s, &unit) <= t)
        redo_unit(s, true);
    /* Nothing has happened between here and t; the clock alone goes on, as far as it may. */
    Move next = world_next(s->world);
    Nanos to = next.kind == MOVE_NONE ? t : min_u64(t, max_u64(next.at, s->world->now));
    if (!more && next.kind != MOVE_NONE && next.at <= t)
        to = s->world->now; /* what would happen there has not been lived yet */
    if (to > s->world->now) {
        world_wait(s->world, to);
        h->cursor.at = to;
    }
    return more || s->world->now == t;
}

/* ---- lines -------------------------------------------------------------------------------------
 */

bool session_undo(Session *s, const char **line)
{
    History *h = s->history;
    if (h->line_count == 0)
        return false;
    const Line *last = &h->lines[--h->line_count];
    h->line_open = false;
    session_travel(s, last->before, last->branch_before);
    if (line)
        *line = last->text;
    return true;
}

bool session_redo(Session *s, const char **line)
{
    History *h = s->history;
    if (h->line_count == h->line_end)
        return false;
    const Line *next = &h->lines[h->line_count++];
    h->line_open = false;
    session_travel(s, next->after, next->branch_after);
    if (line)
        *line = next->text;
    return true;
}
