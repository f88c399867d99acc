/*
 * rate.h: how fast data is delivered (draft-cheng-iccrg-delivery-rate-estimation).
 *
 * Each departure remembers how much had been delivered by then; its acknowledgment tells how much
 * was delivered meanwhile, and in what time. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_RATE_H
#define SANDWIRE_CORE_TCP_RATE_H

#include "core/tcp/ack.h"

/* A segment leaves: remembers the state of the delivery in its element. */
void rate_on_send(Ctx *, Tcb *, Sent *);

/* An acknowledgment is about to be processed. */
void rate_begin(Ctx *, Tcb *, AckInfo *);

/* An element is newly known to have arrived. */
void rate_take(Ctx *, Tcb *, const Sent *);

/* All is known about the acknowledgment: the sample. */
void rate_on_ack(Ctx *, Tcb *, AckInfo *);

#endif
