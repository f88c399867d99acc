/*
 * flow_words.c: Wireshark's words for a segment, from what came by before it.
 *
 * Each word is a question about three numbers of the sender (the next sequence number expected, the
 * latest acknowledgment, the window) and the same of its peer. The questions, their order and their
 * limits (a fast retransmission follows the last duplicate within 20 ms, a late segment is
 * out-of-order only within 3 ms, or within a round-trip time if it is seen for the first time) are
 * those of Wireshark's user's guide, section 7.5, because a learner will see the same capture in
 * both.
 *
 * Invariants of a list of unacknowledged segments: (1) oldest first; (2) at most UNACKED_MAX, the
 * oldest are given up.
 */
#include "core/live/flow.h"

#include <stdlib.h>

enum { UNACKED_FIRST = 8, UNACKED_MAX = 4096, SCALE_MAX = 14 };
#define FAST_WITHIN  (20 * NANOS_MS)
#define ORDER_WITHIN (3 * NANOS_MS) /* ... or a round-trip time, if it was not seen before */

#define BIT(word) (1u << (word))

const char *flow_word(FlowWord word)
{
    static const char *const words[WORD_COUNT] = {
        [WORD_PORT_REUSED] = "Port numbers reused",
        [WORD_LOST_BEFORE] = "Previous segment not captured",
        [WORD_ACKED_UNSEEN] = "ACKed unseen segment",
        [WORD_RETRANSMISSION] = "Retransmission",
        [WORD_FAST_RETRANSMISSION] = "Fast Retransmission",
        [WORD_SPURIOUS_RETRANSMISSION] = "Spurious Retransmission",
        [WORD_OUT_OF_ORDER] = "Out-Of-Order",
        [WORD_DUP_ACK] = "Dup ACK",
        [WORD_WINDOW_FULL] = "Window Full",
        [WORD_ZERO_WINDOW] = "ZeroWindow",
        [WORD_ZERO_WINDOW_PROBE] = "ZeroWindowProbe",
        [WORD_ZERO_WINDOW_PROBE_ACK] = "ZeroWindowProbeAck",
        [WORD_WINDOW_UPDATE] = "Window Update",
        [WORD_KEEP_ALIVE] = "Keep-Alive",
        [WORD_KEEP_ALIVE_ACK] = "Keep-Alive ACK",
    };
    return word < WORD_COUNT ? words[word] : "";
}

/* ---- what is not acknowledged yet ---- */

static Unacked *unacked_at(const FlowEnd *e, uint32_t i)
{
    return &e->unacked[(e->unacked_head + i) & (e->unacked_cap - 1)];
}

static bool unacked_room(FlowEnd *e)
{
    if (e->unacked_count < e->unacked_cap)
        return true;
    if (e->unacked_cap == UNACKED_MAX) {
        e->unacked_head = (e->unacked_head + 1) & (e->unacked_cap - 1);
        e->unacked_count--;
        return true;
    }
    uint32_t cap = e->unacked_cap ? e->unacked_cap * 2 : UNACKED_FIRST;
    Unacked *more = malloc(cap * sizeof *more);
    if (!more)
        return false;
    for (uint32_t i = 0; i < e->unacked_count; i++)
        more[i] = *unacked_at(e, i);
    free(e->unacked);
    e->unacked = more;
    e->unacked_cap = cap;
    e->unacked_head = 0;
    return true;
}

static void remember(FlowEnd *e, const Seg *s, Nanos at, bool again)
{
    for (uint32_t i = 0; again && i < e->unacked_count; i++) {
        Unacked *u = unacked_at(e, i);
        if (seq_leq(s->seq, u->seq) && seq_lt(u->seq, seg_end(s)))
            u->again = true;
    }
    if (!unacked_room(e)) /* without memory there is one round-trip time less */
        return;
    *unacked_at(e, e->unacked_count++) =
        (Unacked){.seq = s->seq, .next = seg_end(s), .at = at, .again = again};
}

/* Was all of it seen before, and is it still waiting? */
static bool seen_before(const FlowEnd *e, Seq from, Seq to)
{
    for (uint32_t i = e->unacked_count; i-- > 0;) {
        const Unacked *u = unacked_at(e, i);
        if (seq_leq(u->seq, from) && seq_leq(to, u->next))
            return true;
    }
    return false;
}

static void rtt_add(RttSum *r, Nanos rtt)
{
    r->least = r->count == 0 || rtt < r->least ? rtt : r->least;
    r->most = rtt > r->most ? rtt : r->most;
    r->sum += rtt;
    r->count++;
}

/* Takes away what the acknowledgment covers; the time of the segment that ends where it points. */
static Nanos acknowledge(FlowEnd *e, Seq ack, Nanos at)
{
    Nanos rtt = 0;
    while (e->unacked_count) {
        const Unacked *u = unacked_at(e, 0);
        if (seq_gt(u->next, ack))
            break;
        if (seq_eq(u->next, ack) && !u->again && at >= u->at) {
            rtt = at - u->at;
            rtt_add(&e->rtt, rtt);
        }
        e->unacked_head = (e->unacked_head + 1) & (e->unacked_cap - 1);
        e->unacked_count--;
    }
    return rtt;
}

