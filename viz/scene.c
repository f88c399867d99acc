/*
 * scene.c: the window as a whole: who gets which part of it.
 *
 * Layout only. Sizes follow from the picture's size and the View's zoom; nothing is measured in a
 * view and remembered. tests/viz/test_overlap.c lays out every view at several sizes in both
 * languages and fails on text outside its panel or on other text.
 */
#include "viz/scene.h"

#include <stdio.h>
#include <string.h>

#include "viz/layout.h"
#include "viz/measure.h"
#include "viz/views.h"
#include "viz/words.h"

/* ---- The moment ---------------------------------------------------------------------------- */

void moment_of(Moment *m, const Session *s)
{
    memset(m, 0, sizeof *m);
    m->world = session_world(s);
    m->trace = session_trace(s);
    m->position = session_position(s);
    m->length = session_length(s);
    m->branch_count = session_branches(s, m->branches, MOMENT_BRANCH_MAX);
    m->branch_count = min_u32(m->branch_count, MOMENT_BRANCH_MAX);
}

void moment_remember(const World *w, Tcb before[HOST_COUNT])
{
    for (HostId h = 0; h < HOST_COUNT; h++) {
        const Tcb *t = world_conn(w, h, 0);
        before[h] = t ? *t : (Tcb){0};
    }
}

Trace *moment_future(Session *s, Nanos *end)
{
    uint64_t here = session_position(s), length = session_length(s);
    Nanos now = session_world(s)->now;
    *end = now;
    if (here >= length)
        return NULL;
    session_goto_position(s, length);
    Trace *whole = trace_copy(session_trace(s));
    *end = session_world(s)->now;
    session_return(s, here, now);
    return whole;
}

const Tcb *moment_conn(const Moment *m, HostId host)
{
    return world_conn(m->world, host, 0);
}

uint32_t moment_last_departure(const Moment *m)
{
    for (uint32_t row = trace_last(m->trace); trace_row(m->trace, row); row--)
        if (trace_note(m->trace, row)->kind == NOTE_SENT)
            return row;
    return 0;
}

TcpState moment_state(const Moment *m, HostId host)
{
    const Tcb *t = moment_conn(m, host);
    return t ? (TcpState)t->state : CLOSED;
}

/* ---- Panels -------------------------------------------------------------------------------- */

Box panel(Display *d, Box box, const char *title, const Look *look)
{
    draw_rect(d, box, 6, ROLE_PANEL, ROLE_EDGE, 1);
    Box inside = {box.x + look->pad, box.y + look->pad * 0.6f, box.w - 2 * look->pad,
                  box.h - 1.2f * look->pad};
    if (title) {
        draw_text_fit(d, inside.x, inside.y + look->small, inside.w, title, ROLE_MUTED, look->small,
                      FONT_BOLD, ANCHOR_START);
        inside.y += look->line * 1.15f;
        inside.h -= look->line * 1.15f;
    }
    return inside;
}

Box scene_timeline_box(const View *view)
{
    return layout_of(view).box[SLOT_TIMELINE];
}

/* ---- Parts --------------------------------------------------------------------------------- */

static void host_title(char *out, size_t cap, const Moment *m, const View *view, HostId host)
{
    Text text = text_fixed(out, cap);
    const Tcb *t = moment_conn(m, host);
    uint32_t count = 0;
    for (uint16_t i = 1; i <= m->world->shape.conns; i++)
        count += world_conns(m->world)[i].used && world_conns(m->world)[i].host == host;
    text_addf(&text, "%s %c", word(WORD_HOST, view->lang), host_letter(host));
    if (t)
        text_addf(&text, "  %c[%u]", host_letter(host), (unsigned)t->number);
    if (count > 1)
        text_addf(&text, " / %u %s", (unsigned)count, word(WORD_OTHER_CONNECTIONS, view->lang));
    if (m->world->hosts[host].puppet)
        text_add(&text, "  puppet");
    if (!m->world->hosts[host].power)
        text_add(&text, "  power off");
}

