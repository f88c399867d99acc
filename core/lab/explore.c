/*
 * explore.c: the search itself (explore.h).
 *
 *     layer 0: the root     layer 1: all that one act can make of it     layer 2 ...
 *
 * Breadth first: every state of a layer is expanded before the next, so the first wrong state is
 * reached by the fewest events. Depth first keeps one world per step of the current run and is for
 * looking deep with little memory.
 *
 * A state is: the canonical identity of the world (core/net/canon.h), what the watchers remember,
 * and what has been spent of the bounds.
 */
#include "core/lab/explore.h"

#include <stdlib.h>
#include <string.h>

#include "core/lab/explore_table.h"

/* Everything one thread needs of its own. */
typedef struct Worker {
    Play here, next;
    void *scratch, *healed;
    uint64_t transitions;
} Worker;

typedef struct Search {
    const ExploreAsk *ask;
    ExploreResult *result;
    CanonView view;
    Table table;
    Pile layer, coming;
    Trace *no_past; /* predicates look at the world alone */
    Worker worker;
    uint32_t depth, max_depth;
    uint64_t expanded;
    bool stop;
} Search;

static bool worker_begin(Worker *k, size_t size)
{
    k->here.w = malloc(size);
    k->next.w = malloc(size);
    k->scratch = malloc(size);
    k->healed = malloc(size);
    return k->here.w && k->next.w && k->scratch && k->healed;
}

static void worker_end(Worker *k)
{
    free(k->here.w);
    free(k->next.w);
    free(k->scratch);
    free(k->healed);
}

/* ---- one state ---- */

static WorldId identity(const Search *s, const Play *p)
{
    struct {
        Spent spent;
        Past past;
    } memory = {p->spent, p->past};
    return identity_add(world_identity(p->w, &s->view), &memory, sizeof memory);
}

enum { LIVENESS = WATCH_SETTLES | WATCH_STALL };

/* What is wrong with the state that play has just come to. */
static uint32_t judge(const Search *s, Worker *k, const Play *p, bool is_new)
{
    const ExploreAsk *ask = s->ask;
    uint32_t seen = p->seen & ask->watch;
    if (!seen && is_new && (ask->watch & LIVENESS)) {
        memcpy(k->healed, p->w, p->w->size);
        seen =
            explore_heal(k->healed, p->past, ask->watch & LIVENESS, ask->settle_time, k->scratch);
    }
    return seen;
}

static void found(Search *s, ExploreEnd end, uint32_t seen, uint32_t ref, Act last)
{
    ExploreResult *r = s->result;
    uint32_t n = 0;
    Act back[EXPLORE_DEPTH_MAX + 2];
    if (last.kind != ACT_NONE)
        back[n++] = last;
    for (; ref != REF_NONE && n <= EXPLORE_DEPTH_MAX; ref = table_at(&s->table, ref)->parent)
        if (table_at(&s->table, ref)->act.kind != ACT_NONE)
            back[n++] = table_at(&s->table, ref)->act;
    r->count = n;
    for (uint32_t i = 0; i < n; i++)
        r->acts[i] = back[n - 1 - i];
    r->end = end;
    r->seen = seen;
    s->stop = true;
}

static void end_early(Search *s, ExploreEnd end)
{
    s->result->end = end;
    s->stop = true;
}

static bool goal_reached(const Search *s, const Play *p)
{
    return s->ask->until && pred_true(s->ask->until, p->w, s->no_past);
}

/* Looks at one act from k->here; whether it came to a new state, which then is in k->next. */
static bool look(Search *s, Worker *k, Act act, uint32_t parent, uint32_t *ref)
{
    memcpy(k->next.w, k->here.w, s->ask->root->size);
    k->next.spent = k->here.spent;
    k->next.past = k->here.past;
    if (!explore_take(s->ask, &k->next, k->here.w, act, NULL))
        return false;
    k->transitions++;
    Kept state = {.id = identity(s, &k->next),
                  .parent = parent,
                  .act = act,
                  .depth = (uint16_t)(s->depth + 1)};
    bool is_new;
    *ref = table_find_or_add(&s->table, &state, &is_new);
    uint32_t seen = judge(s, k, &k->next, is_new);
    if (seen)
        found(s, END_VIOLATED, seen, parent, act);
    else if (*ref == REF_NONE)
        end_early(s, END_MEMORY);
    else if (is_new && goal_reached(s, &k->next))
        found(s, s->ask->until_is_wrong ? END_VIOLATED : END_GOAL, 0, parent, act);
    return is_new && !s->stop;
}

static size_t memory_limit(const Search *s)
{
    return s->ask->memory ? s->ask->memory : (size_t)1 << 30;
}

static size_t memory_used(const Search *s)
{
    return table_bytes(&s->table) + s->layer.bytes + s->coming.bytes;
}

