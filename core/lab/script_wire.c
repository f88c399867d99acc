/*
 * script_wire.c: packet lines, carried out: what goes in is built, what came out is compared.
 *
 * Script numbers and live numbers. A packet with SYN bears the script's absolute numbers, every
 * other one counts from the SYN. The remote initial number is the script's own; the local one is
 * read off the SYN that the stack sends. Timestamps are mapped by pairs: each value the stack has
 * sent stands for the script's value of that line.
 */
#include "core/base/wire_icmp.h"
#include "core/base/wire_ip.h"
#include "core/lab/script_private.h"

#include <stdio.h>
#include <string.h>

enum { TCP_HEADER = 20, FRAME_MAX = 65535 };

static void put16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- the socket under test ---- */

/* What a packet that goes in belongs to: a listener gets a new child with the first packet of any
 * kind; without a socket the bound port is addressed. Once our SYN+ACK has been seen, a SYN that
 * names its ports opens the next connection, and lines without ports are that one's: "a new SYN to
 * a listener replaces the socket under test". Before, and with other flags, it is a stranger's. */
static void choose_flow(ScriptRunner *r, const Pkt *k)
{
    bool passive = r->under == UNDER_PASSIVE;
    bool next = passive && r->local_known && k->has_ports && k->sport != r->remote_port &&
                k->dport == r->local_port && (k->flags & (SEG_SYN | SEG_ACK | SEG_RST)) == SEG_SYN;
    if ((passive || r->under == UNDER_ACTIVE) && !next)
        return;
    r->under = UNDER_PASSIVE;
    r->local_port = (uint16_t)r->p->set.bind_port;
    r->remote_port = next ? k->sport : r->next_remote_port++;
    r->remote_known = r->local_known = false;
    r->remote_isn = r->local_isn_script = r->local_isn_live = 0;
    r->ts_count = 0;
}

static uint32_t local_shift(const ScriptRunner *r)
{
    return r->local_isn_live - r->local_isn_script;
}

/* ---- in ---- */

/* The live timestamp that a script's ecr stands for. */
static bool live_ecr(ScriptRunner *r, uint32_t script, uint32_t *live)
{
    *live = script;
    if (script == 0)
        return true;
    for (uint32_t i = r->ts_count; i-- > 0;) {
        if (r->ts_script[i] == script) {
            *live = r->ts_live[i];
            return true;
        }
    }
    if (r->p->set.ecr_scaled && r->ts_count > 0) {
        *live = script - r->ts_script[0] + r->ts_live[0];
        return true;
    }
    return runner_fail(r,
                       RUNNER_SAY(r, "no packet so far had TS val %u, so ecr %u means nothing",
                                  "至今没有报文带过 TS val %u，ecr %u 没有意义"),
                       script, script);
}

static bool put_options(ScriptRunner *r, const Pkt *k, uint8_t *out, uint32_t *len)
{
    *len = 0;
    for (uint8_t i = 0; i < k->option_count; i++) {
        PktOption o = k->option[i];
        for (uint8_t b = 0; b < 2 * o.sack_count; b++)
            put32(o.data + 4 * b, o.sack[b] + r->local_isn_live);
        uint32_t ecr = 0;
        if (o.kind == 8) {
            if (!live_ecr(r, o.ts_ecr, &ecr))
                return false;
            put32(o.data + 4, ecr);
        }
        out[(*len)++] = o.kind;
        if (o.kind <= 1)
            continue;
        out[(*len)++] = o.len;
        memcpy(out + *len, o.data, o.len - 2u);
        *len += o.len - 2u;
    }
    return true;
}

/* The IP header of a packet from the peer; returns its length. */
static size_t put_ip(const ScriptRunner *r, uint8_t *f, size_t payload, const Pkt *k)
{
    IpHeader ip = {.src_addr = r->w->hosts[HOST_B].addr,
                   .dst_addr = r->w->hosts[HOST_A].addr,
                   .payload_len = (uint16_t)payload,
                   .v6 = r->p->set.ipv6,
                   .proto = IP_PROTO_TCP,
                   .ttl = k->has_ttl ? k->ttl : 255,
                   .tos = k->tos};
    return ip_write(&ip, f);
}

