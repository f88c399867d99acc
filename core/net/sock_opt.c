/*
 * sock_opt.c: setsockopt() and getsockopt().
 *
 * Options are asked of the socket and kept there; a connection gets them when it begins
 * (sock_give_options), and at once when there is one. What cannot be had is refused (ENOPROTOOPT),
 * never silently taken: a program that checks shall learn the truth. Values, limits and errors are
 * Linux's (net/core/sock.c, do_tcp_setsockopt, do_ip_setsockopt).
 */
#include "core/net/sock_parts.h"
#include "core/tcp/cc.h"
#include "core/tcp/tcp_info.h"

#include <string.h>

/* ---- values as bytes, little-endian ---- */

static uint64_t get_le(Bytes b, size_t at, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n && at + i < b.len; i++)
        v |= (uint64_t)b.data[at + i] << (8 * i);
    return v;
}

static void put_le(uint8_t *out, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(v >> (8 * i));
}

/* The int of the call; false: too few bytes. */
static bool int_of(const Caller *k, int32_t *v)
{
    *v = (int32_t)(k->data.len ? get_le(k->data, 0, 4) : (uint32_t)k->cmd->val);
    return k->data.len == 0 || k->data.len >= 4;
}

static CallResult set_flag(Sock *s, uint32_t flag, int32_t v)
{
    sock_put(s, flag, v != 0);
    return sock_done(0);
}

static CallResult in_range(int64_t v, int64_t low, int64_t high)
{
    return v < low || v > high ? sock_fail(SW_EINVAL) : sock_done(0);
}

/* ---- to the connection ---- */

/* tcp_set and its like on the socket's connection, if there is one. */
static void tell(Caller *k, KnobId which, uint64_t value)
{
    if (!k->s->conn)
        return;
    tcp_set(&k->c, (ConnId){k->s->conn}, which, value);
    k->conn = (ConnId){k->s->conn};
}

static void tell_options(Caller *k)
{
    if (!k->s->conn)
        return;
    tcp_set_options(&k->c, (ConnId){k->s->conn}, &k->s->opt);
    k->conn = (ConnId){k->s->conn};
}

/* The bytes of a buffer that was asked for so. Linux doubles SO_SNDBUF and SO_RCVBUF to have room
 * for its own records; what a program can store is about what it asked for. */
static uint32_t ring_for(uint32_t asked)
{
    return asked;
}

static void tell_buffers(Caller *k)
{
    const Sock *s = k->s;
    if (!s->conn)
        return;
    tcb_resize(&k->c, tcb_at(&k->c.pools, (ConnId){s->conn}),
               sock_is(s, SOCK_SNDBUF_SET) ? ring_for(s->sndbuf) : 0,
               sock_is(s, SOCK_RCVBUF_SET) ? ring_for(s->rcvbuf) : 0);
}

void sock_give_options(Caller *k, ConnId id)
{
    const Sock *s = k->s;
    tcp_set(&k->c, id, KNOB_NODELAY, sock_is(s, SOCK_NODELAY));
    tcp_set(&k->c, id, KNOB_KEEPALIVE, sock_is(s, SOCK_KEEPALIVE));
    tcp_set(&k->c, id, KNOB_CORK, sock_is(s, SOCK_CORK));
    if (sock_is(s, SOCK_QUICKACK_OFF))
        tcp_set(&k->c, id, KNOB_QUICK_ACKS, 0);
    if (sock_is(s, SOCK_USER_TIMEOUT_SET))
        tcp_set(&k->c, id, KNOB_USER_TIMEOUT, s->user_timeout);
    tcp_set_options(&k->c, id, &s->opt);
    tcp_out_of_band(&k->c, id, !sock_is(s, SOCK_OOBINLINE));
    tell_buffers(k);
}

/* ---- SOL_SOCKET ---- */

