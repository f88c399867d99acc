/*
 * script_call.c: system calls, carried out on the socket surface (core/net/sock.h).
 *
 * Script descriptors are the script's own numbers; socket() and accept() bind them to live ones. A
 * call that sleeps is tried again after every event of the world, until it returns. The calls
 * themselves are in script_call_io.c and script_call_ask.c.
 */
#include "core/lab/script_call.h"

#include <stdio.h>
#include <string.h>

/* ---- arguments ---- */

const Term *call_argument(const Event *e, uint32_t i)
{
    const Term *t = e->args;
    while (t && i-- > 0)
        t = t->next;
    return t;
}

int64_t call_number(const Event *e, uint32_t i)
{
    const Term *t = call_argument(e, i);
    return t && t->kind == TERM_INT ? t->value : 0;
}

static bool is_named(const char *name, size_t len, const char *want)
{
    return strlen(want) == len && memcmp(name, want, len) == 0;
}

bool call_is(const Event *e, const char *name)
{
    return is_named(e->name, e->name_len, name);
}

/* The live descriptor of the script's; -1: none, and the call will say EBADF. */
int runner_fd(const ScriptRunner *r, int64_t script)
{
    for (uint32_t i = r->fd_count; i-- > 0;)
        if (r->fd_script[i] == script)
            return r->fd_live[i];
    return -1;
}

/* The script's number stands for the live one; a number that stood for it is closed. */
static void bind_fd(ScriptRunner *r, int script, int live)
{
    for (uint32_t i = 0; i < r->fd_count; i++)
        if (r->fd_live[i] == live)
            r->fd_live[i] = -1;
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

int call_fd(const ScriptRunner *r, const Event *e, uint32_t i)
{
    return runner_fd(r, call_number(e, i));
}

/* The field of a struct, or NULL: `{onoff=1, linger=0}`. */
const Term *term_field(const Term *s, const char *name)
{
    for (const Term *t = s ? s->first : NULL; t; t = t->next)
        if (t->kind == TERM_FIELD && is_named(t->text, t->text_len, name))
            return t->first;
    return NULL;
}

int64_t term_number(const Term *s, const char *name)
{
    const Term *t = term_field(s, name);
    return t && t->kind == TERM_INT ? t->value : 0;
}

/* ---- doing ---- */

SockResult runner_perform(ScriptRunner *r, SockCmd x)
{
    return sock_result(runner_apply(r, &x.cmd, x.data));
}

Done done_of(SockResult s)
{
    return (Done){.value = s.value, .error = s.error, .sleeps = s.block, .wait = s.wait};
}

void call_differs(ScriptRunner *r, const Term *want, const char *got, const char *en,
                  const char *zh)
{
    ScriptResult *result = r->p->result;
    if (r->p->failed)
        return;
    const char *text = r->p->text + (want ? want->at : r->event->at);
    snprintf(result->expected, sizeof result->expected, "%.*s",
             (int)min_u32(want ? want->len : r->event->len, 200), text);
    snprintf(result->got, sizeof result->got, "%s", got);
    r->last_row = r->call_row;
    r->fail_at = want ? want->at : 0;
    runner_fail(r, "%s", RUNNER_SAY(r, en, zh));
}

void text_events(Text *t, uint32_t events, bool epoll)
{
    static const char *const names[] = {"IN",     "PRI",    "OUT",    "ERR",    "HUP",
                                        "RDNORM", "RDBAND", "WRNORM", "WRBAND", "RDHUP"};
    size_t before = t->len;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[16];
        int64_t bit = 0;
        int n = snprintf(name, sizeof name, "POLL%s", names[i]);
        if (!sock_constant(name, (size_t)n, &bit) || !(events & (uint32_t)bit))
            continue;
        text_addf(t, "%s%s%s", t->len > before ? "|" : "", epoll ? "E" : "", name);
        events &= ~(uint32_t)bit;
    }
    if (events || t->len == before)
        text_addf(t, t->len > before ? "|0x%x" : "%u", events);
}

/* ---- which call ---- */

typedef Done (*Doer)(ScriptRunner *, const Event *);

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
    r->last_row = r->call_row;
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
    if (call_is(e, "close") || so_far > 0)
        return (Done){.value = so_far};
    bool connects = call_is(e, "connect");
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
    Nanos own = wait ? sock_patience(r->w, HOST_A, call_fd(r, e, 0), wait) : NANOS_NEVER;
    if (own != NANOS_NEVER)
        return now + own;
    int64_t ms = -1;
    if (call_is(e, "poll"))
        ms = call_number(e, 2);
    if (call_is(e, "epoll_wait"))
        ms = call_number(e, 3);
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
    r->last_row = r->call_row;
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
