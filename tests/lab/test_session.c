/*
 * test_session.c - a session is a function of its seed and its commands, wherever one travels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lab/desk.h"

enum { STORIES = 6 };

static uint64_t digest(const Session *s)
{
    return world_digest(session_world(s));
}

/* ---- determinism (law 9) ---- */

static void the_same_commands_tell_the_same_story(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= STORIES; seed++) {
        Session *one = desk_new(seed, 0), *two = desk_new(seed, 0);
        desk_bad_wire_story(one);
        desk_bad_wire_story(two);
        assert_true(digest(one) == digest(two));
        assert_true(desk_same_trace(session_trace(one), session_trace(two)));
        session_free(one);
        session_free(two);
    }
}

static void another_seed_tells_another_story(void **state)
{
    (void)state;
    Session *one = desk_new(1, 0), *two = desk_new(2, 0);
    desk_bad_wire_story(one);
    desk_bad_wire_story(two);
    assert_true(digest(one) != digest(two));
    session_free(one);
    session_free(two);
}

static void a_snapshot_in_mid_run_has_the_same_future(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= STORIES; seed++) {
        Session *s = desk_new(seed, 0);
        desk_app(s, HOST_A, APP_SOURCE, 100000);
        desk_app(s, HOST_B, APP_SINK, 0);
        desk_link(s, LINK_LOSS, 50000);
        desk_listen(s);
        desk_connect(s);
        desk_to_the_end(s);
        uint64_t end = digest(s), length = session_length(s);
        session_goto_position(s, length / 2);
        size_t size = session_world(s)->size;
        World *copy = malloc(size);
        assert_non_null(copy);
        memcpy(copy, session_world(s), size);
        /* The commands lie behind; what is left is the clock's alone. */
        uint64_t left = length - session_position(s);
        for (uint64_t i = 0; i < left; i++)
            assert_true(world_step(copy, NULL));
        assert_true(world_digest(copy) == end);
        free(copy);
        session_free(s);
    }
}

/* ---- travelling ---- */

/* What was there at each position of a story. */
typedef struct {
    uint64_t length;
    uint64_t *digest;
    Trace **trace;
    Nanos *now;
} Album;

static Album photograph(Session *s)
{
    Album a = {.length = session_length(s)};
    a.digest = calloc(a.length + 1, sizeof *a.digest);
    a.trace = calloc(a.length + 1, sizeof *a.trace);
    a.now = calloc(a.length + 1, sizeof *a.now);
    session_goto_position(s, 0);
    for (uint64_t p = 0; p <= a.length; p++) {
        assert_true(session_position(s) == p);
        a.digest[p] = digest(s);
        a.trace[p] = trace_copy(session_trace(s));
        a.now[p] = session_world(s)->now;
        assert_true(session_forward(s, 1) == (p < a.length));
    }
    return a;
}

static void free_album(Album *a)
{
    for (uint64_t p = 0; p <= a->length; p++)
        trace_free(a->trace[p]);
    free(a->digest);
    free(a->trace);
    free(a->now);
}

static void compare(const Session *s, const Album *a)
{
    uint64_t p = session_position(s);
    assert_true(digest(s) == a->digest[p]);
    assert_true(desk_same_trace(session_trace(s), a->trace[p]));
}

static void every_position_is_the_same_from_every_side(void **state)
{
    (void)state;
    Session *s = desk_new(3, 0);
    desk_bad_wire_story(s);
    Album album = photograph(s);
    assert_true(album.length > 60);
    for (uint64_t n = 0; n < 400; n++) {
        uint64_t to = desk_draw(3, n, album.length + 1);
        if (n % 3 == 0)
            session_goto_position(s, to);
        else if (n % 3 == 1)
            session_back(s, to % 20);
        else
            session_forward(s, to % 20);
        compare(s, &album);
    }
    free_album(&album);
    session_free(s);
}

