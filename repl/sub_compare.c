/*
 * sub_compare.c: `sandwire compare`: the same scenario against our TCP and the kernel's.
 *
 * Scenarios come from seeds, so each one can be had again by its number. The kernel is played with
 * in a network namespace of this process's own. Exit code 1: a difference without an explanation.
 */
#include "repl/sub_compare.h"
#include "core/lab/heap.h"
#include "core/live/compare_kernel.h"
#include "core/tcp/knob.h"
#include "viz/render.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES_MAX = 512, TRIES = 3 };

typedef struct Desk {
    const Program *p;
    Tap tap;
    Subject *kernel;
    Scenario scenario;
    Lane ours, theirs;
    TwinResult result;
    const char *node;
    uint64_t from, count; /* seeds */
    const char *svg, *save;
    uint64_t replays; /* of scenarios that parted without a reason */
    Lane third;       /* our core in the profile that was asked for */
    TwinResult third_result;
    bool verbose, alone;
    const char *files[FILES_MAX];
    uint32_t file_count;
} Desk;

/* ---- one scenario ---- */

static bool play_both(Desk *d, NextStep next, void *of)
{
    Subject *core = compare_core_new(PROFILE_LINUX, &d->scenario);
    if (!core)
        return false;
    compare_play(core, &d->scenario, next, of, NULL, &d->ours);
    compare_core_free(core);
    char trouble[64];
    if (d->alone)
        return compare_lanes(&d->scenario, &d->ours, &d->ours, &d->result);
    if (!compare_kernel_settings(d->kernel, &d->scenario, trouble)) {
        snprintf(d->theirs.trouble, sizeof d->theirs.trouble, "%s", trouble);
        return false;
    }
    /* On a busy machine the wall's clock may run ahead of a scenario, and a timer of the kernel's
     * fires where none should: what cannot be explained has to happen again. */
    bool good = true;
    for (int tries = 0; good && tries < TRIES; tries++) {
        d->replays += tries > 0;
        compare_play(d->kernel, &d->scenario, NULL, NULL, &d->ours, &d->theirs);
        good = compare_lanes(&d->scenario, &d->ours, &d->theirs, &d->result);
        if (d->result.unexplained == 0)
            break;
    }
    return good;
}

/* A third lane: the same on our core in another profile. */
static bool play_third(Desk *d)
{
    Subject *core = compare_core_new(d->p->profile, &d->scenario);
    if (!core)
        return false;
    compare_play(core, &d->scenario, NULL, NULL, &d->ours, &d->third);
    compare_core_free(core);
    return compare_lanes(&d->scenario, &d->ours, &d->third, &d->third_result);
}

static int enter(Desk *d)
{
    int system_error;
    TapOptions options = {
        .node = d->node, .kernel_addr = 0x0a000001, .our_addr = 0x0a000002, .mtu = 1500};
    TapError error = tap_enter(&options, &d->tap, &system_error);
    if (error) {
        char text[400];
        const char *node = d->node ? d->node : "/dev/net/tun";
        snprintf(text, sizeof text, tap_error_text(error, d->p->lang), node, node);
        sub_complain("compare", "%s (%s)", text, strerror(system_error));
        return 77;
    }
    d->kernel = compare_kernel_new(&d->tap);
    return d->kernel ? 0 : sub_complain("compare", "%s", TELL(d->p, "no memory", "内存不足"));
}

/* ---- pictures ---- */

static TwinScene scene_of(const Desk *d)
{
    const Lane *theirs = d->kernel ? &d->theirs : &d->ours;
    TwinScene s = {.lanes = 2,
                   .name = {"sandwire (linux)", d->kernel ? d->kernel->name : "sandwire"},
                   .scenario = &d->scenario,
                   .lane = {&d->ours, theirs},
                   .result = {&d->result}};
    if (d->p->profile_given) {
        s.name[s.lanes] = profile_name(d->p->profile);
        s.lane[s.lanes++] = &d->third;
        s.result[1] = &d->third_result;
    }
    return s;
}

/* The exit code. */
static int write_picture(Desk *d)
{
    ShellOptions options = sub_shell_options(d->p);
    Shell *sh = shell_new(&options);
    if (!sh || (d->p->profile_given && !play_third(d))) {
        shell_free(sh);
        return sub_complain("compare", "%s", TELL(d->p, "no memory", "内存不足"));
    }
    TwinScene scene = scene_of(d);
    const char *error = NULL;
    Text svg = text_heap();
    render_svg(&svg, shell_session(sh),
               &(RenderOptions){.view = (RenderView)(1 + VIEW_TWIN),
                                .width = 1600,
                                .height = 1000,
                                .lang = d->p->lang,
                                .twin = &scene});
    bool good = sub_write_file(d->svg, bytes_of(svg.buf, svg.len), &error);
    text_heap_free(&svg);
    shell_free(sh);
    return good ? 0 : sub_complain("compare", "%s: %s", d->svg, error);
}

