/*
 * sock_parts.h: what the files of the socket surface share with each other.
 *
 *     sock.c        the table, the command
 *     sock_calls.c  socket(), bind(), listen(), connect(), accept(), shutdown(), close(), fcntl()
 *     sock_io.c     send(), recv(), ioctl(), and when a sleeping call may go on
 *     sock_opt.c    setsockopt(), getsockopt()
 *     sock_poll.c   poll(), epoll
 *
 * Private to core/net. A call is a function of a Caller that answers with a CallResult; it notes
 * the connection that shall speak afterwards.
 */
#ifndef SANDWIRE_CORE_NET_SOCK_PARTS_H
#define SANDWIRE_CORE_NET_SOCK_PARTS_H

#include "core/net/parts.h"
#include "core/net/sock.h"

/* One socket call under way: lives on the C stack. */
typedef struct Caller {
    World *w;
    Ctx c;
    const Cmd *cmd;
    Bytes data;
    int fd;
    Sock *s;     /* the descriptor's record; NULL for socket() and epoll_create() */
    ConnId conn; /* the connection that tcp_output shall look at */
    bool all;    /* ... and every other one with something urgent to say */
} Caller;

/* ---- answers ---- */

static inline CallResult sock_done(uint32_t value)
{
    return (CallResult){.status = CALL_OK, .value = value};
}

static inline CallResult sock_fail(int error)
{
    return (CallResult){.status = CALL_ERRNO, .error = (uint16_t)error};
}

/* The call cannot go on; a non-blocking program gets `error`, a blocking one sleeps. */
static inline CallResult sock_waits(unsigned wait, int error, bool block, uint32_t value)
{
    return (CallResult){.status = CALL_WOULD_BLOCK,
                        .value = value,
                        .error = (uint16_t)error,
                        .wait = (uint8_t)wait,
                        .block = block};
}

/* ---- the table (sock.c) ---- */

static inline bool sock_is(const Sock *s, uint32_t flag)
{
    return s->flags & flag;
}

static inline void sock_put(Sock *s, uint32_t flag, bool on)
{
    s->flags = on ? s->flags | flag : s->flags & ~flag;
}

/* The host's records, shape.socks of them. */
const Sock *sock_table(const World *, HostId);

/* The record of an open descriptor. */
Sock *sock_slot(World *, HostId, int fd);

/* The connection of a record; NULL: none. */
const Tcb *sock_tcb(const World *, const Sock *);

/* The record's connection is over: closed, or TIME-WAIT, which a program cannot tell from it. */
bool sock_over(const Tcb *);

/* The profile decides where Linux and FreeBSD differ. */
bool sock_like_linux(const World *, HostId);
bool sock_like_freebsd(const World *, HostId);

/* The error that the next call reports, 0: none. */
int sock_pending(const World *, const Sock *, const Tcb *);

/* Reports it: the next call will not. */
int sock_take_error(const World *, Sock *);
/* What ICMP has said about a connection that lives on; only SO_ERROR tells it. */
int sock_soft_error(const World *, const Tcb *);

/* The socket holds the connection. */
void sock_attach(World *, HostId, Sock *, ConnId, SockState);

/* Lets go of the connection, which TCP now owns alone. */
void sock_detach(World *, Sock *);

/* The lowest free descriptor, taken; 0: none. */
int sock_new(World *, HostId, SockKind);

/* Gives the descriptor up; its connection has been let go of. */
void sock_free(World *, HostId, Sock *);

/* ---- a program's life (sock_calls.c) ---- */

CallResult sock_call_socket(Caller *);
CallResult sock_call_bind(Caller *);
CallResult sock_call_listen(Caller *);
CallResult sock_call_connect(Caller *);
CallResult sock_call_accept(Caller *);
CallResult sock_call_shutdown(Caller *);
CallResult sock_call_close(Caller *);
CallResult sock_call_fcntl(Caller *);
CallResult sock_call_epoll_create(Caller *);

/* Starting a connection, for connect() and sendto(MSG_FASTOPEN). */
CallResult sock_begin_connect(Caller *, uint32_t addr, uint16_t port);

/* Does the listener's queue hold a connection? */
bool sock_acceptable(const World *, const Tcb *listener);

/* ---- data (sock_io.c) ---- */

CallResult sock_call_send(Caller *);
CallResult sock_call_recv(Caller *);
CallResult sock_call_ioctl(Caller *);

/* Bytes that may be written now. */
uint32_t sock_room(const World *, const Sock *, const Tcb *);

/* ---- options (sock_opt.c) ---- */

CallResult sock_call_setsockopt(Caller *);
CallResult sock_call_getsockopt(Caller *);

/* Gives a new connection what was asked of the socket. */
void sock_give_options(Caller *, ConnId);

/* ---- poll, epoll (sock_poll.c) ---- */

CallResult sock_call_epoll_ctl(Caller *);
CallResult sock_call_epoll_wait(Caller *);

/* A descriptor is closed: its interests, and those in it, are gone. */
void sock_forget_interests(World *, HostId, int fd);

Interest *sock_interests(World *, HostId);
const Interest *sock_interests_of(const World *, HostId);

#endif
