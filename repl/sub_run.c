/*
 * sub_run.c: `sandwire run FILE.sw ...`: scenarios as tests.
 *
 * Each file runs in a fresh world. Exit code: 0 when every `expect` held, 1 when one did not, 2
 * when a line was not understood or a file could not be read.
 */
#include "repl/sub.h"

#include "core/lab/heap.h"
#include "repl/lang.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Outcome {
    int code; /* as the program's exit code */
    uint32_t line;
} Outcome;

static void add_json_string(Text *out, const char *s, size_t len)
{
    text_char(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\')
            text_addf(out, "\\%c", c);
        else if (c < 0x20)
            text_addf(out, "\\u%04x", c);
        else
            text_char(out, (char)c);
    }
    text_char(out, '"');
}

static void print_json(const char *path, const Outcome *o, Shell *sh, const Text *said)
{
    static const char *const words[] = {"passed", "failed", "error"};
    Text out = text_heap();
    text_add(&out, "{\"file\":");
    add_json_string(&out, path, strlen(path));
    text_addf(&out, ",\"result\":\"%s\"", words[o->code]);
    if (o->code)
        text_addf(&out, ",\"line\":%u,\"report\":", o->line);
    if (o->code)
        add_json_string(&out, said->buf ? said->buf : "", said->len);
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

static Outcome run_text(const Program *p, const char *path, Bytes text)
{
    Outcome o = {.code = 2};
    ShellOptions options = sub_shell_options(p);
    options.quiet = p->ladder || p->json || p->argc > 1; /* of many, only the failures speak */
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
    text_heap_free(&out);
    shell_free(sh);
    return o;
}

static Outcome run_file(const Program *p, const char *path)
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
    size_t name = strlen(path);
    Outcome o = {.code = 2};
    if (name > 4 && strcmp(path + name - 4, ".pkt") == 0)
        sub_complain("run",
                     TELL(p, "%s: packetdrill scripts are not understood yet",
                          "%s：尚不支持 packetdrill 脚本"),
                     path);
    else
        o = run_text(p, path, bytes_of(text, len));
    free(text);
    return o;
}

int sub_run(const Program *p)
{
    if (p->argc == 0)
        return sub_complain("run", "%s",
                            TELL(p,
                                 "which file? For example: sandwire run assets/demo/handshake.sw",
                                 "要运行哪个文件？例如：sandwire run assets/demo/handshake.sw"));
    uint32_t passed = 0, failed = 0;
    int code = 0;
    if (p->json)
        printf("[");
    for (int i = 0; i < p->argc; i++) {
        if (p->json && i > 0)
            printf(",\n");
        Outcome o = run_file(p, p->argv[i]);
        if (o.code == 0)
            passed++;
        else
            failed++;
        if (o.code > code)
            code = o.code;
        if (!p->json && p->argc > 1 && o.code && o.line)
            printf(TELL(p, "%s: failed at line %u\n", "%s：第 %u 行失败\n"), p->argv[i], o.line);
        if (sub_interrupted)
            break;
    }
    if (p->json)
        printf("]\n");
    else if (p->argc > 1)
        printf("%u passed, %u failed\n", passed, failed);
    return code;
}
