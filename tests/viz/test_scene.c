/*
 * test_scene.c: what the pictures say, and golden SVGs of a few of them.
 *
 * The files under golden/ were looked at before they were kept. When a picture changes on purpose:
 *
 *     SANDWIRE_UPDATE_GOLDEN=1 ctest -R viz.scene       then look at the difference, as pictures
 *
 * A picture that differs is left beside the test program as NAME.svg.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "tests/viz/story.h"
#include "tests/viz/twin_story.h"
#include "viz/render.h"

/* ---- golden pictures ---- */

static const struct {
    const char *name;
    Story story;
    RenderOptions options;
} golden[] = {
    {"window-life-en", STORY_LIFE, {.view = RENDER_WINDOW}},
    {"window-flight-zh-dark",
     STORY_FLIGHT,
     {.view = RENDER_WINDOW, .lang = LANG_ZH, .theme = THEME_DARK}},
    {"ladder-loss-en", STORY_LOSS, {.view = RENDER_LADDER}},
    {"ladder-copy-zh", STORY_COPY, {.view = RENDER_LADDER, .lang = LANG_ZH}},
    {"fsm-simultaneous-en", STORY_SIMULTANEOUS, {.view = RENDER_FSM}},
    {"fsm-reset-zh", STORY_RESET, {.view = RENDER_FSM, .lang = LANG_ZH}},
    {"header-syn-ack-en", STORY_HANDSHAKE, {.view = RENDER_HEADER, .row = 5}},
    {"header-data-zh", STORY_LIFE, {.view = RENDER_HEADER, .row = 10, .lang = LANG_ZH}},
    {"events-loss-zh", STORY_LOSS, {.view = 1 + VIEW_EVENTS, .lang = LANG_ZH}},
    {"tcb-life-en", STORY_LIFE, {.view = 1 + VIEW_TCB}},
    {"seqspace-hole-en", STORY_HOLE, {.view = 1 + VIEW_SEQSPACE}},
    {"seqspace-flight-zh-dark",
     STORY_FLIGHT,
     {.view = 1 + VIEW_SEQSPACE, .lang = LANG_ZH, .theme = THEME_DARK}},
    {"queues-hole-en", STORY_HOLE, {.view = 1 + VIEW_QUEUES}},
    {"plot-hole-zh", STORY_HOLE, {.view = 1 + VIEW_PLOT, .lang = LANG_ZH}},
    {"timeseq-hole-en", STORY_HOLE, {.view = 1 + VIEW_TIMESEQ}},
    {"compare-loss-en", STORY_LOSS, {.view = 1 + VIEW_COMPARE}},
    {"compare-life-zh-dark",
     STORY_LIFE,
     {.view = 1 + VIEW_COMPARE, .lang = LANG_ZH, .theme = THEME_DARK}},
    {"search-loss-zh", STORY_LOSS, {.view = 1 + VIEW_SEARCH, .lang = LANG_ZH}},
    {"twin-en", STORY_LIFE, {.view = 1 + VIEW_TWIN}},
    {"twin-zh-dark", STORY_LIFE, {.view = 1 + VIEW_TWIN, .lang = LANG_ZH, .theme = THEME_DARK}},
    {"lesson-life-en", STORY_LIFE, {.view = 1 + VIEW_LESSON}},
    {"result-life-zh-dark",
     STORY_LIFE,
     {.view = 1 + VIEW_RESULT, .lang = LANG_ZH, .theme = THEME_DARK}},
    {"hosts-life-en", STORY_LIFE, {.view = 1 + VIEW_HOSTS}},
    {"branches-zh", STORY_BRANCHES, {.view = 1 + VIEW_BRANCHES, .lang = LANG_ZH}},
};

static char *read_whole(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char *text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, f), size);
    fclose(f);
    return text;
}

static void write_whole(const char *path, const Text *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text->buf, 1, text->len, f), text->len);
    fclose(f);
}

/* The line in which two texts part. */
static void report(const char *name, const char *want, const char *got)
{
    int line = 1;
    while (*want && *want == *got) {
        line += *want == '\n';
        want++;
        got++;
    }
    print_error("%s: line %d: expected <%.60s> got <%.60s>\n", name, line, want, got);
}

