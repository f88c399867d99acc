/*
 * render.c: one session, one picture. See render.h.
 *
 * Knows no file and no font: it composes the scene and hands its display list to a back end.
 */
#include "viz/render.h"

#include <stdlib.h>
#include <string.h>

#include "viz/svg.h"

static const char *const names[RENDER_VIEW_COUNT] = {"window", "ladder", "fsm", "header"};

enum { PIXELS_MIN = 200, PIXELS_MAX = 8192 };

RenderView render_view_of_name(const char *name)
{
    int view = 0;
    while (view < RENDER_VIEW_COUNT && strcmp(names[view], name) != 0)
        view++;
    return (RenderView)view;
}

bool render_size_of_text(const char *text, uint32_t *width, uint32_t *height)
{
    char *end;
    unsigned long w = strtoul(text, &end, 10), h = 0;
    if (*end != 'x')
        return false;
    h = strtoul(end + 1, &end, 10);
    if (*end || w < PIXELS_MIN || h < PIXELS_MIN || w > PIXELS_MAX || h > PIXELS_MAX)
        return false;
    *width = (uint32_t)w;
    *height = (uint32_t)h;
    return true;
}

static uint32_t last_departure(const Trace *t)
{
    for (uint32_t row = trace_last(t); trace_row(t, row); row--)
        if (trace_note(t, row)->kind == NOTE_SENT)
            return row;
    return 0;
}

void render_scene(Display *d, Session *s, const RenderOptions *o)
{
    Moment moment;
    Tcb before[HOST_COUNT];
    Nanos now = session_world(s)->now;
    bool has_before = session_back(s, 1) == 1;
    if (has_before) {
        moment_remember(session_world(s), before);
        session_forward(s, 1);
        session_goto_time(s, now); /* the clock may have waited after the last event */
    }
    moment_of(&moment, s);
    moment.has_before = has_before;
    if (has_before)
        memcpy(moment.before, before, sizeof before);
    View view = {.width = o->width ? (float)o->width : 1280,
                 .height = o->height ? (float)o->height : 720,
                 .zoom = o->zoom,
                 .lang = o->lang,
                 .absolute = o->absolute,
                 .hold = moment.world->hold,
                 .title = o->title};
    display_reset(d, view.width, view.height);
    switch (o->view) {
    case RENDER_LADDER: scene_ladder(d, &moment, &view); break;
    case RENDER_FSM: scene_fsm(d, &moment, &view); break;
    case RENDER_HEADER:
        scene_header(d, &moment, &view, o->row ? o->row : last_departure(moment.trace));
        break;
    case RENDER_WINDOW:
    case RENDER_VIEW_COUNT: scene_window(d, &moment, &view); break;
    }
}

void render_svg(Text *out, Session *s, const RenderOptions *o)
{
    Display d = display_new(1, 1);
    render_scene(&d, s, o);
    svg_print(out, &d, o->theme, o->title ? o->title : "Sandwire");
    display_free(&d);
}
