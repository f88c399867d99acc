/*
 * test_path.c - what the path says: cutting what was sent, and every code of ICMP.
 */
#include "core/tcp/path.h"
#include "core/tcp/tcp.h"
#include "tests/tcp/lone.h"

#include <string.h>

/* The sent list as lengths, tiling the numbers from 1000 on. */
static void put_sent(Desert *d, const uint16_t *lens, uint16_t count)
{
    Tcb *t = d->t;
    t->sent_count = 0;
    t->sent_head = LONE_SENT - 2; /* over the edge of the slice */
    t->snd.una = t->snd.nxt = seq_of(1000);
    t->out_bytes = t->lost_bytes = t->sacked_bytes = 0;
    for (uint16_t i = 0; i < count; i++) {
        t->sent_count++;
        *sent_at(&d->ctx.pools, t, i) = (Sent){.seq = t->snd.nxt, .len = lens[i], .row = i + 1u};
        t->snd.nxt = seq_add(t->snd.nxt, lens[i]);
        t->out_bytes += lens[i];
    }
}

static void check_tiles(Desert *d)
{
    const Tcb *t = d->t;
    Seq at = t->snd.una;
    uint32_t out = 0, lost = 0;
    for (uint16_t i = 0; i < t->sent_count; i++) {
        const Sent *s = sent_at(&d->ctx.pools, t, i);
        assert_int_equal(s->seq.v, at.v);
        at = seq_add(at, sent_len(s));
        out += s->len;
        lost += s->flags & SENT_LOST ? s->len : 0;
    }
    assert_int_equal(at.v, t->snd.nxt.v);
    assert_int_equal(out, t->out_bytes);
    assert_int_equal(lost, t->lost_bytes);
}

static void a_segment_is_cut_where_the_path_wants(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, 1000);
    static const uint16_t lens[] = {1000, 700, 300};
    put_sent(d, lens, 3);
    Sent *last = sent_at(&d->ctx.pools, d->t, 2);
    last->flags |= SENT_FIN | SENT_PSH;
    d->t->snd.nxt = seq_add(d->t->snd.nxt, 1);
    sent_mark(d->t, sent_at(&d->ctx.pools, d->t, 1), SENT_LOST, 0);
    assert_true(sent_split(&d->ctx.pools, d->t, 1, 400));
    check_tiles(d);
    assert_int_equal(d->t->sent_count, 4);
    assert_int_equal(d->t->lost_bytes, 700); /* both halves */
    assert_true(sent_split(&d->ctx.pools, d->t, 3, 299));
    check_tiles(d);
    const Sent *head = sent_at(&d->ctx.pools, d->t, 3), *tail = sent_at(&d->ctx.pools, d->t, 4);
    assert_int_equal(head->flags, 0); /* PSH and FIN belong to the end */
    assert_int_equal(tail->flags, SENT_FIN | SENT_PSH);
    assert_int_equal(tail->row, 3);
}

static void a_full_list_moves_the_boundary(void **state)
{
    (void)state;
    Desert *d = lone_start(CC_RENO, 1000);
    uint16_t lens[LONE_SENT];
    for (int i = 0; i < LONE_SENT; i++)
        lens[i] = 100;
    put_sent(d, lens, LONE_SENT);
    sent_mark(d->t, sent_at(&d->ctx.pools, d->t, 0), SENT_LOST, 0);
    sent_mark(d->t, sent_at(&d->ctx.pools, d->t, 1), SENT_SACKED, 0);
    assert_true(sent_split(&d->ctx.pools, d->t, 0, 60));
    check_tiles(d);
    assert_int_equal(sent_at(&d->ctx.pools, d->t, 0)->len, 60);
    assert_int_equal(sent_at(&d->ctx.pools, d->t, 1)->len, 140);
    assert_int_equal(d->t->lost_bytes, 200);
    assert_int_equal(d->t->sacked_bytes, 0); /* part of it the peer does not have */
    assert_false(sent_split(&d->ctx.pools, d->t, LONE_SENT - 1, 60)); /* nobody behind it */
    check_tiles(d);
}

/* A message about the segment in flight. */
static Icmp message(Desert *d, bool v6, uint8_t type, uint8_t code)
{
    d->t->path.flags = v6 ? PATH_V6 : 0;
    return (Icmp){.v6 = v6,
                  .type = type,
                  .code = code,
                  .quoted = true,
                  .quote = {.src_addr = d->t->local_addr,
                            .dst_addr = d->t->remote_addr,
                            .src_port = d->t->local_port,
                            .dst_port = d->t->remote_port,
                            .seq = d->t->snd.una,
                            .len = 1000,
                            .v6 = v6}};
}

static Desert *in_state(TcpState s)
{
    Desert *d = lone_start(CC_RENO, 1000);
    static const uint16_t lens[] = {1000};
    put_sent(d, lens, 1);
    d->t->state = (uint8_t)s;
    d->t->remote_addr = 0x0a000002;
    d->t->local_addr = d->hosts[d->t->host].addr;
    d->t->local_port = 4000;
    d->t->remote_port = 80;
    d->t->user |= USER_ACCEPTED;
    d->t->used = 1;
    return d;
}

