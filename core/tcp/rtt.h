/*
 * rtt.h: the retransmission timeout from round-trip times (RFC 6298, section 2).
 *
 *     SRTT, RTTVAR  <-  sample        RTO = SRTT + max(G, 4 * RTTVAR), within [rto_min, rto_max]
 */
#ifndef SANDWIRE_CORE_TCP_RTT_H
#define SANDWIRE_CORE_TCP_RTT_H

#include "core/tcp/tcb.h"

/* Takes a sample (nanoseconds) of a segment that was sent once only (Karn's algorithm, 2.3 and 3),
 * or that a timestamp tells apart. expected: samples per round trip, >= 1: each weighs so much less
 * (RFC 7323 appendix G). */
void rtt_sample(Ctx *, Tcb *, Nanos sample, uint32_t expected);

/* The timer expired: doubles the RTO up to rto_max (5.5), unless the rule is off. */
void rtt_back_off(Ctx *, Tcb *);

#endif
