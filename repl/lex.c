/*
 * lex.c: a line of the language, cut into words (lex.h).
 *
 * Nothing here knows a command. Any bytes may come in.
 */
#include "repl/lex.h"

#include "repl/width.h"

#include <string.h>

/* The ASCII character a CJK input method means, or 0. */
static char ascii_of(uint32_t code)
{
    if (code >= 0xff01 && code <= 0xff5e)
        return (char)(code - 0xff01 + '!');
    switch (code) {
    case 0x3000: return ' ';
    case 0x201c:
    case 0x201d: return '"';
    case 0x2018:
    case 0x2019: return '\'';
    default: return 0;
    }
}

size_t lex_normalize(const char *line, char *out, size_t cap, bool *cut)
{
    size_t len = strlen(line), used = 0;
    bool quoted = false;
    *cut = false;
    for (size_t i = 0; i < len;) {
        uint32_t code;
        size_t n = width_decode(line + i, len - i, &code);
        char ascii = code < 0x80 ? 0 : n > 1 ? ascii_of(code) : 0;
        if (quoted && ascii != '"')
            ascii = 0;
        size_t need = ascii ? 1 : n;
        if (used + need + 1 > cap) {
            *cut = true;
            break;
        }
        if (ascii)
            out[used] = ascii;
        else
            memcpy(out + used, line + i, n);
        char c = out[used];
        if (quoted && c == '\\' && i + 1 < len && used + 2 < cap) {
            out[++used] = line[++i]; /* the escaped character, even if it is a quote */
        } else if (c == '"') {
            quoted = !quoted;
        }
        used += need;
        i += n;
    }
    out[used] = '\0';
    return used;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' || c == '\n';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The offset after the string that begins at `at`; len if it is not closed. */
static size_t string_end(const char *line, size_t len, size_t at)
{
    size_t i = at + 1;
    while (i < len && line[i] != '"')
        i += line[i] == '\\' ? 2 : 1;
    return i < len ? i + 1 : len + 1;
}

static bool fail(Lexed *out, LexError error, size_t at, size_t len)
{
    out->error = error;
    out->error_at = (uint32_t)at;
    out->end = out->next = (uint32_t)len;
    return false;
}

/* A word ends at a blank, at ';', at a quote, and at '#' that begins a comment. */
static size_t word_end(const char *line, size_t len, size_t at)
{
    size_t i = at + 1;
    while (i < len && !is_blank(line[i]) && line[i] != ';' && line[i] != '"')
        i++;
    return i;
}

bool lex_command(const char *line, size_t len, size_t from, Lexed *out)
{
    memset(out, 0, sizeof *out);
    size_t i = from;
    while (i < len && is_blank(line[i]))
        i++;
    out->begin = out->end = (uint32_t)i;
    for (;;) {
        while (i < len && is_blank(line[i]))
            i++;
        if (i >= len)
            break;
        if (line[i] == ';') {
            out->next = (uint32_t)i + 1;
            return true;
        }
        bool row = line[i] == '#' && i + 1 < len && is_digit(line[i + 1]) && out->count > 0;
        if (line[i] == '#' && !row) {
            out->comment = true;
            break;
        }
        if (out->count == LEX_TOKENS_MAX)
            return fail(out, LEX_TOO_MANY_WORDS, i, len);
        bool quoted = line[i] == '"';
        size_t end = quoted ? string_end(line, len, i) : word_end(line, len, i);
        if (end > len)
            return fail(out, LEX_UNCLOSED_STRING, i, len);
        out->token[out->count++] =
            (Token){(uint32_t)i, (uint32_t)(end - i), quoted ? TOKEN_STRING : TOKEN_WORD};
        out->end = (uint32_t)end;
        i = end;
    }
    out->next = (uint32_t)len;
    return true;
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t lex_string(const char *token, size_t len, uint8_t *out, size_t *bad_at)
{
    static const char from[] = "nrt0\\\"", to[] = "\n\r\t\0\\\"";
    size_t count = 0;
    *bad_at = len;
    for (size_t i = 1; i + 1 < len; i++) {
        if (token[i] != '\\') {
            out[count++] = (uint8_t)token[i];
            continue;
        }
        const char *known = memchr(from, token[i + 1], sizeof from - 1);
        if (known && i + 2 < len) {
            out[count++] = (uint8_t)to[known - from];
            i++;
        } else if (token[i + 1] == 'x' && i + 4 < len && hex_value(token[i + 2]) >= 0 &&
                   hex_value(token[i + 3]) >= 0) {
            out[count++] = (uint8_t)(hex_value(token[i + 2]) * 16 + hex_value(token[i + 3]));
            i += 3;
        } else if (*bad_at == len) {
            *bad_at = i;
        }
    }
    return count;
}
