/*
 * view_help.c: the sheet of keys, from the table of keys.h.
 *
 * Each line is a button, so whatever has a key can be clicked. The sheet always fits: the groups
 * stand in one, two or four columns, whichever allows the largest type, and type shrinks when the
 * window is too small for the size wished.
 */
#include "viz/measure.h"
#include "viz/scene.h"
#include "viz/words.h"

/* In sizes of type: a line, the keys' column, the least a column should be wide. */
static const float LINE = 1.5f, KEYS_W = 7.5f, COLUMN_W = 31, HEAD = 1.7f, GAP = 1.2f;

typedef struct Sheet {
    uint32_t columns;
    float size, column_w, column_h;
} Sheet;

static float group_lines(KeyGroup group)
{
    size_t count;
    const KeyRow *rows = keys_rows(&count);
    float lines = HEAD;
    for (size_t i = 0; i < count; i++)
        lines += rows[i].group == group ? 1 : 0;
    return lines;
}

/* Lines of the longest column when the groups stand in so many, in their order. */
static float longest(uint32_t columns)
{
    float most = 0, lines = 0;
    uint32_t each = KEY_GROUP_COUNT / columns;
    for (uint32_t g = 0; g < KEY_GROUP_COUNT; g++) {
        lines = g % each == 0 ? group_lines((KeyGroup)g) : lines + group_lines((KeyGroup)g);
        most = lines > most ? lines : most;
    }
    return most;
}

/* What the words below the columns take, in lines of this size. */
static float foot_height(const View *view, float width, float size)
{
    return text_wrapped_height(word(WORD_HELP_MOUSE, view->lang), size, width);
}

static Sheet sheet_of(const View *view, float width, float height, float wish)
{
    Sheet best = {0};
    for (uint32_t columns = 1; columns <= KEY_GROUP_COUNT; columns *= 2) {
        float lines = longest(columns), size = wish;
        float by_width = width / ((float)columns * (COLUMN_W + GAP));
        size = by_width < size ? by_width : size;
        while (size > 4 && lines * LINE * size + foot_height(view, width, size) > height)
            size *= 0.97f;
        if (size > best.size * 1.02f)
            best = (Sheet){columns, size, 0, lines * LINE * size};
    }
    best.column_w = COLUMN_W * best.size;
    return best;
}

static float draw_group(Display *d, const View *view, KeyGroup group, Box box, float size)
{
    size_t count;
    const KeyRow *rows = keys_rows(&count);
    float y = box.y + size, line = size * LINE, keys_w = size * KEYS_W;
    draw_text(d, box.x, y, keys_group_name(group, view->lang), ROLE_ACCENT, size, FONT_BOLD,
              ANCHOR_START);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].group != group)
            continue;
        y += line;
        uint32_t action = (uint32_t)rows[i].action;
        bool hot = view->hover.kind == TARGET_BUTTON && view->hover.value == action;
        display_target(d, TARGET_BUTTON, HOST_NONE, action);
        draw_rect(d, (Box){box.x - size * 0.3f, y - size * 1.05f, box.w, line}, 3,
                  hot ? ROLE_BOX : ROLE_RAISED, ROLE_NONE, 0);
        draw_text_fit(d, box.x, y, keys_w - size * 0.5f, rows[i].shown, ROLE_TEXT, size, FONT_BOLD,
                      ANCHOR_START);
        draw_text_fit(d, box.x + keys_w, y, box.w - keys_w - size * 0.6f, rows[i].text[view->lang],
                      ROLE_TEXT, size, FONT_MONO, ANCHOR_START);
        display_target(d, TARGET_PANEL, HOST_NONE, 0);
    }
    return group_lines(group) * line;
}

void view_help(Display *d, const View *view)
{
    Look look = look_of(view);
    if (!view->help)
        return;
    float margin = 8, pad = look.pad, title = look.body < 22 ? look.body : 22;
    float most_w = view->width - 2 * (margin + pad);
    float most_h = view->height - 2 * (margin + pad) - title * 2;
    Sheet s = sheet_of(view, most_w, most_h, look.small);
    float w = (float)s.columns * (s.column_w + GAP * s.size);
    float foot = foot_height(view, w, s.size), h = s.column_h + foot + title * 2;
    Box box = {(view->width - w) / 2 - pad, (view->height - h) / 2 - pad, w + 2 * pad, h + 2 * pad};
    d->overlay = 1;
    display_target(d, TARGET_PANEL, HOST_NONE, 0);
    draw_rect(d, box, 7, ROLE_RAISED, ROLE_GRID, 1);
    float x = box.x + pad, y = box.y + pad + title;
    draw_text_fit(d, x, y, w, word(WORD_HELP_TITLE, view->lang), ROLE_TEXT, title, FONT_BOLD,
                  ANCHOR_START);
    float top = y + title * 0.8f, each = (float)(KEY_GROUP_COUNT / s.columns);
    y = top;
    for (uint32_t g = 0; g < KEY_GROUP_COUNT; g++) {
        uint32_t column = g / (uint32_t)each;
        y = g % (uint32_t)each == 0 ? top : y;
        Box part = {x + (float)column * (s.column_w + GAP * s.size), y, s.column_w, 0};
        y += draw_group(d, view, (KeyGroup)g, part, s.size);
    }
    draw_text_wrapped(d, (Box){x, top + s.column_h, w, foot + 1}, word(WORD_HELP_MOUSE, view->lang),
                      ROLE_MUTED, s.size, FONT_MONO);
    display_no_target(d);
    d->overlay = 0;
}
