/*
 * test_pcapng.c - a run becomes a capture whose every block is well formed, whose frames are the
 * ones that were sent, and whose comments tell what no sniffer knows.
 *
 * The walker below is written from the format's document alone, so that writer and test cannot
 * agree on a mistake.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/lab/heap.h"
#include "core/lab/pcapng.h"
#include "tests/lab/desk.h"

enum { PACKETS_MAX = 4096, INTERFACES_MAX = 8 };

typedef struct Taken {
    uint32_t interface, flags;
    uint64_t at, id;
    Bytes frame;
    char comment[2048];
} Taken;

typedef struct Capture {
    uint32_t sections, interfaces, statistics, packets;
    char name[INTERFACES_MAX][16];
    uint16_t link[INTERFACES_MAX];
    uint8_t resolution[INTERFACES_MAX];
    uint64_t received[INTERFACES_MAX], dropped[INTERFACES_MAX];
    Taken packet[PACKETS_MAX];
} Capture;

static Capture capture; /* too large for a stack */

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t le16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

/* The value of an option, and its length; NULL if the list does not have it. */
static const uint8_t *option(const uint8_t *p, const uint8_t *end, uint32_t code, uint32_t *len)
{
    for (;;) {
        assert_true(end - p >= 4);
        uint32_t got = le16(p), n = le16(p + 2);
        if (got == 0) {
            assert_true(n == 0 && p + 4 == end); /* the end is the end */
            return NULL;
        }
        assert_true((size_t)(end - p) >= 4 + ((n + 3u) & ~3u));
        if (got == code) {
            *len = n;
            return p + 4;
        }
        p += 4 + ((n + 3u) & ~3u);
    }
}

static void read_interface(Capture *c, const uint8_t *body, const uint8_t *end)
{
    uint32_t len, i = c->interfaces++;
    assert_true(i < INTERFACES_MAX);
    c->link[i] = (uint16_t)le16(body);
    const uint8_t *name = option(body + 8, end, 2, &len);
    assert_true(name && len < sizeof c->name[i]);
    memcpy(c->name[i], name, len);
    const uint8_t *resolution = option(body + 8, end, 9, &len);
    assert_true(resolution && len == 1);
    c->resolution[i] = *resolution;
}

static void read_packet(Capture *c, const uint8_t *body, const uint8_t *end)
{
    uint32_t len, n = le32(body + 12);
    assert_true(c->packets < PACKETS_MAX);
    Taken *p = &c->packet[c->packets++];
    p->interface = le32(body);
    assert_true(p->interface < c->interfaces);
    p->at = (uint64_t)le32(body + 4) << 32 | le32(body + 8);
    assert_int_equal(n, le32(body + 16));
    p->frame = bytes_of(body + 20, n);
    const uint8_t *options = body + 20 + ((n + 3u) & ~3u);
    const uint8_t *value = option(options, end, 2, &len);
    p->flags = value ? le32(value) : 0;
    value = option(options, end, 5, &len);
    p->id = value ? le32(value) | (uint64_t)le32(value + 4) << 32 : 0;
    value = option(options, end, 1, &len);
    assert_true(value && len < sizeof p->comment);
    memcpy(p->comment, value, len);
}

static void read_statistics(Capture *c, const uint8_t *body, const uint8_t *end)
{
    uint32_t len, i = le32(body);
    assert_true(i < c->interfaces);
    const uint8_t *value = option(body + 12, end, 4, &len);
    assert_true(value && len == 8);
    c->received[i] = le32(value);
    value = option(body + 12, end, 5, &len);
    assert_true(value && len == 8);
    c->dropped[i] = le32(value);
    c->statistics++;
}

static const Capture *take(const Session *s, HostId from, Lang lang)
{
    Text t = text_heap();
    Capture *c = &capture;
    memset(c, 0, sizeof *c);
    uint32_t packets = pcapng_trace(&t, session_trace(s), from, lang);
    static uint8_t bytes[1 << 20];
    assert_true(!t.full && t.len % 4 == 0 && t.len < sizeof bytes);
    memcpy(bytes, t.buf, t.len);
    for (size_t at = 0; at < t.len;) {
        assert_true(t.len - at >= 12);
        const uint8_t *block = bytes + at;
        uint32_t type = le32(block), len = le32(block + 4);
        assert_true(len % 4 == 0 && len >= 12 && len <= t.len - at);
        assert_int_equal(len, le32(block + len - 4));
        const uint8_t *body = block + 8, *end = block + len - 4;
        if (type == 0x0a0d0d0a) {
            assert_true(at == 0 && le32(body) == 0x1a2b3c4d);
            c->sections++;
        } else if (type == 1) {
            read_interface(c, body, end);
        } else if (type == 6) {
            read_packet(c, body, end);
        } else {
            assert_int_equal(type, 5);
            read_statistics(c, body, end);
        }
        at += len;
    }
    text_heap_free(&t);
    assert_int_equal(c->sections, 1);
    assert_int_equal(c->statistics, c->interfaces);
    assert_int_equal(c->packets, packets);
    return c;
}

