/*
 * view_header.c: a segment's TCP header as the RFC draws it: 32 bits to the line, values inside.
 *
 * RFC 9293 figure 1 with the numbers of this segment: what is relative on the ladder is relative
 * here too. A set flag is filled and bold, a clear one is muted. Below the grid: the options in
 * words and the data; then why the segment was sent.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/wire_ip.h"
#include "core/lab/why.h"
#include "viz/ladder.h"
#include "viz/measure.h"
#include "viz/scene.h"
#include "viz/words.h"

enum { GRID_BITS = 32, FLAG_COUNT = 9, WHY_MAX = 1024 };

typedef struct Grid {
    Display *d;
    const View *view;
    const Look *look;
    Box box;
    float bit, row; /* size of a bit, height of a line */
} Grid;

/* A field of `bits` from bit `at` of line `line`: its name small, its value below. */
static void cell(const Grid *g, int line, int at, int bits, const char *name, const char *value)
{
    Box b = {g->box.x + (float)at * g->bit, g->box.y + (float)line * g->row, (float)bits * g->bit,
             g->row};
    float size = g->look->small;
    draw_rect(g->d, b, 0, ROLE_BOX, ROLE_GRID, 1);
    draw_text_fit(g->d, b.x + b.w / 2, b.y + size * 1.0f, b.w - 4, name, ROLE_MUTED, size * 0.85f,
                  FONT_MONO, ANCHOR_MIDDLE);
    draw_text_fit(g->d, b.x + b.w / 2, b.y + size * 2.25f, b.w - 4, value, ROLE_TEXT, size,
                  FONT_BOLD, ANCHOR_MIDDLE);
}

