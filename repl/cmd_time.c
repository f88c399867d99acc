/*
 * cmd_time.c: who moves time, and travelling in it.
 *
 * `step` and `run` are movements: an empty line repeats them. `back` and `goto` travel along what
 * already happened and change nothing; acting in the past begins another branch by itself.
 */
#include "repl/lang.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LineStatus cmd_pace(Run *r)
{
    static const char *const words[] = {"run", "step", "live"};
    if (!arg_more(r)) {
        text_addf(r->out, "pace %s\n", words[r->shell->pace]);
        r->silent = true;
        return LINE_OK;
    }
    int pace = arg_choice(r, words, 3);
    if (pace < 0 || !arg_end(r))
        return LINE_ERROR;
    r->shell->pace = (Pace)pace;
    return LINE_OK;
}

static bool read_count(Run *r, uint64_t *n)
{
    *n = 1;
    if (arg_more(r) && !arg_quantity(r, QUANTITY_COUNT, 1000000, n))
        return false;
    return arg_end(r);
}

static void tell_nothing_left(Run *r)
{
    text_add(r->tail, SAY(r, "nothing will ever happen by itself now: it is your turn\n",
                          "现在不会再有任何事自行发生：轮到你了\n"));
}

LineStatus cmd_step(Run *r)
{
    uint64_t n;
    if (!read_count(r, &n))
        return LINE_ERROR;
    if (n == 0)
        return LINE_OK;
    RunLimit limit = {.steps = (uint32_t)n, .until = NANOS_NEVER};
    uint64_t before = session_position(r->shell->session);
    StopReason reason = act_run(r, &limit);
    if (reason == STOP_NOTHING && session_position(r->shell->session) == before)
        tell_nothing_left(r);
    else
        act_tell_stop(r, reason);
    return LINE_OK;
}

/* ---- run ---- */

/* What comes when all is quiet: a learner who types `run` then wants to know. */
static void tell_quiet(Run *r)
{
    const World *w = session_world(r->shell->session);
    Move next = world_next(w);
    if (next.kind == MOVE_NONE) {
        tell_nothing_left(r);
        return;
    }
    text_add(r->tail,
             SAY(r, "all is quiet; the next thing comes at ", "一切平静；下一件事发生在 "));
    text_time(r->tail, next.at);
    if (next.kind == MOVE_TIMER)
        text_addf(r->tail, SAY(r, " (%c's %s timer)", "（%c 的 %s 定时器）"),
                  host_letter((HostId)world_conns(w)[next.conn.v].host),
                  timer_name((TimerId)next.timer));
    text_add(r->tail, SAY(r, ": `step` takes it\n", "：用 step 让它发生\n"));
}

static LineStatus run_quiet(Run *r)
{
    RunLimit limit = {.until = NANOS_NEVER, .quiet = true};
    if (world_quiet(session_world(r->shell->session))) {
        tell_quiet(r);
        return LINE_OK;
    }
    act_tell_stop(r, act_run(r, &limit));
    return LINE_OK;
}

static LineStatus run_to(Run *r, Nanos until)
{
    RunLimit limit = {.until = until};
    act_tell_stop(r, act_run(r, &limit));
    return LINE_OK;
}

static LineStatus run_until_pred(Run *r, Pred *pred, const char *words)
{
    if (!pred)
        return LINE_ERROR;
    const Session *session = r->shell->session;
    if (pred_true(pred, session_world(session), session_trace(session))) {
        text_addf(r->tail, SAY(r, "already so: %s\n", "已经成立：%s\n"), words);
        pred_free(pred);
        return LINE_OK;
    }
    RunLimit limit = {.until = NANOS_NEVER, .pred = pred};
    StopReason reason = act_run(r, &limit);
    if (reason == STOP_NOTHING)
        text_addf(r->tail,
                  SAY(r, "it never became true, and nothing more will happen: %s\n",
                      "始终没有成立，也不会再有事发生：%s\n"),
                  words);
    else if (reason == STOP_LIMIT)
        text_addf(
            r->tail,
            SAY(r, "not true yet after a million events: %s\n", "一百万个事件之后仍未成立：%s\n"),
            words);
    else
        act_tell_stop(r, reason);
    pred_free(pred);
    return LINE_OK;
}

/* A stop in a learner's words, made into a predicate. */
static LineStatus run_until_text(Run *r, const char *predicate, const char *words)
{
    PredError error;
    Pred *pred = pred_compile(predicate, strlen(predicate), &error);
    CHECK(pred); /* the text is ours */
    return run_until_pred(r, pred, words);
}

static LineStatus run_until_count(Run *r, const char *counter, const char *words)
{
    char now[32], text[400];
    PredError error;
    Pred *pred = pred_compile(counter, strlen(counter), &error);
    CHECK(pred);
    const Session *session = r->shell->session;
    snprintf(now, sizeof now, "%" PRId64,
             pred_number(pred, session_world(session), session_trace(session)));
    pred_free(pred);
    snprintf(text, sizeof text, "%s > %s", counter, now);
    return run_until_text(r, text, words);
}

