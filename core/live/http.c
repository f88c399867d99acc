/*
 * http.c: see http.h.
 *
 * Of RFC 9112 a request line, an empty line and Content-Length are enough: one request, one answer,
 * then we close first, and TIME-WAIT is ours. A path is only compared with the paths that there
 * are, so no path can lead elsewhere.
 */
#include "core/live/http.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/live/service_line.h"

/* A chunk is what one line of the session sends of a file: quoted it may be four times as long. */
enum { REQUEST_MAX = 1024, PATH_MAX_LEN = 256, CHUNK = 2920 };
enum { PAGE_MAX = 3200, ANSWER_MAX = PAGE_MAX + 200 };
_Static_assert(4 * CHUNK + 100 < SERVICE_LINE_MAX, "a chunk of a file fits into a line");
_Static_assert(4 * ANSWER_MAX + 100 < SERVICE_LINE_MAX, "and so does a page with its header");

/* ---- pages about itself -------------------------------------------------------------------- */

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

/* A path as a page's text and as its link: a file may be called anything. */
static void add_escaped(Text *p, const char *path)
{
    for (; *path; path++)
        if (strchr("&<>\"", *path))
            text_addf(p, "&#%d;", *path);
        else
            text_char(p, *path);
}

/* With what the folder has, if there is one. */
static void front_page(Text *p, const Services *s)
{
    text_add(p, "<!doctype html><title>Sandwire</title><h1>Hello from host B</h1>\n"
                "<p>This TCP is not the kernel's. <a href=/state>How is this connection?</a>\n");
    uint32_t listed = 0;
    for (; listed < s->file_count; listed++) {
        const char *path = s->files[listed].path;
        if (p->len + 2 * 5 * strlen(path) + 100 > p->cap) /* each letter may become "&#38;" */
            break;
        text_add(p, "<br><a href=\"");
        add_escaped(p, path);
        text_add(p, "\">");
        add_escaped(p, path);
        text_add(p, "</a>\n");
    }
    if (listed < s->file_count)
        text_addf(p, "<br>... %u files\n", s->file_count);
}

/* ---- the request --------------------------------------------------------------------------- */

static bool starts(const uint8_t *text, size_t len, const char *with)
{
    size_t n = strlen(with);
    return len >= n && memcmp(text, with, n) == 0;
}

static int hex_of(uint8_t c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 87 : -1;
}

/* The path of the request line: up to the blank or '?', with %41 as A. Too long: cut, which is no
 * file's path. */
static void take_path(const uint8_t *at, size_t len, char path[PATH_MAX_LEN])
{
    size_t n = 0;
    for (size_t i = 0; i < len && at[i] != ' ' && at[i] != '?' && at[i] != '\r'; i++) {
        uint8_t c = at[i];
        if (c == '%' && i + 2 < len && hex_of(at[i + 1]) >= 0 && hex_of(at[i + 2]) >= 0) {
            c = (uint8_t)(hex_of(at[i + 1]) << 4 | hex_of(at[i + 2]));
            i += 2;
        }
        if (n + 1 < PATH_MAX_LEN)
            path[n++] = (char)c;
    }
    path[n] = '\0';
}

/* The file, also as the index of a folder; NULL: there is none. */
static const ServedFile *file_of(const Services *s, const char *path)
{
    char index[PATH_MAX_LEN + 16];
    size_t n = strlen(path);
    snprintf(index, sizeof index, "%s%sindex.html", path, n && path[n - 1] == '/' ? "" : "/");
    for (uint32_t i = 0; i < s->file_count; i++)
        if (strcmp(s->files[i].path, path) == 0 || strcmp(s->files[i].path, index) == 0)
            return &s->files[i];
    return NULL;
}

static const char *type_of(const char *path)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                           {".htm", "text/html; charset=utf-8"},
                                           {".txt", "text/plain; charset=utf-8"},
                                           {".md", "text/plain; charset=utf-8"},
                                           {".c", "text/plain; charset=utf-8"},
                                           {".h", "text/plain; charset=utf-8"},
                                           {".sw", "text/plain; charset=utf-8"},
                                           {".css", "text/css"},
                                           {".js", "text/javascript"},
                                           {".json", "application/json"},
                                           {".svg", "image/svg+xml"},
                                           {".png", "image/png"},
                                           {".jpg", "image/jpeg"},
                                           {".gif", "image/gif"},
                                           {".webp", "image/webp"},
                                           {".pdf", "application/pdf"}};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    return "application/octet-stream";
}

