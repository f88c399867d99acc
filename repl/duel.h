/*
 * duel.h: the learner against TCP: she is the network, and tries to break a property.
 *
 * A duel is a question of the table of explore_preset.h, played by hand: the same moment, the same
 * bounds, the same watchers, but the learner chooses each event. What the search finds from there
 * is the best that can be done.
 *
 * The duel keeps its own small worlds beside the session, on which every event is made as well, so
 * that a verdict never depends on what else the learner does in the session.
 */
#ifndef SANDWIRE_REPL_DUEL_H
#define SANDWIRE_REPL_DUEL_H

#include "repl/explore_preset.h"

typedef struct Duel {
    const Preset *preset;
    ExploreAsk ask;
    ExploreResult best;                            /* of the search from the same moment */
    World *root, *now, *before, *healed, *scratch; /* of one shape */
    Play play;                                     /* in `now` */
    uint32_t seen;                                 /* WATCH_... broken by the last act */
    uint32_t count;
    Act acts[EXPLORE_DEPTH_MAX];
    uint64_t position;  /* of the session after the last act */
    char branch[64];    /* on which that is */
    Nanos began, limit; /* on the wall; limit 0: none */
} Duel;

/* A duel from this world, and the search for the best run; NULL when memory ends. */
Duel *duel_new(const Preset *, const World *);
void duel_free(Duel *);

/* What may happen now, within the bounds; at most EXPLORE_ACTS. Calls that would be refused are
 * left out. */
uint32_t duel_choices(Duel *, Act *out);

/* Makes it happen and judges: duel->seen is not 0 when the property is broken, or when not even a
 * network that behaves can save it any more. False if the call was refused. */
bool duel_take(Duel *, Act);

/* As it was before the last act. */
void duel_back(Duel *);

#endif
