/*
 * view_seqspace.c: the send and the receive sequence space (RFC 9293 figures 3 and 4), with the
 * numbers of this moment, and below each a bar that is true to scale.
 */
#include "repl/view.h"

#include "repl/ink.h"
#include "repl/width.h"

#include <stdio.h>
#include <string.h>

enum { BAR = 60, REGION = 18 };

static const char *seq_text(char *buf, size_t cap, const View *v, const Tcb *t, bool own, Seq seq)
{
    SegNames names = {.absolute = v->absolute};
    HostId host = (HostId)t->host, whose = own ? host : host_peer(host);
    names.isn[host] = t->snd.iss;
    names.isn[host_peer(host)] = t->rcv.irs;
    names.known[host] = t->state != LISTEN;
    names.known[host_peer(host)] = t->state != LISTEN && t->state != SYN_SENT;
    Text out = text_fixed(buf, cap);
    segtext_seq(&out, &names, whose, seq);
    return buf;
}

/* A bar of n bytes: `full` of them drawn '#', the next `half` '=', the rest '.'. */
static void add_bar(Text *out, uint64_t full, uint64_t half, uint64_t rest)
{
    uint64_t total = full + half + rest;
    uint64_t a = total ? (full * BAR + total - 1) / total : 0;
    uint64_t b = total ? (half * BAR + total - 1) / total : 0;
    a = min_u64(a, BAR);
    b = min_u64(b, BAR - a);
    text_add(out, "  [");
    text_repeat(out, '#', (size_t)a);
    text_repeat(out, '=', (size_t)b);
    text_repeat(out, '.', (size_t)(BAR - a - b));
    text_add(out, "]\n");
}

static void add_send_space(Text *out, const View *v, const Tcb *t)
{
    char una[24], nxt[24], edge[24], words[40];
    uint32_t out_there = seq_distance(t->snd.una, t->snd.nxt);
    uint32_t usable = t->snd.wnd > out_there ? t->snd.wnd - out_there : 0;
    seq_text(una, sizeof una, v, t, true, t->snd.una);
    seq_text(nxt, sizeof nxt, v, t, true, t->snd.nxt);
    seq_text(edge, sizeof edge, v, t, true, seq_add(t->snd.una, t->snd.wnd));
    ink_add(
        out, v->color, INK_STRONG,
        VIEW_SAY(v, "send sequence space (RFC 9293 figure 3)", "发送序号空间（RFC 9293 图 3）"));
    text_char(out, '\n');
    text_repeat(out, ' ', REGION - 2);
    width_pad(out, "SND.UNA", REGION + 1);
    width_pad(out, "SND.NXT", REGION + 1);
    text_add(out, "SND.UNA+SND.WND\n");
    text_repeat(out, ' ', REGION - 2);
    width_pad(out, una, REGION + 1);
    width_pad(out, nxt, REGION + 1);
    text_addf(out, "%s\n", edge);
    text_add(out, "  ---------------|------------------|------------------|---------------\n");
    text_add(out, "   ");
    width_pad(out, VIEW_SAY(v, "acknowledged", "已被确认"), 15);
    snprintf(words, sizeof words, VIEW_SAY(v, "%u sent, no ACK", "%u 已发未确认"), out_there);
    width_pad(out, words, REGION + 1);
    snprintf(words, sizeof words, VIEW_SAY(v, "%u may be sent", "%u 可以发送"), usable);
    width_pad(out, words, REGION + 1);
    text_addf(out, "%s\n", VIEW_SAY(v, "not allowed", "还不能发送"));
    add_bar(out, out_there, min_u32(tcb_unsent(t), usable), usable);
    text_addf(out,
              VIEW_SAY(v, "   # under way  = waiting in the send buffer  . free window (%u)\n",
                       "   # 在途  = 发送缓冲区中等待  . 可用窗口（%u）\n"),
              usable);
}

static void add_receive_space(Text *out, const View *v, const Tcb *t, const Ranges *ranges)
{
    char nxt[24], edge[24], from[24], to[24], words[40];
    uint32_t window = seq_gt(t->rcv.adv, t->rcv.nxt) ? seq_distance(t->rcv.nxt, t->rcv.adv) : 0;
    seq_text(nxt, sizeof nxt, v, t, false, t->rcv.nxt);
    seq_text(edge, sizeof edge, v, t, false, t->rcv.adv);
    ink_add(
        out, v->color, INK_STRONG,
        VIEW_SAY(v, "receive sequence space (RFC 9293 figure 4)", "接收序号空间（RFC 9293 图 4）"));
    text_char(out, '\n');
    text_repeat(out, ' ', REGION - 2);
    width_pad(out, "RCV.NXT", 2 * REGION + 2);
    text_add(out, "RCV.NXT+RCV.WND\n");
    text_repeat(out, ' ', REGION - 2);
    width_pad(out, nxt, 2 * REGION + 2);
    text_addf(out, "%s\n", edge);
    text_add(out, "  ---------------|-------------------------------------|---------------\n   ");
    width_pad(out, VIEW_SAY(v, "received", "已收到"), 15);
    snprintf(words, sizeof words, VIEW_SAY(v, "%u may arrive now", "%u 现在可以到达"), window);
    width_pad(out, words, 2 * REGION + 2);
    text_addf(out, "%s\n", VIEW_SAY(v, "not allowed", "不允许"));
    add_bar(out, 0, 0, window);
    for (uint16_t i = 0; i < *ranges->count; i++)
        text_addf(out, VIEW_SAY(v, "   beyond a hole: %s .. %s\n", "   缺口之后：%s .. %s\n"),
                  seq_text(from, sizeof from, v, t, false, ranges->at[i].from),
                  seq_text(to, sizeof to, v, t, false, ranges->at[i].to));
}

void look_seqspace(Text *out, const View *v, const Tcb *t)
{
    /* The pools are handed out as writable; nothing here writes. */
    Pools p = world_pools((World *)(uintptr_t)v->world);
    Ranges ranges = tcb_ranges(&p, t);
    text_addf(out, "%c[%u] %s\n", host_letter((HostId)t->host), t->number,
              state_name((TcpState)t->state));
    add_send_space(out, v, t);
    add_receive_space(out, v, t, &ranges);
}
