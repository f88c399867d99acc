/*
 * test_capture.c - captures of every kind are read, and damaged ones up to the damage.
 *
 * Files are built here byte by byte, in both byte orders, from the formats' documents.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/live/capture.h"

/* A file in memory, read in pieces of `step` bytes. */
typedef struct File {
    uint8_t bytes[4096];
    size_t len, at, step;
    bool big;
} File;

static size_t more(void *user, uint8_t *buf, size_t cap)
{
    File *f = user;
    size_t n = f->len - f->at;
    n = n < cap ? n : cap;
    n = n < f->step ? n : f->step;
    memcpy(buf, f->bytes + f->at, n);
    f->at += n;
    return n;
}

static void put(File *f, uint64_t v, int bytes)
{
    assert_true(f->len + (size_t)bytes <= sizeof f->bytes);
    for (int i = 0; i < bytes; i++)
        f->bytes[f->len++] = (uint8_t)(v >> 8 * (f->big ? bytes - 1 - i : i));
}

static void put_text(File *f, const char *text)
{
    size_t n = strlen(text);
    memcpy(f->bytes + f->len, text, n);
    f->len += n;
    while (f->len % 4)
        f->bytes[f->len++] = 0;
}

static void pcap_head(File *f, uint32_t magic, uint32_t link)
{
    put(f, magic, 4);
    put(f, 2, 2);
    put(f, 4, 2);
    put(f, 0, 8);
    put(f, 65535, 4);
    put(f, link, 4);
}

static void pcap_packet(File *f, uint32_t s, uint32_t part, const char *bytes, uint32_t len)
{
    put(f, s, 4);
    put(f, part, 4);
    put(f, strlen(bytes), 4);
    put(f, len, 4);
    memcpy(f->bytes + f->len, bytes, strlen(bytes));
    f->len += strlen(bytes);
}

static size_t block(File *f, uint32_t type)
{
    size_t at = f->len;
    put(f, type, 4);
    put(f, 0, 4);
    return at;
}

static void block_end(File *f, size_t at)
{
    size_t end = f->len + 4;
    f->len = at + 4;
    put(f, end - at, 4);
    f->len = end - 4;
    put(f, end - at, 4);
}

static void section(File *f)
{
    size_t at = block(f, 0x0a0d0d0a);
    put(f, 0x1a2b3c4d, 4);
    put(f, 1, 2);
    put(f, 0, 2);
    put(f, UINT64_MAX, 8);
    block_end(f, at);
}

static void interface(File *f, uint16_t link, int resolution, int64_t offset)
{
    size_t at = block(f, 1);
    put(f, link, 2);
    put(f, 0, 2);
    put(f, 0, 4);
    if (resolution >= 0) {
        put(f, 9, 2);
        put(f, 1, 2);
        put_text(f, (char[]){(char)resolution, 0});
        if (resolution == 0)
            put(f, 0, 4);
    }
    if (offset) {
        put(f, 14, 2);
        put(f, 8, 2);
        put(f, (uint64_t)offset, 8);
    }
    if (resolution >= 0 || offset)
        put(f, 0, 4);
    block_end(f, at);
}

static void packet(File *f, uint32_t which, uint64_t ticks, const char *bytes, uint32_t len)
{
    size_t at = block(f, 6);
    put(f, which, 4);
    put(f, ticks >> 32, 4);
    put(f, ticks & 0xffffffff, 4);
    put(f, strlen(bytes), 4);
    put(f, len, 4);
    put_text(f, bytes);
    block_end(f, at);
}

static CapturePacket next(Capture *c)
{
    CapturePacket p;
    CaptureNext what = capture_next(c, &p);
    uint64_t at;
    CaptureError e = capture_error(c, &at);
    if (what != CAPTURE_PACKET)
        print_error("byte %u: %s\n", (unsigned)at, capture_error_text(e, LANG_EN));
    assert_int_equal(what, CAPTURE_PACKET);
    return p;
}

