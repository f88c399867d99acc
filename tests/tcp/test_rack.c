/*
 * test_rack.c: what RACK believes of an acknowledgment, worked by hand (RFC 8985 section 6.2).
 */
#include "tests/tcp/lone.h"

#include "core/tcp/rack.h"
#include "core/tcp/timestamp.h"

static Desert *begin(void)
{
    Desert *d = lone_start(CC_RENO, 1000);
    d->ctx.now = 10 * NANOS_MS; /* lone_start's second is no matter here */
    Host *h = &d->hosts[d->ctx.host];
    h->knob[KNOB_RACK] = h->knob[KNOB_SACK] = h->knob[KNOB_TIMESTAMPS] = 1;
    d->t->agreed.options = AGREED_SACK | AGREED_TIMESTAMP;
    d->t->ccs.rate.min_rtt = 50 * NANOS_MS;
    return d;
}

/* An element was last sent at one moment and is acknowledged at another; the acknowledgment echoes
 * what our clock showed at a third. Is it believed? */
static bool believed(Nanos sent, Nanos acknowledged, Nanos echoed, uint8_t rexmits)
{
    Desert *d = begin();
    d->ctx.now = echoed;
    Seg seg = {.flags = SEG_ACK, .opts = SEG_OPT_TIMESTAMP, .ts_ecr = timestamp_now(&d->ctx, d->t)};
    AckInfo a = {.seg = &seg, .advances = true};
    Sent s = {.at = sent, .seq = d->t->snd.una, .len = 1000, .rexmits = rexmits};
    d->ctx.now = acknowledged;
    rack_update(&d->ctx, d->t, &s, &a);
    return d->t->rec.rack_xmit == sent;
}

static void the_echo_tells_which_copy_arrived(void **state)
{
    (void)state;
    assert_true(believed(300 * NANOS_MS, 400 * NANOS_MS, 300 * NANOS_MS, 1));
    assert_false(believed(300 * NANOS_MS, 400 * NANOS_MS, 200 * NANOS_MS, 1));
    assert_true(believed(300 * NANOS_MS, 400 * NANOS_MS, 200 * NANOS_MS, 0)); /* sent once only */
}

static void the_clock_of_timestamps_is_coarse(void **state)
{
    (void)state;
    /* 300.9 to 400.1 ms: 99.2 ms by our clock, 100 ticks by the timestamps'. */
    assert_true(believed(300900 * NANOS_US, 400100 * NANOS_US, 300900 * NANOS_US, 1));
}

static void an_impossibly_short_round_trip_is_that_of_the_first_copy(void **state)
{
    (void)state;
    assert_false(believed(390 * NANOS_MS, 400 * NANOS_MS, 390 * NANOS_MS, 1));
    assert_true(believed(390 * NANOS_MS, 400 * NANOS_MS, 390 * NANOS_MS, 0));
}

/* How long after the last of so many segments the tail loss probe is due. */
static Nanos probe_waits(uint16_t segments)
{
    Desert *d = begin();
    Host *h = &d->hosts[d->ctx.host];
    h->knob[KNOB_TLP] = 1;
    h->knob[KNOB_TLP_MAX_ACK_DELAY] = 200 * NANOS_MS;
    h->knob[KNOB_TLP_MARGIN] = 2 * NANOS_MS;
    d->t->state = ESTABLISHED;
    d->t->srtt = 20 * NANOS_US;
    d->t->sent_count = segments;
    d->t->rec.flags = REC_TLP_ARM;
    timer_arm(&d->ctx, d->t, TIMER_REXMIT, d->ctx.now + NANOS_S);
    tlp_arrange_timer(&d->ctx, d->t);
    return d->t->due[TIMER_TLP] - d->ctx.now;
}

static void a_probe_waits_for_an_acknowledgment_that_may_be_delayed(void **state)
{
    (void)state;
    assert_int_equal(probe_waits(1), 40 * NANOS_US + 200 * NANOS_MS);
    assert_int_equal(probe_waits(2), 40 * NANOS_US + 2 * NANOS_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_echo_tells_which_copy_arrived),
        cmocka_unit_test(the_clock_of_timestamps_is_coarse),
        cmocka_unit_test(an_impossibly_short_round_trip_is_that_of_the_first_copy),
        cmocka_unit_test(a_probe_waits_for_an_acknowledgment_that_may_be_delayed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
