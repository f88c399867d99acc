/*
 * raster_convex.h: what the ladder is made of, straight strokes and the heads of arrows, quickly.
 *
 * Private to the raster. A convex polygon of few edges is the common part of half planes; a pixel's
 * coverage is the sum of what each of them leaves, and that is linear along a row, so eight pixels
 * cost a few instructions (raster.c's sums cost ten times as much). Exact for upright and level
 * edges; elsewhere the ramp of a pixel's width stands for the true curve, at most 4 % of a colour
 * beside it for each edge, most at 45 degrees.
 */
#ifndef SANDWIRE_VIZ_RASTER_CONVEX_H
#define SANDWIRE_VIZ_RASTER_CONVEX_H

#include <stdbool.h>
#include <stdint.h>

#include "viz/raster.h"

enum { CONVEX_EDGES_MAX = 4 };

/* Fills a convex polygon of 3 or 4 corners, in pixels, either turn, with the present colour. */
void raster_convex(Raster *, const Point *corners, uint32_t n, Cells clip);

/* A straight stroke with square ends. on > 0: dashed, on and off in pixels, `on` first; both
 * together below CONVEX_DASH_MAX. */
enum { CONVEX_DASH_MAX = 255 };
void raster_stroke(Raster *, Point a, Point b, float width, float on, float off, Cells clip);

#endif
