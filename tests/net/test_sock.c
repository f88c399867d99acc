/*
 * test_sock.c: a program's life with sockets: socket, bind, listen, connect, accept; each in
 * success and in each of its errors. What follows is in test_sock_io.c.
 *
 * Linux decides where systems differ; what FreeBSD does otherwise has tests of its own. Every
 * invariant of the world is checked after every call and event.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/net/desk.h"

/* ---- socket() and the table ---- */

static void descriptors_begin_at_3_and_the_lowest_free_is_taken(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    for (int fd = 3; fd < 7; fd++)
        gives(&d, sock_socket(HOST_A, SW_AF_INET, SW_SOCK_STREAM, 0), fd);
    gives(&d, sock_socket(HOST_B, SW_AF_INET, SW_SOCK_STREAM, 0), 3); /* B has its own */
    gives(&d, sock_close(HOST_A, 4), 0);
    fails(&d, sock_close(HOST_A, 4), SW_EBADF);
    gives(&d, sock_epoll_create(HOST_A, 0), 4);
    desk_end(&d);
}

static void socket_refuses_what_is_not_tcp(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    fails(&d, sock_socket(HOST_A, 77, SW_SOCK_STREAM, 0), SW_EAFNOSUPPORT);
    fails(&d, sock_socket(HOST_A, SW_AF_INET, SW_SOCK_DGRAM, 0), SW_ESOCKTNOSUPPORT);
    fails(&d, sock_socket(HOST_A, SW_AF_INET, 99, 0), SW_EINVAL);
    fails(&d, sock_socket(HOST_A, SW_AF_INET, SW_SOCK_STREAM, 17), SW_EPROTONOSUPPORT);
    desk_end(&d);
}

static void a_full_table_says_emfile(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    for (int i = 0; i < SHAPE_LESSON.socks; i++)
        desk_socket(&d, HOST_A);
    fails(&d, sock_socket(HOST_A, SW_AF_INET, SW_SOCK_STREAM, 0), SW_EMFILE);
    fails(&d, sock_epoll_create(HOST_A, 0), SW_EMFILE);
    desk_socket(&d, HOST_B);
    desk_end(&d);
}

static void a_world_without_descriptors_has_no_sockets(void **state)
{
    (void)state;
    Desk d = desk_of_shape(&SHAPE_TINY, PROFILE_RFC);
    fails(&d, sock_socket(HOST_A, SW_AF_INET, SW_SOCK_STREAM, 0), SW_EMFILE);
    fails(&d, sock_close(HOST_A, 3), SW_EBADF);
    assert_int_equal(sock_poll(d.w, HOST_A, 3), SW_POLLNVAL);
    desk_end(&d);
}

static void every_call_on_no_descriptor_says_ebadf(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    const int bad[] = {-1, 0, 2, 3, 19, 5000, 70000};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int fd = bad[i];
        fails(&d, sock_bind(HOST_A, fd, 0, 1), SW_EBADF);
        fails(&d, sock_listen(HOST_A, fd, 1), SW_EBADF);
        fails(&d, sock_connect(HOST_A, fd, ADDR_B, 1), SW_EBADF);
        fails(&d, sock_accept(HOST_A, fd, 0), SW_EBADF);
        fails(&d, sock_send_zeros(HOST_A, fd, 1, 0), SW_EBADF);
        fails(&d, sock_recv(HOST_A, fd, 1, 0), SW_EBADF);
        fails(&d, sock_shutdown(HOST_A, fd, SW_SHUT_WR), SW_EBADF);
        fails(&d, sock_close(HOST_A, fd), SW_EBADF);
        fails(&d, sock_fcntl(HOST_A, fd, SW_F_GETFL, 0), SW_EBADF);
        fails(&d, sock_ioctl(HOST_A, fd, SW_SIOCINQ, 0), SW_EBADF);
        fails(&d, sock_setsockopt_int(HOST_A, fd, 1, 1, 1), SW_EBADF);
        fails(&d, sock_getsockopt(HOST_A, fd, 1, 1), SW_EBADF);
        fails(&d, sock_epoll_wait(HOST_A, fd, 1), SW_EBADF);
        assert_int_equal(sock_look_recv(d.w, HOST_A, fd, NULL, 1, 0).error, SW_EBADF);
    }
    desk_end(&d);
}

