/*
 * view_ss.c: the connections and the wire: `state`, `ss`, `net`, `link`, `armed`.
 *
 * The table is that of `ss -tan`, with its names of states and columns, so that a learner can lay
 * both side by side.
 */
#include "repl/view.h"

#include "core/base/wire_ip.h"
#include "repl/ink.h"
#include "repl/width.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *ss_state(TcpState s)
{
    static const char *const names[TCP_STATE_COUNT] = {
        "UNCONN",     "LISTEN",     "SYN-SENT", "SYN-RECV", "ESTAB",    "FIN-WAIT-1",
        "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK", "TIME-WAIT"};
    return s < TCP_STATE_COUNT ? names[s] : "?";
}

static void add_endpoint(Text *out, uint32_t addr, bool v6, uint16_t port)
{
    char buf[64];
    Text t = text_fixed(buf, sizeof buf);
    if (addr)
        ip_text(&t, addr, v6);
    else
        text_add(&t, v6 ? "::" : "0.0.0.0");
    if (port)
        text_addf(&t, ":%u", port);
    else
        text_add(&t, ":*");
    width_pad_left(out, buf, 19);
}

/* Children of a listener that wait to be accepted. */
static uint32_t waiting(const World *w, const Tcb *listener)
{
    uint32_t n = 0;
    const Tcb *conns = world_conns(w);
    for (uint16_t i = 1; i <= w->shape.conns; i++)
        n += conns[i].used && conns[i].parent && &conns[conns[i].parent] == listener &&
             conns[i].state >= ESTABLISHED && !(conns[i].user & USER_ACCEPTED);
    return n;
}

void look_ss(Text *out, const View *v, HostId only)
{
    const Tcb *conns = world_conns(v->world);
    ink_add(out, v->color, INK_DIM,
            "   State      Recv-Q Send-Q  Local Address:Port   Peer Address:Port");
    text_char(out, '\n');
    for (HostId h = 0; h < HOST_COUNT; h++) {
        for (uint16_t i = 1; i <= v->world->shape.conns && (only == HOST_NONE || only == h); i++) {
            const Tcb *t = &conns[i];
            if (!t->used || t->host != h)
                continue;
            bool listens = t->state == LISTEN, v6 = tcb_v6(t);
            text_addf(out, "%c  %-10s %6u %6u ", host_letter(h), ss_state((TcpState)t->state),
                      listens ? waiting(v->world, t) : t->rx.len, listens ? t->backlog : t->tx.len);
            add_endpoint(out,
                         listens         ? 0
                         : t->local_addr ? t->local_addr
                                         : v->world->hosts[h].addr,
                         v6, t->local_port);
            text_char(out, ' ');
            add_endpoint(out, listens ? 0 : t->remote_addr, v6, listens ? 0 : t->remote_port);
            text_addf(out, "  %c[%u]\n", host_letter(h), t->number);
        }
    }
}

/* ---- state ---- */

static void add_seq(Text *out, const View *v, const Tcb *t, HostId whose, Seq seq)
{
    SegNames names = {.absolute = v->absolute};
    names.isn[t->host] = t->snd.iss;
    names.isn[host_peer((HostId)t->host)] = t->rcv.irs;
    names.known[t->host] = true;
    names.known[host_peer((HostId)t->host)] = t->state != SYN_SENT;
    segtext_seq(out, &names, whose, seq);
}

/* Where it goes, and the numbers that matter, in one text. */
static void add_numbers(Text *out, const View *v, const Tcb *t)
{
    HostId h = (HostId)t->host;
    text_addf(out, "%c:%u > %c:%u", host_letter(h), t->local_port, host_letter(host_peer(h)),
              t->remote_port);
    if (t->state == CLOSED) {
        if (t->error)
            text_addf(out, "  %s", conn_error_text((ConnError)t->error, v->lang));
        return;
    }
    text_add(out, "  una ");
    add_seq(out, v, t, h, t->snd.una);
    text_add(out, " nxt ");
    add_seq(out, v, t, h, t->snd.nxt);
    text_addf(out, " wnd %u", t->snd.wnd);
    if (t->state != SYN_SENT) {
        text_add(out, "  rcv ");
        add_seq(out, v, t, host_peer(h), t->rcv.nxt);
    }
    if (t->rx.len)
        text_addf(out, VIEW_SAY(v, "  %u to read", "  %u 待读"), t->rx.len);
}

