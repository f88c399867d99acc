/*
 * raster.c: see raster.h.
 *
 * Invariant: between two shapes every cell of `cover` is 0, and every row's from..to is empty;
 * fill_cover reads and clears the cells that the shape touched, and only those: the sum is 0 left
 * and right of them.
 */
#include "viz/raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/shape.h"

bool raster_open(Raster *r, int width, int height, float scale, RasterText *text, void *user)
{
    CHECK(width > 0 && height > 0 && scale > 0);
    *r = (Raster){.width = width, .height = height, .scale = scale, .text = text, .user = user};
    r->pixels = calloc((size_t)width * (size_t)height, sizeof *r->pixels);
    r->cover = calloc((size_t)(width + 2) * (size_t)height, sizeof *r->cover);
    r->from = calloc((size_t)height, sizeof *r->from);
    r->to = calloc((size_t)height, sizeof *r->to);
    if (r->pixels && r->cover && r->from && r->to) {
        for (int y = 0; y < height; y++)
            r->from[y] = width;
        return true;
    }
    raster_close(r);
    return false;
}

void raster_close(Raster *r)
{
    free(r->pixels);
    free(r->cover);
    free(r->from);
    free(r->to);
    *r = (Raster){0};
}

/* ---- Pixels -------------------------------------------------------------------------------- */

static void blend(uint32_t *pixel, uint32_t color, uint32_t alpha)
{
    if (alpha >= 255) {
        *pixel = color;
        return;
    }
    uint32_t under = *pixel, keep = 255 - alpha, out = 0xff000000u;
    for (int shift = 0; shift < 24; shift += 8) {
        uint32_t mixed = (color >> shift & 0xff) * alpha + (under >> shift & 0xff) * keep;
        out |= (mixed + 127) / 255 << shift;
    }
    *pixel = out;
}

static uint32_t *pixel_at(Raster *r, int x, int y)
{
    return &r->pixels[(size_t)y * (size_t)r->width + (size_t)x];
}

static void fill_cells(Raster *r, Cells c)
{
    for (int y = c.y0; y < c.y1; y++) {
        uint32_t *row = pixel_at(r, 0, y);
        for (int x = c.x0; x < c.x1; x++) {
            if (r->opacity == 255)
                row[x] = r->color;
            else
                blend(&row[x], r->color, r->opacity);
        }
    }
}

void raster_mask(Raster *r, int x, int y, const uint8_t *mask, int w, int h, int pitch, Cells clip)
{
    int x0 = x > clip.x0 ? x : clip.x0, x1 = x + w < clip.x1 ? x + w : clip.x1;
    int y0 = y > clip.y0 ? y : clip.y0, y1 = y + h < clip.y1 ? y + h : clip.y1;
    for (int row = y0; row < y1; row++)
        for (int col = x0; col < x1; col++) {
            uint32_t m = mask[(row - y) * pitch + (col - x)];
            if (m)
                blend(pixel_at(r, col, row), r->color, m * r->opacity / 255);
        }
}

/* ---- Coverage ------------------------------------------------------------------------------ */

static float clamp(float v, float low, float high)
{
    return v < low ? low : v > high ? high : v;
}

/* Adds one edge's stretch inside one row: it goes from x to next and covers `d` of the row's height
 * (signed). */
static void add_span(float *row, float x, float next, float d)
{
    float x0 = fminf(x, next), x1 = fmaxf(x, next);
    float x0floor = floorf(x0), x1ceil = ceilf(x1);
    int i0 = (int)x0floor, i1 = (int)x1ceil;
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
        float second = s * (1.5f - f0);
        row[i0 + 1] += d * (second - first);
        for (int i = i0 + 2; i < i1 - 1; i++)
            row[i] += d * s;
        row[i1 - 1] += d * (1 - (second + (float)(i1 - i0 - 3) * s) - last);
    }
    row[i1] += d * last;
}

