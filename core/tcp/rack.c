/*
 * rack.c: RACK and the tail loss probe (rack.h, RFC 8985).
 *
 * The sent list keeps of each element when it was last sent. The newest delivered one is RACK's
 * yardstick: whatever left before it, and should have arrived within its round trip and the
 * reordering window, is lost, be it an original, a retransmission or the last of all.
 */
#include "core/tcp/rack.h"

#include "core/tcp/timestamp.h"

enum { PERSIST = 16 }; /* recoveries for which a widened reordering window stays (step 4) */

bool rack_active(const Ctx *c, const Tcb *t)
{
    return (t->agreed.options & AGREED_SACK) && knob(c, KNOB_RACK) && rule_on(c, RULE_RACK);
}

/* RACK_sent_after () */
static bool sent_after(Nanos at1, Seq end1, Nanos at2, Seq end2)
{
    return at1 > at2 || (at1 == at2 && seq_gt(end1, end2));
}

static Seq end_of(const Sent *s)
{
    return seq_add(s->seq, sent_len(s));
}

/* Step 2: could the acknowledgment be for an earlier copy? The timestamps' clock is coarse: what
 * seems longer than the round trip by less than a tick may be the same. */
static bool is_ambiguous(const Ctx *c, const Tcb *t, const Sent *s, const AckInfo *a)
{
    if (s->rexmits == 0)
        return false;
    Nanos rtt = c->now - s->at;
    Nanos echoed = a->seg ? timestamp_rtt(c, t, a->seg) : 0;
    return rtt < t->ccs.rate.min_rtt || echoed >= rtt + knob(c, KNOB_TIMESTAMP_TICK);
}

/* Step 3 */
static void watch_reordering(Ctx *c, Tcb *t, const Sent *s)
{
    if (seq_gt(end_of(s), t->rec.rack_fack) || t->rec.rack_xmit == 0) {
        t->rec.rack_fack = end_of(s);
    } else if (s->rexmits == 0 && !(t->rec.flags & REC_REORDERING_SEEN)) {
        t->rec.flags |= REC_REORDERING_SEEN;
        t->tally.reorderings++;
        note_rule(c, t, RULE_RACK_REORDERING, 0, 0);
    }
}

void rack_update(Ctx *c, Tcb *t, const Sent *s, const AckInfo *a)
{
    if (!rack_active(c, t))
        return;
    watch_reordering(c, t, s);
    if (is_ambiguous(c, t, s, a))
        return;
    t->rec.rack_rtt = c->now - s->at;
    if (t->rec.rack_xmit == 0 || sent_after(s->at, end_of(s), t->rec.rack_xmit, t->rec.rack_end)) {
        t->rec.rack_xmit = s->at;
        t->rec.rack_end = end_of(s);
    }
}

/* ---- the reordering window (step 4) ---- */

static void widen(Ctx *c, Tcb *t, const AckInfo *a)
{
    Recovery *r = &t->rec;
    if (r->flags & REC_DSACK_ROUND && seq_geq(t->snd.una, r->dsack_round))
        r->flags &= (uint16_t)~REC_DSACK_ROUND;
    if (!a->dsack || r->flags & REC_DSACK_ROUND)
        return;
    r->flags |= REC_DSACK_ROUND;
    r->dsack_round = t->snd.nxt;
    r->reo_wnd_mult = (uint8_t)min_u32(r->reo_wnd_mult + 1u, 254);
    r->reo_wnd_persist = PERSIST;
    note_rule(c, t, RULE_RACK_WIDER, r->reo_wnd_mult + 1u, 0);
}

void rack_recovery_ended(Tcb *t)
{
    if (t->rec.reo_wnd_persist > 0 && --t->rec.reo_wnd_persist == 0)
        t->rec.reo_wnd_mult = 0;
}

static uint32_t segments_sacked(const Pools *p, const Tcb *t)
{
    uint32_t n = 0;
    for (uint16_t i = 0; t->sacked_bytes > 0 && i < t->sent_count; i++)
        n += sent_at(p, t, i)->flags & SENT_SACKED ? 1u : 0u;
    return n;
}

/* RACK.reo_wnd: none as long as no reordering has been seen and there is proof enough. */
static Nanos reordering_window(const Ctx *c, const Tcb *t)
{
    if (!(t->rec.flags & REC_REORDERING_SEEN)) {
        if (t->cc.phase == CC_RECOVERY || t->cc.phase == CC_LOSS)
            return 0;
        if (segments_sacked(&c->pools, t) >= knob(c, KNOB_DUP_THRESHOLD))
            return 0;
    }
    return min_u64((t->rec.reo_wnd_mult + 1u) * (t->ccs.rate.min_rtt / 4), t->srtt);
}

/* ---- loss (step 5) ---- */

static bool is_candidate(const Sent *s)
{
    return !(s->flags & (SENT_SACKED | SENT_LOST));
}

