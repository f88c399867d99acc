/*
 * test_predicate.c - questions about a run: their values, their errors, their explanations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/lab/heap.h"
#include "tests/lab/desk.h"

/* A has said hello and closed; B has answered with its acknowledgments only. */
static int begin(void **state)
{
    Session *s = desk_new(1, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    desk_send(s, HOST_A, "hello");
    desk_quiet(s);
    desk_do(s, (Cmd){.op = CMD_RECV, .host = HOST_B, .val = 3});
    desk_close(s, HOST_A);
    desk_quiet(s);
    *state = s;
    return 0;
}

static int end(void **state)
{
    session_free(*state);
    return 0;
}

static const char *print(Text *t, const Session *s, const char *text)
{
    PredError error;
    Pred *p = pred_compile(text, strlen(text), &error);
    assert_non_null(p);
    text_clear(t);
    pred_print(t, p, session_world(s), session_trace(s));
    pred_free(p);
    return t->buf;
}

static void what_holds_holds(void **state)
{
    static const char *const truths[] = {
        "A.state == FIN_WAIT_2",
        "A.state == FIN-WAIT-2",
        "B.state == close_wait",
        "A.state != B.state",
        "B[2].state == CLOSE-WAIT && B[1].state == LISTEN",
        "B[7].state == CLOSED",
        "B.rcv.nxt - B.irs == 7", /* SYN, five bytes, FIN */
        "A.snd.nxt == B.rcv.nxt",
        "A.iss - A.snd.nxt > 4000000000", /* modulo 2^32 */
        "A.snd.una + 1 - 1 == A.snd.una",
        "A.snd.una > A.iss && A.iss < A.snd.una && A.iss <= A.iss",
        "count(SYN from A) == 1 && count(SYN) == 1 && count(SYN from B) == 0",
        "count(SYN+ACK from B) >= 1",
        "count(SYN+ACK to A) == count(SYN+ACK from B)",
        "count(data from A) == 1 && count(FIN from A) == 1",
        "arrived(data at B) == 1 && arrived(data) == 1 && arrived(data at A) == 0",
        "lost(any from A) == 0",
        "in_flight(A>B) == 0 && in_flight(B>A) + in_flight() == 0 && held() == 0",
        "received(B) == \"hello\"",
        "received(B) == \"hell\\x6f\"",
        "received(B) != \"hell\" && received(A) == \"\"",
        "received(B) ~ \"ell\" && received(B) ~ \"\" && !(received(B) ~ \"elo\")",
        "read(B) == 3",
        "visited(A, SYN_SENT -> ESTABLISHED)",
        "visited(A, ESTABLISHED->FIN-WAIT-1) && visited(A, FIN_WAIT_1) && visited(A, CLOSED)",
        "!visited(B, SYN_SENT) && !visited(A, LISTEN -> SYN_SENT)",
        "conns(A) == 1 && conns(B) == 1 && conns(B, LISTEN) == 1",
        "retransmissions(A) == 0 && retransmissions() == 0",
        "edges() >= 7 && edges(A) < edges()",
        "time < 3s && time > 200ms && time == time",
        "time >= 0",
        "rows == 22 || rows > 15",
        "quiet",
        "timer(A, 2MSL) == never && timer(A, retransmission) == never",
        "timer(B, rexmit) > 1h && never > time",
        "A.rto_min == 1s && A.msl == 2min",
        "link(A>B).delay == 50ms && link(B>A).delay * 2 == 100ms",
        "link(A>B).loss_ppm == 0%",
        "A.addr == 10.0.0.1 && A.remote_addr == 10.0.0.2",
        "A.error == OK",
        "A.flight == 0 && A.unsent == 0",
        "B.app.kind == 0",
        "world.hold == 0 && !world.hold",
        "1KiB == 1024 && 1.5KiB == 1536 && 2MiB == 2 * 1024 * 1024",
        "0.5s == 500ms && 1.0000001s > 1s && 1us == 1000ns",
        "50% == 500000 && 7 % 4 == 3 && 7%4 == 3",
        "1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && 7 - 2 - 1 == 4 && 8 / 2 / 2 == 2",
        "-3 + 5 == 2 && - -3 == 3 && !0 && !!1",
        "1 / 0 == 0 && 1 % 0 == 0",
        "6 & 3 == 3", /* C's precedence: 6 & (3 == 3) is 0 ... */
        "true || 1 / 0 == 1",
        "(true)",
    };
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
        bool c_trap = strncmp(truths[i], "6 & 3", 5) == 0;
        if (desk_true(*state, truths[i]) == c_trap)
            print_error("%s\n", truths[i]);
        assert_true(desk_true(*state, truths[i]) != c_trap);
    }
}

