/*
 * sock_io.c: a program's bytes: send(), recv(), ioctl(); and when a call that sleeps may go on.
 *
 * recv is planned first, by looking only (plan_recv), and carried out afterwards: so the same plan
 * tells a reader what the call would give (sock_look_recv). The order of the questions is that of
 * Linux's tcp_recvmsg and tcp_sendmsg; whoever changes it changes errnos that programs rely on.
 */
#include "core/net/sock_parts.h"

#include <string.h>

/* ---- send() ---- */

uint32_t sock_room(const World *w, const Sock *s, const Tcb *t)
{
    (void)w;
    uint32_t room = ring_free(&t->tx), lowat = s->opt.notsent_lowat;
    if (!lowat)
        return room;
    uint32_t unsent = tcb_unsent(t), mss = max_u32(t->snd.mss, 1);
    if (unsent >= lowat)
        return 0;
    uint32_t segments = (lowat - unsent - 1) / mss + 1; /* whole segments, the last may pass it */
    return (uint32_t)min_u64(room, (uint64_t)segments * mss);
}

/* Gives n bytes of the call to TCP; how many it took. */
static uint32_t give(Caller *k, uint32_t n, bool urgent)
{
    static const uint8_t zeros[4096] = {0};
    CallResult (*send)(Ctx *, ConnId, Bytes) = urgent ? tcp_send_urgent : tcp_send;
    ConnId id = {k->s->conn};
    if (k->data.len)
        return send(&k->c, id, bytes_of(k->data.data, n)).value;
    uint32_t given = 0;
    while (given < n) {
        uint32_t chunk = min_u32(n - given, sizeof zeros);
        uint32_t taken = send(&k->c, id, bytes_of(zeros, chunk)).value;
        given += taken;
        if (taken < chunk)
            break;
    }
    return given;
}

static bool may_block(const Caller *k, uint32_t flags)
{
    return !sock_is(k->s, SOCK_IS_NONBLOCK) && !(flags & SW_MSG_DONTWAIT);
}

/* sendto(MSG_FASTOPEN) without a connection: it is a connect() first. */
static CallResult send_opening(Caller *k, uint32_t flags)
{
    if (k->cmd->port == 0 && k->cmd->val >> 32 == 0)
        return sock_fail(SW_EINVAL);
    if (!(knob(&k->c, KNOB_FASTOPEN) & 1)) /* net.ipv4.tcp_fastopen: not as a client */
        return sock_fail(SW_EOPNOTSUPP);
    CallResult r = sock_begin_connect(k, (uint32_t)(k->cmd->val >> 32), k->cmd->port);
    if (r.status != CALL_WOULD_BLOCK)
        return r;
    r.block = may_block(k, flags);
    const Tcb *t = sock_tcb(k->w, k->s);
    tcp_fast_open(&k->c, (ConnId){k->s->conn}, false);
    if (r.block)
        tcp_writer_waits(&k->c, (ConnId){k->s->conn});
    if (!tcp_fast_open_ready(&k->c, t->remote_addr))
        return r; /* the SYN asks for a cookie, the data waits for the program to try again */
    uint32_t n = k->data.len ? (uint32_t)k->data.len : k->cmd->len;
    return sock_done(give(k, min_u32(n, tcp_fast_open_room(&k->c, t)), false));
}

/* Why nothing can be sent; CALL_OK: something can. */
static CallResult send_refused(Caller *k, uint32_t flags)
{
    const Tcb *t = sock_tcb(k->w, k->s);
    bool bsd = sock_like_freebsd(k->w, k->c.host);
    bool early =
        t && (tcp_fast_open_waits(t) || (t->state == SYN_RECEIVED && (t->user & USER_FAST_OPEN)));
    bool opening = t && !early && (t->state == SYN_SENT || t->state == SYN_RECEIVED);
    if (opening && !bsd) { /* sk_stream_wait_connect */
        if (may_block(k, flags))
            tcp_writer_waits(&k->c, (ConnId){k->s->conn});
        return sock_waits(SOCK_WAIT_CONNECT, SW_EAGAIN, may_block(k, flags), 0);
    }
    int error = sock_take_error(k->w, k->s);
    if (error)
        return sock_fail(error);
    if (!t || t->state == LISTEN || opening)
        return sock_fail(bsd ? SW_ENOTCONN : SW_EPIPE);
    if (sock_over(t) || (t->user & USER_SHUT))
        return sock_fail(SW_EPIPE);
    return sock_done(0);
}

