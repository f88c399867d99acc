/*
 * explore_watch.c: what must not happen, seen by comparing a world with the one before.
 *
 * A predicate speaks of one moment. What speaks of the past (which bytes were received so far, who
 * accepted whom) is remembered here, in as few bytes as possible, because every byte splits states
 * that were one.
 *
 * Agreement: B may be ESTABLISHED while A is not. The correct handshake does that, too: A sends the
 * third segment and loses power. What the third segment gives is that the owner of B.irs has once
 * accepted B's SYN+ACK. Without it B believes a SYN whose sender is long gone: with nobody there
 * who accepted, nor anybody still asking, B talks to the air.
 */
#include "core/lab/explore_private.h"

#include <string.h>

/* ---- connections ---- */

static bool synchronized(const Tcb *t)
{
    return t->used && t->state != CLOSED && t->state != LISTEN && t->state != SYN_SENT &&
           t->state != SYN_RECEIVED;
}

/* The slot holds the same connection as before. */
static bool same_conn(const Tcb *a, const Tcb *b)
{
    return a->used && b->used && a->host == b->host && a->number == b->number;
}

static bool ports_meet(const Tcb *t, const Tcb *u)
{
    return u->used && u->host != t->host && u->state != LISTEN && u->state != CLOSED &&
           u->local_port == t->remote_port && u->remote_port == t->local_port;
}

/* ---- text ---- */

/* Whose SYN did it believe? Asked when it begins: later another connection may have that number. */
static void remember_owner(const World *w, const Tcb *t, uint16_t slot, Past *past)
{
    for (uint16_t i = 1; t->state != SYN_SENT && i <= w->shape.conns; i++) {
        const Tcb *u = &world_conns(w)[i];
        if (ports_meet(t, u) && seq_eq(u->snd.iss, t->rcv.irs))
            past->owner[slot] = (uint8_t)u->number;
    }
}

static uint32_t read_new_bytes(const World *after, const Tcb *t, uint32_t old_len, Past *past,
                               uint16_t slot)
{
    uint32_t seen = 0;
    const uint8_t *arena = (const uint8_t *)after + after->rings_at;
    char first = t->host == HOST_A ? 'A' : 'a'; /* the other host's letters */
    for (uint32_t i = old_len; i < t->rx.len; i++) {
        uint8_t byte = 0;
        ring_peek(&t->rx, arena, i, &byte, 1);
        uint32_t name = (uint32_t)(uint8_t)(byte - (uint8_t)first);
        bool named = name < 3 * TAG_PLACES;
        uint8_t tag = (uint8_t)(named ? 1 + name / TAG_PLACES : 0xff);
        if (past->tag[slot] == 0)
            past->tag[slot] = tag;
        if (tag != past->tag[slot] || !named || name % TAG_PLACES != past->got[slot] % TAG_PLACES)
            seen |= WATCH_PREFIX;
        if (named && past->owner[slot] && past->owner[slot] != tag)
            seen |= WATCH_OLD_DATA;
        past->got[slot]++;
    }
    return seen;
}

/* ---- agreement ---- */

/* Has the owner of t's irs a right to this connection: still asking, or in it? */
static bool owner_is_there(const World *w, const Tcb *t)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *u = &world_conns(w)[i];
        if (!ports_meet(t, u) || !seq_eq(u->snd.iss, t->rcv.irs))
            continue;
        if (u->state == SYN_SENT || seq_eq(u->rcv.irs, t->snd.iss))
            return true;
    }
    return false;
}

/* t has accepted a SYN+ACK: whoever sent it may count on that. */
static void remember_acceptance(const World *w, const Tcb *t, Past *past)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *u = &world_conns(w)[i];
        if (ports_meet(t, u) && seq_eq(u->snd.iss, t->rcv.irs) && seq_eq(u->rcv.irs, t->snd.iss))
            past->accepted |= (uint8_t)(1u << i);
    }
}

/* Does the other end, if it exists, mean this very connection? */
static bool peer_disagrees(const World *w, const Tcb *t)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *u = &world_conns(w)[i];
        if (ports_meet(t, u) && u->state != SYN_SENT && !seq_eq(u->rcv.irs, t->snd.iss))
            return true;
    }
    return false;
}

/* Is the other end of t there, and synchronized? */
static bool both_open(const World *w, const Tcb *t)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *u = &world_conns(w)[i];
        if (ports_meet(t, u) && synchronized(u))
            return true;
    }
    return false;
}

