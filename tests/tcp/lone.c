/*
 * lone.c: a host without a world (lone.h).
 *
 * snd.una and snd.nxt are moved by hand; the sent list stays empty.
 */
#include "tests/tcp/lone.h"

#include <string.h>

Desert *lone_start(CcAlgorithm algorithm, uint32_t mss)
{
    static Desert d;
    memset(&d, 0, sizeof d);
    for (int h = 0; h < HOST_COUNT; h++) {
        d.hosts[h].addr = 0x0a000001u + (unsigned)h;
        d.hosts[h].power = 1;
        for (int i = 0; i < KNOB_COUNT; i++)
            d.hosts[h].knob[i] = knob_info((KnobId)i)->value[PROFILE_RFC];
        d.hosts[h].knob[KNOB_CC] = algorithm;
    }
    d.sink = (Sink){.notes = d.notes, .note_cap = sizeof d.notes / sizeof d.notes[0]};
    d.ctx = (Ctx){.pools = {.hosts = d.hosts,
                            .conns = d.conns,
                            .sents = d.sents,
                            .ranges = d.ranges,
                            .bytes = d.bytes,
                            .packets = d.packets,
                            .frames = d.frames,
                            .rules_off = &d.rules_off,
                            .rows = &d.rows,
                            .conn_count = LONE_CONNS,
                            .packet_count = LONE_PACKETS,
                            .sent_cap = LONE_SENT,
                            .range_cap = 1,
                            .ring_cap = LONE_RING,
                            .frame_cap = LONE_FRAME,
                            .mtu = LONE_FRAME},
                  .now = NANOS_S,
                  .sink = &d.sink};
    d.t = tcb_at(&d.ctx.pools, tcb_new(&d.ctx));
    d.t->state = ESTABLISHED;
    d.t->snd.mss = mss;
    cc_start(&d.ctx, d.t);
    return &d;
}

static void ack(Desert *d, AckInfo *a, uint32_t bytes, Nanos rtt)
{
    Tcb *t = d->t;
    a->una_before = t->snd.una;
    a->acked = a->delivered = bytes;
    a->advances = true;
    a->rtt = rtt;
    t->srtt = rtt;
    t->ccs.use.full = 1;
    t->snd.una = seq_add(t->snd.una, bytes);
    t->snd.nxt = seq_add(t->snd.una, t->cc.cwnd);
    rate_on_ack(&d->ctx, t, a);
    cc_on_ack(&d->ctx, t, a);
}

void lone_ack(Desert *d, uint32_t bytes, Nanos rtt)
{
    AckInfo a = {0};
    d->sink.note_count = 0;
    ack(d, &a, bytes, rtt);
}

void lone_ack_at_rate(Desert *d, uint32_t bytes, Nanos rtt, uint64_t rate, bool app_limited)
{
    AckInfo a = {0};
    d->sink.note_count = 0;
    a.rate.rate = rate;
    a.rate.app_limited = app_limited;
    a.rate.prior = d->t->ccs.rate.delivered - (d->t->cc.cwnd - bytes);
    a.rate.delivered = bytes;
    a.rate.interval_us = (uint32_t)(rtt / NANOS_US);
    ack(d, &a, bytes, rtt);
}

void lone_loss(Desert *d)
{
    d->sink.note_count = 0;
    d->t->snd.nxt = seq_add(d->t->snd.una, d->t->cc.cwnd);
    cc_reduce(&d->ctx, d->t, CC_EVENT_LOSS);
    d->t->cc.cwnd = d->t->cc.ssthresh;
}

uint32_t lone_noted(Desert *d, RuleId rule)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < d->sink.note_count; i++)
        n += d->notes[i].kind == NOTE_RULE && d->notes[i].rule == rule;
    return n;
}
