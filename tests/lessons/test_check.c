/*
 * test_check.c - the content check finds each kind of rot in a lesson that was broken on purpose,
 * and nothing in one that is whole.
 */
#include "tests/lessons/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/check.h"
#include "lessons/library.h"

#define SETUP FENCE("sandwire setup {#w}", "B listen 80\n")

static const char demo[] = FENCE("sandwire demo {#d}", "> A connect B:80\n"
                                                       "...\n"
                                                       "> print A.state\n"
                                                       "ESTABLISHED\n");

#define PREDICT(BODY) FENCE("predict {#p type=choice}", "ask: ?\non: A connect B:80\n" BODY)
#define GOOD_CHOICES                                                                           \
    "choices:\n  a \"One\": A.state == ESTABLISHED\n  b \"Two\": A.state == CLOSED\nwrong b: " \
    "No.\n"

#define TASK_HEAD "do: Connect.\n"
#define CHECKS                                          \
    "check est \"Connected\": A.state == ESTABLISHED\n" \
    "never rst \"No reset\": count(RST from A) > 0\n"
#define SOLUTION "solution: A connect B:80\n"
#define REJECTS  "reject est: run 1s\nreject rst: A connect B:80; A abort\n"
#define HINT     "hint 1: Connect.\n"

static void run_checks(const char *text, Diags *diags)
{
    Source source = source_of("broken.md", text);
    Lesson *l = lesson_parse(&source, diags);
    if (l) {
        check_run(l, &source, diags);
        check_text(&source, LANG_EN, diags);
    }
    lesson_free(l);
}

static void show(const Diags *diags)
{
    Text out = text_heap();
    diags_print(&out, diags, LANG_EN);
    print_message("%s", out.buf);
    text_heap_free(&out);
}

static void a_whole_lesson_has_nothing_to_complain_about(void **state)
{
    (void)state;
    char text[4096];
    Diags diags = {0};
    snprintf(text, sizeof text, "%s%s%s%s%s", HEAD "A **word**.\n\n" SETUP, PREDICT(GOOD_CHOICES),
             FENCE("task {#t}", TASK_HEAD CHECKS SOLUTION REJECTS HINT), SETUP, demo);
    char *second = strstr(strstr(text, "{#w}") + 1, "{#w}"); /* ids are unique */
    second[2] = 'v';
    run_checks(text, &diags);
    show(&diags);
    assert_int_equal(diags.total, 0);
}

