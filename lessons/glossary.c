/*
 * glossary.c: one word for one thing, in every lesson (check.h).
 *
 * Looked at are only the words of readers: headings, prose and the texts of blocks; not commands,
 * which say FIN and ACK wherever they must.
 */
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/check.h"

enum { CELLS = 5, TERMS_MAX = 500 };

void glossary_free(Glossary *g)
{
    arena_free(&g->arena);
    *g = (Glossary){0};
}

/* Cuts `| a | b |` into its cells; returns how many. */
static uint32_t cut_row(Arena *arena, const char *line, size_t len, const char *cell[CELLS + 1])
{
    uint32_t count = 0;
    size_t i = 1;
    while (i < len && count <= CELLS) {
        const char *bar = memchr(line + i, '|', len - i);
        if (!bar)
            return 0;
        size_t from = i, to = (size_t)(bar - line);
        while (from < to && line[from] == ' ')
            from++;
        while (to > from && line[to - 1] == ' ')
            to--;
        cell[count++] = arena_text(arena, line + from, to - from);
        i = (size_t)(bar - line) + 1;
    }
    return count;
}

static void read_row(Glossary *g, const Source *source, const char *line, size_t len, Place place,
                     Diags *diags)
{
    const char *cell[CELLS + 1];
    uint32_t count = cut_row(&g->arena, line, len, cell);
    bool yes = count == CELLS && strcmp(cell[3], "yes") == 0;
    bool no = count == CELLS && strcmp(cell[3], "no") == 0;
    if ((!yes && !no) || !cell[0][0] || !cell[1][0] || !cell[2][0] ||
        (yes && strcmp(cell[1], cell[2]) != 0)) {
        diag_add(diags, DIAG_GLOSSARY_ROW, source, place, NULL, NULL);
        return;
    }
    for (uint32_t i = 0; i < g->count; i++)
        if (strcmp(g->terms[i].en, cell[1]) == 0)
            diag_add(diags, DIAG_GLOSSARY_TWICE, source, place, cell[1], NULL);
    if (g->count == TERMS_MAX)
        return;
    g->terms = arena_grow(&g->arena, g->terms, &g->cap, g->count + 1, sizeof(Term));
    g->terms[g->count++] = (Term){.en = cell[1], .zh = cell[2], .avoid = cell[4], .keep = yes};
}

void glossary_read(Glossary *g, const Source *source, Diags *diags)
{
    uint32_t number = 0, rows = 0;
    *g = (Glossary){0};
    for (size_t at = 0; at < source->len;) {
        const char *line = source->text + at;
        const char *newline = memchr(line, '\n', source->len - at);
        size_t len = newline ? (size_t)(newline - line) : source->len - at;
        at += len + (newline != NULL);
        number++;
        while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\r'))
            len--;
        if (len == 0 || line[0] != '|')
            continue;
        if (++rows > 2) /* a table's head and its rule */
            read_row(g, source, line, len, (Place){number, 1, (uint32_t)len}, diags);
    }
}

/* ---- the readers' words of a section ---- */

static void add_block_texts(Text *out, const Block *b, Lang lang)
{
    for (uint32_t i = 0; i < b->entry_count; i++) {
        const Entry *e = &b->entries[i];
        if (b->kind != BLOCK_NOTE && e->say[lang]) {
            text_add(out, e->say[lang]);
            text_char(out, '\n');
        }
    }
}

static void add_section_texts(Text *out, const Lesson *l, const Section *s, Lang lang)
{
    text_add(out, s->heading[lang] ? s->heading[lang] : "");
    text_char(out, '\n');
    for (uint32_t i = s->first_step; i < s->first_step + s->steps; i++) {
        text_add(out, l->steps[i].prose[lang] ? l->steps[i].prose[lang] : "");
        text_char(out, '\n');
        if (l->steps[i].block)
            add_block_texts(out, l->steps[i].block, lang);
    }
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* The term as a word of its own. */
static bool says(const char *text, const char *term)
{
    size_t n = strlen(term);
    for (const char *at = text; (at = strstr(at, term)); at++)
        if ((at == text || !is_letter(at[-1])) && !is_letter(at[n]))
            return true;
    return false;
}

static void check_kept(const Glossary *g, const Lesson *l, const Section *s, const Source *zh,
                       Diags *diags)
{
    Text en = text_heap(), other = text_heap();
    add_section_texts(&en, l, s, LANG_EN);
    add_section_texts(&other, l, s, LANG_ZH);
    for (uint32_t i = 0; i < g->count; i++)
        if (g->terms[i].keep && says(en.buf, g->terms[i].en) && !says(other.buf, g->terms[i].zh))
            diag_add(diags, DIAG_GLOSSARY_KEEP, zh, (Place){s->raw_line[LANG_ZH], 1, 1},
                     g->terms[i].en, NULL);
    text_heap_free(&en);
    text_heap_free(&other);
}

static void check_avoided(const Term *term, const Source *zh, Diags *diags)
{
    for (const char *a = term->avoid; *a;) {
        char word[64];
        size_t n = strcspn(a, "/");
        Text t = text_fixed(word, sizeof word);
        text_add_n(&t, a, n);
        while (t.len > 0 && word[t.len - 1] == ' ')
            word[--t.len] = '\0';
        const char *bare = word + strspn(word, " ");
        for (const char *at = zh->text; *bare && (at = strstr(at, bare)); at++)
            diag_add(diags, DIAG_GLOSSARY_AVOID, zh,
                     source_place(zh, (size_t)(at - zh->text), strlen(bare)), bare, term->zh);
        a += n + (a[n] == '/');
    }
}

void glossary_check(const Glossary *g, const Lesson *l, const Source *zh, Diags *diags)
{
    for (uint32_t i = 0; i < l->section_count; i++)
        if (!l->sections[i].stale[LANG_ZH])
            check_kept(g, l, &l->sections[i], zh, diags);
    for (uint32_t i = 0; i < g->count; i++)
        check_avoided(&g->terms[i], zh, diags);
}
