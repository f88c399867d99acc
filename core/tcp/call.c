/*
 * call.c: the user's calls (RFC 9293 sections 3.9.1 and 3.10.1 to 3.10.6).
 *
 * Each call is one function with the RFC's cases by state. None of them sends: wants are set, and
 * tcp_output speaks afterwards. A call that would have to wait says CALL_WOULD_BLOCK.
 */
#include "core/tcp/arrive.h"
#include "core/tcp/cc.h"
#include "core/tcp/isn.h"
#include "core/tcp/quickack.h"
#include "core/tcp/urgent.h"
#include "core/tcp/uto.h"

static CallResult result(CallStatus status, ConnId conn, uint32_t value)
{
    return (CallResult){.status = status, .conn = conn, .value = value};
}

const char *call_status_text(CallStatus s, Lang lang)
{
    static const char *const texts[CALL_STATUS_COUNT][LANG_COUNT] = {
        [CALL_OK] = {"ok", "成功"},
        [CALL_NO_CONNECTION] = {"there is no such connection; `connect` or `listen` first",
                                "没有这个连接；请先 connect 或 listen"},
        [CALL_EXISTS] = {"the connection already exists; choose another port, or close it first",
                         "连接已存在；请换一个端口，或先关闭它"},
        [CALL_CLOSING] = {"the connection is closing: this direction has been shut, no more data "
                          "can be sent",
                          "连接正在关闭：这个方向已经关上，不能再发送"},
        [CALL_NO_RESOURCES] = {"insufficient resources: every connection slot is in use",
                               "资源不足：连接表已满"},
        [CALL_REFUSED] = {"connection refused", "连接被拒绝"},
        [CALL_RESET] = {"connection reset by peer", "连接被对方重置"},
        [CALL_TIMED_OUT] = {"connection timed out", "连接超时"},
        [CALL_ABORTED] = {"connection aborted", "连接已中止"},
        [CALL_WOULD_BLOCK] = {"a real program would wait here: nothing to read yet, or no room",
                              "真实程序会在这里等待：暂无数据可读，或没有空间可写"},
        [CALL_EOF] = {"end of file: the peer has finished sending", "文件结束：对方已发送完毕"},
        [CALL_BAD_ARGUMENT] = {"the argument is out of range", "参数超出范围"},
        [CALL_POWER_OFF] = {"this host has no power; `power on` first",
                            "这台主机没有通电；请先 power on"},
        [CALL_PUPPET] = {"you play this end by hand (puppet): inject segments, or give it back "
                         "with `core`",
                         "这一端由你亲手操纵（puppet）：请用 inject 发送报文段，或用 core 交还"},
        [CALL_NO_PACKET] = {"no such segment is in the network; `net` lists them",
                            "网络中没有这个报文段；用 net 查看"},
        [CALL_NO_ROOM] = {"no room left in this world", "本世界已没有空间"},
        [CALL_ERRNO] = {"the socket call fails", "套接字调用失败"},
        [CALL_UNREACHABLE] = {"the network reports that the peer cannot be reached",
                              "网络报告：无法到达对方"},
    };
    return texts[s < CALL_STATUS_COUNT ? s : CALL_OK][lang];
}

static CallStatus status_of_error(const Tcb *t)
{
    switch ((ConnError)t->error) {
    case CONN_REFUSED: return CALL_REFUSED;
    case CONN_RESET: return CALL_RESET;
    case CONN_TIMED_OUT:
    case CONN_USER_TIMEOUT: return CALL_TIMED_OUT;
    case CONN_ABORTED:
    case CONN_POWER_LOST: return CALL_ABORTED;
    case CONN_NET_UNREACHABLE:
    case CONN_HOST_UNREACHABLE:
    case CONN_NO_PROTOCOL:
    case CONN_BAD_HEADER: return CALL_UNREACHABLE;
    default: return CALL_NO_CONNECTION;
    }
}

static ConnId find_listener(const Pools *p, HostId host, uint16_t port)
{
    for (uint16_t i = 1; i <= p->conn_count; i++) {
        const Tcb *t = &p->conns[i];
        if (t->used && t->host == host && t->state == LISTEN && t->local_port == port)
            return (ConnId){i};
    }
    return (ConnId){0};
}

