/*
 * knob.h: the constants of a TCP, each with its name, unit, range and source.
 *
 * One TCP, several sets of constants: a profile is a column of knob.def. Every constant is also a
 * knob that a learner may turn (`set A.rto_min 1s`). Knobs belong to a host.
 */
#ifndef SANDWIRE_CORE_TCP_KNOB_H
#define SANDWIRE_CORE_TCP_KNOB_H

#include "core/base/base.h"

typedef enum Profile {
    PROFILE_RFC = 0, /* the documents' own values */
    PROFILE_LINUX,
    PROFILE_CLASSIC, /* RFC 793 as it is taught: no options, no congestion control */
    PROFILE_FREEBSD,
    PROFILE_COUNT
} Profile;

typedef enum KnobUnit {
    UNIT_TIME,
    UNIT_BYTES,
    UNIT_COUNT,
    UNIT_BOOL,
    UNIT_CC /* a congestion control algorithm, said by its name */
} KnobUnit;

typedef enum KnobId {
#define KNOB(id, name, unit, rfc, lin, classic, bsd, min, max, source, sysctl, en, zh) KNOB_##id,
#include "core/tcp/knob.def"
#undef KNOB
    KNOB_COUNT
} KnobId;

typedef struct KnobInfo {
    const char *name;
    KnobUnit unit;
    uint64_t value[PROFILE_COUNT];
    uint64_t min, max;
    const char *source; /* RFC and section, or the system it comes from */
    const char *sysctl; /* the sysctl or socket option of real systems; "" if none */
    const char *text[LANG_COUNT];
} KnobInfo;

const KnobInfo *knob_info(KnobId);

/* The knob of a name; KNOB_COUNT if there is none. */
KnobId knob_of_name(const char *name, size_t len);

const char *profile_name(Profile);

/* The profile of a name; PROFILE_COUNT if there is none. */
Profile profile_of_name(const char *name, size_t len);

#endif
