/*
 * tcp_info.c: a connection as TCP_INFO tells it (tcp_info.h).
 *
 * Linux's manners in counting: segments for windows and flight, one segment for what is shorter
 * than one; ssthresh 0x7fffffff while nobody knows it. May only look.
 */
#include "core/tcp/tcp_info.h"
#include "core/tcp/rate.h"

#include <stddef.h>
#include <string.h>

#include "core/tcp/cc.h"

/* Linux's numbers of the states, in the order of TcpState. */
static const uint8_t linux_state[TCP_STATE_COUNT] = {
    [CLOSED] = 7,      [LISTEN] = 10,    [SYN_SENT] = 2,   [SYN_RECEIVED] = 3,
    [ESTABLISHED] = 1, [FIN_WAIT_1] = 4, [FIN_WAIT_2] = 5, [CLOSE_WAIT] = 8,
    [CLOSING] = 11,    [LAST_ACK] = 9,   [TIME_WAIT] = 7, /* a program that still holds the socket
                                                             sees TCP_CLOSE */
};

static uint32_t segments(uint64_t bytes, uint32_t mss)
{
    return (uint32_t)((bytes + mss - 1) / mss);
}

static uint32_t us(Nanos t)
{
    return (uint32_t)min_u64(t / NANOS_US, UINT32_MAX);
}

static uint32_t ms_ago(const Ctx *c, Nanos at)
{
    return (uint32_t)min_u64((c->now - min_u64(at, c->now)) / NANOS_MS, UINT32_MAX);
}

/* Elements of the sent list are segments, but for what a bigger write was split into. */
static void count_flight(const Ctx *c, const Tcb *t, TcpInfo *out)
{
    const Pools *p = &c->pools;
    for (uint16_t i = 0; i < t->sent_count; i++) {
        const Sent *s = sent_at(p, t, i);
        out->unacked++;
        out->sacked += (s->flags & SENT_SACKED) != 0;
        out->lost += (s->flags & SENT_LOST) != 0;
        out->retrans += s->rexmits > 0 && !(s->flags & SENT_LOST);
    }
}

static void count_queue(const Ctx *c, const Tcb *t, TcpInfo *out)
{
    const Pools *p = &c->pools;
    uint16_t index = tcb_id(p, t).v;
    for (uint16_t i = 1; i <= p->conn_count; i++)
        out->unacked += p->conns[i].used && p->conns[i].parent == index &&
                        !(p->conns[i].user & USER_ACCEPTED) && p->conns[i].state >= ESTABLISHED;
    out->sacked = t->backlog;
}

static uint8_t options_of(const Tcb *t)
{
    return (uint8_t)((t->agreed.options & AGREED_TIMESTAMP ? TCPI_OPT_TIMESTAMPS : 0) |
                     (t->agreed.options & AGREED_SACK ? TCPI_OPT_SACK : 0) |
                     (t->agreed.options & AGREED_WSCALE ? TCPI_OPT_WSCALE : 0) |
                     (t->user & USER_SYN_DATA ? TCPI_OPT_SYN_DATA : 0) |
                     (t->agreed.options & AGREED_ECN ? TCPI_OPT_ECN : 0) |
                     (t->path.flags & PATH_ECN_SEEN ? TCPI_OPT_ECN_SEEN : 0));
}

static void fill_windows(const Ctx *c, const Tcb *t, TcpInfo *out)
{
    uint32_t mss = max_u32(t->snd.mss, 1);
    out->snd_mss = t->snd.mss;
    out->rcv_mss = t->heard_mss ? t->heard_mss : t->snd.mss;
    out->advmss = (uint32_t)min_u64(conn_knob(c, t, KNOB_MSS), own_mss(c, tcb_v6(t)));
    out->snd_cwnd = cc_active(c, t) ? max_u32(t->cc.cwnd / mss, 1) : INT32_MAX;
    out->snd_ssthresh = t->cc.ssthresh == UINT32_MAX ? INT32_MAX : t->cc.ssthresh / mss;
    out->wscales = (uint8_t)(t->agreed.snd_scale | t->agreed.rcv_scale << 4);
    out->snd_wnd = t->snd.wnd;
    out->rcv_wnd = seq_distance(t->rcv.nxt, t->rcv.adv);
    out->rcv_space = t->rx.cap;
    out->rcv_ssthresh = t->rx.cap;
    out->pmtu = t->path.mtu ? t->path.mtu : c->pools.mtu;
    out->reordering = (uint32_t)knob(c, KNOB_DUP_THRESHOLD);
}

