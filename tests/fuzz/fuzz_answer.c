/*
 * fuzz_answer.c - any bytes as an answer to an exercise, and as what a learner types in a lesson.
 *
 * Grading never crashes, ends within its limits, gives the same bytes twice, and gives full points
 * only to what passes every check. The player takes any line at any step and still resumes exactly.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/grade.h"
#include "lessons/player.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_MAX = 600 }; /* longer answers say nothing new, and each runs whole worlds */

static const char lesson[] =
    "---\nlesson: small\ntitle: Small\n---\n# Small\n\nHello.\n\n"
    "```sandwire setup {#w}\nB listen 80\n```\n"
    "```predict {#n type=number}\nask: ?\non: A connect B:80\nanswer: count(any from A)\n"
    "wrong 1: !\n```\n"
    "```predict {#s type=segment}\nask: ?\non: A connect B:80\nanswer: next from B\n"
    "wrong ack: !\n```\n"
    "```predict {#f type=field}\nask: ?\non: A connect B:80\nanswer: ack of next from B\n"
    "wrong A: !\n```\n"
    "```predict {#o type=order}\nask: ?\non: A connect B:80\nchoices:\n"
    "  a \"one\": A.state == SYN_SENT\n  b \"two\": A.state == ESTABLISHED\n```\n"
    "```task {#t points=10 budget=interventions:2}\ndo: !\n"
    "check est \"Open\": A.state == ESTABLISHED && B.state == ESTABLISHED\n"
    "never rst \"No reset\": count(RST from A) > 0\n"
    "eventually<=5s data \"Data\": received(B) == \"hi\"\nhint 1: !\n"
    "solution:\n  A connect B:80\n  A send \"hi\"\n```\n";

static void grade_twice(const Lesson *l, const char *text, size_t size)
{
    Text out[2] = {text_heap(), text_heap()};
    for (int i = 0; i < 2; i++) {
        GradeResult r;
        grade_answer(l, "fuzz.sw", bytes_of(text, size), LANG_EN, &r);
        if (r.score > r.max_score || (r.passed && (r.refused || r.score != r.max_score)))
            abort();
        grade_print_json(&out[i], &r, 1);
        grade_print_text(&out[i], &r, false);
        grade_free(&r);
    }
    if (strcmp(out[0].buf, out[1].buf) != 0)
        abort();
    text_heap_free(&out[0]);
    text_heap_free(&out[1]);
}

static uint64_t digest_of(Shell *sh)
{
    return world_digest(session_world(shell_session(sh)));
}

/* Another player that takes up the saved state must stand in the same world. */
static void resume(const Lesson *l, Player *p, Shell *sh)
{
    Progress saved = {0};
    ShellOptions options = {.session = {.seed = 1}, .quiet = true, .run_limit = 2000};
    Shell *fresh = shell_new(&options);
    if (!fresh)
        return;
    Player *q = player_new(l, fresh, (PlayerOptions){0});
    player_export(p, &saved);
    player_import(q, progress_find(&saved, l->id));
    if (player_step(p) != player_step(q) || digest_of(sh) != digest_of(fresh))
        abort();
    player_free(q);
    shell_free(fresh);
    progress_free(&saved);
}

static void play(const Lesson *l, const char *text)
{
    ShellOptions options = {.session = {.seed = 1}, .quiet = true, .run_limit = 2000};
    Shell *sh = shell_new(&options);
    if (!sh)
        return;
    Player *p = player_new(l, sh, (PlayerOptions){0});
    Text out = text_heap();
    PlayerStatus status = PLAYER_STAYS;
    for (int n = 0; n < 15 && *text && status < PLAYER_ENDED; n++) {
        char line[512];
        Text t = text_fixed(line, sizeof line);
        size_t len = strcspn(text, "\n");
        text_add_n(&t, text, len);
        status = player_line(p, line, &out);
        player_screen(p, &out);
        player_prompt(p, &out);
        text += len + (text[len] == '\n');
    }
    bool wandering = (player_keys(p) & PLAYER_RETURN) != 0;
    if (status < PLAYER_ENDED && !wandering)
        resume(l, p, sh);
    text_heap_free(&out);
    player_free(p);
    shell_free(sh);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > BYTES_MAX)
        return 0;
    Diags diags = {0};
    Source source = {"small.md", lesson, sizeof lesson - 1};
    Lesson *l = lesson_parse(&source, &diags);
    diags_free(&diags);
    if (!l)
        abort();
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    grade_twice(l, text, size);
    play(l, text);
    lesson_free(l);
    free(text);
    return 0;
}
