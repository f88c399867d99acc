/*
 * test_overlap.c: nothing is cut and nothing covers anything: every view, several sizes, both
 * languages, a dozen moments.
 *
 * Of each picture: texts lie inside the picture, inside what clips them and inside the panel they
 * begin in; no text lies on another of the same layer; in the diagram no label touches a state or
 * an edge.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/viz/story.h"
#include "tests/viz/twin_story.h"
#include "viz/shape.h"
#include "viz/views.h"

static const struct {
    float w, h;
} sizes[] = {{1280, 720}, {1920, 1080}, {1024, 768}, {2560, 1440}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static char where[160];
static Finding finding;   /* of the present story */
static Comparison branch; /* likewise: another future of it */
static int complaints;

static void complain(const char *what, const char *a, const char *b)
{
    if (complaints++ < 20)
        print_error("%s: %s: <%s> <%s>\n", where, what, a, b);
}

/* The ink of a text: its box without the air above small letters. */
static Box ink(const Display *d, const Item *item)
{
    Box b = item_box(d, item);
    return (Box){b.x + 0.5f, b.y + item->size * 0.08f, b.w - 1, b.h - item->size * 0.2f};
}

static const Item *panel_of(const Display *d, const Item *text)
{
    const Item *found = NULL;
    Box t = item_box(d, text);
    for (uint32_t i = 0; i < d->item_count; i++) {
        const Item *item = &d->items[i];
        if (item->kind != ITEM_RECT || item->overlay != text->overlay)
            continue;
        bool is_panel = item->fill == ROLE_PANEL && item->stroke == ROLE_EDGE;
        if (text->overlay)
            is_panel = item->fill == ROLE_RAISED && item->stroke == ROLE_GRID;
        Box b = item_box(d, item);
        if (is_panel && t.x >= b.x && t.x < b.x + b.w && t.y + t.h > b.y && t.y < b.y + b.h)
            found = item;
    }
    return found;
}

static void check_text(const Display *d, const Item *text)
{
    Box b = ink(d, text);
    Box whole = {0, 0, d->width, d->height};
    const char *words = item_text(d, text);
    if (!box_contains(whole, b))
        complain("outside the picture", words, "");
    if (!box_contains(d->clips[text->clip], b))
        complain("cut by its clip", words, "");
    const Item *p = panel_of(d, text);
    if (p && !box_contains(item_box(d, p), b))
        complain("sticks out of its panel", words, "");
    for (const Item *other = d->items; other < text; other++)
        if (other->kind == ITEM_TEXT && other->overlay == text->overlay &&
            box_overlap(ink(d, other), b))
            complain("on another text", words, item_text(d, other));
}

static bool path_touches(const Display *d, const Item *item, Box box)
{
    Point flat[SHAPE_CURVE_STEPS + 1];
    const Point *p = d->points + item->first;
    uint32_t n = item->count;
    if (item->kind == ITEM_CURVE) {
        shape_flatten(p, flat);
        p = flat;
        n = SHAPE_CURVE_STEPS + 1;
    }
    for (uint32_t i = 1; i < n; i++)
        for (int k = 0; k <= 40; k++) {
            float t = (float)k / 40;
            Point at = {p[i - 1].x + (p[i].x - p[i - 1].x) * t,
                        p[i - 1].y + (p[i].y - p[i - 1].y) * t};
            if (at.x > box.x && at.x < box.x + box.w && at.y > box.y && at.y < box.y + box.h)
                return true;
        }
    return false;
}

/* Labels of edges keep clear of states and of every edge. */
static void check_diagram(const Display *d)
{
    for (uint32_t i = 0; i < d->item_count; i++) {
        const Item *text = &d->items[i];
        if (text->kind != ITEM_TEXT || text->target.kind != TARGET_EDGE || text->overlay)
            continue;
        Box b = ink(d, text);
        for (uint32_t k = 0; k < d->item_count; k++) {
            const Item *item = &d->items[k];
            bool state = item->kind == ITEM_RECT && item->target.kind == TARGET_STATE;
            bool edge = (item->kind == ITEM_PATH || item->kind == ITEM_CURVE) &&
                        item->target.kind == TARGET_EDGE;
            bool badge = item->kind == ITEM_CIRCLE && !item->overlay && item->size == 0 &&
                         item->target.kind == TARGET_NONE;
            if (state && box_overlap(item_box(d, item), b))
                complain("a label on a state", item_text(d, text), "");
            if (edge && path_touches(d, item, b))
                complain("a label on an edge", item_text(d, text), "");
            if (badge && box_overlap(item_box(d, item), b))
                complain("a label on a step's number", item_text(d, text), "");
        }
    }
}

