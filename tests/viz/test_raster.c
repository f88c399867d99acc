/*
 * test_raster.c: coverage is what the geometry says, overlaps stay opaque, nothing is left behind,
 * nothing outside the picture is touched, and however it is computed the bytes are the same.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/viz/raster_plain.h"
#include "viz/raster.h"
#include "viz/shape.h"

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
        assert_true(r.cover[i] == 0 && r.ramp[i] == 0);
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

/* ---- Strokes ---- */

typedef struct Stroke {
    Point a, b;
    float width;
} Stroke;

/* Whether the point is on the stroke, which has square ends. */
static bool on_stroke(const Stroke *s, float x, float y)
{
    float dx = s->b.x - s->a.x, dy = s->b.y - s->a.y, len = sqrtf(dx * dx + dy * dy);
    float along = ((x - s->a.x) * dx + (y - s->a.y) * dy) / len;
    float across = ((y - s->a.y) * dx - (x - s->a.x) * dy) / len;
    return along >= 0 && along <= len && fabsf(across) <= s->width / 2;
}

/* 0 to 255, counted at 16 times 16 points. */
static int counted(const Stroke *s, int x, int y)
{
    int n = 0;
    for (int i = 0; i < 16 * 16; i++)
        n += on_stroke(s, (float)x + ((float)(i % 16) + 0.5f) / 16,
                       (float)y + ((float)(i / 16) + 0.5f) / 16);
    return n * 255 / (16 * 16);
}

static int how_dark(const Raster *r, int x, int y)
{
    int page = (int)(opaque(ROLE_PAGE) & 0xff), ink = (int)(opaque(ROLE_TEXT) & 0xff);
    return (page - (int)(at(r, x, y) & 0xff)) * 255 / (page - ink);
}

static bool is_corner(const Stroke *s, int x, int y)
{
    float cx = (float)x + 0.5f, cy = (float)y + 0.5f, near = s->width / 2 + 1.2f;
    return hypotf(cx - s->a.x, cy - s->a.y) < near || hypotf(cx - s->b.x, cy - s->b.y) < near;
}

static void a_stroke_covers_what_lies_on_it(void **state)
{
    (void)state;
    static const float widths[] = {0.6f, 1, 1.6f, 3.3f};
    Raster r;
    assert_true(raster_open(&r, 40, 40, 1, NULL, NULL));
    /* Never upright or level: such lines are moved to whole pixels. */
    for (int turn = 3; turn < 360; turn += 13)
        for (int w = 0; w < 4; w++) {
            float c = cosf((float)turn * 0.01745f), s = sinf((float)turn * 0.01745f);
            Stroke stroke = {
                {20.3f - 15 * c, 19.8f - 15 * s}, {20.3f + 15 * c, 19.8f + 15 * s}, widths[w]};
            Display d = display_new(40, 40);
            draw_line(&d, stroke.a, stroke.b, ROLE_TEXT, stroke.width, DASH_NONE, false);
            raster_draw(&r, &d, THEME_LIGHT);
            for (int i = 0; i < 40 * 40; i++)
                if (!is_corner(&stroke, i % 40, i / 40))
                    assert_in_range(how_dark(&r, i % 40, i / 40) + 30,
                                    counted(&stroke, i % 40, i / 40) + 30 - 22,
                                    counted(&stroke, i % 40, i / 40) + 30 + 22);
            display_free(&d);
        }
    raster_close(&r);
}

static long all_ink(const Raster *r)
{
    long sum = 0;
    for (int i = 0; i < r->width * r->height; i++)
        sum += how_dark(r, i % r->width, i / r->width);
    return sum;
}

static void dashes_take_their_share_of_the_ink(void **state)
{
    (void)state;
    Raster r;
    float on, off;
    assert_true(raster_open(&r, 400, 60, 1, NULL, NULL));
    for (int kind = DASH_DASHED; kind <= DASH_DOTTED; kind++) {
        long ink[2];
        for (int k = 0; k < 2; k++) {
            Display d = display_new(400, 60);
            draw_line(&d, (Point){2, 5}, (Point){398, 50}, ROLE_TEXT, 2, k ? (Dash)kind : DASH_NONE,
                      false);
            raster_draw(&r, &d, THEME_LIGHT);
            ink[k] = all_ink(&r);
            display_free(&d);
        }
        shape_dash((Dash)kind, 2, &on, &off);
        assert_in_range((double)ink[1] / (double)ink[0] * 1000,
                        (double)(on / (on + off)) * 1000 - 30,
                        (double)(on / (on + off)) * 1000 + 30);
    }
    raster_close(&r);
}

