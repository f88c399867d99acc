/*
 * urgent.h: urgent data (RFC 9293 section 3.8.5, RFC 6093).
 *
 *     what has been read          | readable |  mark | ...            RCV.UP
 *     ----------------------------|----------------[u]---------------------
 *                                                  the last urgent byte
 *
 * The pointer names the byte after the urgent data (MUST-62); the byte before it is the mark. A
 * read never goes across the mark, so that a program can notice when it is there. RFC 6093 wants
 * the byte to stay in the stream; BSD's sockets take it out of it, unless SO_OOBINLINE is set.
 * Private to core/tcp; what programs ask is in tcp.h.
 */
#ifndef SANDWIRE_CORE_TCP_URGENT_H
#define SANDWIRE_CORE_TCP_URGENT_H

#include "core/tcp/tcp.h"

/* Sixth check: an acceptable segment; seq: its first number, before it was trimmed. */
void urgent_arrives(Ctx *, Tcb *, const Seg *, Seq seq);

/* The urgent pointer of a segment that is about to leave. */
void urgent_fill(const Tcb *, Seg *);

/* SND.UNA has moved: what was urgent may be over. */
void urgent_acked(Tcb *);

/* A program is about to read: at the mark, the byte is passed over or the mark is left behind. */
void urgent_before_read(Ctx *, Tcb *);

#endif
