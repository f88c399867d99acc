/*
 * timers.c: the schedule of each timer, for the profiles whose constants differ.
 *
 * A retransmission comes after the RTO, then after twice that, and so on up to the maximum (RFC
 * 6298 section 5.5); the attempt ends after so many (RFC 9293 3.8.3). The constants below are those
 * of the documents and of the systems, written down once more here: a second opinion on knob.def.
 */
#include "tests/pkt/generate/family.h"

typedef struct Constants {
    const char *profile;
    double initial, minimum, maximum; /* RTO, seconds */
    int syn_retries, syn_ack_retries, retries;
    double persist_max, delayed_ack;
    double time_wait;
    int mss;         /* of the segments we get: without an option of ours 536 (RFC 9293 3.7.1) */
    bool linux_ways; /* the first acknowledgments are not delayed, and probes carry no data */
} Constants;

static const Constants constants[] = {
    {"rfc", 1, 1, 60, 7, 7, 7, 60, 0.2, 240, 1460, false},
    {"linux", 1, 0.2, 120, 6, 5, 15, 120, 0.04, 60, 1460, true},
    {"classic", 1, 1, 60, 7, 7, 7, 60, 0.2, 240, 536, false},
    {"freebsd", 1, 0.03, 64, 8, 3, 12, 60, 0.04, 60, 1460, false},
};

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void write_syn(const Constants *k)
{
    char name[64];
    snprintf(name, sizeof name, "syn-%s", k->profile);
    FILE *f = script_open("timers", name, k->profile, "nobody answers a SYN");
    fputs("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
          "+0 fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)\n"
          "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
          "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
          "+0 > S 0:0(0) <...>\n",
          f);
    double wait = k->initial;
    for (int i = 0; i < k->syn_retries; i++, wait = smaller(2 * wait, k->maximum))
        fprintf(f, "+%.3f > S 0:0(0) <...>\n", wait);
    fprintf(f,
            "+%.3f getsockopt(3, SOL_SOCKET, SO_ERROR, [ETIMEDOUT], [4]) = 0\n"
            "+0 < S. 0:0(0) ack 1 win 1000 <mss 1460>\n"
            "+0 > R 1:1(0)\n",
            wait + 0.001);
    script_close(f);
}

static void write_syn_ack(const Constants *k)
{
    char name[64];
    snprintf(name, sizeof name, "syn-ack-%s", k->profile);
    FILE *f = script_open("timers", name, k->profile, "nobody acknowledges a SYN+ACK");
    fputs("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
          "+0 bind(3, ..., ...) = 0\n"
          "+0 listen(3, 1) = 0\n"
          "+0 < S 0:0(0) win 32792 <mss 1460>\n"
          "+0 > S. 0:0(0) ack 1 <...>\n",
          f);
    double wait = k->initial;
    for (int i = 0; i < k->syn_ack_retries; i++, wait = smaller(2 * wait, k->maximum))
        fprintf(f, "+%.3f > S. 0:0(0) ack 1 <...>\n", wait);
    fprintf(f,
            "// It has given up: the late third segment finds nobody.\n"
            "+%.3f < . 1:1(0) ack 1 win 32792\n"
            "+0 > R 1:1(0)\n",
            wait + 0.001);
    script_close(f);
}

/* One segment of data into silence. The handshake took 0.1 s: SRTT 0.1, RTTVAR 0.05, so the first
 * timeout is 0.3 s, or the minimum. */
static void write_data(const Constants *k)
{
    char name[64];
    snprintf(name, sizeof name, "data-%s", k->profile);
    FILE *f = script_open("timers", name, k->profile, "nobody acknowledges data");
    fputs("0 `sysctl -q net.ipv4.tcp_early_retrans=0`\n"
          "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
          "+0 bind(3, ..., ...) = 0\n"
          "+0 listen(3, 1) = 0\n"
          "+0 < S 0:0(0) win 32792 <mss 1460>\n"
          "+0 > S. 0:0(0) ack 1 <...>\n"
          "+.1 < . 1:1(0) ack 1 win 32792\n"
          "+0 accept(3, ..., ...) = 4\n"
          "+0 setsockopt(4, IPPROTO_TCP, TCP_USER_TIMEOUT, [0], 4) = 0\n"
          "+0 write(4, ..., 1000) = 1000\n"
          "+0 > P. 1:1001(1000) ack 1\n",
          f);
    double wait = larger(0.3, k->minimum);
    for (int i = 0; i < k->retries; i++, wait = smaller(2 * wait, k->maximum))
        fprintf(f, "+%.3f > P. 1:1001(1000) ack 1\n", wait);
    fprintf(f, "+%.3f read(4, ..., 100) = -1 ETIMEDOUT (Connection timed out)\n", wait + 0.001);
    script_close(f);
}

