/*
 * parts.h: what the files of core/net share with each other.
 *
 * Private to core/net: the world as its parts see it.
 */
#ifndef SANDWIRE_CORE_NET_PARTS_H
#define SANDWIRE_CORE_NET_PARTS_H

#include "core/net/world.h"
#include "core/tcp/packet.h"

#include <string.h>

/* A call into the host's TCP at this moment. */
Ctx world_ctx(World *, HostId, uint32_t cause, Sink *);

/* Lets the connection speak, then carries what lies in the host's outbox onto the wire. */
void world_flush(World *, Ctx *, ConnId);

/* Link (link.c). The packet has just left its host; its fate is decided here. */
void link_enter(World *, PktId, Sink *);
/* Takes the packet off its list (if it flies). */
void link_remove(World *, PktId);
/* Puts it on its list at `due`, behind everything that is due then or before. */
void link_insert(World *, PktId, Nanos due);
/* It arrives: the row, then the host's TCP. Frees the packet. */
void link_deliver(World *, PktId, uint32_t cause, Sink *);
/* It is lost: the row. Frees the packet. */
void link_lose(World *, PktId, LostWhy, uint32_t cause, Sink *);
/* A second copy arrives `later` after the first; false when no packet is free. */
bool link_duplicate(World *, PktId, Nanos later, uint32_t cause, Sink *);
/* New bytes for a packet; noted. */
void link_edit(World *, PktId, Bytes frame, uint8_t flag, uint32_t cause, Sink *);
void link_corrupt(World *, PktId, uint64_t bit, uint32_t cause, Sink *);
/* Puts a frame on the wire as if `from` had sent it. */
CallResult link_inject(World *, HostId from, Bytes frame, Sink *);

/* Armed rules (armed.c): what the learner prepared for this packet; may lose it. True if it is
 * gone. */
bool armed_act(World *, PktId, Nanos *delay, bool *duplicate, bool *corrupt, Sink *);
CallResult armed_add(World *, const Cmd *);
CallResult armed_remove(World *, const Cmd *);

/* The path (box.c): hops, firewall, NAT. LOST_WHY_COUNT: it passes. */
LostWhy box_pass(World *, PktId, Sink *);
CallResult box_set(World *, const Cmd *);
/* What the router says that drops the packet for this reason: an ICMP message; returns its length,
 * 0: nothing. *later: how long until it reaches the packet's sender. */
size_t box_answer(const World *, PktId, LostWhy, uint8_t *out, size_t cap, Nanos *later);

/* The bytes of a stream that has no text of its own: the alphabet, over and over, from an offset.
 */
static inline void pattern_fill(uint8_t *out, uint32_t n, uint64_t offset)
{
    unsigned letter = (unsigned)(offset % 26);
    uint32_t done = min_u32(n, 26);
    for (uint32_t i = 0; i < done; i++) {
        out[i] = (uint8_t)('a' + letter);
        letter = letter == 25 ? 0 : letter + 1;
    }
    for (uint32_t more; done < n; done += more) { /* whole alphabets, twice as many each time */
        more = min_u32(done, n - done);
        memcpy(out + done, out, more);
    }
}

/* Applications (app.c). */
Nanos app_due(const World *, HostId);
void app_act(World *, HostId, Sink *);

/* Spoofed SYNs (flood.c). */
void flood_act(World *, Sink *);

#endif
