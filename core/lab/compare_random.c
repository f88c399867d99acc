/*
 * compare_random.c: scenarios by chance: every seed is one (compare.h).
 *
 * A seed decides who opens and with which options; then come acts, drawn from a table of weights:
 * text in order, beyond a hole, twice; acknowledgments whole, partial, repeated, with SACK, of what
 * was never sent; windows that shrink and close; resets and SYNs at right and wrong places; what a
 * program may call, in any order; the silence in which a timer fires. At the end both sides close
 * and the program reads what is left. The puppet only lies where an act says so: else it behaves as
 * a TCP that has received what it acknowledges.
 */
#include "core/lab/compare.h"

#include "core/base/rng.h"
#include "core/tcp/knob.h"

#include <stdio.h>
#include <string.h>

enum { STREAM = 0x40, ACTS_LEAST = 4, ACTS_MORE = 22, DRAIN = 6, LISTENER = 3, CHILD = 4 };

/* How far the play is. */
enum { STAGE_SOCKET, STAGE_OPEN, STAGE_ANSWER, STAGE_THIRD, STAGE_ACCEPT, STAGE_ACTS, STAGE_END };

static uint32_t below(RandomPlay *r, uint32_t bound)
{
    return (uint32_t)rng_below(r->seed, STREAM, r->draws++, bound);
}

static bool chance(RandomPlay *r, uint32_t percent)
{
    return below(r, 100) < percent;
}

/* ---- before the first step ---- */

static void set(Scenario *s, const char *sysctl, KnobId knob, uint64_t value)
{
    if (s->setting_count == COMPARE_SETTINGS_MAX)
        return;
    CompareSetting *x = &s->setting[s->setting_count++];
    snprintf(x->sysctl, sizeof x->sysctl, "%s", sysctl);
    snprintf(x->text, sizeof x->text, "%u", (unsigned)value);
    x->value = value;
    x->knob = (uint16_t)knob;
    x->has_knob = 1;
}

void compare_random_begin(RandomPlay *r, Scenario *s, uint64_t seed)
{
    static const uint16_t sizes[] = {1460, 1460, 1000, 536, 700};
    *r = (RandomPlay){.seed = seed, .fd = -1, .next = 1, .ts = 1000};
    memset(s, 0, sizeof *s);
    snprintf(s->name, sizeof s->name, "seed %llu", (unsigned long long)seed);
    s->puppet_iss = chance(r, 30) ? UINT32_MAX - below(r, 3000) : below(r, UINT32_MAX);
    r->active = chance(r, 35);
    r->mss = sizes[below(r, 5)];
    r->sack = chance(r, 75);
    r->scaling = chance(r, 60);
    r->timestamps = chance(r, 50);
    r->window = r->scaling ? 200 + below(r, 400) : 3000 + below(r, 60000);
    r->left = ACTS_LEAST + below(r, ACTS_MORE);
    if (chance(r, 15))
        set(s, "net.ipv4.tcp_timestamps", KNOB_TIMESTAMPS, 0);
    if (chance(r, 15))
        set(s, "net.ipv4.tcp_sack", KNOB_SACK, 0);
    if (chance(r, 15))
        set(s, "net.ipv4.tcp_window_scaling", KNOB_WINDOW_SCALING, 0);
    /* Time on the wall must not matter unless a step waits for a timer. */
    set(s, "net.ipv4.tcp_rto_min_us", KNOB_RTO_MIN, 1000000);
    s->setting[s->setting_count - 1].value = NANOS_S;
    /* A tail probe comes two round trips after the last segment: on the wall, at any moment. */
    set(s, "net.ipv4.tcp_early_retrans", KNOB_TLP, 0);
}

/* ---- segments ---- */

/* What the subject has agreed to: its SYN tells. */
static bool agreed(const Lane *so_far, uint16_t option)
{
    for (uint32_t i = 0; i < so_far->count; i++) {
        const LaneEvent *e = &so_far->event[i];
        if (e->what == DID_SEND && e->seg.flags & SEG_SYN)
            return e->seg.opts & option;
    }
    return false;
}

