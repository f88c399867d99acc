/*
 * test_sock_io.c: a program's bytes and goodbyes: send, recv, shutdown, close, fcntl, ioctl; and
 * what others who act on the same host may do to a socket.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/net/desk.h"

#include <string.h>

/* ---- send() ---- */

static void write_before_there_is_a_connection_breaks_the_pipe(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int a = desk_socket(&d, HOST_A);
    fails(&d, sock_send_zeros(HOST_A, a, 1, 0), SW_EPIPE);
    fails(&d, sock_recv(HOST_A, a, 1, 0), SW_ENOTCONN);
    fails(&d, sock_shutdown(HOST_A, a, SW_SHUT_WR), SW_ENOTCONN);
    desk_end(&d);
    d = desk_new(PROFILE_FREEBSD);
    a = desk_socket(&d, HOST_A);
    fails(&d, sock_send_zeros(HOST_A, a, 1, 0), SW_ENOTCONN);
    desk_end(&d);
}

static void a_blocking_write_is_complete_when_all_is_taken(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    world_apply(d.w, &(Cmd){.op = CMD_APP, .host = HOST_B, .key = APP_SINK}, bytes_of(NULL, 0),
                NULL); /* the learner's applications leave programs' connections alone */
    SockResult r = desk_do(&d, sock_send_zeros(HOST_A, a, 100000, 0));
    assert_true(r.block && r.wait == SOCK_WAIT_WRITE && r.value == 65535 && r.error == 0);
    assert_int_equal(sock_conn(d.w, HOST_B, b)->rx.len, 0);
    desk_run(&d, 5 * NANOS_S);
    assert_true(sock_conn(d.w, HOST_B, b)->rx.len > 60000);
    gives(&d, sock_recv(HOST_B, b, 65536, 0), sock_conn(d.w, HOST_B, b)->rx.len);
    assert_int_equal(desk_sleep(&d, sock_send_zeros(HOST_A, a, 100000 - 65535, 0)).value,
                     100000 - 65535);
    desk_end(&d);
}

static void a_non_blocking_write_takes_what_fits(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, sock_send_zeros(HOST_A, a, 60000, SW_MSG_DONTWAIT), 60000);
    gives(&d, sock_send_zeros(HOST_A, a, 60000, SW_MSG_DONTWAIT), 5535);
    SockResult r = desk_do(&d, sock_send_zeros(HOST_A, a, 60000, SW_MSG_DONTWAIT));
    assert_true(r.value == -1 && r.error == SW_EAGAIN && !r.block && r.wait == SOCK_WAIT_WRITE);
    gives(&d, sock_send_zeros(HOST_A, a, 0, 0), 0);
    desk_end(&d);
}

static void bytes_arrive_as_they_were_written(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_RFC);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, desk_text(HOST_A, a, "to be"), 5);
    gives(&d, sock_send_zeros(HOST_A, a, 3, 0), 3);
    desk_run(&d, NANOS_S);
    uint8_t out[16] = "xxxxxxxxxxxxxxx";
    assert_int_equal(sock_read(d.w, HOST_B, b, out, 16, SW_MSG_PEEK, NULL).value, 8);
    assert_memory_equal(out, "to be\0\0\0x", 9);
    memset(out, 'y', sizeof out);
    assert_int_equal(sock_read(d.w, HOST_B, b, out, 4, SW_MSG_TRUNC, NULL).value, 4);
    assert_int_equal(out[0], 'y'); /* thrown away, not given */
    assert_int_equal(sock_read(d.w, HOST_B, b, out, 16, 0, NULL).value, 4);
    assert_memory_equal(out, "e\0\0\0y", 5);
    desk_end(&d);
}

/* ---- recv() ---- */

static void a_read_waits_for_bytes(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    SockResult r = desk_do(&d, sock_recv(HOST_B, b, 10, 0));
    assert_true(r.value == -1 && r.error == SW_EAGAIN && r.block && r.wait == SOCK_WAIT_READ);
    r = desk_do(&d, sock_recv(HOST_B, b, 10, SW_MSG_DONTWAIT));
    assert_true(r.value == -1 && r.error == SW_EAGAIN && !r.block);
    gives(&d, desk_text(HOST_A, a, "abc"), 3);
    assert_int_equal(desk_sleep(&d, sock_recv(HOST_B, b, 10, 0)).value, 3);
    gives(&d, sock_recv(HOST_B, b, 0, 0), 0);
    desk_end(&d);
}

