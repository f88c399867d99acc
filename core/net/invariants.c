/*
 * invariants.c: what must hold of hosts, wire and sockets, and over time (core/base/invariant.def).
 *
 * One function for each number; those of connections are core/tcp/invariants.c's. Nothing here
 * changes anything.
 */
#include "core/net/invariants.h"

#include "core/base/print.h"
#include "core/base/wire_icmp.h"
#include "core/net/sock.h"
#include "core/net/sock_parts.h"

#include <string.h>

static bool is_zero(const void *at, size_t n)
{
    const uint8_t *bytes = at; /* each byte is as the one before it */
    return n == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

/* ---- hosts and the wire ---- */

static bool outbox_empty(const World *w, HostId h)
{
    return w->hosts[h].outbox_head == 0 && w->hosts[h].outbox_tail == 0;
}

static bool wire_in_order(const World *w, HostId from)
{
    const Packet *packets = world_packets(w);
    const Link *link = &w->links[from];
    uint32_t listed = 0, flying = 0;
    Nanos before = 0;
    uint16_t last = 0;
    for (uint16_t i = link->head; i; i = packets[i].next) {
        bool here = i <= w->shape.packets && packets[i].place == PACKET_FLYING;
        if (!here || packets[i].from != from || packets[i].due < before ||
            ++listed > w->shape.packets)
            return false;
        before = packets[i].due;
        last = i;
    }
    for (uint16_t i = 1; i <= w->shape.packets; i++)
        flying += packets[i].place == PACKET_FLYING && packets[i].from == from;
    return link->tail == last && flying == listed;
}

static bool packets_whole(const World *w)
{
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        const Packet *p = &world_packets(w)[i];
        if (p->place == PACKET_FREE) {
            if (!is_zero(p, sizeof *p))
                return false;
            continue;
        }
        bool placed = p->place == PACKET_FLYING || p->place == PACKET_HELD;
        if (!placed || p->from >= HOST_COUNT || p->row == 0 || p->row > w->rows || p->len == 0 ||
            p->len > shape_frame(&w->shape))
            return false;
    }
    return true;
}

static bool own_frames_decode(const World *w)
{
    const int touched = PACKET_INJECTED | PACKET_EDITED | PACKET_CORRUPT;
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        const Packet *p = &world_packets(w)[i];
        if (p->place == PACKET_FREE || p->flags & touched || p->sent_at != w->now)
            continue;
        Bytes frame = world_frame(w, (PktId){i}), payload;
        Seg seg;
        if (!icmp_is(frame) && wire_decode(frame, &seg, &payload) != WIRE_OK)
            return false;
    }
    return true;
}

static bool host_settled(const World *w, HostId host)
{
    const Host *h = &w->hosts[host];
    const FastOpenCache *f = &h->fast_open;
    for (uint16_t i = 1; !h->power && i <= w->shape.conns; i++)
        if (world_conns(w)[i].used && world_conns(w)[i].host == host)
            return false;
    return h->power <= 1 && h->puppet <= 1 && f->len <= SEG_COOKIE_MAX &&
           (f->len > 0 ? f->addr != 0 : is_zero(f, sizeof *f));
}

/* ---- sockets ---- */

static bool socks_free_is_zero(const World *w, HostId host)
{
    for (uint16_t i = 0; i < w->shape.socks; i++) {
        const Sock *s = &sock_table(w, host)[i];
        if (s->kind == SOCK_FREE && !is_zero(s, sizeof *s))
            return false;
    }
    for (uint16_t i = 0; i < w->shape.interests; i++) {
        const Interest *own = &sock_interests_of(w, host)[i];
        if (!own->epoll && !is_zero(own, sizeof *own))
            return false;
    }
    return true;
}

static bool socks_and_conns(const World *w, HostId host)
{
    for (uint16_t i = 0; i < w->shape.socks; i++) {
        const Sock *s = &sock_table(w, host)[i];
        const Tcb *t = s->conn <= w->shape.conns ? sock_tcb(w, s) : NULL;
        if (s->conn && (!t || !t->used || t->host != host || t->sock != i + SOCK_FD_FIRST))
            return false;
    }
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (t->used && t->host == host && t->sock && sock_conn(w, host, t->sock) != t)
            return false;
    }
    return true;
}