static const struct {
    DiagKind kind;
    const char *text;
} broken[] = {
    {DIAG_COMMAND_FAILED, HEAD FENCE("sandwire setup {#w}", "B listen 80\nA conect B:80\n")},
    {DIAG_COMMAND_FAILED, HEAD SETUP FENCE("sandwire demo {#d}", "> A frobnicate\n")},
    {DIAG_COMMAND_FAILED,
     HEAD SETUP FENCE("sandwire demo {#d}", "> expect A.state == LISTEN\n...\n")},
    {DIAG_COMMAND_FAILED,
     HEAD SETUP FENCE("predict {#p type=state}", "ask: ?\non: A fly\nanswer: A.state\n")},
    {DIAG_COMMAND_FAILED,
     HEAD SETUP FENCE("task {#t}", TASK_HEAD CHECKS "solution: A fly\n" REJECTS HINT)},
    {DIAG_COMMAND_FAILED,
     HEAD SETUP FENCE("task {#t}", TASK_HEAD CHECKS SOLUTION REJECTS "reject: A fly\n" HINT)},
    {DIAG_TRANSCRIPT, HEAD SETUP FENCE("sandwire demo {#d}", "> print B.state\nESTABLISHED\n")},
    {DIAG_TRANSCRIPT, HEAD SETUP FENCE("sandwire demo {#d}", "> print B.state\n")},
    {DIAG_WIDE, /* the one view whose lines may be long: commands to be copied */
     HEAD SETUP FENCE("sandwire demo {#d}",
                      "> A connect B:80\n...\n"
                      "> A send \"123456789 123456789 123456789 123456789 123456789 1234567\"\n"
                      "...\n> show #10 as command\n...\n")},
    {DIAG_SOLUTION_FAILS,
     HEAD SETUP FENCE("task {#t}", TASK_HEAD CHECKS "solution: run\n" REJECTS HINT)},
    {DIAG_SOLUTION_FAILS,
     HEAD SETUP FENCE("task {#t}", "allow: send\n" TASK_HEAD CHECKS SOLUTION REJECTS HINT)},
    {DIAG_SOLUTION_FAILS, HEAD SETUP FENCE("task {#t budget=interventions:1}", TASK_HEAD CHECKS
                                           "solution: dup next SYN from A; dup next ACK from A; "
                                           "A connect B:80\n" REJECTS HINT)},
    {DIAG_EMPTY_PASSES, HEAD SETUP FENCE("task {#t}", TASK_HEAD
                                         "never rst \"No reset\": count(RST from A) > 0\n" SOLUTION
                                         "reject rst: A connect B:80; A abort\n" HINT)},
    {DIAG_EMPTY_PASSES,
     HEAD SETUP FENCE("task {#t}", TASK_HEAD "check t \"Time\": time >= 1s\nsolution: run 2s\n"
                                             "reject: A connect B:80\n" HINT)},
    {DIAG_REJECT_PASSES, HEAD SETUP FENCE("task {#t}", TASK_HEAD CHECKS SOLUTION REJECTS
                                          "reject: A connect B:80 from 4000\n" HINT)},
    {DIAG_REJECT_PASSES, /* it fails, but not where the author thinks */
     HEAD SETUP FENCE("task {#t}", TASK_HEAD CHECKS SOLUTION REJECTS "reject rst: run\n" HINT)},
    {DIAG_NEVER_TRUE,
     HEAD SETUP FENCE("task {#t}", TASK_HEAD CHECKS
                      "check l \"B listens\": conns(B, LISTEN) == 1\n" SOLUTION REJECTS HINT)},
    {DIAG_NEVER_TRUE,
     HEAD SETUP FENCE("task {#t}", TASK_HEAD CHECKS
                      "eventually z \"Reset\": count(RST from B) > 5\n" SOLUTION REJECTS HINT)},
    {DIAG_NEVER_UNTESTED,
     HEAD SETUP FENCE("task {#t}", TASK_HEAD CHECKS SOLUTION "reject est: run 1s\n" HINT)},
    {DIAG_TWO_RIGHT,
     HEAD SETUP PREDICT("choices:\n  a \"One\": true\n  b \"Two\": A.state == ESTABLISHED\n"
                        "wrong else: No.\n")},
    {DIAG_NONE_RIGHT,
     HEAD SETUP PREDICT("choices:\n  a \"One\": false\n  b \"Two\": A.state == CLOSED\n"
                        "wrong else: No.\n")},
    {DIAG_NO_ANSWER,
     HEAD SETUP FENCE("predict {#p type=segment}", "ask: ?\non: run\nanswer: next from A\n")},
    {DIAG_NO_ANSWER,
     HEAD SETUP FENCE("predict {#p type=order}",
                      "ask: ?\non: A connect B:80\nchoices:\n  a \"One\": A.state == SYN_SENT\n"
                      "  b \"Two\": A.state == LISTEN\n")},
    {DIAG_NO_ANSWER,
     HEAD SETUP FENCE("predict {#p type=order}",
                      "ask: ?\non: A connect B:80\nchoices:\n  a \"One\": A.state == SYN_SENT\n"
                      "  b \"Two\": A.state == SYN_SENT\n")},
    {DIAG_WRONG_IS_RIGHT,
     HEAD SETUP FENCE("predict {#p type=state}", "ask: ?\non: A connect B:80\nanswer: A.state\n"
                                                 "wrong ESTABLISHED: Not yet.\n")},
    {DIAG_WRONG_IS_RIGHT,
     HEAD SETUP FENCE("predict {#p type=number}", "ask: ?\nanswer: A.rto_min\n"
                                                  "wrong 1000ms: Too short.\n")},
    {DIAG_NO_FEEDBACK, HEAD SETUP PREDICT("choices:\n  a \"One\": A.state == ESTABLISHED\n"
                                          "  b \"Two\": A.state == CLOSED\n")},
    {DIAG_NO_HINT, HEAD SETUP FENCE("task {#t}", TASK_HEAD CHECKS SOLUTION REJECTS)},
    {DIAG_EMPHASIS, HEAD "It is **窗口。**后面.\n"},
    {DIAG_EMPHASIS, HEAD SETUP PREDICT(GOOD_CHOICES "because: 记住**“窗口”**吧\n")},
    {DIAG_FENCE_HIDDEN, HEAD "<!-- a comment that goes on\n" SETUP "-->\n"},
};

