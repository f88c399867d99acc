/*
 * ack.h: the fifth check's arithmetic: what an acknowledgment settles (RFC 9293 3.10.7.4).
 *
 * Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_ACK_H
#define SANDWIRE_CORE_TCP_ACK_H

#include "core/tcp/tcb.h"

/* SND.UNA < ack =< SND.NXT: takes what is acknowledged off the sent list and out of the send
 * buffer, samples the round-trip time, lets congestion control know, restarts the retransmission
 * timer. */
void ack_advance(Ctx *, Tcb *, Seq ack);

/* An acknowledgment that does not advance SND.UNA: counts it if it is a duplicate by RFC 5681's
 * definition. */
void ack_duplicate(Ctx *, Tcb *, const Seg *);

/* Updates the send window from the segment if it is newer than the last that did (SND.WL1,
 * SND.WL2). */
void ack_update_window(Ctx *, Tcb *, const Seg *);

#endif
