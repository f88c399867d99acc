/*
 * sack.c: selective acknowledgments (sack.h).
 *
 * The sent list is the scoreboard, the out-of-order ranges are what the receiver reports.
 */
#include "core/tcp/sack.h"

void sack_take(Ctx *c, Tcb *t, const Seg *seg, AckInfo *a)
{
    (void)c;
    (void)t;
    (void)seg;
    (void)a;
}

void sack_fill(const Ctx *c, const Tcb *t, Seg *s, unsigned room)
{
    (void)c;
    (void)t;
    (void)s;
    (void)room;
}
