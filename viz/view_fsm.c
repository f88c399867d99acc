/*
 * view_fsm.c: the state diagram as lecturers draw it.
 *
 * The client's path is thick, the server's thick and dashed, the unusual edges thin. The opening is
 * numbered 1 2 3, the closing 一 二 三 四 in both languages: two counts that nobody mixes up. An
 * edge that was taken is dark, the last one taken is in the accent colour; the present state is
 * filled.
 *
 * Two layouts by hand: the full one with "event / action" at every edge (the RFC's figure 5, its
 * lower CLOSED is the same state as the upper), and a compact one for narrow columns, where the
 * words of the last edge stand below the diagram. Both are checked for overlaps by
 * tests/viz/test_overlap.c. Coordinates are those of a drawing board that is scaled to the panel.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viz/measure.h"
#include "viz/scene.h"
#include "viz/shape.h"
#include "viz/timescale.h"
#include "viz/words.h"

enum { CLOSED_BELOW = TCP_STATE_COUNT, NODE_COUNT, EDGE_LABEL_LINES = 3 };

typedef struct EdgeShape {
    uint8_t points; /* 2: a line; 4: a curve; more: straight stretches */
    Point at[5];
    Point badge;
    /* The label: up to three lines below each other. */
    Point label;
    uint8_t anchor;
    const char *lines[EDGE_LABEL_LINES];
} EdgeShape;

typedef struct Board {
    float w, h;
    float box_w, box_h, name_size, label_size;
    Point node[NODE_COUNT]; /* centres */
    EdgeShape edge[STATE_EDGE_COUNT];
} Board;

enum { S = ANCHOR_START, M = ANCHOR_MIDDLE, E = ANCHOR_END };

static const Board full = {
    .w = 552,
    .h = 562,
    .box_w = 104,
    .box_h = 26,
    .name_size = 12,
    .label_size = 11,
    .node = {[CLOSED] = {270, 20},
             [LISTEN] = {270, 104},
             [SYN_SENT] = {465, 190},
             [SYN_RECEIVED] = {75, 190},
             [ESTABLISHED] = {270, 278},
             [FIN_WAIT_1] = {75, 366},
             [FIN_WAIT_2] = {75, 454},
             [CLOSE_WAIT] = {465, 366},
             [CLOSING] = {270, 454},
             [LAST_ACK] = {465, 454},
             [TIME_WAIT] = {270, 540},
             [CLOSED_BELOW] = {465, 540}},
    .edge = {
        {2, {{254, 33}, {254, 91}}, {254, 62}, {240, 58}, E, {"passive OPEN", "create TCB"}},
        {4,
         {{322, 14}, {420, 14}, {478, 60}, {478, 177}},
         {452, 72},
         {446, 28},
         S,
         {"active OPEN", "snd SYN"}},
        {2, {{222, 117}, {108, 177}}, {165, 147}, {146, 128}, E, {"rcv SYN", "snd SYN,ACK"}},
        {2, {{316, 117}, {424, 177}}, {0, 0}, {384, 140}, S, {"SEND", "snd SYN"}},
        {2, {{286, 91}, {286, 33}}, {0, 0}, {294, 58}, S, {"CLOSE", "delete TCB"}},
        {4,
         {{450, 177}, {450, 90}, {410, 28}, {322, 28}},
         {0, 0},
         {424, 104},
         E,
         {"CLOSE", "delete TCB"}},
        {2, {{413, 190}, {127, 190}}, {0, 0}, {270, 184}, M, {"rcv SYN / snd SYN,ACK"}},
        {2, {{432, 203}, {318, 265}}, {375, 234}, {396, 232}, S, {"rcv SYN,ACK", "snd ACK"}},
        {2, {{108, 203}, {222, 265}}, {165, 234}, {182, 222}, S, {"rcv ACK of SYN"}},
        {2, {{60, 203}, {60, 353}}, {0, 0}, {53, 276}, E, {"CLOSE", "snd FIN"}},
        {2, {{124, 177}, {238, 117}}, {0, 0}, {192, 160}, S, {"rcv RST"}},
        {2, {{222, 291}, {108, 353}}, {165, 322}, {144, 314}, E, {"CLOSE", "snd FIN"}},
        {2, {{318, 291}, {432, 353}}, {375, 322}, {396, 314}, S, {"rcv FIN", "snd ACK"}},
        {2, {{75, 379}, {75, 441}}, {75, 410}, {62, 406}, E, {"rcv ACK", "of FIN"}},
        {2, {{127, 374}, {250, 441}}, {0, 0}, {198, 394}, S, {"rcv FIN", "snd ACK"}},
        {5,
         {{23, 366}, {8, 366}, {8, 546}, {100, 546}, {218, 546}},
         {0, 0},
         {18, 526},
         S,
         {"rcv FIN,ACK of FIN", "snd ACK"}},
        {2, {{90, 467}, {232, 527}}, {161, 497}, {178, 488}, S, {"rcv FIN", "snd ACK"}},
        {2, {{465, 379}, {465, 441}}, {465, 410}, {479, 406}, S, {"CLOSE", "snd FIN"}},
        {2, {{270, 467}, {270, 527}}, {0, 0}, {278, 492}, S, {"rcv ACK", "of FIN"}},
        {2,
         {{465, 467}, {465, 527}},
         {465, 497},
         {479, 486},
         S,
         {"rcv ACK", "of FIN", "delete TCB"}},
        {2, {{322, 540}, {413, 540}}, {0, 0}, {367, 533}, M, {"2MSL timeout", "", "delete TCB"}},
    }};

