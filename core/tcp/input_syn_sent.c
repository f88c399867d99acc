/*
 * input_syn_sent.c: SEGMENT ARRIVES in SYN-SENT (RFC 9293 section 3.10.7.3).
 *
 * We have sent a SYN and know nothing of the peer yet. Only an ACK of our SYN proves that a segment
 * belongs to this attempt.
 */
#include "core/tcp/ack.h"
#include "core/tcp/arrive.h"
#include "core/tcp/fastopen.h"
#include "core/tcp/reply.h"
#include "core/tcp/urgent.h"

/* ISS < SEG.ACK =< SND.NXT */
static bool acks_our_syn(const Ctx *c, const Tcb *t, const Seg *seg)
{
    if (!rule_on(c, RULE_ACK_CHECK))
        return true;
    return seq_lt(t->snd.iss, seg->ack) && seq_leq(seg->ack, t->snd.nxt);
}

/* Linux: if a blocked SEND waits for this moment, its data takes the acknowledgment along. */
static void third_ack(Ctx *c, Tcb *t)
{
    bool writer = t->habits & HABIT_WRITER;
    t->habits &= (uint8_t)~HABIT_WRITER;
    if (!writer || knob(c, KNOB_DELACK) == 0) {
        want_ack(c, t, RULE_THIRD_ACK);
        return;
    }
    timer_arm(c, t, TIMER_DELACK, c->now + knob(c, KNOB_DELACK));
    note_rule(c, t, RULE_DELAYED_ACK, 0, 0);
}

/* Fourth: the SYN. Either it acknowledges ours (the second segment of the handshake), or it crossed
 * ours on the way (simultaneous open). */
static void syn_arrives(Ctx *c, Tcb *t, const Seg *seg, Bytes payload)
{
    take_syn(c, t, seg);
    if (!(seg->flags & SEG_ACK)) {
        note_rule(c, t, RULE_SIMULTANEOUS_OPEN, 0, 0);
        fastopen_fall_back(c, t);
        tcb_enter(c, t, SYN_RECEIVED);
        t->want |= WANT_REXMIT; /* "form a SYN,ACK segment <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>" */
        return;
    }
    ack_of_syn(c, t, seg, seq_leq(seg->ack, t->snd.nxt) ? seg->ack : t->snd.nxt);
    note_rule(c, t, RULE_SYN_ACK_TAKEN, 0, 0);
    fastopen_answered(c, t, seg);
    become_established(c, t);
    third_ack(c, t);
    if (seg->len > 0 || (seg->flags & (SEG_FIN | SEG_URG))) { /* "continue at the sixth step" */
        Seg rest = *seg;
        rest.seq = seq_add(seg->seq, 1);
        rest.flags &= (uint16_t)~SEG_SYN;
        t->rcv.adv = seq_add(t->rcv.nxt, t->rx.cap);
        urgent_arrives(c, t, &rest, seg->seq);
        arrives_text(c, t, &rest, payload);
        arrives_fin(c, t, &rest);
    }
}

void arrives_syn_sent(Ctx *c, Tcb *t, const Seg *seg, Bytes payload)
{
    bool ack_good = (seg->flags & SEG_ACK) && acks_our_syn(c, t, seg);
    if ((seg->flags & SEG_ACK) && !ack_good) { /* first */
        if (seg->flags & SEG_RST)
            note_discard(c, t, RULE_RST_CHECK);
        else
            reply_reset(c, t, seg, RULE_ACK_OF_OLD_SYN);
        return;
    }
    if (seg->flags & SEG_RST) { /* second */
        if (!ack_good) {
            note_discard(c, t, RULE_RST_CHECK);
            return;
        }
        note_rule(c, t, RULE_REFUSED, 0, 0);
        tcb_end(c, t, CONN_REFUSED);
        return;
    }
    if (seg->flags & SEG_SYN) /* fourth */
        syn_arrives(c, t, seg, payload);
    else /* fifth: "if neither of the SYN or RST bits is set then drop the segment and return" */
        note_discard(c, t, RULE_NEITHER_SYN_NOR_RST);
}
