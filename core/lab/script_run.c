/*
 * script_run.c: the clock of a script, and the order of things (script_private.h).
 *
 * Between two events of the script everything happens in the world that is due before the second;
 * a timer due at the very moment of an event comes after it, as on real systems, whose timers are
 * never early. What the stack sends is collected with its time and waits for the line that expects
 * it.
 */
#include "core/lab/script_private.h"

#include "core/lab/heap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NOTES = 4096,
    NOTE_BYTES = 1 << 20,
    LIVE_BYTES = 4 << 20,
#if defined(__SANITIZE_ADDRESS__)
    BEYOND_HEAP = 0, /* every allocation is fresh there, and its shadow costs by the byte */
#else
    BEYOND_HEAP = 33 << 20,
#endif
    EVENTS_MAX = 200000
};

/* ---- reporting ---- */

static void place_event(ScriptRunner *r)
{
    ScriptResult *result = r->p->result;
    result->line = result->column = 1;
    uint32_t at = r->fail_at ? r->fail_at : r->event ? r->event->at : 0;
    for (uint32_t i = 0; i < at && i < r->p->len; i++) {
        result->column++;
        if (r->p->text[i] == '\n') {
            result->line++;
            result->column = 1;
        }
    }
    result->at = r->w->now;
    result->row = r->last_row ? r->last_row : r->newest_row;
}

static bool report(ScriptRunner *r, ScriptOutcome outcome, const char *format, va_list args)
{
    Parser *p = r->p;
    if (p->failed)
        return false;
    p->failed = true;
    p->result->outcome = outcome;
    place_event(r);
    vsnprintf(p->result->message, sizeof p->result->message, format, args);
    return false;
}

bool runner_fail(ScriptRunner *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(r, SCRIPT_FAILED, format, args);
    va_end(args);
    return false;
}

static void skip_with(ScriptRunner *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(r, SCRIPT_SKIPPED, format, args);
    va_end(args);
}

bool runner_skip(ScriptRunner *r, const char *what)
{
    skip_with(r, RUNNER_SAY(r, "not available here: %s", "这里没有：%s"), what);
    return false;
}

bool runner_on_time(ScriptRunner *r, Nanos from, Nanos to, Nanos actual, const char *what)
{
    Nanos distance = to > r->last_event ? to - r->last_event : 0;
    Nanos share = distance / 1000000 * r->p->set.tolerance_ppm;
    Nanos tolerance = max_u64(r->p->set.tolerance, share);
    if (actual + tolerance >= from && actual <= to + tolerance)
        return true;
    char when[64], want[64];
    Text a = text_fixed(when, sizeof when), b = text_fixed(want, sizeof want);
    text_time(&a, actual);
    text_time(&b, from);
    if (to > from) {
        text_add(&b, "~");
        text_time(&b, to);
    }
    ScriptResult *result = r->p->result;
    if (!r->p->failed && !result->expected[0]) {
        snprintf(result->expected, sizeof result->expected, "%s", want);
        snprintf(result->got, sizeof result->got, "%s", when);
    }
    return runner_fail(r, RUNNER_SAY(r, "%s came at %s, expected at %s", "%s在 %s 出现，期望在 %s"),
                       what, when, want);
}

/* ---- the world ---- */

static void keep_live(ScriptRunner *r, const Note *n)
{
    if (r->live_count == LIVE_QUEUE || r->live_bytes_used + n->bytes_len > LIVE_BYTES) {
        skip_with(r, "%s",
                  RUNNER_SAY(r, "more packets than the interpreter keeps", "报文多得解释器放不下"));
        return;
    }
    Live *l = &r->live[(r->live_head + r->live_count++) % LIVE_QUEUE];
    *l = (Live){
        .at = n->at, .row = n->row, .len = (uint16_t)n->bytes_len, .bytes_at = r->live_bytes_used};
    memcpy(r->live_bytes + l->bytes_at, r->sink.bytes + n->bytes_at, n->bytes_len);
    r->live_bytes_used += n->bytes_len;
}