/* In {2MSL timeout, "", delete TCB} the empty line keeps the edge itself free. */

static const Board compact = {.w = 300,
                              .h = 286,
                              .box_w = 91,
                              .box_h = 21,
                              .name_size = 11,
                              .label_size = 0, /* none */
                              .node = {[CLOSED] = {150, 13},
                                       [LISTEN] = {150, 56},
                                       [SYN_SENT] = {253, 99},
                                       [SYN_RECEIVED] = {47, 99},
                                       [ESTABLISHED] = {150, 142},
                                       [FIN_WAIT_1] = {47, 185},
                                       [FIN_WAIT_2] = {47, 228},
                                       [CLOSE_WAIT] = {253, 185},
                                       [CLOSING] = {150, 228},
                                       [LAST_ACK] = {253, 228},
                                       [TIME_WAIT] = {150, 271},
                                       [CLOSED_BELOW] = {253, 271}},
                              .edge = {
                                  {2, {{140, 23}, {140, 46}}, {140, 33}},
                                  {4, {{196, 8}, {240, 8}, {262, 40}, {262, 88}}, {253, 48}},
                                  {2, {{112, 66}, {68, 88}}, {90, 77}},
                                  {2, {{186, 66}, {228, 88}}},
                                  {2, {{160, 46}, {160, 23}}},
                                  {4, {{242, 88}, {242, 52}, {222, 18}, {196, 18}}},
                                  {2, {{208, 99}, {93, 99}}},
                                  {2, {{232, 110}, {188, 132}}, {210, 121}},
                                  {2, {{68, 110}, {112, 132}}, {90, 121}},
                                  {2, {{36, 110}, {36, 174}}},
                                  {2, {{82, 88}, {126, 66}}},
                                  {2, {{112, 153}, {68, 174}}, {90, 163}},
                                  {2, {{188, 153}, {232, 174}}, {210, 163}},
                                  {2, {{36, 196}, {36, 217}}, {36, 205}},
                                  {2, {{88, 196}, {130, 217}}},
                                  {5, {{70, 196}, {98, 214}, {98, 244}, {106, 252}, {116, 260}}},
                                  {2, {{62, 239}, {106, 264}}, {80, 249}},
                                  {2, {{253, 196}, {253, 217}}, {253, 205}},
                                  {2, {{160, 239}, {160, 260}}},
                                  {2, {{253, 239}, {253, 260}}, {253, 248}},
                                  {2, {{196, 271}, {207, 271}}},
                              }};

/* ---- What is marked ------------------------------------------------------------------------ */

typedef struct Marks {
    uint32_t visited; /* bit per edge */
    int last;         /* the edge taken last; -1 */
    bool changed;     /* from and to are the last change of state, on an edge or not */
    TcpState from, to;
    Nanos at; /* when it was made */
    TcpState now;
    bool below; /* CLOSED was reached by a close: the lower box is the present one */
} Marks;

/* The last change of state on the host, whichever of its connections made it. A reset or an
 * abort takes no edge of the figure. */
static void find_last(Marks *marks, const Moment *m, HostId host)
{
    for (uint32_t row = trace_last(m->trace); trace_row(m->trace, row); row--) {
        const Row *r = trace_row(m->trace, row);
        for (uint32_t i = r->count - 1; i-- > 0;) {
            const Note *n = trace_detail(m->trace, row, i);
            if (n->kind != NOTE_STATE || n->host != host)
                continue;
            marks->changed = true;
            marks->at = n->at;
            marks->from = (TcpState)n->a;
            marks->to = (TcpState)n->b;
            for (int e = 0; e < STATE_EDGE_COUNT; e++)
                if (state_edges[e].from == n->a && state_edges[e].to == n->b)
                    marks->last = e;
            return;
        }
    }
}

