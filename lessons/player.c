/*
 * player.c: the state machine of a lesson (player.h).
 *
 * One function takes a line: it is Enter, one of the lesson's own words, or else what the present
 * step makes of a line (an answer, a command). The screens are in player_text.c, the worlds in
 * player_world.c.
 */
#include "lessons/player.h"

#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/player_private.h"
#include "lessons/predict.h"
#include "lessons/transcript.h"
#include "repl/explore_preset.h"
#include "repl/explore_story.h"
#include "repl/ink.h"

/* ---- moving from step to step ---- */

/* Does a learner stop here? A setup or a presenter's note without prose is passed silently. */
bool player_stops_at(const Player *p, uint32_t step)
{
    const LessonStep *s = &p->lesson->steps[step];
    const char *prose = step_prose(p->lesson, s, p->o.lang);
    if (prose[strspn(prose, " \r\n")])
        return true;
    if (!s->block || s->block->kind == BLOCK_SETUP)
        return false;
    return s->block->kind != BLOCK_NOTE || p->o.presenter;
}

static void enter(Player *p, uint32_t step)
{
    p->wandering = false;
    p->over = step >= p->lesson->step_count;
    p->ran = false;
    if (p->over) {
        p->finished = true;
        p->step = p->lesson->step_count > 0 ? p->lesson->step_count - 1 : 0;
        return;
    }
    p->step = step;
    world_with_task(p);
}

static void go_next(Player *p)
{
    uint32_t step = p->step + 1;
    while (step < p->lesson->step_count && !player_stops_at(p, step))
        step++;
    enter(p, step);
}

static void go_previous(Player *p)
{
    uint32_t step = p->over ? p->lesson->step_count : p->step;
    while (step > 0 && !player_stops_at(p, step - 1))
        step--;
    if (step > 0)
        enter(p, step - 1);
}

Player *player_new(const Lesson *lesson, Shell *shell, PlayerOptions options)
{
    Player *p = calloc(1, sizeof *p);
    CHECK(p != NULL);
    p->lesson = lesson;
    p->shell = shell;
    p->o = options;
    p->records = calloc(lesson->step_count + 1, sizeof(Record));
    CHECK(p->records != NULL);
    shell_set_lang(shell, options.lang);
    uint32_t step = 0;
    while (step < lesson->step_count && !player_stops_at(p, step))
        step++;
    enter(p, step);
    return p;
}

void player_free(Player *p)
{
    if (!p)
        return;
    for (uint32_t i = 0; i < p->lesson->step_count; i++)
        if (p->records[i].lines.cap > 0)
            text_heap_free(&p->records[i].lines);
    free(p->records);
    free(p);
}

void player_set_lang(Player *p, Lang lang)
{
    p->o.lang = lang;
    shell_set_lang(p->shell, lang);
}

Lang player_lang(const Player *p)
{
    return p->o.lang;
}

void player_set_width(Player *p, uint16_t columns)
{
    p->o.width = columns;
}

uint32_t player_hints_shown(const Player *p)
{
    return p->over ? 0 : p->records[p->step].hints;
}

bool player_settled(const Player *p)
{
    return !p->over && is_settled(&p->records[p->step]);
}

void player_goto(Player *p, uint32_t step)
{
    enter(p, step);
}

uint32_t player_step(const Player *p)
{
    return p->step;
}

const LessonStep *player_step_of(const Player *p)
{
    return p->over ? NULL : present_step(p);
}

const Judgement *player_judgement(const Player *p)
{
    return !p->over && present_kind(p) == BLOCK_TASK ? &p->judgement : NULL;
}

/* ---- keys ---- */

