/*
 * link.c: one direction of the wire.
 *
 *     host -> [armed rules] -> [box, hops] -> [chance] -> [queue, rate] -> [delay, jitter] -> host
 *
 * A packet's fate is decided when it enters, so a learner can see what is under way and change it.
 * Packets that fly are a list per direction, in order of arrival; a new one is sought from the end,
 * where it nearly always belongs. While `hold` is on they wait, without a time of arrival, for the
 * learner's word.
 */
#include "core/net/parts.h"

#include "core/base/rng.h"
#include "core/base/wire_icmp.h"
#include "core/base/wire_ip.h"

#include <string.h>

enum { DRAW_LOSS, DRAW_DUP, DRAW_REORDER, DRAW_JITTER, DRAW_CORRUPT, DRAW_BIT };
static const uint16_t streams[] = {RNG_LINK_LOSS,   RNG_LINK_DUP,     RNG_LINK_REORDER,
                                   RNG_LINK_JITTER, RNG_LINK_CORRUPT, RNG_LINK_BIT};

/* The next draw of one of the link's streams, in 0..bound-1. */
static uint64_t draw(World *w, HostId from, int which, uint64_t bound)
{
    return rng_below(w->seed, streams[which] + from, w->links[from].draws[which]++, bound);
}

static bool chance(World *w, HostId from, int which, uint32_t ppm)
{
    return ppm > 0 && draw(w, from, which, 1000000) < ppm;
}

static Packet *packet(World *w, PktId id)
{
    Pools p = world_pools(w);
    return packet_at(&p, id);
}

/* ---- the list ---- */

void link_remove(World *w, PktId id)
{
    Pools p = world_pools(w);
    Packet *gone = packet_at(&p, id);
    if (gone->place != PACKET_FLYING)
        return;
    Link *link = &w->links[gone->from];
    uint16_t before = 0;
    for (uint16_t i = link->head; i != id.v; i = p.packets[i].next)
        before = i;
    if (before)
        p.packets[before].next = gone->next;
    else
        link->head = gone->next;
    if (link->tail == id.v)
        link->tail = before;
    gone->next = 0;
    gone->place = PACKET_HELD;
}

void link_insert(World *w, PktId id, Nanos due)
{
    Pools p = world_pools(w);
    Packet *mine = packet_at(&p, id);
    Link *link = &w->links[mine->from];
    mine->due = due;
    mine->place = PACKET_FLYING;
    uint16_t before = link->tail;
    if (before && p.packets[before].due > due) { /* it overtakes: find its place from the front */
        before = 0;
        for (uint16_t i = link->head; p.packets[i].due <= due; i = p.packets[i].next)
            before = i;
    }
    mine->next = before ? p.packets[before].next : link->head;
    if (before)
        p.packets[before].next = id.v;
    else
        link->head = id.v;
    if (!mine->next)
        link->tail = id.v;
}

/* ---- rows ---- */

static uint32_t note_packet(World *w, PktId id, NoteKind kind, HostId host, uint32_t cause,
                            uint64_t a, Bytes bytes, Sink *sink)
{
    Ctx c = world_ctx(w, host, cause, sink);
    return note_row(&c, NULL, kind, RULE_NONE, packet(w, id)->row, a, 0, bytes);
}

void link_lose(World *w, PktId id, LostWhy why, uint32_t cause, Sink *sink)
{
    Pools p = world_pools(w);
    HostId from = packet(w, id)->from;
    note_packet(w, id, NOTE_LOST, from, cause ? cause : packet(w, id)->row, why, bytes_of(NULL, 0),
                sink);
    packet_free(&p, id);
}

bool link_duplicate(World *w, PktId id, Nanos later, uint32_t cause, Sink *sink)
{
    Pools p = world_pools(w);
    PktId copy = packet_new(&p);
    if (!copy.v)
        return false;
    const Packet *first = packet(w, id);
    Packet *second = packet(w, copy);
    *second = *first;
    second->next = 0;
    second->copy_of = first->row;
    second->flags |= PACKET_DUPLICATE;
    memcpy(packet_frame(&p, copy), packet_frame(&p, id), first->len);
    second->row = note_packet(w, id, NOTE_COPIED, first->from, cause ? cause : first->row, 0,
                              world_frame(w, copy), sink);
    bool held = first->place == PACKET_HELD;
    second->place = PACKET_HELD;
    if (held)
        second->due = NANOS_NEVER;
    else
        link_insert(w, copy, max_u64(first->due, w->now) + later); /* after it, even if late */
    return true;
}

void link_edit(World *w, PktId id, Bytes frame, uint8_t flag, uint32_t cause, Sink *sink)
{
    Pools p = world_pools(w);
    Packet *mine = packet(w, id);
    memset(packet_frame(&p, id), 0, mine->len);
    memcpy(packet_frame(&p, id), frame.data, frame.len);
    mine->len = (uint16_t)frame.len;
    mine->flags |= flag;
    note_packet(w, id, NOTE_EDITED, mine->from, cause ? cause : mine->row, flag, world_frame(w, id),
                sink);
}

