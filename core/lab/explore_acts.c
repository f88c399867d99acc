/*
 * explore_acts.c: what may happen at a moment, within the bounds, and making it happen.
 *
 * A segment may arrive (1) at its due time or now, whichever is later, (2) if no timer goes off
 * before that, (3) if it is the first of its direction, or a copy, or an overtaking is left; a copy
 * is an old duplicate: it neither waits nor makes others wait. It may be lost, doubled or damaged
 * when its turn has come: to lose it earlier would lead to the same worlds. Only the next timer can
 * go off; it costs a "late" if a segment should have arrived before. A program that wants to act
 * now acts before anything else happens.
 *
 * What is older than the lifetime dies without a word, after every act.
 */
#include "core/lab/explore_private.h"

#include <string.h>

const Shape SHAPE_EXPLORE = {
    .conns = 5, .packets = 10, .sent_cap = 6, .range_cap = 3, .ring_bytes = 64, .mtu = 104};

/* ---- looking ---- */

static bool is_copy(const Packet *p)
{
    return (p->flags & PACKET_DUPLICATE) != 0;
}

static Nanos arrival(const World *w, const Packet *p)
{
    return max_u64(p->due, w->now);
}

static bool dead(const Packet *p, Nanos at, Nanos lifetime)
{
    return lifetime > 0 && at - p->sent_at > lifetime;
}

/* The connection whose timer is the next to fire; 0: none. */
static uint16_t next_timer(const World *w, Nanos *due)
{
    uint16_t best = 0;
    *due = NANOS_NEVER;
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        Nanos at = t->used ? tcp_next_due(t) : NANOS_NEVER;
        if (at < *due) {
            *due = at;
            best = i;
        }
    }
    return best;
}

/* The host whose program wants to act now; HOST_COUNT: none. */
static HostId busy_app(const World *w)
{
    if (w->apps[HOST_A].kind == APP_NONE && w->apps[HOST_B].kind == APP_NONE)
        return HOST_COUNT;
    Move m;
    bool any = world_moves(w, MOVE_APP, &m, 1) > 0;
    if (any && m.at <= w->now)
        return (HostId)(m.conn.v - 1);
    return HOST_COUNT;
}

/* ---- listing ---- */

typedef struct List {
    Act *out;
    uint32_t n;
} List;

static void add(List *l, ActKind kind, uint32_t index)
{
    if (l->n < EXPLORE_ACTS)
        l->out[l->n++] = (Act){(uint8_t)kind, (uint8_t)index};
}

static void add_packet(List *l, const ExploreAsk *ask, const Play *p, uint16_t slot, bool first)
{
    const Packet *k = &world_packets(p->w)[slot];
    const ExploreBounds *b = &ask->bounds;
    bool turn = first || is_copy(k);
    if (turn || p->spent.reorders < b->reorders)
        add(l, ACT_DELIVER, slot);
    if (!turn)
        return;
    bool may_lose = b->drop_from == 0 || (b->drop_from >> k->from & 1);
    if (may_lose && !is_copy(k) && p->spent.drops < b->drops)
        add(l, ACT_DROP, slot);
    if (!is_copy(k) && p->spent.dups < b->dups)
        add(l, ACT_DUPLICATE, slot);
    if (p->spent.corrupts < b->corrupts && !(k->flags & PACKET_CORRUPT))
        add(l, ACT_CORRUPT, slot);
}

static void add_direction(List *l, const ExploreAsk *ask, const Play *p, HostId from, Nanos until,
                          bool *waiting)
{
    const Packet *packets = world_packets(p->w);
    bool first = true;
    for (uint16_t i = p->w->links[from].head; i; i = packets[i].next) {
        Nanos at = arrival(p->w, &packets[i]);
        if (at > until || dead(&packets[i], at, ask->bounds.lifetime))
            continue;
        add_packet(l, ask, p, i, first);
        if (!is_copy(&packets[i])) {
            first = false;
            *waiting = true;
        }
    }
}

