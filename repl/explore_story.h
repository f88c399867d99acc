/*
 * explore_story.h: what a search found, as a story for a learner and as JSON for a program.
 *
 * The run found is done again in a session, event by event, as the learner could do it: each event
 * is a line of the language, and everything that works on a session works on it.
 */
#ifndef SANDWIRE_REPL_EXPLORE_STORY_H
#define SANDWIRE_REPL_EXPLORE_STORY_H

#include "core/lab/explore.h"
#include "repl/explore_preset.h"

/* The line of the language that makes the act happen: "take #3", "drop #3", "take timer A". */
void explore_line(Text *, const ExploreAsk *, const World *, Act);

/* The event as a sentence begins: what happens, and to which segment. */
void explore_words(Text *, const ExploreAsk *, Session *, Act);

/* "#4 SYN A": the segment in flight that an act is about; nothing if it is about none. */
void explore_segment(Text *, Session *, Act);

/* What may happen how often: "at most 1 loss, 1 duplicate, ..." */
void explore_bounds_words(Text *, const ExploreAsk *, Lang);

/* Does the run again in the session, which stands at the root. rows[i], if not NULL, becomes the
 * last row before event i, rows[count] the last row. */
void explore_replay(Session *, const ExploreAsk *, const ExploreResult *, uint32_t *rows);

/* The result of a search as a story: the property, the bounds, the verdict, each event with the
 * rules that decided it (words: with their texts), the moment at which it became inevitable, the
 * ladder. Replays a run that was found on the shell's session. */
void explore_story(Text *, Shell *, const ExploreAsk *, const ExploreResult *, bool words);

/* The same as a JSON object; the session stands at the root and replays the run. */
void explore_json(Text *, Session *, const ExploreAsk *, const ExploreResult *);

#endif
