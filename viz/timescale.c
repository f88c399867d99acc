/*
 * timescale.c: see timescale.h.
 *
 * Logarithms are made of bit counting, so they are the same on every machine.
 */
#include "viz/timescale.h"

Nanos timescale_delay(const World *w)
{
    Nanos delay = w->links[HOST_A].delay > w->links[HOST_B].delay ? w->links[HOST_A].delay
                                                                  : w->links[HOST_B].delay;
    return delay < NANOS_US ? NANOS_US : delay;
}

/* The logarithm to base 2, straight between powers of two. */
static float log2_of(float v)
{
    float whole = 0;
    while (v >= 2) {
        v /= 2;
        whole += 1;
    }
    return whole + (v - 1);
}

static float exp2_of(float v)
{
    float power = 1;
    while (v >= 1) {
        v -= 1;
        power *= 2;
    }
    return power * (1 + v);
}

float timescale_length(Nanos pause, Nanos delay)
{
    float delays = (float)((double)pause / (double)delay);
    if (delays <= TIMESCALE_LINEAR)
        return delays;
    return TIMESCALE_LINEAR + 0.5f * log2_of(delays / TIMESCALE_LINEAR);
}

bool timescale_folds(Nanos pause, Nanos delay)
{
    return pause / 3 > delay;
}

void timescale_begin(TimeScale *s, Nanos delay)
{
    s->count = 1;
    s->at[0] = 0;
    s->length[0] = 0;
    s->delay = delay;
}

void timescale_add(TimeScale *s, Nanos at)
{
    Nanos last = s->at[s->count - 1];
    if (at <= last)
        return;
    if (s->count == TIMESCALE_KNOTS) {
        for (uint32_t i = 0; i < TIMESCALE_KNOTS / 2; i++) {
            s->at[i] = s->at[2 * i];
            s->length[i] = s->length[2 * i];
        }
        s->count = TIMESCALE_KNOTS / 2;
        last = s->at[s->count - 1];
    }
    s->at[s->count] = at;
    s->length[s->count] = s->length[s->count - 1] + timescale_length(at - last, s->delay);
    s->count++;
}

void timescale_of_trace(TimeScale *s, const World *w, const Trace *t, Nanos end)
{
    uint32_t step = t->row_count / TIMESCALE_ROWS + 1;
    timescale_begin(s, timescale_delay(w));
    for (uint32_t i = 0; i < t->row_count; i += step)
        timescale_add(s, trace_note(t, t->first_row + i)->at);
    timescale_add(s, end);
}

float timescale_total(const TimeScale *s)
{
    return s->length[s->count - 1];
}

/* The last knot not after the moment. */
static uint32_t knot_before(const TimeScale *s, Nanos at)
{
    uint32_t low = 0, high = s->count;
    while (high - low > 1) {
        uint32_t middle = (low + high) / 2;
        if (s->at[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

float timescale_of(const TimeScale *s, Nanos at)
{
    uint32_t i = knot_before(s, at);
    return s->length[i] + timescale_length(at - s->at[i], s->delay);
}

Nanos timescale_at(const TimeScale *s, float length)
{
    if (length <= 0)
        return 0;
    if (length >= timescale_total(s))
        return s->at[s->count - 1];
    uint32_t i = 0, high = s->count;
    while (high - i > 1) {
        uint32_t middle = (i + high) / 2;
        if (s->length[middle] <= length)
            i = middle;
        else
            high = middle;
    }
    float over = length - s->length[i];
    float delays =
        over <= TIMESCALE_LINEAR ? over : TIMESCALE_LINEAR * exp2_of(2 * (over - TIMESCALE_LINEAR));
    Nanos at = s->at[i] + (Nanos)((double)delays * (double)s->delay);
    return i + 1 < s->count && at > s->at[i + 1] ? s->at[i + 1] : at;
}