static void fill_times(const Ctx *c, const Tcb *t, TcpInfo *out)
{
    out->rto = us(t->rto);
    out->ato = us(knob(c, KNOB_DELACK));
    out->rtt = us(t->srtt);
    out->rttvar = us(t->rttvar);
    out->min_rtt = us(t->ccs.rate.min_rtt);
    Nanos rwnd = rate_time(c, t, LIMITED_RWND), sndbuf = rate_time(c, t, LIMITED_SNDBUF);
    out->rwnd_limited = rwnd / NANOS_US;
    out->sndbuf_limited = sndbuf / NANOS_US;
    out->busy_time = (rate_time(c, t, LIMITED_NETWORK) + rwnd + sndbuf) / NANOS_US;
    out->last_data_sent = ms_ago(c, t->last_sent);
    out->last_data_recv = ms_ago(c, t->last_heard);
    out->last_ack_recv = ms_ago(c, t->last_heard);
}

/* What has gone each way, by the sequence numbers, as Linux counts (measured on 6.18): a FIN counts
 * one, and so does the SYN of the end that opened actively. */
static void fill_bytes(const Tcb *t, TcpInfo *out)
{
    uint32_t received = t->state == SYN_SENT ? 0 : seq_distance(t->rcv.irs, t->rcv.nxt);
    uint32_t acked = seq_distance(t->snd.iss, t->snd.una);
    out->bytes_received = received - min_u32(received, 1);
    out->bytes_acked = t->habits & HABIT_CLIENT ? acked : acked - min_u32(acked, 1);
}

static void fill_counters(const Tcb *t, TcpInfo *out)
{
    out->bytes_sent = t->bytes_sent;
    out->bytes_retrans = t->bytes_again;
    out->data_segs_in = t->tally.data_segs_in;
    out->data_segs_out = t->tally.data_segs_out;
    out->rcv_ooopack = t->tally.ooo_in;
    out->dsack_dups = t->tally.dsacks;
    out->reord_seen = t->tally.reorderings;
    out->total_rto = t->tally.rtos;
    out->total_rto_recoveries = t->tally.rto_recoveries;
    out->total_rto_time = t->tally.rto_ms;
    out->segs_in = t->segs_in;
    out->segs_out = t->segs_out;
    out->total_retrans = t->rexmits;
    out->notsent_bytes = tcb_unsent(t);
    out->max_pacing_rate = t->opt.max_pacing ? t->opt.max_pacing : UINT64_MAX;
    out->pacing_rate = t->ccs.rate.pacing ? t->ccs.rate.pacing : out->max_pacing_rate;
    out->delivery_rate = t->ccs.rate.latest;
    out->app_limited = t->ccs.rate.latest_app_limited;
    out->delivered = segments(t->ccs.rate.delivered, max_u32(t->snd.mss, 1));
    out->delivered_ce = t->path.ece_count;
}

void tcp_info(const Ctx *c, const Tcb *t, TcpInfo *out)
{
    memset(out, 0, sizeof *out);
    out->state = linux_state[t ? t->state : CLOSED];
    if (!t)
        return;
    if (t->state == LISTEN) {
        count_queue(c, t, out);
        return;
    }
    out->ca_state = t->cc.phase;
    out->retransmits = t->backoff;
    out->backoff = t->backoff ? t->backoff : t->probes;
    out->probes = max_u32(t->unanswered, t->keep_probes) > 255
                      ? 255
                      : (uint8_t)max_u32(t->unanswered, t->keep_probes);
    out->options = options_of(t);
    count_flight(c, t, out);
    fill_windows(c, t, out);
    fill_times(c, t, out);
    fill_bytes(t, out);
    fill_counters(t, out);
}

/* ---- names ---- */

typedef struct Row {
    const char *name;
    uint16_t offset, size;
} Row;

#define ROW(field)                                                                \
    {                                                                             \
#field, (uint16_t)offsetof(TcpInfo, field), sizeof(((TcpInfo *)0)->field) \
    }
