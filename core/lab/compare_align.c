/*
 * compare_align.c: two lanes side by side, event against event (compare.h).
 *
 * The cheapest alignment, as of two strings (Needleman and Wunsch, 1970): equal events cost
 * nothing, events that differ cost by how much, an event that the other lane lacks costs a gap.
 * Results of calls and ends stand for themselves: they are only set beside those of their own step.
 *
 *      ours    S.  .  P.      P.  F.
 *      theirs  S.  .  P.  P.  P.  F.     ->  row 4 is missing
 */
#include "core/lab/compare_private.h"

#include <stdlib.h>
#include <string.h>

enum { GAP = 10, FAR = 10000 };

/* ---- two events ---- */

static uint32_t differ_if(bool differs, uint32_t bit)
{
    return differs ? bit : 0;
}

static bool same_sack(const Seg *a, const Seg *b)
{
    if (a->sack_count != b->sack_count)
        return false;
    for (uint8_t i = 0; i < a->sack_count && i < SEG_SACK_MAX; i++)
        if (!seq_eq(a->sack[i].from, b->sack[i].from) || !seq_eq(a->sack[i].to, b->sack[i].to))
            return false;
    return true;
}

static bool same_options(const Seg *a, const Seg *b)
{
    return a->opts == b->opts && (!(a->opts & SEG_OPT_MSS) || a->mss == b->mss) &&
           (!(a->opts & SEG_OPT_WSCALE) || a->wscale == b->wscale);
}

static uint32_t segment_diff(const LaneEvent *x, const LaneEvent *y)
{
    const Seg *a = &x->seg, *b = &y->seg;
    const uint16_t others = (uint16_t)~SEG_PSH;
    bool echo = a->opts & b->opts & SEG_OPT_TIMESTAMP;
    return differ_if((a->flags & others) != (b->flags & others), DIFF_FLAGS) |
           differ_if((a->flags ^ b->flags) & SEG_PSH, DIFF_PSH) |
           differ_if(!seq_eq(a->seq, b->seq), DIFF_SEQ) | differ_if(a->len != b->len, DIFF_LEN) |
           differ_if(!seq_eq(a->ack, b->ack), DIFF_ACK) |
           differ_if(x->window != y->window, DIFF_WINDOW) |
           differ_if((x->window == 0) != (y->window == 0), DIFF_WINDOW_ZERO) |
           differ_if(!same_options(a, b), DIFF_OPTIONS) | differ_if(!same_sack(a, b), DIFF_SACK) |
           differ_if(echo && a->ts_ecr != b->ts_ecr, DIFF_ECHO) |
           differ_if((a->tos ^ b->tos) & IP_ECN_MASK, DIFF_ECN) |
           differ_if(a->flags & b->flags & SEG_URG && a->urg != b->urg, DIFF_URGENT) |
           differ_if(x->wrong || y->wrong, DIFF_BYTES);
}

static uint32_t event_diff(const LaneEvent *x, const LaneEvent *y)
{
    if (x->what == DID_SEND)
        return segment_diff(x, y);
    return differ_if(x->value != y->value, DIFF_VALUE) |
           differ_if(x->error != y->error, DIFF_ERRNO) |
           differ_if(x->state != y->state, DIFF_STATE) |
           differ_if(x->wrong || y->wrong, DIFF_BYTES);
}

static bool comparable(const LaneEvent *x, const LaneEvent *y)
{
    if (x->what != y->what || x->flow != y->flow)
        return false;
    return x->what == DID_SEND || x->step == y->step;
}

static uint32_t cost(const LaneEvent *x, const LaneEvent *y)
{
    if (!comparable(x, y))
        return FAR;
    uint32_t diff = event_diff(x, y);
    if (x->what != DID_SEND)
        return diff ? 1 : 0;
    uint32_t c = 0;
    c += diff & DIFF_FLAGS ? 9 : 0;
    c += diff & (DIFF_SEQ | DIFF_LEN) ? 8 : 0;
    c += diff & DIFF_ACK ? 6 : 0;
    c += diff & (DIFF_SACK | DIFF_OPTIONS) ? 2 : 0;
    c += diff & ~(uint32_t)(DIFF_FLAGS | DIFF_SEQ | DIFF_LEN | DIFF_ACK | DIFF_SACK | DIFF_OPTIONS)
             ? 1
             : 0;
    return c;
}

/* ---- the alignment ---- */

/* What a lane's event costs if it stands alone: results never should. */
static uint32_t gap(const LaneEvent *e)
{
    return e->what == DID_SEND ? GAP : FAR / 4;
}

