/*
 * script_parse.c: the file as a whole: options, times, events, calls (script_private.h).
 *
 *     file := option* [`init`] event+ [`cleanup`]
 *     event := time (packet | call | `shell` | %{ code }%)
 */
#include "core/lab/script_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 16 };

/* ---- options ---- */

static bool is_name(const char *name, size_t len, const char *want)
{
    return strlen(want) == len && memcmp(name, want, len) == 0;
}

static uint32_t number_of(const char *value, size_t len)
{
    uint64_t n = 0;
    for (size_t i = 0; i < len && value[i] >= '0' && value[i] <= '9' && n < UINT32_MAX; i++)
        n = n * 10 + (uint64_t)(value[i] - '0');
    return (uint32_t)min_u64(n, UINT32_MAX);
}

/* "12.5" as parts per million of a hundredth: 125000. */
static uint32_t percent_of(const char *value, size_t len)
{
    uint64_t whole = 0, part = 0, unit = 1000;
    size_t i = 0;
    for (; i < len && value[i] >= '0' && value[i] <= '9' && whole < 100000; i++)
        whole = whole * 10 + (uint64_t)(value[i] - '0');
    if (i < len && value[i] == '.')
        for (i++; i < len && value[i] >= '0' && value[i] <= '9' && unit > 0; i++, unit /= 10)
            part += (uint64_t)(value[i] - '0') * unit;
    return (uint32_t)min_u64(whole * 10000 + part, UINT32_MAX);
}

/* Options that change nothing here: addresses, the tun device, other machines. */
static bool is_harmless(const char *name, size_t len)
{
    static const char *const names[] = {"local_ip",        "remote_ip",
                                        "gateway_ip",      "netmask_ip",
                                        "speed",           "verbose",
                                        "debug",           "dry_run",
                                        "code_command",    "code_format",
                                        "code_sockopt",    "wire_client",
                                        "wire_server",     "wire_server_at",
                                        "wire_server_ip",  "wire_server_port",
                                        "wire_client_dev", "wire_server_dev",
                                        "is_anyip",        "send_omit_free",
                                        "psp_udp_port",    "v"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_name(name, len, names[i]))
            return true;
    return false;
}

/* Options that are whole numbers. 1: taken; 0: another one; -1: wrong. */
static int set_number(Parser *p, uint32_t at, const char *name, size_t n, const char *value,
                      size_t len)
{
    Settings *s = &p->set;
    uint32_t tolerance = (uint32_t)(s->tolerance / NANOS_US);
    const struct {
        const char *name;
        uint32_t *where, max;
    } numbers[] = {
        {"bind_port", &s->bind_port, UINT16_MAX},
        {"connect_port", &s->connect_port, UINT16_MAX},
        {"tolerance_usecs", &tolerance, 4000000},
        {"tcp_ts_tick_usecs", &s->ts_tick_us, 1000000},
        {"mss", &s->mss, UINT16_MAX},
        {"mtu", &s->mtu, UINT32_MAX},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!is_name(name, n, numbers[i].name))
            continue;
        if (len == 0 || value[0] < '0' || value[0] > '9') {
            script_bad(p, at, ERROR_NOT_A_NUMBER, (int)min_u64(n, 40), name);
            return -1;
        }
        *numbers[i].where = number_of(value, len);
        s->tolerance = tolerance * (Nanos)NANOS_US;
        if (*numbers[i].where > numbers[i].max) {
            script_bad(p, at, ERROR_NUMBER_RANGE, (unsigned long long)numbers[i].max);
            return -1;
        }
        return 1;
    }
    return 0;
}

