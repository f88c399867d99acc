/*
 * test_dissect.c - TCP is found below every kind of link and both IPs, and nothing is read that is
 * not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/live/dissect.h"

static size_t tcp_frame(uint8_t *out, bool v6)
{
    Seg s = {.src_addr = 0x0a000001,
             .dst_addr = 0x0a000002,
             .src_port = 4000,
             .dst_port = 80,
             .seq = seq_of(1000),
             .ack = seq_of(2000),
             .flags = SEG_SYN | SEG_ACK,
             .wnd = 512,
             .len = 5,
             .ttl = 64,
             .opts = SEG_OPT_MSS | SEG_OPT_WSCALE | SEG_OPT_SACK_OK | SEG_OPT_TIMESTAMP,
             .mss = 1460,
             .wscale = 7,
             .ts_val = 11,
             .ts_ecr = 22,
             .v6 = v6};
    size_t n = wire_encode(&s, bytes_of("hello", 5), out, 200);
    assert_true(n > 0);
    return n;
}

/* Puts a link header before a frame. In memory of its exact size, so that reading on is seen. */
static DissectResult try_bytes(uint16_t link, const uint8_t *head, size_t head_len,
                               const uint8_t *frame, size_t frame_len, Dissected *d)
{
    uint8_t *all = malloc(head_len + frame_len + 1);
    assert_non_null(all);
    memcpy(all, head, head_len);
    memcpy(all + head_len, frame, frame_len);
    uint8_t *exact = realloc(all, head_len + frame_len ? head_len + frame_len : 1);
    DissectResult r = dissect_frame(link, bytes_of(exact, head_len + frame_len), d);
    free(exact);
    return r;
}

typedef struct Below {
    uint16_t link;
    bool v6;
    size_t len;
    uint8_t head[26];
} Below;

#define MACS 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12

static const Below belows[] = {
    {1, false, 14, {MACS, 0x08, 0x00}},
    {1, true, 14, {MACS, 0x86, 0xdd}},
    {1, false, 18, {MACS, 0x81, 0x00, 0, 7, 0x08, 0x00}},
    {1, true, 22, {MACS, 0x88, 0xa8, 0, 7, 0x81, 0x00, 0, 9, 0x86, 0xdd}},
    {101, false, 0, {0}},
    {12, true, 0, {0}},
    {14, false, 0, {0}},
    {228, false, 0, {0}},
    {229, true, 0, {0}},
    {113, false, 16, {0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 0x08, 0x00}},
    {276, true, 20, {0x86, 0xdd, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0}},
    {0, false, 4, {2, 0, 0, 0}},
    {0, true, 4, {0, 0, 0, 30}},
    {108, true, 4, {0, 0, 0, 24}},
};
enum { BELOWS = sizeof belows / sizeof *belows };

static void tcp_is_found_below_every_link(void **state)
{
    (void)state;
    for (size_t i = 0; i < BELOWS; i++) {
        uint8_t frame[200];
        const Below *b = &belows[i];
        size_t n = tcp_frame(frame, b->v6);
        Dissected d;
        assert_true(dissect_knows_link(b->link));
        assert_int_equal(try_bytes(b->link, b->head, b->len, frame, n, &d), DISSECT_TCP);
        char text[80];
        Text t = text_fixed(text, sizeof text);
        endpoint_text(&t, d.from);
        assert_string_equal(text, b->v6 ? "[fd00::a00:1]:4000" : "10.0.0.1:4000");
        text_clear(&t);
        endpoint_text(&t, d.to);
        assert_string_equal(text, b->v6 ? "[fd00::a00:2]:80" : "10.0.0.2:80");
        assert_int_equal(d.seg.seq.v, 1000);
        assert_int_equal(d.seg.ack.v, 2000);
        assert_int_equal(d.seg.flags, SEG_SYN | SEG_ACK);
        assert_int_equal(d.seg.len, 5);
        assert_int_equal(d.seg.wnd, 512);
        assert_int_equal(d.seg.mss, 1460);
        assert_int_equal(d.seg.wscale, 7);
        assert_int_equal(d.seg.ts_val, 11);
        assert_int_equal(d.seg.ts_ecr, 22);
        assert_true(d.seg.opts & SEG_OPT_SACK_OK);
        /* Kept only in part: the headers are enough, and every shorter piece is an answer. */
        for (size_t cut = 0; cut < b->len + n; cut++) {
            uint8_t all[300];
            memcpy(all, b->head, b->len);
            memcpy(all + b->len, frame, n);
            DissectResult r = try_bytes(b->link, all, 0, all, cut, &d);
            size_t least = b->len + (b->v6 ? 40u : 20u) + 20u;
            assert_int_equal(r, cut >= least ? DISSECT_TCP : DISSECT_CUT);
        }
    }
}

