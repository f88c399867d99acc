/*
 * explore_preset.h: the questions that an exploration answers: "why three segments and not two?"
 *
 * A preset is a moment (lines of the language), what may happen from there, what must hold, and the
 * rule of TCP that sees to it. With the rule switched off a shortest run is found in which the
 * property breaks; with the rule in force the bounded space is searched to its end.
 */
#ifndef SANDWIRE_REPL_EXPLORE_PRESET_H
#define SANDWIRE_REPL_EXPLORE_PRESET_H

#include "core/lab/explore.h"
#include "repl/shell.h"

typedef struct Preset {
    const char *name;  /* "third-ack" */
    const char *rules; /* the rules switched off in the ablated world, "third-ack" or "a b" */
    const char *property;
    const char *setup; /* lines of the language, separated by ; */
    ExploreCall calls[EXPLORE_CALLS];
    ExploreBounds bounds;
    Nanos settle_time;
    bool cure; /* the other way round: the property breaks while the rules are in force */
    const char *question[LANG_COUNT];
    const char *answer[LANG_COUNT];
} Preset;

/* NULL after the last. */
const Preset *preset_at(uint32_t i);
const Preset *preset_of_name(const char *name, size_t len);

/* A shell that stands at the preset's moment, the rules in force or not; NULL when memory ends. */
Shell *preset_shell(const Preset *, bool ablated, Lang);

/* What to ask of a search there; progress and limits are left to the caller. */
ExploreAsk preset_ask(const Preset *, const World *root);

/* One of the two halves of an answer: the rules off, or in force. */
typedef struct PresetRun {
    Shell *shell; /* stands at the moment; a story replays the run on it */
    World *root;
    ExploreAsk ask;
    ExploreResult result; /* of explore(&ask, &result), which is the caller's */
} PresetRun;

/* Makes the moment and the question; false when memory ends. Ended by preset_run_end, either way.
 */
bool preset_run_begin(PresetRun *, const Preset *, bool ablated, Lang);
void preset_run_end(PresetRun *);

/* Reads "drops=2" (depth drops dups corrupts reorder late timers, 0..250); false: it is none. */
bool bound_set(ExploreBounds *, const char *word, size_t len);

#endif
