/*
 * sub_explore.c: `sandwire explore`: what breaks when a rule of TCP is switched off?
 *
 * Each preset is searched twice: with its rule off, for the shortest run in which the property
 * breaks, and with the rule in force, to the end of the bounded space. Exit code 0: both came out
 * as the preset says; 1: not; 2: not understood.
 */
#define _POSIX_C_SOURCE 200809L
#include "repl/sub.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/lab/heap.h"
#include "repl/explore_story.h"
#include "repl/width.h"

enum { STORY_COLUMNS = 80 };

typedef struct Wish {
    const Program *p;
    const Preset *preset; /* NULL: all of them */
    unsigned threads;
    size_t memory;
    bool list, depth_first, words;
    const char *bounds[16]; /* "drops=2": instead of the preset's */
    uint32_t bound_count;
} Wish;

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool progress(void *user, const ExploreProgress *p)
{
    sub_tell_progress(p, *(const Lang *)user);
    return !sub_interrupted;
}

typedef struct Half {
    PresetRun run;
    double seconds;
} Half;

static bool half_run(Half *h, const Wish *wish, const Preset *preset, bool ablated)
{
    if (!preset_run_begin(&h->run, preset, ablated, wish->p->lang))
        return false;
    Lang lang = wish->p->lang;
    double since = seconds();
    ExploreAsk *ask = &h->run.ask;
    for (uint32_t i = 0; i < wish->bound_count; i++)
        bound_set(&ask->bounds, wish->bounds[i], strlen(wish->bounds[i]));
    ask->threads = wish->threads;
    ask->depth_first = wish->depth_first;
    ask->memory = wish->memory;
    ask->progress = progress;
    ask->user = &lang;
    bool ok = explore(ask, &h->run.result);
    h->seconds = seconds() - since;
    sub_tell_progress(NULL, lang);
    return ok;
}

static bool as_expected(const Half *broken, const Half *whole)
{
    return broken->run.result.end == END_VIOLATED && whole->run.result.end == END_EXHAUSTED;
}

static void tell_json(const Preset *preset, Half *broken, Half *whole)
{
    Text out = text_heap();
    text_addf(&out, "{\"preset\":\"%s\",\"rules\":\"%s\",\"property\":\"%s\",\"bounds\":\"",
              preset->name, preset->rules, preset->property);
    explore_bounds_words(&out, &broken->run.ask, LANG_EN);
    text_addf(&out, "\",\"setup\":");
    sub_json_string(&out, preset->setup, strlen(preset->setup));
    text_addf(&out, ",\"ablated_seconds\":%.3f,\"ablated\":", broken->seconds);
    explore_json(&out, shell_session(broken->run.shell), &broken->run.ask, &broken->run.result);
    text_addf(&out, ",\"whole_seconds\":%.3f,\"whole\":", whole->seconds);
    explore_json(&out, shell_session(whole->run.shell), &whole->run.ask, &whole->run.result);
    text_add(&out, "}");
    sub_print(&out);
    text_heap_free(&out);
}

static void tell_story(const Wish *wish, const Preset *preset, Half *broken, Half *whole)
{
    const Program *p = wish->p;
    Text out = text_heap();
    text_addf(&out, "%s\n\n", preset->question[p->lang]);
    text_addf(&out, TELL(p, "start: %s\n", "起点：%s\n"), preset->setup);
    static const char *const heads[][LANG_COUNT] = {{"== rule %s off ==\n", "== 关闭规则 %s ==\n"},
                                                    {"== rule %s on ==\n", "== 打开规则 %s ==\n"}};
    text_char(&out, '\n');
    text_addf(&out, heads[preset->cure][p->lang], preset->rules);
    explore_story(&out, broken->run.shell, &broken->run.ask, &broken->run.result, wish->words);
    text_addf(&out, TELL(p, "%.2f s\n\n", "%.2f 秒\n\n"), broken->seconds);
    text_addf(&out, heads[!preset->cure][p->lang], preset->rules);
    explore_story(&out, whole->run.shell, &whole->run.ask, &whole->run.result, wish->words);
    text_addf(&out, TELL(p, "%.2f s\n\n", "%.2f 秒\n\n"), whole->seconds);
    width_wrap(&out, preset->answer[p->lang], 0, STORY_COLUMNS);
    sub_print(&out);
    text_heap_free(&out);
}

/* The verdict in a word of the table's width; what it means stands in the story. */
static const char *verdict(const Program *p, ExploreEnd end)
{
    static const char *const words[END_COUNT][LANG_COUNT] = {
        {"exhausted", "搜遍"}, {"depth", "深度到限"},  {"violated", "破坏"},
        {"goal", "达到"},      {"memory", "内存到限"}, {"stopped", "中断"}};
    return words[end][p->lang];
}

