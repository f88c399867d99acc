/*
 * output.c: the one door out.
 *
 * Input, timers and calls only set wants; nothing but tcp_output makes a segment of a connection,
 * and it alone records what was announced. It works in three steps, over and over until there is
 * nothing left to say:
 *
 *     choose   what to send now, and by which rule: pure, looks only (plan.c)
 *     build    the segment, as bytes in a packet in the host's outbox (packet.c)
 *     record   in the TCB: sent list, SND.NXT, the window announced, wants done
 *
 * The order of choose is the order of urgency: RST, SYN, repair, probe, new data, FIN, keep-alive,
 * ACK. Any of them carries the acknowledgment, so a pure ACK is sent only when nothing else is
 * (MUST-58).
 */
#include "core/tcp/cc.h"
#include "core/tcp/ecn.h"
#include "core/tcp/fastopen.h"
#include "core/tcp/options.h"
#include "core/tcp/packet.h"
#include "core/tcp/path.h"
#include "core/tcp/plan.h"
#include "core/tcp/quickack.h"
#include "core/tcp/rate.h"
#include "core/tcp/recovery.h"
#include "core/tcp/sack.h"
#include "core/tcp/tcp.h"
#include "core/tcp/urgent.h"
#include "core/tcp/uto.h"

#include <string.h>

/* ---- build ---- */

static Seg make_seg(const Ctx *c, const Tcb *t, const Plan *plan)
{
    Seg s = {.src_addr = t->local_addr,
             .dst_addr = t->remote_addr,
             .src_port = t->local_port,
             .dst_port = t->remote_port,
             .seq = plan->seq,
             .flags = plan->flags,
             .len = (uint16_t)plan->len,
             .ttl = (uint8_t)conn_knob(c, t, KNOB_TTL),
             .tos = t->opt.tos,
             .v6 = tcb_v6(t)};  /* MUST-48: as the application asked */
    if (t->state != SYN_SENT) { /* once synchronized, every segment acknowledges */
        s.flags |= SEG_ACK;
        s.ack = t->rcv.nxt;
        s.wnd = options_window_field(t, s.flags, tcb_receive_window(c, t), ring_free(&t->rx));
    } else {
        s.wnd = (uint16_t)min_u32(t->rx.cap, 65535);
    }
    urgent_fill(t, &s);
    options_fill(c, t, &s);
    ecn_fill(c, t, &s, plan->again < 0 && !(plan->sent & SENT_PROBE));
    return s;
}

/* ---- record ---- */

static void record_sent(Ctx *c, Tcb *t, const Plan *plan, uint32_t row)
{
    const Pools *p = &c->pools;
    if (plan->again >= 0) {
        Sent *s = sent_at(p, t, (uint16_t)plan->again);
        sent_mark(t, s, 0, SENT_LOST);
        s->rexmits = (uint8_t)min_u32(s->rexmits + 1u, 255);
        s->at = c->now;
        if (plan->annotation == ANN_ZERO_WINDOW_PROBE) /* it may be refused */
            s->flags |= SENT_PROBE;
        if (plan->first) {
            s->row = row;
            s->flags |= SENT_SYN_ACK;
        } else {
            t->rexmits++;
        }
        rate_on_send(c, t, s);
        recovery_on_send(c, t, s, plan->rule, true);
    } else if (plan->len > 0 || plan->sent & (SENT_SYN | SENT_FIN)) {
        CHECK(t->sent_count < p->sent_cap);
        t->sent_count++;
        Sent *s = sent_at(p, t, (uint16_t)(t->sent_count - 1));
        *s = (Sent){.at = c->now,
                    .seq = plan->seq,
                    .row = row,
                    .len = (uint16_t)plan->len,
                    .flags = plan->sent};
        t->snd.nxt = seq_add(t->snd.nxt, sent_len(s));
        t->out_bytes += s->len;
        rate_on_send(c, t, s);
        recovery_on_send(c, t, s, plan->rule, false);
    }
    if (plan->again < 0 && plan->len > 0 && plan->len < plan_mss(c, t))
        t->small_end = seq_add(plan->seq, plan->len);
    if (plan->len > 0) {
        t->tally.data_segs_out++;
        t->bytes_sent += plan->len;
        t->bytes_again += plan->again >= 0 ? plan->len : 0;
        t->last_sent = c->now;
        cc_on_send(c, t, plan->len);
    }
}

/* The acknowledgment and the window rode on the segment: remember what was promised. */
static void record_announced(Ctx *c, Tcb *t, const Seg *s)
{
    if (!(s->flags & SEG_ACK))
        return;
    sack_told(c, t, s);
    uto_sent(t, s);
    quickack_sent(c, t, s->len);
    t->want &= (uint16_t)~WANT_ACK;
    t->ack_rule = RULE_NONE;
    t->unacked_bytes = 0;
    t->rcv.wnd = s->flags & SEG_SYN ? s->wnd : (uint32_t)s->wnd << t->agreed.rcv_scale;
    t->rcv.adv = seq_max(t->rcv.adv, seq_add(t->rcv.nxt, t->rcv.wnd));
    if (t->agreed.options & AGREED_TIMESTAMP)
        t->agreed.last_ack_sent = s->ack;
    timer_stop(c, t, TIMER_DELACK);
}

