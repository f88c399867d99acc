/*
 * heap.h: a Text that grows.
 *
 * The pure core prints into fixed buffers; above it, output has no fixed size. A heap text grows
 * until memory or its limit (64 MiB) ends; then it is `full`, never an error.
 */
#ifndef SANDWIRE_CORE_LAB_HEAP_H
#define SANDWIRE_CORE_LAB_HEAP_H

#include "core/base/print.h"

/* An empty growing text; free it with text_heap_free. */
Text text_heap(void);
void text_heap_free(Text *);

#endif
