/*
 * recovery.c: what an acknowledgment or a timeout says about losses: fast retransmit and fast
 * recovery with SACK (RFC 6675) and without (RFC 5681 3.2, RFC 6582), limited transmit (RFC 3042).
 *
 * See recovery.h for the phases. With SACK the scoreboard knows what has left the network, so the
 * window stays what it is and `pipe` (tcb_flight) shrinks; without it each duplicate acknowledgment
 * stands for one segment that has left, and the window is inflated instead.
 */
#include "core/tcp/recovery.h"

#include "core/tcp/cc.h"
#include "core/tcp/ecn.h"
#include "core/tcp/prr.h"
#include "core/tcp/rack.h"
#include "core/tcp/sack.h"
#include "core/tcp/undo.h"

enum { NEWRENO_IMPATIENT = 1 }; /* values of the knob newreno */

static bool has_sack(const Tcb *t)
{
    return t->agreed.options & AGREED_SACK;
}

/* A new episode: what was sent again before may be lost again. */
static void begin_episode(const Ctx *c, Tcb *t)
{
    t->cc.recover = t->snd.nxt;
    t->rec.rescue = seq_sub(t->snd.una, 1);
    for (uint16_t i = 0; i < t->sent_count; i++)
        sent_at(&c->pools, t, i)->flags &= (uint16_t)~SENT_REXMIT;
}

/* ---- entering ---- */

/* By this acknowledgment; NULL: by a timer. */
static void enter_recovery(Ctx *c, Tcb *t, const AckInfo *a)
{
    if (t->cc.phase != CC_CWR) { /* once per window of data (RFC 3168 6.1.2) */
        undo_remember(t);
        cc_reduce(c, t, CC_EVENT_LOSS); /* RFC 5681 3.2 steps 2 and 3; RFC 6675 section 5 (4.2) */
    }
    begin_episode(c, t);
    t->cc.phase = CC_RECOVERY;
    t->cc.cwnd = t->cc.ssthresh;
    if (!has_sack(t))
        t->cc.cwnd += (uint32_t)knob(c, KNOB_DUP_THRESHOLD) * t->snd.mss;
    t->rec.flags &= (uint16_t)~REC_PARTIAL;
    prr_begin(c, t, a);
    t->want |= WANT_REXMIT; /* the first segment whatever the window says */
    note_rule(c, t, RULE_FAST_RETRANSMIT, t->cc.dup_acks, t->cc.ssthresh);
    cc_note(c, t);
}

/* RFC 6582 3.2 step 1: duplicates of what an earlier recovery has asked for prove nothing new. */
static bool covers_more(Ctx *c, const Tcb *t)
{
    if (has_sack(t) || !knob(c, KNOB_NEWRENO) || seq_gt(t->snd.una, t->cc.recover))
        return true;
    note_rule(c, t, RULE_RECOVER_NOT_PASSED, 0, 0);
    return false;
}

/* RFC 5681 3.2 step 4: each one says that a segment has left the network. */
static void inflate(Ctx *c, Tcb *t)
{
    t->cc.cwnd += t->snd.mss;
    note_rule(c, t, RULE_RECOVERY_INFLATES, t->cc.cwnd, t->cc.dup_acks);
    cc_note(c, t);
}

static uint32_t find_losses(Ctx *c, Tcb *t, const AckInfo *a)
{
    if (rack_active(c, t))
        return rack_detect_loss(c, t, a);
    uint32_t lost = has_sack(t) ? sack_mark_lost(c, t) : 0;
    if (lost > 0)
        note_rule(c, t, RULE_IS_LOST, lost, t->sacked_bytes);
    return lost;
}