void runner_collect(ScriptRunner *r)
{
    for (uint32_t i = 0; i < r->sink.note_count; i++) {
        const Note *n = &r->sink.notes[i];
        r->newest_row = max_u32(r->newest_row, n->row);
        if (n->kind == NOTE_CALL)
            r->call_row = n->row;
        if (n->kind == NOTE_SENT && n->host == HOST_A && n->bytes_len > 0)
            keep_live(r, n);
    }
    if (r->live_count == 0)
        r->live_bytes_used = r->live_head = 0;
    if (r->trace)
        trace_take(r->trace, r->w, &r->sink);
    r->sink.note_count = r->sink.byte_count = 0;
    if (r->p->options->check)
        world_check(r->w);
}

CallResult runner_apply(ScriptRunner *r, const Cmd *cmd, Bytes data)
{
    CallResult result = world_apply(r->w, cmd, data, &r->sink);
    runner_collect(r);
    return result;
}

/* The sleeping call's patience ends at `limit` or before, and before the world's next move. */
static bool gives_up_first(const ScriptRunner *r, Move m, Nanos limit)
{
    const Pending *p = &r->pending;
    return p->event && p->gives_up <= limit && (m.kind == MOVE_NONE || m.at > p->gives_up);
}

bool runner_step(ScriptRunner *r, Nanos limit)
{
    Move m = world_next(r->w);
    if (gives_up_first(r, m, limit)) {
        if (r->w->now < r->pending.gives_up)
            world_wait(r->w, r->pending.gives_up);
        runner_wake(r);
        return !r->p->failed;
    }
    if (m.kind == MOVE_NONE || m.at > limit || r->events_left == 0)
        return false;
    r->events_left--;
    world_take(r->w, m, &r->sink);
    runner_collect(r);
    runner_wake(r);
    return !r->p->failed;
}

void runner_advance(ScriptRunner *r, Nanos to)
{
    for (;;) {
        Move m = world_next(r->w);
        bool due = m.kind != MOVE_NONE && (m.at < to || (m.at == to && m.kind == MOVE_DELIVER));
        if (!(due || gives_up_first(r, m, to)) || !runner_step(r, to))
            break;
    }
    if (r->w->now < to && !r->p->failed)
        world_wait(r->w, to);
}

/* ---- one event ---- */

static void moments(const ScriptRunner *r, const When *w, Nanos *from, Nanos *to)
{
    Nanos base = w->kind == TIME_RELATIVE ? r->base : 0;
    *from = base + w->from;
    *to = base + w->to;
}

static bool run_event(ScriptRunner *r, const Event *e)
{
    Nanos from, to;
    moments(r, &e->when, &from, &to);
    r->event = e;
    r->last_row = r->fail_at = 0;
    bool out = e->kind == EVENT_PACKET && !e->packet->inbound;
    if (out)
        return run_outbound(r, e, from, to);
    runner_advance(r, from);
    if (r->p->failed)
        return false;
    if (r->w->now > from + r->p->set.tolerance && !r->last_inbound &&
        !runner_on_time(r, from, to, r->w->now, RUNNER_SAY(r, "the event", "事件")))
        return false;
    switch (e->kind) {
    case EVENT_PACKET: return run_inbound(r, e->packet);
    case EVENT_CALL: return run_call(r, e);
    case EVENT_SHELL: return run_shell(r, e->text, e->text_len);
    default: return run_code(r, e->text, e->text_len);
    }
}

/* A failure that the script's --non_fatal option makes a warning. */
static bool forgiven(ScriptRunner *r, const Event *e)
{
    Parser *p = r->p;
    bool warns = e->kind == EVENT_PACKET ? p->set.packets_warn
                 : e->kind == EVENT_CALL ? p->set.calls_warn
                                         : false;
    if (!warns || p->result->outcome != SCRIPT_FAILED)
        return false;
    p->failed = false;
    p->result->outcome = SCRIPT_PASSED;
    return true;
}

