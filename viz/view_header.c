/*
 * view_header.c: a segment's TCP header as the RFC draws it: 32 bits to the line, values inside.
 *
 * RFC 9293 figure 1 with the numbers of this segment, options included: what is relative on the
 * ladder is relative here too. A set flag is filled and bold, a clear one is muted. Small digits
 * in a field's corner say which of TCP's five tasks it serves; they are named below the grid. What
 * differs from the segment that went before in this direction has a coloured ground and its old
 * value. Below: the data, and why the segment was sent. Pointing at a field explains it
 * (view_popup.c, TARGET_HEADER).
 */
#include <stdio.h>
#include <string.h>

#include "core/base/wire_ip.h"
#include "core/lab/why.h"
#include "viz/header_field.h"
#include "viz/ladder.h"
#include "viz/measure.h"
#include "viz/scene.h"

enum { GRID_BITS = 32, FLAG_COUNT = 9, WHY_MAX = 1024, VALUE_MAX = 80 };

/* One segment, understood. */
typedef struct Shown {
    uint32_t row;
    HostId from;
    Seg seg;
    Bytes payload;
    SegNames names;
} Shown;

typedef struct Grid {
    Display *d;
    const View *view;
    const Look *look;
    Box box;
    float bit, row;            /* size of a bit, height of a line */
    const Shown *now, *before; /* before: NULL if this is the first of its direction */
} Grid;

/* ---- Cells --------------------------------------------------------------------------------- */

/* The digits of the tasks that the field serves, in the upper right corner; returns their width. */
static float draw_concerns(const Grid *g, Box b, HeaderField field)
{
    char digits[CONCERN_COUNT + 1];
    int n = 0;
    for (int i = 0; i < CONCERN_COUNT; i++)
        if (header_field(field)->concerns >> i & 1)
            digits[n++] = (char)('1' + i);
    digits[n] = '\0';
    float size = g->look->small * 0.72f;
    draw_text(g->d, b.x + b.w - 3, b.y + size * 1.05f, digits, ROLE_MUTED, size, FONT_BOLD,
              ANCHOR_END);
    return n ? measure_text(digits, size) + 4 : 0;
}

/* A field of `bits` from bit `at` of line `line`: its name small, its value below, and what it was
 * before if that is something else (was NULL: the same). */
static void cell(const Grid *g, int line, int at, int bits, HeaderField field, const char *value,
                 const char *was)
{
    Box b = {g->box.x + (float)at * g->bit, g->box.y + (float)line * g->row, (float)bits * g->bit,
             g->row};
    float size = g->look->small;
    char both[2 * VALUE_MAX + 8];
    snprintf(both, sizeof both, "%s  ← %s", value, was ? was : "");
    bool fits = was && measure_text(both, size) <= b.w - 6;
    display_target(g->d, TARGET_HEADER, HOST_NONE, field);
    draw_rect(g->d, b, 0, was ? ROLE_CHANGED : ROLE_BOX, ROLE_GRID, 1);
    float taken = draw_concerns(g, b, field);
    draw_text_fit(g->d, b.x + b.w / 2, b.y + size * 1.0f, b.w - 4 - 2 * taken,
                  header_field(field)->name[g->view->lang], ROLE_MUTED, size * 0.85f, FONT_MONO,
                  ANCHOR_MIDDLE);
    draw_text_fit(g->d, b.x + b.w / 2, b.y + size * 2.25f, b.w - 4, fits ? both : value, ROLE_TEXT,
                  size, FONT_BOLD, ANCHOR_MIDDLE);
    display_no_target(g->d);
}

