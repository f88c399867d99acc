/*
 * fuzz_options.c - any bytes as the option list of a segment with right checksums.
 *
 * Much denser than whole frames: every input reaches the option reader. The first byte is taken as
 * flags, so that lists on SYN and others are tried alike.
 */
#include <stdint.h>
#include <string.h>

#include "core/base/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t frame[WIRE_HEADERS_MAX];
    if (size < 1)
        return 0;
    Seg s = {.src_addr = 1, .dst_addr = 2, .src_port = 3, .dst_port = 4, .flags = data[0]}, t;
    size_t options = size - 1 > 40 ? 40 : size - 1;
    size_t padded = (options + 3) & ~(size_t)3;
    CHECK(wire_encode(&s, bytes_of(NULL, 0), frame, sizeof frame) == 40);
    memset(frame + 40, 0, 40);
    memcpy(frame + 40, data + 1, options);
    frame[3] = (uint8_t)(40 + padded);
    frame[32] = (uint8_t)((20 + padded) / 4 << 4);
    wire_fix_checksums(frame, 40 + padded);
    Bytes payload;
    CHECK(wire_decode(bytes_of(frame, 40 + padded), &t, &payload) == WIRE_OK);
    CHECK(t.header_len == 20 + padded && t.len == 0);
    CHECK(t.flags == s.flags && t.src_port == 3);
    CHECK(t.sack_count <= SEG_SACK_MAX);
    CHECK((t.sack_count > 0) == ((t.opts & SEG_OPT_SACK) != 0));
    /* What is not announced by its bit is zero: equal segments have equal bytes. */
    CHECK((t.opts & SEG_OPT_MSS) || t.mss == 0);
    CHECK((t.opts & SEG_OPT_WSCALE) || t.wscale == 0);
    CHECK((t.opts & SEG_OPT_TIMESTAMP) || (t.ts_val == 0 && t.ts_ecr == 0));
    CHECK((t.opts & SEG_OPT_USER_TIMEOUT) || t.user_timeout == 0);
    CHECK((t.opts & SEG_OPT_FAST_OPEN) || t.cookie_len == 0);
    for (unsigned i = t.cookie_len; i < SEG_COOKIE_MAX; i++)
        CHECK(t.cookie[i] == 0);
    return 0;
}
