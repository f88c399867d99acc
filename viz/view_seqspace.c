/*
 * view_seqspace.c: the numbers of one direction as the textbook's sliding window, at both ends:
 * RFC 9293 figures 3 and 4, alive, on one axis.
 *
 *      sender     acknowledged | #9  in flight | #10 lost x | may be sent     | not yet
 *                            UNA                          NXT              UNA+WND
 *      the wire                     [#9 moves down]
 *                                       NXT                             NXT+WND
 *      receiver   received              | hole | waits | may arrive        | not yet
 *
 * Not to scale: five bytes in flight and a window of 64 KiB shall both be readable. What lies
 * between two limits has a least width; the rest is shared by the square root of its size. In a
 * low box only the sender's strip is drawn, and the receiver's limits in words below it.
 */
#include <math.h>
#include <string.h>

#include "viz/measure.h"
#include "viz/parts.h"

enum { KNOTS = 96, RUNS = 40, MERGE_FROM = 16 };

/* Part of the sent list: one segment, or several alike where there are many. */
typedef struct SentRun {
    uint32_t from, to; /* distance from una */
    uint32_t row;      /* of the first */
    uint16_t flags;    /* SENT_LOST, SENT_SACKED */
    bool again;
    uint32_t count;
} SentRun;

typedef struct Strip {
    Display *d;
    const Moment *m;
    const View *view;
    Look look;
    const Tcb *own, *peer; /* peer: NULL if it knows nothing of this direction yet */
    Box bar;               /* its height is that of a strip */
    uint32_t knot[KNOTS];  /* distances from una, in order */
    float x[KNOTS];
    uint32_t knots;
    uint32_t flight, edge; /* nxt and una + wnd */
    SentRun run[RUNS];
    uint32_t runs;
} Strip;

/* ---- The axis ------------------------------------------------------------------------------ */

static uint32_t from_una(const Strip *s, Seq seq)
{
    return seq_gt(seq, s->own->snd.una) ? seq_distance(s->own->snd.una, seq) : 0;
}

static void add_knot(Strip *s, uint32_t at)
{
    uint32_t i = s->knots;
    for (uint32_t k = 0; k < s->knots; k++)
        if (s->knot[k] == at)
            return;
    if (s->knots == KNOTS)
        return;
    for (; i > 0 && s->knot[i - 1] > at; i--)
        s->knot[i] = s->knot[i - 1];
    s->knot[i] = at;
    s->knots++;
}

static void collect_runs(Strip *s)
{
    Pools p = world_pools((World *)(uintptr_t)s->m->world); /* nothing here writes */
    const Tcb *t = s->own;
    for (uint16_t i = 0; i < t->sent_count; i++) {
        const Sent *e = sent_at(&p, t, i);
        uint16_t flags = e->flags & (SENT_LOST | SENT_SACKED);
        SentRun *last = s->runs ? &s->run[s->runs - 1] : NULL;
        bool alike = last && last->flags == flags && last->again == (e->rexmits > 0);
        uint32_t from = from_una(s, e->seq), to = from_una(s, seq_add(e->seq, sent_len(e)));
        if ((t->sent_count > MERGE_FROM && alike) || s->runs == RUNS) {
            last->to = to;
            last->count++;
        } else {
            s->run[s->runs++] = (SentRun){from, to, e->row, flags, e->rexmits > 0, 1};
        }
    }
}

static void collect_knots(Strip *s)
{
    add_knot(s, 0);
    for (uint32_t i = 0; i < s->runs; i++)
        add_knot(s, s->run[i].to);
    add_knot(s, s->flight);
    add_knot(s, s->edge);
    if (!s->peer)
        return;
    add_knot(s, from_una(s, s->peer->rcv.nxt));
    add_knot(s, from_una(s, s->peer->rcv.adv));
    Pools p = world_pools((World *)(uintptr_t)s->m->world);
    Ranges ranges = tcb_ranges(&p, s->peer);
    for (uint16_t i = 0; i < *ranges.count; i++) {
        add_knot(s, from_una(s, ranges.at[i].from));
        add_knot(s, from_una(s, ranges.at[i].to));
    }
}

