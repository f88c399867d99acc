/*
 * rule.h: one row per clause that the core acts on.
 *
 * One id, five uses (design.md, law 4): the `why` of an event, the link into a lesson, the row of
 * the conformance table, a coverage mark that the tests must hit, and for the rules that teach
 * something when broken the switch of an ablation (`rule third-ack off`).
 *
 * The texts say what the clause makes TCP do and why, in a sentence that a student who heard one
 * lecture can follow. $1 and $2 stand for the note's numbers a and b; $t1 and $t2 for the same read
 * as durations.
 */
#ifndef SANDWIRE_CORE_BASE_RULE_H
#define SANDWIRE_CORE_BASE_RULE_H

#include "core/base/print.h"

typedef enum RuleId {
    RULE_NONE = 0,
#define RULE(id, name, rfc, section, flags, en, zh) RULE_##id,
#include "core/base/rule.def"
#undef RULE
    RULE_COUNT
} RuleId;

/* Flags of a row. */
enum { RULE_SWITCH = 1 /* may be switched off: an ablation */ };

typedef struct RuleInfo {
    const char *name;    /* "third-ack" */
    uint16_t rfc;        /* 9293; 0: section names the document, too */
    const char *section; /* "3.10.7.2" */
    uint8_t flags;
    const char *text[LANG_COUNT];
} RuleInfo;

/* The row of a rule; id in 0..RULE_COUNT-1 (RULE_NONE has empty texts). */
const RuleInfo *rule_info(RuleId);

/* Adds where the rule comes from: "RFC 9293 3.5". */
void rule_cite(Text *, RuleId);

/* The rule of a name, RULE_NONE if there is none. */
RuleId rule_of_name(const char *name, size_t len);

/* A set of rules, one bit each: the switched-off ones. */
enum { RULE_WORDS = 4 };
typedef struct RuleSet {
    uint64_t bits[RULE_WORDS];
} RuleSet;
_Static_assert(RULE_COUNT <= 64 * RULE_WORDS, "a RuleSet has a bit for every rule");

static inline bool ruleset_has(const RuleSet *set, RuleId id)
{
    return set->bits[id / 64] >> (id % 64) & 1;
}

void ruleset_put(RuleSet *set, RuleId id, bool in);

#endif
