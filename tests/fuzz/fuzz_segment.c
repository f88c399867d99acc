/*
 * fuzz_segment.c - any bytes as a frame, TCP or ICMP in IPv4 or IPv6: decoding never reads outside,
 * and what it understood without loss can be written again and means the same.
 *
 * The first byte says whether the checksums are repaired first, so that the fuzzer gets behind
 * them.
 */
#include <stdint.h>
#include <string.h>

#include "core/base/wire_icmp.h"
#include "core/base/wire_ip.h"

enum { FRAME_MAX = 4096 };

/* Options that the encoder would write in fewer than all their bytes, or not at all. */
static bool is_lossless(const Seg *s)
{
    bool ok = s->opts & SEG_OPT_SACK_OK, time = s->opts & SEG_OPT_TIMESTAMP;
    uint32_t n = s->opts & SEG_OPT_SACK ? 4u + 8u * s->sack_count : 0u;
    n += s->opts & SEG_OPT_MSS ? 4u : 0u;
    n += s->opts & SEG_OPT_WSCALE ? 4u : 0u;
    n += s->opts & SEG_OPT_USER_TIMEOUT ? 4u : 0u;
    n += s->opts & SEG_OPT_FAST_OPEN ? (2u + s->cookie_len + 3u) & ~3u : 0u;
    n += ok && time ? 12u : (ok ? 4u : 0u) + (time ? 12u : 0u);
    return n <= 40 && !(s->opts & (SEG_OPT_UNKNOWN | SEG_OPT_BAD_LENGTH));
}

/* Without loss: an IPv6 address outside fd00::/96 has no number that can be written. */
static bool has_own_addresses(const Seg *s)
{
    return !s->v6 || (s->src_addr >> 28 != 0xf && s->dst_addr >> 28 != 0xf);
}

static void try_icmp(const uint8_t *frame, size_t len)
{
    uint8_t again[FRAME_MAX];
    Icmp m, back;
    Bytes data, data2;
    WireError e = icmp_decode(bytes_of(frame, len), &m, &data);
    CHECK(e < WIRE_ERROR_COUNT);
    if (e != WIRE_OK && e != WIRE_BAD_CHECKSUM)
        return;
    CHECK(data.len == m.len && data.data >= frame && data.data + data.len <= frame + len);
    CHECK(icmp_is(bytes_of(frame, len)) && (!m.quoted || icmp_is_error(&m)));
    if (data.len == 0)
        return;
    size_t n = icmp_encode(&m, data, again, sizeof again);
    CHECK(n > 0);
    CHECK(icmp_decode(bytes_of(again, n), &back, &data2) == WIRE_OK);
    CHECK(back.type == m.type && back.code == m.code && back.rest == m.rest);
    CHECK(back.quoted == m.quoted && memcmp(&back.quote, &m.quote, sizeof m.quote) == 0);
    CHECK(data2.len == data.len && memcmp(data2.data, data.data, data.len) == 0);
}

/* What a router says about the frame can be read, and quotes it. */
static void try_answer(const uint8_t *frame, size_t len)
{
    uint8_t answer[FRAME_MAX];
    Icmp m;
    Bytes data;
    size_t n = icmp_answer(bytes_of(frame, len), 1, 3, 0, 0, answer, sizeof answer);
    if (n == 0)
        return;
    WireError e = icmp_decode(bytes_of(answer, n), &m, &data);
    CHECK(e == WIRE_OK && data.len <= len && memcmp(data.data, frame, data.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t frame[FRAME_MAX], again[FRAME_MAX];
    if (size < 1 || size - 1 > FRAME_MAX)
        return 0;
    bool repair = data[0] & 1;
    size_t len = size - 1;
    memcpy(frame, data + 1, len);
    if (repair)
        wire_fix_checksums(frame, len);
    try_icmp(frame, len);
    try_answer(frame, len);
    Seg s, t;
    Bytes payload, payload2;
    WireError e = wire_decode(bytes_of(frame, len), &s, &payload);
    CHECK(e < WIRE_ERROR_COUNT);
    if (e != WIRE_OK && e != WIRE_BAD_CHECKSUM)
        return 0;
    CHECK(payload.len == s.len && s.header_len >= WIRE_TCP_HEADER && s.header_len <= 60);
    CHECK(payload.len == 0 || (payload.data >= frame && payload.data + s.len <= frame + len));
    CHECK(s.sack_count <= SEG_SACK_MAX);
    if (!is_lossless(&s) || !has_own_addresses(&s))
        return 0;
    Seg written = s;
    size_t n = wire_encode(&written, payload, again, sizeof again);
    CHECK(n > 0 || payload.len + WIRE_HEADERS_MAX > FRAME_MAX);
    if (n == 0)
        return 0;
    CHECK(wire_decode(bytes_of(again, n), &t, &payload2) == WIRE_OK);
    CHECK(t.header_len == written.header_len);
    s.header_len = t.header_len;
    CHECK(memcmp(&s, &t, sizeof s) == 0);
    CHECK(payload2.len == payload.len && memcmp(payload2.data, payload.data, payload.len) == 0);
    return 0;
}
