/*
 * explore.c: the search itself (explore.h).
 *
 * Breadth first (explore_breadth.c) finds the shortest run; depth first, here, keeps one world per
 * step of the current run and is for looking deep with little memory.
 *
 * A state is: the canonical identity of the world (core/net/canon.h), what the watchers and
 * monitors remember, and what has been spent of the bounds.
 */
#include "core/lab/explore_search.h"

#include <stdlib.h>
#include <string.h>

/* A world like the root, to be overwritten with world_copy; NULL when memory ends. */
static World *another(const World *root)
{
    World *w = malloc((size_t)root->size);
    if (w)
        memcpy(w, root, (size_t)root->size);
    return w;
}

static bool worker_begin(Worker *k, const World *root, const Pred *until, bool alone,
                         bool still_path)
{
    k->recent = alone ? NULL : calloc(RECENT, sizeof *k->recent);
    if (!alone && !k->recent)
        return false;
    k->here.w = another(root);
    k->next.w = another(root);
    k->scratch = another(root);
    k->healed = another(root);
    worlds_changed(k);
    k->here_hashes.still_path = k->next_hashes.still_path = still_path;
    return monitors_init(&k->monitors, until) && k->here.w && k->next.w && k->scratch && k->healed;
}

static void worker_end(Worker *k)
{
    free(k->recent);
    free(k->here.w);
    free(k->next.w);
    free(k->scratch);
    free(k->healed);
    pile_done(&k->coming, &k->spare);
    spare_free(&k->spare);
    monitors_free(&k->monitors);
}

/* ---- one state ---- */

Play play_at_root(const Search *s, World *w)
{
    Play p = {.w = w, .past = explore_past(s->ask->root)};
    world_copy(w, s->ask->root);
    memcpy(p.monitors, s->monitors, sizeof p.monitors);
    return p;
}

WorldId search_identity(Search *s, Worker *k, const Play *p)
{
    WorldId id = explore_identity_with(s->ask, p, &k->next_hashes);
    if (k->monitors.count > 0)
        id = identity_add(id, p->monitors, sizeof p->monitors);
    if (k->monitors.vote_count > 0) {
        int64_t votes[VOTES_MAX] = {0};
        monitors_votes(&k->monitors, p->w, votes);
        id = identity_add(id, votes, sizeof votes);
    }
    return id;
}

uint32_t search_heal(Search *s, Worker *k, const Play *p)
{
    const ExploreAsk *ask = s->ask;
    if (!(ask->watch & LIVENESS))
        return 0;
    world_copy(k->healed, p->w);
    return explore_heal(k->healed, p->past, ask->watch & LIVENESS, ask->settle_time, k->scratch);
}

bool goal_reached(const Search *s, Worker *k, const Play *p)
{
    return s->ask->until && monitors_true(&k->monitors, p->w, p->monitors);
}

Verdict search_judge(Search *s, Worker *k, bool is_new, uint32_t parent, Act act)
{
    const Play *p = &k->next;
    uint32_t seen = p->seen & s->ask->watch;
    if (!seen && is_new)
        seen = search_heal(s, k, p);
    if (seen)
        return (Verdict){END_VIOLATED, seen, parent, act};
    if (is_new && goal_reached(s, k, p))
        return (Verdict){s->ask->until_is_wrong ? END_VIOLATED : END_GOAL, 0, parent, act};
    return (Verdict){.end = END_COUNT};
}

void search_stop(Search *s, Verdict v)
{
    pthread_mutex_lock(&s->lock);
    if (!s->stop)
        s->verdict = v;
    s->stop = true;
    pthread_mutex_unlock(&s->lock);
}

void search_end(Search *s, ExploreEnd end)
{
    search_stop(s, (Verdict){.end = end, .parent = REF_NONE});
}

