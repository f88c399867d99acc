/*
 * lesson.h: a lesson as a value.
 *
 * A lesson is one CommonMark file that reads well anywhere. It has front matter (`key: value`
 * between two lines ---), headings, prose, and fenced blocks that the engine understands:
 *
 *     ```sandwire setup {#id seed=7}      lines to run on a fresh world
 *     ```sandwire demo {#id}              a transcript: > command, expected output below
 *     ```predict {#id type=number}        a question whose answer is computed on a fork
 *     ```task {#id points=10 par=2 budget=interventions:3}     something to do, with checks
 *     ```trace {#id}   ```break RULE      read, and shown as a place kept for later
 *     ```note presenter                   for the one who stands in front
 *
 * The file in the source language (English) owns all machine content: commands, expressions,
 * answers. A translation holds prose and ```ref {#id} blocks with the translated texts of a block,
 * and under each heading the section it translates with the hash of what it was made from:
 *
 *     ## 为什么是三个报文段
 *     <!-- source why-three-segments 5b1c9a02 -->
 *
 * Where a hash does not fit, the section is stale and readers see the source.
 *
 *     Lesson -> Section -> Step = prose, then at most one Block
 *
 * A line --- of its own in the prose is a pause: one step ends there.
 *
 * Invariants: (1) blocks' ids are unique; (2) every Entry of a Block has either say[LANG_EN] or
 * code, or both; (3) expressions are compiled, so whoever plays a lesson cannot meet a syntax
 * error; (4) nothing here runs a command.
 */
#ifndef SANDWIRE_LESSONS_LESSON_H
#define SANDWIRE_LESSONS_LESSON_H

#include "core/lab/predicate.h"
#include "lessons/diag.h"

enum { LESSON_BYTES_MAX = 256 * 1024, LESSON_CHECKS_MAX = 16, LESSON_CHOICES_MAX = 8 };

typedef enum BlockKind {
    BLOCK_NONE = 0, /* a step of prose only */
    BLOCK_SETUP,
    BLOCK_DEMO,
    BLOCK_PREDICT,
    BLOCK_TASK,
    BLOCK_TRACE,
    BLOCK_BREAK,
    BLOCK_NOTE,
    BLOCK_KIND_COUNT
} BlockKind;

typedef enum PredictType {
    PREDICT_NONE = 0,
    PREDICT_STATE,   /* answer: an expression that is a state */
    PREDICT_NUMBER,  /* answer: an expression; durations are numbers too */
    PREDICT_FIELD,   /* answer: FIELD of next|last from A|B */
    PREDICT_SEGMENT, /* answer: next|last from A|B */
    PREDICT_CHOICE,  /* choices: exactly one expression is true after `on` */
    PREDICT_ORDER,   /* choices: in which order their expressions turn true during `on` */
    PREDICT_YESNO,   /* answer: an expression */
    PREDICT_TYPE_COUNT
} PredictType;

typedef enum EntryKind {
    ENTRY_ASK = 0,
    ENTRY_ON,
    ENTRY_ANSWER,
    ENTRY_CHOICES, /* only while reading: becomes ENTRY_CHOICE, one each */
    ENTRY_CHOICE,
    ENTRY_WRONG,
    ENTRY_BECAUSE,
    ENTRY_DO,
    ENTRY_ALLOW,
    ENTRY_CHECK,
    ENTRY_NEVER,
    ENTRY_EVENTUALLY,
    ENTRY_HINT,
    ENTRY_SOLUTION,
    ENTRY_REJECT,
    ENTRY_TEXT, /* note, trace, break: what is to be read */
    ENTRY_KIND_COUNT
} EntryKind;

/* The key as it is written: "wrong". */
const char *entry_key(EntryKind);

/* Which segment a question is about: the first or last that `host` sent since the question. */
typedef enum SegmentField {
    SEGMENT_WHOLE = 0,
    SEGMENT_SEQ,
    SEGMENT_ACK,
    SEGMENT_LEN,
    SEGMENT_FLAGS,
    SEGMENT_WIN,
    SEGMENT_FIELD_COUNT
} SegmentField;
typedef struct SegmentQuery {
    uint8_t field; /* SegmentField */
    uint8_t last;  /* else the first */
    uint8_t host;  /* HostId */
} SegmentQuery;
const char *segment_field_name(SegmentField);