static bool same_as_golden(const char *name, const Text *svg)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/viz/golden/%s.svg", SANDWIRE_SOURCE_DIR, name);
    if (getenv("SANDWIRE_UPDATE_GOLDEN")) {
        write_whole(path, svg);
        return true;
    }
    char *want = read_whole(path);
    bool same = want && strcmp(want, svg->buf) == 0;
    if (!same) {
        report(name, want ? want : "(no file)", svg->buf);
        snprintf(path, sizeof path, "%s.svg", name);
        write_whole(path, svg);
    }
    free(want);
    return same;
}

static void pictures_are_the_golden_ones(void **state)
{
    (void)state;
    int different = 0;
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        Session *s = story_tell(golden[i].story);
        static Finding finding;
        Comparison other;
        RenderOptions options = golden[i].options;
        LessonScene lesson = story_lesson(options.lang);
        ResultScene result = story_result(options.lang);
        story_finding(&finding, s);
        session_back(s, options.view == 1 + VIEW_SEARCH ? 5 : 0);
        story_other(&other, golden[i].story);
        options.finding = &finding;
        options.comparison = &other;
        options.twin = twin_story();
        options.lesson = &lesson;
        options.result = &result;
        Text svg = text_heap();
        render_svg(&svg, s, &options);
        different += !same_as_golden(golden[i].name, &svg);
        text_heap_free(&svg);
        comparison_free(&other);
        session_free(s);
    }
    assert_int_equal(different, 0);
}

/* ---- what pictures say ---- */

static bool is_said_in_red(const Display *d, const char *words)
{
    for (uint32_t i = 0; i < d->item_count; i++)
        if (d->items[i].kind == ITEM_TEXT && d->items[i].fill == ROLE_RST &&
            strstr(item_text(d, &d->items[i]), words))
            return true;
    return false;
}

static void every_picture_says_that_a_rule_is_off(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_LIFE);
    session_apply(s, &(Cmd){.op = CMD_RULE, .key = RULE_THIRD_ACK}, bytes_of(NULL, 0));
    Display d = display_new(1, 1);
    for (int view = 0; view < RENDER_VIEW_COUNT; view++)
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            RenderOptions options = {.view = (RenderView)view, .lang = (Lang)lang};
            render_scene(&d, s, &options);
            assert_true(is_said_in_red(&d, "third-ack"));
        }
    Moment m;
    View view = {.width = 1280, .height = 720, .presenter = true};
    moment_of(&m, s);
    scene_window(&d, &m, &view);
    assert_true(is_said_in_red(&d, "third-ack"));
    display_free(&d);
    session_free(s);
}

static View small_view(void)
{
    return (View){.width = 1280, .height = 720, .speed = "1"};
}

static bool says(const Display *d, const char *words)
{
    for (uint32_t i = 0; i < d->item_count; i++)
        if (strstr(item_text(d, &d->items[i]), words))
            return true;
    return false;
}

static void the_same_moment_gives_the_same_picture(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_BULK);
    Moment m;
    View view = small_view();
    moment_of(&m, s);
    Display a = display_new(1, 1), b = display_new(1, 1);
    scene_window(&a, &m, &view);
    scene_window(&b, &m, &view);
    assert_true(a.item_count > 100);
    assert_true(display_equal(&a, &b));
    display_free(&a);
    display_free(&b);
    session_free(s);
}

/* The middle of the box that is the packet of the segment; false if there is none. */
static bool packet_at(const Display *d, uint32_t row, float *x, float *y)
{
    for (uint32_t i = 0; i < d->item_count; i++) {
        const Item *item = &d->items[i];
        if (item->kind == ITEM_RECT && item->target.kind == TARGET_SEGMENT &&
            item->target.value == row && item->w == 14) {
            *x = item->x + 7;
            *y = item->y + 5;
            return true;
        }
    }
    return false;
}

static void a_segment_travels_from_one_side_to_the_other(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_HANDSHAKE);
    Display d = display_new(1, 1);
    View view = small_view();
    float x, y, last_x = 0, last_y = 0;
    for (Nanos at = 5 * NANOS_MS; at < 50 * NANOS_MS; at += 5 * NANOS_MS) {
        Moment m;
        session_goto_time(s, at);
        moment_of(&m, s);
        scene_ladder(&d, &m, &view);
        assert_true(packet_at(&d, 3, &x, &y));
        assert_true(x > last_x && y > last_y);
        last_x = x;
        last_y = y;
    }
    Moment m;
    session_goto_time(s, 50 * NANOS_MS);
    moment_of(&m, s);
    scene_ladder(&d, &m, &view);
    assert_false(packet_at(&d, 3, &x, &y)); /* it has arrived */
    assert_true(packet_at(&d, 5, &x, &y));  /* and the answer has left */
    display_free(&d);
    session_free(s);
}

