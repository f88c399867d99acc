/*
 * compare_play.c: a scenario played on one subject, and what it did as a lane (compare.h).
 *
 * The player is the puppet at the other end of the wire and the program above the subject: it turns
 * relative numbers into those of this run, and what comes back into relative ones. The initial
 * number of the subject is read off its SYN. All bytes are those of one known stream, so any byte
 * at a wrong place shows.
 */
#include "core/lab/compare.h"

#include <stdlib.h>
#include <string.h>

enum { BUFFER = 1 << 18, FRAME = 65535 };

struct Player {
    Subject *subject;
    Scenario *scenario;
    Lane *lane;
    PlayFlow flow[COMPARE_FLOWS];
    int fd[COMPARE_FDS]; /* the subject's descriptors; -1: none */
    bool has_read[COMPARE_FDS];
    uint64_t sent[COMPARE_FDS], read[COMPARE_FDS]; /* of each one's stream */
    bool used[COMPARE_FLOWS];
    uint16_t knocked[COMPARE_FLOWS]; /* where its first segments went */
    uint32_t segments;               /* noted so far */
    uint16_t step;
    Nanos start, step_start;
    uint8_t *buffer, *frame;
};

/* Byte n of every stream. */
static uint8_t pattern(uint64_t n)
{
    return (uint8_t)(n * 131 + (n >> 8) * 17 + 7);
}

static void fill(uint8_t *out, uint32_t len, uint64_t from)
{
    for (uint32_t i = 0; i < len; i++)
        out[i] = pattern(from + i);
}

static bool is_pattern(const uint8_t *bytes, size_t len, uint64_t from)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != pattern(from + i))
            return false;
    return true;
}

static LaneEvent *note(Player *p, EventWhat what)
{
    Lane *l = p->lane;
    if (l->count == COMPARE_EVENTS_MAX) {
        l->full = 1;
        return NULL;
    }
    LaneEvent *e = &l->event[l->count++];
    Nanos now = p->subject->now(p->subject);
    *e = (LaneEvent){
        .step = p->step, .what = (uint8_t)what, .at = now - p->start, .after = now - p->step_start};
    return e;
}

/* ---- what the subject sends ---- */

static void learn(PlayFlow *f, const Seg *s)
{
    f->port = s->src_port;
    if (!(s->flags & SEG_SYN))
        return;
    f->known = true;
    f->iss = s->seq.v;
    f->next = 0;
    f->fin = f->reset = false;
    f->offered = (s->opts & SEG_OPT_WSCALE) != 0;
    f->scale = f->offered ? s->wscale : 0;
}

static bool is_later(uint32_t a, uint32_t than)
{
    return (int32_t)(a - than) > 0;
}

static void follow(PlayFlow *f, const Seg *rel, uint32_t window)
{
    uint32_t end = rel->seq.v + seg_len(rel);
    if (is_later(end, f->next))
        f->next = end;
    if (rel->flags & SEG_FIN) {
        f->fin = true;
        f->fin_at = end - 1;
    }
    f->reset = f->reset || (rel->flags & SEG_RST);
    if (rel->flags & SEG_ACK && !(rel->flags & SEG_RST)) {
        if (is_later(rel->ack.v, f->heard))
            f->heard = rel->ack.v;
        f->edge = rel->ack.v + window;
    }
    if (rel->opts & SEG_OPT_TIMESTAMP)
        f->ts = rel->ts_val;
}

/* Numbers that mean the same in every run. */
static Seg relative(const Player *p, const PlayFlow *f, const Seg *s)
{
    Seg r = *s;
    uint32_t iss = f->known ? f->iss : 0, puppet = p->scenario->puppet_iss;
    bool alone = s->flags & SEG_RST && s->seq.v == 0; /* <SEQ=0> answers what had no ACK */
    r.seq.v -= alone ? 0 : iss;
    r.ack.v = s->flags & SEG_ACK ? s->ack.v - puppet : 0;
    for (uint8_t i = 0; i < r.sack_count && i < SEG_SACK_MAX; i++) {
        r.sack[i].from.v -= puppet;
        r.sack[i].to.v -= puppet;
    }
    r.src_addr = r.dst_addr = 0;
    r.src_port = r.dst_port = 0;
    r.order = 0;
    return r;
}

