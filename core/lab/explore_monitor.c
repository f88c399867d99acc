/*
 * explore_monitor.c: compiling what a predicate says of the past (explore_monitor.h).
 *
 * Counting follows the trace (core/lab/trace.c: count_row), from the same notes; a test runs both
 * side by side.
 *
 * Nothing can tell values beyond `top` apart: a counter that is compared with a literal stops one
 * above it; one that is only asked whether it is zero stops at one; others stop at 65535, which no
 * run of 250 events comes near.
 */
#include "core/lab/explore_monitor.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/wire.h"

/* ---- compiling ---------------------------------------------------------------------------------
 */

static bool is_comparison(uint8_t op)
{
    return op >= OP_EQ && op <= OP_GE;
}

static bool is_connective(uint8_t op)
{
    return op == OP_OR || op == OP_AND || op == OP_NOT;
}

/* The node that has this one as an operand; its own index if it is the root. */
static uint16_t parent_of(const Pred *p, uint16_t node)
{
    for (uint32_t i = node + 1u; i < p->count; i++) {
        const PredNode *n = &p->nodes[i];
        bool binary = n->op >= OP_OR && n->op <= OP_MOD, unary = n->op == OP_NOT || n->op == OP_NEG;
        if (((binary || unary) && n->left == node) || (binary && n->right == node))
            return (uint16_t)i;
    }
    return node;
}

static const PredNode *sibling_of(const Pred *p, uint16_t node, uint16_t parent)
{
    const PredNode *n = &p->nodes[parent];
    return &p->nodes[n->left == node ? n->right : n->left];
}

/* Values of the node from here on cannot be told apart; `most`: all of them can. */
static int64_t top_of(const Pred *p, uint16_t node, int64_t most)
{
    uint16_t parent = parent_of(p, node);
    const PredNode *n = &p->nodes[parent];
    if (parent == node || is_connective(n->op))
        return 1;
    if (!is_comparison(n->op))
        return most;
    const PredNode *with = sibling_of(p, node, parent);
    bool plain = with->op == OP_LITERAL && with->number >= 0 && with->number < most;
    return plain ? with->number + 1 : most;
}

static bool looks_back(uint8_t op)
{
    return op == OP_COUNT || op == OP_ARRIVED || op == OP_LOST || op == OP_READ ||
           op == OP_VISITED || op == OP_EDGES || op == OP_RECEIVED;
}

/* The difference of two sequence numbers, and their order, are the same in worlds that the hash
 * takes for one; so is the difference of two moments. */
static bool in_a_difference(const Pred *p, uint16_t node)
{
    uint16_t parent = parent_of(p, node);
    const PredNode *n = &p->nodes[parent], *me = &p->nodes[node];
    if (parent == node || (n->op != OP_SUB && !is_comparison(n->op)))
        return false;
    const PredNode *with = sibling_of(p, node, parent);
    return me->type == TYPE_SEQ && with->type == TYPE_SEQ && with->op != OP_LITERAL;
}

static bool needs_vote(const Pred *p, uint16_t node)
{
    const PredNode *n = &p->nodes[node];
    switch ((PredOp)n->op) {
    case OP_TIME:
    case OP_ROWS: return true;
    case OP_TCB:
    case OP_HOST:
    case OP_APP:
    case OP_LINK:
    case OP_WORLD:
        if (n->type == TYPE_SEQ)
            return !in_a_difference(p, node);
        return !n->field->votes || n->type == TYPE_DURATION;
    default: return false;
    }
}

/* The room that the numbers of edges take: a bit for each edge. */
static uint32_t slots_of(uint8_t op)
{
    return op == OP_EDGES ? (STATE_EDGE_COUNT + 15) / 16 : 1;
}

/* A stream is compared with a text: the comparison is what is watched. False: another use. */
static bool watch_stream(const Pred *p, uint16_t node, Monitor *m)
{
    uint16_t parent = parent_of(p, node);
    const PredNode *n = &p->nodes[parent];
    if (parent == node || is_connective(n->op))
        return true; /* has anything come? */
    bool asks = n->op == OP_EQ || n->op == OP_NE || (n->op == OP_CONTAINS && n->left == node);
    const PredNode *with = sibling_of(p, node, parent);
    if (!asks || with->op != OP_LITERAL || with->size >= UINT16_MAX)
        return false;
    m->op = n->op;
    m->node = parent;
    m->text = p->pool + with->number;
    m->len = with->size;
    return true;
}

/* False: it speaks of too much. */
static bool compile(Monitors *m, const Pred *p)
{
    uint32_t slots = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        const PredNode *n = &p->nodes[i];
        if (looks_back(n->op)) {
            slots += slots_of(n->op);
            if (slots > EXPLORE_MONITORS)
                return false;
            Monitor *mine = &m->at[m->count++];
            *mine =
                (Monitor){.node = (uint16_t)i, .op = n->op, .host = n->host, .a = n->a, .b = n->b};
            mine->top = n->op == OP_VISITED ? 1 : (uint16_t)top_of(p, (uint16_t)i, UINT16_MAX);
            if (n->op == OP_RECEIVED && !watch_stream(p, (uint16_t)i, mine))
                return false;
        } else if (needs_vote(p, (uint16_t)i)) {
            if (m->vote_count == VOTES_MAX)
                return false;
            bool grows = n->op == OP_TIME || n->op == OP_ROWS;
            m->votes[m->vote_count++] = (Vote){
                .node = (uint16_t)i, .top = grows ? top_of(p, (uint16_t)i, INT64_MAX) : INT64_MAX};
        }
    }
    return true;
}

