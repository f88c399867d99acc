/*
 * rate.c: delivery rate samples, and the account of what limited the connection (rate.h).
 *
 * The names of the draft: C is the connection (ccs.rate), P the packet (Sent), rs the sample
 * (RateSample). Draft section 3.
 */
#include "core/tcp/rate.h"

static uint32_t us_of(Nanos at)
{
    return (uint32_t)(at / NANOS_US);
}

void rate_on_send(Ctx *c, Tcb *t, Sent *s)
{
    Rate *r = &t->ccs.rate;
    if (tcb_flight(t) <= s->len) /* nothing else is in flight: a new interval begins */
        r->first_us = r->delivered_us = us_of(c->now);
    s->first_us = r->first_us;
    s->delivered_us = r->delivered_us;
    s->delivered = r->delivered;
    s->flags &= (uint16_t)~SENT_APP_LIMITED;
    s->flags |= r->app_limited ? SENT_APP_LIMITED : 0;
}

void rate_take(const Tcb *t, const Sent *s, AckInfo *a)
{
    (void)t;
    RateSample *rs = &a->rate;
    Seq end = seq_add(s->seq, s->len);
    bool newest = !rs->newest_at || s->at > rs->newest_at ||
                  (s->at == rs->newest_at && seq_gt(end, rs->newest_end));
    if (s->len == 0 || !newest)
        return;
    rs->newest_at = s->at;
    rs->newest_end = end;
    rs->prior = s->delivered;
    rs->prior_us = s->delivered_us;
    rs->send_us = us_of(s->at) - s->first_us;
    rs->app_limited = s->flags & SENT_APP_LIMITED;
}

void rate_on_ack(Ctx *c, Tcb *t, AckInfo *a)
{
    Rate *r = &t->ccs.rate;
    RateSample *rs = &a->rate;
    if (a->rtt && (r->min_rtt == 0 || a->rtt < r->min_rtt))
        r->min_rtt = a->rtt;
    if (a->delivered > 0) {
        r->delivered += a->delivered;
        r->delivered_us = us_of(c->now);
        if (r->app_limited && (int32_t)(r->delivered - r->app_limited) > 0)
            r->app_limited = 0; /* the bubble has passed */
    }
    if (!rs->newest_at)
        return;
    r->first_us = us_of(rs->newest_at);
    rs->delivered = r->delivered - rs->prior;
    rs->interval_us = max_u32(rs->send_us, us_of(c->now) - rs->prior_us);
    /* 3.3: an interval shorter than the round trip has been squeezed and would lie. */
    if (rs->interval_us == 0 || rs->interval_us < r->min_rtt / NANOS_US) {
        rs->delivered = 0;
        return;
    }
    rs->rate = (uint64_t)rs->delivered * 1000000 / rs->interval_us;
    if (!rs->app_limited || rs->rate > r->latest) {
        r->latest = rs->rate;
        r->latest_app_limited = rs->app_limited;
    }
}

void rate_app_limited(Tcb *t)
{
    Rate *r = &t->ccs.rate;
    uint32_t until = r->delivered + tcb_flight(t);
    r->app_limited = until ? until : 1; /* 0 means: not limited */
}

void rate_limit(const Ctx *c, Tcb *t, RateLimit limit)
{
    Rate *r = &t->ccs.rate;
    if (r->limit == limit)
        return;
    r->limited[r->limit] += c->now - r->since;
    r->since = c->now;
    r->limit = (uint8_t)limit;
}

Nanos rate_time(const Ctx *c, const Tcb *t, RateLimit limit)
{
    const Rate *r = &t->ccs.rate;
    return r->limited[limit] + (r->limit == limit ? c->now - r->since : 0);
}
