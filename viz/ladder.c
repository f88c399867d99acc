/*
 * ladder.c: placing the rows and segments of the ladder. See ladder.h; view_ladder.c draws it.
 *
 * Pure layout: no item is made here, and no row outside first..last is looked at more than once.
 */
#include "viz/ladder.h"

#include "core/net/sock.h"

#include <stdio.h>
#include <string.h>

#include "viz/timescale.h"
#include "viz/words.h"

/* ---- Words --------------------------------------------------------------------------------- */

/* The state at the host after the row, if the row changed it. */
static const char *new_state(const Trace *t, uint32_t row, HostId host)
{
    const char *name = NULL;
    const Note *n;
    for (uint32_t i = 0; (n = trace_detail(t, row, i)); i++)
        if (n->kind == NOTE_STATE && n->host == host && n->b < TCP_STATE_COUNT)
            name = state_name((TcpState)n->b);
    return name;
}

/* A learner's call, as it was typed after the host's letter. */
static void call_words(Text *out, const Trace *t, const Note *n)
{
    static const char *const plain[CMD_OP_COUNT] = {
        [CMD_ACCEPT] = "accept",      [CMD_RECV] = "recv",       [CMD_SHUTDOWN] = "shutdown",
        [CMD_CLOSE] = "close",        [CMD_ABORT] = "abort",     [CMD_SET] = "set",
        [CMD_DELAY] = "delay",        [CMD_SWAP] = "swap",       [CMD_ARM] = "armed",
        [CMD_DISARM] = "armed clear", [CMD_LINK] = "link",       [CMD_CUT] = "cut",
        [CMD_MEND] = "mend",          [CMD_BOX] = "box",         [CMD_HOPS] = "hops",
        [CMD_ICMP] = "icmp",          [CMD_IP] = "ip",           [CMD_FLOOD] = "flood",
        [CMD_RULE] = "rule",          [CMD_PROFILE] = "profile", [CMD_APP] = "app"};
    Bytes data = trace_bytes(t, n);
    switch (n->a) {
    case CMD_LISTEN: text_addf(out, "listen %u", (unsigned)n->key); break;
    case CMD_CONNECT:
        text_addf(out, "connect %c:%u", host_letter(host_peer(n->host)), (unsigned)n->key);
        break;
    case CMD_SEND:
        text_add(out, n->key ? "send urgent " : "send ");
        if (data.len > 0 && data.len <= 8 && !memchr(data.data, '\n', data.len)) {
            text_char(out, '"');
            for (size_t i = 0; i < data.len; i++)
                text_char(out, data.data[i] < ' ' || data.data[i] > '~' ? '.' : (char)data.data[i]);
            text_char(out, '"');
        } else {
            text_addf(out, "%lluB", (unsigned long long)n->b);
        }
        break;
    case CMD_SOCK: sock_call_text(out, n->key, n->b); break;
    case CMD_HOLD: text_add(out, n->b ? "hold on" : "hold off"); break;
    case CMD_PUPPET: text_add(out, n->b ? "puppet" : "core"); break;
    default:
        if (n->a < CMD_OP_COUNT && plain[n->a])
            text_add(out, plain[n->a]);
        break;
    }
}

SideText ladder_side(const Ladder *l, uint32_t row)
{
    const Trace *t = l->m->trace;
    const Note *n = trace_note(t, row);
    SideText side = {.host = HOST_NONE};
    if (!n)
        return side;
    Text out = text_fixed(side.event, sizeof side.event);
    side.state = n->host < HOST_COUNT ? new_state(t, row, n->host) : NULL;
    switch (n->kind) {
    case NOTE_CALL:
        text_addf(&out, "#%u ", (unsigned)row);
        call_words(&out, t, n);
        break;
    case NOTE_TIMER:
        text_addf(&out, "#%u %s", (unsigned)row,
                  n->a == TIMER_REXMIT ? "RTO"
                  : n->a < TIMER_COUNT ? timer_name((TimerId)n->a)
                                       : "");
        break;
    case NOTE_APP:
        text_addf(&out, "#%u %s", (unsigned)row,
                  n->a < APP_KIND_COUNT ? app_name((AppKind)n->a) : "");
        break;
    case NOTE_POWER: text_addf(&out, "#%u power %s", (unsigned)row, n->a ? "on" : "off"); break;
    case NOTE_ARRIVED:
        text_addf(&out, "#%u", (unsigned)row);
        side.quiet = true;
        break;
    default: break; /* departures and losses are named on their arrows */
    }
    if (out.len > 0 || side.state)
        side.host = n->host;
    return side;
}

uint32_t ladder_side_lines(const SideText *side)
{
    if (!side->event[0] && !side->state)
        return 0;
    /* A lone number and the state share a line. */
    bool together = side->quiet || !side->event[0];
    return (together ? 1u : 1u + (side->state ? 1u : 0u));
}

/* PACKET_... of a segment: from the network, or from the note of its arrival. */
static uint64_t packet_flags(const Moment *m, uint32_t row)
{
    PktId id = world_packet_of_row(m->world, row);
    uint32_t fate = trace_fate(m->trace, row);
    const Note *end = fate ? trace_note(m->trace, fate) : NULL;
    if (id.v)
        return world_packets(m->world)[id.v].flags;
    return end && end->kind == NOTE_ARRIVED ? end->a : 0;
}

