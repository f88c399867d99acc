/*
 * entries.c: reading the entries of a block (entries.h).
 *
 * A table says of each key where it may stand, whether it has a name and a caption, and what its
 * value is. Reading is line by line: a line that begins at the first column opens an entry, lines
 * indented by two blanks continue it.
 */
#include "lessons/entries.h"

#include <stdlib.h>
#include <string.h>

typedef enum Content { SAY, LINES, EXPRESSION, ANSWER, CHOICES } Content;
enum { NO_NAME, MAY_NAME, MUST_NAME, ENTRIES_MAX = 64 };

typedef struct EntrySpec {
    const char *key;
    uint32_t blocks; /* bit per BlockKind */
    Content content;
    uint8_t name;
    bool caption, repeats;
} EntrySpec;

#define IN(KIND) (1u << (KIND))
static const uint32_t in_both = IN(BLOCK_PREDICT) | IN(BLOCK_TASK);
static const uint32_t in_all =
    IN(BLOCK_PREDICT) | IN(BLOCK_TASK) | IN(BLOCK_TRACE) | IN(BLOCK_BREAK);

static const char *const keys[ENTRY_KIND_COUNT] = {
    "ask",   "on",    "answer", "choices",    "choice", "wrong",    "because", "do",
    "allow", "check", "never",  "eventually", "hint",   "solution", "reject",  "text"};

static EntrySpec spec_of(EntryKind kind)
{
    const uint32_t predict = IN(BLOCK_PREDICT), task = IN(BLOCK_TASK);
    const uint32_t other = IN(BLOCK_TRACE) | IN(BLOCK_BREAK) | IN(BLOCK_NOTE);
    switch (kind) {
    case ENTRY_ASK:
        return (EntrySpec){"ask", predict | IN(BLOCK_TRACE), SAY, NO_NAME, false, false};
    case ENTRY_ON: return (EntrySpec){"on", predict, LINES, NO_NAME, false, false};
    case ENTRY_ANSWER: return (EntrySpec){"answer", predict, ANSWER, NO_NAME, false, false};
    case ENTRY_CHOICES: return (EntrySpec){"choices", predict, CHOICES, NO_NAME, false, false};
    case ENTRY_CHOICE: return (EntrySpec){"choice", 0, SAY, MUST_NAME, true, true};
    case ENTRY_WRONG: return (EntrySpec){"wrong", in_both, SAY, MUST_NAME, false, true};
    case ENTRY_BECAUSE: return (EntrySpec){"because", in_all, SAY, NO_NAME, false, false};
    case ENTRY_DO: return (EntrySpec){"do", task | IN(BLOCK_BREAK), SAY, NO_NAME, false, false};
    case ENTRY_ALLOW: return (EntrySpec){"allow", task, LINES, NO_NAME, false, false};
    case ENTRY_CHECK: return (EntrySpec){"check", task, EXPRESSION, MUST_NAME, true, true};
    case ENTRY_NEVER: return (EntrySpec){"never", task, EXPRESSION, MUST_NAME, true, true};
    case ENTRY_EVENTUALLY:
        return (EntrySpec){"eventually", task, EXPRESSION, MUST_NAME, true, true};
    case ENTRY_HINT: return (EntrySpec){"hint", in_both, SAY, MUST_NAME, false, true};
    case ENTRY_SOLUTION: return (EntrySpec){"solution", task, LINES, NO_NAME, false, false};
    case ENTRY_REJECT: return (EntrySpec){"reject", task, LINES, MAY_NAME, false, true};
    case ENTRY_TEXT: return (EntrySpec){"text", other, SAY, NO_NAME, false, false};
    case ENTRY_KIND_COUNT: break;
    }
    return (EntrySpec){"", 0, SAY, NO_NAME, false, false};
}

const char *entry_key(EntryKind kind)
{
    return kind < ENTRY_KIND_COUNT ? keys[kind] : "";
}

const char *segment_field_name(SegmentField field)
{
    static const char *const names[] = {"segment", "seq", "ack", "len", "flags", "win"};
    return field < SEGMENT_FIELD_COUNT ? names[field] : "";
}

