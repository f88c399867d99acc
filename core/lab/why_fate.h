/*
 * why_fate.h: what why_not.c asks with, and how it tells of segments; private to why*.c.
 *
 * Facts are the question, the moment it is asked about, and where the answer goes. The tell_
 * functions add lines; those that return bool say whether they had anything to say.
 */
#ifndef SANDWIRE_CORE_LAB_WHY_FATE_H
#define SANDWIRE_CORE_LAB_WHY_FATE_H

#include "core/lab/why.h"
#include "core/lab/why_not.h"

#define SAY(f, en, zh) ((f)->lang == LANG_ZH ? (zh) : (en))

typedef struct Facts {
    const World *w;
    const Trace *trace;
    const WhyNot *q;
    const Tcb *t; /* the connection asked about; NULL: none */
    Text *out;
    Lang lang;
    bool absolute;
    bool over;   /* it did happen, or never will: nothing to look forward to */
    RuleId rule; /* what holds it back */
} Facts;

/* A sentence in which $h is the host asked about, $o the other, $d the segment `row`. */
void why_tell_ends(const Facts *, const char *en, const char *zh, uint32_t row);
/* "0.290s (in 150ms)" */
void why_add_moment(const Facts *, Nanos at);
/* The question is answered for good: nothing to look forward to. */
void why_tell_over(Facts *);

/* The rule that holds it back, with its section: its words if they need no number, with the numbers
 * it was noted with, or as it acted in a row (false: it did not act there). */
void why_tell_rule(Facts *, RuleId);
void why_tell_noted_rule(Facts *, RuleId, uint64_t a, uint64_t b);
bool why_tell_rule_of_row(Facts *, uint32_t row, RuleId);

/* The departure that a row speaks of, 0: none; the last copy of it that left, itself included; the
 * note with which an arrival was discarded, NULL: it was not. */
uint32_t why_departure_of(const Trace *, uint32_t row);
uint32_t why_last_copy(const Trace *, uint32_t departure);
const Note *why_dropped_at(const Trace *, uint32_t arrival);

/* Discarded on arrival; still in the network; lost in it; and all of that in order, with the answer
 * followed on its way back. */
void why_tell_dropped(Facts *, const Note *dropped, uint32_t arrival);
bool why_tell_flying(Facts *, uint32_t departure);
bool why_tell_lost(Facts *, uint32_t departure, uint32_t fate);
void why_tell_way(Facts *, uint32_t departure);

/* The host is off, or the learner plays it; it has no connection; its timer runs. */
bool why_tell_powerless(Facts *, HostId);
bool why_tell_nobody(Facts *);
bool why_tell_timer(Facts *, TimerId);

#endif
