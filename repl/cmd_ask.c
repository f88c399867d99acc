/*
 * cmd_ask.c: questions: why, print, expect, breakpoints, watches, and the rules of TCP.
 *
 * A failed expectation is a small report: what was expected, what is, the last rows of the ladder,
 * and why the last of them happened.
 */
#include "repl/lang.h"

#include "core/base/near.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many rows of the story a failed expectation shows. */
enum { FAILURE_ROWS = 8 };

/* ---- why, why not ---- */

/* Which question the word asks. */
static const struct {
    const char *word;
    WhyNotWhat what;
} not_words[] = {{"send", WHY_NOT_SEND},
                 {"ack", WHY_NOT_ACK},
                 {"retransmit", WHY_NOT_RETRANSMIT},
                 {"close", WHY_NOT_LEAVE},
                 {"accept", WHY_NOT_TAKEN}};

static bool read_not_row(Run *r, WhyNot *q)
{
    if (!arg_more(r) && q->what == WHY_NOT_RETRANSMIT)
        return true;
    return arg_row(r, &q->row);
}

/* "ack #7", "close", "ESTABLISHED": what the host does not do. */
static bool read_not_what(Run *r, WhyNot *q)
{
    size_t len;
    const char *word = arg_word(r, &len);
    if (!word)
        return arg_missing(r, "send, ack #N, retransmit [#N], close, accept #N or a state",
                           "send、ack #N、retransmit [#N]、close、accept #N 或一个状态");
    for (size_t i = 0; i < sizeof not_words / sizeof *not_words; i++) {
        if (!arg_take(r, not_words[i].word))
            continue;
        q->what = not_words[i].what;
        bool row = q->what != WHY_NOT_SEND && q->what != WHY_NOT_LEAVE;
        return !row || read_not_row(r, q);
    }
    q->state = state_of_name(word, len);
    q->what = WHY_NOT_STATE;
    if (q->state != TCP_STATE_COUNT) {
        r->at++;
        return true;
    }
    refuse(
        r, r->at,
        SAY(r,
            "`%.*s` cannot be asked for: say send, ack #N, retransmit [#N], close, accept #N or "
            "a state",
            "不能这样问 `%.*s`：请写 send、ack #N、retransmit [#N]、close、accept #N 或一个状态"),
        (int)len, word);
    return false;
}

/* "#7" alone asks for its arrival; otherwise a host comes first. */
static bool read_why_not(Run *r, WhyNot *q)
{
    *q = (WhyNot){.what = WHY_NOT_TAKEN};
    bool read = arg_looks_like_row(r) ? arg_row(r, &q->row)
                                      : arg_host(r, &q->host, &q->conn) && read_not_what(r, q);
    return read && arg_end(r);
}

static LineStatus answer_why_not(Run *r, Text *out)
{
    WhyNot q;
    Session *s = r->shell->session;
    if (!read_why_not(r, &q))
        return LINE_ERROR;
    why_not(out, session_world(s), session_trace(s), &q, r->shell->lang, r->shell->absolute);
    return LINE_OK;
}

static LineStatus answer_why(Run *r, Text *out)
{
    uint32_t row = trace_last(session_trace(r->shell->session));
    if (row == 0 && !arg_more(r))
        return refuse_plain(r, "%s", SAY(r, "nothing has happened yet", "还什么都没有发生"));
    if (arg_more(r) && (!arg_row(r, &row) || !arg_end(r)))
        return LINE_ERROR;
    why_row(out, session_trace(r->shell->session), row, r->shell->lang, r->shell->absolute);
    return LINE_OK;
}

LineStatus cmd_why(Run *r)
{
    Text reasons = text_heap();
    LineStatus status = arg_take(r, "not") ? answer_why_not(r, &reasons) : answer_why(r, &reasons);
    width_wrap_lines(r->out, reasons.buf ? reasons.buf : "", shell_view(r->shell).width);
    text_heap_free(&reasons);
    return status;
}

