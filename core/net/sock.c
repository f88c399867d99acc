/*
 * sock.c: the table of descriptors, and the command behind every socket call.
 *
 * The connection a socket holds (tcb.sock) outlives its end until close(), so that the program can
 * learn how it ended; whoever takes a connection away by other means is followed by sock_reconcile.
 */
#include "core/net/sock_parts.h"

#include <string.h>

/* ---- the table ---- */

static Sock *table_of(World *w, HostId host)
{
    return (Sock *)(void *)((uint8_t *)w + w->socks_at) + (size_t)host * w->shape.socks;
}

const Sock *sock_table(const World *w, HostId host)
{
    return (const Sock *)(const void *)((const uint8_t *)w + w->socks_at) +
           (size_t)host * w->shape.socks;
}

const Sock *sock_at(const World *w, HostId host, int fd)
{
    if (host >= HOST_COUNT || fd < SOCK_FD_FIRST || fd - SOCK_FD_FIRST >= w->shape.socks)
        return NULL;
    const Sock *s = sock_table(w, host) + (fd - SOCK_FD_FIRST);
    return s->kind == SOCK_FREE ? NULL : s;
}

Sock *sock_slot(World *w, HostId host, int fd)
{
    CHECK(sock_at(w, host, fd));
    return table_of(w, host) + (fd - SOCK_FD_FIRST);
}

static int fd_of(World *w, HostId host, const Sock *s)
{
    return (int)(s - table_of(w, host)) + SOCK_FD_FIRST;
}

const Tcb *sock_tcb(const World *w, const Sock *s)
{
    return s->conn ? &world_conns(w)[s->conn] : NULL;
}

const Tcb *sock_conn(const World *w, HostId host, int fd)
{
    const Sock *s = sock_at(w, host, fd);
    return s ? sock_tcb(w, s) : NULL;
}

bool sock_over(const Tcb *t)
{
    return !t || t->state == CLOSED || t->state == TIME_WAIT;
}

bool sock_like_linux(const World *w, HostId host)
{
    return w->hosts[host].profile == PROFILE_LINUX;
}

bool sock_like_freebsd(const World *w, HostId host)
{
    return w->hosts[host].profile == PROFILE_FREEBSD;
}

int sock_new(World *w, HostId host, SockKind kind)
{
    Sock *table = table_of(w, host);
    for (uint16_t i = 0; i < w->shape.socks; i++) {
        if (table[i].kind != SOCK_FREE)
            continue;
        table[i].kind = (uint8_t)kind;
        return i + SOCK_FD_FIRST;
    }
    return 0;
}

void sock_free(World *w, HostId host, Sock *s)
{
    sock_forget_interests(w, host, fd_of(w, host, s));
    memset(s, 0, sizeof *s);
}

void sock_power_off(World *w, HostId host)
{
    memset(table_of(w, host), 0, w->shape.socks * sizeof(Sock));
    memset(sock_interests(w, host), 0, w->shape.interests * sizeof(Interest));
}

void sock_detach(World *w, Sock *s)
{
    if (s->conn)
        world_pools(w).conns[s->conn].sock = 0;
    s->conn = 0;
    s->state = SOCK_UNCONNECTED;
    sock_put(s, SOCK_ERROR_TAKEN | SOCK_SHUT_RD | SOCK_NO_SPACE, false);
}

void sock_attach(World *w, HostId host, Sock *s, ConnId id, SockState state)
{
    Tcb *t = &world_pools(w).conns[id.v];
    t->sock = (uint16_t)fd_of(w, host, s);
    s->conn = id.v;
    s->state = (uint8_t)state;
}

void sock_reconcile(World *w, HostId host)
{
    Sock *table = table_of(w, host);
    for (uint16_t i = 0; i < w->shape.socks; i++) {
        Sock *s = &table[i];
        const Tcb *t = sock_tcb(w, s);
        if (!t || (t->used && t->host == host && t->sock == i + SOCK_FD_FIRST))
            continue;
        s->conn = 0;
        sock_detach(w, s);
    }
}

/* ---- errors ---- */

/* How a connection's end reads as an errno. Linux says EPIPE when the peer had finished before it
 * reset the connection (tcp_reset). */
