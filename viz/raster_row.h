/*
 * raster_row.h: the two inner loops of raster.c: coverage to alpha, alpha to pixels.
 *
 * Private to the raster. With SSE2 four cells are done at a time; the additions have the same order
 * without it, so a picture has the same bytes on every machine.
 */
#ifndef SANDWIRE_VIZ_RASTER_ROW_H
#define SANDWIRE_VIZ_RASTER_ROW_H

#include <stdbool.h>
#include <stdint.h>

/* Cells are read, and alphas written, in fours. */
enum { ROW_STEP = 4 };

/* under, as far as alpha (0..255) says under color. */
uint32_t row_mixed(uint32_t under, uint32_t color, uint32_t alpha);

/* n pixels, each as far as its alpha says. */
void row_blend(uint32_t *to, const uint8_t *alpha, int n, uint32_t color);

/* The coverage of n cells as alphas, full being that of a cell that is covered wholly. row: what
 * each cell adds to the coverage; ramp: what it adds to what each following one adds. */
void row_alpha(uint8_t *alpha, const float *row, const float *ramp, int n, float full);

#endif
