/*
 * sub_run.c: `sandwire run FILE|FOLDER ...`: scenarios (.sw) and packetdrill scripts (.pkt) as
 * tests.
 *
 * Each file runs in a fresh world; a folder stands for every .sw and .pkt below it, in order. Exit
 * code: 0 when nothing failed (a skip is no failure), 1 when something did, 2 when a line was not
 * understood or a file could not be read.
 */
#define _XOPEN_SOURCE 700
#include "repl/sub_pkt.h"

#include "core/lab/heap.h"
#include "repl/lang.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct Outcome {
    int code; /* as the program's exit code */
    bool skipped;
    uint32_t line;
} Outcome;

typedef struct Tally {
    PktDesk pkt;
    bool many;    /* more than one file: of those that pass nothing is said */
    bool no_skip; /* a skip counts as a failure */
    int code;
    uint32_t passed, failed, skipped, files;
} Tally;

static void print_json(const char *path, const Outcome *o, Shell *sh, const Text *said)
{
    static const char *const words[] = {"passed", "failed", "error"};
    Text out = text_heap();
    text_add(&out, "{\"file\":");
    sub_json_string(&out, path, strlen(path));
    text_addf(&out, ",\"result\":\"%s\"", words[o->code]);
    if (o->code)
        text_addf(&out, ",\"line\":%u,\"report\":", o->line);
    if (o->code)
        sub_json_string(&out, said->buf ? said->buf : "", said->len);
    text_add(&out, ",\"rows\":");
    if (sh) {
        View view = shell_view(sh);
        look_json(&out, &view);
        while (out.len && out.buf[out.len - 1] == '\n')
            out.buf[--out.len] = '\0';
    } else {
        text_add(&out, "[]");
    }
    text_add(&out, "}");
    sub_print(&out);
    text_heap_free(&out);
}

static Outcome run_text(const Program *p, const Tally *tally, const char *path, Bytes text)
{
    Outcome o = {.code = 2};
    ShellOptions options = sub_shell_options(p);
    options.quiet = p->ladder || p->json || tally->many; /* of many, only the failures speak */
    options.color = p->color && !p->json;
    Shell *sh = shell_new(&options);
    if (!sh) {
        o.code = sub_complain("run", "%s", TELL(p, "no memory", "内存不足"));
        return o;
    }
    Text out = text_heap();
    LineStatus status = shell_text(sh, path, text, false, &out, &o.line);
    o.code = status == LINE_FAILED ? 1 : status == LINE_ERROR ? 2 : 0;
    if (p->json) {
        print_json(path, &o, sh, &out);
    } else {
        if (p->ladder)
            shell_ladder(sh, 1, UINT32_MAX, &out);
        sub_print(&out);
    }
    if (tally->pkt.pcap &&
        !sub_write_capture(p, "run", tally->pkt.pcap, session_trace(shell_session(sh))))
        o.code = 2;
    text_heap_free(&out);
    shell_free(sh);
    return o;
}

static bool ends_in(const char *path, const char *suffix)
{
    size_t n = strlen(path), k = strlen(suffix);
    return n > k && strcmp(path + n - k, suffix) == 0;
}

static Outcome run_file(const Program *p, Tally *tally, const char *path)
{
    const char *error = NULL;
    size_t len = 0;
    char *text = sub_read_file(path, &len, &error);
    if (!text) {
        Outcome o = {.code = sub_complain("run", "%s: %s", path, error)};
        if (p->json)
            print_json(path, &o, NULL, &(Text){0});
        return o;
    }
    Outcome o = {.code = 2};
    if (ends_in(path, ".pkt")) {
        static const int codes[] = {
            [SCRIPT_PASSED] = 0, [SCRIPT_FAILED] = 1, [SCRIPT_SKIPPED] = 0, [SCRIPT_ERROR] = 2};
        ScriptOutcome outcome = pkt_run(&tally->pkt, path, bytes_of(text, len), !tally->many);
        o = (Outcome){.code = codes[outcome], .skipped = outcome == SCRIPT_SKIPPED};
    } else {
        o = run_text(p, tally, path, bytes_of(text, len));
    }
    free(text);
    return o;
}

