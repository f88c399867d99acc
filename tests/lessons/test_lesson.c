/*
 * test_lesson.c - reading lessons and their translations: what is right, and every complaint.
 */
#include "tests/lessons/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is right ---- */

static const char whole[] =
    "---\n"
    "lesson: whole\n"
    "title: A whole lesson\n"
    "minutes: 12\n"
    "seed: 5\n"
    "profile: linux\n"
    "variant: seed=7 link rtt=20ms\n"
    "---\n"
    "# A whole lesson\n"
    "\n"
    "Prose before a picture.\n"
    "\n"
    "```text\n"
    "## not a heading\n"
    "```\n"
    "\n"
    "---\n"
    "\n"
    "Prose after a pause.\n"
    "\n"
    "## Why three, not two?\n" FENCE("sandwire setup {#world seed=9}", "B listen 80\n")
        FENCE("predict {#state type=state}", "ask: Which state\n"
                                             "  is it?\n"
                                             "on:\n"
                                             "  A connect B:80\n"
                                             "  run\n"
                                             "answer: A.state\n"
                                             "wrong LISTEN: No.\n")
            FENCE("task {#do points=5 par=1 budget=interventions:2}",
                  "do: Do it.\n"
                  "check est \"It is \\\"open\\\": now\": A.state == "
                  "ESTABLISHED\n"
                  "eventually<=1500ms soon \"Soon\": true\n"
                  "never bad \"Never\": false\n"
                  "hint 1 cost=2: A hint.\n"
                  "solution: A connect B:80\n"
                  "reject: run\n"
                  "reject bad: run\n");

static void a_lesson_becomes_sections_and_steps(void **state)
{
    (void)state;
    Lesson *l = lesson_of(whole);
    assert_string_equal(l->id, "whole");
    assert_int_equal(l->minutes, 12);
    assert_int_equal(l->seed, 5);
    assert_int_equal(l->profile, PROFILE_LINUX);
    assert_int_equal(l->section_count, 2);
    assert_string_equal(l->sections[1].slug, "why-three-not-two");
    assert_int_equal(l->sections[0].steps, 2);
    assert_int_equal(l->sections[1].steps, 3);
    assert_non_null(strstr(l->steps[0].prose[LANG_EN], "## not a heading"));
    assert_null(strstr(l->steps[0].prose[LANG_EN], "after a pause"));
    assert_non_null(strstr(l->steps[1].prose[LANG_EN], "after a pause"));
    assert_int_equal(l->variant_count, 1);
    assert_int_equal(l->variants[0].seed, 7);
    assert_string_equal(l->variants[0].commands, "link rtt=20ms");
    lesson_free(l);
}

static void blocks_keep_their_entries_with_places(void **state)
{
    (void)state;
    Lesson *l = lesson_of(whole);
    const Block *setup = l->blocks[0], *predict = l->blocks[1], *task = l->blocks[2];
    assert_int_equal(setup->kind, BLOCK_SETUP);
    assert_int_equal(setup->seed, 9);
    assert_string_equal(setup->code, "B listen 80\n");
    assert_string_equal(block_entry(predict, ENTRY_ASK)->say[LANG_EN], "Which state\nis it?");
    assert_string_equal(block_entry(predict, ENTRY_ON)->code, "A connect B:80\nrun");
    assert_int_equal(block_entry(predict, ENTRY_ANSWER)->place.line, 31);
    assert_int_equal(task->points, 5);
    assert_int_equal(task->par, 1);
    assert_int_equal(task->budget, 2);
    const Entry *est = block_named(task, ENTRY_CHECK, "est");
    assert_string_equal(est->say[LANG_EN], "It is \"open\": now");
    assert_non_null(est->pred);
    assert_true(block_entry(task, ENTRY_EVENTUALLY)->within == 1500 * NANOS_MS);
    assert_int_equal(block_entry(task, ENTRY_HINT)->cost, 2);
    const Entry *first = block_entry(task, ENTRY_REJECT);
    assert_string_equal(block_next(task, ENTRY_REJECT, first)->name, "bad");
    assert_ptr_equal(lesson_exercise(l), task);
    assert_int_equal(lesson_step_of(l, "do"), 4);
    assert_int_equal(lesson_step_of(l, "nobody"), l->step_count);
    lesson_free(l);
}