typedef struct Entry {
    EntryKind kind;
    const char *name;            /* "" if it has none */
    const char *say[LANG_COUNT]; /* Markdown; a missing translation is NULL */
    const char *code;            /* for machines; several lines are separated by \n; NULL: none */
    Pred *pred;                  /* code compiled, where it is an expression */
    SegmentQuery query;          /* answer of PREDICT_FIELD and PREDICT_SEGMENT */
    uint32_t cost;               /* ENTRY_HINT: points */
    Nanos within;                /* ENTRY_EVENTUALLY; NANOS_NEVER: some time */
    Place place, code_place;
} Entry;

typedef struct Block {
    BlockKind kind;
    const char *id;   /* "" only for setup, demo and note without one */
    const char *code; /* setup, demo: the lines of the block; break: the rule's name */
    Entry *entries;
    uint32_t entry_count;
    PredictType type;
    uint32_t points, par, budget; /* task; budget 0: none */
    uint64_t seed;                /* setup; 0: the lesson's */
    uint8_t profile;              /* setup: Profile; PROFILE_COUNT: the lesson's */
    uint32_t section;             /* index */
    Place place;                  /* the opening fence */
    uint32_t body_line;           /* the line after it */
    uint32_t end_line;            /* the closing fence */
} Block;

typedef struct LessonStep {
    uint32_t section;
    const char *prose[LANG_COUNT]; /* Markdown; "" if there is none */
    uint32_t line;                 /* where the English prose begins */
    Block *block;                  /* NULL: prose only */
} LessonStep;

typedef struct Section {
    const char *slug; /* from the English heading: "why-three-segments" */
    const char *heading[LANG_COUNT];
    uint32_t level; /* of the heading: 1, 2, 3 */
    uint32_t hash;  /* of everything in it that a reader reads */
    uint32_t first_step, steps;
    bool stale[LANG_COUNT];        /* this language shows the source here */
    const char *raw[LANG_COUNT];   /* its whole text, for the linters */
    uint32_t raw_line[LANG_COUNT]; /* where that begins in its file */
    Place place;
} Section;

/* Hidden settings under which an exercise is graded: `variant: seed=7 link rtt=20ms`. */
typedef struct Variant {
    uint64_t seed;
    const char *commands; /* "" or lines to run before the setup */
    Place place;
} Variant;

typedef struct Lesson {
    Arena arena;
    const char *path[LANG_COUNT]; /* NULL: no such translation */
    const char *id;
    const char *title[LANG_COUNT], *teaches[LANG_COUNT];
    const char *needs, *curriculum;
    const char *allow;            /* default for its tasks; "" all */
    uint32_t minutes, par, order; /* order: place in the list */
    uint64_t seed;
    Profile profile;
    Section *sections;
    uint32_t section_count, section_cap;
    LessonStep *steps;
    uint32_t step_count, step_cap;
    Block **blocks; /* in order */
    uint32_t block_count, block_cap;
    Variant *variants;
    uint32_t variant_count, variant_cap;
} Lesson;

/* Reads the source of a lesson. On any error NULL; the errors are in diags. The source's texts are
 * copied. */
Lesson *lesson_parse(const Source *, Diags *);

/* Adds a translation. Complaints go to diags; what is missing or stale falls back to the source, so
 * the lesson stays usable. Returns false if nothing could be used. */
bool lesson_translate(Lesson *, const Source *, Lang, Diags *);

void lesson_free(Lesson *);

/* In the language, else in English; "" if there is none. */
const char *entry_say(const Entry *, Lang);
const char *step_prose(const Lesson *, const LessonStep *, Lang);
const char *section_heading(const Section *, Lang);
const char *lesson_title(const Lesson *, Lang);

/* The first entry of a kind, or NULL; the next after `after`. */
const Entry *block_entry(const Block *, EntryKind);
const Entry *block_next(const Block *, EntryKind, const Entry *after);
/* The entry of this kind and name, or NULL. */
const Entry *block_named(const Block *, EntryKind, const char *name);

/* The step of a block's id; step_count if there is none. */
uint32_t lesson_step_of(const Lesson *, const char *id);

/* Is it a graded exercise: exactly one task? */
const Block *lesson_exercise(const Lesson *);

#endif
