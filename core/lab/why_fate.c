/*
 * why_fate.c: what became of a segment, who is absent, which timer runs (why_fate.h).
 *
 * A segment that should have brought something about is followed on its way: into the network, to
 * its loss or its arrival, to what the peer made of it, and back with the answer.
 */
#include "core/lab/why_fate.h"

#include <string.h>

#include "core/lab/why_words.h"

/* ---- words ---- */

static void add_name(const Facts *f, const Tcb *t)
{
    text_char(f->out, host_letter((HostId)t->host));
    if (trace_needs_number(f->trace, (HostId)t->host, t->number))
        text_addf(f->out, "[%u]", t->number);
}

/* A sentence in which $h is the host asked about, $o the other, $d a segment. */
void why_tell_ends(const Facts *f, const char *en, const char *zh, uint32_t row)
{
    for (const char *at = SAY(f, en, zh); *at; at++) {
        if (*at != '$') {
            text_char(f->out, *at);
            continue;
        }
        at++;
        if (*at == 'd')
            text_addf(f->out, "#%u", row);
        else
            text_char(f->out, host_letter(*at == 'h' ? f->q->host : host_peer(f->q->host)));
    }
}

/* "0.290s, in 150ms" */
void why_add_moment(const Facts *f, Nanos at)
{
    text_time(f->out, at);
    text_add(f->out, SAY(f, " (in ", "（"));
    text_duration(f->out, at > f->w->now ? at - f->w->now : 0);
    text_add(f->out, SAY(f, ")", " 后）"));
}

/* The rule in force, with its section; and its words, when they have no number to be filled in. */
void why_tell_rule(Facts *f, RuleId rule)
{
    const RuleInfo *info = rule_info(rule);
    f->rule = rule;
    text_add(f->out, "  ");
    rule_cite(f->out, rule);
    text_addf(f->out, " [%s]", info->name);
    if (!strchr(info->text[f->lang], '$'))
        text_addf(f->out, " %s", info->text[f->lang]);
    text_char(f->out, '\n');
}

/* The same with the numbers that it was noted with. */
void why_tell_noted_rule(Facts *f, RuleId rule, uint64_t a, uint64_t b)
{
    f->rule = rule;
    text_add(f->out, "  ");
    rule_cite(f->out, rule);
    text_addf(f->out, " [%s] ", rule_info(rule)->name);
    why_rule_text(f->out, rule, a, b, f->lang);
    text_char(f->out, '\n');
}

void why_tell_over(Facts *f)
{
    f->over = true;
    text_char(f->out, '\n');
}

/* The rule's note among a row's details; false if it did not act there. */
bool why_tell_rule_of_row(Facts *f, uint32_t row, RuleId rule)
{
    const Note *d;
    for (uint32_t i = 0; (d = trace_detail(f->trace, row, i)); i++)
        if (d->kind == NOTE_RULE && d->rule == rule) {
            why_tell_noted_rule(f, rule, d->a, d->b);
            return true;
        }
    return false;
}

/* ---- what became of a segment ---- */

/* The departure that a row speaks of. */
uint32_t why_departure_of(const Trace *trace, uint32_t row)
{
    const Note *n = trace_note(trace, row);
    if (!n)
        return 0;
    if (n->kind == NOTE_SENT)
        return row;
    if (n->kind == NOTE_ARRIVED || n->kind == NOTE_LOST || n->kind == NOTE_COPIED ||
        n->kind == NOTE_EDITED)
        return n->peer_row;
    return 0;
}

/* The last copy of a segment that left, itself included. */
uint32_t why_last_copy(const Trace *trace, uint32_t departure)
{
    for (uint32_t row = trace_last(trace); row > departure; row--) {
        const Note *n = trace_note(trace, row);
        if (n && n->kind == NOTE_SENT && n->peer_row == departure)
            return row;
    }
    return departure;
}

const Note *why_dropped_at(const Trace *trace, uint32_t arrival)
{
    const Note *d;
    for (uint32_t i = 0; (d = trace_detail(trace, arrival, i)); i++)
        if (d->kind == NOTE_DROPPED)
            return d;
    return NULL;
}

void why_tell_dropped(Facts *f, const Note *d, uint32_t arrival)
{
    text_addf(f->out, SAY(f, "%c discarded it at #%u", "%c 在 #%u 丢弃了它"),
              host_letter((HostId)d->host), arrival);
    if (d->a != WIRE_OK)
        text_addf(f->out, SAY(f, ": %s", "：%s"), wire_error_text((WireError)d->a, f->lang));
    text_add(f->out, SAY(f, ".\n", "。\n"));
    f->over = true;
    if (d->rule != RULE_NONE && !why_tell_rule_of_row(f, arrival, (RuleId)d->rule))
        why_tell_noted_rule(f, (RuleId)d->rule, d->a, d->b);
}

