/*
 * view_plot.c: numbers over time: the congestion window with its threshold and the bytes in
 * flight; round-trip samples, their smoothed value and the timeout made of them.
 *
 * The points are the notes of the trace (NOTE_CWND, NOTE_RTT) and, for the flight, the segments
 * that left and the acknowledgments that came: nothing is computed that TCP computes. A threshold
 * that is not known yet is not drawn. One point for each pixel column at most: a long run does not
 * become a long list.
 */
#include "viz/chart.h"

enum { UNKNOWN_SSTHRESH = 0x7fffffff, CURVES = 3 };

typedef struct Curve {
    const char *name;
    Role role;
    Dash dash;
    float width;
    Series points;
} Curve;

static void collect_notes(const Moment *m, HostId host, NoteKind kind, Curve *curve)
{
    const Trace *t = m->trace;
    for (uint32_t row = t->first_row; trace_row(t, row); row++) {
        const Note *n;
        for (uint32_t i = 0; (n = trace_detail(t, row, i)); i++) {
            if (n->kind != kind || n->host != host)
                continue;
            series_add(&curve[0].points, n->at, n->a);
            if (kind == NOTE_RTT)
                series_add(&curve[2].points, n->at, (uint64_t)n->key * NANOS_US);
            if (kind == NOTE_RTT || n->b < UNKNOWN_SSTHRESH)
                series_add(&curve[1].points, n->at, n->b);
        }
    }
}

/* What has left and is not acknowledged; a SYN begins anew. */
static void collect_flight(const Moment *m, HostId host, Series *s)
{
    const Trace *t = m->trace;
    Seq una = {0}, nxt = {0};
    bool known = false;
    for (uint32_t row = t->first_row; trace_row(t, row); row++) {
        const Note *n = trace_note(t, row);
        Seg seg;
        Bytes payload;
        bool left = n->kind == NOTE_SENT && n->host == host;
        bool came = n->kind == NOTE_ARRIVED && n->host == host;
        if ((!left && !came) || !trace_seg(t, row, &seg, &payload))
            continue;
        if (left && ((seg.flags & SEG_SYN) || !known)) {
            una = seg.seq;
            nxt = seg_end(&seg);
            known = true;
        } else if (left && seq_gt(seg_end(&seg), nxt)) {
            nxt = seg_end(&seg);
        } else if (came && known && (seg.flags & SEG_ACK) && seq_gt(seg.ack, una) &&
                   !seq_gt(seg.ack, nxt)) {
            una = seg.ack;
        }
        series_add(s, n->at, seq_distance(una, nxt));
    }
}

static void name_curve(Text *out, const Curve *c, bool time)
{
    text_addf(out, "%s ", c->name);
    if (c->points.count)
        chart_value(out, time, c->points.sample[c->points.count - 1].value);
    else
        text_add(out, "-");
}

static void draw_chart(Display *d, const Moment *m, const View *view, Curve *curve, bool time,
                       Box box)
{
    Chart chart;
    chart_begin(&chart, d, m, view, time, box);
    for (int i = 0; i < CURVES; i++)
        chart_room(&chart, &curve[i].points);
    chart_draw_axes(&chart);
    float x = box.x;
    for (int i = 0; i < CURVES; i++) {
        char text[64];
        Text out = text_fixed(text, sizeof text);
        name_curve(&out, &curve[i], time);
        x = chart_name(&chart, x, text, curve[i].role, curve[i].dash);
    }
    for (int i = CURVES; i-- > 0;)
        chart_steps(&chart, &curve[i].points, curve[i].role, curve[i].width, curve[i].dash);
    if (time)
        chart_dots(&chart, &curve[0].points, curve[0].role);
}

void view_plot(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    Look look = look_of(view);
    float half = (box.w - 2 * look.pad) / 2;
    Curve window[CURVES] = {{"cwnd", ROLE_DATA, DASH_NONE, 2.2f, {.count = 0}},
                            {"ssthresh", ROLE_REXMIT, DASH_DASHED, 1.8f, {.count = 0}},
                            {"flight", ROLE_SYN, DASH_NONE, 1.2f, {.count = 0}}};
    Curve times[CURVES] = {{"RTT", ROLE_DATA, DASH_DOTTED, 1.2f, {.count = 0}},
                           {"RTO", ROLE_REXMIT, DASH_DASHED, 1.8f, {.count = 0}},
                           {"SRTT", ROLE_SYN, DASH_NONE, 2, {.count = 0}}};
    collect_notes(m, host, NOTE_CWND, window);
    collect_flight(m, host, &window[2].points);
    collect_notes(m, host, NOTE_RTT, times);
    draw_chart(d, m, view, window, false, (Box){box.x, box.y, half, box.h});
    draw_chart(d, m, view, times, true, (Box){box.x + half + 2 * look.pad, box.y, half, box.h});
}
