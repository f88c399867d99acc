/*
 * front.h: the readline front end, as something that can be pumped.
 *
 * The terminal program waits in front_run; the window has its own loop and calls front_ready when
 * stdin can be read and front_idle once per frame. Both see the same prompt, history, completion,
 * hint and journal, on the same shell.
 *
 *     Front *front = front_open(shell, &options);
 *     while (...) { poll(...); if (readable) if (!front_ready(front)) break; front_idle(front, dt);
 * } front_close(front);
 *
 * One front at a time: readline has global state.
 */
#ifndef SANDWIRE_REPL_FRONT_H
#define SANDWIRE_REPL_FRONT_H

#include "repl/shell.h"

typedef struct Front Front;

typedef struct FrontOptions {
    const char *history_path; /* NULL: none is kept */
    const char *journal_path; /* NULL: none; see below */
    bool color, ascii;
    volatile int *interrupt; /* set by SIGINT; cleared by the front */
    /* Sees a line before the shell; true: it has been dealt with, *status says how. For `hint`,
     * `check`, `next` of lessons. May be NULL. */
    bool (*line)(void *user, Shell *, const char *line, Text *out, LineStatus *status);
    /* Sees what a line brought about, after it. May be NULL. */
    void (*said)(void *user, const char *line, LineStatus status, const Text *out);
    void *user;
} FrontOptions;

/* Takes over the terminal. NULL only when memory ends. */
Front *front_open(Shell *, const FrontOptions *);

/* Call when stdin can be read. False: the learner has quit (or stdin ended). */
bool front_ready(Front *);

/* Call when nothing was typed: `by` is the time on the wall since the last call. Lets time pass at
 * pace live. True if something happened. */
bool front_idle(Front *, Nanos by);

/* Runs a line as if it had been typed (a click in the window), and shows it. */
LineStatus front_line(Front *, const char *line);

/* Prints above the prompt without disturbing what is being typed. */
void front_print(Front *, const Text *);

/* Waits and pumps until the learner quits. */
void front_run(Front *);

/* Gives the terminal back; ends the journal. */
void front_close(Front *);

/* Asks for one line, with editing and this run's history: for lessons, which have a loop of their
 * own. malloc'd; NULL at the end of input; "" after Ctrl-C. Not while a Front is open. */
char *front_ask(const char *prompt, volatile int *interrupt);

/* ---- The journal ----
 * Every line that enters the session's log is appended and flushed at once, so that a crash loses
 * at most the last line. It ends with the line "# end" when the session ended in order. */

/* The lines of a session that did not end in order, malloc'd; NULL if there is none. */
char *front_journal_unfinished(const char *path, size_t *len);

#endif
