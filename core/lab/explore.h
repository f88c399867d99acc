/*
 * explore.h: all orders of events from a moment on, and the shortest one that goes wrong.
 *
 *     root --deliver #3--> . --drop #4--> .
 *       \---A closes-----> . --2MSL-----> .        each dot a world, known again by its identity
 *
 * What may happen at a moment (explore_acts): a segment in flight arrives, is lost, is doubled, or
 * has a bit flipped; the next timer fires; a program acts; an application makes one of the calls it
 * was given (crash and reboot are such calls, too). The network may do each of its tricks only so
 * often: these are the bounds, and whatever is said about the result is said within them.
 *
 * Time: a segment arrives when it is due, or later; what is due later cannot come before what is
 * due earlier, timers go off in their order. So every run found is one that the playground can
 * replay, event by event.
 *
 * What the watchers (explore_watch.c) and the monitors of a condition (explore_monitor.h) remember
 * of the past is part of a state; so is what is left of each bound. Two ways to the same world,
 * memory and bounds are one state.
 *
 * Honest words: END_EXHAUSTED means that every state within the bounds was visited and nothing was
 * wrong; END_DEPTH that there are longer runs nobody has looked at. Neither is a proof about TCP.
 */
#ifndef SANDWIRE_CORE_LAB_EXPLORE_H
#define SANDWIRE_CORE_LAB_EXPLORE_H

#include "core/lab/predicate.h"
#include "core/net/canon.h"

/* The world of a search: small, so that millions fit. */
extern const Shape SHAPE_EXPLORE;

/* ---- What may happen ---------------------------------------------------------------------------
 */

typedef enum ActKind {
    ACT_NONE = 0,
    ACT_DELIVER,   /* index: the packet's slot */
    ACT_DROP,      /* likewise */
    ACT_DUPLICATE, /* likewise: the copy may arrive at any time */
    ACT_CORRUPT,   /* likewise: the last bit of its text is flipped */
    ACT_TIMER,     /* index: the connection's slot */
    ACT_APP,       /* index: the host whose program acts */
    ACT_CALL,      /* index: which of the calls */
    ACT_KIND_COUNT
} ActKind;

typedef struct Act {
    uint8_t kind, index;
} Act;

enum {
    EXPLORE_CALLS = 8,
    EXPLORE_CONNS = 8,
    EXPLORE_ACTS = 128,
    EXPLORE_DEPTH_MAX = 250,
    EXPLORE_MONITORS = 8
};

/* Something an application (or the power) may do during the run. */
typedef struct ExploreCall {
    const char *line; /* as a learner types it: "A close" */
    Cmd cmd;          /* SEND: val so many bytes, named by connection and place (explore_text) */
    uint8_t times;    /* at most so often */
    uint8_t after;    /* bit per call: these must have been made before */
} ExploreCall;

typedef struct ExploreBounds {
    Nanos lifetime; /* older segments are dead; 0: they live for ever */
    uint8_t depth;  /* events; 0: EXPLORE_DEPTH_MAX */
    uint8_t drops, dups, corrupts;
    uint8_t reorders;  /* a segment overtakes another of its direction (copies always may) */
    uint8_t lates;     /* a timer fires before a segment that was due earlier */
    uint8_t timers;    /* timers that fire */
    uint8_t drop_from; /* bit per host: only its segments are lost; 0: both */
} ExploreBounds;

/* How much of the bounds a run has used. Part of a state's identity. */
typedef struct Spent {
    uint8_t drops, dups, corrupts, reorders, lates, timers;
    uint8_t reserved[2];
    uint8_t calls[EXPLORE_CALLS];
} Spent;

/* What the watchers remember, by connection slot. Part of a state's identity. */
typedef struct Past {
    uint8_t got[EXPLORE_CONNS];   /* bytes its application received */
    uint8_t tag[EXPLORE_CONNS];   /* the number of the connection that sent the first of them */
    uint8_t owner[EXPLORE_CONNS]; /* the number of the connection whose SYN it believed; 0: ? */
    uint8_t accepted;             /* bit per slot: the owner of its irs has accepted its SYN+ACK */
    uint8_t reserved[7];
} Past;

/* ---- What must hold ----------------------------------------------------------------------------
 */

/* What the watchers can see, one bit each. */
enum {
    WATCH_PREFIX = 1,    /* bytes received are not a prefix of the bytes sent */
    WATCH_OLD_DATA = 2,  /* bytes of an earlier incarnation were accepted */
    WATCH_AGREEMENT = 4, /* an end became ESTABLISHED with nobody */
    WATCH_UNSENT = 8,    /* an acknowledgment counts what the peer never sent */
    WATCH_RST_SENT = 16, /* somebody answers with a reset */
    WATCH_RESET = 32,    /* a connection died of a reset */
    WATCH_COPIES = 64,   /* more than three copies of the same bytes are under way at once */
    WATCH_RTT = 128,     /* an RTT estimate is shorter than the path */
    WATCH_SETTLES = 256, /* liveness: with the network healed something never ends */
    WATCH_STALL = 512,   /* liveness: with the network healed data takes longer than it should */
    WATCH_ACKED = 1024,  /* an end takes for acknowledged what the other does not have */
    WATCH_TALKS = 2048,  /* liveness: with the network healed an end counts itself connected, and
                            nobody is there */
    WATCH_BOTH = 4096,   /* an end becomes ESTABLISHED before the other is */
    WATCH_READ = 8192,   /* text is acknowledged that no program has read */
};

