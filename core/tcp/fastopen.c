/*
 * fastopen.c: cookies, and data before the handshake is over (fastopen.h).
 *
 * The server's cookie is a keyed hash of both addresses (RFC 7413 4.1.2): nothing is kept for it.
 * The client keeps one cookie, of the one other host there is.
 */
#include "core/tcp/fastopen.h"

#include "core/base/hash.h"

#include <string.h>

enum { COOKIE_LEN = 8 };

/* ---- the server ---- */

/* The keys are numbered: each serves for its life, then the next (RFC 7413 4.1.2). */
static uint32_t present_key(const Ctx *c)
{
    Nanos life = knob(c, KNOB_FASTOPEN_KEY_LIFE);
    return life ? (uint32_t)(c->now / life) : 0;
}

static void make_cookie(const Ctx *c, uint32_t client, uint32_t key, uint8_t out[COOKIE_LEN])
{
    const Host *h = ctx_host(c);
    const uint32_t ends[3] = {client, h->addr, key};
    uint64_t v = hash_keyed(ends, sizeof ends, ~h->isn_key[0], h->isn_key[1]);
    for (int i = 0; i < COOKIE_LEN; i++)
        out[i] = (uint8_t)(v >> (8 * i));
}

static bool made_with(const Ctx *c, const Seg *syn, uint32_t key)
{
    uint8_t right[COOKIE_LEN];
    make_cookie(c, syn->src_addr, key, right);
    return syn->cookie_len == COOKIE_LEN && memcmp(syn->cookie, right, COOKIE_LEN) == 0;
}

static bool serves(const Ctx *c, const Tcb *listener)
{
    uint64_t bits = knob(c, KNOB_FASTOPEN);
    bool asked = listener->opt.fast_open || (bits & FASTOPEN_SERVER_EVERY_SOCKET);
    return (bits & FASTOPEN_SERVER) && (asked || !listener->sock);
}

/* Connections opened so whose handshake is not over: what an attacker could fill. */
static bool too_many(const Ctx *c, const Tcb *listener)
{
    const Pools *p = &c->pools;
    uint16_t parent = tcb_id(p, listener).v;
    uint32_t n = 0, limit = listener->opt.fast_open ? listener->opt.fast_open : listener->backlog;
    for (uint16_t i = 1; i <= p->conn_count; i++)
        n += p->conns[i].used && p->conns[i].parent == parent &&
             p->conns[i].state == SYN_RECEIVED && (p->conns[i].user & USER_FAST_OPEN);
    return n >= limit;
}

FastOpenAnswer fastopen_judge(Ctx *c, const Tcb *listener, const Seg *syn)
{
    bool option = syn->opts & SEG_OPT_FAST_OPEN;
    bool without = !option && syn->len > 0 && (knob(c, KNOB_FASTOPEN) & FASTOPEN_SERVER_NO_COOKIE);
    if (!serves(c, listener) || (!option && !without))
        return FASTOPEN_NO;
    uint32_t key = present_key(c);
    bool valid = made_with(c, syn, key), renew = !valid && key > 0 && made_with(c, syn, key - 1);
    if (option && !valid && !renew) {
        note_rule(c, listener, syn->cookie_len ? RULE_FAST_OPEN_WRONG : RULE_FAST_OPEN_GRANT, 0, 0);
        return FASTOPEN_GRANT;
    }
    if (too_many(c, listener)) {
        note_rule(c, listener, RULE_FAST_OPEN_QUEUE_FULL, 0, 0);
        return FASTOPEN_IGNORE;
    }
    if (renew) {
        note_rule(c, listener, RULE_FAST_OPEN_RENEWED, 0, 0);
        return FASTOPEN_TAKE_AND_GRANT;
    }
    return FASTOPEN_TAKE;
}

/* ---- the client ---- */

static bool pauses(const Ctx *c)
{
    return ctx_host(c)->fast_open_again > c->now;
}

bool tcp_fast_open_ready(const Ctx *c, uint32_t remote_addr)
{
    const Host *h = ctx_host(c);
    if (pauses(c))
        return false;
    uint64_t bits = knob(c, KNOB_FASTOPEN);
    bool known = h->fast_open.len > 0 && h->fast_open.addr == remote_addr;
    return (bits & FASTOPEN_CLIENT) && (known || (bits & FASTOPEN_CLIENT_NO_COOKIE));
}

CallResult tcp_fast_open(Ctx *c, ConnId id, bool wait_for_data)
{
    Tcb *t = tcb_at(&c->pools, id);
    if (!(knob(c, KNOB_FASTOPEN) & FASTOPEN_CLIENT) || t->state != SYN_SENT)
        return (CallResult){.status = CALL_BAD_ARGUMENT, .conn = id};
    if (pauses(c)) {
        note_rule(c, t, RULE_FAST_OPEN_PAUSED, 0, 0);
        return (CallResult){.status = CALL_BAD_ARGUMENT, .conn = id};
    }
    t->user |= USER_FAST_OPEN;
    if (wait_for_data)
        t->want &= (uint16_t)~WANT_SYN;
    return (CallResult){.status = CALL_OK, .conn = id};
}

