/*
 * shell.c: lines of the language, carried out on a session (shell.h).
 *
 *     line -> normalized -> command ; command ; command
 *                             |-> subject, row of the table, handler, settle, show, log
 *
 * What was carried out goes into the session's log, so that the log is always a text which makes
 * this very session again. Looking is not logged; neither is what was refused.
 */
#include "core/lab/comparison.h"
#include "repl/lang.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Shell *shell_new(const ShellOptions *options)
{
    Shell *sh = calloc(1, sizeof *sh);
    if (!sh)
        return NULL;
    sh->options = *options;
    sh->lang = options->lang;
    sh->session = session_new(&options->session);
    if (!sh->session) {
        free(sh);
        return NULL;
    }
    return sh;
}

static void forget_watches(Shell *sh)
{
    for (uint32_t i = 0; i < sh->watch_count; i++)
        pred_free(sh->watches[i].pred);
    sh->watch_count = 0;
}

void shell_forget_comparison(Shell *sh)
{
    if (sh->comparison)
        comparison_free(sh->comparison);
    free(sh->comparison);
    sh->comparison = NULL;
}

void shell_free(Shell *sh)
{
    if (!sh)
        return;
    forget_watches(sh);
    shell_forget_comparison(sh);
    shell_forget_duel(sh);
    session_free(sh->session);
    free(sh->finding);
    free(sh->shelf);
    free(sh);
}

Session *shell_session(Shell *sh)
{
    return sh->session;
}

const struct Finding *shell_finding(const Shell *sh)
{
    return sh->finding;
}

const struct Comparison *shell_comparison(const Shell *sh)
{
    return sh->comparison;
}

ShellAnswer shell_answer(const Shell *sh)
{
    return sh->answer;
}

Lang shell_lang(const Shell *sh)
{
    return sh->lang;
}

void shell_set_lang(Shell *sh, Lang lang)
{
    sh->lang = lang < LANG_COUNT ? lang : LANG_EN;
}

void shell_set_quiet(Shell *sh, bool quiet)
{
    sh->options.quiet = quiet;
}

Pace shell_pace(const Shell *sh)
{
    return sh->pace;
}

bool shell_absolute(const Shell *sh)
{
    return sh->absolute;
}

bool shell_restart(Shell *sh, const SessionOptions *options)
{
    Session *fresh = session_new(options);
    if (!fresh)
        return false;
    session_free(sh->session);
    free(sh->finding);
    sh->finding = NULL;
    shell_forget_comparison(sh);
    shell_forget_duel(sh);
    sh->session = fresh;
    sh->options.session = *options;
    forget_watches(sh);
    sh->pace = PACE_RUN;
    sh->live = 0;
    sh->live_line = false;
    sh->movement[0] = '\0';
    return true;
}

/* ---- one command ---- */

/* The words that may follow `prefix`, for a message. */
static void list_matches(Text *out, const char *prefix, size_t len, bool host)
{
    uint32_t n = 0;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const Command *c = command_at((CommandId)i);
        if (command_fits(c, host) && strncmp(c->name, prefix, len) == 0)
            text_addf(out, "%s%s", n++ ? ", " : "", c->name);
    }
}

/* What the program does besides a session, and what learners then type into one. */
static bool is_for_the_system(const char *word, size_t len)
{
    static const char *const names[] = {"lesson", "grade",  "doctor", "read",    "live",
                                        "viz",    "render", "rfc",    "sandwire"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == len && memcmp(names[i], word, len) == 0)
            return true;
    return false;
}

