/*
 * test_svg.c: SVG text: well formed whatever is in it, stable to the byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/lab/heap.h"
#include "viz/svg.h"

static void a_small_picture_has_exactly_this_text(void **state)
{
    (void)state;
    Display d = display_new(100, 50);
    display_target(&d, TARGET_SEGMENT, HOST_A, 3);
    draw_line(&d, (Point){10, 10}, (Point){90.25f, 30}, ROLE_SYN, 1.6f, DASH_DASHED, false);
    display_no_target(&d);
    draw_text(&d, 50, 40, "a<b & \"c\"", ROLE_TEXT, 10, FONT_BOLD, ANCHOR_MIDDLE);
    Text out = text_heap();
    svg_print(&out, &d, THEME_LIGHT, "A & B");
    assert_string_equal(
        out.buf,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"50\" viewBox=\"0 0 100 "
        "50\" font-family=\"'DejaVu Sans Mono', 'WenQuanYi Micro Hei', monospace\" "
        "xml:space=\"preserve\">\n<title>A &amp; B</title>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#f3f4f6\"/>\n"
        "<g data-target=\"segment A 3\">\n"
        "<path d=\"M10 10L90.3 30\" fill=\"none\" stroke=\"#005f96\" stroke-width=\"1.6\" "
        "stroke-dasharray=\"5.4 3.1\"/>\n</g>\n"
        "<text x=\"50\" y=\"40\" font-size=\"10\" textLength=\"54.2\" text-anchor=\"middle\" "
        "font-weight=\"bold\" fill=\"#14191d\">a&lt;b &amp; &quot;c&quot;</text>\n</svg>\n");
    text_heap_free(&out);
    display_free(&d);
}

/* Every '<' opens what a '>' closes, and groups are balanced. */
static void groups_and_clips_are_balanced(void **state)
{
    (void)state;
    Display d = display_new(100, 100);
    for (uint32_t i = 0; i < 40; i++) {
        display_clip(&d, i % 3 == 0 ? (Box){5, 5, 20, 20} : (Box){0});
        if (i % 2)
            display_target(&d, TARGET_BUTTON, HOST_NONE, i / 4);
        else
            display_no_target(&d);
        draw_circle(&d, 10, 10, 4, ROLE_PANEL, ROLE_EDGE, 1);
    }
    Text out = text_heap();
    svg_print(&out, &d, THEME_DARK, "groups");
    int depth = 0;
    for (const char *at = out.buf; (at = strchr(at, '<')); at++) {
        depth += strncmp(at, "<g", 2) == 0;
        depth -= strncmp(at, "</g>", 4) == 0;
        assert_true(depth >= 0 && depth <= 1);
    }
    assert_int_equal(depth, 0);
    text_heap_free(&out);
    display_free(&d);
}

static void control_letters_never_reach_the_file(void **state)
{
    (void)state;
    Display d = display_new(10, 10);
    draw_text(&d, 0, 5, "a\x01\x1b[0mb", ROLE_TEXT, 10, FONT_MONO, ANCHOR_START);
    Text out = text_heap();
    svg_print(&out, &d, THEME_LIGHT, "");
    for (size_t i = 0; i < out.len; i++)
        assert_true((unsigned char)out.buf[i] >= ' ' || out.buf[i] == '\n');
    text_heap_free(&out);
    display_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_picture_has_exactly_this_text),
        cmocka_unit_test(groups_and_clips_are_balanced),
        cmocka_unit_test(control_letters_never_reach_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
