/*
 * test_complete.c: what may be typed next, and why not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "repl/command.h"
#include "tests/repl/bench.h"

typedef struct Offers {
    char words[8192]; /* "|one|two|" */
    char notes[1 << 16];
    size_t begin;
} Offers;

static void take(void *user, const char *word, const char *note)
{
    Offers *o = user;
    assert_true(strlen(o->words) + strlen(word) + 2 < sizeof o->words);
    assert_true(strlen(o->notes) + strlen(word) + strlen(note) + 4 < sizeof o->notes);
    strcat(o->words, word);
    strcat(o->words, "|");
    strcat(o->notes, word);
    strcat(o->notes, ": ");
    strcat(o->notes, note);
    strcat(o->notes, "\n");
}

static Offers offers_of(Shell *sh, const char *text)
{
    Offers o = {.words = "|"};
    o.begin = shell_complete(sh, text, strlen(text), take, &o);
    assert_true(o.begin <= strlen(text));
    return o;
}

static bool offered(Shell *sh, const char *text, const char *word)
{
    char wanted[80];
    snprintf(wanted, sizeof wanted, "|%s|", word);
    Offers o = offers_of(sh, text);
    return strstr(o.words, wanted) != NULL;
}

static void the_first_word_is_a_host_or_a_command(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    assert_true(offered(sh, "", "A"));
    assert_true(offered(sh, "", "ladder"));
    assert_false(offered(sh, "", "connect"));
    assert_true(offered(sh, "A ", "connect"));
    assert_true(offered(sh, "A con", "connect"));
    assert_false(offered(sh, "A con", "close"));
    assert_true(offered(sh, "B listen 80; A con", "connect"));
    shell_free(sh);
}

static void the_begin_of_the_word_is_told(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    assert_int_equal(offers_of(sh, "A con").begin, 2);
    assert_int_equal(offers_of(sh, "A ").begin, 2);
    assert_int_equal(offers_of(sh, "step; A con").begin, 8);
    assert_int_equal(offers_of(sh, "expect A.sta").begin, 7);
    assert_int_equal(offers_of(sh, "expect A.state == EST").begin, 18);
    shell_free(sh);
}

static void arguments_follow_the_world(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    assert_true(offered(sh, "A connect ", "B:80"));
    bench_say(sh, "B listen 8080");
    assert_true(offered(sh, "A connect ", "B:8080"));
    assert_false(offered(sh, "A connect ", "B:80"));
    assert_true(offered(sh, "A connect B:8080 ", "from"));
    bench_say(sh, "hold on; A connect B:8080");
    assert_true(offered(sh, "drop ", "#4"));
    assert_true(offered(sh, "drop #", "#4"));
    assert_true(offered(sh, "deliver ", "#4"));
    assert_true(offered(sh, "drop next ", "SYN+ACK"));
    assert_true(offered(sh, "drop next SYN from ", "A"));
    assert_true(offered(sh, "why ", "#3"));
    assert_true(offered(sh, "set ", "A.rto_min"));
    assert_true(offered(sh, "set B.rto_", "B.rto_min"));
    assert_true(offered(sh, "A set rto_", "rto_min"));
    assert_true(offered(sh, "rule third", "third-ack"));
    assert_true(offered(sh, "rule third-ack ", "off"));
    assert_true(offered(sh, "profile ", "linux"));
    assert_true(offered(sh, "B app ", "echo"));
    assert_true(offered(sh, "link ", "rtt="));
    assert_true(offered(sh, "link rtt=3ms ", "loss="));
    assert_true(offered(sh, "switch ", "main"));
    assert_true(offered(sh, "help ", "segments"));
    bench_say(sh, "mark here");
    assert_true(offered(sh, "goto ", "here"));
    shell_free(sh);
}

static void expressions_are_completed(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    assert_true(offered(sh, "expect A.sta", "A.state"));
    assert_true(offered(sh, "run until A.sta", "A.state"));
    assert_true(offered(sh, "break when B.sta", "B.state"));
    assert_true(offered(sh, "expect A.state == ESTAB", "ESTABLISHED"));
    shell_free(sh);
}

