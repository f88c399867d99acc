/*
 * ranges.h: a small set of sequence-number ranges, sorted and disjoint.
 *
 * What arrived out of order is known to the receiver as a few ranges. The array belongs to the
 * caller (a slice of a pool in the world).
 *
 * Invariants: (1) every range is non-empty; (2) ranges are in order and neither overlap nor touch;
 * (3) count <= cap.
 */
#ifndef SANDWIRE_CORE_BASE_RANGES_H
#define SANDWIRE_CORE_BASE_RANGES_H

#include "core/base/seq.h"

typedef struct Ranges {
    SeqRange *at;
    uint16_t *count;
    uint16_t cap;
} Ranges;

/* Adds [from, to), merging with what it touches. False, and nothing changed, when that would need
 * more than cap ranges. An empty range is added trivially. */
bool ranges_add(Ranges set, SeqRange range);

/* Would ranges_add take it? */
bool ranges_have_room(Ranges set, SeqRange range);

/* Takes out the first range if it begins at or before `edge`, and returns its end; returns `edge`
 * when no range does. The way a hole is closed: edge is RCV.NXT. */
Seq ranges_take_front(Ranges set, Seq edge);

/* True if every number of the (non-empty) range is in the set. */
bool ranges_contain(Ranges set, SeqRange range);

/* The first run of numbers of the range that is in the set; an empty range if none is. */
SeqRange ranges_overlap(Ranges set, SeqRange range);

#endif
