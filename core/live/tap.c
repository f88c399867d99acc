/*
 * tap.c: namespaces, the TAP device and its addresses, by system calls and ioctls only (tap.h).
 *
 * The order matters: first the namespace (from then on nothing can touch the host's network), then
 * the maps of user numbers (before them we are nobody), then the device. Offloading is asked for
 * only by a caller that finishes checksums (offload.h); else every frame that the kernel hands us
 * has whole ones.
 */
#define _GNU_SOURCE
#include "core/live/tap.h"

#include "core/base/octets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NODE   "/dev/net/tun"
#define DEVICE "tap0"

const char *tap_error_text(TapError error, Lang lang)
{
    static const char *const texts[TAP_ERROR_COUNT][LANG_COUNT] = {
        [TAP_OK] = {"no error", "没有错误"},
        [TAP_NO_NAMESPACE] = {"this system does not permit a network namespace of one's own; "
                              "`sudo sysctl kernel.unprivileged_userns_clone=1` (on Ubuntu "
                              "kernel.apparmor_restrict_unprivileged_userns=0) or sudo helps",
                              "系统不允许建立自己的网络命名空间；可用 sudo，或执行 "
                              "sudo sysctl kernel.unprivileged_userns_clone=1（Ubuntu 上为 "
                              "kernel.apparmor_restrict_unprivileged_userns=0）"},
        [TAP_NO_MORE] = {"this system allows no further network namespace; "
                         "`sudo sysctl user.max_net_namespaces=1000` helps",
                         "系统不允许再建立网络命名空间；可执行 "
                         "sudo sysctl user.max_net_namespaces=1000"},
        [TAP_NO_MAP] = {"this system does not let us map our user into the namespace; sudo helps",
                        "系统不允许把用户映射进命名空间；可用 sudo"},
        [TAP_NO_NODE] = {"there is no %s; `sudo modprobe tun` helps",
                         "没有 %s；可执行 sudo modprobe tun"},
        [TAP_NOT_ALLOWED] = {"%s must not be opened; `sudo chmod 666 %s`, or another node with "
                             "--tun PATH, helps",
                             "无权打开 %s；可执行 sudo chmod 666 %s，或用 --tun 指定其他设备节点"},
        [TAP_NO_DEVICE] = {"%s does not make a TAP device; is it a tun node? `sudo modprobe tun` "
                           "may help",
                           "%s 无法建立 TAP 设备；它是 tun 节点吗？可试试 sudo modprobe tun"},
        [TAP_NO_ADDRESS] = {"the TAP device takes no address; this kernel may lack IPv4",
                            "TAP 设备无法设置地址；内核可能不支持 IPv4"},
    };
    return error < TAP_ERROR_COUNT ? texts[error][lang] : "";
}

Nanos tap_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (Nanos)now.tv_sec * NANOS_S + (Nanos)now.tv_nsec;
}

/* ---- the namespace ---- */

static bool write_to(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = write(fd, text, strlen(text));
    int error = errno;
    close(fd);
    errno = error;
    return n == (ssize_t)strlen(text);
}

/* Inside we are root of what is inside: ping and tc work, and files stay ours. */
static bool map_user(uid_t user, gid_t group)
{
    char map[40];
    if (!write_to("/proc/self/setgroups", "deny") && errno != ENOENT)
        return false;
    snprintf(map, sizeof map, "0 %u 1", (unsigned)user);
    if (!write_to("/proc/self/uid_map", map))
        return false;
    snprintf(map, sizeof map, "0 %u 1", (unsigned)group);
    return write_to("/proc/self/gid_map", map);
}

static TapError enter_namespace(void)
{
    uid_t user = geteuid();
    gid_t group = getegid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)
        return map_user(user, group) ? TAP_OK : TAP_NO_MAP;
    int error = errno;
    if (user == 0 && unshare(CLONE_NEWNET) == 0) /* root needs no user namespace */
        return TAP_OK;
    errno = error;
    return error == ENOSPC ? TAP_NO_MORE : TAP_NO_NAMESPACE;
}

/* ---- the device ---- */

static struct ifreq request(const char *device)
{
    struct ifreq r;
    memset(&r, 0, sizeof r);
    snprintf(r.ifr_name, sizeof r.ifr_name, "%s", device);
    return r;
}

/* Says that we can sum and segment. Where the kernel refuses, frames still have their header. */
static bool make_offload(int fd, struct ifreq *r)
{
    unsigned features = 0;
    if (ioctl(fd, TUNGETFEATURES, &features) != 0 || !(features & IFF_VNET_HDR))
        return false;
    r->ifr_flags |= IFF_VNET_HDR;
    return true;
}

static TapError make_device(const char *node, bool offload, Tap *tap)
{
    int *fd = &tap->fd;
    *fd = open(node, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (*fd < 0)
        return errno == ENOENT || errno == ENXIO || errno == ENODEV ? TAP_NO_NODE : TAP_NOT_ALLOWED;
    struct ifreq r = request(DEVICE);
    r.ifr_flags = IFF_TAP | IFF_NO_PI;
    tap->offload = offload && make_offload(*fd, &r);
    if (ioctl(*fd, TUNSETIFF, &r) != 0)
        return TAP_NO_DEVICE;
    if (tap->offload) /* a kernel without segmenting may still sum; without both it does all */
        (void)(ioctl(*fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6) == 0 ||
               ioctl(*fd, TUNSETOFFLOAD, TUN_F_CSUM) == 0);
    return TAP_OK;
}

static bool set_addr(int s, unsigned long which, uint32_t addr)
{
    struct ifreq r = request(DEVICE);
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = {htonl(addr)}};
    memcpy(&r.ifr_addr, &in, sizeof in);
    return ioctl(s, which, &r) == 0;
}

