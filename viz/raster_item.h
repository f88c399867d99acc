/*
 * raster_item.h: the items of a list, inside one band of rows.
 *
 * Private to the raster. Works with what belongs to the Raster it is given and with the band's rows
 * of the picture: several may draw bands of one picture at once, each with a Raster of its own.
 */
#ifndef SANDWIRE_VIZ_RASTER_ITEM_H
#define SANDWIRE_VIZ_RASTER_ITEM_H

#include "viz/raster.h"
#include "viz/raster_row.h"

/* A row has some cells more than pixels: an edge at the right border touches two of them. No band
 * is higher than this. */
enum { RASTER_MORE_CELLS = 2 + ROW_STEP, RASTER_BAND_ROWS = 64 };

static inline uint32_t *raster_pixel(Raster *r, int x, int y)
{
    return &r->pixels[(size_t)y * (size_t)r->width + (size_t)x];
}

/* How much a pixel that is covered wholly takes of the present colour: 0 to 256. */
static inline int raster_full(const Raster *r)
{
    return r->opacity + (r->opacity >> 7);
}

/* fminf and fmaxf are calls, because of numbers that are none; there are none here. */
static inline float least(float a, float b)
{
    return a < b ? a : b;
}

static inline float most(float a, float b)
{
    return a > b ? a : b;
}

static inline float clamp(float v, float low, float high)
{
    return v < low ? low : v > high ? high : v;
}

void raster_page(Raster *, Theme, Cells band);
void raster_item(Raster *, const Display *, uint32_t item, Theme, Cells band);

/* Whether nothing under the item can be seen in the band. */
bool raster_hides(const Raster *, const Display *, uint32_t item, Cells band);

#endif
