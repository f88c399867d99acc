/*
 * test_ranges.c - the set of ranges against an array of booleans.
 *
 * The model has one boolean per number of a small piece of the circle, which lies across its seam.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/base/ranges.h"
#include "core/base/rng.h"

enum { SPAN = 64, CAP = 5 };
static const uint32_t base = UINT32_MAX - SPAN / 2; /* the seam is in the middle */

static uint32_t draw(uint64_t *n, uint32_t bound)
{
    return (uint32_t)rng_below(1, 0x4a6, (*n)++, bound);
}

static SeqRange range_of(uint32_t from, uint32_t to)
{
    return (SeqRange){seq_of(base + from), seq_of(base + to)};
}

static uint32_t runs_in(const bool *in)
{
    uint32_t runs = 0;
    for (int i = 0; i < SPAN; i++)
        runs += in[i] && (i == 0 || !in[i - 1]);
    return runs;
}

/* The same numbers, in as few ranges as possible, in order. */
static void compare(Ranges set, const bool *in)
{
    bool has[SPAN] = {0};
    assert_int_equal(*set.count, runs_in(in));
    for (uint16_t i = 0; i < *set.count; i++) {
        uint32_t from = set.at[i].from.v - base, to = set.at[i].to.v - base;
        assert_true(from < to && to <= SPAN);
        assert_true(i == 0 || set.at[i - 1].to.v - base < from);
        for (uint32_t k = from; k < to; k++)
            has[k] = true;
    }
    assert_memory_equal(has, in, sizeof has);
    for (uint16_t i = *set.count; i < set.cap; i++) /* what is free is zero: worlds are compared */
        assert_true(set.at[i].from.v == 0 && set.at[i].to.v == 0);
}

static void add_some(Ranges set, bool *in, uint64_t *n)
{
    uint32_t from = draw(n, SPAN), to = from + draw(n, SPAN - from < 9 ? SPAN - from + 1 : 9);
    bool wanted[SPAN];
    memcpy(wanted, in, sizeof wanted);
    for (uint32_t k = from; k < to; k++)
        wanted[k] = true;
    bool fits = runs_in(wanted) <= CAP;
    assert_int_equal(ranges_have_room(set, range_of(from, to)), fits);
    assert_int_equal(ranges_add(set, range_of(from, to)), fits);
    if (fits)
        memcpy(in, wanted, sizeof wanted);
}

static void take_some(Ranges set, bool *in, uint64_t *n)
{
    uint32_t edge = draw(n, SPAN), end = edge;
    /* Everything that begins at or before the edge goes, and carries the edge along. */
    for (uint32_t i = 0; i <= end && i < SPAN; i++) {
        if (!in[i])
            continue;
        while (i < SPAN && in[i])
            in[i++] = false;
        end = i > end ? i : end;
    }
    assert_int_equal(ranges_take_front(set, seq_of(base + edge)).v, base + end);
}

static void a_set_of_ranges_is_a_set_of_numbers(void **state)
{
    (void)state;
    SeqRange at[CAP] = {0};
    uint16_t count = 0;
    Ranges set = {at, &count, CAP};
    bool in[SPAN] = {0};
    for (uint64_t n = 0; n < 400000;) {
        uint32_t what = draw(&n, 8);
        if (what < 5)
            add_some(set, in, &n);
        else if (what < 6)
            take_some(set, in, &n);
        compare(set, in);
        uint32_t from = draw(&n, SPAN - 1), to = from + 1 + draw(&n, 6);
        bool all = to <= SPAN;
        for (uint32_t k = from; all && k < to; k++)
            all = in[k];
        if (to <= SPAN)
            assert_int_equal(ranges_contain(set, range_of(from, to)), all);
    }
}

static void an_empty_range_is_always_welcome(void **state)
{
    (void)state;
    SeqRange at[1] = {{{5}, {9}}};
    uint16_t count = 1;
    Ranges set = {at, &count, 1};
    assert_true(ranges_add(set, (SeqRange){{20}, {20}}));
    assert_false(ranges_add(set, (SeqRange){{20}, {21}}));
    assert_true(ranges_add(set, (SeqRange){{9}, {10}}));
    assert_int_equal(count, 1);
    assert_int_equal(at[0].to.v, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_of_ranges_is_a_set_of_numbers),
        cmocka_unit_test(an_empty_range_is_always_welcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
