/*
 * ether.h: our host's place on an Ethernet: what lies below IP, and what IP itself answers.
 *
 * The other machine on the cable (the kernel, behind a TAP) first asks who has our address (ARP,
 * RFC 826; neighbour solicitation, RFC 4861) and may ping us (RFC 792, RFC 4443). Those are
 * answered here, from the question alone. Packets for TCP, and ICMP that tells about TCP, are
 * handed on; everything else on such a cable (router solicitations, multicast reports) is noise.
 * Pure: bytes in, bytes out.
 *
 *      frame:  | to MAC | from MAC | type | IP packet or ARP |
 */
#ifndef SANDWIRE_CORE_LIVE_ETHER_H
#define SANDWIRE_CORE_LIVE_ETHER_H

#include "core/base/wire_ip.h"

enum { ETHER_HEADER = 14, ETHER_MAC = 6, ETHER_FRAME_MAX = ETHER_HEADER + 65535 };

/* A host: its hardware address, and its number as in wire_ip.h (10.0.0.2, fd00::a00:2). */
typedef struct EtherHost {
    uint8_t mac[ETHER_MAC];
    uint32_t addr;
} EtherHost;

typedef enum EtherKind {
    ETHER_NOISE = 0, /* not for us, or nothing we know */
    ETHER_ANSWER,    /* out holds the answer's frame */
    ETHER_PACKET     /* *packet is an IP packet for our TCP */
} EtherKind;

/* Looks at a frame that came by. out has room for cap bytes; *out_len is the answer's length. */
EtherKind ether_take(const EtherHost *us, Bytes frame, Bytes *packet, uint8_t *out, size_t cap,
                     size_t *out_len);

/* Puts the Ethernet header before an IP packet; returns the frame's length, 0 if it does not fit or
 * is no IP packet. */
size_t ether_wrap(const EtherHost *from, const EtherHost *to, Bytes packet, uint8_t *out,
                  size_t cap);

#endif
