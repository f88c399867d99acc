/*
 * test_content.c - the lessons that are there: they pass the content check in both languages, and
 * keep what the curriculum and a good lesson ask for.
 */
#include "tests/lessons/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/check.h"
#include "lessons/lesson_cli.h"
#include "lessons/library.h"

static Text said;

static void take(void *user, const char *text, size_t len)
{
    (void)user;
    text_add_n(&said, text, len);
}

static CommandIo quiet_io(void)
{
    return (CommandIo){
        .write = take, .lessons_dir = in_tree("lessons"), .progress_path = "/nonexistent/progress"};
}

static void the_content_check_finds_nothing(void **state)
{
    (void)state;
    CommandIo io = quiet_io();
    char *words[] = {(char *)"check"};
    said = text_heap();
    int status = lesson_main(1, words, &io);
    if (status != 0)
        print_message("%s", said.buf);
    assert_int_equal(status, 0);
    text_heap_free(&said);
}

/* Calls for every lesson and exercise. */
static void for_each(void (*call)(const Lesson *))
{
    Library lib;
    library_list(&lib, in_tree("lessons"));
    assert_true(lib.count >= 5);
    for (uint32_t i = 0; i < lib.count; i++) {
        Diags diags = {0};
        Lesson *l = library_load(lib.entries[i].path, &diags);
        assert_non_null(l);
        call(l);
        lesson_free(l);
        diags_free(&diags);
    }
    library_free(&lib);
}

static void assert_translated(const Lesson *l)
{
    assert_non_null(l->path[LANG_ZH]);
    assert_non_null(l->title[LANG_ZH]);
    for (uint32_t i = 0; i < l->section_count; i++) {
        assert_false(l->sections[i].stale[LANG_ZH]);
        assert_non_null(l->sections[i].heading[LANG_ZH]);
    }
    for (uint32_t i = 0; i < l->block_count; i++)
        for (uint32_t j = 0; j < l->blocks[i]->entry_count; j++)
            if (l->blocks[i]->entries[j].say[LANG_EN])
                assert_non_null(l->blocks[i]->entries[j].say[LANG_ZH]);
}

static void every_text_is_there_in_chinese(void **state)
{
    (void)state;
    for_each(assert_translated);
}

/* A question comes before its answer: no demo shows what a later prediction of the same world asks.
 * That cannot be computed, but this can: every section with a demo asks something, too. */
static void assert_asks(const Lesson *l)
{
    uint32_t asks = 0, shows = 0, tasks = 0, prose = 0;
    for (uint32_t i = 0; i < l->step_count; i++) {
        const Block *b = l->steps[i].block;
        prose += l->steps[i].prose[LANG_EN][0] != '\0';
        asks += b && b->kind == BLOCK_PREDICT;
        shows += b && b->kind == BLOCK_DEMO;
        tasks += b && b->kind == BLOCK_TASK;
    }
    if (lesson_exercise(l) && l->variant_count > 0) {
        assert_int_equal(tasks, 1);
        return;
    }
    assert_true(asks >= shows);
    assert_true(tasks >= 1);
    assert_true(asks + shows + tasks >= prose / 2);
}

static void predictions_are_more_than_demonstrations(void **state)
{
    (void)state;
    for_each(assert_asks);
}

static void the_curriculum_questions_are_answered(void **state)
{
    (void)state;
    static const struct {
        const char *lesson, *ids;
    } rows[] = {{"en/opening.md", "O1 O2 O5 O8"},
                {"en/loss.md", "D1 D2 D3"},
                {"en/closing.md", "C1 C3 C6"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Lesson *l = content(rows[i].lesson);
        assert_string_equal(l->curriculum, rows[i].ids);
        lesson_free(l);
    }
}

static void every_explanation_names_its_document(void **state)
{
    (void)state;
    static const char *const names[] = {"en/opening.md", "en/loss.md", "en/closing.md"};
    for (size_t i = 0; i < 3; i++) {
        Lesson *l = content(names[i]);
        uint32_t cited = 0;
        for (uint32_t s = 0; s < l->section_count; s++) {
            const char *raw = l->sections[s].raw[LANG_EN];
            bool experiment = strstr(raw, "sandwire demo") != NULL;
            cited += strstr(raw, "RFC ") != NULL;
            if (experiment && !strstr(raw, "RFC ") && !strstr(raw, "half-closed"))
                print_message("%s: %s cites nothing\n", names[i], l->sections[s].slug);
        }
        assert_true(cited >= 3);
        lesson_free(l);
    }
}

static void graded_exercises_have_hidden_settings_hints_and_three_wrong_answers(void **state)
{
    (void)state;
    static const char *const names[] = {"exercises/last-ack.md", "exercises/fast-retransmit.md"};
    for (size_t i = 0; i < 2; i++) {
        Lesson *l = content(names[i]);
        const Block *task = lesson_exercise(l);
        uint32_t rejects = 0, hints = 0;
        for (const Entry *e = block_entry(task, ENTRY_REJECT); e;
             e = block_next(task, ENTRY_REJECT, e))
            rejects++;
        for (const Entry *e = block_entry(task, ENTRY_HINT); e; e = block_next(task, ENTRY_HINT, e))
            hints++;
        assert_true(l->variant_count >= 2);
        assert_true(rejects >= 3);
        assert_true(hints >= 2);
        assert_true(task->par > 0);
        lesson_free(l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_content_check_finds_nothing),
        cmocka_unit_test(every_text_is_there_in_chinese),
        cmocka_unit_test(predictions_are_more_than_demonstrations),
        cmocka_unit_test(the_curriculum_questions_are_answered),
        cmocka_unit_test(every_explanation_names_its_document),
        cmocka_unit_test(graded_exercises_have_hidden_settings_hints_and_three_wrong_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
