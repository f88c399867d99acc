/*
 * test_display.c: the display list keeps what was drawn, cuts text where it must, and knows what
 * the pointer is on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "viz/display.h"
#include "viz/inked.h"
#include "viz/measure.h"

static void items_are_kept_in_order_with_target_and_clip(void **state)
{
    (void)state;
    Display d = display_new(100, 80);
    display_target(&d, TARGET_SEGMENT, HOST_A, 12);
    display_clip(&d, (Box){10, 10, 50, 50});
    draw_rect(&d, (Box){20, 20, 10, 10}, 0, ROLE_PANEL, ROLE_NONE, 0);
    display_clip(&d, (Box){0});
    display_no_target(&d);
    draw_text(&d, 5, 9, "hello", ROLE_TEXT, 10, FONT_MONO, ANCHOR_START);
    assert_int_equal(d.item_count, 2);
    assert_int_equal(d.items[0].target.value, 12);
    assert_int_equal(d.items[0].clip, 1);
    assert_int_equal(d.items[1].target.kind, TARGET_NONE);
    assert_int_equal(d.items[1].clip, 0);
    assert_string_equal(item_text(&d, &d.items[1]), "hello");
    display_free(&d);
}

static void the_list_grows_and_equal_pictures_are_equal(void **state)
{
    (void)state;
    Display a = display_new(100, 100), b = display_new(100, 100);
    for (int i = 0; i < 1000; i++) {
        draw_line(&a, (Point){0, (float)i}, (Point){9, 9}, ROLE_TEXT, 1, DASH_NONE, false);
        draw_line(&b, (Point){0, (float)i}, (Point){9, 9}, ROLE_TEXT, 1, DASH_NONE, false);
    }
    assert_int_equal(a.item_count, 1000);
    assert_true(display_equal(&a, &b));
    b.points[1].x = 1;
    assert_false(display_equal(&a, &b));
    display_free(&a);
    display_free(&b);
}

static void the_topmost_target_is_hit_and_clipped_parts_are_not(void **state)
{
    (void)state;
    Display d = display_new(100, 100);
    display_target(&d, TARGET_ROW, HOST_A, 1);
    draw_rect(&d, (Box){0, 0, 50, 50}, 0, ROLE_PANEL, ROLE_NONE, 0);
    display_clip(&d, (Box){0, 0, 30, 100});
    display_target(&d, TARGET_ROW, HOST_A, 2);
    draw_rect(&d, (Box){20, 20, 50, 50}, 0, ROLE_PANEL, ROLE_NONE, 0);
    assert_int_equal(display_hit(&d, 10, 10).value, 1);
    assert_int_equal(display_hit(&d, 25, 25).value, 2);
    assert_int_equal(display_hit(&d, 40, 40).value, 1);
    assert_int_equal(display_hit(&d, 60, 60).kind, TARGET_NONE);
    display_free(&d);
}

static void a_thin_line_can_be_hit_from_a_few_pixels_away(void **state)
{
    (void)state;
    Display d = display_new(100, 100);
    display_target(&d, TARGET_SEGMENT, HOST_A, 3);
    draw_line(&d, (Point){10, 10}, (Point){90, 30}, ROLE_SYN, 1, DASH_NONE, true);
    Point curve[4] = {{10, 80}, {30, 50}, {60, 50}, {90, 80}};
    display_target(&d, TARGET_EDGE, HOST_A, 4);
    draw_curve(&d, curve, ROLE_SYN, 1, DASH_NONE, true);
    assert_int_equal(display_hit(&d, 50, 24).value, 3);
    assert_int_equal(display_hit(&d, 50, 40).kind, TARGET_NONE);
    assert_int_equal(display_hit(&d, 50, 60).value, 4);
    display_free(&d);
}

static void text_that_does_not_fit_ends_in_dots(void **state)
{
    (void)state;
    Display d = display_new(100, 100);
    float w = draw_text_fit(&d, 0, 10, 50, "SYN-RECEIVED", ROLE_TEXT, 10, FONT_MONO, ANCHOR_START);
    assert_true(w <= 50);
    assert_string_equal(item_text(&d, &d.items[0]), "SYN-REC…");
    draw_text_fit(&d, 0, 30, 200, "SYN-RECEIVED", ROLE_TEXT, 10, FONT_MONO, ANCHOR_START);
    assert_string_equal(item_text(&d, &d.items[1]), "SYN-RECEIVED");
    display_free(&d);
}

static void wrapped_text_stays_in_its_box(void **state)
{
    (void)state;
    Display d = display_new(400, 400);
    Box box = {10, 10, 80, 50};
    draw_text_wrapped(&d, box, "B answers the SYN and waits; 服务器收到 SYN 之后，发送 SYN+ACK。",
                      ROLE_TEXT, 10, FONT_MONO);
    assert_true(d.item_count >= 3);
    for (uint32_t i = 0; i < d.item_count; i++)
        assert_true(box_contains(box, item_box(&d, &d.items[i])));
    const char *last = item_text(&d, &d.items[d.item_count - 1]);
    assert_non_null(strstr(last, "…"));
    display_free(&d);
}

static void chinese_letters_are_one_em_and_latin_ones_a_mono_cell(void **state)
{
    (void)state;
    assert_true(measure_text("ack", 10) == 3 * MEASURE_MONO * 10);
    assert_true(measure_text("确认号", 10) == 30);
    assert_true(measure_text("→…·“”", 10) == 5 * MEASURE_MONO * 10);
    assert_true(measure_is_cjk(0x3002)); /* the Chinese full stop */
    assert_true(measure_is_cjk(0xff0c)); /* the wide comma */
    assert_false(measure_is_cjk(0x2192));
}

