/*
 * view_tcb.c: what one end knows: the beginner's fields of its TCB, and its timers.
 *
 * The rows come from the table of fields (core/lab/schema.def, level FIRST); names are never
 * translated. What the last event changed has a coloured ground, bold type and the value it had
 * before: shape and word beside the colour. Two columns: sending on the left, receiving on the
 * right. A wide box has further columns for the other fields, as many as say something.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/lab/schema.h"
#include "viz/measure.h"
#include "viz/scene.h"
#include "viz/words.h"

enum { VALUE_MAX = 64 };
static const float FIRST_WIDE = 42, MORE_WIDE = 21; /* of columns, in units of the type */

static bool is_sending(const Field *f)
{
    return strncmp(f->path, "snd.", 4) == 0 || strncmp(f->path, "tx.", 3) == 0 ||
           strncmp(f->path, "cc.", 3) == 0 || strcmp(f->path, "rto") == 0;
}

static void value_of(char out[VALUE_MAX], const Field *f, const Tcb *t, bool absolute)
{
    Text text = text_fixed(out, VALUE_MAX);
    schema_print(&text, f, t, t, absolute);
}

typedef struct Pen {
    Display *d;
    const View *view;
    const Look *look;
    HostId host;
    float size;      /* of the type */
    float name_w[2]; /* of the longest name in each column */
} Pen;

/* name_w: the room for names in its column. */
static void draw_field(const Pen *p, Box box, const Field *f, uint32_t index, float name_w,
                       const Tcb *t, const Tcb *before)
{
    char now[VALUE_MAX], then[VALUE_MAX] = "", both[2 * VALUE_MAX + 8];
    value_of(now, f, t, p->view->absolute);
    if (before)
        value_of(then, f, before, p->view->absolute);
    bool changed = before && strcmp(now, then) != 0;
    display_target(p->d, TARGET_FIELD, p->host, index);
    if (changed)
        draw_rect(p->d, box, 3, ROLE_CHANGED, ROLE_NONE, 0);
    float y = box.y + box.h / 2 + p->size * MEASURE_MIDDLE, x = box.x + 4;
    draw_text_fit(p->d, x, y, name_w, f->path, changed ? ROLE_TEXT : ROLE_MUTED, p->size, FONT_MONO,
                  ANCHOR_START);
    x += name_w + p->size * 0.8f;
    float room = box.x + box.w - 4 - x;
    snprintf(both, sizeof both, "%s ← %s", now, then);
    bool fits = changed && measure_text(both, p->size) <= room;
    draw_text_fit(p->d, x, y, room, fits ? both : now, ROLE_TEXT, p->size,
                  changed ? FONT_BOLD : FONT_MONO, ANCHOR_START);
    display_no_target(p->d);
}

/* In whole milliseconds when it is long: running digits cannot be read. */
static Nanos time_left(Nanos due, Nanos now)
{
    Nanos left = due > now ? due - now : 0;
    return left > 10 * NANOS_MS ? left - left % NANOS_MS : left;
}

/* The armed timers that have room, the one that fires first in front: name and time left. */
static void draw_timers(const Pen *p, Box box, const Moment *m, const Tcb *t)
{
    bool done[TIMER_COUNT] = {false};
    const char *head = word(WORD_TIMER, p->view->lang);
    float y = box.y + p->size, x = box.x + 4;
    if (box.h < p->look->line)
        return;
    for (int n = 0; n < TIMER_COUNT; n++) {
        int next = -1;
        for (int i = 0; i < TIMER_COUNT; i++)
            if (!done[i] && timer_armed(t, (TimerId)i) && (next < 0 || t->due[i] < t->due[next]))
                next = i;
        if (next < 0)
            return;
        char left[48];
        Text out = text_fixed(left, sizeof left);
        text_addf(&out, "%s ", timer_name((TimerId)next));
        text_duration(&out, time_left(t->due[next], m->world->now));
        float w = measure_text(left, p->size), head_w = measure_text(head, p->size) + p->size;
        if (x + (n ? 0 : head_w) + w > box.x + box.w)
            return;
        if (n == 0) {
            draw_text(p->d, x, y, head, ROLE_MUTED, p->size, FONT_MONO, ANCHOR_START);
            x += head_w;
        }
        draw_text(p->d, x, y, left, ROLE_TEXT, p->size, FONT_BOLD, ANCHOR_START);
        x += w + 1.5f * p->size;
        done[next] = true;
    }
}

