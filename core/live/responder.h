/*
 * responder.h: the least that can be called the other end of a TCP connection, to measure against.
 *
 * It takes every SYN, acknowledges whatever comes, believes that nothing is ever lost, and sends
 * as much as the window allows to whoever connects to port 5001. No retransmission, no congestion
 * window, no timers, one connection at a time. What it reaches on a TAP is what the wire and the
 * kernel's end allow; the distance from there to our TCP is what our TCP costs.
 */
#ifndef SANDWIRE_CORE_LIVE_RESPONDER_H
#define SANDWIRE_CORE_LIVE_RESPONDER_H

#include "core/base/wire.h"

enum { RESPONDER_SOURCE = 5001 };

typedef struct Responder {
    uint32_t next;   /* what it sends next, on port 5001 */
    uint32_t window; /* the peer's, in bytes */
    uint8_t scale;
    Seg last; /* the segment that is being answered */
    bool answered;
} Responder;

/* A segment has come. */
void responder_take(Responder *, Bytes packet);

/* The next packet to send because of it; empty: nothing more. out has room for 1500 bytes. */
Bytes responder_next(Responder *, uint8_t *out);

#endif