static float word_width(const Strip *s, Word w)
{
    return measure_text(word(w, s->view->lang), s->look.small) + s->look.small * 1.6f;
}

/* How much of the width the part before knot i gets at least. */
static float least_width(const Strip *s, uint32_t i, uint32_t in_flight)
{
    float small = s->look.small;
    if (s->knot[i] <= s->flight) {
        float share = s->bar.w * 0.42f / (float)in_flight, want = small * 7.5f;
        return share < want ? share : want;
    }
    return s->knot[i - 1] == s->flight ? small * 9 : small * 2;
}

static void share_width(Strip *s)
{
    float before = word_width(s, WORD_ACKNOWLEDGED), after = word_width(s, WORD_NOT_ALLOWED);
    float used = before + after, weights = 0;
    uint32_t in_flight = 1;
    for (uint32_t i = 1; i < s->knots; i++)
        in_flight += s->knot[i] <= s->flight;
    for (uint32_t i = 1; i < s->knots; i++) {
        used += least_width(s, i, in_flight);
        weights += sqrtf((float)(s->knot[i] - s->knot[i - 1]));
    }
    float spare = s->bar.w > used ? s->bar.w - used : 0, squeeze = 1;
    if (used > s->bar.w)
        squeeze = s->bar.w / used;
    s->x[0] = s->bar.x + before * squeeze;
    if (weights <= 0)
        weights = 1;
    for (uint32_t i = 1; i < s->knots; i++)
        s->x[i] = s->x[i - 1] + least_width(s, i, in_flight) * squeeze +
                  spare * sqrtf((float)(s->knot[i] - s->knot[i - 1])) / weights;
}

static float x_of(const Strip *s, uint32_t at)
{
    for (uint32_t i = 1; i < s->knots; i++)
        if (at <= s->knot[i]) {
            uint32_t gap = s->knot[i] - s->knot[i - 1];
            float part = (float)((double)(at - s->knot[i - 1]) / (double)gap);
            return s->x[i - 1] + (s->x[i] - s->x[i - 1]) * part;
        }
    return s->x[s->knots - 1];
}

/* ---- Sections ------------------------------------------------------------------------------ */

/* A section with its word, and its size where that says something. */
static void section(const Strip *s, float y, float x0, float x1, Role ground, Word what,
                    uint32_t bytes)
{
    char text[96];
    Text out = text_fixed(text, sizeof text);
    float size = s->look.small, w = x1 - x0;
    if (w <= 0.5f)
        return;
    draw_rect(s->d, (Box){x0, y, w, s->bar.h}, 0, ground, ROLE_GRID, 1);
    text_add(&out, word(what, s->view->lang));
    if (bytes)
        text_addf(&out, " %u", (unsigned)bytes);
    if (measure_text(text, size) <= w - 4)
        draw_text(s->d, x0 + w / 2, y + s->bar.h / 2 + size * MEASURE_MIDDLE, text, ROLE_TEXT, size,
                  FONT_MONO, ANCHOR_MIDDLE);
}

