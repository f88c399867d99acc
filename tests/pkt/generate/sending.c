/*
 * sending.c: what leaves, and when: writes of all sizes into windows of all sizes, with Nagle's
 * algorithm and without.
 *
 * The sender of RFC 9293 section 3.8.6.2.1 in a few lines. D is what waits, U the usable window:
 *
 *     (1) min(D, U) is a full segment
 *     (2) [nothing is unacknowledged and] all that waits fits
 *     (3) [nothing is unacknowledged and] min(D, U) is half of the largest window seen
 *     (4) the override timer has fired
 *
 * The brackets are Nagle's algorithm. The peer acknowledges everything a tenth of a second after
 * the last segment left, each time with the next window of its list. Nobody controls congestion.
 */
#include "tests/pkt/generate/family.h"

enum { MSS = 1000, LIST = 6, ACK_AFTER_MS = 100, OVERRIDE_MS = 500, NEVER = INT32_MAX };

typedef struct Sender {
    FILE *f;
    const int *windows;
    int window_at, written, una, nxt, edge, largest;
    bool nodelay;
    int now_ms, told_ms, ack_at_ms, override_at_ms;
} Sender;

static const int writes[][LIST] = {
    {100, 100, 100},       {1000, 500},           {2500},
    {1, 1, 1, 1000, 1, 1}, {999, 2, 999, 2, 999}, {3000, 10, 3000},
};
static const int windows[][LIST] = {
    {4000}, {1000}, {300}, {1500, 200, 900}, {2000, 999, 1001, 500}, {700, 3000, 100, 50},
};

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* The time of a line, as the step since the line before. */
static double step(Sender *s)
{
    int ms = s->now_ms - s->told_ms;
    s->told_ms = s->now_ms;
    return ms / 1000.0;
}

static bool may_leave(const Sender *s, int d, int u)
{
    int len = smaller(d, u);
    bool idle = s->nodelay || s->una == s->nxt;
    return len >= MSS || (idle && d <= u) || (idle && len >= s->largest / 2);
}

static void send_one(Sender *s, int len, bool last)
{
    fprintf(s->f, "+%.3f > %s %d:%d(%d) ack 1\n", step(s), last ? "P." : ".", s->nxt, s->nxt + len,
            len);
    s->nxt += len;
    s->ack_at_ms = s->now_ms + ACK_AFTER_MS;
}

/* Sends what may leave; `push` once: the override timer has fired. */
static void send_all(Sender *s, bool push)
{
    for (;;) {
        int d = s->written - s->nxt, u = s->edge - s->nxt;
        if (d == 0 || u <= 0 || !(push || may_leave(s, d, u)))
            break;
        int len = smaller(smaller(d, u), MSS);
        send_one(s, len, len == d);
        push = false;
    }
    int d = s->written - s->nxt, u = s->edge - s->nxt;
    bool silly = d > 0 && u > 0 && d > u && (s->nodelay || s->una == s->nxt);
    if (!silly)
        s->override_at_ms = NEVER;
    else if (s->override_at_ms == NEVER)
        s->override_at_ms = s->now_ms + OVERRIDE_MS;
}

static void next_window(Sender *s)
{
    int w = s->windows[s->window_at];
    s->window_at = s->window_at + 1 < LIST && s->windows[s->window_at + 1] ? s->window_at + 1 : 0;
    s->edge = s->una + w;
    s->largest = w > s->largest ? w : s->largest;
}

static void acknowledge(Sender *s)
{
    s->una = s->nxt;
    s->ack_at_ms = NEVER;
    next_window(s);
    fprintf(s->f, "+%.3f < . 1:1(0) ack %d win %d\n", step(s), s->una, s->edge - s->una);
    send_all(s, false);
}

static void open_script(Sender *s)
{
    fputs("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", s->f);
    if (s->nodelay)
        fputs("+0 setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n", s->f);
    next_window(s);
    fprintf(s->f,
            "+0 bind(3, ..., ...) = 0\n"
            "+0 listen(3, 1) = 0\n"
            "+0 < S 0:0(0) win %d <mss %d>\n"
            "+0 > S. 0:0(0) ack 1 <...>\n"
            "+.1 < . 1:1(0) ack 1 win %d\n"
            "+0 accept(3, ..., ...) = 4\n",
            s->edge - s->una, (int)MSS, s->edge - s->una);
}

static void write_one(size_t w, size_t k, bool nodelay)
{
    char name[64], about[128];
    snprintf(name, sizeof name, "writes-%zu-windows-%zu-%s", w, k, nodelay ? "nodelay" : "nagle");
    snprintf(about, sizeof about, "small and large writes into small and large windows, %s",
             nodelay ? "each as soon as it may" : "with Nagle's algorithm");
    Sender s = {.f = script_open("sending", name, "classic", about),
                .windows = windows[k],
                .una = 1,
                .nxt = 1,
                .written = 1,
                .nodelay = nodelay,
                .ack_at_ms = NEVER,
                .override_at_ms = NEVER};
    open_script(&s);
    for (int i = 0; i < LIST && writes[w][i]; i++) {
        fprintf(s.f, "+%.3f write(4, ..., %d) = %d\n", step(&s), writes[w][i], writes[w][i]);
        s.written += writes[w][i];
        send_all(&s, false);
    }
    while (s.una < s.written) {
        s.now_ms = smaller(s.ack_at_ms, s.override_at_ms);
        if (s.ack_at_ms <= s.override_at_ms) {
            acknowledge(&s);
        } else {
            s.override_at_ms = NEVER;
            send_all(&s, true);
        }
    }
    script_close(s.f);
}

void write_sending(void)
{
    for (size_t w = 0; w < sizeof writes / sizeof *writes; w++)
        for (size_t k = 0; k < sizeof windows / sizeof *windows; k++)
            for (int nodelay = 0; nodelay < 2; nodelay++)
                write_one(w, k, nodelay);
}
