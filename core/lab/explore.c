/*
 * explore.c: the search itself (explore.h).
 *
 *     layer 0: the root     layer 1: all that one act can make of it     layer 2 ...
 *
 * Breadth first: every state of a layer is expanded before the next, so the first wrong state is
 * reached by the fewest events. Depth first keeps one world per step of the current run and is for
 * looking deep with little memory.
 *
 * Threads share a layer chunk by chunk and meet only in the table, whose 64 parts have a lock each.
 * What a search says does not depend on their number; but of several shortest runs another may be
 * found.
 *
 * A state is: the canonical identity of the world (core/net/canon.h), what the watchers and
 * monitors remember, and what has been spent of the bounds.
 */
#include "core/lab/explore.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/explore_monitor.h"
#include "core/lab/explore_table.h"

typedef struct Search Search;

/* Everything one thread needs of its own. */
typedef struct Worker {
    Search *search;
    Play here, next;
    World *scratch, *healed;
    Pile coming;
    Monitors monitors;
    CanonCache cache;
    uint64_t transitions, expanded;
    pthread_t thread;
} Worker;

/* Why the search stops: the first thread to say so is heard. */
typedef struct Verdict {
    ExploreEnd end;
    uint32_t seen, parent;
    Act act;
} Verdict;

enum { THREADS_MAX = 64 };

struct Search {
    const ExploreAsk *ask;
    ExploreResult *result;
    Table table;
    Pile layer;
    atomic_size_t next_chunk;
    uint16_t monitors[EXPLORE_MONITORS]; /* at the root */
    Worker workers[THREADS_MAX];
    unsigned threads;
    uint32_t depth, max_depth;
    pthread_mutex_t lock; /* of the verdict */
    Verdict verdict;
    atomic_bool stop;
};

/* A world like the root, to be overwritten with world_copy; NULL when memory ends. */
static World *another(const World *root)
{
    World *w = malloc((size_t)root->size);
    if (w)
        memcpy(w, root, (size_t)root->size);
    return w;
}

static bool worker_begin(Worker *k, const World *root, const Pred *until)
{
    k->here.w = another(root);
    k->next.w = another(root);
    k->scratch = another(root);
    k->healed = another(root);
    return monitors_init(&k->monitors, until) && k->here.w && k->next.w && k->scratch && k->healed;
}

static void worker_end(Worker *k)
{
    free(k->here.w);
    free(k->next.w);
    free(k->scratch);
    free(k->healed);
    pile_free(&k->coming);
    monitors_free(&k->monitors);
}

/* ---- one state ---- */

static Play play_at_root(const Search *s, World *w)
{
    Play p = {.w = w, .past = explore_past(s->ask->root)};
    world_copy(w, s->ask->root);
    memcpy(p.monitors, s->monitors, sizeof p.monitors);
    return p;
}

static WorldId identity(const Search *s, Worker *k, const Play *p)
{
    WorldId id = explore_identity_with(s->ask, p, &k->cache);
    if (k->monitors.count > 0)
        id = identity_add(id, p->monitors, sizeof p->monitors);
    if (k->monitors.vote_count > 0) {
        int64_t votes[VOTES_MAX] = {0};
        monitors_votes(&k->monitors, p->w, votes);
        id = identity_add(id, votes, sizeof votes);
    }
    return id;
}

enum { LIVENESS = WATCH_SETTLES | WATCH_STALL };

/* What is wrong with the state that play has just come to. */
static uint32_t judge(const Search *s, Worker *k, const Play *p, bool is_new)
{
    const ExploreAsk *ask = s->ask;
    uint32_t seen = p->seen & ask->watch;
    if (!seen && is_new && (ask->watch & LIVENESS)) {
        world_copy(k->healed, p->w);
        seen =
            explore_heal(k->healed, p->past, ask->watch & LIVENESS, ask->settle_time, k->scratch);
    }
    return seen;
}

static void stop_with(Search *s, Verdict v)
{
    pthread_mutex_lock(&s->lock);
    if (!s->stop)
        s->verdict = v;
    s->stop = true;
    pthread_mutex_unlock(&s->lock);
}

