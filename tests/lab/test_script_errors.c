/*
 * test_script_errors.c - every error of core/lab/script_error.def: a script that has it, the place
 * where it is shown, and its words in both languages; and where a failure points to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/script_private.h"
#include "tests/lab/pkt.h"

typedef struct Wrong {
    ScriptError error;
    const char *text;
    uint32_t line, column;
    const char *option; /* of the command line; NULL: none */
} Wrong;

#define SYN "+0 < S 0:0(0) win 9"
#define F20 "mss 1,mss 1,mss 1,mss 1,mss 1,mss 1,mss 1,mss 1,mss 1,mss 1,"

static const Wrong wrongs[] = {
    {ERROR_COMMENT_OPEN, PKT_LISTEN "  /* for ever", 4, 3, NULL},
    {ERROR_QUOTE_OPEN, PKT_LISTEN "+0 `true", 4, 4, NULL},
    {ERROR_CODE_OPEN, PKT_LISTEN "+0 %{ assert True }", 4, 4, NULL},
    {ERROR_ENDS_EARLY, PKT_LISTEN "+0 < S 0:0(0", 4, 13, NULL},
    {ERROR_EXPECTED, PKT_LISTEN "+0 < S 0:0[0] win 9\n", 4, 11, NULL},
    {ERROR_AFTER_CLEANUP, PKT_LISTEN "`true`\n+0 close(3) = 0\n", 5, 1, NULL},
    {ERROR_NO_EVENT, "--mtu=1500\n", 2, 1, NULL},
    {ERROR_DASHES, "-mtu=1500\n" PKT_LISTEN, 1, 1, NULL},
    {ERROR_MTU_RANGE, "--bind_port=1\n--mtu=67\n" PKT_LISTEN, 2, 1, NULL},
    {ERROR_MTU_RANGE, PKT_LISTEN, 0, 0, "--mtu=65536"},
    {ERROR_NO_SUCH_OPTION, "--nonsense=1\n" PKT_LISTEN, 1, 1, NULL},
    {ERROR_NO_SUCH_OPTION, PKT_LISTEN, 0, 0, "--nonsense"},
    {ERROR_IP_VERSION, "--ip_version=5\n" PKT_LISTEN, 1, 1, NULL},
    {ERROR_NOT_A_NUMBER, "--tolerance_usecs=ten\n" PKT_LISTEN, 1, 1, NULL},
    {ERROR_NUMBER_RANGE, "--bind_port=65536\n" PKT_LISTEN, 1, 1, NULL},
    {ERROR_TIME, PKT_LISTEN "now close(3) = 0\n", 4, 1, NULL},
    {ERROR_ANY_TIME_OUT, PKT_LISTEN "* close(3) = 0\n", 4, 1, NULL},
    {ERROR_ANY_TIME_OUT, PKT_LISTEN "+0~+1 < S 0:0(0) win 9\n", 4, 1, NULL},
    {ERROR_WINDOW_ENDS, PKT_LISTEN "2~1 > S. 0:0(0) ack 1\n", 4, 1, NULL},
    {ERROR_CALL_ENDS, PKT_LISTEN "2...1 accept(3, ..., ...) = 4\n", 4, 1, NULL},
    {ERROR_ONLY_CALL_BLOCKS, PKT_LISTEN "1...2 > S. 0:0(0) ack 1\n", 4, 1, NULL},
    {ERROR_FIRST_AT_ZERO, "1 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", 1, 1, NULL},
    {ERROR_GOES_BACK, PKT_LISTEN "2 close(3) = 0\n1 close(3) = 0\n", 5, 1, NULL},
    {ERROR_EVENT, PKT_LISTEN "+0 = 3\n", 4, 4, NULL},
    {ERROR_AFTER_COMMA, PKT_LISTEN "+0 listen(3, ) = 0\n", 4, 14, NULL},
    {ERROR_ARGUMENT, PKT_LISTEN "+0 listen(3, <) = 0\n", 4, 14, NULL},
    {ERROR_NESTED, PKT_LISTEN "+0 f([[[[[[[[[[[[[[[[[[[[[[[[ = 0\n", 4, 22, NULL},
    {ERROR_RESULT, PKT_LISTEN "+0 close(3) = ;\n", 4, 15, NULL},
    {ERROR_REMARK_OPEN, PKT_LISTEN "+0 close(3) = -1 EBADF (Bad\n", 4, 24, NULL},
    {ERROR_NO_SUCH_ERRNO, PKT_LISTEN "+0 close(3) = -1 EBUDF (Bad)\n", 4, 18, NULL},
    {ERROR_NUMBER, PKT_LISTEN "+0 < S x:0(0) win 9\n", 4, 8, NULL},
    {ERROR_NUMBER_RANGE, PKT_LISTEN "+0 < S 0:0(0) win 65536\n", 4, 19, NULL},
    {ERROR_ECT01_IN, PKT_LISTEN "+0 < (ect01) S 0:0(0) win 9\n", 4, 7, NULL},
    {ERROR_IP_INFO, PKT_LISTEN "+0 < (ecn) S 0:0(0) win 9\n", 4, 7, NULL},
    {ERROR_FLAG_LETTER, PKT_LISTEN "+0 < SX 0:0(0) win 9\n", 4, 7, NULL},
    {ERROR_ACE_AND_LETTERS, PKT_LISTEN "+0 < SE5 0:0(0) win 9\n", 4, 6, NULL},
    {ERROR_FLAGS, PKT_LISTEN "+0 <", 4, 5, NULL},
    {ERROR_COOKIE_DIGITS, PKT_LISTEN SYN " <FO abc>\n", 4, 25, NULL},
    {ERROR_COOKIE_HEX, PKT_LISTEN SYN " <FO abxy>\n", 4, 25, NULL},
    {ERROR_SACK_BLOCKS, PKT_LISTEN SYN " <sack 1:2 3:4 5:6 7:8 9:10>\n", 4, 43, NULL},
    {ERROR_TIMESTAMP, PKT_LISTEN SYN " <TS 1 2,nop,nop>\n", 4, 25, NULL},
    {ERROR_TIMESTAMP, PKT_LISTEN SYN " <TS val 1,nop,nop>\n", 4, 30, NULL},
    {ERROR_COUNTERS, PKT_LISTEN SYN " <ECN e0b 1 ceb 2 e1b 3 e0b 4>\n", 4, 48, NULL},
    {ERROR_NO_SUCH_TCP_OPTION, PKT_LISTEN SYN " <wonder 3>\n", 4, 22, NULL},
    {ERROR_OPTIONS_IN, PKT_LISTEN SYN " <...>\n", 4, 22, NULL},
    {ERROR_TOO_MANY_OPTIONS, PKT_LISTEN SYN " <" F20 F20 "nop>\n", 4, 142, NULL},
    {ERROR_OPTIONS_LENGTH, PKT_LISTEN SYN " <nop>\n", 4, 22, NULL},
    {ERROR_SEQ_SUM, PKT_LISTEN "+0 < S 0:1(0) win 9\n", 4, 8, NULL},
    {ERROR_WINDOW_IN, PKT_LISTEN "+0 < S 0:0(0)\n", 4, 14, NULL},
};

