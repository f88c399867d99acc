/*
 * bench.c: a shell for tests (bench.h).
 */
#include "tests/repl/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static char said[1 << 20];
static LineStatus last_status;

/* One file, in memory. */
static char file_name[128], file_text[1 << 16];
static size_t file_len;

static char *read_file(const char *path, size_t *len, const char **error)
{
    if (strcmp(path, file_name) != 0) {
        *error = "no such file";
        return NULL;
    }
    char *copy = malloc(file_len + 1);
    memcpy(copy, file_text, file_len);
    copy[file_len] = '\0';
    *len = file_len;
    return copy;
}

static bool write_file(const char *path, Bytes data, const char **error)
{
    if (strlen(path) >= sizeof file_name || data.len > sizeof file_text) {
        *error = "disk full";
        return false;
    }
    strcpy(file_name, path);
    memcpy(file_text, data.data, data.len);
    file_len = data.len;
    return true;
}

void bench_file(const char *name, const char *text)
{
    const char *error;
    assert_true(write_file(name, bytes_of(text, strlen(text)), &error));
}

const char *bench_file_text(const char *name)
{
    assert_string_equal(name, file_name);
    assert_true(file_len < sizeof file_text);
    file_text[file_len] = '\0';
    return file_text;
}

Shell *bench_shell_with(const ShellOptions *wanted)
{
    ShellOptions options = *wanted;
    options.session.seed = options.session.seed ? options.session.seed : 1;
    options.session.check = true;
    options.read_file = read_file;
    options.write_file = write_file;
    Shell *sh = shell_new(&options);
    assert_non_null(sh);
    return sh;
}

Shell *bench_shell(Lang lang)
{
    return bench_shell_with(&(ShellOptions){.lang = lang});
}

const char *bench_say(Shell *sh, const char *line)
{
    Text out = text_fixed(said, sizeof said);
    last_status = shell_line(sh, line, &out);
    assert_false(out.full);
    return said;
}

LineStatus bench_status(void)
{
    return last_status;
}

void bench_same(const char *got, const char *wanted)
{
    if (strcmp(got, wanted) != 0)
        print_error("got:\n%s\nwanted:\n%s\n", got, wanted);
    assert_string_equal(got, wanted);
}
