/*
 * translate.c: laying a translation over its source (lesson.h).
 *
 * The translation is cut by the same outline.c. Its sections must follow the source's order, each
 * stamped under its heading with the slug and hash of what it was made from; inside a section the
 * sequence of pauses and blocks must be the source's. What does not fit is complained about and
 * falls back to the source, section by section: a reader never sees a half-right page.
 */
#include "lessons/lesson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/entries.h"
#include "lessons/outline.h"

typedef struct Layer {
    Lesson *lesson;
    const Source *source;
    Lang lang;
    Diags *diags;
    Outline outline;
    uint32_t next; /* the next section of the source that may come */
} Layer;

/* One section of the translation: items [from, to) of the outline; from is its heading. */
typedef struct Range {
    uint32_t from, to;
} Range;

/* `<!-- source slug hash -->` in the prose under a heading. *rest is the prose behind it. */
static bool read_stamp(const char *prose, char slug[64], uint32_t *hash, const char **rest)
{
    static const char open[] = "<!-- source ";
    const char *at = prose + strspn(prose, " \r\n");
    if (strncmp(at, open, sizeof open - 1) != 0)
        return false;
    at += sizeof open - 1;
    size_t n = strcspn(at, " \n");
    if (n == 0 || n >= 64)
        return false;
    memcpy(slug, at, n);
    slug[n] = '\0';
    at += n + strspn(at + n, " ");
    char *end;
    size_t digits = strspn(at, "0123456789abcdef");
    if (digits != 8)
        return false;
    *hash = (uint32_t)strtoul(at, &end, 16);
    end += strspn(end, " ");
    if (strncmp(end, "-->", 3) != 0)
        return false;
    *rest = end + 3;
    return true;
}

static const char *hex(char buf[9], uint32_t hash)
{
    snprintf(buf, 9, "%08x", (unsigned)hash);
    return buf;
}

/* ---- front matter ---- */

static void read_front(Layer *t)
{
    const Outline *o = &t->outline;
    bool named = false;
    for (uint32_t i = 0; i < o->front_count; i++) {
        const FrontKey *f = &o->front[i];
        if (strcmp(f->key, "lesson") == 0) {
            named = true;
            if (strcmp(f->value, t->lesson->id) != 0)
                diag_add(t->diags, DIAG_OTHER_LESSON, t->source, f->value_place, f->value,
                         t->lesson->id);
        } else if (strcmp(f->key, "title") == 0) {
            t->lesson->title[t->lang] = f->value;
        } else if (strcmp(f->key, "teaches") == 0) {
            t->lesson->teaches[t->lang] = f->value;
        } else {
            diag_add(t->diags, DIAG_MACHINE_IN_TRANSLATION, t->source, f->place, NULL, NULL);
        }
    }
    if (!named)
        diag_add(t->diags, DIAG_FRONT_MATTER_MISSING, t->source, (Place){1, 1, 3}, "lesson", NULL);
    if (!t->lesson->title[t->lang])
        diag_add(t->diags, DIAG_FRONT_MATTER_MISSING, t->source, (Place){1, 1, 3}, "title", NULL);
}

/* ---- one block ---- */

static void name_text(char *buf, size_t size, const Entry *e)
{
    Text t = text_fixed(buf, size);
    text_addf(&t, "%s%s%s", entry_key(e->kind), e->name[0] ? " " : "", e->name);
}

static void take_texts(Layer *t, const Item *item, Block *block, const EntryList *list)
{
    char name[96];
    for (uint32_t i = 0; i < list->count; i++) {
        const Entry *from = &list->items[i];
        Entry *to = NULL;
        for (uint32_t j = 0; j < block->entry_count && !to; j++) {
            Entry *e = &block->entries[j];
            if (e->kind == from->kind && strcmp(e->name, from->name) == 0 && e->say[LANG_EN])
                to = e;
        }
        if (to) {
            to->say[t->lang] = from->say[t->lang];
        } else {
            name_text(name, sizeof name, from);
            diag_add(t->diags, DIAG_REF_TEXT_EXTRA, t->source, from->place, name, block->id);
        }
    }
    for (uint32_t j = 0; j < block->entry_count; j++) {
        const Entry *e = &block->entries[j];
        if (e->say[LANG_EN] && !e->say[t->lang]) {
            name_text(name, sizeof name, e);
            diag_add(t->diags, DIAG_REF_TEXT_MISSING, t->source, item->place, name, block->id);
        }
    }
}

static void read_ref(Layer *t, const Item *item, Block *block)
{
    EntryList list = {0};
    if (strcmp(item->word, "ref") != 0) {
        diag_add(t->diags, DIAG_MACHINE_IN_TRANSLATION, t->source, item->place, NULL, NULL);
        return;
    }
    entries_read_ref(&t->lesson->arena, t->source, item, t->lang, &list, t->diags);
    take_texts(t, item, block, &list);
}

/* ---- one section ---- */

/* The steps of a section as the translation has them: prose, then a ref or nothing. */
typedef struct Slot {
    const char *prose;
    const Item *ref; /* NULL: none */
    Place place;
} Slot;

static uint32_t read_slots(Layer *t, Range range, const char *first_prose, Slot *slots,
                           uint32_t cap)
{
    uint32_t n = 0;
    bool open = false;
    for (uint32_t i = range.from + 1; i < range.to && n < cap; i++) {
        const Item *item = &t->outline.items[i];
        const char *prose = i == range.from + 1 && first_prose ? first_prose : item->text;
        if (item->kind == ITEM_PROSE) {
            if (!prose[strspn(prose, " \r\n")])
                continue; /* the stamp alone */
            slots[n++] = (Slot){.prose = prose, .place = item->place};
            open = true;
        } else if (item->kind == ITEM_BLOCK) {
            if (!open)
                slots[n++] = (Slot){.prose = "", .place = item->place};
            slots[n - 1].ref = item;
            slots[n - 1].place = item->place;
            open = false;
        } else {
            open = false;
        }
    }
    return n;
}

