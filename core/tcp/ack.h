/*
 * ack.h: the fifth check's arithmetic: what an acknowledgment settles (RFC 9293 3.10.7.4).
 *
 * Private to core/tcp. One acknowledgment is told to everybody who learns from it as one AckInfo,
 * filled step by step:
 *
 *     sack_take       the scoreboard: what the peer has out of order          sack.c
 *     take_acked      what leaves the sent list                               ack.c
 *     rtt_sample      the round-trip time                                     rtt.c
 *     rate_on_ack     the delivery rate                                       rate.c
 *     recovery_on_ack which segments are lost, and in which phase we are      recovery.c, rack.c
 *     cc_on_ack       how much may be in flight                               cc.c, cc_*.c
 */
#ifndef SANDWIRE_CORE_TCP_ACK_H
#define SANDWIRE_CORE_TCP_ACK_H

#include "core/tcp/tcb.h"

/* The sample of the delivery rate that an acknowledgment makes, as it is put together (rate.c). */
typedef struct RateSample {
    Nanos newest_at;      /* when the newest segment delivered was sent; 0: none yet */
    Seq newest_end;       /* ... and its end */
    uint32_t prior;       /* P.delivered: what had been delivered when that one left */
    uint32_t prior_us;    /* P.delivered_time */
    uint32_t send_us;     /* send_elapsed */
    uint32_t delivered;   /* bytes delivered in the interval; 0: no sample */
    uint32_t interval_us; /* the longer of send_elapsed and ack_elapsed */
    uint64_t rate;        /* bytes a second; 0: no sample */
    bool app_limited;     /* it says what the application sent, not what the path can carry */
} RateSample;

typedef struct AckInfo {
    const Seg *seg;         /* the acknowledgment itself */
    Seq una_before;         /* SND.UNA before it */
    uint32_t flight_before; /* bytes in flight before it */
    uint32_t acked;         /* bytes of data that it acknowledged cumulatively */
    uint32_t segs;          /* segments newly known to have arrived whole */
    uint32_t largest;       /* the most of them in one segment */
    uint32_t sacked;        /* bytes newly SACKed */
    uint32_t delivered;     /* bytes newly known to have arrived, each counted once */
    uint32_t lost;          /* bytes newly believed lost */
    Nanos rtt;              /* the round trip it measured; 0: none (Karn's algorithm) */
    bool advances;          /* SND.UNA moved */
    bool duplicate; /* a duplicate acknowledgment (RFC 5681 section 2; RFC 6675 section 2) */
    bool dsack;     /* it reports a duplicate (RFC 2883) */
    bool window_changed;
    bool original; /* it tells of data that was sent only once, before the last timeout or loss */
    bool ece;      /* it carries ECN-Echo that counts (RFC 3168 6.1.2) */
    RateSample rate;
} AckInfo;

/* An acceptable acknowledgment arrives, SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT: everything
 * that follows from it. */
void ack_arrives(Ctx *, Tcb *, const Seg *);

/* The segment acknowledges our SYN, in SYN-SENT, up to `ack`: takes the SYN (and data that went
 * with it) off. */
void ack_of_syn(Ctx *, Tcb *, const Seg *, Seq ack);

#endif
