/*
 * input_sync.c: SEGMENT ARRIVES in SYN-RECEIVED and later: the eight checks of RFC 9293 3.10.7.4.
 *
 *     before   timestamp              not older than the last (RFC 7323 section 5.3, R1)
 *     first    sequence number        acceptable, and trimmed to the window
 *     second   RST                    exact number, else a challenge (RFC 5961 section 3)
 *     third    security               not modelled: there is no compartment in a playground
 *     fourth   SYN                    a challenge (RFC 5961 section 4)
 *     fifth    ACK                    what it settles, and the states that wait for it
 *     sixth    URG                    urgent.c
 *     seventh  text                   input_text.c
 *     eighth   FIN                    input_text.c
 *
 * Each check is a function that says go on or stop; arrives_synchronized lists them in order.
 */
#include "core/tcp/ack.h"
#include "core/tcp/arrive.h"
#include "core/tcp/ecn.h"
#include "core/tcp/options.h"
#include "core/tcp/quickack.h"
#include "core/tcp/reply.h"
#include "core/tcp/sack.h"
#include "core/tcp/timestamp.h"
#include "core/tcp/urgent.h"
#include "core/tcp/uto.h"

typedef enum Verdict { GO_ON, STOP } Verdict;

/* ---- first check: sequence number ---- */

/* The four cases of RFC 9293 table 6. */
static bool acceptable(const Ctx *c, const Tcb *t, const Seg *seg)
{
    uint32_t window = seq_distance(t->rcv.nxt, t->rcv.adv);
    uint32_t len = seg_len(seg);
    (void)c;
    if (len == 0)
        return window == 0 ? seq_eq(seg->seq, t->rcv.nxt)
                           : seq_in_window(seg->seq, t->rcv.nxt, window);
    if (window == 0)
        return false;
    return seq_in_window(seg->seq, t->rcv.nxt, window) ||
           seq_in_window(seq_add(seg->seq, len - 1), t->rcv.nxt, window);
}

/* A SYN again while we wait for the third segment: our SYN+ACK was lost, so it goes again. */
static bool is_same_syn(const Tcb *t, const Seg *seg)
{
    return t->state == SYN_RECEIVED && (seg->flags & (SEG_SYN | SEG_ACK | SEG_RST)) == SEG_SYN &&
           seq_eq(seg->seq, t->rcv.irs);
}

/* Simultaneous open: the peer's SYN+ACK repeats the SYN that we have, and acknowledges ours. Figure
 * 8 takes it as the acknowledgment it is, though by the first check alone it would be old. */
static bool is_crossing_syn_ack(const Tcb *t, const Seg *seg)
{
    return t->state == SYN_RECEIVED && seq_eq(seg->seq, t->rcv.irs) &&
           (seg->flags & (SEG_SYN | SEG_ACK | SEG_RST)) == (SEG_SYN | SEG_ACK) &&
           seq_lt(t->snd.una, seg->ack) && seq_leq(seg->ack, t->snd.nxt);
}

/* TIME-WAIT: "the only thing that can arrive in this state is a retransmission of the remote FIN.
 * Acknowledge it, and restart the 2 MSL timeout." */
static void restart_2msl(Ctx *c, Tcb *t)
{
    if (!rule_on(c, RULE_2MSL_RESTART) || !timer_armed(t, TIMER_2MSL))
        return;
    note_rule(c, t, RULE_2MSL_RESTART, 2 * knob(c, KNOB_MSL), 0);
    timer_arm(c, t, TIMER_2MSL, c->now + 2 * knob(c, KNOB_MSL));
}

