/*
 * test_invariants.c: every numbered invariant can be seen to break.
 *
 * A world in the midst of things (SACKed data in flight, a hole at the receiver, a listener, a SYN
 * that waits) is copied for each number, one field of the copy is spoilt, and that number must be
 * reported. A number without a way to break it fails the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/net/invariants.h"
#include "core/net/sock.h"
#include "core/net/sock_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- the world ---- */

static void act(World *w, Cmd cmd)
{
    assert_int_equal(world_apply(w, &cmd, bytes_of(NULL, 0), NULL).status, CALL_OK);
    assert_int_equal(world_broken(w).which, INV_NONE);
}

static void step(World *w)
{
    assert_true(world_step(w, NULL));
    assert_int_equal(world_broken(w).which, INV_NONE);
}

static Tcb *conn(World *w, HostId host, uint16_t number)
{
    Pools p = world_pools(w);
    for (uint16_t i = 1; i <= p.conn_count; i++)
        if (p.conns[i].used && p.conns[i].host == host && p.conns[i].number == number)
            return &p.conns[i];
    fail_msg("no such connection");
    return NULL;
}

static Tcb *a(World *w)
{
    return conn(w, HOST_A, 1);
}

static Tcb *b(World *w)
{
    return conn(w, HOST_B, 2);
}

static Tcb *listener(World *w)
{
    return conn(w, HOST_B, 1);
}

static Sent *sent(World *w, Tcb *t, uint16_t i)
{
    Pools p = world_pools(w);
    return sent_at(&p, t, i);
}

/* A[1] has sent to B[2], the second data segment is lost and the others are SACKed; the SYN of A[2]
 * is on its way. */
static World *busy_world(void)
{
    World *w = world_init(malloc(world_size(&SHAPE_LESSON)), &SHAPE_LESSON, 1);
    act(w, (Cmd){.op = CMD_PROFILE, .host = HOST_NONE, .val = PROFILE_LINUX});
    act(w, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_ECN, .val = 1});
    act(w, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80});
    act(w, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
    act(w, (Cmd){.op = CMD_ARM, .host = HOST_A, .key = ARMED_DROP, .conn = 2, .len = CLASS_DATA});
    while (a(w)->state != ESTABLISHED)
        step(w);
    act(w, (Cmd){.op = CMD_SEND, .host = HOST_A, .val = 20000});
    while (a(w)->sacked_bytes == 0)
        step(w);
    act(w, (Cmd){.op = CMD_CONNECT, .host = HOST_A, .key = 80});
    return w;
}

/* ---- one field spoilt for each number ---- */

static void free_is_zero(World *w)
{
    world_pools(w).conns[w->shape.conns].rto = 1;
}

static void kinds_in_range(World *w)
{
    a(w)->cc.phase = 99;
}

static void names_are_unique(World *w)
{
    b(w)->number = 1;
}

static void ended_is_empty(World *w)
{
    listener(w)->want = WANT_ACK;
}

static void listener_has_no_peer(World *w)
{
    listener(w)->remote_port = 1;
}

static void parent_listens(World *w)
{
    b(w)->parent = (uint16_t)(a(w) - world_pools(w).conns);
}

static void sent_tiles(World *w)
{
    a(w)->snd.nxt = seq_add(a(w)->snd.nxt, 1);
}

static void sent_ends(World *w)
{
    sent(w, a(w), 0)->flags |= SENT_FIN; /* in the place of its last byte */
    sent(w, a(w), 0)->len--;
}

static void sent_sums(World *w)
{
    a(w)->out_bytes++;
}

static void lost_or_sacked(World *w)
{
    Sent *s = sent(w, a(w), 0);
    a(w)->lost_bytes += s->flags & SENT_LOST ? 0u : s->len;
    a(w)->lost_segs += s->flags & SENT_LOST ? 0u : 1u;
    a(w)->sacked_bytes += s->len;
    a(w)->sacked_segs++;
    s->flags |= SENT_LOST | SENT_SACKED;
}

static void sent_before_now(World *w)
{
    sent(w, a(w), 0)->at = w->now + 1;
}

static void ring_begins(World *w)
{
    a(w)->snd.buf = seq_add(a(w)->snd.buf, 1);
}

static void fin_is_wanted(World *w)
{
    a(w)->want |= WANT_FIN;
}

static void window_known(World *w)
{
    a(w)->snd.max_wnd = a(w)->snd.wnd - 1;
}

static void mss_fits(World *w)
{
    a(w)->snd.mss = w->shape.mtu;
}

static void urgent_out(World *w)
{
    a(w)->user |= USER_URGENT_OUT;
    a(w)->snd.up = a(w)->snd.una;
}

static void promise_kept(World *w)
{
    b(w)->rcv.adv = seq_add(b(w)->rcv.nxt, b(w)->rx.cap + 1);
}

static void ranges_ordered(World *w)
{
    Pools p = world_pools(w);
    tcb_ranges(&p, b(w)).at[0].from = b(w)->rcv.nxt;
}

