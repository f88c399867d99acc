/*
 * finding.h: the run that a search found, as long as it lies in the session.
 *
 * What `explore` printed is gone when the screen scrolls; this stays, so that a window can play the
 * run event by event. It points into no world: lines as a learner types them, positions and rows.
 */
#ifndef SANDWIRE_CORE_LAB_FINDING_H
#define SANDWIRE_CORE_LAB_FINDING_H

#include "core/lab/explore.h"

enum { FINDING_LINE = 56 };

typedef struct Finding {
    ExploreEnd end; /* END_VIOLATED or END_GOAL */
    uint32_t watch; /* WATCH_... of the property that broke */
    uint64_t states, transitions;
    uint32_t depth;
    uint32_t count;                   /* events of the run */
    uint32_t inevitable;              /* as in ExploreResult */
    uint64_t position;                /* of the session where the run begins */
    char branch[64];                  /* on which it lies */
    const char *question[LANG_COUNT]; /* of a known question; NULL */
    struct {
        uint32_t row; /* the last row before the event */
        char line[FINDING_LINE];
    } step[EXPLORE_DEPTH_MAX + 1];
} Finding;

#endif
