/*
 * raster.c: see raster.h. Where the items are, and the picture band by band.
 *
 * A band is small enough for a processor's cache: the whole picture is not. Bands share no pixel,
 * so they may be drawn in any order and by several threads; letters are found before, because a
 * font library serves one at a time.
 */
#include "viz/raster.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "viz/raster_item.h"

enum { ITEMS_FOR_THREADS = 200 }; /* fewer are drawn before a thread has begun */

/* ---- Memory -------------------------------------------------------------------------------- */

/* What each thread has for itself. */
static bool open_scratch(Raster *r)
{
    size_t row = (size_t)(r->width + RASTER_MORE_CELLS);
    r->cover = calloc(row * RASTER_BAND_ROWS, sizeof *r->cover);
    r->ramp = calloc(row * RASTER_BAND_ROWS, sizeof *r->ramp);
    r->alpha = calloc(row, sizeof *r->alpha);
    return r->cover && r->ramp && r->alpha;
}

static void close_scratch(Raster *r)
{
    free(r->cover);
    free(r->ramp);
    free(r->alpha);
}

bool raster_open(Raster *r, int width, int height, float scale, RasterText *text, void *user)
{
    CHECK(width > 0 && height > 0 && scale > 0);
    *r = (Raster){
        .width = width, .height = height, .scale = scale, .threads = 1, .text = text, .user = user};
    r->pixels = calloc((size_t)width * (size_t)height, sizeof *r->pixels);
    r->from = calloc((size_t)height, sizeof *r->from);
    r->to = calloc((size_t)height, sizeof *r->to);
    if (open_scratch(r) && r->pixels && r->from && r->to) {
        for (int y = 0; y < height; y++)
            r->from[y] = width;
        return true;
    }
    raster_close(r);
    return false;
}

void raster_close(Raster *r)
{
    close_scratch(r);
    for (int i = 0; i < r->others_count; i++)
        close_scratch(&r->others[i]);
    free(r->others);
    free(r->pixels);
    free(r->from);
    free(r->to);
    free(r->placed);
    free(r->letters);
    *r = (Raster){0};
}

/* ---- Where the items are ------------------------------------------------------------------- */

/* When memory ends the letters are not seen. */
void raster_letters(Raster *r, Letters letters)
{
    if (r->letters_count == r->letters_cap) {
        uint32_t cap = r->letters_cap ? 2 * r->letters_cap : 256;
        Letters *more = realloc(r->letters, cap * sizeof *more);
        if (!more)
            return;
        r->letters = more;
        r->letters_cap = cap;
    }
    r->letters[r->letters_count++] = letters;
}

static int row_of(const Raster *r, float y)
{
    return y < 0 ? 0 : y > (float)r->height ? r->height : (int)y;
}

/* Rows: the item's box, with room for its stroke, the head of its arrow and what hangs below a line
 * of text. */
static void place(Raster *r, const Display *d, uint32_t number)
{
    const Item *item = &d->items[number];
    Box b = item_box(d, item);
    float more = (item->width * 4 + item->size + 12) * r->scale;
    Placed *placed = &r->placed[number];
    *placed = (Placed){row_of(r, floorf(b.y * r->scale - more)),
                       row_of(r, ceilf((b.y + b.h) * r->scale + more)), r->letters_count, 0};
    if (item->kind == ITEM_TEXT && r->text && placed->y0 < placed->y1) {
        r->text(r->user, r, b.x * r->scale, item->y * r->scale, d->text + item->first, item->count,
                (Font)item->font, item->size * r->scale);
        placed->count = r->letters_count - placed->letters;
    }
}

/* False when memory ends. */
static bool place_all(Raster *r, const Display *d)
{
    if (d->item_count > r->placed_cap) {
        Placed *placed = realloc(r->placed, d->item_count * sizeof *placed);
        if (!placed)
            return false;
        r->placed = placed;
        r->placed_cap = d->item_count;
    }
    r->letters_count = 0;
    if (r->text)
        r->text(r->user, r, 0, 0, NULL, 0, FONT_MONO, 0);
    for (uint32_t i = 0; i < d->item_count; i++)
        place(r, d, i);
    return true;
}

/* ---- Bands --------------------------------------------------------------------------------- */

typedef struct Drawing {
    const Display *list;
    Theme theme;
    atomic_int next; /* band that nobody has begun */
} Drawing;

typedef struct Worker {
    pthread_t thread;
    Raster *raster;
    Drawing *drawing;
    bool started;
} Worker;

static void draw_band(Raster *r, const Drawing *drawing, Cells band)
{
    const Display *d = drawing->list;
    uint32_t first = d->item_count;
    while (first > 0 && !raster_hides(r, d, first - 1, band))
        first--;
    if (first > 0)
        first--;
    else
        raster_page(r, drawing->theme, band);
    for (uint32_t i = first; i < d->item_count; i++)
        if (r->placed[i].y1 > band.y0 && r->placed[i].y0 < band.y1)
            raster_item(r, d, i, drawing->theme, band);
}

static void draw_bands(Raster *r, Drawing *drawing)
{
    for (;;) {
        int y0 = atomic_fetch_add(&drawing->next, 1) * RASTER_BAND_ROWS;
        int y1 = y0 + RASTER_BAND_ROWS;
        if (y0 >= r->height)
            return;
        draw_band(r, drawing, (Cells){0, y0, r->width, y1 < r->height ? y1 : r->height});
    }
}

static void *thread_main(void *at)
{
    Worker *w = at;
    draw_bands(w->raster, w->drawing);
    return NULL;
}

/* One for each further thread; fewer when memory ends. */
static int open_others(Raster *r)
{
    int wanted = (r->threads < RASTER_THREADS_MAX ? r->threads : RASTER_THREADS_MAX) - 1;
    if (!r->others)
        r->others = calloc(RASTER_THREADS_MAX, sizeof *r->others);
    while (r->others && r->others_count < wanted) {
        Raster *other = &r->others[r->others_count];
        other->width = r->width;
        if (!open_scratch(other)) {
            close_scratch(other);
            break;
        }
        r->others_count++;
    }
    return r->others_count < wanted ? r->others_count : wanted;
}

/* What is drawn, with the scratch that the copy has. */
static void follow(Raster *copy, const Raster *r)
{
    float *cover = copy->cover, *ramp = copy->ramp;
    int16_t *alpha = copy->alpha;
    *copy = *r;
    copy->cover = cover;
    copy->ramp = ramp;
    copy->alpha = alpha;
}

/* Those that cannot be started leave their bands to the others. */
void raster_draw(Raster *r, const Display *d, Theme theme)
{
    Worker workers[RASTER_THREADS_MAX] = {0};
    Drawing drawing = {d, theme, 0};
    if (!place_all(r, d))
        return;
    int n = d->item_count < ITEMS_FOR_THREADS ? 0 : open_others(r);
    for (int i = 0; i < n; i++) {
        Worker *w = &workers[i];
        follow(&r->others[i], r);
        w->raster = &r->others[i];
        w->drawing = &drawing;
        w->started = pthread_create(&w->thread, NULL, thread_main, w) == 0;
    }
    draw_bands(r, &drawing);
    for (int i = 0; i < n; i++)
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
}
