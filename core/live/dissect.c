/*
 * dissect.c: link header, IP header, TCP header (dissect.h).
 *
 * Three layers, each a function from bytes to the bytes of the next one. Sources: the link-layer
 * header registry of tcpdump.org, IEEE 802.1Q, RFC 791, RFC 8200, RFC 9293 section 3.1.
 */
#include "core/live/dissect.h"

#include "core/base/octets.h"
#include "core/base/wire_ip.h"

#include <string.h>

enum {
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_RAW_OLD = 12,
    LINK_RAW_BSD = 14,
    LINK_RAW = 101,
    LINK_LOOP = 108,
    LINK_COOKED = 113,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_COOKED2 = 276
};

enum {
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    TYPE_VLAN = 0x8100,
    TYPE_VLAN_OUTER = 0x88a8,
    TYPE_VLAN_OLD = 0x9100
};

enum { PROTO_TCP = 6 };

const char *dissect_result_text(DissectResult result, Lang lang)
{
    static const char *const texts[DISSECT_RESULT_COUNT][LANG_COUNT] = {
        [DISSECT_TCP] = {"TCP", "TCP"},
        [DISSECT_FRAGMENT] = {"IP fragments", "IP 分片"},
        [DISSECT_OTHER] = {"IP, but not TCP", "是 IP，但不是 TCP"},
        [DISSECT_NOT_IP] = {"not IP", "不是 IP"},
        [DISSECT_CUT] = {"cut before the end of the headers", "首部没有抓全"},
        [DISSECT_BROKEN] = {"with headers that make no sense", "首部自相矛盾"},
    };
    return result < DISSECT_RESULT_COUNT ? texts[result][lang] : "";
}

bool dissect_knows_link(uint16_t link)
{
    switch (link) {
    case LINK_NULL:
    case LINK_ETHERNET:
    case LINK_RAW_OLD:
    case LINK_RAW_BSD:
    case LINK_RAW:
    case LINK_LOOP:
    case LINK_COOKED:
    case LINK_IPV4:
    case LINK_IPV6:
    case LINK_COOKED2: return true;
    default: return false;
    }
}

/* ---- addresses ---- */

static uint64_t get64(const uint8_t *p)
{
    return (uint64_t)get32(p) << 32 | get32(p + 4);
}

bool address_is_v4(Address a)
{
    return a.high == 0 && a.low >> 32 == 0xffff;
}

void address_text(Text *t, Address a)
{
    uint8_t frame[40] = {0x60};
    if (address_is_v4(a)) {
        text_addr(t, (uint32_t)a.low);
        return;
    }
    for (int i = 0; i < 8; i++) {
        frame[8 + i] = (uint8_t)(a.high >> (56 - 8 * i));
        frame[16 + i] = (uint8_t)(a.low >> (56 - 8 * i));
    }
    ip_frame_text(t, bytes_of(frame, sizeof frame), true);
}

void endpoint_text(Text *t, Endpoint e)
{
    bool v4 = address_is_v4(e.addr);
    text_add(t, v4 ? "" : "[");
    address_text(t, e.addr);
    text_addf(t, "%s:%u", v4 ? "" : "]", e.port);
}

/* ---- the link ---- */

static Bytes behind(Bytes b, size_t n)
{
    return n < b.len ? bytes_of(b.data + n, b.len - n) : bytes_of(NULL, 0);
}

/* Goes over VLAN tags. What a type announces must be there. */
static DissectResult by_type(uint16_t type, Bytes rest, Bytes *ip)
{
    while (type == TYPE_VLAN || type == TYPE_VLAN_OUTER || type == TYPE_VLAN_OLD) {
        if (rest.len < 4)
            return DISSECT_CUT;
        type = get16(rest.data + 2);
        rest = behind(rest, 4);
    }
    *ip = rest;
    return type == TYPE_IPV4 || type == TYPE_IPV6 ? DISSECT_TCP : DISSECT_NOT_IP;
}

