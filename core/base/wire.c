/*
 * wire.c: the bytes of RFC 9293 section 3.1.
 *
 * Options are written in the order of the system that the segment's `order` names, timestamps
 * before SACK blocks in both; NOPs in front align an option's value, and the end is padded with
 * zeros (End of Option List).
 */
#include "core/base/wire.h"

#include "core/base/octets.h"
#include "core/base/wire_ip.h"

#include <string.h>

enum {
    KIND_EOL = 0,
    KIND_NOP = 1,
    KIND_MSS = 2,
    KIND_WSCALE = 3,
    KIND_SACK_OK = 4,
    KIND_SACK = 5,
    KIND_TIMESTAMP = 8,
    KIND_USER_TIMEOUT = 28,
    KIND_FAST_OPEN = 34
};

const char *wire_error_text(WireError e, Lang lang)
{
    static const char *const texts[WIRE_ERROR_COUNT][LANG_COUNT] = {
        [WIRE_OK] = {"well formed", "格式正确"},
        [WIRE_TRUNCATED] = {"the packet ends before its headers do", "报文在首部结束之前就断了"},
        [WIRE_NOT_IP] = {"not a valid IP header", "不是有效的 IP 首部"},
        [WIRE_BAD_IP_CHECKSUM] = {"the IP header checksum is wrong", "IP 首部校验和错误"},
        [WIRE_NOT_TCP] = {"not TCP", "不是 TCP"},
        [WIRE_BAD_OFFSET] = {"the data offset is impossible", "数据偏移值不可能成立"},
        [WIRE_BAD_CHECKSUM] = {"the checksum is wrong", "校验和错误"},
        [WIRE_FRAGMENT] = {"only a fragment of a packet", "只是报文的一个分片"},
        [WIRE_NOT_ICMP] = {"not ICMP", "不是 ICMP"},
    };
    return texts[e < WIRE_ERROR_COUNT ? e : WIRE_OK][lang];
}

/* Adds the bytes as 32-bit words in the machine's own order, which only swaps the bytes of the
 * result (RFC 1071 section 2(B)): four times fewer steps than by 16-bit words. */
static uint32_t sum_words(const uint8_t *p, size_t words)
{
    uint64_t sum = 0, odd = 0;
    size_t i = 0;
    for (; i + 4 <= words; i += 4) { /* two sums at once: they do not wait for each other */
        uint64_t two[2];
        memcpy(two, p + 4 * i, sizeof two);
        sum += (two[0] & UINT32_MAX) + (two[0] >> 32);
        odd += (two[1] & UINT32_MAX) + (two[1] >> 32);
    }
    for (sum += odd; i < words; i++) {
        uint32_t word;
        memcpy(&word, p + 4 * i, sizeof word);
        sum += word;
    }
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    uint8_t two[2];
    uint16_t native = (uint16_t)sum;
    memcpy(two, &native, sizeof two);
    return get16(two);
}

uint32_t wire_sum(Bytes bytes, uint32_t start)
{
    uint64_t sum = start;
    const uint8_t *p = bytes.data;
    size_t words = bytes.len / 4, left = bytes.len % 4;
    sum += sum_words(p, words);
    p += 4 * words;
    for (; left >= 2; left -= 2, p += 2)
        sum += get16(p);
    if (left)
        sum += (uint32_t)p[0] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint32_t)sum;
}

/* ---- the list of options ---- */

/* The list as it grows; each option begins where its alignment wants it. */
typedef struct OptionList {
    uint8_t bytes[80];
    size_t len;
} OptionList;

/* NOPs until the next option begins at so many bytes after a multiple of four. */
static void align(OptionList *l, size_t where)
{
    while (l->len % 4 != where)
        l->bytes[l->len++] = KIND_NOP;
}

/* An option with room for its value, which is returned. */
static uint8_t *add_option(OptionList *l, uint8_t kind, size_t value_len)
{
    uint8_t *p = l->bytes + l->len;
    p[0] = kind;
    p[1] = (uint8_t)(2 + value_len);
    l->len += 2 + value_len;
    return p + 2;
}