static size_t build_tcp(ScriptRunner *r, const Pkt *k, uint8_t *f)
{
    uint8_t options[64];
    uint32_t options_len;
    if (!put_options(r, k, options, &options_len))
        return 0;
    bool syn = k->flags & SEG_SYN;
    if (syn && !r->remote_known) {
        r->remote_known = true;
        r->remote_isn = k->seq;
    }
    size_t header = TCP_HEADER + options_len, ip = put_ip(r, f, header + k->len, k);
    size_t total = ip + header + k->len;
    uint8_t *t = f + ip;
    memset(t, 0, TCP_HEADER);
    put16(t, k->has_ports ? k->sport : r->remote_port);
    put16(t + 2, k->has_ports ? k->dport : r->local_port);
    put32(t + 4, syn ? k->seq : k->seq + r->remote_isn);
    uint32_t shift = syn ? local_shift(r) : r->local_isn_live;
    put32(t + 8, k->has_ack || (k->flags & SEG_ACK) ? k->ack + shift : 0);
    put16(t + 12, (uint32_t)(header / 4) << 12 | k->flags);
    put16(t + 14, k->win);
    put16(t + 18, k->urg);
    memcpy(t + TCP_HEADER, options, options_len);
    memset(t + header, 0, k->len);
    wire_fix_checksums(f, total);
    return total;
}

/* A message quotes the IP header and eight bytes of TCP, as the original tool does. */
static size_t build_icmp(const ScriptRunner *r, const Pkt *k, uint8_t *f)
{
    uint32_t a = r->w->hosts[HOST_A].addr, b = r->w->hosts[HOST_B].addr;
    Icmp m = {.src_addr = b,
              .dst_addr = a,
              .v6 = r->p->set.ipv6,
              .type = k->icmp_type,
              .code = k->icmp_code,
              .ttl = k->has_ttl ? k->ttl : 255,
              .tos = k->tos,
              .quoted = true,
              .quote = {.src_addr = a,
                        .dst_addr = b,
                        .src_port = r->local_port,
                        .dst_port = r->remote_port,
                        .seq = seq_of(k->seq + r->local_isn_live),
                        .len = k->len,
                        .ttl = 64,
                        .v6 = r->p->set.ipv6}};
    icmp_set_mtu(&m, k->icmp_mtu);
    return icmp_encode(&m, bytes_of(NULL, 0), f, FRAME_MAX);
}

static bool inject(ScriptRunner *r, const Pkt *k)
{
    uint8_t frame[FRAME_MAX];
    size_t len = k->icmp ? build_icmp(r, k, frame) : build_tcp(r, k, frame);
    if (len == 0)
        return false;
    Cmd cmd = {.op = CMD_INJECT, .host = HOST_B};
    CallResult result = runner_apply(r, &cmd, bytes_of(frame, len));
    if (result.status != CALL_OK)
        return runner_fail(r, "%s", call_status_text(result.status, r->p->options->lang));
    runner_advance(r, r->w->now);
    return !r->p->failed;
}

uint32_t script_frame_room(const Parser *p)
{
    uint32_t most = 0;
    for (const Event *e = p->events; e; e = e->next)
        if (e->kind == EVENT_PACKET && e->packet->inbound)
            most = max_u32(most, e->packet->len);
    return min_u32(most + 60 + 60, 65535); /* the headers of IP and TCP with all their options */
}

/* With --mss=N a line may bring more than a packet holds: the segments come one after the other at
 * the same moment, the last one with the line's PSH and FIN. */
static bool inject_pieces(ScriptRunner *r, const Pkt *k, uint32_t mss)
{
    for (uint32_t done = 0; done < k->len;) {
        Pkt piece = *k;
        piece.len = (uint16_t)min_u32(mss, k->len - done);
        piece.seq = k->seq + done;
        done += piece.len;
        if (done < k->len)
            piece.flags &= (uint16_t) ~(SEG_PSH | SEG_FIN);
        if (!inject(r, &piece))
            return false;
    }
    return true;
}

bool run_inbound(ScriptRunner *r, const Pkt *k)
{
    choose_flow(r, k);
    uint32_t header = (r->p->set.ipv6 ? 40u : 20u) + TCP_HEADER;
    for (uint8_t i = 0; i < k->option_count; i++)
        header += k->option[i].len;
    uint32_t mss = min_u32(r->p->set.mss, r->shape.mtu - header);
    if (mss > 0 && header + k->len > r->shape.mtu)
        return inject_pieces(r, k, mss);
    if (header + k->len > FRAME_MAX)
        return runner_skip(
            r, RUNNER_SAY(r, "a packet larger than IP allows", "比 IP 允许的还大的报文"));
    return inject(r, k);
}

/* ---- out: the next packet, merged as the line needs ---- */

