/*
 * command.c: every way to act on a world, one function per family.
 *
 * A command on a host becomes a call of its TCP, with a row of its own and the answer as a detail;
 * a command on a segment in flight becomes what happens to it; the rest turns a switch. Nothing
 * here can fail in any other way than by a CallStatus: commands come from people.
 */
#include "core/net/parts.h"
#include "core/net/sock.h"

#include <string.h>

static CallResult answer(CallStatus status)
{
    return (CallResult){.status = status};
}

/* ---- user calls ---- */

/* `64KiB` without bytes: the alphabet, continued from where the stream is. */
static CallResult send_pattern(Ctx *c, ConnId id, uint64_t n)
{
    CallResult r = {.status = CALL_OK, .conn = id};
    uint8_t chunk[4096];
    for (uint32_t total = 0; total < n;) {
        const Tcb *t = tcb_at(&c->pools, id);
        uint32_t at = seq_distance(seq_add(t->snd.iss, 1), t->snd.buf) + t->tx.len;
        uint32_t len = (uint32_t)min_u64(n - total, sizeof chunk);
        pattern_fill(chunk, len, at);
        r = tcp_send(c, id, bytes_of(chunk, len));
        total += r.value;
        if (r.status != CALL_OK || r.value < len) {
            r.value = total;
            r.status = total > 0 ? CALL_OK : r.status;
            return r;
        }
        r.value = total;
    }
    return r;
}

/* connect with data is Fast Open: it goes with the SYN, if there is a cookie for it. */
static CallResult connect_fast(Ctx *c, CallResult r, Bytes data)
{
    if (r.status == CALL_OK && data.len > 0) {
        tcp_fast_open(c, r.conn, false);
        tcp_send(c, r.conn, data);
    }
    return r;
}

static CallResult call(Ctx *c, const Cmd *cmd, Bytes data, ConnId id)
{
    switch ((CmdOp)cmd->op) {
    case CMD_LISTEN: return tcp_listen(c, (uint16_t)cmd->key, (uint16_t)cmd->len);
    case CMD_CONNECT:
        return connect_fast(c,
                            tcp_connect(c, (uint16_t)cmd->len,
                                        c->pools.hosts[host_peer(c->host)].addr,
                                        (uint16_t)cmd->key),
                            data);
    case CMD_ACCEPT: return tcp_accept(c, id);
    case CMD_SEND:
        if (data.len == 0 && cmd->val > 0 && id.v)
            return send_pattern(c, id, cmd->val);
        return cmd->key ? tcp_send_urgent(c, id, data) : tcp_send(c, id, data);
    case CMD_RECV:
        return tcp_receive(c, id, NULL,
                           cmd->val ? (uint32_t)min_u64(cmd->val, UINT32_MAX) : UINT32_MAX);
    case CMD_SHUTDOWN: return tcp_shutdown(c, id);
    case CMD_CLOSE: return tcp_close(c, id);
    default: return tcp_abort(c, id);
    }
}

/* The listener that an accept means: the newest. */
static const Tcb *listener_of(const World *w, HostId host, uint16_t number)
{
    const Tcb *best = NULL;
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (t->used && t->host == host && t->state == LISTEN &&
            (number == t->number || (number == 0 && (!best || t->number > best->number))))
            best = t;
    }
    return best;
}

static const Tcb *target_of(const World *w, const Cmd *cmd)
{
    if (cmd->op == CMD_LISTEN || cmd->op == CMD_CONNECT)
        return NULL;
    if (cmd->op == CMD_ACCEPT)
        return listener_of(w, cmd->host, cmd->conn);
    const Tcb *t = world_conn(w, cmd->host, cmd->conn);
    return t && cmd->conn && t->number != cmd->conn ? NULL : t;
}

/* The row of what the learner did; returns its number. */
static uint32_t note_call(World *w, const Cmd *cmd, const Tcb *t, Bytes data, Sink *sink)
{
    HostId host = cmd->host < HOST_COUNT ? cmd->host : HOST_NONE;
    Note n = {.at = w->now,
              .row = ++w->rows,
              .kind = NOTE_CALL,
              .host = host,
              .conn = t                    ? t->number
                      : cmd->op == CMD_ARM ? 0
                                           : cmd->conn,
              .key = cmd->key,
              .peer_row = cmd->op == CMD_ARM ? (uint32_t)cmd->conn << 8 | cmd->len : 0,
              .a = cmd->op,
              .b = cmd->op == CMD_SEND && data.len ? data.len : cmd->val};
    sink_add(sink, n, cmd->op == CMD_SEND ? data : bytes_of(NULL, 0));
    return n.row;
}

