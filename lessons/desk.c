/*
 * desk.c: making, copying and running shells for lessons (desk.h).
 *
 * A lesson, a prediction and a grader each get a shell of their own, so that what one learner tries
 * never touches what another answer is measured against.
 */
#include "lessons/desk.h"

#include <string.h>

#include "core/lab/heap.h"

Shell *desk_new(uint64_t seed, Profile profile)
{
    ShellOptions options = {
        .session = {.seed = seed, .profile = profile, .history_bytes = DESK_HISTORY_BYTES},
        .quiet = true};
    Shell *sh = shell_new(&options);
    CHECK(sh != NULL);
    return sh;
}

Shell *desk_fork(Shell *from)
{
    const SessionOptions *options = session_options(shell_session(from));
    Shell *sh = desk_new(options->seed, options->profile);
    Text log = text_heap(), said = text_heap();
    uint32_t line;
    shell_save(from, &log);
    shell_text(sh, "", bytes_of(log.buf, log.len), true, &said, &line);
    text_heap_free(&log);
    text_heap_free(&said);
    return sh;
}

void desk_restart(Shell *sh, uint64_t seed, Profile profile)
{
    SessionOptions options = *session_options(shell_session(sh));
    options.seed = seed;
    options.profile = profile;
    CHECK(shell_restart(sh, &options));
}

bool desk_run(Shell *sh, const char *lines, Text *out, uint32_t *line)
{
    uint32_t at = 0;
    LineStatus status = shell_text(sh, "", bytes_of(lines, strlen(lines)), false, out, &at);
    bool ok = status == LINE_OK || status == LINE_EMPTY;
    if (!ok && line)
        *line = at;
    return ok;
}

void desk_line(const char *lines, uint32_t n, char *buf, size_t cap)
{
    Text out = text_fixed(buf, cap);
    for (; n > 1 && *lines; n--) {
        lines += strcspn(lines, "\n");
        lines += *lines == '\n';
    }
    lines += strspn(lines, " ");
    text_add_n(&out, lines, strcspn(lines, "\n"));
}
