/*
 * test_uto.c: the user timeout option (RFC 5482): its field, its limits, whose word it is.
 *
 * The option on the wire and the agreement of both ends is seen in opt-user-timeout.sw.
 */
#include "tests/tcp/lone.h"

#include "core/tcp/tcp.h"
#include "core/tcp/uto.h"

static Desert *with_option(void)
{
    Desert *d = lone_start(CC_NONE, 1000);
    d->hosts[d->ctx.host].knob[KNOB_UTO] = 1;
    return d;
}

static Nanos after(Desert *d, uint16_t field)
{
    Seg s = {.opts = SEG_OPT_USER_TIMEOUT, .user_timeout = field, .flags = SEG_ACK};
    uto_take(&d->ctx, d->t, &s);
    return d->t->user_timeout;
}

static void the_field_counts_seconds_and_above_nine_hours_minutes(void **state)
{
    (void)state;
    assert_int_equal(uto_encode(1), 1);
    assert_int_equal(uto_encode(300 * NANOS_S), 300);
    assert_int_equal(uto_encode(32767 * NANOS_S), 32767);
    assert_int_equal(uto_encode(32768 * NANOS_S), 0x8000 | 547);
    assert_true(uto_decode(300) == 300 * NANOS_S);
    assert_true(uto_decode(0x8000 | 547) == 547 * 60 * NANOS_S);
    assert_true(uto_decode(0) == 0); /* reserved */
}

static void the_longer_wish_holds_within_the_limits(void **state)
{
    (void)state;
    Desert *d = with_option();
    d->hosts[d->ctx.host].knob[KNOB_USER_TIMEOUT] = 300 * NANOS_S;
    assert_true(after(d, 600) == 600 * NANOS_S);
    assert_true(after(d, 1) == 300 * NANOS_S);
    d->hosts[d->ctx.host].knob[KNOB_USER_TIMEOUT] = 10 * NANOS_S;
    assert_true(after(d, 1) == 100 * NANOS_S);        /* L_LIMIT */
    assert_true(after(d, 0xffff) == 86400 * NANOS_S); /* U_LIMIT */
    d->t->rto = 150 * NANOS_S;
    assert_true(after(d, 1) > 150 * NANOS_S); /* never below the retransmission timeout */
}

static void what_the_application_has_set_stays(void **state)
{
    (void)state;
    Desert *d = with_option();
    d->t->user_timeout = 3 * NANOS_S;
    d->t->uto = UTO_FIXED;
    assert_true(after(d, 600) == 3 * NANOS_S);
}

static void nothing_is_taken_or_sent_unless_asked_for(void **state)
{
    (void)state;
    Desert *d = with_option();
    d->t->user_timeout = 7 * NANOS_S;
    assert_true(after(d, 0) == 7 * NANOS_S);
    d->hosts[d->ctx.host].knob[KNOB_UTO] = 0;
    assert_true(after(d, 600) == 7 * NANOS_S);
    Seg s = {.flags = SEG_SYN};
    uto_fill(&d->ctx, d->t, &s);
    assert_int_equal(s.opts, 0);
    d->hosts[d->ctx.host].knob[KNOB_UTO] = 1;
    uto_fill(&d->ctx, d->t, &s);
    assert_true(s.opts == SEG_OPT_USER_TIMEOUT && s.user_timeout == 7);
}

static bool told_with(Desert *d, uint16_t flags, uint16_t len)
{
    Seg s = {.flags = flags, .len = len, .seq = seq_add(d->t->snd.iss, 1000)};
    uto_fill(&d->ctx, d->t, &s);
    uto_sent(d->t, &s);
    return s.opts & SEG_OPT_USER_TIMEOUT;
}

static void a_change_is_told_once_with_the_next_segment_that_has_room(void **state)
{
    (void)state;
    Desert *d = with_option();
    d->t->user_timeout = 7 * NANOS_S;
    assert_false(told_with(d, SEG_ACK, 0));
    tcp_set(&d->ctx, tcb_id(&d->ctx.pools, d->t), KNOB_USER_TIMEOUT, 9 * NANOS_S);
    assert_false(told_with(d, SEG_RST | SEG_ACK, 0));
    assert_false(told_with(d, SEG_ACK, (uint16_t)d->t->snd.mss));
    assert_true(told_with(d, SEG_ACK, 0));
    assert_false(told_with(d, SEG_ACK, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_field_counts_seconds_and_above_nine_hours_minutes),
        cmocka_unit_test(the_longer_wish_holds_within_the_limits),
        cmocka_unit_test(what_the_application_has_set_stays),
        cmocka_unit_test(nothing_is_taken_or_sent_unless_asked_for),
        cmocka_unit_test(a_change_is_told_once_with_the_next_segment_that_has_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
