/*
 * fuzz_answer.c: any bytes, handed in as the answer to an exercise.
 *
 * A grader has 500 of them, and one may be anything: it is graded or refused, within the limits of
 * grade.h, and the same answer gives the same report.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/grade.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_MAX = 600 };

static const char exercise[] =
    "---\nlesson: small\ntitle: Small\n---\n# Small\n\n"
    "```sandwire setup {#start}\nB listen 80\nA connect B:80\n```\n\n"
    "```task {#close points=4 par=1}\ndo: Close it.\n"
    "check fin \"A has sent a FIN\": count(FIN from A) >= 1\n"
    "never rst \"Nobody sends RST\": count(RST from A) > 0\nsolution:\n  A close\n```\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > BYTES_MAX)
        return 0;
    Diags diags = {0};
    Lesson *lesson = lesson_parse(&(Source){"small.md", exercise, sizeof exercise - 1}, &diags);
    CHECK(lesson);
    Text reports[2] = {text_heap(), text_heap()};
    for (int i = 0; i < 2; i++) {
        GradeResult result;
        grade_answer(lesson, "answer.sw", bytes_of(data, size), LANG_EN, &result);
        CHECK(result.score <= result.max_score);
        grade_print_json(&reports[i], &result, 1);
        grade_free(&result);
    }
    CHECK(reports[0].len == reports[1].len &&
          memcmp(reports[0].buf, reports[1].buf, reports[0].len) == 0);
    text_heap_free(&reports[0]);
    text_heap_free(&reports[1]);
    lesson_free(lesson);
    diags_free(&diags);
    return 0;
}
