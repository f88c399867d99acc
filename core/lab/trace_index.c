/*
 * trace_index.c: the tables and the log of trace_index.h.
 *
 * Flows are found by hashing their tuple, since a SYN flood makes thousands of them. The hash table
 * probes linearly, and flows leave it only in the reverse of the order in which they came, so no
 * grave marks are needed.
 */
#include "core/lab/trace_index.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"

enum { LOG_CONN = 1, LOG_FLOW, LOG_NEW_FLOW, LOG_LISTENER };
enum { STREAM_MAX = 16 * 1024 * 1024, CONN_NUMBERS = 65536 };

TraceIndex *index_new(void)
{
    return calloc(1, sizeof(TraceIndex));
}

void index_free(TraceIndex *x)
{
    if (!x)
        return;
    for (int h = 0; h < HOST_COUNT; h++) {
        free(x->conns[h]);
        free(x->stream[h]);
    }
    free(x->flows);
    free(x->slots);
    free(x->log);
    free(x->changes);
    free(x->ghosts);
    free(x);
}

void index_clear(TraceIndex *x)
{
    for (int h = 0; h < HOST_COUNT; h++) {
        if (x->conns[h])
            memset(x->conns[h], 0, x->conn_cap[h] * sizeof **x->conns);
        x->listener_count[h] = 0;
        x->stream_len[h] = x->base_stream[h] = 0;
    }
    if (x->slots)
        memset(x->slots, 0, x->slot_cap * sizeof *x->slots);
    x->flow_count = 0;
    x->log_count = x->log_done = 0;
    x->row_stored = 0;
    x->has_before = false;
    x->ghost_count = 0;
    x->out_of_memory = false;
}

static void *copy_of(const void *from, size_t bytes)
{
    void *to = malloc(bytes);
    if (to)
        memcpy(to, from, bytes);
    return to;
}

TraceIndex *index_copy(const TraceIndex *x)
{
    TraceIndex *y = copy_of(x, sizeof *x);
    if (!y)
        return NULL;
    bool ok = true;
    for (int h = 0; h < HOST_COUNT; h++) {
        y->conns[h] = x->conns[h] ? copy_of(x->conns[h], x->conn_cap[h] * sizeof **x->conns) : NULL;
        y->stream[h] = x->stream[h] ? copy_of(x->stream[h], x->stream_cap[h]) : NULL;
        ok = ok && !y->conns[h] == !x->conns[h] && !y->stream[h] == !x->stream[h];
    }
    y->flows = x->flows ? copy_of(x->flows, x->flow_cap * sizeof *x->flows) : NULL;
    y->slots = x->slots ? copy_of(x->slots, x->slot_cap * sizeof *x->slots) : NULL;
    y->log = x->log ? copy_of(x->log, x->log_cap * sizeof *x->log) : NULL;
    y->changes = x->changes ? copy_of(x->changes, x->change_cap * sizeof *x->changes) : NULL;
    y->ghosts = x->ghosts ? copy_of(x->ghosts, x->ghost_count * sizeof *x->ghosts + 1) : NULL;
    ok = ok && !y->changes == !x->changes && !y->ghosts == !x->ghosts;
    if (ok && !y->flows == !x->flows && !y->slots == !x->slots && !y->log == !x->log)
        return y;
    index_free(y);
    return NULL;
}

/* ---- the log -----------------------------------------------------------------------------------
 */

static void log_change(TraceIndex *x, LogEntry entry)
{
    x->log_count = x->log_done; /* another future begins */
    if (x->log_count == x->log_cap) {
        uint32_t cap = x->log_cap ? x->log_cap * 2 : 64;
        LogEntry *log = realloc(x->log, cap * sizeof *log);
        if (!log) {
            x->out_of_memory = true;
            return;
        }
        x->log = log;
        x->log_cap = cap;
    }
    x->log[x->log_count++] = entry;
    x->log_done = x->log_count;
}

void index_forget(TraceIndex *x, uint32_t first_row)
{
    uint32_t n = 0;
    while (n < x->log_count && x->log[n].row < first_row)
        n++;
    if (n == 0)
        return;
    memmove(x->log, x->log + n, (x->log_count - n) * sizeof *x->log);
    x->log_count -= n;
    x->log_done -= n < x->log_done ? n : x->log_done;
}

