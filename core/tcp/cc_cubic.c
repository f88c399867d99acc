/*
 * cc_cubic.c: CUBIC (RFC 9438).
 *
 *     cwnd |                               /
 *          |                             .
 *    W_max |- - - - - - - . - + - . - -         K: when the curve is back at W_max
 *          |         .
 *          |      .  concave  |  convex
 *          |    /
 *    0.7 * |---+
 *          +------------------+------------- time since the last loss
 *                             K
 *
 * The window is a function of the time since the last congestion event, not of the number of
 * acknowledgments, so connections with long and short round trips grow alike: fast while far from
 * the window that was too much, carefully around it, and bolder again when nothing happened there.
 *
 * Deviations and choices: all in bytes; growth is counted by acknowledged bytes, as Figure 4 counts
 * it, so delayed acknowledgments do not slow it down; cwnd moves in whole segments, what is left
 * over is kept (credit), so the window is never more than one segment behind the real curve.
 * Invariants: origin - rise(K) is cwnd at the start of the stage; w_est never falls in a stage.
 */
#include "core/tcp/cc.h"
#include "core/tcp/cubic.h"

enum {
    FRACTION = 24, /* bits behind the point of credit and w_est */
    BETA_NUM = 7,
    BETA_DEN = 10, /* beta_cubic, 4.6 */
    ALPHA_NUM = 9,
    ALPHA_DEN = 17, /* alpha_cubic = 3 (1 - beta) / (1 + beta), 4.3 */
    KEEP_NUM = 17,
    KEEP_DEN = 20 /* (1 + beta) / 2, fast convergence, 4.7 */
};

/* Beyond these (36 minutes) every curve of more than a byte has left 32 bits. */
#define TIME_MAX_US ((uint64_t)INT32_MAX)

/* 0.4 * mss * (us / 10^6)^3 = 2 * mss * us^3 / (5 * 10^18), in two steps that fit in 64 bits. */
uint32_t cubic_rise(uint64_t us, uint32_t mss)
{
    us = min_u64(us, TIME_MAX_US);
    uint64_t nano = scale_u64(us * us, us, NANOS_S); /* 10^-9 s^3 */
    return (uint32_t)min_u64(scale_u64(nano, (uint64_t)2 * mss, 5 * NANOS_S), UINT32_MAX);
}

/* The cube root, bit by bit. */
uint32_t cubic_time(uint32_t bytes, uint32_t mss)
{
    uint32_t us = 0;
    for (uint32_t bit = (uint32_t)1 << 30; bit; bit >>= 1)
        if (cubic_rise(us | bit, mss) <= bytes)
            us |= bit;
    return us;
}

/* W_cubic at so many microseconds after the start of the stage. */
static uint64_t w_cubic(const Tcb *t, uint64_t us)
{
    const CubicEpoch *e = &t->ccs.cubic.now;
    if (us >= e->k_us)
        return (uint64_t)e->origin + cubic_rise(us - e->k_us, t->snd.mss);
    uint32_t below = cubic_rise(e->k_us - us, t->snd.mss);
    return e->origin > below ? e->origin - below : 0;
}

/* A stage of congestion avoidance begins (4.2, 4.8, 4.10). */
static void begin_stage(const Ctx *c, Tcb *t)
{
    Cubic *q = &t->ccs.cubic;
    CubicEpoch *e = &q->now;
    uint32_t cwnd = t->cc.cwnd;
    if (e->w_max == 0) /* HyStart++ ended slow start: nothing has been lost yet */
        e->prior = cwnd;
    if (e->w_max == 0 || q->after_rto)
        e->w_max = cwnd;
    e->origin = max_u32(e->w_max, cwnd);
    e->k_us = e->origin > cwnd ? cubic_time(e->origin - cwnd, t->snd.mss) : 0;
    e->start = max_u64(c->now, 1);
    e->w_est = (uint64_t)cwnd << FRACTION;
    q->credit = 0;
    q->idle_since = 0;
    q->after_rto = 0;
}

/* 4.3, Figure 4 */
static void grow_estimate(Tcb *t, uint32_t acked)
{
    CubicEpoch *e = &t->ccs.cubic.now;
    bool even = e->w_est >> FRACTION >= e->prior; /* as large as before: as fast as Reno */
    uint64_t num = even ? 1 : ALPHA_NUM, den = even ? 1 : ALPHA_DEN;
    e->w_est += scale_u64((uint64_t)acked << FRACTION, num * t->snd.mss, den * t->cc.cwnd);
}

/* 4.4, 4.5: (target - cwnd) / cwnd for each acknowledged segment. */
static void follow_curve(Tcb *t, uint32_t acked, uint64_t elapsed_us)
{
    uint32_t cwnd = t->cc.cwnd;
    uint64_t target = w_cubic(t, elapsed_us + t->srtt / NANOS_US);
    target = min_u64(max_u64(target, cwnd), (uint64_t)cwnd + cwnd / 2);
    t->ccs.cubic.credit += scale_u64((uint64_t)acked << FRACTION, target - cwnd, cwnd);
}

