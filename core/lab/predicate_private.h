/*
 * predicate_private.h: the inside of a compiled predicate, shared by predicate_*.c.
 *
 * A predicate is a tree in an array: children come before their parents, the root is the last. Each
 * node knows its type, so that evaluation never has to ask, and its place in the text, so that an
 * explanation can quote it.
 *
 * Invariants: (1) left and right are smaller than the node's own index; (2) strings lie in the
 * predicate's own copy; (3) nesting is at most PRED_DEPTH, so evaluation cannot exhaust the stack.
 */
#ifndef SANDWIRE_CORE_LAB_PREDICATE_PRIVATE_H
#define SANDWIRE_CORE_LAB_PREDICATE_PRIVATE_H

#include "core/lab/predicate.h"

enum { PRED_DEPTH = 64, PRED_NODES = 512, PRED_TEXT = 4096 };

typedef enum PredType {
    TYPE_NUMBER,
    TYPE_BOOL,
    TYPE_STRING,
    TYPE_DURATION, /* moments, too: time since the beginning */
    TYPE_SEQ,
    TYPE_STATE,
    TYPE_ERROR,
    TYPE_ADDR
} PredType;

typedef enum PredOp {
    OP_LITERAL, /* number; strings: from and len in the pool */
    /* binary: left, right */
    OP_OR,
    OP_AND,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_CONTAINS,
    OP_BITAND,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_MOD,
    /* unary: left */
    OP_NOT,
    OP_NEG,
    /* fields: host, conn, field */
    OP_TCB,
    OP_HOST,
    OP_APP,
    OP_LINK,
    OP_WORLD,
    OP_FLIGHT,
    OP_UNSENT,
    /* functions: host (HOST_NONE: both) and what they need in a, b */
    OP_COUNT,     /* a: SegClass */
    OP_ARRIVED,   /* a: SegClass */
    OP_LOST,      /* a: SegClass */
    OP_IN_FLIGHT, /* host: from */
    OP_HELD,
    OP_RECEIVED,
    OP_READ,
    OP_VISITED, /* a: from, or TCP_STATE_COUNT for any; b: to */
    OP_CONNS,   /* a: state, or TCP_STATE_COUNT for all */
    OP_TIMER,   /* a: TimerId; conn */
    OP_EDGES,
    OP_TIME,
    OP_ROWS,
    OP_QUIET
} PredOp;

typedef struct PredNode {
    uint8_t op, type, host;
    uint8_t a, b;
    uint16_t conn;
    uint16_t left, right;
    uint32_t at, len; /* in the text */
    int64_t number;   /* literals; strings: offset in the pool */
    uint32_t size;    /* strings: bytes */
    const Field *field;
} PredNode;

struct Pred {
    PredNode *nodes;
    uint32_t count;
    char *text; /* the source */
    uint8_t *pool;
    uint32_t pool_count;
};

/* What never means as a number: later than everything. */
#define PRED_NEVER INT64_MAX

typedef struct Value {
    int64_t n;
    const uint8_t *bytes; /* strings */
    uint64_t len;         /* its whole length ... */
    size_t kept;          /* ... of which so much lies in bytes */
} Value;

Value pred_value(const Pred *, uint32_t node, const World *, const Trace *);

/* The connection that a node speaks of; one of zeros if there is none. */
const Tcb *pred_conn(const PredNode *, const World *);

/* Where the field's struct lies. */
const void *pred_base(const PredNode *, const World *);

/* The words of the language that stand for themselves or begin a function. */
typedef struct PredWord {
    const char *name;
    uint8_t op;
    bool function;
} PredWord;
extern const PredWord pred_words[];
extern const size_t pred_word_count;

/* Fields that are computed rather than kept: A.flight. */
PredOp pred_computed(const char *name, size_t len);

#endif
