/*
 * flow.c: the table of connections of flow.h.
 *
 * Open addressing with linear steps; a slot holds a flow's number, and the flows themselves lie in
 * blocks that never move. Both directions hash alike, because the two ends are ordered first. A new
 * connection on old ports takes the slot of the old one, which stays in its block for the list.
 *
 * Invariants: (1) at most half of the slots are used; (2) flow number n is blocks[(n - 1) / BLOCK].
 */
#include "core/live/flow.h"

#include "core/base/hash.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256, SLOTS_FIRST = 1024 };

struct FlowTable {
    uint32_t *slots; /* flow numbers; 0: empty */
    uint32_t slot_count, used;
    SeenFlow **blocks;
    uint32_t block_cap, count;
    SeenFlow *latest; /* packets of one connection come in rows */
};

FlowTable *flow_table_new(void)
{
    FlowTable *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->slot_count = SLOTS_FIRST;
    t->slots = calloc(t->slot_count, sizeof *t->slots);
    if (t->slots)
        return t;
    free(t);
    return NULL;
}

void flow_table_free(FlowTable *t)
{
    if (!t)
        return;
    for (uint32_t i = 0; i < t->count; i++)
        for (int h = 0; h < HOST_COUNT; h++)
            free(t->blocks[i / BLOCK][i % BLOCK].end[h].unacked);
    for (uint32_t i = 0; i < (t->count + BLOCK - 1) / BLOCK; i++)
        free(t->blocks[i]);
    free(t->blocks);
    free(t->slots);
    free(t);
}

uint32_t flow_count(const FlowTable *t)
{
    return t->count;
}

static SeenFlow *at(const FlowTable *t, uint32_t number)
{
    return &t->blocks[(number - 1) / BLOCK][(number - 1) % BLOCK];
}

const SeenFlow *flow_at(const FlowTable *t, uint32_t number)
{
    return number >= 1 && number <= t->count ? at(t, number) : NULL;
}

uint32_t flow_word_count(const SeenFlow *f, FlowWord word)
{
    return f->end[HOST_A].words[word] + f->end[HOST_B].words[word];
}

/* ---- finding ---- */

static uint64_t hash_end(const Endpoint *e)
{
    return hash_mix(e->addr.high * 0x9e3779b97f4a7c15u + e->addr.low + ((uint64_t)e->port << 40));
}

static uint32_t slot_of(const FlowTable *t, const Endpoint *a, const Endpoint *b)
{
    return (uint32_t)(hash_mix(hash_end(a) + hash_end(b)) & (t->slot_count - 1));
}

/* 0 or 1: which end sent it; 2: another connection's. */
static unsigned end_of(const SeenFlow *f, const Dissected *d)
{
    if (endpoint_eq(f->end[0].who, d->from) && endpoint_eq(f->end[1].who, d->to))
        return 0;
    return endpoint_eq(f->end[1].who, d->from) && endpoint_eq(f->end[0].who, d->to) ? 1 : 2;
}

/* The slot of the connection, or the empty one where it belongs. */
static uint32_t find(const FlowTable *t, const Dissected *d)
{
    uint32_t i = slot_of(t, &d->from, &d->to);
    while (t->slots[i] && end_of(at(t, t->slots[i]), d) == 2)
        i = (i + 1) & (t->slot_count - 1);
    return i;
}

/* ---- making ---- */

static bool grow_slots(FlowTable *t)
{
    uint32_t *old = t->slots, old_count = t->slot_count;
    if (old_count > UINT32_MAX / 4)
        return false;
    t->slots = calloc((size_t)old_count * 2, sizeof *t->slots);
    if (!t->slots) {
        t->slots = old;
        return false;
    }
    t->slot_count = old_count * 2;
    for (uint32_t k = 0; k < old_count; k++) {
        if (!old[k])
            continue;
        const SeenFlow *f = at(t, old[k]);
        uint32_t i = slot_of(t, &f->end[0].who, &f->end[1].who);
        while (t->slots[i])
            i = (i + 1) & (t->slot_count - 1);
        t->slots[i] = old[k];
    }
    free(old);
    return true;
}

static bool grow_blocks(FlowTable *t)
{
    uint32_t block = t->count / BLOCK;
    if (t->count % BLOCK != 0)
        return true;
    if (block == t->block_cap) {
        uint32_t cap = t->block_cap ? t->block_cap * 2 : 16;
        SeenFlow **more = realloc(t->blocks, cap * sizeof *more);
        if (!more)
            return false;
        t->blocks = more;
        t->block_cap = cap;
    }
    t->blocks[block] = calloc(BLOCK, sizeof(SeenFlow));
    return t->blocks[block] != NULL;
}

/* A new connection; the end that opens it is A. */
static SeenFlow *new_flow(FlowTable *t, const Dissected *d)
{
    uint16_t flags = d->seg.flags;
    if (t->count == UINT32_MAX || !grow_blocks(t) ||
        (t->used * 2 >= t->slot_count && !grow_slots(t)))
        return NULL;
    SeenFlow *f = &t->blocks[t->count / BLOCK][t->count % BLOCK];
    bool answer = (flags & (SEG_SYN | SEG_ACK)) == (SEG_SYN | SEG_ACK);
    f->end[answer ? HOST_B : HOST_A].who = d->from;
    f->end[answer ? HOST_A : HOST_B].who = d->to;
    for (int h = 0; h < HOST_COUNT; h++)
        f->end[h].scale = -1;
    f->number = ++t->count;
    return f;
}

/* A SYN with another number than the one before begins another connection on the same ports. */
static bool begins_anew(const SeenFlow *f, unsigned from, const Seg *s)
{
    const FlowEnd *e = &f->end[from];
    return (s->flags & (SEG_SYN | SEG_ACK | SEG_RST)) == SEG_SYN && e->isn_known &&
           !seq_eq(e->isn, s->seq);
}

bool flow_see(FlowTable *t, const Dissected *d, uint64_t packet, Nanos at_time, Sighting *out)
{
    *out = (Sighting){0};
    SeenFlow *f = t->latest;
    unsigned from = f ? end_of(f, d) : 2;
    bool anew = from < 2 && begins_anew(f, from, &d->seg);
    if (from == 2 || anew) {
        uint32_t i = find(t, d);
        f = t->slots[i] ? at(t, t->slots[i]) : NULL;
        anew = f && begins_anew(f, end_of(f, d), &d->seg);
        if (!f || anew) {
            f = new_flow(t, d);
            if (!f)
                return false;
            i = find(t, d); /* the slots may have grown */
            t->used += t->slots[i] == 0;
            t->slots[i] = f->number;
            f->first = packet;
            f->begin = at_time;
        }
        t->latest = f;
        from = end_of(f, d);
    }
    out->flow = f;
    out->from = (HostId)from;
    out->words = anew ? 1u << WORD_PORT_REUSED : 0;
    f->last = packet;
    f->until = at_time > f->until ? at_time : f->until;
    f->end[from].packets++;
    flow_judge(f, &d->seg, packet, at_time, out);
    flow_states(f, &d->seg, out);
    for (uint32_t words = out->words; words; words &= words - 1)
        f->end[from].words[__builtin_ctz(words)]++;
    return true;
}
