/*
 * timescale.h: time as a length, with the boring parts folded.
 *
 * A round trip lasts milliseconds, a retransmission timeout a second, TIME-WAIT four minutes; to
 * scale, one of them is invisible. So time is drawn to scale up to a few delays of the wire, and a
 * longer pause only grows with its logarithm. Monotone: what is later is never drawn before.
 */
#ifndef SANDWIRE_VIZ_TIMESCALE_H
#define SANDWIRE_VIZ_TIMESCALE_H

#include "core/base/base.h"
#include "core/lab/trace.h"
#include "core/net/world.h"

enum { TIMESCALE_KNOTS = 512, TIMESCALE_ROWS = 8192 };

/* The one-way delay that scales the picture: of the slower direction, at least 1 us. */
Nanos timescale_delay(const World *);

/* The length of a pause, in delays: exact up to TIMESCALE_LINEAR delays, then logarithmic. */
#define TIMESCALE_LINEAR 1.5f
float timescale_length(Nanos pause, Nanos delay);

/* True if the pause is drawn much shorter than to scale, so that a mark must say so. */
bool timescale_folds(Nanos pause, Nanos delay);

/* A map from moments to lengths through the moments where something happens. */
typedef struct TimeScale {
    Nanos at[TIMESCALE_KNOTS];
    float length[TIMESCALE_KNOTS];
    uint32_t count;
    Nanos delay;
} TimeScale;

/* Begins a map at time 0. Knots are added in order of time; when there are too many, every second
 * one is forgotten. */
void timescale_begin(TimeScale *, Nanos delay);
void timescale_add(TimeScale *, Nanos at);
/* The whole map of a trace, up to `end`. Of a long one not every row is looked at: there would be
 * no knots for them. */
void timescale_of_trace(TimeScale *, const World *, const Trace *, Nanos end);
float timescale_total(const TimeScale *);
float timescale_of(const TimeScale *, Nanos at);
/* The moment drawn at this length; clamped to the map. */
Nanos timescale_at(const TimeScale *, float length);

#endif