static void what_is_not_possible_now_says_why(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    assert_non_null(strstr(offers_of(sh, "A ").notes, "send: not now: there is no connection yet"));
    assert_non_null(strstr(offers_of(sh, "").notes, "deliver: not now: nothing is in the network"));
    bench_say(sh, "B listen 80; A connect B:80");
    assert_non_null(strstr(offers_of(sh, "A ").notes, "send: give bytes to TCP"));
    bench_say(sh, "A close");
    assert_non_null(
        strstr(offers_of(sh, "A ").notes, "send: not now: this direction has been shut"));
    bench_say(sh, "A power off");
    assert_non_null(
        strstr(offers_of(sh, "A ").notes, "connect: not now: the host is switched off"));
    shell_set_lang(sh, LANG_ZH);
    assert_non_null(strstr(offers_of(sh, "A ").notes, "connect: 不可用：主机已断电"));
    shell_free(sh);
}

static const char *hint_of(Shell *sh, const char *text)
{
    static char buf[300];
    Text t = text_fixed(buf, sizeof buf);
    shell_hint(sh, text, strlen(text), &t);
    return buf;
}

static void the_hint_is_what_may_still_follow(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    assert_string_equal(hint_of(sh, "A connect"), " B:PORT [from PORT] [fast \"TEXT\"]");
    assert_string_equal(hint_of(sh, "A connect "), "B:PORT [from PORT] [fast \"TEXT\"]");
    assert_string_equal(hint_of(sh, "A connect B:80"), " [from PORT] [fast \"TEXT\"]");
    assert_string_equal(hint_of(sh, "A connect B:80 from 4000"), "");
    assert_string_equal(hint_of(sh, "run"), " [TIME | until PREDICATE | until lost | until A "
                                            "changes state]");
    assert_string_equal(hint_of(sh, "drop #3"), "");
    assert_string_equal(hint_of(sh, ""), "");
    assert_string_equal(hint_of(sh, "A"), "");
    assert_string_equal(hint_of(sh, "nonsense"), "");
    shell_free(sh);
}

/* Whatever is typed, at every letter: no crash, and the word begins inside the text. */
static void completion_survives_every_prefix_of_every_example(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; hold on; A connect B:80");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const char *example = command_at((CommandId)i)->example;
        for (size_t n = 0; n <= strlen(example); n++) {
            char text[300];
            snprintf(text, sizeof text, "%.*s", (int)n, example);
            offers_of(sh, text);
            hint_of(sh, text);
        }
    }
    shell_free(sh);
}

static void list_two(const char *begin, size_t len, void (*each)(void *user, const char *path),
                     void *user)
{
    static const char *const files[] = {"first.sw", "folder/"};
    for (size_t i = 0; i < 2; i++)
        if (strncmp(files[i], begin, len) == 0)
            each(user, files[i]);
}

static void keep_words(void *user, const char *word, const char *note)
{
    (void)note;
    Text *t = user;
    text_addf(t, "%s ", word);
}

static void files_are_offered_where_a_path_is_wanted(void **state)
{
    (void)state;
    Shell *sh = bench_shell_with(&(ShellOptions){.lang = LANG_EN, .list_files = list_two});
    char buf[200];
    static const struct {
        const char *typed, *offered;
    } cases[] = {{"load f", "first.sw folder/ "}, {"save fo", "folder/ "}, {"export x", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text t = text_fixed(buf, sizeof buf);
        size_t begin = shell_complete(sh, cases[i].typed, strlen(cases[i].typed), keep_words, &t);
        assert_string_equal(buf, cases[i].offered);
        assert_true(begin >= 5);
    }
    shell_free(sh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_word_is_a_host_or_a_command),
        cmocka_unit_test(the_begin_of_the_word_is_told),
        cmocka_unit_test(arguments_follow_the_world),
        cmocka_unit_test(expressions_are_completed),
        cmocka_unit_test(what_is_not_possible_now_says_why),
        cmocka_unit_test(the_hint_is_what_may_still_follow),
        cmocka_unit_test(completion_survives_every_prefix_of_every_example),
        cmocka_unit_test(files_are_offered_where_a_path_is_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