uint32_t rack_detect_loss(Ctx *c, Tcb *t, const AckInfo *a)
{
    if (!rack_active(c, t) || t->rec.rack_xmit == 0)
        return 0;
    if (a)
        widen(c, t, a);
    Nanos window = reordering_window(c, t), wait = 0;
    uint32_t lost = 0;
    for (uint16_t i = 0; i < t->sent_count; i++) {
        Sent *s = sent_at(&c->pools, t, i);
        if (!is_candidate(s) || !sent_after(t->rec.rack_xmit, t->rec.rack_end, s->at, end_of(s)))
            continue;
        Nanos deadline = s->at + t->rec.rack_rtt + window;
        if (deadline <= c->now) {
            sent_mark(t, s, SENT_LOST, 0);
            lost += s->len;
        } else {
            wait = max_u64(wait, deadline - c->now);
        }
    }
    if (lost > 0)
        note_rule(c, t, RULE_RACK, lost, window);
    if (wait > 0) {
        timer_arm(c, t, TIMER_RACK, c->now + wait);
        note_rule(c, t, RULE_RACK_WAITS, wait, window);
    } else {
        timer_stop(c, t, TIMER_RACK);
    }
    return lost;
}

void rack_mark_on_timeout(Ctx *c, Tcb *t)
{
    Nanos window = reordering_window(c, t);
    for (uint16_t i = 0; i < t->sent_count; i++) {
        Sent *s = sent_at(&c->pools, t, i);
        bool overdue = i == 0 || s->at + t->rec.rack_rtt + window <= c->now;
        if (overdue && !(s->flags & SENT_SACKED))
            sent_mark(t, s, SENT_LOST, 0);
    }
    timer_stop(c, t, TIMER_RACK);
}

/* ---- TLP (section 7) ---- */

void tlp_restart(Tcb *t)
{
    t->rec.flags |= REC_TLP_ARM;
}

static bool tlp_wanted(const Ctx *c, const Tcb *t)
{
    return (t->agreed.options & AGREED_SACK) && knob(c, KNOB_TLP) && rule_on(c, RULE_TLP) &&
           t->sent_count > 0 && t->cc.phase == CC_OPEN && t->sacked_bytes == 0 &&
           timer_armed(t, TIMER_REXMIT) && t->state >= ESTABLISHED &&
           !(t->rec.flags & REC_TLP_UNMEASURED); /* 7.3: probes alone would measure nothing */
}

/* TLP_calc_PTO () */
static Nanos probe_timeout(const Ctx *c, const Tcb *t)
{
    if (t->srtt == 0)
        return NANOS_S;
    Nanos timeout = 2 * t->srtt;
    /* A peer that has one segment may be waiting for a second. */
    return timeout + knob(c, t->sent_count == 1 ? KNOB_TLP_MAX_ACK_DELAY : KNOB_TLP_MARGIN);
}

void tlp_arrange_timer(Ctx *c, Tcb *t)
{
    bool again = t->rec.flags & REC_TLP_ARM;
    t->rec.flags &= (uint16_t)~REC_TLP_ARM;
    if (!tlp_wanted(c, t) || t->rec.flags & REC_TLP_OUT) {
        timer_stop(c, t, TIMER_TLP);
        return;
    }
    if (!again)
        return;
    /* "If (Now () + PTO > TCP_RTO_expire ())": no later than that timer; tcp_next_timer lets the
     * probe go first. */
    timer_arm(c, t, TIMER_TLP, min_u64(c->now + probe_timeout(c, t), t->due[TIMER_REXMIT]));
}

void tlp_sent(Ctx *c, Tcb *t, bool again)
{
    t->rec.flags |= REC_TLP_OUT | REC_TLP_UNMEASURED;
    t->rec.flags &= (uint16_t) ~(REC_TLP_AGAIN | REC_TLP_ARM);
    t->rec.flags |= again ? REC_TLP_AGAIN : 0;
    t->rec.tlp_end = t->snd.nxt;
    timer_stop(c, t, TIMER_REXMIT); /* it is armed anew after the probe */
}

bool tlp_on_ack(Ctx *c, Tcb *t, const AckInfo *a)
{
    if (!(t->rec.flags & REC_TLP_OUT) || !a->seg || seq_lt(a->seg->ack, t->rec.tlp_end))
        return false;
    bool again = t->rec.flags & REC_TLP_AGAIN;
    bool beyond = seq_gt(a->seg->ack, t->rec.tlp_end);
    bool same = !a->advances && !(a->seg->opts & SEG_OPT_SACK);
    if (again && !a->dsack && !beyond && !same)
        return false; /* undecided: was it the original or the probe? */
    t->rec.flags &= (uint16_t) ~(REC_TLP_OUT | REC_TLP_AGAIN);
    if (!again)
        return false;
    bool repaired = !a->dsack && beyond;
    note_rule(c, t, repaired ? RULE_TLP_REPAIRED : RULE_TLP_NEEDLESS, 0, 0);
    return repaired;
}