static void draw_run(const Strip *s, const SentRun *run, float y)
{
    float size = s->look.small, x0 = x_of(s, run->from), x1 = x_of(s, run->to);
    bool lost = run->flags & SENT_LOST, sacked = run->flags & SENT_SACKED;
    Role ground = sacked ? ROLE_VISITED : ROLE_SEQ_FLIGHT;
    Box box = {x0, s->bar.y + y, x1 - x0, s->bar.h};
    char text[96];
    Text out = text_fixed(text, sizeof text);
    display_target(s->d, TARGET_SEGMENT, (HostId)s->own->host, run->row);
    draw_rect(s->d, box, 0, ground, ROLE_GRID, 1);
    if (run->again) {
        Swatch dashed = {WORD_IN_FLIGHT, ROLE_NONE, ROLE_REXMIT, true, false};
        part_swatch(s->d, (Box){box.x + 2, box.y + 2, box.w - 4, box.h - 4}, &dashed);
    }
    /* The most that fits: word and size; the word; the number; a cross. */
    const char *name = word(lost     ? WORD_LOST
                            : sacked ? WORD_SACKED
                                     : WORD_IN_FLIGHT,
                            s->view->lang);
    for (int brief = 0; brief < 4; brief++) {
        text_clear(&out);
        if (brief == 2)
            text_addf(&out, "#%u", (unsigned)run->row);
        else if (brief < 2)
            text_add(&out, name);
        if (brief == 0)
            text_addf(&out, " %u", (unsigned)(run->to - run->from));
        if (brief == 3 && lost)
            draw_cross(s->d, (Point){box.x + box.w / 2, box.y + box.h / 2}, size * 0.4f, ROLE_RST,
                       2);
        if (brief == 3 || measure_text(text, size) <= box.w - 8)
            break;
    }
    if (out.len)
        draw_text(s->d, box.x + box.w / 2, box.y + box.h / 2 + size * MEASURE_MIDDLE, text,
                  ROLE_TEXT, size, lost ? FONT_BOLD : FONT_MONO, ANCHOR_MIDDLE);
    display_no_target(s->d);
}

static void draw_sender(const Strip *s)
{
    float end = s->bar.x + s->bar.w, nxt = x_of(s, s->flight), edge = x_of(s, s->edge);
    uint32_t usable = s->edge > s->flight ? s->edge - s->flight : 0;
    section(s, s->bar.y, s->bar.x, s->x[0], ROLE_SEQ_DONE, WORD_ACKNOWLEDGED, 0);
    if (s->flight && !s->runs)
        section(s, s->bar.y, s->x[0], nxt, ROLE_SEQ_FLIGHT, WORD_IN_FLIGHT, s->flight);
    for (uint32_t i = 0; i < s->runs; i++)
        draw_run(s, &s->run[i], 0);
    if (usable)
        section(s, s->bar.y, nxt, edge, ROLE_SEQ_USABLE, WORD_MAY_SEND, usable);
    float from = edge > nxt ? edge : nxt;
    section(s, s->bar.y, from, end, ROLE_SEQ_BEYOND, WORD_NOT_ALLOWED, 0);
}

/* ---- Limits -------------------------------------------------------------------------------- */

typedef struct Limit {
    const char *name;
    uint32_t at;
} Limit;

/* Limits in order of their place; equal ones share a label. */
static void draw_limits(const Strip *s, Limit *limit, uint32_t count, const Tcb *t, float y,
                        float y0, float y1)
{
    PlaceMark marks[4];
    uint32_t n = 0;
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = i; k > 0 && limit[k].at < limit[k - 1].at; k--) {
            Limit other = limit[k];
            limit[k] = limit[k - 1];
            limit[k - 1] = other;
        }
    for (uint32_t i = 0; i < count; i++) {
        Text out = text_fixed(marks[n].text, sizeof marks[n].text);
        uint32_t at = limit[i].at;
        text_add(&out, limit[i].name);
        while (i + 1 < count && limit[i + 1].at == at)
            text_addf(&out, " = %s", limit[++i].name);
        text_char(&out, ' ');
        part_seq(&out, s->view, t, (HostId)s->own->host, seq_add(s->own->snd.una, at));
        marks[n++].x = x_of(s, at);
    }
    part_marks(s->d, s->view, marks, n, s->bar, y, y0, y1);
}

static void draw_sender_limits(const Strip *s)
{
    Limit limit[3] = {{"SND.UNA", 0}, {"SND.NXT", s->flight}, {"UNA+WND", s->edge}};
    draw_limits(s, limit, 3, s->own, s->bar.y - s->look.small * 0.45f, s->bar.y - 4,
                s->bar.y + s->bar.h + 3);
}

/* ---- The receiver -------------------------------------------------------------------------- */