static uint32_t watch_opening(const World *w, const Tcb *was, const Tcb *t, uint16_t slot,
                              Past *past)
{
    bool before = same_conn(was, t) && synchronized(was);
    if (before || !synchronized(t))
        return 0;
    uint32_t seen = both_open(w, t) ? 0 : WATCH_BOTH;
    if (same_conn(was, t) && was->state == SYN_SENT) {
        remember_acceptance(w, t, past);
        return seen | (peer_disagrees(w, t) ? WATCH_AGREEMENT : 0);
    }
    bool accepted = past->accepted >> slot & 1;
    return seen | (accepted || owner_is_there(w, t) ? 0 : WATCH_AGREEMENT);
}

/* An end that counts more than the other has sent, or takes for acknowledged what the other does
 * not have. */
static uint32_t watch_counts(const World *w, const Tcb *t)
{
    uint32_t seen = 0;
    for (uint16_t i = 1; synchronized(t) && i <= w->shape.conns; i++) {
        const Tcb *u = &world_conns(w)[i];
        if (!ports_meet(t, u) || !seq_eq(u->snd.iss, t->rcv.irs))
            continue;
        if (seq_gt(t->rcv.nxt, u->snd.nxt))
            seen |= WATCH_UNSENT;
        if (u->state == SYN_SENT || !seq_eq(u->rcv.irs, t->snd.iss))
            continue;
        if (seq_gt(t->snd.una, u->rcv.nxt))
            seen |= WATCH_ACKED;
        uint32_t waiting = u->rx.len + (u->user & USER_FIN_TAKEN ? 1 : 0);
        if (u->rx.len > 0 && seq_gt(seq_add(t->snd.una, waiting), u->rcv.nxt))
            seen |= WATCH_READ;
    }
    return seen;
}

/* The stream ends where its sender has ended it. */
static uint32_t watch_end(const World *w, const Tcb *was, const Tcb *t)
{
    if (!(t->user & USER_FIN_TAKEN) || (same_conn(was, t) && (was->user & USER_FIN_TAKEN)))
        return 0;
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *u = &world_conns(w)[i];
        if (ports_meet(t, u) && seq_eq(u->snd.iss, t->rcv.irs) &&
            !seq_eq(t->rcv.nxt, seq_add(u->snd.buf, u->tx.len + 1)))
            return WATCH_PREFIX;
    }
    return 0;
}

/* Nothing that is watched has changed at this end; what an end means to another is looked at there.
 */
static bool rests(const Tcb *was, const Tcb *t, const Past *past, uint16_t slot)
{
    return same_conn(was, t) && was->state == t->state && was->error == t->error &&
           was->user == t->user && was->srtt == t->srtt && was->rx.len == t->rx.len &&
           seq_eq(was->rcv.nxt, t->rcv.nxt) && seq_eq(was->snd.una, t->snd.una) &&
           (past->owner[slot] || t->state == LISTEN);
}

static uint32_t watch_conn(const World *before, const World *after, uint16_t i, Past *past)
{
    const Tcb *was = &world_conns(before)[i], *t = &world_conns(after)[i];
    if (rests(was, t, past, i))
        return 0;
    bool same = same_conn(was, t);
    if (!same) {
        past->accepted &= (uint8_t) ~(1u << i);
        past->got[i] = past->tag[i] = past->owner[i] = 0;
    }
    if (!t->used || t->state == LISTEN)
        return 0;
    if (!past->owner[i])
        remember_owner(same ? before : after, t, i, past);
    if (!past->owner[i])
        remember_owner(after, t, i, past);
    uint32_t seen =
        watch_opening(after, was, t, i, past) | watch_counts(after, t) | watch_end(after, was, t);
    uint32_t old_len = same ? was->rx.len : 0;
    if (t->rx.len > old_len)
        seen |= read_new_bytes(after, t, old_len, past, i);
    if (t->error == CONN_RESET && !(same && was->error == CONN_RESET))
        seen |= WATCH_RESET;
    Nanos path = after->links[HOST_A].delay + after->links[HOST_B].delay;
    if (t->srtt > 0 && t->srtt < path)
        seen |= WATCH_RTT;
    return seen;
}

/* ---- the wire ---- */

enum { FLAGS_AT = 33, SEQ_AT = 24, OFFSET_AT = 32 };

static bool carries(Bytes f, uint8_t *seq)
{
    if (f.len < 40 || f.data[0] != 0x45)
        return false;
    memcpy(seq, f.data + SEQ_AT, 4);
    return f.len > 20 + (size_t)(f.data[OFFSET_AT] >> 4) * 4;
}