/* What is drawn without a clip stays inside the picture, and inside the panel it begins in. */
static void check_shape(const Display *d, const Item *item)
{
    Box b = item_box(d, item), whole = {-12, -12, d->width + 24, d->height + 24};
    if (item->clip == 0 && !box_contains(whole, b))
        complain("a shape outside the picture", "", "");
    for (const Item *panel = d->items; item->clip == 0 && panel < item; panel++) {
        Box p = item_box(d, panel);
        bool is_panel = panel->kind == ITEM_RECT && panel->fill == ROLE_PANEL &&
                        panel->stroke == ROLE_EDGE && !item->overlay;
        bool begins = b.x > p.x && b.x < p.x + p.w && b.y + b.h > p.y && b.y + b.h < p.y + p.h;
        Box loose = {p.x - 4, p.y - 4, p.w + 8, p.h + 8};
        if (is_panel && begins && !box_contains(loose, b))
            complain("a shape sticks out of its panel", "", "");
    }
}

static void check_picture(const Display *d)
{
    for (uint32_t i = 0; i < d->item_count; i++)
        if (d->items[i].kind == ITEM_TEXT)
            check_text(d, &d->items[i]);
        else
            check_shape(d, &d->items[i]);
    check_diagram(d);
    assert_false(d->full);
}

/* All rows of a short run; of a long one about thirty. */
static uint32_t row_step(const Moment *m)
{
    return 1 + trace_last(m->trace) / 30;
}

static View view_of(int size, Lang lang)
{
    return (View){.width = sizes[size].w, .height = sizes[size].h, .lang = lang, .speed = "1/16"};
}

static void name_it(const char *what, Story story, int size, Lang lang)
{
    snprintf(where, sizeof where, "%s %s %gx%g %s", what, story_name(story), (double)sizes[size].w,
             (double)sizes[size].h, lang == LANG_ZH ? "zh" : "en");
}

typedef void Check(Display *, const Moment *, Story, int size, Lang);

/* Calls the check for every story, size and language. */
static void everywhere(Check *check)
{
    complaints = 0;
    Display d = display_new(1, 1);
    for (int story = 0; story < STORY_COUNT; story++) {
        Session *s = story_tell((Story)story);
        Moment m;
        story_finding(&finding, s);
        story_other(&branch, (Story)story);
        moment_of(&m, s);
        for (int size = 0; size < SIZES; size++)
            for (int lang = 0; lang < LANG_COUNT; lang++)
                check(&d, &m, (Story)story, size, (Lang)lang);
        comparison_free(&branch);
        session_free(s);
    }
    display_free(&d);
    assert_int_equal(complaints, 0);
}

static void check_window(Display *d, const Moment *m, Story story, int size, Lang lang)
{
    View view = view_of(size, lang);
    for (uint32_t focus = 0; focus <= VIEW_COUNT; focus++) {
        view.focus = focus;
        name_it(focus ? view_row((ViewId)(focus - 1))->name : "window", story, size, lang);
        scene_window(d, m, &view);
        check_picture(d);
    }
    view.zoom = 3; /* more than there is room for */
    for (uint32_t focus = 0; focus <= VIEW_COUNT; focus++) {
        view.focus = focus;
        name_it("window, large type", story, size, lang);
        scene_window(d, m, &view);
        check_picture(d);
    }
    view.zoom = 0;
    view.focus = FOCUS_ALL;
    for (uint32_t id = 0; id < VIEW_COUNT; id++) {
        const ViewRow *row = view_row((ViewId)id);
        if (row->scope != VIEW_HOST || row->least_h >= 6)
            continue;
        view.lower = id;
        name_it(row->name, story, size, lang);
        scene_window(d, m, &view);
        check_picture(d);
    }
    view.lower = 0;
    view.presenter = true;
    for (uint32_t focus = 1; focus <= VIEW_COUNT; focus++) {
        view.focus = focus;
        name_it("presenter", story, size, lang);
        scene_window(d, m, &view);
        check_picture(d);
    }
    view.presenter = false;
    view.focus = FOCUS_ALL;
    view.absolute = true;
    name_it("window/absolute", story, size, lang);
    scene_window(d, m, &view);
    check_picture(d);
}

