/*
 * compare_core.c: our own TCP as a subject of a comparison (compare.h).
 *
 * A world as scripts have it: host A is under test, host B is the puppet, the wire between them
 * takes no time. Virtual time goes on by a millisecond with each step, and to the delayed
 * acknowledgment or the timer that the step waits for.
 */
#include "core/lab/compare.h"

#include "core/net/world.h"
#include "core/tcp/cc.h"
#include "core/tcp/knob.h"

#include <stdlib.h>
#include <string.h>

enum {
    NOTES = 4096,
    NOTE_BYTES = 1 << 20,
    RING = 1 << 19,
    EVENTS_MAX = 20000 /* of one step, so that nothing goes on for ever */
};

static const Nanos STEP_TAKES = NANOS_MS, SOON = 250 * NANOS_MS, PATIENCE = 5 * NANOS_S;

typedef struct Core {
    Subject subject;
    World *w;
    Sink sink;
} Core;

/* ---- time ---- */

static uint32_t hand_over(Core *c, Player *p)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->sink.note_count; i++) {
        const Note *note = &c->sink.notes[i];
        if (note->kind != NOTE_SENT || note->host != HOST_A || note->bytes_len == 0)
            continue;
        player_frame(p, bytes_of(c->sink.bytes + note->bytes_at, note->bytes_len), note->at);
        n++;
    }
    c->sink.note_count = c->sink.byte_count = 0;
    return n;
}

/* Does the step wait for this? Timers that answer soon belong to what was just done. */
static bool belongs(const Move *m, const Step *s, Nanos start, uint32_t sent)
{
    bool soon = m->kind == MOVE_TIMER &&
                (m->timer == TIMER_DELACK || m->timer == TIMER_RACK || m->timer == TIMER_PACING);
    switch (s->settle) {
    case SETTLE_NOT: return m->kind == MOVE_DELIVER && m->at <= start;
    case SETTLE_TIME: return m->at < start + s->wait;
    case SETTLE_TIMER:
        if (sent == 0)
            return m->at <= start + PATIENCE;
        break;
    default: break;
    }
    return m->at <= start + STEP_TAKES || (soon && m->at <= start + SOON);
}

static void settle(Subject *subject, const Step *s, uint32_t expect, Nanos late, Player *p)
{
    Core *c = (Core *)subject;
    Nanos start = c->w->now;
    uint32_t sent = hand_over(c, p);
    (void)expect, (void)late;
    sent = 0; /* what a timer sends counts */
    for (uint32_t i = 0; i < EVENTS_MAX; i++) {
        Move m = world_next(c->w);
        if (m.kind == MOVE_NONE || !belongs(&m, s, sent ? c->w->now : start, sent))
            break;
        bool timer = m.kind == MOVE_TIMER;
        world_take(c->w, m, &c->sink);
        uint32_t n = hand_over(c, p);
        sent += timer ? n : 0;
    }
    Nanos until = start + (s->settle == SETTLE_TIME ? s->wait : STEP_TAKES);
    Nanos next = world_next(c->w).at;
    bool free = world_next(c->w).kind == MOVE_NONE || next > until;
    if (s->settle != SETTLE_NOT && c->w->now < until && free)
        world_wait(c->w, until);
}

static Nanos core_now(const Subject *subject)
{
    return ((const Core *)subject)->w->now;
}

static void inject(Subject *subject, Bytes frame)
{
    Core *c = (Core *)subject;
    Cmd cmd = {.op = CMD_INJECT, .host = HOST_B};
    world_apply(c->w, &cmd, frame, &c->sink);
}

/* ---- calls ---- */

static SockCmd set_option(const Step *s, int fd, uint8_t linger[8])
{
    int level = (int)(s->len >> 16), option = (int)(s->len & 0xffff);
    if (level != SW_SOL_SOCKET || option != SW_SO_LINGER)
        return sock_setsockopt_int(HOST_A, fd, level, option, s->value);
    memset(linger, 0, 8);
    linger[0] = (uint8_t)s->value;
    for (unsigned i = 0; i < 4; i++)
        linger[4 + i] = (uint8_t)((uint32_t)s->value2 >> (8 * i));
    return sock_setsockopt(HOST_A, fd, level, option, bytes_of(linger, 8));
}

static SockCmd command(const Core *c, const Step *s, int fd, Bytes data, uint8_t linger[8])
{
    switch (s->call) {
    case SOCK_CALL_SOCKET:
        return sock_socket(HOST_A, SW_AF_INET, SW_SOCK_STREAM | SW_SOCK_NONBLOCK, SW_IPPROTO_TCP);
    case SOCK_CALL_BIND: return sock_bind(HOST_A, fd, 0, s->port);
    case SOCK_CALL_LISTEN: return sock_listen(HOST_A, fd, (int)s->len);
    case SOCK_CALL_CONNECT:
        return sock_connect(HOST_A, fd, c->subject.peer_addr,
                            (uint16_t)(c->subject.port_base + s->flow));
    case SOCK_CALL_ACCEPT: return sock_accept(HOST_A, fd, SW_SOCK_NONBLOCK);
    case SOCK_CALL_SEND: return sock_send(HOST_A, fd, data, s->value | SW_MSG_NOSIGNAL);
    case SOCK_CALL_SHUTDOWN: return sock_shutdown(HOST_A, fd, s->value);
    case SOCK_CALL_SETSOCKOPT: return set_option(s, fd, linger);
    case SOCK_CALL_IOCTL: return sock_ioctl(HOST_A, fd, s->len, 0);
    default: return sock_close(HOST_A, fd);
    }
}