static CallResult set_buffer(Caller *k, bool sending, int32_t v)
{
    uint32_t bytes = v < 0 ? (uint32_t)INT32_MAX / 2 : (uint32_t)v;
    if (sock_like_freebsd(k->w, k->c.host) && v <= 0)
        return sock_fail(SW_EINVAL); /* sbreserve */
    bytes = max_u32(min_u32(bytes, (uint32_t)INT32_MAX / 2), 1);
    if (sending)
        k->s->sndbuf = bytes;
    else
        k->s->rcvbuf = bytes;
    sock_put(k->s, sending ? SOCK_SNDBUF_SET : SOCK_RCVBUF_SET, true);
    tell_buffers(k);
    return sock_done(0);
}

static CallResult set_linger(Caller *k)
{
    if (k->data.len < 8)
        return sock_fail(SW_EINVAL);
    int32_t seconds = (int32_t)get_le(k->data, 4, 4);
    sock_put(k->s, SOCK_LINGER, get_le(k->data, 0, 4) != 0);
    k->s->linger_s = seconds < 0 ? INT32_MAX : (uint32_t)seconds;
    return sock_done(0);
}

/* struct timeval: seconds and microseconds; a negative time is no time at all, as on Linux. */
static CallResult set_timeout(Caller *k, Nanos *timeout)
{
    if (k->data.len < 16)
        return sock_fail(SW_EINVAL);
    int64_t s = (int64_t)get_le(k->data, 0, 8), us = (int64_t)get_le(k->data, 8, 8);
    if (us < 0 || us >= 1000000)
        return sock_fail(SW_EDOM);
    uint64_t seconds = min_u64((uint64_t)(s < 0 ? 0 : s), 1ull << 30);
    *timeout = s < 0 ? 1 : seconds * NANOS_S + (uint64_t)us * NANOS_US;
    return sock_done(0);
}

static CallResult set_pacing(Caller *k)
{
    uint64_t rate = k->data.len ? get_le(k->data, 0, 8) : (uint32_t)k->cmd->val;
    bool unlimited = rate >= UINT32_MAX;
    k->s->opt.max_pacing = unlimited ? 0 : (uint32_t)rate;
    tell_options(k);
    return sock_done(0);
}

static CallResult set_socket_int(Caller *k, uint32_t option, int32_t v)
{
    Sock *s = k->s;
    switch (option) {
    case SW_SO_REUSEADDR: return set_flag(s, SOCK_REUSEADDR, v);
    case SW_SO_REUSEPORT: return set_flag(s, SOCK_REUSEPORT, v);
    case SW_SO_OOBINLINE:
        if (s->conn)
            tcp_out_of_band(&k->c, (ConnId){s->conn}, v == 0);
        return set_flag(s, SOCK_OOBINLINE, v);
    case SW_SO_KEEPALIVE: tell(k, KNOB_KEEPALIVE, v != 0); return set_flag(s, SOCK_KEEPALIVE, v);
    case SW_SO_SNDBUF:
    case SW_SO_SNDBUFFORCE: return set_buffer(k, true, v);
    case SW_SO_RCVBUF:
    case SW_SO_RCVBUFFORCE: return set_buffer(k, false, v);
    case SW_SO_RCVLOWAT:
        s->opt.rcvlowat = v < 0 ? INT32_MAX : (uint32_t)v;
        tell_options(k);
        return sock_done(0);
    case SW_SO_PRIORITY: s->priority = (uint32_t)v; return sock_done(0);
    case SW_SO_MARK: s->mark = (uint32_t)v; return sock_done(0);
    case SW_SO_DONTROUTE:
    case SW_SO_BROADCAST: return sock_done(0); /* one wire: without meaning */
    case SW_SO_ZEROCOPY: return sock_fail(SW_EOPNOTSUPP);
    default: return sock_fail(SW_ENOPROTOOPT);
    }
}

static CallResult set_socket(Caller *k, uint32_t option)
{
    int32_t v;
    switch (option) {
    case SW_SO_LINGER: return set_linger(k);
    case SW_SO_RCVTIMEO: return set_timeout(k, &k->s->receive_timeout);
    case SW_SO_SNDTIMEO: return set_timeout(k, &k->s->send_timeout);
    case SW_SO_MAX_PACING_RATE: return set_pacing(k);
    default: break;
    }
    return int_of(k, &v) ? set_socket_int(k, option, v) : sock_fail(SW_EINVAL);
}

