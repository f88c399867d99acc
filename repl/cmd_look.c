/*
 * cmd_look.c: looking: each command chooses what a view shows.
 *
 * Nothing here changes the world. `tcb diff` and `diff` look at other moments on the session itself
 * or on a fork of it, and leave it where it was.
 */
#include "repl/lang.h"

#include <stdio.h>
#include <string.h>

/* The host a look is about: the subject, or the next word; HOST_NONE if there is neither. */
static bool read_host(Run *r, HostId *host, uint16_t *conn)
{
    size_t len;
    const char *word = arg_word(r, &len);
    *host = r->host;
    *conn = r->conn;
    if (r->has_host || !word)
        return true;
    if (!host_parse(word, len, host, conn)) {
        *host = HOST_NONE;
        return true; /* some other word: the caller says what it thinks of it */
    }
    r->at++;
    return true;
}

/* The connection a look is about; reported when there is none. */
static const Tcb *read_tcb(Run *r, HostId *host)
{
    uint16_t conn;
    uint32_t where = r->at;
    read_host(r, host, &conn);
    if (*host == HOST_NONE) {
        arg_missing(r, "a host: A or B", "主机：A 或 B");
        return NULL;
    }
    const Tcb *t = world_conn(session_world(r->shell->session), *host, conn);
    if (t && (conn == 0 || t->number == conn))
        return t;
    refuse(
        r, where,
        SAY(r,
            "%c has no such connection: no TCB exists before connect or listen, nor after CLOSED",
            "%c 没有这条连接：connect 或 listen 之前、CLOSED 之后都没有 TCB"),
        host_letter(*host));
    return NULL;
}

LineStatus cmd_ladder(Run *r)
{
    LadderRange range = {.first = 1, .last = UINT32_MAX, .heading = true, .host = HOST_NONE};
    bool time = false, first = true;
    while (arg_more(r)) {
        size_t len;
        const char *word = arg_word(r, &len);
        uint32_t row;
        if (arg_take(r, "time")) {
            time = true;
        } else if (word && host_parse(word, len, &range.host, &range.conn)) {
            r->at++;
            if (range.conn == 0) {
                const Tcb *t = world_conn(session_world(r->shell->session), range.host, 0);
                range.conn = t ? t->number : 0;
            }
        } else if (arg_row(r, &row)) {
            *(first ? &range.first : &range.last) = row;
            first = false;
        } else {
            return LINE_ERROR;
        }
    }
    View view = shell_view(r->shell);
    if (trace_last(view.trace) == 0)
        text_add(r->out, SAY(r, "nothing has happened yet; try: B listen 80; A connect B:80\n",
                             "还什么都没有发生；试试：B listen 80; A connect B:80\n"));
    else if (time)
        look_ladder_time(r->out, &view, &range);
    else
        look_ladder(r->out, &view, &range);
    return LINE_OK;
}

LineStatus cmd_state(Run *r)
{
    HostId host;
    uint16_t conn;
    read_host(r, &host, &conn);
    if (!arg_end(r))
        return LINE_ERROR;
    View view = shell_view(r->shell);
    for (HostId h = 0; h < HOST_COUNT; h++)
        if (host == HOST_NONE || host == h)
            look_state(r->out, &view, h);
    return LINE_OK;
}

LineStatus cmd_fsm(Run *r)
{
    HostId host;
    uint16_t conn;
    read_host(r, &host, &conn);
    if (!arg_end(r))
        return LINE_ERROR;
    View view = shell_view(r->shell);
    look_fsm(r->out, &view, host);
    return LINE_OK;
}

LineStatus cmd_visited(Run *r)
{
    View view = shell_view(r->shell);
    look_visited(r->out, &view);
    return LINE_OK;
}

/* ---- control blocks ---- */

/* The block of the same connection one event ago; zeros if it did not exist. */
static Tcb tcb_before(Shell *sh, HostId host, uint16_t number)
{
    Tcb before = {0};
    Nanos now = session_world(sh->session)->now;
    uint64_t here = session_position(sh->session), went = session_back(sh->session, 1);
    const Tcb *t = went ? world_conn(session_world(sh->session), host, number) : NULL;
    if (t && t->number == number)
        before = *t;
    session_return(sh->session, here, now);
    return before;
}