static void an_epoll_descriptor_is_no_socket(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int fd = (int)desk_do(&d, sock_epoll_create(HOST_A, 0)).value;
    fails(&d, sock_bind(HOST_A, fd, 0, 1), SW_ENOTSOCK);
    fails(&d, sock_send_zeros(HOST_A, fd, 1, 0), SW_ENOTSOCK);
    fails(&d, sock_getsockopt(HOST_A, fd, SW_SOL_SOCKET, SW_SO_ERROR), SW_ENOTSOCK);
    gives(&d, sock_close(HOST_A, fd), 0);
    desk_end(&d);
}

static void a_host_without_power_has_no_sockets_and_none_afterwards(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    int epoll = (int)desk_do(&d, sock_epoll_create(HOST_B, 0)).value;
    gives(&d, sock_epoll_ctl(HOST_B, epoll, SW_EPOLL_CTL_ADD, b, SW_POLLIN, 0), 0);
    world_apply(d.w, &(Cmd){.op = CMD_POWER, .host = HOST_B}, bytes_of(NULL, 0), NULL);
    world_check(d.w);
    fails(&d, sock_recv(HOST_B, b, 1, 0), SW_ENETDOWN);
    world_apply(d.w, &(Cmd){.op = CMD_POWER, .host = HOST_B, .val = 1}, bytes_of(NULL, 0), NULL);
    fails(&d, sock_recv(HOST_B, b, 1, 0), SW_EBADF);
    gives(&d, sock_socket(HOST_B, SW_AF_INET, SW_SOCK_STREAM, 0), 3);
    desk_end(&d);
}

/* ---- bind() ---- */

static void bind_names_the_port_once(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    uint32_t addr;
    uint16_t port;
    int fd = desk_socket(&d, HOST_A);
    fails(&d, sock_bind(HOST_A, fd, ADDR_B, PORT), SW_EADDRNOTAVAIL);
    gives(&d, sock_bind(HOST_A, fd, ADDR_A, PORT), 0);
    fails(&d, sock_bind(HOST_A, fd, ADDR_A, PORT + 1), SW_EINVAL);
    assert_int_equal(sock_getsockname(d.w, HOST_A, fd, &addr, &port).error, 0);
    assert_int_equal(addr, ADDR_A);
    assert_int_equal(port, PORT);
    desk_end(&d);
}

static void bind_to_port_0_takes_a_free_one(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    uint32_t addr;
    uint16_t one, two;
    int first = desk_socket(&d, HOST_A), second = desk_socket(&d, HOST_A);
    gives(&d, sock_bind(HOST_A, first, SW_INADDR_ANY, 0), 0);
    gives(&d, sock_bind(HOST_A, second, SW_INADDR_ANY, 0), 0);
    sock_getsockname(d.w, HOST_A, first, &addr, &one);
    sock_getsockname(d.w, HOST_A, second, &addr, &two);
    assert_int_equal(addr, 0);
    assert_true(one >= 32768 && two >= 32768 && one != two);
    desk_end(&d);
}

static void a_port_is_shared_only_by_those_who_agree(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int one = desk_socket(&d, HOST_A), two = desk_socket(&d, HOST_A);
    gives(&d, sock_bind(HOST_A, one, 0, PORT), 0);
    fails(&d, sock_bind(HOST_A, two, 0, PORT), SW_EADDRINUSE);
    gives(&d, sock_setsockopt_int(HOST_A, two, SW_SOL_SOCKET, SW_SO_REUSEADDR, 1), 0);
    fails(&d, sock_bind(HOST_A, two, 0, PORT), SW_EADDRINUSE); /* one does not agree */
    gives(&d, sock_setsockopt_int(HOST_A, one, SW_SOL_SOCKET, SW_SO_REUSEADDR, 1), 0);
    gives(&d, sock_bind(HOST_A, two, 0, PORT), 0);
    gives(&d, sock_listen(HOST_A, one, 1), 0);
    fails(&d, sock_listen(HOST_A, two, 1), SW_EADDRINUSE); /* two cannot listen */
    int three = desk_socket(&d, HOST_A);
    gives(&d, sock_setsockopt_int(HOST_A, three, SW_SOL_SOCKET, SW_SO_REUSEADDR, 1), 0);
    fails(&d, sock_bind(HOST_A, three, 0, PORT), SW_EADDRINUSE); /* nor join a listener */
    desk_end(&d);
}

