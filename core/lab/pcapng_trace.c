/*
 * pcapng_trace.c: a run as a capture, with its reasons in the comments.
 *
 * A packet's comment tells in one line what no sniffer can know:
 *
 *     #5 B SYN-RECEIVED; syn-ack (RFC 9293 3.5)
 *     #6 A SYN-SENT -> ESTABLISHED; syn-ack-taken (RFC 9293 3.10.7.3)
 *
 * the first for the end that sends it, the second for the end that it reaches. Names of states and
 * rules are never translated; the few words between them are.
 */
#include "core/lab/pcapng.h"

enum { COMMENT_MAX = 2000, RULES_MAX = 12 };

typedef struct Taking {
    Text *out;
    const Trace *trace;
    HostId from; /* HOST_NONE: on the wire */
    Lang lang;
    uint32_t packets;
    PcapngCounts counts[HOST_COUNT];
} Taking;

#define SAY(taking, en, zh) ((taking)->lang == LANG_ZH ? (zh) : (en))

/* ---- comments ---- */

/* The rules of a row, each once, in the order in which they acted. */
static void add_rules(Text *t, const Trace *trace, uint32_t row)
{
    uint16_t told[RULES_MAX];
    uint32_t count = 0;
    const Note *n = trace_note(trace, row);
    for (uint32_t i = 0; n && count < RULES_MAX; n = trace_detail(trace, row, i++)) {
        bool again = n->rule == RULE_NONE || n->rule >= RULE_COUNT;
        for (uint32_t k = 0; k < count; k++)
            again = again || told[k] == n->rule;
        if (again)
            continue;
        text_addf(t, "%s%s (", count ? ", " : "; ", rule_info((RuleId)n->rule)->name);
        rule_cite(t, (RuleId)n->rule);
        text_char(t, ')');
        told[count++] = n->rule;
    }
}

/* "#6 A SYN-SENT -> ESTABLISHED; rule (RFC ...)": what the row is at its host. */
static void add_end(Text *t, const Taking *k, uint32_t row, HostId host)
{
    bool changed = false;
    const Note *n;
    const Row *r = trace_row(k->trace, row);
    text_addf(t, "#%u %c ", row, host_letter(host));
    for (uint32_t i = 0; (n = trace_detail(k->trace, row, i)); i++) {
        if (n->kind != NOTE_STATE || n->host != host || n->a >= TCP_STATE_COUNT ||
            n->b >= TCP_STATE_COUNT)
            continue;
        if (!changed)
            text_add(t, state_name((TcpState)n->a));
        text_addf(t, " -> %s", state_name((TcpState)n->b));
        changed = true;
    }
    if (!changed)
        text_add(t, state_name((TcpState)r->state[host]));
    add_rules(t, k->trace, row);
}

/* Whether the frame was changed on its way, and where it ended. */
static void add_way(Text *t, const Taking *k, uint32_t departure)
{
    const Row *r = trace_row(k->trace, departure);
    uint32_t fate = r ? r->fate : 0;
    const Note *n = trace_note(k->trace, fate);
    if (!n) {
        text_add(t, SAY(k, "\nstill in the network", "\n还在网络中"));
    } else if (n->kind == NOTE_LOST) {
        text_addf(t, SAY(k, "\n#%u lost: %s", "\n#%u 丢失：%s"), fate,
                  lost_why_text((LostWhy)n->a, k->lang));
    } else if (n->host < HOST_COUNT) {
        text_char(t, '\n');
        add_end(t, k, fate, n->host);
    }
}

static void add_departure(Text *t, const Taking *k, uint32_t row, HostId host)
{
    add_end(t, k, row, host);
    size_t before = t->len;
    text_add(t, "; [");
    size_t begins = t->len;
    trace_annotation(t, k->trace, row);
    if (t->len > begins)
        text_char(t, ']');
    else if (!t->full)
        t->buf[t->len = before] = '\0';
}

/* ---- packets ---- */

static HostId sender_of(const Trace *t, const Note *n)
{
    if (n->kind == NOTE_SENT)
        return n->host;
    const Note *departure = trace_note(t, n->peer_row);
    return departure ? departure->host : n->kind == NOTE_ARRIVED ? host_peer(n->host) : HOST_NONE;
}

