/*
 * main.c: `sandwire`: common options, then the subcommand.
 *
 * Without a subcommand it is the playground in the terminal. Options may stand anywhere; what is
 * no common option is left to the subcommand.
 */
#define _POSIX_C_SOURCE 200809L
#include "core/base/near.h"
#include "core/lab/heap.h"
#include "repl/command.h"
#include "repl/sub.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    int (*run)(const Program *);
} subcommands[] = {
    {"run", sub_run},     {"viz", sub_viz},       {"render", sub_render}, {"lesson", sub_lesson},
    {"grade", sub_grade}, {"doctor", sub_doctor}, {"rfc", sub_rfc},       {"explore", sub_explore},
    {"read", sub_read},   {"live", sub_live},     {"compare", sub_compare},
};
enum { SUBCOMMANDS = sizeof subcommands / sizeof subcommands[0] };

/* The language of the environment: Chinese if the locale says so. */
static Lang lang_of_environment(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
    }
    return LANG_EN;
}

/* no-color.org and its counterpart. */
static bool color_of_environment(void)
{
    const char *no = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE");
    const char *term = getenv("TERM");
    if (no && *no)
        return false;
    if (force && *force && strcmp(force, "0") != 0)
        return true;
    return isatty(STDOUT_FILENO) && !(term && strcmp(term, "dumb") == 0);
}

/* ---- options ---- */

typedef struct Reading {
    Program p;
    const char *subcommand;
    const char *completion;
    bool help, version, man;
} Reading;

/* The value of `--name VALUE` or `--name=VALUE`; NULL if the word is another option. */
static const char *value_of(int argc, char **argv, int *i, const char *name)
{
    size_t len = strlen(name);
    if (strncmp(argv[*i], name, len) != 0)
        return NULL;
    if (argv[*i][len] == '=')
        return argv[*i] + len + 1;
    if (argv[*i][len] != '\0')
        return NULL;
    return *i + 1 < argc ? argv[++*i] : "";
}

static bool read_lang(Reading *r, const char *value)
{
    r->p.lang = strcmp(value, "zh") == 0 ? LANG_ZH : LANG_EN;
    return strcmp(value, "zh") == 0 || strcmp(value, "en") == 0;
}

static bool read_color(Reading *r, const char *value)
{
    if (strcmp(value, "always") == 0)
        r->p.color = true;
    else if (strcmp(value, "never") == 0)
        r->p.color = false;
    else
        return strcmp(value, "auto") == 0;
    return true;
}

static bool read_seed(Reading *r, const char *value)
{
    char *end;
    r->p.seed = strtoull(value, &end, 10);
    r->p.seed_given = true;
    return *value >= '0' && *value <= '9' && *end == '\0';
}

static bool read_profile(Reading *r, const char *value)
{
    r->p.profile = profile_of_name(value, strlen(value));
    r->p.profile_given = true;
    return r->p.profile < PROFILE_COUNT;
}

/* Takes the word (and its value) if it is a common option. 1 taken, 0 not ours, -1 wrong value. */
static int read_option(Reading *r, int argc, char **argv, int *i)
{
    static const struct {
        const char *name;
        bool (*read)(Reading *, const char *);
    } with_value[] = {{"--lang", read_lang},
                      {"--color", read_color},
                      {"--colour", read_color},
                      {"--seed", read_seed},
                      {"--profile", read_profile}};
    struct {
        const char *name;
        bool *flag;
    } flags[] = {{"--json", &r->p.json},     {"--ascii", &r->p.ascii}, {"--ladder", &r->p.ladder},
                 {"--resume", &r->p.resume}, {"--help", &r->help},     {"-h", &r->help},
                 {"--version", &r->version}, {"--man", &r->man}};
    for (size_t k = 0; k < sizeof flags / sizeof *flags; k++) {
        if (strcmp(argv[*i], flags[k].name) == 0) {
            *flags[k].flag = true;
            return 1;
        }
    }
    for (size_t k = 0; k < sizeof with_value / sizeof *with_value; k++) {
        const char *value = value_of(argc, argv, i, with_value[k].name);
        if (!value)
            continue;
        if (with_value[k].read(r, value))
            return 1;
        sub_complain(NULL,
                     TELL(&r->p, "%s does not know `%s`; see sandwire --help",
                          "%s 不认识 `%s`；见 sandwire --help"),
                     with_value[k].name, value);
        return -1;
    }
    const char *completion = value_of(argc, argv, i, "--completion");
    if (completion)
        r->completion = completion;
    return completion ? 1 : 0;
}