static void fin_in_order(World *w)
{
    b(w)->user |= USER_FIN_KNOWN | USER_FIN_TAKEN;
}

static void urgent_in(World *w)
{
    b(w)->user |= USER_URGENT;
    b(w)->rcv.up = seq_sub(b(w)->rcv.nxt, b(w)->rx.len);
}

static void sack_remembers(World *w)
{
    b(w)->sack.recent_count = SEG_SACK_MAX + 1;
}

static void scales_agreed(World *w)
{
    a(w)->agreed.rcv_scale = 15;
}

static void timestamps_agreed(World *w)
{
    a(w)->agreed.ts_recent_at = w->now + 1;
}

static void ecn_agreed(World *w)
{
    a(w)->agreed.options &= (uint8_t)~AGREED_ECN;
    a(w)->path.flags |= PATH_ECN_ECHO;
}

static void fast_open_data(World *w)
{
    Tcb *t = conn(w, HOST_A, 2);
    sent(w, t, 0)->len = 1;
    t->tx.len = t->out_bytes = 1;
    t->snd.nxt = seq_add(t->snd.nxt, 1);
}

static void recovery_point(World *w)
{
    a(w)->cc.phase = CC_RECOVERY;
    a(w)->cc.recover = seq_sub(a(w)->snd.una, 1);
}

static void prr_in_recovery(World *w)
{
    a(w)->cc.phase = CC_OPEN;
    a(w)->rec.recover_fs = 1;
}

static void rack_believable(World *w)
{
    a(w)->rec.rack_xmit = w->now + 1;
}

static void undo_remembers(World *w)
{
    a(w)->rec.flags |= REC_FRTO_NEW;
}

static void window_open(World *w)
{
    a(w)->cc.cwnd = 0;
}

static void pmtu_remembered(World *w)
{
    a(w)->path.mss = 1000;
}

static void one_of_two(World *w)
{
    a(w)->due[TIMER_PERSIST] = w->now + 1;
}

static void outstanding_is_watched(World *w)
{
    a(w)->due[TIMER_REXMIT] = NANOS_NEVER;
}

static void two_msl_in_time_wait(World *w)
{
    a(w)->due[TIMER_2MSL] = w->now + 1;
}

static void timers_have_reasons(World *w)
{
    a(w)->due[TIMER_FIN_WAIT_2] = w->now + 1;
}

static void rto_in_bounds(World *w)
{
    a(w)->rto = 0;
}

static void said_at_once(World *w)
{
    a(w)->want |= WANT_ACK;
}

static void outbox_empty(World *w)
{
    w->hosts[HOST_A].outbox_head = 1;
}

static void wire_in_order(World *w)
{
    w->links[HOST_A].tail = 0;
}

static void packets_whole(World *w)
{
    Pools p = world_pools(w);
    for (uint16_t i = 1; i <= p.packet_count; i++)
        if (p.packets[i].place == PACKET_FREE)
            p.packets[i].row = 1;
}

static void own_frames_decode(World *w)
{
    Pools p = world_pools(w);
    uint16_t i = w->links[HOST_A].tail; /* the SYN of this moment */
    assert_true(p.packets[i].sent_at == w->now);
    p.frames[(size_t)i * p.frame_cap + p.packets[i].len - 1u] ^= 1;
}

static void host_settled(World *w)
{
    w->hosts[HOST_A].fast_open.len = SEG_COOKIE_MAX + 1;
}

static Sock *first_sock(World *w)
{
    return (Sock *)(uintptr_t)sock_table(w, HOST_A);
}

static void socks_free_is_zero(World *w)
{
    first_sock(w)->flags = SOCK_NODELAY;
}

static void socks_and_conns(World *w)
{
    first_sock(w)->kind = SOCK_TCP;
    first_sock(w)->conn = (uint16_t)(a(w) - world_pools(w).conns);
}

static void socks_by_kind(World *w)
{
    first_sock(w)->kind = SOCK_EPOLL;
    first_sock(w)->state = SOCK_CONNECTED;
}

static void interests_named(World *w)
{
    Interest *own = (Interest *)(uintptr_t)sock_interests_of(w, HOST_A);
    own->epoll = SOCK_FD_FIRST;
    own->fd = SOCK_FD_FIRST + 1;
}

static void time_goes_on(World *w)
{
    w->rows--;
}

static void acknowledged_for_good(World *w)
{
    b(w)->rcv.nxt = seq_sub(b(w)->rcv.nxt, 1);
}

static void edge_stays(World *w)
{
    b(w)->rcv.adv = seq_sub(b(w)->rcv.adv, 1);
}

typedef void Spoil(World *);

