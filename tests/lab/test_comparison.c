/*
 * test_comparison.c: where two futures of one moment part.
 *
 * The moment is an open connection; in the other branch a segment is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/lab/comparison.h"
#include "tests/lab/desk.h"

/* Branch "lost" loses the data that main delivers; the session stands at the end of main. */
static Session *two_futures(void)
{
    Session *s = desk_new(1, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    session_run(s, &(RunLimit){.steps = 1});
    desk_do(s, (Cmd){.op = CMD_SEND, .host = HOST_A, .val = 5});
    uint32_t departure = session_world(s)->rows;
    assert_true(session_branch(s, "lost"));
    desk_do(s, (Cmd){.op = CMD_DROP, .key = departure});
    desk_quiet(s);
    assert_true(session_switch(s, "main"));
    desk_quiet(s);
    return s;
}

static void the_parting_is_the_first_row_that_differs(void **state)
{
    (void)state;
    Session *s = two_futures();
    Comparison c;
    assert_true(comparison_make(&c, s, "lost"));
    const Trace *here = session_trace(s);
    uint32_t row = trace_parting(here, c.trace);
    assert_int_equal(trace_note(here, row)->kind, NOTE_ARRIVED);
    assert_int_equal(trace_note(c.trace, row)->kind, NOTE_LOST);
    assert_int_equal(trace_parting(c.trace, here), row);
    for (uint32_t i = 1; i < row; i++)
        assert_int_equal(trace_note(here, i)->kind, trace_note(c.trace, i)->kind);
    comparison_free(&c);
    session_free(s);
}

static void what_became_of_a_segment_is_shown_from_its_departure(void **state)
{
    (void)state;
    Session *s = two_futures();
    Comparison c;
    assert_true(comparison_make(&c, s, "lost"));
    uint32_t shown = trace_parting_shown(session_trace(s), c.trace);
    assert_int_equal(shown + 1, trace_parting(session_trace(s), c.trace));
    assert_int_equal(trace_note(c.trace, shown)->kind, NOTE_SENT);
    comparison_free(&c);
    session_free(s);
}

static void comparing_changes_nothing(void **state)
{
    (void)state;
    Session *s = two_futures();
    session_back(s, 3);
    uint64_t position = session_position(s);
    Nanos now = session_world(s)->now;
    Comparison c;
    assert_true(comparison_make(&c, s, "lost"));
    assert_int_equal(session_position(s), position);
    assert_int_equal(session_world(s)->now, now);
    assert_string_equal(session_branch_name(s), "main");
    assert_true(c.world->now > 0);
    comparison_free(&c);
    session_free(s);
}

static void a_run_does_not_part_from_itself(void **state)
{
    (void)state;
    Session *s = two_futures();
    Comparison c;
    assert_true(comparison_make(&c, s, "main"));
    assert_int_equal(trace_parting(session_trace(s), c.trace), 0);
    uint32_t last = trace_last(c.trace);
    session_back(s, 1); /* now it is behind: the row that it does not have */
    assert_int_equal(trace_parting(session_trace(s), c.trace), last);
    comparison_free(&c);
    session_free(s);
}

static void a_branch_that_is_not_there_is_refused(void **state)
{
    (void)state;
    Session *s = two_futures();
    Comparison c;
    assert_false(comparison_make(&c, s, "nobody"));
    char name[200];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_false(comparison_make(&c, s, name));
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parting_is_the_first_row_that_differs),
        cmocka_unit_test(what_became_of_a_segment_is_shown_from_its_departure),
        cmocka_unit_test(comparing_changes_nothing),
        cmocka_unit_test(a_run_does_not_part_from_itself),
        cmocka_unit_test(a_branch_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