/* The listener listens no more: its children live on without it. */
static void leave_children(const Pools *p, const Tcb *listener)
{
    uint16_t index = tcb_id(p, listener).v;
    for (uint16_t i = 1; i <= p->conn_count; i++)
        if (p->conns[i].used && p->conns[i].parent == index)
            p->conns[i].parent = 0;
}

/* ---- OPEN (3.10.1) ---- */

CallResult tcp_listen(Ctx *c, uint16_t port, uint16_t backlog)
{
    if (port == 0)
        return result(CALL_BAD_ARGUMENT, (ConnId){0}, 0);
    if (find_listener(&c->pools, c->host, port).v)
        return result(CALL_EXISTS, (ConnId){0}, 0);
    ConnId id = tcb_new(c);
    if (!id.v)
        return result(CALL_NO_RESOURCES, id, 0);
    Tcb *t = tcb_at(&c->pools, id);
    t->local_port = port;
    t->backlog = backlog ? backlog : (uint16_t)knob(c, KNOB_BACKLOG);
    t->user |= USER_ACCEPTED;
    note_rule(c, t, RULE_OPEN_PASSIVE, port, t->backlog);
    tcb_enter(c, t, LISTEN);
    return result(CALL_OK, id, port);
}

static bool port_in_use(const Pools *p, HostId host, uint16_t port)
{
    for (uint16_t i = 1; i <= p->conn_count; i++)
        if (p->conns[i].used && p->conns[i].host == host && p->conns[i].local_port == port &&
            p->conns[i].state != CLOSED)
            return true;
    return false;
}

/* The next free port of the host's range, in order: a learner finds 49152, 49153 ... easier to
 * follow than the random choice of RFC 6056. 0: none is free. */
uint16_t tcp_choose_port(Ctx *c)
{
    Host *h = ctx_host(c);
    uint32_t low = (uint32_t)knob(c, KNOB_PORT_LOW), high = (uint32_t)knob(c, KNOB_PORT_HIGH);
    uint32_t count = high >= low ? high - low + 1 : 1;
    for (uint32_t i = 0; i < count; i++) {
        uint16_t port = (uint16_t)(low + (h->port_draws + i) % count);
        if (!port_in_use(&c->pools, c->host, port)) {
            h->port_draws = (h->port_draws + i + 1) % count;
            return port;
        }
    }
    return 0;
}

CallResult tcp_connect(Ctx *c, uint16_t local_port, uint32_t remote_addr, uint16_t remote_port)
{
    if (remote_port == 0 || !is_host_addr(remote_addr)) /* MUST-46 */
        return result(CALL_BAD_ARGUMENT, (ConnId){0}, 0);
    if (local_port == 0)
        local_port = tcp_choose_port(c);
    if (local_port == 0)
        return result(CALL_NO_RESOURCES, (ConnId){0}, 0);
    ConnId id =
        tcp_demux(&c->pools, c->host, ctx_host(c)->v6, remote_addr, remote_port, local_port);
    Tcb *t = id.v ? tcb_at(&c->pools, id) : NULL;
    if (t && t->state != LISTEN)
        return result(CALL_EXISTS, id, 0);
    if (t) { /* LISTEN: "change the connection from passive to active" */
        note_rule(c, t, RULE_LISTEN_TO_ACTIVE, 0, 0);
        leave_children(&c->pools, t);
    } else {
        id = tcb_new(c);
        if (!id.v)
            return result(CALL_NO_RESOURCES, id, 0);
        t = tcb_at(&c->pools, id);
        t->local_port = local_port;
    }
    t->user |= USER_ACCEPTED;
    t->remote_addr = remote_addr;
    t->remote_port = remote_port;
    t->snd.iss = isn_select(c, t);
    t->snd.una = t->snd.nxt = t->snd.up = t->snd.iss;
    t->snd.buf = seq_add(t->snd.iss, 1);
    t->small_end = t->snd.iss;
    t->want |= WANT_SYN;
    t->habits |= HABIT_CLIENT;
    tcb_enter(c, t, SYN_SENT);
    return result(CALL_OK, id, local_port);
}

