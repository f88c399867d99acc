/*
 * test_cubic.c: CUBIC's integers against floating point (RFC 9438).
 *
 * A model in double precision follows the RFC's formulas with a continuous window. Both are given
 * the same acknowledgments, one per two segments, over hundreds of seconds with several losses, for
 * round trips from 1 ms to 1 s. They must agree within 1.25 segments (ours grows by whole ones)
 * plus half a per cent at every acknowledgment.
 */
#include "tests/tcp/lone.h"

#include "core/tcp/cubic.h"

#include <math.h>

enum { MSS = 1000 };
#define SLACK 1.25 /* segments: ours grows by whole ones, and an ACK here brings two at once */

/* ---- the curve ---- */

static void a_rise_is_four_tenths_of_a_segment_times_the_time_cubed(void **state)
{
    (void)state;
    assert_int_equal(cubic_rise(0, 1460), 0);
    assert_int_equal(cubic_rise(1000000, 1000), 400);
    assert_int_equal(cubic_rise(10 * 1000000, 1460), 584000);
    for (double us = 1000; us < 2e9; us *= 1.7)
        for (uint32_t mss = 1; mss <= 65535; mss = mss * 5 + 3) {
            double whole = floor(us), s = whole / 1e6;
            double wanted = fmin(0.4 * mss * s * s * s, (double)UINT32_MAX);
            double got = cubic_rise((uint64_t)whole, mss);
            assert_true(fabs(got - wanted) <= 1.0 + wanted * 1e-9);
        }
}

static void nothing_overflows_after_hours(void **state)
{
    (void)state;
    assert_true(cubic_rise((uint64_t)100 * 3600 * 1000000, 1460) == UINT32_MAX);
    assert_true(cubic_rise(UINT64_MAX, 65535) == UINT32_MAX);
    assert_true(cubic_rise(UINT64_MAX, 1) > 0xe0000000u);
}

static void the_cube_root_is_the_inverse_of_the_rise(void **state)
{
    (void)state;
    for (uint64_t bytes = 0; bytes <= (uint64_t)1 << 30; bytes = bytes * 3 + 1) {
        uint32_t us = cubic_time((uint32_t)bytes, 1460);
        assert_true(cubic_rise(us, 1460) <= bytes);
        assert_true(cubic_rise(us + 1u, 1460) > bytes);
        double wanted = cbrt((double)bytes / (0.4 * 1460)) * 1e6;
        /* from a byte on: the rise is rounded to bytes, so the root is only as sharp as that */
        double sharp = cbrt((double)(bytes + 1) / (0.4 * 1460)) * 1e6 - wanted;
        assert_true(fabs(us - wanted) <= sharp + 1.0);
    }
}

/* ---- the whole, against the model ---- */

typedef struct Model {
    double cwnd, ssthresh, w_max, prior, k, w_est, origin, epoch; /* segments and seconds */
    bool begun;
} Model;

static void model_ack(Model *m, double now, double rtt, double acked)
{
    if (!m->begun) {
        m->begun = true;
        m->epoch = now;
        m->origin = fmax(m->w_max, m->cwnd);
        m->k = cbrt((m->origin - m->cwnd) / 0.4);
        m->w_est = m->cwnd;
    }
    double t = now - m->epoch, alpha = m->w_est >= m->prior ? 1 : 9.0 / 17;
    m->w_est += alpha * acked / m->cwnd;
    double curve = 0.4 * pow(t - m->k, 3) + m->origin;
    if (curve < m->w_est) {
        m->cwnd = fmax(m->cwnd, m->w_est);
        return;
    }
    double target = 0.4 * pow(t + rtt - m->k, 3) + m->origin;
    target = fmin(fmax(target, m->cwnd), 1.5 * m->cwnd);
    m->cwnd += (target - m->cwnd) / m->cwnd * acked;
}

static void model_loss(Model *m)
{
    m->w_max = m->cwnd < m->w_max ? m->cwnd * 0.85 : m->cwnd;
    m->prior = m->cwnd;
    m->cwnd = m->ssthresh = fmax(m->cwnd * 0.7, 2);
    m->begun = false;
}

/* Runs both for so many acknowledgments, with a loss every so many; the greatest distance beyond
 * SLACK, as a part of the window. */
