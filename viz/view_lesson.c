/*
 * view_lesson.c: a lesson's step beside the world it is about, and a graded exercise.
 *
 * From top to bottom: where we are in the lesson, the prose, the question or the task in a frame of
 * its own, its choices or its live checklist, what the last answer brought, the last hint, and at
 * the bottom what may be typed now. What has no room ends in "…"; the terminal has all of it.
 *
 * A check is a ring (open), a ring with a tick (met) or a cross (broken): shape before colour.
 */
#include "viz/lesson_scene.h"

#include <string.h>

#include "viz/inked.h"
#include "viz/measure.h"
#include "viz/scene.h"

typedef struct Page {
    Display *d;
    const View *view;
    Look look;
    Box box; /* what is left of the panel */
} Page;

/* A paragraph; gives up its height. */
static void paragraph(Page *p, const char *text, Role role, float size, Font font, float indent)
{
    if (!text || !*text || p->box.h < text_line_height(size))
        return;
    Box box = {p->box.x + indent, p->box.y, p->box.w - indent, p->box.h};
    float used = draw_text_inked(p->d, box, text, role, size, font);
    p->box.y += used;
    p->box.h -= used;
}

static void space(Page *p, float h)
{
    h = h < p->box.h ? h : p->box.h;
    p->box.y += h;
    p->box.h -= h;
}

/* "3/12" as a bar of steps, with the number at its end. */
static void draw_progress(Page *p, uint32_t step, uint32_t steps)
{
    float small = p->look.small, h = small * 0.45f;
    char text[32];
    Text out = text_fixed(text, sizeof text);
    text_addf(&out, "%u/%u", (unsigned)step, (unsigned)steps);
    float w = p->box.w - measure_text(text, small) - small, part = steps ? w / (float)steps : w;
    float y = p->box.y + small * 0.35f;
    draw_rect(p->d, (Box){p->box.x, y, w, h}, h / 2, ROLE_BOX, ROLE_GRID, 1);
    if (step)
        draw_rect(p->d, (Box){p->box.x, y, part * (float)step, h}, h / 2, ROLE_PRESENT, ROLE_NONE,
                  0);
    draw_text(p->d, p->box.x + p->box.w, p->box.y + small, text, ROLE_MUTED, small, FONT_MONO,
              ANCHOR_END);
    space(p, p->look.line * 1.5f);
}

static void draw_mark(Display *d, float x, float y, float r, CheckMark mark)
{
    if (mark == MARK_BROKEN) {
        draw_cross(d, (Point){x, y}, r * 0.8f, ROLE_RST, 2.6f);
        return;
    }
    bool met = mark == MARK_MET;
    draw_circle(d, x, y, r, met ? ROLE_DATA : ROLE_NONE, met ? ROLE_DATA : ROLE_GRID, 2);
    Point tick[3] = {{x - r * 0.5f, y}, {x - r * 0.1f, y + r * 0.4f}, {x + r * 0.5f, y - r * 0.4f}};
    if (met)
        draw_path(d, tick, 3, ROLE_NONE, ROLE_PANEL, 2, DASH_NONE, false, false);
}

/* The mark and its caption beside it. */
static void draw_check(Page *p, CheckMark mark, const char *caption)
{
    float small = p->look.small, indent = small * 1.8f, r = small * 0.55f;
    float h = text_inked_height(caption, small, p->box.w - indent);
    if (p->box.h < text_line_height(small) || h > p->box.h)
        return;
    draw_mark(p->d, p->box.x + r, p->box.y + text_line_height(small) / 2, r, mark);
    paragraph(p, caption, mark == MARK_OPEN ? ROLE_MUTED : ROLE_TEXT, small, FONT_MONO, indent);
    space(p, small * 0.25f);
}

/* ---- A step of a lesson -------------------------------------------------------------------- */

static void draw_choices(Page *p, const LessonScene *l)
{
    float small = p->look.small;
    for (uint32_t i = 0; i < l->choices; i++) {
        float indent = small * 2.2f, h = text_inked_height(l->choice[i], small, p->box.w - indent);
        const char letter[2] = {(char)('1' + i), 0};
        display_target(p->d, TARGET_CHOICE, HOST_NONE, i + 1);
        if (h > p->box.h)
            return;
        float y = p->box.y + small * (MEASURE_ASCENT + 0.15f);
        draw_rect(p->d, (Box){p->box.x, p->box.y + small * 0.1f, small * 1.5f, small * 1.25f}, 3,
                  ROLE_BOX, ROLE_GRID, 1);
        draw_text(p->d, p->box.x + small * 0.75f, y, letter, ROLE_TEXT, small, FONT_BOLD,
                  ANCHOR_MIDDLE);
        paragraph(p, l->choice[i], ROLE_TEXT, small, FONT_MONO, indent);
        display_no_target(p->d);
        space(p, small * 0.3f);
    }
}

