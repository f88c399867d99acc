/*
 * compare_kernel.c: the machine's own TCP as a subject of a comparison (core/lab/compare.h).
 *
 * Real sockets in the namespace that tap_enter made; the puppet's segments go in through the TAP
 * device, and what the kernel sends is read there. The kernel handles a frame before write()
 * returns, so an answer that needs no timer is there at once; for the others the model's lane tells
 * how long to wait, and a bound ends it. This is the one file of compare that acts on the system.
 */
#define _GNU_SOURCE
#include "core/live/compare_kernel.h"

#include "core/live/kernel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { NOT_OPEN = 1 << 20, CONNS = 4096, FIRST_PORT = 20000, LAST_PORT = 60000 };

static const Nanos QUIET = NANOS_MS, MARGIN = 60 * NANOS_MS, TIMER_MARGIN = 800 * NANOS_MS;

typedef struct Kernel {
    Subject subject;
    Tap tap;
    uint8_t frame[ETHER_FRAME_MAX], answer[ETHER_FRAME_MAX];
    KernelConn conns[CONNS];
    CompareSetting before[COMPARE_SETTINGS_MAX]; /* what a scenario has changed */
    uint32_t changed;
} Kernel;

static Nanos kernel_now(const Subject *subject)
{
    (void)subject;
    return tap_clock();
}

/* ---- frames ---- */

static void inject(Subject *subject, Bytes packet)
{
    Kernel *k = (Kernel *)subject;
    size_t len = ether_wrap(&k->tap.us, &k->tap.kernel, packet, k->frame, sizeof k->frame);
    if (len > 0 && write(k->tap.fd, k->frame, len) < 0)
        return; /* lost on the wire, as any frame may be */
}

/* Everything that lies in the device; how many frames were the scenario's. */
static uint32_t drain(Kernel *k, Player *p)
{
    uint32_t mine = 0;
    for (;;) {
        ssize_t n = read(k->tap.fd, k->frame, sizeof k->frame);
        Bytes packet;
        size_t len;
        if (n <= 0)
            return mine;
        switch (ether_take(&k->tap.us, bytes_of(k->frame, (size_t)n), &packet, k->answer,
                           sizeof k->answer, &len)) {
        case ETHER_PACKET: mine += player_frame(p, packet, tap_clock()); break;
        case ETHER_ANSWER:
            if (write(k->tap.fd, k->answer, len) < 0)
                return mine;
            break;
        default: break;
        }
    }
}

/* True: a frame is there. */
static bool wait_frame(const Kernel *k, Nanos at_most)
{
    struct pollfd fd = {.fd = k->tap.fd, .events = POLLIN};
    struct timespec limit = {(time_t)(at_most / NANOS_S), (long)(at_most % NANOS_S)};
    return ppoll(&fd, 1, &limit, NULL) > 0;
}

/* How long the kernel gets for what the model's lane has. Its timers are late by a tick or more. */
static Nanos patience(const Step *s, Nanos late)
{
    switch (s->settle) {
    case SETTLE_NOT: return 0;
    case SETTLE_TIME: return s->wait + MARGIN;
    case SETTLE_TIMER: return late + TIMER_MARGIN;
    default: return late + MARGIN;
    }
}

static void settle(Subject *subject, const Step *s, uint32_t expect, Nanos late, Player *p)
{
    Kernel *k = (Kernel *)subject;
    Nanos start = tap_clock(), limit = patience(s, late), spent = 0;
    Nanos least = s->settle == SETTLE_TIME ? s->wait : 0;
    uint32_t got = drain(k, p);
    while (s->settle != SETTLE_NOT) {
        bool lacks = got < expect && spent < limit;
        Nanos most = spent < least ? least - spent : lacks ? limit - spent : QUIET;
        bool came = wait_frame(k, most);
        got += drain(k, p);
        spent = tap_clock() - start;
        if (!came && spent >= least && (got >= expect || spent >= limit))
            return;
    }
}

/* ---- calls ---- */

static CallDone done(int64_t value)
{
    return (CallDone){.value = value, .error = value < 0 ? errno : 0};
}

static struct sockaddr_in address(uint32_t addr, uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr = {htonl(addr)}, .sin_port = htons(port)};
}

