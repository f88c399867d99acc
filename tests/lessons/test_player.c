/*
 * test_player.c - lessons played: every lesson to its end in both languages, each wrong answer gets
 * what was written for it, and a lesson left at any step goes on there, world and all.
 */
#include "tests/lessons/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/player.h"
#include "lessons/predict.h"
#include "repl/width.h"

static const char *const lessons[] = {"en/opening.md", "en/loss.md", "en/closing.md",
                                      "exercises/last-ack.md", "exercises/fast-retransmit.md"};
enum { LESSON_COUNT = sizeof lessons / sizeof lessons[0] };

typedef struct Seat {
    Lesson *lesson;
    Shell *shell;
    Player *player;
} Seat;

static Seat sit(Lesson *lesson, PlayerOptions options)
{
    ShellOptions shell = {.session = {.seed = lesson->seed}, .lang = options.lang};
    Seat s = {.lesson = lesson, .shell = shell_new(&shell)};
    assert_non_null(s.shell);
    s.player = player_new(lesson, s.shell, options);
    return s;
}

static void stand_up(Seat *s, bool with_lesson)
{
    player_free(s->player);
    shell_free(s->shell);
    if (with_lesson)
        lesson_free(s->lesson);
}

/* What the player says to a line. */
static PlayerStatus say(Seat *s, const char *line, Text *out)
{
    text_clear(out);
    return player_line(s->player, line, out);
}

static uint64_t digest(const Seat *s)
{
    return world_digest(session_world(shell_session(s->shell)));
}

/* ---- right answers ---- */

static void answer_rightly(Seat *s, const Block *b, Text *out)
{
    PredictKey key;
    const char *why[LANG_COUNT];
    assert_true(predict_compute(b, s->shell, &key, why));
    assert_true(player_keys(s->player) & PLAYER_ANSWER);
    assert_int_equal(say(s, key.text, out), PLAYER_STAYS);
    if (!(player_keys(s->player) & PLAYER_NEXT))
        print_message("%s: '%s' is not taken as right:\n%s\n", b->id, key.text, out->buf);
    assert_true(player_keys(s->player) & PLAYER_NEXT);
}

static void do_the_task(Seat *s, const Block *b, Text *out)
{
    const char *at = block_entry(b, ENTRY_SOLUTION)->code;
    while (*at) {
        char line[256];
        size_t n = strcspn(at, "\n");
        snprintf(line, sizeof line, "%.*s", (int)n, at);
        assert_int_equal(say(s, line, out), PLAYER_STAYS);
        at += n + (at[n] == '\n');
    }
    if (!player_judgement(s->player)->passed)
        print_message("%s is not passed:\n%s\n", b->id, out->buf);
    assert_true(player_judgement(s->player)->passed);
}

/* Does whatever the present step asks for; Enter would go on now. */
static void settle(Seat *s, Text *out)
{
    const LessonStep *step = player_step_of(s->player);
    BlockKind kind = step->block ? step->block->kind : BLOCK_NONE;
    if (kind == BLOCK_DEMO || kind == BLOCK_BREAK)
        assert_int_equal(say(s, "", out), PLAYER_STAYS);
    if (kind == BLOCK_PREDICT)
        answer_rightly(s, step->block, out);
    if (kind == BLOCK_TASK)
        do_the_task(s, step->block, out);
}

static void assert_narrow(const char *text)
{
    for (const char *at = text; *at; at += *at == '\n') {
        size_t n = strcspn(at, "\n");
        if (width_of(at, n) > 80)
            print_message("too wide: %.*s\n", (int)n, at);
        assert_in_range(width_of(at, n), 0, 80);
        at += n;
    }
}

