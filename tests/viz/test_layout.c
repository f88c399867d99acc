/*
 * test_layout.c: the layout at every size of window, every zoom, chosen or not, presenter or not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "viz/layout.h"
#include "viz/views.h"

static const struct {
    float w, h;
} sizes[] = {{640, 480},  {800, 600},   {1024, 600},  {1024, 768},  {1280, 720},  {1280, 1024},
             {1366, 768}, {1400, 1050}, {1920, 1080}, {1920, 1200}, {2560, 1440}, {3840, 2160},
             {720, 1280}, {3440, 1440}, {640, 2000},  {2000, 480}};
static const float zooms[] = {0.75f, 1, 1.25f, 1.5f, 2, 3};
enum { SIZES = sizeof sizes / sizeof *sizes, ZOOMS = sizeof zooms / sizeof *zooms };

typedef void Check(const View *, const Layout *, const char *where);

static void everywhere(Check *check)
{
    char where[128];
    for (int size = 0; size < SIZES; size++)
        for (int zoom = 0; zoom < ZOOMS; zoom++)
            for (uint32_t focus = 0; focus <= VIEW_COUNT; focus++)
                for (int presenter = 0; presenter < 2; presenter++) {
                    View view = {.width = sizes[size].w,
                                 .height = sizes[size].h,
                                 .zoom = zooms[zoom],
                                 .focus = focus,
                                 .presenter = presenter};
                    Layout l = layout_of(&view);
                    snprintf(where, sizeof where, "%gx%g zoom %g focus %u presenter %d",
                             (double)view.width, (double)view.height, (double)view.zoom, focus,
                             presenter);
                    check(&view, &l, where);
                }
}

static bool given(const Layout *l, Slot slot)
{
    return l->box[slot].w > 0;
}

static void check_boxes(const View *view, const Layout *l, const char *where)
{
    Box whole = {0, 0, view->width, view->height};
    for (int a = 0; a < SLOT_COUNT; a++) {
        if (!given(l, (Slot)a))
            continue;
        if (!box_contains(whole, l->box[a]) || l->box[a].h <= 0)
            fail_msg("%s: slot %d is outside the window", where, a);
        for (int b = 0; b < a; b++)
            if (given(l, (Slot)b) && box_overlap(l->box[a], l->box[b]))
                fail_msg("%s: slots %d and %d overlap", where, a, b);
    }
}

static void check_least(const View *view, const Layout *l, const char *where)
{
    (void)view;
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        float w, h;
        layout_least(&l->look, (Slot)slot, &w, &h);
        Box box = l->box[slot];
        if (given(l, (Slot)slot) && (box.w + 0.5f < w || box.h + 0.5f < h))
            fail_msg("%s: slot %d is %g x %g, less than %g x %g", where, slot, (double)box.w,
                     (double)box.h, (double)w, (double)h);
    }
}

static void check_reach(const View *view, const Layout *l, const char *where)
{
    bool single = given(l, SLOT_MAIN);
    bool all = given(l, SLOT_A) && given(l, SLOT_B) && given(l, SLOT_WIRE);
    if (single == all)
        fail_msg("%s: neither one panel nor all of them", where);
    if (!given(l, SLOT_STATUS) || given(l, SLOT_BAR) == view->presenter)
        fail_msg("%s: the bar or the last line is missing", where);
    if ((view->focus || view->presenter) && !single)
        fail_msg("%s: the panel that was chosen is not alone", where);
}

static void nothing_overlaps_and_nothing_is_outside(void **state)
{
    (void)state;
    everywhere(check_boxes);
}

static void what_is_given_is_large_enough(void **state)
{
    (void)state;
    everywhere(check_least);
}

static void there_is_always_something_to_look_at(void **state)
{
    (void)state;
    everywhere(check_reach);
}

static Arrangement arrangement(float width, float height, float zoom)
{
    View view = {.width = width, .height = height, .zoom = zoom};
    return layout_of(&view).arrangement;
}

static void windows_of_usual_shapes_get_the_arrangement_meant_for_them(void **state)
{
    (void)state;
    assert_int_equal(arrangement(1280, 720, 1), ARRANGE_WIDE);
    assert_int_equal(arrangement(1920, 1080, 1.25f), ARRANGE_WIDE);
    assert_int_equal(arrangement(3840, 2160, 1), ARRANGE_WIDE);
    assert_int_equal(arrangement(1024, 768, 1), ARRANGE_SQUARE);
    assert_int_equal(arrangement(1400, 1050, 1), ARRANGE_SQUARE);
    assert_int_equal(arrangement(640, 480, 1), ARRANGE_SINGLE);
    assert_int_equal(arrangement(1280, 720, 3), ARRANGE_SINGLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_overlaps_and_nothing_is_outside),
        cmocka_unit_test(what_is_given_is_large_enough),
        cmocka_unit_test(there_is_always_something_to_look_at),
        cmocka_unit_test(windows_of_usual_shapes_get_the_arrangement_meant_for_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
