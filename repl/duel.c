/*
 * duel.c: see duel.h. No words here; cmd_duel.c has them.
 *
 * The worlds are copies in the tight shape that a search would use.
 */
#include "repl/duel.h"

#include <stdlib.h>
#include <string.h>

enum { LIVENESS_BITS = WATCH_SETTLES | WATCH_STALL | WATCH_TALKS };

static void begin(Duel *d)
{
    world_copy(d->now, d->root);
    d->play = (Play){.w = d->now, .past = explore_past(d->root)};
    d->seen = 0;
    d->count = 0;
}

Duel *duel_new(const Preset *preset, const World *w)
{
    Shape tight = world_tight_shape(w);
    Duel *d = calloc(1, sizeof *d);
    if (!d || tight.conns >= EXPLORE_CONNS || tight.packets > 255) {
        free(d);
        return NULL;
    }
    World **all[] = {&d->root, &d->now, &d->before, &d->healed, &d->scratch};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        World *mem = malloc(world_size(&tight));
        if (!mem) {
            duel_free(d);
            return NULL;
        }
        *all[i] = world_repack(mem, &tight, w);
    }
    d->preset = preset;
    d->ask = preset_ask(preset, d->root);
    begin(d);
    if (explore(&d->ask, &d->best))
        return d;
    duel_free(d);
    return NULL;
}

void duel_free(Duel *d)
{
    if (!d)
        return;
    free(d->root);
    free(d->now);
    free(d->before);
    free(d->healed);
    free(d->scratch);
    free(d);
}

uint32_t duel_choices(Duel *d, Act *out)
{
    if (d->seen || d->count == EXPLORE_DEPTH_MAX)
        return 0;
    uint32_t n = explore_acts(&d->ask, &d->play, out), kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        Play trial = d->play;
        trial.w = d->scratch;
        world_copy(trial.w, d->now);
        if (explore_take(&d->ask, &trial, d->now, out[i], NULL))
            out[kept++] = out[i];
    }
    return kept;
}

bool duel_take(Duel *d, Act act)
{
    world_copy(d->before, d->now);
    if (d->count == EXPLORE_DEPTH_MAX || !explore_take(&d->ask, &d->play, d->before, act, NULL)) {
        world_copy(d->now, d->before);
        return false;
    }
    d->acts[d->count++] = act;
    d->seen = d->play.seen & d->ask.watch;
    uint32_t liveness = d->ask.watch & LIVENESS_BITS;
    if (d->seen || !liveness)
        return true;
    world_copy(d->healed, d->now);
    d->seen = explore_heal(d->healed, d->play.past, liveness, d->ask.settle_time, d->scratch);
    return true;
}

void duel_back(Duel *d)
{
    Act acts[EXPLORE_DEPTH_MAX];
    uint32_t count = d->count ? d->count - 1 : 0;
    memcpy(acts, d->acts, count * sizeof *acts);
    begin(d);
    for (uint32_t i = 0; i < count; i++)
        duel_take(d, acts[i]);
}
