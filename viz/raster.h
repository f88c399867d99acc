/*
 * raster.h: a display list as pixels.
 *
 * A small scan converter with exact area coverage: every shape becomes polygons, a polygon's edges
 * add their signed area to the cells they cross, and a running sum along each row is the coverage
 * (the method of Levien's font-rs). Strokes are unions of convex pieces that all turn the same way,
 * so overlaps stay opaque. Knows no SDL; letters come from a callback, because drawing them needs a
 * font library. The same list and scale give the same pixels, on a screen or in a file.
 */
#ifndef SANDWIRE_VIZ_RASTER_H
#define SANDWIRE_VIZ_RASTER_H

#include "viz/display.h"

/* A rectangle of whole pixels: x0 <= x < x1. */
typedef struct Cells {
    int x0, y0, x1, y1;
} Cells;

typedef struct Rows {
    int y0, y1;
} Rows;

typedef struct Raster Raster;

/* Draws a run of text whose baseline begins at (x, y), in pixels, with raster_mask. */
typedef void RasterText(void *user, Raster *, float x, float y, const char *text, size_t len, Font,
                        float size, Cells clip);

struct Raster {
    uint32_t *pixels; /* 0xffRRGGBB, rows without gaps */
    int width, height;
    float scale;    /* pixels for one unit of the list */
    float *cover;   /* what each cell adds to the coverage of those right of it; 0 between shapes */
    float *ramp;    /* what each cell adds to what each of those adds; likewise */
    Cells area;     /* of the present shape: its cells alone are used, so they stay in the cache */
    int *from, *to; /* of each row: the cells that it touched, counted from its left */
    uint8_t *alpha; /* of one row: how much of the present colour each pixel takes */
    Rows *rows;     /* of each item of the list being drawn */
    uint32_t rows_cap;
    RasterText *text;
    void *user;
    uint32_t color; /* of what is being drawn */
    uint8_t opacity;
};

/* False when memory ends. */
bool raster_open(Raster *, int width, int height, float scale, RasterText *, void *user);
void raster_close(Raster *);

void raster_draw(Raster *, const Display *, Theme);

/* Blends the present colour through a mask of coverage (0..255); for RasterText. */
void raster_mask(Raster *, int x, int y, const uint8_t *mask, int w, int h, int pitch, Cells clip);

#endif
