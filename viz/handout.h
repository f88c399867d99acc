/*
 * handout.h: a session as one web page to give to students: the ladder, the states, a why for every
 * row, and the lines to type to do it again.
 *
 * Self-contained: pictures are SVG inside, text stays text, no script, no file beside it. It
 * follows the reader's light or dark, and prints on A4 in light.
 */
#ifndef SANDWIRE_VIZ_HANDOUT_H
#define SANDWIRE_VIZ_HANDOUT_H

#include "core/base/print.h"
#include "core/lab/session.h"

typedef struct HandoutOptions {
    const char *title; /* of the session */
    Lang lang;
    bool absolute;        /* plain sequence numbers */
    const char *commands; /* the session's text; NULL: without the last chapter */
} HandoutOptions;

/* Appends the page of everything up to the present moment. */
void handout_print(Text *out, Session *, const HandoutOptions *);

#endif