static void a_retransmission_is_named_as_wireshark_does(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_LOSS);
    Display d = display_new(1, 1);
    Moment m;
    View view = small_view();
    view.height = 1200;
    moment_of(&m, s);
    scene_ladder(&d, &m, &view);
    assert_true(says(&d, "Retransmission (of #4)"));
    assert_true(says(&d, "Retransmission (of #15)"));
    assert_true(says(&d, "lost"));
    view.lang = LANG_ZH;
    scene_ladder(&d, &m, &view);
    assert_true(says(&d, "Retransmission")); /* Wireshark's word stays */
    assert_true(says(&d, "丢失"));
    display_free(&d);
    session_free(s);
}

/* How many edges of the host's diagram are drawn as taken: dark or in the accent colour. */
static uint32_t edges_taken(const Display *d, HostId host)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->item_count; i++) {
        const Item *item = &d->items[i];
        bool line = item->kind == ITEM_PATH || item->kind == ITEM_CURVE;
        if (line && item->target.kind == TARGET_EDGE && item->target.host == host)
            count += item->stroke != ROLE_GRID;
    }
    return count;
}

static void the_diagram_marks_every_edge_that_was_taken(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_LIFE);
    Display d = display_new(1, 1);
    Moment m;
    View view = small_view();
    moment_of(&m, s);
    scene_fsm(&d, &m, &view);
    assert_int_equal(edges_taken(&d, HOST_A), 5); /* to SYN-SENT ... to TIME-WAIT */
    assert_int_equal(edges_taken(&d, HOST_B), 6); /* to LISTEN ... to CLOSED */
    assert_true(says(&d, "5/21"));
    assert_true(says(&d, "6/21"));
    session_goto_position(s, 0);
    moment_of(&m, s);
    scene_fsm(&d, &m, &view);
    assert_int_equal(edges_taken(&d, HOST_A), 0);
    display_free(&d);
    session_free(s);
}

static void every_edge_has_its_label_and_step(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_EMPTY);
    Display d = display_new(1, 1);
    Moment m;
    View view = small_view();
    moment_of(&m, s);
    scene_fsm(&d, &m, &view);
    uint32_t lines[STATE_EDGE_COUNT] = {0}, labels[STATE_EDGE_COUNT] = {0};
    for (uint32_t i = 0; i < d.item_count; i++) {
        const Item *item = &d.items[i];
        if (item->target.kind != TARGET_EDGE || item->target.host != HOST_A)
            continue;
        if (item->kind == ITEM_TEXT)
            labels[item->target.value]++;
        else
            lines[item->target.value]++;
    }
    for (int e = 0; e < STATE_EDGE_COUNT; e++) {
        assert_int_equal(lines[e], 1);
        assert_true(labels[e] >= 1);
    }
    for (const char *const *step =
             (const char *const[]){"1", "2", "3", "一", "二", "三", "四", NULL};
         *step; step++)
        assert_true(says(&d, *step));
    display_free(&d);
    session_free(s);
}

/* The words of an edge's label are those of the table, whatever the line breaks. */
static void labels_of_edges_say_what_the_table_says(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_EMPTY);
    Display d = display_new(1, 1);
    Moment m;
    View view = small_view();
    moment_of(&m, s);
    scene_fsm(&d, &m, &view);
    for (uint32_t e = 0; e < STATE_EDGE_COUNT; e++) {
        char got[128] = "", want[128] = "";
        for (uint32_t i = 0; i < d.item_count; i++) {
            const Item *item = &d.items[i];
            if (item->kind == ITEM_TEXT && item->target.kind == TARGET_EDGE &&
                item->target.host == HOST_A && item->target.value == e)
                strncat(got, item_text(&d, item), sizeof got - strlen(got) - 1);
        }
        snprintf(want, sizeof want, "%s%s", state_edges[e].event, state_edges[e].action);
        char *parts[2] = {got, want};
        for (int k = 0; k < 2; k++) {
            char *to = parts[k];
            for (const char *c = parts[k]; *c; c++)
                if (*c != ' ' && *c != '/')
                    *to++ = *c;
            *to = '\0';
        }
        assert_string_equal(got, want);
    }
    display_free(&d);
    session_free(s);
}

