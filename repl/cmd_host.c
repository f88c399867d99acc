/*
 * cmd_host.c: what a host's program does: the user calls of RFC 9293 section 3.10, and the switches
 * of a host.
 *
 * A call that TCP refuses is still part of the story (act.c). Only what it gives back in bytes is
 * said here: the rows say the rest.
 */
#include "repl/lang.h"

#include "core/base/near.h"
#include "core/tcp/cc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static Cmd host_cmd(const Run *r, CmdOp op)
{
    return (Cmd){.op = (uint16_t)op, .host = r->host, .conn = r->conn};
}

static LineStatus simple_call(Run *r, CmdOp op)
{
    Cmd cmd = host_cmd(r, op);
    return act(r, &cmd, bytes_of(NULL, 0));
}

LineStatus cmd_listen(Run *r)
{
    uint64_t port, backlog = 0;
    if (!arg_quantity(r, QUANTITY_COUNT, 65535, &port))
        return LINE_ERROR;
    if (port == 0)
        return refuse(r, r->at - 1,
                      SAY(r, "a port is a number from 1 to 65535", "端口号是 1 到 65535 的数字"));
    if (arg_more(r) && !arg_quantity(r, QUANTITY_COUNT, 65535, &backlog))
        return LINE_ERROR;
    if (!arg_end(r))
        return LINE_ERROR;
    Cmd cmd = host_cmd(r, CMD_LISTEN);
    cmd.conn = 0;
    cmd.key = (uint32_t)port;
    cmd.len = (uint32_t)backlog;
    return act(r, &cmd, bytes_of(NULL, 0));
}

LineStatus cmd_connect(Run *r)
{
    HostId peer;
    uint16_t port;
    uint64_t from = 0;
    uint32_t where = r->at;
    if (!arg_peer(r, &peer, &port))
        return LINE_ERROR;
    if (peer == r->host)
        return refuse(r, where,
                      SAY(r, "%c cannot connect to itself here: the wire goes to %c",
                          "%c 在这里不能连接自己：线路通向 %c"),
                      host_letter(r->host), host_letter(host_peer(r->host)));
    if (arg_take(r, "from") && !arg_quantity(r, QUANTITY_COUNT, 65535, &from))
        return LINE_ERROR;
    uint8_t *text = NULL;
    size_t len = 0;
    if (arg_take(r, "fast")) {
        text = arg_more(r) ? malloc(r->lex->token[r->at].len + 1) : NULL;
        if (!text || !arg_string(r, text, &len)) {
            free(text);
            return refuse(r, r->at,
                          SAY(r, "fast needs a text in quotes for the SYN",
                              "fast 之后要有放进 SYN 的、带引号的文字"));
        }
    }
    Cmd cmd = host_cmd(r, CMD_CONNECT);
    cmd.conn = 0;
    cmd.key = port;
    cmd.len = (uint32_t)from;
    LineStatus status = arg_end(r) ? act(r, &cmd, bytes_of(text, len)) : LINE_ERROR;
    free(text);
    return status;
}

LineStatus cmd_accept(Run *r)
{
    return simple_call(r, CMD_ACCEPT);
}

/* ---- SEND ---- */

/* In pace `run` a send waits for room as a program's blocking send() would: rather than losing the
 * rest, time passes until half of the buffer is free again. */
static uint64_t send_rest(Run *r, Bytes text, uint64_t size, uint64_t taken, bool urgent)
{
    Session *session = r->shell->session;
    while (r->shell->pace == PACE_RUN && taken < size) {
        const World *world = session_world(session);
        const Tcb *t = world_conn(world, r->host, r->conn);
        if (!t || (t->state != ESTABLISHED && t->state != CLOSE_WAIT && t->state != SYN_SENT &&
                   t->state != SYN_RECEIVED))
            break;
        if (ring_free(&t->tx) < t->tx.cap / 2) {
            RunLimit limit = {.steps = 1, .until = NANOS_NEVER};
            if (world_quiet(world) || act_run(r, &limit) != STOP_STEPS)
                break;
            continue;
        }
        Cmd cmd = host_cmd(r, CMD_SEND);
        Bytes rest = text.len ? bytes_of(text.data + taken, text.len - (size_t)taken) : text;
        cmd.val = text.len ? 0 : size - taken;
        cmd.key = urgent;
        CallResult result = act_quietly(r, &cmd, rest);
        if (result.status != CALL_OK || result.value == 0)
            break;
        taken += result.value;
    }
    r->log[0] = '\0';
    return taken;
}

