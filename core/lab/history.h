/*
 * history.h: the tree of everything that was done to a world; private to the session.
 *
 * A node is one command, one move that the learner chose, or a run of n steps of the clock. Its
 * children are what was done next: one, or several where somebody went back and did something else.
 *
 *     root -- listen -- connect -- 5 steps -- drop #3 -- 9 steps          main
 *                                      \
 *                                       (after 2 of the 5) -- drop #1     what-if-1
 *
 * A *unit* is what one node does at a time: a command, a move, or one of its steps. A Place says
 * how many units are done, and to what time the clock has waited since (waiting is no unit: it
 * changes nothing but the clock, so it is part of the place and of the command that follows it).
 * Acting in the middle of a run of steps splits it.
 *
 * Invariants: (1) the nodes that a branch owns form a chain that ends at its tip; (2) the cursor
 * lies on the path from the root to the tip of the current branch; (3) `active` of every node on
 * that path, but the tip's, leads to the next; (4) a keyframe is the world at its place, before any
 * waiting.
 */
#ifndef SANDWIRE_CORE_LAB_HISTORY_H
#define SANDWIRE_CORE_LAB_HISTORY_H

#include "core/lab/trace_seed.h"
#include "core/net/world.h"

enum { HISTORY_NAME_MAX = 31 };

typedef struct Place {
    uint32_t node;   /* 0: the root */
    uint32_t offset; /* units of it done: 1 .. units; the root has none */
    Nanos at;        /* the clock; 0: no waiting */
} Place;

typedef enum UnitKind { UNIT_NONE = 0, UNIT_CMD, UNIT_MOVE, UNIT_STEP } UnitKind;

typedef struct Unit {
    UnitKind kind;
    Nanos at; /* CMD and MOVE: the clock waits until then first */
    Cmd cmd;
    Bytes data;
    Move move;
} Unit;

typedef struct Node {
    uint32_t parent, child, sibling, active;
    uint32_t branch; /* who owns it */
    uint32_t frames; /* the first keyframe inside, index + 1 */
    uint32_t units;
    uint32_t rows_end; /* world's rows after it */
    uint64_t start;    /* position before it */
    Nanos time_end;
    UnitKind kind;
    uint32_t data_at, data_len;
    Nanos at;
    Cmd cmd;
    Move move;
} Node;

typedef struct Branch {
    char name[HISTORY_NAME_MAX + 1];
    uint32_t parent; /* index of the branch it leaves; itself for main */
    uint32_t fork;   /* node at whose end it leaves */
    uint32_t tip;
    Nanos tip_at; /* how long the clock has waited at the tip */
    Place last;   /* where it was left */
} Branch;

typedef struct Mark {
    char name[HISTORY_NAME_MAX + 1];
    Place place;
    Nanos time;
} Mark;

/* What one line of the language did. */
typedef struct Line {
    char *text;
    Place before, after;
    uint32_t branch_before, branch_after;
} Line;

typedef struct Frame {
    uint32_t node, offset;
    uint32_t next; /* of the same node, index + 1 */
    uint32_t rows;
    Nanos now;
    uint8_t *packed; /* the world without its zeros */
    size_t bytes;    /* of packed and seed */
    TraceSeed *seed; /* what the trace knew then; NULL: not known */
} Frame;

typedef struct History {
    Node *nodes;
    uint32_t node_count, node_cap;
    uint8_t *data;
    uint32_t data_count, data_cap;
    Branch *branches;
    uint32_t branch_count, branch_cap;
    uint32_t current;
    Place cursor;
    Mark *marks;
    uint32_t mark_count, mark_cap;
    Line *lines; /* lines[0 .. line_count) can be undone, the rest up to line_end redone */
    uint32_t line_count, line_end, line_cap;
    char *line_text; /* of the line being run; NULL: none has begun */
    bool line_open;  /* lines[line_count - 1] is the line being run */

    /* keyframes (history_frames.c): frames[0] is the root's */
    Frame *frames;
    uint32_t frame_count;
    size_t frame_bytes, frame_budget;
    uint8_t *reserve; /* for the root's keyframe when memory has ended */
    size_t world_size;
    uint32_t dense_stride; /* units between the recent ones */
    uint32_t stride;       /* units between those kept for long */
    uint32_t since_dense, since_kept;
} History;

/* A history that begins with this world; budget in bytes for keyframes. NULL when memory ends. */
History *history_new(const World *root, size_t budget);
void history_free(History *);

/* ---- the tree ---- */

uint64_t history_position(const History *, Place);
uint64_t history_extent(const History *); /* position of the current branch's tip */
Place history_tip(const History *);

/* The unit after the place on the present branch; false at the tip. */
bool history_ahead(const History *, Place, Unit *);

/* The place one unit further on the present branch; history_ahead has said there is one. */
Place history_after(const History *, Place);

/* The place n units before; stops at the root. */
Place history_before(const History *, Place, uint64_t n);

/* The place at a position of the present branch, at most its tip. */
Place history_at(const History *, uint64_t position);

/* Where the paths to both places part. */
Place history_common(const History *, Place, Place);

/* Is the first place on the path to the second? */
bool history_is_before(const History *, Place, Place);

/* To be called before a command or a chosen move is done at the cursor (`here` is the world):
 * splits the run of steps it stands in. A step needs it not. False when memory ends. */
bool history_prepare(History *, const World *here);

/* The unit has been done at the cursor; `after` is the world now. Enters the node that is there
 * for it or makes one, and a branch where it must. False when memory ends: nothing has changed. */
bool history_enter(History *, const Unit *, const World *after);

/* Makes the branch the current one (the cursor must be moved onto it by the caller). */
void history_choose(History *, uint32_t branch);

/* Everything before this world is forgotten: the end of memory. */
void history_reroot(History *, const World *);

/* ---- names ---- */

bool history_name_ok(const char *name);
uint32_t history_branch_of_name(const History *, const char *name); /* UINT32_MAX: none */

/* A branch that leaves at the cursor and becomes the current one. False when memory ends. */
bool history_new_branch(History *, const char *name);
bool history_mark(History *, const char *name, Nanos time);

/* The branch on which a place lies: the present one if it does, else the node's owner. */
uint32_t history_branch_of(const History *, Place);

/* ---- lines ---- */

bool history_begin_line(History *, const char *text);

/* The line being run is about to change something; `before` is where it began. Then, when it has,
 * where it ended. */
void history_touch(History *, Place before);
void history_touched(History *);

/* ---- keyframes ---- */

bool frames_init(History *, const World *root, size_t budget);
void frames_free(History *);

/* Called after each unit: keeps a copy when it is time to, with what the trace knows if it is told
 * up to here. Only fresh ones, from acting, may stay for long: those of travelling lie where old
 * ones lie already. */
void frames_offer(History *, const World *, const Trace *, bool fresh);

/* The root's keyframe learns what the trace knows there. */
void frames_seed_root(History *, const World *, const Trace *);

/* Makes the world that of the keyframe. */
void frames_load(const History *, const Frame *, World *);

/* The latest keyframe on the path to the place, at or before it, with at most so many rows and not
 * later than the time; the root's if there is none. */
const Frame *frames_find(const History *, Place, uint32_t rows_max, Nanos time_max);

/* The latest one at or before the place from which this trace can be told on (trace_can_sow); NULL:
 * there is none. */
const Frame *frames_find_told(const History *, Place, const Trace *);

/* A node was split: keyframes after its first n units move to the new node. */
void frames_split(History *, uint32_t node, uint32_t n, uint32_t second);

/* Only the root's is left, and it is this world. */
void frames_reset(History *, const World *root);

#endif