static double distance(Nanos rtt, uint32_t first_window, uint32_t acks, uint32_t between_losses)
{
    Desert *d = lone_start(CC_CUBIC, MSS);
    d->t->cc.cwnd = first_window * MSS;
    d->t->cc.ssthresh = d->t->cc.cwnd;
    Model m = {.cwnd = first_window, .ssthresh = first_window};
    lone_loss(d);
    model_loss(&m);
    double worst = 0;
    for (uint32_t i = 1; i <= acks; i++) {
        d->ctx.now += (Nanos)((double)rtt * 2 / m.cwnd); /* a window of ACKs in a round trip */
        lone_ack(d, 2 * MSS, rtt);
        model_ack(&m, (double)d->ctx.now / 1e9, (double)rtt / 1e9, 2);
        double ours = (double)d->t->cc.cwnd / MSS, beyond = fabs(ours - m.cwnd) - SLACK;
        worst = fmax(worst, beyond / m.cwnd);
        if (i % between_losses == 0) {
            m.cwnd = ours; /* losses come at the window that there is */
            lone_loss(d);
            model_loss(&m);
        }
    }
    return worst;
}

static void the_window_follows_the_model_over_thousands_of_acks(void **state)
{
    (void)state;
    static const Nanos rtts[] = {NANOS_MS,       10 * NANOS_MS,  40 * NANOS_MS,
                                 100 * NANOS_MS, 300 * NANOS_MS, NANOS_S};
    static const uint32_t windows[] = {4, 10, 100, 1000, 5000};
    for (size_t r = 0; r < sizeof rtts / sizeof *rtts; r++)
        for (size_t w = 0; w < sizeof windows / sizeof *windows; w++) {
            double worst =
                distance(rtts[r], windows[w], 20000 + 60 * windows[w], 20 * windows[w] + 777);
            if (worst > 0.005)
                print_error("rtt %llu ms, window %u: off by %.4f\n",
                            (unsigned long long)(rtts[r] / NANOS_MS), windows[w], worst);
            assert_true(worst <= 0.005);
        }
}

static void a_window_of_a_gigabyte_grows_without_overflow(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_CUBIC, 1460);
    d->t->cc.cwnd = 1u << 30;
    d->t->cc.ssthresh = d->t->cc.cwnd;
    lone_loss(d);
    assert_int_equal(d->t->cc.cwnd, (uint32_t)((1ull << 30) * 7 / 10));
    uint32_t before = d->t->cc.cwnd;
    for (int hour = 0; hour < 20; hour++) {
        d->ctx.now += 1800 * NANOS_S;
        for (int i = 0; i < 200; i++) {
            lone_ack(d, 1u << 20, 100 * NANOS_MS);
            assert_true(d->t->cc.cwnd >= before && d->t->cc.cwnd <= 1u << 31);
            before = d->t->cc.cwnd;
        }
    }
    assert_true(before > 1u << 30);
}

/* ---- single clauses ---- */

static Desert *after_a_loss_at(uint32_t segments)
{
    Desert *d = lone_start(CC_CUBIC, MSS);
    d->t->cc.cwnd = d->t->cc.ssthresh = segments * MSS;
    lone_loss(d);
    return d;
}

static void a_loss_leaves_seven_tenths_and_never_less_than_two_segments(void **state)
{
    (void)state;
    Desert *d = after_a_loss_at(100); /* 4.6 */
    assert_int_equal(d->t->cc.ssthresh, 70 * MSS);
    assert_int_equal(d->t->ccs.cubic.now.w_max, 100 * MSS);
    d->t->cc.cwnd = 2 * MSS;
    lone_loss(d);
    assert_int_equal(d->t->cc.ssthresh, 2 * MSS);
}

static void an_earlier_loss_lowers_the_plateau(void **state)
{
    (void)state;
    Desert *d = after_a_loss_at(100); /* 4.7 */
    lone_loss(d);
    assert_int_equal(lone_noted(d, RULE_CUBIC_FAST_CONVERGENCE), 1);
    assert_int_equal(d->t->ccs.cubic.now.w_max, 70 * MSS * 17 / 20);
    ruleset_put(&d->rules_off, RULE_CUBIC_FAST_CONVERGENCE, true);
    lone_loss(d);
    assert_int_equal(d->t->ccs.cubic.now.w_max, 49 * MSS);
}

