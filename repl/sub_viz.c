/*
 * sub_viz.c: `sandwire viz`: the window, beside this terminal.
 *
 * What shall be seen is loaded into a shell first; the window gets the shell and the same front end
 * that the terminal has, so both speak to one world.
 */
#define _POSIX_C_SOURCE 200809L
#include "repl/sub_compare.h"

#if SANDWIRE_VIZ

#include "core/lab/heap.h"
#include "lessons/reading.h"
#include "repl/sub_viz.h"
#include "viz/lecture.h"
#include "viz/render.h"
#include "viz/sdl_window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Request {
    char file[1024]; /* what to load first; "" for nothing */
    const char *title;
    const char *lesson;   /* its name; NULL: none */
    const char *exercise; /* likewise: the file is an answer to it */
    bool demo, still, presenter;
    TwinStore *twin; /* NULL: none was asked for */
    const char *twin_of;
    char *lecture; /* its text, malloc'd; NULL: the file is none */
    Theme theme;
    float zoom;
    uint32_t width, height;
} Request;

static int wrong(const Program *p, const char *word)
{
    return sub_complain("viz",
                        TELL(p, "`%s` is not understood; see sandwire viz --help",
                             "看不懂 `%s`；见 sandwire viz --help"),
                        word);
}

static bool read_zoom(const char *text, float *zoom)
{
    char *end;
    double value = strtod(text, &end);
    if (*end == '%')
        value /= 100;
    *zoom = (float)value;
    return end != text && value >= 0.5 && value <= 4;
}

static bool read_option(Request *r, const char *word, const char *value)
{
    if (strcmp(word, "--twin") == 0)
        return (r->twin_of = value) != NULL;
    if (strcmp(word, "--theme") == 0)
        return (r->theme = theme_of_name(value)) < THEME_COUNT;
    if (strcmp(word, "--zoom") == 0)
        return read_zoom(value, &r->zoom);
    if (strcmp(word, "--size") == 0)
        return render_size_of_text(value, &r->width, &r->height);
    if (strcmp(word, "--exercise") == 0) {
        r->exercise = value;
        return true;
    }
    r->title = value;
    if (strcmp(word, "--lesson") == 0) {
        r->lesson = value;
        return true;
    }
    r->demo = strcmp(word, "--demo") == 0;
    if (r->demo)
        snprintf(r->file, sizeof r->file, "%s/assets/demo/%s.sw", SANDWIRE_DATA_DIR, value);
    else
        snprintf(r->file, sizeof r->file, "%s", value);
    return r->demo || strcmp(word, "--session") == 0;
}

/* 0: understood. */
static int read_request(const Program *p, Request *r)
{
    for (int i = 0; i < p->argc; i++) {
        const char *word = p->argv[i];
        if (strcmp(word, "--still") == 0) {
            r->still = true;
            continue;
        }
        if (strcmp(word, "--presenter") == 0) {
            r->presenter = true;
            continue;
        }
        if (i + 1 >= p->argc || !read_option(r, word, p->argv[i + 1]))
            return wrong(p, word);
        i++;
    }
    if (r->exercise && !r->file[0])
        return sub_complain("viz", "%s",
                            TELL(p, "where is the answer? --session ANSWER.sw",
                                 "答案在哪里？请用 --session 答案.sw"));
    return 0;
}

/* Opens the lesson, if one was asked for, and prints its first step. 0: done. */
static int open_lesson(const Program *p, Shell *sh, Request *r, Reading *reading)
{
    if (!r->lesson)
        return 0;
    Text said = text_heap();
    ReadingOptions options = {.player = {.lang = p->lang, .color = p->color}};
    ReadingStatus status = reading_open(reading, r->lesson, sh, &options, &said);
    sub_print(&said);
    if (status == READING_OPEN) {
        player_screen(reading->player, &said);
        player_prompt(reading->player, &said);
        text_char(&said, '\n');
        sub_print(&said);
        r->title = lesson_title(reading->lesson, p->lang);
    }
    text_heap_free(&said);
    if (status == READING_NOT_FOUND)
        return sub_complain("viz",
                            TELL(p, "there is no lesson `%s`; `sandwire lesson list` shows them",
                                 "没有课程 `%s`；`sandwire lesson list` 列出全部课程"),
                            r->lesson);
    return status == READING_OPEN ? 0 : 1;
}

/* Loads the file, if there is one. 0: done. */
static int load(const Program *p, Shell *sh, Request *r)
{
    const char *error = NULL;
    size_t len;
    if (!r->file[0])
        return 0;
    char *text = sub_read_file(r->file, &len, &error);
    if (!text)
        return sub_complain("viz", TELL(p, "%s: %s", "%s：%s"), r->file, error);
    Lecture lecture;
    lecture_read(&lecture, bytes_of(text, len));
    if (lecture.count > 0) { /* the window runs it, step by step */
        r->lecture = text;
        return 0;
    }
    Text out = text_heap();
    uint32_t line;
    shell_set_quiet(sh, true); /* the window shows the rows */
    LineStatus status = shell_text(sh, r->file, bytes_of(text, len), false, &out, &line);
    shell_set_quiet(sh, false);
    sub_print(&out);
    text_heap_free(&out);
    free(text);
    return status == LINE_ERROR ? 2 : 0; /* a failed expectation is something to look at */
}

int sub_viz(const Program *p)
{
    Request r = {0};
    int code = read_request(p, &r);
    if (code)
        return code;
    if (r.twin_of && !(r.twin = twin_make(p, r.twin_of)))
        return 1;
    ShellOptions options = sub_shell_options(p);
    options.clock = sub_clock;
    Shell *sh = shell_new(&options);
    if (!sh)
        return sub_complain("viz", "%s", TELL(p, "no memory", "内存不足"));
    char history[1024], journal[1024];
    bool has_state = sub_state_path("history", history, sizeof history) &&
                     sub_state_path("journal.sw", journal, sizeof journal);
    Reading reading = {0};
    Graded graded = {0};
    code = r.exercise ? graded_open(&graded, p, r.exercise, r.file, sh) : load(p, sh, &r);
    if (code == 0)
        code = open_lesson(p, sh, &r, &reading);
    if (code == 0)
        code = window_run(&(WindowOptions){.shell = sh,
                                           .front = {.history_path = has_state ? history : NULL,
                                                     .journal_path = has_state ? journal : NULL,
                                                     .color = p->color,
                                                     .ascii = p->ascii,
                                                     .interrupt = &sub_interrupted},
                                           .theme = r.theme,
                                           .zoom = r.zoom,
                                           .width = (int)r.width,
                                           .height = (int)r.height,
                                           .from_start = r.demo && !r.lecture,
                                           .presenter = r.presenter,
                                           .lecture = r.lecture,
                                           .reading = r.lesson ? &reading : NULL,
                                           .result = graded.graded ? &graded.scene : NULL,
                                           .still = r.still,
                                           .twin = r.twin ? twin_scene(r.twin) : NULL,
                                           .title = r.title});
    reading_close(&reading);
    graded_close(&graded);
    shell_free(sh);
    twin_free(r.twin);
    free(r.lecture);
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
