/*
 * uto.c: the user timeout option (uto.h).
 *
 *     USER_TIMEOUT = min (U_LIMIT, max (ADV_UTO, REMOTE_UTO, L_LIMIT))        RFC 5482 section 3.1
 *
 * ADV_UTO is the host's own user timeout; L_LIMIT is never below the retransmission timeout.
 */
#include "core/tcp/uto.h"

enum { G_BIT = 0x8000, FIELD_MAX = 0x7fff };

uint16_t uto_encode(Nanos timeout)
{
    uint64_t seconds = (timeout + NANOS_S - 1) / NANOS_S;
    if (seconds <= FIELD_MAX)
        return (uint16_t)seconds;
    return (uint16_t)(G_BIT | min_u64((seconds + 59) / 60, FIELD_MAX));
}

Nanos uto_decode(uint16_t field)
{
    Nanos value = (Nanos)(field & FIELD_MAX) * NANOS_S;
    return field & G_BIT ? 60 * value : value;
}

void uto_fill(const Ctx *c, const Tcb *t, Seg *s)
{
    /* Section 3: on the SYN, on the next segment, because a SYN's options may be forgotten (SYN
     * cookies), on the first data, because an acknowledgment may get lost, and after a change. */
    bool first = s->len > 0 && seq_eq(s->seq, seq_add(t->snd.iss, 1));
    bool fits = (first || t->uto & UTO_DUE) && !(s->flags & SEG_RST) && s->len + 4u <= t->snd.mss;
    if (!knob(c, KNOB_UTO) || t->user_timeout == 0 || !((s->flags & SEG_SYN) || fits))
        return;
    s->opts |= SEG_OPT_USER_TIMEOUT;
    s->user_timeout = uto_encode(t->user_timeout);
}

void uto_due(const Ctx *c, Tcb *t)
{
    if (knob(c, KNOB_UTO) && t->user_timeout > 0)
        t->uto |= UTO_DUE;
}

void uto_sent(Tcb *t, const Seg *s)
{
    if (s->opts & SEG_OPT_USER_TIMEOUT && !(s->flags & SEG_SYN))
        t->uto &= (uint8_t)~UTO_DUE;
}

void uto_take(Ctx *c, Tcb *t, const Seg *seg)
{
    Nanos wish = seg->opts & SEG_OPT_USER_TIMEOUT ? uto_decode(seg->user_timeout) : 0;
    if (!knob(c, KNOB_UTO) || wish == 0 || (t->uto & UTO_FIXED))
        return;
    Nanos low = max_u64(knob(c, KNOB_UTO_LOWER), t->rto + NANOS_S);
    Nanos own = max_u64(knob(c, KNOB_USER_TIMEOUT), low);
    t->user_timeout = min_u64(knob(c, KNOB_UTO_UPPER), max_u64(own, wish));
    t->uto |= UTO_ADOPTED;
    note_rule(c, t, RULE_UTO, wish, t->user_timeout);
    timer_stop(c, t, TIMER_USER); /* tcp_output starts it anew */
}