LineStatus cmd_print(Run *r)
{
    size_t len;
    const char *text = arg_rest(r, &len);
    if (r->lex->count == r->at && r->at > 0 && len == 0)
        return arg_missing(r, "an expression, as A.rto_min", "表达式，如 A.rto_min") ? LINE_OK
                                                                                     : LINE_ERROR;
    Pred *pred = act_compile(r, text, len);
    if (!pred)
        return LINE_ERROR;
    pred_print(r->out, pred, session_world(r->shell->session), session_trace(r->shell->session));
    text_char(r->out, '\n');
    pred_free(pred);
    return LINE_OK;
}

/* ---- expect ---- */

static LineStatus expectation_failed(Run *r, const Pred *pred, const char *text, size_t len)
{
    const Shell *sh = r->shell;
    const Trace *trace = session_trace(sh->session);
    refuse_plain(r, SAY(r, "this does not hold: %.*s", "不成立：%.*s"), (int)len, text);
    Text *out = r->out, detail = text_heap();
    pred_explain(&detail, pred, session_world(sh->session), trace, sh->lang);
    for (const char *line = detail.buf; line && *line;) {
        const char *end = strchr(line, '\n');
        size_t n = end ? (size_t)(end - line) : strlen(line);
        text_add(out, "  ");
        text_add_n(out, line, n);
        text_char(out, '\n');
        line += n + (end ? 1 : 0);
    }
    text_heap_free(&detail);
    uint32_t last = trace_last(trace);
    if (last == 0) {
        text_add(out, SAY(r, "  nothing has happened yet\n", "  还什么都没有发生\n"));
        return LINE_FAILED;
    }
    View view = shell_view(sh);
    LadderRange range = {.first = last > FAILURE_ROWS ? last - FAILURE_ROWS + 1 : 1,
                         .last = last,
                         .heading = true,
                         .host = HOST_NONE};
    look_ladder(out, &view, &range);
    ink_on(out, sh->options.color, INK_BAD);
    text_add(out, SAY(r, "    ^ the story stands here, at ", "    ^ 停在这里，时刻 "));
    text_time(out, session_world(sh->session)->now);
    ink_off(out, sh->options.color, INK_BAD);
    text_addf(out,
              SAY(r, "; `why #%u` and `tcb A` tell more\n", "；why #%u 和 tcb A 可以看到更多\n"),
              last);
    char sentence[600];
    Text said = text_fixed(sentence, sizeof sentence);
    why_sentence(&said, trace, last, sh->lang, sh->absolute);
    text_add(out, "  ");
    width_wrap(out, sentence, 2, view.width);
    return LINE_FAILED;
}

LineStatus cmd_expect(Run *r)
{
    size_t len;
    const char *text = arg_rest(r, &len);
    if (len == 0)
        return arg_missing(r, "a condition, as B.state == ESTABLISHED",
                           "条件，如 B.state == ESTABLISHED")
                   ? LINE_OK
                   : LINE_ERROR;
    Pred *pred = act_compile(r, text, len);
    if (!pred)
        return LINE_ERROR;
    const Session *session = r->shell->session;
    bool holds = pred_true(pred, session_world(session), session_trace(session));
    LineStatus status = LINE_OK;
    if (!holds) {
        r->command = NULL; /* no example: the line is fine, the world is not */
        status = expectation_failed(r, pred, text, len);
    } else if (!r->shell->options.quiet && !r->shell->replaying && !r->shell->place) {
        ink_add(r->out, r->shell->options.color, INK_GOOD, SAY(r, "holds", "成立"));
        text_char(r->out, '\n');
    }
    pred_free(pred);
    return status;
}

/* ---- breakpoints ---- */

LineStatus cmd_breaks(Run *r)
{
    uint32_t ids[64];
    const char *texts[64];
    uint32_t n = session_breaks(r->shell->session, ids, texts, 64);
    for (uint32_t i = 0; i < n && i < 64; i++)
        text_addf(r->out, "  %u  break when %s\n", ids[i], texts[i]);
    if (n == 0)
        text_add(r->out, SAY(r, "no breakpoints: `break when B.state == CLOSE_WAIT` sets one\n",
                             "没有断点：break when B.state == CLOSE_WAIT 可以设一个\n"));
    return LINE_OK;
}

