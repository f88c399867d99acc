/*
 * cmd_net.c: you are the network: segments in flight, and rules that wait for one to come.
 *
 * A segment is named by the row of its departure. `drop`, `delay`, `dup` and `corrupt` have two
 * forms: at once for a segment that is in flight, armed for one that is still to come.
 */
#include "repl/lang.h"

#include <stdlib.h>
#include <string.h>

/* A command about the network belongs to no host. */
static Cmd net_cmd(CmdOp op)
{
    return (Cmd){.op = (uint16_t)op, .host = HOST_NONE};
}

LineStatus cmd_net(Run *r)
{
    View view = shell_view(r->shell);
    look_net(r->out, &view);
    return LINE_OK;
}

LineStatus cmd_hold(Run *r)
{
    static const char *const words[] = {"off", "on"};
    int on = arg_choice(r, words, 2);
    if (on < 0 || !arg_end(r))
        return LINE_ERROR;
    Cmd cmd = net_cmd(CMD_HOLD);
    cmd.val = (uint64_t)on;
    return act(r, &cmd, bytes_of(NULL, 0));
}

/* ---- segments in flight ---- */

/* Every segment that is in flight, oldest departure first. */
static uint32_t all_flying(const World *w, uint32_t *rows, uint32_t cap)
{
    uint32_t count = 0;
    const Packet *packets = world_packets(w);
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        if ((packets[i].place != PACKET_FLYING && packets[i].place != PACKET_HELD) || count == cap)
            continue;
        uint32_t at = count++;
        for (; at > 0 && rows[at - 1] > packets[i].row; at--)
            rows[at] = rows[at - 1];
        rows[at] = packets[i].row;
    }
    return count;
}

/* Reads "#3 #5" or "all", and does op to each. All are read before the first is touched. */
static LineStatus each_flying(Run *r, CmdOp op)
{
    enum { CAP = 1024 };
    uint32_t rows[CAP], count = 0;
    if (arg_take(r, "all")) {
        count = all_flying(session_world(r->shell->session), rows, CAP);
        if (!arg_end(r))
            return LINE_ERROR;
        if (count == 0)
            return refuse(r, r->at - 1,
                          SAY(r, "nothing is in the network now", "网络中现在没有报文段"));
    } else {
        do {
            if (!arg_flying(r, &rows[count++]))
                return LINE_ERROR;
        } while (arg_more(r));
    }
    LineStatus status = LINE_OK;
    for (uint32_t i = 0; i < count && status == LINE_OK; i++) {
        /* An earlier one of the list may have done away with this one (`drop #3 #3`). */
        if (!world_packet_of_row(session_world(r->shell->session), rows[i]).v)
            continue;
        Cmd cmd = net_cmd(op);
        cmd.key = rows[i];
        status = act(r, &cmd, bytes_of(NULL, 0));
    }
    return status;
}

LineStatus cmd_deliver(Run *r)
{
    return each_flying(r, CMD_DELIVER);
}

LineStatus cmd_swap(Run *r)
{
    uint32_t a, b;
    if (!arg_flying(r, &a) || !arg_flying(r, &b) || !arg_end(r))
        return LINE_ERROR;
    const World *w = session_world(r->shell->session);
    const Packet *packets = world_packets(w);
    if (a == b ||
        packets[world_packet_of_row(w, a).v].from != packets[world_packet_of_row(w, b).v].from)
        return refuse(r, r->at - 1,
                      SAY(r, "`swap` needs two segments that go the same way",
                          "swap 需要两个同方向的报文段"));
    Cmd cmd = net_cmd(CMD_SWAP);
    cmd.key = a;
    cmd.val = b;
    return act(r, &cmd, bytes_of(NULL, 0));
}

/* ---- armed rules ---- */

/* "next", "2nd", "3rd", "4th" ...: which match acts; 0 if the word is none. */
static uint16_t ordinal(const char *word, size_t len)
{
    if (len == 4 && memcmp(word, "next", 4) == 0)
        return 1;
    if (len < 3 || (memcmp(word + len - 2, "st", 2) != 0 && memcmp(word + len - 2, "nd", 2) != 0 &&
                    memcmp(word + len - 2, "rd", 2) != 0 && memcmp(word + len - 2, "th", 2) != 0))
        return 0;
    uint64_t n;
    if (!quantity_parse(word, len - 2, QUANTITY_COUNT, &n) || n > 10000)
        return 0;
    return (uint16_t)n;
}

