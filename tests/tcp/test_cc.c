/*
 * test_cc.c: what all congestion control algorithms share, and Reno (RFC 5681).
 *
 * Windows by hand: initial, slow start and its limit, avoidance, after a loss, after a timeout,
 * after an idle time; when a window counts as used; pacing.
 */
#include "tests/tcp/lone.h"

#include <string.h>

enum { MSS = 1000 };

static void set(Desert *d, KnobId id, uint64_t value)
{
    d->hosts[HOST_A].knob[id] = value;
}

static void algorithms_are_found_by_their_names(void **state)
{
    (void)state;
    assert_int_equal(cc_of_name("reno", 4), CC_RENO);
    assert_int_equal(cc_of_name("cubic", 5), CC_CUBIC);
    assert_int_equal(cc_of_name("none", 4), CC_NONE);
    assert_int_equal(cc_of_name("vegas", 5), CC_ALGORITHM_COUNT);
}

static void the_initial_window_depends_on_the_segment_size(void **state)
{
    (void)state;
    assert_int_equal(lone_start(CC_RENO, 1095)->t->cc.cwnd, 4 * 1095); /* 3.1 */
    assert_int_equal(lone_start(CC_RENO, 1460)->t->cc.cwnd, 3 * 1460);
    assert_int_equal(lone_start(CC_RENO, 4000)->t->cc.cwnd, 2 * 4000);
    Desert *d = lone_start(CC_RENO, 1460);
    set(d, KNOB_INITIAL_WINDOW, 10); /* RFC 6928 */
    cc_start(&d->ctx, d->t);
    assert_int_equal(d->t->cc.cwnd, 14600);
    d->t->syn_lost = 1;
    cc_start(&d->ctx, d->t);
    assert_int_equal(d->t->cc.cwnd, 1460);
}

static void the_option_of_a_connection_beats_the_knob_of_its_host(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    d->t->opt.cc = CC_CUBIC + 1;
    cc_start(&d->ctx, d->t);
    assert_int_equal(d->t->cc.algorithm, CC_CUBIC);
}

static void slow_start_counts_bytes_up_to_its_limit(void **state)
{
    (void)state;
    static const uint64_t limits[] = {1, 2, 0};
    static const uint32_t growth[] = {MSS, 2 * MSS, 3 * MSS};
    for (int i = 0; i < 3; i++) {
        Desert *d = lone_start(CC_RENO, MSS);
        set(d, KNOB_ABC_LIMIT, limits[i]);
        lone_ack(d, 3 * MSS, NANOS_MS);
        assert_int_equal(d->t->cc.cwnd, 4 * MSS + growth[i]);
        lone_ack(d, 100, NANOS_MS); /* many small acknowledgments do not help */
        assert_int_equal(d->t->cc.cwnd, 4 * MSS + growth[i] + 100);
    }
}

static void slow_start_stops_at_the_threshold(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    set(d, KNOB_ABC_LIMIT, 0);
    d->t->cc.ssthresh = 5 * MSS;
    lone_ack(d, 3 * MSS, NANOS_MS);
    assert_int_equal(d->t->cc.cwnd, 5 * MSS);
    assert_int_equal(d->t->cc.acked, 2 * MSS); /* the rest counts for avoidance */
}

static void avoidance_adds_one_segment_per_window(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    d->t->cc.cwnd = d->t->cc.ssthresh = 10 * MSS;
    for (uint32_t window = 10; window < 30; window++) {
        for (uint32_t i = 0; i < window; i++) {
            assert_int_equal(d->t->cc.cwnd, window * MSS);
            lone_ack(d, MSS, NANOS_MS);
        }
        assert_int_equal(d->t->cc.cwnd, (window + 1) * MSS);
    }
}

