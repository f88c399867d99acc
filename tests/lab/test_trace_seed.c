/*
 * test_trace_seed.c: a trace that begins in the middle tells the same as one that was there from
 * the beginning.
 *
 * Two traces listen to one world: one always, one sown at some row. After each event their last
 * rows, their counts and their streams must be equal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/session.h"
#include "core/lab/trace_seed.h"

static void do_all(Session *s, const Cmd *cmds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        session_apply(s, &cmds[i], bytes_of(NULL, 0));
}

/* Losses, copies and reordering: rows that point to departures long before. */
static Session *rough_transfer(uint32_t loss)
{
    const Cmd cmds[] = {
        {.op = CMD_LINK, .link = 3, .key = LINK_LOSS, .val = loss},
        {.op = CMD_LINK, .link = 3, .key = LINK_DUP, .val = loss},
        {.op = CMD_LINK, .link = 3, .key = LINK_JITTER, .val = 30 * NANOS_MS},
        {.op = CMD_APP, .host = HOST_B, .key = APP_SINK},
        {.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = 1ull << 40},
        {.op = CMD_LISTEN, .host = HOST_B, .key = 80},
        {.op = CMD_CONNECT, .host = HOST_A, .key = 80},
        {.op = CMD_CONNECT, .host = HOST_A, .key = 80},
    };
    Session *s = session_new(&(SessionOptions){.seed = 3});
    assert_non_null(s);
    do_all(s, cmds, sizeof cmds / sizeof *cmds);
    return s;
}

static void same_row(const Trace *a, const Trace *b)
{
    uint32_t row = trace_last(a);
    const Row *x = trace_row(a, row), *y = trace_row(b, row);
    assert_int_equal(trace_last(b), row);
    assert_non_null(x);
    assert_non_null(y);
    assert_int_equal(x->classes, y->classes);
    assert_int_equal(x->flow, y->flow);
    assert_memory_equal(x->state, y->state, sizeof x->state);
    assert_memory_equal(x->conn, y->conn, sizeof x->conn);
    assert_memory_equal(x->visited, y->visited, sizeof x->visited);
    assert_memory_equal(x->isn, y->isn, sizeof x->isn);
    assert_memory_equal(x->isn_known, y->isn_known, sizeof x->isn_known);
    assert_memory_equal(x->stream_end, y->stream_end, sizeof x->stream_end);
    assert_memory_equal(&a->totals, &b->totals, sizeof a->totals);
}

/* A sink's content, so that two traces can take it. */
static void both_take(Trace *a, Trace *b, const World *w, Sink *sink)
{
    Sink again = *sink;
    trace_take(a, w, &again);
    trace_take(b, w, sink);
}

static void a_sown_trace_tells_what_the_whole_one_tells(void **state)
{
    (void)state;
    Session *s = rough_transfer(50000);
    session_run(s, &(RunLimit){.until = NANOS_NEVER, .steps = 300});
    const World *here = session_world(s);
    World *w = malloc(here->size);
    assert_non_null(w);
    memcpy(w, here, here->size);
    Trace *whole = trace_copy(session_trace(s)), *sown = trace_copy(whole);
    Sink sink = {.note_cap = 16384, .byte_cap = 4 << 20};
    sink.notes = malloc(sink.note_cap * sizeof *sink.notes);
    sink.bytes = malloc(sink.byte_cap);
    assert_true(whole && sown && sink.notes && sink.bytes);
    for (uint32_t step = 0; step < 3000; step++) {
        if (step % 97 == 0) {
            TraceSeed *seed = trace_seed(sown, w);
            assert_non_null(seed);
            assert_true(trace_can_sow(sown, seed));
            assert_true(trace_sow(sown, seed));
            assert_null(trace_row(sown, trace_last(sown)));
            free(seed);
        }
        assert_true(world_step(w, &sink));
        both_take(whole, sown, w, &sink);
        same_row(whole, sown);
    }
    assert_true(whole->totals.lost[HOST_A][CLASS_REXMIT] > 0);
    free(sink.notes);
    free(sink.bytes);
    trace_free(whole);
    trace_free(sown);
    free(w);
    session_free(s);
}

/* Counts at random places of a long run, first as they came to be, then after leaps between them.
 */
static void a_long_session_counts_right_wherever_it_leaps(void **state)
{
    (void)state;
    enum { PLACES = 6 };
    uint64_t places[PLACES];
    TraceTotals totals[PLACES];
    Session *s = rough_transfer(5000);
    session_mark(s, "begin");
    for (int i = 0; i < PLACES; i++) {
        session_run(s, &(RunLimit){.until = NANOS_NEVER, .steps = 7000});
        places[i] = session_position(s);
        totals[i] = session_trace(s)->totals;
    }
    assert_true(session_goto_mark(s, "begin"));
    assert_true(session_branch(s, "other")); /* the rows ahead are lost now */
    session_apply(s, &(Cmd){.op = CMD_ABORT, .host = HOST_A}, bytes_of(NULL, 0));
    assert_true(session_switch(s, "main"));
    static const int order[] = {5, 1, 4, 0, 3, 2, 5};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        session_goto_position(s, places[order[i]]);
        assert_memory_equal(&session_trace(s)->totals, &totals[order[i]], sizeof *totals);
        assert_int_equal(trace_last(session_trace(s)), session_world(s)->rows);
        assert_non_null(trace_row(session_trace(s), session_world(s)->rows - 100));
    }
    session_free(s);
}

/* Bytes that another branch has put in the stream's place must not pass for this one's. */
static void a_seed_of_another_stream_is_refused(void **state)
{
    (void)state;
    static const Cmd cmds[] = {{.op = CMD_LISTEN, .host = HOST_B, .key = 80},
                               {.op = CMD_CONNECT, .host = HOST_A, .key = 80}};
    Session *s = session_new(&(SessionOptions){.seed = 3});
    RunLimit quiet = {.quiet = true, .until = NANOS_NEVER};
    do_all(s, cmds, 2);
    session_run(s, &quiet);
    uint64_t open = session_position(s);
    Cmd send = {.op = CMD_SEND, .host = HOST_A};
    session_apply(s, &send, bytes_of("first", 5));
    session_run(s, &quiet);
    TraceSeed *seed = trace_seed(session_trace(s), session_world(s));
    assert_non_null(seed);
    session_goto_position(s, open);
    assert_true(trace_can_sow(session_trace(s), seed));
    session_apply(s, &send, bytes_of("other", 5));
    session_run(s, &quiet);
    assert_false(trace_can_sow(session_trace(s), seed));
    free(seed);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sown_trace_tells_what_the_whole_one_tells),
        cmocka_unit_test(a_long_session_counts_right_wherever_it_leaps),
        cmocka_unit_test(a_seed_of_another_stream_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
