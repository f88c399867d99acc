/*
 * input.c: SEGMENT ARRIVES, first part (RFC 9293 section 3.10.7).
 *
 *     3.10.7.1  no connection, or CLOSED         here
 *     3.10.7.2  LISTEN                            here
 *     3.10.7.3  SYN-SENT                          input_syn_sent.c
 *     3.10.7.4  all other states: eight checks    input_sync.c, text in input_text.c
 *
 * Nothing here sends: wants are set, and tcp_output speaks afterwards (but for resets that belong
 * to no connection, reply.c).
 */
#include "core/tcp/arrive.h"
#include "core/tcp/cc.h"
#include "core/tcp/isn.h"
#include "core/tcp/options.h"
#include "core/tcp/path.h"
#include "core/tcp/reply.h"

void note_discard(Ctx *c, const Tcb *t, RuleId rule)
{
    note_rule(c, t, rule, 0, 0);
    note_dropped(c, t, rule, WIRE_OK);
}

void want_ack(Ctx *c, Tcb *t, RuleId rule)
{
    (void)c;
    /* The first reason is the one that is told; a stronger later one does not matter to the wire.
     */
    if (!(t->want & WANT_ACK))
        t->ack_rule = (uint16_t)rule;
    t->want |= WANT_ACK;
}

void want_challenge_ack(Ctx *c, Tcb *t)
{
    Host *h = ctx_host(c);
    if (c->now - h->challenge_since >= knob(c, KNOB_CHALLENGE_INTERVAL)) {
        h->challenge_since = c->now;
        h->challenge_count = 0;
    }
    if (h->challenge_count >= knob(c, KNOB_CHALLENGE_LIMIT)) {
        note_rule(c, t, RULE_CHALLENGE_LIMIT, h->challenge_count, 0);
        return;
    }
    h->challenge_count++;
    want_ack(c, t, RULE_CHALLENGE_ACK);
}

void take_syn(Ctx *c, Tcb *t, const Seg *seg)
{
    t->rcv.irs = seg->seq;
    t->rcv.nxt = seq_add(seg->seq, 1);
    t->rcv.adv = t->rcv.nxt;
    t->snd.wnd = seg->wnd;
    t->snd.max_wnd = seg->wnd;
    t->snd.wl1 = seg->seq;
    t->snd.wl2 = seg->ack;
    /* RFC 9293 3.7.1: the peer's MSS option, 536 without one; never more than our own path takes.
     */
    uint32_t mss = seg->opts & SEG_OPT_MSS ? max_u32(seg->mss, 1) : 536;
    t->snd.mss = min_u32(mss, own_mss(c));
    note_rule(c, t, seg->opts & SEG_OPT_MSS ? RULE_MSS_OPTION : RULE_MSS_DEFAULT, mss, t->snd.mss);
    options_agree(c, t, seg);
    path_begin(c, t);
}

void become_established(Ctx *c, Tcb *t)
{
    tcb_enter(c, t, ESTABLISHED);
    if (t->syn_lost && knob(c, KNOB_RTO_AFTER_SYN_LOSS) > 0) { /* RFC 6298 (5.7) */
        t->rto = max_u64(t->rto, knob(c, KNOB_RTO_AFTER_SYN_LOSS));
        note_rule(c, t, RULE_RTO_AFTER_SYN_LOSS, t->rto, 0);
    }
    cc_start(c, t);
    if (t->user & USER_KEEPALIVE)
        timer_arm(c, t, TIMER_KEEPALIVE, c->now + conn_knob(c, t, KNOB_KEEP_IDLE));
    Tcb *listener = t->parent ? &c->pools.conns[t->parent] : NULL;
    if (listener && listener->sock)
        listener->children++;
    if (!listener || (knob(c, KNOB_AUTO_ACCEPT) && !listener->sock)) /* else accept() takes it */
        t->user |= USER_ACCEPTED;
    if (t->want & WANT_FIN) { /* 3.10.4: the CLOSE was queued until now */
        note_rule(c, t, RULE_CLOSE_QUEUED, 0, 0);
        tcb_enter(c, t, FIN_WAIT_1);
    }
}

/* 3.10.7.1: nobody is there. */
static void arrives_closed(Ctx *c, const Seg *seg)
{
    if (seg->flags & SEG_RST)
        note_discard(c, NULL, RULE_RST_TO_NOBODY);
    else
        reply_reset(c, NULL, seg, RULE_RST_ANSWER);
}

