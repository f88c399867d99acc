/*
 * box.c: what stands on the path: hops, a firewall that forgets, a NAT.
 *
 * A firewall and a NAT keep a table of flows, learned from SYNs, and forget a flow that was idle
 * too long: then its packets die silently (or are answered with a reset), and neither end is told.
 * That is why an idle connection hangs. A NAT stands in front of A: the outside sees 192.0.2.1 and
 * a port of the NAT's.
 */
#include "core/net/parts.h"

#include <string.h>

enum { NAT_ADDR = (int)0xc0000201, NAT_PORT = 20000 };

/* The packet's four addresses, with A's side first. */
typedef struct Path {
    Seg seg;
    uint32_t a_addr, b_addr;
    uint16_t a_port, b_port;
} Path;

static bool read_path(const World *w, PktId id, Path *path)
{
    Bytes payload;
    if (wire_parse(world_frame(w, id), &path->seg, &payload) != WIRE_OK)
        return false;
    bool out = world_packets(w)[id.v].from == HOST_A;
    const Seg *s = &path->seg;
    path->a_addr = out ? s->src_addr : s->dst_addr;
    path->b_addr = out ? s->dst_addr : s->src_addr;
    path->a_port = out ? s->src_port : s->dst_port;
    path->b_port = out ? s->dst_port : s->src_port;
    return true;
}

static bool fresh(const World *w, const Flow *f)
{
    return f->used && (w->box_idle == 0 || w->now - f->seen <= w->box_idle);
}

/* The flow of a packet; from inside by A's port, from outside behind a NAT by the NAT's port. */
static Flow *find_flow(World *w, const Path *path, HostId from)
{
    bool by_nat_port = w->box == BOX_NAT && from == HOST_B;
    for (int i = 0; i < FLOW_MAX; i++) {
        Flow *f = &w->flows[i];
        uint16_t port = by_nat_port ? f->nat_port : f->a_port;
        if (fresh(w, f) && port == path->a_port && f->b_port == path->b_port &&
            f->b_addr == path->b_addr)
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
    uint8_t *at = ip + (source ? 12 : 16);
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(addr >> (24 - 8 * i));
    uint8_t *tcp = ip + WIRE_IP_HEADER + (source ? 0 : 2);
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
             .ttl = 64};
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
    if (w->hops == 0 || packet_at(&p, id)->len < WIRE_IP_HEADER)
        return true;
    if (ip[8] <= w->hops)
        return false;
    ip[8] = (uint8_t)(ip[8] - w->hops);
    ip[10] = ip[11] = 0;
    uint32_t sum = ~wire_sum(bytes_of(ip, WIRE_IP_HEADER), 0);
    ip[10] = (uint8_t)(sum >> 8);
    ip[11] = (uint8_t)sum;
    return true;
}

LostWhy box_pass(World *w, PktId id, Sink *sink)
{
    Path path;
    if (!hops_left(w, id))
        return LOST_TTL;
    if (w->box == BOX_NONE || !read_path(w, id, &path))
        return LOST_WHY_COUNT;
    HostId from = world_packets(w)[id.v].from;
    Flow *f = find_flow(w, &path, from);
    bool syn = (path.seg.flags & (SEG_SYN | SEG_ACK)) == SEG_SYN;
    if (!f && syn && (from == HOST_A || w->box == BOX_FIREWALL))
        f = learn(w, path.a_port, path.b_addr, path.b_port,
                  w->box == BOX_NAT ? (uint32_t)NAT_ADDR : path.a_addr);
    if (!f) {
        if (w->box_reset && !(path.seg.flags & SEG_RST))
            answer_reset(w, id, &path.seg, sink);
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
    if (cmd->key > BOX_NAT)
        return (CallResult){.status = CALL_BAD_ARGUMENT};
    memset(w->flows, 0, sizeof w->flows);
    w->box = (uint8_t)cmd->key;
    w->box_idle = cmd->val;
    w->box_reset = cmd->len != 0;
    for (uint16_t i = 1; w->box == BOX_FIREWALL && i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i]; /* what is open now, it has seen */
        if (t->used && t->host == HOST_A && t->state > LISTEN)
            learn(w, t->local_port, t->remote_addr, t->remote_port, t->local_addr);
    }
    return (CallResult){.status = CALL_OK};
}
