/*
 * predicate.h: one language for every question about a run.
 *
 *     A.state == ESTABLISHED && B.rcv.nxt - B.irs > 100      in_flight(A>B) == 0
 *     count(SYN+ACK from B) >= 2     received(B) == "hello"     time < 3s     visited(A, SYN_SENT
 * -> SYN_RECEIVED)
 *
 * C's operators and precedence over 64-bit integers and strings: || && ! == != < <= > >= + - * / %
 * & ( ). Numbers take units (ms s us KiB MiB B %). Names are state symbols and schema paths:
 * A.snd.una, A[2].state (connection number 2 of A), A.rto_min (a knob), link(A>B).delay.
 * Sequence-number fields are absolute numbers; a difference of two is taken modulo 2^32.
 * Functions: count(CLASS [from X] [to X]) departures so far; arrived(CLASS at X); lost(CLASS from
 * X); in_flight(A>B); received(X) the stream that X's TCP has put in order, over all its
 * connections' focus; read(X) the bytes its application took; errors: A.error == ECONNRESET;
 * visited(X, S -> S); conns(X) and conns(X, STATE): how many connections; retransmissions(X); time;
 * rows; timer(X, 2MSL) the time left, `never` if not armed; edges visited: edges(). `true`,
 * `false`, `never`.
 *
 * A compiled predicate is a value without pointers to text; it evaluates without allocation and
 * cannot fail (division by zero gives 0; a connection that does not exist is CLOSED, all zero).
 */
#ifndef SANDWIRE_CORE_LAB_PREDICATE_H
#define SANDWIRE_CORE_LAB_PREDICATE_H

#include "core/lab/schema.h"
#include "core/lab/trace.h"

typedef struct Pred Pred;

typedef struct PredError {
    size_t at, len;               /* where in the text */
    const char *text[LANG_COUNT]; /* what is wrong */
    char nearest[48];             /* did you mean; "" if nothing is near */
} PredError;

/* Compiles; NULL and *error if the text is not understood. */
Pred *pred_compile(const char *text, size_t len, PredError *error);
void pred_free(Pred *);

/* The value as truth. */
bool pred_true(const Pred *, const World *, const Trace *);

/* Evaluates any expression and prints its value as a learner reads it ("ESTABLISHED", "5",
 * "\"hello\"", "1.2s"). */
void pred_print(Text *, const Pred *, const World *, const Trace *);

/* The value as a number (strings: their length). */
int64_t pred_number(const Pred *, const World *, const Trace *);

/* For a failed expectation: each comparison in it with what its sides are now, one line each:
 * "A.state is SYN-SENT, expected == ESTABLISHED". */
void pred_explain(Text *, const Pred *, const World *, const Trace *, Lang);

/* Names that may stand at the end of text[0..len) when completing: calls `each` per candidate. */
void pred_complete(const char *text, size_t len, void (*each)(void *, const char *), void *user);

#endif
