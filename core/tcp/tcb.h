/*
 * tcb.h: what one end knows: the transmission control block (RFC 9293 section 3.3.1), the host
 * around it, and the pools they live in.
 *
 *          sent and          sent, not yet       may be sent       may not
 *        acknowledged        acknowledged            now            yet
 *     ------------------|---------------------|----------------|-----------
 *                    snd.una               snd.nxt       snd.una + snd.wnd
 *
 *          received and                 may arrive now            not
 *          acknowledged                                         allowed
 *     ------------------|--------------------------------------|-----------
 *                    rcv.nxt                                rcv.adv
 *
 * Everything here lies inside a world: no pointers, no padding, zero is a valid empty value. Rings,
 * sent lists and ranges are slices of pools, found by the connection's index.
 *
 * Invariants, numbered: core/base/invariant.def.
 */
#ifndef SANDWIRE_CORE_TCP_TCB_H
#define SANDWIRE_CORE_TCP_TCB_H

#include "core/base/note.h"
#include "core/base/ranges.h"
#include "core/base/ring.h"
#include "core/base/rule.h"
#include "core/base/state.h"
#include "core/base/wire.h"
#include "core/tcp/cc_state.h"
#include "core/tcp/knob.h"

/* Each timer has a deadline of its own: arming one never evicts another. */
typedef enum TimerId {
    TIMER_REXMIT = 0, /* RFC 6298 */
    TIMER_PERSIST,    /* zero-window probes, RFC 9293 3.8.6.1 */
    TIMER_DELACK,     /* RFC 9293 3.8.6.3 */
    TIMER_KEEPALIVE,  /* RFC 9293 3.8.4 */
    TIMER_2MSL,       /* TIME-WAIT, RFC 9293 3.6.1 */
    TIMER_FIN_WAIT_2, /* not in the RFC: Linux tcp_fin_timeout */
    TIMER_USER,       /* RFC 9293 3.9.1.1, USER TIMEOUT */
    TIMER_SWS,        /* the sender's override, RFC 9293 3.8.6.2.1 */
    TIMER_RACK,       /* the reordering window has passed, RFC 8985 6.3 */
    TIMER_TLP,        /* tail loss probe (PTO), RFC 8985 7 */
    TIMER_PACING,     /* the next segment may leave: a paced sender (BBR) */
    TIMER_COUNT
} TimerId;

const char *timer_name(TimerId); /* "retransmission", "2MSL" ... as shown */

/* Why a connection ended badly, as the application learns it. */
typedef enum ConnError {
    CONN_OK = 0,
    CONN_REFUSED,      /* RST in SYN-SENT */
    CONN_RESET,        /* RST later */
    CONN_TIMED_OUT,    /* R2 reached, or keep-alive unanswered */
    CONN_USER_TIMEOUT, /* "connection aborted due to user timeout" */
    CONN_ABORTED,      /* our own ABORT */
    CONN_POWER_LOST,
    CONN_NET_UNREACHABLE,  /* ICMP said so: net unreachable */
    CONN_HOST_UNREACHABLE, /* host unreachable, TTL exceeded, forbidden */
    CONN_NO_PROTOCOL,      /* protocol unreachable */
    CONN_BAD_HEADER,       /* parameter problem */
    CONN_ERROR_COUNT
} ConnError;

const char *conn_error_text(ConnError, Lang);
const char *conn_error_symbol(ConnError); /* "ECONNRESET" etc. */

/* One element of the sent list: what is on its way, in order. SYN and FIN live here like data. The
 * list is retransmission queue, SACK scoreboard, RACK's table and the delivery-rate record in one.
 */