static uint32_t watch_packet(const World *before, const World *after, uint16_t i)
{
    const Packet *p = &world_packets(after)[i], *old = &world_packets(before)[i];
    if (p->place == PACKET_FREE || (old->place != PACKET_FREE && old->row == p->row) ||
        (p->flags & (PACKET_DUPLICATE | PACKET_INJECTED)))
        return 0;
    Bytes f = world_frame(after, (PktId){i});
    uint8_t seq[4], other[4];
    bool text = carries(f, seq);
    uint32_t seen = f.len >= 40 && f.data[FLAGS_AT] & SEG_RST ? WATCH_RST_SENT : 0;
    uint32_t copies = 0;
    for (uint16_t k = 1; text && k <= after->shape.packets; k++) {
        const Packet *q = &world_packets(after)[k];
        copies += q->place == PACKET_FLYING && q->from == p->from &&
                  carries(world_frame(after, (PktId){k}), other) && memcmp(seq, other, 4) == 0;
    }
    return seen | (copies > 3 ? WATCH_COPIES : 0);
}

Past explore_past(const World *w)
{
    Past past = {0};
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (t->used && t->state != LISTEN && t->state != CLOSED && t->state != SYN_SENT)
            past.got[i] = (uint8_t)(seq_distance(t->rcv.irs, t->rcv.nxt) - 1);
    }
    return past;
}

uint32_t explore_watch(const World *before, const World *after, Past *past)
{
    uint32_t seen = 0;
    for (uint16_t i = 1; i <= after->shape.conns; i++)
        if (world_conns(before)[i].used || world_conns(after)[i].used)
            seen |= watch_conn(before, after, i, past);
    for (uint16_t i = 1; i <= after->shape.packets; i++)
        seen |= watch_packet(before, after, i);
    return seen;
}

/* ---- liveness: the network heals ---- */

/* Nothing is left to do that is never done: what was given to TCP is acknowledged, nobody waits in
 * the middle of opening or closing, nor for the FIN of an end that has done with it. Excused: who
 * cannot send because the other's program does not read, and who speaks to a machine that is off.
 */
static bool settled(const World *w)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (!t->used || t->state == LISTEN || t->state == CLOSED || t->state == TIME_WAIT)
            continue;
        const Tcb *peer = world_peer(w, t);
        bool full = peer && peer->rx.len > 0 && t->snd.wnd == 0;
        bool excused = full || !w->hosts[host_peer((HostId)t->host)].power;
        bool deserted = t->state == FIN_WAIT_2 && peer && peer->state == TIME_WAIT;
        bool resting = t->state == ESTABLISHED || t->state == CLOSE_WAIT ||
                       (t->state == FIN_WAIT_2 && !deserted);
        if (!excused && (!resting || t->sent_count > 0 || t->tx.len > 0))
            return false;
    }
    return true;
}

/* Who may still send or wait for text has somebody at the other end who means this connection. */
static bool in_company(const World *w)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        bool open = t->state == ESTABLISHED || t->state == CLOSE_WAIT || t->state == FIN_WAIT_2;
        if (!t->used || !open)
            continue;
        const Tcb *peer = world_peer(w, t);
        bool there = peer && peer->state != CLOSED && peer->state != SYN_SENT &&
                     seq_eq(peer->rcv.irs, t->snd.iss) && seq_eq(t->rcv.irs, peer->snd.iss);
        if (!there || (t->state == FIN_WAIT_2 && peer->state == TIME_WAIT))
            return false;
    }
    return true;
}

/* All that was given to TCP has reached the other end. */
static bool arrived(const World *w)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        const Tcb *peer = t->used && t->tx.len > 0 ? world_peer(w, t) : NULL;
        if (peer && seq_lt(peer->rcv.nxt, seq_add(t->snd.buf, t->tx.len)))
            return false;
    }
    return true;
}

enum { HEAL_STEPS = 400 };

/* Nobody learns that the network is whole again before the next attempt. */
static Nanos longest_wait(const World *w)
{
    Nanos rto = 0;
    for (uint16_t i = 1; i <= w->shape.conns; i++)
        if (world_conns(w)[i].used)
            rto = max_u64(rto, world_conns(w)[i].rto);
    return rto;
}

uint32_t explore_heal(World *w, Past past, uint32_t watch, Nanos settle_time, World *scratch)
{
    Nanos end = w->now + (settle_time ? settle_time : 60 * NANOS_S + longest_wait(w));
    for (int i = 0; i < HEAL_STEPS; i++) {
        Move m = world_next(w);
        if (m.kind == MOVE_NONE || m.at > end)
            break;
        world_copy(scratch, w);
        world_take(w, m, NULL);
        uint32_t seen = explore_watch(scratch, w, &past) & watch;
        if (seen)
            return seen;
    }
    uint32_t seen = 0;
    if ((watch & WATCH_SETTLES) && !settled(w))
        seen |= WATCH_SETTLES;
    if ((watch & WATCH_STALL) && !arrived(w))
        seen |= WATCH_STALL;
    if ((watch & WATCH_TALKS) && !in_company(w))
        seen |= WATCH_TALKS;
    return seen;
}
