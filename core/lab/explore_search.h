/*
 * explore_search.h: one search at work, as its files see it.
 *
 * Private to core/lab/explore*.c: explore.c begins, ends and goes depth first; explore_breadth.c
 * goes layer by layer; explore_run.c makes a run presentable that was found.
 */
#ifndef SANDWIRE_CORE_LAB_EXPLORE_SEARCH_H
#define SANDWIRE_CORE_LAB_EXPLORE_SEARCH_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/lab/explore_monitor.h"
#include "core/lab/explore_table.h"

typedef struct Search Search;

/* Everything one thread needs of its own. */
typedef struct Worker {
    Search *search;
    Play here, next;
    World *scratch, *healed;
    Pile coming;
    Spare spare;
    Sections packed;  /* here's */
    uint32_t touched; /* bit per host: whose connections differ in here and next */
    Monitors monitors;
    CanonCache here_hashes, next_hashes;
    uint64_t transitions, expanded;
    uint64_t fresh;  /* new states that it has entered for the layer to come */
    WorldId *recent; /* several threads: what it has found of late */
    unsigned number;
    void (*job)(Search *, struct Worker *);
    pthread_t thread;
} Worker;

/* Why the search stops. */
typedef struct Verdict {
    ExploreEnd end;
    uint32_t seen, parent;
    Act act;
} Verdict;

enum { RECENT = 1 << 13 };
enum { THREADS_MAX = 64, LIVENESS = WATCH_SETTLES | WATCH_STALL | WATCH_TALKS };

struct Search {
    const ExploreAsk *ask;
    ExploreResult *result;
    Table table;
    Packer packer;
    Pile layer;
    Pile *outs; /* a layer's new states, by the chunk their parents lie in */
    atomic_size_t next_chunk;
    uint16_t monitors[EXPLORE_MONITORS]; /* at the root */
    Worker workers[THREADS_MAX];
    unsigned threads;
    uint32_t depth, max_depth;
    uint64_t layer_before;    /* how many states the last layer had */
    pthread_mutex_t lock;     /* of the verdict */
    atomic_ullong verdict_at; /* where in the layer; nothing behind that is of interest */
    Verdict verdict;
    atomic_bool stop;
};

/* ---- explore.c ---- */

Play play_at_root(const Search *, World *);

/* Of k->next, or of another for which next_hashes is empty. */
WorldId search_identity(Search *, Worker *, const Play *);

/* One of a worker's worlds has become another. */
static inline void worlds_changed(Worker *k)
{
    k->touched = (1u << HOST_COUNT) - 1;
    k->here_hashes.have = k->next_hashes.have = 0;
    k->packed = (Sections){{NULL}};
}

/* Makes the act happen to a copy of k->here in k->next; false: a call that failed. */
bool search_take(Search *, Worker *, Act);

/* Liveness: what goes wrong from here although the network is whole again. */
uint32_t search_heal(Search *, Worker *, const Play *);
bool goal_reached(const Search *, Worker *, const Play *);

/* What is wrong with k->next: end END_COUNT if nothing is. */
Verdict search_judge(Search *, Worker *, bool is_new, uint32_t parent, Act);

void search_stop(Search *, Verdict);
void search_end(Search *, ExploreEnd); /* early, with nothing found */
void search_report(Search *, Worker *, bool now);

/* Looks at one act from k->here; whether it came to a new state, which then is in k->next. */
bool search_look(Search *, Worker *, Act, Kept *state, uint32_t *ref);

/* ---- explore_breadth.c ---- */

void breadth_first(Search *, uint32_t root);

/* ---- explore_run.c ---- */

/* The run in the result is done again, made shorter if it is not the shortest, put into an order
 * in which what belongs together stands together; where it became inevitable is found. */
void run_present(Search *);

#endif
