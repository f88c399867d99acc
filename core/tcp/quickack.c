/*
 * quickack.c: when not to delay an acknowledgment (quickack.h).
 *
 * Invariant: quick_acks, heard_text, heard_mss and the habits PINGPONG and PUSHED are 0 while the
 * knob quick_acks is 0. The figures were measured on Linux 6.18.
 */
#include "core/tcp/quickack.h"

#include "core/tcp/arrive.h"

enum { FIRST_MSS = 536, LEAST = 2 }; /* RFC 9293 3.7.1: what everyone may send */

static bool enabled(const Ctx *c)
{
    return knob(c, KNOB_QUICK_ACKS) > 0;
}

static void grant(const Ctx *c, Tcb *t)
{
    uint32_t half = t->rcv.wnd / (2 * max_u32(t->heard_mss, 1));
    uint64_t n = min_u64(max_u32(half, LEAST), knob(c, KNOB_QUICK_ACKS));
    t->quick_acks = (uint8_t)max_u64(t->quick_acks, n);
}

/* most: as we announced. */
static void learn_size(Tcb *t, const Seg *seg, uint32_t most)
{
    bool full = seg->len >= t->heard_mss;
    uint32_t piece = min_u32(seg->len, most); /* one frame may bring what were several segments */
    t->heard_mss = max_u32(t->heard_mss, piece);
    if (full && !(seg->flags & SEG_PSH))
        return;
    t->habits |= !full && t->habits & HABIT_PUSHED ? HABIT_PUSHED_TWICE : HABIT_PUSHED;
}

bool quickack_text(Ctx *c, Tcb *t, const Seg *seg)
{
    if (!enabled(c))
        return false;
    t->heard_mss = max_u32(t->heard_mss, FIRST_MSS);
    learn_size(t, seg, own_mss(c, tcb_v6(t)));
    if (t->heard_text == 0 || c->now - t->heard_text > t->rto)
        grant(c, t);
    t->heard_text = c->now;
    return quickack_now(t);
}

bool quickack_full(const Ctx *c, const Tcb *t)
{
    return enabled(c) && t->heard_mss > 0 && t->unacked_bytes > t->heard_mss;
}

void quickack_again(Ctx *c, Tcb *t)
{
    if (!enabled(c))
        return;
    t->heard_mss = max_u32(t->heard_mss, FIRST_MSS);
    t->habits &= (uint8_t)~HABIT_PINGPONG;
    grant(c, t);
}

void quickack_sent(Ctx *c, Tcb *t, uint32_t text)
{
    if (!enabled(c))
        return;
    if (t->quick_acks > 0 && (t->unacked_bytes > 0 || (t->want & WANT_ACK)))
        t->quick_acks--;
    t->habits &= (uint8_t) ~(HABIT_PUSHED | HABIT_PUSHED_TWICE);
    if (text > 0 && t->heard_text > 0 && c->now - t->heard_text < knob(c, KNOB_DELACK))
        t->habits |= HABIT_PINGPONG;
}

void quickack_missed(Ctx *c, Tcb *t)
{
    if (enabled(c))
        t->habits &= (uint8_t)~HABIT_PINGPONG;
}

void quickack_fin(Ctx *c, Tcb *t)
{
    if (enabled(c))
        t->habits |= HABIT_PINGPONG;
}

void quickack_read(Ctx *c, Tcb *t)
{
    bool answers = t->habits & HABIT_PINGPONG;
    bool pushed = t->habits & HABIT_PUSHED_TWICE || (t->habits & HABIT_PUSHED && !answers);
    if (enabled(c) && t->state >= ESTABLISHED && t->unacked_bytes > 0 && pushed && t->rx.len == 0)
        want_ack(c, t, RULE_ACK_AFTER_READ);
}

void quickack_set(Ctx *c, Tcb *t, bool on)
{
    if (!enabled(c))
        return;
    if (!on) {
        t->habits |= HABIT_PINGPONG;
        return;
    }
    t->habits &= (uint8_t)~HABIT_PINGPONG;
    if (t->unacked_bytes > 0 && t->rx.len == 0 && t->state >= ESTABLISHED)
        want_ack(c, t, RULE_QUICK_ACK);
}