/* Whom a property binds. */
typedef enum PropertyKind {
    PROPERTY_ALWAYS, /* every TCP, whatever the network does, even where machines lose power */
    PROPERTY_PEACE,  /* ... where nobody has a reason to send a reset (explore_default_watch) */
    PROPERTY_WISH,   /* nobody: how fast it goes; TCP's own rules may break it */
    PROPERTY_WRONG   /* tempting, but the correct TCP breaks it, too: text says why */
} PropertyKind;

typedef struct Property {
    const char *name; /* "agreement" */
    PropertyKind kind;
    uint32_t watch; /* WATCH_... that must never be seen */
    const char *title[LANG_COUNT];
    const char *text[LANG_COUNT]; /* what it says, and why so */
} Property;

/* NULL after the last. */
const Property *property_at(uint32_t i);
const Property *property_of_name(const char *name, size_t len);

/* ---- The search --------------------------------------------------------------------------------
 */

typedef enum ExploreEnd {
    END_EXHAUSTED = 0, /* every state within the bounds was visited */
    END_DEPTH,         /* ... up to the depth; longer runs exist */
    END_VIOLATED,
    END_GOAL,      /* `until` became true */
    END_MEMORY,    /* the limit of memory was reached */
    END_INTERRUPT, /* Ctrl-C: what is known is kept */
    END_COUNT
} ExploreEnd;

/* One sentence, honest: what this end allows to say. */
const char *explore_end_text(ExploreEnd, Lang);
const char *explore_end_name(ExploreEnd); /* "bounded-space-exhausted" ... for machines */

typedef struct ExploreProgress {
    uint64_t states, transitions;
    uint32_t depth;
    uint64_t layer_done, layer_size; /* states of this depth: expanded, all */
    uint64_t expected;               /* states in all, a guess; 0: each layer is still larger */
    size_t bytes;
} ExploreProgress;

typedef struct ExploreAsk {
    const World *root; /* at most EXPLORE_CONNS connection slots and 255 packets */
    ExploreBounds bounds;
    const ExploreCall *calls;
    uint32_t call_count;
    uint32_t watch;      /* WATCH_... that must not be seen */
    const Pred *until;   /* stop where it is true; may be NULL; explore_understands it */
    const Trace *past;   /* what `until` knows of the time before the root; NULL: nothing */
    bool until_is_wrong; /* ... and that is a violation, not a goal */
    bool depth_first;    /* finds deep runs soon, not the shortest */
    Nanos settle_time;   /* WATCH_SETTLES: so long after the healing; 0: 60 s and an RTO */
    size_t memory;       /* bytes; 0: 1 GiB */
    unsigned threads;    /* 0: 1 */
    bool (*progress)(void *user, const ExploreProgress *); /* false: stop; may be NULL */
    void *user;
} ExploreAsk;

typedef struct ExploreResult {
    ExploreEnd end;
    uint32_t seen;                /* WATCH_...: what was violated */
    uint64_t states, transitions; /* distinct worlds; moves tried */
    uint32_t depth;               /* of the deepest state */
    size_t table_bytes;           /* memory of the kept states */
    size_t peak_bytes;            /* with the frontier */
    uint32_t count;               /* events of the run found */
    uint32_t inevitable; /* after this event even a network that behaves cannot save it; 0: from the
                            beginning, count: only the last event decides */
    Act acts[EXPLORE_DEPTH_MAX + 1];
} ExploreResult;

/* Can this condition be asked of a search? What it says of the past must fit into EXPLORE_MONITORS
 * small numbers: counts and edges, and streams that are compared with a text. */
bool explore_understands(const Pred *);

/* WATCH_... that no run may show which stays within these bounds and calls: what is asked when
 * nobody names a property. Where resets are rightful (a crash, an abort, a close over unread bytes,
 * an opening that may be given up, a copy that comes when all is over) nobody is blamed for one. */
uint32_t explore_default_watch(const ExploreAsk *);

/* False only when memory ends before it begins. */
bool explore(const ExploreAsk *, ExploreResult *);

/* ---- Parts, for replaying and for tests --------------------------------------------------------
 */

typedef struct Play {
    World *w;
    Spent spent;
    Past past;
    uint32_t seen;                       /* WATCH_... of the last act */
    uint16_t monitors[EXPLORE_MONITORS]; /* what `until` remembers; part of a state's identity */
} Play;

/* The acts possible now, of which at most EXPLORE_ACTS are written. */
uint32_t explore_acts(const ExploreAsk *, const Play *, Act *out);

/* Makes one happen to play->w; `before` is the world as it was. False: a call that failed. */
bool explore_take(const ExploreAsk *, Play *, const World *before, Act, Sink *);

/* What a state is known again by (but for the monitors of `until`): the world's canonical identity,
 * what the watchers remember, what has been spent. */
WorldId explore_identity(const ExploreAsk *, const Play *);

/* What the act is in terms of the world: a move for session_take, or (kind MOVE_NONE) a command
 * with its bytes. */
Move explore_move(const World *, Act);
Cmd explore_command(const ExploreAsk *, const World *, Act, uint8_t *bytes, size_t cap,
                    size_t *len);

/* The bytes that a connection sends are named: which connection, which place. */
void explore_text(const World *, const Tcb *, uint8_t *out, uint32_t n);

/* What is remembered at the beginning. */
Past explore_past(const World *);

/* Updates what is remembered; returns WATCH_... of what went wrong between the two worlds. */
uint32_t explore_watch(const World *before, const World *after, Past *);

/* Lets the clock go on with a network that behaves; WATCH_... of what goes wrong, of those wanted.
 * w is used up; scratch: another world of the same shape. */
uint32_t explore_heal(World *w, Past, uint32_t watch, Nanos settle_time, World *scratch);

#endif
