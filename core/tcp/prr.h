/*
 * prr.h: proportional rate reduction (RFC 9937, first RFC 6937): the window shrinks evenly.
 *
 * When recovery begins, the window is to fall from RecoverFS to ssthresh. Instead of silence for
 * half a round trip and then a burst, so much leaves for each acknowledgment that the fall is
 * spread over the round trip. Needs SACK; knob prr. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_PRR_H
#define SANDWIRE_CORE_TCP_PRR_H

#include "core/tcp/ack.h"

/* Recovery begins by this acknowledgment (NULL: by a timer); ssthresh is set. */
void prr_begin(const Ctx *, Tcb *, const AckInfo *);

/* An acknowledgment in recovery: sets cwnd to what may be in flight now. */
void prr_on_ack(Ctx *, Tcb *, const AckInfo *);

/* Data has left in recovery. */
void prr_sent(const Ctx *, Tcb *, uint32_t bytes);

/* Recovery is over. */
void prr_end(Tcb *);

#endif
