/*
 * explore_monitor.h: what a predicate says of the past, remembered in a few numbers.
 *
 *     count(SYN from A) == 3     a counter; 4 and more are one, because nothing can tell them apart
 *     visited(B, SYN_RECEIVED)   a bit
 *     received(B) == "hello"     how much of "hello" has come; or: something else has
 *     time < 3s                  the clock itself, up to 3 s
 *
 * A search keeps no trace: a state must hold all that matters. So a predicate is compiled: each
 * part that looks back becomes a monitor, a number that each event moves on and that is part of the
 * state's identity. What looks at the present, but at something the canonical hash leaves out (the
 * clock, counters, absolute numbers), has a vote: its value is part of the identity, too.
 *
 * Private to core/lab/explore*.c. Invariant: two states with equal canonical identity, equal
 * monitors and equal votes give the predicate the same value, now and after equal events.
 */
#ifndef SANDWIRE_CORE_LAB_EXPLORE_MONITOR_H
#define SANDWIRE_CORE_LAB_EXPLORE_MONITOR_H

#include "core/lab/explore.h"
#include "core/lab/predicate_private.h"

enum { VOTES_MAX = 8 };

typedef struct Monitor {
    uint16_t node; /* in the predicate: what the monitor stands for */
    uint16_t top;  /* counts up to this */
    uint8_t op;    /* PredOp; OP_EQ, OP_NE, OP_CONTAINS: of a stream and a text */
    uint8_t host;  /* HOST_NONE: both */
    uint8_t a, b;
    const uint8_t *text; /* in the predicate's pool */
    uint32_t len;
} Monitor;

typedef struct Vote {
    uint16_t node;
    int64_t top; /* a value that only grows counts up to this */
} Vote;

typedef struct Monitors {
    Pred *pred; /* a copy, in which a monitor's node is a literal */
    Monitor at[EXPLORE_MONITORS];
    Vote votes[VOTES_MAX];
    uint32_t count, vote_count;
    Sink sink; /* where events are noted; notes NULL: nobody looks back */
} Monitors;

/* Compiles. False when memory ends; a predicate that cannot be compiled is refused before
 * (explore_understands). Free it with monitors_free, also then. */
bool monitors_init(Monitors *, const Pred *);
void monitors_free(Monitors *);

/* What they say at the beginning. past may be NULL: nothing has happened. */
void monitors_begin(const Monitors *, const World *, const Trace *past, uint16_t *values);

/* Moves them on by what the sink has noted, then empties it. before: the world as it was. */
void monitors_step(Monitors *, const World *before, uint16_t *values);

/* Is the predicate true? */
bool monitors_true(Monitors *, const World *, const uint16_t *values);

/* The votes' values; out has room for VOTES_MAX. */
void monitors_votes(const Monitors *, const World *, int64_t *out);

#endif