typedef struct Seen {
    Live live;
    Seg seg;
    const uint8_t *frame; /* of the last piece */
    Seq first_seq;
    uint32_t len; /* of all pieces */
} Seen;

static const uint8_t *frame_of(const ScriptRunner *r, const Live *l)
{
    return r->live_bytes + l->bytes_at;
}

static bool is_ours(const ScriptRunner *r, const Seg *s)
{
    if (r->under == UNDER_ACTIVE && r->remote_port == 0)
        return s->flags & SEG_SYN;
    return s->src_port == r->local_port && s->dst_port == r->remote_port;
}

/* The oldest packet of the socket under test that no line has taken; others are dropped. */
static bool next_live(ScriptRunner *r, Live *l, Seg *s)
{
    while (r->live_count > 0) {
        *l = r->live[r->live_head];
        Bytes payload;
        WireError error = wire_parse(bytes_of(frame_of(r, l), l->len), s, &payload);
        if (error == WIRE_OK && is_ours(r, s))
            return true;
        r->live_head = (r->live_head + 1) % LIVE_QUEUE;
        r->live_count--;
    }
    return false;
}

static void drop_live(ScriptRunner *r)
{
    r->live_head = (r->live_head + 1) % LIVE_QUEUE;
    r->live_count--;
}

/* Waits for one packet until the limit. */
static bool wait_live(ScriptRunner *r, Nanos limit, Live *l, Seg *s)
{
    while (!next_live(r, l, s))
        if (!runner_step(r, limit))
            return false;
    return true;
}

/* May the next piece be joined to what there is? Flags but FIN, PSH, CWR agree; numbers go on. */
static bool continues(const Seen *seen, const Seg *s)
{
    uint16_t free_bits = SEG_FIN | SEG_PSH | SEG_CWR;
    return (seen->seg.flags | free_bits) == (s->flags | free_bits) &&
           seq_eq(seen->seg.ack, s->ack) && seq_eq(s->seq, seq_add(seen->first_seq, seen->len));
}

static bool collect(ScriptRunner *r, const Pkt *k, Nanos limit, Seen *seen)
{
    Seg s;
    if (!wait_live(r, limit, &seen->live, &s))
        return false;
    drop_live(r);
    seen->seg = s;
    seen->frame = frame_of(r, &seen->live);
    seen->first_seq = s.seq;
    seen->len = s.len;
    uint16_t piece = s.len;
    while (seen->len < k->len && !r->p->set.strict_segments && s.len == piece && s.len > 0) {
        Live l;
        if (!wait_live(r, limit, &l, &s) || !continues(seen, &s) || seen->len + s.len > k->len)
            break;
        drop_live(r);
        seen->live = l;
        seen->seg = s;
        seen->frame = frame_of(r, &l);
        seen->len += s.len;
    }
    return true;
}

/* ---- out: printing for the report ---- */

static void add_flags(Text *t, uint16_t flags)
{
    static const struct {
        uint16_t bit;
        char letter;
    } letters[] = {{SEG_SYN, 'S'}, {SEG_FIN, 'F'}, {SEG_RST, 'R'}, {SEG_PSH, 'P'}, {SEG_ACK, '.'},
                   {SEG_URG, 'U'}, {SEG_ECE, 'E'}, {SEG_CWR, 'W'}, {SEG_AE, 'A'}};
    size_t before = t->len;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (flags & letters[i].bit)
            text_char(t, letters[i].letter);
    if (t->len == before)
        text_char(t, '-');
}

static void add_option(Text *t, const ScriptRunner *r, const uint8_t *o)
{
    static const char *const plain[] = {"eol", "nop"};
    if (o[0] <= 1) {
        text_add(t, plain[o[0]]);
        return;
    }
    switch (o[0]) {
    case 2: text_addf(t, "mss %u", (unsigned)(o[2] << 8 | o[3])); break;
    case 3: text_addf(t, "wscale %u", o[2]); break;
    case 4: text_add(t, "sackOK"); break;
    case 5:
        text_add(t, "sack");
        for (int i = 2; i + 8 <= o[1]; i += 8)
            text_addf(t, " %u:%u", get32(o + i) - r->remote_isn, get32(o + i + 4) - r->remote_isn);
        break;
    case 8: text_addf(t, "TS val %u ecr %u", get32(o + 2), get32(o + 6)); break;
    default: text_addf(t, "kind %u", o[0]); break;
    }
}