static void play_to_the_end(const char *name, Lang lang)
{
    Seat s = sit(content(name), (PlayerOptions){.lang = lang});
    Text out = text_heap();
    PlayerStatus status = PLAYER_MOVED;
    for (int stops = 0; status != PLAYER_ENDED; stops++) {
        assert_in_range(stops, 0, 200);
        text_clear(&out);
        player_screen(s.player, &out);
        assert_true(out.len > 0);
        assert_narrow(out.buf);
        settle(&s, &out);
        assert_narrow(out.buf);
        status = say(&s, "", &out);
        assert_true(status == PLAYER_MOVED || status == PLAYER_ENDED);
    }
    Progress progress = {0};
    player_export(s.player, &progress);
    const LessonProgress *l = progress_find(&progress, s.lesson->id);
    assert_true(l->finished);
    for (uint32_t i = 0; i < l->block_count; i++)
        assert_true(l->blocks[i].status == BLOCK_SOLVED || l->blocks[i].status == BLOCK_DONE);
    progress_free(&progress);
    text_heap_free(&out);
    stand_up(&s, true);
}

static void every_lesson_can_be_played_to_its_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < LESSON_COUNT; i++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            play_to_the_end(lessons[i], (Lang)lang);
}

/* ---- wrong answers ---- */

static void try_wrong_answers(Seat *s, const Block *b, Lang lang, Text *out)
{
    for (const Entry *e = block_entry(b, ENTRY_WRONG); e; e = block_next(b, ENTRY_WRONG, e)) {
        if (strcmp(e->name, "else") == 0 || b->type == PREDICT_SEGMENT)
            continue;
        assert_int_equal(say(s, e->name, out), PLAYER_STAYS);
        Text plain = text_heap();
        text_add(&plain, entry_say(e, lang));
        assert_says(out->buf, plain.buf);
        text_heap_free(&plain);
        assert_false(player_keys(s->player) & PLAYER_NEXT);
    }
}

static void each_wrong_answer_gets_what_was_written_for_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < LESSON_COUNT; i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            Seat s = sit(content(lessons[i]), (PlayerOptions){.lang = (Lang)lang});
            Text out = text_heap();
            PlayerStatus status = PLAYER_MOVED;
            while (status != PLAYER_ENDED) {
                const Block *b = player_step_of(s.player)->block;
                if (b && b->kind == BLOCK_PREDICT)
                    try_wrong_answers(&s, b, (Lang)lang, &out);
                settle(&s, &out);
                status = say(&s, "", &out);
            }
            text_heap_free(&out);
            stand_up(&s, true);
        }
    }
}

static void a_segment_is_judged_field_by_field(void **state)
{
    (void)state;
    Seat s = sit(content("en/opening.md"), (PlayerOptions){0});
    Text out = text_heap();
    player_goto(s.player, lesson_step_of(s.lesson, "last"));
    say(&s, "SYN A+1:A+4(3) ack B+1", &out);
    assert_says(out.buf, "The flags is not right");
    say(&s, "ACK A:A+3(3) ack B+1", &out);
    assert_says(out.buf, "What has A used so far?");
    say(&s, "ACK A+1:A+4(3) ack B", &out);
    assert_says(out.buf, "Which one does A expect next?");
    say(&s, "ACK A+1 ack B+1", &out);
    assert_says(out.buf, "three bytes long");
    say(&s, "ACK A+1:A+4(3)", &out);
    assert_says(out.buf, "The ack is not right");
    say(&s, "what?", &out);
    assert_says(out.buf, "Write a segment");
    assert_false(player_keys(s.player) & PLAYER_NEXT);
    say(&s, "ACK A+1:A+4(3) ack B+1", &out);
    assert_true(player_keys(s.player) & PLAYER_NEXT);
    text_heap_free(&out);
    stand_up(&s, true);
}

/* ---- small lessons ---- */

