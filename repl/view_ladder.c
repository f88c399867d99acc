/*
 * view_ladder.c: the ladder in house style, after the figures of RFC 9293 section 3.5.
 *
 *      #      time A                                                 B
 *      2    0.000s SYN-SENT     connect B:80                         LISTEN
 *      3    0.000s SYN-SENT     --> SYN A                        --> SYN-RECEIVED
 *      5    0.050s ESTABLISHED  <-- SYN+ACK B ack A+1            <-- SYN-RECEIVED
 *
 * States are those after the event. A departure and the arrival that follows at once are one line
 * (its number is the departure's); otherwise each has its own, with "..." on the side of the
 * network. What needs more words stands in brackets on a second line.
 *
 * Nothing but ASCII in the columns, so they line up on every terminal.
 */
#include "repl/ink.h"
#include "repl/view.h"
#include "repl/width.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Where things stand in a line. */
typedef struct Layout {
    size_t number, time, state, segment; /* widths; time 0: none */
    bool narrow;
} Layout;

static Layout layout_of(const View *v, uint32_t last)
{
    size_t number = last > 99999 ? 6 : last > 9999 ? 5 : last > 999 ? 4 : 3;
    Layout l = {.number = number, .time = 9, .state = 12, .narrow = v->width < 64};
    if (l.narrow) {
        l.time = 0;
        l.state = 5;
    }
    /* number time state arrow segment arrow state, a blank between each */
    size_t fixed = l.number + (l.time ? l.time + 1 : 0) + 2 * (l.state + 1) + 2 * 4 + 1;
    l.segment = v->width - fixed;
    return l;
}

static const char *short_state(TcpState s)
{
    static const char *const names[TCP_STATE_COUNT] = {"CLOSD", "LISTN", "SYN-S", "SYN-R",
                                                       "ESTAB", "FINW1", "FINW2", "CLOSW",
                                                       "CLSNG", "LSTAK", "TIMEW"};
    return s < TCP_STATE_COUNT ? names[s] : "?";
}

static bool state_changed(const View *v, uint32_t row, HostId host)
{
    const Note *d;
    for (uint32_t i = 0; (d = trace_detail(v->trace, row, i)); i++)
        if (d->kind == NOTE_STATE && d->host == host)
            return true;
    return false;
}

/* ---- pieces ---- */

static void add_state(Text *out, const View *v, const Layout *l, HostId host, uint32_t row,
                      bool changed)
{
    const Row *r = trace_row(v->trace, row);
    TcpState s = r ? (TcpState)r->state[host] : CLOSED;
    Ink ink = changed ? INK_STRONG : INK_DIM;
    const char *name = l->narrow ? short_state(s) : state_name(s);
    if (host == HOST_B && v->scripted)
        return;
    ink_on(out, v->color, ink);
    if (host == HOST_A)
        width_pad(out, name, l->state);
    else
        text_add(out, name);
    ink_off(out, v->color, ink);
}

/* "0.050s"; below a millisecond as many digits as the column has room for. */
static void add_time(Text *out, const Layout *l, Nanos at)
{
    if (!l->time)
        return;
    char buf[40];
    Text t = text_fixed(buf, sizeof buf);
    text_time(&t, at);
    if (t.len > l->time && strchr(buf, '.')) {
        size_t keep = l->time - 1;
        buf[keep] = 's';
        buf[keep + 1] = '\0';
    }
    width_pad_left(out, buf, l->time);
    text_char(out, ' ');
}

static Ink segment_ink(const Seg *s, bool again)
{
    if (again)
        return INK_REXMIT;
    if (s->flags & SEG_RST)
        return INK_RST;
    if (s->flags & SEG_SYN)
        return INK_SYN;
    if (s->flags & SEG_FIN)
        return INK_FIN;
    return s->len ? INK_DATA : INK_ACK;
}