static bool set_define(Parser *p, uint32_t at, const char *value, size_t len)
{
    if (p->define_count == SCRIPT_DEFINES_MAX)
        return script_bad(p, at, ERROR_TOO_MANY_DEFINES, (int)SCRIPT_DEFINES_MAX);
    const char *equals = memchr(value, '=', len);
    char *copy = script_alloc(p, len + 1);
    if (!copy)
        return false;
    memcpy(copy, value, len);
    size_t name_len = equals ? (size_t)(equals - value) : len;
    p->defines[p->define_count++] = (Define){copy, equals ? copy + name_len + 1 : NULL, name_len};
    return true;
}

/* --init_scripts=a.sh,b.sh: commands that run before the script's own. */
static bool set_init_scripts(Parser *p, uint32_t at, const char *value, size_t len)
{
    Event **last = &p->init;
    while (*last)
        last = &(*last)->next;
    for (size_t from = 0; from < len;) {
        size_t to = from;
        while (to < len && value[to] != ',')
            to++;
        Event *e = script_alloc(p, sizeof *e);
        char *copy = e ? script_alloc(p, to - from + 1) : NULL;
        if (!copy)
            return false;
        memcpy(copy, value + from, to - from);
        *e = (Event){.kind = EVENT_SHELL,
                     .at = at == NOWHERE ? 0 : at,
                     .text = copy,
                     .text_len = (uint32_t)(to - from)};
        *last = e;
        last = &e->next;
        from = to + 1;
    }
    return true;
}

static bool set_option(Parser *p, uint32_t at, const char *name, size_t n, const char *value,
                       size_t len)
{
    Settings *s = &p->set;
    int taken = set_number(p, at, name, n, value, len);
    if (taken < 0)
        return false;
    if (s->mtu < 68 || s->mtu > 65535)
        return script_bad(p, at, ERROR_MTU_RANGE);
    if (taken)
        return true;
    if (is_name(name, n, "ip_version")) {
        s->ipv6 = is_name(value, len, "ipv6");
        if (!s->ipv6 && !is_name(value, len, "ipv4") && !is_name(value, len, "ipv4-mapped-ipv6"))
            return script_bad(p, at, ERROR_IP_VERSION);
    } else if (is_name(name, n, "tolerance_percent")) {
        s->tolerance_ppm = percent_of(value, len);
    } else if (is_name(name, n, "tcp_ts_ecr_scaled")) {
        s->ecr_scaled = true;
    } else if (is_name(name, n, "strict_segments")) {
        s->strict_segments = true;
    } else if (is_name(name, n, "non_fatal")) {
        for (size_t i = 0; i < len; i++) {
            s->packets_warn |= i + 6 <= len && memcmp(value + i, "packet", 6) == 0;
            s->calls_warn |= i + 7 <= len && memcmp(value + i, "syscall", 7) == 0;
        }
    } else if (is_name(name, n, "so_filename") || is_name(name, n, "so_flags") ||
               is_name(name, n, "udp_encapsulation")) {
        return script_skip(p, at, name, (uint32_t)n);
    } else if (is_name(name, n, "init_scripts")) {
        return set_init_scripts(p, at, value, len);
    } else if (is_name(name, n, "define")) {
        return set_define(p, at, value, len);
    } else if (!is_harmless(name, n)) {
        return script_bad(p, at, ERROR_NO_SUCH_OPTION, (int)min_u64(n, 40), name);
    }
    return true;
}

/* One option as text, "--name=value" or "--name". */
static bool option_text(Parser *p, uint32_t at, const char *text, size_t len)
{
    while (len > 0 && text[0] == '-') {
        text++;
        len--;
    }
    const char *equals = memchr(text, '=', len);
    size_t n = equals ? (size_t)(equals - text) : len;
    return set_option(p, at, text, n, equals ? equals + 1 : "", equals ? len - n - 1 : 0);
}

static bool parse_options(Parser *p)
{
    while (script_is(p, '-')) {
        uint32_t at = p->token.at;
        const char *word;
        uint32_t len;
        script_raw_word(p, &word, &len);
        if (len < 3 || word[1] != '-')
            return script_bad(p, at, ERROR_DASHES);
        if (!option_text(p, at, word, len))
            return false;
    }
    for (uint32_t i = 0; i < p->options->option_count; i++)
        if (!option_text(p, NOWHERE, p->options->options[i], strlen(p->options->options[i])))
            return false;
    return !p->failed;
}