static const Row rows[] = {
    ROW(state),
    ROW(ca_state),
    ROW(retransmits),
    ROW(probes),
    ROW(backoff),
    ROW(options),
    ROW(rto),
    ROW(ato),
    ROW(snd_mss),
    ROW(rcv_mss),
    ROW(unacked),
    ROW(sacked),
    ROW(lost),
    ROW(retrans),
    ROW(fackets),
    ROW(last_data_sent),
    ROW(last_ack_sent),
    ROW(last_data_recv),
    ROW(last_ack_recv),
    ROW(pmtu),
    ROW(rcv_ssthresh),
    ROW(rtt),
    ROW(rttvar),
    ROW(snd_ssthresh),
    ROW(snd_cwnd),
    ROW(advmss),
    ROW(reordering),
    ROW(rcv_rtt),
    ROW(rcv_space),
    ROW(total_retrans),
    ROW(pacing_rate),
    ROW(max_pacing_rate),
    ROW(bytes_acked),
    ROW(bytes_received),
    ROW(segs_out),
    ROW(segs_in),
    ROW(notsent_bytes),
    ROW(min_rtt),
    ROW(data_segs_in),
    ROW(data_segs_out),
    ROW(delivery_rate),
    ROW(busy_time),
    ROW(rwnd_limited),
    ROW(sndbuf_limited),
    ROW(delivered),
    ROW(delivered_ce),
    ROW(bytes_sent),
    ROW(bytes_retrans),
    ROW(dsack_dups),
    ROW(reord_seen),
    ROW(rcv_ooopack),
    ROW(snd_wnd),
    ROW(rcv_wnd),
    ROW(rehash),
    ROW(total_rto),
    ROW(total_rto_recoveries),
    ROW(total_rto_time),
};

static bool is(const char *name, const char *text, size_t len)
{
    return strlen(name) == len && memcmp(name, text, len) == 0;
}

/* The half bytes and bits that have names of their own. */
static bool part_field(const TcpInfo *info, const char *name, size_t len, int64_t *value)
{
    if (is("snd_wscale", name, len))
        *value = info->wscales & 15;
    else if (is("rcv_wscale", name, len))
        *value = info->wscales >> 4;
    else if (is("delivery_rate_app_limited", name, len))
        *value = info->app_limited & 1;
    else if (is("fastopen_client_fail", name, len))
        *value = info->app_limited >> 1 & 3;
    else
        return false;
    return true;
}

static int64_t read_row(const TcpInfo *info, const Row *row)
{
    const uint8_t *at = (const uint8_t *)info + row->offset;
    uint16_t v16;
    uint32_t v32;
    uint64_t v64;
    switch (row->size) {
    case 1: return at[0];
    case 2: memcpy(&v16, at, sizeof v16); return v16;
    case 4: memcpy(&v32, at, sizeof v32); return v32;
    default: memcpy(&v64, at, sizeof v64); return (int64_t)v64;
    }
}

bool tcp_info_field(const TcpInfo *info, const char *name, size_t len, int64_t *value)
{
    if (len > 5 && memcmp(name, "tcpi_", 5) == 0) {
        name += 5;
        len -= 5;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!is(rows[i].name, name, len))
            continue;
        *value = read_row(info, &rows[i]);
        return true;
    }
    return part_field(info, name, len, value);
}

bool tcp_info_constant(const char *name, size_t len, int64_t *value)
{
    static const struct {
        const char *name;
        int64_t value;
    } constants[] = {
        {"TCP_ESTABLISHED", 1},
        {"TCP_SYN_SENT", 2},
        {"TCP_SYN_RECV", 3},
        {"TCP_FIN_WAIT1", 4},
        {"TCP_FIN_WAIT2", 5},
        {"TCP_TIME_WAIT", 6},
        {"TCP_CLOSE", 7},
        {"TCP_CLOSE_WAIT", 8},
        {"TCP_LAST_ACK", 9},
        {"TCP_LISTEN", 10},
        {"TCP_CLOSING", 11},
        {"TCP_CA_Open", CC_OPEN},
        {"TCP_CA_Disorder", CC_DISORDER},
        {"TCP_CA_CWR", CC_CWR},
        {"TCP_CA_Recovery", CC_RECOVERY},
        {"TCP_CA_Loss", CC_LOSS},
        {"TCPI_OPT_TIMESTAMPS", TCPI_OPT_TIMESTAMPS},
        {"TCPI_OPT_SACK", TCPI_OPT_SACK},
        {"TCPI_OPT_WSCALE", TCPI_OPT_WSCALE},
        {"TCPI_OPT_ECN", TCPI_OPT_ECN},
        {"TCPI_OPT_ECN_SEEN", TCPI_OPT_ECN_SEEN},
        {"TCPI_OPT_SYN_DATA", TCPI_OPT_SYN_DATA},
    };
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        if (!is(constants[i].name, name, len))
            continue;
        *value = constants[i].value;
        return true;
    }
    return false;
}
