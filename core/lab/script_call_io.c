/*
 * script_call_io.c: the system calls of scripts that open, carry and close: socket() to close().
 *
 * The bytes themselves are zeros where a script writes `...`; what is read is counted, not compared
 * (the original tool does the same). Of recvmsg() the flags and control messages that come back are
 * compared: those that this stack gives are MSG_OOB and the bytes left (TCP_INQ).
 */
#include "core/lab/script_call.h"

#include <stdio.h>
#include <string.h>

/* Port and family of `{sa_family = AF_INET, sin_port = htons(8080), ...}`; `...`: the usual ones.
 */
static void address(const ScriptRunner *r, const Term *t, bool remote, uint16_t *port, int *family)
{
    *family = SW_AF_INET;
    *port = (uint16_t)(remote ? r->p->set.connect_port : r->p->set.bind_port);
    if (!t || t->kind != TERM_STRUCT)
        return;
    const Term *p = term_field(t, "sin_port");
    if (p && p->kind == TERM_CALL && p->first)
        *port = (uint16_t)p->first->value;
    if (term_field(t, "sa_family"))
        *family = (int)term_number(t, "sa_family");
}

Done do_socket(ScriptRunner *r, const Event *e)
{
    const Term *domain = call_argument(e, 0);
    int family = domain && domain->kind == TERM_INT ? (int)domain->value : SW_AF_INET;
    SockResult s = runner_perform(
        r, sock_socket(HOST_A, family, (int)call_number(e, 1), (int)call_number(e, 2)));
    if (s.value >= 0) {
        r->under = UNDER_NONE;
        r->under_fd = (int)s.value;
    }
    Done d = done_of(s);
    d.bound = s.value >= 0;
    return d;
}

Done do_bind(ScriptRunner *r, const Event *e)
{
    uint16_t port;
    int family;
    address(r, call_argument(e, 1), false, &port, &family);
    return done_of(runner_perform(r, sock_bind(HOST_A, call_fd(r, e, 0), 0, port)));
}

Done do_listen(ScriptRunner *r, const Event *e)
{
    int fd = call_fd(r, e, 0);
    SockResult s = runner_perform(r, sock_listen(HOST_A, fd, (int)call_number(e, 1)));
    if (s.value == 0 && fd == r->under_fd && r->under == UNDER_NONE) /* not: a new backlog */
        r->under = UNDER_LISTENS;
    return done_of(s);
}

/* The socket under test opens actively: the next SYN out shows its numbers. */
static void begin_active(ScriptRunner *r, int fd)
{
    if (fd != r->under_fd || r->under != UNDER_NONE)
        return;
    r->under = UNDER_ACTIVE;
    r->remote_port = r->local_port = 0;
    r->remote_known = r->local_known = false;
    r->remote_isn = r->local_isn_script = r->local_isn_live = 0;
    r->ts_count = 0;
}

Done do_connect(ScriptRunner *r, const Event *e)
{
    uint16_t port;
    int family, fd = call_fd(r, e, 0);
    address(r, call_argument(e, 1), true, &port, &family);
    if (family == SW_AF_UNSPEC)
        return done_of(runner_perform(r, sock_disconnect(HOST_A, fd)));
    begin_active(r, fd);
    return done_of(runner_perform(r, sock_connect(HOST_A, fd, r->w->hosts[HOST_B].addr, port)));
}

Done do_accept(ScriptRunner *r, const Event *e)
{
    int flags = call_is(e, "accept4") ? (int)call_number(e, 3) : 0;
    SockResult s = runner_perform(r, sock_accept(HOST_A, call_fd(r, e, 0), flags));
    Done d = done_of(s);
    d.bound = s.value >= 0;
    if (d.bound)
        r->under_fd = (int)s.value;
    return d;
}

/* Bytes of `[{..., 100}, {..., 50}]`. */
static uint32_t vector_bytes(const Term *list)
{
    uint64_t total = 0;
    for (const Term *t = list ? list->first : NULL; t; t = t->next) {
        const Term *len = t->first ? t->first->next : NULL;
        const Term *named = term_field(t, "iov_len");
        len = named ? named : len;
        total += len && len->kind == TERM_INT && len->value > 0 ? (uint64_t)len->value : 0;
    }
    return (uint32_t)min_u64(total, UINT32_MAX);
}

typedef struct Transfer {
    int64_t bytes;
    int flags;
    const Term *address;
} Transfer;

/* Messages are `{msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0}`. */
static Transfer transfer_of(const Event *e)
{
    Transfer t = {.bytes = call_number(e, 2)};
    if (call_is(e, "send") || call_is(e, "recv") || call_is(e, "sendto") || call_is(e, "recvfrom"))
        t.flags = (int)call_number(e, 3);
    if (call_is(e, "sendto"))
        t.address = call_argument(e, 4);
    if (call_is(e, "writev") || call_is(e, "readv"))
        t.bytes = vector_bytes(call_argument(e, 1));
    if (call_is(e, "sendmsg") || call_is(e, "recvmsg")) {
        t.bytes = vector_bytes(term_field(call_argument(e, 1), "msg_iov"));
        t.flags = (int)call_number(e, 2);
    }
    return t;
}

/* ---- recvmsg(): flags and control messages that come back ---- */

/* `[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=10}]`: with TCP_INQ the kernel tells how
 * much is still there. */
