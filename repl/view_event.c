/*
 * view_event.c: one event with all its details: everything the core noted, nothing left out.
 *
 * A line for the row itself, and one, indented, for each of its details.
 */
#include "core/net/sock.h"
#include "repl/view.h"

#include "core/base/wire_ip.h"
#include "core/lab/why.h"
#include "repl/ink.h"
#include "repl/width.h"

#include <inttypes.h>
#include <string.h>

static void add_flight_words(Text *out, const View *v, const Note *n)
{
    Icmp icmp;
    Seg seg;
    Bytes payload;
    SegNames names = trace_names(v->trace, n->row, v->absolute);
    static const char *const verbs[][LANG_COUNT] = {{"sends", "发出"},
                                                    {"receives", "收到"},
                                                    {"lost", "丢失"},
                                                    {"copied", "被复制"},
                                                    {"edited", "被修改"}};
    int verb = n->kind == NOTE_SENT      ? 0
               : n->kind == NOTE_ARRIVED ? 1
               : n->kind == NOTE_LOST    ? 2
               : n->kind == NOTE_COPIED  ? 3
                                         : 4;
    HostId from = n->kind == NOTE_ARRIVED ? host_peer((HostId)n->host) : (HostId)n->host;
    text_addf(out, "%s ", verbs[verb][v->lang]);
    if (n->kind != NOTE_SENT && n->peer_row)
        text_addf(out, "#%u ", n->peer_row);
    if (trace_seg(v->trace, n->row, &seg, &payload)) {
        segtext_print(out, &names, from, &seg, SEG_STYLE_FULL);
        if (payload.len) {
            text_char(out, ' ');
            look_bytes(out, payload, 24);
        }
    } else if (trace_icmp(v->trace, n->row, &icmp)) {
        segtext_icmp(out, &names, host_peer(from), &icmp);
        text_addf(out, VIEW_SAY(v, " (%s), from ", "（%s），来自 "), icmp_text(&icmp, v->lang));
        ip_text(out, icmp.src_addr, icmp.v6);
    }
    if (n->kind == NOTE_LOST)
        text_addf(out, " (%s)", lost_why_text((LostWhy)n->a, v->lang));
    if (n->kind == NOTE_SENT && n->peer_row)
        text_addf(out, VIEW_SAY(v, " (first sent as #%u)", "（首次发送是 #%u）"), n->peer_row);
}

static void add_cwnd(Text *out, const Note *d)
{
    text_addf(out, "cwnd %" PRIu64, d->a);
    if (d->b >= 0xffffffff)
        text_add(out, ", ssthresh -");
    else
        text_addf(out, ", ssthresh %" PRIu64, d->b);
}

/* One detail in words; false if it has none. */
static bool add_detail(Text *out, const View *v, uint32_t row, const Note *d)
{
    switch ((NoteKind)d->kind) {
    case NOTE_STATE:
        text_addf(out, "%s -> %s", state_name((TcpState)d->a), state_name((TcpState)d->b));
        return true;
    case NOTE_RULE: {
        RuleId id = d->rule < RULE_COUNT ? (RuleId)d->rule : RULE_NONE;
        why_rule_text(out, (RuleId)d->rule, d->a, d->b, v->lang);
        text_add(out, " (");
        rule_cite(out, id);
        text_addf(out, ") [%s]", rule_info(id)->name);
        return true;
    }
    case NOTE_SET:
        text_addf(out, VIEW_SAY(v, "%s timer set for ", "%s 定时器设到 "),
                  timer_name((TimerId)d->a));
        text_time(out, d->b);
        return true;
    case NOTE_CLEARED:
        text_addf(out, VIEW_SAY(v, "%s timer stopped", "%s 定时器停止"), timer_name((TimerId)d->a));
        return true;
    case NOTE_CWND: add_cwnd(out, d); return true;
    case NOTE_RTT:
        text_add(out, VIEW_SAY(v, "round trip measured: ", "测得往返时间："));
        text_duration(out, d->a);
        text_add(out, VIEW_SAY(v, ", new RTO ", "，新的 RTO "));
        text_duration(out, d->b);
        return true;
    case NOTE_STREAM:
        text_add(out, VIEW_SAY(v, "in order for the program: ", "按序交给程序："));
        look_bytes(out, trace_bytes(v->trace, d), 32);
        return true;
    case NOTE_READ:
        text_addf(out,
                  VIEW_SAY(v, "the program reads %" PRIu64 " bytes", "程序读取 %" PRIu64 " 字节"),
                  d->a);
        return true;
    case NOTE_ERROR:
        text_addf(out, VIEW_SAY(v, "the program learns: %s (%s)", "程序得知：%s（%s）"),
                  conn_error_text((ConnError)d->a, v->lang), conn_error_symbol((ConnError)d->a));
        return true;
    case NOTE_RESULT:
        text_addf(out, VIEW_SAY(v, "answer: %s", "回答：%s"),
                  call_status_text((CallStatus)d->a, v->lang));
        if (d->a == CALL_ERRNO)
            text_addf(out, " (%s)", sock_errno_name((int)d->b));
        else if (d->b)
            text_addf(out, " (%" PRIu64 ")", d->b);
        return true;
    case NOTE_DROPPED:
        text_addf(out, VIEW_SAY(v, "discarded [%s]", "丢弃 [%s]"),
                  rule_info(d->rule < RULE_COUNT ? (RuleId)d->rule : RULE_NONE)->name);
        if (d->a)
            text_addf(out, ": %s", wire_error_text((WireError)d->a, v->lang));
        return true;
    case NOTE_ANNOTATE: {
        size_t before = out->len;
        trace_annotation(out, v->trace, row);
        return out->len > before;
    }
    default: return false;
    }
}

void look_event(Text *out, const View *v, uint32_t row)
{
    const Note *n = trace_note(v->trace, row);
    if (!n)
        return;
    char buffer[800];
    Text words = text_fixed(buffer, sizeof buffer);
    ink_on(&words, v->color, INK_STRONG);
    text_addf(&words, "#%u ", row);
    text_time(&words, n->at);
    text_char(&words, ' ');
    if (n->host < HOST_COUNT)
        text_addf(&words, "%c ", host_letter((HostId)n->host));
    ink_off(&words, v->color, INK_STRONG);
    switch ((NoteKind)n->kind) {
    case NOTE_SENT:
    case NOTE_ARRIVED:
    case NOTE_LOST:
    case NOTE_COPIED:
    case NOTE_EDITED: add_flight_words(&words, v, n); break;
    default: look_row_words(&words, v, row); break;
    }
    if (n->cause)
        text_addf(&words, VIEW_SAY(v, "  (because of #%u)", "  （起因 #%u）"), n->cause);
    width_wrap(out, words.buf, 4, v->width);
    const Note *d;
    for (uint32_t i = 0; (d = trace_detail(v->trace, row, i)); i++) {
        char buf[700];
        Text t = text_fixed(buf, sizeof buf);
        if (d->host < HOST_COUNT)
            text_addf(&t, "%c: ", host_letter((HostId)d->host));
        if (!add_detail(&t, v, row, d))
            continue;
        text_add(out, "    ");
        width_wrap(out, buf, 7, v->width);
    }
}
