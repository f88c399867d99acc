/*
 * sdl_act.c: what keys and the pointer mean.
 *
 * Every action on the world is a line of the language; what concerns only the window (theme, zoom,
 * scrolling) is not. What the pointer is on is read from the picture that is shown.
 */
#include <stdio.h>
#include <string.h>

#include "viz/sdl_desk.h"
#include "viz/views.h"

static const float ZOOM_MIN = 0.75f, ZOOM_MAX = 3, ZOOM_STEP = 1.1f, SCROLL_STEP = 48;

/* ---- Segments ------------------------------------------------------------------------------ */

static bool is_departure(const Trace *t, uint32_t row)
{
    const Note *n = trace_note(t, row);
    return n && (n->kind == NOTE_SENT || n->kind == NOTE_COPIED);
}

static bool is_under_way(const Desk *desk, uint32_t row)
{
    return world_packet_of_row(session_world(window_session(desk)), row).v != 0;
}

/* The next departure in this direction; those under way if there are any. */
static void select_segment(Desk *desk, int by)
{
    const Trace *t = session_trace(window_session(desk));
    uint32_t last = trace_last(t), first = t->first_row;
    for (int only_flying = 1; only_flying >= 0; only_flying--) {
        uint32_t row = desk->view.selected;
        for (uint32_t i = first; i <= last; i++) {
            row = by > 0 ? (row >= last || row < first ? first : row + 1)
                         : (row <= first || row > last ? last : row - 1);
            if (is_departure(t, row) && (!only_flying || is_under_way(desk, row))) {
                desk->view.selected = row;
                return;
            }
        }
    }
}

/* The selected segment, or the first one under way; 0: none. */
static uint32_t subject(Desk *desk)
{
    const Trace *t = session_trace(window_session(desk));
    if (desk->view.selected && is_departure(t, desk->view.selected))
        return desk->view.selected;
    for (uint32_t row = t->first_row; row <= trace_last(t); row++)
        if (is_departure(t, row) && is_under_way(desk, row))
            return row;
    return 0;
}

static void show_answer(Desk *desk, const char *line)
{
    char kept[ANSWER_MAX];
    window_line(desk, line);
    bool bad = desk->answer_bad;
    memcpy(kept, desk->answer, sizeof kept);
    if (!kept[0])
        return;
    type_open_command(desk, "");
    memcpy(desk->answer, kept, sizeof kept);
    desk->answer_bad = bad;
}

static void act_on_segment(Desk *desk, KeyAction action, uint32_t row)
{
    char line[64];
    desk->view.menu = false;
    if (!row)
        return;
    desk->view.selected = row;
    if (action == KEY_EDIT) {
        type_open_edit(desk, row);
        return;
    }
    const char *format = action == KEY_DELIVER     ? "deliver #%u"
                         : action == KEY_DROP      ? "drop #%u"
                         : action == KEY_DELAY     ? "delay #%u 200ms"
                         : action == KEY_DUPLICATE ? "dup #%u"
                                                   : "why #%u";
    snprintf(line, sizeof line, format, (unsigned)row);
    if (action == KEY_WHY)
        show_answer(desk, line);
    else if (is_under_way(desk, row))
        window_line(desk, line);
}

static void open_menu(Desk *desk, uint32_t row, float x, float y)
{
    desk->view.selected = row;
    desk->view.menu = row != 0;
    desk->view.menu_line = 0;
    desk->view.menu_x = x;
    desk->view.menu_y = y;
}

/* From the keyboard: beside the segment's label on the picture. */
static void open_menu_at_segment(Desk *desk)
{
    uint32_t row = subject(desk);
    float x = desk->view.width / 2, y = desk->view.height / 3;
    for (uint32_t i = 0; i < desk->shown.item_count; i++) {
        const Item *item = &desk->shown.items[i];
        if (item->target.kind != TARGET_SEGMENT || item->target.value != row)
            continue;
        Box box = item_box(&desk->shown, item);
        x = box.x + box.w / 2;
        y = box.y + box.h;
    }
    open_menu(desk, row, x, y);
}

/* ---- Actions ------------------------------------------------------------------------------- */

static void change_zoom(Desk *desk, float by)
{
    float zoom = (desk->view.zoom > 0 ? desk->view.zoom : 1) * by;
    desk->view.zoom = zoom < ZOOM_MIN ? ZOOM_MIN : zoom > ZOOM_MAX ? ZOOM_MAX : zoom;
}

static void scroll(Desk *desk, float by)
{
    desk->view.scroll = desk->view.scroll + by > 0 ? desk->view.scroll + by : 0;
}

/* What lies on top first. */
static void close_something(Desk *desk)
{
    View *v = &desk->view;
    if (v->blank || v->help || v->menu || v->views) {
        v->blank = v->help = v->menu = v->views = false;
    } else if (v->selected || v->scroll > 0) {
        v->selected = 0;
        v->scroll = 0;
    } else if (v->presenter) {
        v->presenter = false;
    } else {
        v->focus = FOCUS_ALL;
    }
}

