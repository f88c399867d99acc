/*
 * lang.h: what the files of the language share with each other.
 *
 * Private to repl/. A Shell is a session plus what only the language knows: the pace, what is
 * watched, how numbers are shown. A Run is one command being carried out: its words, and where its
 * output goes. Every handler cmd_NAME reads its words with the arg_ functions, which report what is
 * wrong with the caret under the right word; a handler that gets `false` from one returns
 * LINE_ERROR and says nothing more.
 */
#ifndef SANDWIRE_REPL_LANG_H
#define SANDWIRE_REPL_LANG_H

#include "core/lab/heap.h"
#include "core/lab/why.h"
#include "core/lab/why_not.h"
#include "repl/command.h"
#include "repl/ink.h"
#include "repl/lex.h"
#include "repl/shell.h"
#include "repl/view.h"
#include "repl/width.h"

enum { WATCH_MAX = 8, WATCH_TEXT_MAX = 200, LOAD_DEPTH_MAX = 8, MOVEMENT_MAX = 200 };

typedef struct Watch {
    Pred *pred;
    char text[WATCH_TEXT_MAX];
    char last[96]; /* its value as last told */
} Watch;

struct Shell {
    ShellOptions options;
    Session *session;
    Lang lang;
    Pace pace;
    bool absolute;
    Watch watches[WATCH_MAX];
    uint32_t watch_count;
    char movement[MOVEMENT_MAX]; /* what an empty line repeats */
    char *shelf;                 /* the session before the last `load`, as text */
    uint32_t depth;              /* of loads inside loads */
    const char *place;           /* the file being run, or NULL */
    uint32_t place_line;
    Nanos live;     /* time that passed by itself and is not yet in the log */
    bool live_line; /* the present undo group is time that passes by itself */
    Text *log;      /* of the line being carried out, not yet in the session's log; or NULL */
    bool replaying; /* run without printing rows (load) */
    ShellAnswer answer;      /* of the line that is run, or was run last */
    struct Finding *finding;       /* the run that the last search found; NULL: none */
    struct Duel *duel;             /* that is being played; NULL: none */
    struct Comparison *comparison; /* the other future of the last `compare`; NULL: none */
};

struct Run {
    Shell *shell;
    Text *out;
    const char *line; /* the whole line, normalized */
    const Lexed *lex;
    uint32_t at; /* the next token to read */
    const Command *command;
    bool has_host;
    HostId host;    /* the subject ... */
    uint16_t conn;  /* ... and its connection's number, 0: the focus */
    uint32_t rows;  /* last row before the command */
    bool *acted;    /* the line's undo group has begun */
    bool acted_now; /* this command did something to the world */
    Text *tail;     /* what is said after the new rows */
    char log[256];  /* what to write into the log instead of the words; "" if as typed */
    bool silent;    /* do not write it into the log at all */
};

/* One of two texts. Both arms are literals, so the compiler checks the formats of both. */
#define SAY(run, en, zh) ((run)->shell->lang == LANG_ZH ? (zh) : (en))

/* ---- errors (error.c) ---- */

/* Reports an error at a token (its index; the number of tokens: at the end of the command), with
 * the line, a caret and the command's example. Always LINE_ERROR. */
