/*
 * sock.h: the socket surface of a host: what a program sees of TCP.
 *
 * RFC 9293's user calls name a connection; a program names a *file descriptor*. This file is the
 * table between the two, with the manners of Linux: several sockets per host, bind before connect,
 * accept queues, blocking and non-blocking calls, options, poll and epoll, errors as errno. All
 * work on TCP itself is done by the calls of core/tcp/tcp.h; nothing of TCP exists twice.
 *
 *     program --- fd 3 ---> Sock --- conn ---> Tcb          A call is a SockCmd: a Cmd with its
 *                 fd 4 ---> Sock (epoll)                     bytes. It acts only through
 *                              `-- Interest -- fd 3          world_apply, so it is replayed,
 *                                                            undone and saved like every command.
 *
 * How to call. Every call has a maker (sock_connect ...) that gives a SockCmd; do it on a world
 * with sock_do, or through a session with
 *
 *     SockCmd x = sock_connect(HOST_A, fd, addr, port);
 *     SockResult r = sock_result(session_apply(session, &x.cmd, x.data));
 *
 * Bytes come out by looking, before the call that takes them away: sock_look_recv,
 * sock_look_getsockopt, sock_look_epoll tell what the same call would give now. sock_read,
 * sock_getsockopt_int and others below do both on a world.
 *
 * A call that has to wait does not wait. It does what it can now and answers with `wait` set: on
 * what. For a non-blocking descriptor that is the end (EAGAIN, EINPROGRESS). For a blocking one
 * `block` is set as well: the program now sleeps. Its driver lets events happen until
 * sock_ready(world, host, fd, wait), and makes the call again: with the rest of the bytes if some
 * were taken (`value`), else the same. So `read` that sleeps is
 *
 *     while ((r = sock_do(w, sock_recv(HOST_A, fd, n, 0), sink)).block)
 *         while (!sock_ready(w, HOST_A, fd, r.wait))
 *             world_step(w, sink);
 *
 * A time limit (SO_RCVTIMEO, SO_SNDTIMEO, SO_LINGER) is the driver's to keep: sock_patience says
 * how long the call may sleep; after that its answer is the one it has (EAGAIN, or value > 0).
 *
 * Descriptors are 3, 4, ... on each host, the lowest free first. A world whose Shape has socks = 0
 * has no descriptors: every socket() fails with EMFILE.
 * Invariants: core/base/invariant.def.
 */
#ifndef SANDWIRE_CORE_NET_SOCK_H
#define SANDWIRE_CORE_NET_SOCK_H

#include "core/base/print.h"
#include "core/net/world.h"

/* ---- Constants: Linux's numbers, SW_ before Linux's names --------------------------------------
 */

enum {
#define CONST(name, value)         SW_##name = (int)(value),
#define ERRNO(name, value, text)   SW_##name = (value),
#define OPTION(level, name, value) SW_##name = (value),
#include "core/net/sock_const.def"
};

/* The number of a name: AF_INET, SOCK_STREAM, IPPROTO_TCP, MSG_PEEK, O_RDWR, F_SETFL, POLLIN,
 * EPOLLET, SIOCINQ, SHUT_WR, the options (SO_ERROR, TCP_NODELAY ...) and the errors (EAGAIN);
 * FreeBSD's spellings as well (TCP_NOPUSH). False: there is none. */
bool sock_constant(const char *name, size_t len, int64_t *value);

/* The option of a name with its level; false: there is none. */
bool sock_option_of_name(const char *name, size_t len, int *level, int *option);
const char *sock_option_name(int level, int option); /* "unknown": there is none */

const char *sock_errno_name(int error);               /* "ECONNRESET"; "unknown": there is none */
const char *sock_errno_text(int error);               /* "Connection reset by peer" */
int sock_errno_of_name(const char *name, size_t len); /* 0: there is none */

/* ---- The table ---------------------------------------------------------------------------------
 */

typedef enum SockKind { SOCK_FREE = 0, SOCK_TCP, SOCK_EPOLL } SockKind;

