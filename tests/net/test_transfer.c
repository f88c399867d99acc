/*
 * test_transfer.c: bytes arrive, whole and in order, whatever the wire does.
 *
 * Both directions send a known stream over a wire that loses, copies, reorders and corrupts; the
 * bytes that TCP puts in order (NOTE_STREAM) are compared with what was sent, one by one. Every
 * invariant is checked after every event.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "core/net/world.h"

#include <stdlib.h>
#include <string.h>

enum { AMOUNT = 60000 };

typedef struct Run {
    World *w;
    Sink sink;
    Note notes[2048];
    uint8_t bytes[1 << 18];
    uint32_t received[HOST_COUNT];
    uint32_t events;
} Run;

/* The byte that stands at an offset of the stream which comes from a host: what APP_SOURCE sends.
 */
static uint8_t expected(uint32_t offset)
{
    return (uint8_t)('a' + offset % 26);
}

static void drain(Run *r)
{
    assert_int_equal(r->sink.notes_lost, 0);
    for (uint32_t i = 0; i < r->sink.note_count; i++) {
        const Note *n = &r->notes[i];
        if (n->kind != NOTE_STREAM)
            continue;
        for (uint32_t j = 0; j < n->bytes_len; j++)
            assert_int_equal(r->bytes[n->bytes_at + j], expected(r->received[n->host]++));
    }
    r->sink.note_count = r->sink.byte_count = 0;
}

static void apply(Run *r, Cmd cmd)
{
    CallResult result = world_apply(r->w, &cmd, bytes_of(NULL, 0), &r->sink);
    assert_int_equal(result.status, CALL_OK);
    world_check(r->w);
    drain(r);
}

static Run *start(uint64_t seed)
{
    Run *r = calloc(1, sizeof *r);
    r->sink =
        (Sink){.notes = r->notes, .note_cap = 2048, .bytes = r->bytes, .byte_cap = sizeof r->bytes};
    r->w = world_init(malloc(world_size(&SHAPE_LESSON)), &SHAPE_LESSON, seed);
    return r;
}

static void end(Run *r)
{
    free(r->w);
    free(r);
}

static void wire(Run *r, LinkKey key, uint64_t value)
{
    apply(r, (Cmd){.op = CMD_LINK, .link = 3, .key = key, .val = value});
}

/* Runs until both streams are whole; fails after a generous number of events. */
static void transfer_both_ways(Run *r)
{
    apply(r, (Cmd){.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = AMOUNT});
    apply(r, (Cmd){.op = CMD_APP, .host = HOST_B, .key = APP_SOURCE, .val = AMOUNT});
    apply(r, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80});
    apply(r, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
    while (r->received[HOST_A] < AMOUNT || r->received[HOST_B] < AMOUNT) {
        assert_true(r->events++ < 200000);
        assert_true(world_step(r->w, &r->sink));
        if (r->events % 16 == 0)
            world_check(r->w);
        drain(r);
    }
    assert_int_equal(r->received[HOST_A], AMOUNT);
    assert_int_equal(r->received[HOST_B], AMOUNT);
}

static void a_clean_wire_carries_both_streams(void **state)
{
    (void)state;
    Run *r = start(1);
    transfer_both_ways(r);
    end(r);
}

static void a_bad_wire_carries_both_streams_byte_for_byte(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        Run *r = start(seed);
        apply(r, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_R2, .val = 255});
        apply(r, (Cmd){.op = CMD_SET, .host = HOST_B, .key = KNOB_R2, .val = 255});
        apply(r, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_USER_TIMEOUT, .val = 0});
        apply(r, (Cmd){.op = CMD_SET, .host = HOST_B, .key = KNOB_USER_TIMEOUT, .val = 0});
        apply(r, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_SYN_RETRIES, .val = 255});
        apply(r, (Cmd){.op = CMD_SET, .host = HOST_B, .key = KNOB_SYNACK_RETRIES, .val = 255});
        wire(r, LINK_LOSS, 300000);
        wire(r, LINK_DUP, 100000);
        wire(r, LINK_REORDER, 100000);
        wire(r, LINK_CORRUPT, 20000);
        wire(r, LINK_JITTER, 5 * NANOS_MS);
        transfer_both_ways(r);
        end(r);
    }
}

static void a_narrow_queue_slows_the_sender_and_loses_nothing_for_good(void **state)
{
    (void)state;
    Run *r = start(3);
    wire(r, LINK_RATE, 1000000);
    wire(r, LINK_QUEUE, 5);
    transfer_both_ways(r);
    end(r);
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
    Run *r = start(5);
    apply(r, (Cmd){.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = AMOUNT});
    apply(r, (Cmd){.op = CMD_APP, .host = HOST_B, .key = APP_SINK});
    apply(r, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80});
    apply(r, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
    for (uint32_t i = 0; r->received[HOST_B] < AMOUNT; i++) {
        assert_true(i < 100000);
        Move moves[256];
        uint32_t n = world_moves(r->w, MOVE_CLOCK, moves, 256);
        assert_true(n > 0);
        world_take(r->w, moves[hash_mix(i) % n], &r->sink);
        world_check(r->w);
        drain(r);
    }
    end(r);
}

/* Law 9: the same inputs give the same bytes; a copy in mid-run goes the same way. */
static void a_run_repeats_itself_and_its_copy_does_too(void **state)
{
    (void)state;
    uint64_t digests[2];
    size_t size = world_size(&SHAPE_LESSON);
    World *copy = malloc(size);
    for (int round = 0; round < 2; round++) {
        Run *r = start(7);
        wire(r, LINK_LOSS, 50000);
        wire(r, LINK_JITTER, 3 * NANOS_MS);
        apply(r, (Cmd){.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = AMOUNT});
        apply(r, (Cmd){.op = CMD_APP, .host = HOST_B, .key = APP_SINK});
        apply(r, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80});
        apply(r, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
        for (int i = 0; i < 300; i++) {
            if (i == 100 && round == 0)
                memcpy(copy, r->w, size);
            world_step(r->w, NULL);
        }
        digests[round] = world_digest(r->w);
        end(r);
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
