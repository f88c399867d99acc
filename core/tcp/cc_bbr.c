/*
 * cc_bbr.c: BBR, congestion control from a model of the path (BBR draft 00, version 1).
 *
 *                    delivery rate
 *       BtlBw  |        ___________________       more in flight only fills the queue
 *              |      /:
 *              |    /  :
 *              |  /    :
 *              +-------+------------------------- in flight
 *                     BDP = BtlBw * RTprop
 *
 * Loss says little about a path; the greatest delivery rate seen in ten round trips (BtlBw) and the
 * shortest round trip seen in ten seconds (RTprop) say how much fits into it. BBR paces at BtlBw
 * and probes in turn for more rate and for a shorter round trip, because both cannot be measured at
 * once:
 *
 *     STARTUP --rate grows no more--> DRAIN --queue empty--> PROBE_BW <--> PROBE_RTT
 *
 * Deviation: PROBE_BW begins in its third phase instead of a random one; a world has no dice to
 * spare. Rates in bytes a second, gains in thousandths.
 */
#include "core/tcp/cc.h"
#include "core/tcp/rate.h"

enum {
    HIGH_GAIN = 2885, /* 2 / ln 2 */
    DRAIN_GAIN = 347, /* its inverse */
    CWND_GAIN = 2000, /* room for delayed and aggregated acknowledgments */
    MARGIN = 990,     /* pace a little below the rate, so that queues drain */
    BW_ROUNDS = 10,   /* how long a delivery rate counts */
    FULL_ROUNDS = 3,  /* round trips without a quarter more: the pipe is full */
    MIN_SEGMENTS = 4, /* BBRMinPipeCwnd */
    PHASES = 8,       /* of PROBE_BW */
    FIRST_PHASE = 2
};
#define RTPROP_LASTS   (10 * NANOS_S)
#define PROBE_RTT_TIME (200 * NANOS_MS)

static uint32_t const phase_gain[PHASES] = {1250, 750, 1000, 1000, 1000, 1000, 1000, 1000};

/* ---- BtlBw: the maximum over ten round trips (the three best of Kathleen Nichols' filter) ---- */

static uint64_t bandwidth(const Bbr *b)
{
    return b->bw[0];
}

static void note_rate(Bbr *b, uint64_t rate)
{
    uint32_t round = b->round;
    if (rate >= b->bw[0] || round - b->bw_round[2] > BW_ROUNDS) {
        for (int i = 0; i < 3; i++) {
            b->bw[i] = rate;
            b->bw_round[i] = round;
        }
        return;
    }
    for (int i = 1; i < 3; i++)
        if (rate >= b->bw[i]) {
            for (int j = i; j < 3; j++) {
                b->bw[j] = rate;
                b->bw_round[j] = round;
            }
            break;
        }
    while (round - b->bw_round[0] > BW_ROUNDS) { /* the best is too old: the next takes its place */
        b->bw[0] = b->bw[1];
        b->bw_round[0] = b->bw_round[1];
        b->bw[1] = b->bw[2];
        b->bw_round[1] = b->bw_round[2];
        b->bw[2] = rate;
        b->bw_round[2] = round;
    }
}

/* ---- what the model says ---- */

/* gain * BDP in bytes; before anything is measured the window that there is. */
static uint32_t inflight(const Tcb *t, uint32_t gain)
{
    const Bbr *b = &t->ccs.bbr;
    if (b->rtprop == 0 || bandwidth(b) == 0)
        return t->cc.cwnd;
    uint64_t bdp = scale_u64(bandwidth(b), b->rtprop, NANOS_S);
    return (uint32_t)min_u64(scale_u64(bdp, gain, 1000), UINT32_MAX / 2);
}

static uint32_t pacing_gain(const Bbr *b)
{
    switch ((BbrState)b->state) {
    case BBR_STARTUP: return HIGH_GAIN;
    case BBR_DRAIN: return DRAIN_GAIN;
    case BBR_PROBE_BW: return phase_gain[b->phase];
    case BBR_PROBE_RTT: break;
    }
    return 1000;
}

static void enter(Ctx *c, Tcb *t, BbrState state, RuleId rule)
{
    t->ccs.bbr.state = (uint8_t)state;
    t->ccs.bbr.phase = FIRST_PHASE;
    t->ccs.bbr.phase_at = c->now;
    note_rule(c, t, rule, bandwidth(&t->ccs.bbr), t->ccs.bbr.rtprop);
}

