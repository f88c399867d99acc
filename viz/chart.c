/*
 * chart.c: axes, steps and names of curves. See chart.h.
 *
 * It draws what it is given and reads nothing of a trace but the times of its rows.
 */
#include "viz/chart.h"

#include <string.h>

#include "viz/measure.h"

void series_add(Series *s, Nanos at, uint64_t value)
{
    if (s->count == CHART_POINTS) {
        for (uint32_t i = 0; i < CHART_POINTS / 2; i++)
            s->sample[i] = s->sample[2 * i + 1];
        s->count = CHART_POINTS / 2;
    }
    s->sample[s->count++] = (Sample){at, value};
}

void chart_begin(Chart *c, Display *d, const Moment *m, const View *view, bool time, Box whole)
{
    memset(c, 0, sizeof *c);
    c->d = d;
    c->look = look_of(view);
    c->time = time;
    c->top = 1;
    c->end = m->world->now;
    float small = c->look.small, names = small * 1.6f;
    c->box = (Box){whole.x, whole.y + names, whole.w, whole.h - names};
    c->axes = whole.h > small * 9 && whole.w > small * 20;
    if (c->axes) {
        c->box.x += small * 4.6f;
        c->box.w -= small * 5.6f;
        c->box.y += small * 0.4f;
        c->box.h -= small * 2.1f;
    }
    timescale_of_trace(&c->scale, m->world, m->trace, m->world->now);
}

void chart_room(Chart *c, const Series *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        c->top = max_u64(c->top, s->sample[i].value + s->sample[i].value / 12);
}

Point chart_point(const Chart *c, Nanos at, uint64_t value)
{
    float total = timescale_total(&c->scale);
    float along = total > 0 ? timescale_of(&c->scale, at) / total : 0;
    float up = (float)((double)value / (double)c->top);
    return (Point){c->box.x + c->box.w * (along > 1 ? 1 : along), c->box.y + c->box.h * (1 - up)};
}

/* The smallest of 1 2 5 times a power of ten that is not below. */
static uint64_t round_up(uint64_t least)
{
    for (uint64_t step = 1;; step *= 10) {
        if (step >= least)
            return step;
        if (step * 2 >= least)
            return step * 2;
        if (step * 5 >= least)
            return step * 5;
    }
}

void chart_value(Text *out, bool time, uint64_t value)
{
    if (time)
        text_duration(out, value - value % NANOS_US);
    else if (value >= 10000000)
        text_addf(out, "%lluM", (unsigned long long)(value / 1000000));
    else if (value >= 1000000)
        text_addf(out, "%llu.%lluM", (unsigned long long)(value / 1000000),
                  (unsigned long long)(value / 100000 % 10));
    else
        text_addf(out, "%llu", (unsigned long long)value);
}

static void draw_values(const Chart *c)
{
    float size = c->look.small * 0.85f;
    uint64_t lines = (uint64_t)(c->box.h / (c->look.line * 2.2f)) + 1;
    uint64_t step = round_up(max_u64(c->top / lines, 1));
    for (uint64_t v = 0; v <= c->top; v += step) {
        char text[32];
        Text out = text_fixed(text, sizeof text);
        float y = chart_point(c, 0, v).y;
        chart_value(&out, c->time, v);
        if (v > 0)
            draw_line(c->d, (Point){c->box.x, y}, (Point){c->box.x + c->box.w, y}, ROLE_EDGE, 1,
                      DASH_NONE, false);
        if (y - size * MEASURE_ASCENT > c->box.y - c->look.small)
            draw_text_fit(c->d, c->box.x - size * 0.6f, y + size * MEASURE_MIDDLE,
                          c->look.small * 4, text, ROLE_MUTED, size, FONT_MONO, ANCHOR_END);
    }
}

static void draw_moments(const Chart *c)
{
    float size = c->look.small * 0.85f, wide = measure_text("000.00s", size) + size * 1.5f;
    float y = c->box.y + c->box.h, free_from = c->box.x - wide;
    Nanos step = round_up((Nanos)((double)c->end * (double)(wide / c->box.w)) + 1);
    for (Nanos at = 0; at <= c->end && at / step < 1000; at += step) {
        char text[32];
        Text out = text_fixed(text, sizeof text);
        float x = chart_point(c, at, 0).x;
        text_duration(&out, at);
        float w = measure_text(text, size), left = x - w / 2;
        if (left + w > c->box.x + c->box.w + c->look.small)
            left = c->box.x + c->box.w + c->look.small - w;
        if (left < free_from)
            continue;
        draw_line(c->d, (Point){x, y}, (Point){x, y + size * 0.35f}, ROLE_GRID, 1, DASH_NONE,
                  false);
        draw_text(c->d, left, y + size * 1.4f, text, ROLE_MUTED, size, FONT_MONO, ANCHOR_START);
        free_from = left + w + size;
    }
}

void chart_draw_axes(const Chart *c)
{
    float bottom = c->box.y + c->box.h;
    if (c->axes) {
        draw_values(c);
        draw_moments(c);
        draw_line(c->d, (Point){c->box.x, c->box.y}, (Point){c->box.x, bottom}, ROLE_GRID, 1,
                  DASH_NONE, false);
    }
    draw_line(c->d, (Point){c->box.x, bottom}, (Point){c->box.x + c->box.w, bottom}, ROLE_GRID, 1,
              DASH_NONE, false);
}

void chart_steps(const Chart *c, const Series *s, Role role, float width, Dash dash)
{
    Point line[2 * CHART_POINTS + 1];
    uint32_t n = 0;
    float unit = c->look.unit > 1 ? c->look.unit : 1;
    for (uint32_t i = 0; i < s->count; i++) {
        Point p = chart_point(c, s->sample[i].at, s->sample[i].value);
        if (n > 0 && p.x - line[n - 1].x < 0.5f) {
            line[n - 1].y = p.y; /* the same column */
            continue;
        }
        if (n > 0) {
            line[n] = (Point){p.x, line[n - 1].y};
            n++;
        }
        line[n++] = p;
    }
    if (n == 0)
        return;
    line[n] = (Point){chart_point(c, c->end, 0).x, line[n - 1].y};
    draw_path(c->d, line, n + 1, ROLE_NONE, role, width * unit, dash, false, false);
}

void chart_dots(const Chart *c, const Series *s, Role role)
{
    float unit = c->look.unit > 1 ? c->look.unit : 1;
    for (uint32_t i = 0; i < s->count; i++) {
        Point p = chart_point(c, s->sample[i].at, s->sample[i].value);
        draw_circle(c->d, p.x, p.y, 2.5f * unit, role, ROLE_NONE, 0);
    }
}

float chart_name(const Chart *c, float x, const char *name, Role role, Dash dash)
{
    float size = c->look.small * 0.95f, stroke = size * 1.6f, w = measure_text(name, size);
    float y = c->box.y - c->look.small * (c->axes ? 1.0f : 0.6f);
    float unit = c->look.unit > 1 ? c->look.unit : 1;
    if (x + stroke + 4 + w > c->box.x + c->box.w + c->look.small)
        return x;
    draw_line(c->d, (Point){x, y - size * 0.35f}, (Point){x + stroke, y - size * 0.35f}, role,
              2 * unit, dash, false);
    draw_text(c->d, x + stroke + 4, y, name, ROLE_TEXT, size, FONT_MONO, ANCHOR_START);
    return x + stroke + 4 + w + size * 1.2f;
}
