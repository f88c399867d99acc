/*
 * grade.c: running an answer under every setting and keeping what failed (grade.h).
 *
 *     for each setting:  world -> answer, command by command, within limits -> judge
 *     for each check:    the first setting that breaks it tells its story
 *
 * The world of a setting is made exactly as a lesson makes it: setups and demos before the task.
 */
#include "lessons/grade.h"

#include <string.h>

#include "core/lab/heap.h"
#include "core/lab/why.h"
#include "lessons/desk.h"
#include "lessons/outline.h"
#include "lessons/transcript.h"
#include "repl/lex.h"

enum { LADDER_WIDTH = 77, LADDER_BEFORE = 16, LADDER_AFTER = 6 };

static const char *keep(Arena *arena, const Text *t)
{
    return arena_text(arena, t->buf, t->len);
}

/* ---- the world at the beginning of the task ---- */

/* What a step puts into the world, as lines. */
static void add_contribution(Text *lines, const Block *b)
{
    if (b && b->kind == BLOCK_SETUP)
        text_add(lines, b->code);
    else if (b && b->kind == BLOCK_DEMO)
        transcript_commands(lines, b->code);
}

/* The index of the last setup before the task's step; 0 if there is none. */
static uint32_t first_step_of(const Lesson *l, uint32_t task_step)
{
    uint32_t from = task_step;
    while (from > 0 && !(l->steps[from].block && l->steps[from].block->kind == BLOCK_SETUP))
        from--;
    return from;
}

static void add_preparation(Text *lines, const Lesson *l, const Block *task)
{
    uint32_t step = lesson_step_of(l, task->id);
    for (uint32_t i = first_step_of(l, step); i < step; i++)
        add_contribution(lines, l->steps[i].block);
}

Shell *grade_world(const Lesson *l, const Block *task, uint32_t setting, TaskStart *start)
{
    const Block *setup = l->steps[first_step_of(l, lesson_step_of(l, task->id))].block;
    bool own = setup && setup->kind == BLOCK_SETUP;
    const Variant *v = setting > 0 ? &l->variants[setting - 1] : NULL;
    uint64_t seed = own && setup->seed ? setup->seed : l->seed;
    Profile profile = own && setup->profile != PROFILE_COUNT ? (Profile)setup->profile : l->profile;
    ShellOptions options = {.session = {.seed = v ? v->seed : seed,
                                        .profile = profile,
                                        .history_bytes = DESK_HISTORY_BYTES},
                            .quiet = true,
                            .width = LADDER_WIDTH,
                            .run_limit = GRADE_EVENTS_MAX};
    Shell *sh = shell_new(&options);
    CHECK(sh != NULL);
    Text lines = text_heap(), said = text_heap();
    text_addf(&lines, "%s\n", v ? v->commands : "");
    add_preparation(&lines, l, task);
    bool ok = desk_run(sh, lines.buf, &said, NULL);
    text_heap_free(&lines);
    text_heap_free(&said);
    if (ok) {
        *start = judge_start(shell_session(sh));
        return sh;
    }
    shell_free(sh);
    return NULL;
}

/* ---- the answer ---- */

typedef struct Feed {
    Arena *arena;
    Shell *shell;
    const char *allow;
    Lang lang;
    uint32_t commands, line;
    uint64_t work;
    bool done; /* the answer said quit */
} Feed;

static const char *refuse(Feed *f, const char *en, const char *zh, const char *what)
{
    Text t = text_heap();
    text_addf(&t, f->lang == LANG_ZH ? "第 %u 行：" : "line %u: ", f->line);
    text_addf(&t, f->lang == LANG_ZH ? zh : en, what);
    while (t.len > 0 && t.buf[t.len - 1] == '\n')
        t.buf[--t.len] = '\0';
    const char *reason = keep(f->arena, &t);
    text_heap_free(&t);
    return reason;
}