CallResult tcp_accept(Ctx *c, ConnId listener)
{
    const Pools *p = &c->pools;
    if (!listener.v || tcb_at(p, listener)->state != LISTEN)
        return result(CALL_NO_CONNECTION, listener, 0);
    ConnId oldest = {0};
    for (uint16_t i = 1; i <= p->conn_count; i++) {
        const Tcb *t = &p->conns[i];
        if (t->used && t->parent == listener.v && !(t->user & USER_ACCEPTED) && tcp_acceptable(t) &&
            (!oldest.v || t->number < tcb_at(p, oldest)->number))
            oldest.v = i;
    }
    if (!oldest.v)
        return result(CALL_WOULD_BLOCK, listener, 0);
    tcb_at(p, oldest)->user |= USER_ACCEPTED;
    return result(CALL_OK, oldest, tcb_at(p, oldest)->number);
}

/* ---- SEND (3.10.2) ---- */

CallResult tcp_send(Ctx *c, ConnId id, Bytes data)
{
    if (!id.v)
        return result(CALL_NO_CONNECTION, id, 0);
    Tcb *t = tcb_at(&c->pools, id);
    if (t->state == CLOSED)
        return result(status_of_error(t), id, 0);
    if (t->state == LISTEN) /* "if the remote socket is not specified: error" */
        return result(CALL_NO_CONNECTION, id, 0);
    bool open = t->state == SYN_SENT || t->state == SYN_RECEIVED || t->state == ESTABLISHED ||
                t->state == CLOSE_WAIT;
    if (!open || (t->user & USER_SHUT))
        return result(CALL_CLOSING, id, 0);
    t->habits &= (uint8_t) ~(HABIT_MORE | HABIT_QUIET);
    uint32_t taken = ring_write(&t->tx, c->pools.bytes, data);
    if (tcp_fast_open_waits(t))
        t->want |= WANT_SYN;
    else if (t->state == SYN_SENT || (t->state == SYN_RECEIVED && !(t->user & USER_FAST_OPEN)))
        note_rule(c, t, RULE_SEND_QUEUED, taken, 0);
    return result(taken == 0 && data.len > 0 ? CALL_WOULD_BLOCK : CALL_OK, id, taken);
}

/* ---- RECEIVE (3.10.3) ---- */

/* Reading made room: tell the peer, but not for a crumb (3.8.6.2.2). */
static void offer_window(Ctx *c, Tcb *t)
{
    if (t->state != ESTABLISHED && t->state != FIN_WAIT_1 && t->state != FIN_WAIT_2)
        return;
    uint32_t promised = seq_distance(t->rcv.nxt, t->rcv.adv);
    uint32_t window = tcb_receive_window(c, t);
    uint32_t step = min_u32(2 * own_mss(c, tcb_v6(t)), t->rx.cap / 2);
    bool starved = promised < min_u32(own_mss(c, tcb_v6(t)), t->rx.cap / 2);
    if (knob(c, KNOB_WINDOW_DOUBLES)) {
        step = max_u32(promised, 1);
        starved = false;
    }
    if (window <= promised && ring_free(&t->rx) > promised) /* held back: too little to be useful */
        note_rule(c, t, RULE_SWS_RECEIVER, ring_free(&t->rx) - promised, 0);
    if (window > promised && (starved || window - promised >= step)) {
        want_ack(c, t, RULE_WINDOW_UPDATE);
        note_rule(c, t, RULE_WINDOW_UPDATE, promised, window);
    }
}

CallResult tcp_receive(Ctx *c, ConnId id, uint8_t *out, uint32_t n)
{
    if (!id.v)
        return result(CALL_NO_CONNECTION, id, 0);
    Tcb *t = tcb_at(&c->pools, id);
    if (t->state == CLOSED && t->error && t->rx.len == 0)
        return result(status_of_error(t), id, 0);
    if (t->state == LISTEN)
        return result(CALL_NO_CONNECTION, id, 0);
    if (t->state == SYN_SENT || (t->state == SYN_RECEIVED && !(t->user & USER_FAST_OPEN)))
        return result(CALL_WOULD_BLOCK, id,
                      0); /* "queue for processing after entering ESTABLISHED" */
    if (t->user & USER_CLOSED)
        return result(CALL_CLOSING, id, 0);
    urgent_before_read(c, t);
    n = min_u32(n, tcp_readable(t));
    if (n == 0) {
        if (!(t->user & USER_FIN_TAKEN) && t->state != CLOSED)
            return result(CALL_WOULD_BLOCK, id, 0);
        t->user |= USER_SAW_EOF;
        return result(CALL_EOF, id, 0);
    }
    if (out)
        ring_peek(&t->rx, c->pools.bytes, 0, out, n);
    ring_drop(&t->rx, n);
    note_detail(c, t, NOTE_READ, n, t->rx.len);
    offer_window(c, t);
    quickack_read(c, t);
    return result(CALL_OK, id, n);
}

