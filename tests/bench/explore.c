/*
 * explore.c - how many transitions a second, how many bytes a state: the handshake world.
 *
 *     cmake --preset release -B build && cmake --build build --target bench &&
 * build/tests/bench_explore
 *
 * One thread, then two; processor time counts, because other programs disturb a clock on the wall.
 * The preset third-ack with its rule in force and two timers.
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "repl/explore_preset.h"

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    unsigned last = argc > 1 ? (unsigned)atoi(argv[1]) : 2;
    const Preset *preset = preset_of_name("third-ack", strlen("third-ack"));
    Shell *shell = preset_shell(preset, false, LANG_EN);
    if (!shell)
        return 1;
    for (unsigned threads = 1; threads <= last; threads++) {
        ExploreAsk ask = preset_ask(preset, session_world(shell_session(shell)));
        ask.bounds.timers = 2;
        ask.threads = threads;
        ExploreResult result;
        double began = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        if (!explore(&ask, &result))
            return 1;
        double took = seconds(CLOCK_MONOTONIC) - began;
        cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        printf("%u thread%s: %" PRIu64 " states, %" PRIu64
               " transitions in %.2f s, %.2f s of processor: %.0f transitions a processor second, "
               "%.1f bytes a state kept, world %" PRIu64 " bytes\n",
               threads, threads == 1 ? "" : "s", result.states, result.transitions, took, cpu,
               (double)result.transitions / cpu, (double)result.table_bytes / (double)result.states,
               ask.root->size);
    }
    shell_free(shell);
    return 0;
}
