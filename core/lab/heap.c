/*
 * heap.c: the growing text of heap.h.
 *
 * Doubles, so that n bytes cost O(n) copying. When memory or the limit ends, the text stays as it
 * is, ends with its zero byte, and `full` is set by print.c.
 */
#include "core/lab/heap.h"

#include <stdlib.h>

enum { FIRST = 256, LIMIT = 64 * 1024 * 1024 };

static bool grow(Text *t, size_t cap)
{
    if (cap > LIMIT)
        return false;
    size_t want = t->cap ? t->cap : FIRST;
    while (want < cap)
        want *= 2;
    char *buf = realloc(t->cap ? t->buf : NULL, want);
    if (!buf)
        return false;
    if (t->cap == 0)
        buf[0] = '\0';
    t->buf = buf;
    t->cap = want;
    return true;
}

Text text_heap(void)
{
    /* With cap 0 nobody writes to buf; it is there so that an empty text can be read at once. */
    static char *const nothing = (char *)"";
    Text t = {.buf = nothing, .grow = grow};
    grow(&t, FIRST);
    return t;
}

void text_heap_free(Text *t)
{
    if (t->cap)
        free(t->buf);
    *t = (Text){0};
}
