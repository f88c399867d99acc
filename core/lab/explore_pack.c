/*
 * explore_pack.c: a world as what differs from worlds seen before, word by word.
 *
 *     conns in use | packets in use (4) | header | conn: its words, sents, ranges, rings | ... |
 *     packet, frame | ...
 *
 * The header is compared with the root's; what only commands change is not even looked at. A
 * connection is compared with a model: the first connection that was packed in this slot and state.
 * Two of them differ in little: some times, some numbers. So a state that waits takes a few hundred
 * bytes, and to write and read them is most of what it costs.
 *
 * An act touches the connections of one host at most. Those of the other are as they were in the
 * state before: their packed words are copied as they are, and going back to the state before need
 * not copy them at all. A test follows random runs to see that nothing is forgotten.
 */
#include "core/lab/explore_table.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    TCB_WORDS = sizeof(Tcb) / 8,
    MASK_BITS = 64,
    TCB_MASKS = (TCB_WORDS + MASK_BITS - 1) / MASK_BITS,
    PACKET_WORDS = sizeof(Packet) / 8,
    PACKET_MASKS = 4,
    FRONT = 1 + PACKET_MASKS,
    MODEL_STATES = TIME_WAIT + 1
};
_Static_assert(sizeof(World) % 8 == 0 && sizeof(Tcb) % 8 == 0 && sizeof(Sent) % 8 == 0 &&
                   sizeof(SeqRange) % 8 == 0 && sizeof(Packet) % 8 == 0,
               "worlds are made of words");

/* ---- the header: what moves and calls change ---- */

typedef struct Piece {
    uint16_t at, bytes;
} Piece;

#define FROM(first, last)                                              \
    {                                                                  \
        (uint16_t) offsetof(World, first),                             \
            (uint16_t)(offsetof(World, last) - offsetof(World, first)) \
    }
static const Piece pieces[] = {
    FROM(now, shape), FROM(rows, conns_at), FROM(hosts[0].fast_open, hosts[1].knob),
    FROM(hosts[1].fast_open, armed), /* with the applications and links */
};
enum { PIECES = sizeof pieces / sizeof *pieces };
_Static_assert((offsetof(World, shape) - offsetof(World, now) + offsetof(World, conns_at) -
                offsetof(World, rows) + offsetof(World, hosts[1].knob) -
                offsetof(World, hosts[0].fast_open) + offsetof(World, armed) -
                offsetof(World, hosts[1].fast_open)) /
                       8 <=
                   MASK_BITS,
               "one mask is enough for the header");

/* Rules that wait for a packet, a box on the path, a flood: only where the root has some. */
enum { PATH_AT = offsetof(World, armed), PATH_BYTES = sizeof(World) - PATH_AT };

static bool path_varies(const World *root)
{
    bool any = root->box || root->flood.on;
    for (int i = 0; i < ARMED_MAX; i++)
        any = any || root->armed[i].used;
    return any;
}

/* ---- words ---- */

static inline uint64_t word(const void *p, size_t i)
{
    uint64_t x;
    memcpy(&x, (const uint8_t *)p + i * 8, sizeof x);
    return x;
}

static inline void set_word(void *p, size_t i, uint64_t x)
{
    memcpy((uint8_t *)p + i * 8, &x, sizeof x);
}

#ifdef __SSE2__
static inline __m128i pair_equal(const uint8_t *a, const uint8_t *b, int i)
{
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)a + i);
    __m128i y = _mm_loadu_si128((const __m128i *)(const void *)b + i);
    return _mm_cmpeq_epi32(x, y);
}

/* Which of eight words differ. A word is equal if both its halves are. */
static inline uint64_t eight_differ(const uint8_t *a, const uint8_t *b)
{
    __m128i low = _mm_packs_epi32(pair_equal(a, b, 0), pair_equal(a, b, 1));
    __m128i high = _mm_packs_epi32(pair_equal(a, b, 2), pair_equal(a, b, 3));
    __m128i words = _mm_packs_epi32(_mm_cmpeq_epi32(low, _mm_set1_epi32(-1)),
                                    _mm_cmpeq_epi32(high, _mm_set1_epi32(-1)));
    words = _mm_packs_epi16(words, words); /* a byte for each */
    return ~(uint64_t)(unsigned)_mm_movemask_epi8(words) & 0xff;
}
#endif

