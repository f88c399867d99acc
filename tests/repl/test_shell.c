/*
 * test_shell.c: lines of the language and what comes of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/command.h"
#include "tests/repl/bench.h"

/* ---- errors: place, cause, remedy ---- */

typedef struct Wrong {
    const char *before, *line; /* lines to run first; the wrong line */
    const char *says;          /* a part of the message */
    int caret, carets;         /* where the first '^' stands under the line, and how many */
} Wrong;

static const Wrong wrongs[] = {
    {"", "A conect B:80", "did you mean `connect`", 2, 6},
    {"", "connect B:80", "Begin the line with A or B", 0, 7},
    {"", "A step", "leave `A` out", 2, 4},
    {"", "frobnicate", "there is no command `frobnicate`", 0, 10},
    {"", "lesson kernel", "in another terminal: sandwire lesson kernel", 0, 6},
    {"", "s x", "not a number", 2, 1},
    {"", "A se", "can mean: send, set, seqspace", 2, 2},
    {"", "\"x\"", "begins with a word", 0, 3},
    {"", "A connect", "needs a host and a port", 10, 1},
    {"", "A connect B80", "not a host and a port", 10, 3},
    {"", "A connect B:0", "from 1 to 65535", 12, 1},
    {"", "A connect B:70000", "from 1 to 65535", 12, 5},
    {"", "A connect A:80", "cannot connect to itself", 10, 4},
    {"", "A connect B:80 frm 4000", "nothing more is expected", 15, 3},
    {"", "A connect B:80 from x", "not a number", 20, 1},
    {"", "B listen", "needs a number", 9, 1},
    {"", "B listen 0", "from 1 to 65535", 9, 1},
    {"", "B listen 80 5 6", "nothing more", 14, 1},
    {"", "A send", "needs a text in quotes", 7, 1},
    {"", "A send hello", "a text needs quotes: \"hello\"", 7, 5},
    {"", "A send \"hello", "no closing", 7, 1},
    {"", "A send \"\"", "nothing to send", 7, 2},
    {"", "A send \"a\\qb\"", "not a known escape", 9, 2},
    {"", "A send 0", "from 1 byte", 7, 1},
    {"", "A recv many", "not a number of bytes", 7, 4},
    {"", "A close now", "nothing more", 8, 3},
    {"", "A app dance", "none of: none, echo", 6, 5},
    {"", "A app source", "needs a number of bytes", 13, 1},
    {"", "A power maybe", "none of: off, on", 8, 5},
    {"", "set rto_min 1s", "say whose knob: A.rto_min", 4, 7},
    {"", "set A.rto_mn 1s", "did you mean `rto_min`", 6, 6},
    {"", "set A.rto_min 1", "time with its unit", 14, 1},
    {"", "set A.rto_min 100s", "out of range: 1ms .. 60s", 14, 4},
    {"", "set A.nodelay perhaps", "on or off", 14, 7},
    {"", "profile windows", "none of: rfc, linux", 8, 7},
    {"", "drop #9", "no segment #9 is in the network", 5, 2},
    {"", "drop", "needs a row number", 5, 1},
    {"B listen 80; A connect B:80", "drop #3", "is no longer in the network: see #4", 5, 2},
    {"", "deliver all", "nothing is in the network", 8, 3},
    {"", "drop next SYNACK from B", "did you mean `SYN+ACK`", 10, 6},
    {"", "drop next FIN", "say from whom", 14, 1},
    {"", "drop next FIN from C", "is no host", 19, 1},
    {"", "delay next FIN from B", "needs a time", 22, 1},
    {"hold on; A connect B:80", "delay #3 5", "time with its unit", 9, 1},
    {"hold on; A connect B:80", "swap #3 #3", "two segments that go the same way", 8, 2},
    {"hold on; A connect B:80", "edit #3", "needs a field", 8, 1},
    {"hold on; A connect B:80", "edit #3 sec=5", "no field `sec`", 8, 3},
    {"hold on; A connect B:80", "edit #3 seq=five", "no value for seq", 12, 4},
    {"hold on; A connect B:80", "edit #3 wnd=70000", "no value for wnd", 12, 5},
    {"hold on; A connect B:80", "edit #3 data=5", "needs a text in quotes", 13, 1},
    {"hold on; A connect B:80", "corrupt #3 bit 100000", "at most 351", 15, 6},
    {"", "armed clear 3", "no armed rule 3", 12, 1},
    {"", "link los=1%", "did you mean loss", 5, 3},
    {"", "link loss", "name=value", 5, 4},
    {"", "link loss=101%", "at most 100%", 5, 9},
    {"", "link rtt=20", "time with its unit", 9, 2},
    {"", "link rtt=", "here belongs a time", 9, 1},
    {"", "box castle", "none of: off, firewall", 4, 6},
    {"", "box firewall idel=3s", "idle=TIME, reset and reject", 13, 7},
    {"", "hops 300", "at most 255", 5, 3},
    {"", "flood B", "not a host and a port", 6, 1},
    {"", "inject SYN", "which way", 7, 3},
    {"", "inject A>B", "needs a segment", 11, 1},
    {"", "inject raw A>B 4g", "hexadecimal", 15, 1},
    {"", "run 5", "time with its unit", 4, 1},
    {"", "run until", "needs a condition", 10, 1},
    {"", "run until A.stat == 3", "did you mean `state`", 12, 4},
    {"run 2s", "run until 1s", "lies in the past", 10, 2},
    {"", "goto nowhere", "no such moment", 5, 7},
    {"", "goto #7", "there is no row #7", 5, 2},
    {"", "mark 3x", "begins with a letter", 5, 2},
    {"", "switch other", "no branch `other`", 7, 5},
    {"", "pace gallop", "none of: run, step, live", 5, 6},
    {"", "tcb", "needs a host", 4, 1},
    {"", "tcb A", "no such connection", 4, 1},
    {"B listen 80; A connect B:80", "header #2", "is no segment", 7, 2},
    {"", "header #1", "nothing has happened yet", 7, 2},
    {"B listen 80", "why #5", "they go from #1 to #1", 4, 2},
    {"", "plot height", "none of: cwnd, flight, seq", 5, 6},
    {"", "expect", "needs a condition", 7, 1},
    {"", "print 1 +", "", 9, 1},
    {"", "break B.state == CLOSED", "break when CONDITION", 6, 7},
    {"", "break clear 3", "no breakpoint 3", 12, 1},
    {"", "unwatch 2", "no watch 2", 8, 1},
    {"", "rule third-akc off", "did you mean `third-ack`", 5, 9},
    {"", "rule syn-ack off", "cannot be switched off", 5, 7},
    {"", "load nothing.sw", "no such file", 5, 10},
    {"", "export picture.bmp", ".svg .png .json .txt", 7, 11},
    {"", "export picture.svg", "without pictures", 7, 11},
    {"B listen 80", "seed 7", "before everything else", 0, 4},
    {"", "lang fr", "none of: en, zh", 5, 2},
    {"", "help conect", "did you mean `connect`", 5, 6},
    {"", "A send \"中文\" x", "nothing more", 14, 1},
};

