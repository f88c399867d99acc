/*
 * cmd_duel.c: `duel`: the learner plays the network against TCP, or writes the property herself.
 *
 *     duel                              the questions that can be played
 *     duel third-ack [60s]              begins one; the present session is put aside, as by load
 *     duel 2                            lets the second of the possible events happen
 *     duel undo | duel solution         one event back; the shortest run there is
 *     duel third-ack never CONDITION    does this condition tell the whole TCP from the broken one?
 *
 * Events are written into the session's log as the lines that they are, so a saved duel is an
 * ordinary session.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/duel.h"
#include "repl/explore_story.h"
#include "repl/lang.h"

void shell_forget_duel(Shell *sh)
{
    duel_free(sh->duel);
    sh->duel = NULL;
}

static Nanos wall(const Run *r)
{
    return r->shell->options.clock ? r->shell->options.clock() : 0;
}

static void wrapped(Run *r, const Text *t)
{
    width_wrap_lines(r->tail, t->buf ? t->buf : "", shell_view(r->shell).width);
}

/* ---- what is said -------------------------------------------------------------------------- */

static const Property *property_of(const Preset *p)
{
    return property_of_name(p->property, strlen(p->property));
}

/* What the network may still do; what it may do as often as it likes is not told. */
static void add_left(Text *out, const Run *r, const Duel *d)
{
    const ExploreBounds *b = &d->ask.bounds;
    const Spent *used = &d->play.spent;
    const struct {
        unsigned left;
        const char *one, *many, *zh;
    } all[] = {{b->drops - used->drops, "loss", "losses", "丢失"},
               {b->dups - used->dups, "duplicate", "duplicates", "复制"},
               {b->corrupts - used->corrupts, "flipped bit", "flipped bits", "错位"},
               {b->reorders - used->reorders, "overtaking", "overtakings", "超前"},
               {b->lates - used->lates, "late segment", "late segments", "迟到"},
               {b->timers - used->timers, "timer", "timers", "定时器"}};
    const char *comma = "";
    text_add(out, SAY(r, "you have left: ", "你还可以用："));
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].left == 0)
            continue;
        if (r->shell->lang == LANG_ZH)
            text_addf(out, "%s%s %u", comma, all[i].zh, all[i].left);
        else
            text_addf(out, "%s%u %s", comma, all[i].left,
                      all[i].left == 1 ? all[i].one : all[i].many);
        comma = SAY(r, ", ", "，");
    }
    text_addf(out, "%s\n", *comma ? "" : SAY(r, "no tricks", "没有花招了"));
}

static void add_wall(Text *out, const Run *r, const Duel *d)
{
    if (!r->shell->options.clock)
        return;
    unsigned long long seconds = (wall(r) - d->began) / NANOS_S, limit = d->limit / NANOS_S;
    if (limit)
        text_addf(out, SAY(r, " (%llu s of %llu)", "（%llu 秒，限 %llu 秒）"), seconds, limit);
    else
        text_addf(out, SAY(r, " (%llu s)", "（%llu 秒）"), seconds);
}

/* "#4 SYN A arrives": one of the events to choose from. */
static void add_choice(Text *out, const Run *r, const Duel *d, Act a)
{
    Session *s = r->shell->session;
    const World *w = session_world(s);
    char what[160];
    Text segment = text_fixed(what, sizeof what);
    explore_segment(&segment, s, a);
    switch ((ActKind)a.kind) {
    case ACT_DELIVER: text_addf(out, SAY(r, "%s arrives", "%s 到达"), what); break;
    case ACT_DROP: text_addf(out, SAY(r, "%s is lost", "%s 丢失"), what); break;
    case ACT_DUPLICATE: text_addf(out, SAY(r, "%s is doubled", "%s 被复制"), what); break;
    case ACT_CORRUPT: text_addf(out, SAY(r, "a bit of %s flips", "%s 的一个比特翻转"), what); break;
    case ACT_TIMER:
        text_addf(out, SAY(r, "the %s timer of %c fires", "%s 定时器到期（%c）"),
                  timer_name(tcp_next_timer(&world_conns(w)[a.index])),
                  host_letter((HostId)world_conns(w)[a.index].host));
        break;
    case ACT_APP:
        text_addf(out, SAY(r, "the program at %c acts", "%c 的应用程序动作"),
                  host_letter((HostId)a.index));
        break;
    default: explore_line(out, &d->ask, w, a); break;
    }
}