static void values_print_as_a_learner_reads_them(void **state)
{
    Text t = text_heap();
    assert_string_equal(print(&t, *state, "A.state"), "FIN-WAIT-2");
    assert_string_equal(print(&t, *state, "A.snd.nxt"), "A+7");
    assert_string_equal(print(&t, *state, "B.rcv.nxt"), "A+7");
    assert_string_equal(print(&t, *state, "received(B)"), "\"hello\"");
    assert_string_equal(print(&t, *state, "1200ms"), "1.2s");
    assert_string_equal(print(&t, *state, "timer(A, 2MSL)"), "never");
    assert_string_equal(print(&t, *state, "1s - 3s"), "-2s");
    assert_string_equal(print(&t, *state, "count(SYN)"), "1");
    assert_string_equal(print(&t, *state, "A.state == CLOSED"), "false");
    assert_string_equal(print(&t, *state, "A.error"), "OK");
    assert_string_equal(print(&t, *state, "B.addr"), "10.0.0.2");
    assert_string_equal(print(&t, *state, "\"a\\n\\t\\\"\\\\\\0\\x7f\""),
                        "\"a\\n\\t\\\"\\\\\\x00\\x7f\"");
    assert_string_equal(print(&t, *state, "SYN_SENT"), "SYN-SENT");
    assert_string_equal(print(&t, *state, "ECONNRESET"), "ECONNRESET");
    assert_string_equal(print(&t, *state, "10.0.0.2"), "10.0.0.2");
    assert_string_equal(print(&t, *state, "A.host"), "A");
    assert_string_equal(print(&t, *state, "never - 1s"), "never");
    assert_string_equal(print(&t, *state, "A.rto / 4"), "250ms");
    assert_int_equal(desk_number(*state, "received(B)"), 5);
    text_heap_free(&t);
}

static void long_texts_are_cut_with_their_length(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    Text t = text_heap();
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    desk_send_many(s, HOST_A, 200);
    desk_quiet(s);
    print(&t, s, "received(B)");
    assert_non_null(strstr(t.buf, "xyzabcdefghijkl\"... (200 bytes)"));
    text_heap_free(&t);
    session_free(s);
}

static void errors_have_place_and_remedy(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at;
        const char *nearest;
    } bad[] = {
        {"", 0, ""},
        {"A.sate == CLOSED", 2, "state"},
        {"A.snd.uma == 3", 2, "snd.una"},
        {"A.rto_mim == 3s", 2, "rto_min"},
        {"A.state == ESTABLISHD", 11, "ESTABLISHED"},
        {"A.error == ECONRESET", 11, "ECONNRESET"},
        {"cuont(SYN) == 1", 0, "count"},
        {"count(SIN from A) == 1", 6, "SYN"},
        {"visited(A, SYN_SEND)", 11, "SYN_SENT"},
        {"timer(A, 2MLS)", 9, "2MSL"},
        {"link(A>B).dealy", 10, "delay"},
        {"A.state = CLOSED", 8, ""},
        {"time < 3", 7, ""},
        {"3 > time", 0, ""},
        {"A.state == 3", 0, ""},
        {"A.state < CLOSED", 0, ""},
        {"received(B) == 3", 0, ""},
        {"received(B) < \"x\"", 0, ""},
        {"received(B) + 1", 0, ""},
        {"1 ~ 2", 0, ""},
        {"A.state + 1", 0, ""},
        {"3 - A.iss", 0, ""},
        {"-\"x\"", 0, ""},
        {"1 +", 3, ""},
        {"(1", 2, ""},
        {"1)", 1, ""},
        {"1 2", 2, ""},
        {"\"abc", 0, ""},
        {"\"\\q\"", 1, ""},
        {"1.5", 3, ""},
        {"12parsecs", 2, ""},
        {"99999999999999999999", 0, ""},
        {"9999999999999h", 0, ""},
        {"A", 0, ""},
        {"A.", 2, ""},
        {"A[x].state", 1, ""},
        {"A[0].state", 1, ""},
        {"C.state", 0, ""},
        {"in_flight(A>A)", 12, ""},
        {"in_flight(A)", 11, ""},
        {"received()", 9, ""},
        {"count", 5, ""},
        {"world.hosts", 6, ""},
        {"A state", 0, ""},
        {"A[1]state", 4, ""},
        {"visited(A)", 9, ""},
        {"timer(A)", 7, ""},
        {"count(SYN from C)", 15, ""},
        {"count(SYN", 9, ""},
        {"?", 0, ""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        PredError e;
        Pred *p = pred_compile(bad[i].text, strlen(bad[i].text), &e);
        if (p || e.at != bad[i].at || strcmp(e.nearest, bad[i].nearest) != 0)
            print_error("%s: at %zu, %s <%s>\n", bad[i].text, e.at, p ? "fine" : e.text[0],
                        e.nearest);
        assert_null(p);
        assert_int_equal(e.at, bad[i].at);
        assert_string_equal(e.nearest, bad[i].nearest);
        assert_true(strlen(e.text[LANG_EN]) > 5 && strlen(e.text[LANG_ZH]) > 5);
        assert_true(e.at + e.len <= strlen(bad[i].text) + 1);
    }
}

