/*
 * tcb.c: the life of a transmission control block, and what can be computed from it.
 *
 * Flight, unsent bytes and the window are functions here, never counters kept beside the facts.
 */
#include "core/tcp/tcb.h"

#include <string.h>

const char *timer_name(TimerId id)
{
    static const char *const names[TIMER_COUNT] = {
        [TIMER_REXMIT] = "retransmission",
        [TIMER_PERSIST] = "persist",
        [TIMER_DELACK] = "delayed-ACK",
        [TIMER_KEEPALIVE] = "keep-alive",
        [TIMER_2MSL] = "2MSL",
        [TIMER_FIN_WAIT_2] = "FIN-WAIT-2",
        [TIMER_USER] = "user-timeout",
        [TIMER_SWS] = "SWS-override",
        [TIMER_RACK] = "RACK",
        [TIMER_TLP] = "TLP",
        [TIMER_PACING] = "pacing",
    };
    return id < TIMER_COUNT ? names[id] : "?";
}

const char *conn_error_symbol(ConnError e)
{
    static const char *const names[CONN_ERROR_COUNT] = {
        [CONN_OK] = "OK",
        [CONN_REFUSED] = "ECONNREFUSED",
        [CONN_RESET] = "ECONNRESET",
        [CONN_TIMED_OUT] = "ETIMEDOUT",
        [CONN_USER_TIMEOUT] = "EUSERTIMEOUT",
        [CONN_ABORTED] = "ECONNABORTED",
        [CONN_POWER_LOST] = "EPOWER",
        [CONN_NET_UNREACHABLE] = "ENETUNREACH",
        [CONN_HOST_UNREACHABLE] = "EHOSTUNREACH",
        [CONN_NO_PROTOCOL] = "ENOPROTOOPT",
        [CONN_BAD_HEADER] = "EPROTO",
    };
    return e < CONN_ERROR_COUNT ? names[e] : "?";
}

const char *conn_error_text(ConnError e, Lang lang)
{
    static const char *const texts[CONN_ERROR_COUNT][LANG_COUNT] = {
        [CONN_OK] = {"no error", "没有错误"},
        [CONN_REFUSED] = {"connection refused", "连接被拒绝"},
        [CONN_RESET] = {"connection reset by peer", "连接被对方重置"},
        [CONN_TIMED_OUT] = {"connection timed out", "连接超时"},
        [CONN_USER_TIMEOUT] = {"connection aborted due to user timeout", "用户超时，连接中止"},
        [CONN_ABORTED] = {"connection aborted", "连接已中止"},
        [CONN_POWER_LOST] = {"the host lost power", "主机断电"},
        [CONN_NET_UNREACHABLE] = {"the network says: net unreachable", "网络报告：网络不可达"},
        [CONN_HOST_UNREACHABLE] = {"the network says: host unreachable", "网络报告：主机不可达"},
        [CONN_NO_PROTOCOL] = {"the other host does not speak TCP", "对方主机不支持 TCP"},
        [CONN_BAD_HEADER] = {"a router complains about our IP header",
                             "路由器认为我方的 IP 首部有误"},
    };
    return texts[e < CONN_ERROR_COUNT ? e : CONN_OK][lang];
}

Ranges tcb_ranges(const Pools *p, const Tcb *t)
{
    /* The pool is writable memory of the world; the cast only drops the caller's promise. */
    Tcb *own = &p->conns[tcb_id(p, t).v];
    return (Ranges){&p->ranges[(size_t)tcb_id(p, t).v * p->range_cap], &own->range_count,
                    p->range_cap};
}

/* Dead, and nobody will ask how it ended: neither a socket nor a listener's queue holds it. */
static bool forgotten(const Ctx *c, const Tcb *t)
{
    return t->state == CLOSED && t->host == c->host && !t->sock &&
           (!t->parent || !tcb_is_passive(t));
}

/* A slot for the host: the lowest free one, else the host's oldest dead connection. */
static ConnId find_slot(const Ctx *c)
{
    const Pools *p = &c->pools;
    ConnId dead = {0};
    for (uint16_t i = 1; i <= p->conn_count; i++) {
        const Tcb *t = &p->conns[i];
        if (!t->used)
            return (ConnId){i};
        if (forgotten(c, t) && (!dead.v || t->number < p->conns[dead.v].number))
            dead.v = i;
    }
    return dead;
}