static Marks marks_of(const Moment *m, HostId host)
{
    Marks marks = {.last = -1, .now = moment_state(m, host)};
    const Row *row = trace_row(m->trace, trace_last(m->trace));
    if (row) {
        marks.visited = row->visited[host];
        find_last(&marks, m, host);
    }
    marks.below = marks.now == CLOSED && marks.changed && marks.from > ESTABLISHED;
    return marks;
}

/* ---- Drawing ------------------------------------------------------------------------------- */

typedef struct Pen {
    Display *d;
    const Board *board;
    const View *view;
    HostId host;
    Point origin;
    float scale;
    float names, labels; /* sizes of type */
} Pen;

static Point place(const Pen *p, Point at)
{
    return (Point){p->origin.x + at.x * p->scale, p->origin.y + at.y * p->scale};
}

static void draw_edge_line(const Pen *p, int e, const Marks *marks)
{
    const EdgeShape *shape = &p->board->edge[e];
    const StateEdge *edge = &state_edges[e];
    bool taken = marks->visited >> e & 1, last = e == marks->last;
    bool hover = target_equal(p->view->hover, (Target){TARGET_EDGE, p->host, 0, (uint32_t)e});
    Role role = last || hover ? ROLE_ACCENT : taken ? ROLE_TEXT : ROLE_GRID;
    float width = edge->path == EDGE_UNUSUAL ? 1 : 2.2f;
    Dash dash = edge->path == EDGE_SERVER ? DASH_DASHED : DASH_NONE;
    if (last)
        width += 1;
    width *= p->scale < 1 ? 1 : p->scale;
    Point at[5];
    for (int i = 0; i < shape->points; i++)
        at[i] = place(p, shape->at[i]);
    display_target(p->d, TARGET_EDGE, p->host, (uint32_t)e);
    if (shape->points == 4)
        draw_curve(p->d, at, role, width, dash, true);
    else
        draw_path(p->d, at, shape->points, ROLE_NONE, role, width, dash, false, true);
    display_no_target(p->d);
}

/* Where the edge is after this part of its way (0..1). */
static Point edge_at(const Pen *p, const EdgeShape *shape, float part)
{
    Point at[SHAPE_CURVE_STEPS + 1], board[5];
    uint32_t n = shape->points;
    for (uint32_t i = 0; i < n; i++)
        board[i] = place(p, shape->at[i]);
    if (n == 4) {
        shape_flatten(board, at);
        n = SHAPE_CURVE_STEPS + 1;
    } else {
        memcpy(at, board, n * sizeof *at);
    }
    float whole = 0, walked = 0;
    for (uint32_t i = 1; i < n; i++)
        whole += hypotf(at[i].x - at[i - 1].x, at[i].y - at[i - 1].y);
    for (uint32_t i = 1; i < n; i++) {
        float step = hypotf(at[i].x - at[i - 1].x, at[i].y - at[i - 1].y);
        float f = step > 0 ? (whole * part - walked) / step : 0;
        if (f <= 1)
            return (Point){at[i - 1].x + (at[i].x - at[i - 1].x) * f,
                           at[i - 1].y + (at[i].y - at[i - 1].y) * f};
        walked += step;
    }
    return at[n - 1];
}

/* A bead runs along the edge just taken, for half a delay of the wire. At rest (the clock stands
 * on the event itself) there is none. */
static void draw_bead(const Pen *p, const Moment *m, const Marks *marks)
{
    Nanos now = m->world->now, lasts = timescale_delay(m->world) / 2;
    if (marks->last < 0 || now <= marks->at || now >= marks->at + lasts)
        return;
    float part = (float)((double)(now - marks->at) / (double)lasts);
    Point at = edge_at(p, &p->board->edge[marks->last], part);
    float radius = 5 * (p->scale < 1 ? 1 : p->scale);
    draw_circle(p->d, at.x, at.y, radius, ROLE_ACCENT, ROLE_PANEL, 1.5f);
}

