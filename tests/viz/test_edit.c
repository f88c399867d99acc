/*
 * test_edit.c: writing a line in the window, and a segment's change as a command.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/viz/story.h"
#include "viz/edit_segment.h"
#include "viz/line_edit.h"

static void letters_are_whole_whatever_is_done(void **state)
{
    (void)state;
    LineEdit e;
    line_edit_set(&e, "A 发送");
    assert_int_equal(e.cursor, 8);
    line_edit_left(&e);
    assert_int_equal(e.cursor, 5);
    line_edit_insert(&e, "再");
    assert_string_equal(e.text, "A 发再送");
    line_edit_backspace(&e);
    line_edit_backspace(&e);
    assert_string_equal(e.text, "A 送");
    line_edit_delete(&e);
    assert_string_equal(e.text, "A ");
    line_edit_home(&e);
    line_edit_backspace(&e);
    line_edit_left(&e);
    line_edit_delete(&e);
    assert_string_equal(e.text, " ");
    line_edit_end(&e);
    line_edit_right(&e);
    line_edit_delete(&e);
    assert_string_equal(e.text, " ");
}

static void a_word_is_erased_back_to_its_beginning(void **state)
{
    (void)state;
    LineEdit e;
    line_edit_set(&e, "drop next SYN ");
    line_edit_erase_word(&e);
    assert_string_equal(e.text, "drop next ");
    line_edit_erase_word(&e);
    line_edit_erase_word(&e);
    line_edit_erase_word(&e);
    assert_string_equal(e.text, "");
}

static void too_much_text_is_not_taken(void **state)
{
    (void)state;
    LineEdit e;
    char many[LINE_EDIT_MAX + 10];
    memset(many, 'x', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    line_edit_set(&e, many);
    assert_int_equal(e.len, 0);
    many[LINE_EDIT_MAX] = '\0';
    line_edit_set(&e, many);
    assert_int_equal(e.len, LINE_EDIT_MAX);
    line_edit_insert(&e, "y");
    assert_int_equal(e.len, LINE_EDIT_MAX);
}

/* What the change to `text` becomes; "" for no change, the complaint if it is wrong. */
static EditOutcome change(Story story, uint32_t row, const char *text, char *out, size_t cap)
{
    Session *s = story_tell(story);
    Text line = text_fixed(out, cap);
    EditOutcome outcome =
        edit_segment_command(&line, session_world(s), session_trace(s), row, text, LANG_EN);
    session_free(s);
    return outcome;
}

static void the_text_of_a_segment_changes_nothing_when_it_stays(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_HELD);
    char text[256], line[256];
    Text out = text_fixed(text, sizeof text);
    assert_true(edit_segment_text(&out, session_world(s), session_trace(s), 4));
    assert_string_equal(text, "SYN A:A(0) win 65535 <mss 1460>");
    assert_false(edit_segment_text(&out, session_world(s), session_trace(s), 3));
    session_free(s);
    assert_int_equal(change(STORY_HELD, 4, text, line, sizeof line), EDIT_SEGMENT_SAME);
}

static void only_what_is_different_is_in_the_command(void **state)
{
    (void)state;
    char line[256];
    assert_int_equal(change(STORY_HELD, 4, "SYN A:A(0) win 512 <mss 536>", line, sizeof line),
                     EDIT_SEGMENT_COMMAND);
    assert_string_equal(line, "edit #4 wnd=512 mss=536");
    assert_int_equal(
        change(STORY_HELD, 4, "SYN+FIN A+5:A+5(0) win 65535 <mss 1460>", line, sizeof line),
        EDIT_SEGMENT_COMMAND);
    assert_string_equal(line, "edit #4 flags=SYN+FIN seq=A+5");
    assert_int_equal(change(STORY_FLIGHT, 10, "PSH+ACK A+1:A+4(3) ack B+1 win 65535 \"a\\\"c\"",
                            line, sizeof line),
                     EDIT_SEGMENT_COMMAND);
    assert_non_null(strstr(line, "data=\""));
}

static void what_cannot_be_changed_is_said(void **state)
{
    (void)state;
    char line[256];
    assert_int_equal(change(STORY_HELD, 4, "SYN A:A(0) win 65535 <sackOK>", line, sizeof line),
                     EDIT_SEGMENT_WRONG);
    assert_non_null(strstr(line, "mss"));
    assert_int_equal(
        change(STORY_FLIGHT, 10, "PSH+ACK A+1:A+4(3) ack B+1 win 9", line, sizeof line),
        EDIT_SEGMENT_WRONG);
    assert_non_null(strstr(line, "quotes"));
    assert_int_equal(change(STORY_HELD, 4, "SIN A", line, sizeof line), EDIT_SEGMENT_WRONG);
    assert_true(line[0]);
    assert_int_equal(change(STORY_HELD, 3, "SYN A", line, sizeof line), EDIT_SEGMENT_WRONG);
    assert_non_null(strstr(line, "no longer"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_are_whole_whatever_is_done),
        cmocka_unit_test(a_word_is_erased_back_to_its_beginning),
        cmocka_unit_test(too_much_text_is_not_taken),
        cmocka_unit_test(the_text_of_a_segment_changes_nothing_when_it_stays),
        cmocka_unit_test(only_what_is_different_is_in_the_command),
        cmocka_unit_test(what_cannot_be_changed_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