static void nesting_and_length_have_limits(void **state)
{
    (void)state;
    char deep[600], wide[9000];
    PredError e;
    memset(deep, '(', sizeof deep);
    assert_null(pred_compile(deep, sizeof deep, &e));
    memset(deep, '!', sizeof deep);
    assert_null(pred_compile(deep, sizeof deep, &e));
    memset(deep, '-', sizeof deep);
    assert_null(pred_compile(deep, sizeof deep, &e));
    for (size_t i = 0; i < sizeof wide; i++)
        wide[i] = i % 2 ? '+' : '1';
    assert_null(pred_compile(wide, 3999, &e));
    assert_null(pred_compile(wide, 8999, &e));
    Pred *p = pred_compile(wide, 399, &e);
    assert_non_null(p);
    pred_free(p);
    assert_null(pred_compile("?", 1, NULL));
}

static void a_failed_expectation_says_what_is(void **state)
{
    static const struct {
        const char *text, *en, *zh;
    } cases[] = {
        {"A.state == ESTABLISHED", "A.state is FIN-WAIT-2, expected == ESTABLISHED\n",
         "A.state 现在是 FIN-WAIT-2，期望 == ESTABLISHED\n"},
        {"A.state == FIN_WAIT_2 && count(SYN from A) == 2",
         "count(SYN from A) is 1, expected == 2\n", NULL},
        {"time < 1ms || received(B) == \"x\"",
         "time is 550ms, expected < 1ms\nreceived(B) is \"hello\", expected == \"x\"\n", NULL},
        {"!(A.state == FIN_WAIT_2)", "(A.state == FIN_WAIT_2)", NULL},
        {"visited(B, SYN_SENT)", "visited(B, SYN_SENT) is false\n", NULL},
        {"A.snd.nxt == B.snd.nxt", "A.snd.nxt is A+7, expected == B.snd.nxt is B+1\n", NULL},
    };
    Text t = text_heap();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        PredError e;
        Pred *p = pred_compile(cases[i].text, strlen(cases[i].text), &e);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            const char *want = lang == LANG_EN ? cases[i].en : cases[i].zh;
            text_clear(&t);
            pred_explain(&t, p, session_world(*state), session_trace(*state), (Lang)lang);
            if (i == 3)
                assert_true(t.len > 0);
            else if (want)
                assert_string_equal(t.buf, want);
        }
        pred_free(p);
    }
    text_heap_free(&t);
}

typedef struct {
    const char *wanted;
    bool found;
    int count;
} Search;

static void look(void *user, const char *word)
{
    Search *s = user;
    s->count++;
    s->found = s->found || strcmp(word, s->wanted) == 0;
}

static void completion_offers_what_may_follow(void **state)
{
    (void)state;
    static const struct {
        const char *text, *offer;
    } cases[] = {
        {"A.sta", "A.state"},
        {"A.state == EST", "ESTABLISHED"},
        {"1 + B[2].snd.u", "B[2].snd.una"},
        {"cou", "count("},
        {"", "received("},
        {"A.rto_m", "A.rto_min"},
        {"link(A>B).del", "link(A>B).delay"},
        {"A.error != ECONNR", "ECONNRESET"},
        {"A.fl", "A.flight"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Search s = {.wanted = cases[i].offer};
        pred_complete(cases[i].text, strlen(cases[i].text), look, &s);
        if (!s.found)
            print_error("%s: no %s\n", cases[i].text, cases[i].offer);
        assert_true(s.found);
    }
    Search s = {.wanted = ""};
    pred_complete("A.nothing", 9, look, &s);
    assert_int_equal(s.count, 0);
}

static void what_is_offered_for_a_field_compiles(void **state)
{
    (void)state;
    size_t count;
    for (int of = 0; of < 2; of++) {
        const Field *f = schema_fields(of ? SCHEMA_HOST : SCHEMA_TCB, &count);
        for (size_t i = 0; i < count; i++) {
            char path[64] = "A.";
            if (f[i].type == FIELD_RESERVED)
                continue;
            strcat(path, f[i].path);
            desk_number(*state, path);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_holds),
        cmocka_unit_test(values_print_as_a_learner_reads_them),
        cmocka_unit_test(errors_have_place_and_remedy),
        cmocka_unit_test(nesting_and_length_have_limits),
        cmocka_unit_test(a_failed_expectation_says_what_is),
        cmocka_unit_test(completion_offers_what_may_follow),
        cmocka_unit_test(what_is_offered_for_a_field_compiles),
        cmocka_unit_test(long_texts_are_cut_with_their_length),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
