/*
 * session.h: a learner's desk: one run of the world with its past, its other futures and its
 * bookmarks.
 *
 * A session owns a world, the tree of what was done to it (history), and the trace of the
 * present branch. Everything is a function of (shape, seed, commands): going back restores a
 * keyframe and runs forward again; a future is never discarded; doing the same thing again
 * re-enters the branch that is there.
 *
 * A *position* is a point in the tree: so many commands and steps after the root. `line` groups
 * what one line of the language did, so that undo takes back a line.
 */
#ifndef SANDWIRE_CORE_LAB_SESSION_H
#define SANDWIRE_CORE_LAB_SESSION_H

#include "core/lab/predicate.h"
#include "core/lab/trace.h"
#include "core/net/world.h"

typedef struct Session Session;

typedef struct SessionOptions {
    Shape shape; /* SHAPE_LESSON if all zero */
    uint64_t seed;
    Profile profile;
    size_t history_bytes; /* budget for keyframes; 0: 64 MiB */
    bool check;           /* world_check after every event (tests) */
} SessionOptions;

/* NULL only when memory ends. */
Session *session_new(const SessionOptions *);
void session_free(Session *);

const World *session_world(const Session *);
const Trace *session_trace(const Session *);
const SessionOptions *session_options(const Session *);

/* ---- Acting ---- */

/* Begins a group for undo, remembered with the text of the line. Every session_apply/run until the
 * next begin belongs to it. */
void session_begin_line(Session *, const char *line);

/* A command at the present moment. */
CallResult session_apply(Session *, const Cmd *, Bytes data);

/* A particular move, chosen by the learner instead of the clock. */
void session_take(Session *, Move);

typedef enum StopReason {
    STOP_STEPS = 0, /* did all the steps asked for */
    STOP_TIME,      /* reached the time; the clock stands there */
    STOP_PREDICATE, /* `until` became true */
    STOP_BREAK,     /* a breakpoint's condition became true: session_break_hit tells which */
    STOP_QUIET,     /* nothing is under way (world_quiet) */
    STOP_NOTHING,   /* nothing will ever happen by itself */
    STOP_LIMIT,     /* the limit of events was reached */
    STOP_INTERRUPT  /* *interrupt became true */
} StopReason;

typedef struct RunLimit {
    uint32_t steps; /* at most so many events; 0: no such limit */
    Nanos until;    /* run to this time and set the clock to it; NANOS_NEVER: no such limit */
    const Pred
        *pred;  /* stop when true (tested after every event, not before the first); may be NULL */
    bool quiet; /* stop when world_quiet */
    uint32_t limit;                /* safety: give up after so many events; 0: 1,000,000 */
    const volatile int *interrupt; /* may be NULL */
} RunLimit;
StopReason session_run(Session *, const RunLimit *);

/* Which stop a run made in words, for the learner. */
const char *stop_reason_text(StopReason, Lang);

/* ---- Travelling ---- */

/* Where we are: events and commands since the root on this branch; and how far the branch goes. */
uint64_t session_position(const Session *);
uint64_t session_length(const Session *);

/* One row: so many events back (a command counts as one). Returns how many it could go. */
uint64_t session_back(Session *, uint64_t events);
/* Forward again along the present branch without changing it. Returns how many it could go. */
uint64_t session_forward(Session *, uint64_t events);

/* How many of the commands on the present branch between position `since` and here are wanted. */
uint64_t session_commands(const Session *, uint64_t since, bool (*wanted)(const Cmd *));

/* To the moment just after the row, the time, the start, or the end of the present branch. False if
 * there is no such row on this branch. */
bool session_goto_row(Session *, uint32_t row);
bool session_goto_time(Session *, Nanos);
void session_goto_position(Session *, uint64_t);

/* Back to where one was: the position and the time on the clock, which may have waited after the
 * last event. */
void session_return(Session *, uint64_t position, Nanos now);

/* Takes back the last line that changed the world; redo does it again. False: nothing to do.
 * Travelling does not count as a change. *line (may be NULL) points to its text. */
bool session_undo(Session *, const char **line);
bool session_redo(Session *, const char **line);

/* ---- Names ---- */

/* A bookmark at the present moment, valid on every branch that passes it. */
bool session_mark(Session *, const char *name);
bool session_goto_mark(Session *, const char *name);

/* Names the present moment's future: a new branch begins here. The first branch is called "main". A
 * branch that arises by acting in the past gets a name by itself ("what-if-1"). False: the name is
 * taken or bad. */
bool session_branch(Session *, const char *name);
/* Moves to the end (as last left) of another branch. */
bool session_switch(Session *, const char *name);
const char *session_branch_name(const Session *);

typedef struct BranchInfo {
    const char *name;
    const char *parent;     /* NULL for main */
    uint64_t fork_position; /* where it leaves its parent */
    uint64_t length;        /* position of its end */
    uint32_t fork_row;      /* last common row */
    Nanos fork_time, end_time;
    bool current;
} BranchInfo;
uint32_t session_branches(const Session *, BranchInfo *out, uint32_t cap);
uint32_t session_marks(const Session *, const char **names, Nanos *times, uint32_t cap);

/* A fork that may be thrown away: everything until session_fork_end happens on a copy; predictions
 * are computed so. */
Session *session_fork(const Session *);

/* ---- Watching ---- */

/* Breakpoints: text is compiled and kept; returns an id > 0, or 0 with *error. */
uint32_t session_break_add(Session *, const char *text, PredError *error);
bool session_break_remove(Session *, uint32_t id);
uint32_t session_breaks(const Session *, uint32_t *ids, const char **texts, uint32_t cap);
const char *
session_break_hit(const Session *); /* text of the one that stopped the last run; "" if none */

/* ---- Saving ---- */

/* The lines that made this session, oldest first, including travelling: replaying them on a new
 * session with the same options gives the same tree, position and names. The language layer adds
 * them. */
void session_log(Session *, const char *line);
uint32_t session_log_count(const Session *);
const char *session_log_line(const Session *, uint32_t i);

#endif
