/*
 * raster_row.c: see raster_row.h.
 *
 * row_alpha: four cells a b c d become (a) (b + a) ((c + b) + a) ((d + c) + (b + a)), each plus
 * what was before them: the order that shifting four at once has, and that the plain loop keeps.
 */
#include "viz/raster_row.h"

#include <math.h>

void row_fill(uint32_t *to, int n, uint32_t color)
{
    int i = 0;
#ifdef LANES_SSE2
    const __m128i four = _mm_set1_epi32((int)color);
    for (; i + 8 <= n; i += 8) {
        _mm_storeu_si128((__m128i *)(void *)(to + i), four);
        _mm_storeu_si128((__m128i *)(void *)(to + i + 4), four);
    }
#endif
    for (; i < n; i++)
        to[i] = color;
}

void row_blend_few(uint32_t *to, Lanes alpha, int n, uint32_t color)
{
    uint32_t all[LANES] = {0};
    memcpy(all, to, (size_t)n * sizeof *to);
    row_blend_lanes(all, alpha, color);
    memcpy(to, all, (size_t)n * sizeof *to);
}

void row_blend(uint32_t *to, const int16_t *alpha, int n, uint32_t color)
{
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        row_blend_lanes(to + i, lanes_load(alpha + i), color);
    if (i < n)
        row_blend_few(to + i, lanes_load(alpha + i), n - i, color);
}

/* Eight of a mask as alphas: 255 becomes all of the colour, 0 nothing. */
static inline Lanes alpha_of_mask(const uint8_t *mask, int full)
{
    Lanes a = lanes_of_bytes(mask);
    a = lanes_add(a, lanes_high_byte(lanes_add(a, lanes_all(128))));
    return full == ROW_ALL ? a : lanes_high_byte(lanes_times(a, lanes_all(full)));
}

static inline bool all_zero(const uint8_t *mask)
{
    uint64_t eight;
    memcpy(&eight, mask, sizeof eight);
    return eight == 0;
}

void row_mask(uint32_t *to, const uint8_t *mask, int n, int full, uint32_t color)
{
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        if (!all_zero(mask + i))
            row_blend_lanes(to + i, alpha_of_mask(mask + i, full), color);
    if (i == n)
        return;
    uint8_t rest[LANES] = {0};
    memcpy(rest, mask + i, (size_t)(n - i));
    row_blend_few(to + i, alpha_of_mask(rest, full), n - i, color);
}

/* ---- Sums, four at a time ------------------------------------------------------------------ */

#ifndef LANES_SSE2

static void sums_of_four(float v[4], float before)
{
    float a = v[0], b = v[1] + v[0], c = v[2] + v[1], d = v[3] + v[2];
    v[0] = a + before;
    v[1] = b + before;
    v[2] = (c + a) + before;
    v[3] = (d + b) + before;
}

void row_alpha(int16_t *alpha, const float *row, const float *ramp, int n, float full)
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
            alpha[x + i] = (int16_t)(int)(cover * full + 0.5f);
        }
    }
}

#else

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

void row_alpha(int16_t *alpha, const float *row, const float *ramp, int n, float full)
{
    __m128 rise = _mm_setzero_ps(), sum = _mm_setzero_ps();
    const __m128 sign = _mm_set1_ps(-0.0f), one = _mm_set1_ps(1), all = _mm_set1_ps(full);
    for (int x = 0; x < n; x += 4) {
        __m128 r = sums_of_four(_mm_loadu_ps(ramp + x), rise);
        __m128 v = sums_of_four(_mm_add_ps(_mm_loadu_ps(row + x), r), sum);
        rise = last_of_four(r);
        sum = last_of_four(v);
        __m128 cover = _mm_min_ps(_mm_andnot_ps(sign, v), one);
        __m128i a = _mm_cvttps_epi32(_mm_add_ps(_mm_mul_ps(cover, all), _mm_set1_ps(0.5f)));
        _mm_storel_epi64((__m128i *)(void *)(alpha + x), _mm_packs_epi32(a, a));
    }
}

#endif
