/*
 * check.h: lessons are tests; prose cannot rot.
 *
 * `sandwire lesson check` plays a lesson as its author meant it and as a wrong learner would:
 *
 *     every setup and demo runs, demos print what they say, nothing is wider than 80 columns;
 *     every prediction has exactly one computed answer, no `wrong` is right;
 *     every task: its solution passes (under every setting of an exercise), doing nothing does not
 *     pass, no `reject` passes, each check turns true in the solution, each `never` is broken by
 *     some reject;
 *     in the texts: emphasis renders, blocks are seen by Markdown, translations fit their source,
 *     words agree with the glossary.
 */
#ifndef SANDWIRE_LESSONS_CHECK_H
#define SANDWIRE_LESSONS_CHECK_H

#include "lessons/lesson.h"

/* Plays the lesson (check_run.c). source is its English file. */
void check_run(const Lesson *, const Source *source, Diags *);

/* Lints one file's text, source or translation (LANG_EN or another). */
void check_text(const Source *, Lang, Diags *);

/* ---- glossary ---- */

/*     | term | English | Chinese | keep | avoid |
 * keep yes: the term is not translated, and where the source says it the translation does, too.
 * avoid: words that a translation may not use instead, separated by '/'. */
typedef struct Term {
    const char *en, *zh;
    const char *avoid;
    bool keep;
} Term;

typedef struct Glossary {
    Arena arena;
    Term *terms;
    uint32_t count, cap;
} Glossary;

void glossary_read(Glossary *, const Source *, Diags *);
void glossary_free(Glossary *);

/* Compares a lesson's sections with the glossary; zh is the translation's file. */
void glossary_check(const Glossary *, const Lesson *, const Source *zh, Diags *);

/* ---- files ---- */

/* Checks a lesson file with its translation; glossary may be NULL. */
void check_file(const char *path, const Glossary *, Diags *);

/* Writes what demos print now into the file. Returns how many demos changed; -1 with *error. */
int check_accept(const char *path, const char **error);

/* Stamps every section of the file's translation with its source's present hash: what a translator
 * does after having compared. Returns how many changed; -1 with *error. */
int check_stamp(const char *path, const char **error);

#endif
