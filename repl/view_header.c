/*
 * view_header.c: a segment's header, bit by bit, as RFC 9293 figure 1 draws it.
 *
 * Each field has its name and below it its value. Under the picture stands which of the five
 * concerns each field serves: order, loss, connection, flow control, congestion control.
 */
#include "repl/view.h"

#include "core/base/wire_ip.h"
#include "repl/ink.h"
#include "repl/width.h"

#include <stdio.h>
#include <string.h>

static void rule_line(Text *out)
{
    text_add(out, "  ");
    for (int i = 0; i < 32; i++)
        text_add(out, "+-");
    text_add(out, "+\n");
}

/* The text in the middle of so many columns. */
static void add_centred(Text *out, const char *text, size_t columns)
{
    size_t w = width_of(text, strlen(text));
    size_t left = w < columns ? (columns - w) / 2 : 0;
    text_repeat(out, ' ', left);
    width_pad(out, text, columns - left);
}

/* One field of `bits` bits: two columns a bit, the bar included. */
typedef struct HeaderField {
    int bits;
    const char *name;
    char value[48];
} HeaderField;

static void add_row(Text *out, const View *v, const HeaderField *fields, size_t count)
{
    text_add(out, "  |");
    for (size_t i = 0; i < count; i++) {
        add_centred(out, fields[i].name, (size_t)fields[i].bits * 2 - 1);
        text_char(out, '|');
    }
    text_add(out, "\n  |");
    for (size_t i = 0; i < count; i++) {
        ink_on(out, v->color, INK_STRONG);
        add_centred(out, fields[i].value, (size_t)fields[i].bits * 2 - 1);
        ink_off(out, v->color, INK_STRONG);
        text_char(out, '|');
    }
    text_char(out, '\n');
    rule_line(out);
}

/* The row of offset, reserved bits, control bits and window: single bits have one column, so their
 * names stand upright. */
static void add_flags_row(Text *out, const View *v, const Seg *s, unsigned offset)
{
    static const char *const names[] = {"CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"};
    static const uint16_t bits[] = {SEG_CWR, SEG_ECE, SEG_URG, SEG_ACK,
                                    SEG_PSH, SEG_RST, SEG_SYN, SEG_FIN};
    static const char *const left[] = {" Data  |       ", "Offset |Reserv.", "       |       "};
    static const char *const right[] = {"                               ",
                                        "            Window             ",
                                        "                               "};
    for (int line = 0; line < 3; line++) {
        text_addf(out, "  |%s|", left[line]);
        for (int i = 0; i < 8; i++)
            text_addf(out, "%c|", names[i][line]);
        text_addf(out, "%s|\n", right[line]);
    }
    char window[16];
    snprintf(window, sizeof window, "%u", s->wnd);
    text_add(out, "  |");
    ink_on(out, v->color, INK_STRONG);
    char words[16];
    snprintf(words, sizeof words, "%u", offset);
    add_centred(out, words, 7);
    text_add(out, "|");
    add_centred(out, "0", 7);
    text_add(out, "|");
    for (int i = 0; i < 8; i++)
        text_addf(out, "%c|", s->flags & bits[i] ? '1' : '0');
    add_centred(out, window, 31);
    ink_off(out, v->color, INK_STRONG);
    text_add(out, "|\n");
    rule_line(out);
}

static void add_options(Text *out, const View *v, const Seg *s)
{
    HeaderField f = {32, VIEW_SAY(v, "Options", "选项 Options"), ""};
    Text t = text_fixed(f.value, sizeof f.value);
    if (s->opts & SEG_OPT_MSS)
        text_addf(&t, "MSS %u  ", s->mss);
    if (s->opts & SEG_OPT_WSCALE)
        text_addf(&t, "wscale %u  ", s->wscale);
    if (s->opts & SEG_OPT_SACK_OK)
        text_add(&t, "SACK ok  ");
    if (s->opts & SEG_OPT_SACK)
        text_addf(&t, "SACK x%u  ", s->sack_count);
    if (s->opts & SEG_OPT_TIMESTAMP)
        text_addf(&t, "TS %u %u  ", s->ts_val, s->ts_ecr);
    if (s->opts & SEG_OPT_USER_TIMEOUT)
        text_add(&t, "UTO  ");
    if (s->opts & SEG_OPT_FAST_OPEN)
        text_add(&t, s->cookie_len ? "FO cookie  " : "FO request  ");
    if (s->opts & SEG_OPT_UNKNOWN)
        text_add(&t, "...");
    while (t.len && t.buf[t.len - 1] == ' ')
        t.buf[--t.len] = '\0';
    if (s->header_len > WIRE_TCP_HEADER)
        add_row(out, v, &f, 1);
}

