/*
 * sock_calls.c: a program's life with a socket: socket, bind, listen, connect, accept, shutdown,
 * close, in this order.
 *
 * Nothing of TCP is done here: the calls of core/tcp/tcp.h are, in the order and with the errors of
 * Linux (inet_stream_connect, inet_listen, inet_shutdown, tcp_close, tcp_disconnect), and FreeBSD's
 * where the host's profile says so.
 */
#include "core/net/sock_parts.h"

/* ---- socket() ---- */

CallResult sock_call_socket(Caller *k)
{
    const uint32_t extra = SW_SOCK_NONBLOCK | SW_SOCK_CLOEXEC;
    uint32_t type = (uint32_t)k->cmd->val & ~extra;
    if (type > 10)
        return sock_fail(SW_EINVAL);
    if (k->cmd->len != SW_AF_INET && k->cmd->len != SW_AF_INET6)
        return sock_fail(SW_EAFNOSUPPORT);
    if (type != SW_SOCK_STREAM)
        return sock_fail(SW_ESOCKTNOSUPPORT);
    if (k->cmd->port != 0 && k->cmd->port != SW_IPPROTO_TCP)
        return sock_fail(SW_EPROTONOSUPPORT);
    HostId host = k->c.host;
    int fd = sock_new(k->w, host, SOCK_TCP);
    if (!fd)
        return sock_fail(SW_EMFILE);
    Sock *s = sock_slot(k->w, host, fd);
    sock_put(s, SOCK_IS_NONBLOCK, k->cmd->val & SW_SOCK_NONBLOCK);
    sock_put(s, SOCK_IS_CLOEXEC, k->cmd->val & SW_SOCK_CLOEXEC);
    sock_put(s, SOCK_NODELAY, knob(&k->c, KNOB_NODELAY) != 0);
    sock_put(s, SOCK_KEEPALIVE, knob(&k->c, KNOB_KEEPALIVE) != 0);
    sock_put(s, SOCK_CORK, knob(&k->c, KNOB_CORK) != 0);
    s->mtu_discover = SW_IP_PMTUDISC_WANT;
    return sock_done((uint32_t)fd);
}

/* ---- bind() ---- */

/* May both have the port? As inet_csk_bind_conflict: both share it, and nobody listens on it; or
 * both said SO_REUSEPORT. */
static bool compatible(const Sock *mine, bool other_reuses, bool other_shares, bool other_listens)
{
    return (sock_is(mine, SOCK_REUSEADDR) && other_reuses && !other_listens) ||
           (sock_is(mine, SOCK_REUSEPORT) && other_shares);
}

static bool port_conflicts(const Caller *k, uint16_t port)
{
    const World *w = k->w;
    const Sock *table = sock_table(w, k->c.host);
    for (uint16_t i = 0; i < w->shape.socks; i++) {
        const Sock *o = &table[i];
        if (o == k->s || o->kind != SOCK_TCP || o->local_port != port)
            continue;
        const Tcb *t = sock_tcb(w, o);
        if (!compatible(k->s, sock_is(o, SOCK_REUSEADDR), sock_is(o, SOCK_REUSEPORT),
                        t && t->state == LISTEN))
            return true;
    }
    for (uint16_t i = 1; i <= w->shape.conns; i++) { /* those whose socket is gone */
        const Tcb *t = &world_conns(w)[i];
        if (t->used && t->host == k->c.host && !t->sock && t->local_port == port &&
            t->state != CLOSED && !compatible(k->s, true, true, t->state == LISTEN))
            return true;
    }
    return false;
}

/* A port of the host's range that no socket has; 0: none is free. */
static uint16_t free_port(Caller *k)
{
    for (uint32_t tries = 0; tries <= k->w->shape.socks; tries++) {
        uint16_t port = tcp_choose_port(&k->c);
        if (!port || !port_conflicts(k, port))
            return port;
    }
    return 0;
}

CallResult sock_call_bind(Caller *k)
{
    Sock *s = k->s;
    uint32_t addr = (uint32_t)k->cmd->val;
    bool any = k->cmd->len == SW_AF_UNSPEC && addr == 0; /* an old habit that Linux forgives */
    if (k->cmd->len != SW_AF_INET && k->cmd->len != SW_AF_INET6 && !any)
        return sock_fail(SW_EAFNOSUPPORT);
    if (addr != 0 && addr != k->w->hosts[k->c.host].addr)
        return sock_fail(SW_EADDRNOTAVAIL);
    if (s->local_port || s->conn)
        return sock_fail(SW_EINVAL);
    uint16_t port = k->cmd->port;
    if (!port)
        port = free_port(k);
    if (!port || port_conflicts(k, port))
        return sock_fail(SW_EADDRINUSE);
    s->local_addr = addr;
    s->local_port = port;
    sock_put(s, SOCK_BOUND, true);
    return sock_done(0);
}

