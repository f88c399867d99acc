/*
 * rule.c: the table of rule.h, filled from rule.def.
 *
 * Nothing but the table and its lookups.
 */
#include "core/base/rule.h"

#include <string.h>

static const RuleInfo table[RULE_COUNT] = {
    [RULE_NONE] = {"", 0, "", 0, {"", ""}},
#define RULE(id, name, rfc, section, flags, en, zh) \
    [RULE_##id] = {name, rfc, section, flags, {en, zh}},
#include "core/base/rule.def"
#undef RULE
};

const RuleInfo *rule_info(RuleId id)
{
    CHECK(id < RULE_COUNT);
    return &table[id];
}

void rule_cite(Text *t, RuleId id)
{
    const RuleInfo *r = rule_info(id);
    if (r->rfc)
        text_addf(t, "RFC %u ", r->rfc);
    text_add(t, r->section);
}

RuleId rule_of_name(const char *name, size_t len)
{
    for (int i = 1; i < RULE_COUNT; i++)
        if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0)
            return (RuleId)i;
    return RULE_NONE;
}

void ruleset_put(RuleSet *set, RuleId id, bool in)
{
    uint64_t bit = (uint64_t)1 << (id % 64);
    if (in)
        set->bits[id / 64] |= bit;
    else
        set->bits[id / 64] &= ~bit;
}
