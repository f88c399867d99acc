/*
 * playing.c: see playing.h.
 *
 * Pure: no clock is read here, the caller says how much of it has passed.
 */
#include "viz/playing.h"

static const double PAUSE_SECONDS = 1.0;

static bool anything_flies(const World *w)
{
    for (uint16_t i = 1; i <= w->shape.packets; i++)
        if (world_packets(w)[i].place == PACKET_FLYING)
            return true;
    return false;
}

Nanos playing_step(const World *w, Nanos next, double rate, double seconds, Nanos *pause_from)
{
    double step = seconds * rate * (double)NANOS_S;
    if (anything_flies(w) || next == NANOS_NEVER || next <= w->now) {
        *pause_from = w->now;
    } else {
        double least = (double)(next - *pause_from) * seconds / PAUSE_SECONDS;
        double most = (double)(next - w->now);
        step = step > least ? step : least;
        step = step < most ? step : most;
    }
    return step < 1 ? 1 : (Nanos)step;
}
