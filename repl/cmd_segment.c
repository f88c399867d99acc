/*
 * cmd_segment.c: segments made or changed by hand: inject, edit, and `show #n as command`.
 *
 * A segment is always a frame of real bytes: what is typed is encoded with right checksums, so a
 * wrong one has to be asked for (checksum=bad).
 */
#include "repl/lang.h"

#include "core/base/wire_ip.h"

#include <stdlib.h>
#include <string.h>

/* ---- initial sequence numbers, as known now ---- */

SegNames segment_names(const Shell *sh)
{
    const World *w = session_world(sh->session);
    const Trace *trace = session_trace(sh->session);
    SegNames names = {0};
    for (HostId h = 0; h < HOST_COUNT; h++) {
        const Tcb *t = world_conn(w, h, 0);
        if (!t || t->state == LISTEN || t->state == CLOSED)
            continue;
        names.isn[h] = t->snd.iss;
        names.known[h] = true;
    }
    for (uint32_t row = trace_last(trace); row > 0 && trace_row(trace, row); row--) {
        SegNames then = trace_names(trace, row, false);
        for (HostId h = 0; h < HOST_COUNT; h++) {
            if (names.known[h] || !then.known[h])
                continue;
            names.isn[h] = then.isn[h];
            names.known[h] = true;
        }
        if (names.known[HOST_A] && names.known[HOST_B])
            break;
    }
    return names;
}

/* ---- what a host would send now ---- */

/* From its TCB; true if it has one that is open. */
static bool defaults_of_tcb(const World *w, HostId from, Seg *s)
{
    const Tcb *t = world_conn(w, from, 0);
    if (!t || t->state == LISTEN || t->state == CLOSED || w->hosts[from].puppet)
        return false;
    s->src_port = t->local_port;
    s->dst_port = t->remote_port;
    s->seq = t->snd.nxt;
    s->ack = t->rcv.nxt;
    s->wnd = (uint16_t)min_u32(t->rcv.wnd >> t->agreed.rcv_scale, 65535);
    return true;
}

/* From what went over the wire: the number after the last segment it sent, the acknowledgment of
 * the last it got. */
static void defaults_of_trace(const Shell *sh, HostId from, Seg *s)
{
    const Trace *trace = session_trace(sh->session);
    const World *w = session_world(sh->session);
    const Tcb *peer = world_conn(w, host_peer(from), 0);
    s->src_port = from == HOST_A ? 49152 : 80;
    s->dst_port = peer && peer->local_port ? peer->local_port : from == HOST_A ? 80 : 49152;
    s->wnd = 65535;
    bool sent = false, got = false;
    for (uint32_t row = trace_last(trace); row > 0 && !(sent && got); row--) {
        const Note *n = trace_note(trace, row);
        Seg other;
        Bytes payload;
        if (!n)
            break;
        if (n->kind != NOTE_SENT || !trace_seg(trace, row, &other, &payload))
            continue;
        if (n->host == from && !sent) {
            sent = true;
            s->seq = seg_end(&other);
            s->src_port = other.src_port;
            s->dst_port = other.dst_port;
        } else if (n->host != from && !got) {
            got = true;
            s->ack = seg_end(&other);
            if (!sent) {
                s->src_port = other.dst_port;
                s->dst_port = other.src_port;
            }
        }
    }
}

void segment_defaults(const Shell *sh, HostId from, Seg *s)
{
    const World *w = session_world(sh->session);
    memset(s, 0, sizeof *s);
    s->src_addr = w->hosts[from].addr;
    s->dst_addr = w->hosts[host_peer(from)].addr;
    s->ttl = 64;
    s->v6 = w->hosts[from].v6;
    if (!defaults_of_tcb(w, from, s))
        defaults_of_trace(sh, from, s);
}

/* ---- inject ---- */

