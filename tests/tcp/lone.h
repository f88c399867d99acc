/*
 * lone.h: a host without a world, for tests of what one end computes.
 *
 * Just the pools that TCP asks for: one connection that believes itself established, and
 * acknowledgments made by hand. No wire, no peer.
 */
#ifndef SANDWIRE_TESTS_TCP_LONE_H
#define SANDWIRE_TESTS_TCP_LONE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/tcp/cc.h"
#include "core/tcp/rate.h"

enum { LONE_CONNS = 1, LONE_SENT = 64, LONE_RING = 65536, LONE_PACKETS = 4, LONE_FRAME = 1500 };

typedef struct Desert {
    Host hosts[HOST_COUNT];
    Tcb conns[LONE_CONNS + 1];
    Sent sents[(LONE_CONNS + 1) * LONE_SENT];
    SeqRange ranges[LONE_CONNS + 1];
    uint8_t bytes[LONE_CONNS * 2 * LONE_RING];
    Packet packets[LONE_PACKETS + 1];
    uint8_t frames[(LONE_PACKETS + 1) * LONE_FRAME];
    RuleSet rules_off;
    uint32_t rows;
    Note notes[256];
    Sink sink;
    Ctx ctx;
    Tcb *t; /* the connection, ESTABLISHED, of the algorithm asked for */
} Desert;

/* Segments of mss bytes; knobs of profile rfc. The same memory each time. */
Desert *lone_start(CcAlgorithm, uint32_t mss);

/* An acknowledgment of so many bytes arrives, measured at rtt, with the window in full use. */
void lone_ack(Desert *, uint32_t bytes, Nanos rtt);

/* The same as a new acknowledgment whose delivery-rate sample says rate bytes a second. */
void lone_ack_at_rate(Desert *, uint32_t bytes, Nanos rtt, uint64_t rate, bool app_limited);

/* What recovery does with a loss: reduces, and goes on at ssthresh. */
void lone_loss(Desert *);

/* How often a rule was noted since the last call for any rule. */
uint32_t lone_noted(Desert *, RuleId);

#endif
