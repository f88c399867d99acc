/*
 * view_seqspace.c: the sender's numbers as the textbook's sliding window.
 *
 *      una            nxt                       una+wnd
 *       |  in flight   |  may be sent            |  not yet
 *
 * Not to scale: five bytes in flight and a window of 64 KiB shall both be readable. Each section
 * that is not empty has a least width; the rest is shared out by size. Limits that coincide are
 * named together. Below the strip stand the receiver's limits, where they differ in what they say.
 */
#include <stdio.h>
#include <string.h>

#include "viz/measure.h"
#include "viz/scene.h"
#include "viz/words.h"

enum { SECTION_COUNT = 4, LIMIT_COUNT = 3 };

typedef struct Section {
    Word word;
    Role ground;
    uint32_t bytes;
    float least, x, w;
    bool counted;
} Section;

typedef struct Strip {
    const Tcb *own;
    Section part[SECTION_COUNT];
    Seq limit[LIMIT_COUNT]; /* una, nxt, una + wnd: the right edges of the first three parts */
} Strip;

static Strip strip_of(const Tcb *t)
{
    uint32_t flight = seq_distance(t->snd.una, t->snd.nxt);
    uint32_t usable = t->snd.wnd > flight ? t->snd.wnd - flight : 0;
    Seq edge = seq_add(t->snd.una, max_u32(t->snd.wnd, flight));
    return (Strip){.own = t,
                   .part = {{WORD_ACKNOWLEDGED, ROLE_SEQ_DONE, seq_distance(t->snd.iss, t->snd.una),
                             0, 0, 0, false},
                            {WORD_IN_FLIGHT, ROLE_SEQ_FLIGHT, flight, 0, 0, 0, true},
                            {WORD_MAY_SEND, ROLE_SEQ_USABLE, usable, 0, 0, 0, true},
                            {WORD_NOT_ALLOWED, ROLE_SEQ_BEYOND, 1, 0, 0, 0, false}},
                   .limit = {t->snd.una, t->snd.nxt, edge}};
}

static void section_text(char *out, size_t cap, const Section *s, Lang lang)
{
    Text text = text_fixed(out, cap);
    text_add(&text, word(s->word, lang));
    if (s->counted && s->bytes > 0)
        text_addf(&text, " %u", (unsigned)s->bytes);
}

/* Least widths first; what is left is given by size, in the square root's spirit: halves of halves.
 */
static void share_width(Strip *strip, Box box, const Look *look, Lang lang)
{
    float used = 0;
    for (int i = 0; i < SECTION_COUNT; i++) {
        Section *s = &strip->part[i];
        char text[64];
        section_text(text, sizeof text, s, lang);
        bool empty = s->bytes == 0;
        s->least = empty ? 0 : measure_text(text, look->small) + look->small * 1.6f;
        if (i == 0 && empty)
            s->least = look->small * 2;
        used += s->least;
    }
    float spare = box.w > used ? box.w - used : 0, squeeze = used > box.w ? box.w / used : 1;
    uint64_t weight[SECTION_COUNT] = {0, strip->part[1].bytes, strip->part[2].bytes, 0};
    uint64_t sum = weight[1] + weight[2];
    float x = box.x;
    for (int i = 0; i < SECTION_COUNT; i++) {
        Section *s = &strip->part[i];
        float extra = sum ? spare * (float)((double)weight[i] / (double)sum) : spare / 4;
        s->x = x;
        s->w = s->least * squeeze + extra;
        x += s->w;
    }
}

static void relative(Text *out, const View *view, const Tcb *t, Seq s)
{
    SegNames names = {.absolute = view->absolute};
    names.isn[t->host] = t->snd.iss;
    names.known[t->host] = true;
    segtext_seq(out, &names, t->host, s);
}

/* The limits with their names; those at one place share a label. Labels never meet: each begins
 * after the one before. */
static void draw_limits(Display *d, const Strip *strip, const View *view, Box bar, const Look *look)
{
    static const char *const names[LIMIT_COUNT] = {"una", "nxt", "una+wnd"};
    float size = look->small * 0.95f, free_from = bar.x, y = bar.y - look->small * 0.45f;
    for (int i = 0; i < LIMIT_COUNT; i++) {
        char text[96];
        Text out = text_fixed(text, sizeof text);
        int first = i;
        text_add(&out, names[i]);
        while (i + 1 < LIMIT_COUNT && seq_eq(strip->limit[i + 1], strip->limit[first]))
            text_addf(&out, " = %s", names[++i]);
        text_add(&out, " ");
        relative(&out, view, strip->own, strip->limit[first]);
        float x = strip->part[first].x + strip->part[first].w;
        float w = measure_text(text, size), left = x - w / 2;
        left = left < free_from ? free_from : left;
        if (left + w > bar.x + bar.w)
            left = bar.x + bar.w - w;
        draw_line(d, (Point){x, bar.y - 4}, (Point){x, bar.y + bar.h + 3}, ROLE_TEXT, 1.6f,
                  DASH_NONE, false);
        if (left + 0.5f >= free_from)
            draw_text(d, left, y, text, ROLE_TEXT, size, FONT_MONO, ANCHOR_START);
        free_from = left + w + size;
    }
}

/* Below: what the receiver says. */
static void draw_receiver(Display *d, const Moment *m, const View *view, const Tcb *own, Box bar,
                          const Look *look)
{
    const Tcb *peer = world_peer(m->world, own);
    if (!peer || peer->state == LISTEN || peer->state == CLOSED || peer->state == SYN_SENT)
        return;
    char text[128];
    Text out = text_fixed(text, sizeof text);
    text_addf(&out, "%c: rcv.nxt ", host_letter(peer->host));
    relative(&out, view, own, peer->rcv.nxt);
    text_addf(&out, "  rcv.wnd %u", (unsigned)peer->rcv.wnd);
    if (peer->range_count)
        text_addf(&out, "  %s %u", word(WORD_OUT_OF_ORDER, view->lang),
                  (unsigned)peer->range_count);
    draw_text_fit(d, bar.x, bar.y + bar.h + look->small * 1.25f, bar.w, text, ROLE_MUTED,
                  look->small * 0.95f, FONT_MONO, ANCHOR_START);
}

void view_seqspace(Display *d, const Moment *m, const View *view, HostId from, Box box)
{
    Look look = look_of(view);
    const Tcb *t = moment_conn(m, from);
    if (!t || t->state == LISTEN || t->state == CLOSED) {
        draw_text_fit(d, box.x, box.y + look.small * 1.6f, box.w,
                      word(WORD_NO_CONNECTION, view->lang), ROLE_MUTED, look.small, FONT_MONO,
                      ANCHOR_START);
        return;
    }
    Box bar = {box.x, box.y + look.small * 1.5f, box.w, look.small * 1.7f};
    Strip strip = strip_of(t);
    share_width(&strip, bar, &look, view->lang);
    for (int i = 0; i < SECTION_COUNT; i++) {
        const Section *s = &strip.part[i];
        char text[64];
        section_text(text, sizeof text, s, view->lang);
        if (s->w <= 0)
            continue;
        draw_rect(d, (Box){s->x, bar.y, s->w, bar.h}, 0, s->ground, ROLE_GRID, 1);
        if (measure_text(text, look.small) <= s->w - 4 && s->bytes > 0)
            draw_text(d, s->x + s->w / 2, bar.y + bar.h / 2 + look.small * MEASURE_MIDDLE, text,
                      ROLE_TEXT, look.small, FONT_MONO, ANCHOR_MIDDLE);
    }
    draw_limits(d, &strip, view, bar, &look);
    draw_receiver(d, m, view, t, bar, &look);
}
