/*
 * test_timescale.c: later is never drawn before, pauses are folded, and a place on the axis leads
 * back to its moment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "viz/timescale.h"

enum { DELAY = 50000000 };

static void short_times_are_to_scale_and_long_pauses_fold(void **state)
{
    (void)state;
    assert_true(timescale_length(DELAY, DELAY) == 1);
    assert_true(timescale_length(DELAY / 2, DELAY) == 0.5f);
    assert_true(timescale_length(240 * NANOS_S, DELAY) < 12);
    assert_false(timescale_folds(2 * (Nanos)DELAY, DELAY));
    assert_true(timescale_folds(NANOS_S, DELAY));
}

static void length_grows_with_time(void **state)
{
    (void)state;
    float before = -1;
    for (Nanos pause = 0; pause < 600 * NANOS_S; pause += pause / 7 + NANOS_MS) {
        float length = timescale_length(pause, DELAY);
        assert_true(length > before);
        before = length;
    }
}

static void a_place_leads_back_to_its_moment(void **state)
{
    (void)state;
    static TimeScale s;
    timescale_begin(&s, DELAY);
    Nanos at = 0;
    for (uint64_t i = 1; i <= 2000; i++) { /* more than there are knots */
        at += i % 50 == 0 ? NANOS_S : i * 100000;
        timescale_add(&s, at);
    }
    for (Nanos t = 0; t <= at; t += at / 997) {
        Nanos back = timescale_at(&s, timescale_of(&s, t));
        Nanos off = back > t ? back - t : t - back;
        assert_true(off <= at / 1000 + NANOS_MS);
    }
    assert_int_equal(timescale_at(&s, -5), 0);
    assert_int_equal(timescale_at(&s, timescale_total(&s) + 5), at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_times_are_to_scale_and_long_pauses_fold),
        cmocka_unit_test(length_grows_with_time),
        cmocka_unit_test(a_place_leads_back_to_its_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