static void draw_flags(const Grid *g, int line)
{
    static const struct {
        uint16_t bit;
        HeaderField field;
        const char *letters; /* written downwards */
    } rows[FLAG_COUNT] = {{SEG_AE, HEADER_AE, "AE"},        {SEG_CWR, HEADER_CWR, "CWR"},
                          {SEG_ECE, HEADER_ECE, "ECE"},     {SEG_URG, HEADER_URG, "URG"},
                          {SEG_ACK, HEADER_ACK_BIT, "ACK"}, {SEG_PSH, HEADER_PSH, "PSH"},
                          {SEG_RST, HEADER_RST, "RST"},     {SEG_SYN, HEADER_SYN, "SYN"},
                          {SEG_FIN, HEADER_FIN, "FIN"}};
    float size = g->row / 3.5f;
    uint16_t flags = g->now->seg.flags, then = g->before ? g->before->seg.flags : flags;
    for (int i = 0; i < FLAG_COUNT; i++) {
        bool set = flags & rows[i].bit, changed = (flags ^ then) & rows[i].bit;
        Box b = {g->box.x + (float)(7 + i) * g->bit, g->box.y + (float)line * g->row, g->bit,
                 g->row};
        display_target(g->d, TARGET_HEADER, HOST_NONE, rows[i].field);
        draw_rect(g->d, b, 0, set ? ROLE_PRESENT : changed ? ROLE_CHANGED : ROLE_BOX, ROLE_GRID, 1);
        float y = b.y + size * (strlen(rows[i].letters) == 2 ? 1.45f : 1.0f);
        for (const char *c = rows[i].letters; *c; c++, y += size * 1.05f) {
            const char letter[2] = {*c, 0};
            draw_text(g->d, b.x + b.w / 2, y, letter,
                      set       ? ROLE_ON_PRESENT
                      : changed ? ROLE_TEXT
                                : ROLE_MUTED,
                      size, set ? FONT_BOLD : FONT_MONO, ANCHOR_MIDDLE);
        }
        display_no_target(g->d);
    }
}

static void draw_ruler(const Grid *g)
{
    float size = g->look->small * 0.75f;
    for (int bit = 0; bit < GRID_BITS; bit += 8) {
        char text[16];
        snprintf(text, sizeof text, "%d", bit);
        draw_text(g->d, g->box.x + (float)bit * g->bit + 2, g->box.y - 3, text, ROLE_MUTED, size,
                  FONT_MONO, ANCHOR_START);
    }
    draw_text(g->d, g->box.x + g->box.w - 2, g->box.y - 3, "31", ROLE_MUTED, size, FONT_MONO,
              ANCHOR_END);
}

static void number_cell(const Grid *g, int line, int at, int bits, HeaderField field, unsigned now,
                        unsigned then)
{
    char text[16], was[16];
    snprintf(text, sizeof text, "%u", now);
    snprintf(was, sizeof was, "%u", then);
    cell(g, line, at, bits, field, text, g->before && now != then ? was : NULL);
}

/* A sequence number both ways: "A+1  (4001)". */
static void seq_text(Text *out, const SegNames *names, HostId whose, Seq s, bool both)
{
    segtext_seq(out, names, whose, s);
    if (both && !names->absolute && names->known[whose])
        text_addf(out, "   = %u", (unsigned)s.v);
}

static void seq_cell(const Grid *g, int line, HeaderField field, HostId whose, Seq now, Seq then,
                     bool compare)
{
    char text[VALUE_MAX], was[VALUE_MAX];
    Text out = text_fixed(text, sizeof text), old = text_fixed(was, sizeof was);
    seq_text(&out, &g->now->names, whose, now, true);
    seq_text(&old, &g->now->names, whose, then, false);
    cell(g, line, 0, GRID_BITS, field, text, compare && !seq_eq(now, then) ? was : NULL);
}

static uint16_t checksum_of(const Moment *m, uint32_t row)
{
    const Note *n = trace_note(m->trace, row);
    PktId id = world_packet_of_row(m->world, row);
    Bytes frame = id.v ? world_frame(m->world, id) : n ? trace_bytes(m->trace, n) : (Bytes){0};
    size_t at = ip_header_len(frame);
    if (at == 0 || frame.len < at + WIRE_TCP_HEADER)
        return 0;
    const uint8_t *tcp = frame.data + at;
    return (uint16_t)(tcp[16] << 8 | tcp[17]);
}