/* "A changes state" */
static LineStatus run_until_change(Run *r)
{
    HostId host;
    uint16_t conn;
    if (!arg_host(r, &host, &conn))
        return LINE_ERROR;
    r->at += 2; /* "changes state", seen by the caller */
    const Tcb *t = world_conn(session_world(r->shell->session), host, conn);
    char name[16], text[80];
    snprintf(name, sizeof name, conn ? "%c[%u]" : "%c", host_letter(host), conn);
    snprintf(text, sizeof text, "%s.state != %s", name,
             state_symbol(t ? (TcpState)t->state : CLOSED));
    return run_until_text(r, text, text);
}

static bool says_changes_state(const Run *r)
{
    if (r->lex->count - r->at != 3)
        return false;
    const Token *t = &r->lex->token[r->at];
    return t[1].len == 7 && memcmp(r->line + t[1].at, "changes", 7) == 0 && t[2].len == 5 &&
           memcmp(r->line + t[2].at, "state", 5) == 0;
}

static LineStatus run_until(Run *r)
{
    size_t len;
    const char *text = arg_rest(r, &len);
    if (len == 0)
        return arg_missing(r, "a condition, as B.state == ESTABLISHED",
                           "条件，如 B.state == ESTABLISHED")
                   ? LINE_OK
                   : LINE_ERROR;
    if (says_changes_state(r))
        return run_until_change(r);
    bool single = r->lex->count - r->at == 1;
    if (single && arg_is(r, "lost"))
        return run_until_count(r, "lost(any from A) + lost(any from B)", "lost");
    if (single && (arg_is(r, "retransmission") || arg_is(r, "retransmitted")))
        return run_until_count(r, "retransmissions(A) + retransmissions(B)", "retransmission");
    if (single && arg_is(r, "quiet"))
        return run_quiet(r);
    uint64_t time;
    if (single && quantity_parse(text, len, QUANTITY_TIME, &time)) {
        if (time < session_world(r->shell->session)->now)
            return refuse(r, r->at,
                          SAY(r, "that lies in the past; `goto %.*s` travels there",
                              "那是过去的时刻；用 goto %.*s 前往"),
                          (int)len, text);
        return run_to(r, time);
    }
    char *words = malloc(len + 1);
    if (!words)
        return LINE_ERROR;
    memcpy(words, text, len);
    words[len] = '\0';
    LineStatus status = run_until_pred(r, act_compile(r, text, len), words);
    free(words);
    return status;
}

LineStatus cmd_run(Run *r)
{
    if (!arg_more(r))
        return run_quiet(r);
    if (arg_take(r, "until"))
        return run_until(r);
    uint64_t time;
    if (!arg_quantity(r, QUANTITY_TIME, 365ull * 86400 * NANOS_S, &time) || !arg_end(r))
        return LINE_ERROR;
    return run_to(r, session_world(r->shell->session)->now + time);
}

/* ---- travelling ---- */

LineStatus cmd_back(Run *r)
{
    uint64_t n;
    if (!read_count(r, &n))
        return LINE_ERROR;
    if (session_back(r->shell->session, n) == 0 && n > 0)
        text_add(r->out, SAY(r, "this is the beginning\n", "这里就是开头\n"));
    return LINE_OK;
}

static LineStatus goto_word(Run *r, const char *word, size_t len)
{
    Session *session = r->shell->session;
    uint64_t time;
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)min_u64(len, sizeof name - 1), word);
    if (strcmp(name, "start") == 0) {
        session_goto_position(session, 0);
        return LINE_OK;
    }
    if (strcmp(name, "end") == 0) {
        session_goto_position(session, session_length(session));
        return LINE_OK;
    }
    if (word[0] >= '0' && word[0] <= '9' && quantity_parse(word, len, QUANTITY_TIME, &time)) {
        if (!session_goto_time(session, time))
            return refuse(r, r->at - 1,
                          SAY(r, "this run has not come that far; `run until %s` goes on to it",
                              "这次运行还没到那时；用 run until %s 继续"),
                          name);
        return LINE_OK;
    }
    if (session_goto_mark(session, name))
        return LINE_OK;
    return refuse(r, r->at - 1,
                  SAY(r, "no such moment: a time (1.2s), a row (#12), a mark, `start` or `end`",
                      "没有这个时刻：可写时间（1.2s）、事件（#12）、书签、start 或 end"));
}

LineStatus cmd_goto(Run *r)
{
    size_t len;
    const char *word = arg_word(r, &len);
    if (!word)
        return arg_missing(r, "a moment: 1.2s, #12, start, end or a mark",
                           "时刻：1.2s、#12、start、end 或书签")
                   ? LINE_OK
                   : LINE_ERROR;
    if (!arg_looks_like_row(r)) {
        r->at++;
        return arg_end(r) ? goto_word(r, word, len) : LINE_ERROR;
    }
    uint64_t row;
    if (!quantity_parse(word + 1, len - 1, QUANTITY_COUNT, &row) || row > UINT32_MAX ||
        !session_goto_row(r->shell->session, (uint32_t)row))
        return refuse(r, r->at,
                      SAY(r, "there is no row %.*s on this branch", "本分支上没有事件 %.*s"),
                      (int)len, word);
    r->at++;
    return arg_end(r) ? LINE_OK : LINE_ERROR;
}

