/*
 * options.c: negotiation in the SYNs (options.h).
 *
 * The window scale is chosen once, from the largest buffer that the connection may ever have: it
 * cannot be changed after the SYN. Real systems let buffers grow by themselves and look at that
 * limit (knob rcvbuf_max); a buffer whose size a program has set is its own limit.
 */
#include "core/tcp/options.h"

#include "core/tcp/ecn.h"
#include "core/tcp/fastopen.h"
#include "core/tcp/sack.h"
#include "core/tcp/timestamp.h"
#include "core/tcp/uto.h"

enum { WSCALE_MAX = 14 }; /* RFC 7323 section 2.3: a window must stay below 2^30 */

/* ---- window scale (RFC 7323 section 2) ---- */

/* The smallest shift with which all of the buffer can be announced. */
uint8_t options_receive_scale(const Ctx *c, const Tcb *t)
{
    bool as_usual = t->rx.cap == min_u64(knob(c, KNOB_RCVBUF), c->pools.ring_cap);
    uint64_t most = as_usual ? max_u64(t->rx.cap, knob(c, KNOB_RCVBUF_MAX)) : t->rx.cap;
    uint8_t shift = 0;
    while (shift < WSCALE_MAX && (uint64_t)65535 << shift < most)
        shift++;
    return shift;
}

static void agree_on_scale(Ctx *c, Tcb *t, const Seg *syn, bool offered)
{
    if (!(t->agreed.options & AGREED_WSCALE)) {
        t->agreed.rcv_scale = t->agreed.snd_scale = 0;
        if (offered)
            note_rule(c, t, RULE_WINDOW_SCALE_DECLINED, 0, 0);
        return;
    }
    if (!offered)
        t->agreed.rcv_scale = options_receive_scale(c, t);
    t->agreed.snd_scale = (uint8_t)min_u32(syn->wscale, WSCALE_MAX);
    if (syn->wscale > WSCALE_MAX)
        note_rule(c, t, RULE_WINDOW_SCALE_LIMIT, syn->wscale, 0);
    note_rule(c, t, RULE_WINDOW_SCALE, t->agreed.snd_scale, t->agreed.rcv_scale);
}

uint32_t options_window(const Tcb *t, const Seg *seg)
{
    return seg->flags & SEG_SYN ? seg->wnd : (uint32_t)seg->wnd << t->agreed.snd_scale;
}

uint16_t options_window_field(const Tcb *t, uint16_t flags, uint32_t window, uint32_t room)
{
    unsigned shift = flags & SEG_SYN ? 0 : t->agreed.rcv_scale;
    uint32_t field = window >> shift;
    /* Rounded up where that breaks no promise, so that the right edge does not move left. */
    if (field << shift < window && (uint64_t)(field + 1) << shift <= room)
        field++;
    return (uint16_t)min_u32(field, 65535);
}

/* ---- timestamps (RFC 7323 section 3.2) ---- */

static void agree_on_timestamps(Ctx *c, Tcb *t, const Seg *syn, bool offered)
{
    if (t->agreed.options & AGREED_TIMESTAMP) {
        t->agreed.ts_offset = timestamp_offset(c, t);
        timestamp_begin(c, t, syn);
        /* RFC 9293 3.7.1: every segment carries the option, so it can take less data. */
        if (t->snd.mss > 2 * TIMESTAMP_BYTES)
            t->snd.mss -= TIMESTAMP_BYTES;
        note_rule(c, t, RULE_TIMESTAMPS, syn->ts_val, t->snd.mss);
    } else if (offered) {
        note_rule(c, t, RULE_TIMESTAMPS_DECLINED, 0, 0);
    }
}

static void fill_timestamp(const Ctx *c, const Tcb *t, Seg *s)
{
    if (!(t->agreed.options & AGREED_TIMESTAMP))
        return;
    s->opts |= SEG_OPT_TIMESTAMP;
    s->ts_val = timestamp_now(c, t);
    s->ts_ecr = s->flags & SEG_ACK ? t->agreed.ts_recent : 0;
}

/* ---- all of them ---- */

static uint8_t wanted(const Ctx *c, bool active)
{
    return (uint8_t)(ecn_wanted(c, active) | (knob(c, KNOB_WINDOW_SCALING) ? AGREED_WSCALE : 0) |
                     (knob(c, KNOB_TIMESTAMPS) ? AGREED_TIMESTAMP : 0) |
                     (knob(c, KNOB_SACK) ? AGREED_SACK : 0));
}

