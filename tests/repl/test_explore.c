/*
 * test_explore.c - without its rule TCP breaks in a few events, with it the bounded space holds.
 *
 * Each preset is searched both ways, as `sandwire explore` does, and the run found is done again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "repl/explore_story.h"
#include "repl/width.h"
#include "tests/repl/bench.h"

typedef struct Found {
    ExploreResult result;
    Text story;
} Found;

static Found search_with(const Preset *preset, bool ablated, Lang lang, unsigned threads)
{
    Found f = {.story = text_heap()};
    Shell *shell = preset_shell(preset, ablated, lang);
    assert_non_null(shell);
    const World *w = session_world(shell_session(shell));
    World *root = malloc((size_t)w->size);
    assert_non_null(root);
    memcpy(root, w, (size_t)w->size);
    ExploreAsk ask = preset_ask(preset, root);
    ask.threads = threads;
    assert_true(explore(&ask, &f.result));
    explore_story(&f.story, shell, &ask, &f.result, lang == LANG_EN);
    if (f.result.count > 0) /* the session has come where the search was */
        assert_true(session_world(shell_session(shell))->rows > root->rows);
    free(root);
    shell_free(shell);
    return f;
}

static Found search(const Preset *preset, bool ablated, Lang lang)
{
    return search_with(preset, ablated, lang, 1);
}

/* If two worlds were taken for one that are not, it would matter which of them came first. */
static void the_number_of_threads_changes_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"isn-clock", "ack-check", "zero-window-probe"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const Preset *p = preset_of_name(names[i], strlen(names[i]));
        Found one = search_with(p, false, LANG_EN, 1), three = search_with(p, false, LANG_EN, 3);
        assert_int_equal(one.result.states, three.result.states);
        assert_int_equal(one.result.transitions, three.result.transitions);
        assert_int_equal(one.result.end, three.result.end);
        text_heap_free(&one.story);
        text_heap_free(&three.story);
    }
}

static void every_preset_breaks_without_its_rule_and_holds_with_it(void **state)
{
    (void)state;
    for (uint32_t i = 0; preset_at(i); i++) {
        const Preset *p = preset_at(i);
        Found broken = search(p, true, LANG_EN), whole = search(p, false, LANG_ZH);
        if (broken.result.end != END_VIOLATED || whole.result.end != END_EXHAUSTED)
            fail_msg("%s: %s\n%s\n%s", p->name, explore_end_name(broken.result.end),
                     broken.story.buf, whole.story.buf);
        assert_in_range(broken.result.count, 1, 14);
        assert_in_range(broken.result.inevitable, 0, broken.result.count);
        text_heap_free(&broken.story);
        text_heap_free(&whole.story);
    }
}

/* What a network that behaves from now on leads to. */
static uint32_t healed(const ExploreAsk *ask, const Play *play, World *w, World *scratch)
{
    memcpy(w, play->w, (size_t)w->size);
    return explore_heal(w, play->past, ask->watch, ask->settle_time, scratch);
}

static World *another(const World *w)
{
    World *copy = malloc((size_t)w->size);
    assert_non_null(copy);
    memcpy(copy, w, (size_t)w->size);
    return copy;
}

/* Before the last moment of hope a good network would have saved it, after it never again. */
static void the_last_moment_of_hope_is_where_it_is_said_to_be(void **state)
{
    (void)state;
    for (uint32_t i = 0; preset_at(i); i++) {
        Shell *shell = preset_shell(preset_at(i), true, LANG_EN);
        World *root = another(session_world(shell_session(shell)));
        World *w = another(root), *scratch = another(root), *before = another(root);
        ExploreAsk ask = preset_ask(preset_at(i), root);
        ExploreResult r;
        assert_true(explore(&ask, &r));
        Play play = {.w = another(root), .past = explore_past(root)};
        for (uint32_t n = 0; n < r.count; n++) {
            bool lost = healed(&ask, &play, w, scratch) != 0;
            if (n >= r.inevitable)
                assert_true(lost);
            else if (n + 1 == r.inevitable)
                assert_false(lost);
            memcpy(before, play.w, (size_t)root->size);
            assert_true(explore_take(&ask, &play, before, r.acts[n], NULL));
        }
        World *const all[] = {root, w, scratch, before, play.w};
        for (size_t k = 0; k < sizeof all / sizeof *all; k++)
            free(all[k]);
        shell_free(shell);
    }
}