static void run_one(const Program *p, Tally *tally, const char *path)
{
    if (p->json && tally->files > 0)
        printf(",\n");
    tally->files++;
    Outcome o = run_file(p, tally, path);
    if (o.skipped && tally->no_skip && o.code == 0)
        o.code = 1;
    if (o.skipped)
        tally->skipped++;
    else if (o.code == 0)
        tally->passed++;
    else
        tally->failed++;
    if (o.code > tally->code)
        tally->code = o.code;
    if (!p->json && tally->many && o.code && o.line)
        printf(TELL(p, "%s: failed at line %u\n", "%s：第 %u 行失败\n"), path, o.line);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, sorted; NULL when it is none. */
static char **names_in(const char *path, size_t *count)
{
    DIR *dir = opendir(path);
    char **names = NULL;
    *count = 0;
    if (!dir)
        return NULL;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        char **more = realloc(names, (*count + 1) * sizeof *names);
        if (!more)
            break;
        names = more;
        names[*count] = strdup(entry->d_name);
        if (!names[*count])
            break;
        ++*count;
    }
    closedir(dir);
    if (names)
        qsort(names, *count, sizeof *names, by_name);
    return names;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

enum { FOLDERS_DEEP = 16 };

static void run_folder(const Program *p, Tally *tally, const char *path, int depth)
{
    size_t count;
    char **names = names_in(path, &count);
    for (size_t i = 0; i < count; i++) {
        char below[4096];
        int n = snprintf(below, sizeof below, "%s/%s", path, names[i]);
        if (n > 0 && (size_t)n < sizeof below && !sub_interrupted) {
            if (is_folder(below) && depth < FOLDERS_DEEP)
                run_folder(p, tally, below, depth + 1);
            else if (ends_in(below, ".pkt") || ends_in(below, ".sw"))
                run_one(p, tally, below);
        }
        free(names[i]);
    }
    free(names);
}

/* Takes --no-skip, --pcap FILE and --pcap=FILE out of the words. */
static void take_options(Program *p, Tally *tally, const char **pcap)
{
    int kept = 0;
    for (int i = 0; i < p->argc; i++) {
        if (strcmp(p->argv[i], "--no-skip") == 0)
            tally->no_skip = true;
        else if (strcmp(p->argv[i], "--pcap") == 0)
            *pcap = i + 1 < p->argc ? p->argv[++i] : "";
        else if (strncmp(p->argv[i], "--pcap=", 7) == 0)
            *pcap = p->argv[i] + 7;
        else
            p->argv[kept++] = p->argv[i];
    }
    p->argc = kept;
}

int sub_run(const Program *program)
{
    Program own = *program, *p = &own;
    Tally tally = {0};
    const char *pcap = NULL;
    take_options(p, &tally, &pcap);
    if (!pkt_options(&tally.pkt, p, &p->argc, p->argv))
        return 2;
    if (p->argc == 0)
        return sub_complain("run", "%s",
                            TELL(p,
                                 "which file? For example: sandwire run assets/demo/handshake.sw",
                                 "要运行哪个文件？例如：sandwire run assets/demo/handshake.sw"));
    tally.many = p->argc > 1 || is_folder(p->argv[0]);
    tally.pkt.pcap = pcap;
    if (pcap && (tally.many || !*pcap))
        return sub_complain("run", "%s",
                            TELL(p, "--pcap takes a file to write, and one scenario to run",
                                 "--pcap 后面写要生成的文件，并且只能运行一个场景"));
    if (p->json)
        printf("[");
    for (int i = 0; i < p->argc && !sub_interrupted; i++) {
        if (is_folder(p->argv[i]))
            run_folder(p, &tally, p->argv[i], 0);
        else
            run_one(p, &tally, p->argv[i]);
    }
    if (p->json)
        printf("]\n");
    else if (tally.many)
        printf(TELL(p, "%u passed, %u failed, %u skipped\n", "%u 通过，%u 失败，%u 跳过\n"),
               tally.passed, tally.failed, tally.skipped);
    pkt_end(&tally.pkt);
    return tally.code;
}