static void time_wait_keeps_its_port_from_those_who_do_not_reuse(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, sock_close(HOST_B, b), 0);
    gives(&d, sock_close(HOST_B, listener), 0);
    desk_run(&d, NANOS_S);
    gives(&d, sock_close(HOST_A, a), 0);
    desk_run(&d, NANOS_S); /* B is in TIME-WAIT */
    int fd = desk_socket(&d, HOST_B);
    fails(&d, sock_bind(HOST_B, fd, 0, PORT), SW_EADDRINUSE);
    gives(&d, sock_setsockopt_int(HOST_B, fd, SW_SOL_SOCKET, SW_SO_REUSEADDR, 1), 0);
    gives(&d, sock_bind(HOST_B, fd, 0, PORT), 0);
    gives(&d, sock_listen(HOST_B, fd, 1), 0);
    desk_end(&d);
}

/* ---- listen() and accept() ---- */

static void listen_without_bind_takes_a_port_and_may_be_repeated(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    uint32_t addr;
    uint16_t port;
    int fd = desk_socket(&d, HOST_B);
    assert_int_equal(desk_option(&d, HOST_B, fd, SW_SOL_SOCKET, SW_SO_ACCEPTCONN), 0);
    gives(&d, sock_listen(HOST_B, fd, 1), 0);
    assert_int_equal(desk_state(&d, HOST_B, fd), LISTEN);
    assert_int_equal(desk_option(&d, HOST_B, fd, SW_SOL_SOCKET, SW_SO_ACCEPTCONN), 1);
    assert_int_equal(sock_conn(d.w, HOST_B, fd)->backlog, 2);
    gives(&d, sock_listen(HOST_B, fd, 7), 0);
    assert_int_equal(sock_conn(d.w, HOST_B, fd)->backlog, 8);
    sock_getsockname(d.w, HOST_B, fd, &addr, &port);
    assert_true(port >= 32768);
    fails(&d, sock_connect(HOST_B, fd, ADDR_A, PORT), SW_EISCONN);
    fails(&d, sock_send_zeros(HOST_B, fd, 1, 0), SW_EPIPE);
    fails(&d, sock_recv(HOST_B, fd, 1, 0), SW_ENOTCONN);
    fails(&d, sock_ioctl(HOST_B, fd, SW_SIOCINQ, 0), SW_EINVAL);
    desk_end(&d);
}

static void a_connected_socket_cannot_listen(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    fails(&d, sock_listen(HOST_A, a, 1), SW_EINVAL);
    fails(&d, sock_listen(HOST_B, b, 1), SW_EINVAL);
    fails(&d, sock_accept(HOST_A, a, 0), SW_EINVAL);
    fails(&d, sock_accept(HOST_B, b, 0), SW_EINVAL);
    desk_end(&d);
}

