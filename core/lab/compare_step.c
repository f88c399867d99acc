/*
 * compare_step.c: the steps of a scenario, and both sides' events, as text (compare.h).
 *
 * A step reads as a line of a .pkt script, so a scenario that was found by chance can be saved, run
 * again, and given to the original tool.
 */
#include "core/lab/compare.h"

#include "core/base/octets.h"

#include <string.h>

/* What comes so long after its step is a timer's. */
#define LATE (10 * NANOS_MS)

Step *scenario_add(Scenario *s, StepKind kind, Settle settle)
{
    if (s->count == COMPARE_STEPS_MAX)
        return NULL;
    Step *step = &s->step[s->count++];
    *step = (Step){.kind = (uint8_t)kind, .settle = (uint8_t)settle, .fd = -1, .fd_new = -1};
    return step;
}

Step *scenario_call(Scenario *s, SockCall call, int fd)
{
    Step *step = scenario_add(s, STEP_CALL, SETTLE_QUICK);
    if (step) {
        step->call = (uint8_t)call;
        step->fd = (int8_t)fd;
    }
    return step;
}

/* ---- segments ---- */

static void add_flags(Text *t, uint16_t flags)
{
    static const struct {
        uint16_t bit;
        char letter;
    } letters[] = {{SEG_SYN, 'S'}, {SEG_FIN, 'F'}, {SEG_RST, 'R'}, {SEG_PSH, 'P'}, {SEG_ACK, '.'},
                   {SEG_URG, 'U'}, {SEG_ECE, 'E'}, {SEG_CWR, 'W'}, {SEG_AE, 'A'}};
    size_t before = t->len;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (flags & letters[i].bit)
            text_char(t, letters[i].letter);
    if (t->len == before)
        text_char(t, '-');
}

static const char *separator(Text *t, size_t before)
{
    return t->len == before ? " <" : ",";
}

static void add_options(Text *t, const Seg *s)
{
    size_t before = t->len;
    if (s->opts & SEG_OPT_MSS)
        text_addf(t, "%smss %u", separator(t, before), s->mss);
    if (s->opts & SEG_OPT_SACK_OK)
        text_addf(t, "%ssackOK", separator(t, before));
    if (s->opts & SEG_OPT_TIMESTAMP && s->ts_ecr == COMPARE_ECHO)
        text_addf(t, "%sTS val %u ecr 0", separator(t, before), s->ts_val);
    else if (s->opts & SEG_OPT_TIMESTAMP)
        text_addf(t, "%sTS val %u ecr %u", separator(t, before), s->ts_val, s->ts_ecr);
    if (s->opts & SEG_OPT_WSCALE)
        text_addf(t, "%swscale %u", separator(t, before), s->wscale);
    if (s->opts & SEG_OPT_SACK) {
        text_addf(t, "%ssack", separator(t, before));
        for (uint8_t i = 0; i < s->sack_count && i < SEG_SACK_MAX; i++)
            text_addf(t, " %u:%u", s->sack[i].from.v, s->sack[i].to.v);
    }
    if (s->opts & SEG_OPT_FAST_OPEN)
        text_addf(t, "%sFO", separator(t, before));
    if (s->opts & SEG_OPT_UNKNOWN)
        text_addf(t, "%s...", separator(t, before));
    if (t->len > before)
        text_char(t, '>');
}

static void add_segment(Text *t, const Seg *s, uint32_t window)
{
    static const char *const ecn[] = {"", "[ect1] ", "[ect0] ", "[ce] "};
    text_add(t, ecn[s->tos & IP_ECN_MASK]);
    add_flags(t, s->flags);
    text_addf(t, " %u:%u(%u)", s->seq.v, s->seq.v + s->len, s->len);
    if (s->flags & SEG_ACK)
        text_addf(t, " ack %u", s->ack.v);
    text_addf(t, " win %u", window);
    if (s->flags & SEG_URG)
        text_addf(t, " urg %u", s->urg);
    add_options(t, s);
}

/* ---- calls ---- */

