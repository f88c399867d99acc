/*
 * trace.c: filling and shortening the trace of trace.h; trace_look.c reads it.
 *
 * Invariants: (1) rows have consecutive numbers from first_row on; (2) the notes of a row lie
 * together and in its order, and so do their bytes; (3) totals, index and streams are those of the
 * last row shown; (4) a trace taken back to row n equals the trace that was there after row n;
 * (5) rows that are ahead lie behind those shown, with their notes and bytes, and are complete
 * events.
 *
 *     rows:  first_row ... last shown | ahead ... row_stored
 */
#include "core/lab/trace.h"

#include <stdlib.h>
#include <string.h>

#include "core/lab/trace_index.h"

enum { NOTE_LIMIT = 1 << 20, BYTE_LIMIT = 256 * 1024 * 1024 };

Trace *trace_new(uint32_t note_limit)
{
    Trace *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->index = index_new();
    t->first_row = 1;
    t->note_limit = note_limit ? note_limit : NOTE_LIMIT;
    if (t->index)
        return t;
    trace_free(t);
    return NULL;
}

void trace_free(Trace *t)
{
    if (!t)
        return;
    index_free(t->index);
    free(t->notes);
    free(t->rows);
    free(t->bytes);
    free(t);
}

static bool copy_array(void *to, const void *from, size_t bytes)
{
    void *copy = bytes ? malloc(bytes) : NULL;
    if (copy)
        memcpy(copy, from, bytes);
    memcpy(to, &copy, sizeof copy);
    return copy || !bytes;
}

/* Forgets the rows that are ahead. */
static void drop_ahead(Trace *t)
{
    TraceIndex *x = t->index;
    const Row *last = t->row_count ? &t->rows[t->row_count - 1] : NULL;
    uint32_t end = t->note_count;
    if (x->row_stored > t->row_count) {
        const Row *hidden = &t->rows[x->row_stored - 1];
        end = hidden->first + hidden->count;
    }
    for (uint32_t i = t->note_count; i < end; i++) {
        const Note *n = &t->notes[i];
        if (n->bytes_len && n->kind != NOTE_STREAM) {
            t->byte_count = n->bytes_at;
            break;
        }
    }
    CHECK(!last || last->first + last->count == t->note_count);
    x->row_stored = t->row_count;
    x->log_count = x->log_done;
}

Trace *trace_copy(const Trace *t)
{
    Trace *u = malloc(sizeof *u);
    if (!u)
        return NULL;
    *u = *t;
    u->note_cap = t->note_count;
    u->row_cap = t->row_count;
    u->byte_cap = t->byte_count;
    bool notes = copy_array(&u->notes, t->notes, t->note_count * sizeof *t->notes);
    bool rows = copy_array(&u->rows, t->rows, t->row_count * sizeof *t->rows);
    bool bytes = copy_array(&u->bytes, t->bytes, t->byte_count);
    u->index = index_copy(t->index);
    if (!notes || !rows || !bytes || !u->index) {
        trace_free(u);
        return NULL;
    }
    /* Only what is shown was copied. The bytes of what was ahead stay unused behind the others. */
    u->index->row_stored = u->row_count;
    u->index->log_count = u->index->log_done;
    return u;
}

/* ---- room --------------------------------------------------------------------------------------
 */

/* Gives up the n oldest rows; what they counted stays counted. */
static void give_up(Trace *t, uint32_t n)
{
    if (n == 0)
        return;
    CHECK(n <= t->row_count);
    const Row *last = &t->rows[n - 1];
    uint32_t notes = last->first + last->count;
    uint32_t bytes = t->byte_count;
    for (uint32_t i = notes; i < t->note_count; i++) {
        if (t->notes[i].bytes_len && t->notes[i].kind != NOTE_STREAM) {
            bytes = t->notes[i].bytes_at;
            break;
        }
    }
    memcpy(t->index->base_stream, last->stream_end, sizeof last->stream_end);
    t->index->before = *last;
    t->index->has_before = true;
    memmove(t->rows, t->rows + n, (t->row_count - n) * sizeof *t->rows);
    memmove(t->notes, t->notes + notes, (t->note_count - notes) * sizeof *t->notes);
    if (t->bytes)
        memmove(t->bytes, t->bytes + bytes, t->byte_count - bytes);
    t->row_count -= n;
    t->index->row_stored = t->row_count;
    t->note_count -= notes;
    t->byte_count -= bytes;
    t->first_row += n;
    for (uint32_t i = 0; i < t->row_count; i++)
        t->rows[i].first -= notes;
    for (uint32_t i = 0; i < t->note_count; i++)
        if (t->notes[i].bytes_len && t->notes[i].kind != NOTE_STREAM)
            t->notes[i].bytes_at -= bytes;
    index_forget(t->index, t->first_row);
}

