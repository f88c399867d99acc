/*
 * script_shell.c: the shell commands of a script that mean something here.
 *
 * Commands that set sysctls turn the corresponding knobs; commands that count sockets in a state
 * check the connections; the usual preparations are what a new world is anyway. A file of
 * preparations (`../common/defaults.sh`) is read, if whoever runs the script can read files, and
 * what it sets is set; what else it does prepares a machine, and is passed over. Anything else in
 * the script itself is a skip, with the command as its reason.
 */
#include "core/lab/script_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Units of a sysctl's number. */
typedef enum Unit {
    AS_IS,
    SECONDS,
    MILLISECONDS,
    MICROSECONDS,
    LAST /* the last number of several */
} Unit;

typedef struct Sysctl {
    const char *name;
    const char *knob; /* NULL: changes nothing here */
    Unit unit;
    uint64_t only; /* for knob NULL: ignored whatever it is */
} Sysctl;

static const Sysctl sysctls[] = {
#define SYSCTL(name, knob, unit) {name, knob, unit, 0},
#include "core/lab/script_sysctl.def"
#undef SYSCTL
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';' || c == '\\';
}

/* The next word of a command; its end, or NULL. Quotes are left out. */
static const char *next_word(const char *at, const char *end, const char **word, size_t *len)
{
    while (at < end && is_space(*at))
        at++;
    if (at == end)
        return NULL;
    *word = at;
    while (at < end && !is_space(*at))
        at++;
    *len = (size_t)(at - *word);
    return at;
}

static bool equal(const char *a, size_t len, const char *b)
{
    return strlen(b) == len && memcmp(a, b, len) == 0;
}

static bool holds(const char *text, size_t len, const char *what)
{
    size_t n = strlen(what);
    for (size_t i = 0; i + n <= len; i++)
        if (memcmp(text + i, what, n) == 0)
            return true;
    return false;
}

/* ---- sysctls ---- */

static uint64_t to_nanos(uint64_t v, Unit unit)
{
    switch (unit) {
    case SECONDS: return v * NANOS_S;
    case MILLISECONDS: return v * NANOS_MS;
    case MICROSECONDS: return v * NANOS_US;
    default: return v;
    }
}

/* A number, or a product as the shell computes it, `$((15*1024*1024))`; NULL: neither. */
static const char *product(const char *at, const char *end, uint64_t *v)
{
    bool computed = end - at > 3 && memcmp(at, "$((", 3) == 0;
    at += computed ? 3 : 0;
    *v = 1;
    for (;;) {
        uint64_t factor = 0;
        const char *from = at;
        for (; at < end && *at >= '0' && *at <= '9'; at++)
            factor = min_u64(factor * 10 + (uint64_t)(*at - '0'), UINT32_MAX);
        if (at == from)
            return NULL;
        *v = min_u64(*v * factor, UINT32_MAX);
        if (!computed || at == end || *at != '*')
            break;
        at++;
    }
    return computed && end - at >= 2 ? at + 2 : at;
}

/* The last of the numbers at `at`, which blanks separate. */
static uint64_t last_number(const char *at, const char *end)
{
    uint64_t v = 0, next;
    for (const char *after; at < end; at = after) {
        while (at < end && is_space(*at))
            at++;
        after = at < end ? product(at, end, &next) : NULL;
        if (!after)
            break;
        v = next;
    }
    return v;
}

/* What is not known is a skip, but not in a file that prepares a whole machine. */
static bool unknown(ScriptRunner *r, const char *what)
{
    return r->shell_depth > 0 || runner_skip(r, what);
}

static uint64_t hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? (uint64_t)(c - '0')
           : c >= 'a' && c <= 'f' ? (uint64_t)(c - 'a') + 10
                                  : 0;
}