static CallResult apply_call(World *w, const Cmd *cmd, Bytes data, Sink *sink)
{
    if (cmd->host >= HOST_COUNT)
        return answer(CALL_BAD_ARGUMENT);
    if (!w->hosts[cmd->host].power)
        return answer(CALL_POWER_OFF);
    if (w->hosts[cmd->host].puppet)
        return answer(CALL_PUPPET);
    Ctx c = world_ctx(w, cmd->host, 0, sink);
    const Tcb *t = target_of(w, cmd);
    c.cause = note_call(w, cmd, t, data, sink);
    w->apps[cmd->host].woken_row = c.cause;
    ConnId id = t ? tcb_id(&c.pools, t) : (ConnId){0};
    CallResult r = call(&c, cmd, data, id);
    const Tcb *now = r.conn.v ? tcb_at(&c.pools, r.conn) : t;
    note_detail(&c, now && now->used ? now : NULL, NOTE_RESULT, r.status, r.value);
    world_flush(w, &c, r.conn);
    sock_reconcile(w, cmd->host);
    return r;
}

/* ---- hosts ---- */

/* A change that touches open connections, too. */
static void set_on_connections(World *w, HostId host, KnobId knob_id, uint64_t value, Ctx *c)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (!t->used || t->host != host)
            continue;
        tcp_set(c, (ConnId){i}, knob_id, value);
        world_flush(w, c, (ConnId){i});
    }
}

static CallResult apply_set(World *w, const Cmd *cmd, Sink *sink)
{
    if (cmd->key >= KNOB_COUNT || cmd->host >= HOST_COUNT)
        return answer(CALL_BAD_ARGUMENT);
    const KnobInfo *info = knob_info((KnobId)cmd->key);
    if (cmd->val < info->min || cmd->val > info->max)
        return answer(CALL_BAD_ARGUMENT);
    Ctx c = world_ctx(w, cmd->host, 0, sink);
    c.cause = note_call(w, cmd, NULL, bytes_of(NULL, 0), sink);
    w->hosts[cmd->host].knob[cmd->key] = cmd->val;
    set_on_connections(w, cmd->host, (KnobId)cmd->key, cmd->val, &c);
    return answer(CALL_OK);
}

static CallResult apply_profile(World *w, const Cmd *cmd)
{
    if (cmd->val >= PROFILE_COUNT)
        return answer(CALL_BAD_ARGUMENT);
    for (HostId h = 0; h < HOST_COUNT; h++) {
        if (cmd->host != HOST_NONE && cmd->host != h)
            continue;
        w->hosts[h].profile = (uint8_t)cmd->val;
        for (int i = 0; i < KNOB_COUNT; i++)
            w->hosts[h].knob[i] = knob_info((KnobId)i)->value[cmd->val];
    }
    return answer(CALL_OK);
}

static CallResult apply_power(World *w, const Cmd *cmd, Sink *sink)
{
    if (cmd->host >= HOST_COUNT || cmd->val > 1)
        return answer(CALL_BAD_ARGUMENT);
    Host *h = &w->hosts[cmd->host];
    if (h->power == cmd->val)
        return answer(CALL_OK);
    Ctx c = world_ctx(w, cmd->host, 0, sink);
    c.cause = note_row(&c, NULL, NOTE_POWER, RULE_NONE, 0, cmd->val, 0, bytes_of(NULL, 0));
    h->power = (uint8_t)cmd->val;
    h->port_draws = 0; /* it starts afresh, with the same ports */
    h->challenge_count = 0;
    h->fast_open_again = 0;
    h->challenge_since = 0;
    h->pmtu = 0;
    h->pmtu_until = 0;
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        Tcb *t = &c.pools.conns[i];
        if (!t->used || t->host != cmd->host)
            continue;
        tcb_enter(&c, t, CLOSED); /* memory is lost, and nobody is told */
        tcb_free(&c, t);
    }
    sock_power_off(w, cmd->host);
    return answer(CALL_OK);
}

static CallResult apply_app(World *w, const Cmd *cmd)
{
    if (cmd->host >= HOST_COUNT || cmd->key >= APP_KIND_COUNT)
        return answer(CALL_BAD_ARGUMENT);
    w->apps[cmd->host] =
        (App){.kind = (uint8_t)cmd->key, .amount = cmd->val, .next = w->now, .woken_row = w->rows};
    return answer(CALL_OK);
}

