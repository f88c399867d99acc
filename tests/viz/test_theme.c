/*
 * test_theme.c: what is written can be read: contrast of every text role on every ground it stands
 * on, in every theme.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "viz/theme.h"

static void contrast_is_computed_as_wcag_does(void **state)
{
    (void)state;
    assert_true(theme_contrast(0x000000, 0xffffff) > 20.99);
    assert_true(theme_contrast(0x000000, 0xffffff) < 21.01);
    assert_true(theme_contrast(0x777777, 0xffffff) > 4.47); /* the known border case */
    assert_true(theme_contrast(0x777777, 0xffffff) < 4.49);
    assert_true(theme_contrast(0x123456, 0x123456) < 1.01);
}

static void every_text_is_readable_on_its_grounds(void **state)
{
    (void)state;
    int pairs = 0, bad = 0;
    for (int theme = 0; theme < THEME_COUNT; theme++)
        for (int text = 1; text < ROLE_COUNT; text++)
            for (int ground = 1; ground < ROLE_COUNT; ground++) {
                if (!theme_writes_on((Role)text, (Role)ground))
                    continue;
                double c = theme_contrast(theme_color((Theme)theme, (Role)text),
                                          theme_color((Theme)theme, (Role)ground));
                pairs++;
                if (c >= 4.5)
                    continue;
                bad++;
                print_error("%s: role %d on role %d has contrast %.2f\n", theme_name((Theme)theme),
                            text, ground, c);
            }
    assert_true(pairs > 100);
    assert_int_equal(bad, 0);
}

static void the_present_state_stands_out(void **state)
{
    (void)state;
    for (int theme = 0; theme < THEME_COUNT; theme++) {
        double c = theme_contrast(theme_color((Theme)theme, ROLE_PRESENT),
                                  theme_color((Theme)theme, ROLE_BOX));
        assert_true(c >= 3);
    }
}

static void themes_are_found_by_name(void **state)
{
    (void)state;
    for (int theme = 0; theme < THEME_COUNT; theme++)
        assert_int_equal(theme_of_name(theme_name((Theme)theme)), theme);
    assert_int_equal(theme_of_name("pink"), THEME_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_is_computed_as_wcag_does),
        cmocka_unit_test(every_text_is_readable_on_its_grounds),
        cmocka_unit_test(the_present_state_stands_out),
        cmocka_unit_test(themes_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
