/*
 * wire_ip.h: the IP header under a segment or an ICMP message, version 4 or 6.
 *
 *      IPv4 (RFC 791):  20 bytes and options, a checksum of its own, Don't Fragment always set
 *      IPv6 (RFC 8200): 40 bytes, no checksum, extension headers between it and TCP
 *
 * A host's address is 32 bits in both worlds, so that a connection is found by the same four
 * numbers whatever carries it: 10.0.0.1 is 0a000001, and on an IPv6 wire that is
 *
 *      fd00::a00:1 = fd00:0:0:0:0:0: 0a00:0001        (a unique local address, RFC 4193)
 *
 * An IPv6 address outside fd00::/96 has no such number. Reading one gives a number of the reserved
 * block 240.0.0.0/4, made from a hash of the address: no host has it, and equal addresses give
 * equal numbers. Shared by wire.c and wire_icmp.c, and by those on the path who look below TCP.
 */
#ifndef SANDWIRE_CORE_BASE_WIRE_IP_H
#define SANDWIRE_CORE_BASE_WIRE_IP_H

#include "core/base/print.h"
#include "core/base/wire.h"

enum { IP4_HEADER = 20, IP6_HEADER = 40, IP_PROTO_ICMP = 1, IP_PROTO_TCP = 6, IP_PROTO_ICMP6 = 58 };

typedef struct IpHeader {
    uint32_t src_addr, dst_addr;
    uint32_t flow_label;  /* IPv6, 20 bits */
    uint16_t header_len;  /* bytes before TCP or ICMP: options and extension headers included */
    uint16_t payload_len; /* bytes after them, as announced */
    uint8_t v6;           /* 1: IPv6 */
    uint8_t proto;        /* IP_PROTO_... */
    uint8_t ttl;          /* IPv6: hop limit */
    uint8_t tos;          /* IPv6: traffic class; the low two bits are ECN */
} IpHeader;

/* Reads it. On WIRE_OK, WIRE_TRUNCATED and WIRE_BAD_IP_CHECKSUM with header_len > 0 all of *h is
 * set: a quoted datagram is cut, and its checksum is nobody's business. WIRE_NOT_IP, WIRE_FRAGMENT
 * otherwise, with zeros in *h. Never reads outside frame. */
WireError ip_read(Bytes frame, IpHeader *h);

/* Writes it (no options, no extension headers) and returns its length: 20 or 40 bytes, for which
 * there is room. The checksum is left 0. */
size_t ip_write(const IpHeader *h, uint8_t *out);

/* The internet checksum's sum over the pseudo header (RFC 9293 3.1, RFC 8200 8.1) of a frame whose
 * IP header is in place; len: bytes of the upper layer. */
uint32_t ip_pseudo_sum(const uint8_t *frame, uint8_t proto, size_t len);

/* Writes the IPv4 header's checksum; an IPv6 header has none. */
void ip_fix_checksum(uint8_t *frame, size_t header_len);

static inline bool ip_is_v6(Bytes frame)
{
    return frame.len > 0 && frame.data[0] >> 4 == 6;
}

/* Where TCP or ICMP begins in a frame; 0: nowhere. */
size_t ip_header_len(Bytes frame);

/* Where the four bytes of a host's number lie in a frame: source or destination. */
static inline size_t ip_addr_at(bool v6, bool source)
{
    return v6 ? (source ? 20u : 36u) : (source ? 12u : 16u);
}

/* A host's number as an address of that version: "10.0.0.1", "fd00::a00:1". */
void ip_text(Text *, uint32_t addr, bool v6);

/* The address in the frame as it is, also when no number stands for it. */
void ip_frame_text(Text *, Bytes frame, bool source);

#endif
