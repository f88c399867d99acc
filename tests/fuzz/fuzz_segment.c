/*
 * fuzz_segment.c - any bytes as a frame: decoding never reads outside, and what it understood
 * without loss can be written again and means the same.
 *
 * The first byte says whether the checksums are repaired first, so that the fuzzer gets behind
 * them.
 */
#include <stdint.h>
#include <string.h>

#include "core/base/wire.h"

enum { FRAME_MAX = 4096 };

/* Options that the encoder would write in fewer than all their bytes, or not at all. */
static bool is_lossless(const Seg *s)
{
    bool ok = s->opts & SEG_OPT_SACK_OK, time = s->opts & SEG_OPT_TIMESTAMP;
    uint32_t n = s->opts & SEG_OPT_SACK ? 4u + 8u * s->sack_count : 0u;
    n += s->opts & SEG_OPT_MSS ? 4u : 0u;
    n += s->opts & SEG_OPT_WSCALE ? 4u : 0u;
    n += s->opts & SEG_OPT_USER_TIMEOUT ? 4u : 0u;
    n += ok && time ? 12u : (ok ? 4u : 0u) + (time ? 12u : 0u);
    return n <= 40 && !(s->opts & (SEG_OPT_UNKNOWN | SEG_OPT_BAD_LENGTH));
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
    Seg s, t;
    Bytes payload, payload2;
    WireError e = wire_decode(bytes_of(frame, len), &s, &payload);
    CHECK(e < WIRE_ERROR_COUNT);
    if (e != WIRE_OK && e != WIRE_BAD_CHECKSUM)
        return 0;
    CHECK(payload.len == s.len && s.header_len >= WIRE_TCP_HEADER && s.header_len <= 60);
    CHECK(payload.len == 0 || (payload.data >= frame && payload.data + s.len <= frame + len));
    CHECK(s.sack_count <= SEG_SACK_MAX);
    if (!is_lossless(&s))
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
