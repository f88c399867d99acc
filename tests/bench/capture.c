/*
 * capture.c - how many packets a second `sandwire read` looks at, analysis included.
 *
 *     bench_capture [PACKETS [CONNECTIONS [KEPT]]]
 *
 * A capture is made in memory (KEPT bytes of each packet, with the headers' true lengths) and read
 * back as often as it takes to reach PACKETS; time is the processor's. Connections send in turns of
 * ten segments with an acknowledgment for every second, one in a hundred is lost and sent again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/live/capture.h"
#include "core/live/flow.h"

enum { BATCH = 200000, DATA = 1448 };

typedef struct File {
    uint8_t *data;
    size_t len, at;
} File;

static size_t more(void *user, uint8_t *buf, size_t cap)
{
    File *f = user;
    size_t n = f->len - f->at < cap ? f->len - f->at : cap;
    memcpy(buf, f->data + f->at, n);
    f->at += n;
    return n;
}

static void put32(uint8_t *p, uint32_t v)
{
    memcpy(p, &v, 4);
}

static void add_packet(File *f, uint32_t n, Seg *s, size_t keep)
{
    static const uint8_t payload[DATA];
    uint8_t frame[2048];
    s->opts = SEG_OPT_TIMESTAMP;
    s->wnd = 60000;
    s->ttl = 64;
    size_t len = wire_encode(s, bytes_of(payload, s->len), frame, sizeof frame);
    size_t kept = len < keep ? len : keep;
    uint8_t *h = f->data + f->len;
    put32(h, n / 100000);
    put32(h + 4, n % 100000 * 10000);
    put32(h + 8, (uint32_t)kept);
    put32(h + 12, (uint32_t)len);
    memcpy(h + 16, frame, kept);
    f->len += 16 + kept;
}

static File make(uint32_t connections, size_t keep)
{
    File f = {.data = malloc((size_t)BATCH * (16 + (keep < 1600 ? keep : 1600)) + 24)};
    uint32_t *seq = calloc(connections, sizeof *seq);
    if (!f.data || !seq)
        exit(1);
    static const uint8_t head[24] = {0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0,  0,
                                     0,    0,    0,    0,    0, 0, 0, 4, 0, 101};
    memcpy(f.data, head, sizeof head);
    f.len = sizeof head;
    for (uint32_t n = 0; n + 20 < BATCH;) {
        uint32_t c = n / 15 % connections;
        Seg s = {.src_addr = 0x0a000001 + c / 1000, .dst_addr = 0x0b000001, .dst_port = 80};
        s.src_port = (uint16_t)(2000 + c % 1000);
        Seg k = {.src_addr = s.dst_addr, .dst_addr = s.src_addr, .src_port = 80};
        k.dst_port = s.src_port;
        for (int i = 0; i < 10; i++) {
            s.flags = k.flags = SEG_ACK;
            s.len = DATA;
            s.seq = seq_of(seq[c]);
            bool lost = n % 100 == 99;
            seq[c] += lost ? 0 : DATA; /* the same number again, next time */
            add_packet(&f, n++, &s, keep);
            k.ack = seq_of(seq[c]);
            if (i % 2)
                add_packet(&f, n++, &k, keep);
        }
    }
    free(seq);
    return f;
}

int main(int argc, char **argv)
{
    uint64_t want = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000000;
    uint32_t connections = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 100;
    size_t keep = argc > 3 ? strtoul(argv[3], NULL, 10) : 96;
    File f = make(connections ? connections : 1, keep);
    uint64_t packets = 0, words = 0;
    clock_t begin = clock();
    while (packets < want) {
        f.at = 0;
        Capture *c = capture_new(more, &f);
        FlowTable *t = flow_table_new();
        if (!c || !t)
            return 1;
        CapturePacket p;
        while (capture_next(c, &p) == CAPTURE_PACKET) {
            Dissected d;
            Sighting sight;
            if (dissect_frame(p.link, p.bytes, &d) == DISSECT_TCP &&
                flow_see(t, &d, p.number, p.at, &sight))
                words += sight.words != 0;
            packets++;
        }
        flow_table_free(t);
        capture_free(c);
    }
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    printf("%.2f M packets/s, %.0f ns each (%zu bytes kept, %u connections, %.1f %% with words)\n",
           (double)packets / seconds / 1e6, seconds / (double)packets * 1e9, keep, connections,
           100.0 * (double)words / (double)packets);
    free(f.data);
    return 0;
}