static void a_timeout_starts_a_curve_without_a_concave_part(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_CUBIC, MSS); /* 4.8 */
    d->t->cc.cwnd = 100 * MSS;
    d->t->snd.nxt = seq_add(d->t->snd.una, 100 * MSS);
    d->t->backoff = 1;
    cc_reduce(&d->ctx, d->t, CC_EVENT_TIMEOUT);
    assert_int_equal(d->t->cc.cwnd, MSS);
    assert_int_equal(d->t->cc.ssthresh, 70 * MSS);
    while (d->t->cc.cwnd < d->t->cc.ssthresh)
        lone_ack(d, 2 * MSS, 100 * NANOS_MS);
    lone_ack(d, 2 * MSS, 100 * NANOS_MS);
    assert_int_equal(d->t->ccs.cubic.now.k_us, 0);
    assert_in_range(d->t->ccs.cubic.now.w_max, 70 * MSS, 71 * MSS);
}

static void an_undone_reduction_brings_the_whole_curve_back(void **state)
{
    (void)state;
    Desert *d = after_a_loss_at(100); /* 4.9.2 */
    for (int i = 0; i < 50; i++) {
        d->ctx.now += 10 * NANOS_MS;
        lone_ack(d, 2 * MSS, 100 * NANOS_MS);
    }
    CubicEpoch before = d->t->ccs.cubic.now;
    uint32_t cwnd = d->t->cc.cwnd;
    lone_loss(d);
    d->t->cc.cwnd = cwnd;
    cc_cubic.undone(&d->ctx, d->t);
    CubicEpoch *now = &d->t->ccs.cubic.now;
    assert_true(now->w_max == before.w_max && now->k_us == before.k_us &&
                now->start == before.start && now->w_est == before.w_est &&
                now->prior == before.prior);
}

static void time_in_which_the_window_was_not_used_does_not_count(void **state)
{
    (void)state;
    Desert *busy = after_a_loss_at(1000); /* 4.2 */
    for (int i = 0; i < 2000; i++) {
        busy->ctx.now += NANOS_MS;
        lone_ack(busy, 2 * MSS, 100 * NANOS_MS);
    }
    uint32_t wanted = busy->t->cc.cwnd;
    Desert *d = after_a_loss_at(1000);
    d->hosts[HOST_A].knob[KNOB_CWND_VALIDATION] = 1;
    for (int i = 0; i < 2000; i++) {
        d->ctx.now += NANOS_MS;
        lone_ack(d, 2 * MSS, 100 * NANOS_MS);
        if (i != 1000)
            continue;
        d->t->ccs.use.full = 0; /* the application pauses for an hour */
        d->t->ccs.use.max = 0;
        AckInfo a = {.advances = true, .acked = MSS};
        cc_on_ack(&d->ctx, d->t, &a);
        d->ctx.now += 3600 * NANOS_S;
    }
    assert_in_range(d->t->cc.cwnd, wanted - 2 * MSS, wanted + 2 * MSS);
}

static void where_reno_is_faster_cubic_is_as_fast(void **state)
{
    (void)state;
    Desert *d = after_a_loss_at(20); /* 4.3: a round trip of 5 ms */
    for (int i = 0; i < 400; i++) {
        d->ctx.now += NANOS_MS;
        lone_ack(d, 2 * MSS, 5 * NANOS_MS);
    }
    assert_int_equal(d->t->ccs.cubic.region, CUBIC_RENO_FRIENDLY);
    assert_true(d->t->cc.cwnd > 20 * MSS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rise_is_four_tenths_of_a_segment_times_the_time_cubed),
        cmocka_unit_test(nothing_overflows_after_hours),
        cmocka_unit_test(the_cube_root_is_the_inverse_of_the_rise),
        cmocka_unit_test(the_window_follows_the_model_over_thousands_of_acks),
        cmocka_unit_test(a_window_of_a_gigabyte_grows_without_overflow),
        cmocka_unit_test(a_loss_leaves_seven_tenths_and_never_less_than_two_segments),
        cmocka_unit_test(an_earlier_loss_lowers_the_plateau),
        cmocka_unit_test(a_timeout_starts_a_curve_without_a_concave_part),
        cmocka_unit_test(an_undone_reduction_brings_the_whole_curve_back),
        cmocka_unit_test(time_in_which_the_window_was_not_used_does_not_count),
        cmocka_unit_test(where_reno_is_faster_cubic_is_as_fast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