bool player_frame(Player *p, Bytes frame, Nanos at)
{
    Seg s;
    Bytes payload;
    WireError error = wire_decode(frame, &s, &payload);
    if ((error != WIRE_OK && error != WIRE_BAD_CHECKSUM) || s.v6 ||
        s.src_addr != p->subject->addr || s.dst_addr != p->subject->peer_addr)
        return false;
    uint32_t flow = (uint32_t)s.dst_port - p->subject->port_base;
    if (s.dst_port < p->subject->port_base || flow >= COMPARE_FLOWS)
        return false;
    PlayFlow *f = &p->flow[flow];
    if (f->port && f->port != s.src_port)
        return false;
    learn(f, &s);
    Seg r = relative(p, f, &s);
    bool scaled = f->offered && f->asked && !(s.flags & SEG_SYN);
    uint32_t window = (uint32_t)s.wnd << (scaled ? f->scale : 0);
    follow(f, &r, window);
    r.ts_val = 0;
    p->used[flow] = true;
    p->segments++;
    LaneEvent *e = note(p, DID_SEND);
    if (!e)
        return true;
    e->at = at - p->start;
    e->after = at > p->step_start ? at - p->step_start : 0;
    e->flow = (uint8_t)flow;
    e->seg = r;
    e->window = window;
    uint64_t first = r.seq.v + (r.flags & SEG_SYN ? 0u : UINT32_MAX);
    e->wrong =
        error == WIRE_BAD_CHECKSUM || !is_pattern(payload.data, payload.len, (uint32_t)first);
    return true;
}

/* ---- segments to the subject ---- */

static void play_segment(Player *p, const Step *step)
{
    PlayFlow *f = &p->flow[step->flow];
    Seg s = step->seg;
    uint64_t first = s.seq.v + (s.flags & SEG_SYN ? 0u : UINT32_MAX);
    s.src_addr = p->subject->peer_addr;
    s.dst_addr = p->subject->addr;
    s.src_port = (uint16_t)(p->subject->port_base + step->flow);
    p->knocked[step->flow] = s.dst_port ? s.dst_port : p->subject->listen_port;
    s.dst_port = f->port ? f->port : p->knocked[step->flow];
    s.seq.v += p->scenario->puppet_iss;
    if (step->honest && is_later(s.ack.v, f->next))
        s.ack.v = f->next;
    if (s.flags & SEG_ACK) {
        if (is_later(s.ack.v, f->acked))
            f->acked = s.ack.v;
        s.ack.v += f->known ? f->iss : 0;
    }
    if (s.flags & SEG_SYN && !f->opened) {
        f->opened = true;
        f->asked = (s.opts & SEG_OPT_WSCALE) != 0;
    }
    for (uint8_t i = 0; i < s.sack_count && i < SEG_SACK_MAX; i++) {
        s.sack[i].from.v += f->iss;
        s.sack[i].to.v += f->iss;
    }
    if (s.ts_ecr == COMPARE_ECHO)
        s.ts_ecr = f->ts;
    if (s.ttl == 0)
        s.ttl = 64;
    fill(p->buffer, s.len, (uint32_t)first);
    size_t len = wire_encode(&s, bytes_of(p->buffer, s.len), p->frame, FRAME);
    p->used[step->flow] = true;
    if (len > 0)
        p->subject->inject(p->subject, bytes_of(p->frame, len));
}

/* ---- calls ---- */

static int subject_fd(const Player *p, int fd)
{
    return fd >= 0 && fd < COMPARE_FDS ? p->fd[fd] : -1;
}

static void account(Player *p, const Step *step, CallDone d, LaneEvent *e)
{
    uint32_t fd = (uint8_t)step->fd % COMPARE_FDS;
    if (step->call == SOCK_CALL_SEND && d.value > 0)
        p->sent[fd] += (uint64_t)d.value;
    if (step->call == SOCK_CALL_RECV && d.value > 0 && !(step->value & SW_MSG_OOB)) {
        e->wrong = !is_pattern(p->buffer, (size_t)d.value, p->read[fd]);
        p->has_read[fd] = true;
        p->read[fd] += step->value & SW_MSG_PEEK ? 0 : (uint64_t)d.value;
    }
    bool opens = step->call == SOCK_CALL_SOCKET || step->call == SOCK_CALL_ACCEPT;
    if (opens && d.value >= 0 && step->fd_new >= 0 && step->fd_new < COMPARE_FDS) {
        p->fd[step->fd_new] = (int)d.value;
        p->sent[step->fd_new] = p->read[step->fd_new] = 0;
        e->value = step->fd_new; /* descriptors are numbered by the scenario */
    }
    if (step->call == SOCK_CALL_CLOSE && step->fd >= 0)
        p->fd[fd] = -1;
}