static void waitall_takes_until_all_is_there_or_the_end(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, desk_text(HOST_A, a, "abc"), 3);
    desk_run(&d, NANOS_S);
    SockResult r = desk_do(&d, sock_recv(HOST_B, b, 10, SW_MSG_WAITALL));
    assert_true(r.value == 3 && r.block && r.wait == SOCK_WAIT_READ);
    gives(&d, desk_text(HOST_A, a, "defghijk"), 8);
    assert_int_equal(desk_sleep(&d, sock_recv(HOST_B, b, 7, SW_MSG_WAITALL)).value, 7);
    gives(&d, sock_shutdown(HOST_A, a, SW_SHUT_WR), 0);
    desk_run(&d, NANOS_S);
    gives(&d, sock_recv(HOST_B, b, 10, SW_MSG_WAITALL), 1);
    gives(&d, sock_recv(HOST_B, b, 10, SW_MSG_WAITALL), 0);
    desk_end(&d);
}

static void rcvlowat_makes_a_reader_wait_for_more(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, sock_setsockopt_int(HOST_B, b, SW_SOL_SOCKET, SW_SO_RCVLOWAT, 5), 0);
    gives(&d, desk_text(HOST_A, a, "abc"), 3);
    desk_run(&d, NANOS_S);
    assert_int_equal(sock_poll(d.w, HOST_B, b) & SW_POLLIN, 0);
    fails(&d, sock_recv(HOST_B, b, 10, 0), SW_EAGAIN);
    gives(&d, sock_recv(HOST_B, b, 2, 0), 2); /* asks for less than the mark */
    gives(&d, desk_text(HOST_A, a, "defghi"), 6);
    assert_int_equal(desk_sleep(&d, sock_recv(HOST_B, b, 10, 0)).value, 7);
    desk_end(&d);
}

static void a_receive_timeout_ends_the_sleep(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    const uint8_t half[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0xa1, 7, 0, 0, 0, 0, 0}; /* 500000 us */
    SockCmd set = sock_setsockopt(HOST_B, b, SW_SOL_SOCKET, SW_SO_RCVTIMEO, bytes_of(half, 16));
    gives(&d, set, 0);
    Nanos before = d.w->now;
    SockResult r = desk_sleep(&d, sock_recv(HOST_B, b, 10, 0));
    assert_true(r.value == -1 && r.error == SW_EAGAIN);
    assert_true(d.w->now == before + 500 * NANOS_MS);
    uint8_t got[16];
    uint32_t len = sizeof got;
    sock_look_getsockopt(d.w, HOST_B, b, SW_SOL_SOCKET, SW_SO_RCVTIMEO, got, &len);
    assert_memory_equal(got, half, 16);
    desk_end(&d);
}

/* ---- the end of a connection ---- */

static void a_reset_is_told_once_and_then_the_end(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, sock_disconnect(HOST_A, a), 0);
    desk_run(&d, NANOS_S);
    uint32_t all = SW_POLLIN | SW_POLLOUT | SW_POLLERR | SW_POLLHUP | SW_POLLRDHUP | SW_POLLRDNORM |
                   SW_POLLWRNORM;
    assert_int_equal(sock_poll(d.w, HOST_B, b), all);
    fails(&d, sock_send_zeros(HOST_B, b, 1, 0), SW_ECONNRESET);
    fails(&d, sock_send_zeros(HOST_B, b, 1, 0), SW_EPIPE);
    gives(&d, sock_recv(HOST_B, b, 1, 0), 0);
    fails(&d, sock_shutdown(HOST_B, b, SW_SHUT_WR), SW_ENOTCONN);
    assert_int_equal(sock_poll(d.w, HOST_B, b), all & ~(uint32_t)SW_POLLERR);
    gives(&d, sock_close(HOST_B, b), 0);
    desk_end(&d);
}

static void a_reset_after_the_end_of_file_is_a_broken_pipe_on_linux(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        Desk d = desk_new(i ? PROFILE_FREEBSD : PROFILE_LINUX);
        int listener = 0, a, b;
        desk_connect(&d, &listener, &a, &b);
        gives(&d, sock_shutdown(HOST_A, a, SW_SHUT_WR), 0);
        desk_run(&d, NANOS_S);
        gives(&d, sock_disconnect(HOST_A, a), 0);
        desk_run(&d, NANOS_S);
        assert_int_equal(desk_option(&d, HOST_B, b, SW_SOL_SOCKET, SW_SO_ERROR),
                         i ? SW_ECONNRESET : SW_EPIPE);
        gives(&d, sock_recv(HOST_B, b, 1, 0), 0);
        desk_end(&d);
    }
}