static void windows_line_ends_change_nothing(void **state)
{
    (void)state;
    char crlf[2 * sizeof whole];
    size_t n = 0;
    for (const char *s = whole; *s; s++) {
        if (*s == '\n')
            crlf[n++] = '\r';
        crlf[n++] = *s;
    }
    crlf[n] = '\0';
    Lesson *a = lesson_of(whole), *b = lesson_of(crlf);
    assert_int_equal(a->step_count, b->step_count);
    assert_int_equal(a->sections[1].hash, b->sections[1].hash);
    lesson_free(a);
    lesson_free(b);
}

/* ---- hashes ---- */

static uint32_t hash_with(const char *from, const char *to)
{
    char text[2 * sizeof whole];
    const char *at = strstr(whole, from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
    Lesson *l = lesson_of(text);
    uint32_t hash = l->sections[1].hash;
    lesson_free(l);
    return hash;
}

static void the_hash_of_a_section_covers_what_a_reader_reads(void **state)
{
    (void)state;
    uint32_t hash = hash_with("A hint.", "A hint.");
    assert_int_not_equal(hash, hash_with("A hint.", "A tip."));
    assert_int_not_equal(hash, hash_with("Which state", "What state"));
    assert_int_not_equal(hash, hash_with("\"Soon\"", "\"Sooner\""));
}

static void reflowing_and_machine_content_do_not_change_the_hash(void **state)
{
    (void)state;
    uint32_t hash = hash_with("A hint.", "A hint.");
    assert_int_equal(hash, hash_with("Which state\n  is it?", "Which state is it?"));
    assert_int_equal(hash, hash_with("answer: A.state", "answer: B.state"));
    assert_int_equal(hash, hash_with("solution: A connect B:80", "solution: run"));
    assert_int_equal(hash, hash_with("points=5", "points=6"));
}

/* ---- every complaint about a source ---- */

#define PREDICT_OK "ask: ?\nanswer: A.state\n"
#define TASK_OK    "do: !\ncheck c \"C\": true\nsolution: run\n"

static const struct {
    DiagKind kind;
    uint32_t line, column;
    const char *text;
} wrong[] = {
    {DIAG_NOT_TEXT, 5, 1, "---\nlesson: a\ntitle: A\n---\n\xff\n"},
    {DIAG_NO_FRONT_MATTER, 1, 1, "# Title\n"},
    {DIAG_FRONT_MATTER_OPEN, 1, 1, "---\nlesson: a\n# Title\n"},
    {DIAG_FRONT_MATTER_LINE, 4, 1, "---\nlesson: a\ntitle: A\nwhat is this\n---\n# T\n"},
    {DIAG_FRONT_MATTER_KEY, 4, 1, "---\nlesson: a\ntitle: A\nminuts: 3\n---\n# T\n"},
    {DIAG_FRONT_MATTER_TWICE, 4, 1, "---\nlesson: a\ntitle: A\nlesson: b\n---\n# T\n"},
    {DIAG_FRONT_MATTER_MISSING, 1, 1, "---\nlesson: a\n---\n# T\n"},
    {DIAG_BAD_NUMBER, 4, 10, "---\nlesson: a\ntitle: A\nminutes: many\n---\n# T\n"},
    {DIAG_BAD_PROFILE, 4, 10, "---\nlesson: a\ntitle: A\nprofile: solaris\n---\n# T\n"},
    {DIAG_BAD_ID, 2, 9, "---\nlesson: A Lesson\ntitle: A\n---\n# T\n"},
    {DIAG_NO_HEADING, 5, 1, "---\nlesson: a\ntitle: A\n---\nText.\n# T\n"},
    {DIAG_SECTION_TWICE, 7, 1, HEAD "# Small\n"},
    {DIAG_FENCE_OPEN, 7, 1, HEAD "```sandwire setup {#a}\nB listen 80\n"},
    {DIAG_FENCE_OPEN, 7, 1, HEAD "```text\nnever closed\n"},
    {DIAG_FENCE_INDENTED, 7, 3, HEAD "  ```sandwire setup {#a}\n  run\n  ```\n"},
    {DIAG_BLOCK_UNKNOWN, 7, 4, HEAD FENCE("predct {#a type=state}", PREDICT_OK)},
    {DIAG_BLOCK_UNKNOWN, 7, 1, HEAD FENCE("sandwire show {#a}", "run\n")},
    {DIAG_NO_QUESTION, 7, 1, HEAD FENCE("break third-hand {#a}", "do: Explore.\n")},
    {DIAG_ATTRIBUTE_SYNTAX, 7, 23, HEAD FENCE("sandwire setup {#a what}", "run\n")},
    {DIAG_ATTRIBUTE_SYNTAX, 7, 19, HEAD FENCE("sandwire setup {#a", "run\n")},
    {DIAG_ATTRIBUTE_UNKNOWN, 7, 23, HEAD FENCE("sandwire setup {#a sed=3}", "run\n")},
    {DIAG_ATTRIBUTE_VALUE, 7, 13, HEAD FENCE("task {#a budget=3}", TASK_OK)},
    {DIAG_ID_MISSING, 7, 1, HEAD FENCE("sandwire setup", "run\n")},
    {DIAG_ID_TWICE, 10, 1,
     HEAD FENCE("sandwire setup {#a}", "run\n") FENCE("sandwire setup {#a}", "run\n")},
    {DIAG_BAD_ID, 7, 20, HEAD FENCE("sandwire setup {#A_b}", "run\n")},
    {DIAG_TYPE_MISSING, 7, 1, HEAD FENCE("predict {#a}", PREDICT_OK)},
    {DIAG_REF_IN_SOURCE, 7, 1, HEAD FENCE("ref {#a}", "")},
    {DIAG_EMPTY_BLOCK, 7, 1, HEAD FENCE("sandwire demo {#a}", "\n")},
    {DIAG_ENTRY_SYNTAX, 9, 1,
     HEAD FENCE("predict {#a type=state}", "ask: ?\n?\nanswer: A.state\n")},
    {DIAG_ENTRY_SYNTAX, 8, 1,
     HEAD FENCE("predict {#a type=state}", "ask what?\nanswer: A.state\n")},
    {DIAG_ENTRY_KEY, 8, 1, HEAD FENCE("predict {#a type=state}", "do: ?\n" PREDICT_OK)},
    {DIAG_ENTRY_NAME, 10, 1, HEAD FENCE("predict {#a type=state}", PREDICT_OK "wrong: no\n")},
    {DIAG_ENTRY_CAPTION, 8, 1, HEAD FENCE("task {#a}", "check c: true\ndo: !\nsolution: run\n")},
    {DIAG_ENTRY_VALUE, 8, 1, HEAD FENCE("predict {#a type=state}", "ask:\nanswer: A.state\n")},
    {DIAG_ENTRY_TWICE, 10, 1, HEAD FENCE("predict {#a type=state}", PREDICT_OK "ask: ??\n")},
    {DIAG_ENTRY_TWICE, 11, 1, HEAD FENCE("task {#a}", TASK_OK "never c \"C\": false\n")},
    {DIAG_ENTRY_MISSING, 7, 1, HEAD FENCE("predict {#a type=state}", "ask: ?\n")},
    {DIAG_EXPRESSION, 9, 11, HEAD FENCE("predict {#a type=state}", "ask: ?\nanswer: A.stat\n")},
    {DIAG_SEGMENT_QUERY, 9, 9,
     HEAD FENCE("predict {#a type=field}", "ask: ?\nanswer: next from A\n")},
    {DIAG_SEGMENT_QUERY, 9, 9,
     HEAD FENCE("predict {#a type=segment}", "ask: ?\nanswer: ack of next from A\n")},
    {DIAG_TIME, 11, 13, HEAD FENCE("task {#a}", TASK_OK "eventually<=5minutes d \"D\": true\n")},
    {DIAG_CHOICES_FEW, 9, 1,
     HEAD FENCE("predict {#a type=choice}", "ask: ?\nchoices:\n  one \"One\": true\n")},
    {DIAG_CHECKS_NONE, 7, 1, HEAD FENCE("task {#a}", "do: !\nsolution: run\n")},
    {DIAG_WRONG_UNKNOWN, 10, 1,
     HEAD FENCE("predict {#a type=state}", PREDICT_OK "wrong ASLEEP: no\n")},
    {DIAG_WRONG_UNKNOWN, 11, 1, HEAD FENCE("task {#a}", TASK_OK "wrong d: no\n")},
    {DIAG_TRANSCRIPT_START, 8, 1, HEAD FENCE("sandwire demo {#a}", "B listen 80\n")},
};

static bool has_complaint(DiagKind kind, uint32_t line, uint32_t column, const Diags *diags)
{
    bool found = false;
    for (uint32_t i = 0; i < diags->count; i++) {
        const Diag *d = &diags->items[i];
        found |= d->kind == kind && d->place.line == line && d->place.column == column;
    }
    if (!found) {
        Text out = text_heap();
        diags_print(&out, diags, LANG_EN);
        print_message("no '%s' at %u:%u, but:\n%s", diag_name(kind), line, column, out.buf);
        text_heap_free(&out);
    }
    return found;
}

static void every_mistake_is_named_with_its_place(void **state)
{
    (void)state;
    bool all = true;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        Diags diags = {0};
        Source source = source_of("wrong.md", wrong[i].text);
        Lesson *l = lesson_parse(&source, &diags);
        assert_null(l);
        all &= has_complaint(wrong[i].kind, wrong[i].line, wrong[i].column, &diags);
        diags_free(&diags);
    }
    assert_true(all);
}