static void add_connection(Text *out, const View *v, const Tcb *t)
{
    char words[200];
    Text numbers = text_fixed(words, sizeof words);
    text_addf(out, "  %c[%u] ", host_letter((HostId)t->host), t->number);
    ink_on(out, v->color, INK_STRONG);
    width_pad(out, state_name((TcpState)t->state), 13);
    ink_off(out, v->color, INK_STRONG);
    if (t->state == LISTEN)
        text_addf(&numbers, VIEW_SAY(v, "port %u, backlog %u", "端口 %u，排队上限 %u"),
                  t->local_port, t->backlog);
    else
        add_numbers(&numbers, v, t);
    width_wrap(out, words, t->number < 10 ? 20 : 21, v->width);
}

void look_state(Text *out, const View *v, HostId h)
{
    const Host *host = &v->world->hosts[h];
    const Tcb *conns = world_conns(v->world);
    text_addf(out, "%c  ", host_letter(h));
    ip_text(out, host->addr, host->v6);
    text_addf(out, VIEW_SAY(v, "  profile %s", "  配置 %s"), profile_name((Profile)host->profile));
    if (!host->power)
        text_add(out, VIEW_SAY(v, "  power off", "  断电"));
    if (host->puppet)
        text_add(out, VIEW_SAY(v, "  played by you", "  由你扮演"));
    if (v->world->apps[h].kind)
        text_addf(out, "  app %s", app_name((AppKind)v->world->apps[h].kind));
    text_char(out, '\n');
    uint32_t shown = 0;
    for (uint16_t i = 1; i <= v->world->shape.conns; i++) {
        if (!conns[i].used || conns[i].host != h)
            continue;
        add_connection(out, v, &conns[i]);
        shown++;
    }
    if (shown == 0)
        text_add(out, VIEW_SAY(v, "  CLOSED: no connection\n", "  CLOSED：没有连接\n"));
}

/* ---- the network ---- */

static void add_packet(Text *out, const View *v, uint16_t i)
{
    const Packet *p = &world_packets(v->world)[i];
    Seg seg;
    Icmp icmp;
    Bytes payload;
    char words[120], row[16];
    snprintf(row, sizeof row, "#%u", p->row);
    width_pad(out, row, 6);
    text_add(out, p->from == HOST_A ? "A --> B  " : "B --> A  ");
    Text t = text_fixed(words, sizeof words);
    SegNames names = trace_names(v->trace, p->row, v->absolute);
    WireError error = wire_decode(world_frame(v->world, (PktId){i}), &seg, &payload);
    if (error == WIRE_OK || error == WIRE_BAD_CHECKSUM)
        segtext_print(&t, &names, (HostId)p->from, &seg, SEG_STYLE_SHORT);
    else if (icmp_decode(world_frame(v->world, (PktId){i}), &icmp, &payload) == WIRE_OK)
        segtext_icmp(&t, &names, host_peer((HostId)p->from), &icmp);
    else
        text_add(&t, wire_error_text(error, v->lang));
    width_pad(out, words, 36);
    if (p->place == PACKET_HELD) {
        text_add(out, VIEW_SAY(v, " held", " 停住"));
    } else {
        text_add(out, VIEW_SAY(v, " arrives ", " 到达 "));
        text_time(out, p->due);
    }
    if (p->flags & PACKET_EDITED)
        text_add(out, VIEW_SAY(v, " (edited)", "（已修改）"));
    if (p->flags & PACKET_MARKED)
        text_add(out, VIEW_SAY(v, " (marked CE)", "（已标记 CE）"));
    if (error == WIRE_BAD_CHECKSUM || p->flags & PACKET_CORRUPT)
        text_add(out, VIEW_SAY(v, " (corrupt)", "（已损坏）"));
    if (p->copy_of)
        text_addf(out, VIEW_SAY(v, " (copy of #%u)", "（#%u 的副本）"), p->copy_of);
    text_char(out, '\n');
}

void look_net(Text *out, const View *v)
{
    const Packet *packets = world_packets(v->world);
    uint32_t count = 0, last = 0;
    bool held = false;
    for (;;) { /* by row: the order of departure */
        uint16_t next = 0;
        for (uint16_t i = 1; i <= v->world->shape.packets; i++) {
            bool there = packets[i].place == PACKET_FLYING || packets[i].place == PACKET_HELD;
            if (there && packets[i].row > last && (!next || packets[i].row < packets[next].row))
                next = i;
        }
        if (!next)
            break;
        last = packets[next].row;
        add_packet(out, v, next);
        held = held || packets[next].place == PACKET_HELD;
        count++;
    }
    if (held)
        text_add(out, VIEW_SAY(v, "held segments wait for `deliver #n`, `drop #n` or `hold off`\n",
                               "停住的报文段等待 deliver #n、drop #n 或 hold off\n"));
    if (count == 0)
        text_add(out, VIEW_SAY(v, "nothing is in the network\n", "网络中没有报文段\n"));
}

