/*
 * cmd_link.c: the wire itself and what stands on the path: link, cut, mend, box, hops, flood.
 *
 * A line of properties is read whole before anything of it is done, so a wrong one changes nothing.
 */
#include "repl/lang.h"

#include "core/base/near.h"

#include <string.h>

static Cmd net_cmd(CmdOp op)
{
    return (Cmd){.op = (uint16_t)op, .host = HOST_NONE, .link = 3};
}

static const struct {
    const char *name;
    LinkKey key;
    Unit unit;
} link_keys[] = {
    {"rtt", LINK_RTT, QUANTITY_TIME},       {"rate", LINK_RATE, QUANTITY_RATE},
    {"queue", LINK_QUEUE, QUANTITY_COUNT},  {"loss", LINK_LOSS, QUANTITY_CHANCE},
    {"dup", LINK_DUP, QUANTITY_CHANCE},     {"reorder", LINK_REORDER, QUANTITY_CHANCE},
    {"jitter", LINK_JITTER, QUANTITY_TIME}, {"corrupt", LINK_CORRUPT, QUANTITY_CHANCE},
    {"ecn", LINK_ECN, QUANTITY_COUNT},      {"mtu", LINK_MTU, QUANTITY_BYTES},
};
enum { LINK_KEYS = sizeof link_keys / sizeof link_keys[0] };

static LineStatus unknown_key(Run *r, const char *key, size_t len)
{
    const char *names[LINK_KEYS];
    for (size_t i = 0; i < LINK_KEYS; i++)
        names[i] = link_keys[i].name;
    const char *near = near_word(key, len, names, LINK_KEYS);
    return refuse_at(
        r, (size_t)(key - r->line), len ? len : 1,
        SAY(r,
            "a link has no `%.*s`%s%s%s; it has rtt, rate, queue, loss, dup, reorder, "
            "jitter, corrupt, mtu, ecn",
            "线路没有 `%.*s` 这个性质%s%s%s；可写 rtt、rate、queue、loss、dup、reorder、"
            "jitter、corrupt、mtu、ecn"),
        (int)len, key, near ? SAY(r, " (did you mean ", "（是不是 ") : "", near ? near : "",
        near ? SAY(r, "?)", "？）") : "");
}

LineStatus cmd_link(Run *r)
{
    if (!arg_more(r)) {
        View view = shell_view(r->shell);
        look_link(r->out, &view);
        r->silent = true;
        return LINE_OK;
    }
    /* Read everything before anything is changed. */
    Cmd cmds[LINK_KEYS * 2];
    uint32_t count = 0;
    uint8_t side = 3;
    while (arg_more(r)) {
        const char *key;
        size_t key_len, value_at;
        HostId from;
        if (arg_direction(r, &from)) {
            side = from == HOST_A ? 1 : 2;
            continue;
        }
        if (!arg_key(r, &key, &key_len, &value_at))
            return refuse(r, r->at,
                          SAY(r, "a property is written name=value, as loss=1%%",
                              "性质写作 名称=值，如 loss=1%%"));
        size_t i = 0;
        while (i < LINK_KEYS && (strlen(link_keys[i].name) != key_len ||
                                 memcmp(link_keys[i].name, key, key_len) != 0))
            i++;
        if (i == LINK_KEYS)
            return unknown_key(r, key, key_len);
        if (count == LINK_KEYS * 2)
            return refuse(r, r->at, SAY(r, "too many properties in one line", "一行中的性质太多"));
        Cmd cmd = net_cmd(CMD_LINK);
        cmd.key = link_keys[i].key;
        if (!arg_value(r, r->at, value_at, link_keys[i].unit, &cmd.val))
            return LINE_ERROR;
        if (link_keys[i].unit == QUANTITY_CHANCE && cmd.val > 1000000)
            return refuse(r, r->at, SAY(r, "a chance is at most 100%%", "概率最多 100%%"));
        if (link_keys[i].unit == QUANTITY_TIME && cmd.val > 3600 * NANOS_S)
            return refuse(r, r->at, SAY(r, "at most an hour", "最多一小时"));
        cmds[count++] = cmd;
        r->at++;
    }
    if (count == 0)
        return refuse(r, r->lex->count,
                      SAY(r, "and which property? As loss=1%%", "要改哪个性质？如 loss=1%%"));
    LineStatus status = LINE_OK;
    for (uint32_t i = 0; i < count && status == LINE_OK; i++) {
        cmds[i].link = side;
        status = act(r, &cmds[i], bytes_of(NULL, 0));
    }
    return status;
}

