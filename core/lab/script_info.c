/*
 * script_info.c: what the names in %{ }% stand for: TCP_INFO of the socket under test, constants.
 *
 * Times are microseconds, windows are segments, as struct tcp_info has them.
 */
#include "core/lab/script_private.h"

#include <string.h>

static bool is_named(const char *name, size_t len, const char *want)
{
    return strlen(want) == len && memcmp(name, want, len) == 0;
}

/* The connection that the snapshot is of: the descriptor's, else the newest child. */
static const Tcb *under_test(const ScriptRunner *r)
{
    const Tcb *t = r->under_fd >= 0 ? sock_conn(r->w, HOST_A, r->under_fd) : NULL;
    if (t && t->state != LISTEN)
        return t;
    for (uint16_t i = 1; i <= r->w->shape.conns; i++) {
        const Tcb *u = &world_conns(r->w)[i];
        if (u->used && u->host == HOST_A && u->state != LISTEN && u->local_port == r->local_port &&
            u->remote_port == r->remote_port)
            return u;
    }
    return t;
}

static int64_t linux_state(const Tcb *t)
{
    static const int numbers[TCP_STATE_COUNT] = {
        [CLOSED] = 7,      [LISTEN] = 10,    [SYN_SENT] = 2,   [SYN_RECEIVED] = 3,
        [ESTABLISHED] = 1, [FIN_WAIT_1] = 4, [FIN_WAIT_2] = 5, [CLOSE_WAIT] = 8,
        [CLOSING] = 11,    [LAST_ACK] = 9,   [TIME_WAIT] = 6};
    return t ? numbers[t->state] : 7;
}

static bool constant(const char *name, size_t len, int64_t *value)
{
    static const struct {
        const char *name;
        int value;
    } names[] = {
        {"TCP_ESTABLISHED", 1},    {"TCP_SYN_SENT", 2},        {"TCP_SYN_RECV", 3},
        {"TCP_FIN_WAIT1", 4},      {"TCP_FIN_WAIT2", 5},       {"TCP_TIME_WAIT", 6},
        {"TCP_CLOSE", 7},          {"TCP_CLOSE_WAIT", 8},      {"TCP_LAST_ACK", 9},
        {"TCP_LISTEN", 10},        {"TCP_CLOSING", 11},        {"TCP_CA_Open", 0},
        {"TCP_CA_Disorder", 1},    {"TCP_CA_CWR", 2},          {"TCP_CA_Recovery", 3},
        {"TCP_CA_Loss", 4},        {"TCPI_OPT_TIMESTAMPS", 1}, {"TCPI_OPT_SACK", 2},
        {"TCPI_OPT_WSCALE", 4},    {"TCPI_OPT_ECN", 8},        {"TCPI_OPT_ECN_SEEN", 16},
        {"TCPI_OPT_SYN_DATA", 32},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!is_named(name, len, names[i].name))
            continue;
        *value = names[i].value;
        return true;
    }
    return false;
}

static int64_t segments(const Tcb *t, uint32_t bytes)
{
    return t->snd.mss ? (bytes + t->snd.mss - 1) / t->snd.mss : 0;
}

static bool field(const Tcb *t, const char *name, size_t len, int64_t *v)
{
    static const Tcb none;
    if (!t)
        t = &none;
    if (is_named(name, len, "tcpi_state"))
        *v = linux_state(t == &none ? NULL : t);
    else if (is_named(name, len, "tcpi_ca_state"))
        *v = t->cc.phase;
    else if (is_named(name, len, "tcpi_snd_cwnd"))
        *v = t->snd.mss ? t->cc.cwnd / t->snd.mss : 0;
    else if (is_named(name, len, "tcpi_snd_ssthresh"))
        *v = t->cc.ssthresh == UINT32_MAX ? 0x7fffffff
             : t->snd.mss                 ? t->cc.ssthresh / t->snd.mss
                                          : 0;
    else if (is_named(name, len, "tcpi_unacked"))
        *v = t->sent_count;
    else if (is_named(name, len, "tcpi_sacked"))
        *v = segments(t, t->sacked_bytes);
    else if (is_named(name, len, "tcpi_lost"))
        *v = segments(t, t->lost_bytes);
    else if (is_named(name, len, "tcpi_snd_mss"))
        *v = t->snd.mss;
    else if (is_named(name, len, "tcpi_rtt"))
        *v = (int64_t)(t->srtt / NANOS_US);
    else if (is_named(name, len, "tcpi_rttvar"))
        *v = (int64_t)(t->rttvar / NANOS_US);
    else if (is_named(name, len, "tcpi_rto"))
        *v = (int64_t)(t->rto / NANOS_US);
    else if (is_named(name, len, "tcpi_backoff") || is_named(name, len, "tcpi_retransmits"))
        *v = t->backoff;
    else if (is_named(name, len, "tcpi_probes"))
        *v = t->probes;
    else if (is_named(name, len, "tcpi_total_retrans"))
        *v = t->rexmits;
    else if (is_named(name, len, "tcpi_options"))
        *v = (t->agreed.options & AGREED_TIMESTAMP ? 1 : 0) |
             (t->agreed.options & AGREED_SACK ? 2 : 0) |
             (t->agreed.options & AGREED_WSCALE ? 4 : 0) | (t->agreed.options & AGREED_ECN ? 8 : 0);
    else if (is_named(name, len, "tcpi_snd_wscale"))
        *v = t->agreed.snd_scale;
    else if (is_named(name, len, "tcpi_rcv_wscale"))
        *v = t->agreed.rcv_scale;
    else if (is_named(name, len, "tcpi_snd_wnd"))
        *v = t->snd.wnd;
    else if (is_named(name, len, "tcpi_rcv_wnd"))
        *v = t->rcv.wnd;
    else
        return false;
    return true;
}

bool info_variable(const ScriptRunner *r, const char *name, size_t len, int64_t *value)
{
    for (uint32_t i = 0; i < r->variable_count; i++) {
        if (is_named(name, len, r->variables[i].name)) {
            *value = r->variables[i].value;
            return true;
        }
    }
    return constant(name, len, value) || field(under_test(r), name, len, value);
}
