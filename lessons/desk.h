/*
 * desk.h: shells for lessons: a fresh one, a copy that may be spoilt, a text run to its end.
 *
 * A fork is made by replaying the session's own text on a new shell: predictions and checks happen
 * there, and the learner's world stays as it is. Forks print nothing and cannot open files.
 */
#ifndef SANDWIRE_LESSONS_DESK_H
#define SANDWIRE_LESSONS_DESK_H

#include "repl/shell.h"

/* Keyframes of worlds that nobody travels in for long: a few are enough. */
enum { DESK_HISTORY_BYTES = 10 * 1024 * 1024 };

/* A quiet shell with an empty world; never NULL but when memory ends (CHECK). */
Shell *desk_new(uint64_t seed, Profile profile);

/* A quiet copy of the shell's world at its present moment, with its past. */
Shell *desk_fork(Shell *);

/* Empties the shell's world: everything in it is forgotten. */
void desk_restart(Shell *, uint64_t seed, Profile profile);

/* Runs the lines. True if each was carried out; else *line (may be NULL) is the first that was not,
 * counted from 1, and out ends with what the shell said about it. */
bool desk_run(Shell *, const char *lines, Text *out, uint32_t *line);

/* Copies line `n` (from 1) of a text into buf. */
void desk_line(const char *lines, uint32_t n, char *buf, size_t cap);

#endif
