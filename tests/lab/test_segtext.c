/*
 * test_segtext.c - what is printed can be read back, and what cannot be read gets an answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/lab/heap.h"
#include "core/lab/segtext.h"

static const SegNames known = {.isn = {{4000}, {7000}}, .known = {true, true}};

static uint64_t draw(uint64_t n, uint64_t bound)
{
    return rng_below(1, 0x5e6, n, bound);
}

static const char *printed(Text *t, const SegNames *names, HostId from, const Seg *s,
                           SegStyle style)
{
    text_clear(t);
    segtext_print(t, names, from, s, style);
    return t->buf;
}

static Seg parsed(const char *text, const SegNames *names)
{
    uint8_t payload[1500];
    size_t len;
    SegParseError error = {0};
    Seg s = {.wnd = 1000, .ack = {7}, .seq = {9}};
    bool ok =
        segtext_parse(text, strlen(text), names, HOST_A, &s, payload, sizeof payload, &len, &error);
    if (!ok)
        print_error("%s: at %zu: %s\n", text, error.at, error.text[LANG_EN]);
    assert_true(ok);
    assert_int_equal(len, s.len);
    return s;
}

static void segments_print_as_the_ladder_shows_them(void **state)
{
    (void)state;
    Text t = text_heap();
    Seg syn = {.flags = SEG_SYN, .seq = {4000}, .wnd = 65535, .opts = SEG_OPT_MSS, .mss = 1460};
    assert_string_equal(printed(&t, &known, HOST_A, &syn, SEG_STYLE_SHORT), "SYN A");
    assert_string_equal(printed(&t, &known, HOST_A, &syn, SEG_STYLE_FULL),
                        "SYN A:A(0) win 65535 <mss 1460>");
    Seg syn_ack = {.flags = SEG_SYN | SEG_ACK, .seq = {7000}, .ack = {4001}, .wnd = 9};
    assert_string_equal(printed(&t, &known, HOST_B, &syn_ack, SEG_STYLE_SHORT),
                        "SYN+ACK B ack A+1");
    Seg data = {.flags = SEG_PSH | SEG_ACK, .seq = {4001}, .ack = {7001}, .len = 5};
    assert_string_equal(printed(&t, &known, HOST_A, &data, SEG_STYLE_SHORT),
                        "PSH+ACK A+1:A+6(5) ack B+1");
    SegNames plain = known;
    plain.absolute = true;
    assert_string_equal(printed(&t, &plain, HOST_A, &data, SEG_STYLE_SHORT),
                        "PSH+ACK 4001:4006(5) ack 7001");
    Seg old = {.flags = SEG_RST, .seq = {3995}};
    assert_string_equal(printed(&t, &known, HOST_A, &old, SEG_STYLE_SHORT), "RST A-5");
    Seg none = {.seq = {4000}};
    assert_string_equal(printed(&t, &known, HOST_A, &none, SEG_STYLE_SHORT), "- A");
    text_heap_free(&t);
}

static void tcpdump_and_packetdrill_lines_are_understood(void **state)
{
    (void)state;
    Seg s = parsed("S. 7000:7000(0) ack 4001 win 512 <mss 1460,nop,sackOK>", &known);
    assert_int_equal(s.flags, SEG_SYN | SEG_ACK);
    assert_true(s.seq.v == 7000 && s.ack.v == 4001 && s.wnd == 512 && s.len == 0);
    assert_int_equal(s.opts, SEG_OPT_MSS | SEG_OPT_SACK_OK);
    s = parsed("P. 1:1001(1000) ack 1 win 257 [TS val 100 ecr 700,wscale 7]", &known);
    assert_int_equal(s.flags, SEG_PSH | SEG_ACK);
    assert_true(s.len == 1000 && s.ts_val == 100 && s.ts_ecr == 700 && s.wscale == 7);
    s = parsed(". 1:1(0) ack 1 win 300 <sack 2001:3001 4001:5001>", &known);
    assert_true(s.sack_count == 2 && s.sack[1].to.v == 5001);
    s = parsed("fin+ack A+6 ack B+1", &known);
    assert_true(s.flags == (SEG_FIN | SEG_ACK) && s.seq.v == 4006 && s.ack.v == 7001);
    assert_int_equal(parsed("SA 1", &known).flags, SEG_SYN | SEG_ACK);
    assert_int_equal(parsed("- 1", &known).flags, 0);
}

static void defaults_fill_what_is_missing(void **state)
{
    (void)state;
    Seg s = parsed("ACK", &known);
    assert_true(s.seq.v == 9 && s.ack.v == 7 && s.wnd == 1000);
    s = parsed("SYN", &known); /* without the ACK bit there is no ack field */
    assert_true(s.seq.v == 9 && s.ack.v == 0);
    s = parsed("SYN 5 ack 3", &known); /* unless somebody insists */
    assert_true(s.ack.v == 3);
}

static void a_string_at_the_end_is_the_payload(void **state)
{
    (void)state;
    uint8_t payload[32];
    size_t len;
    Seg s = {0};
    const char *text = "PSH+ACK A+1 \"a\\n\\x41\\\"\\\\\"";
    assert_true(
        segtext_parse(text, strlen(text), &known, HOST_A, &s, payload, sizeof payload, &len, NULL));
    assert_int_equal(len, 5);
    assert_memory_equal(payload, "a\nA\"\\", 5);
    text = "PSH+ACK A+1:A+4(3)";
    memset(payload, 1, sizeof payload);
    assert_true(
        segtext_parse(text, strlen(text), &known, HOST_A, &s, payload, sizeof payload, &len, NULL));
    assert_memory_equal(payload, "\0\0\0\1", 4);
}

