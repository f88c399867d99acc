/*
 * print.h: text into memory.
 *
 * Every word Sandwire shows is written into a Text: a buffer that the caller owns, always ended by
 * a zero byte. A Text either has a fixed size (what does not fit is cut, and `full` says so) or a
 * `grow` function that finds more room; the pure core only uses the fixed kind.
 */
#ifndef SANDWIRE_CORE_BASE_PRINT_H
#define SANDWIRE_CORE_BASE_PRINT_H

#include "core/base/base.h"

typedef struct Text Text;
struct Text {
    char *buf;
    size_t cap;                       /* size of buf, at least 1 */
    size_t len;                       /* bytes of text, without the final zero; len < cap */
    bool full;                        /* something was cut */
    bool (*grow)(Text *, size_t cap); /* makes cap at least this; NULL for a fixed buffer */
};

/* A text in a fixed buffer of cap >= 1 bytes. */
Text text_fixed(char *buf, size_t cap);

/* Empties the text; keeps its memory. */
void text_clear(Text *);

void text_add(Text *, const char *s);
void text_add_n(Text *, const char *s, size_t n);
void text_char(Text *, char c);
void text_repeat(Text *, char c, size_t n);

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void text_addf(Text *, const char *format, ...);

/* Virtual time as a learner reads it: "0s", "1.204s", "40ms", "12us", "never". Exact: no digit of a
 * microsecond is lost; below that, nanoseconds are cut. */
void text_duration(Text *, Nanos);

/* A moment on the ladder: always seconds with three digits, "1.204s"; six digits when it is not on
 * a millisecond. */
void text_time(Text *, Nanos);

/* An IPv4 address in host byte order, dotted. */
void text_addr(Text *, uint32_t addr);

#endif