static void draw_edge_label(const Pen *p, int e, const Marks *marks)
{
    const EdgeShape *shape = &p->board->edge[e];
    if (p->labels <= 0)
        return;
    bool taken = marks->visited >> e & 1, last = e == marks->last;
    Role role = last ? ROLE_ACCENT : taken ? ROLE_TEXT : ROLE_MUTED;
    Point at = place(p, shape->label);
    display_target(p->d, TARGET_EDGE, p->host, (uint32_t)e);
    for (int i = 0; i < EDGE_LABEL_LINES && shape->lines[i]; i++)
        draw_text(p->d, at.x, at.y + (float)i * p->labels * 1.2f, shape->lines[i], role, p->labels,
                  last ? FONT_BOLD : FONT_MONO, (Anchor)shape->anchor);
    display_no_target(p->d);
}

static const char *step_name(uint8_t step)
{
    static const char *const opening[] = {"", "1", "2", "3"};
    static const char *const closing[] = {"一", "二", "三", "四"};
    return step > 10 && step < 15 ? closing[step - 11] : step < 4 ? opening[step] : "";
}

static void draw_badge(const Pen *p, int e, const Marks *marks)
{
    const char *name = step_name(state_edges[e].step);
    if (!*name)
        return;
    bool taken = marks->visited >> e & 1, last = e == marks->last;
    Point at = place(p, p->board->edge[e].badge);
    float size = p->names * 0.86f, radius = size * 0.74f;
    Role ink = last ? ROLE_ACCENT : taken ? ROLE_TEXT : ROLE_MUTED;
    draw_circle(p->d, at.x, at.y, radius, ROLE_PANEL, taken || last ? ink : ROLE_GRID, 1);
    draw_text(p->d, at.x, at.y + size * MEASURE_MIDDLE, name, ink, size, FONT_BOLD, ANCHOR_MIDDLE);
}

static bool was_visited(const Marks *marks, int state, bool below)
{
    for (int e = 0; e < STATE_EDGE_COUNT; e++) {
        bool ends_below = state_edges[e].to == CLOSED && state_edges[e].from > ESTABLISHED;
        if ((marks->visited >> e & 1) && ((state_edges[e].to == state && ends_below == below) ||
                                          (state_edges[e].from == state && !below)))
            return true;
    }
    return false;
}

static void draw_node(const Pen *p, int node, const Marks *marks)
{
    int state = node == CLOSED_BELOW ? CLOSED : node;
    bool below = node == CLOSED_BELOW;
    bool now = (int)marks->now == state && marks->below == below;
    bool visited = was_visited(marks, state, below);
    Point c = place(p, p->board->node[node]);
    Box box = {c.x - p->board->box_w * p->scale / 2, c.y - p->board->box_h * p->scale / 2,
               p->board->box_w * p->scale, p->board->box_h * p->scale};
    Role ground = now ? ROLE_PRESENT : visited ? ROLE_VISITED : ROLE_BOX;
    Role ink = now ? ROLE_ON_PRESENT : visited ? ROLE_TEXT : ROLE_MUTED;
    display_target(p->d, TARGET_STATE, p->host, (uint32_t)state);
    draw_rect(p->d, box, box.h * 0.3f, ground,
              now       ? ROLE_PRESENT
              : visited ? ROLE_TEXT
                        : ROLE_GRID,
              1);
    draw_text(p->d, c.x, c.y + p->names * MEASURE_MIDDLE, state_name((TcpState)state), ink,
              p->names, now ? FONT_BOLD : FONT_MONO, ANCHOR_MIDDLE);
    display_no_target(p->d);
}

/* "━ client  ╍ server ..." drawn, not written: a stroke and its word. */
static void draw_legend(const Pen *p, Box box, const Marks *marks, const Look *look)
{
    static const struct {
        Word word;
        Dash dash;
        float width;
    } rows[3] = {{WORD_CLIENT_PATH, DASH_NONE, 2.2f},
                 {WORD_SERVER_PATH, DASH_DASHED, 2.2f},
                 {WORD_UNUSUAL_PATH, DASH_NONE, 1}};
    float x = box.x, y = box.y + look->small, stroke = look->small * 1.7f;
    char text[64];
    uint32_t count = 0;
    for (int e = 0; e < STATE_EDGE_COUNT; e++)
        count += marks->visited >> e & 1;
    float strokes = 3 * (stroke + 4) + 2.4f * look->small;
    for (int i = 0; i < 3; i++)
        strokes += measure_text(word(rows[i].word, p->view->lang), look->small);
    snprintf(text, sizeof text, "%u/%d %s", (unsigned)count, STATE_EDGE_COUNT,
             word(WORD_EDGES, p->view->lang));
    if (strokes + measure_text(text, look->small) > box.w) /* narrow: the number alone */
        snprintf(text, sizeof text, "%u/%d", (unsigned)count, STATE_EDGE_COUNT);
    float end = box.x + box.w - measure_text(text, look->small) - look->small * 0.5f;
    for (int i = 0; i < 3; i++) {
        const char *name = word(rows[i].word, p->view->lang);
        if (x + stroke + 4 + measure_text(name, look->small) > end)
            break;
        draw_line(p->d, (Point){x, y - look->small * 0.35f},
                  (Point){x + stroke, y - look->small * 0.35f}, ROLE_TEXT, rows[i].width,
                  rows[i].dash, false);
        draw_text(p->d, x + stroke + 4, y, name, ROLE_MUTED, look->small, FONT_MONO, ANCHOR_START);
        x += stroke + 4 + measure_text(name, look->small) + look->small * 0.9f;
    }
    draw_text(p->d, box.x + box.w, y, text, count ? ROLE_TEXT : ROLE_MUTED, look->small, FONT_BOLD,
              ANCHOR_END);
}

