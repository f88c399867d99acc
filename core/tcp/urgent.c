/*
 * urgent.c: SND.UP and RCV.UP (urgent.h).
 *
 * Urgent data is ordinary data with a pointer to its end, which travels ahead of it.
 */
#include "core/tcp/urgent.h"

/* ---- sending ---- */

CallResult tcp_send_urgent(Ctx *c, ConnId id, Bytes data)
{
    CallResult r = tcp_send(c, id, data);
    if (r.status != CALL_OK || r.value == 0)
        return r; /* "the user must also send at least one data octet" */
    Tcb *t = tcb_at(&c->pools, id);
    t->snd.up = seq_add(t->snd.buf, t->tx.len);
    t->user |= USER_URGENT_OUT;
    note_rule(c, t, RULE_URGENT_SENT, r.value, 0);
    return r;
}

void urgent_fill(const Tcb *t, Seg *s)
{
    if (!(t->user & USER_URGENT_OUT) || (s->flags & (SEG_SYN | SEG_RST)) ||
        !seq_lt(s->seq, t->snd.up))
        return;
    s->flags |= SEG_URG;
    s->urg = (uint16_t)min_u32(seq_distance(s->seq, t->snd.up), 65535);
}

void urgent_acked(Tcb *t)
{
    if (seq_geq(t->snd.una, t->snd.up))
        t->user &= (uint16_t)~USER_URGENT_OUT;
}

/* ---- receiving ---- */

/* The number of the next byte that a program reads. */
static Seq read_position(const Tcb *t)
{
    return seq_sub(t->rcv.nxt, t->rx.len + (t->user & USER_FIN_TAKEN ? 1u : 0u));
}

/* Bytes before the mark; the connection is in urgent mode. */
static uint32_t ahead(const Tcb *t)
{
    return seq_distance(read_position(t), t->rcv.up) - 1;
}

void urgent_arrives(Ctx *c, Tcb *t, const Seg *seg, Seq seq)
{
    bool may_read = t->state == ESTABLISHED || t->state == FIN_WAIT_1 || t->state == FIN_WAIT_2;
    if (!(seg->flags & SEG_URG) || !may_read)
        return;
    Seq up = seq_add(seq, seg->urg), at = read_position(t);
    bool news = t->user & USER_URGENT ? seq_gt(up, t->rcv.up) : seq_gt(up, at);
    if (!news)
        return;
    t->rcv.up = up;
    t->user = (uint16_t)((t->user | USER_URGENT) & ~USER_URGENT_TAKEN);
    note_rule(c, t, RULE_URGENT_ARRIVES, seq_distance(at, up), 0);
}

uint32_t tcp_readable(const Tcb *t)
{
    if (!(t->user & USER_URGENT))
        return t->rx.len;
    uint32_t before = ahead(t);
    if (before > 0)
        return min_u32(t->rx.len, before);
    return (t->user & USER_OUT_OF_BAND) && t->rx.len > 0 ? t->rx.len - 1 : t->rx.len;
}

bool tcp_at_mark(const Tcb *t)
{
    return (t->user & USER_URGENT) && ahead(t) == 0;
}

uint32_t tcp_urgent_left(const Tcb *t)
{
    return t->user & USER_URGENT ? ahead(t) + 1 : 0;
}

bool tcp_urgent_byte(const Tcb *t, uint32_t *offset)
{
    *offset = t->user & USER_URGENT ? ahead(t) : 0;
    return (t->user & USER_URGENT) && *offset < t->rx.len;
}

void urgent_before_read(Ctx *c, Tcb *t)
{
    if (!tcp_at_mark(t) || t->rx.len == 0)
        return;
    note_rule(c, t, RULE_URGENT_MARK, 0, 0);
    if (t->user & USER_OUT_OF_BAND)
        ring_drop(&t->rx, 1);
    t->user &= (uint16_t) ~(USER_URGENT | USER_URGENT_TAKEN);
}

void tcp_take_urgent(Ctx *c, ConnId id)
{
    Tcb *t = tcb_at(&c->pools, id);
    t->user |= USER_URGENT_TAKEN;
}

void tcp_out_of_band(Ctx *c, ConnId id, bool on)
{
    Tcb *t = tcb_at(&c->pools, id);
    t->user = (uint16_t)(on ? t->user | USER_OUT_OF_BAND : t->user & ~USER_OUT_OF_BAND);
}
