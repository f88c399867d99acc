/*
 * raster_item.c: see raster_item.h. Shapes become coverage, coverage becomes pixels.
 *
 * Invariant: between two shapes every cell of `cover` and `ramp` is 0, and every row's from..to is
 * empty; end_shape reads and clears the cells that the shape touched, and only those: the sum is 0
 * left and right of them.
 */
#include "viz/raster_item.h"

#include <math.h>
#include <string.h>

#include "viz/raster_convex.h"
#include "viz/raster_row.h"
#include "viz/shape.h"

/* Where the cells of a row of the present shape begin. */
static inline size_t row_at(const Raster *r, int y)
{
    return (size_t)(y - r->area.y0) * (size_t)(r->area.x1 - r->area.x0 + RASTER_MORE_CELLS);
}

static Cells cells_both(Cells a, Cells b)
{
    return (Cells){a.x0 > b.x0 ? a.x0 : b.x0, a.y0 > b.y0 ? a.y0 : b.y0, a.x1 < b.x1 ? a.x1 : b.x1,
                   a.y1 < b.y1 ? a.y1 : b.y1};
}

/* ---- Pixels -------------------------------------------------------------------------------- */

static void fill_cells(Raster *r, Cells c)
{
    for (int i = 0; r->opacity < 255 && i < c.x1 - c.x0; i++)
        r->alpha[i] = (int16_t)raster_full(r);
    for (int y = c.y0; y < c.y1; y++) {
        uint32_t *row = raster_pixel(r, c.x0, y);
        if (r->opacity == 255)
            row_fill(row, c.x1 - c.x0, r->color);
        else
            row_blend(row, r->alpha, c.x1 - c.x0, r->color);
    }
}

static void draw_letters(Raster *r, const Letters *l, Cells clip)
{
    int x0 = l->x > clip.x0 ? l->x : clip.x0, x1 = l->x + l->w < clip.x1 ? l->x + l->w : clip.x1;
    int y0 = l->y > clip.y0 ? l->y : clip.y0, y1 = l->y + l->h < clip.y1 ? l->y + l->h : clip.y1;
    for (int y = y0; y < y1 && x0 < x1; y++)
        row_mask(raster_pixel(r, x0, y), l->mask + (y - l->y) * l->w + (x0 - l->x), x1 - x0,
                 raster_full(r), r->color);
}

/* ---- Coverage ------------------------------------------------------------------------------ */

/* Adds one edge's stretch inside one row: it goes from x to next (0 or more) and covers `d` of the
 * row's height (signed). However long it is, six cells tell it: between its ends every cell gains
 * the same, and that is told where it begins and where it ends. */
static inline void add_span(float *row, float *ramp, float x, float next, float d)
{
    float x0 = least(x, next), x1 = most(x, next);
    int i0 = (int)x0, i1 = (int)x1;
    i1 += (float)i1 < x1; /* upwards */
    float x0floor = (float)i0, x1ceil = (float)i1;
    if (i1 <= i0 + 1) {
        float middle = 0.5f * (x + next) - x0floor;
        row[i0] += d - d * middle;
        row[i0 + 1] += d * middle;
        return;
    }
    float s = 1 / (x1 - x0), f0 = x0 - x0floor, f1 = x1 - x1ceil + 1;
    float first = 0.5f * s * (1 - f0) * (1 - f0), last = 0.5f * s * f1 * f1;
    row[i0] += d * first;
    if (i1 == i0 + 2) {
        row[i0 + 1] += d * (1 - first - last);
    } else {
        float second = s * (1.5f - f0), step = d * s;
        row[i0 + 1] += d * (second - first);
        ramp[i0 + 2] += step;
        ramp[i1 - 1] -= step;
        row[i1 - 1] += d * (1 - (second + (float)(i1 - i0 - 3) * s) - last);
    }
    row[i1] += d * last;
}

/* An edge downwards, inside the shape's area from row y0 to y1. inside: no part of it lies left or
 * right of the area, so nothing needs to be held back there. */
