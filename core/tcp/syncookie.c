/*
 * syncookie.c: SYN cookies (syncookie.h).
 *
 * A SYN+ACK of the listener alone: built here from the SYN and the host's knobs, as resets are in
 * reply.c, because there is no TCB that tcp_output could look at.
 */
#include "core/tcp/syncookie.h"

#include "core/base/hash.h"
#include "core/tcp/ecn.h"
#include "core/tcp/options.h"
#include "core/tcp/packet.h"
#include "core/tcp/timestamp.h"

static const uint16_t mss_table[8] = {216, 536, 1024, 1220, 1300, 1360, 1440, 1460};

enum { AGE_MAX = 2 }; /* ticks: a cookie is good for 64 to 128 seconds */

/* ---- the number ---- */

static uint32_t clock_now(const Ctx *c)
{
    return (uint32_t)(c->now / (64 * NANOS_S));
}

/* The cookie for a SYN to the host, made at a tick. */
static uint32_t cookie_of(const Ctx *c, const Seg *seg, Seq irs, uint32_t tick, uint32_t index)
{
    const Host *h = ctx_host(c);
    const uint32_t what[] = {
        seg->src_addr, seg->dst_addr, (uint32_t)seg->src_port << 16 | seg->dst_port,
        irs.v,         tick,          index,
    };
    uint64_t s = hash_keyed(what, sizeof what, h->isn_key[0], ~h->isn_key[1]);
    return (tick & 31) << 27 | index << 24 | ((uint32_t)s & 0xffffff);
}

static uint32_t mss_index(const Seg *syn)
{
    uint32_t mss = syn->opts & SEG_OPT_MSS ? syn->mss : 536;
    uint32_t i = 7;
    while (i > 0 && mss_table[i] > mss)
        i--;
    return i;
}

/* ---- the options in the timestamp: window scale in four bits (15: none), SACK in the fifth, ECN
 * in the sixth ---- */

enum {
    NO_WSCALE = 15,
    SACK_BIT = 16,
    ECN_BIT = 32,
    HIDDEN_BITS = 6,
    HIDDEN_MASK = (1 << HIDDEN_BITS) - 1
};

static uint32_t hide_options(const Ctx *c, const Seg *syn, uint32_t clock)
{
    bool scales = (syn->opts & SEG_OPT_WSCALE) && knob(c, KNOB_WINDOW_SCALING);
    uint32_t bits = scales ? min_u32(syn->wscale, 14) : NO_WSCALE;
    if ((syn->opts & SEG_OPT_SACK_OK) && knob(c, KNOB_SACK))
        bits |= SACK_BIT;
    if (ecn_offered(syn) & ecn_wanted(c, false))
        bits |= ECN_BIT;
    uint32_t hidden = (clock & ~(uint32_t)HIDDEN_MASK) | bits;
    return hidden > clock ? hidden - HIDDEN_MASK - 1 : hidden; /* never ahead of the clock */
}

static void reveal_options(const Ctx *c, uint32_t hidden, Seg *syn)
{
    uint32_t bits = hidden & HIDDEN_MASK;
    if ((bits & 15) != NO_WSCALE && knob(c, KNOB_WINDOW_SCALING)) {
        syn->opts |= SEG_OPT_WSCALE;
        syn->wscale = (uint8_t)(bits & 15);
    }
    if ((bits & SACK_BIT) && knob(c, KNOB_SACK))
        syn->opts |= SEG_OPT_SACK_OK;
    if (bits & ECN_BIT)
        syn->flags |= SEG_ECE | SEG_CWR; /* an ECN-setup SYN, RFC 3168 6.1.1 */
}

/* ---- sending ---- */

/* The clock of a connection that does not exist: its offset is that of the addresses. */
static uint32_t offset_of(const Ctx *c, const Seg *syn)
{
    Tcb ends = {.local_addr = syn->dst_addr, .remote_addr = syn->src_addr};
    return timestamp_offset(c, &ends);
}