/* A window that stays closed: the peer answers every probe, so nobody gives up (MUST-37). */
static void write_persist(const Constants *k)
{
    char name[64];
    snprintf(name, sizeof name, "persist-%s", k->profile);
    FILE *f = script_open("timers", name, k->profile, "the peer's window stays closed");
    fputs("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
          "+0 bind(3, ..., ...) = 0\n"
          "+0 listen(3, 1) = 0\n"
          "+0 < S 0:0(0) win 1000 <mss 1460>\n"
          "+0 > S. 0:0(0) ack 1 <...>\n"
          "+.1 < . 1:1(0) ack 1 win 1000\n"
          "+0 accept(3, ..., ...) = 4\n"
          "+0 write(4, ..., 1000) = 1000\n"
          "+0 > P. 1:1001(1000) ack 1\n"
          "+.1 < . 1:1(0) ack 1001 win 0\n"
          "+0 write(4, ..., 500) = 500\n",
          f);
    double wait = larger(0.25, k->minimum); /* a second sample of 0.1 s: RTTVAR is 3/80 s */
    for (int i = 0; i < 12; i++, wait = smaller(2 * wait, k->persist_max)) {
        fprintf(f, "+%.3f > . %s ack 1\n", wait, k->linux_ways ? "1000:1000(0)" : "1001:1002(1)");
        fputs("+0 < . 1:1(0) ack 1001 win 0\n", f);
    }
    if (k->linux_ways)
        fputs("+.1 < . 1:1(0) ack 1001 win 1000\n"
              "+0 > P. 1001:1501(500) ack 1\n",
              f);
    else
        fputs("// It opens: the probe's byte again, which was refused, then the rest.\n"
              "+.1 < . 1:1(0) ack 1001 win 1000\n"
              "+0 > . 1001:1002(1) ack 1\n"
              "+.1 < . 1:1(0) ack 1002 win 1000\n"
              "+0 > P. 1002:1501(499) ack 1\n",
              f);
    script_close(f);
}

static void write_delayed_ack(const Constants *k)
{
    char name[64];
    snprintf(name, sizeof name, "delayed-ack-%s", k->profile);
    FILE *f = script_open("timers", name, k->profile, "one segment waits for company, two do not");
    script_established(f, k->linux_ways);
    int end = 102 + 2 * k->mss;
    fprintf(f,
            "+.01 < . 101:102(1) ack 1001 win 32792\n"
            "+%.3f > . 1001:1001(0) ack 102\n"
            "+.01 < . 102:%d(%d) ack 1001 win 32792\n",
            k->delayed_ack, 102 + k->mss, k->mss);
    if (k->linux_ways) /* no answer took the last one along: no ping-pong, so not delayed */
        fprintf(f, "+0 > . 1001:1001(0) ack %d\n", 102 + k->mss);
    fprintf(f,
            "+0 < . %d:%d(%d) ack 1001 win 32792\n"
            "+0 > . 1001:1001(0) ack %d\n",
            102 + k->mss, end, k->mss, end);
    script_close(f);
}

/* TIME-WAIT ends after 2 MSL, counted again from every repeated FIN. */
static void write_time_wait(const Constants *k)
{
    char name[64];
    snprintf(name, sizeof name, "time-wait-%s", k->profile);
    FILE *f = script_open("timers", name, k->profile, "TIME-WAIT lasts two segment lifetimes");
    script_established(f, k->linux_ways);
    fprintf(f,
            "+.01 < . 101:101(0) ack 1001 win 32792\n"
            "+0 close(4) = 0\n"
            "+0 > F. 1001:1001(0) ack 101\n"
            "+.01 < F. 101:101(0) ack 1002 win 32792\n"
            "+0 > . 1002:1002(0) ack 102\n"
            "// The FIN again, shortly before the end: acknowledged, and the time starts anew.\n"
            "+%.3f < F. 101:101(0) ack 1002 win 32792\n"
            "+0 > . 1002:1002(0) ack 102\n"
            "+%.3f < F. 101:101(0) ack 1002 win 32792\n"
            "+0 > . 1002:1002(0) ack 102\n"
            "// And once it is over, nobody is there.\n"
            "+%.3f < F. 101:101(0) ack 1002 win 32792\n"
            "+0 > R 1002:1002(0)\n",
            k->time_wait - 1, k->time_wait - 1, k->time_wait + 1);
    script_close(f);
}

static void write_keep_alive(const Constants *k)
{
    char name[64];
    snprintf(name, sizeof name, "keep-alive-%s", k->profile);
    FILE *f = script_open("timers", name, k->profile, "probes on an idle connection");
    script_established(f, k->linux_ways);
    fputs("+.01 < . 101:101(0) ack 1001 win 32792\n"
          "+0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n"
          "+0 setsockopt(4, IPPROTO_TCP, TCP_KEEPIDLE, [10], 4) = 0\n"
          "+0 setsockopt(4, IPPROTO_TCP, TCP_KEEPINTVL, [5], 4) = 0\n"
          "+0 setsockopt(4, IPPROTO_TCP, TCP_KEEPCNT, [3], 4) = 0\n"
          "+10 > . 1000:1000(0) ack 101\n"
          "+0 < . 101:101(0) ack 1001 win 32792\n"
          "// Answered: ten seconds again, then three probes that nobody answers.\n"
          "+10 > . 1000:1000(0) ack 101\n"
          "+5 > . 1000:1000(0) ack 101\n"
          "+5 > . 1000:1000(0) ack 101\n"
          "+5.001 read(4, ..., 100) = -1 ETIMEDOUT (Connection timed out)\n",
          f);
    script_close(f);
}

void write_timers(void)
{
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        write_syn(&constants[i]);
        write_syn_ack(&constants[i]);
        write_data(&constants[i]);
        write_persist(&constants[i]);
        write_delayed_ack(&constants[i]);
        write_time_wait(&constants[i]);
        write_keep_alive(&constants[i]);
    }
}
