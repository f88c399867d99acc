/*
 * sack.h: selective acknowledgments (RFC 2018, RFC 2883): both ends of them.
 *
 * The receiver tells which ranges it holds beyond RCV.NXT; the sender marks them in its sent list,
 * so that only what is missing is sent again. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_SACK_H
#define SANDWIRE_CORE_TCP_SACK_H

#include "core/tcp/ack.h"

/* ---- the receiver's side ---- */

/* Data that begins at `at` has just been put behind a hole: its range is to be told first. */
void sack_arrived(const Ctx *, Tcb *, Seq at);

/* These bytes had arrived before (RFC 2883): the next acknowledgment tells so; of several
 * duplicates the first. An empty range is none. */
void sack_duplicate(Ctx *, Tcb *, SeqRange again);

/* Fills the SACK option of a segment to be sent, at most `room` blocks. */
void sack_fill(const Ctx *, const Tcb *, Seg *, unsigned room);

/* Bytes of options that the blocks to be told would take; 0: there is nothing to tell. */
uint32_t sack_room(const Ctx *, const Tcb *);

/* The segment has left. */
void sack_told(Ctx *, Tcb *, const Seg *);

/* ---- the sender's side ---- */

/* Marks what the segment's SACK option reports (SENT_SACKED); adds to a->sacked and a->delivered,
 * sets a->dsack. Blocks that cannot be true are ignored. */
void sack_take(Ctx *, Tcb *, const Seg *, AckInfo *a);

/* The receiver has thrown away what it had reported, which it may (RFC 2018 section 8). */
void sack_forget(Ctx *, Tcb *);

/* RFC 6675 section 4, IsLost: marks what lies below enough SACKed bytes and has not been sent again
 * since the recovery began; returns how many bytes of data. */
uint32_t sack_mark_lost(Ctx *, Tcb *);

#endif