/* The message begins as the table's text does, up to the first placeholder. */
static bool begins_with(const char *message, const char *format)
{
    const char *percent = strchr(format, '%');
    size_t n = percent ? (size_t)(percent - format) : strlen(format);
    return strncmp(message, format, n) == 0;
}

static void each_error_is_shown_at_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        const Wrong *w = &wrongs[i];
        for (Lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
            ScriptOptions o = pkt_options();
            o.lang = lang;
            if (w->option)
                o.options[o.option_count++] = w->option;
            ScriptResult r = pkt_run(&o, w->text);
            if (r.outcome != SCRIPT_ERROR || r.line != w->line || r.column != w->column ||
                !begins_with(r.message, script_error_text(w->error, lang)))
                fail_msg("%s\nshould be at %u:%u: %s\nbut is at %u:%u: %s", w->text, w->line,
                         w->column, script_error_text(w->error, lang), r.line, r.column, r.message);
        }
    }
}

static void too_large_a_script_and_too_many_definitions_are_refused(void **state)
{
    (void)state;
    size_t size = (8u << 20) + 2;
    char *text = malloc(size);
    memset(text, '\n', size);
    text[size - 1] = '\0';
    ScriptOptions o = pkt_options();
    ScriptResult r = pkt_run(&o, text);
    assert_int_equal(r.outcome, SCRIPT_ERROR);
    assert_int_equal(r.line, 0);
    assert_string_equal(r.message, script_error_text(ERROR_TOO_LARGE, LANG_EN));
    size_t at = 0;
    for (int i = 0; i <= SCRIPT_DEFINES_MAX; i++)
        at += (size_t)snprintf(text + at, size - at, "--define=N%d=1\n", i);
    snprintf(text + at, size - at, "%s", PKT_LISTEN);
    r = pkt_run(&o, text);
    assert_true(begins_with(r.message, script_error_text(ERROR_TOO_MANY_DEFINES, LANG_EN)));
    assert_int_equal(r.line, SCRIPT_DEFINES_MAX + 1);
    free(text);
}

static void no_error_is_without_a_script(void **state)
{
    (void)state;
    bool seen[ERROR_COUNT] = {false};
    seen[ERROR_NO_MEMORY] = true;                                /* cannot be had at will */
    seen[ERROR_TOO_LARGE] = seen[ERROR_TOO_MANY_DEFINES] = true; /* above */
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++)
        seen[wrongs[i].error] = true;
    for (int i = 0; i < ERROR_COUNT; i++)
        if (!seen[i])
            fail_msg("no script has: %s", script_error_text((ScriptError)i, LANG_EN));
}