static char *flag_letters(uint16_t flags, char *buf)
{
    static const struct {
        uint16_t bit;
        char letter;
    } letters[] = {{SEG_SYN, 'S'}, {SEG_FIN, 'F'}, {SEG_RST, 'R'}, {SEG_PSH, 'P'},
                   {SEG_URG, 'U'}, {SEG_ECE, 'E'}, {SEG_CWR, 'W'}, {SEG_ACK, '.'}};
    size_t n = 0;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (flags & letters[i].bit)
            buf[n++] = letters[i].letter;
    buf[n] = '\0';
    return buf;
}

/* The words of a segment, left out what a form leaves out. */
typedef enum SegmentForm {
    FORM_WHOLE,
    FORM_NO_END,  /* A+1(5) for A+1:A+6(5) */
    FORM_NO_ACK,  /* without the acknowledgment, too */
    FORM_LETTERS, /* tcpdump's letters for the flags */
    FORM_LEAST    /* letters, no acknowledgment */
} SegmentForm;

static void add_segment_form(Text *out, const SegNames *names, HostId from, const Seg *s,
                             SegmentForm form)
{
    char letters[12];
    if (form == FORM_WHOLE) {
        segtext_print(out, names, from, s, SEG_STYLE_SHORT);
        return;
    }
    if (form == FORM_NO_END || form == FORM_NO_ACK)
        segtext_flags(out, s->flags);
    else
        text_add(out, flag_letters(s->flags, letters));
    if (form == FORM_NO_ACK && s->len == 0 && s->flags == SEG_ACK) {
        text_add(out, " ack "); /* all that a pure acknowledgment says */
        segtext_seq(out, names, host_peer(from), s->ack);
        return;
    }
    text_char(out, ' ');
    segtext_seq(out, names, from, s->seq);
    if (s->len)
        text_addf(out, "(%u)", s->len);
    if ((form == FORM_NO_END || form == FORM_LETTERS) && (s->flags & SEG_ACK)) {
        text_add(out, " ack ");
        segtext_seq(out, names, host_peer(from), s->ack);
    }
}

void look_segment(Text *out, const SegNames *names, HostId from, const Seg *s, bool departs,
                  size_t columns)
{
    static const SegmentForm leaving[] = {FORM_WHOLE, FORM_NO_END, FORM_LETTERS, FORM_LEAST};
    static const SegmentForm coming[] = {FORM_WHOLE, FORM_NO_END, FORM_NO_ACK, FORM_LEAST};
    char buf[200];
    for (int i = 0; i < 4; i++) {
        Text t = text_fixed(buf, sizeof buf);
        add_segment_form(&t, names, from, s, departs ? leaving[i] : coming[i]);
        if (t.len <= columns)
            break;
    }
    width_pad(out, buf, columns);
}

static void add_segment(Text *out, const View *v, uint32_t row, HostId from, const Seg *s,
                        bool departs, size_t columns)
{
    SegNames names = trace_names(v->trace, row, v->absolute);
    look_segment(out, &names, from, s, departs, columns);
}

/* ---- lines ---- */

typedef struct Line {
    uint32_t row;     /* its number and A's or B's state */
    uint32_t arrival; /* row of the arrival or loss shown with it; 0: none */
} Line;

static void add_number(Text *out, const View *v, const Layout *l, const Note *n)
{
    char number[16];
    snprintf(number, sizeof number, "%u", n->row);
    ink_on(out, v->color, INK_DIM);
    width_pad_left(out, number, l->number);
    ink_off(out, v->color, INK_DIM);
    text_char(out, ' ');
    add_time(out, l, n->at);
}

/* A second line, under the segment: what Wireshark would say, why it was lost, what the program
 * learns. */
static void add_remark(Text *out, const View *v, const Layout *l, Ink ink, const char *words)
{
    size_t indent = l->number + 1 + (l->time ? l->time + 1 : 0) + l->state + 1 + 4;
    if (l->narrow)
        indent = l->number + 1;
    size_t need = width_of(words, strlen(words)) + 2, least = l->number + 1;
    if (indent + need > v->width) /* long words begin further left */
        indent = v->width > need + least ? v->width - need : least;
    size_t room = v->width - indent - 2;
    text_repeat(out, ' ', indent);
    ink_on(out, v->color, ink);
    text_char(out, '[');
    if (width_of(words, strlen(words)) > room)
        width_pad(out, words, room);
    else
        text_add(out, words);
    text_char(out, ']');
    ink_off(out, v->color, ink);
    text_char(out, '\n');
}