ConnId tcb_new(Ctx *c)
{
    const Pools *p = &c->pools;
    ConnId id = find_slot(c);
    if (!id.v)
        return id;
    Tcb *t = tcb_at(p, id);
    tcb_free(c, t);
    t->used = 1;
    t->host = c->host;
    t->number = ++ctx_host(c)->numbers;
    t->local_addr = ctx_host(c)->addr;
    for (int i = 0; i < TIMER_COUNT; i++)
        t->due[i] = NANOS_NEVER;
    uint32_t at = (uint32_t)(id.v - 1) * 2 * p->ring_cap;
    t->tx = (Ring){at, (uint32_t)min_u64(knob(c, KNOB_SNDBUF), p->ring_cap), 0, 0};
    t->rx = (Ring){at + p->ring_cap, (uint32_t)min_u64(knob(c, KNOB_RCVBUF), p->ring_cap), 0, 0};
    t->rto = knob(c, KNOB_RTO_INITIAL);
    t->path.flags = ctx_host(c)->v6 ? PATH_V6 : 0;
    t->snd.mss = min_u32(default_mss(t), own_mss(c, tcb_v6(t)));
    t->cc.ssthresh = UINT32_MAX;
    t->user_timeout = knob(c, KNOB_USER_TIMEOUT);
    t->last_heard = c->now;
    t->user = (uint16_t)((knob(c, KNOB_NODELAY) ? USER_NODELAY : 0) |
                         (knob(c, KNOB_KEEPALIVE) ? USER_KEEPALIVE : 0));
    t->habits = knob(c, KNOB_CORK) ? HABIT_CORK : 0;
    return id;
}

void tcb_free(Ctx *c, Tcb *t)
{
    const Pools *p = &c->pools;
    size_t i = tcb_id(p, t).v;
    if (!t->used) /* it is all zeros */
        return;
    memset(&p->sents[i * p->sent_cap], 0, p->sent_cap * sizeof(Sent));
    memset(&p->ranges[i * p->range_cap], 0, p->range_cap * sizeof(SeqRange));
    memset(p->bytes + t->tx.at, 0, t->tx.cap);
    memset(p->bytes + t->rx.at, 0, t->rx.cap);
    memset(t, 0, sizeof *t);
}

uint64_t conn_knob(const Ctx *c, const Tcb *t, KnobId id)
{
    const ConnOpt *o = &t->opt;
    uint64_t own = 0;
    switch (id) {
    case KNOB_KEEP_IDLE: own = o->keep_idle_ms * (uint64_t)NANOS_MS; break;
    case KNOB_KEEP_INTERVAL: own = o->keep_interval_ms * (uint64_t)NANOS_MS; break;
    case KNOB_FIN_WAIT_2: own = o->fin_wait_2_ms * (uint64_t)NANOS_MS; break;
    case KNOB_DEFER_ACCEPT: own = o->defer_accept_ms * (uint64_t)NANOS_MS; break;
    case KNOB_KEEP_COUNT: own = o->keep_count; break;
    case KNOB_SYN_RETRIES: own = o->syn_retries; break;
    case KNOB_MSS: own = o->maxseg; break;
    case KNOB_TTL: own = o->ttl; break;
    case KNOB_MAX_PACING: own = o->max_pacing; break;
    default: break;
    }
    own = own ? own : knob(c, id);
    /* RFC 5482 4.2: keep-alive must not give up what the user timeout would let live. */
    if (id == KNOB_KEEP_IDLE && t->uto & UTO_ADOPTED)
        own = max_u64(own, t->user_timeout + NANOS_S);
    return own;
}

void tcb_resize(Ctx *c, Tcb *t, uint32_t tx_cap, uint32_t rx_cap)
{
    const Pools *p = &c->pools;
    uint32_t promised = t->rx.len + seq_distance(t->rcv.nxt, t->rcv.adv);
    if (tx_cap)
        ring_resize(&t->tx, p->bytes, min_u32(max_u32(tx_cap, t->tx.len), p->ring_cap));
    if (rx_cap)
        ring_resize(&t->rx, p->bytes, min_u32(max_u32(rx_cap, promised), p->ring_cap));
}

void timer_arm(Ctx *c, Tcb *t, TimerId id, Nanos deadline)
{
    t->due[id] = deadline;
    t->armed_row[id] = c->cause;
    note_detail(c, t, NOTE_SET, id, deadline);
}

void timer_stop(Ctx *c, Tcb *t, TimerId id)
{
    if (!timer_armed(t, id))
        return;
    t->due[id] = NANOS_NEVER;
    t->armed_row[id] = 0;
    note_detail(c, t, NOTE_CLEARED, id, 0);
}

