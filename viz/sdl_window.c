/*
 * sdl_window.c: opening the window, its loop, and putting the picture on the screen.
 *
 * Waiting for the terminal (poll, one frame long) is the frame timer, as readline wants it. The
 * picture is a value: it is drawn only when it differs from the one that is shown. SIGINT is the
 * front end's; SDL installs no handlers.
 */
#define _POSIX_C_SOURCE 200809L
#include "viz/sdl_window.h"

#include <SDL.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/lab/heap.h"
#include "viz/measure.h"
#include "viz/sdl_desk.h"
#include "viz/sdl_lost.h"
#include "viz/views.h"

enum { FRAME_MS = 16, MIN_WIDTH = 640, MIN_HEIGHT = 480, SPEED_AT_FIRST = 3 };

Session *window_session(const Desk *desk)
{
    return shell_session(desk->shell);
}

/* ---- Lines --------------------------------------------------------------------------------- */

/* Before each line, from wherever it comes: what is still being shown has happened. */
static bool before_line(void *user, Shell *shell, const char *line, Text *out, LineStatus *status)
{
    Desk *desk = user;
    const FrontOptions *outer = &desk->options->front;
    time_finish(desk);
    if (desk->play.on)
        desk->play = (Play){0};
    if (!desk->line_open) {
        desk->line_open = true;
        desk->line_position = session_position(window_session(desk));
        desk->line_time = session_world(window_session(desk))->now;
    }
    return lesson_line(desk, line, out, status) ||
           (outer->line && outer->line(outer->user, shell, line, out, status));
}

static void after_line(void *user, const char *line, LineStatus status, const Text *out)
{
    Desk *desk = user;
    const FrontOptions *outer = &desk->options->front;
    type_answer(desk, status, out);
    if (status == LINE_QUIT)
        desk->quit = true;
    if (outer->said)
        outer->said(outer->user, line, status, out);
}

/* What a line found and what has a view of its own is shown in it. */
static void show_answer(Desk *desk)
{
    switch (shell_answer(desk->shell)) {
    case ANSWER_FINDING: desk->view.focus = 1 + VIEW_SEARCH; break;
    case ANSWER_COMPARISON: desk->view.focus = 1 + VIEW_COMPARE; break;
    case ANSWER_NONE: break;
    }
}

/* When the front end has run what was typed. */
static void close_lines(Desk *desk)
{
    if (!desk->line_open)
        return;
    desk->line_open = false;
    time_show_line(desk);
    show_answer(desk);
}

/* Without a terminal: the same, printed plainly. */
static LineStatus plain_line(Desk *desk, const char *line)
{
    Text out = text_heap();
    LineStatus status = LINE_EMPTY;
    printf("> %s\n", line);
    if (!before_line(desk, desk->shell, line, &out, &status))
        status = shell_line(desk->shell, line, &out);
    fwrite(out.buf, 1, out.len, stdout);
    fflush(stdout);
    after_line(desk, line, status, &out);
    text_heap_free(&out);
    return status;
}

LineStatus window_one_of_many(Desk *desk, const char *line)
{
    desk->clicked = !desk->typed;
    LineStatus status = desk->front ? front_line(desk->front, line) : plain_line(desk, line);
    desk->clicked = false;
    return status;
}

void window_lines_done(Desk *desk)
{
    close_lines(desk);
}

LineStatus window_line(Desk *desk, const char *line)
{
    LineStatus status = window_one_of_many(desk, line);
    close_lines(desk);
    return status;
}

LineStatus window_linef(Desk *desk, const char *format, ...)
{
    char line[LINE_EDIT_MAX + 1];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    return window_line(desk, line);
}

/* ---- The picture --------------------------------------------------------------------------- */

/* What the last change of position changed. */
static void watch_fields(Desk *desk)
{
    const Session *s = window_session(desk);
    uint64_t position = session_position(s);
    if (position == desk->seen_position)
        return;
    desk->has_before = position > desk->seen_position;
    memcpy(desk->before, desk->seen, sizeof desk->before);
    moment_remember(session_world(s), desk->seen);
    desk->seen_position = position;
}

static void make_view(Desk *desk)
{
    View *v = &desk->view;
    int w, h;
    SDL_GetWindowSize(desk->window, &w, &h);
    v->width = (float)w;
    v->height = (float)h;
    v->lang = shell_lang(desk->shell);
    v->absolute = shell_absolute(desk->shell);
    v->playing = desk->play.on || shell_pace(desk->shell) == PACE_LIVE;
    v->hold = session_world(window_session(desk))->hold;
    v->speed = time_speed_name(desk);
    v->title = desk->options->title;
    v->lesson = lesson_scene(desk) != NULL;
    v->caption = lecture_caption(desk);
    Text status = text_fixed(desk->status, sizeof desk->status);
    shell_status(desk->shell, &status);
    v->status = desk->status;
    v->command.text = desk->command.text;
    v->command.cursor = desk->command.cursor;
    v->command.note = desk->answer;
    v->command.bad = desk->answer_bad;
    v->edit.text = desk->edit.text;
    v->edit.cursor = desk->edit.cursor;
    v->edit.note = desk->edit_note;
    v->edit.bad = desk->edit_note[0] != '\0';
}

