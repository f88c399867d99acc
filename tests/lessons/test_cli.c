/*
 * test_cli.c - `lesson` and `grade` as a front end calls them: words in, text and exit code out.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/lessons/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lessons/lesson_cli.h"
#include "repl/width.h"

typedef struct Desk {
    Text out, errors;
    const char *const *lines; /* what the learner types; NULL ends */
    char progress[128], lessons[1024];
    CommandIo io;
} Desk;

static void write_out(void *user, const char *text, size_t len)
{
    text_add_n(&((Desk *)user)->out, text, len);
}

static void write_error(void *user, const char *text, size_t len)
{
    text_add_n(&((Desk *)user)->errors, text, len);
}

static char *read_line(void *user, const char *prompt)
{
    Desk *d = user;
    assert_null(strchr(prompt, '\n'));
    text_addf(&d->out, "%s\n", prompt);
    return d->lines && *d->lines ? strdup(*d->lines++) : NULL;
}

static void open_desk(Desk *d, Lang lang)
{
    memset(d, 0, sizeof *d);
    d->out = text_heap();
    d->errors = text_heap();
    scratch_begin();
    snprintf(d->progress, sizeof d->progress, "%s", scratch_path("state/progress"));
    snprintf(d->lessons, sizeof d->lessons, "%s", in_tree("lessons"));
    d->io = (CommandIo){.read_line = read_line,
                        .write = write_out,
                        .complain = write_error,
                        .user = d,
                        .lang = lang,
                        .lessons_dir = d->lessons,
                        .progress_path = d->progress};
}

static void close_desk(Desk *d)
{
    text_heap_free(&d->out);
    text_heap_free(&d->errors);
    scratch_end();
}

/* Runs `lesson WORDS` or `grade WORDS`; words are separated by blanks. */
static int run(Desk *d, const char *line)
{
    char copy[512], *words[16];
    int count = 0;
    snprintf(copy, sizeof copy, "%s", line);
    text_clear(&d->out);
    text_clear(&d->errors);
    for (char *save = NULL, *w = strtok_r(copy, " ", &save); w && count < 16;
         w = strtok_r(NULL, " ", &save))
        words[count++] = w;
    if (strcmp(words[0], "grade") == 0)
        return grade_main(count - 1, words + 1, &d->io);
    return lesson_main(count - 1, words + 1, &d->io);
}

static void the_list_shows_lessons_in_their_order_and_exercises(void **state)
{
    (void)state;
    Desk d;
    open_desk(&d, LANG_EN);
    assert_int_equal(run(&d, "lesson"), 0);
    const char *opening = strstr(d.out.buf, "opening"), *loss = strstr(d.out.buf, "loss");
    const char *closing = strstr(d.out.buf, "closing"), *exercise = strstr(d.out.buf, "last-ack");
    assert_true(opening && loss && closing && exercise);
    assert_true(opening < loss && loss < closing && closing < exercise);
    close_desk(&d);
    open_desk(&d, LANG_ZH);
    assert_int_equal(run(&d, "lesson list"), 0);
    assert_says(d.out.buf, "建立连接");
    close_desk(&d);
}

static void a_lesson_goes_on_where_it_was_left(void **state)
{
    (void)state;
    Desk d;
    open_desk(&d, LANG_EN);
    static const char *const first[] = {"", "A+1", "", NULL};
    d.lines = first;
    assert_int_equal(run(&d, "lesson start opening"), 0);
    assert_says(d.out.buf, "TCP opens a connection with three segments.");
    assert_says(d.out.buf, "Right.");
    static const char *const second[] = {"quit", NULL};
    d.lines = second;
    assert_int_equal(run(&d, "lesson start opening"), 0);
    assert_says(d.out.buf, "What is `seq` of the third segment?");
    assert_false(says_words(d.out.buf, "TCP opens a connection with three segments."));
    assert_int_equal(run(&d, "lesson progress"), 0);
    assert_says(d.out.buf, "1/15");
    assert_false(says_words(d.out.buf, "loss"));
    d.lines = second;
    assert_int_equal(run(&d, "lesson start opening --again"), 0);
    assert_says(d.out.buf, "TCP opens a connection with three segments.");
    close_desk(&d);
}

static void a_lesson_played_to_its_end_is_finished(void **state)
{
    (void)state;
    Desk d;
    open_desk(&d, LANG_EN);
    static const char *lines[202];
    for (int i = 0; i < 200; i += 2) {
        lines[i] = "";
        lines[i + 1] = "skip";
    }
    d.lines = lines;
    assert_int_equal(run(&d, "lesson start closing"), 0);
    assert_says(d.out.buf, "predictions: 0 right of");
    assert_int_equal(run(&d, "lesson list"), 0);
    assert_says(d.out.buf, "finished");
    close_desk(&d);
}

static void without_a_keyboard_the_first_screen_is_shown(void **state)
{
    (void)state;
    Desk d;
    open_desk(&d, LANG_EN);
    d.io.read_line = NULL;
    assert_int_equal(run(&d, "lesson start loss"), 0);
    assert_says(d.out.buf, "IP promises nothing.");
    close_desk(&d);
}

