/*
 * kernel.c: sock_diag over netlink (kernel.h).
 *
 * One request per IP version, then messages until the kernel says done. A message is a fixed part
 * (who, which state, queues) and attributes, of which INET_DIAG_INFO holds the struct tcp_info; an
 * older kernel's is shorter, and what it does not have stays zero.
 */
#define _GNU_SOURCE
#include "core/live/kernel.h"

#include "core/base/octets.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel's numbers of the states (include/net/tcp_states.h), from 1 on. */
static TcpState state_of(unsigned number)
{
    static const uint8_t states[] = {CLOSED,     ESTABLISHED, SYN_SENT,    SYN_RECEIVED, FIN_WAIT_1,
                                     FIN_WAIT_2, TIME_WAIT,   CLOSED,      CLOSE_WAIT,   LAST_ACK,
                                     LISTEN,     CLOSING,     SYN_RECEIVED};
    return number < sizeof states ? (TcpState)states[number] : CLOSED;
}

static Address address_of(const __be32 *words, uint8_t family)
{
    uint8_t b[16];
    memcpy(b, words, sizeof b);
    if (family == AF_INET)
        return (Address){0, 0xffff00000000u | get32(b)};
    return (Address){(uint64_t)get32(b) << 32 | get32(b + 4),
                     (uint64_t)get32(b + 8) << 32 | get32(b + 12)};
}

static void read_info(KernelConn *k, Bytes value)
{
    struct tcp_info info;
    memset(&info, 0, sizeof info);
    memcpy(&info, value.data, value.len < sizeof info ? value.len : sizeof info);
    k->has_info = true;
    k->cwnd = info.tcpi_snd_cwnd;
    k->ssthresh = info.tcpi_snd_ssthresh;
    k->mss = info.tcpi_snd_mss;
    k->unacked = info.tcpi_unacked;
    k->lost = info.tcpi_lost;
    k->retrans = info.tcpi_total_retrans;
    k->rto = info.tcpi_rto * NANOS_US;
    k->rtt = info.tcpi_rtt * NANOS_US;
    k->rtt_var = info.tcpi_rttvar * NANOS_US;
    k->send_scale = info.tcpi_snd_wscale;
    k->receive_scale = info.tcpi_rcv_wscale;
    k->timestamps = info.tcpi_options & TCPI_OPT_TIMESTAMPS;
    k->sack = info.tcpi_options & TCPI_OPT_SACK;
    k->scaling = info.tcpi_options & TCPI_OPT_WSCALE;
}

bool kernel_read(Bytes message, KernelConn *k)
{
    struct inet_diag_msg m;
    memset(k, 0, sizeof *k);
    if (message.len < sizeof m)
        return false;
    memcpy(&m, message.data, sizeof m);
    k->state = state_of(m.idiag_state);
    k->own = (Endpoint){address_of(m.id.idiag_src, m.idiag_family), ntohs(m.id.idiag_sport)};
    k->peer = (Endpoint){address_of(m.id.idiag_dst, m.idiag_family), ntohs(m.id.idiag_dport)};
    k->receive_queue = m.idiag_rqueue;
    k->send_queue = m.idiag_wqueue;
    for (size_t at = sizeof m; message.len - at >= sizeof(struct rtattr);) {
        struct rtattr a;
        memcpy(&a, message.data + at, sizeof a);
        if (a.rta_len < sizeof a || a.rta_len > message.len - at)
            break;
        if (a.rta_type == INET_DIAG_INFO)
            read_info(k, bytes_of(message.data + at + sizeof a, a.rta_len - sizeof a));
        size_t padded = ((size_t)a.rta_len + 3) & ~(size_t)3;
        if (padded > message.len - at)
            break;
        at += padded;
    }
    return true;
}

/* ---- asking ---- */