static void draw_flags(const Grid *g, int line, uint16_t flags)
{
    static const struct {
        uint16_t bit;
        const char *letters; /* written downwards */
    } rows[FLAG_COUNT] = {{SEG_AE, "AE"},   {SEG_CWR, "CWR"}, {SEG_ECE, "ECE"},
                          {SEG_URG, "URG"}, {SEG_ACK, "ACK"}, {SEG_PSH, "PSH"},
                          {SEG_RST, "RST"}, {SEG_SYN, "SYN"}, {SEG_FIN, "FIN"}};
    float size = g->row / 3.5f;
    for (int i = 0; i < FLAG_COUNT; i++) {
        bool set = flags & rows[i].bit;
        Box b = {g->box.x + (float)(7 + i) * g->bit, g->box.y + (float)line * g->row, g->bit,
                 g->row};
        draw_rect(g->d, b, 0, set ? ROLE_PRESENT : ROLE_BOX, ROLE_GRID, 1);
        float y = b.y + size * (strlen(rows[i].letters) == 2 ? 1.45f : 1.0f);
        for (const char *c = rows[i].letters; *c; c++, y += size * 1.05f) {
            const char letter[2] = {*c, 0};
            draw_text(g->d, b.x + b.w / 2, y, letter, set ? ROLE_ON_PRESENT : ROLE_MUTED, size,
                      set ? FONT_BOLD : FONT_MONO, ANCHOR_MIDDLE);
        }
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

static void number_cell(const Grid *g, int line, int at, int bits, Word name, unsigned value)
{
    char text[16];
    snprintf(text, sizeof text, "%u", value);
    cell(g, line, at, bits, word(name, g->view->lang), text);
}

/* A sequence number both ways: "A+1  (4001)". */
static void seq_cell(const Grid *g, int line, Word name, const SegNames *names, HostId whose, Seq s)
{
    char text[64];
    Text out = text_fixed(text, sizeof text);
    segtext_seq(&out, names, whose, s);
    if (!names->absolute && names->known[whose])
        text_addf(&out, "   = %u", (unsigned)s.v);
    cell(g, line, 0, GRID_BITS, word(name, g->view->lang), text);
}

static void options_text(Text *out, const Seg *s, Lang lang)
{
    if (s->opts & SEG_OPT_MSS)
        text_addf(out, "MSS %u  ", (unsigned)s->mss);
    if (s->opts & SEG_OPT_WSCALE)
        text_addf(out, "WSopt %u  ", (unsigned)s->wscale);
    if (s->opts & SEG_OPT_SACK_OK)
        text_add(out, "SACK permitted  ");
    if (s->opts & SEG_OPT_SACK)
        text_addf(out, "SACK x%u  ", (unsigned)s->sack_count);
    if (s->opts & SEG_OPT_TIMESTAMP)
        text_addf(out, "TSval %u TSecr %u  ", (unsigned)s->ts_val, (unsigned)s->ts_ecr);
    if (s->opts & SEG_OPT_USER_TIMEOUT)
        text_addf(out, "UTO %u  ", (unsigned)s->user_timeout);
    if (s->opts & SEG_OPT_FAST_OPEN)
        text_add(out, s->cookie_len ? "FO cookie  " : "FO request  ");
    if (out->len == 0)
        text_add(out, word(WORD_NO_OPTIONS, lang));
}

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

static void draw_grid(const Grid *g, const Moment *m, uint32_t row, const Seg *s, HostId from)
{
    SegNames names = trace_names(m->trace, row, g->view->absolute);
    char text[32];
    draw_ruler(g);
    number_cell(g, 0, 0, 16, WORD_SOURCE_PORT, s->src_port);
    number_cell(g, 0, 16, 16, WORD_DESTINATION_PORT, s->dst_port);
    seq_cell(g, 1, WORD_SEQUENCE_NUMBER, &names, from, s->seq);
    if (s->flags & SEG_ACK)
        seq_cell(g, 2, WORD_ACKNOWLEDGMENT_NUMBER, &names, host_peer(from), s->ack);
    else
        cell(g, 2, 0, GRID_BITS, word(WORD_ACKNOWLEDGMENT_NUMBER, g->view->lang), "-");
    number_cell(g, 3, 0, 4, WORD_OFFSET, s->header_len / 4u);
    cell(g, 3, 4, 3, word(WORD_RESERVED, g->view->lang), "");
    draw_flags(g, 3, s->flags);
    number_cell(g, 3, 16, 16, WORD_WINDOW, s->wnd);
    snprintf(text, sizeof text, "0x%04x", (unsigned)checksum_of(m, row));
    cell(g, 4, 0, 16, word(WORD_CHECKSUM, g->view->lang), text);
    number_cell(g, 4, 16, 16, WORD_URGENT_POINTER, s->urg);
}

static HostId sender_of(const Trace *t, uint32_t row)
{
    const Note *n = trace_note(t, row);
    return n->kind == NOTE_ARRIVED ? host_peer(n->host) : n->host;
}

float view_header(Display *d, const Moment *m, const View *view, uint32_t row, Box box)
{
    Look look = look_of(view);
    Seg seg;
    Bytes payload;
    char text[256];
    if (!ladder_segment(m, row, &seg, &payload))
        return 0;
    HostId from = sender_of(m->trace, row);
    SegNames names = trace_names(m->trace, row, view->absolute);
    Text out = text_fixed(text, sizeof text);
    text_addf(&out, "#%u  ", (unsigned)row);
    segtext_print(&out, &names, from, &seg, SEG_STYLE_SHORT);
    float y = box.y + look.body;
    draw_text_fit(d, box.x, y, box.w, text, segment_role(&seg, false), look.body, FONT_BOLD,
                  ANCHOR_START);
    y += look.small * 1.6f;
    Grid g = {d, view, &look, {box.x, y, box.w, 0}, box.w / GRID_BITS, look.small * 2.7f};
    draw_grid(&g, m, row, &seg, from);
    y += 5 * g.row + look.small * 0.4f;
    char line[320];
    out = text_fixed(line, sizeof line);
    text_addf(&out, "%s: ", word(WORD_OPTIONS, view->lang));
    Text rest = text_fixed(text, sizeof text);
    options_text(&rest, &seg, view->lang);
    text_add(&out, text);
    y += draw_text_wrapped(d, (Box){box.x, y, box.w, 2.2f * look.line}, line, ROLE_TEXT, look.small,
                           FONT_MONO);
    out = text_fixed(line, sizeof line);
    text_addf(&out, "%s: ", word(WORD_DATA, view->lang));
    data_text(&out, payload, view->lang);
    y += draw_text_wrapped(d, (Box){box.x, y, box.w, 1.1f * look.line}, line, ROLE_TEXT, look.small,
                           FONT_MONO);
    char why[WHY_MAX];
    out = text_fixed(why, sizeof why);
    why_sentence(&out, m->trace, row, view->lang, view->absolute);
    const Note *n = trace_note(m->trace, row);
    if (n->rule != RULE_NONE && n->rule < RULE_COUNT) {
        text_add(&out, "\n");
        why_rule_text(&out, (RuleId)n->rule, n->a, n->b, view->lang);
        text_add(&out, " (");
        rule_cite(&out, (RuleId)n->rule);
        text_char(&out, ')');
    }
    y += look.small * 0.4f;
    draw_line(d, (Point){box.x, y}, (Point){box.x + box.w, y}, ROLE_GRID, 1, DASH_NONE, false);
    y += look.small * 0.3f;
    y += draw_text_wrapped(d, (Box){box.x, y, box.w, box.y + box.h - y}, why, ROLE_TEXT, look.small,
                           FONT_MONO);
    return y - box.y;
}
