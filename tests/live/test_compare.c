/*
 * test_compare.c - scenarios by chance can be had again, lanes are aligned, differences are seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/compare.h"

typedef struct Pair {
    Scenario scenario, again;
    Lane first, second;
    TwinResult result;
} Pair;

static void play(Scenario *s, NextStep next, void *of, Lane *lane)
{
    Subject *core = compare_core_new(PROFILE_LINUX, s);
    assert_non_null(core);
    compare_play(core, s, next, of, NULL, lane);
    compare_core_free(core);
}

static Pair *pair_of(uint64_t seed)
{
    Pair *p = calloc(1, sizeof *p);
    RandomPlay r;
    assert_non_null(p);
    compare_random_begin(&r, &p->scenario, seed);
    play(&p->scenario, compare_random_next, &r, &p->first);
    return p;
}

static void a_scenario_by_chance_played_again_as_a_script_gives_the_same_lane(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        Pair *p = pair_of(seed);
        p->again = p->scenario;
        play(&p->again, NULL, NULL, &p->second);
        assert_int_equal(p->first.count, p->second.count);
        assert_true(compare_lanes(&p->scenario, &p->first, &p->second, &p->result));
        assert_int_equal(p->result.differences, 0);
        assert_int_equal(p->result.count, p->first.count);
        free(p);
    }
}

static void seeds_reach_closings_resets_holes_and_closed_windows(void **state)
{
    (void)state;
    uint32_t fins = 0, resets = 0, sacks = 0, ends = 0, wrong = 0, read = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        Pair *p = pair_of(seed);
        for (uint32_t i = 0; i < p->first.count; i++) {
            const LaneEvent *e = &p->first.event[i];
            fins += e->what == DID_SEND && e->seg.flags & SEG_FIN;
            resets += e->what == DID_SEND && e->seg.flags & SEG_RST;
            sacks += e->what == DID_SEND && e->seg.opts & SEG_OPT_SACK;
            ends += e->what == DID_END;
            read += e->what == DID_STREAM && e->value > 0;
            wrong += e->wrong;
        }
        free(p);
    }
    assert_true(fins > 10 && resets > 10 && sacks > 5 && ends >= 50 && read > 20);
    assert_int_equal(wrong, 0);
}

/* Which event of the lane is the n-th segment. */
static uint32_t segment_at(const Lane *l, uint32_t n)
{
    for (uint32_t i = 0; i < l->count; i++)
        if (l->event[i].what == DID_SEND && n-- == 0)
            return i;
    fail_msg("too few segments");
    return 0;
}

static void a_segment_that_one_side_lacks_is_one_row_and_the_rest_stays_aligned(void **state)
{
    (void)state;
    Pair *p = pair_of(2);
    uint32_t gone = segment_at(&p->first, 3);
    p->second = p->first;
    memmove(&p->second.event[gone], &p->second.event[gone + 1],
            (p->second.count - gone - 1) * sizeof(LaneEvent));
    p->second.count--;
    assert_true(compare_lanes(&p->scenario, &p->first, &p->second, &p->result));
    assert_int_equal(p->result.differences, 1);
    assert_int_equal(p->result.first, gone + 1);
    assert_int_equal(p->result.row[gone].diff, DIFF_EXTRA);
    assert_true(compare_lanes(&p->scenario, &p->second, &p->first, &p->result));
    assert_int_equal(p->result.row[gone].diff, DIFF_MISSING);
    free(p);
}

static uint32_t diff_after(uint64_t seed, void (*change)(LaneEvent *), Explain *why)
{
    Pair *p = pair_of(seed);
    uint32_t at = segment_at(&p->first, 2);
    p->second = p->first;
    change(&p->second.event[at]);
    assert_true(compare_lanes(&p->scenario, &p->first, &p->second, &p->result));
    assert_int_equal(p->result.differences, 1);
    uint32_t diff = p->result.row[at].diff;
    *why = (Explain)p->result.row[at].explain;
    free(p);
    return diff;
}

static void other_window(LaneEvent *e)
{
    e->window += 100;
}

static void closed_window(LaneEvent *e)
{
    e->window = 0;
}

static void other_ack(LaneEvent *e)
{
    e->seg.ack.v++;
}

static void with_fin(LaneEvent *e)
{
    e->seg.flags ^= SEG_FIN;
}

static void wrong_bytes(LaneEvent *e)
{
    e->wrong = 1;
}

static void a_window_of_another_size_has_a_reason_but_not_a_closed_one(void **state)
{
    (void)state;
    Explain why;
    assert_int_equal(diff_after(2, other_window, &why), DIFF_WINDOW);
    assert_int_equal(why, EXPLAIN_WINDOW_VALUE);
    assert_int_equal(diff_after(2, closed_window, &why), DIFF_WINDOW | DIFF_WINDOW_ZERO);
    assert_int_equal(why, EXPLAIN_NONE);
}

static void numbers_flags_and_bytes_have_none(void **state)
{
    (void)state;
    Explain why;
    assert_int_equal(diff_after(2, other_ack, &why), DIFF_ACK);
    assert_int_equal(why, EXPLAIN_NONE);
    assert_int_equal(diff_after(2, with_fin, &why), DIFF_FLAGS);
    assert_int_equal(why, EXPLAIN_NONE);
    assert_int_equal(diff_after(2, wrong_bytes, &why), DIFF_BYTES);
    assert_int_equal(why, EXPLAIN_NONE);
}

static void every_reason_has_a_source_and_both_texts(void **state)
{
    (void)state;
    for (int e = 1; e < EXPLAIN_COUNT; e++) {
        assert_true(strlen(compare_explain_name((Explain)e)) > 0);
        assert_true(strlen(compare_explain_source((Explain)e)) > 0);
        assert_true(strlen(compare_explain_text((Explain)e, LANG_EN)) > 10);
        assert_true(strlen(compare_explain_text((Explain)e, LANG_ZH)) > 10);
    }
    for (uint32_t i = 0; i < DIFF_COUNT; i++)
        assert_true(strlen(compare_diff_name(1u << i, LANG_ZH)) > 0);
    assert_string_equal(compare_explain_text(EXPLAIN_NONE, LANG_EN), "");
}

static void a_full_lane_ends_the_play(void **state)
{
    (void)state;
    Pair *p = calloc(1, sizeof *p);
    Step *x = scenario_call(&p->scenario, SOCK_CALL_SOCKET, -1);
    x->fd_new = 3;
    while ((x = scenario_call(&p->scenario, SOCK_CALL_CLOSE, 9)) != NULL)
        ;
    assert_int_equal(p->scenario.count, COMPARE_STEPS_MAX);
    play(&p->scenario, NULL, NULL, &p->first);
    assert_int_equal(p->first.count, COMPARE_STEPS_MAX);
    assert_int_equal(p->first.event[1].error, SW_EBADF);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scenario_by_chance_played_again_as_a_script_gives_the_same_lane),
        cmocka_unit_test(seeds_reach_closings_resets_holes_and_closed_windows),
        cmocka_unit_test(a_segment_that_one_side_lacks_is_one_row_and_the_rest_stays_aligned),
        cmocka_unit_test(a_window_of_another_size_has_a_reason_but_not_a_closed_one),
        cmocka_unit_test(numbers_flags_and_bytes_have_none),
        cmocka_unit_test(every_reason_has_a_source_and_both_texts),
        cmocka_unit_test(a_full_lane_ends_the_play),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
