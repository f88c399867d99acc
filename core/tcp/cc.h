/*
 * cc.h: congestion control: how much the path can bear.
 *
 * Flow control asks what the receiver can hold; congestion control guesses what the network between
 * can carry, from the only signs it gives: acknowledgments that come, segments that do not, marks.
 * An algorithm is a row of cc_table; a connection names its row (tcb.cc.algorithm). Which segments
 * are lost, and the phases of recovery, are recovery.h's business.
 */
#ifndef SANDWIRE_CORE_TCP_CC_H
#define SANDWIRE_CORE_TCP_CC_H

#include "core/tcp/ack.h"

/* What reduces the window. */
typedef enum CcEvent {
    CC_EVENT_LOSS,   /* a loss was found: recovery begins */
    CC_EVENT_ECE,    /* the network marked a packet: CWR begins */
    CC_EVENT_TIMEOUT /* the retransmission timer expired */
} CcEvent;

typedef struct CcOps {
    const char *name; /* as TCP_CONGESTION spells it */
    /* The connection is established; cwnd and ssthresh are set already. NULL: nothing to do. */
    void (*start)(Ctx *, Tcb *);
    /* An acknowledgment while the window may grow: phase OPEN, DISORDER or LOSS. */
    void (*grow)(Ctx *, Tcb *, const AckInfo *);
    /* The new ssthresh in bytes after the event, before the phase changes. */
    uint32_t (*reduced)(Ctx *, Tcb *, CcEvent);
    /* The reduction proved wrong: cwnd and ssthresh have been restored. NULL: nothing to do. */
    void (*undone)(Ctx *, Tcb *);
    /* Every acknowledgment, in every phase; for algorithms that set cwnd and the pacing rate
     * themselves (BBR); such ones leave grow NULL. */
    void (*control)(Ctx *, Tcb *, const AckInfo *);
    /* An acknowledgment while the window may grow, after grow: was it used (RFC 7661)? NULL:
     * nothing to do. */
    void (*used)(Ctx *, Tcb *, bool used);
    /* Data leaves after the connection was idle. NULL: nothing to do. */
    void (*resumes)(Ctx *, Tcb *);
} CcOps;

typedef enum CcAlgorithm { CC_NONE = 0, CC_RENO, CC_CUBIC, CC_BBR, CC_ALGORITHM_COUNT } CcAlgorithm;

extern const CcOps *const cc_table[CC_ALGORITHM_COUNT];
extern const CcOps cc_reno;
extern const CcOps cc_cubic;
extern const CcOps cc_bbr;

/* The algorithm of a name ("reno", "cubic", "bbr", "none"); CC_ALGORITHM_COUNT: there is none. */
CcAlgorithm cc_of_name(const char *name, size_t len);

/* Is it in force on this host? (knob cc, rule congestion-control) */
bool cc_active(const Ctx *, const Tcb *);

/* The connection is established: the initial window (RFC 5681 3.1, RFC 6928). */
void cc_start(Ctx *, Tcb *);

/* An acknowledgment, after recovery_on_ack: lets the window grow where the phase allows it. */
void cc_on_ack(Ctx *, Tcb *, const AckInfo *);

/* Sets ssthresh for the event; for a timeout also cwnd (the loss window). */
void cc_reduce(Ctx *, Tcb *, CcEvent);

/* Data is about to leave after an idle time longer than the RTO (RFC 5681 4.1). */
void cc_on_restart(Ctx *, Tcb *);

/* Bytes of data have left (paced senders: the next segment must wait its turn). */
void cc_on_send(Ctx *, Tcb *, uint32_t bytes);

/* Output is done for now; held: what keeps waiting data back, RULE_NONE if no data waits or may go.
 * Takes note of how far the window is used, and of what limits the connection. */
void cc_after_output(Ctx *, Tcb *, RuleId held);

/* Another algorithm from now on (TCP_CONGESTION on an open connection): it begins with the window
 * that there is. */
void cc_choose(Ctx *, Tcb *, CcAlgorithm);

/* Bytes a second at which segments are spaced, or would be if this algorithm paced (TCP_INFO's
 * pacing_rate); UINT64_MAX: no limit. */
uint64_t cc_pacing_rate(const Ctx *, const Tcb *);

/* Bytes that may be in flight. */
uint32_t cc_window(const Ctx *, const Tcb *);

/* The earliest moment the next segment may leave (pacing); now or earlier: at once. */
Nanos cc_paced_until(const Ctx *, const Tcb *);

/* The note of cwnd and ssthresh, after either changed. */
void cc_note(Ctx *, const Tcb *);

/* ---- shared by the algorithms ---- */

/* Slow start up to ssthresh, with HyStart++ where it is wanted. Returns the acknowledged bytes that
 * are left for congestion avoidance. */
uint32_t cc_slow_start(Ctx *, Tcb *, const AckInfo *);

/* The window at the moment of a loss: all data outstanding (FlightSize, RFC 5681 equation 4), or
 * the congestion window (knob ssthresh_flight off). */
uint32_t cc_window_at_loss(const Ctx *, const Tcb *);

#endif