/* Which of n words differ. */
static inline uint64_t differing(const void *base, const void *mine, size_t n)
{
    uint64_t mask = 0;
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 8 <= n; i += 8)
        mask |= eight_differ((const uint8_t *)base + i * 8, (const uint8_t *)mine + i * 8) << i;
#endif
    for (; i < n; i++)
        mask |= (uint64_t)(word(base, i) != word(mine, i)) << i;
    return mask;
}

static inline uint64_t *put_words(uint64_t *to, const void *mine, uint64_t mask)
{
    for (; mask; mask &= mask - 1)
        *to++ = word(mine, (size_t)__builtin_ctzll(mask));
    return to;
}

static inline const uint64_t *get_words(const uint64_t *from, void *mine, uint64_t mask)
{
    for (; mask; mask &= mask - 1)
        set_word(mine, (size_t)__builtin_ctzll(mask), *from++);
    return from;
}

static size_t words_of(size_t bytes)
{
    return (bytes + 7) / 8;
}

/* A call of its own: see core/net/copy.c. */
__attribute__((noinline)) static void copy(void *to, const void *from, size_t len)
{
    memcpy(to, from, len);
}

/* The same for what is often empty or short. */
static inline void copy_few(void *to, const void *from, size_t len)
{
    if (len > 0)
        copy(to, from, len);
}

/* ---- the header ---- */

static uint64_t *pack_header(const Packer *p, const World *w, uint64_t *to)
{
    const uint8_t *base = (const uint8_t *)p->root, *mine = (const uint8_t *)w;
    uint64_t *mask = to++;
    size_t at = 0;
    *mask = 0;
    for (int i = 0; i < PIECES; i++) {
        uint64_t changed =
            differing(base + pieces[i].at, mine + pieces[i].at, pieces[i].bytes / 8u);
        to = put_words(to, mine + pieces[i].at, changed);
        *mask |= changed << at;
        at += pieces[i].bytes / 8u;
    }
    if (p->path) {
        memcpy(to, mine + PATH_AT, PATH_BYTES);
        to += PATH_BYTES / 8;
    }
    return to;
}

static void copy_header(const Packer *p, World *to, const World *from)
{
    uint8_t *t = (uint8_t *)to;
    const uint8_t *f = (const uint8_t *)from;
    for (int i = 0; i < PIECES; i++)
        memcpy(t + pieces[i].at, f + pieces[i].at, pieces[i].bytes);
    if (p->path)
        memcpy(t + PATH_AT, f + PATH_AT, PATH_BYTES);
}

static const uint64_t *unpack_header(const Packer *p, const uint64_t *from, World *w)
{
    uint8_t *mine = (uint8_t *)w;
    uint64_t mask = *from++;
    copy_header(p, w, p->root);
    for (int i = 0; i < PIECES; i++) {
        size_t n = pieces[i].bytes / 8u;
        from = get_words(from, mine + pieces[i].at, mask & (((uint64_t)1 << n) - 1));
        mask >>= n;
    }
    if (p->path) {
        memcpy(mine + PATH_AT, from, PATH_BYTES);
        from += PATH_BYTES / 8;
    }
    return from;
}

/* ---- connections ---- */

/* A connection's lists, as far as they are in use: elements sent, ranges, rings. */
enum { LIST_PIECES = 3 };
typedef struct Lists {
    size_t at[LIST_PIECES], bytes[LIST_PIECES];
} Lists;

static inline bool has_lists(const Tcb *t)
{
    return (t->sent_count | t->range_count | t->tx.len | t->rx.len) != 0;
}

static Lists lists_of(const World *w, size_t slot)
{
    const Tcb *t = &world_conns(w)[slot];
    if (!has_lists(t))
        return (Lists){{0}, {0}};
    const size_t sents = w->shape.sent_cap * sizeof(Sent);
    const size_t ranges = w->shape.range_cap * sizeof(SeqRange);
    const size_t rings = 2 * (size_t)w->shape.ring_bytes;
    Lists l = {.at = {w->sents_at + slot * sents, w->ranges_at + slot * ranges,
                      w->rings_at + (slot - 1) * rings}};
    if (t->sent_head + t->sent_count > w->shape.sent_cap) {
        l.bytes[0] = sents;
    } else {
        l.at[0] += t->sent_head * sizeof(Sent);
        l.bytes[0] = t->sent_count * sizeof(Sent);
    }
    if (t->range_count > 0)
        l.bytes[1] = ranges;
    if (t->tx.len | t->rx.len | t->range_count)
        l.bytes[2] = rings;
    return l;
}

