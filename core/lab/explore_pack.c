/*
 * explore_pack.c: a world as what differs from the root, slot by slot.
 *
 *     conns in use | packets in use (4) | header | conn: Tcb, sents, ranges, rings | ... | packet
 * ...
 *
 * Each piece of memory is a bit per word that differs, 64 words to a mask, then those words. Slots
 * that neither the world nor the root uses are all zero in both (a law of the pools) and cost
 * nothing, not even a look.
 */
#include "core/lab/explore_table.h"

#include <string.h>

enum { BLOCK = 64, STEP = 8 };

static bool same_words(const uint64_t *a, const uint64_t *b)
{
    uint64_t differs = 0;
    for (int i = 0; i < STEP; i++)
        differs |= a[i] ^ b[i];
    return differs == 0;
}

/* One mask and its words, for n <= BLOCK words. */
static uint64_t *pack_block(uint64_t *to, const uint64_t *root, const uint64_t *w, size_t n)
{
    uint64_t mask = 0;
    uint64_t *next = to + 1;
    for (size_t i = 0; i < n;) {
        if (i + STEP <= n && same_words(root + i, w + i)) {
            i += STEP;
            continue;
        }
        for (size_t end = i + STEP < n ? i + STEP : n; i < end; i++) {
            bool differs = root[i] != w[i];
            *next = w[i];
            next += differs;
            mask |= (uint64_t)differs << i;
        }
    }
    *to = mask;
    return next;
}

static uint64_t *pack_words(uint64_t *to, const void *root, const void *w, size_t words)
{
    for (size_t i = 0; i < words; i += BLOCK)
        to = pack_block(to, (const uint64_t *)root + i, (const uint64_t *)w + i,
                        words - i < BLOCK ? words - i : BLOCK);
    return to;
}

static const uint64_t *unpack_words(const uint64_t *from, void *w, size_t words)
{
    for (size_t i = 0; i < words; i += BLOCK) {
        uint64_t *at = (uint64_t *)w + i;
        for (uint64_t mask = *from++; mask; mask &= mask - 1)
            at[__builtin_ctzll(mask)] = *from++;
    }
    return from;
}

/* The pieces of a connection's slot: where each begins, and its words. */
typedef struct Piece {
    size_t at, words;
} Piece;
enum { PIECES = 4 };

static void pieces_of(const World *w, size_t slot, Piece *out)
{
    const size_t sents = w->shape.sent_cap * sizeof(Sent);
    const size_t ranges = w->shape.range_cap * sizeof(SeqRange);
    const size_t rings = 2 * (size_t)w->shape.ring_bytes;
    out[0] = (Piece){w->conns_at + slot * sizeof(Tcb), sizeof(Tcb) / 8};
    out[1] = (Piece){w->sents_at + slot * sents, sents / 8};
    out[2] = (Piece){w->ranges_at + slot * ranges, ranges / 8};
    out[3] = (Piece){w->rings_at + (slot - 1) * rings, rings / 8};
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
    return 2 * (size_t)root->size + 1024;
}

size_t pack_world(const World *root, const World *w, uint64_t *out)
{
    const uint8_t *base = (const uint8_t *)root, *mine = (const uint8_t *)w;
    uint64_t *to = out + FRONT;
    memset(out, 0, FRONT * sizeof *out);
    to = pack_words(to, root, w, sizeof(World) / 8);
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        if (!world_conns(w)[i].used && !world_conns(root)[i].used)
            continue;
        Piece p[PIECES];
        pieces_of(w, i, p);
        out[0] |= (uint64_t)1 << i;
        for (int k = 0; k < PIECES; k++)
            to = pack_words(to, base + p[k].at, mine + p[k].at, p[k].words);
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
    const uint64_t *from = unpack_words(in + FRONT, w, sizeof(World) / 8);
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        if (!(in[0] >> i & 1))
            continue;
        Piece p[PIECES];
        pieces_of(w, i, p);
        for (int k = 0; k < PIECES; k++)
            from = unpack_words(from, mine + p[k].at, p[k].words);
    }
    unpack_packets(root, from, in + 1, w);
}
