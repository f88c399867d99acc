/*
 * isn.c: clock plus keyed hash (isn.h).
 *
 * Each part is a rule of its own that a learner may switch off: without the clock an old duplicate
 * fits into the next connection, without the hash anybody can guess where it begins.
 */
#include "core/tcp/isn.h"

#include "core/base/hash.h"

Seq isn_select(Ctx *c, const Tcb *t)
{
    uint32_t isn = 0;
    if (rule_on(c, RULE_ISN_CLOCK)) {
        isn += (uint32_t)(c->now / (4 * NANOS_US));
        note_rule(c, t, RULE_ISN_CLOCK, c->now / (4 * NANOS_US), 0);
    }
    if (rule_on(c, RULE_ISN_HASH)) {
        const Host *h = ctx_host(c);
        struct {
            uint32_t local_addr, remote_addr;
            uint16_t local_port, remote_port;
        } tuple = {t->local_addr, t->remote_addr, t->local_port, t->remote_port};
        isn += (uint32_t)hash_keyed(&tuple, sizeof tuple, h->isn_key[0], h->isn_key[1]);
        note_rule(c, t, RULE_ISN_HASH, 0, 0);
    }
    return seq_of(isn);
}