uint32_t player_keys(const Player *p)
{
    if (p->wandering)
        return PLAYER_COMMAND | PLAYER_RETURN | PLAYER_QUIT;
    uint32_t keys = PLAYER_PREVIOUS | PLAYER_QUIT;
    if (p->step == 0 && !p->over)
        keys &= ~(uint32_t)PLAYER_PREVIOUS;
    if (p->over)
        return keys;
    keys |= PLAYER_PLAY;
    const Record *r = &p->records[p->step];
    const Block *b = present_block(p);
    BlockKind kind = present_kind(p);
    if ((kind == BLOCK_DEMO || kind == BLOCK_BREAK) && !p->ran)
        return keys | PLAYER_RUN;
    if (kind != BLOCK_PREDICT && kind != BLOCK_TASK)
        return keys | PLAYER_NEXT;
    if (block_entry(b, ENTRY_HINT))
        keys |= PLAYER_HINT;
    keys |=
        kind == BLOCK_TASK ? PLAYER_COMMAND | PLAYER_CHECK | PLAYER_RESTART | PLAYER_SOLUTION : 0u;
    if (is_settled(r))
        return keys | PLAYER_NEXT;
    keys |= kind == BLOCK_PREDICT ? PLAYER_ANSWER | PLAYER_SOLUTION : 0u;
    return p->o.no_skip ? keys : keys | PLAYER_SKIP;
}

/* ---- predictions ---- */

static void explain_answer(Player *p, const Block *b, const PredictKey *key, Text *out)
{
    Text shown = text_heap();
    text_add(&shown, say(p, "The answer: ", "答案："));
    predict_show(&shown, b, key, p->o.lang);
    print_markdown(p, shown.buf, 2, out);
    text_heap_free(&shown);
    const Entry *because = block_entry(b, ENTRY_BECAUSE);
    if (because)
        print_markdown(p, entry_say(because, p->o.lang), 2, out);
}

static bool compute(Player *p, PredictKey *key, Text *out)
{
    const char *why[LANG_COUNT];
    if (predict_compute(present_block(p), p->shell, key, why))
        return true;
    text_addf(out,
              say(p, "This question has no answer (%s); go on with Enter.\n",
                  "这道题没有答案（%s）；请按回车继续。\n"),
              why[p->o.lang]);
    present_record(p)->status = BLOCK_SKIPPED;
    return false;
}

static PlayerStatus answer(Player *p, const char *line, Text *out)
{
    PredictKey key;
    const Block *b = present_block(p);
    Record *r = present_record(p);
    if (!compute(p, &key, out))
        return PLAYER_STAYS;
    Text feedback = text_heap();
    PredictVerdict v = predict_judge(b, &key, line, p->o.lang, &feedback);
    if (v != PREDICTED_NOTHING && r->attempts < UINT16_MAX)
        r->attempts++;
    if (v == PREDICTED_RIGHT) {
        ink_add(out, p->o.color, INK_GOOD, say(p, "  Right.", "  对。"));
        text_char(out, '\n');
        r->status = BLOCK_SOLVED;
        explain_answer(p, b, &key, out);
    } else if (v == PREDICTED_WRONG) {
        ink_add(out, p->o.color, INK_BAD, say(p, "  Not so.", "  不对。"));
        text_char(out, '\n');
        print_markdown(p, feedback.buf, 2, out);
    } else {
        print_markdown(p, feedback.buf, 2, out);
    }
    text_heap_free(&feedback);
    return PLAYER_STAYS;
}

/* ---- tasks ---- */

/* Keeps what went into the session's log: looks are not kept, so that replaying is short. */
static void keep_lines(Player *p, uint32_t log_before)
{
    Record *r = present_record(p);
    const Session *s = shell_session(p->shell);
    if (r->status == BLOCK_SOLVED)
        return;
    if (r->lines.cap == 0)
        r->lines = text_heap();
    for (uint32_t i = log_before; i < session_log_count(s); i++) {
        text_add(&r->lines, session_log_line(s, i));
        text_char(&r->lines, '\n');
    }
}

