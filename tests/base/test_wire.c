/*
 * test_wire.c - segments as bytes: a packet worked by hand, round trips, and every kind of damage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/base/wire.h"

enum { FRAME = 1500 };

static uint64_t draw(uint64_t n, uint64_t bound)
{
    return rng_below(1, 0x31e, n, bound);
}

/*
 * SYN from 10.0.0.1 port 4000 to 10.0.0.2 port 80, number 4096, window 65535, no options.
 *
 *     IP:  4500+0028+0000+4000+4006+0000+0a00+0001+0a00+0002 = d931, inverted 26ce
 *     TCP: pseudo header 0a00+0001+0a00+0002+0006+0014       = 141d
 *          0fa0+0050+0000+1000+0000+0000+5002+ffff           = 16ff1, carry round: 6ff2
 *          141d+6ff2 = 840f, inverted 7bf0
 */
static const uint8_t by_hand[] = {
    0x45, 0x00, 0x00, 0x28, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x26, 0xce, 0x0a, 0x00,
    0x00, 0x01, 0x0a, 0x00, 0x00, 0x02, 0x0f, 0xa0, 0x00, 0x50, 0x00, 0x00, 0x10, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x50, 0x02, 0xff, 0xff, 0x7b, 0xf0, 0x00, 0x00,
};

static const Seg as_segment = {.src_addr = 0x0a000001,
                               .dst_addr = 0x0a000002,
                               .src_port = 4000,
                               .dst_port = 80,
                               .seq = {4096},
                               .flags = SEG_SYN,
                               .wnd = 65535,
                               .ttl = 64,
                               .header_len = 20};

static void a_packet_worked_by_hand(void **state)
{
    (void)state;
    uint8_t frame[FRAME];
    Seg s = as_segment;
    s.header_len = 0;
    assert_int_equal(wire_encode(&s, bytes_of(NULL, 0), frame, sizeof frame), sizeof by_hand);
    assert_memory_equal(frame, by_hand, sizeof by_hand);
    assert_int_equal(s.header_len, 20);
    Bytes payload;
    assert_int_equal(wire_decode(bytes_of(by_hand, sizeof by_hand), &s, &payload), WIRE_OK);
    assert_memory_equal(&s, &as_segment, sizeof s);
    assert_int_equal(payload.len, 0);
    memset(frame + 10, 0, 2);
    memset(frame + 36, 0xaa, 2);
    wire_fix_checksums(frame, sizeof by_hand);
    assert_memory_equal(frame, by_hand, sizeof by_hand);
}