static void add_menu(Run *r, Duel *d)
{
    Act acts[EXPLORE_ACTS];
    uint32_t n = duel_choices(d, acts);
    Text line = text_heap();
    text_addf(r->tail, SAY(r, "event %u is yours", "第 %u 个事件由你决定"), (unsigned)d->count + 1);
    add_wall(r->tail, r, d);
    text_add(r->tail, SAY(r, ":\n", "：\n"));
    for (uint32_t i = 0; i < n; i++) {
        text_addf(r->tail, "  %2u  ", (unsigned)i + 1);
        add_choice(r->tail, r, d, acts[i]);
        text_char(r->tail, '\n');
    }
    text_clear(&line);
    add_left(&line, r, d);
    wrapped(r, &line);
    text_heap_free(&line);
}

static bool late(const Run *r, const Duel *d)
{
    return d->limit && r->shell->options.clock && wall(r) - d->began > d->limit;
}

static void add_victory(Run *r, const Duel *d)
{
    const Property *p = property_of(d->preset);
    Text t = text_heap();
    Lang lang = r->shell->lang;
    text_addf(&t, SAY(r, "Broken after %u events", "经过 %u 个事件，性质被破坏"),
              (unsigned)d->count);
    add_wall(&t, r, d);
    text_addf(&t, SAY(r, ": %s. %s\n", "：%s。%s\n"), p->title[lang], p->text[lang]);
    if (late(r, d))
        text_add(&t,
                 SAY(r, "But the time is up: TCP has held out.\n", "不过时间已到：TCP 守住了。\n"));
    if (d->count > d->best.count)
        text_addf(&t,
                  SAY(r,
                      "The shortest run has %u: `duel undo` and try again, or `duel solution`.\n",
                      "最短的过程只要 %u 个：duel undo 退回再试，或用 duel solution 看答案。\n"),
                  (unsigned)d->best.count);
    else
        text_add(&t, SAY(r, "No shorter run does it.\n", "没有比这更短的过程。\n"));
    text_addf(&t, "%s\n", d->preset->answer[lang]);
    wrapped(r, &t);
    text_heap_free(&t);
}

static void add_state(Run *r, Duel *d)
{
    Act acts[EXPLORE_ACTS];
    if (d->seen) {
        add_victory(r, d);
        return;
    }
    if (late(r, d)) {
        text_add(r->tail, SAY(r,
                              "The time is up: TCP has held out. `duel solution` shows how it "
                              "could have been broken.\n",
                              "时间到：TCP 守住了。duel solution 展示怎样才能破坏它。\n"));
        return;
    }
    if (duel_choices(d, acts) > 0) {
        add_menu(r, d);
        return;
    }
    text_add(r->tail, SAY(r,
                          "Nothing can happen any more, and nothing broke: `duel undo` goes one "
                          "event back.\n",
                          "再没有事件可发生，性质也没有被破坏：duel undo 退回一个事件。\n"));
}

static void add_introduction(Run *r, const Duel *d)
{
    const Preset *p = d->preset;
    const Property *property = property_of(p);
    Lang lang = r->shell->lang;
    Text t = text_heap();
    text_addf(&t, "%s\n", p->question[lang]);
    if (p->cure)
        text_addf(&t, SAY(r, "All rules are in force, also %s. ", "所有规则都有效，包括 %s。"),
                  p->rules);
    else
        text_addf(&t, SAY(r, "The rule %s is off. ", "规则 %s 已关闭。"), p->rules);
    text_addf(
        &t,
        SAY(r,
            "You decide what happens next: on the wire, to the timers, in the programs. Break "
            "this property:\n  %s: %s\nThe shortest run that does it has %u events.\n",
            "接下来发生什么由你决定：线路上、定时器、应用程序。请破坏这个性质：\n  "
            "%s：%s\n最短的过程有 "
            "%u 个事件。\n"),
        property->name, property->title[lang], (unsigned)d->best.count);
    wrapped(r, &t);
    text_heap_free(&t);
}

static LineStatus list_duels(Run *r)
{
    const Preset *p;
    Text t = text_heap();
    text_add(&t, SAY(r, "Play the network against a TCP that lacks a rule:\n",
                     "扮演网络，对付一个缺了一条规则的 TCP：\n"));
    for (uint32_t i = 0; (p = preset_at(i)); i++)
        text_addf(&t, "  duel %-20s %s\n", p->name, p->question[r->shell->lang]);
    text_add(&t, SAY(r,
                     "`duel third-ack 60s` plays against the clock; `duel third-ack never "
                     "CONDITION` tries a property of your own.\n",
                     "duel third-ack 60s 限时；duel third-ack never 条件 检验你自己写的性质。\n"));
    wrapped(r, &t);
    text_heap_free(&t);
    r->silent = true;
    return LINE_OK;
}

/* ---- playing ------------------------------------------------------------------------------- */

static void remember_place(Duel *d, const Session *s)
{
    d->position = session_position(s);
    snprintf(d->branch, sizeof d->branch, "%s", session_branch_name(s));
}

