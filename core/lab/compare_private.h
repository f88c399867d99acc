/*
 * compare_private.h: what the files of a comparison share (compare.h).
 *
 *     compare_step.c      steps and events as text
 *     compare_play.c      a scenario played on a subject
 *     compare_core.c      our core as a subject (core/live/compare_kernel.c: the kernel)
 *     compare_random.c    scenarios by chance
 *     compare_pkt.c       .pkt scripts as scenarios
 *     compare_align.c     two lanes side by side
 *     compare_explain.c   which differences have a reason
 */
#ifndef SANDWIRE_CORE_LAB_COMPARE_PRIVATE_H
#define SANDWIRE_CORE_LAB_COMPARE_PRIVATE_H

#include "core/lab/compare.h"

/* What a reason may look at. */
typedef struct Explainer {
    const Scenario *scenario;
    const Lane *ours, *theirs;
    const TwinResult *comparison;
    uint32_t row; /* index of the row that is asked about */
} Explainer;

Explain compare_explain_row(const Explainer *, const CompareRow *);

/* The row's event of a lane; NULL: it has none. */
static inline const LaneEvent *row_event(const Lane *l, uint16_t at)
{
    return at ? &l->event[at - 1] : NULL;
}

#endif
