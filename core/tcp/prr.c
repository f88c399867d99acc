/*
 * prr.c: proportional rate reduction (prr.h).
 *
 *     prr_delivered   arrived since recovery began     DeliveredData of each acknowledgment
 *     prr_out         sent since then
 *     RecoverFS       in flight when it began
 *
 * While pipe > ssthresh: prr_out follows prr_delivered * ssthresh / RecoverFS. Below ssthresh the
 * window is filled up again, by one segment more than has arrived where that is safe (slow start),
 * by as much as has arrived where losses go on (packet conservation).
 */
#include "core/tcp/prr.h"

#include "core/tcp/cc.h"

void prr_begin(const Ctx *c, Tcb *t, const AckInfo *a)
{
    t->rec.prr_delivered = t->rec.prr_out = t->rec.recover_fs = 0;
    if (cc_table[t->cc.algorithm]->control) /* it sets cwnd itself */
        return;
    if (!(t->agreed.options & AGREED_SACK) || !knob(c, KNOB_PRR) || !rule_on(c, RULE_PRR))
        return;
    /* RFC 9937 6.1: what may still be delivered: all that is out but what was SACKed before, and
     * what this acknowledgment brought. */
    uint32_t out = seq_distance(t->snd.una, t->snd.nxt) - t->sacked_bytes;
    uint32_t brought = a ? a->sacked + seq_distance(a->una_before, t->snd.una) : 0;
    t->rec.recover_fs = max_u32(out + brought, 1);
    if (knob(c, KNOB_CWND_SEGMENTS)) /* Linux: the window before, in segments as all the rest */
        t->rec.recover_fs = max_u32(t->rec.prior_cwnd / t->snd.mss * t->snd.mss, t->snd.mss);
}

static uint32_t above(uint32_t a, uint32_t b)
{
    return a > b ? a - b : 0;
}

void prr_on_ack(Ctx *c, Tcb *t, const AckInfo *a)
{
    Recovery *r = &t->rec;
    if (r->recover_fs == 0 || a->delivered == 0)
        return;
    bool counts = knob(c, KNOB_CWND_SEGMENTS);
    uint32_t delivered = counts ? a->segs * t->snd.mss : a->delivered;
    r->prr_delivered += delivered;
    uint32_t pipe = tcb_counted_flight(c, t), send;
    if (pipe > t->cc.ssthresh && counts) { /* whole segments, rounded up as Linux does */
        uint32_t mss = t->snd.mss, window = r->recover_fs / mss;
        uint64_t share = (uint64_t)(r->prr_delivered / mss) * (t->cc.ssthresh / mss) + window - 1;
        send = above((uint32_t)(share / window * mss), r->prr_out);
    } else if (pipe > t->cc.ssthresh) {
        uint64_t share = (uint64_t)r->prr_delivered * t->cc.ssthresh + r->recover_fs - 1;
        send = above((uint32_t)min_u64(share / r->recover_fs, UINT32_MAX), r->prr_out);
    } else {
        bool safe = a->advances && a->lost == 0; /* SafeACK */
        send = max_u32(above(r->prr_delivered, r->prr_out), delivered);
        send = min_u32(send + (safe ? t->snd.mss : 0), t->cc.ssthresh - pipe);
    }
    if (r->prr_out == 0 && send < t->snd.mss) /* the fast retransmit itself; we send no crumbs */
        send = t->snd.mss;
    t->cc.cwnd = pipe + send;
    note_rule(c, t, RULE_PRR, send, r->prr_delivered);
    cc_note(c, t);
}

void prr_sent(const Ctx *c, Tcb *t, uint32_t bytes)
{
    if (t->rec.recover_fs > 0)
        t->rec.prr_out += knob(c, KNOB_CWND_SEGMENTS) ? t->snd.mss : bytes;
}

void prr_end(Tcb *t)
{
    t->rec.prr_delivered = t->rec.prr_out = t->rec.recover_fs = 0;
}