static LineStatus inject_frame(Run *r, HostId from, const uint8_t *frame, size_t len)
{
    Cmd cmd = {.op = CMD_INJECT, .host = from};
    return act(r, &cmd, bytes_of(frame, len));
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static LineStatus inject_raw(Run *r, HostId from)
{
    size_t len, used = 0;
    const char *text = arg_rest(r, &len);
    uint8_t frame[1500];
    if (len == 0)
        return arg_missing(r, "the bytes of an IP packet in hexadecimal", "IP 报文的十六进制字节")
                   ? LINE_OK
                   : LINE_ERROR;
    for (size_t i = 0; i < len;) {
        if (text[i] == ' ' || text[i] == ':') {
            i++;
            continue;
        }
        int high = hex_digit(text[i]), low = i + 1 < len ? hex_digit(text[i + 1]) : -1;
        if (high < 0 || low < 0)
            return refuse_at(r, (size_t)(text - r->line) + i, 1,
                             SAY(r, "bytes are pairs of hexadecimal digits, as 4500 0028",
                                 "字节写成成对的十六进制数字，如 4500 0028"));
        if (used == sizeof frame)
            return refuse_plain(
                r, SAY(r, "a packet has at most %zu bytes", "一个报文最多 %zu 字节"), sizeof frame);
        frame[used++] = (uint8_t)(high * 16 + low);
        i += 2;
    }
    return inject_frame(r, from, frame, used);
}

static LineStatus inject_segment(Run *r, HostId from)
{
    size_t len, payload_len = 0;
    const char *text = arg_rest(r, &len);
    if (len == 0)
        return arg_missing(r, "a segment, as SYN 1000", "报文段，如 SYN 1000") ? LINE_OK
                                                                               : LINE_ERROR;
    const World *w = session_world(r->shell->session);
    size_t payload_max = w->shape.mtu > WIRE_HEADERS_MAX ? w->shape.mtu - WIRE_HEADERS_MAX : 0;
    uint8_t payload[1500], frame[1500];
    payload_max = min_u64(payload_max, sizeof payload - WIRE_HEADERS_MAX);
    Seg seg;
    segment_defaults(r->shell, from, &seg);
    SegNames names = segment_names(r->shell);
    SegParseError error = {0};
    if (!segtext_parse(text, len, &names, from, &seg, payload, payload_max, &payload_len, &error))
        return refuse_at(r, (size_t)(text - r->line) + error.at, 1, "%s",
                         error.text[r->shell->lang]);
    seg.len = (uint16_t)payload_len;
    size_t frame_len = wire_encode(&seg, bytes_of(payload, payload_len), frame,
                                   min_u64(sizeof frame, w->shape.mtu));
    if (frame_len == 0)
        return refuse_plain(r,
                            SAY(r, "the segment does not fit into a packet of %u bytes",
                                "报文段装不进 %u 字节的报文"),
                            w->shape.mtu);
    return inject_frame(r, from, frame, frame_len);
}

LineStatus cmd_inject(Run *r)
{
    HostId from = r->host;
    bool raw = arg_take(r, "raw");
    bool told = arg_direction(r, &from);
    raw = arg_take(r, "raw") || raw;
    if (!told && !r->has_host)
        return refuse(r, r->at,
                      SAY(r, "say which way it goes: `inject A>B ...` seems to come from A",
                          "请写明方向：`inject A>B ...` 看起来由 A 发出"));
    return raw ? inject_raw(r, from) : inject_segment(r, from);
}

/* ---- edit ---- */

typedef struct Edit {
    Seg seg;
    SegNames names;
    HostId from;
    uint8_t payload[2048];
    size_t payload_len;
    bool bad_checksum;
} Edit;

/* "7000", "A+1", "B", "+5", "-5": a sequence number; own: from what it counts when relative. */
bool segment_seq(const char *text, size_t len, const SegNames *names, Seq old, Seq *out)
{
    Seq base = seq_of(0);
    size_t i = 0;
    if (len && (text[0] == 'A' || text[0] == 'B')) {
        HostId h = text[0] == 'A' ? HOST_A : HOST_B;
        if (!names->known[h])
            return false;
        base = names->isn[h];
        i = 1;
        if (len == 1) {
            *out = base;
            return true;
        }
        if (text[1] != '+' && text[1] != '-')
            return false;
    } else if (len && (text[0] == '+' || text[0] == '-')) {
        base = old;
    }
    bool minus = i < len && text[i] == '-';
    if (i < len && (text[i] == '+' || text[i] == '-'))
        i++;
    uint64_t n;
    if (!quantity_parse(text + i, len - i, QUANTITY_COUNT, &n) || n > UINT32_MAX)
        return false;
    *out = minus ? seq_sub(base, (uint32_t)n) : seq_add(base, (uint32_t)n);
    return true;
}

typedef enum EditKey {
    EDIT_SEQ,
    EDIT_ACK,
    EDIT_FLAGS,
    EDIT_WND,
    EDIT_URG,
    EDIT_MSS,
    EDIT_TTL,
    EDIT_ECN,
    EDIT_DATA,
    EDIT_CHECKSUM,
    EDIT_SPORT,
    EDIT_DPORT,
    EDIT_SRC,
    EDIT_DST,
    EDIT_KEYS
} EditKey;

static const char *const edit_keys[EDIT_KEYS] = {"seq",   "ack",   "flags", "wnd",  "urg",
                                                 "mss",   "ttl",   "ecn",   "data", "checksum",
                                                 "sport", "dport", "src",   "dst"};

/* A plain number or a change "+5" of the old one, at most max. */
static bool parse_small(const char *text, size_t len, uint64_t old, uint64_t max, uint64_t *out)
{
    char sign = len && (text[0] == '+' || text[0] == '-') ? text[0] : 0;
    uint64_t n;
    if (!quantity_parse(text + (sign != 0), len - (sign != 0), QUANTITY_COUNT, &n) || n > max)
        return false;
    *out = sign == '+' ? old + n : sign == '-' ? old - n : n;
    return *out <= max;
}

static bool word_is(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

/* Four numbers with dots between them. */
static bool parse_addr(const char *text, size_t len, uint32_t *out)
{
    uint32_t addr = 0;
    for (int part = 0; part < 4; part++) {
        size_t digits = 0;
        uint64_t n;
        while (digits < len && text[digits] != '.')
            digits++;
        if (!parse_small(text, digits, 0, 255, &n) || (digits < len) != (part < 3))
            return false;
        addr = addr << 8 | (uint32_t)n;
        text += digits + (part < 3);
        len -= digits + (part < 3);
    }
    *out = addr;
    return true;
}

/* One key=value; false if the value makes no sense for the key. */
static bool edit_field(Edit *e, EditKey key, const char *text, size_t len)
{
    uint64_t n = 0;
    switch (key) {
    case EDIT_SEQ: return segment_seq(text, len, &e->names, e->seg.seq, &e->seg.seq);
    case EDIT_ACK: return segment_seq(text, len, &e->names, e->seg.ack, &e->seg.ack);
    case EDIT_FLAGS: return segtext_parse_flags(text, len, &e->seg.flags);
    case EDIT_WND:
        if (!parse_small(text, len, e->seg.wnd, 65535, &n))
            return false;
        e->seg.wnd = (uint16_t)n;
        return true;
    case EDIT_URG:
        if (!parse_small(text, len, e->seg.urg, 65535, &n))
            return false;
        e->seg.urg = (uint16_t)n;
        return true;
    case EDIT_MSS:
        if (!parse_small(text, len, e->seg.mss, 65535, &n))
            return false;
        e->seg.mss = (uint16_t)n;
        e->seg.opts |= SEG_OPT_MSS;
        return true;
    case EDIT_TTL:
        if (!parse_small(text, len, e->seg.ttl, 255, &n))
            return false;
        e->seg.ttl = (uint8_t)n;
        return true;
    case EDIT_SPORT:
    case EDIT_DPORT:
        if (!parse_small(text, len, 0, 65535, &n))
            return false;
        *(key == EDIT_SPORT ? &e->seg.src_port : &e->seg.dst_port) = (uint16_t)n;
        return true;
    case EDIT_SRC: return parse_addr(text, len, &e->seg.src_addr);
    case EDIT_DST: return parse_addr(text, len, &e->seg.dst_addr);
    case EDIT_ECN:
        e->seg.tos &= (uint8_t)~IP_ECN_MASK;
        if (word_is(text, len, "ce") || word_is(text, len, "CE"))
            e->seg.tos |= IP_ECN_CE;
        else if (word_is(text, len, "ect") || word_is(text, len, "ECT"))
            e->seg.tos |= IP_ECN_ECT0;
        else
            return word_is(text, len, "off") || word_is(text, len, "0");
        return true;
    case EDIT_CHECKSUM: e->bad_checksum = word_is(text, len, "bad"); return e->bad_checksum;
    default: return false;
    }
}

/* data="..." is two tokens: the word up to '=' and the string. */
static bool edit_data(Run *r, Edit *e)
{
    const Token *word = &r->lex->token[r->at++];
    bool glued = word->len > strlen("data=");
    if (glued || !arg_more(r) || r->lex->token[r->at].kind != TOKEN_STRING) {
        refuse_at(r, word->at + strlen("data="), glued ? word->len - strlen("data=") : 1,
                  SAY(r, "data needs a text in quotes", "data 后面要有带引号的文字"));
        return false;
    }
    if (r->lex->token[r->at].len > 1400) {
        refuse(r, r->at, SAY(r, "too long for one segment", "对一个报文段来说太长"));
        return false;
    }
    if (!arg_string(r, e->payload, &e->payload_len))
        return false;
    e->seg.len = (uint16_t)e->payload_len;
    return true;
}

static bool edit_word(Run *r, Edit *e)
{
    const char *key;
    size_t key_len, value_at, len;
    if (!arg_key(r, &key, &key_len, &value_at)) {
        refuse(r, r->at,
               SAY(r, "a field is written name=value, as seq=+5", "字段写作 名称=值，如 seq=+5"));
        return false;
    }
    const char *word = arg_word(r, &len);
    for (int i = 0; i < EDIT_KEYS; i++) {
        if (!word_is(key, key_len, edit_keys[i]))
            continue;
        if (i == EDIT_DATA)
            return edit_data(r, e);
        if (!edit_field(e, (EditKey)i, word + value_at, len - value_at)) {
            refuse_at(r, r->lex->token[r->at].at + value_at, len > value_at ? len - value_at : 1,
                      SAY(r, "`%.*s` is no value for %s", "`%.*s` 不能作为 %s 的值"),
                      (int)(len - value_at), word + value_at, edit_keys[i]);
            return false;
        }
        r->at++;
        return true;
    }
    refuse_at(
        r, r->lex->token[r->at].at, key_len ? key_len : 1,
        SAY(r,
            "a segment has no field `%.*s`; there are seq, ack, flags, wnd, urg, mss, ttl, "
            "ecn, sport, dport, src, dst, data, checksum",
            "报文段没有 `%.*s` 字段；可写 seq、ack、flags、wnd、urg、mss、ttl、ecn、sport、dport、"
            "src、dst、data、checksum"),
        (int)key_len, key);
    return false;
}

LineStatus cmd_edit(Run *r)
{
    uint32_t row;
    if (!arg_flying(r, &row))
        return LINE_ERROR;
    if (!arg_more(r))
        return arg_missing(r, "a field to change, as seq=+5", "要修改的字段，如 seq=+5")
                   ? LINE_OK
                   : LINE_ERROR;
    const World *w = session_world(r->shell->session);
    PktId id = world_packet_of_row(w, row);
    Edit e = {.from = world_packets(w)[id.v].from,
              .names = trace_names(session_trace(r->shell->session), row, false)};
    Bytes payload;
    WireError error = wire_decode(world_frame(w, id), &e.seg, &payload);
    if (error != WIRE_OK && error != WIRE_BAD_CHECKSUM)
        return refuse_plain(r, "%s", wire_error_text(error, r->shell->lang));
    e.payload_len = min_u64(payload.len, sizeof e.payload);
    memcpy(e.payload, payload.data, e.payload_len);
    while (arg_more(r))
        if (!edit_word(r, &e))
            return LINE_ERROR;
    uint8_t frame[2048];
    size_t len = wire_encode(&e.seg, bytes_of(e.payload, e.payload_len), frame,
                             min_u64(sizeof frame, w->shape.mtu));
    if (len == 0)
        return refuse_plain(r,
                            SAY(r, "the segment no longer fits into a packet of %u bytes",
                                "修改后的报文段装不进 %u 字节的报文"),
                            w->shape.mtu);
    if (e.bad_checksum)
        frame[ip_header_len(bytes_of(frame, len)) + 16] ^= 0xff; /* the TCP checksum's first byte */
    Cmd cmd = {.op = CMD_EDIT, .host = HOST_NONE, .key = row};
    return act(r, &cmd, bytes_of(frame, len));
}

/* ---- show ---- */

static LineStatus show_as_command(Run *r, uint32_t row)
{
    const Trace *trace = session_trace(r->shell->session);
    Seg seg;
    Bytes payload;
    if (!trace_seg(trace, row, &seg, &payload))
        return refuse_plain(r, SAY(r, "#%u is no segment", "#%u 不是报文段"), row);
    const Note *n = trace_note(trace, row);
    HostId from = n->kind == NOTE_ARRIVED ? host_peer((HostId)n->host) : (HostId)n->host;
    SegNames names = trace_names(trace, row, r->shell->absolute);
    text_addf(r->out, "inject %s ", from == HOST_A ? "A>B" : "B>A");
    segtext_print(r->out, &names, from, &seg, SEG_STYLE_FULL);
    if (payload.len) {
        text_char(r->out, ' ');
        look_bytes(r->out, payload, SIZE_MAX);
    }
    text_char(r->out, '\n');
    return LINE_OK;
}

LineStatus cmd_show(Run *r)
{
    uint32_t row;
    if (!arg_row(r, &row))
        return LINE_ERROR;
    if (arg_take(r, "as")) {
        if (!arg_take(r, "command"))
            return refuse(r, r->at, SAY(r, "`show #3 as command`", "写作 show #3 as command"));
        return arg_end(r) ? show_as_command(r, row) : LINE_ERROR;
    }
    if (!arg_end(r))
        return LINE_ERROR;
    View view = shell_view(r->shell);
    look_event(r->out, &view, row);
    return LINE_OK;
}
