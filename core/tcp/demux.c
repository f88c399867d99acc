/*
 * demux.c: which connection does a segment belong to?
 *
 * A connection is named by its four addresses (RFC 9293 section 3.3.1 and 3.10.7); a listener by
 * its local port alone. An address has one number for IPv4 and IPv6 (wire_ip.h), but a connection
 * over one is another than over the other: a kernel uses the same ports for both. That is all there
 * is to "how does one port serve many clients". A scan: a playground's host has a handful of
 * connections.
 */
#include "core/tcp/tcp.h"

ConnId tcp_demux(const Pools *p, HostId host, bool v6, uint32_t remote_addr, uint16_t remote_port,
                 uint16_t local_port)
{
    ConnId listener = {0};
    for (uint16_t i = 1; i <= p->conn_count; i++) {
        const Tcb *t = &p->conns[i];
        if (!t->used || t->host != host || t->local_port != local_port || t->state == CLOSED)
            continue;
        if (t->state == LISTEN)
            listener = (ConnId){i};
        else if (t->remote_addr == remote_addr && t->remote_port == remote_port && tcb_v6(t) == v6)
            return (ConnId){i};
    }
    return listener;
}
