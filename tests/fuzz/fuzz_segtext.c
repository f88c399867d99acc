/*
 * fuzz_segtext.c - any text as a segment: refused with a place inside it, or understood, and then
 * what is printed is understood as the same, and can be put on the wire.
 */
#include <stdint.h>
#include <string.h>

#include "core/lab/heap.h"
#include "core/lab/segtext.h"

enum { PAYLOAD = 1400, TEXT_MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const SegNames names = {.isn = {{4000}, {4294967290u}}, .known = {true, true}};
    uint8_t payload[PAYLOAD], payload2[PAYLOAD], frame[PAYLOAD + WIRE_HEADERS_MAX];
    size_t len, len2;
    Seg s = {.seq = {4001}, .ack = {1}, .wnd = 512, .ttl = 64}, t = {.ttl = 64}, before = s;
    SegParseError error = {0};
    if (size > TEXT_MAX)
        return 0;
    if (!segtext_parse((const char *)data, size, &names, HOST_A, &s, payload, PAYLOAD, &len,
                       &error)) {
        CHECK(error.at <= size && error.text[LANG_EN] && error.text[LANG_ZH]);
        CHECK(memcmp(&s, &before, sizeof s) == 0);
        return 0;
    }
    CHECK(len == s.len && len <= PAYLOAD);
    Text text = text_heap();
    segtext_print(&text, &names, HOST_A, &s, SEG_STYLE_FULL);
    t.tos = s.tos;
    t.ttl = s.ttl;
    CHECK(segtext_parse(text.buf, text.len, &names, HOST_A, &t, payload2, PAYLOAD, &len2, &error));
    /* The printed text names only what the options announce. */
    CHECK(t.flags == s.flags && t.seq.v == s.seq.v && t.ack.v == s.ack.v && t.wnd == s.wnd);
    CHECK(t.len == s.len && t.opts == s.opts && t.sack_count == s.sack_count && t.urg == s.urg);
    CHECK(wire_encode(&s, bytes_of(payload, len), frame, sizeof frame) > 0);
    text_heap_free(&text);
    return 0;
}
