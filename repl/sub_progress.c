/*
 * sub_progress.c: how far a search is: one line on a terminal's standard error, written over and
 * over, and gone when the search has ended.
 *
 *     145980 states, 189628 transitions/s, depth 15 (5632/33386), 30 MiB, perhaps 471486 in all
 *
 * The search calls often; the clock is looked at each time, the terminal is written to twice a
 * second. Nothing is told within the first half second, nor where standard error is no terminal.
 */
#define _POSIX_C_SOURCE 200809L
#include "repl/sub.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "core/lab/explore.h"

static struct {
    double since, last;
    bool running, shown;
} line;

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void end_line(void)
{
    if (line.shown)
        fprintf(stderr, "\r\033[K");
    line.running = line.shown = false;
}

static void tell(const ExploreProgress *p, double now, Lang lang)
{
    static const char *const forms[LANG_COUNT] = {
        "\r%" PRIu64 " states, %.0f transitions/s, depth %u (%" PRIu64 "/%" PRIu64 "), %.0f MiB",
        "\r%" PRIu64 " 个状态，每秒 %.0f 次转移，深度 %u（%" PRIu64 "/%" PRIu64 "），%.0f MiB"};
    static const char *const guesses[LANG_COUNT] = {", perhaps %" PRIu64 " in all",
                                                    "，估计共约 %" PRIu64 " 个"};
    fprintf(stderr, forms[lang], p->states, (double)p->transitions / (now - line.since), p->depth,
            min_u64(p->layer_done, p->layer_size), p->layer_size, (double)p->bytes / (1 << 20));
    if (p->expected)
        fprintf(stderr, guesses[lang], p->expected);
    fprintf(stderr, "\033[K");
    fflush(stderr);
    line.shown = true;
}

void sub_tell_progress(const ExploreProgress *p, Lang lang)
{
    if (!p) {
        end_line();
        return;
    }
    double now = seconds();
    if (!line.running) {
        line.since = line.last = now;
        line.running = true;
    }
    if (now - line.last < 0.5 || !isatty(STDERR_FILENO))
        return;
    line.last = now;
    tell(p, now, lang);
}