void ladder_special(Text *out, const Ladder *l, uint32_t row, bool brief)
{
    const Note *n = trace_note(l->m->trace, row);
    Lang lang = l->view->lang;
    size_t before = out->len;
    trace_annotation(out, l->m->trace, row);
    if (n->kind == NOTE_COPIED)
        text_addf(out, word(WORD_COPY_OF, lang), (unsigned)n->peer_row);
    else if (out->len > before && n->peer_row && !brief) {
        text_add(out, " (");
        text_addf(out, word(WORD_FIRST_WAS, lang), (unsigned)n->peer_row);
        text_char(out, ')');
    }
    uint64_t flags = packet_flags(l->m, row);
    if (flags & (PACKET_EDITED | PACKET_CORRUPT))
        text_addf(out, "%s%s", out->len > before ? ", " : "",
                  word(flags & PACKET_EDITED ? WORD_EDITED : WORD_CORRUPTED, lang));
}

bool ladder_segment(const Moment *m, uint32_t row, Seg *s, Bytes *payload)
{
    PktId id = world_packet_of_row(m->world, row);
    if (!id.v)
        return trace_seg(m->trace, row, s, payload);
    WireError e = wire_decode(world_frame(m->world, id), s, payload);
    return e == WIRE_OK || e == WIRE_BAD_CHECKSUM;
}

static uint32_t label_lines(const Ladder *l, uint32_t row)
{
    char buf[96];
    Text text = text_fixed(buf, sizeof buf);
    ladder_special(&text, l, row, false);
    return text.len ? 2 : 1;
}

/* ---- Rows ---------------------------------------------------------------------------------- */

static bool is_departure(const Note *n)
{
    return n->kind == NOTE_SENT || n->kind == NOTE_COPIED;
}

float ladder_y(const Ladder *l, uint32_t row)
{
    return l->y[row - l->first];
}

static float pause_height(const Ladder *l, Nanos pause)
{
    if (l->view->even) /* a step, however long it took */
        return l->look.line * 1.5f;
    return timescale_length(pause, l->delay) * l->slope;
}

/* Rows from the top, starting at 0. */
static void place_rows(Ladder *l)
{
    float text_end[HOST_COUNT] = {0}, label_end[HOST_COUNT] = {0};
    float y = 0, line = l->look.line;
    Nanos before = 0;
    for (uint32_t row = l->first; row <= l->last; row++) {
        const Note *n = trace_note(l->m->trace, row);
        bool later = row > l->first && (n->at > before || l->view->even);
        float pause = later ? pause_height(l, n->at - before) : 0;
        if (row == l->first)
            y = line;
        y += pause + (row == l->view->gap ? l->look.line * 1.8f : 0);
        before = n->at;
        SideText side = ladder_side(l, row);
        for (HostId h = 0; h < HOST_COUNT && ladder_side_lines(&side); h++) {
            if (side.host != h && side.host != HOST_NONE)
                continue; /* what concerns no host stands in the middle and keeps both sides free */
            y = y > text_end[h] ? y : text_end[h];
            text_end[h] = y + (float)ladder_side_lines(&side) * line;
            if (side.host == HOST_NONE) /* a box in the middle, like a label */
                label_end[h] = y + line * 0.6f;
        }
        if (is_departure(n) && n->host < HOST_COUNT) {
            float half = (float)label_lines(l, row) * line * 0.5f;
            float least = label_end[n->host] + half;
            y = y > least ? y : least;
            label_end[n->host] = y + half + 1;
        }
        l->y[row - l->first] = y;
    }
    Nanos now = l->m->world->now;
    l->now_y = y + (now > before ? pause_height(l, now - before) : 0);
}

/* What stays free below the present: a segment that has just left still shows where it goes. */
static float reserve(const Ladder *l)
{
    return l->slope + l->look.line * 1.5f;
}

/* Moves all so that the present is visible: at the top while there is room, then at the bottom. */
static void scroll_rows(Ladder *l)
{
    float room = l->bottom - l->top, shift = l->top;
    if (!l->view->from && l->now_y + reserve(l) > room)
        shift = l->bottom - reserve(l) - l->now_y;
    shift += l->view->scroll;
    for (uint32_t i = 0; i <= l->last - l->first; i++)
        l->y[i] += shift;
    l->now_y += shift;
}

/* ---- Segments ------------------------------------------------------------------------------ */

static float side_x(const Ladder *l, HostId host)
{
    return host == HOST_A ? l->left : l->right;
}

static float between(float a, float b, float f)
{
    return a + (b - a) * f;
}

static Point on_way(const Flight *f, float part)
{
    return (Point){between(f->start.x, f->goal.x, part), between(f->start.y, f->goal.y, part)};
}

static float share(Nanos part, Nanos whole)
{
    float f = whole ? (float)((double)part / (double)whole) : 1;
    return f < 0 ? 0 : f > 1 ? 1 : f;
}