bool explore_understands(const Pred *p)
{
    Monitors m = {0};
    return compile(&m, p);
}

static Pred *copy_of(const Pred *p)
{
    size_t text = strlen(p->text) + 1;
    Pred *q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    q->count = p->count;
    q->pool_count = p->pool_count;
    q->nodes = malloc(p->count * sizeof *p->nodes);
    q->text = malloc(text);
    q->pool = malloc(text);
    if (!q->nodes || !q->text || !q->pool) {
        pred_free(q);
        return NULL;
    }
    memcpy(q->nodes, p->nodes, p->count * sizeof *p->nodes);
    memcpy(q->text, p->text, text);
    memcpy(q->pool, p->pool, p->pool_count);
    return q;
}

enum { NOTES = 1024, BYTES = 128 << 10 };

bool monitors_init(Monitors *m, const Pred *p)
{
    *m = (Monitors){0};
    if (!p)
        return true;
    m->pred = copy_of(p);
    if (!m->pred)
        return false;
    CHECK(compile(m, m->pred));
    if (m->count == 0)
        return true;
    m->sink.notes = malloc(NOTES * sizeof *m->sink.notes);
    m->sink.bytes = malloc(BYTES);
    m->sink.note_cap = NOTES;
    m->sink.byte_cap = BYTES;
    return m->sink.notes && m->sink.bytes;
}

void monitors_free(Monitors *m)
{
    pred_free(m->pred);
    free(m->sink.notes);
    free(m->sink.bytes);
    *m = (Monitors){0};
}

/* ---- moving on ---------------------------------------------------------------------------------
 */

static void count_up(const Monitor *m, uint16_t *value, uint64_t by)
{
    *value = (uint16_t)min_u64(*value + by, m->top);
}

/* A stream that is something else than the text can never become it again. */
enum { ELSE = UINT16_MAX };

/* How much of the text the stream ends with, after one more byte (Knuth, Morris and Pratt, without
 * their table: texts are short). */
static uint16_t matched(const Monitor *m, uint16_t before, uint8_t byte)
{
    for (uint32_t n = before + 1u; n > 0; n--) {
        /* The last n - 1 bytes so far were text[before - (n - 1) .. before). */
        if (n <= m->len && m->text[n - 1] == byte &&
            memcmp(m->text, m->text + before - (n - 1), n - 1) == 0)
            return (uint16_t)n;
    }
    return 0;
}

static void take_byte(const Monitor *m, uint16_t *value, uint8_t byte)
{
    if (m->op == OP_RECEIVED)
        *value = 1;
    else if (m->op == OP_CONTAINS)
        *value = *value == m->len ? *value : matched(m, *value, byte);
    else
        *value = *value < m->len && m->text[*value] == byte ? (uint16_t)(*value + 1) : ELSE;
}

static bool concerns(const Monitor *m, uint8_t host)
{
    return host < HOST_COUNT && (m->host == HOST_NONE || m->host == host);
}

static void count_state(const Monitor *m, const Note *n, uint16_t *values)
{
    if (!concerns(m, n->host) || !n->conn)
        return;
    if (m->op == OP_VISITED && n->b == m->b && (m->a == TCP_STATE_COUNT || n->a == m->a))
        count_up(m, values, 1);
    for (uint32_t e = 0; m->op == OP_EDGES && e < STATE_EDGE_COUNT; e++)
        if (state_edges[e].from == n->a && state_edges[e].to == n->b)
            values[e / 16] |= (uint16_t)(1u << e % 16);
}

/* A segment that was noted: who sent it, and what it is. */
typedef struct Noted {
    Bytes frame;
    HostId from;
    bool again;
} Noted;

static Noted sent_by(const Sink *sink, const Note *n)
{
    return (Noted){bytes_of(sink->bytes + n->bytes_at, n->bytes_len), n->host, n->peer_row != 0};
}

/* The segment whose departure was this row: in the world as it was, or in this very step. */
static Noted departed(const Sink *sink, const World *before, uint32_t row)
{
    PktId id = world_packet_of_row(before, row);
    if (id.v) {
        const Packet *p = &world_packets(before)[id.v];
        return (Noted){world_frame(before, id), p->from, p->flags & PACKET_REXMIT};
    }
    for (uint32_t i = 0; i < sink->note_count; i++)
        if (sink->notes[i].kind == NOTE_SENT && sink->notes[i].row == row)
            return sent_by(sink, &sink->notes[i]);
    return (Noted){.from = HOST_NONE};
}

