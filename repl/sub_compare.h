/*
 * sub_compare.h: a comparison as two columns, or as JSON.
 *
 * Each step is a line over both columns; below it stand what each side did. The mark before a pair
 * that differs is the letter of its reason, told at the end, or `!` where there is none.
 */
#ifndef SANDWIRE_REPL_SUB_COMPARE_H
#define SANDWIRE_REPL_SUB_COMPARE_H

#include "core/lab/compare.h"
#include "repl/sub.h"

typedef struct TwinShow {
    const Program *p;
    const char *left, *right; /* the subjects' names */
    const Scenario *scenario;
    const Lane *ours, *theirs;
    const TwinResult *result;
} TwinShow;

void twin_ladder(Text *, const TwinShow *);
void twin_json(Text *, const TwinShow *);

/* Plays a scenario (a seed's number, or the path of a .pkt script) in a child process, against the
 * kernel and, if a profile was asked for, our core in it. NULL: it cannot, and has said why. */
typedef struct TwinStore TwinStore;
TwinStore *twin_make(const Program *, const char *what);
void twin_free(TwinStore *);
const TwinScene *twin_scene(const TwinStore *);

#endif
