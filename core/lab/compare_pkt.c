/*
 * compare_pkt.c: a .pkt script as a scenario of a comparison (compare.h).
 *
 * Taken are the calls and the packets that go in; the packets that the script expects only tell
 * how much time passes, for here the other subject says what is right. Calls do not block: one that
 * slept in the script is made when it is to return. What a puppet and a program cannot do alike on
 * both sides (ICMP, epoll, files, other kinds of sockets) is a refusal with its reason and line.
 */
#include "core/lab/compare.h"
#include "core/lab/script_private.h"
#include "core/tcp/knob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Nanos SHORTEST = NANOS_MS, LONGEST = 30 * NANOS_S;

typedef struct Reader {
    Parser p;
    Scenario *s;
    ScenarioRefusal *refusal;
    Nanos now, step_at; /* of the script; of the last step */
    uint32_t flow, flows;
    uint16_t ports[COMPARE_FLOWS]; /* named by the script; 0: none */
    bool has_flow, local_known, remote_known;
    uint32_t local_isn;
    Lang lang;
} Reader;

/* ---- refusing ---- */

static uint32_t line_of(const Parser *p, uint32_t at)
{
    uint32_t line = 1;
    for (uint32_t i = 0; i < at && i < p->len; i++)
        line += p->text[i] == '\n';
    return line;
}

/* Keeps the first. Always false. */
static bool refuse(Reader *r, uint32_t at, const char *en, const char *zh)
{
    if (r->refusal->message[0])
        return false;
    r->refusal->line = line_of(&r->p, at);
    snprintf(r->refusal->message, sizeof r->refusal->message, "%s", r->lang == LANG_ZH ? zh : en);
    return false;
}

static Step *add(Reader *r, StepKind kind, const Event *e)
{
    Step *step = scenario_add(r->s, kind, SETTLE_TIME);
    if (!step) {
        refuse(r, e->at, "the script has too many lines", "脚本行数太多");
        return NULL;
    }
    if (r->s->count > 1) {
        Step *before = step - 1;
        before->wait = r->now > r->step_at + SHORTEST ? r->now - r->step_at : SHORTEST;
    }
    r->step_at = r->now;
    step->wait = SHORTEST;
    step->line = line_of(&r->p, e->at);
    return step;
}

/* ---- packets ---- */

/* The puppet's port: a new one for each connection, or the one that the script names. */
static bool choose_flow(Reader *r, const Event *e)
{
    const Pkt *k = e->packet;
    uint16_t named = k->has_ports ? k->sport : 0;
    for (uint32_t i = 0; named && i < r->flows; i++)
        if (r->ports[i] == named) {
            r->flow = i;
            return true;
        }
    if (r->has_flow && (!named || r->ports[r->flow] == 0)) {
        r->ports[r->flow] = named ? named : r->ports[r->flow];
        return true;
    }
    if (r->flows == COMPARE_FLOWS)
        return refuse(r, e->at, "more connections than can be compared", "连接太多，无法对照");
    r->flow = r->flows++;
    r->ports[r->flow] = named;
    r->has_flow = true;
    return true;
}

static bool take_option(Reader *r, const Event *e, const PktOption *o, Seg *seg)
{
    switch (o->kind) {
    case 0:
    case 1: return true;
    case 2:
        seg->opts |= SEG_OPT_MSS;
        seg->mss = (uint16_t)(o->data[0] << 8 | o->data[1]);
        return true;
    case 3:
        seg->opts |= SEG_OPT_WSCALE;
        seg->wscale = o->data[0];
        return true;
    case 4: seg->opts |= SEG_OPT_SACK_OK; return true;
    case 5:
        seg->opts |= SEG_OPT_SACK;
        seg->sack_count = o->sack_count < SEG_SACK_MAX ? o->sack_count : SEG_SACK_MAX;
        for (uint8_t i = 0; i < seg->sack_count; i++)
            seg->sack[i] = (SeqRange){seq_of(o->sack[2 * i]), seq_of(o->sack[2 * i + 1])};
        return true;
    case 8:
        seg->opts |= SEG_OPT_TIMESTAMP;
        seg->ts_val = o->ts_val;
        seg->ts_ecr = o->ts_ecr ? COMPARE_ECHO : 0;
        return true;
    default:
        return refuse(r, e->at, "an option that the puppet does not write", "木偶不会写的选项");
    }
}

