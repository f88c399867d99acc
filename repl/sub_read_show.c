/*
 * sub_read_show.c: connections of a capture as a list and as ladders, in words and in JSON.
 *
 * The ladder is that of our own runs (view_ladder.c), with two differences: a sniffer sees a
 * segment once, so that each is one line; and its number is the packet's in the file, as Wireshark
 * counts. States are guesses (flow.h).
 *
 *      #      time A                                                 B
 *      1    0.000s SYN-SENT     --> SYN A                        --> SYN-RECEIVED
 */
#include "repl/sub_read.h"

#include "core/lab/segtext.h"
#include "repl/ink.h"
#include "repl/view.h"
#include "repl/width.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 80, NUMBER = 6, TIME = 9, STATE = 12, SEGMENT = COLUMNS - 6 - 1 - 9 - 1 - 26 - 9 };

/* ---- words ---- */

static const char *state_of(const FlowEnd *e)
{
    return e->state_known ? state_name((TcpState)e->state) : "?";
}

/* "Retransmission, Dup ACK 2#1". */
static void add_words(Text *t, const Sighting *sight)
{
    for (int w = 0; w < WORD_COUNT; w++) {
        if (!(sight->words >> w & 1))
            continue;
        text_addf(t, "%s%s", t->len ? ", " : "", flow_word((FlowWord)w));
        if (w == WORD_DUP_ACK)
            text_addf(t, " %" PRIu64 "#%u", sight->dup_of, sight->dup_count);
    }
}

/* "Retransmission 2, Dup ACK 3": of a whole connection. */
static void add_word_counts(Text *t, const SeenFlow *f)
{
    for (int w = 0; w < WORD_COUNT; w++) {
        uint32_t n = flow_word_count(f, (FlowWord)w);
        if (n)
            text_addf(t, "%s%s %u", t->len ? ", " : "", flow_word((FlowWord)w), n);
    }
}

static Nanos rtt_mean(const RttSum *r)
{
    return r->count ? r->sum / r->count : 0;
}

/* Three digits are as much as a network's times are worth. */
static void add_about(Text *t, Nanos at)
{
    Nanos unit = 1;
    while (at / unit >= 1000)
        unit *= 10;
    text_duration(t, at / unit * unit);
}

/* "rtt 100ms": of the handshake, wherever it was captured; else the better of the two means. */
static void add_rtt(Text *t, const Program *p, const SeenFlow *f)
{
    Nanos rtt = f->handshake;
    for (int h = 0; h < HOST_COUNT && !f->handshake; h++)
        rtt = rtt > rtt_mean(&f->end[h].rtt) ? rtt : rtt_mean(&f->end[h].rtt);
    if (rtt == 0)
        return;
    text_add(t, TELL(p, "rtt ", "往返 "));
    add_about(t, rtt);
}

/* "A's data is acknowledged after 20ms to 61ms, 26ms on average": seen from where it was taken. */
static void add_waits(Text *t, const Program *p, const SeenFlow *f)
{
    for (int h = 0; h < HOST_COUNT; h++) {
        const RttSum *r = &f->end[h].rtt;
        if (r->most == 0)
            continue;
        text_addf(t, TELL(p, "%c is acknowledged after ", "%c 得到确认需要 "),
                  host_letter((HostId)h));
        add_about(t, r->least);
        text_add(t, TELL(p, " to ", " 到 "));
        add_about(t, r->most);
        text_add(t, TELL(p, ", on average ", "，平均 "));
        add_about(t, rtt_mean(r));
        text_char(t, '\n');
    }
}

/* ---- the list ---- */

static void add_endpoint(Text *out, Endpoint e, size_t columns)
{
    char buf[64];
    Text t = text_fixed(buf, sizeof buf);
    endpoint_text(&t, e);
    if (t.len > columns)
        text_add(out, buf);
    else
        width_pad(out, buf, columns);
}