static CallDone core_call(Subject *subject, const Step *s, int fd, Bytes data, uint8_t *out)
{
    Core *c = (Core *)subject;
    SockResult r;
    uint8_t linger[8];
    int32_t value = 0;
    if (s->call == CALL_POLL)
        return (CallDone){.value = sock_poll(c->w, HOST_A, fd)};
    if (s->call == SOCK_CALL_RECV) {
        r = sock_read(c->w, HOST_A, fd, out, s->len, s->value, &c->sink);
    } else if (s->call == SOCK_CALL_GETSOCKOPT) {
        r = sock_getsockopt_int(c->w, HOST_A, fd, (int)(s->len >> 16), (int)(s->len & 0xffff),
                                &value, &c->sink);
        r.value = r.value < 0 ? r.value : value;
    } else {
        r = sock_do(c->w, command(c, s, fd, data, linger), &c->sink);
    }
    return (CallDone){.value = r.value, .error = r.value < 0 ? r.error : 0};
}

static TcpState core_state(Subject *subject, uint16_t own_port, uint16_t peer_port)
{
    const Core *c = (const Core *)subject;
    for (uint16_t i = 1; i <= c->w->shape.conns; i++) {
        const Tcb *t = &world_conns(c->w)[i];
        if (t->used && t->host == HOST_A && t->state != LISTEN && t->local_port == own_port &&
            t->remote_port == peer_port)
            return t->state;
    }
    return CLOSED;
}

/* A world is thrown away with all that is in it. */
static void core_end(Subject *subject, const int *fds, uint32_t count)
{
    (void)subject, (void)fds, (void)count;
}

/* ---- making ---- */

static void apply(Core *c, Cmd cmd)
{
    world_apply(c->w, &cmd, bytes_of(NULL, 0), &c->sink);
    c->sink.note_count = c->sink.byte_count = 0;
}

static void prepare(Core *c, Profile profile, const Scenario *settings)
{
    apply(c, (Cmd){.op = CMD_PROFILE, .host = HOST_NONE, .val = profile});
    apply(c, (Cmd){.op = CMD_LINK, .link = 3, .key = LINK_RTT, .val = 0});
    apply(c, (Cmd){.op = CMD_PUPPET, .host = HOST_B, .val = 1});
    apply(c, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_CC, .val = CC_RENO});
    apply(c, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_SNDBUF, .val = RING});
    /* The device behind which the kernel is played with takes one segment at a time. */
    apply(c, (Cmd){.op = CMD_SET, .host = HOST_A, .key = KNOB_BURST_PSH, .val = 0});
    for (uint32_t i = 0; settings && i < settings->setting_count; i++) {
        const CompareSetting *s = &settings->setting[i];
        if (s->has_knob)
            apply(c, (Cmd){.op = CMD_SET, .host = HOST_A, .key = s->knob, .val = s->value});
    }
}

Subject *compare_core_new(Profile profile, const Scenario *settings)
{
    static const Shape shape = {.conns = 24,
                                .packets = 400,
                                .sent_cap = 1024,
                                .range_cap = 64,
                                .ring_bytes = RING,
                                .mtu = 1500,
                                .socks = 32,
                                .frame_room = 65535};
    Core *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    size_t size = world_size(&shape);
    c->sink = (Sink){.notes = malloc(NOTES * sizeof(Note)),
                     .note_cap = NOTES,
                     .bytes = malloc(NOTE_BYTES),
                     .byte_cap = NOTE_BYTES};
    void *mem = calloc(1, size);
    c->w = mem ? world_init_zeroed(mem, &shape, 1) : NULL;
    if (!c->w || !c->sink.notes || !c->sink.bytes) {
        free(mem);
        c->w = NULL;
        compare_core_free(&c->subject);
        return NULL;
    }
    prepare(c, profile, settings);
    c->subject = (Subject){.name = "sandwire",
                           .addr = c->w->hosts[HOST_A].addr,
                           .peer_addr = c->w->hosts[HOST_B].addr,
                           .listen_port = 8080,
                           .port_base = 40000,
                           .call = core_call,
                           .inject = inject,
                           .settle = settle,
                           .now = core_now,
                           .state = core_state,
                           .end = core_end};
    return &c->subject;
}

void compare_core_free(Subject *subject)
{
    Core *c = (Core *)subject;
    if (!c)
        return;
    free(c->w);
    free(c->sink.notes);
    free(c->sink.bytes);
    free(c);
}