/* What the last edge (or the one under the pointer) means, in words below the diagram. */
static void draw_caption(const Pen *p, Box box, const Marks *marks, const Look *look)
{
    const Target *hover = &p->view->hover;
    int e = hover->kind == TARGET_EDGE && hover->host == p->host ? (int)hover->value : marks->last;
    char text[96];
    if (e < 0 && !marks->changed) {
        draw_text_fit(p->d, box.x, box.y + look->small, box.w,
                      word(WORD_NO_EDGE_YET, p->view->lang), ROLE_MUTED, look->small, FONT_MONO,
                      ANCHOR_START);
        return;
    }
    const StateEdge *edge = e < 0 ? NULL : &state_edges[e];
    snprintf(text, sizeof text, "%s → %s", state_name(edge ? (TcpState)edge->from : marks->from),
             state_name(edge ? (TcpState)edge->to : marks->to));
    draw_text_fit(p->d, box.x, box.y + look->small, box.w, text, ROLE_ACCENT, look->small,
                  FONT_BOLD, ANCHOR_START);
    if (edge)
        snprintf(text, sizeof text, "%s%s%s", edge->event, *edge->action ? " / " : "",
                 edge->action);
    else
        snprintf(text, sizeof text, "%s", word(WORD_NO_SUCH_EDGE, p->view->lang));
    draw_text_fit(p->d, box.x, box.y + look->small + look->line, box.w, text, ROLE_TEXT,
                  look->small, FONT_MONO, ANCHOR_START);
}

static const Board *board_for(float width)
{
    return width >= 500 ? &full : &compact;
}

static float below_height(const Look *look)
{
    return look->line * 3 + look->pad;
}

float view_fsm_height(const View *view, float width)
{
    const Board *board = board_for(width);
    Look look = look_of(view);
    return board->h * (width / board->w) + below_height(&look);
}

void view_fsm(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    Look look = look_of(view);
    const Board *board = board_for(box.w);
    float below = below_height(&look);
    float by_width = box.w / board->w, by_height = (box.h - below) / board->h;
    float scale = by_width < by_height ? by_width : by_height;
    if (scale <= 0)
        return;
    Pen p = {d, board, view, host, {box.x + (box.w - board->w * scale) / 2, box.y}, scale, 0, 0};
    /* Twelve letters, as of SYN-RECEIVED, fill a box but for a margin. */
    float widest = board->box_w * scale * 0.94f / (12 * MEASURE_MONO);
    p.names = board->name_size * scale < widest ? board->name_size * scale : widest;
    p.labels = board->label_size * scale;
    Marks marks = marks_of(m, host);
    for (int e = 0; e < STATE_EDGE_COUNT; e++)
        if (e != marks.last)
            draw_edge_line(&p, e, &marks);
    if (marks.last >= 0)
        draw_edge_line(&p, marks.last, &marks);
    for (int node = 0; node < NODE_COUNT; node++)
        draw_node(&p, node, &marks);
    for (int e = 0; e < STATE_EDGE_COUNT; e++) {
        draw_badge(&p, e, &marks);
        draw_edge_label(&p, e, &marks);
    }
    draw_bead(&p, m, &marks);
    float y = box.y + board->h * scale + look.pad / 2;
    draw_legend(&p, (Box){box.x, y, box.w, look.line}, &marks, &look);
    draw_caption(&p, (Box){box.x, y + look.line, box.w, 2 * look.line}, &marks, &look);
}
