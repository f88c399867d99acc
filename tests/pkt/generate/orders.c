/*
 * orders.c: five segments in each of their 120 orders, with and without SACK; overlapping pairs.
 *
 * The receiver acknowledges at once whatever lies beyond a hole, and whatever fills one (RFC 5681
 * section 4.2); a short segment in order may wait for the delayed-acknowledgment timer. With SACK
 * the first block is the one that holds the segment just arrived, then the most recently reported
 * (RFC 2018 section 4).
 */
#include "tests/pkt/generate/family.h"

#include <string.h>

enum { COUNT = 5, LEN = 100, DATA = 1 };

/* ---- the receiver, in a few lines: one flag for each segment ---- */

typedef struct Receiver {
    bool have[COUNT];
    int next;          /* the first one missing */
    int recent[COUNT]; /* segments beyond the hole, the latest first */
    int recent_count;
} Receiver;

static bool hole(const Receiver *r)
{
    for (int i = r->next; i < COUNT; i++)
        if (r->have[i])
            return true;
    return false;
}

/* Takes segment i; true if the acknowledgment goes out at once. */
static bool take(Receiver *r, int i)
{
    bool in_order = i == r->next, had_hole = hole(r);
    r->have[i] = true;
    memmove(&r->recent[1], &r->recent[0], sizeof r->recent[0] * (size_t)r->recent_count);
    r->recent[0] = i;
    r->recent_count++;
    while (r->next < COUNT && r->have[r->next])
        r->next++;
    return !in_order || had_hole;
}

/* ` sack a:b c:d`: the blocks beyond the hole, in the order of RFC 2018. */
static void write_blocks(FILE *f, const Receiver *r)
{
    bool told[COUNT] = {false};
    int blocks = 0;
    for (int k = 0; k < r->recent_count && blocks < 3; k++) {
        int from = r->recent[k], to = from + 1;
        if (from < r->next || told[from])
            continue;
        while (from > r->next && r->have[from - 1])
            from--;
        while (to < COUNT && r->have[to])
            to++;
        for (int i = from; i < to; i++)
            told[i] = true;
        fprintf(f, "%s%d:%d", blocks++ == 0 ? "sack " : " ", DATA + from * LEN, DATA + to * LEN);
    }
}

static void write_ack(FILE *f, const Receiver *r, bool sack)
{
    fprintf(f, "+0 > . 1:1(0) ack %d", DATA + r->next * LEN);
    if (sack && hole(r)) {
        fputs(" <nop,nop,", f);
        write_blocks(f, r);
        fputs(">", f);
    }
    fputs("\n", f);
}

/* ---- the 120 orders ---- */

static void write_order(const int order[COUNT], bool sack)
{
    char name[96], about[160];
    snprintf(name, sizeof name, "%s-%d%d%d%d%d", sack ? "sack" : "plain", order[0] + 1,
             order[1] + 1, order[2] + 1, order[3] + 1, order[4] + 1);
    snprintf(about, sizeof about, "five segments arrive in the order %s", name + (sack ? 5 : 6));
    FILE *f = script_open("orders", name, "rfc", about);
    if (sack)
        fputs("0 `sysctl -q net.ipv4.tcp_sack=1`\n", f);
    fprintf(f,
            "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
            "+0 bind(3, ..., ...) = 0\n"
            "+0 listen(3, 1) = 0\n"
            "+0 < S 0:0(0) win 32792 <mss 1460%s>\n"
            "+0 > S. 0:0(0) ack 1 <...>\n"
            "+.1 < . 1:1(0) ack 1 win 32792\n"
            "+0 accept(3, ..., ...) = 4\n",
            sack ? ",sackOK,nop,nop" : "");
    Receiver r = {0};
    bool waiting = false;
    for (int k = 0; k < COUNT; k++) {
        fprintf(f, "+.01 < . %d:%d(%d) ack 1 win 32792\n", DATA + order[k] * LEN,
                DATA + (order[k] + 1) * LEN, LEN);
        bool at_once = take(&r, order[k]);
        waiting = !at_once;
        if (at_once)
            write_ack(f, &r, sack);
    }
    if (waiting)
        fprintf(f, "+0~+.2 > . 1:1(0) ack %d\n", DATA + COUNT * LEN);
    fprintf(f, "+0 read(4, ..., 1000) = %d\n", COUNT * LEN);
    script_close(f);
}

static void permute(int order[COUNT], int fixed)
{
    if (fixed == COUNT) {
        write_order(order, false);
        write_order(order, true);
        return;
    }
    for (int i = fixed; i < COUNT; i++) {
        int tmp = order[fixed];
        order[fixed] = order[i];
        order[i] = tmp;
        permute(order, fixed + 1);
        order[i] = order[fixed];
        order[fixed] = tmp;
    }
}

void write_orders(void)
{
    int order[COUNT] = {0, 1, 2, 3, 4};
    permute(order, 0);
}

/* ---- overlaps ---- */

/* Beyond a hole of 100 bytes lies [200, 300); a second segment [from, to) meets it in each of the
 * thirteen ways two intervals can; then the hole is filled. */
static void write_overlap(const char *name, int from, int to)
{
    char about[128];
    snprintf(about, sizeof about, "bytes 200 to 299 wait beyond a hole; %d to %d arrive (%s)", from,
             to - 1, name);
    FILE *f = script_open("overlaps", name, "rfc", about);
    script_established(f, false);
    fputs("+.01 < . 200:300(100) ack 1 win 32792\n"
          "+0 > . 1001:1001(0) ack 101\n",
          f);
    fprintf(f,
            "+.01 < . %d:%d(%d) ack 1 win 32792\n"
            "+0 > . 1001:1001(0) ack 101\n",
            from, to, to - from);
    /* What is contiguous after bytes 101 to `upto` - 1 have come. */
    int upto = 200, end = 300;
    if (from > 300)
        end = 300;
    else if (to > end)
        end = to;
    fprintf(f,
            "+.01 < . 101:%d(%d) ack 1 win 32792\n"
            "+0 > . 1001:1001(0) ack %d\n"
            "+0 read(4, ..., 1000) = %d\n",
            upto, upto - 101, end, end - 101);
    script_close(f);
}

void write_overlaps(void)
{
    write_overlap("before", 120, 150);
    write_overlap("meets", 150, 200);
    write_overlap("overlaps-its-start", 150, 250);
    write_overlap("starts", 200, 250);
    write_overlap("during", 220, 280);
    write_overlap("finishes", 250, 300);
    write_overlap("equals", 200, 300);
    write_overlap("contains", 150, 350);
    write_overlap("started-by", 200, 350);
    write_overlap("finished-by", 150, 300);
    write_overlap("overlaps-its-end", 250, 350);
    write_overlap("met-by", 300, 350);
    write_overlap("after", 350, 400);
}
