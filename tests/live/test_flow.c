/*
 * test_flow.c - connections are told apart, their segments get Wireshark's words and their ends
 * states.
 *
 * Segments are written as short lines: who sends, flags, numbers relative to both beginnings,
 * length, window, time in milliseconds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/live/flow.h"

enum { A0 = 5000, B0 = 90000 }; /* initial sequence numbers */

typedef struct Line {
    char from;
    uint16_t flags;
    uint32_t seq, ack, len;
    uint16_t wnd;
    uint32_t ms;
    const char *words; /* joined by ", " */
    TcpState a, b;
} Line;

static Endpoint end(char who)
{
    return (Endpoint){{0, 0xffff0a000000u | (who == 'A' ? 1u : 2u)}, who == 'A' ? 4000 : 80};
}

static Dissected dissected(const Line *l)
{
    Dissected d = {.from = end(l->from), .to = end(l->from == 'A' ? 'B' : 'A')};
    d.seg = (Seg){.seq = seq_of(l->seq + (l->from == 'A' ? A0 : B0)),
                  .ack = seq_of(l->flags & SEG_ACK ? l->ack + (l->from == 'A' ? B0 : A0) : 0),
                  .flags = l->flags,
                  .len = (uint16_t)l->len,
                  .wnd = l->wnd};
    return d;
}

static void words_of(const Sighting *sight, char *out, size_t cap)
{
    Text t = text_fixed(out, cap);
    for (int w = 0; w < WORD_COUNT; w++)
        if (sight->words >> w & 1)
            text_addf(&t, "%s%s", t.len ? ", " : "", flow_word((FlowWord)w));
}

static void play(const Line *lines, size_t count)
{
    FlowTable *t = flow_table_new();
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        Sighting sight;
        char words[200];
        Dissected d = dissected(&lines[i]);
        assert_true(flow_see(t, &d, i + 1, lines[i].ms * NANOS_MS, &sight));
        words_of(&sight, words, sizeof words);
        const FlowEnd *e = sight.flow->end;
        bool fits = strcmp(words, lines[i].words) == 0 && e[0].state == lines[i].a &&
                    e[1].state == lines[i].b;
        if (!fits)
            print_error("line %u: [%s] %s %s instead of [%s] %s %s\n", (unsigned)i + 1, words,
                        state_name((TcpState)e[0].state), state_name((TcpState)e[1].state),
                        lines[i].words, state_name(lines[i].a), state_name(lines[i].b));
        good = good && fits;
    }
    assert_true(good);
    flow_table_free(t);
}

#define PLAY(lines) play(lines, sizeof(lines) / sizeof *(lines))

enum { S = SEG_SYN, F = SEG_FIN, R = SEG_RST, K = SEG_ACK };

#define OPEN                                                            \
    {'A', S, 0, 0, 0, 1000, 0, "", SYN_SENT, SYN_RECEIVED},             \
        {'B', S | K, 0, 1, 0, 1000, 50, "", ESTABLISHED, SYN_RECEIVED}, \
    {                                                                   \
        'A', K, 1, 1, 0, 1000, 100, "", ESTABLISHED, ESTABLISHED        \
    }
#define E ESTABLISHED, ESTABLISHED

static void an_ordinary_life_has_no_words(void **state)
{
    (void)state;
    static const Line lines[] = {
        OPEN,
        {'A', K, 1, 1, 100, 1000, 150, "", E},
        {'B', K, 1, 101, 0, 1000, 200, "", E},
        {'A', F | K, 101, 1, 0, 1000, 250, "", FIN_WAIT_1, CLOSE_WAIT},
        {'B', K, 1, 102, 0, 1000, 300, "", FIN_WAIT_2, CLOSE_WAIT},
        {'B', F | K, 1, 102, 0, 1000, 350, "", TIME_WAIT, LAST_ACK},
        {'A', K, 102, 2, 0, 1000, 400, "", TIME_WAIT, CLOSED},
    };
    PLAY(lines);
}

static void both_may_open_and_close_at_once(void **state)
{
    (void)state;
    static const Line lines[] = {
        {'A', S, 0, 0, 0, 1000, 0, "", SYN_SENT, SYN_RECEIVED},
        {'B', S | K, 0, 1, 0, 1000, 50, "", ESTABLISHED, SYN_RECEIVED},
        {'A', K, 1, 1, 0, 1000, 60, "", E},
        {'A', F | K, 1, 1, 0, 1000, 100, "", FIN_WAIT_1, CLOSE_WAIT},
        /* B's FIN was under way already: it acknowledges only what it had */
        {'B', F | K, 1, 1, 0, 1000, 101, "", CLOSING, LAST_ACK},
    };
    PLAY(lines);
}