static void run_events(ScriptRunner *r)
{
    for (const Event *e = r->p->events; e; e = e->next) {
        Nanos from, to;
        moments(r, &e->when, &from, &to);
        if (!run_event(r, e) && !forgiven(r, e))
            return;
        bool inbound = e->kind == EVENT_PACKET && e->packet->inbound;
        r->last_event = r->w->now;
        r->base = inbound ? from : r->w->now;
        r->last_inbound = inbound;
        if (!e->next)
            break;
        /* The base is the scheduled time only between two packets that go in. */
        bool next_inbound = e->next->kind == EVENT_PACKET && e->next->packet->inbound;
        if (!(inbound && next_inbound))
            r->base = max_u64(r->base, r->w->now);
    }
    if (r->pending.event) { /* a call still sleeps: it gets its time */
        r->event = r->pending.event;
        Nanos limit = r->w->now + 3600 * NANOS_S;
        while (r->pending.event && runner_step(r, limit))
            ;
        if (r->pending.event)
            runner_fail(r, "%s", RUNNER_SAY(r, "this call never returns", "这个调用一直没有返回"));
    }
}

/* ---- the profile ---- */

static bool contains(const Parser *p, const char *what)
{
    size_t n = strlen(what);
    for (uint32_t i = 0; i + n <= p->len; i++)
        if (memcmp(p->text + i, what, n) == 0)
            return true;
    return false;
}

/* `// profile: rfc` in the script's first lines. */
static Profile named_profile(const Parser *p)
{
    static const char mark[] = "// profile:";
    for (uint32_t i = 0; i + sizeof mark < p->len && i < 4096; i++) {
        if (memcmp(p->text + i, mark, sizeof mark - 1) != 0)
            continue;
        uint32_t at = i + (uint32_t)sizeof mark - 1, end;
        while (at < p->len && p->text[at] == ' ')
            at++;
        for (end = at; end < p->len && p->text[end] >= 'a' && p->text[end] <= 'z';)
            end++;
        return profile_of_name(p->text + at, end - at);
    }
    return PROFILE_COUNT;
}

static Profile choose_profile(const Parser *p, bool standard)
{
    if (p->options->profile < PROFILE_COUNT)
        return p->options->profile;
    Profile named = named_profile(p);
    if (named != PROFILE_COUNT)
        return named;
    if (contains(p, "net.inet.") || contains(p, "sockstat") || contains(p, "kldload"))
        return PROFILE_FREEBSD;
    return standard ? PROFILE_RFC : PROFILE_LINUX;
}

/* ---- the whole ---- */

ScriptRunner *script_runner_new(void)
{
    ScriptRunner *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->shape = (Shape){.conns = 12,
                       .packets = 400,
                       .sent_cap = 1024,
                       .range_cap = 64,
                       .ring_bytes = 1 << 19,
                       .mtu = 1500};
    r->shape.socks = 32;
    r->shape.interests = 32;
    r->sink = (Sink){.notes = malloc(NOTES * sizeof(Note)),
                     .note_cap = NOTES,
                     .bytes = malloc(NOTE_BYTES),
                     .byte_cap = NOTE_BYTES};
    r->live_bytes = malloc(LIVE_BYTES);
    if (!r->sink.notes || !r->sink.bytes || !r->live_bytes) {
        script_runner_free(r);
        return NULL;
    }
    return r;
}

void script_runner_free(ScriptRunner *r)
{
    if (!r)
        return;
    trace_free(r->trace);
    free(r->w);
    free(r->sink.notes);
    free(r->sink.bytes);
    free(r->live_bytes);
    free(r);
}

