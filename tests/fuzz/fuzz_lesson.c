/*
 * fuzz_lesson.c - any bytes as a lesson, as its translation, as a glossary and as a progress file.
 *
 * Reading never crashes; what is read is whole: every step has prose, every complaint can be
 * printed in both languages, and rendering any of it ends.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/check.h"
#include "lessons/lesson.h"
#include "lessons/markdown.h"
#include "lessons/progress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_all(const Diags *diags)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        Text out = text_heap();
        diags_print(&out, diags, (Lang)lang);
        text_heap_free(&out);
    }
}

static void read_all(const Lesson *l)
{
    Text out = text_heap();
    MarkdownStyle style = {.width = 40, .indent = 2};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        for (uint32_t i = 0; i < l->step_count; i++)
            markdown_render(&out, step_prose(l, &l->steps[i], (Lang)lang), style);
        for (uint32_t i = 0; i < l->block_count; i++)
            for (uint32_t j = 0; j < l->blocks[i]->entry_count; j++)
                markdown_render(&out, entry_say(&l->blocks[i]->entries[j], (Lang)lang), style);
    }
    text_heap_free(&out);
}

static void as_progress(const char *text, size_t size)
{
    Progress a = {0}, b = {0};
    Text first = text_heap(), second = text_heap();
    progress_parse(&a, text, size);
    progress_print(&first, &a);
    progress_parse(&b, first.buf, first.len);
    progress_print(&second, &b);
    if (b.bad_lines > 0 || strcmp(first.buf, second.buf) != 0)
        abort(); /* what we write, we read back the same */
    progress_free(&a);
    progress_free(&b);
    text_heap_free(&first);
    text_heap_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char fixed[] =
        "---\nlesson: small\ntitle: Small\n---\n# Small\n\nHello.\n\n"
        "```predict {#q type=yesno}\nask: ?\nanswer: true\nwrong no: !\n```\n";
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    Diags diags = {0};
    Source source = {"fuzz.md", text, size}, whole = {"fixed.md", fixed, sizeof fixed - 1};
    Lesson *l = lesson_parse(&source, &diags);
    if (l) {
        lesson_translate(l, &source, LANG_ZH, &diags);
        read_all(l);
    }
    lesson_free(l);
    l = lesson_parse(&whole, &diags);
    if (!l)
        abort();
    lesson_translate(l, &source, LANG_ZH, &diags);
    read_all(l);
    Glossary glossary;
    glossary_read(&glossary, &source, &diags);
    glossary_check(&glossary, l, &source, &diags);
    glossary_free(&glossary);
    lesson_free(l);
    if (memchr(text, 0, size) == NULL)
        check_text(&source, LANG_ZH, &diags);
    print_all(&diags);
    diags_free(&diags);
    as_progress(text, size);
    free(text);
    return 0;
}