static void repetitions_get_their_words(void **state)
{
    (void)state;
    static const Line lines[] = {
        OPEN,
        {'A', K, 1, 1, 100, 1000, 200, "", E},
        {'A', K, 1, 1, 100, 1000, 1200, "Retransmission", E},
        {'B', K, 1, 101, 0, 1000, 1250, "", E},
        {'A', K, 1, 1, 100, 1000, 1300, "Spurious Retransmission", E},
        {'A', K, 201, 1, 100, 1000, 1400, "Previous segment not captured", E},
        {'B', K, 1, 101, 0, 1000, 1450, "Dup ACK", E},
        {'B', K, 1, 101, 0, 1000, 1451, "Dup ACK", E},
        {'A', K, 101, 1, 100, 1000, 1455, "Fast Retransmission", E},
        {'B', K, 1, 301, 0, 1000, 1500, "", E},
        {'A', K, 401, 1, 100, 1000, 1600, "Previous segment not captured", E},
        {'A', K, 301, 1, 100, 1000, 1601, "Out-Of-Order", E},
        {'B', K, 1, 501, 0, 1000, 1650, "", E},
        {'B', K, 1, 901, 0, 1000, 1660, "ACKed unseen segment", E},
    };
    PLAY(lines);
}

static void windows_get_their_words(void **state)
{
    (void)state;
    static const Line lines[] = {
        OPEN,
        {'A', K, 1, 1, 1000, 1000, 200, "Window Full", E},
        {'B', K, 1, 1001, 0, 0, 250, "ZeroWindow", E},
        {'A', K, 1001, 1, 1, 1000, 500, "ZeroWindowProbe", E},
        {'B', K, 1, 1001, 0, 0, 550, "ZeroWindow, ZeroWindowProbeAck", E},
        {'B', K, 1, 1001, 0, 500, 800, "Window Update", E},
        {'A', K, 1001, 1, 500, 1000, 850, "Window Full", E},
        {'B', K, 1, 1501, 0, 0, 900, "ZeroWindow", E},
        {'A', K, 1501, 1, 1, 1000, 1500, "ZeroWindowProbe", E},
        {'B', K, 1, 1502, 0, 0, 1550, "ZeroWindow, ZeroWindowProbeAck", E}, /* took the byte */
        {'B', K, 1, 1502, 0, 900, 1600, "Window Update", E},
        {'A', K, 1502, 1, 10, 1000, 1650, "", E},
    };
    PLAY(lines);
}

static void keep_alives_get_their_words(void **state)
{
    (void)state;
    static const Line lines[] = {
        OPEN,
        {'A', K, 1, 1, 10, 1000, 200, "", E},
        {'B', K, 1, 11, 0, 1000, 250, "", E},
        {'A', K, 10, 1, 0, 1000, 7200, "Keep-Alive", E},
        {'B', K, 1, 11, 0, 1000, 7250, "Keep-Alive ACK", E},
        {'A', K, 10, 1, 1, 1000, 9200, "Keep-Alive", E},
        {'A', R, 11, 0, 0, 0, 9300, "", CLOSED, CLOSED},
    };
    PLAY(lines);
}

static void a_capture_may_begin_in_the_middle(void **state)
{
    (void)state;
    static const Line lines[] = {
        {'A', K, 700, 800, 100, 1000, 0, "", E},
        {'B', K, 800, 800, 0, 1000, 50, "", E},
        {'B', F | K, 800, 800, 0, 1000, 60, "", CLOSE_WAIT, FIN_WAIT_1},
    };
    PLAY(lines);
}

static void a_fin_behind_a_hole_is_not_believed(void **state)
{
    (void)state;
    static const Line lines[] = {
        OPEN,
        {'A', K | F, 101, 1, 100, 1000, 150, "Previous segment not captured", FIN_WAIT_1,
         ESTABLISHED},
        {'B', K, 1, 1, 0, 1000, 200, "Dup ACK", FIN_WAIT_1, ESTABLISHED},
        {'B', K, 1, 202, 0, 1000, 300, "", FIN_WAIT_2, CLOSE_WAIT},
    };
    PLAY(lines);
}

