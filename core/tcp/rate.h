/*
 * rate.h: how fast data is delivered (draft-cheng-iccrg-delivery-rate-estimation).
 *
 *     P leaves                                 P is acknowledged
 *     |<------------- interval ------------------>|
 *     delivered = P.delivered                   delivered = C.delivered
 *
 * Each departure P remembers how much had been delivered by then (C.delivered). When it is
 * acknowledged, the difference is what was delivered meanwhile; divided by the time, it is a sample
 * of the path's rate. The time is the longer of the two that passed at either end, because
 * acknowledgments may come in a bunch. If the application had nothing to send, the sample only
 * shows how little was tried, and is marked app-limited. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_RATE_H
#define SANDWIRE_CORE_TCP_RATE_H

#include "core/tcp/ack.h"

/* A segment leaves: remembers the state of the delivery in its element, which counts as in flight
 * already. */
void rate_on_send(Ctx *, Tcb *, Sent *);

/* An element is newly known to have arrived, acknowledged or SACKed; before it leaves the list. */
void rate_take(const Tcb *, const Sent *, AckInfo *);

/* All is known about the acknowledgment: completes a->rate. */
void rate_on_ack(Ctx *, Tcb *, AckInfo *);

/* Output has nothing more to send, and neither window nor queue is the reason: samples of what
 * leaves from now on are app-limited, until what is in flight has been delivered. */
void rate_app_limited(Tcb *);

/* From now on this is what limits the connection; keeps the account of busy time. */
void rate_limit(const Ctx *, Tcb *, RateLimit);

/* The account at this moment: nanoseconds spent so (TCP_INFO's busy_time is the sum of all but
 * LIMITED_IDLE). */
Nanos rate_time(const Ctx *, const Tcb *, RateLimit);

#endif