bool tcp_fast_open_waits(const Tcb *t)
{
    return t->state == SYN_SENT && (t->user & USER_FAST_OPEN) && seq_eq(t->snd.nxt, t->snd.iss) &&
           !(t->want & WANT_SYN);
}

uint32_t tcp_fast_open_room(const Ctx *c, const Tcb *t)
{
    const Host *h = ctx_host(c);
    bool known = h->fast_open.len > 0 && h->fast_open.addr == t->remote_addr;
    uint32_t mss = min_u32(known ? h->fast_open.mss : 536, own_mss(c, tcb_v6(t)));
    return mss > WIRE_OPTIONS_MAX ? mss - WIRE_OPTIONS_MAX : 0;
}

uint32_t fastopen_syn_data(const Ctx *c, const Tcb *t)
{
    if (!(t->user & USER_FAST_OPEN) || !tcp_fast_open_ready(c, t->remote_addr))
        return 0;
    return min_u32(t->tx.len, tcp_fast_open_room(c, t));
}

void fastopen_offer(Ctx *c, const Tcb *t, uint32_t len)
{
    if (!(t->user & USER_FAST_OPEN))
        return;
    bool ready = tcp_fast_open_ready(c, t->remote_addr);
    note_rule(c, t, ready ? RULE_FAST_OPEN_DATA : RULE_FAST_OPEN_REQUEST, len, 0);
}

/* Data of the first element of the sent list has not been sent, after all. */
static void take_back(Tcb *t)
{
    t->out_bytes = 0;
    t->lost_bytes = t->sacked_bytes = 0;
    t->lost_segs = t->sacked_segs = 0;
    t->want &= (uint16_t)~WANT_PUSH;
}

void fastopen_fall_back(Ctx *c, Tcb *t)
{
    if (!(t->user & USER_FAST_OPEN) || t->state != SYN_SENT || t->sent_count == 0)
        return;
    Sent *syn = sent_at(&c->pools, t, 0);
    note_rule(c, t, RULE_FAST_OPEN_FALLBACK, syn->len, 0);
    if (syn->len > 0 &&
        knob(c, KNOB_FASTOPEN_PAUSE)) /* RFC 7413 4.1.3.1: it will not be asked again soon */
        ctx_host(c)->fast_open_again = c->now + knob(c, KNOB_FASTOPEN_PAUSE);
    t->user &= (uint16_t)~USER_FAST_OPEN;
    take_back(t);
    syn->len = 0;
    syn->flags &= (uint16_t) ~(SENT_LOST | SENT_SACKED);
    t->snd.nxt = seq_add(syn->seq, 1);
}

static void remember_cookie(Ctx *c, const Tcb *t, const Seg *seg)
{
    Host *h = ctx_host(c);
    if (!(seg->opts & SEG_OPT_FAST_OPEN) || seg->cookie_len == 0)
        return;
    h->fast_open.addr = t->remote_addr;
    h->fast_open.mss = seg->opts & SEG_OPT_MSS ? seg->mss : 536;
    h->fast_open.len = seg->cookie_len;
    memcpy(h->fast_open.cookie, seg->cookie, sizeof h->fast_open.cookie);
    note_rule(c, t, RULE_FAST_OPEN_COOKIE, seg->cookie_len, 0);
}

void fastopen_answered(Ctx *c, Tcb *t, const Seg *syn_ack)
{
    if (!(t->user & USER_FAST_OPEN))
        return;
    remember_cookie(c, t, syn_ack);
    t->user &= (uint16_t)~USER_FAST_OPEN;
    if (t->sent_count == 0) {
        if (seq_gt(t->snd.una, seq_add(t->snd.iss, 1)))
            t->user |= USER_SYN_DATA;
        return;
    }
    note_rule(c, t, RULE_FAST_OPEN_NOT_TAKEN, seq_distance(t->snd.una, t->snd.nxt), 0);
    take_back(t);
    memset(sent_at(&c->pools, t, 0), 0, sizeof(Sent));
    t->sent_count = t->sent_head = 0;
    t->snd.nxt = t->snd.una;
}

/* ---- both ---- */

void fastopen_fill(const Ctx *c, const Tcb *t, Seg *s)
{
    const Host *h = ctx_host(c);
    if (!(s->flags & SEG_SYN))
        return;
    if (t->state != SYN_SENT) {
        if (!(t->user & USER_COOKIE_DUE))
            return;
        s->opts |= SEG_OPT_FAST_OPEN;
        s->cookie_len = COOKIE_LEN;
        make_cookie(c, t->remote_addr, present_key(c), s->cookie);
        return;
    }
    bool known = h->fast_open.len > 0 && h->fast_open.addr == t->remote_addr;
    if (!(t->user & USER_FAST_OPEN) ||
        (!known && (knob(c, KNOB_FASTOPEN) & FASTOPEN_CLIENT_NO_COOKIE)))
        return;
    s->opts |= SEG_OPT_FAST_OPEN; /* without a cookie it asks for one */
    s->cookie_len = known ? h->fast_open.len : 0;
    if (known)
        memcpy(s->cookie, h->fast_open.cookie, s->cookie_len);
}