static void end_early(Search *s, ExploreEnd end)
{
    stop_with(s, (Verdict){.end = end, .parent = REF_NONE});
}

/* The run that led to the verdict, from the root on. */
static void trace_back(Search *s)
{
    ExploreResult *r = s->result;
    const Verdict *v = &s->verdict;
    uint32_t n = 0;
    Act back[EXPLORE_DEPTH_MAX + 2];
    r->end = v->end;
    r->seen = v->seen;
    if (v->act.kind != ACT_NONE)
        back[n++] = v->act;
    for (uint32_t ref = v->parent; ref != REF_NONE && n <= EXPLORE_DEPTH_MAX;
         ref = table_at(&s->table, ref)->parent)
        if (table_at(&s->table, ref)->act.kind != ACT_NONE)
            back[n++] = table_at(&s->table, ref)->act;
    r->count = n;
    for (uint32_t i = 0; i < n; i++)
        r->acts[i] = back[n - 1 - i];
}

static bool goal_reached(const Search *s, Worker *k, const Play *p)
{
    return s->ask->until && monitors_true(&k->monitors, p->w, p->monitors);
}

/* Makes the act happen to k->next, which is a copy of k->here. */
static bool take(Search *s, Worker *k, Act act)
{
    Sink *sink = k->monitors.count > 0 ? &k->monitors.sink : NULL;
    if (!explore_take(s->ask, &k->next, k->here.w, act, sink)) {
        if (sink)
            sink->note_count = sink->byte_count = 0;
        return false;
    }
    if (sink)
        monitors_step(&k->monitors, k->here.w, k->next.monitors);
    return true;
}

/* Looks at one act from k->here; whether it came to a new state, which then is in k->next. */
static bool look(Search *s, Worker *k, Act act, uint32_t parent, uint32_t *ref)
{
    World *w = k->next.w;
    world_copy(w, k->here.w);
    k->next = k->here;
    k->next.w = w;
    if (!take(s, k, act))
        return false;
    k->transitions++;
    Kept state = {.id = identity(s, k, &k->next),
                  .parent = parent,
                  .act = act,
                  .depth = (uint16_t)(s->depth + 1)};
    bool is_new;
    *ref = table_find_or_add(&s->table, &state, &is_new);
    uint32_t seen = judge(s, k, &k->next, is_new);
    if (seen)
        stop_with(s, (Verdict){END_VIOLATED, seen, parent, act});
    else if (*ref == REF_NONE)
        end_early(s, END_MEMORY);
    else if (is_new && goal_reached(s, k, &k->next))
        stop_with(s, (Verdict){s->ask->until_is_wrong ? END_VIOLATED : END_GOAL, 0, parent, act});
    return is_new && !s->stop;
}

static size_t memory_limit(const Search *s)
{
    return s->ask->memory ? s->ask->memory : (size_t)1 << 30;
}

/* Tells how far it is, now and then; ends the search if it is asked to, or memory ends. */
static void report(Search *s, Worker *k, bool now)
{
    if (k != &s->workers[0] || (!now && ++k->expanded % 256 != 0))
        return;
    size_t used = table_bytes(&s->table) + s->layer.bytes + k->coming.bytes * s->threads;
    s->result->peak_bytes = used > s->result->peak_bytes ? used : s->result->peak_bytes;
    ExploreProgress p = {.states = table_count(&s->table),
                         .transitions = k->transitions * s->threads, /* about */
                         .depth = s->depth,
                         .layer_done = k->expanded * s->threads,
                         .layer_size = s->layer.states,
                         .bytes = used};
    if (s->ask->progress && !s->ask->progress(s->ask->user, &p))
        end_early(s, END_INTERRUPT);
    if (used > memory_limit(s))
        end_early(s, END_MEMORY);
}

/* ---- breadth first ---- */