/* ---- times ---- */

static bool parse_seconds(Parser *p, Nanos *time)
{
    if (p->token.kind != TOKEN_INT && p->token.kind != TOKEN_FLOAT)
        return script_bad(p, p->token.at, ERROR_TIME);
    *time = p->token.time;
    script_next(p);
    return true;
}

static bool parse_when(Parser *p, When *w)
{
    *w = (When){.kind = TIME_ABSOLUTE};
    if (script_take(p, '*')) {
        w->kind = TIME_ANY;
        return true;
    }
    if (script_take(p, '+'))
        w->kind = TIME_RELATIVE;
    if (!parse_seconds(p, &w->from))
        return false;
    w->to = w->from;
    if (script_take(p, '~')) {
        script_take(p, '+');
        if (!parse_seconds(p, &w->to))
            return false;
    } else if (p->token.kind == TOKEN_ELLIPSIS) {
        script_next(p);
        w->blocks = true;
        return parse_seconds(p, &w->ends);
    }
    return true;
}

/* ---- terms: the arguments of calls ---- */

static Term *new_term(Parser *p, TermKind kind)
{
    Term *t = script_alloc(p, sizeof *t);
    if (t)
        *t = (Term){.kind = kind, .at = p->token.at, .len = p->token.len};
    return t;
}

/* children until the closing mark */
static bool parse_children(Parser *p, Term *parent, char close)
{
    Term **last = &parent->first;
    while (!p->failed && !script_is(p, close)) {
        Term *child = script_parse_term(p);
        if (!child)
            return false;
        *last = child;
        last = &child->next;
        if (!script_take(p, ','))
            break;
        if (script_is(p, close))
            return script_bad(p, p->token.at, ERROR_AFTER_COMMA);
    }
    parent->len = p->token.at + 1 - parent->at;
    return script_expect(p, close);
}

static Term *parse_string(Parser *p)
{
    Term *t = new_term(p, TERM_STRING);
    char *out = t ? script_alloc(p, p->len - p->token.at + 1) : NULL;
    if (!out)
        return NULL;
    for (; p->token.kind == TOKEN_STRING; script_next(p)) { /* adjacent strings are one */
        for (uint32_t i = 0; i < p->token.len; i++) {
            char c = p->token.text[i];
            if (c == '\\' && i + 1 < p->token.len) {
                char e = p->token.text[++i];
                c = e == 'n'   ? '\n'
                    : e == 'r' ? '\r'
                    : e == 't' ? '\t'
                    : e == 'f' ? '\f'
                    : e == 'v' ? '\v'
                               : e;
                if (e == 'x' && i + 2 < p->token.len) {
                    char hex[3] = {p->token.text[i + 1], p->token.text[i + 2], '\0'};
                    c = (char)strtol(hex, NULL, 16);
                    i += 2;
                }
            }
            out[t->text_len++] = c;
        }
    }
    t->text = out;
    return t;
}

static Term *parse_word_term(Parser *p)
{
    Term *t = new_term(p, TERM_INT);
    if (!t)
        return NULL;
    t->text = p->token.text;
    t->text_len = p->token.len;
    script_next(p);
    if (script_take(p, '(')) {
        t->kind = TERM_CALL;
        if (!parse_children(p, t, ')'))
            return NULL;
    }
    if (script_is(p, '=')) {
        script_next(p);
        Term *value = script_parse_term(p);
        if (!value)
            return NULL;
        t->kind = TERM_FIELD;
        t->first = value;
        return t;
    }
    if (t->kind == TERM_CALL)
        return t;
    if (is_name(t->text, t->text_len, "NULL"))
        return t;
    if (!sock_constant(t->text, t->text_len, &t->value)) {
        script_skip(p, t->at, t->text, t->text_len);
        return NULL;
    }
    return t;
}

