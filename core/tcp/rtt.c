/*
 * rtt.c: RFC 6298 in integers of a nanosecond.
 *
 * alpha = 1/8, beta = 1/4, K = 4; the clock granularity G is a millisecond.
 */
#include "core/tcp/rtt.h"

enum { GRANULARITY_NS = 1000000 };

static void bound_rto(const Ctx *c, Tcb *t)
{
    t->rto = max_u64(t->rto, knob(c, KNOB_RTO_MIN));
    t->rto = min_u64(t->rto, knob(c, KNOB_RTO_MAX));
}

void rtt_sample(Ctx *c, Tcb *t, Nanos sample, uint32_t expected)
{
    sample = max_u64(sample, 1); /* srtt 0 means "no sample yet" */
    if (t->srtt == 0) {          /* (2.2) */
        t->srtt = sample;
        t->rttvar = sample / 2;
    } else { /* (2.3) RTTVAR before SRTT: it uses the old one */
        Nanos error = t->srtt > sample ? t->srtt - sample : sample - t->srtt;
        const Nanos beta = 4 * (Nanos)expected, alpha = 8 * (Nanos)expected;
        t->rttvar = t->rttvar - t->rttvar / beta + error / beta;
        t->srtt = t->srtt - t->srtt / alpha + sample / alpha;
    }
    t->rto = t->srtt + max_u64(GRANULARITY_NS, 4 * t->rttvar);
    bound_rto(c, t);
    note_detail(c, t, NOTE_RTT, sample, t->rto);
    note_rule(c, t, RULE_RTO_SAMPLE, sample, t->rto);
}

void rtt_back_off(Ctx *c, Tcb *t)
{
    if (!rule_on(c, RULE_BACK_OFF))
        return;
    t->rto *= 2;
    bound_rto(c, t);
    note_rule(c, t, RULE_BACK_OFF, t->rto, t->backoff);
}