static LineStatus unknown_word(Run *r, uint32_t token, uint32_t found)
{
    const Token *t = &r->lex->token[token];
    const char *word = r->line + t->at;
    int len = (int)t->len;
    uint32_t other;
    if (found > 1) {
        char buf[300];
        Text list = text_fixed(buf, sizeof buf);
        list_matches(&list, word, t->len, r->has_host);
        return refuse(r, token, SAY(r, "`%.*s` can mean: %s", "`%.*s` 可以是：%s"), len, word, buf);
    }
    r->command = command_find(word, t->len, !r->has_host, &other);
    if (r->command && r->has_host)
        return refuse(
            r, token,
            SAY(r, "`%s` is nothing a host does: leave `%c` out", "`%s` 不是主机的动作：去掉 `%c`"),
            r->command->name, host_letter(r->host));
    if (r->command)
        return refuse(
            r, token,
            SAY(r, "who shall `%s`? Begin the line with A or B", "由谁来 `%s`？请在行首写 A 或 B"),
            r->command->name);
    if (!r->has_host && is_for_the_system(word, t->len))
        return refuse(r, token,
                      SAY(r, "type it in another terminal: %s%s (here the world goes on)",
                          "请在另一个终端中输入：%s%s（这里的世界保持不变）"),
                      t->len == strlen("sandwire") ? "" : "sandwire ", word);
    r->command = command_near(word, t->len, r->has_host);
    if (r->command)
        return refuse(r, token,
                      r->has_host ? SAY(r, "a host has no `%.*s`; did you mean `%s`?",
                                        "主机没有 `%.*s` 这个动作；是不是 `%s`？")
                                  : SAY(r, "there is no command `%.*s`; did you mean `%s`?",
                                        "没有 `%.*s` 这个命令；是不是 `%s`？"),
                      len, word, r->command->name);
    return refuse(r, token,
                  r->has_host ? SAY(r, "a host has no `%.*s`; `help` lists what it has",
                                    "主机没有 `%.*s` 这个动作；help 列出全部命令")
                              : SAY(r, "there is no command `%.*s`; `help` lists them",
                                    "没有 `%.*s` 这个命令；help 列出全部命令"),
                  len, word);
}

/* `A.state`, `count(SYN from A)`: a question can be typed as it is. */
static bool looks_like_expression(const char *word, size_t len)
{
    bool host = len > 1 && (word[0] == 'A' || word[0] == 'B');
    if (host && (word[1] == '.' || (word[1] == '[' && memchr(word, '.', len))))
        return true;
    const char *open = memchr(word, '(', len);
    return open && open > word;
}

/* `A` alone: how it is, and what it can do. */
static LineStatus bare_host(Run *r)
{
    View view = shell_view(r->shell);
    look_state(r->out, &view, r->host);
    char buf[300];
    Text verbs = text_fixed(buf, sizeof buf);
    text_addf(&verbs, "%c", host_letter(r->host));
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (command_at((CommandId)i)->flags & NEEDS_HOST)
            text_addf(&verbs, "%s %s", verbs.len > 1 ? " |" : "", command_at((CommandId)i)->name);
    width_wrap(r->out, buf, 2, view.width);
    return LINE_OK;
}

/* Reads subject and verb; leaves r->at behind them. */
static LineStatus read_command(Run *r)
{
    const Token *t = r->lex->token;
    if (t[0].kind == TOKEN_STRING)
        return refuse(r, 0,
                      SAY(r, "a command begins with a word, not with a text",
                          "命令应以单词开头，而不是字符串"));
    const char *word = r->line + t[0].at;
    uint32_t found;
    r->has_host = host_parse(word, t[0].len, &r->host, &r->conn);
    if (!r->has_host && t[0].len == 1 && (word[0] == 'a' || word[0] == 'b') && r->lex->count > 1) {
        /* A learner in a hurry: `a connect B:80`. But `b 3` is `back 3`. */
        const char *verb = r->line + t[1].at;
        if (command_find(verb, t[1].len, true, &found)) {
            r->has_host = true;
            r->host = word[0] == 'a' ? HOST_A : HOST_B;
        }
    }
    r->at = r->has_host ? 1 : 0;
    if (r->has_host && r->lex->count == 1)
        return LINE_EMPTY;
    const Token *verb = &t[r->at];
    r->command = command_find(r->line + verb->at, verb->len, r->has_host, &found);
    if (!r->command && !r->has_host && looks_like_expression(word, t[0].len)) {
        r->command = command_at(COMMAND_PRINT);
        return LINE_OK;
    }
    if (!r->command)
        return unknown_word(r, r->at, found);
    r->at++;
    return LINE_OK;
}