/* Four corners at the end of a panel's title: a click shows it alone, or all of them again. */
static void draw_corners(Display *d, const View *view, Box box, uint32_t focus, const Look *look)
{
    float size = look->small * 0.72f, x = box.x + box.w - size - look->pad * 0.6f;
    float y = box.y + look->pad * 0.7f, arm = size * 0.36f;
    bool hot = view->hover.kind == TARGET_VIEW && view->hover.value == focus;
    display_target(d, TARGET_VIEW, HOST_NONE, focus);
    draw_rect(d, (Box){x - 3, y - 3, size + 6, size + 6}, 3, hot ? ROLE_BOX : ROLE_PANEL, ROLE_NONE,
              0);
    for (int corner = 0; corner < 4; corner++) {
        float sx = corner & 1 ? -1 : 1, sy = corner & 2 ? -1 : 1;
        float cx = corner & 1 ? x + size : x, cy = corner & 2 ? y + size : y;
        Point at[3] = {{cx + sx * arm, cy}, {cx, cy}, {cx, cy + sy * arm}};
        draw_path(d, at, 3, ROLE_NONE, hot ? ROLE_TEXT : ROLE_GRID, 1.2f, DASH_NONE, false, false);
    }
    display_no_target(d);
}

/* With smaller type where the least that the view needs would not fit. */
static void draw_fitted(Display *d, const Moment *m, const View *view, const ViewRow *row,
                        HostId host, Box box)
{
    View fitted = *view;
    Look look = look_of(view);
    float by_w = box.w / (row->least_w * look.small), by_h = box.h / (row->least_h * look.small);
    float by = by_w < by_h ? by_w : by_h;
    fitted.zoom = (view->zoom > 0 ? view->zoom : 1) * (by < 1 ? by : 1);
    row->draw(d, m, &fitted, host, box);
}

/* An open lesson stands where B's diagram stood: the learner reads and sees the wire at once. */
static void draw_lesson_side(Display *d, const Moment *m, const View *view, const Layout *l)
{
    Box whole = l->box[SLOT_B];
    draw_fitted(d, m, view, view_row(VIEW_LESSON), HOST_NONE,
                panel(d, whole, m->lesson->title, &l->look));
    draw_corners(d, view, whole, 1 + VIEW_LESSON, &l->look);
}

static void draw_side(Display *d, const Moment *m, const View *view, const Layout *l, HostId host)
{
    const Look *k = &l->look;
    char title[96];
    host_title(title, sizeof title, m, view, host);
    Box whole = l->box[host == HOST_A ? SLOT_A : SLOT_B], inside = panel(d, whole, title, k);
    draw_corners(d, view, whole, 1 + VIEW_FSM, k);
    /* The diagram first, then as many fields as there is room for. */
    float want = view_fsm_height(view, inside.w), diagram = want < inside.h ? want : inside.h;
    view_fsm(d, m, view, host, (Box){inside.x, inside.y, inside.w, diagram});
    float y = inside.y + diagram + k->pad * 0.5f;
    if (inside.y + inside.h - y < k->line * 2)
        return;
    draw_line(d, (Point){inside.x, y}, (Point){inside.x + inside.w, y}, ROLE_EDGE, 1, DASH_NONE,
              false);
    y += k->pad * 0.5f;
    view_tcb(d, m, view, host, (Box){inside.x, y, inside.w, inside.y + inside.h - y});
}

static void draw_lower(Display *d, const Moment *m, const View *view, const Layout *l, HostId host)
{
    char title[96];
    Text text = text_fixed(title, sizeof title);
    Box box = l->box[host == HOST_A ? SLOT_LOWER_A : SLOT_LOWER_B];
    if (box.w <= 0)
        return;
    ViewId id = view->lower ? (ViewId)view->lower : VIEW_SEQSPACE;
    if (id == VIEW_SEQSPACE)
        text_addf(&text, "%c → %c", host_letter(host), host_letter(host_peer(host)));
    else
        text_addf(&text, "%s %c  ·  %s", word(WORD_HOST, view->lang), host_letter(host),
                  view_row(id)->title[view->lang]);
    Box inside = panel(d, box, title, &l->look);
    view_row(id)->draw(d, m, view, host, inside);
    draw_corners(d, view, box, 1 + (uint32_t)id, &l->look);
}

static void draw_wire(Display *d, const Moment *m, const View *view, const Layout *l)
{
    Box box = l->box[SLOT_WIRE];
    view_ladder(d, m, view, panel(d, box, NULL, &l->look));
    draw_corners(d, view, box, FOCUS_LADDER, &l->look);
}

