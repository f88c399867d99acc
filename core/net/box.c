/*
 * box.c: what stands on the path: routers, a narrow link, a firewall that forgets, a NAT.
 *
 * A router that drops a packet says so (RFC 1812 4.3): TTL exceeded, or too big for the next link.
 *
 * A firewall and a NAT keep a table of flows, learned from SYNs, and forget a flow that was idle
 * too long: then its packets die silently (or are answered with a reset), and neither end is told.
 * That is why an idle connection hangs. A NAT stands in front of A: the outside sees 192.0.2.1 and
 * a port of the NAT's.
 */
#include "core/net/parts.h"

#include "core/base/wire_icmp.h"
#include "core/base/wire_ip.h"

#include <string.h>

/* The routers: 10.0.1.1 is the nearest to A, 10.0.1.2 the next, and so on. */
enum { ROUTER_ADDR = 0x0a000100 };

enum { NAT_ADDR = (int)0xc0000201, NAT_PORT = 20000 };

/* The packet's four addresses, with A's side first. */
typedef struct Ends {
    Seg seg;
    uint32_t a_addr, b_addr;
    uint16_t a_port, b_port;
} Ends;

static bool read_path(const World *w, PktId id, Ends *ends)
{
    Bytes payload;
    if (wire_parse(world_frame(w, id), &ends->seg, &payload) != WIRE_OK)
        return false;
    bool out = world_packets(w)[id.v].from == HOST_A;
    const Seg *s = &ends->seg;
    ends->a_addr = out ? s->src_addr : s->dst_addr;
    ends->b_addr = out ? s->dst_addr : s->src_addr;
    ends->a_port = out ? s->src_port : s->dst_port;
    ends->b_port = out ? s->dst_port : s->src_port;
    return true;
}

static bool fresh(const World *w, const Flow *f)
{
    return f->used && (w->box_idle == 0 || w->now - f->seen <= w->box_idle);
}

/* The flow of a packet; from inside by A's port, from outside behind a NAT by the NAT's port. */
static Flow *find_flow(World *w, const Ends *ends, HostId from)
{
    bool by_nat_port = w->box == BOX_NAT && from == HOST_B;
    for (int i = 0; i < FLOW_MAX; i++) {
        Flow *f = &w->flows[i];
        uint16_t port = by_nat_port ? f->nat_port : f->a_port;
        if (fresh(w, f) && port == ends->a_port && f->b_port == ends->b_port &&
            f->b_addr == ends->b_addr)
            return f;
    }
    return NULL;
}

/* A new flow in the free or the longest idle place. */
static Flow *learn(World *w, uint16_t a_port, uint32_t b_addr, uint16_t b_port, uint32_t a_addr)
{
    Flow *best = &w->flows[0];
    for (int i = 1; i < FLOW_MAX && best->used; i++)
        if (!w->flows[i].used || w->flows[i].seen < best->seen)
            best = &w->flows[i];
    *best = (Flow){.seen = w->now,
                   .a_addr = a_addr,
                   .b_addr = b_addr,
                   .a_port = a_port,
                   .b_port = b_port,
                   .used = 1,
                   .nat_port = (uint16_t)(NAT_PORT + (best - w->flows))};
    return best;
}

/* Writes one side's address and port into the frame, and both checksums. */
static void rewrite(World *w, PktId id, bool source, uint32_t addr, uint16_t port)
{
    Pools p = world_pools(w);
    uint8_t *ip = packet_frame(&p, id);
    IpHeader header;
    ip_read(bytes_of(ip, packet_at(&p, id)->len), &header);
    uint8_t *at = ip + ip_addr_at(header.v6, source);
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(addr >> (24 - 8 * i));
    uint8_t *tcp = ip + header.header_len + (source ? 0 : 2);
    tcp[0] = (uint8_t)(port >> 8);
    tcp[1] = (uint8_t)port;
    wire_fix_checksums(ip, packet_at(&p, id)->len);
}

/* The box answers in the name of the other side. */
static void answer_reset(World *w, PktId id, const Seg *seg, Sink *sink)
{
    Seg s = {.src_addr = seg->dst_addr,
             .dst_addr = seg->src_addr,
             .src_port = seg->dst_port,
             .dst_port = seg->src_port,
             .flags = SEG_RST,
             .seq = seg->ack,
             .ttl = 64,
             .v6 = seg->v6};
    if (!(seg->flags & SEG_ACK)) {
        s.flags |= SEG_ACK;
        s.ack = seg_end(seg);
    }
    uint8_t frame[WIRE_HEADERS_MAX];
    size_t len = wire_encode(&s, bytes_of(NULL, 0), frame, sizeof frame);
    HostId from = host_peer(world_packets(w)[id.v].from);
    uint8_t box = w->box;
    w->box = BOX_NONE; /* its own answer does not pass it again */
    link_inject(w, from, bytes_of(frame, len), sink);
    w->box = box;
}

