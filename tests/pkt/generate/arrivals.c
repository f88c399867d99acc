/*
 * arrivals.c: every kind of segment in every synchronized state, at every position.
 *
 *      sequence:    outside-left | left edge | middle | right edge | outside-right
 *                                 RCV.NXT                       + RCV.WND
 *                   and, with text, over the left and over the right edge
 *      acknowledgment:  too old  |  SND.UNA  | between | SND.NXT | beyond
 *
 * What must come back follows RFC 9293 section 3.10.7.4 with the challenges of RFC 5961. After the
 * event an old duplicate asks the end how it is: the number and acknowledgment of its answer tell
 * the state variables, a reset tells that the connection is gone. So an unwanted answer to the
 * event is caught, too: it would come before.
 */
#include "tests/pkt/generate/family.h"

enum { PEER_WINDOW = 32792, OUR_WINDOW = 65535 };

/* The state variables as the script writes them, relative to the initial numbers. */
typedef struct State {
    const char *name;
    void (*reach)(FILE *, struct State *);
    int64_t una, nxt, rcv, edge; /* edge: the first number beyond the window */
    bool reads;                  /* text of the peer may still arrive */
    bool fin_out;                /* our FIN is out */
} State;

typedef struct Event {
    const char *name;
    const char *flags; /* as the script writes them */
    bool syn, ack, rst, fin;
    int64_t len;
} Event;

static const Event events[] = {
    {"rst", "R", false, false, true, false, 0},
    {"rst-ack", "R.", false, true, true, false, 0},
    {"syn", "S", true, false, false, false, 0},
    {"syn-ack", "S.", true, true, false, false, 0},
    {"ack", ".", false, true, false, false, 0},
    {"data", "P.", false, true, false, false, 10},
    {"data-without-ack", "P", false, false, false, false, 10},
    {"fin-ack", "F.", false, true, false, true, 0},
    {"fin-without-ack", "F", false, false, false, true, 0},
    {"data-fin", "FP.", false, true, false, true, 10},
    {"no-flags", "-", false, false, false, false, 0},
    {"rst-data", "R.", false, true, true, false, 10},
    {"syn-data", "S.", true, true, false, false, 10},
    {"syn-fin", "SF", true, false, false, true, 0},
    {"rst-syn", "SR", true, false, true, false, 0},
    {"rst-fin", "FR.", false, true, true, true, 0},
    {"everything", "SFRPU.", true, true, true, true, 10},
};

typedef enum Place {
    OUTSIDE_LEFT,
    LEFT_EDGE,
    MIDDLE,
    RIGHT_EDGE,
    OUTSIDE_RIGHT,
    PLACES,
    OVER_LEFT = PLACES, /* of the sequence number alone, and only with text */
    OVER_RIGHT,
    SEQ_PLACES
} Place;
static const char *const places[SEQ_PLACES] = {"outside-left", "left-edge",     "middle",
                                               "right-edge",   "outside-right", "over-left",
                                               "over-right"};

/* ---- reaching the states ---- */

static void reach_established(FILE *f, State *s)
{
    script_established(f, false);
    s->una = 1;
    s->nxt = 1001;
    s->rcv = 101;
    s->edge = 1 + OUR_WINDOW;
    s->reads = true;
    s->fin_out = false;
}

/* The application does not read, and the buffer is full. */
static void reach_window_closed(FILE *f, State *s)
{
    fputs("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
          "+0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [1000], 4) = 0\n"
          "+0 bind(3, ..., ...) = 0\n"
          "+0 listen(3, 1) = 0\n"
          "+0 < S 0:0(0) win 32792 <mss 1460>\n"
          "+0 > S. 0:0(0) ack 1 <...>\n"
          "+.1 < . 1:1(0) ack 1 win 32792\n"
          "+0 accept(3, ..., ...) = 4\n"
          "+0 < P. 1:1001(1000) ack 1 win 32792\n"
          "+0 write(4, ..., 1000) = 1000\n"
          "+0 > P. 1:1001(1000) ack 1001 win 0\n",
          f);
    s->una = 1;
    s->nxt = 1001;
    s->rcv = s->edge = 1001;
    s->reads = true;
    s->fin_out = false;
}

