/*
 * measure.h: how wide a text will be, known without a font.
 *
 * A scene is laid out before any back end exists, and the same everywhere. So advances are facts of
 * this file: every letter of DejaVu Sans Mono, regular or bold, is 1233/2048 em wide; every letter
 * of the Chinese font is drawn one em wide. Which of the two fonts draws a letter is decided here
 * as well, and the back ends obey.
 *
 *         ascent .76 |  Ag  <- baseline is at y
 *        descent .24 |
 */
#ifndef SANDWIRE_VIZ_MEASURE_H
#define SANDWIRE_VIZ_MEASURE_H

#include "core/base/base.h"

#define MEASURE_MONO    (1233.0f / 2048.0f)
#define MEASURE_CJK     1.0f
#define MEASURE_ASCENT  0.80f
#define MEASURE_DESCENT 0.24f
/* From the middle of a line of text down to its baseline: half the height of a capital. */
#define MEASURE_MIDDLE 0.36f

/* Reads one letter of UTF-8 at *at (before end) and moves behind it. A broken byte is U+FFFD. */
uint32_t measure_next(const char **at, const char *end);

/* True if the Chinese font draws this letter. */
bool measure_is_cjk(uint32_t letter);

/* Width in units of the font size. */
float measure_ems(const char *text, size_t len);
/* Width in pixels of the zero-ended text at this size. */
float measure_text(const char *text, float size);

/* How many bytes of the text fit into the width, cut between letters. */
size_t measure_fit(const char *text, size_t len, float size, float width);

/* Where to break a line of text: the bytes that go on this line (breaks at blanks, or between
 * Chinese letters, not before closing punctuation). *next is where the following line begins. */
size_t measure_line(const char *text, size_t len, float size, float width, size_t *next);

#endif
