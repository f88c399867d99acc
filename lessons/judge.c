/*
 * judge.c: walking through a run and asking each check at each moment (judge.h).
 *
 * The walk uses the learner's own session: back to the beginning, forward event by event, and to
 * the same moment again. Travelling changes nothing (session.h), but waiting without an event is
 * not a position, so the clock is put right at the end.
 */
#include "lessons/judge.h"

#include <stddef.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/lab/heap.h"
#include "lessons/markdown.h"
#include "repl/command.h"
#include "repl/ink.h"
#include "repl/lex.h"

/* Where a session stands, with its clock. */
typedef struct Moment {
    uint64_t position;
    Nanos now;
} Moment;

static Moment moment_of(const Session *s)
{
    return (Moment){session_position(s), session_world(s)->now};
}

static void return_to(Session *s, Moment m)
{
    session_goto_position(s, m.position);
    if (session_world(s)->now < m.now)
        session_goto_time(s, m.now);
}

/* The world without its clock: a position does not say how long somebody has waited there. */
static uint64_t digest_of(const Session *s)
{
    const World *w = session_world(s);
    const uint8_t *bytes = (const uint8_t *)w;
    size_t now = offsetof(World, now), after = now + sizeof w->now;
    return hash_bytes(bytes + after, w->size - after, hash_bytes(bytes, now, 0));
}

TaskStart judge_start(Session *s)
{
    Moment here = moment_of(s);
    TaskStart start = {.position = here.position, .at = here.now};
    start.row = trace_last(session_trace(s));
    start.digest = digest_of(s);
    return start;
}

static bool is_check(const Entry *e)
{
    return e->kind == ENTRY_CHECK || e->kind == ENTRY_NEVER || e->kind == ENTRY_EVENTUALLY;
}

static void list_checks(const Block *task, Judgement *j)
{
    memset(j, 0, sizeof *j);
    for (uint32_t i = 0; i < task->entry_count && j->check_count < LESSON_CHECKS_MAX; i++)
        if (is_check(&task->entries[i]))
            j->check[j->check_count++].entry = &task->entries[i];
}

/* One moment of the walk: what changed since the moment before decides. */
static void ask(CheckState *c, const Session *s, const TaskStart *start, bool first)
{
    const World *w = session_world(s);
    bool now = pred_true(c->entry->pred, w, session_trace(s));
    bool in_time = c->entry->within == NANOS_NEVER || w->now - start->at <= c->entry->within;
    bool decided = c->entry->kind != ENTRY_CHECK && c->ever;
    bool moved = first || now != c->now;
    if (c->entry->kind == ENTRY_EVENTUALLY && !in_time)
        now = false;
    if (moved && !decided) {
        c->position = session_position(s);
        c->row = trace_last(session_trace(s));
        c->at = w->now;
    }
    c->at_start |= first && now;
    c->ever |= now;
    c->now = now;
}

static void decide(CheckState *c, const Session *s, const TaskStart *start)
{
    const World *w = session_world(s);
    bool late = c->entry->within != NANOS_NEVER && w->now - start->at > c->entry->within;
    if (c->entry->kind == ENTRY_CHECK)
        c->verdict = c->now ? VERDICT_MET : VERDICT_OPEN;
    else if (c->entry->kind == ENTRY_NEVER)
        c->verdict = c->ever ? VERDICT_BROKEN : VERDICT_MET;
    else
        c->verdict = c->ever ? VERDICT_MET : late ? VERDICT_BROKEN : VERDICT_OPEN;
    bool never_true = !c->ever && c->entry->kind != ENTRY_NEVER;
    if (never_true) {
        c->position = session_position(s);
        c->row = trace_last(session_trace(s));
        c->at = w->now;
    }
}

static bool is_intervention(const Cmd *cmd)
{
    bool call = cmd->op >= CMD_LISTEN && cmd->op <= CMD_ABORT;
    return !call && cmd->op != CMD_APP;
}

void judge(const Block *task, Session *s, const TaskStart *start, Judgement *j)
{
    Moment here = moment_of(s);
    list_checks(task, j);
    j->before_start = here.position < start->position;
    if (!j->before_start) {
        session_goto_position(s, start->position);
        j->before_start = digest_of(s) != start->digest;
    }
    if (j->before_start) {
        return_to(s, here);
        return;
    }
    bool first = true, more;
    do {
        /* The last moment is asked at its own time: waiting may have made a condition true. */
        more = session_position(s) < here.position;
        if (!more)
            return_to(s, here);
        for (uint32_t i = 0; i < j->check_count; i++)
            ask(&j->check[i], s, start, first);
        first = false;
    } while (more && session_forward(s, 1) == 1);
    return_to(s, here);
    j->interventions = (uint32_t)session_commands(s, start->position, is_intervention);
    j->over_budget = task->budget > 0 && j->interventions > task->budget;
    for (uint32_t i = 0; i < j->check_count; i++) {
        decide(&j->check[i], s, start);
        j->met += j->check[i].verdict == VERDICT_MET;
    }
    j->passed = j->met == j->check_count && !j->over_budget;
}