static void refuse(Ctx *c, Tcb *t, const Seg *seg)
{
    if (seg->flags & SEG_RST) { /* "unless the RST bit is set" */
        note_discard(c, t, RULE_RST_CHECK);
        return;
    }
    bool old = seq_leq(seg_end(seg), t->rcv.nxt);
    if (old && seg->len == 0 && seg->flags & SEG_FIN && t->state != TIME_WAIT) {
        sack_duplicate(c, t, (SeqRange){seg->seq, seg_end(seg)});
        if (knob(c, KNOB_TIMESTAMP_OF_OLD))
            timestamp_take(c, t, seg, seg->seq);
    }
    if (old && seg->len > 0) {
        t->dup_bytes += seg->len;
        note_rule(c, t, RULE_DUPLICATE_DISCARD, seg->len, 0);
        quickack_again(c, t);
        sack_duplicate(c, t, (SeqRange){seg->seq, seq_add(seg->seq, seg->len)});
        if (knob(c, KNOB_TIMESTAMP_OF_OLD) && seq_geq(seg_end(seg), t->agreed.last_ack_sent))
            timestamp_take(c, t, seg, seg->seq);
    }
    if (t->state == TIME_WAIT && (seg->flags & SEG_FIN) && seq_eq(seg_end(seg), t->rcv.nxt))
        restart_2msl(c, t);
    want_ack(c, t, old ? RULE_ACK_DUPLICATE : RULE_WINDOW_CHECK);
    note_dropped(c, t, old ? RULE_ACK_DUPLICATE : RULE_WINDOW_CHECK, WIRE_OK);
    if (!old)
        note_rule(c, t, RULE_WINDOW_CHECK, seq_distance(t->rcv.nxt, t->rcv.adv), 0);
}

/* Cuts off what lies before RCV.NXT and beyond the window: "segments with higher beginning sequence
 * numbers ... may be held", lower parts are old news. RST and SYN stay as they came: whether they
 * are believed depends on where they begin (RFC 5961 sections 3 and 4), and a guess may be long. */
static void trim(Ctx *c, Tcb *t, Seg *seg, Bytes *payload)
{
    if (seg->flags & (SEG_RST | SEG_SYN))
        return;
    if (seq_lt(seg->seq, t->rcv.nxt)) {
        uint32_t old = seq_distance(seg->seq, t->rcv.nxt);
        uint32_t cut = min_u32(old, seg->len);
        sack_duplicate(c, t, (SeqRange){seg->seq, seq_add(seg->seq, cut)});
        *payload = bytes_of(payload->data + cut, payload->len - cut);
        seg->len = (uint16_t)(seg->len - cut);
        seg->seq = t->rcv.nxt;
        t->dup_bytes += cut;
        if (cut)
            note_rule(c, t, RULE_DUPLICATE_DISCARD, cut, 0);
    }
    uint32_t room = seq_distance(seg->seq, t->rcv.adv);
    if (seg->len > room) {
        note_rule(c, t, RULE_TRIM_TO_WINDOW, seg->len - room, 0);
        seg->len = (uint16_t)room;
        *payload = bytes_of(payload->data, room);
        seg->flags &= (uint16_t)~SEG_FIN;
    }
}

/* With the window check off, what should be refused is believed to be in order. */
static bool believed(Ctx *c, const Tcb *t, Seg *seg)
{
    if (rule_on(c, RULE_WINDOW_CHECK) || (seg->flags & SEG_SYN))
        return false;
    seg->seq = t->rcv.nxt;
    return true;
}

static bool all_old(const Tcb *t, const Seg *seg)
{
    return seg->len > 0 && seq_leq(seg_end(seg), t->rcv.nxt);
}

/* A probe into our closed window: its text is refused, "but special allowance should be made to
 * accept valid ACKs, URGs, and RSTs" (MUST-66). */
static bool hits_closed_window(const Tcb *t, const Seg *seg)
{
    return seq_eq(t->rcv.nxt, t->rcv.adv) && seq_leq(seg->seq, t->rcv.nxt) &&
           seq_gt(seg_end(seg), t->rcv.nxt) &&
           (seg->flags & SEG_RST ? seq_eq(seg->seq, t->rcv.nxt) : !(seg->flags & SEG_SYN));
}

/* The peer's probe has moved its SND.NXT one beyond our closed window, and it cannot know whether
 * we took that byte: what it sends without text stands there. Its acknowledgment is valid all the
 * same, and "special allowance should be made to accept valid ACKs, URGs, and RSTs". Refused, two
 * ends that probe each other would answer each other's acknowledgments for ever. A reset is
 * believed at RCV.NXT alone (RFC 5961 section 3); the one that a probing end sends when it gives up
 * stands here, so it is challenged. */
