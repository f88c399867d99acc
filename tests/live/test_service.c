/*
 * test_service.c - the services of the live end, in a world without a kernel: A is our own TCP, and
 * what a service says is carried out as the language would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/live/service.h"

static World *world;
static Services services;

static CallResult apply(Cmd cmd, Bytes data)
{
    return world_apply(world, &cmd, data, NULL);
}

/* The bytes of a quoted text; returns how many. */
static size_t unquote(const char *at, uint8_t *out)
{
    size_t n = 0;
    for (at++; *at != '"'; at++) {
        unsigned hex;
        if (*at != '\\') {
            out[n++] = (uint8_t)*at;
            continue;
        }
        at++;
        if (*at == 'x') {
            assert_int_equal(sscanf(at + 1, "%2x", &hex), 1);
            out[n++] = (uint8_t)hex;
            at += 2;
        } else {
            out[n++] = (uint8_t)(*at == 'n' ? '\n' : *at == 'r' ? '\r' : *at);
        }
    }
    return n;
}

/* Carries out one command of a line. */
static void carry_out(const char *line)
{
    unsigned conn;
    static uint8_t bytes[SERVICE_LINE_MAX];
    int used = 0;
    assert_int_equal(sscanf(line, "B[%u] %n", &conn, &used), 1);
    const char *what = line + used;
    Cmd cmd = {.host = HOST_B, .conn = (uint16_t)conn};
    Bytes data = bytes_of(NULL, 0);
    if (strncmp(what, "send \"", 6) == 0) {
        cmd.op = CMD_SEND;
        data = bytes_of(bytes, unquote(what + 5, bytes));
        cmd.len = (uint32_t)data.len;
    } else if (strncmp(what, "recv", 4) == 0) {
        cmd.op = CMD_RECV;
        cmd.val = strtoull(what + 4, NULL, 10);
    } else if (strncmp(what, "close", 5) == 0) {
        cmd.op = CMD_CLOSE;
    } else {
        assert_int_equal(strncmp(what, "abort", 5), 0);
        cmd.op = CMD_ABORT;
    }
    assert_int_equal(apply(cmd, data).status, CALL_OK);
}

/* The commands of a line are parted by "; " outside of quotes. */
static void carry_out_line(const char *line)
{
    bool quoted = false;
    const char *from = line;
    for (const char *s = line; *s; s++) {
        if (quoted && *s == '\\')
            s++;
        else if (*s == '"')
            quoted = !quoted;
        else if (!quoted && *s == ';') {
            carry_out(from);
            from = s + 2;
        }
    }
    carry_out(from);
}

static void run_until(Nanos until)
{
    static char buf[SERVICE_LINE_MAX];
    for (int i = 0; i < 20000; i++) {
        Text line = text_fixed(buf, sizeof buf);
        if (service_next(&services, world, &line)) {
            assert_false(line.full);
            carry_out_line(buf);
            continue;
        }
        Nanos due = service_due(&services, world);
        Move next = world_next(world);
        Nanos at = next.kind == MOVE_NONE ? NANOS_NEVER : next.at;
        if (due < at && due <= until) {
            world_wait(world, due);
        } else if (at <= until) {
            world_step(world, NULL);
        } else {
            world_wait(world, until);
            return;
        }
    }
    fail();
}

static void open_port(uint16_t port)
{
    services = (Services){0};
    assert_non_null(world_init(world, &SHAPE_LESSON, 1));
    assert_true(service_on(port));
    apply((Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = port}, bytes_of(NULL, 0));
    apply((Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = port}, bytes_of(NULL, 0));
    run_until(NANOS_S);
    assert_int_equal(world_conn(world, HOST_A, 0)->state, ESTABLISHED);
}

static void send_text(const char *text)
{
    Cmd cmd = {.op = CMD_SEND, .host = HOST_A, .len = (uint32_t)strlen(text)};
    assert_int_equal(apply(cmd, bytes_of(text, strlen(text))).status, CALL_OK);
    run_until(world->now + 2 * NANOS_S);
}

static const char *received(void)
{
    static char text[70000];
    const Tcb *t = world_conn(world, HOST_A, 0);
    uint32_t n = ring_peek(&t->rx, (const uint8_t *)world + world->rings_at, 0, (uint8_t *)text,
                           sizeof text - 1);
    text[n] = '\0';
    return text;
}

static void shut(void)
{
    apply((Cmd){.op = CMD_SHUTDOWN, .host = HOST_A}, bytes_of(NULL, 0));
    run_until(world->now + 2 * NANOS_S);
}

static TcpState state_of(HostId host)
{
    return (TcpState)world_conn(world, host, 0)->state;
}

static void echo_sends_back_and_closes(void **state)
{
    (void)state;
    open_port(7);
    send_text("one \"two\" \\ three\r\n\x01\xff;");
    assert_string_equal(received(), "one \"two\" \\ three\r\n\x01\xff;");
    shut();
    assert_int_equal(state_of(HOST_A), TIME_WAIT);
}

static void discard_reads_and_says_nothing(void **state)
{
    (void)state;
    open_port(9);
    send_text("anything");
    assert_string_equal(received(), "");
    assert_int_equal(world_conn(world, HOST_B, 0)->rx.len, 0);
    shut();
    assert_int_equal(state_of(HOST_A), TIME_WAIT);
}

