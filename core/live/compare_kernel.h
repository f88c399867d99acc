/*
 * compare_kernel.h: the machine's own TCP as a subject of a comparison (core/lab/compare.h).
 *
 * Only for a process that has entered a namespace of its own: its switches are set, and sockets on
 * its device are opened.
 */
#ifndef SANDWIRE_CORE_LIVE_COMPARE_KERNEL_H
#define SANDWIRE_CORE_LIVE_COMPARE_KERNEL_H

#include "core/lab/compare.h"
#include "core/live/tap.h"

/* The kernel behind a TAP device in a network namespace (tap_enter has been called): real sockets,
 * real time. NULL: no memory. */
Subject *compare_kernel_new(const Tap *);
void compare_kernel_free(Subject *);

/* Sets the namespace's switches before a scenario is played, and takes back those of the one
 * before; false and *trouble (a name) if the kernel does not have one. */
bool compare_kernel_settings(Subject *, const Scenario *, char trouble[64]);

#endif
