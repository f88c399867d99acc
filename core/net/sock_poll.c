/*
 * sock_poll.c: poll() and epoll: what a program may do without sleeping.
 *
 * sock_poll is Linux's tcp_poll: one function of the state, so poll() needs no memory. epoll has
 * some: who is interested in what (the Interests of the host), and for EPOLLET what was told last.
 * The core calls nobody back, so an edge is found by comparing: the bit was not told yet, or bytes
 * (or connections) have come since it was, or a write found no room meanwhile and there is some
 * now.
 */
#include "core/net/sock_parts.h"

#include <string.h>

/* ---- poll() ---- */

/* sk_stream_is_writeable: a third of the buffer is free, and little waits to be sent. */
static bool writable(const World *w, const Sock *s, const Tcb *t)
{
    if (ring_free(&t->tx) == 0 || ring_free(&t->tx) < t->tx.len / 2)
        return false;
    uint64_t lowat = s->opt.notsent_lowat, unsent = tcb_unsent(t);
    if (sock_like_linux(w, t->host))
        unsent *= 2; /* __sk_stream_memory_free with wake: not again for every segment */
    return lowat == 0 || unsent < lowat;
}

static uint32_t poll_connection(const World *w, const Sock *s, const Tcb *t)
{
    const uint32_t in = SW_POLLIN | SW_POLLRDNORM, out = SW_POLLOUT | SW_POLLWRNORM;
    bool over = sock_over(t), shut = over || (t->user & USER_SHUT);
    bool ended = over || (t->user & USER_FIN_TAKEN) || sock_is(s, SOCK_SHUT_RD);
    uint32_t mask = 0;
    if (over || (shut && ended))
        mask |= SW_POLLHUP;
    if (ended)
        mask |= in | SW_POLLRDHUP;
    bool early = t->state == SYN_RECEIVED && (t->user & USER_FAST_OPEN);
    if (tcp_fast_open_waits(t))
        mask |= out;
    if ((t->state != SYN_SENT && t->state != SYN_RECEIVED) || early) {
        if (tcp_readable(t) >= max_u32(s->opt.rcvlowat, 1))
            mask |= in;
        if (shut || writable(w, s, t))
            mask |= out;
    }
    uint32_t at;
    if (tcp_urgent_byte(t, &at) && !(t->user & USER_URGENT_TAKEN))
        mask |= SW_POLLPRI;
    if (sock_pending(w, s, t))
        mask |= SW_POLLERR;
    return mask;
}

uint32_t sock_poll(const World *w, HostId host, int fd)
{
    const Sock *s = sock_at(w, host, fd);
    if (!s || sock_is(s, SOCK_CLOSING))
        return SW_POLLNVAL;
    if (s->kind == SOCK_EPOLL)
        return sock_look_epoll(w, host, fd, NULL, 1).value > 0 ? SW_POLLIN | SW_POLLRDNORM : 0;
    const Tcb *t = sock_tcb(w, s);
    if (!t) /* a socket that never connected */
        return SW_POLLOUT | SW_POLLWRNORM | SW_POLLHUP |
               (sock_is(s, SOCK_SHUT_RD) ? SW_POLLIN | SW_POLLRDNORM | SW_POLLRDHUP : 0u);
    if (t->state == LISTEN)
        return sock_acceptable(w, t) ? SW_POLLIN | SW_POLLRDNORM : 0;
    return poll_connection(w, s, t);
}

int sock_poll_all(const World *w, HostId host, PollFd *fds, uint32_t n)
{
    const uint32_t always = SW_POLLERR | SW_POLLHUP | SW_POLLNVAL;
    int ready = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t now = fds[i].fd < 0 ? 0 : sock_poll(w, host, fds[i].fd);
        fds[i].revents = (uint16_t)(now & (fds[i].events | always));
        ready += fds[i].revents != 0;
    }
    return ready;
}

/* ---- the interest list ---- */

Interest *sock_interests(World *w, HostId host)
{
    return (Interest *)(void *)((uint8_t *)w + w->interests_at) + (size_t)host * w->shape.interests;
}

const Interest *sock_interests_of(const World *w, HostId host)
{
    return (const Interest *)(const void *)((const uint8_t *)w + w->interests_at) +
           (size_t)host * w->shape.interests;
}

void sock_forget_interests(World *w, HostId host, int fd)
{
    Interest *list = sock_interests(w, host);
    for (uint16_t i = 0; i < w->shape.interests; i++)
        if (list[i].epoll && (list[i].epoll == fd || list[i].fd == fd))
            memset(&list[i], 0, sizeof list[i]);
}

static Interest *find(Caller *k, int fd)
{
    Interest *list = sock_interests(k->w, k->c.host);
    for (uint16_t i = 0; i < k->w->shape.interests; i++)
        if (list[i].epoll == k->fd && list[i].fd == fd)
            return &list[i];
    return NULL;
}

static Interest *free_interest(Caller *k)
{
    Interest *list = sock_interests(k->w, k->c.host);
    for (uint16_t i = 0; i < k->w->shape.interests; i++)
        if (!list[i].epoll)
            return &list[i];
    return NULL;
}

