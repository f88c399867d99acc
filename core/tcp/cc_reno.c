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
    if (t->cc.cwnd < t->cc.ssthresh) { /* slow start, equation (2) */
        t->cc.cwnd += min_u32(a->acked, t->snd.mss);
        note_rule(c, t, RULE_SLOW_START, t->cc.cwnd, t->cc.ssthresh);
        return;
    }
    t->cc.acked +=
        a->acked; /* congestion avoidance: one segment per window of acknowledged bytes */
    if (t->cc.acked >= t->cc.cwnd) {
        t->cc.acked -= t->cc.cwnd;
        t->cc.cwnd += t->snd.mss;
        note_rule(c, t, RULE_CONGESTION_AVOIDANCE, t->cc.cwnd, t->cc.ssthresh);
    }
}

/* Equation (4): ssthresh = max(FlightSize / 2, 2 * SMSS); FlightSize is all data outstanding,
 * whatever we believe of it. */
static uint32_t reduced(Ctx *c, Tcb *t, CcEvent event)
{
    (void)c;
    (void)event;
    return max_u32(seq_distance(t->snd.una, t->snd.nxt) / 2, 2 * t->snd.mss);
}

const CcOps cc_reno = {.name = "reno", .grow = grow, .reduced = reduced};
