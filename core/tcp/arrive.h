/*
 * arrive.h: the parts of SEGMENT ARRIVES, one file each (RFC 9293 section 3.10.7).
 *
 * Private to core/tcp. input.c chooses by state; the parts follow the RFC's order inside.
 */
#ifndef SANDWIRE_CORE_TCP_ARRIVE_H
#define SANDWIRE_CORE_TCP_ARRIVE_H

#include "core/tcp/tcp.h"

/* 3.10.7.3 */
void arrives_syn_sent(Ctx *, Tcb *, const Seg *, Bytes payload);

/* 3.10.7.4: the eight checks. Returns the connection to speak for: usually t, a child of the
 * listener when a new SYN reopens TIME-WAIT, none when t is gone. */
ConnId arrives_synchronized(Ctx *, Tcb *, const Seg *, Bytes payload);

/* 3.10.7.2: also called for a SYN that reopens a connection from TIME-WAIT. */
ConnId arrives_listen(Ctx *, Tcb *listener, const Seg *, Bytes payload);

/* Has the program left the listener's queue to fill up? */
bool accept_queue_full(const Ctx *, const Tcb *listener);

/* The third segment brings no data, and the program wants to hear of connections only with some
 * (TCP_DEFER_ACCEPT): it is passed over, the SYN+ACK goes again when the time is over. */
bool defers_accept(Ctx *, Tcb *, const Seg *);

/* The third segment finds no place in the accept queue: it is settled here (ignored, or answered
 * with a reset; t may be gone). */
bool accept_queue_refuses(Ctx *, Tcb *, const Seg *);

/* Seventh and eighth check: the text and the FIN of an acceptable segment. */
void arrives_text(Ctx *, Tcb *, const Seg *, Bytes payload);
void arrives_fin(Ctx *, Tcb *, const Seg *);

/* The rule duplicate-discard is off: the application gets old bytes a second time. */
void deliver_again(Ctx *, Tcb *, Bytes payload);

/* What every SYN of the peer tells: its initial number, its window, its options. */
void take_syn(Ctx *, Tcb *, const Seg *);

/* Our SYN is acknowledged, and the peer's is here: first windows, keep-alive, the accept queue. */
void handshake_over(Ctx *, Tcb *);

/* ... and the connection reaches ESTABLISHED, with a CLOSE that was waiting. */
void become_established(Ctx *, Tcb *);

/* An acknowledgment is due, by this rule. */
void want_ack(Ctx *, Tcb *, RuleId);

/* A challenge ACK (RFC 5961 section 7: rate limited). */
void want_challenge_ack(Ctx *, Tcb *);

/* Discards what arrived, by this rule. */
void note_discard(Ctx *, const Tcb *, RuleId);

/* Enters TIME-WAIT and starts its timer. */
void enter_time_wait(Ctx *, Tcb *);

/* A segment comes to a connection in TIME-WAIT. True: it was a SYN, and it is settled; *speaks is
 * the new connection, if it opened one. False: the eight checks go on. */
bool time_wait_syn(Ctx *, Tcb *, const Seg *, Bytes payload, ConnId *speaks);

/* A reset comes to a connection in TIME-WAIT: does it live on? */
bool time_wait_survives(Ctx *, const Tcb *);

#endif