typedef struct Sent {
    Nanos at;              /* when it was last sent (RACK: Segment.xmit_ts) */
    Seq seq;               /* its first number */
    uint32_t row;          /* row of its first departure: what retransmissions point to */
    uint32_t delivered;    /* ccs.rate.delivered when it was last sent */
    uint32_t delivered_us; /* ccs.rate.delivered_us then */
    uint32_t first_us;     /* ccs.rate.first_us then */
    uint16_t len;          /* bytes of data */
    uint16_t flags;        /* SENT_... */
    uint8_t rexmits;       /* how often it was sent again */
    uint8_t reserved[7];
} Sent;
_Static_assert(sizeof(Sent) == 40, "a Sent has no padding");
enum {
    SENT_SYN = 1,
    SENT_FIN = 2,
    SENT_PSH = 4,
    SENT_LOST = 8, /* believed lost, and not sent again since */
    SENT_PROBE = 16,
    SENT_SYN_ACK = 32,      /* the SYN has gone out with an ACK */
    SENT_SACKED = 64,       /* the peer has it (RFC 2018); never together with SENT_LOST */
    SENT_APP_LIMITED = 128, /* the application, not the network, limited the rate then */
    SENT_REXMIT = 256       /* sent again in this episode of recovery (HighRxt of RFC 6675) */
};

/* What output shall do next; set by input, timers and calls, cleared by tcp_output alone. */
enum {
    WANT_ACK = 1,
    WANT_FIN = 2,    /* the application closed its direction: FIN after the last byte */
    WANT_REXMIT = 4, /* the first element of the sent list, whatever the windows say */
    WANT_PROBE = 8,  /* one byte into a zero window */
    WANT_KEEPALIVE = 16,
    WANT_RST = 32, /* RST, then the end */
    WANT_SYN = 64,
    WANT_PUSH = 128, /* the override timer fired: send what there is */
    WANT_TLP = 256   /* a tail loss probe: something new, or the last segment again */
};

/* Whose word the user timeout is (RFC 5482). */
enum {
    UTO_FIXED = 1 /* the application's: not CHANGEABLE */,
    UTO_ADOPTED = 2, /* the peer had a say */
    UTO_DUE = 4      /* the peer is still to be told, with the next segment that has room */
};

/* What the application has done or may still do. */
enum {
    USER_SHUT = 1,     /* SHUTDOWN or CLOSE: no more SENDs */
    USER_CLOSED = 2,   /* CLOSE: nobody will read, either */
    USER_ACCEPTED = 4, /* handed to the application */
    USER_SAW_EOF = 8,
    USER_FIN_KNOWN = 16, /* a FIN has been seen; rcv.fin says where */
    USER_FIN_TAKEN = 32, /* ... and everything before it has arrived: rcv.nxt is after it */
    USER_NODELAY = 64,
    USER_KEEPALIVE = 128,
    USER_URGENT_OUT = 256,    /* urgent data of ours is not yet acknowledged: snd.up is its end */
    USER_URGENT = 512,        /* urgent data of the peer's is not yet read: rcv.up is its end */
    USER_URGENT_TAKEN = 1024, /* its last byte has been read out of turn */
    USER_OUT_OF_BAND = 2048,  /* that byte is not part of the stream */
    USER_FAST_OPEN = 4096,    /* SYN-SENT: our SYN uses Fast Open; later: the peer's did, and its
                                 data was taken before the third segment */
    USER_COOKIE_DUE = 8192,   /* our SYN+ACK brings a Fast Open cookie */
    USER_SYN_DATA = 16384,    /* data in a SYN has been acknowledged */
    USER_SHUT_READ = 32768    /* shutdown(SHUT_RD): nobody will read what comes */
};

/* Counters of TCP_INFO that nothing else needs. */
typedef struct Counters {
    uint32_t data_segs_in, data_segs_out; /* segments with text */
    uint32_t ooo_in;                      /* ... that came before their turn */
    uint32_t dsacks;                      /* D-SACKs received */
    uint32_t reorderings;                 /* times that reordering was seen */
    uint32_t rto_ms;                      /* spent in recoveries that a timeout began */
    uint32_t rto_since;                   /* ms: when the one under way began; 0: none */
    uint16_t rtos, rto_recoveries;
} Counters;

