/*
 * view_queue.c: the send and the receive buffer of a connection, as characters.
 *
 *     send buffer  11 of 16384 bytes
 *       "hello| world"      | everything before it has been sent
 */
#include "repl/view.h"

#include "repl/ink.h"

#include <stdlib.h>

enum { SHOWN = 40 };

static void add_bytes(Text *out, const View *v, const Ring *ring, uint32_t from, uint32_t n)
{
    uint8_t text[SHOWN];
    const uint8_t *arena = (const uint8_t *)v->world + v->world->rings_at;
    uint32_t got = ring_peek(ring, arena, from, text, min_u32(n, SHOWN));
    look_bytes(out, bytes_of(text, got), n > SHOWN ? SHOWN - 1 : SIZE_MAX);
}

void look_queue(Text *out, const View *v, const Tcb *t)
{
    Pools p = world_pools((World *)(uintptr_t)v->world); /* nothing here writes */
    uint32_t unsent = tcb_unsent(t), sent = t->tx.len > unsent ? t->tx.len - unsent : 0;
    text_addf(out, "%c[%u] %s\n", host_letter((HostId)t->host), t->number,
              state_name((TcpState)t->state));
    text_addf(out,
              VIEW_SAY(v, "  send buffer     %u of %u bytes\n", "  发送缓冲区  %u / %u 字节\n"),
              t->tx.len, t->tx.cap);
    if (sent) {
        text_addf(out,
                  VIEW_SAY(v, "    sent, not acknowledged (%u): ", "    已发送、未确认（%u）："),
                  sent);
        add_bytes(out, v, &t->tx, 0, sent);
        text_char(out, '\n');
    }
    if (unsent) {
        text_addf(out, VIEW_SAY(v, "    not sent yet (%u): ", "    尚未发送（%u）："), unsent);
        add_bytes(out, v, &t->tx, sent, unsent);
        text_char(out, '\n');
    }
    for (uint16_t i = 0; i < t->sent_count && i < 12; i++) {
        const Sent *s = sent_at(&p, t, i);
        text_addf(out,
                  VIEW_SAY(v, "    segment of #%u: %s%s%u bytes, sent ",
                           "    #%u 的报文段：%s%s%u 字节，发送于 "),
                  s->row, s->flags & SENT_SYN ? "SYN " : "", s->flags & SENT_FIN ? "FIN " : "",
                  s->len);
        text_time(out, s->at);
        if (s->rexmits)
            text_addf(out, VIEW_SAY(v, ", repeated %u times", "，已重传 %u 次"), s->rexmits);
        if (s->flags & SENT_LOST)
            text_add(out, VIEW_SAY(v, ", believed lost", "，认为已丢失"));
        text_char(out, '\n');
    }
    if (t->sent_count > 12)
        text_addf(out, VIEW_SAY(v, "    ... and %u more\n", "    …… 另有 %u 个\n"),
                  t->sent_count - 12);
    text_addf(out,
              VIEW_SAY(v, "  receive buffer  %u of %u bytes\n", "  接收缓冲区  %u / %u 字节\n"),
              t->rx.len, t->rx.cap);
    if (t->rx.len) {
        text_add(out, VIEW_SAY(v, "    in order, not read yet: ", "    已按序、未读取："));
        add_bytes(out, v, &t->rx, 0, t->rx.len);
        text_char(out, '\n');
    }
    Ranges ranges = tcb_ranges(&p, t);
    for (uint16_t i = 0; i < *ranges.count; i++) {
        uint32_t hole = seq_distance(t->rcv.nxt, ranges.at[i].from);
        uint32_t n = seq_distance(ranges.at[i].from, ranges.at[i].to);
        text_addf(out,
                  VIEW_SAY(v, "    out of order: %u bytes, %u after the hole's beginning\n",
                           "    乱序到达：%u 字节，距缺口起点 %u 字节\n"),
                  n, hole);
    }
}