/* ---- listen() ---- */

/* "backlog" counts waiting connections, and one more is let in (sk_acceptq_is_full). */
static uint16_t backlog_of(const Caller *k)
{
    int64_t asked = (int64_t)k->cmd->val;
    uint64_t most = knob(&k->c, KNOB_BACKLOG);
    uint64_t backlog = asked < 0 ? most : min_u64((uint64_t)asked, most);
    return (uint16_t)min_u64(backlog + 1, UINT16_MAX);
}

CallResult sock_call_listen(Caller *k)
{
    Sock *s = k->s;
    Tcb *t = s->conn ? &k->c.pools.conns[s->conn] : NULL;
    if (t && t->state == LISTEN) {
        t->backlog = backlog_of(k);
        return sock_done(0);
    }
    if (s->conn)
        return sock_fail(SW_EINVAL);
    if (!s->local_port)
        s->local_port = free_port(k);
    if (!s->local_port || port_conflicts(k, s->local_port))
        return sock_fail(SW_EADDRINUSE);
    CallResult r = tcp_listen(&k->c, s->local_port, backlog_of(k));
    if (r.status != CALL_OK)
        return sock_fail(r.status == CALL_EXISTS ? SW_EADDRINUSE : SW_ENOBUFS);
    sock_attach(k->w, k->c.host, s, r.conn, SOCK_UNCONNECTED);
    sock_give_options(k, r.conn);
    return sock_done(0);
}

/* ---- connect() ---- */

/* The attempt is under way, has succeeded, or has failed. */
static CallResult connect_goes_on(Caller *k)
{
    Sock *s = k->s;
    const Tcb *t = sock_tcb(k->w, s);
    bool block = !sock_is(s, SOCK_IS_NONBLOCK);
    if (tcp_fast_open_waits(t))
        return sock_done(0);
    if (t->state == SYN_SENT || t->state == SYN_RECEIVED)
        return sock_waits(SOCK_WAIT_CONNECT, block ? SW_EINPROGRESS : SW_EALREADY, block, 0);
    if (t->state != CLOSED) {
        s->state = SOCK_CONNECTED;
        return sock_done(0);
    }
    int error = sock_take_error(k->w, s);
    ConnId id = {s->conn};
    sock_detach(k->w, s);
    tcp_close(&k->c, id);
    if (!sock_is(s, SOCK_BOUND))
        s->local_port = 0;
    return sock_fail(error ? error : SW_ECONNABORTED);
}

/* A listener of somebody else on our port would be turned into our connection (RFC 9293 3.10.1):
 * right for one that calls OPEN twice, wrong for two sockets. */
static bool would_turn_listener(const Caller *k, uint32_t addr, uint16_t port)
{
    ConnId id =
        tcp_demux(&k->c.pools, k->c.host, ctx_host(&k->c)->v6, addr, port, k->s->local_port);
    return k->s->local_port && id.v && tcb_at(&k->c.pools, id)->state == LISTEN;
}

CallResult sock_begin_connect(Caller *k, uint32_t addr, uint16_t port)
{
    Sock *s = k->s;
    if (!is_host_addr(addr)) /* MUST-46 */
        return sock_fail(SW_ENETUNREACH);
    if (port == 0)
        return sock_fail(SW_ECONNREFUSED);
    if (would_turn_listener(k, addr, port))
        return sock_fail(SW_EADDRINUSE);
    if (!s->local_port)
        s->local_port = free_port(k);
    if (!s->local_port)
        return sock_fail(SW_EADDRNOTAVAIL);
    CallResult r = tcp_connect(&k->c, s->local_port, addr, port);
    if (r.status != CALL_OK) {
        if (!sock_is(s, SOCK_BOUND))
            s->local_port = 0;
        return sock_fail(r.status == CALL_EXISTS ? SW_EADDRNOTAVAIL : SW_ENOBUFS);
    }
    sock_attach(k->w, k->c.host, s, r.conn, SOCK_CONNECTING);
    sock_give_options(k, r.conn);
    k->conn = r.conn;
    if (sock_is(s, SOCK_FASTOPEN_CONNECT) &&
        tcp_fast_open(&k->c, r.conn, false).status == CALL_OK &&
        tcp_fast_open_ready(&k->c, addr)) { /* the SYN waits for the first write */
        tcp_fast_open(&k->c, r.conn, true);
        return sock_done(0);
    }
    return sock_waits(SOCK_WAIT_CONNECT, SW_EINPROGRESS, !sock_is(s, SOCK_IS_NONBLOCK), 0);
}

/* The connection is given up: a reset if the peer knows of it. */
static void abandon(Caller *k, ConnId id)
{
    CallResult r = tcp_abort(&k->c, id);
    k->conn = r.conn;
}