/* ---- connections -------------------------------------------------------------------------------
 */

ConnEntry index_conn(const TraceIndex *x, HostId host, uint16_t number)
{
    if (host >= HOST_COUNT || number >= x->conn_cap[host])
        return (ConnEntry){0};
    return x->conns[host][number];
}

void index_set_conn(TraceIndex *x, uint32_t row, HostId host, uint16_t number, ConnEntry entry)
{
    CHECK(host < HOST_COUNT);
    if (number >= x->conn_cap[host]) {
        uint32_t cap = x->conn_cap[host] ? x->conn_cap[host] : 16;
        while (cap <= number)
            cap *= 2;
        ConnEntry *conns = realloc(x->conns[host], cap * sizeof *conns);
        if (!conns) {
            x->out_of_memory = true;
            return;
        }
        memset(conns + x->conn_cap[host], 0, (cap - x->conn_cap[host]) * sizeof *conns);
        x->conns[host] = conns;
        x->conn_cap[host] = cap;
    }
    ConnEntry *at = &x->conns[host][number];
    if (memcmp(at, &entry, sizeof entry) == 0)
        return;
    log_change(
        x, (LogEntry){.row = row, .what = LOG_CONN, .host = host, .number = number, .conn = *at});
    *at = entry;
}

uint16_t index_listener(const TraceIndex *x, HostId host, uint16_t port)
{
    for (uint32_t i = 0; i < x->listener_count[host]; i++) {
        uint16_t number = x->listeners[host][i];
        ConnEntry c = index_conn(x, host, number);
        if (c.state == LISTEN && (c.local_port == port || c.local_port == 0))
            return number;
    }
    return 0;
}

void index_add_listener(TraceIndex *x, uint32_t row, HostId host, uint16_t number)
{
    uint32_t n = x->listener_count[host];
    for (uint32_t i = 0; i < n; i++)
        if (x->listeners[host][i] == number)
            return;
    if (n == LISTENERS_MAX)
        return;
    log_change(x, (LogEntry){.row = row, .what = LOG_LISTENER, .host = host});
    x->listeners[host][n] = number;
    x->listener_count[host]++;
}

/* ---- flows -------------------------------------------------------------------------------------
 */

static uint32_t hash_tuple(const FlowEntry *f)
{
    uint64_t addrs = (uint64_t)f->addr[HOST_A] << 32 | f->addr[HOST_B];
    uint64_t ports = (uint64_t)f->port[HOST_A] << 16 | f->port[HOST_B];
    return (uint32_t)hash_mix(hash_mix(addrs) + ports);
}

static bool same_tuple(const FlowEntry *f, const FlowEntry *g)
{
    return f->addr[0] == g->addr[0] && f->addr[1] == g->addr[1] && f->port[0] == g->port[0] &&
           f->port[1] == g->port[1];
}

/* The slot of the tuple: its own, or the free one where it would go. */
static uint32_t *find_slot(const TraceIndex *x, const FlowEntry *f)
{
    uint32_t i = hash_tuple(f) & (x->slot_cap - 1);
    while (x->slots[i] && !same_tuple(&x->flows[x->slots[i]], f))
        i = (i + 1) & (x->slot_cap - 1);
    return &x->slots[i];
}

/* Room for one flow more, the table at most half full. */
static bool make_room(TraceIndex *x)
{
    if (x->flow_count + 2 > x->flow_cap) {
        uint32_t cap = x->flow_cap ? x->flow_cap * 2 : 16;
        FlowEntry *flows = realloc(x->flows, cap * sizeof *flows);
        if (!flows)
            return false;
        x->flows = flows;
        x->flow_cap = cap;
    }
    if (2 * (x->flow_count + 1) <= x->slot_cap)
        return true;
    uint32_t cap = x->slot_cap ? x->slot_cap * 2 : 32;
    uint32_t *slots = calloc(cap, sizeof *slots);
    if (!slots)
        return false;
    free(x->slots);
    x->slots = slots;
    x->slot_cap = cap;
    for (uint32_t i = 1; i <= x->flow_count; i++)
        *find_slot(x, &x->flows[i]) = i;
    return true;
}

