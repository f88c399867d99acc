/*
 * view_popup.c: what floats above the window: a segment's menu, the tooltip and the edit dialog.
 * (The sheet of keys is in view_help.c.)
 *
 * All of it is drawn as overlay on ROLE_RAISED, inside the window, and swallows the pointer
 * (TARGET_PANEL). Which of them is open, and where, is the View's.
 */
#include <stdio.h>
#include <string.h>

#include "core/lab/schema.h"
#include "core/lab/why.h"
#include "viz/header_field.h"
#include "viz/measure.h"
#include "viz/scene.h"
#include "viz/view_prompt.h"
#include "viz/views.h"
#include "viz/words.h"

static const struct {
    KeyAction action;
    Word word;
} menu[MENU_LINES] = {{KEY_DELIVER, WORD_MENU_DELIVER}, {KEY_DROP, WORD_MENU_DROP},
                      {KEY_DELAY, WORD_MENU_DELAY},     {KEY_DUPLICATE, WORD_MENU_DUPLICATE},
                      {KEY_EDIT, WORD_MENU_EDIT},       {KEY_WHY, WORD_MENU_WHY}};

KeyAction menu_action(uint32_t line)
{
    return line < MENU_LINES ? menu[line].action : KEY_NONE;
}

/* A floating panel of this size near the point, moved until it is inside the window. */
static Box float_near(Display *d, const View *view, float x, float y, float w, float h)
{
    float margin = 6;
    if (x + w > view->width - margin)
        x = view->width - margin - w;
    if (y + h > view->height - margin)
        y = view->height - margin - h;
    Box box = {x < margin ? margin : x, y < margin ? margin : y, w, h};
    display_target(d, TARGET_PANEL, HOST_NONE, 0);
    d->opacity = 40;
    draw_rect(d, (Box){box.x + 3, box.y + 4, w, h}, 7, ROLE_TEXT, ROLE_NONE, 0);
    d->opacity = 255;
    draw_rect(d, box, 7, ROLE_RAISED, ROLE_GRID, 1);
    return box;
}

static const char *shown_key(KeyAction action)
{
    size_t count;
    const KeyRow *rows = keys_rows(&count);
    for (size_t i = 0; i < count; i++)
        if (rows[i].action == action)
            return rows[i].shown;
    return "";
}

/* ---- Menu ---------------------------------------------------------------------------------- */

void view_menu(Display *d, const Moment *m, const View *view)
{
    Look look = look_of(view);
    char title[96];
    Text out = text_fixed(title, sizeof title);
    Seg seg;
    Bytes payload;
    bool flying = world_packet_of_row(m->world, view->selected).v != 0;
    if (!view->menu || !trace_seg(m->trace, view->selected, &seg, &payload))
        return;
    SegNames names = trace_names(m->trace, view->selected, view->absolute);
    text_addf(&out, "#%u ", (unsigned)view->selected);
    segtext_print(&out, &names, trace_note(m->trace, view->selected)->host, &seg, SEG_STYLE_SHORT);
    float w = measure_text(title, look.small) + 2 * look.pad;
    float least = look.small * 15, row = look.line * 1.35f;
    w = w < least ? least : w;
    d->overlay = 1;
    Box box = float_near(d, view, view->menu_x + 8, view->menu_y + 4, w,
                         row * (MENU_LINES + 1) + look.pad);
    draw_text(d, box.x + look.pad, box.y + row * 0.7f, title, segment_role(&seg, false), look.small,
              FONT_BOLD, ANCHOR_START);
    for (uint32_t i = 0; i < MENU_LINES; i++) {
        Box line = {box.x + 4, box.y + row * (float)(i + 1) + look.pad / 2, box.w - 8, row};
        bool possible = flying || menu[i].action == KEY_WHY;
        bool hot =
            view->menu_line == i || (view->hover.kind == TARGET_MENU && view->hover.value == i);
        display_target(d, TARGET_MENU, HOST_NONE, i);
        draw_rect(d, line, 4, hot && possible ? ROLE_PRESENT : ROLE_RAISED, ROLE_NONE, 0);
        Role ink = hot && possible ? ROLE_ON_PRESENT : possible ? ROLE_TEXT : ROLE_MUTED;
        float y = line.y + row / 2 + look.small * MEASURE_MIDDLE;
        const char *name = word(menu[i].word, view->lang);
        draw_text(d, line.x + 8, y, name, ink, look.small, FONT_MONO, ANCHOR_START);
        draw_text(d, line.x + line.w - 8, y, possible ? shown_key(menu[i].action) : "·", ink,
                  look.small, FONT_MONO, ANCHOR_END);
    }
    display_no_target(d);
    d->overlay = 0;
}

