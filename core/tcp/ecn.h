/*
 * ecn.h: explicit congestion notification (RFC 3168): the network says "slow down" without a loss.
 *
 *      sender A             queue on the path            receiver B
 *      data, ECT ---------> it grows: sets CE ---------> data, CE
 *      <----------------------------- ACK, ECE  <------- echoes, on every ACK, until it sees CWR
 *      halves its window
 *      new data, ECT, CWR -----------------------------> stops echoing
 *
 * Agreed on in the SYNs: ECE and CWR in the SYN ask, ECE alone in the SYN+ACK agrees. SYNs, pure
 * ACKs, retransmissions and window probes are never marked ECT: their loss must still count (RFC
 * 3168 section 6.1.4 to 6.1.6). Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_ECN_H
#define SANDWIRE_CORE_TCP_ECN_H

#include "core/tcp/tcb.h"

/* AGREED_ECN if our SYN shall ask for it (active), or if we agree when the peer's asks. */
uint8_t ecn_wanted(const Ctx *, bool active);

/* AGREED_ECN if the peer's SYN asks for it, or its SYN+ACK agrees. */
uint8_t ecn_offered(const Seg *syn);

/* Our SYN is repeated: perhaps somebody on the path drops what asks for ECN. */
void ecn_on_syn_repeated(Ctx *, Tcb *);

/* The SYN that we have comes again: does it still ask for ECN? RFC 3168 6.1.1: who has received one
 * that does not "SHOULD NOT set ECT". */
void ecn_syn_again(Ctx *, Tcb *, const Seg *syn);

/* ECE, CWR and the codepoint of a segment that is about to leave; fresh: new data, no probe. */
void ecn_fill(const Ctx *, const Tcb *, Seg *s, bool fresh);

/* It has left. */
void ecn_on_send(Ctx *, Tcb *, const Seg *s);

/* Acceptable text has arrived. */
void ecn_text_arrives(Ctx *, Tcb *, const Seg *);

/* Does this acknowledgment say that the network is congested? */
bool ecn_echoed(Ctx *, Tcb *, const Seg *);

/* An echo at a window of one segment: nothing new leaves for a retransmission timeout, which begins
 * anew (RFC 3168 6.1.2, RFC 9438 4.6). */
void ecn_hold(Ctx *, Tcb *);

/* Before anything is sent: is that over? */
void ecn_before_output(const Ctx *, Tcb *);

/* The congestion window has been reduced, whatever the reason: the peer shall know. */
void ecn_on_reduction(Tcb *);

#endif
