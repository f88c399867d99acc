/*
 * width.c: how many columns a text takes (width.h).
 *
 * The ranges are those of Unicode's EastAsianWidth (W and F are two columns) and of the combining
 * marks that appear beside Latin and CJK text. Sorted, disjoint, found by bisection.
 */
#include "repl/width.h"

#include <stdlib.h>
#include <string.h>

typedef struct Span {
    uint32_t from, to; /* both included */
} Span;

static const Span wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
    {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},
    {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x2fffd}, {0x30000, 0x3fffd},
};

static const Span none[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f}, {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},
    {0x064b, 0x065f}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20f0},
    {0x302a, 0x302d}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
};

static const Span ambiguous[] = {
    {0x00a1, 0x00a1}, {0x00a7, 0x00a8}, {0x00b0, 0x00b4}, {0x00b6, 0x00ba}, {0x00bc, 0x00bf},
    {0x00d7, 0x00d7}, {0x00f7, 0x00f7}, {0x0391, 0x03c9}, {0x0401, 0x0451}, {0x2010, 0x2016},
    {0x2018, 0x201d}, {0x2020, 0x2027}, {0x2030, 0x203e}, {0x2103, 0x2109}, {0x2116, 0x2122},
    {0x2150, 0x218f}, {0x2190, 0x21ff}, {0x2200, 0x22ff}, {0x2460, 0x24ff}, {0x2500, 0x257f},
    {0x2580, 0x25ff}, {0x2600, 0x267f}, {0x2713, 0x2718}, {0x2776, 0x277f}, {0x2b50, 0x2b59},
    {0xe000, 0xf8ff}, {0xfffd, 0xfffd},
};

static bool in_spans(const Span *spans, size_t count, uint32_t code)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code > spans[middle].to)
            low = middle + 1;
        else if (code < spans[middle].from)
            high = middle;
        else
            return true;
    }
    return false;
}

size_t width_decode(const char *s, size_t len, uint32_t *code)
{
    const unsigned char *u = (const unsigned char *)s;
    *code = u[0];
    size_t need = u[0] < 0x80                   ? 1
                  : u[0] >= 0xc2 && u[0] < 0xe0 ? 2
                  : u[0] >= 0xe0 && u[0] < 0xf0 ? 3
                  : u[0] >= 0xf0 && u[0] < 0xf5 ? 4
                                                : 1;
    if (need == 1 || need > len)
        return 1;
    uint32_t value = u[0] & (0x7fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((u[i] & 0xc0) != 0x80)
            return 1;
        value = value << 6 | (u[i] & 0x3fu);
    }
    *code = value;
    return need;
}

unsigned width_of_char(uint32_t code)
{
    if (code >= 0x20 && code < 0x7f)
        return 1;
    if (in_spans(none, sizeof none / sizeof *none, code))
        return 0;
    return in_spans(wide, sizeof wide / sizeof *wide, code) ? 2 : 1;
}

bool width_is_ambiguous(uint32_t code)
{
    return in_spans(ambiguous, sizeof ambiguous / sizeof *ambiguous, code);
}

/* Bytes of an escape sequence ESC [ ... letter at s; 0 if there is none. */
static size_t escape_at(const char *s, size_t len)
{
    if (len < 2 || s[0] != '\033' || s[1] != '[')
        return 0;
    size_t i = 2;
    while (i < len && (s[i] < '@' || s[i] > '~'))
        i++;
    return i < len ? i + 1 : len;
}

/* Adds as much of s as fits into `columns` (out may be NULL); returns the columns taken. *rest is
 * the first byte that did not fit. */
static size_t take(Text *out, const char *s, size_t len, size_t columns, size_t *rest)
{
    size_t i = 0, used = 0;
    while (i < len) {
        size_t n = escape_at(s + i, len - i);
        if (n == 0) {
            uint32_t code;
            n = width_decode(s + i, len - i, &code);
            unsigned w = width_of_char(code);
            if (used + w > columns)
                break;
            used += w;
        }
        if (out)
            text_add_n(out, s + i, n);
        i += n;
    }
    *rest = i;
    return used;
}

size_t width_of(const char *s, size_t len)
{
    size_t rest;
    return take(NULL, s, len, SIZE_MAX, &rest);
}

/* The escape sequences of what was cut: colours must be switched off again. */
static void add_escapes(Text *out, const char *s, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t n = escape_at(s + i, len - i);
        if (n)
            text_add_n(out, s + i, n);
        i += n ? n : 1;
    }
}

static size_t add_cut(Text *out, const char *s, size_t columns)
{
    size_t len = strlen(s), rest;
    if (width_of(s, len) <= columns)
        return take(out, s, len, columns, &rest);
    if (columns == 0)
        return 0;
    size_t used = take(out, s, len, columns - 1, &rest);
    text_char(out, '~');
    add_escapes(out, s + rest, len - rest);
    return used + 1;
}

void width_pad(Text *out, const char *s, size_t columns)
{
    size_t used = add_cut(out, s, columns);
    text_repeat(out, ' ', columns - used);
}

void width_pad_left(Text *out, const char *s, size_t columns)
{
    size_t used = width_of(s, strlen(s));
    if (used < columns)
        text_repeat(out, ' ', columns - used);
    add_cut(out, s, columns);
}

/* What must stay together: a Latin word with its punctuation, or one CJK character with the
 * punctuation that may not begin a line. */
static size_t unit_at(const char *s, size_t len)
{
    uint32_t code, next;
    size_t n = width_decode(s, len, &code);
    bool cjk = code >= 0x2e80;
    while (n < len) {
        size_t step = width_decode(s + n, len - n, &next);
        bool closing = next == 0x3002 || next == 0x3001 || next == 0xff0c || next == 0xff1b ||
                       next == 0xff1a || next == 0xff09 || next == 0xff1f || next == 0x201d;
        if (!closing && (cjk || next == ' ' || next >= 0x2e80))
            break;
        n += step;
    }
    return n;
}

void width_wrap(Text *out, const char *s, size_t indent, size_t columns)
{
    size_t len = strlen(s), column = indent;
    for (size_t i = 0; i < len;) {
        size_t n = s[i] == ' ' ? 1 : unit_at(s + i, len - i);
        size_t columns_of_unit = width_of(s + i, n);
        if (column + columns_of_unit > columns && column > indent) {
            while (out->len > 0 && out->buf[out->len - 1] == ' ')
                out->buf[--out->len] = '\0';
            text_char(out, '\n');
            text_repeat(out, ' ', indent);
            column = indent;
        }
        if (s[i] != ' ' || column > indent) {
            text_add_n(out, s + i, n);
            column += columns_of_unit;
        }
        i += n;
    }
    text_char(out, '\n');
}

void width_wrap_lines(Text *out, const char *s, size_t columns)
{
    while (*s) {
        size_t len = strcspn(s, "\n"), blanks = strspn(s, " ");
        char *line = malloc(len + 1);
        if (!line)
            return;
        memcpy(line, s, len);
        line[len] = '\0';
        blanks = blanks < len ? blanks : len;
        if (width_of(line, len) <= columns) {
            text_add(out, line);
            text_char(out, '\n');
        } else {
            text_repeat(out, ' ', blanks);
            width_wrap(out, line + blanks, blanks + 2, columns);
        }
        free(line);
        s += len + (s[len] == '\n');
    }
}