static void on_duplicate(Ctx *c, Tcb *t, AckInfo *a)
{
    t->cc.dup_acks++;
    if (t->cc.phase == CC_RECOVERY) {
        if (!has_sack(t))
            inflate(c, t);
        return;
    }
    note_rule(c, t, RULE_DUP_ACK_COUNTED, t->cc.dup_acks, knob(c, KNOB_DUP_THRESHOLD));
    if (t->cc.phase == CC_LOSS)
        return;
    if (t->cc.phase != CC_CWR)
        t->cc.phase = CC_DISORDER;
    if (!rule_on(c, RULE_FAST_RETRANSMIT))
        return;
    bool counted = rack_active(c, t) ? false
                   : has_sack(t)     ? t->cc.dup_acks >= knob(c, KNOB_DUP_THRESHOLD)
                                     : t->cc.dup_acks == knob(c, KNOB_DUP_THRESHOLD);
    if ((counted || a->lost > 0) && covers_more(c, t))
        enter_recovery(c, t, a);
}

/* ---- leaving ---- */

static void leave_recovery(Ctx *c, Tcb *t)
{
    t->cc.phase = t->sacked_bytes > 0 ? CC_DISORDER : CC_OPEN;
    t->cc.cwnd = t->cc.ssthresh; /* RFC 5681 3.2 step 6, RFC 6582 3.2 step 3 (2): deflate */
    t->cc.acked = 0;
    prr_end(t);
    rack_recovery_ended(t);
    note_rule(c, t, RULE_RECOVERY_ENDS, t->cc.cwnd, 0);
}

/* RFC 6582 3.2 step 3: what follows the repaired segment is missing as well. */
static void partial(Ctx *c, Tcb *t, const AckInfo *a)
{
    t->want |= WANT_REXMIT;
    t->rec.flags |= REC_PARTIAL;
    t->cc.cwnd -= min_u32(a->acked, t->cc.cwnd - min_u32(t->snd.mss, t->cc.cwnd));
    if (a->acked >= t->snd.mss)
        t->cc.cwnd += t->snd.mss;
    note_rule(c, t, RULE_PARTIAL_ACK, a->acked, seq_distance(t->snd.una, t->cc.recover));
}

static bool is_impatient(const Ctx *c, const Tcb *t)
{
    return t->cc.phase == CC_RECOVERY && !has_sack(t) && (t->rec.flags & REC_PARTIAL) &&
           knob(c, KNOB_NEWRENO) == NEWRENO_IMPATIENT;
}

bool recovery_keeps_timer(const Ctx *c, const Tcb *t, Seq ack)
{
    return is_impatient(c, t) && seq_lt(ack, t->cc.recover);
}

/* On a circle of numbers "beyond recover" is true for one half of it: after two gigabytes without a
 * loss the other half would come, so recover follows from afar. */
static void drag_recover(Tcb *t)
{
    const uint32_t quarter = 1u << 30;
    if (seq_gt(t->snd.una, t->cc.recover) && seq_distance(t->cc.recover, t->snd.una) > quarter)
        t->cc.recover = seq_sub(t->snd.una, 1);
}

static void on_advance(Ctx *c, Tcb *t, AckInfo *a)
{
    t->cc.dup_acks = 0;
    drag_recover(t);
    bool all = seq_geq(t->snd.una, t->cc.recover);
    if (t->cc.phase == CC_RECOVERY) {
        bool stays = has_sack(t) || (knob(c, KNOB_NEWRENO) && rule_on(c, RULE_PARTIAL_ACK));
        if (all || !stays)
            leave_recovery(c, t);
        else if (!has_sack(t))
            partial(c, t, a);
        /* This acknowledgment opens the window no further; in Linux the one that ends it does. */
        if (!all || !knob(c, KNOB_CWND_SEGMENTS) || t->cc.algorithm != CC_RENO)
            a->acked = 0;
    } else if (t->cc.phase == CC_LOSS && all) {
        t->cc.phase = CC_OPEN;
        t->rec.flags &= (uint16_t) ~(REC_FRTO | REC_FRTO_NEW);
        rack_recovery_ended(t);
    } else if ((t->cc.phase == CC_DISORDER && t->sacked_bytes == 0) ||
               (t->cc.phase == CC_CWR && seq_gt(t->snd.una, t->cc.recover))) {
        t->cc.phase = CC_OPEN;
    }
}

