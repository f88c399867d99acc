/*
 * sdl_lesson.c: a lesson in the window: the player's step as a scene, typed lines to the player.
 *
 * PageDown is Enter: it goes on or runs the demo. What is typed, in the window or in the terminal,
 * is an answer, one of the lesson's words, or a command; what is clicked is a line of the language,
 * which the player sees as well while a task is open, for it judges after each. The panel stands
 * where host B's diagram stood.
 */
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/markdown.h"
#include "lessons/predict.h"
#include "lessons/transcript.h"
#include "repl/width.h"
#include "viz/sdl_desk.h"

/* Columns: the view breaks lines itself. */
enum { WIDE = 20000, TERMINAL = 80 };

static const char *keep(LessonDesk *l, Text *t)
{
    CHECK(l->text_count < LESSON_TEXTS);
    while (t->len > 0 && (t->buf[t->len - 1] == '\n' || t->buf[t->len - 1] == ' '))
        t->buf[--t->len] = '\0';
    l->texts[l->text_count++] = *t;
    return t->buf ? t->buf : "";
}

/* With the inks of a terminal, which the view turns into letters (viz/inked.h). */
static const char *prose(LessonDesk *l, const char *markdown)
{
    Text t = text_heap();
    markdown_render(&t, markdown ? markdown : "", (MarkdownStyle){.width = WIDE, .color = true});
    return keep(l, &t);
}

static const char *say(Lang lang, const char *en, const char *zh)
{
    return lang == LANG_ZH ? zh : en;
}

/* What a block asks for. */
static const char *asked(LessonDesk *l, const Block *b, Lang lang)
{
    Text t = text_heap();
    char commands[4096];
    Text code = text_fixed(commands, sizeof commands);
    const Entry *e = NULL;
    switch (b->kind) {
    case BLOCK_PREDICT: e = block_entry(b, ENTRY_ASK); break;
    case BLOCK_TASK: e = block_entry(b, ENTRY_DO); break;
    case BLOCK_DEMO:
        transcript_commands(&code, b->code);
        text_addf(&t, "%s\n%s", say(lang, "Let us see:", "来看一看："), commands);
        break;
    case BLOCK_BREAK:
        text_addf(&t, "%s explore %s", say(lang, "Break it:", "拆开看看："), b->code);
        break;
    default: break;
    }
    if (!e)
        return keep(l, &t);
    text_heap_free(&t);
    return prose(l, entry_say(e, lang));
}

static void fill_block(LessonDesk *l, const Block *b, Lang lang)
{
    LessonScene *s = &l->scene;
    const Player *p = l->reading->player;
    uint32_t shown = player_hints_shown(p);
    s->ask = asked(l, b, lang);
    for (const Entry *e = block_entry(b, ENTRY_CHOICE); e && s->choices < LESSON_SCENE_CHOICES;
         e = block_next(b, ENTRY_CHOICE, e))
        s->choice[s->choices++] = prose(l, entry_say(e, lang));
    for (const Entry *e = block_entry(b, ENTRY_HINT); e; e = block_next(b, ENTRY_HINT, e))
        if (++s->hints == shown)
            s->hint = prose(l, entry_say(e, lang));
    s->hints_shown = shown;
    const Judgement *j = player_judgement(p);
    if (!j)
        return;
    for (uint32_t i = 0; i < j->check_count && s->marks < LESSON_SCENE_MARKS; i++) {
        static const CheckMark marks[] = {
            [VERDICT_OPEN] = MARK_OPEN, [VERDICT_MET] = MARK_MET, [VERDICT_BROKEN] = MARK_BROKEN};
        const char *caption = prose(l, entry_say(j->check[i].entry, lang));
        s->mark[s->marks++] = (LessonMark){marks[j->check[i].verdict], caption};
    }
    s->interventions = j->interventions;
    s->budget = b->budget;
}

static void forget_texts(LessonDesk *l)
{
    for (uint32_t i = 0; i < l->text_count; i++)
        text_heap_free(&l->texts[i]);
    l->text_count = 0;
}

/* The step as it is now. */
static void fill(LessonDesk *l)
{
    Player *p = l->reading->player;
    const Lesson *lesson = l->reading->lesson;
    Lang lang = player_lang(p);
    const LessonStep *step = player_step_of(p);
    Text keys = text_heap();
    forget_texts(l);
    l->scene = (LessonScene){.title = lesson_title(lesson, lang)};
    player_place(p, &l->scene.step, &l->scene.steps);
    if (player_keys(p) & PLAYER_ANSWER)
        text_addf(&keys, ":  %s   ", predict_form(step->block->type, lang));
    player_keys_text(p, &keys);
    l->scene.keys = keep(l, &keys);
    l->scene.feedback = l->feedback;
    l->scene.right = player_settled(p);
    l->scene.wrong = l->wrong;
    if (step) {
        l->scene.heading = section_heading(&lesson->sections[step->section], lang);
        l->scene.prose = prose(l, step_prose(lesson, step, lang));
        if (step->block)
            fill_block(l, step->block, lang);
        return;
    }
    Text summary = text_heap();
    player_summary(p, &summary);
    l->scene.heading = say(lang, "The end", "学完了");
    l->scene.prose = keep(l, &summary);
}