/* Tells how far it is, now and then; ends the search if it is asked to, or memory ends. */
static void report(Search *s, bool now)
{
    if (!now && ++s->expanded % 256 != 0)
        return;
    size_t used = memory_used(s);
    s->result->peak_bytes = used > s->result->peak_bytes ? used : s->result->peak_bytes;
    ExploreProgress p = {.states = table_count(&s->table),
                         .transitions = s->worker.transitions,
                         .depth = s->depth,
                         .layer_done = s->expanded,
                         .layer_size = s->layer.states,
                         .bytes = used};
    if (s->ask->progress && !s->ask->progress(s->ask->user, &p) && !s->stop)
        end_early(s, END_INTERRUPT);
    if (used > memory_limit(s) && !s->stop)
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
            !pile_add(&s->coming, s->ask->root, &k->next, child))
            end_early(s, END_MEMORY);
    }
}

static void expand_layer(Search *s)
{
    Worker *k = &s->worker;
    s->expanded = 0;
    for (size_t c = 0; c < s->layer.count && !s->stop; c++) {
        size_t at = 0;
        uint32_t ref;
        while (!s->stop &&
               (at = pile_read(s->layer.chunks[c], at, s->ask->root, &k->here, &ref)) > 0) {
            expand(s, k, ref);
            report(s, false);
        }
    }
}

static void breadth_first(Search *s, uint32_t root)
{
    Play start = {.w = s->worker.next.w, .past = explore_past(s->ask->root)};
    memcpy(start.w, s->ask->root, s->ask->root->size);
    if (!pile_add(&s->coming, s->ask->root, &start, root))
        end_early(s, END_MEMORY);
    while (s->coming.states > 0 && !s->stop) {
        if (s->depth >= s->max_depth) {
            end_early(s, END_DEPTH);
            break;
        }
        pile_free(&s->layer);
        s->layer = s->coming;
        s->coming = (Pile){0};
        expand_layer(s);
        report(s, true);
        if (!s->stop && s->coming.states > 0)
            s->depth++;
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
    size_t size = (size_t)s->ask->root->size;
    if (!l->play.w && !(l->play.w = malloc(size))) {
        end_early(s, END_MEMORY);
        return false;
    }
    World *w = l->play.w;
    memcpy(w, play->w, size);
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
    Worker *k = &s->worker;
    Play start = {.w = k->next.w, .past = explore_past(s->ask->root)};
    memcpy(start.w, s->ask->root, s->ask->root->size);
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
        memcpy(k->here.w, l->play.w, s->ask->root->size);
        k->here.spent = l->play.spent;
        k->here.past = l->play.past;
        s->depth = (uint32_t)at;
        bool go = look(s, k, act, l->ref, &ref);
        go = go || (!s->stop && nearer(s, ref, l->ref, act, (uint32_t)at + 1));
        if (go && at == s->max_depth - 1)
            cut = true;
        else if (go && level_enter(s, &levels[at + 1], &k->next, ref))
            at++;
        if (s->result->depth < (uint32_t)at)
            s->result->depth = (uint32_t)at;
        report(s, false);
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
    Worker *k = &s->worker;
    k->here.spent = (Spent){0};
    k->here.past = explore_past(s->ask->root);
    memcpy(k->here.w, s->ask->root, s->ask->root->size);
    r->inevitable = r->count;
    bool lost = false;
    for (uint32_t i = 0; i < r->count; i++) {
        memcpy(k->healed, k->here.w, s->ask->root->size);
        bool bad = explore_heal(k->healed, k->here.past, s->ask->watch, s->ask->settle_time,
                                k->scratch) != 0;
        if (bad && !lost)
            r->inevitable = i;
        lost = bad;
        if (!bad)
            r->inevitable = r->count;
        memcpy(k->next.w, k->here.w, s->ask->root->size);
        explore_take(s->ask, &k->here, k->next.w, r->acts[i], NULL);
    }
}

bool explore(const ExploreAsk *ask, ExploreResult *result)
{
    *result = (ExploreResult){.end = END_EXHAUSTED};
    CHECK(ask->root->shape.conns < EXPLORE_CONNS && ask->root->shape.packets <= 255);
    CHECK(ask->call_count <= EXPLORE_CALLS && ask->root->size % 8 == 0);
    Search s = {.ask = ask, .result = result};
    s.view = (CanonView){.search = true, .lifetime = ask->bounds.lifetime};
    s.max_depth = ask->bounds.depth && ask->bounds.depth < EXPLORE_DEPTH_MAX ? ask->bounds.depth
                                                                             : EXPLORE_DEPTH_MAX;
    s.no_past = trace_new(0);
    bool ok = s.no_past && worker_begin(&s.worker, (size_t)ask->root->size);
    if (ok) {
        Play start = {.w = s.worker.here.w, .past = explore_past(ask->root)};
        memcpy(start.w, ask->root, ask->root->size);
        Kept root = {.id = identity(&s, &start), .parent = REF_NONE};
        bool is_new;
        uint32_t ref = table_find_or_add(&s.table, &root, &is_new);
        if (ask->depth_first)
            depth_first(&s, ref);
        else
            breadth_first(&s, ref);
        if (result->end == END_VIOLATED && result->seen)
            find_inevitable(&s);
        result->states = table_count(&s.table);
        result->transitions = s.worker.transitions;
        result->depth = max_u32(result->depth, s.depth);
        result->table_bytes = table_bytes(&s.table);
    }
    worker_end(&s.worker);
    pile_free(&s.layer);
    pile_free(&s.coming);
    table_free(&s.table);
    trace_free(s.no_past);
    return ok;
}
