/*
 * near.h: "did you mean ...?"
 *
 * A learner types connct; the answer is connect. Distance is the number of single letters to
 * insert, delete, replace or swap with their neighbour (Damerau 1964, in its restricted form), case
 * ignored. Words are far apart when more than a third of the letters differ: then it is better to
 * say nothing.
 */
#ifndef SANDWIRE_CORE_BASE_NEAR_H
#define SANDWIRE_CORE_BASE_NEAR_H

#include "core/base/base.h"

/* Words longer than this are never near anything. */
enum { NEAR_WORD_MAX = 47 };

/* Letters to change to get from a to b; NEAR_WORD_MAX + 1 if either is too long. */
uint32_t near_distance(const char *a, size_t a_len, const char *b, size_t b_len);

/* The name of the list that word was most likely meant to be; the first of several; NULL if none is
 * near. */
const char *near_word(const char *word, size_t len, const char *const *names, size_t count);

#endif