static void every_code_is_soft_or_hard(void **state)
{
    (void)state;
    static const struct {
        bool v6;
        uint8_t type, code;
        bool hard;
        ConnError error;
    } cases[] = {
        {false, ICMP4_UNREACHABLE, ICMP4_NET_UNREACHABLE, false, CONN_NET_UNREACHABLE},
        {false, ICMP4_UNREACHABLE, ICMP4_HOST_UNREACHABLE, false, CONN_HOST_UNREACHABLE},
        {false, ICMP4_UNREACHABLE, ICMP4_PROTOCOL_UNREACHABLE, true, CONN_NO_PROTOCOL},
        {false, ICMP4_UNREACHABLE, ICMP4_PORT_UNREACHABLE, true, CONN_REFUSED},
        {false, ICMP4_UNREACHABLE, ICMP4_SOURCE_ROUTE_FAILED, false, CONN_HOST_UNREACHABLE},
        {false, ICMP4_UNREACHABLE, ICMP4_NET_UNKNOWN, true, CONN_NET_UNREACHABLE},
        {false, ICMP4_UNREACHABLE, ICMP4_HOST_PROHIBITED, true, CONN_HOST_UNREACHABLE},
        {false, ICMP4_UNREACHABLE, ICMP4_NET_UNREACHABLE_FOR_TOS, false, CONN_NET_UNREACHABLE},
        {false, ICMP4_UNREACHABLE, ICMP4_PACKET_FILTERED, true, CONN_HOST_UNREACHABLE},
        {false, ICMP4_TIME_EXCEEDED, 0, false, CONN_HOST_UNREACHABLE},
        {false, ICMP4_TIME_EXCEEDED, 1, false, CONN_HOST_UNREACHABLE},
        {false, ICMP4_PARAMETER_PROBLEM, 0, false, CONN_BAD_HEADER},
        {true, ICMP6_UNREACHABLE, ICMP6_NO_ROUTE, false, CONN_NET_UNREACHABLE},
        {true, ICMP6_UNREACHABLE, ICMP6_ADMIN_PROHIBITED, true, CONN_HOST_UNREACHABLE},
        {true, ICMP6_UNREACHABLE, ICMP6_ADDRESS_UNREACHABLE, false, CONN_HOST_UNREACHABLE},
        {true, ICMP6_UNREACHABLE, ICMP6_PORT_UNREACHABLE, true, CONN_REFUSED},
        {true, ICMP6_TIME_EXCEEDED, 0, false, CONN_HOST_UNREACHABLE},
        {true, ICMP6_PARAMETER_PROBLEM, 2, false, CONN_BAD_HEADER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Desert *d = in_state(ESTABLISHED);
        Icmp m = message(d, cases[i].v6, cases[i].type, cases[i].code);
        tcp_icmp_arrives(&d->ctx, &m);
        assert_int_equal(d->t->state, ESTABLISHED);
        assert_int_equal(d->t->path.soft_error, cases[i].error);
        d = in_state(SYN_SENT);
        m = message(d, cases[i].v6, cases[i].type, cases[i].code);
        tcp_icmp_arrives(&d->ctx, &m);
        assert_int_equal(d->t->state, cases[i].hard ? CLOSED : SYN_SENT);
        assert_int_equal(d->t->error, cases[i].hard ? cases[i].error : CONN_OK);
    }
}

static void messages_that_mean_nothing_to_tcp_change_nothing(void **state)
{
    (void)state;
    static const uint8_t types[] = {0, 4, 5, 8, 13, 42};
    for (size_t i = 0; i < sizeof types; i++) {
        Desert *d = in_state(ESTABLISHED);
        Tcb before = *d->t;
        Icmp m = message(d, false, types[i], 0);
        assert_int_equal(tcp_icmp_arrives(&d->ctx, &m).v, 0);
        assert_memory_equal(&before, d->t, sizeof before);
    }
    Desert *d = in_state(ESTABLISHED);
    Tcb before = *d->t;
    Icmp m = message(d, false, ICMP4_UNREACHABLE, ICMP4_PORT_UNREACHABLE);
    m.quoted = false;
    tcp_icmp_arrives(&d->ctx, &m);
    m.quoted = true;
    m.quote.src_addr++; /* somebody else's packet */
    tcp_icmp_arrives(&d->ctx, &m);
    assert_memory_equal(&before, d->t, sizeof before);
}

static uint32_t mss_after(bool v6, uint32_t claimed, uint32_t quoted_len)
{
    Desert *d = in_state(ESTABLISHED);
    d->t->snd.mss = 1460;
    d->hosts[d->t->host].knob[KNOB_MIN_PMTU] = 68;
    Icmp m = message(d, v6, v6 ? ICMP6_TOO_BIG : ICMP4_UNREACHABLE, v6 ? 0 : ICMP4_FRAG_NEEDED);
    m.quote.len = (uint16_t)quoted_len;
    icmp_set_mtu(&m, claimed);
    tcp_icmp_arrives(&d->ctx, &m);
    return d->t->snd.mss;
}

static void the_segment_size_follows_the_mtu(void **state)
{
    (void)state;
    assert_int_equal(mss_after(false, 1400, 1460), 1360);
    assert_int_equal(mss_after(false, 1500, 1460), 1460);
    assert_int_equal(mss_after(false, 9000, 1460), 1460);
    assert_int_equal(mss_after(false, 60, 1460), 28);    /* the least MTU of IPv4 is 68 */
    assert_int_equal(mss_after(true, 1400, 1440), 1340); /* 40 bytes of IPv6 header */
    assert_int_equal(mss_after(true, 600, 1440), 1220);  /* RFC 8201: never below 1280 */
    assert_int_equal(mss_after(false, 0, 1460), 1452);   /* plateau 1492 */
    assert_int_equal(mss_after(false, 0, 966), 468);     /* 1006: plateau 508 */
    assert_int_equal(mss_after(false, 0, 256), 28);      /* 296: the last, 68 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_segment_is_cut_where_the_path_wants),
        cmocka_unit_test(a_full_list_moves_the_boundary),
        cmocka_unit_test(every_code_is_soft_or_hard),
        cmocka_unit_test(messages_that_mean_nothing_to_tcp_change_nothing),
        cmocka_unit_test(the_segment_size_follows_the_mtu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