static bool in_place(Run *r, const Duel *d)
{
    const Session *s = r->shell->session;
    if (session_position(s) == d->position && strcmp(session_branch_name(s), d->branch) == 0)
        return true;
    refuse(r, r->at,
           SAY(r,
               "the run has gone elsewhere since the last event of the duel: `duel %s` begins it "
               "again",
               "对决的上一个事件之后，过程已走到别处：duel %s 重新开始"),
           d->preset->name);
    return false;
}

/* The moment of the question in a fresh session, the present one on the shelf. */
static LineStatus lay_table(Run *r, const Preset *p)
{
    Text lines = text_heap();
    for (const char *rule = p->rules; *rule && !p->cure;) {
        size_t n = strcspn(rule, " ");
        text_addf(&lines, "rule %.*s off\n", (int)n, rule);
        rule += n + (rule[n] == ' ');
    }
    text_addf(&lines, "%s\npace step\n", p->setup);
    LineStatus status = shell_put_aside(r, p->name, bytes_of(lines.buf, lines.len));
    text_heap_free(&lines);
    return status == LINE_EMPTY ? LINE_OK : status;
}

static LineStatus begin_duel(Run *r, const Preset *p, Nanos limit)
{
    r->silent = true; /* what it does to the session is logged line by line */
    LineStatus status = lay_table(r, p);
    if (status != LINE_OK)
        return status;
    shell_forget_duel(r->shell);
    Duel *d = duel_new(p, session_world(r->shell->session));
    if (!d)
        return refuse_status(r, CALL_NO_ROOM);
    r->shell->duel = d;
    d->began = wall(r);
    d->limit = limit;
    remember_place(d, r->shell->session);
    add_introduction(r, d);
    add_menu(r, d);
    return LINE_OK;
}

static LineStatus choose(Run *r, Duel *d, uint64_t which)
{
    Act acts[EXPLORE_ACTS];
    Session *s = r->shell->session;
    uint32_t n = duel_choices(d, acts);
    if (which < 1 || which > n)
        return n ? refuse(r, r->at - 1,
                          SAY(r, "there are the events 1 to %u", "事件编号是 1 到 %u"), (unsigned)n)
                 : refuse(r, r->at - 1,
                          SAY(r, "this duel is over; `duel undo` goes one event back",
                              "这场对决已结束；duel undo 退回一个事件"));
    Act act = acts[which - 1];
    Text line = text_fixed(r->log, sizeof r->log);
    explore_line(&line, &d->ask, session_world(s), act);
    if (!duel_take(d, act))
        return refuse_status(r, CALL_NO_ROOM);
    act_begin(r);
    ExploreResult one = {.count = 1, .acts = {act}};
    explore_replay(s, &d->ask, &one, NULL);
    remember_place(d, s);
    add_state(r, d);
    return LINE_OK;
}

static LineStatus take_back(Run *r, Duel *d)
{
    if (d->count == 0)
        return refuse(r, r->at - 1, SAY(r, "no event of yours has happened", "你还没有决定过事件"));
    duel_back(d);
    snprintf(r->log, sizeof r->log, "back");
    session_back(r->shell->session, 1);
    r->rows = trace_last(session_trace(r->shell->session));
    remember_place(d, r->shell->session);
    add_state(r, d);
    return LINE_OK;
}

/* The search's own run, on a branch from where the duel began. */
static LineStatus show_solution(Run *r, const Duel *d)
{
    char line[96];
    snprintf(line, sizeof line, "%s%.0u%sexplore %s", d->count ? "back " : "", (unsigned)d->count,
             d->count ? "; " : "", d->preset->name);
    r->silent = true;
    r->shell->depth++;
    LineStatus status = shell_line(r->shell, line, r->out);
    r->shell->depth--;
    r->rows = trace_last(session_trace(r->shell->session));
    return status;
}

static LineStatus play(Run *r)
{
    Duel *d = r->shell->duel;
    uint64_t which;
    if (!d)
        return refuse(
            r, r->at,
            SAY(r, "no duel is going on: `duel` lists them", "现在没有对决：duel 列出全部"));
    if (!in_place(r, d))
        return LINE_ERROR;
    if (arg_take(r, "undo"))
        return arg_end(r) ? take_back(r, d) : LINE_ERROR;
    if (arg_take(r, "solution"))
        return arg_end(r) ? show_solution(r, d) : LINE_ERROR;
    if (!arg_quantity(r, QUANTITY_COUNT, EXPLORE_ACTS, &which) || !arg_end(r))
        return LINE_ERROR;
    return choose(r, d, which);
}

/* ---- a property of one's own --------------------------------------------------------------- */

