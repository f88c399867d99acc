/*
 * ring.h: a ring of bytes inside somebody else's memory.
 *
 * A send buffer and a receive buffer are rings. The record holds no pointer: the bytes lie at
 * offset `at` of an arena that the caller passes with every call, so a world can be copied with
 * memcpy.
 *
 *        at            at+head                          at+cap
 *         |   free       | len bytes in use | beyond ...  |
 *
 * The receive buffer also parks bytes beyond `len` that arrived out of order: ring_put_at writes
 * them there, and ring_extend takes them into use when the hole before them is filled.
 *
 * Invariants: (1) head < cap or cap == 0; (2) len <= cap.
 */
#ifndef SANDWIRE_CORE_BASE_RING_H
#define SANDWIRE_CORE_BASE_RING_H

#include "core/base/base.h"

typedef struct Ring {
    uint32_t at;   /* first byte of the ring in the arena */
    uint32_t cap;  /* bytes the ring can hold */
    uint32_t head; /* offset of the oldest byte in use */
    uint32_t len;  /* bytes in use */
} Ring;

static inline uint32_t ring_free(const Ring *r)
{
    return r->cap - r->len;
}

/* Appends as many of the bytes as fit; returns how many. */
uint32_t ring_write(Ring *r, uint8_t *arena, Bytes bytes);

/* Copies up to n bytes in use, starting `offset` after the oldest, into out; returns how many. */
uint32_t ring_peek(const Ring *r, const uint8_t *arena, uint32_t offset, uint8_t *out, uint32_t n);

/* The same bytes where they lie, if they lie in one run; else copied into `spare` (n bytes). n is
 * at most what is in use behind offset. */
Bytes ring_view(const Ring *r, const uint8_t *arena, uint32_t offset, uint32_t n, uint8_t *spare);

/* Gives up the n oldest bytes (n <= len). */
void ring_drop(Ring *r, uint32_t n);

/* Writes bytes at `offset` after the oldest byte, in use or beyond; offset + bytes.len <= cap. Does
 * not change len. */
void ring_put_at(Ring *r, uint8_t *arena, uint32_t offset, Bytes bytes);

/* Gives the ring another capacity, at least 1 and at least what it has in use or parked; the arena
 * has room for it. The oldest byte moves to the ring's first. */
void ring_resize(Ring *r, uint8_t *arena, uint32_t cap);

/* Takes n bytes beyond the end into use (len + n <= cap). */
void ring_extend(Ring *r, uint32_t n);

#endif
