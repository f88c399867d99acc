/*
 * timeouts.c: each timer in every state in which it can run (RFC 9293 3.10.8), for all profiles.
 *
 *                     rexmit  user  persist  keep-alive  delayed ACK  FIN-WAIT-2  2 MSL
 *     SYN-SENT          x      x
 *     SYN-RECEIVED      x      x
 *     ESTABLISHED       x      x      x          x            x
 *     FIN-WAIT-1        x      x      x                       x
 *     FIN-WAIT-2                                 x            x           x
 *     CLOSE-WAIT        x      x      x          x
 *     CLOSING           x      x
 *     LAST-ACK          x      x      x
 *     TIME-WAIT                                                                      x
 *
 * No state is without a row, and no other pair can be: CLOSED and LISTEN have no timer; keep-alive
 * and FIN-WAIT-2 need an idle connection, the acknowledgment of text needs text that may come. The
 * handshake takes 0.1 s (SRTT 0.1, RTTVAR 0.05), so the first RTO is 0.3 s or the minimum.
 */
#include "tests/pkt/generate/family.h"

#include <string.h>

typedef struct Constants {
    const char *profile;
    double initial, minimum, maximum; /* RTO, seconds */
    int retries;                      /* R2 */
    double persist_max, delayed_ack;
    double two_msl, fin_wait_2; /* fin_wait_2 0: for ever */
    bool empty_probe;           /* a zero-window probe is an old number, without data */
} Constants;

static const Constants profiles[] = {
    {"rfc", 1, 1, 60, 7, 60, 0.2, 240, 0, false},
    {"linux", 1, 0.2, 120, 15, 120, 0.04, 60, 60, true},
    {"classic", 1, 1, 60, 7, 60, 0.2, 240, 0, false},
    {"freebsd", 1, 0.03, 64, 12, 60, 0.04, 60, 60, false},
};

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* ---- the states: fd 4 is there, the handshake was 0.1 s long, nothing but `waits` is out ---- */

typedef struct State {
    const char *name;
    void (*reach)(FILE *, int window, const char *setting);
    const char *waits;   /* the line of what is retransmitted; NULL: nothing */
    int rcv, nxt;        /* afterwards */
    bool opening, hears; /* ... the peer's text may come */
} State;

/* setting: calls on fd 4 that come before anything is sent. */
static void reach_syn_sent(FILE *f, int window, const char *setting)
{
    (void)window;
    fprintf(f,
            "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n"
            "+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n%s"
            "+0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
            "+0 > S 0:0(0) <...>\n",
            setting);
}

static void reach_syn_received(FILE *f, int window, const char *setting)
{
    reach_syn_sent(f, window, setting);
    fputs("+0 < S 0:0(0) win 32792 <mss 1460>\n"
          "+0 > S. 0:0(0) ack 1 <...>\n",
          f);
}

static void reach_open(FILE *f, int window, const char *setting)
{
    fprintf(f,
            "0 `sysctl -q net.ipv4.tcp_early_retrans=0`\n"
            "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
            "+0 bind(3, ..., ...) = 0\n"
            "+0 listen(3, 1) = 0\n"
            "+0 < S 0:0(0) win %d <mss 1460>\n"
            "+0 > S. 0:0(0) ack 1 <...>\n"
            "+.1 < . 1:1(0) ack 1 win %d\n"
            "+0 accept(3, ..., ...) = 4\n%s",
            window, window, setting);
}

static void reach_established(FILE *f, int window, const char *setting)
{
    reach_open(f, window, setting);
    if (window)
        fputs("+0 write(4, ..., 1000) = 1000\n"
              "+0 > P. 1:1001(1000) ack 1\n",
              f);
    else
        fputs("+0 write(4, ..., 1000) = 1000\n", f);
}

static void reach_fin_wait_1(FILE *f, int window, const char *setting)
{
    reach_open(f, window, setting);
    if (window)
        fputs("+0 shutdown(4, SHUT_WR) = 0\n"
              "+0 > F. 1:1(0) ack 1\n",
              f);
    else
        fputs("+0 write(4, ..., 1000) = 1000\n"
              "+0 shutdown(4, SHUT_WR) = 0\n",
              f);
}

