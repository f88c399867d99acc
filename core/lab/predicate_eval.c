/*
 * predicate_eval.c: the value of a predicate, now.
 *
 * Nothing here fails or allocates: a connection that does not exist is one of zeros, division by
 * zero gives zero, overflow wraps. Every look at the past is a count that the trace keeps, so
 * asking after every event costs little.
 */
#include <string.h>

#include "core/lab/predicate_private.h"

static const Tcb no_conn;

const Tcb *pred_conn(const PredNode *n, const World *w)
{
    const Tcb *t = world_conn(w, n->host, n->conn);
    return t ? t : &no_conn;
}

const void *pred_base(const PredNode *n, const World *w)
{
    switch (n->op) {
    case OP_TCB: return pred_conn(n, w);
    case OP_HOST: return &w->hosts[n->host];
    case OP_APP: return &w->apps[n->host];
    case OP_LINK: return &w->links[n->host];
    default: return w;
    }
}

static int64_t number_of(uint64_t v)
{
    return v > INT64_MAX ? PRED_NEVER : (int64_t)v;
}

static int64_t field_value(const PredNode *n, const World *w)
{
    uint64_t v = schema_value(n->field, pred_base(n, w));
    bool bits = n->field->type == FIELD_BITS;
    return bits ? (int64_t)v : number_of(v);
}

/* ---- looking at the world ----------------------------------------------------------------------
 */

static bool concerns(const PredNode *n, uint8_t host)
{
    return n->host == HOST_NONE || n->host == host;
}

static int64_t packets(const PredNode *n, const World *w)
{
    const Packet *p = world_packets(w);
    int64_t count = 0;
    for (uint32_t i = 1; i <= w->shape.packets; i++) {
        bool held = p[i].place == PACKET_HELD;
        bool under_way = held || p[i].place == PACKET_FLYING;
        count += concerns(n, p[i].from) && (n->op == OP_HELD ? held : under_way);
    }
    return count;
}

static int64_t conns(const PredNode *n, const World *w)
{
    const Tcb *t = world_conns(w);
    int64_t count = 0;
    for (uint32_t i = 1; i <= w->shape.conns; i++) {
        bool any = n->a == TCP_STATE_COUNT && t[i].state != LISTEN && t[i].state != CLOSED;
        count += t[i].used && concerns(n, t[i].host) && (any || t[i].state == n->a);
    }
    return count;
}

static int64_t timer_left(const PredNode *n, const World *w)
{
    const Tcb *t = pred_conn(n, w);
    Nanos due = t->due[n->a];
    if (!t->used || due == NANOS_NEVER)
        return PRED_NEVER;
    return due > w->now ? number_of(due - w->now) : 0;
}

/* Sums that other files compute from a connection want its pools; they only look. */
static int64_t computed(const PredNode *n, const World *w)
{
    const Tcb *t = pred_conn(n, w);
    if (!t->used)
        return 0;
    if (n->op == OP_UNSENT)
        return tcb_unsent(t);
    return tcb_flight(t);
}

/* ---- looking at the past -----------------------------------------------------------------------
 */

static int64_t count_class(const PredNode *n, const Trace *t)
{
    int64_t sum = 0;
    for (uint8_t h = 0; h < HOST_COUNT; h++) {
        if (!concerns(n, h))
            continue;
        sum += n->op == OP_COUNT     ? t->totals.sent[h][n->a]
               : n->op == OP_ARRIVED ? t->totals.arrived[h][n->a]
                                     : t->totals.lost[h][n->a];
    }
    return sum;
}

static bool visited(const PredNode *n, const Trace *t)
{
    if (n->a != TCP_STATE_COUNT)
        return t->totals.moves[n->host][n->a][n->b] > 0;
    for (int from = 0; from < TCP_STATE_COUNT; from++)
        if (t->totals.moves[n->host][from][n->b])
            return true;
    return n->b == CLOSED; /* where everything begins */
}

static int64_t edges(const PredNode *n, const Trace *t)
{
    int64_t count = 0;
    for (int e = 0; e < STATE_EDGE_COUNT; e++)
        for (uint8_t h = 0; h < HOST_COUNT; h++) {
            if (!concerns(n, h) || !t->totals.moves[h][state_edges[e].from][state_edges[e].to])
                continue;
            count++;
            break;
        }
    return count;
}

static int64_t bytes_read(const PredNode *n, const Trace *t)
{
    uint64_t sum = 0;
    for (uint8_t h = 0; h < HOST_COUNT; h++)
        sum += concerns(n, h) ? t->totals.read[h] : 0;
    return number_of(sum);
}

/* ---- operators ---------------------------------------------------------------------------------
 */

static bool same_bytes(Value a, Value b)
{
    return a.len == b.len && a.kept == a.len && b.kept == b.len &&
           (a.len == 0 || memcmp(a.bytes, b.bytes, a.kept) == 0);
}

static bool contains(Value hay, Value needle)
{
    if (needle.kept == 0)
        return true;
    for (size_t i = 0; i + needle.kept <= hay.kept; i++) {
        const uint8_t *at = memchr(hay.bytes + i, needle.bytes[0], hay.kept - needle.kept - i + 1);
        if (!at)
            return false;
        if (memcmp(at, needle.bytes, needle.kept) == 0)
            return true;
        i = (size_t)(at - hay.bytes);
    }
    return false;
}

