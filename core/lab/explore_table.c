/*
 * explore_table.c: the states that are known, and the worlds that wait to be looked at.
 *
 * A known state is 24 bytes: its identity, whence it came and by which act; found through an index
 * of four bytes an entry, filled by 60 to 87 parts of a hundred: together at most 32 bytes a state.
 * What an entry does not need for the number holds bits of the identity: so of those that stand in
 * the way only one of 64 is looked at.
 * Worlds are not kept: any can be made again by following the acts from the root.
 *
 * A world that waits is what differs from the root (explore_pack.c). They lie one behind the other
 * in chunks, which are also the pieces of work that threads take.
 */
#include "core/lab/explore_table.h"

#include <stdlib.h>
#include <string.h>

/* ---- known states ---- */

static Kept *kept_at(const Shard *s, uint32_t i)
{
    return &s->chunks[i / CHUNK_STATES][i % CHUNK_STATES];
}

Kept *table_at(const Table *t, uint32_t ref)
{
    return kept_at(&t->shards[ref >> REF_BITS], ref & REF_MASK);
}

/* Where the search for an identity begins: the upper bits choose evenly among any number. */
static uint32_t home_of(const Shard *s, WorldId id)
{
    return (uint32_t)((id.half[1] >> 32) * s->index_cap >> 32);
}

static uint32_t tag_of(WorldId id)
{
    return (uint32_t)id.half[0] & ~REF_MASK;
}

static uint32_t probe(const Shard *s, WorldId id)
{
    uint32_t at = home_of(s, id);
    const uint32_t tag = tag_of(id);
    while (s->index[at]) {
        const Kept *k = kept_at(s, (s->index[at] & REF_MASK) - 1);
        if ((s->index[at] & ~REF_MASK) == tag && k->id.half[0] == id.half[0] &&
            k->id.half[1] == id.half[1])
            break;
        at = at + 1 == s->index_cap ? 0 : at + 1;
    }
    return at;
}

static bool widen(Shard *s)
{
    uint32_t cap = s->index_cap ? s->index_cap / 2 * 3 : 64;
    uint32_t *index = calloc(cap, sizeof *index);
    if (!index)
        return false;
    free(s->index);
    s->index = index;
    s->index_cap = cap;
    for (uint32_t i = 0; i < s->count; i++)
        index[probe(s, kept_at(s, i)->id)] = tag_of(kept_at(s, i)->id) | (i + 1);
    return true;
}

static bool lengthen(Shard *s)
{
    uint32_t n = s->count / CHUNK_STATES;
    Kept **chunks = realloc(s->chunks, (n + 1) * sizeof *chunks);
    if (!chunks)
        return false;
    s->chunks = chunks;
    chunks[n] = malloc(CHUNK_STATES * sizeof(Kept));
    return chunks[n] != NULL;
}

bool table_knows(const Table *t, WorldId id)
{
    const Shard *s = &t->shards[table_shard(id)];
    return s->count > 0 && s->index[probe(s, id)] != 0;
}

static uint32_t find_or_add(Shard *s, uint32_t which, const Kept *state, bool *is_new)
{
    *is_new = false;
    if (s->count >= s->index_cap / 8 * 7 && !widen(s))
        return REF_NONE;
    uint32_t at = probe(s, state->id);
    if (s->index[at])
        return which << REF_BITS | ((s->index[at] & REF_MASK) - 1);
    if (s->count == REF_MASK || (s->count % CHUNK_STATES == 0 && !lengthen(s)))
        return REF_NONE;
    *kept_at(s, s->count) = *state;
    s->index[at] = tag_of(state->id) | ++s->count;
    *is_new = true;
    return which << REF_BITS | (s->count - 1);
}

uint32_t table_find_or_add(Table *t, const Kept *state, bool *is_new)
{
    uint32_t which = table_shard(state->id);
    return find_or_add(&t->shards[which], which, state, is_new);
}

uint64_t table_count(Table *t)
{
    uint64_t n = 0;
    for (int i = 0; i < SHARDS; i++)
        n += t->shards[i].count;
    return n;
}