/* Where the first caret stands under the line that is shown, and how many there are. */
static void find_caret(const char *said, const char *line, int *at, int *count)
{
    char wanted[300];
    snprintf(wanted, sizeof wanted, "\n  %s\n", line);
    const char *shown = strstr(said, wanted);
    shown = shown ? shown + 1 : NULL;
    const char *next = shown ? strchr(shown, '\n') : NULL;
    *at = *count = -1;
    if (!next || !strchr(next, '^'))
        return;
    *at = (int)(strchr(next, '^') - next) - 3; /* the newline and two blanks */
    *count = (int)strspn(strchr(next, '^'), "^");
}

static void errors_say_where_what_and_what_would_be_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        const Wrong *w = &wrongs[i];
        Shell *sh = bench_shell(LANG_EN);
        bench_say(sh, w->before);
        const char *said = bench_say(sh, w->line);
        int at, count;
        find_caret(said, w->line, &at, &count);
        char flat[4096]; /* a long message is broken into lines */
        snprintf(flat, sizeof flat, "%s", said);
        for (char *s = flat; (s = strstr(s, "\n  ")); s++)
            memmove(s + 1, s + 3, strlen(s + 3) + 1), s[0] = ' ';
        if (bench_status() != LINE_ERROR || !strstr(flat, w->says) || at != w->caret ||
            count != w->carets)
            print_error("%s\nsaid: %scaret at %d, %d long; wanted %d, %d\n", w->line, said, at,
                        count, w->caret, w->carets);
        assert_int_equal(bench_status(), LINE_ERROR);
        assert_non_null(strstr(flat, w->says));
        assert_int_equal(at, w->caret);
        assert_int_equal(count, w->carets);
        shell_free(sh);
    }
}

