/*
 * seq.h: sequence numbers (RFC 9293 section 3.4).
 *
 * "It is essential to remember that the actual sequence number space is finite": numbers live on a
 * circle of 2^32, so a raw '<' on them is a bug that shows after four gigabytes. Seq is a struct so
 * that such a '<' does not compile.
 *
 *              b is after a, when it is less than half the circle ahead
 *         a ----------------------> b
 */
#ifndef SANDWIRE_CORE_BASE_SEQ_H
#define SANDWIRE_CORE_BASE_SEQ_H

#include "core/base/base.h"

typedef struct Seq {
    uint32_t v;
} Seq;

/* The half-open range [from, to) of sequence numbers; empty when both are equal. */
typedef struct SeqRange {
    Seq from, to;
} SeqRange;

static inline Seq seq_of(uint32_t v)
{
    return (Seq){v};
}

/* a + n, modulo 2^32. */
static inline Seq seq_add(Seq a, uint32_t n)
{
    return (Seq){a.v + n};
}

/* a - n, modulo 2^32. */
static inline Seq seq_sub(Seq a, uint32_t n)
{
    return (Seq){a.v - n};
}

/* How far b is ahead of a, in 0..2^32-1. */
static inline uint32_t seq_distance(Seq a, Seq b)
{
    return b.v - a.v;
}

static inline bool seq_eq(Seq a, Seq b)
{
    return a.v == b.v;
}

/* a < b, a <= b on the circle: true while b is less than 2^31 ahead. */
static inline bool seq_lt(Seq a, Seq b)
{
    return (int32_t)(a.v - b.v) < 0;
}

static inline bool seq_leq(Seq a, Seq b)
{
    return (int32_t)(a.v - b.v) <= 0;
}

static inline bool seq_gt(Seq a, Seq b)
{
    return seq_lt(b, a);
}

static inline bool seq_geq(Seq a, Seq b)
{
    return seq_leq(b, a);
}

static inline Seq seq_max(Seq a, Seq b)
{
    return seq_lt(a, b) ? b : a;
}

static inline Seq seq_min(Seq a, Seq b)
{
    return seq_lt(a, b) ? a : b;
}

/* low =< x < low + size, the form in which RFC 9293 writes window tests. size 0 holds nothing. */
static inline bool seq_in_window(Seq x, Seq low, uint32_t size)
{
    return seq_distance(low, x) < size;
}

#endif
