/*
 * test_views.c: looking changes nothing, and works at every moment.
 *
 * How the views look is in tests/repl/golden (test_ladder.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "repl/width.h"
#include "tests/repl/bench.h"

static const char *const looks[] = {
    "net",           "ladder",     "ladder time", "ladder #1",
    "ladder A",      "state",      "state B",     "fsm",
    "fsm A",         "visited",    "tcb A",       "tcb A all",
    "tcb A diff",    "B tcb",      "seqspace A",  "seqspace B",
    "timers",        "queue A",    "queue B",     "ss",
    "ss A",          "plot cwnd",  "plot flight", "plot seq B",
    "events 100",    "explain",    "why",         "link",
    "armed",         "rules",      "rules all",   "breaks",
    "branches",      "mark",       "watch",       "set A",
    "profile",       "show #1",    "diff #1",     "diff start now",
    "print A.state", "A.snd.una",  "A",           "help",
    "pace",          "box",        "help line",   "help predicates",
    "help segments", "help units", "help ladder", "rule third-ack",
    "set A.rto_min", "tell",
};

/* Moments of a life, each as the line that leads to the next. */
static const char *const moments[] = {
    "B listen 80",
    "link loss=10% jitter=20ms",
    "A connect B:80",
    "hold on; A send \"hello\"",
    "hold off; run 30ms",
    "B app sink; A send 30KiB",
    "A close; run 1s",
    "back 4",
    "branch other; A abort; run 77ms",
    "A power off",
    "rule third-ack off; numbers absolute; B puppet",
};

static void looking_changes_nothing_at_any_moment(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        Shell *sh = bench_shell((Lang)lang);
        for (size_t m = 0; m < sizeof moments / sizeof *moments; m++) {
            bench_say(sh, moments[m]);
            Session *s = shell_session(sh);
            uint64_t digest = world_digest(session_world(s)), position = session_position(s);
            uint64_t length = session_length(s);
            uint32_t rows = trace_last(session_trace(s)), lines = session_log_count(s);
            for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
                const char *said = bench_say(sh, looks[i]);
                if (digest != world_digest(session_world(s)))
                    print_error("after `%s`, `%s` changes the world: %s\n", moments[m], looks[i],
                                said);
                assert_int_equal(digest, world_digest(session_world(s)));
                assert_int_equal(position, session_position(s));
                assert_int_equal(length, session_length(s));
                assert_int_equal(rows, trace_last(session_trace(s)));
                assert_int_equal(lines, session_log_count(s));
            }
        }
        shell_free(sh);
    }
}

static void looking_works_before_anything_happened(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        bool said = strlen(bench_say(sh, looks[i])) > 0;
        if (!said)
            print_error("`%s` says nothing\n", looks[i]);
        assert_true(said);
    }
    shell_free(sh);
}

static void no_look_is_wider_than_80_columns(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        Shell *sh = bench_shell((Lang)lang);
        for (size_t m = 0; m < sizeof moments / sizeof *moments; m++) {
            bench_say(sh, moments[m]);
            for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
                for (const char *line = bench_say(sh, looks[i]); *line;) {
                    size_t len = strcspn(line, "\n");
                    if (width_of(line, len) > 80)
                        print_error("`%s`, %zu columns: %.*s\n", looks[i], width_of(line, len),
                                    (int)len, line);
                    assert_true(width_of(line, len) <= 80);
                    line += len + (line[len] == '\n');
                }
            }
        }
        shell_free(sh);
    }
}

static void no_colour_is_used_unless_wanted(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    for (size_t m = 0; m < sizeof moments / sizeof *moments; m++) {
        assert_null(strchr(bench_say(sh, moments[m]), '\033'));
        for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
            assert_null(strchr(bench_say(sh, looks[i]), '\033'));
    }
    shell_free(sh);
}

/* Every colour that is switched on is switched off again, on the same line. */
static void colours_end_with_their_line(void **state)
{
    (void)state;
    Shell *sh = bench_shell_with(&(ShellOptions){.color = true});
    for (size_t m = 0; m < sizeof moments / sizeof *moments; m++) {
        bench_say(sh, moments[m]);
        for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
            bool on = false;
            for (const char *s = bench_say(sh, looks[i]); *s; s++) {
                if (*s == '\033')
                    on = strncmp(s, "\033[0m", 4) != 0;
                if (*s == '\n' && on)
                    print_error("`%s` leaves a colour on\n", looks[i]);
                assert_false(*s == '\n' && on);
            }
        }
    }
    shell_free(sh);
}

static void json_has_one_object_per_row(void **state)
{
    (void)state;
    Shell *sh = bench_shell(LANG_EN);
    bench_say(sh, "B listen 80; drop next SYN from A; A connect B:80; A send \"a\\\"b\\n\"");
    bench_say(sh, "export r.json");
    assert_int_equal(bench_status(), LINE_OK);
    uint32_t rows = 0;
    const char *text = bench_file_text("r.json");
    for (const char *s = text; (s = strstr(s, "{\"row\":")); s++)
        rows++;
    assert_int_equal(rows, trace_last(session_trace(shell_session(sh))));
    assert_non_null(strstr(text, "\"what\":\"send \\\"a\\\\\\\"b\\\\n\\\"\""));
    assert_non_null(strstr(text, "\"annotation\":\"Retransmission\""));
    assert_non_null(strstr(text, "\"why\":\"dropped by an armed rule\""));
    shell_free(sh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_changes_nothing_at_any_moment),
        cmocka_unit_test(looking_works_before_anything_happened),
        cmocka_unit_test(no_look_is_wider_than_80_columns),
        cmocka_unit_test(no_colour_is_used_unless_wanted),
        cmocka_unit_test(colours_end_with_their_line),
        cmocka_unit_test(json_has_one_object_per_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
