/*
 * display.c: filling a display list, and asking it what is where.
 *
 * The only place of the scene that allocates. Nothing here knows what is drawn: no states, no
 * segments, no colours.
 */
#include "viz/display.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/measure.h"

static const float LINE_HEIGHT = 1.34f;
static const float HIT_DISTANCE = 6;

/* Makes room for `more` elements of `size` bytes; false when memory ends. */
static bool reserve(Display *d, void **array, uint32_t *cap, uint32_t count, uint32_t more,
                    size_t size)
{
    if (count + more <= *cap)
        return true;
    uint32_t want = max_u32(max_u32(*cap * 2, count + more), 64);
    void *grown = realloc(*array, want * size);
    if (!grown) {
        d->full = true;
        return false;
    }
    *array = grown;
    *cap = want;
    return true;
}

Display display_new(float width, float height)
{
    Display d = {0};
    display_reset(&d, width, height);
    return d;
}

void display_free(Display *d)
{
    free(d->items);
    free(d->points);
    free(d->text);
    free(d->clips);
    *d = (Display){0};
}

void display_reset(Display *d, float width, float height)
{
    d->width = width;
    d->height = height;
    d->item_count = d->point_count = d->text_count = d->clip_count = 0;
    d->full = false;
    d->target = (Target){0};
    d->clip = 0;
    d->overlay = 0;
    d->opacity = 255;
    if (reserve(d, (void **)&d->clips, &d->clip_cap, 0, 1, sizeof *d->clips)) {
        d->clips[0] = (Box){0, 0, width, height}; /* index 0: the whole picture */
        d->clip_count = 1;
    }
}

static bool equal_bytes(const void *a, const void *b, size_t count, size_t size)
{
    return count == 0 || memcmp(a, b, count * size) == 0;
}

bool display_equal(const Display *a, const Display *b)
{
    return a->item_count == b->item_count && a->point_count == b->point_count &&
           a->text_count == b->text_count && a->clip_count == b->clip_count &&
           equal_bytes(a->items, b->items, a->item_count, sizeof *a->items) &&
           equal_bytes(a->points, b->points, a->point_count, sizeof *a->points) &&
           equal_bytes(a->text, b->text, a->text_count, 1) &&
           equal_bytes(a->clips, b->clips, a->clip_count, sizeof *a->clips);
}

void display_target(Display *d, TargetKind kind, HostId host, uint32_t value)
{
    d->target = (Target){(uint16_t)kind, host, 0, value};
}

void display_no_target(Display *d)
{
    d->target = (Target){0};
}

void display_clip(Display *d, Box box)
{
    d->clip = 0;
    if (box.w <= 0 || !reserve(d, (void **)&d->clips, &d->clip_cap, d->clip_count, 1, sizeof box))
        return;
    CHECK(d->clip_count < UINT16_MAX);
    d->clip = (uint16_t)d->clip_count;
    d->clips[d->clip_count++] = box;
}

/* ---- Items --------------------------------------------------------------------------------- */

static Item *add(Display *d, ItemKind kind)
{
    if (!reserve(d, (void **)&d->items, &d->item_cap, d->item_count, 1, sizeof *d->items))
        return NULL;
    Item *item = &d->items[d->item_count++];
    memset(item, 0, sizeof *item); /* equal pictures are equal bytes */
    item->kind = (uint8_t)kind;
    item->target = d->target;
    item->clip = d->clip;
    item->overlay = d->overlay;
    item->opacity = d->opacity;
    return item;
}

static Item *add_points(Display *d, ItemKind kind, const Point *points, uint32_t count)
{
    if (!reserve(d, (void **)&d->points, &d->point_cap, d->point_count, count, sizeof *points))
        return NULL;
    Item *item = add(d, kind);
    if (!item)
        return NULL;
    item->first = d->point_count;
    item->count = count;
    memcpy(d->points + d->point_count, points, count * sizeof *points);
    d->point_count += count;
    return item;
}

void draw_rect(Display *d, Box box, float radius, Role fill, Role stroke, float width)
{
    Item *item = add(d, ITEM_RECT);
    if (!item)
        return;
    item->x = box.x;
    item->y = box.y;
    item->w = box.w;
    item->h = box.h;
    item->radius = radius;
    item->fill = (uint8_t)fill;
    item->stroke = (uint8_t)stroke;
    item->width = width;
}