static LineStatus send_bytes(Run *r, Bytes text, uint64_t size, bool urgent)
{
    Cmd cmd = host_cmd(r, CMD_SEND);
    cmd.val = text.len ? 0 : size;
    cmd.key = urgent;
    uint32_t rows = trace_last(session_trace(r->shell->session));
    CallResult result = act_quietly(r, &cmd, text);
    uint64_t taken = result.status == CALL_OK ? result.value : 0;
    if (taken == 0 && result.status != CALL_OK) {
        if (trace_last(session_trace(r->shell->session)) == rows)
            return refuse_status(r, result.status);
        act_tell_status(r, result.status);
        return LINE_OK;
    }
    taken = send_rest(r, text, size, taken, urgent);
    if (taken < size)
        text_addf(r->out,
                  SAY(r, "%c's send buffer is full: it took %" PRIu64 " of %" PRIu64 " bytes\n",
                      "%c 的发送缓冲区已满：只收下 %" PRIu64 " / %" PRIu64 " 字节\n"),
                  host_letter(r->host), taken, size);
    return LINE_OK;
}

LineStatus cmd_send(Run *r)
{
    if (!arg_more(r))
        return arg_missing(r, "a text in quotes, or a size as 64KiB",
                           "带引号的文字，或大小如 64KiB")
                   ? LINE_OK
                   : LINE_ERROR;
    bool urgent = arg_take(r, "urgent");
    const Token *t = &r->lex->token[r->at];
    if (urgent && (!arg_more(r) || t->kind != TOKEN_STRING))
        return refuse(r, r->at,
                      SAY(r, "urgent data is a text in quotes", "紧急数据是带引号的文字"));
    if (t->kind == TOKEN_STRING) {
        uint8_t *text = malloc(t->len);
        size_t len;
        LineStatus status = LINE_ERROR;
        if (text && arg_string(r, text, &len) && arg_end(r)) {
            status =
                len ? send_bytes(r, bytes_of(text, len), len, urgent)
                    : refuse(r, r->at - 1,
                             SAY(r, "there is nothing to send in \"\"", "\"\" 里没有可发送的内容"));
        }
        free(text);
        return status;
    }
    uint64_t size;
    const char *word = r->line + t->at;
    if (!quantity_parse(word, t->len, QUANTITY_BYTES, &size))
        return refuse(r, r->at,
                      SAY(r, "`%.*s` is no size; a text needs quotes: \"%.*s\"",
                          "`%.*s` 不是大小；文字要加引号：\"%.*s\""),
                      (int)t->len, word, (int)t->len, word);
    if (size == 0 || size > 1u << 30)
        return refuse(r, r->at,
                      SAY(r, "a size from 1 byte to 1GiB", "大小应在 1 字节到 1GiB 之间"));
    r->at++;
    return arg_end(r) ? send_bytes(r, bytes_of(NULL, 0), size, false) : LINE_ERROR;
}

/* ---- RECEIVE ---- */

LineStatus cmd_recv(Run *r)
{
    uint64_t n = 0;
    if (arg_more(r) && (!arg_quantity(r, QUANTITY_BYTES, UINT32_MAX, &n) || !arg_end(r)))
        return LINE_ERROR;
    /* The call gives no bytes to us, so they are looked at before. */
    const World *world = session_world(r->shell->session);
    const Tcb *t = world_conn(world, r->host, r->conn);
    uint8_t text[64];
    uint32_t shown =
        t ? ring_peek(&t->rx, (const uint8_t *)world + world->rings_at, 0, text, sizeof text) : 0;
    Cmd cmd = host_cmd(r, CMD_RECV);
    cmd.val = n;
    uint32_t rows = trace_last(session_trace(r->shell->session));
    CallResult result = act_quietly(r, &cmd, bytes_of(NULL, 0));
    if (result.status != CALL_OK) {
        if (trace_last(session_trace(r->shell->session)) == rows)
            return refuse_status(r, result.status);
        act_tell_status(r, result.status);
        return LINE_OK;
    }
    text_addf(r->out, SAY(r, "%c reads %u bytes: ", "%c 读到 %u 字节："), host_letter(r->host),
              result.value);
    look_bytes(r->out, bytes_of(text, min_u32(shown, result.value)),
               result.value > sizeof text ? sizeof text - 1 : SIZE_MAX);
    text_char(r->out, '\n');
    return LINE_OK;
}

/* ---- the end of it ---- */

LineStatus cmd_shutdown(Run *r)
{
    return simple_call(r, CMD_SHUTDOWN);
}

LineStatus cmd_close(Run *r)
{
    return simple_call(r, CMD_CLOSE);
}

LineStatus cmd_abort(Run *r)
{
    return simple_call(r, CMD_ABORT);
}

/* ---- switches of a host ---- */