static inline void add_rows(Raster *r, Point a, Point b, float dir, int y0, int y1, bool inside)
{
    const int cells = r->area.x1 - r->area.x0;
    const float slope = (b.x - a.x) / (b.y - a.y), w = (float)cells;
    const float begin = a.x - (float)r->area.x0;
    float top = most(a.y, (float)y0), x0 = begin + (top - a.y) * slope;
    x0 = inside ? x0 : clamp(x0, 0, w);
    float *row = r->cover + row_at(r, y0), *ramp = r->ramp + row_at(r, y0);
    for (int y = y0; y < y1;
         y++, row += cells + RASTER_MORE_CELLS, ramp += cells + RASTER_MORE_CELLS) {
        float bottom = least(b.y, (float)y + 1), x1 = begin + (bottom - a.y) * slope;
        x1 = inside ? x1 : clamp(x1, 0, w);
        int left = (int)(slope < 0 ? x1 : x0), right = (int)(slope < 0 ? x0 : x1) + 2;
        r->from[y] = left < r->from[y] ? left : r->from[y];
        r->to[y] = right > r->to[y] ? right : r->to[y];
        add_span(row, ramp, x0, x1, (bottom - top) * dir);
        x0 = x1;
        top = bottom;
    }
}

static void add_edge(Raster *r, Point a, Point b)
{
    if (a.y == b.y)
        return;
    bool down = a.y < b.y;
    Point from = down ? a : b, to = down ? b : a;
    const Cells c = r->area;
    int y0 = (int)most(floorf(from.y), (float)c.y0), y1 = (int)least(ceilf(to.y), (float)c.y1);
    if (y0 >= y1)
        return;
    float left = (float)c.x0, right = (float)c.x1;
    if (a.x > left && b.x > left && a.x < right && b.x < right)
        add_rows(r, from, to, down ? 1 : -1, y0, y1, true);
    else
        add_rows(r, from, to, down ? 1 : -1, y0, y1, false);
}

/* Adds a polygon's edges; a convex one always with the same turn. */
static void add_polygon(Raster *r, const Point *p, uint32_t n, bool turn)
{
    float area = 0;
    for (uint32_t i = 0; i < n; i++) {
        Point a = p[i], b = p[(i + 1) % n];
        area += a.x * b.y - b.x * a.y;
    }
    bool reverse = turn && area < 0;
    for (uint32_t i = 0; i < n; i++) {
        Point a = p[i], b = p[(i + 1) % n];
        if (reverse)
            add_edge(r, b, a);
        else
            add_edge(r, a, b);
    }
}

/* The part of the picture that a shape covers. */
typedef struct Bounds {
    float x0, y0, x1, y1;
} Bounds;

static const Bounds NOWHERE = {1e9f, 1e9f, -1e9f, -1e9f};

static void extend(Bounds *b, Point p, float by)
{
    b->x0 = least(b->x0, p.x - by);
    b->y0 = least(b->y0, p.y - by);
    b->x1 = most(b->x1, p.x + by);
    b->y1 = most(b->y1, p.y + by);
}

/* What is added from here on is one shape inside these bounds. False: nothing of it can be seen. */
static bool begin_shape(Raster *r, Bounds b, Cells clip)
{
    float w = (float)r->width, h = (float)r->height;
    Cells all = {(int)clamp(floorf(b.x0), 0, w), (int)clamp(floorf(b.y0), 0, h),
                 (int)clamp(ceilf(b.x1) + 1, 0, w), (int)clamp(ceilf(b.y1) + 1, 0, h)};
    r->area = cells_both(all, clip);
    return r->area.x0 < r->area.x1 && r->area.y0 < r->area.y1;
}

