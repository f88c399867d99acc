/*
 * wire.h: a TCP segment as a value, and as the bytes on the wire.
 *
 * Seg is the header in host byte order with the options already understood; the payload travels
 * beside it. wire_encode and wire_decode are the only two places that know TCP's bit positions (RFC
 * 9293 section 3.1), and both work on real bytes with real checksums: a corrupted bit in the
 * playground is a flipped bit in a frame. The header below is wire_ip.h's, and a frame may carry an
 * ICMP message instead of a segment (wire_icmp.h).
 *
 *      frame:  | IPv4 header, 20 bytes | TCP header, 20 + options | payload |
 *              | IPv6 header, 40 bytes | TCP header, 20 + options | payload |
 */
#ifndef SANDWIRE_CORE_BASE_WIRE_H
#define SANDWIRE_CORE_BASE_WIRE_H

#include "core/base/seq.h"

/* Control bits, as they lie in the header (RFC 9293 section 3.1; AE: RFC 9768). */
enum {
    SEG_FIN = 0x001,
    SEG_SYN = 0x002,
    SEG_RST = 0x004,
    SEG_PSH = 0x008,
    SEG_ACK = 0x010,
    SEG_URG = 0x020,
    SEG_ECE = 0x040,
    SEG_CWR = 0x080,
    SEG_AE = 0x100
};

/* Options that a Seg can carry; bits of Seg.opts. */
enum {
    SEG_OPT_MSS = 0x01,          /* kind 2: mss */
    SEG_OPT_WSCALE = 0x02,       /* kind 3: wscale */
    SEG_OPT_SACK_OK = 0x04,      /* kind 4 */
    SEG_OPT_SACK = 0x08,         /* kind 5: sack[0 .. sack_count) */
    SEG_OPT_TIMESTAMP = 0x10,    /* kind 8: ts_val, ts_ecr */
    SEG_OPT_USER_TIMEOUT = 0x20, /* kind 28: user_timeout, raw value of RFC 5482 */
    SEG_OPT_UNKNOWN = 0x40,      /* something else was there: ignored (MUST-6) */
    SEG_OPT_BAD_LENGTH = 0x80, /* the option list is malformed; it was read up to there (MUST-7) */
    SEG_OPT_FAST_OPEN = 0x100  /* kind 34: cookie[0 .. cookie_len), RFC 7413 */
};

/* In which order a system writes its options. */
typedef enum OptionOrder {
    OPTIONS_AS_LINUX = 0, /* MSS, SACK permitted, timestamps, window scale */
    OPTIONS_AS_BSD        /* MSS, window scale, SACK permitted, timestamps */
} OptionOrder;

enum { SEG_SACK_MAX = 4, SEG_COOKIE_MIN = 4, SEG_COOKIE_MAX = 16 };

/* The Explicit Congestion Notification codepoint: the low two bits of Seg.tos (RFC 3168). */
enum { IP_ECN_MASK = 3, IP_ECN_NOT_ECT = 0, IP_ECN_ECT1 = 1, IP_ECN_ECT0 = 2, IP_ECN_CE = 3 };

typedef struct Seg {
    uint32_t src_addr, dst_addr;
    uint16_t src_port, dst_port;
    Seq seq, ack;
    uint16_t flags;   /* SEG_FIN ... */
    uint16_t wnd;     /* the raw 16 bits, unscaled */
    uint16_t urg;     /* urgent pointer */
    uint16_t len;     /* payload bytes */
    uint8_t ttl, tos; /* IPv6: hop limit, traffic class */
    uint16_t opts;    /* SEG_OPT_... */
    uint16_t mss;
    uint8_t wscale;
    uint8_t sack_count;
    uint32_t ts_val, ts_ecr;
    SeqRange sack[SEG_SACK_MAX];
    uint32_t flow_label; /* IPv6 only, 20 bits */
    uint16_t user_timeout;
    uint8_t header_len; /* TCP header bytes including options; set by both codecs */
    uint8_t v6;         /* 1: carried by IPv6 */
    uint8_t order;      /* OptionOrder: for the encoder */
    uint8_t cookie_len; /* 0: the option asks for a cookie */
    uint8_t reserved[2];
    uint8_t cookie[SEG_COOKIE_MAX];
} Seg;

_Static_assert(sizeof(Seg) == 104, "a Seg has no padding");

enum {
    WIRE_IP_HEADER = 20,
    WIRE_TCP_HEADER = 20,
    WIRE_HEADERS_MAX = 100, /* 40 + 60 */
    WIRE_OPTIONS_MAX = 40   /* bytes of TCP options: the data offset has four bits */
};

typedef enum WireError {
    WIRE_OK = 0,
    WIRE_TRUNCATED, /* fewer bytes than the headers announce */
    WIRE_NOT_IP,    /* version, header length or total length make no sense */
    WIRE_BAD_IP_CHECKSUM,
    WIRE_NOT_TCP,
    WIRE_BAD_OFFSET,   /* data offset below 5 or beyond the packet */
    WIRE_BAD_CHECKSUM, /* TCP checksum over the pseudo header (MUST-3), or ICMP's */
    WIRE_FRAGMENT,     /* a piece of a packet */
    WIRE_NOT_ICMP,
    WIRE_ERROR_COUNT
} WireError;

/* What the error means, for a learner. */
const char *wire_error_text(WireError, Lang);

/* How many numbers of the sequence space the segment takes: payload, SYN and FIN one each
 * (SEG.LEN). */
static inline uint32_t seg_len(const Seg *s)
{
    return s->len + ((s->flags & SEG_SYN) ? 1u : 0u) + ((s->flags & SEG_FIN) ? 1u : 0u);
}

/* The first number after the segment. */
static inline Seq seg_end(const Seg *s)
{
    return seq_add(s->seq, seg_len(s));
}

/* Writes the whole frame; returns its length, 0 if it does not fit into cap. s->len must be
 * payload.len. Options are padded with zeros to a multiple of four (MUST-69); sets s->header_len.
 */
size_t wire_encode(Seg *s, Bytes payload, uint8_t *out, size_t cap);

/* Bytes that the encoder needs for the options, padding included; no more than 40 fit. */
size_t wire_options_len(const Seg *);

/* Reads a frame. On WIRE_OK and WIRE_BAD_CHECKSUM all of *s and *payload are set (payload points
 * into frame): whether a wrong checksum is obeyed is the caller's decision. On other errors *s
 * holds what could be read and zeros. Never reads outside frame. */
WireError wire_decode(Bytes frame, Seg *s, Bytes *payload);

/* The same without looking at the TCP checksum: for those on the path, who only read the header. */
WireError wire_parse(Bytes frame, Seg *s, Bytes *payload);

/* Recomputes both checksums of a frame after an edit. */
void wire_fix_checksums(uint8_t *frame, size_t len);

/* The internet checksum's 16-bit one's-complement sum, not yet inverted (RFC 1071), continued from
 * sum. */
uint32_t wire_sum(Bytes bytes, uint32_t sum);

#endif