/* ---- IPPROTO_IP, IPPROTO_IPV6 ---- */

static CallResult set_ip(Caller *k, uint32_t option)
{
    Sock *s = k->s;
    int32_t v;
    if (!int_of(k, &v))
        return sock_fail(SW_EINVAL);
    CallResult r = sock_done(0);
    switch (option) {
    case SW_IP_TOS: s->opt.tos = (uint8_t)((v & 0xfc) | (s->opt.tos & 3)); break; /* ECN is TCP's */
    case SW_IP_TTL:
        r = v == -1 ? r : in_range(v, 1, 255);
        if (r.status == CALL_OK)
            s->opt.ttl = v == -1 ? 0 : (uint8_t)v;
        break;
    case SW_IP_MTU_DISCOVER:
        r = in_range(v, SW_IP_PMTUDISC_DONT, 5);
        if (r.status == CALL_OK)
            s->mtu_discover = (uint8_t)v;
        return r;
    case SW_IP_RECVERR: return set_flag(s, SOCK_RECVERR, v);
    default: return sock_fail(SW_ENOPROTOOPT);
    }
    tell_options(k);
    return r;
}

static CallResult set_ipv6(Caller *k, uint32_t option)
{
    int32_t v;
    if (option != SW_IPV6_V6ONLY)
        return sock_fail(SW_ENOPROTOOPT);
    if (!int_of(k, &v) || k->s->local_port)
        return sock_fail(SW_EINVAL);
    return set_flag(k->s, SOCK_V6ONLY, v);
}

/* ---- IPPROTO_TCP ---- */

static CallResult set_congestion(Caller *k)
{
    size_t len = 0;
    while (len < k->data.len && k->data.data[len])
        len++;
    CcAlgorithm found = len ? cc_of_name((const char *)k->data.data, len) : CC_ALGORITHM_COUNT;
    if (len == 0)
        return sock_fail(SW_EINVAL);
    if (found == CC_ALGORITHM_COUNT)
        return sock_fail(SW_ENOENT);
    k->s->opt.cc = (uint8_t)(found + 1);
    tell_options(k);
    return sock_done(0);
}

/* Seconds become a number of SYN+ACK retransmissions, and their time (secs_to_retrans). */
static uint32_t defer_accept_ms(const Caller *k, int32_t seconds)
{
    uint64_t most = knob(&k->c, KNOB_RTO_MAX) / NANOS_S, timeout = 1, period = 1;
    if (seconds <= 0)
        return 0;
    for (int n = 1; n < 255 && period < (uint64_t)seconds; n++) {
        timeout = min_u64(timeout * 2, max_u64(most, 1));
        period += timeout;
    }
    return (uint32_t)min_u64(period * 1000, UINT32_MAX);
}

/* The small numbers of the connection's own options; false: another option. */
static bool set_own_number(Caller *k, uint32_t option, int32_t v, CallResult *r)
{
    ConnOpt *o = &k->s->opt, before = *o;
    uint32_t u = (uint32_t)v;
    *r = in_range(v, 1, 32767);
    switch (option) {
    case SW_TCP_KEEPIDLE: o->keep_idle_ms = u * 1000; break;
    case SW_TCP_KEEPINTVL: o->keep_interval_ms = u * 1000; break;
    case SW_TCP_KEEPCNT:
        o->keep_count = (uint8_t)u;
        *r = in_range(v, 1, 127);
        break;
    case SW_TCP_SYNCNT:
        o->syn_retries = (uint8_t)u;
        *r = in_range(v, 1, 127);
        break;
    case SW_TCP_MAXSEG:
        o->maxseg = (uint16_t)u;
        *r = v == 0 ? sock_done(0) : in_range(v, sock_like_linux(k->w, k->c.host) ? 88 : 1, 32767);
        break;
    case SW_TCP_LINGER2: /* below 0: no FIN-WAIT-2 at all; above two minutes: as the host */
        o->fin_wait_2_ms = v < 0 ? 1 : v > 120 ? 0 : u * 1000;
        *r = sock_done(0);
        break;
    case SW_TCP_DEFER_ACCEPT:
        o->defer_accept_ms = defer_accept_ms(k, v);
        *r = sock_done(0);
        break;
    case SW_TCP_WINDOW_CLAMP:
        o->window_clamp = v == 0 ? 0 : max_u32(u, 1152);
        *r = v == 0 && k->s->conn ? sock_fail(SW_EINVAL) : sock_done(0);
        break;
    case SW_TCP_NOTSENT_LOWAT:
        o->notsent_lowat = u;
        *r = sock_done(0);
        break;
    default: return false;
    }
    if (r->status != CALL_OK)
        *o = before;
    else
        tell_options(k);
    return true;
}