static void tell_row(const Program *p, const Preset *preset, const Half *broken, const Half *whole)
{
    Text out = text_heap();
    width_pad(&out, preset->name, 19);
    width_pad(&out, verdict(p, broken->run.result.end), 9);
    text_addf(&out, "%6u %8" PRIu64 " %6.2f  ", broken->run.result.count, broken->run.result.states,
              broken->seconds);
    width_pad(&out, verdict(p, whole->run.result.end), 10);
    text_addf(&out, "%9" PRIu64 " %6.2f\n", whole->run.result.states, whole->seconds);
    sub_print(&out);
    text_heap_free(&out);
    fflush(stdout);
}

static void tell_heads(const Program *p)
{
    static const char *const heads[LANG_COUNT][3] = {{"question", "rule off", "rule on"},
                                                     {"问题", "关闭规则", "打开规则"}};
    Text out = text_heap();
    width_pad(&out, heads[p->lang][0], 19);
    width_pad(&out, heads[p->lang][1], 9);
    width_pad_left(&out, TELL(p, "events", "事件"), 6);
    width_pad_left(&out, TELL(p, "states", "状态"), 9);
    width_pad_left(&out, TELL(p, "s", "秒"), 7);
    text_add(&out, "  ");
    width_pad(&out, heads[p->lang][2], 10);
    width_pad_left(&out, TELL(p, "states", "状态"), 9);
    width_pad_left(&out, TELL(p, "s", "秒"), 7);
    text_char(&out, '\n');
    sub_print(&out);
    text_heap_free(&out);
}

typedef enum Form { FORM_STORY, FORM_JSON, FORM_ROW } Form;

static int run_preset(const Wish *wish, const Preset *preset, Form form)
{
    Half broken = {0}, whole = {0};
    int code = 2;
    if (half_run(&broken, wish, preset, true) && half_run(&whole, wish, preset, false)) {
        code = as_expected(&broken, &whole) ? 0 : 1;
        if (form == FORM_JSON)
            tell_json(preset, &broken, &whole);
        else if (form == FORM_STORY)
            tell_story(wish, preset, &broken, &whole);
        else
            tell_row(wish->p, preset, &broken, &whole);
    }
    preset_run_end(&broken.run);
    preset_run_end(&whole.run);
    return code;
}

static int run_all(const Wish *wish)
{
    int code = 0;
    if (wish->p->json)
        printf("[");
    else
        tell_heads(wish->p);
    for (uint32_t i = 0; preset_at(i) && !sub_interrupted; i++) {
        if (wish->p->json && i > 0)
            printf(",\n");
        int one = run_preset(wish, preset_at(i), wish->p->json ? FORM_JSON : FORM_ROW);
        code = one > code ? one : code;
    }
    if (wish->p->json)
        printf("]\n");
    return code;
}

static int list_presets(const Program *p)
{
    for (uint32_t i = 0; preset_at(i); i++)
        printf("%-20s %s\n", preset_at(i)->name, preset_at(i)->question[p->lang]);
    return 0;
}

/* The value of an option that stands in the next word; NULL: there is none. */
static const char *next_word(const Program *p, int *i)
{
    return *i + 1 < p->argc ? p->argv[++*i] : NULL;
}

static int read_word(Wish *wish, int *i)
{
    const Program *p = wish->p;
    const char *word = p->argv[*i], *value;
    if (strcmp(word, "--list") == 0) {
        wish->list = true;
    } else if (strcmp(word, "--why") == 0) {
        wish->words = true;
    } else if (strcmp(word, "--all") == 0 || strcmp(word, "--presets") == 0) {
        wish->preset = NULL;
    } else if (strcmp(word, "--preset") == 0 && (value = next_word(p, i))) {
        wish->preset = preset_of_name(value, strlen(value));
        if (!wish->preset)
            return sub_complain("explore",
                                TELL(p, "no preset is named `%s`; see sandwire explore --list",
                                     "没有名为 `%s` 的预设；见 sandwire explore --list"),
                                value);
    } else if (strcmp(word, "-j") == 0 && (value = next_word(p, i))) {
        wish->threads = (unsigned)strtoul(value, NULL, 10);
    } else if (strcmp(word, "--memory") == 0 && (value = next_word(p, i))) {
        wish->memory = (size_t)strtoull(value, NULL, 10) << 20;
    } else if (strcmp(word, "search=depth") == 0) {
        wish->depth_first = true;
    } else if (wish->bound_count < 16 && bound_set(&(ExploreBounds){0}, word, strlen(word))) {
        wish->bounds[wish->bound_count++] = word;
    } else {
        return sub_complain("explore",
                            TELL(p, "what is `%s`? See sandwire explore --help",
                                 "`%s` 是什么？见 sandwire explore --help"),
                            word);
    }
    return 0;
}

int sub_explore(const Program *p)
{
    Wish wish = {.p = p};
    sub_catch_interrupts();
    for (int i = 0; i < p->argc; i++)
        if (read_word(&wish, &i) != 0)
            return 2;
    if (wish.list)
        return list_presets(p);
    if (!wish.preset)
        return run_all(&wish);
    int code = run_preset(&wish, wish.preset, p->json ? FORM_JSON : FORM_STORY);
    if (p->json)
        printf("\n");
    return code;
}
