/*
 * test_hystart.c: HyStart++ step by step (RFC 9406 section 4.2).
 *
 * Rounds are driven by hand: each acknowledgment covers one segment, a round is a window of them.
 */
#include "tests/tcp/lone.h"

enum { MSS = 1000 };

/* A slow start whose window is 20 segments. */
static Desert *slow_start(void)
{
    Desert *d = lone_start(CC_CUBIC, MSS);
    d->t->cc.cwnd = 20 * MSS;
    d->t->snd.nxt = seq_add(d->t->snd.una, 20 * MSS);
    return d;
}

/* A round with this round-trip time: until window_end is acknowledged and a new round begins. */
static uint32_t run_round(Desert *d, Nanos rtt)
{
    uint32_t acks = 0;
    Seq end = d->t->ccs.hystart.window_end;
    do {
        lone_ack(d, MSS, rtt);
        acks++;
    } while (seq_eq(d->t->ccs.hystart.window_end, end) && d->t->ccs.hystart.state != HYSTART_DONE &&
             acks < 100000);
    return acks;
}

static void a_steady_delay_lets_slow_start_double_the_window(void **state)
{
    (void)state;
    Desert *d = slow_start();
    run_round(d, 50 * NANOS_MS);
    for (int i = 0; i < 4; i++) {
        uint32_t before = d->t->cc.cwnd;
        run_round(d, 50 * NANOS_MS);
        assert_in_range(d->t->cc.cwnd, 2 * before - 2 * MSS, 2 * before + 2 * MSS);
    }
    assert_int_equal(d->t->ccs.hystart.state, HYSTART_SLOW_START);
}

/* The threshold is an eighth of the round trip, but at least 4 ms and at most 16 ms. */
static void only_a_clear_rise_of_the_delay_counts(void **state)
{
    (void)state;
    static const struct {
        Nanos before, after;
        uint8_t then;
    } cases[] = {{10 * NANOS_MS, 13 * NANOS_MS, HYSTART_SLOW_START},
                 {10 * NANOS_MS, 14 * NANOS_MS, HYSTART_CSS},
                 {80 * NANOS_MS, 89 * NANOS_MS, HYSTART_SLOW_START},
                 {80 * NANOS_MS, 90 * NANOS_MS, HYSTART_CSS},
                 {400 * NANOS_MS, 415 * NANOS_MS, HYSTART_SLOW_START},
                 {400 * NANOS_MS, 416 * NANOS_MS, HYSTART_CSS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Desert *d = slow_start();
        run_round(d, cases[i].before);
        run_round(d, cases[i].before);
        run_round(d, cases[i].after);
        assert_int_equal(d->t->ccs.hystart.state, cases[i].then);
    }
}

static void fewer_than_eight_samples_prove_nothing(void **state)
{
    (void)state;
    Desert *d = slow_start();
    run_round(d, 10 * NANOS_MS);
    run_round(d, 10 * NANOS_MS);
    for (int i = 0; i < 7; i++)
        lone_ack(d, MSS, 100 * NANOS_MS);
    assert_int_equal(d->t->ccs.hystart.state, HYSTART_SLOW_START);
    lone_ack(d, MSS, 100 * NANOS_MS);
    assert_int_equal(d->t->ccs.hystart.state, HYSTART_CSS);
}

static Desert *in_css(void)
{
    Desert *d = slow_start();
    run_round(d, 10 * NANOS_MS);
    run_round(d, 10 * NANOS_MS);
    while (d->t->ccs.hystart.state != HYSTART_CSS)
        lone_ack(d, MSS, 30 * NANOS_MS);
    return d;
}

static void conservative_slow_start_grows_a_quarter_as_fast(void **state)
{
    (void)state;
    Desert *d = in_css();
    uint32_t before = d->t->cc.cwnd;
    for (int i = 0; i < 8; i++)
        lone_ack(d, MSS, 30 * NANOS_MS);
    assert_int_equal(d->t->cc.cwnd, before + 2 * MSS);
}

static void five_rounds_of_it_end_slow_start_where_the_window_stands(void **state)
{
    (void)state;
    Desert *d = in_css();
    for (int i = 0; i < 4; i++) {
        run_round(d, 30 * NANOS_MS);
        assert_int_equal(d->t->cc.ssthresh, UINT32_MAX);
    }
    run_round(d, 30 * NANOS_MS);
    assert_int_equal(lone_noted(d, RULE_HYSTART_ENDS), 1);
    assert_int_equal(d->t->ccs.hystart.state, HYSTART_DONE);
    assert_in_range(d->t->cc.cwnd, d->t->cc.ssthresh, d->t->cc.ssthresh + MSS);
    /* RFC 9438 4.10: nothing was lost, so the curve begins at its plateau */
    lone_ack(d, MSS, 30 * NANOS_MS);
    assert_int_equal(d->t->ccs.cubic.now.k_us, 0);
}

static void a_delay_that_falls_again_was_a_false_alarm(void **state)
{
    (void)state;
    Desert *d = in_css();
    run_round(d, 30 * NANOS_MS);
    run_round(d, 29 * NANOS_MS);
    assert_int_equal(d->t->ccs.hystart.state, HYSTART_SLOW_START);
    assert_int_equal(d->t->cc.ssthresh, UINT32_MAX);
}

static void after_a_loss_it_is_over_for_good(void **state)
{
    (void)state;
    Desert *d = in_css();
    lone_loss(d);
    assert_int_equal(d->t->ccs.hystart.state, HYSTART_DONE);
    assert_true(d->t->cc.ssthresh < UINT32_MAX);
}

static void the_knob_says_for_whom(void **state)
{
    (void)state;
    for (uint64_t which = 0; which <= 2; which++)
        for (int algorithm = CC_RENO; algorithm <= CC_CUBIC; algorithm++) {
            Desert *d = lone_start((CcAlgorithm)algorithm, MSS);
            d->hosts[HOST_A].knob[KNOB_HYSTART] = which;
            lone_ack(d, MSS, NANOS_MS);
            bool wanted = which == 2 || (which == 1 && algorithm == CC_CUBIC);
            assert_int_equal(d->t->ccs.hystart.state != HYSTART_FRESH, wanted);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_delay_lets_slow_start_double_the_window),
        cmocka_unit_test(only_a_clear_rise_of_the_delay_counts),
        cmocka_unit_test(fewer_than_eight_samples_prove_nothing),
        cmocka_unit_test(conservative_slow_start_grows_a_quarter_as_fast),
        cmocka_unit_test(five_rounds_of_it_end_slow_start_where_the_window_stands),
        cmocka_unit_test(a_delay_that_falls_again_was_a_false_alarm),
        cmocka_unit_test(after_a_loss_it_is_over_for_good),
        cmocka_unit_test(the_knob_says_for_whom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
