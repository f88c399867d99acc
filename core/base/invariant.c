/*
 * invariant.c: the texts of invariant.def.
 *
 * A number is a place in that list; what is no number has an empty text.
 */
#include "core/base/invariant.h"

const char *invariant_text(Invariant i)
{
    static const char *const texts[INV_COUNT] = {
        [INV_NONE] = "",
#define INVARIANT(id, text) [INV_##id] = text,
#include "core/base/invariant.def"
#undef INVARIANT
    };
    return i > INV_NONE && i < INV_COUNT ? texts[i] : "";
}
