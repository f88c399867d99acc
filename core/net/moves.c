/*
 * moves.c: what may happen next, and letting it happen.
 *
 * One transition relation, three drivers: the clock takes the earliest move, a learner takes any, a
 * search takes all. When several are due at the same moment the order is fixed: arrivals (the
 * longest on their way first), applications, timers, the flood; so the same world always goes the
 * same way.
 */
#include "core/net/parts.h"

Ctx world_ctx(World *w, HostId host, uint32_t cause, Sink *sink)
{
    return (Ctx){
        .pools = world_pools(w), .host = host, .now = w->now, .cause = cause, .sink = sink};
}

void world_flush(World *w, Ctx *c, ConnId conn)
{
    tcp_output(c, conn);
    for (PktId id = outbox_pop(&c->pools, c->host); id.v; id = outbox_pop(&c->pools, c->host))
        link_enter(w, id, c->sink);
}

void world_speak(World *w, ConnId conn, Sink *sink)
{
    Ctx c = world_ctx(w, world_conns(w)[conn.v].host, w->cause, sink);
    world_flush(w, &c, conn);
}

/* The earliest of two moves; the first wins a tie. */
static Move earlier(Move a, Move b)
{
    return b.kind != MOVE_NONE && (a.kind == MOVE_NONE || b.at < a.at) ? b : a;
}

static Move next_delivery(const World *w)
{
    Move best = {.at = NANOS_NEVER};
    const Packet *packets = world_packets(w);
    for (HostId h = 0; h < HOST_COUNT; h++) {
        uint16_t i = w->links[h].head;
        if (!i)
            continue;
        Move m = {.kind = MOVE_DELIVER, .pkt = {i}, .at = packets[i].due};
        bool tie = best.kind && m.at == best.at && packets[i].row < packets[best.pkt.v].row;
        best = tie ? m : earlier(best, m);
    }
    return best;
}

static Move next_app(const World *w)
{
    Move best = {.at = NANOS_NEVER};
    for (HostId h = 0; h < HOST_COUNT; h++) {
        Nanos due = app_due(w, h);
        if (due != NANOS_NEVER)
            best = earlier(
                best,
                (Move){.kind = MOVE_APP, .conn = {(uint16_t)(h + 1)}, .at = max_u64(due, w->now)});
    }
    return best;
}

static Move timer_of(const World *w, uint16_t i)
{
    const Tcb *t = &world_conns(w)[i];
    Nanos due = tcp_next_due(t);
    if (due == NANOS_NEVER)
        return (Move){.at = NANOS_NEVER};
    return (Move){.kind = MOVE_TIMER, .conn = {i}, .timer = (uint16_t)tcp_next_timer(t), .at = due};
}

static Move next_timer(const World *w)
{
    Move best = {.at = NANOS_NEVER};
    for (uint16_t i = 1; i <= w->shape.conns; i++)
        best = earlier(best, timer_of(w, i));
    return best;
}

static Move next_flood(const World *w)
{
    if (!w->flood.on)
        return (Move){.at = NANOS_NEVER};
    return (Move){.kind = MOVE_FLOOD, .at = max_u64(w->flood.next, w->now)};
}

Move world_next(const World *w)
{
    return earlier(earlier(earlier(next_delivery(w), next_app(w)), next_timer(w)), next_flood(w));
}

static void list(Move m, Move *out, uint32_t cap, uint32_t *n)
{
    if (m.kind == MOVE_NONE)
        return;
    if (*n < cap)
        out[*n] = m;
    ++*n;
}

uint32_t world_moves(const World *w, uint32_t kinds, Move *out, uint32_t cap)
{
    uint32_t n = 0;
    const Packet *packets = world_packets(w);
    for (int kind = MOVE_DELIVER; kind <= MOVE_DUPLICATE; kind *= 2)
        for (uint16_t i = 1; (kinds & (unsigned)kind) && i <= w->shape.packets; i++)
            if (packets[i].place == PACKET_FLYING || packets[i].place == PACKET_HELD)
                list((Move){.kind = (uint16_t)kind, .pkt = {i}, .at = packets[i].due}, out, cap,
                     &n);
    if (kinds & MOVE_APP)
        list(next_app(w), out, cap, &n);
    for (uint16_t i = 1; (kinds & MOVE_TIMER) && i <= w->shape.conns; i++)
        list(timer_of(w, i), out, cap, &n);
    if (kinds & MOVE_FLOOD)
        list(next_flood(w), out, cap, &n);
    return n;
}

static void take_timer(World *w, Move m, Sink *sink)
{
    const Tcb *t = &world_conns(w)[m.conn.v];
    if (!t->used || !timer_armed(t, (TimerId)m.timer))
        return;
    Ctx c = world_ctx(w, t->host, 0, sink);
    tcp_timeout(&c, m.conn, (TimerId)m.timer);
    w->apps[c.host].woken_row = w->rows;
    world_flush(w, &c, m.conn);
}

void world_take(World *w, Move m, Sink *sink)
{
    if (m.at != NANOS_NEVER)
        w->now = max_u64(w->now, m.at);
    uint32_t row = m.pkt.v ? world_packets(w)[m.pkt.v].row : 0;
    switch ((MoveKind)m.kind) {
    case MOVE_DELIVER:
        link_remove(w, m.pkt);
        link_deliver(w, m.pkt, row, sink);
        break;
    case MOVE_DROP:
        link_remove(w, m.pkt);
        link_lose(w, m.pkt, LOST_BY_HAND, 0, sink);
        break;
    case MOVE_DUPLICATE: link_duplicate(w, m.pkt, 0, 0, sink); break;
    case MOVE_TIMER: take_timer(w, m, sink); break;
    case MOVE_APP: app_act(w, (HostId)(m.conn.v - 1), sink); break;
    case MOVE_FLOOD: flood_act(w, sink); break;
    default: break;
    }
}

bool world_step(World *w, Sink *sink)
{
    Move m = world_next(w);
    if (m.kind == MOVE_NONE)
        return false;
    world_take(w, m, sink);
    return true;
}

void world_wait(World *w, Nanos to)
{
    CHECK(to >= w->now);
    w->now = to;
}

void world_forget(World *w, PktId id)
{
    Pools p = world_pools(w);
    link_remove(w, id);
    packet_free(&p, id);
}

/* Timers that may run for minutes or hours without anything being wrong. */
static bool patient(TimerId id)
{
    return id == TIMER_2MSL || id == TIMER_FIN_WAIT_2 || id == TIMER_KEEPALIVE ||
           id == TIMER_USER || id == TIMER_PERSIST;
}

/* Does a segment wait for the learner's word? Then the timers wait with it. */
static bool holding(const World *w)
{
    for (uint16_t i = 1; w->hold && i <= w->shape.packets; i++)
        if (world_packets(w)[i].place == PACKET_HELD)
            return true;
    return false;
}

bool world_quiet(const World *w)
{
    for (HostId h = 0; h < HOST_COUNT; h++)
        if (w->links[h].head || app_due(w, h) <= w->now)
            return false;
    for (uint16_t i = 1; !holding(w) && i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        for (int id = 0; t->used && id < TIMER_COUNT; id++)
            if (timer_armed(t, (TimerId)id) && !patient((TimerId)id))
                return false;
    }
    return true;
}