typedef struct Grid {
    uint32_t *cost;
    uint8_t *way; /* 0 both, 1 ours alone, 2 theirs alone */
    uint32_t width;
} Grid;

static void fill_cell(const Grid *g, uint32_t i, uint32_t j, const Lane *a, const Lane *b)
{
    uint32_t at = i * g->width + j;
    uint32_t best = UINT32_MAX;
    uint8_t way = 0;
    if (i > 0 && j > 0)
        best = g->cost[at - g->width - 1] + cost(&a->event[i - 1], &b->event[j - 1]);
    if (i > 0 && g->cost[at - g->width] + gap(&a->event[i - 1]) < best) {
        best = g->cost[at - g->width] + gap(&a->event[i - 1]);
        way = 1;
    }
    if (j > 0 && g->cost[at - 1] + gap(&b->event[j - 1]) < best) {
        best = g->cost[at - 1] + gap(&b->event[j - 1]);
        way = 2;
    }
    g->cost[at] = i + j ? best : 0;
    g->way[at] = way;
}

static void put_row(TwinResult *c, const Lane *a, const Lane *b, uint32_t i, uint32_t j)
{
    CompareRow *r = &c->row[c->count++];
    *r = (CompareRow){.ours = (uint16_t)i, .theirs = (uint16_t)j};
    const LaneEvent *x = row_event(a, r->ours), *y = row_event(b, r->theirs);
    r->step = x ? x->step : y->step;
    r->diff = x && y ? event_diff(x, y) : x ? DIFF_EXTRA : DIFF_MISSING;
}

/* From the end to the beginning, then turned round. */
static void trace_back(const Grid *g, const Lane *a, const Lane *b, TwinResult *c)
{
    uint32_t i = a->count, j = b->count;
    while (i + j > 0) {
        uint8_t way = g->way[i * g->width + j];
        put_row(c, a, b, way != 2 ? i : 0, way != 1 ? j : 0);
        i -= way != 2;
        j -= way != 1;
    }
    for (uint32_t x = 0, y = c->count; x + 1 < y; x++) {
        CompareRow r = c->row[x];
        c->row[x] = c->row[--y];
        c->row[y] = r;
    }
}

static void explain(const Scenario *s, const Lane *a, const Lane *b, TwinResult *c)
{
    Explainer x = {.scenario = s, .ours = a, .theirs = b, .comparison = c};
    for (uint32_t i = 0; i < c->count; i++) {
        CompareRow *r = &c->row[i];
        if (r->diff == 0)
            continue;
        x.row = i;
        r->explain = (uint16_t)compare_explain_row(&x, r);
        c->differences++;
        c->first = c->first ? c->first : i + 1;
        if (r->explain != EXPLAIN_NONE)
            continue;
        c->unexplained++;
        c->first_unexplained = c->first_unexplained ? c->first_unexplained : i + 1;
    }
}

bool compare_lanes(const Scenario *s, const Lane *ours, const Lane *theirs, TwinResult *c)
{
    Grid g = {.width = theirs->count + 1};
    size_t cells = (size_t)(ours->count + 1) * g.width;
    c->count = c->differences = c->unexplained = c->first = c->first_unexplained = 0;
    g.cost = malloc(cells * sizeof *g.cost);
    g.way = malloc(cells);
    bool good = g.cost && g.way;
    for (uint32_t i = 0; good && i <= ours->count; i++)
        for (uint32_t j = 0; j <= theirs->count; j++)
            fill_cell(&g, i, j, ours, theirs);
    if (good) {
        trace_back(&g, ours, theirs, c);
        explain(s, ours, theirs, c);
    }
    free(g.cost);
    free(g.way);
    return good;
}

const char *compare_diff_name(uint32_t bit, Lang lang)
{
    static const char *const names[DIFF_COUNT][LANG_COUNT] = {
        {"only the kernel does this", "只有内核这样做"},
        {"only ours does this", "只有这里这样做"},
        {"flags", "标志"},
        {"PSH", "PSH"},
        {"sequence number", "序号"},
        {"length", "长度"},
        {"acknowledgment number", "确认号"},
        {"window", "窗口"},
        {"zero window", "零窗口"},
        {"options", "选项"},
        {"SACK blocks", "SACK 块"},
        {"TS ecr", "TS ecr"},
        {"ECN bits", "ECN 位"},
        {"urgent pointer", "紧急指针"},
        {"result", "返回值"},
        {"error", "错误码"},
        {"state", "状态"},
        {"bytes", "字节内容"},
    };
    for (uint32_t i = 0; i < DIFF_COUNT; i++)
        if (bit == 1u << i)
            return names[i][lang];
    return "";
}