/* False: wrong, and said so. */
static bool read_words(Reading *r, int argc, char **argv)
{
    /* The language first, so that complaints speak it. */
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--lang=zh") == 0 ||
            (strcmp(argv[i], "--lang") == 0 && i + 1 < argc && strcmp(argv[i + 1], "zh") == 0))
            r->p.lang = LANG_ZH;
    for (int i = 1; i < argc; i++) {
        int taken = strcmp(argv[i], "--") == 0 ? 0 : read_option(r, argc, argv, &i);
        if (taken < 0)
            return false;
        if (taken > 0)
            continue;
        if (!r->subcommand && argv[i][0] != '-')
            r->subcommand = argv[i];
        else
            r->p.argv[r->p.argc++] = argv[i];
    }
    return true;
}

static int print_text(void (*print)(Text *))
{
    Text out = text_heap();
    print(&out);
    sub_print(&out);
    text_heap_free(&out);
    return 0;
}

static void print_man(Text *out)
{
    manual_man_page(out, SANDWIRE_VERSION);
}

static int unknown_subcommand(const Program *p, const char *word)
{
    const char *names[SUBCOMMANDS];
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        names[i] = subcommands[i].name;
    const char *near = near_word(word, strlen(word), names, SUBCOMMANDS);
    size_t len = strlen(word);
    if (len > 3 && strcmp(word + len - 3, ".sw") == 0)
        return sub_complain(
            NULL,
            TELL(p, "`%s` looks like a file: sandwire run %s", "`%s` 像是文件：sandwire run %s"),
            word, word);
    if (near)
        return sub_complain(NULL,
                            TELL(p, "there is no `%s`; did you mean `sandwire %s`?",
                                 "没有 `%s`；是不是 `sandwire %s`？"),
                            word, near);
    return sub_complain(
        NULL, TELL(p, "there is no `%s`; see sandwire --help", "没有 `%s`；见 sandwire --help"),
        word);
}

static int run_program(Reading *r)
{
    if (r->version) {
        printf("sandwire %s\n", SANDWIRE_VERSION);
        return 0;
    }
    if (r->man)
        return print_text(print_man);
    if (r->completion && strcmp(r->completion, "bash") == 0)
        return print_text(manual_bash_completion);
    if (r->completion)
        return sub_complain(NULL,
                            TELL(&r->p, "completion is there for: bash", "补全目前支持：bash"));
    if (r->help && !r->subcommand) {
        sub_help(&r->p, NULL);
        return 0;
    }
    if (!r->subcommand && r->p.argc > 0)
        return sub_complain(NULL,
                            TELL(&r->p, "there is no option %s; see sandwire --help",
                                 "没有选项 %s；见 sandwire --help"),
                            r->p.argv[0]);
    if (!r->subcommand)
        return sub_play(&r->p);
    if (strcmp(r->subcommand, "help") == 0) {
        sub_help(&r->p, r->p.argc ? r->p.argv[0] : NULL);
        return 0;
    }
    for (size_t i = 0; i < SUBCOMMANDS; i++) {
        if (strcmp(subcommands[i].name, r->subcommand) != 0)
            continue;
        bool own_help = subcommands[i].run == sub_lesson || subcommands[i].run == sub_grade;
        if (r->help && own_help)
            r->p.argv[r->p.argc++] = "--help";
        else if (r->help)
            return sub_help(&r->p, r->subcommand), 0;
        return subcommands[i].run(&r->p);
    }
    return unknown_subcommand(&r->p, r->subcommand);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    Reading r = {.p = {.lang = lang_of_environment(), .color = color_of_environment(), .seed = 1}};
    r.p.argv = calloc((size_t)argc + 2, sizeof *r.p.argv);
    if (!r.p.argv)
        return sub_complain(NULL, "no memory");
    sub_catch_interrupts();
    int code = read_words(&r, argc, argv) ? run_program(&r) : 2;
    free(r.p.argv);
    if (fflush(stdout) != 0 && code == 0)
        code = 2;
    return code;
}