static void congratulate(Player *p, Text *out)
{
    const Block *b = present_block(p);
    ink_add(out, p->o.color, INK_GOOD, say(p, "All checks hold.", "全部检查通过。"));
    if (b->par > 0 && p->judgement.interventions <= b->par)
        text_add(out, say(p, " And with no more interventions than needed.",
                          "干预次数也没有超过标准杆。"));
    text_char(out, '\n');
    const Entry *because = block_entry(b, ENTRY_BECAUSE);
    if (because)
        print_markdown(p, entry_say(because, p->o.lang), 2, out);
}

/* The feedback of checks that are broken now and were not before. */
static void scold(Player *p, const Judgement *before, Text *out)
{
    for (uint32_t i = 0; i < p->judgement.check_count; i++) {
        const CheckState *c = &p->judgement.check[i];
        bool news = c->verdict == VERDICT_BROKEN && before->check[i].verdict != VERDICT_BROKEN;
        const Entry *e = news ? block_named(present_block(p), ENTRY_WRONG, c->entry->name) : NULL;
        if (e)
            print_markdown(p, entry_say(e, p->o.lang), 2, out);
    }
}

static bool changed(const Judgement *a, const Judgement *b)
{
    bool differ = a->interventions != b->interventions || a->before_start != b->before_start;
    for (uint32_t i = 0; i < a->check_count; i++)
        differ |= a->check[i].verdict != b->check[i].verdict;
    return differ;
}

/* Looks at the task again after something was done. */
static void review(Player *p, const Judgement *before, Text *out)
{
    const Block *b = present_block(p);
    Record *r = present_record(p);
    judge_present(p);
    if (!changed(before, &p->judgement))
        return;
    judge_print(out, b, &p->judgement, p->o.lang, p->o.color);
    if (p->judgement.before_start)
        text_add(out, say(p, "  You stand before the task's beginning; `goto end` or `restart`.\n",
                          "  你在任务开始之前的时刻；请用 `goto end` 或 `restart`。\n"));
    scold(p, before, out);
    if (p->judgement.passed && r->status != BLOCK_SOLVED && r->status != BLOCK_SHOWN) {
        r->status = BLOCK_SOLVED;
        congratulate(p, out);
    } else if (p->judgement.passed && !before->passed) {
        congratulate(p, out);
    }
}

static PlayerStatus command(Player *p, const char *line, Text *out)
{
    if (p->wandering) {
        return shell_line(p->shell, line, out) == LINE_QUIT ? PLAYER_LEFT : PLAYER_STAYS;
    }
    const Entry *allow = block_entry(present_block(p), ENTRY_ALLOW);
    char word[64];
    if (!judge_allows(allow ? allow->code : p->lesson->allow, line, word, sizeof word)) {
        text_addf(
            out,
            say(p, "`%s` is not for this task. Allowed: %s\n", "这个任务不用 `%s`。可以使用：%s\n"),
            word, allow ? allow->code : p->lesson->allow);
        return PLAYER_STAYS;
    }
    Judgement before = p->judgement;
    uint32_t log = session_log_count(shell_session(p->shell));
    LineStatus status = line[0] ? shell_line(p->shell, line, out) : shell_repeat(p->shell, out);
    if (status == LINE_QUIT)
        return PLAYER_LEFT;
    keep_lines(p, log);
    review(p, &before, out);
    return PLAYER_STAYS;
}

static PlayerStatus check(Player *p, Text *out)
{
    const Block *b = present_block(p);
    judge_present(p);
    judge_print(out, b, &p->judgement, p->o.lang, p->o.color);
    bool said = false;
    for (uint32_t i = 0; i < p->judgement.check_count && !p->judgement.passed; i++) {
        const CheckState *c = &p->judgement.check[i];
        const Entry *e =
            c->verdict != VERDICT_MET ? block_named(b, ENTRY_WRONG, c->entry->name) : NULL;
        if (e && !said)
            print_markdown(p, entry_say(e, p->o.lang), 2, out);
        said |= e != NULL;
    }
    const Entry *over = block_named(b, ENTRY_WRONG, "budget");
    if (p->judgement.over_budget && over)
        print_markdown(p, entry_say(over, p->o.lang), 2, out);
    return PLAYER_STAYS;
}