/* The protocol families that systems write before a packet of the loopback interface: IPv4 is 2
 * everywhere, IPv6 is not. In the byte order of whoever captured. */
static DissectResult by_family(const uint8_t *p, Bytes rest, Bytes *ip)
{
    uint32_t big = get32(p);
    uint32_t family = big > 0xffff ? (uint32_t)p[1] << 8 | p[0] : big;
    *ip = rest;
    bool v6 = family == 10 || family == 24 || family == 28 || family == 30;
    return family == 2 || v6 ? DISSECT_TCP : DISSECT_NOT_IP;
}

static DissectResult below_ip(uint16_t link, Bytes frame, Bytes *ip)
{
    size_t head = link == LINK_ETHERNET                    ? 14
                  : link == LINK_COOKED                    ? 16
                  : link == LINK_COOKED2                   ? 20
                  : link == LINK_NULL || link == LINK_LOOP ? 4
                                                           : 0;
    if (!dissect_knows_link(link))
        return DISSECT_NOT_IP;
    if (frame.len < head)
        return DISSECT_CUT;
    Bytes rest = behind(frame, head);
    switch (link) {
    case LINK_ETHERNET: return by_type(get16(frame.data + 12), rest, ip);
    case LINK_COOKED: return by_type(get16(frame.data + 14), rest, ip);
    case LINK_COOKED2: return by_type(get16(frame.data), rest, ip);
    case LINK_NULL:
    case LINK_LOOP: return by_family(frame.data, rest, ip);
    default: *ip = frame; return DISSECT_TCP;
    }
}

/* ---- IP ---- */

/* What the IP header tells: the TCP bytes that were kept, and how many there were. */
typedef struct Upper {
    Bytes bytes;
    size_t len;
} Upper;

static DissectResult read_v4(Bytes ip, Dissected *d, Upper *up)
{
    const uint8_t *p = ip.data;
    if (ip.len < 20)
        return DISSECT_CUT;
    size_t head = (size_t)(p[0] & 15) * 4, total = get16(p + 2);
    if (total == 0)
        total = ip.len; /* the card cuts it into segments later, and the field is not filled yet */
    if (head < 20 || total < head)
        return DISSECT_BROKEN;
    d->from.addr = (Address){0, 0xffff00000000u | get32(p + 12)};
    d->to.addr = (Address){0, 0xffff00000000u | get32(p + 16)};
    d->seg.ttl = p[8];
    d->seg.tos = p[1];
    if (get16(p + 6) & 0x3fff)
        return DISSECT_FRAGMENT;
    if (p[9] != PROTO_TCP)
        return DISSECT_OTHER;
    up->len = total - head;
    up->bytes = behind(ip, head);
    return DISSECT_TCP;
}

/* Goes over extension headers (RFC 8200 section 4). *proto is what lies at *at. */
static DissectResult skip_extensions(Bytes ip, uint8_t *proto, size_t *at)
{
    enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION = 60 };
    for (;;) {
        uint8_t kind = *proto;
        if (kind != HOP_BY_HOP && kind != ROUTING && kind != FRAGMENT && kind != AUTHENTICATION &&
            kind != DESTINATION)
            return DISSECT_TCP;
        if (ip.len < *at + 8)
            return DISSECT_CUT;
        const uint8_t *x = ip.data + *at;
        if (kind == FRAGMENT && (get16(x + 2) & 0xfff9))
            return DISSECT_FRAGMENT;
        *at += kind == FRAGMENT         ? 8
               : kind == AUTHENTICATION ? ((size_t)x[1] + 2) * 4
                                        : ((size_t)x[1] + 1) * 8;
        *proto = x[0];
    }
}