void link_corrupt(World *w, PktId id, uint64_t bit, uint32_t cause, Sink *sink)
{
    uint8_t frame[65536];
    Bytes old = world_frame(w, id);
    memcpy(frame, old.data, old.len);
    bit %= old.len * 8;
    frame[bit / 8] ^= (uint8_t)(0x80 >> (bit % 8));
    link_edit(w, id, bytes_of(frame, old.len), PACKET_CORRUPT, cause, sink);
}

/* ---- entering ---- */

/* When the last bit has left: the transmitter serves one packet after the other. False: the queue
 * is full. *marked: it is so long that ECN speaks (RFC 3168 section 5). */
static bool transmit(World *w, HostId from, uint32_t bytes, Nanos *left_at, bool *marked)
{
    Link *link = &w->links[from];
    *left_at = w->now;
    if (link->rate_bps == 0)
        return true;
    Nanos each = (uint64_t)bytes * 8 * NANOS_S / link->rate_bps;
    Nanos start = max_u64(link->busy_until, w->now);
    uint64_t waiting = each ? (start - w->now) / each : 0;
    if (link->queue > 0 && waiting > link->queue)
        return false;
    *marked = link->ecn > 0 && waiting >= link->ecn;
    link->busy_until = *left_at = start + each;
    return true;
}

static void fly(World *w, PktId id, Nanos extra, Nanos left_at)
{
    Packet *mine = packet(w, id);
    HostId from = mine->from;
    Link *link = &w->links[from];
    Nanos due = left_at + link->delay + extra;
    if (link->jitter > 0)
        due += draw(w, from, DRAW_JITTER, link->jitter + 1);
    if (chance(w, from, DRAW_REORDER, link->reorder_ppm))
        due += link->delay / 2 + NANOS_MS; /* late enough that its successors overtake it */
    if (w->hold) {
        mine->place = PACKET_HELD;
        mine->due = NANOS_NEVER;
    } else {
        link_insert(w, id, due);
    }
}

/* The queue is long: who understands ECN is told, instead of losing a packet. */
static void mark(World *w, PktId id, Sink *sink)
{
    uint8_t frame[65536];
    Bytes old = world_frame(w, id);
    IpHeader ip;
    if (ip_read(old, &ip) != WIRE_OK)
        return;
    uint8_t ecn = ip.tos & IP_ECN_MASK;
    if (ecn == IP_ECN_NOT_ECT || ecn == IP_ECN_CE)
        return;
    memcpy(frame, old.data, old.len);
    frame[1] |= (uint8_t)(ip.v6 ? IP_ECN_CE << 4 : IP_ECN_CE);
    ip_fix_checksum(frame, ip.header_len);
    link_edit(w, id, bytes_of(frame, old.len), PACKET_MARKED, packet(w, id)->row, sink);
}

/* A router's message about a packet that it has dropped is on its way to the packet's sender. */
static void router_says(World *w, HostId sender, Bytes frame, Nanos later, Sink *sink)
{
    Pools p = world_pools(w);
    PktId id = packet_new(&p);
    if (!id.v)
        return;
    Packet *mine = packet(w, id);
    memcpy(packet_frame(&p, id), frame.data, frame.len);
    mine->len = (uint16_t)frame.len;
    mine->from = host_peer(sender);
    mine->sent_at = w->now;
    mine->place = PACKET_HELD;
    mine->due = NANOS_NEVER;
    mine->row = note_packet(w, id, NOTE_SENT, mine->from, w->rows, 0, frame, sink);
    if (!w->hold)
        link_insert(w, id, w->now + later);
}

/* It dies on the way; the router that drops it may say why. */
static void die(World *w, PktId id, LostWhy why, Sink *sink)
{
    uint8_t answer[1280];
    Nanos later = 0;
    HostId from = packet(w, id)->from;
    size_t len = box_answer(w, id, why, answer, sizeof answer, &later);
    link_lose(w, id, why, 0, sink);
    if (len > 0)
        router_says(w, from, bytes_of(answer, len), later, sink);
}

void link_enter(World *w, PktId id, Sink *sink)
{
    HostId from = packet(w, id)->from;
    Link *link = &w->links[from];
    Nanos delay = 0, left_at;
    bool duplicate = false, corrupt = false, marked = false;
    link->passed++;
    if (armed_act(w, id, &delay, &duplicate, &corrupt, sink))
        return;
    if (link->cut) {
        link_lose(w, id, LOST_CUT, 0, sink);
        return;
    }
    LostWhy why = box_pass(w, id, sink);
    if (why == LOST_WHY_COUNT && chance(w, from, DRAW_LOSS, link->loss_ppm))
        why = LOST_BY_CHANCE;
    if (why == LOST_WHY_COUNT && !transmit(w, from, packet(w, id)->len, &left_at, &marked))
        why = LOST_QUEUE_FULL;
    if (why != LOST_WHY_COUNT) {
        die(w, id, why, sink);
        return;
    }
    if (marked)
        mark(w, id, sink);
    fly(w, id, delay, left_at);
    uint32_t row = packet(w, id)->row;
    if (corrupt || chance(w, from, DRAW_CORRUPT, link->corrupt_ppm))
        link_corrupt(w, id, draw(w, from, DRAW_BIT, (uint64_t)packet(w, id)->len * 8), row, sink);
    if (duplicate || chance(w, from, DRAW_DUP, link->dup_ppm))
        link_duplicate(w, id, NANOS_MS, row, sink);
}

