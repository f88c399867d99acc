/*
 * sdl_time.c: letting time pass in the window.
 *
 * The moment shown is always the session's own, so whatever is typed acts on what is seen. Playing
 * means going there frame by frame: through what has been lived already (session_goto_time), and at
 * the end of the branch into the unlived (shell_advance). A command that let time pass is shown as
 * it happens: the session goes back to where the command began and plays up to where it ended; the
 * next command, or any other movement, ends that at once.
 *
 * How fast is said in playing.h.
 */
#include <stdio.h>
#include <string.h>

#include "core/lab/heap.h"
#include "viz/playing.h"
#include "viz/sdl_desk.h"
#include "viz/timescale.h"

static const struct {
    const char *name;
    double rate;
} speeds[] = {{"1/128", 1.0 / 128},
              {"1/64", 1.0 / 64},
              {"1/32", 1.0 / 32},
              {"1/16", 1.0 / 16},
              {"1/8", 1.0 / 8},
              {"1/4", 1.0 / 4},
              {"1/2", 1.0 / 2},
              {"1", 1},
              {"2", 2},
              {"5", 5},
              {"20", 20},
              {"100", 100}};
enum { SPEEDS = sizeof speeds / sizeof *speeds };

const char *time_speed_name(const Desk *desk)
{
    return speeds[desk->speed].name;
}

void time_change_speed(Desk *desk, int by)
{
    int speed = desk->speed + by;
    desk->speed = speed < 0 ? 0 : speed >= SPEEDS ? SPEEDS - 1 : speed;
}

/* ---- The future ---------------------------------------------------------------------------- */

static void forget_future(Desk *desk)
{
    trace_free(desk->future.trace);
    desk->future.trace = NULL;
}

void time_forget(Desk *desk)
{
    forget_future(desk);
    desk->play = (Play){0};
    desk->seen_position = UINT64_MAX;
    desk->has_before = false;
}

/* Once for each branch and length: the trace of a long run is not copied at every frame. */
static void learn_future(Desk *desk)
{
    Session *s = window_session(desk);
    uint64_t length = session_length(s);
    const char *branch = session_branch_name(s);
    if (desk->future.trace && desk->future.length == length &&
        strcmp(desk->future.branch, branch) == 0)
        return;
    forget_future(desk);
    snprintf(desk->future.branch, sizeof desk->future.branch, "%s", branch);
    desk->future.length = length;
    desk->future.trace = moment_future(s, &desk->future.end);
}

void time_look_ahead(Desk *desk)
{
    const Session *s = window_session(desk);
    if (session_position(s) >= session_length(s)) {
        forget_future(desk);
        return;
    }
    learn_future(desk);
    desk->moment.future = desk->future.trace;
    desk->moment.future_end = desk->future.end;
}

/* ---- Playing ------------------------------------------------------------------------------- */

/* When something happens next, lived already or not; NANOS_NEVER: nothing. */
static Nanos next_event(Desk *desk)
{
    const Session *s = window_session(desk);
    const World *w = session_world(s);
    if (session_position(s) >= session_length(s))
        return world_next(w).kind == MOVE_NONE ? NANOS_NEVER : world_next(w).at;
    learn_future(desk);
    const Note *n = desk->future.trace ? trace_note(desk->future.trace, w->rows + 1) : NULL;
    return n ? n->at : desk->future.end;
}

static Nanos time_for(Desk *desk, double seconds)
{
    return playing_step(session_world(window_session(desk)), next_event(desk),
                        speeds[desk->speed].rate, seconds, &desk->play.pause_from);
}

/* At the end of the branch: into what nobody has seen. */
static void live_on(Desk *desk, Nanos by)
{
    Text out = text_heap();
    if (next_event(desk) == NANOS_NEVER || !shell_advance(desk->shell, by, &out))
        desk->play.on = false;
    if (desk->front)
        front_print(desk->front, &out);
    else
        fwrite(out.buf, 1, out.len, stdout);
    text_heap_free(&out);
}

void time_pass(Desk *desk, double seconds)
{
    Session *s = window_session(desk);
    if (!desk->play.on || desk->dragging)
        return;
    const World *w = session_world(s);
    Nanos by = time_for(desk, seconds), to = w->now + by;
    if (desk->play.to_target &&
        (to >= desk->play.time || session_position(s) >= desk->play.position)) {
        time_finish(desk);
    } else if (session_position(s) < session_length(s)) {
        learn_future(desk);
        session_goto_time(s, min_u64(to, max_u64(desk->future.end, w->now)));
        if (session_position(s) >= session_length(s)) { /* the end of what was lived */
            desk->play = (Play){0};
            time_settle(desk);
        }
    } else {
        live_on(desk, by);
    }
}

void time_finish(Desk *desk)
{
    if (!desk->play.on || !desk->play.to_target)
        return;
    session_return(window_session(desk), desk->play.position, desk->play.time);
    desk->play = (Play){0};
}

void time_show_line(Desk *desk)
{
    Session *s = window_session(desk);
    uint64_t end = session_position(s);
    Nanos end_time = session_world(s)->now;
    bool went_on = end > desk->line_position && end_time > desk->line_time;
    if (!desk->motion || !went_on || shell_pace(desk->shell) == PACE_LIVE)
        return;
    session_return(s, desk->line_position, desk->line_time);
    desk->play = (Play){.on = true,
                        .to_target = true,
                        .position = end,
                        .time = end_time,
                        .pause_from = desk->line_time};
}

/* Tells the terminal, and the session's log, where we are now. */
void time_settle(Desk *desk)
{
    char line[64];
    Text text = text_fixed(line, sizeof line);
    text_add(&text, "goto ");
    text_time(&text, session_world(window_session(desk))->now);
    bool motion = desk->motion;
    desk->motion = false;
    window_line(desk, line);
    desk->motion = motion;
}

void time_toggle(Desk *desk)
{
    if (!desk->play.on) {
        desk->play = (Play){.on = true, .pause_from = session_world(window_session(desk))->now};
        return;
    }
    desk->play = (Play){0};
    if (session_position(window_session(desk)) < session_length(window_session(desk)))
        time_settle(desk);
}

void time_step(Desk *desk)
{
    const Session *s = window_session(desk);
    if (desk->play.on && desk->play.to_target) {
        time_finish(desk);
        return;
    }
    desk->play = (Play){0};
    if (session_position(s) >= session_length(s))
        window_line(desk, "step");
    else if (trace_last(session_trace(s)) == session_world(s)->rows)
        window_linef(desk, "goto #%u", (unsigned)session_world(s)->rows + 1);
}

void time_back(Desk *desk)
{
    time_finish(desk);
    desk->play = (Play){0};
    window_line(desk, "back");
}

void time_drag(Desk *desk, Nanos to)
{
    Session *s = window_session(desk);
    desk->play = (Play){0};
    if (timescale_delay(session_world(s)) >= 10 * NANOS_MS)
        to -= to % NANOS_MS; /* a moment that can be read */
    if (to < session_world(s)->now || session_position(s) < session_length(s))
        session_goto_time(s, to);
}
