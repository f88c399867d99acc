/*
 * cc.c: what all congestion control algorithms share (cc.h).
 *
 * The table, the initial window, slow start, the loss window and the restart window, whether the
 * window is used at all, pacing; the algorithms are files of their own.
 */
#include "core/tcp/cc.h"

#include "core/tcp/ecn.h"

#include "core/tcp/hystart.h"
#include "core/tcp/rate.h"

#include <string.h>

static const CcOps cc_none = {.name = "none"};

const CcOps *const cc_table[CC_ALGORITHM_COUNT] = {
    [CC_NONE] = &cc_none,
    [CC_RENO] = &cc_reno,
    [CC_CUBIC] = &cc_cubic,
    [CC_BBR] = &cc_bbr,
};

CcAlgorithm cc_of_name(const char *name, size_t len)
{
    for (int i = 0; i < CC_ALGORITHM_COUNT; i++)
        if (strlen(cc_table[i]->name) == len && memcmp(cc_table[i]->name, name, len) == 0)
            return (CcAlgorithm)i;
    return CC_ALGORITHM_COUNT;
}

bool cc_active(const Ctx *c, const Tcb *t)
{
    return t->cc.algorithm != CC_NONE && rule_on(c, RULE_CONGESTION_CONTROL);
}

uint32_t cc_window(const Ctx *c, const Tcb *t)
{
    return cc_active(c, t) ? t->cc.cwnd : UINT32_MAX;
}

void cc_note(Ctx *c, const Tcb *t)
{
    if (cc_active(c, t))
        note_detail(c, t, NOTE_CWND, t->cc.cwnd, t->cc.ssthresh);
}

/* ---- the beginning ---- */

/* RFC 5681 3.1: IW is 4, 3 or 2 segments by the size of SMSS; knob initial_window overrides it
 * (RFC 6928). */
static uint32_t initial_window(const Ctx *c, const Tcb *t)
{
    uint32_t segments = (uint32_t)knob(c, KNOB_INITIAL_WINDOW);
    if (segments == 0)
        segments = t->snd.mss > 2190 ? 2 : t->snd.mss > 1095 ? 3 : 4;
    return segments * t->snd.mss;
}

static void start(Ctx *c, Tcb *t)
{
    if (cc_table[t->cc.algorithm]->start)
        cc_table[t->cc.algorithm]->start(c, t);
    cc_note(c, t);
}

void cc_start(Ctx *c, Tcb *t)
{
    t->cc.algorithm = (uint8_t)(t->opt.cc ? t->opt.cc - 1u : knob(c, KNOB_CC));
    /* "If the SYN or SYN/ACK is lost, the initial window ... MUST be one segment" */
    t->cc.cwnd = t->syn_lost ? t->snd.mss : initial_window(c, t);
    t->cc.recover = seq_sub(t->snd.una, 1);
    if (cc_active(c, t))
        note_rule(c, t, RULE_CONGESTION_CONTROL, t->cc.cwnd, t->snd.mss);
    start(c, t);
}

void cc_choose(Ctx *c, Tcb *t, CcAlgorithm algorithm)
{
    CHECK(algorithm < CC_ALGORITHM_COUNT);
    Rate rate = t->ccs.rate; /* what has been measured stays true */
    rate.pacing = 0;
    rate.paced_until = 0;
    t->ccs = (CcState){.rate = rate, .use = t->ccs.use};
    t->cc.algorithm = (uint8_t)algorithm;
    t->cc.acked = 0;
    start(c, t);
}

/* ---- is the window used? (RFC 7661) ---- */

/* May the window grow? In slow start it doubles in a round trip, so half of it used is enough
 * (Linux, tcp_is_cwnd_limited). */
static bool window_used(const Ctx *c, const Tcb *t)
{
    const CwndUse *u = &t->ccs.use;
    if (u->full || !knob(c, KNOB_CWND_VALIDATION))
        return true;
    return t->cc.cwnd < t->cc.ssthresh && t->cc.cwnd / 2 < u->max;
}

