/*
 * layout.c: the function of layout.h.
 *
 * Two numbers decide: the shape of the window, and its size counted in the present type, so that a
 * large zoom on a large screen is treated like a small window. Where the parts below would leave
 * the main part too little they go, first the strips, then the timeline.
 */
#include "viz/layout.h"

/* Sizes for which type of 12 and 14 pixels is meant. */
static const float WIDE_W = 1280, WIDE_H = 720, SQUARE_W = 1000, SQUARE_H = 740;
static const float SQUARE_BELOW = 1.45f; /* width / height */
static const float UNIT_MIN = 0.8f, PRESENTER_TYPE = 1.45f;

/* In units of type: what a three-column or two-column window takes at least. */
static const float COLUMNS3_W = 940, COLUMNS3_H = 460, COLUMNS2_W = 810, COLUMNS2_H = 610;

static float least_of(float a, float b)
{
    return a < b ? a : b;
}

Look look_of(const View *view)
{
    bool square = !view->focus && view->height > 0 && view->width / view->height < SQUARE_BELOW;
    float r = least_of(view->width / (square ? SQUARE_W : WIDE_W),
                       view->height / (square ? SQUARE_H : WIDE_H));
    /* A larger window gives half of its gain to larger type, the rest to more content. */
    float unit = r > 1 ? 1 + (r - 1) * 0.4f : r < UNIT_MIN ? UNIT_MIN : r;
    unit *= view->zoom > 0 ? view->zoom : 1;
    unit *= view->presenter ? PRESENTER_TYPE : 1;
    Look look = {
        .unit = unit, .body = 14 * unit, .small = 12 * unit, .line = 16 * unit, .pad = 8 * unit};
    return look;
}

void layout_least(const Look *k, Slot slot, float *width, float *height)
{
    float u = k->unit;
    *width = *height = 0;
    switch (slot) {
    case SLOT_BAR: *height = k->body * 2; break;
    case SLOT_STATUS: *height = k->small * 1.6f; break;
    case SLOT_A:
    case SLOT_B: *width = 150 * u, *height = 170 * u; break;
    case SLOT_WIRE: *width = 300 * u, *height = 170 * u; break;
    case SLOT_LOWER_A:
    case SLOT_LOWER_B: *width = 260 * u, *height = k->line * 5; break;
    case SLOT_TIMELINE: *width = 260 * u, *height = k->line * 4; break;
    case SLOT_MAIN: *width = 120 * u, *height = 60 * u; break;
    case SLOT_COUNT: break;
    }
}

static Arrangement arrangement_of(const View *view, const Look *k)
{
    float w = view->width / k->unit, h = view->height / k->unit;
    if (view->focus || view->presenter)
        return ARRANGE_SINGLE;
    if (view->width / view->height >= SQUARE_BELOW && w >= COLUMNS3_W && h >= COLUMNS3_H)
        return ARRANGE_WIDE;
    if (w >= COLUMNS2_W && h >= COLUMNS2_H)
        return ARRANGE_SQUARE;
    return ARRANGE_SINGLE;
}

/* The bar above, the parts below; returns what is left for the main part. */
static Box place_frame(Layout *l, const View *view)
{
    const Look *k = &l->look;
    float gap = k->pad * 0.75f, w = view->width, h = view->height, top = gap;
    if (!view->presenter) {
        top = k->body * 2.5f;
        l->box[SLOT_BAR] = (Box){gap * 1.5f, 0, w - gap * 3, top};
    }
    bool speaks = view->presenter && view->caption;
    float status = k->small * (speaks ? 3.9f : 2.0f), bottom = h - status;
    l->box[SLOT_STATUS] = (Box){gap * 1.5f, bottom, w - gap * 3, status};
    float least_w, least_h, timeline = k->line * 4.0f;
    layout_least(k, SLOT_TIMELINE, &least_w, &least_h);
    bool room = bottom - timeline - gap - top >= 200 * k->unit && w - 2 * gap >= least_w;
    if (room && !view->presenter) {
        bottom -= timeline;
        l->box[SLOT_TIMELINE] = (Box){gap, bottom, w - 2 * gap, timeline};
        bottom -= gap;
    }
    if (l->arrangement != ARRANGE_SINGLE && bottom - top >= 400 * k->unit) {
        float strip = k->line * 5.1f, half = (w - 3 * gap) / 2;
        bottom -= strip;
        l->box[SLOT_LOWER_A] = (Box){gap, bottom, half, strip};
        l->box[SLOT_LOWER_B] = (Box){gap * 2 + half, bottom, half, strip};
        bottom -= gap;
    }
    return (Box){gap, top, w - 2 * gap, bottom - top};
}

static void place_wide(Layout *l, const View *view, Box main)
{
    const Look *k = &l->look;
    float gap = k->pad * 0.75f, w = view->width;
    /* Wide enough for the full diagram where there is room for it and for the ladder. */
    float side = w * 0.243f, full = 552 + 2 * k->pad + 2;
    if (w - 2 * full > 700)
        side = w * 0.302f > full ? w * 0.302f : full;
    float right = view->lesson ? w * 0.33f : side;
    l->box[SLOT_A] = (Box){main.x, main.y, side, main.h};
    l->box[SLOT_B] = (Box){main.x + main.w - right, main.y, right, main.h};
    l->box[SLOT_WIRE] = (Box){main.x + side + gap, main.y, main.w - side - right - 2 * gap, main.h};
}

static void place_square(Layout *l, Box main)
{
    float gap = l->look.pad * 0.75f, left = main.w * 0.58f, half = (main.h - gap) / 2;
    float x = main.x + left + gap, right = main.w - left - gap;
    l->box[SLOT_WIRE] = (Box){main.x, main.y, left, main.h};
    l->box[SLOT_A] = (Box){x, main.y, right, half};
    l->box[SLOT_B] = (Box){x, main.y + half + gap, right, half};
}

Layout layout_of(const View *view)
{
    Layout l = {.look = look_of(view)};
    l.arrangement = arrangement_of(view, &l.look);
    Box main = place_frame(&l, view);
    switch (l.arrangement) {
    case ARRANGE_WIDE: place_wide(&l, view, main); break;
    case ARRANGE_SQUARE: place_square(&l, main); break;
    case ARRANGE_SINGLE: l.box[SLOT_MAIN] = main; break;
    }
    return l;
}