static void a_loss_halves_what_is_in_flight_or_the_window(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    d->t->cc.cwnd = 20 * MSS;
    d->t->snd.nxt = seq_add(d->t->snd.una, 12 * MSS);
    cc_reduce(&d->ctx, d->t, CC_EVENT_LOSS);
    assert_int_equal(d->t->cc.ssthresh, 6 * MSS); /* equation (4) */
    set(d, KNOB_SSTHRESH_FLIGHT, 0);
    cc_reduce(&d->ctx, d->t, CC_EVENT_LOSS);
    assert_int_equal(d->t->cc.ssthresh, 10 * MSS); /* Linux */
    d->t->cc.cwnd = MSS;
    cc_reduce(&d->ctx, d->t, CC_EVENT_LOSS);
    assert_int_equal(d->t->cc.ssthresh, 2 * MSS);
}

static void a_repeated_timeout_keeps_the_threshold(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    d->t->cc.cwnd = 20 * MSS;
    d->t->snd.nxt = seq_add(d->t->snd.una, 20 * MSS);
    d->t->backoff = 1;
    cc_reduce(&d->ctx, d->t, CC_EVENT_TIMEOUT);
    assert_int_equal(d->t->cc.ssthresh, 10 * MSS);
    assert_int_equal(d->t->cc.cwnd, MSS);
    d->t->backoff = 2;
    d->t->snd.nxt = seq_add(d->t->snd.una, MSS);
    cc_reduce(&d->ctx, d->t, CC_EVENT_TIMEOUT);
    assert_int_equal(d->t->cc.ssthresh, 10 * MSS);
}

static void nothing_grows_during_recovery(void **state)
{
    (void)state;
    for (int algorithm = CC_RENO; algorithm <= CC_CUBIC; algorithm++) {
        Desert *d = lone_start((CcAlgorithm)algorithm, MSS);
        d->t->cc.phase = CC_RECOVERY;
        lone_ack(d, MSS, NANOS_MS);
        assert_int_equal(d->t->cc.cwnd, 4 * MSS);
        d->t->cc.phase = CC_LOSS;
        lone_ack(d, MSS, NANOS_MS);
        assert_int_equal(d->t->cc.cwnd, 5 * MSS);
    }
}

/* An acknowledgment of one segment after only so many bytes were in flight. */
static uint32_t window_after_using(uint32_t most, bool avoidance)
{
    Desert *d = lone_start(CC_RENO, MSS);
    set(d, KNOB_CWND_VALIDATION, 1);
    d->t->cc.cwnd = 10 * MSS;
    if (avoidance) {
        d->t->cc.ssthresh = 5 * MSS;
        d->t->cc.acked = 10 * MSS;
    }
    d->t->snd.nxt = seq_add(d->t->snd.una, most);
    d->t->out_bytes = most;
    cc_after_output(&d->ctx, d->t, RULE_NONE);
    AckInfo a = {.advances = true, .acked = MSS};
    cc_on_ack(&d->ctx, d->t, &a);
    return d->t->cc.cwnd;
}

static void a_window_that_is_not_used_does_not_grow(void **state)
{
    (void)state;
    assert_int_equal(window_after_using(3 * MSS, false), 10 * MSS);
    assert_int_equal(window_after_using(5 * MSS, false), 10 * MSS);
    assert_int_equal(window_after_using(6 * MSS, false), 11 * MSS); /* half is enough: it doubles */
    assert_int_equal(window_after_using(6 * MSS, true), 10 * MSS);
    assert_int_equal(window_after_using(9 * MSS + 1, true), 11 * MSS); /* no room for a segment */
}

static uint32_t window_after_idle(uint64_t mode, Nanos idle)
{
    Desert *d = lone_start(CC_RENO, MSS);
    set(d, KNOB_SLOW_START_AFTER_IDLE, mode);
    d->t->cc.cwnd = 64 * MSS;
    d->t->cc.ssthresh = 32 * MSS;
    d->t->rto = NANOS_S;
    d->t->last_sent = d->ctx.now;
    d->ctx.now += idle;
    cc_on_restart(&d->ctx, d->t);
    if (mode == 2)
        assert_int_equal(d->t->cc.ssthresh, 48 * MSS);
    return d->t->cc.cwnd;
}

