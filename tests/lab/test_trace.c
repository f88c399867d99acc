/*
 * test_trace.c - rows are told as they happened, and can be taken back exactly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/lab/heap.h"
#include "tests/lab/desk.h"

static const Row *row_of(const Session *s, uint32_t row)
{
    const Row *r = trace_row(session_trace(s), row);
    assert_non_null(r);
    return r;
}

/* The first row from `from` on of a kind, at a host. */
static uint32_t find(const Session *s, uint32_t from, NoteKind kind, HostId host)
{
    const Trace *t = session_trace(s);
    for (uint32_t row = from; row <= trace_last(t); row++)
        if (trace_note(t, row)->kind == kind && trace_note(t, row)->host == host)
            return row;
    desk_show(s);
    fail();
    return 0;
}

static void states_are_those_after_each_row(void **state)
{
    (void)state;
    static const struct {
        uint8_t kind, host, a, b;
    } story[] = {
        {NOTE_CALL, HOST_B, CLOSED, LISTEN},
        {NOTE_CALL, HOST_A, SYN_SENT, LISTEN},
        {NOTE_SENT, HOST_A, SYN_SENT, LISTEN},
        {NOTE_ARRIVED, HOST_B, SYN_SENT, SYN_RECEIVED},
        {NOTE_SENT, HOST_B, SYN_SENT, SYN_RECEIVED},
        {NOTE_ARRIVED, HOST_A, ESTABLISHED, SYN_RECEIVED},
        {NOTE_SENT, HOST_A, ESTABLISHED, SYN_RECEIVED},
        {NOTE_ARRIVED, HOST_B, ESTABLISHED, ESTABLISHED},
        {NOTE_CALL, HOST_B, ESTABLISHED, ESTABLISHED},
    };
    Session *s = desk_new(1, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    desk_close(s, HOST_B); /* the FIN leaves in the same event, and its row says so */
    for (uint32_t i = 0; i < sizeof story / sizeof *story; i++) {
        const Note *n = trace_note(session_trace(s), i + 1);
        const Row *r = row_of(s, i + 1);
        assert_int_equal(n->row, i + 1);
        assert_int_equal(n->kind, story[i].kind);
        assert_int_equal(n->host, story[i].host);
        if (i + 1 < sizeof story / sizeof *story) {
            assert_int_equal(r->state[HOST_A], story[i].a);
            assert_int_equal(r->state[HOST_B], story[i].b);
        }
    }
    assert_int_equal(row_of(s, trace_last(session_trace(s)))->state[HOST_B], FIN_WAIT_1);
    assert_int_equal(row_of(s, 8)->conn[HOST_A], 1);
    assert_int_equal(row_of(s, 8)->conn[HOST_B], 2); /* the listener is number 1 */
    session_free(s);
}

static void numbers_become_known_with_the_syns(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    assert_false(row_of(s, 1)->isn_known[HOST_A]);
    assert_true(row_of(s, 3)->isn_known[HOST_A] && !row_of(s, 3)->isn_known[HOST_B]);
    assert_true(row_of(s, 5)->isn_known[HOST_B]);
    Text t = text_heap();
    Seg seg;
    Bytes payload;
    assert_true(trace_seg(session_trace(s), 7, &seg, &payload));
    SegNames names = trace_names(session_trace(s), 7, false);
    segtext_print(&t, &names, HOST_A, &seg, SEG_STYLE_SHORT);
    assert_string_equal(t.buf, "ACK A+1 ack B+1");
    assert_false(trace_seg(session_trace(s), 1, &seg, &payload));
    assert_false(trace_seg(session_trace(s), 99, &seg, &payload));
    text_heap_free(&t);
    session_free(s);
}

static void a_forged_syn_does_not_rename_the_numbers(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    Seg forged;
    Bytes payload;
    uint8_t frame[100];
    assert_true(trace_seg(session_trace(s), 3, &forged, &payload));
    Seq real = forged.seq;
    forged.seq = seq_add(real, 500000);
    size_t len = wire_encode(&forged, bytes_of(NULL, 0), frame, sizeof frame);
    Cmd inject = {.op = CMD_INJECT, .host = HOST_A};
    assert_int_equal(session_apply(s, &inject, bytes_of(frame, len)).status, CALL_OK);
    desk_quiet(s);
    uint32_t last = trace_last(session_trace(s));
    assert_true(seq_eq(row_of(s, last)->isn[HOST_A], real));
    session_free(s);
}

static void a_new_incarnation_has_new_numbers(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    Cmd connect = {.op = CMD_CONNECT, .host = HOST_A, .key = 80, .len = 5000};
    desk_listen(s);
    for (int i = 0; i < 2; i++) {
        uint32_t before = trace_last(session_trace(s));
        assert_int_equal(desk_do(s, connect).status, CALL_OK);
        desk_quiet(s);
        const Row *sent = row_of(s, find(s, before + 1, NOTE_SENT, HOST_A));
        const Row *answer = row_of(s, find(s, before + 1, NOTE_SENT, HOST_B));
        assert_int_equal(sent->conn[HOST_A], i + 1);
        assert_int_equal(answer->conn[HOST_B], i + 2);
        assert_false(sent->isn_known[HOST_B]);
        assert_int_equal(answer->state[HOST_A], SYN_SENT);
        const Tcb *a = world_conn(session_world(s), HOST_A, (uint16_t)(i + 1));
        assert_true(seq_eq(answer->isn[HOST_A], a->snd.iss));
        desk_close(s, HOST_A);
        desk_close(s, HOST_B);
        desk_to_the_end(s);
    }
    session_free(s);
}

static void two_clients_are_two_flows(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    desk_listen(s);
    desk_connect(s);
    desk_connect(s);
    desk_quiet(s);
    uint32_t last = trace_last(session_trace(s));
    const Row *r = row_of(s, last);
    assert_int_equal(r->conn[HOST_A], 2);
    assert_int_equal(r->conn[HOST_B], 3);
    assert_int_equal(r->state[HOST_B], ESTABLISHED);
    assert_true(trace_needs_number(session_trace(s), HOST_A, 1));
    session_free(s);
}

static void nobody_listening_is_closed_on_that_side(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    desk_connect(s);
    desk_quiet(s);
    uint32_t reset = find(s, 1, NOTE_SENT, HOST_B);
    assert_int_equal(row_of(s, reset)->state[HOST_B], CLOSED);
    assert_int_equal(row_of(s, reset)->conn[HOST_B], 0);
    assert_int_equal(row_of(s, reset)->conn[HOST_A], 1);
    assert_int_equal(row_of(s, trace_last(session_trace(s)))->state[HOST_A], CLOSED);
    session_free(s);
}

static void fates_join_departures_with_what_became_of_them(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    desk_do(s,
            (Cmd){.op = CMD_ARM, .host = HOST_A, .key = ARMED_DROP, .conn = 1, .len = CLASS_SYN});
    desk_listen(s);
    desk_connect(s);
    uint32_t syn = find(s, 1, NOTE_SENT, HOST_A);
    uint32_t lost = trace_fate(session_trace(s), syn);
    assert_int_equal(trace_note(session_trace(s), lost)->kind, NOTE_LOST);
    desk_to_the_end(s);
    uint32_t again = find(s, syn + 1, NOTE_SENT, HOST_A);
    assert_int_equal(trace_note(session_trace(s), again)->peer_row, syn);
    uint32_t arrival = trace_fate(session_trace(s), again);
    assert_int_equal(trace_note(session_trace(s), arrival)->kind, NOTE_ARRIVED);
    assert_int_equal(trace_note(session_trace(s), arrival)->peer_row, again);
    assert_true(row_of(s, again)->classes >> CLASS_REXMIT & 1);
    assert_true(row_of(s, arrival)->classes >> CLASS_REXMIT & 1);
    assert_true(row_of(s, lost)->classes >> CLASS_SYN & 1);
    assert_int_equal(trace_fate(session_trace(s), 9999), 0);
    Text t = text_heap();
    trace_annotation(&t, session_trace(s), again);
    assert_string_equal(t.buf, "Retransmission");
    text_heap_free(&t);
    session_goto_row(s, again);
    assert_int_equal(trace_fate(session_trace(s), again), 0); /* still on its way */
    session_free(s);
}

static void duplicate_acks_are_counted_as_wireshark_does(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    desk_do(s, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_INITIAL_WINDOW, .val = 10});
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    desk_do(s,
            (Cmd){.op = CMD_ARM, .host = HOST_A, .key = ARMED_DROP, .conn = 1, .len = CLASS_DATA});
    desk_send_many(s, HOST_A, 6 * 1460);
    desk_quiet(s);
    const Trace *t = session_trace(s);
    char wanted[32] = "";
    int found = 0;
    for (uint32_t row = 1; row <= trace_last(t); row++) {
        char buf[64];
        Text text = text_fixed(buf, sizeof buf);
        trace_annotation(&text, t, row);
        if (strncmp(buf, "Dup ACK", 7) != 0)
            continue;
        found++;
        /* All repeat what the SYN+ACK in row 6 acknowledged. */
        Text want = text_fixed(wanted, sizeof wanted);
        text_addf(&want, "Dup ACK 6#%d", found);
        assert_string_equal(buf, wanted);
    }
    assert_true(found >= 3);
    session_free(s);
}

