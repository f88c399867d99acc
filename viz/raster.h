/*
 * raster.h: a display list as pixels.
 *
 * A small scan converter with exact area coverage: every shape becomes polygons, a polygon's edges
 * add their signed area to the cells they cross, and a running sum along each row is the coverage
 * (the method of Levien's font-rs). Bent strokes are unions of convex pieces that all turn the same
 * way, so overlaps stay opaque; straight ones and arrow heads, which are most of a ladder, go a
 * quicker way with edges that are nearly as exact (raster_convex.h). Knows no SDL; letters come
 * from a callback, because drawing them needs a font library. The same list and scale give the same
 * pixels, on a screen or in a file.
 */
#ifndef SANDWIRE_VIZ_RASTER_H
#define SANDWIRE_VIZ_RASTER_H

#include "viz/display.h"

/* A rectangle of whole pixels: x0 <= x < x1. */
typedef struct Cells {
    int x0, y0, x1, y1;
} Cells;

typedef struct Raster Raster;

/* Finds the letters of a run whose baseline begins at (x, y), in pixels, and tells their masks with
 * raster_letters; they must stay until the next call without text, which says that another picture
 * begins. */
typedef void RasterText(void *user, Raster *, float x, float y, const char *text, size_t len, Font,
                        float size);

/* A mask of coverage (0 to 255), w * h bytes, to be seen at (x, y). */
typedef struct Letters {
    const uint8_t *mask;
    int x, y, w, h;
} Letters;

/* What is known of an item before anything is drawn. */
typedef struct Placed {
    int y0, y1;              /* the rows in which something of it may be */
    uint32_t letters, count; /* of a run of text: its masks */
} Placed;

enum { RASTER_THREADS_MAX = 8 };

struct Raster {
    uint32_t *pixels; /* 0xffRRGGBB, rows without gaps */
    int width, height;
    float scale; /* pixels for one unit of the list */
    int threads; /* that draw at once, each its own bands; 1 at first */
    RasterText *text;
    void *user;
    /* While drawing. */
    float *cover;   /* what each cell adds to the coverage of those right of it; 0 between shapes */
    float *ramp;    /* what each cell adds to what each of those adds; likewise */
    Cells area;     /* of the present shape: its cells alone are used, so they stay in the cache */
    int *from, *to; /* of each row: the cells that it touched, counted from its left */
    int16_t *alpha; /* of one row: how much of the present colour each pixel takes, 0 to 256 */
    uint32_t color; /* of what is being drawn */
    uint8_t opacity;
    /* Of the list being drawn. */
    Raster *others; /* of the further threads: copies with scratch of their own */
    int others_count;
    Placed *placed;
    Letters *letters;
    uint32_t placed_cap, letters_count, letters_cap;
};

/* False when memory ends. */
bool raster_open(Raster *, int width, int height, float scale, RasterText *, void *user);
void raster_close(Raster *);

/* Any number of threads gives the same pixels. */
void raster_draw(Raster *, const Display *, Theme);

/* For RasterText. */
void raster_letters(Raster *, Letters);

#endif