void tcb_enter(Ctx *c, Tcb *t, TcpState to)
{
    if (t->state == to)
        return;
    note_detail(c, t, NOTE_STATE, t->state, to);
    t->state = (uint8_t)to;
    if (to == TIME_WAIT || to == CLOSED) {
        for (int id = 0; id < TIMER_COUNT; id++)
            timer_stop(c, t, (TimerId)id);
        t->want &= WANT_ACK | WANT_RST;
    }
}

void tcb_end(Ctx *c, Tcb *t, ConnError error)
{
    const Pools *p = &c->pools;
    /* Of what was only half-open no program has heard: "the user need not be informed". */
    bool unheard = tcb_is_passive(t) && t->state < ESTABLISHED && !(t->user & USER_FAST_OPEN);
    if (error != CONN_OK && !unheard)
        note_detail(c, t, NOTE_ERROR, error, 0);
    /* A program's listener keeps what died in its queue: accept() and then read() tell of it. */
    bool queued = t->parent && p->conns[t->parent].sock && t->state >= ESTABLISHED;
    bool nobody_asks = !t->sock && ((t->user & USER_CLOSED) || (tcb_is_passive(t) && !queued));
    tcb_enter(c, t, CLOSED);
    t->want = 0;
    t->error = (uint8_t)error;
    if (nobody_asks || (error == CONN_OK && t->rx.len == 0 && !t->sock && !queued)) {
        tcb_free(c, t);
        return;
    }
    t->tx.len = t->tx.head = 0;
    t->sent_count = t->sent_head = 0;
    t->out_bytes = t->lost_bytes = t->sacked_bytes = 0;
    t->lost_segs = t->sacked_segs = 0;
    t->range_count = 0;
    size_t i = tcb_id(p, t).v;
    memset(&p->sents[i * p->sent_cap], 0, p->sent_cap * sizeof(Sent));
    memset(&p->ranges[i * p->range_cap], 0, p->range_cap * sizeof(SeqRange));
    bool keeps = error == CONN_RESET && knob(c, KNOB_RESET_KEEPS_TEXT);
    if (error != CONN_OK && !keeps)
        t->rx.len = t->rx.head = 0; /* 3.10.7.4: "All segment queues should be flushed" */
}

uint32_t tcb_flight(const Tcb *t)
{
    return t->out_bytes - t->lost_bytes - t->sacked_bytes;
}

uint32_t tcb_counted_flight(const Ctx *c, const Tcb *t)
{
    if (!knob(c, KNOB_CWND_SEGMENTS))
        return tcb_flight(t);
    return (t->sent_count - t->lost_segs - t->sacked_segs) * t->snd.mss;
}

void sent_mark(Tcb *t, Sent *s, uint16_t set, uint16_t clear)
{
    t->lost_bytes -= s->flags & SENT_LOST ? s->len : 0u;
    t->lost_segs -= s->flags & SENT_LOST ? 1u : 0u;
    t->sacked_bytes -= s->flags & SENT_SACKED ? s->len : 0u;
    t->sacked_segs -= s->flags & SENT_SACKED ? 1u : 0u;
    s->flags = (uint16_t)((s->flags & ~clear) | set);
    t->lost_bytes += s->flags & SENT_LOST ? s->len : 0u;
    t->lost_segs += s->flags & SENT_LOST ? 1u : 0u;
    t->sacked_bytes += s->flags & SENT_SACKED ? s->len : 0u;
    t->sacked_segs += s->flags & SENT_SACKED ? 1u : 0u;
}

/* The bytes of s beyond `len` become the first of the next element, which has to be sent again with
 * them. */
static void shift_boundary(Tcb *t, Sent *s, Sent *next, uint32_t len)
{
    uint16_t marks = s->flags & (SENT_LOST | SENT_SACKED);
    uint32_t over = s->len - len;
    sent_mark(t, s, 0, marks);
    sent_mark(t, next, 0, SENT_LOST | SENT_SACKED);
    s->len = (uint16_t)len;
    next->seq = seq_sub(next->seq, over);
    next->len = (uint16_t)(next->len + over);
    sent_mark(t, s, marks, 0);
    sent_mark(t, next, SENT_LOST, 0);
}

