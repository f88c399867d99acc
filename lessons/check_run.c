/*
 * check_run.c: playing a lesson to find what does not hold (check.h).
 *
 * One shell walks through the lesson as a reader would who solves every task with its solution.
 * Beside it, on copies, predictions are answered, and tasks are tried with the solution, with
 * nothing, and with each wrong answer.
 */
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/check.h"
#include "lessons/desk.h"
#include "lessons/grade.h"
#include "lessons/predict.h"
#include "lessons/transcript.h"
#include "repl/width.h"

enum { COLUMNS_MAX = 80 };

typedef struct Walk {
    const Lesson *lesson;
    const Source *source;
    Diags *diags;
    Shell *shell;
    Lang lang; /* the machine's language: complaints about contents are made in English only */
    const Block *block;
} Walk;

static Place line_place(uint32_t line)
{
    return (Place){line, 1, 1};
}

/* ---- running lines ---- */

static void check_width(Walk *w, const char *output, Place place)
{
    for (const char *s = output; *s;) {
        size_t n = strcspn(s, "\n"), columns = width_of(s, n);
        if (columns > COLUMNS_MAX) {
            char text[24];
            Text t = text_fixed(text, sizeof text);
            text_addf(&t, "%zu", columns);
            diag_add_detail(w->diags, DIAG_WIDE, w->source, place, w->block->id, text, s);
            return;
        }
        s += n + (s[n] == '\n');
    }
}

static void complain_line(Walk *w, const Entry *entry, const char *lines, uint32_t line,
                          const char *said)
{
    Place place = line_place(w->block->body_line + line - 1);
    if (entry)
        place = line_place(entry->code_place.line + line - 1);
    char text[200];
    desk_line(lines, line, text, sizeof text);
    diag_add_detail(w->diags, DIAG_COMMAND_FAILED, w->source, place, text, NULL, said);
}

/* Runs an entry's lines on a shell; complains and returns false if one does not work. */
static bool run_entry(Walk *w, Shell *sh, const Entry *e)
{
    Text said = text_heap();
    uint32_t line = 1;
    bool ok = desk_run(sh, e->code, &said, &line);
    if (!ok && w->lang == LANG_EN)
        complain_line(w, e, e->code, line, said.buf);
    text_heap_free(&said);
    return ok;
}

static void walk_setup(Walk *w, const Block *b)
{
    const Lesson *l = w->lesson;
    Text said = text_heap();
    uint32_t line = 1;
    desk_restart(w->shell, b->seed ? b->seed : l->seed,
                 b->profile != PROFILE_COUNT ? (Profile)b->profile : l->profile);
    if (!desk_run(w->shell, b->code, &said, &line) && w->lang == LANG_EN)
        complain_line(w, NULL, b->code, line, said.buf);
    text_heap_free(&said);
}

static void walk_demo(Walk *w, const Block *b)
{
    const char *at = b->code;
    uint32_t line = 1;
    TranscriptPart part;
    while (transcript_next(&at, &line, &part)) {
        char command[1024];
        Text said = text_heap(), t = text_fixed(command, sizeof command);
        Place place = line_place(b->body_line + part.line - 1);
        text_add_n(&t, part.command, part.command_len);
        LineStatus status = shell_line(w->shell, command, &said);
        check_width(w, said.buf, place);
        if (w->lang == LANG_EN && status > LINE_EMPTY) {
            diag_add_detail(w->diags, DIAG_COMMAND_FAILED, w->source, place, command, NULL,
                            said.buf);
        } else if (w->lang == LANG_EN && !transcript_fits(&part, said.buf)) {
            Text both = text_heap();
            transcript_differ(&both, &part, said.buf);
            diag_add_detail(w->diags, DIAG_TRANSCRIPT, w->source, place, NULL, NULL, both.buf);
            text_heap_free(&both);
        }
        text_heap_free(&said);
    }
}

/* ---- predictions ---- */

static const char *choice_name(const Block *b, uint32_t i)
{
    const Entry *e = block_entry(b, ENTRY_CHOICE);
    while (e && i-- > 0)
        e = block_next(b, ENTRY_CHOICE, e);
    return e ? e->name : "?";
}

