/*
 * sub_render.c: `sandwire render`, and `export F.svg`: pictures without a display.
 *
 * SVG is always there; PNG needs the fonts of the window (-DSANDWIRE_VIZ=ON).
 */
#include "repl/sub.h"

#include "core/lab/heap.h"
#include "viz/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool draw(Session *session, const RenderOptions *o, const char *path, const char **error)
{
    if (ends_with(path, ".png")) {
#if SANDWIRE_VIZ
        return render_png(session, o, path, error);
#else
        *error =
            o->lang == LANG_ZH ? "此程序没有编译 PNG；请用 .svg" : "built without PNG; use .svg";
        return false;
#endif
    }
    Text svg = text_heap();
    render_svg(&svg, session, o);
    bool ok = sub_write_file(path, bytes_of(svg.buf, svg.len), error);
    text_heap_free(&svg);
    return ok;
}

bool sub_render_file(Session *session, const char *path, Lang lang, const char **error)
{
    return draw(session, &(RenderOptions){.view = RENDER_LADDER, .lang = lang}, path, error);
}

typedef struct Request {
    const char *scene, *out, *at;
    RenderOptions options;
    char demo[1024]; /* the path of a demo given by its name */
} Request;

/* "handshake" is a file of assets/demo, "demo" the first of them. */
static const char *scene_path(Request *r)
{
    if (strpbrk(r->scene, "/.") || strcmp(r->scene, "-") == 0)
        return r->scene;
    snprintf(r->demo, sizeof r->demo, "%s/assets/demo/%s.sw", SANDWIRE_DATA_DIR,
             strcmp(r->scene, "demo") == 0 ? "handshake" : r->scene);
    return r->demo;
}

/* False: wrong, and said so. */
static bool read_request(const Program *p, Request *r)
{
    r->options.lang = p->lang;
    for (int i = 0; i < p->argc; i++) {
        const char *word = p->argv[i], *value = i + 1 < p->argc ? p->argv[i + 1] : NULL;
        bool ok = value != NULL;
        if (strcmp(word, "--scene") == 0)
            r->scene = value;
        else if (strcmp(word, "-o") == 0 || strcmp(word, "--out") == 0)
            r->out = value;
        else if (strcmp(word, "--at") == 0)
            r->at = value;
        else if (strcmp(word, "--view") == 0)
            ok = ok && (r->options.view = render_view_of_name(value)) < RENDER_VIEW_COUNT;
        else if (strcmp(word, "--theme") == 0)
            ok = ok && (r->options.theme = theme_of_name(value)) < THEME_COUNT;
        else if (strcmp(word, "--size") == 0)
            ok = ok && render_size_of_text(value, &r->options.width, &r->options.height);
        else
            ok = false;
        if (!ok) {
            sub_complain("render",
                         TELL(p, "`%s` is not understood; see sandwire render --help",
                              "看不懂 `%s`；见 sandwire render --help"),
                         value && word[0] == '-' ? value : word);
            return false;
        }
        i++;
    }
    if (r->scene && r->out)
        return true;
    sub_complain("render", "%s",
                 TELL(p, "which file, and where to? --scene FILE.sw -o OUT.svg",
                      "画哪个文件、写到哪里？--scene FILE.sw -o OUT.svg"));
    return false;
}

/* Runs the scene's text, then travels to the moment asked for. */
static LineStatus run_scene(Shell *sh, const Request *r, const char *path, Bytes text, Text *out)
{
    char line[128];
    uint32_t number = 0;
    LineStatus status = shell_text(sh, path, text, false, out, &number);
    if (!r->at || status == LINE_ERROR)
        return status;
    snprintf(line, sizeof line, "goto %s", r->at);
    return shell_line(sh, line, out) == LINE_ERROR ? LINE_ERROR : status;
}

int sub_render(const Program *p)
{
    Request r = {0};
    if (!read_request(p, &r))
        return 2;
    if (!ends_with(r.out, ".svg") && !ends_with(r.out, ".png"))
        return sub_complain("render",
                            TELL(p, "%s: the picture is .svg or .png", "%s：图片应为 .svg 或 .png"),
                            r.out);
    const char *error = NULL;
    size_t len;
    const char *path = scene_path(&r);
    char *text = sub_read_file(path, &len, &error);
    if (!text)
        return sub_complain("render", "%s: %s", path, error);
    ShellOptions options = sub_shell_options(p);
    options.quiet = true;
    Shell *sh = shell_new(&options);
    Text out = text_heap();
    LineStatus status = sh ? run_scene(sh, &r, path, bytes_of(text, len), &out) : LINE_ERROR;
    int code = status == LINE_FAILED ? 1 : status == LINE_ERROR ? 2 : 0;
    if (code)
        sub_print(&out);
    if (sh && code != 2 && !draw(shell_session(sh), &r.options, r.out, &error))
        code = sub_complain("render", "%s: %s", r.out, error);
    text_heap_free(&out);
    shell_free(sh);
    free(text);
    return code;
}
