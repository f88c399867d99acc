/*
 * knob.c: the table of knob.h, filled from knob.def.
 *
 * Nothing but the table and its lookups.
 */
#include "core/tcp/knob.h"

#include <string.h>

static const KnobInfo table[KNOB_COUNT] = {
#define KNOB(id, name, unit, rfc, lin, classic, bsd, min, max, source, sysctl, en, zh) \
    [KNOB_##id] = {name, unit, {rfc, lin, classic, bsd}, min, max, source, sysctl, {en, zh}},
#include "core/tcp/knob.def"
#undef KNOB
};

static const char *const profiles[PROFILE_COUNT] = {"rfc", "linux", "classic", "freebsd"};

const KnobInfo *knob_info(KnobId id)
{
    CHECK(id < KNOB_COUNT);
    return &table[id];
}

KnobId knob_of_name(const char *name, size_t len)
{
    for (int i = 0; i < KNOB_COUNT; i++)
        if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0)
            return (KnobId)i;
    return KNOB_COUNT;
}

const char *profile_name(Profile p)
{
    return p < PROFILE_COUNT ? profiles[p] : "?";
}

Profile profile_of_name(const char *name, size_t len)
{
    for (int i = 0; i < PROFILE_COUNT; i++)
        if (strlen(profiles[i]) == len && memcmp(profiles[i], name, len) == 0)
            return (Profile)i;
    return PROFILE_COUNT;
}
