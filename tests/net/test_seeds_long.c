/*
 * test_seeds_long.c: a thousand bad wires for each profile, byte for byte in both directions.
 *
 * 30 % loss, 10 % copies, 10 % reordering, 2 % corruption; one seed is one run of the dice.
 */
#include "tests/net/transfer.h"

enum { SEEDS = 1000 };

static void thousand_seeds(Profile profile)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        Run *r = run_start(seed);
        run_apply(r, (Cmd){.op = CMD_PROFILE, .host = HOST_NONE, .val = profile});
        run_bad_wire(r);
        run_both_ways(r);
        run_end(r);
    }
}

static void profile_rfc_brings_both_streams_through_a_thousand_bad_wires(void **state)
{
    (void)state;
    thousand_seeds(PROFILE_RFC);
}

static void profile_linux_brings_both_streams_through_a_thousand_bad_wires(void **state)
{
    (void)state;
    thousand_seeds(PROFILE_LINUX);
}

static void profile_classic_brings_both_streams_through_a_thousand_bad_wires(void **state)
{
    (void)state;
    thousand_seeds(PROFILE_CLASSIC);
}

static void profile_freebsd_brings_both_streams_through_a_thousand_bad_wires(void **state)
{
    (void)state;
    thousand_seeds(PROFILE_FREEBSD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profile_rfc_brings_both_streams_through_a_thousand_bad_wires),
        cmocka_unit_test(profile_linux_brings_both_streams_through_a_thousand_bad_wires),
        cmocka_unit_test(profile_classic_brings_both_streams_through_a_thousand_bad_wires),
        cmocka_unit_test(profile_freebsd_brings_both_streams_through_a_thousand_bad_wires),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
