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
    uint32_t *index; /* 1 + number of the state, and bits of its identity; 0: free */
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

/* ---- worlds made small (explore_pack.c) ---- */

/* What worlds are compared with. While `shared`, threads read it and nothing is added. */
typedef struct Packer {
    const World *root;
    Tcb *models; /* by slot and state; free: none yet */
    bool path;   /* moves change what waits on the path */
    bool shared;
} Packer;

/* Where a packed world's connections lie, by slot; NULL: there is none. */
typedef struct Sections {
    const uint64_t *at[EXPLORE_CONNS];
} Sections;

/* False when memory ends. Free it also then. */
bool packer_init(Packer *, const World *root);
void packer_free(Packer *);

/* The bytes that a packed world may take. */
size_t pack_room(const World *root);

/* What is known of a world that is packed. */
typedef struct Origin {
    const Sections *same;     /* the packed world from which it comes by one act; NULL: none */
    uint32_t touched;         /* by an act on the connections of these hosts (bit per host) alone */
    const CanonCache *hashes; /* of its connections */
} Origin;

/* Returns bytes. */
size_t pack_world(const Packer *, const World *, Origin, uint64_t *out);

/* Into a world that came by moves from the same root. found: the sections from which this world
 * was made last, if it has not changed since, else empty. Returns the hosts (bit per host) whose
 * connections are others now. */
uint32_t unpack_world(const Packer *, const uint64_t *in, World *w, Sections *found,
                      CanonCache *hashes);

/* w becomes `from`, of which it was a copy before an act touched these hosts. */
void unpack_again(const Packer *, World *w, const World *from, uint32_t touched);

/* ---- worlds that wait ---- */

enum { PILE_CHUNK = 128 << 10 };
typedef struct PileChunk {
    struct PileChunk *next; /* of those that are spare */
    size_t cap, used;       /* bytes behind this */
} PileChunk;

/* Chunks that were looked at, for what comes: fresh memory costs more than the states in it. */
typedef struct Spare {
    PileChunk *first;
    size_t bytes;
} Spare;

typedef struct Pile {
    PileChunk **chunks; /* NULL: looked at */
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

bool pile_add(Pile *, Spare *, const Packer *, const Play *, Origin, const Kept *, uint32_t ref);

/* What waits at an offset of the chunk, NULL behind the last; and the offset of the next. */
static inline Waiting *pile_at(const PileChunk *c, size_t at)
{
    return at < c->used ? (Waiting *)(void *)((uintptr_t)(c + 1) + at) : NULL;
}
static inline size_t pile_after(const Waiting *w, size_t at)
{
    return at + sizeof *w + w->bytes;
}

/* The state itself, in play->w; as unpack_world. */
uint32_t pile_unpack(const Waiting *, const Packer *, Play *, Sections *found, CanonCache *hashes);

/* Moves all of `more` behind what is there; false when memory ends: `more` keeps it. */
bool pile_append(Pile *, Pile *more);

/* The chunk has been looked at; returns its bytes, which the pile still counts. pile_done: all of
 * them; the pile is empty then. */
size_t pile_release(Pile *, size_t chunk, Spare *);
void pile_done(Pile *, Spare *);
void spare_free(Spare *);

#endif
