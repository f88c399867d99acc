/*
 * invariants.h: what must hold of a whole world after every event.
 *
 * The numbered list is core/base/invariant.def. world_check (world.h) stops the program at the
 * first that is broken; here are the same questions with an answer, for tests and for what compares
 * a world with its own past.
 */
#ifndef SANDWIRE_CORE_NET_INVARIANTS_H
#define SANDWIRE_CORE_NET_INVARIANTS_H

#include "core/base/invariant.h"
#include "core/net/world.h"

/* The first that is broken, and whose it is; INV_NONE: all hold. */
typedef struct Broken {
    Invariant which;
    HostId host;   /* HOST_NONE: it is nobody's */
    uint16_t conn; /* number of the connection on its host; 0: none */
} Broken;
Broken world_broken(const World *);

/* What a connection looked like when the world was last watched. */
typedef struct WatchedConn {
    Seq iss, irs, una, nxt, adv; /* nxt: RCV.NXT */
    uint16_t number;             /* 0: there was none */
    uint8_t host;
    uint8_t reserved;
} WatchedConn;
typedef struct WorldWatch {
    Nanos now;
    uint32_t rows;
    uint32_t count;     /* elements of conns: shape.conns + 1 */
    WatchedConn *conns; /* the caller's; zeros at first */
} WorldWatch;

/* Compares the world with what it was at the last call, and remembers it: to be called after every
 * event, from the world's beginning; not across undo. */
Invariant world_watch(const World *, WorldWatch *);

#endif