/* Children that nobody has accepted are reset; half-open ones are forgotten (inet_csk_listen_stop).
 */
static void stop_listening(Caller *k, ConnId listener)
{
    const Pools *p = &k->c.pools;
    for (uint16_t i = 1; i <= p->conn_count; i++) {
        Tcb *t = &p->conns[i];
        if (!t->used || t->parent != listener.v || (t->user & USER_ACCEPTED))
            continue;
        if (t->state == SYN_RECEIVED && !(t->user & USER_FAST_OPEN)) {
            tcb_enter(&k->c, t, CLOSED);
            tcb_free(&k->c, t);
        } else {
            tcp_abort(&k->c, (ConnId){i});
        }
    }
    k->all = true;
    tcp_close(&k->c, listener);
}

static CallResult call_disconnect(Caller *k)
{
    Sock *s = k->s;
    ConnId id = {s->conn};
    if (!id.v)
        return sock_done(0);
    bool listens = sock_tcb(k->w, s)->state == LISTEN;
    sock_detach(k->w, s);
    if (listens)
        stop_listening(k, id);
    else
        abandon(k, id);
    if (!sock_is(s, SOCK_BOUND))
        s->local_port = 0;
    return sock_done(0);
}

CallResult sock_call_connect(Caller *k)
{
    const Sock *s = k->s;
    if (k->cmd->len == SW_AF_UNSPEC)
        return call_disconnect(k);
    if (k->cmd->len != SW_AF_INET && k->cmd->len != SW_AF_INET6)
        return sock_fail(SW_EAFNOSUPPORT);
    if (s->state == SOCK_CONNECTED)
        return sock_fail(SW_EISCONN);
    if (s->state == SOCK_CONNECTING)
        return connect_goes_on(k);
    if (s->conn) /* it listens */
        return sock_fail(SW_EISCONN);
    return sock_begin_connect(k, (uint32_t)k->cmd->val, k->cmd->port);
}

/* ---- accept() ---- */

bool sock_acceptable(const World *w, const Tcb *listener)
{
    uint16_t index = (uint16_t)(listener - world_conns(w));
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (t->used && t->parent == index && tcp_acceptable(t))
            return true;
    }
    return false;
}

/* The new socket has what its listener was asked for (sk_clone). */
static void be_like_listener(Caller *k, Sock *s, const Tcb *t)
{
    *s = *k->s;
    s->conn = 0;
    s->local_port = t->local_port;
    s->local_addr = t->local_addr;
    s->opt = t->opt;
    sock_put(s, SOCK_IS_NONBLOCK, k->cmd->val & SW_SOCK_NONBLOCK);
    sock_put(s, SOCK_IS_CLOEXEC, k->cmd->val & SW_SOCK_CLOEXEC);
    sock_put(s, SOCK_ERROR_TAKEN | SOCK_NO_SPACE | SOCK_SHUT_RD, false);
}

CallResult sock_call_accept(Caller *k)
{
    const Tcb *listener = sock_tcb(k->w, k->s);
    const uint32_t extra = SW_SOCK_NONBLOCK | SW_SOCK_CLOEXEC;
    if ((uint32_t)k->cmd->val & ~extra)
        return sock_fail(SW_EINVAL);
    int fd = sock_new(k->w, k->c.host, SOCK_TCP);
    if (!fd)
        return sock_fail(SW_EMFILE);
    Sock *s = sock_slot(k->w, k->c.host, fd);
    s->kind = SOCK_FREE;
    if (!listener || listener->state != LISTEN)
        return sock_fail(SW_EINVAL);
    CallResult r = tcp_accept(&k->c, (ConnId){k->s->conn});
    if (r.status != CALL_OK)
        return sock_waits(SOCK_WAIT_ACCEPT, SW_EAGAIN, !sock_is(k->s, SOCK_IS_NONBLOCK), 0);
    be_like_listener(k, s, tcb_at(&k->c.pools, r.conn));
    sock_attach(k->w, k->c.host, s, r.conn, SOCK_CONNECTED);
    return sock_done((uint32_t)fd);
}

/* ---- shutdown() ---- */

CallResult sock_call_shutdown(Caller *k)
{
    Sock *s = k->s;
    int64_t how = (int64_t)k->cmd->val;
    const Tcb *t = sock_tcb(k->w, s);
    if (how < SW_SHUT_RD || how > SW_SHUT_RDWR)
        return sock_fail(SW_EINVAL);
    if (sock_over(t)) {
        if (how != SW_SHUT_WR)
            sock_put(s, SOCK_SHUT_RD, true);
        return sock_fail(SW_ENOTCONN);
    }
    if (t->state == LISTEN)
        return how == SW_SHUT_WR ? sock_done(0) : call_disconnect(k);
    if (t->state == SYN_SENT)
        return call_disconnect(k);
    if (how != SW_SHUT_WR) {
        sock_put(s, SOCK_SHUT_RD, true);
        tcb_at(&k->c.pools, (ConnId){s->conn})->user |= USER_SHUT_READ;
    }
    if (how != SW_SHUT_RD && !(t->user & USER_SHUT))
        tcp_shutdown(&k->c, (ConnId){s->conn});
    k->conn = (ConnId){s->conn};
    return sock_done(0);
}