static void set_interest(Caller *k, Interest *own, int fd)
{
    *own = (Interest){.epoll = (uint16_t)k->fd,
                      .fd = (uint16_t)fd,
                      .events = k->cmd->len | SW_POLLERR | SW_POLLHUP,
                      .data = k->cmd->val};
}

CallResult sock_call_epoll_ctl(Caller *k)
{
    int fd = k->cmd->port;
    const Sock *target = sock_at(k->w, k->c.host, fd);
    if (!target || sock_is(target, SOCK_CLOSING))
        return sock_fail(SW_EBADF);
    if (k->s->kind != SOCK_EPOLL || target == k->s)
        return sock_fail(SW_EINVAL);
    if (target->kind != SOCK_TCP)
        return sock_fail(SW_EPERM);
    Interest *own = find(k, fd);
    switch (k->cmd->link) {
    case SW_EPOLL_CTL_ADD:
        if (own)
            return sock_fail(SW_EEXIST);
        own = free_interest(k);
        if (!own)
            return sock_fail(SW_ENOSPC);
        set_interest(k, own, fd);
        return sock_done(0);
    case SW_EPOLL_CTL_MOD:
        if (!own)
            return sock_fail(SW_ENOENT);
        set_interest(k, own, fd);
        return sock_done(0);
    case SW_EPOLL_CTL_DEL:
        if (!own)
            return sock_fail(SW_ENOENT);
        memset(own, 0, sizeof *own);
        return sock_done(0);
    default: return sock_fail(SW_EINVAL);
    }
}

/* ---- epoll_wait() ---- */

/* How far what can be read has come: moves with every byte, FIN and established child. */
static uint32_t progress(const Tcb *t)
{
    return !t ? 0 : t->state == LISTEN ? t->children : t->rcv.nxt.v;
}

/* What epoll_wait tells of this interest now; 0: nothing. */
static uint32_t news(const World *w, HostId host, const Interest *own)
{
    uint32_t ready = sock_poll(w, host, own->fd) & own->events;
    if (!(own->events & (uint32_t)SW_EPOLLET) || !ready)
        return ready;
    const Sock *s = sock_at(w, host, own->fd);
    bool more = (ready & SW_POLLIN) && own->mark != progress(sock_tcb(w, s));
    bool room = (ready & SW_POLLOUT) && sock_is(s, SOCK_NO_SPACE);
    return (ready & ~own->told) || more || room ? ready : 0;
}

/* Told, or not ready any more: what the next edge is measured from. */
static void remember(World *w, HostId host, Interest *own, uint32_t told)
{
    uint32_t ready = sock_poll(w, host, own->fd) & own->events;
    own->told = (own->told | told) & ready;
    if (!told)
        return;
    own->mark = progress(sock_conn(w, host, own->fd));
    if (own->events & (uint32_t)SW_EPOLLONESHOT)
        own->events &= (uint32_t)SW_EPOLLONESHOT | (uint32_t)SW_EPOLLET;
}

SockResult sock_look_epoll(const World *w, HostId host, int epoll, EpollEvent *out, int max)
{
    const Sock *s = sock_at(w, host, epoll);
    if (!s || s->kind != SOCK_EPOLL || max <= 0)
        return sock_result(sock_fail(s ? SW_EINVAL : SW_EBADF));
    const Interest *list = sock_interests_of(w, host);
    uint32_t n = 0;
    for (uint16_t i = 0; i < w->shape.interests && n < (uint32_t)max; i++) {
        uint32_t events = list[i].epoll == epoll ? news(w, host, &list[i]) : 0;
        if (events && out)
            out[n] = (EpollEvent){.events = events, .data = list[i].data};
        n += events != 0;
    }
    return sock_result(n ? sock_done(n) : sock_waits(SOCK_WAIT_EPOLL, 0, true, 0));
}

CallResult sock_call_epoll_wait(Caller *k)
{
    int64_t max = (int64_t)k->cmd->val;
    if (k->s->kind != SOCK_EPOLL || max <= 0)
        return sock_fail(SW_EINVAL);
    Interest *list = sock_interests(k->w, k->c.host);
    uint32_t n = 0;
    for (uint16_t i = 0; i < k->w->shape.interests; i++) {
        if (list[i].epoll != k->fd)
            continue;
        uint32_t events = n < (uint64_t)max ? news(k->w, k->c.host, &list[i]) : 0;
        remember(k->w, k->c.host, &list[i], events);
        if (events & SW_POLLOUT)
            sock_put(sock_slot(k->w, k->c.host, list[i].fd), SOCK_NO_SPACE, false);
        n += events != 0;
    }
    return n ? sock_done(n) : sock_waits(SOCK_WAIT_EPOLL, 0, true, 0);
}

SockResult sock_epoll(World *w, HostId host, int epoll, EpollEvent *out, int max, Sink *sink)
{
    sock_look_epoll(w, host, epoll, out, max);
    return sock_do(w, sock_epoll_wait(host, epoll, max), sink);
}