/* value: len bytes, and up to `end` if it is of several words. */
static bool apply_knob(ScriptRunner *r, const Sysctl *s, const char *value, size_t len,
                       const char *end)
{
    KnobId id = knob_of_name(s->knob, strlen(s->knob));
    if (id == KNOB_COUNT)
        return runner_skip(r, s->name);
    uint64_t v = 0;
    if (id == KNOB_CC) {
        static const char *const names[] = {"none", "reno", "cubic", "bbr"};
        for (v = 0; v < 4 && !equal(value, len, names[v]); v++)
            ;
        if (v == 4 && equal(value, len, "newreno"))
            v = 1;
        if (v == 4)
            return unknown(r, "this congestion control");
    } else if (s->unit == LAST) {
        v = last_number(value, end);
    } else if (len > 2 && memcmp(value, "0x", 2) == 0) {
        for (size_t i = 2; i < len && i < 10; i++)
            v = v * 16 + hex_digit(value[i]);
    } else if (!product(value, value + len, &v)) {
        v = 0;
    }
    v = to_nanos(v, s->unit);
    const KnobInfo *info = knob_info(id);
    v = max_u64(info->min, min_u64(info->max, v));
    Cmd cmd = {.op = CMD_SET, .host = HOST_A, .key = id, .val = v};
    runner_apply(r, &cmd, bytes_of(NULL, 0));
    return true;
}

/* `net.ipv4.tcp_sack=1` or `/proc/sys/net/ipv4/tcp_sack=1`. */
static bool set_sysctl(ScriptRunner *r, const char *word, size_t len, const char *end)
{
    char name[128];
    const char *equals = memchr(word, '=', len);
    size_t n = (size_t)(equals - word);
    static const char proc[] = "/proc/sys/";
    if (n > sizeof proc - 1 && memcmp(word, proc, sizeof proc - 1) == 0) {
        word += sizeof proc - 1;
        n -= sizeof proc - 1;
        len -= sizeof proc - 1;
    }
    if (n >= sizeof name)
        return runner_skip(r, "sysctl");
    for (size_t i = 0; i < n; i++)
        name[i] = word[i] == '/' ? '.' : word[i];
    name[n] = '\0';
    const char *value = equals + 1;
    size_t value_len = len - n - 1;
    if (value_len > 1 && (value[0] == '"' || value[0] == '\'')) {
        value++;
        value_len--;
    }
    for (size_t i = 0; i < sizeof sysctls / sizeof *sysctls; i++)
        if (strcmp(sysctls[i].name, name) == 0)
            return !sysctls[i].knob || apply_knob(r, &sysctls[i], value, value_len, end);
    for (int k = 0; k < KNOB_COUNT; k++) {
        const KnobInfo *info = knob_info((KnobId)k);
        if (strcmp(info->sysctl, name) == 0 && info->unit != UNIT_TIME) {
            Sysctl s = {name, info->name, AS_IS, 0};
            return apply_knob(r, &s, value, value_len, end);
        }
    }
    return unknown(r, name);
}

/* `echo VALUE > /proc/sys/net/ipv4/NAME`: 1 taken, 0 something else, -1 cannot be done. */
static int run_echo(ScriptRunner *r, const char *text, uint32_t len)
{
    const char *at = text, *end = text + len, *word, *value = NULL;
    size_t n, value_len = 0;
    char line[160];
    if (!holds(text, len, "echo ") || !holds(text, len, "/proc/sys/"))
        return 0;
    while ((at = next_word(at, end, &word, &n))) {
        if (equal(word, n, "echo") || equal(word, n, ">"))
            continue;
        if (*word == '>') {
            word++;
            n--;
        }
        if (*word != '/') {
            value = word;
            value_len = n;
            continue;
        }
        int k = snprintf(line, sizeof line, "%.*s=%.*s", (int)min_u64(n, 100), word,
                         (int)min_u64(value_len, 40), value ? value : "");
        return set_sysctl(r, line, (size_t)k, line + k) ? 1 : -1;
    }
    return 0;
}

static bool run_sysctls(ScriptRunner *r, const char *text, uint32_t len)
{
    const char *at = text, *end = text + len, *word;
    size_t n;
    while ((at = next_word(at, end, &word, &n))) {
        if (n > 1 && (word[0] == '"' || word[0] == '\'')) {
            word++;
            n--;
        }
        bool assignment = memchr(word, '=', n) && (word[0] == 'n' || word[0] == '/');
        if (assignment && !set_sysctl(r, word, n, end))
            return false;
    }
    return true;
}