static Tcb *model_at(const Packer *p, uint32_t number)
{
    return &p->models[number];
}

/* Its head: words of all this (low half), the slot and state of the model (nobody lives in slot 0:
 * its models are all zero), and whether the hash that follows is known. */
#define HASH_KNOWN ((uint64_t)1 << 63)
enum { HASH_AT = 1, MASKS_AT = HASH_AT + 2 };

static uint64_t *pack_conn(const Packer *p, const World *w, size_t slot, const CanonCache *hashes,
                           uint64_t *to)
{
    const Tcb *t = &world_conns(w)[slot];
    uint32_t number = (uint32_t)slot * MODEL_STATES + t->state;
    Tcb *model = model_at(p, number);
    if (!model->used && !p->shared)
        *model = *t;
    if (!model->used)
        model = model_at(p, number = 0);
    const bool known = hashes && (hashes->have >> slot & 1);
    uint64_t *head = to, *masks = to + MASKS_AT;
    for (int i = 0; i < 2; i++)
        head[HASH_AT + i] = known ? hashes->still[slot].half[i] : 0;
    to = masks + TCB_MASKS;
    for (size_t i = 0; i < TCB_MASKS; i++) {
        size_t n = i + 1 < TCB_MASKS ? MASK_BITS : TCB_WORDS - i * MASK_BITS;
        size_t at = i * MASK_BITS * 8;
        masks[i] = differing((const uint8_t *)model + at, (const uint8_t *)t + at, n);
        to = put_words(to, (const uint8_t *)t + at, masks[i]);
    }
    Lists l = lists_of(w, slot);
    for (int k = 0; k < LIST_PIECES; k++) {
        copy_few(to, (const uint8_t *)w + l.at[k], l.bytes[k]);
        to += words_of(l.bytes[k]);
    }
    *head = (uint64_t)(to - head) | (uint64_t)number << 32 | (known ? HASH_KNOWN : 0);
    return to;
}

static void clear_lists(World *w, size_t slot)
{
    uint8_t *mine = (uint8_t *)w;
    const Tcb *t = &world_conns(w)[slot];
    if (t->sent_count) {
        size_t sents = w->shape.sent_cap * sizeof(Sent);
        memset(mine + w->sents_at + slot * sents, 0, sents);
    }
    if (t->range_count) {
        size_t ranges = w->shape.range_cap * sizeof(SeqRange);
        memset(mine + w->ranges_at + slot * ranges, 0, ranges);
    }
}

static void clear_conn(World *w, size_t slot)
{
    uint8_t *mine = (uint8_t *)w;
    size_t rings = 2 * (size_t)w->shape.ring_bytes;
    clear_lists(w, slot);
    memset(mine + w->conns_at + slot * sizeof(Tcb), 0, sizeof(Tcb));
    memset(mine + w->rings_at + (slot - 1) * rings, 0, rings);
}

static void unpack_conn(const Packer *p, const uint64_t *from, size_t slot, World *w)
{
    uint8_t *mine = (uint8_t *)w, *t = mine + w->conns_at + slot * sizeof(Tcb);
    const uint64_t *masks = from + MASKS_AT, *next = masks + TCB_MASKS;
    clear_lists(w, slot);
    copy(t, model_at(p, (uint32_t)((*from & ~HASH_KNOWN) >> 32)), sizeof(Tcb));
    for (size_t i = 0; i < TCB_MASKS; i++)
        next = get_words(next, t + i * MASK_BITS * 8, masks[i]);
    Lists l = lists_of(w, slot);
    for (int k = 0; k < LIST_PIECES; k++) {
        copy_few(mine + l.at[k], next, l.bytes[k]);
        next += words_of(l.bytes[k]);
    }
}

/* ---- packets ---- */

static uint64_t *pack_packets(const World *w, uint64_t *masks, uint64_t *to)
{
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        const Packet *p = &world_packets(w)[i];
        if (p->place == PACKET_FREE)
            continue;
        masks[i / 64] |= (uint64_t)1 << i % 64;
        memcpy(to, p, sizeof *p);
        to += PACKET_WORDS;
        to[words_of(p->len) - (p->len > 0)] = 0; /* no byte of the last word is left to chance */
        memcpy(to, world_frame(w, (PktId){i}).data, p->len);
        to += words_of(p->len);
    }
    return to;
}

