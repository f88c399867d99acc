/*
 * test_ether.c - our host is found on the cable and answers ping; TCP is handed on, the rest is
 * noise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/live/ether.h"

static const EtherHost us = {{2, 0, 0, 0, 0, 2}, 0x0a000002};
static const EtherHost kernel = {{2, 0, 0, 0, 0, 1}, 0x0a000001};

static EtherKind take(const uint8_t *frame, size_t len, Bytes *packet, uint8_t *out, size_t *n)
{
    return ether_take(&us, bytes_of(frame, len), packet, out, 2048, n);
}

static void who_has_our_address_is_told(void **state)
{
    (void)state;
    uint8_t frame[60] = {255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0,  1, 8, 6,
                         0,   1,   8,   0,   6,   4,   0, 1, 2, 0, 0,  0, 0, 1,
                         10,  0,   0,   1,   0,   0,   0, 0, 0, 0, 10, 0, 0, 2};
    uint8_t out[2048];
    size_t n;
    Bytes packet;
    assert_int_equal(take(frame, 42, &packet, out, &n), ETHER_ANSWER);
    assert_int_equal(n, 42);
    static const uint8_t answer[] = {2,  0, 0, 0, 0, 1, 2, 0, 0, 0, 0,  2, 8, 6,
                                     0,  1, 8, 0, 6, 4, 0, 2, 2, 0, 0,  0, 0, 2,
                                     10, 0, 0, 2, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1};
    assert_memory_equal(out, answer, 42);
    frame[41] = 3; /* somebody else's */
    assert_int_equal(take(frame, 42, &packet, out, &n), ETHER_NOISE);
    frame[41] = 2;
    frame[21] = 2; /* an answer, no question */
    assert_int_equal(take(frame, 42, &packet, out, &n), ETHER_NOISE);
    frame[21] = 1;
    for (size_t len = 0; len < 42; len++)
        assert_int_equal(take(frame, len, &packet, out, &n), ETHER_NOISE);
}

/* An ICMP message to us in either IP version, wrapped. */
static size_t icmp_frame(uint8_t *frame, bool v6, uint8_t type, const void *body, size_t len)
{
    uint8_t ip[512];
    IpHeader h = {.src_addr = kernel.addr,
                  .dst_addr = us.addr,
                  .payload_len = (uint16_t)(4 + len),
                  .v6 = v6,
                  .proto = v6 ? IP_PROTO_ICMP6 : IP_PROTO_ICMP,
                  .ttl = 255};
    size_t at = ip_write(&h, ip);
    memset(ip + at, 0, 4);
    ip[at] = type;
    memcpy(ip + at + 4, body, len);
    wire_fix_checksums(ip, at + 4 + len);
    return ether_wrap(&kernel, &us, bytes_of(ip, at + 4 + len), frame, 600);
}

static void check_sums(const uint8_t *packet, size_t len)
{
    uint8_t again[600];
    memcpy(again, packet, len);
    wire_fix_checksums(again, len);
    assert_memory_equal(again, packet, len);
}

static void ping_is_answered_in_both_versions(void **state)
{
    (void)state;
    for (int v6 = 0; v6 < 2; v6++) {
        uint8_t frame[600], out[2048];
        size_t n, at = v6 ? 40 : 20;
        Bytes packet;
        size_t len = icmp_frame(frame, v6, v6 ? 128 : 8, "abcdefghijkl", 12);
        assert_int_equal(take(frame, len, &packet, out, &n), ETHER_ANSWER);
        assert_int_equal(n, len);
        assert_memory_equal(out, kernel.mac, 6);
        assert_memory_equal(out + 6, us.mac, 6);
        assert_int_equal(out[14 + at], v6 ? 129 : 0);
        assert_memory_equal(out + 14 + at + 4, "abcdefghijkl", 12);
        IpHeader h;
        assert_int_equal(ip_read(bytes_of(out + 14, n - 14), &h), WIRE_OK);
        assert_int_equal(h.src_addr, us.addr);
        assert_int_equal(h.dst_addr, kernel.addr);
        check_sums(out + 14, n - 14);
    }
}

static void a_neighbour_is_told_our_hardware_address(void **state)
{
    (void)state;
    uint8_t frame[600], out[2048];
    size_t n;
    Bytes packet;
    uint8_t body[20] = {0, 0, 0, 0, 0xfd}; /* reserved, then the target */
    body[16] = 10;
    body[19] = 2;
    size_t len = icmp_frame(frame, true, 135, body, sizeof body);
    assert_int_equal(take(frame, len, &packet, out, &n), ETHER_ANSWER);
    assert_int_equal(out[14 + 40], 136);
    assert_memory_equal(out + 14 + 40 + 8, body + 4, 16);
    assert_int_equal(out[14 + 40 + 24], 2);
    assert_memory_equal(out + 14 + 40 + 26, us.mac, 6);
    check_sums(out + 14, n - 14);
    frame[14 + 7] = 64; /* has passed a router: it is forged */
    assert_int_equal(take(frame, len, &packet, out, &n), ETHER_NOISE);
    body[19] = 3; /* somebody else */
    len = icmp_frame(frame, true, 135, body, sizeof body);
    assert_int_equal(take(frame, len, &packet, out, &n), ETHER_NOISE);
}

static void segments_are_handed_on(void **state)
{
    (void)state;
    for (int v6 = 0; v6 < 2; v6++) {
        uint8_t ip[200], frame[300], out[2048];
        Seg s = {.src_addr = kernel.addr, .dst_addr = us.addr, .flags = SEG_SYN, .ttl = 64};
        s.v6 = (uint8_t)v6;
        size_t n, len = wire_encode(&s, bytes_of(NULL, 0), ip, sizeof ip);
        size_t all = ether_wrap(&kernel, &us, bytes_of(ip, len), frame, sizeof frame);
        Bytes packet;
        assert_int_equal(all, len + 14);
        assert_int_equal(take(frame, all + 6, &packet, out, &n), ETHER_PACKET); /* and padding */
        assert_int_equal(packet.len, len);
        assert_memory_equal(packet.data, ip, len);
        frame[14 + (v6 ? 39 : 19)] = 9; /* to somebody else */
        wire_fix_checksums(frame + 14, len);
        assert_int_equal(take(frame, all, &packet, out, &n), ETHER_NOISE);
        assert_null(packet.data);
    }
    uint8_t small[20];
    assert_int_equal(ether_wrap(&us, &kernel, bytes_of("\x45...........", 12), small, 20), 0);
    assert_int_equal(ether_wrap(&us, &kernel, bytes_of("\x15.", 2), small, 20), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_has_our_address_is_told),
        cmocka_unit_test(ping_is_answered_in_both_versions),
        cmocka_unit_test(a_neighbour_is_told_our_hardware_address),
        cmocka_unit_test(segments_are_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
