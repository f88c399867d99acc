/*
 * desk.h - a session with short words for the acts that tests need, and comparisons that show the
 * story when they fail.
 */
#ifndef SANDWIRE_TESTS_LAB_DESK_H
#define SANDWIRE_TESTS_LAB_DESK_H

#include "core/lab/session.h"

/* Checks all invariants after every event. history_bytes 0: as usual. */
Session *desk_new(uint64_t seed, size_t history_bytes);

/* Each is a line of its own for undo. They stop the test when the world refuses. */
void desk_listen(Session *);  /* B listens on port 80 */
void desk_connect(Session *); /* A connects to it */
void desk_send(Session *, HostId, const char *text);
void desk_send_many(Session *, HostId, uint64_t bytes);
void desk_close(Session *, HostId);
void desk_link(Session *, LinkKey, uint64_t val);
void desk_app(Session *, HostId, AppKind, uint64_t amount);
CallResult desk_do(Session *, Cmd);

/* Until quiet; until nothing will happen any more; so many steps; to a time. */
StopReason desk_quiet(Session *);
StopReason desk_to_the_end(Session *);
StopReason desk_step(Session *, uint32_t steps);
StopReason desk_until(Session *, Nanos);

/* A conversation from the first SYN to CLOSED, over a wire that loses, copies and reorders. */
void desk_bad_wire_story(Session *);

bool desk_true(const Session *, const char *predicate);
int64_t desk_number(const Session *, const char *predicate);

/* The rows as sentences, on stderr. */
void desk_show(const Session *);

/* Are the two traces the same in every row, note, byte and count? Says where not. */
bool desk_same_trace(const Trace *, const Trace *);

/* The n-th draw of a test's own dice, below bound. */
uint64_t desk_draw(uint64_t seed, uint64_t n, uint64_t bound);

#endif
