/*
 * input.c: SEGMENT ARRIVES, first part (RFC 9293 section 3.10.7).
 *
 *     3.10.7.1  no connection, or CLOSED         here
 *     3.10.7.2  LISTEN                            listen.c
 *     3.10.7.3  SYN-SENT                          input_syn_sent.c
 *     3.10.7.4  all other states: eight checks    input_sync.c, text in input_text.c
 *
 * Nothing here sends: wants are set, and tcp_output speaks afterwards (but for resets that belong
 * to no connection, reply.c).
 */
#include "core/tcp/arrive.h"
#include "core/tcp/cc.h"
#include "core/tcp/options.h"
#include "core/tcp/path.h"
#include "core/tcp/reply.h"
#include "core/tcp/uto.h"

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
    t->path.flags = (uint8_t)(seg->v6 ? t->path.flags | PATH_V6 : t->path.flags & ~PATH_V6);
    /* RFC 9293 3.7.1: the peer's MSS option, 536 without one; never more than our own path takes.
     */
    uint32_t mss = seg->opts & SEG_OPT_MSS ? max_u32(seg->mss, 1) : default_mss(t);
    if (t->opt.maxseg) /* TCP_MAXSEG limits both directions (tcp(7)) */
        mss = min_u32(mss, t->opt.maxseg);
    t->snd.mss = min_u32(mss, own_mss(c, tcb_v6(t)));
    note_rule(c, t, seg->opts & SEG_OPT_MSS ? RULE_MSS_OPTION : RULE_MSS_DEFAULT, mss, t->snd.mss);
    options_agree(c, t, seg);
    uto_take(c, t, seg);
    path_begin(c, t);
}

void handshake_over(Ctx *c, Tcb *t)
{
    if (t->syn_lost && knob(c, KNOB_RTO_AFTER_SYN_LOSS) > 0) { /* RFC 6298 (5.7) */
        t->rto = max_u64(t->rto, knob(c, KNOB_RTO_AFTER_SYN_LOSS));
        note_rule(c, t, RULE_RTO_AFTER_SYN_LOSS, t->rto, 0);
    }
    uto_due(c, t);
    bool begun = t->user & USER_FAST_OPEN; /* Fast Open: the data came before this */
    if (!begun)
        cc_start(c, t);
    if (t->user & USER_KEEPALIVE)
        timer_arm(c, t, TIMER_KEEPALIVE, c->now + conn_knob(c, t, KNOB_KEEP_IDLE));
    Tcb *listener = t->parent ? &c->pools.conns[t->parent] : NULL;
    if (listener && listener->sock && !begun)
        listener->children++;
    if (!listener || (knob(c, KNOB_AUTO_ACCEPT) && !listener->sock)) /* else accept() takes it */
        t->user |= USER_ACCEPTED;
}

void become_established(Ctx *c, Tcb *t)
{
    tcb_enter(c, t, ESTABLISHED);
    handshake_over(c, t);
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

ConnId tcp_segment_arrives(Ctx *c, const Seg *seg, Bytes payload)
{
    if (!is_host_addr(seg->src_addr)) { /* MUST-63, and no reset to a group, either */
        note_discard(c, NULL, RULE_BAD_SOURCE);
        return (ConnId){0};
    }
    ConnId id = tcp_demux(&c->pools, c->host, seg->v6, seg->src_addr, seg->src_port, seg->dst_port);
    if (!id.v || seg->dst_addr != ctx_host(c)->addr) {
        arrives_closed(c, seg);
        return (ConnId){0};
    }
    Tcb *t = tcb_at(&c->pools, id);
    if (t->state != LISTEN && tcb_v6(t) != (seg->v6 != 0)) { /* the same numbers, another address */
        arrives_closed(c, seg);
        return (ConnId){0};
    }
    t->segs_in++;
    t->tally.data_segs_in += seg->len > 0;
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
