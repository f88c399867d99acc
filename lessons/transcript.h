/*
 * transcript.h: a demo: commands and what they print.
 *
 *     > A connect B:80
 *       1  0.000s  CLOSED    | SYN A -->  ...            (glob)
 *     ...
 *     > state
 *
 * A line `> command` runs; the lines below it are what must come out. A line that ends in `(glob)`
 * may hold * and ?; a line `...` stands for any number of lines. Blanks at the end of a line do not
 * count.
 */
#ifndef SANDWIRE_LESSONS_TRANSCRIPT_H
#define SANDWIRE_LESSONS_TRANSCRIPT_H

#include "core/base/print.h"

typedef struct TranscriptPart {
    const char *command; /* without `> ` */
    size_t command_len;
    const char *expected; /* the lines below, with their newlines */
    size_t expected_len;
    uint32_t line; /* of the command, from 1 */
} TranscriptPart;

/* The next part at *at; *line is the number of the line at *at and goes on. False at the end. Lines
 * before the first command are skipped. */
bool transcript_next(const char **at, uint32_t *line, TranscriptPart *);

/* Does the output fit? */
bool transcript_fits(const TranscriptPart *, const char *output);

/* Both texts beside each other for a complaint: "- expected" and "+ got", as far as they differ. */
void transcript_differ(Text *, const TranscriptPart *, const char *output);

/* Adds the commands alone, one per line. */
void transcript_commands(Text *, const char *demo);

#endif
