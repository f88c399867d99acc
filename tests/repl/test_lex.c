/*
 * test_lex.c: a line cut into words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "repl/lex.h"

/* The words of the first command, joined by '|'. */
static const char *words_of(const char *line)
{
    static char out[1024];
    Lexed lex;
    lex_command(line, strlen(line), 0, &lex);
    out[0] = '\0';
    for (uint32_t i = 0; i < lex.count; i++) {
        strcat(out, i ? "|" : "");
        strncat(out, line + lex.token[i].at, lex.token[i].len);
    }
    return out;
}

static void words_are_what_blanks_separate(void **state)
{
    (void)state;
    assert_string_equal(words_of("A connect B:80"), "A|connect|B:80");
    assert_string_equal(words_of("  A\tsend   64KiB  "), "A|send|64KiB");
    assert_string_equal(words_of(""), "");
}

static void a_string_is_one_word(void **state)
{
    (void)state;
    assert_string_equal(words_of("A send \"a; b # c\""), "A|send|\"a; b # c\"");
    assert_string_equal(words_of("A send \"say \\\"hi\\\"\" 3"), "A|send|\"say \\\"hi\\\"\"|3");
    assert_string_equal(words_of("edit #3 data=\"x y\""), "edit|#3|data=|\"x y\"");
}

static void a_hash_with_a_digit_is_a_row_and_else_a_comment(void **state)
{
    (void)state;
    assert_string_equal(words_of("drop #3 # the SYN"), "drop|#3");
    assert_string_equal(words_of("why #12"), "why|#12");
    assert_string_equal(words_of("#1 is a comment at the beginning"), "");
    assert_string_equal(words_of("# comment"), "");
}

static void semicolons_chain(void **state)
{
    (void)state;
    const char *line = "A close ;; B close;";
    Lexed lex;
    uint32_t commands = 0;
    for (size_t at = 0; at < strlen(line); at = lex.next) {
        assert_true(lex_command(line, strlen(line), at, &lex));
        commands += lex.count > 0;
    }
    assert_int_equal(commands, 2);
}

static void a_comment_ends_the_line_and_not_only_the_command(void **state)
{
    (void)state;
    const char *line = "A close # then; B close";
    Lexed lex;
    assert_true(lex_command(line, strlen(line), 0, &lex));
    assert_int_equal(lex.next, strlen(line));
    assert_true(lex.comment);
}

static void an_unclosed_string_is_an_error_at_its_quote(void **state)
{
    (void)state;
    Lexed lex;
    const char *lines[] = {"A send \"hello", "A send \"", "A send \"x\\\"", "A send \"x\\"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_false(lex_command(lines[i], strlen(lines[i]), 0, &lex));
        assert_int_equal(lex.error, LEX_UNCLOSED_STRING);
        assert_int_equal(lex.error_at, 7);
    }
}

static void too_many_words_are_an_error(void **state)
{
    (void)state;
    char line[200];
    for (int i = 0; i < 65; i++)
        memcpy(line + 2 * i, "x ", 2);
    Lexed lex;
    assert_true(lex_command(line, 2 * 64, 0, &lex));
    assert_false(lex_command(line, 2 * 65, 0, &lex));
    assert_int_equal(lex.error, LEX_TOO_MANY_WORDS);
}

static void full_width_punctuation_is_read_as_ascii_outside_of_strings(void **state)
{
    (void)state;
    char out[200];
    bool cut;
    lex_normalize("Ａ　send “你好；”； drop ＃3", out, sizeof out, &cut);
    assert_string_equal(out, "A send \"你好；\"; drop #3");
    assert_false(cut);
    lex_normalize("A send \"\\\"；\"；", out, sizeof out, &cut);
    assert_string_equal(out, "A send \"\\\"；\";");
}

static void a_long_line_is_cut_and_says_so(void **state)
{
    (void)state;
    char out[8];
    bool cut;
    assert_int_equal(lex_normalize("123456789", out, sizeof out, &cut), 7);
    assert_true(cut);
    assert_string_equal(out, "1234567");
    assert_int_equal(lex_normalize("1234567", out, sizeof out, &cut), 7);
    assert_false(cut);
}

static void escapes_become_bytes(void **state)
{
    (void)state;
    uint8_t out[64];
    size_t bad;
    const char *text = "\"a\\n\\t\\x41\\\\\\\"\\0b\"";
    size_t n = lex_string(text, strlen(text), out, &bad);
    assert_int_equal(n, 8);
    assert_memory_equal(out, "a\n\tA\\\"\0b", 8);
    assert_int_equal(bad, strlen(text));
}

static void an_unknown_escape_is_named_by_its_place(void **state)
{
    (void)state;
    uint8_t out[64];
    size_t bad;
    lex_string("\"ab\\q\"", 6, out, &bad);
    assert_int_equal(bad, 3);
    lex_string("\"\\x4\"", 5, out, &bad);
    assert_int_equal(bad, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_what_blanks_separate),
        cmocka_unit_test(a_string_is_one_word),
        cmocka_unit_test(a_hash_with_a_digit_is_a_row_and_else_a_comment),
        cmocka_unit_test(semicolons_chain),
        cmocka_unit_test(a_comment_ends_the_line_and_not_only_the_command),
        cmocka_unit_test(an_unclosed_string_is_an_error_at_its_quote),
        cmocka_unit_test(too_many_words_are_an_error),
        cmocka_unit_test(full_width_punctuation_is_read_as_ascii_outside_of_strings),
        cmocka_unit_test(a_long_line_is_cut_and_says_so),
        cmocka_unit_test(escapes_become_bytes),
        cmocka_unit_test(an_unknown_escape_is_named_by_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