const char *block_word(BlockKind kind)
{
    static const char *const names[] = {"",     "sandwire setup", "sandwire demo", "predict",
                                        "task", "trace",          "break",         "note"};
    return kind < BLOCK_KIND_COUNT ? names[kind] : "";
}

/* ---- lines of the body ---- */

typedef struct Body {
    Arena *arena;
    const Source *source;
    Diags *diags;
    BlockKind block;
    PredictType type;
    bool ref;
    Lang lang;
    EntryList *list;
    const char *at;  /* the next line */
    uint32_t number; /* of the current line */
    const char *line;
    size_t len;
} Body;

static bool next_line(Body *b)
{
    if (!*b->at)
        return false;
    b->line = b->at;
    b->len = strcspn(b->at, "\n");
    b->at += b->len + (b->at[b->len] == '\n');
    b->number++;
    while (b->len > 0 && strchr(" \t\r", b->line[b->len - 1]))
        b->len--;
    return true;
}

static Place place_in(const Body *b, size_t column, size_t width)
{
    return (Place){b->number, (uint32_t)column + 1, (uint32_t)width};
}

/* Is the next line a continuation: indented, or empty before an indented one? */
static bool continues(const Body *b)
{
    const char *p = b->at;
    while (*p == '\n' || *p == '\r')
        p++;
    return p[0] == ' ' && p[1] == ' ';
}

/* ---- the head: key name cost=1 "caption": ---- */

typedef struct Head {
    EntryKind kind;
    const char *name, *caption;
    uint32_t cost;
    Nanos within;
    size_t value; /* offset behind the colon and blanks */
} Head;

static bool read_time(const char *s, size_t len, Nanos *out)
{
    static const struct {
        const char *unit;
        Nanos value;
    } units[] = {{"us", NANOS_US}, {"ms", NANOS_MS}, {"s", NANOS_S}};
    uint64_t n = 0;
    size_t i = 0;
    for (; i < len && s[i] >= '0' && s[i] <= '9'; i++) {
        n = n * 10 + (uint64_t)(s[i] - '0');
        if (n > 1000000000)
            return false;
    }
    for (size_t u = 0; i > 0 && u < sizeof units / sizeof units[0]; u++) {
        if (len - i == strlen(units[u].unit) && memcmp(s + i, units[u].unit, len - i) == 0) {
            *out = n * units[u].value;
            return true;
        }
    }
    return false;
}

/* The key at the beginning of the line; ENTRY_KIND_COUNT if it is none that may stand here. */
static EntryKind read_key(Body *b, size_t *len)
{
    *len = strspn(b->line, "abcdefghijklmnopqrstuvwxyz");
    *len = *len < b->len ? *len : b->len;
    for (unsigned k = 0; k < ENTRY_KIND_COUNT; k++) {
        const EntrySpec spec = spec_of((EntryKind)k);
        bool fits =
            b->ref ? spec.content == SAY || spec.caption : (spec.blocks & IN(b->block)) != 0;
        if (strlen(spec.key) == *len && memcmp(spec.key, b->line, *len) == 0 && fits)
            return (EntryKind)k;
    }
    return ENTRY_KIND_COUNT;
}

/* A quoted caption; `\"` stands for a quote. Returns the offset behind it. */
static size_t read_caption(Body *b, size_t i, const char **caption)
{
    char *text = arena_get(b->arena, b->len + 1);
    size_t n = 0, j = i + 1;
    for (; j < b->len && b->line[j] != '"'; j++) {
        if (b->line[j] == '\\' && j + 1 < b->len && b->line[j + 1] == '"')
            j++;
        text[n++] = b->line[j];
    }
    *caption = text;
    return j < b->len ? j + 1 : j;
}

