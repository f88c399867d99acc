/*
 * requirements.h: the table of requirements as text, for `sandwire rfc`.
 *
 * It prints; what is met and by what is core/lab/requirement.h's to say.
 */
#ifndef SANDWIRE_REPL_REQUIREMENTS_H
#define SANDWIRE_REPL_REQUIREMENTS_H

#include "core/lab/requirement.h"
#include "repl/ink.h"

typedef struct RequirementView {
    Lang lang;
    bool color;
    bool unmet;       /* only those that are not, or not wholly, met */
    const char *what; /* an id, a document, a section; NULL: all */
} RequirementView;

/* Adds the rows that are meant: one alone with all that is known of it, several as a table with a
 * tally. Returns how many there were. */
size_t requirements_print(Text *, const RequirementView *);

/* The same as a JSON array. */
size_t requirements_json(Text *, const RequirementView *);

#endif