/* The whole fenced block. */
#define TASK                                                                                 \
    "```task {#t points=5 budget=interventions:1}\n"                                         \
    "do: Connect, without a reset.\n"                                                        \
    "allow: connect send abort drop\n"                                                       \
    "check est \"Both are ESTABLISHED\": A.state == ESTABLISHED && B.state == ESTABLISHED\n" \
    "never rst \"No reset\": count(RST from A) + count(RST from B) > 0\n"                    \
    "eventually<=2s soon \"Within two seconds\": B.state == ESTABLISHED\n"                   \
    "hint 1: One.\nhint 2 cost=2: Two.\n"                                                    \
    "wrong rst: That was rude.\nwrong est: Not connected yet.\n"                             \
    "wrong budget: Too much meddling.\n"                                                     \
    "because: Well done.\n"                                                                  \
    "solution: A connect B:80\n"                                                             \
    "reject rst: A connect B:80; A abort\n"                                                  \
    "```\n"

static const char small[] = HEAD "First words.\n\n" FENCE("sandwire setup {#w}", "B listen 80\n")
    FENCE("predict {#p type=number}",
          "ask: How many?\non: A connect B:80\nanswer: count(any from A)\nhint 1: Count.\n"
          "wrong 1: One more.\nwrong else: No.\nbecause: SYN and ACK.\n")
        TASK FENCE("sandwire demo {#d}", "> state A\n")
            FENCE("note presenter {#n}", "Say it slowly.\n")
                FENCE("break third-ack {#b}", "do: Explore.\n") "Last words.\n";

static void nothing_advances_by_itself(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    Text out = text_heap();
    assert_int_equal(player_keys(s.player), PLAYER_NEXT | PLAYER_PLAY | PLAYER_QUIT);
    assert_int_equal(say(&s, "", &out), PLAYER_MOVED);
    uint32_t question = player_step(s.player);
    for (int i = 0; i < 3; i++)
        assert_int_equal(say(&s, "", &out), PLAYER_STAYS);
    assert_int_equal(say(&s, "next", &out), PLAYER_STAYS);
    assert_says(out.buf, "Answer first");
    assert_int_equal(say(&s, "1", &out), PLAYER_STAYS);
    assert_says(out.buf, "One more.");
    assert_int_equal(say(&s, "99", &out), PLAYER_STAYS);
    assert_says(out.buf, "No.");
    assert_int_equal(say(&s, "many", &out), PLAYER_STAYS);
    assert_says(out.buf, "Write a number");
    assert_int_equal(player_step(s.player), question);
    assert_int_equal(say(&s, "2", &out), PLAYER_STAYS);
    assert_says(out.buf, "SYN and ACK.");
    assert_int_equal(player_step(s.player), question);
    assert_int_equal(say(&s, "", &out), PLAYER_MOVED);
    text_heap_free(&out);
    stand_up(&s, true);
}

static void the_prompt_lists_only_what_is_valid(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    Text out = text_heap();
    player_prompt(s.player, &out);
    assert_string_equal(out.buf, "[1/6] Enter: next   play   quit\n> ");
    say(&s, "", &out);
    text_clear(&out);
    player_prompt(s.player, &out);
    assert_string_equal(out.buf, "[2/6] hint   solution   skip   previous   play   quit\n"
                                 "a number, with its unit if it has one > ");
    say(&s, "2", &out);
    text_clear(&out);
    player_prompt(s.player, &out);
    assert_string_equal(out.buf, "[2/6] Enter: next   hint   previous   play   quit\n> ");
    text_heap_free(&out);
    stand_up(&s, true);
}

static void a_task_shows_its_three_states(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    Text out = text_heap();
    player_goto(s.player, lesson_step_of(s.lesson, "t"));
    say(&s, "check", &out);
    assert_says(out.buf, "[  ] Both are ESTABLISHED");
    assert_says(out.buf, "[ok] No reset (so far)");
    assert_says(out.buf, "[  ] Within two seconds");
    assert_says(out.buf, "Not connected yet.");
    say(&s, "A connect B:80; A abort", &out);
    assert_says(out.buf, "[!!] No reset");
    assert_says(out.buf, "That was rude.");
    assert_says(out.buf, "[ok] Within two seconds");
    assert_false(player_judgement(s.player)->passed);
    say(&s, "undo", &out);
    assert_says(out.buf, "[ok] No reset");
    say(&s, "run 3s", &out);
    assert_says(out.buf, "[!!] Within two seconds (too late");
    say(&s, "undo", &out);
    say(&s, "A connect B:80", &out);
    assert_says(out.buf, "All checks hold.");
    assert_says(out.buf, "Well done.");
    text_heap_free(&out);
    stand_up(&s, true);
}

