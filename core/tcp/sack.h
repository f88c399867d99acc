/*
 * sack.h: selective acknowledgments (RFC 2018, RFC 2883): both ends of them.
 *
 * The receiver tells which ranges it holds beyond RCV.NXT; the sender marks them in its sent list,
 * so that only what is missing is sent again. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_SACK_H
#define SANDWIRE_CORE_TCP_SACK_H

#include "core/tcp/ack.h"

/* The sender's side: marks what the segment's SACK option reports (SENT_SACKED); adds to a->sacked
 * and a->delivered, sets a->dsack. Blocks that cannot be true are ignored. */
void sack_take(Ctx *, Tcb *, const Seg *, AckInfo *a);

/* The receiver's side: fills the SACK option of a segment to be sent, at most `room` blocks. */
void sack_fill(const Ctx *, const Tcb *, Seg *, unsigned room);

#endif
