/*
 * fuzz_line.c: any lines, typed into a shell: never a crash, never a hang.
 *
 * The lines are also completed and hinted at, letter for letter where they are short. What the
 * lines do is limited by the world: it is small, and a run that takes too long is interrupted as by
 * Ctrl-C.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "repl/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MAX = 24, BYTES_MAX = 1500 };

static void ignore(void *user, const char *word, const char *note)
{
    (void)user;
    (void)word;
    (void)note;
}

/* `run 100h` and a flood would be a long test, not a deep one. */
static bool is_long_run(const char *line)
{
    static const char *const words[] = {"flood", "run",    "step", "r ",
                                        "s ",    "source", "goto", "expl"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(line, words[i]))
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static volatile int interrupted;
    if (size > BYTES_MAX)
        return 0;
    char text[BYTES_MAX + 1];
    memcpy(text, data, size);
    text[size] = '\0';
    Shell *sh = shell_new(&(ShellOptions){.session = {.shape = {.conns = 6,
                                                                .packets = 24,
                                                                .sent_cap = 16,
                                                                .range_cap = 4,
                                                                .ring_bytes = 4096,
                                                                .mtu = 1500},
                                                      .seed = 1,
                                                      .history_bytes = 1 << 18,
                                                      .check = true},
                                          .lang = size % 2 ? LANG_EN : LANG_ZH,
                                          .color = size % 3 == 0,
                                          .width = size % 5 ? 80 : 40,
                                          .interrupt = &interrupted});
    if (!sh)
        return 0;
    Text out = text_heap();
    char *line = text;
    for (int i = 0; i < LINES_MAX && line; i++) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        size_t len = strlen(line);
        for (size_t n = len < 40 ? 0 : len; n <= len; n++)
            shell_complete(sh, line, n, ignore, NULL);
        shell_hint(sh, line, len, &out);
        interrupted = is_long_run(line);
        shell_line(sh, line, &out);
        interrupted = 1;
        shell_repeat(sh, &out);
        interrupted = 0;
        shell_prompt(sh, &out);
        shell_status(sh, &out);
        text_clear(&out);
        line = end ? end + 1 : NULL;
    }
    shell_ladder(sh, 1, UINT32_MAX, &out);
    text_heap_free(&out);
    shell_free(sh);
    return 0;
}
