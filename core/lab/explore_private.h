/*
 * explore_private.h: what the files of the search share with each other.
 *
 * Private to core/lab/explore*.c: how bytes are named, and what only a search may use.
 */
#ifndef SANDWIRE_CORE_LAB_EXPLORE_PRIVATE_H
#define SANDWIRE_CORE_LAB_EXPLORE_PRIVATE_H

#include "core/lab/explore.h"

/* Byte k of connection n is letter (n - 1) * TAG_PLACES + k: three connections of eight bytes. */
enum { TAG_PLACES = 8 };

/* explore_identity, faster: the cache belongs to the search. */
WorldId explore_identity_with(const ExploreAsk *, const Play *, CanonCache *);

#endif