/* "511 x 128 = 65408" where the SYNs agreed on a scale. */
static void window_cell(const Grid *g, const Moment *m, uint16_t then)
{
    const Shown *s = g->now;
    const Note *n = trace_note(m->trace, s->row);
    const Tcb *t = n->host == s->from ? world_conn(m->world, s->from, n->conn) : NULL;
    unsigned scale = t && n->conn && !(s->seg.flags & SEG_SYN) ? t->agreed.rcv_scale : 0;
    char text[64], was[16];
    Text out = text_fixed(text, sizeof text);
    text_addf(&out, "%u", (unsigned)s->seg.wnd);
    if (scale)
        text_addf(&out, " × %u = %u", 1u << scale, (unsigned)s->seg.wnd << scale);
    snprintf(was, sizeof was, "%u", (unsigned)then);
    cell(g, 3, 16, 16, HEADER_WINDOW, text, g->before && then != s->seg.wnd ? was : NULL);
}

static void draw_grid(const Grid *g, const Moment *m)
{
    const Seg *s = &g->now->seg, *then = g->before ? &g->before->seg : s;
    HostId from = g->now->from;
    bool acked = s->flags & SEG_ACK, compare = g->before && acked && (then->flags & SEG_ACK);
    char text[32];
    draw_ruler(g);
    number_cell(g, 0, 0, 16, HEADER_SOURCE_PORT, s->src_port, then->src_port);
    number_cell(g, 0, 16, 16, HEADER_DESTINATION_PORT, s->dst_port, then->dst_port);
    seq_cell(g, 1, HEADER_SEQ, from, s->seq, then->seq, g->before != NULL);
    if (acked)
        seq_cell(g, 2, HEADER_ACK, host_peer(from), s->ack, then->ack, compare);
    else
        cell(g, 2, 0, GRID_BITS, HEADER_ACK, "-", NULL);
    number_cell(g, 3, 0, 4, HEADER_OFFSET, s->header_len / 4u, then->header_len / 4u);
    cell(g, 3, 4, 3, HEADER_RESERVED, "", NULL);
    draw_flags(g, 3);
    window_cell(g, m, then->wnd);
    snprintf(text, sizeof text, "0x%04x", (unsigned)checksum_of(m, g->now->row));
    cell(g, 4, 0, 16, HEADER_CHECKSUM, text, NULL);
    number_cell(g, 4, 16, 16, HEADER_URGENT, s->urg, then->urg);
}

/* ---- Options: as they lie on the wire ------------------------------------------------------- */

static Bytes option_bytes(const Moment *m, uint32_t row)
{
    const Note *n = trace_note(m->trace, row);
    PktId id = world_packet_of_row(m->world, row);
    while (n && (n->kind == NOTE_LOST || n->kind == NOTE_COPIED))
        n = trace_note(m->trace, n->peer_row);
    Bytes frame = id.v ? world_frame(m->world, id) : n ? trace_bytes(m->trace, n) : (Bytes){0};
    size_t at = ip_header_len(frame);
    if (at == 0 || frame.len < at + WIRE_TCP_HEADER)
        return (Bytes){0};
    size_t header = (size_t)(frame.data[at + 12] >> 4) * 4;
    if (header < WIRE_TCP_HEADER || frame.len < at + header)
        return (Bytes){0};
    return bytes_of(frame.data + at + WIRE_TCP_HEADER, header - WIRE_TCP_HEADER);
}

/* Bytes [from, from + count) of the options, cut where a line ends; the words stand in the widest
 * piece. */
