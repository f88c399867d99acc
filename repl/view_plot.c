/*
 * view_plot.c: curves over time, in text.
 *
 *     cwnd     the congestion window (*) and the slow-start threshold (-)
 *     flight   bytes sent and not yet acknowledged (o)
 *     seq      sequence numbers as they leave (+), again (R), and their acknowledgments (a)
 *
 * All from the trace; nothing is remembered for it.
 */
#include "repl/canvas.h"
#include "repl/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLOT_HEIGHT = 16, MARGIN = 9, POINTS_MAX = 20000 };

typedef struct Point {
    Nanos at;
    uint64_t value;
    char sign;
} Point;

typedef struct Points {
    Point *at;
    uint32_t count;
} Points;

static void add_point(Points *p, Nanos at, uint64_t value, char sign)
{
    if (p->at && p->count < POINTS_MAX)
        p->at[p->count++] = (Point){at, value, sign};
}

static void collect_cwnd(const View *v, HostId host, Points *p)
{
    for (uint32_t row = v->trace->first_row; row <= trace_last(v->trace); row++) {
        const Note *d;
        for (uint32_t i = 0; (d = trace_detail(v->trace, row, i)); i++) {
            if (d->kind != NOTE_CWND || d->host != host)
                continue;
            add_point(p, d->at, d->a, '*');
            if (d->b < 0x40000000)
                add_point(p, d->at, d->b, '-');
        }
    }
}

/* Sequence numbers relative to the host's initial one, and what is acknowledged. */
static void collect_segments(const View *v, HostId host, Points *p, bool flight)
{
    uint32_t highest = 0, acked = 0;
    for (uint32_t row = v->trace->first_row; row <= trace_last(v->trace); row++) {
        const Note *n = trace_note(v->trace, row);
        const Row *r = trace_row(v->trace, row);
        Seg s;
        Bytes payload;
        bool leaves = n->kind == NOTE_SENT && n->host == host;
        bool comes = n->kind == NOTE_ARRIVED && n->host == host;
        if ((!leaves && !comes) || !r->isn_known[host] || !trace_seg(v->trace, row, &s, &payload))
            continue;
        if (leaves && seg_len(&s) > 0) {
            highest = max_u32(highest, seq_distance(r->isn[host], seg_end(&s)));
            if (!flight)
                add_point(p, n->at, seq_distance(r->isn[host], s.seq), n->peer_row ? 'R' : '+');
        } else if (comes && (s.flags & SEG_ACK)) {
            acked = max_u32(acked, seq_distance(r->isn[host], s.ack));
            if (!flight)
                add_point(p, n->at, acked, 'a');
        }
        if (flight)
            add_point(p, n->at, highest > acked ? highest - acked : 0, 'o');
    }
}

static void draw_points(Canvas *c, const Points *p, Nanos first, Nanos last, uint64_t top)
{
    int width = c->width - MARGIN - 1;
    for (uint32_t i = 0; i < p->count; i++) {
        Nanos span = last > first ? last - first : 1;
        int x = MARGIN + 1 + (int)((p->at[i].at - first) * (uint64_t)(width - 1) / span);
        int y = PLOT_HEIGHT - 1 - (int)(p->at[i].value * (PLOT_HEIGHT - 1) / top);
        Ink ink = p->at[i].sign == '-'   ? INK_DIM
                  : p->at[i].sign == 'R' ? INK_REXMIT
                  : p->at[i].sign == 'a' ? INK_SYN
                                         : INK_DATA;
        /* the curve wins over the threshold, and a retransmission over everything */
        uint32_t there = canvas_get(c, x, y);
        if (there != 'R' && (p->at[i].sign != '-' || there == ' '))
            canvas_put(c, x, y, (uint32_t)p->at[i].sign, ink);
    }
}

static void draw_axes(Canvas *c, uint64_t top)
{
    for (int y = 0; y < PLOT_HEIGHT; y++)
        canvas_put(c, MARGIN, y, '|', INK_DIM);
    for (int x = MARGIN; x < c->width; x++)
        canvas_put(c, x, PLOT_HEIGHT, x == MARGIN ? '+' : '-', INK_DIM);
    char label[24];
    for (int i = 0; i <= 2; i++) {
        snprintf(label, sizeof label, "%8" PRIu64, top * (uint64_t)(2 - i) / 2);
        canvas_text(c, 0, i * (PLOT_HEIGHT - 1) / 2, label, INK_DIM);
    }
}

void look_plot(Text *out, const View *v, PlotKind kind, HostId host)
{
    static const char *const titles[][LANG_COUNT] = {
        {"%c: * congestion window, - slow-start threshold (bytes)\n",
         "%c：* 拥塞窗口，- 慢启动门限（字节）\n"},
        {"%c: o bytes in flight\n", "%c：o 在途字节数\n"},
        {"%c: + sent, R sent again, a acknowledged (sequence number)\n",
         "%c：+ 发送，R 重传，a 已确认（序号）\n"},
    };
    Points p = {.at = malloc(POINTS_MAX * sizeof(Point))};
    if (kind == PLOT_CWND)
        collect_cwnd(v, host, &p);
    else
        collect_segments(v, host, &p, kind == PLOT_FLIGHT);
    if (p.count == 0) {
        text_add(out, VIEW_SAY(v, "nothing to plot yet: send some data first, as A send 64KiB\n",
                               "还没有可画的数据：先发送一些，如 A send 64KiB\n"));
        free(p.at);
        return;
    }
    uint64_t top = 1;
    Nanos first = p.at[0].at, last = p.at[p.count - 1].at;
    for (uint32_t i = 0; i < p.count; i++)
        top = max_u64(top, p.at[i].value);
    Canvas c = canvas_new(v->width, PLOT_HEIGHT + 2);
    draw_axes(&c, top);
    draw_points(&c, &p, first, last, top);
    char label[32];
    Text t = text_fixed(label, sizeof label);
    text_time(&t, first);
    canvas_text(&c, MARGIN, PLOT_HEIGHT + 1, label, INK_DIM);
    t = text_fixed(label, sizeof label);
    text_time(&t, last);
    canvas_text(&c, c.width - (int)t.len, PLOT_HEIGHT + 1, label, INK_DIM);
    text_addf(out, titles[kind][v->lang], host_letter(host));
    canvas_add(out, &c, v->color);
    canvas_free(&c);
    free(p.at);
}
