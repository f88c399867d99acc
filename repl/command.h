/*
 * command.h: the one table of commands.
 *
 * command.def has one row per command. The same row is parsed by, completed from, printed by `help`
 * and turned into the manual page and the shell's completion, so none of them can forget a command
 * or say something else than another.
 */
#ifndef SANDWIRE_REPL_COMMAND_H
#define SANDWIRE_REPL_COMMAND_H

#include "core/base/print.h"
#include "repl/shell.h"

typedef struct Run Run; /* lang.h */

typedef enum CommandGroup {
    GROUP_HOST,
    GROUP_NET,
    GROUP_TIME,
    GROUP_LOOK,
    GROUP_ASK,
    GROUP_DESK,
    GROUP_COUNT
} CommandGroup;

typedef enum CommandId {
#define COMMAND(id, ...) COMMAND_##id,
#include "repl/command.def"
#undef COMMAND
    COMMAND_COUNT
} CommandId;

/* Flags of a row. */
enum {
    NEEDS_HOST = 1,     /* A or B must stand before it */
    TAKES_HOST = 2,     /* ... may stand before it */
    REST_IS_RAW = 4,    /* the rest of the command is one text: a predicate, a segment */
    IS_LOGGED = 8,      /* changes something: belongs into a saved session */
    IS_MOVEMENT = 16,   /* an empty line repeats it */
    SETS_GOING = 32,    /* afterwards the world runs until quiet (pace run) */
    IS_TRAVEL = 64,     /* shows where we are now, instead of new rows */
    TAKES_NOTHING = 128 /* no argument at all */
};

typedef struct Command {
    const char *name;
    const char *alias; /* a short form that wins over every prefix; "" if none */
    CommandGroup group;
    unsigned flags;
    const char *args;    /* as shown: "B:PORT [from PORT]" */
    const char *slots;   /* for completion: see complete.c */
    const char *example; /* runs in a fresh session, after the lines of its `before` */
    const char *text[LANG_COUNT];
    const char *more[LANG_COUNT];
    LineStatus (*run)(Run *);
} Command;

const Command *command_at(CommandId);

/* The row of a word: exact name, alias, or a prefix that only one command has among those that fit
 * the subject. NULL if none or several; *found counts them. */
const Command *command_find(const char *word, size_t len, bool host, uint32_t *found);

/* Does the command fit a line that begins with a host (or one that does not)? */
bool command_fits(const Command *, bool host);

const char *group_title(CommandGroup, Lang);

/* The command nearest to a misspelled word; NULL if none is near. */
const Command *command_near(const char *word, size_t len, bool host);

/* help.c: texts made from the table. */
void help_overview(Text *, Lang, bool color);
void help_command(Text *, const Command *, Lang, bool color);
/* Topics that are no commands: "segments", "predicates", "units" ... False if there is none. */
bool help_topic(Text *, const char *word, size_t len, Lang, bool color);
const char *help_topic_name(uint32_t i); /* NULL after the last */

/* manual.c */
void manual_man_page(Text *, const char *version);
void manual_bash_completion(Text *);

#endif