static bool take_inbound(Reader *r, const Event *e)
{
    const Pkt *k = e->packet;
    if (k->icmp)
        return refuse(r, e->at, "ICMP is not compared", "不对照 ICMP");
    if (k->len > 1400)
        return refuse(r, e->at, "a segment larger than the device takes", "报文段超过设备的大小");
    if (!choose_flow(r, e))
        return false;
    Step *step = add(r, STEP_SEGMENT, e);
    if (!step)
        return false;
    bool syn = k->flags & SEG_SYN;
    if (syn && !r->remote_known) {
        r->remote_known = true;
        r->s->puppet_iss = k->seq;
    }
    step->flow = (uint8_t)r->flow;
    step->seg = (Seg){.flags = k->flags,
                      .seq = seq_of(syn ? k->seq - r->s->puppet_iss : k->seq),
                      .ack = seq_of(syn ? k->ack - r->local_isn : k->ack),
                      .wnd = k->win,
                      .urg = k->urg,
                      .len = k->len,
                      .tos = k->tos,
                      .ttl = k->has_ttl ? k->ttl : 0,
                      .dst_port = (uint16_t)r->p.set.bind_port};
    for (uint8_t i = 0; i < k->option_count; i++)
        if (!take_option(r, e, &k->option[i], &step->seg))
            return false;
    return true;
}

/* ---- calls ---- */

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
    const Term *n = t && t->kind == TERM_LIST ? t->first : t;
    return n && n->kind == TERM_INT ? n->value : 0;
}

static int64_t field(const Term *of, const char *name)
{
    for (const Term *t = of ? of->first : NULL; t; t = t->next)
        if (t->kind == TERM_FIELD && t->text_len == strlen(name) &&
            memcmp(t->text, name, t->text_len) == 0)
            return t->first && t->first->kind == TERM_INT ? t->first->value : 0;
    return 0;
}

static const struct {
    const char *name;
    uint8_t call;
} calls[] = {
    {"socket", SOCK_CALL_SOCKET},
    {"bind", SOCK_CALL_BIND},
    {"listen", SOCK_CALL_LISTEN},
    {"connect", SOCK_CALL_CONNECT},
    {"accept", SOCK_CALL_ACCEPT},
    {"accept4", SOCK_CALL_ACCEPT},
    {"write", SOCK_CALL_SEND},
    {"send", SOCK_CALL_SEND},
    {"sendto", SOCK_CALL_SEND},
    {"read", SOCK_CALL_RECV},
    {"recv", SOCK_CALL_RECV},
    {"recvfrom", SOCK_CALL_RECV},
    {"shutdown", SOCK_CALL_SHUTDOWN},
    {"close", SOCK_CALL_CLOSE},
    {"setsockopt", SOCK_CALL_SETSOCKOPT},
    {"getsockopt", SOCK_CALL_GETSOCKOPT},
    {"ioctl", SOCK_CALL_IOCTL},
    {"poll", CALL_POLL},
    {"fcntl", SOCK_CALL_FCNTL},
};

static int call_of(const Event *e)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (strlen(calls[i].name) == e->name_len &&
            memcmp(calls[i].name, e->name, e->name_len) == 0)
            return calls[i].call;
    return -1;
}

static bool fits_int(int64_t v)
{
    return v >= INT32_MIN && v <= INT32_MAX;
}

static bool take_sockopt(Reader *r, const Event *e, Step *step)
{
    const Term *value = argument(e, 3);
    int64_t level = number(e, 1), option = number(e, 2);
    bool linger = level == SW_SOL_SOCKET && option == SW_SO_LINGER;
    bool plain = value && (value->kind == TERM_INT || value->kind == TERM_LIST ||
                           value->kind == TERM_ELLIPSIS);
    if (!plain && !(linger && value && value->kind == TERM_STRUCT))
        return refuse(r, e->at, "an option whose value is no number", "选项的值不是数");
    step->len = (uint32_t)level << 16 | (uint16_t)option;
    step->value = linger ? (int32_t)field(value, "onoff") : (int32_t)number(e, 3);
    step->value2 = linger ? (int32_t)field(value, "linger") : 0;
    return true;
}

