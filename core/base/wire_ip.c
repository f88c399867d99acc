/*
 * wire_ip.c: the bytes of RFC 791 section 3.1 and RFC 8200 section 3.
 *
 * A host of this playground neither makes nor puts together fragments: TCP sizes its segments to
 * the path (RFC 1191, RFC 8201), so a fragment is always somebody else's and is not understood.
 */
#include "core/base/wire_ip.h"

#include "core/base/hash.h"
#include "core/base/octets.h"

#include <string.h>

/* Extension headers of IPv6 that are read over (RFC 8200 section 4, RFC 4302). */
enum { EXT_HOP_BY_HOP = 0, EXT_ROUTING = 43, EXT_FRAGMENT = 44, EXT_AUTH = 51, EXT_OPTIONS = 60 };

static const uint8_t prefix[12] = {0xfd};

/* ---- addresses ---- */

static uint32_t number_of(const uint8_t *addr)
{
    if (memcmp(addr, prefix, sizeof prefix) == 0)
        return get32(addr + 12);
    return 0xf0000000u | (uint32_t)(hash_bytes(addr, 16, 0) & 0x0fffffff);
}

static void put_address(uint8_t *p, uint32_t number)
{
    memcpy(p, prefix, sizeof prefix);
    put32(p + 12, number);
}

/* The longest run of zero groups is written "::" (RFC 5952 section 4.2). */
static void text_v6(Text *t, const uint8_t *addr)
{
    int best = 8, best_len = 1; /* a single zero group is not shortened */
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && get16(addr + 2 * (i + n)) == 0)
            n++;
        if (n > best_len) {
            best = i;
            best_len = n;
        }
    }
    for (int i = 0; i < 8;) {
        if (i == best) {
            text_add(t, "::");
            i += best_len;
            continue;
        }
        if (i > 0 && i != best + best_len)
            text_char(t, ':');
        text_addf(t, "%x", get16(addr + 2 * i));
        i++;
    }
}

void ip_text(Text *t, uint32_t addr, bool v6)
{
    uint8_t full[16];
    if (!v6) {
        text_addr(t, addr);
        return;
    }
    put_address(full, addr);
    text_v6(t, full);
}

void ip_frame_text(Text *t, Bytes frame, bool source)
{
    bool v6 = ip_is_v6(frame);
    size_t at = ip_addr_at(v6, source);
    if (frame.len < at + 4)
        return;
    if (v6)
        text_v6(t, frame.data + at - 12);
    else
        text_addr(t, get32(frame.data + at));
}

/* ---- reading ---- */

static WireError read_v4(Bytes frame, IpHeader *h)
{
    const uint8_t *ip = frame.data;
    size_t header_len = (size_t)(ip[0] & 15) * 4, total = get16(ip + 2);
    if (header_len < IP4_HEADER || total < header_len)
        return WIRE_NOT_IP;
    if (frame.len < header_len)
        return WIRE_TRUNCATED;
    if (get16(ip + 6) & 0x3fff) /* more fragments, or not the first */
        return WIRE_FRAGMENT;
    h->header_len = (uint16_t)header_len;
    h->payload_len = (uint16_t)(total - header_len);
    h->tos = ip[1];
    h->ttl = ip[8];
    h->proto = ip[9];
    h->src_addr = get32(ip + 12);
    h->dst_addr = get32(ip + 16);
    if (total > frame.len)
        return WIRE_TRUNCATED;
    return wire_sum(bytes_of(ip, header_len), 0) == 0xffff ? WIRE_OK : WIRE_BAD_IP_CHECKSUM;
}

static bool is_extension(uint8_t proto)
{
    return proto == EXT_HOP_BY_HOP || proto == EXT_ROUTING || proto == EXT_FRAGMENT ||
           proto == EXT_AUTH || proto == EXT_OPTIONS;
}

