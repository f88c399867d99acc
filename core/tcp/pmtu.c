/*
 * pmtu.c: path MTU discovery (RFC 1191, RFC 8201), with the defence of RFC 5927 section 7.2.
 *
 * All packets say Don't Fragment, so the narrowest link shows itself: its router drops what is too
 * big and tells the MTU. A forger would say the same, to make a sender crawl. The defence: while
 * larger packets than the claimed MTU have come through, the claim only waits; it is believed when
 * the quoted segment times out, and forgotten when that is acknowledged.
 */
#include "core/tcp/path.h"
#include "core/tcp/rtt.h"
#include "core/tcp/tcp.h"

enum { MINIMUM_MTU6 = 1280, TIMESTAMP_ROOM = 12 };

/* Headers of a data segment: IP, TCP, and the timestamps that every one bears. */
static uint32_t headers(const Tcb *t)
{
    return (tcb_v6(t) ? 60u : 40u) + (t->agreed.options & AGREED_TIMESTAMP ? TIMESTAMP_ROOM : 0u);
}

/* An old router does not say the MTU of its link: the next common one below what was too big (RFC
 * 1191 section 7). */
static uint32_t plateau_below(uint32_t length)
{
    static const uint16_t plateaus[] = {32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68};
    for (size_t i = 0; i < sizeof plateaus / sizeof *plateaus; i++)
        if (plateaus[i] < length)
            return plateaus[i];
    return 68;
}

/* Everything larger than one segment now counts as lost, and goes again at once. */
static void resend(Ctx *c, Tcb *t)
{
    uint32_t count = 0;
    for (uint16_t i = 0; i < t->sent_count; i++) {
        Sent *s = sent_at(&c->pools, t, i);
        if (s->len <= t->snd.mss || s->flags & SENT_SACKED)
            continue;
        sent_mark(t, s, SENT_LOST, 0);
        count++;
    }
    if (count == 0)
        return;
    note_rule(c, t, RULE_PMTU_RESENT, count, 0);
    t->path.flags |= PATH_RESENDS;
    if (t->sent_count > 0 && sent_at(&c->pools, t, 0)->flags & SENT_LOST)
        t->want |= WANT_REXMIT;
    if (t->cc.phase == CC_OPEN || t->cc.phase == CC_DISORDER) { /* duplicates are no news now */
        t->cc.phase = CC_LOSS;
        t->cc.recover = t->snd.nxt;
        t->cc.dup_acks = 0;
    }
    timer_stop(c, t, TIMER_REXMIT);
}

static void narrow(Tcb *t, uint32_t mtu, Nanos until)
{
    if (t->path.mtu == 0)
        t->path.mss = (uint16_t)t->snd.mss;
    t->path.mtu = (uint16_t)mtu;
    t->path.mtu_until = until;
    t->path.told_mtu = 0;
    t->path.told_seq = seq_of(0);
    t->snd.mss = min_u32(t->snd.mss, mtu - headers(t));
}

static void believe(Ctx *c, Tcb *t, uint32_t mtu)
{
    Host *h = ctx_host(c);
    uint64_t age = knob(c, KNOB_PMTU_AGE);
    Nanos until = age ? c->now + age : NANOS_NEVER;
    uint32_t before = t->snd.mss;
    h->pmtu = (uint16_t)mtu;
    h->pmtu_until = until;
    narrow(t, mtu, until);
    /* RFC 5681 3.1: an initial window of so many large segments is one of as many small ones. Later
     * the window stays: it has been found by bytes that got through (RFC 1191 6.4). */
    if (seq_eq(t->snd.una, seq_add(t->snd.iss, 1)) && t->cc.cwnd > before)
        t->cc.cwnd = t->cc.cwnd / before * t->snd.mss;
    note_rule(c, t, RULE_PMTU_REDUCED, mtu, t->snd.mss);
    resend(c, t);
}

