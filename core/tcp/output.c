/*
 * output.c: the one door out.
 *
 * Input, timers and calls only set wants; nothing but tcp_output makes a segment of a connection,
 * and it alone records what was announced. It works in three steps, over and over until there is
 * nothing left to say:
 *
 *     choose   what to send now, and by which rule: pure, looks only
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
#include "core/tcp/rate.h"
#include "core/tcp/recovery.h"
#include "core/tcp/sack.h"
#include "core/tcp/tcp.h"
#include "core/tcp/urgent.h"

#include <string.h>

typedef struct Plan {
    RuleId rule;
    Seq seq;
    uint32_t len; /* bytes of data */
    uint16_t flags;
    int32_t again; /* index in the sent list of what is sent again; -1: something new */
    uint16_t sent; /* SENT_... of a new element */
    uint16_t done; /* wants that this segment fulfils, besides WANT_ACK */
    bool first;    /* again, but the wire has not seen it: our SYN, now with an ACK */
    Annotation annotation;
} Plan;

/* ---- choose ---- */

/* How much data a segment of new data takes: SACK blocks that ride on it need room (RFC 9293
 * 3.7.1: "the options ... must be taken into account"). */
static uint32_t send_mss(const Ctx *c, const Tcb *t)
{
    uint32_t blocks = sack_room(c, t);
    return t->snd.mss > 2 * blocks ? t->snd.mss - blocks : t->snd.mss;
}

/* Bytes between SND.NXT and the right edge of the peer's window: the usable window, U. */
static uint32_t usable_window(const Tcb *t)
{
    Seq edge = seq_add(t->snd.una, t->snd.wnd);
    return seq_lt(t->snd.nxt, edge) ? seq_distance(t->snd.nxt, edge) : 0;
}

/* States in which data and FIN of ours may still leave. */
static bool may_send_data(const Tcb *t)
{
    return t->state == ESTABLISHED || t->state == CLOSE_WAIT || t->state == FIN_WAIT_1 ||
           t->state == CLOSING || t->state == LAST_ACK ||
           (t->state == SYN_RECEIVED && (t->user & USER_FAST_OPEN)); /* RFC 7413 4.2.2 */
}

static bool fin_waits(const Pools *p, const Tcb *t)
{
    return (t->want & WANT_FIN) && !tcb_fin_sent(p, t);
}

static bool something_waits(const Pools *p, const Tcb *t)
{
    return tcb_unsent(t) > 0 || fin_waits(p, t);
}

static void plan_again(const Ctx *c, const Tcb *t, uint16_t i, Plan *plan)
{
    const Sent *s = sent_at(&c->pools, t, i);
    plan->again = i;
    plan->seq = s->seq;
    plan->len = s->len;
    plan->flags =
        (uint16_t)((s->flags & SENT_SYN ? SEG_SYN : 0) | (s->flags & SENT_FIN ? SEG_FIN : 0) |
                   (s->flags & SENT_PSH ? SEG_PSH : 0));
    plan->annotation = ANN_RETRANSMISSION;
}

/* With the rule fin-retransmission off, a lost FIN stays lost. */
static bool may_repeat(const Ctx *c, const Sent *s)
{
    return !(s->flags & SENT_FIN) || s->len > 0 || rule_on(c, RULE_FIN_RETRANSMISSION);
}

/* Can the element leave, in pieces if the path has become narrower? The last of a full list has to
 * wait for room. */
static bool can_leave(const Ctx *c, const Tcb *t, uint16_t i)
{
    const Sent *s = sent_at(&c->pools, t, i);
    bool in_pieces = t->sent_count < c->pools.sent_cap || i + 1 < t->sent_count;
    return may_repeat(c, s) && (s->len <= t->snd.mss || in_pieces);
}

static bool choose_repair(const Ctx *c, const Tcb *t, Plan *plan)
{
    const Pools *p = &c->pools;
    if (t->sent_count == 0)
        return false;
    if (t->want & (WANT_REXMIT | WANT_PROBE)) {
        const Sent *first = sent_at(p, t, 0);
        if (!may_repeat(c, first))
            return false;
        plan_again(c, t, 0, plan);
        bool too_big = t->path.flags & PATH_RESENDS && first->flags & SENT_LOST;
        bool fast = t->cc.phase == CC_RECOVERY && !(t->want & WANT_PROBE);
        plan->rule = t->want & WANT_PROBE      ? RULE_ZERO_WINDOW_PROBE
                     : too_big                 ? RULE_PMTU_RESENT
                     : fast                    ? RULE_FAST_RETRANSMIT
                     : first->flags & SENT_SYN ? RULE_SYN_RETRANSMISSION
                     : first->flags & SENT_FIN ? RULE_FIN_RETRANSMISSION
                                               : RULE_RETRANSMISSION;
        plan->done = WANT_REXMIT | WANT_PROBE;
        if ((first->flags & (SENT_SYN | SENT_SYN_ACK)) == SENT_SYN && t->state == SYN_RECEIVED) {
            plan->rule = RULE_SYN_ACK; /* simultaneous open: a new segment with the old number */
            plan->first = true;
            plan->annotation = ANN_NONE;
        }
        if (fast)
            plan->annotation = ANN_FAST_RETRANSMISSION;
        if (t->want & WANT_PROBE)
            plan->annotation = ANN_ZERO_WINDOW_PROBE;
        return true;
    }
    RuleId rule;
    int32_t i = recovery_next(c, t, &rule);
    if (i < 0 || cc_paced_until(c, t) > c->now || t->snd.wnd == 0 ||
        !can_leave(c, t, (uint16_t)i) ||
        min_u32(sent_at(p, t, (uint16_t)i)->len, t->snd.mss) > recovery_budget(c, t, true))
        return false;
    plan_again(c, t, (uint16_t)i, plan);
    plan->rule = t->path.flags & PATH_RESENDS ? RULE_PMTU_RESENT : rule;
    return true;
}

