/*
 * history_frames.c: copies of the world, so that going back is quick.
 *
 * Two kinds share one array. The DENSE newest ones stand close together, so that one step back
 * replays little. When one of them grows old it is kept for long only if it is far enough from the
 * last one kept, else its memory is used again. When the budget is full, every second of the old
 * ones goes, and the distance doubles: they stay evenly spread over any length of run.
 *
 *     frames:  root | kept, stride apart ............ | dense, dense_stride apart |
 */
#include <stdlib.h>
#include <string.h>

#include "core/lab/history.h"

enum { DENSE = 8, DENSE_STRIDE = 32, BYTES_PER_UNIT = 16 * 1024, FRAMES_MAX = 4096, BLOCK = 512 };

/* ---- packing: most of a world is free slots and unused buffers, which are zero ----------------
 *
 *     packed:  a bit per block (1: it follows) | the blocks that are not zero
 */

static bool is_zero(const uint8_t *block, size_t len)
{
    uint64_t sum = 0, word;
    size_t i = 0;
    for (; i + sizeof word <= len; i += sizeof word) {
        memcpy(&word, block + i, sizeof word);
        sum |= word;
    }
    for (; i < len; i++)
        sum |= block[i];
    return sum == 0;
}

static size_t packed_max(size_t size)
{
    size_t blocks = (size + BLOCK - 1) / BLOCK;
    return (blocks + 7) / 8 + size;
}

/* Into a buffer of packed_max bytes; returns how many are used. */
static size_t pack_into(uint8_t *packed, const World *w, size_t size)
{
    const uint8_t *from = (const uint8_t *)w;
    size_t blocks = (size + BLOCK - 1) / BLOCK, used = (blocks + 7) / 8;
    memset(packed, 0, used);
    for (size_t i = 0; i < blocks; i++) {
        size_t len = i + 1 < blocks ? BLOCK : size - i * BLOCK;
        if (is_zero(from + i * BLOCK, len))
            continue;
        packed[i / 8] = (uint8_t)(packed[i / 8] | 1u << i % 8);
        memcpy(packed + used, from + i * BLOCK, len);
        used += len;
    }
    return used;
}

static uint8_t *pack(const World *w, size_t size, size_t *bytes)
{
    uint8_t *packed = malloc(packed_max(size));
    if (!packed)
        return NULL;
    *bytes = pack_into(packed, w, size);
    uint8_t *fitted = realloc(packed, *bytes);
    return fitted ? fitted : packed;
}

void frames_load(const History *h, const Frame *f, World *w)
{
    uint8_t *to = (uint8_t *)w;
    size_t size = h->world_size, blocks = (size + BLOCK - 1) / BLOCK;
    const uint8_t *next = f->packed + (blocks + 7) / 8;
    for (size_t i = 0; i < blocks; i++) {
        size_t len = i + 1 < blocks ? BLOCK : size - i * BLOCK;
        if (f->packed[i / 8] >> i % 8 & 1) {
            memcpy(to + i * BLOCK, next, len);
            next += len;
        } else {
            memset(to + i * BLOCK, 0, len);
        }
    }
}

/* Everything but the place; false when memory ends. */
static bool fill_frame(Frame *f, const World *w, size_t size, const Trace *t)
{
    *f = (Frame){.rows = w->rows, .now = w->now};
    f->packed = pack(w, size, &f->bytes);
    if (!f->packed)
        return false;
    f->seed = t && trace_last(t) == w->rows ? trace_seed(t, w) : NULL;
    f->bytes += f->seed ? trace_seed_bytes(f->seed) : 0;
    return true;
}

static void free_frame(History *h, Frame *f)
{
    h->frame_bytes -= f->bytes;
    free(f->packed);
    free(f->seed);
}

bool frames_init(History *h, const World *root, size_t budget)
{
    h->world_size = root->size;
    h->frame_budget = budget;
    /* Packing looks at the whole world: spread over so many units it costs each 16 KiB of that. */
    h->dense_stride = max_u32(DENSE_STRIDE, (uint32_t)(h->world_size / BYTES_PER_UNIT));
    h->stride = h->dense_stride;
    h->frames = calloc(FRAMES_MAX, sizeof *h->frames);
    h->reserve = malloc(packed_max(h->world_size));
    if (!h->frames || !h->reserve || !fill_frame(&h->frames[0], root, h->world_size, NULL))
        return false;
    h->frame_bytes = h->frames[0].bytes;
    h->frame_count = 1;
    h->nodes[0].frames = 1;
    return true;
}

void frames_free(History *h)
{
    for (uint32_t i = 0; i < h->frame_count; i++)
        free_frame(h, &h->frames[i]);
    free(h->frames);
    free(h->reserve);
}

void frames_seed_root(History *h, const World *w, const Trace *t)
{
    Frame *root = &h->frames[0];
    free(root->seed);
    root->seed = trace_seed(t, w);
}

/* The lists of the nodes are made anew whenever the array changes: empty, change, fill. */
static void empty_lists(History *h)
{
    for (uint32_t i = 0; i < h->frame_count; i++)
        h->nodes[h->frames[i].node].frames = 0;
}