static void start(Ctx *c, Tcb *t)
{
    t->ccs.bbr = (Bbr){.rtprop = t->srtt, .rtprop_at = c->now};
    Nanos rtt = t->srtt ? t->srtt : NANOS_MS;
    t->ccs.rate.pacing = scale_u64(scale_u64(t->cc.cwnd, NANOS_S, rtt), HIGH_GAIN, 1000);
    enter(c, t, BBR_STARTUP, RULE_BBR_STARTUP);
}

/* ---- one acknowledgment ---- */

static void update_round(Tcb *t, const AckInfo *a)
{
    Bbr *b = &t->ccs.bbr;
    b->round_start = 0;
    if (!a->rate.newest_at || (int32_t)(a->rate.prior - b->round_end) < 0)
        return;
    b->round_end = t->ccs.rate.delivered;
    b->round++;
    b->round_start = 1;
}

static void update_bandwidth(Tcb *t, const AckInfo *a)
{
    if (a->rate.rate > 0 && (!a->rate.app_limited || a->rate.rate >= bandwidth(&t->ccs.bbr)))
        note_rate(&t->ccs.bbr, a->rate.rate);
}

/* The pipe is full when three round trips in a row brought no quarter more. */
static void check_full(Tcb *t, const AckInfo *a)
{
    Bbr *b = &t->ccs.bbr;
    if (b->full || !b->round_start || a->rate.app_limited)
        return;
    if (bandwidth(b) >= b->full_bw + b->full_bw / 4) {
        b->full_bw = bandwidth(b);
        b->full_rounds = 0;
        return;
    }
    b->full = ++b->full_rounds >= FULL_ROUNDS;
}

static void check_drain(Ctx *c, Tcb *t)
{
    Bbr *b = &t->ccs.bbr;
    if (b->state == BBR_STARTUP && b->full)
        enter(c, t, BBR_DRAIN, RULE_BBR_DRAIN);
    if (b->state == BBR_DRAIN && tcb_flight(t) <= inflight(t, 1000))
        enter(c, t, BBR_PROBE_BW, RULE_BBR_PROBE_BW);
}

/* Each phase lasts a round trip; probing for more until it has filled the pipe, draining only until
 * the queue is gone. */
static void check_phase(Ctx *c, Tcb *t, const AckInfo *a)
{
    Bbr *b = &t->ccs.bbr;
    if (b->state != BBR_PROBE_BW)
        return;
    bool over = c->now - b->phase_at > b->rtprop;
    uint32_t gain = phase_gain[b->phase];
    if (gain > 1000)
        over = over && (a->lost > 0 || a->flight_before >= inflight(t, gain));
    else if (gain < 1000)
        over = over || a->flight_before <= inflight(t, 1000);
    if (!over)
        return;
    b->phase = (uint8_t)((b->phase + 1) % PHASES);
    b->phase_at = c->now;
    if (phase_gain[b->phase] != 1000)
        note_rule(c, t, RULE_BBR_PHASE, phase_gain[b->phase] / 10, bandwidth(b));
}

static uint32_t least_window(const Tcb *t)
{
    return MIN_SEGMENTS * t->snd.mss;
}

static void leave_probe_rtt(Ctx *c, Tcb *t)
{
    Bbr *b = &t->ccs.bbr;
    b->rtprop_at = c->now;
    b->probe_until = 0;
    t->cc.cwnd = max_u32(t->cc.cwnd, b->prior_cwnd);
    enter(c, t, b->full ? BBR_PROBE_BW : BBR_STARTUP,
          b->full ? RULE_BBR_PROBE_BW : RULE_BBR_STARTUP);
}

static void update_rtprop(Ctx *c, Tcb *t, const AckInfo *a)
{
    Bbr *b = &t->ccs.bbr;
    bool expired = c->now > b->rtprop_at + RTPROP_LASTS;
    if (a->rtt && (b->rtprop == 0 || a->rtt <= b->rtprop || expired)) {
        b->rtprop = a->rtt;
        b->rtprop_at = c->now;
    }
    if (expired && b->state != BBR_PROBE_RTT && !b->idle) {
        b->prior_cwnd = max_u32(t->cc.cwnd, b->prior_cwnd);
        b->probe_until = 0;
        enter(c, t, BBR_PROBE_RTT, RULE_BBR_PROBE_RTT);
    }
    if (b->state != BBR_PROBE_RTT)
        return;
    rate_app_limited(t); /* what is measured now is our own doing */
    if (b->probe_until == 0 && tcb_flight(t) <= least_window(t)) {
        b->probe_until = c->now + PROBE_RTT_TIME;
        b->probe_round = 0;
        b->round_end = t->ccs.rate.delivered;
    } else if (b->probe_until) {
        b->probe_round |= b->round_start;
        if (b->probe_round && c->now > b->probe_until)
            leave_probe_rtt(c, t);
    }
}

