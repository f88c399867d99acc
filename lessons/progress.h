/*
 * progress.h: what a learner has done, between two evenings.
 *
 *     # Sandwire progress 1
 *     lesson opening
 *     at why-three-segments 2
 *     block third-seq solved attempts=2 hints=1
 *     block old-syn-task open attempts=1
 *     | rule third-ack off
 *     | inject A>B SYN 1000
 *     finished
 *
 * A text that a learner can read, in ~/.local/state/sandwire/progress. It is replaced as a whole
 * (written beside, then renamed), so a crash leaves the old one or the new one. Blocks are named by
 * their ids, so that a corrected lesson keeps its readers' progress.
 */
#ifndef SANDWIRE_LESSONS_PROGRESS_H
#define SANDWIRE_LESSONS_PROGRESS_H

#include "core/base/print.h"
#include "lessons/arena.h"

typedef enum BlockStatus {
    BLOCK_OPEN = 0,
    BLOCK_DONE,   /* a demo that ran */
    BLOCK_SOLVED, /* by the learner */
    BLOCK_SHOWN,  /* the solution was shown */
    BLOCK_SKIPPED,
    BLOCK_STATUS_COUNT
} BlockStatus;

typedef struct BlockProgress {
    const char *id;
    const char *lines; /* tasks: what was typed, a line each; "" */
    uint16_t attempts, hints;
    uint8_t status; /* BlockStatus */
} BlockProgress;

typedef struct LessonProgress {
    const char *lesson;  /* id */
    const char *section; /* slug of the section we are in */
    uint32_t offset;     /* step within it */
    bool finished;       /* the end was reached once */
    BlockProgress *blocks;
    uint32_t block_count, block_cap;
} LessonProgress;

typedef struct Progress {
    Arena arena;
    LessonProgress *lessons;
    uint32_t lesson_count, lesson_cap;
    uint32_t bad_lines; /* lines that were not understood and are left out */
} Progress;

/* Reads the text form. What is not understood is counted and left out: a damaged file costs what is
 * damaged, no more. */
void progress_parse(Progress *, const char *text, size_t len);
void progress_print(Text *, const Progress *);
void progress_free(Progress *);

/* The entry of a lesson; NULL if there is none. */
LessonProgress *progress_find(Progress *, const char *lesson);

/* Puts a copy of the entry in, in place of the lesson's old one. */
void progress_put(Progress *, const LessonProgress *);

/* Adds a block to an entry, texts copied into the arena. */
void progress_add_block(Arena *, LessonProgress *, const BlockProgress *);

const char *block_status_name(BlockStatus);

/* The file: $XDG_STATE_HOME/sandwire/progress, else ~/.local/state/sandwire/progress. Empty text if
 * neither variable is set. */
void progress_default_path(Text *);

/* Reads the file; a missing one is an empty progress. False with *error (a text of the system) when
 * it is there and cannot be read. */
bool progress_load(Progress *, const char *path, const char **error);

/* Replaces the file, making its directories. False with *error. */
bool progress_save(const Progress *, const char *path, const char **error);

#endif
