/*
 * timestamp.c: PAWS, TS.Recent and the round trip (timestamp.h).
 *
 * TS.Recent is the timestamp that the next segment echoes and, at once, the oldest that PAWS still
 * believes. Last.ACK.sent decides whose timestamp is kept: the earliest of those that one delayed
 * acknowledgment will cover, so that the peer measures the delay, too.
 */
#include "core/tcp/timestamp.h"

#include "core/base/hash.h"

/* RFC 7323 section 5.5: after so long without an update TS.Recent says nothing any more. */
static const Nanos outdated = 24 * 86400 * NANOS_S;

uint32_t timestamp_now(const Ctx *c, const Tcb *t)
{
    return (uint32_t)(c->now / knob(c, KNOB_TIMESTAMP_TICK)) + t->agreed.ts_offset;
}

uint32_t timestamp_offset(const Ctx *c, const Tcb *t)
{
    const Host *h = ctx_host(c);
    if (!knob(c, KNOB_TIMESTAMP_OFFSET))
        return 0;
    /* "The same function with a different secret key": the two halves change places. Without the
     * ports, so that the clock goes on from one connection to the next (RFC 6191). */
    const uint32_t ends[2] = {t->local_addr, t->remote_addr};
    return (uint32_t)hash_keyed(ends, sizeof ends, h->isn_key[1], h->isn_key[0]);
}

RuleId timestamp_refuses(Ctx *c, const Tcb *t, const Seg *seg)
{
    if (!(t->agreed.options & AGREED_TIMESTAMP) || (seg->flags & SEG_RST))
        return RULE_NONE;
    if (!(seg->opts & SEG_OPT_TIMESTAMP)) {
        bool tolerated = (seg->flags & SEG_SYN) || knob(c, KNOB_TIMESTAMP_MISSING_OK);
        return tolerated ? RULE_NONE : RULE_TIMESTAMP_MISSING;
    }
    if (!timestamp_lt(seg->ts_val, t->agreed.ts_recent) || !rule_on(c, RULE_PAWS))
        return RULE_NONE;
    if (c->now - t->agreed.ts_recent_at > outdated) {
        note_rule(c, t, RULE_TIMESTAMP_OUTDATED, t->agreed.ts_recent, seg->ts_val);
        return RULE_NONE;
    }
    note_rule(c, t, RULE_PAWS, seg->ts_val, t->agreed.ts_recent);
    return RULE_PAWS;
}

static void remember(Ctx *c, Tcb *t, uint32_t value)
{
    t->agreed.ts_recent = value;
    t->agreed.ts_recent_at = max_u64(c->now, 1);
}

void timestamp_take(Ctx *c, Tcb *t, const Seg *seg, Seq from)
{
    const Agreed *a = &t->agreed;
    if (!(a->options & AGREED_TIMESTAMP) || !(seg->opts & SEG_OPT_TIMESTAMP) ||
        (seg->flags & SEG_RST))
        return;
    bool newer = !timestamp_lt(seg->ts_val, a->ts_recent);
    if ((newer || c->now - a->ts_recent_at > outdated) && seq_leq(from, a->last_ack_sent))
        remember(c, t, seg->ts_val);
}

void timestamp_begin(Ctx *c, Tcb *t, const Seg *syn)
{
    remember(c, t, syn->ts_val);
    t->agreed.last_ack_sent = t->rcv.nxt;
}

Nanos timestamp_rtt(const Ctx *c, const Tcb *t, const Seg *seg)
{
    if (!(t->agreed.options & AGREED_TIMESTAMP) || !(seg->opts & SEG_OPT_TIMESTAMP) ||
        !(seg->flags & SEG_ACK))
        return 0;
    uint32_t ticks = timestamp_now(c, t) - seg->ts_ecr;
    if (ticks > INT32_MAX || seg->ts_ecr == 0)
        return 0; /* it echoes what we have not said yet, or nothing */
    return max_u32(ticks, 1) * knob(c, KNOB_TIMESTAMP_TICK);
}
