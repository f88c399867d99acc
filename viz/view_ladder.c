/*
 * view_ladder.c: the wire in the middle: two lifelines, sloped segments, time downwards.
 *
 * A segment is drawn from its departure to where it arrived, died or is now. Its label stands on
 * its line, on the sender's half, so that segments that cross keep their labels apart; a label that
 * finds no free place is shortened, then left out (the pointer shows it). At each side stand the
 * row's number, the learner's call or the timer, and the state after it. Retransmissions are dashed
 * and carry Wireshark's word; lost segments end in a cross and the word.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/wire_ip.h"
#include "viz/ladder.h"
#include "viz/measure.h"
#include "viz/timescale.h"
#include "viz/words.h"

enum { LABEL_MAX = 256 };

typedef struct Pen {
    Display *d;
    const Ladder *l;
    Box taken[LABEL_MAX]; /* labels so far */
    uint32_t taken_count;
} Pen;

static bool is_chosen(const View *view, uint32_t row)
{
    return view->selected == row ||
           (view->hover.kind == TARGET_SEGMENT && view->hover.value == row);
}

Role segment_role(const Seg *s, bool again)
{
    if (s->flags & SEG_RST)
        return ROLE_RST;
    if (again)
        return ROLE_REXMIT;
    if (s->flags & SEG_SYN)
        return ROLE_SYN;
    if (s->flags & SEG_FIN)
        return ROLE_FIN;
    return s->len > 0 ? ROLE_DATA : ROLE_ACK;
}

/* ---- Sides --------------------------------------------------------------------------------- */

static void take(Pen *p, Box box)
{
    if (p->taken_count < LABEL_MAX)
        p->taken[p->taken_count++] = box;
}

/* What concerns no host (`cut`, `hold on`): in the middle; segments' labels keep away from it. */
static void draw_middle(Pen *p, uint32_t row)
{
    const Ladder *l = p->l;
    SideText side = ladder_side(l, row);
    float size = l->look.small, x = (l->left + l->right) / 2, y = ladder_y(l, row);
    if (side.host < HOST_COUNT || !side.event[0] || y - size < l->top || y + size > l->bottom)
        return;
    float w = measure_text(side.event, size) + 8;
    Box box = {x - w / 2, y - l->look.line / 2, w, l->look.line};
    take(p, box);
    display_target(p->d, TARGET_ROW, HOST_NONE, row);
    draw_rect(p->d, box, 3, ROLE_BOX, ROLE_GRID, 1);
    draw_text(p->d, x, y + size * MEASURE_MIDDLE, side.event, ROLE_TEXT, size, FONT_MONO,
              ANCHOR_MIDDLE);
    display_no_target(p->d);
}

static void draw_side(const Pen *p, uint32_t row)
{
    const Ladder *l = p->l;
    SideText side = ladder_side(l, row);
    float size = l->look.small, y = ladder_y(l, row) + size * MEASURE_MIDDLE;
    float below = size * 0.3f; /* what hangs below the baseline */
    if (side.host >= HOST_COUNT || y - size < l->top || y + below > l->bottom)
        return;
    bool a = side.host == HOST_A;
    Anchor anchor = a ? ANCHOR_END : ANCHOR_START;
    float x = a ? l->left - 8 : l->right + 8, dir = a ? -1 : 1;
    float room = a ? x - l->box.x - size * 4.6f : l->box.x + l->box.w - x;
    display_target(p->d, TARGET_ROW, side.host, row);
    if (side.quiet && side.state) {
        draw_text(p->d, x, y, side.state, ROLE_TEXT, size, FONT_BOLD, anchor);
        float used = measure_text(side.state, size) + size * 0.6f;
        draw_text_fit(p->d, x + dir * used, y, room - used, side.event, ROLE_MUTED, size * 0.9f,
                      FONT_MONO, anchor);
    } else if (side.event[0]) {
        draw_text_fit(p->d, x, y, room, side.event, side.quiet ? ROLE_MUTED : ROLE_TEXT,
                      side.quiet ? size * 0.9f : size, FONT_MONO, anchor);
        y += l->look.line;
    }
    if (side.state && !side.quiet && y + below <= l->bottom)
        draw_text_fit(p->d, x, y, room, side.state, ROLE_TEXT, size, FONT_BOLD, anchor);
    display_no_target(p->d);
}