static LineStatus break_clear(Run *r)
{
    uint64_t id = 0;
    if (arg_more(r) && (!arg_quantity(r, QUANTITY_COUNT, UINT32_MAX, &id) || !arg_end(r)))
        return LINE_ERROR;
    if (id > 0) {
        if (!session_break_remove(r->shell->session, (uint32_t)id))
            return refuse(r, r->at - 1,
                          SAY(r, "there is no breakpoint %u; `breaks` lists them",
                              "没有断点 %u；breaks 列出全部"),
                          (unsigned)id);
        return LINE_OK;
    }
    uint32_t ids[64];
    const char *texts[64];
    for (uint32_t n; (n = session_breaks(r->shell->session, ids, texts, 64)) > 0;)
        session_break_remove(r->shell->session, ids[0]);
    return LINE_OK;
}

LineStatus cmd_break(Run *r)
{
    if (!arg_more(r)) {
        r->silent = true;
        return cmd_breaks(r);
    }
    if (arg_take(r, "clear"))
        return break_clear(r);
    if (!arg_take(r, "when"))
        return refuse(r, r->at,
                      SAY(r, "`break when CONDITION`, or `break clear`",
                          "写作 break when 条件，或 break clear"));
    size_t len;
    const char *text = arg_rest(r, &len);
    if (len == 0)
        return arg_missing(r, "a condition", "条件") ? LINE_OK : LINE_ERROR;
    Pred *pred = act_compile(r, text, len); /* for the caret; the session keeps its own */
    if (!pred)
        return LINE_ERROR;
    pred_free(pred);
    char *copy = malloc(len + 1);
    if (!copy)
        return LINE_ERROR;
    memcpy(copy, text, len);
    copy[len] = '\0';
    PredError error;
    uint32_t id = session_break_add(r->shell->session, copy, &error);
    free(copy);
    if (id == 0)
        return refuse_plain(r, "%s", SAY(r, "no room for another breakpoint", "断点太多了"));
    if (!r->shell->options.quiet && !r->shell->replaying)
        text_addf(r->out, SAY(r, "breakpoint %u\n", "断点 %u\n"), id);
    return LINE_OK;
}

/* ---- watches ---- */

static LineStatus list_watches(Run *r)
{
    const Shell *sh = r->shell;
    r->silent = true;
    for (uint32_t i = 0; i < sh->watch_count; i++)
        text_addf(r->out, "  %u  %s = %s\n", i + 1, sh->watches[i].text, sh->watches[i].last);
    if (sh->watch_count == 0)
        text_add(r->out, SAY(r, "nothing is watched: `watch A.snd.una` begins\n",
                             "没有观察任何值：watch A.snd.una 开始观察\n"));
    return LINE_OK;
}

LineStatus cmd_watch(Run *r)
{
    Shell *sh = r->shell;
    size_t len;
    const char *text = arg_rest(r, &len);
    if (len == 0)
        return list_watches(r);
    if (sh->watch_count == WATCH_MAX || len >= WATCH_TEXT_MAX)
        return refuse(r, r->at,
                      SAY(r, "no room for it: at most %d watches of %d letters",
                          "放不下：最多 %d 个，每个 %d 个字符"),
                      WATCH_MAX, WATCH_TEXT_MAX - 1);
    Pred *pred = act_compile(r, text, len);
    if (!pred)
        return LINE_ERROR;
    Watch *w = &sh->watches[sh->watch_count++];
    *w = (Watch){.pred = pred};
    memcpy(w->text, text, len);
    Text now = text_fixed(w->last, sizeof w->last);
    pred_print(&now, pred, session_world(sh->session), session_trace(sh->session));
    if (!sh->options.quiet && !sh->replaying)
        text_addf(r->out, "  %s = %s\n", w->text, w->last);
    return LINE_OK;
}