/* What the player said, without the terminal's colours, from its first word. */
static void take_feedback(LessonDesk *l, const Text *out)
{
    size_t n = 0;
    for (size_t i = 0; i < out->len && n + 1 < sizeof l->feedback; i++) {
        char c = out->buf[i];
        if (c == '\033') {
            while (i < out->len && out->buf[i] != 'm')
                i++;
        } else if (n > 0 || (c != ' ' && c != '\n')) {
            l->feedback[n++] = c;
            bool indented = c == '\n' && i + 2 < out->len && memcmp(out->buf + i + 1, "  ", 2) == 0;
            i += indented ? 2 : 0; /* as the terminal has it */
        }
    }
    while (n > 0 && ((l->feedback[n - 1] & 0xc0) == 0x80 || l->feedback[n - 1] == '\n'))
        if (l->feedback[--n] == '\n' || n + 2 < sizeof l->feedback)
            break; /* only what was cut in a character is taken off */
    l->feedback[n] = '\0';
}

/* ---- The window's side --------------------------------------------------------------------- */

void lesson_begin(Desk *desk)
{
    desk->lesson.reading = desk->options->reading;
    if (desk->lesson.reading)
        fill(&desk->lesson);
}

void lesson_end(Desk *desk)
{
    forget_texts(&desk->lesson);
}

const LessonScene *lesson_scene(const Desk *desk)
{
    return desk->lesson.reading ? &desk->lesson.scene : NULL;
}

/* An answer: was it wrong? A question that stays open after one was. */
static bool was_wrong(const Player *p, uint32_t keys_before, PlayerStatus status)
{
    return status == PLAYER_STAYS && (keys_before & PLAYER_ANSWER) && !player_settled(p);
}

static LineStatus line_status(PlayerStatus status)
{
    return status == PLAYER_LEFT ? LINE_QUIT : LINE_OK;
}

bool lesson_line(Desk *desk, const char *line, Text *out, LineStatus *status)
{
    LessonDesk *l = &desk->lesson;
    if (!l->reading)
        return false;
    Player *p = l->reading->player;
    uint32_t keys = player_keys(p);
    if (strncmp(line, "lang ", 5) == 0) { /* the shell knows both ways; the lesson follows */
        *status = shell_line(desk->shell, line, out);
        player_set_lang(p, shell_lang(desk->shell));
        l->feedback[0] = '\0'; /* it was said in the other language */
        fill(l);
        return true;
    }
    if (desk->clicked && !(keys & PLAYER_COMMAND))
        return false; /* travelling and looking, while there is nothing to judge */
    /* The panel breaks lines itself; the terminal gets them broken at its width. */
    Text said = text_heap();
    player_set_width(p, WIDE);
    PlayerStatus went = player_line(p, line, &said);
    player_set_width(p, 0);
    *status = line_status(went);
    take_feedback(l, &said);
    width_wrap_lines(out, said.buf ? said.buf : "", TERMINAL);
    text_heap_free(&said);
    l->wrong = was_wrong(p, keys, went);
    if (went == PLAYER_MOVED || went == PLAYER_ENDED) { /* another world: nothing is played */
        l->feedback[0] = '\0';
        l->wrong = false;
        desk->line_position = session_position(window_session(desk));
        desk->line_time = session_world(window_session(desk))->now;
        time_forget(desk);
        player_screen(p, out);
    }
    player_prompt(p, out);
    text_char(out, '\n');
    reading_keep(l->reading, out);
    fill(l);
    return true;
}

bool lesson_next(Desk *desk)
{
    const LessonDesk *l = &desk->lesson;
    uint32_t keys = l->reading ? player_keys(l->reading->player) : 0;
    if (keys & (PLAYER_NEXT | PLAYER_RUN))
        lesson_type(desk, "");
    else if (keys & PLAYER_ANSWER)
        type_open_command(desk, "");
    else
        return false;
    return true;
}

bool lesson_back(Desk *desk)
{
    const LessonDesk *l = &desk->lesson;
    if (!l->reading || !(player_keys(l->reading->player) & PLAYER_PREVIOUS))
        return false;
    lesson_type(desk, "previous");
    return true;
}

void lesson_type(Desk *desk, const char *line)
{
    desk->typed = true;
    window_line(desk, line);
    desk->typed = false;
}