/* Is it `drop 2nd FIN from B` rather than `drop #3`? A bare class means the next one. */
static bool wants_armed(const Run *r)
{
    size_t len;
    const char *word = arg_word(r, &len);
    return word && word[0] != '#' && !(word[0] >= '0' && word[0] <= '9' && !ordinal(word, len)) &&
           !arg_is(r, "all");
}

static LineStatus arm(Run *r, ArmedAction action)
{
    size_t len;
    const char *word = arg_word(r, &len);
    uint16_t nth = ordinal(word, len);
    if (nth)
        r->at++;
    SegClass seg_class;
    HostId from;
    uint16_t conn;
    uint64_t delay = 0;
    if (!arg_class(r, &seg_class))
        return LINE_ERROR;
    if (!arg_take(r, "from"))
        return refuse(
            r, r->at,
            SAY(r, "say from whom: `%s next %s from A`", "请写明来自谁：`%s next %s from A`"),
            r->command->name, seg_class_name(seg_class));
    if (!arg_host(r, &from, &conn))
        return LINE_ERROR;
    if (action == ARMED_DELAY && !arg_quantity(r, QUANTITY_TIME, 86400 * NANOS_S, &delay))
        return LINE_ERROR;
    if (!arg_end(r))
        return LINE_ERROR;
    Cmd cmd = {.op = CMD_ARM,
               .host = from,
               .key = action,
               .conn = nth ? nth : 1,
               .len = seg_class,
               .val = delay};
    LineStatus status = act(r, &cmd, bytes_of(NULL, 0));
    return status;
}

LineStatus cmd_drop(Run *r)
{
    return wants_armed(r) ? arm(r, ARMED_DROP) : each_flying(r, CMD_DROP);
}

LineStatus cmd_dup(Run *r)
{
    return wants_armed(r) ? arm(r, ARMED_DUP) : each_flying(r, CMD_DUP);
}

LineStatus cmd_delay(Run *r)
{
    if (wants_armed(r))
        return arm(r, ARMED_DELAY);
    uint32_t row;
    Cmd cmd = net_cmd(CMD_DELAY);
    if (!arg_flying(r, &row) || !arg_quantity(r, QUANTITY_TIME, 86400 * NANOS_S, &cmd.val) ||
        !arg_end(r))
        return LINE_ERROR;
    cmd.key = row;
    return act(r, &cmd, bytes_of(NULL, 0));
}

LineStatus cmd_corrupt(Run *r)
{
    if (wants_armed(r))
        return arm(r, ARMED_CORRUPT);
    uint32_t row;
    uint64_t bit = 20 * 8 + 13 * 8 + 6; /* the SYN bit: a damage that matters */
    if (!arg_flying(r, &row))
        return LINE_ERROR;
    const World *w = session_world(r->shell->session);
    size_t bits = world_frame(w, world_packet_of_row(w, row)).len * 8;
    if ((arg_take(r, "bit") || arg_more(r)) && !arg_quantity(r, QUANTITY_COUNT, bits - 1, &bit))
        return LINE_ERROR;
    if (!arg_end(r))
        return LINE_ERROR;
    Cmd cmd = net_cmd(CMD_CORRUPT);
    cmd.key = row;
    cmd.val = bit;
    return act(r, &cmd, bytes_of(NULL, 0));
}

LineStatus cmd_armed(Run *r)
{
    View view = shell_view(r->shell);
    if (!arg_more(r)) {
        r->silent = true;
        look_armed(r->out, &view);
        return LINE_OK;
    }
    if (!arg_take(r, "clear"))
        return refuse(
            r, r->at,
            SAY(r, "`armed` lists the rules, `armed clear` or `armed clear 2` takes them away",
                "armed 列出规则，armed clear 或 armed clear 2 清除"));
    uint64_t n = 0;
    if (arg_more(r) && (!arg_quantity(r, QUANTITY_COUNT, ARMED_MAX, &n) || !arg_end(r)))
        return LINE_ERROR;
    if (n > 0 && !session_world(r->shell->session)->armed[n - 1].used)
        return refuse(r, r->at - 1,
                      SAY(r, "there is no armed rule %u; `armed` lists them",
                          "没有第 %u 条规则；armed 列出全部"),
                      (unsigned)n);
    Cmd cmd = net_cmd(CMD_DISARM);
    cmd.key = n ? (uint32_t)n - 1 : 0;
    cmd.val = n == 0;
    return act(r, &cmd, bytes_of(NULL, 0));
}
