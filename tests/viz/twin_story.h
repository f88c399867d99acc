/*
 * twin_story.h: two lanes made by hand, for the pictures of the twin view.
 */
#ifndef SANDWIRE_TESTS_VIZ_TWIN_STORY_H
#define SANDWIRE_TESTS_VIZ_TWIN_STORY_H

#include "core/lab/compare.h"

/* A handshake, text and a FIN: windows differ for a reason, and an acknowledgment without one.
 * Valid until the next call. */
const TwinScene *twin_story(void);

#endif
