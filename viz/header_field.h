/*
 * header_field.h: what a field of the TCP header is for.
 *
 * A field is a place in the grid of RFC 9293 figure 1, or a part of an option. Each row says in a
 * sentence what the field means and which of TCP's five tasks it serves; the words are in
 * header_field.def.
 */
#ifndef SANDWIRE_VIZ_HEADER_FIELD_H
#define SANDWIRE_VIZ_HEADER_FIELD_H

#include "core/base/base.h"

/* TCP's five tasks. */
enum {
    CONCERN_ORDER = 1,
    CONCERN_LOSS = 2,
    CONCERN_CONNECTION = 4,
    CONCERN_FLOW = 8,
    CONCERN_CONGESTION = 16
};
enum { CONCERN_COUNT = 5 };

typedef enum HeaderField {
#define FIELD(id, concerns, en, zh, en_text, zh_text) HEADER_##id,
#include "viz/header_field.def"
#undef FIELD
    HEADER_FIELD_COUNT
} HeaderField;

typedef struct HeaderFieldRow {
    uint32_t concerns; /* CONCERN_... */
    const char *name[LANG_COUNT];
    const char *text[LANG_COUNT];
} HeaderFieldRow;

const HeaderFieldRow *header_field(HeaderField);

/* "flow control"; i counts the bits of CONCERN_... */
const char *header_concern(int i, Lang);

#endif
