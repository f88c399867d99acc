/*
 * test_text.c - the small texts below a lesson: prose on a terminal, transcripts, the progress
 * file.
 */
#include "tests/lessons/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lessons/markdown.h"
#include "lessons/progress.h"
#include "lessons/transcript.h"
#include "repl/width.h"

/* ---- prose ---- */

static void assert_renders(const char *markdown, uint16_t width, const char *expected)
{
    Text out = text_heap();
    markdown_render(&out, markdown, (MarkdownStyle){.width = width});
    assert_string_equal(out.buf, expected);
    text_heap_free(&out);
}

static void paragraphs_wrap_at_blanks(void **state)
{
    (void)state;
    assert_renders("one two three four", 9, "one two\nthree\nfour\n");
    assert_renders("one\ntwo", 80, "one two\n");
    assert_renders("a\n\nb", 80, "a\n\nb\n");
    assert_renders("averylongword is whole", 5, "averylongword\nis\nwhole\n");
}

static void chinese_wraps_by_columns_between_any_two_characters(void **state)
{
    (void)state;
    assert_renders("报文段丢失了", 6, "报文段\n丢失了\n");
    assert_renders("报文段丢失了", 7, "报文段\n丢失了\n");
}

static void no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(void **state)
{
    (void)state;
    assert_renders("报文段，丢失", 6, "报文\n段，丢\n失\n");
    assert_renders("报文（段）丢", 6, "报文\n（段）\n丢\n");
}

static void a_line_break_between_chinese_characters_is_none(void **state)
{
    (void)state;
    assert_renders("重传\n定时器", 80, "重传定时器\n");
    assert_renders("重传，\nA 发送", 80, "重传，A 发送\n");
    assert_renders("发送\nSYN", 80, "发送 SYN\n");
    assert_renders("发送\n`SYN`", 80, "发送 `SYN`\n");
}

static void lists_quotations_and_code_keep_their_shape(void **state)
{
    (void)state;
    assert_renders("- one two\n- three", 8, "- one\n  two\n- three\n");
    assert_renders("1. a\n2. b", 80, "1. a\n2. b\n");
    assert_renders("1) a\n2) b", 80, "1) a\n2) b\n");
    assert_renders("> a b", 4, "| a\n| b\n");
    assert_renders("```\nx  y\n```", 3, "    x  y\n");
    assert_renders("text<!-- hidden -->\n\n<!-- hidden -->", 80, "text\n");
}

static void no_line_is_wider_than_asked_for(void **state)
{
    (void)state;
    static const char text[] =
        "TCP 用 **三个报文段** 建立一条连接，名字叫做“三次握手”。SYN、SYN+ACK、ACK "
        "都在 `ladder` 里：请看（图 6）。\n\n- 第一项很长很长很长很长\n- second item";
    for (uint16_t width = 20; width < 90; width++) {
        Text out = text_heap();
        markdown_render(&out, text, (MarkdownStyle){.width = width, .indent = 2});
        for (const char *s = out.buf; *s; s += *s == '\n') {
            size_t n = strcspn(s, "\n");
            assert_in_range(width_of(s, n), 0, width);
            s += n;
        }
        text_heap_free(&out);
    }
}

static void colours_take_the_place_of_stars(void **state)
{
    (void)state;
    Text out = text_heap();
    markdown_render(&out, "a **b** `c`", (MarkdownStyle){.color = true});
    assert_null(strchr(out.buf, '*'));
    assert_null(strchr(out.buf, '`'));
    assert_non_null(strstr(out.buf, "\x1b["));
    text_heap_free(&out);
}

static uint32_t lint(const char *markdown)
{
    Diags diags = {0};
    Source source = source_of("a.md", markdown);
    markdown_lint(&source, markdown, 1, &diags);
    uint32_t found = diags_of(&diags, DIAG_EMPHASIS);
    diags_free(&diags);
    return found;
}

static void emphasis_that_does_not_render_is_found(void **state)
{
    (void)state;
    assert_int_equal(lint("**窗口。**后面"), 1);
    assert_int_equal(lint("他说**“你好”**吗"), 1);
    assert_int_equal(lint("**窗口**。后面"), 0);
    assert_int_equal(lint("2 * MSL and `a**b`, *good*"), 0);
    assert_int_equal(lint("    code **窗口。**后面"), 0);
}

/* ---- transcripts ---- */

static bool fits(const char *expected, const char *output)
{
    TranscriptPart part = {.expected = expected, .expected_len = strlen(expected)};
    return transcript_fits(&part, output);
}

static void a_transcript_is_cut_into_commands_and_expected_lines(void **state)
{
    (void)state;
    const char *at = "> A connect B:80\n one\n two\n\n> run\n>state\nthree\n";
    uint32_t line = 1;
    TranscriptPart part;
    assert_true(transcript_next(&at, &line, &part));
    assert_memory_equal(part.command, "A connect B:80", part.command_len);
    assert_int_equal(part.expected_len, strlen(" one\n two\n\n"));
    assert_true(transcript_next(&at, &line, &part));
    assert_int_equal(part.expected_len, 0);
    assert_int_equal(part.line, 5);
    assert_true(transcript_next(&at, &line, &part));
    assert_memory_equal(part.command, "state", part.command_len);
    assert_false(transcript_next(&at, &line, &part));
}

