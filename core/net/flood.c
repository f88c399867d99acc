/*
 * flood.c: spoofed SYNs, for the lesson on SYN floods (`flood B:80 rate=1000/s`).
 *
 * Each comes from an address of 198.18.0.0/15, which RFC 2544 reserves for tests: nobody lives
 * there to answer the SYN+ACK, so every one of them leaves a half-open connection behind.
 */
#include "core/net/parts.h"

#include "core/base/rng.h"

void flood_act(World *w, Sink *sink)
{
    Flood *f = &w->flood;
    uint64_t r = rng_draw(w->seed, RNG_FLOOD, f->sent++);
    Seg s = {.src_addr = 0xc6120000u | (uint32_t)(r & 0x1ffff),
             .dst_addr = w->hosts[f->target].addr,
             .src_port = (uint16_t)(1024 + (r >> 20) % 60000),
             .dst_port = f->port,
             .seq = seq_of((uint32_t)(r >> 32)),
             .flags = SEG_SYN,
             .wnd = 65535,
             .ttl = 64,
             .v6 = w->hosts[f->target].v6,
             .opts = SEG_OPT_MSS,
             .mss = 1460};
    uint8_t frame[WIRE_HEADERS_MAX];
    size_t len = wire_encode(&s, bytes_of(NULL, 0), frame, sizeof frame);
    link_inject(w, host_peer(f->target), bytes_of(frame, len), sink);
    f->next = w->now + f->interval;
}
