/*
 * cc_state.h: what congestion control and the delivery rate remember of a connection.
 *
 * The last part of a Tcb, so it obeys the same laws: no pointers, no padding, all zeros is the
 * right start. Each algorithm has its own struct; only the one in force writes to it, and a change
 * of algorithm clears them all (cc_choose).
 */
#ifndef SANDWIRE_CORE_TCP_CC_STATE_H
#define SANDWIRE_CORE_TCP_CC_STATE_H

#include "core/base/base.h"
#include "core/base/seq.h"

/* What keeps a connection that has something to send from sending faster. */
typedef enum RateLimit {
    LIMITED_IDLE = 0, /* nothing to send and nothing on its way */
    LIMITED_NETWORK,  /* data is on its way or waits: the path decides */
    LIMITED_RWND,     /* the peer's window */
    LIMITED_SNDBUF,   /* our own send buffer is full of data in flight */
    LIMITED_COUNT
} RateLimit;

/* The delivery rate (rate.h), and what TCP_INFO tells about the past. Microseconds are counted
 * modulo 2^32; only differences count. */
typedef struct Rate {
    Nanos limited[LIMITED_COUNT]; /* time spent in each, up to `since` */
    Nanos since;                  /* since when it is `limit` */
    Nanos min_rtt;                /* the shortest round trip ever measured; 0: none */
    Nanos paced_until;            /* a paced sender: nothing leaves earlier */
    uint64_t latest;              /* the last sample, bytes a second; 0: none */
    uint64_t pacing;              /* what the algorithm paces with, bytes a second; 0: not at all */
    uint32_t delivered;           /* C.delivered: bytes known to have arrived */
    uint32_t delivered_us;        /* C.delivered_time: when that became known */
    uint32_t first_us;            /* C.first_sent_time: start of the sending interval */
    uint32_t app_limited;         /* C.app_limited: until so much is delivered; 0: not limited */
    uint8_t limit;                /* RateLimit */
    uint8_t latest_app_limited;   /* the last sample says what the application sent, not the path */
    uint8_t reserved[6];
} Rate;
_Static_assert(sizeof(Rate) == 96, "a Rate has no padding");

/* How much of the window is used (RFC 7661): a window that is not used proves nothing. */
typedef struct CwndUse {
    Seq until;    /* the window under observation ends here */
    uint32_t max; /* most bytes in flight in it */
    uint8_t full; /* the congestion window held something back in it */
    uint8_t reserved[3];
} CwndUse;
_Static_assert(sizeof(CwndUse) == 12, "a CwndUse has no padding");

/* HyStart++ (RFC 9406); a round-trip time of 0 stands for infinity. */
typedef enum HystartState {
    HYSTART_FRESH = 0,
    HYSTART_SLOW_START,
    HYSTART_CSS, /* conservative slow start: the delay has grown, is it the queue? */
    HYSTART_DONE
} HystartState;
typedef struct Hystart {
    Nanos last_min;    /* lastRoundMinRTT */
    Nanos current_min; /* currentRoundMinRTT */
    Nanos baseline;    /* cssBaselineMinRtt */
    Seq window_end;    /* windowEnd: the round ends when it is acknowledged */
    uint16_t samples;  /* rttSampleCount */
    uint8_t rounds;    /* of CSS, completed */
    uint8_t state;     /* HystartState */
} Hystart;
_Static_assert(sizeof(Hystart) == 32, "a Hystart has no padding");

/* CUBIC (RFC 9438): 4.1.2. Windows in bytes. */
typedef struct CubicEpoch {
    Nanos start;     /* t_epoch; 0: congestion avoidance has not begun */
    uint64_t w_est;  /* W_est, in 2^-24 bytes */
    uint32_t k_us;   /* K, microseconds */
    uint32_t w_max;  /* W_max; 0: undefined */
    uint32_t prior;  /* cwnd_prior */
    uint32_t origin; /* W_max of this stage: the plateau of the curve */
} CubicEpoch;
_Static_assert(sizeof(CubicEpoch) == 32, "a CubicEpoch has no padding");
typedef struct Cubic {
    CubicEpoch now, undo; /* undo: as it was before the last reduction (4.9.2) */
    Nanos idle_since;     /* the application leaves the window unused since; 0: it does not */
    uint64_t credit;      /* growth that does not make a segment yet, in 2^-24 bytes */
    uint8_t after_rto;    /* the next stage is the first after a timeout (4.8) */
    uint8_t region;       /* CubicRegion */
    uint8_t reserved[6];
} Cubic;
_Static_assert(sizeof(Cubic) == 88, "a Cubic has no padding");
typedef enum CubicRegion {
    CUBIC_NONE = 0, /* slow start */
    CUBIC_RENO_FRIENDLY,
    CUBIC_CONCAVE,
    CUBIC_CONVEX
} CubicRegion;

/* BBR (BBR draft 00). Rates in bytes a second. */
typedef enum BbrState { BBR_STARTUP = 0, BBR_DRAIN, BBR_PROBE_BW, BBR_PROBE_RTT } BbrState;
enum { BBR_WELL = 0, BBR_CONSERVING, BBR_RECOVERING };
typedef struct Bbr {
    uint64_t bw[3];       /* the greatest delivery rate, and what would be in later windows */
    uint64_t full_bw;     /* the rate that a full pipe must exceed by a quarter */
    Nanos rtprop;         /* RTprop: the shortest round trip of ten seconds; 0: none */
    Nanos rtprop_at;      /* when it was measured */
    Nanos phase_at;       /* when the phase of PROBE_BW began */
    Nanos probe_until;    /* PROBE_RTT: the small window holds until then; 0: not yet small */
    uint32_t bw_round[3]; /* in which round each of bw was measured */
    uint32_t round;       /* round trips so far */
    uint32_t round_end;   /* this round ends when what was sent after it is delivered */
    uint32_t prior_cwnd;  /* the window before recovery or PROBE_RTT */
    uint8_t state;        /* BbrState */
    uint8_t phase;        /* of PROBE_BW, 0 to 7 */
    uint8_t round_start;  /* the last acknowledgment began a round */
    uint8_t full;         /* the pipe has been full */
    uint8_t full_rounds;  /* rounds without growth */
    uint8_t probe_round;  /* PROBE_RTT has lasted a round */
    uint8_t recovering;   /* at the last acknowledgment: BBR_WELL ... */
    uint8_t idle;         /* data has begun to leave after an idle time */
} Bbr;
_Static_assert(sizeof(Bbr) == 96, "a Bbr has no padding");

typedef struct CcState {
    Rate rate;
    Hystart hystart;
    Cubic cubic;
    Bbr bbr;
    CwndUse use;
    uint32_t reserved;
} CcState;
_Static_assert(sizeof(CcState) % 8 == 0, "a CcState has no padding at its end");

#endif