/* Presenter mode shows one panel: the one that is chosen, or the ladder. */
static void next_focus(Desk *desk, int by)
{
    int least = desk->view.presenter ? 1 : 0, count = VIEW_COUNT + 1 - least;
    int at = (int)desk->view.focus < least ? 0 : (int)desk->view.focus - least;
    desk->view.focus = (uint32_t)((at + by + count) % count + least);
}

/* Alone, or if it is alone already, all of them again. */
static void show_alone(Desk *desk, uint32_t focus)
{
    desk->view.views = false;
    desk->view.focus = focus == desk->view.focus && !desk->view.presenter ? FOCUS_ALL : focus;
}

/* What is drawn for each end and is content with little height. */
static void next_lower(Desk *desk)
{
    enum { LOW = 7 };
    uint32_t at = desk->view.lower ? desk->view.lower : VIEW_SEQSPACE;
    do {
        at = (at + 1) % VIEW_COUNT;
    } while (view_row((ViewId)at)->scope != VIEW_HOST || view_row((ViewId)at)->least_h >= LOW ||
             at == VIEW_TCB);
    desk->view.lower = at;
}

static void toggle_presenter(Desk *desk)
{
    View *v = &desk->view;
    v->presenter = !v->presenter;
    v->focus = v->presenter && v->focus == FOCUS_ALL ? FOCUS_LADDER
               : v->presenter                        ? v->focus
                                                     : FOCUS_ALL;
}

static void toggle_full_screen(Desk *desk)
{
    bool full = SDL_GetWindowFlags(desk->window) & SDL_WINDOW_FULLSCREEN_DESKTOP;
    SDL_SetWindowFullscreen(desk->window, full ? 0 : SDL_WINDOW_FULLSCREEN_DESKTOP);
}

static void act_look(Desk *desk, KeyAction action)
{
    switch (action) {
    case KEY_FOCUS: next_focus(desk, 1); break;
    case KEY_FOCUS_BACK: next_focus(desk, -1); break;
    case KEY_PRESENTER: toggle_presenter(desk); break;
    case KEY_BLANK: desk->view.blank = !desk->view.blank; break;
    case KEY_FULL_SCREEN: toggle_full_screen(desk); break;
    case KEY_ZOOM_RESET: desk->view.zoom = 1; break;
    case KEY_PLOTS: next_lower(desk); break;
    case KEY_VIEWS: desk->view.views = !desk->view.views; break;
    case KEY_NUMBERS:
        window_line(desk, shell_absolute(desk->shell) ? "numbers relative" : "numbers absolute");
        break;
    case KEY_SCROLL_UP: scroll(desk, SCROLL_STEP); break;
    case KEY_SCROLL_DOWN: scroll(desk, -SCROLL_STEP); break;
    case KEY_BIGGER: change_zoom(desk, ZOOM_STEP); break;
    case KEY_SMALLER: change_zoom(desk, 1 / ZOOM_STEP); break;
    case KEY_MOTION: desk->motion = !desk->motion; break;
    case KEY_THEME:
        desk->theme = (Theme)((desk->theme + 1) % THEME_COUNT);
        desk->redraw = true;
        break;
    case KEY_LANG:
        window_line(desk, shell_lang(desk->shell) == LANG_EN ? "lang zh" : "lang en");
        break;
    default: break;
    }
}

static void act(Desk *desk, KeyAction action)
{
    bool in_menu = desk->view.menu;
    switch (action) {
    case KEY_PLAY: time_toggle(desk); break;
    case KEY_NEXT:
        if (!lesson_next(desk) && !lecture_next(desk))
            time_step(desk);
        break;
    case KEY_PREVIOUS:
        if (!lesson_back(desk) && !lecture_back(desk))
            time_back(desk);
        break;
    case KEY_STEP: time_step(desk); break;
    case KEY_BACK: time_back(desk); break;
    case KEY_START: window_line(desk, "goto start"); break;
    case KEY_END: window_line(desk, "goto end"); break;
    case KEY_FASTER: time_change_speed(desk, 1); break;
    case KEY_SLOWER: time_change_speed(desk, -1); break;
    case KEY_UNDO: window_line(desk, "undo"); break;
    case KEY_REDO: window_line(desk, "redo"); break;
    case KEY_HOLD:
        window_line(desk, session_world(window_session(desk))->hold ? "hold off" : "hold on");
        break;
    case KEY_NEXT_SEGMENT: select_segment(desk, 1); break;
    case KEY_PREVIOUS_SEGMENT: select_segment(desk, -1); break;
    case KEY_MENU:
        if (in_menu)
            act_on_segment(desk, menu_action(desk->view.menu_line), desk->view.selected);
        else if (desk->view.selected || !lesson_next(desk))
            open_menu_at_segment(desk);
        break;
    case KEY_DELIVER:
    case KEY_DROP:
    case KEY_DELAY:
    case KEY_DUPLICATE:
    case KEY_EDIT:
    case KEY_WHY: act_on_segment(desk, action, subject(desk)); break;
    case KEY_COMMAND: type_open_command(desk, ""); break;
    case KEY_OPEN: type_open_command(desk, "load "); break;
    case KEY_SAVE: type_open_command(desk, "save "); break;
    case KEY_HELP: desk->view.help = !desk->view.help; break;
    case KEY_CLOSE: close_something(desk); break;
    case KEY_QUIT: desk->quit = true; break;
    case KEY_NONE:
    case KEY_ACTION_COUNT: break;
    case KEY_FOCUS:
    case KEY_FOCUS_BACK:
    case KEY_PRESENTER:
    case KEY_BLANK:
    case KEY_FULL_SCREEN:
    case KEY_ZOOM_RESET:
    case KEY_PLOTS:
    case KEY_VIEWS:
    case KEY_NUMBERS:
    case KEY_SCROLL_UP:
    case KEY_SCROLL_DOWN:
    case KEY_BIGGER:
    case KEY_SMALLER:
    case KEY_MOTION:
    case KEY_THEME:
    case KEY_LANG: act_look(desk, action); break;
    }
}

