/*
 * view_queues.c: the send and the receive buffer of a connection, each byte a letter in a cell.
 *
 *     send buffer                11 of 65536 bytes
 *     [h][e][l][l][o][ ][w][o]    in flight, lost, not sent yet: the ground of the cell
 *     receive buffer              3 of 65536 bytes
 *     [a][b][c][ ][ ][f][g]       waits for recv, hole, waits for the hole
 *
 * A long run of one kind shows its first and last bytes and, between them, how many are left out.
 * As many cells as there is room for; the rest is counted in words. A gauge below each shows how
 * full the buffer is.
 */
#include "viz/measure.h"
#include "viz/parts.h"

enum { CELLS_MAX = 1024, GAP_COLUMNS = 7, RUN_LONG = 40, RUN_FIRST = 14, RUN_LAST = 6 };

typedef enum CellKind {
    CELL_FLIGHT,
    CELL_LOST,
    CELL_UNSENT,
    CELL_READY,
    CELL_HOLE,
    CELL_EARLY
} CellKind;

static const Swatch looks[] = {
    [CELL_FLIGHT] = {WORD_IN_FLIGHT, ROLE_SEQ_FLIGHT, ROLE_GRID, false, false},
    [CELL_LOST] = {WORD_LOST, ROLE_SEQ_FLIGHT, ROLE_RST, true, false},
    [CELL_UNSENT] = {WORD_UNSENT, ROLE_SEQ_BEYOND, ROLE_GRID, false, false},
    [CELL_READY] = {WORD_TO_READ, ROLE_SEQ_USABLE, ROLE_GRID, false, false},
    [CELL_HOLE] = {WORD_HOLE, ROLE_PANEL, ROLE_GRID, true, false},
    [CELL_EARLY] = {WORD_OUT_OF_ORDER, ROLE_VISITED, ROLE_GRID, false, false},
};

typedef struct Cells {
    uint8_t kind[CELLS_MAX], byte[CELLS_MAX];
    uint32_t left_out[CELLS_MAX]; /* > 0: a gap that stands for so many bytes */
    uint32_t count;               /* cells filled */
    uint32_t all;                 /* bytes there are */
} Cells;

static uint8_t ring_byte(const World *w, const Ring *r, uint32_t offset)
{
    const uint8_t *arena = (const uint8_t *)w + w->rings_at;
    return r->cap ? arena[r->at + (r->head + offset) % r->cap] : 0;
}

static void add_cell(Cells *c, CellKind kind, uint8_t byte, uint32_t left_out)
{
    if (c->count == CELLS_MAX)
        return;
    c->kind[c->count] = (uint8_t)kind;
    c->left_out[c->count] = left_out;
    c->byte[c->count++] = byte;
}

/* The bytes [from, to) of the ring, all of one kind. */
static void add_run(Cells *c, const World *w, const Ring *r, CellKind kind, uint32_t from,
                    uint32_t to)
{
    bool cut = to - from > RUN_LONG;
    uint32_t first = cut ? from + RUN_FIRST : to;
    for (uint32_t i = from; i < first; i++)
        add_cell(c, kind, ring_byte(w, r, i), 0);
    if (!cut)
        return;
    add_cell(c, kind, 0, to - from - RUN_FIRST - RUN_LAST);
    for (uint32_t i = to - RUN_LAST; i < to; i++)
        add_cell(c, kind, ring_byte(w, r, i), 0);
}

/* Is the byte with this number believed lost? */
static bool is_lost(const Pools *p, const Tcb *t, Seq seq)
{
    for (uint16_t i = 0; i < t->sent_count; i++) {
        const Sent *s = sent_at(p, t, i);
        if (seq_geq(seq, s->seq) && seq_lt(seq, seq_add(s->seq, sent_len(s))))
            return s->flags & SENT_LOST;
    }
    return false;
}

static void collect_sent(Cells *c, const World *w, const Tcb *t)
{
    Pools p = world_pools((World *)(uintptr_t)w); /* nothing here writes */
    uint32_t unsent = tcb_unsent(t), sent = t->tx.len > unsent ? t->tx.len - unsent : 0, at = 0;
    c->all = t->tx.len;
    for (uint32_t i = 1; i <= sent; i++) {
        bool lost = is_lost(&p, t, seq_add(t->snd.buf, at));
        if (i < sent && is_lost(&p, t, seq_add(t->snd.buf, i)) == lost)
            continue;
        add_run(c, w, &t->tx, lost ? CELL_LOST : CELL_FLIGHT, at, i);
        at = i;
    }
    add_run(c, w, &t->tx, CELL_UNSENT, sent, t->tx.len);
}

static void collect_received(Cells *c, const World *w, const Tcb *t)
{
    Pools p = world_pools((World *)(uintptr_t)w);
    Ranges ranges = tcb_ranges(&p, t);
    uint32_t at = t->rx.len;
    add_run(c, w, &t->rx, CELL_READY, 0, at);
    for (uint16_t i = 0; i < *ranges.count; i++) {
        uint32_t from = t->rx.len + seq_distance(t->rcv.nxt, ranges.at[i].from);
        uint32_t to = t->rx.len + seq_distance(t->rcv.nxt, ranges.at[i].to);
        add_run(c, w, &t->rx, CELL_HOLE, at, from);
        add_run(c, w, &t->rx, CELL_EARLY, from, to);
        at = to;
    }
    c->all = at;
}

/* ---- Drawing ------------------------------------------------------------------------------- */

