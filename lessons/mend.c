/*
 * mend.c: what a program may correct in a lesson: the output of demos and the stamps of
 * translations (check.h).
 *
 * Both rewrite single lines of a file and leave everything else as it is, byte for byte.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/check.h"
#include "lessons/desk.h"
#include "lessons/library.h"
#include "lessons/transcript.h"

/* Copies lines up to (not including) line `to` of the text; *line is the line at *at. */
static void copy_lines(Text *out, const char **at, uint32_t *line, uint32_t to)
{
    while (*line < to && **at) {
        size_t n = strcspn(*at, "\n");
        n += (*at)[n] == '\n';
        text_add_n(out, *at, n);
        *at += n;
        ++*line;
    }
}

static void skip_lines(const char **at, uint32_t *line, uint32_t to)
{
    while (*line < to && **at) {
        *at += strcspn(*at, "\n");
        *at += **at == '\n';
        ++*line;
    }
}

/* The demo as it now is: parts that fit keep their lines. */
static bool rewrite_demo(Text *out, Shell *sh, const Block *b)
{
    const char *at = b->code;
    uint32_t line = 1;
    bool changed = false;
    TranscriptPart part;
    while (transcript_next(&at, &line, &part)) {
        char command[1024];
        Text said = text_heap(), t = text_fixed(command, sizeof command);
        text_add_n(&t, part.command, part.command_len);
        shell_line(sh, command, &said);
        text_addf(out, "> %s\n", command);
        if (transcript_fits(&part, said.buf)) {
            text_add_n(out, part.expected, part.expected_len);
        } else {
            changed = true;
            for (const char *s = said.buf; *s;) {
                size_t n = strcspn(s, "\n"), ink = n;
                while (ink > 0 && s[ink - 1] == ' ')
                    ink--;
                text_add_n(out, s, ink);
                text_char(out, '\n');
                s += n + (s[n] == '\n');
            }
        }
        text_heap_free(&said);
    }
    return changed;
}

static int rewrite_demos(Text *out, const Lesson *l, const char *text)
{
    ShellOptions options = {.session = {.seed = l->seed, .profile = l->profile}};
    Shell *sh = shell_new(&options);
    Text said = text_heap();
    uint32_t line = 1;
    int changed = 0;
    CHECK(sh != NULL);
    for (uint32_t i = 0; i < l->block_count; i++) {
        const Block *b = l->blocks[i];
        if (b->kind == BLOCK_SETUP) {
            desk_restart(sh, b->seed ? b->seed : l->seed,
                         b->profile != PROFILE_COUNT ? (Profile)b->profile : l->profile);
            desk_run(sh, b->code, &said, NULL);
        } else if (b->kind == BLOCK_TASK) {
            desk_run(sh, block_entry(b, ENTRY_SOLUTION)->code, &said, NULL);
        } else if (b->kind == BLOCK_DEMO) {
            copy_lines(out, &text, &line, b->body_line);
            changed += rewrite_demo(out, sh, b);
            skip_lines(&text, &line, b->end_line);
        }
    }
    copy_lines(out, &text, &line, UINT32_MAX);
    text_heap_free(&said);
    shell_free(sh);
    return changed;
}

int check_accept(const char *path, const char **error)
{
    Diags diags = {0};
    size_t len;
    int changed = -1;
    Lesson *l = library_load(path, &diags);
    char *text = l ? library_read(path, LESSON_BYTES_MAX, &len, error) : NULL;
    *error = l ? *error : "the lesson has errors";
    if (text) {
        Text out = text_heap();
        changed = rewrite_demos(&out, l, text);
        if (changed > 0 && !library_write(path, bytes_of(out.buf, out.len), error))
            changed = -1;
        text_heap_free(&out);
    }
    free(text);
    lesson_free(l);
    diags_free(&diags);
    return changed;
}

/* ---- stamps ---- */

/* The line with its hash replaced, if it is the stamp of a section; else as it is. */
static bool restamp(Text *out, const Lesson *l, const char *line, size_t n)
{
    static const char open[] = "<!-- source ";
    size_t at = sizeof open - 1;
    if (n > at && memcmp(line, open, at) == 0) {
        size_t slug = strcspn(line + at, " \n");
        for (uint32_t i = 0; i < l->section_count; i++) {
            const Section *s = &l->sections[i];
            if (strlen(s->slug) != slug || memcmp(s->slug, line + at, slug) != 0)
                continue;
            char fresh[128];
            Text t = text_fixed(fresh, sizeof fresh);
            text_addf(&t, "%s%s %08x -->\n", open, s->slug, (unsigned)s->hash);
            text_add(out, fresh);
            return t.len != n || memcmp(fresh, line, n) != 0;
        }
    }
    text_add_n(out, line, n);
    return false;
}

int check_stamp(const char *path, const char **error)
{
    Diags diags = {0};
    Text place = text_heap(), out = text_heap();
    size_t len;
    int changed = -1;
    char *text = NULL;
    Lesson *l = library_load(path, &diags);
    *error = l ? "this file has no place for a translation" : "the lesson has errors";
    if (l && library_translation(&place, path, LANG_ZH))
        text = library_read(place.buf, LESSON_BYTES_MAX, &len, error);
    if (text) {
        changed = 0;
        for (const char *s = text; *s;) {
            size_t n = strcspn(s, "\n");
            n += s[n] == '\n';
            changed += restamp(&out, l, s, n);
            s += n;
        }
        if (changed > 0 && !library_write(place.buf, bytes_of(out.buf, out.len), error))
            changed = -1;
    }
    free(text);
    text_heap_free(&place);
    text_heap_free(&out);
    lesson_free(l);
    diags_free(&diags);
    return changed;
}