static void draw_receiver(const Strip *s, float y)
{
    Strip low = *s;
    low.bar.y = y;
    const Tcb *t = s->peer;
    uint32_t nxt = from_una(s, t->rcv.nxt), adv = from_una(s, t->rcv.adv), at = nxt;
    Pools p = world_pools((World *)(uintptr_t)s->m->world);
    Ranges ranges = tcb_ranges(&p, t);
    section(&low, y, s->bar.x, x_of(s, nxt), ROLE_SEQ_DONE, WORD_RECEIVED, 0);
    for (uint16_t i = 0; i < *ranges.count; i++) {
        uint32_t from = from_una(s, ranges.at[i].from), to = from_una(s, ranges.at[i].to);
        section(&low, y, x_of(s, at), x_of(s, from), ROLE_PANEL, WORD_HOLE, from - at);
        section(&low, y, x_of(s, from), x_of(s, to), ROLE_VISITED, WORD_OUT_OF_ORDER, to - from);
        at = to;
    }
    if (adv > at)
        section(&low, y, x_of(s, at), x_of(s, adv), ROLE_SEQ_USABLE, WORD_MAY_ARRIVE, adv - at);
    float from = x_of(s, adv > at ? adv : at);
    section(&low, y, from, s->bar.x + s->bar.w, ROLE_SEQ_BEYOND, WORD_NOT_TAKEN, 0);
    Limit limit[2] = {{"RCV.NXT", nxt}, {"NXT+WND", adv}};
    draw_limits(&low, limit, adv > nxt ? 2 : 1, t, y + s->bar.h + s->look.small * 1.35f, y - 3,
                y + s->bar.h + 4);
}

static bool readable(const World *w, uint16_t packet, Seg *seg, Bytes *payload)
{
    WireError e = wire_decode(world_frame(w, (PktId){packet}), seg, payload);
    return e == WIRE_OK || e == WIRE_BAD_CHECKSUM;
}

/* What is in the network, on its way from one strip to the other. */
static void draw_wire(const Strip *s, float y0, float y1)
{
    const World *w = s->m->world;
    const Packet *packets = world_packets(w);
    float size = s->look.small * 0.9f, h = size * 1.25f;
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        const Packet *p = &packets[i];
        Seg seg;
        Bytes payload;
        bool there = p->place == PACKET_FLYING || p->place == PACKET_HELD;
        if (!there || p->from != s->own->host || !readable(w, i, &seg, &payload) ||
            seg_len(&seg) == 0 || seg.src_port != s->own->local_port)
            continue;
        float x0 = x_of(s, from_una(s, seg.seq)), x1 = x_of(s, from_una(s, seg_end(&seg)));
        float part = 0.5f;
        if (p->due != NANOS_NEVER && p->due > p->sent_at)
            part = (float)((double)(w->now - p->sent_at) / (double)(p->due - p->sent_at));
        part = part < 0 ? 0 : part > 1 ? 1 : part;
        x1 = x1 < x0 + 8 ? x0 + 8 : x1;
        Box box = {x0 + 1, y0 + (y1 - y0 - h) * part, x1 - x0 - 2, h};
        char text[16];
        Text out = text_fixed(text, sizeof text);
        text_addf(&out, "#%u", (unsigned)p->row);
        display_target(s->d, TARGET_SEGMENT, (HostId)p->from, p->row);
        draw_rect(s->d, box, 3, ROLE_PANEL, segment_role(&seg, p->copy_of != 0), 2);
        if (measure_text(text, size) < box.w - 4)
            draw_text(s->d, box.x + box.w / 2, box.y + h / 2 + size * MEASURE_MIDDLE, text,
                      segment_role(&seg, p->copy_of != 0), size, FONT_BOLD, ANCHOR_MIDDLE);
        display_no_target(s->d);
    }
}