static void accept_waits_for_a_connection_and_gives_them_in_order(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    uint32_t addr;
    uint16_t first, second, peer;
    int listener = desk_listener(&d, 5);
    SockResult r = desk_do(&d, sock_accept(HOST_B, listener, 0));
    assert_true(r.value == -1 && r.error == SW_EAGAIN && r.wait == SOCK_WAIT_ACCEPT && r.block);
    gives(&d, sock_fcntl(HOST_B, listener, SW_F_SETFL, SW_O_RDWR | SW_O_NONBLOCK), 0);
    r = desk_do(&d, sock_accept(HOST_B, listener, 0));
    assert_true(r.value == -1 && r.error == SW_EAGAIN && !r.block);
    int one = desk_lazy(&d, HOST_A), two = desk_lazy(&d, HOST_A);
    fails(&d, sock_connect(HOST_A, one, ADDR_B, PORT), SW_EINPROGRESS);
    fails(&d, sock_connect(HOST_A, two, ADDR_B, PORT), SW_EINPROGRESS);
    assert_false(sock_ready(d.w, HOST_B, listener, SOCK_WAIT_ACCEPT));
    desk_run(&d, NANOS_S);
    assert_true(sock_ready(d.w, HOST_B, listener, SOCK_WAIT_ACCEPT));
    sock_getsockname(d.w, HOST_A, one, &addr, &first);
    sock_getsockname(d.w, HOST_A, two, &addr, &second);
    gives(&d, sock_accept(HOST_B, listener, 0), 4);
    gives(&d, sock_accept(HOST_B, listener, SW_SOCK_NONBLOCK | SW_SOCK_CLOEXEC), 5);
    fails(&d, sock_accept(HOST_B, listener, 0), SW_EAGAIN);
    fails(&d, sock_accept(HOST_B, listener, 12345), SW_EINVAL);
    sock_getpeername(d.w, HOST_B, 4, &addr, &peer);
    assert_true(addr == ADDR_A && peer == first);
    sock_getpeername(d.w, HOST_B, 5, &addr, &peer);
    assert_true(addr == ADDR_A && peer == second);
    gives(&d, sock_fcntl(HOST_B, 4, SW_F_GETFL, 0), SW_O_RDWR); /* not the listener's flag */
    gives(&d, sock_fcntl(HOST_B, 5, SW_F_GETFL, 0), SW_O_RDWR | SW_O_NONBLOCK);
    gives(&d, sock_fcntl(HOST_B, 5, SW_F_GETFD, 0), SW_FD_CLOEXEC);
    desk_end(&d);
}

static void accepted_sockets_are_like_their_listener(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = desk_listener(&d, 5), a, b;
    gives(&d, sock_setsockopt_int(HOST_B, listener, SW_IPPROTO_TCP, SW_TCP_NODELAY, 1), 0);
    gives(&d, sock_setsockopt_int(HOST_B, listener, SW_IPPROTO_TCP, SW_TCP_KEEPIDLE, 60), 0);
    gives(&d, sock_setsockopt_int(HOST_B, listener, SW_SOL_SOCKET, SW_SO_RCVBUF, 4000), 0);
    gives(&d, sock_setsockopt_int(HOST_B, listener, SW_SOL_SOCKET, SW_SO_KEEPALIVE, 1), 0);
    desk_connect(&d, &listener, &a, &b);
    assert_int_equal(desk_option(&d, HOST_B, b, SW_IPPROTO_TCP, SW_TCP_NODELAY), 1);
    assert_int_equal(desk_option(&d, HOST_B, b, SW_IPPROTO_TCP, SW_TCP_KEEPIDLE), 60);
    assert_int_equal(desk_option(&d, HOST_B, b, SW_SOL_SOCKET, SW_SO_REUSEADDR), 1);
    assert_int_equal(desk_option(&d, HOST_B, b, SW_SOL_SOCKET, SW_SO_RCVBUF), 8000);
    const Tcb *t = sock_conn(d.w, HOST_B, b);
    assert_int_equal(t->rx.cap, 4000);
    assert_true(t->user & USER_NODELAY);
    assert_true(timer_armed(t, TIMER_KEEPALIVE));
    assert_true(t->due[TIMER_KEEPALIVE] <= d.w->now + 60 * NANOS_S);
    desk_end(&d);
}

static void a_full_queue_lets_one_more_in_and_no_other(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = desk_listener(&d, 1);
    for (int i = 0; i < 4; i++)
        fails(&d, sock_connect(HOST_A, desk_lazy(&d, HOST_A), ADDR_B, PORT), SW_EINPROGRESS);
    desk_run(&d, 500 * NANOS_MS);
    gives(&d, sock_accept(HOST_B, listener, 0), 4);
    gives(&d, sock_accept(HOST_B, listener, 0), 5);
    fails(&d, sock_accept(HOST_B, listener, 0), SW_EAGAIN);
    desk_run(&d, 2 * NANOS_S); /* the others got a cookie, and believe themselves connected */
    fails(&d, sock_accept(HOST_B, listener, 0), SW_EAGAIN);
    gives(&d, sock_send_zeros(HOST_A, 5, 10, 0), 10); /* data brings the cookie once more */
    desk_run(&d, 500 * NANOS_MS);
    gives(&d, sock_accept(HOST_B, listener, 0), 6);
    desk_end(&d);
}