/* A field that is not zero, or has just become so. */
static bool says_something(const Field *f, const Tcb *t, const Tcb *before)
{
    char now[VALUE_MAX], then[VALUE_MAX];
    if (f->type == FIELD_PART)
        return false;
    value_of(now, f, t, true);
    bool zero = now[0] == '0' && !strpbrk(now, "123456789");
    bool none = zero || now[0] == '\0' || strcmp(now, "-") == 0 || strcmp(now, "none") == 0 ||
                strcmp(now, "off") == 0 || strcmp(now, "never") == 0;
    if (!none || !before)
        return !none;
    value_of(then, f, before, true);
    return strcmp(now, then) != 0;
}

/* The fields that a beginner need not know, column after column. */
static void draw_more(const Pen *p, Box box, const Tcb *t, const Tcb *before)
{
    size_t count;
    const Field *fields = schema_fields(SCHEMA_TCB, &count);
    float columns = floorf(box.w / (MORE_WIDE * p->size)), w = box.w / columns;
    float x = box.x, y = box.y, line = p->look->line;
    for (size_t i = 0; i < count; i++) {
        const Field *f = &fields[i];
        if (!f->advanced || f->type == FIELD_RESERVED || !says_something(f, t, before))
            continue;
        if (y + line > box.y + box.h + 0.5f) {
            x += w;
            y = box.y;
        }
        if (x + w > box.x + box.w + 1)
            return;
        draw_field(p, (Box){x, y, w - p->size, line}, f, (uint32_t)i, w * 0.5f, t, before);
        y += line;
    }
}

void view_tcb(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    Look look = look_of(view);
    float size = look.small * 0.92f;
    Pen p = {d,    view, &look,
             host, size, {measure_text("snd.iss", size), measure_text("remote_port", size)}};
    const Tcb *t = moment_conn(m, host), *before = &m->before[host];
    const Box whole = box;
    if (box.w >= (FIRST_WIDE + MORE_WIDE) * size)
        box.w = FIRST_WIDE * size;
    if (!t) {
        draw_text_fit(d, box.x + 4, box.y + look.small, box.w, word(WORD_NO_CONNECTION, view->lang),
                      ROLE_MUTED, look.small, FONT_MONO, ANCHOR_START);
        return;
    }
    if (!m->has_before || !before->used || before->number != t->number)
        before = NULL;
    size_t count;
    const Field *fields = schema_fields(SCHEMA_TCB, &count);
    /* Names of 7 and of 11 letters, values of 10 digits at least. */
    float gap = look.pad * 0.5f, left_w = (box.w - gap) * 0.455f;
    float column_x[2] = {box.x, box.x + left_w + gap}, column_w[2] = {left_w, box.w - gap - left_w};
    float y[2] = {box.y, box.y}, bottom = box.y + box.h;
    for (size_t i = 0; i < count; i++) {
        const Field *f = &fields[i];
        if (f->advanced || f->type == FIELD_RESERVED || f->type == FIELD_STATE)
            continue; /* the state is in the diagram */
        int side = is_sending(f) ? 0 : 1;
        if (y[side] + look.line > bottom + 0.5f)
            continue;
        draw_field(&p, (Box){column_x[side], y[side], column_w[side], look.line}, f, (uint32_t)i,
                   p.name_w[side], t, before);
        y[side] += look.line;
    }
    float under = (y[0] > y[1] ? y[0] : y[1]) + 2;
    draw_timers(&p, (Box){box.x, under, box.w, bottom - under}, m, t);
    if (whole.w > box.w)
        draw_more(&p, (Box){whole.x + box.w, whole.y, whole.w - box.w, whole.h}, t, before);
}
