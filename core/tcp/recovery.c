/*
 * recovery.c: fast retransmit and fast recovery (RFC 5681 3.2), recovery after a timeout.
 *
 * See recovery.h for the phases.
 */
#include "core/tcp/recovery.h"

#include "core/tcp/cc.h"

static void enter_recovery(Ctx *c, Tcb *t)
{
    cc_reduce(c, t, CC_EVENT_LOSS); /* steps 2 and 3 */
    t->cc.recover = t->snd.nxt;
    t->cc.phase = CC_RECOVERY;
    t->cc.cwnd = t->cc.ssthresh + (uint32_t)knob(c, KNOB_DUP_THRESHOLD) * t->snd.mss;
    t->want |= WANT_REXMIT;
    note_rule(c, t, RULE_FAST_RETRANSMIT, t->cc.dup_acks, t->cc.ssthresh);
    cc_note(c, t);
}

/* RFC 5681 3.2 */
static void on_duplicate(Ctx *c, Tcb *t)
{
    t->cc.dup_acks++;
    if (t->cc.phase ==
        CC_RECOVERY) { /* step 4: each one says that a segment has left the network */
        t->cc.cwnd += t->snd.mss;
        note_rule(c, t, RULE_RECOVERY_INFLATES, t->cc.cwnd, t->cc.dup_acks);
        cc_note(c, t);
        return;
    }
    note_rule(c, t, RULE_DUP_ACK_COUNTED, t->cc.dup_acks, knob(c, KNOB_DUP_THRESHOLD));
    if (t->cc.dup_acks != knob(c, KNOB_DUP_THRESHOLD) || !rule_on(c, RULE_FAST_RETRANSMIT) ||
        t->cc.phase == CC_LOSS)
        return;
    enter_recovery(c, t);
}

void recovery_on_ack(Ctx *c, Tcb *t, AckInfo *a)
{
    if (a->duplicate) {
        on_duplicate(c, t);
        return;
    }
    if (!a->advances)
        return;
    t->cc.dup_acks = 0;
    if (t->cc.phase == CC_RECOVERY) { /* step 6: deflate */
        t->cc.phase = CC_OPEN;
        t->cc.cwnd = t->cc.ssthresh;
        t->cc.acked = 0;
        a->acked = 0; /* this acknowledgment opens the window no further */
        note_rule(c, t, RULE_RECOVERY_ENDS, t->cc.cwnd, 0);
    }
    if (t->cc.phase == CC_LOSS && seq_geq(t->snd.una, t->cc.recover))
        t->cc.phase = CC_OPEN;
}

void recovery_on_timeout(Ctx *c, Tcb *t)
{
    cc_reduce(c, t, CC_EVENT_TIMEOUT);
    t->cc.dup_acks = 0;
    t->cc.phase = CC_LOSS;
    t->cc.recover = t->snd.nxt;
    for (uint16_t i = 0; i < t->sent_count; i++) {
        Sent *s = sent_at(&c->pools, t, i);
        if (!(s->flags & SENT_SACKED))
            sent_mark(t, s, SENT_LOST, 0);
    }
}

void recovery_on_ece(Ctx *c, Tcb *t)
{
    (void)c;
    (void)t;
}

uint32_t recovery_budget(const Ctx *c, const Tcb *t, bool again)
{
    (void)again;
    uint32_t window = cc_window(c, t), flight = tcb_flight(t);
    return window > flight ? window - flight : 0;
}

int32_t recovery_next(const Ctx *c, const Tcb *t, RuleId *rule)
{
    *rule = RULE_LOSS_REPAIR;
    for (uint16_t i = 0; t->lost_bytes > 0 && i < t->sent_count; i++)
        if (sent_at(&c->pools, t, i)->flags & SENT_LOST)
            return i;
    return -1;
}

void recovery_on_send(Ctx *c, Tcb *t, Sent *s, bool again)
{
    (void)c;
    (void)t;
    (void)s;
    (void)again;
}

void recovery_on_reordering_timer(Ctx *c, Tcb *t)
{
    (void)c;
    (void)t;
}

void recovery_on_probe_timer(Ctx *c, Tcb *t)
{
    (void)c;
    (void)t;
}

void recovery_arrange_timers(Ctx *c, Tcb *t)
{
    (void)c;
    (void)t;
}

void rack_update(Ctx *c, Tcb *t, const Sent *s)
{
    (void)c;
    (void)t;
    (void)s;
}
