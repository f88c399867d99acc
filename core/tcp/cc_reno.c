/*
 * cc_reno.c: slow start, congestion avoidance, fast retransmit and fast recovery (RFC 5681).
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

bool cc_active(const Ctx *c, const Tcb *t)
{
    (void)t;
    return knob(c, KNOB_CC) != 0 && rule_on(c, RULE_CONGESTION_CONTROL);
}

uint32_t cc_window(const Ctx *c, const Tcb *t)
{
    return cc_active(c, t) ? t->cc.cwnd : UINT32_MAX;
}

static void note_window(Ctx *c, const Tcb *t)
{
    if (cc_active(c, t))
        note_detail(c, t, NOTE_CWND, t->cc.cwnd, t->cc.ssthresh);
}

/* 3.1: IW is 4, 3 or 2 segments by the size of SMSS; knob initial_window overrides it (RFC 6928).
 */
static uint32_t initial_window(const Ctx *c, const Tcb *t)
{
    uint32_t segments = (uint32_t)knob(c, KNOB_INITIAL_WINDOW);
    if (segments == 0)
        segments = t->snd.mss > 2190 ? 2 : t->snd.mss > 1095 ? 3 : 4;
    return segments * t->snd.mss;
}

void cc_start(Ctx *c, Tcb *t)
{
    /* "If the SYN or SYN/ACK is lost, the initial window ... MUST be one segment" */
    t->cc.cwnd = t->syn_lost ? t->snd.mss : initial_window(c, t);
    t->cc.recover = t->snd.una;
    if (cc_active(c, t))
        note_rule(c, t, RULE_CONGESTION_CONTROL, t->cc.cwnd, t->snd.mss);
    note_window(c, t);
}

/* FlightSize: all data outstanding, whatever we believe of it (3.1). */
static uint32_t flight_size(const Tcb *t)
{
    return seq_distance(t->snd.una, t->snd.nxt);
}

/* Equation (4): ssthresh = max(FlightSize / 2, 2 * SMSS). */
static void halve(Tcb *t)
{
    t->cc.ssthresh = max_u32(flight_size(t) / 2, 2 * t->snd.mss);
}

static void grow(Ctx *c, Tcb *t, uint32_t bytes)
{
    if (t->cc.cwnd < t->cc.ssthresh) { /* slow start, equation (2) */
        t->cc.cwnd += min_u32(bytes, t->snd.mss);
        note_rule(c, t, RULE_SLOW_START, t->cc.cwnd, t->cc.ssthresh);
        return;
    }
    t->cc.acked += bytes; /* congestion avoidance: one segment per window of acknowledged bytes */
    if (t->cc.acked >= t->cc.cwnd) {
        t->cc.acked -= t->cc.cwnd;
        t->cc.cwnd += t->snd.mss;
        note_rule(c, t, RULE_CONGESTION_AVOIDANCE, t->cc.cwnd, t->cc.ssthresh);
    }
}

void cc_on_ack(Ctx *c, Tcb *t, uint32_t bytes)
{
    t->cc.dup_acks = 0;
    if (t->cc.phase == CC_RECOVERY) { /* 3.2 step 6: deflate */
        t->cc.phase = CC_OPEN;
        t->cc.cwnd = t->cc.ssthresh;
        t->cc.acked = 0;
        note_rule(c, t, RULE_RECOVERY_ENDS, t->cc.cwnd, 0);
    } else if (cc_active(c, t)) {
        grow(c, t, bytes);
    }
    if (t->cc.phase == CC_LOSS && seq_geq(t->snd.una, t->cc.recover))
        t->cc.phase = CC_OPEN;
    note_window(c, t);
}

void cc_on_dup_ack(Ctx *c, Tcb *t)
{
    t->cc.dup_acks++;
    if (t->cc.phase ==
        CC_RECOVERY) { /* step 4: each one says that a segment has left the network */
        t->cc.cwnd += t->snd.mss;
        note_rule(c, t, RULE_RECOVERY_INFLATES, t->cc.cwnd, t->cc.dup_acks);
        note_window(c, t);
        return;
    }
    note_rule(c, t, RULE_DUP_ACK_COUNTED, t->cc.dup_acks, knob(c, KNOB_DUP_THRESHOLD));
    if (t->cc.dup_acks != knob(c, KNOB_DUP_THRESHOLD) || !rule_on(c, RULE_FAST_RETRANSMIT) ||
        t->cc.phase == CC_LOSS)
        return;
    halve(t); /* steps 2 and 3 */
    t->cc.recover = t->snd.nxt;
    t->cc.phase = CC_RECOVERY;
    t->cc.cwnd = t->cc.ssthresh + (uint32_t)knob(c, KNOB_DUP_THRESHOLD) * t->snd.mss;
    t->want |= WANT_REXMIT;
    note_rule(c, t, RULE_FAST_RETRANSMIT, t->cc.dup_acks, t->cc.ssthresh);
    note_window(c, t);
}

void cc_on_timeout(Ctx *c, Tcb *t)
{
    /* "when a TCP sender detects segment loss using the retransmission timer and the given segment
     * has not yet been resent ...": a repeated timeout keeps ssthresh. */
    if (t->backoff <= 1)
        halve(t);
    t->cc.cwnd = t->snd.mss; /* the loss window, LW */
    t->cc.acked = 0;
    t->cc.dup_acks = 0;
    t->cc.phase = CC_LOSS;
    t->cc.recover = t->snd.nxt;
    if (cc_active(c, t))
        note_rule(c, t, RULE_LOSS_WINDOW, t->cc.cwnd, t->cc.ssthresh);
    note_window(c, t);
}

void cc_on_restart(Ctx *c, Tcb *t)
{
    uint32_t window = min_u32(initial_window(c, t), t->cc.cwnd);
    if (window == t->cc.cwnd || !cc_active(c, t))
        return;
    t->cc.cwnd = window;
    note_rule(c, t, RULE_RESTART_WINDOW, window, 0);
    note_window(c, t);
}
