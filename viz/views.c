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

#define VIEW(id, name, scope, w, h, draw, en, zh) \
    [VIEW_##id] = {name, VIEW_##scope, w, h, draw, {en, zh}},
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

void scene_view(Display *d, const Moment *m, const View *view, ViewId id)
{
    const ViewRow *row = view_row(id);
    View alone = *view;
    alone.focus = FOCUS_LADDER; /* larger type: there is only one panel */
    Look look = look_of(&alone);
    float gap = look.pad, w = view->width - 2 * gap, h = view->height - 2 * gap;
    display_reset(d, view->width, view->height);
    if (row->scope == VIEW_WIRE) {
        draw_one(d, m, &alone, row, HOST_NONE, (Box){gap, gap, w, h});
        return;
    }
    /* What is meant to be wide gets the whole width. */
    bool above = row->least_w > 3 * row->least_h;
    float step_x = above ? 0 : (w + gap) / 2, step_y = above ? (h + gap) / 2 : 0;
    for (HostId host = 0; host < HOST_COUNT; host++) {
        Box box = {gap + (float)host * step_x, gap + (float)host * step_y, above ? w : step_x - gap,
                   above ? step_y - gap : h};
        draw_one(d, m, &alone, row, host, box);
    }
}
