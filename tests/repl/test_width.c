/*
 * test_width.c: columns of characters, and fitting text into them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "repl/width.h"

static size_t columns(const char *s)
{
    return width_of(s, strlen(s));
}

static void chinese_takes_two_columns_and_latin_one(void **state)
{
    (void)state;
    assert_int_equal(columns("SYN"), 3);
    assert_int_equal(columns("三次握手"), 8);
    assert_int_equal(columns("，。；："), 8);
    assert_int_equal(columns("Ａ"), 2);
    assert_int_equal(columns("é"), 1);
}

static void marks_and_escapes_take_none(void **state)
{
    (void)state;
    assert_int_equal(columns("e\u0301"), 1);
    assert_int_equal(columns("\033[1;38;5;166mX\033[0m"), 1);
    assert_int_equal(columns("\033["), 0);
}

static void bytes_that_are_no_utf8_take_one_each(void **state)
{
    (void)state;
    uint32_t code;
    assert_int_equal(width_decode("\xff", 1, &code), 1);
    assert_int_equal(code, 0xff);
    assert_int_equal(width_decode("\xe4\xb8", 2, &code), 1); /* cut off */
    assert_int_equal(width_decode("\xc0\x80", 2, &code), 1); /* overlong */
    assert_int_equal(width_decode("\xe4\xb8\x89", 3, &code), 3);
    assert_int_equal(code, 0x4e09);
}

static void what_terminals_disagree_about_is_known(void **state)
{
    (void)state;
    const uint32_t yes[] = {0x2500, 0x2190, 0x00d7, 0x2713, 0x2014, 0x2026, 0x25cf};
    const uint32_t no[] = {'-', '>', 'X', 0x4e00, 0xff0c, 0x3002};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(width_is_ambiguous(yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(width_is_ambiguous(no[i]));
}

static const char *padded(const char *s, size_t n, bool left)
{
    static char buf[200];
    Text t = text_fixed(buf, sizeof buf);
    (left ? width_pad_left : width_pad)(&t, s, n);
    return buf;
}

static void padding_fills_and_cuts_to_exactly_so_many_columns(void **state)
{
    (void)state;
    assert_string_equal(padded("SYN", 5, false), "SYN  ");
    assert_string_equal(padded("SYN", 5, true), "  SYN");
    assert_string_equal(padded("ESTABLISHED", 5, false), "ESTA~");
    assert_string_equal(padded("确认号", 6, false), "确认号");
    assert_string_equal(padded("确认号", 5, false), "确认~");
    assert_string_equal(padded("确认号", 4, false), "确~ "); /* no half characters */
    assert_string_equal(padded("abc", 0, false), "");
}

static void a_cut_switches_colours_off_again(void **state)
{
    (void)state;
    assert_string_equal(padded("\033[1mabcdef\033[0m", 3, false), "\033[1mab~\033[0m");
}

static const char *wrapped(const char *s, size_t indent, size_t n)
{
    static char buf[400];
    Text t = text_fixed(buf, sizeof buf);
    width_wrap(&t, s, indent, n);
    return buf;
}

static void wrapping_breaks_at_blanks_and_between_chinese_characters(void **state)
{
    (void)state;
    assert_string_equal(wrapped("one two three", 2, 9), "one two\n  three\n");
    assert_string_equal(wrapped("确认号是下一个", 0, 8), "确认号是\n下一个\n");
    /* a full stop never begins a line */
    assert_string_equal(wrapped("确认号。", 0, 6), "确认\n号。\n");
    assert_string_equal(wrapped("", 4, 20), "\n");
    /* what is longer than a line stands alone and whole */
    assert_string_equal(wrapped("a incomprehensibilities b", 0, 8),
                        "a\nincomprehensibilities\nb\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_takes_two_columns_and_latin_one),
        cmocka_unit_test(marks_and_escapes_take_none),
        cmocka_unit_test(bytes_that_are_no_utf8_take_one_each),
        cmocka_unit_test(what_terminals_disagree_about_is_known),
        cmocka_unit_test(padding_fills_and_cuts_to_exactly_so_many_columns),
        cmocka_unit_test(a_cut_switches_colours_off_again),
        cmocka_unit_test(wrapping_breaks_at_blanks_and_between_chinese_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
