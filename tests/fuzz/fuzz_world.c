/*
 * fuzz_world.c: arbitrary bytes become commands, injected segments and steps of a world.
 *
 * After every event all invariants hold (world_check, world_watch). At the end the network heals,
 * both applications become sinks, and the world must fall quiet within a bounded number of events:
 * whatever a learner or an attacker did, nothing goes on for ever and nothing trips a CHECK.
 *
 * The first byte chooses between two worlds:
 *   honest   the wire may lose, copy, delay, reorder and damage, the applications may do anything,
 *            the knobs may stand anywhere; but nobody forges, no rule is off, no power fails.
 *            Then every byte received is the byte sent (all streams are the same alphabet), and
 *            after healing everything sent has arrived at whoever is still there.
 *   any      everything a command can do. Only the invariants and the coming to rest are demanded.
 */
#include "core/base/wire_icmp.h"
#include "core/net/invariants.h"

#include <stdlib.h>
#include <string.h>

enum { STREAMS = 256 };

typedef struct Stage {
    World *w;
    Sink sink;
    uint32_t received[HOST_COUNT][STREAMS]; /* bytes of each connection's stream so far */
    bool honest;
    bool lied; /* somebody forged a segment */
    WorldWatch watch;
    WatchedConn watched[16];
    Note notes[4096];
    uint8_t bytes[1 << 17];
} Stage;

typedef struct Input {
    const uint8_t *at;
    size_t left;
} Input;

static uint32_t take(Input *in, unsigned n)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < n && in->left > 0; i++, in->at++, in->left--)
        v = v << 8 | *in->at;
    return v;
}

static const Shape shape = {
    .conns = 6, .packets = 24, .sent_cap = 8, .range_cap = 4, .ring_bytes = 4096, .mtu = 1500};

/* Compares what arrived with the alphabet that every stream is. */
static void drain(Stage *s)
{
    for (uint32_t i = 0; s->honest && i < s->sink.note_count; i++) {
        const Note *n = &s->notes[i];
        if (n->kind != NOTE_STREAM || n->conn >= STREAMS)
            continue;
        uint32_t *at = &s->received[n->host][n->conn];
        for (uint32_t j = 0; j < n->bytes_len; j++, ++*at)
            CHECK(s->bytes[n->bytes_at + j] == 'a' + *at % 26);
    }
    CHECK(s->sink.notes_lost == 0);
    s->sink.note_count = s->sink.byte_count = 0;
}

static void check(Stage *s)
{
    world_check(s->w);
    CHECK(world_watch(s->w, &s->watch) == INV_NONE);
}

static void apply(Stage *s, Cmd cmd, Bytes data)
{
    world_apply(s->w, &cmd, data, &s->sink);
    drain(s);
    check(s);
}

/* A segment aimed at a connection that exists, with numbers near the interesting ones. */
static bool inject(Stage *stage, Input *in)
{
    const World *w = stage->w;
    const Tcb *t = world_conn(w, (HostId)(take(in, 1) & 1), (uint16_t)(take(in, 1) % 5));
    if (!t)
        return false;
    static const uint8_t data[64] = {0};
    Seg s = {.src_addr = t->remote_addr ? t->remote_addr : w->hosts[host_peer(t->host)].addr,
             .dst_addr = t->local_addr,
             .src_port = t->remote_port ? t->remote_port : 7,
             .dst_port = t->local_port,
             .flags = (uint16_t)(take(in, 1) & 0x3f),
             .ttl = 64,
             .seq = seq_add(t->rcv.nxt, (uint32_t)(int8_t)take(in, 1) * 3),
             .ack = seq_add(t->snd.nxt, (uint32_t)(int8_t)take(in, 1)),
             .wnd = (uint16_t)take(in, 2),
             .len = (uint16_t)(take(in, 1) % 64)};
    uint8_t frame[256];
    size_t len = wire_encode(&s, bytes_of(data, s.len), frame, sizeof frame);
    apply(stage, (Cmd){.op = CMD_INJECT, .host = host_peer(t->host)}, bytes_of(frame, len));
    return true;
}