/* One row's coverage becomes colour, and is cleared. */
static void fill_row(Raster *r, int y)
{
    const int from = r->from[y], to = r->to[y], width = r->area.x1 - r->area.x0;
    const int shown = (to < width ? to : width) - from;
    const size_t at = row_at(r, y) + (size_t)from;
    if (shown > 0) {
        row_alpha(r->alpha, r->cover + at, r->ramp + at, shown, (float)raster_full(r));
        row_blend(raster_pixel(r, r->area.x0 + from, y), r->alpha, shown, r->color);
    }
    memset(r->cover + at, 0, (size_t)(to - from) * sizeof *r->cover);
    memset(r->ramp + at, 0, (size_t)(to - from) * sizeof *r->ramp);
    r->from[y] = r->width;
    r->to[y] = 0;
}

/* Turns the coverage of the shape into colour and clears it. */
static void end_shape(Raster *r)
{
    for (int y = r->area.y0; y < r->area.y1; y++)
        if (r->from[y] < r->to[y])
            fill_row(r, y);
}

static void fill_polygon(Raster *r, const Point *p, uint32_t n, Cells clip)
{
    Bounds b = NOWHERE;
    for (uint32_t i = 0; i < n; i++)
        extend(&b, p[i], 0);
    if (!begin_shape(r, b, clip))
        return;
    add_polygon(r, p, n, false);
    end_shape(r);
}

/* ---- Strokes ------------------------------------------------------------------------------- */

static void add_piece(Raster *r, Point a, Point b, float width)
{
    float dx = b.x - a.x, dy = b.y - a.y, len = sqrtf(dx * dx + dy * dy);
    if (len < 0.001f)
        return;
    float nx = -dy / len * width / 2, ny = dx / len * width / 2;
    Point quad[4] = {
        {a.x + nx, a.y + ny}, {b.x + nx, b.y + ny}, {b.x - nx, b.y - ny}, {a.x - nx, a.y - ny}};
    add_polygon(r, quad, 4, true);
}

static void add_joint(Raster *r, Point at, float width)
{
    if (width < 1.2f)
        return;
    Point corners[SHAPE_ROUND_MAX];
    uint32_t n = shape_circle(at.x, at.y, width / 2, corners);
    add_polygon(r, corners, n, true);
}

typedef struct Dasher {
    float on, off, at; /* at: how far into the present dash and gap */
} Dasher;

static void add_dashed(Raster *r, Point a, Point b, float width, Dasher *dash)
{
    float dx = b.x - a.x, dy = b.y - a.y, len = sqrtf(dx * dx + dy * dy), done = 0;
    while (done < len) {
        bool ink = dash->at < dash->on;
        float end = ink ? dash->on : dash->on + dash->off;
        float step = fminf(end - dash->at, len - done);
        if (ink) {
            float t0 = done / len, t1 = (done + step) / len;
            add_piece(r, (Point){a.x + dx * t0, a.y + dy * t0},
                      (Point){a.x + dx * t1, a.y + dy * t1}, width);
        }
        done += step;
        dash->at += step + 0.0001f;
        if (dash->at >= dash->on + dash->off)
            dash->at = 0;
    }
}