static void unpack_packets(const uint64_t *from, const uint64_t *masks, World *w)
{
    uint8_t *mine = (uint8_t *)w;
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        Packet *p = (Packet *)(void *)(mine + w->packets_at) + i;
        uint8_t *frame = mine + w->frames_at + (size_t)i * shape_frame(&w->shape);
        bool used = masks[i / 64] >> i % 64 & 1;
        uint16_t before = p->len;
        if (!used && p->place == PACKET_FREE)
            continue;
        memset(p, 0, used ? 0 : sizeof *p);
        if (used)
            memcpy(p, from, sizeof *p);
        if (before > p->len)
            memset(frame + p->len, 0, (size_t)before - p->len);
        if (!used)
            continue;
        memcpy(frame, from + PACKET_WORDS, p->len);
        from += PACKET_WORDS + words_of(p->len);
    }
}

/* ---- worlds ---- */

bool packer_init(Packer *p, const World *root)
{
    *p = (Packer){.root = root, .path = path_varies(root)};
    p->models = calloc((size_t)(root->shape.conns + 1) * MODEL_STATES, sizeof *p->models);
    return p->models != NULL;
}

void packer_free(Packer *p)
{
    free(p->models);
}

size_t pack_room(const World *root)
{
    return (size_t)root->size + 1024; /* some words for each slot */
}

size_t pack_world(const Packer *p, const World *w, Origin o, uint64_t *out)
{
    uint64_t *to = out + FRONT;
    memset(out, 0, FRONT * sizeof *out);
    to = pack_header(p, w, to);
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (!t->used)
            continue;
        out[0] |= (uint64_t)1 << i;
        if (o.same && o.same->at[i] && !(o.touched >> t->host & 1)) {
            size_t words = (uint32_t)*o.same->at[i];
            memcpy(to, o.same->at[i], words * 8);
            to += words;
        } else {
            to = pack_conn(p, w, i, o.hashes, to);
        }
    }
    to = pack_packets(w, out + 1, to);
    return (size_t)(to - out) * 8;
}

/* The same words as those from which the connection in the world was made. */
static bool same_section(const uint64_t *a, const uint64_t *b)
{
    return a && *a == *b && memcmp(a, b, (size_t)(uint32_t)*a * 8) == 0;
}

uint32_t unpack_world(const Packer *p, const uint64_t *in, World *w, Sections *found,
                      CanonCache *hashes)
{
    const uint64_t *from = unpack_header(p, in + FRONT, w);
    uint32_t changed = 0;
    hashes->have = 0;
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        const uint64_t *before = found->at[i];
        if (!(in[0] >> i & 1)) {
            found->at[i] = NULL;
            if (!t->used)
                continue;
            changed |= 1u << t->host;
            clear_conn(w, i);
            continue;
        }
        found->at[i] = from;
        if (!same_section(before, from)) {
            changed |= t->used ? 1u << t->host : 0;
            unpack_conn(p, from, i, w);
            changed |= 1u << t->host;
        }
        hashes->have |= (uint8_t)((*from & HASH_KNOWN ? 1u : 0) << i);
        memcpy(hashes->still[i].half, from + HASH_AT, sizeof hashes->still[i].half);
        from += (uint32_t)*from;
    }
    unpack_packets(from, in + 1, w);
    return changed;
}

/* ---- going back ---- */

static void copy_conn(World *to, const World *from, size_t slot)
{
    const uint8_t *f = (const uint8_t *)from;
    uint8_t *t = (uint8_t *)to;
    clear_lists(to, slot);
    copy(t + to->conns_at + slot * sizeof(Tcb), f + to->conns_at + slot * sizeof(Tcb), sizeof(Tcb));
    Lists l = lists_of(from, slot);
    for (int k = 0; k < LIST_PIECES; k++)
        copy_few(t + l.at[k], f + l.at[k], l.bytes[k]);
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
        size_t at = i * from->shape.mtu, len = p[i].len;
        if (q[i].len > len)
            memset(target + at + len, 0, q[i].len - len);
        q[i] = p[i];
        memcpy(target + at, source + at, len);
    }
}

void unpack_again(const Packer *p, World *w, const World *from, uint32_t touched)
{
    copy_header(p, w, from);
    for (uint16_t i = 1; touched && i <= w->shape.conns; i++) {
        const Tcb *mine = &world_conns(w)[i], *t = &world_conns(from)[i];
        if (t->used && ((touched >> t->host & 1) || (mine->used && (touched >> mine->host & 1))))
            copy_conn(w, from, i);
        else if (!t->used && mine->used)
            clear_conn(w, i);
    }
    copy_packets(w, from);
}
