/*
 * library.h: where the lessons lie, and reading them.
 *
 *     DIR/en/NAME.md              lessons, in the source language
 *     DIR/zh/NAME.md              their translations
 *     DIR/exercises/NAME.md       graded exercises
 *     DIR/exercises/zh/NAME.md    their translations
 *     DIR/glossary.md             which word is used for what
 *
 * A lesson is named by its id or by a path. This is the only place of the engine that reads files
 * (but for the progress file).
 */
#ifndef SANDWIRE_LESSONS_LIBRARY_H
#define SANDWIRE_LESSONS_LIBRARY_H

#include "lessons/lesson.h"

/* The directory: `given`, else $SANDWIRE_LESSONS, else the built-in one. */
const char *library_dir(const char *given);

/* A whole file, malloc'd and ended by a zero; at most `max` bytes are accepted. NULL with *error.
 */
char *library_read(const char *path, size_t max, size_t *len, const char **error);

/* Replaces a file. False with *error. */
bool library_write(const char *path, Bytes text, const char **error);

typedef struct LibraryEntry {
    const char *path; /* of the source */
    bool exercise;
} LibraryEntry;

typedef struct Library {
    Arena arena;
    LibraryEntry *entries; /* lessons first, each kind by name */
    uint32_t count, cap;
} Library;

void library_list(Library *, const char *dir);
void library_free(Library *);

/* The path of the translation of a source, which need not exist; false if the path is not in a
 * place where translations are looked for. */
bool library_translation(Text *, const char *path, Lang);

/* Reads a lesson and its translations. NULL with complaints if the source is not right; complaints
 * about translations leave a usable lesson. */
Lesson *library_load(const char *path, Diags *);

/* The path of the lesson or exercise with this id, or of this file name. False if there is none. */
bool library_find(Text *path, const char *dir, const char *name);

#endif
