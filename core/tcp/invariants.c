/*
 * invariants.c: what must hold of a connection after every event (core/base/invariant.def).
 *
 * One function for each number, in the order of the list; the table below says which are asked in
 * which states. Called by world_check in tests and fuzzing, never in a normal run.
 */
#include "core/base/invariant.h"

#include "core/tcp/cc.h"
#include "core/tcp/tcp.h"

#include <string.h>

typedef struct Look {
    const Pools *p;
    const Tcb *t;
    Nanos now;
} Look;

static const Sent *element(const Look *k, uint16_t i)
{
    return sent_at(k->p, k->t, i);
}

static bool off(const Look *k, RuleId rule)
{
    return ruleset_has(k->p->rules_off, rule);
}

static bool is_zero(const void *at, size_t n)
{
    const uint8_t *bytes = at; /* each byte is as the one before it */
    return n == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

static bool none_armed(const Tcb *t, int except)
{
    for (int i = 0; i < TIMER_COUNT; i++)
        if (i != except && timer_armed(t, (TimerId)i))
            return false;
    return true;
}

/* ---- slots and names ---- */

static bool free_is_zero(const Look *k)
{
    const Tcb *t = k->t;
    if (!t->used && !is_zero(t, sizeof *t))
        return false;
    const Sent *slots = &k->p->sents[(size_t)tcb_id(k->p, t).v * k->p->sent_cap];
    size_t cap = k->p->sent_cap, head = t->sent_head % cap, end = head + t->sent_count;
    if (end >= cap) /* what is in use goes round */
        return is_zero(&slots[end - cap], (head + cap - min_u64(end, head + cap)) * sizeof(Sent));
    return is_zero(slots, head * sizeof(Sent)) && is_zero(&slots[end], (cap - end) * sizeof(Sent));
}

static bool kinds_in_range(const Look *k)
{
    const Tcb *t = k->t;
    return t->used == 1 && t->state < TCP_STATE_COUNT && t->error < CONN_ERROR_COUNT &&
           t->path.soft_error < CONN_ERROR_COUNT && t->cc.phase <= CC_LOSS &&
           t->cc.algorithm < CC_ALGORITHM_COUNT && t->host < HOST_COUNT &&
           t->ccs.rate.limit < LIMITED_COUNT && t->ccs.hystart.state <= HYSTART_DONE &&
           t->ccs.cubic.region <= CUBIC_CONVEX && t->ccs.bbr.state <= BBR_PROBE_RTT;
}

static bool same_name(const Tcb *t, const Tcb *u)
{
    if (!u->used || u->host != t->host)
        return false;
    if (u->number == t->number)
        return true;
    if (t->state == CLOSED || u->state == CLOSED || t->local_port != u->local_port)
        return false;
    return (t->state == LISTEN) == (u->state == LISTEN) && t->remote_port == u->remote_port &&
           t->remote_addr == u->remote_addr && tcb_v6(t) == tcb_v6(u);
}

static bool names_are_unique(const Look *k)
{
    enum { MANY = 512 }; /* in a crowd, comparing all with all takes too long */
    for (uint16_t i = 1; k->p->conn_count <= MANY && i < tcb_id(k->p, k->t).v; i++)
        if (same_name(k->t, &k->p->conns[i]))
            return false;
    return true;
}

static bool ended_is_empty(const Look *k)
{
    const Tcb *t = k->t;
    if (t->state != CLOSED && t->state != LISTEN)
        return true;
    bool quiet = t->sent_count == 0 && t->range_count == 0 && t->out_bytes == 0 && t->want == 0;
    return quiet && none_armed(t, -1) && t->tx.len == 0 && (t->state == CLOSED || t->rx.len == 0);
}

static bool listener_has_no_peer(const Look *k)
{
    const Tcb *t = k->t;
    return t->state != LISTEN || (t->remote_addr == 0 && t->remote_port == 0 && t->parent == 0 &&
                                  t->backlog > 0 && t->local_port > 0);
}

static bool parent_listens(const Look *k)
{
    const Tcb *t = k->t;
    if (t->parent == 0)
        return true;
    if (t->parent > k->p->conn_count)
        return false;
    const Tcb *parent = &k->p->conns[t->parent];
    return parent->used && parent->state == LISTEN && parent->host == t->host &&
           parent->local_port == t->local_port;
}

/* ---- what is sent ---- */

static bool sent_tiles(const Look *k)
{
    const Tcb *t = k->t;
    if (!seq_leq(t->snd.una, t->snd.nxt) || t->sent_count > k->p->sent_cap)
        return false;
    Seq at = t->snd.una;
    for (uint16_t i = 0; i < t->sent_count; i++) {
        const Sent *s = element(k, i);
        if (!seq_eq(s->seq, at) || sent_len(s) == 0)
            return false;
        at = seq_add(at, sent_len(s));
    }
    return seq_eq(at, t->snd.nxt);
}

static bool sent_ends(const Look *k)
{
    for (uint16_t i = 0; i < k->t->sent_count; i++) {
        const Sent *s = element(k, i);
        if ((s->flags & SENT_SYN && i != 0) || (s->flags & SENT_FIN && i + 1 != k->t->sent_count))
            return false;
    }
    return true;
}

static bool sent_sums(const Look *k)
{
    uint32_t out = 0, lost = 0, sacked = 0, lost_segs = 0, sacked_segs = 0;
    for (uint16_t i = 0; i < k->t->sent_count; i++) {
        const Sent *s = element(k, i);
        out += s->len;
        lost += s->flags & SENT_LOST ? s->len : 0u;
        sacked += s->flags & SENT_SACKED ? s->len : 0u;
        lost_segs += (s->flags & SENT_LOST) != 0;
        sacked_segs += (s->flags & SENT_SACKED) != 0;
    }
    return k->t->out_bytes == out && k->t->lost_bytes == lost && k->t->sacked_bytes == sacked &&
           k->t->lost_segs == lost_segs && k->t->sacked_segs == sacked_segs;
}

static bool lost_or_sacked(const Look *k)
{
    bool agreed = k->t->agreed.options & AGREED_SACK;
    for (uint16_t i = 0; i < k->t->sent_count; i++) {
        uint16_t flags = element(k, i)->flags & (SENT_LOST | SENT_SACKED);
        if (flags == (SENT_LOST | SENT_SACKED) || (!agreed && flags & SENT_SACKED))
            return false;
    }
    return true;
}

static bool sent_before_now(const Look *k)
{
    for (uint16_t i = 0; i < k->t->sent_count; i++) {
        const Sent *s = element(k, i);
        if (s->at > k->now || s->row == 0 || s->row > *k->p->rows)
            return false;
    }
    return true;
}

static bool ring_begins(const Look *k)
{
    const Tcb *t = k->t;
    bool syn_out = seq_eq(t->snd.una, t->snd.iss);
    Seq first = syn_out ? seq_add(t->snd.iss, 1) : t->snd.una;
    /* Once our FIN is acknowledged, SND.UNA is one beyond the last byte of the ring. */
    bool all_gone = t->tx.len == 0 && seq_eq(seq_add(t->snd.buf, 1), t->snd.una);
    return t->tx.len <= t->tx.cap && (seq_eq(t->snd.buf, first) || all_gone) &&
           t->out_bytes <= t->tx.len;
}

static bool fin_is_wanted(const Look *k)
{
    const Tcb *t = k->t;
    bool sent = tcb_fin_sent(k->p, t), shut = t->user & USER_SHUT;
    bool over = t->state == FIN_WAIT_2 || t->state == TIME_WAIT;
    bool half = t->state == FIN_WAIT_1 || t->state == CLOSING || t->state == LAST_ACK;
    if ((sent || t->want & WANT_FIN || over || half) && !shut)
        return false;
    return !over || tcb_fin_acked(k->p, t);
}

static bool window_known(const Look *k)
{
    const Tcb *t = k->t;
    return t->snd.wnd <= t->snd.max_wnd && t->snd.max_wnd <= (uint32_t)65535 << t->agreed.snd_scale;
}

static uint32_t headers_of(const Tcb *t)
{
    return (tcb_v6(t) ? 60u : 40u) + (t->agreed.options & AGREED_TIMESTAMP ? 12u : 0u);
}

static bool mss_fits(const Look *k)
{
    const Tcb *t = k->t;
    uint32_t frame = t->snd.mss + headers_of(t);
    return t->snd.mss >= 1 && frame <= k->p->mtu && (t->path.mtu == 0 || frame <= t->path.mtu);
}

static bool urgent_out(const Look *k)
{
    const Tcb *t = k->t;
    return !(t->user & USER_URGENT_OUT) ||
           (seq_lt(t->snd.una, t->snd.up) && seq_leq(t->snd.up, seq_add(t->snd.buf, t->tx.len)));
}

/* ---- what is received ---- */

static bool promise_kept(const Look *k)
{
    const Tcb *t = k->t;
    return seq_leq(t->rcv.nxt, t->rcv.adv) &&
           t->rx.len + (uint64_t)seq_distance(t->rcv.nxt, t->rcv.adv) <= t->rx.cap;
}

static bool ranges_ordered(const Look *k)
{
    const Tcb *t = k->t;
    Ranges set = tcb_ranges(k->p, t);
    Seq before = t->rcv.nxt;
    if (t->range_count > k->p->range_cap)
        return false;
    for (uint16_t i = 0; i < t->range_count; i++) {
        if (!seq_lt(before, set.at[i].from) || !seq_lt(set.at[i].from, set.at[i].to))
            return false;
        before = set.at[i].to;
    }
    return t->range_count == 0 || t->rx.len + seq_distance(t->rcv.nxt, before) <= t->rx.cap;
}

static bool fin_in_order(const Look *k)
{
    const Tcb *t = k->t;
    bool taken = t->user & USER_FIN_TAKEN, known = t->user & USER_FIN_KNOWN;
    bool heard = t->state == CLOSE_WAIT || t->state == CLOSING || t->state == LAST_ACK ||
                 t->state == TIME_WAIT;
    if (taken)
        return known && heard && t->range_count == 0 && seq_eq(seq_add(t->rcv.fin, 1), t->rcv.nxt);
    return !heard && (!known || seq_gt(t->rcv.fin, t->rcv.nxt));
}

static bool urgent_in(const Look *k)
{
    const Tcb *t = k->t;
    uint32_t unread = t->rx.len + (t->user & USER_FIN_TAKEN ? 1u : 0u);
    return !(t->user & USER_URGENT) || seq_gt(t->rcv.up, seq_sub(t->rcv.nxt, unread));
}

static bool sack_remembers(const Look *k)
{
    const Sack *s = &k->t->sack;
    bool agreed = k->t->agreed.options & AGREED_SACK;
    bool none = s->recent_count == 0 && seq_eq(s->dsack.from, s->dsack.to);
    return s->recent_count <= SEG_SACK_MAX && seq_leq(s->dsack.from, s->dsack.to) &&
           (agreed || none);
}

/* ---- options ---- */

static bool scales_agreed(const Look *k)
{
    const Agreed *a = &k->t->agreed;
    if (a->options & AGREED_WSCALE)
        return a->snd_scale <= 14 && a->rcv_scale <= 14;
    return a->snd_scale == 0 && a->rcv_scale == 0;
}

static bool timestamps_agreed(const Look *k)
{
    const Agreed *a = &k->t->agreed;
    if (!(a->options & AGREED_TIMESTAMP) || k->t->state < SYN_RECEIVED)
        return true;
    return a->ts_recent_at > 0 && a->ts_recent_at <= max_u64(k->now, 1) &&
           seq_leq(a->last_ack_sent, k->t->rcv.nxt);
}

static bool ecn_agreed(const Look *k)
{
    return k->t->agreed.options & AGREED_ECN ||
           !(k->t->path.flags & (PATH_ECN_ECHO | PATH_ECN_CWR | PATH_ECN_SEEN | PATH_ECN_HOLD));
}

static bool fast_open_data(const Look *k)
{
    const Tcb *t = k->t;
    if (t->sent_count == 0 || !(element(k, 0)->flags & SENT_SYN) || element(k, 0)->len == 0)
        return true;
    return t->state == SYN_SENT && (t->user & USER_FAST_OPEN);
}

/* ---- recovery and congestion ---- */

static bool recovery_point(const Look *k)
{
    const Tcb *t = k->t;
    return t->cc.phase <= CC_DISORDER ||
           (seq_leq(t->snd.una, t->cc.recover) && seq_leq(t->cc.recover, t->snd.nxt));
}

static bool prr_in_recovery(const Look *k)
{
    return k->t->rec.recover_fs == 0 || k->t->cc.phase == CC_RECOVERY;
}

static bool rack_believable(const Look *k)
{
    const Recovery *r = &k->t->rec;
    if (r->rack_xmit > 0 && (r->rack_xmit > k->now || !seq_leq(r->rack_end, k->t->snd.nxt)))
        return false;
    return !(r->flags & REC_TLP_OUT) || seq_leq(r->tlp_end, k->t->snd.nxt);
}

static bool undo_remembers(const Look *k)
{
    const Recovery *r = &k->t->rec;
    if (r->flags & REC_UNDO && r->prior_cwnd == 0)
        return false;
    if (r->flags & REC_FRTO_NEW && !(r->flags & REC_FRTO))
        return false;
    return !(r->flags & REC_FRTO) || k->t->cc.phase == CC_LOSS;
}

static bool window_open(const Look *k)
{
    const Tcb *t = k->t;
    bool syn_out = seq_eq(t->snd.una, t->snd.iss);
    return syn_out || t->out_bytes == 0 || (t->cc.cwnd > 0 && t->cc.ssthresh > 0);
}

static bool pmtu_remembered(const Look *k)
{
    const PathInfo *p = &k->t->path;
    if (p->told_mtu == 0 && p->told_seq.v != 0)
        return false;
    if (p->mtu == 0)
        return p->mss == 0 && p->mtu_until == 0;
    return p->mtu >= 68 && p->mss >= 1;
}

/* ---- timers ---- */

static bool one_of_two(const Look *k)
{
    return !timer_armed(k->t, TIMER_REXMIT) || !timer_armed(k->t, TIMER_PERSIST);
}

static bool outstanding_is_watched(const Look *k)
{
    const Tcb *t = k->t;
    if (timer_armed(t, TIMER_REXMIT))
        return t->sent_count > 0;
    bool excused = off(k, RULE_FIN_RETRANSMISSION) || off(k, RULE_ZERO_WINDOW_PROBE);
    return t->sent_count == 0 || timer_armed(t, TIMER_PERSIST) || excused;
}

static bool two_msl_in_time_wait(const Look *k)
{
    bool waits = k->t->state == TIME_WAIT;
    return waits == timer_armed(k->t, TIMER_2MSL) && (!waits || none_armed(k->t, TIMER_2MSL));
}

/* What each of the other timers waits for. */
static bool has_reason(const Look *k, TimerId id)
{
    const Tcb *t = k->t;
    bool out = t->sent_count > 0, unsent = tcb_unsent(t) > 0;
    switch (id) {
    case TIMER_PERSIST: return out || unsent || t->want & WANT_FIN;
    case TIMER_DELACK: /* text, a FIN, or (a blocked SEND will answer it) a SYN+ACK */
        return t->unacked_bytes > 0 || t->user & USER_FIN_TAKEN ||
               seq_eq(t->rcv.nxt, seq_add(t->rcv.irs, 1));
    case TIMER_KEEPALIVE: return t->user & USER_KEEPALIVE && t->state >= ESTABLISHED;
    case TIMER_FIN_WAIT_2: return t->state == FIN_WAIT_2;
    case TIMER_USER: return t->user_timeout > 0 && (out || unsent || t->want & WANT_FIN);
    case TIMER_SWS: return unsent;
    case TIMER_RACK: return out;
    case TIMER_TLP: return out && timer_armed(t, TIMER_REXMIT);
    case TIMER_PACING: return unsent || t->lost_bytes > 0;
    default: return true;
    }
}

static bool timers_have_reasons(const Look *k)
{
    for (int i = 0; i < TIMER_COUNT; i++)
        if (timer_armed(k->t, (TimerId)i) && !has_reason(k, (TimerId)i))
            return false;
    return true;
}

static bool rto_in_bounds(const Look *k)
{
    return k->t->rto > 0 && (k->t->srtt > 0 || k->t->rttvar == 0);
}

static bool said_at_once(const Look *k)
{
    return (k->t->want & ~WANT_FIN) == 0;
}

/* ---- the list ---- */

typedef struct Row {
    Invariant number;
    TcpState from; /* asked in this state and the later ones; CLOSED and LISTEN are the first two */
    bool (*holds)(const Look *);
} Row;

static const Row rows[] = {
    {INV_KINDS_IN_RANGE, CLOSED, kinds_in_range},
    {INV_NAMES_ARE_UNIQUE, CLOSED, names_are_unique},
    {INV_ENDED_IS_EMPTY, CLOSED, ended_is_empty},
    {INV_LISTENER_HAS_NO_PEER, CLOSED, listener_has_no_peer},
    {INV_PARENT_LISTENS, CLOSED, parent_listens},
    {INV_SENT_TILES, SYN_SENT, sent_tiles},
    {INV_SENT_ENDS, SYN_SENT, sent_ends},
    {INV_SENT_SUMS, SYN_SENT, sent_sums},
    {INV_LOST_OR_SACKED, SYN_SENT, lost_or_sacked},
    {INV_SENT_BEFORE_NOW, SYN_SENT, sent_before_now},
    {INV_RING_BEGINS, SYN_SENT, ring_begins},
    {INV_FIN_IS_WANTED, SYN_SENT, fin_is_wanted},
    {INV_WINDOW_KNOWN, SYN_SENT, window_known},
    {INV_MSS_FITS, SYN_SENT, mss_fits},
    {INV_URGENT_OUT, SYN_SENT, urgent_out},
    {INV_PROMISE_KEPT, SYN_SENT, promise_kept},
    {INV_RANGES_ORDERED, SYN_SENT, ranges_ordered},
    {INV_FIN_IN_ORDER, SYN_SENT, fin_in_order},
    {INV_URGENT_IN, SYN_SENT, urgent_in},
    {INV_SACK_REMEMBERS, SYN_SENT, sack_remembers},
    {INV_SCALES_AGREED, SYN_SENT, scales_agreed},
    {INV_TIMESTAMPS_AGREED, SYN_SENT, timestamps_agreed},
    {INV_ECN_AGREED, SYN_SENT, ecn_agreed},
    {INV_FAST_OPEN_DATA, SYN_SENT, fast_open_data},
    {INV_RECOVERY_POINT, SYN_SENT, recovery_point},
    {INV_PRR_IN_RECOVERY, SYN_SENT, prr_in_recovery},
    {INV_RACK_BELIEVABLE, SYN_SENT, rack_believable},
    {INV_UNDO_REMEMBERS, SYN_SENT, undo_remembers},
    {INV_WINDOW_OPEN, SYN_SENT, window_open},
    {INV_PMTU_REMEMBERED, SYN_SENT, pmtu_remembered},
    {INV_ONE_OF_TWO, SYN_SENT, one_of_two},
    {INV_OUTSTANDING_IS_WATCHED, SYN_SENT, outstanding_is_watched},
    {INV_TWO_MSL_IN_TIME_WAIT, SYN_SENT, two_msl_in_time_wait},
    {INV_TIMERS_HAVE_REASONS, SYN_SENT, timers_have_reasons},
    {INV_RTO_IN_BOUNDS, SYN_SENT, rto_in_bounds},
    {INV_SAID_AT_ONCE, SYN_SENT, said_at_once},
};

Invariant tcp_broken(const Pools *p, ConnId id, Nanos now)
{
    const Look look = {p, tcb_at(p, id), now};
    if (!free_is_zero(&look))
        return INV_FREE_IS_ZERO;
    if (!look.t->used)
        return INV_NONE;
    if (look.t->state >= TCP_STATE_COUNT) /* before it is compared */
        return INV_KINDS_IN_RANGE;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (look.t->state >= rows[i].from && !rows[i].holds(&look))
            return rows[i].number;
    return INV_NONE;
}
