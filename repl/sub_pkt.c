/*
 * sub_pkt.c: packetdrill scripts for `sandwire run`, and the story of one that fails.
 *
 * A failing script is run once more with its whole trace kept, and told: the ladder, the line with
 * a caret, what was expected and what came, and why.
 */
#include "repl/sub_pkt.h"

#include "core/base/near.h"
#include "core/lab/heap.h"
#include "core/lab/why.h"
#include "repl/view.h"
#include "repl/width.h"

#include <stdio.h>
#include <string.h>

/* ---- the words of the command line ---- */

static bool rule_off(PktDesk *d, const char *name)
{
    RuleId id = rule_of_name(name, strlen(name));
    if (id == RULE_NONE || !(rule_info(id)->flags & RULE_SWITCH)) {
        sub_complain("run",
                     TELL(d->program, "there is no rule `%s` to switch off; `rules` lists them",
                          "没有可以关闭的规则 `%s`；用 rules 查看"),
                     name);
        return false;
    }
    ruleset_put(&d->options.rules_off, id, true);
    return true;
}

static bool add_define(PktDesk *d, const char *text)
{
    if (d->options.define_count == SCRIPT_DEFINES_MAX)
        return false;
    d->options.defines[d->options.define_count++] = text;
    return true;
}

/* 1: taken; 0: not ours; -1: wrong. */
static int take_option(PktDesk *d, int argc, char **argv, int *i)
{
    const char *word = argv[*i];
    const char *value = *i + 1 < argc ? argv[*i + 1] : NULL;
    if (strcmp(word, "--strict") == 0 || strcmp(word, "--lenient") == 0) {
        d->options.lenient = word[2] == 'l';
    } else if (strcmp(word, "--check") == 0) {
        d->options.check = true;
    } else if (strcmp(word, "--rule-off") == 0 && value) {
        ++*i;
        return rule_off(d, value) ? 1 : -1;
    } else if (strcmp(word, "-D") == 0 && value) {
        ++*i;
        return add_define(d, value) ? 1 : -1;
    } else if (strncmp(word, "-D", 2) == 0 && word[2]) {
        return add_define(d, word + 2) ? 1 : -1;
    } else if (strncmp(word, "--define=", 9) == 0) {
        return add_define(d, word + 9) ? 1 : -1;
    } else if (word[0] == '-' && word[1] == '-' && word[2]) {
        if (d->options.option_count == SCRIPT_DEFINES_MAX)
            return -1;
        d->options.options[d->options.option_count++] = word;
    } else {
        return 0;
    }
    return 1;
}

bool pkt_options(PktDesk *d, const Program *p, int *argc, char **argv)
{
    *d = (PktDesk){
        .program = p,
        .options = {.lang = p->lang, .profile = p->profile_given ? p->profile : PROFILE_COUNT}};
    int kept = 0;
    for (int i = 0; i < *argc; i++) {
        int taken = take_option(d, *argc, argv, &i);
        if (taken < 0)
            return false;
        if (taken == 0)
            argv[kept++] = argv[i];
    }
    *argc = kept;
    return true;
}

void pkt_end(PktDesk *d)
{
    script_runner_free(d->runner);
    d->runner = NULL;
}

/* ---- the story ---- */

/* The script's line with a caret under the column. */
static void add_line(Text *out, Bytes text, uint32_t line, uint32_t column)
{
    const char *at = (const char *)text.data, *end = at + text.len;
    for (uint32_t n = 1; n < line && at < end; at++)
        n += *at == '\n';
    const char *stop = at;
    while (stop < end && *stop != '\n')
        stop++;
    text_add(out, "    ");
    text_add_n(out, at, (size_t)(stop - at));
    text_add(out, "\n    ");
    for (const char *c = at; c < stop && c < at + column - 1;) { /* as wide as what is above */
        size_t n = 1;
        while (c + n < stop && ((unsigned char)c[n] & 0xc0) == 0x80)
            n++;
        if (*c == '\t')
            text_char(out, '\t');
        else
            text_repeat(out, ' ', width_of(c, n));
        c += n;
    }
    text_add(out, "^\n");
}

static void add_why(Text *out, const PktDesk *d, const ScriptResult *result)
{
    const Trace *trace = script_trace(d->runner);
    uint32_t row = result->row ? result->row : trace ? trace_last(trace) : 0;
    if (!trace || row == 0 || !trace_row(trace, row))
        return;
    text_add(out, TELL(d->program, "why:\n", "原因：\n"));
    why_row(out, trace, row, d->program->lang, false);
}