/* Linux's sock->state; LISTEN is not among them, the connection's state tells. */
typedef enum SockState { SOCK_UNCONNECTED = 0, SOCK_CONNECTING, SOCK_CONNECTED } SockState;

enum {
    SOCK_IS_NONBLOCK = 1 << 0,
    SOCK_IS_CLOEXEC = 1 << 1,
    SOCK_REUSEADDR = 1 << 2,
    SOCK_REUSEPORT = 1 << 3,
    SOCK_LINGER = 1 << 4, /* linger_s counts */
    SOCK_RECVERR = 1 << 5,
    SOCK_FASTOPEN_CONNECT = 1 << 6,
    SOCK_SAVE_SYN = 1 << 7,
    SOCK_INQ = 1 << 8,
    SOCK_SHUT_RD = 1 << 9,      /* shutdown(SHUT_RD): reads end */
    SOCK_NO_SPACE = 1 << 10,    /* a write found no room: the edge for EPOLLOUT (Linux) */
    SOCK_ERROR_TAKEN = 1 << 11, /* the connection's error has been reported */
    SOCK_SNDBUF_SET = 1 << 12,
    SOCK_RCVBUF_SET = 1 << 13,
    SOCK_USER_TIMEOUT_SET = 1 << 14,
    SOCK_KEEPALIVE = 1 << 15,
    SOCK_NODELAY = 1 << 16,
    SOCK_CORK = 1 << 17,
    SOCK_OOBINLINE = 1 << 18,
    SOCK_CLOSING = 1 << 19, /* close() sleeps: SO_LINGER */
    SOCK_BOUND = 1 << 20,   /* bind() named the port */
    SOCK_V6ONLY = 1 << 21,
    SOCK_QUICKACK_OFF = 1 << 22
};

/* A descriptor of a host. What was asked for before there is a connection waits here. */
typedef struct Sock {
    Nanos receive_timeout, send_timeout; /* SO_RCVTIMEO, SO_SNDTIMEO; 0: for ever */
    Nanos user_timeout;                  /* TCP_USER_TIMEOUT; with SOCK_USER_TIMEOUT_SET */
    Nanos linger_until;                  /* SOCK_CLOSING: when close() gives up */
    ConnOpt opt;                         /* what a new connection shall have */
    uint32_t flags;                      /* SOCK_... */
    uint32_t sndbuf, rcvbuf;             /* as getsockopt tells them; 0: as the host's knob */
    uint32_t linger_s;                   /* SO_LINGER, seconds */
    uint32_t priority, mark;             /* kept and told, without effect */
    uint32_t local_addr;                 /* bind(); 0: any */
    uint16_t local_port;                 /* bind(); 0: none yet */
    uint16_t conn;                       /* its connection, an index of the pool; 0: none */
    uint16_t fastopen;                   /* TCP_FASTOPEN: length of the queue */
    uint8_t kind;                        /* SockKind */
    uint8_t state;                       /* SockState */
    uint8_t mtu_discover;                /* IP_MTU_DISCOVER */
    uint8_t reserved[7];
} Sock;
_Static_assert(sizeof(Sock) % 8 == 0, "a Sock has no padding at its end");

/* epoll_ctl: who watches whom for what. */
typedef struct Interest {
    uint64_t data;      /* given back by epoll_wait */
    uint32_t events;    /* EPOLL...; 0 after EPOLLONESHOT has fired */
    uint32_t told;      /* EPOLLET: ready when last told, and still so since */
    uint32_t mark;      /* EPOLLET: how far the stream (or the accept queue) was then */
    uint16_t epoll, fd; /* epoll 0: free */
    uint8_t reserved[8];
} Interest;
_Static_assert(sizeof(Interest) == 32, "an Interest has no padding");

enum { SOCK_FD_FIRST = 3 };

/* The descriptor's record; NULL: not open. */
const Sock *sock_at(const World *, HostId, int fd);