static bool stands_behind_its_probe(const Tcb *t, const Seg *seg)
{
    return seg_len(seg) == 0 && seq_eq(t->rcv.nxt, t->rcv.adv) &&
           seq_eq(seg->seq, seq_add(t->rcv.nxt, 1));
}

/* RFC 7323 section 5.3, R1: comes before everything else. */
static Verdict check_timestamp(Ctx *c, Tcb *t, const Seg *seg)
{
    RuleId rule = timestamp_refuses(c, t, seg);
    if (rule == RULE_NONE)
        return GO_ON;
    if (rule == RULE_PAWS)
        want_ack(c, t, RULE_PAWS);
    else
        note_rule(c, t, rule, 0, 0);
    note_dropped(c, t, rule, WIRE_OK);
    return STOP;
}

/* A peer that has sent its FIN and then resets may not have counted the FIN: Linux believes it. */
static bool is_reset_before_fin(const Ctx *c, const Tcb *t, const Seg *seg)
{
    bool after_fin = t->state == CLOSE_WAIT || t->state == LAST_ACK || t->state == CLOSING;
    return after_fin && (seg->flags & SEG_RST) && knob(c, KNOB_RESET_BEFORE_FIN) &&
           seq_eq(seg->seq, seq_sub(t->rcv.nxt, 1));
}

static Verdict check_sequence(Ctx *c, Tcb *t, Seg *seg, Bytes *payload)
{
    if (is_reset_before_fin(c, t, seg))
        return GO_ON;
    if (is_same_syn(t, seg)) {
        timestamp_take(c, t, seg, seg->seq);
        ecn_syn_again(c, t, seg);
        t->want |= WANT_REXMIT;
        note_rule(c, t, RULE_SYN_AGAIN, 0, 0);
        return STOP;
    }
    if (all_old(t, seg) && !rule_on(c, RULE_DUPLICATE_DISCARD))
        deliver_again(c, t, *payload);
    if (is_crossing_syn_ack(t, seg)) {
        note_rule(c, t, RULE_SIMULTANEOUS_OPEN, 0, 0);
        if (knob(c, KNOB_ACK_CROSSING)) {
            sack_duplicate(c, t, (SeqRange){seg->seq, seq_add(seg->seq, 1)});
            want_ack(c, t, RULE_CROSSING_ACK);
        }
        seg->flags &= (uint16_t)~SEG_SYN;
        seg->seq = seq_add(seg->seq, 1);
        /* A SYN's window is in bytes: now it reads as others do. */
        seg->wnd = (uint16_t)(seg->wnd >> t->agreed.snd_scale);
    }
    if (stands_behind_its_probe(t, seg)) {
        note_rule(c, t, RULE_BEHIND_ITS_PROBE, 0, 0);
        if (seg->flags & SEG_RST)
            return GO_ON;
        seg->seq = t->rcv.nxt;
    }
    if (hits_closed_window(t, seg)) {
        note_rule(c, t, RULE_WINDOW_CHECK, 0, 0);
        want_ack(c, t, RULE_WINDOW_CHECK);
        seg->len = 0;
        seg->flags &= (uint16_t)~SEG_FIN;
        payload->len = 0;
        return GO_ON;
    }
    if (!acceptable(c, t, seg) && !believed(c, t, seg)) {
        refuse(c, t, seg);
        return STOP;
    }
    trim(c, t, seg, payload);
    return GO_ON;
}

/* "Return this connection to LISTEN state": the listener has never left it; if it is gone, CLOSED.
 */
static void return_to_listen(Ctx *c, Tcb *t)
{
    tcb_enter(c, t, t->parent ? LISTEN : CLOSED);
    tcb_free(c, t);
}

/* RFC 5961: who sends a reset or a SYN from beside RCV.NXT has to prove that he is the peer. */
static bool challenges(const Ctx *c)
{
    return rule_on(c, RULE_CHALLENGE_ACK) && knob(c, KNOB_CHALLENGE);
}

/* ---- second check: RST ---- */