static void what_died_in_the_queue_is_still_accepted(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = desk_listener(&d, 5), a = desk_socket(&d, HOST_A);
    const uint8_t abort_on_close[8] = {1, 0, 0, 0, 0, 0, 0, 0};
    gives(&d, sock_setsockopt(HOST_A, a, SW_SOL_SOCKET, SW_SO_LINGER, bytes_of(abort_on_close, 8)),
          0);
    assert_int_equal(desk_sleep(&d, sock_connect(HOST_A, a, ADDR_B, PORT)).value, 0);
    desk_run(&d, NANOS_S);
    gives(&d, sock_close(HOST_A, a), 0);
    desk_run(&d, NANOS_S);
    gives(&d, sock_accept(HOST_B, listener, 0), 4);
    fails(&d, sock_recv(HOST_B, 4, 1, 0), SW_ECONNRESET);
    gives(&d, sock_recv(HOST_B, 4, 1, 0), 0);
    desk_end(&d);
}

static void closing_a_listener_resets_who_was_not_accepted(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = desk_listener(&d, 5), a = desk_socket(&d, HOST_A), late = desk_lazy(&d, HOST_A);
    assert_int_equal(desk_sleep(&d, sock_connect(HOST_A, a, ADDR_B, PORT)).value, 0);
    desk_run(&d, NANOS_S);
    fails(&d, sock_connect(HOST_A, late, ADDR_B, PORT), SW_EINPROGRESS);
    desk_run(&d, 60 * NANOS_MS); /* half open */
    gives(&d, sock_close(HOST_B, listener), 0);
    desk_run(&d, 20 * NANOS_S);
    fails(&d, sock_recv(HOST_A, a, 1, 0), SW_ECONNRESET);
    fails(&d, sock_recv(HOST_A, late, 1, 0), SW_ECONNRESET); /* its ACK found nobody */
    desk_end(&d);
}

static void two_listeners_have_queues_of_their_own(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int one = desk_listener(&d, 5), two = desk_socket(&d, HOST_B);
    gives(&d, sock_bind(HOST_B, two, 0, PORT + 1), 0);
    gives(&d, sock_listen(HOST_B, two, 5), 0);
    gives(&d, sock_fcntl(HOST_B, one, SW_F_SETFL, SW_O_NONBLOCK), 0);
    int a = desk_socket(&d, HOST_A);
    assert_int_equal(desk_sleep(&d, sock_connect(HOST_A, a, ADDR_B, PORT + 1)).value, 0);
    desk_run(&d, NANOS_S);
    fails(&d, sock_accept(HOST_B, one, 0), SW_EAGAIN);
    SockResult r = desk_do(&d, sock_accept(HOST_B, two, 0));
    assert_true(r.value > 0);
    uint32_t addr;
    uint16_t port;
    sock_getsockname(d.w, HOST_B, (int)r.value, &addr, &port);
    assert_true(addr == ADDR_B && port == PORT + 1);
    desk_end(&d);
}

/* ---- connect() ---- */

static void a_blocking_connect_sleeps_through_the_handshake(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    desk_listener(&d, 5);
    int a = desk_socket(&d, HOST_A);
    SockResult r = desk_do(&d, sock_connect(HOST_A, a, ADDR_B, PORT));
    assert_true(r.value == -1 && r.error == SW_EINPROGRESS && r.wait == SOCK_WAIT_CONNECT);
    assert_true(r.block && !sock_ready(d.w, HOST_A, a, r.wait));
    assert_int_equal(desk_state(&d, HOST_A, a), SYN_SENT);
    desk_run(&d, 100 * NANOS_MS);
    assert_true(sock_ready(d.w, HOST_A, a, r.wait));
    gives(&d, sock_connect(HOST_A, a, ADDR_B, PORT), 0);
    fails(&d, sock_connect(HOST_A, a, ADDR_B, PORT), SW_EISCONN);
    uint32_t addr;
    uint16_t port;
    assert_int_equal(sock_getpeername(d.w, HOST_A, a, &addr, &port).value, 0);
    assert_true(addr == ADDR_B && port == PORT);
    desk_end(&d);
}