static LineStatus cut_or_mend(Run *r, CmdOp op)
{
    Cmd cmd = net_cmd(op);
    HostId from;
    if (arg_direction(r, &from))
        cmd.link = from == HOST_A ? 1 : 2;
    if (!arg_end(r))
        return LINE_ERROR;
    return act(r, &cmd, bytes_of(NULL, 0));
}

LineStatus cmd_cut(Run *r)
{
    return cut_or_mend(r, CMD_CUT);
}

LineStatus cmd_mend(Run *r)
{
    return cut_or_mend(r, CMD_MEND);
}

LineStatus cmd_box(Run *r)
{
    static const char *const kinds[] = {"off", "firewall", "nat", "none"};
    if (!arg_more(r)) {
        View view = shell_view(r->shell);
        look_link(r->out, &view);
        r->silent = true;
        return LINE_OK;
    }
    int kind = arg_choice(r, kinds, 4);
    if (kind < 0)
        return LINE_ERROR;
    Cmd cmd = net_cmd(CMD_BOX);
    cmd.key = kind == 1 ? BOX_FIREWALL : kind == 2 ? BOX_NAT : BOX_NONE;
    cmd.val = 240 * NANOS_S;
    while (arg_more(r)) {
        const char *key;
        size_t key_len, value_at;
        if (arg_take(r, "reset")) {
            cmd.len = BOX_ANSWERS_RST;
        } else if (arg_take(r, "reject")) {
            cmd.len = BOX_ANSWERS_ICMP;
        } else if (arg_key(r, &key, &key_len, &value_at) && key_len == 4 &&
                   memcmp(key, "idle", 4) == 0) {
            if (!arg_value(r, r->at, value_at, QUANTITY_TIME, &cmd.val))
                return LINE_ERROR;
            r->at++;
        } else {
            return refuse(r, r->at,
                          SAY(r, "a box knows idle=TIME, reset and reject",
                              "box 只认识 idle=时间、reset 和 reject"));
        }
    }
    return act(r, &cmd, bytes_of(NULL, 0));
}

LineStatus cmd_hops(Run *r)
{
    Cmd cmd = net_cmd(CMD_HOPS);
    if (!arg_quantity(r, QUANTITY_COUNT, 255, &cmd.val) || !arg_end(r))
        return LINE_ERROR;
    return act(r, &cmd, bytes_of(NULL, 0));
}

LineStatus cmd_flood(Run *r)
{
    Cmd cmd = net_cmd(CMD_FLOOD);
    const World *w = session_world(r->shell->session);
    if (arg_take(r, "off")) {
        cmd.host = w->flood.target;
        cmd.key = w->flood.port;
        return arg_end(r) ? act(r, &cmd, bytes_of(NULL, 0)) : LINE_ERROR;
    }
    HostId target;
    uint16_t port;
    if (!arg_peer(r, &target, &port))
        return LINE_ERROR;
    cmd.host = target;
    cmd.key = port;
    cmd.val = NANOS_MS; /* a thousand a second */
    const char *key;
    size_t key_len, value_at;
    if (arg_key(r, &key, &key_len, &value_at) && key_len == 4 && memcmp(key, "rate", 4) == 0) {
        if (!arg_value(r, r->at, value_at, QUANTITY_PER_SECOND, &cmd.val))
            return LINE_ERROR;
        r->at++;
    }
    return arg_end(r) ? act(r, &cmd, bytes_of(NULL, 0)) : LINE_ERROR;
}