static void play_call(Player *p, const Step *step)
{
    Bytes data = bytes_of(NULL, 0);
    Step s = *step;
    s.len = step->call == SOCK_CALL_SEND || step->call == SOCK_CALL_RECV ? min_u32(s.len, BUFFER)
                                                                         : s.len;
    if (step->call == SOCK_CALL_SEND) {
        fill(p->buffer, s.len, p->sent[(uint8_t)step->fd % COMPARE_FDS]);
        data = bytes_of(p->buffer, s.len);
    }
    CallDone d = p->subject->call(p->subject, &s, subject_fd(p, step->fd), data, p->buffer);
    LaneEvent *e = note(p, DID_RETURN);
    if (!e)
        return;
    e->value = d.value;
    e->error = (uint16_t)d.error;
    e->flow = (uint8_t)step->fd;
    account(p, step, d, e);
}

/* ---- the whole ---- */

/* How many segments the model had up to this step, and how late the step's last one was. */
static uint32_t expected(const Lane *model, uint32_t step, Nanos *late)
{
    uint32_t n = 0;
    *late = 0;
    for (uint32_t i = 0; model && i < model->count; i++) {
        const LaneEvent *e = &model->event[i];
        if (e->what != DID_SEND || e->step > step)
            continue;
        n++;
        if (e->step == step)
            *late = e->after;
    }
    return n;
}

static void play_step(Player *p, const Step *step, const Lane *model)
{
    Nanos late;
    uint32_t expect = expected(model, p->step, &late);
    p->step_start = p->subject->now(p->subject);
    if (step->kind == STEP_CALL)
        play_call(p, step);
    else if (step->kind == STEP_SEGMENT)
        play_segment(p, step);
    expect = expect > p->segments ? expect - p->segments : 0;
    p->subject->settle(p->subject, step, expect, late, p);
}

static void note_ends(Player *p)
{
    for (uint32_t i = 0; i < COMPARE_FLOWS; i++) {
        if (!p->used[i])
            continue;
        LaneEvent *e = note(p, DID_END);
        uint16_t own = p->flow[i].port ? p->flow[i].port : p->knocked[i];
        if (!e)
            continue;
        e->flow = (uint8_t)i;
        e->state =
            (uint8_t)p->subject->state(p->subject, own, (uint16_t)(p->subject->port_base + i));
    }
    for (uint32_t i = 0; i < COMPARE_FDS; i++) {
        LaneEvent *e = p->has_read[i] ? note(p, DID_STREAM) : NULL;
        if (!e)
            continue;
        e->flow = (uint8_t)i;
        e->value = (int64_t)p->read[i];
    }
}

static bool begin(Player *p, Subject *subject, Scenario *scenario, Lane *lane)
{
    *p = (Player){.subject = subject, .scenario = scenario, .lane = lane};
    for (uint32_t i = 0; i < COMPARE_FDS; i++)
        p->fd[i] = -1;
    lane->count = 0;
    lane->full = lane->failed = 0;
    lane->trouble[0] = '\0';
    p->start = p->step_start = subject->now(subject);
    p->buffer = malloc(BUFFER);
    p->frame = malloc(FRAME);
    return p->buffer && p->frame;
}

/* What is left of a connection shall not disturb the next scenario. */
static void reset_flow(Player *p, uint32_t flow)
{
    Step step = {.kind = STEP_SEGMENT, .flow = (uint8_t)flow};
    if (!p->used[flow])
        return;
    step.seg = (Seg){.flags = SEG_RST, .seq = seq_of(p->flow[flow].heard)};
    play_segment(p, &step);
}

void compare_play(Subject *subject, Scenario *scenario, NextStep next, void *of, const Lane *model,
                  Lane *lane)
{
    Player p;
    bool good = begin(&p, subject, scenario, lane);
    lane->failed = !good;
    for (uint32_t i = 0; good && !lane->full && !lane->failed; i++) {
        if (i == scenario->count && !(next && next(of, scenario, p.flow, lane)))
            break;
        if (i >= scenario->count)
            break;
        p.step = (uint16_t)i;
        play_step(&p, &scenario->step[i], model);
    }
    if (good) {
        p.step = (uint16_t)(scenario->count ? scenario->count - 1 : 0);
        note_ends(&p);
        for (uint32_t i = 0; i < COMPARE_FLOWS; i++)
            reset_flow(&p, i);
        subject->end(subject, p.fd, COMPARE_FDS);
    }
    free(p.buffer);
    free(p.frame);
}
