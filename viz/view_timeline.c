/*
 * view_timeline.c: the whole run on one line: rows as marks by meaning, the present, the branches.
 *
 * Departures of A stand above the line, those of B below, in the colour and shape of what they are:
 * a bar for a segment, a cross for a loss, a ring for a timer, a triangle for a learner's call. The
 * part after the present is fainter. Other branches leave the line where they fork. Time is folded
 * as on the ladder (timescale.h), so a pause of four minutes does not push the rest together.
 */
#include <string.h>

#include "viz/measure.h"
#include "viz/scene.h"
#include "viz/timescale.h"
#include "viz/words.h"

static const float MARK_APART = 0.8f; /* pixels between marks of a kind */

typedef struct Axis {
    TimeScale scale;
    float x, w;
} Axis;

static const Trace *known(const Moment *m)
{
    return m->future ? m->future : m->trace;
}

static Nanos last_moment(const Moment *m)
{
    Nanos end = m->world->now > m->future_end ? m->world->now : m->future_end;
    for (uint32_t i = 0; i < m->branch_count; i++)
        end = m->branches[i].end_time > end ? m->branches[i].end_time : end;
    return end;
}

static Axis axis_of(const Moment *m, Box box)
{
    Axis a = {.x = box.x, .w = box.w};
    timescale_of_trace(&a.scale, m->world, known(m), last_moment(m));
    return a;
}

static float x_of(const Axis *a, Nanos at)
{
    float total = timescale_total(&a->scale);
    float part = total > 0 ? timescale_of(&a->scale, at) / total : 0;
    return a->x + a->w * (part > 1 ? 1 : part);
}

static Nanos at_of(const Axis *a, float x)
{
    return timescale_at(&a->scale, (x - a->x) / a->w * timescale_total(&a->scale));
}

/* Where the line lies inside the panel. */
static Box line_box(const View *view, Box box)
{
    Look look = look_of(view);
    float margin = look.small * 2;
    return (Box){box.x + margin, box.y + 3, box.w - 2 * margin, box.h - look.line - 3};
}

bool timeline_at(const Moment *m, const View *view, float x, float y, Nanos *at)
{
    Box panel_box = scene_timeline_box(view);
    if (panel_box.w <= 0 || y < panel_box.y || y >= panel_box.y + panel_box.h)
        return false;
    Axis a = axis_of(m, line_box(view, panel_box));
    *at = at_of(&a, x);
    return true;
}

/* ---- Marks --------------------------------------------------------------------------------- */

static void draw_mark(Display *d, const Trace *t, uint32_t row, float x, float y, float h)
{
    const Note *n = trace_note(t, row);
    float up = n->host == HOST_B ? 1 : -1;
    Seg seg;
    Bytes payload;
    switch (n->kind) {
    case NOTE_SENT:
    case NOTE_COPIED: {
        bool again = n->kind == NOTE_COPIED || n->peer_row != 0;
        Role role = trace_seg(t, row, &seg, &payload) ? segment_role(&seg, again) : ROLE_ACK;
        draw_line(d, (Point){x, y + up * 2}, (Point){x, y + up * h}, role, 2, DASH_NONE, false);
        break;
    }
    case NOTE_LOST: draw_cross(d, (Point){x, y + up * h * 0.6f}, 3, ROLE_RST, 1.6f); break;
    case NOTE_TIMER: draw_circle(d, x, y + up * h * 0.6f, 3, ROLE_PANEL, ROLE_REXMIT, 1.4f); break;
    case NOTE_CALL:
    case NOTE_POWER: {
        Point at[3] = {{x, y + up * 2}, {x - 4, y + up * 9}, {x + 4, y + up * 9}};
        draw_path(d, at, 3, ROLE_TEXT, ROLE_NONE, 0, DASH_NONE, true, false);
        break;
    }
    default: break;
    }
}

/* Thousands of rows: one mark for each pixel, side and kind says as much. Rows come in the order of
 * time, so what falls on the same pixel is known by its time; where it stands need not be found. */
static void draw_marks(Display *d, const Moment *m, const Axis *a, float y, float h)
{
    const Trace *t = known(m);
    const Nanos now = m->world->now;
    Nanos until[HOST_COUNT][NOTE_KIND_COUNT] = {{0}}; /* the pixel of the last mark ends there */
    for (uint32_t row = t->first_row; trace_row(t, row); row++) {
        const Note *n = trace_note(t, row);
        int side = n->host == HOST_B ? HOST_B : HOST_A;
        if (n->kind == NOTE_ARRIVED || n->kind >= NOTE_KIND_COUNT || n->at < until[side][n->kind])
            continue;
        float x = x_of(a, n->at);
        until[side][n->kind] = at_of(a, x + MARK_APART);
        d->opacity = n->at > now ? 90 : 255;
        display_target(d, TARGET_ROW, n->host, row);
        draw_mark(d, t, row, x, y, h);
    }
    d->opacity = 255;
    display_target(d, TARGET_TIMELINE, HOST_NONE, 0);
}