static void each_kind_of_rot_is_found(void **state)
{
    (void)state;
    bool all = true;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        Diags diags = {0};
        run_checks(broken[i].text, &diags);
        if (diags_of(&diags, broken[i].kind) == 0) {
            print_message("number %zu: no '%s', but:\n", i, diag_name(broken[i].kind));
            show(&diags);
            all = false;
        }
        diags_free(&diags);
    }
    assert_true(all);
}

static void every_kind_that_a_run_can_show_is_tried(void **state)
{
    (void)state;
    for (int k = DIAG_COMMAND_FAILED; k <= DIAG_EMPHASIS; k++) {
        bool tried = false;
        for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
            tried |= broken[i].kind == (DiagKind)k;
        if (!tried)
            print_message("no test for %s\n", diag_name((DiagKind)k));
        assert_true(tried);
    }
}

static void a_complaint_points_to_the_line_that_fails(void **state)
{
    (void)state;
    Diags diags = {0};
    run_checks(broken[0].text, &diags);
    assert_int_equal(diags.items[0].place.line, 9);
    assert_string_equal(diags.items[0].line, "A conect B:80");
    assert_says(diags.items[0].detail, "did you mean `connect`");
    diags_free(&diags);
    run_checks(broken[4].text, &diags);
    assert_string_equal(diags.items[0].line, "solution: A fly");
    diags_free(&diags);
}

static void an_exercise_is_tried_under_its_hidden_settings(void **state)
{
    (void)state;
    static const char text[] =
        "---\nlesson: x\ntitle: X\nvariant: seed=3 link rtt=4s\n---\n# X\n\n" SETUP
        "```task {#t}\ndo: !\neventually<=1s est \"Quick\": B.state == ESTABLISHED\n"
        "solution: A connect B:80\nreject: run\nhint 1: !\n```\n";
    Diags diags = {0};
    run_checks(text, &diags);
    assert_int_equal(diags.total, 1);
    assert_int_equal(diags.items[0].kind, DIAG_SOLUTION_FAILS);
    assert_int_equal(diags.items[0].place.line, 4);
    diags_free(&diags);
}

/* ---- glossary ---- */

#define TABLE                                                                        \
    "| term | English | Chinese | keep | avoid |\n| --- | --- | --- | --- | --- |\n" \
    "| state | FIN-WAIT-2 | FIN-WAIT-2 | yes | |\n"                                  \
    "| thing | segment | 报文段 | no | 数据包 / 分段 |\n"

static uint32_t count_kind(const char *table, const char *zh_body, DiagKind kind)
{
    Diags diags = {0}, ignored = {0};
    Glossary g;
    Lesson *l = lesson_of(HEAD "A waits in FIN-WAIT-2 for a segment.\n");
    char zh[1024];
    snprintf(zh, sizeof zh,
             "---\nlesson: small\ntitle: 小\n---\n# 小\n<!-- source small %08x -->\n\n%s\n",
             (unsigned)l->sections[0].hash, zh_body);
    Source glossary = source_of("glossary.md", table), source = source_of("zh.md", zh);
    lesson_translate(l, &source, LANG_ZH, &ignored);
    glossary_read(&g, &glossary, &diags);
    glossary_check(&g, l, &source, &diags);
    uint32_t found = diags_of(&diags, kind);
    assert_int_equal(found, diags.total);
    glossary_free(&g);
    lesson_free(l);
    diags_free(&diags);
    diags_free(&ignored);
    return found;
}

static void the_glossary_keeps_terms_and_avoids_words(void **state)
{
    (void)state;
    assert_int_equal(count_kind(TABLE, "A 在 FIN-WAIT-2 等待报文段。", DIAG_GLOSSARY_KEEP), 0);
    assert_int_equal(count_kind(TABLE, "A 在半关闭状态等待报文段。", DIAG_GLOSSARY_KEEP), 1);
    assert_int_equal(count_kind(TABLE, "A 在 FIN-WAIT-22 等待报文段。", DIAG_GLOSSARY_KEEP), 1);
    assert_int_equal(count_kind(TABLE, "FIN-WAIT-2 等待数据包和分段。", DIAG_GLOSSARY_AVOID), 2);
}

static void the_glossary_itself_is_checked(void **state)
{
    (void)state;
    assert_int_equal(count_kind(TABLE "| a | b |\n", "FIN-WAIT-2", DIAG_GLOSSARY_ROW), 1);
    assert_int_equal(count_kind(TABLE "| a | b | c | maybe | |\n", "FIN-WAIT-2", DIAG_GLOSSARY_ROW),
                     1);
    assert_int_equal(count_kind(TABLE "| a | b | c | yes | |\n", "FIN-WAIT-2", DIAG_GLOSSARY_ROW),
                     1);
    assert_int_equal(
        count_kind(TABLE "| a | segment | 段 | no | |\n", "FIN-WAIT-2", DIAG_GLOSSARY_TWICE), 1);
}

