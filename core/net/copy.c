/*
 * copy.c: a world copied by what is in use.
 *
 * Free slots are all zero, a law of the pools; so a copy need not touch them, except where the
 * target had something. A search makes millions of copies, each of a world whose pools are nearly
 * empty.
 *
 *     | World | conns: used, free, used | their sents, ranges, rings | packets | frames |
 *       copy          copy  zero  copy
 *
 * What a ring holds beyond its length (and beyond what waits behind a hole) is never read; where
 * nothing is in it, it is left as it is.
 */
#include "core/net/parts.h"

/* A call of its own: for a size that it knows the compiler would choose an instruction that takes
 * longer to begin than this takes to end. */
__attribute__((noinline)) static void copy(void *to, const void *from, size_t len)
{
    memcpy(to, from, len);
}

static bool ring_in_use(const Tcb *t)
{
    return t->tx.len > 0 || t->rx.len > 0 || t->range_count > 0;
}

static void copy_conn(World *to, const World *from, size_t i)
{
    uint8_t *t = (uint8_t *)to;
    const uint8_t *f = (const uint8_t *)from;
    const size_t sents = from->shape.sent_cap * sizeof(Sent);
    const size_t ranges = from->shape.range_cap * sizeof(SeqRange);
    const size_t rings = 2 * (size_t)from->shape.ring_bytes;
    const size_t conn_at = from->conns_at + i * sizeof(Tcb), sents_at = from->sents_at + i * sents;
    const size_t ranges_at = from->ranges_at + i * ranges;
    const size_t rings_at = from->rings_at + (i - 1) * rings;
    const Tcb *source = &world_conns(from)[i], *target = &world_conns(to)[i];
    if (!source->used) {
        memset(t + conn_at, 0, sizeof(Tcb));
        memset(t + sents_at, 0, sents);
        memset(t + ranges_at, 0, ranges);
        memset(t + rings_at, 0, rings);
        return;
    }
    if (source->sent_count | target->sent_count)
        copy(t + sents_at, f + sents_at, sents);
    if (source->range_count | target->range_count)
        copy(t + ranges_at, f + ranges_at, ranges);
    if (ring_in_use(source))
        copy(t + rings_at, f + rings_at, rings);
    copy(t + conn_at, f + conn_at, sizeof(Tcb));
}

static void copy_packets(World *to, const World *from)
{
    const Packet *p = world_packets(from);
    Packet *q = (Packet *)(void *)((uint8_t *)to + to->packets_at);
    const uint8_t *source = (const uint8_t *)from + from->frames_at;
    uint8_t *target = (uint8_t *)to + to->frames_at;
    for (size_t i = 1; i <= from->shape.packets; i++) {
        if (p[i].place == PACKET_FREE && q[i].place == PACKET_FREE)
            continue;
        size_t at = i * shape_frame(&from->shape);
        if (q[i].len > p[i].len)
            memset(target + at + p[i].len, 0, (size_t)q[i].len - p[i].len);
        q[i] = p[i];
        copy(target + at, source + at, p[i].len);
    }
}

void world_copy(World *to, const World *from)
{
    CHECK(to->size == from->size && to->conns_at == from->conns_at);
    for (size_t i = 1; i <= from->shape.conns; i++)
        if (world_conns(from)[i].used || world_conns(to)[i].used)
            copy_conn(to, from, i);
    copy_packets(to, from);
    size_t socks = (size_t)(from->size - from->socks_at);
    if (socks > 0)
        copy((uint8_t *)to + to->socks_at, (const uint8_t *)from + from->socks_at, socks);
    copy(to, from, sizeof *to);
}
