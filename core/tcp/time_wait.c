/*
 * time_wait.c: the wait of 2 MSL, and who may end it early.
 *
 *     a SYN     that proves to be new: the connection is opened again (RFC 9293 3.6.1, RFC 6191)
 *     a reset   TIME-WAIT assassination: an old duplicate makes the other end, which has forgotten
 *               everything, send one (RFC 1337)
 *
 * What is asked of a SYN follows the knob tw_reuse: systems differ in what they believe.
 */
#include "core/tcp/arrive.h"
#include "core/tcp/reply.h"
#include "core/tcp/timestamp.h"

void enter_time_wait(Ctx *c, Tcb *t)
{
    tcb_enter(c, t, TIME_WAIT);
    t->want &= WANT_ACK;
    if (!rule_on(c, RULE_TIME_WAIT))
        return; /* tcp_output sends the last ACK and ends it */
    Nanos wait = 2 * knob(c, KNOB_MSL);
    note_rule(c, t, RULE_TIME_WAIT, wait, 0);
    timer_arm(c, t, TIMER_2MSL, c->now + wait);
}

/* ---- a new SYN ---- */

/* Values of the knob tw_reuse. */
enum { REUSE_NEVER = 0, REUSE_NUMBER = 1, REUSE_RFC_6191 = 2, REUSE_LINUX = 3 };

typedef enum Judgement { STAY, REOPEN, REOPEN_BY_TIMESTAMP, DROP } Judgement;

/* RFC 6191 section 2, in its order. */
static Judgement judge_by_rfc_6191(const Ctx *c, const Tcb *t, const Seg *seg)
{
    bool before = t->agreed.options & AGREED_TIMESTAMP;
    bool after = (seg->opts & SEG_OPT_TIMESTAMP) && knob(c, KNOB_TIMESTAMPS);
    bool higher = seq_gt(seg->seq, t->rcv.nxt);
    uint32_t last = t->agreed.ts_recent;
    if (!before)
        return higher ? REOPEN : after ? REOPEN_BY_TIMESTAMP : STAY;
    if (!after)
        return higher ? REOPEN : DROP;
    if (timestamp_lt(last, seg->ts_val))
        return higher ? REOPEN : REOPEN_BY_TIMESTAMP;
    return higher && seg->ts_val == last ? REOPEN : DROP;
}

/* tcp_timewait_state_process: a higher number or a newer timestamp, but no older one. */
static Judgement judge_as_linux(const Tcb *t, const Seg *seg)
{
    bool stamped = (seg->opts & SEG_OPT_TIMESTAMP) && (t->agreed.options & AGREED_TIMESTAMP);
    if (stamped && timestamp_lt(seg->ts_val, t->agreed.ts_recent))
        return STAY;
    if (seq_gt(seg->seq, t->rcv.nxt))
        return REOPEN;
    return stamped && timestamp_lt(t->agreed.ts_recent, seg->ts_val) ? REOPEN_BY_TIMESTAMP : STAY;
}

static Judgement judge(const Ctx *c, const Tcb *t, const Seg *seg)
{
    if ((seg->flags & (SEG_SYN | SEG_ACK | SEG_RST)) != SEG_SYN)
        return STAY;
    switch (knob(c, KNOB_TW_REUSE)) {
    case REUSE_NUMBER: return seq_gt(seg->seq, t->rcv.nxt) ? REOPEN : STAY;
    case REUSE_RFC_6191: return judge_by_rfc_6191(c, t, seg);
    case REUSE_LINUX: return judge_as_linux(t, seg);
    default: return STAY;
    }
}

/* MAY-2: our own new numbers must lie beyond all that we used before. The clock sees to it, unless
 * the old connection was faster than the clock, or the clock is switched off. */
static void begin_beyond(Ctx *c, ConnId id, Seq last)
{
    if (!id.v)
        return;
    Tcb *t = tcb_at(&c->pools, id);
    if (t->state != SYN_RECEIVED || seq_gt(t->snd.iss, last))
        return;
    t->snd.iss = seq_add(last, 65537);
    t->snd.una = t->snd.nxt = t->snd.up = t->snd.iss;
    t->snd.buf = seq_add(t->snd.iss, 1);
    t->small_end = t->snd.iss;
}

static ConnId reopen(Ctx *c, Tcb *t, const Seg *seg, Bytes payload)
{
    uint16_t port = t->local_port;
    Seq last = t->snd.nxt;
    tcb_end(c, t, CONN_OK);
    if (t->used && !t->sock)
        tcb_free(c, t);
    ConnId listener = tcp_demux(&c->pools, c->host, seg->v6, seg->src_addr, seg->src_port, port);
    if (listener.v) {
        ConnId child = arrives_listen(c, tcb_at(&c->pools, listener), seg, payload);
        begin_beyond(c, child, last);
        return child;
    }
    reply_reset(c, NULL, seg, RULE_RST_ANSWER);
    return (ConnId){0};
}

bool time_wait_syn(Ctx *c, Tcb *t, const Seg *seg, Bytes payload, ConnId *speaks)
{
    Judgement j = judge(c, t, seg);
    *speaks = (ConnId){0};
    if (j == STAY)
        return false;
    if (j == DROP) {
        note_discard(c, t, RULE_TIME_WAIT_SYN_DROPPED);
        return true;
    }
    if (j == REOPEN)
        note_rule(c, t, RULE_TIME_WAIT_REOPENED, 0, 0);
    else
        note_rule(c, t, RULE_TIME_WAIT_REOPENED_BY_TIMESTAMP, seg->ts_val, t->agreed.ts_recent);
    *speaks = reopen(c, t, seg, payload);
    return true;
}

/* ---- a reset (RFC 1337) ---- */

bool time_wait_survives(Ctx *c, const Tcb *t)
{
    if (knob(c, KNOB_RFC1337)) { /* fix F1 of RFC 1337 section 3 */
        note_discard(c, t, RULE_TIME_WAIT_RST_IGNORED);
        return true;
    }
    note_rule(c, t, RULE_TIME_WAIT_ASSASSINATION, 0, 0);
    return false;
}
