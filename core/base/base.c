/*
 * base.c: where a broken CHECK ends.
 *
 * This is the one exception to "the pure core does no I/O": when our own statement about the
 * program is false, the only decent thing left is to say where, and stop.
 */
#include "core/base/base.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void check_failed(const char *file, int line, const char *what)
{
    fprintf(stderr, "sandwire: a bug of ours at %s:%d: CHECK(%s) does not hold\n", file, line,
            what);
    abort();
}