/* At least `need` elements of `size` bytes each; *cap is changed. False: no memory. */
static bool reserve(void *array, uint32_t *cap, uint64_t need, size_t size)
{
    void *old, *grown;
    if (need <= *cap)
        return true;
    uint64_t want = *cap ? *cap : 64;
    while (want < need)
        want *= 2;
    if (want > UINT32_MAX)
        return false;
    memcpy(&old, array, sizeof old);
    grown = realloc(old, (size_t)want * size);
    if (!grown)
        return false;
    memcpy(array, &grown, sizeof grown);
    *cap = (uint32_t)want;
    return true;
}

static bool fits(const Trace *t, uint32_t notes, uint32_t bytes)
{
    return (uint64_t)t->note_count + notes <= t->note_limit &&
           (uint64_t)t->byte_count + bytes <= BYTE_LIMIT;
}

/* Room for what a sink holds: older rows go first. False: not even an empty trace has room. */
static bool make_room(Trace *t, const Sink *sink)
{
    while (!fits(t, sink->note_count, sink->byte_count) && t->row_count > 0)
        give_up(t, (t->row_count + 1) / 2);
    for (;;) {
        if (reserve(&t->notes, &t->note_cap, (uint64_t)t->note_count + sink->note_count,
                    sizeof *t->notes) &&
            reserve(&t->rows, &t->row_cap, (uint64_t)t->row_count + sink->note_count,
                    sizeof *t->rows) &&
            reserve(&t->bytes, &t->byte_cap, (uint64_t)t->byte_count + sink->byte_count, 1))
            return true;
        if (t->row_count == 0)
            return false;
        give_up(t, t->row_count);
    }
}

/* ---- what a row says ---------------------------------------------------------------------------
 */

/* What is known of the departure that a row points to: a row, or one that is not kept any more. */
static bool find_departure(const Trace *t, uint32_t row, Ghost *d)
{
    const Row *r = trace_row(t, row);
    const Ghost *g = r ? NULL : index_ghost(t->index, row);
    if (r)
        *d = (Ghost){row, r->flow, r->classes, t->notes[r->first].host, 0};
    else
        *d = g ? *g : (Ghost){.host = HOST_NONE};
    return r || g;
}

/* Who sent the segment that the row speaks of. */
static HostId sender_of(const Trace *t, const Note *n)
{
    Ghost departure;
    switch (n->kind) {
    case NOTE_SENT: return n->host;
    case NOTE_ARRIVED: return host_peer(n->host);
    default: find_departure(t, n->peer_row, &departure); return departure.host;
    }
}

static uint16_t classes_of(const Trace *t, const Note *n, const Seg *s)
{
    Ghost departure;
    bool known = n->kind != NOTE_SENT && find_departure(t, n->peer_row, &departure);
    bool again =
        n->kind == NOTE_SENT ? n->peer_row != 0 : known && departure.classes >> CLASS_REXMIT & 1;
    uint16_t bits = 0;
    for (int c = 0; c < CLASS_COUNT; c++)
        if (seg_class_matches((SegClass)c, s, again))
            bits |= (uint16_t)(1u << c);
    return bits;
}

/* A SYN that the core itself sends begins an incarnation; any other SYN is believed only where
 * nothing better is known (it may be forged, or old). */
static void learn_isn(FlowEntry *f, HostId from, const Seg *s, bool own)
{
    HostId to = host_peer(from);
    if (!(s->flags & SEG_SYN))
        return;
    if (own) {
        if (f->known[from] == ISN_OWN && !seq_eq(f->isn[from], s->seq) && !(s->flags & SEG_ACK)) {
            f->known[to] = ISN_UNKNOWN;
            f->conn[to] = 0;
        }
        f->isn[from] = s->seq;
        f->known[from] = ISN_OWN;
        if ((s->flags & SEG_ACK) && f->known[to] != ISN_OWN) {
            f->isn[to] = seq_sub(s->ack, 1);
            f->known[to] = ISN_SEEN;
        }
    } else if (f->known[from] != ISN_OWN) {
        f->isn[from] = s->seq;
        f->known[from] = ISN_SEEN;
    }
}