/* RACK needs no duplicates to find a loss (RFC 8985 6.2); neither does a probe that repaired one.
 */
static void on_any(Ctx *c, Tcb *t, AckInfo *a)
{
    bool may_enter = t->cc.phase != CC_RECOVERY && t->cc.phase != CC_LOSS;
    if (rack_active(c, t) && a->lost > 0 && may_enter && rule_on(c, RULE_FAST_RETRANSMIT))
        enter_recovery(c, t, a);
    if (tlp_on_ack(c, t, a) && may_enter && t->cc.phase != CC_CWR) {
        cc_reduce(c, t, CC_EVENT_LOSS);
        t->cc.cwnd = t->cc.ssthresh;
        cc_note(c, t);
    }
    if (t->cc.phase == CC_RECOVERY)
        prr_on_ack(c, t, a);
}

void recovery_on_ack(Ctx *c, Tcb *t, AckInfo *a)
{
    if (undo_by_dsack(t, a))
        undo_now(c, t, RULE_UNDO);
    else if (t->cc.phase == CC_LOSS && frto_on_ack(c, t, a))
        undo_now(c, t, RULE_SPURIOUS_TIMEOUT);
    if (a->advances)
        on_advance(c, t, a);
    if (a->duplicate || a->dsack || (a->advances && has_sack(t)))
        a->lost += find_losses(c, t, a);
    if (a->duplicate)
        on_duplicate(c, t, a);
    on_any(c, t, a);
    if (a->advances)
        tlp_restart(t);
}

/* ---- the timeout ---- */

void recovery_on_timeout(Ctx *c, Tcb *t)
{
    if (t->cc.phase != CC_LOSS) {
        bool recovering = t->cc.phase == CC_RECOVERY && has_sack(t); /* RFC 5682 3.1: not then */
        undo_remember(t);
        t->rec.flags &= (uint16_t) ~(REC_FRTO | REC_FRTO_NEW);
        if (!recovering)
            frto_begin(c, t);
    } else {
        t->rec.flags &= (uint16_t) ~(REC_FRTO | REC_FRTO_NEW);
    }
    cc_reduce(c, t, CC_EVENT_TIMEOUT);
    t->cc.dup_acks = 0;
    t->cc.phase = CC_LOSS;
    prr_end(t);
    /* RFC 2018 section 8: SACKed, yet not acknowledged when everything before it is: thrown away */
    if (t->sent_count > 0 && sent_at(&c->pools, t, 0)->flags & SENT_SACKED)
        sack_forget(c, t);
    begin_episode(c, t);
    if (rack_active(c, t)) {
        rack_mark_on_timeout(c, t);
        return;
    }
    for (uint16_t i = 0; i < t->sent_count; i++) {
        Sent *s = sent_at(&c->pools, t, i);
        if (!(s->flags & SENT_SACKED))
            sent_mark(t, s, SENT_LOST, 0);
    }
}

/* RFC 3168 6.1.2: as after a loss, but nothing is sent again. Phase CWR lasts until something is
 * acknowledged that was sent after the reduction: its CWR has reached the peer. */
void recovery_on_ece(Ctx *c, Tcb *t)
{
    if (t->cc.phase != CC_OPEN && t->cc.phase != CC_DISORDER) {
        note_rule(c, t, RULE_ECN_ONCE, 0, 0);
        return;
    }
    uint32_t before = t->cc.cwnd;
    cc_reduce(c, t, CC_EVENT_ECE);
    t->cc.recover = t->snd.nxt;
    t->cc.phase = CC_CWR;
    t->cc.cwnd = min_u32(t->cc.cwnd, t->cc.ssthresh);
    if (cc_table[t->cc.algorithm]->reduced && t->cc.cwnd == before) /* the threshold's least */
        t->cc.cwnd = max_u32(before / 2, t->snd.mss); /* RFC 9438 4.6: down to one segment */
    if (before <= t->snd.mss)
        ecn_hold(c, t);
    note_rule(c, t, RULE_ECN_REDUCES, t->cc.cwnd, 0);
    cc_note(c, t);
}

