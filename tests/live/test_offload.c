/*
 * test_offload.c - sums that the kernel left to the card are finished; segments in a row become one
 * large one, and nothing else does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/base/octets.h"
#include "core/live/offload.h"

enum { ETHER = 14, PIECE = 1000 };

static Gather gather;
static uint8_t text[8000];

/* An Ethernet frame of ours. */
static Bytes segment(uint8_t *out, uint32_t seq, uint8_t flags, size_t len, bool v6)
{
    Seg s = {.src_addr = 0x0a000002,
             .dst_addr = 0x0a000001,
             .src_port = 7,
             .dst_port = 4000,
             .seq = {seq},
             .ack = {77},
             .flags = flags,
             .len = (uint16_t)len,
             .wnd = 500,
             .ttl = 64,
             .v6 = v6};
    memset(out, 2, 12);
    put16(out + 12, v6 ? 0x86dd : 0x0800);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)(i * 7);
    return bytes_of(out, ETHER + wire_encode(&s, bytes_of(text + seq, len), out + ETHER, 2000));
}

static bool add(uint32_t seq, uint8_t flags, size_t len, bool v6)
{
    uint8_t frame[2048];
    return gather_add(&gather, segment(frame, seq, flags, len, v6));
}

static void three_in_a_row(bool v6)
{
    uint8_t copy[OFFLOAD_FRAME_MAX];
    Seg s;
    Bytes frame, payload;
    memset(&gather, 0, sizeof gather);
    assert_true(add(0, SEG_ACK, PIECE, v6));
    assert_true(add(PIECE, SEG_ACK, PIECE, v6));
    assert_true(add(2 * PIECE, SEG_ACK | SEG_PSH | SEG_FIN, 300, v6));
    assert_int_equal(gather.pieces, 3);
    assert_false(add(2300, SEG_ACK, PIECE, v6)); /* behind the short one with FIN */
    Bytes all = gather_take(&gather);
    assert_int_equal(all.len, OFFLOAD_HEADER + ETHER + (v6 ? 40 : 20) + 20 + 2300);
    assert_int_equal(all.data[0], 1);          /* the sum is to be finished */
    assert_int_equal(all.data[1], v6 ? 4 : 1); /* TCP over IPv6, IPv4 */
    assert_int_equal(all.data[4] | all.data[5] << 8, PIECE);
    memcpy(copy, all.data, all.len);
    assert_int_equal(
        wire_decode(bytes_of(copy + OFFLOAD_HEADER + ETHER, all.len - OFFLOAD_HEADER - ETHER), &s,
                    &payload),
        WIRE_BAD_CHECKSUM);
    assert_true(offload_take(copy, all.len, &frame)); /* as a card would */
    assert_int_equal(wire_decode(bytes_of(frame.data + ETHER, frame.len - ETHER), &s, &payload),
                     WIRE_OK);
    assert_int_equal(s.flags, SEG_ACK | SEG_PSH | SEG_FIN);
    assert_int_equal(s.seq.v, 0);
    assert_int_equal(payload.len, 2300);
    assert_memory_equal(payload.data, text, 2300);
    assert_int_equal(gather_take(&gather).len, 0);
}

static void segments_in_a_row_become_one_and_its_sum_is_finished(void **state)
{
    (void)state;
    three_in_a_row(false);
    three_in_a_row(true);
}

static void what_is_no_continuation_is_not_joined(void **state)
{
    (void)state;
    static const struct {
        uint32_t seq;
        uint8_t flags;
        size_t len;
        bool v6;
    } others[] = {{1001, SEG_ACK, PIECE, false},      {1000, SEG_ACK | SEG_RST, PIECE, false},
                  {1000, SEG_ACK, 0, false},          {1000, SEG_ACK, PIECE + 1, false},
                  {1000, SEG_ACK, PIECE, true},       {0, SEG_ACK, PIECE, false},
                  {1000, SEG_SYN | SEG_ACK, 0, false}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        memset(&gather, 0, sizeof gather);
        assert_true(add(0, SEG_ACK, PIECE, false));
        assert_false(add(others[i].seq, others[i].flags, others[i].len, others[i].v6));
        assert_int_equal(gather_take(&gather).len, OFFLOAD_HEADER + ETHER + 40 + PIECE);
    }
    assert_true(add(0, SEG_ACK | SEG_PSH, PIECE, false)); /* PSH ends a row */
    assert_false(add(PIECE, SEG_ACK, PIECE, false));
}

static void headers_that_point_outside_are_refused(void **state)
{
    (void)state;
    uint8_t bytes[OFFLOAD_HEADER + 60] = {1, 0, 0, 0, 0, 0, 61, 0, 0, 0};
    Bytes frame;
    assert_false(offload_take(bytes, 9, &frame));
    assert_false(offload_take(bytes, sizeof bytes, &frame));
    bytes[6] = 34;
    bytes[8] = 25; /* the sum's second byte would lie behind the end */
    assert_false(offload_take(bytes, sizeof bytes, &frame));
    bytes[8] = 24;
    assert_true(offload_take(bytes, sizeof bytes, &frame));
    assert_int_equal(frame.len, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_in_a_row_become_one_and_its_sum_is_finished),
        cmocka_unit_test(what_is_no_continuation_is_not_joined),
        cmocka_unit_test(headers_that_point_outside_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