static void interventions_are_counted_on_the_final_branch(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    Text out = text_heap();
    player_goto(s.player, lesson_step_of(s.lesson, "t"));
    say(&s, "drop next SYN from A", &out);
    say(&s, "drop next ACK from A", &out);
    assert_int_equal(player_judgement(s.player)->interventions, 2);
    assert_true(player_judgement(s.player)->over_budget);
    say(&s, "A connect B:80", &out);
    say(&s, "check", &out);
    assert_says(out.buf, "Too much meddling.");
    say(&s, "undo", &out);
    say(&s, "undo", &out);
    say(&s, "undo", &out);
    assert_int_equal(player_judgement(s.player)->interventions, 0);
    say(&s, "A connect B:80", &out);
    assert_true(player_judgement(s.player)->passed);
    text_heap_free(&out);
    stand_up(&s, true);
}

static void judging_leaves_the_world_as_it_is(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    Text out = text_heap();
    player_goto(s.player, lesson_step_of(s.lesson, "t"));
    static const char *const lines[] = {"A connect B:80", "run 700ms", "A send \"x\"",
                                        "back 3",         "goto end",  "run 50ms"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        say(&s, lines[i], &out);
        uint64_t before = digest(&s);
        Nanos now = session_world(shell_session(s.shell))->now;
        say(&s, "check", &out);
        assert_true(digest(&s) == before);
        assert_true(session_world(shell_session(s.shell))->now == now);
    }
    text_heap_free(&out);
    stand_up(&s, true);
}

static void what_a_task_does_not_allow_is_refused_with_a_list(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    Text out = text_heap();
    player_goto(s.player, lesson_step_of(s.lesson, "t"));
    uint64_t before = digest(&s);
    say(&s, "rule third-ack off", &out);
    assert_says(out.buf, "`rule` is not for this task. Allowed: connect send abort drop");
    say(&s, "state; inject A>B SYN 1", &out);
    assert_says(out.buf, "`inject` is not for this task");
    assert_true(digest(&s) == before);
    say(&s, "ladder; A.state; why", &out);
    assert_false(says_words(out.buf, "is not for this task"));
    text_heap_free(&out);
    stand_up(&s, true);
}

static void whoever_changes_the_beginning_has_not_solved_the_task(void **state)
{
    (void)state;
    Lesson *l =
        lesson_of(HEAD FENCE("sandwire setup {#w}", "B listen 80\ndrop next SYN from A\n") TASK);
    Seat s = sit(l, (PlayerOptions){0});
    Text out = text_heap();
    player_goto(s.player, lesson_step_of(s.lesson, "t"));
    say(&s, "undo", &out);
    assert_says(out.buf, "You stand before the task's beginning");
    say(&s, "A connect B:80", &out);
    assert_false(player_judgement(s.player)->passed);
    assert_int_equal(say(&s, "restart", &out), PLAYER_MOVED);
    assert_false(player_judgement(s.player)->before_start);
    text_heap_free(&out);
    stand_up(&s, true);
}

static void hints_come_one_by_one_and_after_solving_too(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    Text out = text_heap();
    player_goto(s.player, lesson_step_of(s.lesson, "t"));
    say(&s, "hint", &out);
    assert_says(out.buf, "One.");
    assert_false(says_words(out.buf, "Two."));
    say(&s, "A connect B:80", &out);
    say(&s, "hint", &out);
    assert_says(out.buf, "Two.");
    say(&s, "hint", &out);
    assert_says(out.buf, "Two.");
    assert_says(out.buf, "One.");
    text_clear(&out);
    player_summary(s.player, &out);
    assert_says(out.buf, "points: 3 of 5");
    text_heap_free(&out);
    stand_up(&s, true);
}

