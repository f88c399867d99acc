/*
 * lesson.c: from an outline to a Lesson (lesson.h).
 *
 * Three passes over what outline.c cut: the front matter becomes the lesson's fields; headings,
 * prose and blocks become sections and steps; at last each block is judged as a whole (does a task
 * check anything, can every `wrong` be used?). The hashes that translations are stamped with are
 * made here, from what a reader reads and from nothing else.
 */
#include "lessons/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/state.h"
#include "lessons/entries.h"
#include "lessons/outline.h"
#include "repl/explore_preset.h"

enum { STEPS_MAX = 400, SECTIONS_MAX = 100, VARIANTS_MAX = 16 };

typedef struct Maker {
    Lesson *lesson;
    const Source *source;
    Diags *diags;
    Outline outline;
} Maker;

/* ---- front matter ---- */

static const char *const front_keys[] = {"lesson", "title",   "needs",      "teaches",
                                         "order",  "minutes", "seed",       "profile",
                                         "allow",  "par",     "curriculum", "variant"};
enum { FRONT_KEY_COUNT = sizeof front_keys / sizeof front_keys[0] };

static bool read_number(Maker *m, const char *text, Place place, uint64_t max, uint64_t *out)
{
    char *end;
    uint64_t n = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || n > max || strlen(text) > 19) {
        char range[40];
        Text t = text_fixed(range, sizeof range);
        text_addf(&t, "0-%llu", (unsigned long long)max);
        diag_add(m->diags, DIAG_BAD_NUMBER, m->source, place, text, range);
        return false;
    }
    *out = n;
    return true;
}

static uint8_t read_profile(Maker *m, const char *text, Place place)
{
    Profile p = profile_of_name(text, strlen(text));
    if (p == PROFILE_COUNT)
        diag_add(m->diags, DIAG_BAD_PROFILE, m->source, place, text, NULL);
    return (uint8_t)p;
}

/* `seed=7 link rtt=20ms; profile linux` */
static void read_variant(Maker *m, const FrontKey *f)
{
    Lesson *l = m->lesson;
    Variant v = {.seed = l->seed, .commands = f->value, .place = f->value_place};
    if (strncmp(f->value, "seed=", 5) == 0) {
        size_t n = strcspn(f->value, " ");
        read_number(m, arena_text(&l->arena, f->value + 5, n - 5), f->value_place, UINT32_MAX,
                    &v.seed);
        v.commands = f->value + n + (f->value[n] == ' ');
    }
    if (l->variant_count == VARIANTS_MAX) {
        diag_add(m->diags, DIAG_TOO_MANY, m->source, f->place, "16", NULL);
        return;
    }
    l->variants =
        arena_grow(&l->arena, l->variants, &l->variant_cap, l->variant_count + 1, sizeof(Variant));
    l->variants[l->variant_count++] = v;
}

static void read_front_key(Maker *m, const FrontKey *f)
{
    Lesson *l = m->lesson;
    uint64_t n = 0;
    if (strcmp(f->key, "lesson") == 0) {
        l->id = f->value;
        if (!outline_is_id(f->value))
            diag_add(m->diags, DIAG_BAD_ID, m->source, f->value_place, f->value, NULL);
    } else if (strcmp(f->key, "title") == 0) {
        l->title[LANG_EN] = f->value;
    } else if (strcmp(f->key, "needs") == 0) {
        l->needs = f->value;
    } else if (strcmp(f->key, "teaches") == 0) {
        l->teaches[LANG_EN] = f->value;
    } else if (strcmp(f->key, "allow") == 0) {
        l->allow = f->value;
    } else if (strcmp(f->key, "curriculum") == 0) {
        l->curriculum = f->value;
    } else if (strcmp(f->key, "minutes") == 0) {
        read_number(m, f->value, f->value_place, 1000, &n);
        l->minutes = (uint32_t)n;
    } else if (strcmp(f->key, "par") == 0) {
        read_number(m, f->value, f->value_place, 1000, &n);
        l->par = (uint32_t)n;
    } else if (strcmp(f->key, "order") == 0) {
        read_number(m, f->value, f->value_place, 1000, &n);
        l->order = (uint32_t)n;
    } else if (strcmp(f->key, "seed") == 0) {
        read_number(m, f->value, f->value_place, UINT32_MAX, &l->seed);
    } else if (strcmp(f->key, "profile") == 0) {
        l->profile = (Profile)read_profile(m, f->value, f->value_place);
    } else if (strcmp(f->key, "variant") == 0) {
        read_variant(m, f);
    } else {
        diag_add(m->diags, DIAG_FRONT_MATTER_KEY, m->source, f->place, f->key,
                 outline_nearest(f->key, front_keys, FRONT_KEY_COUNT));
    }
}

