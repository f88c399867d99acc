/*
 * pkt.c - running .pkt scripts in tests (pkt.h).
 *
 * One runner serves all scripts of a test program, so what a run leaves behind would be noticed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lab/pkt.h"

static ScriptRunner *runner;

static void free_runner(void)
{
    script_runner_free(runner);
}

ScriptOptions pkt_options(void)
{
    return (ScriptOptions){.profile = PROFILE_COUNT, .lang = LANG_EN, .check = true};
}

ScriptResult pkt_run(const ScriptOptions *o, const char *text)
{
    if (!runner) {
        runner = script_runner_new();
        assert_non_null(runner);
        atexit(free_runner);
    }
    return script_run(runner, o, bytes_of(text, strlen(text)));
}

/* Everything the script was reported to be, in one text. */
static const char *report(const ScriptResult *r)
{
    static char text[2048];
    static const char *const outcomes[] = {"passed", "failed", "skipped", "error"};
    snprintf(text, sizeof text, "%s at %u:%u: %s\n  expected: %s\n  got: %s", outcomes[r->outcome],
             r->line, r->column, r->message, r->expected, r->got);
    return text;
}

static void demand(bool good, const char *text, const ScriptResult *r, const char *wanted)
{
    if (!good)
        fail_msg("%s\nwanted: %s; but %s", text, wanted, report(r));
}

void pkt_passes_with(const ScriptOptions *o, const char *text)
{
    ScriptResult r = pkt_run(o, text);
    demand(r.outcome == SCRIPT_PASSED, text, &r, "passed");
}

void pkt_passes(const char *text)
{
    ScriptOptions o = pkt_options();
    pkt_passes_with(&o, text);
}

void pkt_fails_with(const ScriptOptions *o, const char *text, uint32_t line, const char *words)
{
    ScriptResult r = pkt_run(o, text);
    demand(r.outcome == SCRIPT_FAILED, text, &r, "failed");
    demand(line == 0 || r.line == line, text, &r, "failed in another line");
    demand(strstr(report(&r), words), text, &r, words);
}

void pkt_fails(const char *text, uint32_t line, const char *words)
{
    ScriptOptions o = pkt_options();
    pkt_fails_with(&o, text, line, words);
}

void pkt_skips(const char *text, const char *words)
{
    ScriptOptions o = pkt_options();
    ScriptResult r = pkt_run(&o, text);
    demand(r.outcome == SCRIPT_SKIPPED, text, &r, "skipped");
    demand(strstr(r.message, words), text, &r, words);
}

void pkt_is_wrong(const char *text, uint32_t line, uint32_t column, const char *words)
{
    ScriptOptions o = pkt_options();
    ScriptResult r = pkt_run(&o, text);
    demand(r.outcome == SCRIPT_ERROR, text, &r, "an error of the script");
    demand(r.line == line && r.column == column, text, &r, "another place");
    demand(strstr(r.message, words), text, &r, words);
}