/* "1.204s", "1.2045s": no more digits than there is room for. */
static void time_text(Text *out, Nanos at)
{
    unsigned long long tenths = at / (NANOS_MS / 10);
    if (at % (NANOS_MS / 10))
        text_time(out, at);
    else if (tenths % 10)
        text_addf(out, "%llu.%04llus", tenths / 10000, tenths % 10000);
    else
        text_addf(out, "%llu.%03llus", tenths / 10000, tenths / 10 % 1000);
}

/* Times down the left edge, once for each moment, where there is room; pauses that are folded say
 * how long they were. */
static void draw_times(const Pen *p)
{
    const Ladder *l = p->l;
    float size = l->look.small * 0.9f, free_from = l->top;
    Nanos before = 0;
    for (uint32_t row = l->first; row <= l->last; row++) {
        const Note *n = trace_note(l->m->trace, row);
        /* Where the wire takes milliseconds, microseconds are noise. */
        Nanos at = l->delay >= NANOS_MS ? n->at - n->at % (NANOS_MS / 10) : n->at;
        bool again = row > l->first && n->at == before;
        Nanos pause = row > l->first ? n->at - before : 0;
        before = n->at;
        float y = ladder_y(l, row);
        if (!l->view->even && timescale_folds(pause, l->delay) && y > l->top && y < l->bottom) {
            char words[64];
            Text out = text_fixed(words, sizeof words);
            text_addf(&out, "⋯ %s ", word(WORD_QUIET, l->view->lang));
            text_duration(&out, pause);
            text_add(&out, " ⋯");
            float above = ladder_y(l, row - 1), middle = (above + y) / 2;
            if (middle - size > l->top && y - above > size * 3)
                draw_text(p->d, (l->left + l->right) / 2, middle + size * MEASURE_MIDDLE, words,
                          ROLE_MUTED, size, FONT_MONO, ANCHOR_MIDDLE);
        }
        if (again || y - size * 0.6f < free_from || y + size > l->bottom)
            continue;
        char time[32];
        Text out = text_fixed(time, sizeof time);
        time_text(&out, at);
        draw_text_fit(p->d, l->box.x, y + size * MEASURE_MIDDLE, l->look.small * 4.6f, time,
                      ROLE_MUTED, size, FONT_MONO, ANCHOR_START);
        free_from = y + size * 0.7f;
    }
}

/* ---- Segments ------------------------------------------------------------------------------ */

static void draw_flight_line(const Pen *p, const Flight *f)
{
    const Ladder *l = p->l;
    Dash dash = f->again ? DASH_DASHED : DASH_NONE;
    float unit = l->look.unit > 1 ? l->look.unit : 1;
    float width = (is_chosen(l->view, f->row) ? 3 : 1.6f) * unit;
    display_target(p->d, TARGET_SEGMENT, f->from, f->row);
    draw_line(p->d, f->start, f->tip, f->role, width, dash, f->end == FLIGHT_ARRIVED);
    if (f->end == FLIGHT_MOVING || f->end == FLIGHT_HELD)
        draw_line(p->d, f->tip, f->goal, ROLE_GRID, 1, DASH_DOTTED, false);
    display_no_target(p->d);
}

