/*
 * session.c - what a desk costs: running, going back, scrubbing, asking.
 *
 *     bench_session [STEPS]
 *
 * Prints one line per measurement, per operation in microseconds of the processor. Other programs
 * disturb it: compare only runs made in turn, and their medians.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/rng.h"
#include "core/lab/session.h"

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void say(const char *what, double from, double count)
{
    printf("%-44s %12.3f us\n", what, (now_us() - from) / count);
}

static Session *transfer(uint32_t steps)
{
    static const Cmd cmds[] = {
        {.op = CMD_LINK, .link = 3, .key = LINK_LOSS, .val = 10000},
        {.op = CMD_APP, .host = HOST_B, .key = APP_SINK},
        {.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = 1ull << 40},
        {.op = CMD_LISTEN, .host = HOST_B, .key = 80},
        {.op = CMD_CONNECT, .host = HOST_A, .key = 80},
    };
    SessionOptions options = {.seed = 1};
    Session *s = session_new(&options);
    if (!s)
        exit(1);
    for (size_t i = 0; i < sizeof cmds / sizeof *cmds; i++)
        session_apply(s, &cmds[i], bytes_of(NULL, 0));
    double start = now_us();
    session_run(s, &(RunLimit){.until = NANOS_NEVER, .steps = steps});
    say("an event of a bulk transfer, with trace", start, steps);
    return s;
}

int main(int argc, char **argv)
{
    uint32_t steps = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 10000;
    Session *s = transfer(steps);
    uint64_t length = session_length(s);
    printf("%-44s %12u\n", "rows", session_world(s)->rows);

    double start = now_us();
    for (int i = 0; i < 100; i++)
        session_back(s, 1);
    say("one step back", start, 100);
    start = now_us();
    for (int i = 0; i < 100; i++)
        session_forward(s, 1);
    say("one step forward", start, 100);
    start = now_us();
    for (uint64_t i = 0; i < 50; i++)
        session_goto_position(s, rng_below(1, 1, i, length));
    say("to a random place", start, 50);
    start = now_us();
    for (uint64_t i = 0; i < 50; i++)
        session_goto_row(s, 1 + (uint32_t)rng_below(1, 2, i, session_world(s)->rows));
    say("to a random row", start, 50);
    session_goto_position(s, length);

    PredError error;
    const char *text = "A.state == ESTABLISHED && count(retransmission from A) > 1000000";
    Pred *p = pred_compile(text, strlen(text), &error);
    start = now_us();
    int hits = 0;
    for (int i = 0; i < 100000; i++)
        hits += pred_true(p, session_world(s), session_trace(s));
    say("a predicate", start, 100000);
    pred_free(p);

    start = now_us();
    Session *fork = session_fork(s);
    say("a fork", start, 1);
    session_free(fork);
    session_free(s);
    return hits;
}