static void reach_fin_wait_1(FILE *f, State *s)
{
    reach_established(f, s);
    fputs("+0 shutdown(4, SHUT_WR) = 0\n"
          "+0 > F. 1001:1001(0) ack 101\n",
          f);
    s->nxt = 1002;
    s->fin_out = true;
}

static void reach_fin_wait_2(FILE *f, State *s)
{
    reach_fin_wait_1(f, s);
    fputs("+.05 < . 101:101(0) ack 1002 win 32792\n", f);
    s->una = 1002;
}

static void reach_closing(FILE *f, State *s)
{
    reach_fin_wait_1(f, s);
    fputs("+.05 < F. 101:101(0) ack 1 win 32792\n"
          "+0 > . 1002:1002(0) ack 102\n",
          f);
    s->rcv = 102;
    s->edge++; /* a FIN takes a number, but no room */
    s->reads = false;
}

static void reach_time_wait(FILE *f, State *s)
{
    reach_fin_wait_2(f, s);
    fputs("+.05 < F. 101:101(0) ack 1002 win 32792\n"
          "+0 > . 1002:1002(0) ack 102\n",
          f);
    s->rcv = 102;
    s->edge++;
    s->reads = false;
}

static void reach_close_wait(FILE *f, State *s)
{
    reach_established(f, s);
    fputs("+.05 < F. 101:101(0) ack 1 win 32792\n"
          "+0 > . 1001:1001(0) ack 102\n",
          f);
    s->rcv = 102;
    s->edge++;
    s->reads = false;
}

static void reach_last_ack(FILE *f, State *s)
{
    reach_close_wait(f, s);
    fputs("+0 shutdown(4, SHUT_WR) = 0\n"
          "+0 > F. 1001:1001(0) ack 102\n",
          f);
    s->nxt = 1002;
    s->fin_out = true;
}

static State states[] = {
    {.name = "established", .reach = reach_established},
    {.name = "established-window-closed", .reach = reach_window_closed},
    {.name = "fin-wait-1", .reach = reach_fin_wait_1},
    {.name = "fin-wait-2", .reach = reach_fin_wait_2},
    {.name = "closing", .reach = reach_closing},
    {.name = "time-wait", .reach = reach_time_wait},
    {.name = "close-wait", .reach = reach_close_wait},
    {.name = "last-ack", .reach = reach_last_ack},
};

/* ---- what the RFC demands ---- */

typedef enum Reply { SILENCE, ANSWER_ACK } Reply;
typedef struct Outcome {
    Reply reply;
    bool gone; /* the connection is CLOSED afterwards */
    int64_t rcv;
} Outcome;

/* RFC 9293 table 6. */
static bool acceptable(const State *s, int64_t seq, int64_t seg_len)
{
    if (s->rcv == s->edge)
        return seg_len == 0 && seq == s->rcv;
    int64_t last = seg_len > 0 ? seq + seg_len - 1 : seq;
    return (s->rcv <= seq && seq < s->edge) || (s->rcv <= last && last < s->edge);
}

/* Text and FIN of an acceptable segment with a good acknowledgment: seventh and eighth check. */
static Outcome text_and_fin(const State *s, const Event *e, int64_t seq)
{
    Outcome o = {SILENCE, false, s->rcv};
    int64_t end = seq + e->len;
    bool fin_fits = e->fin && end < s->edge;
    if (!s->reads || (e->len == 0 && !e->fin)) /* a FIN came before: text and FIN are ignored */
        return o;
    if (seq > s->rcv) {
        o.reply = ANSWER_ACK; /* out of order: at once (RFC 5681 section 4.2) */
        return o;
    }
    o.rcv = end; /* in order; the acknowledgment of text may be delayed */
    if (fin_fits) {
        o.rcv = end + 1;
        o.reply = ANSWER_ACK;
    }
    return o;
}