LineStatus cmd_app(Run *r)
{
    const char *names[APP_KIND_COUNT];
    for (int i = 0; i < APP_KIND_COUNT; i++)
        names[i] = app_name((AppKind)i);
    int kind = arg_choice(r, names, APP_KIND_COUNT);
    if (kind < 0)
        return LINE_ERROR;
    Cmd cmd = host_cmd(r, CMD_APP);
    cmd.key = (uint32_t)kind;
    if (kind == APP_SOURCE && !arg_quantity(r, QUANTITY_BYTES, 1ull << 40, &cmd.val))
        return LINE_ERROR;
    if (kind == APP_SLOW && !arg_quantity(r, QUANTITY_BYTES, 1ull << 40, &cmd.val))
        return LINE_ERROR;
    if (kind == APP_IDLE_CLOSE && !arg_quantity(r, QUANTITY_TIME, 86400 * NANOS_S, &cmd.val))
        return LINE_ERROR;
    return arg_end(r) ? act(r, &cmd, bytes_of(NULL, 0)) : LINE_ERROR;
}

LineStatus cmd_power(Run *r)
{
    static const char *const words[] = {"off", "on"};
    int on = arg_choice(r, words, 2);
    if (on < 0 || !arg_end(r))
        return LINE_ERROR;
    if (session_world(r->shell->session)->hosts[r->host].power == on) {
        text_addf(r->out, SAY(r, "%c is %s already\n", "%c 的电源已经是 %s\n"),
                  host_letter(r->host), words[on]);
        r->silent = true;
        return LINE_OK;
    }
    Cmd cmd = host_cmd(r, CMD_POWER);
    cmd.val = (uint64_t)on;
    return act(r, &cmd, bytes_of(NULL, 0));
}

static LineStatus set_puppet(Run *r, uint64_t on)
{
    Cmd cmd = host_cmd(r, CMD_PUPPET);
    cmd.val = on;
    return act(r, &cmd, bytes_of(NULL, 0));
}

LineStatus cmd_puppet(Run *r)
{
    LineStatus status = set_puppet(r, 1);
    if (status == LINE_OK && !r->shell->options.quiet)
        text_addf(r->out,
                  SAY(r, "you are %c now: its TCP keeps silent, and you answer with `inject`\n",
                      "现在由你扮演 %c：它的 TCP 保持沉默，请用 inject 回答\n"),
                  host_letter(r->host));
    return status;
}

LineStatus cmd_core(Run *r)
{
    return set_puppet(r, 0);
}

/* ---- knobs ---- */

/* One line or two; details: where the value comes from, and what real systems call it. */
static void print_knob(Run *r, HostId host, KnobId id, bool details)
{
    const KnobInfo *k = knob_info(id);
    const Host *h = &session_world(r->shell->session)->hosts[host];
    char value[48];
    Text t = text_fixed(value, sizeof value);
    if (k->unit == UNIT_TIME)
        text_duration(&t, h->knob[id]);
    else if (k->unit == UNIT_BOOL)
        text_add(&t, h->knob[id] ? "on" : "off");
    else if (k->unit == UNIT_CC)
        text_add(&t, cc_table[h->knob[id]]->name);
    else
        text_addf(&t, "%" PRIu64, h->knob[id]);
    Text *out = r->out;
    text_addf(out, "%c.", host_letter(host));
    width_pad(out, k->name, 19);
    bool changed = h->knob[id] != k->value[h->profile < PROFILE_COUNT ? h->profile : 0];
    ink_on(out, r->shell->options.color, changed ? INK_STRONG : INK_PLAIN);
    width_pad(out, value, 9);
    ink_off(out, r->shell->options.color, changed ? INK_STRONG : INK_PLAIN);
    text_char(out, ' ');
    width_wrap(out, k->text[r->shell->lang], 32, 80);
    if (details && k->sysctl[0])
        text_addf(out, SAY(r, "  %s; real systems call it %s\n", "  %s；真实系统中叫 %s\n"),
                  k->source, k->sysctl);
    else if (details)
        text_addf(out, "  %s\n", k->source);
}

static LineStatus unknown_knob(Run *r, size_t at, const char *name, size_t len)
{
    const char *names[KNOB_COUNT];
    for (int i = 0; i < KNOB_COUNT; i++)
        names[i] = knob_info((KnobId)i)->name;
    const char *near = near_word(name, len, names, KNOB_COUNT);
    if (near)
        return refuse_at(
            r, at, len ? len : 1,
            SAY(r, "there is no knob `%.*s`; did you mean `%s`?", "没有参数 `%.*s`；是不是 `%s`？"),
            (int)len, name, near);
    return refuse_at(
        r, at, len ? len : 1,
        SAY(r, "there is no knob `%.*s`; `set A` lists them", "没有参数 `%.*s`；set A 列出全部"),
        (int)len, name);
}

