/*
 * invariants.c: what must hold after every event (the numbered list in tcb.h).
 *
 * Called by world_check in tests and fuzzing, never in a normal run.
 */
#include "core/tcp/tcp.h"

/* (1) the sent list tiles [SND.UNA, SND.NXT) */
static void check_sent_list(const Pools *p, const Tcb *t)
{
    CHECK(seq_leq(t->snd.una, t->snd.nxt));
    CHECK(t->sent_count <= p->sent_cap);
    Seq at = t->snd.una;
    uint32_t out = 0, lost = 0, sacked = 0;
    for (uint16_t i = 0; i < t->sent_count; i++) {
        const Sent *s = sent_at(p, t, i);
        out += s->len;
        lost += s->flags & SENT_LOST ? s->len : 0u;
        sacked += s->flags & SENT_SACKED ? s->len : 0u;
        CHECK((s->flags & (SENT_LOST | SENT_SACKED)) != (SENT_LOST | SENT_SACKED));
        CHECK(seq_eq(s->seq, at) && sent_len(s) > 0);
        CHECK(!(s->flags & SENT_SYN) || i == 0);
        CHECK(!(s->flags & SENT_FIN) || i + 1 == t->sent_count);
        at = seq_add(at, sent_len(s));
    }
    CHECK(seq_eq(at, t->snd.nxt));
    CHECK(t->out_bytes == out && t->lost_bytes == lost && t->sacked_bytes == sacked); /* (8) */
}

/* (3) the send ring begins at snd.buf and covers all data that is out */
static void check_send_ring(const Tcb *t)
{
    CHECK(t->tx.len <= t->tx.cap);
    bool syn_out = seq_eq(t->snd.una, t->snd.iss);
    Seq first = syn_out ? seq_add(t->snd.iss, 1) : t->snd.una;
    /* Once our FIN is acknowledged, SND.UNA is one beyond the last byte of the ring. */
    CHECK(seq_eq(t->snd.buf, first) ||
          (t->tx.len == 0 && seq_eq(seq_add(t->snd.buf, 1), t->snd.una)));
}

/* (4) out-of-order ranges */
static void check_ranges(const Pools *p, const Tcb *t)
{
    Ranges set = tcb_ranges(p, t);
    CHECK(t->range_count <= p->range_cap);
    Seq before = t->rcv.nxt;
    for (uint16_t i = 0; i < t->range_count; i++) {
        CHECK(seq_lt(before, set.at[i].from) && seq_lt(set.at[i].from, set.at[i].to));
        before = set.at[i].to;
    }
    if (t->range_count > 0)
        CHECK(t->rx.len + seq_distance(t->rcv.nxt, before) <= t->rx.cap);
}

void tcp_invariants(const Pools *p, ConnId id)
{
    const Tcb *t = tcb_at(p, id);
    if (!t->used) { /* (7) */
        const uint8_t *bytes = (const uint8_t *)t;
        for (size_t i = 0; i < sizeof *t; i++)
            CHECK(bytes[i] == 0);
        return;
    }
    CHECK(t->state < TCP_STATE_COUNT && t->error < CONN_ERROR_COUNT);
    if (t->state == CLOSED || t->state == LISTEN)
        return;
    check_sent_list(p, t);
    check_send_ring(t);
    check_ranges(p, t);
    CHECK(seq_leq(t->rcv.nxt, t->rcv.adv));                                 /* (2) */
    CHECK(!timer_armed(t, TIMER_REXMIT) || !timer_armed(t, TIMER_PERSIST)); /* (5) */
    CHECK((t->state == TIME_WAIT) == timer_armed(t, TIMER_2MSL));           /* (6) */
    CHECK(t->want == 0 || !(t->want & WANT_RST));
}
