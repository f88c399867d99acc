/*
 * script_call_ask.c: the system calls of scripts that set and ask: options, ioctl(), poll, epoll.
 *
 * What comes back through a pointer is compared as the call's result is: the value and the length
 * of an option, the events of each descriptor. A call that sleeps is tried again by script_call.c.
 */
#include "core/lab/script_call.h"

#include <stdio.h>
#include <string.h>

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
        const Term *usec = term_field(v, "scm_nsec");
        bool is_time = term_field(v, "scm_sec") || term_field(v, "tv_sec");
        if (is_time) {
            put_int(out, (uint64_t)term_number(v, term_field(v, "tv_sec") ? "tv_sec" : "scm_sec"),
                    8);
            put_int(out + 8,
                    usec ? (uint64_t)usec->value / 1000 : (uint64_t)term_number(v, "tv_usec"), 8);
            return 16;
        }
        put_int(out, (uint64_t)term_number(v, "onoff"), 4);
        put_int(out + 4, (uint64_t)term_number(v, "linger"), 4);
        return 8;
    }
    const Term *first = v->kind == TERM_LIST ? v->first : v;
    uint32_t n = len == 8 || len == 1 || len == 2 ? len : 4;
    put_int(out, first && first->kind == TERM_INT ? (uint64_t)first->value : 0, n);
    return n;
}

Done do_setsockopt(ScriptRunner *r, const Event *e)
{
    uint8_t bytes[64];
    int64_t len = call_number(e, 4);
    uint32_t n = option_bytes(call_argument(e, 3), bytes, sizeof bytes, (uint32_t)len);
    return done_of(
        runner_perform(r, sock_setsockopt(HOST_A, call_fd(r, e, 0), (int)call_number(e, 1),
                                          (int)call_number(e, 2), bytes_of(bytes, n))));
}

/* A value as scripts write it. */
static void describe_option(Text *t, const Term *value, const uint8_t *got, uint32_t len)
{
    int64_t number = 0;
    for (uint32_t i = min_u32(len, 8); i-- > 0;)
        number = (int64_t)((uint64_t)number << 8 | got[i]);
    if (len == 4)
        number = (int32_t)number;
    if (value->kind == TERM_STRING)
        text_addf(t, "\"%.*s\"", (int)min_u32(len, 64), (const char *)got);
    else if (value->kind == TERM_STRUCT && term_field(value, "onoff") && len >= 8)
        text_addf(t, "{onoff=%u, linger=%u}", got[0], (unsigned)(number >> 32));
    else
        text_addf(t, "[%lld]", (long long)number);
    text_addf(t, ", [%u]", len);
}

/* The last two arguments, `VAL, [len]`: len is what the program's memory has room for, and what is
 * to come back. */
Done do_getsockopt(ScriptRunner *r, const Event *e)
{
    uint8_t got[512] = {0}, want[512];
    int fd = call_fd(r, e, 0), level = (int)call_number(e, 1), option = (int)call_number(e, 2);
    const Term *value = call_argument(e, 3), *length = call_argument(e, 4);
    bool tells = length && length->kind == TERM_LIST && length->first &&
                 length->first->kind == TERM_INT && length->first->value >= 0;
    uint32_t asked = tells ? (uint32_t)min_u64((uint64_t)length->first->value, sizeof got)
                           : (uint32_t)sizeof got;
    uint32_t len = asked;
    SockResult s = sock_look_getsockopt(r->w, HOST_A, fd, level, option, got, &len);
    Done d = done_of(runner_perform(r, sock_getsockopt(HOST_A, fd, level, option)));
    if (s.value < 0 || e->result < 0 || !value || value->kind == TERM_ELLIPSIS)
        return d;
    bool any = value->kind == TERM_LIST && value->first && value->first->kind == TERM_ELLIPSIS;
    uint32_t n = option_bytes(value, want, sizeof want, tells ? asked : len);
    bool same = any || memcmp(got, want, min_u32(n, len)) == 0;
    if (same && (!tells || len == asked))
        return d;
    char text[160];
    Text t = text_fixed(text, sizeof text);
    describe_option(&t, value, got, len);
    if (!same)
        call_differs(r, NULL, text, "the option has another value", "选项的值不同");
    else
        call_differs(r, NULL, text, "the option has another length", "选项的长度不同");
    return d;
}

/* ---- fcntl, ioctl ---- */

Done do_fcntl(ScriptRunner *r, const Event *e)
{
    return done_of(runner_perform(
        r, sock_fcntl(HOST_A, call_fd(r, e, 0), (int)call_number(e, 1), (int)call_number(e, 2))));
}

Done do_ioctl(ScriptRunner *r, const Event *e)
{
    const Term *arg = call_argument(e, 2);
    const Term *wanted = arg && arg->kind == TERM_LIST ? arg->first : NULL;
    SockResult s =
        runner_perform(r, sock_ioctl(HOST_A, call_fd(r, e, 0), (uint32_t)call_number(e, 1),
                                     wanted ? (int)wanted->value : (int)call_number(e, 2)));
    if (s.value >= 0 && wanted && wanted->kind == TERM_INT && call_number(e, 1) != SW_FIONBIO) {
        char text[32];
        snprintf(text, sizeof text, "[%lld]", (long long)s.value);
        if (s.value != wanted->value)
            call_differs(r, arg, text, "ioctl gives another number", "ioctl 给出的数不同");
        s.value = 0;
    }
    return done_of(s);
}

