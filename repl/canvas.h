/*
 * canvas.h: a rectangle of characters to draw on.
 *
 * For pictures in text: the state diagram, the ladder true to time, plots. Cells hold a character
 * and an ink; a character of two columns takes two cells. Drawing outside is ignored.
 */
#ifndef SANDWIRE_REPL_CANVAS_H
#define SANDWIRE_REPL_CANVAS_H

#include "repl/ink.h"

typedef struct Cell {
    uint32_t code; /* 0: the right half of the character before */
    uint8_t ink;
} Cell;

typedef struct Canvas {
    Cell *cells;
    int width, height;
} Canvas;

/* All blanks; cells NULL when memory ends (drawing is then ignored). */
Canvas canvas_new(int width, int height);
void canvas_free(Canvas *);

void canvas_put(Canvas *, int x, int y, uint32_t code, Ink);
/* The character of a cell; a blank outside. */
uint32_t canvas_get(const Canvas *, int x, int y);
void canvas_text(Canvas *, int x, int y, const char *text, Ink);

/* Adds the picture, blanks at line ends left out. */
void canvas_add(Text *, const Canvas *, bool color);

#endif
