/*
 * print.c: text into memory (print.h).
 *
 * vsnprintf is used for formatting only; nothing here knows a file.
 */
#include "core/base/print.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Text text_fixed(char *buf, size_t cap)
{
    CHECK(cap >= 1);
    buf[0] = '\0';
    return (Text){.buf = buf, .cap = cap};
}

void text_clear(Text *t)
{
    t->len = 0;
    t->full = false;
    if (t->cap > 0)
        t->buf[0] = '\0';
}

/* Room for n more bytes and the final zero? Grows if it can; otherwise returns what there is. */
static size_t room(Text *t, size_t n)
{
    if (t->len + n + 1 > t->cap && t->grow)
        t->grow(t, t->len + n + 1);
    size_t left = t->cap > t->len ? t->cap - t->len - 1 : 0;
    if (left < n)
        t->full = true;
    return left < n ? left : n;
}

void text_add_n(Text *t, const char *s, size_t n)
{
    n = room(t, n);
    if (t->cap == 0)
        return;
    memcpy(t->buf + t->len, s, n);
    t->len += n;
    t->buf[t->len] = '\0';
}

void text_add(Text *t, const char *s)
{
    text_add_n(t, s, strlen(s));
}

void text_char(Text *t, char c)
{
    text_add_n(t, &c, 1);
}

void text_repeat(Text *t, char c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        text_char(t, c);
}

void text_addf(Text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (need > 0) {
        size_t fits = room(t, (size_t)need);
        if (t->cap > 0) {
            vsnprintf(t->buf + t->len, fits + 1, format, again);
            t->len += fits;
        }
    }
    va_end(again);
}

/* value / unit with at most `digits` decimals, trailing zeros dropped. */
static void add_decimal(Text *t, uint64_t value, uint64_t unit, int digits, const char *suffix)
{
    char frac[16];
    uint64_t rest = value % unit;
    for (int i = 0; i < digits; i++) {
        rest *= 10;
        frac[i] = (char)('0' + rest / unit);
        rest %= unit;
    }
    while (digits > 0 && frac[digits - 1] == '0')
        digits--;
    frac[digits] = '\0';
    text_addf(t, "%" PRIu64 "%s%s%s", value / unit, digits ? "." : "", frac, suffix);
}

void text_duration(Text *t, Nanos d)
{
    if (d == NANOS_NEVER)
        text_add(t, "never");
    else if (d == 0)
        text_add(t, "0s");
    else if (d < NANOS_US)
        text_addf(t, "%" PRIu64 "ns", d);
    else if (d < NANOS_MS)
        add_decimal(t, d, NANOS_US, 3, "us");
    else if (d < NANOS_S)
        add_decimal(t, d, NANOS_MS, 3, "ms");
    else
        add_decimal(t, d, NANOS_S, 6, "s");
}

void text_time(Text *t, Nanos at)
{
    if (at == NANOS_NEVER)
        text_add(t, "never");
    else if (at % NANOS_MS == 0)
        text_addf(t, "%" PRIu64 ".%03" PRIu64 "s", at / NANOS_S, at % NANOS_S / NANOS_MS);
    else
        text_addf(t, "%" PRIu64 ".%06" PRIu64 "s", at / NANOS_S, at % NANOS_S / NANOS_US);
}

void text_addr(Text *t, uint32_t addr)
{
    text_addf(t, "%u.%u.%u.%u", addr >> 24, addr >> 16 & 255, addr >> 8 & 255, addr & 255);
}