void path_too_big(Ctx *c, Tcb *t, const Icmp *m)
{
    const Seg *q = &m->quote;
    uint32_t mtu = icmp_mtu(m);
    uint32_t quoted = (q->header_len ? q->header_len : 20u) + q->len + (m->v6 ? 40u : 20u);
    if (mtu == 0) {
        mtu = plateau_below(quoted);
        note_rule(c, t, RULE_PMTU_PLATEAU, quoted, mtu);
    }
    /* RFC 1191 section 3 and RFC 8201 section 4: never below the least MTU there is */
    mtu = max_u32(mtu, m->v6 ? (uint32_t)MINIMUM_MTU6 : (uint32_t)knob(c, KNOB_MIN_PMTU));
    if (!knob(c, KNOB_PMTU_DISCOVERY) || mtu >= headers(t) + t->snd.mss) {
        note_rule(c, t, RULE_PMTU_IGNORED, mtu, headers(t) + t->snd.mss);
        return;
    }
    if (mtu < t->path.carried && knob(c, KNOB_PMTU_PATIENCE) > 0) {
        note_rule(c, t, RULE_PMTU_PENDING, mtu, t->path.carried);
        t->path.told_mtu = (uint16_t)mtu;
        t->path.told_seq = q->seq;
        return;
    }
    believe(c, t, mtu);
}

void path_begin(Ctx *c, Tcb *t)
{
    const Host *h = ctx_host(c);
    if (h->pmtu == 0 || c->now >= h->pmtu_until || h->pmtu >= headers(t) + t->snd.mss)
        return;
    narrow(t, h->pmtu, h->pmtu_until);
    note_rule(c, t, RULE_PMTU_REMEMBERED, h->pmtu, t->snd.mss);
}

void path_on_ack(Ctx *c, Tcb *t, Seq ack, uint32_t largest)
{
    if (largest > 0)
        t->path.carried = (uint16_t)max_u32(t->path.carried, largest + headers(t));
    t->path.soft_error = CONN_OK;
    if (t->path.told_mtu && seq_gt(ack, t->path.told_seq)) {
        note_rule(c, t, RULE_PMTU_REFUTED, t->path.told_mtu, 0);
        t->path.told_mtu = 0;
        t->path.told_seq = seq_of(0);
    }
}

/* RFC 4821 section 7.7: after several timeouts of a large segment, perhaps a router drops it
 * without a word. Linux's steps: 1024 bytes, then half as much each time, never below 48. */
static void suspect_black_hole(Ctx *c, Tcb *t)
{
    enum { BASE_MSS = 1024, LEAST_MSS = 48 };
    uint32_t mss = t->path.mtu == 0 ? BASE_MSS : max_u32(t->snd.mss / 2, LEAST_MSS);
    if (!knob(c, KNOB_MTU_PROBING) || t->backoff < knob(c, KNOB_R1) || mss >= t->snd.mss ||
        t->sent_count == 0 || sent_at(&c->pools, t, 0)->len <= mss)
        return;
    uint64_t age = knob(c, KNOB_PMTU_AGE);
    narrow(t, mss + headers(t), age ? c->now + age : NANOS_NEVER);
    t->cc.cwnd = min_u32(t->cc.cwnd, t->snd.mss);
    note_rule(c, t, RULE_PMTU_BLACK_HOLE, t->backoff, mss);
}

void path_on_timeout(Ctx *c, Tcb *t)
{
    suspect_black_hole(c, t);
    bool waited = t->path.told_mtu && t->backoff >= knob(c, KNOB_PMTU_PATIENCE);
    if (!waited || t->sent_count == 0 || seq_lt(t->path.told_seq, t->snd.una))
        return;
    believe(c, t, t->path.told_mtu);
    t->cc.cwnd = min_u32(t->cc.cwnd, t->snd.mss); /* the loss window: one segment, now smaller */
}

void path_before_output(Ctx *c, Tcb *t)
{
    if (t->path.mtu == 0 || c->now < t->path.mtu_until)
        return;
    t->snd.mss = max_u32(t->path.mss, t->snd.mss);
    note_rule(c, t, RULE_PMTU_AGED, t->path.mtu, t->snd.mss);
    t->path.mtu = t->path.mss = 0;
    t->path.mtu_until = 0;
}

ConnError path_verdict(Ctx *c, const Tcb *t, ConnError otherwise)
{
    ConnError told = (ConnError)t->path.soft_error;
    if (told == CONN_OK || told == CONN_TIMED_OUT) /* that R1 was reached is no other verdict */
        return otherwise;
    note_rule(c, t, RULE_SOFT_ERROR_TOLD, told, 0);
    return told;
}
