/*
 * reading.h: a learner reads a lesson: the lesson, its player and the progress on the disk, opened
 * together and kept together. The terminal and the window both read so.
 */
#ifndef SANDWIRE_LESSONS_READING_H
#define SANDWIRE_LESSONS_READING_H

#include "lessons/player.h"

typedef struct Reading {
    Lesson *lesson;
    Player *player;
    Progress progress;
    const char *progress_path; /* NULL: the usual place */
} Reading;

typedef struct ReadingOptions {
    PlayerOptions player;
    const char *lessons_dir;   /* NULL: $SANDWIRE_LESSONS, else the built-in place */
    const char *progress_path; /* NULL: $XDG_STATE_HOME or ~/.local/state, /sandwire/progress */
    bool again;                /* from the beginning, whatever was done */
} ReadingOptions;

typedef enum ReadingStatus {
    READING_OPEN = 0,
    READING_NOT_FOUND, /* no lesson of this name */
    READING_WRONG      /* its file is not right; said tells */
} ReadingStatus;

/* Opens the lesson of this id or file on the shell, whose world it takes over, where the learner
 * left it. `said` gets complaints, also about progress that cannot be read, which is no failure. */
ReadingStatus reading_open(Reading *, const char *name, Shell *, const ReadingOptions *,
                           Text *said);

/* Writes down how far the learner is; said gets a complaint if it cannot. */
void reading_keep(Reading *, Text *said);

void reading_close(Reading *);

#endif