static bool set_up(int s, const char *device)
{
    struct ifreq r = request(device);
    if (ioctl(s, SIOCGIFFLAGS, &r) != 0)
        return false;
    r.ifr_flags = (short)(r.ifr_flags | IFF_UP);
    return ioctl(s, SIOCSIFFLAGS, &r) == 0;
}

static bool set_v4(int s, const TapOptions *o, Tap *tap)
{
    struct ifreq r = request(DEVICE);
    if (ioctl(s, SIOCGIFHWADDR, &r) != 0)
        return false;
    memcpy(tap->kernel.mac, r.ifr_hwaddr.sa_data, ETHER_MAC);
    r = request(DEVICE);
    r.ifr_mtu = o->mtu;
    bool good = ioctl(s, SIOCSIFMTU, &r) == 0 && set_addr(s, SIOCSIFADDR, o->kernel_addr) &&
                set_addr(s, SIOCSIFNETMASK, 0xffffff00);
    set_up(s, "lo");
    return good && set_up(s, DEVICE);
}

/* IPv6 is welcome, and missed by nobody where the kernel has none. */
static void set_v6(const TapOptions *o)
{
    struct {
        struct in6_addr addr;
        uint32_t prefix;
        int index;
    } r = {.prefix = 96};
    int s = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (s < 0)
        return;
    r.addr.s6_addr[0] = 0xfd;
    put32(r.addr.s6_addr + 12, o->kernel_addr);
    r.index = (int)if_nametoindex(DEVICE);
    ioctl(s, SIOCSIFADDR, &r);
    close(s);
}

static void set_switches(bool plain)
{
    static const char *const off[] = {"tcp_timestamps", "tcp_sack", "tcp_window_scaling"};
    char path[80];
    for (size_t i = 0; plain && i < sizeof off / sizeof *off; i++) {
        snprintf(path, sizeof path, "/proc/sys/net/ipv4/%s", off[i]);
        write_to(path, "0");
    }
    /* Addresses are ours alone: asking whether somebody else has them would only delay. */
    write_to("/proc/sys/net/ipv6/conf/" DEVICE "/accept_dad", "0");
    write_to("/proc/sys/net/ipv6/conf/" DEVICE "/router_solicitations", "0");
    write_to("/proc/sys/net/ipv4/ping_group_range", "0 0"); /* ping works for the inner root */
}

static TapError set_device(const TapOptions *o, Tap *tap)
{
    static const uint8_t our_mac[ETHER_MAC] = {0x02, 0x53, 0x57, 0x00, 0x00, 0x02};
    tap->kernel.addr = o->kernel_addr;
    tap->us.addr = o->our_addr;
    memcpy(tap->us.mac, our_mac, ETHER_MAC);
    int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (s < 0)
        return TAP_NO_ADDRESS;
    set_switches(o->plain);
    bool good = set_v4(s, o, tap);
    int error = errno;
    close(s);
    errno = error;
    if (good)
        set_v6(o);
    return good ? TAP_OK : TAP_NO_ADDRESS;
}

TapError tap_enter(const TapOptions *o, Tap *tap, int *system_error)
{
    const char *node = o->node ? o->node : NODE;
    *tap = (Tap){.fd = -1};
    /* Tried first outside, so that a missing permission costs nothing. */
    int probe = open(node, O_RDWR | O_CLOEXEC);
    TapError error = TAP_OK;
    if (probe < 0)
        error =
            errno == ENOENT || errno == ENXIO || errno == ENODEV ? TAP_NO_NODE : TAP_NOT_ALLOWED;
    else
        close(probe);
    if (!error)
        error = enter_namespace();
    if (!error)
        error = make_device(node, o->offload, tap);
    if (!error)
        error = set_device(o, tap);
    *system_error = error ? errno : 0;
    if (error && tap->fd >= 0) {
        close(tap->fd);
        tap->fd = -1;
    }
    return error;
}

/* ---- programs inside ---- */

/* Whoever is first in a namespace of process numbers takes all others with it when it dies; and
 * this one dies with who started it. So no program that a program started survives a kill -9. */
static void keep(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN); /* children that lost their parent are not kept */
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
    for (;;)
        pause();
}

static void run(char *const argv[])
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_DFL);
    execvp(argv[0], argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* sandwire -> this one -> keeper and program: between them so that neither the numbers in sandwire
 * itself change nor the program is number 1, which signals do not reach. */
int tap_spawn(char *const argv[])
{
    pid_t child = fork();
    if (child != 0)
        return (int)child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN);
    if (unshare(CLONE_NEWPID) == 0 && fork() == 0)
        keep();
    pid_t program = fork();
    if (program == 0)
        run(argv);
    int status = 0;
    while (program > 0 && waitpid(program, &status, 0) < 0 && errno == EINTR)
        ;
    _exit(program < 0 ? 127 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