static Verdict check_rst(Ctx *c, Tcb *t, const Seg *seg)
{
    if (!(seg->flags & SEG_RST))
        return GO_ON;
    if (!seq_eq(seg->seq, t->rcv.nxt) && challenges(c) && !is_reset_before_fin(c, t, seg)) {
        if (t->state == TIME_WAIT && !knob(c, KNOB_TW_CHALLENGE)) {
            note_discard(c, t, RULE_RST_CHECK);
            return STOP;
        }
        note_rule(c, t, RULE_CHALLENGE_ACK, 0, 0);
        want_challenge_ack(c, t);
        return STOP;
    }
    if (t->state == TIME_WAIT && time_wait_survives(c, t))
        return STOP;
    note_rule(c, t, RULE_RST_TAKEN, 0, 0);
    if (t->state == SYN_RECEIVED && (t->user & USER_FAST_OPEN)) {
        tcb_end(c, t, CONN_RESET); /* a program may have it already */
    } else if (t->state == SYN_RECEIVED &&
               tcb_is_passive(t)) { /* "return ... to the LISTEN state" */
        return_to_listen(c, t);
    } else if (t->state == SYN_RECEIVED) {
        tcb_end(c, t, CONN_REFUSED);
    } else if (t->state == TIME_WAIT ||
               ((t->state == CLOSING || t->state == LAST_ACK) &&
                !knob(c, KNOB_RESET_KEEPS_TEXT))) { /* Linux tells of it in these, too */
        tcb_end(c, t, CONN_OK);
    } else {
        tcb_end(c, t, CONN_RESET);
    }
    return STOP;
}

/* ---- fourth check: SYN ---- */

static Verdict check_syn(Ctx *c, Tcb *t, const Seg *seg)
{
    if (!(seg->flags & SEG_SYN))
        return GO_ON;
    if (t->state == SYN_RECEIVED && tcb_is_passive(t) && !(t->user & USER_FAST_OPEN)) {
        note_rule(c, t, RULE_SYN_IN_SYN_RECEIVED, 0, 0);
        return_to_listen(c, t);
        return STOP;
    }
    if (challenges(c)) {
        note_rule(c, t, RULE_CHALLENGE_ACK, 1, 0);
        want_challenge_ack(c, t);
        return STOP;
    }
    reply_reset(c, t, seg, RULE_SYN_IN_WINDOW); /* RFC 793: a reset, and the end */
    tcb_end(c, t, CONN_RESET);
    return STOP;
}

/* ---- fifth check: ACK ---- */

static Verdict ack_in_syn_received(Ctx *c, Tcb *t, const Seg *seg)
{
    bool good = seq_lt(t->snd.una, seg->ack) && seq_leq(seg->ack, t->snd.nxt);
    if (!good && rule_on(c, RULE_ACK_CHECK)) {
        reply_reset(c, t, seg, RULE_ACK_OF_OLD_SYN);
        return STOP;
    }
    if (defers_accept(c, t, seg) || accept_queue_refuses(c, t, seg))
        return STOP;
    note_rule(c, t, RULE_THIRD_ACK, 0, 0);
    become_established(c, t);
    return GO_ON;
}

/* RFC 5961 section 5: SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT; what lies outside is answered.
 */
static Verdict check_ack_range(Ctx *c, Tcb *t, const Seg *seg)
{
    bool waits = t->state == TIME_WAIT || (t->state == FIN_WAIT_2 && t->user & USER_CLOSED);
    if (waits && !knob(c, KNOB_TW_CHALLENGE) &&
        (seq_gt(seg->ack, t->snd.nxt) || seq_lt(seg->ack, t->snd.una))) {
        note_discard(c, t, RULE_ACK_CHECK); /* nobody looks at it any more */
        return STOP;
    }
    if (seq_gt(seg->ack, t->snd.nxt)) {
        note_rule(c, t, RULE_ACK_CHECK, 0, 0);
        want_ack(c, t, RULE_ACK_CHECK);
        note_dropped(c, t, RULE_ACK_CHECK, WIRE_OK);
        return STOP;
    }
    uint32_t acked = seq_distance(t->snd.iss, t->snd.una) - (t->habits & HABIT_CLIENT ? 0 : 1);
    bool by_acked = knob(c, KNOB_TOO_OLD_BY_ACKED) && acked < t->snd.max_wnd;
    if (seq_lt(seg->ack, seq_sub(t->snd.una, by_acked ? acked : t->snd.max_wnd))) {
        note_rule(c, t, RULE_ACK_TOO_OLD, 0, 0);
        want_challenge_ack(c, t);
        return STOP;
    }
    return GO_ON;
}

