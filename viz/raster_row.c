/*
 * raster_row.c: see raster_row.h.
 *
 * Four cells a b c d become (a) (b + a) ((c + b) + a) ((d + c) + (b + a)), each plus what was
 * before them: the order that shifting four at once has, and that the plain loop keeps.
 */
#include "viz/raster_row.h"

#include <math.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const float LEAST_COVER = 0.004f; /* less covers nothing that could be seen */

/* x / 255, rounded, of each half of a word: they are at most 255 * 255. */
static inline uint32_t halves_by_255(uint32_t x)
{
    x += 0x00800080u;
    return (x + (x >> 8 & 0x00ff00ffu)) >> 8 & 0x00ff00ffu;
}

uint32_t row_mixed(uint32_t under, uint32_t color, uint32_t alpha)
{
    uint32_t keep = 255 - alpha;
    uint32_t rb = halves_by_255((color & 0x00ff00ffu) * alpha + (under & 0x00ff00ffu) * keep);
    uint32_t g = halves_by_255((color >> 8 & 0xffu) * alpha + (under >> 8 & 0xffu) * keep);
    return 0xff000000u | rb | (g & 0xffu) << 8;
}

static void blend_plain(uint32_t *to, const uint8_t *alpha, int n, uint32_t color)
{
    for (int i = 0; i < n; i++)
        if (alpha[i])
            to[i] = row_mixed(to[i], color, alpha[i]);
}

#ifndef __SSE2__

void row_blend(uint32_t *to, const uint8_t *alpha, int n, uint32_t color)
{
    blend_plain(to, alpha, n, color);
}

static void sums_of_four(float v[4], float before)
{
    float a = v[0], b = v[1] + v[0], c = v[2] + v[1], d = v[3] + v[2];
    v[0] = a + before;
    v[1] = b + before;
    v[2] = (c + a) + before;
    v[3] = (d + b) + before;
}

void row_alpha(uint8_t *alpha, const float *row, const float *ramp, int n, float full)
{
    float rise = 0, sum = 0;
    for (int x = 0; x < n; x += 4) {
        float r[4], v[4];
        memcpy(r, ramp + x, sizeof r);
        sums_of_four(r, rise);
        for (int i = 0; i < 4; i++)
            v[i] = row[x + i] + r[i];
        sums_of_four(v, sum);
        rise = r[3];
        sum = v[3];
        for (int i = 0; i < 4; i++) {
            float cover = fabsf(v[i]) < 1 ? fabsf(v[i]) : 1;
            alpha[x + i] = cover > LEAST_COVER ? (uint8_t)(int)(cover * full + 0.5f) : 0;
        }
    }
}

#else

/* ---- four at a time ------------------------------------------------------------------------ */

static inline __m128i mixed_halves(__m128i under, __m128i color, __m128i alpha)
{
    const __m128i all = _mm_set1_epi16(255), half = _mm_set1_epi16(128);
    __m128i x = _mm_add_epi16(_mm_mullo_epi16(color, alpha),
                              _mm_mullo_epi16(under, _mm_sub_epi16(all, alpha)));
    x = _mm_add_epi16(x, half);
    return _mm_srli_epi16(_mm_add_epi16(x, _mm_srli_epi16(x, 8)), 8);
}

void row_blend(uint32_t *to, const uint8_t *alpha, int n, uint32_t color)
{
    const __m128i zero = _mm_setzero_si128();
    const __m128i wide = _mm_unpacklo_epi8(_mm_set1_epi32((int)color), zero);
    int i = 0;
    for (; i + 4 <= n; i += 4) {
        int four;
        memcpy(&four, alpha + i, sizeof four);
        if (four == 0)
            continue;
        __m128i *at = (__m128i *)(void *)(to + i);
        __m128i a = _mm_cvtsi32_si128(four), under = _mm_loadu_si128(at);
        a = _mm_unpacklo_epi8(a, a);
        a = _mm_unpacklo_epi16(a, a); /* each alpha four times */
        __m128i low =
            mixed_halves(_mm_unpacklo_epi8(under, zero), wide, _mm_unpacklo_epi8(a, zero));
        __m128i high =
            mixed_halves(_mm_unpackhi_epi8(under, zero), wide, _mm_unpackhi_epi8(a, zero));
        _mm_storeu_si128(at, _mm_packus_epi16(low, high));
    }
    blend_plain(to + i, alpha + i, n - i, color);
}

static inline __m128 sums_of_four(__m128 v, __m128 before)
{
    v = _mm_add_ps(v, _mm_castsi128_ps(_mm_slli_si128(_mm_castps_si128(v), 4)));
    v = _mm_add_ps(v, _mm_castsi128_ps(_mm_slli_si128(_mm_castps_si128(v), 8)));
    return _mm_add_ps(v, before);
}

static inline __m128 last_of_four(__m128 v)
{
    return _mm_shuffle_ps(v, v, 0xff);
}

void row_alpha(uint8_t *alpha, const float *row, const float *ramp, int n, float full)
{
    __m128 rise = _mm_setzero_ps(), sum = _mm_setzero_ps();
    const __m128 sign = _mm_set1_ps(-0.0f), one = _mm_set1_ps(1), all = _mm_set1_ps(full);
    for (int x = 0; x < n; x += 4) {
        __m128 r = sums_of_four(_mm_loadu_ps(ramp + x), rise);
        __m128 v = sums_of_four(_mm_add_ps(_mm_loadu_ps(row + x), r), sum);
        rise = last_of_four(r);
        sum = last_of_four(v);
        __m128 cover = _mm_min_ps(_mm_andnot_ps(sign, v), one);
        __m128 seen = _mm_cmpgt_ps(cover, _mm_set1_ps(LEAST_COVER));
        __m128i a = _mm_cvttps_epi32(_mm_add_ps(_mm_mul_ps(cover, all), _mm_set1_ps(0.5f)));
        a = _mm_and_si128(a, _mm_castps_si128(seen));
        a = _mm_packs_epi32(a, a);
        int four = _mm_cvtsi128_si32(_mm_packus_epi16(a, a));
        memcpy(alpha + x, &four, sizeof four);
    }
}

#endif
