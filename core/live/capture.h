/*
 * capture.h: packets out of a capture file, one after another.
 *
 * Reads classic pcap (both byte orders, micro- and nanoseconds) and pcapng (both byte orders,
 * several sections and interfaces, their clocks' resolution and offset); blocks that carry no
 * packet are passed over. It opens no file: the caller's function brings more bytes, so that a
 * pipe, a file and a fuzzer's array are the same. Memory is one buffer, however long the file.
 *
 *      | bytes read | .................... begin | not yet looked at | end .... free |
 *
 * A damaged file gives an error with the offset of the byte where it stopped making sense, after
 * all the packets before it.
 */
#ifndef SANDWIRE_CORE_LIVE_CAPTURE_H
#define SANDWIRE_CORE_LIVE_CAPTURE_H

#include "core/base/base.h"

typedef struct Capture Capture;

typedef struct CapturePacket {
    uint64_t number;    /* 1, 2, ... as Wireshark counts */
    Nanos at;           /* since 1970; 0 where the file tells no time */
    Bytes bytes;        /* what was kept of it; borrowed until the next call */
    uint32_t len;       /* how long it was on the wire */
    uint32_t interface; /* in its section, from 0 on */
    uint16_t link;      /* link type, a number of the tcpdump registry */
} CapturePacket;

typedef enum CaptureError {
    CAPTURE_OK = 0,
    CAPTURE_EMPTY,        /* no bytes at all */
    CAPTURE_UNKNOWN,      /* no capture, by its first bytes */
    CAPTURE_COMPRESSED,   /* gzip, zstd, xz: to be unpacked first */
    CAPTURE_CUT,          /* ends in the midst of a packet or block */
    CAPTURE_BAD_LENGTH,   /* a block whose two lengths differ or make no sense */
    CAPTURE_BAD_ORDER,    /* a section without the byte-order magic */
    CAPTURE_BAD_PACKET,   /* a packet longer than its block or than any packet can be */
    CAPTURE_NO_INTERFACE, /* a packet of an interface that was never described */
    CAPTURE_NO_MEMORY,
    CAPTURE_ERROR_COUNT
} CaptureError;

typedef enum CaptureNext { CAPTURE_PACKET, CAPTURE_END, CAPTURE_FAILED } CaptureNext;

/* Brings up to cap bytes of the file into buf; 0 at its end. */
typedef size_t (*CaptureMore)(void *user, uint8_t *buf, size_t cap);

/* NULL when memory ends. */
Capture *capture_new(CaptureMore more, void *user);
void capture_free(Capture *);

/* The next packet. After CAPTURE_END or CAPTURE_FAILED it says the same again. */
CaptureNext capture_next(Capture *, CapturePacket *);

/* What was wrong, and at which byte of the file. */
CaptureError capture_error(const Capture *, uint64_t *at);
const char *capture_error_text(CaptureError, Lang);

/* How much of the file has been looked at. */
uint64_t capture_offset(const Capture *);

/* A clock's ticks as nanoseconds; resolution as in if_tsresol: ticks of 10^-n seconds, or of 2^-n
 * with the highest bit set. What does not fit is cut to NANOS_NEVER. */
Nanos capture_ticks(uint64_t ticks, uint8_t resolution);

#endif