static int errno_of(const World *w, const Tcb *t, ConnError error)
{
    switch (error) {
    case CONN_OK: return 0;
    case CONN_REFUSED: return SW_ECONNREFUSED;
    case CONN_RESET:
        return (t->user & (USER_FIN_TAKEN | USER_SHUT)) == USER_FIN_TAKEN &&
                       sock_like_linux(w, t->host)
                   ? SW_EPIPE
                   : SW_ECONNRESET;
    case CONN_TIMED_OUT:
    case CONN_USER_TIMEOUT: return SW_ETIMEDOUT;
    case CONN_NET_UNREACHABLE: return SW_ENETUNREACH;
    case CONN_HOST_UNREACHABLE: return SW_EHOSTUNREACH;
    case CONN_NO_PROTOCOL: return SW_ENOPROTOOPT;
    case CONN_BAD_HEADER: return SW_EPROTO;
    default: return SW_ECONNABORTED;
    }
}

int sock_pending(const World *w, const Sock *s, const Tcb *t)
{
    bool ended = t && t->state == CLOSED && !sock_is(s, SOCK_ERROR_TAKEN);
    return ended ? errno_of(w, t, (ConnError)t->error) : 0;
}

int sock_soft_error(const World *w, const Tcb *t)
{
    return t && t->state != CLOSED ? errno_of(w, t, (ConnError)t->path.soft_error) : 0;
}

int sock_take_error(const World *w, Sock *s)
{
    int error = sock_pending(w, s, sock_tcb(w, s));
    if (error)
        sock_put(s, SOCK_ERROR_TAKEN, true);
    return error;
}

/* ---- the command ---- */

/* Calls that an epoll descriptor takes, too. */
static CallResult call_on_any(Caller *k, SockCall call)
{
    switch (call) {
    case SOCK_CALL_CLOSE: return sock_call_close(k);
    case SOCK_CALL_FCNTL: return sock_call_fcntl(k);
    case SOCK_CALL_EPOLL_CTL: return sock_call_epoll_ctl(k);
    default: return sock_call_epoll_wait(k);
    }
}

static CallResult call_on_socket(Caller *k, SockCall call)
{
    switch (call) {
    case SOCK_CALL_BIND: return sock_call_bind(k);
    case SOCK_CALL_LISTEN: return sock_call_listen(k);
    case SOCK_CALL_CONNECT: return sock_call_connect(k);
    case SOCK_CALL_ACCEPT: return sock_call_accept(k);
    case SOCK_CALL_SEND: return sock_call_send(k);
    case SOCK_CALL_RECV: return sock_call_recv(k);
    case SOCK_CALL_SHUTDOWN: return sock_call_shutdown(k);
    case SOCK_CALL_IOCTL: return sock_call_ioctl(k);
    case SOCK_CALL_SETSOCKOPT: return sock_call_setsockopt(k);
    default: return sock_call_getsockopt(k);
    }
}

static CallResult dispatch(Caller *k)
{
    SockCall call = (SockCall)k->cmd->key;
    if (call == SOCK_CALL_SOCKET)
        return sock_call_socket(k);
    if (call == SOCK_CALL_EPOLL_CREATE)
        return sock_call_epoll_create(k);
    if (!k->s || (sock_is(k->s, SOCK_CLOSING) && call != SOCK_CALL_CLOSE))
        return sock_fail(SW_EBADF);
    if (call == SOCK_CALL_CLOSE || call == SOCK_CALL_FCNTL || call == SOCK_CALL_EPOLL_CTL ||
        call == SOCK_CALL_EPOLL_WAIT)
        return call_on_any(k, call);
    if (k->s->kind != SOCK_TCP)
        return sock_fail(SW_ENOTSOCK);
    return call_on_socket(k, call);
}

/* What a reader of the story wants to know of the call besides its descriptor. */
static uint64_t told_number(const Cmd *cmd, Bytes data)
{
    switch ((SockCall)cmd->key) {
    case SOCK_CALL_SEND: return data.len ? data.len : cmd->len;
    case SOCK_CALL_BIND:
    case SOCK_CALL_CONNECT: return cmd->port;
    case SOCK_CALL_LISTEN:
    case SOCK_CALL_SHUTDOWN: return cmd->val;
    default: return cmd->len;
    }
}