LineStatus refuse(Run *, uint32_t token, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with the place given as bytes of the line. */
LineStatus refuse_at(Run *, size_t at, size_t len, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* An error that has no place in the line. */
LineStatus refuse_plain(Run *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What the world answered, in words, when it is not CALL_OK. */
LineStatus refuse_status(Run *, CallStatus);

/* ---- words (arg.c) ---- */

bool arg_more(const Run *);                     /* is there another word? */
const char *arg_word(const Run *, size_t *len); /* the next word, not taken; NULL if none */
bool arg_is(const Run *, const char *word);     /* is the next word this one? */
bool arg_take(Run *, const char *word);         /* ... then take it */
bool arg_end(Run *);                            /* nothing may follow */
const char *arg_rest(const Run *, size_t *len); /* everything that follows, as one text */
uint32_t arg_missing(Run *, const char *what_en, const char *what_zh); /* reports; returns 0 */

/* What a number may be measured in. */
typedef enum Unit {
    QUANTITY_COUNT,
    QUANTITY_TIME,      /* nanoseconds; a bare number is refused, except 0 */
    QUANTITY_BYTES,     /* B KiB MiB kB MB */
    QUANTITY_RATE,      /* bits per second: 10Mbit */
    QUANTITY_CHANCE,    /* parts per million: 1% 0.5 */
    QUANTITY_SWITCH,    /* on off yes no 1 0 */
    QUANTITY_PER_SECOND /* 1000/s: the interval in nanoseconds */
} Unit;
/* Reads text as a quantity. False: not one. */
bool quantity_parse(const char *text, size_t len, Unit, uint64_t *value);
bool arg_quantity(Run *, Unit, uint64_t max, uint64_t *value);
/* A quantity inside token `token` at byte offset `from` of it (key=value). */
bool arg_value(Run *, uint32_t token, size_t from, Unit, uint64_t *value);
/* "rtt=20ms": splits the next token at '='; false (silently) if it has none. Does not take it. */
bool arg_key(const Run *, const char **key, size_t *key_len, size_t *value_at);

bool arg_host(Run *, HostId *, uint16_t *conn); /* A, B, A[2] */
bool arg_peer(Run *, HostId *, uint16_t *port); /* B:80 */
bool arg_direction(Run *, HostId *from);        /* A>B */
bool arg_row(Run *, uint32_t *row);             /* #12 that exists */
bool arg_flying(Run *, uint32_t *row);          /* #12 of a segment in flight */
bool arg_class(Run *, SegClass *);              /* SYN+ACK */
bool host_parse(const char *text, size_t len, HostId *, uint16_t *conn);
bool arg_looks_like_row(const Run *);
/* A literal out of a list "on|off"; returns its index, or -1 (reported). */
int arg_choice(Run *, const char *const *choices, size_t count);
/* The words from the next one on as bytes: a string token. */
bool arg_string(Run *, uint8_t *out, size_t *len);

/* ---- segments made by hand (cmd_segment.c) ---- */

/* The initial sequence numbers, as far as they are known now. */
SegNames segment_names(const Shell *);
/* What the host would send now, without data and options. */
void segment_defaults(const Shell *, HostId from, Seg *);
/* "7000", "A+1", "B", "+5", "-5": a sequence number; a change counts from old. */
bool segment_seq(const char *text, size_t len, const SegNames *, Seq old, Seq *);

/* ---- acting (act.c) ---- */

/* Begins the line's undo group if it has not begun. */
void act_begin(Run *);
/* Gives the world a command; what it refuses is reported. */
LineStatus act(Run *, const Cmd *, Bytes data);
/* The same, and the answer is returned instead of reported. */
CallResult act_quietly(Run *, const Cmd *, Bytes data);
/* Lets time pass; interruption is written into the log as what really happened. */
StopReason act_run(Run *, RunLimit *);
/* Runs until quiet when the pace is `run`. */
void act_settle(Run *);
/* "A send: the connection is closing ...": how a call that has a row of its own ended. */
void act_tell_status(Run *, CallStatus);

/* Says which breakpoint stopped a run, or that it gave up; nothing for ordinary ends. */
void act_tell_stop(Run *, StopReason);
/* Compiles a predicate that stands in the line; reports what is wrong with it. */
Pred *act_compile(Run *, const char *text, size_t len);

/* ---- showing (show.c) ---- */

View shell_view(const Shell *);
/* One sentence per row. */
void show_sentences(const Shell *, uint32_t first, uint32_t last, Text *);
/* What changed since row `since`: ladder rows, and watches. */
void show_news(Shell *, uint32_t since, Text *);
/* Where we are after travelling. */
void show_place(Shell *, Text *);

void shell_forget_comparison(Shell *);
void shell_forget_duel(Shell *);

/* Puts the present session on the shelf (`load -` brings it back) and runs the text in a fresh one.
 * The caller's rows begin after it. */
LineStatus shell_put_aside(Run *, const char *name, Bytes text);

/* A fresh session in place of the present one, with its options. */
bool shell_restart(Shell *, const SessionOptions *);

#define COMMAND(id, name, ...) LineStatus cmd_##name(Run *);
#include "repl/command.def"
#undef COMMAND

#endif
