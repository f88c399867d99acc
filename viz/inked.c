/*
 * inked.c: see inked.h.
 *
 * The text and the ink of each of its bytes are taken apart; lines are broken as if it were plain,
 * which is right because the strong letters are as wide as the others.
 */
#include "viz/inked.h"

#include <string.h>

#include "viz/measure.h"

enum { INK_NONE, INK_BOLD, INK_CODE };

typedef struct Inked {
    char text[INKED_MAX];
    uint8_t ink[INKED_MAX];
    size_t len;
} Inked;

/* The ink that an escape sequence asks for; *at is moved behind it. */
static uint8_t take_escape(const char **at)
{
    const char *from = *at + 1, *end = strchr(from, 'm');
    size_t n = end ? (size_t)(end - from) : strlen(from);
    *at = from + n + (end != NULL);
    if (n == 2 && memcmp(from, "[0", 2) == 0)
        return INK_NONE;
    return n == 2 && memcmp(from, "[1", 2) == 0 ? INK_BOLD : INK_CODE;
}

static void take_apart(Inked *out, const char *text)
{
    uint8_t ink = INK_NONE;
    out->len = 0;
    while (*text && out->len + 1 < INKED_MAX) {
        if (*text == '\033') {
            ink = take_escape(&text);
            continue;
        }
        out->ink[out->len] = ink;
        out->text[out->len++] = *text++;
    }
    out->text[out->len] = '\0';
}

/* Bytes from..to of it, run by run. */
static void draw_line_of(Display *d, const Inked *t, size_t from, size_t to, Point at, Role role,
                         float size, Font font)
{
    char run[INKED_MAX];
    for (size_t end; from < to; from = end) {
        uint8_t ink = t->ink[from];
        for (end = from; end < to && t->ink[end] == ink; end++)
            run[end - from] = t->text[end];
        run[end - from] = '\0';
        draw_text(d, at.x, at.y, run, ink == INK_CODE ? ROLE_DATA : role, size,
                  ink == INK_BOLD ? FONT_BOLD : font, ANCHOR_START);
        at.x += measure_text(run, size);
    }
}

float draw_text_inked(Display *d, Box box, const char *text, Role role, float size, Font font)
{
    Inked t;
    float step = text_line_height(size), y = 0;
    take_apart(&t, text);
    for (size_t at = 0, next; at < t.len && y + step <= box.h + 0.01f; at += next, y += step) {
        size_t n = measure_line(t.text + at, t.len - at, size, box.w, &next);
        Point from = {box.x, box.y + y + size * (MEASURE_ASCENT + 0.15f)};
        bool last = y + 2 * step > box.h + 0.01f && at + next < t.len;
        if (last)
            n = measure_fit(t.text + at, n, size, box.w - MEASURE_MONO * size);
        draw_line_of(d, &t, at, at + n, from, role, size, font);
        if (last)
            draw_text(d, from.x + measure_ems(t.text + at, n) * size, from.y, "…", role, size, font,
                      ANCHOR_START);
    }
    return y;
}

float text_inked_height(const char *text, float size, float width)
{
    Inked t;
    take_apart(&t, text);
    return text_wrapped_height(t.text, size, width);
}