/* An ICMP message about a connection that exists, quoting a number near its window. */
static bool inject_icmp(Stage *stage, Input *in)
{
    const World *w = stage->w;
    const Tcb *t = world_conn(w, (HostId)(take(in, 1) & 1), (uint16_t)(take(in, 1) % 5));
    if (!t)
        return false;
    static const uint8_t types[] = {ICMP4_UNREACHABLE,       ICMP4_TIME_EXCEEDED,
                                    ICMP4_PARAMETER_PROBLEM, ICMP4_SOURCE_QUENCH,
                                    ICMP6_UNREACHABLE,       ICMP6_TOO_BIG};
    uint32_t kind = take(in, 1);
    Icmp m = {.src_addr = t->remote_addr,
              .dst_addr = t->local_addr,
              .v6 = tcb_v6(t),
              .type = types[kind % sizeof types],
              .code = (uint8_t)(kind / sizeof types % 8),
              .ttl = 64,
              .quoted = true,
              .quote = {.src_addr = t->local_addr,
                        .dst_addr = t->remote_addr,
                        .src_port = t->local_port,
                        .dst_port = t->remote_port,
                        .seq = seq_add(t->snd.una, (uint32_t)(int8_t)take(in, 1) * 64),
                        .len = (uint16_t)(take(in, 2) % 1500),
                        .v6 = tcb_v6(t)}};
    icmp_set_mtu(&m, take(in, 2));
    uint8_t frame[256];
    size_t len = icmp_encode(&m, bytes_of(NULL, 0), frame, sizeof frame);
    apply(stage, (Cmd){.op = CMD_INJECT, .host = host_peer(t->host)}, bytes_of(frame, len));
    return true;
}

static uint32_t some_row(const World *w, uint32_t pick)
{
    uint16_t n = w->shape.packets;
    for (uint32_t i = 0; i < n; i++) {
        const Packet *p = &world_packets(w)[1 + (pick + i) % n];
        if (p->place == PACKET_FLYING || p->place == PACKET_HELD)
            return p->row;
    }
    return 0;
}

/* A value that the knob may have: of a profile, an end of its range, or near it. */
static void turn_knob(Stage *s, Input *in)
{
    HostId host = (HostId)(take(in, 1) & 1);
    KnobId id = (KnobId)(take(in, 1) % KNOB_COUNT);
    const KnobInfo *info = knob_info(id);
    uint32_t pick = take(in, 1) % 8;
    if (id == KNOB_PORT_LOW || id == KNOB_PORT_HIGH)
        return; /* a port used twice at once would be a lie of its own */
    uint64_t value = pick < PROFILE_COUNT ? info->value[pick]
                     : pick == 4          ? info->min
                     : pick == 5          ? min_u64(info->max, 60 * NANOS_S)
                                          : info->min + take(in, 2) % (info->max - info->min + 1);
    if (id == KNOB_RCVBUF || id == KNOB_SNDBUF || id == KNOB_MSS)
        value = max_u64(value, 200); /* byte by byte it works too, but does not come to rest soon */
    apply(s, (Cmd){.op = CMD_SET, .host = host, .key = id, .val = value}, bytes_of(NULL, 0));
}

/* What an honest world may not do: forge, edit, fail in power, break rules, keep packets for ever
 * (older than MSL they are as good as forged), translate addresses. */
static bool is_honest(const Cmd *cmd)
{
    switch ((CmdOp)cmd->op) {
    case CMD_POWER:
    case CMD_PUPPET:
    case CMD_HOLD:
    case CMD_EDIT:
    case CMD_CORRUPT:
    case CMD_INJECT:
    case CMD_BOX:
    case CMD_RULE:
    case CMD_FLOOD: return false;
    case CMD_APP: /* these write what is not the alphabet where the stream stands */
        return cmd->key != APP_HTTP && cmd->key != APP_ECHO && cmd->key != APP_SOURCE;
    default: return true;
    }
}

static void command(Stage *s, Input *in)
{
    static const uint8_t data[200] = "abcdefghijklmnopqrstuvwxyz";
    Cmd cmd = {.op = (uint16_t)(take(in, 1) % CMD_OP_COUNT),
               .host = (uint8_t)(take(in, 1) % 2),
               .link = (uint8_t)(take(in, 1) % 4),
               .conn = (uint16_t)(take(in, 1) % 5),
               .len = take(in, 1),
               .key = take(in, 1),
               .val = take(in, 2)};
    if (cmd.op == CMD_SET) {
        turn_knob(s, in);
        return;
    }
    if (s->honest && !is_honest(&cmd))
        return;
    if (cmd.op == CMD_LISTEN || cmd.op == CMD_CONNECT) {
        cmd.key = 80 + cmd.key % 2;
        cmd.len = cmd.op == CMD_CONNECT && !s->honest ? 4000 + cmd.len % 2 : 0;
    }
    if (cmd.op >= CMD_DELIVER && cmd.op <= CMD_CORRUPT)
        cmd.key = some_row(s->w, cmd.key);
    if (cmd.op == CMD_IP)
        cmd.val = cmd.val & 1 ? 6 : 4;
    if (cmd.op == CMD_LINK && cmd.key % LINK_KEY_COUNT == LINK_MTU)
        cmd.val = 100 + cmd.val % 1500;
    if (cmd.op == CMD_FLOOD)
        cmd.val = cmd.val % 4 ? cmd.val * NANOS_MS : 0;
    uint32_t len = cmd.op == CMD_EDIT || cmd.op == CMD_INJECT ? take(in, 1) % 200 : 0;
    apply(s, cmd, bytes_of(data, len));
}

