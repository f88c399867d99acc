/*
 * test_near.c - "did you mean": what is near, what is not, and that it is a distance.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/base/near.h"

static uint32_t apart(const char *a, const char *b)
{
    return near_distance(a, strlen(a), b, strlen(b));
}

static void distance_counts_single_letters(void **state)
{
    (void)state;
    assert_int_equal(apart("", ""), 0);
    assert_int_equal(apart("", "abc"), 3);
    assert_int_equal(apart("connect", "connct"), 1);
    assert_int_equal(apart("connect", "conenct"), 1); /* a swap is one slip */
    assert_int_equal(apart("connect", "CONNECT"), 0);
    assert_int_equal(apart("kitten", "sitting"), 3);
    assert_int_equal(apart("ca", "abc"), 3);
    static const char *const words[] = {"listen", "lisp", "silent", "len", "tinsel"};
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 5; k++) {
            assert_int_equal(apart(words[i], words[k]), apart(words[k], words[i]));
            assert_int_equal(apart(words[i], words[k]) == 0, i == k);
        }
}

static void only_what_is_near_is_suggested(void **state)
{
    (void)state;
    static const char *const names[] = {"listen", "connect", "close", "send", "shutdown", "abort"};
    assert_string_equal(near_word("connct", 6, names, 6), "connect");
    assert_string_equal(near_word("clsoe", 5, names, 6), "close");
    assert_string_equal(near_word("shutdwn", 7, names, 6), "shutdown");
    assert_string_equal(near_word("sned", 4, names, 6), "send");
    assert_null(near_word("x", 1, names, 6));
    assert_null(near_word("tcpdump", 7, names, 6));
    assert_null(near_word("", 0, names, 6));
    assert_null(near_word("send", 4, names, 0));
}

static void long_words_are_near_nothing(void **state)
{
    (void)state;
    char word[100];
    memset(word, 'a', sizeof word);
    const char *const names[] = {"aaaa"};
    assert_null(near_word(word, sizeof word, names, 1));
    assert_int_equal(near_distance(word, NEAR_WORD_MAX, word, NEAR_WORD_MAX), 0);
    assert_int_equal(near_distance(word, NEAR_WORD_MAX + 1, word, 1), NEAR_WORD_MAX + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_counts_single_letters),
        cmocka_unit_test(only_what_is_near_is_suggested),
        cmocka_unit_test(long_words_are_near_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
