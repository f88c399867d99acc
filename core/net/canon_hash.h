/*
 * canon_hash.h: multiply and fold: the hash under canon.c.
 *
 * Private to core/net/canon*.c. Two times two lanes of 64 bits; equal words at equal places give
 * equal hashes, nothing else is promised but that different ones differ, up to chance.
 */
#ifndef SANDWIRE_CORE_NET_CANON_HASH_H
#define SANDWIRE_CORE_NET_CANON_HASH_H

#include "core/net/canon.h"

#include <string.h>

typedef unsigned Wide __attribute__((mode(TI))); /* 128 bits */

static inline uint64_t fold(uint64_t a, uint64_t b)
{
    Wide product = (Wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t load(const uint8_t *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

/* The i-th word of memory that may be of any type. */
static inline uint64_t word(const void *p, size_t i)
{
    return load((const uint8_t *)p + i * 8);
}

/* Odd constants without structure (digits of pi, as in Blowfish). */
#define K0 0x243f6a8885a308d3ULL
#define K1 0x13198a2e03707345ULL
#define K2 0xa4093822299f31d1ULL
#define K3 0x082efa98ec4e6c89ULL
#define K4 0x452821e638d01377ULL

/* Two lanes of 128 bits: each step multiplies what was with what comes, and keeps the whole
 * product, so nothing is thrown away before the end. */
typedef struct Lanes {
    uint64_t a, b, c, d;
} Lanes;

static inline Lanes lanes_begin(uint64_t seed, uint64_t length)
{
    return (Lanes){seed ^ K0, seed ^ K1, seed + K2, seed + K3 + length};
}

/* place: where the four words stand, so that others may be left out. */
static inline void lanes_take(Lanes *l, uint64_t w, uint64_t x, uint64_t y, uint64_t z,
                              uint64_t place)
{
    Wide p = (Wide)(w ^ l->a) * (x ^ l->b ^ place);
    Wide q = (Wide)(y ^ l->c) * (z ^ l->d ^ place);
    l->a = (uint64_t)p + K0;
    l->b = (uint64_t)(p >> 64) + K1;
    l->c = (uint64_t)q + K2;
    l->d = (uint64_t)(q >> 64) + K3;
}

static inline WorldId lanes_end(Lanes l)
{
    return (WorldId){{fold(l.a ^ K2, l.b ^ K3) + fold(l.c ^ K4, l.d ^ K0),
                      fold(l.a ^ K1, l.d ^ K2) + fold(l.c ^ K3, l.b ^ K4)}};
}

static inline WorldId hash_bytes(const void *data, size_t len, uint64_t seed)
{
    const uint8_t *p = data;
    Lanes l = lanes_begin(seed, len);
    size_t left = len;
    for (; left >= 32; left -= 32, p += 32)
        lanes_take(&l, load(p), load(p + 8), load(p + 16), load(p + 24), 0);
    if (left > 0) {
        uint8_t tail[32] = {0};
        memcpy(tail, p, left);
        lanes_take(&l, load(tail), load(tail + 8), load(tail + 16), load(tail + 24), 0);
    }
    return lanes_end(l);
}

/* n words; place: different for what may stand in one another's place. */
static inline void lanes_words(Lanes *l, const void *p, size_t n, uint64_t place)
{
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        lanes_take(l, word(p, i), word(p, i + 1), word(p, i + 2), word(p, i + 3), place += K4);
    if (i < n)
        lanes_take(l, word(p, i), i + 1 < n ? word(p, i + 1) : 0, i + 2 < n ? word(p, i + 2) : 0, 0,
                   place + K4);
}

/* The same, of words that are often zero: where four of them are, nothing is to be done. */
static inline void lanes_sparse(Lanes *l, const void *p, size_t n)
{
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        uint64_t a = word(p, i), b = word(p, i + 1), c = word(p, i + 2), d = word(p, i + 3);
        if (a | b | c | d)
            lanes_take(l, a, b, c, d, i + 1);
    }
    if (i < n)
        lanes_take(l, word(p, i), i + 1 < n ? word(p, i + 1) : 0, i + 2 < n ? word(p, i + 2) : 0, 0,
                   i + 1);
}

static inline WorldId hash_words(const void *p, size_t n, uint64_t seed)
{
    Lanes l = lanes_begin(seed, n);
    lanes_words(&l, p, n, 0);
    return lanes_end(l);
}

static inline WorldId joined(WorldId id, WorldId more)
{
    return (WorldId){{fold(more.half[0] ^ K2, id.half[0] ^ K1), //
                      fold(more.half[1] ^ K0, id.half[1] ^ K3)}};
}

/* Small things one behind the other, hashed together. */
enum { BUFFER_WORDS = 64 };
typedef struct Buffer {
    WorldId id;
    size_t n;
    uint64_t words[BUFFER_WORDS];
} Buffer;

static inline void buffer_flush(Buffer *b)
{
    if (b->n > 0)
        b->id = joined(b->id, hash_words(b->words, b->n, K2));
    b->n = 0;
}

static inline void buffer_add(Buffer *b, const void *data, size_t len)
{
    const uint8_t *p = data;
    while (len > 0) {
        if (b->n == BUFFER_WORDS)
            buffer_flush(b);
        size_t part = min_u64(len, 8 * (BUFFER_WORDS - b->n));
        if (part % 8 != 0)
            b->words[b->n + part / 8] = 0; /* the last word's other bytes */
        memcpy(&b->words[b->n], p, part);
        b->n += (part + 7) / 8;
        p += part;
        len -= part;
    }
}

#endif
