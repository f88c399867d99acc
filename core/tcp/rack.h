/*
 * rack.h: RACK-TLP (RFC 8985): loss is a matter of time, not of counting.
 *
 *     RACK    what was sent a reordering window before something that has arrived is lost
 *     TLP     when nothing at all comes back for two round trips, one probe asks
 *
 * Needs SACK; in force where the knobs rack and tlp say so. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_RACK_H
#define SANDWIRE_CORE_TCP_RACK_H

#include "core/tcp/ack.h"

/* Does RACK decide what is lost? */
bool rack_active(const Ctx *, const Tcb *);

/* Section 6.2 steps 1 to 3: the element has been delivered, as the acknowledgment tells. */
void rack_update(Ctx *, Tcb *, const Sent *, const AckInfo *);

/* Steps 4 and 5: marks what is lost, arms TIMER_RACK for what may soon be; returns the bytes newly
 * marked. `a` NULL: the timer has fired. */
uint32_t rack_detect_loss(Ctx *, Tcb *, const AckInfo *a);

/* Recovery, fast or after a timeout, has ended: a wide reordering window is kept for some more of
 * them (step 4). */
void rack_recovery_ended(Tcb *);

/* Section 6.3: the retransmission timer expired; marks what must be lost by now. */
void rack_mark_on_timeout(Ctx *, Tcb *);

/* ---- TLP (section 7) ---- */

/* New data has left, or the acknowledgment number moved: the probe timer begins anew (7.2). */
void tlp_restart(Tcb *);

/* After output: TIMER_TLP runs or does not. */
void tlp_arrange_timer(Ctx *, Tcb *);

/* The probe has left (7.3): the element of the sent list; again: it was sent before. */
void tlp_sent(Ctx *, Tcb *, bool again);

/* An acknowledgment (7.4); true: the probe has repaired a loss, so congestion control must hear of
 * it. */
bool tlp_on_ack(Ctx *, Tcb *, const AckInfo *);

#endif
