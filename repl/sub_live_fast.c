/*
 * sub_live_fast.c: `sandwire live --fast APP`: our TCP against the kernel's as fast as it goes.
 *
 * No session, no trace, no language: a bare world, its application on host B, and the TAP. A frame
 * that would arrive at host A is taken out of the world just before and handed to the kernel. What
 * is lost, late or twice is so by the world's own link, as everywhere.
 *
 *      tap -> CMD_INJECT -> link -> B's TCP and application -> link -> delivery to A -> tap
 *
 * With --offload the TAP is a network card that segments and sums: what the kernel sends comes in
 * pieces of up to 64 KiB, and what we send is joined to such pieces again (offload.h).
 */
#define _GNU_SOURCE
#include "repl/sub_live.h"

#include "core/live/offload.h"
#include "core/live/responder.h"
#include "repl/lang.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MAX = 2048, BURST = 64, FEW_CONNS = 64, LINGER_MS = 500 };

typedef struct Fast {
    const Program *p;
    const LiveOptions *options;
    Tap tap;
    World *world;
    Nanos start;
    uint64_t in, out, in_bytes, out_bytes;
    uint64_t lost; /* frames that the TAP did not take */
    Gather gather;
    Responder responder; /* with `--fast trivial` instead of the world */
    uint8_t frame[OFFLOAD_FRAME_MAX];
} Fast;

static void command(Fast *f, Cmd cmd)
{
    world_apply(f->world, &cmd, bytes_of(NULL, 0), NULL);
}

/* Kept small where there are few connections: a world is looked through for its next timer. */
static Shape shape_of(const LiveOptions *o)
{
    bool few = o->conns <= FEW_CONNS;
    return (Shape){.conns = o->conns,
                   .packets = few ? 4096 : 16384,
                   .sent_cap = few ? 2048 : 64,
                   .range_cap = few ? 256 : 16,
                   .ring_bytes = few ? 1u << 19 : 1u << 15,
                   .mtu = o->offload ? UINT16_MAX : 1500};
}

