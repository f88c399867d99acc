/*
 * comparison.h: two futures of one moment: the run as it is now, and the end of another branch.
 *
 *      common: 1 2 3 4 5 .. parting - 1
 *                       \
 *      here              6' 7' ...           there: 6 7 8 ...
 *
 * The other branch is kept as it was when it was asked for, so that one may go on here, travel and
 * try again with the other future beside it.
 */
#ifndef SANDWIRE_CORE_LAB_COMPARISON_H
#define SANDWIRE_CORE_LAB_COMPARISON_H

#include "core/lab/session.h"

enum { COMPARISON_NAME = 48 };

typedef struct Comparison {
    char name[COMPARISON_NAME]; /* of the other branch */
    World *world;               /* at its end */
    Trace *trace;               /* from the beginning of the run to its end */
} Comparison;

/* Goes to the end of the branch, keeps what is there, and comes back: the session stands where it
 * stood. False if there is no such branch or memory ends; then nothing needs to be freed. */
bool comparison_make(Comparison *, Session *, const char *name);
void comparison_free(Comparison *);

/* The first row that is not the same in both runs, with everything it brought about; a run that
 * ends before the other parts from it with the row that it does not have. 0: they are the same. */
uint32_t trace_parting(const Trace *, const Trace *);

/* The row from which to draw both: the parting, or the departure just before it if the two differ
 * in what became of that segment. */
uint32_t trace_parting_shown(const Trace *, const Trace *);

#endif
