/*
 * cc_reno.c: slow start and congestion avoidance (RFC 5681 section 3.1).
 *
 *        cwnd
 *          |           /|  loss by timeout: cwnd = 1 segment
 *          |      /\ /  |
 *          |    /   V   |     V: three duplicate ACKs, cwnd = half
 *          |  /         |   /
 *          | |          | |
 *          +--------------------- time
 *
 * All quantities are bytes; SMSS is snd.mss.
 */
#include "core/tcp/cc.h"

static void grow(Ctx *c, Tcb *t, const AckInfo *a)
{
    uint32_t acked = a->acked;
    if (t->cc.cwnd < t->cc.ssthresh) {
        acked = cc_slow_start(c, t, a);
        if (acked == 0)
            return;
    }
    /* congestion avoidance: one segment per window of acknowledged bytes */
    t->cc.acked += acked;
    if (t->cc.acked >= t->cc.cwnd) {
        t->cc.acked -= t->cc.cwnd;
        t->cc.cwnd += t->snd.mss;
        note_rule(c, t, RULE_CONGESTION_AVOIDANCE, t->cc.cwnd, t->cc.ssthresh);
    }
}

/* Equation (4): ssthresh = max(FlightSize / 2, 2 * SMSS). */
static uint32_t reduced(Ctx *c, Tcb *t, CcEvent event)
{
    (void)event;
    return max_u32(cc_window_at_loss(c, t) / 2, 2 * t->snd.mss);
}

const CcOps cc_reno = {.name = "reno", .grow = grow, .reduced = reduced};
