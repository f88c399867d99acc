/*
 * view_list.c: the list of views that floats above the window, and the keys that show one alone.
 *
 * Everything in it comes from the table of views.def, in its order; the function keys that mean
 * something else (F1 help, F5 and F11 the screen) are left out.
 */
#include <string.h>

#include "viz/measure.h"
#include "viz/scene.h"
#include "viz/views.h"
#include "viz/words.h"

static const char *const names[] = {"F2", "F3", "F4", "F6", "F7", "F8", "F9", "F10", "F12"};
enum { NAMES = sizeof names / sizeof *names };

uint32_t views_of_key(const char *name)
{
    for (uint32_t i = 0; i < NAMES && i < VIEW_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return UINT32_MAX;
}

const char *views_key(uint32_t view)
{
    return view < NAMES ? names[view] : "";
}

/* One line: value is what a click shows. */
static void draw_choice(Display *d, const View *view, Box line, uint32_t focus, const char *key,
                        const char *title, float size)
{
    bool chosen = view->focus == focus;
    bool hot = view->hover.kind == TARGET_VIEW && view->hover.value == focus;
    Role ground = chosen ? ROLE_PRESENT : hot ? ROLE_BOX : ROLE_RAISED;
    Role ink = chosen ? ROLE_ON_PRESENT : ROLE_TEXT;
    float y = line.y + line.h / 2 + size * MEASURE_MIDDLE;
    display_target(d, TARGET_VIEW, HOST_NONE, focus);
    draw_rect(d, line, 4, ground, ROLE_NONE, 0);
    draw_text(d, line.x + size * 0.6f, y, key, ink, size, FONT_BOLD, ANCHOR_START);
    draw_text_fit(d, line.x + size * 3.6f, y, line.w - size * 4.2f, title, ink, size, FONT_MONO,
                  ANCHOR_START);
}

void view_list(Display *d, const View *view)
{
    static const char *const all[LANG_COUNT] = {"all of them", "全部"};
    Look look = look_of(view);
    if (!view->views)
        return;
    float margin = 8, rows = VIEW_COUNT + 1, size = look.small;
    float most = (view->height - 2 * margin) / (rows * 1.7f + 1);
    size = size < most ? size : most;
    float w = size * 34, limit = view->width - 2 * margin, line = size * 1.7f;
    w = w < limit ? w : limit;
    float h = rows * line + size;
    Box box = {view->width - margin - w, look.body * 2.5f, w, h};
    if (box.y + h > view->height - margin)
        box.y = view->height - margin - h;
    d->overlay = 1;
    display_target(d, TARGET_PANEL, HOST_NONE, 0);
    draw_rect(d, box, 7, ROLE_RAISED, ROLE_GRID, 1);
    Box at = {box.x + 4, box.y + size / 2, w - 8, line};
    draw_choice(d, view, at, FOCUS_ALL, "Esc", all[view->lang], size);
    for (uint32_t i = 0; i < VIEW_COUNT; i++) {
        at.y += line;
        draw_choice(d, view, at, 1 + i, views_key(i), view_row((ViewId)i)->title[view->lang], size);
    }
    display_no_target(d);
    d->overlay = 0;
}
