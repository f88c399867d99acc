/*
 * dissect.h: what lies in a captured frame, down to TCP.
 *
 * Ethernet (with VLAN tags, one or several), raw IP, Linux cooked captures (both versions) and BSD
 * loopback; IPv4 with options, IPv6 with extension headers. Unlike core/base/wire.c, which is for
 * our own wire, this keeps whole IPv6 addresses, is content with packets of which only the
 * headers were kept, and looks at no checksum (a sniffer on the sending host sees none). Pure;
 * never reads outside the bytes it is given.
 */
#ifndef SANDWIRE_CORE_LIVE_DISSECT_H
#define SANDWIRE_CORE_LIVE_DISSECT_H

#include "core/base/print.h"
#include "core/base/wire.h"

/* An address of either version; IPv4 as ::ffff:a.b.c.d. In network order, read as two numbers. */
typedef struct Address {
    uint64_t high, low;
} Address;

typedef struct Endpoint {
    Address addr;
    uint16_t port;
} Endpoint;

typedef struct Dissected {
    Endpoint from, to;
    Seg seg; /* without addresses; seg.len is what the IP header announces */
} Dissected;

typedef enum DissectResult {
    DISSECT_TCP = 0,
    DISSECT_FRAGMENT, /* a piece of an IP packet: TCP is not looked for in it */
    DISSECT_OTHER,    /* IP, but not TCP */
    DISSECT_NOT_IP,   /* ARP and the like, or a link type not known here */
    DISSECT_CUT,      /* too little was kept to see the TCP header */
    DISSECT_BROKEN,   /* lengths in the headers contradict each other */
    DISSECT_RESULT_COUNT
} DissectResult;

/* Reads a frame of that link type. On DISSECT_TCP all of *d is set. */
DissectResult dissect_frame(uint16_t link, Bytes frame, Dissected *d);

/* "a packet's fragment", for a count of what was left out. */
const char *dissect_result_text(DissectResult, Lang);

/* Is the link type one of those known here? */
bool dissect_knows_link(uint16_t link);

bool address_is_v4(Address);

/* "10.0.0.1", "fd00::1"; with a port "10.0.0.1:80", "[fd00::1]:80". */
void address_text(Text *, Address);
void endpoint_text(Text *, Endpoint);

static inline bool endpoint_eq(Endpoint a, Endpoint b)
{
    return a.addr.low == b.addr.low && a.addr.high == b.addr.high && a.port == b.port;
}

#endif