static CallDone open_socket(void)
{
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    CallDone d = done(fd);
    if (fd < 0)
        return d;
    /* Connections of scenarios before may still be in TIME-WAIT. Reno on both sides: CUBIC, BBR and
     * HyStart go by the clock, and the wall's is another one. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
    return d;
}

static CallDone name_socket(const Kernel *k, const Step *s, int fd)
{
    bool binds = s->call == SOCK_CALL_BIND;
    struct sockaddr_in a = address(binds ? INADDR_ANY : k->tap.us.addr,
                                   binds ? s->port : (uint16_t)(k->subject.port_base + s->flow));
    const struct sockaddr *generic = (const struct sockaddr *)&a;
    return done(binds ? bind(fd, generic, sizeof a) : connect(fd, generic, sizeof a));
}

static CallDone set_option(const Step *s, int fd)
{
    int level = (int)(s->len >> 16), option = (int)(s->len & 0xffff);
    struct linger linger = {s->value, s->value2};
    if (level == SOL_SOCKET && option == SO_LINGER)
        return done(setsockopt(fd, level, option, &linger, sizeof linger));
    return done(setsockopt(fd, level, option, &s->value, sizeof s->value));
}

static CallDone ask(const Step *s, int fd)
{
    int value = 0;
    socklen_t len = sizeof value;
    int result = s->call == SOCK_CALL_IOCTL
                     ? ioctl(fd, s->len, &value)
                     : getsockopt(fd, (int)(s->len >> 16), (int)(s->len & 0xffff), &value, &len);
    return done(result < 0 ? result : value);
}

static CallDone ask_poll(int fd)
{
    struct pollfd p = {.fd = fd,
                       .events = POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM |
                                 POLLWRBAND | POLLRDHUP};
    int n = poll(&p, 1, 0);
    return n < 0 ? done(n) : done((uint16_t)p.revents);
}

static CallDone kernel_call(Subject *subject, const Step *s, int fd, Bytes data, uint8_t *out)
{
    const Kernel *k = (const Kernel *)subject;
    fd = fd < 0 ? NOT_OPEN : fd; /* poll() passes over negative ones */
    switch (s->call) {
    case SOCK_CALL_SOCKET: return open_socket();
    case SOCK_CALL_BIND:
    case SOCK_CALL_CONNECT: return name_socket(k, s, fd);
    case SOCK_CALL_LISTEN: return done(listen(fd, (int)s->len));
    case SOCK_CALL_ACCEPT: return done(accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC));
    case SOCK_CALL_SEND:
        return done(send(fd, data.data, data.len, s->value | MSG_NOSIGNAL | MSG_DONTWAIT));
    case SOCK_CALL_RECV: return done(recv(fd, out, s->len, s->value | MSG_DONTWAIT));
    case SOCK_CALL_SHUTDOWN: return done(shutdown(fd, s->value));
    case SOCK_CALL_CLOSE: return done(close(fd));
    case SOCK_CALL_SETSOCKOPT: return set_option(s, fd);
    case SOCK_CALL_GETSOCKOPT:
    case SOCK_CALL_IOCTL: return ask(s, fd);
    case CALL_POLL: return ask_poll(fd);
    default: errno = ENOSYS; return done(-1);
    }
}

static TcpState kernel_state(Subject *subject, uint16_t own_port, uint16_t peer_port)
{
    Kernel *k = (Kernel *)subject;
    int n = kernel_conns(k->conns, CONNS);
    for (int i = 0; i < n && i < CONNS; i++)
        if (k->conns[i].own.port == own_port && k->conns[i].peer.port == peer_port &&
            k->conns[i].state != LISTEN)
            return k->conns[i].state;
    return CLOSED;
}

/* Descriptors are closed by a reset; the puppet's ports are others next time. */
static void kernel_end(Subject *subject, const int *fds, uint32_t count)
{
    struct linger at_once = {1, 0};
    for (uint32_t i = 0; i < count; i++) {
        if (fds[i] < 0)
            continue;
        setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(fds[i]);
    }
    uint32_t next = (uint32_t)subject->port_base + COMPARE_FLOWS;
    subject->port_base = (uint16_t)(next + COMPARE_FLOWS > LAST_PORT ? FIRST_PORT : next);
}

/* ---- making ---- */

/* A network card that takes one segment at a time: the kernel then decides for each of them, as
 * ours does, and not for bursts (TSO). Where it cannot be set, bursts show as differences. */