/* Each router takes one off the TTL. */
static bool hops_left(World *w, PktId id)
{
    Pools p = world_pools(w);
    uint8_t *ip = packet_frame(&p, id);
    size_t len = packet_at(&p, id)->len;
    if (w->hops == 0 || len < WIRE_IP_HEADER)
        return true;
    uint8_t *ttl = ip + (ip_is_v6(bytes_of(ip, len)) ? 7 : 8);
    if (*ttl <= w->hops)
        return false;
    *ttl = (uint8_t)(*ttl - w->hops);
    ip_fix_checksum(ip, WIRE_IP_HEADER);
    return true;
}

size_t box_answer(const World *w, PktId id, LostWhy why, uint8_t *out, size_t cap, Nanos *later)
{
    const Packet *mine = &world_packets(w)[id.v];
    Bytes frame = world_frame(w, id);
    IpHeader ip;
    bool rejects = why == LOST_FIREWALL && w->box_reset == BOX_ANSWERS_ICMP;
    bool tells = why == LOST_TTL || why == LOST_TOO_BIG || rejects;
    if (w->icmp_off || !tells || ip_read(frame, &ip) != WIRE_OK)
        return 0;
    /* The narrow link lies behind the middle router. */
    uint32_t hops = max_u32(w->hops, 1);
    uint32_t hop = why == LOST_TTL ? max_u32(ip.ttl, 1) : (hops + 1) / 2;
    *later = (w->links[HOST_A].delay + w->links[HOST_B].delay) * hop / (hops + 1);
    uint32_t router = ROUTER_ADDR + (mine->from == HOST_A ? hop : hops + 1 - hop);
    if (why == LOST_TTL)
        return icmp_answer(frame, router, ip.v6 ? ICMP6_TIME_EXCEEDED : ICMP4_TIME_EXCEEDED, 0, 0,
                           out, cap);
    if (rejects)
        return icmp_answer(frame, router, ip.v6 ? ICMP6_UNREACHABLE : ICMP4_UNREACHABLE,
                           ip.v6 ? ICMP6_ADMIN_PROHIBITED : ICMP4_PACKET_FILTERED, 0, out, cap);
    uint8_t type = ip.v6 ? ICMP6_TOO_BIG : ICMP4_UNREACHABLE;
    uint8_t code = ip.v6 ? 0 : ICMP4_FRAG_NEEDED;
    return icmp_answer(frame, router, type, code, w->links[mine->from].mtu, out, cap);
}

LostWhy box_pass(World *w, PktId id, Sink *sink)
{
    Ends ends;
    const Packet *mine = &world_packets(w)[id.v];
    if (w->links[mine->from].mtu > 0 && mine->len > w->links[mine->from].mtu)
        return LOST_TOO_BIG;
    if (!hops_left(w, id))
        return LOST_TTL;
    if (w->box == BOX_NONE || !read_path(w, id, &ends))
        return LOST_WHY_COUNT;
    HostId from = world_packets(w)[id.v].from;
    Flow *f = find_flow(w, &ends, from);
    bool syn = (ends.seg.flags & (SEG_SYN | SEG_ACK)) == SEG_SYN;
    if (!f && syn && (from == HOST_A || w->box == BOX_FIREWALL))
        f = learn(w, ends.a_port, ends.b_addr, ends.b_port,
                  w->box == BOX_NAT ? (uint32_t)NAT_ADDR : ends.a_addr);
    if (!f) {
        if (w->box_reset == BOX_ANSWERS_RST && !(ends.seg.flags & SEG_RST))
            answer_reset(w, id, &ends.seg, sink);
        return LOST_FIREWALL;
    }
    f->seen = w->now;
    if (w->box == BOX_NAT && from == HOST_A)
        rewrite(w, id, true, (uint32_t)NAT_ADDR, f->nat_port);
    else if (w->box == BOX_NAT)
        rewrite(w, id, false, w->hosts[HOST_A].addr, f->a_port);
    return LOST_WHY_COUNT;
}

CallResult box_set(World *w, const Cmd *cmd)
{
    if (cmd->key > BOX_NAT || cmd->len > BOX_ANSWERS_ICMP)
        return (CallResult){.status = CALL_BAD_ARGUMENT};
    memset(w->flows, 0, sizeof w->flows);
    w->box = (uint8_t)cmd->key;
    w->box_idle = cmd->val;
    w->box_reset = (uint8_t)cmd->len;
    for (uint16_t i = 1; w->box == BOX_FIREWALL && i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i]; /* what is open now, it has seen */
        if (t->used && t->host == HOST_A && t->state > LISTEN)
            learn(w, t->local_port, t->remote_addr, t->remote_port, t->local_addr);
    }
    return (CallResult){.status = CALL_OK};
}
