/*
 * sdl_lecture.c: a lecture in the window: PageDown runs the next step, PageUp goes back.
 *
 * The lines of a step are run like typed ones, so the terminal shows them, and what they did is
 * played. Before each step there is a bookmark; going back is going there, and going on again runs
 * the same lines, which lead into the future that is there already. The lecturer may do anything in
 * between.
 */
#include <stdio.h>
#include <string.h>

#include "viz/sdl_desk.h"

void lecture_begin(Desk *desk)
{
    const char *text = desk->options->lecture;
    desk->lecture_done = 0;
    desk->lecture.count = 0;
    if (!text)
        return;
    lecture_read(&desk->lecture, bytes_of(text, strlen(text)));
    if (desk->lecture.count == 0)
        return;
    desk->view.presenter = true;
    desk->view.focus = 1 + (uint32_t)desk->lecture.steps[0].view;
}

static void show_step(Desk *desk)
{
    uint32_t step = desk->lecture_done ? desk->lecture_done - 1 : 0;
    desk->view.scroll = 0;
    desk->view.selected = 0;
    desk->view.blank = false;
    if (desk->view.focus != FOCUS_ALL) /* who wants to see everything sees everything */
        desk->view.focus = 1 + (uint32_t)desk->lecture.steps[step].view;
}

static void run_lines(Desk *desk, Bytes lines)
{
    char line[LINE_EDIT_MAX + 1];
    const uint8_t *at = lines.data, *end = lines.data + lines.len;
    while (at < end) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        size_t len = (size_t)(stop - at);
        if (len > 0 && len <= LINE_EDIT_MAX && *at != '#') {
            memcpy(line, at, len);
            line[len] = '\0';
            window_one_of_many(desk, line);
        }
        at = stop + (stop < end);
    }
    window_lines_done(desk);
}

bool lecture_next(Desk *desk)
{
    char line[32];
    if (desk->lecture_done >= desk->lecture.count)
        return false;
    if (desk->play.on && desk->play.to_target) { /* the impatient first see how it ends */
        time_finish(desk);
        return true;
    }
    snprintf(line, sizeof line, "mark step-%u", (unsigned)desk->lecture_done + 1);
    window_one_of_many(desk, line);
    desk->lecture_done++;
    show_step(desk);
    run_lines(desk, desk->lecture.steps[desk->lecture_done - 1].lines);
    return true;
}

bool lecture_back(Desk *desk)
{
    if (desk->lecture_done == 0)
        return false;
    time_finish(desk);
    window_linef(desk, "goto step-%u", (unsigned)desk->lecture_done);
    desk->lecture_done--;
    show_step(desk);
    return true;
}

const char *lecture_caption(Desk *desk)
{
    if (desk->lecture.count == 0)
        return NULL;
    Text out = text_fixed(desk->caption, sizeof desk->caption);
    if (desk->lecture_done == 0) {
        text_add(&out, "PageDown");
        return desk->caption;
    }
    Bytes says = desk->lecture.steps[desk->lecture_done - 1].caption[shell_lang(desk->shell)];
    text_addf(&out, "%u/%u  ", (unsigned)desk->lecture_done, (unsigned)desk->lecture.count);
    text_add_n(&out, (const char *)says.data, says.len);
    return desk->caption;
}
