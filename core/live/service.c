/*
 * service.c: echo, discard, chargen, HTTP, and three that misbehave (service.h).
 *
 * Every decision is made from the connection's own control block: what is readable, whether the
 * peer has finished, how much room there is. RFC 862, 863 and 864 for the old ones; RFC 9112 for
 * HTTP, of which a request line, an empty line and Content-Length are enough.
 */
#include "core/live/service.h"

#include <inttypes.h>
#include <string.h>

enum {
    PORT_ECHO = 7,
    PORT_DISCARD = 9,
    PORT_CHARGEN = 19,
    PORT_HTTP = 80,
    PORT_SLOW = 8001,
    PORT_NEVER_CLOSE = 8002,
    PORT_RESET = 8003
};
enum { ECHO_CHUNK = 1024, REQUEST_MAX = 1024, SLOW_BYTES = 1000 };

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

static bool may_send(const Tcb *t)
{
    return (t->state == ESTABLISHED || t->state == CLOSE_WAIT) && !(t->user & USER_SHUT);
}

static void say(Text *line, const Tcb *t, const char *what)
{
    text_addf(line, "B[%u] %s", t->number, what);
}

/* A text of the language, in quotes. */
static void quote(Text *line, const uint8_t *bytes, size_t len)
{
    text_char(line, '"');
    for (size_t i = 0; i < len; i++) {
        uint8_t c = bytes[i];
        if (c == '"' || c == '\\')
            text_addf(line, "\\%c", c);
        else if (c == '\n')
            text_add(line, "\\n");
        else if (c == '\r')
            text_add(line, "\\r");
        else if (c < 0x20 || c >= 0x7f)
            text_addf(line, "\\x%02x", c);
        else
            text_char(line, (char)c);
    }
    text_char(line, '"');
}

static void send_text(Text *line, const Tcb *t, const char *text, size_t len)
{
    say(line, t, "send ");
    quote(line, (const uint8_t *)text, len);
}

static uint32_t peek(const World *w, const Tcb *t, uint8_t *out, uint32_t cap)
{
    return ring_peek(&t->rx, (const uint8_t *)w + w->rings_at, 0, out, cap);
}

/* ---- HTTP ---- */

/* Everything about the connection that carries the page. */
static void state_page(Text *p, const Services *s, const World *w, const Tcb *t)
{
    text_addf(p, "This page came over the connection that it describes.\n\nstate    %s\n",
              state_name((TcpState)t->state));
    text_add(p, "peer     ");
    ip_text(p, t->remote_addr, tcb_v6(t));
    text_addf(p, " port %u\ntime     ", t->remote_port);
    text_duration(p, w->now);
    text_addf(p, "\nsnd.una  %u\nsnd.nxt  %u\nsnd.wnd  %u\nrcv.nxt  %u\nrcv.wnd  %u\n",
              seq_distance(t->snd.iss, t->snd.una), seq_distance(t->snd.iss, t->snd.nxt),
              t->snd.wnd, seq_distance(t->rcv.irs, t->rcv.nxt), t->rcv.wnd);
    text_addf(p, "cwnd     %u\nssthresh %u\nrto      ", t->cc.cwnd, t->cc.ssthresh);
    text_duration(p, t->rto);
    text_add(p, "\nsrtt     ");
    text_duration(p, t->srtt);
    text_addf(p, "\n\nsegments seen %" PRIu64 ", held %" PRIu64 ", passed %" PRIu64 "\n", s->seen,
              s->held, s->passed);
}

static void front_page(Text *p)
{
    text_add(p, "<!doctype html><title>Sandwire</title><h1>Hello from host B</h1>\n"
                "<p>This TCP is not the kernel's. <a href=/state>How is this connection?</a>\n");
}

static bool starts(const uint8_t *text, size_t len, const char *with)
{
    size_t n = strlen(with);
    return len >= n && memcmp(text, with, n) == 0;
}

