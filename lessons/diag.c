/*
 * diag.c: collecting and printing complaints (diag.h); their texts are in diag_text.c.
 *
 * Every complaint has a place, the line itself with a caret, and a remedy; the list is bounded.
 */
#include "lessons/diag.h"

#include <string.h>

#include "repl/width.h"

enum { DIAGS_MAX = 200 }; /* after so many nobody reads on */

void diags_free(Diags *diags)
{
    arena_free(&diags->arena);
    *diags = (Diags){0};
}

static const char *copy(Diags *diags, const char *s)
{
    return s ? arena_text(&diags->arena, s, strlen(s)) : NULL;
}

/* The line of a source, without its newline. */
static const char *copy_line(Diags *diags, const Source *source, uint32_t line)
{
    const char *at = source->text, *end = source->text + source->len;
    if (line == 0 || !at)
        return "";
    for (uint32_t n = 1; n < line; n++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline)
            return "";
        at = newline + 1;
    }
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    size_t len = (size_t)((newline ? newline : end) - at);
    return arena_text(&diags->arena, at, len < 200 ? len : 200);
}

void diag_add_detail(Diags *diags, DiagKind kind, const Source *source, Place place, const char *a,
                     const char *b, const char *detail)
{
    diags->total++;
    if (diags->count >= DIAGS_MAX)
        return;
    diags->items =
        arena_grow(&diags->arena, diags->items, &diags->cap, diags->count + 1, sizeof(Diag));
    diags->items[diags->count++] = (Diag){.kind = kind,
                                          .path = copy(diags, source->path),
                                          .place = place,
                                          .line = copy_line(diags, source, place.line),
                                          .arg = {copy(diags, a), copy(diags, b)},
                                          .detail = copy(diags, detail)};
}

void diag_add(Diags *diags, DiagKind kind, const Source *source, Place place, const char *a,
              const char *b)
{
    diag_add_detail(diags, kind, source, place, a, b, NULL);
}

static void add_filled(Text *out, const char *format, const Diag *diag, Lang lang)
{
    for (; *format; format++) {
        const char *near = diag->arg[1];
        if (format[0] == '$' && format[1] == '?') {
            if (near && near[0])
                text_addf(out, lang == LANG_ZH ? "（是不是 '%s'？）" : "; did you mean '%s'?",
                          near);
            format++;
        } else if (format[0] == '$' && (format[1] == '1' || format[1] == '2')) {
            const char *arg = diag->arg[format[1] - '1'];
            text_add(out, arg ? arg : "");
            format++;
        } else {
            text_char(out, *format);
        }
    }
}

/* Blanks as wide as the first n bytes of the line, so that the caret stands under its word. */
static void add_caret(Text *out, const Diag *diag)
{
    size_t len = strlen(diag->line);
    size_t before = diag->place.column > 0 ? diag->place.column - 1 : 0;
    before = before < len ? before : len;
    text_repeat(out, ' ', width_of(diag->line, before));
    size_t under = diag->place.width;
    under = under < len - before ? under : len - before;
    size_t columns = width_of(diag->line + before, under);
    text_char(out, '^');
    text_repeat(out, '~', columns > 1 ? columns - 1 : 0);
    text_char(out, '\n');
}

static void add_indented(Text *out, const char *s)
{
    for (size_t n; *s; s += n) {
        n = strcspn(s, "\n");
        text_add(out, "       ");
        text_add_n(out, s, n);
        text_char(out, '\n');
        n += s[n] == '\n';
    }
}

void diag_print(Text *out, const Diag *diag, Lang lang)
{
    const DiagText *t = &diag_texts[diag->kind];
    text_add(out, diag->path ? diag->path : "?");
    if (diag->place.line > 0)
        text_addf(out, ":%u:%u", diag->place.line, diag->place.column);
    text_add(out, lang == LANG_ZH ? ": 错误：" : ": error: ");
    add_filled(out, t->what[lang], diag, lang);
    text_char(out, '\n');
    if (diag->place.line > 0) {
        text_addf(out, "%5u | %s\n      | ", diag->place.line, diag->line);
        add_caret(out, diag);
    }
    if (diag->detail)
        add_indented(out, diag->detail);
    if (t->remedy[lang][0]) {
        text_add(out, "       ");
        add_filled(out, t->remedy[lang], diag, lang);
        text_char(out, '\n');
    }
}

void diags_print(Text *out, const Diags *diags, Lang lang)
{
    for (uint32_t i = 0; i < diags->count; i++)
        diag_print(out, &diags->items[i], lang);
}

const char *diag_name(DiagKind kind)
{
    return diag_texts[kind].name;
}

uint32_t diags_of(const Diags *diags, DiagKind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < diags->count; i++)
        count += diags->items[i].kind == kind;
    return count;
}

Place source_place(const Source *source, size_t offset, size_t width)
{
    Place place = {1, 1, (uint32_t)width};
    offset = offset < source->len ? offset : source->len;
    for (size_t i = 0; i < offset; i++) {
        place.column++;
        if (source->text[i] == '\n') {
            place.line++;
            place.column = 1;
        }
    }
    return place;
}
