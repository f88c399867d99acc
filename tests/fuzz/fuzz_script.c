/*
 * fuzz_script.c - any text as a .pkt script: an outcome, never a crash, and the same one twice.
 *
 * Both readings are run, strict and lenient, with the world's invariants checked after every event.
 * A place in a report lies inside the text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/script.h"

enum { TEXT_MAX = 8192 };

static ScriptRunner *runner;

static void free_runner(void)
{
    script_runner_free(runner);
}

static uint32_t lines_of(const uint8_t *data, size_t size)
{
    uint32_t lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    return lines;
}

static void look_at(const ScriptResult *r, const uint8_t *data, size_t size)
{
    CHECK(r->outcome <= SCRIPT_ERROR);
    CHECK((r->outcome == SCRIPT_PASSED) == (r->message[0] == '\0'));
    CHECK(r->line <= lines_of(data, size) && r->column <= size + 1);
    CHECK(memchr(r->message, 0, sizeof r->message) && memchr(r->expected, 0, sizeof r->expected) &&
          memchr(r->got, 0, sizeof r->got));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > TEXT_MAX)
        return 0;
    if (!runner) {
        runner = script_runner_new();
        CHECK(runner);
        atexit(free_runner);
    }
    ScriptOptions o = {.profile = PROFILE_COUNT, .check = true};
    ScriptResult strict = script_run(runner, &o, bytes_of(data, size));
    look_at(&strict, data, size);
    o.lenient = true;
    o.lang = LANG_ZH;
    o.trace = true;
    ScriptResult lenient = script_run(runner, &o, bytes_of(data, size));
    look_at(&lenient, data, size);
    if (strict.outcome == SCRIPT_PASSED) /* what the original accepts, the lenient reading does */
        CHECK(lenient.outcome == SCRIPT_PASSED);
    ScriptResult again = script_run(runner, &o, bytes_of(data, size));
    CHECK(memcmp(&lenient, &again, sizeof again) == 0);
    return 0;
}