/* ---- CLOSE (3.10.4) ---- */

static void close_listener(Ctx *c, Tcb *t)
{
    leave_children(&c->pools, t);
    tcb_enter(c, t, CLOSED);
    tcb_free(c, t);
}

static CallResult shut(Ctx *c, Tcb *t)
{
    ConnId id = tcb_id(&c->pools, t);
    if (t->user & USER_SHUT)
        return result(CALL_CLOSING, id, 0);
    t->user |= USER_SHUT;
    t->want |= WANT_FIN;
    note_rule(c, t, RULE_CLOSE, tcb_unsent(t), 0);
    if (t->state == ESTABLISHED || (t->state == SYN_RECEIVED && t->tx.len == 0))
        tcb_enter(c, t, FIN_WAIT_1);
    return result(CALL_OK, id, 0);
}

CallResult tcp_shutdown(Ctx *c, ConnId id)
{
    if (!id.v)
        return result(CALL_NO_CONNECTION, id, 0);
    Tcb *t = tcb_at(&c->pools, id);
    switch ((TcpState)t->state) {
    case SYN_RECEIVED:
    case ESTABLISHED:
    case CLOSE_WAIT: return shut(c, t);
    case CLOSED: return result(status_of_error(t), id, 0);
    case LISTEN:
    case SYN_SENT: return tcp_close(c, id);
    default: return result(CALL_CLOSING, id, 0);
    }
}

/* Bytes nobody will read are lost: RST tells the peer so (RFC 9293 3.6.1, SHLD-3). In TIME-WAIT
 * the peer is gone, and the wait goes on (MUST-13). */
static bool close_with_reset(Ctx *c, Tcb *t)
{
    if (t->rx.len == 0 || t->state == TIME_WAIT || !knob(c, KNOB_RST_ON_UNREAD))
        return false;
    note_rule(c, t, RULE_RST_ON_UNREAD, t->rx.len, 0);
    t->error = CONN_ABORTED;
    t->ack_rule = RULE_RST_ON_UNREAD;
    t->want = WANT_RST;
    return true;
}

CallResult tcp_close(Ctx *c, ConnId id)
{
    if (!id.v)
        return result(CALL_NO_CONNECTION, id, 0);
    Tcb *t = tcb_at(&c->pools, id);
    if (t->user & USER_CLOSED)
        return result(CALL_CLOSING, id, 0);
    switch ((TcpState)t->state) {
    case CLOSED: /* the application lets go of a dead connection */
        tcb_free(c, t);
        return result(CALL_OK, (ConnId){0}, 0);
    case LISTEN: close_listener(c, t); return result(CALL_OK, (ConnId){0}, 0);
    case SYN_SENT:
        tcb_enter(c, t, CLOSED);
        tcb_free(c, t);
        return result(CALL_OK, (ConnId){0}, 0);
    default: break;
    }
    t->user |= USER_CLOSED;
    if (close_with_reset(c, t))
        return result(CALL_OK, id, 0);
    ring_drop(&t->rx,
              t->rx.len); /* nobody will read it; kept, it would close the window for ever */
    if (t->state == FIN_WAIT_2 && conn_knob(c, t, KNOB_FIN_WAIT_2) > 0)
        timer_arm(c, t, TIMER_FIN_WAIT_2, c->now + conn_knob(c, t, KNOB_FIN_WAIT_2));
    if (!(t->user & USER_SHUT))
        shut(c, t);
    return result(CALL_OK, id, 0);
}

/* ---- ABORT (3.10.5) ---- */

