/*
 * render.c: one session, one picture. See render.h.
 *
 * Knows no file and no font: it composes the scene and hands its display list to a back end.
 */
#include "viz/render.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/ladder.h"
#include "viz/svg.h"

enum { PIXELS_MIN = 200, PIXELS_MAX = 8192, LADDER_WIDTH = 960 };

RenderView render_view_of_name(const char *name)
{
    return strcmp(name, "window") == 0 ? RENDER_WINDOW : (RenderView)(1 + view_of_name(name));
}

static const struct {
    const char *name;
    uint32_t width, height;
} slides[] = {{"slide", 1920, 1080},
              {"slide-4:3", 1440, 1080},
              {"hd", 1280, 720},
              {"4k", 3840, 2160},
              {"square", 1080, 1080}};

bool render_size_of_text(const char *text, uint32_t *width, uint32_t *height)
{
    char *end;
    for (size_t i = 0; i < sizeof slides / sizeof *slides; i++) {
        if (strcmp(slides[i].name, text) != 0)
            continue;
        *width = slides[i].width;
        *height = slides[i].height;
        return true;
    }
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

/* The whole run, with type as in a window of the usual size: 12 pixels at a width of 960. */
static void fit_height(const Moment *m, View *view)
{
    view->focus = FOCUS_LADDER;
    float want = view->width / LADDER_WIDTH * (view->zoom > 0 ? view->zoom : 1);
    for (int i = 0; i < 2; i++) { /* the size of type depends on the height, too */
        view->zoom = 1;
        view->zoom = want / look_of(view).unit;
        Look look = look_of(view);
        float whole = ladder_height(m, view) + 4 * look.pad + scene_frame_head(m, view);
        view->height = floorf(fminf(fmaxf(whole, (float)PIXELS_MIN), (float)PIXELS_MAX));
    }
    view->zoom = 1;
    view->zoom = want / look_of(view).unit;
}

/* The focused connections one event earlier. */
static bool look_back(Session *s, Tcb before[HOST_COUNT])
{
    Nanos now = session_world(s)->now;
    uint64_t here = session_position(s);
    if (session_back(s, 1) != 1)
        return false;
    moment_remember(session_world(s), before);
    session_return(s, here, now);
    return true;
}

void render_moment(Display *d, Session *s, const RenderOptions *o, const Trace *future, Nanos end)
{
    Moment moment;
    Tcb before[HOST_COUNT];
    bool has_before = look_back(s, before);
    moment_of(&moment, s);
    moment.finding = o->finding;
    moment.comparison = o->comparison;
    moment.twin = o->twin;
    moment.lesson = o->lesson;
    moment.result = o->result;
    moment.future = future;
    moment.future_end = end;
    moment.has_before = has_before;
    if (has_before)
        memcpy(moment.before, before, sizeof before);
    float width = o->view == RENDER_LADDER ? LADDER_WIDTH : 1280;
    View view = {.width = o->width ? (float)o->width : width,
                 .height = o->height ? (float)o->height : 720,
                 .zoom = o->zoom,
                 .lang = o->lang,
                 .absolute = o->absolute,
                 .hold = moment.world->hold,
                 .title = o->title};
    if (o->view == RENDER_LADDER && o->height == 0)
        fit_height(&moment, &view);
    display_reset(d, view.width, view.height);
    switch (o->view) {
    case RENDER_WINDOW: scene_window(d, &moment, &view); break;
    case RENDER_LADDER: scene_ladder(d, &moment, &view); break;
    case RENDER_FSM: scene_fsm(d, &moment, &view); break;
    case RENDER_HEADER:
        scene_header(d, &moment, &view, o->row ? o->row : moment_last_departure(&moment));
        break;
    case RENDER_VIEW_COUNT: break;
    default: scene_view(d, &moment, &view, (ViewId)(o->view - 1)); break;
    }
}

void render_scene(Display *d, Session *s, const RenderOptions *o)
{
    Nanos end;
    Trace *future = moment_future(s, &end);
    render_moment(d, s, o, future, end);
    trace_free(future);
}

void render_svg(Text *out, Session *s, const RenderOptions *o)
{
    Display d = display_new(1, 1);
    render_scene(&d, s, o);
    svg_print(out, &d, o->theme, o->title ? o->title : "Sandwire");
    display_free(&d);
}