static bool take_details(Reader *r, const Event *e, Step *step)
{
    int64_t n = number(e, 2), flags = number(e, 3);
    switch (step->call) {
    case SOCK_CALL_BIND: step->port = (uint16_t)r->p.set.bind_port; return true;
    case SOCK_CALL_LISTEN: step->len = (uint32_t)number(e, 1); return true;
    case SOCK_CALL_SHUTDOWN: step->value = (int32_t)number(e, 1); return true;
    case SOCK_CALL_IOCTL: step->len = (uint32_t)number(e, 1); return true;
    case SOCK_CALL_SETSOCKOPT:
    case SOCK_CALL_GETSOCKOPT: return take_sockopt(r, e, step);
    case SOCK_CALL_SEND:
    case SOCK_CALL_RECV:
        if (n < 0 || n > 1 << 18 || flags & (SW_MSG_FASTOPEN | SW_MSG_ERRQUEUE))
            return refuse(r, e->at, "a transfer that cannot be compared", "无法对照的收发调用");
        step->len = (uint32_t)n;
        step->value = (int32_t)flags;
        return true;
    default: return true;
    }
}

static bool take_call(Reader *r, const Event *e)
{
    int call = call_of(e);
    if (call == SOCK_CALL_FCNTL) /* nothing blocks here */
        return true;
    if (call < 0)
        return refuse(r, e->at, "a call that is not compared", "不对照的系统调用");
    bool opens = call == SOCK_CALL_SOCKET || call == SOCK_CALL_ACCEPT;
    int64_t fd = call == SOCK_CALL_SOCKET ? -1 : number(e, 0);
    int64_t made = opens && e->result >= 0 ? e->result : -1;
    if (call == CALL_POLL) {
        const Term *list = argument(e, 0);
        fd = list ? field(list->first, "fd") : -1;
    }
    if (fd >= COMPARE_FDS || made >= COMPARE_FDS || !fits_int(number(e, 3)))
        return refuse(r, e->at, "a number that is too large", "数值太大");
    Step *step = add(r, STEP_CALL, e);
    if (!step)
        return false;
    step->call = (uint8_t)call;
    step->fd = (int8_t)(fd < -1 ? -1 : fd);
    step->fd_new = (int8_t)made;
    if (call == SOCK_CALL_SOCKET) { /* the next packet belongs to another connection */
        r->has_flow = false;
    } else if (call == SOCK_CALL_CONNECT && !r->has_flow) {
        if (r->flows == COMPARE_FLOWS)
            return refuse(r, e->at, "more connections than can be compared", "连接太多，无法对照");
        r->flow = r->flows++;
        r->has_flow = true;
    }
    step->flow = (uint8_t)r->flow;
    return take_details(r, e, step);
}

/* ---- switches ---- */

enum { AS_IS, SECONDS, MILLISECONDS, MICROSECONDS, LAST };

static const struct {
    const char *name, *knob;
    int unit;
} sysctls[] = {
#define SYSCTL(name, knob, unit) {name, knob, unit},
#include "core/lab/script_sysctl.def"
#undef SYSCTL
};

static KnobId knob_of_sysctl(const char *name, int *unit)
{
    *unit = AS_IS;
    for (size_t i = 0; i < sizeof sysctls / sizeof *sysctls; i++)
        if (strcmp(sysctls[i].name, name) == 0) {
            *unit = sysctls[i].unit;
            return sysctls[i].knob ? knob_of_name(sysctls[i].knob, strlen(sysctls[i].knob))
                                   : KNOB_COUNT;
        }
    for (int i = 0; i < KNOB_COUNT; i++)
        if (strcmp(knob_info((KnobId)i)->sysctl, name) == 0)
            return (KnobId)i;
    return KNOB_COUNT;
}

/* name=value; several numbers in the value are kept, the last one counts for the knob. */
static bool take_sysctl(Reader *r, const Event *e, const char *word, size_t len)
{
    static const Nanos units[] = {1, NANOS_S, NANOS_MS, NANOS_US, 1};
    const char *equals = memchr(word, '=', len);
    if (!equals || r->s->setting_count == COMPARE_SETTINGS_MAX)
        return refuse(r, e->at, "too many switches", "开关太多");
    CompareSetting *x = &r->s->setting[r->s->setting_count];
    size_t name = (size_t)(equals - word), value = len - name - 1;
    if (name >= sizeof x->sysctl || value >= sizeof x->text)
        return refuse(r, e->at, "a switch that is too long", "开关太长");
    *x = (CompareSetting){0};
    memcpy(x->sysctl, word, name);
    memcpy(x->text, equals + 1, value);
    int unit;
    KnobId knob = knob_of_sysctl(x->sysctl, &unit);
    const char *last = strrchr(x->text, ' ');
    x->value = strtoull(last ? last + 1 : x->text, NULL, 10) * units[unit];
    x->has_knob = knob != KNOB_COUNT && knob_info(knob)->unit != UNIT_CC;
    x->knob = (uint16_t)knob;
    r->s->setting_count += strncmp(x->sysctl, "net.ipv4.tcp_", 13) == 0;
    return true;
}

