/*
 * view_bar.c: the bar above (time, states, buttons) and the line below (status or command line).
 *
 * Buttons are labels of rows of keys.h; clicking one is pressing its key. The bar shows first what
 * a glance is for: when we are, and in which states both ends are.
 */
#include <stdio.h>
#include <string.h>

#include "viz/measure.h"
#include "viz/scene.h"
#include "viz/view_prompt.h"
#include "viz/words.h"

typedef struct Button {
    KeyAction action;
    const char *label;
    bool pressed;
} Button;

static float button_width(const Button *b, const Look *look)
{
    return measure_text(b->label, look->small) + look->small * 1.4f;
}

static float draw_button(Display *d, const View *view, const Button *b, float right, Box bar,
                         const Look *look)
{
    float w = button_width(b, look), h = look->small * 2.0f;
    Box box = {right - w, bar.y + (bar.h - h) / 2, w, h};
    bool hover = view->hover.kind == TARGET_BUTTON && view->hover.value == (uint32_t)b->action;
    display_target(d, TARGET_BUTTON, HOST_NONE, (uint32_t)b->action);
    draw_rect(d, box, 5, b->pressed ? ROLE_PRESENT : ROLE_BOX, hover ? ROLE_TEXT : ROLE_GRID, 1);
    draw_text(d, box.x + w / 2, box.y + h / 2 + look->small * MEASURE_MIDDLE, b->label,
              b->pressed ? ROLE_ON_PRESENT : ROLE_TEXT, look->small, FONT_MONO, ANCHOR_MIDDLE);
    display_no_target(d);
    return box.x - look->small * 0.5f;
}

static float draw_host(Display *d, const Moment *m, HostId host, float x, float y, const Look *look)
{
    const char letter[2] = {host_letter(host), 0};
    const char *state = state_name(moment_state(m, host));
    draw_text(d, x, y, letter, ROLE_MUTED, look->body, FONT_MONO, ANCHOR_START);
    x += measure_text(letter, look->body) + look->body * 0.5f;
    draw_text(d, x, y, state, ROLE_TEXT, look->body, FONT_BOLD, ANCHOR_START);
    /* The widest name's width, so that nothing jumps when a state changes. */
    return x + measure_text("SYN-RECEIVED", look->body) + look->body;
}

void view_bar(Display *d, const Moment *m, const View *view, Box bar)
{
    Look look = look_of(view);
    char play[32], hold[32], speed[32], back[32], step[32];
    snprintf(play, sizeof play, "%s %s", view->playing ? "‖" : "▶",
             word(view->playing ? WORD_PAUSE : WORD_PLAY, view->lang));
    snprintf(back, sizeof back, "◀ %s", word(WORD_BACK, view->lang));
    snprintf(step, sizeof step, "%s ▶", word(WORD_STEP, view->lang));
    snprintf(hold, sizeof hold, "%s", word(WORD_HOLD, view->lang));
    snprintf(speed, sizeof speed, "× %s", view->speed ? view->speed : "1");
    const Button buttons[] = {{KEY_HELP, "?", view->help},
                              {KEY_LANG, word(WORD_LANG, view->lang), false},
                              {KEY_THEME, word(WORD_THEME, view->lang), false},
                              {KEY_VIEWS, word(WORD_FOCUS, view->lang), view->views},
                              {KEY_HOLD, hold, view->hold},
                              {KEY_FASTER, speed, false},
                              {KEY_STEP, step, false},
                              {KEY_PLAY, play, view->playing},
                              {KEY_BACK, back, false}};
    char time[32];
    Text out = text_fixed(time, sizeof time);
    /* Running digits cannot be read: whole milliseconds while it moves. */
    text_time(&out, view->playing ? m->world->now - m->world->now % NANOS_MS : m->world->now);
    float y = bar.y + bar.h / 2 + look.body * MEASURE_MIDDLE, x = bar.x;
    draw_text(d, x, y, time, ROLE_ACCENT, look.body * 1.15f, FONT_BOLD, ANCHOR_START);
    x += measure_text("000.000000s", look.body) + look.body * 0.6f;
    float right = bar.x + bar.w, host = measure_text("A SYN-RECEIVED", look.body) + look.body;
    for (HostId h = 0; h < HOST_COUNT && x + host <= right; h++)
        x = draw_host(d, m, h, x, y, &look);
    for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++)
        if (right - button_width(&buttons[i], &look) > x)
            right = draw_button(d, view, &buttons[i], right, bar, &look);
    if (view->title && right - x > look.body * 6)
        draw_text_fit(d, x, y, right - x - look.body, view->title, ROLE_MUTED, look.small,
                      FONT_MONO, ANCHOR_START);
}

static void draw_command(Display *d, const View *view, Box box, const Look *look)
{
    float y = box.y + box.h / 2 + look->body * MEASURE_MIDDLE;
    d->overlay = 1;
    display_target(d, TARGET_PANEL, HOST_NONE, 0);
    draw_rect(d, (Box){0, box.y - 2, view->width, view->height - box.y + 2}, 0, ROLE_RAISED,
              ROLE_GRID, 1);
    draw_text(d, box.x, y, ":", ROLE_ACCENT, look->body, FONT_BOLD, ANCHOR_START);
    draw_prompt_line(d, &view->command, box.x + look->body, y, box.w - look->body, look->body);
    display_no_target(d);
    d->overlay = 0;
}