/* Whole segments of growth; all quantities are bounded so that cwnd stays below 2^31. */
static void open_window(Tcb *t, uint64_t bytes)
{
    uint32_t most = t->cc.cwnd < 1u << 31 ? (1u << 31) - t->cc.cwnd : 0;
    t->cc.cwnd += (uint32_t)min_u64(bytes - bytes % t->snd.mss, most);
}

static void avoid_congestion(Ctx *c, Tcb *t, uint32_t acked)
{
    Cubic *q = &t->ccs.cubic;
    uint64_t elapsed_us = (c->now - min_u64(q->now.start, c->now)) / NANOS_US;
    uint32_t before = t->cc.cwnd;
    grow_estimate(t, acked);
    uint64_t w_est = q->now.w_est >> FRACTION;
    bool friendly = w_cubic(t, elapsed_us) < w_est;
    if (friendly) {
        open_window(t, w_est > before ? w_est - before : 0);
    } else {
        follow_curve(t, acked, elapsed_us);
        open_window(t, q->credit >> FRACTION);
        q->credit -= (uint64_t)(t->cc.cwnd - before) << FRACTION;
    }
    uint8_t region = friendly                     ? CUBIC_RENO_FRIENDLY
                     : t->cc.cwnd < q->now.origin ? CUBIC_CONCAVE
                                                  : CUBIC_CONVEX;
    if (t->cc.cwnd != before || region != q->region)
        note_rule(c, t,
                  friendly                  ? RULE_CUBIC_RENO_FRIENDLY
                  : region == CUBIC_CONCAVE ? RULE_CUBIC_CONCAVE
                                            : RULE_CUBIC_CONVEX,
                  t->cc.cwnd, q->now.origin);
    q->region = region;
}

static void grow(Ctx *c, Tcb *t, const AckInfo *a)
{
    Cubic *q = &t->ccs.cubic;
    uint32_t acked = a->acked;
    if (t->cc.cwnd < t->cc.ssthresh) {
        q->now.start = 0;
        q->region = CUBIC_NONE;
        acked = cc_slow_start(c, t, a);
        if (t->cc.cwnd < t->cc.ssthresh || acked == 0)
            return;
    }
    if (q->now.start == 0)
        begin_stage(c, t);
    avoid_congestion(c, t, acked);
}

/* 4.2: the time in which the window was not updated because the application did not use it does not
 * count: the stage moves on with the clock. */
static void used(Ctx *c, Tcb *t, bool window_used)
{
    Cubic *q = &t->ccs.cubic;
    if (q->now.start == 0)
        return;
    if (!window_used && !q->idle_since)
        q->idle_since = max_u64(c->now, 1);
    if (window_used && q->idle_since) {
        q->now.start += c->now - q->idle_since;
        q->idle_since = 0;
    }
}

static void resumes(Ctx *c, Tcb *t)
{
    Cubic *q = &t->ccs.cubic;
    (void)c;
    if (q->now.start && !q->idle_since)
        q->idle_since = max_u64(t->last_sent, 1);
}

/* 4.6 to 4.8 */
static uint32_t reduced(Ctx *c, Tcb *t, CcEvent event)
{
    Cubic *q = &t->ccs.cubic;
    CubicEpoch *e = &q->now;
    /* A window inflated by duplicate ACKs (RFC 5681 3.2) is not what the path carried. */
    uint32_t cwnd = t->cc.phase == CC_RECOVERY ? min_u32(t->cc.cwnd, t->cc.ssthresh) : t->cc.cwnd;
    q->undo = *e;
    if (cwnd < e->w_max && rule_on(c, RULE_CUBIC_FAST_CONVERGENCE)) {
        e->w_max = (uint32_t)scale_u64(cwnd, KEEP_NUM, KEEP_DEN);
        note_rule(c, t, RULE_CUBIC_FAST_CONVERGENCE, e->w_max, cwnd);
    } else {
        e->w_max = cwnd;
    }
    e->prior = cwnd;
    e->start = 0;
    q->region = CUBIC_NONE;
    q->after_rto = event == CC_EVENT_TIMEOUT;
    uint32_t ssthresh = (uint32_t)scale_u64(cc_window_at_loss(c, t), BETA_NUM, BETA_DEN);
    ssthresh = max_u32(ssthresh, 2 * t->snd.mss);
    note_rule(c, t, RULE_CUBIC_REDUCES, cwnd, ssthresh);
    return ssthresh;
}

/* 4.9.2: cwnd and ssthresh have been restored by loss recovery. */
static void undone(Ctx *c, Tcb *t)
{
    (void)c;
    Cubic *q = &t->ccs.cubic;
    q->now = q->undo;
    q->undo = (CubicEpoch){0};
    q->after_rto = 0;
}

const CcOps cc_cubic = {.name = "cubic",
                        .grow = grow,
                        .reduced = reduced,
                        .undone = undone,
                        .used = used,
                        .resumes = resumes};
