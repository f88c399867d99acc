/*
 * test_kernel.c - the kernel's answers are read whole, short or damaged; and where netlink is
 * there, a connection of our own is found.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/live/kernel.h"

static void every_length_of_an_answer_is_read(void **state)
{
    (void)state;
    uint8_t message[400];
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 7);
    for (size_t len = 0; len <= sizeof message; len++) {
        KernelConn k;
        uint8_t *exact = malloc(len ? len : 1);
        memcpy(exact, message, len);
        kernel_read(bytes_of(exact, len), &k);
        char text[500];
        Text t = text_fixed(text, sizeof text);
        kernel_text(&t, &k);
        assert_true(k.state < TCP_STATE_COUNT && t.len > 0);
        free(exact);
    }
}

static void a_listener_is_found(void **state)
{
    (void)state;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof a;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) != 0 || listen(s, 1) != 0 ||
        getsockname(s, (struct sockaddr *)&a, &len) != 0)
        skip();
    static KernelConn conns[4096];
    int n = kernel_conns(conns, 4096);
    bool found = false;
    for (int i = 0; i < n && i < 4096; i++)
        found = found || (conns[i].state == LISTEN && conns[i].own.port == ntohs(a.sin_port));
    close(s);
    if (n < 0) /* no netlink here */
        skip();
    assert_true(found);
    for (int i = 1; i < n && i < 4096; i++)
        assert_false(conns[i - 1].state == LISTEN && conns[i].state != LISTEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_of_an_answer_is_read),
        cmocka_unit_test(a_listener_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
