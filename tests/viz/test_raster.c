/*
 * test_raster.c: coverage is what the geometry says, overlaps stay opaque, nothing is left behind,
 * and nothing outside the picture is touched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "viz/raster.h"

static uint32_t at(const Raster *r, int x, int y)
{
    return r->pixels[y * r->width + x];
}

static uint32_t opaque(Role role)
{
    return 0xff000000u | theme_color(THEME_LIGHT, role);
}

static void a_box_fills_exactly_its_pixels(void **state)
{
    (void)state;
    Raster r;
    Display d = display_new(20, 20);
    assert_true(raster_open(&r, 20, 20, 1, NULL, NULL));
    draw_rect(&d, (Box){5, 6, 4, 3}, 0, ROLE_TEXT, ROLE_NONE, 0);
    raster_draw(&r, &d, THEME_LIGHT);
    for (int y = 0; y < 20; y++)
        for (int x = 0; x < 20; x++) {
            bool inside = x >= 5 && x < 9 && y >= 6 && y < 9;
            assert_int_equal(at(&r, x, y), opaque(inside ? ROLE_TEXT : ROLE_PAGE));
        }
    raster_close(&r);
    display_free(&d);
}

static void round_corners_are_off_and_the_middle_is_full(void **state)
{
    (void)state;
    Raster r;
    Display d = display_new(40, 40);
    assert_true(raster_open(&r, 40, 40, 1, NULL, NULL));
    draw_rect(&d, (Box){4, 4, 30, 30}, 8, ROLE_TEXT, ROLE_NONE, 0);
    raster_draw(&r, &d, THEME_LIGHT);
    assert_int_equal(at(&r, 4, 4), opaque(ROLE_PAGE));
    assert_int_equal(at(&r, 33, 33), opaque(ROLE_PAGE));
    for (int y = 4; y < 34; y++) /* no seam between the corners' rows and the rest */
        assert_int_equal(at(&r, 19, y), opaque(ROLE_TEXT));
    raster_close(&r);
    display_free(&d);
}

static void crossing_lines_stay_opaque_and_cells_are_clean_afterwards(void **state)
{
    (void)state;
    Raster r;
    Display d = display_new(40, 40);
    assert_true(raster_open(&r, 40, 40, 1, NULL, NULL));
    Point bent[4] = {{2, 2}, {38, 38}, {38, 2}, {2, 38}};
    draw_path(&d, bent, 4, ROLE_NONE, ROLE_TEXT, 6, DASH_NONE, false, false);
    draw_curve(&d, bent, ROLE_TEXT, 6, DASH_DASHED, true);
    raster_draw(&r, &d, THEME_LIGHT);
    assert_int_equal(at(&r, 20, 20), opaque(ROLE_TEXT));
    for (int i = 0; i < (40 + 2) * 40; i++)
        assert_true(r.cover[i] == 0);
    raster_close(&r);
    display_free(&d);
}

static void shapes_outside_the_picture_do_no_harm(void **state)
{
    (void)state;
    Raster r;
    Display d = display_new(30, 30);
    assert_true(raster_open(&r, 30, 30, 1.5f, NULL, NULL));
    for (int i = -2; i <= 2; i++) {
        float far = (float)i * 1000;
        draw_rect(&d, (Box){far, far, 5000, 5000}, 9, ROLE_PANEL, ROLE_EDGE, 3);
        draw_circle(&d, far, 10, 700, ROLE_SYN, ROLE_EDGE, 3);
        draw_line(&d, (Point){-far, 15}, (Point){far, far}, ROLE_FIN, 3, DASH_DOTTED, true);
    }
    raster_draw(&r, &d, THEME_DARK);
    raster_close(&r);
    display_free(&d);
}

static void a_clip_cuts(void **state)
{
    (void)state;
    Raster r;
    Display d = display_new(20, 20);
    assert_true(raster_open(&r, 20, 20, 1, NULL, NULL));
    display_clip(&d, (Box){0, 0, 10, 20});
    draw_circle(&d, 10, 10, 8, ROLE_TEXT, ROLE_NONE, 0);
    raster_draw(&r, &d, THEME_LIGHT);
    assert_int_equal(at(&r, 8, 10), opaque(ROLE_TEXT));
    assert_int_equal(at(&r, 10, 10), opaque(ROLE_PAGE));
    raster_close(&r);
    display_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_box_fills_exactly_its_pixels),
        cmocka_unit_test(round_corners_are_off_and_the_middle_is_full),
        cmocka_unit_test(crossing_lines_stay_opaque_and_cells_are_clean_afterwards),
        cmocka_unit_test(shapes_outside_the_picture_do_no_harm),
        cmocka_unit_test(a_clip_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
