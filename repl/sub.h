/*
 * sub.h: what main.c and the subcommands share.
 *
 * Only these files and the front end know files, the environment and the terminal. A subcommand is
 * one function: it gets the words after its name and returns the program's exit code (0 all is
 * well, 1 something failed, 2 the request was not understood).
 */
#ifndef SANDWIRE_REPL_SUB_H
#define SANDWIRE_REPL_SUB_H

#include "repl/shell.h"

typedef struct Program {
    Lang lang;
    bool color, ascii, json, ladder, resume;
    bool profile_given, seed_given;
    uint64_t seed;
    Profile profile;
    int argc; /* words after the subcommand, common options taken out */
    char **argv;
} Program;

int sub_play(const Program *);
int sub_run(const Program *);
int sub_viz(const Program *);
int sub_render(const Program *);
int sub_lesson(const Program *);
int sub_grade(const Program *);
int sub_doctor(const Program *);
int sub_rfc(const Program *);
int sub_explore(const Program *);
int sub_read(const Program *);
int sub_live(const Program *);
int sub_compare(const Program *);

/* One of two texts. */
#define TELL(program, en, zh) ((program)->lang == LANG_ZH ? (zh) : (en))

/* Ctrl-C: true after the signal; what runs long looks at it. */
extern volatile int sub_interrupted;
void sub_catch_interrupts(void);

/* Options for a shell of this program, with files and interrupts. */
ShellOptions sub_shell_options(const Program *);

/* For ShellOptions.tell_progress: a line on the terminal, where there is one. NULL: it has ended.
 */
struct ExploreProgress;
void sub_tell_progress(const struct ExploreProgress *, Lang);

/* For ShellOptions.list_files. */
void sub_list_files(const char *begin, size_t len, void (*each)(void *user, const char *path),
                    void *user);

/* The time on the wall, from any beginning. */
Nanos sub_clock(void);

/* Whole files; malloc'd and ended by a zero. NULL and *error (a text) otherwise. "-" is stdin. */
char *sub_read_file(const char *path, size_t *len, const char **error);
bool sub_write_file(const char *path, Bytes data, const char **error);

/* Writes a trace as a capture (pcapng); complains and returns false if it cannot. */
bool sub_write_capture(const Program *, const char *subcommand, const char *path, const Trace *);

/* Draws a session as svg or png, for `export`; *error is a sentence. */
bool sub_render_file(Session *, const char *path, Lang, const char **error);

/* The bytes as a JSON string, with its quotes. */
void sub_json_string(Text *, const char *, size_t len);

/* Prints a text to stdout and empties it. */
void sub_print(Text *);

/* $XDG_STATE_HOME/sandwire/NAME or ~/.local/state/sandwire/NAME (config: ~/.config); the folder is
 * made. False if there is no home. */
bool sub_state_path(const char *name, char *out, size_t cap);
bool sub_config_path(const char *name, char *out, size_t cap);

/* `--help` of a subcommand, and of the program for NULL. */
void sub_help(const Program *, const char *subcommand);
/* "sandwire run: ..." on stderr; returns 2. */
int sub_complain(const char *subcommand, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
