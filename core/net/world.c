/*
 * world.c: the block: its size, its beginning, and how one looks at it.
 *
 * The parts lie one behind the other, each aligned to eight bytes; the header keeps their offsets.
 * Everything that grows the world grows here and nowhere else.
 */
#include "core/net/parts.h"
#include "core/net/sock.h"

#include "core/base/hash.h"
#include "core/base/rng.h"

#include <string.h>

const Shape SHAPE_LESSON = {.conns = 16,
                            .packets = 192,
                            .sent_cap = 128,
                            .range_cap = 32,
                            .ring_bytes = 65536,
                            .mtu = 1500,
                            .socks = 16,
                            .interests = 16};
const Shape SHAPE_TINY = {
    .conns = 4, .packets = 16, .sent_cap = 8, .range_cap = 4, .ring_bytes = 64, .mtu = 128};

static uint64_t aligned(uint64_t n)
{
    return (n + 7) & ~(uint64_t)7;
}

/* Fills the offsets; returns the size. */
static uint64_t lay_out(const Shape *s, World *w)
{
    uint64_t conns = s->conns + 1u, packets = s->packets + 1u, at = aligned(sizeof(World));
    w->conns_at = at;
    at += aligned(conns * sizeof(Tcb));
    w->sents_at = at;
    at += aligned(conns * s->sent_cap * sizeof(Sent));
    w->ranges_at = at;
    at += aligned(conns * s->range_cap * sizeof(SeqRange));
    w->packets_at = at;
    at += aligned(packets * sizeof(Packet));
    w->frames_at = at;
    at += aligned(packets * shape_frame(s));
    w->rings_at = at;
    at += aligned((uint64_t)s->conns * 2 * s->ring_bytes);
    w->socks_at = at;
    at += aligned((uint64_t)HOST_COUNT * s->socks * sizeof(Sock));
    w->interests_at = at;
    at += aligned((uint64_t)HOST_COUNT * s->interests * sizeof(Interest));
    return at;
}

size_t world_size(const Shape *s)
{
    World w;
    bool sane = s->conns >= 1 && s->conns < 65535 && s->packets >= 1 && s->packets < 65535 &&
                s->sent_cap >= 2 && s->sent_cap < 32768 && s->range_cap >= 1 &&
                s->ring_bytes >= 1 && s->mtu >= 68 && s->mtu <= 65535 && s->socks <= 4096 &&
                s->interests <= 4096 && s->frame_room <= 65535 &&
                (uint64_t)s->conns * 2 * s->ring_bytes < UINT32_MAX;
    return sane ? (size_t)lay_out(s, &w) : 0;
}

static void init_host(World *w, HostId id)
{
    Host *h = &w->hosts[id];
    h->addr = 0x0a000001u + id; /* 10.0.0.1 and 10.0.0.2 */
    h->power = 1;
    h->profile = PROFILE_RFC;
    for (int i = 0; i < KNOB_COUNT; i++)
        h->knob[i] = knob_info((KnobId)i)->value[PROFILE_RFC];
    for (unsigned i = 0; i < 2; i++)
        h->isn_key[i] = rng_draw(w->seed, RNG_HOST_KEY + id, i);
}

World *world_init(void *mem, const Shape *shape, uint64_t seed)
{
    memset(mem, 0, world_size(shape));
    return world_init_zeroed(mem, shape, seed);
}

World *world_init_zeroed(void *mem, const Shape *shape, uint64_t seed)
{
    CHECK(world_size(shape) > 0);
    World *w = mem;
    w->shape = *shape;
    w->seed = seed;
    w->size = lay_out(shape, w);
    for (HostId h = 0; h < HOST_COUNT; h++) {
        init_host(w, h);
        w->links[h].delay = 50 * NANOS_MS;
    }
    return w;
}

/* ---- looking ---- */

Pools world_pools(World *w)
{
    uint8_t *base = (uint8_t *)w;
    return (Pools){.hosts = w->hosts,
                   .conns = (Tcb *)(void *)(base + w->conns_at),
                   .sents = (Sent *)(void *)(base + w->sents_at),
                   .ranges = (SeqRange *)(void *)(base + w->ranges_at),
                   .bytes = base + w->rings_at,
                   .packets = (Packet *)(void *)(base + w->packets_at),
                   .frames = base + w->frames_at,
                   .rules_off = &w->rules_off,
                   .rows = &w->rows,
                   .conn_count = w->shape.conns,
                   .packet_count = w->shape.packets,
                   .sent_cap = w->shape.sent_cap,
                   .range_cap = w->shape.range_cap,
                   .ring_cap = w->shape.ring_bytes,
                   .frame_cap = shape_frame(&w->shape),
                   .mtu = w->shape.mtu};
}

Bytes world_frame(const World *w, PktId id)
{
    CHECK(id.v >= 1 && id.v <= w->shape.packets);
    return bytes_of((const uint8_t *)w + w->frames_at + (size_t)id.v * shape_frame(&w->shape),
                    world_packets(w)[id.v].len);
}

/* How much a learner who names no connection means this one. */
static int focus_rank(const Tcb *t)
{
    return t->state == CLOSED || t->state == LISTEN ? 1 : 2;
}

const Tcb *world_conn(const World *w, HostId host, uint16_t number)
{
    const Tcb *conns = world_conns(w), *best = NULL;
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &conns[i];
        if (!t->used || t->host != host)
            continue;
        if (number == t->number)
            return t;
        if (number == 0 && (!best || focus_rank(t) > focus_rank(best) ||
                            (focus_rank(t) == focus_rank(best) && t->number > best->number)))
            best = t;
    }
    return best;
}

/* The port that the other end sees: a NAT may have changed it. */
static uint16_t seen_port(const World *w, const Tcb *t, uint32_t *addr)
{
    *addr = t->local_addr;
    for (int i = 0; w->box == BOX_NAT && t->host == HOST_A && i < FLOW_MAX; i++) {
        const Flow *f = &w->flows[i];
        if (f->used && f->a_port == t->local_port && f->b_port == t->remote_port) {
            *addr = f->a_addr;
            return f->nat_port;
        }
    }
    return t->local_port;
}

static bool are_peers(const World *w, const Tcb *t, const Tcb *u)
{
    uint32_t t_addr, u_addr;
    uint16_t t_port = seen_port(w, t, &t_addr), u_port = seen_port(w, u, &u_addr);
    return u->remote_port == t_port && t->remote_port == u_port && u->remote_addr == t_addr &&
           t->remote_addr == u_addr && tcb_v6(t) == tcb_v6(u);
}

const Tcb *world_peer(const World *w, const Tcb *t)
{
    const Tcb *conns = world_conns(w);
    if (!t || t->state == LISTEN)
        return NULL;
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *u = &conns[i];
        if (u->used && u->host != t->host && u->state != LISTEN && are_peers(w, t, u))
            return u;
    }
    return NULL;
}

PktId world_packet_of_row(const World *w, uint32_t row)
{
    const Packet *packets = world_packets(w);
    for (uint16_t i = 1; row > 0 && i <= w->shape.packets; i++)
        if (packets[i].place != PACKET_FREE && packets[i].row == row)
            return (PktId){i};
    return (PktId){0};
}

uint64_t world_digest(const World *w)
{
    return hash_bytes(w, w->size, 0);
}
