/*
 * source.h - the tree of sources as text, and C text with its comments and strings taken out.
 *
 * A Source has its text twice: `text` as it is in the file, and `code`, of the same length, in
 * which each character of a comment, string or character constant is a blank. A place found in one
 * is the same place in the other, and a search for a word in `code` finds no prose.
 */
#ifndef SANDWIRE_TESTS_TIDY_SOURCE_H
#define SANDWIRE_TESTS_TIDY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *path; /* relative to the root, as core/base/seq.h */
    char *text; /* ends with a 0 that `size` does not count */
    char *code;
    size_t size;
} Source;

typedef struct {
    Source *files; /* ordered by path */
    size_t count;
    char **top; /* the names in the root, ordered */
    size_t top_count;
} Tree;

/* Every regular file below `root`, without .git and build. Stops the program if it cannot be read.
 */
Tree tree_read(const char *root);
void tree_free(Tree *);

/* One file that is only in memory, for tests of the checks. Copies both. */
Source source_of(const char *path, const char *text);
void source_free(Source *);

const Source *tree_find(const Tree *, const char *path);

bool has_prefix(const char *text, const char *prefix);
bool has_suffix(const char *text, const char *suffix);

/* The line, from 1, of a place in text or code. */
int line_of(const Source *, size_t place);

/* Goes from word to word (identifier, keyword) of `code`: finds the next one at or after *place,
 * sets *place behind it. Returns its start and length; length 0 at the end. */
typedef struct {
    const char *start;
    size_t length, place;
} Word;
Word next_word(const Source *, size_t *place);
bool word_is(Word, const char *name);
bool word_at(const Source *, size_t place, const char *name);

#endif