static LineStatus undo_or_redo(Run *r, bool undo)
{
    uint64_t n;
    if (!read_count(r, &n))
        return LINE_ERROR;
    for (uint64_t i = 0; i < n; i++) {
        const char *line = NULL;
        bool done =
            undo ? session_undo(r->shell->session, &line) : session_redo(r->shell->session, &line);
        if (!done && i == 0)
            return refuse_plain(r, "%s",
                                undo ? SAY(r, "there is nothing to undo", "没有可撤销的命令")
                                     : SAY(r, "there is nothing to redo", "没有可重做的命令"));
        if (!done)
            break;
        if (!r->shell->options.quiet)
            text_addf(r->out,
                      undo ? SAY(r, "undone: %s\n", "已撤销：%s\n")
                           : SAY(r, "redone: %s\n", "已重做：%s\n"),
                      line ? line : "");
    }
    return LINE_OK;
}

LineStatus cmd_undo(Run *r)
{
    return undo_or_redo(r, true);
}

LineStatus cmd_redo(Run *r)
{
    return undo_or_redo(r, false);
}

/* ---- names ---- */

static bool read_name(Run *r, char *name, size_t cap)
{
    size_t len;
    const char *word = arg_word(r, &len);
    if (!word)
        return arg_missing(r, "a name", "名字");
    bool good = len < cap;
    for (size_t i = 0; good && i < len; i++)
        good = (word[i] & 0x80) || (word[i] >= 'a' && word[i] <= 'z') ||
               (word[i] >= 'A' && word[i] <= 'Z') || (word[i] >= '0' && word[i] <= '9' && i > 0) ||
               ((word[i] == '-' || word[i] == '_') && i > 0);
    if (!good) {
        refuse(r, r->at,
               SAY(r, "a name is made of letters, digits, - and _, and begins with a letter",
                   "名字由字母、数字、- 和 _ 组成，以字母开头"));
        return false;
    }
    memcpy(name, word, len);
    name[len] = '\0';
    r->at++;
    return arg_end(r);
}

LineStatus cmd_mark(Run *r)
{
    char name[48];
    if (!arg_more(r)) {
        const char *names[64];
        Nanos times[64];
        uint32_t n = session_marks(r->shell->session, names, times, 64);
        for (uint32_t i = 0; i < n && i < 64; i++) {
            text_addf(r->out, "  %-20s ", names[i]);
            text_time(r->out, times[i]);
            text_char(r->out, '\n');
        }
        if (n == 0)
            text_add(r->out, SAY(r, "no marks yet: `mark NAME` makes one\n",
                                 "还没有书签：mark 名字 可以做一个\n"));
        r->silent = true;
        return LINE_OK;
    }
    if (!read_name(r, name, sizeof name))
        return LINE_ERROR;
    if (!session_mark(r->shell->session, name))
        return refuse(r, r->at - 1, SAY(r, "no room for the mark `%s`", "放不下书签 `%s`"), name);
    return LINE_OK;
}

LineStatus cmd_branch(Run *r)
{
    char name[48];
    if (!read_name(r, name, sizeof name))
        return LINE_ERROR;
    if (!session_branch(r->shell->session, name))
        return refuse(r, r->at - 1,
                      SAY(r, "the branch `%s` exists already; `switch %s` goes to it",
                          "分支 `%s` 已存在；用 switch %s 前往"),
                      name, name);
    return LINE_OK;
}

LineStatus cmd_switch(Run *r)
{
    char name[48];
    if (!read_name(r, name, sizeof name))
        return LINE_ERROR;
    if (!session_switch(r->shell->session, name))
        return refuse(r, r->at - 1,
                      SAY(r, "there is no branch `%s`; `branches` lists them",
                          "没有分支 `%s`；branches 列出全部"),
                      name);
    return LINE_OK;
}

LineStatus cmd_branches(Run *r)
{
    BranchInfo list[64];
    uint32_t n = session_branches(r->shell->session, list, 64);
    for (uint32_t i = 0; i < n && i < 64; i++) {
        const BranchInfo *b = &list[i];
        text_addf(r->out, "%c ", b->current ? '*' : ' ');
        width_pad(r->out, b->name, 20);
        if (b->parent) {
            text_addf(r->out, SAY(r, " leaves %s after #%u at ", " 离开 %s 于 #%u 之后，时刻 "),
                      b->parent, b->fork_row);
            text_time(r->out, b->fork_time);
            text_add(r->out, SAY(r, ",", "，"));
        }
        text_add(r->out, SAY(r, " ends at ", " 结束于 "));
        text_time(r->out, b->end_time);
        text_char(r->out, '\n');
    }
    return LINE_OK;
}