/* The connection behind a descriptor; NULL: none (yet, or no longer). */
const Tcb *sock_conn(const World *, HostId, int fd);

/* ---- Results -----------------------------------------------------------------------------------
 */

/* What a call that cannot go on waits for. */
enum {
    SOCK_WAIT_READ = 1,    /* bytes (at least SO_RCVLOWAT), end of file or an error */
    SOCK_WAIT_WRITE = 2,   /* room in the send buffer, or an error */
    SOCK_WAIT_CONNECT = 4, /* the handshake to end, well or badly */
    SOCK_WAIT_ACCEPT = 8,  /* a connection in the accept queue */
    SOCK_WAIT_CLOSE = 16,  /* close() with SO_LINGER: everything acknowledged */
    SOCK_WAIT_EPOLL = 32   /* an event of the interest list */
};

typedef struct SockResult {
    int64_t value;  /* >= 0: a descriptor, a count of bytes ...; -1: see error */
    uint16_t error; /* SW_E...; 0: none */
    uint16_t wait;  /* SOCK_WAIT_...; 0: the call is complete */
    bool block;     /* the program sleeps in the call: try again when ready */
} SockResult;

/* What world_apply (or session_apply) answered to a SockCmd. */
SockResult sock_result(CallResult);

/* Would the call that waits so go on now? Pure. */
bool sock_ready(const World *, HostId, int fd, unsigned wait);

/* How long a call that waits so may sleep (SO_RCVTIMEO, SO_SNDTIMEO, SO_LINGER); NANOS_NEVER: no
 * limit. */
Nanos sock_patience(const World *, HostId, int fd, unsigned wait);

/* ---- Calls -------------------------------------------------------------------------------------
 */

typedef enum SockCall {
    SOCK_CALL_NONE = 0,
    SOCK_CALL_SOCKET,       /* len: domain; val: type; port: protocol */
    SOCK_CALL_BIND,         /* val: address; port; len: family */
    SOCK_CALL_LISTEN,       /* val: backlog */
    SOCK_CALL_CONNECT,      /* val: address; port; len: family */
    SOCK_CALL_ACCEPT,       /* val: SOCK_NONBLOCK, SOCK_CLOEXEC */
    SOCK_CALL_SEND,         /* data, or len zero bytes; val: flags, address << 32; port */
    SOCK_CALL_RECV,         /* len: at most so many bytes; val: flags */
    SOCK_CALL_SHUTDOWN,     /* val: how */
    SOCK_CALL_CLOSE,        /* */
    SOCK_CALL_FCNTL,        /* len: F_...; val: argument */
    SOCK_CALL_IOCTL,        /* len: request; val: argument (FIONBIO) */
    SOCK_CALL_SETSOCKOPT,   /* len: level << 16 | option; data, or val as an int */
    SOCK_CALL_GETSOCKOPT,   /* len: level << 16 | option */
    SOCK_CALL_EPOLL_CREATE, /* val: flags */
    SOCK_CALL_EPOLL_CTL,    /* link: EPOLL_CTL_...; port: fd; len: events; val: data */
    SOCK_CALL_EPOLL_WAIT,   /* len: at most so many events */
    SOCK_CALL_COUNT
} SockCall;

const char *sock_call_name(SockCall); /* "connect" */

/* A call as its NOTE_CALL has it: "connect(3, 8080)". key: SockCall | fd << 8; b: port, bytes,
 * backlog or level << 16 | option. */
void sock_call_text(Text *, uint32_t key, uint64_t b);

/* A call ready to be made: op CMD_SOCK, key: SockCall, conn: fd. data is borrowed. */
typedef struct SockCmd {
    Cmd cmd;
    Bytes data;
} SockCmd;

static inline SockCmd sock_cmd(SockCall call, HostId host, int fd, uint32_t len, uint64_t val)
{
    return (SockCmd){.cmd = {.op = CMD_SOCK,
                             .host = host,
                             .conn = fd < 0 || fd > UINT16_MAX ? UINT16_MAX : (uint16_t)fd,
                             .key = call,
                             .len = len,
                             .val = val}};
}

