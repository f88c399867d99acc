/*
 * test_lecture.c: the steps of a lecture, in any text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/lecture.h"

static Lecture *read_text(const char *text)
{
    static Lecture l;
    lecture_read(&l, bytes_of(text, strlen(text)));
    return &l;
}

static bool is(Bytes bytes, const char *text)
{
    return bytes.len == strlen(text) && (bytes.len == 0 || !memcmp(bytes.data, text, bytes.len));
}

static void a_step_has_a_view_two_captions_and_lines(void **state)
{
    (void)state;
    Lecture *l = read_text("# a comment\n## fsm: Say: this\n## zh: 这样说\nB listen 80\n\n"
                           "## No view: the ladder\nA connect B:80");
    assert_int_equal(l->count, 2);
    assert_int_equal(l->steps[0].view, VIEW_FSM);
    assert_true(is(l->steps[0].caption[LANG_EN], "Say: this"));
    assert_true(is(l->steps[0].caption[LANG_ZH], "这样说"));
    assert_true(is(l->steps[0].lines, "# a comment\n## fsm: Say: this\n## zh: 这样说\n"
                                      "B listen 80\n\n"));
    assert_int_equal(l->steps[1].view, VIEW_LADDER);
    assert_true(is(l->steps[1].caption[LANG_EN], "No view: the ladder"));
    assert_true(is(l->steps[1].caption[LANG_ZH], "No view: the ladder"));
    assert_true(is(l->steps[1].lines, "## No view: the ladder\nA connect B:80"));
}

static void an_ordinary_text_is_no_lecture(void **state)
{
    (void)state;
    assert_int_equal(read_text("")->count, 0);
    assert_int_equal(read_text("# x\n#  ## y\nB listen 80\n## zh: first\n")->count, 1);
    assert_int_equal(read_text("# x\nB listen 80\n")->count, 0);
}

static void too_many_steps_are_the_last_one(void **state)
{
    (void)state;
    char text[8 * (LECTURE_STEPS + 10)];
    size_t len = 0;
    for (int i = 0; i < LECTURE_STEPS + 5; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "## s\n");
    Lecture *l = read_text(text);
    assert_int_equal(l->count, LECTURE_STEPS);
    assert_true(is(l->steps[LECTURE_STEPS - 1].lines, "## s\n## s\n## s\n## s\n## s\n## s\n"));
}

static void the_lecture_of_the_demos_has_ten_steps_in_two_languages(void **state)
{
    (void)state;
    char text[16384];
    FILE *f = fopen(SANDWIRE_SOURCE_DIR "/assets/demo/lecture.sw", "rb");
    assert_non_null(f);
    size_t len = fread(text, 1, sizeof text, f);
    fclose(f);
    Lecture l;
    lecture_read(&l, bytes_of(text, len));
    assert_int_equal(l.count, 10);
    for (uint32_t i = 0; i < l.count; i++) {
        const LectureStep *s = &l.steps[i];
        assert_true(s->caption[LANG_EN].len > 10);
        assert_true(s->caption[LANG_ZH].data != s->caption[LANG_EN].data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_has_a_view_two_captions_and_lines),
        cmocka_unit_test(an_ordinary_text_is_no_lecture),
        cmocka_unit_test(too_many_steps_are_the_last_one),
        cmocka_unit_test(the_lecture_of_the_demos_has_ten_steps_in_two_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