/* How the two programs talk, and what they asked for: Tcb.habits. */
enum {
    HABIT_CORK = 1,          /* TCP_CORK: only full segments leave */
    HABIT_MORE = 2,          /* MSG_MORE: ... until the next SEND, or the next acknowledgment */
    HABIT_PINGPONG = 4,      /* text is answered with text: the acknowledgment can ride along */
    HABIT_PUSHED = 8,        /* what waits for its acknowledgment ended with a push */
    HABIT_PUSHED_TWICE = 16, /* ... and what came before it, too */
    HABIT_WRITER = 32,       /* SYN-SENT: a blocked SEND waits for the connection */
    HABIT_QUIET = 64,        /* MSG_MORE was the last SEND's: no PSH until the next */
    HABIT_CLIENT = 128       /* its OPEN was active: TCP_INFO counts the SYN as a byte */
};

/* What the application asked of this connection alone; 0 everywhere: as the host's knobs say. See
 * conn_knob. */
typedef struct ConnOpt {
    uint32_t keep_idle_ms, keep_interval_ms, fin_wait_2_ms; /* TCP_KEEPIDLE, KEEPINTVL, LINGER2 */
    uint32_t defer_accept_ms;                               /* TCP_DEFER_ACCEPT */
    uint32_t window_clamp, notsent_lowat, rcvlowat;         /* bytes */
    uint32_t max_pacing;                                    /* bytes a second */
    uint16_t maxseg;                                        /* TCP_MAXSEG */
    uint8_t keep_count, syn_retries, ttl, tos;
    uint8_t cc;        /* TCP_CONGESTION: index in cc_table, plus 1 */
    uint8_t fast_open; /* TCP_FASTOPEN, LISTEN only: how many may be half-open; 0: off */
} ConnOpt;
_Static_assert(sizeof(ConnOpt) == 40, "a ConnOpt has no padding");

/* What the two ends agreed on in their SYNs. */
enum {
    AGREED_WSCALE = 1,    /* RFC 7323 section 2 */
    AGREED_TIMESTAMP = 2, /* RFC 7323 section 3 */
    AGREED_SACK = 4,      /* RFC 2018 */
    AGREED_ECN = 8,       /* RFC 3168 6.1.1 */
};
typedef struct Agreed {
    Nanos ts_recent_at; /* when ts_recent was taken; its age decides in PAWS */
    uint32_t ts_recent; /* TS.Recent */
    uint32_t ts_offset; /* what is added to our clock */
    Seq last_ack_sent;  /* Last.ACK.sent */
    uint8_t options;    /* AGREED_... */
    uint8_t snd_scale;  /* Snd.Wind.Shift: of the windows we receive */
    uint8_t rcv_scale;  /* Rcv.Wind.Shift: of the windows we send */
    uint8_t reserved;
} Agreed;
_Static_assert(sizeof(Agreed) == 24, "an Agreed has no padding");

/* Selective acknowledgments: what the receiver must remember besides its ranges. */
typedef struct Sack {
    SeqRange dsack;           /* arrived twice, to be told first (RFC 2883); empty: nothing */
    Seq recent[SEG_SACK_MAX]; /* numbers in the ranges that arrived last, the newest first */
    uint8_t recent_count;
    uint8_t reserved[7];
} Sack;
_Static_assert(sizeof(Sack) == 32, "a Sack has no padding");

/* Loss recovery: what RACK-TLP, PRR, F-RTO and undoing remember. */
enum {
    REC_REORDERING_SEEN = 1,  /* RACK.reordering_seen */
    REC_DSACK_ROUND = 2,      /* RACK.dsack_round holds */
    REC_TLP_OUT = 4,          /* TLP.end_seq holds */
    REC_TLP_AGAIN = 8,        /* TLP.is_retrans */
    REC_UNDO = 16,            /* the reduction may still prove wrong: prior_cwnd holds */
    REC_FRTO = 32,            /* RFC 5682: the timeout may prove spurious */
    REC_FRTO_NEW = 64,        /* ... and new data is sent to find out */
    REC_TLP_ARM = 128,        /* the probe timer begins anew after output */
    REC_TLP_UNMEASURED = 256, /* no round trip has been measured since the last probe */
    REC_PARTIAL = 512         /* a partial acknowledgment has come in this recovery (RFC 6582) */
};
typedef struct Recovery {
    Nanos rack_xmit;                 /* RACK.xmit_ts; 0: nothing delivered yet */
    Nanos rack_rtt;                  /* RACK.rtt */
    Seq rack_end;                    /* RACK.end_seq */
    Seq rack_fack;                   /* RACK.fack */
    Seq dsack_round;                 /* RACK.dsack_round */
    Seq tlp_end;                     /* TLP.end_seq */
    uint32_t prr_delivered, prr_out; /* RFC 9937 */
    uint32_t recover_fs;             /* RecoverFS; 0: PRR is not at work */
    uint32_t prior_cwnd, prior_ssthresh;
    uint32_t undo_rexmits; /* retransmissions of this episode not yet told to be needless */
    Seq rescue;            /* RescueRxt (RFC 6675) */
    uint16_t flags;        /* REC_... */
    uint8_t reo_wnd_mult, reo_wnd_persist; /* RACK.reo_wnd_mult less 1, RACK.reo_wnd_persist */
} Recovery;
_Static_assert(sizeof(Recovery) == 64, "a Recovery has no padding");