static CallResult set_user_timeout(Caller *k, int32_t v)
{
    if (v < 0)
        return sock_fail(SW_EINVAL);
    k->s->user_timeout = (uint32_t)v * NANOS_MS;
    sock_put(k->s, SOCK_USER_TIMEOUT_SET, true);
    tell(k, KNOB_USER_TIMEOUT, k->s->user_timeout);
    return sock_done(0);
}

static CallResult set_tcp(Caller *k, uint32_t option)
{
    Sock *s = k->s;
    int32_t v;
    CallResult r;
    if (option == SW_TCP_CONGESTION)
        return set_congestion(k);
    if (!int_of(k, &v))
        return sock_fail(SW_EINVAL);
    if (set_own_number(k, option, v, &r))
        return r;
    switch (option) {
    case SW_TCP_NODELAY: tell(k, KNOB_NODELAY, v != 0); return set_flag(s, SOCK_NODELAY, v);
    case SW_TCP_CORK: tell(k, KNOB_CORK, v != 0); return set_flag(s, SOCK_CORK, v);
    case SW_TCP_QUICKACK:
        tell(k, KNOB_QUICK_ACKS, v != 0);
        return set_flag(s, SOCK_QUICKACK_OFF, v == 0);
    case SW_TCP_USER_TIMEOUT: return set_user_timeout(k, v);
    case SW_TCP_FASTOPEN_CONNECT: return set_flag(s, SOCK_FASTOPEN_CONNECT, v);
    case SW_TCP_INQ: return set_flag(s, SOCK_INQ, v);
    case SW_TCP_FASTOPEN:
        if (v < 0)
            return sock_fail(SW_EINVAL);
        s->fastopen = (uint16_t)min_u32((uint32_t)v, UINT16_MAX);
        s->opt.fast_open = (uint8_t)min_u32(s->fastopen, 255);
        tell_options(k);
        return sock_done(0);
    case SW_TCP_REPAIR: return sock_fail(SW_EPERM);
    default: return sock_fail(SW_ENOPROTOOPT);
    }
}

CallResult sock_call_setsockopt(Caller *k)
{
    uint32_t level = k->cmd->len >> 16, option = k->cmd->len & 0xffff;
    switch (level) {
    case SW_SOL_SOCKET: return set_socket(k, option);
    case SW_IPPROTO_IP: return set_ip(k, option);
    case SW_IPPROTO_IPV6: return set_ipv6(k, option);
    case SW_IPPROTO_TCP: return set_tcp(k, option);
    default: return sock_fail(SW_ENOPROTOOPT);
    }
}

/* ---- getsockopt() ---- */

/* A looking Ctx: nothing is written through it. */
static Ctx looking(const World *w, HostId host)
{
    return world_ctx((World *)(uintptr_t)w, host, 0, NULL);
}

static uint64_t host_knob(const World *w, HostId host, KnobId id)
{
    return w->hosts[host].knob[id];
}

/* What SO_SNDBUF and SO_RCVBUF tell: Linux the double of what was asked for. */
static int64_t buffer_told(const World *w, HostId host, const Sock *s, bool sending)
{
    bool set = sock_is(s, sending ? SOCK_SNDBUF_SET : SOCK_RCVBUF_SET);
    uint32_t asked = sending ? s->sndbuf : s->rcvbuf;
    const Tcb *t = sock_tcb(w, s);
    if (set && sock_like_linux(w, host))
        return max_u32(2 * asked, sending ? 4608 : 2304);
    if (set)
        return asked;
    if (t)
        return sending ? t->tx.cap : t->rx.cap;
    return (int64_t)host_knob(w, host, sending ? KNOB_SNDBUF : KNOB_RCVBUF);
}

