/*
 * pkt.h - .pkt scripts in tests: short beginnings, and what a script should come to.
 *
 * Each check stops the test with the script's own words when the outcome is another one.
 */
#ifndef SANDWIRE_TESTS_LAB_PKT_H
#define SANDWIRE_TESTS_LAB_PKT_H

#include "core/lab/script.h"

/* A listener: three lines. */
#define PKT_LISTEN                                  \
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n" \
    "+0 bind(3, ..., ...) = 0\n"                    \
    "+0 listen(3, 5) = 0\n"

/* The handshake with a listener, and its child as fd 4: seven lines; 0.1 s have passed. */
#define PKT_ACCEPT                         \
    PKT_LISTEN                             \
    "+0 < S 0:0(0) win 65535 <mss 1460>\n" \
    "+0 > S. 0:0(0) ack 1 <mss 1460>\n"    \
    "+.1 < . 1:1(0) ack 1 win 65535\n"     \
    "+0 accept(3, ..., ...) = 4\n"

/* connect() of a non-blocking socket and its end: seven lines; 0.1 s have passed. */
#define PKT_CONNECT                                                          \
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"                          \
    "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"                          \
    "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n" \
    "+0 > S 0:0(0) <...>\n"                                                  \
    "+.1 < S. 0:0(0) ack 1 win 65535 <mss 1460>\n"                           \
    "+0 > . 1:1(0) ack 1\n"                                                  \
    "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n"

/* Strict, English, profile from the script, invariants checked after every event. */
ScriptOptions pkt_options(void);

ScriptResult pkt_run(const ScriptOptions *, const char *text);

void pkt_passes(const char *text);
void pkt_passes_with(const ScriptOptions *, const char *text);

/* The stack did otherwise; at the script's line (0: any), and the report holds the words. */
void pkt_fails(const char *text, uint32_t line, const char *words);
void pkt_fails_with(const ScriptOptions *, const char *text, uint32_t line, const char *words);

/* Not possible here; the reason holds the words. */
void pkt_skips(const char *text, const char *words);

/* Not a script: the complaint's place and words. */
void pkt_is_wrong(const char *text, uint32_t line, uint32_t column, const char *words);

#endif
