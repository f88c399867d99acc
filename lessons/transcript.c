/*
 * transcript.c: reading demos and comparing what they print (transcript.h).
 *
 * Matching lines with `...` among them is matching a pattern with `*` among letters, one level up;
 * both use the same idea: remember the last star, and let it take one more when the rest fails.
 */
#include "lessons/transcript.h"

#include <string.h>

typedef struct Line {
    const char *s;
    size_t len; /* without newline and trailing blanks */
} Line;

/* The line at s[0..len); returns the bytes it takes with its newline. */
static size_t line_at(const char *s, size_t len, Line *line)
{
    const char *newline = memchr(s, '\n', len);
    size_t n = newline ? (size_t)(newline - s) : len;
    *line = (Line){s, n};
    while (line->len > 0 && strchr(" \t\r", s[line->len - 1]))
        line->len--;
    return n + (newline != NULL);
}

bool transcript_next(const char **at, uint32_t *line, TranscriptPart *part)
{
    Line l;
    const char *s = *at;
    while (*s && *s != '>') {
        s += line_at(s, strlen(s), &l);
        ++*line;
    }
    if (!*s)
        return false;
    size_t n = line_at(s, strlen(s), &l);
    size_t skip = l.len > 1 && l.s[1] == ' ' ? 2 : 1;
    *part = (TranscriptPart){.command = l.s + skip, .command_len = l.len - skip, .line = *line};
    s += n;
    ++*line;
    part->expected = s;
    while (*s && *s != '>') {
        s += line_at(s, strlen(s), &l);
        ++*line;
    }
    part->expected_len = (size_t)(s - part->expected);
    *at = s;
    return true;
}

/* `pattern` with * and ? against all of `s`. */
static bool glob_fits(const char *pattern, size_t pattern_len, const char *s, size_t len)
{
    size_t p = 0, i = 0, star = SIZE_MAX, mark = 0;
    while (i < len) {
        if (p < pattern_len && pattern[p] == '*') {
            star = p++;
            mark = i;
        } else if (p < pattern_len && (pattern[p] == '?' || pattern[p] == s[i])) {
            p++;
            i++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            i = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern_len && pattern[p] == '*')
        p++;
    return p == pattern_len;
}

static bool line_fits(Line expected, Line got)
{
    static const char mark[] = " (glob)";
    size_t m = sizeof mark - 1;
    if (expected.len > m && memcmp(expected.s + expected.len - m, mark, m) == 0)
        return glob_fits(expected.s, expected.len - m, got.s, got.len);
    return expected.len == got.len && memcmp(expected.s, got.s, got.len) == 0;
}

static bool is_dots(Line l)
{
    return l.len == 3 && memcmp(l.s, "...", 3) == 0;
}

bool transcript_fits(const TranscriptPart *part, const char *output)
{
    const char *e = part->expected, *e_end = e + part->expected_len, *e_star = NULL;
    const char *g = output, *g_end = output + strlen(output), *g_mark = NULL;
    while (g < g_end) {
        Line expected = {0}, got;
        size_t en = e < e_end ? line_at(e, (size_t)(e_end - e), &expected) : 0;
        size_t gn = line_at(g, (size_t)(g_end - g), &got);
        if (en > 0 && is_dots(expected)) {
            e_star = e + en;
            g_mark = g;
            e += en;
        } else if (en > 0 && line_fits(expected, got)) {
            e += en;
            g += gn;
        } else if (en > 0 && expected.len == 0) {
            e += en; /* nor need one of the lesson be printed */
        } else if (e_star) {
            e = e_star;
            g_mark += line_at(g_mark, (size_t)(g_end - g_mark), &got);
            g = g_mark;
        } else if (got.len == 0 && gn > 0) {
            g += gn; /* an empty line of the output need not be written down */
        } else {
            return false;
        }
    }
    while (e < e_end) {
        Line expected;
        e += line_at(e, (size_t)(e_end - e), &expected);
        if (expected.len > 0 && !is_dots(expected))
            return false;
    }
    return true;
}

static void add_lines(Text *out, const char *sign, const char *s, size_t len)
{
    for (uint32_t n = 0; len > 0; n++) {
        Line l;
        size_t used = line_at(s, len, &l);
        if (n == 40) {
            text_addf(out, "%s...\n", sign);
            return;
        }
        text_add(out, sign);
        text_add_n(out, l.s, l.len);
        text_char(out, '\n');
        s += used;
        len -= used;
    }
}

void transcript_differ(Text *out, const TranscriptPart *part, const char *output)
{
    add_lines(out, "- ", part->expected, part->expected_len);
    add_lines(out, "+ ", output, strlen(output));
}

void transcript_commands(Text *out, const char *demo)
{
    TranscriptPart part;
    uint32_t line = 1;
    while (transcript_next(&demo, &line, &part)) {
        text_add_n(out, part.command, part.command_len);
        text_char(out, '\n');
    }
}
