/*
 * test_duel.c: the learner plays the network, and is judged as a search would judge.
 *
 * Each event is a choice by number; what is in the session is what the choices say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/lab/heap.h"
#include "repl/duel.h"
#include "tests/repl/bench.h"

/* Plays the best run by hand, event by event. */
static void the_best_run_wins_every_duel(void **state)
{
    (void)state;
    const Preset *p;
    for (uint32_t i = 0; (p = preset_at(i)); i++) {
        Shell *sh = preset_shell(p, true, LANG_EN);
        Duel *d = duel_new(p, session_world(shell_session(sh)));
        assert_non_null(d);
        assert_int_equal(d->best.end, END_VIOLATED);
        for (uint32_t k = 0; k < d->best.count; k++) {
            assert_int_equal(d->seen, 0);
            assert_true(duel_take(d, d->best.acts[k]));
        }
        assert_int_not_equal(d->seen & d->ask.watch, 0);
        Act none[EXPLORE_ACTS];
        assert_int_equal(duel_choices(d, none), 0);
        duel_free(d);
        shell_free(sh);
    }
}

static void going_back_restores_the_choices(void **state)
{
    (void)state;
    const Preset *p = preset_of_name("third-ack", strlen("third-ack"));
    Shell *sh = preset_shell(p, true, LANG_EN);
    Duel *d = duel_new(p, session_world(shell_session(sh)));
    Act before[EXPLORE_ACTS], after[EXPLORE_ACTS];
    assert_true(duel_take(d, d->best.acts[0]));
    uint32_t n = duel_choices(d, before);
    assert_true(duel_take(d, before[1]));
    duel_back(d);
    assert_int_equal(duel_choices(d, after), n);
    assert_memory_equal(before, after, n * sizeof *before);
    duel_free(d);
    shell_free(sh);
}

/* The number that stands before the choice in the menu, as text. */
static const char *number_of(const char *menu, const char *choice)
{
    static char number[8];
    const char *at = strstr(menu, choice);
    assert_non_null(at);
    while (at > menu && at[-1] != '\n')
        at--;
    unsigned n = 0;
    assert_int_equal(sscanf(at, "%u", &n), 1);
    snprintf(number, sizeof number, "%u", n);
    return number;
}

static const char *choose(Shell *sh, const char *menu, const char *choice)
{
    char line[32];
    snprintf(line, sizeof line, "duel %s", number_of(menu, choice));
    return bench_say(sh, line);
}

static void a_duel_is_won_by_choices(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    const char *said = bench_say(sh, "duel third-ack");
    assert_non_null(strstr(said, "The shortest run that does it has 3 events"));
    said = choose(sh, said, "A connect");
    said = choose(sh, said, "A close");
    said = choose(sh, said, "SYN A arrives");
    assert_non_null(strstr(said, "Broken after 3 events"));
    assert_non_null(strstr(said, "No shorter run"));
    bench_say(sh, "duel 1");
    assert_int_equal(bench_status(), LINE_ERROR);
    said = bench_say(sh, "duel undo");
    assert_non_null(strstr(said, "event 3 is yours"));
    shell_free(sh);
}

static void the_solution_is_a_branch_of_the_session(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    const char *said = bench_say(sh, "duel third-ack");
    said = choose(sh, said, "A connect");
    choose(sh, said, "is lost");
    said = bench_say(sh, "duel solution");
    assert_non_null(strstr(said, "violated: here is the shortest run"));
    assert_non_null(strstr(said, "this is branch explored"));
    bench_say(sh, "duel 1");
    assert_int_equal(bench_status(), LINE_ERROR); /* the run is elsewhere */
    shell_free(sh);
}

static void a_saved_duel_is_an_ordinary_session(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    const char *said = bench_say(sh, "duel third-ack");
    said = choose(sh, said, "A connect");
    said = choose(sh, said, "is doubled");
    choose(sh, said, "SYN A arrives");
    bench_say(sh, "duel undo");
    Text saved = text_heap();
    shell_save(sh, &saved);
    assert_null(strstr(saved.buf, "duel"));
    Shell *again = bench_shell(LANG_EN);
    Text out = text_heap();
    uint32_t line = 0;
    shell_text(again, "", bytes_of(saved.buf, saved.len), false, &out, &line);
    assert_int_equal(line, 0);
    assert_int_equal(session_position(shell_session(again)), session_position(shell_session(sh)));
    assert_memory_equal(session_world(shell_session(again)), session_world(shell_session(sh)),
                        session_world(shell_session(sh))->size);
    text_heap_free(&out);
    text_heap_free(&saved);
    shell_free(again);
    shell_free(sh);
}

static Nanos hours(void)
{
    static Nanos now;
    return now += 3600 * NANOS_S; /* each look costs an hour */
}

static void time_runs_out_on_the_wall(void **state)
{
    (void)state;
    Shell *sh = bench_shell_with(&(ShellOptions){.lang = LANG_EN, .clock = hours});
    const char *said = bench_say(sh, "duel third-ack 60s");
    said = choose(sh, said, "A connect");
    assert_non_null(strstr(said, "The time is up"));
    shell_free(sh);
}

static void a_property_of_ones_own_is_tried_on_both(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    assert_non_null(strstr(bench_say(sh, "duel third-ack never B.state == ESTABLISHED && A.state "
                                         "== CLOSED"),
                           "Too strict"));
    assert_non_null(
        strstr(bench_say(sh, "duel third-ack never B.snd.una > A.snd.nxt"), "Too weak"));
    assert_non_null(strstr(bench_say(sh, "duel third-ack never B.state == ESTABLISHED && "
                                         "count(ACK from A) == 0"),
                           "Well found"));
    bench_say(sh, "duel third-ack never");
    assert_int_equal(bench_status(), LINE_ERROR);
    bench_say(sh, "duel third-ack never nonsense ==");
    assert_int_equal(bench_status(), LINE_ERROR);
    shell_free(sh);
}

static void what_is_no_duel_is_refused(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_ZH);
    assert_non_null(strstr(bench_say(sh, "duel"), "third-ack"));
    bench_say(sh, "duel 1");
    assert_int_equal(bench_status(), LINE_ERROR);
    bench_say(sh, "duel nobody");
    assert_int_equal(bench_status(), LINE_ERROR);
    bench_say(sh, "duel third-ack; duel undo");
    assert_int_equal(bench_status(), LINE_ERROR);
    bench_say(sh, "duel third-ack; duel 99");
    assert_int_equal(bench_status(), LINE_ERROR);
    shell_free(sh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_run_wins_every_duel),
        cmocka_unit_test(going_back_restores_the_choices),
        cmocka_unit_test(a_duel_is_won_by_choices),
        cmocka_unit_test(the_solution_is_a_branch_of_the_session),
        cmocka_unit_test(a_saved_duel_is_an_ordinary_session),
        cmocka_unit_test(time_runs_out_on_the_wall),
        cmocka_unit_test(a_property_of_ones_own_is_tried_on_both),
        cmocka_unit_test(what_is_no_duel_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
