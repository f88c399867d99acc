/*
 * layout.h: which part of the window belongs to whom.
 *
 * A pure function of the View: the size, the type's zoom, what is full screen, presenter mode.
 *
 *     WIDE                          SQUARE (4:3)             SINGLE (narrow, or one panel chosen)
 *     +---------------------------+ +---------------------+  +------------------+
 *     | bar                       | | bar                 |  | bar              |
 *     | A    |   wire      |   B  | | wire      |    A    |  |                  |
 *     |      |             |      | |           |---------|  |   main           |
 *     |      |             |      | |           |    B    |  |                  |
 *     | lower A     | lower B     | | lower A   | lower B |  |                  |
 *     | timeline                  | | timeline            |  | timeline         |
 *     | status                    | | status              |  | status           |
 *     +---------------------------+ +---------------------+  +------------------+
 *
 * In presenter mode the one panel has the whole window but a caption below: no bar, no timeline.
 *
 * Invariants (tests/viz/test_layout.c): boxes lie inside the window, none covers another, a box
 * that is given is at least as large as the least that its slot is worth drawing in; what a window
 * has no room for has an empty box (w == 0).
 */
#ifndef SANDWIRE_VIZ_LAYOUT_H
#define SANDWIRE_VIZ_LAYOUT_H

#include "viz/scene.h"

typedef enum Slot {
    SLOT_BAR = 0,
    SLOT_A, /* diagram and fields of A */
    SLOT_B,
    SLOT_WIRE,
    SLOT_LOWER_A, /* strips, curves, queues: what the learner chose */
    SLOT_LOWER_B,
    SLOT_MAIN, /* the one panel, when there is only one */
    SLOT_TIMELINE,
    SLOT_STATUS,
    SLOT_COUNT
} Slot;

typedef enum Arrangement { ARRANGE_WIDE = 0, ARRANGE_SQUARE, ARRANGE_SINGLE } Arrangement;

typedef struct Layout {
    Arrangement arrangement;
    Look look;
    Box box[SLOT_COUNT]; /* w == 0: no room for it */
} Layout;

Layout layout_of(const View *);

/* The smallest box in which the slot is given, in pixels of this type. */
void layout_least(const Look *, Slot, float *width, float *height);

#endif