static void fill_lists(History *h)
{
    for (uint32_t i = 0; i < h->frame_count; i++) {
        Node *n = &h->nodes[h->frames[i].node];
        h->frames[i].next = n->frames;
        n->frames = i + 1;
    }
}

void frames_reset(History *h, const World *root)
{
    Frame *f = &h->frames[0];
    for (uint32_t i = 1; i < h->frame_count; i++)
        free_frame(h, &h->frames[i]);
    h->frame_count = 1;
    free(f->seed);
    if (h->reserve) { /* the root's own memory is only as large as it must be */
        free(f->packed);
        f->packed = h->reserve;
        h->reserve = NULL;
    }
    *f = (Frame){.rows = root->rows, .now = root->now, .packed = f->packed};
    f->bytes = pack_into(f->packed, root, h->world_size);
    h->frame_bytes = f->bytes;
    h->since_dense = h->since_kept = 0;
    h->nodes[0].frames = 0;
    fill_lists(h);
}

/* Every second of those kept goes, not the root's and not the recent ones. */
static void thin(History *h)
{
    uint32_t old_end = h->frame_count > DENSE ? h->frame_count - DENSE : 1;
    uint32_t n = 1;
    empty_lists(h);
    for (uint32_t i = 1; i < h->frame_count; i++) {
        if (i < old_end && i % 2 == 1)
            free_frame(h, &h->frames[i]);
        else
            h->frames[n++] = h->frames[i];
    }
    h->frame_count = n;
    h->stride *= 2;
    fill_lists(h);
}

static void take_out(History *h, uint32_t i)
{
    empty_lists(h);
    free_frame(h, &h->frames[i]);
    memmove(&h->frames[i], &h->frames[i + 1], (h->frame_count - i - 1) * sizeof *h->frames);
    h->frame_count--;
    fill_lists(h);
}

/* Removes the oldest of the dense ones, unless it is to be kept. */
static void retire_dense(History *h, bool fresh)
{
    if (h->frame_count <= DENSE)
        return;
    h->since_kept += fresh ? h->dense_stride : 0;
    if (h->since_kept < h->stride)
        take_out(h, h->frame_count - DENSE);
    else
        h->since_kept = 0;
}

static bool is_full(const History *h, size_t more)
{
    return h->frame_count == FRAMES_MAX || h->frame_bytes + more > h->frame_budget;
}

static bool has_frame_here(const History *h)
{
    for (uint32_t i = h->nodes[h->cursor.node].frames; i; i = h->frames[i - 1].next)
        if (h->frames[i - 1].offset == h->cursor.offset)
            return true;
    return false;
}

void frames_offer(History *h, const World *w, const Trace *t, bool fresh)
{
    Frame f;
    if (++h->since_dense < h->dense_stride || has_frame_here(h))
        return;
    h->since_dense = 0;
    if (!fill_frame(&f, w, h->world_size, t))
        return; /* going back will replay more */
    retire_dense(h, fresh);
    if (is_full(h, f.bytes) && h->frame_count > DENSE + 2)
        thin(h);
    while (is_full(h, f.bytes) && h->frame_count > 1)
        take_out(h, 1); /* a tiny budget: the oldest makes room */
    h->frame_bytes += f.bytes;
    if (is_full(h, 0)) {
        free_frame(h, &f);
        return;
    }
    uint32_t i = h->frame_count++;
    Node *n = &h->nodes[h->cursor.node];
    f.node = h->cursor.node;
    f.offset = h->cursor.offset;
    f.next = n->frames;
    h->frames[i] = f;
    n->frames = i + 1;
}

const Frame *frames_find(const History *h, Place place, uint32_t rows_max, Nanos time_max)
{
    uint32_t limit = place.offset;
    for (uint32_t node = place.node;; node = h->nodes[node].parent) {
        const Frame *best = NULL;
        for (uint32_t i = h->nodes[node].frames; i; i = h->frames[i - 1].next) {
            const Frame *f = &h->frames[i - 1];
            if (f->offset <= limit && f->rows <= rows_max && f->now <= time_max &&
                (!best || f->offset > best->offset))
                best = f;
        }
        if (best || node == 0)
            return best ? best : &h->frames[0];
        limit = UINT32_MAX;
    }
}

const Frame *frames_find_told(const History *h, Place place, const Trace *t)
{
    uint32_t limit = place.offset;
    for (uint32_t node = place.node;; node = h->nodes[node].parent) {
        const Frame *best = NULL;
        for (uint32_t i = h->nodes[node].frames; i; i = h->frames[i - 1].next) {
            const Frame *f = &h->frames[i - 1];
            if (f->offset <= limit && f->seed && (!best || f->offset > best->offset) &&
                trace_can_sow(t, f->seed))
                best = f;
        }
        if (best || node == 0)
            return best;
        limit = UINT32_MAX;
    }
}

void frames_split(History *h, uint32_t node, uint32_t n, uint32_t second)
{
    h->nodes[second].frames = 0;
    empty_lists(h);
    for (uint32_t i = 0; i < h->frame_count; i++) {
        Frame *f = &h->frames[i];
        if (f->node == node && f->offset > n) {
            f->node = second;
            f->offset -= n;
        }
    }
    fill_lists(h);
}