static void errors_in_chinese_keep_the_caret_under_the_word(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_ZH);
    bench_same(bench_say(sh, "A send \"你好\" 再来"), "错误：这里不应再有内容，却有 `再来`\n"
                                                      "  A send \"你好\" 再来\n"
                                                      "                ^^^^\n"
                                                      "  例如：B listen 80; A connect B:80; A send "
                                                      "\"hello\"\n");
    shell_free(sh);
}

static void a_refused_line_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        Shell *sh = bench_shell(LANG_EN);
        bench_say(sh, wrongs[i].before);
        uint64_t digest = world_digest(session_world(shell_session(sh)));
        uint32_t lines = session_log_count(shell_session(sh));
        bench_say(sh, wrongs[i].line);
        if (digest != world_digest(session_world(shell_session(sh))))
            print_error("changed the world: %s\n", wrongs[i].line);
        assert_int_equal(digest, world_digest(session_world(shell_session(sh))));
        if (lines != session_log_count(shell_session(sh)))
            print_error("logged: %s\n", wrongs[i].line);
        assert_int_equal(lines, session_log_count(shell_session(sh)));
        shell_free(sh);
    }
}

/* ---- the table ---- */

static void every_example_runs(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        for (int i = 0; i < COMMAND_COUNT; i++) {
            const Command *c = command_at((CommandId)i);
            if (i == COMMAND_LOAD || i == COMMAND_EXPORT)
                continue; /* need a file of before, and pictures */
            Shell *sh = bench_shell((Lang)lang);
            const char *said = bench_say(sh, c->example);
            bool ok =
                bench_status() == LINE_OK || (i == COMMAND_QUIT && bench_status() == LINE_QUIT);
            if (!ok)
                print_error("%s: %s\n%s", c->name, c->example, said);
            assert_true(ok);
            shell_free(sh);
        }
    }
}

static void every_command_has_its_texts_and_help_fits(void **state)
{
    (void)state;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const Command *c = command_at((CommandId)i);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            assert_true(c->text[lang][0] != '\0');
            assert_int_equal(c->more[LANG_EN][0] == '\0', c->more[lang][0] == '\0');
            Text out = text_heap();
            help_command(&out, c, (Lang)lang, false);
            assert_non_null(strstr(out.buf, c->example));
            text_heap_free(&out);
        }
    }
}

static void short_forms_find_their_command(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        bool host;
        CommandId id;
    } forms[] = {{"s", false, COMMAND_STEP},        {"b", false, COMMAND_BACK},
                 {"r", false, COMMAND_RUN},         {"l", false, COMMAND_LADDER},
                 {"w", false, COMMAND_WHY},         {"q", false, COMMAND_QUIT},
                 {"con", true, COMMAND_CONNECT},    {"lis", true, COMMAND_LISTEN},
                 {"sen", true, COMMAND_SEND},       {"receive", true, COMMAND_RECV},
                 {"branch", false, COMMAND_BRANCH}, {"rule", false, COMMAND_RULE}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        uint32_t found;
        assert_ptr_equal(command_find(forms[i].word, strlen(forms[i].word), forms[i].host, &found),
                         command_at(forms[i].id));
    }
}

/* ---- what lines do ---- */

static bool holds(Shell *sh, const char *predicate)
{
    char line[300];
    snprintf(line, sizeof line, "expect %s", predicate);
    bench_say(sh, line);
    return bench_status() == LINE_OK;
}

