/*
 * trace_seed.c: one block of memory for trace_seed.h, and back.
 *
 *     TraceSeed | conns of A | conns of B | flows | ghosts
 *
 * Tables are cut behind their last entry in use, so a seed of an ordinary run has two kilobytes.
 */
#include "core/lab/trace_seed.h"

#include <stdlib.h>
#include <string.h>

#include "core/lab/trace_index.h"

struct TraceSeed {
    TraceTotals totals;
    Row before;
    uint64_t stream_len[HOST_COUNT];
    size_t bytes;
    uint32_t row, changes;
    uint32_t conn_count[HOST_COUNT], flow_count, ghost_count;
    uint32_t listener_count[HOST_COUNT];
    uint16_t listeners[HOST_COUNT][LISTENERS_MAX];
    bool has_before;
};

static uint32_t conns_in_use(const TraceIndex *x, int host)
{
    static const ConnEntry none;
    uint32_t n = x->conn_cap[host];
    while (n > 0 && memcmp(&x->conns[host][n - 1], &none, sizeof none) == 0)
        n--;
    return n;
}

/* The departure that a packet in flight points to. */
static bool ghost_of(const Trace *t, uint32_t row, Ghost *out)
{
    const Row *r = trace_row(t, row);
    const Ghost *g = r ? NULL : index_ghost(t->index, row);
    if (r)
        *out = (Ghost){row, r->flow, r->classes, t->notes[r->first].host, 0};
    else if (g)
        *out = *g;
    return r || g;
}

static uint32_t add_ghosts(const Trace *t, const World *w, Ghost *out)
{
    uint32_t n = 0;
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        const Packet *p = &world_packets(w)[i];
        if (p->place == PACKET_FREE)
            continue;
        Ghost g;
        uint32_t rows[2] = {p->row, p->copy_of};
        for (int k = 0; k < 2; k++)
            if (rows[k] && ghost_of(t, rows[k], &g))
                out[n++] = g;
    }
    return n;
}

TraceSeed *trace_seed(const Trace *t, const World *w)
{
    const TraceIndex *x = t->index;
    TraceSeed head = {.totals = t->totals,
                      .row = trace_last(t),
                      .changes = x->change_count,
                      .flow_count = x->flow_count,
                      .has_before = t->row_count > 0 || x->has_before};
    if (head.has_before)
        head.before = t->row_count > 0 ? t->rows[t->row_count - 1] : x->before;
    size_t conns = 0;
    for (int h = 0; h < HOST_COUNT; h++) {
        conns += head.conn_count[h] = conns_in_use(x, h);
        head.stream_len[h] = x->stream_len[h];
        head.listener_count[h] = x->listener_count[h];
        memcpy(head.listeners[h], x->listeners[h], sizeof head.listeners[h]);
    }
    Ghost *ghosts = malloc((2u * w->shape.packets + 1) * sizeof *ghosts);
    if (!ghosts)
        return NULL;
    head.ghost_count = add_ghosts(t, w, ghosts);
    head.bytes = sizeof head + conns * sizeof(ConnEntry) + head.flow_count * sizeof(FlowEntry) +
                 head.ghost_count * sizeof(Ghost);
    uint8_t *at = malloc(head.bytes), *seed = at;
    if (at) {
        memcpy(at, &head, sizeof head);
        at += sizeof head;
        for (int h = 0; h < HOST_COUNT; h++) {
            size_t len = head.conn_count[h] * sizeof(ConnEntry);
            if (len)
                memcpy(at, x->conns[h], len);
            at += len;
        }
        if (head.flow_count)
            memcpy(at, x->flows + 1, head.flow_count * sizeof(FlowEntry));
        at += head.flow_count * sizeof(FlowEntry);
        memcpy(at, ghosts, head.ghost_count * sizeof *ghosts);
    }
    free(ghosts);
    return (TraceSeed *)(void *)seed;
}

size_t trace_seed_bytes(const TraceSeed *seed)
{
    return seed->bytes;
}

bool trace_can_sow(const Trace *t, const TraceSeed *seed)
{
    const TraceIndex *x = t->index;
    for (uint32_t i = seed->changes; i < x->change_count; i++)
        if (x->changes[i].at < seed->stream_len[x->changes[i].host])
            return false;
    return true;
}

bool trace_sow(Trace *t, const TraceSeed *seed)
{
    TraceIndex *x = t->index;
    const uint8_t *at = (const uint8_t *)(seed + 1);
    const ConnEntry *conns[HOST_COUNT];
    for (int h = 0; h < HOST_COUNT; h++) {
        conns[h] = (const ConnEntry *)(const void *)at;
        at += seed->conn_count[h] * sizeof(ConnEntry);
    }
    const FlowEntry *flows = (const FlowEntry *)(const void *)at;
    at += seed->flow_count * sizeof *flows;
    const Ghost *ghosts = (const Ghost *)(const void *)at;
    if (!index_sow(x, conns, seed->conn_count, flows, seed->flow_count, ghosts, seed->ghost_count))
        return false;
    for (int h = 0; h < HOST_COUNT; h++) {
        x->stream_len[h] = x->base_stream[h] = seed->stream_len[h];
        x->listener_count[h] = seed->listener_count[h];
        memcpy(x->listeners[h], seed->listeners[h], sizeof seed->listeners[h]);
    }
    x->before = seed->before;
    x->has_before = seed->has_before;
    x->row_stored = 0;
    t->totals = seed->totals;
    t->note_count = t->row_count = t->byte_count = 0;
    t->first_row = seed->row + 1;
    return true;
}