static void read_name(Body *b, Head *head, size_t i, size_t n)
{
    const char *word = arena_text(b->arena, b->line + i, n);
    if (strncmp(word, "cost=", 5) == 0 && head->kind == ENTRY_HINT) {
        char *end;
        unsigned long cost = strtoul(word + 5, &end, 10);
        if (!word[5] || *end || cost > 1000)
            diag_add(b->diags, DIAG_BAD_NUMBER, b->source, place_in(b, i, n), word + 5, "0-1000");
        else
            head->cost = (uint32_t)cost;
    } else if (!head->name[0]) {
        head->name = word;
    } else {
        diag_add(b->diags, DIAG_ENTRY_SYNTAX, b->source, place_in(b, i, n), NULL, NULL);
    }
}

static size_t read_within(Body *b, Head *head, size_t i)
{
    if (head->kind != ENTRY_EVENTUALLY || i + 1 >= b->len || memcmp(b->line + i, "<=", 2) != 0)
        return i;
    size_t n = strcspn(b->line + i + 2, " :\"\n");
    if (!read_time(b->line + i + 2, n, &head->within))
        diag_add(b->diags, DIAG_TIME, b->source, place_in(b, i + 2, n),
                 arena_text(b->arena, b->line + i + 2, n), NULL);
    return i + 2 + n;
}

static bool read_head(Body *b, Head *head)
{
    size_t i;
    *head = (Head){.name = "", .within = NANOS_NEVER};
    head->kind = read_key(b, &i);
    if (i == 0) {
        diag_add(b->diags, DIAG_ENTRY_SYNTAX, b->source, place_in(b, 0, b->len), NULL, NULL);
        return false;
    }
    if (head->kind == ENTRY_KIND_COUNT) {
        diag_add(b->diags, DIAG_ENTRY_KEY, b->source, place_in(b, 0, i),
                 b->ref ? "ref" : block_word(b->block), arena_text(b->arena, b->line, i));
        return false;
    }
    i = read_within(b, head, i);
    while (i < b->len && b->line[i] != ':') {
        size_t n = 1;
        if (b->line[i] == '"') {
            n = read_caption(b, i, &head->caption) - i;
        } else if (b->line[i] != ' ') {
            n = strcspn(b->line + i, " :\"\n");
            read_name(b, head, i, n);
        }
        i += n;
    }
    if (i >= b->len) {
        diag_add(b->diags, DIAG_ENTRY_SYNTAX, b->source, place_in(b, 0, b->len), NULL, NULL);
        return false;
    }
    i++;
    while (i < b->len && b->line[i] == ' ')
        i++;
    head->value = i;
    return true;
}

/* ---- values ---- */

/* The rest of the line and its continuations, indentation removed, joined by newlines. */
static const char *read_value(Body *b, size_t from, Place *place)
{
    size_t n = b->len - from, room = n + 1;
    for (Body probe = *b; continues(&probe) && next_line(&probe);)
        room += probe.len + 1;
    char *value = arena_get(b->arena, room);
    *place = place_in(b, from, n);
    memcpy(value, b->line + from, n);
    while (continues(b) && next_line(b)) {
        size_t skip = b->len >= 2 ? 2 : b->len;
        if (n == 0 && b->len > skip)
            *place = place_in(b, skip, b->len - skip);
        if (n > 0)
            value[n++] = '\n';
        memcpy(value + n, b->line + skip, b->len - skip);
        n += b->len - skip;
    }
    value[n] = '\0';
    return value;
}

/* Compiles an expression that begins at `place`; continuation lines are indented by two. */
static Pred *compile(Body *b, const char *code, Place place)
{
    char *flat = arena_text(b->arena, code, strlen(code));
    for (char *p = flat; *p; p++)
        *p = *p == '\n' ? ' ' : *p;
    PredError error = {0};
    Pred *pred = pred_compile(flat, strlen(flat), &error);
    if (pred)
        return pred;
    for (size_t i = 0; i < error.at && code[i]; i++) {
        place.column++;
        if (code[i] == '\n') {
            place.line++;
            place.column = 3;
        }
    }
    place.width = (uint32_t)error.len;
    char said[LANG_COUNT][256];
    static const char *const near[LANG_COUNT] = {"; did you mean '%s'?", "（是不是 '%s'？）"};
    for (unsigned l = 0; l < LANG_COUNT; l++) {
        Text t = text_fixed(said[l], sizeof said[l]);
        text_add(&t, error.text[l] ? error.text[l] : "?");
        if (error.nearest[0] && l == LANG_EN)
            text_addf(&t, near[LANG_EN], error.nearest);
        else if (error.nearest[0])
            text_addf(&t, near[LANG_ZH], error.nearest);
    }
    diag_add(b->diags, DIAG_EXPRESSION, b->source, place, said[LANG_EN], said[LANG_ZH]);
    return NULL;
}