/* ---- states ---- */

static TcpState state_word(const char *word, size_t len)
{
    static const struct {
        const char *name;
        TcpState state;
    } names[] = {
        {"CLOSED", CLOSED},
        {"LISTEN", LISTEN},
        {"SYN_SENT", SYN_SENT},
        {"SYN-SENT", SYN_SENT},
        {"SYN_RCVD", SYN_RECEIVED},
        {"SYN-RECV", SYN_RECEIVED},
        {"SYN_RECEIVED", SYN_RECEIVED},
        {"ESTABLISHED", ESTABLISHED},
        {"ESTAB", ESTABLISHED},
        {"FIN_WAIT_1", FIN_WAIT_1},
        {"FIN-WAIT-1", FIN_WAIT_1},
        {"FIN_WAIT_2", FIN_WAIT_2},
        {"FIN-WAIT-2", FIN_WAIT_2},
        {"CLOSE_WAIT", CLOSE_WAIT},
        {"CLOSE-WAIT", CLOSE_WAIT},
        {"CLOSING", CLOSING},
        {"LAST_ACK", LAST_ACK},
        {"LAST-ACK", LAST_ACK},
        {"TIME_WAIT", TIME_WAIT},
        {"TIME-WAIT", TIME_WAIT},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (equal(word, len, names[i].name))
            return names[i].state;
    return TCP_STATE_COUNT;
}

/* `sockstat ... | grep -c STATE | grep N`: exactly N connections are in the state. `ss ... | grep
 * -q STATE`: at least one is. */
static bool run_state_check(ScriptRunner *r, const char *text, uint32_t len)
{
    const char *at = text, *end = text + len, *word;
    size_t n;
    TcpState state = TCP_STATE_COUNT;
    int64_t count = -1;
    bool none = holds(text, len, "! ") || holds(text, len, "grep -qv");
    while ((at = next_word(at, end, &word, &n))) {
        while (n > 0 && (word[0] == '"' || word[0] == '\'' || word[0] == '|')) {
            word++;
            n--;
        }
        while (n > 0 && (word[n - 1] == '"' || word[n - 1] == '\'' || word[n - 1] == '|'))
            n--;
        TcpState s = state_word(word, n);
        if (s != TCP_STATE_COUNT)
            state = s;
        else if (state != TCP_STATE_COUNT && n == 1 && word[0] >= '0' && word[0] <= '9')
            count = word[0] - '0';
    }
    if (state == TCP_STATE_COUNT)
        return runner_skip(r, RUNNER_SAY(r, "this state check", "这种状态检查"));
    int64_t found = 0;
    for (uint16_t i = 1; i <= r->w->shape.conns; i++) {
        const Tcb *t = &world_conns(r->w)[i];
        found += t->used && t->host == HOST_A && t->state == state;
    }
    bool good = count >= 0 ? found == count : none ? found == 0 : found > 0;
    if (good)
        return true;
    snprintf(r->p->result->expected, sizeof r->p->result->expected, "%.*s", (int)min_u32(len, 200),
             text);
    snprintf(r->p->result->got, sizeof r->p->result->got, "%lld", (long long)found);
    return runner_fail(r, RUNNER_SAY(r, "%lld connections are in %s", "有 %lld 条连接处于 %s"),
                       (long long)found, state_name(state));
}

/* ---- the rest ---- */

/* Preparations and clearing up that a world of its own does not need; but what counts, compares or
 * writes to a file is more than that. */
static bool is_harmless(const char *text, size_t len)
{
    if ((holds(text, len, "nstat") || holds(text, len, "sysctl")) &&
        (memchr(text, '|', len) || holds(text, len, "grep")))
        return false;
    if (memchr(text, '>', len) && !holds(text, len, "/dev/null"))
        return false;
    if (holds(text, len, "netem"))
        return false;
    static const char *const words[] = {"set_sysctls.py", "kldload",
                                        "true",           "tcp_metrics",
                                        "echo",           "sync_with_background",
                                        "sysctl -n",      "/tmp/sysctl_restore",
                                        "tc qdisc",       "sleep 0",
                                        "nstat",          "ip route flush"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (holds(text, len, words[i]))
            return true;
    return len == 0 || text[0] == '#';
}

/* What the files called defaults.sh of the known collections set, for a script that comes without
 * its own: the figures that can be seen on the wire. */
static const char usual_defaults[] = "sysctl net.ipv4.tcp_rmem=15728640\n"
                                     "sysctl net.ipv4.tcp_timestamps=1\n"
                                     "sysctl net.ipv4.tcp_sack=1\n"
                                     "sysctl net.ipv4.tcp_syn_retries=5\n"
                                     "sysctl net.ipv4.tcp_synack_retries=5\n"
                                     "sysctl net.ipv4.tcp_congestion_control=cubic\n"
                                     "sysctl net.ipv4.tcp_slow_start_after_idle=0\n"
                                     "sysctl net.ipv4.tcp_ecn=0\n";

static bool run_commands(ScriptRunner *r, const char *text, size_t len);

/* `../common/defaults.sh`, whatever stands behind it. */
static bool run_file(ScriptRunner *r, const char *name, size_t name_len)
{
    enum { DEEPEST = 4, NAME_MAX_LEN = 255 };
    char path[NAME_MAX_LEN + 1];
    if (r->shell_depth == DEEPEST || name_len > NAME_MAX_LEN)
        return unknown(r, "defaults.sh");
    memcpy(path, name, name_len);
    path[name_len] = '\0';
    size_t len = 0;
    const ScriptOptions *o = r->p->options;
    char *own = o->file ? o->file(o->file_of, path, &len) : NULL;
    bool usual = !own && holds(name, name_len, "defaults.sh");
    if (!own && !usual)
        return is_harmless(name, name_len) || unknown(r, path);
    r->shell_depth++;
    bool good = run_commands(r, own ? own : usual_defaults, own ? len : sizeof usual_defaults - 1);
    r->shell_depth--;
    free(own);
    return good;
}

static bool run_command(ScriptRunner *r, const char *text, size_t len)
{
    const char *word;
    size_t n;
    const char *end = next_word(text, text + len, &word, &n);
    if (!end || *word == '#')
        return true;
    len -= (size_t)(word - text);
    text = word;
    if (n > 3 && memcmp(word + n - 3, ".sh", 3) == 0)
        return run_file(r, word, n);
    if (holds(text, len, "sysctl") && memchr(text, '=', len))
        return run_sysctls(r, text, (uint32_t)len);
    int echoed = run_echo(r, text, (uint32_t)len);
    if (echoed)
        return echoed > 0;
    if (r->shell_depth > 0 || is_harmless(text, len))
        return true;
    char what[160];
    snprintf(what, sizeof what, "`%.*s`", (int)min_u64(len, 120), text);
    return runner_skip(r, what);
}

/* Where the command at `at` ends: a line's end, `;` or `&&`, outside quotes. */
static const char *command_end(const char *at, const char *end)
{
    char quote = 0;
    for (; at < end; at++) {
        if (quote)
            quote = *at == quote ? 0 : quote;
        else if (*at == '"' || *at == '\'')
            quote = *at;
        else if (*at == '\\' && at + 1 < end)
            at++; /* `\` and the line's end join two lines */
        else if (*at == '\n' || *at == ';' || (*at == '&' && at + 1 < end && at[1] == '&'))
            break;
    }
    return at;
}

static bool run_commands(ScriptRunner *r, const char *text, size_t len)
{
    for (const char *at = text, *end = text + len; at < end;) {
        const char *stop = *at == '#' ? memchr(at, '\n', (size_t)(end - at)) : command_end(at, end);
        stop = stop ? stop : end;
        if (!run_command(r, at, (size_t)(stop - at)))
            return false;
        for (at = stop; at < end && (is_space(*at) || *at == '&');)
            at++;
    }
    return true;
}

bool run_shell(ScriptRunner *r, const char *text, uint32_t len)
{
    if (holds(text, len, "sockstat") || holds(text, len, "netstat") ||
        (len > 3 && memcmp(text, "ss ", 3) == 0))
        return run_state_check(r, text, len);
    return run_commands(r, text, len);
}
