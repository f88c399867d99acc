/*
 * copy.c: a world copied by what is in use.
 *
 * Free slots are all zero, a law of the pools; so a copy need not touch them, except where the
 * target had something. A search makes millions of copies, each of a world whose pools are nearly
 * empty.
 *
 *     | World | conns: used, free, used | their sents, ranges, rings | packets | frames |
 *       copy          copy  zero  copy
 */
#include "core/net/parts.h"

/* One slot of a pool: copied if `from` uses it, zeroed if only `to` does. */
static inline void slot(uint8_t *to, const uint8_t *from, size_t len, bool used)
{
    if (used)
        memcpy(to, from, len);
    else
        memset(to, 0, len);
}

static void copy_conns(World *to, const World *from)
{
    uint8_t *t = (uint8_t *)to;
    const uint8_t *f = (const uint8_t *)from;
    const size_t sents = from->shape.sent_cap * sizeof(Sent);
    const size_t ranges = from->shape.range_cap * sizeof(SeqRange);
    const size_t rings = 2 * (size_t)from->shape.ring_bytes;
    for (size_t i = 1; i <= from->shape.conns; i++) {
        bool used = world_conns(from)[i].used;
        if (!used && !world_conns(to)[i].used)
            continue;
        const size_t at[] = {from->conns_at + i * sizeof(Tcb), from->sents_at + i * sents,
                             from->ranges_at + i * ranges, from->rings_at + (i - 1) * rings};
        slot(t + at[0], f + at[0], sizeof(Tcb), used);
        slot(t + at[1], f + at[1], sents, used);
        slot(t + at[2], f + at[2], ranges, used);
        slot(t + at[3], f + at[3], rings, used);
    }
}

static void copy_packets(World *to, const World *from)
{
    const Packet *p = world_packets(from);
    Packet *q = (Packet *)(void *)((uint8_t *)to + to->packets_at);
    const uint8_t *source = (const uint8_t *)from + from->frames_at;
    uint8_t *target = (uint8_t *)to + to->frames_at;
    for (size_t i = 1; i <= from->shape.packets; i++) {
        size_t at = i * from->shape.mtu;
        if (q[i].place != PACKET_FREE && q[i].len > p[i].len)
            memset(target + at + p[i].len, 0, (size_t)q[i].len - p[i].len);
        if (p[i].place == PACKET_FREE && q[i].place == PACKET_FREE)
            continue;
        q[i] = p[i];
        memcpy(target + at, source + at, p[i].len);
    }
}

void world_copy(World *to, const World *from)
{
    CHECK(to->size == from->size && to->conns_at == from->conns_at);
    copy_conns(to, from);
    copy_packets(to, from);
    size_t socks = (size_t)(from->size - from->socks_at);
    memcpy((uint8_t *)to + to->socks_at, (const uint8_t *)from + from->socks_at, socks);
    *to = *from;
}