static DissectResult read_v6(Bytes ip, Dissected *d, Upper *up)
{
    const uint8_t *p = ip.data;
    if (ip.len < 40)
        return DISSECT_CUT;
    d->from.addr = (Address){get64(p + 8), get64(p + 16)};
    d->to.addr = (Address){get64(p + 24), get64(p + 32)};
    d->seg.ttl = p[7];
    d->seg.tos = (uint8_t)(get16(p) >> 4);
    d->seg.flow_label = get32(p) & 0xfffff;
    d->seg.v6 = 1;
    size_t total = 40 + (size_t)get16(p + 4), at = 40;
    if (total == 40)
        total = ip.len; /* as with IPv4 */
    uint8_t proto = p[6];
    DissectResult result = skip_extensions(ip, &proto, &at);
    if (result != DISSECT_TCP)
        return result;
    if (proto != PROTO_TCP)
        return DISSECT_OTHER;
    if (at > total)
        return DISSECT_BROKEN;
    up->len = total - at;
    up->bytes = behind(ip, at);
    return DISSECT_TCP;
}

/* ---- TCP ---- */

static void read_sack(Seg *s, const uint8_t *p, size_t len)
{
    s->opts |= SEG_OPT_SACK;
    for (size_t i = 2; i + 8 <= len && s->sack_count < SEG_SACK_MAX; i += 8)
        s->sack[s->sack_count++] = (SeqRange){{get32(p + i)}, {get32(p + i + 4)}};
}

static void read_option(Seg *s, const uint8_t *p, size_t len)
{
    if (p[0] == 8 && len == 10) {
        s->opts |= SEG_OPT_TIMESTAMP;
        s->ts_val = get32(p + 2);
        s->ts_ecr = get32(p + 6);
    } else if (p[0] == 5 && len >= 10) {
        read_sack(s, p, len);
    } else if (p[0] == 2 && len == 4) {
        s->opts |= SEG_OPT_MSS;
        s->mss = get16(p + 2);
    } else if (p[0] == 3 && len == 3) {
        s->opts |= SEG_OPT_WSCALE;
        s->wscale = p[2];
    } else if (p[0] == 4 && len == 2) {
        s->opts |= SEG_OPT_SACK_OK;
    } else {
        s->opts |= SEG_OPT_UNKNOWN;
    }
}

static void read_options(Seg *s, const uint8_t *p, size_t left)
{
    while (left > 0 && p[0] != 0) {
        size_t len = 1;
        if (p[0] != 1) {
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

static DissectResult read_tcp(const Upper *up, Dissected *d)
{
    const uint8_t *p = up->bytes.data;
    Seg *s = &d->seg;
    if (up->len < WIRE_TCP_HEADER)
        return DISSECT_BROKEN;
    if (up->bytes.len < WIRE_TCP_HEADER)
        return DISSECT_CUT;
    size_t head = (size_t)(p[12] >> 4) * 4;
    if (head < WIRE_TCP_HEADER || head > up->len)
        return DISSECT_BROKEN;
    d->from.port = s->src_port = get16(p);
    d->to.port = s->dst_port = get16(p + 2);
    s->seq = seq_of(get32(p + 4));
    s->ack = seq_of(get32(p + 8));
    s->flags = get16(p + 12) & 0x1ff;
    s->wnd = get16(p + 14);
    s->urg = get16(p + 18);
    s->header_len = (uint8_t)head;
    s->len = (uint16_t)min_u64(up->len - head, 65535);
    size_t kept = (size_t)min_u64(head, up->bytes.len);
    if (kept > WIRE_TCP_HEADER)
        read_options(s, p + WIRE_TCP_HEADER, kept - WIRE_TCP_HEADER);
    return DISSECT_TCP;
}

DissectResult dissect_frame(uint16_t link, Bytes frame, Dissected *d)
{
    Bytes ip;
    Upper up;
    memset(d, 0, sizeof *d);
    DissectResult result = below_ip(link, frame, &ip);
    if (result != DISSECT_TCP)
        return result;
    if (ip.len == 0)
        return DISSECT_CUT;
    unsigned version = ip.data[0] >> 4;
    if (version != 4 && version != 6)
        return DISSECT_NOT_IP;
    result = version == 4 ? read_v4(ip, d, &up) : read_v6(ip, d, &up);
    return result == DISSECT_TCP ? read_tcp(&up, d) : result;
}