static void remark_annotation(Text *out, const View *v, const Layout *l, uint32_t row,
                              const char *already)
{
    char buf[120];
    Text t = text_fixed(buf, sizeof buf);
    trace_annotation(&t, v->trace, row);
    const Note *n = trace_note(v->trace, row);
    if (t.len && strcmp(buf, already) == 0)
        return;
    if (n->kind == NOTE_SENT && n->peer_row)
        text_addf(&t, VIEW_SAY(v, "%sof #%u", "%s首次发送见 #%u"),
                  t.len ? VIEW_SAY(v, " ", "，") : VIEW_SAY(v, "copy ", ""), n->peer_row);
    if (t.len)
        add_remark(out, v, l, n->peer_row && n->kind == NOTE_SENT ? INK_REXMIT : INK_DIM, buf);
}

/* What the arriving host did with it that a learner must not miss. */
static void remark_details(Text *out, const View *v, const Layout *l, uint32_t row)
{
    const Note *d;
    char buf[200];
    for (uint32_t i = 0; (d = trace_detail(v->trace, row, i)); i++) {
        Text t = text_fixed(buf, sizeof buf);
        if (d->kind == NOTE_DROPPED) {
            text_addf(&t, VIEW_SAY(v, "%c discards it: %s", "%c 将其丢弃：%s"),
                      host_letter((HostId)d->host), rule_info((RuleId)d->rule)->name);
            add_remark(out, v, l, INK_LOST, buf);
        } else if (d->kind == NOTE_ERROR) {
            text_addf(&t, VIEW_SAY(v, "%c's program learns: %s (%s)", "%c 的程序得知：%s（%s）"),
                      host_letter((HostId)d->host), conn_error_text((ConnError)d->a, v->lang),
                      conn_error_symbol((ConnError)d->a));
            add_remark(out, v, l, INK_BAD, buf);
        }
    }
}

static void remark_loss(Text *out, const View *v, const Layout *l, uint32_t row)
{
    const Note *n = trace_note(v->trace, row);
    char buf[160];
    snprintf(buf, sizeof buf, "%s", lost_why_text((LostWhy)n->a, v->lang));
    add_remark(out, v, l, INK_LOST, buf);
}

/* The segment and its two arrows. `near` is the arrow on the side it leaves, `far` on the other. */
static void add_flight(Text *out, const View *v, const Layout *l, const Line *line, HostId from,
                       const Seg *s, const char *icmp, bool lost, bool departs, bool arrives)
{
    const Note *n = trace_note(v->trace, line->row);
    bool again = n->kind == NOTE_SENT && n->peer_row;
    Ink ink = segment_ink(s, again);
    const char *arrow = from == HOST_A ? "-->" : "<--";
    const char *near = departs ? arrow : "...", *far = lost ? " X " : arrives ? arrow : "...";
    const char *left = from == HOST_A ? near : far, *right = from == HOST_A ? far : near;
    char text[400];
    Text t = text_fixed(text, sizeof text);
    char note[24] = "";
    size_t room = l->segment;
    if (lost && departs)
        snprintf(note, sizeof note, "%s", VIEW_SAY(v, "lost", "丢失"));
    else if (lost)
        snprintf(note, sizeof note, VIEW_SAY(v, "#%u lost", "#%u 丢失"), n->peer_row);
    else if (!departs)
        snprintf(note, sizeof note, "(#%u)", n->peer_row);
    size_t note_width = width_of(note, strlen(note));
    if (note_width && note_width + 12 < room)
        room -= note_width + 1;
    else
        note_width = 0;
    if (note_width && from == HOST_B)
        text_addf(&t, "%s ", note);
    if (icmp)
        width_pad(&t, icmp, room);
    else
        add_segment(&t, v, line->row, from, s, departs, room);
    if (note_width && from == HOST_A)
        text_addf(&t, " %s", note);
    ink_on(out, v->color, lost ? INK_LOST : ink);
    text_addf(out, "%s ", left);
    text_add_n(out, t.buf, t.len);
    text_addf(out, " %s", right);
    ink_off(out, v->color, lost ? INK_LOST : ink);
    text_char(out, ' ');
}