static void draw_marks(Page *p, const LessonScene *l)
{
    char text[64];
    Text out = text_fixed(text, sizeof text);
    for (uint32_t i = 0; i < l->marks; i++)
        draw_check(p, l->mark[i].mark, l->mark[i].caption);
    if (!l->budget)
        return;
    text_addf(&out, word(WORD_INTERVENTIONS, p->view->lang), (unsigned)l->interventions,
              (unsigned)l->budget);
    paragraph(p, text, l->interventions > l->budget ? ROLE_RST : ROLE_MUTED, p->look.small,
              FONT_MONO, 0);
}

static void draw_answer(Page *p, const LessonScene *l)
{
    char text[600];
    Text out = text_fixed(text, sizeof text);
    if (l->feedback && *l->feedback) {
        Role role = l->wrong ? ROLE_RST : l->right ? ROLE_DATA : ROLE_TEXT;
        paragraph(p, l->feedback, role, p->look.small, FONT_BOLD, 0);
        space(p, p->look.small * 0.4f);
    }
    if (!l->hint || !*l->hint)
        return;
    text_clear(&out);
    text_addf(&out, word(WORD_HINT, p->view->lang), (unsigned)l->hints_shown, (unsigned)l->hints);
    text_add(&out, l->hint);
    paragraph(p, text, ROLE_ACCENT, p->look.small, FONT_MONO, 0);
}

void view_lesson(Display *d, const Moment *m, const View *view, Box box)
{
    const LessonScene *l = m->lesson;
    if (!l) {
        view_nothing(d, view, WORD_NO_LESSON, box);
        return;
    }
    Page p = {d, view, look_of(view), box};
    float small = p.look.small, keys = 0;
    if (l->keys && *l->keys && box.h > small * 12) {
        keys = text_wrapped_height(l->keys, small * 0.95f, box.w);
        draw_text_wrapped(d, (Box){box.x, box.y + box.h - keys, box.w, keys + 1}, l->keys,
                          ROLE_MUTED, small * 0.95f, FONT_MONO);
        p.box.h -= keys + small;
    }
    draw_progress(&p, l->step, l->steps);
    paragraph(&p, l->heading, ROLE_TEXT, p.look.body * 1.1f, FONT_BOLD, 0);
    space(&p, small * 0.4f);
    paragraph(&p, l->prose, ROLE_TEXT, small, FONT_MONO, 0);
    space(&p, small * 0.7f);
    if (l->ask && *l->ask && p.box.h > small * 2) {
        draw_line(d, (Point){box.x, p.box.y}, (Point){box.x + box.w, p.box.y}, ROLE_GRID, 1,
                  DASH_NONE, false);
        space(&p, small * 0.5f);
        paragraph(&p, l->ask, ROLE_TEXT, small, FONT_BOLD, 0);
        space(&p, small * 0.5f);
    }
    draw_choices(&p, l);
    draw_marks(&p, l);
    space(&p, small * 0.4f);
    draw_answer(&p, l);
}

/* ---- A graded exercise --------------------------------------------------------------------- */

static void labelled(Page *p, Word name, const char *text)
{
    char line[800];
    Text out = text_fixed(line, sizeof line);
    if (!text || !*text)
        return;
    text_addf(&out, "%s %s", word(name, p->view->lang), text);
    paragraph(p, line, ROLE_MUTED, p->look.small * 0.95f, FONT_MONO, p->look.small * 1.8f);
}

void view_result(Display *d, const Moment *m, const View *view, Box box)
{
    const ResultScene *r = m->result;
    if (!r) {
        view_nothing(d, view, WORD_NO_RESULT, box);
        return;
    }
    Page p = {d, view, look_of(view), box};
    float small = p.look.small;
    char text[200];
    Text out = text_fixed(text, sizeof text);
    bool all = !r->refused && r->score == r->most;
    text_addf(&out, "%u / %u", (unsigned)r->score, (unsigned)r->most);
    float size = p.look.body * 1.6f;
    draw_text(d, box.x + box.w, box.y + size, text, all ? ROLE_DATA : ROLE_TEXT, size, FONT_BOLD,
              ANCHOR_END);
    float title = box.w - measure_text(text, size) - small;
    draw_text_fit(d, box.x, box.y + p.look.body, title, r->title, ROLE_TEXT, p.look.body * 1.1f,
                  FONT_BOLD, ANCHOR_START);
    text_clear(&out);
    text_add(&out, r->answer);
    if (r->settings > 1)
        text_addf(&out, word(WORD_SETTINGS, view->lang), (unsigned)r->settings);
    draw_text_fit(d, box.x, box.y + p.look.body + p.look.line * 1.1f, title, text, ROLE_MUTED,
                  small, FONT_MONO, ANCHOR_START);
    space(&p, p.look.body + p.look.line * 2);
    paragraph(&p, r->refused, ROLE_RST, small, FONT_BOLD, 0);
    for (uint32_t i = 0; i < r->checks; i++) {
        const ResultCheck *c = &r->check[i];
        draw_check(&p, c->passed ? MARK_MET : MARK_BROKEN, c->caption);
        if (c->passed)
            continue;
        labelled(&p, WORD_GOT, c->got);
        labelled(&p, WORD_WHY, c->why);
        labelled(&p, WORD_OPEN_MOMENT, c->command);
        labelled(&p, WORD_ONE_HINT, c->hint);
        space(&p, small * 0.5f);
    }
}