static void output_fits_lines_globs_and_dots(void **state)
{
    (void)state;
    assert_true(fits("a\nb\n", "a\nb\n"));
    assert_true(fits("a  \nb\n\n", "a\nb\n"));
    assert_false(fits("a\n", "a\nb\n"));
    assert_false(fits("a\nb\n", "a\n"));
    assert_false(fits("a\nb\n", "a\nc\n"));
    assert_true(fits("a*c? (glob)\n", "abbbcd\n"));
    assert_false(fits("a*c? (glob)\n", "abbbc\n"));
    assert_true(fits("a\n...\nz\n", "a\nb\nc\nz\n"));
    assert_true(fits("...\nz\n", "z\ny\nz\n"));
    assert_false(fits("a\n...\nz\n", "a\nb\n"));
    assert_true(fits("", ""));
    assert_false(fits("", "a\n"));
}

/* ---- progress ---- */

static const char kept[] = "# Sandwire progress 1\n"
                           "\n"
                           "lesson opening\n"
                           "at why-not-two 2\n"
                           "block third-seq solved attempts=2 hints=1\n"
                           "block ghost open attempts=1 hints=0\n"
                           "| rule third-ack off\n"
                           "| inject A>B SYN 1000\n"
                           "finished\n"
                           "\n"
                           "lesson loss\n"
                           "at end 0\n";

static void progress_is_read_and_written_alike(void **state)
{
    (void)state;
    Progress p = {0};
    Text out = text_heap();
    progress_parse(&p, kept, strlen(kept));
    assert_int_equal(p.bad_lines, 0);
    assert_int_equal(p.lesson_count, 2);
    const LessonProgress *l = progress_find(&p, "opening");
    assert_string_equal(l->section, "why-not-two");
    assert_int_equal(l->offset, 2);
    assert_true(l->finished);
    assert_int_equal(l->blocks[0].status, BLOCK_SOLVED);
    assert_string_equal(l->blocks[1].lines, "rule third-ack off\ninject A>B SYN 1000\n");
    progress_print(&out, &p);
    assert_string_equal(out.buf, kept);
    text_heap_free(&out);
    progress_free(&p);
}

static void a_damaged_line_costs_only_itself(void **state)
{
    (void)state;
    static const char damaged[] =
        "lesson opening\nat why 99999\nblock x solved\nblock y dancing\n"
        "block Z! solved\n\x01\x02\nlesson loss\nblock q shown attempts=x\n";
    Progress p = {0};
    progress_parse(&p, damaged, strlen(damaged));
    assert_int_equal(p.lesson_count, 2);
    assert_int_equal(p.lessons[0].block_count, 1);
    assert_int_equal(p.lessons[1].block_count, 0);
    assert_int_equal(p.bad_lines, 5);
    progress_free(&p);
}

static void the_file_is_replaced_as_a_whole_and_only_the_owner_reads_it(void **state)
{
    (void)state;
    Progress p = {0}, q;
    const char *error = NULL;
    struct stat st;
    scratch_begin();
    const char *path = scratch_path("a/b/progress");
    progress_parse(&p, kept, strlen(kept));
    assert_true(progress_save(&p, path, &error));
    assert_true(progress_load(&q, path, &error));
    assert_int_equal(q.lesson_count, 2);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_not_equal(stat(scratch_path("a/b/progress.new"), &st), 0);
    progress_free(&p);
    progress_free(&q);
    scratch_end();
}

static void a_missing_file_is_an_empty_progress_and_a_bad_place_an_error(void **state)
{
    (void)state;
    Progress p = {0};
    const char *error = NULL;
    scratch_begin();
    assert_true(progress_load(&p, scratch_path("none"), &error));
    assert_int_equal(p.lesson_count, 0);
    scratch_write("file", "x");
    assert_false(progress_save(&p, scratch_path("file/progress"), &error));
    assert_non_null(error);
    progress_free(&p);
    scratch_end();
}

static void an_entry_is_replaced_not_added(void **state)
{
    (void)state;
    Progress p = {0};
    LessonProgress l = {.lesson = "opening", .section = "one", .offset = 1};
    progress_put(&p, &l);
    l.offset = 3;
    progress_put(&p, &l);
    assert_int_equal(p.lesson_count, 1);
    assert_int_equal(p.lessons[0].offset, 3);
    progress_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_wrap_at_blanks),
        cmocka_unit_test(chinese_wraps_by_columns_between_any_two_characters),
        cmocka_unit_test(no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one),
        cmocka_unit_test(a_line_break_between_chinese_characters_is_none),
        cmocka_unit_test(lists_quotations_and_code_keep_their_shape),
        cmocka_unit_test(no_line_is_wider_than_asked_for),
        cmocka_unit_test(colours_take_the_place_of_stars),
        cmocka_unit_test(emphasis_that_does_not_render_is_found),
        cmocka_unit_test(a_transcript_is_cut_into_commands_and_expected_lines),
        cmocka_unit_test(output_fits_lines_globs_and_dots),
        cmocka_unit_test(progress_is_read_and_written_alike),
        cmocka_unit_test(a_damaged_line_costs_only_itself),
        cmocka_unit_test(the_file_is_replaced_as_a_whole_and_only_the_owner_reads_it),
        cmocka_unit_test(a_missing_file_is_an_empty_progress_and_a_bad_place_an_error),
        cmocka_unit_test(an_entry_is_replaced_not_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
