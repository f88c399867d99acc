/*
 * offload.c: the virtio header's meaning, checksums finished, segments joined (offload.h).
 *
 * Two segments are joined only where the kernel, cutting the result into pieces, would make exactly
 * these two again: the same headers but for length, identification, checksum and sequence number,
 * numbers in a row, all pieces but the last of one size, PSH and FIN on the last only. The bytes
 * are never looked at: what the core sends is what arrives.
 */
#include "core/live/offload.h"

#include "core/base/octets.h"

#include <string.h>

/* linux/virtio_net.h, virtio 1.1 section 5.1.6; numbers in the machine's own order. */
enum { FLAG_NEEDS_SUM = 1, KIND_NONE = 0, KIND_TCP4 = 1, KIND_TCP6 = 4 };
enum { ETHER = 14, TCP_HEADER = 20, TCP_SUM_AT = 16 };

typedef struct VirtioHeader {
    uint8_t flags, kind;
    uint16_t headers;    /* length of all headers */
    uint16_t piece;      /* payload of each piece */
    uint16_t sum_from;   /* where the sum begins ... */
    uint16_t sum_offset; /* ... and where it is to be put, from there */
} VirtioHeader;

_Static_assert(sizeof(VirtioHeader) == OFFLOAD_HEADER, "as the kernel lays it out");

static uint16_t fold(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

bool offload_take(uint8_t *bytes, size_t len, Bytes *frame)
{
    VirtioHeader h;
    *frame = bytes_of(NULL, 0);
    if (len < OFFLOAD_HEADER)
        return false;
    memcpy(&h, bytes, sizeof h);
    uint8_t *f = bytes + OFFLOAD_HEADER;
    len -= OFFLOAD_HEADER;
    if (h.flags & FLAG_NEEDS_SUM) {
        size_t at = (size_t)h.sum_from + h.sum_offset;
        if (h.sum_from > len || at + 2 > len)
            return false;
        /* The field holds the pseudo header's sum and is summed with the rest. */
        put16(f + at, (uint16_t)~fold(wire_sum(bytes_of(f + h.sum_from, len - h.sum_from), 0)));
    }
    *frame = bytes_of(f, len);
    return true;
}

/* ---- joining ---- */

typedef struct Piece {
    size_t ip, headers; /* length of the IP header; of all headers */
    uint32_t seq;
    uint8_t flags;
} Piece;

/* A TCP segment without IP options, at whose end nothing lies. */
static bool look(Bytes frame, Piece *p)
{
    if (frame.len < ETHER + IP4_HEADER + TCP_HEADER)
        return false;
    const uint8_t *ip = frame.data + ETHER;
    bool v6 = ip[0] >> 4 == 6;
    p->ip = v6 ? IP6_HEADER : IP4_HEADER;
    if ((!v6 && ip[0] != 0x45) || frame.len < ETHER + p->ip + TCP_HEADER ||
        ip[v6 ? 6 : 9] != IP_PROTO_TCP)
        return false;
    size_t len = v6 ? IP6_HEADER + (size_t)get16(ip + 4) : get16(ip + 2);
    const uint8_t *tcp = ip + p->ip;
    p->headers = ETHER + p->ip + (size_t)(tcp[12] >> 4) * 4;
    p->seq = get32(tcp + 4);
    p->flags = tcp[13];
    return len + ETHER == frame.len && p->headers <= frame.len;
}

/* Equal but for what differs between pieces: IP length, identification, checksum; sequence number,
 * flags, checksum. */
static bool same_headers(const uint8_t *a, const uint8_t *b, const Piece *p)
{
    const uint8_t *ta = a + ETHER + p->ip, *tb = b + ETHER + p->ip;
    size_t tcp = p->headers - ETHER - p->ip;
    bool ip = p->ip == IP6_HEADER
                  ? memcmp(a, b, ETHER + 4) == 0 && memcmp(a + ETHER + 6, b + ETHER + 6, 34) == 0
                  : memcmp(a, b, ETHER + 2) == 0 && memcmp(a + ETHER + 6, b + ETHER + 6, 4) == 0 &&
                        memcmp(a + ETHER + 12, b + ETHER + 12, 8) == 0;
    return ip && memcmp(ta, tb, 4) == 0 && memcmp(ta + 8, tb + 8, 5) == 0 &&
           memcmp(ta + 14, tb + 14, 2) == 0 && memcmp(ta + 18, tb + 18, tcp - 18) == 0;
}

/* The first one. */
static bool begin(Gather *g, Bytes frame)
{
    Piece p;
    if (frame.len > sizeof g->bytes - OFFLOAD_HEADER)
        return false;
    memset(g->bytes, 0, OFFLOAD_HEADER);
    memcpy(g->bytes + OFFLOAD_HEADER, frame.data, frame.len);
    g->len = frame.len;
    g->pieces = 1;
    g->ended = true;
    if (!look(frame, &p) || p.headers == frame.len)
        return true;
    g->headers = (uint16_t)p.headers;
    g->piece = (uint32_t)(frame.len - p.headers);
    g->next = p.seq + g->piece;
    g->ended = p.flags != SEG_ACK;
    return true;
}

bool gather_add(Gather *g, Bytes frame)
{
    Piece p;
    if (g->len == 0)
        return begin(g, frame);
    uint8_t *first = g->bytes + OFFLOAD_HEADER;
    if (g->ended || !look(frame, &p) || p.headers != g->headers || p.seq != g->next ||
        (p.flags & ~(SEG_PSH | SEG_FIN)) != SEG_ACK || !same_headers(first, frame.data, &p))
        return false;
    size_t len = frame.len - p.headers;
    if (len == 0 || len > g->piece || g->len + len > ETHER + 65535)
        return false;
    memcpy(first + g->len, frame.data + p.headers, len);
    first[ETHER + p.ip + 13] = p.flags;
    g->len += len;
    g->next += (uint32_t)len;
    g->pieces++;
    g->ended = len < g->piece || p.flags != SEG_ACK;
    return true;
}

Bytes gather_take(Gather *g)
{
    size_t len = g->len;
    uint8_t *f = g->bytes + OFFLOAD_HEADER;
    if (len > 0 && g->pieces > 1) {
        bool v6 = f[ETHER] >> 4 == 6;
        size_t ip = v6 ? IP6_HEADER : IP4_HEADER;
        VirtioHeader h = {.flags = FLAG_NEEDS_SUM,
                          .kind = v6 ? KIND_TCP6 : KIND_TCP4,
                          .headers = g->headers,
                          .piece = (uint16_t)g->piece,
                          .sum_from = (uint16_t)(ETHER + ip),
                          .sum_offset = TCP_SUM_AT};
        memcpy(g->bytes, &h, sizeof h);
        put16(f + ETHER + (v6 ? 4 : 2), (uint16_t)(len - ETHER - (v6 ? ip : 0)));
        ip_fix_checksum(f + ETHER, v6 ? 0 : ip);
        put16(f + ETHER + ip + TCP_SUM_AT,
              fold(ip_pseudo_sum(f + ETHER, IP_PROTO_TCP, len - ETHER - ip)));
    }
    g->len = 0;
    return bytes_of(g->bytes, len ? len + OFFLOAD_HEADER : 0);
}