/* Still in the network: when is it due? */
bool why_tell_flying(Facts *f, uint32_t departure)
{
    PktId id = world_packet_of_row(f->w, departure);
    if (!id.v)
        return false;
    Nanos due = world_packets(f->w)[id.v].due;
    text_addf(f->out, SAY(f, "#%u is still in the network", "#%u 还在网络中"), departure);
    if (due == NANOS_NEVER) {
        text_add(f->out, SAY(f, ": it is held there until you say `deliver`.\n",
                             "：它被扣住，等你说 deliver。\n"));
    } else {
        text_add(f->out, SAY(f, ": it arrives at ", "，将在 "));
        why_add_moment(f, due);
        text_add(f->out, SAY(f, ".\n", "到达。\n"));
    }
    return true;
}

bool why_tell_lost(Facts *f, uint32_t departure, uint32_t fate)
{
    const Note *n = trace_note(f->trace, fate);
    if (!n || n->kind != NOTE_LOST)
        return false;
    text_addf(f->out,
              SAY(f, "#%u was lost in the network (#%u: %s), so nobody has seen it.\n",
                  "#%u 在网络中丢失了（#%u：%s），没有人见过它。\n"),
              departure, fate, lost_why_text((LostWhy)n->a, f->lang));
    return true;
}

/* What the receiver sent because of an arrival; 0: nothing. */
static uint32_t answer_to(const Trace *trace, uint32_t arrival)
{
    for (uint32_t row = arrival + 1; row <= trace_last(trace); row++) {
        const Note *n = trace_note(trace, row);
        if (n && n->kind == NOTE_SENT && n->cause == arrival)
            return row;
    }
    return 0;
}

/* It arrived and takes no number: the story ends here. */
static bool tell_needs_no_answer(Facts *f, uint32_t departure, uint32_t arrival)
{
    Seg s;
    Bytes payload;
    if (!trace_seg(f->trace, departure, &s, &payload) || seg_len(&s) > 0)
        return false;
    text_addf(f->out, SAY(f, "#%u arrived (#%u).\n", "#%u 已到达（#%u）。\n"), departure, arrival);
    return true;
}

/* Where does it hang: the segment itself, what the peer made of it, or the answer? Everything is
 * told that happened on the way. */
void why_tell_way(Facts *f, uint32_t departure)
{
    for (int leg = 0; leg < 2 && departure; leg++) {
        if (why_tell_flying(f, departure))
            return;
        uint32_t fate = trace_fate(f->trace, departure);
        if (!fate || why_tell_lost(f, departure, fate))
            return;
        const Note *dropped = why_dropped_at(f->trace, fate);
        if (dropped) {
            why_tell_dropped(f, dropped, fate);
            f->over = false;
            return;
        }
        if (tell_needs_no_answer(f, departure, fate))
            return;
        uint32_t answer = answer_to(f->trace, fate);
        text_addf(f->out, SAY(f, "#%u arrived (#%u)", "#%u 已到达（#%u）"), departure, fate);
        if (answer)
            text_addf(f->out, SAY(f, "; it was answered with #%u. ", "，得到的回答是 #%u。"),
                      answer);
        else
            text_add(f->out,
                     SAY(f, ", and nothing has answered it yet.\n", "，还没有人回答它。\n"));
        departure = answer;
    }
    if (departure)
        text_char(f->out, '\n');
}

/* ---- power and hands ---- */

bool why_tell_powerless(Facts *f, HostId host)
{
    const Host *h = &f->w->hosts[host];
    if (!h->power)
        text_addf(f->out,
                  SAY(f, "%c is switched off: it does nothing, and has forgotten everything.\n",
                      "%c 已断电：什么也不做，一切都已遗忘。\n"),
                  host_letter(host));
    else if (h->puppet)
        text_addf(f->out,
                  SAY(f, "You are %c (`%c puppet`): it sends only what you inject.\n",
                      "你就是 %c（%c puppet）：它只发送你注入的报文段。\n"),
                  host_letter(host), host_letter(host));
    else
        return false;
    f->over = true;
    return true;
}

bool why_tell_nobody(Facts *f)
{
    if (f->t && f->t->state != CLOSED)
        return false;
    text_addf(f->out, SAY(f, "%c has no connection: ", "%c 没有连接："), host_letter(f->q->host));
    if (f->t && f->t->error)
        text_addf(f->out, SAY(f, "it ended with %s.\n", "它已经结束：%s。\n"),
                  conn_error_text((ConnError)f->t->error, f->lang));
    else
        text_add(f->out, SAY(f, "nobody has called OPEN, or it is over.\n",
                             "没有人调用过 OPEN，或者连接已经结束。\n"));
    f->over = true;
    return true;
}

/* ---- timers ---- */

bool why_tell_timer(Facts *f, TimerId id)
{
    if (!timer_armed(f->t, id))
        return false;
    if (f->lang == LANG_ZH) {
        add_name(f, f->t);
        text_addf(f->out, " 的“%s”定时器在 ", why_timer_name(id, f->lang));
    } else {
        text_addf(f->out, "The timer `%s` of ", why_timer_name(id, f->lang));
        add_name(f, f->t);
        text_add(f->out, " fires at ");
    }
    why_add_moment(f, f->t->due[id]);
    text_add(f->out, SAY(f, ".\n", "到时。\n"));
    return true;
}