static void errors_name_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at;
    } bad[] = {
        {"", 0},
        {"A+1", 0},
        {"SYN+HUM 1", 0},
        {"SYN+ 1", 0},
        {"SYN x", 4},
        {"SYN 99999999999", 4},
        {"SYN 1:", 6},
        {"SYN 5:4(0)", 4},
        {"ACK 1:3(3)", 4},
        {"ACK 1:3(2", 9},
        {"ACK 1 ack", 9},
        {"ACK 1 win 70000", 10},
        {"SYN 1 <mss>", 10},
        {"SYN 1 <mss 1460", 15},
        {"SYN 1 <window 3>", 7},
        {"SYN 1 <sack>", 11},
        {"SYN 1 <TS 3>", 10},
        {"SYN 1 <sack 1:2 1:2 1:2 1:2,TS val 1 ecr 1>", 6},
        {"ACK 1:3(2) \"abc\"", 11},
        {"ACK 1 \"abc", 6},
        {"ACK 1 \"\\q\"", 8},
        {"ACK 1 ack 2 then", 12},
        {"ACK 1(64000)", 12},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint8_t payload[1500];
        size_t len;
        SegParseError error = {.at = 999};
        Seg s = {.wnd = 3}, before = s;
        bool ok = segtext_parse(bad[i].text, strlen(bad[i].text), &known, HOST_A, &s, payload,
                                sizeof payload, &len, &error);
        if (ok || error.at != bad[i].at)
            print_error("%s: %d at %zu\n", bad[i].text, ok, error.at);
        assert_false(ok);
        assert_int_equal(error.at, bad[i].at);
        assert_true(strlen(error.text[LANG_EN]) > 5 && strlen(error.text[LANG_ZH]) > 5);
        assert_memory_equal(&s, &before, sizeof s);
    }
    SegNames unknown = {.known = {true, false}};
    SegParseError error;
    uint8_t payload[8];
    size_t len;
    Seg s = {0};
    assert_false(segtext_parse("ACK A ack B", 11, &unknown, HOST_A, &s, payload, 8, &len, &error));
    assert_int_equal(error.at, 10);
}

/* Options in a combination that fits into forty bytes. */
static Seg any_segment(uint64_t n)
{
    uint64_t base = n * 32;
    Seg s = {.seq = {(uint32_t)draw(base, UINT32_MAX)},
             .ack = {(uint32_t)draw(base + 1, UINT32_MAX)},
             .flags = (uint16_t)draw(base + 2, 512),
             .wnd = (uint16_t)draw(base + 3, 65536),
             .urg = (uint16_t)(draw(base + 4, 4) ? 0 : draw(base + 5, 65536)),
             .len = (uint16_t)draw(base + 6, 1460),
             .opts = (uint8_t)draw(base + 7, 256)};
    if (draw(base + 8, 4) == 0)
        s.seq = seq_add(known.isn[HOST_A], (uint32_t)draw(base + 9, 100));
    if (s.opts & SEG_OPT_MSS)
        s.mss = (uint16_t)draw(base + 10, 65536);
    if (s.opts & SEG_OPT_WSCALE)
        s.wscale = (uint8_t)draw(base + 11, 256);
    if (s.opts & SEG_OPT_TIMESTAMP) {
        s.ts_val = (uint32_t)draw(base + 12, UINT32_MAX);
        s.ts_ecr = (uint32_t)draw(base + 13, UINT32_MAX);
    }
    if (s.opts & SEG_OPT_USER_TIMEOUT)
        s.user_timeout = (uint16_t)draw(base + 14, 65536);
    if (s.opts & SEG_OPT_SACK) {
        s.sack_count = 1;
        s.sack[0] = (SeqRange){{(uint32_t)draw(base + 15, UINT32_MAX)},
                               {(uint32_t)draw(base + 16, UINT32_MAX)}};
    }
    return s;
}

static void every_segment_survives_the_round_trip(void **state)
{
    (void)state;
    Text t = text_heap();
    for (uint64_t n = 0; n < 20000; n++) {
        Seg s = any_segment(n), back = {0};
        SegNames names = {.isn = {{4000}, {4294967000u}},
                          .known = {n % 3 != 0, n % 5 != 0},
                          .absolute = n % 7 == 0};
        HostId from = n % 2 ? HOST_A : HOST_B;
        printed(&t, &names, from, &s, SEG_STYLE_FULL);
        uint8_t payload[1500];
        size_t len;
        SegParseError error = {0};
        bool ok =
            segtext_parse(t.buf, t.len, &names, from, &back, payload, sizeof payload, &len, &error);
        if (!ok || memcmp(&s, &back, sizeof s) != 0)
            print_error("%s: at %zu: %s\n", t.buf, error.at, ok ? "different" : error.text[0]);
        assert_true(ok);
        assert_memory_equal(&s, &back, sizeof s);
    }
    text_heap_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_print_as_the_ladder_shows_them),
        cmocka_unit_test(tcpdump_and_packetdrill_lines_are_understood),
        cmocka_unit_test(defaults_fill_what_is_missing),
        cmocka_unit_test(a_string_at_the_end_is_the_payload),
        cmocka_unit_test(errors_name_their_place),
        cmocka_unit_test(every_segment_survives_the_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
