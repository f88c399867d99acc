/*
 * rate.c: delivery rate samples (rate.h).
 *
 * Nothing is sampled until an algorithm needs it.
 */
#include "core/tcp/rate.h"

void rate_on_send(Ctx *c, Tcb *t, Sent *s)
{
    (void)c;
    (void)t;
    (void)s;
}

void rate_begin(Ctx *c, Tcb *t, AckInfo *a)
{
    (void)c;
    (void)t;
    (void)a;
}

void rate_take(Ctx *c, Tcb *t, const Sent *s)
{
    (void)c;
    (void)t;
    (void)s;
}

void rate_on_ack(Ctx *c, Tcb *t, AckInfo *a)
{
    (void)c;
    (void)t;
    (void)a;
}
