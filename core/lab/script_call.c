/*
 * script_call.c: system calls, carried out on the socket surface (core/net/sock.h).
 *
 * Script descriptors are the script's own numbers; socket() and accept() bind them to live ones. A
 * call that sleeps is tried again after every event of the world, until it returns.
 */
#include "core/lab/script_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a call came to: as the script writes results. */
typedef struct Done {
    int64_t value;
    int error;
    bool sleeps;   /* tries again later */
    unsigned wait; /* ... when this is so: SOCK_WAIT_... */
    bool bound;    /* value is a live descriptor that the script's number shall stand for */
} Done;

/* ---- arguments ---- */

static const Term *argument(const Event *e, uint32_t i)
{
    const Term *t = e->args;
    while (t && i-- > 0)
        t = t->next;
    return t;
}

static int64_t number(const Event *e, uint32_t i)
{
    const Term *t = argument(e, i);
    return t && t->kind == TERM_INT ? t->value : 0;
}

static bool is_named(const char *name, size_t len, const char *want)
{
    return strlen(want) == len && memcmp(name, want, len) == 0;
}

/* The live descriptor of the script's; -1: none, and the call will say EBADF. */
static int live_fd(const ScriptRunner *r, int64_t script)
{
    for (uint32_t i = r->fd_count; i-- > 0;)
        if (r->fd_script[i] == script)
            return r->fd_live[i];
    return -1;
}

static void bind_fd(ScriptRunner *r, int script, int live)
{
    for (uint32_t i = 0; i < r->fd_count; i++) {
        if (r->fd_script[i] == script) {
            r->fd_live[i] = live;
            return;
        }
    }
    if (r->fd_count < FDS_MAX) {
        r->fd_script[r->fd_count] = script;
        r->fd_live[r->fd_count++] = live;
    }
}

static int fd_of(const ScriptRunner *r, const Event *e, uint32_t i)
{
    return live_fd(r, number(e, i));
}

/* The field of a struct, or NULL: `{onoff=1, linger=0}`. */
static const Term *field(const Term *s, const char *name)
{
    for (const Term *t = s ? s->first : NULL; t; t = t->next)
        if (t->kind == TERM_FIELD && is_named(t->text, t->text_len, name))
            return t->first;
    return NULL;
}

static int64_t field_number(const Term *s, const char *name)
{
    const Term *t = field(s, name);
    return t && t->kind == TERM_INT ? t->value : 0;
}

/* Port and family of `{sa_family = AF_INET, sin_port = htons(8080), ...}`; `...`: the usual ones.
 */
static void address(const ScriptRunner *r, const Term *t, bool remote, uint16_t *port, int *family)
{
    *family = SW_AF_INET;
    *port = (uint16_t)(remote ? r->p->set.connect_port : r->p->set.bind_port);
    if (!t || t->kind != TERM_STRUCT)
        return;
    const Term *p = field(t, "sin_port");
    if (p && p->kind == TERM_CALL && p->first)
        *port = (uint16_t)p->first->value;
    if (field(t, "sa_family"))
        *family = (int)field_number(t, "sa_family");
}

/* ---- doing ---- */

static SockResult perform(ScriptRunner *r, SockCmd x)
{
    return sock_result(runner_apply(r, &x.cmd, x.data));
}

static Done done_of(SockResult s)
{
    return (Done){.value = s.value, .error = s.error, .sleeps = s.block, .wait = s.wait};
}

static Done do_socket(ScriptRunner *r, const Event *e)
{
    const Term *domain = argument(e, 0);
    int family = domain && domain->kind == TERM_INT ? (int)domain->value : SW_AF_INET;
    SockResult s = perform(r, sock_socket(HOST_A, family, (int)number(e, 1), (int)number(e, 2)));
    if (s.value >= 0) {
        r->under = UNDER_NONE;
        r->under_fd = (int)s.value;
    }
    Done d = done_of(s);
    d.bound = s.value >= 0;
    return d;
}