CallResult sock_call_send(Caller *k)
{
    uint32_t flags = (uint32_t)k->cmd->val;
    if ((flags & SW_MSG_FASTOPEN) && !k->s->conn)
        return send_opening(k, flags);
    CallResult refused = send_refused(k, flags);
    if (refused.status != CALL_OK)
        return refused;
    const Tcb *t = sock_tcb(k->w, k->s);
    uint32_t n = k->data.len ? (uint32_t)k->data.len : k->cmd->len;
    uint32_t taken = give(k, min_u32(n, sock_room(k->w, k->s, t)), flags & SW_MSG_OOB);
    k->conn = (ConnId){k->s->conn};
    if (flags & SW_MSG_MORE)
        tcp_more_follows(&k->c, k->conn);
    if (taken == n)
        return sock_done(n);
    sock_put(k->s, SOCK_NO_SPACE, true);
    if (may_block(k, flags) || taken == 0)
        return sock_waits(SOCK_WAIT_WRITE, SW_EAGAIN, may_block(k, flags), taken);
    return sock_done(taken);
}

/* ---- recv() ---- */

typedef struct RecvPlan {
    CallResult r;
    uint32_t take; /* bytes from the receive buffer */
    bool end;      /* the program learns of the end of file */
    bool error;    /* ... of the connection's error */
    bool urgent;   /* MSG_OOB: the byte at `at` of the buffer, which stays there */
    uint32_t at;
} RecvPlan;

static RecvPlan answer(CallResult r)
{
    return (RecvPlan){.r = r};
}

static RecvPlan take(CallResult r, uint32_t n)
{
    return (RecvPlan){.r = r, .take = n};
}

/* Nothing is there: the peer has finished, an error, or the end of a dead connection. */
static bool plan_without_bytes(const World *w, const Sock *s, const Tcb *t, RecvPlan *plan)
{
    int error = sock_pending(w, s, t);
    if (t->user & USER_FIN_TAKEN) /* SOCK_DONE comes before the error */
        *plan = (RecvPlan){.r = sock_done(0), .end = true};
    else if (error)
        *plan = (RecvPlan){.r = sock_fail(error), .error = true};
    else if (sock_is(s, SOCK_SHUT_RD) || sock_over(t))
        *plan = answer(sock_done(0));
    else
        return false;
    return true;
}

/* tcp_recv_urg: the last urgent byte, once. */
static RecvPlan plan_urgent(const Tcb *t)
{
    RecvPlan plan = answer(sock_fail(SW_EINVAL));
    bool out = t->user & USER_OUT_OF_BAND;
    if (!out || !(t->user & USER_URGENT) || (t->user & USER_URGENT_TAKEN))
        return plan;
    plan.urgent = tcp_urgent_byte(t, &plan.at);
    plan.r = plan.urgent ? sock_done(1) : sock_fail(SW_EAGAIN);
    return plan;
}

static RecvPlan plan_recv(const World *w, const Sock *s, uint32_t n, uint32_t flags)
{
    const Tcb *t = sock_tcb(w, s);
    bool block = !sock_is(s, SOCK_IS_NONBLOCK) && !(flags & SW_MSG_DONTWAIT);
    if (!t && sock_is(s, SOCK_SHUT_RD))
        return answer(sock_done(0));
    if (!t || t->state == LISTEN)
        return answer(sock_fail(SW_ENOTCONN));
    if (flags & SW_MSG_OOB)
        return plan_urgent(t);
    if (n == 0)
        return answer(sock_done(0));
    bool early = t->state == SYN_RECEIVED && (t->user & USER_FAST_OPEN);
    bool opening = !early && (t->state == SYN_SENT || t->state == SYN_RECEIVED);
    if (opening)
        return answer(sock_waits(SOCK_WAIT_READ, SW_EAGAIN, block, 0));
    uint32_t there = tcp_readable(t), some = min_u32(n, there);
    uint32_t target = flags & SW_MSG_WAITALL ? n : min_u32(n, max_u32(s->opt.rcvlowat, 1));
    RecvPlan plan;
    bool ended = plan_without_bytes(w, s, t, &plan);
    if (there >= target || (there > 0 && (ended || !block)))
        return take(sock_done(some), some);
    if (ended)
        return plan;
    if ((flags & SW_MSG_WAITALL) && !(flags & SW_MSG_PEEK)) /* the rest when it comes */
        return take(sock_waits(SOCK_WAIT_READ, SW_EAGAIN, block, some), some);
    return answer(sock_waits(SOCK_WAIT_READ, SW_EAGAIN, block, 0));
}

CallResult sock_call_recv(Caller *k)
{
    uint32_t flags = (uint32_t)k->cmd->val;
    RecvPlan plan = plan_recv(k->w, k->s, k->cmd->len, flags);
    if (plan.error)
        sock_take_error(k->w, k->s);
    bool peek = flags & SW_MSG_PEEK;
    if (plan.urgent && !peek)
        tcp_take_urgent(&k->c, (ConnId){k->s->conn});
    if (!peek && (plan.take > 0 || plan.end)) {
        k->conn = (ConnId){k->s->conn};
        uint32_t got = tcp_receive(&k->c, k->conn, NULL, plan.take).value;
        CHECK(got == plan.take);
    }
    return plan.r;
}