/* ---- Tooltip ------------------------------------------------------------------------------- */

/* A small text near the pointer. */
static void draw_tip(Display *d, const View *view, const char *title, const char *text)
{
    Look look = look_of(view);
    float w = measure_text(title, look.small), wide = look.small * 32;
    float body = measure_text(text, look.small);
    w = body > w ? body : w;
    w = w > wide ? wide : w;
    float h = text_wrapped_height(text, look.small, w);
    d->overlay = 1;
    Box box = float_near(d, view, view->pointer_x + 14, view->pointer_y + 18, w + 2 * look.pad,
                         h + look.line + 1.4f * look.pad);
    draw_text_fit(d, box.x + look.pad, box.y + look.pad * 0.7f + look.small, w, title, ROLE_ACCENT,
                  look.small, FONT_BOLD, ANCHOR_START);
    draw_text_wrapped(d, (Box){box.x + look.pad, box.y + look.pad * 0.7f + look.line, w, h + 1},
                      text, ROLE_TEXT, look.small, FONT_MONO);
    display_no_target(d);
    d->overlay = 0;
}

static void tip_header(Display *d, const Moment *m, const View *view, uint32_t row)
{
    Look look = look_of(view);
    float w = look.small * 46, limit = view->width - 24;
    w = w > limit ? limit : w;
    /* Measured on a list of its own, so that the panel behind it can be drawn first. */
    Display probe = display_new(view->width, view->height);
    float h = view_header(&probe, m, view, row, (Box){0, 0, w, view->height - 40});
    display_free(&probe);
    if (h <= 0)
        return;
    d->overlay = 1;
    float x = view->pointer_x + 18, y = view->pointer_y + 20;
    if (x + w + 2 * look.pad > view->width - 6)
        x = view->pointer_x - 18 - w - 2 * look.pad;
    Box box = float_near(d, view, x, y, w + 2 * look.pad, h + 2 * look.pad);
    view_header(d, m, view, row, (Box){box.x + look.pad, box.y + look.pad, w, h + 4});
    display_no_target(d);
    d->overlay = 0;
}

static void tip_edge(Display *d, const View *view)
{
    const StateEdge *e = &state_edges[view->hover.value];
    char title[80], text[96];
    snprintf(title, sizeof title, "%s → %s", state_name((TcpState)e->from),
             state_name((TcpState)e->to));
    snprintf(text, sizeof text, "%s%s%s", e->event, *e->action ? " / " : "", e->action);
    draw_tip(d, view, title, text);
}

static void tip_button(Display *d, const View *view)
{
    size_t count;
    const KeyRow *rows = keys_rows(&count);
    for (size_t i = 0; i < count; i++)
        if (rows[i].action == view->hover.value)
            draw_tip(d, view, rows[i].shown, rows[i].text[view->lang]);
}

static void tip_view(Display *d, const View *view)
{
    static const char *const all[LANG_COUNT] = {"all of them again", "显示全部"};
    if (view->hover.value == FOCUS_ALL)
        draw_tip(d, view, "Esc", all[view->lang]);
    else if (view->hover.value <= VIEW_COUNT)
        draw_tip(d, view, views_key(view->hover.value - 1),
                 view_row((ViewId)(view->hover.value - 1))->title[view->lang]);
}

/* What the field is for, and which of TCP's five tasks it serves. */
static void tip_header_field(Display *d, const View *view)
{
    const HeaderFieldRow *row = header_field((HeaderField)view->hover.value);
    char text[600];
    Text out = text_fixed(text, sizeof text);
    text_add(&out, row->text[view->lang]);
    for (int i = 0, first = 1; i < CONCERN_COUNT; i++) {
        if (!(row->concerns >> i & 1))
            continue;
        text_addf(&out, "%s%d %s", first ? "\n" : "   ", i + 1, header_concern(i, view->lang));
        first = 0;
    }
    draw_tip(d, view, row->name[view->lang], text);
}