static Seg *segment(RandomPlay *r, Scenario *s, uint16_t flags, const Lane *so_far)
{
    Step *step = scenario_add(s, STEP_SEGMENT, SETTLE_QUICK);
    if (!step)
        return NULL;
    r->ts += 1 + below(r, 3);
    step->honest = true;
    step->seg = (Seg){.flags = flags,
                      .seq = seq_of(r->next),
                      .ack = seq_of(r->acked),
                      .wnd = (uint16_t)r->window};
    if (r->timestamps && !(flags & SEG_SYN) && agreed(so_far, SEG_OPT_TIMESTAMP)) {
        step->seg.opts |= SEG_OPT_TIMESTAMP;
        step->seg.ts_val = r->ts;
        step->seg.ts_ecr = COMPARE_ECHO;
    }
    return &step->seg;
}

static bool syn(RandomPlay *r, Scenario *s, uint16_t flags, const Lane *so_far)
{
    Seg *seg = segment(r, s, flags, so_far);
    bool answers = flags & SEG_ACK;
    if (!seg)
        return false;
    seg->seq = seq_of(0);
    seg->wnd = (uint16_t)(3000 + below(r, 60000));
    seg->opts = SEG_OPT_MSS;
    seg->mss = r->mss;
    if (r->sack && (!answers || agreed(so_far, SEG_OPT_SACK_OK)))
        seg->opts |= SEG_OPT_SACK_OK;
    if (r->scaling && (!answers || agreed(so_far, SEG_OPT_WSCALE))) {
        seg->opts |= SEG_OPT_WSCALE;
        seg->wscale = (uint8_t)(5 + below(r, 4));
    }
    if (r->timestamps && (!answers || agreed(so_far, SEG_OPT_TIMESTAMP))) {
        seg->opts |= SEG_OPT_TIMESTAMP;
        seg->ts_val = r->ts;
        seg->ts_ecr = answers ? COMPARE_ECHO : 0;
    }
    return true;
}

/* Without scaling the raw window is the window. */
static void settle_window(RandomPlay *r, const Lane *so_far)
{
    if (r->scaling && !agreed(so_far, SEG_OPT_WSCALE))
        r->window = 3000 + below(r, 60000);
}

/* ---- acts of the puppet ---- */

typedef struct Scene {
    RandomPlay *r;
    Scenario *s;
    const PlayFlow *flow;
    const Lane *so_far;
} Scene;

static Seg *plain(Scene *c, uint16_t flags)
{
    return segment(c->r, c->s, flags | SEG_ACK, c->so_far);
}

/* The puppet's text must not go beyond the window it was offered, unless an act lies. */
static uint32_t room(const Scene *c)
{
    uint32_t left = c->flow->edge - c->r->next;
    return (int32_t)left > 0 ? left : 0;
}

static uint32_t text_size(Scene *c, uint32_t from)
{
    uint32_t left = c->flow->edge - from, n = 1 + below(c->r, c->r->mss);
    if (chance(c->r, 30))
        n = c->r->mss;
    if ((int32_t)left <= 0)
        return 0;
    return min_u32(min_u32(n, 1400), left);
}

static void act_text(Scene *c)
{
    uint32_t n = text_size(c, c->r->next);
    if (c->r->fin || n == 0)
        return;
    if (c->r->ahead != c->r->ahead_end) /* fills the hole, or a part of it */
        n = min_u32(n, c->r->ahead - c->r->next);
    Seg *seg = plain(c, chance(c->r, 50) ? SEG_PSH : 0);
    if (!seg)
        return;
    seg->len = (uint16_t)n;
    c->r->next += n;
    if (c->r->ahead != c->r->ahead_end && c->r->next == c->r->ahead) {
        c->r->next = c->r->ahead_end;
        c->r->ahead = c->r->ahead_end;
    }
}

/* Several that arrive together. */
static void act_burst(Scene *c)
{
    uint32_t n = 2 + below(c->r, 4), last = c->s->count;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t before = c->s->count;
        act_text(c);
        if (c->s->count > before && before > last)
            c->s->step[before - 1].settle = SETTLE_NOT;
        last = min_u32(last, before);
    }
}

static void act_ahead(Scene *c)
{
    RandomPlay *r = c->r;
    uint32_t from = r->ahead != r->ahead_end ? r->ahead_end : r->next + 1 + below(r, 1000);
    uint32_t n = text_size(c, from);
    if (r->fin || n == 0)
        return;
    Seg *seg = plain(c, 0);
    if (!seg)
        return;
    seg->seq = seq_of(from);
    seg->len = (uint16_t)n;
    if (r->ahead == r->ahead_end)
        r->ahead = from;
    r->ahead_end = from + n;
}