/* The flow of the row's segment, with what the segment teaches about it. */
static uint32_t learn_flow(Trace *t, const Note *n, const Seg *s)
{
    TraceIndex *x = t->index;
    HostId from = sender_of(t, n);
    if (from >= HOST_COUNT || (n->kind != NOTE_SENT && n->kind != NOTE_ARRIVED))
        return 0;
    uint32_t flow = index_flow(x, n->row, from, s);
    if (!flow)
        return 0;
    FlowEntry f = index_flow_at(x, flow);
    ConnEntry c = index_conn(x, n->host, n->conn);
    if (n->conn && c.state != LISTEN)
        f.conn[n->host] = n->conn;
    learn_isn(&f, from, s, n->kind == NOTE_SENT && n->conn);
    Ghost departure;
    /* Behind a NAT the flow has another name on this side. */
    if (n->kind == NOTE_ARRIVED && !f.conn[from] && find_departure(t, n->peer_row, &departure))
        f.conn[from] = index_flow_at(x, departure.flow).conn[from];
    index_set_flow(x, n->row, flow, f);
    if (n->conn && c.state != LISTEN && c.flow != flow) {
        c.flow = flow;
        index_set_conn(x, n->row, n->host, n->conn, c);
    }
    return flow;
}

/* An ICMP message belongs to the flow of the segment that it quotes. */
static uint32_t quoted_flow(Trace *t, const Note *n, Bytes frame)
{
    Icmp m;
    Bytes data;
    HostId from = sender_of(t, n);
    bool names = n->kind == NOTE_SENT || n->kind == NOTE_ARRIVED;
    if (!names || from >= HOST_COUNT || icmp_decode(frame, &m, &data) != WIRE_OK || !m.quoted)
        return 0;
    return index_flow(t->index, n->row, host_peer(from), &m.quote);
}

static void count_state(Trace *t, const World *world, const Note *row, const Note *d, uint32_t flow)
{
    TraceIndex *x = t->index;
    if (d->host >= HOST_COUNT || !d->conn || d->a >= TCP_STATE_COUNT || d->b >= TCP_STATE_COUNT)
        return;
    ConnEntry c = index_conn(x, d->host, d->conn);
    c.state = (uint8_t)d->b;
    if (c.state == LISTEN) {
        const Tcb *tcb = world ? world_conn(world, d->host, d->conn) : NULL;
        c.local_port = tcb ? tcb->local_port : 0;
        index_add_listener(x, row->row, d->host, d->conn);
    } else if (flow && row->kind == NOTE_ARRIVED && d->host == row->host) {
        FlowEntry f = index_flow_at(x, flow); /* the child that this SYN made */
        f.conn[d->host] = d->conn;
        index_set_flow(x, row->row, flow, f);
        c.flow = flow;
    }
    index_set_conn(x, row->row, d->host, d->conn, c);
    t->totals.moves[d->host][d->a][d->b]++;
}

/* Adds or, going back, takes away what a row and its details count. */
static void count_row(Trace *t, const Row *r, uint32_t by)
{
    const Note *n = &t->notes[r->first];
    TraceTotals *sum = &t->totals;
    HostId from = sender_of(t, n);
    for (int c = 0; c < CLASS_COUNT; c++) {
        if (!(r->classes >> c & 1))
            continue;
        if (n->kind == NOTE_SENT && n->host < HOST_COUNT)
            sum->sent[n->host][c] += by;
        if (n->kind == NOTE_ARRIVED && n->host < HOST_COUNT)
            sum->arrived[n->host][c] += by;
        if (n->kind == NOTE_LOST && from < HOST_COUNT)
            sum->lost[from][c] += by;
    }
}

static uint32_t visited_edges(const Trace *t, HostId host)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < STATE_EDGE_COUNT; i++)
        if (t->totals.moves[host][state_edges[i].from][state_edges[i].to])
            bits |= 1u << i;
    return bits;
}

/* One end of the row: which connection, and its state. */
static void settle_end(const Trace *t, Row *r, HostId host, uint16_t own)
{
    const TraceIndex *x = t->index;
    const Row *before = t->row_count    ? &t->rows[t->row_count - 1]
                        : x->has_before ? &x->before
                                        : NULL;
    FlowEntry f = index_flow_at(x, r->flow);
    uint16_t number = r->flow && f.conn[host] ? f.conn[host] : own;
    if (!number && r->flow)
        number = index_listener(x, host, f.port[host]);
    if (!number && !r->flow && before) {
        /* The row says nothing about this end: it is where it was. */
        number = before->conn[host];
        r->state[host] = before->state[host];
    }
    r->conn[host] = number;
    if (number)
        r->state[host] = index_conn(x, host, number).state;
}

