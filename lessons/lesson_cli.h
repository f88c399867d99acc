/*
 * lesson_cli.h: `sandwire lesson` and `sandwire grade`, without a terminal.
 *
 *     sandwire lesson [list | start ID | check [--accept] [--stamp] [PATH...] | progress]
 *     sandwire grade EXERCISE ANSWER... [--format text|json] [--moment CHECK]
 *
 * The front end brings a CommandIo: where text goes to, where lines come from, which language. So
 * the same code serves the terminal, a pipe and the tests.
 *
 * Exit codes of both: 0 all is well (a passed check, a passed answer), 1 something failed, 2 the
 * request was not understood (wrong argument, no such file).
 */
#ifndef SANDWIRE_LESSONS_LESSON_CLI_H
#define SANDWIRE_LESSONS_LESSON_CLI_H

#include "core/base/base.h"

typedef struct CommandIo {
    /* Asks for one line: malloc'd, without its newline; NULL at the end of input. The prompt is one
     * line, without a newline. May be NULL: then `start` shows the first screen and ends. */
    char *(*read_line)(void *user, const char *prompt);
    /* Takes result text; not ended by a zero. */
    void (*write)(void *user, const char *text, size_t len);
    /* Takes complaints (stderr); NULL: they go to write. */
    void (*complain)(void *user, const char *text, size_t len);
    void *user;
    Lang lang;
    bool color, ascii;
    uint16_t width;                /* columns; 0: 80 */
    const char *lessons_dir;       /* NULL: $SANDWIRE_LESSONS, else the built-in place */
    const char *progress_path;     /* NULL: $XDG_STATE_HOME or ~/.local/state, /sandwire/progress */
    const volatile int *interrupt; /* Ctrl-C; may be NULL */
} CommandIo;

/* argv[0] is the first word after `lesson` (so argc may be 0: the list). --lang and --color are the
 * front end's business: they are in io. `--help` anywhere prints one screen of help. */
int lesson_main(int argc, char **argv, const CommandIo *io);

/* argv[0] is the first word after `grade`. */
int grade_main(int argc, char **argv, const CommandIo *io);

#endif
