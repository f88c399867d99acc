/*
 * test_why_not.c - what did not happen has a reason: the rule that holds it back, the application,
 * or the network, each with the figures of the moment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/lab/why_not.h"
#include "tests/repl/bench.h"

#define OPEN "B listen 80; A connect B:80; "

typedef struct Case {
    const char *before, *question;
    RuleId rule;      /* RULE_NONE: no rule of TCP, and none is cited as the reason */
    const char *says; /* parts of the answer, separated by '|' */
} Case;

static const Case cases[] = {
    /* sending */
    {"", "A send", RULE_NONE, "A has no connection"},
    {OPEN "pace step; A send \"ab\"; A send \"cde\"", "A send", RULE_NAGLE,
     "3 bytes are less than a full segment|1460 bytes; 2 bytes are not yet|by RFC 9293 3.7"},
    {"set B.rcvbuf 4; " OPEN "A send \"abcdef\"", "A send", RULE_SEND_WINDOW,
     "2 bytes wait|SND.WND is 0|The timer `persist` of A fires|by RFC 9293 3.8.6.1 "
     "[zero-window-probe]"},
    {OPEN "B app sink; pace step; A send 64KiB", "A send", RULE_CONGESTION_WINDOW,
     "cwnd is 4380, in flight are 4380"},
    {"pace step; B listen 80; A connect B:80; A send \"hi\"", "A send", RULE_SEND_QUEUED,
     "SYN-SENT, not yet ESTABLISHED|2 bytes wait|0.100s"},
    {OPEN "A send \"hi\"; run", "A send", RULE_NONE, "A's application has not called SEND"},
    {OPEN "A close", "A send", RULE_NONE, "has called CLOSE: all is sent"},
    {OPEN "A puppet", "A send", RULE_NONE, "You are A"},
    {OPEN "A power off", "A send", RULE_NONE, "A is switched off"},
    /* acknowledging */
    {OPEN "pace step; A send \"hi\"; step", "B ack #10", RULE_DELAYED_ACK,
     "2 bytes have arrived|may wait a little|fires at 0.400s (in 200ms)"},
    {OPEN "pace step; A send \"hi\"", "B ack #10", RULE_NONE,
     "still in the network: it arrives at"},
    {OPEN "hold on; A send \"hi\"", "B ack #11", RULE_NONE, "it is held there until"},
    {OPEN "pace step; A send \"hi\"; drop #10", "B ack #10", RULE_NONE,
     "was lost in the network (#1"},
    {OPEN "A set nodelay on; drop next data from A; pace step; A send \"ab\"; A send \"cd\"; step",
     "B ack #15", RULE_REASSEMBLY, "there is a gap|2 bytes before them are missing"},
    {OPEN "A send \"hi\"; run", "B ack #10", RULE_NONE,
     "B did acknowledge it, with #13. #13 arrived (#14)"},
    {OPEN, "B ack #7", RULE_NONE, "takes no sequence number"},
    {OPEN "pace step; A send \"hi\"; corrupt #10 bit 330; step", "B ack #10", RULE_CHECKSUM,
     "B discarded it at #12"},
    {OPEN "pace step; inject A>B PA A+90000:A+90002(2) ack B+1 win 1000; step", "B ack #9",
     RULE_WINDOW_CHECK, "B discarded it"},
    {OPEN, "B ack #5", RULE_NONE, "#5 is B's own"},
    /* sending again */
    {OPEN, "A retransmit #5", RULE_NONE, "#5 is B's"},
    {OPEN "pace step; drop next data from A; A send \"hi\"", "A retransmit", RULE_RETRANSMISSION,
     "Nobody knows yet whether #11 is lost|RTO is 1s|fires at 1.150s|it happens at 1.150s"},
    {OPEN "pace step; A send \"hi\"", "A retransmit #10", RULE_RETRANSMISSION,
     "it will never be sent again"},
    {OPEN "A send \"hi\"; run", "A retransmit #10", RULE_NONE, "#10 is acknowledged by #13"},
    {OPEN, "A retransmit #7", RULE_NONE, "takes no sequence number"},
    {OPEN, "A retransmit", RULE_NONE, "there is nothing to send again"},
    {"pace step; A connect B:80", "A retransmit", RULE_SYN_RETRANSMISSION, "RTO is 1s"},
    /* states */
    {OPEN "A close; run", "B close", RULE_HALF_CLOSE,
     "B is in CLOSE-WAIT|B's application has not called CLOSE|By itself it will never happen"},
    {OPEN "A close; run", "A CLOSED", RULE_HALF_CLOSE, "A is in FIN-WAIT-2|waits for B's FIN"},
    {OPEN, "A close", RULE_CLOSE, "A's application has not called CLOSE"},
    {OPEN "A close; B close; run 1s", "A CLOSED", RULE_TIME_WAIT, "A waits 2 MSL|2MSL"},
    {"pace step; B listen 80; A connect B:80; run 60ms", "B ESTABLISHED", RULE_THIRD_ACK,
     "B's SYN is not acknowledged by A|it happens at 0.150s"},
    {"pace step; A connect B:80", "A ESTABLISHED", RULE_SYN_ACK_TAKEN, "A waits for B's SYN+ACK"},
    {"B listen 80", "B established", RULE_LISTEN_SYN, "B waits for a SYN"},
    {OPEN, "B ESTABLISHED", RULE_NONE, "B is in ESTABLISHED"},
    {OPEN "pace step; drop next FIN from A; A close", "A close", RULE_FIN_ACKED,
     "A's FIN is not acknowledged by B|was lost in the network"},
    /* arriving */
    {OPEN "pace step; A send \"hi\"", "#10", RULE_NONE, "#10 is still in the network|0.200s"},
    {OPEN "pace step; A send \"hi\"; drop #10; run 2s", "#10", RULE_NONE, "A sent it again as #"},
};