static Done do_bind(ScriptRunner *r, const Event *e)
{
    uint16_t port;
    int family;
    address(r, argument(e, 1), false, &port, &family);
    return done_of(perform(r, sock_bind(HOST_A, fd_of(r, e, 0), 0, port)));
}

static Done do_listen(ScriptRunner *r, const Event *e)
{
    int fd = fd_of(r, e, 0);
    SockResult s = perform(r, sock_listen(HOST_A, fd, (int)number(e, 1)));
    if (s.value == 0 && fd == r->under_fd)
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

static Done do_connect(ScriptRunner *r, const Event *e)
{
    uint16_t port;
    int family, fd = fd_of(r, e, 0);
    address(r, argument(e, 1), true, &port, &family);
    if (family == SW_AF_UNSPEC)
        return done_of(perform(r, sock_disconnect(HOST_A, fd)));
    begin_active(r, fd);
    return done_of(perform(r, sock_connect(HOST_A, fd, r->w->hosts[HOST_B].addr, port)));
}

static Done do_accept(ScriptRunner *r, const Event *e)
{
    int flags = is_named(e->name, e->name_len, "accept4") ? (int)number(e, 3) : 0;
    SockResult s = perform(r, sock_accept(HOST_A, fd_of(r, e, 0), flags));
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
        const Term *named = field(t, "iov_len");
        len = named ? named : len;
        total += len && len->kind == TERM_INT && len->value > 0 ? (uint64_t)len->value : 0;
    }
    return (uint32_t)min_u64(total, UINT32_MAX);
}

/* The message's vector: `{msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0}`. */
static const Term *message_vector(const Term *m)
{
    for (const Term *t = m ? m->first : NULL; t; t = t->next)
        if (t->kind == TERM_FIELD && is_named(t->text, t->text_len, "msg_iov"))
            return t->first;
    return NULL;
}

typedef struct Transfer {
    int64_t bytes;
    int flags;
    const Term *address;
} Transfer;

static Transfer transfer_of(const Event *e)
{
    const char *n = e->name;
    uint32_t len = e->name_len;
    Transfer t = {.bytes = number(e, 2)};
    if (is_named(n, len, "send") || is_named(n, len, "recv") || is_named(n, len, "sendto") ||
        is_named(n, len, "recvfrom"))
        t.flags = (int)number(e, 3);
    if (is_named(n, len, "sendto"))
        t.address = argument(e, 4);
    if (is_named(n, len, "writev") || is_named(n, len, "readv"))
        t.bytes = vector_bytes(argument(e, 1));
    if (is_named(n, len, "sendmsg") || is_named(n, len, "recvmsg")) {
        t.bytes = vector_bytes(message_vector(argument(e, 1)));
        t.flags = (int)number(e, 2);
    }
    return t;
}

static Done do_send(ScriptRunner *r, const Event *e)
{
    Transfer t = transfer_of(e);
    int fd = fd_of(r, e, 0);
    uint32_t bytes = t.bytes > 0 ? (uint32_t)min_u64((uint64_t)t.bytes, UINT32_MAX) : 0;
    if (r->pending.event == e)
        bytes -= (uint32_t)min_u64((uint64_t)r->pending.so_far, bytes);
    const Term *text = argument(e, 1);
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
    SockResult s = perform(r, x);
    Done d = done_of(s);
    int64_t before = r->pending.event == e ? r->pending.so_far : 0;
    if (s.value > 0 || (s.value == 0 && before > 0))
        d.value += before;
    if (d.sleeps && s.value > 0 && r->pending.event == e)
        r->pending.so_far = d.value;
    return d;
}