void draw_circle(Display *d, float x, float y, float radius, Role fill, Role stroke, float width)
{
    Item *item = add(d, ITEM_CIRCLE);
    if (!item)
        return;
    item->x = x;
    item->y = y;
    item->radius = radius;
    item->fill = (uint8_t)fill;
    item->stroke = (uint8_t)stroke;
    item->width = width;
}

void draw_line(Display *d, Point from, Point to, Role role, float width, Dash dash, bool arrow)
{
    Point points[2] = {from, to};
    draw_path(d, points, 2, ROLE_NONE, role, width, dash, false, arrow);
}

void draw_path(Display *d, const Point *points, uint32_t count, Role fill, Role stroke, float width,
               Dash dash, bool closed, bool arrow)
{
    Item *item = add_points(d, ITEM_PATH, points, count);
    if (!item)
        return;
    item->fill = (uint8_t)fill;
    item->stroke = (uint8_t)stroke;
    item->width = width;
    item->dash = (uint8_t)dash;
    item->closed = closed;
    item->arrow = arrow;
}

void draw_curve(Display *d, const Point points[4], Role role, float width, Dash dash, bool arrow)
{
    Item *item = add_points(d, ITEM_CURVE, points, 4);
    if (!item)
        return;
    item->stroke = (uint8_t)role;
    item->width = width;
    item->dash = (uint8_t)dash;
    item->arrow = arrow;
}

void draw_cross(Display *d, Point at, float radius, Role role, float width)
{
    draw_line(d, (Point){at.x - radius, at.y - radius}, (Point){at.x + radius, at.y + radius}, role,
              width, DASH_NONE, false);
    draw_line(d, (Point){at.x - radius, at.y + radius}, (Point){at.x + radius, at.y - radius}, role,
              width, DASH_NONE, false);
}

/* ---- Text ---------------------------------------------------------------------------------- */

static void add_run(Display *d, float x, float y, const char *text, size_t len, const char *end,
                    Role role, float size, Font font, Anchor anchor)
{
    size_t end_len = strlen(end), all = len + end_len;
    if (all == 0 ||
        !reserve(d, (void **)&d->text, &d->text_cap, d->text_count, (uint32_t)all + 1, 1))
        return;
    Item *item = add(d, ITEM_TEXT);
    if (!item)
        return;
    item->x = x;
    item->y = y;
    item->fill = (uint8_t)role;
    item->size = size;
    item->font = (uint8_t)font;
    item->anchor = (uint8_t)anchor;
    item->first = d->text_count;
    item->count = (uint32_t)all;
    memcpy(d->text + d->text_count, text, len);
    memcpy(d->text + d->text_count + len, end, end_len);
    d->text[d->text_count + all] = '\0';
    d->text_count += (uint32_t)all + 1;
    item->w = measure_ems(d->text + item->first, all) * size;
}

void draw_text(Display *d, float x, float y, const char *text, Role role, float size, Font font,
               Anchor anchor)
{
    add_run(d, x, y, text, strlen(text), "", role, size, font, anchor);
}

float draw_text_fit(Display *d, float x, float y, float width, const char *text, Role role,
                    float size, Font font, Anchor anchor)
{
    size_t len = strlen(text);
    float whole = measure_ems(text, len) * size;
    if (whole <= width + 0.01f) {
        add_run(d, x, y, text, len, "", role, size, font, anchor);
        return whole;
    }
    float dots = MEASURE_MONO * size;
    if (width < dots)
        return 0;
    size_t fits = measure_fit(text, len, size, width - dots);
    add_run(d, x, y, text, fits, "…", role, size, font, anchor);
    return measure_ems(text, fits) * size + dots;
}

float text_line_height(float size)
{
    return size * LINE_HEIGHT;
}

float text_wrapped_height(const char *text, float size, float width)
{
    size_t len = strlen(text), at = 0, next;
    uint32_t lines = 0;
    while (at < len) {
        measure_line(text + at, len - at, size, width, &next);
        at += next;
        lines++;
    }
    return (float)lines * text_line_height(size);
}

float draw_text_wrapped(Display *d, Box box, const char *text, Role role, float size, Font font)
{
    size_t len = strlen(text), at = 0, next;
    float step = text_line_height(size), y = 0;
    while (at < len && y + step <= box.h + 0.01f) {
        size_t n = measure_line(text + at, len - at, size, box.w, &next);
        bool last = y + 2 * step > box.h + 0.01f && at + next < len;
        const char *end = last ? "…" : "";
        if (last)
            n = measure_fit(text + at, n, size, box.w - MEASURE_MONO * size);
        add_run(d, box.x, box.y + y + size * (MEASURE_ASCENT + 0.15f), text + at, n, end, role,
                size, font, ANCHOR_START);
        at += next;
        y += step;
    }
    return y;
}