static bool run_case(const Case *c)
{
    Shell *shell = bench_shell(LANG_EN);
    char line[64], part[120];
    bench_say(shell, c->before);
    snprintf(line, sizeof line, "why not %s", c->question);
    const char *said = bench_say(shell, line);
    bool good = bench_status() == LINE_OK;
    char flat[4000];
    size_t n = 0;
    for (const char *at = said; *at && n + 1 < sizeof flat; at++) {
        if ((*at == ' ' || *at == '\n') && n > 0 && flat[n - 1] == ' ')
            continue; /* as if it had not been wrapped */
        flat[n++] = *at == '\n' ? ' ' : *at;
    }
    flat[n] = '\0';
    for (const char *at = c->says; *at; at += strcspn(at, "|"), at += *at == '|') {
        snprintf(part, sizeof part, "%.*s", (int)strcspn(at, "|"), at);
        good = good && strstr(flat, part);
    }
    snprintf(part, sizeof part, "[%s]", rule_info(c->rule)->name);
    good = good && (c->rule == RULE_NONE || strstr(flat, part));
    if (!good) {
        print_error("after <%s> why not %s: wanted <%s> %s, got\n%s\n", c->before, c->question,
                    c->says, rule_info(c->rule)->name, flat);
        print_error("%s", bench_say(shell, "ladder"));
    }
    shell_set_lang(shell, LANG_ZH); /* the other language has words for all of it */
    said = bench_say(shell, line);
    good = good && bench_status() == LINE_OK && strlen(said) > 8;
    shell_free(shell);
    return good;
}

static void what_did_not_happen_has_its_reason(void **state)
{
    (void)state;
    bool good = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        good = run_case(&cases[i]) && good;
    assert_true(good);
}

static void asking_changes_nothing(void **state)
{
    (void)state;
    Shell *shell = bench_shell(LANG_EN);
    bench_say(shell, "B listen 80; A connect B:80; pace step; A send 64KiB");
    uint64_t before = world_digest(session_world(shell_session(shell)));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[64];
        snprintf(line, sizeof line, "why not %s", cases[i].question);
        bench_say(shell, line);
    }
    assert_true(world_digest(session_world(shell_session(shell))) == before);
    shell_free(shell);
}

static void a_question_that_is_none_is_refused(void **state)
{
    (void)state;
    Shell *shell = bench_shell(LANG_EN);
    bench_say(shell, OPEN);
    static const char *const wrong[] = {"why not",       "why not A",         "why not A dance",
                                        "why not B ack", "why not B ack #99", "why not A send now",
                                        "why not C send"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        bench_say(shell, wrong[i]);
        assert_int_equal(bench_status(), LINE_ERROR);
    }
    assert_non_null(strstr(bench_say(shell, "why not #1"), "#1 is no segment"));
    shell_free(shell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_did_not_happen_has_its_reason),
        cmocka_unit_test(asking_changes_nothing),
        cmocka_unit_test(a_question_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
