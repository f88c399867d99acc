/*
 * view_hosts.c: every connection of both ends as a table, with the columns of `ss -tan`, so that a
 * learner can lay both side by side.
 *
 *     State        Recv-Q  Send-Q  Local Address:Port  Peer Address:Port
 *     ESTAB             0    1448  10.0.0.1:49152      10.0.0.2:80          A[1]
 *        cwnd 14480  rtt 100ms  rto 1s      retransmission 312ms
 *
 * The second line, as `ss -ti` gives it, is left out where rows would not fit. The connection that
 * the other views show is marked by a bar and bold type.
 */
#include <string.h>

#include "core/base/wire_ip.h"
#include "viz/measure.h"
#include "viz/parts.h"

enum { COLUMNS = 6, CELL_TEXT = 64, ROWS_MAX = 256 };

typedef struct Table {
    Display *d;
    const Moment *m;
    const View *view;
    Look look;
    Box box;
    float x[COLUMNS], w[COLUMNS];
    const Tcb *row[ROWS_MAX];
    uint32_t rows;
} Table;

static const char *ss_state(TcpState s)
{
    static const char *const names[TCP_STATE_COUNT] = {
        "UNCONN",     "LISTEN",     "SYN-SENT", "SYN-RECV", "ESTAB",    "FIN-WAIT-1",
        "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK", "TIME-WAIT"};
    return s < TCP_STATE_COUNT ? names[s] : "?";
}

static void endpoint(Text *out, uint32_t addr, bool v6, uint16_t port)
{
    if (addr)
        ip_text(out, addr, v6);
    else
        text_add(out, v6 ? "::" : "0.0.0.0");
    if (port)
        text_addf(out, ":%u", (unsigned)port);
    else
        text_add(out, ":*");
}

/* Children of a listener that wait to be accepted: its Recv-Q. */
static uint32_t waiting(const World *w, const Tcb *listener)
{
    uint32_t n = 0;
    const Tcb *conns = world_conns(w);
    for (uint16_t i = 1; i <= w->shape.conns; i++)
        n += conns[i].used && conns[i].parent && &conns[conns[i].parent] == listener &&
             conns[i].state >= ESTABLISHED && !(conns[i].user & USER_ACCEPTED);
    return n;
}

static void cell_text(Text *out, const Table *t, const Tcb *c, int column)
{
    bool listens = c->state == LISTEN, v6 = tcb_v6(c);
    const Host *host = &t->m->world->hosts[c->host];
    switch (column) {
    case 0: text_add(out, ss_state((TcpState)c->state)); break;
    case 1: text_addf(out, "%u", (unsigned)(listens ? waiting(t->m->world, c) : c->rx.len)); break;
    case 2: text_addf(out, "%u", (unsigned)(listens ? c->backlog : c->tx.len)); break;
    case 3:
        endpoint(out, listens ? 0 : c->local_addr ? c->local_addr : host->addr, v6, c->local_port);
        break;
    case 4: endpoint(out, listens ? 0 : c->remote_addr, v6, listens ? 0 : c->remote_port); break;
    default: text_addf(out, "%c[%u]", host_letter((HostId)c->host), (unsigned)c->number); break;
    }
}

/* The more that follows in a second line. */
static void more_text(Text *out, const Table *t, const Tcb *c)
{
    text_addf(out, "cwnd %u  ", (unsigned)c->cc.cwnd);
    if (c->srtt) {
        text_add(out, "rtt ");
        text_duration(out, c->srtt - c->srtt % 1000);
        text_add(out, "  ");
    }
    text_add(out, "rto ");
    text_duration(out, c->rto - c->rto % 1000);
    if (c->rexmits)
        text_addf(out, "  retrans %u", (unsigned)c->rexmits);
    int next = -1;
    for (int i = 0; i < TIMER_COUNT; i++)
        if (timer_armed(c, (TimerId)i) && (next < 0 || c->due[i] < c->due[next]))
            next = i;
    if (next < 0)
        return;
    Nanos now = t->m->world->now, left = c->due[next] > now ? c->due[next] - now : 0;
    text_addf(out, "  %s: %s ", word(WORD_TIMER, t->view->lang), timer_name((TimerId)next));
    text_duration(out, left > 10 * NANOS_MS ? left - left % NANOS_MS : left);
}

static void collect(Table *t)
{
    const World *w = t->m->world;
    const Tcb *conns = world_conns(w);
    for (HostId h = 0; h < HOST_COUNT; h++)
        for (uint16_t i = 1; i <= w->shape.conns && t->rows < ROWS_MAX; i++)
            if (conns[i].used && conns[i].host == h)
                t->row[t->rows++] = &conns[i];
}