static Spoil *const spoils[INV_COUNT] = {
    [INV_FREE_IS_ZERO] = free_is_zero,
    [INV_KINDS_IN_RANGE] = kinds_in_range,
    [INV_NAMES_ARE_UNIQUE] = names_are_unique,
    [INV_ENDED_IS_EMPTY] = ended_is_empty,
    [INV_LISTENER_HAS_NO_PEER] = listener_has_no_peer,
    [INV_PARENT_LISTENS] = parent_listens,
    [INV_SENT_TILES] = sent_tiles,
    [INV_SENT_ENDS] = sent_ends,
    [INV_SENT_SUMS] = sent_sums,
    [INV_LOST_OR_SACKED] = lost_or_sacked,
    [INV_SENT_BEFORE_NOW] = sent_before_now,
    [INV_RING_BEGINS] = ring_begins,
    [INV_FIN_IS_WANTED] = fin_is_wanted,
    [INV_WINDOW_KNOWN] = window_known,
    [INV_MSS_FITS] = mss_fits,
    [INV_URGENT_OUT] = urgent_out,
    [INV_PROMISE_KEPT] = promise_kept,
    [INV_RANGES_ORDERED] = ranges_ordered,
    [INV_FIN_IN_ORDER] = fin_in_order,
    [INV_URGENT_IN] = urgent_in,
    [INV_SACK_REMEMBERS] = sack_remembers,
    [INV_SCALES_AGREED] = scales_agreed,
    [INV_TIMESTAMPS_AGREED] = timestamps_agreed,
    [INV_ECN_AGREED] = ecn_agreed,
    [INV_FAST_OPEN_DATA] = fast_open_data,
    [INV_RECOVERY_POINT] = recovery_point,
    [INV_PRR_IN_RECOVERY] = prr_in_recovery,
    [INV_RACK_BELIEVABLE] = rack_believable,
    [INV_UNDO_REMEMBERS] = undo_remembers,
    [INV_WINDOW_OPEN] = window_open,
    [INV_PMTU_REMEMBERED] = pmtu_remembered,
    [INV_ONE_OF_TWO] = one_of_two,
    [INV_OUTSTANDING_IS_WATCHED] = outstanding_is_watched,
    [INV_TWO_MSL_IN_TIME_WAIT] = two_msl_in_time_wait,
    [INV_TIMERS_HAVE_REASONS] = timers_have_reasons,
    [INV_RTO_IN_BOUNDS] = rto_in_bounds,
    [INV_SAID_AT_ONCE] = said_at_once,
    [INV_OUTBOX_EMPTY] = outbox_empty,
    [INV_WIRE_IN_ORDER] = wire_in_order,
    [INV_PACKETS_WHOLE] = packets_whole,
    [INV_OWN_FRAMES_DECODE] = own_frames_decode,
    [INV_HOST_SETTLED] = host_settled,
    [INV_SOCKS_FREE_IS_ZERO] = socks_free_is_zero,
    [INV_SOCKS_AND_CONNS] = socks_and_conns,
    [INV_SOCKS_BY_KIND] = socks_by_kind,
    [INV_INTERESTS_NAMED] = interests_named,
    [INV_TIME_GOES_ON] = time_goes_on,
    [INV_ACKNOWLEDGED_FOR_GOOD] = acknowledged_for_good,
    [INV_EDGE_STAYS] = edge_stays,
};

/* What the checks say of a world that was spoilt; `before` is what was watched until then. */
static Invariant reported(const World *w, Invariant wanted, WorldWatch *before)
{
    return wanted >= INV_TIME_GOES_ON ? world_watch(w, before) : world_broken(w).which;
}

static void each_number_is_reported_when_its_field_is_spoilt(void **state)
{
    (void)state;
    size_t size = world_size(&SHAPE_LESSON);
    World *w = busy_world(), *copy = malloc(size);
    WatchedConn conns[64] = {0};
    assert_true(w->shape.conns < 64);
    for (int i = INV_NONE + 1; i < INV_COUNT; i++) {
        WorldWatch watch = {.count = w->shape.conns + 1u, .conns = conns};
        assert_int_equal(world_watch(w, &watch), INV_NONE);
        memcpy(copy, w, size);
        assert_non_null(spoils[i]);
        spoils[i](copy);
        Invariant found = reported(copy, (Invariant)i, &watch);
        if (found != (Invariant)i)
            print_error("spoilt (%d): %s\nreported (%d): %s\n", i, invariant_text((Invariant)i),
                        (int)found, invariant_text(found));
        assert_int_equal(found, i);
    }
    free(copy);
    free(w);
}

static void every_number_has_a_text(void **state)
{
    (void)state;
    assert_string_equal(invariant_text(INV_NONE), "");
    assert_string_equal(invariant_text(INV_COUNT), "");
    for (int i = INV_NONE + 1; i < INV_COUNT; i++)
        assert_true(strlen(invariant_text((Invariant)i)) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_is_reported_when_its_field_is_spoilt),
        cmocka_unit_test(every_number_has_a_text),
    };
    return cmocka_run_group_tests_name("net.invariants", tests, NULL, NULL);
}
