/*
 * raster_row.h: the inner loops of the raster: coverage to alpha, alpha to pixels, flat fills.
 *
 * Private to the raster. How much of a colour a pixel takes is 0 to 256 here: 256 is all of it.
 */
#ifndef SANDWIRE_VIZ_RASTER_ROW_H
#define SANDWIRE_VIZ_RASTER_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "viz/lanes.h"

enum { ROW_STEP = LANES, ROW_ALL = 256 };

/* n pixels become the colour. */
void row_fill(uint32_t *to, int n, uint32_t color);

/* Of eight pixels the first n, each as far as its alpha says. */
void row_blend_few(uint32_t *to, Lanes alpha, int n, uint32_t color);

/* n pixels, each as far as its alpha (0 to 256) says; alphas are read in steps of ROW_STEP. */
void row_blend(uint32_t *to, const int16_t *alpha, int n, uint32_t color);

/* The same through a mask (0 to 255), which counts as far as `full` (0 to 256) says; reads no mask
 * beyond n. */
void row_mask(uint32_t *to, const uint8_t *mask, int n, int full, uint32_t color);

/* The coverage of n cells as alphas, `full` being that of a cell that is covered wholly. row: what
 * each cell adds to the coverage; ramp: what it adds to what each following one adds. Cells are
 * read, and alphas written, in steps of ROW_STEP. */
void row_alpha(int16_t *alpha, const float *row, const float *ramp, int n, float full);

/* Eight pixels, each as far as its alpha says. */
static inline void row_blend_lanes(uint32_t *to, Lanes alpha, uint32_t color)
{
#ifdef LANES_SSE2
    const __m128i zero = _mm_setzero_si128(), half = _mm_set1_epi8((char)128);
    const __m128i wide = _mm_unpacklo_epi8(_mm_set1_epi32((int)color), zero);
    __m128i *at = (__m128i *)(void *)to;
    __m128i two[2] = {_mm_unpacklo_epi16(alpha, alpha), _mm_unpackhi_epi16(alpha, alpha)};
    for (int i = 0; i < 2; i++) {
        __m128i under = _mm_loadu_si128(at + i);
        __m128i low = _mm_unpacklo_epi8(under, zero), high = _mm_unpackhi_epi8(under, zero);
        low = _mm_mullo_epi16(_mm_sub_epi16(wide, low), _mm_unpacklo_epi32(two[i], two[i]));
        high = _mm_mullo_epi16(_mm_sub_epi16(wide, high), _mm_unpackhi_epi32(two[i], two[i]));
        low = _mm_srli_epi16(_mm_add_epi16(_mm_unpacklo_epi8(half, under), low), 8);
        high = _mm_srli_epi16(_mm_add_epi16(_mm_unpackhi_epi8(half, under), high), 8);
        _mm_storeu_si128(at + i, _mm_packus_epi16(low, high));
    }
#else
    for (int i = 0; i < LANES; i++) {
        uint32_t a = (uint32_t)alpha.v[i], mixed = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            uint32_t under = to[i] >> shift & 0xff, over = color >> shift & 0xff;
            mixed |= (over * a + under * (ROW_ALL - a) + 128) >> 8 << shift;
        }
        to[i] = mixed;
    }
#endif
}

#endif
