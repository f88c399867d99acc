/*
 * ring.c: the ring of ring.h.
 *
 * Every access is at most two runs of memcpy, before and after the wrap.
 */
#include "core/base/ring.h"

#include <string.h>

/* Where the byte `offset` after the oldest lies, relative to the ring's start. */
static uint32_t position(const Ring *r, uint32_t offset)
{
    uint64_t p = (uint64_t)r->head + offset;
    return (uint32_t)(p >= r->cap ? p - r->cap : p);
}

void ring_put_at(Ring *r, uint8_t *arena, uint32_t offset, Bytes bytes)
{
    CHECK((uint64_t)offset + bytes.len <= r->cap);
    if (bytes.len == 0)
        return;
    uint32_t start = position(r, offset);
    uint32_t first = min_u32((uint32_t)bytes.len, r->cap - start);
    memcpy(arena + r->at + start, bytes.data, first);
    memcpy(arena + r->at, bytes.data + first, bytes.len - first);
}

uint32_t ring_write(Ring *r, uint8_t *arena, Bytes bytes)
{
    uint32_t n = (uint32_t)min_u64(bytes.len, ring_free(r));
    ring_put_at(r, arena, r->len, bytes_of(bytes.data, n));
    r->len += n;
    return n;
}

uint32_t ring_peek(const Ring *r, const uint8_t *arena, uint32_t offset, uint8_t *out, uint32_t n)
{
    if (offset >= r->len)
        return 0;
    n = min_u32(n, r->len - offset);
    uint32_t start = position(r, offset);
    uint32_t first = min_u32(n, r->cap - start);
    memcpy(out, arena + r->at + start, first);
    memcpy(out + first, arena + r->at, n - first);
    return n;
}

Bytes ring_view(const Ring *r, const uint8_t *arena, uint32_t offset, uint32_t n, uint8_t *spare)
{
    CHECK((uint64_t)offset + n <= r->len);
    uint32_t start = position(r, offset);
    if (n <= r->cap - start)
        return bytes_of(arena + r->at + start, n);
    ring_peek(r, arena, offset, spare, n);
    return bytes_of(spare, n);
}

void ring_drop(Ring *r, uint32_t n)
{
    CHECK(n <= r->len);
    if (n == 0)
        return;
    r->head = position(r, n);
    r->len -= n;
}

void ring_extend(Ring *r, uint32_t n)
{
    CHECK(n <= ring_free(r));
    r->len += n;
}

static void reverse(uint8_t *bytes, uint32_t n)
{
    for (uint32_t i = 0; i < n / 2; i++) {
        uint8_t b = bytes[i];
        bytes[i] = bytes[n - 1 - i];
        bytes[n - 1 - i] = b;
    }
}

void ring_resize(Ring *r, uint8_t *arena, uint32_t cap)
{
    CHECK(cap >= 1 && cap >= r->len);
    uint8_t *bytes = arena + r->at;
    if (r->head > 0) { /* to the left by head: both parts turned, then the whole */
        reverse(bytes, r->head);
        reverse(bytes + r->head, r->cap - r->head);
        reverse(bytes, r->cap);
        r->head = 0;
    }
    r->cap = cap;
}