static void numbers_go_round_the_circle(void **state)
{
    (void)state;
    uint32_t last = 0xffffffffu - A0; /* so that the sum is the last number of all */
    const Line lines[] = {
        {'A', S, last, 0, 0, 1000, 0, "", SYN_SENT, SYN_RECEIVED},
        {'B', S | K, 0, last + 1, 0, 1000, 50, "", ESTABLISHED, SYN_RECEIVED},
        {'A', K, last + 1, 1, 100, 1000, 100, "", E},
        {'B', K, 1, last + 101, 0, 1000, 150, "", E},
        {'A', K, last + 1, 1, 100, 1000, 400, "Spurious Retransmission", E},
    };
    PLAY(lines);
}

static void round_trips_are_measured_but_not_from_repetitions(void **state)
{
    (void)state;
    static const Line lines[] = {
        OPEN,
        {'A', K, 1, 1, 100, 1000, 200, "", E},
        {'B', K, 1, 101, 0, 1000, 230, "", E},
        {'A', K, 101, 1, 100, 1000, 300, "", E},
        {'A', K, 101, 1, 100, 1000, 1300, "Retransmission", E},
        {'B', K, 1, 201, 0, 1000, 1301, "", E},
    };
    FlowTable *t = flow_table_new();
    Sighting sight = {0};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        Dissected d = dissected(&lines[i]);
        assert_true(flow_see(t, &d, i + 1, lines[i].ms * NANOS_MS, &sight));
        assert_int_equal(sight.rtt, i == 1 || i == 2 ? 50 * NANOS_MS : i == 4 ? 30 * NANOS_MS : 0);
    }
    const SeenFlow *f = flow_at(t, 1);
    assert_int_equal(f->handshake, 100 * NANOS_MS);
    assert_int_equal(f->end[HOST_A].rtt.count, 2); /* SYN and the first data */
    assert_int_equal(f->end[HOST_A].rtt.least, 30 * NANOS_MS);
    assert_int_equal(f->end[HOST_A].rtt.most, 50 * NANOS_MS);
    assert_int_equal(f->end[HOST_A].bytes, 200);
    assert_int_equal(flow_word_count(f, WORD_RETRANSMISSION), 1);
    flow_table_free(t);
}

static void many_connections_are_told_apart(void **state)
{
    (void)state;
    enum { FLOWS = 5000 };
    FlowTable *t = flow_table_new();
    Sighting sight;
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < FLOWS; i++) {
            Line l = {.from = round == 1 ? 'B' : 'A', .flags = round == 0 ? S : S | K, .ack = 1};
            if (round == 2)
                l = (Line){.from = 'A', .flags = K, .seq = 1, .ack = 1};
            Dissected d = dissected(&l);
            Endpoint *client = round == 1 ? &d.to : &d.from;
            client->port = (uint16_t)(1000 + i % 50);
            client->addr.low += i / 50 * 256;
            assert_true(flow_see(t, &d, round * FLOWS + i + 1, round * NANOS_S, &sight));
            assert_int_equal(sight.flow->number, i + 1);
            assert_int_equal(sight.from, round == 1 ? HOST_B : HOST_A);
        }
    }
    assert_int_equal(flow_count(t), FLOWS);
    for (uint32_t i = 1; i <= FLOWS; i++) {
        assert_int_equal(flow_at(t, i)->end[HOST_A].state, ESTABLISHED);
        assert_int_equal(flow_at(t, i)->end[HOST_B].state, ESTABLISHED);
    }
    assert_null(flow_at(t, 0));
    assert_null(flow_at(t, FLOWS + 1));
    /* the same ports again */
    Line l = {.from = 'A', .flags = S, .seq = 777777};
    Dissected d = dissected(&l);
    d.from.port = 1000;
    assert_true(flow_see(t, &d, 99999, 9 * NANOS_S, &sight));
    assert_int_equal(sight.flow->number, FLOWS + 1);
    assert_int_equal(sight.words, 1u << WORD_PORT_REUSED);
    flow_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_life_has_no_words),
        cmocka_unit_test(both_may_open_and_close_at_once),
        cmocka_unit_test(repetitions_get_their_words),
        cmocka_unit_test(windows_get_their_words),
        cmocka_unit_test(keep_alives_get_their_words),
        cmocka_unit_test(a_capture_may_begin_in_the_middle),
        cmocka_unit_test(a_fin_behind_a_hole_is_not_believed),
        cmocka_unit_test(numbers_go_round_the_circle),
        cmocka_unit_test(round_trips_are_measured_but_not_from_repetitions),
        cmocka_unit_test(many_connections_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