void judge_explain(Text *out, const CheckState *c, Session *s, Lang lang)
{
    Moment here = moment_of(s);
    if (c->position < here.position)
        session_goto_position(s, c->position);
    pred_explain(out, c->entry->pred, session_world(s), session_trace(s), lang);
    return_to(s, here);
}

/* ---- the checklist ---- */

static void print_mark(Text *out, Verdict v, bool color)
{
    static const char *const marks[] = {"[  ]", "[ok]", "[!!]"};
    static const Ink inks[] = {INK_PLAIN, INK_GOOD, INK_BAD};
    text_add(out, "  ");
    ink_add(out, color, inks[v], marks[v]);
    text_char(out, ' ');
}

/* A line of the list, wrapped behind its mark. */
static void print_line(Text *out, Verdict v, const char *text, bool color)
{
    char mark[48];
    Text m = text_fixed(mark, sizeof mark);
    print_mark(&m, v, color);
    markdown_wrap(out, mark, text, (MarkdownStyle){.color = color});
}

static void print_check(Text *out, const CheckState *c, bool passed, Lang lang, bool color)
{
    static const char *const so_far[LANG_COUNT] = {" (so far)", "（到目前为止）"};
    static const char *const late[LANG_COUNT] = {" (too late on this branch)",
                                                 "（在这个分支上已经来不及）"};
    Text line = text_heap();
    text_add(&line, entry_say(c->entry, lang));
    bool never = c->entry->kind == ENTRY_NEVER;
    if (never && c->verdict == VERDICT_MET && !passed)
        text_add(&line, so_far[lang]);
    else if (never && c->verdict == VERDICT_BROKEN)
        text_addf(&line, " (#%u)", c->row);
    else if (c->verdict == VERDICT_BROKEN)
        text_add(&line, late[lang]);
    print_line(out, c->verdict, line.buf, color);
    text_heap_free(&line);
}

void judge_print(Text *out, const Block *task, const Judgement *j, Lang lang, bool color)
{
    for (uint32_t i = 0; i < j->check_count; i++)
        print_check(out, &j->check[i], j->passed, lang, color);
    if (task->budget == 0 && task->par == 0)
        return;
    char text[160];
    Text line = text_fixed(text, sizeof text);
    text_addf(&line, lang == LANG_ZH ? "干预 %u 次" : "interventions: %u", j->interventions);
    if (task->budget > 0)
        text_addf(&line, lang == LANG_ZH ? "，最多 %u 次" : ", at most %u", task->budget);
    if (task->par > 0)
        text_addf(&line, lang == LANG_ZH ? "（标准杆 %u）" : " (par %u)", task->par);
    print_line(out, j->over_budget ? VERDICT_BROKEN : VERDICT_MET, text, color);
}

/* ---- which commands are allowed ---- */

/* Is the name one of the list? */
static bool in_list(const char *list, const char *name)
{
    size_t len = strlen(name);
    while (*list) {
        size_t n = strcspn(list, " ,\n");
        if (n == len && memcmp(list, name, len) == 0)
            return true;
        list += n + (list[n] != '\0');
    }
    return false;
}

/* Looking, asking and moving in time change nothing that a task is about. */
static bool is_always_allowed(const Command *c)
{
    if (c->group == GROUP_TIME || c->group == GROUP_LOOK)
        return true;
    if (c->group == GROUP_ASK)
        return c != command_at(COMMAND_RULE);
    return c == command_at(COMMAND_NET) || c == command_at(COMMAND_ARMED) ||
           c == command_at(COMMAND_HELP) || c == command_at(COMMAND_LANG) ||
           c == command_at(COMMAND_QUIT);
}

/* What is no command at all is the shell's to complain about. */
static bool verb_is_allowed(const char *allow, const char *word, size_t len, bool host)
{
    uint32_t found;
    const Command *c = command_find(word, len, host, &found);
    return !c || in_list(allow, c->name) || is_always_allowed(c);
}

/* A, a, B, A[2]: the subject that may stand before the verb. */
static bool is_subject(const char *word, size_t len)
{
    return len >= 1 && strchr("ABab", word[0]) && (len == 1 || word[1] == '[');
}

bool judge_allows(const char *allow, const char *line, char *word, size_t cap)
{
    char normal[LEX_LINE_MAX];
    bool cut;
    Text refused = text_fixed(word, cap);
    if (!allow || !allow[strspn(allow, " ")])
        return true;
    size_t len = lex_normalize(line, normal, sizeof normal, &cut), from = 0;
    while (from < len) {
        Lexed lexed;
        if (!lex_command(normal, len, from, &lexed))
            return true; /* the shell will say what is wrong with it */
        uint32_t verb =
            lexed.count > 1 && is_subject(normal + lexed.token[0].at, lexed.token[0].len) ? 1 : 0;
        const Token *t = &lexed.token[verb];
        if (lexed.count > 0 && !verb_is_allowed(allow, normal + t->at, t->len, verb == 1)) {
            text_add_n(&refused, normal + t->at, t->len);
            return false;
        }
        if (lexed.next <= from)
            break;
        from = lexed.next;
    }
    return true;
}