/* A lost segment, its retransmission, and both closes. */
static Session *story(void)
{
    Session *s = desk_new(1, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    Cmd arm = {.op = CMD_ARM, .host = HOST_A, .key = ARMED_DROP, .conn = 1, .len = CLASS_DATA};
    assert_int_equal(desk_do(s, arm).status, CALL_OK);
    desk_send(s, HOST_A, "hello");
    desk_quiet(s);
    desk_close(s, HOST_A);
    desk_quiet(s);
    return s;
}

static void the_wire_has_every_segment_once(void **state)
{
    (void)state;
    Session *s = story();
    const Trace *trace = session_trace(s);
    const Capture *c = take(s, HOST_NONE, LANG_EN);
    assert_int_equal(c->interfaces, 2);
    assert_string_equal(c->name[0], "A");
    assert_string_equal(c->name[1], "B");
    uint32_t n = 0;
    for (uint32_t row = 1; row <= trace_last(trace); row++) {
        const Note *note = trace_note(trace, row);
        if (note->kind != NOTE_SENT)
            continue;
        const Taken *p = &c->packet[n++];
        Bytes frame = trace_bytes(trace, note), payload;
        Seg seg;
        assert_true(p->frame.len == frame.len && memcmp(p->frame.data, frame.data, frame.len) == 0);
        assert_int_equal(wire_decode(p->frame, &seg, &payload), WIRE_OK);
        assert_int_equal(p->at, note->at);
        assert_int_equal(p->interface, note->host);
        assert_int_equal(p->id, row);
        assert_int_equal(p->flags & 3, 2); /* outbound */
    }
    assert_int_equal(c->packets, n);
    assert_true(n > 6);
    assert_int_equal(c->dropped[0], 1);
    assert_int_equal(c->dropped[1], 0);
    assert_int_equal(c->received[0] + c->received[1], n);
    for (uint32_t i = 0; i < c->interfaces; i++) {
        assert_int_equal(c->link[i], LINK_RAW_IP);
        assert_int_equal(c->resolution[i], 9);
    }
    session_free(s);
}

static bool says(const Capture *c, uint32_t packet, const char *words)
{
    assert_true(packet < c->packets);
    if (strstr(c->packet[packet].comment, words))
        return true;
    print_error("packet %u: %s\n", packet, c->packet[packet].comment);
    return false;
}

static void comments_tell_states_rules_and_losses(void **state)
{
    (void)state;
    Session *s = story();
    const Capture *c = take(s, HOST_NONE, LANG_EN);
    assert_true(says(c, 0, "#3 A SYN-SENT"));
    assert_true(says(c, 0, "\n#4 B LISTEN -> SYN-RECEIVED"));
    assert_true(says(c, 0, "listen-syn (RFC 9293 3.10.7.2)"));
    assert_true(says(c, 1, "A SYN-SENT -> ESTABLISHED"));
    assert_true(says(c, 2, "third-ack (RFC 9293 3.5)"));
    assert_true(says(c, 3, "lost: dropped by an armed rule"));
    assert_true(says(c, 4, "Retransmission"));
    c = take(s, HOST_NONE, LANG_ZH);
    assert_true(says(c, 3, "丢失"));
    assert_true(says(c, 1, "A SYN-SENT -> ESTABLISHED"));
    session_free(s);
}

static void a_host_sees_what_it_sends_and_what_reaches_it(void **state)
{
    (void)state;
    Session *s = story();
    uint32_t wire = take(s, HOST_NONE, LANG_EN)->packets;
    const Capture *c = take(s, HOST_A, LANG_EN);
    assert_int_equal(c->interfaces, 1);
    assert_string_equal(c->name[0], "A");
    assert_int_equal(c->packets, wire); /* nothing towards A was lost */
    for (uint32_t i = 0; i < c->packets; i++) {
        Seg seg;
        Bytes payload;
        assert_int_equal(wire_decode(c->packet[i].frame, &seg, &payload), WIRE_OK);
        assert_int_equal(c->packet[i].flags & 3, seg.src_port == 80 ? 1 : 2);
        assert_true(i == 0 || c->packet[i - 1].at <= c->packet[i].at);
    }
    c = take(s, HOST_B, LANG_EN);
    assert_int_equal(c->packets, wire - 1);
    assert_string_equal(c->name[0], "B");
    session_free(s);
}

/* Duplicates, reordering and bit errors of the network leave the file in order. */
static void a_bad_wire_makes_a_good_file(void **state)
{
    (void)state;
    Session *s = desk_new(7, 0);
    desk_bad_wire_story(s);
    for (int from = 0; from < 3; from++) {
        const Capture *c = take(s, from == 2 ? HOST_NONE : (HostId)from, LANG_EN);
        assert_true(c->packets > 10);
        for (uint32_t i = 1; i < c->packets; i++)
            assert_true(c->packet[i - 1].at <= c->packet[i].at);
    }
    session_free(s);
}

static void a_full_text_says_so(void **state)
{
    (void)state;
    char small[600];
    Text t = text_fixed(small, sizeof small);
    Session *s = story();
    assert_true(pcapng_trace(&t, session_trace(s), HOST_NONE, LANG_EN) > 0);
    assert_true(t.full);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wire_has_every_segment_once),
        cmocka_unit_test(comments_tell_states_rules_and_losses),
        cmocka_unit_test(a_host_sees_what_it_sends_and_what_reaches_it),
        cmocka_unit_test(a_bad_wire_makes_a_good_file),
        cmocka_unit_test(a_full_text_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