/* Makes the call on a world. */
static inline SockResult sock_do(World *w, SockCmd x, Sink *sink)
{
    return sock_result(world_apply(w, &x.cmd, x.data, sink));
}

/* socket(): a descriptor. type: SOCK_STREAM, with SOCK_NONBLOCK and SOCK_CLOEXEC; protocol 0 or
 * IPPROTO_TCP. EAFNOSUPPORT, EINVAL, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EMFILE. AF_INET6 is taken
 * for the same thing: there is one address per host. */
static inline SockCmd sock_socket(HostId host, int domain, int type, int protocol)
{
    SockCmd x = sock_cmd(SOCK_CALL_SOCKET, host, 0, (uint32_t)domain, (uint32_t)type);
    x.cmd.port = (uint16_t)protocol;
    return x;
}

/* bind(): addr INADDR_ANY or the host's; port 0: one of the host's range. EADDRINUSE,
 * EADDRNOTAVAIL, EINVAL (bound already). */
static inline SockCmd sock_bind(HostId host, int fd, uint32_t addr, uint16_t port)
{
    SockCmd x = sock_cmd(SOCK_CALL_BIND, host, fd, SW_AF_INET, addr);
    x.cmd.port = port;
    return x;
}

/* listen(): again with another backlog is allowed. Linux's backlog lets one more in than it says.
 * EADDRINUSE, EINVAL (connected). */
static inline SockCmd sock_listen(HostId host, int fd, int backlog)
{
    return sock_cmd(SOCK_CALL_LISTEN, host, fd, 0, (uint64_t)(int64_t)backlog);
}

/* connect(): waits for SOCK_WAIT_CONNECT. EINPROGRESS, EALREADY, EISCONN, ECONNREFUSED, ETIMEDOUT,
 * EADDRNOTAVAIL, ENETUNREACH. */
static inline SockCmd sock_connect(HostId host, int fd, uint32_t addr, uint16_t port)
{
    SockCmd x = sock_cmd(SOCK_CALL_CONNECT, host, fd, SW_AF_INET, addr);
    x.cmd.port = port;
    return x;
}

/* connect() with AF_UNSPEC: dissolves the association; a reset if the connection is open. */
static inline SockCmd sock_disconnect(HostId host, int fd)
{
    return sock_cmd(SOCK_CALL_CONNECT, host, fd, SW_AF_UNSPEC, 0);
}

/* accept4(): the new descriptor. Waits for SOCK_WAIT_ACCEPT. EINVAL (not listening), EMFILE. The
 * peer's address: sock_getpeername of the new descriptor. */
static inline SockCmd sock_accept(HostId host, int fd, int flags)
{
    return sock_cmd(SOCK_CALL_ACCEPT, host, fd, 0, (uint32_t)flags);
}

/* write(), send(): the bytes taken. flags: MSG_DONTWAIT, MSG_MORE, MSG_OOB, MSG_NOSIGNAL, MSG_EOR,
 * MSG_FASTOPEN only with an address. Waits for SOCK_WAIT_WRITE (or CONNECT). A blocking write is
 * complete when all is taken: while it waits, value says how much was, and the rest is to be
 * written again. EPIPE, ENOTCONN, ECONNRESET, EDESTADDRREQ, EISCONN, EOPNOTSUPP. A list of buffers
 * (writev, sendmsg) is one call with all of their bytes. */
static inline SockCmd sock_send(HostId host, int fd, Bytes data, int flags)
{
    SockCmd x = sock_cmd(SOCK_CALL_SEND, host, fd, 0, (uint32_t)flags);
    x.data = data;
    return x;
}

/* The same with n zero bytes. */
static inline SockCmd sock_send_zeros(HostId host, int fd, uint32_t n, int flags)
{
    return sock_cmd(SOCK_CALL_SEND, host, fd, n, (uint32_t)flags);
}