void view_tooltip(Display *d, const Moment *m, const View *view)
{
    const Target *hover = &view->hover;
    char text[1024], title[64];
    Text out = text_fixed(text, sizeof text);
    size_t count;
    const Field *fields;
    switch ((TargetKind)hover->kind) {
    case TARGET_SEGMENT: tip_header(d, m, view, hover->value); break;
    case TARGET_ROW:
        if (!trace_note(m->trace, hover->value))
            break;
        why_sentence(&out, m->trace, hover->value, view->lang, view->absolute);
        snprintf(title, sizeof title, "#%u", (unsigned)hover->value);
        draw_tip(d, view, title, text);
        break;
    case TARGET_EDGE:
        if (hover->value < STATE_EDGE_COUNT)
            tip_edge(d, view);
        break;
    case TARGET_FIELD:
        fields = schema_fields(SCHEMA_TCB, &count);
        if (hover->value < count)
            draw_tip(d, view, fields[hover->value].path, fields[hover->value].text[view->lang]);
        break;
    case TARGET_BUTTON: tip_button(d, view); break;
    case TARGET_BRANCH:
        if (hover->value < m->branch_count)
            draw_tip(d, view, word(WORD_BRANCH, view->lang), m->branches[hover->value].name);
        break;
    case TARGET_VIEW: tip_view(d, view); break;
    case TARGET_HEADER:
        if (hover->value < HEADER_FIELD_COUNT)
            tip_header_field(d, view);
        break;
    case TARGET_NONE:
    case TARGET_STATE:
    case TARGET_TIMELINE:
    case TARGET_MENU:
    case TARGET_CHOICE:
    case TARGET_PANEL: break;
    }
}

/* ---- Edit ---------------------------------------------------------------------------------- */

/* A line of text being written, with its cursor; what is left of the cursor stays visible. */
void draw_prompt_line(Display *d, const Prompt *prompt, float x, float y, float width, float size)
{
    size_t len = strlen(prompt->text);
    size_t cursor = prompt->cursor < len ? prompt->cursor : len, from = 0;
    while (measure_ems(prompt->text + from, cursor - from) * size > width - size) {
        const char *at = prompt->text + from;
        measure_next(&at, prompt->text + len);
        from = (size_t)(at - prompt->text);
    }
    draw_text_fit(d, x, y, width, prompt->text + from, ROLE_TEXT, size, FONT_MONO, ANCHOR_START);
    float at = x + measure_ems(prompt->text + from, cursor - from) * size;
    draw_line(d, (Point){at, y - size}, (Point){at, y + size * 0.25f}, ROLE_ACCENT, 2, DASH_NONE,
              false);
}

void view_edit(Display *d, const View *view)
{
    Look look = look_of(view);
    if (!view->edit.open)
        return;
    char title[64];
    float w = look.body * 46, limit = view->width - 40;
    w = w > limit ? limit : w;
    const char *note =
        view->edit.note && view->edit.note[0] ? view->edit.note : word(WORD_EDIT_HINT, view->lang);
    float note_h = text_wrapped_height(note, look.small, w - 2 * look.pad);
    d->overlay = 1;
    Box box = float_near(d, view, (view->width - w) / 2, view->height * 0.4f, w,
                         look.body * 5 + note_h + look.pad);
    snprintf(title, sizeof title, "%s #%u", word(WORD_EDIT_TITLE, view->lang),
             (unsigned)view->selected);
    draw_text(d, box.x + look.pad, box.y + look.body * 1.6f, title, ROLE_ACCENT, look.body,
              FONT_BOLD, ANCHOR_START);
    Box field = {box.x + look.pad, box.y + look.body * 2.3f, w - 2 * look.pad, look.body * 1.9f};
    draw_rect(d, field, 4, ROLE_PANEL, ROLE_GRID, 1);
    draw_prompt_line(d, &view->edit, field.x + 6, field.y + look.body * 1.3f, field.w - 12,
                     look.body);
    draw_text_wrapped(d, (Box){field.x, field.y + field.h + look.pad * 0.6f, field.w, note_h + 1},
                      note, view->edit.bad ? ROLE_RST : ROLE_MUTED, look.small, FONT_MONO);
    display_no_target(d);
    d->overlay = 0;
}
