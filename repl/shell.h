/*
 * shell.h: the one language, executed.
 *
 * A REPL line, a lesson block, a saved session, an exercise's answer and a test scenario are the
 * same text; shell_line runs a line of it on a session and prints into a Text. It knows no
 * terminal: the readline front end, the window's command line, lessons, graders and `sandwire run`
 * all call it.
 */
#ifndef SANDWIRE_REPL_SHELL_H
#define SANDWIRE_REPL_SHELL_H

#include "core/lab/session.h"

typedef enum LineStatus {
    LINE_OK = 0,
    LINE_EMPTY,
    LINE_FAILED, /* an `expect` did not hold */
    LINE_ERROR,  /* not understood, or refused: the text says where and what to do */
    LINE_QUIT
} LineStatus;

typedef enum Pace { PACE_RUN = 0, PACE_STEP, PACE_LIVE } Pace;

typedef struct Shell Shell;

struct ExploreProgress;

typedef struct ShellOptions {
    SessionOptions session;
    Lang lang;
    bool color;     /* ANSI colours */
    bool ascii;     /* no character beyond ASCII in pictures */
    bool quiet;     /* do not print new ladder rows after commands (tests, graders) */
    bool sentences; /* new rows as sentences, for screen readers (`tell sentences`) */
    uint16_t width; /* columns; 0: 80 */
    /* Files are opened by these only (load, save, export); NULL: such commands are refused. read
     * returns malloc'd text or NULL with *error set; write returns false with *error set. */
    char *(*read_file)(const char *path, size_t *len, const char **error);
    bool (*write_file)(const char *path, Bytes data, const char **error);
    /* Calls each for the files and folders (they end with a slash) whose path begins so; for
     * completion. NULL: none. */
    void (*list_files)(const char *begin, size_t len, void (*each)(void *user, const char *path),
                       void *user);
    /* Draws the world as svg or png for `export`; NULL without the window. */
    bool (*render)(Session *, const char *path, Lang, const char **error);
    const volatile int *interrupt; /* Ctrl-C */
    /* The time on the wall, for games against it; NULL: there is none. */
    Nanos (*clock)(void);
    /* Told often how far a search is, and NULL when it has ended; NULL: nobody wants to know. */
    void (*tell_progress)(const struct ExploreProgress *, Lang);
    uint32_t run_limit; /* events that one command may let happen (graders); 0: a million */
} ShellOptions;

Shell *shell_new(const ShellOptions *);
void shell_free(Shell *);

/* May what takes long go on after so many steps? Not after Ctrl-C, nor beyond run_limit. */
bool shell_may_go_on(const Shell *, uint64_t steps);

/* Begins again with an empty world; what there was is forgotten. False when memory ends: then
 * nothing has changed. */
bool shell_restart(Shell *, const SessionOptions *);

/* Runs one line (without its newline; `;` chains). Output is appended to out. */
LineStatus shell_line(Shell *, const char *line, Text *out);

/* What an empty line does at a keyboard: the last movement (step, back, run) once more. LINE_EMPTY
 * if there was none. */
LineStatus shell_repeat(Shell *, Text *out);

/* Lets so much time pass by itself (pace live): events that fall due happen, and their rows are
 * added to out. False when a breakpoint stopped it. It is part of the session like a typed `run`.
 */
bool shell_advance(Shell *, Nanos by, Text *out);

/* Runs a whole text, line by line, until the end or the first LINE_FAILED / LINE_ERROR (unless
 * keep_going). *line_number is the line that stopped it (1-based). Errors in out begin with
 * "name:line: ", or "line N: " when name is "". Blank lines do nothing. */
LineStatus shell_text(Shell *, const char *name, Bytes text, bool keep_going, Text *out,
                      uint32_t *line_number);

/* Says where following lines come from, for errors: file name ("" for standard input, NULL for a
 * keyboard) and the number of the line before the next one. shell_text counts on from there when
 * the name is the same. */
void shell_place(Shell *, const char *name, uint32_t line);

Session *shell_session(Shell *);
/* The run that the last search found, as long as its session lasts; NULL: none. */
const struct Finding *shell_finding(const Shell *);
/* The other future of the last `compare`, as long as its session lasts; NULL: none. */
const struct Comparison *shell_comparison(const Shell *);
/* What the last line found that has a view of its own in a window. */
typedef enum ShellAnswer { ANSWER_NONE = 0, ANSWER_FINDING, ANSWER_COMPARISON } ShellAnswer;
ShellAnswer shell_answer(const Shell *);
Lang shell_lang(const Shell *);
void shell_set_lang(Shell *, Lang);
/* As ShellOptions.quiet: whether commands print their new rows. */
void shell_set_quiet(Shell *, bool quiet);
Pace shell_pace(const Shell *);
bool shell_absolute(const Shell *);

/* "A ESTABLISHED | B SYN-RECEIVED  1.204s > " */
void shell_prompt(Shell *, Text *out);

/* Completion at the end of text[0..len): calls each(user, whole word, note) per candidate; note
 * says what it is, or why it is not possible now. Returns the offset where the word being completed
 * begins. */
size_t shell_complete(Shell *, const char *text, size_t len,
                      void (*each)(void *user, const char *word, const char *note), void *user);

/* The grey hint of the arguments that may follow text; "" if none. */
void shell_hint(Shell *, const char *text, size_t len, Text *out);

/* The session as text: a header (version, seed, profile), then its log. shell_text of it restores
 * it. */
void shell_save(Shell *, Text *out);

/* Prints the rows after `since` as ladder rows, as after a command (for time that passes by
 * itself). */
void shell_rows(Shell *, uint32_t since, Text *out);

/* What is in force (`hold`, `watch`): one line for a status bar, empty if nothing is. That a rule
 * is off stands in the prompt, and in a window's every view. */
void shell_status(Shell *, Text *out);

/* Looks: each view of the world as text, also used by lessons and by the window's text export. */
void shell_ladder(Shell *, uint32_t first_row, uint32_t last_row, Text *out);

#endif