static void take_single_segments(const char *device)
{
    struct {
        struct nlmsghdr head;
        struct ifinfomsg link;
        struct rtattr attribute;
        uint32_t segments;
    } r;
    memset(&r, 0, sizeof r);
    r.head.nlmsg_len = sizeof r;
    r.head.nlmsg_type = RTM_NEWLINK;
    r.head.nlmsg_flags = NLM_F_REQUEST;
    r.link.ifi_family = AF_UNSPEC;
    r.link.ifi_index = (int)if_nametoindex(device);
    r.attribute.rta_len = sizeof r.attribute + sizeof r.segments;
    r.attribute.rta_type = IFLA_GSO_MAX_SEGS;
    r.segments = 1;
    int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (s < 0)
        return;
    if (send(s, &r, sizeof r, 0) < 0) {
        close(s);
        return;
    }
    close(s);
}

/* net.ipv4.tcp_sack -> /proc/sys/net/ipv4/tcp_sack */
static int open_switch(const char *sysctl, int flags)
{
    char path[128];
    size_t n = (size_t)snprintf(path, sizeof path, "/proc/sys/%s", sysctl);
    for (size_t i = 10; i < n && i < sizeof path; i++)
        if (path[i] == '.')
            path[i] = '/';
    return open(path, flags | O_CLOEXEC);
}

static bool write_switch(const char *sysctl, const char *value)
{
    int fd = open_switch(sysctl, O_WRONLY);
    if (fd < 0)
        return false;
    bool good = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
    close(fd);
    return good;
}

/* Writes a scenario's switch and remembers what it was. */
static bool change_switch(Kernel *k, const CompareSetting *s)
{
    CompareSetting *old = &k->before[k->changed];
    int fd = open_switch(s->sysctl, O_RDONLY);
    if (fd < 0)
        return false;
    *old = *s;
    memset(old->text, 0, sizeof old->text);
    ssize_t n = read(fd, old->text, sizeof old->text - 1);
    close(fd);
    if (n <= 0 || !write_switch(s->sysctl, s->text))
        return false;
    k->changed++;
    return true;
}

bool compare_kernel_settings(Subject *subject, const Scenario *s, char trouble[64])
{
    /* The constants of the linux profile; and what one scenario learns about the path must not
     * change the next. */
    static const char *const usual[][2] = {
        {"net.ipv4.tcp_no_metrics_save", "1"},
        {"net.ipv4.tcp_invalid_ratelimit", "0"}, /* answers to what is wrong: at any moment */
        {"net.ipv4.tcp_congestion_control", "reno"},
        {"net.ipv4.tcp_retrans_collapse", "0"}, /* ours joins nothing when it repeats */
        {"net.ipv4.tcp_rmem", "4096 131072 6291456"},
        {"net.ipv4.tcp_wmem", "4096 4194304 4194304"}, /* ours counts bytes, not memory */
    };
    Kernel *k = (Kernel *)subject;
    while (k->changed > 0) {
        k->changed--;
        write_switch(k->before[k->changed].sysctl, k->before[k->changed].text);
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        write_switch(usual[i][0], usual[i][1]);
    for (uint32_t i = 0; i < s->setting_count; i++) {
        if (change_switch(k, &s->setting[i]))
            continue;
        snprintf(trouble, 64, "%s", s->setting[i].sysctl);
        return false;
    }
    return true;
}

Subject *compare_kernel_new(const Tap *tap)
{
    Kernel *k = calloc(1, sizeof *k);
    struct utsname system;
    if (!k)
        return NULL;
    k->tap = *tap;
    take_single_segments("tap0");
    k->subject = (Subject){.addr = tap->kernel.addr,
                           .peer_addr = tap->us.addr,
                           .listen_port = 8080,
                           .port_base = FIRST_PORT,
                           .call = kernel_call,
                           .inject = inject,
                           .settle = settle,
                           .now = kernel_now,
                           .state = kernel_state,
                           .end = kernel_end};
    if (uname(&system) == 0)
        snprintf(k->subject.name, sizeof k->subject.name, "%.20s %.*s", system.sysname,
                 (int)strspn(system.release, "0123456789."), system.release);
    return &k->subject;
}

void compare_kernel_free(Subject *subject)
{
    free(subject);
}
