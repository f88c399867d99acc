/*
 * input_text.c: the seventh and the eighth check: text and FIN (RFC 9293 section 3.10.7.4).
 *
 * "Sending is unordered; the receiver's buffer makes the order." Bytes go to their place in the
 * receive ring as they come; what lies beyond a hole is remembered as ranges, and the hole's last
 * byte releases everything behind it at once.
 */
#include "core/tcp/arrive.h"
#include "core/tcp/quickack.h"
#include "core/tcp/reply.h"
#include "core/tcp/sack.h"
#include "core/tcp/timestamp.h"

#include <string.h>

/* ---- acknowledging (RFC 9293 3.8.6.3) ---- */

/* RMSS: the largest segment the peer sends us: our announcement, or the default if we made none,
 * less the options of every segment. */
static uint32_t receive_mss(const Ctx *c, const Tcb *t)
{
    uint64_t announced = knob(c, KNOB_MSS_OPTION) ? conn_knob(c, t, KNOB_MSS) : default_mss(t);
    uint32_t mss = (uint32_t)min_u64(announced, own_mss(c, tcb_v6(t)));
    uint32_t options = t->agreed.options & AGREED_TIMESTAMP ? TIMESTAMP_BYTES : 0;
    return mss > 2 * options ? mss - options : mss;
}

/* Something has come in order that may be acknowledged later; quick: but not by the sender's
 * habits.
 */
static void acknowledge_later(Ctx *c, Tcb *t, uint32_t bytes, RuleId rule, bool quick)
{
    t->unacked_bytes += bytes;
    if (!rule_on(c, RULE_DELAYED_ACK) || knob(c, KNOB_DELACK) == 0) {
        want_ack(c, t, rule);
    } else if (quick) {
        want_ack(c, t, RULE_QUICK_ACK);
    } else if (quickack_full(c, t) ||
               t->unacked_bytes >= knob(c, KNOB_DELACK_SEGMENTS) * receive_mss(c, t)) {
        want_ack(c, t, RULE_ACK_EVERY_SECOND);
    } else if (!timer_armed(t, TIMER_DELACK) && !(t->want & WANT_ACK)) {
        timer_arm(c, t, TIMER_DELACK, c->now + knob(c, KNOB_DELACK));
        note_rule(c, t, RULE_DELAYED_ACK, knob(c, KNOB_DELACK), t->unacked_bytes);
    }
}

/* ---- seventh: text ---- */

static void note_stream(Ctx *c, const Tcb *t, Bytes bytes)
{
    Note n = {.at = c->now,
              .cause = c->cause,
              .kind = NOTE_STREAM,
              .host = c->host,
              .conn = t->number,
              .a = bytes.len};
    sink_add(c->sink, n, bytes);
}

/* Takes n bytes that now lie in order behind the ring's end into use. */
static void take_in_order(Ctx *c, Tcb *t, uint32_t n)
{
    uint8_t chunk[2048];
    uint32_t before = t->rx.len;
    ring_extend(&t->rx, n);
    t->rcv.nxt = seq_add(t->rcv.nxt, n);
    for (uint32_t done = 0; done < n && c->sink;) {
        uint32_t got = ring_peek(&t->rx, c->pools.bytes, before + done, chunk,
                                 min_u32(n - done, sizeof chunk));
        note_stream(c, t, bytes_of(chunk, got));
        done += got;
    }
}

/* Puts the text of an acceptable segment in its place. Bytes that wait there already stay: "when a
 * segment overlaps other already received segments, we reconstruct the segment to contain just the
 * new data" (RFC 9293 3.10). */
static void put_new(const Ctx *c, Tcb *t, Seq seq, Bytes payload)
{
    Ranges held = tcb_ranges(&c->pools, t);
    Seq at = seq, end = seq_add(seq, (uint32_t)payload.len);
    for (uint16_t i = 0; i <= *held.count && seq_lt(at, end); i++) {
        SeqRange next = i < *held.count ? held.at[i] : (SeqRange){end, end};
        Seq until = seq_min(next.from, end);
        if (seq_lt(at, until))
            ring_put_at(&t->rx, c->pools.bytes, t->rx.len + seq_distance(t->rcv.nxt, at),
                        bytes_of(payload.data + seq_distance(seq, at), seq_distance(at, until)));
        at = seq_max(at, next.to);
    }
}