static Unit unit_of_knob(KnobUnit unit)
{
    switch (unit) {
    case UNIT_TIME: return QUANTITY_TIME;
    case UNIT_BYTES: return QUANTITY_BYTES;
    case UNIT_BOOL: return QUANTITY_SWITCH;
    default: return QUANTITY_COUNT;
    }
}

/* The value of a knob as it is said: an algorithm by its name, or a quantity. */
static bool knob_value(Run *r, const KnobInfo *k, uint64_t *value)
{
    size_t len;
    const char *word = arg_word(r, &len);
    CcAlgorithm named = k->unit == UNIT_CC ? cc_of_name(word, len) : CC_ALGORITHM_COUNT;
    if (named == CC_ALGORITHM_COUNT)
        return arg_quantity(r, unit_of_knob(k->unit), UINT64_MAX, value);
    *value = named;
    r->at++;
    return true;
}

static LineStatus set_knob(Run *r, HostId host, KnobId id)
{
    const KnobInfo *k = knob_info(id);
    if (!arg_more(r)) {
        print_knob(r, host, id, true);
        r->silent = true;
        return LINE_OK;
    }
    uint64_t value;
    if (!knob_value(r, k, &value) || !arg_end(r))
        return LINE_ERROR;
    if (value < k->min || value > k->max) {
        char range[80];
        Text t = text_fixed(range, sizeof range);
        if (k->unit == UNIT_TIME) {
            text_duration(&t, k->min);
            text_add(&t, " .. ");
            text_duration(&t, k->max);
        } else {
            text_addf(&t, "%" PRIu64 " .. %" PRIu64, k->min, k->max);
        }
        return refuse(r, r->at - 1, SAY(r, "%s is out of range: %s", "%s 超出范围：%s"), k->name,
                      range);
    }
    Cmd cmd = {.op = CMD_SET, .host = host, .key = id, .val = value};
    return act(r, &cmd, bytes_of(NULL, 0));
}

/* `set A.rto_min 1s`, `A set rto_min 1s`, `set A.rto_min`, `set A`. */
LineStatus cmd_set(Run *r)
{
    HostId host = r->host;
    size_t len = 0;
    const char *word = arg_word(r, &len);
    if (!r->has_host) {
        uint16_t conn;
        const char *dot = word ? memchr(word, '.', len) : NULL;
        size_t name_len = dot ? (size_t)(dot - word) : len;
        if (!word)
            return arg_missing(r, "a knob, as A.rto_min", "参数名，如 A.rto_min") ? LINE_OK
                                                                                  : LINE_ERROR;
        if (!host_parse(word, name_len, &host, &conn) || conn)
            return refuse(
                r, r->at,
                SAY(r, "say whose knob: A.%.*s or B.%.*s", "请写明是谁的参数：A.%.*s 或 B.%.*s"),
                (int)len, word, (int)len, word);
        word = dot ? dot + 1 : NULL;
        len = dot ? len - name_len - 1 : 0;
    }
    if (!word) {
        for (int i = 0; i < KNOB_COUNT; i++)
            print_knob(r, host, (KnobId)i, false);
        r->silent = true;
        return LINE_OK;
    }
    KnobId id = knob_of_name(word, len);
    if (id == KNOB_COUNT)
        return unknown_knob(r, (size_t)(word - r->line), word, len);
    r->at++;
    return set_knob(r, host, id);
}

LineStatus cmd_profile(Run *r)
{
    const World *world = session_world(r->shell->session);
    if (!arg_more(r)) {
        for (HostId h = 0; h < HOST_COUNT; h++)
            text_addf(r->out, "%c: %s\n", host_letter(h),
                      profile_name((Profile)world->hosts[h].profile));
        r->silent = true;
        return LINE_OK;
    }
    const char *names[PROFILE_COUNT];
    for (int i = 0; i < PROFILE_COUNT; i++)
        names[i] = profile_name((Profile)i);
    int profile = arg_choice(r, names, PROFILE_COUNT);
    if (profile < 0 || !arg_end(r))
        return LINE_ERROR;
    Session *session = r->shell->session;
    if (!r->has_host && session_length(session) == 0 && session_log_count(session) == 0) {
        /* Before anything happened it is a property of the session, as the seed. */
        SessionOptions options = *session_options(session);
        options.profile = (Profile)profile;
        r->silent = true;
        return shell_restart(r->shell, &options) ? LINE_OK : refuse_status(r, CALL_NO_ROOM);
    }
    Cmd cmd = host_cmd(r, CMD_PROFILE);
    cmd.host = r->has_host ? r->host : HOST_NONE;
    cmd.val = (uint64_t)profile;
    return act(r, &cmd, bytes_of(NULL, 0));
}