/* [FIELD of] next|last from A|B */
static bool read_query(const char *code, bool field, SegmentQuery *query)
{
    char word[5][8] = {{0}};
    size_t n = 0;
    for (const char *p = code; *p;) {
        size_t len = strcspn(p, " \n");
        if (n == 5 || len >= sizeof word[0])
            return false;
        memcpy(word[n], p, len);
        n += len > 0;
        p += len + (p[len] != '\0');
    }
    size_t at = 0;
    if (field) {
        while (query->field < SEGMENT_FIELD_COUNT &&
               strcmp(word[0], segment_field_name((SegmentField)query->field)) != 0)
            query->field++;
        if (query->field == SEGMENT_WHOLE || query->field == SEGMENT_FIELD_COUNT ||
            strcmp(word[1], "of") != 0)
            return false;
        at = 2;
    }
    query->last = strcmp(word[at], "last") == 0;
    query->host = strcmp(word[at + 2], "B") == 0 ? HOST_B : HOST_A;
    return n == at + 3 && (query->last || strcmp(word[at], "next") == 0) &&
           strcmp(word[at + 1], "from") == 0 &&
           (query->host == HOST_B || strcmp(word[at + 2], "A") == 0);
}

static bool is_check(EntryKind kind)
{
    return kind == ENTRY_CHECK || kind == ENTRY_NEVER || kind == ENTRY_EVENTUALLY;
}

static Entry *add_entry(Body *b, Entry entry)
{
    EntryList *l = b->list;
    if (l->count == ENTRIES_MAX)
        diag_add(b->diags, DIAG_TOO_MANY, b->source, entry.place, "64", NULL);
    for (uint32_t i = 0; i < l->count && i < ENTRIES_MAX; i++) {
        const Entry *old = &l->items[i];
        bool alike = old->kind == entry.kind || (is_check(old->kind) && is_check(entry.kind));
        if (alike && strcmp(old->name, entry.name) == 0 && entry.kind != ENTRY_REJECT) {
            char key[64];
            Text t = text_fixed(key, sizeof key);
            text_addf(&t, "%s%s%s", entry_key(entry.kind), entry.name[0] ? " " : "", entry.name);
            diag_add(b->diags, DIAG_ENTRY_TWICE, b->source, entry.place, key, NULL);
        }
    }
    l->items = arena_grow(b->arena, l->items, &l->cap, l->count + 1, sizeof(Entry));
    l->items[l->count] = entry;
    return &l->items[l->count++];
}

/* One line of `choices:`: name "text": EXPRESSION. */
static void read_choice(Body *b, size_t indent)
{
    Body line = *b;
    line.line = b->line + indent;
    line.len = b->len - indent;
    size_t n = strcspn(line.line, " \":\n"), i = n;
    n = n < line.len ? n : line.len;
    while (i < line.len && line.line[i] == ' ')
        i++;
    Entry e = {.kind = ENTRY_CHOICE,
               .name = arena_text(b->arena, line.line, n),
               .place = place_in(b, indent, n)};
    if (n > 0 && i < line.len && line.line[i] == '"')
        i = read_caption(&line, i, &e.say[LANG_EN]);
    while (i < line.len && line.line[i] == ' ')
        i++;
    if (!e.say[LANG_EN] || i >= line.len || line.line[i] != ':') {
        diag_add(b->diags, DIAG_ENTRY_CAPTION, b->source, place_in(b, indent, line.len), e.name,
                 NULL);
        return;
    }
    i++;
    while (i < line.len && line.line[i] == ' ')
        i++;
    e.code = arena_text(b->arena, line.line + i, line.len - i);
    e.code_place = place_in(b, indent + i, line.len - i);
    if (!outline_is_id(e.name))
        diag_add(b->diags, DIAG_BAD_ID, b->source, e.place, e.name, NULL);
    else
        e.pred = compile(b, e.code, e.code_place);
    add_entry(b, e);
}