/* ---- what leaves ---- */

bool recovery_limited(const Ctx *c, const Tcb *t)
{
    return t->cc.phase == CC_DISORDER && knob(c, KNOB_LIMITED_TRANSMIT) &&
           rule_on(c, RULE_LIMITED_TRANSMIT);
}

uint32_t recovery_budget(const Ctx *c, const Tcb *t, bool again)
{
    bool counts = knob(c, KNOB_CWND_SEGMENTS);
    uint32_t window = cc_window(c, t), flight = tcb_counted_flight(c, t);
    if (counts && window != UINT32_MAX)
        window -= window % t->snd.mss;
    if (!again && t->cc.phase == CC_DISORDER) {
        if (!recovery_limited(c, t)) /* then only acknowledgments make room */
            flight += counts ? t->sacked_segs * t->snd.mss : t->sacked_bytes;
        else if (!has_sack(t) && window != UINT32_MAX)
            window += min_u32(t->cc.dup_acks, 2) * t->snd.mss;
    }
    return window > flight ? window - flight : 0;
}

int32_t recovery_next(const Ctx *c, const Tcb *t, RuleId *rule)
{
    *rule = RULE_LOSS_REPAIR;
    if (frto_holds(t))
        return -1;
    for (uint16_t i = 0; t->lost_bytes > 0 && i < t->sent_count; i++)
        if (sent_at(&c->pools, t, i)->flags & SENT_LOST)
            return i;
    return -1;
}

/* RFC 6675 section 4, NextSeg () rules (3) and (4). */
int32_t recovery_next_spare(const Ctx *c, const Tcb *t, RuleId *rule)
{
    if (t->cc.phase != CC_RECOVERY || t->sacked_bytes == 0 || rack_active(c, t))
        return -1;
    int32_t hole = -1, last = -1;
    bool below = true; /* a hole with SACKed data above it, not only the tail */
    for (uint16_t i = 0; i < t->sent_count; i++) {
        const Sent *s = sent_at(&c->pools, t, i);
        if (!(s->flags & SENT_SACKED)) /* sent again already, it needs no rescue */
            last = s->flags & SENT_REXMIT ? -1 : i;
        below = below && !(s->flags & SENT_SACKED && hole >= 0);
        if (hole < 0 && !(s->flags & (SENT_SACKED | SENT_REXMIT)))
            hole = i;
    }
    *rule = RULE_NEXT_HOLE;
    if (hole >= 0 && !below)
        return hole;
    *rule = RULE_RESCUE;
    return seq_gt(t->snd.una, t->rec.rescue) ? last : -1;
}

void recovery_on_send(Ctx *c, Tcb *t, Sent *s, RuleId rule, bool again)
{
    if (again) {
        s->flags |= SENT_REXMIT;
        undo_count(t);
        /* RFC 6298 section 5: never again "less than one RTO after the previous transmission". */
        if (seq_eq(s->seq, t->snd.una) && !is_impatient(c, t))
            timer_stop(c, t, TIMER_REXMIT);
    }
    if (t->cc.phase == CC_RECOVERY)
        prr_sent(c, t, s->len);
    if (rule == RULE_TLP)
        tlp_sent(c, t, again);
    else if (!again)
        tlp_restart(t);
    if (rule == RULE_RESCUE)
        t->rec.rescue = t->cc.recover;
}

/* ---- the timers of RACK-TLP ---- */

void recovery_on_reordering_timer(Ctx *c, Tcb *t)
{
    if (rack_detect_loss(c, t, NULL) > 0 && t->cc.phase != CC_RECOVERY && t->cc.phase != CC_LOSS)
        enter_recovery(c, t, NULL);
}

void recovery_on_probe_timer(Ctx *c, Tcb *t)
{
    (void)c;
    t->want |= WANT_TLP;
}

void recovery_arrange_timers(Ctx *c, Tcb *t)
{
    if (t->sent_count == 0)
        timer_stop(c, t, TIMER_RACK);
    tlp_arrange_timer(c, t);
}
