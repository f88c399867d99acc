/*
 * test_window.c: the window as it is used: keys, clicks, dialogs, a lecture, and the loss of the
 * display.
 *
 * What is clicked is found in the same picture that the window shows: the scene of a session to
 * which the same was done (a scene is a pure function). What came of it is read in the terminal,
 * where everything clicked appears as the line it ran.
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
#include "lessons/reading.h"
#include "repl/shell.h"
#include "tests/screen/screen.h"
#include "viz/views.h"

enum { W = 1280, H = 720 };

/* ---- Where things are ---------------------------------------------------------------------- */

/* The twin of the window's session. */
static Shell *twin(const char *lines)
{
    Shell *sh = shell_new(&(ShellOptions){.quiet = true});
    Text out = text_heap();
    uint32_t at;
    assert_non_null(sh);
    assert_int_equal(shell_text(sh, "", bytes_of(lines, strlen(lines)), false, &out, &at), LINE_OK);
    text_heap_free(&out);
    return sh;
}

/* A point of the last thing in the picture that is this; the middle of its box. */
static Point where(const char *lines, const View *view, TargetKind kind, uint32_t value)
{
    Shell *sh = twin(lines);
    Moment m;
    Point at = {-1, -1};
    Display d = display_new(1, 1);
    moment_of(&m, shell_session(sh));
    m.finding = shell_finding(sh);
    m.comparison = shell_comparison(sh);
    scene_window(&d, &m, view);
    for (uint32_t i = 0; i < d.item_count; i++) {
        const Item *item = &d.items[i];
        if (item->target.kind != kind || item->target.value != value)
            continue;
        Box b = item_box(&d, item);
        Point middle = {b.x + b.w / 2, b.y + b.h / 2};
        if (item->kind == ITEM_TEXT || at.x < 0)
            at = middle;
    }
    display_free(&d);
    shell_free(sh);
    if (at.x < 0)
        fail_msg("nothing of kind %d is %u", (int)kind, (unsigned)value);
    return at;
}

static View plain_view(void)
{
    return (View){.width = W, .height = H, .zoom = 1, .speed = "1/16"};
}

/* Until a picture of what was said last is on the screen: two keys, each waited for, are handled in
 * different rounds of the window's loop. */
static void let_it_draw(void)
{
    screen_do("key a");
    screen_expect("> numbers absolute");
    screen_do("key a");
    screen_expect("> numbers relative");
}

static void click(Point at)
{
    char words[64];
    snprintf(words, sizeof words, "mousemove %d %d click 1", (int)at.x, (int)at.y);
    screen_do(words);
}

/* ---- The tests ----------------------------------------------------------------------------- */

static int close_screen(void **state)
{
    (void)state;
    screen_close();
    return 0;
}

static void a_demo_plays_to_its_end_and_is_stepped_through(void **state)
{
    (void)state;
    screen_open(W, H, "--demo handshake");
    screen_do("key --delay 20 plus plus plus plus plus");
    screen_expect("> goto 0.650s"); /* it has played to its end */
    screen_expect("A TIME-WAIT | B LISTEN");
    screen_do("key Home");
    screen_expect("> goto start");
    screen_do("key Right");
    screen_expect("> goto #1");
    screen_expect("B LISTEN");
    screen_do("key n");
    screen_expect("> goto #2");
    screen_do("key Next"); /* a presenter's remote control; #3 happens together with #2 */
    screen_expect("> goto #4");
    screen_do("key Prior");
    screen_expect("> back");
    screen_do("key l");
    screen_expect("> lang zh");
    screen_do("key l");
    screen_expect("> lang en");
    screen_do("key q");
    assert_int_equal(screen_end(), 0);
}

#define HELD "hold on\nB listen 80\nA connect B:80\n"

