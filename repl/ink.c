/*
 * ink.c: colours by meaning (ink.h).
 *
 * The palette's colours as the nearest of the 256 that every terminal knows. The palette's dark
 * blue cannot be read on black, so connections open in its sky blue.
 */
#include "repl/ink.h"

static const char *const codes[INK_COUNT] = {
    [INK_PLAIN] = "",
    [INK_DIM] = "\033[90m",
    [INK_STRONG] = "\033[1m",
    [INK_SYN] = "\033[38;5;74m",    /* sky blue */
    [INK_FIN] = "\033[38;5;175m",   /* reddish purple */
    [INK_RST] = "\033[1;38;5;166m", /* vermilion */
    [INK_DATA] = "\033[38;5;36m",   /* bluish green */
    [INK_ACK] = "",
    [INK_REXMIT] = "\033[38;5;214m", /* orange */
    [INK_LOST] = "\033[38;5;166m",
    [INK_GOOD] = "\033[38;5;36m",
    [INK_BAD] = "\033[1;38;5;166m",
};

void ink_on(Text *out, bool color, Ink ink)
{
    if (color && ink < INK_COUNT)
        text_add(out, codes[ink]);
}

void ink_off(Text *out, bool color, Ink ink)
{
    if (color && ink < INK_COUNT && codes[ink][0])
        text_add(out, "\033[0m");
}

void ink_add(Text *out, bool color, Ink ink, const char *s)
{
    ink_on(out, color, ink);
    text_add(out, s);
    ink_off(out, color, ink);
}
