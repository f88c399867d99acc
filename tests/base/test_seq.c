/*
 * test_seq.c - numbers on a circle, against arithmetic that has room.
 *
 * The model is a 64-bit position: two numbers are compared by how far they are apart, which the
 * circle can tell as long as they are less than half of it apart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/rng.h"
#include "core/base/seq.h"

static const int64_t half = (int64_t)1 << 31;

static uint64_t draw(uint64_t n, uint64_t bound)
{
    return rng_below(1, 0x5e9, n, bound);
}

/* A distance that is often small, often near the half of the circle, and sometimes anything. */
static int64_t distance(uint64_t n)
{
    int64_t small = (int64_t)draw(3 * n, 5) - 2;
    switch (draw(3 * n + 1, 4)) {
    case 0: return small;
    case 1: return half - 1 - (int64_t)draw(3 * n + 2, 3);
    case 2: return -half + 1 + (int64_t)draw(3 * n + 2, 3);
    default: return (int64_t)draw(3 * n + 2, (uint64_t)half * 2 - 1) - half + 1;
    }
}

static void order_on_the_circle_is_order_of_positions(void **state)
{
    (void)state;
    for (uint64_t n = 0; n < 200000; n++) {
        uint64_t x = 10 * (uint64_t)half + draw(7 * n + 1, UINT32_MAX);
        int64_t d = distance(n);
        uint64_t y = x + (uint64_t)d;
        Seq a = seq_of((uint32_t)x), b = seq_of((uint32_t)y);
        assert_int_equal(seq_lt(a, b), d > 0);
        assert_int_equal(seq_leq(a, b), d >= 0);
        assert_int_equal(seq_gt(a, b), d < 0);
        assert_int_equal(seq_geq(a, b), d <= 0);
        assert_int_equal(seq_eq(a, b), d == 0);
        assert_true(seq_max(a, b).v == (uint32_t)(d > 0 ? y : x));
        assert_true(seq_min(a, b).v == (uint32_t)(d > 0 ? x : y));
        assert_true(seq_distance(a, b) == (uint32_t)(y - x));
        if (d >= 0)
            assert_true(seq_eq(seq_add(a, (uint32_t)d), b) && seq_eq(seq_sub(b, (uint32_t)d), a));
    }
}

static void windows_hold_what_lies_in_them(void **state)
{
    (void)state;
    for (uint64_t n = 0; n < 200000; n++) {
        uint64_t low = draw(5 * n, (uint64_t)1 << 40);
        uint32_t size = (uint32_t)draw(5 * n + 1, n % 2 ? 8 : UINT32_MAX);
        uint64_t x = low + draw(5 * n + 2, n % 3 ? 10 : UINT32_MAX);
        bool inside = x - low < size;
        assert_int_equal(seq_in_window(seq_of((uint32_t)x), seq_of((uint32_t)low), size), inside);
    }
    assert_false(seq_in_window(seq_of(5), seq_of(5), 0));
    assert_true(seq_in_window(seq_of(0), seq_of(UINT32_MAX), 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_on_the_circle_is_order_of_positions),
        cmocka_unit_test(windows_hold_what_lies_in_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
