/*
 * markdown.c: md4c's events, turned into lines of a terminal (markdown.h).
 *
 *     md4c -> inline characters, each with its ink -> atoms that may not be broken -> lines
 *
 * Inline text is gathered as an array of characters; a paragraph's end lays them out. Blocks that
 * nest (lists, quotations) only push and pop the text that stands before their lines.
 */
#include "lessons/markdown.h"

#include <md4c.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "repl/ink.h"
#include "repl/width.h"

typedef struct Glyph {
    uint32_t code;
    uint8_t bytes; /* of its UTF-8 form, in utf8 */
    uint8_t columns;
    uint8_t ink;
    bool hard; /* a line ends here */
    char utf8[4];
} Glyph;

enum { NEST_MAX = 8, PREFIX_MAX = 48 /* a mark with its colour */ };

typedef struct Render {
    Text *out;
    MarkdownStyle style;
    Glyph *glyphs;
    size_t count, cap;
    uint8_t ink;
    char before[NEST_MAX][PREFIX_MAX]; /* what each open list or quotation puts before a line */
    char first[NEST_MAX][PREFIX_MAX];  /* ... before its item's first line; "" afterwards */
    unsigned depth;
    unsigned number[NEST_MAX]; /* ordered lists: the next number; 0: bullets */
    unsigned lists;
    char delimiter;        /* behind the numbers of the innermost list: '.' or ')' */
    bool code, tight, any; /* any: something was written, so a blank line comes before the next */
    unsigned cell;
} Render;

/* ---- characters ---- */

static void add_glyphs(Render *r, const char *s, size_t len)
{
    for (size_t i = 0, n; i < len; i += n) {
        if (r->count == r->cap) {
            r->cap = r->cap ? 2 * r->cap : 256;
            r->glyphs = realloc(r->glyphs, r->cap * sizeof(Glyph));
            CHECK(r->glyphs != NULL);
        }
        Glyph g = {.ink = r->ink};
        n = width_decode(s + i, len - i, &g.code);
        g.bytes = (uint8_t)n;
        g.columns = (uint8_t)width_of_char(g.code);
        memcpy(g.utf8, s + i, n);
        r->glyphs[r->count++] = g;
    }
}

static void add_string(Render *r, const char *s)
{
    add_glyphs(r, s, strlen(s));
}

static bool is_in(uint32_t code, const char *set)
{
    for (size_t i = 0, n, len = strlen(set); i < len; i += n) {
        uint32_t c;
        n = width_decode(set + i, len - i, &c);
        if (c == code)
            return true;
    }
    return false;
}

/* Marks that may not begin a line, and those that may not end one (as Chinese and Japanese printers
 * set them, and ASCII's own). */
static bool no_start(uint32_t code)
{
    return is_in(code, "，。、；：？！）》」』】〉”’…·—,.;:!?)]}%");
}

static bool no_end(uint32_t code)
{
    return is_in(code, "（《「『【〈“‘([{");
}

static bool is_wide(const Glyph *g)
{
    return g->columns == 2 || is_in(g->code, "“”‘’…—·");
}

/* May a line end between a and b? */
static bool may_break(const Glyph *a, const Glyph *b)
{
    if (a->code == ' ' || a->hard)
        return true;
    return (is_wide(a) || is_wide(b)) && !no_start(b->code) && !no_end(a->code) && b->code != ' ';
}

/* ---- lines ---- */

static size_t write_prefix(Render *r)
{
    size_t columns = r->style.indent;
    text_repeat(r->out, ' ', r->style.indent);
    for (unsigned i = 0; i < r->depth; i++) {
        const char *s = r->first[i][0] ? r->first[i] : r->before[i];
        text_add(r->out, s);
        columns += width_of(s, strlen(s));
        r->first[i][0] = '\0';
    }
    return columns;
}

