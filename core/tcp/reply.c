/*
 * reply.c: the reset of RFC 9293 section 3.10.7.1.
 *
 * If the segment has an ACK, the reset takes its number from there, so that the sender believes it;
 * otherwise it has number zero and acknowledges the segment.
 */
#include "core/tcp/reply.h"

#include "core/tcp/packet.h"

void reply_reset(Ctx *c, const Tcb *t, const Seg *seg, RuleId rule)
{
    if ((seg->flags & SEG_RST) || !rule_on(c, RULE_RST_ANSWER))
        return;
    Seg s = {.src_addr = seg->dst_addr,
             .dst_addr = seg->src_addr,
             .src_port = seg->dst_port,
             .dst_port = seg->src_port,
             .flags = SEG_RST,
             .v6 = seg->v6,
             .ttl = (uint8_t)knob(c, KNOB_TTL)};
    if (seg->flags & SEG_ACK) {
        s.seq = seg->ack;
    } else {
        s.flags |= SEG_ACK;
        s.ack = seg_end(seg);
    }
    /* RFC 7323 section 5.2: a reset echoes the timestamp of what caused it */
    if ((seg->opts & SEG_OPT_TIMESTAMP) && knob(c, KNOB_TIMESTAMPS) &&
        knob(c, KNOB_RST_TIMESTAMP)) {
        s.opts |= SEG_OPT_TIMESTAMP;
        s.ts_ecr = seg->ts_val;
    }
    packet_leave(c, t, &s, bytes_of(NULL, 0), (Departure){.rule = rule});
}
