/*
 * transfer.c: what a simulated data segment costs, and how that grows with the window.
 *
 * A sends to B's sink as fast as the windows allow, with real bytes and real checksums and nobody
 * listening (no sink). Printed: nanoseconds per data segment with its share of acknowledgments, for
 * several windows, interleaved, as medians; and the ratio to the smallest, which is what to look at
 * on a shared machine.
 */
#define _POSIX_C_SOURCE 200809L

#include "core/net/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 5, SEGMENTS = 20000 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void apply(World *w, Cmd cmd)
{
    world_apply(w, &cmd, bytes_of(NULL, 0), NULL);
}

/* Nanoseconds per segment with a window of so many segments, on a link that loses loss_ppm. */
static double measure(uint32_t window, uint64_t loss_ppm)
{
    Shape shape = SHAPE_LESSON;
    shape.packets = 512;
    World *w = world_init(malloc(world_size(&shape)), &shape, 1);
    apply(w, (Cmd){.op = CMD_SET, .host = HOST_B, .key = KNOB_RCVBUF, .val = window * 1460u});
    apply(w, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_CC, .val = loss_ppm ? 1 : 0});
    apply(w, (Cmd){.op = CMD_LINK, .link = 1, .key = LINK_LOSS, .val = loss_ppm});
    apply(w, (Cmd){.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = SEGMENTS * 1460u});
    apply(w, (Cmd){.op = CMD_APP, .host = HOST_B, .key = APP_SINK});
    apply(w, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80});
    apply(w, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
    double before = seconds();
    while (!world_quiet(w))
        world_step(w, NULL);
    double took = seconds() - before;
    free(w);
    return took * 1e9 / SEGMENTS;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    static const struct {
        const char *name;
        uint32_t window;
        uint64_t loss_ppm;
    } cases[] = {{"window 4, no loss", 4, 0},
                 {"window 16, no loss", 16, 0},
                 {"window 44, no loss", 44, 0},
                 {"window 44, 1 % loss, reno", 44, 10000}};
    enum { CASES = sizeof cases / sizeof *cases };
    static double times[CASES][ROUNDS];
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < CASES; i++)
            times[i][round] = measure(cases[i].window, cases[i].loss_ppm);
    for (int i = 0; i < CASES; i++) {
        qsort(times[i], ROUNDS, sizeof times[i][0], ascending);
        printf("%-28s %8.0f ns per segment, %.2f of the first\n", cases[i].name,
               times[i][ROUNDS / 2], times[i][ROUNDS / 2] / times[0][ROUNDS / 2]);
    }
    return 0;
}
