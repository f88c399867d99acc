/*
 * view_time.c: the ladder true to time: time goes down, segments slope.
 *
 *              A                                                  B
 *      0.000s  |--------------                                     |
 *              |  #3 SYN A    \-------------                       |
 *              |                            \-------------         |
 *              |                                          \------->| 0.050s
 *              :                                                   :
 *      1.000s  |  (950ms)                                          |
 *
 * A line of text is a fifth of the one-way delay. A silence longer than a few lines is cut short,
 * with ':' on both sides. An arrow is drawn from where it leaves to where it arrives; each label
 * stands on the first free line near the end where its segment leaves.
 */
#include "repl/canvas.h"
#include "repl/view.h"
#include "repl/width.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEFT = 11, SILENCE_LINES = 8, LINES_MAX = 4000 };

/* Moments of the story in order, each with its line. */
typedef struct Scale {
    Nanos *at;
    int *line;
    bool *silence; /* a long one before this moment, cut short */
    uint32_t count;
    int height, right;
} Scale;

static int line_of(const Scale *s, Nanos at)
{
    uint32_t low = 0, high = s->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (s->at[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return s->count ? s->line[low] : 1;
}

static bool scale_make(Scale *s, const View *v, uint32_t from, uint32_t to)
{
    size_t n = to >= from ? to - from + 1 : 1;
    s->at = malloc(n * sizeof *s->at);
    s->line = malloc(n * sizeof *s->line);
    s->silence = calloc(n, sizeof *s->silence);
    if (!s->at || !s->line || !s->silence)
        return false;
    Nanos delay = v->world->links[HOST_A].delay;
    Nanos unit = delay / 5 > NANOS_US ? delay / 5 : NANOS_US;
    s->height = 1;
    for (uint32_t row = from; row <= to && s->height < LINES_MAX; row++) {
        Nanos at = trace_note(v->trace, row)->at;
        if (s->count && s->at[s->count - 1] == at)
            continue;
        Nanos lines = s->count ? (at - s->at[s->count - 1]) / unit : 0;
        bool silence = lines > SILENCE_LINES;
        s->silence[s->count] = silence;
        s->height += silence ? 3 : lines ? (int)lines : s->count ? 1 : 0;
        s->at[s->count] = at;
        s->line[s->count++] = s->height;
    }
    s->height += 1;
    return true;
}

/* The slope from (x0,y0) to (x1,y1): a character per column. */
static void draw_slope(Canvas *c, int x0, int y0, int x1, int y1, Ink ink)
{
    int dx = x1 > x0 ? 1 : -1, columns = (x1 - x0) * dx, before = y0;
    for (int i = 0; i <= columns; i++) {
        int y = y0 + (y1 - y0) * i / (columns ? columns : 1);
        char sign = y != before ? (dx > 0 ? '\\' : '/') : '-';
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
    static const int tries[] = {1, -1, 2, 0};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        int at = y + tries[i];
        if (at > 0 && at < s->height && is_free(c, x, at, n)) {
            canvas_text(c, x, at, words, ink);
            return;
        }
    }
    canvas_text(c, x, y, words, ink);
}

static void draw_time(Canvas *c, const Scale *s, HostId host, Nanos at)
{
    char words[24];
    Text t = text_fixed(words, sizeof words);
    text_time(&t, at);
    int x = host == HOST_A ? LEFT - 2 - (int)t.len : s->right + 2, y = line_of(s, at);
    if (is_free(c, x < 0 ? 0 : x, y, (int)t.len))
        canvas_text(c, x < 0 ? 0 : x, y, words, INK_DIM);
}

typedef enum Layer { LAYER_SLOPES, LAYER_HEADS, LAYER_LABELS, LAYER_COUNT } Layer;

static void draw_segment(Canvas *c, const View *v, const Scale *s, uint32_t row, Layer layer)
{
    const Note *n = trace_note(v->trace, row);
    Seg seg;
    Bytes payload;
    if (!trace_seg(v->trace, row, &seg, &payload))
        return;
    HostId from = (HostId)n->host;
    uint32_t fate = trace_fate(v->trace, row);
    const Note *end = fate ? trace_note(v->trace, fate) : NULL;
    bool lost = end && end->kind == NOTE_LOST;
    int x0 = from == HOST_A ? LEFT + 1 : s->right - 1;
    int x1 = from == HOST_A ? s->right - 1 : LEFT + 1;
    int y0 = line_of(s, n->at), y1 = end ? line_of(s, end->at) : s->height - 1;
    Ink ink = lost ? INK_LOST : n->peer_row ? INK_REXMIT : seg.len ? INK_DATA : INK_SYN;
    if (lost || !end) /* half of the way */
        x1 = (x0 + x1) / 2;
    if (layer == LAYER_SLOPES) {
        draw_slope(c, x0, y0, x1, y1, ink);
    } else if (layer == LAYER_HEADS) {
        canvas_put(c, x1, y1, lost ? 'X' : !end ? '.' : from == HOST_A ? '>' : '<', ink);
    } else {
        char words[120];
        Text t = text_fixed(words, sizeof words);
        SegNames names = trace_names(v->trace, row, v->absolute);
        text_addf(&t, "#%u ", row);
        segtext_print(&t, &names, from, &seg, SEG_STYLE_SHORT);
        if (lost)
            text_add(&t, VIEW_SAY(v, " lost", " 丢失"));
        put_label(c, s, from, y0, words, ink);
        draw_time(c, s, from, n->at);
        if (end && !lost)
            draw_time(c, s, host_peer(from), end->at);
    }
}

static void draw_lifelines(Canvas *c, const Scale *s)
{
    canvas_put(c, LEFT, 0, 'A', INK_STRONG);
    canvas_put(c, s->right, 0, 'B', INK_STRONG);
    for (int y = 1; y < s->height; y++) {
        canvas_put(c, LEFT, y, '|', INK_DIM);
        canvas_put(c, s->right, y, '|', INK_DIM);
    }
    for (uint32_t i = 1; i < s->count; i++) {
        if (!s->silence[i])
            continue;
        canvas_put(c, LEFT, s->line[i] - 1, ':', INK_DIM);
        canvas_put(c, s->right, s->line[i] - 1, ':', INK_DIM);
    }
}

/* How long each cut silence really was; nothing may be drawn over it. */
static void draw_silences(Canvas *c, const Scale *s)
{
    for (uint32_t i = 1; i < s->count; i++) {
        char words[40];
        Text t = text_fixed(words, sizeof words);
        if (!s->silence[i])
            continue;
        text_char(&t, '(');
        text_duration(&t, s->at[i] - s->at[i - 1]);
        text_char(&t, ')');
        int x = LEFT + (s->right - LEFT - (int)t.len) / 2;
        if (is_free(c, x - 1, s->line[i] - 1, (int)t.len + 2))
            canvas_text(c, x, s->line[i] - 1, words, INK_DIM);
    }
}

void look_ladder_time(Text *out, const View *v, const LadderRange *range)
{
    uint32_t from = max_u32(range->first, v->trace->first_row);
    uint32_t to = min_u32(range->last, trace_last(v->trace));
    Scale s = {.right = v->width - 11};
    if (from == 0 || from > to || !scale_make(&s, v, from, to)) {
        text_add(out, VIEW_SAY(v, "nothing to draw\n", "没有可画的内容\n"));
    } else {
        Canvas c = canvas_new(v->width, s.height);
        draw_lifelines(&c, &s);
        for (int layer = 0; layer < LAYER_COUNT; layer++) {
            for (uint32_t row = from; row <= to; row++) {
                const Row *r = trace_row(v->trace, row);
                bool mine = range->host == HOST_NONE || range->conn == 0 ||
                            r->conn[range->host] == range->conn;
                if (trace_note(v->trace, row)->kind == NOTE_SENT && mine)
                    draw_segment(&c, v, &s, row, (Layer)layer);
            }
        }
        draw_silences(&c, &s);
        canvas_add(out, &c, v->color);
        canvas_free(&c);
    }
    free(s.at);
    free(s.line);
    free(s.silence);
}
