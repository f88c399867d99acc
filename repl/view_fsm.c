/*
 * view_fsm.c: the state diagram (RFC 9293 figure 5), with the edges that this run has taken.
 *
 * Drawn as lecturers draw it: opening steps numbered 1 2 3, closing steps in Chinese numerals. A
 * taken edge is drawn with '=' and '#' instead of '-' and '|', so it shows without colours; the
 * hosts stand in the border of their present state: +--[A]--+.
 */
#include "repl/canvas.h"
#include "repl/view.h"
#include "repl/width.h"

#include <stdio.h>
#include <string.h>

typedef struct Box {
    TcpState state;
    int x, y, height;
} Box;

/* CLOSED stands twice, as in the RFC's figure. */
static const Box boxes[] = {
    {CLOSED, 32, 0, 4},      {LISTEN, 32, 6, 4},       {SYN_RECEIVED, 0, 12, 5},
    {SYN_SENT, 62, 12, 5},   {ESTABLISHED, 32, 19, 3}, {FIN_WAIT_1, 0, 24, 4},
    {CLOSE_WAIT, 62, 24, 4}, {FIN_WAIT_2, 0, 30, 3},   {CLOSING, 32, 30, 3},
    {LAST_ACK, 62, 30, 3},   {TIME_WAIT, 32, 36, 3},   {CLOSED, 62, 36, 3},
};
enum { BOX_WIDTH = 16, PICTURE_WIDTH = 78, PICTURE_HEIGHT = 39, POINTS_MAX = 5 };

/* One line per edge of state_edges, in its order: corner points from tail to head, and where its
 * words stand. */
typedef struct Path {
    struct {
        int8_t x, y;
    } at[POINTS_MAX];
    int points;
    int8_t x, y;
    const char *words;
} Path;

static const Path paths[STATE_EDGE_COUNT] = {
    {{{36, 4}, {36, 5}}, 2, 22, 4, "passive OPEN"},
    {{{48, 1}, {74, 1}, {74, 11}}, 3, 50, 0, "active OPEN/snd SYN"},
    {{{31, 8}, {10, 8}, {10, 11}}, 3, 12, 10, "rcv SYN/snd SYN,ACK"},
    {{{48, 8}, {66, 8}, {66, 11}}, 3, 50, 9, "SEND/snd SYN"},
    {{{43, 5}, {43, 4}}, 2, 45, 4, "CLOSE"},
    {{{70, 11}, {70, 2}, {48, 2}}, 3, 50, 3, "CLOSE"},
    {{{61, 13}, {16, 13}}, 2, 29, 12, "rcv SYN/snd SYN,ACK"},
    {{{61, 15}, {43, 15}, {43, 18}}, 3, 45, 17, "rcv SYN,ACK/snd ACK"},
    {{{16, 15}, {36, 15}, {36, 18}}, 3, 17, 16, "rcv ACK of SYN"},
    {{{4, 17}, {4, 23}}, 2, 5, 18, "CLOSE/snd FIN"},
    {{{4, 11}, {4, 7}, {31, 7}}, 3, 6, 6, "rcv RST"},
    {{{31, 20}, {12, 20}, {12, 23}}, 3, 13, 21, "CLOSE/snd FIN"},
    {{{48, 20}, {70, 20}, {70, 23}}, 3, 50, 21, "rcv FIN/snd ACK"},
    {{{4, 28}, {4, 29}}, 2, 6, 28, "rcv ACK of FIN"},
    {{{16, 25}, {40, 25}, {40, 29}}, 3, 18, 24, "rcv FIN/snd ACK"},
    {{{16, 26}, {27, 26}, {27, 34}, {36, 34}, {36, 35}}, 5, 28, 28, "rcv FIN+ACK"},
    {{{4, 33}, {4, 37}, {31, 37}}, 3, 6, 36, "rcv FIN/snd ACK"},
    {{{70, 28}, {70, 29}}, 2, 53, 28, "CLOSE/snd FIN"},
    {{{43, 33}, {43, 35}}, 2, 45, 33, "rcv ACK of FIN"},
    {{{70, 33}, {70, 35}}, 2, 51, 34, "rcv ACK of FIN"},
    {{{48, 37}, {61, 37}}, 2, 50, 36, "2MSL"},
};

/* "1 " for the opening, a Chinese numeral for the closing. */
static const char *step_mark(const View *v, uint8_t step)
{
    static const char *const plain[] = {"", "1 ", "2 ", "3 "};
    static const char *const closing[] = {"\u4e00 ", "\u4e8c ", "\u4e09 ", "\u56db "};
    static const char *const closing_ascii[] = {"i ", "ii ", "iii ", "iv "};
    if (step >= 11 && step <= 14)
        return v->ascii ? closing_ascii[step - 11] : closing[step - 11];
    return step <= 3 ? plain[step] : "";
}