static void truncating_takes_back_every_count(void **state)
{
    (void)state;
    Session *s = desk_new(2, 0);
    desk_bad_wire_story(s);
    Trace *cut = trace_copy(session_trace(s));
    assert_non_null(cut);
    uint32_t rows = trace_last(cut);
    for (uint32_t row = rows; row > 0; row--) {
        /* Truncating in one go, and row by row, gives the same. */
        if (row % 7 == 0) {
            Trace *at_once = trace_copy(session_trace(s));
            trace_truncate(at_once, row);
            trace_truncate(cut, row);
            assert_true(desk_same_trace(cut, at_once));
            trace_free(at_once);
        }
        trace_truncate(cut, row - 1);
        assert_int_equal(trace_last(cut), row - 1);
    }
    static const TraceTotals zero;
    assert_memory_equal(&cut->totals, &zero, sizeof zero);
    trace_free(cut);
    session_free(s);
}

static void a_full_trace_gives_up_its_oldest_half(void **state)
{
    (void)state;
    Session *s = desk_new(2, 0);
    ((Trace *)(uintptr_t)session_trace(s))->note_limit = 300;
    desk_bad_wire_story(s);
    const Trace *t = session_trace(s);
    assert_true(t->note_count <= 300 && t->first_row > 1);
    assert_null(trace_row(t, t->first_row - 1));
    assert_null(trace_note(t, t->first_row - 1));
    assert_int_equal(trace_last(t), session_world(s)->rows);
    assert_true(desk_true(s, "received(B) ~ \"hello over there\"")); /* counted all the same */
    for (uint32_t row = t->first_row; row <= trace_last(t); row++) {
        const Note *n = trace_note(t, row);
        Seg seg;
        Bytes payload;
        assert_int_equal(n->row, row);
        if (n->kind == NOTE_SENT)
            assert_true(trace_seg(t, row, &seg, &payload));
    }
    session_free(s);
}