static const char *feed_command(Feed *f, const char *command)
{
    char word[64];
    if (++f->commands > GRADE_COMMANDS_MAX)
        return refuse(f, "more than %s commands", "命令超过 %s 条", "500");
    if (!judge_allows(f->allow, command, word, sizeof word))
        return refuse(f, "`%s` is not allowed in this exercise", "本题不允许使用 `%s`", word);
    Text said = text_heap();
    LineStatus status = shell_line(f->shell, command, &said);
    const char *reason = NULL;
    uint32_t rows = trace_last(session_trace(shell_session(f->shell)));
    f->work += rows + said.len / 64 + 1;
    f->done = status == LINE_QUIT;
    if (status == LINE_ERROR)
        reason = refuse(f, "not understood\n%s", "看不懂\n%s", said.buf);
    else if (rows > GRADE_ROWS_MAX)
        reason = refuse(f, "the run does not end: more than %s events",
                        "运行没有尽头：事件超过 %s 个", "20000");
    else if (f->work > GRADE_WORK_MAX)
        reason = refuse(f, "the answer takes too much work%s", "这个答案的计算量过大%s", "");
    text_heap_free(&said);
    return reason;
}

/* One line: its commands are given to the shell one by one, so that each is within the limits. */
static const char *feed_line(Feed *f, const char *line, size_t len)
{
    char copy[LEX_LINE_MAX], normal[LEX_LINE_MAX];
    bool cut = false;
    if (len >= sizeof copy)
        return refuse(f, "the line is too long%s", "这一行太长%s", "");
    memcpy(copy, line, len);
    copy[len] = '\0';
    size_t n = lex_normalize(copy, normal, sizeof normal, &cut), from = 0;
    const char *reason = NULL;
    while (from < n && !reason && !f->done) {
        Lexed lexed;
        if (!lex_command(normal, n, from, &lexed)) {
            Text said = text_heap();
            shell_line(f->shell, normal + from, &said);
            reason = refuse(f, "not understood\n%s", "看不懂\n%s", said.buf);
            text_heap_free(&said);
            break;
        }
        if (lexed.count > 0) {
            memcpy(copy, normal + lexed.begin, lexed.end - lexed.begin);
            copy[lexed.end - lexed.begin] = '\0';
            reason = feed_command(f, copy);
        }
        if (lexed.next <= from)
            break;
        from = lexed.next;
    }
    return reason;
}

