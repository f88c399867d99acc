/*
 * test_grade.c - answers graded: the right ones pass, each wrong one fails where it should, the
 * report tells the story, the same answer gives the same bytes, and nobody can make it hang.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/lessons/support.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/desk.h"
#include "lessons/grade.h"
#include "repl/width.h"

static const char *const exercises[] = {"last-ack", "fast-retransmit"};
enum { EXERCISE_COUNT = sizeof exercises / sizeof exercises[0] };

static Lesson *exercise(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "exercises/%s.md", name);
    Lesson *l = content(path);
    assert_non_null(lesson_exercise(l));
    return l;
}

static GradeResult grade(const Lesson *l, const char *answer, Lang lang)
{
    GradeResult r;
    grade_answer(l, "answer.sw", bytes_of(answer, strlen(answer)), lang, &r);
    return r;
}

static const GradeCheck *check_of(const GradeResult *r, const char *id)
{
    for (uint32_t i = 0; i < r->check_count; i++)
        if (strcmp(r->check[i].id, id) == 0)
            return &r->check[i];
    return NULL;
}

static void print_report(const GradeResult *r)
{
    Text out = text_heap();
    grade_print_text(&out, r, false);
    print_message("%s", out.buf);
    text_heap_free(&out);
}

/* ---- the content's own answers ---- */

static void every_solution_gets_all_points(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXERCISE_COUNT; i++) {
        Lesson *l = exercise(exercises[i]);
        GradeResult r = grade(l, block_entry(lesson_exercise(l), ENTRY_SOLUTION)->code, LANG_EN);
        if (!r.passed)
            print_report(&r);
        assert_true(r.passed);
        assert_null(r.refused);
        assert_int_equal(r.score, r.max_score);
        assert_int_equal(r.settings, 3);
        assert_true(r.interventions <= r.par);
        grade_free(&r);
        lesson_free(l);
    }
}

static void every_reject_fails_at_the_check_it_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXERCISE_COUNT; i++) {
        Lesson *l = exercise(exercises[i]);
        const Block *task = lesson_exercise(l);
        uint32_t count = 0;
        for (const Entry *e = block_entry(task, ENTRY_REJECT); e;
             e = block_next(task, ENTRY_REJECT, e), count++) {
            GradeResult r = grade(l, e->code, LANG_EN);
            assert_false(r.passed);
            assert_true(r.score < r.max_score);
            const GradeCheck *g = check_of(&r, e->name);
            if (!r.refused && g && g->passed)
                print_message("%s: '%s' passes %s\n", exercises[i], e->code, e->name);
            assert_true(r.refused || (g && !g->passed));
            grade_free(&r);
        }
        assert_true(count >= 3);
        lesson_free(l);
    }
}

static const struct {
    const char *exercise, *file, *fails; /* "" passes */
} samples[] = {
    {"last-ack", "last-ack-right.sw", ""},
    {"last-ack", "last-ack-copied.sw", "twice"},
    {"last-ack", "last-ack-fin-lost.sw", "seen"},
    {"last-ack", "last-ack-reset.sw", "reset"},
    {"fast-retransmit", "fast-retransmit-right.sw", ""},
    {"fast-retransmit", "fast-retransmit-only-late.sw", "one"},
    {"fast-retransmit", "fast-retransmit-first.sw", ""},
    {"fast-retransmit", "fast-retransmit-too-late.sw", "timeout"},
};

static void the_sample_answers_fail_where_they_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        char path[128];
        size_t len;
        snprintf(path, sizeof path, "tests/lessons/answers/%s", samples[i].file);
        Lesson *l = exercise(samples[i].exercise);
        char *answer = slurp(in_tree(path), &len);
        GradeResult r = grade(l, answer, LANG_EN);
        assert_null(r.refused);
        assert_int_equal(r.passed, samples[i].fails[0] == '\0');
        if (!r.passed)
            assert_false(check_of(&r, samples[i].fails)->passed);
        grade_free(&r);
        free(answer);
        lesson_free(l);
    }
}

/* ---- what a report says ---- */

static void a_failure_tells_caption_ladder_difference_reason_command_and_hint(void **state)
{
    (void)state;
    Lesson *l = exercise("fast-retransmit");
    GradeResult r = grade(l, "drop 9th data from A\nA send 14600B\n", LANG_EN);
    Text out = text_heap();
    grade_print_text(&out, &r, false);
    const GradeCheck *g = check_of(&r, "timeout");
    const Entry *e = block_named(lesson_exercise(l), ENTRY_NEVER, "timeout");
    assert_says(out.buf, e->say[LANG_EN]);
    assert_non_null(strstr(out.buf, "\n>> "));
    assert_non_null(strstr(g->ladder, "retransmission"));
    assert_says(out.buf, "A.backoff");
    assert_says(out.buf, "got");
    assert_says(g->why, "RFC 6298");
    assert_says(out.buf, "sandwire grade fast-retransmit answer.sw --moment timeout > moment.sw");
    assert_says(out.buf, block_named(lesson_exercise(l), ENTRY_WRONG, "timeout")->say[LANG_EN]);
    /* Grading went on behind the first failure, and what is right is said, too. */
    assert_non_null(check_of(&r, "budget"));
    assert_says(out.buf, "passed");
    text_heap_free(&out);
    grade_free(&r);
    lesson_free(l);
}

