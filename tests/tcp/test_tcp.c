/*
 * test_tcp.c: what a host's TCP computes, where a number is clearer than a scenario.
 *
 * The retransmission timeout against RFC 6298 worked by hand, the initial sequence number against
 * RFC 6528's promises, the tables of knobs, and the calls' answers in every state.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/tcp/isn.h"
#include "core/tcp/rtt.h"
#include "core/tcp/tcp.h"

#include <string.h>

enum { CONNS = 3, SENT_CAP = 4, RANGE_CAP = 2, RING = 256, PACKETS = 4, FRAME = 400 };

/* A host without a world: just the pools that TCP asks for. */
typedef struct Lone {
    Host hosts[HOST_COUNT];
    Tcb conns[CONNS + 1];
    Sent sents[(CONNS + 1) * SENT_CAP];
    SeqRange ranges[(CONNS + 1) * RANGE_CAP];
    uint8_t bytes[CONNS * 2 * RING];
    Packet packets[PACKETS + 1];
    uint8_t frames[(PACKETS + 1) * FRAME];
    RuleSet rules_off;
    uint32_t rows;
    Ctx ctx;
} Lone;

static int begin(void **state)
{
    static Lone lone;
    memset(&lone, 0, sizeof lone);
    for (int h = 0; h < HOST_COUNT; h++) {
        lone.hosts[h].addr = 0x0a000001u + (unsigned)h;
        lone.hosts[h].power = 1;
        for (int i = 0; i < KNOB_COUNT; i++)
            lone.hosts[h].knob[i] = knob_info((KnobId)i)->value[PROFILE_RFC];
    }
    lone.ctx = (Ctx){.pools = {.hosts = lone.hosts,
                               .conns = lone.conns,
                               .sents = lone.sents,
                               .ranges = lone.ranges,
                               .bytes = lone.bytes,
                               .packets = lone.packets,
                               .frames = lone.frames,
                               .rules_off = &lone.rules_off,
                               .rows = &lone.rows,
                               .conn_count = CONNS,
                               .packet_count = PACKETS,
                               .sent_cap = SENT_CAP,
                               .range_cap = RANGE_CAP,
                               .ring_cap = RING,
                               .frame_cap = FRAME,
                               .mtu = FRAME}};
    *state = &lone;
    return 0;
}

static Tcb *new_tcb(Lone *l)
{
    ConnId id = tcb_new(&l->ctx);
    assert_int_not_equal(id.v, 0);
    return tcb_at(&l->ctx.pools, id);
}

static void the_timeout_follows_rfc_6298_section_2(void **state)
{
    Lone *l = *state;
    Tcb *t = new_tcb(l);
    assert_true(t->rto == NANOS_S); /* (2.1) */
    rtt_sample(&l->ctx, t, 2 * NANOS_S, 1);
    assert_true(t->srtt == 2 * NANOS_S && t->rttvar == NANOS_S); /* (2.2) */
    assert_true(t->rto == 6 * NANOS_S);
    rtt_sample(&l->ctx, t, 2 * NANOS_S, 1); /* (2.3): RTTVAR = 3/4 RTTVAR */
    assert_true(t->srtt == 2 * NANOS_S && t->rttvar == 750 * NANOS_MS);
    assert_true(t->rto == 5 * NANOS_S);
    rtt_sample(&l->ctx, t, 10 * NANOS_S, 1); /* RTTVAR = 562.5 ms + 2 s, SRTT = 3 s */
    assert_true(t->srtt == 3 * NANOS_S);
    assert_true(t->rttvar == 562500 * NANOS_US + 2 * NANOS_S);
}

static void the_timeout_stays_within_its_bounds(void **state)
{
    Lone *l = *state;
    Tcb *t = new_tcb(l);
    rtt_sample(&l->ctx, t, NANOS_MS, 1);
    assert_true(t->rto == NANOS_S); /* (2.4): rounded up to a second */
    for (int i = 0; i < 20; i++)
        rtt_back_off(&l->ctx, t);
    assert_true(t->rto == 60 * NANOS_S); /* (2.5) */
}

static void back_off_doubles_unless_it_is_switched_off(void **state)
{
    Lone *l = *state;
    Tcb *t = new_tcb(l);
    rtt_back_off(&l->ctx, t);
    assert_true(t->rto == 2 * NANOS_S);
    ruleset_put(&l->rules_off, RULE_BACK_OFF, true);
    rtt_back_off(&l->ctx, t);
    assert_true(t->rto == 2 * NANOS_S);
}

static Seq isn_at(Lone *l, Tcb *t, Nanos now)
{
    l->ctx.now = now;
    return isn_select(&l->ctx, t);
}

static void the_initial_number_follows_a_clock_of_4_microseconds(void **state)
{
    Lone *l = *state;
    Tcb *t = new_tcb(l);
    Seq first = isn_at(l, t, 0);
    assert_int_equal(seq_distance(first, isn_at(l, t, 4 * NANOS_US)), 1);
    assert_int_equal(seq_distance(first, isn_at(l, t, NANOS_S)), 250000);
    /* once round in 4 h 46 min: 2^32 ticks */
    assert_true(seq_eq(first, isn_at(l, t, 4 * NANOS_US << 32)));
}

static void the_initial_number_depends_on_the_addresses_and_the_key(void **state)
{
    Lone *l = *state;
    Tcb *t = new_tcb(l);
    Seq first = isn_at(l, t, 0);
    t->remote_port = 81;
    Seq other = isn_at(l, t, 0);
    assert_false(seq_eq(first, other));
    l->hosts[HOST_A].isn_key[0] = 1;
    assert_false(seq_eq(other, isn_at(l, t, 0)));
    ruleset_put(&l->rules_off, RULE_ISN_HASH, true);
    ruleset_put(&l->rules_off, RULE_ISN_CLOCK, true);
    assert_int_equal(isn_at(l, t, NANOS_S).v, 0);
}