static void make_picture(Desk *desk)
{
    watch_fields(desk);
    make_view(desk);
    moment_of(&desk->moment, window_session(desk));
    desk->moment.finding = shell_finding(desk->shell);
    desk->moment.comparison = shell_comparison(desk->shell);
    desk->moment.twin = desk->options->twin;
    desk->moment.lesson = lesson_scene(desk);
    desk->moment.result = desk->options->result;
    memcpy(desk->moment.before, desk->before, sizeof desk->before);
    desk->moment.has_before = desk->has_before;
    time_look_ahead(desk);
    scene_window(&desk->next, &desk->moment, &desk->view);
}

/* The raster and the texture have the size of the screen's pixels. */
static bool fit_raster(Desk *desk)
{
    int w, h, points;
    SDL_GetRendererOutputSize(desk->renderer, &w, &h);
    SDL_GetWindowSize(desk->window, &points, NULL);
    desk->dots = points > 0 ? (float)w / (float)points : 1;
    if (desk->texture && desk->raster.width == w && desk->raster.height == h) {
        desk->raster.scale = desk->dots;
        return true;
    }
    if (desk->texture)
        SDL_DestroyTexture(desk->texture);
    raster_close(&desk->raster);
    desk->redraw = true;
    desk->texture = SDL_CreateTexture(desk->renderer, SDL_PIXELFORMAT_ARGB8888,
                                      SDL_TEXTUREACCESS_STREAMING, w, h);
    if (!desk->texture || !raster_open(&desk->raster, w, h, desk->dots, fonts_find, desk->fonts))
        return false;
    desk->raster.threads = SDL_GetCPUCount();
    return true;
}

static void show_picture(Desk *desk)
{
    make_picture(desk);
    if (!fit_raster(desk) || (!desk->redraw && display_equal(&desk->shown, &desk->next)))
        return;
    Display swap = desk->shown;
    desk->shown = desk->next;
    desk->next = swap;
    desk->redraw = false;
    raster_draw(&desk->raster, &desk->shown, desk->theme);
    SDL_UpdateTexture(desk->texture, NULL, desk->raster.pixels, desk->raster.width * 4);
    SDL_RenderCopy(desk->renderer, desk->texture, NULL, NULL);
    SDL_RenderPresent(desk->renderer);
    desk->view.hover = display_hit(&desk->shown, desk->view.pointer_x, desk->view.pointer_y);
}

/* ---- Events -------------------------------------------------------------------------------- */

static void text_event(Desk *desk, const char *text)
{
    if (type_text(desk, text))
        return;
    const char *at = text;
    act_letter(desk, measure_next(&at, text + strlen(text)));
}

static void handle(Desk *desk, const SDL_Event *e)
{
    switch (e->type) {
    case SDL_QUIT: desk->quit = true; break;
    case SDL_KEYDOWN:
        if (!type_key(desk, &e->key))
            act_key(desk, &e->key);
        break;
    case SDL_TEXTINPUT: text_event(desk, e->text.text); break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        if (e->button.button == SDL_BUTTON_LEFT)
            act_button(desk, &e->button);
        break;
    case SDL_MOUSEMOTION: act_motion(desk, &e->motion); break;
    case SDL_MOUSEWHEEL: act_wheel(desk, &e->wheel); break;
    case SDL_WINDOWEVENT:
        if (e->window.event == SDL_WINDOWEVENT_EXPOSED ||
            e->window.event == SDL_WINDOWEVENT_SIZE_CHANGED)
            desk->redraw = true;
        if (e->window.event == SDL_WINDOWEVENT_LEAVE) {
            desk->view.pointer_x = desk->view.pointer_y = -1;
            desk->view.hover = (Target){0};
        }
        break;
    default: break;
    }
}

/* ---- The loop ------------------------------------------------------------------------------ */

static Nanos wall_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (Nanos)now.tv_sec * NANOS_S + (Nanos)now.tv_nsec;
}

/* Until something is typed, at most for a frame. */
static void pump_terminal(Desk *desk)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    if (!desk->front) {
        SDL_Delay(FRAME_MS);
        return;
    }
    if (poll(&in, 1, FRAME_MS) <= 0 || !(in.revents & (POLLIN | POLLHUP)))
        return;
    if (!front_ready(desk->front))
        desk->quit = true;
    close_lines(desk);
}

/* One round after the other, until the learner quits. */
static void go_round(Desk *desk)
{
    Nanos before = wall_clock();
    while (!desk->quit) {
        pump_terminal(desk);
        SDL_Event event;
        while (!desk->quit && SDL_PollEvent(&event))
            handle(desk, &event);
        Nanos now = wall_clock(), by = now - before;
        before = now;
        by = by > NANOS_S / 4 ? NANOS_S / 4 : by; /* after a stop of the whole program */
        time_pass(desk, (double)by / (double)NANOS_S);
        if (desk->front)
            front_idle(desk->front, shell_pace(desk->shell) == PACE_LIVE ? by : 0);
        if (!desk->quit)
            show_picture(desk);
    }
}

