/*
 * test_wire_icmp.c - ICMP messages: one worked by hand, what a router quotes, and what a quotation
 * that was cut still tells.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/wire_icmp.h"
#include "core/base/wire_ip.h"

enum { FRAME = 2000, ROUTER = 0x0a0000fe };

/* A segment of 1000 bytes from A, with timestamps, in a frame. */
static size_t segment(bool v6, uint8_t *frame)
{
    static const uint8_t data[1000];
    Seg s = {.src_addr = 0x0a000001,
             .dst_addr = 0x0a000002,
             .src_port = 49152,
             .dst_port = 80,
             .seq = {5000},
             .ack = {7000},
             .flags = SEG_ACK | SEG_PSH,
             .wnd = 4321,
             .len = sizeof data,
             .ttl = 1,
             .opts = SEG_OPT_TIMESTAMP,
             .ts_val = 9,
             .v6 = v6};
    return wire_encode(&s, bytes_of(data, sizeof data), frame, FRAME);
}

static WireError decode_exactly(const uint8_t *frame, size_t len, Icmp *m)
{
    uint8_t *exact = malloc(len ? len : 1);
    memcpy(exact, frame, len);
    Bytes data;
    WireError e = icmp_decode(bytes_of(exact, len), m, &data);
    if (e == WIRE_OK)
        assert_true(data.len == m->len && data.data + data.len <= exact + len);
    free(exact);
    return e;
}

/* Port unreachable from 10.0.0.2, quoting 8 bytes of TCP behind a header of its own.
 *     ICMP: 0303+0000+0000 + 4500+0028+0000+4000+4006+26ce+0a00+0001+0a00+0002
 *           + 0fa0+0050+0000+1000 = 22f3 (the quoted header sums to ffff), inverted dd0c
 */
static void a_message_worked_by_hand(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {
        0x45, 0, 0,  56, 0, 0, 0x40, 0,    64,   1,    0x26, 0xc3, 10,   0,
        0,    2, 10, 0,  0, 1, 3,    3,    0xdd, 0x0c, 0,    0,    0,    0, /* ICMP */
        0x45, 0, 0,  40, 0, 0, 0x40, 0,    64,   6,    0x26, 0xce, 10,   0,
        0,    1, 10, 0,  0, 2, 0x0f, 0xa0, 0,    0x50, 0,    0,    0x10, 0,
    };
    uint8_t frame[FRAME];
    Icmp m = {.src_addr = 0x0a000002,
              .dst_addr = 0x0a000001,
              .type = ICMP4_UNREACHABLE,
              .code = ICMP4_PORT_UNREACHABLE,
              .ttl = 64,
              .quoted = true,
              .quote = {.src_addr = 0x0a000001,
                        .dst_addr = 0x0a000002,
                        .src_port = 4000,
                        .dst_port = 80,
                        .seq = {4096},
                        .ttl = 64}};
    size_t len = icmp_encode(&m, bytes_of(NULL, 0), frame, sizeof frame);
    assert_int_equal(len, sizeof wanted);
    assert_memory_equal(frame, wanted, len);
    Icmp back;
    assert_int_equal(decode_exactly(frame, len, &back), WIRE_OK);
    assert_true(back.quoted && back.quote.dst_port == 80 && back.quote.seq.v == 4096);
    assert_int_equal(back.quote.header_len, 0); /* no more than eight bytes of it were there */
    assert_int_equal(icmp_encode(&m, bytes_of(NULL, 0), frame, len - 1), 0);
}

static void a_router_quotes_the_packet_it_could_not_deliver(void **state)
{
    (void)state;
    for (int v6 = 0; v6 < 2; v6++) {
        uint8_t frame[FRAME], out[FRAME];
        size_t len = segment(v6, frame);
        uint8_t type = v6 ? ICMP6_TOO_BIG : ICMP4_UNREACHABLE;
        uint8_t code = v6 ? 0 : ICMP4_FRAG_NEEDED;
        size_t n = icmp_answer(bytes_of(frame, len), ROUTER, type, code, 1280, out, sizeof out);
        Icmp m;
        assert_int_equal(decode_exactly(out, n, &m), WIRE_OK);
        assert_true(m.src_addr == ROUTER && m.dst_addr == 0x0a000001 && m.v6 == v6);
        assert_int_equal(icmp_kind(&m), ICMP_TOO_BIG);
        assert_int_equal(icmp_mtu(&m), 1280);
        assert_true(m.quoted && m.quote.seq.v == 5000 && m.quote.ack.v == 7000);
        assert_true(m.quote.len == 1000 && m.quote.header_len == 32 && m.quote.wnd == 4321);
        assert_int_equal(n, v6 ? len + 48 : 576); /* all of it, or what RFC 1812 wants */
        assert_int_equal(icmp_answer(bytes_of(out, n), ROUTER, type, code, 0, frame, FRAME), 0);
    }
}