/* ---- files ---- */

static const char old_demo[] = HEAD
    "A demo.\n\n" SETUP
    "```sandwire demo {#d}\n> print B.state\nSOMETHING ELSE\n> print 2 + 3\n5\n```\n\nThe end.\n";

static void accept_takes_over_what_demos_print_and_nothing_else(void **state)
{
    (void)state;
    const char *error = NULL;
    size_t len;
    scratch_begin();
    scratch_write("en/small.md", old_demo);
    assert_int_equal(check_accept(scratch_path("en/small.md"), &error), 1);
    char *text = slurp(scratch_path("en/small.md"), &len);
    assert_string_equal(text, HEAD
                        "A demo.\n\n" SETUP
                        "```sandwire demo {#d}\n> print B.state\nLISTEN\n> print 2 + 3\n5\n```\n\n"
                        "The end.\n");
    free(text);
    assert_int_equal(check_accept(scratch_path("en/small.md"), &error), 0);
    scratch_end();
}

static void stamp_renews_hashes_and_nothing_else(void **state)
{
    (void)state;
    const char *error = NULL;
    size_t len;
    Diags diags = {0};
    scratch_begin();
    scratch_write("en/small.md", HEAD "Hello.\n");
    scratch_write("zh/small.md", "---\nlesson: small\ntitle: 小\n---\n# 小\n"
                                 "<!-- source small 00000000 -->\n\n你好。\n");
    check_file(scratch_path("en/small.md"), NULL, &diags);
    assert_int_equal(diags_of(&diags, DIAG_SECTION_STALE), 1);
    diags_free(&diags);
    assert_int_equal(check_stamp(scratch_path("en/small.md"), &error), 1);
    check_file(scratch_path("en/small.md"), NULL, &diags);
    assert_int_equal(diags.total, 0);
    char *text = slurp(scratch_path("zh/small.md"), &len);
    assert_non_null(strstr(text, "-->\n\n你好。\n"));
    free(text);
    scratch_end();
}

static void a_missing_file_or_translation_is_said_so(void **state)
{
    (void)state;
    Diags diags = {0};
    scratch_begin();
    scratch_write("en/small.md", HEAD "Hello.\n");
    check_file(scratch_path("en/small.md"), NULL, &diags);
    assert_int_equal(diags_of(&diags, DIAG_NO_TRANSLATION), 1);
    check_file(scratch_path("en/nothing.md"), NULL, &diags);
    assert_int_equal(diags_of(&diags, DIAG_CANNOT_READ), 1);
    check_file(scratch_path("en"), NULL, &diags);
    assert_int_equal(diags_of(&diags, DIAG_CANNOT_READ), 2);
    diags_free(&diags);
    scratch_end();
}

static void emphasis_is_checked_in_the_texts_of_a_translation(void **state)
{
    (void)state;
    Diags diags = {0};
    Source zh = source_of("zh.md", "---\nlesson: a\ntitle: A\n---\n# A\n\n" FENCE(
                                       "ref {#p}", "ask: 记住**“窗口”**吧\n"));
    check_text(&zh, LANG_ZH, &diags);
    assert_int_equal(diags_of(&diags, DIAG_EMPHASIS), 1);
    assert_int_equal(diags.items[0].place.line, 8);
    diags_free(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_lesson_has_nothing_to_complain_about),
        cmocka_unit_test(each_kind_of_rot_is_found),
        cmocka_unit_test(every_kind_that_a_run_can_show_is_tried),
        cmocka_unit_test(a_complaint_points_to_the_line_that_fails),
        cmocka_unit_test(an_exercise_is_tried_under_its_hidden_settings),
        cmocka_unit_test(the_glossary_keeps_terms_and_avoids_words),
        cmocka_unit_test(the_glossary_itself_is_checked),
        cmocka_unit_test(accept_takes_over_what_demos_print_and_nothing_else),
        cmocka_unit_test(stamp_renews_hashes_and_nothing_else),
        cmocka_unit_test(a_missing_file_or_translation_is_said_so),
        cmocka_unit_test(emphasis_is_checked_in_the_texts_of_a_translation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