static void add_sack_ok(OptionList *l, const Seg *s)
{
    /* In front of timestamps it stands where their NOPs would be. */
    if (s->order == OPTIONS_AS_LINUX && !(s->opts & SEG_OPT_TIMESTAMP))
        align(l, 2);
    add_option(l, KIND_SACK_OK, 0);
}

static void add_timestamp(OptionList *l, const Seg *s)
{
    align(l, 2);
    uint8_t *p = add_option(l, KIND_TIMESTAMP, 8);
    put32(p, s->ts_val);
    put32(p + 4, s->ts_ecr);
}

static void add_wscale(OptionList *l, const Seg *s)
{
    align(l, 1);
    *add_option(l, KIND_WSCALE, 1) = s->wscale;
}

static void add_sack(OptionList *l, const Seg *s)
{
    align(l, 2);
    uint8_t *p = add_option(l, KIND_SACK, 8u * s->sack_count);
    for (unsigned i = 0; i < s->sack_count; i++, p += 8) {
        put32(p, s->sack[i].from.v);
        put32(p + 4, s->sack[i].to.v);
    }
}

static void add_cookie(OptionList *l, const Seg *s)
{
    memcpy(add_option(l, KIND_FAST_OPEN, s->cookie_len), s->cookie, s->cookie_len);
    if (s->order == OPTIONS_AS_LINUX)
        align(l, 0);
}

static void add_one(OptionList *l, const Seg *s, uint16_t which)
{
    if (!(s->opts & which))
        return;
    switch (which) {
    case SEG_OPT_MSS: put16(add_option(l, KIND_MSS, 2), s->mss); break;
    case SEG_OPT_SACK_OK: add_sack_ok(l, s); break;
    case SEG_OPT_TIMESTAMP: add_timestamp(l, s); break;
    case SEG_OPT_WSCALE: add_wscale(l, s); break;
    case SEG_OPT_USER_TIMEOUT: put16(add_option(l, KIND_USER_TIMEOUT, 2), s->user_timeout); break;
    case SEG_OPT_FAST_OPEN: add_cookie(l, s); break;
    default:
        if (s->sack_count > 0)
            add_sack(l, s);
    }
}

/* Writes the option list; at most 40 bytes fit, which every combination that tcp_output makes does.
 */
static void put_options(const Seg *s, OptionList *l)
{
    enum { KINDS = 7 };
    static const uint16_t orders[2][KINDS] = {
        [OPTIONS_AS_LINUX] = {SEG_OPT_MSS, SEG_OPT_SACK_OK, SEG_OPT_TIMESTAMP, SEG_OPT_WSCALE,
                              SEG_OPT_USER_TIMEOUT, SEG_OPT_FAST_OPEN, SEG_OPT_SACK},
        [OPTIONS_AS_BSD] = {SEG_OPT_MSS, SEG_OPT_WSCALE, SEG_OPT_SACK_OK, SEG_OPT_TIMESTAMP,
                            SEG_OPT_USER_TIMEOUT, SEG_OPT_SACK, SEG_OPT_FAST_OPEN},
    };
    for (int i = 0; i < KINDS; i++)
        add_one(l, s, orders[s->order == OPTIONS_AS_BSD][i]);
}

size_t wire_options_len(const Seg *s)
{
    OptionList options = {.len = 0};
    put_options(s, &options);
    return (options.len + 3) & ~(size_t)3;
}

