/*
 * sub_compare.h: a comparison as two columns, or as JSON.
 *
 * Each step is a line over both columns; below it stand what each side did. The mark before a pair
 * that differs is the letter of its reason, told at the end, or `!` where there is none.
 */
#ifndef SANDWIRE_REPL_SUB_COMPARE_H
#define SANDWIRE_REPL_SUB_COMPARE_H

#include "core/live/compare.h"
#include "repl/sub.h"

typedef struct TwinShow {
    const Program *p;
    const char *left, *right; /* the subjects' names */
    const Scenario *scenario;
    const Lane *ours, *theirs;
    const Comparison *result;
} TwinShow;

void twin_ladder(Text *, const TwinShow *);
void twin_json(Text *, const TwinShow *);

#endif
