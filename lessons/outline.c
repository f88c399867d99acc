/*
 * outline.c: cutting a lesson file into its parts (outline.h).
 *
 * One pass over the lines with one question per line: are we in a fence of somebody else's, does
 * one of ours begin here, is it a heading, a pause, or prose that continues?
 *
 *      text -> front matter -> [heading | block | pause | prose]...
 */
#include "lessons/outline.h"

#include <string.h>

#include "core/base/near.h"
#include "repl/width.h"

static const char *const words[] = {"sandwire", "predict", "task", "trace", "break", "note", "ref"};
enum { WORD_COUNT = sizeof words / sizeof words[0] };

typedef struct Reader {
    Arena *arena;
    const Source *source;
    Outline *outline;
    Diags *diags;
    size_t at;       /* the next line begins here */
    uint32_t number; /* of the line just read */
    const char *line;
    size_t len;        /* of the line, without newline and trailing blanks */
    size_t line_at;    /* its offset */
    size_t prose_from; /* where the prose being collected begins */
    uint32_t prose_line;
    bool prose_open, prose_inked; /* inked: it holds more than blanks */
    bool before_blank;            /* the line before was empty */
} Reader;

static bool next_line(Reader *r)
{
    const Source *s = r->source;
    if (r->at >= s->len)
        return false;
    r->line_at = r->at;
    r->line = s->text + r->at;
    const char *newline = memchr(r->line, '\n', s->len - r->at);
    r->len = newline ? (size_t)(newline - r->line) : s->len - r->at;
    r->at += r->len + (newline ? 1 : 0);
    r->number++;
    while (r->len > 0 && strchr(" \t\r", r->line[r->len - 1]))
        r->len--;
    return true;
}

static Place place_at(const Reader *r, size_t column, size_t width)
{
    return (Place){r->number, (uint32_t)column + 1, (uint32_t)width};
}

static bool line_is(const Reader *r, const char *s)
{
    return r->len == strlen(s) && memcmp(r->line, s, r->len) == 0;
}

bool outline_is_text(const char *text, size_t len, size_t *bad)
{
    for (size_t i = 0, n; i < len; i += n) {
        uint32_t code;
        n = width_decode(text + i, len - i, &code);
        bool invalid = n == 1 && code >= 0x80;
        bool control =
            (code < 0x20 && code != '\n' && code != '\t' && code != '\r') || code == 0x7f;
        if (invalid || control) {
            *bad = i;
            return false;
        }
    }
    return true;
}

