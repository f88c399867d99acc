/*
 * recovery.h: which segments are lost, and what is sent again when.
 *
 *                 dup ACK / SACK             proof of loss
 *     OPEN ---------------------> DISORDER ----------------> RECOVERY --+
 *       |  \                                                            | all before `recover`
 *       |   \ ECN-Echo                                                  | acknowledged
 *       |    +-----> CWR ------------------------------------> OPEN <---+
 *       +-- retransmission timeout --> LOSS --------------------^
 *
 * Loss recovery decides what is lost and in which phase the connection is (CcPhase); congestion
 * control (cc.h) decides how much may be in flight. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_RECOVERY_H
#define SANDWIRE_CORE_TCP_RECOVERY_H

#include "core/tcp/ack.h"

/* After the scoreboard and SND.UNA are up to date: marks losses, changes the phase. */
void recovery_on_ack(Ctx *, Tcb *, AckInfo *);

/* RFC 6582 3.2 step 3: may the retransmission timer run on, though `ack` acknowledges something
 * new? Only the first partial acknowledgment of a recovery starts it anew: if a hole a round trip
 * takes too long, slow start is faster. */
bool recovery_keeps_timer(const Ctx *, const Tcb *, Seq ack);

/* The retransmission timer expired (RFC 6298 5.4, RFC 5681 3.1): everything is lost, phase LOSS. */
void recovery_on_timeout(Ctx *, Tcb *);

/* The peer echoes congestion (RFC 3168 6.1.2): once per window the window is reduced. */
void recovery_on_ece(Ctx *, Tcb *);

/* Bytes that loss recovery allows to leave now; the congestion window less what is in flight when
 * nothing is being recovered. `again`: for a retransmission. */
uint32_t recovery_budget(const Ctx *, const Tcb *, bool again);

/* The element of the sent list to be sent again next, by which rule; -1: none. */
int32_t recovery_next(const Ctx *, const Tcb *, RuleId *rule);

/* The element to be sent again when the window allows more than is lost or new; -1: none. */
int32_t recovery_next_spare(const Ctx *, const Tcb *, RuleId *rule);

/* Does limited transmit (RFC 3042) let new data leave now? */
bool recovery_limited(const Ctx *, const Tcb *);

/* A segment has left (s: its element; rule: by which; again: a retransmission). */
void recovery_on_send(Ctx *, Tcb *, Sent *s, RuleId rule, bool again);

/* TIMER_RACK and TIMER_TLP fired. */
void recovery_on_reordering_timer(Ctx *, Tcb *);
void recovery_on_probe_timer(Ctx *, Tcb *);

/* After output: which of the loss timers shall run (TIMER_RACK, TIMER_TLP). */
void recovery_arrange_timers(Ctx *, Tcb *);

#endif