/* ---- the network ---- */

static void release_held(World *w)
{
    const Packet *packets = world_packets(w);
    for (;;) { /* in the order in which they were sent */
        uint16_t first = 0;
        for (uint16_t i = 1; i <= w->shape.packets; i++)
            if (packets[i].place == PACKET_HELD && (!first || packets[i].row < packets[first].row))
                first = i;
        if (!first)
            return;
        link_insert(w, (PktId){first}, w->now);
    }
}

static void delay(World *w, PktId id, Nanos more)
{
    Nanos due = world_packets(w)[id.v].due;
    link_remove(w, id);
    link_insert(w, id, (due == NANOS_NEVER ? w->now : due) + more);
}

static CallResult swap(World *w, PktId a, uint32_t other_row)
{
    PktId b = world_packet_of_row(w, other_row);
    if (!b.v || b.v == a.v || world_packets(w)[a.v].from != world_packets(w)[b.v].from)
        return answer(CALL_NO_PACKET);
    Nanos a_due = world_packets(w)[a.v].due, b_due = world_packets(w)[b.v].due;
    if (a_due == NANOS_NEVER || b_due == NANOS_NEVER) { /* held: the second now goes first */
        a_due = a_due == NANOS_NEVER ? w->now : a_due;
        b_due = b_due == NANOS_NEVER ? w->now : b_due;
    }
    link_remove(w, a);
    link_remove(w, b);
    bool a_was_first =
        a_due < b_due || (a_due == b_due && world_packets(w)[a.v].row < world_packets(w)[b.v].row);
    link_insert(w, a_was_first ? b : a, a_was_first ? a_due : b_due);
    link_insert(w, a_was_first ? a : b, a_was_first ? b_due : a_due);
    return answer(CALL_OK);
}

static CallResult apply_packet(World *w, const Cmd *cmd, Bytes data, Sink *sink)
{
    PktId id = world_packet_of_row(w, cmd->key);
    if (!id.v)
        return answer(CALL_NO_PACKET);
    if (cmd->op == CMD_EDIT && (data.len == 0 || data.len > shape_frame(&w->shape)))
        return answer(CALL_BAD_ARGUMENT);
    uint32_t row = world_packets(w)[id.v].row;
    switch ((CmdOp)cmd->op) {
    case CMD_DELIVER:
        link_remove(w, id);
        link_deliver(w, id, row, sink);
        break;
    case CMD_DROP:
        link_remove(w, id);
        link_lose(w, id, LOST_BY_HAND, 0, sink);
        break;
    case CMD_DELAY:
        note_call(w, cmd, NULL, data, sink);
        delay(w, id, cmd->val);
        break;
    case CMD_DUP: return answer(link_duplicate(w, id, NANOS_MS, 0, sink) ? CALL_OK : CALL_NO_ROOM);
    case CMD_SWAP: note_call(w, cmd, NULL, data, sink); return swap(w, id, (uint32_t)cmd->val);
    case CMD_EDIT: link_edit(w, id, data, PACKET_EDITED, 0, sink); break;
    default: link_corrupt(w, id, cmd->val, 0, sink); break;
    }
    return answer(CALL_OK);
}

static bool set_link(Link *l, LinkKey key, uint64_t v)
{
    bool is_chance =
        key == LINK_LOSS || key == LINK_DUP || key == LINK_REORDER || key == LINK_CORRUPT;
    if (is_chance && v > 1000000)
        return false;
    switch (key) {
    case LINK_RTT: l->delay = v / 2; return v <= 3600 * NANOS_S;
    case LINK_RATE:
        l->rate_bps = v;
        l->busy_until = 0;
        return true;
    case LINK_QUEUE: l->queue = (uint32_t)v; return v <= UINT32_MAX;
    case LINK_LOSS: l->loss_ppm = (uint32_t)v; return true;
    case LINK_DUP: l->dup_ppm = (uint32_t)v; return true;
    case LINK_REORDER: l->reorder_ppm = (uint32_t)v; return true;
    case LINK_CORRUPT: l->corrupt_ppm = (uint32_t)v; return true;
    case LINK_JITTER: l->jitter = v; return v <= 3600 * NANOS_S;
    case LINK_ECN: l->ecn = (uint32_t)v; return v <= UINT32_MAX;
    case LINK_MTU: l->mtu = (uint16_t)v; return v == 0 || (v >= 68 && v <= UINT16_MAX);
    default: return false;
    }
}