/* Half-open and not yet accepted connections of a listener. */
static uint32_t backlog_used(const Pools *p, ConnId listener)
{
    uint32_t n = 0;
    for (uint16_t i = 1; i <= p->conn_count; i++) {
        const Tcb *t = &p->conns[i];
        if (t->used && t->parent == listener.v && t->state != CLOSED && !(t->user & USER_ACCEPTED))
            n++;
    }
    return n;
}

/* A child of a program's listener begins with what was asked of the listener (sockets(7)). */
static void inherit(Tcb *t, const Tcb *listener)
{
    if (!listener->sock)
        return;
    const uint16_t bits = USER_NODELAY | USER_KEEPALIVE;
    t->opt = listener->opt;
    t->user = (uint16_t)((t->user & ~bits) | (listener->user & bits));
    t->user_timeout = listener->user_timeout;
    t->tx.cap = listener->tx.cap;
    t->rx.cap = listener->rx.cap;
}

/* The connection that a SYN to a listener begins. */
static ConnId open_child(Ctx *c, const Tcb *listener, const Seg *seg, Bytes payload)
{
    ConnId parent = tcb_id(&c->pools, listener);
    if (backlog_used(&c->pools, parent) >= listener->backlog) {
        note_discard(c, listener, RULE_BACKLOG_FULL);
        return (ConnId){0};
    }
    ConnId id = tcb_new(c);
    if (!id.v || id.v == parent.v) {
        note_discard(c, listener, RULE_NO_RESOURCES);
        return (ConnId){0};
    }
    Tcb *t = tcb_at(&c->pools, id);
    t->parent = parent.v;
    t->state = LISTEN;
    t->local_port = seg->dst_port;
    t->remote_addr = seg->src_addr;
    t->remote_port = seg->src_port;
    inherit(t, listener);
    take_syn(c, t, seg);
    t->snd.iss = isn_select(c, t);
    t->snd.una = t->snd.nxt = t->snd.up = t->snd.iss;
    t->snd.buf = seq_add(t->snd.iss, 1);
    t->want |= WANT_SYN;
    note_rule(c, t, RULE_LISTEN_SYN, 0, 0);
    tcb_enter(c, t, SYN_RECEIVED);
    if (seg->len > 0) { /* "should be queued for processing later" */
        Seg text = *seg;
        text.seq = seq_add(seg->seq, 1);
        text.flags &= (uint16_t) ~(SEG_SYN | SEG_FIN);
        t->rcv.adv = seq_add(t->rcv.nxt, t->rx.cap);
        arrives_text(c, t, &text, payload);
        note_rule(c, t, RULE_DATA_ON_SYN, seg->len, 0);
    }
    if (!rule_on(c, RULE_THIRD_ACK))
        become_established(c, t); /* the two-way handshake: believes the SYN at once */
    return id;
}

ConnId arrives_listen(Ctx *c, Tcb *listener, const Seg *seg, Bytes payload)
{
    if (seg->flags & SEG_RST) { /* first */
        note_discard(c, listener, RULE_RST_TO_NOBODY);
        return (ConnId){0};
    }
    if (seg->flags & SEG_ACK) { /* second: "any acknowledgment is bad in LISTEN" */
        reply_reset(c, listener, seg, RULE_ACK_IN_LISTEN);
        return (ConnId){0};
    }
    if (seg->flags & SEG_SYN) /* third */
        return open_child(c, listener, seg, payload);
    note_discard(c, listener, RULE_NOT_SYN_IN_LISTEN); /* fourth */
    return (ConnId){0};
}

ConnId tcp_segment_arrives(Ctx *c, const Seg *seg, Bytes payload)
{
    if (!is_host_addr(seg->src_addr)) { /* MUST-63, and no reset to a group, either */
        note_discard(c, NULL, RULE_BAD_SOURCE);
        return (ConnId){0};
    }
    ConnId id = tcp_demux(&c->pools, c->host, seg->src_addr, seg->src_port, seg->dst_port);
    if (!id.v || seg->dst_addr != ctx_host(c)->addr) {
        arrives_closed(c, seg);
        return (ConnId){0};
    }
    Tcb *t = tcb_at(&c->pools, id);
    t->segs_in++;
    if (t->state == LISTEN)
        return arrives_listen(c, t, seg, payload);
    t->last_heard = c->now;
    t->unanswered = 0;
    t->keep_probes = 0;
    if (timer_armed(t, TIMER_KEEPALIVE))
        timer_arm(c, t, TIMER_KEEPALIVE, c->now + conn_knob(c, t, KNOB_KEEP_IDLE));
    if (t->state != SYN_SENT)
        return arrives_synchronized(c, t, seg, payload);
    arrives_syn_sent(c, t, seg, payload);
    return t->used ? id : (ConnId){0};
}
