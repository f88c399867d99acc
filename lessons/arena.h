/*
 * arena.h: memory that is given back all at once.
 *
 * A lesson is many small texts that live exactly as long as the lesson. They are cut from chunks,
 * zeroed, and freed together, so that no error path has to remember what it had taken.
 *
 * Inputs are bounded (lesson.h, grade.h), so an arena stays small; if the machine has no memory
 * even for that, CHECK stops the program.
 */
#ifndef SANDWIRE_LESSONS_ARENA_H
#define SANDWIRE_LESSONS_ARENA_H

#include "core/base/base.h"

typedef struct ArenaChunk ArenaChunk;

/* All zero: an empty arena. */
typedef struct Arena {
    ArenaChunk *chunks; /* the newest first */
} Arena;

/* size zeroed bytes, aligned for any type; never NULL. */
void *arena_get(Arena *, size_t size);

/* A copy of n bytes and a zero byte. */
char *arena_text(Arena *, const char *s, size_t n);

/* An array of *cap elements of `size` bytes made to hold at least `need`; the old elements are
 * copied. */
void *arena_grow(Arena *, void *old, uint32_t *cap, uint32_t need, size_t size);

void arena_free(Arena *);

#endif
