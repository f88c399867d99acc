/*
 * fuzz_world.c: arbitrary bytes become commands, injected segments and steps of a world.
 *
 * After every step all invariants hold (world_check). At the end the network heals, both
 * applications become sinks, and the world must fall quiet within a bounded number of events:
 * whatever a learner or an attacker did, nothing goes on for ever and nothing trips a CHECK.
 */
#include "core/net/world.h"

#include <stdlib.h>
#include <string.h>

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

/* A segment aimed at a connection that exists, with numbers near the interesting ones. */
static bool inject(World *w, Input *in)
{
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
    Cmd cmd = {.op = CMD_INJECT, .host = host_peer(t->host)};
    world_apply(w, &cmd, bytes_of(frame, len), NULL);
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

static void command(World *w, Input *in)
{
    static const uint8_t data[200] = "abcdefghijklmnopqrstuvwxyz";
    Cmd cmd = {.op = (uint16_t)(take(in, 1) % CMD_OP_COUNT),
               .host = (uint8_t)(take(in, 1) % 2),
               .link = (uint8_t)(take(in, 1) % 4),
               .conn = (uint16_t)(take(in, 1) % 5),
               .len = take(in, 1),
               .key = take(in, 1),
               .val = take(in, 2)};
    if (cmd.op == CMD_LISTEN || cmd.op == CMD_CONNECT)
        cmd.key = 80 + cmd.key % 2, cmd.len = cmd.op == CMD_CONNECT ? 4000 + cmd.len % 2 : 0;
    if (cmd.op >= CMD_DELIVER && cmd.op <= CMD_CORRUPT)
        cmd.key = some_row(w, cmd.key);
    if (cmd.op == CMD_SET || cmd.op == CMD_FLOOD)
        return;
    uint32_t len =
        cmd.op == CMD_SEND || cmd.op == CMD_EDIT || cmd.op == CMD_INJECT ? take(in, 1) % 200 : 0;
    world_apply(w, &cmd, bytes_of(data, len), NULL);
}

static void heal(World *w)
{
    for (uint8_t h = 0; h < HOST_COUNT; h++) {
        world_apply(w, &(Cmd){.op = CMD_POWER, .host = h, .val = 1}, bytes_of(NULL, 0), NULL);
        world_apply(w, &(Cmd){.op = CMD_PUPPET, .host = h, .val = 0}, bytes_of(NULL, 0), NULL);
        world_apply(w, &(Cmd){.op = CMD_APP, .host = h, .key = APP_SINK}, bytes_of(NULL, 0), NULL);
    }
    world_apply(w, &(Cmd){.op = CMD_BOX, .key = BOX_NONE}, bytes_of(NULL, 0), NULL);
    world_apply(w, &(Cmd){.op = CMD_HOPS}, bytes_of(NULL, 0), NULL);
    world_apply(w, &(Cmd){.op = CMD_DISARM, .val = 1}, bytes_of(NULL, 0), NULL);
    world_apply(w, &(Cmd){.op = CMD_MEND, .link = 3}, bytes_of(NULL, 0), NULL);
    for (uint32_t key = 0; key < LINK_KEY_COUNT; key++)
        world_apply(
            w,
            &(Cmd){
                .op = CMD_LINK, .link = 3, .key = key, .val = key == LINK_RTT ? 100 * NANOS_MS : 0},
            bytes_of(NULL, 0), NULL);
    for (uint32_t rule = 1; rule < RULE_COUNT; rule++)
        world_apply(w, &(Cmd){.op = CMD_RULE, .key = rule, .val = 1}, bytes_of(NULL, 0), NULL);
    world_apply(w, &(Cmd){.op = CMD_HOLD, .val = 0}, bytes_of(NULL, 0), NULL);
}

static void reboot(World *w)
{
    for (uint8_t h = 0; h < HOST_COUNT; h++) {
        world_apply(w, &(Cmd){.op = CMD_POWER, .host = h, .val = 0}, bytes_of(NULL, 0), NULL);
        world_apply(w, &(Cmd){.op = CMD_POWER, .host = h, .val = 1}, bytes_of(NULL, 0), NULL);
    }
}

static void step(World *w)
{
    Move m = world_next(w);
    if (m.kind != MOVE_NONE && m.at < w->now + 3600 * NANOS_S) /* not through hours of keep-alive */
        world_take(w, m, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input in = {data, size};
    World *w = world_init(malloc(world_size(&shape)), &shape, take(&in, 1));
    bool lied = false;
    while (in.left > 0) {
        uint32_t what = take(&in, 1);
        if (what < 100)
            step(w);
        else if (what < 180)
            command(w, &in);
        else
            lied = inject(w, &in) || lied;
        world_check(w);
    }
    heal(w);
    uint32_t events = 0;
    while (!world_quiet(w)) {
        if (lied && events == 3000)
            reboot(w);
        CHECK(events++ < 5000); /* it must come to rest */
        if (world_quiet(w))
            break;
        CHECK(world_step(w, NULL));
        world_check(w);
    }
    free(w);
    return 0;
}
