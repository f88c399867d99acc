/*
 * view_words.c: a row that is no segment, in a few words.
 *
 * `connect B:80`, `timer: retransmission`, `link loss 1%`: short enough for the ladder, in the
 * language's own words, so that what one reads can be typed.
 */
#include "core/net/sock.h"
#include "repl/view.h"

#include "repl/width.h"

#include <inttypes.h>
#include <string.h>

void look_bytes(Text *out, Bytes bytes, size_t max)
{
    text_char(out, '"');
    for (size_t i = 0; i < bytes.len;) {
        const char *s = (const char *)bytes.data + i;
        if (i >= max) {
            text_add(out, "\"...");
            return;
        }
        uint32_t code;
        size_t n = width_decode(s, bytes.len - i, &code);
        unsigned char c = bytes.data[i];
        if (c == '\n')
            text_add(out, "\\n");
        else if (c == '\r')
            text_add(out, "\\r");
        else if (c == '\t')
            text_add(out, "\\t");
        else if (c == '"' || c == '\\')
            text_addf(out, "\\%c", c);
        else if ((n == 1 && (c < 0x20 || c > 0x7e)) || width_of_char(code) == 0)
            for (size_t k = 0; k < n; k++)
                text_addf(out, "\\x%02x", bytes.data[i + k]);
        else
            text_add_n(out, s, n);
        i += n;
    }
    text_char(out, '"');
}

void look_conn_name(Text *out, const View *v, HostId host, uint16_t conn)
{
    text_char(out, host_letter(host));
    uint32_t mine = 0;
    const Tcb *conns = world_conns(v->world);
    for (uint16_t i = 1; i <= v->world->shape.conns; i++)
        mine += conns[i].used && conns[i].host == host && conns[i].state != LISTEN;
    if (conn > 0 && mine > 1)
        text_addf(out, "[%u]", conn);
}

/* "64KiB" when it is a round number of them. */
static void add_size(Text *out, uint64_t n)
{
    if (n >= 1u << 20 && n % (1u << 20) == 0)
        text_addf(out, "%" PRIu64 "MiB", n >> 20);
    else if (n >= 1u << 10 && n % (1u << 10) == 0)
        text_addf(out, "%" PRIu64 "KiB", n >> 10);
    else
        text_addf(out, "%" PRIu64 "B", n);
}

static void add_knob(Text *out, uint32_t key, uint64_t value)
{
    const KnobInfo *k = knob_info(key < KNOB_COUNT ? (KnobId)key : (KnobId)0);
    text_addf(out, "%s ", k->name);
    if (k->unit == UNIT_TIME)
        text_duration(out, value);
    else if (k->unit == UNIT_BOOL)
        text_add(out, value ? "on" : "off");
    else
        text_addf(out, "%" PRIu64, value);
}

static void add_link_value(Text *out, uint32_t key, uint64_t value)
{
    static const char *const names[LINK_KEY_COUNT] = {
        "rtt", "rate", "queue", "loss", "dup", "reorder", "jitter", "corrupt", "ecn", "mtu"};
    text_addf(out, "link %s=", key < LINK_KEY_COUNT ? names[key] : "?");
    switch (key) {
    case LINK_RTT:
    case LINK_JITTER: text_duration(out, value); break;
    case LINK_RATE:
        if (value % 1000000 == 0)
            text_addf(out, "%" PRIu64 "Mbit", value / 1000000);
        else
            text_addf(out, "%" PRIu64 "bit", value);
        break;
    case LINK_LOSS:
    case LINK_DUP:
    case LINK_REORDER:
    case LINK_CORRUPT:
        text_addf(out, "%" PRIu64, value / 10000);
        if (value % 10000)
            text_addf(out, ".%04" PRIu64, value % 10000);
        text_char(out, '%');
        break;
    default: text_addf(out, "%" PRIu64, value); break;
    }
}

static void add_app(Text *out, uint32_t key, uint64_t value)
{
    text_addf(out, "app %s", app_name((AppKind)key));
    text_char(out, ' ');
    if (key == APP_SOURCE)
        add_size(out, value);
    else if (key == APP_SLOW)
        text_addf(out, "%" PRIu64 "B/s", value);
    else if (key == APP_IDLE_CLOSE)
        text_duration(out, value);
    else if (out->len > 0 && out->buf[out->len - 1] == ' ')
        out->buf[--out->len] = '\0';
}