/* ---- close() ---- */

/* Our FIN, or everything before the end, is still unacknowledged. */
static bool still_closing(const Tcb *t)
{
    return t && (t->state == FIN_WAIT_1 || t->state == CLOSING || t->state == LAST_ACK);
}

/* close() slept, and looks again: it is over, or time is up and TCP goes on alone. */
static CallResult close_goes_on(Caller *k)
{
    Sock *s = k->s;
    if (still_closing(sock_tcb(k->w, s)) && k->c.now < s->linger_until)
        return sock_waits(SOCK_WAIT_CLOSE, SW_EAGAIN, true, 0);
    ConnId id = {s->conn};
    sock_detach(k->w, s);
    if (id.v && tcb_at(&k->c.pools, id)->state == CLOSED)
        tcb_free(&k->c, tcb_at(&k->c.pools, id));
    sock_free(k->w, k->c.host, s);
    return sock_done(0);
}

static CallResult close_connection(Caller *k)
{
    Sock *s = k->s;
    ConnId id = {s->conn};
    bool linger = sock_is(s, SOCK_LINGER);
    const Tcb *t = tcb_at(&k->c.pools, id);
    /* RFC 9293 3.10.5 deletes the TCB; for Linux there is nothing to discard any more. */
    bool over = t->state == TIME_WAIT && sock_like_linux(k->w, k->c.host);
    if (linger && s->linger_s == 0 && !over) { /* "discards any unsent data and sends an RST" */
        sock_detach(k->w, s);
        abandon(k, id);
        sock_free(k->w, k->c.host, s);
        return sock_done(0);
    }
    CallResult r = {.status = CALL_OK};
    bool sleeps = linger && t->state >= ESTABLISHED && t->state != TIME_WAIT;
    if (!sleeps)
        sock_detach(k->w, s);
    r = tcp_close(&k->c, id);
    k->conn = r.conn;
    if (!sleeps) {
        sock_free(k->w, k->c.host, s);
        return sock_done(0);
    }
    sock_put(s, SOCK_CLOSING, true);
    s->linger_until = k->c.now + s->linger_s * NANOS_S;
    return sock_waits(SOCK_WAIT_CLOSE, SW_EAGAIN, true, 0);
}

CallResult sock_call_close(Caller *k)
{
    Sock *s = k->s;
    if (sock_is(s, SOCK_CLOSING))
        return close_goes_on(k);
    const Tcb *t = sock_tcb(k->w, s);
    if (t && t->state != LISTEN)
        return close_connection(k);
    ConnId id = {s->conn};
    sock_detach(k->w, s);
    if (id.v)
        stop_listening(k, id);
    sock_free(k->w, k->c.host, s);
    return sock_done(0);
}

/* ---- fcntl() ---- */

CallResult sock_call_fcntl(Caller *k)
{
    Sock *s = k->s;
    switch (k->cmd->len) {
    case SW_F_GETFL:
        return sock_done(SW_O_RDWR | (sock_is(s, SOCK_IS_NONBLOCK) ? SW_O_NONBLOCK : 0u));
    case SW_F_SETFL: sock_put(s, SOCK_IS_NONBLOCK, k->cmd->val & SW_O_NONBLOCK); break;
    case SW_F_GETFD: return sock_done(sock_is(s, SOCK_IS_CLOEXEC) ? SW_FD_CLOEXEC : 0);
    case SW_F_SETFD: sock_put(s, SOCK_IS_CLOEXEC, k->cmd->val & SW_FD_CLOEXEC); break;
    default: return sock_fail(SW_EINVAL);
    }
    return sock_done(0);
}

CallResult sock_call_epoll_create(Caller *k)
{
    if (k->cmd->val & ~(uint64_t)SW_EPOLL_CLOEXEC)
        return sock_fail(SW_EINVAL);
    int fd = sock_new(k->w, k->c.host, SOCK_EPOLL);
    if (!fd)
        return sock_fail(SW_EMFILE);
    Sock *s = sock_slot(k->w, k->c.host, fd);
    sock_put(s, SOCK_IS_CLOEXEC, k->cmd->val & SW_EPOLL_CLOEXEC);
    return sock_done((uint32_t)fd);
}