static void two_segments_are_not_enough(void **state)
{
    (void)state;
    Found f = search(preset_of_name("third-ack", 9), true, LANG_EN);
    assert_in_range(f.result.count, 1, 8);
    assert_non_null(strstr(f.story.buf, "A connect B:80"));
    assert_non_null(strstr(f.story.buf, "inevitable"));
    assert_non_null(strstr(f.story.buf, "ESTABLISHED"));
    text_heap_free(&f.story);
}

static void the_same_search_finds_the_same(void **state)
{
    (void)state;
    const Preset *p = preset_of_name("third-ack", 9);
    Found a = search(p, true, LANG_EN), b = search(p, true, LANG_EN);
    assert_string_equal(a.story.buf, b.story.buf);
    text_heap_free(&a.story);
    text_heap_free(&b.story);
}

static void what_is_kept_of_a_state_is_small(void **state)
{
    (void)state;
    Found f = search(preset_of_name("third-ack", 9), false, LANG_EN);
    assert_true(f.result.states > 10000);
    assert_true(f.result.table_bytes <= f.result.states * 32);
    text_heap_free(&f.story);
}

/* The rows of a ladder, to compare two sessions. */
static void ladder(Shell *shell, Text *out)
{
    text_clear(out);
    shell_ladder(shell, 1, UINT32_MAX, out);
}

static void what_is_found_becomes_a_branch_that_can_be_saved(void **state)
{
    (void)state;
    Shell *shell = bench_shell(LANG_EN), *sh = shell;
    const char *said = bench_say(sh, "rule third-ack off; explore");
    assert_non_null(strstr(said, "inevitable"));
    assert_non_null(strstr(bench_say(sh, "branches"), "* explored"));
    Text saved = text_heap(), before = text_heap(), after = text_heap(), out = text_heap();
    ladder(shell, &before);
    shell_save(shell, &saved);
    SessionOptions options = *session_options(shell_session(shell));
    assert_true(shell_restart(shell, &options));
    uint32_t line;
    assert_int_equal(shell_text(shell, "saved", bytes_of(saved.buf, saved.len), false, &out, &line),
                     LINE_OK);
    ladder(shell, &after);
    assert_string_equal(before.buf, after.buf);
    bench_say(sh, "switch main");
    assert_null(strstr(bench_say(sh, "state"), "ESTABLISHED"));
    text_heap_free(&saved);
    text_heap_free(&before);
    text_heap_free(&after);
    text_heap_free(&out);
    shell_free(sh);
}

static void the_events_of_the_story_are_lines_of_the_language(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "rule third-ack off; pace step; B listen 80; A connect B:80 from 4000; A close");
    assert_non_null(strstr(bench_say(sh, "take #4"), "ESTABLISHED"));
    shell_free(sh);
}

static void two_futures_stand_side_by_side(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; branch lost; drop next SYN from A; A connect B:80; switch main; "
                  "A connect B:80");
    const char *said = bench_say(sh, "compare lost");
    assert_non_null(strstr(said, "here they part"));
    assert_non_null(strstr(said, "retransmission"));
    for (const char *line = said; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
    assert_string_equal(session_branch_name(shell_session(sh)), "main");
    assert_non_null(strstr(bench_say(sh, "compare main"), "no difference"));
    bench_say(sh, "compare nobody");
    assert_int_equal(bench_status(), LINE_ERROR);
    shell_free(sh);
}

static void two_futures_fit_the_terminal(void **state)
{
    (void)state;
    static const uint16_t widths[] = {40, 60, 80, 120, 200};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        Shell *sh = bench_shell_with(&(ShellOptions){.lang = LANG_ZH, .width = widths[i]});
        bench_say(sh, "B listen 80; branch lost; drop next SYN from A; A connect B:80; switch "
                      "main; A connect B:80");
        const char *said = bench_say(sh, "compare lost");
        assert_true((strstr(said, "|lost") != NULL) == (widths[i] >= 79));
        for (const char *line = said; *line; line += strcspn(line, "\n") + 1)
            assert_true(width_of(line, strcspn(line, "\n")) <= widths[i]);
        shell_free(sh);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_segments_are_not_enough),
        cmocka_unit_test(the_last_moment_of_hope_is_where_it_is_said_to_be),
        cmocka_unit_test(the_same_search_finds_the_same),
        cmocka_unit_test(what_is_kept_of_a_state_is_small),
        cmocka_unit_test(the_number_of_threads_changes_nothing),
        cmocka_unit_test(what_is_found_becomes_a_branch_that_can_be_saved),
        cmocka_unit_test(two_futures_stand_side_by_side),
        cmocka_unit_test(two_futures_fit_the_terminal),
        cmocka_unit_test(the_events_of_the_story_are_lines_of_the_language),
        cmocka_unit_test(every_preset_breaks_without_its_rule_and_holds_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