static const char *slot_name(const Slot *s)
{
    return !s ? "---" : s->ref ? s->ref->id : "text";
}

static const char *step_name(const LessonStep *s)
{
    return !s ? "---" : s->block ? s->block->id : "text";
}

static void lay_section(Layer *t, Section *section, Range range, const char *first_prose)
{
    const Item *heading = &t->outline.items[range.from];
    uint32_t cap = section->steps + 1;
    Slot *slots = arena_get(&t->lesson->arena, cap * sizeof(Slot));
    uint32_t count = read_slots(t, range, first_prose, slots, cap);
    for (uint32_t i = 0; i < section->steps || i < count; i++) {
        LessonStep *step = i < section->steps ? &t->lesson->steps[section->first_step + i] : NULL;
        const Slot *slot = i < count ? &slots[i] : NULL;
        bool fits = step && slot && !step->block == !slot->ref &&
                    (!step->block || strcmp(step->block->id, slot->ref->id) == 0);
        if (!slot && step->block) {
            diag_add(t->diags, DIAG_REF_MISSING, t->source, heading->place, step->block->id, NULL);
        } else if (!fits) {
            diag_add(t->diags, DIAG_REF_ORDER, t->source, slot ? slot->place : heading->place,
                     slot_name(slot), step_name(step));
        }
        if (!fits) {
            section->stale[t->lang] = true;
            return;
        }
        step->prose[t->lang] = slot->prose;
        if (step->block)
            read_ref(t, slot->ref, step->block);
    }
}

/* Which section of the source the translation's next one is; NULL after a complaint. */
static Section *find_section(Layer *t, Range range, const char **first_prose)
{
    Lesson *l = t->lesson;
    const Item *heading = &t->outline.items[range.from];
    const Item *after = range.from + 1 < range.to ? heading + 1 : NULL;
    const Section *expected = t->next < l->section_count ? &l->sections[t->next] : NULL;
    char slug[64], buf[9];
    uint32_t hash = 0;
    if (!after || after->kind != ITEM_PROSE || !read_stamp(after->text, slug, &hash, first_prose)) {
        diag_add(t->diags, DIAG_SECTION_UNSTAMPED, t->source, heading->place,
                 expected ? expected->slug : "?", expected ? hex(buf, expected->hash) : "?");
        return NULL;
    }
    uint32_t i = 0;
    while (i < l->section_count && strcmp(l->sections[i].slug, slug) != 0)
        i++;
    if (i == l->section_count || i < t->next) {
        diag_add(t->diags, DIAG_SECTION_ORDER, t->source, heading->place, slug,
                 expected ? expected->slug : "---");
        return NULL;
    }
    for (; t->next < i; t->next++) {
        l->sections[t->next].stale[t->lang] = true;
        diag_add(t->diags, DIAG_SECTION_MISSING, t->source, heading->place,
                 l->sections[t->next].slug, NULL);
    }
    t->next = i + 1;
    Section *s = &l->sections[i];
    s->heading[t->lang] = heading->text;
    if (hash != s->hash) {
        s->stale[t->lang] = true;
        diag_add(t->diags, DIAG_SECTION_STALE, t->source, heading->place, s->slug,
                 hex(buf, s->hash));
    }
    return s;
}

/* A stale section shows the source: its blocks, too. */
static void drop_stale(Lesson *l, Lang lang)
{
    for (uint32_t i = 0; i < l->block_count; i++) {
        if (!l->sections[l->blocks[i]->section].stale[lang])
            continue;
        for (uint32_t j = 0; j < l->blocks[i]->entry_count; j++)
            l->blocks[i]->entries[j].say[lang] = NULL;
    }
}

static void lay_sections(Layer *t)
{
    Lesson *l = t->lesson;
    const Outline *o = &t->outline;
    uint32_t i = 0;
    while (i < o->item_count && o->items[i].kind != ITEM_HEADING)
        diag_add(t->diags, DIAG_NO_HEADING, t->source, o->items[i++].place, NULL, NULL);
    while (i < o->item_count) {
        Range range = {i, i + 1};
        while (range.to < o->item_count && o->items[range.to].kind != ITEM_HEADING)
            range.to++;
        i = range.to;
        const char *first_prose = NULL;
        Section *s = find_section(t, range, &first_prose);
        if (!s)
            continue;
        size_t from = o->items[range.from].from;
        size_t to = i < o->item_count ? o->items[i].from : t->source->len;
        s->raw[t->lang] = arena_text(&l->arena, t->source->text + from, to - from);
        s->raw_line[t->lang] = o->items[range.from].place.line;
        lay_section(t, s, range, first_prose);
    }
    for (; t->next < l->section_count; t->next++) {
        l->sections[t->next].stale[t->lang] = true;
        diag_add(t->diags, DIAG_SECTION_MISSING, t->source, (Place){1, 1, 3},
                 l->sections[t->next].slug, NULL);
    }
}

bool lesson_translate(Lesson *l, const Source *source, Lang lang, Diags *diags)
{
    Layer t = {.lesson = l, .source = source, .lang = lang, .diags = diags};
    if (source->len > LESSON_BYTES_MAX) {
        diag_add(diags, DIAG_TOO_LARGE, source, (Place){1, 1, 1}, "256 KiB", NULL);
        return false;
    }
    if (!outline_read(&l->arena, source, &t.outline, diags))
        return false;
    l->path[lang] = arena_text(&l->arena, source->path, strlen(source->path));
    read_front(&t);
    lay_sections(&t);
    drop_stale(l, lang);
    return true;
}