static void write_glyphs(Render *r, size_t from, size_t to)
{
    uint8_t ink = INK_PLAIN;
    while (to > from && r->glyphs[to - 1].code == ' ')
        to--;
    for (size_t i = from; i < to; i++) {
        const Glyph *g = &r->glyphs[i];
        if (g->ink != ink) {
            ink_off(r->out, r->style.color, (Ink)ink);
            ink_on(r->out, r->style.color, (Ink)g->ink);
            ink = g->ink;
        }
        text_add_n(r->out, g->utf8, g->bytes);
    }
    ink_off(r->out, r->style.color, (Ink)ink);
    text_char(r->out, '\n');
}

/* Lays out what was gathered: as many atoms in a line as fit. */
static void flush(Render *r)
{
    size_t width = r->style.width ? r->style.width : 80, from = 0;
    while (from < r->count) {
        while (from < r->count && r->glyphs[from].code == ' ' && !r->glyphs[from].hard)
            from++;
        if (from >= r->count)
            break;
        size_t columns = write_prefix(r), to = from, end = from;
        for (; to < r->count; to++) {
            const Glyph *g = &r->glyphs[to];
            if (to > from && may_break(g - 1, g))
                end = to;
            columns += g->columns;
            if (g->hard || (columns > width && g->code != ' ' && end > from))
                break;
        }
        if (to < r->count && r->glyphs[to].hard)
            end = to + 1;
        else if (to == r->count)
            end = to;
        size_t shown = end > from && r->glyphs[end - 1].hard ? end - 1 : end;
        write_glyphs(r, from, shown);
        from = end;
    }
    r->count = 0;
}

static void blank_line(Render *r)
{
    if (r->any && !r->tight) {
        text_repeat(r->out, ' ', 0);
        text_char(r->out, '\n');
    }
    r->any = true;
}

/* ---- blocks ---- */

static void push(Render *r, const char *before, const char *first)
{
    if (r->depth == NEST_MAX)
        return;
    Text b = text_fixed(r->before[r->depth], sizeof r->before[0]);
    Text f = text_fixed(r->first[r->depth], sizeof r->first[0]);
    text_add(&b, before);
    text_add(&f, first);
    r->depth++;
}

static void enter_item(Render *r)
{
    char first[16], before[16] = "";
    unsigned *number = &r->number[r->lists > 0 ? r->lists - 1 : 0];
    Text f = text_fixed(first, sizeof first);
    if (*number > 0)
        text_addf(&f, "%u%c ", (*number)++, r->delimiter);
    else
        text_add(&f, "- ");
    Text b = text_fixed(before, sizeof before);
    text_repeat(&b, ' ', f.len);
    push(r, before, first);
}

static void enter_list(Render *r, unsigned start, bool tight)
{
    if (!r->tight)
        blank_line(r);
    r->any = false;
    r->tight = tight || r->tight;
    if (r->lists < NEST_MAX)
        r->number[r->lists++] = start;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    Render *r = user;
    switch (type) {
    case MD_BLOCK_UL: enter_list(r, 0, ((MD_BLOCK_UL_DETAIL *)detail)->is_tight != 0); break;
    case MD_BLOCK_OL:
        flush(r);
        r->delimiter = ((MD_BLOCK_OL_DETAIL *)detail)->mark_delimiter;
        enter_list(r, ((MD_BLOCK_OL_DETAIL *)detail)->start,
                   ((MD_BLOCK_OL_DETAIL *)detail)->is_tight != 0);
        break;
    case MD_BLOCK_LI:
        flush(r);
        enter_item(r);
        break;
    case MD_BLOCK_QUOTE:
        blank_line(r);
        r->any = false;
        push(r, "| ", "");
        break;
    case MD_BLOCK_CODE:
        blank_line(r);
        r->code = true;
        break;
    case MD_BLOCK_H:
        blank_line(r);
        r->ink = INK_STRONG;
        break;
    case MD_BLOCK_P: blank_line(r); break;
    case MD_BLOCK_TABLE: blank_line(r); break;
    case MD_BLOCK_TR: r->cell = 0; break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        if (r->cell++ > 0)
            add_string(r, " | ");
        break;
    default: break;
    }
    return 0;
}