static void read_front(Maker *m)
{
    const Outline *o = &m->outline;
    for (uint32_t i = 0; i < o->front_count; i++) {
        const FrontKey *f = &o->front[i];
        bool twice = false;
        for (uint32_t j = 0; j < i && j < 2 * FRONT_KEY_COUNT; j++)
            twice |= strcmp(o->front[j].key, f->key) == 0 && strcmp(f->key, "variant") != 0;
        if (twice)
            diag_add(m->diags, DIAG_FRONT_MATTER_TWICE, m->source, f->place, f->key, NULL);
        else
            read_front_key(m, f);
    }
    Place top = {1, 1, 3};
    if (!m->lesson->id[0])
        diag_add(m->diags, DIAG_FRONT_MATTER_MISSING, m->source, top, "lesson", NULL);
    if (!m->lesson->title[LANG_EN])
        diag_add(m->diags, DIAG_FRONT_MATTER_MISSING, m->source, top, "title", NULL);
}

/* ---- blocks ---- */

static BlockKind kind_of(const Item *item)
{
    static const struct {
        const char *word, *mode;
        BlockKind kind;
    } kinds[] = {{"sandwire", "setup", BLOCK_SETUP}, {"sandwire", "demo", BLOCK_DEMO},
                 {"predict", "", BLOCK_PREDICT},     {"task", "", BLOCK_TASK},
                 {"trace", "", BLOCK_TRACE},         {"note", "presenter", BLOCK_NOTE}};
    if (strcmp(item->word, "break") == 0)
        return BLOCK_BREAK;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(item->word, kinds[i].word) == 0 && strcmp(item->mode, kinds[i].mode) == 0)
            return kinds[i].kind;
    return BLOCK_NONE;
}

static PredictType type_of(const char *name)
{
    static const char *const names[] = {"",        "state",  "number", "field",
                                        "segment", "choice", "order",  "yesno"};
    for (unsigned t = 1; t < PREDICT_TYPE_COUNT; t++)
        if (strcmp(name, names[t]) == 0)
            return (PredictType)t;
    return PREDICT_NONE;
}

/* "interventions:3" */
static void read_budget(Maker *m, Block *b, const Attr *a)
{
    static const char head[] = "interventions:";
    uint64_t n = 0;
    if (strncmp(a->value, head, sizeof head - 1) != 0)
        diag_add(m->diags, DIAG_ATTRIBUTE_VALUE, m->source, a->place, a->value, "interventions:N");
    else if (read_number(m, a->value + sizeof head - 1, a->place, 1000, &n))
        b->budget = (uint32_t)n;
}

