/*
 * view_plot.c: numbers over time: the congestion window with its threshold, and round-trip samples
 * with the timeout made of them.
 *
 * The points are the notes of the trace (NOTE_CWND, NOTE_RTT), nothing is computed again. Time is
 * folded as on the timeline. Values are to scale from 0; a threshold that is not known yet is not
 * drawn. One point for each pixel column at most: a long run does not become a long list.
 */
#include <string.h>

#include "viz/measure.h"
#include "viz/scene.h"
#include "viz/timescale.h"
#include "viz/words.h"

enum { PLOT_POINTS = 400, UNKNOWN_SSTHRESH = 0x7fffffff };

typedef struct Sample {
    Nanos at;
    uint64_t value;
} Sample;

typedef struct Series {
    Sample sample[PLOT_POINTS];
    uint32_t count;
} Series;

/* Keeps the newest; when there are too many, every second one goes. */
static void add(Series *s, Nanos at, uint64_t value)
{
    if (s->count == PLOT_POINTS) {
        for (uint32_t i = 0; i < PLOT_POINTS / 2; i++)
            s->sample[i] = s->sample[2 * i + 1];
        s->count = PLOT_POINTS / 2;
    }
    s->sample[s->count++] = (Sample){at, value};
}

/* The numbers a and b of one kind of note, of one host. */
static void collect(const Moment *m, HostId host, NoteKind kind, Series *a, Series *b)
{
    const Trace *t = m->trace;
    a->count = b->count = 0;
    for (uint32_t row = t->first_row; trace_row(t, row); row++) {
        const Note *n;
        for (uint32_t i = 0; (n = trace_detail(t, row, i)); i++) {
            if (n->kind != kind || n->host != host)
                continue;
            add(a, n->at, n->a);
            if (kind != NOTE_CWND || n->b < UNKNOWN_SSTHRESH)
                add(b, n->at, n->b);
        }
    }
}

typedef struct Axes {
    Box box;
    TimeScale time;
    uint64_t top; /* the value at the upper edge */
} Axes;

static void begin_axes(Axes *x, const Moment *m, Box box)
{
    const Trace *t = m->trace;
    x->box = box;
    x->top = 1;
    timescale_begin(&x->time, timescale_delay(m->world));
    for (uint32_t row = t->first_row; trace_row(t, row); row++)
        timescale_add(&x->time, trace_note(t, row)->at);
    timescale_add(&x->time, m->world->now);
}

static void make_room(Axes *x, const Series *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        x->top = max_u64(x->top, s->sample[i].value + s->sample[i].value / 8);
}

static Point place(const Axes *x, Nanos at, uint64_t value)
{
    float total = timescale_total(&x->time);
    float along = total > 0 ? timescale_of(&x->time, at) / total : 0;
    float up = (float)((double)value / (double)x->top);
    return (Point){x->box.x + x->box.w * along, x->box.y + x->box.h * (1 - up)};
}

/* Steps: a value holds until the next one. */
static void draw_steps(Display *d, const Axes *x, const Series *s, Nanos now, Role role, Dash dash)
{
    Point line[2 * PLOT_POINTS + 1];
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        Point p = place(x, s->sample[i].at, s->sample[i].value);
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
    Point end = place(x, now, 0);
    line[n] = (Point){end.x, line[n - 1].y};
    draw_path(d, line, n + 1, ROLE_NONE, role, 1.8f, dash, false, false);
}

static void draw_dots(Display *d, const Axes *x, const Series *s, Role role)
{
    for (uint32_t i = 0; i < s->count; i++) {
        Point p = place(x, s->sample[i].at, s->sample[i].value);
        draw_circle(d, p.x, p.y, 2.5f, role, ROLE_NONE, 0);
    }
}

static void number(Text *out, NoteKind kind, uint64_t value)
{
    if (kind == NOTE_RTT)
        text_duration(out, value - value % 1000);
    else
        text_addf(out, "%llu", (unsigned long long)value);
}

/* "cwnd 5845" with a stroke of its line before it; returns where the next one begins. */
static float draw_name(Display *d, float x, float y, const char *name, NoteKind kind,
                       const Series *s, Role role, Dash dash, float right, const Look *look)
{
    char text[64];
    Text out = text_fixed(text, sizeof text);
    float size = look->small * 0.95f, stroke = size * 1.6f;
    text_addf(&out, "%s ", name);
    if (s->count)
        number(&out, kind, s->sample[s->count - 1].value);
    else
        text_add(&out, "-");
    float w = measure_text(text, size);
    if (x + stroke + 4 + w > right)
        return x;
    draw_line(d, (Point){x, y - size * 0.35f}, (Point){x + stroke, y - size * 0.35f}, role, 1.8f,
              dash, false);
    draw_text(d, x + stroke + 4, y, text, ROLE_TEXT, size, FONT_MONO, ANCHOR_START);
    return x + stroke + 4 + w + size * 1.2f;
}

static void draw_chart(Display *d, const Moment *m, HostId host, NoteKind kind, Box box,
                       const Look *look)
{
    Series first, second;
    Axes axes;
    bool window = kind == NOTE_CWND;
    float y = box.y + look->small, top = box.y + look->small * 1.6f;
    collect(m, host, kind, &first, &second);
    begin_axes(&axes, m, (Box){box.x, top, box.w, box.y + box.h - top});
    make_room(&axes, &first);
    make_room(&axes, &second);
    float x = draw_name(d, box.x, y, window ? "cwnd" : "RTT", kind, &first, ROLE_DATA, DASH_NONE,
                        box.x + box.w, look);
    draw_name(d, x, y, window ? "ssthresh" : "RTO", kind, &second, ROLE_REXMIT, DASH_DASHED,
              box.x + box.w, look);
    draw_line(d, (Point){axes.box.x, axes.box.y + axes.box.h},
              (Point){axes.box.x + axes.box.w, axes.box.y + axes.box.h}, ROLE_GRID, 1, DASH_NONE,
              false);
    draw_steps(d, &axes, &second, m->world->now, ROLE_REXMIT, DASH_DASHED);
    draw_steps(d, &axes, &first, m->world->now, ROLE_DATA, DASH_NONE);
    if (!window)
        draw_dots(d, &axes, &first, ROLE_DATA);
}

void view_plot(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    Look look = look_of(view);
    float half = (box.w - 2 * look.pad) / 2;
    draw_chart(d, m, host, NOTE_CWND, (Box){box.x, box.y, half, box.h}, &look);
    draw_chart(d, m, host, NOTE_RTT, (Box){box.x + half + 2 * look.pad, box.y, half, box.h}, &look);
}
