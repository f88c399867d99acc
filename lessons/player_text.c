/*
 * player_text.c: what a learner sees of a step: screens, prompts, the summary (player.h).
 *
 * Everything is text of the width asked for, in the learner's language; nothing here changes the
 * state.
 */
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/markdown.h"
#include "lessons/player_private.h"
#include "lessons/predict.h"
#include "lessons/transcript.h"
#include "repl/ink.h"

void print_markdown(Player *p, const char *markdown, uint16_t indent, Text *out)
{
    uint16_t width = p->o.width ? p->o.width : 80;
    MarkdownStyle style = {.width = width, .indent = indent, .color = p->o.color};
    markdown_render(out, markdown, style);
}

void print_label(Player *p, const char *label, Text *out)
{
    ink_add(out, p->o.color, INK_STRONG, label);
    text_char(out, '\n');
}

void print_code(Player *p, const char *lines, Text *out)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n"), blank = strspn(lines, " ");
        if (n > blank) {
            text_add(out, "    ");
            ink_on(out, p->o.color, INK_DATA);
            text_add_n(out, lines, n);
            ink_off(out, p->o.color, INK_DATA);
            text_char(out, '\n');
        }
        lines += n + (lines[n] == '\n');
    }
}

void print_choices(Player *p, const Block *b, Text *out)
{
    Text list = text_heap();
    uint32_t i = 1;
    for (const Entry *e = block_entry(b, ENTRY_CHOICE); e; e = block_next(b, ENTRY_CHOICE, e))
        text_addf(&list, "%u) %s\n", i++, entry_say(e, p->o.lang));
    print_markdown(p, list.buf, 2, out);
    text_heap_free(&list);
}

/* ---- screens ---- */

/* The headings that begin here: this section's, and those of sections before it without a step. */
static void print_headings(Player *p, Text *out)
{
    const Lesson *l = p->lesson;
    uint32_t section = present_step(p)->section;
    for (uint32_t i = l->sections[section].first_step; i < p->step; i++)
        if (player_stops_at(p, i))
            return; /* it was shown there */
    uint32_t first = section;
    while (first > 0 && l->sections[first - 1].steps == 0)
        first--;
    for (uint32_t i = first; i <= section; i++) {
        const Section *s = &l->sections[i];
        text_repeat(out, s->level < 3 ? '=' : '-', 2);
        text_char(out, ' ');
        ink_add(out, p->o.color, INK_STRONG, section_heading(s, p->o.lang));
        text_add(out, "\n\n");
    }
    if (l->path[p->o.lang] && l->sections[section].stale[p->o.lang])
        text_add(out, say(p, "", "（这一节的译文已经过时，下面显示英文原文。）\n\n"));
}

static void print_status(Player *p, Text *out)
{
    static const char *const texts[BLOCK_STATUS_COUNT][LANG_COUNT] = {
        [BLOCK_SOLVED] = {"(You have solved this.)", "（这一题你已经解决。）"},
        [BLOCK_SHOWN] = {"(The solution has been shown.)", "（答案已经看过。）"},
        [BLOCK_SKIPPED] = {"(You have skipped this.)", "（这一题你跳过了。）"},
    };
    const char *text = texts[present_record(p)->status][p->o.lang];
    if (text)
        text_addf(out, "  %s\n", text);
}

static void print_hints(Player *p, const Block *b, Text *out)
{
    uint32_t n = 0;
    for (const Entry *e = block_entry(b, ENTRY_HINT); e; e = block_next(b, ENTRY_HINT, e)) {
        if (n++ >= present_record(p)->hints)
            break;
        text_addf(out, say(p, "  Hint %s: ", "  提示 %s："), e->name);
        text_char(out, '\n');
        print_markdown(p, entry_say(e, p->o.lang), 4, out);
    }
}

static void print_block(Player *p, const Block *b, Text *out)
{
    switch (b->kind) {
    case BLOCK_SETUP: print_code(p, b->code, out); break;
    case BLOCK_DEMO: {
        char buf[4096];
        Text commands = text_fixed(buf, sizeof buf);
        transcript_commands(&commands, b->code);
        print_label(p, say(p, "Let us see:", "来看一看："), out);
        print_code(p, buf, out);
        break;
    }
    case BLOCK_PREDICT:
        print_label(p, say(p, "Predict:", "先预测："), out);
        print_markdown(p, entry_say(block_entry(b, ENTRY_ASK), p->o.lang), 2, out);
        print_choices(p, b, out);
        print_status(p, out);
        print_hints(p, b, out);
        break;
    case BLOCK_TASK:
        print_label(p, say(p, "Your turn:", "轮到你了："), out);
        print_markdown(p, entry_say(block_entry(b, ENTRY_DO), p->o.lang), 2, out);
        text_char(out, '\n');
        judge_print(out, b, &p->judgement, p->o.lang, p->o.color);
        print_status(p, out);
        print_hints(p, b, out);
        break;
    case BLOCK_BREAK:
        print_label(p, say(p, "Break it:", "拆开看看："), out);
        for (uint32_t i = 0; i < b->entry_count; i++)
            if (b->entries[i].say[LANG_EN])
                print_markdown(p, entry_say(&b->entries[i], p->o.lang), 2, out);
        text_addf(out, "  > explore %s\n", b->code);
        break;
    case BLOCK_TRACE:
        for (uint32_t i = 0; i < b->entry_count; i++)
            if (b->entries[i].say[LANG_EN])
                print_markdown(p, entry_say(&b->entries[i], p->o.lang), 2, out);
        markdown_wrap(
            out, "  ",
            say(p, "(The place of this puzzle is kept here.)", "（这道追踪题的位置先留着。）"),
            (MarkdownStyle){.width = p->o.width});
        break;
    case BLOCK_NOTE:
        if (p->o.presenter)
            print_markdown(p, entry_say(&b->entries[0], p->o.lang), 4, out);
        break;
    default: break;
    }
}