/* Words of a shell command with `=` in them are sysctls; all other commands prepare nothing that
 * counts here. */
static bool take_shell(Reader *r, const Event *e)
{
    const char *at = e->text, *end = e->text + e->text_len;
    while (at < end) {
        while (at < end && (*at == ' ' || *at == '\n' || *at == '"' || *at == '\t'))
            at++;
        const char *word = at;
        while (at < end && *at != ' ' && *at != '\n' && *at != '"' && *at != '\t')
            at++;
        size_t len = (size_t)(at - word);
        if (len > 9 && strncmp(word, "net.ipv4.", 9) == 0 && memchr(word, '=', len)) {
            if (r->s->count > 0)
                return refuse(r, e->at, "a switch that is turned on the way", "中途改变的开关");
            if (!take_sysctl(r, e, word, len))
                return false;
        }
    }
    return true;
}

/* ---- the whole ---- */

/* When the script wants it: a call that sleeps at its end, where it takes what has come. */
static Nanos moment(const Reader *r, const Event *e)
{
    Nanos base = e->when.kind == TIME_RELATIVE ? r->now : 0;
    int call = e->kind == EVENT_CALL ? call_of(e) : -1;
    bool takes = call == SOCK_CALL_ACCEPT || call == SOCK_CALL_RECV;
    if (e->when.kind == TIME_ANY)
        return r->now;
    return e->when.blocks && takes ? base + e->when.ends : base + e->when.from;
}

static bool take_event(Reader *r, const Event *e)
{
    Nanos at = moment(r, e);
    r->now = at > r->now ? at : r->now;
    if (r->now > LONGEST)
        return refuse(r, e->at, "it takes longer than half a minute", "耗时超过半分钟");
    if (e->kind == EVENT_SHELL)
        return take_shell(r, e);
    if (e->kind == EVENT_CALL)
        return take_call(r, e);
    if (e->kind != EVENT_PACKET)
        return true; /* %{ }% asserts what is compared here anyhow */
    if (e->packet->inbound)
        return take_inbound(r, e);
    if (e->packet->flags & SEG_SYN && !e->packet->icmp && !r->local_known) {
        r->local_known = true;
        r->local_isn = e->packet->seq;
    }
    return true;
}

static void read_events(Reader *r)
{
    bool good = true;
    if (r->p.set.ipv6)
        good = refuse(r, 0, "IPv6 is not compared", "不对照 IPv6");
    for (const Event *e = r->p.init; e && good; e = e->next)
        good = take_shell(r, e);
    for (const Event *e = r->p.events; e && good; e = e->next)
        good = take_event(r, e);
    if (r->s->count > 0) {
        Step *last = &r->s->step[r->s->count - 1];
        last->wait = (r->now > r->step_at ? r->now - r->step_at : 0) + 50 * NANOS_MS;
    }
}

bool compare_pkt_read(Bytes text, const char *name, Lang lang, Scenario *out,
                      ScenarioRefusal *refusal)
{
    ScriptOptions options = {.lang = lang, .profile = PROFILE_LINUX};
    ScriptResult result = {.outcome = SCRIPT_PASSED};
    Reader r = {.p = {.options = &options,
                      .result = &result,
                      .set = {.bind_port = 8080, .connect_port = 8080, .mtu = 1500}},
                .s = out,
                .refusal = refusal,
                .lang = lang};
    memset(out, 0, sizeof *out);
    *refusal = (ScenarioRefusal){0};
    snprintf(out->name, sizeof out->name, "%s", name);
    char *copy = text.len > 1u << 20 ? NULL : malloc(text.len + 1);
    if (!copy)
        return refuse(&r, 0, "the script is too large", "脚本太大");
    if (text.len)
        memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    r.p.text = copy;
    r.p.len = (uint32_t)text.len;
    script_preprocess(&r.p, copy, r.p.len);
    if (script_parse(&r.p))
        read_events(&r);
    else
        snprintf(refusal->message, sizeof refusal->message, "%s",
                 result.message[0] ? result.message : "?");
    if (!refusal->line && refusal->message[0])
        refusal->line = result.line;
    if (out->count == 0 && !refusal->message[0])
        refuse(&r, 0, "nothing to play", "没有可演的内容");
    script_free_all(&r.p);
    free(copy);
    return refusal->message[0] == '\0';
}