static bool make_world(Fast *f)
{
    const LiveOptions *o = f->options;
    Shape shape = shape_of(o);
    size_t size = world_size(&shape);
    void *pages = size ? mmap(NULL, size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                       : MAP_FAILED;
    if (pages == MAP_FAILED)
        return false;
    f->world = world_init_zeroed(pages, &shape, f->p->seed);
    Profile profile = f->p->profile_given ? f->p->profile : PROFILE_LINUX;
    command(f, (Cmd){.op = CMD_PROFILE, .host = HOST_NONE, .val = profile});
    command(f, (Cmd){.op = CMD_PUPPET, .host = HOST_A, .val = 1});
    command(f, (Cmd){.op = CMD_LINK, .link = 3, .key = LINK_RTT, .val = o->rtt});
    command(f, (Cmd){.op = CMD_LINK, .link = 3, .key = LINK_LOSS, .val = o->loss_ppm});
    for (HostId h = HOST_A; h < HOST_COUNT; h++) {
        command(f, (Cmd){.op = CMD_SET, .host = h, .key = KNOB_RCVBUF, .val = shape.ring_bytes});
        command(f, (Cmd){.op = CMD_SET, .host = h, .key = KNOB_SNDBUF, .val = shape.ring_bytes});
    }
    static const uint16_t ports[] = {7, 9, 80, 5001};
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
        command(f, (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = ports[i], .len = 1024});
    command(f, (Cmd){.op = CMD_APP, .host = HOST_B, .key = o->app, .val = o->amount});
    return true;
}

/* What was joined is written now. */
static void flush(Fast *f)
{
    Bytes all = gather_take(&f->gather);
    if (all.len > 0 && write(f->tap.fd, all.data, all.len) < 0)
        f->lost++;
}

static void send_frame(Fast *f, Bytes frame)
{
    if (!f->tap.offload) {
        if (write(f->tap.fd, frame.data, frame.len) < 0)
            f->lost++;
        return;
    }
    if (gather_add(&f->gather, frame))
        return;
    flush(f);
    gather_add(&f->gather, frame);
}

static void send_packet(Fast *f, Bytes packet)
{
    uint8_t frame[ANSWER_MAX];
    size_t len = ether_wrap(&f->tap.us, &f->tap.kernel, packet, frame, sizeof frame);
    if (len == 0)
        return;
    send_frame(f, bytes_of(frame, len));
    f->out++;
    f->out_bytes += packet.len;
}

/* A packet of the kernel's goes to whoever plays the other end. */
static void from_kernel(Fast *f, Bytes packet)
{
    uint8_t out[1500];
    f->in++;
    f->in_bytes += packet.len;
    if (!f->options->trivial) {
        world_apply(f->world, &(Cmd){.op = CMD_INJECT, .host = HOST_A}, packet, NULL);
        return;
    }
    responder_take(&f->responder, packet);
    for (Bytes answer; (answer = responder_next(&f->responder, out)).len > 0;)
        send_packet(f, answer);
}

/* Everything that is due by now. */
static void run_due(Fast *f)
{
    Nanos wall = tap_clock() - f->start;
    for (;;) {
        Move m = world_next(f->world);
        if (m.kind == MOVE_NONE || m.at > wall)
            break;
        if (m.kind == MOVE_DELIVER && world_packets(f->world)[m.pkt.v].from == HOST_B)
            send_packet(f, world_frame(f->world, m.pkt));
        world_take(f->world, m, NULL);
    }
    flush(f);
    if (wall > f->world->now)
        world_wait(f->world, wall);
}

/* False: nothing more lies in the device. */
static bool read_one(Fast *f)
{
    uint8_t answer[ANSWER_MAX];
    size_t len;
    ssize_t n = read(f->tap.fd, f->frame, sizeof f->frame);
    if (n <= 0)
        return false;
    Bytes packet, frame = bytes_of(f->frame, (size_t)n);
    if (f->tap.offload && !offload_take(f->frame, (size_t)n, &frame))
        return true;
    switch (ether_take(&f->tap.us, frame, &packet, answer, sizeof answer, &len)) {
    case ETHER_PACKET: from_kernel(f, packet); break;
    case ETHER_ANSWER: send_frame(f, bytes_of(answer, len)); break;
    default: break;
    }
    return true;
}

static void turn(Fast *f)
{
    Move next = world_next(f->world);
    Nanos wall = tap_clock() - f->start;
    int ms = 50;
    if (next.kind != MOVE_NONE && next.at < wall + 50 * NANOS_MS)
        ms = next.at <= wall ? 0 : (int)((next.at - wall) / NANOS_MS);
    struct pollfd in = {.fd = f->tap.fd, .events = POLLIN};
    poll(&in, 1, ms);
    run_due(f); /* so that what comes in now comes at the time it is now */
    for (int i = 0; i < BURST && read_one(f); i++)
        ;
    run_due(f);
}

int live_fast(const Program *p, const LiveOptions *o, const Tap *tap, char **argv)
{
    static Fast f; /* too large for the stack */
    f = (Fast){.p = p, .options = o, .tap = *tap, .start = tap_clock()};
    if (!make_world(&f))
        return sub_complain("live", "%s", TELL(p, "no memory", "内存不足"));
    pid_t child = tap_spawn(argv);
    if (child < 0)
        return sub_complain("live", "%s: %s", argv[0], strerror(errno));
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        for (int i = 0; i < 16; i++)
            turn(&f);
        if (sub_interrupted)
            kill(child, SIGTERM);
    }
    Nanos seconds = tap_clock() - f.start;
    for (Nanos end = tap_clock() + LINGER_MS * NANOS_MS;
         tap_clock() < end && !world_quiet(f.world);)
        turn(&f);
    if (p->ladder)
        printf(TELL(p,
                    "the kernel sent %" PRIu64 " segments (%.2f Gbit/s), we sent %" PRIu64
                    " (%.2f Gbit/s), in %.1f s\n",
                    "内核发出 %" PRIu64 " 个报文段（%.2f Gbit/s），我们发出 %" PRIu64
                    " 个（%.2f Gbit/s），历时 %.1f 秒\n"),
               f.in, (double)f.in_bytes * 8 / (double)seconds, f.out,
               (double)f.out_bytes * 8 / (double)seconds, (double)seconds / 1e9);
    munmap(f.world, (size_t)f.world->size);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool live_fast_app(LiveOptions *o, const char *text)
{
    size_t len = strcspn(text, "=");
    o->app = app_of_name(text, len);
    o->fast = true;
    o->trivial = strcmp(text, "trivial") == 0;
    if (o->trivial)
        return true;
    return o->app < APP_KIND_COUNT &&
           (text[len] == '\0' ||
            quantity_parse(text + len + 1, strlen(text + len + 1), QUANTITY_BYTES, &o->amount));
}