/* What the connection has learnt of its path: from ICMP, and from ECN. */
enum {
    PATH_RESENDS = 1,  /* the path is narrower than thought: what is too big goes again at once */
    PATH_ECN_ECHO = 2, /* CE has arrived, CWR not since: every segment of ours says ECE */
    PATH_ECN_CWR = 4,  /* the window was reduced: the next new data says CWR */
    PATH_ECN_SEEN = 8, /* something has arrived with ECT or CE */
    PATH_V6 = 16,      /* the segments are carried by IPv6 */
    PATH_ECN_HOLD = 32 /* ECE at a window of one segment: nothing leaves before rate.paced_until */
};
typedef struct PathInfo {
    Nanos mtu_until;    /* until when mtu is believed (RFC 1191 6.3) */
    Seq told_seq;       /* told_mtu's message quoted this number */
    uint32_t ce_count;  /* segments that arrived with CE */
    uint32_t ece_count; /* acknowledgments that arrived with ECE */
    uint16_t mss;       /* snd.mss before the path was found to be narrower; mtu 0: 0 */
    uint16_t mtu;       /* the path MTU; 0: as wide as our own link */
    uint16_t told_mtu;  /* a message that is not yet believed (RFC 5927 7.2); 0: none */
    uint16_t carried;   /* the largest packet that was acknowledged ("maxsizeacked") */
    uint8_t soft_error; /* ConnError: what ICMP said of late, not yet told */
    uint8_t flags;      /* PATH_... */
    uint8_t reserved[2];
} PathInfo;
_Static_assert(sizeof(PathInfo) == 32, "a PathInfo has no padding");