/* A world as it is before the script's first event: zero delay, the script plays B. */
static bool new_world(ScriptRunner *r, const ScriptOptions *o, Profile profile)
{
    free(r->w);
    r->shape.mtu = max_u32(r->p->set.mtu, 1500);
    r->shape.frame_room =
        script_frame_room(r->p); /* a tun device takes what is larger than its MTU */
    size_t size = world_size(&r->shape);
    /* Fresh pages cost only when they are touched; but malloc hands out used memory again, to be
     * cleared as a whole, unless the piece is beyond what it ever keeps (32 MB in glibc). */
    void *mem = calloc(1, size > BEYOND_HEAP ? size : BEYOND_HEAP);
    r->w = mem ? world_init_zeroed(mem, &r->shape, 1) : NULL;
    if (!r->w)
        return script_bad(r->p, NOWHERE, ERROR_NO_MEMORY);
    trace_free(r->trace);
    r->trace = o->trace ? trace_new(0) : NULL;
    const Cmd commands[] = {
        {.op = CMD_PROFILE, .host = HOST_NONE, .val = profile},
        {.op = CMD_LINK, .link = 3, .key = LINK_RTT, .val = 0},
        {.op = CMD_PUPPET, .host = HOST_B, .val = 1},
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        runner_apply(r, &commands[i], bytes_of(NULL, 0));
    if (r->p->set.ipv6) {
        Cmd ip = {.op = CMD_IP, .host = HOST_NONE, .val = 6};
        runner_apply(r, &ip, bytes_of(NULL, 0));
    }
    r->p->result->first_row = r->newest_row + 1;
    r->w->rules_off = o->rules_off;
    if (r->p->set.mtu < 1500) {
        Cmd mss = {.op = CMD_SET,
                   .host = HOST_A,
                   .key = KNOB_MSS,
                   .val = r->p->set.mtu - (r->p->set.ipv6 ? 60 : 40)};
        runner_apply(r, &mss, bytes_of(NULL, 0));
    }
    return true;
}

static void reset_runner(ScriptRunner *r, Parser *p)
{
    r->p = p;
    r->event = NULL;
    r->base = r->last_event = 0;
    r->last_inbound = false;
    r->live_head = r->live_count = r->live_bytes_used = 0;
    r->under = UNDER_NONE;
    r->under_fd = -1;
    r->next_remote_port = 40001;
    r->local_port = r->remote_port = 0;
    r->remote_known = r->local_known = false;
    r->remote_isn = r->local_isn_script = r->local_isn_live = 0;
    r->ts_count = r->fd_count = r->variable_count = 0;
    r->pending = (Pending){0};
    r->events_left = EVENTS_MAX;
    r->shell_depth = 0;
    r->last_row = r->newest_row = r->call_row = r->fail_at = 0;
}

static void run_parsed(ScriptRunner *r, Parser *p)
{
    for (const Event *e = p->init; e && !p->failed; e = e->next) {
        r->event = e;
        run_shell(r, e->text, e->text_len);
    }
    if (!p->failed)
        run_events(r);
    if (p->result->outcome == SCRIPT_PASSED && p->cleanup) {
        r->event = p->cleanup;
        run_shell(r, p->cleanup->text, p->cleanup->text_len);
    }
    if (p->result->outcome == SCRIPT_PASSED && r->events_left == 0)
        runner_fail(r, "%s", RUNNER_SAY(r, "this goes on for ever", "没有尽头"));
}

static void take_defines(Parser *p, const ScriptOptions *o)
{
    for (uint32_t i = 0; i < o->define_count && i < SCRIPT_DEFINES_MAX; i++) {
        const char *equals = strchr(o->defines[i], '=');
        size_t len = equals ? (size_t)(equals - o->defines[i]) : strlen(o->defines[i]);
        p->defines[p->define_count++] = (Define){o->defines[i], equals ? equals + 1 : NULL, len};
    }
}

ScriptResult script_run(ScriptRunner *r, const ScriptOptions *o, Bytes text)
{
    ScriptResult result = {.outcome = SCRIPT_PASSED};
    Parser p = {.options = o,
                .result = &result,
                .set = {.bind_port = 8080,
                        .connect_port = 8080,
                        .mtu = 1500,
                        .tolerance = 4 * NANOS_MS,
                        .tolerance_ppm = 125000}};
    reset_runner(r, &p);
    char *copy = malloc(text.len + 1);
    if (!copy || text.len > (8u << 20)) {
        free(copy);
        script_bad(&p, NOWHERE, ERROR_TOO_LARGE);
        return result;
    }
    if (text.len)
        memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    p.text = copy;
    p.len = (uint32_t)text.len;
    take_defines(&p, o);
    bool standard = contains(&p, "STANDARD");
    Profile profile = choose_profile(&p, standard);
    r->compares_ecr = contains(&p, "// compare: ecr");
    script_preprocess(&p, copy, p.len);
    if (script_parse(&p) && new_world(r, o, profile))
        run_parsed(r, &p);
    script_free_all(&p);
    free(copy);
    return result;
}

const World *script_world(const ScriptRunner *r)
{
    return r->w;
}

const Trace *script_trace(const ScriptRunner *r)
{
    return r->trace;
}
