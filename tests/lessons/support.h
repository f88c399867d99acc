/*
 * support.h - what the tests of lessons share: texts, files, lessons made of a few lines.
 */
#ifndef SANDWIRE_TESTS_LESSONS_SUPPORT_H
#define SANDWIRE_TESTS_LESSONS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/lab/heap.h"
#include "lessons/lesson.h"

/* The beginning of every small lesson: front matter and a heading, 6 lines. */
#define HEAD "---\nlesson: small\ntitle: Small\n---\n# Small\n\n"

/* A block of a lesson: FENCE("predict {#q type=state}", "ask: ...\n"). */
#define FENCE(INFO, BODY) "```" INFO "\n" BODY "```\n"

Source source_of(const char *path, const char *text);

/* Parses; prints the complaints and fails the test if there are any. */
Lesson *lesson_of(const char *text);

/* A path of the source tree, in a buffer that lives until the next call but three. */
const char *in_tree(const char *name);

/* A whole file; fails the test if it cannot be read. The caller frees it. */
char *slurp(const char *path, size_t *len);

/* A lesson of the content by the path below lessons/, with its translations; no complaints. */
Lesson *content(const char *name);

/* A fresh directory for files of this test; removed with its files by scratch_end. */
const char *scratch_begin(void);
void scratch_write(const char *name, const char *text);
const char *scratch_path(const char *name);
void scratch_end(void);

/* Fails with the text if it does not hold the words, blanks and line ends left out of account. */
void assert_says(const char *text, const char *words);
bool says_words(const char *text, const char *words);

#endif