/* The connection number that the row or its details name at their host. */
static uint16_t own_conn(const Trace *t, const Row *r)
{
    const Note *n = &t->notes[r->first];
    uint16_t number = n->conn;
    for (uint32_t i = 1; i < r->count && !number; i++)
        if (n[i].host == n->host)
            number = n[i].conn;
    return number;
}

/* Describes the row whose notes have just been copied; then it belongs to the trace. */
static void finish_row(Trace *t, const World *world, Row *r)
{
    Note *n = &t->notes[r->first];
    Seg seg;
    Bytes payload;
    TraceIndex *x = t->index;
    bool network = n->kind >= NOTE_SENT && n->kind <= NOTE_EDITED;
    if (network) {
        Ghost departure;
        bool known = n->kind != NOTE_SENT && find_departure(t, n->peer_row, &departure);
        r->flow = known ? departure.flow : 0;
        r->classes = known ? departure.classes : 1u << CLASS_ANY;
        Bytes frame = trace_bytes(t, n);
        WireError e = frame.len ? wire_decode(frame, &seg, &payload) : WIRE_TRUNCATED;
        if (e == WIRE_OK || e == WIRE_BAD_CHECKSUM) {
            r->classes = classes_of(t, n, &seg);
            uint32_t flow = e == WIRE_OK ? learn_flow(t, n, &seg) : 0;
            r->flow = flow ? flow : r->flow;
        } else if (e == WIRE_NOT_TCP) {
            uint32_t flow = quoted_flow(t, n, frame);
            r->flow = flow ? flow : r->flow;
        }
    }
    for (uint32_t i = 1; i < r->count; i++) {
        Note *d = &n[i];
        if (d->kind == NOTE_STATE)
            count_state(t, world, n, d, r->flow);
        else if (d->kind == NOTE_READ && d->host < HOST_COUNT)
            t->totals.read[d->host] += d->a;
    }
    uint16_t own = own_conn(t, r);
    if (!r->flow && own)
        r->flow = index_conn(x, n->host, own).flow;
    for (HostId h = 0; h < HOST_COUNT; h++) {
        FlowEntry f = index_flow_at(x, r->flow);
        settle_end(t, r, h, n->host == h ? own : 0);
        r->visited[h] = visited_edges(t, h);
        r->isn[h] = f.isn[h];
        r->isn_known[h] = f.known[h] != ISN_UNKNOWN;
        r->stream_end[h] = x->stream_len[h];
    }
    count_row(t, r, 1);
    if (n->kind == NOTE_ARRIVED || n->kind == NOTE_LOST) {
        const Row *departure = trace_row(t, n->peer_row);
        if (departure && !departure->fate)
            t->rows[n->peer_row - t->first_row].fate = n->row;
    }
    t->rows[t->row_count++] = *r;
    x->row_stored = t->row_count;
}

/* ---- taking ------------------------------------------------------------------------------------
 */

/* Copies one note and its bytes behind the others. */
static void copy_note(Trace *t, const Sink *sink, Note note)
{
    Bytes bytes = bytes_of(sink->bytes + note.bytes_at, note.bytes_len);
    if (note.kind == NOTE_STREAM && note.host < HOST_COUNT) {
        uint32_t at = index_stream_add(t->index, note.host, bytes);
        note.bytes_at = at == UINT32_MAX ? 0 : at;
        note.bytes_len = at == UINT32_MAX ? 0 : note.bytes_len;
    } else if (bytes.len) {
        memcpy(t->bytes + t->byte_count, bytes.data, bytes.len);
        note.bytes_at = t->byte_count;
        t->byte_count += (uint32_t)bytes.len;
    }
    t->notes[t->note_count++] = note;
}

static void forget_all(Trace *t, uint32_t first_row)
{
    t->note_count = t->row_count = t->byte_count = 0;
    t->index->row_stored = 0;
    t->first_row = first_row;
}