static void add_option(Text *t, const Step *s)
{
    int level = (int)(s->len >> 16), option = (int)(s->len & 0xffff);
    text_addf(t, "setsockopt(%d, %s, %s, ", s->fd,
              level == SW_SOL_SOCKET ? "SOL_SOCKET" : "IPPROTO_TCP",
              sock_option_name(level, option));
    if (level == SW_SOL_SOCKET && option == SW_SO_LINGER)
        text_addf(t, "{onoff=%d, linger=%d}, 8)", s->value, s->value2);
    else
        text_addf(t, "[%d], 4)", s->value);
}

static void add_flag_words(Text *t, int flags)
{
    static const struct {
        int bit;
        const char *name;
    } words[] = {{SW_MSG_OOB, "MSG_OOB"},
                 {SW_MSG_PEEK, "MSG_PEEK"},
                 {SW_MSG_MORE, "MSG_MORE"},
                 {SW_MSG_WAITALL, "MSG_WAITALL"}};
    size_t before = t->len;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (flags & words[i].bit)
            text_addf(t, "%s%s", t->len > before ? "|" : "", words[i].name);
    if (t->len == before)
        text_char(t, '0');
}

static void add_bytes_call(Text *t, const Step *s)
{
    text_addf(t, "%s(%d, ..., %u, ", s->call == SOCK_CALL_SEND ? "send" : "recv", s->fd, s->len);
    add_flag_words(t, s->value);
    text_char(t, ')');
}

static void add_call(Text *t, const Step *s)
{
    static const char *const how[] = {"SHUT_RD", "SHUT_WR", "SHUT_RDWR"};
    switch (s->call) {
    case SOCK_CALL_SOCKET: text_add(t, "socket(..., SOCK_STREAM, IPPROTO_TCP)"); break;
    case SOCK_CALL_BIND: text_addf(t, "bind(%d, ..., ...)", s->fd); break;
    case SOCK_CALL_LISTEN: text_addf(t, "listen(%d, %u)", s->fd, s->len); break;
    case SOCK_CALL_CONNECT: text_addf(t, "connect(%d, ..., ...)", s->fd); break;
    case SOCK_CALL_ACCEPT: text_addf(t, "accept(%d, ..., ...)", s->fd); break;
    case SOCK_CALL_SEND:
    case SOCK_CALL_RECV: add_bytes_call(t, s); break;
    case SOCK_CALL_SHUTDOWN:
        text_addf(t, "shutdown(%d, %s)", s->fd,
                  s->value >= 0 && s->value <= 2 ? how[s->value] : "-1");
        break;
    case SOCK_CALL_CLOSE: text_addf(t, "close(%d)", s->fd); break;
    case SOCK_CALL_SETSOCKOPT: add_option(t, s); break;
    case SOCK_CALL_GETSOCKOPT:
        text_addf(t, "getsockopt(%d, %s, %s, ...)", s->fd,
                  s->len >> 16 == SW_SOL_SOCKET ? "SOL_SOCKET" : "IPPROTO_TCP",
                  sock_option_name((int)(s->len >> 16), (int)(s->len & 0xffff)));
        break;
    case SOCK_CALL_IOCTL:
        text_addf(t, "ioctl(%d, %s, ...)", s->fd,
                  s->len == SW_SIOCINQ    ? "SIOCINQ"
                  : s->len == SW_SIOCOUTQ ? "SIOCOUTQ"
                                          : "...");
        break;
    case CALL_POLL: text_addf(t, "poll([{fd=%d}], 1, 0)", s->fd); break;
    default: text_add(t, "?"); break;
    }
}

void compare_step_text(Text *t, const Step *s)
{
    if (s->kind == STEP_CALL) {
        add_call(t, s);
        return;
    }
    if (s->kind == STEP_WAIT) {
        text_add(t, "// a timer");
        return;
    }
    text_add(t, "< ");
    if (s->flow)
        text_addf(t, "(%u) ", s->flow);
    add_segment(t, &s->seg, s->seg.wnd);
}

/* ---- events ---- */

