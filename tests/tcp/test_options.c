/*
 * test_options.c: the arithmetic of the options, where a number is clearer than a script.
 *
 * Window scale: which shift a buffer asks for, what a window field says, what it cannot say.
 */
#include "tests/tcp/lone.h"

#include "core/tcp/options.h"

/* The connection as it was before its handshake, scaling switched on. */
static Desert *unopened(uint32_t buffer, uint64_t most)
{
    Desert *d = lone_start(CC_NONE, 1000);
    Host *h = &d->hosts[d->ctx.host];
    h->knob[KNOB_WINDOW_SCALING] = 1;
    h->knob[KNOB_RCVBUF_MAX] = most;
    d->t->state = SYN_SENT;
    d->t->rx.cap = buffer;
    return d;
}

static uint8_t offered(uint32_t buffer, uint64_t most)
{
    Desert *d = unopened(buffer, most);
    options_offer(&d->ctx, d->t);
    return d->t->agreed.rcv_scale;
}

static void the_smallest_shift_that_reaches_the_end_of_the_buffer_is_offered(void **state)
{
    (void)state;
    assert_int_equal(offered(65535, 0), 0);
    assert_int_equal(offered(65536, 0), 1);
    assert_int_equal(offered(131070, 0), 1);
    assert_int_equal(offered(131071, 0), 2);
    assert_int_equal(offered(UINT32_MAX, 0), 14); /* RFC 7323 2.3: never more */
}

static void a_buffer_that_may_grow_counts_as_large_as_it_may_become(void **state)
{
    (void)state;
    assert_int_equal(offered(65535, 6 << 20), 7); /* Linux */
    assert_int_equal(offered(65535, 2 << 20), 6); /* FreeBSD */
    assert_int_equal(offered(40000, 6 << 20), 0); /* a program has said how large it is */
    assert_int_equal(offered(65535, 15728640), 8);
}

static void the_window_of_a_syn_is_never_scaled(void **state)
{
    (void)state;
    Desert *d = unopened(65535, 0);
    d->t->agreed.snd_scale = 3;
    d->t->agreed.rcv_scale = 5;
    Seg seg = {.flags = SEG_SYN | SEG_ACK, .wnd = 1000};
    assert_int_equal(options_window(d->t, &seg), 1000);
    seg.flags = SEG_ACK;
    assert_int_equal(options_window(d->t, &seg), 8000);
    assert_int_equal(options_window_field(d->t, SEG_SYN | SEG_ACK, 64000, 64000), 64000);
    assert_int_equal(options_window_field(d->t, SEG_ACK, 64000, 64000), 2000);
}

static void a_window_is_rounded_up_only_where_there_is_room(void **state)
{
    (void)state;
    Desert *d = unopened(65535, 0);
    d->t->agreed.rcv_scale = 4;
    assert_int_equal(options_window_field(d->t, SEG_ACK, 1601, 1616), 101);
    assert_int_equal(options_window_field(d->t, SEG_ACK, 1601, 1615), 100);
    assert_int_equal(options_window_field(d->t, SEG_ACK, 15, 15), 0);
    d->t->agreed.rcv_scale = 0;
    assert_int_equal(options_window_field(d->t, SEG_ACK, 90000, 90000), 65535);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_shift_that_reaches_the_end_of_the_buffer_is_offered),
        cmocka_unit_test(a_buffer_that_may_grow_counts_as_large_as_it_may_become),
        cmocka_unit_test(the_window_of_a_syn_is_never_scaled),
        cmocka_unit_test(a_window_is_rounded_up_only_where_there_is_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