CallResult link_inject(World *w, HostId from, Bytes frame, Sink *sink)
{
    Pools p = world_pools(w);
    if (frame.len == 0 || frame.len > p.frame_cap)
        return (CallResult){.status = CALL_BAD_ARGUMENT};
    PktId id = packet_new(&p);
    if (!id.v)
        return (CallResult){.status = CALL_NO_ROOM};
    Packet *mine = packet(w, id);
    memcpy(packet_frame(&p, id), frame.data, frame.len);
    mine->len = (uint16_t)frame.len;
    mine->from = from;
    mine->sent_at = w->now;
    mine->flags = PACKET_INJECTED;
    uint32_t row = note_packet(w, id, NOTE_SENT, from, 0, 0, frame, sink);
    mine->row = row;
    link_enter(w, id, sink);
    return (CallResult){.status = CALL_OK, .value = row};
}

/* ---- arriving ---- */

/* A frame that has arrived, decoded once. */
typedef struct Arrival {
    Seg seg; /* of an ICMP message: the segment it speaks of, as this host sent it */
    Bytes payload;
    Icmp icmp;
    WireError error;
    bool is_icmp;
} Arrival;

static void decode(Bytes frame, Arrival *a)
{
    a->is_icmp = false;
    a->error = wire_decode(frame, &a->seg, &a->payload);
    if (a->error != WIRE_NOT_TCP || !icmp_is(frame))
        return;
    a->is_icmp = true;
    a->error = icmp_decode(frame, &a->icmp, &a->payload);
    a->seg.src_addr = a->icmp.src_addr;
    a->seg.dst_addr = a->icmp.dst_addr;
}

/* What the host's TCP makes of it; the decoder and the checksum come first (RFC 9293 3.1). */
static ConnId receive(Ctx *c, const Arrival *a)
{
    if (a->error != WIRE_OK && (a->error != WIRE_BAD_CHECKSUM || rule_on(c, RULE_CHECKSUM))) {
        note_rule(c, NULL, RULE_CHECKSUM, 0, 0);
        note_dropped(c, NULL, RULE_CHECKSUM, a->error);
        return (ConnId){0};
    }
    if (a->seg.dst_addr != ctx_host(c)->addr) {
        note_rule(c, NULL, RULE_NOT_FOR_US, 0, 0);
        note_dropped(c, NULL, RULE_NOT_FOR_US, WIRE_OK);
        return (ConnId){0};
    }
    return a->is_icmp ? tcp_icmp_arrives(c, &a->icmp) : tcp_segment_arrives(c, &a->seg, a->payload);
}

/* The connection that the frame names, for the note of its arrival. */
static const Tcb *addressee(const Ctx *c, const Arrival *a)
{
    if (!c->sink || (a->error != WIRE_OK && a->error != WIRE_BAD_CHECKSUM))
        return NULL;
    const Seg *q = &a->icmp.quote;
    ConnId id = a->is_icmp ? tcp_demux(&c->pools, c->host, a->icmp.v6, q->dst_addr, q->dst_port,
                                       q->src_port)
                           : tcp_demux(&c->pools, c->host, a->seg.v6, a->seg.src_addr,
                                       a->seg.src_port, a->seg.dst_port);
    return id.v ? tcb_at(&c->pools, id) : NULL;
}

/* The packet's slot is free only after the segment has been taken in, because its bytes are read
 * where they lie, but before the answer is made, so that a full pool does not silence it. */
void link_deliver(World *w, PktId id, uint32_t cause, Sink *sink)
{
    Packet *mine = packet(w, id);
    HostId to = host_peer(mine->from);
    if (w->links[mine->from].cut || !w->hosts[to].power) {
        link_lose(w, id, w->hosts[to].power ? LOST_CUT : LOST_POWER, cause, sink);
        return;
    }
    Bytes frame = world_frame(w, id);
    Ctx c = world_ctx(w, to, cause, sink);
    Arrival a;
    decode(frame, &a);
    c.cause =
        note_row(&c, addressee(&c, &a), NOTE_ARRIVED, RULE_NONE, mine->row, mine->flags, 0, frame);
    w->apps[to].woken_row = c.cause;
    ConnId conn = {0};
    if (!w->hosts[to].puppet)
        conn = receive(&c, &a);
    packet_free(&c.pools, id);
    if (!w->hosts[to].puppet)
        world_flush(w, &c, conn);
}
