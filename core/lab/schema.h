/*
 * schema.h: one row per field of the state.
 *
 * schema.def lists every field of Tcb, Host, Link, Packet, Sent, App and World with its path, unit,
 * text and whether it votes in the canonical hash. It drives `tcb`, diff, watch, predicates, JSON
 * and the window's panels. A test proves that the rows tile each struct exactly: no field without a
 * row.
 */
#ifndef SANDWIRE_CORE_LAB_SCHEMA_H
#define SANDWIRE_CORE_LAB_SCHEMA_H

#include "core/base/print.h"
#include "core/net/world.h"

typedef enum FieldType {
    FIELD_UINT,     /* u8 .. u64 plain number */
    FIELD_SEQ_OWN,  /* a number of this end's space: shown relative to snd.iss */
    FIELD_SEQ_PEER, /* of the other end's: relative to rcv.irs */
    FIELD_TIME,     /* a moment (Nanos) */
    FIELD_DURATION, /* a length of time (Nanos) */
    FIELD_BYTES,    /* a count of bytes */
    FIELD_STATE,    /* TcpState */
    FIELD_ERROR,    /* ConnError */
    FIELD_ADDR,     /* IPv4 address */
    FIELD_PORT,
    FIELD_BOOL,
    FIELD_BITS, /* flags; shown in hex or with names */
    FIELD_HOST,
    FIELD_RESERVED, /* padding that is always 0: never shown */
    FIELD_RULE,     /* RuleId */
    FIELD_RATE,     /* bytes a second */
    FIELD_MICROS,   /* a length of time in microseconds */
    FIELD_FRACTION, /* bytes, with 24 bits behind the point */
    FIELD_CC,       /* CcAlgorithm, and what follows: numbers that are shown as words */
    FIELD_PHASE,    /* CcPhase */
    FIELD_LIMIT,    /* RateLimit */
    FIELD_HYSTART,  /* HystartState */
    FIELD_REGION,   /* CubicRegion */
    FIELD_PART      /* a struct or array with rows of its own elsewhere; its value is 0 */
} FieldType;

typedef enum SchemaOf {
    SCHEMA_TCB,
    SCHEMA_HOST,
    SCHEMA_LINK,
    SCHEMA_PACKET,
    SCHEMA_SENT,
    SCHEMA_APP,
    SCHEMA_WORLD,
    SCHEMA_COUNT
} SchemaOf;

typedef struct Field {
    const char *path; /* "snd.una" */
    uint16_t offset, size;
    uint8_t type;                 /* FieldType */
    bool votes;                   /* in the canonical hash */
    bool advanced;                /* not shown in the first view of a beginner */
    const char *text[LANG_COUNT]; /* one line for a learner */
} Field;

/* The rows of a struct, in its order. */
const Field *schema_fields(SchemaOf, size_t *count);

/* The row of a path such as "snd.una" (knobs of a host are rows "rto_min" ...), or of its last part
 * where only one path ends so ("iss", "cwnd"); NULL if there is none. */
const Field *schema_find(SchemaOf, const char *path, size_t len);

/* The raw value of a field as a number (Seq: absolute). base points to the struct. */
uint64_t schema_value(const Field *, const void *base);

/* Prints a field as a learner reads it. For sequence numbers, tcb gives the initial numbers. */
void schema_print(Text *, const Field *, const void *base, const Tcb *tcb, bool absolute);

#endif
