/*
 * hystart.h: HyStart++ (RFC 9406): leaving slow start before the queue overflows.
 *
 *     slow start --- the round trip is longer than a round ago ---> CSS, a quarter as fast
 *         ^                                                          |            |
 *         +------ it is short again: it was only jitter -------------+            | 5 rounds
 *                                                                                 v
 *                                                            congestion avoidance, ssthresh = cwnd
 *
 * Slow start doubles the window until something is lost, and what is lost then is up to half of it.
 * But a queue that fills shows itself earlier: the round-trip time grows. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_HYSTART_H
#define SANDWIRE_CORE_TCP_HYSTART_H

#include "core/tcp/ack.h"

/* An acknowledgment in slow start: by how many bytes the window may grow, instead of `step`. May
 * set ssthresh to cwnd, which ends slow start. */
uint32_t hystart_step(Ctx *, Tcb *, const AckInfo *, uint32_t step);

#endif
