/*
 * ack.c: one acknowledgment, from the sent list to the congestion window (ack.h).
 *
 * The sent list is retransmission queue and scoreboard: what is acknowledged leaves it at the
 * front.
 */
#include "core/tcp/ack.h"

#include "core/tcp/cc.h"
#include "core/tcp/ecn.h"
#include "core/tcp/options.h"
#include "core/tcp/path.h"
#include "core/tcp/rack.h"
#include "core/tcp/rate.h"
#include "core/tcp/recovery.h"
#include "core/tcp/rtt.h"
#include "core/tcp/sack.h"
#include "core/tcp/timestamp.h"
#include "core/tcp/urgent.h"

#include <string.h>

/* ---- taking off ---- */

static void drop_first(const Pools *p, Tcb *t)
{
    Sent *first = sent_at(p, t, 0);
    sent_mark(t, first, 0, SENT_LOST | SENT_SACKED);
    t->out_bytes -= first->len;
    memset(first, 0, sizeof *first);
    t->sent_head = (uint16_t)((t->sent_head + 1) % p->sent_cap);
    t->sent_count--;
    if (t->sent_count == 0)
        t->sent_head = 0; /* equal histories, equal bytes */
}

/* An element acknowledged in part keeps its rest: data only, SYN comes first and FIN last. Returns
 * the bytes of data that went. */
static uint32_t trim_first(Tcb *t, Sent *s, Seq ack)
{
    uint32_t gone = seq_distance(s->seq, ack);
    if (s->flags & SENT_SYN) {
        s->flags &= (uint16_t)~SENT_SYN;
        gone--;
    }
    uint16_t marks = s->flags & (SENT_LOST | SENT_SACKED);
    sent_mark(t, s, 0, marks);
    s->len = (uint16_t)(s->len - gone);
    t->out_bytes -= gone;
    sent_mark(t, s, marks, 0);
    s->seq = ack;
    return gone;
}

/* Takes acknowledged elements off. The round-trip time is that of the newest of them that was sent
 * only once; none if Karn's algorithm forbids. */
static void take_acked(Ctx *c, Tcb *t, Seq ack, AckInfo *a)
{
    const Pools *p = &c->pools;
    bool ambiguous = false;
    Nanos sample = 0;
    while (t->sent_count > 0) {
        Sent *s = sent_at(p, t, 0);
        Seq end = seq_add(s->seq, sent_len(s));
        if (seq_gt(end, ack)) {
            if (seq_lt(s->seq, ack)) {
                uint32_t gone = trim_first(t, s, ack);
                a->acked += gone;
                a->delivered += s->flags & SENT_SACKED ? 0 : gone;
            }
            break;
        }
        a->acked += s->len;
        a->segs += s->len > 0 && !(s->flags & SENT_SACKED);
        a->largest = max_u32(a->largest, s->len);
        if (!(s->flags & SENT_SACKED)) {
            a->original = a->original || (s->rexmits == 0 && seq_leq(end, t->cc.recover));
            a->delivered += s->len;
            rack_update(c, t, s, a);
            rate_take(t, s, a);
        }
        ambiguous = ambiguous || s->rexmits > 0;
        if (!(s->flags & SENT_SACKED))
            sample = c->now - s->at;
        drop_first(p, t);
    }
    if (ambiguous && sample && rule_on(c, RULE_KARN)) {
        sample = a->seg ? timestamp_rtt(c, t, a->seg) : 0;
        note_rule(c, t, sample ? RULE_TIMESTAMP_RTT : RULE_KARN, sample, 0);
    }
    a->rtt = sample;
}

static void release_buffer(Tcb *t, Seq ack)
{
    if (seq_leq(ack, t->snd.buf))
        return;
    uint32_t n = min_u32(seq_distance(t->snd.buf, ack), t->tx.len);
    ring_drop(&t->tx, n);
    t->snd.buf = seq_add(t->snd.buf, n);
}

/* RFC 7323 appendix G: with a sample in every acknowledgment, each one counts the less. */
static uint32_t samples_expected(const Ctx *c, const Tcb *t, const AckInfo *a)
{
    uint32_t pair = 2 * t->snd.mss;
    if (!(t->agreed.options & AGREED_TIMESTAMP) || !knob(c, KNOB_RTT_HISTORY))
        return 1;
    return max_u32((a->flight_before + pair - 1) / pair, 1);
}

/* SND.UNA < ack =< SND.NXT */
static void advance(Ctx *c, Tcb *t, Seq ack, AckInfo *a)
{
    uint32_t bytes = seq_distance(t->snd.una, ack);
    bool timer_goes_on = recovery_keeps_timer(c, t, ack);
    take_acked(c, t, ack, a);
    t->snd.una = ack;
    release_buffer(t, ack);
    urgent_acked(t);
    note_rule(c, t, RULE_ACK_ADVANCES, bytes, t->sent_count);
    path_on_ack(c, t, ack, a->largest);
    if (a->rtt) {
        rtt_sample(c, t, a->rtt, samples_expected(c, t, a));
        t->rec.flags &= (uint16_t)~REC_TLP_UNMEASURED;
    }
    if (t->backoff > 0)
        t->tally.rto_ms += (uint32_t)(c->now / NANOS_MS) - t->tally.rto_since;
    t->backoff = 0;
    if (!timer_goes_on)
        timer_stop(c, t, TIMER_REXMIT); /* RFC 6298 (5.2); tcp_output starts it anew (5.3) */
    timer_stop(c, t, TIMER_USER);
}