static void set_pacing(Tcb *t)
{
    const Bbr *b = &t->ccs.bbr;
    if (bandwidth(b) == 0)
        return;
    uint64_t rate = scale_u64(scale_u64(bandwidth(b), pacing_gain(b), 1000), MARGIN, 1000);
    if (b->full || rate > t->ccs.rate.pacing)
        t->ccs.rate.pacing = max_u64(rate, 1);
}

/* The first round trip of recovery conserves packets: one out for one delivered. Afterwards the
 * window returns. True: cwnd is set already. */
static bool conserve(Tcb *t, const AckInfo *a)
{
    Bbr *b = &t->ccs.bbr;
    bool recovers = t->cc.phase == CC_RECOVERY || t->cc.phase == CC_LOSS;
    uint32_t flow = tcb_flight(t) + max_u32(a->delivered, t->snd.mss);
    if (recovers && !b->recovering) {
        b->recovering = BBR_CONSERVING;
        b->round_end = t->ccs.rate.delivered;
        t->cc.cwnd = flow;
    } else if (!recovers && b->recovering) {
        b->recovering = BBR_WELL;
        t->cc.cwnd = max_u32(t->cc.cwnd, b->prior_cwnd);
    } else if (b->round_start && b->recovering) {
        b->recovering = BBR_RECOVERING;
    }
    if (b->recovering != BBR_CONSERVING)
        return false;
    uint32_t left = t->cc.cwnd > a->lost ? t->cc.cwnd - a->lost : 0;
    t->cc.cwnd = max_u32(left, flow);
    return true;
}

static void set_cwnd(Ctx *c, Tcb *t, const AckInfo *a)
{
    Bbr *b = &t->ccs.bbr;
    uint32_t gain = b->state == BBR_STARTUP || b->state == BBR_DRAIN ? HIGH_GAIN : CWND_GAIN;
    uint32_t target = inflight(t, gain) + 3 * t->snd.mss;
    if (conserve(t, a))
        ;
    else if (b->full)
        t->cc.cwnd = min_u32(t->cc.cwnd + a->delivered, target);
    else if (t->cc.cwnd < target || t->ccs.rate.delivered < 10 * t->snd.mss)
        t->cc.cwnd += a->delivered;
    t->cc.cwnd = max_u32(t->cc.cwnd, least_window(t));
    if (b->state == BBR_PROBE_RTT)
        t->cc.cwnd = min_u32(t->cc.cwnd, least_window(t));
    cc_note(c, t);
}

static void control(Ctx *c, Tcb *t, const AckInfo *a)
{
    if (a->delivered == 0 && !a->advances)
        return;
    update_round(t, a);
    update_bandwidth(t, a);
    check_phase(c, t, a);
    check_full(t, a);
    check_drain(c, t);
    update_rtprop(c, t, a);
    t->ccs.bbr.idle = 0;
    set_pacing(t);
    set_cwnd(c, t, a);
}

/* A loss is no order to slow down; the window is only remembered. */
static uint32_t reduced(Ctx *c, Tcb *t, CcEvent event)
{
    (void)c;
    Bbr *b = &t->ccs.bbr;
    bool saved = b->recovering || b->state == BBR_PROBE_RTT;
    b->prior_cwnd = saved ? max_u32(b->prior_cwnd, t->cc.cwnd) : t->cc.cwnd;
    if (event == CC_EVENT_TIMEOUT) {
        b->full_bw = 0;
        b->full_rounds = 0;
    }
    return max_u32(t->cc.cwnd, least_window(t));
}

static void undone(Ctx *c, Tcb *t)
{
    (void)c;
    t->ccs.bbr.full_bw = 0;
    t->ccs.bbr.full_rounds = 0;
}

/* After idling nothing needs to be probed: the path has been drained by silence. */
static void resumes(Ctx *c, Tcb *t)
{
    (void)c;
    t->ccs.bbr.idle = 1;
    if (t->ccs.bbr.state == BBR_PROBE_BW && bandwidth(&t->ccs.bbr) > 0)
        t->ccs.rate.pacing = bandwidth(&t->ccs.bbr);
}

const CcOps cc_bbr = {.name = "bbr",
                      .start = start,
                      .reduced = reduced,
                      .undone = undone,
                      .control = control,
                      .resumes = resumes};