static void reach_closing(FILE *f, int window, const char *setting)
{
    reach_fin_wait_1(f, window, setting);
    fputs("+0 < F. 1:1(0) ack 1 win 32792\n"
          "+0 > . 2:2(0) ack 2\n",
          f);
}

static void reach_close_wait(FILE *f, int window, const char *setting)
{
    reach_open(f, window, setting);
    fprintf(f,
            "+0 < F. 1:1(0) ack 1 win %d\n"
            "+0~+.04 > . 1:1(0) ack 2\n" /* Linux may wait with it */
            "+0 write(4, ..., 1000) = 1000\n",
            window);
    if (window)
        fputs("+0 > P. 1:1001(1000) ack 2\n", f);
}

static void reach_last_ack(FILE *f, int window, const char *setting)
{
    reach_open(f, window, setting);
    fprintf(f,
            "+0 < F. 1:1(0) ack 1 win %d\n"
            "+0~+.04 > . 1:1(0) ack 2\n",
            window);
    if (window)
        fputs("+0 shutdown(4, SHUT_WR) = 0\n"
              "+0 > F. 1:1(0) ack 2\n",
              f);
    else
        fputs("+0 write(4, ..., 1000) = 1000\n"
              "+0 shutdown(4, SHUT_WR) = 0\n",
              f);
}

static const State states[] = {
    {"syn-sent", reach_syn_sent, "S 0:0(0) <...>", 1, 1, true, false},
    {"syn-received", reach_syn_received, "S. 0:0(0) ack 1 <...>", 1, 1, true, false},
    {"established", reach_established, "P. 1:1001(1000) ack 1", 1, 1001, false, true},
    {"fin-wait-1", reach_fin_wait_1, "F. 1:1(0) ack 1", 1, 2, false, true},
    {"close-wait", reach_close_wait, "P. 1:1001(1000) ack 2", 2, 1001, false, false},
    {"closing", reach_closing, "F. 1:1(0) ack 2", 2, 2, false, false},
    {"last-ack", reach_last_ack, "F. 1:1(0) ack 2", 2, 2, false, false},
};
enum { STATES = sizeof states / sizeof *states };

static FILE *open_one(const char *timer, const State *s, const Constants *k, const char *about)
{
    char name[96], line[160];
    snprintf(name, sizeof name, "%s-%s-%s", timer, s->name, k->profile);
    snprintf(line, sizeof line, "%s, in %s", about, s->name);
    return script_open("timeouts", name, k->profile, line);
}

/* The connection has ended, the program learns why, and what comes late finds nobody. */
static void write_end(FILE *f, const State *s, double wait)
{
    fprintf(f, "+%.3f getsockopt(4, SOL_SOCKET, SO_ERROR, [ETIMEDOUT], [4]) = 0\n", wait);
    fprintf(f, "+0 %%{ assert tcpi_state == TCP_CLOSE, tcpi_state }%%\n");
    fprintf(f, "+0 < . %d:%d(0) ack %d win 32792\n+0 > R %d:%d(0)\n", s->rcv, s->rcv, s->nxt,
            s->nxt, s->nxt);
}

/* ---- retransmission: RTO, then twice that, up to the maximum; R2 times (RFC 6298 5.5) ---- */

static void write_rexmit(const State *s, const Constants *k)
{
    FILE *f = open_one("rexmit", s, k, "nobody answers");
    s->reach(f, 32792, "+0 setsockopt(4, IPPROTO_TCP, TCP_USER_TIMEOUT, [0], 4) = 0\n");
    double wait = larger(0.3, k->minimum);
    for (int i = 0; i < k->retries; i++, wait = smaller(2 * wait, k->maximum))
        fprintf(f, "+%.3f > %s\n", wait, s->waits);
    write_end(f, s, wait + 0.001);
    script_close(f);
}

/* ---- the user timeout: five seconds from the first departure, whatever R2 says ---- */

static void write_user_timeout(const State *s, const Constants *k)
{
    FILE *f = open_one("user", s, k, "the program has set a user timeout of 5 s");
    s->reach(f, 32792, "+0 setsockopt(4, IPPROTO_TCP, TCP_USER_TIMEOUT, [5000], 4) = 0\n");
    double wait = s->opening ? k->initial : larger(0.3, k->minimum), total = wait;
    for (; total < 5; wait *= 2, total += wait)
        fprintf(f, "+%.3f > %s\n", wait, s->waits);
    total -= wait;
    write_end(f, s, 5.001 - total);
    script_close(f);
}

