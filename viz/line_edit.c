/*
 * line_edit.c: see line_edit.h.
 *
 * A line of UTF-8 with a cursor between code points; knows no font and no key.
 */
#include "viz/line_edit.h"

#include <string.h>

static bool inside_letter(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

void line_edit_set(LineEdit *e, const char *s)
{
    e->len = e->cursor = 0;
    e->text[0] = '\0';
    line_edit_insert(e, s);
}

void line_edit_insert(LineEdit *e, const char *s)
{
    size_t n = strlen(s);
    if (n == 0 || e->len + n > LINE_EDIT_MAX)
        return;
    memmove(e->text + e->cursor + n, e->text + e->cursor, e->len - e->cursor + 1);
    memcpy(e->text + e->cursor, s, n);
    e->len += n;
    e->cursor += n;
}

/* Takes the bytes from..cursor out. */
static void cut(LineEdit *e, size_t from)
{
    memmove(e->text + from, e->text + e->cursor, e->len - e->cursor + 1);
    e->len -= e->cursor - from;
    e->cursor = from;
}

void line_edit_backspace(LineEdit *e)
{
    size_t end = e->cursor;
    line_edit_left(e);
    size_t from = e->cursor;
    e->cursor = end;
    cut(e, from);
}

void line_edit_delete(LineEdit *e)
{
    size_t from = e->cursor;
    line_edit_right(e);
    cut(e, from);
}

void line_edit_left(LineEdit *e)
{
    if (e->cursor > 0)
        e->cursor--;
    while (e->cursor > 0 && inside_letter(e->text[e->cursor]))
        e->cursor--;
}

void line_edit_right(LineEdit *e)
{
    if (e->cursor < e->len)
        e->cursor++;
    while (e->cursor < e->len && inside_letter(e->text[e->cursor]))
        e->cursor++;
}

void line_edit_home(LineEdit *e)
{
    e->cursor = 0;
}

void line_edit_end(LineEdit *e)
{
    e->cursor = e->len;
}

void line_edit_erase_word(LineEdit *e)
{
    size_t from = e->cursor;
    while (from > 0 && e->text[from - 1] == ' ')
        from--;
    while (from > 0 && e->text[from - 1] != ' ')
        from--;
    cut(e, from);
}
