/*
 * test_memory.c - the desk survives the end of memory.
 *
 * Every allocation of a story is refused once, alone and with all that follow it. Whatever was
 * refused, nothing stops, nothing leaks (the sanitizer looks), and what is left is consistent: the
 * present can be left and reached again.
 *
 * malloc and its kin are defined here and pass on to the real ones; the test is for our own calls,
 * so they refuse only while `armed`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "core/lab/why.h"
#include "tests/lab/desk.h"

static bool armed, all_that_follow;
static long left; /* allocations that still succeed */
static bool refused;

static bool refuse(void)
{
    bool now = left == 0 || (left < 0 && all_that_follow);
    left--;
    refused = refused || now;
    return now;
}

/* The real ones: the address sanitizer's where there is one, else the C library's. */
void *__interceptor_malloc(size_t) __attribute__((weak));
void *__interceptor_calloc(size_t, size_t) __attribute__((weak));
void *__interceptor_realloc(void *, size_t) __attribute__((weak));
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

/* These run before the sanitizer has been set up. */
#define EARLY __attribute__((no_sanitize("address", "undefined")))

EARLY void *malloc(size_t size)
{
    if (armed && refuse())
        return NULL;
    return __interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size);
}

EARLY void *calloc(size_t n, size_t size)
{
    if (armed && refuse())
        return NULL;
    return __interceptor_calloc ? __interceptor_calloc(n, size) : __libc_calloc(n, size);
}

EARLY void *realloc(void *old, size_t size)
{
    if (armed && refuse())
        return NULL;
    return __interceptor_realloc ? __interceptor_realloc(old, size) : __libc_realloc(old, size);
}

static const Shape small = {
    .conns = 4, .packets = 16, .sent_cap = 16, .range_cap = 4, .ring_bytes = 2048, .mtu = 1500};

static void look_at_it(const Session *s)
{
    PredError error;
    const char *text = "count(SYN from A) == 1 && received(B) ~ \"h\"";
    Pred *p = pred_compile(text, strlen(text), &error);
    if (p)
        pred_true(p, session_world(s), session_trace(s));
    Text t = text_heap();
    for (uint32_t row = 1; row <= trace_last(session_trace(s)); row++)
        why_row(&t, session_trace(s), row, LANG_ZH, false);
    if (p)
        pred_explain(&t, p, session_world(s), session_trace(s), LANG_EN);
    assert_true(t.cap == 0 || strlen(t.buf) == t.len);
    text_heap_free(&t);
    pred_free(p);
}

/* Something of everything; asserts nothing, since anything may be refused. */
static void live(Session *s)
{
    static const Cmd listen = {.op = CMD_LISTEN, .host = HOST_B, .key = 80};
    static const Cmd connect = {.op = CMD_CONNECT, .host = HOST_A, .key = 80};
    static const Cmd send = {.op = CMD_SEND, .host = HOST_A};
    RunLimit quiet = {.until = NANOS_NEVER, .quiet = true};
    PredError error;
    session_begin_line(s, "listen");
    session_apply(s, &listen, bytes_of(NULL, 0));
    session_begin_line(s, "connect");
    session_apply(s, &connect, bytes_of(NULL, 0));
    uint32_t id = session_break_add(s, "A.state == ESTABLISHED", &error);
    session_run(s, &quiet);
    session_mark(s, "here");
    session_run(s, &quiet);
    session_log(s, "listen");
    session_begin_line(s, "send");
    session_apply(s, &send, bytes_of("hello", 5));
    session_run(s, &quiet);
    session_back(s, 2);
    session_branch(s, "aside");
    session_apply(s, &send, bytes_of(" world", 6));
    session_run(s, &quiet);
    session_back(s, 3);
    session_begin_line(s, "again");
    session_apply(s, &send, bytes_of("!", 1));
    session_undo(s, NULL);
    session_redo(s, NULL);
    session_goto_mark(s, "here");
    session_switch(s, "main");
    session_forward(s, 100);
    Session *fork = session_fork(s);
    if (fork) {
        session_apply(fork, &send, bytes_of("?", 1));
        session_run(fork, &quiet);
    }
    session_free(fork);
    look_at_it(s);
    session_break_remove(s, id);
}

/* With memory again: the present is reached from everywhere, and life goes on. */
static void check_present(Session *s)
{
    uint64_t here = world_digest(session_world(s)), position = session_position(s);
    session_mark(s, "present");
    session_goto_position(s, 0);
    session_goto_position(s, UINT64_MAX);
    assert_true(session_goto_mark(s, "present"));
    assert_true(session_position(s) == position);
    assert_true(world_digest(session_world(s)) == here);
    live(s);
    world_check(session_world(s));
}

/* One story with the n-th allocation refused; false when it did not have so many. */
static bool story(long n, bool follow)
{
    SessionOptions options = {.seed = 1, .shape = small, .check = true};
    left = n;
    all_that_follow = follow;
    refused = false;
    armed = true;
    Session *s = session_new(&options);
    if (s)
        live(s);
    armed = false;
    if (s)
        check_present(s);
    session_free(s);
    return refused;
}

static void any_single_refusal_is_survived(void **state)
{
    (void)state;
    long n = 0;
    while (story(n, false))
        n++;
    assert_true(n > 50);
}

static void the_end_of_memory_is_survived(void **state)
{
    (void)state;
    long n = 0;
    while (story(n, true))
        n++;
    assert_true(n > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_single_refusal_is_survived),
        cmocka_unit_test(the_end_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
