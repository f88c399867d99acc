/*
 * test_cc.c: how the algorithms behave on a bottleneck.
 *
 * A sends to B without end over 10 Mbit/s, a round trip of 20 ms, room for 20 packets in the queue:
 * a window of 17 segments fills the wire, one of 37 also the queue. Runs are deterministic; what is
 * demanded are bounds that a reader can check on paper.
 */
#include "tests/net/transfer.h"

#include "core/tcp/cc.h"

#include <stdlib.h>

enum { MSS = 1460, WIRE = 17 * MSS, FULL = 38 * MSS };

typedef struct Course {
    uint32_t sent;               /* bytes acknowledged while watched */
    uint32_t cwnd_min, cwnd_max; /* while nothing is being recovered */
    Nanos queue_max, rtt_max;    /* longest wait in the queue, longest smoothed round trip */
    uint32_t losses;
} Course;

static void apply(World *w, Cmd cmd)
{
    assert_int_equal(world_apply(w, &cmd, bytes_of(NULL, 0), NULL).status, CALL_OK);
}

/* Buffers that do not stand in the way: the least window of BBR's start is three times the path. */
static void widen(World *w, HostId host)
{
    static const struct {
        KnobId knob;
        uint64_t value;
    } settings[] = {
        {KNOB_RACK, 1}, {KNOB_SNDBUF, 250000}, {KNOB_RCVBUF, 250000}, {KNOB_WINDOW_SCALING, 1}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        apply(
            w,
            (Cmd){.op = CMD_SET, .host = host, .key = settings[i].knob, .val = settings[i].value});
}

static World *bottleneck(CcAlgorithm algorithm)
{
    Shape shape = SHAPE_LESSON;
    shape.ring_bytes = 1 << 18;
    World *w = world_init(malloc(world_size(&shape)), &shape, 1);
    apply(w, (Cmd){.op = CMD_LINK, .link = 3, .key = LINK_RTT, .val = 20 * NANOS_MS});
    apply(w, (Cmd){.op = CMD_LINK, .link = 1, .key = LINK_RATE, .val = 10000000});
    apply(w, (Cmd){.op = CMD_LINK, .link = 1, .key = LINK_QUEUE, .val = 20});
    apply(w, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_CC, .val = algorithm});
    apply(w, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_CWND_VALIDATION, .val = 1});
    for (HostId h = 0; h < HOST_COUNT; h++) {
        apply(w, (Cmd){.op = CMD_SET, .host = h, .key = KNOB_SACK, .val = 1});
        if (algorithm == CC_BBR)
            widen(w, h);
    }
    apply(w, (Cmd){.op = CMD_APP, .host = HOST_B, .key = APP_SINK});
    apply(w, (Cmd){.op = CMD_APP, .host = HOST_A, .key = APP_SOURCE, .val = 1u << 30});
    apply(w, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80});
    apply(w, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
    return w;
}

/* Watches from one moment to another. */
static Course watch(World *w, Nanos from, Nanos to)
{
    const Tcb *t = world_conn(w, HOST_A, 0);
    Course c = {.cwnd_min = UINT32_MAX};
    while (w->now < from)
        assert_true(world_step(w, NULL));
    Seq una = t->snd.una;
    uint32_t rexmits = t->rexmits;
    while (w->now < to) {
        assert_true(world_step(w, NULL));
        const Link *link = &w->links[HOST_A];
        if (link->busy_until > w->now)
            c.queue_max = max_u64(c.queue_max, link->busy_until - w->now);
        c.rtt_max = max_u64(c.rtt_max, t->srtt);
        if (t->cc.phase != CC_OPEN)
            continue;
        c.cwnd_min = min_u32(c.cwnd_min, t->cc.cwnd);
        c.cwnd_max = max_u32(c.cwnd_max, t->cc.cwnd);
    }
    c.sent = seq_distance(una, t->snd.una);
    c.losses = t->rexmits - rexmits;
    return c;
}

/* Per cent of what the wire can carry: 1460 of 1500 bytes. */
static uint64_t utilisation(const Course *c, Nanos time)
{
    return (uint64_t)c->sent * 1500 / MSS * 8 * 100 / (10000000 * (time / NANOS_S));
}

static void reno_saws_between_a_half_and_the_whole(void **state)
{
    (void)state;
    World *w = bottleneck(CC_RENO);
    Course c = watch(w, 5 * NANOS_S, 25 * NANOS_S);
    assert_true(utilisation(&c, 20 * NANOS_S) >= 90);
    assert_in_range(c.cwnd_max, FULL - 3 * MSS, FULL + 3 * MSS);
    assert_in_range(c.cwnd_min, FULL / 2 - 3 * MSS, FULL / 2 + 3 * MSS);
    assert_in_range(c.losses, 5, 60); /* one for each tooth, of about a second */
    free(w);
}

static void cubic_fills_the_path_and_falls_less_deep(void **state)
{
    (void)state;
    World *w = bottleneck(CC_CUBIC);
    Course c = watch(w, 5 * NANOS_S, 25 * NANOS_S);
    assert_true(utilisation(&c, 20 * NANOS_S) >= 95);
    assert_in_range(c.cwnd_max, FULL - 3 * MSS, FULL + 3 * MSS);
    /* seven tenths; of seven tenths, where the queue overflowed by two packets at once */
    assert_in_range(c.cwnd_min, FULL * 49 / 100 - MSS, FULL * 7 / 10 + 4 * MSS);
    free(w);
}

static void bbr_fills_the_path_but_not_the_queue(void **state)
{
    (void)state;
    World *w = bottleneck(CC_BBR);
    Course c = watch(w, 5 * NANOS_S, 25 * NANOS_S);
    assert_true(utilisation(&c, 20 * NANOS_S) >= 95);
    assert_true(c.queue_max < 10 * NANOS_MS); /* of 24 ms that it holds */
    assert_int_equal(c.losses, 0);
    free(w);
}

static void hystart_leaves_slow_start_without_a_loss(void **state)
{
    (void)state;
    World *w = bottleneck(CC_CUBIC);
    apply(w, (Cmd){.op = CMD_LINK, .link = 1, .key = LINK_QUEUE, .val = 60});
    Course c = watch(w, 100 * NANOS_MS, 2 * NANOS_S);
    const Tcb *t = world_conn(w, HOST_A, 0);
    assert_int_equal(c.losses, 0);
    assert_in_range(t->ccs.hystart.state, HYSTART_CSS, HYSTART_DONE);
    assert_in_range(t->cc.cwnd, WIRE, 3 * FULL);
    free(w);
}

static void a_pacing_limit_is_kept(void **state)
{
    (void)state;
    World *w = bottleneck(CC_RENO);
    apply(w, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_MAX_PACING, .val = 500000});
    Course c = watch(w, 2 * NANOS_S, 12 * NANOS_S);
    assert_in_range(c.sent, 4950000, 5050000);
    assert_int_equal(c.losses, 0);
    assert_true(c.queue_max <= 2 * NANOS_MS); /* never more than the packet being sent */
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reno_saws_between_a_half_and_the_whole),
        cmocka_unit_test(cubic_fills_the_path_and_falls_less_deep),
        cmocka_unit_test(bbr_fills_the_path_but_not_the_queue),
        cmocka_unit_test(hystart_leaves_slow_start_without_a_loss),
        cmocka_unit_test(a_pacing_limit_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