static const char *const heads[COLUMNS] = {"State",      "Recv-Q",    "Send-Q",
                                           "Local:Port", "Peer:Port", ""};

/* Columns as wide as their widest text, then spread over the width. */
static void measure_columns(Table *t)
{
    float size = t->look.small, gap = size * 1.2f, used = 0, x = t->box.x + size * 0.8f;
    for (int c = 0; c < COLUMNS; c++) {
        t->w[c] = measure_text(heads[c], size);
        for (uint32_t i = 0; i < t->rows; i++) {
            char text[CELL_TEXT];
            Text out = text_fixed(text, sizeof text);
            cell_text(&out, t, t->row[i], c);
            float w = measure_text(text, size);
            t->w[c] = w > t->w[c] ? w : t->w[c];
        }
        used += t->w[c];
    }
    float spare = (t->box.w - size * 1.6f - used) / (COLUMNS - 1);
    gap = spare < gap ? spare : spare > gap * 3 ? gap * 3 : spare;
    for (int c = 0; c < COLUMNS; c++) {
        t->x[c] = x;
        x += t->w[c] + gap;
    }
}

static void draw_row(const Table *t, const Tcb *c, float y, float h, bool more)
{
    float size = t->look.small, base = y + t->look.line * 0.5f + size * MEASURE_MIDDLE;
    bool focus = c == moment_conn(t->m, (HostId)c->host);
    float right = t->box.x + t->box.w;
    if (focus)
        draw_rect(t->d, (Box){t->box.x, y + 1, size * 0.3f, h - 2}, 1, ROLE_PRESENT, ROLE_NONE, 0);
    for (int k = 0; k < COLUMNS; k++) {
        char text[CELL_TEXT];
        Text out = text_fixed(text, sizeof text);
        bool number = k == 1 || k == 2;
        cell_text(&out, t, c, k);
        if (t->x[k] + t->w[k] > right + 1)
            break;
        draw_text(t->d, number ? t->x[k] + t->w[k] : t->x[k], base, text,
                  k == 5 ? ROLE_MUTED : ROLE_TEXT, size, focus ? FONT_BOLD : FONT_MONO,
                  number ? ANCHOR_END : ANCHOR_START);
    }
    if (!more || c->state == LISTEN || c->state == CLOSED)
        return;
    char text[192];
    Text out = text_fixed(text, sizeof text);
    more_text(&out, t, c);
    draw_text_fit(t->d, t->x[0] + size, base + t->look.line, right - t->x[0] - size, text,
                  ROLE_MUTED, size * 0.95f, FONT_MONO, ANCHOR_START);
}

static float row_height(const Table *t, const Tcb *c, bool more)
{
    bool two = more && c->state != LISTEN && c->state != CLOSED;
    return t->look.line * (two ? 2.35f : 1.35f);
}

void view_hosts(Display *d, const Moment *m, const View *view, Box box)
{
    Table t = {.d = d, .m = m, .view = view, .look = look_of(view), .box = box};
    float size = t.look.small, y = box.y, all = t.look.line * 1.6f;
    collect(&t);
    if (t.rows == 0) {
        view_nothing(d, view, WORD_NO_CONNECTIONS, box);
        return;
    }
    measure_columns(&t);
    for (int k = 0; k < COLUMNS; k++) {
        bool number = k == 1 || k == 2;
        if (heads[k][0] && t.x[k] + t.w[k] <= box.x + box.w + 1)
            draw_text(d, number ? t.x[k] + t.w[k] : t.x[k], y + size, heads[k], ROLE_MUTED, size,
                      FONT_MONO, number ? ANCHOR_END : ANCHOR_START);
    }
    y += size * 1.5f;
    draw_line(d, (Point){box.x, y}, (Point){box.x + box.w, y}, ROLE_GRID, 1, DASH_NONE, false);
    y += size * 0.3f;
    for (uint32_t i = 0; i < t.rows; i++)
        all += row_height(&t, t.row[i], true);
    bool more = all <= box.h;
    for (uint32_t i = 0; i < t.rows; i++) {
        float h = row_height(&t, t.row[i], more);
        bool last = i + 1 == t.rows;
        if (y + h + (last ? 0 : t.look.line) > box.y + box.h) {
            char text[32];
            Text out = text_fixed(text, sizeof text);
            text_addf(&out, "+ %u", (unsigned)(t.rows - i));
            if (y + t.look.line <= box.y + box.h)
                draw_text(d, t.x[0], y + size, text, ROLE_MUTED, size, FONT_MONO, ANCHOR_START);
            return;
        }
        draw_row(&t, t.row[i], y, h, more);
        y += h;
    }
}
