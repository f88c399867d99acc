/*
 * test_wire_ip.c - IPv6 beside IPv4: a packet worked by hand, extension headers, addresses, and the
 * pieces that are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/wire_ip.h"

/*
 * SYN from fd00::a00:1 port 4000 to fd00::a00:2 port 80, number 4096, window 65535, no options.
 *
 *     pseudo header: fd00+0a00+0001 + fd00+0a00+0002 + 0014 + 0006 = 20e1d, carry round: 0e1f
 *     TCP:           0fa0+0050+0000+1000+0000+0000+5002+ffff       = 16ff1, carry round: 6ff2
 *     0e1f+6ff2 = 7e11, inverted 81ee
 */
static const uint8_t by_hand[] = {
    0x60, 0,    0,    0,    0,    20,   6,    64,                          /* version 6, 20 bytes */
    0xfd, 0,    0,    0,    0,    0,    0,    0,  0, 0, 0, 0, 10, 0, 0, 1, /* source */
    0xfd, 0,    0,    0,    0,    0,    0,    0,  0, 0, 0, 0, 10, 0, 0, 2, /* destination */
    0x0f, 0xa0, 0,    0x50, 0,    0,    0x10, 0,  0, 0, 0, 0,              /* TCP */
    0x50, 2,    0xff, 0xff, 0x81, 0xee, 0,    0,
};

static const Seg as_segment = {.src_addr = 0x0a000001,
                               .dst_addr = 0x0a000002,
                               .src_port = 4000,
                               .dst_port = 80,
                               .seq = {4096},
                               .flags = SEG_SYN,
                               .wnd = 65535,
                               .ttl = 64,
                               .v6 = 1,
                               .header_len = 20};

/* Decodes from memory of exactly that size, so that the sanitizer sees a byte too much. */
static WireError decode_exactly(const uint8_t *frame, size_t len, Seg *s)
{
    uint8_t *exact = malloc(len ? len : 1);
    memcpy(exact, frame, len);
    Bytes payload;
    WireError e = wire_decode(bytes_of(exact, len), s, &payload);
    free(exact);
    return e;
}

static void an_ipv6_packet_worked_by_hand(void **state)
{
    (void)state;
    uint8_t frame[100];
    Seg s = as_segment;
    assert_int_equal(wire_encode(&s, bytes_of(NULL, 0), frame, sizeof frame), sizeof by_hand);
    assert_memory_equal(frame, by_hand, sizeof by_hand);
    Bytes payload;
    assert_int_equal(wire_decode(bytes_of(by_hand, sizeof by_hand), &s, &payload), WIRE_OK);
    assert_memory_equal(&s, &as_segment, sizeof s);
    memset(frame + 56, 0, 2);
    wire_fix_checksums(frame, sizeof by_hand);
    assert_memory_equal(frame, by_hand, sizeof by_hand);
}

static void traffic_class_and_flow_label_travel(void **state)
{
    (void)state;
    uint8_t frame[100];
    Seg s = as_segment, back;
    s.tos = 0xb9;
    s.flow_label = 0xabcde;
    wire_encode(&s, bytes_of(NULL, 0), frame, sizeof frame);
    assert_true(frame[0] == 0x6b && frame[1] == 0x9a && frame[2] == 0xbc && frame[3] == 0xde);
    assert_int_equal(decode_exactly(frame, sizeof by_hand, &back), WIRE_OK);
    assert_memory_equal(&s, &back, sizeof s);
}

static void every_truncation_and_every_flipped_address_is_noticed(void **state)
{
    (void)state;
    Seg s;
    for (size_t len = 0; len < sizeof by_hand; len++)
        assert_int_equal(decode_exactly(by_hand, len, &s), WIRE_TRUNCATED);
    for (size_t bit = 8 * 8; bit < 8 * sizeof by_hand; bit++) { /* what the checksum covers */
        uint8_t frame[sizeof by_hand];
        memcpy(frame, by_hand, sizeof frame);
        frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(decode_exactly(frame, sizeof frame, &s), WIRE_OK);
    }
}

/* The packet by hand with other headers between IPv6 and TCP. */
static WireError behind(uint8_t next, const uint8_t *ext, size_t len, Seg *s)
{
    uint8_t frame[200];
    memcpy(frame, by_hand, 40);
    frame[5] = (uint8_t)(20 + len);
    frame[6] = next;
    memcpy(frame + 40, ext, len);
    memcpy(frame + 40 + len, by_hand + 40, 20);
    return decode_exactly(frame, 60 + len, s);
}

