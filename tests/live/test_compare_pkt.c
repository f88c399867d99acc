/*
 * test_compare_pkt.c - scripts become scenarios: numbers relative, waits from their times; what
 * cannot be played alike on both sides is refused with its line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/compare.h"
#include "core/tcp/knob.h"

static Scenario *scenario;
static ScenarioRefusal refusal;

static bool take(const char *text)
{
    return compare_pkt_read(bytes_of(text, strlen(text)), "test", LANG_EN, scenario, &refusal);
}

#define OPEN                                                   \
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"            \
    "+0 bind(3, ..., ...) = 0\n"                               \
    "+0 listen(3, 1) = 0\n"                                    \
    "+0 < S 5000:5000(0) win 4000 <mss 1000,nop,nop,sackOK>\n" \
    "+0 > S. 0:0(0) ack 5001 <...>\n"                          \
    "+.1 < . 1:1(0) ack 1 win 4000\n"                          \
    "+0 accept(3, ..., ...) = 4\n"

static void numbers_are_relative_and_waits_are_the_scripts(void **state)
{
    (void)state;
    assert_true(take(OPEN "+.2 < P. 1:11(10) ack 1 win 4000\n"
                          "+0 > . 1:1(0) ack 11\n"
                          "+.05 read(4, ..., 100) = 10\n"));
    assert_int_equal(scenario->count, 8);
    assert_int_equal(scenario->puppet_iss, 5000);
    const Step *syn = &scenario->step[3], *text = &scenario->step[6];
    assert_int_equal(syn->kind, STEP_SEGMENT);
    assert_int_equal(syn->seg.seq.v, 0);
    assert_int_equal(syn->seg.mss, 1000);
    assert_int_equal(syn->wait, 100 * NANOS_MS);
    assert_int_equal(text->seg.seq.v, 1);
    assert_int_equal(text->seg.len, 10);
    assert_int_equal(text->wait, 50 * NANOS_MS);
    assert_int_equal(scenario->step[5].fd_new, 4);
    assert_int_equal(scenario->step[7].call, SOCK_CALL_RECV);
    assert_int_equal(text->line, 8);
}

static void switches_are_set_on_both_sides(void **state)
{
    (void)state;
    assert_true(take("0 `sysctl -q net.ipv4.tcp_sack=0 net.ipv4.tcp_rto_min_us=300000`\n" OPEN));
    assert_int_equal(scenario->setting_count, 2);
    assert_string_equal(scenario->setting[0].sysctl, "net.ipv4.tcp_sack");
    assert_int_equal(scenario->setting[0].knob, KNOB_SACK);
    assert_int_equal(scenario->setting[1].value, 300 * NANOS_MS);
    assert_string_equal(scenario->setting[1].text, "300000");
}

static void each_new_socket_is_another_connection(void **state)
{
    (void)state;
    assert_true(take(OPEN "+0 close(4) = 0\n+0 close(3) = 0\n" OPEN));
    assert_int_equal(scenario->step[3].flow, 0);
    assert_int_equal(scenario->step[scenario->count - 2].flow, 1);
}

static void a_call_that_sleeps_is_made_when_it_returns(void **state)
{
    (void)state;
    assert_true(take(OPEN "+0...0.3 read(4, ..., 100) = 10\n+.2 < P. 1:11(10) ack 1 win 4000\n") ||
                take(OPEN "+0 < P. 1:11(10) ack 1 win 4000\n+.1...0.3 read(4, ..., 100) = 10\n"));
    assert_true(scenario->count >= 7);
}

static void refused(const char *text, uint32_t line)
{
    assert_false(take(text));
    assert_int_equal(refusal.line, line);
    assert_true(strlen(refusal.message) > 5);
}

static void what_cannot_be_alike_is_refused_with_its_line(void **state)
{
    (void)state;
    refused(OPEN "+0 < icmp unreachable frag_needed mtu 1000 [1:1(0)]\n", 8);
    refused(OPEN "+0 epoll_create(1) = 5\n", 8);
    refused(OPEN "+100 read(4, ..., 100) = 10\n", 8);
    refused(OPEN "+0 `sysctl -q net.ipv4.tcp_sack=0`\n+0 close(4) = 0\n", 8);
    refused("nonsense", 1);
    refused("", 1);
}

static int make(void **state)
{
    (void)state;
    scenario = calloc(1, sizeof *scenario);
    return scenario ? 0 : -1;
}

static int drop(void **state)
{
    (void)state;
    free(scenario);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_relative_and_waits_are_the_scripts),
        cmocka_unit_test(switches_are_set_on_both_sides),
        cmocka_unit_test(each_new_socket_is_another_connection),
        cmocka_unit_test(a_call_that_sleeps_is_made_when_it_returns),
        cmocka_unit_test(what_cannot_be_alike_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