LineStatus cmd_unwatch(Run *r)
{
    Shell *sh = r->shell;
    uint64_t n = 0;
    if (arg_more(r) && (!arg_quantity(r, QUANTITY_COUNT, WATCH_MAX, &n) || !arg_end(r)))
        return LINE_ERROR;
    if (n > sh->watch_count)
        return refuse(
            r, r->at - 1,
            SAY(r, "there is no watch %u; `watch` lists them", "没有第 %u 个观察；watch 列出全部"),
            (unsigned)n);
    for (uint32_t i = sh->watch_count; i-- > 0;) {
        if (n > 0 && i != n - 1)
            continue;
        pred_free(sh->watches[i].pred);
        memmove(&sh->watches[i], &sh->watches[i + 1],
                (sh->watch_count - i - 1) * sizeof sh->watches[0]);
        sh->watch_count--;
    }
    return LINE_OK;
}

/* ---- rules ---- */

static void print_rule(Run *r, RuleId id, bool with_text)
{
    const RuleInfo *info = rule_info(id);
    bool off = ruleset_has(&session_world(r->shell->session)->rules_off, id);
    Text *out = r->out;
    text_add(out, off ? "  " : "  ");
    width_pad(out, info->name, 24);
    ink_add(out, r->shell->options.color, off ? INK_BAD : INK_PLAIN,
            !(info->flags & RULE_SWITCH) ? "    "
            : off                        ? "off "
                                         : "on  ");
    rule_cite(out, id);
    text_char(out, '\n');
    if (with_text) {
        text_add(out, "  ");
        width_wrap(out, info->text[r->shell->lang], 2, 80);
    }
}

LineStatus cmd_rules(Run *r)
{
    bool all = arg_take(r, "all"), off = !all && arg_take(r, "off");
    if (!arg_end(r))
        return LINE_ERROR;
    const RuleSet *set = &session_world(r->shell->session)->rules_off;
    uint32_t shown = 0;
    for (int id = 1; id < RULE_COUNT; id++) {
        bool is_switch = (rule_info((RuleId)id)->flags & RULE_SWITCH) != 0;
        if ((!all && !is_switch) || (off && !ruleset_has(set, (RuleId)id)))
            continue;
        print_rule(r, (RuleId)id, false);
        shown++;
    }
    if (shown == 0)
        text_add(r->out, SAY(r, "every rule is in force\n", "所有规则都在起作用\n"));
    return LINE_OK;
}

static RuleId read_rule(Run *r)
{
    size_t len;
    const char *word = arg_word(r, &len);
    if (!word)
        return (RuleId)arg_missing(r, "the name of a rule (`rules` lists them)",
                                   "规则名（rules 列出全部）");
    RuleId id = rule_of_name(word, len);
    if (id != RULE_NONE) {
        r->at++;
        return id;
    }
    const char *names[RULE_COUNT];
    for (int i = 1; i < RULE_COUNT; i++)
        names[i - 1] = rule_info((RuleId)i)->name;
    const char *near = near_word(word, len, names, RULE_COUNT - 1);
    if (near)
        refuse(
            r, r->at,
            SAY(r, "there is no rule `%.*s`; did you mean `%s`?", "没有规则 `%.*s`；是不是 `%s`？"),
            (int)len, word, near);
    else
        refuse(r, r->at,
               SAY(r, "there is no rule `%.*s`; `rules` lists them",
                   "没有规则 `%.*s`；rules 列出全部"),
               (int)len, word);
    return RULE_NONE;
}

LineStatus cmd_rule(Run *r)
{
    static const char *const words[] = {"off", "on"};
    uint32_t where = r->at;
    RuleId id = read_rule(r);
    if (id == RULE_NONE)
        return LINE_ERROR;
    if (!arg_more(r)) {
        print_rule(r, id, true);
        r->silent = true;
        return LINE_OK;
    }
    int on = arg_choice(r, words, 2);
    if (on < 0 || !arg_end(r))
        return LINE_ERROR;
    if (!(rule_info(id)->flags & RULE_SWITCH))
        return refuse(r, where,
                      SAY(r, "`%s` cannot be switched off; `rules` lists those that can",
                          "规则 `%s` 不能关闭；rules 列出可以关闭的"),
                      rule_info(id)->name);
    Cmd cmd = {.op = CMD_RULE, .host = HOST_NONE, .key = id, .val = (uint64_t)on};
    return act(r, &cmd, bytes_of(NULL, 0));
}
