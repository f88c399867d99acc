/*
 * ecn.c: both ends of RFC 3168 (ecn.h).
 *
 * What the window does is congestion control's business (cc_reduce); that it does it once per
 * window of data is the phase CC_CWR's (recovery.c).
 */
#include "core/tcp/ecn.h"

#include "core/tcp/arrive.h"

uint8_t ecn_wanted(const Ctx *c, bool active)
{
    uint64_t how = knob(c, KNOB_ECN);
    return how == 1 || (how == 2 && !active) ? AGREED_ECN : 0;
}

uint8_t ecn_offered(const Seg *syn)
{
    uint16_t both = syn->flags & (SEG_ECE | SEG_CWR);
    bool yes = syn->flags & SEG_ACK ? both == SEG_ECE : both == (SEG_ECE | SEG_CWR);
    return yes ? AGREED_ECN : 0;
}

void ecn_on_syn_repeated(Ctx *c, Tcb *t)
{
    uint64_t from = knob(c, KNOB_ECN_FALLBACK);
    if (t->state != SYN_SENT || !(t->agreed.options & AGREED_ECN) || from == 0 || t->backoff < from)
        return;
    note_rule(c, t, RULE_ECN_FALLBACK, t->backoff, 0);
    t->agreed.options &= (uint8_t)~AGREED_ECN;
}

void ecn_syn_again(Ctx *c, Tcb *t, const Seg *syn)
{
    if (!(t->agreed.options & AGREED_ECN) || ecn_offered(syn))
        return;
    note_rule(c, t, RULE_ECN_WITHDRAWN, 0, 0);
    t->agreed.options &= (uint8_t)~AGREED_ECN;
}

void ecn_fill(const Ctx *c, const Tcb *t, Seg *s, bool fresh)
{
    (void)c;
    if (!(t->agreed.options & AGREED_ECN) || s->flags & SEG_RST)
        return;
    if (s->flags & SEG_SYN) { /* 6.1.1: ECN-setup SYN and SYN+ACK */
        s->flags |= s->flags & SEG_ACK ? SEG_ECE : SEG_ECE | SEG_CWR;
        return;
    }
    if (t->path.flags & PATH_ECN_ECHO)
        s->flags |= SEG_ECE;
    if (!fresh || s->len == 0)
        return;
    s->tos = (uint8_t)((s->tos & ~IP_ECN_MASK) | IP_ECN_ECT0);
    if (t->path.flags & PATH_ECN_CWR)
        s->flags |= SEG_CWR;
}

void ecn_on_send(Ctx *c, Tcb *t, const Seg *s)
{
    if (!(s->flags & SEG_CWR) || s->flags & SEG_SYN)
        return;
    t->path.flags &= (uint8_t)~PATH_ECN_CWR;
    note_rule(c, t, RULE_ECN_CWR, 0, 0);
}

void ecn_text_arrives(Ctx *c, Tcb *t, const Seg *seg)
{
    if (!(t->agreed.options & AGREED_ECN))
        return;
    if (seg->flags & SEG_CWR && t->path.flags & PATH_ECN_ECHO) {
        t->path.flags &= (uint8_t)~PATH_ECN_ECHO;
        note_rule(c, t, RULE_ECN_CWR_TAKEN, 0, 0);
    }
    uint8_t codepoint = seg->tos & IP_ECN_MASK;
    if (codepoint != IP_ECN_NOT_ECT)
        t->path.flags |= PATH_ECN_SEEN;
    if (codepoint != IP_ECN_CE)
        return;
    t->path.ce_count++;
    if (!rule_on(c, RULE_ECN_ECHO))
        return;
    note_rule(c, t, RULE_ECN_ECHO, t->path.ce_count, 0);
    if (!(t->path.flags & PATH_ECN_ECHO)) /* at once: the sender's window may be very small */
        want_ack(c, t, RULE_ECN_ECHO);
    t->path.flags |= PATH_ECN_ECHO;
}

bool ecn_echoed(Ctx *c, Tcb *t, const Seg *seg)
{
    (void)c;
    if (!(t->agreed.options & AGREED_ECN) || (seg->flags & (SEG_ECE | SEG_SYN)) != SEG_ECE)
        return false;
    t->path.ece_count++;
    return true;
}

void ecn_hold(Ctx *c, Tcb *t)
{
    t->ccs.rate.paced_until = c->now + t->rto;
    t->path.flags |= PATH_ECN_HOLD;
    timer_stop(c, t, TIMER_REXMIT); /* tcp_output starts it anew */
}

void ecn_before_output(const Ctx *c, Tcb *t)
{
    if (c->now >= t->ccs.rate.paced_until)
        t->path.flags &= (uint8_t)~PATH_ECN_HOLD;
}

void ecn_on_reduction(Tcb *t)
{
    if (t->agreed.options & AGREED_ECN)
        t->path.flags |= PATH_ECN_CWR;
}