static void segment_line(Text *out, const View *v, const Layout *l, const Line *line)
{
    const Note *n = trace_note(v->trace, line->row);
    const Note *end = line->arrival ? trace_note(v->trace, line->arrival) : NULL;
    bool lost = n->kind == NOTE_LOST || (end && end->kind == NOTE_LOST);
    bool departs = n->kind == NOTE_SENT;
    bool arrives = n->kind == NOTE_ARRIVED || (end && end->kind == NOTE_ARRIVED);
    HostId from = n->kind == NOTE_ARRIVED ? host_peer((HostId)n->host) : (HostId)n->host;
    Seg s = {0};
    Icmp icmp;
    Bytes payload;
    add_number(out, v, l, n);
    bool changed[HOST_COUNT];
    for (HostId h = 0; h < HOST_COUNT; h++)
        changed[h] =
            state_changed(v, line->row, h) || (line->arrival && state_changed(v, line->arrival, h));
    uint32_t last = line->arrival ? line->arrival : line->row;
    add_state(out, v, l, HOST_A, last, changed[HOST_A]);
    text_char(out, ' ');
    if (trace_seg(v->trace, line->row, &s, &payload)) {
        add_flight(out, v, l, line, from, &s, NULL, lost, departs, arrives);
    } else if (trace_icmp(v->trace, line->row, &icmp)) {
        char words[200];
        Text w = text_fixed(words, sizeof words);
        SegNames names = trace_names(v->trace, line->row, v->absolute);
        segtext_icmp(&w, &names, host_peer(from), &icmp);
        add_flight(out, v, l, line, from, &s, words, lost, departs, arrives);
    } else {
        char words[80];
        snprintf(words, sizeof words,
                 n->peer_row
                     ? VIEW_SAY(v, "... #%u, damaged beyond reading", "... #%u，已损坏，无法辨认")
                     : VIEW_SAY(v, "... no TCP segment", "... 不是 TCP 报文段"),
                 n->peer_row);
        width_pad(out, words, l->segment + 8);
        text_char(out, ' ');
    }
    add_state(out, v, l, HOST_B, last, changed[HOST_B]);
    text_char(out, '\n');

    char first[120];
    Text t = text_fixed(first, sizeof first);
    trace_annotation(&t, v->trace, line->row);
    remark_annotation(out, v, l, line->row, "");
    if (line->arrival && end->kind == NOTE_ARRIVED)
        remark_annotation(out, v, l, line->arrival, first);
    if (lost)
        remark_loss(out, v, l, n->kind == NOTE_LOST ? line->row : line->arrival);
    remark_details(out, v, l, line->row);
    if (line->arrival)
        remark_details(out, v, l, line->arrival);
}

/* A call, a timer, a switch: at the side where it happens, or in the middle. */
static void other_line(Text *out, const View *v, const Layout *l, uint32_t row)
{
    const Note *n = trace_note(v->trace, row);
    char words[160], cell[400];
    Text t = text_fixed(words, sizeof words);
    look_row_words(&t, v, row);
    bool on_path = n->kind == NOTE_COPIED || n->kind == NOTE_EDITED || n->host >= HOST_COUNT ||
                   (n->kind == NOTE_CALL && n->a == CMD_ARM);
    size_t room = l->segment + 8, need = width_of(words, strlen(words));
    Text c = text_fixed(cell, sizeof cell);
    if (on_path && need + 8 <= room) {
        size_t left = (room - need - 4) / 2;
        text_repeat(&c, ' ', left);
        text_addf(&c, "~ %s ~", words);
    } else if (n->host == HOST_B && need < room) {
        text_repeat(&c, ' ', room - need);
        text_add(&c, words);
    } else {
        text_add(&c, words);
    }
    add_number(out, v, l, n);
    add_state(out, v, l, HOST_A, row, state_changed(v, row, HOST_A));
    text_char(out, ' ');
    width_pad(out, cell, room);
    text_char(out, ' ');
    add_state(out, v, l, HOST_B, row, state_changed(v, row, HOST_B));
    text_char(out, '\n');
    remark_details(out, v, l, row);
}

