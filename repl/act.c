/*
 * act.c: what a command does to the session (lang.h).
 *
 * Everything that changes the world goes through here, so that a line is one group for undo and the
 * log says what really happened, even when Ctrl-C stopped a run in the middle.
 *
 * A call that TCP answers with an error is part of the story: it has a row, it is printed and it is
 * no error of the line. What the world refuses without a row is.
 */
#include "repl/lang.h"
#include "repl/width.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* After one command the world may be busy for this many events before we ask for `run`. */
enum { SETTLE_EVENTS = 20000 };

void act_begin(Run *r)
{
    r->acted_now = true;
    if (*r->acted)
        return;
    *r->acted = true;
    r->shell->live_line = false;
    session_begin_line(r->shell->session, r->line);
}

CallResult act_quietly(Run *r, const Cmd *cmd, Bytes data)
{
    act_begin(r);
    return session_apply(r->shell->session, cmd, data);
}

void act_tell_status(Run *r, CallStatus status)
{
    ink_on(r->out, r->shell->options.color, INK_BAD);
    size_t before = r->out->len;
    if (r->has_host)
        text_addf(r->out, "%c ", host_letter(r->host));
    text_addf(r->out, "%s: ", r->command->name);
    size_t indent = r->out->len - before;
    ink_off(r->out, r->shell->options.color, INK_BAD);
    width_wrap(r->out, call_status_text(status, r->shell->lang), indent, 80);
}

LineStatus act(Run *r, const Cmd *cmd, Bytes data)
{
    const Trace *trace = session_trace(r->shell->session);
    uint32_t rows = trace_last(trace);
    CallResult result = act_quietly(r, cmd, data);
    if (result.status == CALL_OK)
        return LINE_OK;
    trace = session_trace(r->shell->session);
    if (trace_last(trace) == rows)
        return refuse_status(r, result.status);
    act_tell_status(r, result.status);
    return LINE_OK;
}

StopReason act_run(Run *r, RunLimit *limit)
{
    Session *session = r->shell->session;
    act_begin(r);
    uint32_t most = r->shell->options.run_limit;
    limit->interrupt = r->shell->options.interrupt;
    if (most > 0 && (limit->limit == 0 || limit->limit > most))
        limit->limit = most;
    uint64_t before = session_position(session);
    StopReason reason = session_run(session, limit);
    if (reason == STOP_INTERRUPT)
        snprintf(r->log, sizeof r->log, "step %" PRIu64, session_position(session) - before);
    return reason;
}

void act_tell_stop(Run *r, StopReason reason)
{
    if (reason != STOP_BREAK && reason != STOP_LIMIT && reason != STOP_INTERRUPT)
        return;
    ink_on(r->tail, r->shell->options.color, INK_STRONG);
    if (reason == STOP_BREAK)
        text_addf(r->tail, SAY(r, "stopped: %s", "停下：%s"), session_break_hit(r->shell->session));
    else if (reason == STOP_LIMIT)
        text_add(r->tail, SAY(r, "still busy; `run` goes on", "仍在进行中；用 run 继续"));
    else
        text_add(r->tail, SAY(r, "interrupted; `run` goes on", "已打断；用 run 继续"));
    ink_off(r->tail, r->shell->options.color, INK_STRONG);
    text_char(r->tail, '\n');
}

void act_settle(Run *r)
{
    const World *world = session_world(r->shell->session);
    if (r->shell->pace != PACE_RUN || !r->acted_now)
        return;
    RunLimit limit = {.until = NANOS_NEVER, .quiet = true, .limit = SETTLE_EVENTS};
    if (world->flood.on)
        limit.until = world->now + NANOS_S; /* a flood is never quiet */
    if (!world->flood.on && world_quiet(world))
        return;
    Pred *arrived = NULL;
    if (world->hosts[HOST_A].puppet || world->hosts[HOST_B].puppet) {
        /* A learner who plays an end wants to answer before the other end's timers run out. */
        static const char text[] = "in_flight(A>B) + in_flight(B>A) == 0";
        PredError error;
        arrived = pred_compile(text, sizeof text - 1, &error);
        CHECK(arrived);
        if (pred_true(arrived, world, session_trace(r->shell->session))) {
            pred_free(arrived);
            return;
        }
        limit.pred = arrived;
    }
    char typed[sizeof r->log];
    int n = snprintf(typed, sizeof typed, "%.*s", (int)(r->lex->end - r->lex->begin),
                     r->line + r->lex->begin);
    StopReason reason = act_run(r, &limit);
    pred_free(arrived);
    act_tell_stop(r, reason);
    if (reason != STOP_INTERRUPT)
        return;
    /* What happened was less than `until quiet`: the log must say how much. */
    char step[sizeof r->log];
    snprintf(step, sizeof step, "%s", r->log);
    if ((size_t)n + strlen(step) + 32 < sizeof r->log)
        snprintf(r->log, sizeof r->log, "pace step; %.*s; %.*s; pace run", 180, typed, 40, step);
    else
        r->log[0] = '\0';
}

Pred *act_compile(Run *r, const char *text, size_t len)
{
    PredError error = {0};
    Pred *pred = pred_compile(text, len, &error);
    if (pred)
        return pred;
    const char *near = error.nearest;
    refuse_at(r, (size_t)(text - r->line) + error.at, error.len ? error.len : 1, "%s%s%s%s",
              error.text[r->shell->lang], near[0] ? SAY(r, "; did you mean `", "；是不是 `") : "",
              near, near[0] ? SAY(r, "`?", "`？") : "");
    return NULL;
}