static Done do_receive(ScriptRunner *r, const Event *e)
{
    Transfer t = transfer_of(e);
    uint32_t bytes = t.bytes > 0 ? (uint32_t)min_u64((uint64_t)t.bytes, UINT32_MAX) : 0;
    int64_t before = r->pending.event == e ? r->pending.so_far : 0; /* MSG_WAITALL takes pieces */
    bytes -= (uint32_t)min_u64((uint64_t)before, bytes);
    Done d = done_of(perform(r, sock_recv(HOST_A, fd_of(r, e, 0), bytes, t.flags)));
    d.value = d.value < 0 && before > 0 ? before : d.value + before;
    if (d.sleeps && d.value > 0)
        r->pending.so_far = d.value;
    return before > 0 && d.error && !d.sleeps ? (Done){.value = before} : d;
}

/* ---- options ---- */

static void put_int(uint8_t *out, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(v >> (8 * i));
}

/* The value of an option as a program's memory holds it. */
static uint32_t option_bytes(const Term *v, uint8_t *out, uint32_t cap, uint32_t len)
{
    memset(out, 0, cap);
    if (!v)
        return 0;
    if (v->kind == TERM_STRING) {
        uint32_t n = min_u32(v->text_len, cap - 1);
        memcpy(out, v->text, n);
        return n;
    }
    if (v->kind == TERM_STRUCT) {
        const Term *usec = field(v, "scm_nsec");
        bool is_time = field(v, "scm_sec") || field(v, "tv_sec");
        if (is_time) {
            put_int(out, (uint64_t)field_number(v, field(v, "tv_sec") ? "tv_sec" : "scm_sec"), 8);
            put_int(out + 8,
                    usec ? (uint64_t)usec->value / 1000 : (uint64_t)field_number(v, "tv_usec"), 8);
            return 16;
        }
        put_int(out, (uint64_t)field_number(v, "onoff"), 4);
        put_int(out + 4, (uint64_t)field_number(v, "linger"), 4);
        return 8;
    }
    const Term *first = v->kind == TERM_LIST ? v->first : v;
    uint32_t n = len == 8 || len == 1 || len == 2 ? len : 4;
    put_int(out, first && first->kind == TERM_INT ? (uint64_t)first->value : 0, n);
    return n;
}

static Done do_setsockopt(ScriptRunner *r, const Event *e)
{
    uint8_t bytes[64];
    int64_t len = number(e, 4);
    uint32_t n = option_bytes(argument(e, 3), bytes, sizeof bytes, (uint32_t)len);
    return done_of(perform(r, sock_setsockopt(HOST_A, fd_of(r, e, 0), (int)number(e, 1),
                                              (int)number(e, 2), bytes_of(bytes, n))));
}

static Done do_getsockopt(ScriptRunner *r, const Event *e)
{
    uint8_t got[512], want[64];
    uint32_t len = sizeof got;
    int fd = fd_of(r, e, 0), level = (int)number(e, 1), option = (int)number(e, 2);
    const Term *value = argument(e, 3), *length = argument(e, 4);
    SockResult s = sock_look_getsockopt(r->w, HOST_A, fd, level, option, got, &len);
    Done d = done_of(perform(r, sock_getsockopt(HOST_A, fd, level, option)));
    if (s.value < 0 || e->result < 0 || !value || value->kind == TERM_ELLIPSIS)
        return d;
    bool any = value->kind == TERM_LIST && value->first && value->first->kind == TERM_ELLIPSIS;
    uint32_t want_len = option_bytes(value, want, sizeof want,
                                     length && length->first ? (uint32_t)length->first->value : 4);
    uint32_t shown = min_u32(want_len, len);
    if (!any && memcmp(got, want, shown) != 0) {
        uint64_t number_got = 0;
        for (uint32_t i = min_u32(len, 8); i-- > 0;)
            number_got = number_got << 8 | got[i];
        snprintf(r->p->result->expected, sizeof r->p->result->expected, "%.*s",
                 (int)min_u32(r->event->len, 200), r->p->text + r->event->at);
        if (value->kind == TERM_STRING)
            snprintf(r->p->result->got, sizeof r->p->result->got, "\"%.*s\"", (int)min_u32(len, 64),
                     (const char *)got);
        else
            snprintf(r->p->result->got, sizeof r->p->result->got, "[%lld]", (long long)number_got);
        runner_fail(r, "%s", RUNNER_SAY(r, "the option has another value", "选项的值不同"));
    }
    return d;
}