static void every_mistake_of_a_source_is_tried(void **state)
{
    (void)state;
    bool tried[DIAG_KIND_COUNT] = {false};
    tried[DIAG_CANNOT_READ] = tried[DIAG_FENCE_HIDDEN] = true; /* test_check.c */
    tried[DIAG_TOO_LARGE] = tried[DIAG_TOO_MANY] = true;       /* below */
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        tried[wrong[i].kind] = true;
    for (int k = 0; k < DIAG_SECTION_UNSTAMPED; k++) {
        if (!tried[k])
            print_message("no test for %s\n", diag_name((DiagKind)k));
        assert_true(tried[k]);
    }
}

static void every_complaint_has_its_texts_in_both_languages(void **state)
{
    (void)state;
    for (int k = 0; k < DIAG_KIND_COUNT; k++) {
        assert_non_null(diag_texts[k].name);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            assert_true(diag_texts[k].what[lang] && diag_texts[k].what[lang][0]);
            assert_non_null(diag_texts[k].remedy[lang]);
        }
    }
}

static void a_complaint_shows_line_caret_and_remedy(void **state)
{
    (void)state;
    Diags diags = {0};
    Text out = text_heap();
    Source source = source_of("a.md", "---\nlesson: a\ntitle: A\nminuts: 3\n---\n# T\n");
    assert_null(lesson_parse(&source, &diags));
    diags_print(&out, &diags, LANG_EN);
    assert_string_equal(out.buf,
                        "a.md:4:1: error: front matter has no key 'minuts'; did you mean "
                        "'minutes'?\n"
                        "    4 | minuts: 3\n"
                        "      | ^~~~~~\n"
                        "       Keys: lesson title needs teaches order minutes seed profile allow "
                        "par curriculum variant.\n");
    text_clear(&out);
    diags_print(&out, &diags, LANG_ZH);
    assert_says(out.buf, "是不是 'minutes'");
    text_heap_free(&out);
    diags_free(&diags);
}