static void read_attribute(Maker *m, Block *b, const Attr *a)
{
    static const char *const names[] = {"type", "points", "par", "budget", "seed", "profile"};
    uint64_t n = 0;
    bool task = b->kind == BLOCK_TASK, setup = b->kind == BLOCK_SETUP;
    if (b->kind == BLOCK_PREDICT && strcmp(a->name, "type") == 0) {
        b->type = type_of(a->value);
        if (b->type == PREDICT_NONE)
            diag_add(m->diags, DIAG_TYPE_MISSING, m->source, a->place, NULL, NULL);
    } else if (task && strcmp(a->name, "points") == 0) {
        read_number(m, a->value, a->place, 1000, &n);
        b->points = (uint32_t)n;
    } else if (task && strcmp(a->name, "par") == 0) {
        read_number(m, a->value, a->place, 1000, &n);
        b->par = (uint32_t)n;
    } else if (task && strcmp(a->name, "budget") == 0) {
        read_budget(m, b, a);
    } else if (setup && strcmp(a->name, "seed") == 0) {
        read_number(m, a->value, a->place, UINT32_MAX, &b->seed);
    } else if (setup && strcmp(a->name, "profile") == 0) {
        b->profile = read_profile(m, a->value, a->place);
    } else {
        diag_add(m->diags, DIAG_ATTRIBUTE_UNKNOWN, m->source, a->place, a->name,
                 outline_nearest(a->name, names, sizeof names / sizeof names[0]));
    }
}

static bool has_ink(const char *s)
{
    return s[strspn(s, " \t\r\n")] != '\0';
}

static void read_body(Maker *m, Block *b, const Item *item)
{
    EntryList list = {0};
    b->code = item->text;
    if (b->kind == BLOCK_NOTE) {
        list.items = arena_get(&m->lesson->arena, sizeof(Entry));
        list.items[0] = (Entry){.kind = ENTRY_TEXT, .name = "", .say = {item->text, NULL}};
        list.count = 1;
    } else if (b->kind != BLOCK_SETUP && b->kind != BLOCK_DEMO) {
        entries_read(&m->lesson->arena, m->source, item, b->kind, b->type, &list, m->diags);
    }
    if (b->kind == BLOCK_BREAK) {
        b->code = item->mode;
        if (!preset_of_name(item->mode, strlen(item->mode)))
            diag_add(m->diags, DIAG_NO_QUESTION, m->source, item->place, item->mode, NULL);
    }
    bool may_be_empty = b->kind == BLOCK_SETUP || b->kind == BLOCK_BREAK;
    if (!has_ink(item->text) && !may_be_empty)
        diag_add(m->diags, DIAG_EMPTY_BLOCK, m->source, item->place, NULL, NULL);
    if (b->kind == BLOCK_DEMO && has_ink(item->text)) {
        size_t blank = strspn(item->text, "\n");
        if (item->text[blank] != '>')
            diag_add(m->diags, DIAG_TRANSCRIPT_START, m->source,
                     (Place){item->body_line + (uint32_t)blank, 1, 1}, NULL, NULL);
    }
    b->entries = list.items;
    b->entry_count = list.count;
}

static Block *read_block(Maker *m, const Item *item)
{
    Lesson *l = m->lesson;
    BlockKind kind = kind_of(item);
    if (kind == BLOCK_NONE) {
        bool ref = strcmp(item->word, "ref") == 0;
        diag_add(m->diags, ref ? DIAG_REF_IN_SOURCE : DIAG_BLOCK_UNKNOWN, m->source, item->place,
                 item->mode[0] ? item->mode : item->word, "");
        return NULL;
    }
    Block *b = arena_get(&l->arena, sizeof *b);
    *b = (Block){.kind = kind,
                 .id = item->id,
                 .profile = PROFILE_COUNT,
                 .section = l->section_count - 1,
                 .place = item->place,
                 .body_line = item->body_line,
                 .end_line = item->end_line};
    if (!b->id[0])
        diag_add(m->diags, DIAG_ID_MISSING, m->source, item->place, NULL, NULL);
    else if (lesson_step_of(l, b->id) < l->step_count)
        diag_add(m->diags, DIAG_ID_TWICE, m->source, item->place, b->id, NULL);
    for (uint32_t i = 0; i < item->attr_count; i++)
        read_attribute(m, b, &item->attr[i]);
    read_body(m, b, item);
    l->blocks =
        arena_grow(&l->arena, l->blocks, &l->block_cap, l->block_count + 1, sizeof(Block *));
    l->blocks[l->block_count++] = b;
    return b;
}

