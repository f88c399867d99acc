/*
 * transfer.h: two streams over one wire, for the tests that want bytes to arrive.
 *
 * Both directions send a known stream; the bytes that TCP puts in order (NOTE_STREAM) are compared
 * with what was sent, one by one. Every invariant is checked after every event.
 */
#ifndef SANDWIRE_TESTS_NET_TRANSFER_H
#define SANDWIRE_TESTS_NET_TRANSFER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/net/invariants.h"

enum { AMOUNT = 60000 };

typedef struct Run {
    World *w;
    Sink sink;
    Note notes[2048];
    uint8_t bytes[1 << 18];
    uint32_t received[HOST_COUNT];
    uint32_t events;
    WorldWatch watch;
    WatchedConn watched[32];
} Run;

/* A world of lesson size. */
Run *run_start(uint64_t seed);
void run_end(Run *);

/* Carries out a command that must succeed. */
void run_apply(Run *, Cmd);

/* Compares the streams in the notes with what was sent, and empties the sink. */
void run_drain(Run *);

/* Sets the knob on both hosts; the key of both directions of the wire. */
void run_knob(Run *, KnobId, uint64_t value);
void run_wire(Run *, LinkKey, uint64_t value);

/* 30 % loss, 10 % copies, 10 % reordering, 2 % corruption, jitter; and ends that never give up. */
void run_bad_wire(Run *);

/* Runs until both streams are whole; fails after a generous number of events. */
void run_both_ways(Run *);

#endif