/* ---- the questions ---- */

typedef struct Case {
    const Seg *s;
    FlowEnd *own, *peer;
    const SeenFlow *flow;
    Nanos at;
    bool plain; /* neither SYN, FIN nor RST */
    bool same;  /* an empty segment with the numbers of the one before */
} Case;

static Nanos since(Nanos now, Nanos then)
{
    return now > then ? now - then : 0;
}

static bool is_window_full(const Case *c)
{
    if (c->s->len == 0 || !c->plain || c->peer->scale < 0 || !c->peer->ack_known)
        return false;
    uint32_t window = (uint32_t)c->peer->window << c->peer->scale;
    return seq_eq(seg_end(c->s), seq_add(c->peer->last_ack, window));
}

static bool is_probe(const Case *c)
{
    return c->s->len == 1 && c->own->next_known && seq_eq(c->s->seq, c->own->next) &&
           c->peer->ack_known && c->peer->window == 0;
}

/* An answer to a probe repeats the closed window, and may have taken the byte. */
static bool is_probe_answer(const Case *c)
{
    return c->s->len == 0 && c->plain && c->s->wnd == 0 && c->own->window == 0 &&
           c->own->ack_known && c->own->next_known && seq_eq(c->s->seq, c->own->next) &&
           (seq_eq(c->s->ack, c->own->last_ack) ||
            seq_eq(c->s->ack, seq_add(c->own->last_ack, 1))) &&
           (c->peer->last_words & BIT(WORD_ZERO_WINDOW_PROBE));
}

/* Empty segments; true when no more can be said of it. */
static bool judge_empty(const Case *c, uint32_t *words, FlowEnd *own)
{
    bool unchanged = c->same && c->s->wnd && c->s->wnd == own->window;
    if (c->same && c->s->wnd && c->s->wnd != own->window)
        *words |= BIT(WORD_WINDOW_UPDATE);
    if (unchanged && (c->peer->last_words & BIT(WORD_KEEP_ALIVE))) {
        *words |= BIT(WORD_KEEP_ALIVE_ACK);
        return true;
    }
    if (is_probe_answer(c)) {
        *words |= BIT(WORD_ZERO_WINDOW_PROBE_ACK);
        if (!seq_eq(c->s->ack, own->last_ack))
            c->peer->next = c->peer->unbroken = c->s->ack;
        return true;
    }
    if (unchanged) {
        own->dup_acks++;
        *words |= BIT(WORD_DUP_ACK);
    }
    return false;
}

/* Of data, SYN or FIN that does not lie at the end of all that was seen: what it must be. */
static uint32_t judge_again(const Case *c)
{
    const FlowEnd *own = c->own, *peer = c->peer;
    const Seg *s = c->s;
    Seq end = seq_add(s->seq, s->len);
    if (!own->next_known)
        return 0;
    if (s->len > 0 && peer->ack_known && seq_leq(end, peer->last_ack))
        return BIT(WORD_SPURIOUS_RETRANSMISSION);
    bool behind = seq_lt(s->seq, own->next);
    if (s->len > 1 && seq_eq(seq_add(s->seq, 1), own->next))
        behind = false; /* the byte before it was a probe */
    if (!behind)
        return 0;
    if (peer->dup_acks >= 2 && seq_eq(peer->last_ack, s->seq) &&
        since(c->at, peer->ack_at) < FAST_WITHIN)
        return BIT(WORD_FAST_RETRANSMISSION);
    Nanos limit = ORDER_WITHIN;
    if (c->flow->handshake > limit && !seen_before(own, s->seq, seg_end(s)))
        limit = c->flow->handshake;
    if (since(c->at, own->next_at) < limit && !seq_eq(own->next, seg_end(s)))
        return BIT(WORD_OUT_OF_ORDER);
    return BIT(WORD_RETRANSMISSION);
}

/* Everything that is asked of a segment before its own numbers are remembered. */
static uint32_t judge(const Case *c)
{
    const Seg *s = c->s;
    FlowEnd *own = c->own, *peer = c->peer;
    uint32_t words = 0;
    bool done = is_probe(c);
    if (done) {
        words |= BIT(WORD_ZERO_WINDOW_PROBE);
    } else {
        if (s->wnd == 0 && c->plain)
            words |= BIT(WORD_ZERO_WINDOW);
        if (own->next_known && seq_gt(s->seq, own->next) && !(s->flags & SEG_RST))
            words |= BIT(WORD_LOST_BEFORE);
        if (s->len <= 1 && c->plain && own->next_known && seq_eq(seq_add(s->seq, 1), own->next))
            words |= BIT(WORD_KEEP_ALIVE);
        if (is_window_full(c))
            words |= BIT(WORD_WINDOW_FULL);
        judge_empty(c, &words, own);
    }
    if ((s->flags & SEG_ACK) && peer->next_known && seq_gt(s->ack, peer->unbroken)) {
        if (seq_gt(s->ack, peer->next))
            words |= BIT(WORD_ACKED_UNSEEN);
        peer->unbroken = s->ack;
    }
    if ((s->len > 0 || (s->flags & (SEG_SYN | SEG_FIN))) && !(words & BIT(WORD_KEEP_ALIVE)))
        words |= judge_again(c);
    return words;
}

