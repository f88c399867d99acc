/*
 * test_requirements.c: the table of requirements as `sandwire rfc` shows it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/lab/heap.h"
#include "repl/requirements.h"
#include "repl/width.h"

static void no_line_is_wider_than(const Text *text, size_t columns)
{
    for (const char *at = text->buf; *at;) {
        size_t n = strcspn(at, "\n");
        if (width_of(at, n) > columns)
            fail_msg("wider than %zu columns: %.*s", columns, (int)n, at);
        at += n + (at[n] == '\n');
    }
}

static void the_table_fits_a_screen_in_both_languages(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        Text out = text_heap();
        RequirementView all = {.lang = (Lang)lang};
        assert_int_equal(requirements_print(&out, &all), requirement_count());
        no_line_is_wider_than(&out, 80);
        text_heap_free(&out);
    }
}

static void each_row_alone_fits_a_screen_and_names_its_tests(void **state)
{
    (void)state;
    for (size_t i = 0; i < requirement_count(); i++) {
        const Requirement *r = requirement_at(i);
        Text out = text_heap();
        RequirementView one = {.lang = (Lang)(i % LANG_COUNT), .what = r->id};
        assert_int_equal(requirements_print(&out, &one), 1);
        no_line_is_wider_than(&out, 80);
        const char *at = r->tests;
        for (Bytes word; requirement_next_word(&at, &word);) {
            char name[128];
            snprintf(name, sizeof name, "  %.*s\n", (int)word.len, (const char *)word.data);
            assert_non_null(strstr(out.buf, name));
        }
        text_heap_free(&out);
    }
}

static void words_choose_rows_and_unmet_leaves_out_what_is_met(void **state)
{
    (void)state;
    Text out = text_heap();
    RequirementView none = {.what = "MUST-70"}, karn = {.what = "must-18"};
    RequirementView keep_alive = {.what = "3.8.4"}, met = {.what = "must-18", .unmet = true};
    assert_int_equal(requirements_print(&out, &none), 0);
    assert_int_equal(out.len, 0);
    assert_int_equal(requirements_print(&out, &keep_alive), 9);
    assert_non_null(strstr(out.buf, "9 rows: "));
    assert_int_equal(requirements_print(&out, &met), 0);
    text_clear(&out);
    assert_int_equal(requirements_print(&out, &karn), 1);
    assert_non_null(strstr(out.buf, "rule karn: "));
    text_heap_free(&out);
}

static void json_has_the_words_as_arrays(void **state)
{
    (void)state;
    Text out = text_heap();
    RequirementView karn = {.what = "MUST-18"};
    assert_int_equal(requirements_json(&out, &karn), 1);
    assert_non_null(strstr(out.buf, "\"id\":\"MUST-18\""));
    assert_non_null(strstr(out.buf, "\"where\":[\"core/tcp/"));
    assert_int_equal(out.buf[0], '[');
    assert_string_equal(out.buf + out.len - 3, "}]\n");
    text_heap_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_fits_a_screen_in_both_languages),
        cmocka_unit_test(each_row_alone_fits_a_screen_and_names_its_tests),
        cmocka_unit_test(words_choose_rows_and_unmet_leaves_out_what_is_met),
        cmocka_unit_test(json_has_the_words_as_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
