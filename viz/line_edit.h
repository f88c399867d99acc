/*
 * line_edit.h: one line of text being written, in the window's command line and edit dialog.
 *
 * Pure: knows neither keys nor drawing. The text is UTF-8; the cursor always stands between whole
 * letters. What does not fit is not taken.
 */
#ifndef SANDWIRE_VIZ_LINE_EDIT_H
#define SANDWIRE_VIZ_LINE_EDIT_H

#include "core/base/base.h"

enum { LINE_EDIT_MAX = 1023 };

typedef struct LineEdit {
    char text[LINE_EDIT_MAX + 1];
    size_t len, cursor;
} LineEdit;

/* The text becomes s, the cursor goes behind it. */
void line_edit_set(LineEdit *, const char *s);
void line_edit_insert(LineEdit *, const char *s);
void line_edit_backspace(LineEdit *);
void line_edit_delete(LineEdit *);
void line_edit_left(LineEdit *);
void line_edit_right(LineEdit *);
void line_edit_home(LineEdit *);
void line_edit_end(LineEdit *);
/* Back to the beginning of the word, as Ctrl-W in a shell. */
void line_edit_erase_word(LineEdit *);

#endif
