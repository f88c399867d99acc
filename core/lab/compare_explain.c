/*
 * compare_explain.c: which differences between two lanes have a reason (compare_explain.def).
 *
 * Each row of the table has a predicate here, asked in the order of the table; the first that
 * holds is the reason. A predicate looks at the whole comparison, because some differences are
 * consequences of earlier ones. What no predicate knows is unexplained: a defect, of ours until
 * proven otherwise.
 */
#include "core/lab/compare_private.h"

static bool is_window_value(const Explainer *x, const CompareRow *r)
{
    (void)x;
    return r->diff == DIFF_WINDOW;
}

/* The highest acknowledgment of a flow in a lane, from its event `from` on. */
static bool acknowledges(const Lane *l, uint32_t from, uint8_t flow, Seq ack)
{
    for (uint32_t i = from; i < l->count; i++) {
        const LaneEvent *e = &l->event[i];
        if (e->what == DID_SEND && e->flow == flow && e->seg.flags & SEG_ACK &&
            seq_geq(e->seg.ack, ack))
            return true;
    }
    return false;
}

static bool is_plain_ack(const LaneEvent *e)
{
    return e->what == DID_SEND && e->seg.len == 0 &&
           (e->seg.flags & ~(SEG_ECE | SEG_CWR)) == SEG_ACK;
}

/* The first acknowledgment of this number in its lane: it answers text, not a repetition. */
static bool is_first_of_its_number(const Lane *l, const LaneEvent *e)
{
    for (const LaneEvent *b = l->event; b < e; b++)
        if (b->what == DID_SEND && b->flow == e->flow && b->seg.flags & SEG_ACK &&
            seq_geq(b->seg.ack, e->seg.ack))
            return false;
    return true;
}

/* TS ecr is that of the first segment since the last acknowledgment (RFC 7323 section 5.3): it
 * differs where acknowledgments came at other moments before. */
static bool follows_ack_delay(const Explainer *x, uint8_t flow)
{
    for (uint32_t i = 0; i < x->row; i++) {
        const CompareRow *r = &x->comparison->row[i];
        const LaneEvent *ours = row_event(x->ours, r->ours);
        const LaneEvent *e = ours ? ours : row_event(x->theirs, r->theirs);
        if (r->explain == EXPLAIN_ACK_DELAY && e->flow == flow)
            return true;
    }
    return false;
}

/* Is this where a segment of the puppet's ends? */
static bool ends_there(const Scenario *s, uint8_t flow, Seq ack)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const Step *step = &s->step[i];
        if (step->kind == STEP_SEGMENT && step->flow == flow && seq_eq(seg_end(&step->seg), ack))
            return true;
    }
    return false;
}

/* One side acknowledged earlier than the other, which has done so as well in the end. */
static bool is_ack_delay(const Explainer *x, const CompareRow *r)
{
    const LaneEvent *a = row_event(x->ours, r->ours), *b = row_event(x->theirs, r->theirs);
    if (a && b && a->what == DID_SEND && !(r->diff & ~(uint32_t)(DIFF_ECHO | DIFF_WINDOW)))
        return follows_ack_delay(x, a->flow);
    if (a && b) {
        const uint32_t may = DIFF_ACK | DIFF_WINDOW | DIFF_ECHO;
        bool kind = a->what == DID_SEND && r->diff & DIFF_ACK && !(r->diff & ~may);
        return kind && ends_there(x->scenario, a->flow, a->seg.ack) &&
               ends_there(x->scenario, b->flow, b->seg.ack) &&
               acknowledges(x->ours, 0, b->flow, b->seg.ack) &&
               acknowledges(x->theirs, 0, a->flow, a->seg.ack);
    }
    const LaneEvent *e = a ? a : b;
    return is_plain_ack(e) && is_first_of_its_number(a ? x->ours : x->theirs, e) &&
           acknowledges(a ? x->theirs : x->ours, 0, e->flow, e->seg.ack);
}

static bool is_last_ack(const Explainer *x, const CompareRow *r)
{
    const LaneEvent *a = row_event(x->ours, r->ours), *b = row_event(x->theirs, r->theirs);
    return r->diff == DIFF_STATE && a->state == CLOSE_WAIT && b->state == LAST_ACK;
}

static bool is_push(const Explainer *x, const CompareRow *r)
{
    const LaneEvent *e = row_event(x->ours, r->ours);
    return (r->diff & ~(uint32_t)DIFF_WINDOW) == DIFF_PSH && e->seg.len > 0;
}

static const struct {
    const char *name, *source;
    const char *text[LANG_COUNT];
} texts[EXPLAIN_COUNT] = {
#define EXPLAIN(name, source, en, zh) [EXPLAIN_##name] = {#name, source, {en, zh}},
#include "core/lab/compare_explain.def"
#undef EXPLAIN
};

static bool (*const predicates[EXPLAIN_COUNT])(const Explainer *, const CompareRow *) = {
    [EXPLAIN_WINDOW_VALUE] = is_window_value,
    [EXPLAIN_ACK_DELAY] = is_ack_delay,
    [EXPLAIN_LAST_ACK] = is_last_ack,
    [EXPLAIN_PUSH] = is_push,
};

const char *compare_explain_name(Explain e)
{
    return e > EXPLAIN_NONE && e < EXPLAIN_COUNT ? texts[e].name : "";
}

const char *compare_explain_source(Explain e)
{
    return e > EXPLAIN_NONE && e < EXPLAIN_COUNT ? texts[e].source : "";
}

const char *compare_explain_text(Explain e, Lang lang)
{
    return e > EXPLAIN_NONE && e < EXPLAIN_COUNT ? texts[e].text[lang] : "";
}

Explain compare_explain_row(const Explainer *x, const CompareRow *r)
{
    for (int e = 1; e < EXPLAIN_COUNT; e++)
        if (predicates[e] && predicates[e](x, r))
            return (Explain)e;
    return EXPLAIN_NONE;
}