static void remember_movement(Run *r)
{
    size_t len = r->lex->end - r->lex->begin;
    if ((r->command->flags & IS_MOVEMENT) && len < MOVEMENT_MAX) {
        memcpy(r->shell->movement, r->line + r->lex->begin, len);
        r->shell->movement[len] = '\0';
    }
}

/* With a rule of TCP switched off every view says so: this is not the TCP of the RFCs. */
static void warn_ablated(Shell *sh, Text *out)
{
    const World *w = session_world(sh->session);
    for (int id = 1; id < RULE_COUNT; id++) {
        if (!ruleset_has(&w->rules_off, (RuleId)id))
            continue;
        char words[200];
        snprintf(words, sizeof words,
                 sh->lang == LANG_ZH ? "! 规则 %s 已关闭：这不是 RFC 所规定的 TCP"
                                     : "! rule %s is off: this is not the TCP of the RFCs",
                 rule_info((RuleId)id)->name);
        char lines[300];
        Text wrapped = text_fixed(lines, sizeof lines);
        width_wrap(&wrapped, words, 2, shell_view(sh).width - 2u);
        lines[wrapped.len - 1] = '\0'; /* the newline comes after the colour */
        ink_add(out, sh->options.color, INK_BAD, lines);
        text_char(out, '\n');
    }
}

/* The command itself; what goes after the rows is in r->tail. */
static LineStatus carry_out(Run *r)
{
    r->rows = trace_last(session_trace(r->shell->session));
    r->host = HOST_NONE;
    LineStatus status = read_command(r);
    if (status == LINE_EMPTY)
        return bare_host(r);
    if (status != LINE_OK)
        return status;
    if ((r->command->flags & TAKES_NOTHING) && !arg_end(r))
        return LINE_ERROR;
    if (r->command->group == GROUP_LOOK)
        warn_ablated(r->shell, r->out);
    status = r->command->run(r);
    if (status == LINE_OK && (r->command->flags & SETS_GOING))
        act_settle(r);
    if (status == LINE_OK)
        remember_movement(r);
    if (status == LINE_OK && (r->command->flags & IS_TRAVEL))
        show_place(r->shell, r->out);
    else
        show_news(r->shell, r->rows, r->out);
    return status;
}

static LineStatus run_command(Run *r)
{
    Text tail = text_heap();
    r->tail = &tail;
    LineStatus status = carry_out(r);
    if (tail.len)
        text_add(r->out, tail.buf);
    text_heap_free(&tail);
    return status;
}

/* ---- the log ---- */

static void log_command(const Run *r, Text *log)
{
    if (!(r->command && (r->command->flags & IS_LOGGED)) || r->silent)
        return;
    if (log->len)
        text_add(log, "; ");
    if (r->log[0])
        text_add(log, r->log);
    else
        text_add_n(log, r->line + r->lex->begin, r->lex->end - r->lex->begin);
}

/* Time that passed by itself, as the line that would have made it pass. */
static void log_live(Shell *sh)
{
    if (sh->live == 0)
        return;
    char line[48];
    snprintf(line, sizeof line, "run %" PRIu64 "ns", sh->live);
    sh->live = 0;
    session_log(sh->session, line);
}

/* What this line has done so far goes into the session's log: at its end, or before `save`. */
static void flush_log(Shell *sh)
{
    if (!sh->log || sh->log->len == 0)
        return;
    log_live(sh);
    session_log(sh->session, sh->log->buf);
    text_clear(sh->log);
}

/* ---- one line ---- */

static LineStatus lex_error(Run *r)
{
    if (r->lex->error == LEX_UNCLOSED_STRING)
        return refuse_at(r, r->lex->error_at, 1,
                         SAY(r, "this text has no closing \"", "这个字符串缺少结尾的 \""));
    return refuse_at(r, r->lex->error_at, 1,
                     SAY(r, "more than %d words in one command", "一条命令超过了 %d 个单词"),
                     LEX_TOKENS_MAX);
}

