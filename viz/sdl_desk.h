/*
 * sdl_desk.h: the window's own state; private to its files.
 *
 *     sdl_window.c  opening, the loop, drawing       sdl_time.c  playing, travelling
 *     sdl_act.c     keys, pointer, menu              sdl_type.c  command line, edit dialog
 *     sdl_lecture.c the steps of a lecture
 *
 * What is *shown* is never kept here: each frame a View and a Moment are made and given to
 * scene_window.
 */
#ifndef SANDWIRE_VIZ_SDL_DESK_H
#define SANDWIRE_VIZ_SDL_DESK_H

#include <SDL.h>

#include "viz/lecture.h"
#include "viz/line_edit.h"
#include "viz/scene.h"
#include "viz/sdl_fonts.h"
#include "viz/sdl_window.h"

enum { ANSWER_MAX = 6000, HISTORY_MAX = 64 };

/* Where a run of the picture is going by itself. */
typedef struct Play {
    bool on;
    bool to_target; /* stop at `position`, which a command has reached already */
    uint64_t position;
    Nanos time;
    Nanos pause_from; /* when the present pause began: it lasts at most a second on the wall */
} Play;

/* The whole branch, for the part of the timeline after the present. */
typedef struct Future {
    Trace *trace;
    char branch[64];
    uint64_t length;
    Nanos end;
} Future;

/* A lesson that is open, and the texts of its scene. */
enum { LESSON_TEXTS = 40, LESSON_FEEDBACK = 2000 };
typedef struct LessonDesk {
    Reading *reading; /* NULL: none */
    LessonScene scene;
    Text texts[LESSON_TEXTS];
    uint32_t text_count;
    char feedback[LESSON_FEEDBACK];
    bool wrong;
} LessonDesk;

typedef struct Desk {
    const WindowOptions *options;
    Shell *shell;
    Front *front; /* NULL: stdin is no terminal */
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *texture;
    Fonts *fonts;
    Raster raster;
    float dots; /* pixels of the screen for one of the window's coordinates */

    Display shown, next; /* on the screen, and being made */
    Moment moment;
    View view;
    Theme theme;
    bool redraw, quit, dragging;

    Play play;
    Future future;
    int speed;   /* index of the table in sdl_time.c */
    bool motion; /* what a command did is shown as it happens */

    uint64_t seen_position;
    Tcb seen[HOST_COUNT], before[HOST_COUNT];
    bool has_before;

    bool line_open;         /* a line of the language is being run ... */
    uint64_t line_position; /* ... and began here */
    Nanos line_time;

    LineEdit command, edit;
    char answer[ANSWER_MAX];
    bool answer_bad;
    char status[256], edit_note[512];
    char history[HISTORY_MAX][LINE_EDIT_MAX + 1];
    int history_count, history_at;

    LessonDesk lesson;
    bool typed, clicked; /* the line that is run: by hand; by a click or key of the window */

    Lecture lecture;       /* count 0: none */
    uint32_t lecture_done; /* steps that have been run */
    char caption[512];
} Desk;

/* ---- sdl_window.c ---- */

/* Runs a line as if it had been typed; the terminal shows it. */
LineStatus window_line(Desk *, const char *line);
/* The same, printf-like. */
LineStatus window_linef(Desk *, const char *format, ...) __attribute__((format(printf, 2, 3)));
Session *window_session(const Desk *);
/* The same for a line of several whose effect is shown as one, when they are done. */
LineStatus window_one_of_many(Desk *, const char *line);
void window_lines_done(Desk *);

/* ---- sdl_time.c ---- */

/* "1/16" */
const char *time_speed_name(const Desk *);
void time_change_speed(Desk *, int by);
/* Wall time has passed. */
void time_pass(Desk *, double seconds);
void time_toggle(Desk *);
void time_step(Desk *);
void time_back(Desk *);
/* Before a line: what is still being shown has happened. After: show what it did. */
void time_finish(Desk *);
void time_show_line(Desk *);
/* While the pointer drags on the timeline, and when it lets go. */
void time_drag(Desk *, Nanos to);
void time_settle(Desk *);
/* The session's world has been made anew. */
void time_forget(Desk *);
/* Fills moment.future. */
void time_look_ahead(Desk *);

/* ---- sdl_lecture.c ---- */

void lecture_begin(Desk *);
/* False: there is no lecture, or no further step. */
bool lecture_next(Desk *);
bool lecture_back(Desk *);
/* What is said now; NULL: nothing. */
const char *lecture_caption(Desk *);

/* ---- sdl_lesson.c ---- */

void lesson_begin(Desk *);
void lesson_end(Desk *);
const LessonScene *lesson_scene(const Desk *); /* NULL: no lesson is open */
/* Gives a line to the lesson; false: it is not its business. */
bool lesson_line(Desk *, const char *line, Text *out, LineStatus *);
/* Enter, and a step back; false: there is no lesson, or it waits for something else. */
bool lesson_next(Desk *);
bool lesson_back(Desk *);
/* A line as if typed by hand. */
void lesson_type(Desk *, const char *line);

/* ---- sdl_act.c ---- */

void act_key(Desk *, const SDL_KeyboardEvent *);
void act_letter(Desk *, uint32_t letter);
void act_button(Desk *, const SDL_MouseButtonEvent *);
void act_motion(Desk *, const SDL_MouseMotionEvent *);
void act_wheel(Desk *, const SDL_MouseWheelEvent *);

/* ---- sdl_type.c ---- */

/* True if a prompt is open and has taken the key or the text. */
bool type_key(Desk *, const SDL_KeyboardEvent *);
bool type_text(Desk *, const char *text);
void type_open_command(Desk *, const char *text);
void type_open_edit(Desk *, uint32_t row);
void type_close(Desk *);
/* Keeps what a line said, for the command line's panel. */
void type_answer(Desk *, LineStatus, const Text *);

#endif
