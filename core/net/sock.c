/*
 * sock.c: the descriptors of a host, and the calls that act on them.
 *
 * In the order of a program's life: socket, bind, listen, connect, accept, send, recv, shutdown,
 * close.
 */
#include "core/net/sock.h"
#include "core/net/parts.h"

CallResult sock_apply(World *w, const Cmd *cmd, Bytes data, Sink *sink)
{
    (void)w, (void)cmd, (void)data, (void)sink;
    return (CallResult){.status = CALL_ERRNO, .error = SW_EOPNOTSUPP};
}

void sock_power_off(World *w, HostId host)
{
    (void)w, (void)host;
}

void sock_check(const World *w)
{
    (void)w;
}