/* ---- Keys ---------------------------------------------------------------------------------- */

void act_key(Desk *desk, const SDL_KeyboardEvent *event)
{
    const char *name = SDL_GetKeyName(event->keysym.sym);
    KeyAction action = keys_of_name(name);
    uint32_t view = views_of_key(name);
    if (view != UINT32_MAX) {
        show_alone(desk, 1 + view);
        return;
    }
    if (desk->view.menu && (action == KEY_SCROLL_UP || action == KEY_SCROLL_DOWN)) {
        uint32_t by = action == KEY_SCROLL_DOWN ? 1 : MENU_LINES - 1;
        desk->view.menu_line = (desk->view.menu_line + by) % MENU_LINES;
        return;
    }
    if (!(event->keysym.mod & (KMOD_CTRL | KMOD_ALT | KMOD_GUI)))
        act(desk, action);
}

void act_letter(Desk *desk, uint32_t letter)
{
    act(desk, keys_of_char(letter));
}

/* ---- Pointer ------------------------------------------------------------------------------- */

static bool drag_to(Desk *desk, float x, float y)
{
    Nanos at;
    if (!timeline_at(&desk->moment, &desk->view, x, y, &at))
        return false;
    time_drag(desk, at);
    return true;
}

static void click_segment(Desk *desk, const SDL_MouseButtonEvent *event, uint32_t row)
{
    const World *w = session_world(window_session(desk));
    PktId id = world_packet_of_row(w, row);
    /* Pausing first: what was clicked shall not arrive while the menu is open. */
    if (desk->play.on)
        time_toggle(desk);
    if (event->clicks == 2 && id.v && world_packets(w)[id.v].place == PACKET_HELD)
        act_on_segment(desk, KEY_DELIVER, row);
    else
        open_menu(desk, row, (float)event->x, (float)event->y);
}

void act_button(Desk *desk, const SDL_MouseButtonEvent *event)
{
    float x = (float)event->x, y = (float)event->y;
    if (event->type == SDL_MOUSEBUTTONUP) {
        if (desk->dragging)
            time_settle(desk);
        desk->dragging = false;
        return;
    }
    Target target = display_hit(&desk->shown, x, y);
    bool was_menu = desk->view.menu, was_blank = desk->view.blank;
    desk->view.menu = desk->view.blank = false;
    if (target.kind != TARGET_PANEL && target.kind != TARGET_VIEW)
        desk->view.views = false;
    if (was_blank)
        return;
    switch ((TargetKind)target.kind) {
    case TARGET_SEGMENT: click_segment(desk, event, target.value); break;
    case TARGET_MENU: act_on_segment(desk, menu_action(target.value), desk->view.selected); break;
    case TARGET_BUTTON: act(desk, (KeyAction)target.value); break;
    case TARGET_CHOICE: {
        const char answer[2] = {(char)('0' + target.value), '\0'};
        lesson_type(desk, answer);
        break;
    }
    case TARGET_ROW: window_linef(desk, "goto #%u", (unsigned)target.value); break;
    case TARGET_BRANCH:
        if (target.value < desk->moment.branch_count)
            window_linef(desk, "switch %s", desk->moment.branches[target.value].name);
        break;
    case TARGET_VIEW: show_alone(desk, target.value); break;
    case TARGET_TIMELINE: desk->dragging = drag_to(desk, x, y); break;
    case TARGET_NONE:
        if (!was_menu)
            desk->view.selected = 0;
        desk->view.help = false;
        break;
    case TARGET_STATE:
    case TARGET_EDGE:
    case TARGET_FIELD:
    case TARGET_HEADER:
    case TARGET_PANEL: break;
    }
}

void act_motion(Desk *desk, const SDL_MouseMotionEvent *event)
{
    desk->view.pointer_x = (float)event->x;
    desk->view.pointer_y = (float)event->y;
    if (desk->dragging)
        drag_to(desk, desk->view.pointer_x, desk->view.pointer_y);
    desk->view.hover = display_hit(&desk->shown, desk->view.pointer_x, desk->view.pointer_y);
}

void act_wheel(Desk *desk, const SDL_MouseWheelEvent *event)
{
    if (SDL_GetModState() & KMOD_CTRL)
        change_zoom(desk, event->y > 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
    else
        scroll(desk, (float)event->y * SCROLL_STEP);
}
