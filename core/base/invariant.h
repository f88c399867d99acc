/*
 * invariant.h: the numbered list of what must hold after every event.
 *
 * The list and its essay are invariant.def; who checks what stands there.
 */
#ifndef SANDWIRE_CORE_BASE_INVARIANT_H
#define SANDWIRE_CORE_BASE_INVARIANT_H

typedef enum Invariant {
    INV_NONE = 0, /* all hold */
#define INVARIANT(id, text) INV_##id,
#include "core/base/invariant.def"
#undef INVARIANT
    INV_COUNT
} Invariant;

/* "SND.UNA =< SND.NXT, and ..."; "" for INV_NONE and what is no number. */
const char *invariant_text(Invariant);

#endif