/* ---- is the block whole? ---- */

static void need(Maker *m, const Block *b, EntryKind kind)
{
    if (!block_entry(b, kind))
        diag_add(m->diags, DIAG_ENTRY_MISSING, m->source, b->place, entry_key(kind), NULL);
}

static bool is_number(const char *s)
{
    size_t digits = strspn(s + (s[0] == '-'), "0123456789");
    return digits > 0 && strlen(s) - digits <= 4;
}

/* Can `wrong NAME` ever be chosen? */
static bool wrong_is_usable(const Block *b, const char *name)
{
    if (strcmp(name, "else") == 0)
        return true;
    if (b->kind == BLOCK_TASK)
        return block_named(b, ENTRY_CHECK, name) || block_named(b, ENTRY_NEVER, name) ||
               block_named(b, ENTRY_EVENTUALLY, name) || strcmp(name, "budget") == 0;
    switch (b->type) {
    case PREDICT_STATE: return state_of_name(name, strlen(name)) != TCP_STATE_COUNT;
    case PREDICT_NUMBER: return is_number(name);
    case PREDICT_FIELD: return true;
    case PREDICT_SEGMENT:
        for (unsigned f = 1; f < SEGMENT_FIELD_COUNT; f++)
            if (strcmp(name, segment_field_name((SegmentField)f)) == 0)
                return true;
        return false;
    case PREDICT_CHOICE: return block_named(b, ENTRY_CHOICE, name) != NULL;
    case PREDICT_YESNO: return strcmp(name, "yes") == 0 || strcmp(name, "no") == 0;
    default: return false;
    }
}

static void judge_predict(Maker *m, const Block *b)
{
    need(m, b, ENTRY_ASK);
    if (b->type == PREDICT_NONE)
        diag_add(m->diags, DIAG_TYPE_MISSING, m->source, b->place, NULL, NULL);
    else if (b->type != PREDICT_CHOICE && b->type != PREDICT_ORDER)
        need(m, b, ENTRY_ANSWER);
    else if (!block_entry(b, ENTRY_CHOICE))
        diag_add(m->diags, DIAG_ENTRY_MISSING, m->source, b->place, "choices", NULL);
}

static void judge_task(Maker *m, const Block *b)
{
    uint32_t checks = 0;
    need(m, b, ENTRY_DO);
    need(m, b, ENTRY_SOLUTION);
    for (uint32_t i = 0; i < b->entry_count; i++) {
        EntryKind k = b->entries[i].kind;
        checks += k == ENTRY_CHECK || k == ENTRY_NEVER || k == ENTRY_EVENTUALLY;
    }
    if (checks == 0)
        diag_add(m->diags, DIAG_CHECKS_NONE, m->source, b->place, NULL, NULL);
    if (checks > LESSON_CHECKS_MAX)
        diag_add(m->diags, DIAG_TOO_MANY, m->source, b->place, "16", NULL);
}

static void judge_block(Maker *m, const Block *b)
{
    if (b->kind == BLOCK_PREDICT)
        judge_predict(m, b);
    if (b->kind == BLOCK_TASK)
        judge_task(m, b);
    for (const Entry *e = block_entry(b, ENTRY_WRONG); e; e = block_next(b, ENTRY_WRONG, e))
        if (!wrong_is_usable(b, e->name))
            diag_add(m->diags, DIAG_WRONG_UNKNOWN, m->source, e->place, e->name, NULL);
}

/* ---- sections and steps ---- */

