/*
 * undo.c: F-RTO and undoing (undo.h).
 *
 * F-RTO after a timeout, with una and what was sent (RFC 5682 section 2.1):
 *
 *     timeout: the first segment again        una moved, not over all: instead of repeating more,
 *          |                                  two new segments ------------+
 *          v                                                               v
 *     duplicate: it was lost, go on           una moves again, without another repetition: what it
 *     repeating                               acknowledges was never repeated, so it was only late
 */
#include "core/tcp/undo.h"

#include "core/tcp/cc.h"

void undo_remember(Tcb *t)
{
    t->rec.prior_cwnd = t->cc.cwnd;
    t->rec.prior_ssthresh = t->cc.ssthresh;
    t->rec.undo_rexmits = 0;
    t->rec.flags |= REC_UNDO;
}

void undo_count(Tcb *t)
{
    if (t->rec.flags & REC_UNDO)
        t->rec.undo_rexmits++;
}

bool undo_by_dsack(Tcb *t, const AckInfo *a)
{
    if (!(t->rec.flags & REC_UNDO) || !a->dsack || t->rec.undo_rexmits == 0)
        return false;
    return --t->rec.undo_rexmits == 0;
}

void undo_now(Ctx *c, Tcb *t, RuleId why)
{
    const CcOps *ops = cc_table[t->cc.algorithm];
    for (uint16_t i = 0; i < t->sent_count; i++)
        sent_mark(t, sent_at(&c->pools, t, i), 0, SENT_LOST);
    t->cc.cwnd = max_u32(t->cc.cwnd, t->rec.prior_cwnd);
    t->cc.ssthresh = max_u32(t->cc.ssthresh, t->rec.prior_ssthresh);
    t->cc.phase = t->sacked_bytes > 0 ? CC_DISORDER : CC_OPEN;
    t->rec.flags &= (uint16_t) ~(REC_UNDO | REC_FRTO | REC_FRTO_NEW);
    t->rec.recover_fs = 0;
    if (ops->undone)
        ops->undone(c, t);
    note_rule(c, t, why, t->cc.cwnd, 0);
    cc_note(c, t);
}

/* ---- F-RTO ---- */

void frto_begin(Ctx *c, Tcb *t)
{
    t->rec.flags &= (uint16_t) ~(REC_FRTO | REC_FRTO_NEW);
    if (knob(c, KNOB_FRTO) && rule_on(c, RULE_FRTO) && t->sent_count > 1)
        t->rec.flags |= REC_FRTO;
}

bool frto_holds(const Tcb *t)
{
    return t->rec.flags & REC_FRTO_NEW;
}

static void give_up(Ctx *c, Tcb *t)
{
    t->rec.flags &= (uint16_t) ~(REC_FRTO | REC_FRTO_NEW);
    note_rule(c, t, RULE_FRTO_REAL, 0, 0);
}

/* Step 2b needs something new to send, and room for it at the peer. */
static bool has_new_data(const Tcb *t)
{
    return tcb_unsent(t) > 0 && seq_gt(seq_add(t->snd.una, t->snd.wnd), t->snd.nxt);
}

bool frto_on_ack(Ctx *c, Tcb *t, const AckInfo *a)
{
    if (!(t->rec.flags & REC_FRTO))
        return false;
    if (a->original && t->agreed.options & AGREED_SACK && knob(c, KNOB_FRTO_AT_ONCE))
        return true;
    bool all = seq_geq(t->snd.una, t->cc.recover);
    if (t->rec.flags & REC_FRTO_NEW) { /* step 3 */
        if (a->advances && a->sacked == 0)
            return true;
        if (a->duplicate || a->sacked > 0) { /* step 3a: two round trips have passed */
            give_up(c, t);
            t->cc.cwnd = 3 * t->snd.mss;
            cc_note(c, t);
        }
        return false;
    }
    if (a->advances && !all && has_new_data(t)) { /* step 2b */
        t->rec.flags |= REC_FRTO_NEW;
        note_rule(c, t, RULE_FRTO, 0, 0);
    } else if (a->advances || a->duplicate) { /* step 2a */
        give_up(c, t);
    }
    return false;
}