/* sendto(): the address counts with MSG_FASTOPEN (connects and sends) and is an error or ignored
 * otherwise, as on Linux. Give data, or n zero bytes. */
static inline SockCmd sock_sendto(HostId host, int fd, Bytes data, uint32_t n, int flags,
                                  uint32_t addr, uint16_t port)
{
    SockCmd x = sock_cmd(SOCK_CALL_SEND, host, fd, n, (uint64_t)addr << 32 | (uint32_t)flags);
    x.data = data;
    x.cmd.port = port;
    return x;
}

/* read(), recv(), recvfrom(), recvmsg(): takes up to n bytes away; value: how many, 0 at the end of
 * file. flags: MSG_PEEK, MSG_DONTWAIT, MSG_WAITALL, MSG_TRUNC (thrown away), MSG_OOB. Waits for
 * SOCK_WAIT_READ. ENOTCONN, ECONNRESET, ETIMEDOUT, EINVAL (no urgent byte). The bytes themselves:
 * sock_look_recv before, or sock_read. */
static inline SockCmd sock_recv(HostId host, int fd, uint32_t n, int flags)
{
    return sock_cmd(SOCK_CALL_RECV, host, fd, n, (uint32_t)flags);
}

/* shutdown(): SHUT_RD, SHUT_WR, SHUT_RDWR. ENOTCONN, EINVAL. */
static inline SockCmd sock_shutdown(HostId host, int fd, int how)
{
    return sock_cmd(SOCK_CALL_SHUTDOWN, host, fd, 0, (uint64_t)(int64_t)how);
}

/* close(): the descriptor is free at once, except with SO_LINGER (l_linger > 0), when the call
 * waits for SOCK_WAIT_CLOSE. l_linger 0, and unread bytes where the host's knob says so: RST. */
static inline SockCmd sock_close(HostId host, int fd)
{
    return sock_cmd(SOCK_CALL_CLOSE, host, fd, 0, 0);
}

/* fcntl(): F_GETFL, F_SETFL (O_NONBLOCK counts), F_GETFD, F_SETFD. EINVAL otherwise. */
static inline SockCmd sock_fcntl(HostId host, int fd, int op, int arg)
{
    return sock_cmd(SOCK_CALL_FCNTL, host, fd, (uint32_t)op, (uint32_t)arg);
}

/* ioctl(): SIOCINQ, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK give their number as the value (C programs
 * find it in *argp, and 0 as the call's value); FIONBIO takes arg. ENOTTY otherwise; EINVAL for a
 * listener. */
static inline SockCmd sock_ioctl(HostId host, int fd, uint32_t request, int arg)
{
    return sock_cmd(SOCK_CALL_IOCTL, host, fd, request, (uint32_t)arg);
}

/* setsockopt() with an int. ENOPROTOOPT, EINVAL, EDOM, EISCONN, ENOENT. */
static inline SockCmd sock_setsockopt_int(HostId host, int fd, int level, int option, int value)
{
    return sock_cmd(SOCK_CALL_SETSOCKOPT, host, fd, (uint32_t)level << 16 | (uint16_t)option,
                    (uint32_t)value);
}

/* setsockopt() with bytes as C has them on a little-endian machine: struct linger and struct
 * timeval (two i32, two i64), a name for TCP_CONGESTION, a u64 for SO_MAX_PACING_RATE ... */
static inline SockCmd sock_setsockopt(HostId host, int fd, int level, int option, Bytes value)
{
    SockCmd x =
        sock_cmd(SOCK_CALL_SETSOCKOPT, host, fd, (uint32_t)level << 16 | (uint16_t)option, 0);
    x.data = value;
    return x;
}

/* getsockopt(): reading SO_ERROR clears it. value: 0. The bytes: sock_look_getsockopt before, or
 * sock_getsockopt_int. */
static inline SockCmd sock_getsockopt(HostId host, int fd, int level, int option)
{
    return sock_cmd(SOCK_CALL_GETSOCKOPT, host, fd, (uint32_t)level << 16 | (uint16_t)option, 0);
}

