/*
 * desk.c - a world with programs on both hosts (desk.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/net/desk.h"

#include <stdlib.h>
#include <string.h>

Desk desk_of_shape(const Shape *shape, Profile profile)
{
    Desk d = {world_init(malloc(world_size(shape)), shape, 1)};
    Cmd cmd = {.op = CMD_PROFILE, .host = HOST_NONE, .val = profile};
    world_apply(d.w, &cmd, bytes_of(NULL, 0), NULL);
    return d;
}

Desk desk_new(Profile profile)
{
    return desk_of_shape(&SHAPE_LESSON, profile);
}

void desk_end(Desk *d)
{
    free(d->w);
}

SockResult desk_do(Desk *d, SockCmd x)
{
    SockResult r = sock_do(d->w, x, NULL);
    world_check(d->w);
    return r;
}

void desk_run(Desk *d, Nanos time)
{
    Nanos until = d->w->now + time;
    for (Move m = world_next(d->w); m.kind != MOVE_NONE && m.at <= until; m = world_next(d->w)) {
        world_take(d->w, m, NULL);
        world_check(d->w);
    }
    world_wait(d->w, until);
}

SockResult desk_sleep(Desk *d, SockCmd x)
{
    int64_t done = 0;
    HostId host = x.cmd.host;
    int fd = x.cmd.conn;
    Nanos from = d->w->now;
    for (;;) {
        SockResult r = desk_do(d, x);
        Nanos patience = sock_patience(d->w, host, fd, r.wait);
        if (r.value > 0) {
            done += r.value;
            if (x.data.len)
                x.data = bytes_of(x.data.data + r.value, x.data.len - (size_t)r.value);
            else
                x.cmd.len -= (uint32_t)r.value;
        }
        if (!r.block || (patience != NANOS_NEVER && d->w->now - from >= patience)) {
            r.value = done ? done : r.value;
            r.error = done ? 0 : r.error;
            return r;
        }
        while (!sock_ready(d->w, host, fd, r.wait)) {
            Move m = world_next(d->w);
            bool late = patience != NANOS_NEVER && m.at > from + patience;
            if (late || m.kind == MOVE_NONE) {
                assert_true(patience != NANOS_NEVER); /* sleeps for ever */
                world_wait(d->w, max_u64(from + patience, d->w->now));
                break;
            }
            world_take(d->w, m, NULL);
            world_check(d->w);
        }
    }
}

void desk_gives(Desk *d, SockCmd x, int64_t value, int error, const char *file, int line)
{
    SockResult r = desk_do(d, x);
    if (r.value == value && r.error == error)
        return;
    print_error("%s:%d: %s gives %lld %s instead of %lld %s\n", file, line,
                sock_call_name((SockCall)x.cmd.key), (long long)r.value,
                r.error ? sock_errno_name(r.error) : "", (long long)value,
                error ? sock_errno_name(error) : "");
    fail();
}

int desk_socket(Desk *d, HostId host)
{
    SockResult r = desk_do(d, sock_socket(host, SW_AF_INET, SW_SOCK_STREAM, SW_IPPROTO_TCP));
    assert_true(r.value >= SOCK_FD_FIRST);
    return (int)r.value;
}

int desk_lazy(Desk *d, HostId host)
{
    int fd = desk_socket(d, host);
    gives(d, sock_fcntl(host, fd, SW_F_SETFL, SW_O_RDWR | SW_O_NONBLOCK), 0);
    return fd;
}

SockCmd desk_text(HostId host, int fd, const char *text)
{
    return sock_send(host, fd, bytes_of(text, strlen(text)), 0);
}

int desk_listener(Desk *d, int backlog)
{
    int fd = (int)desk_do(d, sock_socket(HOST_B, SW_AF_INET, SW_SOCK_STREAM, 0)).value;
    gives(d, sock_setsockopt_int(HOST_B, fd, SW_SOL_SOCKET, SW_SO_REUSEADDR, 1), 0);
    gives(d, sock_bind(HOST_B, fd, SW_INADDR_ANY, PORT), 0);
    gives(d, sock_listen(HOST_B, fd, backlog), 0);
    return fd;
}

void desk_connect(Desk *d, int *listener, int *a, int *b)
{
    if (*listener == 0)
        *listener = desk_listener(d, 5);
    *a = (int)desk_do(d, sock_socket(HOST_A, SW_AF_INET, SW_SOCK_STREAM, 0)).value;
    assert_int_equal(desk_sleep(d, sock_connect(HOST_A, *a, ADDR_B, PORT)).value, 0);
    SockResult r = desk_sleep(d, sock_accept(HOST_B, *listener, 0));
    assert_true(r.value > 0);
    *b = (int)r.value;
}

int32_t desk_option(Desk *d, HostId host, int fd, int level, int option)
{
    int32_t v = -1;
    SockResult r = sock_getsockopt_int(d->w, host, fd, level, option, &v, NULL);
    assert_int_equal(r.error, 0);
    world_check(d->w);
    return v;
}

TcpState desk_state(const Desk *d, HostId host, int fd)
{
    const Tcb *t = sock_conn(d->w, host, fd);
    return t ? (TcpState)t->state : CLOSED;
}