typedef struct Tcb {
    Nanos due[TIMER_COUNT];  /* NANOS_NEVER or the deadline; in a free slot 0 */
    Nanos srtt, rttvar, rto; /* RFC 6298; srtt 0: no sample yet */
    Nanos last_heard;        /* when a segment of the peer last arrived */
    Nanos last_sent;         /* when data last left */
    Nanos user_timeout;      /* 0: none */
    uint64_t bytes_sent;     /* text that left, again or not: a counter for TCP_INFO */
    uint64_t bytes_again;    /* ... of it, retransmissions */
    Nanos heard_text;        /* when text last came in order (quickack.h); 0: never */
    Ring tx, rx;
    uint32_t armed_row[TIMER_COUNT]; /* the row that armed each timer, for `why` */
    uint32_t local_addr, remote_addr;
    struct {
        Seq iss, una, nxt, wl1, wl2, up, buf; /* buf: the number of the first byte in tx */
        uint32_t wnd, max_wnd, mss;           /* mss: effective send MSS (RFC 9293 3.7.1) */
    } snd;
    struct {
        Seq irs, nxt, adv, up, fin; /* adv: right edge announced; fin: the FIN's number if known */
        uint32_t wnd;               /* last window announced */
    } rcv;
    struct {
        uint32_t cwnd, ssthresh; /* bytes; ssthresh 0xffffffff: not yet known */
        Seq recover;             /* snd.nxt when recovery began */
        uint32_t acked; /* bytes acknowledged in congestion avoidance since cwnd last grew */
        uint16_t dup_acks;
        uint8_t phase;     /* CcPhase */
        uint8_t algorithm; /* index in cc_table */
    } cc;
    uint32_t segs_in, segs_out, rexmits, dup_bytes; /* counters for the views */
    uint32_t unacked_bytes;                         /* received since our last acknowledgment */
    uint32_t heard_mss;                             /* the largest text so far (quickack.h) */
    Counters tally;
    Seq small_end; /* what a segment that was not full ended with (Minshall); at first ISS */
    uint16_t local_port, remote_port;
    uint16_t number; /* 1, 2, ... on its host: the name A[2] */
    uint16_t parent; /* index of the listener it came from; 0: none */
    uint16_t sent_head, sent_count;
    uint16_t range_count;
    uint16_t backlog; /* LISTEN only */
    uint16_t want;
    uint16_t ack_rule; /* RuleId: why WANT_ACK is set, for the note of the acknowledgment */
    uint16_t user;
    uint8_t state;      /* TcpState */
    uint8_t host;       /* HostId */
    uint8_t error;      /* ConnError */
    uint8_t backoff;    /* how often TIMER_REXMIT fired in a row */
    uint8_t probes;     /* zero-window probes since the window closed */
    uint8_t unanswered; /* ... since the peer last sent anything */
    uint8_t keep_probes;
    uint8_t used;       /* the slot is taken */
    uint8_t syn_lost;   /* the SYN's timer has expired: no sample, RFC 6298 (5.7) */
    uint8_t uto;        /* UTO_...: where user_timeout comes from (RFC 5482) */
    uint8_t quick_acks; /* so many acknowledgments more are not delayed (quickack.h) */
    uint8_t habits;     /* HABIT_... */
    uint16_t sock;      /* the descriptor of its host that holds it (core/net/sock.h); 0: none */
    uint32_t children;  /* LISTEN with a socket only: how many have been established */
    uint32_t out_bytes, lost_bytes, sacked_bytes; /* sums over the sent list: data, SENT_LOST,
                                                     SENT_SACKED */
    uint32_t lost_segs, sacked_segs; /* how many elements those are: Linux counts segments */
    ConnOpt opt;
    Agreed agreed;
    Sack sack;
    Recovery rec;
    CcState ccs; /* what the algorithm remembers, and the delivery rate */
    PathInfo path;
} Tcb;
_Static_assert(sizeof(Tcb) % 8 == 0, "a Tcb has no padding at its end");

/* Where loss recovery stands; the names are those of tcpi_ca_state. */
typedef enum CcPhase {
    CC_OPEN = 0,
    CC_DISORDER, /* duplicate ACKs or SACKs, not yet proof of a loss */
    CC_CWR,      /* the network asked to slow down (ECN): the window is being reduced */
    CC_RECOVERY, /* fast recovery */
    CC_LOSS      /* after a timeout */
} CcPhase;

/* A packet: a frame in the world with its fate. The frame's bytes lie in the frames pool. */
typedef struct Packet {
    Nanos sent_at, due; /* due: when it arrives; NANOS_NEVER while held */
    uint32_t row;       /* the row of its departure: its number for the learner */
    uint32_t copy_of;   /* row of the first copy (retransmission, duplicate); 0: none */
    uint16_t next;      /* the next of its list */
    uint16_t len;       /* bytes of the frame */
    uint8_t place;      /* PacketPlace */
    uint8_t from;       /* HostId of the side it comes from */
    uint8_t flags;      /* PACKET_... */
    uint8_t reserved;
} Packet;
_Static_assert(sizeof(Packet) == 32, "a Packet has no padding");
typedef enum PacketPlace { PACKET_FREE = 0, PACKET_OUTBOX, PACKET_FLYING, PACKET_HELD } PacketPlace;
enum {
    PACKET_INJECTED = 1,
    PACKET_EDITED = 2,
    PACKET_DUPLICATE = 4,
    PACKET_CORRUPT = 8,
    PACKET_REXMIT = 16,
    PACKET_LATE = 32,
    PACKET_MARKED = 64 /* a queue has set CE */
};