static void check_alone(Display *d, const Moment *m, Story story, int size, Lang lang)
{
    View view = view_of(size, lang);
    name_it("ladder", story, size, lang);
    scene_ladder(d, m, &view);
    check_picture(d);
    name_it("fsm", story, size, lang);
    scene_fsm(d, m, &view);
    check_picture(d);
    for (ViewId id = (ViewId)0; id < VIEW_COUNT; id++) {
        name_it(view_row(id)->name, story, size, lang);
        scene_view(d, m, &view, id);
        check_picture(d);
    }
    for (uint32_t row = 1; row <= trace_last(m->trace); row += row_step(m)) {
        Seg seg;
        Bytes payload;
        if (!trace_seg(m->trace, row, &seg, &payload))
            continue;
        name_it("header", story, size, lang);
        scene_header(d, m, &view, row);
        check_picture(d);
    }
}

static void check_popups(Display *d, const Moment *m, Story story, int size, Lang lang)
{
    View view = view_of(size, lang);
    view.help = true;
    for (float zoom = 0.75f; zoom <= 3; zoom += 0.75f) {
        view.zoom = zoom;
        name_it("help", story, size, lang);
        scene_window(d, m, &view);
        check_picture(d);
        view.help = false;
        view.views = true;
        name_it("list of views", story, size, lang);
        scene_window(d, m, &view);
        check_picture(d);
        view.views = false;
        view.help = true;
    }
    view.zoom = 0;
    view.help = false;
    view.command = (Prompt){true, "A send \"hello\"", 6, "an answer\n另一行回答", false};
    name_it("command", story, size, lang);
    scene_window(d, m, &view);
    check_picture(d);
    view.command.open = false;
    view.pointer_x = view.width * 0.7f;
    view.pointer_y = view.height * 0.8f;
    for (uint32_t row = 1; row <= trace_last(m->trace); row += row_step(m)) {
        bool sent = trace_note(m->trace, row)->kind == NOTE_SENT;
        view.hover = (Target){sent ? TARGET_SEGMENT : TARGET_ROW, HOST_A, 0, row};
        name_it("tooltip", story, size, lang);
        scene_window(d, m, &view);
        check_picture(d);
        if (!sent)
            continue;
        view.selected = row;
        view.menu = true;
        view.menu_x = view.pointer_x;
        view.menu_y = view.pointer_y;
        name_it("menu", story, size, lang);
        scene_window(d, m, &view);
        check_picture(d);
        view.menu = false;
        view.edit = (Prompt){true, "SYN+ACK B:B(0) ack A+1 win 65535 <mss 1460>", 7, NULL, false};
        name_it("edit", story, size, lang);
        scene_window(d, m, &view);
        check_picture(d);
        view.edit.open = false;
    }
}

/* What lessons and searches show, beside every moment; also squeezed into a narrow panel. */
static void check_taught(Display *d, const Moment *m, Story story, int size, Lang lang)
{
    static const ViewId ids[] = {VIEW_COMPARE, VIEW_SEARCH, VIEW_TWIN, VIEW_LESSON, VIEW_RESULT};
    LessonScene lesson = story_lesson(lang);
    ResultScene result = story_result(lang);
    Moment taught = *m;
    taught.finding = &finding;
    taught.comparison = &branch;
    taught.twin = twin_story();
    taught.lesson = &lesson;
    taught.result = &result;
    View view = view_of(size, lang);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        for (view.zoom = 0.75f; view.zoom <= 3; view.zoom *= 2) {
            name_it(view_row(ids[i])->name, story, size, lang);
            scene_view(d, &taught, &view, ids[i]);
            check_picture(d);
        }
    }
}

static void windows_are_free_of_overlaps(void **state)
{
    (void)state;
    everywhere(check_window);
}

static void single_views_are_free_of_overlaps(void **state)
{
    (void)state;
    everywhere(check_alone);
}

static void popups_are_free_of_overlaps(void **state)
{
    (void)state;
    everywhere(check_popups);
}

static void what_is_taught_is_free_of_overlaps(void **state)
{
    (void)state;
    everywhere(check_taught);
}

static void an_overlap_would_be_noticed(void **state)
{
    (void)state;
    Display d = display_new(200, 100);
    draw_text(&d, 10, 20, "one", ROLE_TEXT, 10, FONT_MONO, ANCHOR_START);
    draw_text(&d, 20, 22, "two", ROLE_TEXT, 10, FONT_MONO, ANCHOR_START);
    draw_text(&d, 190, 50, "outside", ROLE_TEXT, 10, FONT_MONO, ANCHOR_START);
    int before = complaints = 100; /* silent */
    check_picture(&d);
    assert_int_equal(complaints - before, 2 + 1);
    display_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_are_free_of_overlaps),
        cmocka_unit_test(single_views_are_free_of_overlaps),
        cmocka_unit_test(popups_are_free_of_overlaps),
        cmocka_unit_test(what_is_taught_is_free_of_overlaps),
        cmocka_unit_test(an_overlap_would_be_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
