/*
 * playing.h: how far the world goes in a moment of the wall clock, when a run is played.
 *
 * Speed is virtual time for wall time; a pause in which nothing is under way lasts a second at
 * most. The window and the film that is written into a file play alike.
 */
#ifndef SANDWIRE_VIZ_PLAYING_H
#define SANDWIRE_VIZ_PLAYING_H

#include "core/net/world.h"

/* By how much the clock goes on in `seconds` at this rate; at least 1 ns. next: when something
 * happens next, NANOS_NEVER if nothing will. *pause_from is the caller's memory: when the present
 * pause began. */
Nanos playing_step(const World *, Nanos next, double rate, double seconds, Nanos *pause_from);

#endif
