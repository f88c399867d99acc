/*
 * mutants.c: every rule that may be switched off is one that some test would miss.
 *
 *     mutants FOLDER...
 *
 * For each ablation the scripts (.pkt) and scenarios (.sw) below the folders run with the rule off,
 * until one fails that passes with the rule on: the ablation is killed by it. Prints the table
 * ablation -> killed by; exits with 1 when one survives.
 */
#define _XOPEN_SOURCE 700
#include "core/lab/heap.h"
#include "core/lab/script.h"
#include "repl/shell.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES_MAX = 8192 };

typedef struct File {
    char *path, *text;
    size_t len;
    bool script;
} File;

static File files[FILES_MAX];
static size_t file_count;
static ScriptRunner *runner;

static char *read_whole(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    char *text = NULL;
    if (fseek(f, 0, SEEK_END) == 0) {
        long size = ftell(f);
        rewind(f);
        text = size >= 0 ? malloc((size_t)size + 1) : NULL;
        *len = text ? fread(text, 1, (size_t)size, f) : 0;
    }
    fclose(f);
    return text;
}

static bool ends_in(const char *path, const char *suffix)
{
    size_t n = strlen(path), k = strlen(suffix);
    return n > k && strcmp(path + n - k, suffix) == 0;
}

static void add_file(const char *path)
{
    bool script = ends_in(path, ".pkt");
    if ((!script && !ends_in(path, ".sw")) || file_count == FILES_MAX)
        return;
    File *f = &files[file_count];
    f->text = read_whole(path, &f->len);
    f->path = strdup(path);
    f->script = script;
    file_count += f->text && f->path;
}

static void add_folder(const char *path)
{
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char below[4096];
        struct stat info;
        snprintf(below, sizeof below, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && stat(below, &info) == 0) {
            if (S_ISDIR(info.st_mode))
                add_folder(below);
            else
                add_file(below);
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

static bool script_passes(const File *f, RuleId off)
{
    ScriptOptions options = {.profile = PROFILE_COUNT};
    if (off != RULE_NONE)
        ruleset_put(&options.rules_off, off, true);
    ScriptResult result = script_run(runner, &options, bytes_of(f->text, f->len));
    return result.outcome != SCRIPT_FAILED;
}

/* A scenario that passes although it never speaks of the rule knows nothing of it; one that does
 * speak of it switches it itself, so it does not count. */
static bool scenario_passes(const File *f, RuleId off)
{
    ShellOptions options = {.quiet = true};
    Shell *sh = shell_new(&options);
    if (!sh)
        return true;
    Text out = text_heap(), first = text_heap();
    uint32_t line;
    LineStatus status = LINE_OK;
    if (off != RULE_NONE) {
        text_addf(&first, "rule %s off\n", rule_info(off)->name);
        status = shell_text(sh, "mutant", bytes_of(first.buf, first.len), false, &out, &line);
    }
    if (status == LINE_OK)
        status = shell_text(sh, f->path, bytes_of(f->text, f->len), false, &out, &line);
    text_heap_free(&out);
    text_heap_free(&first);
    shell_free(sh);
    return status != LINE_FAILED;
}

static bool passes(const File *f, RuleId off)
{
    return f->script ? script_passes(f, off) : scenario_passes(f, off);
}

/* Likely killers first: files whose name holds the rule's name. */
static const File *killer(RuleId off)
{
    for (int likely = 1; likely >= 0; likely--) {
        for (size_t i = 0; i < file_count; i++) {
            bool named = strstr(files[i].path, rule_info(off)->name) != NULL;
            if (named == (likely != 0) && !passes(&files[i], off) && passes(&files[i], RULE_NONE))
                return &files[i];
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    runner = script_runner_new();
    for (int i = 1; i < argc; i++)
        add_folder(argv[i]);
    unsigned survivors = 0, mutants = 0;
    for (int id = 1; id < RULE_COUNT && runner; id++) {
        if (!(rule_info((RuleId)id)->flags & RULE_SWITCH))
            continue;
        const File *by = killer((RuleId)id);
        const char *name = by ? strrchr(by->path, '/') : NULL;
        printf("%-24s %s\n", rule_info((RuleId)id)->name, by ? (name ? name + 1 : by->path) : "-");
        mutants++;
        survivors += !by;
    }
    printf("%u ablations, %u survive; %zu scripts and scenarios\n", mutants, survivors, file_count);
    for (size_t i = 0; i < file_count; i++) {
        free(files[i].path);
        free(files[i].text);
    }
    script_runner_free(runner);
    return survivors || !mutants;
}