static void write_code(Render *r)
{
    size_t from = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (r->glyphs[i].code != '\n')
            continue;
        write_prefix(r);
        text_add(r->out, "    ");
        write_glyphs(r, from, i);
        from = i + 1;
    }
    r->count = 0;
}

static void leave_list(Render *r)
{
    flush(r);
    r->lists -= r->lists > 0;
    r->tight = r->lists > 0 && r->tight;
    r->any = true;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    Render *r = user;
    (void)detail;
    switch (type) {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL: leave_list(r); break;
    case MD_BLOCK_LI:
    case MD_BLOCK_QUOTE:
        flush(r);
        r->depth -= r->depth > 0;
        break;
    case MD_BLOCK_CODE:
        write_code(r);
        r->code = false;
        break;
    case MD_BLOCK_H:
        flush(r);
        r->ink = INK_PLAIN;
        break;
    case MD_BLOCK_P:
    case MD_BLOCK_TR: flush(r); break;
    default: break;
    }
    return 0;
}

/* ---- spans and text ---- */

/* What marks a span where there is no colour. */
static const char *span_mark(MD_SPANTYPE type)
{
    return type == MD_SPAN_CODE ? "`" : type == MD_SPAN_EM || type == MD_SPAN_STRONG ? "*" : "";
}

/* A line break of the source between two Chinese characters, or beside a Chinese mark, is none for
 * the reader; any other is a blank. A break waits as '\n' until the next text is known. */
static void end_soft_break(Render *r, const char *next, size_t len)
{
    if (r->code || r->count == 0 || r->glyphs[r->count - 1].code != '\n')
        return;
    Glyph after = {.code = ' '};
    if (len > 0)
        width_decode(next, len, &after.code);
    after.columns = (uint8_t)width_of_char(after.code);
    r->count--;
    const Glyph *before = r->count > 0 ? &r->glyphs[r->count - 1] : NULL;
    bool mark = (before && before->code > 0x7f && no_start(before->code)) ||
                (after.code > 0x7f && (no_start(after.code) || no_end(after.code)));
    if (!mark && !(before && is_wide(before) && is_wide(&after)))
        add_string(r, " ");
}

static int enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    Render *r = user;
    (void)detail;
    if (!r->style.color)
        end_soft_break(r, "x", 1);
    if (!r->style.color)
        add_string(r, span_mark(type));
    else if (type == MD_SPAN_CODE)
        r->ink = INK_DATA;
    else if (type == MD_SPAN_EM || type == MD_SPAN_STRONG)
        r->ink = INK_STRONG;
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    Render *r = user;
    if (type == MD_SPAN_A) {
        const MD_ATTRIBUTE *href = &((MD_SPAN_A_DETAIL *)detail)->href;
        add_string(r, " (");
        add_glyphs(r, href->text, href->size);
        add_string(r, ")");
    }
    if (!r->style.color)
        add_string(r, span_mark(type));
    else
        r->ink = INK_PLAIN;
    return 0;
}

static const char *entity(const char *s, size_t len)
{
    static const char *const known[][2] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""}, {"&nbsp;", " "}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i][0]) == len && memcmp(known[i][0], s, len) == 0)
            return known[i][1];
    return NULL;
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE len, void *user)
{
    Render *r = user;
    switch (type) {
    case MD_TEXT_BR:
        add_string(r, " ");
        r->glyphs[r->count - 1].hard = true;
        break;
    case MD_TEXT_SOFTBR: add_string(r, "\n"); break; /* decided when the next text is known */
    case MD_TEXT_ENTITY:
        end_soft_break(r, s, len);
        if (entity(s, len))
            add_string(r, entity(s, len));
        else
            add_glyphs(r, s, len);
        break;
    case MD_TEXT_HTML: break;
    case MD_TEXT_NULLCHAR: break;
    default:
        end_soft_break(r, s, len);
        add_glyphs(r, s, len);
        break;
    }
    return 0;
}

