/*
 * cc.h: congestion control (RFC 5681): how much the path can bear.
 *
 * Flow control asks what the receiver can hold; congestion control guesses what the network between
 * can carry, from the only signs it gives: acknowledgments that come, and segments that do not.
 */
#ifndef SANDWIRE_CORE_TCP_CC_H
#define SANDWIRE_CORE_TCP_CC_H

#include "core/tcp/tcb.h"

/* Is it in force on this host? (knob cc, rule congestion-control) */
bool cc_active(const Ctx *, const Tcb *);

/* The connection is established: the initial window (3.1). */
void cc_start(Ctx *, Tcb *);

/* New data of `bytes` was acknowledged. */
void cc_on_ack(Ctx *, Tcb *, uint32_t bytes);

/* A duplicate acknowledgment arrived (3.2); may ask for a fast retransmit through WANT_REXMIT. */
void cc_on_dup_ack(Ctx *, Tcb *);

/* The retransmission timer expired (3.1, last paragraphs). Call before anything is marked lost. */
void cc_on_timeout(Ctx *, Tcb *);

/* Data is about to leave after an idle time longer than the RTO (4.1). */
void cc_on_restart(Ctx *, Tcb *);

/* Bytes that may be in flight. */
uint32_t cc_window(const Ctx *, const Tcb *);

#endif
