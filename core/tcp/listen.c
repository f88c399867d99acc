/*
 * listen.c: SEGMENT ARRIVES in LISTEN (RFC 9293 section 3.10.7.2), and the listener's two queues.
 *
 *     a SYN ---> SYN queue: half-open, SYN-RECEIVED ---> accept queue ---> the program
 *                  |  limit: the smaller of backlog         limit: backlog
 *                  |  and the knob syn_backlog
 *                  full: the SYN is dropped, or answered
 *                  with a cookie and forgotten (syncookie.c)
 *
 * Both queues are connections whose parent is the listener: nothing is counted, the pool is asked.
 */
#include "core/tcp/arrive.h"
#include "core/tcp/cc.h"
#include "core/tcp/fastopen.h"
#include "core/tcp/isn.h"
#include "core/tcp/reply.h"
#include "core/tcp/syncookie.h"

/* ---- the queues ---- */

/* Children of the listener that wait in one of its queues. */
static uint32_t count_children(const Pools *p, ConnId listener, bool half_open)
{
    uint32_t n = 0;
    for (uint16_t i = 1; i <= p->conn_count; i++) {
        const Tcb *t = &p->conns[i];
        bool waits = t->used && t->parent == listener.v && !(t->user & USER_ACCEPTED);
        bool opening = t->state == SYN_RECEIVED && !(t->user & USER_FAST_OPEN);
        n += waits && opening == half_open;
    }
    return n;
}

/* A program's backlog has been raised by one (sock_calls.c): the queue of SYNs does not get it. */
static bool syn_queue_full(const Ctx *c, const Tcb *listener)
{
    uint32_t backlog = listener->sock ? max_u32(listener->backlog, 2) - 1u : listener->backlog;
    uint64_t limit = min_u64(backlog, knob(c, KNOB_SYN_BACKLOG));
    return count_children(&c->pools, tcb_id(&c->pools, listener), true) >= limit;
}

bool accept_queue_full(const Ctx *c, const Tcb *listener)
{
    return count_children(&c->pools, tcb_id(&c->pools, listener), false) >= listener->backlog;
}

/* ---- a new connection ---- */

/* A child of a program's listener begins with what was asked of the listener (sockets(7)). */
static void inherit(Tcb *t, const Tcb *listener)
{
    if (!listener->sock)
        return;
    const uint16_t bits = USER_NODELAY | USER_KEEPALIVE | USER_OUT_OF_BAND;
    t->opt = listener->opt;
    t->user = (uint16_t)((t->user & ~bits) | (listener->user & bits));
    t->user_timeout = listener->user_timeout;
    t->uto = listener->uto;
    t->tx.cap = listener->tx.cap;
    t->rx.cap = listener->rx.cap;
}

/* A connection in SYN-RECEIVED from the peer's SYN; none when the pool is empty. */
static Tcb *new_child(Ctx *c, const Tcb *listener, const Seg *syn)
{
    ConnId parent = tcb_id(&c->pools, listener);
    ConnId id = tcb_new(c);
    if (!id.v || id.v == parent.v) {
        note_discard(c, listener, RULE_NO_RESOURCES);
        return NULL;
    }
    Tcb *t = tcb_at(&c->pools, id);
    t->parent = parent.v;
    t->state = LISTEN;
    t->local_port = syn->dst_port;
    t->remote_addr = syn->src_addr;
    t->remote_port = syn->src_port;
    inherit(t, listener);
    take_syn(c, t, syn);
    return t;
}

static void begin_numbers(Tcb *t, Seq iss)
{
    t->snd.iss = iss;
    t->snd.una = t->snd.nxt = t->snd.up = iss;
    t->snd.buf = seq_add(iss, 1);
    t->small_end = iss;
}

/* "Any other control or text-bearing segment ... should be queued for processing later" */
static void keep_text(Ctx *c, Tcb *t, const Seg *seg, Bytes payload)
{
    Seg text = *seg;
    text.seq = seq_add(seg->seq, 1);
    text.flags &= (uint16_t) ~(SEG_SYN | SEG_FIN);
    t->rcv.adv = seq_add(t->rcv.nxt, t->rx.cap);
    arrives_text(c, t, &text, payload);
    if (!(t->user & USER_FAST_OPEN))
        note_rule(c, t, RULE_DATA_ON_SYN, seg->len, 0);
}

/* The data of a SYN goes to the program before the handshake is over (RFC 7413 4.2.2). */
static void take_fast_open(Ctx *c, Tcb *t, Tcb *listener, const Seg *seg)
{
    t->user |= USER_FAST_OPEN;
    if (seg->len > 0)
        t->user |= USER_SYN_DATA;
    ctx_host(c)->fast_opens++;
    note_rule(c, t, RULE_FAST_OPEN_TAKEN, seg->len, 0);
    cc_start(c, t);
    if (listener->sock)
        listener->children++;
    else if (knob(c, KNOB_AUTO_ACCEPT))
        t->user |= USER_ACCEPTED;
}

/* The connection that a SYN to a listener begins. */
static ConnId open_child(Ctx *c, Tcb *listener, const Seg *seg, Bytes payload)
{
    FastOpenAnswer fast = fastopen_judge(c, listener, seg);
    Tcb *t = new_child(c, listener, seg);
    if (!t)
        return (ConnId){0};
    begin_numbers(t, isn_select(c, t));
    t->want |= WANT_SYN;
    note_rule(c, t, RULE_LISTEN_SYN, 0, 0);
    tcb_enter(c, t, SYN_RECEIVED);
    bool take = fast == FASTOPEN_TAKE || fast == FASTOPEN_TAKE_AND_GRANT;
    if (fast == FASTOPEN_GRANT || fast == FASTOPEN_TAKE_AND_GRANT)
        t->user |= USER_COOKIE_DUE;
    if (take)
        take_fast_open(c, t, listener, seg);
    if (seg->len > 0 && (fast == FASTOPEN_NO || take))
        keep_text(c, t, seg, payload);
    if (!rule_on(c, RULE_THIRD_ACK))
        become_established(c, t); /* the two-way handshake: believes the SYN at once */
    return tcb_id(&c->pools, t);
}

