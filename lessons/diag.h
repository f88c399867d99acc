/*
 * diag.h: what is wrong with a text that somebody wrote, where, and what to do.
 *
 *     lessons/en/opening.md:41:1: error: this block has no {#id}
 *        41 | ```predict {type=state}
 *           | ^~~~~~~~~~
 *        Write an id that no other block has, as in ```predict {#third-ack type=state}.
 *
 * Everything that reads or checks a lesson adds to a Diags and goes on, so that an author sees all
 * that is wrong at once. Each kind has its texts in both languages in diag.c; $1 and $2 stand for
 * the arguments.
 */
#ifndef SANDWIRE_LESSONS_DIAG_H
#define SANDWIRE_LESSONS_DIAG_H

#include "core/base/print.h"
#include "lessons/arena.h"

typedef enum DiagKind {
    /* the file */
    DIAG_CANNOT_READ, /* $1: why */
    DIAG_TOO_LARGE,
    DIAG_NOT_TEXT,
    DIAG_NO_FRONT_MATTER,
    DIAG_FRONT_MATTER_OPEN,
    DIAG_FRONT_MATTER_LINE,
    DIAG_FRONT_MATTER_KEY, /* $1: key, $2: nearest */
    DIAG_FRONT_MATTER_TWICE,
    DIAG_FRONT_MATTER_MISSING,
    DIAG_BAD_NUMBER,
    DIAG_BAD_PROFILE,
    DIAG_BAD_ID,
    /* headings and fences */
    DIAG_NO_HEADING,
    DIAG_SECTION_TWICE,
    DIAG_FENCE_OPEN,
    DIAG_FENCE_INDENTED,
    DIAG_FENCE_HIDDEN,
    DIAG_BLOCK_UNKNOWN,
    DIAG_NO_QUESTION,
    DIAG_ATTRIBUTE_SYNTAX,
    DIAG_ATTRIBUTE_UNKNOWN,
    DIAG_ATTRIBUTE_VALUE,
    DIAG_ID_MISSING,
    DIAG_ID_TWICE,
    DIAG_TYPE_MISSING,
    DIAG_REF_IN_SOURCE,
    DIAG_EMPTY_BLOCK,
    /* entries of a block */
    DIAG_ENTRY_SYNTAX,
    DIAG_ENTRY_KEY,
    DIAG_ENTRY_NAME,
    DIAG_ENTRY_CAPTION,
    DIAG_ENTRY_VALUE,
    DIAG_ENTRY_TWICE,
    DIAG_ENTRY_MISSING,
    DIAG_EXPRESSION,
    DIAG_SEGMENT_QUERY,
    DIAG_TIME,
    DIAG_CHOICES_FEW,
    DIAG_CHECKS_NONE,
    DIAG_TOO_MANY, /* $1: how many there may be */
    DIAG_WRONG_UNKNOWN,
    DIAG_TRANSCRIPT_START,
    /* translations */
    DIAG_SECTION_UNSTAMPED,
    DIAG_SECTION_ORDER,
    DIAG_SECTION_MISSING,
    DIAG_SECTION_STALE,
    DIAG_REF_ORDER,
    DIAG_REF_MISSING,
    DIAG_REF_TEXT_MISSING,
    DIAG_REF_TEXT_EXTRA,
    DIAG_MACHINE_IN_TRANSLATION,
    DIAG_OTHER_LESSON,
    DIAG_NO_TRANSLATION, /* $1: where it should be */
    /* what a run shows */
    DIAG_COMMAND_FAILED,
    DIAG_TRANSCRIPT,
    DIAG_WIDE,
    DIAG_SOLUTION_FAILS,
    DIAG_EMPTY_PASSES,
    DIAG_REJECT_PASSES,
    DIAG_NEVER_TRUE,
    DIAG_NEVER_UNTESTED,
    DIAG_TWO_RIGHT,
    DIAG_NONE_RIGHT,
    DIAG_NO_ANSWER,
    DIAG_WRONG_IS_RIGHT,
    DIAG_NO_FEEDBACK,
    DIAG_NO_HINT,
    /* prose */
    DIAG_EMPHASIS,
    DIAG_GLOSSARY_ROW,
    DIAG_GLOSSARY_TWICE,
    DIAG_GLOSSARY_KEEP,
    DIAG_GLOSSARY_AVOID,
    DIAG_KIND_COUNT
} DiagKind;

/* What each kind says and advises (diag_text.c). */
typedef struct DiagText {
    const char *name;
    const char *what[LANG_COUNT];
    const char *remedy[LANG_COUNT];
} DiagText;
extern const DiagText diag_texts[DIAG_KIND_COUNT];

/* A place in a text: 1-based; columns count bytes; width 0 or 1 is a single caret. */
typedef struct Place {
    uint32_t line, column, width;
} Place;

/* A file in memory; borrowed. text[len] is a zero byte. */
typedef struct Source {
    const char *path;
    const char *text;
    size_t len;
} Source;

typedef struct Diag {
    DiagKind kind;
    const char *path;
    Place place;
    const char *line; /* the line at place */
    const char *arg[2];
    const char *detail; /* more lines, such as the output that differs; NULL: none */
} Diag;

typedef struct Diags {
    Arena arena;
    Diag *items;
    uint32_t count, cap;
    uint32_t total; /* all that were added; of more than 200 only the first are kept */
} Diags;

void diags_free(Diags *);

/* Adds one; the texts are copied. a and b may be NULL, detail too. */
void diag_add(Diags *, DiagKind, const Source *, Place, const char *a, const char *b);
void diag_add_detail(Diags *, DiagKind, const Source *, Place, const char *a, const char *b,
                     const char *detail);

/* Prints one, as in the picture above. */
void diag_print(Text *, const Diag *, Lang);
void diags_print(Text *, const Diags *, Lang);

/* A short name for JSON and tests: "id-missing". */
const char *diag_name(DiagKind);

/* How many of a kind. */
uint32_t diags_of(const Diags *, DiagKind);

/* The place of an offset in the text. */
Place source_place(const Source *, size_t offset, size_t width);

#endif