void player_screen(Player *p, Text *out)
{
    if (p->over) {
        player_summary(p, out);
        return;
    }
    const LessonStep *s = present_step(p);
    print_headings(p, out);
    const char *prose = step_prose(p->lesson, s, p->o.lang);
    if (prose[strspn(prose, " \r\n")]) {
        print_markdown(p, prose, 0, out);
        text_char(out, '\n');
    }
    if (s->block)
        print_block(p, s->block, out);
}

/* ---- prompts ---- */

static void add_key(Text *out, uint32_t *count, const char *key)
{
    text_add(out, (*count)++ > 0 ? "   " : "");
    text_add(out, key);
}

void player_keys_text(const Player *p, Text *out)
{
    static const struct {
        uint32_t bit;
        const char *text[LANG_COUNT];
    } keys[] = {
        {PLAYER_NEXT, {"Enter: next", "回车：下一步"}},
        {PLAYER_RUN, {"Enter: run it", "回车：运行"}},
        {PLAYER_CHECK, {"check", "check 检查"}},
        {PLAYER_HINT, {"hint", "hint 提示"}},
        {PLAYER_SOLUTION, {"solution", "solution 答案"}},
        {PLAYER_RESTART, {"restart", "restart 重来"}},
        {PLAYER_SKIP, {"skip", "skip 跳过"}},
        {PLAYER_PREVIOUS, {"previous", "previous 上一步"}},
        {PLAYER_PLAY, {"play", "play 自由练习"}},
        {PLAYER_RETURN, {"return", "return 返回课程"}},
        {PLAYER_QUIT, {"quit", "quit 退出"}},
    };
    uint32_t bits = player_keys(p), count = 0;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (bits & keys[i].bit)
            add_key(out, &count, keys[i].text[p->o.lang]);
}

void player_place(const Player *p, uint32_t *here, uint32_t *all)
{
    *here = *all = 0;
    for (uint32_t i = 0; i < p->lesson->step_count; i++) {
        *all += player_stops_at(p, i);
        *here += i <= p->step && player_stops_at(p, i);
    }
}

void player_prompt(Player *p, Text *out)
{
    uint32_t here, all, keys = player_keys(p);
    player_place(p, &here, &all);
    text_addf(out, "[%u/%u] ", here, all);
    player_keys_text(p, out);
    text_char(out, '\n');
    if (keys & PLAYER_ANSWER)
        text_add(out, predict_form(present_block(p)->type, p->o.lang));
    if (keys & PLAYER_COMMAND)
        shell_prompt(p->shell, out);
    else
        text_add(out, keys & PLAYER_ANSWER ? " > " : "> ");
}

/* ---- the end ---- */

/* Points of a solved task: what its hints cost is taken off. */
static uint32_t points_of(const Block *b, const Record *r)
{
    uint32_t cost = 0, n = 0;
    const Entry *e = block_entry(b, ENTRY_HINT);
    for (; e && n < r->hints; e = block_next(b, ENTRY_HINT, e), n++)
        cost += e->cost;
    return r->status == BLOCK_SOLVED && b->points > cost ? b->points - cost : 0;
}

void player_summary(Player *p, Text *out)
{
    uint32_t asked = 0, solved = 0, first = 0, tasks = 0, done = 0, shown = 0;
    uint32_t points = 0, all_points = 0;
    for (uint32_t i = 0; i < p->lesson->step_count; i++) {
        const Block *b = p->lesson->steps[i].block;
        const Record *r = &p->records[i];
        bool good = r->status == BLOCK_SOLVED;
        if (b && b->kind == BLOCK_PREDICT) {
            asked++;
            solved += good;
            first += good && r->attempts == 1;
        } else if (b && b->kind == BLOCK_TASK) {
            tasks++;
            done += good;
            all_points += b->points;
            points += points_of(b, r);
        }
        shown += r->status == BLOCK_SHOWN;
    }
    print_label(p, lesson_title(p->lesson, p->o.lang), out);
    text_addf(out,
              say(p, "  predictions: %u right of %u, %u at the first try\n",
                  "  预测题：答对 %u 题，共 %u 题；第一次就答对 %u 题\n"),
              solved, asked, first);
    text_addf(out, say(p, "  tasks: %u solved of %u\n", "  任务：完成 %u 个，共 %u 个\n"), done,
              tasks);
    if (all_points > 0)
        text_addf(out, say(p, "  points: %u of %u\n", "  得分：%u，满分 %u\n"), points, all_points);
    if (shown > 0)
        text_addf(out, say(p, "  solutions shown: %u\n", "  看过答案：%u 题\n"), shown);
}
