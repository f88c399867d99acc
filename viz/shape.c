/*
 * shape.c: see shape.h. Angles come from a table, not from libm's sine, so that every machine gets
 * the same bits.
 */
#include "viz/shape.h"

#include <math.h>

Point shape_arrow_head(Point from, Point tip, float width, Point corners[3])
{
    float length = 5.5f + 2.6f * width, half = 0.42f * length;
    float dx = tip.x - from.x, dy = tip.y - from.y, dist = sqrtf(dx * dx + dy * dy);
    if (dist < 0.01f) {
        dx = 1;
        dy = 0;
        dist = 1;
    }
    dx /= dist;
    dy /= dist;
    Point base = {tip.x - dx * length, tip.y - dy * length};
    corners[0] = tip;
    corners[1] = (Point){base.x - dy * half, base.y + dx * half};
    corners[2] = (Point){base.x + dy * half, base.y - dx * half};
    return (Point){tip.x - dx * length * 0.8f, tip.y - dy * length * 0.8f};
}

void shape_arrow_curve(const Point curve[4], float width, Point out[4], Point corners[3])
{
    Point end = shape_arrow_head(curve[2], curve[3], width, corners);
    out[0] = curve[0];
    out[1] = curve[1];
    out[2] = curve[2];
    out[3] = end;
}

void shape_flatten(const Point p[4], Point *out)
{
    for (int i = 0; i <= SHAPE_CURVE_STEPS; i++) {
        float t = (float)i / SHAPE_CURVE_STEPS, u = 1 - t;
        float a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;
        out[i] = (Point){a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x,
                         a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
    }
}

void shape_dash(Dash dash, float width, float *on, float *off)
{
    *on = dash == DASH_DASHED ? 3.5f + 1.2f * width : dash == DASH_DOTTED ? 1 + width : 0;
    *off = dash == DASH_DASHED ? 2 + 0.7f * width : dash == DASH_DOTTED ? 2 + width : 0;
}

/* Sines of 0, 7.5, 15 ... 90 degrees. */
static const float sines[13] = {0,          0.1305262f, 0.2588190f, 0.3826834f, 0.5f,
                                0.6087614f, 0.7071068f, 0.7933533f, 0.8660254f, 0.9238795f,
                                0.9659258f, 0.9914449f, 1};

/* A quarter of a circle around (x, y), `quarter` times 90 degrees after three o'clock. */
static uint32_t arc(float x, float y, float r, int quarter, int step, Point *out)
{
    static const int turn[4][4] = {{1, 0, 0, 1}, {0, -1, 1, 0}, {-1, 0, 0, -1}, {0, 1, -1, 0}};
    const int *m = turn[quarter];
    uint32_t n = 0;
    for (int i = 0; i <= 12; i += step) {
        float c = sines[12 - i] * r, s = sines[i] * r;
        out[n++] =
            (Point){x + (float)m[0] * c + (float)m[1] * s, y + (float)m[2] * c + (float)m[3] * s};
    }
    return n;
}

uint32_t shape_circle(float x, float y, float radius, Point *out)
{
    int step = radius < 6 ? 2 : 1;
    uint32_t n = 0;
    for (int quarter = 0; quarter < 4; quarter++)
        n += arc(x, y, radius, quarter, step, out + n) - 1;
    return n;
}

uint32_t shape_round_rect(Box b, float radius, Point *out)
{
    float r = fminf(radius, fminf(b.w, b.h) / 2);
    if (r <= 0) {
        out[0] = (Point){b.x, b.y};
        out[1] = (Point){b.x + b.w, b.y};
        out[2] = (Point){b.x + b.w, b.y + b.h};
        out[3] = (Point){b.x, b.y + b.h};
        return 4;
    }
    int step = r < 6 ? 3 : 2;
    uint32_t n = arc(b.x + b.w - r, b.y + b.h - r, r, 0, step, out);
    n += arc(b.x + r, b.y + b.h - r, r, 1, step, out + n);
    n += arc(b.x + r, b.y + r, r, 2, step, out + n);
    n += arc(b.x + b.w - r, b.y + r, r, 3, step, out + n);
    return n;
}