/* A view alone, in a panel of its own or in one for each host. */
static void draw_main(Display *d, const Moment *m, const View *view, const Layout *l)
{
    Box whole = l->box[SLOT_MAIN];
    ViewId id = (ViewId)(view->focus ? view->focus - 1 : VIEW_LADDER);
    const ViewRow *row = view_row(id);
    const char *title = id == VIEW_LADDER ? NULL : row->title[view->lang];
    float gap = l->look.pad, half_w = (whole.w - gap) / 2, half_h = (whole.h - gap) / 2;
    bool above = row->least_w > 3 * row->least_h || whole.w < whole.h;
    if (row->scope == VIEW_WIRE)
        draw_fitted(d, m, view, row, HOST_NONE, panel(d, whole, title, &l->look));
    for (HostId h = 0; h < HOST_COUNT && row->scope == VIEW_HOST; h++) {
        char name[160];
        host_title(name, sizeof name, m, view, h);
        Text text = text_fixed(name + strlen(name), sizeof name - strlen(name));
        text_addf(&text, "  ·  %s", row->title[view->lang]);
        Box box = {whole.x + (above ? 0 : (float)h * (half_w + gap)),
                   whole.y + (above ? (float)h * (half_h + gap) : 0), above ? whole.w : half_w,
                   above ? half_h : whole.h};
        draw_fitted(d, m, view, row, h, panel(d, box, name, &l->look));
    }
    if (view->focus && !view->presenter)
        draw_corners(d, view, whole, FOCUS_ALL, &l->look);
}

static void draw_popups(Display *d, const Moment *m, const View *view)
{
    if (!view->menu && !view->edit.open && !view->help && !view->command.open && !view->views)
        view_tooltip(d, m, view);
    view_menu(d, m, view);
    view_edit(d, view);
    view_help(d, view);
    view_list(d, view);
}

void scene_window(Display *d, const Moment *m, const View *view)
{
    Layout l = layout_of(view);
    display_reset(d, view->width, view->height);
    if (view->blank)
        return; /* the page alone */
    if (l.box[SLOT_BAR].w > 0)
        view_bar(d, m, view, l.box[SLOT_BAR]);
    if (l.arrangement == ARRANGE_SINGLE) {
        draw_main(d, m, view, &l);
    } else {
        for (HostId h = 0; h < HOST_COUNT; h++) {
            if (h == HOST_B && view->lesson && m->lesson)
                draw_lesson_side(d, m, view, &l);
            else
                draw_side(d, m, view, &l, h);
            draw_lower(d, m, view, &l, h);
        }
        draw_wire(d, m, view, &l);
    }
    if (l.box[SLOT_TIMELINE].w > 0)
        view_timeline(d, m, view, l.box[SLOT_TIMELINE]);
    view_status(d, m, view, l.box[SLOT_STATUS]);
    draw_popups(d, m, view);
}

/* ---- Alone --------------------------------------------------------------------------------- */

void scene_ladder(Display *d, const Moment *m, const View *view)
{
    View alone = *view;
    alone.focus = FOCUS_LADDER;
    Look look = look_of(&alone);
    display_reset(d, view->width, view->height);
    view_ladder(d, m, &alone, panel(d, scene_frame(d, m, &alone), NULL, &look));
}

void scene_fsm(Display *d, const Moment *m, const View *view)
{
    View alone = *view;
    alone.focus = FOCUS_LADDER;
    Look look = look_of(&alone);
    display_reset(d, view->width, view->height);
    Box frame = scene_frame(d, m, &alone);
    float half = (frame.w - look.pad) / 2;
    for (HostId h = 0; h < HOST_COUNT; h++) {
        char title[96];
        host_title(title, sizeof title, m, &alone, h);
        Box box = {frame.x + (float)h * (half + look.pad), frame.y, half, frame.h};
        view_fsm(d, m, &alone, h, panel(d, box, title, &look));
    }
}

/* Type as large as the grid and a few lines of why below it allow. */
void scene_header(Display *d, const Moment *m, const View *view, uint32_t row)
{
    View large = *view;
    large.focus = FOCUS_LADDER;
    Look look = look_of(&large);
    float by_w = view->width / (look.small * 52), by_h = view->height / (look.small * 36);
    large.zoom = (view->zoom > 0 ? view->zoom : 1) * (by_w < by_h ? by_w : by_h);
    look = look_of(&large);
    display_reset(d, view->width, view->height);
    Box inside = panel(d, scene_frame(d, m, &large), NULL, &look);
    inside.y += look.pad;
    inside.h -= look.pad;
    if (row)
        view_header(d, m, &large, row, inside);
    else
        view_nothing(d, &large, WORD_NO_SEGMENT_YET, inside);
}
