/*
 * checks.h - what tests/tidy demands of a source file.
 *
 * Each check reads one file (and may ask whether another is there), says what is wrong as
 * "path:line: what; remedy", and counts it. A check looks by itself whether it concerns the file.
 */
#ifndef SANDWIRE_TESTS_TIDY_CHECKS_H
#define SANDWIRE_TESTS_TIDY_CHECKS_H

#include "tests/tidy/source.h"

typedef struct {
    int complaints;
    bool quiet; /* count only */
} Report;

typedef void Check(const Source *, const Tree *, Report *);

Check includes_point_down;           /* layers.c */
Check core_calls_nothing_impure;     /* purity.c */
Check core_keeps_no_mutable_statics; /* purity.c */
Check file_begins_with_an_essay;     /* form.c */
Check lines_are_short;               /* form.c */
Check files_are_short;               /* form.c */
Check blanks_are_clean;              /* form.c */
Check no_note_to_self_is_left;       /* form.c */
Check table_rows_have_both_texts;    /* tables.c */

/* Of a name in the root of the tree. */
void name_belongs_in_the_root(const char *name, Report *); /* form.c */

void complain(Report *, const Source *, size_t place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
