/*
 * note.h: what happened, as it leaves the core.
 *
 * A Note is one line of the story. Notes with a row number are *rows*: events of their own,
 * numbered 1, 2, 3... through the whole run; everything a learner can point at with #12 is a row (a
 * call, a segment's departure, its arrival, its loss, a timer, an application's move). A segment is
 * named by the row of its departure. Notes with row 0 are *details*: what the row before them
 * brought about (a state change, a rule that acted, a timer set).
 *
 * `cause` is the row that led to this one: an arrival's cause is the departure; a departure's cause
 * is the arrival, call or timer that was being processed; a timer's cause is the row that armed it.
 * Following causes back gives the chain that `why` tells.
 *
 * A Sink collects notes and the frames they speak of; the caller passes it down the call, and
 * drains it afterwards. A full sink counts what it lost. NULL is allowed everywhere: nobody
 * listens.
 */
#ifndef SANDWIRE_CORE_BASE_NOTE_H
#define SANDWIRE_CORE_BASE_NOTE_H

#include "core/base/base.h"

typedef enum NoteKind {
    NOTE_NONE = 0,
    /* rows */
    NOTE_CALL, /* the learner acts; a: CmdOp, b: Cmd.val (SEND: bytes offered), key: Cmd.key */
    NOTE_SENT, /* a segment leaves host; bytes: the frame; rule: why; peer_row: first copy if it is
                  a retransmission or duplicate, else 0 */
    NOTE_ARRIVED, /* a segment reaches host; peer_row: its departure; bytes: the frame as it arrives
                   */
    NOTE_LOST,    /* a segment dies in the network; peer_row: its departure; a: LostWhy */
    NOTE_COPIED,  /* the network made a second copy; peer_row: departure of the original */
    NOTE_EDITED, /* the learner or the link changed its bytes; peer_row: departure; bytes: the frame
                  */
    NOTE_TIMER,  /* a timer of conn fires; a: TimerId */
    NOTE_APP,    /* an application acts; a: AppKind, b: what it did */
    NOTE_POWER,  /* host switched off (a = 0) or on (a = 1) */
    /* details */
    NOTE_STATE,    /* a: from, b: to */
    NOTE_RULE,     /* rule acted; a and b: its numbers */
    NOTE_SET,      /* a: TimerId, b: deadline */
    NOTE_CLEARED,  /* a: TimerId */
    NOTE_CWND,     /* a: cwnd, b: ssthresh (bytes) */
    NOTE_RTT,      /* a: sample, b: new RTO (nanoseconds) */
    NOTE_STREAM,   /* host's TCP put these bytes in order for its application; bytes: them */
    NOTE_READ,     /* host's application took a bytes */
    NOTE_ERROR,    /* the application of conn learns of an error; a: ConnError */
    NOTE_RESULT,   /* the call's answer; a: CallStatus, b: its value */
    NOTE_DROPPED,  /* host discards what arrived; rule: why; a: WireError if it was malformed */
    NOTE_ANNOTATE, /* how Wireshark would call the segment; a: Annotation, b: its number */
    NOTE_KIND_COUNT
} NoteKind;

/* Wireshark's words; we know where it must guess. */
typedef enum Annotation {
    ANN_NONE = 0,
    ANN_RETRANSMISSION,
    ANN_FAST_RETRANSMISSION,
    ANN_SPURIOUS_RETRANSMISSION,
    ANN_DUP_ACK, /* b: which duplicate */
    ANN_OUT_OF_ORDER,
    ANN_ZERO_WINDOW,
    ANN_ZERO_WINDOW_PROBE,
    ANN_WINDOW_UPDATE,
    ANN_WINDOW_FULL,
    ANN_KEEP_ALIVE,
    ANN_TAIL_LOSS_PROBE,
    ANN_KEEP_ALIVE_ACK,
    ANN_PORT_REUSED,
    ANN_CHALLENGE_ACK,
    ANN_COUNT
} Annotation;

/* "TCP Retransmission" etc. without the "TCP ". */
const char *annotation_name(Annotation);

/* Why a segment died on its way. */
typedef enum LostWhy {
    LOST_BY_HAND = 0,
    LOST_BY_RULE,   /* an armed rule: "drop 2nd FIN from B" */
    LOST_BY_CHANCE, /* the link's loss rate */
    LOST_QUEUE_FULL,
    LOST_CUT,      /* the wire is cut */
    LOST_POWER,    /* the host at the end is switched off */
    LOST_TTL,      /* more hops than TTL */
    LOST_FIREWALL, /* a box on the path has forgotten the flow */
    LOST_NO_ROOM,  /* no free packet in the world */
    LOST_TOO_BIG,  /* larger than a link of the path takes, and Don't Fragment is set */
    LOST_WHY_COUNT
} LostWhy;

const char *lost_why_text(LostWhy, Lang);

typedef struct Note {
    Nanos at;
    uint32_t row;                 /* 1, 2, ... for rows; 0 for details */
    uint32_t cause;               /* row that led to this one; 0: nothing did (a learner's call) */
    uint32_t peer_row;            /* see the kinds */
    uint16_t kind;                /* NoteKind */
    uint16_t rule;                /* RuleId or RULE_NONE */
    uint16_t conn;                /* the connection's number on host (1, 2, ...); 0: none */
    uint8_t host;                 /* HostId */
    uint8_t lost;                 /* reserved, 0 */
    uint32_t bytes_at, bytes_len; /* in the sink's bytes; len 0: none */
    uint32_t key;                 /* NOTE_CALL: Cmd.key; NOTE_RTT: SRTT */
    uint64_t a, b;
} Note;
_Static_assert(sizeof(Note) == 56, "a Note has no padding");

typedef struct Sink {
    Note *notes;
    uint32_t note_cap, note_count, notes_lost;
    uint8_t *bytes;
    uint32_t byte_cap, byte_count;
} Sink;

/* Adds a note with its bytes (which may be empty). With no room for the bytes the note is kept
 * without them. sink may be NULL. */
void sink_add(Sink *sink, Note note, Bytes bytes);

#endif