static void annotate(Ctx *c, const Tcb *t, const Plan *plan, const Seg *s, uint32_t wnd_before)
{
    Annotation a = plan->annotation;
    if (a == ANN_NONE && (RuleId)plan->rule == RULE_WINDOW_UPDATE)
        a = ANN_WINDOW_UPDATE;
    if (a == ANN_NONE && (s->flags & SEG_ACK) && s->wnd == 0 && !(s->flags & SEG_RST) &&
        wnd_before != 0)
        a = ANN_ZERO_WINDOW;
    if (a == ANN_NONE && (RuleId)plan->rule == RULE_CHALLENGE_ACK)
        a = ANN_CHALLENGE_ACK;
    if (a == ANN_NONE && (RuleId)plan->rule == RULE_ACK_OUT_OF_ORDER)
        a = ANN_DUP_ACK;
    if (a != ANN_NONE)
        note_detail(c, t, NOTE_ANNOTATE, a, 0);
}

/* State changes that RFC 9293 ties to the moment a FIN or RST leaves. True if the TCB is gone. */
static bool record_state(Ctx *c, Tcb *t, const Seg *s)
{
    if (s->flags & SEG_RST) {
        tcb_end(c, t, t->error ? (ConnError)t->error : CONN_ABORTED);
        return true;
    }
    if ((s->flags & SEG_FIN) && t->state == CLOSE_WAIT)
        tcb_enter(c, t, LAST_ACK);
    return false;
}

/* What was sent before the path turned out to be narrower, or before SACK blocks came to need room,
 * is cut to what fits. False: it cannot be, now. */
static bool cut_to_path(const Ctx *c, Tcb *t, Plan *plan)
{
    const Pools *p = &c->pools;
    uint32_t most = plan_mss(c, t);
    if (plan->again < 0 || plan->len <= most)
        return true;
    if (!sent_split(p, t, (uint16_t)plan->again, most)) /* without blocks it may fit */
        return plan->len <= t->snd.mss;
    plan->len = most;
    plan->flags &= (uint16_t) ~(SEG_FIN | SEG_PSH);
    return true;
}

/* Sends one chosen segment. False when it cannot be cut, or when the connection is gone. */
static bool send_plan(Ctx *c, Tcb *t, Plan *plan)
{
    static uint8_t const none[1] = {0};
    uint8_t spare[65536];
    Bytes payload = bytes_of(none, 0);
    if (!cut_to_path(c, t, plan))
        return false;
    Seq first_byte = seq_add(plan->seq, plan->flags & SEG_SYN ? 1 : 0);
    if (plan->len > 0)
        payload = ring_view(&t->tx, c->pools.bytes, seq_distance(t->snd.buf, first_byte), plan->len,
                            spare);
    if (plan->again < 0 && plan->len > 0 && t->sent_count == 0 && t->last_sent > 0 &&
        c->now - t->last_sent > t->rto)
        cc_on_restart(c, t);
    if (t->state == SYN_SENT && plan->again < 0) {
        options_offer(c, t);
        fastopen_offer(c, t, plan->len);
    }
    Seg s = make_seg(c, t, plan);
    uint32_t wnd_before = t->rcv.wnd;
    uint32_t first =
        plan->again >= 0 && !plan->first ? sent_at(&c->pools, t, (uint16_t)plan->again)->row : 0;
    uint32_t row =
        packet_leave(c, t, &s, payload,
                     (Departure){.rule = plan->rule,
                                 .copy_of = first,
                                 .flags = plan->again >= 0 && !plan->first ? PACKET_REXMIT : 0});
    t->segs_out++;
    t->want &= (uint16_t)~plan->done;
    record_sent(c, t, plan, row);
    record_announced(c, t, &s);
    ecn_on_send(c, t, &s);
    annotate(c, t, plan, &s, wnd_before);
    return !record_state(c, t, &s);
}

/* ---- timers that follow from what is outstanding ---- */

/* Something waits, or is out, behind a window of zero: the persist timer watches, not the
 * retransmission timer, because the peer is alive and only full (SHLD-17). */
static bool persisting(const Pools *p, const Tcb *t)
{
    bool syn_out = seq_eq(t->snd.una, t->snd.iss);
    return plan_may_send(t) && !syn_out && t->snd.wnd == 0 &&
           (t->sent_count > 0 || plan_something_waits(p, t));
}