static void add_packet(Taking *k, uint32_t row, HostId interface, PcapngWay way, const char *words)
{
    const Note *n = trace_note(k->trace, row);
    const Note *bytes = n->bytes_len ? n : trace_note(k->trace, n->peer_row);
    PcapngCounts *c = &k->counts[interface];
    if (!bytes || bytes->bytes_len == 0)
        return;
    PcapngPacket p = {.interface = k->from == HOST_NONE ? interface : 0,
                      .at = n->at,
                      .frame = trace_bytes(k->trace, bytes),
                      .way = way,
                      .id = n->kind == NOTE_ARRIVED ? n->peer_row : row,
                      .comment = words};
    pcapng_packet(k->out, &p);
    k->packets++;
    c->received++;
    c->end = n->at;
}

/* The wire's view: departures, and the copies that the network makes. */
static void take_from_wire(Taking *k, uint32_t row, const Note *n)
{
    char buf[COMMENT_MAX];
    Text t = text_fixed(buf, sizeof buf);
    HostId from = sender_of(k->trace, n);
    if (from >= HOST_COUNT)
        return;
    if (n->kind == NOTE_SENT) {
        add_departure(&t, k, row, from);
        add_way(&t, k, row);
        add_packet(k, row, from, PCAPNG_OUT, buf);
    } else if (n->kind == NOTE_COPIED) {
        text_addf(
            &t,
            SAY(k, "#%u a second copy of #%u, made by the network", "#%u 网络把 #%u 复制了一份"),
            row, n->peer_row);
        add_packet(k, row, from, PCAPNG_OUT, buf);
    } else if (n->kind == NOTE_LOST) {
        k->counts[from].dropped++;
    }
}

/* One host's view: what it sends and what reaches it. */
static void take_at_host(Taking *k, uint32_t row, const Note *n)
{
    char buf[COMMENT_MAX];
    Text t = text_fixed(buf, sizeof buf);
    if (n->host != k->from || (n->kind != NOTE_SENT && n->kind != NOTE_ARRIVED))
        return;
    if (n->kind == NOTE_SENT)
        add_departure(&t, k, row, n->host);
    else
        add_end(&t, k, row, n->host);
    add_packet(k, row, n->host, n->kind == NOTE_SENT ? PCAPNG_OUT : PCAPNG_IN, buf);
}

static void add_interfaces(const Taking *k)
{
    static const char *const names[HOST_COUNT] = {"A", "B"};
    for (HostId h = 0; h < HOST_COUNT; h++) {
        bool all = k->from == HOST_NONE;
        if (!all && k->from != h)
            continue;
        PcapngInterface i = {
            .link_type = LINK_RAW_IP,
            .name = names[h],
            .about = all ? SAY(k, "what this host sends", "这台主机发出的")
                         : SAY(k, "what this host sends and receives", "这台主机收发的")};
        pcapng_interface(k->out, &i);
    }
}

uint32_t pcapng_trace(Text *out, const Trace *trace, HostId from, Lang lang)
{
    Taking k = {.out = out, .trace = trace, .from = from, .lang = lang};
    pcapng_section(
        out, "Sandwire",
        SAY(&k,
            "Times count from the beginning of the run. Comments: the row, the state of "
            "the end that sends and of the end that is reached, the rules that acted.",
            "时间从运行开始算起。注释依次是：行号、发送端与到达端的状态、起作用的规则。"));
    add_interfaces(&k);
    for (uint32_t row = trace->first_row; row <= trace_last(trace); row++) {
        const Note *n = trace_note(trace, row);
        if (from == HOST_NONE)
            take_from_wire(&k, row, n);
        else
            take_at_host(&k, row, n);
    }
    for (HostId h = 0; h < HOST_COUNT; h++) {
        k.counts[h].interface = from == HOST_NONE ? h : 0;
        if (from == HOST_NONE || from == h)
            pcapng_counts(out, &k.counts[h]);
    }
    return k.packets;
}