/* RFC 8985 7.3: something new, whatever the congestion window says, or else the last segment. */
static bool choose_tail_probe(const Ctx *c, const Tcb *t, Plan *plan)
{
    if (!(t->want & WANT_TLP) || t->sent_count == 0)
        return false;
    uint32_t len = min_u32(min_u32(tcb_unsent(t), usable_window(t)), send_mss(c, t));
    if (len > 0 && may_send_data(t) && t->sent_count < c->pools.sent_cap) {
        plan->len = len;
        plan->seq = t->snd.nxt;
        if (len == tcb_unsent(t)) {
            plan->flags = SEG_PSH;
            plan->sent = SENT_PSH;
        }
    } else {
        if (!can_leave(c, t, (uint16_t)(t->sent_count - 1)))
            return false;
        plan_again(c, t, (uint16_t)(t->sent_count - 1), plan);
    }
    plan->rule = RULE_TLP;
    plan->done = WANT_TLP;
    plan->annotation = ANN_TAIL_LOSS_PROBE;
    return true;
}

/* RFC 9293 3.8.6.1: one octet beyond the closed window, or the FIN. */
static bool choose_probe(const Ctx *c, const Tcb *t, Plan *plan)
{
    if (!(t->want & WANT_PROBE) || t->sent_count > 0 || !something_waits(&c->pools, t))
        return false;
    plan->rule = RULE_ZERO_WINDOW_PROBE;
    plan->seq = t->snd.nxt;
    plan->done = WANT_PROBE;
    plan->sent = SENT_PROBE;
    plan->annotation = ANN_ZERO_WINDOW_PROBE;
    if (tcb_unsent(t) > 0) {
        plan->len = 1;
    } else {
        plan->flags = SEG_FIN;
        plan->sent |= SENT_FIN;
    }
    return true;
}

/* Why waiting data may not leave now; RULE_NONE if it may, and then how much in *len. */
static RuleId data_held_by(const Ctx *c, const Tcb *t, uint32_t *len)
{
    const Pools *p = &c->pools;
    uint32_t waiting = tcb_unsent(t);   /* D */
    uint32_t usable = usable_window(t); /* U */
    uint32_t mss = send_mss(c, t);
    *len = min_u32(min_u32(waiting, usable), mss);
    if (usable == 0)
        return RULE_SEND_WINDOW;
    if (t->sent_count == p->sent_cap)
        return RULE_SENT_LIST_FULL;
    uint32_t flight = tcb_flight(t);
    if (flight > 0 && *len > recovery_budget(c, t, false))
        return RULE_CONGESTION_WINDOW;
    if (cc_paced_until(c, t) > c->now)
        return t->path.flags & PATH_ECN_HOLD ? RULE_ECN_ONE_SEGMENT : RULE_PACING;
    /* 3.8.6.2.1: the sender's silly window avoidance, with Nagle (3.7.4) as its second condition.
     */
    if (*len == mss || (t->want & WANT_PUSH))
        return RULE_NONE;
    bool nagle = !(t->user & USER_NODELAY) && rule_on(c, RULE_NAGLE);
    if (nagle && flight > 0 && !(waiting <= usable && fin_waits(p, t)))
        return RULE_NAGLE;
    if (waiting <= usable || !rule_on(c, RULE_SWS_SENDER))
        return RULE_NONE;
    return *len >= t->snd.max_wnd / 2 ? RULE_NONE : RULE_SWS_SENDER;
}

static bool choose_data(const Ctx *c, const Tcb *t, Plan *plan)
{
    if (!may_send_data(t) || tcb_unsent(t) == 0)
        return false;
    uint32_t len;
    if (data_held_by(c, t, &len) != RULE_NONE)
        return false;
    bool limited = recovery_limited(c, t) && t->out_bytes - t->lost_bytes + len > cc_window(c, t);
    plan->rule = limited ? RULE_LIMITED_TRANSMIT : RULE_SEND_DATA;
    plan->seq = t->snd.nxt;
    plan->len = len;
    plan->done = WANT_PUSH;
    if (len == tcb_unsent(t)) { /* MUST-61: PSH on the last segment that was queued */
        plan->flags |= SEG_PSH;
        plan->sent |= SENT_PSH;
        if (fin_waits(&c->pools, t) && len < usable_window(t)) { /* it takes a number, too */
            plan->rule = RULE_FIN;
            plan->flags |= SEG_FIN;
            plan->sent |= SENT_FIN;
        }
    }
    if (len == usable_window(t) && len < tcb_unsent(t))
        plan->annotation = ANN_WINDOW_FULL;
    return true;
}