static void back_and_forward_say_how_far_they_went(void **state)
{
    (void)state;
    Session *s = desk_new(3, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    uint64_t length = session_length(s);
    assert_true(length == 5); /* two commands, three arrivals */
    assert_true(session_forward(s, 3) == 0);
    assert_true(session_back(s, 2) == 2);
    assert_true(session_position(s) == length - 2);
    assert_true(session_forward(s, 9) == 2);
    assert_true(session_back(s, 100) == length);
    assert_true(session_back(s, 1) == 0);
    assert_true(session_world(s)->rows == 0 && trace_last(session_trace(s)) == 0);
    assert_true(session_length(s) == length);
    session_free(s);
}

static void every_row_can_be_gone_to(void **state)
{
    (void)state;
    Session *s = desk_new(4, 0);
    desk_bad_wire_story(s);
    Album album = photograph(s);
    uint32_t rows = session_world(s)->rows;
    assert_false(session_goto_row(s, 0));
    assert_false(session_goto_row(s, rows + 1));
    for (uint64_t n = 0; n < 300; n++) {
        uint32_t row = 1 + (uint32_t)desk_draw(4, n, rows);
        assert_true(session_goto_row(s, row));
        uint64_t p = session_position(s);
        compare(s, &album);
        assert_true(session_world(s)->rows >= row);
        assert_true(trace_last(album.trace[p - 1]) < row); /* the first moment after it */
    }
    free_album(&album);
    session_free(s);
}

static void every_time_can_be_gone_to(void **state)
{
    (void)state;
    Session *s = desk_new(5, 0);
    desk_bad_wire_story(s);
    Album album = photograph(s);
    Nanos end = session_world(s)->now;
    for (uint64_t n = 0; n < 300; n++) {
        Nanos t = desk_draw(5, n, end + 1);
        assert_true(session_goto_time(s, t));
        uint64_t p = session_position(s);
        assert_true(session_world(s)->now == t);
        assert_true(album.now[p] <= t);
        assert_true(p == album.length || album.now[p + 1] > t);
        assert_true(desk_same_trace(session_trace(s), album.trace[p]));
        assert_true(session_length(s) == album.length);
    }
    session_goto_position(s, album.length);
    compare(s, &album);
    free_album(&album);
    session_free(s);
}

static void the_clock_may_not_go_beyond_what_was_lived(void **state)
{
    (void)state;
    Session *s = desk_new(5, 0);
    desk_listen(s);
    desk_connect(s);
    desk_until(s, 30 * NANOS_MS); /* the SYN is on its way */
    assert_false(session_goto_time(s, 70 * NANOS_MS));
    assert_true(session_world(s)->now <= 50 * NANOS_MS);
    assert_true(session_length(s) == 2);
    assert_true(session_goto_time(s, 20 * NANOS_MS));
    assert_true(session_world(s)->now == 20 * NANOS_MS);
    session_free(s);
}

static void waiting_is_remembered_by_the_next_command(void **state)
{
    (void)state;
    Session *s = desk_new(5, 0);
    desk_listen(s);
    desk_until(s, 7 * NANOS_S);
    assert_true(session_world(s)->now == 7 * NANOS_S);
    assert_true(session_length(s) == 1);
    desk_connect(s);
    desk_quiet(s);
    uint64_t end = digest(s);
    assert_true(trace_note(session_trace(s), 2)->at == 7 * NANOS_S);
    session_goto_position(s, 0);
    session_goto_position(s, session_length(s));
    assert_true(digest(s) == end);
    session_free(s);
}

/* ---- branches ---- */

static uint32_t branch_count(const Session *s)
{
    return session_branches(s, NULL, 0);
}

static void acting_in_the_past_keeps_the_old_future(void **state)
{
    (void)state;
    Session *s = desk_new(6, 0);
    desk_bad_wire_story(s);
    uint64_t old = digest(s), length = session_length(s);
    session_goto_position(s, length / 2);
    assert_int_equal(branch_count(s), 1);
    desk_link(s, LINK_LOSS, 0);
    desk_to_the_end(s);
    uint64_t other = digest(s);
    assert_true(other != old);
    assert_string_equal(session_branch_name(s), "what-if-1");
    assert_true(session_switch(s, "main"));
    session_goto_position(s, UINT64_MAX);
    assert_true(session_length(s) == length && digest(s) == old);
    assert_true(session_switch(s, "what-if-1"));
    assert_true(digest(s) == other);
    assert_false(session_switch(s, "nowhere"));
    BranchInfo info[4];
    assert_int_equal(session_branches(s, info, 4), 2);
    assert_null(info[0].parent);
    assert_string_equal(info[1].parent, "main");
    assert_true(info[1].fork_position == length / 2);
    assert_true(info[1].current && !info[0].current);
    assert_true(info[0].length == length && info[1].length == session_length(s));
    session_free(s);
}

static void doing_the_same_again_reenters_the_branch(void **state)
{
    (void)state;
    Session *s = desk_new(6, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    desk_send(s, HOST_A, "one");
    desk_quiet(s);
    uint64_t end = digest(s), length = session_length(s);
    session_goto_position(s, 0);
    desk_listen(s);
    desk_connect(s);
    desk_step(s, 1);
    desk_step(s, 1);
    desk_quiet(s);
    desk_send(s, HOST_A, "one");
    desk_quiet(s);
    assert_true(digest(s) == end && session_length(s) == length);
    assert_int_equal(branch_count(s), 1);
    session_back(s, 3);
    desk_send(s, HOST_A, "two");
    assert_int_equal(branch_count(s), 2);
    session_back(s, 1);
    desk_send(s, HOST_A, "two");
    assert_int_equal(branch_count(s), 2);
    session_free(s);
}

static void a_named_branch_keeps_its_name(void **state)
{
    (void)state;
    Session *s = desk_new(6, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    session_back(s, 2);
    assert_true(session_branch(s, "lost-ack"));
    assert_false(session_branch(s, "lost-ack"));
    assert_false(session_branch(s, "main"));
    assert_false(session_branch(s, ""));
    assert_false(session_branch(s, "two words"));
    assert_false(session_branch(s, "a-name-that-is-much-too-long-to-be-shown"));
    assert_string_equal(session_branch_name(s), "lost-ack");
    desk_step(s, 1); /* the same event as on main, and yet on the new branch */
    assert_string_equal(session_branch_name(s), "lost-ack");
    BranchInfo info[2];
    assert_int_equal(session_branches(s, info, 2), 2);
    assert_true(info[1].fork_position == 3 && info[1].length == 4);
    assert_true(session_switch(s, "main"));
    assert_true(session_position(s) == 3 && session_length(s) == 5);
    session_free(s);
}

static void marks_are_found_from_everywhere(void **state)
{
    (void)state;
    Session *s = desk_new(7, 0);
    desk_bad_wire_story(s);
    session_goto_position(s, 20);
    assert_true(session_mark(s, "early"));
    uint64_t early = digest(s);
    session_goto_position(s, 15);
    desk_link(s, LINK_LOSS, 0); /* splits the run in which the mark stands */
    desk_step(s, 4);
    assert_true(session_mark(s, "aside"));
    uint64_t aside = digest(s);
    assert_true(session_goto_mark(s, "early"));
    assert_true(digest(s) == early);
    assert_string_equal(session_branch_name(s), "main");
    assert_true(session_goto_mark(s, "aside"));
    assert_true(digest(s) == aside);
    assert_string_equal(session_branch_name(s), "what-if-1");
    assert_false(session_goto_mark(s, "late"));
    assert_false(session_mark(s, "9lives"));
    const char *names[4];
    Nanos times[4];
    assert_int_equal(session_marks(s, names, times, 4), 2);
    assert_string_equal(names[1], "aside");
    assert_true(times[1] == session_world(s)->now);
    session_free(s);
}

/* ---- undo and redo ---- */

static void undo_takes_back_lines_and_redo_gives_them_again(void **state)
{
    (void)state;
    Session *s = desk_new(8, 0);
    uint64_t after[4];
    const char *line = NULL;
    after[0] = digest(s);
    session_begin_line(s, "B listen 80");
    session_apply(s, &(Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80}, bytes_of(NULL, 0));
    after[1] = digest(s);
    session_begin_line(s, "A connect B:80");
    session_apply(s, &(Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80}, bytes_of(NULL, 0));
    desk_quiet(s);
    after[2] = digest(s);
    session_begin_line(s, "run 5s");
    desk_until(s, 5 * NANOS_S);
    after[3] = digest(s);
    session_begin_line(s, "state"); /* changes nothing: cannot be undone */
    for (int i = 2; i >= 0; i--) {
        assert_true(session_undo(s, &line));
        assert_true(digest(s) == after[i]);
    }
    assert_string_equal(line, "B listen 80");
    assert_false(session_undo(s, NULL));
    for (int i = 1; i <= 3; i++) {
        assert_true(session_redo(s, &line));
        assert_true(digest(s) == after[i]);
    }
    assert_string_equal(line, "run 5s");
    assert_false(session_redo(s, NULL));
    session_free(s);
}

static void undo_after_travelling_goes_to_before_the_last_change(void **state)
{
    (void)state;
    Session *s = desk_new(8, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    uint64_t before = digest(s);
    desk_send(s, HOST_A, "x");
    session_goto_position(s, 1);
    assert_true(session_undo(s, NULL));
    assert_true(digest(s) == before);
    session_goto_position(s, 2);
    assert_true(session_redo(s, NULL));
    assert_true(session_position(s) == 6);
    session_goto_position(s, 3);
    desk_link(s, LINK_LOSS, 1); /* a new act: nothing to redo any more */
    assert_false(session_redo(s, NULL));
    assert_true(session_undo(s, NULL)); /* back to where the branch began */
    assert_true(session_position(s) == 3);
    assert_string_equal(session_branch_name(s), "main");
    session_free(s);
}

/* ---- forks ---- */

static void a_fork_sees_the_past_and_leaves_no_trace(void **state)
{
    (void)state;
    Session *s = desk_new(9, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    desk_send(s, HOST_A, "hello");
    desk_quiet(s);
    uint64_t here = digest(s);
    Session *fork = session_fork(s);
    assert_non_null(fork);
    assert_true(digest(fork) == here);
    assert_true(desk_true(fork, "received(B) == \"hello\" && count(SYN from A) == 1"));
    desk_send(fork, HOST_A, " world");
    desk_quiet(fork);
    assert_true(desk_true(fork, "received(B) == \"hello world\""));
    uint64_t there = digest(fork);
    session_goto_position(fork, 0);
    assert_true(digest(fork) == here);
    assert_true(desk_true(fork, "received(B) == \"hello\""));
    session_goto_position(fork, UINT64_MAX);
    assert_true(digest(fork) == there);
    assert_true(digest(s) == here && desk_true(s, "received(B) == \"hello\""));
    session_free(fork);
    session_free(s);
}

/* ---- running ---- */

static void a_run_stops_for_each_of_its_reasons(void **state)
{
    (void)state;
    Session *s = desk_new(10, 0);
    assert_int_equal(desk_to_the_end(s), STOP_NOTHING);
    desk_listen(s);
    assert_int_equal(desk_quiet(s), STOP_QUIET);
    desk_connect(s);
    assert_int_equal(desk_until(s, 10 * NANOS_MS), STOP_TIME);
    assert_true(session_world(s)->now == 10 * NANOS_MS);
    assert_int_equal(desk_step(s, 1), STOP_STEPS);
    assert_true(session_world(s)->now == 50 * NANOS_MS);
    int now = 1;
    RunLimit limit = {.until = NANOS_NEVER, .interrupt = &now};
    assert_int_equal(session_run(s, &limit), STOP_INTERRUPT);
    limit = (RunLimit){.until = NANOS_NEVER, .limit = 1};
    assert_int_equal(session_run(s, &limit), STOP_LIMIT);
    PredError error;
    Pred *p = pred_compile("B.state == ESTABLISHED", 22, &error);
    assert_non_null(p);
    limit = (RunLimit){.until = NANOS_NEVER, .pred = p};
    assert_int_equal(session_run(s, &limit), STOP_PREDICATE);
    assert_true(session_world(s)->now == 150 * NANOS_MS);
    pred_free(p);
    for (int r = STOP_STEPS; r <= STOP_INTERRUPT; r++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_true(strlen(stop_reason_text((StopReason)r, (Lang)lang)) > 3);
    session_free(s);
}

static void a_breakpoint_stops_when_it_becomes_true(void **state)
{
    (void)state;
    Session *s = desk_new(10, 0);
    PredError error;
    assert_int_equal(session_break_add(s, "A.state = ESTABLISHED", &error), 0);
    assert_true(error.at == 8);
    uint32_t id = session_break_add(s, "A.state == ESTABLISHED", &error);
    assert_true(id > 0);
    desk_listen(s);
    desk_connect(s);
    assert_int_equal(desk_quiet(s), STOP_BREAK);
    assert_string_equal(session_break_hit(s), "A.state == ESTABLISHED");
    assert_true(session_world(s)->now == 100 * NANOS_MS);
    assert_int_equal(desk_quiet(s), STOP_QUIET); /* it is still true, but not newly */
    assert_string_equal(session_break_hit(s), "");
    uint32_t ids[2];
    const char *texts[2];
    assert_int_equal(session_breaks(s, ids, texts, 2), 1);
    assert_int_equal(ids[0], id);
    assert_true(session_break_remove(s, id));
    assert_false(session_break_remove(s, id));
    session_goto_position(s, 2);
    assert_int_equal(desk_quiet(s), STOP_QUIET);
    session_free(s);
}

static void what_is_refused_did_not_happen(void **state)
{
    (void)state;
    Session *s = desk_new(11, 0);
    desk_listen(s);
    uint64_t before = digest(s);
    assert_int_equal(desk_do(s, (Cmd){.op = CMD_DROP, .key = 99}).status, CALL_NO_PACKET);
    assert_int_equal(desk_do(s, (Cmd){.op = CMD_HOPS, .val = 256}).status, CALL_BAD_ARGUMENT);
    assert_int_equal(desk_do(s, (Cmd){.op = CMD_SET, .key = 9999}).status, CALL_BAD_ARGUMENT);
    assert_true(digest(s) == before && session_length(s) == 1);
    assert_true(session_undo(s, NULL));
    assert_true(session_position(s) == 0);
    session_free(s);
}

/* ---- long runs ---- */

static Session *long_run(size_t history_bytes)
{
    SessionOptions options = {.seed = 12,
                              .history_bytes = history_bytes,
                              .shape = {.conns = 4,
                                        .packets = 64,
                                        .sent_cap = 64,
                                        .range_cap = 8,
                                        .ring_bytes = 8192,
                                        .mtu = 576}};
    Session *s = session_new(&options);
    assert_non_null(s);
    desk_do(s, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_MSS, .val = 536});
    desk_do(s, (Cmd){.op = CMD_SET, .host = HOST_B, .key = KNOB_MSS, .val = 536});
    desk_link(s, LINK_LOSS, 10000);
    desk_link(s, LINK_RTT, 4 * NANOS_MS);
    desk_app(s, HOST_B, APP_SINK, 0);
    desk_app(s, HOST_A, APP_SOURCE, 100000000);
    desk_listen(s);
    desk_connect(s);
    assert_int_equal(desk_step(s, 10000), STOP_STEPS);
    return s;
}

static void ten_thousand_steps_can_be_scrubbed(void **state)
{
    (void)state;
    enum { STOPS = 40 };
    /* A wide budget, one that must thin out again and again, and one for hardly anything. */
    static const size_t budgets[] = {0, 3000000, 500000, 1};
    for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
        Session *s = long_run(budgets[b]);
        uint64_t length = session_length(s), end = digest(s);
        uint64_t at[STOPS], digests[STOPS];
        Trace *whole = trace_copy(session_trace(s));
        session_goto_position(s, 0);
        for (uint64_t i = 0; i < STOPS; i++) {
            at[i] = (i + 1) * length / (STOPS + 1);
            session_goto_position(s, at[i]);
            digests[i] = digest(s);
        }
        for (uint64_t n = 0; n < 60; n++) {
            uint64_t i = desk_draw(12, n, STOPS);
            session_goto_position(s, at[i]);
            assert_true(digest(s) == digests[i]);
            session_back(s, 3);
            session_forward(s, 3);
            assert_true(digest(s) == digests[i]);
        }
        session_goto_position(s, length);
        assert_true(digest(s) == end);
        assert_true(desk_same_trace(session_trace(s), whole));
        trace_free(whole);
        session_free(s);
    }
}

static void rows_that_were_given_up_are_told_again(void **state)
{
    (void)state;
    Session *s = desk_new(13, 0);
    /* The limit is not an option of sessions: a window of this size would annoy every learner. */
    ((Trace *)(uintptr_t)session_trace(s))->note_limit = 200;
    desk_bad_wire_story(s);
    assert_true(session_trace(s)->first_row > 1);
    assert_int_equal(desk_number(s, "count(SYN from A) >= 1"), 1);
    uint64_t length = session_length(s);
    session_goto_position(s, 12);
    Session *fresh = desk_new(13, 0);
    desk_bad_wire_story(fresh);
    session_goto_position(fresh, 12);
    assert_true(digest(s) == digest(fresh));
    assert_true(desk_same_trace(session_trace(s), session_trace(fresh)));
    session_goto_position(s, length);
    session_goto_position(fresh, length);
    assert_true(desk_same_trace(session_trace(s), session_trace(fresh)));
    session_free(s);
    session_free(fresh);
}

/* ---- anything at all ---- */

static void do_anything(Session *s, uint64_t seed, uint64_t n)
{
    uint64_t what = desk_draw(seed, 8 * n, 16), a = desk_draw(seed, 8 * n + 1, 1000);
    char name[16] = "n0";
    Move moves[64];
    name[1] = (char)('0' + a % 10);
    uint32_t count = 0;
    switch (what) {
    case 0:
    case 1:
    case 2: desk_step(s, 1 + (uint32_t)a % 10); break;
    case 3:
        session_begin_line(s, "move");
        count = world_moves(session_world(s), MOVE_DELIVER | MOVE_DROP | MOVE_DUPLICATE, moves, 64);
        if (count == 0)
            break;
        count = (uint32_t)(a % (count < 64 ? count : 64));
        moves[count].at = 0; /* now: a learner's hand does not move the clock past a timer */
        session_take(s, moves[count]);
        break;
    case 4: session_back(s, a % 15); break;
    case 5: session_forward(s, a % 15); break;
    case 6: session_undo(s, NULL); break;
    case 7: session_redo(s, NULL); break;
    case 8: session_mark(s, name); break;
    case 9: session_goto_mark(s, name); break;
    case 10: session_branch(s, name); break;
    case 11: session_switch(s, name); break;
    case 12: session_switch(s, "main"); break;
    case 13: session_goto_time(s, desk_draw(seed, 8 * n + 2, session_world(s)->now * 2 + 2)); break;
    case 14: desk_until(s, session_world(s)->now + a * NANOS_MS); break;
    default: desk_do(s, (Cmd){.op = CMD_SEND, .host = (uint8_t)(a % 2), .val = a}); break;
    }
}

static void whatever_is_done_the_present_can_be_reached_again(void **state)
{
    (void)state;
    for (uint64_t seed = 100; seed < 108; seed++) {
        Session *s = desk_new(seed, 8 * 1024 * 1024);
        desk_link(s, LINK_LOSS, 100000);
        desk_listen(s);
        desk_connect(s);
        for (uint64_t n = 0; n < 300; n++) {
            do_anything(s, seed, n);
            if (n % 5)
                continue;
            uint64_t p = session_position(s), here = digest(s);
            bool waited = session_world(s)->now > 0;
            Trace *trace = trace_copy(session_trace(s));
            assert_true(session_mark(s, "here"));
            session_goto_position(s, p / 2);
            session_goto_position(s, UINT64_MAX);
            assert_true(session_goto_mark(s, "here"));
            assert_true(session_position(s) == p && waited == (session_world(s)->now > 0));
            assert_true(digest(s) == here);
            assert_true(desk_same_trace(session_trace(s), trace));
            trace_free(trace);
        }
        session_free(s);
    }
}

static void the_log_keeps_its_lines(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    session_log(s, "B listen 80");
    session_log(s, "A connect B:80");
    assert_int_equal(session_log_count(s), 2);
    assert_string_equal(session_log_line(s, 1), "A connect B:80");
    assert_string_equal(session_log_line(s, 2), "");
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_commands_tell_the_same_story),
        cmocka_unit_test(another_seed_tells_another_story),
        cmocka_unit_test(a_snapshot_in_mid_run_has_the_same_future),
        cmocka_unit_test(every_position_is_the_same_from_every_side),
        cmocka_unit_test(back_and_forward_say_how_far_they_went),
        cmocka_unit_test(every_row_can_be_gone_to),
        cmocka_unit_test(every_time_can_be_gone_to),
        cmocka_unit_test(the_clock_may_not_go_beyond_what_was_lived),
        cmocka_unit_test(waiting_is_remembered_by_the_next_command),
        cmocka_unit_test(acting_in_the_past_keeps_the_old_future),
        cmocka_unit_test(doing_the_same_again_reenters_the_branch),
        cmocka_unit_test(a_named_branch_keeps_its_name),
        cmocka_unit_test(marks_are_found_from_everywhere),
        cmocka_unit_test(undo_takes_back_lines_and_redo_gives_them_again),
        cmocka_unit_test(undo_after_travelling_goes_to_before_the_last_change),
        cmocka_unit_test(a_fork_sees_the_past_and_leaves_no_trace),
        cmocka_unit_test(a_run_stops_for_each_of_its_reasons),
        cmocka_unit_test(a_breakpoint_stops_when_it_becomes_true),
        cmocka_unit_test(what_is_refused_did_not_happen),
        cmocka_unit_test(ten_thousand_steps_can_be_scrubbed),
        cmocka_unit_test(rows_that_were_given_up_are_told_again),
        cmocka_unit_test(whatever_is_done_the_present_can_be_reached_again),
        cmocka_unit_test(the_log_keeps_its_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
