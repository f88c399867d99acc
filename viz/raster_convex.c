/*
 * raster_convex.c: see raster_convex.h.
 *
 * An edge's value at a pixel is 256 where the half plane holds all of it and 0 where it holds none:
 * 128 on the edge, 256 more for every pixel inwards. The pixel's alpha is
 *
 *     256 + sum over the edges of min(value - 256, 0)       but at least 0
 *
 * which is right wherever no two edges cut each other inside one pixel. Where they do, at corners,
 * it leaves a little out. A dash is one more such value, of how far along the stroke the pixel is.
 *
 * A row is cut to the pixels where every value is above 0 and goes in chunks; in a chunk only the
 * edges that cut into it are added. So a value that is added lies between -255 and 64 * 256, and 16
 * bits hold it.
 */
#include "viz/raster_convex.h"

#include <math.h>

#include "viz/raster_item.h"

enum { CHUNK = 64 };

static const float ALMOST_ONE = 0.9999f; /* what makes of rounding down a rounding up */

typedef struct Dashes {
    float at, by_x, by_y; /* how many periods after the middle of a dash */
    Lanes peak;           /* the value in that middle, - 256 */
    Lanes fall;           /* how much it falls in a period */
    int16_t along[CHUNK]; /* by_x, 0 to 63 times, in 1/65536 periods; whole ones drop out */
} Dashes;

/* Edge by edge: an edge is a lane of the fours. Those that are not there hold every pixel. */
typedef struct Convex {
    Four at;         /* the value at the middle of the picture's first pixel, - 256 */
    Four by_x, by_y; /* how much it grows from pixel to pixel */
    Four x_per_at;   /* -1 / by_x */
    int16_t along[CONVEX_EDGES_MAX][CHUNK]; /* by_x, 0 to 63 times */
    int edges;
    bool dashed;
    Dashes dash;
    Cells area;
} Convex;

/* ---- Edges --------------------------------------------------------------------------------- */

/* 0, 1, 2 ... times `by`, rounded; the lower 16 bits of it. */
static void fill_along(int16_t *along, float by, int n)
{
    Four v = (Four){0, 1, 2, 3} * four_all(by);
    const Four step = four_all(FOURS * by);
    for (int x = 0; x < n; x += FOURS) {
        four_store_low(along + x, v);
        v += step;
    }
}

/* The pixels of the clip between two corners. False: there are none. */
static bool set_area(Convex *c, Point low, Point high, Cells clip)
{
    c->area = (Cells){(int)clamp(floorf(low.x), (float)clip.x0, (float)clip.x1),
                      (int)clamp(floorf(low.y), (float)clip.y0, (float)clip.y1),
                      (int)clamp(ceilf(high.x), (float)clip.x0, (float)clip.x1),
                      (int)clamp(ceilf(high.y), (float)clip.y0, (float)clip.y1)};
    return c->area.x0 < c->area.x1 && c->area.y0 < c->area.y1;
}

/* In whole lanes: as many as a row of the area may need. */
static int chunk_of(const Convex *c)
{
    int n = c->area.x1 - c->area.x0 + LANES - 1;
    return n < CHUNK ? n - n % LANES : CHUNK;
}

/* For level edges: so steep a growth that a row is wholly inside or outside. */
static const float LEVEL = 1e6f;

/* All points p with n . (p - from) + more >= 0; n has the length 1. */
static void set_edge(Convex *c, Point n, Point from, float more)
{
    int k = c->edges++;
    float by_x = n.x * ROW_ALL;
    c->by_x[k] = by_x;
    c->by_y[k] = n.y * ROW_ALL;
    c->at[k] = ROW_ALL * (n.x * (0.5f - from.x) + n.y * (0.5f - from.y) + more - 0.5f);
    c->x_per_at[k] = fabsf(by_x) < 0.001f ? LEVEL : -1 / by_x;
}

static void add_edge(Convex *c, Point n, Point from)
{
    set_edge(c, n, from, 0);
    fill_along(c->along[c->edges - 1], c->by_x[c->edges - 1], chunk_of(c));
}