static void padding_of_ethernet_is_no_data(void **state)
{
    (void)state;
    uint8_t frame[220] = {0};
    Dissected d;
    size_t n = tcp_frame(frame, false);
    memset(frame + n, 0xee, 6);
    assert_int_equal(try_bytes(1, belows[0].head, 14, frame, n + 6, &d), DISSECT_TCP);
    assert_int_equal(d.seg.len, 5);
}

static void extension_headers_and_options_are_passed_over(void **state)
{
    (void)state;
    uint8_t frame[300], plain[200];
    Dissected d;
    size_t n = tcp_frame(plain, true);
    memcpy(frame, plain, 40);
    const uint8_t headers[] = {60, 0, 1, 4,  0, 0, 0, 0,  /* hop by hop, then */
                               44, 1, 1, 12, 0, 0, 0, 0,  /* destination options of 16 bytes, */
                               0,  0, 0, 0,  0, 0, 0, 0,  /* then */
                               6,  0, 0, 0,  0, 0, 0, 9}; /* a fragment that is the whole */
    frame[6] = 0;
    memcpy(frame + 40, headers, sizeof headers);
    memcpy(frame + 40 + sizeof headers, plain + 40, n - 40);
    frame[5] = (uint8_t)(n - 40 + sizeof headers);
    assert_int_equal(try_bytes(101, frame, 0, frame, n + sizeof headers, &d), DISSECT_TCP);
    assert_int_equal(d.seg.len, 5);
    assert_int_equal(d.from.port, 4000);
    frame[40 + 24 + 3] = 1; /* more fragments */
    assert_int_equal(try_bytes(101, frame, 0, frame, n + sizeof headers, &d), DISSECT_FRAGMENT);
}

static void what_is_no_tcp_is_said_to_be_so(void **state)
{
    (void)state;
    uint8_t frame[200];
    Dissected d;
    size_t n = tcp_frame(frame, false);
    frame[9] = 17;
    assert_int_equal(try_bytes(101, frame, 0, frame, n, &d), DISSECT_OTHER);
    n = tcp_frame(frame, false);
    frame[7] = 3; /* a later piece */
    assert_int_equal(try_bytes(101, frame, 0, frame, n, &d), DISSECT_FRAGMENT);
    n = tcp_frame(frame, false);
    frame[3] = 30; /* shorter than its headers */
    assert_int_equal(try_bytes(101, frame, 0, frame, n, &d), DISSECT_BROKEN);
    n = tcp_frame(frame, false);
    frame[0] = 0x75;
    assert_int_equal(try_bytes(101, frame, 0, frame, n, &d), DISSECT_NOT_IP);
    const uint8_t arp[20] = {MACS, 0x08, 0x06};
    assert_int_equal(try_bytes(1, arp, 20, frame, 0, &d), DISSECT_NOT_IP);
    assert_int_equal(try_bytes(147, arp, 20, frame, 0, &d), DISSECT_NOT_IP);
    assert_false(dissect_knows_link(147));
    for (int r = 0; r < DISSECT_RESULT_COUNT; r++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_true(dissect_result_text((DissectResult)r, (Lang)lang)[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tcp_is_found_below_every_link),
        cmocka_unit_test(padding_of_ethernet_is_no_data),
        cmocka_unit_test(extension_headers_and_options_are_passed_over),
        cmocka_unit_test(what_is_no_tcp_is_said_to_be_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
