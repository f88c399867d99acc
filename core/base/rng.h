/*
 * rng.h: random draws that are arguments, not state.
 *
 * A draw is hash(seed, stream, counter). Each link direction and each host has a stream of its own,
 * so a feature that draws once more on B does not change which of A's segments are lost, and a
 * learner who changes one thing sees the difference that this one thing makes.
 */
#ifndef SANDWIRE_CORE_BASE_RNG_H
#define SANDWIRE_CORE_BASE_RNG_H

#include "core/base/hash.h"

/* Streams. One number per independent source of chance; never renumber: saved sessions depend on
 * it. */
typedef enum RngStream {
    RNG_LINK_LOSS = 0x10, /* + direction */
    RNG_LINK_DUP = 0x12,
    RNG_LINK_REORDER = 0x14,
    RNG_LINK_JITTER = 0x16,
    RNG_LINK_CORRUPT = 0x18,
    RNG_LINK_BIT = 0x1a,
    RNG_HOST_KEY = 0x20, /* + host */
    RNG_HOST_PORT = 0x22,
    RNG_FLOOD = 0x30
} RngStream;

/* The counter-th draw of a stream: 64 uniform bits. */
static inline uint64_t rng_draw(uint64_t seed, uint32_t stream, uint64_t counter)
{
    return hash_mix(hash_mix(seed + 0x9e3779b97f4a7c15ULL * (stream + 1)) + counter);
}

/* The same, in 0..bound-1 (bound > 0). */
static inline uint64_t rng_below(uint64_t seed, uint32_t stream, uint64_t counter, uint64_t bound)
{
    return rng_draw(seed, stream, counter) % bound;
}

#endif