/* Round steps of time along the line: 1 2 5 times a power of ten. */
static Nanos round_step(Nanos least)
{
    Nanos step = NANOS_US;
    for (;;) {
        if (step >= least)
            return step;
        if (step * 2 >= least)
            return step * 2;
        if (step * 5 >= least)
            return step * 5;
        step *= 10;
    }
}

static void draw_times(Display *d, const Moment *m, const Axis *a, float y, const Look *look)
{
    float size = look->small * 0.85f, width = measure_text("000.000s", size) + size * 1.5f;
    Nanos end = last_moment(m),
          step = round_step((Nanos)((double)end * (double)(width / a->w)) + 1);
    float free_from = a->x - width;
    for (Nanos at = 0; at <= end && at / step < 1000; at += step) {
        float x = x_of(a, at);
        if (x < free_from)
            continue;
        char text[32];
        Text out = text_fixed(text, sizeof text);
        text_duration(&out, at);
        float w = measure_text(text, size), left = x - w / 2;
        if (left < a->x - size * 0.5f)
            left = a->x - size * 0.5f;
        if (left + w > a->x + a->w + size * 0.5f)
            left = a->x + a->w + size * 0.5f - w;
        draw_line(d, (Point){x, y - size * 1.1f}, (Point){x, y - size * 0.8f}, ROLE_GRID, 1,
                  DASH_NONE, false);
        draw_text(d, left, y, text, ROLE_MUTED, size, FONT_MONO, ANCHOR_START);
        free_from = x + width;
    }
}

/* Other futures: dashed lines below that leave the main one where they fork. */
static void draw_branches(Display *d, const Moment *m, const Axis *a, float y, float lane,
                          const Look *look)
{
    float size = look->small * 0.85f, free_from = a->x;
    for (uint32_t i = 0; i < m->branch_count; i++) {
        const BranchInfo *b = &m->branches[i];
        if (b->current)
            continue;
        float x0 = x_of(a, b->fork_time), x1 = x_of(a, b->end_time),
              w = measure_text(b->name, size);
        x1 = x1 < x0 + 20 ? x0 + 20 : x1;
        display_target(d, TARGET_BRANCH, HOST_NONE, i);
        Point way[3] = {{x0, y}, {x0 + 6, lane}, {x1, lane}};
        draw_path(d, way, 3, ROLE_NONE, ROLE_GRID, 1.6f, DASH_DASHED, false, false);
        float left = x0 + 14 + w > a->x + a->w ? a->x + a->w - w : x0 + 14;
        if (left < free_from)
            continue;
        draw_rect(d, (Box){left - 3, lane - size * 0.6f, w + 6, size * 1.2f}, 0, ROLE_PANEL,
                  ROLE_NONE, 0);
        draw_text(d, left, lane + size * MEASURE_MIDDLE, b->name, ROLE_MUTED, size, FONT_MONO,
                  ANCHOR_START);
        free_from = left + w + size;
    }
    display_no_target(d);
}

void view_timeline(Display *d, const Moment *m, const View *view, Box box)
{
    Look look = look_of(view);
    Box line = line_box(view, box);
    Axis a = axis_of(m, line);
    float h = line.h * 0.33f, y = line.y + line.h * 0.38f, lane = line.y + line.h * 0.87f;
    float now = x_of(&a, m->world->now);
    display_target(d, TARGET_TIMELINE, HOST_NONE, 0);
    draw_rect(d, box, 6, ROLE_PANEL, ROLE_EDGE, 1);
    for (HostId host = 0; host < HOST_COUNT; host++) {
        const char letter[2] = {host_letter(host), 0};
        float dy = host == HOST_A ? -look.small * 0.35f : look.small * 1.05f;
        draw_text(d, box.x + look.small * 0.6f, y + dy, letter, ROLE_MUTED, look.small * 0.85f,
                  FONT_BOLD, ANCHOR_START);
    }
    draw_line(d, (Point){line.x, y}, (Point){now, y}, ROLE_TEXT, 2, DASH_NONE, false);
    draw_line(d, (Point){now, y}, (Point){line.x + line.w, y}, ROLE_GRID, 2, DASH_NONE, false);
    draw_marks(d, m, &a, y, h);
    draw_branches(d, m, &a, y, lane, &look);
    display_target(d, TARGET_TIMELINE, HOST_NONE, 0);
    draw_times(d, m, &a, box.y + box.h - look.small * 0.45f, &look);
    draw_line(d, (Point){now, line.y}, (Point){now, line.y + line.h}, ROLE_ACCENT, 2, DASH_NONE,
              false);
    Point knob[3] = {{now, line.y + 8}, {now - 6, line.y - 1}, {now + 6, line.y - 1}};
    draw_path(d, knob, 3, ROLE_ACCENT, ROLE_NONE, 0, DASH_NONE, true, false);
    display_no_target(d);
}
