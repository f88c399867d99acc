/*
 * syncookie.h: answering a SYN without remembering it (RFC 4987 section 3.6 and appendix A).
 *
 *      initial sequence number   | t: 5 bits | m: 3 bits | s: 24 bits |
 *
 *      t  a clock that ticks every 64 seconds       m  the peer's MSS, as an index of a table
 *      s  a keyed hash of both addresses and ports, the peer's own initial number, t and m
 *
 * What the peer acknowledges is what we would have remembered. Other options are lost, unless the
 * peer echoes timestamps: then the low six bits of ours say which window scale it offered, and
 * whether SACK (the way of Linux). Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_SYNCOOKIE_H
#define SANDWIRE_CORE_TCP_SYNCOOKIE_H

#include "core/tcp/tcb.h"

/* Sends the SYN+ACK with a cookie; keeps nothing. */
void syncookie_answer(Ctx *, const Tcb *listener, const Seg *syn);

/* Does the segment acknowledge a cookie of ours, at most two ticks old? Then *syn is the SYN that
 * it stands for, as far as the cookie tells. */
bool syncookie_check(Ctx *, const Seg *, Seg *syn);

#endif