bool sent_split(const Pools *p, Tcb *t, uint16_t i, uint32_t len)
{
    Sent *s = sent_at(p, t, i);
    CHECK(len > 0 && len < s->len && !(s->flags & SENT_SYN));
    bool last = i + 1 == t->sent_count;
    if (t->sent_count == p->sent_cap) {
        if (last || sent_at(p, t, (uint16_t)(i + 1))->len + (s->len - len) > UINT16_MAX)
            return false;
        shift_boundary(t, s, sent_at(p, t, (uint16_t)(i + 1)), len);
        return true;
    }
    t->sent_count++;
    for (uint16_t j = (uint16_t)(t->sent_count - 1); j > i + 1; j--)
        *sent_at(p, t, j) = *sent_at(p, t, (uint16_t)(j - 1));
    Sent *rest = sent_at(p, t, (uint16_t)(i + 1));
    *rest = *s;
    t->lost_segs += s->flags & SENT_LOST ? 1u : 0u;
    t->sacked_segs += s->flags & SENT_SACKED ? 1u : 0u;
    rest->seq = seq_add(s->seq, len);
    rest->len = (uint16_t)(s->len - len);
    s->len = (uint16_t)len;
    s->flags &= (uint16_t) ~(SENT_FIN | SENT_PSH);
    return true;
}

uint32_t tcb_unsent(const Tcb *t)
{
    uint32_t sent = seq_distance(t->snd.buf, t->snd.nxt);
    return seq_lt(t->snd.nxt, t->snd.buf) || sent >= t->tx.len ? 0 : t->tx.len - sent;
}

bool tcb_fin_sent(const Pools *p, const Tcb *t)
{
    if (t->sent_count == 0)
        return seq_gt(t->snd.una, seq_add(t->snd.buf, t->tx.len));
    return sent_at(p, t, (uint16_t)(t->sent_count - 1))->flags & SENT_FIN;
}

bool tcb_fin_acked(const Pools *p, const Tcb *t)
{
    return t->sent_count == 0 && tcb_fin_sent(p, t);
}

uint32_t tcb_receive_window(const Ctx *c, const Tcb *t)
{
    const uint32_t most = (uint32_t)65535 << t->agreed.rcv_scale;
    uint32_t promised = seq_distance(t->rcv.nxt, t->rcv.adv);
    uint32_t free = min_u32(ring_free(&t->rx), most);
    if (free <= promised)
        return min_u32(promised, most);
    /* RFC 9293 3.8.6.2.2: the right edge waits until it can move by min(Fr * RCV.BUFF,
     * Eff.snd.MSS). */
    uint32_t step = min_u32(t->rx.cap / 2, own_mss(c, tcb_v6(t)));
    if (rule_on(c, RULE_SWS_RECEIVER) && free - promised < step)
        return min_u32(promised, most);
    return free;
}

static Note base_note(const Ctx *c, const Tcb *t, NoteKind kind)
{
    return (Note){.at = c->now,
                  .cause = c->cause,
                  .kind = (uint16_t)kind,
                  .host = c->host,
                  .conn = t ? t->number : 0};
}

void note_rule(Ctx *c, const Tcb *t, RuleId rule, uint64_t a, uint64_t b)
{
    if (!c->sink)
        return;
    Note n = base_note(c, t, NOTE_RULE);
    n.rule = (uint16_t)rule;
    n.a = a;
    n.b = b;
    sink_add(c->sink, n, bytes_of(NULL, 0));
}

void note_detail(Ctx *c, const Tcb *t, NoteKind kind, uint64_t a, uint64_t b)
{
    if (!c->sink)
        return;
    Note n = base_note(c, t, kind);
    n.a = a;
    n.b = b;
    if (kind == NOTE_RTT) /* for the curves: the third number of a sample */
        n.key = (uint32_t)min_u64(t->srtt / NANOS_US, UINT32_MAX);
    sink_add(c->sink, n, bytes_of(NULL, 0));
}

void note_dropped(Ctx *c, const Tcb *t, RuleId rule, WireError error)
{
    if (!c->sink)
        return;
    Note n = base_note(c, t, NOTE_DROPPED);
    n.rule = (uint16_t)rule;
    n.a = error;
    sink_add(c->sink, n, bytes_of(NULL, 0));
}

uint32_t note_row(Ctx *c, const Tcb *t, NoteKind kind, RuleId rule, uint32_t peer_row, uint64_t a,
                  uint64_t b, Bytes bytes)
{
    uint32_t row = ++*c->pools.rows;
    if (!c->sink)
        return row;
    Note n = base_note(c, t, kind);
    n.row = row;
    n.rule = (uint16_t)rule;
    n.peer_row = peer_row;
    n.a = a;
    n.b = b;
    sink_add(c->sink, n, bytes);
    return row;
}