/* In a low box: the receiver's limits in words. */
static void tell_receiver(const Strip *s)
{
    char text[128];
    Text out = text_fixed(text, sizeof text);
    const Tcb *t = s->peer;
    text_addf(&out, "%c: RCV.NXT ", host_letter((HostId)t->host));
    part_seq(&out, s->view, t, (HostId)s->own->host, t->rcv.nxt);
    text_addf(&out, "  RCV.WND %u", (unsigned)t->rcv.wnd);
    if (t->range_count)
        text_addf(&out, "  %s %u", word(WORD_OUT_OF_ORDER, s->view->lang),
                  (unsigned)t->range_count);
    draw_text_fit(s->d, s->bar.x, s->bar.y + s->bar.h + s->look.small * 1.25f, s->bar.w, text,
                  ROLE_MUTED, s->look.small * 0.95f, FONT_MONO, ANCHOR_START);
}

/* ---- All of it ----------------------------------------------------------------------------- */

static void caption(const Strip *s, float y, Word what, HostId host)
{
    char text[96];
    Text out = text_fixed(text, sizeof text);
    text_addf(&out, word(what, s->view->lang), host_letter(host));
    draw_text_fit(s->d, s->bar.x, y, s->bar.w, text, ROLE_MUTED, s->look.small, FONT_MONO,
                  ANCHOR_START);
}

static void draw_both(Strip *s, Box box)
{
    static const Swatch legend[] = {
        {WORD_IN_FLIGHT, ROLE_SEQ_FLIGHT, ROLE_GRID, false, false},
        {WORD_LOST, ROLE_SEQ_FLIGHT, ROLE_GRID, false, true},
        {WORD_SENT_AGAIN, ROLE_SEQ_FLIGHT, ROLE_REXMIT, true, false},
        {WORD_SACKED, ROLE_VISITED, ROLE_GRID, false, false},
        {WORD_OUT_OF_ORDER, ROLE_VISITED, ROLE_GRID, false, false},
        {WORD_MAY_SEND, ROLE_SEQ_USABLE, ROLE_GRID, false, false},
    };
    float small = s->look.small, bottom = box.y + box.h - small * 0.6f;
    float high = (box.h - small * 10.5f) / 3.4f;
    s->bar.h = high < small * 1.7f ? small * 1.7f : high > small * 3.4f ? small * 3.4f : high;
    caption(s, box.y + small, WORD_SEND_SPACE, (HostId)s->own->host);
    s->bar.y = box.y + small * 3;
    draw_sender(s);
    draw_sender_limits(s);
    float receiver = bottom - small * 5.2f - s->bar.h;
    if (s->peer) {
        draw_wire(s, s->bar.y + s->bar.h + 6, receiver - 4);
        draw_receiver(s, receiver);
        caption(s, receiver + s->bar.h + small * 2.9f, WORD_RECEIVE_SPACE, (HostId)s->peer->host);
    }
    part_legend(s->d, s->view, box.x, bottom, box.w, legend, sizeof legend / sizeof *legend);
}

void view_seqspace(Display *d, const Moment *m, const View *view, HostId from, Box box)
{
    Strip s = {.d = d, .m = m, .view = view, .look = look_of(view), .own = moment_conn(m, from)};
    const Tcb *t = s.own;
    if (!t || t->state == LISTEN || t->state == CLOSED) {
        view_nothing(d, view, WORD_NO_CONNECTION, box);
        return;
    }
    s.peer = world_peer(m->world, t);
    if (s.peer && (s.peer->state == LISTEN || s.peer->state == CLOSED || s.peer->state == SYN_SENT))
        s.peer = NULL;
    s.flight = seq_distance(t->snd.una, t->snd.nxt);
    s.edge = max_u32(t->snd.wnd, s.flight);
    s.bar = (Box){box.x, box.y + s.look.small * 1.5f, box.w, s.look.small * 1.7f};
    collect_runs(&s);
    collect_knots(&s);
    share_width(&s);
    if (box.h > s.look.small * 15.4f) { /* what draw_both needs at least */
        draw_both(&s, box);
        return;
    }
    draw_sender(&s);
    draw_sender_limits(&s);
    if (s.peer)
        tell_receiver(&s);
}
