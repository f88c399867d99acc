/*
 * ink.h: colours by meaning.
 *
 * A view names what a word means, never a colour. The palette is Okabe and Ito's, which people with
 * any kind of colour blindness can tell apart; and a word or a sign always stands beside the
 * colour.
 */
#ifndef SANDWIRE_REPL_INK_H
#define SANDWIRE_REPL_INK_H

#include "core/base/print.h"

typedef enum Ink {
    INK_PLAIN = 0,
    INK_DIM,    /* what did not change; hints */
    INK_STRONG, /* what just changed */
    INK_SYN,
    INK_FIN,
    INK_RST,
    INK_DATA,
    INK_ACK,
    INK_REXMIT,
    INK_LOST,
    INK_GOOD,
    INK_BAD,
    INK_COUNT
} Ink;

/* Adds the text in the ink; plainly when color is false or the ink is plain. */
void ink_add(Text *, bool color, Ink, const char *s);

/* The escape sequence alone, for text that is made piece by piece; ink_off ends it. */
void ink_on(Text *, bool color, Ink);
void ink_off(Text *, bool color, Ink);

#endif