static const uint8_t *options_of(const Seen *s, uint32_t *len)
{
    size_t ip = s->seg.v6 ? IP6_HEADER : IP4_HEADER; /* the stack writes no more than that */
    *len = s->seg.header_len - TCP_HEADER;
    return s->frame + ip + TCP_HEADER;
}

/* Bytes of the option at o. */
static uint32_t option_len(const uint8_t *o)
{
    return o[0] <= 1 ? 1 : o[1] >= 2 ? o[1] : 2;
}

static void add_seen(Text *t, const ScriptRunner *r, const Seen *s)
{
    bool syn = s->seg.flags & SEG_SYN;
    uint32_t seq = s->first_seq.v - (syn ? local_shift(r) : r->local_isn_live);
    uint32_t ack = s->seg.ack.v - (syn || !r->remote_known ? 0 : r->remote_isn);
    add_flags(t, s->seg.flags);
    text_addf(t, " %u:%u(%u)", seq, seq + s->len, s->len);
    if (s->seg.flags & SEG_ACK)
        text_addf(t, " ack %u", ack);
    text_addf(t, " win %u", s->seg.wnd);
    if (s->seg.flags & SEG_URG)
        text_addf(t, " urg %u", s->seg.urg);
    uint32_t len;
    const uint8_t *o = options_of(s, &len);
    for (uint32_t i = 0; i < len; i += option_len(o + i)) {
        text_add(t, i == 0 ? " <" : ",");
        add_option(t, r, o + i);
    }
    text_add(t, len ? ">" : "");
}

/* ---- out: comparing ---- */

/* What of a packet may be another than the line says. */
typedef struct Difference {
    const char *en, *zh;
    PacketPart part;
} Difference;

static const Difference other_ecn = {"ECN bits of the IP header (ECN)", "IP 首部的 ECN 位",
                                     PART_IP};
static const Difference other_tos = {"TOS byte", "TOS 字节", PART_IP};
static const Difference other_ttl = {"TTL", "TTL", PART_IP};
static const Difference other_flags = {"flags", "标志", PART_FLAGS};
static const Difference other_ace = {"ACE field", "ACE 字段", PART_FLAGS};
static const Difference other_seq = {"sequence number", "序号", PART_SEQ};
static const Difference other_len = {"length of the payload", "数据长度", PART_SEQ};
static const Difference other_ack = {"acknowledgment number", "确认号", PART_ACK};
static const Difference other_window = {"window", "窗口", PART_WINDOW};
static const Difference other_urgent = {"urgent pointer", "紧急指针", PART_URGENT};
static const Difference other_options = {"options", "选项", PART_OPTIONS};
static const Difference other_blocks = {"SACK blocks", "SACK 块", PART_OPTIONS};
static const Difference other_ts_val = {"TS val", "TS val", PART_OPTIONS};
static const Difference other_ts_ecr = {"TS ecr", "TS ecr", PART_OPTIONS};

static bool differs(ScriptRunner *r, const Seen *s, const Difference *what)
{
    ScriptResult *result = r->p->result;
    if (r->p->failed)
        return false;
    r->last_row = s->live.row;
    r->fail_at = r->event->packet->place[what->part];
    Text got = text_fixed(result->got, sizeof result->got);
    add_seen(&got, r, s);
    size_t n = min_u32(r->event->len, sizeof result->expected - 1);
    memcpy(result->expected, r->p->text + r->event->at, n);
    result->expected[n] = '\0';
    return runner_fail(r, RUNNER_SAY(r, "the packet is another one: %s", "报文与期望不同：%s"),
                       RUNNER_SAY(r, what->en, what->zh));
}

/* The script's option against the live one at o; NULL: equal, else what differs. */
static const Difference *compare_option(ScriptRunner *r, const PktOption *want, const uint8_t *o)
{
    if (want->kind != o[0])
        return &other_options;
    if (want->kind <= 1)
        return NULL;
    if (want->len != option_len(o))
        return &other_options;
    if (want->kind == 8) {
        if (r->ts_count < TS_PAIRS) {
            r->ts_script[r->ts_count] = want->ts_val;
            r->ts_live[r->ts_count++] = get32(o + 2);
        }
        return NULL;
    }
    for (uint8_t i = 0; i < 2 * want->sack_count; i++)
        if (want->sack[i] + r->remote_isn != get32(o + 2 + 4 * i))
            return &other_blocks;
    if (want->kind == 5)
        return NULL;
    return memcmp(want->data, o + 2, want->len - 2u) == 0 ? NULL : &other_options;
}

