/*
 * fastopen.h: TCP Fast Open (RFC 7413): data in the SYN, by a cookie that an earlier connection
 * got.
 *
 *     the first time      A: SYN, FO request        B: SYN+ACK, FO cookie      A remembers it
 *     from then on        A: SYN, FO cookie, data   B gives the data to its program at once
 *
 * The cookie proves that A really was at its address some time ago, which is what the third segment
 * proves otherwise. Whatever goes wrong leads back to the ordinary handshake. Private to core/tcp;
 * what programs call is in tcp.h.
 */
#ifndef SANDWIRE_CORE_TCP_FASTOPEN_H
#define SANDWIRE_CORE_TCP_FASTOPEN_H

#include "core/tcp/tcp.h"

/* Bits of the knob fastopen: those of Linux's net.ipv4.tcp_fastopen. */
enum {
    FASTOPEN_CLIENT = 1,
    FASTOPEN_SERVER = 2,
    FASTOPEN_CLIENT_NO_COOKIE = 4,       /* data without a cookie */
    FASTOPEN_SERVER_NO_COOKIE = 0x200,   /* ... taken */
    FASTOPEN_SERVER_EVERY_SOCKET = 0x400 /* listeners need not ask for it */
};

/* What a listener says to a SYN. */
typedef enum FastOpenAnswer {
    FASTOPEN_NO = 0,        /* nothing: an ordinary SYN */
    FASTOPEN_GRANT,         /* no data taken; the SYN+ACK brings a cookie */
    FASTOPEN_IGNORE,        /* no data taken, and no cookie either: too many wait already */
    FASTOPEN_TAKE,          /* the data is taken at once */
    FASTOPEN_TAKE_AND_GRANT /* ... and the SYN+ACK brings a new cookie: the old one ages */
} FastOpenAnswer;

/* ---- the server ---- */

FastOpenAnswer fastopen_judge(Ctx *, const Tcb *listener, const Seg *syn);

/* ---- the client ---- */

/* Bytes of data that our first SYN may carry. */
uint32_t fastopen_syn_data(const Ctx *, const Tcb *);

/* The first SYN is about to leave with so many bytes: notes what it does. */
void fastopen_offer(Ctx *, const Tcb *, uint32_t len);

/* The SYN+ACK has come, ACK taken: remembers its cookie; data that it does not acknowledge has
 * never been sent. */
void fastopen_answered(Ctx *, Tcb *, const Seg *syn_ack);

/* The SYN was not answered in time (or crossed another): it goes on as an ordinary one. */
void fastopen_fall_back(Ctx *, Tcb *);

/* ---- both ---- */

/* The option of a SYN or SYN+ACK. */
void fastopen_fill(const Ctx *, const Tcb *, Seg *);

#endif