static Section *add_section(Maker *m, const Item *item)
{
    Lesson *l = m->lesson;
    const char *slug = outline_slug(&l->arena, item->text);
    for (uint32_t i = 0; i < l->section_count && i < SECTIONS_MAX; i++)
        if (strcmp(l->sections[i].slug, slug) == 0)
            diag_add(m->diags, DIAG_SECTION_TWICE, m->source, item->place, NULL, NULL);
    if (l->section_count == SECTIONS_MAX)
        diag_add(m->diags, DIAG_TOO_MANY, m->source, item->place, "100", NULL);
    l->sections =
        arena_grow(&l->arena, l->sections, &l->section_cap, l->section_count + 1, sizeof(Section));
    Section *s = &l->sections[l->section_count++];
    *s = (Section){.slug = slug,
                   .heading = {item->text, NULL},
                   .level = item->level,
                   .first_step = l->step_count,
                   .place = item->place,
                   .raw_line = {item->place.line, 0}};
    return s;
}

static LessonStep *add_step(Maker *m, const Item *item)
{
    Lesson *l = m->lesson;
    if (l->section_count == 0) {
        diag_add(m->diags, DIAG_NO_HEADING, m->source, item->place, NULL, NULL);
        add_section(m, item);
    }
    if (l->step_count == STEPS_MAX)
        diag_add(m->diags, DIAG_TOO_MANY, m->source, item->place, "400", NULL);
    l->steps = arena_grow(&l->arena, l->steps, &l->step_cap, l->step_count + 1, sizeof(LessonStep));
    LessonStep *s = &l->steps[l->step_count++];
    *s = (LessonStep){
        .section = l->section_count - 1, .prose = {"", NULL}, .line = item->place.line};
    l->sections[l->section_count - 1].steps++;
    return s;
}

static void make_steps(Maker *m)
{
    LessonStep *open = NULL; /* prose that waits for its block */
    const Outline *o = &m->outline;
    const Lesson *l = m->lesson;
    for (uint32_t i = 0; i < o->item_count; i++) {
        if (l->step_count > STEPS_MAX || l->section_count > SECTIONS_MAX)
            return;
        const Item *item = &o->items[i];
        if (item->kind == ITEM_PROSE) {
            open = add_step(m, item);
            open->prose[LANG_EN] = item->text;
        } else if (item->kind == ITEM_BLOCK) {
            LessonStep *step = open ? open : add_step(m, item);
            step->block = read_block(m, item);
            open = NULL;
            if (step->block)
                judge_block(m, step->block);
        } else {
            open = NULL;
        }
        if (item->kind == ITEM_HEADING)
            add_section(m, item);
    }
}

/* The raw text of each section, for linters: from its heading to the next. */
static void keep_raw(Maker *m)
{
    const Outline *o = &m->outline;
    uint32_t section = 0;
    for (uint32_t i = 0; i < o->item_count; i++) {
        if (o->items[i].kind != ITEM_HEADING || section >= m->lesson->section_count)
            continue;
        uint32_t j = i + 1;
        while (j < o->item_count && o->items[j].kind != ITEM_HEADING)
            j++;
        size_t from = o->items[i].from;
        size_t to = j < o->item_count ? o->items[j].from : m->source->len;
        m->lesson->sections[section++].raw[LANG_EN] =
            arena_text(&m->lesson->arena, m->source->text + from, to - from);
    }
}

/* ---- hashes ---- */

/* Adds the text with every run of blanks as one: reflowing a paragraph does not make its
 * translation stale. */
static uint64_t hash_text(uint64_t hash, const char *s)
{
    while (*s) {
        size_t n = strcspn(s, " \t\r\n");
        hash = n > 0 ? hash_bytes(s, n, hash) : hash;
        s += n;
        s += strspn(s, " \t\r\n");
    }
    return hash_mix(hash + 1);
}

static uint64_t hash_block(uint64_t hash, const Block *b)
{
    hash = hash_text(hash, b->id);
    for (uint32_t i = 0; i < b->entry_count; i++) {
        const Entry *e = &b->entries[i];
        if (!e->say[LANG_EN])
            continue;
        hash = hash_text(hash, entry_key(e->kind));
        hash = hash_text(hash, e->name);
        hash = hash_text(hash, e->say[LANG_EN]);
    }
    return hash;
}

