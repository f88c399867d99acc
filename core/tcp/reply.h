/*
 * reply.h: answers that belong to no connection.
 *
 * A segment that reaches nobody is answered with a reset, which is a pure function of that segment
 * (RFC 9293 sections 3.5.2 and 3.10.7.1).
 */
#ifndef SANDWIRE_CORE_TCP_REPLY_H
#define SANDWIRE_CORE_TCP_REPLY_H

#include "core/tcp/tcb.h"

/* The reset that answers the segment, by rule (noted with the departure); t: the connection it
 * arrived for or NULL. Never answers a reset; silent when the rule rst-answers is off or the pool
 * of packets is empty. */
void reply_reset(Ctx *, const Tcb *t, const Seg *, RuleId);

#endif
