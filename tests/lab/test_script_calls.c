/*
 * test_script_calls.c - what the system calls of a .pkt script are compared with: results, and all
 * that comes back through pointers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/lab/pkt.h"

static void an_option_is_compared_with_its_length(void **state)
{
    (void)state;
    pkt_passes(PKT_ACCEPT "+0 getsockopt(4, IPPROTO_TCP, TCP_MAXSEG, [1460], [4]) = 0\n");
    pkt_fails(PKT_ACCEPT "+0 getsockopt(4, IPPROTO_TCP, TCP_MAXSEG, [1461], [4]) = 0\n", 8,
              "[1460], [4]");
    pkt_fails(PKT_ACCEPT "+0 getsockopt(4, IPPROTO_TCP, TCP_MAXSEG, [1460], [8]) = 0\n", 8,
              "length");
    pkt_passes(PKT_ACCEPT "+0 getsockopt(4, IPPROTO_TCP, TCP_CONGESTION, \"cubic\", [5]) = 0\n");
    pkt_passes(PKT_ACCEPT "+0 getsockopt(4, IPPROTO_TCP, TCP_CONGESTION, \"cubic\", [16]) = 0\n");
    pkt_fails(PKT_ACCEPT "+0 getsockopt(4, IPPROTO_TCP, TCP_CONGESTION, \"cubic\", [17]) = 0\n", 8,
              "[16]");
    pkt_fails(PKT_ACCEPT "+0 getsockopt(4, IPPROTO_TCP, TCP_CONGESTION, \"reno\", [16]) = 0\n", 8,
              "\"cubic\"");
    pkt_passes(PKT_ACCEPT
               "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8) = 0\n"
               "+0 getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, [8]) = 0\n");
    pkt_fails(PKT_ACCEPT "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8) = 0\n"
                         "+0 getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=6}, [8]) = 0\n",
              9, "{onoff=1, linger=5}");
}

/* A second connection to the listener of PKT_ACCEPT, as fd 5; six more lines. */
#define PKT_SECOND                                                           \
    "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 6\n"                         \
    "+0 fcntl(6, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"                          \
    "+0 connect(6, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n" \
    "+0 > S 0:0(0) <...>\n"                                                  \
    "+.1 < S. 0:0(0) ack 1 win 65535 <mss 1460>\n"                           \
    "+0 > . 1:1(0) ack 1\n"

#define PKT_EPOLL                                                                    \
    PKT_ACCEPT PKT_SECOND                                                            \
        "+0 epoll_create(1) = 9\n"                                                   \
        "+0 epoll_ctl(9, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0\n"            \
        "+0 epoll_ctl(9, EPOLL_CTL_ADD, 6, {events=EPOLLOUT, u64=77}) = 0\n"         \
        "+0 < P. 1:11(10) ack 1 win 65535\n"                                         \
        "+0 epoll_ctl(9, EPOLL_CTL_MOD, 6, {events=EPOLLIN|EPOLLOUT, u64=77}) = 0\n" \
        "+0 epoll_ctl(9, EPOLL_CTL_MOD, 4, {events=EPOLLOUT, fd=4}) = 0\n"

static void every_event_of_epoll_wait_is_compared(void **state)
{
    (void)state;
    pkt_passes(PKT_EPOLL "+0 epoll_wait(9, [{events=EPOLLOUT, fd=4}, "
                         "{events=EPOLLIN|EPOLLOUT, u64=77}], 5, 0) = 2\n");
    pkt_passes(PKT_EPOLL "+0 epoll_wait(9, [{events=EPOLLIN|EPOLLOUT, u64=77}, "
                         "{events=EPOLLOUT, fd=4}], 5, 0) = 2\n");
    pkt_fails(PKT_EPOLL "+0 epoll_wait(9, [{events=EPOLLOUT, fd=4}, "
                        "{events=EPOLLOUT, u64=77}], 5, 0) = 2\n",
              20, "EPOLLIN|EPOLLOUT");
    pkt_fails(PKT_EPOLL "+0 epoll_wait(9, [{events=EPOLLOUT, fd=4}, "
                        "{events=EPOLLIN|EPOLLOUT, u64=78}], 5, 0) = 2\n",
              20, "other events");
    pkt_fails(PKT_EPOLL "+0 epoll_wait(9, {events=EPOLLOUT, fd=5}, 5, 0) = 2\n", 20,
              "other events");
}

static void poll_tells_which_descriptor_differs(void **state)
{
    (void)state;
    pkt_fails(PKT_ACCEPT "+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1\n", 8,
              "fd=4, revents=POLLOUT");
}

#define RECVMSG(rest) "+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 4}], " rest "}, 0) = 4\n"