static void add_call(Text *out, const View *v, const Note *n, Bytes data)
{
    switch ((CmdOp)n->a) {
    case CMD_LISTEN: text_addf(out, "listen %u", n->key); break;
    case CMD_CONNECT:
        text_addf(out, "connect %c:%u", host_letter(host_peer((HostId)n->host)), n->key);
        break;
    case CMD_ACCEPT: text_add(out, "accept"); break;
    case CMD_SEND:
        text_add(out, n->key ? "send urgent " : "send ");
        if (data.len)
            look_bytes(out, data, 16);
        else
            add_size(out, n->b);
        break;
    case CMD_RECV:
        text_add(out, "recv");
        if (n->b)
            text_addf(out, " %" PRIu64, n->b);
        break;
    case CMD_SHUTDOWN: text_add(out, "shutdown"); break;
    case CMD_CLOSE: text_add(out, "close"); break;
    case CMD_ABORT: text_add(out, "abort"); break;
    case CMD_SET:
        text_add(out, "set ");
        add_knob(out, n->key, n->b);
        break;
    case CMD_PROFILE: text_addf(out, "profile %s", profile_name((Profile)n->b)); break;
    case CMD_POWER: text_addf(out, "power %s", n->b ? "on" : "off"); break;
    case CMD_PUPPET: text_add(out, n->b ? "puppet" : "core"); break;
    case CMD_APP: add_app(out, n->key, n->b); break;
    case CMD_HOLD: text_addf(out, "hold %s", n->b ? "on" : "off"); break;
    case CMD_DELAY:
        text_addf(out, "delay #%u ", n->key);
        text_duration(out, n->b);
        break;
    case CMD_SWAP: text_addf(out, "swap #%u #%" PRIu64, n->key, n->b); break;
    case CMD_ARM: trace_arm_text(out, n); break;
    case CMD_DISARM: text_add(out, "armed clear"); break;
    case CMD_LINK: add_link_value(out, n->key, n->b); break;
    case CMD_CUT: text_add(out, "cut"); break;
    case CMD_MEND: text_add(out, "mend"); break;
    case CMD_BOX:
        text_addf(out, "box %s",
                  n->key == BOX_FIREWALL ? "firewall"
                  : n->key == BOX_NAT    ? "nat"
                                         : "off");
        break;
    case CMD_IP: text_addf(out, "ip %" PRIu64, n->b); break;
    case CMD_ICMP: text_add(out, n->b ? "icmp on" : "icmp off"); break;
    case CMD_HOPS: text_addf(out, "hops %" PRIu64, n->b); break;
    case CMD_FLOOD: text_add(out, n->b ? "flood" : "flood off"); break;
    case CMD_RULE:
        text_addf(out, "rule %s %s",
                  rule_info(n->key < RULE_COUNT ? (RuleId)n->key : RULE_NONE)->name,
                  n->b ? "on" : "off");
        break;
    case CMD_SOCK: sock_call_text(out, n->key, n->b); break;
    default: text_add(out, VIEW_SAY(v, "a command", "命令")); break;
    }
}

void look_row_words(Text *out, const View *v, uint32_t row)
{
    const Note *n = trace_note(v->trace, row);
    if (!n)
        return;
    switch ((NoteKind)n->kind) {
    case NOTE_CALL: add_call(out, v, n, trace_bytes(v->trace, n)); break;
    case NOTE_TIMER:
        text_addf(out, VIEW_SAY(v, "timer: %s", "定时器：%s"), timer_name((TimerId)n->a));
        break;
    case NOTE_APP:
        text_addf(out, VIEW_SAY(v, "%s acts", "%s 行动"), app_name((AppKind)n->a));
        break;
    case NOTE_POWER: text_addf(out, "power %s", n->a ? "on" : "off"); break;
    case NOTE_COPIED: text_addf(out, VIEW_SAY(v, "copy of #%u", "#%u 的副本"), n->peer_row); break;
    case NOTE_EDITED:
        if (n->a & PACKET_CORRUPT)
            text_addf(out, VIEW_SAY(v, "#%u: a bit flipped", "#%u：一个比特翻转"), n->peer_row);
        else if (n->a & PACKET_MARKED)
            text_addf(out, VIEW_SAY(v, "#%u: the queue marks CE", "#%u：队列标记 CE"), n->peer_row);
        else
            text_addf(out, VIEW_SAY(v, "#%u edited", "#%u 被修改"), n->peer_row);
        break;
    default: break;
    }
}