static void list_flow(Text *out, const Program *p, const SeenFlow *f)
{
    char buf[400];
    Text t = text_fixed(buf, sizeof buf);
    text_addf(out, "%5u  ", f->number);
    add_endpoint(out, f->end[HOST_A].who, 22);
    text_char(out, ' ');
    add_endpoint(out, f->end[HOST_B].who, 22);
    text_addf(out, " %7" PRIu64 " ", f->end[0].packets + f->end[1].packets);
    text_addf(&t, "%" PRIu64 "+%" PRIu64, f->end[0].bytes, f->end[1].bytes);
    text_addf(out, "%18s\n", buf);
    text_addf(out, "       %s | %s", state_of(&f->end[0]), state_of(&f->end[1]));
    if (f->was_reset)
        ink_add(out, p->color, INK_RST, TELL(p, "  reset", "  已复位"));
    text_clear(&t);
    add_about(&t, f->until > f->begin ? f->until - f->begin : 0);
    text_addf(out, TELL(p, "  in %s", "  历时 %s"), buf);
    text_clear(&t);
    add_rtt(&t, p, f);
    text_addf(out, "%s%s\n", t.len ? "  " : "", buf);
    text_clear(&t);
    add_word_counts(&t, f);
    if (t.len) {
        text_add(out, "       ");
        ink_on(out, p->color, INK_REXMIT);
        width_wrap(out, buf, 7, COLUMNS);
        ink_off(out, p->color, INK_REXMIT);
    }
}

static void add_totals(Text *out, const Program *p, const FlowTable *table, const ReadTotals *n)
{
    text_addf(out,
              TELL(p, "%" PRIu64 " packets, %u TCP connections\n",
                   "%" PRIu64 " 个分组，%u 条 TCP 连接\n"),
              n->packets, flow_count(table));
    for (int r = DISSECT_TCP + 1; r < DISSECT_RESULT_COUNT; r++)
        if (n->results[r])
            text_addf(out, TELL(p, "left out: %" PRIu64 " %s\n", "未显示：%" PRIu64 " 个分组%s\n"),
                      n->results[r], dissect_result_text((DissectResult)r, p->lang));
    if (n->unknown_link)
        text_addf(out,
                  TELL(p, "of these %" PRIu64 " of a link type that is not known here (%u)\n",
                       "其中 %" PRIu64 " 个的链路类型（%u）这里不认识\n"),
                  n->unknown_link, n->link);
}

void read_show_list(Text *out, const Program *p, const FlowTable *table, const ReadTotals *n)
{
    if (flow_count(table)) {
        ink_on(out, p->color, INK_DIM);
        text_addf(out, TELL(p, "    #  %-22s %-22s %7s %18s\n", "    #  %-22s %-22s %9s %22s\n"),
                  "A", "B", TELL(p, "packets", "分组数"), TELL(p, "bytes A+B", "字节数 A+B"));
        ink_off(out, p->color, INK_DIM);
    }
    for (uint32_t i = 1; i <= flow_count(table); i++)
        list_flow(out, p, flow_at(table, i));
    add_totals(out, p, table, n);
}

/* ---- one connection ---- */

void read_show_head(Text *out, const Program *p, const SeenFlow *f)
{
    text_add(out, "A ");
    endpoint_text(out, f->end[HOST_A].who);
    text_add(out, "   B ");
    endpoint_text(out, f->end[HOST_B].who);
    if (!f->opened)
        text_add(out, TELL(p, "   (its beginning was not captured)", "   （没有抓到开头）"));
    text_char(out, '\n');
    ink_on(out, p->color, INK_DIM);
    width_pad_left(out, "#", NUMBER);
    text_char(out, ' ');
    width_pad_left(out, TELL(p, "time", "时间"), TIME);
    text_char(out, ' ');
    width_pad(out, "A", STATE + 1 + SEGMENT + 8);
    text_add(out, " B");
    ink_off(out, p->color, INK_DIM);
    text_char(out, '\n');
}

static Ink ink_of(const Sighting *sight, const Seg *s)
{
    const uint32_t again = 1u << WORD_RETRANSMISSION | 1u << WORD_FAST_RETRANSMISSION |
                           1u << WORD_SPURIOUS_RETRANSMISSION;
    if (sight->words & again)
        return INK_REXMIT;
    if (s->flags & SEG_RST)
        return INK_RST;
    if (s->flags & SEG_SYN)
        return INK_SYN;
    if (s->flags & SEG_FIN)
        return INK_FIN;
    return s->len ? INK_DATA : INK_ACK;
}