size_t table_bytes(Table *t)
{
    size_t n = 0;
    for (int i = 0; i < SHARDS; i++) {
        Shard *s = &t->shards[i];
        n += s->index_cap * sizeof(uint32_t) +
             ((size_t)s->count + CHUNK_STATES - 1) / CHUNK_STATES * CHUNK_STATES * sizeof(Kept);
    }
    return n;
}

void table_free(Table *t)
{
    for (int i = 0; i < SHARDS; i++) {
        Shard *s = &t->shards[i];
        for (uint32_t k = 0; k < (s->count + CHUNK_STATES - 1) / CHUNK_STATES; k++)
            free(s->chunks[k]);
        free(s->chunks);
        free(s->index);
    }
}

/* ---- waiting worlds ---- */

static PileChunk *new_chunk(Spare *spare, size_t bytes)
{
    PileChunk *c = spare->first;
    if (c && bytes <= PILE_CHUNK) {
        spare->first = c->next;
        spare->bytes -= sizeof *c + c->cap;
    } else {
        size_t cap = bytes > PILE_CHUNK ? bytes : PILE_CHUNK;
        c = malloc(sizeof *c + cap);
        if (!c)
            return NULL;
        c->cap = cap;
    }
    c->next = NULL;
    c->used = 0;
    return c;
}

static uint8_t *room(Pile *p, Spare *spare, size_t bytes)
{
    PileChunk *last = p->count ? p->chunks[p->count - 1] : NULL;
    if (!last || last->cap - last->used < bytes) {
        PileChunk **chunks = realloc(p->chunks, (p->count + 1) * sizeof *chunks);
        if (!chunks)
            return NULL;
        p->chunks = chunks;
        last = new_chunk(spare, bytes);
        if (!last)
            return NULL;
        p->chunks[p->count++] = last;
        p->bytes += sizeof *last + last->cap;
    }
    return (uint8_t *)(last + 1) + last->used;
}

bool pile_add(Pile *p, Spare *spare, const Packer *packer, const Play *play, Origin from,
              const Kept *state, uint32_t ref)
{
    uint8_t *at = room(p, spare, sizeof(Waiting) + pack_room(packer->root));
    if (!at)
        return false;
    Waiting w = {.state = *state, .ref = ref, .spent = play->spent, .past = play->past};
    memcpy(w.monitors, play->monitors, sizeof w.monitors);
    w.bytes = (uint32_t)pack_world(packer, play->w, from, (uint64_t *)(void *)(at + sizeof w));
    memcpy(at, &w, sizeof w);
    p->chunks[p->count - 1]->used += sizeof w + w.bytes;
    p->states++;
    return true;
}

uint32_t pile_unpack(const Waiting *w, const Packer *packer, Play *play, Sections *found,
                     CanonCache *hashes)
{
    uint32_t changed =
        unpack_world(packer, (const uint64_t *)(const void *)(w + 1), play->w, found, hashes);
    play->spent = w->spent;
    play->past = w->past;
    play->seen = 0;
    memcpy(play->monitors, w->monitors, sizeof play->monitors);
    return changed;
}

bool pile_append(Pile *p, Pile *more)
{
    if (more->count > 0) {
        PileChunk **chunks = realloc(p->chunks, (p->count + more->count) * sizeof *chunks);
        if (!chunks)
            return false;
        memcpy(chunks + p->count, more->chunks, more->count * sizeof *chunks);
        p->chunks = chunks;
    }
    p->count += more->count;
    p->bytes += more->bytes;
    p->states += more->states;
    free(more->chunks);
    *more = (Pile){0};
    return true;
}

size_t pile_release(Pile *p, size_t chunk, Spare *spare)
{
    PileChunk *c = p->chunks[chunk];
    if (!c)
        return 0;
    const size_t bytes = sizeof *c + c->cap;
    p->chunks[chunk] = NULL;
    if (c->cap > PILE_CHUNK) {
        free(c);
        return bytes;
    }
    c->next = spare->first;
    spare->first = c;
    spare->bytes += bytes;
    return bytes;
}

void pile_done(Pile *p, Spare *spare)
{
    for (size_t i = 0; i < p->count; i++)
        pile_release(p, i, spare);
    free(p->chunks);
    *p = (Pile){0};
}

void spare_free(Spare *spare)
{
    while (spare->first) {
        PileChunk *c = spare->first;
        spare->first = c->next;
        free(c);
    }
    spare->bytes = 0;
}
