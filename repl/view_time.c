/*
 * view_time.c: the ladder true to time: time goes down, segments slope.
 *
 *      0.000s  A                                                  B  0.000s
 *              |\  SYN A                                          |
 *              |    `-------.                                     |
 *
 * A line of text is a slice of time; an arrow is drawn from where it leaves to where it arrives.
 * Each label stands on the first free line near the end where its segment leaves.
 */
#include "repl/canvas.h"
#include "repl/view.h"
#include "repl/width.h"

#include <stdio.h>
#include <string.h>

enum { LEFT = 11, HEIGHT_MIN = 12, HEIGHT_MAX = 60, LINES_PER_EVENT = 2 };

typedef struct Scale {
    Nanos first, last;
    int height, right;
} Scale;

static int line_of(const Scale *s, Nanos at)
{
    Nanos span = s->last > s->first ? s->last - s->first : 1;
    return 1 + (int)((at - s->first) * (uint64_t)(s->height - 2) / span);
}

/* The slope from (x0,y0) to (x1,y1): a character per column. */
static void draw_slope(Canvas *c, int x0, int y0, int x1, int y1, Ink ink)
{
    int dx = x1 > x0 ? 1 : -1, columns = (x1 - x0) * dx, before = y0;
    for (int i = 0; i <= columns; i++) {
        int y = y0 + (y1 - y0) * i / (columns ? columns : 1);
        char sign = y != before ? (dx > 0 ? '\\' : '/') : '-';
        if (y1 != y0 && y == before)
            sign = '-';
        canvas_put(c, x0 + i * dx, y, (uint32_t)sign, ink);
        before = y;
    }
}

static bool is_free(const Canvas *c, int x, int y, int n)
{
    for (int i = 0; i < n; i++)
        if (canvas_get(c, x + i, y) != ' ')
            return false;
    return true;
}

static void put_label(Canvas *c, const Scale *s, HostId from, int y, const char *words, Ink ink)
{
    int n = (int)width_of(words, strlen(words));
    int x = from == HOST_A ? LEFT + 3 : s->right - 2 - n;
    for (int d = 0; d < 3; d++) {
        int at = y - 1 + d;
        if (at > 0 && is_free(c, x, at, n)) {
            canvas_text(c, x, at, words, ink);
            return;
        }
    }
    canvas_text(c, x, y, words, ink);
}

static void draw_time(Canvas *c, const Scale *s, HostId host, int y, Nanos at)
{
    char words[24];
    Text t = text_fixed(words, sizeof words);
    text_time(&t, at);
    int x = host == HOST_A ? LEFT - 2 - (int)t.len : s->right + 2;
    if (is_free(c, x, y, (int)t.len))
        canvas_text(c, x, y, words, INK_DIM);
}

/* heads: the arrow heads alone, drawn over everything else. */
static void draw_segment(Canvas *c, const View *v, const Scale *s, uint32_t row, const Note *n,
                         bool heads)
{
    Seg seg;
    Bytes payload;
    if (!trace_seg(v->trace, row, &seg, &payload))
        return;
    HostId from = (HostId)n->host;
    uint32_t fate = trace_fate(v->trace, row);
    const Note *end = fate ? trace_note(v->trace, fate) : NULL;
    bool lost = end && end->kind == NOTE_LOST;
    Nanos until = end ? end->at : s->last;
    int x0 = from == HOST_A ? LEFT + 1 : s->right - 1;
    int x1 = from == HOST_A ? s->right - 1 : LEFT + 1;
    int y0 = line_of(s, n->at), y1 = line_of(s, until);
    Ink ink = lost ? INK_LOST : n->peer_row ? INK_REXMIT : seg.len ? INK_DATA : INK_SYN;
    if (lost || !end) { /* half of the way */
        x1 = (x0 + x1) / 2;
        if (lost && y1 == y0)
            y1 = y0 + 1;
    }
    if (heads) {
        canvas_put(c, x1, y1, lost ? 'X' : !end ? '.' : from == HOST_A ? '>' : '<', ink);
        return;
    }
    draw_slope(c, x0, y0, x1, y1, ink);
    char words[120];
    Text t = text_fixed(words, sizeof words);
    SegNames names = trace_names(v->trace, row, v->absolute);
    text_addf(&t, "#%u ", row);
    segtext_print(&t, &names, from, &seg, SEG_STYLE_SHORT);
    if (lost)
        text_add(&t, VIEW_SAY(v, " lost", " 丢失"));
    put_label(c, s, from, y0, words, ink);
    draw_time(c, s, from, y0, n->at);
    if (end && !lost)
        draw_time(c, s, host_peer(from), y1, end->at);
}

void look_ladder_time(Text *out, const View *v, const LadderRange *range)
{
    uint32_t from = max_u32(range->first, v->trace->first_row);
    uint32_t to = min_u32(range->last, trace_last(v->trace)), segments = 0;
    Scale s = {.first = NANOS_NEVER, .right = v->width - 11};
    for (uint32_t row = from; row <= to && row > 0; row++) {
        const Note *n = trace_note(v->trace, row);
        s.first = min_u64(s.first, n->at);
        s.last = max_u64(s.last, n->at);
        segments += n->kind == NOTE_SENT;
    }
    int wanted = (int)min_u32(segments, 1000) * LINES_PER_EVENT + 4;
    s.height = wanted < HEIGHT_MIN ? HEIGHT_MIN : wanted > HEIGHT_MAX ? HEIGHT_MAX : wanted;
    Canvas c = canvas_new(v->width, s.height);
    canvas_put(&c, LEFT, 0, 'A', INK_STRONG);
    canvas_put(&c, s.right, 0, 'B', INK_STRONG);
    for (int y = 1; y < s.height; y++) {
        canvas_put(&c, LEFT, y, '|', INK_DIM);
        canvas_put(&c, s.right, y, '|', INK_DIM);
    }
    for (int heads = 0; heads < 2; heads++) {
        for (uint32_t row = from; row <= to && row > 0; row++) {
            const Note *n = trace_note(v->trace, row);
            const Row *r = trace_row(v->trace, row);
            bool mine =
                range->host == HOST_NONE || range->conn == 0 || r->conn[range->host] == range->conn;
            if (n->kind == NOTE_SENT && mine)
                draw_segment(&c, v, &s, row, n, heads == 1);
        }
    }
    canvas_add(out, &c, v->color);
    canvas_free(&c);
}
