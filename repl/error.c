/*
 * error.c: an error says where, what, and what would be right.
 *
 *     error: a host has no `conect`; did you mean `connect`?
 *       A conect B:80
 *         ^^^^^^
 *       for example: B listen 80; A connect B:80
 *
 * In a file the first line begins with its name and line instead of "error".
 */
#include "repl/lang.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void heading_place(Run *r)
{
    const Shell *sh = r->shell;
    if (sh->place[0])
        text_addf(r->out, "%s:%u: ", sh->place, sh->place_line);
    else
        text_addf(r->out, SAY(r, "line %u: ", "第 %u 行："), sh->place_line);
}

static void heading(Run *r)
{
    const Shell *sh = r->shell;
    Text *out = r->out;
    ink_on(out, sh->options.color, INK_BAD);
    if (sh->place)
        heading_place(r);
    else
        text_add(out, SAY(r, "error: ", "错误："));
    ink_off(out, sh->options.color, INK_BAD);
}

/* The line and the caret; a long line is shown from a little before the place. */
static void point(Run *r, size_t at, size_t len)
{
    const size_t before_max = 50, shown_max = 74;
    size_t line_len = strlen(r->line), from = 0;
    size_t beyond = at > line_len ? 1 : 0; /* where a missing word would stand */
    at = at > line_len ? line_len : at;
    if (len > line_len - at)
        len = line_len - at;
    bool long_line = width_of(r->line, line_len) > shown_max;
    while (long_line && width_of(r->line + from, at - from) > before_max) {
        uint32_t code;
        from += width_decode(r->line + from, line_len - from, &code);
    }
    char cut[LEX_LINE_MAX];
    snprintf(cut, sizeof cut, "%s", r->line + from);
    Text *out = r->out;
    text_add(out, "  ");
    if (width_of(cut, strlen(cut)) > shown_max)
        width_pad(out, cut, shown_max);
    else
        text_add(out, cut);
    text_add(out, "\n  ");
    text_repeat(out, ' ', width_of(r->line + from, at - from) + beyond);
    size_t carets = width_of(r->line + at, len);
    ink_on(out, r->shell->options.color, INK_BAD);
    text_repeat(out, '^', carets < 1 ? 1 : carets > shown_max ? shown_max : carets);
    ink_off(out, r->shell->options.color, INK_BAD);
    text_char(out, '\n');
}

static void example(Run *r)
{
    if (r->command && r->command->example[0]) {
        text_addf(r->out, "  %s%s\n", SAY(r, "for example: ", "例如："), r->command->example);
    }
}

static void message(Run *r, const char *format, va_list args)
{
    char text[1024];
    vsnprintf(text, sizeof text, format, args);
    heading(r);
    width_wrap(r->out, text, 2, 72);
}

LineStatus refuse_at(Run *r, size_t at, size_t len, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message(r, format, args);
    va_end(args);
    point(r, at, len);
    example(r);
    return LINE_ERROR;
}

LineStatus refuse(Run *r, uint32_t token, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message(r, format, args);
    va_end(args);
    if (token < r->lex->count)
        point(r, r->lex->token[token].at, r->lex->token[token].len);
    else
        point(r, r->lex->end + (r->lex->count > 0), 1);
    example(r);
    return LINE_ERROR;
}

LineStatus refuse_plain(Run *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message(r, format, args);
    va_end(args);
    return LINE_ERROR;
}

LineStatus refuse_status(Run *r, CallStatus status)
{
    return refuse_plain(r, "%s", call_status_text(status, r->shell->lang));
}