static void the_sum_can_be_continued_and_odd_bytes_count_high(void **state)
{
    (void)state;
    /* RFC 1071 section 3: 0001 f203 f4f5 f6f7 add up to 2ddf0, that is ddf2. */
    static const uint8_t rfc[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    assert_int_equal(wire_sum(bytes_of(rfc, 8), 0), 0xddf2);
    assert_int_equal(wire_sum(bytes_of(rfc + 4, 4), wire_sum(bytes_of(rfc, 4), 0)), 0xddf2);
    assert_int_equal(wire_sum(bytes_of(rfc, 3), 0), 0x0001 + 0xf200);
    assert_int_equal(wire_sum(bytes_of(NULL, 0), 7), 7);
}

/* Any segment whose options fit; `len` bytes of data. */
static Seg any_segment(uint64_t n, uint16_t opts, uint16_t len)
{
    uint64_t at = n * 40;
    Seg s = {.src_addr = (uint32_t)draw(at, UINT32_MAX),
             .dst_addr = (uint32_t)draw(at + 1, UINT32_MAX),
             .src_port = (uint16_t)draw(at + 2, 65536),
             .dst_port = (uint16_t)draw(at + 3, 65536),
             .seq = {(uint32_t)draw(at + 4, UINT32_MAX)},
             .ack = {(uint32_t)draw(at + 5, UINT32_MAX)},
             .flags = (uint16_t)draw(at + 6, 512),
             .wnd = (uint16_t)draw(at + 7, 65536),
             .urg = (uint16_t)draw(at + 8, 65536),
             .ttl = (uint8_t)draw(at + 9, 256),
             .tos = (uint8_t)draw(at + 10, 256),
             .len = len,
             .opts = opts};
    if (opts & SEG_OPT_MSS)
        s.mss = (uint16_t)draw(at + 11, 65536);
    if (opts & SEG_OPT_WSCALE)
        s.wscale = (uint8_t)draw(at + 12, 256);
    if (opts & SEG_OPT_TIMESTAMP) {
        s.ts_val = (uint32_t)draw(at + 13, UINT32_MAX);
        s.ts_ecr = (uint32_t)draw(at + 14, UINT32_MAX);
    }
    if (opts & SEG_OPT_USER_TIMEOUT)
        s.user_timeout = (uint16_t)draw(at + 15, 65536);
    if (opts & SEG_OPT_FAST_OPEN)
        s.cookie_len = (uint8_t)(2 * draw(at + 16, 9));
    s.cookie_len = s.cookie_len == 2 ? 0 : s.cookie_len;
    for (unsigned i = 0; i < s.cookie_len; i++)
        s.cookie[i] = (uint8_t)draw(at + 17, 256);
    return s;
}

static uint32_t option_bytes(const Seg *s)
{
    bool ok = s->opts & SEG_OPT_SACK_OK, ts = s->opts & SEG_OPT_TIMESTAMP;
    return (s->opts & SEG_OPT_MSS ? 4u : 0u) + (ok ? (ts ? 2u : 4u) : 0u) +
           (ts ? (ok ? 10u : 12u) : 0u) + (s->opts & SEG_OPT_WSCALE ? 4u : 0u) +
           (s->opts & SEG_OPT_USER_TIMEOUT ? 4u : 0u) +
           (s->opts & SEG_OPT_FAST_OPEN ? (2u + s->cookie_len + 3u) & ~3u : 0u);
}

static void add_sack(Seg *s, uint64_t n)
{
    uint32_t fit = (40 - option_bytes(s) - 4) / 8;
    s->opts |= SEG_OPT_SACK;
    s->sack_count = (uint8_t)(1 + draw(n * 40 + 20, fit < SEG_SACK_MAX ? fit : SEG_SACK_MAX));
    for (unsigned i = 0; i < s->sack_count; i++)
        s->sack[i] = (SeqRange){{(uint32_t)draw(n * 40 + 21 + i, UINT32_MAX)},
                                {(uint32_t)draw(n * 40 + 30 + i, UINT32_MAX)}};
}

static void every_combination_of_options_survives_the_round_trip(void **state)
{
    (void)state;
    static const uint16_t bits[] = {SEG_OPT_MSS,       SEG_OPT_WSCALE,       SEG_OPT_SACK_OK,
                                    SEG_OPT_TIMESTAMP, SEG_OPT_USER_TIMEOUT, SEG_OPT_FAST_OPEN};
    uint8_t frame[FRAME], data[1000];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)draw(i, 256);
    for (uint64_t n = 0; n < 128 * 50; n++) {
        uint16_t opts = 0;
        for (unsigned i = 0; i < 6; i++)
            opts |= n >> i & 1 ? bits[i] : 0;
        uint16_t len = (uint16_t)draw(n * 40 + 39, 1000);
        Seg s = any_segment(n, opts, len), back;
        if (n & 64 && option_bytes(&s) <= 28)
            add_sack(&s, n);
        assert_int_equal(wire_options_len(&s),
                         option_bytes(&s) + (s.sack_count ? 4 + 8u * s.sack_count : 0));
        if (wire_options_len(&s) > 40)
            continue;
        Bytes payload;
        size_t size = wire_encode(&s, bytes_of(data, len), frame, sizeof frame);
        assert_true(size == 20u + s.header_len + len && s.header_len % 4 == 0);
        assert_int_equal(wire_decode(bytes_of(frame, size), &back, &payload), WIRE_OK);
        assert_memory_equal(&back, &s, sizeof s);
        assert_int_equal(payload.len, len);
        assert_memory_equal(payload.data, data, len);
    }
}

/* The kinds of a SYN's options, as far as they are written: NOP 1, MSS 2, window scale 3, SACK
 * permitted 4, timestamps 8, Fast Open 34. */
static void check_kinds(uint8_t order, uint16_t opts, const uint8_t *kinds, size_t count)
{
    uint8_t frame[FRAME];
    Seg s = any_segment(1, opts, 0);
    s.order = order;
    s.cookie_len = s.opts & SEG_OPT_FAST_OPEN ? 8 : 0;
    assert_int_not_equal(wire_encode(&s, bytes_of(NULL, 0), frame, sizeof frame), 0);
    const uint8_t *p = frame + 40, *end = frame + 20 + s.header_len;
    for (size_t i = 0; i < count; i++) {
        assert_true(p < end);
        assert_int_equal(p[0], kinds[i]);
        p += p[0] <= 1 ? 1 : p[1];
    }
    assert_true(p == end || p[0] == 0);
}