void compare_event_text(Text *t, const LaneEvent *e, Lang lang)
{
    bool zh = lang == LANG_ZH;
    switch (e->what) {
    case DID_RETURN:
        text_addf(t, "= %lld", (long long)e->value);
        if (e->error)
            text_addf(t, " %s", sock_errno_name(e->error));
        break;
    case DID_SEND:
        text_add(t, "> ");
        if (e->flow)
            text_addf(t, "(%u) ", e->flow);
        add_segment(t, &e->seg, e->window);
        break;
    case DID_END: text_add(t, state_name(e->state)); break;
    case DID_STREAM:
        text_addf(t, zh ? "描述符 %u 共读出 %lld 字节" : "descriptor %u: %lld bytes read", e->flow,
                  (long long)e->value);
        break;
    default: break;
    }
    if (e->what == DID_SEND && e->after >= LATE) {
        text_add(t, " +");
        text_duration(t, e->after / NANOS_MS * NANOS_MS);
    }
    if (e->wrong)
        text_add(t, zh ? "（字节不对）" : " (wrong bytes)");
}

/* ---- a scenario as a script ---- */

/* Options of a script line fill whole words. */
static void add_padding(Text *t, const Seg *s)
{
    uint32_t bytes = (s->opts & SEG_OPT_MSS ? 4u : 0) + (s->opts & SEG_OPT_SACK_OK ? 2u : 0) +
                     (s->opts & SEG_OPT_TIMESTAMP ? 10u : 0) + (s->opts & SEG_OPT_WSCALE ? 3u : 0) +
                     (s->opts & SEG_OPT_SACK ? 2u + 8u * s->sack_count : 0);
    if (bytes % 4 == 0 || t->len == 0 || t->buf[t->len - 1] != '>')
        return;
    t->buf[--t->len] = '\0';
    for (; bytes % 4; bytes++)
        text_add(t, ",nop");
    text_char(t, '>');
}

static const LaneEvent *result_of(const Lane *lane, uint32_t step)
{
    for (uint32_t i = 0; i < lane->count; i++)
        if (lane->event[i].what == DID_RETURN && lane->event[i].step == step)
            return &lane->event[i];
    return NULL;
}

static void add_result(Text *t, const LaneEvent *e)
{
    text_addf(t, " = %lld", e ? (long long)e->value : 0);
    if (e && e->error)
        text_addf(t, " %s (%s)", sock_errno_name(e->error), sock_errno_text(e->error));
}

/* A SYN of the subject's tells a script its numbers. */
static void add_syns(Text *t, const Lane *lane, uint32_t step)
{
    for (uint32_t i = 0; i < lane->count; i++) {
        const LaneEvent *e = &lane->event[i];
        if (e->what != DID_SEND || e->step != step || !(e->seg.flags & SEG_SYN))
            continue;
        text_add(t, "* > ");
        add_flags(t, e->seg.flags);
        text_addf(t, " 0:0(0)%s <...>\n", e->seg.flags & SEG_ACK ? " ack 1" : "");
    }
}

static void add_wait(Text *t, Nanos wait)
{
    text_addf(t, "+%u.%03u ", (unsigned)(wait / NANOS_S), (unsigned)(wait / NANOS_MS % 1000));
}

static Nanos wait_after(const Step *s)
{
    static const Nanos usual[SETTLE_COUNT] = {
        [SETTLE_QUICK] = 2 * NANOS_MS, [SETTLE_TIMER] = 1100 * NANOS_MS};
    return s->settle == SETTLE_TIME ? s->wait : usual[s->settle];
}

void compare_scenario_text(Text *t, const Scenario *s, const Lane *lane)
{
    Nanos wait = 0;
    text_addf(t, "// %s\n// profile: linux\n", s->name);
    for (uint32_t i = 0; i < s->setting_count; i++)
        text_addf(t, "0 `sysctl -q %s=%s`\n", s->setting[i].sysctl, s->setting[i].text);
    for (uint32_t i = 0; i < s->count; i++) {
        const Step *step = &s->step[i];
        if (step->kind != STEP_WAIT) {
            add_wait(t, wait);
            compare_step_text(t, step);
            if (step->kind == STEP_CALL)
                add_result(t, result_of(lane, i));
            else
                add_padding(t, &step->seg);
            text_char(t, '\n');
            wait = 0;
        }
        add_syns(t, lane, i);
        if (step->fd_new >= 0)
            text_addf(t, "+0 fcntl(%d, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n", step->fd_new);
        wait += wait_after(step);
    }
}
