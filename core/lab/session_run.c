/*
 * session_run.c: letting time pass, until something asks to stop.
 *
 * The order of the questions after each event is fixed and documented here, so that two sessions
 * stop at the same place: interrupt, `until`, breakpoints, steps; before the next one: quiet,
 * nothing, time, limit.
 */
#include <stdlib.h>
#include <string.h>

#include "core/lab/session_private.h"

enum { LIMIT_DEFAULT = 1000000 };

const char *stop_reason_text(StopReason reason, Lang lang)
{
    static const char *const texts[][LANG_COUNT] = {
        [STOP_STEPS] = {"all steps done", "步数已走完"},
        [STOP_TIME] = {"the time is reached", "时间已到"},
        [STOP_PREDICATE] = {"the condition holds", "条件成立"},
        [STOP_BREAK] = {"a breakpoint", "遇到断点"},
        [STOP_QUIET] = {"nothing is under way any more", "没有正在进行的事了"},
        [STOP_NOTHING] = {"nothing will ever happen by itself", "不会再自行发生任何事"},
        [STOP_LIMIT] = {"too many events: stopped for safety", "事件过多：为安全起见停下"},
        [STOP_INTERRUPT] = {"interrupted", "被中断"},
    };
    return texts[reason <= STOP_INTERRUPT ? reason : STOP_INTERRUPT][lang];
}

void session_linger(Session *s, Nanos to)
{
    History *h = s->history;
    if (to <= s->world->now)
        return;
    world_wait(s->world, to);
    h->cursor.at = to;
    if (history_position(h, h->cursor) == history_extent(h))
        h->branches[h->current].tip_at = to;
}

static void note_breaks(Session *s)
{
    free(s->hit);
    s->hit = NULL;
    for (uint32_t i = 0; i < s->break_count; i++)
        s->breaks[i].was = pred_true(s->breaks[i].pred, s->world, s->trace);
}

/* A condition that was false before the event and is true now. */
static bool break_hit(Session *s)
{
    const Break *hit = NULL;
    for (uint32_t i = 0; i < s->break_count; i++) {
        Break *b = &s->breaks[i];
        bool now = pred_true(b->pred, s->world, s->trace);
        if (now && !b->was && !hit)
            hit = b;
        b->was = now;
    }
    if (!hit)
        return false;
    size_t len = strlen(hit->text) + 1;
    s->hit = malloc(len);
    if (s->hit)
        memcpy(s->hit, hit->text, len);
    return true;
}

/* The clock's next event. Waiting done before leaves no trace: the event has its own time. */
static void step(Session *s)
{
    static const Unit unit = {.kind = UNIT_STEP};
    history_touch(s->history, s->history->cursor);
    CHECK(world_step(s->world, &s->sink));
    session_record(s, &unit);
}

/* Why no further event may happen; false if one may. */
static bool must_stop(Session *s, const RunLimit *limit, uint32_t done, StopReason *reason)
{
    Move next = world_next(s->world);
    bool timed = limit->until != NANOS_NEVER;
    if (limit->interrupt && *limit->interrupt) {
        *reason = STOP_INTERRUPT;
    } else if (limit->quiet && world_quiet(s->world)) {
        *reason = STOP_QUIET;
    } else if (timed && (next.kind == MOVE_NONE || next.at > limit->until)) {
        if (limit->until > s->world->now) {
            history_touch(s->history, s->history->cursor);
            session_linger(s, limit->until);
            history_touched(s->history);
        }
        *reason = STOP_TIME;
    } else if (next.kind == MOVE_NONE) {
        *reason = STOP_NOTHING;
    } else if (done >= (limit->limit ? limit->limit : LIMIT_DEFAULT)) {
        *reason = STOP_LIMIT;
    } else {
        return false;
    }
    return true;
}

StopReason session_run(Session *s, const RunLimit *limit)
{
    StopReason reason;
    note_breaks(s);
    for (uint32_t done = 0; !must_stop(s, limit, done, &reason);) {
        step(s);
        done++;
        if (limit->pred && pred_true(limit->pred, s->world, s->trace))
            return STOP_PREDICATE;
        if (s->break_count > 0 && break_hit(s))
            return STOP_BREAK;
        if (limit->steps && done >= limit->steps)
            return STOP_STEPS;
    }
    return reason;
}
