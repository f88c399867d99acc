/*
 * plan.c: what to send now, and by which rule (plan.h).
 *
 * The order is the order of urgency: RST, SYN, repair, probe, new data, FIN, keep-alive, ACK. New
 * data has to pass the gates one after the other: the peer's window, the congestion window, pacing,
 * and for a segment that is not full Nagle, the cork and silly-window avoidance (RFC 9293 3.7.4 and
 * 3.8.6.2.1).
 */
#include "core/tcp/plan.h"

#include "core/tcp/cc.h"
#include "core/tcp/fastopen.h"
#include "core/tcp/path.h"
#include "core/tcp/recovery.h"
#include "core/tcp/sack.h"

uint32_t plan_mss(const Ctx *c, const Tcb *t)
{
    uint32_t blocks = sack_room(c, t);
    return t->snd.mss > 2 * blocks ? t->snd.mss - blocks : t->snd.mss;
}

uint32_t plan_usable_window(const Tcb *t)
{
    Seq edge = seq_add(t->snd.una, t->snd.wnd);
    return seq_lt(t->snd.nxt, edge) ? seq_distance(t->snd.nxt, edge) : 0;
}

bool plan_may_send(const Tcb *t)
{
    return t->state == ESTABLISHED || t->state == CLOSE_WAIT || t->state == FIN_WAIT_1 ||
           t->state == CLOSING || t->state == LAST_ACK ||
           (t->state == SYN_RECEIVED && (t->user & USER_FAST_OPEN)); /* RFC 7413 4.2.2 */
}

static bool fin_waits(const Pools *p, const Tcb *t)
{
    return (t->want & WANT_FIN) && !tcb_fin_sent(p, t);
}

bool plan_something_waits(const Pools *p, const Tcb *t)
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

bool plan_may_repeat(const Ctx *c, const Sent *s)
{
    return !(s->flags & SENT_FIN) || s->len > 0 || rule_on(c, RULE_FIN_RETRANSMISSION);
}

/* Can the element leave, in pieces if the path has become narrower? The last of a full list has to
 * wait for room. */
static bool can_leave(const Ctx *c, const Tcb *t, uint16_t i)
{
    const Sent *s = sent_at(&c->pools, t, i);
    bool in_pieces = t->sent_count < c->pools.sent_cap || i + 1 < t->sent_count;
    return plan_may_repeat(c, s) && (s->len <= t->snd.mss || in_pieces);
}