static void got_and_expected_are_aligned_and_the_difference_is_underlined(void **state)
{
    (void)state;
    Lesson *l = lesson_of(HEAD FENCE("sandwire setup {#w}", "B listen 80\n") FENCE(
        "task {#t}",
        "do: !\ncheck est \"Open\": A.state == ESTABLISHED\nsolution: A connect B:80\n"));
    GradeResult r = grade(l, "drop next SYN from A; pace step; A connect B:80; step", LANG_EN);
    Text out = text_heap();
    grade_print_text(&out, &r, false);
    assert_non_null(strstr(out.buf, "    A.state\n"
                                    "      got          SYN-SENT\n"
                                    "      expected  == ESTABLISHED\n"
                                    "                   ^^^^^^^^^^^\n"));
    text_heap_free(&out);
    grade_free(&r);
    lesson_free(l);
}

static void reports_are_narrow_and_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXERCISE_COUNT; i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            Lesson *l = exercise(exercises[i]);
            GradeResult r = grade(l, "A send 14600B\nA close\n", (Lang)lang);
            Text out = text_heap();
            grade_print_text(&out, &r, false);
            for (const char *s = out.buf; *s; s += *s == '\n') {
                size_t n = strcspn(s, "\n");
                bool command = n > 14 && memcmp(s, "      sandwire", 14) == 0;
                if (!command)
                    assert_in_range(width_of(s, n), 0, 84);
                s += n;
            }
            text_heap_free(&out);
            grade_free(&r);
            lesson_free(l);
        }
    }
}

static void the_moment_is_a_session_that_stands_there(void **state)
{
    (void)state;
    Lesson *l = exercise("fast-retransmit");
    static const char answer[] = "drop 9th data from A\nA send 14600B\n";
    Text text = text_heap(), said = text_heap();
    GradeResult r = grade(l, answer, LANG_EN);
    assert_true(grade_moment(l, bytes_of(answer, strlen(answer)), "timeout", &text));
    Shell *sh = desk_new(0, PROFILE_RFC);
    uint32_t line;
    LineStatus status =
        shell_text(sh, "moment.sw", bytes_of(text.buf, text.len), false, &said, &line);
    assert_true(status == LINE_OK);
    assert_int_equal(trace_last(session_trace(shell_session(sh))), check_of(&r, "timeout")->row);
    assert_false(grade_moment(l, bytes_of(answer, strlen(answer)), "nothing", &text));
    shell_free(sh);
    text_heap_free(&text);
    text_heap_free(&said);
    grade_free(&r);
    lesson_free(l);
}

static void a_saved_session_is_an_answer(void **state)
{
    (void)state;
    Lesson *l = exercise("last-ack");
    const Block *task = lesson_exercise(l);
    TaskStart start;
    Text said = text_heap(), saved = text_heap();
    Shell *sh = grade_world(l, task, 0, &start);
    assert_true(desk_run(sh, block_entry(task, ENTRY_SOLUTION)->code, &said, NULL));
    shell_save(sh, &saved);
    GradeResult r = grade(l, saved.buf, LANG_EN);
    if (!r.passed)
        print_report(&r);
    assert_true(r.passed);
    grade_free(&r);
    shell_free(sh);
    text_heap_free(&said);
    text_heap_free(&saved);
    lesson_free(l);
}

/* ---- points ---- */

static void doing_nothing_earns_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXERCISE_COUNT; i++) {
        Lesson *l = exercise(exercises[i]);
        GradeResult r = grade(l, "# I do not know\n\n", LANG_EN);
        assert_null(r.refused);
        assert_int_equal(r.score, 0);
        assert_false(r.passed);
        grade_free(&r);
        lesson_free(l);
    }
}