/* ---- the window ---- */

static void probes_go_again(Ctx *c, Tcb *t)
{
    /* What went out as a probe may have been refused: it is sent again as ordinary data. */
    for (uint16_t i = 0; i < t->sent_count; i++) {
        Sent *s = sent_at(&c->pools, t, i);
        if (s->flags & SENT_PROBE)
            sent_mark(t, s, s->flags & SENT_SACKED ? 0 : SENT_LOST, SENT_PROBE);
    }
}

/* Is the segment newer than the last that told the window (SND.WL1, SND.WL2)? A segment that came
 * out of order may have told it under a higher number than those that fill the hole: Linux goes by
 * what is acknowledged, too (tcp_may_update_window). */
static bool tells_window(const Ctx *c, const Tcb *t, const Seg *seg, const AckInfo *a)
{
    if (seq_lt(t->snd.wl1, seg->seq))
        return true;
    bool same = seq_eq(t->snd.wl1, seg->seq);
    if (!knob(c, KNOB_WINDOW_BY_ACK))
        return same && seq_leq(t->snd.wl2, seg->ack);
    uint32_t window = options_window(t, seg);
    return a->advances || (same && (window > t->snd.wnd || window == 0));
}

static void update_window(Ctx *c, Tcb *t, const Seg *seg, AckInfo *a)
{
    if (!tells_window(c, t, seg, a))
        return;
    uint32_t before = t->snd.wnd;
    t->snd.wnd = options_window(t, seg);
    t->snd.max_wnd = max_u32(t->snd.max_wnd, t->snd.wnd);
    t->snd.wl1 = seg->seq;
    t->snd.wl2 = seg->ack;
    a->window_changed = before != t->snd.wnd;
    if (a->window_changed)
        note_rule(c, t, t->snd.wnd == 0 ? RULE_WINDOW_CLOSED : RULE_WINDOW_TAKEN, before,
                  t->snd.wnd);
    if (before == 0 && t->snd.wnd > 0)
        probes_go_again(c, t);
}

/* RFC 5681 section 2: (a) data outstanding, (b) no data, (c) no SYN or FIN, (d) the number is the
 * greatest so far, (e) the window is the one of the last segment; in Linux: the segment does not
 * tell the window. */
static bool is_duplicate(const Ctx *c, const Tcb *t, const Seg *seg, const AckInfo *a)
{
    bool same = knob(c, KNOB_WINDOW_BY_ACK) ? !tells_window(c, t, seg, a)
                                            : options_window(t, seg) == t->snd.wnd;
    return t->sent_count > 0 && seg->len == 0 && !(seg->flags & (SEG_SYN | SEG_FIN)) &&
           seq_eq(seg->ack, t->snd.una) && same && t->snd.wnd > 0;
}

/* ---- the whole ---- */

void ack_arrives(Ctx *c, Tcb *t, const Seg *seg)
{
    AckInfo a = {.seg = seg,
                 .una_before = t->snd.una,
                 .flight_before = tcb_flight(t),
                 .advances = seq_lt(t->snd.una, seg->ack),
                 .ece = ecn_echoed(c, t, seg)};
    if (t->agreed.options & AGREED_SACK)
        sack_take(c, t, seg, &a);
    /* MSG_MORE holds until the peer speaks; text that acknowledges nothing new does not count
     * (Linux handles it on its fast path). */
    if (a.advances || seg->len == 0 || seg->flags & SEG_FIN || !seq_eq(seg->seq, t->rcv.nxt) ||
        t->range_count > 0)
        t->habits &= (uint8_t)~HABIT_MORE;
    if (a.advances)
        advance(c, t, seg->ack, &a);
    else
        a.duplicate = is_duplicate(c, t, seg, &a);
    if (t->agreed.options & AGREED_SACK) /* RFC 6675 section 2: new SACK information makes one */
        a.duplicate = a.sacked > 0;
    if (seq_leq(t->snd.una, seg->ack))
        update_window(c, t, seg, &a);
    rate_on_ack(c, t, &a);
    recovery_on_ack(c, t, &a);
    if (a.ece)
        recovery_on_ece(c, t);
    cc_on_ack(c, t, &a);
}

void ack_of_syn(Ctx *c, Tcb *t, const Seg *seg, Seq ack)
{
    AckInfo a = {.seg = seg, .una_before = t->snd.una, .advances = true};
    advance(c, t, ack, &a);
}
