/*
 * test_recovery.c: fast recovery on a long life: RFC 6582's `recover` on the circle of numbers.
 */
#include "tests/tcp/lone.h"

#include "core/tcp/recovery.h"

static void advance(Desert *d, uint32_t bytes)
{
    AckInfo a = {.una_before = d->t->snd.una, .advances = true, .acked = bytes};
    d->t->snd.una = seq_add(d->t->snd.una, bytes);
    d->t->snd.nxt = seq_add(d->t->snd.una, 10000);
    recovery_on_ack(&d->ctx, d->t, &a);
}

static bool three_duplicates_begin_recovery(Desert *d)
{
    for (int i = 0; i < 3; i++) {
        AckInfo a = {.una_before = d->t->snd.una, .duplicate = true};
        recovery_on_ack(&d->ctx, d->t, &a);
    }
    return d->t->cc.phase == CC_RECOVERY;
}

static void a_loss_is_repaired_however_much_went_well_before(void **state)
{
    (void)state;
    for (uint32_t gigabytes = 0; gigabytes < 5; gigabytes++) {
        Desert *d = lone_start(CC_RENO, 1000);
        for (uint32_t i = 0; i < gigabytes * 1024; i++)
            advance(d, 1 << 20);
        assert_true(three_duplicates_begin_recovery(d));
    }
}

static void what_an_earlier_recovery_asked_for_begins_none(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, 1000);
    advance(d, 1000);
    assert_true(three_duplicates_begin_recovery(d));
    advance(d, 10000); /* all that was out then */
    assert_int_equal(d->t->cc.phase, CC_OPEN);
    assert_false(three_duplicates_begin_recovery(d));
    advance(d, 1000);
    assert_true(three_duplicates_begin_recovery(d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loss_is_repaired_however_much_went_well_before),
        cmocka_unit_test(what_an_earlier_recovery_asked_for_begins_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
