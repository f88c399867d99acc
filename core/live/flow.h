/*
 * flow.h: connections in a capture, and what each segment of them looks like from outside.
 *
 * A sniffer sees segments at one place and must guess the rest: which are retransmissions, what
 * the two ends think. The guesses are made as Wireshark makes them and get its words, so that a
 * learner can compare; the states are those that the segments prove, or would lead to if they
 * arrive. One pass, in the order of the file; memory is per connection, not per packet, but for
 * what is sent and not yet acknowledged.
 *
 *      addresses and ports --> hash table --> SeenFlow { end[A], end[B] } --> Sighting of this
 * segment
 *
 * A is the end that opened the connection (or, where its beginning was not captured, that spoke
 * first); B the other.
 */
#ifndef SANDWIRE_CORE_LIVE_FLOW_H
#define SANDWIRE_CORE_LIVE_FLOW_H

#include "core/base/state.h"
#include "core/live/dissect.h"

/* Wireshark's words about a segment; several may be true. In the order in which they are told. */
typedef enum FlowWord {
    WORD_PORT_REUSED = 0,
    WORD_LOST_BEFORE,  /* a segment before this one was not captured, or was lost */
    WORD_ACKED_UNSEEN, /* acknowledges what was not captured */
    WORD_RETRANSMISSION,
    WORD_FAST_RETRANSMISSION,
    WORD_SPURIOUS_RETRANSMISSION,
    WORD_OUT_OF_ORDER,
    WORD_DUP_ACK,
    WORD_WINDOW_FULL,
    WORD_ZERO_WINDOW,
    WORD_ZERO_WINDOW_PROBE,
    WORD_ZERO_WINDOW_PROBE_ACK,
    WORD_WINDOW_UPDATE,
    WORD_KEEP_ALIVE,
    WORD_KEEP_ALIVE_ACK,
    WORD_COUNT
} FlowWord;

/* "Fast Retransmission": as Wireshark writes it, without its "TCP ". */
const char *flow_word(FlowWord);

/* A segment that was sent and is not acknowledged yet. */
typedef struct Unacked {
    Seq seq, next;
    Nanos at;
    bool again; /* seen more than once: no round-trip time can be taken from it (Karn) */
} Unacked;

typedef struct RttSum {
    Nanos least, most, sum;
    uint64_t count;
} RttSum;

typedef struct FlowEnd {
    Endpoint who;
    Seq isn, next; /* next: the highest number seen, plus one */
    Seq unbroken;  /* ... without a hole before it */
    Seq last_ack;  /* of this end's latest segment */
    Seq fin;       /* the number behind its FIN */
    uint32_t dup_acks;
    uint64_t dup_of; /* the packet whose acknowledgment is repeated */
    Nanos next_at;   /* when `next` was reached */
    Nanos ack_at;    /* when its latest segment came by */
    uint64_t bytes, packets;
    uint32_t words[WORD_COUNT];
    RttSum rtt; /* from its segments to their acknowledgments, at the place of the capture */
    Unacked *unacked;
    uint32_t unacked_head, unacked_count, unacked_cap;
    uint32_t last_words; /* bits of its latest segment */
    uint16_t window;     /* as it stands in the header */
    uint8_t state;       /* TcpState, when known */
    uint8_t state_known, isn_known, next_known, ack_known, fin_seen, fin_taken;
    int8_t scale; /* -1: not known; else 0..14 */
} FlowEnd;

typedef struct SeenFlow {
    FlowEnd end[HOST_COUNT];
    uint32_t number;      /* 1, 2, ... in the order of their first packets */
    uint64_t first, last; /* packets */
    Nanos begin, until;
    Nanos syn_at;
    Nanos handshake; /* from the SYN to the third segment: a round trip, wherever it is seen */
    uint8_t was_reset, opened; /* opened: its SYN was captured */
} SeenFlow;

typedef struct Sighting {
    SeenFlow *flow;
    HostId from;
    uint32_t words;           /* bit per FlowWord */
    uint64_t dup_of;          /* WORD_DUP_ACK: of which packet ... */
    uint32_t dup_count;       /* ... and which duplicate */
    Nanos rtt;                /* of what it acknowledges; 0: not known */
    bool changed[HOST_COUNT]; /* a state changed */
} Sighting;

typedef struct FlowTable FlowTable;

/* NULL when memory ends. */
FlowTable *flow_table_new(void);
void flow_table_free(FlowTable *);

/* A segment comes by. False: no memory for another connection. */
bool flow_see(FlowTable *, const Dissected *, uint64_t packet, Nanos at, Sighting *);

uint32_t flow_count(const FlowTable *);
const SeenFlow *flow_at(const FlowTable *, uint32_t number); /* 1 .. flow_count */

/* Both ends' words together. */
uint32_t flow_word_count(const SeenFlow *, FlowWord);

/* ---- flow_words.c and flow_state.c, for flow.c ---- */

/* Which words fit the segment; also keeps the numbers that they are made from. */
void flow_judge(SeenFlow *, const Seg *, uint64_t packet, Nanos at, Sighting *);
/* What the segment does to the states, at the end that sends it and, if it arrives, at the other.
 */
void flow_states(SeenFlow *, const Seg *, Sighting *);

#endif
