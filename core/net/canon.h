/*
 * canon.h: have two worlds the same future?
 *
 * Two runs rarely give equal bytes: clocks differ, initial sequence numbers differ, a packet lies
 * in another slot. world_digest tells such worlds apart; the canonical hash does not. It counts
 * times from now, sequence numbers from the initial ones, takes connections and packets as sets,
 * and leaves out counters and row numbers. So a search that comes to the same situation by another
 * way knows it again, and need not go on.
 *
 * Invariants: (1) worlds that differ in what votes (canon.def) have different hashes, but for the
 * chance of a collision (2^-64, 2^-128); (2) equal hashes mean: the same moves are possible, and
 * each leads to equal hashes again. (2) is what lets a search stop; a test follows pairs of merged
 * worlds to prove it.
 */
#ifndef SANDWIRE_CORE_NET_CANON_H
#define SANDWIRE_CORE_NET_CANON_H

#include "core/net/world.h"

typedef struct WorldId {
    uint64_t half[2];
} WorldId;

/* What of a connection does not age, hashed: by slot. A caller who knows that a connection's bytes
 * are as they were may keep its entry; world_identity makes those that are missing. */
enum { CANON_CACHED = 8 };
typedef struct CanonCache {
    WorldId still[CANON_CACHED];
    uint8_t have;    /* bit per slot */
    bool still_path; /* in no world is a rule armed, a box on the path, or a flood on */
    uint8_t reserved[6];
} CanonCache;

/* How a search looks at worlds. */
typedef struct CanonView {
    /* All worlds compared come from one by moves, and packets may arrive in any order: settings
     * (knobs, rules, shape) and the order of packets that have the same time are left out, and a
     * packet that is late is not distinguished from one that is due. */
    bool search;
    bool fifo; /* ... but for this: packets of a direction wait for those before them, copies
                  neither wait nor make wait: so their order votes, and who is a copy */
    /* What an observer remembers of each connection, by slot: slots are not the connections' names,
     * so it cannot be compared on its own. NULL: nothing. */
    const uint64_t *marks;
    CanonCache *cache; /* the caller's, for one view and worlds of one root, of fewer than
                          CANON_CACHED slots; NULL: none */
    Nanos lifetime; /* packets older than this may not arrive: how old each is votes; 0: no limit */
} CanonView;

/* 64 bits for everyday use: everything that can change the future votes. */
uint64_t world_canon(const World *);

/* 128 bits, for tables of many millions of worlds. */
WorldId world_identity(const World *, const CanonView *);

/* Mixes more bytes into an identity: what an observer of the world remembers. */
WorldId identity_add(WorldId, const void *, size_t len);

/* How a field is treated; see canon.def. */
typedef enum CanonKind {
    CANON_SAME,
    CANON_SETTING,
    CANON_TIME,
    CANON_SINCE,
    CANON_OWN,
    CANON_PEER,
    CANON_TICKS,
    CANON_RATE,
    CANON_HAND,
    CANON_COUNT,
    CANON_ROW,
    CANON_PLACE,
    CANON_ZERO
} CanonKind;

typedef struct CanonField {
    uint16_t offset, size;
    uint8_t kind; /* CanonKind */
} CanonField;

typedef enum CanonOf {
    CANON_OF_TCB,
    CANON_OF_SENT,
    CANON_OF_HOST,
    CANON_OF_LINK,
    CANON_OF_PACKET,
    CANON_OF_APP,
    CANON_OF_COUNT
} CanonOf;

/* The rows of a struct, for tests. */
const CanonField *canon_fields(CanonOf, size_t *count);

#endif