static void add_ladder(Text *out, const PktDesk *d, const ScriptResult *result)
{
    if (!script_trace(d->runner) || trace_last(script_trace(d->runner)) == 0)
        return;
    View view = {.world = script_world(d->runner),
                 .trace = script_trace(d->runner),
                 .lang = d->program->lang,
                 .color = d->program->color,
                 .ascii = d->program->ascii,
                 .scripted = true,
                 .width = 80};
    LadderRange range = {.first = max_u32(result->first_row, 1),
                         .last = UINT32_MAX,
                         .heading = true,
                         .host = HOST_NONE};
    look_ladder(out, &view, &range);
}

static void tell_story(PktDesk *d, const char *path, Bytes text, const ScriptResult *result)
{
    const Program *p = d->program;
    Text out = text_heap();
    if (result->outcome == SCRIPT_FAILED || p->ladder)
        add_ladder(&out, d, result);
    if (result->line)
        text_addf(&out, "%s:%u:%u: ", path, result->line, result->column);
    else
        text_addf(&out, "%s: ", path);
    text_addf(&out, "%s\n", result->message);
    if (result->line)
        add_line(&out, text, result->line, result->column);
    if (result->expected[0])
        text_addf(&out, "%s %s\n", TELL(p, "expected:", "期望："), result->expected);
    if (result->got[0])
        text_addf(&out, "%s %s\n", TELL(p, "got:     ", "实际："), result->got);
    if (result->outcome == SCRIPT_FAILED)
        add_why(&out, d, result);
    sub_print(&out);
    text_heap_free(&out);
}

/* ---- one script ---- */

static void print_json(const char *path, const ScriptResult *r)
{
    static const char *const words[] = {"passed", "failed", "skipped", "error"};
    Text out = text_heap();
    text_add(&out, "{\"file\":");
    sub_json_string(&out, path, strlen(path));
    text_addf(&out, ",\"result\":\"%s\"", words[r->outcome]);
    if (r->outcome != SCRIPT_PASSED) {
        text_addf(&out, ",\"line\":%u,\"column\":%u,\"message\":", r->line, r->column);
        sub_json_string(&out, r->message, strlen(r->message));
        text_add(&out, ",\"expected\":");
        sub_json_string(&out, r->expected, strlen(r->expected));
        text_add(&out, ",\"got\":");
        sub_json_string(&out, r->got, strlen(r->got));
    }
    text_add(&out, "}");
    sub_print(&out);
    text_heap_free(&out);
}

/* A file of shell commands that the script names, from the script's own folder. */
static char *read_beside(void *script, const char *name, size_t *len)
{
    char path[1024];
    const char *slash = strrchr(script, '/');
    int folder = slash && name[0] != '/' ? (int)(slash + 1 - (const char *)script) : 0;
    int n = snprintf(path, sizeof path, "%.*s%s", folder, (const char *)script, name);
    const char *error;
    return n > 0 && (size_t)n < sizeof path ? sub_read_file(path, len, &error) : NULL;
}

ScriptOutcome pkt_run(PktDesk *d, const char *path, Bytes text, bool alone)
{
    const Program *p = d->program;
    if (!d->runner)
        d->runner = script_runner_new();
    if (!d->runner) {
        sub_complain("run", "%s", TELL(p, "no memory", "内存不足"));
        return SCRIPT_ERROR;
    }
    char script[1024];
    snprintf(script, sizeof script, "%s", path);
    d->options.file = read_beside;
    d->options.file_of = script;
    d->options.trace = p->ladder || d->pcap;
    ScriptResult result = script_run(d->runner, &d->options, text);
    if (d->pcap && script_trace(d->runner) &&
        !sub_write_capture(p, "run", d->pcap, script_trace(d->runner)))
        return SCRIPT_ERROR;
    if (p->json) {
        print_json(path, &result);
        return result.outcome;
    }
    if (result.outcome == SCRIPT_FAILED && !d->options.trace) {
        d->options.trace = true;
        result = script_run(d->runner, &d->options, text);
    }
    if (result.outcome == SCRIPT_SKIPPED && !p->ladder)
        printf("%s:%u: %s: %s\n", path, result.line, TELL(p, "skipped", "跳过"), result.message);
    else if (result.outcome != SCRIPT_PASSED || p->ladder)
        tell_story(d, path, text, &result);
    else if (alone)
        printf("%s: %s\n", path, TELL(p, "passed", "通过"));
    return result.outcome;
}
