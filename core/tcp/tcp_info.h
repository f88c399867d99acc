/*
 * tcp_info.h: what getsockopt(TCP_INFO) tells of a connection.
 *
 * The record has Linux's layout (struct tcp_info), so a tool written for Linux can read it; the
 * names are those of scripts (tcpi_ left off). Everything is computed from the Tcb when asked for:
 * a view, never a second account. Segments are counted in segments, times in microseconds, those
 * named last_... and ato's neighbours as Linux has them.
 */
#ifndef SANDWIRE_CORE_TCP_TCP_INFO_H
#define SANDWIRE_CORE_TCP_TCP_INFO_H

#include "core/tcp/tcb.h"

/* tcpi_options */
enum {
    TCPI_OPT_TIMESTAMPS = 1,
    TCPI_OPT_SACK = 2,
    TCPI_OPT_WSCALE = 4,
    TCPI_OPT_ECN = 8,
    TCPI_OPT_ECN_SEEN = 16,
    TCPI_OPT_SYN_DATA = 32
};

typedef struct TcpInfo {
    uint8_t state;       /* Linux's number: TCP_ESTABLISHED is 1 */
    uint8_t ca_state;    /* CcPhase: TCP_CA_Open is 0 */
    uint8_t retransmits; /* unanswered timeouts in a row */
    uint8_t probes;      /* unanswered zero-window or keep-alive probes */
    uint8_t backoff;     /* how often the timer is doubled */
    uint8_t options;     /* TCPI_OPT_... */
    uint8_t wscales;     /* snd_wscale in the low, rcv_wscale in the high half */
    uint8_t app_limited; /* bit 0: delivery_rate_app_limited; bits 1, 2: fastopen_client_fail */
    uint32_t rto, ato;   /* us */
    uint32_t snd_mss, rcv_mss;
    uint32_t unacked; /* segments in flight; LISTEN: connections that wait */
    uint32_t sacked;  /* ... of these SACKed; LISTEN: the backlog */
    uint32_t lost, retrans, fackets;
    uint32_t last_data_sent, last_ack_sent, last_data_recv, last_ack_recv; /* ms ago */
    uint32_t pmtu, rcv_ssthresh;
    uint32_t rtt, rttvar;            /* us */
    uint32_t snd_ssthresh, snd_cwnd; /* segments */
    uint32_t advmss, reordering;
    uint32_t rcv_rtt; /* us */
    uint32_t rcv_space, total_retrans;
    uint64_t pacing_rate, max_pacing_rate; /* bytes a second */
    uint64_t bytes_acked, bytes_received;
    uint32_t segs_out, segs_in, notsent_bytes;
    uint32_t min_rtt; /* us */
    uint32_t data_segs_in, data_segs_out;
    uint64_t delivery_rate;                           /* bytes a second */
    uint64_t busy_time, rwnd_limited, sndbuf_limited; /* us */
    uint32_t delivered, delivered_ce;                 /* segments */
    uint64_t bytes_sent, bytes_retrans;
    uint32_t dsack_dups, reord_seen, rcv_ooopack;
    uint32_t snd_wnd, rcv_wnd, rehash;
    uint16_t total_rto, total_rto_recoveries;
    uint32_t total_rto_time; /* ms */
} TcpInfo;
_Static_assert(sizeof(TcpInfo) == 248, "Linux's layout, without padding");

/* Fills the record. t NULL: a socket without a connection (state TCP_CLOSE). */
void tcp_info(const Ctx *, const Tcb *t, TcpInfo *out);

/* The field of a name ("snd_cwnd", "tcpi_snd_cwnd", "snd_wscale"); false: there is none. */
bool tcp_info_field(const TcpInfo *, const char *name, size_t len, int64_t *value);

/* The constants scripts compare with: TCP_ESTABLISHED ... TCP_CLOSING, TCP_CA_Open ... TCP_CA_Loss,
 * TCPI_OPT_SACK ... */
bool tcp_info_constant(const char *name, size_t len, int64_t *value);

#endif
