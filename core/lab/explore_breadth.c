/*
 * explore_breadth.c: layer by layer.
 *
 *     layer 0: the root     layer 1: all that one act can make of it     layer 2 ...
 *
 * Every state of a layer is expanded before the next, so the first wrong state is reached by the
 * fewest events. A layer has an order (that of the parents, then that of their acts), and of equal
 * states the first stays: what is found does not depend on the number of threads, to the last byte.
 *
 * One thread simply goes through the layer. Several do so in three rounds; in none of them does a
 * thread write what another may read, so there is nothing to lock:
 *
 *     expand   each takes chunks of the layer; what is not known from earlier layers is written
 * down beside the chunk. The table is only read. settle   each owns some parts of the table, goes
 * through all that was written in its order, and enters what belongs to those parts; what has been
 * entered before is struck out. judge    what remains is asked for what only new states are asked:
 * liveness, and the goal.
 *
 * The verdict is the first in the order of the layer.
 */
#include "core/lab/explore_search.h"

#include <stdlib.h>

/* What k->next comes from, for packing. */
static Origin origin(const Worker *k)
{
    return (Origin){&k->packed, k->touched, &k->next_hashes};
}

/* ---- one thread ---- */

static void expand(Search *s, Worker *k, const Waiting *parent)
{
    Act acts[EXPLORE_ACTS];
    k->touched |= pile_unpack(parent, &s->packer, &k->here, &k->packed, &k->here_hashes);
    uint32_t n = explore_acts(s->ask, &k->here, acts);
    for (uint32_t i = 0; i < n && !s->stop; i++) {
        Kept state = {.parent = parent->ref};
        uint32_t ref;
        if (search_look(s, k, acts[i], &state, &ref) &&
            !pile_add(&k->coming, &k->spare, &s->packer, &k->next, origin(k), &state, ref))
            search_end(s, END_MEMORY);
    }
}

static void expand_alone(Search *s, Worker *k)
{
    const Waiting *parent;
    for (size_t c = 0; c < s->layer.count; c++) {
        for (size_t at = 0; !s->stop && (parent = pile_at(s->layer.chunks[c], at)) != NULL;
             at = pile_after(parent, at)) {
            if (parent->ref == REF_NONE)
                continue;
            expand(s, k, parent);
            search_report(s, k, false);
        }
        worlds_changed(k); /* the sections of `here` are gone */
        s->layer.bytes -= pile_release(&s->layer, c, &k->spare);
    }
    pile_done(&s->layer, &k->spare);
    if (!pile_append(&s->layer, &k->coming))
        search_end(s, END_MEMORY);
}

/* ---- several ---- */

/* A place in the layer's order: the parent's chunk, and the how manieth transition of that chunk.
 */
static uint64_t place_of(size_t chunk, uint32_t number)
{
    return (uint64_t)chunk << 32 | number;
}

/* The verdict at a place, unless there is one before it. */
static void offer(Search *s, uint64_t place, Verdict v)
{
    pthread_mutex_lock(&s->lock);
    if (place < s->verdict_at) {
        s->verdict_at = place;
        s->verdict = v;
    }
    pthread_mutex_unlock(&s->lock);
}

/* Has this worker found the state in this layer? Then that was at an earlier place. */
static bool found_before(Worker *k, WorldId id)
{
    WorldId *known = &k->recent[id.half[1] % RECENT];
    if (known->half[0] == id.half[0] && known->half[1] == id.half[1])
        return true;
    *known = id;
    return false;
}

/* The transitions of one parent; returns how many of its chunk there are now. */
static uint32_t expand_into(Search *s, Worker *k, const Waiting *parent, size_t c, uint32_t number)
{
    Act acts[EXPLORE_ACTS];
    k->touched |= pile_unpack(parent, &s->packer, &k->here, &k->packed, &k->here_hashes);
    uint32_t n = explore_acts(s->ask, &k->here, acts);
    for (uint32_t i = 0; i < n; i++) {
        if (!search_take(s, k, acts[i]))
            continue;
        uint64_t place = place_of(c, number++);
        uint32_t seen = k->next.seen & s->ask->watch;
        if (seen) {
            offer(s, place, (Verdict){END_VIOLATED, seen, parent->ref, acts[i]});
            return number;
        }
        Kept state = {.id = search_identity(s, k, &k->next),
                      .parent = parent->ref,
                      .act = acts[i],
                      .depth = (uint16_t)(s->depth + 1)};
        if (table_knows(&s->table, state.id) || found_before(k, state.id))
            continue;
        if (!pile_add(&s->outs[c], &k->spare, &s->packer, &k->next, origin(k), &state, number - 1))
            search_end(s, END_MEMORY);
    }
    return number;
}