static void option_piece(const Grid *g, size_t from, size_t count, HeaderField field,
                         const char *words, bool strong)
{
    float size = g->look->small * 0.9f;
    size_t best = 0, best_from = from;
    for (size_t at = from; at < from + count;) {
        size_t end = (at / 4 + 1) * 4 < from + count ? (at / 4 + 1) * 4 : from + count;
        Box b = {g->box.x + (float)(at % 4) * 8 * g->bit, g->box.y + (float)(at / 4) * g->row,
                 (float)(end - at) * 8 * g->bit, g->row};
        display_target(g->d, TARGET_HEADER, HOST_NONE, field);
        draw_rect(g->d, b, 0, ROLE_BOX, ROLE_GRID, 1);
        display_no_target(g->d);
        if (end - at > best) {
            best = end - at;
            best_from = at;
        }
        at = end;
    }
    float x = g->box.x + ((float)(best_from % 4) * 8 + (float)best * 4) * g->bit;
    float y = g->box.y + (float)(best_from / 4) * g->row + g->row / 2 + size * MEASURE_MIDDLE;
    display_target(g->d, TARGET_HEADER, HOST_NONE, field);
    draw_text_fit(g->d, x, y, (float)best * 8 * g->bit - 4, words, strong ? ROLE_TEXT : ROLE_MUTED,
                  size, strong ? FONT_BOLD : FONT_MONO, ANCHOR_MIDDLE);
    display_no_target(g->d);
}

static HeaderField option_field(uint8_t kind)
{
    switch (kind) {
    case 2: return HEADER_MSS;
    case 3: return HEADER_WSCALE;
    case 4: return HEADER_SACK_OK;
    case 5: return HEADER_SACK;
    case 8: return HEADER_TIMESTAMP;
    case 28: return HEADER_USER_TIMEOUT;
    case 34: return HEADER_FAST_OPEN;
    default: return HEADER_OTHER;
    }
}

static void option_value(Text *out, const Grid *g, uint8_t kind)
{
    const Seg *s = &g->now->seg;
    switch (kind) {
    case 2: text_addf(out, "MSS %u", (unsigned)s->mss); break;
    case 3: text_addf(out, "WSopt %u", (unsigned)s->wscale); break;
    case 8: text_addf(out, "TSval %u", (unsigned)s->ts_val); break;
    case 28: text_addf(out, "UTO %u", (unsigned)s->user_timeout); break;
    default: text_add(out, header_field(option_field(kind))->name[g->view->lang]); break;
    }
}

/* The value of an option, in as many pieces as it has numbers. */
static void option_data(const Grid *g, uint8_t kind, size_t at, size_t count)
{
    char text[VALUE_MAX];
    Text out = text_fixed(text, sizeof text);
    HeaderField field = option_field(kind);
    const Seg *s = &g->now->seg;
    if (kind == 8 && count == 8) {
        option_value(&out, g, kind);
        option_piece(g, at, 4, field, text, true);
        text_clear(&out);
        text_addf(&out, "TSecr %u", (unsigned)s->ts_ecr);
        option_piece(g, at + 4, 4, field, text, true);
        return;
    }
    for (size_t i = 0; kind == 5 && i < (size_t)s->sack_count * 2 && (i + 1) * 4 <= count; i++) {
        const SeqRange *r = &s->sack[i / 2];
        text_clear(&out);
        text_add(&out, i % 2 ? "< " : "≥ ");
        segtext_seq(&out, &g->now->names, host_peer(g->now->from), i % 2 ? r->to : r->from);
        option_piece(g, at + i * 4, 4, field, text, true);
    }
    if (kind == 5)
        return;
    option_value(&out, g, kind);
    option_piece(g, at, count, field, text, true);
}

