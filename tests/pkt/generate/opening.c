/*
 * opening.c: every kind of segment in CLOSED, LISTEN, SYN-SENT and SYN-RECEIVED (RFC 9293 3.10.7.1
 * to 3.10.7.4). CLOSED and LISTEN look at no numbers, SYN-SENT at the acknowledgment alone.
 *
 * As in arrivals.c, what the RFC demands is worked out beside its text, and a question afterwards
 * shows that the end is where it should be.
 */
#include "tests/pkt/generate/family.h"

typedef struct Event {
    const char *name, *flags;
    bool syn, ack, rst, fin;
    int len;
} Event;

static const Event events[] = {
    {"rst", "R", false, false, true, false, 0},
    {"rst-ack", "R.", false, true, true, false, 0},
    {"syn", "S", true, false, false, false, 0},
    {"syn-fin", "SF", true, false, false, true, 0},
    {"syn-ack", "S.", true, true, false, false, 0},
    {"ack", ".", false, true, false, false, 0},
    {"data", "P.", false, true, false, false, 10},
    {"data-without-ack", "P", false, false, false, false, 10},
    {"fin-ack", "F.", false, true, false, true, 0},
    {"fin-without-ack", "F", false, false, false, true, 0},
    {"no-flags", "-", false, false, false, false, 0},
    {"data-fin", "FP.", false, true, false, true, 10},
    {"rst-data", "R.", false, true, true, false, 10},
    {"syn-data", "S", true, false, false, false, 10},
    {"syn-ack-data", "S.", true, true, false, false, 10},
    {"syn-ack-fin", "SF.", true, true, false, true, 0},
    {"rst-syn", "SR", true, false, true, false, 0},
    {"rst-fin", "FR.", false, true, true, true, 0},
    {"everything", "SFRPU.", true, true, true, true, 10},
};
enum { EVENTS = sizeof events / sizeof *events };

static void write_segment(FILE *f, const Event *e, int64_t seq, int64_t ack)
{
    fprintf(f, "+.01 < %s %u:%u(%d)", e->flags, (uint32_t)seq, (uint32_t)(seq + e->len), e->len);
    if (e->ack)
        fprintf(f, " ack %u", (uint32_t)ack);
    fputs(e->syn ? " win 1000 <mss 1460>\n" : " win 1000\n", f);
}

static void write_reset(FILE *f, int64_t seq)
{
    fprintf(f, "+0 > R %u:%u(0)\n", (uint32_t)seq, (uint32_t)seq);
}

/* ---- CLOSED ---- */

/* "An incoming segment containing a RST is discarded. An incoming segment not containing a RST
 * causes a RST to be sent": with the number that its acknowledgment asks for, or acknowledging
 * it. */
static void write_closed(const Event *e)
{
    char name[96], about[160];
    snprintf(name, sizeof name, "closed-%s", e->name);
    snprintf(about, sizeof about, "%s arrives in CLOSED", e->name);
    FILE *f = script_open("opening", name, "rfc", about);
    fputs("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
          "+0 bind(3, ..., ...) = 0\n",
          f);
    write_segment(f, e, 700, 300);
    if (!e->rst && e->ack)
        fputs("+0 > R 300:300(0)\n", f);
    else if (!e->rst)
        fprintf(f, "+0 > R. 0:0(0) ack %d\n", (e->syn ? 1 : 700) + e->len + e->fin);
    script_close(f);
}

/* ---- LISTEN ---- */

static void write_listen(const Event *e)
{
    char name[96], about[160];
    snprintf(name, sizeof name, "listen-%s", e->name);
    snprintf(about, sizeof about, "%s arrives in LISTEN", e->name);
    FILE *f = script_open("opening", name, "rfc", about);
    fputs("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
          "+0 bind(3, ..., ...) = 0\n"
          "+0 listen(3, 5) = 0\n",
          f);
    write_segment(f, e, 700, 300);
    if (e->rst) /* first: "an incoming RST should be ignored" */
        ;
    else if (e->ack) /* second: "any acknowledgment is bad" */
        fputs("+0 > R 300:300(0)\n", f);
    else if (e->syn)                                                    /* third */
        fprintf(f, "+0 > S. 0:0(0) ack %d <mss 1460>\n", 701 + e->len); /* text is queued */
    if (!e->syn || e->ack)                                              /* it still listens */
        fputs("+.01 < S 0:0(0) win 1000 <mss 1460>\n"
              "+0 > S. 0:0(0) ack 1 <mss 1460>\n",
              f);
    script_close(f);
}

/* ---- SYN-SENT ---- */

typedef enum AckPlace { ACK_OLD, ACK_ISS, ACK_RIGHT, ACK_BEYOND, ACK_FAR, ACK_PLACES } AckPlace;
static const char *const ack_places[ACK_PLACES] = {"old", "iss", "right", "beyond", "far"};
static const int64_t ack_numbers[ACK_PLACES] = {-1, 0, 1, 2, INT32_MAX};

