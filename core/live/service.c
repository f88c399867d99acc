/*
 * service.c: echo, discard, chargen, HTTP, and three that misbehave (service.h).
 *
 * Every decision is made from the connection's own control block: what is readable, whether the
 * peer has finished, how much room there is. RFC 862, 863 and 864 for the old ones; http.c has
 * HTTP.
 */
#include "core/live/service.h"

#include "core/live/http.h"
#include "core/live/service_line.h"

enum {
    PORT_ECHO = 7,
    PORT_DISCARD = 9,
    PORT_CHARGEN = 19,
    PORT_HTTP = 80,
    PORT_SLOW = 8001,
    PORT_NEVER_CLOSE = 8002,
    PORT_RESET = 8003
};
enum { ECHO_CHUNK = 1024, SLOW_BYTES = 1000 };

bool service_on(uint16_t port)
{
    static const uint16_t ports[] = {PORT_ECHO, PORT_DISCARD,     PORT_CHARGEN, PORT_HTTP,
                                     PORT_SLOW, PORT_NEVER_CLOSE, PORT_RESET};
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
        if (ports[i] == port)
            return true;
    return false;
}

/* ---- what a connection offers ---- */

static bool is_open(const Tcb *t)
{
    return t->used && t->host == HOST_B && t->state >= ESTABLISHED && !(t->user & USER_CLOSED) &&
           service_on(t->local_port);
}

static bool at_end(const Tcb *t)
{
    return (t->user & USER_FIN_TAKEN) && t->rx.len == 0;
}

/* ---- the others ---- */

static bool echo(Text *line, const World *w, const Tcb *t)
{
    uint8_t chunk[ECHO_CHUNK];
    uint32_t room = service_may_send(t) ? ring_free(&t->tx) : 0;
    uint32_t n = service_peek(w, t, chunk, min_u32(room, sizeof chunk));
    if (n == 0)
        return false;
    service_say(line, t, "send ");
    service_quote(line, chunk, n);
    text_addf(line, "; B[%u] recv %u", t->number, n);
    return true;
}

/* RFC 864: lines of 72 characters out of the 95 that can be printed, each line one further. */
static bool chargen(Services *s, Text *line, const Tcb *t)
{
    enum { LINES = 16, WIDTH = 72, LETTERS = 95 };
    char text[LINES * (WIDTH + 2)];
    size_t n = 0;
    if (!service_may_send(t) || (t->user & USER_FIN_TAKEN) || ring_free(&t->tx) < sizeof text)
        return false;
    for (int i = 0; i < LINES; i++) {
        for (uint32_t k = 0; k < WIDTH; k++)
            text[n++] = (char)(' ' + (s->chargen_line + k) % LETTERS);
        text[n++] = '\r';
        text[n++] = '\n';
        s->chargen_line = (s->chargen_line + 1) % LETTERS;
    }
    service_send_text(line, t, text, n);
    return true;
}

static bool slow(Services *s, Text *line, const World *w, const Tcb *t)
{
    if (t->rx.len == 0 || w->now < s->slow_next)
        return false;
    s->slow_next = w->now + NANOS_S;
    text_addf(line, "B[%u] recv %d", t->number, SLOW_BYTES);
    return true;
}

static bool read_all(Text *line, const Tcb *t)
{
    if (t->rx.len == 0)
        return false;
    service_say(line, t, "recv");
    return true;
}

static bool close_at_end(Text *line, const Tcb *t)
{
    if (!at_end(t) || (t->state != ESTABLISHED && t->state != CLOSE_WAIT))
        return false;
    service_say(line, t, "close");
    return true;
}

static bool serve(Services *s, Text *line, const World *w, const Tcb *t)
{
    switch (t->local_port) {
    case PORT_ECHO: return echo(line, w, t) || close_at_end(line, t);
    case PORT_DISCARD: return read_all(line, t) || close_at_end(line, t);
    case PORT_CHARGEN: return read_all(line, t) || close_at_end(line, t) || chargen(s, line, t);
    case PORT_HTTP: return http_next(line, s, w, t);
    case PORT_SLOW: return slow(s, line, w, t) || close_at_end(line, t);
    case PORT_NEVER_CLOSE: return read_all(line, t);
    case PORT_RESET:
        if (t->rx.len == 0)
            return close_at_end(line, t);
        service_say(line, t, "abort");
        return true;
    default: return false;
    }
}

bool service_next(Services *s, const World *w, Text *line)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (is_open(t) && serve(s, line, w, t))
            return true;
    }
    return false;
}

Nanos service_due(const Services *s, const World *w)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (is_open(t) && t->local_port == PORT_SLOW && t->rx.len > 0)
            return max_u64(s->slow_next, w->now);
    }
    return NANOS_NEVER;
}