static void add_calls(List *l, const ExploreAsk *ask, const Play *p)
{
    for (uint32_t i = 0; i < ask->call_count; i++) {
        const ExploreCall *c = &ask->calls[i];
        bool ready = p->spent.calls[i] < c->times;
        for (uint32_t k = 0; k < ask->call_count; k++)
            ready = ready && (!(c->after >> k & 1) || p->spent.calls[k] > 0);
        if (ready)
            add(l, ACT_CALL, i);
    }
}

uint32_t explore_acts(const ExploreAsk *ask, const Play *p, Act *out)
{
    List l = {out, 0};
    HostId busy = busy_app(p->w);
    if (busy < HOST_COUNT) {
        add(&l, ACT_APP, busy);
        return l.n;
    }
    Nanos timer_due;
    uint16_t timer = next_timer(p->w, &timer_due);
    bool waiting = false;
    for (HostId h = 0; h < HOST_COUNT; h++)
        add_direction(&l, ask, p, h, timer_due, &waiting);
    add_calls(&l, ask, p);
    bool may = !waiting || p->spent.lates < ask->bounds.lates;
    if (timer && may && p->spent.timers < ask->bounds.timers)
        add(&l, ACT_TIMER, timer);
    return l.n;
}

/* ---- taking ---- */

void explore_text(const World *w, const Tcb *t, uint8_t *out, uint32_t n)
{
    (void)w;
    uint32_t at = seq_distance(seq_add(t->snd.iss, 1), t->snd.buf) + t->tx.len;
    uint8_t letter = t->host == HOST_A ? 'a' : 'A';
    for (uint32_t i = 0; i < n; i++)
        out[i] = (uint8_t)(letter + ((t->number - 1u) * TAG_PLACES + (at + i) % TAG_PLACES) % 26);
}

Move explore_move(const World *w, Act a)
{
    const Packet *packets = world_packets(w);
    switch ((ActKind)a.kind) {
    case ACT_DELIVER:
        return (Move){.kind = MOVE_DELIVER, .pkt = {a.index}, .at = arrival(w, &packets[a.index])};
    case ACT_TIMER: {
        const Tcb *t = &world_conns(w)[a.index];
        return (Move){.kind = MOVE_TIMER,
                      .conn = {a.index},
                      .timer = (uint16_t)tcp_next_timer(t),
                      .at = max_u64(tcp_next_due(t), w->now)};
    }
    case ACT_APP: return (Move){.kind = MOVE_APP, .conn = {(uint16_t)(a.index + 1)}, .at = w->now};
    default: return (Move){.kind = MOVE_NONE};
    }
}

Cmd explore_command(const ExploreAsk *ask, const World *w, Act a, uint8_t *bytes, size_t cap,
                    size_t *len)
{
    *len = 0;
    if (a.kind == ACT_CALL) {
        Cmd c = ask->calls[a.index].cmd;
        const Tcb *t = c.op == CMD_SEND ? world_conn(w, c.host, c.conn) : NULL;
        if (t) {
            *len = min_u64(c.val, cap);
            explore_text(w, t, bytes, (uint32_t)*len);
            c.val = 0;
        }
        return c;
    }
    const Packet *p = &world_packets(w)[a.index];
    Cmd c = {.op = a.kind == ACT_DROP ? CMD_DROP : CMD_DUP, .key = p->row};
    if (a.kind == ACT_CORRUPT) {
        c.op = CMD_CORRUPT;
        c.val = (uint64_t)p->len * 8 - 1;
    }
    return c;
}

/* Is a segment of this direction waiting, due before `slot` (0: by `until`), that is no copy? */
static bool one_waits(const ExploreAsk *ask, const World *w, HostId from, uint16_t slot,
                      Nanos until)
{
    const Packet *k = world_packets(w);
    for (uint16_t i = w->links[from].head; i && i != slot; i = k[i].next) {
        Nanos at = arrival(w, &k[i]);
        if (!is_copy(&k[i]) && at <= until && !dead(&k[i], at, ask->bounds.lifetime))
            return true;
    }
    return false;
}