/* The run that led to the verdict, from the root on. */
static void trace_back(Search *s)
{
    ExploreResult *r = s->result;
    const Verdict *v = &s->verdict;
    uint32_t n = 0;
    Act back[EXPLORE_DEPTH_MAX + 2];
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

/* The hosts whose connections the act may change. */
static uint32_t act_touches(const ExploreAsk *ask, const World *w, Act a)
{
    switch ((ActKind)a.kind) {
    case ACT_DELIVER: return 1u << host_peer((HostId)world_packets(w)[a.index].from);
    case ACT_TIMER: return 1u << world_conns(w)[a.index].host;
    case ACT_APP: return 1u << a.index;
    case ACT_CALL: return 1u << ask->calls[a.index].cmd.host;
    default: return 0;
    }
}

bool search_take(Search *s, Worker *k, Act act)
{
    World *w = k->next.w;
    unpack_again(&s->packer, w, k->here.w, k->touched);
    k->next = k->here;
    k->next.w = w;
    k->touched = act_touches(s->ask, w, act);
    k->next_hashes = k->here_hashes;
    for (uint16_t i = 1; i <= w->shape.conns; i++)
        if (k->touched >> world_conns(w)[i].host & 1)
            k->next_hashes.have &= (uint8_t) ~(1u << i);
    Sink *sink = k->monitors.count > 0 ? &k->monitors.sink : NULL;
    if (!explore_take(s->ask, &k->next, k->here.w, act, sink)) {
        if (sink)
            sink->note_count = sink->byte_count = 0;
        return false;
    }
    if (sink)
        monitors_step(&k->monitors, k->here.w, k->next.monitors);
    k->transitions++;
    return true;
}

bool search_look(Search *s, Worker *k, Act act, Kept *state, uint32_t *ref)
{
    *ref = REF_NONE;
    if (!search_take(s, k, act))
        return false;
    state->id = search_identity(s, k, &k->next);
    state->act = act;
    state->depth = (uint16_t)(s->depth + 1);
    bool is_new;
    *ref = table_find_or_add(&s->table, state, &is_new);
    Verdict v = search_judge(s, k, is_new, state->parent, act);
    if (v.end != END_COUNT)
        search_stop(s, v);
    else if (*ref == REF_NONE)
        search_end(s, END_MEMORY);
    return is_new && !s->stop;
}

static size_t memory_limit(const Search *s)
{
    return s->ask->memory ? s->ask->memory : (size_t)1 << 30;
}

/* How many states there may be in all, once the layers shrink: each is thought to be smaller than
 * the one before in the same proportion. */
static uint64_t expected_states(const Search *s, uint64_t known, uint64_t done)
{
    const uint64_t size = s->layer.states, before = s->layer_before;
    if (before == 0 || size == 0 || size >= before)
        return 0;
    const uint64_t left = size - min_u64(done, size);
    return known + left * size / before + size * size / before * size / (before - size);
}

/* Tells how far it is, now and then; ends the search if it is asked to, or memory ends. */
void search_report(Search *s, Worker *k, bool now)
{
    if (k != &s->workers[0] || (!now && ++k->expanded % 256 != 0))
        return;
    size_t used = table_bytes(&s->table) + s->layer.bytes + k->coming.bytes + k->spare.bytes;
    for (size_t c = 0; s->outs && c < s->layer.count; c++)
        used += s->threads == 1 || now ? s->outs[c].bytes : 0;
    s->result->peak_bytes = used > s->result->peak_bytes ? used : s->result->peak_bytes;
    uint64_t transitions = 0;
    for (unsigned i = 0; i < s->threads; i++)
        transitions += now || i == 0 ? s->workers[i].transitions : k->transitions; /* about */
    s->result->transitions =
        transitions > s->result->transitions ? transitions : s->result->transitions;
    ExploreProgress p = {.states = table_count(&s->table),
                         .transitions = s->result->transitions,
                         .depth = s->depth,
                         .layer_done = k->expanded * s->threads,
                         .layer_size = s->layer.states,
                         .expected =
                             expected_states(s, table_count(&s->table), k->expanded * s->threads),
                         .bytes = used};
    if (!s->stop && s->ask->progress && !s->ask->progress(s->ask->user, &p))
        search_end(s, END_INTERRUPT);
    if (used > memory_limit(s))
        search_end(s, END_MEMORY);
}

/* ---- depth first ---- */

typedef struct Level {
    Play play;
    uint32_t ref, count, tried;
    Act act; /* that led here */
    Act acts[EXPLORE_ACTS];
} Level;

static bool level_enter(Search *s, Level *l, const Play *play, uint32_t ref)
{
    if (!l->play.w && !(l->play.w = another(s->ask->root))) {
        search_end(s, END_MEMORY);
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

/* The run is what the levels hold: a state's parent may have changed since it was left. */
static void remember_run(Search *s, const Level *levels, int64_t at)
{
    ExploreResult *r = s->result;
    if (!s->stop || s->verdict.act.kind == ACT_NONE)
        return;
    for (int64_t i = 1; i <= at; i++)
        r->acts[r->count++] = levels[i].act;
    r->acts[r->count++] = s->verdict.act;
}

static void depth_first(Search *s, uint32_t root)
{
    Level *levels = calloc(s->max_depth + 1, sizeof *levels);
    Worker *k = &s->workers[0];
    Play start = play_at_root(s, k->next.w);
    if (!levels || !level_enter(s, &levels[0], &start, root))
        search_end(s, END_MEMORY);
    bool cut = false;
    int64_t at = 0;
    while (at >= 0 && !s->stop) {
        Level *l = &levels[at];
        if (l->tried == l->count) {
            at--;
            continue;
        }
        Act act = l->acts[l->tried++];
        Kept state = {.parent = l->ref};
        uint32_t ref;
        World *w = k->here.w;
        world_copy(w, l->play.w);
        worlds_changed(k);
        k->here = l->play;
        k->here.w = w;
        s->depth = (uint32_t)at;
        bool go = search_look(s, k, act, &state, &ref);
        go = go || (!s->stop && nearer(s, ref, l->ref, act, (uint32_t)at + 1));
        if (go && at == s->max_depth - 1)
            cut = true;
        else if (go && level_enter(s, &levels[at + 1], &k->next, ref))
            levels[++at].act = act;
        if (s->result->depth < (uint32_t)at)
            s->result->depth = (uint32_t)at;
        search_report(s, k, false);
    }
    remember_run(s, levels, at);
    for (uint32_t i = 0; levels && i <= s->max_depth; i++)
        free(levels[i].play.w);
    free(levels);
    if (!s->stop && cut)
        s->result->end = END_DEPTH;
}

/* ---- beginning and end ---- */

static bool begin(Search *s)
{
    unsigned wanted = s->ask->threads ? s->ask->threads : 1;
    s->threads = s->ask->depth_first ? 1 : min_u32(wanted, THREADS_MAX);
    pthread_mutex_init(&s->lock, NULL);
    bool ok = packer_init(&s->packer, s->ask->root);
    for (unsigned i = 0; i < s->threads; i++) {
        s->workers[i].search = s;
        s->workers[i].number = i;
        ok = worker_begin(&s->workers[i], s->ask->root, s->ask->until, s->threads == 1,
                          !s->packer.path) &&
             ok;
    }
    return ok;
}

static void run(Search *s)
{
    ExploreResult *r = s->result;
    Worker *first = &s->workers[0];
    monitors_begin(&first->monitors, s->ask->root, s->ask->past, s->monitors);
    Play start = play_at_root(s, first->here.w);
    Kept root = {.id = search_identity(s, first, &start), .parent = REF_NONE};
    bool is_new;
    uint32_t ref = table_find_or_add(&s->table, &root, &is_new);
    if (goal_reached(s, first, &start))
        search_stop(s, (Verdict){s->ask->until_is_wrong ? END_VIOLATED : END_GOAL, 0, ref, {0}});
    else if (s->ask->depth_first)
        depth_first(s, ref);
    else
        breadth_first(s, ref);
    if (s->stop) {
        r->end = s->verdict.end;
        r->seen = s->verdict.seen;
        if (!s->ask->depth_first)
            trace_back(s);
    }
    r->states = table_count(&s->table);
    r->transitions = 0;
    for (unsigned i = 0; i < s->threads; i++)
        r->transitions += s->workers[i].transitions;
    r->depth = max_u32(r->depth, r->count);
    r->table_bytes = table_bytes(&s->table);
    if (r->end == END_VIOLATED || r->end == END_GOAL)
        run_present(s);
}

static void finish(Search *s)
{
    pile_done(&s->layer, &s->workers[0].spare);
    for (unsigned i = 0; i < s->threads; i++)
        worker_end(&s->workers[i]);
    packer_free(&s->packer);
    table_free(&s->table);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* What is beyond the calls of a user and the power switch might change settings, and these are not
 * part of a state. */
static bool is_a_call(CmdOp op)
{
    return (op >= CMD_LISTEN && op <= CMD_ABORT) || op == CMD_POWER;
}

bool explore(const ExploreAsk *ask, ExploreResult *result)
{
    *result = (ExploreResult){.end = END_EXHAUSTED};
    CHECK(ask->root->shape.conns < EXPLORE_CONNS && ask->root->shape.packets <= 255);
    CHECK(ask->root->size % 8 == 0 && ask->root->size == ask->root->socks_at);
    CHECK(ask->call_count <= EXPLORE_CALLS);
    for (uint32_t i = 0; i < ask->call_count; i++)
        CHECK(is_a_call((CmdOp)ask->calls[i].cmd.op));
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
