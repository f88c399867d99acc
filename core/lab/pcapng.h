/*
 * pcapng.h: captures as other tools read them.
 *
 * Two layers, both pure: they fill a Text with bytes, and whoever called writes the file. The lower
 * one knows the blocks of the pcapng format (draft-ietf-opsawg-pcapng): a section header, one
 * description per interface, the packets with their times in nanoseconds and a comment each,
 * statistics at the end. Always little-endian, so that the same run gives the same bytes on every
 * machine. The upper one puts a trace into it: the segments as they were on the wire, and beside
 * each one what only we know: its row, the states at both ends, the rules that acted, how it was
 * lost.
 *
 *      | section | interface A | interface B | packet | packet | ... | statistics A | B |
 *
 * A capture from the wire has every segment once, where it leaves (also those that are lost on
 * their way: the comment says so). A capture from one host has what that host sends and what
 * reaches it, as tcpdump there would see it. Segments that are the same have the same packet id:
 * the row of their departure.
 */
#ifndef SANDWIRE_CORE_LAB_PCAPNG_H
#define SANDWIRE_CORE_LAB_PCAPNG_H

#include "core/lab/trace.h"

/* Link types (the registry of tcpdump.org). */
enum { LINK_ETHERNET = 1, LINK_RAW_IP = 101 };

typedef struct PcapngInterface {
    uint16_t link_type;
    uint32_t snap_len; /* 0: unlimited */
    const char *name, *about;
} PcapngInterface;

typedef enum PcapngWay { PCAPNG_WAY_UNKNOWN = 0, PCAPNG_IN, PCAPNG_OUT } PcapngWay;

typedef struct PcapngPacket {
    uint32_t interface; /* 0, 1 ...: in the order in which they were described */
    Nanos at;           /* since 1970, or since the world began */
    Bytes frame;
    PcapngWay way;
    uint64_t id;         /* equal for the same packet at two interfaces; 0: none */
    const char *comment; /* UTF-8; NULL or "": none */
} PcapngPacket;

typedef struct PcapngCounts {
    uint32_t interface;
    Nanos begin, end;
    uint64_t received, dropped;
} PcapngCounts;

/* Each adds one block. program and comment may be NULL. */
void pcapng_section(Text *, const char *program, const char *comment);
void pcapng_interface(Text *, const PcapngInterface *);
void pcapng_packet(Text *, const PcapngPacket *);
void pcapng_counts(Text *, const PcapngCounts *);

/* The trace as a capture. from: the host at which it is taken, HOST_NONE: on the wire. Returns how
 * many packets it has. out->full means that memory ended (or its limit was reached). */
uint32_t pcapng_trace(Text *out, const Trace *, HostId from, Lang);

#endif
