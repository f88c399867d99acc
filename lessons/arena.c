/*
 * arena.c: chunks of memory that are freed together (arena.h).
 *
 * A request larger than a chunk gets a chunk of its own, behind the current one, so that the room
 * left in the current one is not lost.
 */
#include "lessons/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct ArenaChunk {
    ArenaChunk *next;
    size_t used, cap;
    alignas(max_align_t) uint8_t bytes[];
};

enum { CHUNK = 8 * 1024 };

static ArenaChunk *chunk_new(size_t cap)
{
    ArenaChunk *c = calloc(1, sizeof *c + cap);
    CHECK(c != NULL);
    c->cap = cap;
    return c;
}

void *arena_get(Arena *arena, size_t size)
{
    size_t align = alignof(max_align_t);
    size = (size + align - 1) / align * align;
    ArenaChunk *c = arena->chunks;
    if (!c || c->cap - c->used < size) {
        ArenaChunk *fresh = chunk_new(size > CHUNK ? size : CHUNK);
        if (c && size > CHUNK) {
            fresh->next = c->next;
            c->next = fresh;
        } else {
            fresh->next = c;
            arena->chunks = fresh;
        }
        c = fresh;
    }
    void *at = c->bytes + c->used;
    c->used += size;
    return at;
}

char *arena_text(Arena *arena, const char *s, size_t n)
{
    char *copy = arena_get(arena, n + 1);
    if (n > 0)
        memcpy(copy, s, n);
    return copy;
}

void *arena_grow(Arena *arena, void *old, uint32_t *cap, uint32_t need, size_t size)
{
    if (need <= *cap)
        return old;
    uint32_t want = *cap ? *cap : 8;
    while (want < need)
        want *= 2;
    void *fresh = arena_get(arena, want * size);
    if (old)
        memcpy(fresh, old, *cap * size);
    *cap = want;
    return fresh;
}

void arena_free(Arena *arena)
{
    for (ArenaChunk *c = arena->chunks, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    *arena = (Arena){0};
}