static void add_edge(Raster *r, Point a, Point b)
{
    if (a.y == b.y)
        return;
    float dir = a.y < b.y ? 1 : -1;
    if (dir < 0) {
        Point swap = a;
        a = b;
        b = swap;
    }
    float slope = (b.x - a.x) / (b.y - a.y), w = (float)r->width;
    int y0 = (int)fmaxf(floorf(a.y), 0), y1 = (int)fminf(ceilf(b.y), (float)r->height);
    for (int y = y0; y < y1; y++) {
        float top = fmaxf(a.y, (float)y), bottom = fminf(b.y, (float)y + 1);
        float x = a.x + (top - a.y) * slope, next = a.x + (bottom - a.y) * slope;
        float x0 = clamp(x, 0, w), x1 = clamp(next, 0, w);
        int left = (int)fminf(x0, x1), right = (int)fmaxf(x0, x1) + 2;
        r->from[y] = left < r->from[y] ? left : r->from[y];
        r->to[y] = right > r->to[y] ? right : r->to[y];
        add_span(r->cover + (size_t)y * (size_t)(r->width + 2), x0, x1, (bottom - top) * dir);
    }
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

/* Turns the coverage of the rows y0..y1 into colour and clears it. */
static void fill_cover(Raster *r, float y0, float y1, Cells clip)
{
    int top = (int)clamp(floorf(y0), 0, (float)r->height);
    int bottom = (int)clamp(ceilf(y1) + 1, 0, (float)r->height);
    for (int y = top; y < bottom; y++) {
        int from = r->from[y], to = r->to[y];
        if (from >= to)
            continue;
        float *row = r->cover + (size_t)y * (size_t)(r->width + 2), sum = 0;
        bool shown = y >= clip.y0 && y < clip.y1;
        int last = to < clip.x1 ? to : clip.x1;
        for (int x = from; shown && x < last; x++) {
            sum += row[x];
            float cover = fminf(fabsf(sum), 1);
            if (cover > 0.004f && x >= clip.x0)
                blend(pixel_at(r, x, y), r->color, (uint32_t)(cover * r->opacity + 0.5f));
        }
        int end = to < r->width + 2 ? to : r->width + 2;
        memset(row + from, 0, (size_t)(end - from) * sizeof *row);
        r->from[y] = r->width;
        r->to[y] = 0;
    }
}

/* The rows that a shape covers. */
typedef struct Bounds {
    float y0, y1;
} Bounds;

static void extend(Bounds *b, Point p, float by)
{
    b->y0 = fminf(b->y0, p.y - by);
    b->y1 = fmaxf(b->y1, p.y + by);
}

static const Bounds NOWHERE = {1e9f, -1e9f};

static void fill_polygon(Raster *r, const Point *p, uint32_t n, Cells clip)
{
    Bounds b = NOWHERE;
    for (uint32_t i = 0; i < n; i++)
        extend(&b, p[i], 0);
    add_polygon(r, p, n, false);
    fill_cover(r, b.y0, b.y1, clip);
}

/* ---- Strokes ------------------------------------------------------------------------------- */

static void add_piece(Raster *r, Bounds *bounds, Point a, Point b, float width)
{
    float dx = b.x - a.x, dy = b.y - a.y, len = sqrtf(dx * dx + dy * dy);
    if (len < 0.001f)
        return;
    float nx = -dy / len * width / 2, ny = dx / len * width / 2;
    Point quad[4] = {
        {a.x + nx, a.y + ny}, {b.x + nx, b.y + ny}, {b.x - nx, b.y - ny}, {a.x - nx, a.y - ny}};
    add_polygon(r, quad, 4, true);
    extend(bounds, a, width);
    extend(bounds, b, width);
}

static void add_joint(Raster *r, Bounds *bounds, Point at, float width)
{
    if (width < 1.2f)
        return;
    Point corners[SHAPE_ROUND_MAX];
    uint32_t n = shape_circle(at.x, at.y, width / 2, corners);
    add_polygon(r, corners, n, true);
    extend(bounds, at, width);
}

typedef struct Dasher {
    float on, off, at; /* at: how far into the present dash and gap */
} Dasher;

static void add_dashed(Raster *r, Bounds *bounds, Point a, Point b, float width, Dasher *dash)
{
    float dx = b.x - a.x, dy = b.y - a.y, len = sqrtf(dx * dx + dy * dy), done = 0;
    while (done < len) {
        bool ink = dash->at < dash->on;
        float end = ink ? dash->on : dash->on + dash->off;
        float step = fminf(end - dash->at, len - done);
        if (ink) {
            float t0 = done / len, t1 = (done + step) / len;
            add_piece(r, bounds, (Point){a.x + dx * t0, a.y + dy * t0},
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
    uint32_t pieces = closed ? n : n - 1;
    for (uint32_t i = 0; i < pieces; i++) {
        Point a = p[i], b = p[(i + 1) % n];
        if (dasher.on > 0) {
            add_dashed(r, &bounds, a, b, width, &dasher);
            continue;
        }
        add_piece(r, &bounds, a, b, width);
        if (closed || i > 0)
            add_joint(r, &bounds, a, width);
    }
    if (bounds.y1 >= bounds.y0)
        fill_cover(r, bounds.y0, bounds.y1, clip);
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

static Cells cells_both(Cells a, Cells b)
{
    return (Cells){a.x0 > b.x0 ? a.x0 : b.x0, a.y0 > b.y0 ? a.y0 : b.y0, a.x1 < b.x1 ? a.x1 : b.x1,
                   a.y1 < b.y1 ? a.y1 : b.y1};
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
        fill_polygon(r, corners, 3, clip);
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
    fill_polygon(r, corners, 3, clip);
}

static void draw_run(Raster *r, const Display *d, const Item *item, Theme theme, Cells clip)
{
    Box b = item_box(d, item);
    ink(r, theme, item->fill, item->opacity);
    if (r->text)
        r->text(r->user, r, b.x * r->scale, item->y * r->scale, d->text + item->first, item->count,
                (Font)item->font, item->size * r->scale, clip);
}

void raster_draw(Raster *r, const Display *d, Theme theme)
{
    ink(r, theme, ROLE_PAGE, 255);
    fill_cells(r, (Cells){0, 0, r->width, r->height});
    for (uint32_t i = 0; i < d->item_count; i++) {
        const Item *item = &d->items[i];
        Cells clip = cells_of(r, d->clips[item->clip]);
        switch ((ItemKind)item->kind) {
        case ITEM_RECT: draw_box(r, item, theme, clip); break;
        case ITEM_CIRCLE: draw_disc(r, item, theme, clip); break;
        case ITEM_PATH:
            draw_lines(r, item, theme, d->points + item->first, item->count, clip);
            break;
        case ITEM_CURVE: draw_bent(r, item, d->points + item->first, theme, clip); break;
        case ITEM_TEXT: draw_run(r, d, item, theme, clip); break;
        }
    }
}