static void expand_job(Search *s, Worker *k)
{
    k->expanded = 0;
    for (;;) {
        size_t c = atomic_fetch_add(&s->next_chunk, 1), at = 0;
        if (c >= s->layer.count)
            return;
        uint32_t number = 0;
        const Waiting *parent;
        for (; (parent = pile_at(s->layer.chunks[c], at)) != NULL; at = pile_after(parent, at)) {
            if (s->stop || place_of(c, number) > s->verdict_at)
                return;
            if (parent->ref == REF_NONE)
                continue;
            number = expand_into(s, k, parent, c, number);
            search_report(s, k, false);
        }
        worlds_changed(k); /* the sections of `here` are gone */
        pile_release(&s->layer, c, &k->spare);
    }
}

static void settle_job(Search *s, Worker *k)
{
    Waiting *w;
    for (size_t c = 0; c < s->layer.count; c++)
        for (size_t i = 0; i < s->outs[c].count; i++)
            for (size_t at = 0; (w = pile_at(s->outs[c].chunks[i], at)) != NULL;
                 at = pile_after(w, at)) {
                if (table_shard(w->state.id) % s->threads != k->number)
                    continue;
                bool is_new;
                w->number = w->ref;
                w->ref = table_find_or_add(&s->table, &w->state, &is_new);
                if (w->ref == REF_NONE)
                    search_end(s, END_MEMORY);
                if (!is_new)
                    w->ref = REF_NONE;
                k->fresh += is_new;
            }
}

static void judge_chunk(Search *s, Worker *k, size_t c, const PileChunk *chunk)
{
    const Waiting *w;
    for (size_t at = 0; (w = pile_at(chunk, at)) != NULL; at = pile_after(w, at)) {
        uint64_t place = place_of(c, w->number);
        if (s->stop || place > s->verdict_at)
            return;
        if (w->ref == REF_NONE)
            continue;
        worlds_changed(k);
        pile_unpack(w, &s->packer, &k->next, &k->packed, &k->next_hashes);
        worlds_changed(k);
        Verdict v = search_judge(s, k, true, w->state.parent, w->state.act);
        if (v.end != END_COUNT)
            offer(s, place, v);
    }
}

static void judge_job(Search *s, Worker *k)
{
    for (;;) {
        size_t c = atomic_fetch_add(&s->next_chunk, 1);
        if (c >= s->layer.count)
            return;
        for (size_t i = 0; i < s->outs[c].count; i++)
            judge_chunk(s, k, c, s->outs[c].chunks[i]);
    }
}

static void *thread_main(void *user)
{
    Worker *k = user;
    k->job(k->search, k);
    return NULL;
}

/* Every worker does its part, on a thread of its own where the system has one to give. */
static void round_of(Search *s, void (*job)(Search *, Worker *))
{
    bool apart[THREADS_MAX] = {false};
    s->next_chunk = 0;
    s->packer.shared = true;
    for (unsigned i = 1; i < s->threads; i++) {
        s->workers[i].job = job;
        apart[i] = pthread_create(&s->workers[i].thread, NULL, thread_main, &s->workers[i]) == 0;
    }
    job(s, &s->workers[0]);
    for (unsigned i = 1; i < s->threads; i++) {
        if (apart[i])
            pthread_join(s->workers[i].thread, NULL);
        else
            job(s, &s->workers[i]);
    }
    s->packer.shared = false;
}

static void expand_together(Search *s)
{
    s->outs = calloc(s->layer.count, sizeof *s->outs);
    if (!s->outs) {
        search_end(s, END_MEMORY);
        return;
    }
    size_t chunks = s->layer.count;
    s->verdict_at = UINT64_MAX;
    round_of(s, expand_job);
    round_of(s, settle_job);
    if ((s->ask->watch & LIVENESS) || s->ask->until)
        round_of(s, judge_job);
    search_report(s, &s->workers[0], true);
    if (s->verdict_at != UINT64_MAX)
        s->stop = true; /* the verdict is there */
    pile_done(&s->layer, &s->workers[0].spare);
    for (size_t c = 0; c < chunks; c++) { /* what is struck out stays and is passed over */
        if (!pile_append(&s->layer, &s->outs[c]))
            search_end(s, END_MEMORY);
        pile_done(&s->outs[c], &s->workers[0].spare);
    }
    s->layer.states = 0;
    for (unsigned i = 0; i < s->threads; i++) {
        s->layer.states += s->workers[i].fresh;
        s->workers[i].fresh = 0;
    }
    free(s->outs);
    s->outs = NULL;
}

void breadth_first(Search *s, uint32_t root)
{
    Worker *first = &s->workers[0];
    Play start = play_at_root(s, first->next.w);
    Kept state = {.parent = REF_NONE};
    worlds_changed(first);
    if (!pile_add(&s->layer, &first->spare, &s->packer, &start, (Origin){NULL, 0, NULL}, &state,
                  root))
        search_end(s, END_MEMORY);
    while (s->layer.states > 0 && !s->stop) {
        if (s->depth >= s->max_depth) {
            search_end(s, END_DEPTH);
            break;
        }
        first->expanded = 0;
        const uint64_t layer = s->layer.states;
        if (s->threads > 1 && s->layer.count > 1)
            expand_together(s);
        else
            expand_alone(s, first);
        search_report(s, first, true);
        s->result->depth = s->depth++;
        s->layer_before = layer;
    }
}