static void write_syn_sent(const Event *e, AckPlace place)
{
    char name[96], about[160];
    snprintf(name, sizeof name, "syn-sent-%s-ack-%s", e->name, ack_places[place]);
    snprintf(about, sizeof about, "%s arrives in SYN-SENT, acknowledgment %s", e->name,
             ack_places[place]);
    FILE *f = script_open("opening", name, "rfc", about);
    fputs("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
          "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
          "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
          "+0 > S 0:0(0) <mss 1460>\n",
          f);
    bool good = e->ack && place == ACK_RIGHT; /* first: ISS < SEG.ACK =< SND.NXT */
    bool refused = false, open = false;
    write_segment(f, e, 0, ack_numbers[place]);
    if (e->ack && !good) {
        if (!e->rst)
            write_reset(f, ack_numbers[place]);
    } else if (e->rst) { /* second */
        refused = good;
    } else if (e->syn && e->ack) {                                 /* fourth */
        fprintf(f, "+0 > . 1:1(0) ack %d\n", 1 + e->len + e->fin); /* "at the sixth step" */
        open = true;
    } else if (e->syn) { /* simultaneous open */
        fputs("+0 > S. 0:0(0) ack 1 <mss 1460>\n", f);
        open = true;
    } /* fifth: "if neither of the SYN or RST bits is set, then drop" */
    if (refused)
        fputs("+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0\n", f);
    else if (!open)
        fputs("+.01 < S. 0:0(0) ack 1 win 1000 <mss 1460>\n"
              "+0 > . 1:1(0) ack 1\n",
              f);
    script_close(f);
}

/* ---- SYN-RECEIVED ---- */

typedef enum Place { OUTSIDE_LEFT, LEFT_EDGE, MIDDLE, RIGHT_EDGE, OUTSIDE_RIGHT, PLACES } Place;
static const char *const places[PLACES] = {"outside-left", "left-edge", "middle", "right-edge",
                                           "outside-right"};

typedef enum Answer { SILENCE, ACKNOWLEDGES, RESETS } Answer;
typedef struct Outcome {
    Answer answer;
    bool gone;
    int rcv;
} Outcome;

static Outcome syn_received(const Event *e, int64_t seq, AckPlace ack)
{
    enum { RCV = 1, EDGE = 65536 };
    int64_t seg_len = e->len + e->syn + e->fin, last = seg_len > 0 ? seq + seg_len - 1 : seq;
    bool fits = (RCV <= seq && seq < EDGE) || (RCV <= last && last < EDGE);
    if (!fits)
        return (Outcome){e->rst ? SILENCE : ACKNOWLEDGES, false, RCV};
    if (e->rst)
        return seq == RCV ? (Outcome){SILENCE, true, RCV} : (Outcome){ACKNOWLEDGES, false, RCV};
    if (e->syn) /* passive OPEN: back to LISTEN */
        return (Outcome){SILENCE, true, RCV};
    if (!e->ack)
        return (Outcome){SILENCE, false, RCV};
    if (ack != ACK_RIGHT)
        return (Outcome){RESETS, false, RCV};
    if (seq > RCV && (e->len > 0 || e->fin))
        return (Outcome){ACKNOWLEDGES, false, RCV};
    return (Outcome){e->fin ? ACKNOWLEDGES : SILENCE, false, RCV + e->len + e->fin};
}

static void write_syn_received(const Event *e, Place place, AckPlace ack)
{
    char name[96], about[160];
    snprintf(name, sizeof name, "syn-received-%s-seq-%s-ack-%s", e->name, places[place],
             ack_places[ack]);
    snprintf(about, sizeof about,
             "%s arrives in SYN-RECEIVED, sequence number %s, acknowledgment %s", e->name,
             places[place], ack_places[ack]);
    FILE *f = script_open("opening", name, "rfc", about);
    fputs("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
          "+0 bind(3, ..., ...) = 0\n"
          "+0 listen(3, 5) = 0\n"
          "+0 < S 0:0(0) win 1000 <mss 1460>\n"
          "+0 > S. 0:0(0) ack 1 <mss 1460>\n",
          f);
    int width = e->len + e->syn + e->fin;
    const int64_t seqs[PLACES] = {1 - 20 - width, 1, 1001, 65535, 65536};
    Outcome o = syn_received(e, seqs[place], ack);
    write_segment(f, e, seqs[place], ack_numbers[ack]);
    if (o.answer == ACKNOWLEDGES)
        fprintf(f, "+0 > . 1:1(0) ack %d\n", o.rcv);
    if (o.answer == RESETS)
        write_reset(f, ack_numbers[ack]);
    fputs("// How is it now?\n+.01 < P. 4294967277:4294967287(10) ack 1 win 1000\n", f);
    if (o.gone)
        fputs("+0 > R 1:1(0)\n", f);
    else
        fprintf(f, "+0 > . 1:1(0) ack %d\n", o.rcv);
    script_close(f);
}

void write_opening(void)
{
    for (int k = 0; k < EVENTS; k++) {
        const Event *e = &events[k];
        write_closed(e);
        write_listen(e);
        for (int ack = 0; ack < (e->ack ? ACK_PLACES : 1); ack++)
            write_syn_sent(e, (AckPlace)ack);
        for (int place = 0; place < PLACES; place++)
            for (int ack = e->ack ? 0 : ACK_RIGHT; ack < (e->ack ? ACK_PLACES : ACK_RIGHT + 1);
                 ack++)
                write_syn_received(e, (Place)place, (AckPlace)ack);
    }
}