static void draw_options(const Grid *g, Bytes options)
{
    char text[48];
    for (size_t at = 0; at < options.len;) {
        uint8_t kind = options.data[at];
        size_t len = kind <= 1 || at + 1 >= options.len ? 1 : options.data[at + 1];
        if (kind <= 1) {
            option_piece(g, at, 1, HEADER_PADDING, kind == 1 ? "1 NOP" : "0 End", false);
            at++;
            continue;
        }
        if (len < 2 || at + len > options.len)
            len = options.len - at; /* malformed: what is left */
        bool bare = len == 2;
        const char *kind_name = header_field(HEADER_KIND)->name[g->view->lang];
        snprintf(text, sizeof text, "%s %u", kind_name, (unsigned)kind);
        option_piece(g, at, 1, bare ? option_field(kind) : HEADER_KIND, text, bare);
        if (bare)
            snprintf(text, sizeof text, "2 %s", kind == 4 ? "SACK ok" : "");
        else
            snprintf(text, sizeof text, "%s %u", header_field(HEADER_LENGTH)->name[g->view->lang],
                     (unsigned)len);
        if (len > 1)
            option_piece(g, at + 1, 1, bare ? option_field(kind) : HEADER_LENGTH, text, bare);
        if (len > 2)
            option_data(g, kind, at + 2, len - 2);
        at += len;
    }
}

/* ---- Words below --------------------------------------------------------------------------- */

static void data_text(Text *out, Bytes payload, Lang lang)
{
    text_addf(out, "%zu %s", payload.len, word(WORD_BYTES, lang));
    if (payload.len == 0)
        return;
    text_add(out, "  \"");
    for (size_t i = 0; i < payload.len && i < 32; i++)
        text_char(out,
                  payload.data[i] >= ' ' && payload.data[i] <= '~' ? (char)payload.data[i] : '.');
    text_add(out, payload.len > 32 ? "…\"" : "\"");
}

/* "1 order   2 loss ..." and what the coloured ground means. */
static float draw_key(const Grid *g, float y, float room)
{
    char line[256];
    Text out = text_fixed(line, sizeof line);
    for (int i = 0; i < CONCERN_COUNT; i++)
        text_addf(&out, "%d %s   ", i + 1, header_concern(i, g->view->lang));
    Box box = {g->box.x, y, g->box.w, room < 2.9f * g->look->line ? room : 2.9f * g->look->line};
    float used = draw_text_wrapped(g->d, box, line, ROLE_MUTED, g->look->small * 0.9f, FONT_MONO);
    if (!g->before || used + 1.3f * g->look->line > room)
        return used;
    text_clear(&out);
    text_addf(&out, word(WORD_COMPARED_WITH, g->view->lang), (unsigned)g->before->row);
    float size = g->look->small * 0.9f, h = size * 1.1f;
    draw_rect(g->d, (Box){g->box.x, y + used + size * 0.15f, size * 1.6f, h}, 0, ROLE_CHANGED,
              ROLE_GRID, 1);
    draw_text_fit(g->d, g->box.x + size * 2.1f, y + used + size, g->box.w - size * 2.1f, line,
                  ROLE_MUTED, size, FONT_MONO, ANCHOR_START);
    return used + size * 1.4f;
}

/* The rule's own numbers: from its note in this row, or in the row that led to it. */
static void rule_numbers(const Trace *t, const Note *sent, uint64_t *a, uint64_t *b)
{
    uint32_t rows[2] = {sent->row, sent->cause};
    *a = sent->a;
    *b = sent->b;
    for (int k = 0; k < 2; k++) {
        const Note *n;
        for (uint32_t i = 0; (n = trace_detail(t, rows[k], i)); i++)
            if (n->kind == NOTE_RULE && n->rule == sent->rule) {
                *a = n->a;
                *b = n->b;
                return;
            }
    }
}

static float draw_why(const Grid *g, const Moment *m, float y, float room)
{
    char why[WHY_MAX];
    Text out = text_fixed(why, sizeof why);
    const View *view = g->view;
    uint32_t row = g->now->row;
    why_sentence(&out, m->trace, row, view->lang, view->absolute);
    const Note *n = trace_note(m->trace, row);
    if (n->rule != RULE_NONE && n->rule < RULE_COUNT) {
        uint64_t a, b;
        rule_numbers(m->trace, n, &a, &b);
        text_add(&out, "\n");
        why_rule_text(&out, (RuleId)n->rule, a, b, view->lang);
        text_add(&out, " (");
        rule_cite(&out, (RuleId)n->rule);
        text_char(&out, ')');
    }
    return draw_text_wrapped(g->d, (Box){g->box.x, y, g->box.w, room}, why, ROLE_TEXT,
                             g->look->small, FONT_MONO);
}

