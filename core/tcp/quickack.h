/*
 * quickack.h: when not to delay an acknowledgment, as Linux decides it.
 *
 * RFC 9293 3.8.6.3 lets an acknowledgment wait. A sender in slow start, though, lives on them: each
 * opens its window. So the first ones of a connection are sent at once (knob quick_acks), again
 * after a pause longer than the RTO, and again when text came twice. A connection that answers what
 * it hears, one segment for one segment ("ping-pong"), may delay from the start: its answer takes
 * the acknowledgment along. With the knob at 0 nothing here does anything, or remembers anything.
 */
#ifndef SANDWIRE_CORE_TCP_QUICKACK_H
#define SANDWIRE_CORE_TCP_QUICKACK_H

#include "core/tcp/tcp.h"

/* Text has arrived in order: learns from it. True: its acknowledgment shall not wait. */
bool quickack_text(Ctx *, Tcb *, const Seg *);

/* The next acknowledgment shall not wait. */
static inline bool quickack_now(const Tcb *t)
{
    return t->quick_acks > 0 && !(t->habits & HABIT_PINGPONG);
}

/* More than one full segment waits for its acknowledgment, by the largest seen so far. */
bool quickack_full(const Ctx *, const Tcb *);

/* Text came that had come before: the acknowledgment was lost, or a probe asks. */
void quickack_again(Ctx *, Tcb *);

/* A segment with an acknowledgment leaves, `text` bytes with it. Call it before the want is done.
 */
void quickack_sent(Ctx *, Tcb *, uint32_t text);

/* An acknowledgment was delayed, and no answer has taken it along: no ping-pong any more. */
void quickack_missed(Ctx *, Tcb *);

/* The peer has finished, and this end may still have something to say. */
void quickack_fin(Ctx *, Tcb *);

/* The application has read everything there was. */
void quickack_read(Ctx *, Tcb *);

/* setsockopt(TCP_QUICKACK): on: what waits is sent, and no ping-pong is assumed; off: it is. */
void quickack_set(Ctx *, Tcb *, bool on);

#endif
