/*
 * test_handout.c: the page for students: complete, self-contained, the same each time, and safe
 * whatever the session is called.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/lab/heap.h"
#include "tests/viz/story.h"
#include "viz/handout.h"

static Text page(Story story, Lang lang, const char *title, const char *commands)
{
    Text out = text_heap();
    Session *s = story_tell(story);
    handout_print(&out, s, &(HandoutOptions){.title = title, .lang = lang, .commands = commands});
    session_free(s);
    return out;
}

static uint32_t count(const char *text, const char *what)
{
    uint32_t n = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        n++;
    return n;
}

static void every_row_has_its_why_and_every_change_its_line(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_LIFE);
    uint32_t rows = trace_last(session_trace(s));
    session_free(s);
    Text out = page(STORY_LIFE, LANG_EN, "A life", "B listen 80\nA connect B:80\n");
    assert_int_equal(count(out.buf, "<div class=\"row\""), rows);
    assert_non_null(strstr(out.buf, "FIN-WAIT-2 → <b>TIME-WAIT</b>"));
    assert_non_null(strstr(out.buf, "RFC 9293 3.10.7.2"));
    assert_non_null(strstr(out.buf, "B listen 80\nA connect B:80\n</pre>"));
    text_heap_free(&out);
}

static void nothing_is_fetched_from_elsewhere(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        Text out = page(STORY_LOSS, (Lang)lang, "x", NULL);
        assert_null(strstr(out.buf, "<script"));
        assert_null(strstr(out.buf, "src="));
        assert_null(strstr(out.buf, "http"));
        assert_null(strstr(out.buf, "@import"));
        assert_int_equal(count(out.buf, "<svg"), count(out.buf, "</svg>"));
        assert_int_equal(count(out.buf, "<g"), count(out.buf, "</g>"));
        text_heap_free(&out);
    }
}

static void a_title_cannot_become_markup(void **state)
{
    (void)state;
    Text out = page(STORY_EMPTY, LANG_ZH, "<b>&\"", "A send \"<b>\"\n");
    assert_null(strstr(out.buf, "<b>&\""));
    assert_non_null(strstr(out.buf, "<h1>&lt;b&gt;&amp;&quot;</h1>"));
    assert_non_null(strstr(out.buf, "A send &quot;&lt;b&gt;&quot;"));
    text_heap_free(&out);
}

static void the_same_session_gives_the_same_page(void **state)
{
    (void)state;
    Text a = page(STORY_COPY, LANG_ZH, "x", NULL), b = page(STORY_COPY, LANG_ZH, "x", NULL);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.buf, b.buf, a.len);
    text_heap_free(&a);
    text_heap_free(&b);
}

/* The slices follow each other without a gap, from the top of the picture to its bottom. */
static void the_slices_of_the_ladder_are_the_whole_ladder(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_LOSS);
    for (int i = 0; i < 30; i++) {
        Cmd cmd = {.op = CMD_SEND, .host = HOST_A};
        session_apply(s, &cmd, bytes_of("more", 4));
        session_run(s, &(RunLimit){.quiet = true, .until = NANOS_NEVER});
    }
    Text out = text_heap();
    handout_print(&out, s, &(HandoutOptions){.title = "long"});
    float x, y, w, h, bottom = 0;
    uint32_t slices = 0;
    for (const char *at = out.buf; (at = strstr(at, "viewBox=\"")); at += 9) {
        assert_int_equal(sscanf(at, "viewBox=\"%f %f %f %f", &x, &y, &w, &h), 4);
        if (w > 1000)
            break; /* the diagrams */
        assert_true(y - bottom < 0.11f && bottom - y < 0.11f);
        assert_true(h <= 1700 && h > 100);
        bottom = y + h;
        slices++;
    }
    assert_true(slices >= 2);
    text_heap_free(&out);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_has_its_why_and_every_change_its_line),
        cmocka_unit_test(nothing_is_fetched_from_elsewhere),
        cmocka_unit_test(a_title_cannot_become_markup),
        cmocka_unit_test(the_same_session_gives_the_same_page),
        cmocka_unit_test(the_slices_of_the_ladder_are_the_whole_ladder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