static void a_hidden_setting_can_fail_what_the_visible_one_passes(void **state)
{
    (void)state;
    Lesson *l = lesson_of(
        "---\nlesson: x\ntitle: X\nvariant: seed=3 link rtt=4s\n---\n# X\n\n" FENCE(
            "sandwire setup {#w}", "B listen 80\n")
            FENCE("task {#t points=4}", "do: !\ncheck c \"Open\": A.state == ESTABLISHED\n"
                                        "eventually<=1s q \"Quick\": B.state == ESTABLISHED\n"
                                        "solution: A connect B:80\n"));
    GradeResult r = grade(l, "A connect B:80", LANG_EN);
    assert_false(r.passed);
    assert_true(check_of(&r, "c")->passed);
    assert_false(check_of(&r, "q")->passed);
    assert_int_equal(check_of(&r, "q")->setting, 1);
    assert_int_equal(r.score, 2);
    grade_free(&r);
    lesson_free(l);
}

/* ---- json ---- */

static char *json_of(const char *answer, Lang lang)
{
    Lesson *l = exercise("last-ack");
    GradeResult r = grade(l, answer, lang);
    Text out = text_heap();
    grade_print_json(&out, &r, 1);
    char *copy = strdup(out.buf);
    text_heap_free(&out);
    grade_free(&r);
    lesson_free(l);
    return copy;
}

static void the_same_answer_gives_the_same_bytes(void **state)
{
    (void)state;
    static const char answer[] = "drop next FIN from B\nA close\nB close\n";
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        char *a = json_of(answer, (Lang)lang), *b = json_of(answer, (Lang)lang);
        assert_string_equal(a, b);
        free(a);
        free(b);
    }
}

static void json_holds_what_the_text_says(void **state)
{
    (void)state;
    char *text = json_of("drop next FIN from B\nA close\nB close\n", LANG_EN);
    json_error_t error;
    json_t *root = json_loads(text, 0, &error);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "format")), "sandwire-grade");
    json_t *result = json_array_get(json_object_get(root, "results"), 0);
    assert_string_equal(json_string_value(json_object_get(result, "exercise")), "last-ack");
    assert_string_equal(json_string_value(json_object_get(result, "status")), "failed");
    assert_int_equal(json_integer_value(json_object_get(result, "max_score")), 10);
    size_t i;
    json_t *check;
    bool found = false;
    json_array_foreach(json_object_get(result, "checks"), i, check)
    {
        const char *status = json_string_value(json_object_get(check, "status"));
        bool failed = strcmp(status, "failed") == 0;
        found |= failed;
        assert_int_equal(failed, json_object_get(check, "ladder") != NULL);
    }
    assert_true(found);
    json_decref(root);
    free(text);
}

static void a_strange_file_name_does_not_break_json(void **state)
{
    (void)state;
    Lesson *l = exercise("last-ack");
    GradeResult r;
    Text out = text_heap();
    json_error_t error;
    grade_answer(l, "a\xff\"b\n.sw", bytes_of("A close", 7), LANG_EN, &r);
    grade_print_json(&out, &r, 1);
    json_t *root = json_loads(out.buf, 0, &error);
    assert_non_null(root);
    json_decref(root);
    text_heap_free(&out);
    grade_free(&r);
    lesson_free(l);
}

/* ---- hostile answers ---- */

static void refused(const Lesson *l, const char *answer, size_t len, const char *because)
{
    GradeResult r;
    grade_answer(l, "hostile.sw", bytes_of(answer, len), LANG_EN, &r);
    if (!r.refused)
        print_report(&r);
    assert_non_null(r.refused);
    assert_says(r.refused, because);
    assert_int_equal(r.score, 0);
    assert_false(r.passed);
    Text out = text_heap();
    grade_print_text(&out, &r, false);
    grade_print_json(&out, &r, 1);
    text_heap_free(&out);
    grade_free(&r);
}

/* An exercise that forbids nothing. */
static Lesson *open_exercise(void)
{
    return lesson_of(HEAD FENCE("sandwire setup {#w}", "B listen 80\n") FENCE(
        "task {#t}",
        "do: !\ncheck est \"Open\": A.state == ESTABLISHED\nsolution: A connect B:80\n"));
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    Lesson *l = open_exercise();
    refused(l, "A connect B:80\n\0run", 19, "not text");
    refused(l,
            "\x7f"
            "ELF\x02\x01",
            6, "not text");
    refused(l, "A connect \xff\xfe", 12, "not text");
    lesson_free(l);
}

static void what_is_too_large_is_refused(void **state)
{
    (void)state;
    Lesson *l = open_exercise();
    Text t = text_heap();
    while (t.len <= GRADE_ANSWER_BYTES_MAX)
        text_add(&t, "# a comment\n");
    refused(l, t.buf, t.len, "larger than 64 KiB");
    text_clear(&t);
    for (int i = 0; i < 300; i++)
        text_add(&t, "ladder; state\n");
    refused(l, t.buf, t.len, "more than 500 commands");
    text_clear(&t);
    text_repeat(&t, 'x', 40000);
    refused(l, t.buf, t.len, "line is too long");
    text_heap_free(&t);
    lesson_free(l);
}