static void half_a_close_leaves_the_other_half(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, desk_text(HOST_A, a, "question"), 8);
    gives(&d, sock_shutdown(HOST_A, a, SW_SHUT_WR), 0);
    gives(&d, sock_shutdown(HOST_A, a, SW_SHUT_WR), 0);
    fails(&d, sock_send_zeros(HOST_A, a, 1, 0), SW_EPIPE);
    desk_run(&d, NANOS_S);
    gives(&d, sock_recv(HOST_B, b, 100, 0), 8);
    gives(&d, sock_recv(HOST_B, b, 100, 0), 0);
    gives(&d, desk_text(HOST_B, b, "answer"), 6);
    desk_run(&d, NANOS_S);
    gives(&d, sock_recv(HOST_A, a, 100, 0), 6);
    gives(&d, sock_close(HOST_B, b), 0);
    desk_run(&d, NANOS_S);
    assert_int_equal(desk_state(&d, HOST_A, a), TIME_WAIT);
    gives(&d, sock_recv(HOST_A, a, 100, 0), 0);
    fails(&d, sock_shutdown(HOST_A, a, SW_SHUT_RD), SW_ENOTCONN);
    desk_run(&d, 200 * NANOS_S); /* TIME-WAIT is over; the descriptor still is there */
    gives(&d, sock_recv(HOST_A, a, 100, 0), 0);
    fails(&d, sock_send_zeros(HOST_A, a, 1, 0), SW_EPIPE);
    assert_int_equal(desk_option(&d, HOST_A, a, SW_SOL_SOCKET, SW_SO_ERROR), 0);
    gives(&d, sock_close(HOST_A, a), 0);
    desk_end(&d);
}

static void shutdown_of_reading_ends_reads_and_nothing_else(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    fails(&d, sock_shutdown(HOST_B, b, 3), SW_EINVAL);
    fails(&d, sock_shutdown(HOST_B, b, -1), SW_EINVAL);
    gives(&d, sock_shutdown(HOST_B, b, SW_SHUT_RD), 0);
    gives(&d, sock_recv(HOST_B, b, 1, 0), 0);
    assert_true(sock_poll(d.w, HOST_B, b) & SW_POLLRDHUP);
    gives(&d, desk_text(HOST_B, b, "still"), 5);
    desk_run(&d, NANOS_S);
    gives(&d, sock_recv(HOST_A, a, 10, 0), 5);
    assert_int_equal(desk_state(&d, HOST_B, b), ESTABLISHED);
    desk_end(&d);
}

static void shutdown_of_a_listener_or_an_attempt_takes_it_back(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = desk_listener(&d, 1), a = desk_lazy(&d, HOST_A);
    gives(&d, sock_shutdown(HOST_B, listener, SW_SHUT_WR), 0);
    assert_int_equal(desk_state(&d, HOST_B, listener), LISTEN);
    fails(&d, sock_connect(HOST_A, a, ADDR_B, PORT), SW_EINPROGRESS);
    gives(&d, sock_shutdown(HOST_A, a, SW_SHUT_RDWR), 0);
    assert_null(sock_conn(d.w, HOST_A, a));
    gives(&d, sock_shutdown(HOST_B, listener, SW_SHUT_RD), 0);
    assert_null(sock_conn(d.w, HOST_B, listener));
    desk_run(&d, 10 * NANOS_S);
    desk_end(&d);
}

static void close_says_goodbye_and_leaves_the_rest_to_tcp(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, desk_text(HOST_A, a, "last words"), 10);
    const Tcb *t = sock_conn(d.w, HOST_A, a);
    gives(&d, sock_close(HOST_A, a), 0);
    assert_true(t->used && t->state == FIN_WAIT_1 && t->sock == 0);
    desk_run(&d, NANOS_S);
    gives(&d, sock_recv(HOST_B, b, 100, 0), 10);
    gives(&d, sock_recv(HOST_B, b, 100, 0), 0);
    gives(&d, sock_close(HOST_B, b), 0);
    desk_run(&d, 300 * NANOS_S);
    assert_false(t->used);
    desk_end(&d);
}

static void close_with_unread_bytes_resets(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, desk_text(HOST_A, a, "unread"), 6);
    desk_run(&d, NANOS_S);
    gives(&d, sock_close(HOST_B, b), 0);
    desk_run(&d, NANOS_S);
    fails(&d, sock_recv(HOST_A, a, 1, 0), SW_ECONNRESET);
    desk_end(&d);
}