/* Carries out every command of a normalized line; adds what is to be logged to log. */
static LineStatus run_line(Shell *sh, const char *line, size_t len, Text *out, Text *log)
{
    bool acted = false;
    LineStatus result = LINE_EMPTY;
    for (size_t at = 0; at < len;) {
        Lexed lex;
        Run r = {.shell = sh, .out = out, .line = line, .lex = &lex, .acted = &acted};
        if (!lex_command(line, len, at, &lex))
            return lex_error(&r);
        at = lex.next;
        if (lex.count == 0)
            continue;
        result = run_command(&r);
        if (result == LINE_OK)
            log_command(&r, log);
        if (result != LINE_OK)
            return result;
    }
    return result;
}

LineStatus shell_line(Shell *sh, const char *line, Text *out)
{
    char *buf = malloc(LEX_LINE_MAX);
    if (!buf)
        return LINE_ERROR;
    bool cut;
    sh->answer = ANSWER_NONE;
    size_t len = lex_normalize(line, buf, LEX_LINE_MAX, &cut);
    LineStatus status;
    if (cut) {
        Lexed lex = {0};
        Run r = {.shell = sh, .out = out, .line = "", .lex = &lex};
        status = refuse_plain(&r, SAY(&r, "a line may have at most %d bytes", "一行最多 %d 个字节"),
                              LEX_LINE_MAX - 1);
    } else {
        Text log = text_heap(), *outer = sh->log;
        sh->log = &log;
        status = run_line(sh, buf, len, out, &log);
        flush_log(sh);
        sh->log = outer;
        text_heap_free(&log);
    }
    free(buf);
    return status;
}

LineStatus shell_repeat(Shell *sh, Text *out)
{
    if (!sh->movement[0])
        return LINE_EMPTY;
    char line[MOVEMENT_MAX];
    memcpy(line, sh->movement, sizeof line);
    return shell_line(sh, line, out);
}

bool shell_advance(Shell *sh, Nanos by, Text *out)
{
    const World *world = session_world(sh->session);
    Nanos before = world->now;
    uint32_t rows = trace_last(session_trace(sh->session));
    if (!sh->live_line)
        session_begin_line(sh->session, "run");
    sh->live_line = true;
    RunLimit limit = {.until = before + by};
    StopReason reason = session_run(sh->session, &limit);
    world = session_world(sh->session);
    sh->live += world->now - before;
    show_news(sh, rows, out);
    if (reason == STOP_BREAK)
        text_addf(out, sh->lang == LANG_ZH ? "停下：%s\n" : "stopped: %s\n",
                  session_break_hit(sh->session));
    return reason != STOP_BREAK;
}

/* ---- whole texts ---- */

/* The next line of the text from *at, as a string of its own; NULL at the end. NUL bytes would hide
 * the rest of a line, so they become blanks. */
static char *next_line(Bytes text, size_t *at)
{
    if (*at >= text.len)
        return NULL;
    const char *from = (const char *)text.data + *at;
    const char *newline = memchr(from, '\n', text.len - *at);
    size_t len = newline ? (size_t)(newline - from) : text.len - *at;
    *at += len + (newline ? 1 : 0);
    char *line = malloc(len + 1);
    if (!line)
        return NULL;
    for (size_t i = 0; i < len; i++)
        line[i] = from[i] ? from[i] : ' ';
    line[len] = '\0';
    if (len > 0 && line[len - 1] == '\r')
        line[len - 1] = '\0';
    return line;
}

void shell_place(Shell *sh, const char *name, uint32_t line)
{
    sh->place = name;
    sh->place_line = line;
}

LineStatus shell_text(Shell *sh, const char *name, Bytes text, bool keep_going, Text *out,
                      uint32_t *line_number)
{
    const char *outer = sh->place;
    bool goes_on = outer && strcmp(outer, name) == 0;
    uint32_t outer_line = sh->place_line, number = goes_on ? outer_line : 0;
    LineStatus result = LINE_EMPTY;
    char *line;
    for (size_t at = 0; (line = next_line(text, &at)); free(line)) {
        sh->place = name;
        sh->place_line = ++number;
        LineStatus status = shell_line(sh, line, out);
        bool bad = status == LINE_FAILED || status == LINE_ERROR;
        if (bad && result != LINE_FAILED && result != LINE_ERROR && line_number)
            *line_number = number;
        if (status == LINE_OK ? result == LINE_EMPTY : bad && result != LINE_ERROR)
            result = status;
        if ((bad && !keep_going) || status == LINE_QUIT) {
            free(line);
            break;
        }
    }
    sh->place = outer;
    sh->place_line = outer_line;
    return result;
}

