/*
 * fuzz_predicate.c - any text as a predicate: refused with a place inside it, or compiled, and then
 * evaluating, printing, explaining and completing it are safe, on an empty world and on a full one.
 */
#include <stdint.h>
#include <string.h>

#include "core/lab/heap.h"
#include "core/lab/session.h"

enum { TEXT_MAX = 4096 };

static Session *busy_session(void)
{
    SessionOptions options = {.seed = 1};
    Session *s = session_new(&options);
    CHECK(s);
    static const Cmd cmds[] = {
        {.op = CMD_LISTEN, .host = HOST_B, .key = 80},
        {.op = CMD_CONNECT, .host = HOST_A, .key = 80},
        {.op = CMD_CONNECT, .host = HOST_A, .key = 81},
        {.op = CMD_SEND, .host = HOST_A, .conn = 1, .val = 3000},
    };
    for (size_t i = 0; i < sizeof cmds / sizeof *cmds; i++) {
        session_apply(s, &cmds[i], bytes_of(NULL, 0));
        session_run(s, &(RunLimit){.until = NANOS_NEVER, .steps = 4});
    }
    return s;
}

static void count_one(void *user, const char *word)
{
    (void)word;
    ++*(size_t *)user;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Session *empty, *busy; /* made once: reachable at the end, so no leak */
    if (!empty) {
        SessionOptions options = {.seed = 2};
        empty = session_new(&options);
        busy = busy_session();
        CHECK(empty);
    }
    if (size > TEXT_MAX)
        return 0;
    size_t offers = 0;
    PredError error;
    pred_complete((const char *)data, size, count_one, &offers);
    Pred *p = pred_compile((const char *)data, size, &error);
    if (!p) {
        CHECK(error.at <= size && error.text[LANG_EN][0] && error.text[LANG_ZH][0]);
        CHECK(memchr(error.nearest, '\0', sizeof error.nearest));
        return 0;
    }
    const Session *const sessions[] = {empty, busy};
    for (size_t i = 0; i < 2; i++) {
        const World *w = session_world(sessions[i]);
        const Trace *t = session_trace(sessions[i]);
        Text text = text_heap();
        bool truth = pred_true(p, w, t);
        CHECK((pred_number(p, w, t) != 0) == truth);
        pred_print(&text, p, w, t);
        CHECK(text.len > 0);
        pred_explain(&text, p, w, t, LANG_EN);
        pred_explain(&text, p, w, t, LANG_ZH);
        text_heap_free(&text);
    }
    pred_free(p);
    return 0;
}