/* Text that was there already, or overlaps what is new. */
static void act_again(Scene *c)
{
    RandomPlay *r = c->r;
    if (r->next <= 1 || r->fin)
        return;
    uint32_t back = 1 + below(r, min_u32(r->next - 1, 1000));
    Seg *seg = plain(c, 0);
    if (!seg)
        return;
    seg->seq = seq_of(r->next - back);
    seg->len = (uint16_t)(1 + below(r, min_u32(back, 1400)));
}

static uint32_t unacked(const Scene *c)
{
    return c->flow->next - c->r->acked;
}

static void act_ack(Scene *c)
{
    RandomPlay *r = c->r;
    r->acked = c->flow->next;
    r->hole_sack = 0;
    plain(c, 0);
}

/* Up to the end of a segment, as a receiver acknowledges. */
static void act_partial(Scene *c)
{
    RandomPlay *r = c->r;
    uint32_t n = unacked(c), to = 0;
    if (n < 2 || r->hole_sack)
        return;
    uint32_t limit = r->acked + 1 + below(r, n - 1);
    for (uint32_t i = 0; i < c->so_far->count; i++) {
        const LaneEvent *e = &c->so_far->event[i];
        uint32_t end = e->seg.seq.v + seg_len(&e->seg);
        bool fits = (int32_t)(end - r->acked) > 0 && (int32_t)(end - limit) <= 0;
        if (e->what == DID_SEND && fits && (!to || (int32_t)(end - to) > 0))
            to = end;
    }
    if (!to)
        return;
    r->acked = to;
    plain(c, 0);
}

/* Where the first segment that begins at `from` or later ends, as the subject first sent it; 0:
 * there is none. */
static uint32_t end_of_segment(const Scene *c, uint32_t from)
{
    for (uint32_t i = 0; i < c->so_far->count; i++) {
        const LaneEvent *e = &c->so_far->event[i];
        if (e->what == DID_SEND && e->seg.len > 0 && e->seg.seq.v == from)
            return from + e->seg.len;
    }
    return 0;
}

/* Duplicate acknowledgments: the first segment is missing and later ones come in, whole. They
 * arrive together, or RACK's timer would have its say between them. */
static void act_duplicates(Scene *c)
{
    RandomPlay *r = c->r;
    uint32_t times = chance(r, 75) ? 3 + below(r, 2) : 1 + below(r, 2);
    bool sack = r->sack && agreed(c->so_far, SEG_OPT_SACK_OK);
    uint32_t from = end_of_segment(c, r->acked), to = from;
    if (unacked(c) < 3 * (uint32_t)r->mss || !from)
        return;
    r->hole_sack = from;
    for (uint32_t i = 0; i < times; i++) {
        uint32_t next = end_of_segment(c, to);
        Seg *seg = next || !sack ? plain(c, 0) : NULL;
        if (!seg)
            return;
        if (i + 1 < times && (!sack || end_of_segment(c, next)))
            c->s->step[c->s->count - 1].settle = SETTLE_NOT;
        if (!sack)
            continue;
        to = next;
        seg->opts |= SEG_OPT_SACK;
        seg->sack_count = 1;
        seg->sack[0] = (SeqRange){seq_of(from), seq_of(to)};
    }
}

static void act_window(Scene *c)
{
    RandomPlay *r = c->r;
    r->window = chance(r, 40) ? 0 : r->window ? 1 + below(r, 2 * r->window) : 300 + below(r, 3000);
    r->window = min_u32(r->window, 65535);
    plain(c, 0);
}

static void act_fin(Scene *c)
{
    RandomPlay *r = c->r;
    uint32_t n = chance(r, 40) ? text_size(c, r->next) : 0;
    if (r->fin || r->ahead != r->ahead_end || room(c) <= n)
        return;
    Seg *seg = plain(c, SEG_FIN);
    if (!seg)
        return;
    seg->len = (uint16_t)n;
    r->next += n + 1;
    r->fin = true;
}

static void act_fin_again(Scene *c)
{
    Seg *seg = c->r->fin ? plain(c, SEG_FIN) : NULL;
    if (seg)
        seg->seq = seq_of(c->r->next - 1);
}

