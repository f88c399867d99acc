/*
 * sdl_type.c: typing in the window: the command line (the same language as in the terminal, with
 * the same completion) and the dialog that edits a segment.
 */
#include <stdio.h>
#include <string.h>

#include "core/lab/heap.h"
#include "viz/edit_segment.h"
#include "viz/sdl_desk.h"

void type_close(Desk *desk)
{
    desk->view.command.open = desk->view.edit.open = false;
    desk->answer[0] = '\0';
    desk->answer_bad = false;
}

void type_open_command(Desk *desk, const char *text)
{
    type_close(desk);
    line_edit_set(&desk->command, text);
    desk->history_at = desk->history_count;
    desk->view.command.open = true;
    desk->view.menu = desk->view.help = false;
}

void type_open_edit(Desk *desk, uint32_t row)
{
    const Session *s = window_session(desk);
    char line[LINE_EDIT_MAX];
    Text text = text_fixed(line, sizeof line);
    if (!edit_segment_text(&text, session_world(s), session_trace(s), row))
        return;
    type_close(desk);
    line_edit_set(&desk->edit, line);
    desk->edit_note[0] = '\0';
    desk->view.selected = row;
    desk->view.edit.open = true;
    desk->view.menu = desk->view.help = false;
}

/* Keeps the last lines, without the terminal's colours. */
void type_answer(Desk *desk, LineStatus status, const Text *out)
{
    size_t from = out->len >= ANSWER_MAX ? out->len - ANSWER_MAX + 1 : 0, n = 0;
    for (size_t i = from; i < out->len; i++) {
        char c = out->buf[i];
        if (c == '\033') {
            while (i < out->len && out->buf[i] != 'm')
                i++;
        } else if (c == '\n' || (unsigned char)c >= ' ') {
            desk->answer[n++] = c;
        }
    }
    while (n > 0 && desk->answer[n - 1] == '\n')
        n--;
    desk->answer[n] = '\0';
    desk->answer_bad = status == LINE_ERROR || status == LINE_FAILED;
}

/* ---- Enter --------------------------------------------------------------------------------- */

static void remember(Desk *desk, const char *line)
{
    if (desk->history_count > 0 && strcmp(desk->history[desk->history_count - 1], line) == 0)
        return;
    if (desk->history_count == HISTORY_MAX) {
        memmove(desk->history[0], desk->history[1], sizeof desk->history[0] * (HISTORY_MAX - 1));
        desk->history_count--;
    }
    snprintf(desk->history[desk->history_count++], sizeof desk->history[0], "%s", line);
}

/* The prompt stays open while there is something to read; an empty line closes it. */
static void run_command(Desk *desk)
{
    char line[LINE_EDIT_MAX + 1];
    snprintf(line, sizeof line, "%s", desk->command.text);
    line_edit_set(&desk->command, "");
    if (!line[strspn(line, " ")]) {
        type_close(desk);
        return;
    }
    desk->typed = true;
    remember(desk, line);
    desk->history_at = desk->history_count;
    desk->answer[0] = '\0';
    if (window_line(desk, line) == LINE_QUIT)
        desk->quit = true;
    desk->typed = false;
    if (!desk->answer[0] || desk->lesson.reading) /* a lesson answers in its panel */
        type_close(desk);
}

static void run_edit(Desk *desk)
{
    const Session *s = window_session(desk);
    char line[LINE_EDIT_MAX + 512];
    Text out = text_fixed(line, sizeof line);
    Text note = text_fixed(desk->edit_note, sizeof desk->edit_note);
    switch (edit_segment_command(&out, session_world(s), session_trace(s), desk->view.selected,
                                 desk->edit.text, shell_lang(desk->shell))) {
    case EDIT_SEGMENT_SAME: type_close(desk); break;
    case EDIT_SEGMENT_WRONG: text_add(&note, line); break;
    case EDIT_SEGMENT_COMMAND:
        type_close(desk);
        window_line(desk, line);
        break;
    }
}

