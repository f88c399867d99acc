/*
 * why_ahead.h: what the code that decides would say and do; private to why*.c.
 *
 * Both questions are asked of a copy of the world: the world itself is not touched. Output's own
 * note says what holds data back; running the copy on shows whether, when and by which rule
 * something will happen if nobody interferes.
 */
#ifndef SANDWIRE_CORE_LAB_WHY_AHEAD_H
#define SANDWIRE_CORE_LAB_WHY_AHEAD_H

#include "core/lab/why_not.h"

/* The rule by which output holds back the connection's waiting data, with its numbers. False:
 * nothing is held back (or memory ended). */
bool why_ask_output(const World *, const Tcb *, Note *held);

/* What is waited for. */
typedef struct WhyGoal {
    WhyNotWhat what;
    HostId host;
    uint16_t conn;
    uint32_t row;         /* the departure that is to arrive or to be sent again */
    TcpState state, from; /* to be reached; to be left */
    Seq seq;              /* SEND: the first new number; ACK: the number to be acknowledged */
} WhyGoal;

typedef struct WhyAhead {
    Nanos at;
    RuleId rule;       /* by which it happens; RULE_NONE: none is noted */
    uint32_t events;   /* looked at */
    bool found, going; /* going: the end of all events was not reached */
} WhyAhead;

/* False only when memory ends. */
bool why_look_ahead(const World *, const WhyGoal *, WhyAhead *);

#endif