static void a_caret_stands_under_its_word_behind_chinese(void **state)
{
    (void)state;
    Diags diags = {0};
    Text out = text_heap();
    Source source = source_of("a.md", "超时 x\n");
    diag_add(&diags, DIAG_EMPHASIS, &source, (Place){1, 8, 1}, NULL, NULL);
    diags_print(&out, &diags, LANG_EN);
    assert_non_null(strstr(out.buf, "    1 | 超时 x\n      |      ^\n"));
    text_heap_free(&out);
    diags_free(&diags);
}

static void what_is_too_much_is_refused_quickly(void **state)
{
    (void)state;
    Text text = text_heap();
    Diags diags = {0};
    text_add(&text, HEAD);
    while (text.len < 255 * 1024)
        text_addf(&text, "```sandwire setup {#a%zu}\nrun\n```\n", text.len);
    Source many = source_of("many.md", text.buf);
    assert_null(lesson_parse(&many, &diags));
    assert_true(diags_of(&diags, DIAG_TOO_MANY) > 0);
    text_repeat(&text, 'x', 4096);
    Source large = source_of("large.md", text.buf);
    assert_null(lesson_parse(&large, &diags));
    assert_int_equal(diags_of(&diags, DIAG_TOO_LARGE), 1);
    diags_free(&diags);
    text_clear(&text);
    text_add(&text, HEAD "```task {#a}\n");
    for (int i = 0; i < 15000; i++)
        text_addf(&text, "hint %d: x\n", i);
    text_add(&text, "```\n");
    Source hints = source_of("hints.md", text.buf);
    assert_null(lesson_parse(&hints, &diags));
    assert_true(diags_of(&diags, DIAG_TOO_MANY) > 0);
    diags_free(&diags);
    text_heap_free(&text);
}