/* ---- demos ---- */

static PlayerStatus run_demo(Player *p, Text *out)
{
    const char *at = present_block(p)->code;
    uint32_t line = 1;
    TranscriptPart part;
    char command_text[1024];
    while (transcript_next(&at, &line, &part)) {
        Text t = text_fixed(command_text, sizeof command_text);
        text_add_n(&t, part.command, part.command_len);
        text_add(out, "> ");
        ink_add(out, p->o.color, INK_DATA, command_text);
        text_char(out, '\n');
        shell_line(p->shell, command_text, out);
    }
    p->ran = true;
    present_record(p)->status = BLOCK_DONE;
    return PLAYER_STAYS;
}

/* ---- what a rule is for: the explorer's answer ---- */

static bool go_on(void *user, const ExploreProgress *progress)
{
    const Player *p = user;
    return shell_may_go_on(p->shell, progress->transitions);
}

/* Beside the learner's world, not in it. False: the learner has had enough, or memory. */
static bool explore_half(Player *p, const Preset *preset, bool ablated, Text *out)
{
    PresetRun run;
    text_addf(out,
              ablated != preset->cure ? say(p, "Rule %s is off:\n\n", "关闭规则 %s：\n\n")
                                      : say(p, "Rule %s is in force:\n\n", "规则 %s 生效：\n\n"),
              preset->rules);
    bool ok = preset_run_begin(&run, preset, ablated, p->o.lang);
    if (ok) {
        run.ask.progress = go_on;
        run.ask.user = p;
        ok = explore(&run.ask, &run.result);
    }
    if (ok)
        explore_story(out, run.shell, &run.ask, &run.result, false);
    text_char(out, '\n');
    preset_run_end(&run);
    return ok;
}

static PlayerStatus run_break(Player *p, Text *out)
{
    const char *name = present_block(p)->code;
    const Preset *preset = preset_of_name(name, strlen(name));
    if (preset && explore_half(p, preset, true, out) && explore_half(p, preset, false, out)) {
        print_markdown(p, preset->answer[p->o.lang], 2, out);
        text_addf(out,
                  say(p, "  To step through it yourself: `play`, then `explore %s`.\n",
                      "  想自己一步步看：输入 `play`，再输入 `explore %s`。\n"),
                  name);
    } else {
        text_add(out, say(p, "  There is not enough memory for this search.\n",
                          "  内存不够，无法搜索。\n"));
    }
    p->ran = true;
    present_record(p)->status = BLOCK_DONE;
    return PLAYER_STAYS;
}

static PlayerStatus run_block(Player *p, Text *out)
{
    return present_kind(p) == BLOCK_BREAK ? run_break(p, out) : run_demo(p, out);
}

/* ---- the lesson's own words ---- */

static PlayerStatus hint(Player *p, Text *out)
{
    const Block *b = present_block(p);
    Record *r = present_record(p);
    uint32_t count = 0;
    for (const Entry *e = block_entry(b, ENTRY_HINT); e; e = block_next(b, ENTRY_HINT, e))
        count++;
    if (r->hints < count)
        r->hints++;
    else
        text_add(out, say(p, "  These are all the hints:\n", "  全部提示如下：\n"));
    bool all = r->hints == count;
    uint32_t n = 0;
    for (const Entry *e = block_entry(b, ENTRY_HINT); e; e = block_next(b, ENTRY_HINT, e)) {
        n++;
        if (n > r->hints || (!all && n < r->hints))
            continue;
        text_addf(out, say(p, "  Hint %s", "  提示 %s"), e->name);
        if (e->cost > 0)
            text_addf(out, say(p, " (costs %u)", "（扣 %u 分）"), e->cost);
        text_add(out, say(p, ":\n", "：\n"));
        print_markdown(p, entry_say(e, p->o.lang), 4, out);
    }
    return PLAYER_STAYS;
}

