/*
 * app.c: the small applications of the playground (`B app echo`).
 *
 * An application is a part of the world, and what it does is a move like any other: it acts when
 * its condition holds (something to read, room to write, a time reached), on one connection at a
 * time, through the same calls that a learner uses. It is never called back by TCP.
 */
#include "core/net/parts.h"

#include <string.h>

static const char *const names[APP_KIND_COUNT] = {
    [APP_NONE] = "none",
    [APP_ECHO] = "echo",
    [APP_SINK] = "sink",
    [APP_SOURCE] = "source",
    [APP_SLOW] = "slow",
    [APP_IDLE_CLOSE] = "idle-close",
    [APP_NEVER_CLOSE] = "never-close",
    [APP_HTTP] = "http",
};

const char *app_name(AppKind kind)
{
    return kind < APP_KIND_COUNT ? names[kind] : "?";
}

AppKind app_of_name(const char *name, size_t len)
{
    for (int k = 0; k < APP_KIND_COUNT; k++)
        if (strlen(names[k]) == len && memcmp(names[k], name, len) == 0)
            return (AppKind)k;
    return APP_KIND_COUNT;
}

/* ---- what a connection has to offer ---- */

static bool belongs(const Tcb *t, HostId host)
{
    return t->used && t->host == host && !t->sock && (t->user & USER_ACCEPTED) &&
           t->state >= ESTABLISHED;
}

static bool readable(const Tcb *t)
{
    return t->rx.len > 0 && !(t->user & USER_CLOSED);
}

static bool at_eof(const Tcb *t)
{
    return (t->user & USER_FIN_TAKEN) && t->rx.len == 0 && !(t->user & USER_CLOSED);
}

static bool may_write(const Tcb *t)
{
    return (t->state == ESTABLISHED || t->state == CLOSE_WAIT) && !(t->user & USER_SHUT) &&
           ring_free(&t->tx) > 0;
}

static bool may_close(const Tcb *t)
{
    return (t->state == ESTABLISHED || t->state == CLOSE_WAIT) && !(t->user & USER_SHUT);
}

/* The request has come whole: an empty line, or the client has finished. */
static bool request_complete(const World *w, const Tcb *t)
{
    uint8_t text[1024];
    uint32_t n = ring_peek(&t->rx, (const uint8_t *)w + w->rings_at, 0, text, sizeof text);
    for (uint32_t i = 1; i < n; i++)
        if (text[i] == '\n' && (text[i - 1] == '\n' || (i > 2 && text[i - 2] == '\n')))
            return true;
    return (t->user & USER_FIN_TAKEN) != 0;
}

/* When the application wants to act on this connection; NANOS_NEVER if it does not. */
static Nanos due_on(const World *w, const App *app, const Tcb *t)
{
    bool eof = at_eof(t) && may_close(t);
    switch ((AppKind)app->kind) {
    case APP_ECHO: return (readable(t) && may_write(t)) || eof ? w->now : NANOS_NEVER;
    case APP_SINK: return readable(t) || eof ? w->now : NANOS_NEVER;
    case APP_SOURCE: return readable(t) || may_write(t) ? w->now : NANOS_NEVER;
    case APP_SLOW: return readable(t) ? max_u64(app->next, w->now) : eof ? w->now : NANOS_NEVER;
    case APP_IDLE_CLOSE:
        if (readable(t) || eof)
            return w->now;
        return may_close(t) ? max_u64(t->last_heard + app->amount, w->now) : NANOS_NEVER;
    case APP_NEVER_CLOSE: return readable(t) ? w->now : NANOS_NEVER;
    case APP_HTTP: return may_close(t) && request_complete(w, t) ? w->now : NANOS_NEVER;
    default: return NANOS_NEVER;
    }
}

static const Tcb *next_conn(const World *w, HostId host, Nanos *due)
{
    const Tcb *best = NULL;
    *due = NANOS_NEVER;
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        Nanos at = belongs(t, host) ? due_on(w, &w->apps[host], t) : NANOS_NEVER;
        if (at < *due) {
            *due = at;
            best = t;
        }
    }
    return best;
}

