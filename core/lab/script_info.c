/*
 * script_info.c: what the names in %{ }% stand for: TCP_INFO of the socket under test, constants.
 *
 * A connection that is gone counts as CLOSED with nothing in it.
 */
#include "core/lab/script_private.h"
#include "core/tcp/tcp_info.h"

#include <string.h>

static bool is_named(const char *name, size_t len, const char *want)
{
    return strlen(want) == len && memcmp(name, want, len) == 0;
}

const Tcb *runner_conn(const ScriptRunner *r)
{
    const Tcb *t = r->under_fd >= 0 ? sock_conn(r->w, HOST_A, r->under_fd) : NULL;
    if (t && t->state != LISTEN)
        return t;
    for (uint16_t i = 1; i <= r->w->shape.conns; i++) {
        const Tcb *u = &world_conns(r->w)[i];
        if (u->used && u->host == HOST_A && u->state != LISTEN && u->local_port == r->local_port &&
            u->remote_port == r->remote_port)
            return u;
    }
    return t;
}

static bool field(const ScriptRunner *r, const char *name, size_t len, int64_t *v)
{
    static const Tcb none;
    const Tcb *t = runner_conn(r);
    Ctx c = {.pools = world_pools(r->w), .host = HOST_A, .now = r->w->now};
    TcpInfo info;
    tcp_info(&c, t ? t : &none, &info);
    return tcp_info_field(&info, name, len, v);
}

bool info_variable(const ScriptRunner *r, const char *name, size_t len, int64_t *value)
{
    for (uint32_t i = 0; i < r->variable_count; i++) {
        if (is_named(name, len, r->variables[i].name)) {
            *value = r->variables[i].value;
            return true;
        }
    }
    return tcp_info_constant(name, len, value) || field(r, name, len, value);
}