/* What the last command said, above the command line; its last lines if there are many. */
static void draw_answer(Display *d, const View *view, Box box, const Look *look)
{
    const char *note = view->command.note;
    if (!note || !note[0])
        return;
    float w = view->width - 2 * look->pad, most = view->height * 0.5f;
    while (text_wrapped_height(note, look->small, w) > most) {
        const char *next = strchr(note, '\n');
        if (!next || !next[1])
            break;
        note = next + 1;
    }
    float h = text_wrapped_height(note, look->small, w);
    d->overlay = 1;
    display_target(d, TARGET_PANEL, HOST_NONE, 0);
    Box ground = {0, box.y - 2 - h - look->pad, view->width, h + look->pad};
    draw_rect(d, ground, 0, ROLE_RAISED, ROLE_GRID, 1);
    draw_text_wrapped(d, (Box){look->pad, ground.y + look->pad * 0.4f, w, h + 1}, note,
                      view->command.bad ? ROLE_RST : ROLE_TEXT, look->small, FONT_MONO);
    display_no_target(d);
    d->overlay = 0;
}

bool moment_ablated(const Moment *m)
{
    for (int id = 1; id < RULE_COUNT; id++)
        if (ruleset_has(&m->world->rules_off, (RuleId)id))
            return true;
    return false;
}

float view_ablated(Display *d, const Moment *m, const View *view, float x, float y, float width)
{
    char text[300];
    Text out = text_fixed(text, sizeof text);
    Look look = look_of(view);
    for (int id = 1; id < RULE_COUNT; id++)
        if (ruleset_has(&m->world->rules_off, (RuleId)id))
            text_addf(&out, view->lang == LANG_ZH ? "! 规则 %s 已关闭  " : "! rule %s is off  ",
                      rule_info((RuleId)id)->name);
    if (out.len == 0)
        return 0;
    float w = measure_text(text, look.small);
    w = w < width ? w : width;
    draw_text_fit(d, x, y, w, text, ROLE_RST, look.small, FONT_BOLD, ANCHOR_START);
    return w;
}

Box scene_frame(Display *d, const Moment *m, const View *view)
{
    Look look = look_of(view);
    float pad = look.pad, head = scene_frame_head(m, view);
    if (head > 0)
        view_ablated(d, m, view, pad, pad + look.small, view->width - 2 * pad);
    return (Box){pad, pad + head, view->width - 2 * pad, view->height - 2 * pad - head};
}

float scene_frame_head(const Moment *m, const View *view)
{
    return moment_ablated(m) ? look_of(view).line * 1.2f : 0;
}

/* For an audience: what the lecture says now, and below it when, and both states. */
static void draw_presented(Display *d, const Moment *m, const View *view, Box box, const Look *look)
{
    char time[32];
    Text out = text_fixed(time, sizeof time);
    text_time(&out, view->playing ? m->world->now - m->world->now % NANOS_MS : m->world->now);
    float size = look->small, x = box.x, y = box.y + box.h - size * 0.65f;
    if (view->caption) {
        float wide = measure_text(view->caption, size * 1.2f);
        float large = wide > box.w ? size * 1.2f * box.w / wide : size * 1.2f;
        draw_text_fit(d, x, box.y + size * 1.5f, box.w, view->caption, ROLE_TEXT,
                      large > size * 0.7f ? large : size * 0.7f, FONT_BOLD, ANCHOR_START);
    }
    draw_text(d, x, y, time, ROLE_ACCENT, size, FONT_BOLD, ANCHOR_START);
    x += measure_text("000.000s", size) + size;
    Look small = *look;
    small.body = size;
    float host = measure_text("A SYN-RECEIVED", size) + size;
    for (HostId h = 0; h < HOST_COUNT && x + host <= box.x + box.w; h++)
        x = draw_host(d, m, h, x, y, &small);
    view_ablated(d, m, view, x, y, box.x + box.w - x);
}

void view_status(Display *d, const Moment *m, const View *view, Box box)
{
    Look look = look_of(view);
    if (view->command.open) {
        draw_answer(d, view, box, &look);
        draw_command(d, view, box, &look);
        return;
    }
    if (view->presenter) {
        draw_presented(d, m, view, box, &look);
        return;
    }
    char text[768];
    Text out = text_fixed(text, sizeof text);
    const BranchInfo *here = NULL;
    for (uint32_t i = 0; i < m->branch_count; i++)
        if (m->branches[i].current)
            here = &m->branches[i];
    text_addf(&out, "#%u", (unsigned)trace_last(m->trace));
    if (here && m->branch_count > 1)
        text_addf(&out, "  %s %s", word(WORD_BRANCH, view->lang), here->name);
    if (view->status && view->status[0])
        text_addf(&out, "  %s", view->status);
    if (view->caption)
        text_addf(&out, "   %s", view->caption);
    float y = box.y + box.h / 2 + look.small * MEASURE_MIDDLE;
    static const char *const hint[LANG_COUNT] = {": command   ? help", ": 命令   ? 帮助"};
    float w = measure_text(hint[view->lang], look.small);
    float red = view_ablated(d, m, view, box.x, y, (box.w - w - look.pad) * 0.7f);
    draw_text_fit(d, box.x + red, y, box.w - w - red - look.pad, text, ROLE_MUTED, look.small,
                  FONT_MONO, ANCHOR_START);
    draw_text(d, box.x + box.w, y, hint[view->lang], ROLE_MUTED, look.small, FONT_MONO, ANCHOR_END);
}