static void each_system_writes_its_options_in_its_own_order(void **state)
{
    (void)state;
    const uint16_t three = SEG_OPT_MSS | SEG_OPT_WSCALE | SEG_OPT_SACK_OK;
    const uint16_t all = three | SEG_OPT_TIMESTAMP, open = all | SEG_OPT_FAST_OPEN;
    check_kinds(OPTIONS_AS_LINUX, all, (uint8_t[]){2, 4, 8, 1, 3}, 5);
    check_kinds(OPTIONS_AS_LINUX, three, (uint8_t[]){2, 1, 1, 4, 1, 3}, 6);
    check_kinds(OPTIONS_AS_LINUX, open, (uint8_t[]){2, 4, 8, 1, 3, 34, 1, 1}, 8);
    check_kinds(OPTIONS_AS_BSD, all, (uint8_t[]){2, 1, 3, 4, 8}, 5);
    check_kinds(OPTIONS_AS_BSD, three, (uint8_t[]){2, 1, 3, 4}, 4);
    check_kinds(OPTIONS_AS_BSD, open, (uint8_t[]){2, 1, 3, 4, 8, 34}, 6);
    check_kinds(OPTIONS_AS_BSD, SEG_OPT_TIMESTAMP, (uint8_t[]){1, 1, 8}, 3);
}

/* A frame on the heap has no bytes behind it: the sanitizer sees every step too far. */
static WireError decode_exactly(const uint8_t *frame, size_t len, Seg *s)
{
    uint8_t *exact = malloc(len ? len : 1);
    assert_non_null(exact);
    memcpy(exact, frame, len);
    Bytes payload;
    WireError e = wire_decode(bytes_of(exact, len), s, &payload);
    for (size_t i = 0; e == WIRE_OK && i < payload.len; i++)
        assert_true(payload.data[i] == payload.data[i]);
    free(exact);
    return e;
}