static void chargen_fills_the_window(void **state)
{
    (void)state;
    open_port(19);
    run_until(world->now + 3 * NANOS_S);
    assert_memory_equal(received(),
                        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFG"
                        "HIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg\r\n!\"#",
                        77);
    assert_true(strlen(received()) > 60000);
}

static void http_tells_about_its_own_connection(void **state)
{
    (void)state;
    open_port(80);
    send_text("GET /state HTTP/1.1\r\nHost: x\r\n");
    assert_string_equal(received(), ""); /* not whole yet */
    send_text("\r\n");
    assert_memory_equal(received(), "HTTP/1.1 200 OK\r\n", 17);
    assert_non_null(strstr(received(), "state    ESTABLISHED"));
    assert_non_null(strstr(received(), "peer     10.0.0.1 port"));
    const char *body = strstr(received(), "\r\n\r\n") + 4;
    const char *length = strstr(received(), "Content-Length: ");
    assert_int_equal(strtoul(length + 16, NULL, 10), strlen(body));
    assert_int_equal(state_of(HOST_A), CLOSE_WAIT);
    open_port(80);
    send_text("GET / HTTP/1.1\r\n\r\n");
    assert_non_null(strstr(received(), "text/html"));
    open_port(80);
    send_text("HEAD / HTTP/1.1\r\n\r\n");
    assert_null(strstr(received(), "<h1>"));
    open_port(80);
    send_text("GET /nothing HTTP/1.1\r\n\r\n");
    assert_non_null(strstr(received(), "404 Not Found"));
    open_port(80);
    send_text("POST / HTTP/1.1\r\n\r\n");
    assert_non_null(strstr(received(), "501 Not Implemented"));
    open_port(80);
    shut(); /* without asking anything */
    assert_int_equal(state_of(HOST_A), TIME_WAIT);
}

/* What is received after the header is the file. */
static void asks_for(const char *request, const ServedFile *file)
{
    open_port(80);
    services.files = file;
    services.file_count = 1;
    send_text(request);
}

static void http_sends_files_byte_by_byte(void **state)
{
    (void)state;
    static uint8_t bytes[20000];
    char path[] = "/a b/c.html";
    ServedFile file = {path, bytes, sizeof bytes};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 256);
    asks_for("GET /a%20b/c.html?x HTTP/1.1\r\n\r\n", &file);
    assert_non_null(strstr(received(), "Content-Type: text/html"));
    assert_non_null(strstr(received(), "Content-Length: 20000\r\n"));
    assert_memory_equal(strstr(received(), "\r\n\r\n") + 4, bytes, sizeof bytes);
    assert_int_equal(state_of(HOST_A), CLOSE_WAIT);
    asks_for("HEAD /a%20b/c.html HTTP/1.1\r\n\r\n", &file);
    assert_string_equal(strstr(received(), "\r\n\r\n") + 4, "");
    asks_for("GET /a%20b/c.htm HTTP/1.1\r\n\r\n", &file);
    assert_non_null(strstr(received(), "404 Not Found"));
    asks_for("GET /a%20b/../a%20b/c.html HTTP/1.1\r\n\r\n", &file);
    assert_non_null(strstr(received(), "404 Not Found"));
    strcpy(path, "/<b>&\"x");
    asks_for("GET / HTTP/1.1\r\n\r\n", &file);
    assert_non_null(strstr(received(), "href=\"/&#60;b&#62;&#38;&#34;x\""));
    assert_null(strstr(received(), "<b>"));
    strcpy(path, "/a b/c.html");
    file.len = 0;
    asks_for("GET /a%20b/c.html HTTP/1.1\r\n\r\n", &file);
    assert_non_null(strstr(received(), "Content-Length: 0\r\n"));
    assert_int_equal(state_of(HOST_A), CLOSE_WAIT);
}

static void the_slow_reader_takes_a_thousand_bytes_a_second(void **state)
{
    (void)state;
    open_port(8001);
    Cmd cmd = {.op = CMD_SEND, .host = HOST_A, .val = 20000};
    assert_int_equal(apply(cmd, bytes_of(NULL, 0)).status, CALL_OK);
    run_until(world->now + 5500 * NANOS_MS);
    uint32_t left = world_conn(world, HOST_B, 0)->rx.len;
    assert_in_range(left, 14000, 15000);
}

static void one_never_closes_and_one_resets(void **state)
{
    (void)state;
    open_port(8002);
    send_text("hello");
    shut();
    run_until(world->now + 50 * NANOS_S);
    assert_int_equal(state_of(HOST_B), CLOSE_WAIT);
    assert_int_equal(state_of(HOST_A), FIN_WAIT_2);
    open_port(8003);
    send_text("hello");
    assert_int_equal(state_of(HOST_A), CLOSED);
    assert_false(service_on(81));
}

static int make_world(void **state)
{
    (void)state;
    world = malloc(world_size(&SHAPE_LESSON));
    return world ? 0 : -1;
}

static int free_world(void **state)
{
    (void)state;
    free(world);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(echo_sends_back_and_closes),
        cmocka_unit_test(discard_reads_and_says_nothing),
        cmocka_unit_test(chargen_fills_the_window),
        cmocka_unit_test(http_tells_about_its_own_connection),
        cmocka_unit_test(http_sends_files_byte_by_byte),
        cmocka_unit_test(the_slow_reader_takes_a_thousand_bytes_a_second),
        cmocka_unit_test(one_never_closes_and_one_resets),
    };
    return cmocka_run_group_tests(tests, make_world, free_world);
}