void shell_save(Shell *sh, Text *out)
{
    flush_log(sh);
    log_live(sh);
    const SessionOptions *options = session_options(sh->session);
    text_add(out, "# Sandwire session 1\n");
    text_addf(out, "seed %" PRIu64 "\n", options->seed);
    text_addf(out, "profile %s\n", profile_name(options->profile));
    if (options->shape.conns >
        SHAPE_LESSON.conns) /* `room` asked for more; nothing asks for less */
        text_addf(out, "room %u\n", options->shape.conns);
    for (uint32_t i = 0; i < session_log_count(sh->session); i++)
        text_addf(out, "%s\n", session_log_line(sh->session, i));
}

/* ---- looking from outside ---- */

static void prompt_host(Shell *sh, HostId host, Text *out)
{
    const World *w = session_world(sh->session);
    const Tcb *t = world_conn(w, host, 0);
    text_addf(out, "%c ", host_letter(host));
    if (!w->hosts[host].power)
        text_add(out, sh->lang == LANG_ZH ? "断电" : "off");
    else if (w->hosts[host].puppet)
        text_add(out, sh->lang == LANG_ZH ? "由你扮演" : "you");
    else
        text_add(out, state_name(t ? (TcpState)t->state : CLOSED));
}

/* A rule is off: said even where the cursor waits. */
static void prompt_ablated(const Shell *sh, Text *out)
{
    uint32_t count = 0;
    RuleId last = RULE_NONE;
    for (int id = 1; id < RULE_COUNT; id++)
        if (ruleset_has(&session_world(sh->session)->rules_off, (RuleId)id)) {
            last = (RuleId)id;
            count++;
        }
    if (count == 1)
        text_addf(out, "!%s ", rule_info(last)->name);
    else if (count > 1)
        text_addf(out, sh->lang == LANG_ZH ? "!%u条规则关闭 " : "!%u-rules-off ", count);
}

bool shell_may_go_on(const Shell *sh, uint64_t steps)
{
    if (sh->options.run_limit > 0 && steps > sh->options.run_limit)
        return false;
    return !sh->options.interrupt || !*sh->options.interrupt;
}

void shell_prompt(Shell *sh, Text *out)
{
    prompt_ablated(sh, out);
    const char *branch = session_branch_name(sh->session);
    if (strcmp(branch, "main") != 0)
        text_addf(out, "[%s] ", branch);
    prompt_host(sh, HOST_A, out);
    text_add(out, " | ");
    prompt_host(sh, HOST_B, out);
    text_add(out, "  ");
    text_time(out, session_world(sh->session)->now);
    text_add(out, " > ");
}

void shell_rows(Shell *sh, uint32_t since, Text *out)
{
    show_news(sh, since, out);
}

void shell_status(Shell *sh, Text *out)
{
    const World *w = session_world(sh->session);
    size_t before = out->len;
    if (w->hold)
        text_addf(out, sh->lang == LANG_ZH ? "%s网络由你放行" : "%shold on",
                  out->len > before ? " | " : "");
    for (uint32_t i = 0; i < sh->watch_count; i++)
        text_addf(out, "%s%s = %s", out->len > before ? " | " : "", sh->watches[i].text,
                  sh->watches[i].last);
}

void shell_ladder(Shell *sh, uint32_t first_row, uint32_t last_row, Text *out)
{
    warn_ablated(sh, out);
    View view = shell_view(sh);
    LadderRange range = {.first = first_row, .last = last_row, .heading = true, .host = HOST_NONE};
    look_ladder(out, &view, &range);
}
