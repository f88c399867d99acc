/*
 * sdl_window.h: the window on a session, beside a terminal that stays a live command line.
 *
 * One thread: waiting for the terminal is the frame timer; then SDL's events; then, if the picture
 * is another one, it is drawn. Everything clicked is run as a line of the language through the same
 * front end, so the terminal shows it and the session can be saved and replayed.
 */
#ifndef SANDWIRE_VIZ_SDL_WINDOW_H
#define SANDWIRE_VIZ_SDL_WINDOW_H

#include "lessons/reading.h"
#include "repl/front.h"
#include "viz/lesson_scene.h"
#include "viz/theme.h"

typedef struct WindowOptions {
    Shell *shell;       /* with what was loaded into it; stays the caller's */
    FrontOptions front; /* as for the terminal: history, journal, hooks */
    Theme theme;
    float zoom;                   /* of the type; 0: 1 */
    int width, height;            /* 0: 1280 x 720 */
    bool from_start;              /* show the run that was loaded from its beginning, playing */
    bool still;                   /* no motion */
    bool presenter;               /* begin in presenter mode */
    const char *title;            /* name of the demo or session; may be NULL */
    const char *lecture;          /* a text with steps (lecture.h); NULL: none */
    const struct TwinScene *twin; /* shown alone at first; NULL: none */
    const ResultScene *result;    /* of a graded answer, shown alone at first; NULL: none */
    Reading *reading;             /* a lesson on this shell; NULL: none; stays the caller's */
} WindowOptions;

/* Until the learner quits; returns the program's exit code. Without a display or without fonts: a
 * sentence on stderr and 1; the shell is as it was. */
int window_run(const WindowOptions *);

#endif
