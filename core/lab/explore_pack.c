/*
 * explore_pack.c: a world as what differs from the root, piece by piece.
 *
 *     conns in use | packets in use (4) | header | conn: its pieces, sents, ranges, rings | ... |
 *     packet, frame | ...
 *
 * A piece is there whole or not at all: to look for single words takes longer than it saves. Slots
 * that neither the world nor the root uses are all zero in both (a law of the pools) and cost
 * nothing, not even a look.
 */
#include "core/lab/explore_table.h"

#include <stddef.h>
#include <string.h>

/* A piece of memory that is packed only if it differs. */
typedef struct Piece {
    uint16_t at, bytes;
} Piece;

#define FROM(owner, first, last)                                       \
    {                                                                  \
        (uint16_t) offsetof(owner, first),                             \
            (uint16_t)(offsetof(owner, last) - offsetof(owner, first)) \
    }
#define REST(owner, first)                                                                    \
    {                                                                                         \
        (uint16_t) offsetof(owner, first), (uint16_t)(sizeof(owner) - offsetof(owner, first)) \
    }

/* What moves change often lies apart from what they rarely or never do (settings). */
static const Piece header_pieces[] = {
    FROM(World, now, shape),
    FROM(World, rows, conns_at),
    FROM(World, hosts[0].fast_open, hosts[1].knob),
    FROM(World, hosts[1].fast_open, apps),
    FROM(World, apps, links),
    FROM(World, links, armed),
    FROM(World, rules_off, hosts[0].fast_open),
    FROM(World, hosts[1].knob, hosts[1].fast_open),
    REST(World, armed),
};
static const Piece conn_pieces[] = {
    FROM(Tcb, due, opt),         FROM(Tcb, opt, agreed),          FROM(Tcb, agreed, rec),
    FROM(Tcb, rec, ccs.hystart), FROM(Tcb, ccs.hystart, ccs.use), REST(Tcb, ccs.use),
};
enum {
    HEADER_PIECES = sizeof header_pieces / sizeof *header_pieces,
    CONN_PIECES = sizeof conn_pieces / sizeof *conn_pieces,
    LIST_PIECES = 3
};

/* A word that tells which pieces follow, and those. */
static uint64_t *pack_pieces(uint64_t *to, const void *root, const void *w, const Piece *pieces,
                             int n)
{
    uint64_t which = 0;
    uint64_t *next = to + 1;
    for (int i = 0; i < n; i++) {
        const uint8_t *base = (const uint8_t *)root + pieces[i].at;
        const uint8_t *mine = (const uint8_t *)w + pieces[i].at;
        if (memcmp(base, mine, pieces[i].bytes) == 0)
            continue;
        which |= (uint64_t)1 << i;
        memcpy(next, mine, pieces[i].bytes);
        next += pieces[i].bytes / 8;
    }
    *to = which;
    return next;
}

static const uint64_t *unpack_pieces(const uint64_t *from, void *w, const Piece *pieces, int n)
{
    uint64_t which = *from++;
    for (int i = 0; i < n; i++) {
        if (!(which >> i & 1))
            continue;
        memcpy((uint8_t *)w + pieces[i].at, from, pieces[i].bytes);
        from += pieces[i].bytes / 8;
    }
    return from;
}

/* A connection's lists: elements sent, ranges, rings. Absent where they are empty and the root has
 * no such connection. */
typedef struct Lists {
    size_t at[LIST_PIECES], bytes[LIST_PIECES];
} Lists;

static Lists lists_of(const World *root, const World *w, size_t slot)
{
    const Tcb *t = &world_conns(w)[slot];
    const size_t sents = w->shape.sent_cap * sizeof(Sent);
    const size_t ranges = w->shape.range_cap * sizeof(SeqRange);
    const size_t rings = 2 * (size_t)w->shape.ring_bytes;
    const bool old = world_conns(root)[slot].used;
    Lists l = {.at = {w->sents_at + slot * sents, w->ranges_at + slot * ranges,
                      w->rings_at + (slot - 1) * rings}};
    if (old || t->sent_head + t->sent_count > w->shape.sent_cap) {
        l.bytes[0] = sents;
    } else {
        l.at[0] += t->sent_head * sizeof(Sent);
        l.bytes[0] = t->sent_count * sizeof(Sent);
    }
    if (old || t->range_count > 0)
        l.bytes[1] = ranges;
    if (old || t->tx.len > 0 || t->rx.len > 0 || t->range_count > 0)
        l.bytes[2] = rings;
    return l;
}