/* ---- poll, epoll ---- */

/* Negative numbers are passed over; others that are not open are told so (POLLNVAL). */
static int polled_fd(const ScriptRunner *r, int64_t script)
{
    int live = runner_fd(r, script);
    return live < 0 && script >= 0 ? INT32_MAX : live;
}

/* poll() sleeps while nothing is ready and its time is not over. */
Done do_poll(ScriptRunner *r, const Event *e)
{
    PollFd fds[32];
    uint32_t n = 0;
    const Term *list = call_argument(e, 0);
    for (const Term *t = list ? list->first : NULL; t && n < 32; t = t->next, n++)
        fds[n] = (PollFd){.fd = polled_fd(r, term_number(t, "fd")),
                          .events = (uint16_t)term_number(t, "events")};
    int ready = sock_poll_all(r->w, HOST_A, fds, n);
    int64_t ms = call_number(e, 2);
    Nanos started = r->pending.event == e ? r->pending.started : r->w->now;
    bool over = ms >= 0 && r->w->now >= started + (Nanos)ms * NANOS_MS;
    if (ready == 0 && !over)
        return (Done){.sleeps = true};
    uint32_t i = 0;
    for (const Term *t = list ? list->first : NULL; t && i < n; t = t->next, i++) {
        const Term *want = term_field(t, "revents");
        if (!want || want->value == fds[i].revents)
            continue;
        char text[160];
        Text got = text_fixed(text, sizeof text);
        text_addf(&got, "fd=%lld, revents=", (long long)term_number(t, "fd"));
        text_events(&got, fds[i].revents, false);
        call_differs(r, t, text, "poll finds other events", "poll 得到的事件不同");
    }
    return (Done){.value = ready};
}

Done do_epoll_create(ScriptRunner *r, const Event *e)
{
    (void)e;
    SockResult s = runner_perform(r, sock_epoll_create(HOST_A, 0));
    Done d = done_of(s);
    d.bound = s.value >= 0;
    return d;
}

/* What the program wants to be given back: `fd=4`, `ptr=`, `u32=` or `u64=`. */
static bool event_data(const Term *event, uint64_t *data)
{
    static const char *const names[] = {"fd", "ptr", "u32", "u64"};
    bool any = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!term_field(event, names[i]))
            continue;
        *data = (uint64_t)term_number(event, names[i]);
        any = true;
    }
    return any;
}

Done do_epoll_ctl(ScriptRunner *r, const Event *e)
{
    const Term *ev = call_argument(e, 3);
    int fd = call_fd(r, e, 2);
    uint64_t data = (uint64_t)call_number(e, 2);
    event_data(ev, &data);
    return done_of(
        runner_perform(r, sock_epoll_ctl(HOST_A, call_fd(r, e, 0), (int)call_number(e, 1), fd,
                                         (uint32_t)term_number(ev, "events"), data)));
}

/* Is one of the events that came, and that no line has taken, the one the script wants? */
static bool take_event(EpollEvent *events, uint32_t *count, const Term *want)
{
    uint64_t data = 0;
    bool named = event_data(want, &data);
    for (uint32_t i = 0; i < *count; i++) {
        if (events[i].events != (uint32_t)term_number(want, "events") ||
            (named && events[i].data != data))
            continue;
        events[i] = events[--*count];
        return true;
    }
    return false;
}

/* Each event of the script's list must be among those that came; the order is left free, because
 * it is that of becoming ready on one system and that of the list on another. */
static void compare_epoll(ScriptRunner *r, const Term *list, EpollEvent *events, uint32_t count)
{
    const Term *want = list && list->kind == TERM_LIST ? list->first : list;
    if (!want || want->kind != TERM_STRUCT)
        return;
    char text[200];
    Text got = text_fixed(text, sizeof text);
    for (uint32_t i = 0; i < count; i++) {
        text_add(&got, i ? ", {events=" : "{events=");
        text_events(&got, events[i].events, true);
        text_addf(&got, ", fd=%llu}", (unsigned long long)events[i].data);
    }
    bool all = list->kind == TERM_LIST;
    for (const Term *t = want; t && t->kind == TERM_STRUCT; t = all ? t->next : NULL)
        if (!take_event(events, &count, t))
            call_differs(r, t, text, "epoll finds other events", "epoll 得到的事件不同");
}

Done do_epoll_wait(ScriptRunner *r, const Event *e)
{
    EpollEvent events[32];
    int fd = call_fd(r, e, 0), max = (int)call_number(e, 2);
    int64_t ms = call_number(e, 3);
    SockResult look = sock_look_epoll(r->w, HOST_A, fd, events, max < 32 ? max : 32);
    Nanos started = r->pending.event == e ? r->pending.started : r->w->now;
    bool over = ms >= 0 && r->w->now >= started + (Nanos)ms * NANOS_MS;
    if (look.value == 0 && !over)
        return (Done){.sleeps = true};
    if (look.value > 0)
        compare_epoll(r, call_argument(e, 1), events, (uint32_t)look.value);
    SockResult s = runner_perform(r, sock_epoll_wait(HOST_A, fd, max));
    return (Done){.value = s.value < 0 ? -1 : look.value, .error = s.error};
}