static PlayerStatus solution(Player *p, Text *out)
{
    PredictKey key;
    const Block *b = present_block(p);
    Record *r = present_record(p);
    if (b->kind == BLOCK_PREDICT) {
        if (!compute(p, &key, out))
            return PLAYER_STAYS;
        explain_answer(p, b, &key, out);
    } else {
        print_label(p, say(p, "One solution:", "一种解法："), out);
        print_code(p, block_entry(b, ENTRY_SOLUTION)->code, out);
    }
    if (!is_settled(r))
        r->status = BLOCK_SHOWN;
    return PLAYER_STAYS;
}

static PlayerStatus restart(Player *p, Text *out)
{
    Record *r = present_record(p);
    if (r->lines.cap > 0)
        text_clear(&r->lines);
    r->status = r->status == BLOCK_SOLVED ? BLOCK_OPEN : r->status;
    r->attempts = (uint16_t)(r->attempts + (r->attempts < UINT16_MAX));
    world_with_task(p);
    text_add(out, say(p, "The task begins anew.\n", "任务重新开始。\n"));
    return PLAYER_MOVED;
}

static PlayerStatus next(Player *p)
{
    go_next(p);
    return p->over ? PLAYER_ENDED : PLAYER_MOVED;
}

static PlayerStatus use_key(Player *p, uint32_t key, Text *out)
{
    switch (key) {
    case PLAYER_NEXT: return next(p);
    case PLAYER_RUN: return run_block(p, out);
    case PLAYER_HINT: return hint(p, out);
    case PLAYER_CHECK: return check(p, out);
    case PLAYER_SOLUTION: return solution(p, out);
    case PLAYER_RESTART: return restart(p, out);
    case PLAYER_SKIP: present_record(p)->status = BLOCK_SKIPPED; return next(p);
    case PLAYER_PREVIOUS: go_previous(p); return PLAYER_MOVED;
    case PLAYER_PLAY:
        p->wandering = true;
        text_add(out, say(p, "The world is yours. `return` brings this moment back.\n",
                          "现在随你摆弄。输入 `return` 回到刚才的时刻。\n"));
        return PLAYER_STAYS;
    case PLAYER_RETURN:
        p->wandering = false;
        world_with_task(p);
        return PLAYER_MOVED;
    default: return PLAYER_LEFT;
    }
}

static const struct {
    const char *word[3];
    uint32_t key;
} words[] = {
    {{"next", "下一步", "继续"}, PLAYER_NEXT},
    {{"run", "运行", "运行"}, PLAYER_RUN},
    {{"hint", "提示", "提示"}, PLAYER_HINT},
    {{"check", "检查", "检查"}, PLAYER_CHECK},
    {{"solution", "答案", "解答"}, PLAYER_SOLUTION},
    {{"restart", "重来", "重新开始"}, PLAYER_RESTART},
    {{"skip", "跳过", "跳过"}, PLAYER_SKIP},
    {{"previous", "上一步", "返回上一步"}, PLAYER_PREVIOUS},
    {{"play", "自由练习", "练习"}, PLAYER_PLAY},
    {{"return", "返回", "回到课程"}, PLAYER_RETURN},
    {{"quit", "退出", "再见"}, PLAYER_QUIT},
};

/* The key of a word; 0 if it is none of ours. */
static uint32_t key_of(const char *word)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (size_t j = 0; j < 3; j++)
            if (strcmp(words[i].word[j], word) == 0)
                return words[i].key;
    return 0;
}

