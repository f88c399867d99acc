/*
 * state.h: the eleven states of RFC 9293 figure 5, and their names.
 *
 * In the RFC's order. The numbers appear in saved sessions and predicates: never renumber.
 */
#ifndef SANDWIRE_CORE_BASE_STATE_H
#define SANDWIRE_CORE_BASE_STATE_H

#include "core/base/base.h"

typedef enum TcpState {
    CLOSED = 0, /* fictional: "no TCB, and therefore no connection" */
    LISTEN,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT,
    TCP_STATE_COUNT
} TcpState;

/* "SYN-RECEIVED": as RFC 9293 writes it. */
const char *state_name(TcpState);

/* "SYN_RECEIVED": as predicates write it. */
const char *state_symbol(TcpState);

/* The state of a name written with '-' or '_', any case; also ss's ESTAB, SYN-RECV, FIN-WAIT1...;
 * TCP_STATE_COUNT if there is none. */
TcpState state_of_name(const char *name, size_t len);

/* The edges of RFC 9293 figure 5, in the order of its states; the diagram, the `visited` report and
 * the collection all use this table. Resets and aborts, which figure 5 leaves out, are not in it.
 */
typedef enum EdgePath { EDGE_CLIENT, EDGE_SERVER, EDGE_UNUSUAL } EdgePath;
typedef struct StateEdge {
    uint8_t from, to;
    uint8_t path; /* EdgePath: how lecturers draw it */
    uint8_t step; /* opening: 1 2 3; closing: 11 12 13 14 for the four segments; else 0 */
    const char *event, *action; /* as in the figure: "rcv SYN", "snd SYN,ACK" */
} StateEdge;
enum { STATE_EDGE_COUNT = 21 };
extern const StateEdge state_edges[STATE_EDGE_COUNT];

#endif
