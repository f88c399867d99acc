/*
 * why.h: the reason for an event, in words.
 *
 * Everything that explains is here and is pure text in both languages: one sentence per row
 * (`explain`), and for `why` the rules that acted in it with their RFC sections, and the chain of
 * causes back to the learner's own command.
 */
#ifndef SANDWIRE_CORE_LAB_WHY_H
#define SANDWIRE_CORE_LAB_WHY_H

#include "core/lab/trace.h"

/* One sentence about a row: "At 0.050s B receives the SYN and answers ..." */
void why_sentence(Text *, const Trace *, uint32_t row, Lang, bool absolute);

/* One note of a row (its own or a detail) as a clause without time or full stop. */
void why_detail(Text *, const Trace *, uint32_t row, const Note *, Lang, bool absolute);

/* A rule's text with the note's numbers filled in ($1, $2, $t1, $t2). */
void why_rule_text(Text *, RuleId, uint64_t a, uint64_t b, Lang);

/* The rules that acted in a row, one line each with "RFC 9293 3.10.7.2 [third-ack]". */
void why_rules(Text *, const Trace *, uint32_t row, Lang);

/* The chain: this row, its cause, the cause's cause ... back to a learner's command; newest first;
 * at most cap rows into out; returns how many. */
uint32_t why_chain(const Trace *, uint32_t row, uint32_t *out, uint32_t cap);

/* All of it together, as the `why` command prints it. */
void why_row(Text *, const Trace *, uint32_t row, Lang, bool absolute);

#endif