static void arrange_persist(Ctx *c, Tcb *t)
{
    timer_stop(c, t, TIMER_REXMIT);
    if (timer_armed(t, TIMER_PERSIST) || !rule_on(c, RULE_ZERO_WINDOW_PROBE))
        return;
    /* SHLD-29, SHLD-30: the first probe after the RTO, then with exponential back-off. */
    Nanos wait = t->rto;
    for (uint8_t i = 0; i < t->probes && wait < knob(c, KNOB_PERSIST_MAX); i++)
        wait *= 2;
    timer_arm(c, t, TIMER_PERSIST, c->now + min_u64(wait, knob(c, KNOB_PERSIST_MAX)));
    note_rule(c, t, RULE_PERSIST, min_u64(wait, knob(c, KNOB_PERSIST_MAX)), t->probes);
}

static bool worth_a_timer(const Ctx *c, const Tcb *t)
{
    return t->sent_count > 0 && plan_may_repeat(c, sent_at(&c->pools, t, 0));
}

/* A paced sender goes on when its next segment is due. */
static void arrange_pacing(Ctx *c, Tcb *t)
{
    Nanos until = cc_paced_until(c, t);
    if (until <= c->now || (tcb_unsent(t) == 0 && t->lost_bytes == 0))
        timer_stop(c, t, TIMER_PACING);
    else if (t->due[TIMER_PACING] != until)
        timer_arm(c, t, TIMER_PACING, until);
}

static void arrange_timers(Ctx *c, Tcb *t)
{
    const Pools *p = &c->pools;
    if (persisting(p, t)) {
        arrange_persist(c, t);
    } else {
        timer_stop(c, t, TIMER_PERSIST);
        t->probes = t->unanswered = 0;
        if (!worth_a_timer(c, t))
            timer_stop(c, t, TIMER_REXMIT);
        else if (!timer_armed(t, TIMER_REXMIT)) /* RFC 6298 (5.1) */
            timer_arm(c, t, TIMER_REXMIT, c->now + t->rto);
    }
    recovery_arrange_timers(c, t);
    arrange_pacing(c, t);
    bool waits = t->sent_count > 0 || plan_something_waits(p, t);
    /* MUST-37: a window may stay closed for ever while the peer answers the probes; only an
     * application that asked for a user timeout of its own gets it then, too. */
    bool answered =
        persisting(p, t) && t->unanswered == 0 && t->user_timeout == knob(c, KNOB_USER_TIMEOUT);
    if (!waits || answered || t->user_timeout == 0)
        timer_stop(c, t, TIMER_USER);
    else if (!timer_armed(t, TIMER_USER))
        timer_arm(c, t, TIMER_USER, c->now + t->user_timeout);
}

/* Linux: a cork holds a small segment for one RTO, and for 200 ms at least. */
#define CORK_MOST (200 * NANOS_MS)

/* What holds waiting data back is worth a note: it is the answer to "why is nothing sent?". */
static RuleId note_held(Ctx *c, Tcb *t)
{
    if (!plan_may_send(t) || tcb_unsent(t) == 0) {
        timer_stop(c, t, TIMER_SWS);
        return RULE_NONE;
    }
    uint32_t len;
    RuleId rule = plan_held_by(c, t, &len);
    if (rule != RULE_NONE)
        note_rule(c, t, rule, tcb_unsent(t), plan_usable_window(t));
    bool silly = rule == RULE_SWS_SENDER && (t->sent_count == 0 || !knob(c, KNOB_SWS_IDLE));
    bool corked = rule == RULE_CORK && t->sent_count == 0; /* else an ACK will come, or a timeout */
    if (!silly && !corked)
        timer_stop(c, t, TIMER_SWS);
    else if (!timer_armed(t, TIMER_SWS)) /* 3.8.6.2.1: the override timeout */
        timer_arm(c, t, TIMER_SWS,
                  c->now + (corked ? max_u64(t->rto, CORK_MOST) : knob(c, KNOB_SWS_OVERRIDE)));
    return rule;
}

void tcp_output(Ctx *c, ConnId id)
{
    if (!id.v)
        return;
    Tcb *t = tcb_at(&c->pools, id);
    if (!t->used || t->state == LISTEN || (t->state == CLOSED && !(t->want & WANT_RST)))
        return;
    path_before_output(c, t);
    ecn_before_output(c, t);
    Plan plan;
    for (uint32_t burst = 0; plan_next(c, t, burst, &plan) && send_plan(c, t, &plan);)
        burst += plan.again < 0 ? plan.len : 0;
    if (!t->used || t->state == CLOSED)
        return;
    t->want &= (uint16_t) ~(WANT_REXMIT | WANT_PROBE | WANT_KEEPALIVE | WANT_PUSH | WANT_TLP);
    if (t->lost_bytes == 0)
        t->path.flags &= (uint8_t)~PATH_RESENDS;
    if (t->state == TIME_WAIT) {
        if (!timer_armed(t, TIMER_2MSL)) /* the rule time-wait is off: nothing to wait for */
            tcb_end(c, t, CONN_OK);
        return;
    }
    cc_after_output(c, t, note_held(c, t));
    arrange_timers(c, t);
}
