/*
 * width.h: how many columns a text takes on a terminal.
 *
 * A table of our own, because the C library's depends on the locale, and because glyphs of
 * ambiguous width (box drawing, arrows, check marks) are one column here and two on a Chinese
 * terminal: width_is_ambiguous tells them, and nothing that must line up may contain them.
 *
 * Escape sequences (ESC [ ... letter) take no column. Bytes that are not UTF-8 take one each.
 */
#ifndef SANDWIRE_REPL_WIDTH_H
#define SANDWIRE_REPL_WIDTH_H

#include "core/base/print.h"

/* Reads one character at s (len >= 1 bytes are there); returns its bytes (1 to 4) and the code
 * point. A byte that begins no valid UTF-8 is returned as itself. */
size_t width_decode(const char *s, size_t len, uint32_t *code);

/* 0, 1 or 2 columns. */
unsigned width_of_char(uint32_t code);

/* True if terminals disagree about it (East Asian Width: ambiguous). */
bool width_is_ambiguous(uint32_t code);

/* Columns of the text. */
size_t width_of(const char *s, size_t len);

/* Adds s and blanks up to `columns`; what is longer is cut and ends with '~'. Escape sequences are
 * kept whole. */
void width_pad(Text *, const char *s, size_t columns);

/* The same with the blanks before the text. */
void width_pad_left(Text *, const char *s, size_t columns);

/* Adds a text broken at blanks (and between CJK characters) into lines of at most `columns`, each
 * after the first indented by `indent`; the cursor already stands at column `indent`. Ends with a
 * newline. */
void width_wrap(Text *, const char *s, size_t indent, size_t columns);

/* The same for a text of several lines: each keeps its own indentation, and what is broken off goes
 * two columns further in. */
void width_wrap_lines(Text *, const char *s, size_t columns);

#endif