/* The scenario played last as a script: for `sandwire run --ladder`, or the original tool. */
static int save_script(const Desk *d)
{
    const char *error = NULL;
    Text text = text_heap();
    compare_scenario_text(&text, &d->scenario, &d->ours);
    bool good = sub_write_file(d->save, bytes_of(text.buf, text.len), &error);
    text_heap_free(&text);
    return good ? 0 : sub_complain("compare", "%s: %s", d->save, error);
}

/* ---- seeds ---- */

static bool play_seed(Desk *d, uint64_t seed)
{
    RandomPlay play;
    compare_random_begin(&play, &d->scenario, seed);
    return play_both(d, compare_random_next, &play);
}

static void show(const Desk *d)
{
    const Program *p = d->p;
    TwinShow s = {.p = p,
                  .left = "sandwire",
                  .right = d->kernel ? d->kernel->name : "sandwire",
                  .scenario = &d->scenario,
                  .ours = &d->ours,
                  .theirs = d->kernel ? &d->theirs : &d->ours,
                  .result = &d->result};
    Text out = text_heap();
    if (p->json) {
        twin_json(&out, &s);
    } else {
        text_addf(&out,
                  TELL(p, "%s: %u differences, %u without a reason\n",
                       "%s：%u 处差异，其中 %u 处无法解释\n"),
                  d->scenario.name, d->result.differences, d->result.unexplained);
        twin_ladder(&out, &s);
    }
    sub_print(&out);
    text_heap_free(&out);
    fflush(stdout);
}

/* The exit code. */
static int play_seeds(Desk *d)
{
    uint64_t unexplained = 0, differing = 0, played = 0;
    for (uint64_t i = 0; i < d->count && !sub_interrupted; i++, played++) {
        if (!play_seed(d, d->from + i))
            return sub_complain("compare", "%s", d->theirs.trouble);
        const TwinResult *c = &d->result;
        differing += c->differences > 0;
        unexplained += c->unexplained > 0;
        if (d->count == 1 || c->unexplained > 0 || d->verbose)
            show(d);
    }
    if (d->count > 1 && !d->p->json)
        printf(TELL(d->p,
                    "%llu seeds: %llu with differences, %llu with some without a reason (played "
                    "again: %llu)\n",
                    "%llu 个种子：%llu 个有差异，%llu 个有无法解释的差异（重演 %llu 次）\n"),
               (unsigned long long)played, (unsigned long long)differing,
               (unsigned long long)unexplained, (unsigned long long)d->replays);
    return unexplained ? 1 : 0;
}

/* ---- scripts ---- */

/* 0 alike, 1 not, 2 not understood, -1 cannot be compared. */
static int play_file(Desk *d, const char *path)
{
    const Program *p = d->p;
    const char *error;
    size_t len;
    char *text = sub_read_file(path, &len, &error);
    if (!text)
        return sub_complain("compare", "%s: %s", path, error);
    const char *slash = strrchr(path, '/');
    ScenarioRefusal refusal;
    bool good = compare_pkt_read(bytes_of(text, len), slash ? slash + 1 : path, p->lang,
                                 &d->scenario, &refusal);
    free(text);
    if (!good) {
        printf("%s:%u: %s: %s\n", path, refusal.line, TELL(p, "skipped", "跳过"), refusal.message);
        return -1;
    }
    if (!play_both(d, NULL, NULL)) {
        printf("%s: %s: %s\n", path, TELL(p, "skipped: the kernel lacks", "跳过：内核没有"),
               d->theirs.trouble);
        return -1;
    }
    if (d->file_count == 1 || d->result.unexplained > 0 || d->verbose)
        show(d);
    return d->result.unexplained ? 1 : 0;
}

static int play_files(Desk *d)
{
    uint32_t counts[3] = {0}, skipped = 0;
    for (uint32_t i = 0; i < d->file_count && !sub_interrupted; i++) {
        int status = play_file(d, d->files[i]);
        if (status < 0)
            skipped++;
        else
            counts[status]++;
    }
    if (d->file_count > 1 && !d->p->json)
        printf(TELL(d->p,
                    "%u alike or explained, %u with differences without a reason, %u skipped\n",
                    "%u 个一致或可以解释，%u 个有无法解释的差异，%u 个跳过\n"),
               counts[0], counts[1], skipped);
    return counts[2] ? 2 : counts[1] ? 1 : 0;
}

/* The value of `--name VALUE` or `--name=VALUE`. */
static bool takes(const Program *p, int *i, const char *name, const char **value)
{
    size_t n = strlen(name);
    if (strncmp(p->argv[*i], name, n) != 0)
        return false;
    if (p->argv[*i][n] == '=')
        return *value = p->argv[*i] + n + 1, true;
    if (p->argv[*i][n] != '\0' || *i + 1 >= p->argc)
        return false;
    return *value = p->argv[++*i], true;
}

static bool number(const char *text, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && text[0] != '-';
}