/* From a retransmission up to the first copy: a thin bracket along the sender's lifeline. */
static void draw_link_to_first(const Pen *p, const Flight *f)
{
    const Ladder *l = p->l;
    const Note *n = trace_note(l->m->trace, f->row);
    if (n->kind != NOTE_SENT || n->peer_row < l->first || n->peer_row > l->last)
        return;
    float inward = f->from == HOST_A ? 5 : -5, top = ladder_y(l, n->peer_row);
    Point at[4] = {{f->start.x, top},
                   {f->start.x + inward, top + 6},
                   {f->start.x + inward, f->start.y - 6},
                   f->start};
    draw_path(p->d, at, 4, ROLE_NONE, ROLE_REXMIT, 1, DASH_DOTTED, false, false);
}

/* The packet itself: filled while it moves, hollow with two bars while it waits. */
static void draw_packet(const Pen *p, const Flight *f)
{
    if (f->end != FLIGHT_MOVING && f->end != FLIGHT_HELD)
        return;
    bool held = f->end == FLIGHT_HELD;
    display_target(p->d, TARGET_SEGMENT, f->from, f->row);
    draw_rect(p->d, (Box){f->tip.x - 7, f->tip.y - 5, 14, 10}, 3, held ? ROLE_PANEL : f->role,
              f->role, 2);
    for (int bar = 0; bar < 2 && held; bar++)
        draw_rect(p->d, (Box){f->tip.x - 3 + (float)bar * 4, f->tip.y - 3, 2, 6}, 0, f->role,
                  ROLE_NONE, 0);
    display_no_target(p->d);
}

/* The cross and the word where a segment died; packets and crosses keep labels away. */
static void draw_flight_end(Pen *p, const Flight *f)
{
    const Ladder *l = p->l;
    float size = l->look.small, dir = f->from == HOST_A ? 1 : -1;
    if (f->end == FLIGHT_ARRIVED || f->tip.y > l->bottom - 6 || f->tip.y < l->top + 6)
        return;
    take(p, (Box){f->tip.x - 9, f->tip.y - 7, 18, 14});
    if (f->end != FLIGHT_LOST)
        return;
    const char *lost = word(WORD_LOST, l->view->lang);
    float x = f->tip.x + dir * 11, y = f->tip.y + size * MEASURE_MIDDLE;
    float w = measure_text(lost, size);
    display_target(p->d, TARGET_SEGMENT, f->from, f->row);
    draw_cross(p->d, f->tip, 6, ROLE_RST, 2.4f);
    draw_text(p->d, x, y, lost, ROLE_RST, size, FONT_BOLD, dir > 0 ? ANCHOR_START : ANCHOR_END);
    display_no_target(p->d);
    take(p, (Box){dir > 0 ? x : x - w, y - size, w, size * 1.3f});
}

/* ---- Labels -------------------------------------------------------------------------------- */

typedef struct Label {
    char number[16], segment[96], note[64];
    float w, h;
} Label;

static void label_of(const Ladder *l, const Flight *f, bool brief, Label *label)
{
    const Trace *t = l->m->trace;
    Seg seg;
    Icmp icmp;
    Bytes payload;
    SegNames names = trace_names(t, f->row, l->view->absolute);
    memset(label, 0, sizeof *label);
    Text number = text_fixed(label->number, sizeof label->number);
    Text segment = text_fixed(label->segment, sizeof label->segment);
    Text note = text_fixed(label->note, sizeof label->note);
    text_addf(&number, "#%u", (unsigned)f->row);
    bool readable = ladder_segment(l->m, f->row, &seg, &payload);
    if (!readable && trace_icmp(t, f->row, &icmp))
        segtext_icmp(&segment, &names, host_peer(f->from), &icmp);
    else if (!readable)
        text_add(&segment, "?");
    else if (brief && seg.len > 0)
        text_addf(&segment, "%u %s", (unsigned)seg.len, word(WORD_BYTES, l->view->lang));
    else if (brief)
        segtext_flags(&segment, seg.flags);
    else
        segtext_print(&segment, &names, f->from, &seg, SEG_STYLE_SHORT);
    ladder_special(&note, l, f->row, brief);
    float size = l->look.small;
    float first =
        measure_text(label->number, size) + size * 0.6f + measure_text(label->segment, size);
    float second = measure_text(label->note, size);
    label->w = (first > second ? first : second) + 8;
    label->h = l->look.line * (label->note[0] ? 2 : 1);
}