/* ---- translations ---- */

static const char original[] = HEAD "Hello.\n\n## Next\n\nMore.\n" FENCE(
    "predict {#q type=choice}", "ask: Which?\nchoices:\n  a \"One\": true\n  b \"Two\": false\n"
                                "wrong b: No.\n") "## Last\n\nEnd.\n";

/* $1 $2 $3 stand for the stamps of the three sections. */
static Lesson *translate(const char *zh, Diags *diags)
{
    Lesson *l = lesson_of(original);
    char text[4096];
    Text t = text_fixed(text, sizeof text);
    for (; *zh; zh++) {
        if (*zh == '$') {
            const Section *s = &l->sections[*++zh - '1'];
            text_addf(&t, "<!-- source %s %08x -->", s->slug, (unsigned)s->hash);
        } else {
            text_char(&t, *zh);
        }
    }
    assert_false(t.full);
    Source source = source_of("zh.md", text);
    lesson_translate(l, &source, LANG_ZH, diags);
    return l;
}

#define ZH_HEAD "---\nlesson: small\ntitle: 小\n---\n# 小\n$1\n\n你好。\n\n"
#define ZH_REF  FENCE("ref {#q}", "ask: 哪一个？\nchoice a: 一\nchoice b: 二\nwrong b: 不对。\n")
#define ZH_NEXT "## 下一节\n$2\n\n更多。\n" ZH_REF
#define ZH_LAST "## 最后\n$3\n\n结束。\n"

static void a_translation_shows_its_own_texts(void **state)
{
    (void)state;
    Diags diags = {0};
    Lesson *l = translate(ZH_HEAD ZH_NEXT ZH_LAST, &diags);
    assert_int_equal(diags.total, 0);
    assert_string_equal(lesson_title(l, LANG_ZH), "小");
    assert_string_equal(section_heading(&l->sections[1], LANG_ZH), "下一节");
    assert_non_null(strstr(step_prose(l, &l->steps[0], LANG_ZH), "你好"));
    const Block *q = l->blocks[0];
    assert_string_equal(entry_say(block_entry(q, ENTRY_ASK), LANG_ZH), "哪一个？");
    assert_string_equal(entry_say(block_named(q, ENTRY_CHOICE, "b"), LANG_ZH), "二");
    assert_string_equal(entry_say(block_entry(q, ENTRY_ASK), LANG_EN), "Which?");
    lesson_free(l);
}

static void a_stale_section_falls_back_to_the_source(void **state)
{
    (void)state;
    Diags diags = {0};
    Lesson *l = translate(
        ZH_HEAD "## 下一节\n<!-- source next 00000000 -->\n\n更多。\n" ZH_REF ZH_LAST, &diags);
    assert_int_equal(diags.total, 1);
    assert_int_equal(diags.items[0].kind, DIAG_SECTION_STALE);
    assert_true(l->sections[1].stale[LANG_ZH]);
    assert_string_equal(section_heading(&l->sections[1], LANG_ZH), "Next");
    assert_string_equal(entry_say(block_entry(l->blocks[0], ENTRY_ASK), LANG_ZH), "Which?");
    assert_non_null(strstr(step_prose(l, &l->steps[1], LANG_ZH), "More."));
    assert_non_null(strstr(step_prose(l, &l->steps[0], LANG_ZH), "你好"));
    diags_free(&diags);
    lesson_free(l);
}

