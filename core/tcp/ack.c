/*
 * ack.c: acknowledgments against the sent list (ack.h).
 *
 * The sent list is retransmission queue and, later, scoreboard: what is acknowledged leaves it at
 * the front.
 */
#include "core/tcp/ack.h"

#include "core/tcp/cc.h"
#include "core/tcp/rtt.h"

#include <string.h>

static void drop_first(const Pools *p, Tcb *t)
{
    memset(sent_at(p, t, 0), 0, sizeof(Sent));
    t->sent_head = (uint16_t)((t->sent_head + 1) % p->sent_cap);
    t->sent_count--;
    if (t->sent_count == 0)
        t->sent_head = 0; /* equal histories, equal bytes */
}

/* An element acknowledged in part keeps its rest: data only, SYN comes first and FIN last. */
static void trim_first(Sent *s, Seq ack)
{
    uint32_t gone = seq_distance(s->seq, ack);
    if (s->flags & SENT_SYN) {
        s->flags &= (uint8_t)~SENT_SYN;
        gone--;
    }
    s->len = (uint16_t)(s->len - gone);
    s->seq = ack;
}

/* Takes acknowledged elements off; *sample becomes the time since the newest of them that was sent
 * only once left, 0 if Karn's algorithm allows none. */
static void take_acked(Ctx *c, Tcb *t, Seq ack, Nanos *sample)
{
    const Pools *p = &c->pools;
    bool ambiguous = false;
    *sample = 0;
    while (t->sent_count > 0) {
        Sent *s = sent_at(p, t, 0);
        Seq end = seq_add(s->seq, sent_len(s));
        if (seq_gt(end, ack)) {
            if (seq_lt(s->seq, ack))
                trim_first(s, ack);
            break;
        }
        ambiguous = ambiguous || s->rexmits > 0;
        *sample = c->now - s->at;
        drop_first(p, t);
    }
    if (ambiguous && *sample && rule_on(c, RULE_KARN)) {
        *sample = 0;
        note_rule(c, t, RULE_KARN, 0, 0);
    }
}

static void release_buffer(Ctx *c, Tcb *t, Seq ack)
{
    if (seq_leq(ack, t->snd.buf))
        return;
    uint32_t n = min_u32(seq_distance(t->snd.buf, ack), t->tx.len);
    ring_drop(&t->tx, n);
    t->snd.buf = seq_add(t->snd.buf, n);
    (void)c;
}

void ack_advance(Ctx *c, Tcb *t, Seq ack)
{
    uint32_t bytes = seq_distance(t->snd.una, ack);
    bool was_syn = seq_eq(t->snd.una, t->snd.iss);
    Nanos sample;
    take_acked(c, t, ack, &sample);
    t->snd.una = ack;
    release_buffer(c, t, ack);
    note_rule(c, t, RULE_ACK_ADVANCES, bytes, t->sent_count);
    if (sample)
        rtt_sample(c, t, sample);
    t->backoff = 0;
    timer_stop(c, t, TIMER_REXMIT); /* RFC 6298 (5.2); tcp_output starts it anew (5.3) */
    timer_stop(c, t, TIMER_USER);
    if (!was_syn)
        cc_on_ack(c, t, bytes);
}

void ack_duplicate(Ctx *c, Tcb *t, const Seg *seg)
{
    /* RFC 5681 section 2: (a) data outstanding, (b) no data, (c) no SYN or FIN, (d) the number is
     * the greatest so far, (e) the window is the one of the last segment. */
    if (t->sent_count == 0 || seg->len > 0 || (seg->flags & (SEG_SYN | SEG_FIN)) ||
        !seq_eq(seg->ack, t->snd.una) || seg->wnd != t->snd.wnd || t->snd.wnd == 0)
        return;
    cc_on_dup_ack(c, t);
}

void ack_update_window(Ctx *c, Tcb *t, const Seg *seg)
{
    bool newer = seq_lt(t->snd.wl1, seg->seq) ||
                 (seq_eq(t->snd.wl1, seg->seq) && seq_leq(t->snd.wl2, seg->ack));
    if (!newer)
        return;
    uint32_t before = t->snd.wnd;
    t->snd.wnd = seg->wnd;
    t->snd.max_wnd = max_u32(t->snd.max_wnd, t->snd.wnd);
    t->snd.wl1 = seg->seq;
    t->snd.wl2 = seg->ack;
    if (before != t->snd.wnd)
        note_rule(c, t, t->snd.wnd == 0 ? RULE_WINDOW_CLOSED : RULE_WINDOW_TAKEN, before,
                  t->snd.wnd);
    if (before == 0 && t->snd.wnd > 0) {
        /* What went out as a probe may have been refused: it is sent again as ordinary data. */
        for (uint16_t i = 0; i < t->sent_count; i++) {
            Sent *s = sent_at(&c->pools, t, i);
            if (s->flags & SENT_PROBE)
                s->flags = (uint8_t)((s->flags & ~SENT_PROBE) | SENT_LOST);
        }
    }
}