/* Between two parallel edges: n . (p - from) + more >= 0, n . (to - p) + more >= 0. */
static void add_strip(Convex *c, Point n, Point from, Point to, float more)
{
    const int chunk = chunk_of(c), k = c->edges;
    set_edge(c, n, from, more);
    set_edge(c, (Point){-n.x, -n.y}, to, more);
    fill_along(c->along[k], c->by_x[k], chunk);
    for (int x = 0; x < chunk; x += LANES)
        lanes_store(c->along[k + 1] + x, lanes_sub(lanes_all(0), lanes_load(c->along[k] + x)));
}

static void no_edges(Convex *c)
{
    c->edges = 0;
    c->at = four_all(LEVEL);
    c->by_x = c->by_y = four_all(0);
    c->x_per_at = four_all(LEVEL);
}

/* ---- Rows ---------------------------------------------------------------------------------- */

/* The edges that cut into a chunk: their values where it begins, - 256, and how they go on. */
typedef struct Cut {
    Lanes start[CONVEX_EDGES_MAX];
    const int16_t *along[CONVEX_EDGES_MAX];
    int edges;
    Lanes dash;
} Cut;

static inline Lanes edge_value(const Cut *cut, int k, int i)
{
    return lanes_min(lanes_add(cut->start[k], lanes_load(cut->along[k] + i)), lanes_all(0));
}

static inline Lanes dash_value(const Dashes *d, Lanes start, int i)
{
    Lanes at = lanes_add(start, lanes_load(d->along + i));
    Lanes away = lanes_max(at, lanes_sub(lanes_all(0), at));
    return lanes_min(lanes_sub(d->peak, lanes_times_high(away, d->fall)), lanes_all(0));
}

static void find_cut(const Convex *c, int x, int y, int n, Cut *cut)
{
    int starts[FOURS];
    Four start = c->at + c->by_y * four_all((float)y) + c->by_x * four_all((float)x);
    Four end = start + c->by_x * four_all((float)n);
    unsigned cuts = four_less(four_min(start, end), four_all(0));
    four_store(starts, start);
    cut->edges = 0;
    for (int k = 0; cuts; k++, cuts >>= 1) {
        if (!(cuts & 1))
            continue;
        cut->start[cut->edges] = lanes_all(starts[k]);
        cut->along[cut->edges++] = c->along[k];
    }
    cut->dash = lanes_all(0);
    if (c->dashed) {
        float at = c->dash.at + c->dash.by_x * (float)x + c->dash.by_y * (float)y;
        cut->dash = lanes_all((int)((at - floorf(at)) * 65536));
    }
}

/* Any chunk. */
static void fill_chunk(Raster *r, const Convex *c, const Cut *cut, uint32_t *to, int n, int room)
{
    const int full = raster_full(r);
    for (int i = 0; i < n; i += LANES) {
        Lanes alpha = lanes_all(ROW_ALL);
        for (int k = 0; k < cut->edges; k++)
            alpha = lanes_add(alpha, edge_value(cut, k, i));
        if (c->dashed)
            alpha = lanes_add(alpha, dash_value(&c->dash, cut->dash, i));
        alpha = lanes_max(alpha, lanes_all(0));
        if (full < ROW_ALL)
            alpha = lanes_high_byte(lanes_times(alpha, lanes_all(full)));
        if (i + LANES <= room)
            row_blend_lanes(to + i, alpha, r->color);
        else
            row_blend_few(to + i, alpha, n - i, r->color);
    }
}

/* The middle of a stroke, which is most of what there is: its two long sides, and nothing else. */
static void fill_between(const Cut *cut, uint32_t *to, int n, uint32_t color)
{
    const Lanes none = lanes_all(0), all = lanes_all(ROW_ALL);
    const Lanes a = cut->start[0], b = cut->start[1];
    const int16_t *along_a = cut->along[0], *along_b = cut->along[1];
    for (int i = 0; i < n; i += LANES) {
        Lanes v = lanes_min(lanes_add(a, lanes_load(along_a + i)), none);
        Lanes w = lanes_min(lanes_add(b, lanes_load(along_b + i)), none);
        row_blend_lanes(to + i, lanes_max(lanes_add(lanes_add(v, w), all), none), color);
    }
}