static void hash_sections(Lesson *l)
{
    for (uint32_t i = 0; i < l->section_count; i++) {
        Section *s = &l->sections[i];
        uint64_t hash = hash_text(1, s->heading[LANG_EN]);
        for (uint32_t j = s->first_step; j < s->first_step + s->steps; j++) {
            hash = hash_text(hash, l->steps[j].prose[LANG_EN]);
            if (l->steps[j].block)
                hash = hash_block(hash, l->steps[j].block);
        }
        s->hash = (uint32_t)(hash ^ hash >> 32);
    }
}

/* ---- the whole ---- */

Lesson *lesson_parse(const Source *source, Diags *diags)
{
    uint32_t before = diags->total;
    Lesson *l = calloc(1, sizeof *l);
    CHECK(l != NULL);
    Maker m = {.lesson = l, .source = source, .diags = diags};
    l->path[LANG_EN] = arena_text(&l->arena, source->path, strlen(source->path));
    l->id = l->needs = l->curriculum = l->allow = "";
    l->seed = 1;
    if (source->len > LESSON_BYTES_MAX) {
        diag_add(diags, DIAG_TOO_LARGE, source, (Place){1, 1, 1}, "256 KiB", NULL);
    } else if (outline_read(&l->arena, source, &m.outline, diags)) {
        read_front(&m);
        make_steps(&m);
        keep_raw(&m);
        hash_sections(l);
        if (l->section_count == 0)
            diag_add(diags, DIAG_NO_HEADING, source, (Place){1, 1, 1}, NULL, NULL);
    }
    if (diags->total == before)
        return l;
    lesson_free(l);
    return NULL;
}

void lesson_free(Lesson *l)
{
    if (!l)
        return;
    for (uint32_t i = 0; i < l->block_count; i++)
        for (uint32_t j = 0; j < l->blocks[i]->entry_count; j++)
            pred_free(l->blocks[i]->entries[j].pred);
    arena_free(&l->arena);
    free(l);
}

/* ---- looking ---- */

const char *entry_say(const Entry *e, Lang lang)
{
    return e->say[lang] ? e->say[lang] : e->say[LANG_EN] ? e->say[LANG_EN] : "";
}

const char *step_prose(const Lesson *l, const LessonStep *s, Lang lang)
{
    bool own = s->prose[lang] && !l->sections[s->section].stale[lang];
    return own ? s->prose[lang] : s->prose[LANG_EN];
}

const char *section_heading(const Section *s, Lang lang)
{
    return s->heading[lang] && !s->stale[lang] ? s->heading[lang] : s->heading[LANG_EN];
}

const char *lesson_title(const Lesson *l, Lang lang)
{
    return l->title[lang] ? l->title[lang] : l->title[LANG_EN] ? l->title[LANG_EN] : l->id;
}

const Entry *block_next(const Block *b, EntryKind kind, const Entry *after)
{
    uint32_t i = after ? (uint32_t)(after - b->entries) + 1 : 0;
    for (; i < b->entry_count; i++)
        if (b->entries[i].kind == kind)
            return &b->entries[i];
    return NULL;
}

const Entry *block_entry(const Block *b, EntryKind kind)
{
    return block_next(b, kind, NULL);
}

const Entry *block_named(const Block *b, EntryKind kind, const char *name)
{
    for (const Entry *e = block_entry(b, kind); e; e = block_next(b, kind, e))
        if (strcmp(e->name, name) == 0)
            return e;
    return NULL;
}

uint32_t lesson_step_of(const Lesson *l, const char *id)
{
    for (uint32_t i = 0; i < l->step_count; i++)
        if (l->steps[i].block && strcmp(l->steps[i].block->id, id) == 0)
            return i;
    return l->step_count;
}

const Block *lesson_exercise(const Lesson *l)
{
    const Block *task = NULL;
    for (uint32_t i = 0; i < l->block_count; i++) {
        if (l->blocks[i]->kind != BLOCK_TASK)
            continue;
        if (task)
            return NULL;
        task = l->blocks[i];
    }
    return task;
}