/* ---- Asking -------------------------------------------------------------------------------- */

const char *item_text(const Display *d, const Item *item)
{
    return item->kind == ITEM_TEXT ? d->text + item->first : "";
}

static Box text_box(const Item *item)
{
    float x = item->x;
    if (item->anchor == ANCHOR_MIDDLE)
        x -= item->w / 2;
    else if (item->anchor == ANCHOR_END)
        x -= item->w;
    return (Box){x, item->y - MEASURE_ASCENT * item->size, item->w,
                 (MEASURE_ASCENT + MEASURE_DESCENT) * item->size};
}

Box item_box(const Display *d, const Item *item)
{
    if (item->kind == ITEM_TEXT)
        return text_box(item);
    if (item->kind == ITEM_RECT)
        return (Box){item->x, item->y, item->w, item->h};
    if (item->kind == ITEM_CIRCLE)
        return (Box){item->x - item->radius, item->y - item->radius, 2 * item->radius,
                     2 * item->radius};
    const Point *p = d->points + item->first;
    float x0 = p[0].x, y0 = p[0].y, x1 = x0, y1 = y0;
    for (uint32_t i = 1; i < item->count; i++) {
        x0 = fminf(x0, p[i].x);
        y0 = fminf(y0, p[i].y);
        x1 = fmaxf(x1, p[i].x);
        y1 = fmaxf(y1, p[i].y);
    }
    return (Box){x0, y0, x1 - x0, y1 - y0};
}

bool box_overlap(Box a, Box b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

bool box_contains(Box outer, Box inner)
{
    const float slack = 0.5f;
    return inner.x >= outer.x - slack && inner.y >= outer.y - slack &&
           inner.x + inner.w <= outer.x + outer.w + slack &&
           inner.y + inner.h <= outer.y + outer.h + slack;
}

static bool box_has(Box b, float x, float y)
{
    return x >= b.x && x < b.x + b.w && y >= b.y && y < b.y + b.h;
}

/* The distance of (x, y) from the stretch a-b. */
static float distance(Point a, Point b, float x, float y)
{
    float dx = b.x - a.x, dy = b.y - a.y, len = dx * dx + dy * dy;
    float t = len > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / len : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    float ex = a.x + t * dx - x, ey = a.y + t * dy - y;
    return sqrtf(ex * ex + ey * ey);
}

static Point curve_at(const Point p[4], float t)
{
    float u = 1 - t, a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, e = t * t * t;
    return (Point){a * p[0].x + b * p[1].x + c * p[2].x + e * p[3].x,
                   a * p[0].y + b * p[1].y + c * p[2].y + e * p[3].y};
}

static bool near_path(const Display *d, const Item *item, float x, float y)
{
    enum { STEPS = 16 };
    const Point *p = d->points + item->first;
    if (item->kind == ITEM_CURVE) {
        for (int i = 0; i < STEPS; i++)
            if (distance(curve_at(p, (float)i / STEPS), curve_at(p, (float)(i + 1) / STEPS), x,
                         y) <= HIT_DISTANCE)
                return true;
        return false;
    }
    for (uint32_t i = 1; i < item->count; i++)
        if (distance(p[i - 1], p[i], x, y) <= HIT_DISTANCE)
            return true;
    return item->closed && box_has(item_box(d, item), x, y);
}

static bool item_hit(const Display *d, const Item *item, float x, float y)
{
    if (!box_has(d->clips[item->clip], x, y))
        return false;
    if (item->kind == ITEM_PATH || item->kind == ITEM_CURVE)
        return near_path(d, item, x, y);
    return box_has(item_box(d, item), x, y);
}

Target display_hit(const Display *d, float x, float y)
{
    for (uint32_t i = d->item_count; i-- > 0;)
        if (d->items[i].target.kind != TARGET_NONE && item_hit(d, &d->items[i], x, y))
            return d->items[i].target;
    return (Target){0};
}

bool target_equal(Target a, Target b)
{
    return a.kind == b.kind && a.host == b.host && a.value == b.value;
}
