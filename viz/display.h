/*
 * display.h: a picture as a value.
 *
 * A scene writes a display list; a back end (SVG, pixels) draws it, item after item, later ones on
 * top. The list owns its memory and grows; when memory ends, it is `full` and what did not fit is
 * missing, nothing worse. Two equal lists are equal bytes, so a window need not draw the same
 * picture twice.
 *
 * Coordinates are pixels of the picture's nominal size, y down. A text stands on its baseline.
 *
 * Each item may carry a Target: what a learner points at when the pointer is on it. Hit testing
 * reads the list, so whatever is visible can be clicked, and nothing else.
 */
#ifndef SANDWIRE_VIZ_DISPLAY_H
#define SANDWIRE_VIZ_DISPLAY_H

#include "viz/theme.h"

typedef struct Point {
    float x, y;
} Point;

typedef struct Box {
    float x, y, w, h;
} Box;

typedef enum ItemKind { ITEM_RECT, ITEM_CIRCLE, ITEM_PATH, ITEM_CURVE, ITEM_TEXT } ItemKind;
typedef enum Dash { DASH_NONE, DASH_DASHED, DASH_DOTTED } Dash;
typedef enum Font { FONT_MONO, FONT_BOLD, FONT_COUNT } Font;
typedef enum Anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END } Anchor;

/* What the pointer is on. */
typedef enum TargetKind {
    TARGET_NONE = 0,
    TARGET_SEGMENT,  /* value: row of the departure */
    TARGET_ROW,      /* value: any row */
    TARGET_STATE,    /* host, value: TcpState */
    TARGET_EDGE,     /* host, value: index in state_edges */
    TARGET_FIELD,    /* host, value: index of the schema row */
    TARGET_BUTTON,   /* value: KeyAction of keys.h */
    TARGET_TIMELINE, /* the moment under the pointer is found with timeline_at */
    TARGET_BRANCH,   /* value: index of the branch */
    TARGET_MENU,     /* value: line of the open menu */
    TARGET_PANEL,    /* swallows the pointer: menus, dialogs */
    TARGET_VIEW,     /* value: 1 + ViewId, or 0: all of them */
    TARGET_HEADER,   /* value: HeaderField */
    TARGET_CHOICE    /* value: number of a lesson's choice, from 1 */
} TargetKind;
typedef struct Target {
    uint16_t kind;
    uint8_t host, reserved;
    uint32_t value;
} Target;

typedef struct Item {
    uint8_t kind;
    uint8_t fill, stroke; /* Role; text is drawn in fill */
    uint8_t dash, font, anchor;
    uint8_t arrow;   /* the path or curve ends in an arrow head */
    uint8_t closed;  /* the path is a polygon */
    uint8_t overlay; /* floats above the window; may cover what is below */
    uint8_t opacity; /* 255: opaque */
    uint16_t clip;   /* index into clips; 0: none */
    float x, y, w, h, radius;
    float width;           /* of the stroke */
    float size;            /* of the font */
    uint32_t first, count; /* points, or bytes of text */
    Target target;
} Item;

typedef struct Display {
    float width, height;
    Item *items;
    Point *points;
    char *text; /* every run is followed by a zero byte */
    Box *clips;
    uint32_t item_count, item_cap, point_count, point_cap, text_count, text_cap;
    uint32_t clip_count, clip_cap;
    bool full;
    /* what the next items get */
    Target target;
    uint16_t clip;
    uint8_t overlay, opacity;
} Display;

/* An empty list for a picture of this size; free with display_free. */
Display display_new(float width, float height);
void display_free(Display *);
/* Empties the list and keeps its memory. */
void display_reset(Display *, float width, float height);
bool display_equal(const Display *, const Display *);

/* What the following items belong to, until it is set again. */
void display_target(Display *, TargetKind, HostId, uint32_t value);
void display_no_target(Display *);
/* The following items are cut to the box; a box of width 0 ends it. */
void display_clip(Display *, Box);

void draw_rect(Display *, Box, float radius, Role fill, Role stroke, float width);
void draw_circle(Display *, float x, float y, float radius, Role fill, Role stroke, float width);
void draw_line(Display *, Point from, Point to, Role, float width, Dash, bool arrow);
/* Through all the points; closed: the last is joined to the first. */
void draw_path(Display *, const Point *, uint32_t count, Role fill, Role stroke, float width, Dash,
               bool closed, bool arrow);
/* A cubic Bezier curve with the two control points in the middle. */
void draw_curve(Display *, const Point points[4], Role, float width, Dash, bool arrow);
/* A short cross, as on a lost segment. */
void draw_cross(Display *, Point, float radius, Role, float width);

void draw_text(Display *, float x, float y, const char *, Role, float size, Font, Anchor);
/* At most `width` wide: what does not fit is cut and ends in "…". Returns the width used. */
float draw_text_fit(Display *, float x, float y, float width, const char *, Role, float size, Font,
                    Anchor);
/* In lines of at most box.w from the top of the box; ends with "…" when box.h is used up. Returns
 * the height used. */
float draw_text_wrapped(Display *, Box, const char *, Role, float size, Font);
/* The height draw_text_wrapped would use. */
float text_wrapped_height(const char *, float size, float width);
/* The distance of two baselines. */
float text_line_height(float size);

/* The box an item covers. */
Box item_box(const Display *, const Item *);
const char *item_text(const Display *, const Item *);
bool box_overlap(Box, Box);
bool box_contains(Box outer, Box inner);

/* What the pointer at x, y is on: the topmost item with a target, within a few pixels for lines. */
Target display_hit(const Display *, float x, float y);
bool target_equal(Target, Target);

#endif