uint32_t index_flow(TraceIndex *x, uint32_t row, HostId from, const Seg *s)
{
    HostId to = host_peer(from);
    FlowEntry f = {0};
    f.addr[from] = s->src_addr;
    f.port[from] = s->src_port;
    f.addr[to] = s->dst_addr;
    f.port[to] = s->dst_port;
    if (!make_room(x)) {
        x->out_of_memory = true;
        return 0;
    }
    uint32_t *slot = find_slot(x, &f);
    if (*slot)
        return *slot;
    x->flows[++x->flow_count] = f;
    *slot = x->flow_count;
    log_change(x, (LogEntry){.row = row, .what = LOG_NEW_FLOW, .flow = x->flow_count});
    return x->flow_count;
}

FlowEntry index_flow_at(const TraceIndex *x, uint32_t flow)
{
    return flow && flow <= x->flow_count ? x->flows[flow] : (FlowEntry){0};
}

void index_set_flow(TraceIndex *x, uint32_t row, uint32_t flow, FlowEntry entry)
{
    CHECK(flow >= 1 && flow <= x->flow_count);
    FlowEntry *at = &x->flows[flow];
    if (memcmp(at, &entry, sizeof entry) == 0)
        return;
    log_change(x, (LogEntry){.row = row, .what = LOG_FLOW, .flow = flow, .old = *at});
    *at = entry;
}

/* ---- streams -----------------------------------------------------------------------------------
 */

/* Bytes from `at` on come into the stream: are there others already, of another future? */
static void watch_stream(TraceIndex *x, HostId host, uint64_t at, Bytes bytes)
{
    uint64_t end = at + bytes.len, top = x->stream_top[host];
    size_t both = at < top ? (size_t)(min_u64(end, top) - at) : 0;
    if (both == 0 || memcmp(x->stream[host] + at, bytes.data, both) == 0) {
        x->stream_top[host] = end > top ? end : top;
        return;
    }
    x->stream_top[host] = end;
    if (x->change_count == x->change_cap) {
        uint32_t cap = x->change_cap ? x->change_cap * 2 : 16;
        StreamChange *changes = realloc(x->changes, cap * sizeof *changes);
        if (!changes) {
            x->out_of_memory = true;
            return;
        }
        x->changes = changes;
        x->change_cap = cap;
    }
    x->changes[x->change_count++] = (StreamChange){.at = at, .host = host};
}

uint32_t index_stream_add(TraceIndex *x, HostId host, Bytes bytes)
{
    uint64_t at = x->stream_len[host], end = at + bytes.len;
    x->stream_len[host] = end;
    if (end > STREAM_MAX)
        return UINT32_MAX;
    if (end > x->stream_cap[host]) {
        uint32_t cap = x->stream_cap[host] ? x->stream_cap[host] : 1024;
        while (cap < end)
            cap *= 2;
        uint8_t *stream = realloc(x->stream[host], cap);
        if (!stream)
            return UINT32_MAX;
        x->stream[host] = stream;
        x->stream_cap[host] = cap;
    }
    if (bytes.len) {
        watch_stream(x, host, at, bytes);
        memcpy(x->stream[host] + at, bytes.data, bytes.len);
    }
    return (uint32_t)at;
}

/* ---- beginning in the middle -------------------------------------------------------------------
 */

const Ghost *index_ghost(const TraceIndex *x, uint32_t row)
{
    for (uint32_t i = 0; i < x->ghost_count; i++)
        if (x->ghosts[i].row == row)
            return &x->ghosts[i];
    return NULL;
}