/* ---- remembering ---- */

/* Window scaling counts only when both SYNs offer it (RFC 7323 section 2.2). */
static void learn_scale(FlowEnd *own, FlowEnd *peer, const Seg *s)
{
    if (!(s->flags & SEG_SYN))
        return;
    if (s->opts & SEG_OPT_WSCALE)
        own->scale = (int8_t)(s->wscale < SCALE_MAX ? s->wscale : SCALE_MAX);
    else
        own->scale = 0;
    bool both = peer->isn_known && (s->opts & SEG_OPT_WSCALE) && peer->scale >= 0;
    if (peer->isn_known && !both)
        own->scale = peer->scale = 0;
}

static void learn_beginning(SeenFlow *f, HostId from, const Seg *s, Nanos at)
{
    FlowEnd *own = &f->end[from], *peer = &f->end[host_peer(from)];
    if (s->flags & SEG_SYN) {
        learn_scale(own, peer, s);
        own->isn = s->seq;
        own->isn_known = 1;
        f->opened |= !(s->flags & SEG_ACK);
        if (!(s->flags & SEG_ACK))
            f->syn_at = at;
        if ((s->flags & SEG_ACK) && !peer->isn_known) {
            peer->isn = seq_sub(s->ack, 1);
            peer->isn_known = 1;
        }
    } else if (!own->isn_known) { /* joined in the middle: the first number seen counts as 1 */
        own->isn = seq_sub(s->seq, 1);
        own->isn_known = 1;
    }
    if ((s->flags & SEG_ACK) && !(s->flags & (SEG_SYN | SEG_RST)) && !f->handshake && f->opened &&
        from == HOST_A && peer->isn_known && seq_eq(s->ack, seq_add(peer->isn, 1)))
        f->handshake = since(at, f->syn_at);
}

static void learn_numbers(const Case *c, uint32_t words)
{
    const Seg *s = c->s;
    FlowEnd *own = c->own;
    Seq end = seg_end(s);
    bool probe = words & BIT(WORD_ZERO_WINDOW_PROBE);
    const uint32_t again = BIT(WORD_RETRANSMISSION) | BIT(WORD_FAST_RETRANSMISSION) |
                           BIT(WORD_SPURIOUS_RETRANSMISSION);
    if (seg_len(s) > 0)
        remember(own, s, c->at, words & (again | BIT(WORD_KEEP_ALIVE)));
    if (!own->next_known) {
        own->next = own->unbroken = end;
        own->next_at = c->at;
        own->next_known = 1;
    } else if (!probe) {
        if (seq_gt(end, own->next)) {
            bool joins = seq_leq(s->seq, own->unbroken);
            own->next = end;
            own->next_at = c->at;
            if (joins)
                own->unbroken = end;
        } else if (seq_leq(s->seq, own->unbroken) && seq_gt(end, own->unbroken)) {
            own->unbroken =
                end; /* fills the beginning of a hole: what lies behind it may be there */
            if (words & BIT(WORD_OUT_OF_ORDER))
                own->unbroken = own->next;
        }
    }
    if (s->flags & SEG_ACK) {
        own->last_ack = s->ack;
        own->ack_known = 1;
        own->ack_at = c->at;
    }
    own->window = s->wnd;
    own->last_words = words;
    own->bytes += words & (again | BIT(WORD_KEEP_ALIVE)) ? 0 : s->len;
}

void flow_judge(SeenFlow *f, const Seg *s, uint64_t packet, Nanos at, Sighting *out)
{
    FlowEnd *own = &f->end[out->from], *peer = &f->end[host_peer(out->from)];
    Case c = {.s = s, .own = own, .peer = peer, .flow = f, .at = at};
    c.plain = !(s->flags & (SEG_SYN | SEG_FIN | SEG_RST));
    c.same = s->len == 0 && c.plain && own->ack_known && own->next_known &&
             seq_eq(s->seq, own->next) && seq_eq(s->ack, own->last_ack);
    learn_beginning(f, out->from, s, at);
    uint32_t words = judge(&c);
    out->words |= words;
    if (words & BIT(WORD_DUP_ACK)) {
        out->dup_of = own->dup_of;
        out->dup_count = own->dup_acks;
    }
    if ((s->flags & SEG_ACK) && !(own->ack_known && seq_eq(s->ack, own->last_ack))) {
        own->dup_of = packet;
        own->dup_acks = 0;
    }
    learn_numbers(&c, words);
    if (s->flags & SEG_ACK)
        out->rtt = acknowledge(peer, s->ack, at);
}
