/*
 * predicate.h: one language for every question about a run.
 *
 *     A.state == ESTABLISHED && B.rcv.nxt - B.irs > 100      in_flight(A>B) == 0
 *     count(SYN+ACK from B) >= 2     received(B) == "hello"     time < 3s
 *     visited(A, SYN_SENT -> SYN_RECEIVED)
 *
 * C's operators and precedence over 64-bit integers, times, states and strings: || && ! == != < <=
 * > >= + - * / % & ( ), and ~ for "contains": received(B) ~ "lo w". Numbers take units (ns us ms s
 * min h, B KiB MiB, %); a time is only compared with a time. Strings have the escapes \n \r \t \0
 * \\ \" \xHH. States are written SYN_SENT or SYN-SENT, errors as A.error == ECONNRESET.
 *
 * Paths: A.snd.una (of A's focus), A[2].state (of its connection number 2), A.cwnd (the last part,
 * where it is clear), A.rto_min (a knob), A.addr (a host's field), A.app.amount, link(A>B).delay,
 * world.hold; computed ones: A.flight, A.unsent. Sequence numbers are absolute; the difference of
 * two is taken modulo 2^32, and < compares them on their circle.
 *
 * Functions: count(CLASS [from X] [to X]) departures so far, injected ones too; arrived(CLASS [at
 * X]); lost(CLASS [from X]); retransmissions([X]); in_flight([A>B]); held([A>B]); received(X) the
 * stream that X's TCP has put in order, over all its connections in the order of arrival; read(X)
 * how many bytes its applications took; visited(X, S) and visited(X, S -> S); edges([X]) how many
 * edges of the state diagram were taken; conns(X) connections that are neither LISTEN nor CLOSED,
 * conns(X, S); timer(X, 2MSL) the time left, `never` if not armed; time; rows; quiet. Constants:
 * true false never.
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