static void what_is_not_understood_says_what_would_be(void **state)
{
    (void)state;
    Desk d;
    open_desk(&d, LANG_EN);
    static const struct {
        const char *words, *says;
    } rows[] = {
        {"lesson frobnicate", "list, start, check, progress"},
        {"lesson start", "sandwire lesson start opening"},
        {"lesson start nothing", "There is no lesson `nothing`"},
        {"lesson start /nonexistent/x.md", "There is no lesson"},
        {"lesson start opening --now", "--now"},
        {"lesson check nothing", "There is no lesson nothing"},
        {"lesson check --fast", "--fast"},
        {"lesson list all", "takes no all"},
        {"grade", "Which exercise?"},
        {"grade last-ack", "Where is the answer"},
        {"grade nothing x.sw", "There is no exercise `nothing`"},
        {"grade opening x.sw", "is no exercise"},
        {"grade last-ack x.sw --format xml", "no format `xml`"},
        {"grade last-ack /nonexistent/x.sw", "/nonexistent/x.sw"},
        {"grade last-ack --verbose", "--verbose"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(run(&d, rows[i].words), 2);
        assert_says(d.errors.buf, rows[i].says);
    }
    close_desk(&d);
}

static void help_fits_one_screen(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        static const char *const words[] = {"lesson --help", "grade --help"};
        for (size_t i = 0; i < 2; i++) {
            Desk d;
            open_desk(&d, (Lang)lang);
            assert_int_equal(run(&d, words[i]), 0);
            int lines = 0;
            for (const char *s = d.out.buf; *s; s += *s == '\n') {
                size_t n = strcspn(s, "\n");
                assert_in_range(width_of(s, n), 0, 80);
                s += n;
                lines++;
            }
            assert_in_range(lines, 5, 24);
            close_desk(&d);
        }
    }
}

static void grading_says_pass_or_fail_by_its_exit_code(void **state)
{
    (void)state;
    Desk d;
    char words[512];
    open_desk(&d, LANG_EN);
    snprintf(words, sizeof words, "grade last-ack %s",
             in_tree("tests/lessons/answers/last-ack-right.sw"));
    assert_int_equal(run(&d, words), 0);
    assert_says(d.out.buf, "all checks passed");
    snprintf(words, sizeof words, "grade last-ack %s %s --format json",
             in_tree("tests/lessons/answers/last-ack-right.sw"),
             in_tree("tests/lessons/answers/last-ack-reset.sw"));
    assert_int_equal(run(&d, words), 1);
    assert_non_null(strstr(d.out.buf, "\"status\": \"passed\""));
    assert_non_null(strstr(d.out.buf, "\"status\": \"failed\""));
    snprintf(words, sizeof words, "grade last-ack %s --moment reset",
             in_tree("tests/lessons/answers/last-ack-reset.sw"));
    assert_int_equal(run(&d, words), 0);
    assert_int_equal(strncmp(d.out.buf, "# Sandwire session", 18), 0);
    assert_non_null(strstr(d.out.buf, "goto #"));
    close_desk(&d);
}

static void a_progress_that_cannot_be_kept_does_not_stop_a_lesson(void **state)
{
    (void)state;
    Desk d;
    open_desk(&d, LANG_EN);
    scratch_write("state", "a file where a directory should be");
    static const char *const lines[] = {"", "quit", NULL};
    d.lines = lines;
    assert_int_equal(run(&d, "lesson start opening"), 0);
    assert_says(d.errors.buf, "Your progress cannot be");
    assert_says(d.out.buf, "What stands in its `ack` field?");
    close_desk(&d);
}

static void check_reports_a_broken_lesson_with_its_place(void **state)
{
    (void)state;
    Desk d;
    open_desk(&d, LANG_EN);
    scratch_write("en/small.md", HEAD FENCE("sandwire setup {#w}", "B lissten 80\n"));
    scratch_write("zh/small.md", "---\nlesson: small\n---\n# 小\n");
    d.io.lessons_dir = scratch_path("");
    assert_int_equal(run(&d, "lesson check"), 1);
    assert_says(d.out.buf, "small.md:8:1: error: this command does not work here");
    assert_says(d.out.buf, "the front matter has no 'title'");
    d.io.lang = LANG_ZH;
    assert_int_equal(run(&d, "lesson check small"), 1);
    assert_says(d.out.buf, "错误");
    close_desk(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_shows_lessons_in_their_order_and_exercises),
        cmocka_unit_test(a_lesson_goes_on_where_it_was_left),
        cmocka_unit_test(a_lesson_played_to_its_end_is_finished),
        cmocka_unit_test(without_a_keyboard_the_first_screen_is_shown),
        cmocka_unit_test(what_is_not_understood_says_what_would_be),
        cmocka_unit_test(help_fits_one_screen),
        cmocka_unit_test(grading_says_pass_or_fail_by_its_exit_code),
        cmocka_unit_test(a_progress_that_cannot_be_kept_does_not_stop_a_lesson),
        cmocka_unit_test(check_reports_a_broken_lesson_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
