/*
 * explore.c - how many transitions a second, how many bytes a state: the handshake world.
 *
 *     cmake -S . -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build --target bench_explore
 *     build/tests/bench_explore [--json] [-j THREADS] [--repeat N]
 *
 * The preset third-ack with its rule in force and two timers: two connections, a close, a loss, a
 * duplicate, a machine that loses power. With 1, 2, ... THREADS threads (2); each search N times
 * (5), of which the fastest counts: other programs can only disturb. Processor time counts for the
 * rate of one thread; the clock on the wall for what more threads gain.
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "repl/explore_preset.h"

typedef struct Measure {
    ExploreResult result;
    double wall, cpu;
} Measure;

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool measure(const ExploreAsk *ask, int repeat, Measure *best)
{
    for (int i = 0; i < repeat; i++) {
        ExploreResult result;
        double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        if (!explore(ask, &result))
            return false;
        wall = seconds(CLOCK_MONOTONIC) - wall;
        cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        if (i == 0 || cpu < best->cpu)
            best->cpu = cpu;
        if (i == 0 || wall < best->wall)
            best->wall = wall;
        best->result = result;
    }
    return true;
}

static void tell(const Measure *m, unsigned threads, double one, uint64_t world, bool json)
{
    const ExploreResult *r = &m->result;
    const double kept = (double)r->table_bytes / (double)r->states;
    const double peak = (double)r->peak_bytes / (double)r->states;
    const double rate = (double)r->transitions / m->cpu;
    static const char *const forms[] = {
        "%u thread(s): %" PRIu64 " states, %" PRIu64 " transitions in %.3f s, %.3f s of processor: "
        "%.0f transitions a processor second, %.2f times as fast as one thread; %.1f bytes a state "
        "kept, %.1f at the peak with what waits; world %" PRIu64 " bytes\n",
        "{\"threads\":%u,\"states\":%" PRIu64 ",\"transitions\":%" PRIu64
        ",\"seconds\":%.4f,\"cpu_seconds\":%.4f,\"transitions_per_cpu_second\":%.0f,"
        "\"speedup\":%.3f,\"bytes_per_state_kept\":%.2f,\"bytes_per_state_peak\":%.2f,"
        "\"world_bytes\":%" PRIu64 "}\n"};
    printf(forms[json], threads, r->states, r->transitions, m->wall, m->cpu, rate, one / m->wall,
           kept, peak, world);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    bool json = false;
    unsigned last = 2;
    int repeat = 5;
    for (int i = 1; i < argc; i++) {
        json = json || strcmp(argv[i], "--json") == 0;
        if (strcmp(argv[i], "-j") == 0 && i + 1 < argc)
            last = (unsigned)atoi(argv[++i]);
        else if (strcmp(argv[i], "--repeat") == 0 && i + 1 < argc)
            repeat = atoi(argv[++i]);
    }
    const Preset *preset = preset_of_name("third-ack", strlen("third-ack"));
    Shell *shell = preset_shell(preset, false, LANG_EN);
    if (!shell)
        return 1;
    double one = 0;
    for (unsigned threads = 1; threads <= last; threads++) {
        ExploreAsk ask = preset_ask(preset, session_world(shell_session(shell)));
        ask.bounds.timers = 2;
        ask.threads = threads;
        Measure m = {.wall = 0};
        if (!measure(&ask, repeat > 0 ? repeat : 1, &m))
            return 1;
        one = threads == 1 ? m.wall : one;
        tell(&m, threads, one, ask.root->size, json);
    }
    shell_free(shell);
    return 0;
}