static void every_truncation_is_noticed(void **state)
{
    (void)state;
    uint8_t frame[FRAME];
    Seg s = any_segment(5, SEG_OPT_MSS | SEG_OPT_TIMESTAMP, 10), back;
    size_t size = wire_encode(&s, bytes_of("0123456789", 10), frame, sizeof frame);
    for (size_t len = 0; len < size; len++)
        assert_int_equal(decode_exactly(frame, len, &back), WIRE_TRUNCATED);
    assert_int_equal(decode_exactly(frame, size, &back), WIRE_OK);
    frame[size] = 0x55; /* bytes behind the packet belong to nobody */
    assert_int_equal(decode_exactly(frame, size + 1, &back), WIRE_OK);
    assert_int_equal(back.len, 10);
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    uint8_t frame[FRAME];
    Seg s = any_segment(6, SEG_OPT_MSS, 5), back;
    size_t size = wire_encode(&s, bytes_of("hello", 5), frame, sizeof frame);
    for (size_t bit = 0; bit < size * 8; bit++) {
        frame[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        assert_int_not_equal(decode_exactly(frame, size, &back), WIRE_OK);
        frame[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    }
}

/* Changes one byte, repairs the checksums, and decodes. */
static WireError with_byte(size_t at, uint8_t value, Seg *back)
{
    uint8_t frame[sizeof by_hand];
    memcpy(frame, by_hand, sizeof frame);
    frame[at] = value;
    wire_fix_checksums(frame, sizeof frame);
    return decode_exactly(frame, sizeof frame, back);
}

static void impossible_headers_are_told_apart(void **state)
{
    (void)state;
    Seg s;
    assert_int_equal(with_byte(0, 0x55, &s), WIRE_NOT_IP);
    assert_int_equal(with_byte(0, 0x44, &s), WIRE_NOT_IP);
    assert_int_equal(with_byte(3, 10, &s), WIRE_NOT_IP); /* shorter than its own header */
    assert_int_equal(with_byte(3, 41, &s), WIRE_TRUNCATED);
    assert_int_equal(with_byte(3, 39, &s), WIRE_TRUNCATED);
    assert_int_equal(with_byte(9, 17, &s), WIRE_NOT_TCP);
    assert_int_equal(with_byte(32, 0x40, &s), WIRE_BAD_OFFSET);
    assert_int_equal(with_byte(32, 0x60, &s), WIRE_BAD_OFFSET);
    uint8_t frame[sizeof by_hand];
    memcpy(frame, by_hand, sizeof frame);
    frame[11] ^= 1;
    assert_int_equal(decode_exactly(frame, sizeof frame, &s), WIRE_BAD_IP_CHECKSUM);
    memcpy(frame, by_hand, sizeof frame);
    frame[35] ^= 1;
    assert_int_equal(decode_exactly(frame, sizeof frame, &s), WIRE_BAD_CHECKSUM);
    assert_int_equal(s.wnd, 65534); /* and yet all of it can be shown */
    for (int e = WIRE_OK; e < WIRE_ERROR_COUNT; e++)
        assert_true(strlen(wire_error_text((WireError)e, LANG_EN)) > 3 &&
                    strlen(wire_error_text((WireError)e, LANG_ZH)) > 3);
}

/* Decodes a segment whose option list is these bytes, a multiple of four. */
static Seg with_options(const uint8_t *options, size_t len)
{
    uint8_t frame[FRAME];
    memcpy(frame, by_hand, sizeof by_hand);
    memcpy(frame + 40, options, len);
    frame[3] = (uint8_t)(40 + len);
    frame[32] = (uint8_t)((20 + len) / 4 << 4);
    wire_fix_checksums(frame, 40 + len);
    Seg s;
    assert_int_equal(decode_exactly(frame, 40 + len, &s), WIRE_OK);
    return s;
}

static void options_are_read_at_any_alignment(void **state)
{
    (void)state;
    static const uint8_t list[] = {1, 2, 4, 5, 0xb4, 99, 3, 7, 1, 3, 3, 7};
    Seg s = with_options(list, sizeof list);
    assert_int_equal(s.opts, SEG_OPT_MSS | SEG_OPT_UNKNOWN | SEG_OPT_WSCALE);
    assert_true(s.mss == 1460 && s.wscale == 7);
    static const uint8_t ended[] = {2, 4, 5, 0xb4, 0, 3, 3, 7}; /* nothing counts after the end */
    assert_int_equal(with_options(ended, sizeof ended).opts, SEG_OPT_MSS);
}

static void bad_option_lengths_end_the_list(void **state)
{
    (void)state;
    static const struct {
        uint8_t list[8];
        uint8_t opts;
    } cases[] = {
        {{3, 3, 7, 2, 0, 0, 0, 0}, SEG_OPT_WSCALE | SEG_OPT_BAD_LENGTH}, /* length 0 */
        {{3, 3, 7, 2, 1, 0, 0, 0}, SEG_OPT_WSCALE | SEG_OPT_BAD_LENGTH}, /* length 1 */
        {{3, 3, 7, 2, 9, 0, 0, 0}, SEG_OPT_WSCALE | SEG_OPT_BAD_LENGTH}, /* beyond the list */
        {{1, 1, 1, 1, 1, 1, 1, 2}, SEG_OPT_BAD_LENGTH},                  /* no length at all */
        {{2, 3, 5, 3, 3, 7, 0, 0}, SEG_OPT_WSCALE | SEG_OPT_UNKNOWN},    /* an MSS of 3 bytes */
        {{5, 8, 0, 0, 0, 0, 0, 0}, SEG_OPT_UNKNOWN},                     /* half a SACK block */
        {{8, 8, 0, 0, 0, 0, 0, 0}, SEG_OPT_UNKNOWN},                     /* half a timestamp */
        {{5, 2, 4, 2, 1, 1, 1, 1}, SEG_OPT_UNKNOWN | SEG_OPT_SACK_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(with_options(cases[i].list, 8).opts, cases[i].opts);
}

static void what_does_not_fit_is_not_written(void **state)
{
    (void)state;
    uint8_t frame[50], data[10] = {0};
    Seg s = as_segment;
    s.len = 10;
    memset(frame, 0x77, sizeof frame);
    assert_int_equal(wire_encode(&s, bytes_of(data, 10), frame, 49), 0);
    for (size_t i = 0; i < sizeof frame; i++)
        assert_int_equal(frame[i], 0x77);
    assert_int_equal(wire_encode(&s, bytes_of(data, 10), frame, 50), 50);
}

static void syn_and_fin_take_a_number_each(void **state)
{
    (void)state;
    Seg s = {.seq = {UINT32_MAX}, .len = 3};
    assert_int_equal(seg_len(&s), 3);
    s.flags = SEG_SYN | SEG_FIN | SEG_ACK;
    assert_int_equal(seg_len(&s), 5);
    assert_int_equal(seg_end(&s).v, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_worked_by_hand),
        cmocka_unit_test(the_sum_can_be_continued_and_odd_bytes_count_high),
        cmocka_unit_test(every_combination_of_options_survives_the_round_trip),
        cmocka_unit_test(each_system_writes_its_options_in_its_own_order),
        cmocka_unit_test(every_truncation_is_noticed),
        cmocka_unit_test(every_flipped_bit_is_noticed),
        cmocka_unit_test(impossible_headers_are_told_apart),
        cmocka_unit_test(options_are_read_at_any_alignment),
        cmocka_unit_test(bad_option_lengths_end_the_list),
        cmocka_unit_test(what_does_not_fit_is_not_written),
        cmocka_unit_test(syn_and_fin_take_a_number_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