LineStatus cmd_tcb(Run *r)
{
    HostId host;
    const Tcb *t = read_tcb(r, &host);
    bool diff = false, all = false;
    if (!t)
        return LINE_ERROR;
    while (arg_more(r)) {
        if (arg_take(r, "diff"))
            diff = true;
        else if (arg_take(r, "all"))
            all = true;
        else
            return refuse(r, r->at,
                          SAY(r, "`tcb A`, `tcb A diff` or `tcb A all`",
                              "写作 tcb A、tcb A diff 或 tcb A all"));
    }
    if (!diff) {
        View view = shell_view(r->shell);
        look_tcb(r->out, &view, t, all);
        return LINE_OK;
    }
    Tcb now = *t, before = tcb_before(r->shell, host, t->number);
    View view = shell_view(r->shell);
    char head[40];
    uint32_t last = trace_last(view.trace);
    snprintf(head, sizeof head, SAY(r, "after #%u", "#%u 之后"), last);
    look_tcb_diff(r->out, &view, &before, &now, SAY(r, "before", "之前"), head);
    return LINE_OK;
}

LineStatus cmd_seqspace(Run *r)
{
    HostId host;
    const Tcb *t = read_tcb(r, &host);
    if (!t || !arg_end(r))
        return LINE_ERROR;
    View view = shell_view(r->shell);
    look_seqspace(r->out, &view, t);
    return LINE_OK;
}

LineStatus cmd_queue(Run *r)
{
    HostId host;
    const Tcb *t = read_tcb(r, &host);
    if (!t || !arg_end(r))
        return LINE_ERROR;
    View view = shell_view(r->shell);
    look_queue(r->out, &view, t);
    return LINE_OK;
}

LineStatus cmd_header(Run *r)
{
    uint32_t row;
    if (!arg_row(r, &row) || !arg_end(r))
        return LINE_ERROR;
    View view = shell_view(r->shell);
    if (look_header(r->out, &view, row))
        return LINE_OK;
    return refuse(r, r->at - 1,
                  SAY(r, "#%u is no segment: it has no header", "#%u 不是报文段，没有首部"), row);
}

LineStatus cmd_timers(Run *r)
{
    View view = shell_view(r->shell);
    look_timers(r->out, &view);
    return LINE_OK;
}

LineStatus cmd_ss(Run *r)
{
    HostId host;
    uint16_t conn;
    read_host(r, &host, &conn);
    if (!arg_end(r))
        return LINE_ERROR;
    View view = shell_view(r->shell);
    look_ss(r->out, &view, host);
    return LINE_OK;
}

LineStatus cmd_plot(Run *r)
{
    static const char *const kinds[] = {"cwnd", "flight", "seq"};
    int kind = arg_choice(r, kinds, 3);
    HostId host;
    uint16_t conn;
    if (kind < 0)
        return LINE_ERROR;
    read_host(r, &host, &conn);
    if (!arg_end(r))
        return LINE_ERROR;
    View view = shell_view(r->shell);
    look_plot(r->out, &view, (PlotKind)kind, host == HOST_NONE ? HOST_A : host);
    return LINE_OK;
}

/* ---- events ---- */

LineStatus cmd_events(Run *r)
{
    uint64_t n = 10;
    View view = shell_view(r->shell);
    uint32_t last = trace_last(view.trace), row;
    if (arg_looks_like_row(r)) {
        if (!arg_row(r, &row) || !arg_end(r))
            return LINE_ERROR;
        look_event(r->out, &view, row);
        return LINE_OK;
    }
    if (arg_more(r) && (!arg_quantity(r, QUANTITY_COUNT, 1000000, &n) || !arg_end(r)))
        return LINE_ERROR;
    for (row = last > n ? last - (uint32_t)n + 1 : 1; row <= last; row++)
        look_event(r->out, &view, row);
    if (last == 0)
        text_add(r->out, SAY(r, "nothing has happened yet\n", "还什么都没有发生\n"));
    return LINE_OK;
}

LineStatus cmd_explain(Run *r)
{
    const Trace *trace = session_trace(r->shell->session);
    uint32_t first = 1, last = trace_last(trace);
    if (arg_more(r)) {
        if (!arg_row(r, &first))
            return LINE_ERROR;
        if (!arg_more(r))
            last = first;
        else if (!arg_row(r, &last) || !arg_end(r))
            return LINE_ERROR;
    }
    if (last == 0)
        text_add(r->out, SAY(r, "nothing has happened yet\n", "还什么都没有发生\n"));
    show_sentences(r->shell, first, last, r->out);
    return LINE_OK;
}

/* ---- diff ---- */