static void fails(Capture *c, CaptureError want, uint64_t want_at)
{
    CapturePacket p;
    uint64_t at;
    for (int i = 0; i < 2; i++) { /* and says the same again */
        assert_int_equal(capture_next(c, &p), CAPTURE_FAILED);
        assert_int_equal(capture_error(c, &at), want);
        assert_int_equal(at, want_at);
    }
    capture_free(c);
}

static void ends(Capture *c)
{
    CapturePacket p;
    uint64_t at;
    assert_int_equal(capture_next(c, &p), CAPTURE_END);
    assert_int_equal(capture_next(c, &p), CAPTURE_END);
    assert_int_equal(capture_error(c, &at), CAPTURE_OK);
    capture_free(c);
}

static void pcap_is_read_in_both_orders_and_clocks(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        File f = {.big = kind & 1, .step = kind < 2 ? 4096 : 3};
        bool nanos = kind & 2;
        pcap_head(&f, nanos ? 0xa1b23c4d : 0xa1b2c3d4, 101);
        pcap_packet(&f, 10, 7, "hello", 1500);
        pcap_packet(&f, 11, 0, "", 0);
        Capture *c = capture_new(more, &f);
        CapturePacket p = next(c);
        assert_int_equal(p.number, 1);
        assert_int_equal(p.at, 10 * NANOS_S + (nanos ? 7 : 7 * NANOS_US));
        assert_int_equal(p.bytes.len, 5);
        assert_memory_equal(p.bytes.data, "hello", 5);
        assert_int_equal(p.len, 1500);
        assert_int_equal(p.link, 101);
        p = next(c);
        assert_int_equal(p.number, 2);
        assert_int_equal(p.bytes.len, 0);
        ends(c);
    }
}

static void pcapng_is_read_with_sections_interfaces_and_clocks(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        File f = {.big = big, .step = 5};
        section(&f);
        interface(&f, 1, -1, 0);    /* microseconds by default */
        interface(&f, 101, 9, 100); /* nanoseconds, a hundred seconds later */
        packet(&f, 1, 5, "abc", 3);
        packet(&f, 0, 5, "abcd", 4);
        size_t at = block(&f, 0x0bad); /* a kind that nobody knows */
        put_text(&f, "whatever it says");
        block_end(&f, at);
        at = block(&f, 3); /* a simple packet: no time, interface 0 */
        put(&f, 3, 4);
        put_text(&f, "xyz");
        block_end(&f, at);
        f.big = !big; /* the next section may have been written by another machine */
        section(&f);
        interface(&f, 113, 0x80 | 10, 0); /* 1024 ticks a second */
        packet(&f, 0, 1536, "q", 1);
        Capture *c = capture_new(more, &f);
        CapturePacket p = next(c);
        assert_int_equal(p.at, 100 * NANOS_S + 5);
        assert_int_equal(p.interface, 1);
        assert_int_equal(p.link, 101);
        p = next(c);
        assert_int_equal(p.at, 5 * NANOS_US);
        assert_int_equal(p.link, 1);
        p = next(c);
        assert_int_equal(p.number, 3);
        assert_int_equal(p.at, 0);
        assert_memory_equal(p.bytes.data, "xyz", 3);
        p = next(c);
        assert_int_equal(p.at, NANOS_S + NANOS_S / 2);
        assert_int_equal(p.link, 113);
        ends(c);
    }
}

static void ticks_of_every_resolution_become_nanoseconds(void **state)
{
    (void)state;
    assert_int_equal(capture_ticks(3, 0), 3 * NANOS_S);
    assert_int_equal(capture_ticks(3, 3), 3 * NANOS_MS);
    assert_int_equal(capture_ticks(3999, 12), 3);
    assert_int_equal(capture_ticks(UINT64_MAX, 0), NANOS_NEVER);
    assert_int_equal(capture_ticks(5, 127), 0);
    assert_int_equal(capture_ticks(3, 0x80), 3 * NANOS_S);
    assert_int_equal(capture_ticks(3ull << 40, 0x80 | 40), 3 * NANOS_S);
    assert_int_equal(capture_ticks(1ull << 39, 0x80 | 40), NANOS_S / 2);
    assert_int_equal(capture_ticks(UINT64_MAX, 0x80 | 63), 2 * NANOS_S - 1);
    assert_int_equal(capture_ticks(UINT64_MAX, 0x80 | 64), 0);
    assert_int_equal(capture_ticks(UINT64_MAX, 0x80), NANOS_NEVER);
}

