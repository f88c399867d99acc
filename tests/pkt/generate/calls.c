/*
 * calls.c: the application's calls in every state (RFC 9293 3.10.1 to 3.10.6, as sockets say it).
 *
 * A row for each state tells how to get there; a column for each call what it answers. The errors
 * are those that POSIX and Linux give.
 */
#include "tests/pkt/generate/family.h"

#include <string.h>

typedef struct State {
    const char *name;
    int fd;
    void (*reach)(FILE *);
    const char *read, *write, *connect, *listen, *accept, *shutdown, *bind;
    int nxt, rcv;       /* SND.NXT and RCV.NXT; 0: there are none, or nobody hears of them */
    const char *status; /* tcpi_state */
} State;

#define AGAIN   "-1 EAGAIN (Resource temporarily unavailable)"
#define PIPE    "-1 EPIPE (Broken pipe)"
#define INVAL   "-1 EINVAL (Invalid argument)"
#define ISCONN  "-1 EISCONN (Transport endpoint is already connected)"
#define NOTCONN "-1 ENOTCONN (Transport endpoint is not connected)"
#define ALREADY "-1 EALREADY (Operation already in progress)"
#define GOING   "-1 EINPROGRESS (Operation now in progress)"

static void reach_closed(FILE *f)
{
    fputs("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n"
          "+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n",
          f);
}

static void reach_listen(FILE *f)
{
    reach_closed(f);
    fputs("+0 bind(4, ..., ...) = 0\n"
          "+0 listen(4, 1) = 0\n",
          f);
}

static void reach_syn_sent(FILE *f)
{
    reach_closed(f);
    fputs("+0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
          "+0 > S 0:0(0) <...>\n",
          f);
}

/* Both ends have sent a SYN: the only way to a socket of one's own in SYN-RECEIVED. */
static void reach_syn_received(FILE *f)
{
    reach_syn_sent(f);
    fputs("+.01 < S 0:0(0) win 32792 <mss 1460>\n"
          "+0 > S. 0:0(0) ack 1 <...>\n",
          f);
}

static void reach_established(FILE *f)
{
    script_established(f, false);
    fputs("+.01 < . 101:101(0) ack 1001 win 32792\n", f);
}

static void reach_fin_wait_1(FILE *f)
{
    reach_established(f);
    fputs("+0 shutdown(4, SHUT_WR) = 0\n"
          "+0 > F. 1001:1001(0) ack 101\n",
          f);
}

static void reach_fin_wait_2(FILE *f)
{
    reach_fin_wait_1(f);
    fputs("+.01 < . 101:101(0) ack 1002 win 32792\n", f);
}

static void reach_closing(FILE *f)
{
    reach_fin_wait_1(f);
    fputs("+.01 < F. 101:101(0) ack 1001 win 32792\n"
          "+0 > . 1002:1002(0) ack 102\n",
          f);
}

static void reach_time_wait(FILE *f)
{
    reach_fin_wait_2(f);
    fputs("+.01 < F. 101:101(0) ack 1002 win 32792\n"
          "+0 > . 1002:1002(0) ack 102\n",
          f);
}

static void reach_close_wait(FILE *f)
{
    reach_established(f);
    fputs("+.01 < F. 101:101(0) ack 1001 win 32792\n"
          "+0 > . 1001:1001(0) ack 102\n",
          f);
}

static void reach_last_ack(FILE *f)
{
    reach_close_wait(f);
    fputs("+0 shutdown(4, SHUT_WR) = 0\n"
          "+0 > F. 1001:1001(0) ack 102\n",
          f);
}

static void reach_reset(FILE *f)
{
    reach_established(f);
    fputs("+.01 < R. 101:101(0) ack 1001 win 0\n", f);
}

static const State states[] = {
    {"closed", 4, reach_closed, NOTCONN, PIPE, GOING, "0", INVAL, NOTCONN, "0", 0, 0, "TCP_CLOSE"},
    {"listen", 4, reach_listen, NOTCONN, PIPE, ISCONN, "0", AGAIN, "0", INVAL, 0, 0, "TCP_LISTEN"},
    {"syn-sent", 4, reach_syn_sent, AGAIN, AGAIN, ALREADY, INVAL, INVAL, "0", INVAL, 0, 0,
     "TCP_SYN_SENT"},
    {"syn-received", 4, reach_syn_received, AGAIN, AGAIN, ALREADY, INVAL, INVAL, "0", INVAL, 1, 1,
     "TCP_SYN_RECV"},
    {"established", 4, reach_established, AGAIN, "10", ISCONN, INVAL, INVAL, "0", INVAL, 1001, 101,
     "TCP_ESTABLISHED"},
    {"fin-wait-1", 4, reach_fin_wait_1, AGAIN, PIPE, ISCONN, INVAL, INVAL, "0", INVAL, 1002, 101,
     "TCP_FIN_WAIT1"},
    {"fin-wait-2", 4, reach_fin_wait_2, AGAIN, PIPE, ISCONN, INVAL, INVAL, "0", INVAL, 1002, 101,
     "TCP_FIN_WAIT2"},
    {"closing", 4, reach_closing, "0", PIPE, ISCONN, INVAL, INVAL, "0", INVAL, 1002, 102,
     "TCP_CLOSING"},
    {"time-wait", 4, reach_time_wait, "0", PIPE, ISCONN, INVAL, INVAL, NOTCONN, INVAL, 1002, 102,
     "TCP_CLOSE"}, /* Linux has forgotten the socket by then, and says so */
    {"close-wait", 4, reach_close_wait, "0", "10", ISCONN, INVAL, INVAL, "0", INVAL, 1001, 102,
     "TCP_CLOSE_WAIT"},
    {"last-ack", 4, reach_last_ack, "0", PIPE, ISCONN, INVAL, INVAL, "0", INVAL, 1002, 102,
     "TCP_LAST_ACK"},
    {"reset", 4, reach_reset, "-1 ECONNRESET (Connection reset by peer)",
     "-1 ECONNRESET (Connection reset by peer)", ISCONN, INVAL, INVAL, NOTCONN, INVAL, 0, 0,
     "TCP_CLOSE"},
};