static void what_never_ends_is_refused(void **state)
{
    (void)state;
    Lesson *l = open_exercise();
    static const char *const endless[] = {
        /* two echoes with a connection between them talk for ever */
        "A app echo\nB app echo\nA connect B:80\nA send \"x\"\nrun 100000s\n",
        "A connect B:80\nA set keepalive on\nset A.keep_idle 1s\nrun 1000000s\n",
        "A connect B:80; B app sink; A app source 1000MiB; run 10000s\n",
    };
    for (size_t i = 0; i < sizeof endless / sizeof endless[0]; i++)
        refused(l, endless[i], strlen(endless[i]), "does not end: more than 20000 events");
    lesson_free(l);
}

static void a_flood_is_graded_as_far_as_it_gets(void **state)
{
    (void)state;
    Lesson *l = open_exercise();
    GradeResult r = grade(l, "flood B:80 rate=1000000/s\nrun 1000s\nrun 1000s\n", LANG_EN);
    assert_int_equal(r.score, 0);
    grade_free(&r);
    lesson_free(l);
}

static void travelling_to_and_fro_is_bounded(void **state)
{
    (void)state;
    Lesson *l = open_exercise();
    Text t = text_heap();
    text_add(&t, "B app sink; A connect B:80; A send 64KiB; A send 64KiB; A send 64KiB\n");
    for (int i = 0; i < 240; i++)
        text_add(&t, "A send 64KiB; goto start; goto end\n");
    GradeResult r = grade(l, t.buf, LANG_EN);
    assert_non_null(r.refused);
    grade_free(&r);
    text_heap_free(&t);
    lesson_free(l);
}

static void an_answer_opens_no_file_and_leaves_no_trace(void **state)
{
    (void)state;
    Lesson *l = open_exercise();
    static const char *const lines[] = {"save stolen.sw", "load /etc/passwd", "export out.svg"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        refused(l, lines[i], strlen(lines[i]), "line 1");
    assert_null(fopen("stolen.sw", "r"));
    lesson_free(l);
}

static void a_mistake_in_an_answer_is_shown_with_its_line(void **state)
{
    (void)state;
    Lesson *l = open_exercise();
    static const char answer[] = "# first\nA connect B:80\nA conect B:80\n";
    refused(l, answer, strlen(answer), "line 3: not understood");
    refused(l, answer, strlen(answer), "did you mean `connect`");
    refused(l, "A send \"open", 12, "line 1");
    lesson_free(l);
}

static void what_the_exercise_forbids_is_refused(void **state)
{
    (void)state;
    Lesson *l = exercise("fast-retransmit");
    static const char *const lines[] = {"rule fast-retransmit off", "A send 1B; set A.rto_min 5s",
                                        "profile linux", "inject A>B SYN 1", "seed 9"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        refused(l, lines[i], strlen(lines[i]), "is not allowed in this exercise");
    lesson_free(l);
}

static void whoever_starts_elsewhere_is_not_graded(void **state)
{
    (void)state;
    Lesson *l = open_exercise();
    refused(l, "goto start; A listen 90; B listen 80; A connect B:80", 52,
            "changes what was before");
    lesson_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_solution_gets_all_points),
        cmocka_unit_test(every_reject_fails_at_the_check_it_names),
        cmocka_unit_test(the_sample_answers_fail_where_they_should),
        cmocka_unit_test(a_failure_tells_caption_ladder_difference_reason_command_and_hint),
        cmocka_unit_test(got_and_expected_are_aligned_and_the_difference_is_underlined),
        cmocka_unit_test(reports_are_narrow_and_in_both_languages),
        cmocka_unit_test(the_moment_is_a_session_that_stands_there),
        cmocka_unit_test(a_saved_session_is_an_answer),
        cmocka_unit_test(doing_nothing_earns_nothing),
        cmocka_unit_test(a_hidden_setting_can_fail_what_the_visible_one_passes),
        cmocka_unit_test(the_same_answer_gives_the_same_bytes),
        cmocka_unit_test(json_holds_what_the_text_says),
        cmocka_unit_test(a_strange_file_name_does_not_break_json),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(what_never_ends_is_refused),
        cmocka_unit_test(a_flood_is_graded_as_far_as_it_gets),
        cmocka_unit_test(travelling_to_and_fro_is_bounded),
        cmocka_unit_test(an_answer_opens_no_file_and_leaves_no_trace),
        cmocka_unit_test(a_mistake_in_an_answer_is_shown_with_its_line),
        cmocka_unit_test(what_the_exercise_forbids_is_refused),
        cmocka_unit_test(whoever_starts_elsewhere_is_not_graded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
