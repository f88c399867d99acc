/*
 * predicate_parse.h: what the halves of the predicate parser share.
 *
 * predicate_parse.c has the grammar and the types, predicate_names.c numbers, strings and names.
 */
#ifndef SANDWIRE_CORE_LAB_PREDICATE_PARSE_H
#define SANDWIRE_CORE_LAB_PREDICATE_PARSE_H

#include "core/lab/predicate_private.h"

typedef struct Parser {
    const char *text;
    size_t len, at;
    Pred *pred;
    PredError *error;
    uint32_t depth;
    bool failed;
} Parser;

/* Remembers the first error; returns false. */
bool parse_fail(Parser *, size_t at, size_t len, const char *en, const char *zh);
void parse_skip(Parser *);
bool parse_take(Parser *, const char *sign);
uint16_t parse_add(Parser *, PredNode);

static inline bool parse_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool parse_number(Parser *, uint16_t *out);
bool parse_string(Parser *, uint16_t *out);
bool parse_name(Parser *, uint16_t *out);

#endif