static void a_non_blocking_connect_tells_by_and_by(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    desk_listener(&d, 5);
    int a = desk_lazy(&d, HOST_A);
    fails(&d, sock_connect(HOST_A, a, ADDR_B, PORT), SW_EINPROGRESS);
    fails(&d, sock_connect(HOST_A, a, ADDR_B, PORT), SW_EALREADY);
    fails(&d, sock_send_zeros(HOST_A, a, 10, 0), SW_EAGAIN);
    fails(&d, sock_recv(HOST_A, a, 10, 0), SW_EAGAIN);
    assert_int_equal(sock_poll(d.w, HOST_A, a), 0);
    desk_run(&d, NANOS_S);
    assert_int_equal(sock_poll(d.w, HOST_A, a), SW_POLLOUT | SW_POLLWRNORM);
    assert_int_equal(desk_option(&d, HOST_A, a, SW_SOL_SOCKET, SW_SO_ERROR), 0);
    gives(&d, sock_connect(HOST_A, a, ADDR_B, PORT), 0);
    fails(&d, sock_connect(HOST_A, a, ADDR_B, PORT), SW_EISCONN);
    desk_end(&d);
}

static void connect_is_refused_where_nobody_listens(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int a = desk_socket(&d, HOST_A), b = desk_lazy(&d, HOST_A);
    SockResult r = desk_sleep(&d, sock_connect(HOST_A, a, ADDR_B, PORT));
    assert_true(r.value == -1 && r.error == SW_ECONNREFUSED);
    fails(&d, sock_recv(HOST_A, a, 1, 0), SW_ENOTCONN); /* told once, and unconnected again */
    fails(&d, sock_connect(HOST_A, b, ADDR_B, PORT), SW_EINPROGRESS);
    desk_run(&d, NANOS_S);
    assert_true(sock_poll(d.w, HOST_A, b) & SW_POLLERR);
    assert_int_equal(desk_option(&d, HOST_A, b, SW_SOL_SOCKET, SW_SO_ERROR), SW_ECONNREFUSED);
    assert_int_equal(desk_option(&d, HOST_A, b, SW_SOL_SOCKET, SW_SO_ERROR), 0);
    fails(&d, sock_connect(HOST_A, b, ADDR_B, PORT), SW_ECONNABORTED);
    desk_listener(&d, 5);
    assert_int_equal(desk_sleep(&d, sock_connect(HOST_A, a, ADDR_B, PORT)).value, 0);
    desk_end(&d);
}

static void connect_gives_up_when_nobody_answers(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int a = desk_socket(&d, HOST_A);
    gives(&d, sock_setsockopt_int(HOST_A, a, SW_IPPROTO_TCP, SW_TCP_SYNCNT, 2), 0);
    world_apply(d.w, &(Cmd){.op = CMD_CUT, .link = 3}, bytes_of(NULL, 0), NULL);
    SockResult r = desk_sleep(&d, sock_connect(HOST_A, a, ADDR_B, PORT));
    assert_true(r.value == -1 && r.error == SW_ETIMEDOUT);
    assert_true(d.w->now == 7 * NANOS_S); /* 1 + 2 + 4: two repetitions */
    desk_end(&d);
}

static void connect_names_impossible_addresses(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int a = desk_socket(&d, HOST_A);
    fails(&d, sock_connect(HOST_A, a, 0, PORT), SW_ENETUNREACH);
    fails(&d, sock_connect(HOST_A, a, 0xe0000001, PORT), SW_ENETUNREACH);
    fails(&d, sock_connect(HOST_A, a, 0xffffffff, PORT), SW_ENETUNREACH);
    SockCmd odd = sock_connect(HOST_A, a, ADDR_B, PORT);
    odd.cmd.len = 77;
    fails(&d, odd, SW_EAFNOSUPPORT);
    desk_end(&d);
}

static void the_same_four_addresses_cannot_be_used_twice(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    desk_listener(&d, 5);
    int fds[2];
    for (int i = 0; i < 2; i++) {
        fds[i] = desk_socket(&d, HOST_A);
        gives(&d, sock_setsockopt_int(HOST_A, fds[i], SW_SOL_SOCKET, SW_SO_REUSEADDR, 1), 0);
        gives(&d, sock_bind(HOST_A, fds[i], 0, 4000), 0);
    }
    assert_int_equal(desk_sleep(&d, sock_connect(HOST_A, fds[0], ADDR_B, PORT)).value, 0);
    fails(&d, sock_connect(HOST_A, fds[1], ADDR_B, PORT), SW_EADDRNOTAVAIL);
    desk_end(&d);
}

