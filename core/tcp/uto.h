/*
 * uto.h: the user timeout option (RFC 5482): how long an end means to wait for acknowledgments.
 *
 * Each end may tell the other its user timeout, so that both survive the same pause of the path. It
 * is a wish, never an agreement: that the option arrives is not relied upon. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_UTO_H
#define SANDWIRE_CORE_TCP_UTO_H

#include "core/tcp/tcb.h"

/* Section 3.3: seconds, or minutes with the highest bit (G) set; rounded up. timeout > 0. */
uint16_t uto_encode(Nanos timeout);

/* The timeout that a field says; 0: the reserved value, which means nothing. */
Nanos uto_decode(uint16_t field);

/* The option on a SYN of ours, on the first data, and where it is due, if it fits. */
void uto_fill(const Ctx *, const Tcb *, Seg *s);

/* The connection stands, or the application has set another value: the peer is to be told. */
void uto_due(const Ctx *, Tcb *);

/* A segment has left; if it brought the option, it is due no more. */
void uto_sent(Tcb *, const Seg *);

/* The peer's wish, if the segment carries one: adopted within the limits, unless the application
 * has set a user timeout itself. */
void uto_take(Ctx *, Tcb *, const Seg *);

#endif