static bool get_socket_int(const World *w, HostId host, const Sock *s, uint32_t option, int64_t *v)
{
    const Tcb *t = sock_tcb(w, s);
    switch (option) {
    case SW_SO_REUSEADDR: *v = sock_is(s, SOCK_REUSEADDR); return true;
    case SW_SO_REUSEPORT: *v = sock_is(s, SOCK_REUSEPORT); return true;
    case SW_SO_OOBINLINE: *v = sock_is(s, SOCK_OOBINLINE); return true;
    case SW_SO_KEEPALIVE: *v = sock_is(s, SOCK_KEEPALIVE); return true;
    case SW_SO_DONTROUTE:
    case SW_SO_BROADCAST:
    case SW_SO_ZEROCOPY: *v = 0; return true;
    case SW_SO_TYPE: *v = SW_SOCK_STREAM; return true;
    case SW_SO_PROTOCOL: *v = SW_IPPROTO_TCP; return true;
    case SW_SO_DOMAIN: *v = SW_AF_INET; return true;
    case SW_SO_ERROR:
        *v = sock_pending(w, s, t);
        *v = *v ? *v : sock_soft_error(w, t);
        return true;
    case SW_SO_SNDBUF: *v = buffer_told(w, host, s, true); return true;
    case SW_SO_RCVBUF: *v = buffer_told(w, host, s, false); return true;
    case SW_SO_RCVLOWAT: *v = max_u32(s->opt.rcvlowat, 1); return true;
    case SW_SO_SNDLOWAT: *v = 1; return true;
    case SW_SO_PRIORITY: *v = s->priority; return true;
    case SW_SO_MARK: *v = s->mark; return true;
    case SW_SO_ACCEPTCONN: *v = t && t->state == LISTEN; return true;
    default: return false;
    }
}

static int get_ip(const World *w, HostId host, const Sock *s, uint32_t option, int64_t *v)
{
    const Tcb *t = sock_tcb(w, s);
    switch (option) {
    case SW_IP_TOS: *v = s->opt.tos; return 0;
    case SW_IP_TTL: *v = s->opt.ttl ? s->opt.ttl : (int64_t)host_knob(w, host, KNOB_TTL); return 0;
    case SW_IP_MTU_DISCOVER: *v = s->mtu_discover; return 0;
    case SW_IP_RECVERR: *v = sock_is(s, SOCK_RECVERR); return 0;
    case SW_IP_MTU: *v = w->shape.mtu; return sock_over(t) || t->state == LISTEN ? SW_ENOTCONN : 0;
    default: return SW_ENOPROTOOPT;
    }
}

static int64_t seconds_of(uint32_t ms, uint64_t host_value)
{
    return ms ? ms / 1000 : (int64_t)(host_value / NANOS_S);
}

/* TCP_MAXSEG: what a segment of ours carries at most; before there is a peer, what was asked for.
 */
static int64_t maxseg_told(const Sock *s, const Tcb *t)
{
    bool young = !t || t->state <= SYN_RECEIVED;
    if (young)
        return s->opt.maxseg ? s->opt.maxseg : 536;
    return t->snd.mss;
}

