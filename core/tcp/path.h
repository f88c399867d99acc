/*
 * path.h: what the path tells a connection, and what follows from it: path MTU discovery (pmtu.c)
 * and explicit congestion notification (ecn.c).
 *
 *     a packet too big ---> a router drops it, says how large it may be ---> path_too_big
 *       snd.mss shrinks; what was sent in larger segments is cut (sent_split) and sent again at
 *       once; the congestion window stays: nothing was congested (RFC 1191 6.4, RFC 8201 5.4)
 *
 * Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_PATH_H
#define SANDWIRE_CORE_TCP_PATH_H

#include "core/base/wire_icmp.h"
#include "core/tcp/tcb.h"

/* "Fragmentation needed" or "packet too big" about a segment in flight. */
void path_too_big(Ctx *, Tcb *, const Icmp *);

/* A connection knows its peer's MSS: what its host has found out about the path counts for it. */
void path_begin(Ctx *, Tcb *);

/* `ack` acknowledged something new, the largest of it `largest` bytes of data in one segment. */
void path_on_ack(Ctx *, Tcb *, Seq ack, uint32_t largest);

/* The retransmission timer has fired (t->backoff counts it). */
void path_on_timeout(Ctx *, Tcb *);

/* Before anything is sent: is the path MTU still believed? */
void path_before_output(Ctx *, Tcb *);

/* How the connection ends if its peer is given up: the error the network gave, or `otherwise`. */
ConnError path_verdict(Ctx *, const Tcb *, ConnError otherwise);

#endif