/* False: the display is gone, and SDL must not be touched any more. */
static bool loop(Desk *desk)
{
    if (setjmp(lost_display))
        return false;
    lost_watch();
    go_round(desk);
    lost_unwatch();
    return true;
}

/* The session lives on in the terminal. What SDL holds is left to the end of the program. */
static void go_on_without(Desk *desk)
{
    static const char *const say[LANG_COUNT] = {
        "The display is gone. Nothing is lost: the session goes on here.\n",
        "显示器断开了。什么也没有丢失：会话在这里继续。\n"};
    Text out = text_heap();
    text_add(&out, say[shell_lang(desk->shell)]);
    if (desk->front) {
        front_print(desk->front, &out);
        front_run(desk->front);
        front_close(desk->front);
    } else {
        fputs(out.buf ? out.buf : "", stderr);
    }
    text_heap_free(&out);
}

/* ---- Opening ------------------------------------------------------------------------------- */

static int complain(Lang lang, const char *what)
{
    static const char *const format[LANG_COUNT] = {
        "sandwire: no window: %s. The terminal works without one: sandwire\n",
        "sandwire: 打不开窗口：%s。没有窗口也能在终端里使用：sandwire\n"};
    fprintf(stderr, format[lang], what);
    return 1;
}

/* SDL draws into nothing when it finds no display; only who asks for that shall get it. */
static bool is_visible(void)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    bool nothing = driver && (strcmp(driver, "dummy") == 0 || strcmp(driver, "offscreen") == 0);
    return !nothing || SDL_getenv("SDL_VIDEODRIVER") || SDL_SetError("no display was found") == 0;
}

static bool open_window(Desk *desk)
{
    const WindowOptions *o = desk->options;
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    if (SDL_Init(SDL_INIT_VIDEO) != 0 || !is_visible())
        return false;
    desk->window = SDL_CreateWindow("Sandwire", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                    o->width ? o->width : 1280, o->height ? o->height : 720,
                                    SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (!desk->window)
        return false;
    SDL_SetWindowMinimumSize(desk->window, MIN_WIDTH, MIN_HEIGHT);
    /* The picture is made by us and only copied: nothing that a graphics driver could do better. */
    desk->renderer = SDL_CreateRenderer(desk->window, -1, SDL_RENDERER_SOFTWARE);
    if (!desk->renderer)
        desk->renderer = SDL_CreateRenderer(desk->window, -1, 0);
    SDL_StartTextInput();
    return desk->renderer != NULL;
}

static void close_window(Desk *desk)
{
    trace_free(desk->future.trace);
    display_free(&desk->shown);
    display_free(&desk->next);
    raster_close(&desk->raster);
    lesson_end(desk);
    fonts_close(desk->fonts);
    if (desk->texture)
        SDL_DestroyTexture(desk->texture);
    if (desk->renderer)
        SDL_DestroyRenderer(desk->renderer);
    if (desk->window)
        SDL_DestroyWindow(desk->window);
    SDL_Quit();
}

static void open_front(Desk *desk)
{
    FrontOptions options = desk->options->front;
    options.line = before_line;
    options.said = after_line;
    options.user = desk;
    if (isatty(STDIN_FILENO))
        desk->front = front_open(desk->shell, &options);
}

int window_run(const WindowOptions *o)
{
    static Desk the_one; /* too large for a stack; one window at a time, as there is one terminal */
    Desk *desk = &the_one;
    const char *error = NULL;
    Lang lang = shell_lang(o->shell);
    *desk = (Desk){.options = o, .shell = o->shell, .theme = o->theme, .motion = !o->still};
    if (o->twin)
        desk->view.focus = 1 + VIEW_TWIN;
    if (o->result)
        desk->view.focus = 1 + VIEW_RESULT;
    desk->view.zoom = o->zoom;
    desk->speed = SPEED_AT_FIRST;
    desk->view.pointer_x = desk->view.pointer_y = -1;
    desk->shown = display_new(1, 1);
    desk->next = display_new(1, 1);
    desk->fonts = fonts_open(lang, &error);
    if (!desk->fonts || !open_window(desk)) {
        int code = complain(lang, desk->fonts ? SDL_GetError() : error);
        close_window(desk);
        return code;
    }
    lecture_begin(desk);
    lesson_begin(desk);
    if (o->presenter) {
        desk->view.presenter = true;
        desk->view.focus = FOCUS_LADDER;
    }
    if (o->from_start) {
        session_goto_position(window_session(desk), 0);
        desk->play = (Play){.on = true};
    }
    desk->seen_position = session_position(window_session(desk));
    moment_remember(session_world(window_session(desk)), desk->seen);
    puts(lang == LANG_ZH ? "窗口已打开；这个终端仍在操作同一个世界（help、quit）。"
                         : "The window is open; this terminal goes on with the same world (help, "
                           "quit).");
    fflush(stdout);
    open_front(desk);
    if (!loop(desk)) {
        go_on_without(desk);
        return 0;
    }
    time_finish(desk);
    if (desk->front)
        front_close(desk->front);
    close_window(desk);
    return 0;
}