static bool socks_by_kind(const World *w, HostId host)
{
    for (uint16_t i = 0; i < w->shape.socks; i++) {
        const Sock *s = &sock_table(w, host)[i];
        bool stream = s->kind == SOCK_TCP;
        if (s->kind > SOCK_EPOLL || s->state > SOCK_CONNECTED || (!stream && (s->conn || s->state)))
            return false;
        const Tcb *t = stream ? sock_tcb(w, s) : NULL;
        if ((s->state != SOCK_UNCONNECTED && !t) ||
            (t && t->state == LISTEN && s->state != SOCK_UNCONNECTED))
            return false;
    }
    return true;
}

static bool interests_named(const World *w, HostId host)
{
    const Interest *list = sock_interests_of(w, host);
    for (uint16_t i = 0; i < w->shape.interests; i++) {
        if (!list[i].epoll)
            continue;
        const Sock *epoll = sock_at(w, host, list[i].epoll), *s = sock_at(w, host, list[i].fd);
        if (!epoll || epoll->kind != SOCK_EPOLL || !s || s->kind != SOCK_TCP)
            return false;
        for (uint16_t j = 0; j < i; j++)
            if (list[j].epoll == list[i].epoll && list[j].fd == list[i].fd)
                return false;
    }
    return true;
}

/* ---- the list ---- */

typedef struct HostRow {
    Invariant number;
    bool (*holds)(const World *, HostId);
} HostRow;

static const HostRow rows[] = {
    {INV_OUTBOX_EMPTY, outbox_empty},       {INV_WIRE_IN_ORDER, wire_in_order},
    {INV_HOST_SETTLED, host_settled},       {INV_SOCKS_FREE_IS_ZERO, socks_free_is_zero},
    {INV_SOCKS_AND_CONNS, socks_and_conns}, {INV_SOCKS_BY_KIND, socks_by_kind},
    {INV_INTERESTS_NAMED, interests_named},
};

Broken world_broken(const World *w)
{
    /* The pools are handed out as writable; nothing below writes. */
    Pools p = world_pools((World *)(uintptr_t)w);
    for (uint16_t i = 1; i <= p.conn_count; i++) {
        Invariant which = tcp_broken(&p, (ConnId){i}, w->now);
        if (which)
            return (Broken){which, p.conns[i].host, p.conns[i].number};
    }
    for (HostId h = 0; h < HOST_COUNT; h++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            if (!rows[i].holds(w, h))
                return (Broken){rows[i].number, h, 0};
    if (!packets_whole(w))
        return (Broken){INV_PACKETS_WHOLE, HOST_NONE, 0};
    if (!own_frames_decode(w))
        return (Broken){INV_OWN_FRAMES_DECODE, HOST_NONE, 0};
    return (Broken){INV_NONE, HOST_NONE, 0};
}

void world_check(const World *w)
{
    Broken b = world_broken(w);
    if (!b.which)
        return;
    char room[400];
    Text text = text_fixed(room, sizeof room);
    text_addf(&text, "invariant (%d): %s", (int)b.which, invariant_text(b.which));
    if (b.conn)
        text_addf(&text, " [%c[%u]]", b.host == HOST_A ? 'A' : 'B', b.conn);
    check_failed(__FILE__, __LINE__, room);
}

/* ---- over time ---- */

static bool is_same(const WatchedConn *before, const Tcb *t)
{
    return before->number == t->number && before->host == t->host && t->state > LISTEN &&
           seq_eq(before->iss, t->snd.iss) && seq_eq(before->irs, t->rcv.irs);
}

static Invariant went_back(const World *w, const WatchedConn *before, const Tcb *t)
{
    if (seq_lt(t->snd.una, before->una) || seq_lt(t->rcv.nxt, before->nxt))
        return INV_ACKNOWLEDGED_FOR_GOOD;
    /* Bytes that are delivered twice take room that was promised. */
    bool twice = ruleset_has(&w->rules_off, RULE_DUPLICATE_DISCARD);
    return !twice && seq_lt(t->rcv.adv, before->adv) ? INV_EDGE_STAYS : INV_NONE;
}

Invariant world_watch(const World *w, WorldWatch *watch)
{
    CHECK(watch->count == w->shape.conns + 1u);
    Invariant broken = w->now < watch->now || w->rows < watch->rows ? INV_TIME_GOES_ON : INV_NONE;
    watch->now = w->now;
    watch->rows = w->rows;
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        WatchedConn *own = &watch->conns[i];
        if (!broken && t->used && is_same(own, t))
            broken = went_back(w, own, t);
        *own = (WatchedConn){t->snd.iss, t->rcv.irs, t->snd.una, t->rcv.nxt,
                             t->rcv.adv, t->number,  t->host,    0};
    }
    return broken;
}