static bool choose_fin(const Ctx *c, const Tcb *t, Plan *plan)
{
    const Pools *p = &c->pools;
    if (!may_send_data(t) || !fin_waits(p, t) || tcb_unsent(t) > 0 || usable_window(t) == 0 ||
        t->sent_count == p->sent_cap)
        return false;
    plan->rule = RULE_FIN;
    plan->seq = t->snd.nxt;
    plan->flags = SEG_FIN;
    plan->sent = SENT_FIN;
    return true;
}

/* Nothing is known to be lost and nothing new may leave, but the window has room. */
static bool choose_spare(const Ctx *c, const Tcb *t, Plan *plan)
{
    RuleId rule;
    int32_t i = recovery_next_spare(c, t, &rule);
    if (i < 0 || t->snd.wnd == 0 || !can_leave(c, t, (uint16_t)i) ||
        sent_at(&c->pools, t, (uint16_t)i)->len > recovery_budget(c, t, true))
        return false;
    plan_again(c, t, (uint16_t)i, plan);
    plan->rule = rule;
    return true;
}

static bool choose(const Ctx *c, const Tcb *t, Plan *plan)
{
    *plan = (Plan){.again = -1, .seq = t->snd.nxt};
    if (t->want & WANT_RST) {
        plan->rule = (RuleId)t->ack_rule;
        plan->flags = SEG_RST;
        plan->done = WANT_RST;
        return true;
    }
    if (t->want & WANT_SYN) {
        plan->rule = t->state == SYN_SENT ? RULE_OPEN_ACTIVE : RULE_SYN_ACK;
        plan->seq = t->snd.iss;
        plan->flags = SEG_SYN;
        plan->len = t->state == SYN_SENT ? fastopen_syn_data(c, t) : 0;
        plan->sent = t->state == SYN_SENT ? SENT_SYN : SENT_SYN | SENT_SYN_ACK;
        plan->done = WANT_SYN;
        return true;
    }
    if (choose_tail_probe(c, t, plan) || choose_repair(c, t, plan) || choose_probe(c, t, plan) ||
        choose_data(c, t, plan) || choose_fin(c, t, plan) || choose_spare(c, t, plan))
        return true;
    if (t->want & WANT_KEEPALIVE) {
        plan->rule = RULE_KEEP_ALIVE;
        plan->seq = seq_sub(t->snd.nxt, 1);
        plan->done = WANT_KEEPALIVE;
        plan->annotation = ANN_KEEP_ALIVE;
        return true;
    }
    if (t->want & WANT_ACK) {
        plan->rule = (RuleId)t->ack_rule;
        return true;
    }
    return false;
}

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
    if (plan->len > 0) {
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

/* What was sent before the path turned out to be narrower is cut to what it takes. False: it cannot
 * be, now. */
static bool cut_to_path(const Ctx *c, Tcb *t, Plan *plan)
{
    const Pools *p = &c->pools;
    if (plan->again < 0 || plan->len <= t->snd.mss)
        return true;
    if (!sent_split(p, t, (uint16_t)plan->again, t->snd.mss))
        return false;
    plan->len = t->snd.mss;
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
    return may_send_data(t) && !syn_out && t->snd.wnd == 0 &&
           (t->sent_count > 0 || something_waits(p, t));
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
    return t->sent_count > 0 && may_repeat(c, sent_at(&c->pools, t, 0));
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
    bool waits = t->sent_count > 0 || something_waits(p, t);
    /* MUST-37: a window may stay closed for ever while the peer answers the probes; only an
     * application that asked for a user timeout of its own gets it then, too. */
    bool answered =
        persisting(p, t) && t->unanswered == 0 && t->user_timeout == knob(c, KNOB_USER_TIMEOUT);
    if (!waits || answered || t->user_timeout == 0)
        timer_stop(c, t, TIMER_USER);
    else if (!timer_armed(t, TIMER_USER))
        timer_arm(c, t, TIMER_USER, c->now + t->user_timeout);
}

/* What holds waiting data back is worth a note: it is the answer to "why is nothing sent?". */
static RuleId note_held(Ctx *c, Tcb *t)
{
    if (!may_send_data(t) || tcb_unsent(t) == 0) {
        timer_stop(c, t, TIMER_SWS);
        return RULE_NONE;
    }
    uint32_t len;
    RuleId rule = data_held_by(c, t, &len);
    if (rule != RULE_NONE)
        note_rule(c, t, rule, tcb_unsent(t), usable_window(t));
    if (rule != RULE_SWS_SENDER)
        timer_stop(c, t, TIMER_SWS);
    else if (!timer_armed(t, TIMER_SWS)) /* 3.8.6.2.1: the override timeout */
        timer_arm(c, t, TIMER_SWS, c->now + knob(c, KNOB_SWS_OVERRIDE));
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
    while (choose(c, t, &plan))
        if (!send_plan(c, t, &plan))
            break;
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
