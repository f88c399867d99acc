/*
 * icmp.c: ICMP messages arrive (RFC 9293 section 3.9.2.2, RFC 1122 4.2.3.9, RFC 5927).
 *
 * A router that cannot deliver a packet sends back its beginning. That names the connection, and
 * proves little: anybody can send such a message (RFC 5927 section 2). So it must quote a number
 * that is on its way now, and what it says of a connection that stands is only remembered:
 *
 *      too big             pmtu.c: smaller segments, at once
 *      soft, or hard to    remembered; told if the connection dies, or to who asks with SO_ERROR
 *      one that stands
 *      hard, while opening the attempt has failed
 *      source quench       nothing: a forger's tool, and useless (RFC 6633)
 */
#include "core/tcp/arrive.h"
#include "core/tcp/path.h"

/* The error that the message is about, and whether it will not pass by itself (RFC 1122 4.2.3.9,
 * RFC 9293 3.9.2.2). Codes that came later count as the errors they refine (RFC 1812 5.2.7.1). */
static ConnError error_of(const Icmp *m, bool *hard)
{
    *hard = false;
    switch (icmp_kind(m)) {
    case ICMP_TIME_EXCEEDED: return CONN_HOST_UNREACHABLE;
    case ICMP_PARAMETER_PROBLEM: return CONN_BAD_HEADER;
    default: break;
    }
    if (m->v6) {
        *hard = m->code != ICMP6_NO_ROUTE && m->code != ICMP6_BEYOND_SCOPE &&
                m->code != ICMP6_ADDRESS_UNREACHABLE;
        return m->code == ICMP6_PORT_UNREACHABLE ? CONN_REFUSED
               : m->code == ICMP6_NO_ROUTE       ? CONN_NET_UNREACHABLE
                                                 : CONN_HOST_UNREACHABLE;
    }
    switch (m->code) {
    case ICMP4_NET_UNREACHABLE:
    case ICMP4_NET_UNREACHABLE_FOR_TOS: return CONN_NET_UNREACHABLE;
    case ICMP4_HOST_UNREACHABLE:
    case ICMP4_SOURCE_ROUTE_FAILED:
    case ICMP4_HOST_UNREACHABLE_FOR_TOS: return CONN_HOST_UNREACHABLE;
    default: break;
    }
    *hard = true;
    return m->code == ICMP4_PROTOCOL_UNREACHABLE ? CONN_NO_PROTOCOL
           : m->code == ICMP4_PORT_UNREACHABLE   ? CONN_REFUSED
           : m->code == ICMP4_NET_UNKNOWN || m->code == ICMP4_NET_PROHIBITED
               ? CONN_NET_UNREACHABLE
               : CONN_HOST_UNREACHABLE;
}

/* The connection that the quoted segment belongs to; a listener has sent nothing. */
static Tcb *find(const Ctx *c, const Icmp *m)
{
    const Seg *q = &m->quote;
    if (q->src_addr != ctx_host(c)->addr)
        return NULL;
    ConnId id = tcp_demux(&c->pools, c->host, m->v6, q->dst_addr, q->dst_port, q->src_port);
    Tcb *t = id.v ? tcb_at(&c->pools, id) : NULL;
    return t && t->state != LISTEN ? t : NULL;
}

/* Is a soft error the end of an attempt to open? The RFC forbids it (MUST-56); Linux does so at
 * once, FreeBSD after some repetitions (RFC 5461 section 4). */
static bool gives_up(const Ctx *c, const Tcb *t)
{
    uint64_t limit = knob(c, KNOB_SOFT_ERROR_LIMIT);
    return limit > 0 && t->backoff + 1u >= limit;
}

static void take_error(Ctx *c, Tcb *t, const Icmp *m)
{
    bool hard;
    ConnError error = error_of(m, &hard);
    bool opening = t->state == SYN_SENT || t->state == SYN_RECEIVED;
    if (hard && (opening || knob(c, KNOB_ICMP_HARD_ABORTS))) {
        note_rule(c, t, RULE_ICMP_HARD, m->type, m->code);
        tcb_end(c, t, error);
        return;
    }
    if (!hard && opening && gives_up(c, t)) {
        note_rule(c, t, RULE_ICMP_SOFT_ENDS_OPEN, t->backoff, m->code);
        tcb_end(c, t, error);
        return;
    }
    t->path.soft_error = (uint8_t)error;
    note_rule(c, t, hard ? RULE_ICMP_HARD_AS_SOFT : RULE_ICMP_SOFT, m->type, m->code);
}

ConnId tcp_icmp_arrives(Ctx *c, const Icmp *m)
{
    IcmpKind kind = icmp_kind(m);
    if (kind == ICMP_SOURCE_QUENCH) {
        note_discard(c, NULL, RULE_ICMP_SOURCE_QUENCH);
        return (ConnId){0};
    }
    bool matters = kind == ICMP_UNREACHABLE || kind == ICMP_TIME_EXCEEDED ||
                   kind == ICMP_PARAMETER_PROBLEM || kind == ICMP_TOO_BIG;
    Tcb *t = matters && m->quoted ? find(c, m) : NULL;
    if (!t) {
        note_discard(c, NULL, RULE_ICMP_NOBODY);
        return (ConnId){0};
    }
    bool in_flight = seq_leq(t->snd.una, m->quote.seq) && seq_lt(m->quote.seq, t->snd.nxt);
    if (!in_flight && rule_on(c, RULE_ICMP_SEQUENCE_CHECK)) {
        note_discard(c, t, RULE_ICMP_SEQUENCE_CHECK);
        return (ConnId){0};
    }
    if (kind == ICMP_TOO_BIG)
        path_too_big(c, t, m);
    else
        take_error(c, t, m);
    return t->used ? tcb_id(&c->pools, t) : (ConnId){0};
}