/* ---- persist: the window is closed from the start, and every probe is answered ---- */

static const char *probe(const Constants *k)
{
    return k->empty_probe ? "0:0(0)" : "1:2(1)";
}

static void write_persist(const State *s, const Constants *k)
{
    FILE *f = open_one("persist", s, k, "a window that stays closed is probed for ever");
    s->reach(f, 0, "");
    double wait = larger(0.3, k->minimum);
    for (int i = 0; i < 20; i++, wait = smaller(2 * wait, k->persist_max))
        fprintf(f, "+%.3f > . %s ack %d\n+0 < . %d:%d(0) ack 1 win 0\n", wait, probe(k), s->rcv,
                s->rcv, s->rcv);
    int taken = k->empty_probe ? 1 : 2;
    fprintf(f, "+.1 < . %d:%d(0) ack %d win 32792\n", s->rcv, s->rcv, taken);
    bool fin = s->name[0] == 'f' || s->name[0] == 'l';
    fprintf(f, "+0 > %s. %d:1001(%d) ack %d\n", fin ? "FP" : "P", taken, 1001 - taken, s->rcv);
    script_close(f);
}

/* The same, but nobody answers: then R2 counts for probes, too. */
static void write_persist_alone(const State *s, const Constants *k)
{
    FILE *f = open_one("persist-unanswered", s, k, "probes that nobody answers end the connection");
    s->reach(f, 0, "+0 setsockopt(4, IPPROTO_TCP, TCP_USER_TIMEOUT, [0], 4) = 0\n");
    double wait = larger(0.3, k->minimum);
    for (int i = 0; i < k->retries; i++, wait = smaller(2 * wait, k->persist_max))
        fprintf(f, "+%.3f > . %s ack %d\n", wait, probe(k), s->rcv);
    State gone = *s;
    gone.nxt = k->empty_probe ? 1 : 2;
    write_end(f, &gone, wait + 0.001);
    script_close(f);
}

/* ---- keep-alive: only where nothing is outstanding ---- */

#define KEEP                                                     \
    "+0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n"   \
    "+0 setsockopt(4, IPPROTO_TCP, TCP_KEEPIDLE, [10], 4) = 0\n" \
    "+0 setsockopt(4, IPPROTO_TCP, TCP_KEEPINTVL, [5], 4) = 0\n" \
    "+0 setsockopt(4, IPPROTO_TCP, TCP_KEEPCNT, [3], 4) = 0\n"

static void write_keep_alive(const char *name, const char *lines, int una, int rcv,
                             const Constants *k)
{
    State s = {.name = name, .rcv = rcv, .nxt = una};
    FILE *f = open_one("keep-alive", &s, k, "an idle connection is probed");
    reach_open(f, 32792, KEEP);
    fputs(lines, f);
    /* ten seconds after the last arrival, which was at 0.1 s */
    fprintf(f, "10.1 > . %d:%d(0) ack %d\n", una - 1, una - 1, rcv);
    for (int i = 0; i < 2; i++)
        fprintf(f, "+5 > . %d:%d(0) ack %d\n", una - 1, una - 1, rcv);
    write_end(f, &s, 5.001);
    script_close(f);
}

static void write_keep_alives(const Constants *k)
{
    write_keep_alive("established", "", 1, 1, k);
    write_keep_alive("close-wait", "+0 < F. 1:1(0) ack 1 win 32792\n+0~+.04 > . 1:1(0) ack 2\n", 1,
                     2, k);
    write_keep_alive("fin-wait-2",
                     "+0 shutdown(4, SHUT_WR) = 0\n"
                     "+0 > F. 1:1(0) ack 1\n"
                     "+0 < . 1:1(0) ack 2 win 32792\n",
                     2, 1, k);
}

/* ---- the delayed acknowledgment ---- */

static void write_delayed_ack(const char *name, const char *lines, int ack, int nxt,
                              const Constants *k)
{
    State s = {.name = name};
    FILE *f = open_one("delayed-ack", &s, k, "one segment of text waits for company");
    reach_open(f, 32792, "+0 setsockopt(4, IPPROTO_TCP, TCP_QUICKACK, [0], 4) = ...\n");
    fputs(lines, f);
    fprintf(f, "+.01 < P. 1:11(10) ack %d win 32792\n+%.3f > . %d:%d(0) ack 11\n", ack,
            k->delayed_ack, nxt, nxt);
    script_close(f);
}