/* Travels to "#12", "mark", "branch@12", "now". */
static bool travel(Session *session, const char *word, size_t len)
{
    char text[120];
    if (len >= sizeof text)
        return false;
    memcpy(text, word, len);
    text[len] = '\0';
    if (strcmp(text, "now") == 0)
        return true;
    if (strcmp(text, "start") == 0) {
        session_goto_position(session, 0);
        return true;
    }
    char *at = strchr(text, '@');
    const char *row_text = text[0] == '#' ? text + 1 : at ? at + 1 : NULL;
    if (at) {
        *at = '\0';
        if (strcmp(text, session_branch_name(session)) != 0 && !session_switch(session, text))
            return false;
        if (row_text[0] == '#')
            row_text++;
    }
    if (!row_text)
        return session_goto_mark(session, text);
    uint64_t row;
    return quantity_parse(row_text, strlen(row_text), QUANTITY_COUNT, &row) && row <= UINT32_MAX &&
           session_goto_row(session, (uint32_t)row);
}

typedef struct Moment {
    Tcb tcb[HOST_COUNT];
    bool has[HOST_COUNT];
    char name[60];
} Moment;

/* Looks at another moment and comes back. */
static bool read_moment(Run *r, Moment *m)
{
    Session *session = r->shell->session;
    size_t len;
    const char *word = arg_word(r, &len);
    if (!word) {
        word = "now";
        len = 3;
    }
    char branch[64];
    snprintf(branch, sizeof branch, "%s", session_branch_name(session));
    uint64_t position = session_position(session);
    Nanos now = session_world(session)->now;
    memset(m, 0, sizeof *m);
    snprintf(m->name, sizeof m->name, "%.*s", (int)min_u64(len, 40), word);
    bool ok = travel(session, word, len);
    for (HostId h = 0; ok && h < HOST_COUNT; h++) {
        const Tcb *t = world_conn(session_world(session), h, 0);
        m->has[h] = t != NULL;
        if (t)
            m->tcb[h] = *t;
    }
    if (strcmp(session_branch_name(session), branch) != 0)
        session_switch(session, branch);
    session_return(session, position, now);
    if (!ok)
        refuse(r, r->at,
               SAY(r, "no such moment: #12, a mark, or BRANCH@12 (`branches` lists them)",
                   "没有这个时刻：可写 #12、书签或 分支@12（branches 列出分支）"));
    else if (arg_more(r))
        r->at++;
    return ok;
}

LineStatus cmd_diff(Run *r)
{
    Moment before, after;
    if (!arg_more(r))
        return arg_missing(r, "a moment, as #3", "时刻，如 #3") ? LINE_OK : LINE_ERROR;
    if (!read_moment(r, &before) || !read_moment(r, &after) || !arg_end(r))
        return LINE_ERROR;
    View view = shell_view(r->shell);
    if (!before.has[HOST_A] && !before.has[HOST_B] && !after.has[HOST_A] && !after.has[HOST_B])
        text_add(r->out, SAY(r, "neither moment knows a connection\n", "两个时刻都没有连接\n"));
    for (HostId h = 0; h < HOST_COUNT; h++) {
        if (!before.has[h] && !after.has[h])
            continue;
        if (!before.has[h])
            before.tcb[h].host = h;
        look_tcb_diff(r->out, &view, &before.tcb[h], &after.tcb[h], before.name, after.name);
    }
    return LINE_OK;
}

LineStatus cmd_tell(Run *r)
{
    static const char *const words[] = {"ladder", "sentences"};
    if (!arg_more(r)) {
        text_addf(r->out, "tell %s\n", words[r->shell->options.sentences]);
        return LINE_OK;
    }
    int sentences = arg_choice(r, words, 2);
    if (sentences < 0 || !arg_end(r))
        return LINE_ERROR;
    r->shell->options.sentences = sentences == 1;
    return LINE_OK;
}

LineStatus cmd_numbers(Run *r)
{
    static const char *const words[] = {"relative", "absolute"};
    if (!arg_more(r)) {
        r->shell->absolute = !r->shell->absolute;
    } else {
        int absolute = arg_choice(r, words, 2);
        if (absolute < 0 || !arg_end(r))
            return LINE_ERROR;
        r->shell->absolute = absolute == 1;
    }
    if (!r->shell->options.quiet)
        text_addf(r->out, SAY(r, "sequence numbers are %s now\n", "序号现在以%s方式显示\n"),
                  r->shell->absolute ? SAY(r, "absolute", "绝对值")
                                     : SAY(r, "relative: A and B stand for the initial ones",
                                           "相对值（A、B 代表两端的初始序号）"));
    return LINE_OK;
}
