/*
 * test_rate.c: samples of the delivery rate, on departures and acknowledgments with known answers.
 *
 * draft-cheng-iccrg-delivery-rate-estimation: the interval is the longer of the sending and the
 * acknowledging side; application-limited samples are marked; the account of busy time.
 */
#include "tests/tcp/lone.h"

enum { MSS = 1000 };

/* Sends segment number i (at the end of the list) now. */
static void send_one(Desert *d)
{
    Tcb *t = d->t;
    t->sent_count++;
    Sent *s = sent_at(&d->ctx.pools, t, (uint16_t)(t->sent_count - 1));
    *s = (Sent){.at = d->ctx.now, .seq = t->snd.nxt, .len = MSS};
    t->snd.nxt = seq_add(t->snd.nxt, MSS);
    t->out_bytes += MSS;
    rate_on_send(&d->ctx, t, s);
}

/* Acknowledges the first n segments; the sample. */
static RateSample ack_first(Desert *d, uint16_t n)
{
    Tcb *t = d->t;
    AckInfo a = {.advances = true};
    for (uint16_t i = 0; i < n; i++) {
        Sent *s = sent_at(&d->ctx.pools, t, 0);
        a.rtt = d->ctx.now - s->at;
        a.delivered += s->len;
        rate_take(t, s, &a);
        t->out_bytes -= s->len;
        t->sent_head = (uint16_t)(t->sent_head + 1);
        t->sent_count--;
    }
    rate_on_ack(&d->ctx, t, &a);
    return a.rate;
}

static void a_steady_flow_is_measured_exactly(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS); /* a segment every 10 ms, the round trip 50 ms */
    RateSample rs = {0};
    for (int i = 0; i < 40; i++) {
        send_one(d);
        if (i >= 5)
            rs = ack_first(d, 1);
        d->ctx.now += 10 * NANOS_MS;
    }
    assert_int_equal(rs.rate, 100000);
    assert_false(rs.app_limited);
    assert_int_equal(d->t->ccs.rate.latest, 100000);
    assert_true(d->t->ccs.rate.min_rtt == 50 * NANOS_MS);
    assert_int_equal(d->t->ccs.rate.delivered, 35 * MSS);
}

static void acknowledgments_in_a_bunch_do_not_pretend_to_be_fast(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS); /* sent over 90 ms, acknowledged all at once */
    for (int i = 0; i < 10; i++) {
        send_one(d);
        d->ctx.now += 10 * NANOS_MS;
    }
    d->ctx.now += 50 * NANOS_MS;
    RateSample rs = ack_first(d, 10);
    assert_int_equal(rs.delivered, 10 * MSS);
    assert_int_equal(rs.interval_us, 150000); /* since the first left: nothing was known before */
    assert_int_equal(rs.rate, 66666);
}

static void a_burst_does_not_pretend_to_be_fast_either(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS); /* sent at once, acknowledged over 100 ms */
    RateSample rs = {0};
    for (int i = 0; i < 10; i++)
        send_one(d);
    d->ctx.now += 40 * NANOS_MS;
    for (int i = 0; i < 10; i++) {
        d->ctx.now += 10 * NANOS_MS;
        rs = ack_first(d, 1);
    }
    assert_int_equal(rs.interval_us, 140000);
    assert_int_equal(rs.rate, 71428);
}

static void what_the_application_held_back_is_marked_until_it_has_passed(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    send_one(d);
    rate_app_limited(d->t);
    d->ctx.now += 10 * NANOS_MS;
    send_one(d);
    send_one(d);
    d->ctx.now += 40 * NANOS_MS;
    assert_false(ack_first(d, 1).app_limited);
    d->ctx.now += 10 * NANOS_MS;
    assert_true(ack_first(d, 1).app_limited);
    assert_int_equal(d->t->ccs.rate.app_limited, 0); /* delivered more than was out then */
    send_one(d);
    assert_true(ack_first(d, 1).app_limited);
    d->ctx.now += 50 * NANOS_MS;
    assert_false(ack_first(d, 1).app_limited);
}

static void an_interval_shorter_than_the_round_trip_is_no_sample(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    d->t->ccs.rate.min_rtt = 100 * NANOS_MS;
    send_one(d);
    d->ctx.now += 50 * NANOS_MS;
    AckInfo a = {.advances = true, .delivered = MSS};
    rate_take(d->t, sent_at(&d->ctx.pools, d->t, 0), &a);
    rate_on_ack(&d->ctx, d->t, &a);
    assert_int_equal(a.rate.rate, 0);
}

static void counters_may_wrap(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    d->t->ccs.rate.delivered = UINT32_MAX - 3 * MSS;
    d->ctx.now = ((Nanos)1 << 32) * NANOS_US - 100 * NANOS_MS; /* microseconds wrap, too */
    RateSample rs = {0};
    for (int i = 0; i < 40; i++) {
        send_one(d);
        if (i >= 5)
            rs = ack_first(d, 1);
        d->ctx.now += 10 * NANOS_MS;
    }
    assert_int_equal(rs.rate, 100000);
}

static void the_account_of_time_adds_up(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, MSS);
    d->ctx.now = 0;
    rate_limit(&d->ctx, d->t, LIMITED_NETWORK);
    d->ctx.now += 30 * NANOS_MS;
    rate_limit(&d->ctx, d->t, LIMITED_RWND);
    d->ctx.now += 20 * NANOS_MS;
    rate_limit(&d->ctx, d->t, LIMITED_NETWORK);
    d->ctx.now += 5 * NANOS_MS;
    assert_true(rate_time(&d->ctx, d->t, LIMITED_NETWORK) == 35 * NANOS_MS);
    assert_true(rate_time(&d->ctx, d->t, LIMITED_RWND) == 20 * NANOS_MS);
    assert_true(rate_time(&d->ctx, d->t, LIMITED_SNDBUF) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_flow_is_measured_exactly),
        cmocka_unit_test(acknowledgments_in_a_bunch_do_not_pretend_to_be_fast),
        cmocka_unit_test(a_burst_does_not_pretend_to_be_fast_either),
        cmocka_unit_test(what_the_application_held_back_is_marked_until_it_has_passed),
        cmocka_unit_test(an_interval_shorter_than_the_round_trip_is_no_sample),
        cmocka_unit_test(counters_may_wrap),
        cmocka_unit_test(the_account_of_time_adds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