static void watch_use(const Ctx *c, Tcb *t, bool full)
{
    CwndUse *u = &t->ccs.use;
    uint32_t flight = tcb_counted_flight(c, t);
    if (flight == 0 && !full)
        return;
    if (seq_geq(t->snd.una, u->until) || full || (!u->full && flight > u->max))
        *u = (CwndUse){.until = t->snd.nxt, .max = flight, .full = full};
}

static RateLimit limit_of(const Tcb *t, RuleId held, bool full)
{
    if (t->sent_count == 0 && tcb_unsent(t) == 0)
        return LIMITED_IDLE;
    if (held == RULE_SEND_WINDOW)
        return LIMITED_RWND;
    return !full && ring_free(&t->tx) == 0 && tcb_unsent(t) < t->snd.mss ? LIMITED_SNDBUF
                                                                         : LIMITED_NETWORK;
}

void cc_after_output(Ctx *c, Tcb *t, RuleId held)
{
    bool full = held == RULE_CONGESTION_WINDOW ||
                (uint64_t)tcb_counted_flight(c, t) + t->snd.mss > cc_window(c, t);
    watch_use(c, t, full);
    /* Linux's account begins with the connection: a SYN that waits is no data. */
    rate_limit(c, t, t->state < ESTABLISHED ? LIMITED_IDLE : limit_of(t, held, full));
    if (!full && tcb_unsent(t) < t->snd.mss && t->lost_bytes == 0 && held != RULE_PACING)
        rate_app_limited(t);
}

/* ---- acknowledgments ---- */

uint32_t cc_slow_start(Ctx *c, Tcb *t, const AckInfo *a)
{
    /* RFC 5681 equation (2), with the limit L of RFC 3465 */
    uint64_t most = knob(c, KNOB_ABC_LIMIT) * t->snd.mss;
    uint32_t step = most ? (uint32_t)min_u64(a->acked, most) : a->acked;
    step = hystart_step(c, t, a, step);
    uint32_t room = t->cc.ssthresh - t->cc.cwnd;
    t->cc.cwnd += min_u32(step, room);
    if (step > 0)
        note_rule(c, t, RULE_SLOW_START, t->cc.cwnd, t->cc.ssthresh);
    return step > room ? step - room : 0;
}

void cc_on_ack(Ctx *c, Tcb *t, const AckInfo *info)
{
    const CcOps *ops = cc_table[t->cc.algorithm];
    AckInfo counted = *info;
    const AckInfo *a = &counted;
    if (!cc_active(c, t))
        return;
    if (knob(c, KNOB_CWND_SEGMENTS) && info->acked > 0)
        counted.acked = info->segs * t->snd.mss;
    if (ops->control)
        ops->control(c, t, a);
    if (!a->advances)
        return;
    bool may_grow = t->cc.phase != CC_RECOVERY && t->cc.phase != CC_CWR && a->acked > 0;
    if (ops->grow && may_grow) {
        bool used = window_used(c, t);
        if (used)
            ops->grow(c, t, a);
        else
            note_rule(c, t, RULE_CWND_VALIDATION, t->ccs.use.max, t->cc.cwnd);
        if (ops->used)
            ops->used(c, t, used);
    }
    cc_note(c, t);
}

/* ---- reductions ---- */

uint32_t cc_window_at_loss(const Ctx *c, const Tcb *t)
{
    if (!knob(c, KNOB_SSTHRESH_FLIGHT))
        return t->cc.cwnd;
    /* FlightSize, whatever we believe of it; but what limited transmit has sent, all that exceeds
     * the window, "MUST NOT be included in this calculation" (RFC 5681 3.2, step 2). */
    uint32_t flight = seq_distance(t->snd.una, t->snd.nxt);
    return t->cc.phase == CC_DISORDER ? min_u32(flight, t->cc.cwnd) : flight;
}

/* RFC 5681 3.1: "when ... the given segment has not yet been resent": a repeated timeout keeps
 * ssthresh; and so does, where cwnd is the measure, one that ends a recovery which has reduced the
 * window already (Linux, tcp_enter_loss). */