/* What a client remembers for its next Fast Open (RFC 7413 4.1.3). */
typedef struct FastOpenCache {
    uint64_t cookie[2]; /* SEG_COOKIE_MAX bytes */
    uint32_t addr;      /* whose it is */
    uint16_t mss;       /* the MSS it announced */
    uint8_t len;        /* of the cookie; 0: none */
    uint8_t reserved;
} FastOpenCache;
_Static_assert(sizeof(FastOpenCache) == 24, "a FastOpenCache has no padding");

typedef struct Host {
    uint64_t knob[KNOB_COUNT];
    uint64_t isn_key[2]; /* the secret of RFC 6528 */
    FastOpenCache fast_open;
    Nanos fast_open_again; /* until then no SYN of ours brings data: the last got no answer */
    Nanos challenge_since; /* RFC 5961 section 7 */
    Nanos pmtu_until;      /* until when pmtu is believed */
    uint32_t challenge_count;
    uint32_t addr;
    uint32_t port_draws;
    uint32_t listen_drops;     /* SYNs that found a full queue of half-open connections */
    uint32_t listen_overflows; /* SYNs and third segments that found a full accept queue */
    uint32_t cookies_sent, cookies_received, cookies_failed; /* SYN cookies */
    uint32_t fast_opens; /* connections whose data came with the SYN, RFC 7413 */
    uint16_t pmtu;       /* the path MTU that its connections have found; 0: as its own link's */
    uint16_t numbers;    /* connections so far */
    uint16_t outbox_head, outbox_tail;
    uint8_t power;  /* 1: on */
    uint8_t puppet; /* 1: the learner plays this end; the core keeps silent */
    uint8_t profile;
    uint8_t v6; /* 1: speaks IPv6: what it opens is carried by it */
} Host;
_Static_assert(sizeof(Host) % 8 == 0, "a Host has no padding at its end");

/* The pools of a world, seen from TCP. Index 0 of conns and packets is never used. */
typedef struct Pools {
    Host *hosts;
    Tcb *conns;
    Sent *sents;      /* conn_count slices of sent_cap */
    SeqRange *ranges; /* conn_count slices of range_cap */
    uint8_t *bytes;   /* rings */
    Packet *packets;
    uint8_t *frames; /* packet_count slices of frame_cap */
    RuleSet *rules_off;
    uint32_t *rows;                    /* the row counter */
    uint16_t conn_count, packet_count; /* indices 1 .. count */
    uint16_t sent_cap, range_cap;
    uint32_t ring_cap, frame_cap, mtu;
} Pools;

/* One call into a host's TCP: lives on the C stack, never stored. */
typedef struct Ctx {
    Pools pools;
    HostId host;
    Nanos now;
    uint32_t cause; /* the row being processed */
    Sink *sink;
} Ctx;

static inline Tcb *tcb_at(const Pools *p, ConnId id)
{
    CHECK(id.v >= 1 && id.v <= p->conn_count);
    return &p->conns[id.v];
}

static inline ConnId tcb_id(const Pools *p, const Tcb *t)
{
    return (ConnId){(uint16_t)(t - p->conns)};
}

static inline Host *ctx_host(const Ctx *c)
{
    return &c->pools.hosts[c->host];
}

static inline uint64_t knob(const Ctx *c, KnobId id)
{
    return ctx_host(c)->knob[id];
}

/* The knob's value for this connection: what its own options say, else the host's. */
uint64_t conn_knob(const Ctx *, const Tcb *, KnobId);

/* Is the rule in force? False when the learner switched it off. */
static inline bool rule_on(const Ctx *c, RuleId id)
{
    return !ruleset_has(c->pools.rules_off, id);
}

static inline bool tcb_v6(const Tcb *t)
{
    return t->path.flags & PATH_V6;
}

/* Has a peer's SYN made it, and has no program been given it yet? In SYN-RECEIVED this is what
 * MUST-11 wants to be known: the OPEN was passive, even if the listener is gone by now. */
static inline bool tcb_is_passive(const Tcb *t)
{
    return !(t->user & USER_ACCEPTED);
}

/* What a peer takes that announces no MSS (RFC 9293 3.7.1, MUST-15). */
static inline uint32_t default_mss(const Tcb *t)
{
    return tcb_v6(t) ? 1220 : 536;
}

