/*
 * cc.c: what all congestion control algorithms share (cc.h).
 *
 * The table, the initial window, the loss window and the restart window; the algorithms are files
 * of their own.
 */
#include "core/tcp/cc.h"

#include <string.h>

static const CcOps cc_none = {.name = "none"};

const CcOps *const cc_table[CC_ALGORITHM_COUNT] = {
    [CC_NONE] = &cc_none,
    [CC_RENO] = &cc_reno,
    [CC_CUBIC] = &cc_reno,
    [CC_BBR] = &cc_reno,
};

CcAlgorithm cc_of_name(const char *name, size_t len)
{
    for (int i = 0; i < CC_ALGORITHM_COUNT; i++)
        if (strlen(cc_table[i]->name) == len && memcmp(cc_table[i]->name, name, len) == 0)
            return (CcAlgorithm)i;
    return CC_ALGORITHM_COUNT;
}

bool cc_active(const Ctx *c, const Tcb *t)
{
    return t->cc.algorithm != CC_NONE && rule_on(c, RULE_CONGESTION_CONTROL);
}

uint32_t cc_window(const Ctx *c, const Tcb *t)
{
    return cc_active(c, t) ? t->cc.cwnd : UINT32_MAX;
}

Nanos cc_paced_until(const Ctx *c, const Tcb *t)
{
    (void)t;
    return c->now;
}

void cc_note(Ctx *c, const Tcb *t)
{
    if (cc_active(c, t))
        note_detail(c, t, NOTE_CWND, t->cc.cwnd, t->cc.ssthresh);
}

/* RFC 5681 3.1: IW is 4, 3 or 2 segments by the size of SMSS; knob initial_window overrides it
 * (RFC 6928). */
static uint32_t initial_window(const Ctx *c, const Tcb *t)
{
    uint32_t segments = (uint32_t)knob(c, KNOB_INITIAL_WINDOW);
    if (segments == 0)
        segments = t->snd.mss > 2190 ? 2 : t->snd.mss > 1095 ? 3 : 4;
    return segments * t->snd.mss;
}

void cc_start(Ctx *c, Tcb *t)
{
    t->cc.algorithm = (uint8_t)(t->opt.cc ? t->opt.cc - 1u : knob(c, KNOB_CC));
    /* "If the SYN or SYN/ACK is lost, the initial window ... MUST be one segment" */
    t->cc.cwnd = t->syn_lost ? t->snd.mss : initial_window(c, t);
    t->cc.recover = t->snd.una;
    if (cc_active(c, t))
        note_rule(c, t, RULE_CONGESTION_CONTROL, t->cc.cwnd, t->snd.mss);
    if (cc_table[t->cc.algorithm]->start)
        cc_table[t->cc.algorithm]->start(c, t);
    cc_note(c, t);
}

void cc_on_ack(Ctx *c, Tcb *t, const AckInfo *a)
{
    const CcOps *ops = cc_table[t->cc.algorithm];
    if (!cc_active(c, t))
        return;
    if (ops->control)
        ops->control(c, t, a);
    if (!a->advances)
        return;
    bool may_grow = t->cc.phase != CC_RECOVERY && t->cc.phase != CC_CWR && a->acked > 0;
    if (ops->grow && may_grow)
        ops->grow(c, t, a);
    cc_note(c, t);
}

void cc_reduce(Ctx *c, Tcb *t, CcEvent event)
{
    const CcOps *ops = cc_table[t->cc.algorithm];
    /* RFC 5681 3.1: "when ... the given segment has not yet been resent": a repeated timeout keeps
     * ssthresh. */
    if (ops->reduced && (event != CC_EVENT_TIMEOUT || t->backoff <= 1))
        t->cc.ssthresh = ops->reduced(c, t, event);
    t->cc.acked = 0;
    if (event != CC_EVENT_TIMEOUT)
        return;
    t->cc.cwnd = t->snd.mss; /* the loss window, LW */
    if (cc_active(c, t))
        note_rule(c, t, RULE_LOSS_WINDOW, t->cc.cwnd, t->cc.ssthresh);
    cc_note(c, t);
}

void cc_on_restart(Ctx *c, Tcb *t)
{
    if (cc_table[t->cc.algorithm]->resumes)
        cc_table[t->cc.algorithm]->resumes(c, t);
    uint32_t window = min_u32(initial_window(c, t), t->cc.cwnd);
    if (window == t->cc.cwnd || !cc_active(c, t))
        return;
    t->cc.cwnd = window;
    note_rule(c, t, RULE_RESTART_WINDOW, window, 0);
    cc_note(c, t);
}