static bool get_own_number(const World *w, HostId host, const Sock *s, uint32_t option, int64_t *v)
{
    const ConnOpt *o = &s->opt;
    switch (option) {
    case SW_TCP_KEEPIDLE:
        *v = seconds_of(o->keep_idle_ms, host_knob(w, host, KNOB_KEEP_IDLE));
        return true;
    case SW_TCP_KEEPINTVL:
        *v = seconds_of(o->keep_interval_ms, host_knob(w, host, KNOB_KEEP_INTERVAL));
        return true;
    case SW_TCP_KEEPCNT:
        *v = o->keep_count ? o->keep_count : (int64_t)host_knob(w, host, KNOB_KEEP_COUNT);
        return true;
    case SW_TCP_SYNCNT:
        *v = o->syn_retries ? o->syn_retries : (int64_t)host_knob(w, host, KNOB_SYN_RETRIES);
        return true;
    case SW_TCP_LINGER2:
        *v = o->fin_wait_2_ms == 1
                 ? -1
                 : seconds_of(o->fin_wait_2_ms, host_knob(w, host, KNOB_FIN_WAIT_2));
        return true;
    case SW_TCP_DEFER_ACCEPT: *v = o->defer_accept_ms / 1000; return true;
    case SW_TCP_WINDOW_CLAMP: *v = o->window_clamp; return true;
    case SW_TCP_NOTSENT_LOWAT: *v = o->notsent_lowat; return true;
    default: return false;
    }
}

static int get_tcp(const World *w, HostId host, const Sock *s, uint32_t option, int64_t *v)
{
    const Tcb *t = sock_tcb(w, s);
    if (get_own_number(w, host, s, option, v))
        return 0;
    switch (option) {
    case SW_TCP_MAXSEG: *v = maxseg_told(s, t); return 0;
    case SW_TCP_NODELAY: *v = sock_is(s, SOCK_NODELAY); return 0;
    case SW_TCP_CORK: *v = sock_is(s, SOCK_CORK); return 0;
    case SW_TCP_QUICKACK:
        *v = t ? !(t->habits & HABIT_PINGPONG) : !sock_is(s, SOCK_QUICKACK_OFF);
        return 0;
    case SW_TCP_USER_TIMEOUT:
        *v = (int64_t)((sock_is(s, SOCK_USER_TIMEOUT_SET) ? s->user_timeout
                                                          : host_knob(w, host, KNOB_USER_TIMEOUT)) /
                       NANOS_MS);
        return 0;
    case SW_TCP_FASTOPEN: *v = s->fastopen; return 0;
    case SW_TCP_FASTOPEN_CONNECT: *v = sock_is(s, SOCK_FASTOPEN_CONNECT); return 0;
    case SW_TCP_INQ: *v = sock_is(s, SOCK_INQ); return 0;
    case SW_TCP_TIMESTAMP: *v = (uint32_t)(w->now / NANOS_MS); return 0;
    case SW_TCP_REPAIR: *v = 0; return 0;
    default: return SW_ENOPROTOOPT;
    }
}

/* At most *len of the n bytes; *len becomes how many. */
static SockResult give_bytes(void *out, uint32_t *len, const void *value, uint32_t n)
{
    *len = min_u32(*len, n);
    if (out)
        memcpy(out, value, *len);
    return (SockResult){0};
}

static SockResult give_timeout(void *out, uint32_t *len, Nanos timeout)
{
    uint8_t value[16];
    put_le(value, timeout / NANOS_S, 8);
    put_le(value + 8, timeout % NANOS_S / NANOS_US, 8);
    return give_bytes(out, len, value, sizeof value);
}

static SockResult give_congestion(const World *w, HostId host, const Sock *s, void *out,
                                  uint32_t *len)
{
    char name[16] = {0};
    const Tcb *t = sock_tcb(w, s);
    uint64_t cc = s->opt.cc ? s->opt.cc - 1u : host_knob(w, host, KNOB_CC);
    if (t && t->state >= ESTABLISHED)
        cc = t->cc.algorithm;
    const char *text = cc_table[cc < CC_ALGORITHM_COUNT ? cc : CC_NONE]->name;
    for (size_t i = 0; i + 1 < sizeof name && text[i]; i++)
        name[i] = text[i];
    return give_bytes(out, len, name, sizeof name);
}