static void fill_span(Raster *r, const Convex *c, int x, int x1, int y)
{
    uint32_t *row = raster_pixel(r, 0, y);
    for (; x < x1; x += CHUNK) {
        Cut cut;
        int n = x1 - x < CHUNK ? x1 - x : CHUNK, room = c->area.x1 - x;
        find_cut(c, x, y, n, &cut);
        if (cut.edges == 2 && !c->dashed && r->opacity == 255 && n + LANES <= room)
            fill_between(&cut, row + x, n, r->color);
        else
            fill_chunk(r, c, &cut, row + x, n, room);
    }
}

/* Four rows' spans at a time: the pixels where no edge's value is below 0. */
static void fill_rows(Raster *r, const Convex *c)
{
    for (int y = c->area.y0; y < c->area.y1; y += FOURS) {
        Four low = four_all((float)c->area.x0), high = four_all((float)(c->area.x1 - 1));
        const Four rows = four_all((float)y) + (Four){0, 1, 2, 3};
        int first[FOURS], last[FOURS], end = c->area.y1 - y < FOURS ? c->area.y1 - y : FOURS;
        for (int k = 0; k < c->edges; k++) {
            Four v = four_all(c->at[k] + ROW_ALL) + four_all(c->by_y[k]) * rows;
            Four x = v * four_all(c->x_per_at[k]);
            if (c->x_per_at[k] < 0)
                low = four_max(low, x);
            else
                high = four_min(high, x);
        }
        unsigned empty = four_less(high, low);
        four_store(first, low + four_all(ALMOST_ONE));
        four_store(last, high);
        for (int i = 0; i < end; i++)
            if (!(empty >> i & 1))
                fill_span(r, c, first[i], last[i] + 1, y + i);
    }
}

/* ---- Shapes -------------------------------------------------------------------------------- */

void raster_convex(Raster *r, const Point *p, uint32_t n, Cells clip)
{
    Convex c;
    Point low = p[0], high = p[0];
    float area = 0;
    CHECK(n >= 3 && n <= CONVEX_EDGES_MAX);
    for (uint32_t i = 0; i < n; i++) {
        Point a = p[i], b = p[(i + 1) % n];
        area += a.x * b.y - b.x * a.y;
        low = (Point){least(low.x, a.x), least(low.y, a.y)};
        high = (Point){most(high.x, a.x), most(high.y, a.y)};
    }
    if (area == 0 || !set_area(&c, low, high, clip))
        return;
    no_edges(&c);
    c.dashed = false;
    for (uint32_t i = 0; i < n; i++) {
        Point a = p[i], b = p[(i + 1) % n];
        float dx = b.x - a.x, dy = b.y - a.y, len = sqrtf(dx * dx + dy * dy);
        float turn = area > 0 ? len : -len;
        if (len > 0.001f)
            add_edge(&c, (Point){-dy / turn, dx / turn}, a);
    }
    fill_rows(r, &c);
}

static void add_dashes(Convex *c, Point a, Point u, float on, float period)
{
    Dashes *d = &c->dash;
    d->by_x = u.x / period;
    d->by_y = u.y / period;
    d->at = (u.x * (0.5f - a.x) + u.y * (0.5f - a.y) - on / 2) / period;
    d->peak = lanes_all((int)(ROW_ALL * (on / 2 - 0.5f)));
    d->fall = lanes_all((int)(ROW_ALL * period + 0.5f));
    fill_along(d->along, d->by_x * 65536, chunk_of(c));
}

void raster_stroke(Raster *r, Point a, Point b, float width, float on, float off, Cells clip)
{
    Convex c;
    float dx = b.x - a.x, dy = b.y - a.y, len = sqrtf(dx * dx + dy * dy), half = width / 2;
    if (len < 0.001f)
        return;
    Point u = {dx / len, dy / len}, n = {-u.y, u.x};
    float x = half * fabsf(n.x), y = half * fabsf(n.y);
    Point low = {least(a.x, b.x) - x, least(a.y, b.y) - y};
    Point high = {most(a.x, b.x) + x, most(a.y, b.y) + y};
    if (!set_area(&c, low, high, clip))
        return;
    no_edges(&c);
    c.dashed = on > 0;
    add_strip(&c, n, a, a, half);
    add_strip(&c, u, a, b, 0);
    if (c.dashed)
        add_dashes(&c, a, u, on, on + off);
    fill_rows(r, &c);
}