/* The states that wait for the acknowledgment of our FIN. */
static Verdict ack_of_fin(Ctx *c, Tcb *t, const Seg *seg)
{
    if (!tcb_fin_acked(&c->pools, t))
        return GO_ON;
    if (t->state == FIN_WAIT_1) {
        note_rule(c, t, RULE_FIN_ACKED, 0, 0);
        /* With the peer's FIN in the same segment the eighth check goes straight to TIME-WAIT (note
         * 2 of figure 5). */
        if ((seg->flags & SEG_FIN) && seq_eq(seg->seq, t->rcv.nxt))
            return GO_ON;
        tcb_enter(c, t, FIN_WAIT_2);
        if ((t->user & USER_CLOSED) && conn_knob(c, t, KNOB_FIN_WAIT_2) > 0)
            timer_arm(c, t, TIMER_FIN_WAIT_2, c->now + conn_knob(c, t, KNOB_FIN_WAIT_2));
    } else if (t->state == CLOSING) {
        note_rule(c, t, RULE_FIN_ACKED, 0, 0);
        enter_time_wait(c, t);
    } else if (t->state == LAST_ACK) {
        note_rule(c, t, RULE_LAST_ACK, 0, 0);
        tcb_end(c, t, CONN_OK);
        return STOP;
    }
    return GO_ON;
}

/* from: the segment's first number before it was trimmed */
static Verdict check_ack(Ctx *c, Tcb *t, const Seg *seg, Seq from)
{
    if (!(seg->flags & SEG_ACK)) {
        note_discard(c, t, RULE_NO_ACK_BIT);
        return STOP;
    }
    if (t->state == SYN_RECEIVED && ack_in_syn_received(c, t, seg) == STOP)
        return STOP;
    Seg believed_ack = *seg;
    if (!rule_on(c, RULE_ACK_CHECK) && seq_gt(seg->ack, t->snd.nxt))
        believed_ack.ack = t->snd.nxt; /* takes it for an acknowledgment of everything */
    if (knob(c, KNOB_TIMESTAMP_OF_OLD) && t->state == ESTABLISHED && seg->len == 0 &&
        seq_leq(seg->ack, t->snd.nxt) && t->range_count == 0 &&
        options_window(t, seg) == t->snd.wnd) /* Linux's fast path: whatever the ACK is worth */
        timestamp_take(c, t, seg, from);
    if (check_ack_range(c, t, &believed_ack) == STOP)
        return STOP;
    timestamp_take(c, t, seg, from);
    uto_take(c, t, seg);
    bool advances = seq_lt(t->snd.una, believed_ack.ack);
    if (advances && t->state == FIN_WAIT_1 && seq_eq(t->snd.una, t->snd.iss))
        handshake_over(c, t); /* a CLOSE in SYN-RECEIVED has gone ahead */
    ack_arrives(c, t, &believed_ack);
    if (advances)
        return ack_of_fin(c, t, seg);
    return GO_ON;
}

/* ---- the list ---- */

ConnId arrives_synchronized(Ctx *c, Tcb *t, const Seg *segment, Bytes payload)
{
    ConnId id = tcb_id(&c->pools, t);
    Seg seg = *segment;
    ConnId child;
    if (t->state == TIME_WAIT && time_wait_syn(c, t, segment, payload, &child))
        return child;
    if (check_timestamp(c, t, &seg) == STOP)
        return id;
    if (check_sequence(c, t, &seg, &payload) == STOP) /* first */
        return id;
    if (check_rst(c, t, &seg) == STOP) /* second */
        return t->used ? id : (ConnId){0};
    if (check_syn(c, t, &seg) == STOP) /* fourth */
        return t->used ? id : (ConnId){0};
    if (check_ack(c, t, &seg, segment->seq) == STOP) /* fifth */
        return t->used ? id : (ConnId){0};
    if (payload.len > 0)
        ecn_text_arrives(c, t, &seg);
    urgent_arrives(c, t, &seg, segment->seq); /* sixth */
    arrives_text(c, t, &seg, payload);        /* seventh */
    arrives_fin(c, t, &seg);                  /* eighth */
    return t->used ? id : (ConnId){0};
}