static Outcome demanded(const State *s, const Event *e, int64_t seq, int64_t ack)
{
    Outcome stays = {SILENCE, false, s->rcv}, answered = {ANSWER_ACK, false, s->rcv};
    int64_t seg_len = e->len + e->syn + e->fin;
    if (s->rcv == s->edge && e->rst &&
        seq == s->rcv) /* MUST-66: a closed window takes a true reset */
        return (Outcome){SILENCE, true, s->rcv};
    if (!acceptable(s, seq, seg_len)) /* first */
        return e->rst ? stays : answered;
    if (e->rst) /* second, RFC 5961 section 3.2 */
        return seq == s->rcv ? (Outcome){SILENCE, true, s->rcv} : answered;
    if (e->syn) /* fourth, RFC 5961 section 4.2 */
        return answered;
    if (!e->ack) /* fifth */
        return stays;
    if (ack > s->nxt || ack < s->una - PEER_WINDOW) /* RFC 5961 section 5.2 */
        return answered;
    if (ack == s->nxt && s->fin_out && s->una < s->nxt && s->rcv == 102 && s->nxt == 1002 &&
        s->name[0] == 'l') /* LAST-ACK: our FIN is acknowledged, and that was all */
        return (Outcome){SILENCE, true, s->rcv};
    return text_and_fin(s, e, seq);
}

/* ---- writing ---- */

static void write_event(FILE *f, const Event *e, int64_t seq, int64_t ack)
{
    fprintf(f, "+.01 < %s %u:%u(%u)", e->flags, (uint32_t)seq, (uint32_t)(seq + e->len),
            (unsigned)e->len);
    if (e->ack)
        fprintf(f, " ack %u", (uint32_t)ack);
    fprintf(f, " win %u\n", (unsigned)PEER_WINDOW);
}

/* The old duplicate that asks, and the answer that tells. */
static void write_question(FILE *f, const State *s, const Outcome *o)
{
    fprintf(f, "// How is it now?\n+.01 < P. 81:91(10) ack %u win %u\n", (uint32_t)s->una,
            (unsigned)PEER_WINDOW);
    if (o->gone)
        fprintf(f, "+0 > R %u:%u(0)\n", (uint32_t)s->una, (uint32_t)s->una);
    else
        fprintf(f, "+0 > . %u:%u(0) ack %u\n", (uint32_t)s->nxt, (uint32_t)s->nxt,
                (uint32_t)o->rcv);
}

static void write_one(State *s, const Event *e, Place seq_place, Place ack_place)
{
    char name[128], about[256];
    snprintf(name, sizeof name, "%s-%s-seq-%s-ack-%s", s->name, e->name, places[seq_place],
             places[ack_place]);
    snprintf(about, sizeof about, "%s arrives in %s, sequence number %s, acknowledgment %s",
             e->name, s->name, places[seq_place], places[ack_place]);
    FILE *f = script_open("arrivals", name, "rfc", about);
    s->reach(f, s);
    int64_t width = e->len + e->fin + e->syn;
    const int64_t seqs[SEQ_PLACES] = {
        s->rcv - 20 - width, s->rcv, s->rcv + 1000, s->edge - 1, s->edge, s->rcv - 5, s->edge - 5};
    const int64_t acks[PLACES] = {s->una - PEER_WINDOW - 1, s->una, (s->una + s->nxt) / 2, s->nxt,
                                  s->nxt + 1};
    Outcome o = demanded(s, e, seqs[seq_place], acks[ack_place]);
    write_event(f, e, seqs[seq_place], acks[ack_place]);
    if (o.reply == ANSWER_ACK)
        fprintf(f, "+0 > . %u:%u(0) ack %u\n", (uint32_t)s->nxt, (uint32_t)s->nxt, (uint32_t)o.rcv);
    write_question(f, s, &o);
    script_close(f);
}

/* A new SYN in TIME-WAIT may open the connection anew (MAY-2): a script of its own tells. */
static bool is_elsewhere(const State *s, const Event *e, Place seq_place)
{
    return s->name[0] == 't' && e->syn && !e->ack && seq_place > LEFT_EDGE;
}

static void write_all_places(State *s, const Event *e)
{
    int seq_places = e->len > 0 ? SEQ_PLACES : PLACES;
    for (int seq = 0; seq < seq_places; seq++) {
        if (is_elsewhere(s, e, (Place)seq))
            continue;
        if (!e->ack)
            write_one(s, e, (Place)seq, LEFT_EDGE);
        for (int ack = 0; e->ack && ack < PLACES; ack++)
            write_one(s, e, (Place)seq, (Place)ack);
    }
}

void write_arrivals(void)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        for (size_t k = 0; k < sizeof events / sizeof *events; k++)
            write_all_places(&states[i], &events[k]);
}