static void linger_0_resets_at_once(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    const uint8_t zero[8] = {1, 0, 0, 0, 0, 0, 0, 0};
    gives(&d, sock_setsockopt(HOST_A, a, SW_SOL_SOCKET, SW_SO_LINGER, bytes_of(zero, 8)), 0);
    gives(&d, desk_text(HOST_A, a, "lost"), 4);
    const Tcb *t = sock_conn(d.w, HOST_A, a);
    gives(&d, sock_close(HOST_A, a), 0);
    assert_false(t->used);
    desk_run(&d, NANOS_S);
    assert_int_equal(desk_option(&d, HOST_B, b, SW_SOL_SOCKET, SW_SO_ERROR), SW_ECONNRESET);
    desk_end(&d);
}

static void linger_makes_close_sleep_until_all_is_acknowledged(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    const uint8_t ten[8] = {1, 0, 0, 0, 10, 0, 0, 0};
    gives(&d, sock_setsockopt(HOST_A, a, SW_SOL_SOCKET, SW_SO_LINGER, bytes_of(ten, 8)), 0);
    gives(&d, desk_text(HOST_A, a, "precious"), 8);
    Nanos before = d.w->now;
    SockResult r = desk_do(&d, sock_close(HOST_A, a));
    assert_true(r.block && r.wait == SOCK_WAIT_CLOSE);
    fails(&d, sock_recv(HOST_A, a, 1, 0), SW_EBADF);
    assert_int_equal(desk_sleep(&d, sock_close(HOST_A, a)).value, 0);
    assert_true(d.w->now >= before + 100 * NANOS_MS && d.w->now < before + 300 * NANOS_MS);
    assert_null(sock_at(d.w, HOST_A, a));
    desk_end(&d);
}

static void linger_gives_up_when_its_time_is_over(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    const uint8_t ten[8] = {1, 0, 0, 0, 10, 0, 0, 0};
    gives(&d, sock_setsockopt(HOST_A, a, SW_SOL_SOCKET, SW_SO_LINGER, bytes_of(ten, 8)), 0);
    world_apply(d.w, &(Cmd){.op = CMD_CUT, .link = 3}, bytes_of(NULL, 0), NULL);
    gives(&d, desk_text(HOST_A, a, "precious"), 8);
    Nanos before = d.w->now;
    assert_int_equal(desk_sleep(&d, sock_close(HOST_A, a)).value, 0);
    assert_true(d.w->now == before + 10 * NANOS_S);
    assert_null(sock_at(d.w, HOST_A, a));
    desk_end(&d);
}

/* ---- fcntl(), ioctl() ---- */

static void flags_are_kept(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int a = desk_socket(&d, HOST_A);
    gives(&d, sock_fcntl(HOST_A, a, SW_F_GETFL, 0), SW_O_RDWR);
    gives(&d, sock_fcntl(HOST_A, a, SW_F_SETFL, SW_O_RDWR | SW_O_NONBLOCK), 0);
    gives(&d, sock_fcntl(HOST_A, a, SW_F_GETFL, 0), SW_O_RDWR | SW_O_NONBLOCK);
    gives(&d, sock_ioctl(HOST_A, a, SW_FIONBIO, 0), 0);
    gives(&d, sock_fcntl(HOST_A, a, SW_F_GETFL, 0), SW_O_RDWR);
    gives(&d, sock_fcntl(HOST_A, a, SW_F_SETFD, SW_FD_CLOEXEC), 0);
    gives(&d, sock_fcntl(HOST_A, a, SW_F_GETFD, 0), SW_FD_CLOEXEC);
    fails(&d, sock_fcntl(HOST_A, a, 999, 0), SW_EINVAL);
    fails(&d, sock_ioctl(HOST_A, a, 999, 0), SW_ENOTTY);
    desk_end(&d);
}

static void ioctl_counts_what_waits(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = 0, a, b;
    desk_connect(&d, &listener, &a, &b);
    gives(&d, sock_send_zeros(HOST_A, a, 30000, 0), 30000);
    gives(&d, sock_ioctl(HOST_A, a, SW_SIOCOUTQ, 0), 30000);
    gives(&d, sock_ioctl(HOST_A, a, SW_SIOCOUTQNSD, 0), 30000 - 10 * 1448);
    gives(&d, sock_shutdown(HOST_A, a, SW_SHUT_WR), 0);
    gives(&d, sock_ioctl(HOST_A, a, SW_SIOCOUTQ, 0), 30001); /* the FIN counts */
    desk_run(&d, 5 * NANOS_S);
    gives(&d, sock_ioctl(HOST_B, b, SW_SIOCINQ, 0), 30000);
    gives(&d, sock_ioctl(HOST_A, a, SW_SIOCOUTQ, 0), 0);
    gives(&d, sock_ioctl(HOST_B, b, SW_SIOCATMARK, 0), 0);
    desk_end(&d);
}