static void check_feedback(Walk *w, const Block *b, const PredictKey *key)
{
    for (const Entry *e = block_entry(b, ENTRY_WRONG); e; e = block_next(b, ENTRY_WRONG, e)) {
        Text said = text_heap();
        bool value = strcmp(e->name, "else") != 0 && b->type != PREDICT_SEGMENT;
        if (value && predict_judge(b, key, e->name, LANG_EN, &said) == PREDICTED_RIGHT)
            diag_add(w->diags, DIAG_WRONG_IS_RIGHT, w->source, e->place, e->name, NULL);
        text_heap_free(&said);
    }
    if (b->type != PREDICT_CHOICE || block_named(b, ENTRY_WRONG, "else"))
        return;
    for (const Entry *e = block_entry(b, ENTRY_CHOICE); e; e = block_next(b, ENTRY_CHOICE, e))
        if (strcmp(e->name, key->text) != 0 && !block_named(b, ENTRY_WRONG, e->name))
            diag_add(w->diags, DIAG_NO_FEEDBACK, w->source, e->place, e->name, NULL);
}

static void walk_predict(Walk *w, const Block *b)
{
    PredictKey key;
    const char *why[LANG_COUNT];
    const Entry *on = block_entry(b, ENTRY_ON);
    if (w->lang != LANG_EN)
        return;
    if (on) {
        Shell *fork = desk_fork(w->shell);
        bool ok = run_entry(w, fork, on);
        shell_free(fork);
        if (!ok)
            return;
    }
    if (predict_compute(b, w->shell, &key, why))
        check_feedback(w, b, &key);
    else if (b->type == PREDICT_CHOICE && key.right_count == 0)
        diag_add(w->diags, DIAG_NONE_RIGHT, w->source, b->place, b->id, NULL);
    else if (b->type == PREDICT_CHOICE && key.right_count > 1)
        diag_add(w->diags, DIAG_TWO_RIGHT, w->source, b->place, choice_name(b, key.right[0]),
                 choice_name(b, key.right[1]));
    else
        diag_add(w->diags, DIAG_NO_ANSWER, w->source, b->place, b->id, why[LANG_EN]);
}

/* ---- tasks ---- */

/* Each line, for an author who wonders why. */
static void describe(Text *out, const Block *task, const Judgement *j, Session *s)
{
    judge_print(out, task, j, LANG_EN, false);
    for (uint32_t i = 0; i < j->check_count; i++)
        if (j->check[i].verdict != VERDICT_MET)
            judge_explain(out, &j->check[i], s, LANG_EN);
}

/* Runs an attempt on a copy of the present world and judges it. False if a line does not work. */
static bool attempt(Walk *w, const Block *task, const Entry *lines, const char *plain, Judgement *j,
                    Text *description)
{
    Shell *fork = desk_fork(w->shell);
    Session *s = shell_session(fork);
    TaskStart start = judge_start(s);
    bool ok = !lines || run_entry(w, fork, lines);
    if (plain) {
        Text said = text_heap();
        desk_run(fork, plain, &said, NULL);
        text_heap_free(&said);
    }
    judge(task, s, &start, j);
    if (description)
        describe(description, task, j, s);
    if (ok && description && lines) {
        Text ladder = text_heap();
        shell_ladder(fork, 1, trace_last(session_trace(s)), &ladder);
        check_width(w, ladder.buf, lines->place);
        text_heap_free(&ladder);
    }
    shell_free(fork);
    return ok;
}

static bool solution_is_allowed(Walk *w, const Block *task, const Entry *solution)
{
    const Entry *allow = block_entry(task, ENTRY_ALLOW);
    char word[64], line[1024];
    uint32_t n = 1;
    for (const char *s = solution->code; *s; n++) {
        size_t len = strcspn(s, "\n");
        Text t = text_fixed(line, sizeof line);
        text_add_n(&t, s, len);
        if (!judge_allows(allow ? allow->code : w->lesson->allow, line, word, sizeof word)) {
            char detail[128];
            Text d = text_fixed(detail, sizeof detail);
            text_addf(&d, "`%s` is not in the list of `allow:`", word);
            diag_add_detail(w->diags, DIAG_SOLUTION_FAILS, w->source,
                            line_place(solution->code_place.line + n - 1), task->id, NULL, detail);
            return false;
        }
        s += len + (s[len] == '\n');
    }
    return true;
}

static void check_solution(Walk *w, const Block *task)
{
    const Entry *solution = block_entry(task, ENTRY_SOLUTION);
    Judgement j;
    Text about = text_heap();
    if (solution_is_allowed(w, task, solution) && attempt(w, task, solution, NULL, &j, &about)) {
        if (!j.passed)
            diag_add_detail(w->diags, DIAG_SOLUTION_FAILS, w->source, solution->place, task->id,
                            NULL, about.buf);
        for (uint32_t i = 0; i < j.check_count; i++) {
            const CheckState *c = &j.check[i];
            bool never_turns = c->entry->kind != ENTRY_NEVER && (!c->ever || c->at_start);
            if (never_turns)
                diag_add(w->diags, DIAG_NEVER_TRUE, w->source, c->entry->place, c->entry->name,
                         NULL);
        }
    }
    text_heap_free(&about);
}