static bool choose_repair(const Ctx *c, const Tcb *t, Plan *plan)
{
    const Pools *p = &c->pools;
    if (t->sent_count == 0)
        return false;
    if (t->want & (WANT_REXMIT | WANT_PROBE)) {
        const Sent *first = sent_at(p, t, 0);
        if (!plan_may_repeat(c, first))
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
    uint32_t len = min_u32(min_u32(tcb_unsent(t), plan_usable_window(t)), plan_mss(c, t));
    if (len > 0 && plan_may_send(t) && t->sent_count < c->pools.sent_cap) {
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
    if (!(t->want & WANT_PROBE) || t->sent_count > 0 || !plan_something_waits(&c->pools, t))
        return false;
    plan->rule = RULE_ZERO_WINDOW_PROBE;
    plan->seq = t->snd.nxt;
    plan->done = WANT_PROBE;
    plan->annotation = ANN_ZERO_WINDOW_PROBE;
    if (knob(c, KNOB_PROBE_EMPTY)) { /* the peer has it already, and answers with an ACK */
        plan->seq = seq_sub(t->snd.una, 1);
        return true;
    }
    plan->sent = SENT_PROBE;
    if (tcb_unsent(t) > 0) {
        plan->len = 1;
    } else {
        plan->flags = SEG_FIN;
        plan->sent |= SENT_FIN;
    }
    return true;
}

/* Minshall's variant asks only whether a segment that was not full is on its way. */
static bool small_on_its_way(const Ctx *c, const Tcb *t)
{
    return !knob(c, KNOB_MINSHALL) ||
           (seq_gt(t->small_end, t->snd.una) && seq_leq(t->small_end, t->snd.nxt));
}

/* The gates for a segment that is not full: the cork, Nagle (3.7.4), and the sender's silly window
 * avoidance (3.8.6.2.1), whose second condition Nagle is. */
static RuleId small_held_by(const Ctx *c, const Tcb *t, uint32_t len, uint32_t usable)
{
    uint32_t waiting = tcb_unsent(t);
    bool ends = waiting <= usable && fin_waits(&c->pools, t); /* nothing more will follow */
    if ((t->habits & (HABIT_CORK | HABIT_MORE)) && !ends)
        return RULE_CORK;
    bool nagle = !(t->user & USER_NODELAY) && rule_on(c, RULE_NAGLE);
    if (nagle && tcb_flight(t) > 0 && !ends && small_on_its_way(c, t))
        return RULE_NAGLE;
    if (waiting <= usable || !rule_on(c, RULE_SWS_SENDER))
        return RULE_NONE;
    return len >= t->snd.max_wnd / 2 ? RULE_NONE : RULE_SWS_SENDER;
}

RuleId plan_held_by(const Ctx *c, const Tcb *t, uint32_t *len)
{
    const Pools *p = &c->pools;
    uint32_t usable = plan_usable_window(t); /* U */
    uint32_t mss = plan_mss(c, t);
    *len = min_u32(min_u32(tcb_unsent(t), usable), mss);
    if (usable == 0)
        return RULE_SEND_WINDOW;
    if (t->sent_count == p->sent_cap)
        return RULE_SENT_LIST_FULL;
    if (tcb_flight(t) > 0 && *len > recovery_budget(c, t, false))
        return RULE_CONGESTION_WINDOW;
    if (cc_paced_until(c, t) > c->now)
        return t->path.flags & PATH_ECN_HOLD ? RULE_ECN_ONE_SEGMENT : RULE_PACING;
    if (*len == mss || (t->want & WANT_PUSH))
        return RULE_NONE;
    return small_held_by(c, t, *len, usable);
}

/* Does a burst end with this full segment? Linux hands its segments to the card in bursts of at
 * most half the largest window, and the last of several carries PSH, so that the receiver does not
 * wait for more. */
static bool burst_ends(const Ctx *c, const Tcb *t, uint32_t burst, uint32_t len)
{
    enum { LARGEST = 65535 };
    uint32_t most = min_u32(max_u32(t->snd.max_wnd / 2, len), LARGEST);
    uint32_t before = burst % (most / len * len);
    if (!knob(c, KNOB_BURST_PSH) || before < len)
        return false;
    if (before + 2 * len > most)
        return true;
    uint32_t next = min_u32(tcb_unsent(t) - len, len);
    return next > plan_usable_window(t) - len || next + len > recovery_budget(c, t, false) ||
           (next < len && small_held_by(c, t, next, plan_usable_window(t)) != RULE_NONE);
}

static bool choose_data(const Ctx *c, const Tcb *t, uint32_t burst, Plan *plan)
{
    if (!plan_may_send(t) || tcb_unsent(t) == 0)
        return false;
    uint32_t len;
    if (plan_held_by(c, t, &len) != RULE_NONE)
        return false;
    bool limited = recovery_limited(c, t) && t->out_bytes - t->lost_bytes + len > cc_window(c, t);
    plan->rule = limited ? RULE_LIMITED_TRANSMIT : RULE_SEND_DATA;
    plan->seq = t->snd.nxt;
    plan->len = len;
    bool last = len == tcb_unsent(t);
    bool fin = last && fin_waits(&c->pools, t) && len < plan_usable_window(t);
    plan->done = last ? WANT_PUSH : 0;
    if (last && (fin || !(t->habits & HABIT_QUIET))) { /* MUST-61: on the last that was queued */
        plan->flags |= SEG_PSH;
        plan->sent |= SENT_PSH;
    }
    if (fin) { /* it takes a number, too */
        plan->rule = RULE_FIN;
        plan->flags |= SEG_FIN;
        plan->sent |= SENT_FIN;
    }
    if (len < tcb_unsent(t) && len == plan_mss(c, t) && burst_ends(c, t, burst, len)) {
        plan->flags |= SEG_PSH;
        plan->sent |= SENT_PSH;
    }
    if (len == plan_usable_window(t) && len < tcb_unsent(t))
        plan->annotation = ANN_WINDOW_FULL;
    return true;
}

static bool choose_fin(const Ctx *c, const Tcb *t, Plan *plan)
{
    const Pools *p = &c->pools;
    if (!plan_may_send(t) || !fin_waits(p, t) || tcb_unsent(t) > 0 || plan_usable_window(t) == 0 ||
        t->sent_count == p->sent_cap)
        return false;
    if (knob(c, KNOB_CWND_SEGMENTS) && tcb_counted_flight(c, t) > 0 &&
        recovery_budget(c, t, false) < t->snd.mss) /* a segment like others */
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

/* The number of a segment without text: SND.NXT. A peer whose window has shrunk would refuse that,
 * and with it the acknowledgment; so Linux stays within the window (tcp_acceptable_seq), but for
 * what scaling has rounded off. */
static Seq number_without_text(const Ctx *c, const Tcb *t)
{
    Seq edge = seq_add(t->snd.una, t->snd.wnd);
    uint32_t unit = t->agreed.options & AGREED_WSCALE ? 1u << t->agreed.rcv_scale : 0;
    if (!knob(c, KNOB_ACK_IN_WINDOW) || t->state < ESTABLISHED || seq_leq(t->snd.nxt, edge) ||
        seq_distance(edge, t->snd.nxt) < unit)
        return t->snd.nxt;
    return edge;
}

bool plan_next(const Ctx *c, const Tcb *t, uint32_t burst, Plan *plan)
{
    *plan = (Plan){.again = -1, .seq = t->snd.nxt};
    if (t->want & WANT_RST) {
        plan->seq = number_without_text(c, t);
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
        choose_data(c, t, burst, plan) || choose_fin(c, t, plan) || choose_spare(c, t, plan))
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
        plan->seq = number_without_text(c, t);
        return true;
    }
    return false;
}