static bool same_line(const char *a, size_t a_len, const char *b, size_t b_len)
{
    while (a_len > 0 && strchr(" \t\r", a[a_len - 1]))
        a_len--;
    while (b_len > 0 && strchr(" \t\r", b[b_len - 1]))
        b_len--;
    return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* A saved session begins with a head (version, seed, profile) and with the exercise's own setup:
 * both are here already. Returns what follows, and counts the lines. */
static const char *skip_saved_head(const char *text, const char *prepared, uint32_t *line)
{
    static const char head[] = "# Sandwire session";
    if (strncmp(text, head, sizeof head - 1) != 0)
        return text;
    for (int known = 1; known && *text;) {
        size_t n = strcspn(text, "\n");
        known =
            text[0] == '#' || strncmp(text, "seed ", 5) == 0 || strncmp(text, "profile ", 8) == 0;
        if (known) {
            text += n + (text[n] == '\n');
            ++*line;
        }
    }
    while (*text && *prepared) {
        size_t n = strcspn(text, "\n"), m = strcspn(prepared, "\n");
        bool nothing = strspn(prepared, " \t\r") == m || prepared[0] == '#';
        if (!nothing && !same_line(text, n, prepared, m))
            break;
        prepared += m + (prepared[m] == '\n');
        if (nothing)
            continue;
        text += n + (text[n] == '\n');
        ++*line;
    }
    return text;
}

const char *grade_run(Arena *arena, Shell *sh, const Lesson *l, const Block *task, Bytes answer,
                      Lang lang)
{
    const Entry *allow = block_entry(task, ENTRY_ALLOW);
    Feed f = {.arena = arena,
              .shell = sh,
              .allow = allow ? allow->code : l->allow,
              .lang = lang,
              .line = 1};
    size_t bad;
    if (answer.len > GRADE_ANSWER_BYTES_MAX)
        return refuse(&f, "the answer is larger than %s", "答案超过 %s", "64 KiB");
    if (answer.len > 0 && !outline_is_text((const char *)answer.data, answer.len, &bad))
        return refuse(&f, "the answer is not text%s", "答案不是文本%s", "");
    shell_set_lang(sh, lang);
    const char *at = arena_text(arena, (const char *)answer.data, answer.len);
    at += strncmp(at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    Text prepared = text_heap();
    add_preparation(&prepared, l, task);
    at = skip_saved_head(at, prepared.buf, &f.line);
    text_heap_free(&prepared);
    const char *reason = NULL;
    for (; *at && !reason && !f.done; f.line++) {
        size_t n = strcspn(at, "\n");
        reason = feed_line(&f, at, n);
        at += n + (at[n] == '\n');
    }
    return reason;
}

/* ---- the story of a failure ---- */

/* The number that a ladder line begins with; 0 if it has none. */
static uint32_t number_of(const char *line)
{
    uint32_t n = 0;
    line += strspn(line, " ");
    while (*line >= '0' && *line <= '9' && n < 100000000)
        n = n * 10 + (uint32_t)(*line++ - '0');
    return *line == ' ' ? n : 0;
}

/* Puts ">> " before the line of the moment (an arrival shares its departure's line: the last line
 * whose number is not beyond it), blanks before the others. */
static void mark_moment(Text *out, const char *ladder, uint32_t row)
{
    uint32_t best = 0;
    for (const char *s = ladder; *s; s += strcspn(s, "\n"), s += *s == '\n') {
        uint32_t n = number_of(s);
        best = n > best && n <= row ? n : best;
    }
    for (const char *s = ladder; *s;) {
        size_t n = strcspn(s, "\n");
        text_add(out, best > 0 && number_of(s) == best ? ">> " : "   ");
        text_add_n(out, s, n);
        text_char(out, '\n');
        s += n + (s[n] == '\n');
    }
}

static const char *tell_ladder(Arena *arena, Shell *sh, const TaskStart *start, uint32_t row)
{
    Text plain = text_heap(), marked = text_heap();
    uint32_t last = trace_last(session_trace(shell_session(sh)));
    uint32_t from = row > LADDER_BEFORE ? row - LADDER_BEFORE : 1;
    from = from > start->row ? from : start->row + 1;
    uint32_t to = row + LADDER_AFTER < last ? row + LADDER_AFTER : last;
    if (from <= to)
        shell_ladder(sh, from, to, &plain);
    mark_moment(&marked, plain.buf, row);
    const char *ladder = keep(arena, &marked);
    text_heap_free(&plain);
    text_heap_free(&marked);
    return ladder;
}

/* The reason: what happened at the moment, and by which rules; if no rule acted there, of the
 * nearest cause where one did. */
static const char *tell_why(Arena *arena, Shell *sh, uint32_t row, Lang lang)
{
    const Trace *trace = session_trace(shell_session(sh));
    uint32_t chain[16];
    Text rules = text_heap(), t = text_heap();
    uint32_t n = row > 0 ? why_chain(trace, row, chain, 16) : 0;
    for (uint32_t i = 0; i < n && rules.len == 0; i++) {
        why_rules(&rules, trace, chain[i], lang);
        if (rules.len == 0 && i > 0)
            continue;
        text_addf(&t, "#%u ", chain[i]);
        why_sentence(&t, trace, chain[i], lang, false);
        if (t.len > 0 && t.buf[t.len - 1] != '\n')
            text_char(&t, '\n');
    }
    text_add(&t, rules.buf);
    const char *why = keep(arena, &t);
    text_heap_free(&rules);
    text_heap_free(&t);
    return why;
}

/* For a `never` the expression holds where it must not: its negation explains that. */
static const char *tell_got(Arena *arena, Shell *sh, const CheckState *c, Lang lang)
{
    Text t = text_heap(), code = text_heap();
    if (c->entry->kind == ENTRY_NEVER) {
        PredError error;
        Entry denied = *c->entry;
        CheckState state = *c;
        text_addf(&code, "!(%s)", c->entry->code);
        for (char *p = code.buf; *p; p++)
            *p = *p == '\n' ? ' ' : *p;
        denied.pred = pred_compile(code.buf, code.len, &error);
        state.entry = &denied;
        if (denied.pred)
            judge_explain(&t, &state, shell_session(sh), lang);
        pred_free(denied.pred);
    } else {
        judge_explain(&t, c, shell_session(sh), lang);
    }
    const char *got = keep(arena, &t);
    text_heap_free(&t);
    text_heap_free(&code);
    return got;
}

static const char *hint_of(const Block *task, const char *id, Lang lang)
{
    const Entry *e = block_named(task, ENTRY_WRONG, id);
    e = e ? e : block_named(task, ENTRY_WRONG, "else");
    e = e ? e : block_entry(task, ENTRY_HINT);
    return e ? entry_say(e, lang) : "";
}

static const char *command_of(GradeResult *r, const char *id)
{
    Text t = text_heap();
    text_addf(&t, "sandwire grade %s %s --moment %s > moment.sw", r->exercise, r->answer, id);
    const char *command = keep(&r->arena, &t);
    text_heap_free(&t);
    return command;
}

static void tell(GradeResult *r, GradeCheck *g, Shell *sh, const Block *task, const CheckState *c,
                 const TaskStart *start)
{
    g->row = c->row;
    g->at = c->at;
    g->ladder = tell_ladder(&r->arena, sh, start, c->row);
    g->got = tell_got(&r->arena, sh, c, r->lang);
    g->why = tell_why(&r->arena, sh, c->row, r->lang);
    g->command = command_of(r, g->id);
    g->hint = hint_of(task, g->id, r->lang);
}

static void tell_budget(GradeResult *r, GradeCheck *g, Shell *sh, const Block *task,
                        const Judgement *j, const TaskStart *start)
{
    Text t = text_heap();
    text_addf(&t,
              r->lang == LANG_ZH ? "干预次数现在是 %u，期望 <= %u\n"
                                 : "interventions is %u, expected <= %u\n",
              j->interventions, task->budget);
    g->row = trace_last(session_trace(shell_session(sh)));
    g->ladder = tell_ladder(&r->arena, sh, start, g->row);
    g->got = keep(&r->arena, &t);
    g->command = command_of(r, g->id);
    g->hint = hint_of(task, g->id, r->lang);
    text_heap_free(&t);
}

/* ---- the result ---- */

static void list_checks(GradeResult *r, const Block *task)
{
    for (uint32_t i = 0; i < task->entry_count && r->check_count < LESSON_CHECKS_MAX; i++) {
        const Entry *e = &task->entries[i];
        if (e->kind != ENTRY_CHECK && e->kind != ENTRY_NEVER && e->kind != ENTRY_EVENTUALLY)
            continue;
        r->check[r->check_count++] = (GradeCheck){
            .id = arena_text(&r->arena, e->name, strlen(e->name)),
            .never = e->kind == ENTRY_NEVER,
            .caption = arena_text(&r->arena, entry_say(e, r->lang), strlen(entry_say(e, r->lang))),
            .passed = true};
    }
    if (task->budget > 0) {
        Text t = text_heap();
        text_addf(&t, r->lang == LANG_ZH ? "最多干预 %u 次" : "At most %u interventions",
                  task->budget);
        r->check[r->check_count++] =
            (GradeCheck){.id = "budget", .caption = keep(&r->arena, &t), .passed = true};
        text_heap_free(&t);
    }
    for (uint32_t i = 0; i < r->check_count; i++) {
        GradeCheck *g = &r->check[i];
        g->ladder = g->got = g->why = g->command = g->hint = "";
    }
}

static void fail_everything(GradeResult *r)
{
    for (uint32_t i = 0; i < r->check_count; i++)
        r->check[i].passed = false;
}

/* Grades under one setting. False if the answer was refused. */
static bool grade_setting(const Lesson *l, const Block *task, Bytes answer, uint32_t setting,
                          GradeResult *r)
{
    TaskStart start;
    Judgement j;
    Shell *sh = grade_world(l, task, setting, &start);
    if (!sh) {
        r->refused = r->lang == LANG_ZH ? "题目自己的准备命令无法运行"
                                        : "the exercise's own setup does not work";
        return false;
    }
    r->refused = grade_run(&r->arena, sh, l, task, answer, r->lang);
    if (!r->refused) {
        judge(task, shell_session(sh), &start, &j);
        if (j.before_start)
            r->refused = r->lang == LANG_ZH ? "答案改动了题目开始之前的经过"
                                            : "the answer changes what was before the exercise";
    }
    for (uint32_t i = 0; !r->refused && i < r->check_count; i++) {
        GradeCheck *g = &r->check[i];
        bool budget = i == j.check_count;
        bool ok = budget ? !j.over_budget : j.check[i].verdict == VERDICT_MET;
        if (ok || !g->passed)
            continue;
        g->passed = false;
        g->setting = setting;
        if (budget)
            tell_budget(r, g, sh, task, &j, &start);
        else
            tell(r, g, sh, task, &j.check[i], &start);
    }
    if (!r->refused && setting == 0)
        r->interventions = j.interventions;
    shell_free(sh);
    return !r->refused;
}

/* Every check weighs the same; but what must never happen, and the budget, are worth nothing to an
 * answer that did nothing: they count only beside a goal that was reached. */
static uint32_t score_of(const GradeResult *r, const Block *task)
{
    uint32_t goals = 0;
    for (uint32_t i = 0; i < r->check_count; i++) {
        bool goal = block_named(task, ENTRY_CHECK, r->check[i].id) ||
                    block_named(task, ENTRY_EVENTUALLY, r->check[i].id);
        goals += goal && r->check[i].passed;
    }
    if (goals == 0 || r->check_count == 0)
        return 0;
    return r->max_score * r->passed_count / r->check_count;
}

void grade_answer(const Lesson *l, const char *name, Bytes answer, Lang lang, GradeResult *r)
{
    const Block *task = lesson_exercise(l);
    CHECK(task != NULL); /* callers look with lesson_exercise first */
    *r = (GradeResult){.lang = lang,
                       .par = task->par,
                       .budget = task->budget,
                       .settings = l->variant_count + 1,
                       .max_score = task->points > 0 ? task->points : 1};
    r->exercise = arena_text(&r->arena, l->id, strlen(l->id));
    r->title = arena_text(&r->arena, lesson_title(l, lang), strlen(lesson_title(l, lang)));
    r->answer = arena_text(&r->arena, name, strlen(name));
    list_checks(r, task);
    for (uint32_t s = 0; s < r->settings; s++) {
        if (grade_setting(l, task, answer, s, r))
            continue;
        fail_everything(r);
        return;
    }
    for (uint32_t i = 0; i < r->check_count; i++)
        r->passed_count += r->check[i].passed;
    r->passed = r->passed_count == r->check_count;
    r->score = score_of(r, task);
}

void grade_free(GradeResult *r)
{
    arena_free(&r->arena);
    *r = (GradeResult){0};
}

bool grade_moment(const Lesson *l, Bytes answer, const char *check, Text *out)
{
    const Block *task = lesson_exercise(l);
    GradeResult r;
    const GradeCheck *g = NULL;
    grade_answer(l, "-", answer, LANG_EN, &r);
    for (uint32_t i = 0; i < r.check_count; i++)
        if (strcmp(r.check[i].id, check) == 0)
            g = &r.check[i];
    TaskStart start;
    Shell *sh = g && !r.refused ? grade_world(l, task, g->setting, &start) : NULL;
    if (sh) {
        grade_run(&r.arena, sh, l, task, answer, LANG_EN);
        shell_save(sh, out);
        if (g->row > 0)
            text_addf(out, "goto #%u\n", g->row);
        shell_free(sh);
    }
    grade_free(&r);
    return sh != NULL;
}