static PlayerStatus enter_key(Player *p, Text *out)
{
    uint32_t keys = player_keys(p);
    if (keys & PLAYER_RUN)
        return run_block(p, out);
    if (keys & PLAYER_NEXT)
        return next(p);
    if (keys & PLAYER_COMMAND)
        return command(p, "", out);
    if (keys & PLAYER_ANSWER)
        text_addf(out, say(p, "Write %s; or `skip`.\n", "请写%s；或者 `skip` 跳过。\n"),
                  predict_form(present_block(p)->type, p->o.lang));
    return p->over ? PLAYER_LEFT : PLAYER_STAYS;
}

PlayerStatus player_line(Player *p, const char *line, Text *out)
{
    char text[4096];
    Text t = text_fixed(text, sizeof text);
    line += strspn(line, " \t\r\n");
    size_t n = strlen(line);
    while (n > 0 && strchr(" \t\r\n", line[n - 1]))
        n--;
    text_add_n(&t, line, n);
    if (n == 0)
        return enter_key(p, out);
    uint32_t keys = player_keys(p), key = key_of(text);
    if (key & keys)
        return use_key(p, key, out);
    if (strcmp(text, "again") == 0 || strcmp(text, "再看一遍") == 0)
        return PLAYER_MOVED;
    if (keys & PLAYER_COMMAND)
        return command(p, text, out);
    if ((keys & PLAYER_ANSWER) && !key)
        return answer(p, text, out);
    if (key & (PLAYER_NEXT | PLAYER_CHECK))
        text_add(out, say(p, "Answer first, or `skip`.\n", "请先回答，或者 `skip` 跳过。\n"));
    else
        text_add(out, say(p, "That is not asked here. For commands of your own: `play`.\n",
                          "这里不需要输入它。想自己试命令，请输入 `play`。\n"));
    return PLAYER_STAYS;
}

/* ---- saving ---- */

void player_export(const Player *p, Progress *progress)
{
    const Lesson *l = p->lesson;
    Arena arena = {0};
    LessonProgress to = {.lesson = l->id, .section = "", .finished = p->finished};
    if (l->step_count > 0 && !p->over) {
        const Section *s = &l->sections[l->steps[p->step].section];
        to.section = s->slug;
        to.offset = p->step - s->first_step;
    }
    for (uint32_t i = 0; i < l->step_count; i++) {
        const Block *b = l->steps[i].block;
        const Record *r = &p->records[i];
        bool touched = is_settled(r) || r->attempts > 0 || r->hints > 0 || r->lines.cap > 0;
        if (!b || !touched)
            continue;
        BlockProgress block = {.id = b->id,
                               .lines = r->lines.cap > 0 ? r->lines.buf : "",
                               .attempts = r->attempts,
                               .hints = r->hints,
                               .status = r->status};
        progress_add_block(&arena, &to, &block);
    }
    progress_put(progress, &to);
    arena_free(&arena);
}

static void import_block(Player *p, const BlockProgress *b)
{
    uint32_t step = lesson_step_of(p->lesson, b->id);
    if (step == p->lesson->step_count)
        return;
    Record *r = &p->records[step];
    r->status = b->status;
    r->attempts = b->attempts;
    r->hints = b->hints;
    if (!b->lines[0])
        return;
    if (r->lines.cap == 0)
        r->lines = text_heap();
    text_clear(&r->lines);
    text_add(&r->lines, b->lines);
}

bool player_import(Player *p, const LessonProgress *from)
{
    const Lesson *l = p->lesson;
    for (uint32_t i = 0; i < from->block_count; i++)
        import_block(p, &from->blocks[i]);
    p->finished = from->finished;
    for (uint32_t i = 0; i < l->section_count; i++) {
        const Section *s = &l->sections[i];
        if (strcmp(s->slug, from->section) != 0 || from->offset >= s->steps)
            continue;
        p->step = s->first_step + from->offset;
        p->over = p->wandering = false;
        p->ran = present_record(p)->status == BLOCK_DONE;
        world_with_task(p);
        return true;
    }
    enter(p, p->step);
    return false;
}