static void write_delayed_acks(const Constants *k)
{
    write_delayed_ack("established", "", 1, 1, k);
    write_delayed_ack("fin-wait-1", "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 1\n", 1, 2, k);
    write_delayed_ack("fin-wait-2",
                      "+0 shutdown(4, SHUT_WR) = 0\n"
                      "+0 > F. 1:1(0) ack 1\n"
                      "+0 < . 1:1(0) ack 2 win 32792\n",
                      2, 2, k);
}

/* ---- FIN-WAIT-2 after close(), and TIME-WAIT ---- */

static void write_fin_wait_2(const Constants *k)
{
    State s = {.name = "fin-wait-2"};
    FILE *f = open_one("fin-wait-2", &s, k, "nobody can read any more, and the peer's FIN is late");
    reach_open(f, 32792, "");
    fputs("+0 close(4) = 0\n"
          "+0 > F. 1:1(0) ack 1\n"
          "+0 < . 1:1(0) ack 2 win 32792\n",
          f);
    double limit = k->fin_wait_2 > 0 ? k->fin_wait_2 : 86400;
    fprintf(f, "+%.3f %%{ assert tcpi_state == TCP_FIN_WAIT2, tcpi_state }%%\n", limit - 0.002);
    fputs(k->fin_wait_2 > 0 ? "+.004 < F. 1:1(0) ack 2 win 32792\n+0 > R 2:2(0)\n"
                            : "+.004 < F. 1:1(0) ack 2 win 32792\n+0 > . 2:2(0) ack 2\n",
          f);
    script_close(f);
}

static void write_2msl(const char *name, const char *lines, const Constants *k)
{
    State s = {.name = name};
    FILE *f = open_one("2msl", &s, k, "two segment lifetimes, and not a moment longer");
    reach_open(f, 32792, "");
    fputs(lines, f);
    fprintf(f,
            "+%.3f < F. 1:1(0) ack 2 win 32792\n"
            "+0 > . 2:2(0) ack 2\n"
            "+%.3f < F. 1:1(0) ack 2 win 32792\n"
            "+0 > R 2:2(0)\n",
            k->two_msl - 0.002, k->two_msl + 0.002);
    script_close(f);
}

static void write_2msls(const Constants *k)
{
    write_2msl("time-wait-from-fin-wait-2",
               "+0 close(4) = 0\n"
               "+0 > F. 1:1(0) ack 1\n"
               "+0 < . 1:1(0) ack 2 win 32792\n"
               "+0 < F. 1:1(0) ack 2 win 32792\n"
               "+0 > . 2:2(0) ack 2\n",
               k);
    write_2msl("time-wait-from-fin-wait-1",
               "+0 close(4) = 0\n"
               "+0 > F. 1:1(0) ack 1\n"
               "+0 < F. 1:1(0) ack 2 win 32792\n"
               "+0 > . 2:2(0) ack 2\n",
               k);
    write_2msl("time-wait-from-closing",
               "+0 close(4) = 0\n"
               "+0 > F. 1:1(0) ack 1\n"
               "+0 < F. 1:1(0) ack 1 win 32792\n"
               "+0 > . 2:2(0) ack 2\n"
               "+0 < . 2:2(0) ack 2 win 32792\n",
               k);
}

/* A closed window at the very start: not in the states that send nothing but a SYN or a FIN. */
static bool may_persist(const State *s)
{
    return !s->opening && strcmp(s->name, "closing") != 0;
}

void write_timeouts(void)
{
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        const Constants *k = &profiles[i];
        for (int n = 0; n < STATES; n++) {
            const State *s = &states[n];
            if (!s->opening) /* the schedule of a SYN: timers.c */
                write_rexmit(s, k);
            write_user_timeout(s, k);
            if (may_persist(s)) {
                write_persist(s, k);
                write_persist_alone(s, k);
            }
        }
        write_keep_alives(k);
        write_delayed_acks(k);
        write_fin_wait_2(k);
        write_2msls(k);
    }
}
