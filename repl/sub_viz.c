/*
 * sub_viz.c: `sandwire viz`: the window.
 *
 * Prepares a shell (empty, or with a demo or a saved session run into it) and gives it to the
 * window; the terminal it was started from stays a prompt on the same world.
 */
#include "repl/sub.h"

#include "core/lab/heap.h"
#include "viz/theme.h"
#if SANDWIRE_VIZ
#include "viz/sdl_window.h"
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if SANDWIRE_VIZ

typedef struct Request {
    char path[1024]; /* of the text to begin with; "" for none */
    const char *title;
    WindowOptions window;
    uint32_t width, height;
} Request;

/* A demo's name is a file of assets/demo. */
static bool demo_path(Request *r, const char *name)
{
    r->title = name;
    r->window.from_start = true;
    if (strchr(name, '/') || strchr(name, '.'))
        return false;
    int n = snprintf(r->path, sizeof r->path, "%s/assets/demo/%s.sw", SANDWIRE_DATA_DIR, name);
    return n > 0 && (size_t)n < sizeof r->path;
}

static bool read_size(Request *r, const char *value)
{
    return sscanf(value, "%4dx%4d", &r->window.width, &r->window.height) == 2 &&
           r->window.width >= 400 && r->window.height >= 300;
}

static bool read_zoom(Request *r, const char *value)
{
    r->window.zoom = (float)atof(value) / 100;
    return r->window.zoom >= 0.75f && r->window.zoom <= 3;
}

/* One option with its value; false if it makes no sense. */
static bool read_option(Request *r, const char *word, const char *value)
{
    if (strcmp(word, "--demo") == 0)
        return demo_path(r, value);
    if (strcmp(word, "--session") == 0) {
        r->title = value;
        return snprintf(r->path, sizeof r->path, "%s", value) < (int)sizeof r->path;
    }
    if (strcmp(word, "--theme") == 0)
        return (r->window.theme = theme_of_name(value)) < THEME_COUNT;
    if (strcmp(word, "--size") == 0)
        return read_size(r, value);
    return strcmp(word, "--zoom") == 0 && read_zoom(r, value);
}

/* False: not understood, and said so. */
static bool read_request(const Program *p, Request *r)
{
    for (int i = 0; i < p->argc; i++) {
        const char *word = p->argv[i];
        if (strcmp(word, "--still") == 0) {
            r->window.still = true;
            continue;
        }
        const char *value = i + 1 < p->argc ? p->argv[++i] : NULL;
        if (value && read_option(r, word, value))
            continue;
        sub_complain("viz",
                     TELL(p, "`%s` is not understood; see sandwire viz --help",
                          "看不懂 `%s`；见 sandwire viz --help"),
                     value ? value : word);
        return false;
    }
    return true;
}

/* Runs the text into the shell; 0, or the exit code. */
static int run_text(const Program *p, Shell *sh, const Request *r)
{
    const char *error = NULL;
    size_t len;
    uint32_t line = 0;
    char *text = sub_read_file(r->path, &len, &error);
    if (!text)
        return sub_complain("viz", "%s: %s", r->path, error);
    (void)p;
    Text out = text_heap();
    LineStatus status = shell_text(sh, r->path, bytes_of(text, len), false, &out, &line);
    sub_print(&out);
    text_heap_free(&out);
    free(text);
    return status == LINE_ERROR ? 2 : 0;
}

static int run_window(const Program *p, Shell *sh, Request *r)
{
    char history[1024], journal[1024];
    bool has_state = sub_state_path("history", history, sizeof history) &&
                     sub_state_path("journal.sw", journal, sizeof journal);
    r->window.shell = sh;
    r->window.title = r->title;
    r->window.front = (FrontOptions){.history_path = has_state ? history : NULL,
                                     .journal_path = has_state ? journal : NULL,
                                     .color = p->color,
                                     .ascii = p->ascii,
                                     .interrupt = &sub_interrupted};
    return window_run(&r->window);
}

int sub_viz(const Program *p)
{
    Request r = {.path = ""};
    if (!read_request(p, &r))
        return 2;
    ShellOptions options = sub_shell_options(p);
    Shell *sh = shell_new(&options);
    if (!sh)
        return sub_complain(NULL, "%s", TELL(p, "no memory", "内存不足"));
    int code = r.path[0] ? run_text(p, sh, &r) : 0;
    if (code == 0)
        code = run_window(p, sh, &r);
    shell_free(sh);
    return code;
}

#else

int sub_viz(const Program *p)
{
    return sub_complain("viz", "%s",
                        TELL(p, "this program was built without the window; everything else works",
                             "此程序没有编译窗口功能；其他功能都可用"));
}

#endif