Nanos app_due(const World *w, HostId host)
{
    Nanos due = NANOS_NEVER;
    if (w->apps[host].kind != APP_NONE && w->hosts[host].power && !w->hosts[host].puppet)
        next_conn(w, host, &due);
    return due;
}

/* ---- acting ---- */

enum { CHUNK = 4096 };

static void read_up_to(Ctx *c, ConnId id, uint32_t n)
{
    tcp_receive(c, id, NULL, n);
}

static void echo(Ctx *c, ConnId id, const Tcb *t)
{
    uint8_t chunk[CHUNK];
    uint32_t n = min_u32(min_u32(t->rx.len, ring_free(&t->tx)), CHUNK);
    n = n ? tcp_receive(c, id, chunk, n).value : 0;
    if (n)
        tcp_send(c, id, bytes_of(chunk, n));
    else
        tcp_close(c, id);
}

/* Sends its amount, shuts its direction, and goes on reading until the peer has finished, too: a
 * close() with data still coming in would be answered with a reset. */
static void source(Ctx *c, ConnId id, const Tcb *t, App *app)
{
    uint8_t chunk[CHUNK];
    if (readable(t))
        read_up_to(c, id, UINT32_MAX);
    if (app->on != t->number) { /* a new connection gets the whole amount */
        app->on = t->number;
        app->done = 0;
    }
    while (may_write(t) && app->done < app->amount) {
        uint32_t n = (uint32_t)min_u64(min_u64(app->amount - app->done, CHUNK), ring_free(&t->tx));
        pattern_fill(chunk, n, app->done);
        app->done += tcp_send(c, id, bytes_of(chunk, n)).value;
    }
    if (app->done >= app->amount && may_close(t))
        tcp_shutdown(c, id);
    if (at_eof(t) && (t->user & USER_SHUT))
        tcp_close(c, id);
}

static void slow(Ctx *c, ConnId id, const Tcb *t, App *app)
{
    if (at_eof(t)) {
        tcp_close(c, id);
        return;
    }
    /* Ten times a second, or byte by byte when it is slower than that. */
    uint64_t rate = max_u64(app->amount, 1);
    read_up_to(c, id, (uint32_t)max_u64(rate / 10, 1));
    app->next = c->now + (rate >= 10 ? NANOS_S / 10 : NANOS_S / rate);
}

static void http(Ctx *c, ConnId id)
{
    static const char page[] = "HTTP/1.1 200 OK\r\nContent-Length: 18\r\nConnection: close\r\n\r\n"
                               "Hello from host B\n";
    read_up_to(c, id, UINT32_MAX);
    tcp_send(c, id, bytes_of(page, sizeof page - 1));
    tcp_close(c, id);
}

static void act_on(Ctx *c, ConnId id, const Tcb *t, App *app)
{
    switch ((AppKind)app->kind) {
    case APP_ECHO: echo(c, id, t); break;
    case APP_SOURCE: source(c, id, t, app); break;
    case APP_SLOW: slow(c, id, t, app); break;
    case APP_HTTP: http(c, id); break;
    case APP_IDLE_CLOSE:
    case APP_SINK:
        if (readable(t))
            read_up_to(c, id, UINT32_MAX);
        else
            tcp_close(c, id);
        break;
    default: read_up_to(c, id, UINT32_MAX); break;
    }
}

void app_act(World *w, HostId host, Sink *sink)
{
    Nanos due;
    const Tcb *t = next_conn(w, host, &due);
    if (!t || app_due(w, host) == NANOS_NEVER)
        return;
    App *app = &w->apps[host];
    Ctx c = world_ctx(w, host, app->woken_row, sink);
    ConnId id = tcb_id(&c.pools, t);
    c.cause = note_row(&c, t, NOTE_APP, RULE_NONE, 0, app->kind, t->rx.len, bytes_of(NULL, 0));
    app->woken_row = c.cause;
    act_on(&c, id, t, app);
    world_flush(w, &c, id);
}
