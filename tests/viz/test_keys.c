/*
 * test_keys.c: every action has a key and words, and no key means two things.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "viz/keys.h"
#include "viz/words.h"

static void every_action_has_one_row_with_both_texts(void **state)
{
    (void)state;
    size_t count;
    const KeyRow *rows = keys_rows(&count);
    bool seen[KEY_ACTION_COUNT] = {false};
    for (size_t i = 0; i < count; i++) {
        assert_false(seen[rows[i].action]);
        seen[rows[i].action] = true;
        assert_true(rows[i].keys[0] || rows[i].chars[0]);
        assert_true(rows[i].shown[0] && rows[i].text[LANG_EN][0] && rows[i].text[LANG_ZH][0]);
    }
    for (int action = 1; action < KEY_ACTION_COUNT; action++)
        assert_true(seen[action]);
}

static void no_letter_means_two_things(void **state)
{
    (void)state;
    size_t count;
    const KeyRow *rows = keys_rows(&count);
    for (size_t i = 0; i < count; i++)
        for (const char *c = rows[i].chars; *c; c++)
            assert_int_equal(keys_of_char((uint32_t)*c), rows[i].action);
    assert_int_equal(keys_of_char(0), KEY_NONE);
    assert_int_equal(keys_of_char(0x4e2d), KEY_NONE);
}

static void keys_are_found_by_their_whole_name(void **state)
{
    (void)state;
    assert_int_equal(keys_of_name("PageDown"), KEY_NEXT);
    assert_int_equal(keys_of_name("Right"), KEY_STEP);
    assert_int_equal(keys_of_name("Page"), KEY_NONE);
    assert_int_equal(keys_of_name("Return"), KEY_MENU);
    assert_int_equal(keys_of_name(""), KEY_NONE);
}

static void every_word_is_there_in_both_languages(void **state)
{
    (void)state;
    for (int w = 0; w < WORD_COUNT; w++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_true(word((Word)w, (Lang)lang)[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_has_one_row_with_both_texts),
        cmocka_unit_test(no_letter_means_two_things),
        cmocka_unit_test(keys_are_found_by_their_whole_name),
        cmocka_unit_test(every_word_is_there_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
