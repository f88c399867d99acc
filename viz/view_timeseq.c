/*
 * view_timeseq.c: sequence numbers over time, as Wireshark's "tcptrace" graph draws them.
 *
 *        seq |          ___________ window ends
 *            |     I  I
 *            |   I   ________ acknowledged up to
 *            | I ___/
 *            +---------------- time
 *
 * Each segment with data is a stroke from its first number to its last, at the moment it left; a
 * retransmission is thicker, in its own colour and with a barb, a lost one has a cross. Below runs
 * the staircase of the acknowledgments that have arrived, above it that of the window they grant.
 * SACK blocks are thin strokes at the moment they arrive. Numbers count from the beginning of the
 * connection.
 */
#include "viz/chart.h"
#include "viz/measure.h"

enum { STROKES_MAX = 3000 };

/* What is known of the direction while the trace is read; a SYN begins anew. */
typedef struct Stream {
    Seq iss;
    bool known;
    uint8_t scale; /* of the peer's windows, once the SYNs are over */
} Stream;

typedef struct Graph {
    Chart chart;
    const Moment *m;
    HostId host;
    Series acks, edges;
    uint64_t most;
} Graph;

static bool read_row(const Graph *g, uint32_t row, Seg *seg, bool *left)
{
    const Note *n = trace_note(g->m->trace, row);
    Bytes payload;
    *left = n->kind == NOTE_SENT;
    return (n->kind == NOTE_SENT || n->kind == NOTE_ARRIVED) && n->host == g->host &&
           trace_seg(g->m->trace, row, seg, &payload);
}

static void follow(Stream *s, const Seg *seg, bool left)
{
    if (left && ((seg->flags & SEG_SYN) || !s->known)) {
        s->iss = seg->seq;
        s->known = true;
        s->scale = 0;
    }
    if (!left && (seg->flags & SEG_SYN) && (seg->opts & SEG_OPT_WSCALE))
        s->scale = seg->wscale;
}

/* The staircases, and how high all of it is. */
static void collect(Graph *g)
{
    Stream s = {.known = false};
    const Trace *t = g->m->trace;
    for (uint32_t row = t->first_row; trace_row(t, row); row++) {
        Seg seg;
        bool left;
        Nanos at = trace_note(t, row)->at;
        if (!read_row(g, row, &seg, &left))
            continue;
        follow(&s, &seg, left);
        if (left && s.known)
            g->most = max_u64(g->most, seq_distance(s.iss, seg_end(&seg)));
        if (left || !s.known || !(seg.flags & SEG_ACK) || seq_gt(s.iss, seg.ack))
            continue;
        uint32_t ack = seq_distance(s.iss, seg.ack);
        uint32_t scale = seg.flags & SEG_SYN ? 0 : s.scale;
        series_add(&g->acks, at, ack);
        series_add(&g->edges, at, (uint64_t)ack + ((uint64_t)seg.wnd << scale));
    }
}

static void draw_segment(const Graph *g, uint32_t row, Nanos at, uint32_t from, uint32_t to)
{
    const Chart *c = &g->chart;
    const Trace *t = g->m->trace;
    bool again = trace_note(t, row)->peer_row != 0;
    uint32_t fate = trace_fate(t, row);
    const Note *end = fate ? trace_note(t, fate) : NULL;
    bool lost = end && end->kind == NOTE_LOST;
    Role role = again ? ROLE_REXMIT : ROLE_DATA;
    float unit = c->look.unit > 1 ? c->look.unit : 1, tick = 2.5f * unit, size = c->look.small;
    Point low = chart_point(c, at, from), high = chart_point(c, at, to);
    if (low.y - high.y < 2)
        high.y = low.y - 2; /* a byte is seen, too */
    display_target(c->d, TARGET_SEGMENT, g->host, row);
    draw_line(c->d, low, high, role, (again ? 2.6f : 1.8f) * unit, DASH_NONE, false);
    for (int i = 0; i < 2; i++) {
        Point p = i ? high : low;
        draw_line(c->d, (Point){p.x - tick, p.y}, (Point){p.x + tick, p.y}, role, 1.2f * unit,
                  DASH_NONE, false);
    }
    if (lost)
        draw_cross(c->d, (Point){low.x, (low.y + high.y) / 2}, 4.5f * unit, ROLE_RST, 2 * unit);
    if (again && low.x + tick + size * 0.8f < c->box.x + c->box.w)
        draw_line(c->d, (Point){low.x + tick, high.y}, (Point){low.x + tick * 2.4f, high.y - tick},
                  role, 1.2f * unit, DASH_NONE, false);
    display_no_target(c->d);
}

static void draw_sack(const Graph *g, Nanos at, uint32_t from, uint32_t to)
{
    const Chart *c = &g->chart;
    draw_line(c->d, chart_point(c, at, from), chart_point(c, at, to), ROLE_FIN, 1.4f, DASH_DOTTED,
              false);
}

static void draw_strokes(const Graph *g)
{
    Stream s = {.known = false};
    const Trace *t = g->m->trace;
    uint32_t last = trace_last(t), drawn = 0;
    for (uint32_t row = t->first_row; row <= last && drawn < STROKES_MAX; row++) {
        Seg seg;
        bool left;
        Nanos at = trace_note(t, row)->at;
        if (!read_row(g, row, &seg, &left))
            continue;
        follow(&s, &seg, left);
        if (left && s.known && seg_len(&seg) > 0) {
            uint32_t from = seq_distance(s.iss, seg.seq);
            draw_segment(g, row, at, from, from + seg_len(&seg));
            drawn++;
        }
        for (uint8_t i = 0; !left && s.known && i < seg.sack_count; i++, drawn++)
            if (!seq_gt(s.iss, seg.sack[i].from))
                draw_sack(g, at, seq_distance(s.iss, seg.sack[i].from),
                          seq_distance(s.iss, seg.sack[i].to));
    }
}

static void draw_names(const Graph *g, const View *view, float x)
{
    const Chart *c = &g->chart;
    x = chart_name(c, x, word(WORD_CURVE_DATA, view->lang), ROLE_DATA, DASH_NONE);
    x = chart_name(c, x, word(WORD_SENT_AGAIN, view->lang), ROLE_REXMIT, DASH_NONE);
    x = chart_name(c, x, word(WORD_CURVE_ACK, view->lang), ROLE_ACK, DASH_NONE);
    x = chart_name(c, x, word(WORD_CURVE_WINDOW, view->lang), ROLE_SYN, DASH_DASHED);
    chart_name(c, x, "SACK", ROLE_FIN, DASH_DOTTED);
}

void view_timeseq(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    Graph g = {.m = m, .host = host};
    chart_begin(&g.chart, d, m, view, false, box);
    collect(&g);
    if (g.most == 0) {
        view_nothing(d, view, WORD_NOTHING_SENT, box);
        return;
    }
    g.chart.top = g.most + g.most / 6 + 1;
    chart_draw_axes(&g.chart);
    draw_names(&g, view, box.x);
    display_clip(d, g.chart.box);
    chart_steps(&g.chart, &g.edges, ROLE_SYN, 1.4f, DASH_DASHED);
    chart_steps(&g.chart, &g.acks, ROLE_ACK, 1.6f, DASH_NONE);
    draw_strokes(&g);
    display_clip(d, (Box){0});
}
