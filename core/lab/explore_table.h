/*
 * explore_table.h: the memory of a search: which states are known, which wait to be looked at.
 *
 * Private to core/lab/explore*.c. Nothing here knows what a state means.
 */
#ifndef SANDWIRE_CORE_LAB_EXPLORE_TABLE_H
#define SANDWIRE_CORE_LAB_EXPLORE_TABLE_H

#include "core/lab/explore_private.h"

/* A known state: 24 bytes, and at most 7 in the index. */
typedef struct Kept {
    WorldId id;
    uint32_t parent; /* REF_NONE: the root */
    Act act;         /* that led here from the parent */
    uint16_t depth;
} Kept;
_Static_assert(sizeof(Kept) == 24, "what is kept of a state is small");

enum { SHARDS = 64, REF_BITS = 26, CHUNK_STATES = 64 };
#define REF_MASK ((1u << REF_BITS) - 1)
#define REF_NONE UINT32_MAX

typedef struct Shard {
    Kept **chunks;
    uint32_t *index; /* 1 + number of the state; 0: free */
    uint32_t index_cap, count;
} Shard;

typedef struct Table {
    Shard shards[SHARDS]; /* by the first bits of the identity: each may be another thread's */
} Table;

/* A Table of zeros is empty. Threads may look together, and add together to different shards. */
static inline uint32_t table_shard(WorldId id)
{
    return (uint32_t)(id.half[0] >> 58);
}

bool table_knows(const Table *, WorldId);

/* The state's reference, which finds it again; REF_NONE when memory ends. */
uint32_t table_find_or_add(Table *, const Kept *, bool *is_new);
Kept *table_at(const Table *, uint32_t ref);
uint64_t table_count(Table *);
size_t table_bytes(Table *);
void table_free(Table *);

/* A world as what differs from the root (explore_pack.c): the bytes that this may take, packing
 * (returns bytes), and unpacking into a world of the same shape. */
size_t pack_room(const World *root);
size_t pack_world(const World *root, const World *, uint64_t *out);
void unpack_world(const World *root, const uint64_t *in, World *);

/* Worlds that wait, as differences from the root. */
enum { PILE_CHUNK = 128 << 10 };
typedef struct PileChunk {
    size_t cap, used; /* bytes behind this */
} PileChunk;
typedef struct Pile {
    PileChunk **chunks;
    size_t count, bytes;
    uint64_t states;
} Pile;

/* What is known of a world that waits; the packed world follows. */
typedef struct Waiting {
    Kept state;
    uint32_t ref;    /* of the state in the table; REF_NONE: struck out */
    uint32_t number; /* explore_breadth.c: which transition of its parents' chunk */
    uint32_t bytes;  /* of the packed world */
    uint32_t reserved;
    Spent spent;
    Past past;
    uint16_t monitors[EXPLORE_MONITORS];
} Waiting;
_Static_assert(sizeof(Waiting) % 8 == 0, "what follows is aligned");

bool pile_add(Pile *, const World *root, const Play *, const Kept *, uint32_t ref);

/* What waits at an offset of the chunk, NULL behind the last; and the offset of the next. */
static inline Waiting *pile_at(const PileChunk *c, size_t at)
{
    return at < c->used ? (Waiting *)(void *)((uintptr_t)(c + 1) + at) : NULL;
}
static inline size_t pile_after(const Waiting *w, size_t at)
{
    return at + sizeof *w + w->bytes;
}

/* The state itself, in play->w. */
void pile_unpack(const Waiting *, const World *root, Play *);

/* A copy of what waits elsewhere, behind what is there; false when memory ends. */
bool pile_keep(Pile *, const Waiting *);
/* Moves all of `more` behind what is there; false when memory ends: `more` keeps it. */
bool pile_append(Pile *, Pile *more);
void pile_free(Pile *);

#endif
