/*
 * why_not.h: the reason why something has not happened.
 *
 * "Why has A not sent?", "why did B not acknowledge #7?", "why is B still in CLOSE-WAIT?": each has
 * an answer that names what holds it back, with the RFC section and the figures of this moment.
 *
 * There is no second opinion here. What holds data back is asked of output itself, on a copy of the
 * world (its own notes are the answer); what became of a segment stands in the trace; and whether
 * the thing will happen by itself, when, and by which rule, is found by letting the copy run on.
 */
#ifndef SANDWIRE_CORE_LAB_WHY_NOT_H
#define SANDWIRE_CORE_LAB_WHY_NOT_H

#include "core/lab/trace.h"

typedef enum WhyNotWhat {
    WHY_NOT_SEND,       /* host: new data, or its FIN */
    WHY_NOT_ACK,        /* host: an acknowledgment of segment `row` */
    WHY_NOT_RETRANSMIT, /* host: segment `row` once more; 0: the oldest unacknowledged one */
    WHY_NOT_LEAVE,      /* host: its connection stays in the state it is in */
    WHY_NOT_STATE,      /* host: its connection is not in `state` */
    WHY_NOT_TAKEN       /* segment `row` has not arrived, or was not accepted */
} WhyNotWhat;

typedef struct WhyNot {
    WhyNotWhat what;
    HostId host;
    uint16_t conn; /* the connection's number; 0: the one in focus */
    uint32_t row;  /* of a departure, or of anything that speaks of it */
    TcpState state;
} WhyNot;

/* Adds the answer, a line or a few. Returns the rule that holds it back; RULE_NONE when it is the
 * application, the network or the power and no rule of TCP, or when it did happen. */
RuleId why_not(Text *, const World *, const Trace *, const WhyNot *, Lang, bool absolute);

#endif
