/*
 * test_responder.c - the yardstick takes a SYN, acknowledges what comes, and fills a window.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/live/responder.h"

static Responder responder;

static void comes(uint16_t port, uint32_t seq, uint32_t ack, uint16_t flags, uint16_t len)
{
    static const uint8_t zeros[1460];
    uint8_t packet[1500];
    Seg s = {.src_addr = 0x0a000001,
             .dst_addr = 0x0a000002,
             .src_port = 4000,
             .dst_port = port,
             .seq = {seq},
             .ack = {ack},
             .flags = flags,
             .len = len,
             .wnd = 5000,
             .ttl = 64};
    responder_take(&responder,
                   bytes_of(packet, wire_encode(&s, bytes_of(zeros, len), packet, 1500)));
}

/* False: nothing is answered. */
static bool answers(Seg *s)
{
    uint8_t out[1500];
    Bytes payload, packet = responder_next(&responder, out);
    if (packet.len == 0)
        return false;
    assert_int_equal(wire_decode(packet, s, &payload), WIRE_OK);
    return true;
}

static void what_comes_is_acknowledged_once(void **state)
{
    (void)state;
    Seg s;
    comes(9, 100, 0, SEG_SYN, 0);
    assert_true(answers(&s));
    assert_int_equal(s.flags, SEG_SYN | SEG_ACK);
    assert_int_equal(s.ack.v, 101);
    assert_false(answers(&s));
    comes(9, 101, 1, SEG_ACK, 1000);
    assert_true(answers(&s));
    assert_int_equal(s.ack.v, 1101);
    assert_int_equal(s.seq.v, 1);
    assert_false(answers(&s));
    comes(9, 1101, 1, SEG_ACK | SEG_FIN, 0);
    assert_true(answers(&s));
    assert_int_equal(s.ack.v, 1102);
    comes(9, 1102, 1, SEG_ACK, 0);
    assert_false(answers(&s));
    comes(9, 1102, 1, SEG_RST, 0);
    assert_false(answers(&s));
}

static void the_source_fills_the_window_and_goes_on_with_acknowledgments(void **state)
{
    (void)state;
    Seg s;
    comes(RESPONDER_SOURCE, 100, 0, SEG_SYN, 0);
    assert_true(answers(&s));
    comes(RESPONDER_SOURCE, 101, 1, SEG_ACK, 0);
    for (uint32_t i = 0; i < 3; i++) { /* 3 times 1460 fit into 5000 */
        assert_true(answers(&s));
        assert_int_equal(s.seq.v, 1 + 1460 * i);
        assert_int_equal(s.len, 1460);
    }
    assert_false(answers(&s));
    comes(RESPONDER_SOURCE, 101, 1461, SEG_ACK, 0);
    assert_true(answers(&s));
    assert_int_equal(s.seq.v, 1 + 1460 * 3);
    assert_false(answers(&s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_is_acknowledged_once),
        cmocka_unit_test(the_source_fills_the_window_and_goes_on_with_acknowledgments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