/* The placeholders of a format, one after the other. */
static void placeholders(const char *format, char *out, size_t cap)
{
    size_t n = 0;
    for (const char *c = format; *c; c++) {
        if (*c != '%')
            continue;
        size_t len = 1 + strspn(c + 1, ".*l");
        len += c[len] != '\0';
        for (size_t i = 0; i < len && n + 1 < cap; i++)
            out[n++] = c[i];
        c += len - 1;
    }
    out[n] = '\0';
}

static void both_languages_say_the_same(void **state)
{
    (void)state;
    for (int i = 0; i < ERROR_COUNT; i++) {
        const char *en = script_error_text((ScriptError)i, LANG_EN);
        const char *zh = script_error_text((ScriptError)i, LANG_ZH);
        assert_non_null(en);
        assert_non_null(zh);
        char a[64], b[64];
        placeholders(en, a, sizeof a);
        placeholders(zh, b, sizeof b);
        if (strcmp(a, b) != 0)
            fail_msg("other placeholders: %s | %s", en, zh);
        bool beyond_ascii = false;
        for (const char *c = zh; *c; c++)
            beyond_ascii = beyond_ascii || (unsigned char)*c >= 0x80;
        assert_true(beyond_ascii);
    }
}

/* ---- a stack that does otherwise ---- */

/* The line behind the handshake, and where its caret should stand. */
typedef struct Other {
    const char *line;
    uint32_t column;
    const char *en, *zh;
} Other;

static const Other others[] = {
    {"+0 > F. 1:11(10) ack 1\n", 6, "another one: flags", "标志"},
    {"+0 > P. 2:12(10) ack 1\n", 9, "another one: sequence number", "序号"},
    {"+0 > P. 1:10(9) ack 1\n", 9, "another one: length of the payload", "数据长度"},
    {"+0 > P. 1:11(10) ack 2\n", 18, "another one: acknowledgment number", "确认号"},
    {"+0 > P. 1:11(10) ack 1 win 7\n", 24, "another one: window", "窗口"},
    {"+0 > P. 1:11(10) ack 1 urg 7\n", 24, "another one: urgent pointer", "紧急指针"},
    {"+0 > P. 1:11(10) ack 1 <mss 9>\n", 24, "another one: options", "选项"},
    {"+0 > (ect0) P. 1:11(10) ack 1\n", 6, "ECN", "ECN"},
    {"+0 > [ttl 9] P. 1:11(10) ack 1\n", 6, "TTL", "TTL"},
    {"+.5 > P. 1:11(10) ack 1\n", 1, "came at 0.100s, expected at 0.600s", "0.600s"},
    {"+0 %{ assert tcpi_unacked == 3 }%\n", 14, "assertion", "断言"},
    {"+0 read(4, ..., 10) = 5\n", 1, "blocks for ever", "阻塞"},
    {"+0 close(9) = 0\n", 1, "close returns something else", "返回值"},
    {"+0 poll([{fd=4, events=POLLOUT, revents=0}], 1, 0) = 1\n", 10, "other events", "事件"},
};

static void a_failure_points_to_what_differs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char text[1024];
        snprintf(text, sizeof text, PKT_ACCEPT "+0 write(4, ..., 10) = 10\n%s", others[i].line);
        for (Lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
            ScriptOptions o = pkt_options();
            o.lang = lang;
            ScriptResult r = pkt_run(&o, text);
            if (r.outcome != SCRIPT_FAILED || r.line != 9 || r.column != others[i].column ||
                !strstr(r.message, lang == LANG_ZH ? others[i].zh : others[i].en))
                fail_msg("%s\nat %u:%u: %s", others[i].line, r.line, r.column, r.message);
            assert_true(r.row >= r.first_row);
        }
    }
}

static void an_assertion_tells_its_numbers(void **state)
{
    (void)state;
    pkt_fails(PKT_ACCEPT "+0 %{ assert tcpi_snd_cwnd == 10 and tcpi_unacked == 2 }%\n", 8,
              "tcpi_snd_cwnd = 10, tcpi_unacked = 0");
}

static void a_packet_that_does_not_come_leaves_the_state_of_the_connection(void **state)
{
    (void)state;
    pkt_fails(PKT_ACCEPT "+0 > F. 1:1(0) ack 1\n", 8, "A is in ESTABLISHED, 0 bytes wait");
    pkt_fails(PKT_ACCEPT "+0 < . 1:1(0) ack 1 win 0\n+0 write(4, ..., 10) = 10\n"
                         "+0 > P. 1:12(11) ack 1\n",
              0, "");
    pkt_fails("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 > S 0:0(0) <...>\n", 2,
              "there is no connection");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_error_is_shown_at_its_place),
        cmocka_unit_test(too_large_a_script_and_too_many_definitions_are_refused),
        cmocka_unit_test(no_error_is_without_a_script),
        cmocka_unit_test(both_languages_say_the_same),
        cmocka_unit_test(a_failure_points_to_what_differs),
        cmocka_unit_test(an_assertion_tells_its_numbers),
        cmocka_unit_test(a_packet_that_does_not_come_leaves_the_state_of_the_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