/* Each option of the line must be there, in order; lenient: in any order, padding left out. */
static const Difference *compare_options(ScriptRunner *r, const Pkt *k, const Seen *s)
{
    uint32_t len, at = 0;
    const uint8_t *o = options_of(s, &len);
    if (k->any_options) {
        /* not checked; but timestamps cannot be echoed by a script that does not name them */
        return NULL;
    }
    bool lenient = r->p->options->lenient;
    for (uint8_t i = 0; i < k->option_count; i++) {
        const PktOption *want = &k->option[i];
        if (lenient && want->kind <= 1)
            continue;
        if (lenient)
            for (at = 0; at < len && o[at] != want->kind;)
                at += option_len(o + at);
        if (at >= len)
            return &other_options;
        const Difference *what = compare_option(r, want, o + at);
        if (what)
            return what;
        at += option_len(o + at);
    }
    if (lenient) {
        uint32_t live = 0, wanted = 0;
        for (uint32_t i = 0; i < len; i += option_len(o + i))
            live += o[i] > 1;
        for (uint8_t i = 0; i < k->option_count; i++)
            wanted += k->option[i].kind > 1;
        return live == wanted ? NULL : &other_options;
    }
    return at == len ? NULL : &other_options;
}

/* The clock of TS val is compared only if the script tells its tick, and then with the original
 * tool's patience: tolerance_usecs, or tolerance_percent of all the time since the script began if
 * that is more. So ten ticks of 1 ms pass 80 ms after the start; --tolerance_percent=0 is exact. */
static const Difference *compare_timestamp(ScriptRunner *r, const Seen *s, const Pkt *k)
{
    uint32_t tick = r->p->set.ts_tick_us;
    for (uint8_t i = 0; r->compares_ecr && i < k->option_count; i++)
        if (k->option[i].kind == 8 && k->option[i].ts_ecr != s->seg.ts_ecr)
            return &other_ts_ecr;
    for (uint8_t i = 0; tick && i < k->option_count; i++) {
        if (k->option[i].kind != 8 || r->ts_count == 0)
            continue;
        uint32_t script = k->option[i].ts_val - r->ts_script[0];
        uint32_t live = s->seg.ts_val - r->ts_live[0];
        uint32_t off = script > live ? script - live : live - script;
        Nanos far = r->w->now / 1000 * r->p->set.tolerance_ppm / 1000;
        if (off * (Nanos)tick * NANOS_US > max_u64(r->p->set.tolerance, far))
            return &other_ts_val;
    }
    return NULL;
}

static const Difference *compare_flags(const ScriptRunner *r, const Pkt *k, const Seg *s)
{
    uint16_t mask = 0x1ff;
    if (r->p->options->lenient)
        mask &= (uint16_t)~SEG_PSH;
    if (k->is_ace)
        mask &= (uint16_t) ~(SEG_ECE | SEG_CWR | SEG_AE);
    if ((k->flags & mask) != (s->flags & mask))
        return &other_flags;
    uint16_t ace = SEG_ECE | SEG_CWR | SEG_AE;
    return k->is_ace && (k->flags & ace) != (s->flags & ace) ? &other_ace : NULL;
}

static const Difference *compare_ip(const Pkt *k, const Seg *s)
{
    uint8_t ecn = s->tos & IP_ECN_MASK;
    if (k->ecn == ECN_EXACT && ecn != k->tos)
        return &other_ecn;
    if (k->ecn == ECN_EITHER_ECT && ecn != IP_ECN_ECT0 && ecn != IP_ECN_ECT1)
        return &other_ecn;
    if (k->ecn == ECN_WHOLE_TOS && s->tos != k->tos)
        return &other_tos;
    return k->has_ttl && s->ttl != k->ttl ? &other_ttl : NULL;
}

static const Difference *compare_numbers(const ScriptRunner *r, const Pkt *k, const Seen *s)
{
    bool syn = k->flags & SEG_SYN;
    uint32_t seq = k->seq + (syn ? local_shift(r) : r->local_isn_live);
    uint32_t ack = syn || !r->remote_known ? k->ack : k->ack + r->remote_isn;
    if (s->first_seq.v != seq)
        return &other_seq;
    if (s->len != k->len)
        return &other_len;
    bool counts = k->has_ack || (s->seg.flags & SEG_ACK);
    if (counts && s->seg.ack.v != ack)
        return &other_ack;
    if (k->has_win && s->seg.wnd != k->win && !r->p->options->lenient)
        return &other_window;
    if (k->has_win && r->p->options->lenient && (s->seg.wnd == 0) != (k->win == 0))
        return &other_window;
    return s->seg.urg != k->urg ? &other_urgent : NULL;
}