static void expand(Search *s, Worker *k, uint32_t ref)
{
    Act acts[EXPLORE_ACTS];
    uint32_t n = explore_acts(s->ask, &k->here, acts);
    for (uint32_t i = 0; i < n && !s->stop; i++) {
        uint32_t child;
        if (look(s, k, acts[i], ref, &child) &&
            !pile_add(&k->coming, s->ask->root, &k->next, child))
            end_early(s, END_MEMORY);
    }
}

static void *work(void *user)
{
    Worker *k = user;
    Search *s = k->search;
    k->expanded = 0;
    for (;;) {
        size_t c = atomic_fetch_add(&s->next_chunk, 1), at = 0;
        if (c >= s->layer.count || s->stop)
            return NULL;
        uint32_t ref;
        while (!s->stop &&
               (at = pile_read(s->layer.chunks[c], at, s->ask->root, &k->here, &ref)) > 0) {
            expand(s, k, ref);
            report(s, k, false);
        }
    }
}

static void expand_layer(Search *s)
{
    unsigned begun = 1;
    s->next_chunk = 0;
    for (; begun < s->threads && begun < s->layer.count; begun++)
        if (pthread_create(&s->workers[begun].thread, NULL, work, &s->workers[begun]) != 0)
            break; /* fewer will do */
    work(&s->workers[0]);
    for (unsigned i = 1; i < begun; i++)
        pthread_join(s->workers[i].thread, NULL);
}

/* What the threads have found becomes the next layer. */
static void next_layer(Search *s)
{
    pile_free(&s->layer);
    for (unsigned i = 0; i < s->threads; i++)
        if (!pile_append(&s->layer, &s->workers[i].coming))
            end_early(s, END_MEMORY);
}

static void breadth_first(Search *s, uint32_t root)
{
    Worker *first = &s->workers[0];
    Play start = play_at_root(s, first->next.w);
    if (!pile_add(&first->coming, s->ask->root, &start, root))
        end_early(s, END_MEMORY);
    for (next_layer(s); s->layer.states > 0 && !s->stop; next_layer(s)) {
        if (s->depth >= s->max_depth) {
            end_early(s, END_DEPTH);
            break;
        }
        expand_layer(s);
        report(s, first, true);
        s->result->depth = s->depth++;
    }
}

/* ---- depth first ---- */

typedef struct Level {
    Play play;
    uint32_t ref, count, tried;
    Act acts[EXPLORE_ACTS];
} Level;

static bool level_enter(Search *s, Level *l, const Play *play, uint32_t ref)
{
    if (!l->play.w && !(l->play.w = another(s->ask->root))) {
        end_early(s, END_MEMORY);
        return false;
    }
    World *w = l->play.w;
    world_copy(w, play->w);
    l->play = *play;
    l->play.w = w;
    l->ref = ref;
    l->tried = 0;
    l->count = explore_acts(s->ask, &l->play, l->acts);
    return true;
}

/* A state seen before, but now nearer to the root: what lay beyond the depth may be in reach. */
static bool nearer(Search *s, uint32_t ref, uint32_t parent, Act act, uint32_t depth)
{
    Kept *k = ref == REF_NONE ? NULL : table_at(&s->table, ref);
    if (!k || k->depth <= depth)
        return false;
    k->depth = (uint16_t)depth;
    k->parent = parent;
    k->act = act;
    return true;
}

static void depth_first(Search *s, uint32_t root)
{
    Level *levels = calloc(s->max_depth + 1, sizeof *levels);
    Worker *k = &s->workers[0];
    Play start = play_at_root(s, k->next.w);
    if (!levels || !level_enter(s, &levels[0], &start, root))
        end_early(s, END_MEMORY);
    bool cut = false;
    int64_t at = 0;
    while (at >= 0 && !s->stop) {
        Level *l = &levels[at];
        if (l->tried == l->count) {
            at--;
            continue;
        }
        Act act = l->acts[l->tried++];
        uint32_t ref = REF_NONE;
        World *w = k->here.w;
        world_copy(w, l->play.w);
        k->here = l->play;
        k->here.w = w;
        s->depth = (uint32_t)at;
        bool go = look(s, k, act, l->ref, &ref);
        go = go || (!s->stop && nearer(s, ref, l->ref, act, (uint32_t)at + 1));
        if (go && at == s->max_depth - 1)
            cut = true;
        else if (go && level_enter(s, &levels[at + 1], &k->next, ref))
            at++;
        if (s->result->depth < (uint32_t)at)
            s->result->depth = (uint32_t)at;
        report(s, k, false);
    }
    for (uint32_t i = 0; levels && i <= s->max_depth; i++)
        free(levels[i].play.w);
    free(levels);
    if (!s->stop && cut)
        s->result->end = END_DEPTH;
}