static void an_idle_connection_starts_again_as_the_knob_says(void **state)
{
    (void)state;
    assert_int_equal(window_after_idle(0, 100 * NANOS_S), 64 * MSS);
    assert_int_equal(window_after_idle(1, 2 * NANOS_S), 4 * MSS);
    assert_int_equal(window_after_idle(2, NANOS_S + 1), 32 * MSS);
    assert_int_equal(window_after_idle(2, 3 * NANOS_S + 1), 8 * MSS);
    assert_int_equal(window_after_idle(2, 100 * NANOS_S), 4 * MSS);
}

static void another_algorithm_begins_with_the_window_there_is(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_CUBIC, MSS);
    d->t->cc.cwnd = d->t->cc.ssthresh = 50 * MSS;
    lone_loss(d);
    lone_ack(d, MSS, NANOS_MS);
    uint32_t delivered = d->t->ccs.rate.delivered;
    cc_choose(&d->ctx, d->t, CC_RENO);
    assert_int_equal(d->t->cc.cwnd, 35 * MSS);
    assert_int_equal(d->t->ccs.rate.delivered, delivered);
    static const Cubic zero;
    assert_memory_equal(&d->t->ccs.cubic, &zero, sizeof zero);
}

static void a_paced_sender_waits_for_its_turn(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    assert_true(cc_paced_until(&d->ctx, d->t) == d->ctx.now);
    d->t->opt.max_pacing = 100000; /* a segment every 10 ms */
    cc_on_send(&d->ctx, d->t, MSS);
    assert_true(cc_paced_until(&d->ctx, d->t) == d->ctx.now + 10 * NANOS_MS);
    cc_on_send(&d->ctx, d->t, MSS);
    assert_true(cc_paced_until(&d->ctx, d->t) == d->ctx.now + 20 * NANOS_MS);
    d->ctx.now += NANOS_S; /* what was not used is not saved up */
    assert_true(cc_paced_until(&d->ctx, d->t) == d->ctx.now);
    ruleset_put(&d->rules_off, RULE_PACING, true);
    cc_on_send(&d->ctx, d->t, MSS);
    assert_true(cc_paced_until(&d->ctx, d->t) == d->ctx.now);
}

static void the_pacing_rate_of_an_unpaced_sender_is_a_little_more_than_its_speed(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    assert_true(cc_pacing_rate(&d->ctx, d->t) == UINT64_MAX); /* no round trip known yet */
    d->t->srtt = 100 * NANOS_MS;
    d->t->cc.cwnd = 10 * MSS;
    assert_int_equal(cc_pacing_rate(&d->ctx, d->t), 200000); /* slow start: twice */
    d->t->cc.ssthresh = 10 * MSS;
    assert_int_equal(cc_pacing_rate(&d->ctx, d->t), 120000);
    d->t->opt.max_pacing = 50000;
    assert_int_equal(cc_pacing_rate(&d->ctx, d->t), 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(algorithms_are_found_by_their_names),
        cmocka_unit_test(the_initial_window_depends_on_the_segment_size),
        cmocka_unit_test(the_option_of_a_connection_beats_the_knob_of_its_host),
        cmocka_unit_test(slow_start_counts_bytes_up_to_its_limit),
        cmocka_unit_test(slow_start_stops_at_the_threshold),
        cmocka_unit_test(avoidance_adds_one_segment_per_window),
        cmocka_unit_test(a_loss_halves_what_is_in_flight_or_the_window),
        cmocka_unit_test(a_repeated_timeout_keeps_the_threshold),
        cmocka_unit_test(nothing_grows_during_recovery),
        cmocka_unit_test(a_window_that_is_not_used_does_not_grow),
        cmocka_unit_test(an_idle_connection_starts_again_as_the_knob_says),
        cmocka_unit_test(another_algorithm_begins_with_the_window_there_is),
        cmocka_unit_test(a_paced_sender_waits_for_its_turn),
        cmocka_unit_test(the_pacing_rate_of_an_unpaced_sender_is_a_little_more_than_its_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