/* Is there room for the SYN? In a cookie there always is, in the accept queue there must be. */
static ConnId syn_arrives(Ctx *c, Tcb *listener, const Seg *seg, Bytes payload)
{
    Host *h = ctx_host(c);
    bool full = syn_queue_full(c, listener);
    bool cookie = knob(c, KNOB_SYN_COOKIES) == 2 || (full && knob(c, KNOB_SYN_COOKIES));
    if (full && !cookie) {
        h->listen_drops++;
        note_discard(c, listener, RULE_BACKLOG_FULL);
    } else if (accept_queue_full(c, listener)) {
        h->listen_overflows++;
        note_rule(c, listener, RULE_ACCEPT_QUEUE_FULL, listener->backlog, 0);
        note_dropped(c, listener, RULE_ACCEPT_QUEUE_FULL, WIRE_OK);
    } else if (cookie) {
        syncookie_answer(c, listener, seg);
    } else {
        return open_child(c, listener, seg, payload);
    }
    return (ConnId){0};
}

/* The acknowledgment of a SYN+ACK that nobody remembers: the cookie tells all there is to know. */
static ConnId cookie_arrives(Ctx *c, const Tcb *listener, const Seg *seg, const Seg *syn,
                             Bytes payload)
{
    if (accept_queue_full(c, listener)) {
        ctx_host(c)->listen_overflows++;
        note_rule(c, listener, RULE_ACCEPT_QUEUE_FULL, listener->backlog, 0);
        note_dropped(c, listener, RULE_ACCEPT_QUEUE_FULL, WIRE_OK);
        return (ConnId){0};
    }
    Tcb *t = new_child(c, listener, syn);
    if (!t)
        return (ConnId){0};
    begin_numbers(t, seq_sub(seg->ack, 1));
    t->snd.una = t->snd.nxt = seg->ack; /* our SYN has been sent, and here is its acknowledgment */
    t->rcv.wnd = min_u32(t->rx.cap, 65535);
    t->rcv.adv = seq_add(t->rcv.nxt, t->rcv.wnd);
    note_rule(c, t, RULE_SYN_COOKIE_TAKEN, t->snd.mss, 0);
    tcb_enter(c, t, SYN_RECEIVED);
    note_rule(c, t, RULE_THIRD_ACK, 0, 0);
    become_established(c, t);
    return arrives_synchronized(c, t, seg, payload);
}

ConnId arrives_listen(Ctx *c, Tcb *listener, const Seg *seg, Bytes payload)
{
    if (seg->flags & SEG_RST) { /* first */
        note_discard(c, listener, RULE_RST_TO_NOBODY);
        return (ConnId){0};
    }
    if (seg->flags & SEG_ACK) { /* second: "any acknowledgment is bad in LISTEN", but a cookie's */
        Seg syn;
        if (syncookie_check(c, seg, &syn))
            return cookie_arrives(c, listener, seg, &syn, payload);
        reply_reset(c, listener, seg, RULE_ACK_IN_LISTEN);
        return (ConnId){0};
    }
    if (seg->flags & SEG_SYN) /* third */
        return syn_arrives(c, listener, seg, payload);
    note_discard(c, listener, RULE_NOT_SYN_IN_LISTEN); /* fourth */
    return (ConnId){0};
}

/* ---- the third segment, while the program is slow, or patient ---- */

bool defers_accept(Ctx *c, Tcb *t, const Seg *seg)
{
    Nanos patience = conn_knob(c, t, KNOB_DEFER_ACCEPT);
    bool bare = seg->len == 0 && !(seg->flags & (SEG_FIN | SEG_SYN));
    if (!patience || !t->parent || !bare || (t->user & USER_FAST_OPEN) || t->sent_count == 0)
        return false;
    const Sent *syn = sent_at(&c->pools, t, 0);
    if (!(syn->flags & SENT_SYN) || syn->rexmits > 0) /* the time is over: any answer will do */
        return false;
    note_rule(c, t, RULE_DEFER_ACCEPT, syn->at + patience - min_u64(c->now, syn->at + patience), 0);
    note_dropped(c, t, RULE_DEFER_ACCEPT, WIRE_OK);
    timer_arm(c, t, TIMER_REXMIT, max_u64(syn->at + patience, c->now));
    return true;
}

bool accept_queue_refuses(Ctx *c, Tcb *t, const Seg *seg)
{
    const Tcb *listener = t->parent ? &c->pools.conns[t->parent] : NULL;
    bool at_once = listener && knob(c, KNOB_AUTO_ACCEPT) && !listener->sock;
    if (!listener || at_once || (t->user & USER_FAST_OPEN) || !accept_queue_full(c, listener))
        return false;
    ctx_host(c)->listen_overflows++;
    if (knob(c, KNOB_ABORT_ON_OVERFLOW)) {
        reply_reset(c, t, seg, RULE_ABORT_ON_OVERFLOW);
        tcb_end(c, t, CONN_ABORTED);
        return true;
    }
    note_rule(c, t, RULE_ACCEPT_QUEUE_OVERFLOW, listener->backlog, 0);
    note_dropped(c, t, RULE_ACCEPT_QUEUE_OVERFLOW, WIRE_OK);
    return true;
}