static void act_reset(Scene *c)
{
    RandomPlay *r = c->r;
    static const int32_t off[] = {0, 0, 1, 100, -1, 20000000};
    Seg *seg = segment(r, c->s, chance(r, 50) ? SEG_RST : SEG_RST | SEG_ACK, c->so_far);
    int32_t by = off[below(r, 6)];
    if (!seg)
        return;
    seg->seq = seq_of(c->flow->heard + (uint32_t)by);
    r->reset = r->reset || by == 0;
}

static void act_stray_syn(Scene *c)
{
    Seg *seg = segment(c->r, c->s, chance(c->r, 50) ? SEG_SYN : SEG_SYN | SEG_ACK, c->so_far);
    if (seg)
        seg->seq = seq_of(chance(c->r, 50) ? 0 : c->r->next + below(c->r, 100));
}

/* An acknowledgment of what was never sent, or of long ago. */
static void act_wrong_ack(Scene *c)
{
    Seg *seg = plain(c, 0);
    if (!seg)
        return;
    c->s->step[c->s->count - 1].honest = false;
    seg->ack = seq_of(chance(c->r, 50) ? c->flow->next + 1 + below(c->r, 1000)
                                       : c->r->acked - 1 - below(c->r, 1000));
}

static void act_old_timestamp(Scene *c)
{
    uint32_t n = text_size(c, c->r->next);
    if (c->r->fin || n == 0 || c->r->ahead != c->r->ahead_end)
        return;
    Seg *seg = plain(c, 0);
    if (!seg)
        return;
    seg->len = (uint16_t)n;
    if (seg->opts & SEG_OPT_TIMESTAMP)
        seg->ts_val = 500;
    else
        c->r->next += n;
}

static void act_timer(Scene *c)
{
    if (unacked(c) > 0)
        scenario_add(c->s, STEP_WAIT, SETTLE_TIMER);
}

/* ---- acts of the program ---- */

static Step *call(Scene *c, SockCall which)
{
    return c->r->fd < 0 || c->r->closed ? NULL : scenario_call(c->s, which, c->r->fd);
}

static void act_send(Scene *c)
{
    Step *x = call(c, SOCK_CALL_SEND);
    if (!x)
        return;
    x->len = 1 + below(c->r, chance(c->r, 20) ? 20000 : chance(c->r, 50) ? 3000 : 300);
    if (chance(c->r, 8))
        x->value = SW_MSG_MORE;
}

static void act_recv(Scene *c)
{
    Step *x = call(c, SOCK_CALL_RECV);
    if (!x)
        return;
    x->len = 1 + below(c->r, chance(c->r, 50) ? 20000 : 500);
    if (chance(c->r, 10))
        x->value = SW_MSG_PEEK;
}

static void act_shutdown(Scene *c)
{
    Step *x = call(c, SOCK_CALL_SHUTDOWN);
    if (x)
        x->value = chance(c->r, 80) ? SW_SHUT_WR : (int32_t)below(c->r, 3);
    c->r->shut = true;
}

static void act_close(Scene *c)
{
    if (call(c, SOCK_CALL_CLOSE))
        c->r->closed = true;
}

static void act_option(Scene *c)
{
    static const struct {
        int level, option, most;
    } options[] = {{SW_IPPROTO_TCP, SW_TCP_NODELAY, 1},
                   {SW_IPPROTO_TCP, SW_TCP_CORK, 1},
                   {SW_SOL_SOCKET, SW_SO_LINGER, 1},
                   {SW_IPPROTO_TCP, SW_TCP_QUICKACK, 1}};
    Step *x = call(c, SOCK_CALL_SETSOCKOPT);
    uint32_t i = below(c->r, sizeof options / sizeof *options);
    if (!x)
        return;
    x->len = (uint32_t)options[i].level << 16 | (uint32_t)options[i].option;
    x->value = (int32_t)below(c->r, (uint32_t)options[i].most + 1);
}

static void act_ask(Scene *c)
{
    static const uint32_t requests[] = {SW_SIOCINQ, SW_SIOCOUTQ};
    uint32_t kind = below(c->r, 4);
    Step *x = call(c, kind < 2 ? SOCK_CALL_IOCTL : SOCK_CALL_GETSOCKOPT);
    if (!x)
        return;
    x->len = kind < 2 ? requests[kind] : SW_SOL_SOCKET << 16 | SW_SO_ERROR;
    if (kind == 3)
        x->call = CALL_POLL;
}

/* ---- the play ---- */

