/*
 * packet.h: where frames live while they exist.
 *
 * A packet is a slot of the world's pool with a frame of bytes. TCP makes packets and leaves them
 * in its host's outbox; the network takes them from there. The lowest free slot is always used
 * first, so that worlds that did the same things in another order can still look the same.
 */
#ifndef SANDWIRE_CORE_TCP_PACKET_H
#define SANDWIRE_CORE_TCP_PACKET_H

#include "core/tcp/tcb.h"

/* The lowest free slot, zeroed; .v == 0 when the pool is exhausted. */
PktId packet_new(const Pools *);

/* Zeroes the slot and its frame. */
void packet_free(const Pools *, PktId);

Packet *packet_at(const Pools *, PktId);
uint8_t *packet_frame(const Pools *, PktId);

/* Why a segment leaves. */
typedef struct Departure {
    RuleId rule;
    uint32_t copy_of; /* the row of its first copy; 0: it is the first */
    uint8_t flags;    /* PACKET_... */
} Departure;

/* The segment becomes bytes in a packet of the host's outbox, and a row of the record: returned. t:
 * whose it is, NULL for nobody's. When no packet is free it is lost before it is on the wire, as in
 * a host whose queue is full; TCP does not notice. */
uint32_t packet_leave(Ctx *, const Tcb *t, Seg *, Bytes payload, Departure);

/* Appends to, or takes the first from, the host's outbox. */
void outbox_push(const Pools *, HostId, PktId);
PktId outbox_pop(const Pools *, HostId);

#endif