/* What the stack's SYN tells: its ports and its initial number. */
static void learn(ScriptRunner *r, const Pkt *k, const Seg *s)
{
    if (!(s->flags & SEG_SYN) || !(k->flags & SEG_SYN) || r->local_known)
        return;
    r->local_known = true;
    r->local_isn_script = k->seq;
    r->local_isn_live = s->seq.v;
    r->local_port = s->src_port;
    r->remote_port = s->dst_port;
}

/* What the connection has in mind instead: its state, what waits, what may still happen. */
static void tell_mind(ScriptRunner *r, Text *out)
{
    const Tcb *t = runner_conn(r);
    text_add(out, RUNNER_SAY(r, "nothing", "什么也没有"));
    if (!t) {
        text_add(out, RUNNER_SAY(r, "; there is no connection", "；没有连接"));
        return;
    }
    text_addf(
        out,
        RUNNER_SAY(r, "; A is in %s, %u bytes wait to be sent", "；A 处于 %s，%u 字节等待发送"),
        state_name(t->state), tcb_unsent(t));
    if (t->snd.wnd == 0 && t->state >= ESTABLISHED)
        text_add(out, RUNNER_SAY(r, ", the peer's window is closed", "，对方窗口为零"));
    Move next = world_next(r->w);
    if (next.kind == MOVE_NONE || next.at == NANOS_NEVER)
        return;
    text_add(out, RUNNER_SAY(r, "; the next event is at ", "；下一个事件在 "));
    text_time(out, next.at);
}

static bool nothing_came(ScriptRunner *r)
{
    ScriptResult *result = r->p->result;
    size_t n = min_u32(r->event->len, sizeof result->expected - 1);
    if (r->p->failed)
        return false;
    memcpy(result->expected, r->p->text + r->event->at, n);
    result->expected[n] = '\0';
    Text got = text_fixed(result->got, sizeof result->got);
    tell_mind(r, &got);
    return runner_fail(r, "%s", RUNNER_SAY(r, "this packet was not sent", "没有发出这个报文"));
}

/* The oldest ICMP message that the stack has sent, until the limit. */
static bool wait_icmp(ScriptRunner *r, Nanos limit, Live *l, Icmp *m)
{
    Bytes data;
    for (;;) {
        while (r->live_count > 0) {
            *l = r->live[r->live_head];
            drop_live(r);
            if (icmp_decode(bytes_of(frame_of(r, l), l->len), m, &data) == WIRE_OK)
                return true;
        }
        if (!runner_step(r, limit))
            return false;
    }
}

static bool run_outbound_icmp(ScriptRunner *r, const Event *e, Nanos from, Nanos to, Nanos limit)
{
    const Pkt *k = e->packet;
    Live l;
    Icmp m;
    if (!wait_icmp(r, limit, &l, &m))
        return nothing_came(r);
    r->last_row = l.row;
    if (m.type != k->icmp_type || m.code != k->icmp_code)
        return runner_fail(r,
                           RUNNER_SAY(r, "the ICMP message is another one: type %u code %u",
                                      "ICMP 消息与期望不同：类型 %u 代码 %u"),
                           m.type, m.code);
    return e->when.kind == TIME_ANY ||
           runner_on_time(r, from, to, l.at, RUNNER_SAY(r, "the packet", "报文"));
}

bool run_outbound(ScriptRunner *r, const Event *e, Nanos from, Nanos to)
{
    const Pkt *k = e->packet;
    Nanos limit = e->when.kind == TIME_ANY ? r->w->now + 3600 * NANOS_S : to + 2 * NANOS_S;
    if (k->icmp)
        return run_outbound_icmp(r, e, from, to, limit);
    Seen s;
    if (!collect(r, k, limit, &s))
        return nothing_came(r);
    learn(r, k, &s.seg);
    const Difference *what = compare_flags(r, k, &s.seg);
    if (!what)
        what = compare_numbers(r, k, &s);
    if (!what)
        what = compare_ip(k, &s.seg);
    if (!what)
        what = compare_options(r, k, &s);
    if (!what)
        what = compare_timestamp(r, &s, k);
    if (what)
        return differs(r, &s, what);
    r->last_row = s.live.row;
    return e->when.kind == TIME_ANY ||
           runner_on_time(r, from, to, s.live.at, RUNNER_SAY(r, "the packet", "报文"));
}
