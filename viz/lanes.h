/*
 * lanes.h: eight whole numbers of 16 bits, or four with a fraction, worked on at once.
 *
 * Private to the raster. With SSE2 an operation is an instruction; without it, or with LANES_PLAIN,
 * a loop that gives the same numbers (tests/viz/test_raster.c holds the two together), so a
 * picture has the same bytes on every machine.
 */
#ifndef SANDWIRE_VIZ_LANES_H
#define SANDWIRE_VIZ_LANES_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(LANES_PLAIN)
#define LANES_SSE2
#include <emmintrin.h>
#endif

enum { LANES = 8, FOURS = 4 };

/* Adds, subtracts and multiplies with C's operators, lane by lane. */
typedef float Four __attribute__((vector_size(16)));

static inline Four four_all(float v)
{
    return (Four){v, v, v, v};
}

#ifdef LANES_SSE2

typedef __m128i Lanes;

static inline Lanes lanes_all(int v)
{
    return _mm_set1_epi16((short)v);
}

static inline Lanes lanes_load(const int16_t *from)
{
    return _mm_loadu_si128((const __m128i *)(const void *)from);
}

static inline void lanes_store(int16_t *to, Lanes a)
{
    _mm_storeu_si128((__m128i *)(void *)to, a);
}

/* Eight bytes, 0 to 255 each. */
static inline Lanes lanes_of_bytes(const uint8_t *from)
{
    return _mm_unpacklo_epi8(_mm_loadl_epi64((const __m128i *)(const void *)from),
                             _mm_setzero_si128());
}

static inline Lanes lanes_add(Lanes a, Lanes b) /* sums wrap at 65536 */
{
    return _mm_add_epi16(a, b);
}

static inline Lanes lanes_sub(Lanes a, Lanes b)
{
    return _mm_sub_epi16(a, b);
}

static inline Lanes lanes_min(Lanes a, Lanes b)
{
    return _mm_min_epi16(a, b);
}

static inline Lanes lanes_max(Lanes a, Lanes b)
{
    return _mm_max_epi16(a, b);
}

static inline Lanes lanes_times(Lanes a, Lanes b) /* the lower half of the product */
{
    return _mm_mullo_epi16(a, b);
}

static inline Lanes lanes_times_high(Lanes a, Lanes b) /* its upper half; both without a sign */
{
    return _mm_mulhi_epu16(a, b);
}

static inline Lanes lanes_high_byte(Lanes a)
{
    return _mm_srli_epi16(a, 8);
}

static inline Four four_min(Four a, Four b)
{
    return _mm_min_ps(a, b);
}

static inline Four four_max(Four a, Four b)
{
    return _mm_max_ps(a, b);
}

/* Rounded towards 0. */
static inline void four_store(int to[FOURS], Four a)
{
    _mm_storeu_si128((__m128i *)(void *)to, _mm_cvttps_epi32(a));
}

/* Bit i: a's lane i is less than b's. */
static inline unsigned four_less(Four a, Four b)
{
    return (unsigned)_mm_movemask_ps(_mm_cmplt_ps(a, b));
}

/* The lower 16 bits of each, rounded to the nearest, and to the even one of two. */
static inline void four_store_low(int16_t *to, Four a)
{
    __m128i v = _mm_cvtps_epi32(a);
    v = _mm_srai_epi32(_mm_slli_epi32(v, 16), 16);
    _mm_storel_epi64((__m128i *)(void *)to, _mm_packs_epi32(v, v));
}

#else

typedef struct Lanes {
    int16_t v[LANES];
} Lanes;

#define LANES_EACH(expression)            \
    Lanes out;                            \
    for (int i = 0; i < LANES; i++)       \
        out.v[i] = (int16_t)(expression); \
    return out

static inline Lanes lanes_all(int v)
{
    LANES_EACH(v);
}

static inline Lanes lanes_load(const int16_t *from)
{
    LANES_EACH(from[i]);
}

static inline void lanes_store(int16_t *to, Lanes a)
{
    memcpy(to, a.v, sizeof a.v);
}

static inline Lanes lanes_of_bytes(const uint8_t *from)
{
    LANES_EACH(from[i]);
}

static inline Lanes lanes_add(Lanes a, Lanes b)
{
    LANES_EACH(a.v[i] + b.v[i]);
}

static inline Lanes lanes_sub(Lanes a, Lanes b)
{
    LANES_EACH(a.v[i] - b.v[i]);
}

static inline Lanes lanes_min(Lanes a, Lanes b)
{
    LANES_EACH(a.v[i] < b.v[i] ? a.v[i] : b.v[i]);
}

static inline Lanes lanes_max(Lanes a, Lanes b)
{
    LANES_EACH(a.v[i] > b.v[i] ? a.v[i] : b.v[i]);
}

static inline Lanes lanes_times(Lanes a, Lanes b)
{
    LANES_EACH((uint32_t)(uint16_t)a.v[i] * (uint16_t)b.v[i]);
}

static inline Lanes lanes_times_high(Lanes a, Lanes b)
{
    LANES_EACH((uint32_t)(uint16_t)a.v[i] * (uint16_t)b.v[i] >> 16);
}

static inline Lanes lanes_high_byte(Lanes a)
{
    LANES_EACH((uint16_t)a.v[i] >> 8);
}

#undef LANES_EACH

static inline Four four_min(Four a, Four b)
{
    for (int i = 0; i < FOURS; i++)
        a[i] = a[i] < b[i] ? a[i] : b[i];
    return a;
}

static inline Four four_max(Four a, Four b)
{
    for (int i = 0; i < FOURS; i++)
        a[i] = a[i] > b[i] ? a[i] : b[i];
    return a;
}

static inline void four_store(int to[FOURS], Four a)
{
    for (int i = 0; i < FOURS; i++)
        to[i] = (int)a[i];
}

static inline unsigned four_less(Four a, Four b)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < FOURS; i++)
        bits |= a[i] < b[i] ? 1u << i : 0;
    return bits;
}

static inline void four_store_low(int16_t *to, Four a)
{
    for (int i = 0; i < FOURS; i++)
        to[i] = (int16_t)lrintf(a[i]);
}

#endif

#endif
