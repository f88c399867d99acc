/*
 * hystart.c: HyStart++ in the words of RFC 9406 section 4.2 (hystart.h).
 *
 * A round lasts until everything that was on its way at its beginning is acknowledged. Only for the
 * first slow start of a connection, while ssthresh is unknown (4.3).
 */
#include "core/tcp/hystart.h"

#include "core/tcp/cc.h"

/* RFC 9406 4.3 */
enum {
    MIN_RTT_DIVISOR = 8,
    N_RTT_SAMPLE = 8,
    CSS_GROWTH_DIVISOR = 4,
    CSS_ROUNDS = 5,
    L = 8 /* segments an acknowledgment may add, not paced */
};
#define MIN_RTT_THRESH (4 * NANOS_MS)
#define MAX_RTT_THRESH (16 * NANOS_MS)

static bool is_wanted(const Ctx *c, const Tcb *t)
{
    uint64_t which = knob(c, KNOB_HYSTART);
    bool chosen = which == 2 || (which == 1 && t->cc.algorithm == CC_CUBIC);
    return chosen && t->cc.ssthresh == UINT32_MAX && t->ccs.hystart.state != HYSTART_DONE;
}

static void begin_round(const Tcb *t, Hystart *h)
{
    h->window_end = t->snd.nxt;
    h->last_min = h->current_min;
    h->current_min = 0;
    h->samples = 0;
}

static void take_sample(Hystart *h, Nanos rtt)
{
    if (!rtt)
        return;
    if (!h->current_min || rtt < h->current_min)
        h->current_min = rtt;
    h->samples = (uint16_t)min_u32(h->samples + 1u, UINT16_MAX);
}

static void look_at_delay(Ctx *c, Tcb *t, Hystart *h)
{
    if (h->samples < N_RTT_SAMPLE)
        return;
    if (h->state == HYSTART_SLOW_START && h->last_min) {
        Nanos thresh =
            max_u64(MIN_RTT_THRESH, min_u64(h->last_min / MIN_RTT_DIVISOR, MAX_RTT_THRESH));
        if (h->current_min < h->last_min + thresh)
            return;
        h->baseline = h->current_min;
        h->state = HYSTART_CSS;
        h->rounds = 0;
        note_rule(c, t, RULE_HYSTART_CSS, h->last_min, h->current_min);
    } else if (h->state == HYSTART_CSS && h->current_min < h->baseline) {
        h->baseline = 0;
        h->state = HYSTART_SLOW_START;
        note_rule(c, t, RULE_HYSTART_RESUMES, h->current_min, t->cc.cwnd);
    }
}

/* The end of a round; the partial one in which CSS began counts (4.2). */
static void end_round(Ctx *c, Tcb *t, Hystart *h)
{
    if (h->state == HYSTART_CSS && ++h->rounds >= CSS_ROUNDS) {
        h->state = HYSTART_DONE;
        t->cc.ssthresh = t->cc.cwnd;
        note_rule(c, t, RULE_HYSTART_ENDS, t->cc.cwnd, h->rounds);
        return;
    }
    begin_round(t, h);
}

uint32_t hystart_step(Ctx *c, Tcb *t, const AckInfo *a, uint32_t step)
{
    Hystart *h = &t->ccs.hystart;
    if (!is_wanted(c, t))
        return step;
    if (h->state == HYSTART_FRESH) {
        h->state = HYSTART_SLOW_START;
        begin_round(t, h);
    }
    step = min_u32(step, L * t->snd.mss);
    if (h->state == HYSTART_CSS)
        step /= CSS_GROWTH_DIVISOR;
    take_sample(h, a->rtt);
    look_at_delay(c, t, h);
    if (seq_geq(t->snd.una, h->window_end))
        end_round(c, t, h);
    return step;
}
