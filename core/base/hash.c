/*
 * hash.c: the two hashes of hash.h.
 *
 * Both read eight bytes at a time through memcpy, which compilers turn into one load.
 */
#include "core/base/hash.h"

#include <string.h>

static uint64_t load64(const uint8_t *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

static uint64_t load_tail(const uint8_t *p, size_t len)
{
    uint64_t x = 0;
    memcpy(&x, p, len);
    return x;
}

uint64_t hash_bytes(const void *data, size_t len, uint64_t seed)
{
    const uint8_t *p = data;
    uint64_t h = hash_mix(seed ^ (uint64_t)len ^ 0x9e3779b97f4a7c15ULL);
    size_t left = len;
    for (; left >= 8; left -= 8, p += 8) {
        h = (h ^ load64(p)) * 0x9fb21c651e98df25ULL;
        h ^= h >> 32;
    }
    if (left > 0) {
        h = (h ^ load_tail(p, left)) * 0x9fb21c651e98df25ULL;
        h ^= h >> 32;
    }
    return hash_mix(h);
}

typedef struct Sip {
    uint64_t v0, v1, v2, v3;
} Sip;

static uint64_t rotate_left(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static void sip_round(Sip *s)
{
    s->v0 += s->v1;
    s->v1 = rotate_left(s->v1, 13) ^ s->v0;
    s->v0 = rotate_left(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate_left(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate_left(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate_left(s->v1, 17) ^ s->v2;
    s->v2 = rotate_left(s->v2, 32);
}

static void sip_word(Sip *s, uint64_t m)
{
    s->v3 ^= m;
    sip_round(s);
    sip_round(s);
    s->v0 ^= m;
}

uint64_t hash_keyed(const void *data, size_t len, uint64_t key0, uint64_t key1)
{
    const uint8_t *p = data;
    Sip s = {key0 ^ 0x736f6d6570736575ULL, key1 ^ 0x646f72616e646f6dULL,
             key0 ^ 0x6c7967656e657261ULL, key1 ^ 0x7465646279746573ULL};
    size_t left = len;
    for (; left >= 8; left -= 8, p += 8)
        sip_word(&s, load64(p));
    sip_word(&s, load_tail(p, left) | ((uint64_t)len << 56));
    s.v2 ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