static const MD_PARSER render_parser = {.flags = MD_FLAG_TABLES,
                                        .enter_block = enter_block,
                                        .leave_block = leave_block,
                                        .enter_span = enter_span,
                                        .leave_span = leave_span,
                                        .text = on_text};

void markdown_render(Text *out, const char *markdown, MarkdownStyle style)
{
    Render r = {.out = out, .style = style};
    md_parse(markdown, (MD_SIZE)strlen(markdown), &render_parser, &r);
    free(r.glyphs);
}

void markdown_wrap(Text *out, const char *first, const char *plain, MarkdownStyle style)
{
    Render r = {.out = out, .style = style};
    char before[PREFIX_MAX] = "";
    Text b = text_fixed(before, sizeof before);
    text_repeat(&b, ' ', width_of(first, strlen(first)));
    push(&r, before, first);
    add_string(&r, plain);
    flush(&r);
    free(r.glyphs);
}

/* ---- linting ---- */

typedef struct Lint {
    const Source *source;
    const char *markdown;
    uint32_t line;
    size_t len;
    Diags *diags;
    bool in_code;
    void (*each)(void *, const char *, size_t);
    void *user;
} Lint;

static int lint_enter(MD_BLOCKTYPE type, void *detail, void *user)
{
    Lint *l = user;
    if (type == MD_BLOCK_CODE) {
        const MD_BLOCK_CODE_DETAIL *code = detail;
        l->in_code = true;
        if (l->each && code->fence_char)
            l->each(l->user, code->info.text ? code->info.text : "", code->info.size);
    }
    return 0;
}

static int lint_leave(MD_BLOCKTYPE type, void *detail, void *user)
{
    (void)detail;
    if (type == MD_BLOCK_CODE)
        ((Lint *)user)->in_code = false;
    return 0;
}

static int lint_span(MD_SPANTYPE type, void *detail, void *user)
{
    (void)type;
    (void)detail;
    (void)user;
    return 0;
}

/* A star that is left in the text and touches a word was meant to emphasize it. */
static const char *leftover(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool touches = (i > 0 && s[i - 1] != ' ') || (i + 1 < len && s[i + 1] != ' ');
        if (s[i] == '*' && (touches || len == 1))
            return s + i;
        if (s[i] == '_' && i + 1 < len && s[i + 1] == '_')
            return s + i;
    }
    return NULL;
}

static int lint_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE len, void *user)
{
    Lint *l = user;
    const char *star = type == MD_TEXT_NORMAL && !l->in_code ? leftover(s, len) : NULL;
    if (!star || !l->diags)
        return 0;
    Place place = {l->line, 1, 2};
    if (star >= l->markdown && star < l->markdown + l->len) {
        for (const char *p = l->markdown; p < star; p++) {
            place.column++;
            if (*p == '\n') {
                place.line++;
                place.column = 1;
            }
        }
    }
    diag_add(l->diags, DIAG_EMPHASIS, l->source, place, NULL, NULL);
    return 0;
}

static const MD_PARSER lint_parser = {.flags = MD_FLAG_TABLES,
                                      .enter_block = lint_enter,
                                      .leave_block = lint_leave,
                                      .enter_span = lint_span,
                                      .leave_span = lint_span,
                                      .text = lint_text};

void markdown_lint(const Source *source, const char *markdown, uint32_t line, Diags *diags)
{
    Lint l = {.source = source,
              .markdown = markdown,
              .line = line,
              .len = strlen(markdown),
              .diags = diags};
    md_parse(markdown, (MD_SIZE)l.len, &lint_parser, &l);
}

void markdown_fences(const char *markdown, void (*each)(void *, const char *, size_t), void *user)
{
    Lint l = {.markdown = markdown, .each = each, .user = user};
    md_parse(markdown, (MD_SIZE)strlen(markdown), &lint_parser, &l);
}
