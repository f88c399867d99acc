/*
 * test_ladder.c: pictures in text against the ones somebody has looked at.
 *
 * Each file of tests/repl/golden is a script, a line of dashes, and what the last line of the
 * script prints. To look at a change: SANDWIRE_GOLDEN=write ctest -R repl.ladder; git diff.
 */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/view.h"
#include "repl/width.h"
#include "tests/repl/bench.h"

#define FOLDER SANDWIRE_SOURCE_DIR "/tests/repl/golden"

static const char DASHES[] = "----\n";

static char *read_whole(const char *path)
{
    static char text[1 << 16];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    return text;
}

/* Runs the script; returns what its last line says. Options stand in its first line: `# zh 40
 * ascii`. */
static const char *run_script(char *script)
{
    ShellOptions options = {0};
    const char *first = script;
    if (first[0] == '#') {
        const char *end = strchr(first, '\n');
        const char *zh = strstr(first, "zh"), *narrow = strstr(first, "40");
        const char *color = strstr(first, "color");
        options.lang = zh && zh < end ? LANG_ZH : LANG_EN;
        options.width = narrow && narrow < end ? 40 : 80;
        options.color = color && color < end;
    }
    Shell *sh = bench_shell_with(&options);
    const char *said = "";
    for (char *line = strtok(script, "\n"); line; line = strtok(NULL, "\n")) {
        said = bench_say(sh, line);
        if (bench_status() == LINE_ERROR)
            print_error("%s\n%s", line, said);
        assert_int_not_equal(bench_status(), LINE_ERROR);
    }
    shell_free(sh);
    return said;
}

static void check_file(const char *name)
{
    char path[600], script[4096];
    snprintf(path, sizeof path, FOLDER "/%s", name);
    char *text = read_whole(path);
    char *dashes = strstr(text, DASHES);
    assert_non_null(dashes);
    size_t n = (size_t)(dashes - text);
    assert_true(n < sizeof script);
    memcpy(script, text, n);
    script[n] = '\0';
    const char *said = run_script(script);
    if (getenv("SANDWIRE_GOLDEN")) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fprintf(f, "%.*s%s%s", (int)n, text, DASHES, said);
        fclose(f);
        return;
    }
    if (strcmp(said, dashes + strlen(DASHES)) != 0)
        print_error("%s\n", path);
    bench_same(said, dashes + strlen(DASHES));
}

static int each_file(void (*look)(const char *name))
{
    DIR *dir = opendir(FOLDER);
    assert_non_null(dir);
    int count = 0;
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        size_t len = strlen(e->d_name);
        if (len < 5 || strcmp(e->d_name + len - 4, ".txt") != 0)
            continue;
        look(e->d_name);
        count++;
    }
    closedir(dir);
    return count;
}

static void pictures_are_those_somebody_has_looked_at(void **state)
{
    (void)state;
    assert_true(each_file(check_file) >= 12);
}

/* ---- 80 columns hard, and nothing of doubtful width in what lines up ---- */

static size_t columns_max;

static void check_lines(const char *name, const char *text)
{
    for (const char *line = text; *line;) {
        size_t len = strcspn(line, "\n");
        if (width_of(line, len) > columns_max)
            print_error("%s: %zu columns: %.*s\n", name, width_of(line, len), (int)len, line);
        assert_true(width_of(line, len) <= columns_max);
        for (size_t i = 0; i < len;) {
            uint32_t code;
            i += width_decode(line + i, len - i, &code);
            if (width_is_ambiguous(code))
                print_error("%s: U+%04X: %.*s\n", name, (unsigned)code, (int)len, line);
            assert_false(width_is_ambiguous(code));
        }
        line += len + (line[len] == '\n');
    }
}

static void check_width_of(const char *name)
{
    char path[600];
    snprintf(path, sizeof path, FOLDER "/%s", name);
    char *text = read_whole(path);
    columns_max = strstr(name, "narrow") ? 40 : 80;
    check_lines(name, strstr(text, DASHES) + strlen(DASHES));
}

static void no_picture_is_wider_than_the_terminal(void **state)
{
    (void)state;
    each_file(check_width_of);
}

/* One run, drawn in both languages, wide and narrow, with names and plain numbers. */
static void check_every_ladder_of(const char *name, Shell *sh)
{
    for (int i = 0; i < 4; i++) {
        View view = {.world = session_world(shell_session(sh)),
                     .trace = session_trace(shell_session(sh)),
                     .lang = i % 2 ? LANG_ZH : LANG_EN,
                     .absolute = i == 1 || i == 2,
                     .width = i < 2 ? 80 : 40};
        LadderRange range = {.first = 1, .last = 3000, .heading = true, .host = HOST_NONE};
        Text out = text_heap();
        look_ladder(&out, &view, &range);
        columns_max = view.width;
        check_lines(name, out.buf);
        text_heap_free(&out);
    }
}

static void no_ladder_of_any_scenario_is_wider_than_the_terminal(void **state)
{
    (void)state;
    DIR *dir = opendir(SANDWIRE_SOURCE_DIR "/tests/scenarios");
    assert_non_null(dir);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        char path[600];
        if (!strstr(e->d_name, ".sw"))
            continue;
        snprintf(path, sizeof path, SANDWIRE_SOURCE_DIR "/tests/scenarios/%s", e->d_name);
        const char *text = read_whole(path);
        Shell *sh = shell_new(&(ShellOptions){.session.seed = 1, .quiet = true});
        Text out = text_heap();
        uint32_t line;
        shell_text(sh, e->d_name, bytes_of(text, strlen(text)), true, &out, &line);
        check_every_ladder_of(e->d_name, sh);
        text_heap_free(&out);
        shell_free(sh);
    }
    closedir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_are_those_somebody_has_looked_at),
        cmocka_unit_test(no_picture_is_wider_than_the_terminal),
        cmocka_unit_test(no_ladder_of_any_scenario_is_wider_than_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