/* ---- others who act on the same host ---- */

static void a_learner_may_close_what_a_program_holds(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int listener = desk_listener(&d, 1), a = desk_lazy(&d, HOST_A);
    fails(&d, sock_connect(HOST_A, a, ADDR_B, PORT), SW_EINPROGRESS);
    world_apply(d.w, &(Cmd){.op = CMD_CLOSE, .host = HOST_A}, bytes_of(NULL, 0), NULL);
    world_apply(d.w, &(Cmd){.op = CMD_CLOSE, .host = HOST_B}, bytes_of(NULL, 0), NULL);
    world_check(d.w);
    assert_null(sock_conn(d.w, HOST_A, a));
    assert_null(sock_conn(d.w, HOST_B, listener));
    fails(&d, sock_recv(HOST_A, a, 1, 0), SW_ENOTCONN);
    desk_end(&d);
}

static void dead_connections_of_sockets_are_not_recycled(void **state)
{
    (void)state;
    Desk d = desk_new(PROFILE_LINUX);
    int a = desk_lazy(&d, HOST_A);
    fails(&d, sock_connect(HOST_A, a, ADDR_B, PORT), SW_EINPROGRESS);
    desk_run(&d, NANOS_S); /* refused */
    for (int i = 0; i < 40; i++) {
        world_apply(d.w, &(Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 99}, bytes_of(NULL, 0),
                    NULL);
        desk_run(&d, NANOS_S);
    }
    fails(&d, sock_recv(HOST_A, a, 1, 0), SW_ECONNREFUSED);
    desk_end(&d);
}

/* The same calls give the same world, with and without a listener to the story. */
static void calls_are_commands_and_repeat_exactly(void **state)
{
    (void)state;
    uint64_t digests[2];
    Note notes[4096];
    static uint8_t bytes[1 << 18];
    for (int i = 0; i < 2; i++) {
        Sink sink = {.notes = notes, .note_cap = 4096, .bytes = bytes, .byte_cap = sizeof bytes};
        Desk d = desk_new(PROFILE_LINUX);
        int listener = 0, a, b;
        desk_connect(&d, &listener, &a, &b);
        sock_do(d.w, sock_send_zeros(HOST_A, a, 5000, 0), i ? &sink : NULL);
        while (d.w->now < 10 * NANOS_S && world_step(d.w, i ? &sink : NULL))
            ;
        sock_do(d.w, sock_recv(HOST_B, b, 5000, 0), i ? &sink : NULL);
        digests[i] = world_digest(d.w);
        desk_end(&d);
    }
    assert_true(digests[0] == digests[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_before_there_is_a_connection_breaks_the_pipe),
        cmocka_unit_test(a_blocking_write_is_complete_when_all_is_taken),
        cmocka_unit_test(a_non_blocking_write_takes_what_fits),
        cmocka_unit_test(bytes_arrive_as_they_were_written),
        cmocka_unit_test(a_read_waits_for_bytes),
        cmocka_unit_test(waitall_takes_until_all_is_there_or_the_end),
        cmocka_unit_test(rcvlowat_makes_a_reader_wait_for_more),
        cmocka_unit_test(a_receive_timeout_ends_the_sleep),
        cmocka_unit_test(a_reset_is_told_once_and_then_the_end),
        cmocka_unit_test(a_reset_after_the_end_of_file_is_a_broken_pipe_on_linux),
        cmocka_unit_test(half_a_close_leaves_the_other_half),
        cmocka_unit_test(shutdown_of_reading_ends_reads_and_nothing_else),
        cmocka_unit_test(shutdown_of_a_listener_or_an_attempt_takes_it_back),
        cmocka_unit_test(close_says_goodbye_and_leaves_the_rest_to_tcp),
        cmocka_unit_test(close_with_unread_bytes_resets),
        cmocka_unit_test(linger_0_resets_at_once),
        cmocka_unit_test(linger_makes_close_sleep_until_all_is_acknowledged),
        cmocka_unit_test(linger_gives_up_when_its_time_is_over),
        cmocka_unit_test(flags_are_kept),
        cmocka_unit_test(ioctl_counts_what_waits),
        cmocka_unit_test(a_learner_may_close_what_a_program_holds),
        cmocka_unit_test(dead_connections_of_sockets_are_not_recycled),
        cmocka_unit_test(calls_are_commands_and_repeat_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