static bool reduced_already(const Ctx *c, const Tcb *t, CcEvent event)
{
    if (event != CC_EVENT_TIMEOUT)
        return false;
    return t->backoff > 1 || (!knob(c, KNOB_SSTHRESH_FLIGHT) && t->cc.phase == CC_RECOVERY);
}

void cc_reduce(Ctx *c, Tcb *t, CcEvent event)
{
    const CcOps *ops = cc_table[t->cc.algorithm];
    if (ops->reduced && !reduced_already(c, t, event))
        t->cc.ssthresh = ops->reduced(c, t, event);
    t->ccs.hystart.state = HYSTART_DONE;
    t->cc.acked = 0;
    ecn_on_reduction(t);
    if (event != CC_EVENT_TIMEOUT)
        return;
    t->cc.cwnd = t->snd.mss; /* the loss window, LW */
    if (cc_active(c, t))
        note_rule(c, t, RULE_LOSS_WINDOW, t->cc.cwnd, t->cc.ssthresh);
    cc_note(c, t);
}

/* RFC 5681 4.1: RW = min(IW, cwnd); or halved for each timeout that passed (Linux,
 * tcp_cwnd_restart), and ssthresh remembers what the path could bear. */
static uint32_t restart_window(const Ctx *c, Tcb *t)
{
    uint32_t least = min_u32(initial_window(c, t), t->cc.cwnd), window = t->cc.cwnd;
    if (knob(c, KNOB_SLOW_START_AFTER_IDLE) == 1)
        return least;
    t->cc.ssthresh = max_u32(t->cc.ssthresh, window / 4 * 3);
    for (Nanos idle = c->now - t->last_sent; idle > t->rto && window > least; idle -= t->rto)
        window /= 2;
    return max_u32(window, least);
}

void cc_on_restart(Ctx *c, Tcb *t)
{
    const CcOps *ops = cc_table[t->cc.algorithm];
    if (ops->resumes)
        ops->resumes(c, t);
    if (!cc_active(c, t) || knob(c, KNOB_SLOW_START_AFTER_IDLE) == 0 || !ops->grow)
        return;
    uint32_t window = restart_window(c, t);
    if (window == t->cc.cwnd)
        return;
    t->cc.cwnd = window;
    note_rule(c, t, RULE_RESTART_WINDOW, window, 0);
    cc_note(c, t);
}

/* ---- pacing ---- */

uint64_t cc_pacing_rate(const Ctx *c, const Tcb *t)
{
    uint64_t rate = t->ccs.rate.pacing;
    if (!rate && t->srtt && cc_active(c, t)) { /* Linux, tcp_update_pacing_rate */
        uint64_t window = max_u32(t->cc.cwnd, tcb_flight(t));
        uint64_t percent = t->cc.cwnd < t->cc.ssthresh / 2 ? 200 : 120;
        rate = scale_u64(window * percent / 100, NANOS_S, t->srtt);
    }
    rate = rate ? rate : UINT64_MAX;
    uint64_t most = conn_knob(c, t, KNOB_MAX_PACING);
    return most ? min_u64(rate, most) : rate;
}

/* Only an algorithm that wants it, or SO_MAX_PACING_RATE, spaces segments. */
static bool is_paced(const Ctx *c, const Tcb *t)
{
    return (t->ccs.rate.pacing || conn_knob(c, t, KNOB_MAX_PACING)) && rule_on(c, RULE_PACING);
}

Nanos cc_paced_until(const Ctx *c, const Tcb *t)
{
    bool held = t->path.flags & PATH_ECN_HOLD;
    return held || is_paced(c, t) ? max_u64(t->ccs.rate.paced_until, c->now) : c->now;
}

void cc_on_send(Ctx *c, Tcb *t, uint32_t bytes)
{
    if (!is_paced(c, t))
        return;
    uint64_t rate = cc_pacing_rate(c, t);
    t->ccs.rate.paced_until = cc_paced_until(c, t) + scale_u64(bytes, NANOS_S, max_u64(rate, 1));
}