/* Room in every table; what grows before memory ends does no harm. */
static bool room_to_sow(TraceIndex *x, const uint32_t conn_count[HOST_COUNT], uint32_t flow_count,
                        uint32_t ghost_count)
{
    for (int h = 0; h < HOST_COUNT; h++) {
        if (conn_count[h] <= x->conn_cap[h])
            continue;
        ConnEntry *conns = realloc(x->conns[h], conn_count[h] * sizeof *conns);
        if (!conns)
            return false;
        x->conns[h] = conns;
        memset(conns + x->conn_cap[h], 0, (conn_count[h] - x->conn_cap[h]) * sizeof *conns);
        x->conn_cap[h] = conn_count[h];
    }
    if (flow_count + 1 > x->flow_cap) {
        FlowEntry *flows = realloc(x->flows, (flow_count + 1) * sizeof *flows);
        if (!flows)
            return false;
        x->flows = flows;
        x->flow_cap = flow_count + 1;
    }
    if (2 * flow_count > x->slot_cap) {
        uint32_t cap = x->slot_cap ? x->slot_cap : 32;
        while (cap < 2 * flow_count)
            cap *= 2;
        uint32_t *slots = calloc(cap, sizeof *slots);
        if (!slots)
            return false;
        free(x->slots);
        x->slots = slots;
        x->slot_cap = cap;
        for (uint32_t i = 1; i <= x->flow_count; i++)
            *find_slot(x, &x->flows[i]) = i;
    }
    Ghost *ghosts = realloc(x->ghosts, ghost_count * sizeof *ghosts + 1);
    x->ghosts = ghosts ? ghosts : x->ghosts;
    return ghosts != NULL;
}

bool index_sow(TraceIndex *x, const ConnEntry *const conns[HOST_COUNT],
               const uint32_t conn_count[HOST_COUNT], const FlowEntry *flows, uint32_t flow_count,
               const Ghost *ghosts, uint32_t ghost_count)
{
    uint32_t old = x->ghost_count;
    x->ghost_count = 0;
    if (!room_to_sow(x, conn_count, flow_count, max_u32(ghost_count, old))) {
        x->ghost_count = old;
        return false;
    }
    for (int h = 0; h < HOST_COUNT; h++) {
        if (x->conn_cap[h])
            memset(x->conns[h], 0, x->conn_cap[h] * sizeof **x->conns);
        if (conn_count[h])
            memcpy(x->conns[h], conns[h], conn_count[h] * sizeof **x->conns);
    }
    if (x->slot_cap)
        memset(x->slots, 0, x->slot_cap * sizeof *x->slots);
    if (flow_count)
        memcpy(x->flows + 1, flows, flow_count * sizeof *flows);
    x->flow_count = flow_count;
    for (uint32_t i = 1; i <= flow_count; i++)
        *find_slot(x, &x->flows[i]) = i;
    if (ghost_count)
        memcpy(x->ghosts, ghosts, ghost_count * sizeof *ghosts);
    x->ghost_count = ghost_count;
    x->log_count = x->log_done = 0;
    x->out_of_memory = false;
    return true;
}

/* ---- back and forth ----------------------------------------------------------------------------
 */

static void swap_conn(ConnEntry *a, ConnEntry *b)
{
    ConnEntry c = *a;
    *a = *b;
    *b = c;
}

static void swap_flow(FlowEntry *a, FlowEntry *b)
{
    FlowEntry c = *a;
    *a = *b;
    *b = c;
}

/* The same for both directions where a value changed; a thing that was new goes or comes. */
static void replay(TraceIndex *x, LogEntry *e, bool back)
{
    switch (e->what) {
    case LOG_CONN: swap_conn(&x->conns[e->host][e->number], &e->conn); break;
    case LOG_FLOW: swap_flow(&x->flows[e->flow], &e->old); break;
    case LOG_NEW_FLOW:
        *find_slot(x, &x->flows[e->flow]) = back ? 0 : e->flow;
        x->flow_count = back ? e->flow - 1 : e->flow;
        break;
    case LOG_LISTENER: x->listener_count[e->host] += back ? UINT32_MAX : 1; break;
    default: CHECK(!"a kind of change that nobody logs");
    }
}

void index_rewind(TraceIndex *x, uint32_t last_row)
{
    while (x->log_done > 0 && x->log[x->log_done - 1].row > last_row)
        replay(x, &x->log[--x->log_done], true);
}

void index_advance(TraceIndex *x, uint32_t last_row)
{
    while (x->log_done < x->log_count && x->log[x->log_done].row <= last_row)
        replay(x, &x->log[x->log_done++], false);
}