/* The largest segment that this host takes and its own link carries: knob mss, and the MTU less 40,
 * with IPv6 less 60. */
static inline uint32_t own_mss(const Ctx *c, bool v6)
{
    return min_u32((uint32_t)knob(c, KNOB_MSS), c->pools.mtu - (v6 ? 60 : 40));
}

/* The i-th element of the sent list, oldest first. */
static inline Sent *sent_at(const Pools *p, const Tcb *t, uint16_t i)
{
    CHECK(i < t->sent_count);
    return &p->sents[(size_t)tcb_id(p, t).v * p->sent_cap +
                     (size_t)(t->sent_head + i) % p->sent_cap];
}

/* Numbers an element takes: data, SYN and FIN. */
static inline uint32_t sent_len(const Sent *s)
{
    return s->len + ((s->flags & SENT_SYN) ? 1u : 0u) + ((s->flags & SENT_FIN) ? 1u : 0u);
}

Ranges tcb_ranges(const Pools *, const Tcb *);

/* A free slot made into a CLOSED connection of the host; none: .v == 0. Reuses the oldest
 * connection that is CLOSED with an error nobody asked for. */
ConnId tcb_new(Ctx *);

/* Zeroes the slot. */
void tcb_free(Ctx *, Tcb *);

/* Moves to another state, notes it, and stops the timers that have no place there. */
void tcb_enter(Ctx *, Tcb *, TcpState to);

/* The end of a connection: CLOSED with the error, queues flushed, timers stopped; the slot stays
 * until the application closes, unless it has already. Without an error and unread bytes it stays
 * only while a socket holds it. */
void tcb_end(Ctx *, Tcb *, ConnError);

/* Arms or stops one timer; arming notes the deadline and the row that armed it. */
void timer_arm(Ctx *, Tcb *, TimerId, Nanos deadline);
void timer_stop(Ctx *, Tcb *, TimerId);

static inline bool timer_armed(const Tcb *t, TimerId id)
{
    return t->due[id] != NANOS_NEVER;
}

/* Other sizes for the buffers, as near as the pool and what they hold allow; 0: as it is. A receive
 * buffer never gets smaller than what has been promised. */
void tcb_resize(Ctx *, Tcb *, uint32_t tx_cap, uint32_t rx_cap);

/* Bytes in flight: everything sent, not acknowledged and not believed lost. Computed, not kept. */
uint32_t tcb_flight(const Tcb *);

/* What of the congestion window that takes: the same; or, where segments are counted (knob
 * cwnd_segments), a whole MSS for each, however small. */
uint32_t tcb_counted_flight(const Ctx *, const Tcb *);

/* Changes the flags of an element of the sent list, and the sums with them: the only way to set or
 * clear SENT_LOST and SENT_SACKED. */
void sent_mark(Tcb *, Sent *, uint16_t set, uint16_t clear);

/* Cuts an element of the sent list in two, the first with `len` bytes (0 < len < s->len), because
 * the path does not take it whole any more. With a full list the rest joins the next element.
 * False: it cannot be done now. */
bool sent_split(const Pools *, Tcb *, uint16_t i, uint32_t len);

/* Bytes of the send buffer not yet sent. */
uint32_t tcb_unsent(const Tcb *);

/* True if our FIN has been sent and acknowledged. */
bool tcb_fin_acked(const Pools *, const Tcb *);
bool tcb_fin_sent(const Pools *, const Tcb *);

/* The window we would announce now; at least what rcv.adv promised (RFC 9293 3.8.6.2.2). */
uint32_t tcb_receive_window(const Ctx *, const Tcb *);

/* The notes of a connection. */
void note_rule(Ctx *, const Tcb *, RuleId, uint64_t a, uint64_t b);
void note_detail(Ctx *, const Tcb *, NoteKind, uint64_t a, uint64_t b);
/* What arrived is discarded, by this rule; error: what the decoder said. */
void note_dropped(Ctx *, const Tcb *, RuleId, WireError error);
uint32_t note_row(Ctx *, const Tcb *, NoteKind, RuleId, uint32_t peer_row, uint64_t a, uint64_t b,
                  Bytes);

#endif