static bool is_free(const Pen *p, Box box)
{
    if (box.y < p->l->top || box.y + box.h > p->l->bottom)
        return false;
    for (uint32_t i = 0; i < p->taken_count; i++)
        if (box_overlap(p->taken[i], box))
            return false;
    return true;
}

/* A free place for the label: on the line's middle, or as near to it as there is one; for a segment
 * under way, whose packet is in the way, also above and below the line. */
static bool find_place(const Pen *p, const Flight *f, const Label *label, Box *out)
{
    float length = f->goal.x - f->start.x, span = length < 0 ? -length : length;
    float half = (label->w / 2 + 10) / span, lift = label->h / 2 + 8;
    uint32_t levels = f->end == FLIGHT_ARRIVED ? 1 : 3;
    for (uint32_t level = 0; level < levels; level++) {
        float dy = level == 0 ? 0 : level == 1 ? -lift : lift;
        for (int i = 0; i < 25; i++) {
            float part = 0.5f + (float)((i + 1) / 2) * (i % 2 ? -0.04f : 0.04f);
            if (part < half || part > 1 - half)
                continue;
            float x = f->start.x + length * part, y = f->start.y + (f->goal.y - f->start.y) * part;
            *out = (Box){x - label->w / 2, y + dy - label->h / 2, label->w, label->h};
            if (is_free(p, *out))
                return true;
        }
    }
    return false;
}

static void draw_label(const Pen *p, const Flight *f, const Label *label, Box box)
{
    const Ladder *l = p->l;
    float size = l->look.small, x = box.x + 4;
    float y = box.y + l->look.line / 2 + size * MEASURE_MIDDLE;
    bool chosen = is_chosen(l->view, f->row);
    display_target(p->d, TARGET_SEGMENT, f->from, f->row);
    draw_rect(p->d, box, 3, ROLE_PANEL, chosen ? f->role : ROLE_NONE, 1);
    draw_text(p->d, x, y, label->number, ROLE_MUTED, size, FONT_MONO, ANCHOR_START);
    x += measure_text(label->number, size) + size * 0.6f;
    draw_text(p->d, x, y, label->segment, f->role, size, FONT_BOLD, ANCHOR_START);
    if (label->note[0])
        draw_text(p->d, box.x + box.w / 2, y + l->look.line, label->note, ROLE_ACCENT, size,
                  FONT_MONO, ANCHOR_MIDDLE);
    display_no_target(p->d);
}

static void label_flight(Pen *p, const Flight *f)
{
    Label label;
    Box box;
    for (int brief = 0; brief < 2; brief++) {
        label_of(p->l, f, brief, &label);
        if (!find_place(p, f, &label, &box))
            continue;
        take(p, box);
        draw_label(p, f, &label, box);
        return;
    }
}

/* ---- All of it ----------------------------------------------------------------------------- */

static void draw_head(Display *d, const Ladder *l, HostId host)
{
    char text[64];
    Text out = text_fixed(text, sizeof text);
    const Tcb *t = moment_conn(l->m, host);
    ip_text(&out, l->m->world->hosts[host].addr, l->m->world->hosts[host].v6);
    if (t)
        text_addf(&out, ":%u", (unsigned)t->local_port);
    float x = host == HOST_A ? l->left : l->right, y = l->box.y + l->look.body;
    float room = host == HOST_A ? x - l->box.x : l->box.x + l->box.w - x;
    const char letter[2] = {host_letter(host), 0};
    draw_text(d, x, y, letter, ROLE_TEXT, l->look.body * 1.1f, FONT_BOLD, ANCHOR_MIDDLE);
    bool a = host == HOST_A;
    draw_text_fit(d, x + (a ? -1 : 1) * l->look.body, y, room - l->look.body, text, ROLE_MUTED,
                  l->look.small * 0.9f, FONT_MONO, a ? ANCHOR_END : ANCHOR_START);
}