enum { PACKET_WORDS = sizeof(Packet) / 8, PACKET_MASKS = 4, FRONT = 1 + PACKET_MASKS };
_Static_assert(sizeof(World) % 8 == 0 && sizeof(Tcb) % 8 == 0 && sizeof(Sent) % 8 == 0 &&
                   sizeof(SeqRange) % 8 == 0 && sizeof(Packet) % 8 == 0,
               "worlds are made of words");

static size_t words_of(size_t bytes)
{
    return (bytes + 7) / 8;
}

size_t pack_room(const World *root)
{
    return (size_t)root->size + 1024; /* a word for each slot beside the pieces */
}

size_t pack_world(const World *root, const World *w, uint64_t *out)
{
    const uint8_t *mine = (const uint8_t *)w;
    uint64_t *to = out + FRONT;
    memset(out, 0, FRONT * sizeof *out);
    to = pack_pieces(to, root, w, header_pieces, HEADER_PIECES);
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        if (!world_conns(w)[i].used && !world_conns(root)[i].used)
            continue;
        out[0] |= (uint64_t)1 << i;
        to = pack_pieces(to, &world_conns(root)[i], &world_conns(w)[i], conn_pieces, CONN_PIECES);
        Lists l = lists_of(root, w, i);
        for (int k = 0; k < LIST_PIECES; k++)
            if (l.bytes[k] > 0) {
                memcpy(to, mine + l.at[k], l.bytes[k]);
                to += l.bytes[k] / 8;
            }
    }
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        const Packet *p = &world_packets(w)[i];
        if (p->place == PACKET_FREE)
            continue;
        out[1 + i / 64] |= (uint64_t)1 << i % 64;
        memcpy(to, p, sizeof *p);
        to += PACKET_WORDS;
        to[words_of(p->len) - (p->len > 0)] = 0; /* no byte of the last word is left to chance */
        memcpy(to, world_frame(w, (PktId){i}).data, p->len);
        to += words_of(p->len);
    }
    return (size_t)(to - out) * 8;
}

static void unpack_packets(const World *root, const uint64_t *from, const uint64_t *masks, World *w)
{
    uint8_t *mine = (uint8_t *)w;
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        Packet *p = (Packet *)(void *)(mine + w->packets_at) + i;
        uint8_t *frame = mine + w->frames_at + (size_t)i * w->shape.mtu;
        bool used = masks[i / 64] >> i % 64 & 1;
        if (world_packets(root)[i].place != PACKET_FREE) {
            memset(frame, 0, p->len);
            memset(p, 0, sizeof *p);
        }
        if (!used)
            continue;
        memcpy(p, from, sizeof *p);
        memcpy(frame, from + PACKET_WORDS, p->len);
        from += PACKET_WORDS + words_of(p->len);
    }
}

void unpack_world(const World *root, const uint64_t *in, World *w)
{
    uint8_t *mine = (uint8_t *)w;
    world_copy(w, root);
    const uint64_t *from = unpack_pieces(in + FRONT, w, header_pieces, HEADER_PIECES);
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        if (!(in[0] >> i & 1))
            continue;
        from = unpack_pieces(from, mine + w->conns_at + i * sizeof(Tcb), conn_pieces, CONN_PIECES);
        Lists l = lists_of(root, w, i);
        for (int k = 0; k < LIST_PIECES; k++)
            if (l.bytes[k] > 0) {
                memcpy(mine + l.at[k], from, l.bytes[k]);
                from += l.bytes[k] / 8;
            }
    }
    unpack_packets(root, from, in + 1, w);
}