static void answer_http(Text *line, const Services *s, const World *w, const Tcb *t,
                        const uint8_t *request, size_t len)
{
    char page[1400], all[1800];
    Text p = text_fixed(page, sizeof page), a = text_fixed(all, sizeof all);
    bool head = starts(request, len, "HEAD "), get = head || starts(request, len, "GET ");
    const uint8_t *path = request + (head ? 5 : 4);
    size_t path_len = get && len > (size_t)(path - request) ? len - (size_t)(path - request) : 0;
    const char *status = "200 OK", *type = "text/plain";
    if (!get) {
        status = "501 Not Implemented";
        text_add(&p, "Only GET and HEAD are understood here.\n");
    } else if (starts(path, path_len, "/state ")) {
        state_page(&p, s, w, t);
    } else if (starts(path, path_len, "/ ")) {
        type = "text/html";
        front_page(&p);
    } else {
        status = "404 Not Found";
        text_add(&p, "There is / and /state.\n");
    }
    text_addf(&a,
              "HTTP/1.1 %s\r\nServer: Sandwire\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
              "Connection: close\r\n\r\n",
              status, type, p.len);
    if (!head)
        text_add(&a, page);
    send_text(line, t, all, a.len);
}

/* True if the request has come whole, or will never be. */
static bool http(Text *line, const Services *s, const World *w, const Tcb *t)
{
    uint8_t request[REQUEST_MAX];
    uint32_t n = peek(w, t, request, sizeof request);
    bool whole = n == sizeof request || (t->user & USER_FIN_TAKEN);
    for (uint32_t i = 3; i < n; i++)
        whole = whole || memcmp(request + i - 3, "\r\n\r\n", 4) == 0;
    if (!whole || !may_send(t))
        return false;
    if (n == 0) {
        say(line, t, "close");
        return true;
    }
    answer_http(line, s, w, t, request, n);
    text_addf(line, "; B[%u] recv; B[%u] close", t->number, t->number);
    return true;
}

/* ---- the others ---- */

static bool echo(Text *line, const World *w, const Tcb *t)
{
    uint8_t chunk[ECHO_CHUNK];
    uint32_t room = may_send(t) ? ring_free(&t->tx) : 0;
    uint32_t n = peek(w, t, chunk, min_u32(room, sizeof chunk));
    if (n == 0)
        return false;
    say(line, t, "send ");
    quote(line, chunk, n);
    text_addf(line, "; B[%u] recv %u", t->number, n);
    return true;
}

/* RFC 864: lines of 72 characters out of the 95 that can be printed, each line one further. */
static bool chargen(Services *s, Text *line, const Tcb *t)
{
    enum { LINES = 16, WIDTH = 72, LETTERS = 95 };
    char text[LINES * (WIDTH + 2)];
    size_t n = 0;
    if (!may_send(t) || (t->user & USER_FIN_TAKEN) || ring_free(&t->tx) < sizeof text)
        return false;
    for (int i = 0; i < LINES; i++) {
        for (uint32_t k = 0; k < WIDTH; k++)
            text[n++] = (char)(' ' + (s->chargen_line + k) % LETTERS);
        text[n++] = '\r';
        text[n++] = '\n';
        s->chargen_line = (s->chargen_line + 1) % LETTERS;
    }
    send_text(line, t, text, n);
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
    say(line, t, "recv");
    return true;
}

static bool close_at_end(Text *line, const Tcb *t)
{
    if (!at_end(t) || (t->state != ESTABLISHED && t->state != CLOSE_WAIT))
        return false;
    say(line, t, "close");
    return true;
}

static bool serve(Services *s, Text *line, const World *w, const Tcb *t)
{
    switch (t->local_port) {
    case PORT_ECHO: return echo(line, w, t) || close_at_end(line, t);
    case PORT_DISCARD: return read_all(line, t) || close_at_end(line, t);
    case PORT_CHARGEN: return read_all(line, t) || close_at_end(line, t) || chargen(s, line, t);
    case PORT_HTTP: return http(line, s, w, t);
    case PORT_SLOW: return slow(s, line, w, t) || close_at_end(line, t);
    case PORT_NEVER_CLOSE: return read_all(line, t);
    case PORT_RESET:
        if (t->rx.len == 0)
            return close_at_end(line, t);
        say(line, t, "abort");
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
