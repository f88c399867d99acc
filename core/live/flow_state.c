/*
 * flow_state.c: the states of RFC 9293 figure 5, guessed from outside.
 *
 * What an end sends proves its state. What is sent to it changes its state only if it arrives, and
 * that is believed until it shows otherwise, as the figures of the RFC do. A FIN behind a hole is
 * not believed until it is acknowledged. What the sniffer cannot see (a crash, a timer, TIME-WAIT's
 * end) is not guessed at all.
 */
#include "core/live/flow.h"

static void enter(FlowEnd *e, HostId host, TcpState state, Sighting *out)
{
    if (e->state_known && e->state == state)
        return;
    e->state = (uint8_t)state;
    e->state_known = 1;
    out->changed[host] = true;
}

static bool covers(const FlowEnd *e, const Seg *s)
{
    return (s->flags & SEG_ACK) && e->fin_seen && seq_geq(s->ack, e->fin);
}

/* The peer's FIN is known to have reached this end. */
static void take_fin(FlowEnd *e, FlowEnd *peer, HostId host, Sighting *out)
{
    if (peer->fin_taken)
        return;
    peer->fin_taken = 1;
    switch (e->state) {
    case SYN_RECEIVED:
    case ESTABLISHED: enter(e, host, CLOSE_WAIT, out); break;
    case FIN_WAIT_1: enter(e, host, CLOSING, out); break;
    case FIN_WAIT_2: enter(e, host, TIME_WAIT, out); break;
    default: break;
    }
}

static void sends_syn(FlowEnd *e, HostId host, const Seg *s, Sighting *out)
{
    bool answer = s->flags & SEG_ACK;
    bool before = !e->state_known || e->state == CLOSED || e->state == LISTEN ||
                  e->state == SYN_SENT || e->state == TIME_WAIT;
    if (answer && before)
        enter(e, host, SYN_RECEIVED, out);
    else if (!answer && before)
        enter(e, host, SYN_SENT, out);
}

static void sends(FlowEnd *e, FlowEnd *peer, HostId host, const Seg *s, Sighting *out)
{
    if (s->flags & SEG_RST) {
        enter(e, host, CLOSED, out);
        return;
    }
    if (s->flags & SEG_SYN) {
        sends_syn(e, host, s, out);
        return;
    }
    if (!e->state_known || e->state == SYN_SENT || e->state == LISTEN)
        enter(e, host, ESTABLISHED, out);
    if (covers(peer, s))
        take_fin(e, peer, host, out);
    if (!(s->flags & SEG_FIN))
        return;
    e->fin = seg_end(s);
    e->fin_seen = 1;
    if (e->state == ESTABLISHED || e->state == SYN_RECEIVED)
        enter(e, host, FIN_WAIT_1, out);
    else if (e->state == CLOSE_WAIT)
        enter(e, host, LAST_ACK, out);
}

static void gets_syn(FlowEnd *e, HostId host, const Seg *s, Sighting *out)
{
    bool answer = s->flags & SEG_ACK;
    if (answer && (!e->state_known || e->state == SYN_SENT))
        enter(e, host, ESTABLISHED, out);
    else if (!answer && (!e->state_known || e->state == CLOSED || e->state == LISTEN ||
                         e->state == SYN_SENT || e->state == TIME_WAIT))
        enter(e, host, SYN_RECEIVED, out);
}

static void gets_ack(FlowEnd *e, HostId host, const Seg *s, Sighting *out)
{
    if (e->state == SYN_RECEIVED && seq_gt(s->ack, e->isn))
        enter(e, host, ESTABLISHED, out);
    if (!covers(e, s))
        return;
    switch (e->state) {
    case FIN_WAIT_1: enter(e, host, FIN_WAIT_2, out); break;
    case CLOSING: enter(e, host, TIME_WAIT, out); break;
    case LAST_ACK: enter(e, host, CLOSED, out); break;
    default: break;
    }
}

static void gets(FlowEnd *e, FlowEnd *peer, HostId host, const Seg *s, Sighting *out)
{
    if (s->flags & SEG_RST) {
        enter(e, host, CLOSED, out);
        return;
    }
    if (s->flags & SEG_SYN) {
        gets_syn(e, host, s, out);
        return;
    }
    if (!e->state_known)
        enter(e, host, ESTABLISHED, out);
    if (s->flags & SEG_ACK)
        gets_ack(e, host, s, out);
    if ((s->flags & SEG_FIN) && seq_eq(peer->unbroken, seg_end(s)))
        take_fin(e, peer, host, out);
}

void flow_states(SeenFlow *f, const Seg *s, Sighting *out)
{
    HostId from = out->from, to = host_peer(from);
    FlowEnd *own = &f->end[from], *peer = &f->end[to];
    if (s->flags & SEG_RST)
        f->was_reset = 1;
    sends(own, peer, from, s, out);
    gets(peer, own, to, s, out);
}