/* ---- the answer ---------------------------------------------------------------------------- */

static void header(Text *a, const char *status, const char *type, size_t len)
{
    text_addf(a,
              "HTTP/1.1 %s\r\nServer: Sandwire\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
              "Connection: close\r\n\r\n",
              status, type, len);
}

static bool is_alive(const World *w, uint32_t number)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (t->used && t->host == HOST_B && t->number == number && !(t->user & USER_CLOSED))
            return true;
    }
    return false;
}

static Transfer *transfer_of(Services *s, const Tcb *t)
{
    for (int i = 0; i < SERVICE_TRANSFERS; i++)
        if (s->transfers[i].file && s->transfers[i].conn == t->number)
            return &s->transfers[i];
    return NULL;
}

static Transfer *free_transfer(Services *s, const World *w)
{
    for (int i = 0; i < SERVICE_TRANSFERS; i++)
        if (!s->transfers[i].file || !is_alive(w, s->transfers[i].conn))
            return &s->transfers[i];
    return NULL;
}

/* The page, or the beginning of a file. True: something is left to be sent. */
static bool answer(Text *line, Services *s, const World *w, const Tcb *t, const uint8_t *request,
                   size_t len)
{
    char page[PAGE_MAX], all[ANSWER_MAX], path[PATH_MAX_LEN];
    Text p = text_fixed(page, sizeof page), a = text_fixed(all, sizeof all);
    bool head = starts(request, len, "HEAD "), get = head || starts(request, len, "GET ");
    size_t method = head ? 5 : 4;
    const char *status = "200 OK", *type = "text/plain";
    take_path(request + method, get ? len - method : 0, path);
    const ServedFile *file = get ? file_of(s, path) : NULL;
    Transfer *transfer = file && !head && file->len ? free_transfer(s, w) : NULL;
    if (!get) {
        status = "501 Not Implemented";
        text_add(&p, "Only GET and HEAD are understood here.\n");
    } else if (file && !head && file->len && !transfer) {
        status = "503 Service Unavailable";
        text_add(&p, "Too many files are under way. Try again.\n");
    } else if (file) {
        header(&a, status, type_of(file->path), file->len);
        service_send_text(line, t, all, a.len);
        if (transfer)
            *transfer = (Transfer){.conn = t->number, .file = file};
        return transfer != NULL;
    } else if (strcmp(path, "/state") == 0) {
        state_page(&p, s, w, t);
    } else if (strcmp(path, "/") == 0) {
        type = "text/html";
        front_page(&p, s);
    } else {
        status = "404 Not Found";
        text_addf(&p, "There is / and /state%s.\n",
                  s->file_count ? ", and what lies in the folder of --files" : "");
    }
    header(&a, status, type, p.len);
    if (!head)
        text_add(&a, page);
    service_send_text(line, t, all, a.len);
    return false;
}

/* The next chunk, once there is room for it. */
static bool go_on(Text *line, Transfer *transfer, const Tcb *t)
{
    uint32_t n = min_u32(transfer->file->len - transfer->at, CHUNK);
    if (!service_may_send(t) || ring_free(&t->tx) < n)
        return false;
    service_say(line, t, "send ");
    service_quote(line, transfer->file->bytes + transfer->at, n);
    transfer->at += n;
    if (transfer->at == transfer->file->len) {
        text_addf(line, "; B[%u] close", t->number);
        *transfer = (Transfer){0};
    }
    return true;
}

bool http_next(Text *line, Services *s, const World *w, const Tcb *t)
{
    uint8_t request[REQUEST_MAX];
    Transfer *transfer = transfer_of(s, t);
    if (transfer)
        return go_on(line, transfer, t);
    uint32_t n = service_peek(w, t, request, sizeof request);
    bool whole = n == sizeof request || (t->user & USER_FIN_TAKEN);
    for (uint32_t i = 3; i < n; i++)
        whole = whole || memcmp(request + i - 3, "\r\n\r\n", 4) == 0;
    if (!whole || !service_may_send(t))
        return false;
    if (n == 0) {
        service_say(line, t, "close");
        return true;
    }
    bool more = answer(line, s, w, t, request, n);
    text_addf(line, "; B[%u] recv", t->number);
    if (!more)
        text_addf(line, "; B[%u] close", t->number);
    return true;
}
