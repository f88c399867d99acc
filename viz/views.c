/*
 * views.c: the table of views.def, and a view alone in a picture. See views.h.
 *
 * The adapters here only turn a view's own signature into that of the table.
 */
#include "viz/views.h"

#include <string.h>

#include "viz/words.h"

static void draw_ladder(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    (void)host;
    view_ladder(d, m, view, box);
}

/* The same without a scale of time: what happens stands in a row of its own. */
static void draw_events(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    View even = *view;
    (void)host;
    even.even = true;
    view_ladder(d, m, &even, box);
}

static void draw_hosts(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    (void)host;
    view_hosts(d, m, view, box);
}

static void draw_branches(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    (void)host;
    view_branches(d, m, view, box);
}

static void draw_search(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    (void)host;
    view_search(d, m, view, box);
}

static void draw_compare(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    (void)host;
    view_compare(d, m, view, box);
}

static void draw_twin(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    (void)host;
    view_twin(d, m, view, box);
}

static void draw_lesson(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    (void)host;
    view_lesson(d, m, view, box);
}

static void draw_result(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    (void)host;
    view_result(d, m, view, box);
}

/* Of the chosen segment, or else of the one that left last. */
static void draw_header(Display *d, const Moment *m, const View *view, HostId host, Box box)
{
    (void)host;
    uint32_t row = view->selected ? view->selected : moment_last_departure(m);
    if (row)
        view_header(d, m, view, row, box);
    else
        view_nothing(d, view, WORD_NO_SEGMENT_YET, box);
}

void view_nothing(Display *d, const View *view, Word what, Box box)
{
    Look look = look_of(view);
    draw_text_wrapped(d, box, word(what, view->lang), ROLE_MUTED, look.small, FONT_MONO);
}

#define VIEW(id, name, scope, w, h, good_w, good_h, draw, en, zh) \
    [VIEW_##id] = {name, VIEW_##scope, w, h, good_w, good_h, draw, {en, zh}},
static const ViewRow rows[VIEW_COUNT] = {
#include "viz/views.def"
};
#undef VIEW

const ViewRow *view_row(ViewId id)
{
    CHECK(id < VIEW_COUNT);
    return &rows[id];
}

ViewId view_of_name(const char *name)
{
    int id = 0;
    while (id < VIEW_COUNT && strcmp(rows[id].name, name) != 0)
        id++;
    return (ViewId)id;
}

static void draw_one(Display *d, const Moment *m, const View *view, const ViewRow *row, HostId host,
                     Box box)
{
    char title[128];
    Text out = text_fixed(title, sizeof title);
    Look look = look_of(view);
    if (host < HOST_COUNT)
        text_addf(&out, "%s %c  ·  ", word(WORD_HOST, view->lang), host_letter(host));
    text_add(&out, row->title[view->lang]);
    row->draw(d, m, view, host, panel(d, box, title, &look));
}

/* The type is as large as the view can bear, like on a slide. */
static float slide_zoom(const View *view, const ViewRow *row, float across, float down)
{
    Look look = look_of(view);
    float margin = 4 * look.small;
    float by_w = (view->width / across - margin) / (row->good_w * look.small);
    float by_h = (view->height / down - margin) / (row->good_h * look.small);
    float most = by_w < by_h ? by_w : by_h;
    return (view->zoom > 0 ? view->zoom : 1) * (most < 1 ? 1 : most > 2 ? 2 : most);
}

void scene_view(Display *d, const Moment *m, const View *view, ViewId id)
{
    const ViewRow *row = view_row(id);
    View alone = *view;
    alone.focus = FOCUS_LADDER; /* larger type: there is only one panel */
    /* What is meant to be wide gets the whole width. */
    bool two = row->scope == VIEW_HOST, above = two && row->good_w > 2 * row->good_h;
    alone.zoom = slide_zoom(&alone, row, two && !above ? 2 : 1, above ? 2 : 1);
    Look look = look_of(&alone);
    display_reset(d, view->width, view->height);
    Box frame = scene_frame(d, m, &alone);
    float gap = look.pad, w = frame.w, h = frame.h;
    if (row->scope == VIEW_WIRE) {
        draw_one(d, m, &alone, row, HOST_NONE, frame);
        return;
    }
    float step_x = above ? 0 : (w + gap) / 2, step_y = above ? (h + gap) / 2 : 0;
    for (HostId host = 0; host < HOST_COUNT; host++) {
        Box box = {frame.x + (float)host * step_x, frame.y + (float)host * step_y,
                   above ? w : step_x - gap, above ? step_y - gap : h};
        draw_one(d, m, &alone, row, host, box);
    }
}
