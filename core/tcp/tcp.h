/*
 * tcp.h: one host's TCP (RFC 9293 section 3.10).
 *
 * This is all that the world calls: the user calls of 3.10.1 to 3.10.6, SEGMENT ARRIVES (3.10.7)
 * and the timeouts (3.10.8). The module knows no link, no world and no clock: the Ctx brings the
 * pools, the host, the time and the sink. Segments it sends lie in the host's outbox afterwards.
 *
 * Calls, arrivals and timeouts only change the TCB and set wants; the caller then lets tcp_output
 * speak for the connection they return. The core never calls the application: a call that has to
 * wait says CALL_WOULD_BLOCK.
 */
#ifndef SANDWIRE_CORE_TCP_TCP_H
#define SANDWIRE_CORE_TCP_TCP_H

#include "core/base/invariant.h"
#include "core/base/wire_icmp.h"
#include "core/tcp/tcb.h"

typedef enum CallStatus {
    CALL_OK = 0,
    CALL_NO_CONNECTION, /* "error: connection does not exist" */
    CALL_EXISTS,        /* "error: connection already exists" */
    CALL_CLOSING,       /* "error: connection closing" */
    CALL_NO_RESOURCES,  /* "error: insufficient resources" */
    CALL_REFUSED,       /* "error: connection refused" */
    CALL_RESET,         /* "error: connection reset" */
    CALL_TIMED_OUT,
    CALL_ABORTED,
    CALL_WOULD_BLOCK, /* nothing to read yet; no room to write; not yet connected */
    CALL_EOF,         /* RECEIVE: the peer has finished */
    CALL_BAD_ARGUMENT,
    CALL_POWER_OFF,   /* the host is switched off */
    CALL_PUPPET,      /* the learner plays this end */
    CALL_NO_PACKET,   /* no such segment in the network */
    CALL_NO_ROOM,     /* a pool of the world is exhausted */
    CALL_ERRNO,       /* a socket call failed: CallResult.error says how */
    CALL_UNREACHABLE, /* the network reported that the peer cannot be reached */
    CALL_STATUS_COUNT
} CallStatus;

typedef struct CallResult {
    CallStatus status;
    ConnId conn;    /* the connection concerned */
    uint32_t value; /* bytes taken or given; see each call */
    uint16_t error; /* socket calls: the errno, 0: none (core/net/sock.h) */
    uint8_t wait;   /* socket calls: what the call waits for */
    bool block;     /* socket calls: the program sleeps in it */
} CallResult;

/* What the status means and what to do, in one sentence. */
const char *call_status_text(CallStatus, Lang);

/* OPEN, passive (3.10.1): a listener on the port; backlog 0: the host's knob. CALL_EXISTS if the
 * port is taken. */
CallResult tcp_listen(Ctx *, uint16_t port, uint16_t backlog);

/* The next free port of the host's range (knobs port_low, port_high); 0: none is free. */
uint16_t tcp_choose_port(Ctx *);

/* OPEN, active (3.10.1). local_port 0: chosen from the host's range. A listener on local_port is
 * changed from passive to active. CALL_EXISTS if the 4-tuple is in use. */
CallResult tcp_connect(Ctx *, uint16_t local_port, uint32_t remote_addr, uint16_t remote_port);

/* Does this host have what it takes to send data in a SYN to that address (RFC 7413)? */
bool tcp_fast_open_ready(const Ctx *, uint32_t remote_addr);

/* A connection whose SYN has not left yet shall use Fast Open: its SYN asks for a cookie, or
 * carries one and the data that tcp_send has queued. wait_for_data: the SYN waits for the first
 * tcp_send. CALL_BAD_ARGUMENT: the knob fastopen does not allow it. */
CallResult tcp_fast_open(Ctx *, ConnId, bool wait_for_data);

/* Does its SYN wait so? */
bool tcp_fast_open_waits(const Tcb *);

/* Bytes of data that its SYN has room for. */
uint32_t tcp_fast_open_room(const Ctx *, const Tcb *);

/* Hands the oldest established, not yet accepted child of the listener to the application. */
CallResult tcp_accept(Ctx *, ConnId listener);

/* May a program have this child of a listener? From ESTABLISHED on, with Fast Open before. */
static inline bool tcp_acceptable(const Tcb *t)
{
    return !(t->user & USER_ACCEPTED) &&
           (t->state >= ESTABLISHED || t->state == CLOSED || (t->user & USER_FAST_OPEN));
}

