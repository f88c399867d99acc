/*
 * isn.h: the initial sequence number (RFC 9293 section 3.4.1, RFC 6528).
 *
 *     ISN = M + F(localip, localport, remoteip, remoteport, secretkey)
 *
 * M is a clock of 4 microseconds: it goes round in 4 hours 46 minutes, so numbers of an old
 * incarnation lie behind. F is a keyed hash: nobody else can guess where a connection begins.
 */
#ifndef SANDWIRE_CORE_TCP_ISN_H
#define SANDWIRE_CORE_TCP_ISN_H

#include "core/tcp/tcb.h"

/* The ISN for the connection's four addresses now; notes the rules that took part. */
Seq isn_select(Ctx *, const Tcb *);

#endif
