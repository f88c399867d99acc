/*
 * packet.c: the pool of packet.h.
 *
 * An outbox is a singly linked list by index; 0 ends it.
 */
#include "core/tcp/packet.h"

#include <string.h>

Packet *packet_at(const Pools *p, PktId id)
{
    CHECK(id.v >= 1 && id.v <= p->packet_count);
    return &p->packets[id.v];
}

uint8_t *packet_frame(const Pools *p, PktId id)
{
    CHECK(id.v >= 1 && id.v <= p->packet_count);
    return p->frames + (size_t)id.v * p->frame_cap;
}

PktId packet_new(const Pools *p)
{
    for (uint16_t i = 1; i <= p->packet_count; i++) {
        if (p->packets[i].place == PACKET_FREE) {
            p->packets[i].place = PACKET_OUTBOX;
            return (PktId){i};
        }
    }
    return (PktId){0};
}

void packet_free(const Pools *p, PktId id)
{
    memset(packet_frame(p, id), 0, packet_at(p, id)->len);
    memset(packet_at(p, id), 0, sizeof(Packet));
}

static void lose(Ctx *c, uint32_t row)
{
    uint32_t cause = c->cause;
    c->cause = row;
    note_row(c, NULL, NOTE_LOST, RULE_NONE, row, LOST_NO_ROOM, 0, bytes_of(NULL, 0));
    c->cause = cause;
}

uint32_t packet_leave(Ctx *c, const Tcb *t, Seg *s, Bytes payload, Departure why)
{
    uint8_t nowhere[65536];
    PktId id = packet_new(&c->pools);
    uint8_t *frame = id.v ? packet_frame(&c->pools, id) : nowhere;
    size_t len = wire_encode(s, payload, frame, c->pools.frame_cap);
    CHECK(len > 0);
    uint32_t row =
        note_row(c, t, NOTE_SENT, why.rule, why.copy_of, seg_len(s), s->wnd, bytes_of(frame, len));
    if (!id.v) {
        lose(c, row);
        return row;
    }
    Packet *packet = packet_at(&c->pools, id);
    packet->row = row;
    packet->copy_of = why.copy_of;
    packet->len = (uint16_t)len;
    packet->from = c->host;
    packet->sent_at = c->now;
    packet->flags = why.flags;
    outbox_push(&c->pools, c->host, id);
    return row;
}

void outbox_push(const Pools *p, HostId host, PktId id)
{
    Host *h = &p->hosts[host];
    packet_at(p, id)->next = 0;
    if (h->outbox_tail)
        packet_at(p, (PktId){h->outbox_tail})->next = id.v;
    else
        h->outbox_head = id.v;
    h->outbox_tail = id.v;
}

PktId outbox_pop(const Pools *p, HostId host)
{
    Host *h = &p->hosts[host];
    PktId id = {h->outbox_head};
    if (!id.v)
        return id;
    h->outbox_head = packet_at(p, id)->next;
    if (!h->outbox_head)
        h->outbox_tail = 0;
    packet_at(p, id)->next = 0;
    return id;
}
