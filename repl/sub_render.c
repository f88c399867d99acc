/*
 * sub_render.c: `sandwire render`, and `export F.svg`: pictures without a display.
 *
 * SVG is always there; PNG and animations need the fonts of the window (-DSANDWIRE_VIZ=ON).
 */
#include "repl/sub.h"

#include "core/lab/heap.h"
#include "viz/handout.h"
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
    const char *scene, *out, *from, *at;
    RenderOptions options;
    bool handout; /* a page instead of a picture */
    double rate;  /* of an animation */
    uint32_t fps;
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

/* "1/16", "2", "0.5": virtual time for wall time. */
static bool read_rate(const char *text, double *rate)
{
    char *end;
    double over = strtod(text, &end), under = 1;
    if (end != text && *end == '/')
        under = strtod(end + 1, &end);
    *rate = over / under;
    return *end == '\0' && under > 0 && *rate >= 0.0001 && *rate <= 10000;
}

static bool read_number(const char *text, double least, double most, double *value)
{
    char *end;
    *value = strtod(text, &end);
    if (end != text && *end == '%') {
        *value /= 100;
        end++;
    }
    return end != text && *end == '\0' && *value >= least && *value <= most;
}

/* False if there is no such option, or not with this value. */
static bool read_option(Request *r, const char *word, const char *value)
{
    double number;
    if (strcmp(word, "--scene") == 0 || strcmp(word, "--handout") == 0) {
        r->scene = value;
        r->handout = word[2] == 'h';
    } else if (strcmp(word, "-o") == 0 || strcmp(word, "--out") == 0)
        r->out = value;
    else if (strcmp(word, "--at") == 0)
        r->at = value;
    else if (strcmp(word, "--from") == 0)
        r->from = value;
    else if (strcmp(word, "--view") == 0)
        return (r->options.view = render_view_of_name(value)) < RENDER_VIEW_COUNT;
    else if (strcmp(word, "--theme") == 0)
        return (r->options.theme = theme_of_name(value)) < THEME_COUNT;
    else if (strcmp(word, "--size") == 0)
        return render_size_of_text(value, &r->options.width, &r->options.height);
    else if (strcmp(word, "--speed") == 0)
        return read_rate(value, &r->rate);
    else if (strcmp(word, "--fps") == 0 && read_number(value, 1, 50, &number))
        r->fps = (uint32_t)number;
    else if (strcmp(word, "--zoom") == 0 && read_number(value, 0.5, 4, &number))
        r->options.zoom = (float)number;
    else
        return false;
    return true;
}

/* False: wrong, and said so. */
static bool read_request(const Program *p, Request *r)
{
    r->options.lang = p->lang;
    for (int i = 0; i < p->argc; i += 2) {
        const char *word = p->argv[i], *value = i + 1 < p->argc ? p->argv[i + 1] : NULL;
        if (value && read_option(r, word, value))
            continue;
        sub_complain("render",
                     TELL(p, "`%s` is not understood; see sandwire render --help",
                          "看不懂 `%s`；见 sandwire render --help"),
                     value && word[0] == '-' ? value : word);
        return false;
    }
    if (r->scene && r->out)
        return true;
    sub_complain("render", "%s",
                 TELL(p, "which file, and where to? --scene FILE.sw -o OUT.svg",
                      "画哪个文件、写到哪里？--scene FILE.sw -o OUT.svg"));
    return false;
}

static bool is_film(const char *path)
{
    return ends_with(path, ".webp") || ends_with(path, ".gif") || ends_with(path, ".mp4");
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

/* From one moment to the other, both as `goto` understands them. */
static bool film(Shell *sh, const Request *r, Text *out, const char **error)
{
#if SANDWIRE_VIZ
    Session *s = shell_session(sh);
    FilmOptions film = {.picture = r->options, .rate = r->rate, .fps = r->fps};
    char line[128];
    film.to = r->at ? session_world(s)->now : NANOS_NEVER;
    snprintf(line, sizeof line, "goto %s", r->from);
    if (r->from && shell_line(sh, line, out) == LINE_ERROR)
        return false;
    film.from = r->from ? session_world(s)->now : 0;
    return render_film(s, &film, r->out, error);
#else
    (void)sh;
    (void)out;
    *error = r->options.lang == LANG_ZH ? "此程序没有编译动画；请用 .svg"
                                        : "built without animations; use .svg";
    return false;
#endif
}

/* A page with everything up to this moment. It is named after its file. */
static bool handout(Shell *sh, const Request *r, const char *path, const char **error)
{
    Text commands = text_heap(), page = text_heap();
    const char *name = strrchr(path, '/');
    HandoutOptions o = {.title = name ? name + 1 : path, .lang = r->options.lang};
    shell_save(sh, &commands);
    o.commands = commands.buf;
    handout_print(&page, shell_session(sh), &o);
    bool ok = sub_write_file(r->out, bytes_of(page.buf, page.len), error);
    text_heap_free(&commands);
    text_heap_free(&page);
    return ok;
}

/* Runs the scene and draws it; returns the program's exit code. */
static int perform(Shell *sh, const Request *r, const char *path, Bytes text)
{
    const char *error = NULL;
    Text out = text_heap();
    LineStatus status = run_scene(sh, r, path, text, &out);
    RenderOptions options = r->options;
    options.finding = shell_finding(sh);
    options.comparison = shell_comparison(sh);
    int code = status == LINE_FAILED ? 1 : status == LINE_ERROR ? 2 : 0;
    bool ok = code != 2 && (r->handout        ? handout(sh, r, path, &error)
                            : is_film(r->out) ? film(sh, r, &out, &error)
                                              : draw(shell_session(sh), &options, r->out, &error));
    if (code || (!ok && !error))
        sub_print(&out);
    if (error && !ok)
        sub_complain("render", "%s: %s", r->out, error);
    text_heap_free(&out);
    return ok || code ? code : 2;
}

int sub_render(const Program *p)
{
    Request r = {0};
    if (!read_request(p, &r))
        return 2;
    bool picture = ends_with(r.out, ".svg") || ends_with(r.out, ".png") || is_film(r.out);
    if (!picture && !r.handout)
        return sub_complain("render",
                            TELL(p, "%s: pictures are .svg or .png, animations .webp, .gif or .mp4",
                                 "%s：图片应为 .svg 或 .png，动画应为 .webp、.gif 或 .mp4"),
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
    int code = sh ? perform(sh, &r, path, bytes_of(text, len))
                  : sub_complain("render", "%s", TELL(p, "no memory", "内存不足"));
    shell_free(sh);
    free(text);
    return code;
}