static inline SockCmd sock_epoll_create(HostId host, int flags)
{
    return sock_cmd(SOCK_CALL_EPOLL_CREATE, host, 0, 0, (uint32_t)flags);
}

/* epoll_ctl(): EBADF, EINVAL, EEXIST, ENOENT, EPERM (an epoll descriptor), ENOSPC (list full). */
static inline SockCmd sock_epoll_ctl(HostId host, int epoll, int op, int fd, uint32_t events,
                                     uint64_t data)
{
    SockCmd x = sock_cmd(SOCK_CALL_EPOLL_CTL, host, epoll, events, data);
    x.cmd.link = (uint8_t)op;
    x.cmd.port = fd < 0 || fd > UINT16_MAX ? UINT16_MAX : (uint16_t)fd;
    return x;
}

/* epoll_wait(): how many events it gave; they: sock_look_epoll before. None: waits for
 * SOCK_WAIT_EPOLL with value 0 and block set (a time limit is the driver's). */
static inline SockCmd sock_epoll_wait(HostId host, int epoll, int max)
{
    return sock_cmd(SOCK_CALL_EPOLL_WAIT, host, epoll, max < 0 ? 0 : (uint32_t)max,
                    (uint64_t)(int64_t)max);
}

/* ---- Looking: what the call would give now; nothing changes ------------------------------------
 */

/* The result of sock_recv with these arguments, and its bytes in out (n of them fit; NULL: none
 * wanted). */
SockResult sock_look_recv(const World *, HostId, int fd, uint8_t *out, uint32_t n, int flags);

/* The value of an option: at most *len bytes to out (zeros beyond a string), *len becomes how many.
 * value: 0 or -1. */
SockResult sock_look_getsockopt(const World *, HostId, int fd, int level, int option, void *out,
                                uint32_t *len);

typedef struct EpollEvent {
    uint32_t events;
    uint32_t reserved;
    uint64_t data;
} EpollEvent;

/* The events epoll_wait would give. value: how many, or -1. */
SockResult sock_look_epoll(const World *, HostId, int epoll, EpollEvent *out, int max);

/* poll() of one descriptor: everything that holds (POLLIN | POLLOUT ...); a program sees that which
 * it asked for and POLLERR, POLLHUP, POLLNVAL. POLLNVAL if fd is not open. */
uint32_t sock_poll(const World *, HostId, int fd);

/* poll(): fills revents; how many are not 0. A call that gives 0 waits (the driver's time limit).
 * A descriptor below 0 is left out. */
typedef struct PollFd {
    int fd;
    uint16_t events, revents;
} PollFd;
int sock_poll_all(const World *, HostId, PollFd *fds, uint32_t n);

/* getsockname(), getpeername() (ENOTCONN). value: 0 or -1. */
SockResult sock_getsockname(const World *, HostId, int fd, uint32_t *addr, uint16_t *port);
SockResult sock_getpeername(const World *, HostId, int fd, uint32_t *addr, uint16_t *port);

/* ---- Looking and calling in one, on a world ----------------------------------------------------
 */

/* read() or recv(): the bytes in out. */
SockResult sock_read(World *, HostId, int fd, uint8_t *out, uint32_t n, int flags, Sink *);

/* getsockopt() of an int. */
SockResult sock_getsockopt_int(World *, HostId, int fd, int level, int option, int32_t *value,
                               Sink *);

/* epoll_wait(). */
SockResult sock_epoll(World *, HostId, int epoll, EpollEvent *out, int max, Sink *);

/* ---- For the rest of core/net ------------------------------------------------------------------
 */

/* Carries out a SockCmd (world_apply). */
CallResult sock_apply(World *, const Cmd *, Bytes data, Sink *);

/* Power is lost: every descriptor of the host is gone. */
void sock_power_off(World *, HostId);

/* A call of the learner may have taken a connection away: its socket learns it. */
void sock_reconcile(World *, HostId);

#endif