static Term *parse_primary(Parser *p)
{
    Term *t = NULL;
    switch (p->token.kind) {
    case TOKEN_INT:
        t = new_term(p, TERM_INT);
        if (t)
            t->value = p->token.value;
        script_next(p);
        return t;
    case TOKEN_FLOAT:
        t = new_term(p, TERM_INT);
        if (t)
            t->value = (int64_t)(p->token.time / NANOS_S);
        script_next(p);
        return t;
    case TOKEN_ELLIPSIS:
        t = new_term(p, TERM_ELLIPSIS);
        script_next(p);
        return t;
    case TOKEN_ADDRESS:
        t = new_term(p, TERM_INT);
        script_next(p);
        return t;
    case TOKEN_STRING: return parse_string(p);
    case TOKEN_WORD: return parse_word_term(p);
    default: break;
    }
    if (script_is(p, '[') || script_is(p, '{')) {
        bool list = script_is(p, '[');
        t = new_term(p, list ? TERM_LIST : TERM_STRUCT);
        script_next(p);
        return t && parse_children(p, t, list ? ']' : '}') ? t : NULL;
    }
    if (script_take(p, '-')) {
        t = parse_primary(p);
        if (t)
            t->value = -t->value;
        return t;
    }
    script_bad(p, p->token.at, ERROR_ARGUMENT);
    return NULL;
}

Term *script_parse_term(Parser *p)
{
    if (++p->depth > DEPTH_MAX) {
        script_bad(p, p->token.at, ERROR_NESTED, DEPTH_MAX);
        return NULL;
    }
    Term *t = parse_primary(p);
    while (t && script_take(p, '|')) {
        Term *more = parse_primary(p);
        if (!more)
            return NULL;
        t->value |= more->value;
    }
    if (t && p->token_end > t->at)
        t->len = p->token_end - t->at;
    p->depth--;
    return t;
}

/* ---- calls ---- */

static bool parse_result(Parser *p, Event *e)
{
    if (p->token.kind == TOKEN_ELLIPSIS) {
        e->any_result = true;
        script_next(p);
        return true;
    }
    bool negative = script_take(p, '-');
    int64_t value = p->token.value;
    if (p->token.kind == TOKEN_WORD && !sock_constant(p->token.text, p->token.len, &value))
        return script_skip(p, p->token.at, p->token.text, p->token.len);
    if (p->token.kind != TOKEN_INT && p->token.kind != TOKEN_WORD)
        return script_bad(p, p->token.at, ERROR_RESULT);
    script_next(p);
    while (!negative && script_take(p, '|')) {
        int64_t more = p->token.value;
        if (p->token.kind == TOKEN_WORD && !sock_constant(p->token.text, p->token.len, &more))
            return script_skip(p, p->token.at, p->token.text, p->token.len);
        value |= more;
        script_next(p);
    }
    e->result = negative ? -value : value;
    return true;
}

/* `(Resource temporarily unavailable)`, `(flags O_RDWR)`: words for the reader */
static bool parse_remark(Parser *p)
{
    if (!script_is(p, '('))
        return true;
    uint32_t at = p->token.at;
    int depth = 0;
    do {
        depth += script_is(p, '(');
        depth -= script_is(p, ')');
        script_next(p);
    } while (depth > 0 && p->token.kind != TOKEN_END && !p->failed);
    return depth == 0 || script_bad(p, at, ERROR_REMARK_OPEN);
}