static void the_flags_of_a_message_are_compared(void **state)
{
    (void)state;
    pkt_passes(PKT_ACCEPT "+0 < P. 1:11(10) ack 1 win 9\n" RECVMSG("msg_flags=0"));
    pkt_fails(PKT_ACCEPT "+0 < P. 1:11(10) ack 1 win 9\n" RECVMSG("msg_flags=MSG_CTRUNC"), 9,
              "msg_flags=0");
    static const char urgent[] = PKT_ACCEPT
        "+0 < PU. 1:11(10) ack 1 win 9 urg 10\n"
        "+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 1}], msg_flags=%s}, MSG_OOB) = 1\n";
    char text[2048];
    snprintf(text, sizeof text, urgent, "MSG_OOB");
    pkt_passes(text);
    snprintf(text, sizeof text, urgent, "0");
    pkt_fails(text, 9, "MSG_OOB");
}

static void control_messages_are_compared(void **state)
{
    (void)state;
#define INQ                                                                                      \
    PKT_ACCEPT "+0 setsockopt(4, IPPROTO_TCP, TCP_INQ, [1], 4) = 0\n+0 < P. 1:11(10) ack 1 win " \
               "9\n"
    pkt_passes(INQ RECVMSG("msg_flags=0, msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, "
                           "cmsg_data=6}]"));
    pkt_fails(INQ RECVMSG("msg_flags=0, msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, "
                          "cmsg_data=7}]"),
              10, "cmsg_data=6");
    pkt_passes(INQ RECVMSG("msg_flags=MSG_CTRUNC"));
    pkt_fails(INQ RECVMSG("msg_flags=0"), 10, "MSG_CTRUNC");
    pkt_fails(PKT_ACCEPT "+0 < P. 1:11(10) ack 1 win 9\n" RECVMSG(
                  "msg_flags=0, msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, "
                  "cmsg_data=6}]"),
              9, "control messages");
}

static void what_a_stack_without_reports_cannot_tell_is_skipped(void **state)
{
    (void)state;
    pkt_passes(PKT_ACCEPT "+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 4}], msg_flags=0}, "
                          "MSG_ERRQUEUE) = -1 EAGAIN (Resource temporarily unavailable)\n");
    pkt_skips(PKT_ACCEPT "+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 0}], "
                         "msg_flags=MSG_ERRQUEUE}, MSG_ERRQUEUE) = 0\n",
              "error queue");
    pkt_skips(PKT_ACCEPT "+0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 4}], msg_flags=0, "
                         "msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMPING, "
                         "cmsg_data=1}]}, 0) = 4\n",
              "control messages");
}

static void a_closed_number_is_no_other_socket(void **state)
{
    (void)state;
    pkt_passes("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "+0 close(3) = 0\n"
               "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 7\n"
               "+0 listen(3, 1) = -1 EBADF (Bad file descriptor)\n"
               "+0 listen(7, 1) = 0\n");
}

static void what_is_larger_than_the_mtu_arrives_whole_or_in_pieces(void **state)
{
    (void)state;
    static const char big[] = PKT_ACCEPT "+0 < P. 1:6001(6000) ack 1 win 65535\n"
                                         "+0 read(4, ..., 9000) = 6000\n";
    ScriptOptions o = pkt_options();
    pkt_passes(big);
    o.options[o.option_count++] = "--mss=1460";
    pkt_passes_with(&o, big);
    o.options[0] = "--mss=9999"; /* more than a frame holds */
    pkt_passes_with(&o, big);
    pkt_skips(PKT_ACCEPT "+0 < P. 1:65501(65500) ack 1 win 65535 <nop,nop,TS val 1 ecr 0>\n",
              "larger");
}

static void shell_lines_that_check_are_not_taken_for_preparations(void **state)
{
    (void)state;
    pkt_passes(PKT_LISTEN "+0 `nstat -n`\n+0 `echo done`\n+0 `nstat > /dev/null`\n");
    pkt_skips(PKT_LISTEN "+0 `nstat | grep TcpExtTCPTimeouts`\n", "nstat");
    pkt_skips(PKT_LISTEN "+0 `echo 1 > /proc/sys/net/ipv4/tcp_wonder`\n", "tcp_wonder");
    pkt_skips(PKT_LISTEN "+0 `tc qdisc add dev tun0 root netem loss 3%`\n", "netem");
    pkt_passes(PKT_LISTEN "+0 `echo 0 > /proc/sys/net/ipv4/tcp_sack`\n"
                          "+0 < S 0:0(0) win 65535 <mss 1460,sackOK,nop,nop>\n"
                          "+0 > S. 0:0(0) ack 1 <mss 1460>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_option_is_compared_with_its_length),
        cmocka_unit_test(every_event_of_epoll_wait_is_compared),
        cmocka_unit_test(poll_tells_which_descriptor_differs),
        cmocka_unit_test(the_flags_of_a_message_are_compared),
        cmocka_unit_test(control_messages_are_compared),
        cmocka_unit_test(what_a_stack_without_reports_cannot_tell_is_skipped),
        cmocka_unit_test(a_closed_number_is_no_other_socket),
        cmocka_unit_test(what_is_larger_than_the_mtu_arrives_whole_or_in_pieces),
        cmocka_unit_test(shell_lines_that_check_are_not_taken_for_preparations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