static SegNames names_of(const SeenFlow *f)
{
    SegNames names = {.absolute = false};
    for (int h = 0; h < HOST_COUNT; h++) {
        names.isn[h] = f->end[h].isn;
        names.known[h] = f->end[h].isn_known;
    }
    return names;
}

static void add_state(Text *out, const Program *p, const Sighting *sight, HostId host)
{
    Ink ink = sight->changed[host] ? INK_STRONG : INK_DIM;
    ink_on(out, p->color, ink);
    if (host == HOST_A)
        width_pad(out, state_of(&sight->flow->end[host]), STATE);
    else
        text_add(out, state_of(&sight->flow->end[host]));
    ink_off(out, p->color, ink);
}

static void add_time(Text *out, Nanos at)
{
    char buf[40];
    Text t = text_fixed(buf, sizeof buf);
    text_time(&t, at);
    if (t.len > TIME && strchr(buf, '.')) {
        buf[TIME - 1] = 's';
        buf[TIME] = '\0';
    }
    width_pad_left(out, buf, TIME);
}

void read_show_segment(Text *out, const Program *p, const Sighting *sight, const Seg *s,
                       uint64_t packet, Nanos at)
{
    const SeenFlow *f = sight->flow;
    SegNames names = names_of(f);
    const char *arrow = sight->from == HOST_A ? "-->" : "<--";
    Ink ink = ink_of(sight, s);
    char buf[400];
    snprintf(buf, sizeof buf, "%" PRIu64, packet);
    ink_on(out, p->color, INK_DIM);
    width_pad_left(out, buf, NUMBER);
    ink_off(out, p->color, INK_DIM);
    text_char(out, ' ');
    add_time(out, at > f->begin ? at - f->begin : 0);
    text_char(out, ' ');
    add_state(out, p, sight, HOST_A);
    text_char(out, ' ');
    ink_on(out, p->color, ink);
    text_addf(out, "%s ", arrow);
    look_segment(out, &names, sight->from, s, true, SEGMENT);
    text_addf(out, " %s", arrow);
    ink_off(out, p->color, ink);
    text_char(out, ' ');
    add_state(out, p, sight, HOST_B);
    text_char(out, '\n');
    Text t = text_fixed(buf, sizeof buf);
    add_words(&t, sight);
    if (s->opts & SEG_OPT_SACK) {
        text_add(&t, t.len ? ", " : "");
        segtext_sack(&t, &names, sight->from, s);
    }
    if (t.len == 0)
        return;
    text_repeat(out, ' ', NUMBER + 1 + TIME + 1);
    ink_on(out, p->color, ink == INK_REXMIT ? ink : INK_DIM);
    text_addf(out, "[%s]", buf);
    ink_off(out, p->color, ink == INK_REXMIT ? ink : INK_DIM);
    text_char(out, '\n');
}

void read_show_end(Text *out, const Program *p, const SeenFlow *f)
{
    char buf[400];
    Text t = text_fixed(buf, sizeof buf);
    text_addf(out,
              TELL(p, "%" PRIu64 " packets; A sent %" PRIu64 " bytes, B %" PRIu64 "",
                   "%" PRIu64 " 个分组；A 发送 %" PRIu64 " 字节，B 发送 %" PRIu64 " 字节"),
              f->end[0].packets + f->end[1].packets, f->end[0].bytes, f->end[1].bytes);
    add_rtt(&t, p, f);
    text_addf(out, "%s%s\n", t.len ? "; " : "", buf);
    add_waits(out, p, f);
    text_clear(&t);
    add_word_counts(&t, f);
    if (t.len)
        width_wrap(out, buf, 0, COLUMNS);
}

/* ---- JSON: keys never change their meaning; new ones may come ---- */