static void pace_step_moves_time_only_when_told(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; pace step; A connect B:80");
    assert_true(holds(sh, "A.state == SYN_SENT && B.state == LISTEN && time == 0s"));
    bench_say(sh, "step");
    assert_true(holds(sh, "B.state == SYN_RECEIVED && time == 50ms"));
    bench_say(sh, "step 2");
    assert_true(holds(sh, "B.state == ESTABLISHED"));
    shell_free(sh);
}

static void an_empty_line_repeats_the_last_movement_and_nothing_else(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    Text out = text_heap();
    assert_int_equal(shell_repeat(sh, &out), LINE_EMPTY);
    bench_say(sh, "B listen 80; pace step; A connect B:80; step");
    bench_say(sh, "state");
    assert_int_equal(shell_repeat(sh, &out), LINE_OK);
    assert_true(holds(sh, "A.state == ESTABLISHED"));
    assert_int_equal(shell_line(sh, "   # nothing", &out), LINE_EMPTY);
    assert_true(holds(sh, "B.state == SYN_RECEIVED"));
    text_heap_free(&out);
    shell_free(sh);
}

static void a_send_larger_than_the_buffer_waits_for_room(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B app sink; B listen 80; A connect B:80; A send 300KiB");
    assert_true(holds(sh, "read(B) == 300KiB"));
    shell_free(sh);
    sh = bench_shell(LANG_EN);
    const char *said = bench_say(sh, "B listen 80; A connect B:80; A send 300KiB");
    assert_non_null(strstr(said, "A's send buffer is full"));
    shell_free(sh);
}

static void what_tcp_refuses_is_part_of_the_story(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    const char *said = bench_say(sh, "A send \"x\"");
    assert_int_equal(bench_status(), LINE_OK);
    assert_non_null(strstr(said, "A send: there is no such connection"));
    assert_int_equal(session_log_count(shell_session(sh)), 1);
    shell_free(sh);
}

static void recv_shows_the_bytes(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; A connect B:80; A send \"hi\\n你\"");
    assert_non_null(strstr(bench_say(sh, "B recv 3"), "B reads 3 bytes: \"hi\\n\""));
    assert_non_null(strstr(bench_say(sh, "B recv"), "B reads 3 bytes: \"你\""));
    assert_non_null(strstr(bench_say(sh, "B recv"), "nothing to read yet"));
    shell_free(sh);
}

static void undo_takes_back_a_line_and_redo_does_it_again(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; A connect B:80");
    uint64_t connected = world_digest(session_world(shell_session(sh)));
    bench_say(sh, "A send \"x\"; A close");
    assert_non_null(strstr(bench_say(sh, "undo"), "undone: A send \"x\"; A close"));
    assert_int_equal(world_digest(session_world(shell_session(sh))), connected);
    bench_say(sh, "redo");
    assert_true(holds(sh, "A.state == FIN_WAIT_2"));
    bench_say(sh, "undo 2");
    assert_true(holds(sh, "A.state == CLOSED && rows == 0"));
    assert_non_null(strstr(bench_say(sh, "undo"), "nothing to undo"));
    assert_int_equal(bench_status(), LINE_ERROR);
    shell_free(sh);
}

static void branches_keep_both_futures(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; mark here; branch lost; drop next SYN from A; A connect B:80");
    assert_true(holds(sh, "lost(SYN from A) == 1"));
    bench_say(sh, "switch main; A connect B:80");
    assert_true(holds(sh, "lost(SYN from A) == 0"));
    bench_say(sh, "switch lost");
    assert_true(holds(sh, "lost(SYN from A) == 1"));
    assert_non_null(strstr(bench_say(sh, "branches"), "* lost"));
    bench_say(sh, "goto here");
    assert_true(holds(sh, "rows == 1"));
    shell_free(sh);
}

static void breakpoints_stop_every_run_and_are_named(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "break when B.state == SYN_RECEIVED");
    assert_non_null(
        strstr(bench_say(sh, "B listen 80; A connect B:80"), "stopped: B.state == SYN_RECEIVED"));
    assert_true(holds(sh, "A.state == SYN_SENT"));
    bench_say(sh, "break clear; run");
    assert_true(holds(sh, "B.state == ESTABLISHED"));
    shell_free(sh);
}

