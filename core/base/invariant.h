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

/* "(7) SND.UNA =< SND.NXT, and ..." for a broken one; "" for INV_NONE. */
const char *invariant_text(Invariant);

#endif