static void draw_cell(Display *d, const Cells *c, uint32_t i, Box box, float size)
{
    const Swatch *s = &looks[c->kind[i]];
    uint8_t b = c->byte[i];
    char text[24];
    Text out = text_fixed(text, sizeof text);
    part_swatch(d, (Box){box.x + 0.5f, box.y + 0.5f, box.w - 1, box.h - 1}, s);
    if (c->left_out[i])
        text_addf(&out, "⋯%u⋯", (unsigned)c->left_out[i]);
    else if (c->kind[i] == CELL_HOLE)
        return;
    else if (b > ' ' && b <= '~')
        text_char(&out, (char)b);
    else
        text_add(&out, b == ' ' ? "␣" : "·");
    draw_text(d, box.x + box.w / 2, box.y + box.h / 2 + size * MEASURE_MIDDLE, text, ROLE_TEXT,
              size, FONT_MONO, ANCHOR_MIDDLE);
}

/* Draws what fits into so many columns and lines, or (d NULL) only counts; returns how many bytes
 * are shown or stand in a gap. */
static uint32_t draw_cells(Display *d, const Cells *c, Point at, uint32_t columns, uint32_t lines,
                           float size)
{
    float cell_w = size * 1.25f, cell_h = size * 1.75f;
    uint32_t column = 0, line = 0, bytes = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t wide = c->left_out[i] ? GAP_COLUMNS : 1;
        if (column + wide > columns) {
            column = 0;
            line++;
        }
        if (line >= lines || wide > columns)
            return bytes;
        Box box = {at.x + (float)column * cell_w, at.y + (float)line * cell_h, cell_w * (float)wide,
                   cell_h};
        if (d)
            draw_cell(d, c, i, box, size);
        column += wide;
        bytes += c->left_out[i] ? c->left_out[i] : 1;
    }
    return bytes;
}

/* How full it is, to scale. */
static void draw_gauge(Display *d, Box box, uint32_t used, uint32_t cap)
{
    float part = cap ? (float)((double)used / (double)cap) : 0;
    draw_rect(d, box, box.h / 2, ROLE_BOX, ROLE_GRID, 1);
    if (used)
        draw_rect(d, (Box){box.x, box.y, box.h + (box.w - box.h) * (part > 1 ? 1 : part), box.h},
                  box.h / 2, ROLE_PRESENT, ROLE_NONE, 0);
}

static void draw_buffer(Display *d, const View *view, const Cells *c, const Ring *ring, Word name,
                        Box box)
{
    Look look = look_of(view);
    float size = look.small, cell_w = size * 1.25f, cell_h = size * 1.75f;
    char text[96];
    Text out = text_fixed(text, sizeof text);
    text_addf(&out, word(WORD_OF_BYTES, view->lang), (unsigned)ring->len, (unsigned)ring->cap);
    float right = draw_text_fit(d, box.x + box.w, box.y + size, box.w, text, ROLE_MUTED, size,
                                FONT_MONO, ANCHOR_END);
    draw_text_fit(d, box.x, box.y + size, box.w - right - size, word(name, view->lang), ROLE_TEXT,
                  size, FONT_BOLD, ANCHOR_START);
    draw_gauge(d, (Box){box.x, box.y + size * 1.5f, box.w, size * 0.45f}, ring->len, ring->cap);
    float top = box.y + size * 2.4f;
    uint32_t columns = (uint32_t)(box.w / cell_w), lines = 0;
    float room = box.y + box.h - top;
    if (room > cell_h)
        lines = (uint32_t)(room / cell_h);
    if (c->count == 0) {
        if (lines)
            draw_text_fit(d, box.x, top + size * 1.1f, box.w, word(WORD_EMPTY, view->lang),
                          ROLE_MUTED, size, FONT_MONO, ANCHOR_START);
        return;
    }
    Point at = {box.x, top};
    bool all = draw_cells(NULL, c, at, columns, lines, size) == c->all;
    if (!all && lines > 1)
        lines--; /* for the words */
    uint32_t shown = draw_cells(d, c, at, columns, lines, size);
    float y = top + (float)lines * cell_h + size * 1.2f;
    if (all || y + size * 0.3f > box.y + box.h)
        return;
    text_clear(&out);
    text_addf(&out, word(WORD_MORE_BYTES, view->lang), (unsigned)(c->all - shown));
    draw_text_fit(d, box.x, y, box.w, text, ROLE_MUTED, size, FONT_MONO, ANCHOR_START);
}

void view_queues(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    Look look = look_of(view);
    const Tcb *t = moment_conn(m, host);
    if (!t || t->state == LISTEN || t->state == CLOSED || !t->tx.cap) {
        view_nothing(d, view, WORD_NO_CONNECTION, box);
        return;
    }
    Cells sent = {.count = 0}, received = {.count = 0};
    collect_sent(&sent, m->world, t);
    collect_received(&received, m->world, t);
    bool low = box.h < look.small * 9; /* beside each other in a low box */
    float legend = low ? 0 : look.line * 2.6f, gap = look.pad * 2;
    Box first = {box.x, box.y, low ? (box.w - gap) / 2 : box.w,
                 low ? box.h : (box.h - legend - gap) / 2};
    Box second = first;
    if (low)
        second.x += first.w + gap;
    else
        second.y += first.h + gap;
    draw_buffer(d, view, &sent, &t->tx, WORD_SEND_BUFFER, first);
    draw_buffer(d, view, &received, &t->rx, WORD_RECEIVE_BUFFER, second);
    if (low)
        return;
    float y = box.y + box.h - look.line * 1.3f;
    part_legend(d, view, box.x, y, box.w, &looks[CELL_FLIGHT], 3);
    part_legend(d, view, box.x, y + look.line, box.w, &looks[CELL_READY], 3);
}
