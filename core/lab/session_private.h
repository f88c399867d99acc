/*
 * session_private.h: the inside of a session, shared by session*.c.
 *
 * Invariant: world and trace are what the history says about its cursor. Whoever moves one moves
 * all three, through the functions below.
 */
#ifndef SANDWIRE_CORE_LAB_SESSION_PRIVATE_H
#define SANDWIRE_CORE_LAB_SESSION_PRIVATE_H

#include "core/lab/history.h"
#include "core/lab/session.h"

typedef struct Break {
    uint32_t id;
    char *text;
    Pred *pred;
    bool was; /* its value before the event */
} Break;

struct Session {
    SessionOptions options;
    World *world;
    size_t size;
    Trace *trace;
    Sink sink;
    History *history;
    Break *breaks;
    uint32_t break_count, break_cap, break_id;
    char *hit; /* text of the breakpoint that stopped the last run; NULL: none */
    char **log;
    uint32_t log_count, log_cap;
};

/* The world has just done the unit at the cursor, for good: into the trace and the history. */
void session_record(Session *, const Unit *);

/* The sink's rows into the trace. known: the present branch has been here before, and the trace may
 * still have these very rows ahead. */
void session_tell(Session *, bool known);

/* Does a unit that the history knows, without recording it; told: into the trace. */
void session_perform(Session *, const Unit *, bool told);

/* Moves world, trace and cursor to a place on the branch, which becomes the current one. */
void session_travel(Session *, Place, uint32_t branch);

/* The clock waits: no event. `to` is not before now, and not beyond what happens next. */
void session_linger(Session *, Nanos to);

#endif