static void a_shown_solution_is_recorded_and_does_not_count(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    Text out = text_heap();
    Progress progress = {0};
    say(&s, "", &out);
    say(&s, "solution", &out);
    assert_says(out.buf, "The answer: 2");
    say(&s, "", &out);
    say(&s, "solution", &out);
    assert_says(out.buf, "A connect B:80");
    say(&s, "A connect B:80", &out);
    assert_true(player_judgement(s.player)->passed);
    player_export(s.player, &progress);
    assert_int_equal(progress.lessons[0].blocks[0].status, BLOCK_SHOWN);
    assert_int_equal(progress.lessons[0].blocks[1].status, BLOCK_SHOWN);
    text_clear(&out);
    player_summary(s.player, &out);
    assert_says(out.buf, "predictions: 0 right of 1");
    assert_says(out.buf, "tasks: 0 solved of 1");
    assert_says(out.buf, "solutions shown: 2");
    progress_free(&progress);
    text_heap_free(&out);
    stand_up(&s, true);
}

static void skipping_can_be_forbidden(void **state)
{
    (void)state;
    Text out = text_heap();
    Seat free_seat = sit(lesson_of(small), (PlayerOptions){0});
    say(&free_seat, "", &out);
    assert_int_equal(say(&free_seat, "skip", &out), PLAYER_MOVED);
    stand_up(&free_seat, true);
    Seat s = sit(lesson_of(small), (PlayerOptions){.no_skip = true});
    say(&s, "", &out);
    assert_false(player_keys(s.player) & PLAYER_SKIP);
    assert_int_equal(say(&s, "skip", &out), PLAYER_STAYS);
    text_heap_free(&out);
    stand_up(&s, true);
}

static void wandering_ends_where_it_began(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    Text out = text_heap();
    player_goto(s.player, lesson_step_of(s.lesson, "t"));
    say(&s, "A connect B:80", &out);
    uint64_t before = digest(&s);
    say(&s, "play", &out);
    assert_int_equal(player_keys(s.player), PLAYER_COMMAND | PLAYER_RETURN | PLAYER_QUIT);
    say(&s, "A abort", &out);
    say(&s, "rule third-ack off", &out);
    assert_true(digest(&s) != before);
    assert_int_equal(say(&s, "return", &out), PLAYER_MOVED);
    assert_true(digest(&s) == before);
    assert_true(player_judgement(s.player)->passed);
    text_heap_free(&out);
    stand_up(&s, true);
}

static void notes_are_for_presenters(void **state)
{
    (void)state;
    Text out = text_heap();
    for (int presenter = 0; presenter < 2; presenter++) {
        bool seen = false;
        Seat s = sit(lesson_of(small), (PlayerOptions){.presenter = presenter == 1});
        for (int i = 0; i < 10; i++) {
            text_clear(&out);
            player_screen(s.player, &out);
            seen |= says_words(out.buf, "Say it slowly.");
            say(&s, "skip", &out);
            say(&s, "", &out);
        }
        assert_int_equal(seen, presenter == 1);
        stand_up(&s, true);
    }
    text_heap_free(&out);
}

static void chinese_words_work_as_keys(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){.lang = LANG_ZH});
    Text out = text_heap();
    assert_int_equal(say(&s, "下一步", &out), PLAYER_MOVED);
    assert_int_equal(say(&s, "提示", &out), PLAYER_STAYS);
    assert_says(out.buf, "Count.");
    assert_int_equal(say(&s, "上一步", &out), PLAYER_MOVED);
    assert_int_equal(say(&s, "退出", &out), PLAYER_LEFT);
    text_heap_free(&out);
    stand_up(&s, true);
}

/* ---- resuming ---- */