static void take_row(Trace *t, const World *world, const Sink *sink, uint32_t from, uint32_t to)
{
    uint32_t number = sink->notes[from].row;
    if (number != t->first_row + t->row_count)
        t->index->has_before = false;
    if (t->row_count == 0 || number != t->first_row + t->row_count) {
        forget_all(t, number); /* the first row, or a full sink lost rows in between */
        memcpy(t->index->base_stream, t->index->stream_len, sizeof t->index->base_stream);
        index_forget(t->index, number);
    }
    Row r = {.first = t->note_count, .count = to - from};
    for (uint32_t i = from; i < to; i++)
        copy_note(t, sink, sink->notes[i]);
    finish_row(t, world, &r);
}

void trace_take(Trace *t, const World *world, Sink *sink)
{
    uint32_t count = sink->note_count;
    if (count > 0)
        drop_ahead(t);
    if (count > 0 && !make_room(t, sink)) {
        forget_all(t, world->rows + 1);
        count = 0;
    }
    uint32_t from = 0;
    while (from < count && sink->notes[from].row == 0)
        from++; /* details without a row belong to nothing */
    while (from < count) {
        uint32_t to = from + 1;
        while (to < count && sink->notes[to].row == 0)
            to++;
        take_row(t, world, sink, from, to);
        from = to;
    }
    if (t->index->out_of_memory) {
        t->index->out_of_memory = false;
        t->index->log_count = t->index->log_done = 0;
        t->index->has_before = false;
        forget_all(t, world->rows + 1);
    }
    sink->note_count = sink->notes_lost = sink->byte_count = 0;
}

/* ---- back and forth ----------------------------------------------------------------------------
 */

/* What a row's details count, taken away (by -1) or given again (by 1). */
static void count_details(Trace *t, const Row *r, uint32_t by)
{
    const Note *n = &t->notes[r->first];
    for (uint32_t i = 1; i < r->count; i++) {
        const Note *d = &n[i];
        if (d->host >= HOST_COUNT)
            continue;
        if (d->kind == NOTE_READ)
            t->totals.read[d->host] += by == 1 ? d->a : 0 - d->a;
        if (d->kind == NOTE_STATE && d->conn && d->a < TCP_STATE_COUNT && d->b < TCP_STATE_COUNT)
            t->totals.moves[d->host][d->a][d->b] += by;
    }
}

/* The row that its departure's fate points to, if this is the one. */
static void set_fate(Trace *t, const Note *n, uint32_t from, uint32_t to)
{
    const Row *departure = trace_row(t, n->peer_row);
    bool ends = n->kind == NOTE_ARRIVED || n->kind == NOTE_LOST;
    if (departure && ends && departure->fate == from)
        t->rows[n->peer_row - t->first_row].fate = to;
}

static void settle(Trace *t, uint32_t last_row)
{
    TraceIndex *x = t->index;
    const Row *last = t->row_count ? &t->rows[t->row_count - 1] : NULL;
    t->note_count = last ? last->first + last->count : 0;
    memcpy(x->stream_len, last ? last->stream_end : x->base_stream, sizeof x->stream_len);
    CHECK(trace_last(t) == last_row);
}

bool trace_rewind(Trace *t, uint32_t last_row)
{
    if (last_row + 1 < t->first_row || last_row > trace_last(t))
        return false;
    while (trace_last(t) > last_row) {
        const Row *r = &t->rows[t->row_count - 1];
        const Note *n = &t->notes[r->first];
        count_row(t, r, (uint32_t)-1);
        count_details(t, r, (uint32_t)-1);
        set_fate(t, n, n->row, 0);
        t->row_count--;
    }
    index_rewind(t->index, last_row);
    settle(t, last_row);
    return true;
}

bool trace_advance(Trace *t, uint32_t last_row)
{
    if (last_row < trace_last(t) || last_row > trace_ahead(t))
        return false;
    while (trace_last(t) < last_row) {
        const Row *r = &t->rows[t->row_count++];
        const Note *n = &t->notes[r->first];
        count_row(t, r, 1);
        count_details(t, r, 1);
        set_fate(t, n, 0, n->row);
    }
    index_advance(t->index, last_row);
    settle(t, last_row);
    return true;
}

void trace_truncate(Trace *t, uint32_t last_row)
{
    if (last_row == 0 || last_row + 1 < t->first_row) {
        index_clear(t->index);
        t->totals = (TraceTotals){0};
        forget_all(t, last_row + 1);
        return;
    }
    if (last_row < trace_last(t))
        trace_rewind(t, last_row);
    drop_ahead(t);
}