/* ---- the whole ---- */

static bool is_flight(NoteKind kind)
{
    return kind == NOTE_SENT || kind == NOTE_ARRIVED || kind == NOTE_LOST;
}

static bool concerns(const View *v, const LadderRange *range, uint32_t row)
{
    if (range->host >= HOST_COUNT || range->conn == 0)
        return true;
    const Row *r = trace_row(v->trace, row);
    return r && r->conn[range->host] == range->conn;
}

/* With several connections in one story, a line says which one speaks from here on. */
static void add_connection_mark(Text *out, const View *v, const Layout *l, uint32_t row,
                                const Row **last)
{
    const Row *r = trace_row(v->trace, row);
    const Note *n = trace_note(v->trace, row);
    bool about_hosts = n->kind == NOTE_POWER || (n->kind == NOTE_CALL && n->a > CMD_ABORT);
    bool named = (r->conn[HOST_A] || r->conn[HOST_B]) && !about_hosts;
    const Row *before = *last;
    if (!named)
        return;
    *last = r;
    /* Where both rows know the number of an end, a change of it is another connection; but a
     * listener hands over to its child, and that is none. */
    char words[60];
    Text t = text_fixed(words, sizeof words);
    for (HostId h = 0; before && h < HOST_COUNT; h++)
        if (before->conn[h] && r->conn[h] && before->conn[h] != r->conn[h] &&
            before->state[h] != LISTEN && r->state[h] != LISTEN)
            text_addf(&t, "%s %c[%u]", t.len ? "" : "--", host_letter(h), r->conn[h]);
    if (t.len == 0)
        return;
    text_add(&t, " --");
    text_repeat(out, ' ', l->number + 1 + (l->time ? l->time + 1 : 0));
    ink_add(out, v->color, INK_DIM, words);
    text_char(out, '\n');
}

static void add_heading(Text *out, const View *v, const Layout *l)
{
    ink_on(out, v->color, INK_DIM);
    width_pad_left(out, "#", l->number);
    text_char(out, ' ');
    if (l->time) {
        width_pad_left(out, VIEW_SAY(v, "time", "时间"), l->time);
        text_char(out, ' ');
    }
    width_pad(out, "A", l->state + 1 + l->segment + 8);
    text_add(out, v->scripted ? VIEW_SAY(v, " the script", " 脚本") : " B");
    ink_off(out, v->color, INK_DIM);
    text_char(out, '\n');
}

void look_ladder(Text *out, const View *v, const LadderRange *range)
{
    uint32_t last = trace_last(v->trace);
    uint32_t from = max_u32(range->first, v->trace->first_row);
    uint32_t to = min_u32(range->last, last);
    Layout l = layout_of(v, last);
    if (range->heading)
        add_heading(out, v, &l);
    if (range->heading && range->first < v->trace->first_row && v->trace->first_row > 1)
        text_addf(out,
                  VIEW_SAY(v, "  (rows before #%u are no longer kept)\n",
                           "  （#%u 之前的事件已不再保留）\n"),
                  v->trace->first_row);
    const Row *speaker = NULL;
    for (uint32_t row = from; row <= to && row > 0; row++) {
        const Note *n = trace_note(v->trace, row);
        if (!n || !concerns(v, range, row))
            continue;
        add_connection_mark(out, v, &l, row, &speaker);
        if (!is_flight((NoteKind)n->kind)) {
            other_line(out, v, &l, row);
            continue;
        }
        Line line = {.row = row};
        const Note *next = row < to ? trace_note(v->trace, row + 1) : NULL;
        if (n->kind == NOTE_SENT && next && next->peer_row == row &&
            (next->kind == NOTE_ARRIVED || next->kind == NOTE_LOST))
            line.arrival = ++row;
        segment_line(out, v, &l, &line);
    }
}
