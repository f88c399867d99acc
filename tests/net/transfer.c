/*
 * transfer.c: two streams over one wire (transfer.h).
 *
 * The byte at offset n of either stream is the nth letter of an endless alphabet.
 */
#include "tests/net/transfer.h"

#include <stdlib.h>

/* The byte that stands at an offset of the stream which comes from a host: what APP_SOURCE sends.
 */
static uint8_t expected(uint32_t offset)
{
    return (uint8_t)('a' + offset % 26);
}

void run_drain(Run *r)
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

void run_apply(Run *r, Cmd cmd)
{
    CallResult result = world_apply(r->w, &cmd, bytes_of(NULL, 0), &r->sink);
    assert_int_equal(result.status, CALL_OK);
    world_check(r->w);
    run_drain(r);
}

Run *run_start(uint64_t seed)
{
    Run *r = calloc(1, sizeof *r);
    r->sink =
        (Sink){.notes = r->notes, .note_cap = 2048, .bytes = r->bytes, .byte_cap = sizeof r->bytes};
    r->w = world_init(malloc(world_size(&SHAPE_LESSON)), &SHAPE_LESSON, seed);
    r->watch = (WorldWatch){.count = SHAPE_LESSON.conns + 1u, .conns = r->watched};
    return r;
}

void run_end(Run *r)
{
    free(r->w);
    free(r);
}

void run_wire(Run *r, LinkKey key, uint64_t value)
{
    run_apply(r, (Cmd){.op = CMD_LINK, .link = 3, .key = key, .val = value});
}

void run_knob(Run *r, KnobId id, uint64_t value)
{
    for (uint8_t h = 0; h < HOST_COUNT; h++)
        run_apply(r, (Cmd){.op = CMD_SET, .host = h, .key = id, .val = value});
}

void run_bad_wire(Run *r)
{
    run_knob(r, KNOB_R2, 255);
    run_knob(r, KNOB_USER_TIMEOUT, 0);
    run_knob(r, KNOB_SYN_RETRIES, 255);
    run_knob(r, KNOB_SYNACK_RETRIES, 255);
    run_wire(r, LINK_LOSS, 300000);
    run_wire(r, LINK_DUP, 100000);
    run_wire(r, LINK_REORDER, 100000);
    run_wire(r, LINK_CORRUPT, 20000);
    run_wire(r, LINK_JITTER, 5 * NANOS_MS);
}

void run_both_ways(Run *r)
{
    run_apply(r, (Cmd){.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = AMOUNT});
    run_apply(r, (Cmd){.op = CMD_APP, .host = HOST_B, .key = APP_SOURCE, .val = AMOUNT});
    run_apply(r, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80});
    run_apply(r, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
    while (r->received[HOST_A] < AMOUNT || r->received[HOST_B] < AMOUNT) {
        assert_true(r->events++ < 200000);
        assert_true(world_step(r->w, &r->sink));
        world_check(r->w);
        assert_int_equal(world_watch(r->w, &r->watch), INV_NONE);
        run_drain(r);
    }
    assert_int_equal(r->received[HOST_A], AMOUNT);
    assert_int_equal(r->received[HOST_B], AMOUNT);
}