/* -1, 0, 1. Two sequence numbers are compared on their circle. */
static int compare(const PredNode *left, const PredNode *right, Value a, Value b)
{
    bool circle = left->type == TYPE_SEQ || right->type == TYPE_SEQ;
    if (circle && a.n >= 0 && b.n >= 0 && a.n <= UINT32_MAX && b.n <= UINT32_MAX) {
        Seq x = seq_of((uint32_t)a.n), y = seq_of((uint32_t)b.n);
        return seq_eq(x, y) ? 0 : seq_lt(x, y) ? -1 : 1;
    }
    return a.n < b.n ? -1 : a.n > b.n;
}

static int64_t wrap(uint64_t v)
{
    int64_t n;
    memcpy(&n, &v, sizeof n);
    return n;
}

static int64_t divide(PredOp op, int64_t a, int64_t b)
{
    if (b == 0 || (a == INT64_MIN && b == -1))
        return 0;
    return op == OP_DIV ? a / b : a % b;
}

static int64_t arithmetic(const Pred *p, const PredNode *n, int64_t a, int64_t b)
{
    const PredNode *left = &p->nodes[n->left], *right = &p->nodes[n->right];
    bool endless = n->type == TYPE_DURATION && (a == PRED_NEVER || b == PRED_NEVER);
    if (endless && n->op != OP_MOD)
        return PRED_NEVER;
    uint64_t x = (uint64_t)a, y = (uint64_t)b;
    switch ((PredOp)n->op) {
    case OP_ADD: return n->type == TYPE_SEQ ? (uint32_t)(x + y) : wrap(x + y);
    case OP_SUB:
        if (left->type == TYPE_SEQ || right->type == TYPE_SEQ)
            return (uint32_t)(x - y); /* how far ahead, modulo 2^32 */
        return wrap(x - y);
    case OP_MUL: return wrap(x * y);
    case OP_BITAND: return wrap(x & y);
    default: return divide((PredOp)n->op, a, b);
    }
}

static bool truth(const PredNode *n, Value v)
{
    return n->type == TYPE_STRING ? v.len > 0 : v.n != 0;
}

static Value binary(const Pred *p, const PredNode *n, const World *w, const Trace *t)
{
    const PredNode *left = &p->nodes[n->left], *right = &p->nodes[n->right];
    Value a = pred_value(p, n->left, w, t), out = {0};
    if (n->op == OP_OR || n->op == OP_AND) {
        bool first = truth(left, a);
        bool decided = first == (n->op == OP_OR);
        out.n = decided ? first : truth(right, pred_value(p, n->right, w, t));
        return out;
    }
    Value b = pred_value(p, n->right, w, t);
    bool strings = left->type == TYPE_STRING;
    switch ((PredOp)n->op) {
    case OP_EQ: out.n = strings ? same_bytes(a, b) : compare(left, right, a, b) == 0; break;
    case OP_NE: out.n = strings ? !same_bytes(a, b) : compare(left, right, a, b) != 0; break;
    case OP_LT: out.n = compare(left, right, a, b) < 0; break;
    case OP_LE: out.n = compare(left, right, a, b) <= 0; break;
    case OP_GT: out.n = compare(left, right, a, b) > 0; break;
    case OP_GE: out.n = compare(left, right, a, b) >= 0; break;
    case OP_CONTAINS: out.n = contains(a, b); break;
    default: out.n = arithmetic(p, n, a.n, b.n); break;
    }
    return out;
}

static Value literal(const Pred *p, const PredNode *n)
{
    if (n->type != TYPE_STRING)
        return (Value){.n = n->number};
    return (Value){.bytes = p->pool + n->number, .len = n->size, .kept = n->size};
}

static Value stream(const PredNode *n, const Trace *t)
{
    uint64_t len;
    Bytes kept = trace_stream(t, n->host, &len);
    return (Value){.bytes = kept.data, .len = len, .kept = kept.len};
}

Value pred_value(const Pred *p, uint32_t node, const World *w, const Trace *t)
{
    const PredNode *n = &p->nodes[node];
    Value v = {0};
    switch ((PredOp)n->op) {
    case OP_LITERAL: return literal(p, n);
    case OP_NOT: v.n = !truth(&p->nodes[n->left], pred_value(p, n->left, w, t)); return v;
    case OP_NEG: v.n = wrap(0 - (uint64_t)pred_value(p, n->left, w, t).n); return v;
    case OP_TCB:
    case OP_HOST:
    case OP_APP:
    case OP_LINK:
    case OP_WORLD: v.n = field_value(n, w); return v;
    case OP_FLIGHT:
    case OP_UNSENT: v.n = computed(n, w); return v;
    case OP_COUNT:
    case OP_ARRIVED:
    case OP_LOST: v.n = count_class(n, t); return v;
    case OP_IN_FLIGHT:
    case OP_HELD: v.n = packets(n, w); return v;
    case OP_RECEIVED: return stream(n, t);
    case OP_READ: v.n = bytes_read(n, t); return v;
    case OP_VISITED: v.n = visited(n, t); return v;
    case OP_CONNS: v.n = conns(n, w); return v;
    case OP_TIMER: v.n = timer_left(n, w); return v;
    case OP_EDGES: v.n = edges(n, t); return v;
    case OP_TIME: v.n = number_of(w->now); return v;
    case OP_ROWS: v.n = w->rows; return v;
    case OP_QUIET: v.n = world_quiet(w); return v;
    default: return binary(p, n, w, t);
    }
}

bool pred_true(const Pred *p, const World *w, const Trace *t)
{
    uint32_t root = p->count - 1;
    return truth(&p->nodes[root], pred_value(p, root, w, t));
}

int64_t pred_number(const Pred *p, const World *w, const Trace *t)
{
    uint32_t root = p->count - 1;
    Value v = pred_value(p, root, w, t);
    return p->nodes[root].type == TYPE_STRING ? number_of(v.len) : v.n;
}