static void watches_tell_of_changes_only(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "watch A.state");
    assert_non_null(strstr(bench_say(sh, "B listen 80; A connect B:80"), "CLOSED -> ESTABLISHED"));
    assert_null(strstr(bench_say(sh, "A send \"x\""), "->\n"));
    assert_null(strstr(bench_say(sh, "net"), "A.state"));
    bench_say(sh, "unwatch 1");
    assert_null(strstr(bench_say(sh, "A close"), "A.state"));
    shell_free(sh);
}

static void semantic_stops_are_understood(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; drop next SYN from A; pace step; A connect B:80");
    assert_true(holds(sh, "lost(SYN from A) == 1"));
    bench_say(sh, "run until retransmission");
    assert_true(holds(sh, "time == 1s"));
    bench_say(sh, "run until A changes state");
    assert_true(holds(sh, "A.state == ESTABLISHED && time == 1100ms"));
    bench_say(sh, "run until 5s");
    assert_true(holds(sh, "time == 5s"));
    bench_say(sh, "run 500ms");
    assert_true(holds(sh, "time == 5500ms"));
    shell_free(sh);
}

static void a_failed_expectation_reports_what_is_and_the_story(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; A connect B:80");
    const char *said = bench_say(sh, "expect A.state == CLOSE_WAIT");
    assert_int_equal(bench_status(), LINE_FAILED);
    assert_non_null(strstr(said, "this does not hold: A.state == CLOSE_WAIT"));
    assert_non_null(strstr(said, "A.state is ESTABLISHED, expected == CLOSE_WAIT"));
    assert_non_null(strstr(said, "SYN+ACK B ack A+1"));
    assert_non_null(strstr(said, "^ the story stands here, at 0.150s"));
    shell_free(sh);
}

/* ---- texts and sessions ---- */

static LineStatus run_text(Shell *sh, const char *text, bool keep_going, char *out, size_t cap,
                           uint32_t *line)
{
    Text t = text_fixed(out, cap);
    *line = 0;
    return shell_text(sh, "x.sw", bytes_of(text, strlen(text)), keep_going, &t, line);
}

static void a_text_stops_at_the_first_failure_with_file_and_line(void **state)
{
    (void)state;
    char out[8192];
    uint32_t line;
    Shell *sh = bench_shell(LANG_EN);
    const char *text = "# a comment\r\nB listen 80\n\nA conect B:80\nA connect B:80\n";
    assert_int_equal(run_text(sh, text, false, out, sizeof out, &line), LINE_ERROR);
    assert_int_equal(line, 4);
    assert_non_null(strstr(out, "x.sw:4: a host has no `conect`"));
    assert_true(holds(sh, "A.state == CLOSED"));
    shell_free(sh);
    sh = bench_shell(LANG_EN);
    assert_int_equal(run_text(sh, text, true, out, sizeof out, &line), LINE_ERROR);
    assert_int_equal(line, 4);
    assert_true(holds(sh, "A.state == ESTABLISHED"));
    shell_free(sh);
}

static void a_saved_session_makes_the_same_session_again(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "seed 7",
        "link loss=20% jitter=5ms",
        "B app echo; B listen 80",
        "mark begin",
        "A connect B:80",
        "A send 20KiB",
        "back 5",
        "branch other",
        "A close",
        "run 1s",
        "switch main",
        "undo",
        "expect time > 0s",
        "rule delayed-ack off",
    };
    Shell *one = bench_shell(LANG_EN), *two = bench_shell(LANG_EN);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *said = bench_say(one, lines[i]);
        if (bench_status() != LINE_OK)
            print_error("%s\n%s", lines[i], said);
        assert_int_equal(bench_status(), LINE_OK);
    }
    bench_say(one, "save s.sw");
    assert_int_equal(bench_status(), LINE_OK);
    bench_say(two, "load s.sw");
    assert_int_equal(bench_status(), LINE_OK);
    Session *a = shell_session(one), *b = shell_session(two);
    assert_int_equal(world_digest(session_world(a)), world_digest(session_world(b)));
    assert_int_equal(session_position(a), session_position(b));
    assert_int_equal(session_length(a), session_length(b));
    assert_int_equal(session_log_count(a), session_log_count(b));
    assert_string_equal(session_branch_name(a), session_branch_name(b));
    shell_free(one);
    shell_free(two);
}

