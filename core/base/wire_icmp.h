/*
 * wire_icmp.h: ICMP messages as values, and as the bytes on the wire: what a router or a host says
 * about a packet that it could not deliver (RFC 792, RFC 4443).
 *
 *      frame:  | IP header | type code checksum | 4 bytes: MTU, pointer, id and number |
 *                          | the datagram it speaks of: IP header, at least 8 bytes of TCP |
 *
 * The quoted datagram names the connection (its four addresses) and the place in the stream (the
 * sequence number); that is all a TCP has to judge by whether to believe the message (RFC 5927).
 * Versions 4 and 6 differ in their numbers, not in what they mean: IcmpKind is the meaning.
 *
 * The names are packetdrill's, so that scripts and learners write the same words:
 *
 *      icmp unreachable frag_needed mtu 1200 [1:1461(1460)]
 */
#ifndef SANDWIRE_CORE_BASE_WIRE_ICMP_H
#define SANDWIRE_CORE_BASE_WIRE_ICMP_H

#include "core/base/wire.h"

typedef enum IcmpKind {
    ICMP_OTHER = 0, /* a type that nobody here acts on */
    ICMP_ECHO_REQUEST,
    ICMP_ECHO_REPLY,
    ICMP_UNREACHABLE,
    ICMP_SOURCE_QUENCH, /* deprecated, never obeyed (RFC 6633) */
    ICMP_REDIRECT,
    ICMP_TIME_EXCEEDED,
    ICMP_PARAMETER_PROBLEM,
    ICMP_TOO_BIG /* IPv6; IPv4 says it as unreachable, frag_needed: icmp_kind gives this for both */
} IcmpKind;

/* Types and codes of IPv4 (RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1). */
enum {
    ICMP4_ECHO_REPLY = 0,
    ICMP4_UNREACHABLE = 3,
    ICMP4_SOURCE_QUENCH = 4,
    ICMP4_REDIRECT = 5,
    ICMP4_ECHO_REQUEST = 8,
    ICMP4_TIME_EXCEEDED = 11,
    ICMP4_PARAMETER_PROBLEM = 12
};
enum {
    ICMP4_NET_UNREACHABLE = 0,
    ICMP4_HOST_UNREACHABLE = 1,
    ICMP4_PROTOCOL_UNREACHABLE = 2,
    ICMP4_PORT_UNREACHABLE = 3,
    ICMP4_FRAG_NEEDED = 4,
    ICMP4_SOURCE_ROUTE_FAILED = 5,
    ICMP4_NET_UNKNOWN = 6,
    ICMP4_HOST_UNKNOWN = 7,
    ICMP4_SOURCE_HOST_ISOLATED = 8,
    ICMP4_NET_PROHIBITED = 9,
    ICMP4_HOST_PROHIBITED = 10,
    ICMP4_NET_UNREACHABLE_FOR_TOS = 11,
    ICMP4_HOST_UNREACHABLE_FOR_TOS = 12,
    ICMP4_PACKET_FILTERED = 13,
    ICMP4_PRECEDENCE_VIOLATION = 14,
    ICMP4_PRECEDENCE_CUTOFF = 15
};

/* Types and codes of IPv6 (RFC 4443). */
enum {
    ICMP6_UNREACHABLE = 1,
    ICMP6_TOO_BIG = 2,
    ICMP6_TIME_EXCEEDED = 3,
    ICMP6_PARAMETER_PROBLEM = 4,
    ICMP6_ECHO_REQUEST = 128,
    ICMP6_ECHO_REPLY = 129
};
enum {
    ICMP6_NO_ROUTE = 0,
    ICMP6_ADMIN_PROHIBITED = 1,
    ICMP6_BEYOND_SCOPE = 2,
    ICMP6_ADDRESS_UNREACHABLE = 3,
    ICMP6_PORT_UNREACHABLE = 4,
    ICMP6_SOURCE_POLICY = 5,
    ICMP6_REJECT_ROUTE = 6
};

typedef struct Icmp {
    uint32_t src_addr, dst_addr; /* of the packet that carries it */
    uint32_t rest; /* the header's second word, raw: see icmp_mtu and the setters below */
    uint16_t len;  /* bytes behind the eight of the header */
    uint8_t v6;    /* 1: ICMPv6 in IPv6 */
    uint8_t type, code;
    uint8_t ttl, tos;
    bool quoted; /* `quote` is there: a TCP header's first eight bytes at least */
    Seg quote;   /* addresses, ports, seq, len; flags, ack and wnd if so much of it was quoted, and
                    then header_len is not 0. When it is, len counts what follows a header without
                    options. */
} Icmp;

/* What it means, whatever its version. ICMP_TOO_BIG also for IPv4's "fragmentation needed". */
IcmpKind icmp_kind(const Icmp *);

/* True for the kinds that report an error about a packet, and so quote it. */
bool icmp_is_error(const Icmp *);

/* The MTU of the next hop in an ICMP_TOO_BIG; 0: the router is too old to tell (RFC 1191 4). */
uint32_t icmp_mtu(const Icmp *);
void icmp_set_mtu(Icmp *, uint32_t mtu);

/* "unreachable", "frag_needed"; numbers without a name: NULL. */
const char *icmp_type_name(const Icmp *);
const char *icmp_code_name(const Icmp *);

/* The type, or the code of the message's type, of that name (also nplab's and Linux's spellings).
 * False: there is none. */
bool icmp_type_of_name(const char *name, size_t len, bool v6, uint8_t *type);
bool icmp_code_of_name(const Icmp *, const char *name, size_t len, uint8_t *code);

/* What it says, in words: "fragmentation needed, but Don't Fragment is set". */
const char *icmp_text(const Icmp *, Lang);

/* Writes the frame, with right checksums; 0: it does not fit. data: what follows the eight bytes of
 * the header; empty and m->quoted: the quoted datagram is made from m->quote, whose addresses,
 * ports, seq and len are used (IP header and TCP header, no options). Sets m->len. */
size_t icmp_encode(Icmp *m, Bytes data, uint8_t *out, size_t cap);

/* The error message about a packet: type and code as given, rest 0, quoting as much of the frame as
 * RFC 1812 4.3.2.3 and RFC 4443 2.4 want and cap allows, from `router` to the packet's source. 0:
 * none may be sent about it: it is an ICMP error itself, or no packet (RFC 1122 3.2.2). */
size_t icmp_answer(Bytes frame, uint32_t router, uint8_t type, uint8_t code, uint32_t mtu,
                   uint8_t *out, size_t cap);

/* Reads a frame. On WIRE_OK and WIRE_BAD_CHECKSUM all of *m is set and *data holds what follows the
 * header; WIRE_NOT_ICMP and others otherwise. Never reads outside frame. */
WireError icmp_decode(Bytes frame, Icmp *m, Bytes *data);

/* Is there an ICMP header behind the frame's IP header? */
bool icmp_is(Bytes frame);

#endif