static void read_choices(Body *b)
{
    uint32_t before = b->list->count;
    Place place = place_in(b, 0, 7);
    while (continues(b) && next_line(b)) {
        size_t indent = strspn(b->line, " ");
        if (indent < b->len)
            read_choice(b, indent);
    }
    if (b->list->count < before + 2)
        diag_add(b->diags, DIAG_CHOICES_FEW, b->source, place, NULL, NULL);
    if (b->list->count > before + LESSON_CHOICES_MAX)
        diag_add(b->diags, DIAG_TOO_MANY, b->source, place, "8", NULL);
}

static void read_answer(Body *b, Entry *e)
{
    bool field = b->type == PREDICT_FIELD;
    if (!field && b->type != PREDICT_SEGMENT)
        e->pred = compile(b, e->code, e->code_place);
    else if (!read_query(e->code, field, &e->query))
        diag_add(b->diags, DIAG_SEGMENT_QUERY, b->source, e->code_place, e->code, NULL);
}

static void read_entry(Body *b)
{
    Head head;
    Place place = place_in(b, 0, b->len);
    if (!read_head(b, &head)) {
        while (continues(b) && next_line(b))
            ; /* what belongs to a line that was not understood says nothing either */
        return;
    }
    const EntrySpec spec = spec_of(head.kind);
    place.width = (uint32_t)strlen(spec.key);
    if (spec.content == CHOICES && !b->ref) {
        read_choices(b);
        return;
    }
    if ((spec.name == MUST_NAME) != (head.name[0] != '\0') && spec.name != MAY_NAME)
        diag_add(b->diags, spec.name == MUST_NAME ? DIAG_ENTRY_NAME : DIAG_ENTRY_SYNTAX, b->source,
                 place, spec.key, NULL);
    if (!b->ref && spec.caption != (head.caption != NULL))
        diag_add(b->diags, spec.caption ? DIAG_ENTRY_CAPTION : DIAG_ENTRY_SYNTAX, b->source, place,
                 spec.key, NULL);
    Entry e = {.kind = head.kind, .name = head.name, .cost = head.cost, .within = head.within};
    const char *value = read_value(b, head.value, &e.code_place);
    e.place = place;
    if (!value[0])
        diag_add(b->diags, DIAG_ENTRY_VALUE, b->source, place, spec.key, NULL);
    if (b->ref) {
        e.say[b->lang] = value;
        add_entry(b, e);
        return;
    }
    e.say[LANG_EN] = spec.content == SAY ? value : head.caption;
    e.code = spec.content == SAY ? NULL : value;
    if (value[0] && spec.content == EXPRESSION)
        e.pred = compile(b, value, e.code_place);
    if (value[0] && spec.content == ANSWER)
        read_answer(b, &e);
    add_entry(b, e);
}

static void read_body(Body *b, const Item *item)
{
    b->at = item->text;
    b->number = item->body_line - 1;
    while (next_line(b))
        if (b->len > 0 && b->line[0] != '#')
            read_entry(b);
}

void entries_read(Arena *arena, const Source *source, const Item *item, BlockKind kind,
                  PredictType type, EntryList *list, Diags *diags)
{
    Body b = {.arena = arena,
              .source = source,
              .diags = diags,
              .block = kind,
              .type = type,
              .list = list};
    read_body(&b, item);
}

void entries_read_ref(Arena *arena, const Source *source, const Item *item, Lang lang,
                      EntryList *list, Diags *diags)
{
    Body b = {
        .arena = arena, .source = source, .diags = diags, .ref = true, .lang = lang, .list = list};
    read_body(&b, item);
}
