/*
 * timestamp.h: what the timestamps option is for (RFC 7323 sections 3 to 5).
 *
 *     every segment   TSval: our clock now           TSecr: TS.Recent
 *     arriving        R1  TSval < TS.Recent: too old to be true (PAWS)       timestamp_refuses
 *                     R3  TSval is remembered as TS.Recent                   timestamp_take
 *                     an ACK of something new: now - TSecr is a round trip   timestamp_rtt
 *
 * Private to core/tcp. Negotiation is options.c.
 */
#ifndef SANDWIRE_CORE_TCP_TIMESTAMP_H
#define SANDWIRE_CORE_TCP_TIMESTAMP_H

#include "core/tcp/tcb.h"

/* Bytes that the option takes in every segment, with the two NOPs that align it. */
enum { TIMESTAMP_BYTES = 12 };

/* The connection's timestamp clock: ticks of the knob timestamp_tick, plus its offset. */
uint32_t timestamp_now(const Ctx *, const Tcb *);

/* The connection's offset: a keyed hash of the two addresses (RFC 7323 section 5.4), or 0. */
uint32_t timestamp_offset(const Ctx *, const Tcb *);

/* a < b on the circle of timestamps. */
static inline bool timestamp_lt(uint32_t a, uint32_t b)
{
    return seq_lt(seq_of(a), seq_of(b));
}

/* R1, before every other check: RULE_PAWS (an acknowledgment is due), RULE_TIMESTAMP_MISSING
 * (silence), or RULE_NONE: go on. */
RuleId timestamp_refuses(Ctx *, const Tcb *, const Seg *);

/* R3: an acceptable segment whose first number, before trimming, was `from`. */
void timestamp_take(Ctx *, Tcb *, const Seg *, Seq from);

/* Remembers the TSval of the peer's SYN. */
void timestamp_begin(Ctx *, Tcb *, const Seg *syn);

/* The round trip that an acknowledgment measures by its TSecr; 0: none. */
Nanos timestamp_rtt(const Ctx *, const Tcb *, const Seg *);

#endif