/* ---- the run found ---- */

/* From which event on even a network that behaves leads to the same end. */
static void find_inevitable(Search *s)
{
    ExploreResult *r = s->result;
    Worker *k = &s->workers[0];
    k->here.spent = (Spent){0};
    k->here.past = explore_past(s->ask->root);
    world_copy(k->here.w, s->ask->root);
    r->inevitable = r->count;
    bool lost = false;
    for (uint32_t i = 0; i < r->count; i++) {
        world_copy(k->healed, k->here.w);
        bool bad = explore_heal(k->healed, k->here.past, s->ask->watch, s->ask->settle_time,
                                k->scratch) != 0;
        if (bad && !lost)
            r->inevitable = i;
        lost = bad;
        if (!bad)
            r->inevitable = r->count;
        world_copy(k->next.w, k->here.w);
        explore_take(s->ask, &k->here, k->next.w, r->acts[i], NULL);
    }
}

static bool begin(Search *s)
{
    unsigned wanted = s->ask->threads ? s->ask->threads : 1;
    s->threads = s->ask->depth_first ? 1 : min_u32(wanted, THREADS_MAX);
    table_init(&s->table);
    pthread_mutex_init(&s->lock, NULL);
    bool ok = true;
    for (unsigned i = 0; i < s->threads; i++) {
        s->workers[i].search = s;
        ok = worker_begin(&s->workers[i], s->ask->root, s->ask->until) && ok;
    }
    return ok;
}

static void run(Search *s)
{
    ExploreResult *r = s->result;
    Worker *first = &s->workers[0];
    monitors_begin(&first->monitors, s->ask->root, s->ask->past, s->monitors);
    Play start = play_at_root(s, first->here.w);
    Kept root = {.id = identity(s, first, &start), .parent = REF_NONE};
    bool is_new;
    uint32_t ref = table_find_or_add(&s->table, &root, &is_new);
    if (goal_reached(s, first, &start))
        stop_with(s, (Verdict){s->ask->until_is_wrong ? END_VIOLATED : END_GOAL, 0, ref, {0}});
    else if (s->ask->depth_first)
        depth_first(s, ref);
    else
        breadth_first(s, ref);
    if (s->stop)
        trace_back(s);
    if (r->end == END_VIOLATED && r->seen)
        find_inevitable(s);
    r->states = table_count(&s->table);
    for (unsigned i = 0; i < s->threads; i++)
        r->transitions += s->workers[i].transitions;
    r->depth = max_u32(r->depth, r->count);
    r->table_bytes = table_bytes(&s->table);
}

static void finish(Search *s)
{
    for (unsigned i = 0; i < s->threads; i++)
        worker_end(&s->workers[i]);
    pile_free(&s->layer);
    table_free(&s->table);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

bool explore(const ExploreAsk *ask, ExploreResult *result)
{
    *result = (ExploreResult){.end = END_EXHAUSTED};
    CHECK(ask->root->shape.conns < EXPLORE_CONNS && ask->root->shape.packets <= 255);
    CHECK(ask->call_count <= EXPLORE_CALLS && ask->root->size % 8 == 0);
    Search *s = calloc(1, sizeof *s);
    if (!s)
        return false;
    s->ask = ask;
    s->result = result;
    s->max_depth = ask->bounds.depth && ask->bounds.depth < EXPLORE_DEPTH_MAX ? ask->bounds.depth
                                                                              : EXPLORE_DEPTH_MAX;
    bool ok = begin(s);
    if (ok)
        run(s);
    finish(s);
    return ok;
}