static void lost_notes_leave_a_gap_and_no_confusion(void **state)
{
    (void)state;
    Session *s = desk_new(2, 0);
    desk_listen(s);
    Trace *t = trace_new(0);
    Note notes[4] = {{.row = 5, .kind = NOTE_CALL},
                     {.kind = NOTE_RULE},
                     {.row = 6, .kind = NOTE_CALL},
                     {.row = 9, .kind = NOTE_CALL}};
    uint8_t bytes[1];
    Sink sink = {.notes = notes, .note_cap = 4, .note_count = 4, .bytes = bytes};
    trace_take(t, session_world(s), &sink);
    assert_int_equal(sink.note_count, 0);
    assert_int_equal(t->first_row, 9);
    assert_int_equal(trace_last(t), 9);
    trace_free(t);
    session_free(s);
}

static void streams_are_kept_in_order(void **state)
{
    (void)state;
    Session *s = desk_new(3, 0);
    desk_bad_wire_story(s);
    uint64_t len;
    Bytes stream = trace_stream(session_trace(s), HOST_B, &len);
    assert_true(len == 16 + 20000 && stream.len >= len);
    assert_memory_equal(stream.data, "hello over there", 16);
    for (size_t i = 16; i < len; i++)
        assert_int_equal(stream.data[i], 'a' + i % 26);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_those_after_each_row),
        cmocka_unit_test(numbers_become_known_with_the_syns),
        cmocka_unit_test(a_forged_syn_does_not_rename_the_numbers),
        cmocka_unit_test(a_new_incarnation_has_new_numbers),
        cmocka_unit_test(two_clients_are_two_flows),
        cmocka_unit_test(nobody_listening_is_closed_on_that_side),
        cmocka_unit_test(fates_join_departures_with_what_became_of_them),
        cmocka_unit_test(duplicate_acks_are_counted_as_wireshark_does),
        cmocka_unit_test(truncating_takes_back_every_count),
        cmocka_unit_test(a_full_trace_gives_up_its_oldest_half),
        cmocka_unit_test(lost_notes_leave_a_gap_and_no_confusion),
        cmocka_unit_test(streams_are_kept_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
