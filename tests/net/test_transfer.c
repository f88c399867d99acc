/*
 * test_transfer.c: bytes arrive, whole and in order, whatever the wire does.
 *
 * Both directions send a known stream over a wire that loses, copies, reorders and corrupts; the
 * bytes that TCP puts in order (NOTE_STREAM) are compared with what was sent, one by one. Every
 * invariant is checked after every event.
 */
#include "tests/net/transfer.h"

#include "core/base/hash.h"

#include <stdlib.h>
#include <string.h>

static void a_clean_wire_carries_both_streams(void **state)
{
    (void)state;
    Run *r = run_start(1);
    run_both_ways(r);
    run_end(r);
}

static void a_bad_wire_carries_both_streams_byte_for_byte(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        Run *r = run_start(seed);
        run_bad_wire(r);
        run_both_ways(r);
        run_end(r);
    }
}

static void a_narrow_queue_slows_the_sender_and_loses_nothing_for_good(void **state)
{
    (void)state;
    Run *r = run_start(3);
    run_wire(r, LINK_RATE, 1000000);
    run_wire(r, LINK_QUEUE, 5);
    run_both_ways(r);
    run_end(r);
}

/* The smallest of worlds: its segments fit its frames, whatever the knobs say. */
static void a_tiny_world_carries_a_stream_too(void **state)
{
    (void)state;
    World *w = world_init(malloc(world_size(&SHAPE_TINY)), &SHAPE_TINY, 1);
    const Cmd story[] = {{.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = 1000},
                         {.op = CMD_APP, .host = HOST_B, .key = APP_SINK},
                         {.op = CMD_LISTEN, .host = HOST_B, .key = 80},
                         {.op = CMD_CONNECT, .host = HOST_A, .key = 80}};
    for (size_t i = 0; i < sizeof story / sizeof *story; i++)
        assert_int_equal(world_apply(w, &story[i], bytes_of(NULL, 0), NULL).status, CALL_OK);
    for (int i = 0; !world_quiet(w); i++) {
        assert_true(i < 10000);
        world_step(w, NULL);
        world_check(w);
    }
    assert_true(w->apps[HOST_A].done == 1000);
    assert_int_equal(world_conn(w, HOST_A, 1)->state, TIME_WAIT);
    free(w);
}

/* A learner, or a search, may take any move at any time: the clock then passes timers, which fire
 * late. */
static void any_delivery_may_be_taken_first(void **state)
{
    (void)state;
    Run *r = run_start(5);
    run_apply(r, (Cmd){.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = AMOUNT});
    run_apply(r, (Cmd){.op = CMD_APP, .host = HOST_B, .key = APP_SINK});
    run_apply(r, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80});
    run_apply(r, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
    for (uint32_t i = 0; r->received[HOST_B] < AMOUNT; i++) {
        assert_true(i < 100000);
        Move moves[256];
        uint32_t n = world_moves(r->w, MOVE_CLOCK, moves, 256);
        assert_true(n > 0);
        world_take(r->w, moves[hash_mix(i) % n], &r->sink);
        world_check(r->w);
        run_drain(r);
    }
    run_end(r);
}

/* Law 9: the same inputs give the same bytes; a copy in mid-run goes the same way. */
static void a_run_repeats_itself_and_its_copy_does_too(void **state)
{
    (void)state;
    uint64_t digests[2];
    size_t size = world_size(&SHAPE_LESSON);
    World *copy = malloc(size);
    for (int round = 0; round < 2; round++) {
        Run *r = run_start(7);
        run_wire(r, LINK_LOSS, 50000);
        run_wire(r, LINK_JITTER, 3 * NANOS_MS);
        run_apply(r, (Cmd){.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = AMOUNT});
        run_apply(r, (Cmd){.op = CMD_APP, .host = HOST_B, .key = APP_SINK});
        run_apply(r, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80});
        run_apply(r, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
        for (int i = 0; i < 300; i++) {
            if (i == 100 && round == 0)
                memcpy(copy, r->w, size);
            world_step(r->w, NULL);
        }
        digests[round] = world_digest(r->w);
        run_end(r);
    }
    for (int i = 100; i < 300; i++)
        world_step(copy, NULL);
    assert_true(digests[0] == digests[1]);
    assert_true(world_digest(copy) == digests[0]);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_wire_carries_both_streams),
        cmocka_unit_test(a_bad_wire_carries_both_streams_byte_for_byte),
        cmocka_unit_test(a_narrow_queue_slows_the_sender_and_loses_nothing_for_good),
        cmocka_unit_test(a_tiny_world_carries_a_stream_too),
        cmocka_unit_test(any_delivery_may_be_taken_first),
        cmocka_unit_test(a_run_repeats_itself_and_its_copy_does_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