static void note_call(Caller *k, Bytes data)
{
    const Tcb *t = k->s ? sock_tcb(k->w, k->s) : NULL;
    Note n = {.at = k->w->now,
              .row = ++k->w->rows,
              .kind = NOTE_CALL,
              .host = k->c.host,
              .conn = t ? t->number : 0,
              .key = k->cmd->key | (uint32_t)k->cmd->conn << 8,
              .a = CMD_SOCK,
              .b = told_number(k->cmd, data)};
    sink_add(k->c.sink, n, data);
    k->c.cause = n.row;
}

/* Lets those speak whom the call gave something to say. */
static void flush(Caller *k)
{
    world_flush(k->w, &k->c, k->conn);
    for (uint16_t i = 1; k->all && i <= k->w->shape.conns; i++) {
        const Tcb *t = &world_conns(k->w)[i];
        if (t->used && t->host == k->c.host && (t->want & WANT_RST))
            world_flush(k->w, &k->c, (ConnId){i});
    }
}

CallResult sock_apply(World *w, const Cmd *cmd, Bytes data, Sink *sink)
{
    if (cmd->host >= HOST_COUNT || cmd->key == SOCK_CALL_NONE || cmd->key >= SOCK_CALL_COUNT)
        return (CallResult){.status = CALL_BAD_ARGUMENT};
    if (!w->hosts[cmd->host].power)
        return (CallResult){.status = CALL_POWER_OFF};
    if (w->hosts[cmd->host].puppet)
        return (CallResult){.status = CALL_PUPPET};
    Caller k = {
        .w = w, .c = world_ctx(w, cmd->host, 0, sink), .cmd = cmd, .data = data, .fd = cmd->conn};
    if (sock_at(w, cmd->host, k.fd))
        k.s = sock_slot(w, cmd->host, k.fd);
    note_call(&k, cmd->key == SOCK_CALL_SEND ? data : bytes_of(NULL, 0));
    CallResult r = dispatch(&k);
    const Tcb *t = sock_conn(w, cmd->host, k.fd);
    note_detail(&k.c, t, NOTE_RESULT, r.status, r.status == CALL_ERRNO ? r.error : r.value);
    flush(&k);
    sock_reconcile(w, cmd->host);
    return r;
}

SockResult sock_result(CallResult r)
{
    SockResult out = {.value = r.value, .wait = r.wait, .block = r.block};
    bool failed = r.status == CALL_ERRNO || (r.status == CALL_WOULD_BLOCK && r.error && !r.value);
    if (r.status == CALL_POWER_OFF || r.status == CALL_PUPPET)
        out.error = SW_ENETDOWN;
    else if (r.status == CALL_BAD_ARGUMENT)
        out.error = SW_EINVAL;
    else if (failed)
        out.error = r.error;
    if (out.error)
        out.value = -1;
    return out;
}

/* ---- looking ---- */

SockResult sock_getsockname(const World *w, HostId host, int fd, uint32_t *addr, uint16_t *port)
{
    const Sock *s = sock_at(w, host, fd);
    const Tcb *t = s ? sock_tcb(w, s) : NULL;
    *addr = 0;
    *port = 0;
    if (!s || s->kind != SOCK_TCP)
        return (SockResult){.value = -1, .error = s ? SW_ENOTSOCK : SW_EBADF};
    *port = s->local_port;
    *addr = t && t->state != LISTEN ? t->local_addr : s->local_addr;
    return (SockResult){0};
}

SockResult sock_getpeername(const World *w, HostId host, int fd, uint32_t *addr, uint16_t *port)
{
    const Sock *s = sock_at(w, host, fd);
    const Tcb *t = s ? sock_tcb(w, s) : NULL;
    *addr = 0;
    *port = 0;
    if (!s || s->kind != SOCK_TCP)
        return (SockResult){.value = -1, .error = s ? SW_ENOTSOCK : SW_EBADF};
    if (sock_over(t) || t->state == LISTEN || t->state == SYN_SENT)
        return (SockResult){.value = -1, .error = SW_ENOTCONN};
    *addr = t->remote_addr;
    *port = t->remote_port;
    return (SockResult){0};
}