static void af_unspec_dissolves_the_association(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, sock_disconnect(HOST_A, a), 0);
    gives(&d, sock_disconnect(HOST_A, a), 0);
    fails(&d, sock_recv(HOST_A, a, 1, 0), SW_ENOTCONN);
    desk_run(&d, NANOS_S);
    fails(&d, sock_recv(HOST_B, b, 1, 0), SW_ECONNRESET);
    assert_int_equal(desk_sleep(&d, sock_connect(HOST_A, a, ADDR_B, PORT)).value, 0);
    gives(&d, sock_disconnect(HOST_B, listener), 0);
    assert_int_equal(desk_option(&d, HOST_B, listener, SW_SOL_SOCKET, SW_SO_ACCEPTCONN), 0);
    gives(&d, sock_listen(HOST_B, listener, 1), 0); /* bind() still holds */
    desk_end(&d);
}

static void ten_connections_carry_ten_streams(void **state)
{
    (void)state;
    Shape shape = SHAPE_LESSON;
    shape.conns = 24;
    Desk d = desk_of_shape(&shape, PROFILE_LINUX);
    int listener = desk_listener(&d, 10), a[10], b[10];
    for (int i = 0; i < 10; i++)
        desk_connect(&d, &listener, &a[i], &b[i]);
    char word[8] = "hello-0";
    for (int i = 0; i < 10; i++) {
        word[6] = (char)('0' + i);
        gives(&d, desk_text(HOST_A, a[i], word), 7);
    }
    desk_run(&d, NANOS_S);
    for (int i = 0; i < 10; i++) {
        uint8_t out[16];
        assert_int_equal(sock_read(d.w, HOST_B, b[i], out, sizeof out, 0, NULL).value, 7);
        assert_int_equal(out[6], '0' + i);
    }
    desk_end(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptors_begin_at_3_and_the_lowest_free_is_taken),
        cmocka_unit_test(socket_refuses_what_is_not_tcp),
        cmocka_unit_test(a_full_table_says_emfile),
        cmocka_unit_test(a_world_without_descriptors_has_no_sockets),
        cmocka_unit_test(every_call_on_no_descriptor_says_ebadf),
        cmocka_unit_test(an_epoll_descriptor_is_no_socket),
        cmocka_unit_test(a_host_without_power_has_no_sockets_and_none_afterwards),
        cmocka_unit_test(bind_names_the_port_once),
        cmocka_unit_test(bind_to_port_0_takes_a_free_one),
        cmocka_unit_test(a_port_is_shared_only_by_those_who_agree),
        cmocka_unit_test(time_wait_keeps_its_port_from_those_who_do_not_reuse),
        cmocka_unit_test(listen_without_bind_takes_a_port_and_may_be_repeated),
        cmocka_unit_test(a_connected_socket_cannot_listen),
        cmocka_unit_test(accept_waits_for_a_connection_and_gives_them_in_order),
        cmocka_unit_test(accepted_sockets_are_like_their_listener),
        cmocka_unit_test(a_full_queue_lets_one_more_in_and_no_other),
        cmocka_unit_test(what_died_in_the_queue_is_still_accepted),
        cmocka_unit_test(closing_a_listener_resets_who_was_not_accepted),
        cmocka_unit_test(two_listeners_have_queues_of_their_own),
        cmocka_unit_test(a_blocking_connect_sleeps_through_the_handshake),
        cmocka_unit_test(a_non_blocking_connect_tells_by_and_by),
        cmocka_unit_test(connect_is_refused_where_nobody_listens),
        cmocka_unit_test(connect_gives_up_when_nobody_answers),
        cmocka_unit_test(connect_names_impossible_addresses),
        cmocka_unit_test(the_same_four_addresses_cannot_be_used_twice),
        cmocka_unit_test(af_unspec_dissolves_the_association),
        cmocka_unit_test(ten_connections_carry_ten_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