bool script_parse_call(Parser *p, Event *e)
{
    e->kind = EVENT_CALL;
    e->name = p->token.text;
    e->name_len = p->token.len;
    script_next(p);
    if (!script_expect(p, '('))
        return false;
    Term list = {.at = p->token.at};
    if (!parse_children(p, &list, ')'))
        return false;
    e->args = list.first;
    if (!script_expect(p, '=') || !parse_result(p, e))
        return false;
    if (p->token.kind == TOKEN_WORD && p->token.len > 1 && p->token.text[0] == 'E') {
        e->error = sock_errno_of_name(p->token.text, p->token.len);
        if (!e->error)
            return script_bad(p, p->token.at, ERROR_NO_SUCH_ERRNO, (int)min_u32(p->token.len, 40),
                              p->token.text);
        script_next(p);
    }
    return parse_remark(p);
}

/* ---- events ---- */

static Event *new_event(Parser *p)
{
    Event *e = script_alloc(p, sizeof *e);
    if (e)
        e->at = p->token.at;
    return e;
}

static bool parse_event_body(Parser *p, Event *e)
{
    if (script_is(p, '<') || script_is(p, '>'))
        return script_parse_packet(p, e);
    if (p->token.kind == TOKEN_SHELL || p->token.kind == TOKEN_CODE) {
        e->kind = p->token.kind == TOKEN_SHELL ? EVENT_SHELL : EVENT_CODE;
        e->text = p->token.text;
        e->text_len = p->token.len;
        script_next(p);
        return true;
    }
    if (p->token.kind == TOKEN_WORD)
        return script_parse_call(p, e);
    return script_bad(p, p->token.at, ERROR_EVENT);
}

static bool check_when(Parser *p, const Event *e, const Event *before)
{
    bool out = e->kind == EVENT_PACKET && !e->packet->inbound;
    if (!out && (e->when.kind == TIME_ANY || e->when.to != e->when.from))
        return script_bad(p, e->at, ERROR_ANY_TIME_OUT);
    if (e->when.to < e->when.from)
        return script_bad(p, e->at, ERROR_WINDOW_ENDS);
    if (e->when.blocks && e->when.ends < e->when.from)
        return script_bad(p, e->at, ERROR_CALL_ENDS);
    if (e->when.blocks && e->kind != EVENT_CALL)
        return script_bad(p, e->at, ERROR_ONLY_CALL_BLOCKS);
    if (!before && e->when.from != 0)
        return script_bad(p, e->at, ERROR_FIRST_AT_ZERO);
    bool goes_back = before && before->when.kind == TIME_ABSOLUTE &&
                     e->when.kind == TIME_ABSOLUTE && e->when.from < before->when.from;
    return !goes_back || script_bad(p, e->at, ERROR_GOES_BACK);
}

static Event *parse_bare_shell(Parser *p)
{
    Event *e = new_event(p);
    if (!e)
        return NULL;
    e->kind = EVENT_SHELL;
    e->text = p->token.text;
    e->text_len = p->token.len;
    script_next(p);
    return e;
}

bool script_parse(Parser *p)
{
    script_next(p);
    if (!parse_options(p))
        return false;
    Event **last_init = &p->init, **last = &p->events, *before = NULL;
    while (*last_init) /* those of an option come first */
        last_init = &(*last_init)->next;
    while (p->token.kind == TOKEN_SHELL && !p->failed) {
        *last_init = parse_bare_shell(p);
        if (!*last_init)
            return false;
        last_init = &(*last_init)->next;
    }
    while (p->token.kind != TOKEN_END && p->token.kind != TOKEN_SHELL && !p->failed) {
        Event *e = new_event(p);
        if (!e || !parse_when(p, &e->when) || !parse_event_body(p, e))
            return false;
        e->len = p->token_end - e->at;
        if (!check_when(p, e, before))
            return false;
        *last = before = e;
        last = &e->next;
    }
    if (p->token.kind == TOKEN_SHELL && !p->failed)
        p->cleanup = parse_bare_shell(p);
    if (p->token.kind != TOKEN_END && !p->failed)
        return script_bad(p, p->token.at, ERROR_AFTER_CLEANUP);
    if (!p->failed && !p->events)
        return script_bad(p, p->len, ERROR_NO_EVENT);
    return !p->failed;
}