static void check_empty(Walk *w, const Block *task)
{
    static const char *const nothings[] = {"", "run", "run 600s"};
    Judgement j;
    for (size_t i = 0; i < sizeof nothings / sizeof nothings[0]; i++) {
        attempt(w, task, NULL, nothings[i], &j, NULL);
        if (j.passed) {
            diag_add_detail(w->diags, DIAG_EMPTY_PASSES, w->source, task->place, task->id, NULL,
                            nothings[i]);
            return;
        }
    }
}

static void check_rejects(Walk *w, const Block *task)
{
    bool broken[LESSON_CHECKS_MAX] = {false};
    Judgement j = {0};
    for (const Entry *e = block_entry(task, ENTRY_REJECT); e;
         e = block_next(task, ENTRY_REJECT, e)) {
        if (!attempt(w, task, e, NULL, &j, NULL))
            continue;
        bool as_said = !e->name[0] || (strcmp(e->name, "budget") == 0 && j.over_budget);
        for (uint32_t i = 0; i < j.check_count; i++) {
            broken[i] |= j.check[i].verdict == VERDICT_BROKEN;
            as_said |=
                strcmp(j.check[i].entry->name, e->name) == 0 && j.check[i].verdict != VERDICT_MET;
        }
        if (j.passed || !as_said)
            diag_add(w->diags, DIAG_REJECT_PASSES, w->source, e->place,
                     e->name[0] && !j.passed ? e->name : task->id, NULL);
    }
    attempt(w, task, NULL, "", &j, NULL);
    for (uint32_t i = 0; i < j.check_count; i++) {
        const Entry *e = j.check[i].entry;
        if (e->kind == ENTRY_NEVER && !broken[i])
            diag_add(w->diags, DIAG_NEVER_UNTESTED, w->source, e->place, e->name, NULL);
    }
}

/* An exercise's solution holds under the hidden settings, too. */
static void check_settings(Walk *w, const Block *task)
{
    const Entry *solution = block_entry(task, ENTRY_SOLUTION);
    Bytes answer = bytes_of(solution->code, strlen(solution->code));
    for (uint32_t s = 1; s <= w->lesson->variant_count; s++) {
        Arena arena = {0};
        TaskStart start;
        Judgement j;
        Place place = w->lesson->variants[s - 1].place;
        Shell *sh = grade_world(w->lesson, task, s, &start);
        if (!sh) {
            diag_add(w->diags, DIAG_COMMAND_FAILED, w->source, place,
                     w->lesson->variants[s - 1].commands, NULL);
            continue;
        }
        Text about = text_heap();
        const char *refused = grade_run(&arena, sh, w->lesson, task, answer, LANG_EN);
        judge(task, shell_session(sh), &start, &j);
        describe(&about, task, &j, shell_session(sh));
        if (refused || !j.passed)
            diag_add_detail(w->diags, DIAG_SOLUTION_FAILS, w->source, place, task->id, NULL,
                            refused ? refused : about.buf);
        text_heap_free(&about);
        shell_free(sh);
        arena_free(&arena);
    }
}

static void walk_task(Walk *w, const Block *b)
{
    Text said = text_heap();
    if (w->lang == LANG_EN) {
        check_solution(w, b);
        check_empty(w, b);
        check_rejects(w, b);
        check_settings(w, b);
        if (!block_entry(b, ENTRY_HINT))
            diag_add(w->diags, DIAG_NO_HINT, w->source, b->place, b->id, NULL);
    }
    desk_run(w->shell, block_entry(b, ENTRY_SOLUTION)->code, &said, NULL);
    text_heap_free(&said);
}

/* ---- the whole ---- */

static void walk(Walk *w)
{
    for (uint32_t i = 0; i < w->lesson->step_count; i++) {
        const Block *b = w->lesson->steps[i].block;
        w->block = b;
        if (b && b->kind == BLOCK_SETUP)
            walk_setup(w, b);
        else if (b && b->kind == BLOCK_DEMO)
            walk_demo(w, b);
        else if (b && b->kind == BLOCK_PREDICT)
            walk_predict(w, b);
        else if (b && b->kind == BLOCK_TASK)
            walk_task(w, b);
    }
}

void check_run(const Lesson *lesson, const Source *source, Diags *diags)
{
    for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
        ShellOptions options = {.session = {.seed = lesson->seed, .profile = lesson->profile},
                                .lang = (Lang)lang};
        Walk w = {.lesson = lesson, .source = source, .diags = diags, .lang = (Lang)lang};
        w.shell = shell_new(&options);
        CHECK(w.shell != NULL);
        walk(&w);
        shell_free(w.shell);
    }
}
