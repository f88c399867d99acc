/*
 * requirement.h: what the RFCs demand of an endpoint, and where and how far that is met.
 *
 * One row per normative statement, in our own words: for RFC 9293 each identifier of its appendix B
 * (MUST-1 ... REC-1), for the other documents rows of our own (RFC6298-2.1). A row names the files,
 * rules and knobs that meet it and the tests that show it; tests/conformance proves that all these
 * names exist and that no MUST is without a test.
 *
 * The table is data: nothing in the core looks at it.
 */
#ifndef SANDWIRE_CORE_LAB_REQUIREMENT_H
#define SANDWIRE_CORE_LAB_REQUIREMENT_H

#include "core/base/base.h"

typedef enum ReqLevel {
    LEVEL_MUST,
    LEVEL_MUST_NOT,
    LEVEL_SHOULD,
    LEVEL_SHOULD_NOT,
    LEVEL_MAY,
    LEVEL_COUNT
} ReqLevel;

typedef enum ReqStatus {
    STATUS_MET,
    STATUS_PARTLY,    /* the note says what is missing */
    STATUS_NOT_YET,   /* the note says what there is instead */
    STATUS_ELSEWHERE, /* a matter of IP or of applications; the note explains */
    STATUS_COUNT
} ReqStatus;

typedef struct Requirement {
    const char *id;      /* "MUST-18", "RFC6298-2.1" */
    const char *section; /* "3.8.1" */
    const char *where;   /* words: a file, "rule:NAME" or "knob:NAME" */
    const char *tests;   /* words; see requirements.def */
    const char *text[LANG_COUNT];
    const char *note[LANG_COUNT]; /* empty when the row is simply met */
    uint16_t rfc;
    uint8_t level;  /* ReqLevel */
    uint8_t status; /* ReqStatus */
} Requirement;

size_t requirement_count(void);
const Requirement *requirement_at(size_t i);

/* Does a word of a user mean this row? An id ("must-18", "RFC6298-2.1"), a document ("RFC6298",
 * "6298"), or a section of RFC 9293 with all below it ("3.8"). Upper and lower case are the same.
 */
bool requirement_is_meant(const Requirement *, const char *word);

const char *requirement_level_text(ReqLevel);
const char *requirement_status_text(ReqStatus, Lang);

/* The title of a document of the table. */
const char *requirement_rfc_title(uint16_t rfc);

/* The next word of a row's list of words; false at its end. *at begins at the list. */
bool requirement_next_word(const char **at, Bytes *word);

#endif