/* What the wire does to segments, in the middle of the head. */
static void draw_link(Display *d, const Ladder *l)
{
    char text[128];
    Text out = text_fixed(text, sizeof text);
    const Link *ab = &l->m->world->links[HOST_A], *ba = &l->m->world->links[HOST_B];
    text_add(&out, "rtt ");
    text_duration(&out, ab->delay + ba->delay);
    if (ab->loss_ppm || ba->loss_ppm)
        text_addf(&out, "  loss %u%%",
                  (unsigned)((ab->loss_ppm > ba->loss_ppm ? ab->loss_ppm : ba->loss_ppm) / 10000));
    if (ab->rate_bps)
        text_addf(&out, "  %llu Mbit/s", (unsigned long long)(ab->rate_bps / 1000000));
    if (ab->cut || ba->cut)
        text_add(&out, "  cut");
    draw_text_fit(d, (l->left + l->right) / 2, l->box.y + l->look.body, l->right - l->left - 60,
                  text, ab->cut || ba->cut ? ROLE_RST : ROLE_MUTED, l->look.small, FONT_MONO,
                  ANCHOR_MIDDLE);
}

/* The present, while something is under way or nothing has happened for a while. */
static void draw_now(Display *d, const Ladder *l)
{
    bool moving = l->last >= l->first && l->now_y > ladder_y(l, l->last) + 2;
    for (uint32_t i = 0; i < l->flight_count; i++)
        moving = moving || l->flights[i].end == FLIGHT_MOVING;
    if (!moving || l->now_y < l->top || l->now_y > l->bottom)
        return;
    draw_line(d, (Point){l->left, l->now_y}, (Point){l->right, l->now_y}, ROLE_ACCENT, 1,
              DASH_DOTTED, false);
}

void view_ladder(Display *d, const Moment *m, const View *view, Box box)
{
    Ladder ladder;
    ladder_place(&ladder, m, view, box);
    const Ladder *l = &ladder;
    Pen p = {.d = d, .l = l};
    draw_head(d, l, HOST_A);
    draw_head(d, l, HOST_B);
    draw_link(d, l);
    display_clip(d, (Box){box.x, l->top - l->look.line * 0.7f, box.w,
                          l->bottom - l->top + l->look.line * 0.7f});
    for (int side = 0; side < HOST_COUNT; side++) {
        float x = side == HOST_A ? l->left : l->right;
        draw_line(d, (Point){x, l->top - l->look.line * 0.5f}, (Point){x, l->bottom}, ROLE_GRID,
                  1.6f, DASH_NONE, false);
    }
    draw_now(d, l);
    for (uint32_t i = 0; i < l->flight_count; i++) {
        draw_flight_line(&p, &l->flights[i]);
        draw_link_to_first(&p, &l->flights[i]);
    }
    for (uint32_t i = 0; i < l->flight_count; i++)
        draw_flight_end(&p, &l->flights[i]);
    for (uint32_t row = l->first; row <= l->last; row++)
        draw_middle(&p, row);
    for (uint32_t i = 0; i < l->flight_count; i++)
        label_flight(&p, &l->flights[i]);
    for (uint32_t i = 0; i < l->flight_count; i++)
        draw_packet(&p, &l->flights[i]);
    for (uint32_t row = l->first; row <= l->last; row++)
        draw_side(&p, row);
    draw_times(&p);
    display_clip(d, (Box){0});
    if (l->last < l->first)
        draw_text_wrapped(d, (Box){l->left + 20, l->top + 30, l->right - l->left - 40, 120},
                          word(WORD_NOTHING_YET, view->lang), ROLE_MUTED, l->look.small, FONT_MONO);
}