static void count_segment(const Monitor *m, const Sink *sink, const World *before, const Note *n,
                          uint16_t *value)
{
    Noted s = n->kind == NOTE_SENT ? sent_by(sink, n) : departed(sink, before, n->peer_row);
    HostId whose = s.from;
    if (n->kind == NOTE_ARRIVED) {
        whose = n->host;
        s.frame = bytes_of(sink->bytes + n->bytes_at, n->bytes_len);
    }
    Seg seg;
    Bytes payload;
    if (!concerns(m, whose) || s.frame.len == 0)
        return;
    WireError e = wire_decode(s.frame, &seg, &payload);
    bool known = e == WIRE_OK || e == WIRE_BAD_CHECKSUM;
    if (known ? seg_class_matches((SegClass)m->a, &seg, s.again) : m->a == CLASS_ANY)
        count_up(m, value, 1);
}

static void step(const Monitor *m, const Sink *sink, const World *before, const Note *n,
                 uint16_t *values)
{
    switch ((NoteKind)n->kind) {
    case NOTE_SENT:
        if (m->op == OP_COUNT)
            count_segment(m, sink, before, n, values);
        break;
    case NOTE_ARRIVED:
        if (m->op == OP_ARRIVED)
            count_segment(m, sink, before, n, values);
        break;
    case NOTE_LOST:
        if (m->op == OP_LOST)
            count_segment(m, sink, before, n, values);
        break;
    case NOTE_STATE: count_state(m, n, values); break;
    case NOTE_READ:
        if (m->op == OP_READ && concerns(m, n->host))
            count_up(m, values, n->a);
        break;
    case NOTE_STREAM:
        for (uint32_t i = 0; m->op != OP_READ && m->op != OP_COUNT && i < n->bytes_len; i++)
            if ((m->text || m->op == OP_RECEIVED) && concerns(m, n->host))
                take_byte(m, values, sink->bytes[n->bytes_at + i]);
        break;
    default: break;
    }
}

void monitors_step(Monitors *m, const World *before, uint16_t *values)
{
    CHECK(m->sink.notes_lost == 0);
    for (uint32_t k = 0; k < m->count; values += slots_of(m->at[k].op), k++)
        for (uint32_t i = 0; i < m->sink.note_count; i++)
            step(&m->at[k], &m->sink, before, &m->sink.notes[i], values);
    m->sink.note_count = m->sink.byte_count = 0;
}

void monitors_begin(const Monitors *m, const World *w, const Trace *past, uint16_t *values)
{
    memset(values, 0, EXPLORE_MONITORS * sizeof *values);
    for (uint32_t k = 0; k < m->count; values += slots_of(m->at[k].op), k++) {
        const Monitor *mine = &m->at[k];
        if (mine->op == OP_VISITED && mine->a == TCP_STATE_COUNT && mine->b == CLOSED)
            *values = 1; /* where everything begins */
        if (!past)
            continue;
        if (mine->text || mine->op == OP_RECEIVED) {
            uint64_t len;
            Bytes kept = trace_stream(past, mine->host, &len);
            for (size_t i = 0; i < kept.len; i++)
                take_byte(mine, values, kept.data[i]);
        } else if (mine->op != OP_EDGES) {
            int64_t so_far = pred_value(m->pred, mine->node, w, past).n;
            *values = 0;
            count_up(mine, values, (uint64_t)so_far);
        }
        for (uint32_t e = 0; mine->op == OP_EDGES && e < STATE_EDGE_COUNT; e++)
            for (uint8_t h = 0; h < HOST_COUNT; h++)
                if (concerns(mine, h) &&
                    past->totals.moves[h][state_edges[e].from][state_edges[e].to])
                    values[e / 16] |= (uint16_t)(1u << e % 16);
    }
}

/* ---- asking ------------------------------------------------------------------------------------
 */

static int64_t said(const Monitor *m, const uint16_t *values)
{
    int64_t edges = 0;
    switch ((PredOp)m->op) {
    case OP_EQ:
    case OP_CONTAINS: return values[0] == m->len;
    case OP_NE: return values[0] != m->len;
    case OP_EDGES:
        for (uint32_t e = 0; e < STATE_EDGE_COUNT; e++)
            edges += values[e / 16] >> e % 16 & 1;
        return edges;
    default: return values[0];
    }
}

bool monitors_true(Monitors *m, const World *w, const uint16_t *values)
{
    for (uint32_t k = 0; k < m->count; values += slots_of(m->at[k].op), k++) {
        PredNode *n = &m->pred->nodes[m->at[k].node];
        n->op = OP_LITERAL;
        n->type = n->type == TYPE_STRING ? TYPE_BOOL : n->type;
        n->number = said(&m->at[k], values);
    }
    return pred_true(m->pred, w, NULL);
}

void monitors_votes(const Monitors *m, const World *w, int64_t *out)
{
    for (uint32_t i = 0; i < m->vote_count; i++) {
        int64_t v = pred_value(m->pred, m->votes[i].node, w, NULL).n;
        out[i] = v < m->votes[i].top ? v : m->votes[i].top;
    }
}