static void add_chance(Text *out, const char *name, uint32_t ppm)
{
    if (ppm == 0)
        return;
    text_addf(out, " %s=%u", name, ppm / 10000);
    if (ppm % 10000) {
        char digits[8];
        snprintf(digits, sizeof digits, "%04u", ppm % 10000);
        size_t n = 4;
        while (n > 0 && digits[n - 1] == '0')
            digits[--n] = '\0';
        text_addf(out, ".%s", digits);
    }
    text_char(out, '%');
}

void look_link(Text *out, const View *v)
{
    for (HostId h = 0; h < HOST_COUNT; h++) {
        const Link *l = &v->world->links[h];
        text_addf(out, VIEW_SAY(v, "%c>%c  one way ", "%c>%c  单程 "), host_letter(h),
                  host_letter(host_peer(h)));
        text_duration(out, l->delay);
        if (l->rate_bps && l->rate_bps % 1000000 == 0)
            text_addf(out, " rate=%" PRIu64 "Mbit", l->rate_bps / 1000000);
        else if (l->rate_bps)
            text_addf(out, " rate=%" PRIu64 "bit", l->rate_bps);
        if (l->queue)
            text_addf(out, " queue=%u", l->queue);
        if (l->jitter) {
            text_add(out, " jitter=");
            text_duration(out, l->jitter);
        }
        add_chance(out, "loss", l->loss_ppm);
        add_chance(out, "dup", l->dup_ppm);
        add_chance(out, "reorder", l->reorder_ppm);
        add_chance(out, "corrupt", l->corrupt_ppm);
        if (l->ecn)
            text_addf(out, " ecn=%u", l->ecn);
        if (l->mtu)
            text_addf(out, " mtu=%u", l->mtu);
        if (l->cut)
            text_add(out, VIEW_SAY(v, "  CUT", "  已断开"));
        text_addf(out, VIEW_SAY(v, "  (%u segments so far)\n", "  （至今 %u 个报文段）\n"),
                  l->passed);
    }
    if (v->world->box != BOX_NONE) {
        text_addf(out, "box %s idle=", v->world->box == BOX_NAT ? "nat" : "firewall");
        text_duration(out, v->world->box_idle);
        text_add(out, v->world->box_reset == BOX_ANSWERS_RST    ? " reset\n"
                      : v->world->box_reset == BOX_ANSWERS_ICMP ? " reject\n"
                                                                : "\n");
    }
    if (v->world->hops)
        text_addf(out, "hops %u\n", v->world->hops);
    if (v->world->icmp_off)
        text_add(out, VIEW_SAY(v, "icmp off: the path says nothing about what it drops\n",
                               "icmp off：路径对丢弃的报文一声不响\n"));
    if (v->world->hold)
        text_add(out, VIEW_SAY(v, "hold on: every segment waits for you\n",
                               "hold on：每个报文段都等你放行\n"));
}

void look_armed(Text *out, const View *v)
{
    static const char *const actions[] = {"drop", "delay", "dup", "corrupt"};
    uint32_t count = 0;
    for (unsigned i = 0; i < ARMED_MAX; i++) {
        const Armed *a = &v->world->armed[i];
        if (!a->used)
            continue;
        unsigned left = a->nth > a->seen ? a->nth - a->seen : 0;
        text_addf(out, "  %u  %s ", i + 1, actions[a->action & 3]);
        if (left <= 1)
            text_add(out, "next");
        else
            text_addf(out, "%u%s", left, left == 2 ? "nd" : left == 3 ? "rd" : "th");
        text_addf(out, " %s from %c", seg_class_name((SegClass)a->seg_class),
                  host_letter((HostId)a->from));
        if (a->action == ARMED_DELAY) {
            text_char(out, ' ');
            text_duration(out, a->delay);
        }
        text_char(out, '\n');
        count++;
    }
    if (count == 0)
        text_add(out, VIEW_SAY(v, "no rule waits: `drop next SYN from A` makes one\n",
                               "没有等待中的规则：drop next SYN from A 可以设一条\n"));
}