static void write_call(const State *s, const char *call, const char *text, const char *answer)
{
    char name[96], about[160];
    snprintf(name, sizeof name, "%s-%s", s->name, call);
    snprintf(about, sizeof about, "%s in %s", call, s->name);
    FILE *f = script_open("calls", name, "rfc", about);
    s->reach(f);
    fprintf(f, "+.01 %s = %s\n", text, answer);
    if (strcmp(answer, GOING) == 0)
        fputs("+0 > S 0:0(0) <...>\n", f);
    if (strcmp(call, "send") == 0 && strcmp(answer, "10") == 0)
        fputs("+0 > P. 1001:1011(10) ack 10", f), fputs(s->name[0] == 'c' ? "2\n" : "1\n", f);
    script_close(f);
}

/* STATUS (3.10.6) gives the connection's state and takes nothing away. */
static void write_status(const State *s)
{
    char name[96], about[160];
    snprintf(name, sizeof name, "%s-status", s->name);
    snprintf(about, sizeof about, "status in %s", s->name);
    FILE *f = script_open("calls", name, "rfc", about);
    s->reach(f);
    fprintf(f, "+.01 %%{ assert tcpi_state == %s, tcpi_state }%%\n", s->status);
    fprintf(f, "+.01 %%{ assert tcpi_state == %s, tcpi_state }%%\n", s->status);
    script_close(f);
}

/* CLOSE (3.10.4): a FIN from the states that have sent none, nothing from the others; where nothing
 * was agreed on yet the connection is forgotten. */
static void write_close(const State *s)
{
    char name[96], about[160];
    snprintf(name, sizeof name, "%s-close", s->name);
    snprintf(about, sizeof about, "close in %s", s->name);
    FILE *f = script_open("calls", name, "rfc", about);
    s->reach(f);
    fputs("+.01 close(4) = 0\n", f);
    bool fin = strcmp(s->name, "syn-received") == 0 || strcmp(s->name, "established") == 0 ||
               strcmp(s->name, "close-wait") == 0;
    if (fin)
        fprintf(f, "+0 > F. %d:%d(0) ack %d\n", s->nxt, s->nxt, s->rcv);
    fputs("+0 close(4) = -1 EBADF (Bad file descriptor)\n", f);
    if (s->nxt == 0) /* forgotten: what comes late finds nobody */
        fputs("+.01 < . 1:1(0) ack 1 win 32792\n+0 > R 1:1(0)\n", f);
    script_close(f);
}

/* ABORT (3.10.5), which sockets say as close() with SO_LINGER at 0 s: a reset from the states in
 * which the peer still counts on us, silence from the others; and nobody is there afterwards. */
static void write_abort(const State *s, int nxt, int rcv, bool resets)
{
    char name[96], about[160];
    snprintf(name, sizeof name, "%s-abort", s->name);
    snprintf(about, sizeof about, "abort in %s", s->name);
    FILE *f = script_open("calls", name, "rfc", about);
    s->reach(f);
    fputs("+.01 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
          "+0 close(4) = 0\n",
          f);
    if (resets)
        fprintf(f, "+0 > R. %d:%d(0) ack %d\n", nxt, nxt, rcv);
    if (nxt > 0)
        fprintf(f, "+.01 < . %d:%d(0) ack %d win 32792\n+0 > R %d:%d(0)\n", rcv, rcv, nxt, nxt,
                nxt);
    script_close(f);
}

static void write_aborts(const State *s)
{
    static const struct {
        const char *state;
        int nxt, rcv;
        bool resets;
    } aborts[] = {
        {"closed", 0, 0, false},         {"listen", 0, 0, false},
        {"syn-sent", 0, 0, false},       {"established", 1001, 101, true},
        {"fin-wait-1", 1002, 101, true}, {"fin-wait-2", 1002, 101, true},
        {"closing", 1002, 102, false},   {"time-wait", 1002, 102, false},
        {"close-wait", 1001, 102, true}, {"last-ack", 1002, 102, false},
    };
    for (size_t i = 0; i < sizeof aborts / sizeof *aborts; i++)
        if (strcmp(aborts[i].state, s->name) == 0)
            write_abort(s, aborts[i].nxt, aborts[i].rcv, aborts[i].resets);
}

void write_calls(void)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        const State *s = &states[i];
        write_call(s, "receive", "recv(4, ..., 100, MSG_DONTWAIT)", s->read);
        write_call(s, "send", "send(4, ..., 10, MSG_DONTWAIT)", s->write);
        write_call(s, "connect", "connect(4, ..., ...)", s->connect);
        write_call(s, "listen", "listen(4, 1)", s->listen);
        write_call(s, "accept", "accept(4, ..., ...)", s->accept);
        write_call(s, "shutdown", "shutdown(4, SHUT_WR)", s->shutdown);
        write_call(s, "bind", "bind(4, ..., ...)", s->bind);
        write_status(s);
        write_close(s);
        write_aborts(s);
    }
}