static void a_quotation_that_was_cut_tells_what_it_can(void **state)
{
    (void)state;
    for (int v6 = 0; v6 < 2; v6++) {
        uint8_t frame[FRAME], out[FRAME];
        size_t ip = v6 ? IP6_HEADER : IP4_HEADER;
        segment(v6, frame);
        for (size_t quoted = 1; quoted < ip + 32; quoted++) {
            Icmp m = {.src_addr = ROUTER,
                      .dst_addr = 0x0a000001,
                      .v6 = (uint8_t)v6,
                      .type = v6 ? ICMP6_TIME_EXCEEDED : ICMP4_TIME_EXCEEDED,
                      .ttl = 64};
            Icmp back;
            size_t n = icmp_encode(&m, bytes_of(frame, quoted), out, sizeof out);
            assert_int_equal(decode_exactly(out, n, &back), WIRE_OK);
            assert_int_equal(back.quoted, quoted >= ip + 8);
            assert_int_equal(back.quote.header_len, quoted >= ip + 20 ? 32 : 0);
        }
    }
}

static void what_is_no_message_is_refused(void **state)
{
    (void)state;
    uint8_t frame[FRAME], out[FRAME];
    Icmp m;
    size_t len = segment(false, frame);
    assert_int_equal(decode_exactly(frame, len, &m), WIRE_NOT_ICMP);
    size_t n = icmp_answer(bytes_of(frame, len), ROUTER, ICMP4_TIME_EXCEEDED, 0, 0, out, FRAME);
    Seg s;
    Bytes payload;
    assert_int_equal(wire_decode(bytes_of(out, n), &s, &payload), WIRE_NOT_TCP);
    for (size_t i = 0; i < n; i++)
        assert_int_not_equal(decode_exactly(out, i, &m), WIRE_OK);
    out[n - 1] ^= 1;
    assert_int_equal(decode_exactly(out, n, &m), WIRE_BAD_CHECKSUM);
    out[n - 1] ^= 1;
    out[IP4_HEADER + 8 + 9] = 17; /* quoting UDP */
    wire_fix_checksums(out, n);
    assert_int_equal(decode_exactly(out, n, &m), WIRE_OK);
    assert_false(m.quoted);
}

static void names_lead_there_and_back(void **state)
{
    (void)state;
    for (int v6 = 0; v6 < 2; v6++)
        for (int type = 0; type < 256; type++)
            for (int code = 0; code < 16; code++) {
                Icmp m = {.v6 = (uint8_t)v6, .type = (uint8_t)type, .code = (uint8_t)code};
                const char *name = icmp_type_name(&m), *code_name = icmp_code_name(&m);
                uint8_t back;
                assert_true(strlen(icmp_text(&m, LANG_EN)) > 3 && icmp_text(&m, LANG_ZH)[0]);
                if (!name)
                    continue;
                assert_true(icmp_type_of_name(name, strlen(name), v6, &back) && back == type);
                if (!code_name)
                    continue;
                assert_true(icmp_code_of_name(&m, code_name, strlen(code_name), &back));
                assert_int_equal(back, code);
            }
    Icmp v4 = {.type = ICMP4_UNREACHABLE}, v6 = {.v6 = 1, .type = ICMP6_UNREACHABLE};
    uint8_t code;
    assert_true(icmp_code_of_name(&v4, "fragmentation_needed", 20, &code) && code == 4);
    assert_true(icmp_code_of_name(&v6, "adm_prohibited", 14, &code) && code == 1);
    assert_false(icmp_code_of_name(&v6, "frag_needed", 11, &code));
    assert_false(icmp_type_of_name("packet_too_big", 14, false, &code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_worked_by_hand),
        cmocka_unit_test(a_router_quotes_the_packet_it_could_not_deliver),
        cmocka_unit_test(a_quotation_that_was_cut_tells_what_it_can),
        cmocka_unit_test(what_is_no_message_is_refused),
        cmocka_unit_test(names_lead_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
