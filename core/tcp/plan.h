/*
 * plan.h: what a connection may send now, and why it may not send more.
 *
 * The first step of output.c: pure looks at a Tcb, nothing is changed and nothing is noted. What
 * decides here is what `why` and `why not` tell.
 */
#ifndef SANDWIRE_CORE_TCP_PLAN_H
#define SANDWIRE_CORE_TCP_PLAN_H

#include "core/tcp/tcp.h"

/* One segment that may leave. */
typedef struct Plan {
    RuleId rule;
    Seq seq;
    uint32_t len; /* bytes of data */
    uint16_t flags;
    int32_t again; /* index in the sent list of what is sent again; -1: something new */
    uint16_t sent; /* SENT_... of a new element */
    uint16_t done; /* wants that this segment fulfils, besides WANT_ACK */
    bool first;    /* again, but the wire has not seen it: our SYN, now with an ACK */
    Annotation annotation;
} Plan;

/* The most urgent segment that may leave now; false: there is none. burst: bytes of new data that
 * have left in this call already. */
bool plan_next(const Ctx *, const Tcb *, uint32_t burst, Plan *);

/* Why waiting data may not leave now; RULE_NONE if it may, and then how much of it in *len. */
RuleId plan_held_by(const Ctx *, const Tcb *, uint32_t *len);

/* How much data a segment of new data takes: SACK blocks that ride on it need room (RFC 9293
 * 3.7.1: "the options ... must be taken into account"). */
uint32_t plan_mss(const Ctx *, const Tcb *);

/* Bytes between SND.NXT and the right edge of the peer's window: the usable window, U. */
uint32_t plan_usable_window(const Tcb *);

/* States in which data and FIN of ours may still leave. */
bool plan_may_send(const Tcb *);

/* Data or a FIN has never been sent. */
bool plan_something_waits(const Pools *, const Tcb *);

/* With the rule fin-retransmission off, a lost FIN stays lost. */
bool plan_may_repeat(const Ctx *, const Sent *);

#endif