/* ---- fcntl, ioctl, poll, epoll ---- */

static Done do_ioctl(ScriptRunner *r, const Event *e)
{
    const Term *arg = argument(e, 2);
    const Term *wanted = arg && arg->kind == TERM_LIST ? arg->first : NULL;
    SockResult s = perform(r, sock_ioctl(HOST_A, fd_of(r, e, 0), (uint32_t)number(e, 1),
                                         wanted ? (int)wanted->value : (int)number(e, 2)));
    if (s.value >= 0 && wanted && wanted->kind == TERM_INT && number(e, 1) != SW_FIONBIO) {
        if (s.value != wanted->value) {
            snprintf(r->p->result->got, sizeof r->p->result->got, "[%lld]", (long long)s.value);
            runner_fail(r, "%s", RUNNER_SAY(r, "ioctl gives another number", "ioctl 给出的数不同"));
        }
        s.value = 0;
    }
    return done_of(s);
}

/* Negative numbers are passed over; others that are not open are told so (POLLNVAL). */
static int polled_fd(const ScriptRunner *r, int64_t script)
{
    int live = live_fd(r, script);
    return live < 0 && script >= 0 ? INT32_MAX : live;
}

/* poll() sleeps while nothing is ready and its time is not over. */
static Done do_poll(ScriptRunner *r, const Event *e)
{
    PollFd fds[32];
    uint32_t n = 0;
    const Term *list = argument(e, 0);
    for (const Term *t = list ? list->first : NULL; t && n < 32; t = t->next, n++)
        fds[n] = (PollFd){.fd = polled_fd(r, field_number(t, "fd")),
                          .events = (uint16_t)field_number(t, "events")};
    int ready = sock_poll_all(r->w, HOST_A, fds, n);
    int64_t ms = number(e, 2);
    Nanos started = r->pending.event == e ? r->pending.started : r->w->now;
    bool over = ms >= 0 && r->w->now >= started + (Nanos)ms * NANOS_MS;
    if (ready == 0 && !over)
        return (Done){.sleeps = true};
    uint32_t i = 0;
    for (const Term *t = list ? list->first : NULL; t && i < n; t = t->next, i++) {
        const Term *want = field(t, "revents");
        if (want && want->value != fds[i].revents) {
            snprintf(r->p->result->got, sizeof r->p->result->got, "revents=0x%x", fds[i].revents);
            runner_fail(r, "%s", RUNNER_SAY(r, "poll finds other events", "poll 得到的事件不同"));
        }
    }
    return (Done){.value = ready};
}