static bool go_on(void *user, const ExploreProgress *p)
{
    const Run *r = user;
    return shell_may_go_on(r->shell, p->transitions);
}

static bool try_half(Run *r, PresetRun *half, const Preset *p, bool ablated, const Pred *pred)
{
    if (!preset_run_begin(half, p, ablated, r->shell->lang))
        return false;
    half->ask.watch = 0;
    half->ask.until = pred;
    half->ask.until_is_wrong = true;
    half->ask.past = session_trace(shell_session(half->shell));
    half->ask.memory = (size_t)256 << 20;
    half->ask.progress = go_on;
    half->ask.user = r;
    return explore(&half->ask, &half->result);
}

static void judge(Run *r, const Preset *p, const PresetRun *broken, const PresetRun *whole)
{
    Text t = text_heap();
    bool bad = broken->result.end == END_VIOLATED, strict = whole->result.end == END_VIOLATED;
    const PresetRun *shown = NULL;
    if (bad && strict) {
        text_addf(
            &t,
            SAY(r,
                "Too strict: it is broken without %s, but the complete TCP breaks it, too, as "
                "below. What happens there is legitimate: say more exactly what must not be.\n",
                "太严：去掉 %s 会破坏它，但完整的 TCP "
                "也会（见下）。那里发生的事是合理的：请更准确地说明什么不该发生。\n"),
            p->rules);
        shown = whole;
    } else if (strict) {
        text_add(&t, SAY(r, "The wrong way round: only the complete TCP breaks it, as below.\n",
                         "正好相反：只有完整的 TCP 会破坏它（见下）。\n"));
        shown = whole;
    } else if (bad && whole->result.end == END_EXHAUSTED) {
        text_addf(&t,
                  SAY(r,
                      "Well found: without %s it breaks after %u events, as below; with it, the "
                      "bounded space is exhausted and nothing breaks it (%" PRIu64 " states).\n",
                      "找得好：去掉 %s，经过 %u "
                      "个事件就会破坏它（见下）；有它时，界限内的状态已全部搜遍，没有破坏（%" PRIu64
                      " 个状态）。\n"),
                  p->rules, (unsigned)broken->result.count, whole->result.states);
        shown = broken;
    } else if (bad) {
        text_addf(&t, "%s\n", explore_end_text(whole->result.end, r->shell->lang));
        shown = broken;
    } else if (broken->result.end == END_EXHAUSTED) {
        text_addf(&t,
                  SAY(r,
                      "Too weak: even without %s nothing breaks it within the bounds. What goes "
                      "wrong there? `duel %s` lets you look for it by hand.\n",
                      "太弱：即使去掉 %s，界限之内也没有什么会破坏它。究竟错在哪里？duel %s "
                      "让你亲手去找。\n"),
                  p->rules, p->name);
    } else {
        text_addf(&t, "%s\n", explore_end_text(broken->result.end, r->shell->lang));
    }
    wrapped(r, &t);
    text_heap_free(&t);
    if (shown)
        explore_story(r->tail, shown->shell, &shown->ask, &shown->result, false);
}

static LineStatus try_property(Run *r, const Preset *p)
{
    size_t len;
    const char *text = arg_rest(r, &len);
    if (len == 0)
        return arg_missing(r, "a condition that must never be true, as B.state == ESTABLISHED",
                           "永远不该成立的条件，如 B.state == ESTABLISHED")
                   ? LINE_OK
                   : LINE_ERROR;
    r->silent = true;
    Pred *pred = act_compile(r, text, len);
    if (!pred)
        return LINE_ERROR;
    LineStatus status = LINE_OK;
    PresetRun broken = {0}, whole = {0};
    if (!explore_understands(pred))
        status = refuse(r, r->at,
                        SAY(r, "this says more of the past than a search can remember",
                            "这个条件涉及的历史太多，搜索记不住"));
    else if (try_half(r, &broken, p, true, pred) && try_half(r, &whole, p, false, pred))
        judge(r, p, &broken, &whole);
    else
        status = refuse_status(r, CALL_NO_ROOM);
    preset_run_end(&broken);
    preset_run_end(&whole);
    pred_free(pred);
    return status;
}

LineStatus cmd_duel(Run *r)
{
    size_t len;
    uint64_t limit = 0;
    const char *word = arg_word(r, &len);
    const Preset *p = word ? preset_of_name(word, len) : NULL;
    if (!word)
        return list_duels(r);
    if (!p)
        return play(r);
    r->at++;
    if (arg_take(r, "never"))
        return try_property(r, p);
    if (arg_more(r) && !arg_quantity(r, QUANTITY_TIME, 3600 * NANOS_S, &limit))
        return LINE_ERROR;
    return arg_end(r) ? begin_duel(r, p, limit) : LINE_ERROR;
}
