/*
 * shape.h: geometry that every back end needs: arrow heads, curves as polylines, dashes.
 *
 * Pure arithmetic on points; knows neither pixels nor SVG. The size of an arrow head depends only
 * on the width of its line, so that all back ends draw the same arrow.
 */
#ifndef SANDWIRE_VIZ_SHAPE_H
#define SANDWIRE_VIZ_SHAPE_H

#include "viz/display.h"

enum { SHAPE_CURVE_STEPS = 24, SHAPE_ROUND_MAX = 64 };

/* The corners of the head of an arrow that comes from `from` and points at `tip`; returns where the
 * line itself ends, inside the head. */
Point shape_arrow_head(Point from, Point tip, float width, Point corners[3]);

/* The four points of a curve that ends inside its arrow head, and the head. */
void shape_arrow_curve(const Point curve[4], float width, Point out[4], Point corners[3]);

/* SHAPE_CURVE_STEPS + 1 points along the curve. */
void shape_flatten(const Point curve[4], Point *out);

/* Lengths of a dash and the gap after it; 0 and 0 for a solid line. */
void shape_dash(Dash, float width, float *on, float *off);

/* Corners of a circle, or of a rectangle with round corners (at most SHAPE_ROUND_MAX points), in
 * the order of the clock; returns how many. */
uint32_t shape_circle(float x, float y, float radius, Point *out);
uint32_t shape_round_rect(Box, float radius, Point *out);

#endif
