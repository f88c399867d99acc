/*
 * undo.h: when the loss was none: F-RTO (RFC 5682) and the reductions taken back (RFC 3708).
 *
 * A timer that fires too early, or segments that overtake each other, look like loss; what arrives
 * afterwards tells the truth, and then the window gets back what it was. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_UNDO_H
#define SANDWIRE_CORE_TCP_UNDO_H

#include "core/tcp/ack.h"

/* The window is about to be reduced: remember it. */
void undo_remember(Tcb *);

/* Something was sent again in this episode. */
void undo_count(Tcb *);

/* A D-SACK: true if by now all that was sent again has arrived twice, so that nothing had been
 * lost. */
bool undo_by_dsack(Tcb *, const AckInfo *);

/* The reduction is taken back: cwnd, ssthresh, all marks; phase OPEN or DISORDER. */
void undo_now(Ctx *, Tcb *, RuleId why);

/* ---- F-RTO ---- */

/* The timer has fired, and it is the first time for this data: watch what comes (step 1). */
void frto_begin(Ctx *, Tcb *);

/* Is only new data to be sent now, to find out (step 2b)? */
bool frto_holds(const Tcb *);

/* An acknowledgment while it watches (steps 2 and 3); true: the timeout was spurious. */
bool frto_on_ack(Ctx *, Tcb *, const AckInfo *);

#endif