static Done do_epoll_ctl(ScriptRunner *r, const Event *e)
{
    const Term *ev = argument(e, 3);
    int fd = fd_of(r, e, 2);
    uint64_t data = (uint64_t)number(e, 2);
    static const char *const names[] = {"fd", "ptr", "u32", "u64"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (field(ev, names[i]))
            data = (uint64_t)field_number(ev, names[i]);
    return done_of(perform(r, sock_epoll_ctl(HOST_A, fd_of(r, e, 0), (int)number(e, 1), fd,
                                             (uint32_t)field_number(ev, "events"), data)));
}

static Done do_epoll_wait(ScriptRunner *r, const Event *e)
{
    EpollEvent events[32];
    int fd = fd_of(r, e, 0), max = (int)number(e, 2);
    int64_t ms = number(e, 3);
    SockResult look = sock_look_epoll(r->w, HOST_A, fd, events, max < 32 ? max : 32);
    Nanos started = r->pending.event == e ? r->pending.started : r->w->now;
    bool over = ms >= 0 && r->w->now >= started + (Nanos)ms * NANOS_MS;
    if (look.value == 0 && !over)
        return (Done){.sleeps = true};
    const Term *want = argument(e, 1);
    if (want && want->kind == TERM_LIST)
        want = want->first;
    if (look.value > 0 && want && want->kind == TERM_STRUCT &&
        field_number(want, "events") != events[0].events) {
        snprintf(r->p->result->got, sizeof r->p->result->got, "events=0x%x", events[0].events);
        runner_fail(r, "%s", RUNNER_SAY(r, "epoll finds other events", "epoll 得到的事件不同"));
    }
    SockResult s = perform(r, sock_epoll_wait(HOST_A, fd, max));
    return (Done){.value = s.value < 0 ? -1 : look.value, .error = s.error};
}

/* ---- which call ---- */

typedef Done (*Doer)(ScriptRunner *, const Event *);

static Done do_shutdown(ScriptRunner *r, const Event *e)
{
    return done_of(perform(r, sock_shutdown(HOST_A, fd_of(r, e, 0), (int)number(e, 1))));
}

static Done do_close(ScriptRunner *r, const Event *e)
{
    return done_of(perform(r, sock_close(HOST_A, fd_of(r, e, 0))));
}

static Done do_fcntl(ScriptRunner *r, const Event *e)
{
    return done_of(
        perform(r, sock_fcntl(HOST_A, fd_of(r, e, 0), (int)number(e, 1), (int)number(e, 2))));
}

static Done do_epoll_create(ScriptRunner *r, const Event *e)
{
    (void)e;
    SockResult s = perform(r, sock_epoll_create(HOST_A, 0));
    Done d = done_of(s);
    d.bound = s.value >= 0;
    return d;
}

static Doer doer_of(const char *name, uint32_t len)
{
    static const struct {
        const char *name;
        Doer doer;
    } calls[] = {
        {"socket", do_socket},
        {"bind", do_bind},
        {"listen", do_listen},
        {"connect", do_connect},
        {"accept", do_accept},
        {"accept4", do_accept},
        {"write", do_send},
        {"send", do_send},
        {"sendto", do_send},
        {"writev", do_send},
        {"sendmsg", do_send},
        {"read", do_receive},
        {"recv", do_receive},
        {"recvfrom", do_receive},
        {"readv", do_receive},
        {"recvmsg", do_receive},
        {"shutdown", do_shutdown},
        {"close", do_close},
        {"fcntl", do_fcntl},
        {"ioctl", do_ioctl},
        {"setsockopt", do_setsockopt},
        {"getsockopt", do_getsockopt},
        {"poll", do_poll},
        {"epoll_create", do_epoll_create},
        {"epoll_ctl", do_epoll_ctl},
        {"epoll_wait", do_epoll_wait},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (is_named(name, len, calls[i].name))
            return calls[i].doer;
    return NULL;
}

/* ---- the outcome against the script ---- */

static void describe(Text *t, int64_t value, int error)
{
    text_addf(t, "%lld", (long long)value);
    if (error)
        text_addf(t, " %s (%s)", sock_errno_name(error), sock_errno_text(error));
}

static bool judge(ScriptRunner *r, const Event *e, Done d)
{
    if (r->p->failed)
        return false;
    int64_t value = d.error ? -1 : d.value;
    if (d.bound) {
        bool good = e->result >= 0 && !e->error;
        if (good) {
            bind_fd(r, (int)e->result, (int)d.value);
            return true;
        }
    }
    bool same =
        e->any_result || (value == e->result && (value >= 0 || !e->error || e->error == d.error));
    if (same)
        return true;
    Text want = text_fixed(r->p->result->expected, sizeof r->p->result->expected);
    Text got = text_fixed(r->p->result->got, sizeof r->p->result->got);
    describe(&want, e->result, e->error);
    describe(&got, value, d.error);
    r->event = e;
    return runner_fail(r, RUNNER_SAY(r, "%.*s returns something else", "%.*s 的返回值不同"),
                       (int)min_u32(e->name_len, 40), e->name);
}

static bool on_time(ScriptRunner *r, const Event *e, Nanos started)
{
    Nanos relative = e->when.kind == TIME_RELATIVE ? started - e->when.from : 0;
    Nanos ends = relative + e->when.ends;
    r->event = e;
    return !e->when.blocks ||
           runner_on_time(r, ends, ends, r->w->now, RUNNER_SAY(r, "the return", "返回"));
}

/* SO_RCVTIMEO, SO_SNDTIMEO, SO_LINGER: what a call returns whose time is over. */
static Done given_up(const ScriptRunner *r, const Event *e)
{
    int64_t so_far = r->pending.so_far;
    if (is_named(e->name, e->name_len, "close") || so_far > 0)
        return (Done){.value = so_far};
    bool connects = is_named(e->name, e->name_len, "connect");
    return (Done){.value = -1, .error = connects ? SW_EINPROGRESS : SW_EAGAIN};
}

void runner_wake(ScriptRunner *r)
{
    const Event *e = r->pending.event;
    if (!e || r->p->failed)
        return;
    Done d = doer_of(e->name, e->name_len)(r, e);
    if (d.sleeps && r->w->now < r->pending.gives_up)
        return;
    if (d.sleeps)
        d = given_up(r, e);
    const Event *current = r->event;
    Nanos started = r->pending.started;
    if (judge(r, e, d))
        on_time(r, e, started);
    r->pending = (Pending){0};
    if (!r->p->failed)
        r->event = current;
}

/* When a call that sleeps gives up: poll() and epoll_wait() as they are told, others by the
 * socket's options. */
static Nanos patience(const ScriptRunner *r, const Event *e, unsigned wait)
{
    Nanos now = r->w->now;
    Nanos own = wait ? sock_patience(r->w, HOST_A, fd_of(r, e, 0), wait) : NANOS_NEVER;
    if (own != NANOS_NEVER)
        return now + own;
    int64_t ms = -1;
    if (is_named(e->name, e->name_len, "poll"))
        ms = number(e, 2);
    if (is_named(e->name, e->name_len, "epoll_wait"))
        ms = number(e, 3);
    return ms >= 0 ? now + (Nanos)ms * NANOS_MS : NANOS_NEVER;
}

/* A call that blocks although the script does not say so: the program stands still, the world goes
 * on. */
static bool sleep_through(ScriptRunner *r, const Event *e)
{
    Nanos limit = min_u64(r->w->now + 60 * NANOS_S, r->pending.gives_up);
    while (r->pending.event == e && !r->p->failed)
        if (!runner_step(r, limit))
            break;
    if (r->pending.event != e)
        return !r->p->failed;
    if (!r->p->failed)
        return runner_fail(r, "%s",
                           RUNNER_SAY(r, "this call blocks for ever", "这个调用会永远阻塞"));
    return !r->p->failed;
}

bool run_call(ScriptRunner *r, const Event *e)
{
    Doer doer = doer_of(e->name, e->name_len);
    if (!doer) {
        char what[64];
        snprintf(what, sizeof what, "%.*s()", (int)min_u32(e->name_len, 40), e->name);
        return runner_skip(r, what);
    }
    while (r->pending.event && !r->p->failed) /* one call at a time */
        if (!runner_step(r, r->w->now + NANOS_S))
            return runner_fail(
                r, "%s", RUNNER_SAY(r, "an earlier call still sleeps", "前一个调用还没有返回"));
    if (r->p->failed)
        return false;
    Nanos started = r->w->now;
    r->pending = (Pending){.event = NULL, .started = started};
    Done d = doer(r, e);
    if (r->p->failed)
        return false;
    if (!d.sleeps) {
        runner_advance(r, r->w->now);
        return judge(r, e, d) && on_time(r, e, started);
    }
    r->pending = (Pending){.event = e,
                           .started = started,
                           .gives_up = patience(r, e, d.wait),
                           .so_far = d.value > 0 ? d.value : 0};
    return e->when.blocks || sleep_through(r, e);
}