static void extension_headers_are_read_over(void **state)
{
    (void)state;
    Seg s;
    static const uint8_t hop[] = {60, 0, 1, 4, 0, 0, 0, 0, /* hop-by-hop, then ... */
                                  6,  1, 1, 4, 0, 0, 0, 0, /* destination options, 16 bytes */
                                  1,  4, 0, 0, 0, 0, 0, 0};
    assert_int_equal(behind(0, hop, sizeof hop, &s), WIRE_OK);
    assert_int_equal(s.dst_port, 80);
    static const uint8_t auth[] = {6, 1, 0, 0, 1, 2, 3, 4, 0, 0, 0, 1};
    assert_int_equal(behind(51, auth, sizeof auth, &s), WIRE_OK);
    static const uint8_t whole[] = {6, 0, 0, 0, 1, 2, 3, 4}, piece[] = {6, 0, 0, 1, 1, 2, 3, 4};
    assert_int_equal(behind(44, whole, sizeof whole, &s), WIRE_OK); /* RFC 6946: atomic */
    assert_int_equal(behind(44, piece, sizeof piece, &s), WIRE_FRAGMENT);
    static const uint8_t udp[] = {17, 0, 1, 4, 0, 0, 0, 0}, longer[] = {6, 9, 1, 4, 0, 0, 0, 0};
    assert_int_equal(behind(60, udp, sizeof udp, &s), WIRE_NOT_TCP);
    assert_int_equal(behind(60, longer, sizeof longer, &s), WIRE_NOT_IP);
}

static void fragments_of_ipv4_are_refused(void **state)
{
    (void)state;
    uint8_t frame[100];
    Seg s = as_segment, back;
    s.v6 = 0;
    size_t len = wire_encode(&s, bytes_of(NULL, 0), frame, sizeof frame);
    static const uint8_t bits[][2] = {{0x20, 0}, {0, 1}, {0x1f, 0xff}};
    for (int i = 0; i < 3; i++) {
        memcpy(frame + 6, bits[i], 2);
        wire_fix_checksums(frame, len);
        assert_int_equal(decode_exactly(frame, len, &back), WIRE_FRAGMENT);
    }
    frame[6] = 0x40, frame[7] = 0;
    wire_fix_checksums(frame, len);
    assert_int_equal(decode_exactly(frame, len, &back), WIRE_OK);
}

static void check_text(const uint8_t *groups, const char *wanted)
{
    uint8_t frame[sizeof by_hand];
    char text[64];
    Text t = text_fixed(text, sizeof text);
    memcpy(frame, by_hand, sizeof frame);
    memcpy(frame + 8, groups, 16);
    ip_frame_text(&t, bytes_of(frame, sizeof frame), true);
    assert_string_equal(text, wanted);
}

static void addresses_are_written_as_rfc_5952_wants(void **state)
{
    (void)state;
    static const struct {
        uint8_t groups[16];
        const char *text;
    } cases[] = {
        {{0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1}, "fd00::a00:1"},
        {{0}, "::"},
        {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "::1"},
        {{0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, "2001:db8:0:1:1:1:1:1"},
        {{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}, "2001:db8::1:0:0:1"},
        {{0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, "2001:0:0:1::1"},
        {{0xfe, 0x80}, "fe80::"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_text(cases[i].groups, cases[i].text);
    char text[64];
    Text t = text_fixed(text, sizeof text);
    ip_text(&t, 0x0a000002, true);
    text_char(&t, ' ');
    ip_text(&t, 0x0a000002, false);
    assert_string_equal(text, "fd00::a00:2 10.0.0.2");
}

static void foreign_addresses_become_numbers_that_no_host_has(void **state)
{
    (void)state;
    uint8_t frame[sizeof by_hand];
    memcpy(frame, by_hand, sizeof frame);
    frame[8] = 0x20;
    IpHeader h, again;
    assert_int_equal(ip_read(bytes_of(frame, sizeof frame), &h), WIRE_OK);
    assert_int_equal(h.src_addr >> 28, 0xf);
    frame[9] = 1;
    ip_read(bytes_of(frame, sizeof frame), &again);
    assert_int_equal(again.src_addr >> 28, 0xf);
    assert_int_not_equal(again.src_addr, h.src_addr);
    assert_int_equal(again.dst_addr, 0x0a000002);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ipv6_packet_worked_by_hand),
        cmocka_unit_test(traffic_class_and_flow_label_travel),
        cmocka_unit_test(every_truncation_and_every_flipped_address_is_noticed),
        cmocka_unit_test(extension_headers_are_read_over),
        cmocka_unit_test(fragments_of_ipv4_are_refused),
        cmocka_unit_test(addresses_are_written_as_rfc_5952_wants),
        cmocka_unit_test(foreign_addresses_become_numbers_that_no_host_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