SockResult sock_look_recv(const World *w, HostId host, int fd, uint8_t *out, uint32_t n, int flags)
{
    const Sock *s = sock_at(w, host, fd);
    if (!s || sock_is(s, SOCK_CLOSING) || s->kind != SOCK_TCP)
        return sock_result(sock_fail(s && s->kind != SOCK_TCP ? SW_ENOTSOCK : SW_EBADF));
    RecvPlan plan = plan_recv(w, s, n, (uint32_t)flags);
    if (out && plan.take && !(flags & SW_MSG_TRUNC)) {
        const Tcb *t = sock_tcb(w, s); /* at the mark the urgent byte is passed over */
        uint32_t skipped = tcp_at_mark(t) && (t->user & USER_OUT_OF_BAND);
        ring_peek(&t->rx, (const uint8_t *)w + w->rings_at, skipped, out, plan.take);
    }
    if (out && plan.urgent && n > 0)
        ring_peek(&sock_tcb(w, s)->rx, (const uint8_t *)w + w->rings_at, plan.at, out, 1);
    return sock_result(plan.r);
}

SockResult sock_read(World *w, HostId host, int fd, uint8_t *out, uint32_t n, int flags, Sink *sink)
{
    sock_look_recv(w, host, fd, out, n, flags);
    return sock_do(w, sock_recv(host, fd, n, flags), sink);
}

/* ---- ioctl() ---- */

CallResult sock_call_ioctl(Caller *k)
{
    const Tcb *t = sock_tcb(k->w, k->s);
    bool young = !t || t->state == SYN_SENT || t->state == SYN_RECEIVED || t->state == CLOSED;
    uint32_t request = k->cmd->len;
    if (request == SW_FIONBIO) {
        sock_put(k->s, SOCK_IS_NONBLOCK, (uint32_t)k->cmd->val != 0);
        return sock_done(0);
    }
    bool known = request == SW_SIOCINQ || request == SW_SIOCOUTQ || request == SW_SIOCOUTQNSD ||
                 request == SW_SIOCATMARK;
    if (!known)
        return sock_fail(SW_ENOTTY);
    if (request == SW_SIOCATMARK)
        return sock_done(t && tcp_at_mark(t));
    if (t && t->state == LISTEN)
        return sock_fail(SW_EINVAL);
    if (request == SW_SIOCINQ)
        return sock_done(t ? tcp_readable(t) : 0);
    if (young)
        return sock_done(0);
    /* A FIN counts until it is acknowledged, as in write_seq - snd_una. */
    bool fin = (t->user & USER_SHUT) && !tcb_fin_acked(&k->c.pools, t);
    bool fin_waits = fin && !tcb_fin_sent(&k->c.pools, t);
    if (request == SW_SIOCOUTQ)
        return sock_done(t->tx.len + fin);
    return sock_done(tcb_unsent(t) + fin_waits);
}

/* ---- waiting ---- */

bool sock_ready(const World *w, HostId host, int fd, unsigned wait)
{
    const Sock *s = sock_at(w, host, fd);
    const Tcb *t = s ? sock_tcb(w, s) : NULL;
    if (!s)
        return true; /* the call would say so */
    uint32_t now = sock_poll(w, host, fd);
    if ((wait & SOCK_WAIT_READ) && (now & (SW_POLLIN | SW_POLLERR | SW_POLLHUP | SW_POLLRDHUP)))
        return true;
    if ((wait & SOCK_WAIT_WRITE) && (now & (SW_POLLOUT | SW_POLLERR | SW_POLLHUP)))
        return true;
    if ((wait & SOCK_WAIT_CONNECT) && !(t && (t->state == SYN_SENT || t->state == SYN_RECEIVED)))
        return true;
    if ((wait & SOCK_WAIT_ACCEPT) && (!t || t->state != LISTEN || (now & SW_POLLIN)))
        return true;
    if (wait & SOCK_WAIT_CLOSE)
        return !t || !(t->state == FIN_WAIT_1 || t->state == CLOSING || t->state == LAST_ACK) ||
               w->now >= s->linger_until;
    return (wait & SOCK_WAIT_EPOLL) && sock_look_epoll(w, host, fd, NULL, 1).value > 0;
}

Nanos sock_patience(const World *w, HostId host, int fd, unsigned wait)
{
    const Sock *s = sock_at(w, host, fd);
    if (!s)
        return NANOS_NEVER;
    if (wait & SOCK_WAIT_CLOSE)
        return s->linger_until > w->now ? s->linger_until - w->now : 0;
    Nanos limit = 0;
    if (wait & (SOCK_WAIT_READ | SOCK_WAIT_ACCEPT))
        limit = s->receive_timeout;
    else if (wait & (SOCK_WAIT_WRITE | SOCK_WAIT_CONNECT))
        limit = s->send_timeout;
    return limit ? limit : NANOS_NEVER;
}