/* SEND (3.10.2): queues what fits; value: bytes taken. */
CallResult tcp_send(Ctx *, ConnId, Bytes);

/* SEND with the URGENT flag: the last byte taken is the end of urgent data (3.8.5). */
CallResult tcp_send_urgent(Ctx *, ConnId, Bytes);

/* RECEIVE (3.10.3): up to n bytes into out (NULL: thrown away); value: bytes given. */
CallResult tcp_receive(Ctx *, ConnId, uint8_t *out, uint32_t n);

/* Bytes that one RECEIVE can give: not across the mark, the last urgent byte. */
uint32_t tcp_readable(const Tcb *);

/* How far the urgent data reaches beyond what has been read (MUST-33); 0: there is none. */
uint32_t tcp_urgent_left(const Tcb *);

/* The next byte to be read is the last urgent one. */
bool tcp_at_mark(const Tcb *);

/* Has the last urgent byte arrived? Then *offset is its place in the receive buffer. */
bool tcp_urgent_byte(const Tcb *, uint32_t *offset);

/* A program has read it out of turn (MSG_OOB). */
void tcp_take_urgent(Ctx *, ConnId);

/* Shall the last urgent byte leave the stream, as BSD's sockets want it without SO_OOBINLINE? */
void tcp_out_of_band(Ctx *, ConnId, bool);

/* The sending half of CLOSE (3.10.4): FIN after the last byte; reading goes on. */
CallResult tcp_shutdown(Ctx *, ConnId);

/* CLOSE (3.10.4), as close() of a socket: shutdown, and nobody will read any more. */
CallResult tcp_close(Ctx *, ConnId);

/* ABORT (3.10.5): RST, and gone. */
CallResult tcp_abort(Ctx *, ConnId);

/* Sets a connection's own option: KNOB_NODELAY, KNOB_KEEPALIVE, KNOB_USER_TIMEOUT. */
CallResult tcp_set(Ctx *, ConnId, KnobId, uint64_t value);

/* send(MSG_MORE), after tcp_send: the program will soon send more, so what is less than a full
 * segment waits until the next SEND, the next acknowledgment, or for one RTO. */
void tcp_more_follows(Ctx *, ConnId);

/* A blocked send waits for the connection, which is not yet open: its data will take the third
 * segment's acknowledgment along, as Linux does. */
void tcp_writer_waits(Ctx *, ConnId);

/* Gives a connection its own options, all at once; a keep-alive timer that runs and a congestion
 * control that has begun follow. */
CallResult tcp_set_options(Ctx *, ConnId, const ConnOpt *);

/* SEGMENT ARRIVES (3.10.7). The frame was well formed and its checksum right (or nobody checks).
 * Returns the connection that tcp_output shall now look at; none: .v == 0. */
ConnId tcp_segment_arrives(Ctx *, const Seg *, Bytes payload);

/* An ICMP message arrives (3.9.2.2), well formed and addressed to this host. Returns the connection
 * that tcp_output shall now look at; none: .v == 0. */
ConnId tcp_icmp_arrives(Ctx *, const Icmp *);

/* Fires the given timer of the connection (3.10.8), which is armed. Call tcp_output afterwards. */
void tcp_timeout(Ctx *, ConnId, TimerId);

/* The earliest deadline; NANOS_NEVER if there is none. */
Nanos tcp_next_due(const Tcb *);
TimerId tcp_next_timer(const Tcb *);

/* Sends everything that may be sent now. The only maker of segments that belong to a TCB. */
void tcp_output(Ctx *, ConnId);

/* Demultiplexing (3.10.7): the connection of the host with exactly these four, carried by that
 * version of IP, else a listener on the local port, else none. */
ConnId tcp_demux(const Pools *, HostId, bool v6, uint32_t remote_addr, uint16_t remote_port,
                 uint16_t local_port);

/* Can the address be that of a single host? Not 0.0.0.0, nor a group, nor everybody (RFC 1122
 * 3.2.1.3). */
static inline bool is_host_addr(uint32_t addr)
{
    return addr != 0 && addr >> 28 < 14;
}

/* The first invariant of the slot that is broken (core/base/invariant.def); INV_NONE: all hold. */
Invariant tcp_broken(const Pools *, ConnId, Nanos now);

#endif