static void a_segment_is_dropped_by_two_clicks(void **state)
{
    (void)state;
    View view = plain_view();
    screen_open(W, H, "--still");
    screen_say("hold on; B listen 80");
    screen_expect("B LISTEN");
    screen_do("key colon");
    screen_type("A conn"); /* Tab completes as in the terminal */
    screen_do("key Tab");
    screen_type("B:80");
    screen_do("key Return");
    screen_expect("> A connect B:80");
    screen_expect("A SYN-SENT");
    screen_do("key Escape");
    let_it_draw();
    Point at = where(HELD, &view, TARGET_SEGMENT, 4);
    click(at);
    view.selected = 4;
    let_it_draw();
    view.menu = true;
    view.menu_x = (float)(int)at.x;
    view.menu_y = (float)(int)at.y;
    uint32_t line = 0;
    while (menu_action(line) != KEY_DROP)
        line++;
    click(where(HELD, &view, TARGET_MENU, line));
    screen_expect("> drop #4");
    screen_do("key u");
    screen_expect("> undo");
    screen_do("key r");
    screen_expect("> redo");
    screen_say("quit");
    assert_int_equal(screen_end(), 0);
}

static void a_segment_is_edited_in_the_dialog(void **state)
{
    (void)state;
    screen_open(W, H, "--still");
    screen_say("hold on; B listen 80; A connect B:80");
    screen_expect("A SYN-SENT");
    let_it_draw();
    screen_do("key Tab");
    screen_do("key 5");
    screen_do("key ctrl+u");
    screen_type("SYN A:A(0) win 1000 <mss 1460>");
    screen_do("key Return");
    screen_expect("> edit #4");
    screen_do("key 1");
    screen_expect("> deliver #4");
    screen_expect("B SYN-RECEIVED");
    screen_do("key q");
    assert_int_equal(screen_end(), 0);
}

static void scrubbing_into_the_past_and_acting_there_makes_a_branch(void **state)
{
    (void)state;
    View view = plain_view();
    screen_open(W, H, "--still");
    screen_say("B listen 80; A connect B:80");
    screen_expect("A ESTABLISHED | B ESTABLISHED  0.150s");
    let_it_draw();
    Box box = scene_timeline_box(&view);
    char words[160];
    int y = (int)(box.y + box.h / 2);
    snprintf(words, sizeof words,
             "mousemove %d %d mousedown 1 mousemove %d %d mousemove %d %d mouseup 1",
             (int)(box.x + box.w * 0.9f), y, (int)(box.x + box.w * 0.7f), y,
             (int)(box.x + box.w / 2), y);
    screen_do(words);
    screen_expect("> goto 0.07");
    screen_expect("A SYN-SENT | B SYN-RECEIVED");
    screen_do("key colon");
    screen_type("A abort");
    screen_do("key Return");
    screen_expect("> A abort");
    screen_say("branches");
    screen_expect("what-if-1");
    screen_do("key Escape");
    screen_do("key q");
    assert_int_equal(screen_end(), 0);
}

#define EXPLORED "rule third-ack off\nexplore third-ack\n"

static void what_a_search_finds_opens_its_view(void **state)
{
    (void)state;
    View view = plain_view();
    view.focus = 1 + VIEW_SEARCH;
    screen_open(W, H, "--still");
    screen_say("rule third-ack off; explore third-ack");
    screen_expect("this is branch explored");
    let_it_draw();
    click(where(EXPLORED, &view, TARGET_ROW, 5));
    screen_expect("> goto #5");
    screen_say("switch main; compare explored");
    screen_expect("here they part");
    let_it_draw();
    view.focus = 1 + VIEW_COMPARE;
    click(where(EXPLORED "switch main\ncompare explored\n", &view, TARGET_ROW, 2));
    screen_expect("> goto #2");
    screen_do("key q");
    assert_int_equal(screen_end(), 0);
}

/* The twin of the window's lesson goes with it: what it waits for is what the window waits for. */
static void a_lesson_is_read_to_its_end(void **state)
{
    (void)state;
    Shell *sh = shell_new(&(ShellOptions){.quiet = true});
    Text out = text_heap();
    Reading reading;
    ReadingOptions options = {.progress_path = "/dev/null"};
    assert_int_equal(reading_open(&reading, "closing", sh, &options, &out), READING_OPEN);
    remove("screen-state/sandwire/progress"); /* of an earlier run: it would go on there */
    screen_open(W, H, "--still --lesson closing");
    for (int i = 0; player_step_of(reading.player) && i < 300; i++) {
        uint32_t keys = player_keys(reading.player), here, all;
        const char *line = keys & (PLAYER_NEXT | PLAYER_RUN) ? "" : i % 2 ? "skip" : "solution";
        if (*line) {
            screen_do("key colon");
            screen_type(line);
            screen_do("key Return");
        } else {
            screen_do(i % 2 ? "key Next" : "key Return");
        }
        player_line(reading.player, line, &out);
        char place[32];
        player_place(reading.player, &here, &all);
        snprintf(place, sizeof place, "[%u/%u]", (unsigned)here, (unsigned)all);
        screen_expect(place);
    }
    assert_null(player_step_of(reading.player));
    screen_do("key q");
    assert_int_equal(screen_end(), 0);
    reading_close(&reading);
    text_heap_free(&out);
    shell_free(sh);
}