/* 1: taken; 0: not ours; -1: wrong. */
static int take_word(Desk *d, int *i)
{
    const Program *p = d->p;
    const char *value;
    if (takes(p, i, "--random", &value))
        return number(value, &d->count) ? 1 : -1;
    if (takes(p, i, "--from", &value))
        return number(value, &d->from) ? 1 : -1;
    if (takes(p, i, "--tun", &d->node) || takes(p, i, "--svg", &d->svg) ||
        takes(p, i, "--save", &d->save))
        return 1;
    if (strcmp(p->argv[*i], "--alone") == 0)
        return d->alone = true, 1;
    if (strcmp(p->argv[*i], "--all") == 0)
        return d->verbose = true, 1;
    if (p->argv[*i][0] != '-' && d->file_count < FILES_MAX)
        return d->files[d->file_count++] = p->argv[*i], 1;
    return 0;
}

static bool read_words(Desk *d)
{
    const Program *p = d->p;
    d->from = p->seed_given ? p->seed : 1;
    d->count = 1;
    for (int i = 0; i < p->argc; i++) {
        int at = i;
        if (take_word(d, &i) == 1)
            continue;
        sub_complain("compare",
                     TELL(p, "what is `%s`? See sandwire compare --help",
                          "`%s` 是什么？见 sandwire compare --help"),
                     p->argv[at]);
        return false;
    }
    return true;
}

int sub_compare(const Program *p)
{
    Desk *d = calloc(1, sizeof *d);
    if (!d)
        return sub_complain("compare", "%s", TELL(p, "no memory", "内存不足"));
    d->p = p;
    int status = !read_words(d) ? 2 : d->alone ? 0 : enter(d);
    sub_catch_interrupts();
    if (status == 0)
        status = d->file_count ? play_files(d) : play_seeds(d);
    if (d->save && status < 2 && d->scenario.count > 0) {
        int saved = save_script(d);
        status = saved ? saved : status;
    }
    if (d->svg && status < 2 && d->scenario.count > 0) {
        int drawn = write_picture(d);
        status = drawn ? drawn : status;
    }
    if (d->kernel)
        close(d->tap.fd);
    compare_kernel_free(d->kernel);
    free(d);
    return status;
}

/* ---- for the window ---- */

struct TwinStore {
    TwinScene scene;
    char name[64];
    Scenario scenario;
    Lane ours, theirs, third;
    TwinResult result, third_result;
};

static void store(const Desk *d, TwinStore *out)
{
    TwinScene s = scene_of(d);
    snprintf(out->name, sizeof out->name, "%s", s.name[1]);
    out->scene.lanes = s.lanes;
    out->scenario = d->scenario;
    out->ours = d->ours;
    out->theirs = d->theirs;
    out->third = d->third;
    out->result = d->result;
    out->third_result = d->third_result;
}

/* In a child, because who has entered a namespace cannot leave it. */
static void play_for_parent(const Program *p, const char *what, int to)
{
    Desk *d = calloc(1, sizeof *d);
    TwinStore *out = calloc(1, sizeof *out);
    uint64_t seed;
    if (!d || !out)
        _exit(2);
    d->p = p;
    int status = enter(d);
    if (status == 0 && number(what, &seed))
        status = play_seed(d, seed) ? 0 : 2;
    else if (status == 0)
        status = play_file(d, what) < 2 ? 0 : 2;
    if (status == 0 && p->profile_given)
        status = play_third(d) ? 0 : 2;
    if (status || d->scenario.count == 0)
        _exit(status ? status : 2);
    store(d, out);
    const uint8_t *at = (const uint8_t *)out;
    for (size_t left = sizeof *out; left > 0;) {
        ssize_t n = write(to, at, left);
        if (n <= 0)
            _exit(2);
        at += n;
        left -= (size_t)n;
    }
    _exit(0);
}

static bool read_all(int from, TwinStore *out)
{
    uint8_t *at = (uint8_t *)out;
    size_t left = sizeof *out;
    while (left > 0) {
        ssize_t n = read(from, at, left);
        if (n <= 0)
            return false;
        at += n;
        left -= (size_t)n;
    }
    return true;
}

TwinStore *twin_make(const Program *p, const char *what)
{
    int ends[2], status = 0;
    TwinStore *out = calloc(1, sizeof *out);
    fflush(NULL);
    if (!out || pipe(ends) != 0) {
        free(out);
        return NULL;
    }
    pid_t child = fork();
    if (child == 0)
        play_for_parent(p, what, ends[1]);
    close(ends[1]);
    bool good = child > 0 && read_all(ends[0], out);
    close(ends[0]);
    if (child > 0)
        waitpid(child, &status, 0);
    if (!good) {
        free(out);
        return NULL;
    }
    out->scene.name[0] = "sandwire (linux)";
    out->scene.name[1] = out->name;
    out->scene.name[2] = p->profile_given ? profile_name(p->profile) : "";
    out->scene.scenario = &out->scenario;
    out->scene.lane[0] = &out->ours;
    out->scene.lane[1] = &out->theirs;
    out->scene.lane[2] = &out->third;
    out->scene.result[0] = &out->result;
    out->scene.result[1] = &out->third_result;
    return out;
}

void twin_free(TwinStore *t)
{
    free(t);
}

const TwinScene *twin_scene(const TwinStore *t)
{
    return &t->scene;
}