static void time_that_passes_by_itself_is_saved(void **state)
{
    (void)state;
    Shell *one = bench_shell(LANG_EN), *two = bench_shell(LANG_EN);
    Text out = text_heap(), saved = text_heap();
    bench_say(one, "B listen 80; pace live; A connect B:80");
    for (int i = 0; i < 7; i++)
        shell_advance(one, 16 * NANOS_MS, &out);
    bench_say(one, "A send \"x\"");
    shell_advance(one, 33 * NANOS_MS, &out);
    shell_save(one, &saved);
    uint32_t line;
    assert_int_equal(shell_text(two, "s", bytes_of(saved.buf, saved.len), false, &out, &line),
                     LINE_OK);
    assert_int_equal(world_digest(session_world(shell_session(one))),
                     world_digest(session_world(shell_session(two))));
    assert_int_equal(session_world(shell_session(two))->now, 145 * NANOS_MS);
    text_heap_free(&out);
    text_heap_free(&saved);
    shell_free(one);
    shell_free(two);
}

static volatile int interrupted;

static void an_interrupted_run_is_saved_as_what_really_happened(void **state)
{
    (void)state;
    ShellOptions options = {.interrupt = &interrupted};
    Shell *one = bench_shell_with(&options), *two = bench_shell(LANG_EN);
    interrupted = 0;
    bench_say(one, "B app sink; B listen 80; A connect B:80");
    interrupted = 1; /* Ctrl-C, as early as can be */
    assert_non_null(strstr(bench_say(one, "A send 9000B"), "interrupted"));
    interrupted = 0;
    bench_say(one, "pace step; A send \"y\"");
    Text saved = text_heap(), out = text_heap();
    uint32_t line;
    shell_save(one, &saved);
    assert_int_equal(shell_text(two, "s", bytes_of(saved.buf, saved.len), false, &out, &line),
                     LINE_OK);
    assert_int_equal(world_digest(session_world(shell_session(one))),
                     world_digest(session_world(shell_session(two))));
    text_heap_free(&saved);
    text_heap_free(&out);
    shell_free(one);
    shell_free(two);
}

static void load_puts_the_session_aside_and_brings_it_back(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; A connect B:80; save one.sw");
    bench_say(sh, "A close");
    bench_say(sh, "load one.sw");
    assert_true(holds(sh, "A.state == ESTABLISHED"));
    bench_say(sh, "load -");
    assert_true(holds(sh, "A.state == FIN_WAIT_2"));
    shell_free(sh);
}

static void a_file_that_loads_itself_ends(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_file("loop.sw", "B listen 80\nload loop.sw\n");
    assert_non_null(strstr(bench_say(sh, "load loop.sw"), "too deep"));
    assert_int_equal(bench_status(), LINE_ERROR);
    shell_free(sh);
}

static void seed_and_profile_stand_before_everything(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "seed 9; profile linux");
    assert_int_equal(session_options(shell_session(sh))->seed, 9);
    assert_int_equal(session_options(shell_session(sh))->profile, PROFILE_LINUX);
    assert_true(holds(sh, "A.rto_min == 200ms && rows == 0"));
    bench_say(sh, "A profile classic");
    assert_true(holds(sh, "A.rto_min == 1s && B.rto_min == 200ms && rows == 1"));
    shell_free(sh);
}

static void files_are_refused_where_there_are_none(void **state)
{
    (void)state;
    Shell *sh = shell_new(&(ShellOptions){.lang = LANG_EN});
    static const char *const lines[] = {"save x", "load x", "export x.json"};
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(strstr(bench_say(sh, lines[i]), "files are not available"));
        assert_int_equal(bench_status(), LINE_ERROR);
    }
    shell_free(sh);
}

static void a_capture_is_written_by_its_ending(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; A connect B:80");
    assert_non_null(strstr(bench_say(sh, "export w.pcapng"), "written: w.pcapng (3 packets)"));
    assert_non_null(strstr(bench_say(sh, "A export a.pcapng"), "written: a.pcapng (3 packets)"));
    assert_memory_equal(bench_file_text("a.pcapng"), "\x0a\x0d\x0d\x0a", 4);
    assert_non_null(strstr(bench_say(sh, "A export a.json"), "leave `A` out"));
    assert_int_equal(bench_status(), LINE_ERROR);
    shell_free(sh);
}