static void text_in_order(Ctx *c, Tcb *t, const Seg *seg, Bytes payload)
{
    put_new(c, t, seg->seq, payload);
    Seq end = seq_add(seg->seq, seg->len);
    bool hole = t->range_count > 0;
    sack_duplicate(c, t, ranges_overlap(tcb_ranges(&c->pools, t), (SeqRange){seg->seq, end}));
    Seq edge = ranges_take_front(tcb_ranges(&c->pools, t), end);
    take_in_order(c, t, seq_distance(t->rcv.nxt, edge));
    note_rule(c, t, RULE_TEXT_IN_ORDER, seg->len, seq_distance(end, edge));
    bool quick = quickack_text(c, t, seg);
    if (hole) { /* RFC 5681 4.2: at once when the segment fills a gap */
        note_rule(c, t, RULE_HOLE_FILLED, seq_distance(end, edge), t->range_count);
        want_ack(c, t, RULE_HOLE_FILLED);
    } else {
        acknowledge_later(c, t, seg->len, RULE_ACK_DATA, quick);
    }
}

static void text_out_of_order(Ctx *c, Tcb *t, const Seg *seg, Bytes payload)
{
    t->tally.ooo_in++;
    want_ack(c, t, RULE_ACK_OUT_OF_ORDER); /* MAY-13, RFC 5681 4.2: at once, to tell the sender */
    if (!rule_on(c, RULE_REASSEMBLY)) {
        note_dropped(c, t, RULE_REASSEMBLY, WIRE_OK);
        return;
    }
    SeqRange range = {seg->seq, seq_add(seg->seq, seg->len)};
    sack_duplicate(c, t, ranges_overlap(tcb_ranges(&c->pools, t), range));
    if (ranges_contain(tcb_ranges(&c->pools, t), range)) {
        t->dup_bytes += seg->len;
        note_rule(c, t, RULE_DUPLICATE_DISCARD, seg->len, 0);
        return;
    }
    Ranges held = tcb_ranges(&c->pools, t);
    if (!ranges_have_room(held, range)) {
        note_dropped(c, t, RULE_NO_RESOURCES, WIRE_OK);
        return;
    }
    put_new(c, t, seg->seq, payload);
    CHECK(ranges_add(held, range));
    sack_arrived(c, t, seg->seq);
    note_rule(c, t, RULE_REASSEMBLY, seg->len, seq_distance(t->rcv.nxt, seg->seq));
}

void deliver_again(Ctx *c, Tcb *t, Bytes payload)
{
    if (t->range_count > 0 || payload.len > ring_free(&t->rx) || (t->user & USER_CLOSED))
        return; /* what waits behind a hole stands in the way */
    ring_put_at(&t->rx, c->pools.bytes, t->rx.len, payload);
    ring_extend(&t->rx, (uint32_t)payload.len);
    /* They take room that was promised to others: the right edge moves left. */
    t->rcv.adv = seq_min(t->rcv.adv, seq_add(t->rcv.nxt, ring_free(&t->rx)));
    note_stream(c, t, payload);
}

static bool may_receive_text(const Tcb *t)
{
    return t->state == SYN_RECEIVED || t->state == ESTABLISHED || t->state == FIN_WAIT_1 ||
           t->state == FIN_WAIT_2;
}

/* Closed, or shut in both directions. */
static bool nobody_reads(const Tcb *t)
{
    bool finished = t->state == FIN_WAIT_1 || t->state == FIN_WAIT_2;
    return (t->user & USER_CLOSED) || (finished && (t->user & USER_SHUT_READ));
}

/* RFC 9293 3.6.1: nobody will ever read it, and the sender shall know. The reset's number is the
 * one that the segment acknowledges: exactly the next that the peer expects, even if our FIN has
 * not arrived, so that the peer believes it at once (RFC 5961 3.2). */
static void refuse_text(Ctx *c, Tcb *t, const Seg *seg)
{
    reply_reset(c, t, seg, RULE_DATA_AFTER_CLOSE);
    tcb_end(c, t, t->user & USER_CLOSED ? CONN_ABORTED : CONN_RESET);
}