static void fill_answer(Ctx *c, const Tcb *listener, const Seg *syn, Seg *s)
{
    if (knob(c, KNOB_MSS_OPTION)) {
        s->opts |= SEG_OPT_MSS;
        s->mss = (uint16_t)min_u64(conn_knob(c, listener, KNOB_MSS), own_mss(c, syn->v6));
    }
    s->order = (uint8_t)knob(c, KNOB_OPTION_ORDER);
    if (!(syn->opts & SEG_OPT_TIMESTAMP) || !knob(c, KNOB_TIMESTAMPS))
        return;
    s->opts |= SEG_OPT_TIMESTAMP;
    uint32_t clock = (uint32_t)(c->now / knob(c, KNOB_TIMESTAMP_TICK));
    s->ts_val = hide_options(c, syn, clock) + offset_of(c, syn);
    s->ts_ecr = syn->ts_val;
    if ((syn->opts & SEG_OPT_WSCALE) && knob(c, KNOB_WINDOW_SCALING)) {
        s->opts |= SEG_OPT_WSCALE;
        s->wscale = options_receive_scale(c, listener);
    }
    if ((syn->opts & SEG_OPT_SACK_OK) && knob(c, KNOB_SACK))
        s->opts |= SEG_OPT_SACK_OK;
    if (ecn_offered(syn) & ecn_wanted(c, false))
        s->flags |= SEG_ECE;
    note_rule(c, listener, RULE_SYN_COOKIE_OPTIONS, s->ts_val, 0);
}

void syncookie_answer(Ctx *c, const Tcb *listener, const Seg *syn)
{
    uint32_t index = mss_index(syn);
    Seg s = {.src_addr = syn->dst_addr,
             .dst_addr = syn->src_addr,
             .src_port = syn->dst_port,
             .dst_port = syn->src_port,
             .seq = seq_of(cookie_of(c, syn, syn->seq, clock_now(c), index)),
             .ack = seq_add(syn->seq, 1), /* its data, if there is any, has to come again */
             .flags = SEG_SYN | SEG_ACK,
             .wnd = (uint16_t)min_u32(listener->rx.cap, 65535),
             .ttl = (uint8_t)conn_knob(c, listener, KNOB_TTL),
             .v6 = syn->v6};
    ctx_host(c)->cookies_sent++;
    note_rule(c, listener, RULE_SYN_COOKIE, mss_table[index], 0);
    fill_answer(c, listener, syn, &s);
    packet_leave(c, listener, &s, bytes_of(NULL, 0), (Departure){.rule = RULE_SYN_COOKIE});
}

/* ---- taking back ---- */

/* Was the number made within the last ticks? */
static bool is_ours(const Ctx *c, const Seg *seg, uint32_t cookie)
{
    uint32_t tick = clock_now(c), index = cookie >> 24 & 7;
    for (uint32_t age = 0; age < AGE_MAX && age <= tick; age++)
        if (cookie == cookie_of(c, seg, seq_sub(seg->seq, 1), tick - age, index))
            return true;
    return false;
}

bool syncookie_check(Ctx *c, const Seg *seg, Seg *syn)
{
    if (!knob(c, KNOB_SYN_COOKIES) || (seg->flags & (SEG_SYN | SEG_RST | SEG_ACK)) != SEG_ACK)
        return false;
    uint32_t cookie = seq_sub(seg->ack, 1).v;
    if (!is_ours(c, seg, cookie)) {
        ctx_host(c)->cookies_failed++;
        return false;
    }
    ctx_host(c)->cookies_received++;
    *syn = (Seg){.src_addr = seg->src_addr,
                 .dst_addr = seg->dst_addr,
                 .src_port = seg->src_port,
                 .dst_port = seg->dst_port,
                 .seq = seq_sub(seg->seq, 1),
                 .flags = SEG_SYN,
                 .wnd = seg->wnd,
                 .len = 0,
                 .opts = SEG_OPT_MSS,
                 .mss = mss_table[cookie >> 24 & 7],
                 .v6 = seg->v6};
    if ((seg->opts & SEG_OPT_TIMESTAMP) && knob(c, KNOB_TIMESTAMPS)) {
        syn->opts |= SEG_OPT_TIMESTAMP;
        syn->ts_val = seg->ts_val;
        reveal_options(c, seg->ts_ecr - offset_of(c, seg), syn);
    }
    return true;
}
