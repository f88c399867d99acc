/*
 * bench.h: a shell for tests: lines in, text out.
 */
#ifndef SANDWIRE_TESTS_REPL_BENCH_H
#define SANDWIRE_TESTS_REPL_BENCH_H

#include "core/lab/heap.h"
#include "repl/shell.h"

/* A shell with every invariant checked after each event, no colours, seed 1. Files live in memory:
 * what was saved can be loaded again. */
Shell *bench_shell(Lang);
Shell *bench_shell_with(const ShellOptions *);

/* Makes this the one file there is. */
void bench_file(const char *name, const char *text);

/* What was written to it last. */
const char *bench_file_text(const char *name);

/* Runs a line; returns what was said (valid until the next call). */
const char *bench_say(Shell *, const char *line);
LineStatus bench_status(void); /* of the last line */

/* Fails the test and prints both when they differ. */
void bench_same(const char *got, const char *wanted);

#endif