/* ---- The same bytes ---- */

/* Everything that a list may hold, in many sizes; some of it seen through. */
static void crowd(Display *d)
{
    display_reset(d, 300, 200);
    draw_rect(d, (Box){0, 0, 300, 170}, 0, ROLE_PANEL, ROLE_NONE, 0);
    for (int i = 0; i < 300; i++) {
        float x = (float)(i * 37 % 300), y = (float)(i * 53 % 200), size = (float)(i % 23) + 1;
        Point bent[4] = {{x, y}, {x + size * 3, y - size}, {x - size, y + size}, {x + 9, y + 40}};
        d->opacity = i % 3 ? 255 : 120;
        draw_line(d, bent[0], bent[2], (Role)(i % 9 + 1), size / 5, (Dash)(i % 3), i % 2);
        draw_line(d, bent[0], (Point){x + 60, y}, ROLE_TEXT, size / 9, (Dash)(i % 3), false);
        draw_circle(d, x, y, size / 2, i % 4 ? ROLE_SYN : ROLE_NONE, ROLE_EDGE, 1.3f);
        draw_curve(d, bent, ROLE_FIN, size / 6, (Dash)(i % 3), i % 2);
        draw_rect(d, (Box){x, y, size * 2, size}, size / 4, ROLE_PANEL, ROLE_EDGE, 1);
        draw_text(d, x, y, "letters", ROLE_TEXT, size, FONT_MONO, ANCHOR_START);
    }
    d->opacity = 255;
}

static void some_letters(void *user, Raster *r, float x, float y, const char *text, size_t len,
                         Font font, float size)
{
    static uint8_t mask[19 * 7];
    (void)user, (void)len, (void)font, (void)size;
    for (int i = 0; i < 19 * 7; i++)
        mask[i] = (uint8_t)(i % 4 ? i * 2 + 1 : 0);
    if (text)
        raster_letters(r, (Letters){mask, (int)x, (int)y, 19, 7});
}

enum { CROWD_BYTES = 450 * 300 * 4 };

/* The crowd, as the raster of this program draws it with one thread. */
static void draw_crowd(Raster *r, Display *d)
{
    *d = display_new(1, 1);
    crowd(d);
    assert_true(raster_open(r, 450, 300, 1.5f, some_letters, NULL));
    raster_draw(r, d, THEME_DARK);
}

static void several_threads_draw_what_one_draws(void **state)
{
    (void)state;
    Raster one, more;
    Display d;
    draw_crowd(&one, &d);
    assert_true(raster_open(&more, 450, 300, 1.5f, some_letters, NULL));
    for (more.threads = 2; more.threads < 12; more.threads += 3) {
        memset(more.pixels, 0, CROWD_BYTES);
        raster_draw(&more, &d, THEME_DARK);
        assert_memory_equal(one.pixels, more.pixels, CROWD_BYTES);
    }
    raster_close(&one);
    raster_close(&more);
    display_free(&d);
}

static void without_the_processors_lanes_the_bytes_are_the_same(void **state)
{
    (void)state;
    Raster quick, plain;
    Display d;
    draw_crowd(&quick, &d);
    assert_true(plain_raster_open(&plain, 450, 300, 1.5f, some_letters, NULL));
    plain_raster_draw(&plain, &d, THEME_DARK);
    assert_memory_equal(quick.pixels, plain.pixels, CROWD_BYTES);
    raster_close(&quick);
    plain_raster_close(&plain);
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
        cmocka_unit_test(a_stroke_covers_what_lies_on_it),
        cmocka_unit_test(dashes_take_their_share_of_the_ink),
        cmocka_unit_test(several_threads_draw_what_one_draws),
        cmocka_unit_test(without_the_processors_lanes_the_bytes_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