size_t wire_encode(Seg *s, Bytes payload, uint8_t *out, size_t cap)
{
    CHECK(payload.len == s->len && s->sack_count <= SEG_SACK_MAX &&
          s->cookie_len <= SEG_COOKIE_MAX);
    OptionList options = {.len = 0};
    put_options(s, &options);
    size_t options_len = (options.len + 3) & ~(size_t)3; /* the padding is zeros: end of list */
    CHECK(options_len <= 40);
    size_t tcp_len = WIRE_TCP_HEADER + options_len + payload.len;
    size_t total = (s->v6 ? IP6_HEADER : IP4_HEADER) + tcp_len;
    if (total > cap || total > 65535)
        return 0;
    s->header_len = (uint8_t)(WIRE_TCP_HEADER + options_len);
    IpHeader ip = {.src_addr = s->src_addr,
                   .dst_addr = s->dst_addr,
                   .flow_label = s->flow_label,
                   .payload_len = (uint16_t)tcp_len,
                   .v6 = s->v6,
                   .proto = IP_PROTO_TCP,
                   .ttl = s->ttl,
                   .tos = s->tos};
    uint8_t *tcp = out + ip_write(&ip, out);
    put16(tcp, s->src_port);
    put16(tcp + 2, s->dst_port);
    put32(tcp + 4, s->seq.v);
    put32(tcp + 8, s->ack.v);
    put16(tcp + 12, (uint32_t)(s->header_len / 4) << 12 | (s->flags & 0x1ff));
    put16(tcp + 14, s->wnd);
    put16(tcp + 16, 0);
    put16(tcp + 18, s->urg);
    memcpy(tcp + WIRE_TCP_HEADER, options.bytes, options_len);
    if (payload.len)
        memcpy(tcp + s->header_len, payload.data, payload.len);
    wire_fix_checksums(out, total);
    return total;
}

void wire_fix_checksums(uint8_t *frame, size_t len)
{
    IpHeader ip;
    WireError error = ip_read(bytes_of(frame, len), &ip);
    if (error != WIRE_OK && error != WIRE_BAD_IP_CHECKSUM)
        return;
    ip_fix_checksum(frame, ip.header_len);
    uint8_t *upper = frame + ip.header_len;
    bool icmp = ip.proto == (ip.v6 ? IP_PROTO_ICMP6 : IP_PROTO_ICMP);
    size_t at = icmp ? 2 : 16; /* where the checksum lies */
    if ((!icmp && ip.proto != IP_PROTO_TCP) || ip.payload_len < at + 2)
        return;
    put16(upper + at, 0);
    uint32_t start = icmp && !ip.v6 ? 0 : ip_pseudo_sum(frame, ip.proto, ip.payload_len);
    put16(upper + at, ~wire_sum(bytes_of(upper, ip.payload_len), start) & 0xffff);
}

static void read_sack(Seg *s, const uint8_t *p, size_t len)
{
    if (len % 8 != 2)
        return;
    s->opts |= SEG_OPT_SACK;
    for (size_t i = 2; i + 8 <= len && s->sack_count < SEG_SACK_MAX; i += 8)
        s->sack[s->sack_count++] = (SeqRange){{get32(p + i)}, {get32(p + i + 4)}};
}

/* RFC 7413 4.1.1: nothing, or an even number of 4 to 16 bytes. */
static bool read_cookie(Seg *s, const uint8_t *p, size_t len)
{
    if (len != 0 && (len < SEG_COOKIE_MIN || len > SEG_COOKIE_MAX || len % 2 != 0))
        return false;
    memset(s->cookie, 0, sizeof s->cookie);
    memcpy(s->cookie, p, len);
    s->cookie_len = (uint8_t)len;
    return true;
}