static void a_cut_file_is_read_up_to_the_cut(void **state)
{
    (void)state;
    for (int cut = 1; cut < 20; cut++) {
        File f = {.step = 4096};
        pcap_head(&f, 0xa1b2c3d4, 101);
        pcap_packet(&f, 1, 0, "abcd", 4);
        pcap_packet(&f, 2, 0, "efgh", 4);
        f.len -= (size_t)cut;
        Capture *c = capture_new(more, &f);
        next(c);
        fails(c, CAPTURE_CUT, 24 + 20);
    }
    File f = {.step = 4096};
    section(&f);
    interface(&f, 101, 9, 0);
    size_t at = f.len;
    packet(&f, 0, 5, "abc", 3);
    f.len--;
    fails(capture_new(more, &f), CAPTURE_CUT, at);
}

static void damage_is_found_at_its_byte(void **state)
{
    (void)state;
    File f = {.step = 4096};
    fails(capture_new(more, &f), CAPTURE_EMPTY, 0);
    f = (File){.step = 4096};
    put_text(&f, "B listen 80");
    fails(capture_new(more, &f), CAPTURE_UNKNOWN, 0);
    f = (File){.step = 4096};
    put(&f, 0x00088b1f, 4);
    fails(capture_new(more, &f), CAPTURE_COMPRESSED, 0);

    f = (File){.step = 4096}; /* a packet that claims 16 MiB */
    pcap_head(&f, 0xa1b2c3d4, 101);
    pcap_packet(&f, 1, 0, "abcd", 4);
    f.bytes[24 + 8 + 3] = 1;
    fails(capture_new(more, &f), CAPTURE_BAD_PACKET, 24 + 8);

    f = (File){.step = 4096}; /* both lengths of a block must agree */
    section(&f);
    f.bytes[f.len - 4]++;
    fails(capture_new(more, &f), CAPTURE_BAD_LENGTH, f.len - 4);
    f = (File){.step = 4096};
    section(&f);
    f.bytes[8] = 0;
    fails(capture_new(more, &f), CAPTURE_BAD_ORDER, 8);
    f = (File){.step = 4096};
    section(&f);
    f.bytes[4] = 6;
    fails(capture_new(more, &f), CAPTURE_BAD_LENGTH, 4);

    f = (File){.step = 4096}; /* interface 1 was never described */
    section(&f);
    interface(&f, 101, 9, 0);
    size_t at = f.len;
    packet(&f, 1, 5, "abc", 3);
    fails(capture_new(more, &f), CAPTURE_NO_INTERFACE, at + 8);
    f.at = 0; /* a packet longer than its block */
    f.bytes[at + 8] = 0;
    f.bytes[at + 8 + 12] = 40;
    fails(capture_new(more, &f), CAPTURE_BAD_PACKET, at + 8 + 12);
}

static void every_error_has_words(void **state)
{
    (void)state;
    for (int e = 0; e < CAPTURE_ERROR_COUNT; e++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_true(strlen(capture_error_text((CaptureError)e, (Lang)lang)) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pcap_is_read_in_both_orders_and_clocks),
        cmocka_unit_test(pcapng_is_read_with_sections_interfaces_and_clocks),
        cmocka_unit_test(ticks_of_every_resolution_become_nanoseconds),
        cmocka_unit_test(a_cut_file_is_read_up_to_the_cut),
        cmocka_unit_test(damage_is_found_at_its_byte),
        cmocka_unit_test(every_error_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
