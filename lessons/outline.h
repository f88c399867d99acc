/*
 * outline.h: a lesson file cut into front matter, headings, prose, pauses and blocks.
 *
 * The first stage of reading, the same for a source and for its translation. It knows lines, not
 * meanings: which blocks there are, but not what an entry says.
 *
 * Only ATX headings (`## Title`) make sections. A fenced block whose first word is not one of ours
 * is prose (an example, a picture in letters). Ours must begin at the first column, because inside
 * a list or a quotation a Markdown reader would see something else than we do.
 */
#ifndef SANDWIRE_LESSONS_OUTLINE_H
#define SANDWIRE_LESSONS_OUTLINE_H

#include "lessons/diag.h"

typedef enum ItemKind { ITEM_HEADING, ITEM_PROSE, ITEM_PAUSE, ITEM_BLOCK } ItemKind;

enum { ITEM_ATTRS_MAX = 6 };

typedef struct Attr {
    const char *name, *value;
    Place place;
} Attr;

typedef struct Item {
    ItemKind kind;
    Place place;      /* heading: its line; prose: its first line; block: the opening fence */
    size_t from, to;  /* bytes of the source that it covers */
    const char *text; /* heading: without #; prose: as it is; block: the body */
    uint32_t level;   /* heading */
    const char *word; /* block: "predict", "sandwire", "ref" ... */
    const char *mode; /* its second word: "setup", "presenter", a rule; "" if none */
    const char *id;   /* "" if none */
    Attr attr[ITEM_ATTRS_MAX];
    uint32_t attr_count;
    uint32_t body_line, end_line;
} Item;

typedef struct FrontKey {
    const char *key, *value;
    Place place, value_place;
} FrontKey;

typedef struct Outline {
    FrontKey *front;
    uint32_t front_count, front_cap;
    Item *items;
    uint32_t item_count, item_cap;
} Outline;

/* Cuts; complaints go to diags. False if the file is not a text with front matter: then nothing
 * more can be said about it. */
bool outline_read(Arena *, const Source *, Outline *, Diags *);

/* Small letters, digits and '-', at most 40, beginning with a letter. */
bool outline_is_id(const char *);

/* The name of a section: "Why three, not two?" -> "why-three-not-two". */
const char *outline_slug(Arena *, const char *heading);

/* The name that the word was most likely meant to be; "" if none is near. */
const char *outline_nearest(const char *word, const char *const *names, size_t count);

/* Is it UTF-8 without control characters (but tab, newline)? *bad: the offset of what is not. */
bool outline_is_text(const char *text, size_t len, size_t *bad);

#endif