static CallResult apply_link(World *w, const Cmd *cmd)
{
    if (cmd->link < 1 || cmd->link > 3)
        return answer(CALL_BAD_ARGUMENT);
    for (unsigned h = 0; h < HOST_COUNT; h++) {
        if (!(cmd->link >> h & 1))
            continue;
        Link changed = w->links[h];
        if (cmd->op == CMD_CUT || cmd->op == CMD_MEND)
            changed.cut = cmd->op == CMD_CUT;
        else if (!set_link(&changed, (LinkKey)cmd->key, cmd->val))
            return answer(CALL_BAD_ARGUMENT);
        w->links[h] = changed;
    }
    return answer(CALL_OK);
}

/* ---- switches ---- */

static CallResult apply_switch(World *w, const Cmd *cmd)
{
    switch ((CmdOp)cmd->op) {
    case CMD_PROFILE: return apply_profile(w, cmd);
    case CMD_PUPPET:
        if (cmd->host >= HOST_COUNT || cmd->val > 1)
            return answer(CALL_BAD_ARGUMENT);
        w->hosts[cmd->host].puppet = (uint8_t)cmd->val;
        return answer(CALL_OK);
    case CMD_APP: return apply_app(w, cmd);
    case CMD_HOLD:
        w->hold = cmd->val != 0;
        if (!w->hold)
            release_held(w);
        return answer(CALL_OK);
    case CMD_ARM: return armed_add(w, cmd);
    case CMD_DISARM: return armed_remove(w, cmd);
    case CMD_LINK:
    case CMD_CUT:
    case CMD_MEND: return apply_link(w, cmd);
    case CMD_BOX: return box_set(w, cmd);
    case CMD_IP:
        if (cmd->val != 4 && cmd->val != 6)
            return answer(CALL_BAD_ARGUMENT);
        w->hosts[HOST_A].v6 = w->hosts[HOST_B].v6 = cmd->val == 6;
        return answer(CALL_OK);
    case CMD_ICMP: w->icmp_off = cmd->val == 0; return answer(CALL_OK);
    case CMD_HOPS:
        if (cmd->val > 255)
            return answer(CALL_BAD_ARGUMENT);
        w->hops = (uint8_t)cmd->val;
        return answer(CALL_OK);
    case CMD_FLOOD:
        if (cmd->host >= HOST_COUNT || cmd->key > 65535)
            return answer(CALL_BAD_ARGUMENT);
        w->flood = (Flood){.next = w->now,
                           .interval = max_u64(cmd->val, 1),
                           .sent = w->flood.sent,
                           .port = (uint16_t)cmd->key,
                           .target = cmd->host,
                           .on = cmd->val > 0};
        return answer(CALL_OK);
    case CMD_RULE:
        if (cmd->key >= RULE_COUNT || !(rule_info((RuleId)cmd->key)->flags & RULE_SWITCH))
            return answer(CALL_BAD_ARGUMENT);
        ruleset_put(&w->rules_off, (RuleId)cmd->key, cmd->val == 0);
        return answer(CALL_OK);
    default: return answer(CALL_BAD_ARGUMENT);
    }
}

CallResult world_apply(World *w, const Cmd *cmd, Bytes data, Sink *sink)
{
    if (cmd->op >= CMD_LISTEN && cmd->op <= CMD_ABORT)
        return apply_call(w, cmd, data, sink);
    if (cmd->op >= CMD_DELIVER && cmd->op <= CMD_CORRUPT)
        return apply_packet(w, cmd, data, sink);
    if (cmd->op == CMD_SET)
        return apply_set(w, cmd, sink);
    if (cmd->op == CMD_POWER)
        return apply_power(w, cmd, sink);
    if (cmd->op == CMD_INJECT)
        return cmd->host < HOST_COUNT ? link_inject(w, cmd->host, data, sink)
                                      : answer(CALL_BAD_ARGUMENT);
    if (cmd->op == CMD_SOCK)
        return sock_apply(w, cmd, data, sink);
    if (cmd->op == CMD_NONE || cmd->op >= CMD_OP_COUNT)
        return answer(CALL_BAD_ARGUMENT);
    CallResult r = apply_switch(w, cmd);
    if (r.status == CALL_OK)
        note_call(w, cmd, NULL, bytes_of(NULL, 0), sink);
    return r;
}