static const struct {
    DiagKind kind;
    const char *text;
} bad_translations[] = {
    {DIAG_SECTION_UNSTAMPED, ZH_HEAD "## 下一节\n\n更多。\n" ZH_REF ZH_LAST},
    {DIAG_SECTION_UNSTAMPED, ZH_HEAD "## 下一节\n<!-- source next -->\n\n更多。\n" ZH_REF ZH_LAST},
    {DIAG_SECTION_ORDER, ZH_HEAD ZH_LAST ZH_NEXT},
    {DIAG_SECTION_ORDER,
     ZH_HEAD "## 别的\n<!-- source other 12345678 -->\n\n别的。\n" ZH_NEXT ZH_LAST},
    {DIAG_SECTION_MISSING, ZH_HEAD ZH_LAST},
    {DIAG_SECTION_MISSING, ZH_HEAD ZH_NEXT},
    {DIAG_SECTION_STALE, ZH_HEAD ZH_NEXT "## 最后\n<!-- source last 0badcafe -->\n\n结束。\n"},
    {DIAG_REF_ORDER, ZH_HEAD "## 下一节\n$2\n\n更多。\n" FENCE("ref {#r}", "") ZH_LAST},
    {DIAG_REF_ORDER, ZH_HEAD "## 下一节\n$2\n\n更多。\n\n---\n\n再更多。\n" ZH_REF ZH_LAST},
    {DIAG_REF_ORDER, ZH_HEAD ZH_NEXT "多余。\n" ZH_LAST},
    {DIAG_REF_MISSING, ZH_HEAD "## 下一节\n$2\n\n" ZH_LAST},
    {DIAG_REF_TEXT_MISSING, ZH_HEAD "## 下一节\n$2\n\n更多。\n" FENCE(
                                "ref {#q}", "ask: ？\nchoice a: 一\nchoice b: 二\n") ZH_LAST},
    {DIAG_REF_TEXT_EXTRA,
     ZH_HEAD "## 下一节\n$2\n\n更多。\n" FENCE(
         "ref {#q}", "ask: ？\nchoice a: 一\nchoice b: 二\nwrong b: 不。\nwrong c: 不。\n")
         ZH_LAST},
    {DIAG_MACHINE_IN_TRANSLATION,
     ZH_HEAD "## 下一节\n$2\n\n更多。\n" FENCE("predict {#q type=state}", PREDICT_OK) ZH_LAST},
    {DIAG_MACHINE_IN_TRANSLATION,
     "---\nlesson: small\ntitle: 小\nseed: 4\n---\n# 小\n$1\n\n你好。\n\n" ZH_NEXT ZH_LAST},
    {DIAG_OTHER_LESSON,
     "---\nlesson: other\ntitle: 小\n---\n# 小\n$1\n\n你好。\n\n" ZH_NEXT ZH_LAST},
    {DIAG_ENTRY_KEY,
     ZH_HEAD "## 下一节\n$2\n\n更多。\n" FENCE("ref {#q}", "answer: A.state\n") ZH_LAST},
};

static void every_mistake_of_a_translation_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_translations / sizeof bad_translations[0]; i++) {
        Diags diags = {0};
        Lesson *l = translate(bad_translations[i].text, &diags);
        if (diags_of(&diags, bad_translations[i].kind) == 0)
            print_message("number %zu: no %s\n", i, diag_name(bad_translations[i].kind));
        assert_true(diags_of(&diags, bad_translations[i].kind) > 0);
        /* And the lesson stays whole: every step still has something to show. */
        for (uint32_t s = 0; s < l->step_count; s++)
            assert_non_null(step_prose(l, &l->steps[s], LANG_ZH));
        diags_free(&diags);
        lesson_free(l);
    }
}

static void a_section_with_wrong_blocks_falls_back_as_a_whole(void **state)
{
    (void)state;
    Diags diags = {0};
    Lesson *l = translate(bad_translations[7].text, &diags);
    assert_true(l->sections[1].stale[LANG_ZH]);
    assert_non_null(strstr(step_prose(l, &l->steps[1], LANG_ZH), "More."));
    diags_free(&diags);
    lesson_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lesson_becomes_sections_and_steps),
        cmocka_unit_test(blocks_keep_their_entries_with_places),
        cmocka_unit_test(windows_line_ends_change_nothing),
        cmocka_unit_test(the_hash_of_a_section_covers_what_a_reader_reads),
        cmocka_unit_test(reflowing_and_machine_content_do_not_change_the_hash),
        cmocka_unit_test(every_mistake_is_named_with_its_place),
        cmocka_unit_test(every_mistake_of_a_source_is_tried),
        cmocka_unit_test(every_complaint_has_its_texts_in_both_languages),
        cmocka_unit_test(a_complaint_shows_line_caret_and_remedy),
        cmocka_unit_test(a_caret_stands_under_its_word_behind_chinese),
        cmocka_unit_test(what_is_too_much_is_refused_quickly),
        cmocka_unit_test(a_translation_shows_its_own_texts),
        cmocka_unit_test(a_stale_section_falls_back_to_the_source),
        cmocka_unit_test(every_mistake_of_a_translation_is_named),
        cmocka_unit_test(a_section_with_wrong_blocks_falls_back_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
