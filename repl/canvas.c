/*
 * canvas.c: a rectangle of characters (canvas.h).
 *
 * One allocation; every cell is a blank until something is drawn over it.
 */
#include "repl/canvas.h"

#include "repl/width.h"

#include <stdlib.h>
#include <string.h>

Canvas canvas_new(int width, int height)
{
    Canvas c = {.width = width, .height = height};
    c.cells = malloc((size_t)width * (size_t)height * sizeof(Cell));
    for (int i = 0; c.cells && i < width * height; i++)
        c.cells[i] = (Cell){.code = ' '};
    return c;
}

void canvas_free(Canvas *c)
{
    free(c->cells);
    c->cells = NULL;
}

static bool inside(const Canvas *c, int x, int y)
{
    return c->cells && x >= 0 && y >= 0 && x < c->width && y < c->height;
}

void canvas_put(Canvas *c, int x, int y, uint32_t code, Ink ink)
{
    if (inside(c, x, y))
        c->cells[y * c->width + x] = (Cell){.code = code, .ink = (uint8_t)ink};
}

uint32_t canvas_get(const Canvas *c, int x, int y)
{
    return inside(c, x, y) ? c->cells[y * c->width + x].code : ' ';
}

void canvas_text(Canvas *c, int x, int y, const char *text, Ink ink)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len;) {
        uint32_t code;
        i += width_decode(text + i, len - i, &code);
        unsigned w = width_of_char(code);
        if (w == 0)
            continue;
        canvas_put(c, x++, y, code, ink);
        if (w == 2)
            canvas_put(c, x++, y, 0, ink);
    }
}

static void add_utf8(Text *out, uint32_t code)
{
    if (code < 0x80) {
        text_char(out, (char)code);
    } else if (code < 0x800) {
        text_char(out, (char)(0xc0 | code >> 6));
        text_char(out, (char)(0x80 | (code & 0x3f)));
    } else if (code < 0x10000) {
        text_char(out, (char)(0xe0 | code >> 12));
        text_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        text_char(out, (char)(0x80 | (code & 0x3f)));
    } else {
        text_char(out, (char)(0xf0 | code >> 18));
        text_char(out, (char)(0x80 | (code >> 12 & 0x3f)));
        text_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        text_char(out, (char)(0x80 | (code & 0x3f)));
    }
}

void canvas_add(Text *out, const Canvas *c, bool color)
{
    for (int y = 0; c->cells && y < c->height; y++) {
        const Cell *row = &c->cells[y * c->width];
        int end = c->width;
        while (end > 0 && row[end - 1].code == ' ')
            end--;
        Ink ink = INK_PLAIN;
        for (int x = 0; x < end; x++) {
            if (row[x].ink != ink) {
                ink_off(out, color, ink);
                ink = (Ink)row[x].ink;
                ink_on(out, color, ink);
            }
            if (row[x].code)
                add_utf8(out, row[x].code);
        }
        ink_off(out, color, ink);
        text_char(out, '\n');
    }
}