static void every_knob_lies_within_its_own_range_in_every_profile(void **state)
{
    (void)state;
    for (int i = 0; i < KNOB_COUNT; i++) {
        const KnobInfo *k = knob_info((KnobId)i);
        assert_int_equal(knob_of_name(k->name, strlen(k->name)), i);
        assert_true(k->text[LANG_EN][0] && k->text[LANG_ZH][0] && k->source[0]);
        for (int p = 0; p < PROFILE_COUNT; p++)
            assert_true(k->value[p] >= k->min && k->value[p] <= k->max);
    }
}

static void the_rfc_profile_keeps_the_numbers_the_rfcs_demand(void **state)
{
    Lone *l = *state;
    const uint64_t *k = l->hosts[HOST_A].knob;
    Nanos total = 0, rto = k[KNOB_RTO_INITIAL]; /* MUST-23: R2 for SYN at least 3 minutes */
    for (uint64_t i = 0; i <= k[KNOB_SYN_RETRIES]; i++) {
        total += rto;
        rto = min_u64(2 * rto, k[KNOB_RTO_MAX]);
    }
    assert_true(total >= 180 * NANOS_S);
    assert_true(k[KNOB_DELACK] < NANOS_S / 2);        /* MUST-40 */
    assert_true(k[KNOB_KEEP_IDLE] >= 7200 * NANOS_S); /* MUST-28 */
    assert_int_equal(k[KNOB_KEEPALIVE], 0);           /* MUST-25 */
    assert_true(k[KNOB_R1] >= 3);                     /* SHLD-10 */
}

static void an_address_that_is_no_host_cannot_be_opened(void **state)
{
    Lone *l = *state; /* MUST-46 */
    assert_int_equal(tcp_connect(&l->ctx, 0, 0xe0000001u, 80).status, CALL_BAD_ARGUMENT);
    assert_int_equal(tcp_connect(&l->ctx, 0, 0xffffffffu, 80).status, CALL_BAD_ARGUMENT);
    assert_int_equal(tcp_connect(&l->ctx, 0, 0, 80).status, CALL_BAD_ARGUMENT);
}

static void the_same_connection_cannot_be_opened_twice(void **state)
{
    Lone *l = *state;
    assert_int_equal(tcp_connect(&l->ctx, 4000, 0x0a000002u, 80).status, CALL_OK);
    assert_int_equal(tcp_connect(&l->ctx, 4000, 0x0a000002u, 80).status, CALL_EXISTS);
    assert_int_equal(tcp_listen(&l->ctx, 90, 0).status, CALL_OK);
    assert_int_equal(tcp_listen(&l->ctx, 90, 0).status, CALL_EXISTS);
}

static void calls_without_a_connection_say_so(void **state)
{
    Lone *l = *state;
    ConnId none = {0};
    assert_int_equal(tcp_send(&l->ctx, none, bytes_of("x", 1)).status, CALL_NO_CONNECTION);
    assert_int_equal(tcp_receive(&l->ctx, none, NULL, 1).status, CALL_NO_CONNECTION);
    assert_int_equal(tcp_close(&l->ctx, none).status, CALL_NO_CONNECTION);
    assert_int_equal(tcp_abort(&l->ctx, none).status, CALL_NO_CONNECTION);
}

static void when_every_slot_is_taken_an_open_is_refused(void **state)
{
    Lone *l = *state;
    for (uint16_t i = 0; i < CONNS; i++)
        assert_int_equal(tcp_listen(&l->ctx, (uint16_t)(80 + i), 0).status, CALL_OK);
    assert_int_equal(tcp_connect(&l->ctx, 0, 0x0a000002u, 80).status, CALL_NO_RESOURCES);
}

static void a_freed_connection_leaves_only_zeros(void **state)
{
    Lone *l = *state;
    CallResult r = tcp_connect(&l->ctx, 4000, 0x0a000002u, 80);
    tcp_output(&l->ctx, r.conn);
    assert_int_equal(tcp_broken(&l->ctx.pools, r.conn, l->ctx.now), INV_NONE);
    assert_int_equal(tcp_close(&l->ctx, r.conn).status, CALL_OK);
    assert_int_equal(tcp_broken(&l->ctx.pools, r.conn, l->ctx.now), INV_NONE);
    assert_int_equal(l->conns[r.conn.v].used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_timeout_follows_rfc_6298_section_2, begin),
        cmocka_unit_test_setup(the_timeout_stays_within_its_bounds, begin),
        cmocka_unit_test_setup(back_off_doubles_unless_it_is_switched_off, begin),
        cmocka_unit_test_setup(the_initial_number_follows_a_clock_of_4_microseconds, begin),
        cmocka_unit_test_setup(the_initial_number_depends_on_the_addresses_and_the_key, begin),
        cmocka_unit_test(every_knob_lies_within_its_own_range_in_every_profile),
        cmocka_unit_test_setup(the_rfc_profile_keeps_the_numbers_the_rfcs_demand, begin),
        cmocka_unit_test_setup(an_address_that_is_no_host_cannot_be_opened, begin),
        cmocka_unit_test_setup(the_same_connection_cannot_be_opened_twice, begin),
        cmocka_unit_test_setup(calls_without_a_connection_say_so, begin),
        cmocka_unit_test_setup(when_every_slot_is_taken_an_open_is_refused, begin),
        cmocka_unit_test_setup(a_freed_connection_leaves_only_zeros, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