static void spend(Spent *s, const ExploreAsk *ask, const World *w, Act a)
{
    const Packet *k = &world_packets(w)[a.index];
    Nanos due;
    switch ((ActKind)a.kind) {
    case ACT_DROP: s->drops++; break;
    case ACT_DUPLICATE: s->dups++; break;
    case ACT_CORRUPT: s->corrupts++; break;
    case ACT_CALL: s->calls[a.index]++; break;
    case ACT_TIMER:
        s->timers++;
        due = tcp_next_due(&world_conns(w)[a.index]);
        s->lates = (uint8_t)(s->lates + (one_waits(ask, w, HOST_A, 0, due) ||
                                         one_waits(ask, w, HOST_B, 0, due)));
        break;
    case ACT_DELIVER:
        s->reorders = (uint8_t)(s->reorders +
                                (!is_copy(k) && one_waits(ask, w, k->from, a.index, NANOS_NEVER)));
        break;
    default: break;
    }
}

static void bury(World *w, Nanos lifetime)
{
    for (uint16_t i = 1; lifetime > 0 && i <= w->shape.packets; i++) {
        const Packet *p = &world_packets(w)[i];
        if (p->place == PACKET_FLYING && dead(p, w->now, lifetime))
            world_forget(w, (PktId){i});
    }
}

bool explore_take(const ExploreAsk *ask, Play *p, const World *before, Act a, Sink *sink)
{
    Spent spent = p->spent;
    spend(&spent, ask, p->w, a);
    Move m = explore_move(p->w, a);
    if (m.kind != MOVE_NONE) {
        world_take(p->w, m, sink);
    } else {
        uint8_t bytes[64];
        size_t len;
        Cmd c = explore_command(ask, p->w, a, bytes, sizeof bytes, &len);
        CallResult r = world_apply(p->w, &c, bytes_of(bytes, len), sink);
        if (r.status != CALL_OK)
            return false;
    }
    p->spent = spent;
    bury(p->w, ask->bounds.lifetime);
    p->seen = explore_watch(before, p->w, &p->past);
    return true;
}

/* ---- knowing a state again ---- */

/* May an application send? Then the numbers of connections matter: they name the bytes. */
static bool sends(const ExploreAsk *ask)
{
    for (uint32_t i = 0; i < ask->call_count; i++)
        if (ask->calls[i].cmd.op == CMD_SEND)
            return true;
    return false;
}

/* If nobody looks at bytes, nothing that is remembered of them votes. What is remembered of a
 * connection goes with it, not with its slot: another way to the same world may have taken another.
 */
WorldId explore_identity_with(const ExploreAsk *ask, const Play *p, CanonCache *cache)
{
    const bool bytes = ask->watch & (WATCH_PREFIX | WATCH_OLD_DATA), names = bytes || sends(ask);
    const Past *past = &p->past;
    const Tcb *conns = world_conns(p->w);
    uint64_t marks[EXPLORE_CONNS] = {0};
    for (uint32_t i = 1; i <= p->w->shape.conns; i++) {
        marks[i] = past->accepted >> i & 1;
        if (bytes && conns[i].used)
            marks[i] |= (uint64_t)past->got[i] << 8 | (uint64_t)past->tag[i] << 16 |
                        (uint64_t)past->owner[i] << 24;
        if (names && conns[i].used)
            marks[i] |= (uint64_t)conns[i].number << 32;
    }
    struct {
        Spent spent;
        uint64_t numbers[HOST_COUNT];
    } memory = {.spent = p->spent};
    for (HostId h = 0; names && h < HOST_COUNT; h++)
        memory.numbers[h] = p->w->hosts[h].numbers;
    CanonView view = {.search = true,
                      .fifo = true,
                      .lifetime = ask->bounds.lifetime,
                      .marks = marks,
                      .cache = cache};
    return identity_add(world_identity(p->w, &view), &memory, sizeof memory);
}

WorldId explore_identity(const ExploreAsk *ask, const Play *p)
{
    return explore_identity_with(ask, p, NULL);
}
