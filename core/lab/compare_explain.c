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

static bool is_timestamp_refused(const Explainer *x, const CompareRow *r)
{
    if (r->diff & ~(uint32_t)(DIFF_ECHO | DIFF_WINDOW))
        return false;
    uint32_t highest = 0;
    for (uint32_t i = 0; i <= r->step && i < x->scenario->count; i++) {
        const Seg *seg = &x->scenario->step[i].seg;
        if (x->scenario->step[i].kind != STEP_SEGMENT || !(seg->flags & SEG_ACK))
            continue;
        if (seg->opts & SEG_OPT_TIMESTAMP && (int32_t)(seg->ack.v - highest) < 0)
            return true;
        highest = seg->ack.v;
    }
    return false;
}

static bool is_outq(const Explainer *x, const CompareRow *r)
{
    const LaneEvent *e = row_event(x->ours, r->ours);
    const Step *s = &x->scenario->step[r->step];
    return r->diff == DIFF_VALUE && e && e->what == DID_RETURN && e->value == 0 &&
           s->kind == STEP_CALL && s->call == SOCK_CALL_IOCTL && s->len == SW_SIOCOUTQ;
}

/* Calls, streams and states agree. */
static bool ends_alike(const Explainer *x)
{
    for (uint32_t i = 0; i < x->comparison->count; i++) {
        const CompareRow *r = &x->comparison->row[i];
        const LaneEvent *a = row_event(x->ours, r->ours);
        if (r->explain != EXPLAIN_NONE || (a && (is_outq(x, r) || is_last_ack(x, r))))
            continue;
        if ((!a || a->what != DID_SEND) && r->diff & (DIFF_VALUE | DIFF_ERRNO | DIFF_STATE))
            return false;
    }
    return true;
}

/* Both SYNs have offered SACK. */
static bool has_sack(const Explainer *x)
{
    bool asked = false;
    for (uint32_t i = 0; i < x->scenario->count; i++) {
        const Step *s = &x->scenario->step[i];
        asked = asked || (s->kind == STEP_SEGMENT && s->seg.flags & SEG_SYN &&
                          s->seg.opts & SEG_OPT_SACK_OK);
    }
    for (uint32_t i = 0; i < x->ours->count; i++) {
        const LaneEvent *e = &x->ours->event[i];
        if (e->what == DID_SEND && e->seg.flags & SEG_SYN)
            return asked && e->seg.opts & SEG_OPT_SACK_OK;
    }
    return false;
}

/* Three acknowledgments in a row with the same number, before this step. */
static bool had_duplicates(const Scenario *s, uint32_t step)
{
    uint32_t same = 0, last = 0;
    for (uint32_t i = 0; i <= step && i < s->count; i++) {
        const Seg *seg = &s->step[i].seg;
        if (s->step[i].kind != STEP_SEGMENT || seg->len > 0)
            continue;
        same = seg->ack.v == last ? same + 1 : 0;
        last = seg->ack.v;
        if (same >= 2)
            return true;
    }
    return false;
}

/* Which kinds of segments a lane has: by flags and whether they carry text, PSH aside. */
static uint64_t kinds(const Lane *l)
{
    uint64_t set = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        const LaneEvent *e = &l->event[i];
        uint32_t flags = e->seg.flags & (SEG_FIN | SEG_SYN | SEG_RST);
        bool ack = e->seg.flags & SEG_ACK, text = e->seg.len > 0;
        if (e->what == DID_SEND)
            set |= (uint64_t)1 << (flags | (ack ? 8u : 0) | (text ? 16u : 0));
    }
    return set;
}

/* A FIN may ride on text or leave alone; and what is closed a moment earlier answers a late segment
 * with a bare reset. */
static uint64_t that_count(uint64_t set)
{
    for (uint32_t i = 0; i < 32; i++)
        if (i & SEG_FIN || i == SEG_RST)
            set &= ~((uint64_t)1 << i);
    return set;
}

static bool is_segment(const Explainer *x, const CompareRow *r)
{
    const LaneEvent *a = row_event(x->ours, r->ours), *b = row_event(x->theirs, r->theirs);
    return (a ? a : b)->what == DID_SEND && !(r->diff & DIFF_BYTES);
}

static bool same_kinds(const Explainer *x)
{
    return that_count(kinds(x->ours)) == that_count(kinds(x->theirs));
}

static bool is_after_timeout(const Explainer *x, const CompareRow *r)
{
    bool timer = false;
    for (uint32_t i = 0; i <= r->step && i < x->scenario->count; i++)
        timer = timer || x->scenario->step[i].settle == SETTLE_TIMER;
    return timer && is_segment(x, r) && same_kinds(x) && ends_alike(x);
}

/* The same segment again, which only echoes another moment. */
static bool is_rack_timer(const Explainer *x, const CompareRow *r)
{
    const LaneEvent *e = row_event(x->ours, r->ours);
    if (!e || e->what != DID_SEND || e->seg.len == 0 || !has_sack(x) ||
        r->diff & ~(uint32_t)(DIFF_ECHO | DIFF_WINDOW))
        return false;
    for (const LaneEvent *b = x->ours->event; b < e; b++)
        if (b->what == DID_SEND && b->flow == e->flow && b->seg.len > 0 &&
            seq_eq(b->seg.seq, e->seg.seq))
            return true;
    return false;
}

static bool is_more(const Explainer *x, const CompareRow *r)
{
    bool more = false;
    for (uint32_t i = 0; i <= r->step && i < x->scenario->count; i++) {
        const Step *s = &x->scenario->step[i];
        more =
            more || (s->kind == STEP_CALL && s->call == SOCK_CALL_SEND && s->value & SW_MSG_MORE);
    }
    return more && is_segment(x, r) && same_kinds(x) && ends_alike(x);
}

static bool is_newreno(const Explainer *x, const CompareRow *r)
{
    return is_segment(x, r) && !has_sack(x) && had_duplicates(x->scenario, r->step) &&
           same_kinds(x) && ends_alike(x);
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
    [EXPLAIN_TIMESTAMP_REFUSED] = is_timestamp_refused,
    [EXPLAIN_NEWRENO] = is_newreno,
    [EXPLAIN_OUTQ] = is_outq,
    [EXPLAIN_RACK_TIMER] = is_rack_timer,
    [EXPLAIN_AFTER_TIMEOUT] = is_after_timeout,
    [EXPLAIN_MORE] = is_more,
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