/* A lost segment: a cross where it was lost. What was lost at the very door is shown to die midway,
 * and travels there first. */
static void place_loss(const Ladder *l, Flight *f, const Note *sent, const Note *lost)
{
    Nanos now = l->m->world->now, delay = l->delay, half = delay / 2;
    bool at_door = lost->at < sent->at + delay / 8;
    float part = at_door ? 0.5f : share(lost->at - sent->at, delay);
    part = part > 0.85f ? 0.85f : part;
    f->end = FLIGHT_LOST;
    if (at_door && now < sent->at + half) {
        f->end = FLIGHT_MOVING;
        part = share(now - sent->at, delay);
    }
    f->tip = on_way(f, part);
    if (!at_door && lost->row <= l->last && f->tip.y < ladder_y(l, lost->row))
        f->tip.y = ladder_y(l, lost->row);
}

static void place_in_network(const Ladder *l, Flight *f, const Note *sent)
{
    PktId id = world_packet_of_row(l->m->world, f->row);
    Nanos now = l->m->world->now;
    const Packet *p = id.v ? &world_packets(l->m->world)[id.v] : NULL;
    f->end = FLIGHT_HELD;
    f->tip = on_way(f, 0.5f);
    if (!p || p->due == NANOS_NEVER || p->due < now)
        return;
    f->end = FLIGHT_MOVING;
    f->goal.y = f->start.y + pause_height(l, p->due - sent->at);
    f->tip = on_way(f, share(now - sent->at, p->due - sent->at));
}

static void place_flight(Ladder *l, uint32_t row, const Note *n)
{
    Flight *f = &l->flights[l->flight_count];
    Seg seg;
    Icmp icmp;
    Bytes payload;
    *f = (Flight){.row = row, .from = n->host, .role = ROLE_ACK};
    f->again = n->kind == NOTE_COPIED || n->peer_row != 0;
    if (ladder_segment(l->m, row, &seg, &payload))
        f->role = segment_role(&seg, f->again && n->kind == NOTE_SENT);
    f->start = (Point){side_x(l, n->host), ladder_y(l, row)};
    if (trace_icmp(l->m->trace, row, &icmp) && icmp.src_addr != l->m->world->hosts[n->host].addr)
        f->start.x = (l->left + l->right) / 2; /* a router's word */
    f->goal = (Point){side_x(l, host_peer(n->host)), f->start.y + l->slope};
    uint32_t fate = trace_fate(l->m->trace, row);
    const Note *end = fate && fate <= l->last ? trace_note(l->m->trace, fate) : NULL;
    if (end && end->kind == NOTE_ARRIVED) {
        f->end = FLIGHT_ARRIVED;
        f->goal.y = ladder_y(l, fate);
        f->tip = f->goal;
    } else if (end) {
        place_loss(l, f, n, end);
    } else {
        place_in_network(l, f, n);
    }
    l->flight_count++;
}

static bool visible(const Ladder *l, const Flight *f)
{
    float top = f->start.y < f->tip.y ? f->start.y : f->tip.y;
    float bottom = f->start.y < f->goal.y ? f->goal.y : f->start.y;
    return bottom > l->top - 20 && top < l->bottom + 20;
}

static void place_flights(Ladder *l)
{
    l->flight_count = 0;
    for (uint32_t row = l->last + 1; row-- > l->first && l->flight_count < LADDER_FLIGHTS;) {
        const Note *n = trace_note(l->m->trace, row);
        if (!is_departure(n) || n->host >= HOST_COUNT)
            continue;
        place_flight(l, row, n);
        if (!visible(l, &l->flights[l->flight_count - 1]))
            l->flight_count--;
    }
}

/* What all the rest depends on: sizes, sides, and which rows. */
static void measure_ladder(Ladder *l, const Moment *m, const View *view, Box box)
{
    Look look = look_of(view);
    float times = look.small * 4.6f, gutter = look.small * 9.7f + 10;
    l->m = m;
    l->view = view;
    l->look = look;
    l->box = box;
    l->left = box.x + times + gutter;
    l->right = box.x + box.w - gutter;
    l->top = box.y + look.body * 2.2f;
    l->bottom = box.y + box.h;
    l->delay = timescale_delay(m->world);
    l->slope = look.small * 3.2f;
    l->last = trace_last(m->trace);
    l->flight_count = 0;
    l->first = l->last >= LADDER_ROWS ? l->last - LADDER_ROWS + 1 : 1;
    l->first = max_u32(l->first, view->from);
    if (l->first < m->trace->first_row)
        l->first = m->trace->first_row;
    l->now_y = l->top;
}

void ladder_place(Ladder *l, const Moment *m, const View *view, Box box)
{
    measure_ladder(l, m, view, box);
    if (l->last < l->first)
        return;
    place_rows(l);
    scroll_rows(l);
    place_flights(l);
}

float ladder_height(const Moment *m, const View *view)
{
    Ladder l;
    measure_ladder(&l, m, view, (Box){0, 0, view->width, view->height});
    if (l.last < l.first)
        return view->height;
    place_rows(&l);
    return l.top + l.now_y + reserve(&l);
}
