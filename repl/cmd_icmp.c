/*
 * cmd_icmp.c: what the path says: routers that are silent, and ICMP messages made by hand; and the
 * version of IP that it carries.
 *
 *     icmp off                                    the path drops and says nothing
 *     icmp to A unreachable frag_needed mtu=1200  about the oldest segment that A has in flight
 *     icmp to A unreachable port_unreachable seq=A+90000        a forgery that guesses a number
 *
 * A message made by hand comes from the other end of the wire; it quotes a segment of the host's
 * newest connection, as a router would.
 */
#include "repl/lang.h"

#include "core/base/near.h"
#include "core/base/wire_icmp.h"

#include <string.h>

static LineStatus switch_icmp(Run *r, bool on)
{
    Cmd cmd = {.op = CMD_ICMP, .host = HOST_NONE, .val = on};
    return arg_end(r) ? act(r, &cmd, bytes_of(NULL, 0)) : LINE_ERROR;
}

/* What the message quotes: the oldest segment in flight, else the next that would leave. */
static void quote(const World *w, HostId host, Seg *s)
{
    const Tcb *t = world_conn(w, host, 0);
    s->flags = 0;
    s->len = 0;
    if (!t || t->sent_count == 0)
        return;
    Pools p = world_pools((World *)(uintptr_t)w);
    const Sent *first = sent_at(&p, t, 0);
    s->seq = first->seq;
    s->len = first->len;
}

/* The message's type and code, by their names. */
static bool read_kind(Run *r, Icmp *m)
{
    static const char *const types[] = {"unreachable", "time_exceeded", "parameter_problem",
                                        "source_quench"};
    size_t len;
    const char *word = arg_word(r, &len);
    if (!word)
        return arg_missing(r, "a type, as unreachable", "类型，如 unreachable") != 0;
    if (!icmp_type_of_name(word, len, m->v6, &m->type)) {
        const char *near = near_word(word, len, types, sizeof types / sizeof *types);
        refuse(r, r->at,
               SAY(r,
                   "`%.*s` is no type of ICMP%s%s; there are unreachable, time_exceeded, "
                   "parameter_problem, source_quench",
                   "`%.*s` 不是 ICMP 的类型%s%s；可写 unreachable、time_exceeded、"
                   "parameter_problem、source_quench"),
               (int)len, word, near ? SAY(r, ": did you mean ", "：是不是 ") : "",
               near ? near : "");
        return false;
    }
    r->at++;
    word = arg_word(r, &len);
    if (word && icmp_code_of_name(m, word, len, &m->code))
        r->at++;
    return true;
}

static bool read_fields(Run *r, Icmp *m)
{
    const SegNames names = segment_names(r->shell);
    const char *key;
    size_t key_len, value_at;
    while (arg_key(r, &key, &key_len, &value_at)) {
        uint64_t n;
        if (key_len == 3 && memcmp(key, "mtu", 3) == 0) {
            if (!arg_value(r, r->at, value_at, QUANTITY_COUNT, &n))
                return false;
            icmp_set_mtu(m, (uint32_t)min_u64(n, UINT16_MAX));
        } else if (key_len == 3 && memcmp(key, "seq", 3) == 0) {
            size_t len;
            const char *word = arg_word(r, &len);
            if (!segment_seq(word + value_at, len - value_at, &names, m->quote.seq,
                             &m->quote.seq)) {
                refuse(r, r->at, SAY(r, "a sequence number, as A+1", "应为序号，如 A+1"));
                return false;
            }
        } else {
            refuse(r, r->at, SAY(r, "a message has mtu= and seq=", "消息可写 mtu= 和 seq="));
            return false;
        }
        r->at++;
    }
    return arg_end(r);
}

LineStatus cmd_ip(Run *r)
{
    static const char *const versions[] = {"4", "6"};
    int version = arg_choice(r, versions, 2);
    Cmd cmd = {.op = CMD_IP, .host = HOST_NONE, .val = version == 1 ? 6 : 4};
    return version >= 0 && arg_end(r) ? act(r, &cmd, bytes_of(NULL, 0)) : LINE_ERROR;
}

LineStatus cmd_icmp(Run *r)
{
    if (arg_take(r, "off"))
        return switch_icmp(r, false);
    if (arg_take(r, "on"))
        return switch_icmp(r, true);
    HostId to;
    uint16_t conn;
    if (!arg_take(r, "to"))
        return refuse(r, r->at,
                      SAY(r, "`icmp on`, `icmp off`, or a message: `icmp to A unreachable ...`",
                          "icmp on、icmp off，或一条消息：icmp to A unreachable ..."));
    if (!arg_host(r, &to, &conn))
        return LINE_ERROR;
    const World *w = session_world(r->shell->session);
    Icmp m = {.src_addr = w->hosts[host_peer(to)].addr,
              .dst_addr = w->hosts[to].addr,
              .v6 = w->hosts[to].v6,
              .ttl = 64,
              .quoted = true};
    segment_defaults(r->shell, to, &m.quote);
    quote(w, to, &m.quote);
    if (!read_kind(r, &m) || !read_fields(r, &m))
        return LINE_ERROR;
    uint8_t frame[128];
    size_t len = icmp_encode(&m, bytes_of(NULL, 0), frame, sizeof frame);
    Cmd cmd = {.op = CMD_INJECT, .host = host_peer(to)};
    return act(r, &cmd, bytes_of(frame, len));
}