/* One option of the given kind; a length that does not fit the kind makes it an unknown one. */
static void read_option(Seg *s, const uint8_t *p, size_t len)
{
    if (p[0] == KIND_MSS && len == 4) {
        s->opts |= SEG_OPT_MSS;
        s->mss = get16(p + 2);
    } else if (p[0] == KIND_WSCALE && len == 3) {
        s->opts |= SEG_OPT_WSCALE;
        s->wscale = p[2];
    } else if (p[0] == KIND_SACK_OK && len == 2) {
        s->opts |= SEG_OPT_SACK_OK;
    } else if (p[0] == KIND_SACK && len >= 10) {
        read_sack(s, p, len);
    } else if (p[0] == KIND_TIMESTAMP && len == 10) {
        s->opts |= SEG_OPT_TIMESTAMP;
        s->ts_val = get32(p + 2);
        s->ts_ecr = get32(p + 6);
    } else if (p[0] == KIND_USER_TIMEOUT && len == 4) {
        s->opts |= SEG_OPT_USER_TIMEOUT;
        s->user_timeout = get16(p + 2);
    } else if (p[0] == KIND_FAST_OPEN && read_cookie(s, p + 2, len - 2)) {
        s->opts |= SEG_OPT_FAST_OPEN;
    } else {
        s->opts |= SEG_OPT_UNKNOWN;
    }
}

/* RFC 9293 section 3.2: any option in any segment (MUST-5), at any alignment (MUST-64); unknown
 * ones are skipped by their length (MUST-6); an illegal length ends the list (MUST-7). */
static void read_options(Seg *s, const uint8_t *p, size_t left)
{
    while (left > 0 && p[0] != KIND_EOL) {
        size_t len = 1;
        if (p[0] != KIND_NOP) {
            if (left < 2 || p[1] < 2 || p[1] > left) {
                s->opts |= SEG_OPT_BAD_LENGTH;
                return;
            }
            len = p[1];
            read_option(s, p, len);
        }
        p += len;
        left -= len;
    }
}

/* The IP header's part of *s; *tcp is what it carries. */
static WireError read_below(Bytes frame, Seg *s, Bytes *tcp)
{
    IpHeader ip;
    WireError error = ip_read(frame, &ip);
    s->v6 = ip.v6;
    s->flow_label = ip.flow_label;
    s->tos = ip.tos;
    s->ttl = ip.ttl;
    s->src_addr = ip.src_addr;
    s->dst_addr = ip.dst_addr;
    if (error != WIRE_OK)
        return error;
    *tcp = bytes_of(frame.data + ip.header_len, ip.payload_len);
    return ip.proto == IP_PROTO_TCP ? WIRE_OK : WIRE_NOT_TCP;
}

static WireError read_tcp(Bytes frame, Seg *s, Bytes *payload, Bytes *tcp)
{
    memset(s, 0, sizeof *s);
    *payload = bytes_of(NULL, 0);
    WireError error = read_below(frame, s, tcp);
    if (error != WIRE_OK)
        return error;
    if (tcp->len < WIRE_TCP_HEADER)
        return WIRE_TRUNCATED;
    const uint8_t *p = tcp->data;
    s->src_port = get16(p);
    s->dst_port = get16(p + 2);
    s->seq = seq_of(get32(p + 4));
    s->ack = seq_of(get32(p + 8));
    s->flags = get16(p + 12) & 0x1ff;
    s->wnd = get16(p + 14);
    s->urg = get16(p + 18);
    size_t header_len = (size_t)(p[12] >> 4) * 4;
    if (header_len < WIRE_TCP_HEADER || header_len > tcp->len)
        return WIRE_BAD_OFFSET;
    s->header_len = (uint8_t)header_len;
    s->len = (uint16_t)(tcp->len - header_len);
    read_options(s, p + WIRE_TCP_HEADER, header_len - WIRE_TCP_HEADER);
    *payload = bytes_of(p + header_len, s->len);
    return WIRE_OK;
}

WireError wire_parse(Bytes frame, Seg *s, Bytes *payload)
{
    Bytes tcp;
    return read_tcp(frame, s, payload, &tcp);
}

WireError wire_decode(Bytes frame, Seg *s, Bytes *payload)
{
    Bytes tcp;
    WireError error = read_tcp(frame, s, payload, &tcp);
    if (error != WIRE_OK)
        return error;
    uint32_t sum = wire_sum(tcp, ip_pseudo_sum(frame.data, IP_PROTO_TCP, tcp.len));
    return sum == 0xffff ? WIRE_OK : WIRE_BAD_CHECKSUM;
}