static const struct {
    uint32_t weight;
    void (*act)(Scene *);
} acts[] = {
    {16, act_text},     {5, act_burst},         {6, act_ahead},      {4, act_again},
    {16, act_ack},      {7, act_partial},       {7, act_duplicates}, {5, act_window},
    {4, act_fin},       {1, act_fin_again},     {2, act_reset},      {2, act_stray_syn},
    {2, act_wrong_ack}, {2, act_old_timestamp}, {3, act_timer},      {22, act_send},
    {10, act_recv},     {3, act_shutdown},      {2, act_close},      {3, act_option},
    {4, act_ask},
};

static void any_act(Scene *c)
{
    uint32_t total = 0;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        total += acts[i].weight;
    uint32_t pick = below(c->r, total);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (pick < acts[i].weight) {
            acts[i].act(c);
            return;
        }
        pick -= acts[i].weight;
    }
}

static void open_passive(Scene *c)
{
    RandomPlay *r = c->r;
    Step *x;
    switch (r->stage++) {
    case STAGE_SOCKET:
        x = scenario_call(c->s, SOCK_CALL_SOCKET, -1);
        x->fd_new = LISTENER;
        x = scenario_call(c->s, SOCK_CALL_BIND, LISTENER);
        x->port = 8080;
        break;
    case STAGE_OPEN:
        x = scenario_call(c->s, SOCK_CALL_LISTEN, LISTENER);
        x->len = 1 + below(r, 5);
        break;
    case STAGE_ANSWER: syn(r, c->s, SEG_SYN, c->so_far); break;
    case STAGE_THIRD:
        settle_window(r, c->so_far);
        r->acked = 1;
        if (chance(r, 25))
            act_text(c);
        else
            plain(c, 0);
        break;
    default:
        x = scenario_call(c->s, SOCK_CALL_ACCEPT, LISTENER);
        x->fd_new = CHILD;
        r->fd = CHILD;
        break;
    }
}

static void open_active(Scene *c)
{
    RandomPlay *r = c->r;
    Step *x;
    switch (r->stage++) {
    case STAGE_SOCKET:
        x = scenario_call(c->s, SOCK_CALL_SOCKET, -1);
        x->fd_new = LISTENER;
        r->fd = LISTENER;
        break;
    case STAGE_OPEN: scenario_call(c->s, SOCK_CALL_CONNECT, LISTENER); break;
    case STAGE_ANSWER:
        if (chance(r, 8)) /* both open at once */
            syn(r, c->s, SEG_SYN, c->so_far);
        break;
    case STAGE_THIRD:
        settle_window(r, c->so_far);
        r->acked = 1;
        syn(r, c->s, SEG_SYN | SEG_ACK, c->so_far);
        break;
    default: break;
    }
}

/* Both sides end in good order, and the program reads the rest. */
static void finish(Scene *c)
{
    RandomPlay *r = c->r;
    Step *x;
    switch (r->drain++) {
    case 0: act_text(c); break; /* a hole is filled */
    case 1:
        r->window = max_u32(r->window, 500);
        act_ack(c);
        break;
    case 2: act_fin(c); break;
    case 3:
        x = call(c, SOCK_CALL_RECV);
        if (x)
            x->len = 100000;
        break;
    case 4:
        if (!r->shut)
            act_shutdown(c);
        break;
    case 5: act_ack(c); break;
    case 6:
        x = call(c, SOCK_CALL_RECV);
        if (x)
            x->len = 1000;
        break;
    case 7: act_close(c); break;
    case 8: act_ack(c); break;
    default: r->stage = STAGE_END + 1; break;
    }
}

bool compare_random_next(void *of, Scenario *s, const PlayFlow *flows, const Lane *so_far)
{
    RandomPlay *r = of;
    Scene c = {.r = r, .s = s, .flow = &flows[0], .so_far = so_far};
    uint32_t before = s->count;
    for (uint32_t tries = 0; s->count == before && tries < 200; tries++) {
        if (s->count + 16 > COMPARE_STEPS_MAX || r->stage > STAGE_END)
            return false;
        if (r->stage < STAGE_ACTS && r->active)
            open_active(&c);
        else if (r->stage < STAGE_ACTS)
            open_passive(&c);
        else if (r->left > 0) {
            r->left--;
            any_act(&c);
        } else
            finish(&c);
    }
    return s->count > before;
}