void arrives_text(Ctx *c, Tcb *t, const Seg *seg, Bytes payload)
{
    if (seg->len == 0)
        return;
    if (!may_receive_text(t)) { /* "this should not occur": a FIN came before it */
        note_discard(c, t, RULE_TEXT_AFTER_FIN);
        return;
    }
    if (nobody_reads(t)) {
        refuse_text(c, t, seg);
        return;
    }
    uint32_t offset = seq_distance(t->rcv.nxt, seg->seq);
    uint32_t room = ring_free(&t->rx);
    if (offset >= room) { /* only with the window check off */
        note_discard(c, t, RULE_NO_RESOURCES);
        return;
    }
    Seg fits = *seg;
    fits.len = (uint16_t)min_u32(seg->len, room - offset);
    payload.len = fits.len;
    if (offset == 0)
        text_in_order(c, t, &fits, payload);
    else
        text_out_of_order(c, t, &fits, payload);
}

/* ---- eighth: FIN ---- */

static void forget_ranges(const Ctx *c, Tcb *t)
{
    Ranges held = tcb_ranges(&c->pools, t);
    memset(held.at, 0, t->range_count * sizeof *held.at);
    t->range_count = 0;
}

/* The FIN is in order: RCV.NXT goes over it, and the state tells the rest. */
static void take_fin(Ctx *c, Tcb *t)
{
    t->user |= USER_FIN_TAKEN;
    forget_ranges(c, t); /* what came from behind the end was never part of the stream */
    t->rcv.nxt = seq_add(t->rcv.nxt, 1);
    t->rcv.adv = seq_add(t->rcv.adv, 1); /* a FIN takes a number, but no room in the buffer */
    note_rule(c, t, RULE_FIN_ARRIVES, 0, 0);
    /* Only an end that may still send can hope to let its own FIN carry this acknowledgment. */
    bool may_send = t->state == SYN_RECEIVED || t->state == ESTABLISHED;
    /* Linux estimates the delay from the text that came: without any there is none. */
    bool text_came = t->heard_text > 0 || knob(c, KNOB_QUICK_ACKS) == 0;
    if (knob(c, KNOB_DELACK_FIN) && may_send && text_came)
        acknowledge_later(c, t, 0, RULE_ACK_FIN, quickack_now(t));
    else
        want_ack(c, t, RULE_ACK_FIN);
    if (may_send) {
        quickack_fin(c, t);
        tcb_enter(c, t, CLOSE_WAIT);
        if (!rule_on(c, RULE_HALF_CLOSE)) { /* both directions end together */
            t->user |= USER_SHUT;
            t->want |= WANT_FIN;
        } else {
            note_rule(c, t, RULE_HALF_CLOSE, 0, 0);
        }
    } else if (t->state == FIN_WAIT_1) {
        if (tcb_fin_acked(&c->pools, t))
            enter_time_wait(c, t);
        else
            tcb_enter(c, t, CLOSING);
    } else if (t->state == FIN_WAIT_2) {
        enter_time_wait(c, t);
    }
}

void arrives_fin(Ctx *c, Tcb *t, const Seg *seg)
{
    if (t->state == CLOSED) /* refused with its text */
        return;
    /* Text at a FIN's own number or behind it has come: that FIN was never true. */
    if (!(t->user & USER_FIN_TAKEN) && seq_gt(t->rcv.nxt, t->rcv.fin))
        t->user &= (uint16_t)~USER_FIN_KNOWN;
    if (seg->flags & SEG_FIN && !(t->user & USER_FIN_TAKEN)) {
        t->user |= USER_FIN_KNOWN;
        t->rcv.fin = seq_add(seg->seq, seg->len);
    }
    bool known = t->user & USER_FIN_KNOWN, taken = t->user & USER_FIN_TAKEN;
    if (known && !taken && seq_eq(t->rcv.fin, t->rcv.nxt))
        take_fin(c, t);
    else if (known && !taken && (seg->flags & SEG_FIN)) { /* RFC 5681 4.2: at once */
        note_rule(c, t, RULE_FIN_OUT_OF_ORDER, seq_distance(t->rcv.nxt, t->rcv.fin), 0);
        want_ack(c, t, RULE_ACK_OUT_OF_ORDER);
    }
}
