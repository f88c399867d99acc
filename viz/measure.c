/*
 * measure.c: widths and line breaks of mixed Latin and Chinese text.
 *
 * Pure; allocates nothing; knows no font file. tests/viz/test_measure.c compares the advances with
 * those inside the font files.
 */
#include "viz/measure.h"

#include <string.h>

uint32_t measure_next(const char **at, const char *end)
{
    const unsigned char *s = (const unsigned char *)*at;
    size_t left = (size_t)(end - *at);
    int more = s[0] < 0x80 ? 0 : s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0 ? 1 : -1;
    uint32_t letter = more <= 0 ? s[0] : s[0] & (0x3fu >> more);
    *at += 1;
    if (more < 0 || (size_t)more >= left)
        return more == 0 ? letter : 0xfffd;
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0xfffd;
        letter = letter << 6 | (s[i] & 0x3fu);
    }
    *at += more;
    return letter;
}

bool measure_is_cjk(uint32_t letter)
{
    return letter >= 0x2e80 || (letter >= 0x2460 && letter <= 0x249b);
}

static float advance(uint32_t letter)
{
    return measure_is_cjk(letter) ? MEASURE_CJK : MEASURE_MONO;
}

float measure_ems(const char *text, size_t len)
{
    uint32_t mono = 0, cjk = 0;
    for (const char *at = text, *end = text + len; at < end;) {
        if (measure_is_cjk(measure_next(&at, end)))
            cjk++;
        else
            mono++;
    }
    return (float)mono * MEASURE_MONO + (float)cjk * MEASURE_CJK;
}

float measure_text(const char *text, float size)
{
    return measure_ems(text, strlen(text)) * size;
}

size_t measure_fit(const char *text, size_t len, float size, float width)
{
    const char *at = text, *end = text + len;
    float used = 0;
    while (at < end) {
        const char *next = at;
        used += advance(measure_next(&next, end)) * size;
        if (used > width + 0.01f)
            break;
        at = next;
    }
    return (size_t)(at - text);
}

/* Punctuation that may not begin a line. */
static bool closes(uint32_t letter)
{
    static const uint32_t closing[] = {0x3001, 0x3002, 0xff0c, 0xff1b, 0xff1a, 0xff1f, 0xff01,
                                       0xff09, 0x300b, 0x201d, 0x2019, 0x300d, 0x2026, 0x2014};
    for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
        if (letter == closing[i])
            return true;
    return false;
}

/* Punctuation that may not end a line. */
static bool opens(uint32_t letter)
{
    return letter == 0xff08 || letter == 0x300a || letter == 0x201c || letter == 0x2018 ||
           letter == 0x300c || letter == '(' || letter == '[';
}

size_t measure_line(const char *text, size_t len, float size, float width, size_t *next)
{
    const char *end = text + len, *at = text;
    size_t brk = 0, brk_next = 0; /* the last place where the line may end */
    uint32_t before = 0;
    float used = 0;
    while (at < end && *at != '\n') {
        const char *here = at;
        uint32_t letter = measure_next(&at, end);
        bool wide = measure_is_cjk(letter) || measure_is_cjk(before);
        if (here > text && letter == ' ') {
            brk = (size_t)(here - text);
            brk_next = brk + 1;
        } else if (here > text && before != ' ' && wide && !closes(letter) && !opens(before)) {
            brk = brk_next = (size_t)(here - text);
        }
        used += advance(letter) * size;
        if (used > width + 0.01f && letter != ' ') {
            if (brk == 0) /* a word wider than the line */
                brk = brk_next = here > text ? (size_t)(here - text) : (size_t)(at - text);
            *next = brk_next;
            return brk;
        }
        before = letter;
    }
    *next = (size_t)(at - text) + (at < end ? 1 : 0);
    return (size_t)(at - text);
}