bool outline_is_id(const char *s)
{
    size_t n = strlen(s);
    if (n == 0 || n > 40 || s[0] < 'a' || s[0] > 'z')
        return false;
    return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

const char *outline_slug(Arena *arena, const char *heading)
{
    char slug[64];
    size_t n = 0;
    for (; *heading && n < sizeof slug - 1; heading++) {
        char c = *heading;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            slug[n++] = c;
        else if (n > 0 && slug[n - 1] != '-' && c != '\'')
            slug[n++] = '-';
    }
    while (n > 0 && slug[n - 1] == '-')
        n--;
    return n > 0 ? arena_text(arena, slug, n) : "section";
}

const char *outline_nearest(const char *word, const char *const *names, size_t count)
{
    const char *near = near_word(word, strlen(word), names, count);
    return near ? near : "";
}

/* ---- front matter ---- */

static void read_front_line(Reader *r)
{
    const char *colon = memchr(r->line, ':', r->len);
    size_t key_len = colon ? (size_t)(colon - r->line) : 0;
    if (!colon || key_len == 0 || memchr(r->line, ' ', key_len)) {
        diag_add(r->diags, DIAG_FRONT_MATTER_LINE, r->source, place_at(r, 0, r->len), NULL, NULL);
        return;
    }
    size_t value = key_len + 1;
    while (value < r->len && r->line[value] == ' ')
        value++;
    Outline *o = r->outline;
    o->front = arena_grow(r->arena, o->front, &o->front_cap, o->front_count + 1, sizeof(FrontKey));
    o->front[o->front_count++] =
        (FrontKey){.key = arena_text(r->arena, r->line, key_len),
                   .value = arena_text(r->arena, r->line + value, r->len - value),
                   .place = place_at(r, 0, key_len),
                   .value_place = place_at(r, value, r->len - value)};
}

static bool read_front_matter(Reader *r)
{
    if (!next_line(r) || !line_is(r, "---")) {
        Place top = {1, 1, (uint32_t)r->len};
        diag_add(r->diags, DIAG_NO_FRONT_MATTER, r->source, top, NULL, NULL);
        return false;
    }
    while (next_line(r)) {
        if (line_is(r, "---"))
            return true;
        if (r->len > 0 && r->line[0] != '#')
            read_front_line(r);
    }
    diag_add(r->diags, DIAG_FRONT_MATTER_OPEN, r->source, (Place){1, 1, 3}, NULL, NULL);
    return false;
}

/* ---- prose ---- */

static Item *add_item(Reader *r, ItemKind kind, size_t from, uint32_t line)
{
    Outline *o = r->outline;
    o->items = arena_grow(r->arena, o->items, &o->item_cap, o->item_count + 1, sizeof(Item));
    Item *item = &o->items[o->item_count++];
    *item = (Item){.kind = kind, .from = from, .text = "", .word = "", .mode = "", .id = ""};
    item->place = (Place){line, 1, 1};
    return item;
}

static void end_prose(Reader *r, size_t to)
{
    if (r->prose_open && r->prose_inked) {
        Item *item = add_item(r, ITEM_PROSE, r->prose_from, r->prose_line);
        item->text = arena_text(r->arena, r->source->text + r->prose_from, to - r->prose_from);
        item->to = to;
    }
    r->prose_open = r->prose_inked = false;
}

static void add_prose_line(Reader *r)
{
    if (!r->prose_open) {
        r->prose_open = true;
        r->prose_from = r->line_at;
        r->prose_line = r->number;
    }
    if (r->len > 0 && !r->prose_inked) {
        r->prose_inked = true;
        r->prose_from = r->line_at;
        r->prose_line = r->number;
    }
}

static void read_heading(Reader *r, size_t level)
{
    end_prose(r, r->line_at);
    Item *item = add_item(r, ITEM_HEADING, r->line_at, r->number);
    size_t from = level + strspn(r->line + level, " "), to = r->len;
    while (to > from && r->line[to - 1] == '#')
        to--;
    while (to > from && r->line[to - 1] == ' ')
        to--;
    item->level = (uint32_t)level;
    item->text = arena_text(r->arena, r->line + from, to - from);
    item->place = place_at(r, 0, r->len);
    item->to = r->at;
}

/* ---- fences ---- */

typedef struct Fence {
    size_t indent, ticks; /* ticks 0: this line is no fence */
    char mark;
    size_t info; /* offset of the info string in the line */
} Fence;

static Fence fence_of(const char *line, size_t len)
{
    Fence f = {0};
    while (f.indent < len && line[f.indent] == ' ')
        f.indent++;
    if (f.indent == len || (line[f.indent] != '`' && line[f.indent] != '~'))
        return f;
    f.mark = line[f.indent];
    size_t i = f.indent;
    while (i < len && line[i] == f.mark)
        i++;
    if (i - f.indent < 3 || (f.mark == '`' && memchr(line + i, '`', len - i)))
        return f;
    f.ticks = i - f.indent;
    while (i < len && line[i] == ' ')
        i++;
    f.info = i;
    return f;
}

static bool closes(const char *line, size_t len, Fence open)
{
    Fence f = fence_of(line, len);
    return f.ticks >= open.ticks && f.mark == open.mark && f.info == len && f.indent < 4;
}

/* Reads on to the closing fence; its line is the current one then. The body's bytes are [*from,
 * *to). */
static bool skip_to_close(Reader *r, Fence open, size_t *from, size_t *to)
{
    *from = r->at;
    while (next_line(r)) {
        *to = r->line_at;
        if (closes(r->line, r->len, open))
            return true;
    }
    *to = r->source->len;
    return false;
}

/* name=value or #id, up to the next blank or brace. Returns where reading goes on. */
static size_t read_attribute(Reader *r, Item *item, size_t i)
{
    size_t n = 0;
    while (i + n < r->len && r->line[i + n] != ' ' && r->line[i + n] != '}')
        n++;
    const char *word = arena_text(r->arena, r->line + i, n);
    const char *equals = strchr(word, '=');
    if (word[0] == '#' && !item->id[0]) {
        item->id = word + 1;
        if (!outline_is_id(item->id))
            diag_add(r->diags, DIAG_BAD_ID, r->source, place_at(r, i, n), item->id, NULL);
    } else if (equals && equals != word && equals[1] && item->attr_count < ITEM_ATTRS_MAX) {
        item->attr[item->attr_count++] =
            (Attr){.name = arena_text(r->arena, word, (size_t)(equals - word)),
                   .value = equals + 1,
                   .place = place_at(r, i, n)};
    } else {
        diag_add(r->diags, DIAG_ATTRIBUTE_SYNTAX, r->source, place_at(r, i, n ? n : 1), NULL, NULL);
    }
    return i + (n ? n : 1);
}

/* `word mode {#id a=b}`: the info string of a block of ours. */
static void read_info(Reader *r, Item *item, size_t i)
{
    const char **slot[2] = {&item->word, &item->mode};
    for (size_t w = 0; i < r->len && r->line[i] != '{'; w++) {
        size_t n = 0;
        while (i + n < r->len && r->line[i + n] != ' ' && r->line[i + n] != '{')
            n++;
        if (w < 2)
            *slot[w] = arena_text(r->arena, r->line + i, n);
        else
            diag_add(r->diags, DIAG_ATTRIBUTE_SYNTAX, r->source, place_at(r, i, n), NULL, NULL);
        i += n;
        while (i < r->len && r->line[i] == ' ')
            i++;
    }
    if (i >= r->len)
        return;
    size_t open = i++;
    while (i < r->len && r->line[i] != '}') {
        if (r->line[i] == ' ')
            i++;
        else
            i = read_attribute(r, item, i);
    }
    if (i + 1 != r->len)
        diag_add(r->diags, DIAG_ATTRIBUTE_SYNTAX, r->source, place_at(r, open, r->len - open), NULL,
                 NULL);
}

/* Is the fence's first word one of ours? A near miss, or one with attributes, is a mistake and not
 * somebody's example. */
static bool is_ours(Reader *r, Fence f)
{
    size_t n = 0;
    while (f.info + n < r->len && r->line[f.info + n] != ' ' && r->line[f.info + n] != '{')
        n++;
    const char *info = r->line + f.info;
    for (size_t w = 0; w < WORD_COUNT; w++)
        if (n == strlen(words[w]) && memcmp(info, words[w], n) == 0)
            return true;
    bool braces = memchr(info, '{', r->len - f.info) != NULL;
    bool near = n > 0 && near_word(info, n, words, WORD_COUNT) != NULL;
    if (braces || near) {
        const char *word = arena_text(r->arena, info, n);
        diag_add(r->diags, DIAG_BLOCK_UNKNOWN, r->source, place_at(r, f.info, n), word,
                 outline_nearest(word, words, WORD_COUNT));
    }
    return false;
}

/* Somebody else's fence: prose, with all that is in it. */
static void read_plain_fence(Reader *r, Fence f, Place open)
{
    add_prose_line(r);
    size_t from, to;
    if (!skip_to_close(r, f, &from, &to))
        diag_add(r->diags, DIAG_FENCE_OPEN, r->source, open, NULL, NULL);
}

static void read_fence(Reader *r, Fence f)
{
    Place open = place_at(r, f.indent, r->len - f.indent);
    if (!is_ours(r, f)) {
        read_plain_fence(r, f, open);
        return;
    }
    if (f.indent > 0)
        diag_add(r->diags, DIAG_FENCE_INDENTED, r->source, open, NULL, NULL);
    end_prose(r, r->line_at);
    Item *item = add_item(r, ITEM_BLOCK, r->line_at, r->number);
    item->place = open;
    read_info(r, item, f.info);
    item->body_line = r->number + 1;
    size_t from, to;
    if (!skip_to_close(r, f, &from, &to))
        diag_add(r->diags, DIAG_FENCE_OPEN, r->source, open, NULL, NULL);
    item->text = arena_text(r->arena, r->source->text + from, to - from);
    item->end_line = r->number;
    item->to = r->at;
}

/* ---- all lines ---- */

static size_t heading_level(const Reader *r)
{
    size_t n = 0;
    while (n < r->len && r->line[n] == '#')
        n++;
    return n >= 1 && n <= 6 && n < r->len && r->line[n] == ' ' ? n : 0;
}

static void read_line(Reader *r)
{
    Fence f = fence_of(r->line, r->len);
    size_t level = heading_level(r);
    if (f.ticks > 0) {
        read_fence(r, f);
    } else if (level > 0) {
        read_heading(r, level);
    } else if (line_is(r, "---") && r->before_blank) {
        end_prose(r, r->line_at);
        add_item(r, ITEM_PAUSE, r->line_at, r->number)->to = r->at;
    } else {
        add_prose_line(r);
    }
}

bool outline_read(Arena *arena, const Source *source, Outline *outline, Diags *diags)
{
    size_t bad;
    *outline = (Outline){0};
    if (!outline_is_text(source->text, source->len, &bad)) {
        diag_add(diags, DIAG_NOT_TEXT, source, source_place(source, bad, 1), NULL, NULL);
        return false;
    }
    Reader r = {.arena = arena, .source = source, .outline = outline, .diags = diags};
    if (!read_front_matter(&r))
        return false;
    r.before_blank = true;
    while (next_line(&r)) {
        bool blank = r.len == 0;
        read_line(&r);
        r.before_blank = blank;
    }
    end_prose(&r, source->len);
    return true;
}
