/*
 * repack.c: the same moment in a smaller world.
 *
 * A learner's world has room for megabytes; a search copies its world a million times a second and
 * wants it small. What is used keeps its index, so that what happens next takes the same slots in
 * both; buffers become as small as what they hold allows. So the windows that future segments
 * announce are smaller, and new connections agree on smaller segments; nothing else differs.
 */
#include "core/net/parts.h"

/* Room that is left in every pool for what may come. */
enum { SPARE_CONNS = 2, SPARE_PACKETS = 8, SPARE_SENT = 6, RING_MIN = 64, MTU_MIN = 104 };

/* Bytes that a ring must hold for what has arrived. */
static uint32_t received(const Tcb *t, const SeqRange *ranges)
{
    uint32_t rx = t->rx.len;
    for (uint16_t i = 0; i < t->range_count; i++)
        rx = max_u32(rx, t->rx.len + seq_distance(t->rcv.nxt, ranges[i].to));
    return rx;
}

Shape world_tight_shape(const World *w)
{
    Shape s = {.range_cap = 3, .sent_cap = SPARE_SENT, .ring_bytes = RING_MIN, .mtu = MTU_MIN};
    const SeqRange *ranges = (const SeqRange *)(const void *)((const uint8_t *)w + w->ranges_at);
    uint32_t rx = 0, tx = 0; /* what one end has still to send, the other will have to hold */
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (!t->used)
            continue;
        s.conns = i;
        s.sent_cap = (uint16_t)max_u32(s.sent_cap, t->sent_count + SPARE_SENT);
        s.range_cap = (uint16_t)max_u32(s.range_cap, t->range_count + 2u);
        rx = max_u32(rx, received(t, ranges + (size_t)i * w->shape.range_cap));
        tx = max_u32(tx, t->tx.len);
    }
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        const Packet *p = &world_packets(w)[i];
        if (p->place == PACKET_FREE)
            continue;
        s.packets = i;
        s.mtu = max_u32(s.mtu, p->len);
    }
    s.conns = (uint16_t)min_u32(max_u32(s.conns + SPARE_CONNS, 5), w->shape.conns);
    s.packets = (uint16_t)min_u32(s.packets + SPARE_PACKETS, w->shape.packets);
    s.sent_cap = (uint16_t)min_u32(s.sent_cap, w->shape.sent_cap);
    s.range_cap = (uint16_t)min_u32(s.range_cap, w->shape.range_cap);
    s.ring_bytes = min_u32((RING_MIN + rx + tx + 7) & ~7u, w->shape.ring_bytes);
    s.mtu = min_u32((s.mtu + 7) & ~7u, w->shape.mtu);
    return s;
}

/* Bytes in use, and those parked behind them, to the front of a smaller ring. */
static void move_ring(Ring *r, const uint8_t *from, const Ring *old, uint8_t *to, uint32_t at,
                      uint32_t cap)
{
    r->at = at;
    r->head = 0;
    r->cap = min_u32(old->cap, cap);
    for (uint32_t i = 0; i < r->cap; i++)
        to[at + i] = from[old->at + (old->head + i) % old->cap];
}

static void move_conn(World *w, const World *from, uint16_t i)
{
    Pools p = world_pools(w);
    const uint8_t *base = (const uint8_t *)from;
    const Tcb *old = &world_conns(from)[i];
    const Sent *sents =
        (const Sent *)(const void *)(base + from->sents_at) + (size_t)i * from->shape.sent_cap;
    const SeqRange *ranges = (const SeqRange *)(const void *)(base + from->ranges_at) +
                             (size_t)i * from->shape.range_cap;
    Tcb *t = &p.conns[i];
    if (!old->used)
        return;
    *t = *old;
    t->sent_head = 0;
    for (uint16_t k = 0; k < old->sent_count; k++)
        p.sents[(size_t)i * p.sent_cap + k] = sents[(old->sent_head + k) % from->shape.sent_cap];
    for (uint16_t k = 0; k < old->range_count; k++)
        p.ranges[(size_t)i * p.range_cap + k] = ranges[k];
    uint32_t at = (i - 1u) * 2 * p.ring_cap;
    move_ring(&t->tx, base + from->rings_at, &old->tx, p.bytes, at, p.ring_cap);
    move_ring(&t->rx, base + from->rings_at, &old->rx, p.bytes, at + p.ring_cap, p.ring_cap);
}

World *world_repack(void *mem, const Shape *shape, const World *from)
{
    World *w = world_init(mem, shape, from->seed);
    World head = *from;
    head.size = w->size;
    head.shape = w->shape;
    head.conns_at = w->conns_at;
    head.sents_at = w->sents_at;
    head.ranges_at = w->ranges_at;
    head.packets_at = w->packets_at;
    head.frames_at = w->frames_at;
    head.rings_at = w->rings_at;
    head.socks_at = w->socks_at;
    head.interests_at = w->interests_at;
    *w = head;
    for (uint16_t i = 1; i <= shape->conns && i <= from->shape.conns; i++)
        move_conn(w, from, i);
    Pools p = world_pools(w);
    for (uint16_t i = 1; i <= shape->packets && i <= from->shape.packets; i++) {
        Bytes frame = world_frame(from, (PktId){i});
        p.packets[i] = world_packets(from)[i];
        if (frame.len > 0)
            memcpy(p.frames + (size_t)i * p.frame_cap, frame.data, frame.len);
    }
    return w;
}