/* ---- All of it ----------------------------------------------------------------------------- */

static bool read_segment(Shown *s, const Moment *m, const View *view, uint32_t row)
{
    const Note *n = trace_note(m->trace, row);
    s->row = row;
    if (!n || !ladder_segment(m, row, &s->seg, &s->payload))
        return false;
    s->from = n->kind == NOTE_ARRIVED ? host_peer(n->host) : n->host;
    s->names = trace_names(m->trace, row, view->absolute);
    return true;
}

/* The segment that went before in this direction of this connection. */
static bool find_before(Shown *s, const Moment *m, const View *view, uint32_t row)
{
    const Note *n = trace_note(m->trace, row);
    if (n->kind == NOTE_ARRIVED)
        n = trace_note(m->trace, row = n->peer_row);
    for (uint32_t i = row; n && i-- > m->trace->first_row;) {
        const Note *old = trace_note(m->trace, i);
        if (old && old->kind == NOTE_SENT && old->host == n->host && old->conn == n->conn)
            return read_segment(s, m, view, i);
    }
    return false;
}

float view_header(Display *d, const Moment *m, const View *view, uint32_t row, Box box)
{
    Look look = look_of(view);
    Shown now, before;
    char text[256];
    if (!read_segment(&now, m, view, row))
        return 0;
    bool compared = find_before(&before, m, view, row);
    Text out = text_fixed(text, sizeof text);
    text_addf(&out, "#%u  ", (unsigned)row);
    segtext_print(&out, &now.names, now.from, &now.seg, SEG_STYLE_SHORT);
    float y = box.y + look.body, bottom = box.y + box.h;
    draw_text_fit(d, box.x, y, box.w, text, segment_role(&now.seg, false), look.body, FONT_BOLD,
                  ANCHOR_START);
    y += look.small * 1.6f;
    Grid g = {.d = d,
              .view = view,
              .look = &look,
              .box = {box.x, y, box.w, 0},
              .bit = box.w / GRID_BITS,
              .row = look.small * 2.7f,
              .now = &now,
              .before = compared ? &before : NULL};
    draw_grid(&g, m);
    y += 5 * g.row;
    Bytes options = option_bytes(m, row);
    Grid below = g;
    below.box.y = y;
    below.row = look.small * 1.6f;
    float grid = (float)((options.len + 3) / 4) * below.row;
    bool drawn = options.len > 0 && y + grid + 6 * look.line <= bottom;
    if (drawn) {
        draw_options(&below, options);
        y += grid;
    }
    y += look.small * 0.5f;
    y += draw_key(&g, y, bottom - y) + look.small * 0.3f;
    char line[320];
    out = text_fixed(line, sizeof line);
    if (options.len == 0)
        text_addf(&out, "%s: %s   ", word(WORD_OPTIONS, view->lang),
                  word(WORD_NO_OPTIONS, view->lang));
    else if (!drawn)
        text_addf(&out, "%s: %zu %s   ", word(WORD_OPTIONS, view->lang), options.len,
                  word(WORD_BYTES, view->lang));
    text_addf(&out, "%s: ", word(WORD_DATA, view->lang));
    data_text(&out, now.payload, view->lang);
    float room = bottom - y < 2.3f * look.line ? bottom - y : 2.3f * look.line;
    y += draw_text_wrapped(d, (Box){box.x, y, box.w, room}, line, ROLE_TEXT, look.small, FONT_MONO);
    y += look.small * 0.4f;
    if (y + look.line * 1.5f > bottom)
        return y - box.y;
    draw_line(d, (Point){box.x, y}, (Point){box.x + box.w, y}, ROLE_GRID, 1, DASH_NONE, false);
    y += look.small * 0.3f;
    y += draw_why(&g, m, y, bottom - y);
    return y - box.y;
}
