/*
 * fuzz_capture.c - any bytes as a capture file: read to its end or to its damage, every packet
 * dissected, every segment put into a connection.
 *
 * The first byte says in how large pieces the file comes. What is read must not depend on it.
 */
#include <stdint.h>
#include <string.h>

#include "core/live/capture.h"
#include "core/live/flow.h"

typedef struct File {
    const uint8_t *data;
    size_t len, at, step;
} File;

static size_t more(void *user, uint8_t *buf, size_t cap)
{
    File *f = user;
    size_t n = f->len - f->at;
    n = n < cap ? n : cap;
    n = n < f->step ? n : f->step;
    memcpy(buf, f->data + f->at, n);
    f->at += n;
    return n;
}

/* A number for all that was seen. */
static uint64_t read_file(File f)
{
    uint64_t sum = 0, at, last = 0;
    Capture *c = capture_new(more, &f);
    FlowTable *t = flow_table_new();
    CapturePacket p;
    CaptureNext next;
    CHECK(c && t);
    while ((next = capture_next(c, &p)) == CAPTURE_PACKET) {
        Dissected d;
        Sighting sight;
        CHECK(p.number == ++last && p.bytes.len <= p.len);
        DissectResult r = dissect_frame(p.link, p.bytes, &d);
        CHECK(r < DISSECT_RESULT_COUNT);
        sum = sum * 31 + p.at + p.bytes.len + r;
        if (r != DISSECT_TCP)
            continue;
        CHECK(flow_see(t, &d, p.number, p.at, &sight));
        CHECK(sight.from < HOST_COUNT && sight.words < 1u << WORD_COUNT);
        CHECK(flow_at(t, sight.flow->number) == sight.flow);
        CHECK(endpoint_eq(sight.flow->end[sight.from].who, d.from));
        sum = sum * 31 + sight.words + sight.flow->number;
    }
    CaptureError error = capture_error(c, &at);
    CHECK((next == CAPTURE_FAILED) == (error != CAPTURE_OK) && at <= f.len);
    CHECK(capture_next(c, &p) == next);
    sum = sum * 31 + error + at;
    flow_table_free(t);
    capture_free(c);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    File whole = {.data = data + 1, .len = size - 1, .step = SIZE_MAX};
    File pieces = whole;
    pieces.step = 1 + data[0] % 61;
    CHECK(read_file(whole) == read_file(pieces));
    return 0;
}