/* Options whose value is not an int; false: it is one. */
static bool get_bytes(const World *w, HostId host, const Sock *s, uint32_t level, uint32_t option,
                      void *out, uint32_t *len, SockResult *r)
{
    uint8_t value[8] = {0};
    if (level == SW_SOL_SOCKET && option == SW_SO_LINGER) {
        put_le(value, sock_is(s, SOCK_LINGER), 4);
        put_le(value + 4, s->linger_s, 4);
        *r = give_bytes(out, len, value, 8);
    } else if (level == SW_SOL_SOCKET && option == SW_SO_RCVTIMEO) {
        *r = give_timeout(out, len, s->receive_timeout);
    } else if (level == SW_SOL_SOCKET && option == SW_SO_SNDTIMEO) {
        *r = give_timeout(out, len, s->send_timeout);
    } else if (level == SW_SOL_SOCKET && option == SW_SO_MAX_PACING_RATE) {
        uint64_t rate = s->opt.max_pacing ? s->opt.max_pacing : UINT64_MAX;
        put_le(value, *len < 8 ? min_u64(rate, UINT32_MAX) : rate, 8);
        *r = give_bytes(out, len, value, *len < 8 ? 4 : 8);
    } else if (level == SW_IPPROTO_TCP && option == SW_TCP_CONGESTION) {
        *r = give_congestion(w, host, s, out, len);
    } else if (level == SW_IPPROTO_TCP && option == SW_TCP_CC_INFO) {
        *r = give_bytes(out, len, value, 0); /* reno and cubic have nothing to tell */
    } else if (level == SW_IPPROTO_TCP && option == SW_TCP_INFO) {
        Ctx c = looking(w, host);
        TcpInfo info;
        tcp_info(&c, sock_tcb(w, s), &info);
        *r = give_bytes(out, len, &info, sizeof info);
    } else {
        return false;
    }
    return true;
}

SockResult sock_look_getsockopt(const World *w, HostId host, int fd, int level, int option,
                                void *out, uint32_t *len)
{
    const Sock *s = sock_at(w, host, fd);
    if (!s || sock_is(s, SOCK_CLOSING) || s->kind != SOCK_TCP)
        return sock_result(sock_fail(s && s->kind != SOCK_TCP ? SW_ENOTSOCK : SW_EBADF));
    SockResult r;
    if (get_bytes(w, host, s, (uint32_t)level, (uint32_t)option, out, len, &r))
        return r;
    int64_t v = 0;
    int error = SW_ENOPROTOOPT;
    if (level == SW_SOL_SOCKET)
        error = get_socket_int(w, host, s, (uint32_t)option, &v) ? 0 : SW_ENOPROTOOPT;
    else if (level == SW_IPPROTO_IP)
        error = get_ip(w, host, s, (uint32_t)option, &v);
    else if (level == SW_IPPROTO_TCP)
        error = get_tcp(w, host, s, (uint32_t)option, &v);
    else if (level == SW_IPPROTO_IPV6 && option == SW_IPV6_V6ONLY)
        v = sock_is(s, SOCK_V6ONLY), error = 0;
    if (error)
        return sock_result(sock_fail(error));
    uint8_t value[4];
    put_le(value, (uint64_t)v, 4);
    return give_bytes(out, len, value, 4);
}

CallResult sock_call_getsockopt(Caller *k)
{
    uint32_t level = k->cmd->len >> 16, option = k->cmd->len & 0xffff, len = 0;
    SockResult r =
        sock_look_getsockopt(k->w, k->c.host, k->fd, (int)level, (int)option, NULL, &len);
    if (r.error)
        return sock_fail(r.error);
    if (level == SW_SOL_SOCKET && option == SW_SO_ERROR) {
        Tcb *t = k->s->conn ? tcb_at(&k->c.pools, (ConnId){k->s->conn}) : NULL;
        if (!sock_take_error(k->w, k->s) && t)
            t->path.soft_error = CONN_OK;
    }
    return sock_done(0);
}

SockResult sock_getsockopt_int(World *w, HostId host, int fd, int level, int option, int32_t *value,
                               Sink *sink)
{
    uint8_t bytes[4] = {0};
    uint32_t len = sizeof bytes;
    sock_look_getsockopt(w, host, fd, level, option, bytes, &len);
    *value = (int32_t)get_le(bytes_of(bytes, sizeof bytes), 0, 4);
    return sock_do(w, sock_getsockopt(host, fd, level, option), sink);
}