/* A second player that takes up what the first one saved, by way of the text form. */
static void assert_resumes(Seat *s)
{
    Progress saved = {0}, read = {0};
    Text text = text_heap(), before = text_heap(), after = text_heap();
    player_export(s->player, &saved);
    progress_print(&text, &saved);
    progress_parse(&read, text.buf, text.len);
    Seat other = sit(s->lesson, (PlayerOptions){0});
    assert_true(player_import(other.player, progress_find(&read, s->lesson->id)));
    assert_int_equal(player_step(other.player), player_step(s->player));
    assert_int_equal(player_keys(other.player), player_keys(s->player));
    assert_true(digest(&other) == digest(s));
    player_screen(s->player, &before);
    player_screen(other.player, &after);
    assert_string_equal(after.buf, before.buf);
    stand_up(&other, false);
    text_heap_free(&text);
    text_heap_free(&before);
    text_heap_free(&after);
    progress_free(&saved);
    progress_free(&read);
}

static void a_lesson_resumes_exactly_at_every_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < LESSON_COUNT; i++) {
        Seat s = sit(content(lessons[i]), (PlayerOptions){0});
        Text out = text_heap();
        PlayerStatus status = PLAYER_MOVED;
        while (status != PLAYER_ENDED) {
            assert_resumes(&s);
            settle(&s, &out);
            assert_resumes(&s);
            status = say(&s, "", &out);
        }
        text_heap_free(&out);
        stand_up(&s, true);
    }
}

static void a_task_half_done_resumes_with_its_world(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    Text out = text_heap();
    player_goto(s.player, lesson_step_of(s.lesson, "t"));
    static const char *const lines[] = {"drop next SYN from A",
                                        "pace step",
                                        "A connect B:80",
                                        "step 2",
                                        "back",
                                        "nonsense",
                                        "ladder",
                                        ""};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        say(&s, lines[i], &out);
        assert_resumes(&s);
    }
    text_heap_free(&out);
    stand_up(&s, true);
}

static void progress_of_another_edition_begins_at_the_beginning(void **state)
{
    (void)state;
    Seat s = sit(lesson_of(small), (PlayerOptions){0});
    BlockProgress blocks[] = {{.id = "gone", .lines = "run\n", .status = BLOCK_SOLVED},
                              {.id = "p", .lines = "", .status = BLOCK_SOLVED, .attempts = 1}};
    LessonProgress old = {
        .lesson = "small", .section = "a-section-that-is-gone", .blocks = blocks, .block_count = 2};
    assert_false(player_import(s.player, &old));
    assert_int_equal(player_step(s.player), 0);
    player_goto(s.player, lesson_step_of(s.lesson, "p"));
    assert_true(player_keys(s.player) & PLAYER_NEXT); /* what is still there is still solved */
    stand_up(&s, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_lesson_can_be_played_to_its_end),
        cmocka_unit_test(each_wrong_answer_gets_what_was_written_for_it),
        cmocka_unit_test(a_segment_is_judged_field_by_field),
        cmocka_unit_test(nothing_advances_by_itself),
        cmocka_unit_test(the_prompt_lists_only_what_is_valid),
        cmocka_unit_test(a_task_shows_its_three_states),
        cmocka_unit_test(interventions_are_counted_on_the_final_branch),
        cmocka_unit_test(judging_leaves_the_world_as_it_is),
        cmocka_unit_test(what_a_task_does_not_allow_is_refused_with_a_list),
        cmocka_unit_test(whoever_changes_the_beginning_has_not_solved_the_task),
        cmocka_unit_test(hints_come_one_by_one_and_after_solving_too),
        cmocka_unit_test(a_shown_solution_is_recorded_and_does_not_count),
        cmocka_unit_test(skipping_can_be_forbidden),
        cmocka_unit_test(wandering_ends_where_it_began),
        cmocka_unit_test(notes_are_for_presenters),
        cmocka_unit_test(chinese_words_work_as_keys),
        cmocka_unit_test(a_lesson_resumes_exactly_at_every_step),
        cmocka_unit_test(a_task_half_done_resumes_with_its_world),
        cmocka_unit_test(progress_of_another_edition_begins_at_the_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