static uint8_t offered_by(const Seg *syn)
{
    return (uint8_t)((syn->opts & SEG_OPT_WSCALE ? AGREED_WSCALE : 0) |
                     (syn->opts & SEG_OPT_TIMESTAMP ? AGREED_TIMESTAMP : 0) |
                     (syn->opts & SEG_OPT_SACK_OK ? AGREED_SACK : 0) | ecn_offered(syn));
}

void options_offer(Ctx *c, Tcb *t)
{
    t->agreed.options = wanted(c, true);
    if (t->agreed.options & AGREED_WSCALE)
        t->agreed.rcv_scale = options_receive_scale(c, t);
    if (t->agreed.options & AGREED_TIMESTAMP)
        t->agreed.ts_offset = timestamp_offset(c, t);
}

void options_agree(Ctx *c, Tcb *t, const Seg *syn)
{
    bool active = t->state == SYN_SENT;
    uint8_t ours = active ? t->agreed.options : wanted(c, false);
    t->agreed.options = ours & offered_by(syn);
    if (ours & AGREED_ECN && active)
        note_rule(c, t, t->agreed.options & AGREED_ECN ? RULE_ECN : RULE_ECN_DECLINED, 0, 0);
    else if (t->agreed.options & AGREED_ECN)
        note_rule(c, t, RULE_ECN, 0, 0);
    if (t->agreed.options & AGREED_SACK)
        note_rule(c, t, RULE_SACK_PERMITTED, 0, 0);
    agree_on_scale(c, t, syn, active && (ours & AGREED_WSCALE));
    agree_on_timestamps(c, t, syn, active && (ours & AGREED_TIMESTAMP));
}

/* SACK blocks take what is left of the segment. */
static void fill_sack(const Ctx *c, const Tcb *t, Seg *s)
{
    uint32_t room = s->len == 0 ? WIRE_OPTIONS_MAX : t->snd.mss - min_u32(s->len, t->snd.mss);
    room -= s->len > 0 && s->opts & SEG_OPT_USER_TIMEOUT ? min_u32(room, 4) : 0;
    uint32_t taken = (s->opts & SEG_OPT_TIMESTAMP ? TIMESTAMP_BYTES : 0u) +
                     (s->opts & SEG_OPT_USER_TIMEOUT ? 4u : 0u);
    room = min_u32(room, WIRE_OPTIONS_MAX - taken);
    if (room >= 12)
        sack_fill(c, t, s, (room - 4) / 8);
}

/* Linux forms the SYN+ACK of a simultaneous open from its SYN: with all that this one offered. */
static void fill_crossing(const Ctx *c, const Tcb *t, Seg *s)
{
    bool crossing = t->state == SYN_RECEIVED && !tcb_is_passive(t) && s->flags & SEG_SYN;
    if (!crossing || !knob(c, KNOB_CROSSING_OFFERS))
        return;
    uint8_t more = (uint8_t)(wanted(c, true) & ~t->agreed.options);
    if (more & AGREED_WSCALE) {
        s->opts |= SEG_OPT_WSCALE;
        s->wscale = options_receive_scale(c, t);
    }
    if (more & AGREED_SACK)
        s->opts |= SEG_OPT_SACK_OK;
    if (more & AGREED_TIMESTAMP) {
        s->opts |= SEG_OPT_TIMESTAMP;
        s->ts_val = timestamp_now(c, t);
    }
}

void options_fill(const Ctx *c, const Tcb *t, Seg *s)
{
    s->order = (uint8_t)knob(c, KNOB_OPTION_ORDER);
    fill_timestamp(c, t, s);
    uto_fill(c, t, s);
    if (!(s->flags & SEG_SYN)) {
        if (s->flags & SEG_ACK && t->agreed.options & AGREED_SACK)
            fill_sack(c, t, s);
        return;
    }
    if (knob(c, KNOB_MSS_OPTION)) { /* MUST-65: only on SYN */
        s->opts |= SEG_OPT_MSS;
        s->mss = (uint16_t)min_u64(conn_knob(c, t, KNOB_MSS), own_mss(c, tcb_v6(t)));
    }
    if (t->agreed.options & AGREED_WSCALE) {
        s->opts |= SEG_OPT_WSCALE;
        s->wscale = t->agreed.rcv_scale;
    }
    if (t->agreed.options & AGREED_SACK)
        s->opts |= SEG_OPT_SACK_OK;
    fastopen_fill(c, t, s);
    fill_crossing(c, t, s);
}
