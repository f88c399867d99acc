/*
 * draw.c - what the window costs: drawing a full picture, and scrubbing through a long run.
 *
 *     bench_draw [STEPS]        1,000,000 events by default
 *
 * Drawing: 2,000 segments as the ladder draws them (arrows, dashes, crosses, all sloped) and 500
 * labels, at 1920x1080, on the software path, without showing it; the median of 101. Seeking: to
 * random places of a bulk transfer over a lossy wire, each followed by the scene of the whole
 * window; and the scene alone, at the end, view by view. Milliseconds of the processor, but for
 * drawings by several threads: compare only runs made in turn, and their medians.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/rng.h"
#include "viz/raster.h"
#include "viz/sdl_fonts.h"
#include "viz/views.h"

enum { SEGMENTS = 2000, LABELS = 500, DRAWINGS = 101, SEEKS = 101, W = 1920, H = 1080 };

static double ms_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double now_ms(void)
{
    return ms_of(CLOCK_PROCESS_CPUTIME_ID);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void say(const char *what, double *times, size_t n)
{
    qsort(times, n, sizeof *times, by_size);
    printf("%-44s %9.3f ms  (95 %% below %.3f)\n", what, times[n / 2], times[n - 1 - n / 20]);
}

/* ---- drawing ---- */

static void picture(Display *d)
{
    static const Role roles[] = {ROLE_DATA, ROLE_ACK, ROLE_SYN, ROLE_FIN, ROLE_REXMIT};
    display_reset(d, W, H);
    draw_rect(d, (Box){0, 0, W, H}, 0, ROLE_PANEL, ROLE_NONE, 0);
    for (int i = 0; i < SEGMENTS; i++) {
        float y = (float)(i % 500) * 2, x = (float)(i / 500) * 480 + 20;
        Point from = {i % 2 ? x : x + 440, y}, to = {i % 2 ? x + 440 : x, y + 24};
        draw_line(d, from, to, roles[i % 5], 1.6f, i % 5 == 4 ? DASH_DASHED : DASH_NONE, true);
    }
    for (int i = 0; i < LABELS; i++) {
        char text[64];
        snprintf(text, sizeof text, "#%d PSH+ACK A+%d:A+%d(536) ack B+1", i, i * 536,
                 i * 536 + 536);
        draw_text(d, (float)(i % 4) * 480 + 90, (float)(i / 4) * 8 + 20, text, roles[i % 5], 12,
                  i % 2 ? FONT_MONO : FONT_BOLD, ANCHOR_START);
    }
}

/* threads: 1: the processor's time; more: the wall's, as a learner has it. */
static void measure_drawings(Raster *r, const Display *d, int threads)
{
    double times[DRAWINGS];
    char what[64];
    clockid_t clock = threads > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
    r->threads = threads;
    for (int i = 0; i < DRAWINGS; i++) {
        double start = ms_of(clock);
        raster_draw(r, d, THEME_LIGHT);
        times[i] = ms_of(clock) - start;
    }
    snprintf(what, sizeof what, "2,000 segments, 500 labels, 1080p, threads: %d", threads);
    say(what, times, DRAWINGS);
}

static void measure_drawing(void)
{
    const char *error;
    Fonts *fonts = fonts_open(LANG_EN, &error);
    Raster r;
    if (!fonts || !raster_open(&r, W, H, 1, fonts_find, fonts)) {
        printf("no letters: %s\n", fonts ? "memory" : error);
        return;
    }
    Display d = display_new(1, 1);
    picture(&d);
    raster_draw(&r, &d, THEME_LIGHT); /* the letters are there from the second picture on */
    for (int threads = 1; threads <= 4; threads *= 2)
        measure_drawings(&r, &d, threads);
    display_free(&d);
    raster_close(&r);
    fonts_close(fonts);
}

/* ---- seeking ---- */

static Session *transfer(uint32_t steps)
{
    static const Cmd cmds[] = {
        {.op = CMD_LINK, .link = 3, .key = LINK_LOSS, .val = 10000},
        {.op = CMD_APP, .host = HOST_B, .key = APP_SINK},
        {.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = 1ull << 40},
        {.op = CMD_LISTEN, .host = HOST_B, .key = 80},
        {.op = CMD_CONNECT, .host = HOST_A, .key = 80},
    };
    Session *s = session_new(&(SessionOptions){.seed = 1});
    if (!s)
        exit(1);
    for (size_t i = 0; i < sizeof cmds / sizeof *cmds; i++)
        session_apply(s, &cmds[i], bytes_of(NULL, 0));
    session_run(s, &(RunLimit){.until = NANOS_NEVER, .steps = steps, .limit = steps});
    return s;
}

static void measure_scenes(Session *s, const Trace *future, Nanos end)
{
    Display d = display_new(1, 1);
    Moment m;
    View view = {.width = W, .height = H, .zoom = 1, .speed = "1"};
    moment_of(&m, s);
    m.future = future;
    m.future_end = end;
    for (int id = -1; id < VIEW_COUNT; id++) {
        double times[11];
        char name[64];
        for (int i = 0; i < 11; i++) {
            double start = now_ms();
            if (id < 0)
                scene_window(&d, &m, &view);
            else
                scene_view(&d, &m, &view, (ViewId)id);
            times[i] = now_ms() - start;
        }
        snprintf(name, sizeof name, "  scene: %s",
                 id < 0 ? "the window" : view_row((ViewId)id)->name);
        say(name, times, 11);
    }
    display_free(&d);
}

static void measure_seeking(uint32_t steps)
{
    double seeks[SEEKS], shown[SEEKS], start = now_ms();
    Session *s = transfer(steps);
    printf("%-44s %9.0f ms, %u rows, %llu events\n", "the run itself", now_ms() - start,
           (unsigned)session_world(s)->rows, (unsigned long long)session_length(s));
    Display d = display_new(1, 1);
    View view = {.width = W, .height = H, .zoom = 1, .speed = "1"};
    start = now_ms();
    Nanos end = session_world(s)->now, whole_end;
    session_back(s, 1);
    Trace *future = moment_future(s, &whole_end);
    printf("%-44s %9.3f ms\n", "the whole branch, once", now_ms() - start);
    for (int i = 0; i < SEEKS; i++) {
        Moment m;
        start = now_ms();
        session_goto_time(s, rng_below(1, 1, (uint64_t)i, end));
        seeks[i] = now_ms() - start;
        moment_of(&m, s);
        m.future = future;
        m.future_end = whole_end;
        scene_window(&d, &m, &view);
        shown[i] = now_ms() - start;
    }
    say("a seek to a random time", seeks, SEEKS);
    say("... and the scene of the window", shown, SEEKS);
    measure_scenes(s, future, whole_end);
    trace_free(future);
    display_free(&d);
    session_free(s);
}

int main(int argc, char **argv)
{
    measure_drawing();
    measure_seeking(argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000);
    return 0;
}