static void stroke(Raster *r, const Point *p, uint32_t n, bool closed, float width, Dash dash,
                   Cells clip)
{
    Bounds bounds = NOWHERE;
    Dasher dasher = {0};
    shape_dash(dash, width, &dasher.on, &dasher.off);
    if (n == 2 && dasher.on + dasher.off < CONVEX_DASH_MAX) {
        raster_stroke(r, p[0], p[1], width, dasher.on, dasher.off, clip);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        extend(&bounds, p[i], width);
    if (!begin_shape(r, bounds, clip))
        return;
    uint32_t pieces = closed ? n : n - 1;
    for (uint32_t i = 0; i < pieces; i++) {
        Point a = p[i], b = p[(i + 1) % n];
        if (dasher.on > 0) {
            add_dashed(r, a, b, width, &dasher);
            continue;
        }
        add_piece(r, a, b, width);
        if (closed || i > 0)
            add_joint(r, a, width);
    }
    end_shape(r);
}

/* ---- Items --------------------------------------------------------------------------------- */

static void ink(Raster *r, Theme theme, uint8_t role, uint8_t opacity)
{
    r->color = 0xff000000u | theme_color(theme, (Role)role);
    r->opacity = opacity;
}

static Cells cells_of(const Raster *r, Box b)
{
    float s = r->scale, w = (float)r->width, h = (float)r->height;
    return (Cells){(int)clamp(floorf(b.x * s + 0.5f), 0, w),
                   (int)clamp(floorf(b.y * s + 0.5f), 0, h),
                   (int)clamp(floorf((b.x + b.w) * s + 0.5f), 0, w),
                   (int)clamp(floorf((b.y + b.h) * s + 0.5f), 0, h)};
}

/* A filled box with round corners: only the rows of the corners need coverage. */
static void fill_round_box(Raster *r, Box b, float radius, Cells clip)
{
    Point corners[SHAPE_ROUND_MAX];
    float cap = floorf(fminf(radius + 0.5f, fminf(b.w, b.h) / 2)); /* whole rows */
    Cells all = {(int)b.x, (int)b.y, (int)(b.x + b.w), (int)(b.y + b.h)};
    if (cap < 1) {
        fill_cells(r, cells_both(all, clip));
        return;
    }
    uint32_t n = shape_round_rect(b, cap, corners);
    Cells top = all, middle = all, bottom = all;
    top.y1 = middle.y0 = all.y0 + (int)cap;
    bottom.y0 = middle.y1 = all.y1 - (int)cap;
    if (middle.y0 >= middle.y1) {
        fill_polygon(r, corners, n, clip);
        return;
    }
    /* Four quarters of the outline in the order of the clock: the lower two, then the upper two. */
    fill_polygon(r, corners, n / 2, cells_both(bottom, clip));
    fill_polygon(r, corners + n / 2, n - n / 2, cells_both(top, clip));
    fill_cells(r, cells_both(middle, clip));
}

/* The frame is the whole box in the frame's colour under a smaller one in the ground's. */
static void draw_box(Raster *r, const Item *item, Theme theme, Cells clip)
{
    Cells c = cells_of(r, (Box){item->x, item->y, item->w, item->h});
    Box box = {(float)c.x0, (float)c.y0, (float)(c.x1 - c.x0), (float)(c.y1 - c.y0)};
    float radius = item->radius * r->scale, w = 0;
    if (item->stroke != ROLE_NONE) {
        w = fmaxf(floorf(item->width * r->scale + 0.5f), 1);
        ink(r, theme, item->stroke, item->opacity);
        if (item->fill == ROLE_NONE) {
            Point corners[SHAPE_ROUND_MAX];
            Box line = {box.x + w / 2, box.y + w / 2, box.w - w, box.h - w};
            uint32_t n = shape_round_rect(line, radius - w / 2, corners);
            stroke(r, corners, n, true, w, DASH_NONE, clip);
            return;
        }
        fill_round_box(r, box, radius, clip);
    }
    if (item->fill == ROLE_NONE || box.w <= 2 * w || box.h <= 2 * w)
        return;
    ink(r, theme, item->fill, item->opacity);
    fill_round_box(r, (Box){box.x + w, box.y + w, box.w - 2 * w, box.h - 2 * w}, radius - w, clip);
}

static void draw_disc(Raster *r, const Item *item, Theme theme, Cells clip)
{
    Point corners[SHAPE_ROUND_MAX];
    float s = r->scale;
    uint32_t n = shape_circle(item->x * s, item->y * s, item->radius * s, corners);
    if (item->fill != ROLE_NONE) {
        ink(r, theme, item->fill, item->opacity);
        fill_polygon(r, corners, n, clip);
    }
    if (item->stroke != ROLE_NONE) {
        ink(r, theme, item->stroke, item->opacity);
        stroke(r, corners, n, true, item->width * s, DASH_NONE, clip);
    }
}

/* Upright hairlines lie on whole pixels, else they look grey. */
static void snap(Point *a, Point *b, float width)
{
    float odd = ((int)(width + 0.5f) & 1) ? 0.5f : 0;
    if (width > 3)
        return;
    if (a->y == b->y)
        a->y = b->y = floorf(a->y) + odd;
    else if (a->x == b->x)
        a->x = b->x = floorf(a->x) + odd;
}

enum { PATH_MAX_POINTS = 512 };

static void draw_lines(Raster *r, const Item *item, Theme theme, const Point *at, uint32_t n,
                       Cells clip)
{
    Point p[PATH_MAX_POINTS], corners[3];
    n = min_u32(n, PATH_MAX_POINTS);
    float width = item->width * r->scale;
    for (uint32_t i = 0; i < n; i++)
        p[i] = (Point){at[i].x * r->scale, at[i].y * r->scale};
    if (item->fill != ROLE_NONE) {
        ink(r, theme, item->fill, item->opacity);
        fill_polygon(r, p, n, clip);
    }
    if (item->stroke == ROLE_NONE || n < 2)
        return;
    ink(r, theme, item->stroke, item->opacity);
    if (n == 2)
        snap(&p[0], &p[1], width);
    if (item->arrow) {
        /* The head is sized by the nominal width, so that it scales with the picture. */
        Point tip = at[n - 1], from = at[n - 2],
              end = shape_arrow_head(from, tip, item->width, corners);
        for (int i = 0; i < 3; i++)
            corners[i] = (Point){corners[i].x * r->scale, corners[i].y * r->scale};
        raster_convex(r, corners, 3, clip);
        p[n - 1] = (Point){end.x * r->scale, end.y * r->scale};
    }
    stroke(r, p, n, item->closed, width, (Dash)item->dash, clip);
}

static void draw_bent(Raster *r, const Item *item, const Point *at, Theme theme, Cells clip)
{
    Point flat[SHAPE_CURVE_STEPS + 1], bent[4], corners[3];
    memcpy(bent, at, sizeof bent);
    Item plain = *item;
    if (item->arrow) {
        shape_arrow_curve(at, item->width, bent, corners);
        plain.arrow = 0;
    }
    shape_flatten(bent, flat);
    draw_lines(r, &plain, theme, flat, SHAPE_CURVE_STEPS + 1, clip);
    if (!item->arrow)
        return;
    for (int i = 0; i < 3; i++)
        corners[i] = (Point){corners[i].x * r->scale, corners[i].y * r->scale};
    raster_convex(r, corners, 3, clip);
}

void raster_item(Raster *r, const Display *d, uint32_t number, Theme theme, Cells band)
{
    const Item *item = &d->items[number];
    const Placed *placed = &r->placed[number];
    const Cells clip = cells_both(cells_of(r, d->clips[item->clip]), band);
    switch ((ItemKind)item->kind) {
    case ITEM_RECT: draw_box(r, item, theme, clip); break;
    case ITEM_CIRCLE: draw_disc(r, item, theme, clip); break;
    case ITEM_PATH: draw_lines(r, item, theme, d->points + item->first, item->count, clip); break;
    case ITEM_CURVE: draw_bent(r, item, d->points + item->first, theme, clip); break;
    case ITEM_TEXT:
        ink(r, theme, item->fill, item->opacity);
        for (uint32_t i = 0; i < placed->count; i++)
            draw_letters(r, &r->letters[placed->letters + i], clip);
        break;
    }
}

void raster_page(Raster *r, Theme theme, Cells band)
{
    ink(r, theme, ROLE_PAGE, 255);
    fill_cells(r, band);
}

bool raster_hides(const Raster *r, const Display *d, uint32_t number, Cells band)
{
    const Item *item = &d->items[number];
    if (item->kind != ITEM_RECT || item->radius > 0 || item->opacity < 255 ||
        item->stroke != ROLE_NONE || item->fill == ROLE_NONE)
        return false;
    Cells c = cells_both(cells_of(r, (Box){item->x, item->y, item->w, item->h}),
                         cells_of(r, d->clips[item->clip]));
    return c.x0 <= band.x0 && c.y0 <= band.y0 && c.x1 >= band.x1 && c.y1 >= band.y1;
}