static void add_concerns(Text *out, const View *v)
{
    static const char *const lines[][LANG_COUNT] = {
        {"order               Sequence Number", "有序      Sequence Number"},
        {"loss                Sequence Number, Acknowledgment Number, ACK, Checksum",
         "丢失      Sequence Number、Acknowledgment Number、ACK、Checksum"},
        {"connection          ports, SYN, FIN, RST, Acknowledgment Number",
         "连接      端口、SYN、FIN、RST、Acknowledgment Number"},
        {"flow control        Window", "流量控制  Window"},
        {"congestion control  ECE, CWR (and losses, which no field announces)",
         "拥塞控制  ECE、CWR（以及丢失本身，没有字段通告它）"},
    };
    text_add(out,
             VIEW_SAY(v, "  which field serves which concern:\n", "  哪个字段为哪件事服务：\n"));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        text_addf(out, "    %s\n", lines[i][v->lang]);
}

static void add_number(char *out, size_t cap, const SegNames *names, HostId whose, Seq seq)
{
    Text t = text_fixed(out, cap);
    segtext_seq(&t, names, whose, seq);
    char plain[16];
    snprintf(plain, sizeof plain, "%u", seq.v);
    if (strcmp(plain, out) != 0)
        text_addf(&t, " = %s", plain);
}

bool look_header(Text *out, const View *v, uint32_t row)
{
    Seg s;
    Bytes payload;
    const Note *n = trace_note(v->trace, row);
    if (!n || !trace_seg(v->trace, row, &s, &payload))
        return false;
    HostId from = n->kind == NOTE_ARRIVED ? host_peer((HostId)n->host) : (HostId)n->host;
    SegNames names = trace_names(v->trace, row, false);
    const Note *with_frame = n;
    while (with_frame && (with_frame->kind == NOTE_LOST || with_frame->kind == NOTE_COPIED))
        with_frame = trace_note(v->trace, with_frame->peer_row);
    Bytes frame = with_frame ? trace_bytes(v->trace, with_frame) : bytes_of(NULL, 0);
    size_t tcp = ip_header_len(frame);
    unsigned checksum = tcp && frame.len >= tcp + 18
                            ? (unsigned)(frame.data[tcp + 16] << 8 | frame.data[tcp + 17])
                            : 0;
    Seg again;
    Bytes ignored;
    bool good = frame.len && wire_decode(frame, &again, &ignored) == WIRE_OK;

    text_addf(out, "#%u  ", row);
    segtext_print(out, &names, from, &s, SEG_STYLE_SHORT);
    text_add(out, "\n   0                   1                   2                   3\n"
                  "   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1\n");
    rule_line(out);
    HeaderField ports[2] = {{16, "Source Port", ""}, {16, "Destination Port", ""}};
    snprintf(ports[0].value, sizeof ports[0].value, "%u", s.src_port);
    snprintf(ports[1].value, sizeof ports[1].value, "%u", s.dst_port);
    add_row(out, v, ports, 2);
    HeaderField seq = {32, "Sequence Number", ""}, ack = {32, "Acknowledgment Number", ""};
    add_number(seq.value, sizeof seq.value, &names, from, s.seq);
    if (s.flags & SEG_ACK)
        add_number(ack.value, sizeof ack.value, &names, host_peer(from), s.ack);
    else
        snprintf(ack.value, sizeof ack.value,
                 VIEW_SAY(v, "%u (no meaning: ACK is 0)", "%u（ACK 为 0，无意义）"), s.ack.v);
    add_row(out, v, &seq, 1);
    add_row(out, v, &ack, 1);
    add_flags_row(out, v, &s, s.header_len / 4u);
    HeaderField last[2] = {{16, "Checksum", ""}, {16, "Urgent Pointer", ""}};
    snprintf(last[0].value, sizeof last[0].value, "0x%04x %s", checksum,
             good ? VIEW_SAY(v, "(right)", "（正确）") : VIEW_SAY(v, "(WRONG)", "（错误）"));
    snprintf(last[1].value, sizeof last[1].value, "%u", s.urg);
    add_row(out, v, last, 2);
    add_options(out, v, &s);
    text_addf(out, VIEW_SAY(v, "  header %u bytes, data %u bytes", "  首部 %u 字节，数据 %u 字节"),
              s.header_len, s.len);
    if (payload.len) {
        text_add(out, ": ");
        look_bytes(out, payload, 40);
    }
    text_char(out, '\n');
    add_concerns(out, v);
    return true;
}