/* Goes over the extension headers; *at and *proto then tell what lies behind them. */
static WireError skip_extensions(Bytes frame, size_t *at, uint8_t *proto)
{
    while (is_extension(*proto)) {
        if (frame.len < *at + 8)
            return WIRE_TRUNCATED;
        const uint8_t *ext = frame.data + *at;
        size_t len = *proto == EXT_FRAGMENT ? 8
                     : *proto == EXT_AUTH   ? ((size_t)ext[1] + 2) * 4
                                            : ((size_t)ext[1] + 1) * 8;
        if (*proto == EXT_FRAGMENT && (get16(ext + 2) & 0xfff9)) /* all but the reserved bits */
            return WIRE_FRAGMENT;
        *proto = ext[0];
        *at += len;
        if (*at > frame.len)
            return WIRE_TRUNCATED;
    }
    return WIRE_OK;
}

static WireError read_v6(Bytes frame, IpHeader *h)
{
    if (frame.len < IP6_HEADER)
        return WIRE_TRUNCATED;
    const uint8_t *ip = frame.data;
    size_t at = IP6_HEADER, total = IP6_HEADER + (size_t)get16(ip + 4);
    uint8_t proto = ip[6];
    WireError error = skip_extensions(bytes_of(ip, min_u64(total, frame.len)), &at, &proto);
    if (error != WIRE_OK)
        return error == WIRE_TRUNCATED && total <= frame.len ? WIRE_NOT_IP : error;
    h->v6 = 1;
    h->header_len = (uint16_t)at;
    h->payload_len = (uint16_t)(total - at);
    h->tos = (uint8_t)(get16(ip) >> 4);
    h->flow_label = get32(ip) & 0xfffff;
    h->ttl = ip[7];
    h->proto = proto;
    h->src_addr = number_of(ip + 8);
    h->dst_addr = number_of(ip + 24);
    return total > frame.len ? WIRE_TRUNCATED : WIRE_OK;
}

WireError ip_read(Bytes frame, IpHeader *h)
{
    memset(h, 0, sizeof *h);
    if (ip_is_v6(frame))
        return read_v6(frame, h);
    if (frame.len < IP4_HEADER)
        return WIRE_TRUNCATED;
    return frame.data[0] >> 4 == 4 ? read_v4(frame, h) : WIRE_NOT_IP;
}

size_t ip_header_len(Bytes frame)
{
    IpHeader h;
    WireError e = ip_read(frame, &h);
    return e == WIRE_OK || e == WIRE_BAD_IP_CHECKSUM ? h.header_len : 0;
}

/* ---- writing ---- */

size_t ip_write(const IpHeader *h, uint8_t *out)
{
    if (h->v6) {
        put32(out, 6u << 28 | (uint32_t)h->tos << 20 | (h->flow_label & 0xfffff));
        put16(out + 4, h->payload_len);
        out[6] = h->proto;
        out[7] = h->ttl;
        put_address(out + 8, h->src_addr);
        put_address(out + 24, h->dst_addr);
        return IP6_HEADER;
    }
    memset(out, 0, IP4_HEADER);
    out[0] = 0x45;
    out[1] = h->tos;
    put16(out + 2, (uint32_t)IP4_HEADER + h->payload_len);
    put16(out + 6, 0x4000); /* don't fragment: TCP sizes its segments to the path */
    out[8] = h->ttl;
    out[9] = h->proto;
    put32(out + 12, h->src_addr);
    put32(out + 16, h->dst_addr);
    return IP4_HEADER;
}

void ip_fix_checksum(uint8_t *frame, size_t header_len)
{
    if (frame[0] >> 4 != 4)
        return;
    put16(frame + 10, 0);
    put16(frame + 10, ~wire_sum(bytes_of(frame, header_len), 0) & 0xffff);
}

uint32_t ip_pseudo_sum(const uint8_t *frame, uint8_t proto, size_t len)
{
    uint8_t pseudo[40] = {0};
    if (frame[0] >> 4 == 6) {
        memcpy(pseudo, frame + 8, 32);
        put32(pseudo + 32, (uint32_t)len);
        pseudo[39] = proto;
        return wire_sum(bytes_of(pseudo, 40), 0);
    }
    memcpy(pseudo, frame + 12, 8);
    pseudo[9] = proto;
    put16(pseudo + 10, (uint32_t)len);
    return wire_sum(bytes_of(pseudo, 12), 0);
}
