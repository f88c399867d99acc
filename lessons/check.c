/*
 * check.c: linting texts, and checking whole files (check.h).
 *
 * Lints a text first (what can be seen without running it), then hands lessons and exercises to
 * check_run.c, which plays them. Reports everything it finds and stops at nothing.
 */
#include "lessons/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/entries.h"
#include "lessons/library.h"
#include "lessons/markdown.h"
#include "lessons/outline.h"

/* ---- what Markdown sees ---- */

typedef struct Seen {
    const Outline *outline;
    const Source *source;
    Diags *diags;
    uint32_t next; /* item that Markdown should see next */
} Seen;

static uint32_t next_block(const Outline *o, uint32_t i)
{
    while (i < o->item_count && o->items[i].kind != ITEM_BLOCK)
        i++;
    return i;
}

/* Does the info string name this block? By its id: ids are unique. */
static bool names(const char *info, size_t len, const Item *item)
{
    char id[64];
    Text t = text_fixed(id, sizeof id);
    text_addf(&t, "{#%s", item->id);
    size_t n = t.len;
    for (size_t i = 0; i + n <= len; i++)
        if (memcmp(info + i, id, n) == 0 && (info[i + n] == ' ' || info[i + n] == '}'))
            return true;
    return false;
}

static void on_fence(void *user, const char *info, size_t len)
{
    Seen *seen = user;
    for (uint32_t i = seen->next; i < seen->outline->item_count;
         i = next_block(seen->outline, i + 1)) {
        if (!names(info, len, &seen->outline->items[i]))
            continue;
        for (uint32_t j = seen->next; j < i; j = next_block(seen->outline, j + 1))
            diag_add(seen->diags, DIAG_FENCE_HIDDEN, seen->source, seen->outline->items[j].place,
                     NULL, NULL);
        seen->next = next_block(seen->outline, i + 1);
        return;
    }
}

static void check_fences(const Source *source, const Outline *o, Diags *diags)
{
    Seen seen = {.outline = o, .source = source, .diags = diags, .next = next_block(o, 0)};
    const char *body = o->item_count > 0 ? source->text + o->items[0].from : "";
    markdown_fences(body, on_fence, &seen);
    for (uint32_t j = seen.next; j < o->item_count; j = next_block(o, j + 1))
        diag_add(diags, DIAG_FENCE_HIDDEN, source, o->items[j].place, NULL, NULL);
}

/* ---- emphasis ---- */

static void lint_entries(const Source *source, const EntryList *list, Lang lang, Diags *diags)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].say[lang])
            markdown_lint(source, list->items[i].say[lang], list->items[i].place.line, diags);
}

static void lint_item(const Source *source, const Item *item, Lang lang, Diags *diags)
{
    static const struct {
        const char *word;
        BlockKind kind;
    } kinds[] = {{"predict", BLOCK_PREDICT}, {"task", BLOCK_TASK}, {"trace", BLOCK_TRACE}};
    Arena arena = {0};
    Diags ignored = {0};
    EntryList list = {0};
    if (item->kind == ITEM_PROSE || item->kind == ITEM_HEADING)
        markdown_lint(source, item->text, item->place.line, diags);
    else if (item->kind == ITEM_BLOCK && strcmp(item->word, "ref") == 0)
        entries_read_ref(&arena, source, item, lang, &list, &ignored);
    for (size_t k = 0; item->kind == ITEM_BLOCK && k < sizeof kinds / sizeof kinds[0]; k++)
        if (strcmp(item->word, kinds[k].word) == 0)
            entries_read(&arena, source, item, kinds[k].kind, PREDICT_NONE, &list, &ignored);
    lint_entries(source, &list, lang, diags);
    for (uint32_t i = 0; i < list.count; i++)
        pred_free(list.items[i].pred);
    diags_free(&ignored);
    arena_free(&arena);
}

void check_text(const Source *source, Lang lang, Diags *diags)
{
    Arena arena = {0};
    Outline outline;
    Diags ignored = {0}; /* what is wrong with its form has been said by whoever parsed it */
    if (outline_read(&arena, source, &outline, &ignored)) {
        check_fences(source, &outline, diags);
        for (uint32_t i = 0; i < outline.item_count; i++)
            lint_item(source, &outline.items[i], lang, diags);
    }
    diags_free(&ignored);
    arena_free(&arena);
}

/* ---- files ---- */

static void check_translation(const Lesson *l, Lang lang, const Glossary *glossary, Diags *diags)
{
    const char *error;
    size_t len;
    char *text = library_read(l->path[lang], LESSON_BYTES_MAX, &len, &error);
    if (text) {
        Source source = {l->path[lang], text, len};
        check_text(&source, lang, diags);
        if (glossary)
            glossary_check(glossary, l, &source, diags);
    }
    free(text);
}

void check_file(const char *path, const Glossary *glossary, Diags *diags)
{
    const char *error;
    size_t len;
    Lesson *l = library_load(path, diags);
    if (!l)
        return;
    char *text = library_read(path, LESSON_BYTES_MAX, &len, &error);
    if (text) {
        Source source = {path, text, len};
        check_text(&source, LANG_EN, diags);
        check_run(l, &source, diags);
    }
    free(text);
    for (unsigned lang = 0; lang < LANG_COUNT; lang++)
        if (lang != LANG_EN && l->path[lang])
            check_translation(l, (Lang)lang, glossary, diags);
    Text place = text_heap();
    if (!l->path[LANG_ZH] && library_translation(&place, path, LANG_ZH))
        diag_add(diags, DIAG_NO_TRANSLATION, &(Source){path, "", 0}, (Place){0, 0, 0}, place.buf,
                 NULL);
    text_heap_free(&place);
    lesson_free(l);
}
