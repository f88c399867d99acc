/*
 * fuzz_lesson.c: any text, read as a lesson and as the translation of one.
 *
 * A lesson is a file that a teacher writes: whatever stands in it, the reader complains with a
 * place or understands it, in both languages, and frees what it took.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/lesson.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char source[] = "---\nlesson: small\ntitle: Small\n---\n# Small\n\nWords.\n\n"
                             "```predict {#q type=state}\nask: Where is A?\nanswer: A.state\n```\n";

static void complain(const Diags *diags)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        Text out = text_heap();
        diags_print(&out, diags, (Lang)lang);
        text_heap_free(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1); /* a Source ends with a zero byte */
    CHECK(text);
    memcpy(text, data, size);
    text[size] = '\0';
    Source any = {"any.md", text, size};
    Diags diags = {0};
    Lesson *lesson = lesson_parse(&any, &diags);
    if (lesson)
        lesson_free(lesson);
    complain(&diags);
    diags_free(&diags);

    diags = (Diags){0};
    lesson = lesson_parse(&(Source){"small.md", source, sizeof source - 1}, &diags);
    if (lesson) {
        lesson_translate(lesson, &any, LANG_ZH, &diags);
        lesson_free(lesson);
    }
    complain(&diags);
    diags_free(&diags);
    free(text);
    return 0;
}
