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

enum { DENSE = 8, DENSE_STRIDE = 32, BYTES_PER_UNIT = 16 * 1024, FRAMES_MAX = 65536 };

static World *copy_world(const World *w, size_t size)
{
    World *copy = malloc(size);
    if (copy)
        memcpy(copy, w, size);
    return copy;
}

bool frames_init(History *h, const World *root, size_t budget)
{
    h->world_size = root->size;
    uint64_t max = budget / h->world_size;
    h->frame_max = max > FRAMES_MAX ? FRAMES_MAX : max < 1 ? 1 : (uint32_t)max;
    /* A copy costs its size: spread over so many units it costs each at most 16 KiB of memcpy. */
    h->dense_stride = max_u32(DENSE_STRIDE, (uint32_t)(h->world_size / BYTES_PER_UNIT));
    h->stride = h->dense_stride;
    h->frames = calloc(h->frame_max, sizeof *h->frames);
    World *copy = copy_world(root, h->world_size);
    if (!h->frames || !copy) {
        free(copy);
        return false;
    }
    h->frames[0] = (Frame){.rows = root->rows, .now = root->now, .copy = copy};
    h->frame_count = 1;
    h->nodes[0].frames = 1;
    return true;
}

void frames_free(History *h)
{
    for (uint32_t i = 0; i < h->frame_count; i++)
        free(h->frames[i].copy);
    free(h->frames);
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
    for (uint32_t i = 1; i < h->frame_count; i++)
        free(h->frames[i].copy);
    memcpy(h->frames[0].copy, root, h->world_size);
    h->frames[0] = (Frame){.rows = root->rows, .now = root->now, .copy = h->frames[0].copy};
    h->frame_count = 1;
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
            free(h->frames[i].copy);
        else
            h->frames[n++] = h->frames[i];
    }
    h->frame_count = n;
    h->stride *= 2;
    fill_lists(h);
}

/* Takes one frame out; returns its memory. */
static World *take_out(History *h, uint32_t i)
{
    World *memory = h->frames[i].copy;
    empty_lists(h);
    memmove(&h->frames[i], &h->frames[i + 1], (h->frame_count - i - 1) * sizeof *h->frames);
    h->frame_count--;
    fill_lists(h);
    return memory;
}

/* Removes the oldest of the dense ones, unless it is to be kept. Returns its memory, or NULL. */
static World *retire_dense(History *h, bool fresh)
{
    if (h->frame_count <= DENSE)
        return NULL;
    h->since_kept += fresh ? h->dense_stride : 0;
    if (h->since_kept < h->stride)
        return take_out(h, h->frame_count - DENSE);
    h->since_kept = 0;
    return NULL;
}

static bool has_frame_here(const History *h)
{
    for (uint32_t i = h->nodes[h->cursor.node].frames; i; i = h->frames[i - 1].next)
        if (h->frames[i - 1].offset == h->cursor.offset)
            return true;
    return false;
}

void frames_offer(History *h, const World *w, bool fresh)
{
    if (++h->since_dense < h->dense_stride || has_frame_here(h) || h->frame_max < 2)
        return;
    World *memory = retire_dense(h, fresh);
    if (!memory && h->frame_count == h->frame_max && h->frame_max > DENSE + 2)
        thin(h);
    if (!memory && h->frame_count == h->frame_max)
        memory = take_out(h, 1); /* a tiny budget: the oldest makes room */
    if (!memory)
        memory = malloc(h->world_size);
    if (!memory)
        return; /* going back will replay more */
    h->since_dense = 0;
    memcpy(memory, w, h->world_size);
    uint32_t i = h->frame_count++;
    Node *n = &h->nodes[h->cursor.node];
    h->frames[i] = (Frame){.node = h->cursor.node,
                           .offset = h->cursor.offset,
                           .next = n->frames,
                           .rows = w->rows,
                           .now = w->now,
                           .copy = memory};
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
