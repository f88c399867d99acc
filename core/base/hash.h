/*
 * hash.h: two hashes for two purposes.
 *
 * hash_bytes tells worlds apart: 64 bits, eight bytes at a step, no secret (byte-wise hashes are
 * ten times slower and worlds are hashed millions of times). hash_keyed is SipHash-2-4 (Aumasson
 * and Bernstein, 2012), the keyed pseudo-random function that RFC 6528 asks for initial sequence
 * numbers.
 */
#ifndef SANDWIRE_CORE_BASE_HASH_H
#define SANDWIRE_CORE_BASE_HASH_H

#include "core/base/base.h"

/* Mixes one word so that every input bit can change every output bit (the finalizer of
 * MurmurHash3, Appleby 2011). A bijection: no two inputs collide. */
static inline uint64_t hash_mix(uint64_t x)
{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    x ^= x >> 33;
    return x;
}

/* 64-bit hash of len bytes; equal bytes and seed give equal hashes on every machine of the same
 * byte order. Not for secrets. */
uint64_t hash_bytes(const void *data, size_t len, uint64_t seed);

/* SipHash-2-4 of len bytes under a 128-bit key. */
uint64_t hash_keyed(const void *data, size_t len, uint64_t key0, uint64_t key1);

#endif