static bool ask(int s, uint8_t family)
{
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 body;
    } r;
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    memset(&r, 0, sizeof r);
    r.head.nlmsg_len = sizeof r;
    r.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    r.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    r.body.sdiag_family = family;
    r.body.sdiag_protocol = IPPROTO_TCP;
    r.body.idiag_ext = 1 << (INET_DIAG_INFO - 1);
    r.body.idiag_states = UINT32_MAX;
    return sendto(s, &r, sizeof r, 0, (struct sockaddr *)&kernel, sizeof kernel) ==
           (ssize_t)sizeof r;
}

typedef struct Answers {
    KernelConn *out;
    uint32_t cap, count;
} Answers;

/* The messages of one datagram. False: the last one is among them. */
static bool take(Answers *answers, Bytes all)
{
    while (all.len >= sizeof(struct nlmsghdr)) {
        struct nlmsghdr h;
        memcpy(&h, all.data, sizeof h);
        if (h.nlmsg_len < sizeof h || h.nlmsg_len > all.len || h.nlmsg_type == NLMSG_DONE ||
            h.nlmsg_type == NLMSG_ERROR)
            return false;
        KernelConn k;
        if (h.nlmsg_type == SOCK_DIAG_BY_FAMILY &&
            kernel_read(bytes_of(all.data + sizeof h, h.nlmsg_len - sizeof h), &k)) {
            if (answers->count < answers->cap)
                answers->out[answers->count] = k;
            answers->count++;
        }
        size_t padded = ((size_t)h.nlmsg_len + 3) & ~(size_t)3;
        if (padded > all.len)
            return true;
        all = bytes_of(all.data + padded, all.len - padded);
    }
    return true;
}

static void listeners_last(Answers *a)
{
    uint32_t n = a->count < a->cap ? a->count : a->cap;
    for (uint32_t i = 1; i < n; i++) {
        KernelConn k = a->out[i];
        uint32_t at = i;
        for (; at > 0 && a->out[at - 1].state == LISTEN && k.state != LISTEN; at--)
            a->out[at] = a->out[at - 1];
        a->out[at] = k;
    }
}

int kernel_conns(KernelConn *out, uint32_t cap)
{
    static const uint8_t families[] = {AF_INET, AF_INET6};
    uint8_t buf[32768];
    Answers answers = {.out = out, .cap = cap};
    int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    bool good = s >= 0;
    for (size_t i = 0; good && i < sizeof families; i++) {
        ssize_t n = -1;
        good = ask(s, families[i]);
        while (good && (n = recv(s, buf, sizeof buf, 0)) > 0 &&
               take(&answers, bytes_of(buf, (size_t)n)))
            ;
        good = good && n > 0;
    }
    int error = errno;
    if (s >= 0)
        close(s);
    errno = error;
    listeners_last(&answers);
    return good ? (int)answers.count : -1;
}

/* ---- telling ---- */

void kernel_text(Text *t, const KernelConn *k)
{
    text_addf(t, "%-12s ", state_name(k->state));
    endpoint_text(t, k->own);
    if (k->state == LISTEN)
        return;
    text_add(t, " > ");
    endpoint_text(t, k->peer);
    text_addf(t, "  recv-q %u send-q %u", k->receive_queue, k->send_queue);
    if (!k->has_info || k->state == TIME_WAIT)
        return;
    text_addf(t, "\n             cwnd %u x %u", k->cwnd, k->mss);
    if (k->ssthresh < 0x7fffffff)
        text_addf(t, " ssthresh %u", k->ssthresh);
    text_add(t, " rtt ");
    text_duration(t, k->rtt);
    text_add(t, " rttvar ");
    text_duration(t, k->rtt_var);
    text_add(t, " rto ");
    text_duration(t, k->rto);
    if (k->unacked)
        text_addf(t, " unacked %u", k->unacked);
    if (k->lost)
        text_addf(t, " lost %u", k->lost);
    if (k->retrans)
        text_addf(t, " retrans %u", k->retrans);
    text_addf(t, "%s%s", k->timestamps ? " ts" : "", k->sack ? " sack" : "");
    if (k->scaling)
        text_addf(t, " wscale %u,%u", k->send_scale, k->receive_scale);
}