CallResult tcp_abort(Ctx *c, ConnId id)
{
    if (!id.v)
        return result(CALL_NO_CONNECTION, id, 0);
    Tcb *t = tcb_at(&c->pools, id);
    TcpState state = (TcpState)t->state;
    /* Linux resets in these, too, while something has not left yet (tcp_disconnect). */
    if ((state == CLOSING || state == LAST_ACK) && tcb_unsent(t) > 0 &&
        knob(c, KNOB_RESET_KEEPS_TEXT))
        state = FIN_WAIT_1;
    switch (state) {
    case CLOSED:
    case LISTEN:
    case SYN_SENT: return tcp_close(c, id);
    case CLOSING:
    case LAST_ACK:
    case TIME_WAIT: /* "respond with ok and delete the TCB" */
        t->user |= USER_CLOSED;
        tcb_end(c, t, CONN_OK);
        return result(CALL_OK, (ConnId){0}, 0);
    default: /* "<SEQ=SND.NXT><CTL=RST>" */
        t->user |= USER_CLOSED;
        t->error = CONN_ABORTED;
        t->ack_rule = RULE_ABORT;
        t->want = WANT_RST;
        return result(CALL_OK, id, 0);
    }
}

/* ---- options ---- */

static void set_user_bit(Tcb *t, uint16_t bit, bool on)
{
    t->user = (uint16_t)(on ? t->user | bit : t->user & ~bit);
}

CallResult tcp_set(Ctx *c, ConnId id, KnobId which, uint64_t value)
{
    if (!id.v)
        return result(CALL_NO_CONNECTION, id, 0);
    Tcb *t = tcb_at(&c->pools, id);
    if (which == KNOB_NODELAY) {
        set_user_bit(t, USER_NODELAY, value != 0);
        if (value && tcb_unsent(t) > 0) { /* Linux: what waits leaves, even from under the cork */
            t->habits &= (uint8_t)~HABIT_MORE;
            t->want |= WANT_PUSH;
        }
    } else if (which == KNOB_KEEPALIVE) {
        set_user_bit(t, USER_KEEPALIVE, value != 0);
        bool open = t->state >= ESTABLISHED && t->state != TIME_WAIT;
        if (value && open)
            timer_arm(c, t, TIMER_KEEPALIVE, c->now + conn_knob(c, t, KNOB_KEEP_IDLE));
        else
            timer_stop(c, t, TIMER_KEEPALIVE);
    } else if (which == KNOB_CORK) {
        t->habits = (uint8_t)(value ? t->habits | HABIT_CORK : t->habits & ~HABIT_CORK);
    } else if (which == KNOB_QUICK_ACKS) {
        quickack_set(c, t, value != 0);
    } else if (which == KNOB_USER_TIMEOUT) {
        t->user_timeout = value;
        t->uto = UTO_FIXED;
        if (t->state >= ESTABLISHED)
            uto_due(c, t);
        timer_stop(c, t, TIMER_USER);
    } else if (which == KNOB_KEEP_IDLE && timer_armed(t, TIMER_KEEPALIVE)) {
        timer_arm(c, t, TIMER_KEEPALIVE,
                  t->last_heard + value > c->now ? t->last_heard + value : c->now);
    }
    return result(CALL_OK, id, 0);
}

void tcp_more_follows(Ctx *c, ConnId id)
{
    if (id.v)
        tcb_at(&c->pools, id)->habits |= HABIT_MORE | HABIT_QUIET;
}

void tcp_writer_waits(Ctx *c, ConnId id)
{
    Tcb *t = tcb_at(&c->pools, id);
    if (t->state == SYN_SENT)
        t->habits |= HABIT_WRITER;
}

/* TCP_CONGESTION on a running connection: the new algorithm begins with the window there is. */
static void change_congestion_control(Ctx *c, Tcb *t)
{
    bool running = t->state >= ESTABLISHED && t->opt.cc && t->opt.cc - 1u != t->cc.algorithm;
    if (!running)
        return;
    t->cc.algorithm = (uint8_t)(t->opt.cc - 1u);
    if (cc_table[t->cc.algorithm]->start)
        cc_table[t->cc.algorithm]->start(c, t);
    cc_note(c, t);
}

CallResult tcp_set_options(Ctx *c, ConnId id, const ConnOpt *opt)
{
    if (!id.v)
        return result(CALL_NO_CONNECTION, id, 0);
    Tcb *t = tcb_at(&c->pools, id);
    bool other_idle = opt->keep_idle_ms != t->opt.keep_idle_ms;
    t->opt = *opt;
    if (other_idle && timer_armed(t, TIMER_KEEPALIVE))
        timer_arm(c, t, TIMER_KEEPALIVE,
                  max_u64(t->last_heard + conn_knob(c, t, KNOB_KEEP_IDLE), c->now));
    change_congestion_control(c, t);
    return result(CALL_OK, id, 0);
}