static void a_puppet_is_played_with_inject(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; A puppet; inject A>B SYN 1000");
    assert_int_equal(bench_status(), LINE_OK);
    assert_true(holds(sh, "B.state == SYN_RECEIVED && B.irs == 1000"));
    bench_say(sh, "A inject ACK");
    assert_int_equal(bench_status(), LINE_OK);
    assert_true(holds(sh, "B.state == ESTABLISHED"));
    bench_say(sh, "A inject PSH+ACK \"hello\"");
    assert_true(holds(sh, "received(B) == \"hello\""));
    shell_free(sh);
}

static void show_as_command_can_be_typed_again(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; A connect B:80; A send \"hi\"");
    char line[400];
    snprintf(line, sizeof line, "%s", bench_say(sh, "show #10 as command"));
    line[strcspn(line, "\n")] = '\0';
    assert_int_equal(strncmp(line, "inject A>B PSH+ACK A+1:A+3(2)", 29), 0);
    bench_say(sh, line);
    assert_int_equal(bench_status(), LINE_OK);
    assert_true(holds(sh, "received(B) == \"hi\""));
    shell_free(sh);
}

static void edit_changes_the_fields_it_names(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "hold on; B listen 80; A connect B:80; edit #4 seq=5000 wnd=1234 mss=700");
    assert_int_equal(bench_status(), LINE_OK);
    bench_say(sh, "deliver #4");
    assert_true(holds(sh, "B.irs == 5000 && B.snd.wnd == 1234"));
    bench_say(sh,
              "undo; undo; hold on; B listen 80; A connect B:80; edit #4 checksum=bad; deliver #4");
    assert_int_equal(bench_status(), LINE_OK);
    assert_true(holds(sh, "B.state == LISTEN"));
    shell_free(sh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_say_where_what_and_what_would_be_right),
        cmocka_unit_test(errors_in_chinese_keep_the_caret_under_the_word),
        cmocka_unit_test(a_refused_line_changes_nothing),
        cmocka_unit_test(every_example_runs),
        cmocka_unit_test(every_command_has_its_texts_and_help_fits),
        cmocka_unit_test(short_forms_find_their_command),
        cmocka_unit_test(pace_step_moves_time_only_when_told),
        cmocka_unit_test(an_empty_line_repeats_the_last_movement_and_nothing_else),
        cmocka_unit_test(a_send_larger_than_the_buffer_waits_for_room),
        cmocka_unit_test(what_tcp_refuses_is_part_of_the_story),
        cmocka_unit_test(recv_shows_the_bytes),
        cmocka_unit_test(undo_takes_back_a_line_and_redo_does_it_again),
        cmocka_unit_test(branches_keep_both_futures),
        cmocka_unit_test(breakpoints_stop_every_run_and_are_named),
        cmocka_unit_test(watches_tell_of_changes_only),
        cmocka_unit_test(semantic_stops_are_understood),
        cmocka_unit_test(a_failed_expectation_reports_what_is_and_the_story),
        cmocka_unit_test(a_text_stops_at_the_first_failure_with_file_and_line),
        cmocka_unit_test(a_saved_session_makes_the_same_session_again),
        cmocka_unit_test(time_that_passes_by_itself_is_saved),
        cmocka_unit_test(an_interrupted_run_is_saved_as_what_really_happened),
        cmocka_unit_test(load_puts_the_session_aside_and_brings_it_back),
        cmocka_unit_test(a_file_that_loads_itself_ends),
        cmocka_unit_test(seed_and_profile_stand_before_everything),
        cmocka_unit_test(files_are_refused_where_there_are_none),
        cmocka_unit_test(a_capture_is_written_by_its_ending),
        cmocka_unit_test(a_puppet_is_played_with_inject),
        cmocka_unit_test(show_as_command_can_be_typed_again),
        cmocka_unit_test(edit_changes_the_fields_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