static void draw_path(Canvas *c, const Path *p, bool taken)
{
    Ink ink = taken ? INK_GOOD : INK_DIM;
    for (int i = 0; i + 1 < p->points; i++) {
        int x = p->at[i].x, y = p->at[i].y, to_x = p->at[i + 1].x, to_y = p->at[i + 1].y;
        int dx = (to_x > x) - (to_x < x), dy = (to_y > y) - (to_y < y);
        uint32_t line = dx ? (taken ? '=' : '-') : (taken ? '#' : '|');
        if (i > 0)
            canvas_put(c, x, y, taken ? '#' : '+', ink);
        else
            canvas_put(c, x, y, line, ink);
        while (x != to_x || y != to_y) {
            x += dx;
            y += dy;
            canvas_put(c, x, y, line, ink);
        }
        if (i + 2 == p->points)
            canvas_put(c, x, y, dx > 0 ? '>' : dx < 0 ? '<' : dy > 0 ? 'v' : '^', ink);
    }
}

static void draw_box(Canvas *c, const Box *box, const char *hosts)
{
    Ink ink = hosts[0] ? INK_STRONG : INK_PLAIN;
    int right = box->x + BOX_WIDTH - 1, bottom = box->y + box->height - 1;
    for (int x = box->x; x <= right; x++) {
        canvas_put(c, x, box->y, x == box->x || x == right ? '+' : hosts[0] ? '=' : '-', ink);
        canvas_put(c, x, bottom, x == box->x || x == right ? '+' : hosts[0] ? '=' : '-', ink);
    }
    for (int y = box->y + 1; y < bottom; y++) {
        for (int x = box->x + 1; x < right; x++)
            canvas_put(c, x, y, ' ', INK_PLAIN);
        canvas_put(c, box->x, y, '|', ink);
        canvas_put(c, right, y, '|', ink);
    }
    const char *name = state_name(box->state);
    int middle = box->y + box->height / 2;
    canvas_text(c, box->x + (BOX_WIDTH - (int)strlen(name)) / 2,
                box->height == 4 ? box->y + 1 : middle, name, ink);
    canvas_text(c, box->x + (BOX_WIDTH - (int)strlen(hosts)) / 2, box->y, hosts, ink);
}

static uint32_t taken_by(const View *v, HostId only)
{
    const Row *r = trace_row(v->trace, trace_last(v->trace));
    uint32_t taken = 0;
    for (HostId h = 0; r && h < HOST_COUNT; h++)
        if (only == HOST_NONE || only == h)
            taken |= r->visited[h];
    return taken;
}

void look_fsm(Text *out, const View *v, HostId only)
{
    if (v->width < PICTURE_WIDTH) {
        look_visited(out, v);
        return;
    }
    Canvas c = canvas_new(PICTURE_WIDTH, PICTURE_HEIGHT);
    uint32_t taken = taken_by(v, only);
    for (int i = 0; i < STATE_EDGE_COUNT; i++) {
        char words[64];
        bool was = taken >> i & 1;
        snprintf(words, sizeof words, "%s%s", step_mark(v, state_edges[i].step), paths[i].words);
        draw_path(&c, &paths[i], was);
        canvas_text(&c, paths[i].x, paths[i].y, words, was ? INK_PLAIN : INK_DIM);
    }
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        char hosts[12] = "";
        bool second_closed = i > 0 && boxes[i].state == CLOSED;
        for (HostId h = 0; h < HOST_COUNT; h++) {
            const Tcb *t = world_conn(v->world, h, 0);
            TcpState now = t ? (TcpState)t->state : CLOSED;
            /* An end that has lived is CLOSED at the bottom, one that has not at the top. */
            bool lived = taken_by(v, h) != 0;
            bool here = now == boxes[i].state && (now != CLOSED || lived == second_closed);
            if (here && (only == HOST_NONE || only == h))
                strcat(hosts, h == HOST_A ? "[A]" : "[B]");
        }
        draw_box(&c, &boxes[i], hosts);
    }
    canvas_add(out, &c, v->color);
    canvas_free(&c);
    text_add(
        out,
        VIEW_SAY(v, "[A] [B]: the ends now.   ===: taken so far.   `visited` lists every edge.\n",
                 "[A] [B]：两端现在的状态。  ===：这次运行走过的边。  visited 列出全部边。\n"));
}

void look_visited(Text *out, const View *v)
{
    uint32_t mine[HOST_COUNT] = {taken_by(v, HOST_A), taken_by(v, HOST_B)}, count = 0;
    for (int i = 0; i < STATE_EDGE_COUNT; i++) {
        const StateEdge *e = &state_edges[i];
        bool taken = (mine[HOST_A] | mine[HOST_B]) >> i & 1;
        count += taken;
        char line[120];
        Text t = text_fixed(line, sizeof line);
        text_addf(&t, "%c %c%c ", taken ? '*' : '.', mine[HOST_A] >> i & 1 ? 'A' : ' ',
                  mine[HOST_B] >> i & 1 ? 'B' : ' ');
        text_addf(&t, "%-12s -> %-12s  %s", state_name((TcpState)e->from),
                  state_name((TcpState)e->to), e->event);
        if (e->action[0])
            text_addf(&t, " / %s", e->action);
        ink_on(out, v->color, taken ? INK_GOOD : INK_DIM);
        if (width_of(line, t.len) > v->width)
            width_pad(out, line, v->width);
        else
            text_add(out, line);
        ink_off(out, v->color, taken ? INK_GOOD : INK_DIM);
        text_char(out, '\n');
    }
    text_addf(out, VIEW_SAY(v, "%u of %d edges taken\n", "走过 %u / %d 条边\n"), count,
              (int)STATE_EDGE_COUNT);
}