/* ---- Completion ---------------------------------------------------------------------------- */

typedef struct Words {
    char common[128];
    uint32_t count;
    Text list;
} Words;

static void each_word(void *user, const char *word, const char *note)
{
    Words *w = user;
    if (w->count++ == 0) {
        snprintf(w->common, sizeof w->common, "%s", word);
    } else {
        size_t n = 0;
        while (w->common[n] && w->common[n] == word[n])
            n++;
        w->common[n] = '\0';
    }
    if (w->count <= 12)
        text_addf(&w->list, "%s%s%s%s", w->count > 1 ? "\n" : "", word, *note ? "   " : "", note);
}

static void complete(Desk *desk)
{
    Words words = {.list = text_heap()};
    size_t begin =
        shell_complete(desk->shell, desk->command.text, desk->command.cursor, each_word, &words);
    size_t typed = desk->command.cursor - begin;
    if (words.count > 0 && strlen(words.common) >= typed) {
        line_edit_insert(&desk->command, words.common + typed);
        size_t len = strlen(words.common);
        if (words.count == 1 && !(len > 0 && words.common[len - 1] == '/')) /* a folder goes on */
            line_edit_insert(&desk->command, " ");
    }
    if (words.count > 1)
        type_answer(desk, LINE_OK, &words.list);
    text_heap_free(&words.list);
}

static void recall(Desk *desk, int by)
{
    int at = desk->history_at + by;
    if (at < 0 || at > desk->history_count)
        return;
    desk->history_at = at;
    line_edit_set(&desk->command, at < desk->history_count ? desk->history[at] : "");
}

/* ---- Keys ---------------------------------------------------------------------------------- */

bool type_text(Desk *desk, const char *text)
{
    if (desk->view.command.open)
        line_edit_insert(&desk->command, text);
    else if (desk->view.edit.open)
        line_edit_insert(&desk->edit, text);
    return desk->view.command.open || desk->view.edit.open;
}

static void paste(Desk *desk)
{
    char *clip = SDL_GetClipboardText();
    for (char *c = clip; c && *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    if (clip)
        type_text(desk, clip);
    SDL_free(clip);
}

static void control_key(Desk *desk, LineEdit *line, SDL_Keycode key)
{
    switch (key) {
    case SDLK_a: line_edit_home(line); break;
    case SDLK_e: line_edit_end(line); break;
    case SDLK_u: line_edit_set(line, ""); break;
    case SDLK_w: line_edit_erase_word(line); break;
    case SDLK_v: paste(desk); break;
    case SDLK_c: type_close(desk); break;
    default: break;
    }
}

bool type_key(Desk *desk, const SDL_KeyboardEvent *event)
{
    bool command = desk->view.command.open;
    LineEdit *line = command ? &desk->command : &desk->edit;
    if (!command && !desk->view.edit.open)
        return false;
    if (event->keysym.mod & KMOD_CTRL) {
        control_key(desk, line, event->keysym.sym);
        return true;
    }
    switch (event->keysym.sym) {
    case SDLK_ESCAPE: type_close(desk); break;
    case SDLK_RETURN:
    case SDLK_KP_ENTER:
        if (command)
            run_command(desk);
        else
            run_edit(desk);
        break;
    case SDLK_BACKSPACE: line_edit_backspace(line); break;
    case SDLK_DELETE: line_edit_delete(line); break;
    case SDLK_LEFT: line_edit_left(line); break;
    case SDLK_RIGHT: line_edit_right(line); break;
    case SDLK_HOME: line_edit_home(line); break;
    case SDLK_END: line_edit_end(line); break;
    case SDLK_TAB:
        if (command)
            complete(desk);
        break;
    case SDLK_UP:
        if (command)
            recall(desk, -1);
        break;
    case SDLK_DOWN:
        if (command)
            recall(desk, 1);
        break;
    default: break;
    }
    return true;
}