static void json_end(Text *out, const SeenFlow *f, HostId host)
{
    const FlowEnd *e = &f->end[host];
    char buf[64];
    Text t = text_fixed(buf, sizeof buf);
    endpoint_text(&t, e->who);
    text_addf(out, "\"%c\":{\"address\":\"%s\",\"state\":\"%s\",\"packets\":%" PRIu64, "AB"[host],
              buf, e -> state_known ? state_name((TcpState)e->state) : "", e->packets);
    text_addf(out, ",\"bytes\":%" PRIu64, e->bytes);
    if (e->rtt.count)
        text_addf(out,
                  ",\"rtt\":{\"min\":%" PRIu64 ",\"mean\":%" PRIu64 ",\"max\":%" PRIu64
                  ",\"count\":%" PRIu64 "}",
                  e->rtt.least, rtt_mean(&e->rtt), e->rtt.most, e->rtt.count);
    text_add(out, ",\"seen\":{");
    const char *between = "";
    for (int w = 0; w < WORD_COUNT; w++) {
        if (e->words[w] == 0)
            continue;
        text_addf(out, "%s\"%s\":%u", between, flow_word((FlowWord)w), e->words[w]);
        between = ",";
    }
    text_add(out, "}}");
}

void read_json_flow(Text *out, const SeenFlow *f)
{
    text_addf(out, "{\"number\":%u,\"first\":%" PRIu64 ",\"last\":%" PRIu64, f->number, f->first,
              f->last);
    text_addf(out, ",\"begin\":%" PRIu64 ",\"end\":%" PRIu64, f->begin, f->until);
    if (f->handshake)
        text_addf(out, ",\"handshake\":%" PRIu64, f->handshake);
    text_addf(out, ",\"reset\":%s,", f->was_reset ? "true" : "false");
    json_end(out, f, HOST_A);
    text_char(out, ',');
    json_end(out, f, HOST_B);
    text_char(out, '}');
}

void read_json_segment(Text *out, const Sighting *sight, const Seg *s, uint64_t packet, Nanos at)
{
    const SeenFlow *f = sight->flow;
    SegNames names = names_of(f);
    char buf[400];
    Text t = text_fixed(buf, sizeof buf);
    text_addf(out, "{\"packet\":%" PRIu64 ",\"time\":%" PRIu64 ",\"from\":\"%c\"", packet, at,
              host_letter(sight->from));
    text_addf(out, ",\"state\":{\"A\":\"%s\",\"B\":\"%s\"}",
              f->end[0].state_known ? state_name((TcpState)f->end[0].state) : "",
              f->end[1].state_known ? state_name((TcpState)f->end[1].state) : "");
    segtext_flags(&t, s->flags);
    text_addf(out, ",\"segment\":{\"flags\":\"%s\",\"seq\":%u,\"ack\":%u,\"len\":%u,\"win\":%u",
              buf, s->seq.v, s->ack.v, s->len, s->wnd);
    text_clear(&t);
    segtext_print(&t, &names, sight->from, s, SEG_STYLE_FULL);
    text_add(out, ",\"text\":");
    sub_json_string(out, buf, t.len);
    text_char(out, '}');
    text_clear(&t);
    add_words(&t, sight);
    if (t.len)
        text_addf(out, ",\"annotation\":\"%s\"", buf);
    if (sight->rtt)
        text_addf(out, ",\"rtt\":%" PRIu64, sight->rtt);
    text_char(out, '}');
}

void read_json_list(Text *out, const FlowTable *table, const ReadTotals *n)
{
    static const char *const keys[DISSECT_RESULT_COUNT] = {"tcp",    "fragments", "other",
                                                           "not_ip", "cut",       "broken"};
    text_addf(out, "\"packets\":%" PRIu64, n->packets);
    for (int r = 0; r < DISSECT_RESULT_COUNT; r++)
        text_addf(out, ",\"%s\":%" PRIu64, keys[r], n->results[r]);
    text_add(out, ",\"connections\":[");
    for (uint32_t i = 1; i <= flow_count(table); i++) {
        text_add(out, i > 1 ? ",\n" : "\n");
        read_json_flow(out, flow_at(table, i));
    }
    text_add(out, "\n]");
}