static void compare_control(ScriptRunner *r, const Term *wanted, bool given, uint32_t left)
{
    char text[96] = "[]";
    if (given)
        snprintf(text, sizeof text, "[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=%u}]",
                 left);
    const Term *c = wanted->kind == TERM_LIST ? wanted->first : NULL;
    bool same = given ? c && !c->next && term_number(c, "cmsg_level") == SW_IPPROTO_TCP &&
                            term_number(c, "cmsg_type") == SW_TCP_INQ &&
                            term_number(c, "cmsg_data") == left
                      : !c;
    if (!same)
        call_differs(r, wanted, text, "recvmsg gives other control messages",
                     "recvmsg 给出的控制消息不同");
}

static void compare_message(ScriptRunner *r, const Event *e, const Transfer *t)
{
    const Term *m = call_argument(e, 1);
    int fd = call_fd(r, e, 0);
    const Sock *s = sock_at(r->w, HOST_A, fd);
    const Tcb *conn = sock_conn(r->w, HOST_A, fd);
    const Term *flags = term_field(m, "msg_flags"), *control = term_field(m, "msg_control");
    int64_t live = t->flags & SW_MSG_OOB;
    bool room = control && control->kind == TERM_LIST && control->first;
    bool given = s && (s->flags & SOCK_INQ) && !(t->flags & SW_MSG_OOB);
    if (given && !room)
        live |= SW_MSG_CTRUNC; /* the program left no room for the control message */
    if (flags && flags->kind == TERM_INT && flags->value != live) {
        char text[48];
        snprintf(text, sizeof text, "msg_flags=%s%s%s", live & SW_MSG_OOB ? "MSG_OOB" : "",
                 live == (SW_MSG_OOB | SW_MSG_CTRUNC) ? "|" : "",
                 live & SW_MSG_CTRUNC ? "MSG_CTRUNC"
                 : live               ? ""
                                      : "0");
        call_differs(r, flags, text, "recvmsg gives other flags", "recvmsg 给出的标志不同");
    }
    uint32_t left = conn ? tcp_readable(conn) : 0;
    if (conn && left == 0 && (conn->user & USER_FIN_TAKEN))
        left = 1; /* "go on reading": there is an end of file to be had */
    if (control)
        compare_control(r, control, given, left);
}

/* ---- bytes ---- */

Done do_send(ScriptRunner *r, const Event *e)
{
    Transfer t = transfer_of(e);
    int fd = call_fd(r, e, 0);
    uint32_t bytes = t.bytes > 0 ? (uint32_t)min_u64((uint64_t)t.bytes, UINT32_MAX) : 0;
    if (r->pending.event == e)
        bytes -= (uint32_t)min_u64((uint64_t)r->pending.so_far, bytes);
    const Term *text = call_argument(e, 1), *control = term_field(text, "msg_control");
    if (control && control->first) {
        runner_skip(r, RUNNER_SAY(r, "control messages of sendmsg()", "sendmsg() 的控制消息"));
        return (Done){0};
    }
    Bytes data = bytes_of(NULL, 0);
    if (text && text->kind == TERM_STRING)
        data = bytes_of(text->text, min_u32(text->text_len, bytes));
    uint16_t port;
    int family;
    address(r, t.address, true, &port, &family);
    bool fast = t.flags & SW_MSG_FASTOPEN;
    if (fast)
        begin_active(r, fd);
    SockCmd x = fast ? sock_sendto(HOST_A, fd, data, bytes, t.flags, r->w->hosts[HOST_B].addr, port)
                : data.len == bytes && bytes > 0 ? sock_send(HOST_A, fd, data, t.flags)
                                                 : sock_send_zeros(HOST_A, fd, bytes, t.flags);
    SockResult s = runner_perform(r, x);
    Done d = done_of(s);
    int64_t before = r->pending.event == e ? r->pending.so_far : 0;
    if (s.value > 0 || (s.value == 0 && before > 0))
        d.value += before;
    if (d.sleeps && s.value > 0 && r->pending.event == e)
        r->pending.so_far = d.value;
    return d;
}

/* MSG_ERRQUEUE: reports of timestamps and of MSG_ZEROCOPY, which this stack does not make. */
static Done receive_errors(ScriptRunner *r, const Event *e)
{
    if (e->result >= 0)
        runner_skip(r, RUNNER_SAY(r, "reports in the error queue (MSG_ERRQUEUE)",
                                  "错误队列中的报告 (MSG_ERRQUEUE)"));
    return (Done){.value = -1, .error = SW_EAGAIN};
}

Done do_receive(ScriptRunner *r, const Event *e)
{
    Transfer t = transfer_of(e);
    if (t.flags & SW_MSG_ERRQUEUE)
        return receive_errors(r, e);
    uint32_t bytes = t.bytes > 0 ? (uint32_t)min_u64((uint64_t)t.bytes, UINT32_MAX) : 0;
    int64_t before = r->pending.event == e ? r->pending.so_far : 0; /* MSG_WAITALL takes pieces */
    bytes -= (uint32_t)min_u64((uint64_t)before, bytes);
    Done d = done_of(runner_perform(r, sock_recv(HOST_A, call_fd(r, e, 0), bytes, t.flags)));
    d.value = d.value < 0 && before > 0 ? before : d.value + before;
    if (d.sleeps && d.value > 0)
        r->pending.so_far = d.value;
    if (before > 0 && d.error && !d.sleeps)
        d = (Done){.value = before};
    if (!d.sleeps && d.value >= 0 && call_is(e, "recvmsg"))
        compare_message(r, e, &t);
    return d;
}

Done do_shutdown(ScriptRunner *r, const Event *e)
{
    return done_of(
        runner_perform(r, sock_shutdown(HOST_A, call_fd(r, e, 0), (int)call_number(e, 1))));
}

Done do_close(ScriptRunner *r, const Event *e)
{
    return done_of(runner_perform(r, sock_close(HOST_A, call_fd(r, e, 0))));
}