static void a_line_breaks_at_blanks_and_not_before_closing_punctuation(void **state)
{
    (void)state;
    size_t next;
    const char *english = "one two three";
    assert_int_equal(measure_line(english, strlen(english), 10, 8 * 6.1f, &next), 7);
    assert_int_equal(next, 8);
    const char *chinese = "收到确认。然后";
    /* Room for four letters: the full stop must not begin a line, so only three go. */
    assert_int_equal(measure_line(chinese, strlen(chinese), 10, 41, &next), 9);
    const char *endless = "aaaaaaaaaaaaaaaaaaaa";
    assert_true(measure_line(endless, strlen(endless), 10, 30, &next) > 0);
    assert_true(next > 0);
}

static void broken_utf8_is_survived(void **state)
{
    (void)state;
    const char *broken = "a\xe4\xb8";
    const char *at = broken, *end = broken + 3;
    assert_int_equal(measure_next(&at, end), 'a');
    assert_int_equal(measure_next(&at, end), 0xfffd);
    assert_int_equal(measure_next(&at, end), 0xfffd);
    assert_ptr_equal(at, end);
}

static void inks_become_letters_and_take_no_room(void **state)
{
    (void)state;
    const char *inked = "It calls \033[38;5;36mclose\033[0m, and \033[1mnobody\033[0m asks.";
    const char *plain = "It calls close, and nobody asks.";
    Display d = display_new(900, 300);
    float used = draw_text_inked(&d, (Box){0, 0, 900, 100}, inked, ROLE_TEXT, 12, FONT_MONO);
    assert_int_equal(d.item_count, 5);
    assert_string_equal(item_text(&d, &d.items[1]), "close");
    assert_int_equal(d.items[1].fill, ROLE_DATA);
    assert_string_equal(item_text(&d, &d.items[3]), "nobody");
    assert_int_equal(d.items[3].font, FONT_BOLD);
    assert_int_equal(d.items[4].font, FONT_MONO);
    assert_true(d.items[4].x + d.items[4].w - measure_text(plain, 12) < 0.01f);
    assert_true(used == text_wrapped_height(plain, 12, 900));
    for (float width = 40; width < 300; width += 13)
        assert_true(text_inked_height(inked, 12, width) == text_wrapped_height(plain, 12, width));
    display_reset(&d, 900, 300);
    draw_text_inked(&d, (Box){0, 0, 80, 20}, inked, ROLE_TEXT, 12,
                    FONT_MONO); /* one line of many */
    assert_string_equal(item_text(&d, &d.items[d.item_count - 1]), "…");
    draw_text_inked(&d, (Box){0, 0, 80, 90}, "\033[", ROLE_TEXT, 12, FONT_MONO); /* never ends */
    display_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_kept_in_order_with_target_and_clip),
        cmocka_unit_test(the_list_grows_and_equal_pictures_are_equal),
        cmocka_unit_test(the_topmost_target_is_hit_and_clipped_parts_are_not),
        cmocka_unit_test(a_thin_line_can_be_hit_from_a_few_pixels_away),
        cmocka_unit_test(text_that_does_not_fit_ends_in_dots),
        cmocka_unit_test(wrapped_text_stays_in_its_box),
        cmocka_unit_test(inks_become_letters_and_take_no_room),
        cmocka_unit_test(chinese_letters_are_one_em_and_latin_ones_a_mono_cell),
        cmocka_unit_test(a_line_breaks_at_blanks_and_not_before_closing_punctuation),
        cmocka_unit_test(broken_utf8_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