static void what_changed_is_marked_with_what_it_was(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_HANDSHAKE);
    Display d = display_new(1, 1);
    RenderOptions options = {.view = RENDER_WINDOW, .width = 1920, .height = 1080};
    session_goto_row(s, 6); /* A has just received the SYN+ACK */
    render_scene(&d, s, &options);
    assert_true(says(&d, "A+1 ← A"));
    assert_int_equal(trace_last(session_trace(s)), 7);
    display_free(&d);
    session_free(s);
}

static void a_place_on_the_timeline_is_a_moment(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_LIFE);
    Moment m;
    View view = small_view();
    Box box = scene_timeline_box(&view);
    Nanos at, before = 0, end = session_world(s)->now;
    moment_of(&m, s);
    float y = box.y + box.h / 2;
    for (float x = box.x; x < box.x + box.w; x += 20) {
        assert_true(timeline_at(&m, &view, x, y, &at));
        assert_true(at >= before && at <= end);
        before = at;
    }
    assert_true(timeline_at(&m, &view, box.x, y, &at));
    assert_int_equal(at, 0);
    assert_true(timeline_at(&m, &view, box.x + box.w, y, &at));
    assert_int_equal(at, end);
    assert_false(timeline_at(&m, &view, box.x, box.y - 10, &at));
    session_free(s);
}

static void whatever_can_be_clicked_is_hit_where_it_is_seen(void **state)
{
    (void)state;
    Session *s = story_tell(STORY_HELD);
    Display d = display_new(1, 1);
    Moment m;
    View view = small_view();
    float x, y;
    moment_of(&m, s);
    scene_window(&d, &m, &view);
    assert_true(packet_at(&d, 4, &x, &y));
    Target hit = display_hit(&d, x, y);
    assert_int_equal(hit.kind, TARGET_SEGMENT);
    assert_int_equal(hit.value, 4);
    view.menu = true;
    view.selected = 4;
    view.menu_x = x;
    view.menu_y = y;
    scene_window(&d, &m, &view);
    bool found = false;
    for (uint32_t i = 0; i < d.item_count && !found; i++) {
        const Item *item = &d.items[i];
        if (item->kind != ITEM_RECT || item->target.kind != TARGET_MENU)
            continue;
        hit = display_hit(&d, item->x + 5, item->y + 5);
        assert_int_equal(hit.kind, TARGET_MENU);
        found = menu_action(hit.value) == KEY_DELIVER;
    }
    assert_true(found);
    display_free(&d);
    session_free(s);
}

static void sizes_and_views_are_read_from_words(void **state)
{
    (void)state;
    uint32_t w, h;
    assert_true(render_size_of_text("1920x1080", &w, &h));
    assert_int_equal(w, 1920);
    assert_int_equal(h, 1080);
    assert_false(render_size_of_text("1920", &w, &h));
    assert_false(render_size_of_text("10x10", &w, &h));
    assert_false(render_size_of_text("1920x1080x", &w, &h));
    assert_false(render_size_of_text("99999x99999", &w, &h));
    assert_int_equal(render_view_of_name("fsm"), RENDER_FSM);
    assert_int_equal(render_view_of_name("moon"), RENDER_VIEW_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_are_the_golden_ones),
        cmocka_unit_test(every_picture_says_that_a_rule_is_off),
        cmocka_unit_test(the_same_moment_gives_the_same_picture),
        cmocka_unit_test(a_segment_travels_from_one_side_to_the_other),
        cmocka_unit_test(a_retransmission_is_named_as_wireshark_does),
        cmocka_unit_test(the_diagram_marks_every_edge_that_was_taken),
        cmocka_unit_test(every_edge_has_its_label_and_step),
        cmocka_unit_test(labels_of_edges_say_what_the_table_says),
        cmocka_unit_test(what_changed_is_marked_with_what_it_was),
        cmocka_unit_test(a_place_on_the_timeline_is_a_moment),
        cmocka_unit_test(whatever_can_be_clicked_is_hit_where_it_is_seen),
        cmocka_unit_test(sizes_and_views_are_read_from_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
