/*
 * offload.h: what a network card does for TCP, done by us: large segments and unfinished checksums.
 *
 * A TAP with IFF_VNET_HDR puts ten bytes before each frame (struct virtio_net_hdr). Once we have
 * said that we can segment and sum (TUNSETOFFLOAD), the kernel hands us segments of up to 64 KiB
 * whose TCP checksum holds only the pseudo header's sum, and takes such segments from us. Nobody
 * may ask for that without finishing the sums: every one of them would look damaged.
 *
 *      in:   | header | one segment of 64 KiB, sum unfinished |  --> finished, one large arrival
 *      out:  segments in a row of one connection  --> | header | one large segment, size of a piece
 * |
 *
 * Pure: bytes in, bytes out.
 */
#ifndef SANDWIRE_CORE_LIVE_OFFLOAD_H
#define SANDWIRE_CORE_LIVE_OFFLOAD_H

#include "core/base/wire_ip.h"

enum { OFFLOAD_HEADER = 10, OFFLOAD_FRAME_MAX = OFFLOAD_HEADER + 14 + 65535 };

/* A frame as it was read, the header first. Finishes its checksum in place; *frame is what lies
 * behind the header. False: the header makes no sense. */
bool offload_take(uint8_t *bytes, size_t len, Bytes *frame);

/* Segments that are being put together into one. */
typedef struct Gather {
    size_t len;       /* of the frame so far; 0: empty */
    uint32_t pieces;  /* how many segments it is made of */
    uint32_t piece;   /* payload of each but the last */
    uint32_t next;    /* the sequence number that continues it */
    uint16_t headers; /* Ethernet, IP and TCP */
    bool ended;       /* by a shorter piece, PSH or FIN: nothing may follow */
    uint8_t bytes[OFFLOAD_FRAME_MAX];
} Gather;

/* Adds an Ethernet frame. False: it does not continue what is there (send that first), or is no
 * segment that could be joined while something is there. An empty gather takes every frame that
 * fits. */
bool gather_add(Gather *, Bytes frame);

/* What is to be written, with its header; the gather is empty afterwards, its bytes stay until the
 * next gather_add. Empty bytes: there was nothing. */
Bytes gather_take(Gather *);

#endif
