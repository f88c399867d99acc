/*
 * responder.c: answers to segments, from the segment alone (responder.h).
 *
 * It is a yardstick and nothing else: whoever wants to see TCP looks at core/tcp. Checksums are
 * made, as any sender must, and never looked at.
 */
#include "core/live/responder.h"

#include <string.h>

enum { PIECE = 1460, WINDOW = 65535, SCALE = 6, ISS = 0 };

void responder_take(Responder *r, Bytes packet)
{
    Bytes payload;
    r->answered = wire_parse(packet, &r->last, &payload) != WIRE_OK || r->last.flags & SEG_RST;
    if (r->answered)
        return;
    if (r->last.flags & SEG_SYN) {
        r->scale = r->last.opts & SEG_OPT_WSCALE ? r->last.wscale : 0;
        r->next = ISS + 1;
    }
    r->window = (uint32_t)r->last.wnd << (r->last.flags & SEG_SYN ? 0 : r->scale);
}

static Seg back_to(const Seg *s)
{
    bool syn = s->flags & SEG_SYN, fin = s->flags & SEG_FIN;
    Seg b = {.src_addr = s->dst_addr,
             .dst_addr = s->src_addr,
             .src_port = s->dst_port,
             .dst_port = s->src_port,
             .ack = {s->seq.v + s->len + syn + fin},
             .flags = SEG_ACK,
             .wnd = WINDOW,
             .ttl = 64,
             .v6 = s->v6};
    if (syn) {
        b.flags |= SEG_SYN;
        b.opts = SEG_OPT_MSS | (s->opts & SEG_OPT_WSCALE);
        b.mss = PIECE;
        b.wscale = SCALE;
    }
    return b;
}

/* Full pieces as long as the peer has room. */
static uint32_t piece(const Responder *r)
{
    bool source = r->last.dst_port == RESPONDER_SOURCE && !(r->last.flags & SEG_SYN);
    uint32_t flight = r->next - r->last.ack.v;
    return source && flight + PIECE <= r->window ? PIECE : 0;
}

Bytes responder_next(Responder *r, uint8_t *out)
{
    static const uint8_t zeros[PIECE];
    const Seg *s = &r->last;
    bool asks = s->len > 0 || s->flags & (SEG_SYN | SEG_FIN);
    uint32_t len = piece(r);
    if (len == 0 && (r->answered || !asks))
        return bytes_of(NULL, 0);
    Seg b = back_to(s);
    b.seq.v = s->flags & SEG_SYN ? ISS : s->dst_port == RESPONDER_SOURCE ? r->next : s->ack.v;
    b.len = (uint16_t)len;
    r->next += len;
    r->answered = true;
    return bytes_of(out, wire_encode(&b, bytes_of(zeros, len), out, 1500));
}
