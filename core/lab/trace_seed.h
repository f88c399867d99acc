/*
 * trace_seed.h: what a trace must know to go on from a row without the rows before it.
 *
 * A run of a million events cannot keep all its rows, and telling it again from the root to look at
 * its middle takes seconds. So a keyframe keeps, beside the world, what the trace had learned by
 * then: counts, connections, flows, initial numbers, the lengths of the streams, and the departures
 * of segments that were under way. A trace sown with it tells the following rows exactly as the one
 * that had been there from the beginning (tests/lab/test_trace_seed.c), counts and all.
 *
 * The bytes of the streams are not in it. They stay in the trace; trace_can_sow is false when
 * another branch has replaced some of those that were there.
 */
#ifndef SANDWIRE_CORE_LAB_TRACE_SEED_H
#define SANDWIRE_CORE_LAB_TRACE_SEED_H

#include "core/lab/trace.h"

typedef struct TraceSeed TraceSeed;

/* Of the last row shown; world is the world there. Free with free(). NULL when memory ends. */
TraceSeed *trace_seed(const Trace *, const World *);
size_t trace_seed_bytes(const TraceSeed *);

bool trace_can_sow(const Trace *, const TraceSeed *);

/* The trace, of the same session, forgets all rows and goes on behind the seed's. False when memory
 * ends: nothing has changed. */
bool trace_sow(Trace *, const TraceSeed *);

#endif