static void a_graded_answer_stands_where_it_failed(void **state)
{
    (void)state;
    FILE *f = fopen("answer.sw", "w");
    assert_non_null(f);
    fputs("A close\n", f);
    fclose(f);
    screen_open(W, H, "--still --exercise last-ack --session answer.sw");
    screen_expect("A FIN-WAIT-2 | B CLOSE-WAIT");
    screen_do("key q");
    assert_int_equal(screen_end(), 0);
    remove("answer.sw");
}

static void a_lecture_runs_with_page_down_only(void **state)
{
    (void)state;
    char words[32];
    screen_open(W, H, "--demo lecture --still");
    for (int step = 1; step <= 10; step++) {
        screen_do("key Next");
        snprintf(words, sizeof words, "> mark step-%d", step);
        screen_expect(words);
    }
    screen_expect("A CLOSED | B LISTEN");
    screen_do("key Prior");
    screen_expect("> goto step-10");
    screen_expect("A TIME-WAIT");
    screen_do("key Next");
    screen_expect("A CLOSED");
    screen_do("key F5"); /* out of presenter mode, and into it again */
    screen_do("key F5");
    screen_do("key period");
    screen_do("key period");
    screen_say("branches"); /* going back and on again has made none */
    screen_expect("main");
    screen_say("quit");
    assert_int_equal(screen_end(), 0);
}

static void every_key_and_every_size_leaves_a_window_that_answers(void **state)
{
    (void)state;
    static const char *const sizes[] = {"640 480", "1000 760", "1279 719", "700 700", "1280 720"};
    char words[128];
    screen_open(W, H, "--demo loss --still");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        snprintf(words, sizeof words, "windowsize WINDOW %s", sizes[i]);
        screen_do(words);
        screen_do("key --delay 12 F2 F3 F4 F6 F7 F8 F9 F10 F12 v Escape f f F g g t t t t greater "
                  "greater less 0 a a question Escape F5 f f f f f F5 Escape");
        screen_say("A set nodelay on");
        screen_expect("nodelay");
    }
    screen_do("windowunmap WINDOW");
    screen_do("windowmap WINDOW");
    screen_do("key Home");
    screen_say("goto start");
    screen_expect("0s >");
    screen_say("quit");
    assert_int_equal(screen_end(), 0);
}

static void losing_the_display_loses_nothing_else(void **state)
{
    (void)state;
    screen_open(W, H, "--demo handshake");
    screen_say("goto end");
    screen_expect("A TIME-WAIT | B LISTEN");
    screen_kill_display();
    screen_expect("The display is gone");
    screen_say("A connect B:80");
    screen_expect("A ESTABLISHED | B ESTABLISHED");
    screen_say("quit");
    assert_int_equal(screen_end(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_demo_plays_to_its_end_and_is_stepped_through, close_screen),
        cmocka_unit_test_teardown(a_segment_is_dropped_by_two_clicks, close_screen),
        cmocka_unit_test_teardown(a_segment_is_edited_in_the_dialog, close_screen),
        cmocka_unit_test_teardown(scrubbing_into_the_past_and_acting_there_makes_a_branch,
                                  close_screen),
        cmocka_unit_test_teardown(what_a_search_finds_opens_its_view, close_screen),
        cmocka_unit_test_teardown(a_lesson_is_read_to_its_end, close_screen),
        cmocka_unit_test_teardown(a_graded_answer_stands_where_it_failed, close_screen),
        cmocka_unit_test_teardown(a_lecture_runs_with_page_down_only, close_screen),
        cmocka_unit_test_teardown(every_key_and_every_size_leaves_a_window_that_answers,
                                  close_screen),
        cmocka_unit_test_teardown(losing_the_display_loses_nothing_else, close_screen),
    };
    const char *missing = screen_missing();
    if (missing) {
        fprintf(stderr, "the window cannot be tested: %s\n", missing);
        return getenv("CI") ? 1 : 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