/* Every child that waits is handed to its application, which then reads. */
static void accept_all(Stage *s, HostId host)
{
    for (int i = 0; i < 16; i++)
        apply(s, (Cmd){.op = CMD_ACCEPT, .host = host}, bytes_of(NULL, 0));
}

static void heal(Stage *s)
{
    Bytes none = bytes_of(NULL, 0);
    for (uint8_t h = 0; h < HOST_COUNT; h++) {
        apply(s, (Cmd){.op = CMD_POWER, .host = h, .val = 1}, none);
        apply(s, (Cmd){.op = CMD_PUPPET, .host = h, .val = 0}, none);
        apply(s, (Cmd){.op = CMD_APP, .host = h, .key = APP_SINK}, none);
        apply(s, (Cmd){.op = CMD_FLOOD, .host = h}, none);
        apply(s, (Cmd){.op = CMD_SET, .host = h, .key = KNOB_AUTO_ACCEPT, .val = 1}, none);
        accept_all(s, h);
    }
    apply(s, (Cmd){.op = CMD_BOX, .key = BOX_NONE}, none);
    apply(s, (Cmd){.op = CMD_HOPS}, none);
    apply(s, (Cmd){.op = CMD_ICMP, .val = 1}, none);
    apply(s, (Cmd){.op = CMD_DISARM, .val = 1}, none);
    apply(s, (Cmd){.op = CMD_MEND, .link = 3}, none);
    for (uint32_t key = 0; key < LINK_KEY_COUNT; key++)
        apply(
            s,
            (Cmd){
                .op = CMD_LINK, .link = 3, .key = key, .val = key == LINK_RTT ? 100 * NANOS_MS : 0},
            none);
    for (uint32_t rule = 1; rule < RULE_COUNT; rule++)
        apply(s, (Cmd){.op = CMD_RULE, .key = rule, .val = 1}, none);
    apply(s, (Cmd){.op = CMD_HOLD, .val = 0}, none);
}

static void reboot(Stage *s)
{
    for (uint8_t h = 0; h < HOST_COUNT; h++) {
        apply(s, (Cmd){.op = CMD_POWER, .host = h, .val = 0}, bytes_of(NULL, 0));
        apply(s, (Cmd){.op = CMD_POWER, .host = h, .val = 1}, bytes_of(NULL, 0));
    }
}

static void take_move(Stage *s, Move m)
{
    world_take(s->w, m, &s->sink);
    drain(s);
    check(s);
}

static void step(Stage *s)
{
    Move m = world_next(s->w);
    if (m.kind != MOVE_NONE && m.at < s->w->now + 3600 * NANOS_S) /* not hours of keep-alive */
        take_move(s, m);
}

/* In an honest world: has everything that was sent arrived, or its sender given up? */
static bool all_arrived(const Stage *s)
{
    for (uint16_t i = 1; i <= s->w->shape.conns; i++) {
        const Tcb *t = &world_conns(s->w)[i];
        if (t->used && t->state >= ESTABLISHED && t->state != CLOSED && t->tx.len > 0)
            return false;
    }
    return true;
}

static void come_to_rest(Stage *s)
{
    for (uint32_t events = 0; !world_quiet(s->w) || (s->honest && !all_arrived(s)); events++) {
        if (s->lied && events == 3000)
            reboot(s);
        CHECK(events < 5000); /* it must come to rest */
        Move m = world_next(s->w);
        if (m.kind == MOVE_NONE)
            break;
        take_move(s, m);
    }
    CHECK(!s->honest || all_arrived(s));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input in = {data, size};
    Stage *s = calloc(1, sizeof *s);
    CHECK(s);
    s->sink =
        (Sink){.notes = s->notes, .note_cap = 4096, .bytes = s->bytes, .byte_cap = sizeof s->bytes};
    uint32_t first = take(&in, 1);
    s->honest = first & 1;
    s->w = world_init(malloc(world_size(&shape)), &shape, first);
    s->watch = (WorldWatch){.count = shape.conns + 1u, .conns = s->watched};
    while (in.left > 0) {
        uint32_t what = take(&in, 1);
        if (what < 100)
            step(s);
        else if (what < 180 || s->honest)
            command(s, &in);
        else if (what < 240)
            s->lied = inject(s, &in) || s->lied;
        else
            s->lied = inject_icmp(s, &in) || s->lied;
    }
    heal(s);
    come_to_rest(s);
    free(s->w);
    free(s);
    return 0;
}
