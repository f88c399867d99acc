/*
 * explore.c - how many transitions a second, how many bytes a state: the handshake world.
 *
 *     cmake --preset release -B build && cmake --build build --target bench &&
 * build/tests/bench_explore
 *
 * One core, then two: the preset third-ack with its rule in force and two timers.
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "repl/explore_preset.h"

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(void)
{
    const Preset *preset = preset_of_name("third-ack", strlen("third-ack"));
    Shell *shell = preset_shell(preset, false, LANG_EN);
    if (!shell)
        return 1;
    for (unsigned threads = 1; threads <= 2; threads++) {
        ExploreAsk ask = preset_ask(preset, session_world(shell_session(shell)));
        ask.bounds.timers = 2;
        ask.threads = threads;
        ExploreResult result;
        double began = seconds();
        if (!explore(&ask, &result))
            return 1;
        double took = seconds() - began;
        printf("%u thread%s: %" PRIu64 " states, %" PRIu64
               " transitions in %.2f s: %.0f transitions/s, %.1f bytes a state kept, world %" PRIu64
               " bytes\n",
               threads, threads == 1 ? "" : "s", result.states, result.transitions, took,
               (double)result.transitions / took,
               (double)result.table_bytes / (double)result.states, ask.root->size);
    }
    shell_free(shell);
    return 0;
}
