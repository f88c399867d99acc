/*
 * test_scenarios.c: the whole suite of scenarios, in one process, for what only the whole can show.
 *
 *  - every scenario passes, with all invariants checked after every event;
 *  - law 9: it runs twice to the same bytes, and once more from a snapshot in its middle;
 *  - every rule of rule.def acts in some scenario (a rule nobody hits is untested);
 *  - every edge of RFC 9293 figure 5 is taken in some scenario (the `visited` report: 100 %).
 *
 * When something is missing the test names it, so that one knows which scenario to write.
 */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/lab/heap.h"
#include "repl/shell.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 512 };

static char *files[FILES_MAX];
static int file_count;
static bool rule_hit[RULE_COUNT];
static uint32_t edges_taken;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int find_files(void **state)
{
    (void)state;
    DIR *dir = opendir(SANDWIRE_SOURCE_DIR "/tests/scenarios");
    assert_non_null(dir);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        size_t len = strlen(e->d_name);
        if (len > 3 && strcmp(e->d_name + len - 3, ".sw") == 0 && file_count < FILES_MAX)
            files[file_count++] = strdup(e->d_name);
    }
    closedir(dir);
    qsort(files, (size_t)file_count, sizeof *files, by_name);
    return 0;
}

static int forget_files(void **state)
{
    (void)state;
    while (file_count > 0)
        free(files[--file_count]);
    return 0;
}

static char *read_file(const char *name, size_t *len)
{
    char path[1024];
    snprintf(path, sizeof path, SANDWIRE_SOURCE_DIR "/tests/scenarios/%s", name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *text = malloc(1 << 20);
    *len = fread(text, 1, (1 << 20) - 1, f);
    text[*len] = '\0';
    fclose(f);
    return text;
}

/* Runs a scenario on a new shell; fails with its story when it does not pass. */
static Shell *run(const char *name, bool check)
{
    size_t len;
    char *text = read_file(name, &len);
    Shell *shell =
        shell_new(&(ShellOptions){.quiet = true, .session = {.seed = 1, .check = check}});
    Text out = text_heap();
    uint32_t line = 0;
    LineStatus status = shell_text(shell, name, bytes_of(text, len), false, &out, &line);
    if (status == LINE_FAILED || status == LINE_ERROR)
        fail_msg("%s, line %u:\n%s", name, line, out.buf);
    text_heap_free(&out);
    free(text);
    return shell;
}

static void collect(const Trace *trace)
{
    for (uint32_t i = 0; i < trace->note_count; i++) {
        const Note *n = &trace->notes[i];
        rule_hit[n->rule] = true;
    }
    const Row *last = trace_row(trace, trace_last(trace));
    for (int h = 0; last && h < HOST_COUNT; h++)
        edges_taken |= last->visited[h];
}

static void every_scenario_passes_and_repeats_itself(void **state)
{
    (void)state;
    assert_true(file_count > 0);
    for (int i = 0; i < file_count; i++) {
        Shell *first = run(files[i], true), *second = run(files[i], false);
        Session *s = shell_session(first);
        uint64_t digest = world_digest(session_world(s));
        assert_true(world_digest(session_world(shell_session(second))) == digest);
        uint32_t rows = trace_last(session_trace(s));
        collect(session_trace(s));
        uint64_t here = session_position(s);
        session_goto_position(s, here / 2); /* a snapshot in mid-run, and on from there */
        session_goto_position(s, here);
        if (world_digest(session_world(s)) != digest || trace_last(session_trace(s)) != rows)
            fail_msg("%s: going back and on again leads elsewhere", files[i]);
        shell_free(first);
        shell_free(second);
    }
}

static void every_rule_acts_in_some_scenario(void **state)
{
    (void)state;
    int missing = 0;
    for (int id = 1; id < RULE_COUNT; id++) {
        if (!rule_hit[id]) {
            print_error("no scenario makes the rule %s act\n", rule_info((RuleId)id)->name);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
}

static void every_edge_of_figure_5_is_taken(void **state)
{
    (void)state;
    int missing = 0;
    for (int i = 0; i < STATE_EDGE_COUNT; i++) {
        if (!(edges_taken >> i & 1)) {
            print_error("no scenario goes from %s to %s\n",
                        state_name((TcpState)state_edges[i].from),
                        state_name((TcpState)state_edges[i].to));
            missing++;
        }
    }
    assert_int_equal(missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scenario_passes_and_repeats_itself),
        cmocka_unit_test(every_rule_acts_in_some_scenario),
        cmocka_unit_test(every_edge_of_figure_5_is_taken),
    };
    return cmocka_run_group_tests(tests, find_files, forget_files);
}
