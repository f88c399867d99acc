/*
 * parts.h: small pieces that several views share; private to the views.
 *
 * A number as the learner names it, a row of swatches with their words, marks with labels that
 * never meet.
 */
#ifndef SANDWIRE_VIZ_PARTS_H
#define SANDWIRE_VIZ_PARTS_H

#include "viz/scene.h"

/* "A+1": a number of whose stream, as the connection knows it. */
void part_seq(Text *, const View *, const Tcb *, HostId whose, Seq);

typedef struct Swatch {
    Word word;
    Role fill, stroke;
    bool dashed, crossed;
} Swatch;

/* Boxes with their words in one line whose baseline is at y; those without room are left out. */
void part_legend(Display *, const View *, float x, float y, float width, const Swatch *,
                 uint32_t count);
/* The box of a swatch. */
void part_swatch(Display *, Box, const Swatch *);

/* A place on a line, and its name. */
typedef struct PlaceMark {
    float x;
    char text[64];
} PlaceMark;

/* A stroke from y0 to y1 at each mark and its name centred on it, baseline at y; moved aside where
 * names would meet. Marks are in order of x; those at one place share a name: "una = nxt A+1". */
void part_marks(Display *, const View *, const PlaceMark *, uint32_t count, Box line, float y,
                float y0, float y1);

#endif
