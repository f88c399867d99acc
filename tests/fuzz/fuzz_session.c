/*
 * fuzz_session.c: any text, loaded as a session, and what it became saved and loaded again.
 *
 * Law 9 for whatever a person can type: the saved session makes the same world again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "repl/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_MAX = 1500 };

static Shell *small_shell(void)
{
    return shell_new(&(ShellOptions){.session = {.shape = {.conns = 6,
                                                           .packets = 24,
                                                           .sent_cap = 16,
                                                           .range_cap = 4,
                                                           .ring_bytes = 4096,
                                                           .mtu = 1500},
                                                 .seed = 1,
                                                 .history_bytes = 1 << 18},
                                     .quiet = true});
}

/* Long runs are for other tests; here they would only be slow. */
static bool is_long(const uint8_t *data, size_t size)
{
    static const char *const words[] = {"flood", "h\n", "000s", "min", "source", "million"};
    char text[BYTES_MAX + 1];
    memcpy(text, data, size);
    text[size] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(text, words[i]))
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > BYTES_MAX || is_long(data, size))
        return 0;
    Shell *one = small_shell(), *two = small_shell();
    Text out = text_heap(), saved = text_heap();
    if (one && two) {
        uint32_t line;
        shell_text(one, "x", bytes_of(data, size), true, &out, &line);
        shell_save(one, &saved);
        LineStatus status =
            shell_text(two, "y", bytes_of(saved.buf, saved.len), false, &out, &line);
        Session *a = shell_session(one), *b = shell_session(two);
        CHECK(status != LINE_FAILED && status != LINE_ERROR);
        CHECK(world_digest(session_world(a)) == world_digest(session_world(b)));
        CHECK(session_position(a) == session_position(b));
        CHECK(session_length(a) == session_length(b));
        CHECK(session_log_count(a) == session_log_count(b));
    }
    text_heap_free(&out);
    text_heap_free(&saved);
    shell_free(one);
    shell_free(two);
    return 0;
}
