/*
 * test_explore.c - the search itself: threads, depth first, limits, and the run it shows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/explore.h"

#define CALL(line_, times_, after_, ...)                                              \
    {                                                                                 \
        .line = (line_), .times = (times_), .after = (after_), .cmd = { __VA_ARGS__ } \
    }

static const ExploreCall calls[] = {
    CALL("B listen 80", 1, 0, .op = CMD_LISTEN, .host = HOST_B, .key = 80),
    CALL("A connect B:80 from 4000", 2, 1, .op = CMD_CONNECT, .host = HOST_A, .key = 80,
         .len = 4000),
    CALL("A send 1", 1, 2, .op = CMD_SEND, .host = HOST_A, .val = 1),
    CALL("B send 1", 1, 2, .op = CMD_SEND, .host = HOST_B, .val = 1),
    CALL("A close", 1, 2, .op = CMD_CLOSE, .host = HOST_A),
};
enum { CALLS = sizeof calls / sizeof *calls };

static Pred *until(const char *text)
{
    PredError error;
    Pred *p = pred_compile(text, strlen(text), &error);
    if (!p)
        fail_msg("%s: %s", text, error.text[LANG_EN]);
    return p;
}

/* What is asked for here and there, from a fresh world. */
static ExploreResult search(ExploreAsk ask, const char *condition)
{
    void *mem = malloc(world_size(&SHAPE_EXPLORE));
    assert_non_null(mem);
    ask.root = world_init(mem, &SHAPE_EXPLORE, 1);
    Pred *p = condition ? until(condition) : NULL;
    ask.until = p;
    ask.calls = calls;
    ask.call_count = ask.call_count ? ask.call_count : CALLS;
    ExploreResult r;
    assert_true(explore(&ask, &r));
    pred_free(p);
    free(mem);
    return r;
}

static const ExploreBounds some = {.drops = 1, .dups = 1, .timers = 1};

/* ---- threads ---- */

static void same_run(const ExploreResult *a, const ExploreResult *b)
{
    assert_int_equal(a->end, b->end);
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->acts, b->acts, a->count * sizeof *a->acts);
    assert_int_equal(a->inevitable, b->inevitable);
}

static void any_number_of_threads_finds_the_same_run(void **state)
{
    (void)state;
    static const char *const goals[] = {
        "count(FIN from A) == 1 && arrived(SYN at B) == 2 && retransmissions(A) == 1",
        "received(B) == \"a\" && received(A) == \"I\" && lost(ACK) == 1",
        "A.state == FIN_WAIT_2 && lost(SYN+ACK) == 1",
        "false",
    };
    for (size_t g = 0; g < sizeof goals / sizeof *goals; g++) {
        ExploreAsk ask = {.bounds = some, .threads = 1};
        ask.bounds.dups = g == 0;
        ExploreResult one = search(ask, goals[g]);
        assert_int_equal(one.end, g == 3 ? END_EXHAUSTED : END_GOAL);
        for (ask.threads = 2; ask.threads <= 4; ask.threads++) {
            ExploreResult many = search(ask, goals[g]);
            same_run(&one, &many);
            if (one.end == END_EXHAUSTED) {
                assert_int_equal(one.states, many.states);
                assert_int_equal(one.transitions, many.transitions);
                assert_int_equal(one.depth, many.depth);
            }
        }
    }
}

static void liveness_is_judged_the_same_by_many_threads(void **state)
{
    (void)state;
    ExploreAsk ask = {.bounds = some, .watch = WATCH_SETTLES, .settle_time = 1, .threads = 1};
    ExploreResult one = search(ask, NULL);
    assert_int_equal(one.end, END_VIOLATED); /* nothing settles in a nanosecond */
    ask.threads = 3;
    ExploreResult three = search(ask, NULL);
    same_run(&one, &three);
}

/* ---- depth first ---- */

static void depth_first_visits_the_same_states(void **state)
{
    (void)state;
    ExploreAsk ask = {.bounds = {.drops = 1, .timers = 1}};
    ExploreResult wide = search(ask, NULL);
    ask.depth_first = true;
    ExploreResult deep = search(ask, NULL);
    assert_int_equal(wide.end, END_EXHAUSTED);
    assert_int_equal(deep.end, END_EXHAUSTED);
    assert_int_equal(deep.states, wide.states);
    assert_true(deep.depth >= wide.depth);
}

static void what_depth_first_finds_is_cut_to_what_matters(void **state)
{
    (void)state;
    static const char *const goals[] = {"lost(DATA from A) == 1 && received(B) == \"a\"",
                                        "visited(B, CLOSE_WAIT)", "arrived(SYN at B) == 2"};
    for (size_t g = 0; g < sizeof goals / sizeof *goals; g++) {
        ExploreAsk ask = {.bounds = some};
        ExploreResult wide = search(ask, goals[g]);
        ask.depth_first = true;
        ExploreResult deep = search(ask, goals[g]);
        assert_int_equal(deep.end, END_GOAL);
        assert_in_range(deep.count, wide.count, wide.count + 2);
        assert_true(deep.depth > deep.count);
    }
}

static void a_bound_of_depth_is_said(void **state)
{
    (void)state;
    ExploreAsk ask = {.bounds = some};
    ask.bounds.depth = 5;
    assert_int_equal(search(ask, NULL).end, END_DEPTH);
    ask.depth_first = true;
    ExploreResult r = search(ask, NULL);
    assert_int_equal(r.end, END_DEPTH);
    assert_true(r.depth <= 5);
}

/* ---- limits ---- */

static void the_limit_of_memory_ends_a_search(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 3; threads++) {
        ExploreAsk ask = {.bounds = some, .memory = 2 << 20, .threads = threads};
        ExploreResult r = search(ask, NULL);
        assert_int_equal(r.end, END_MEMORY);
        assert_true(r.states > 100);
        assert_int_equal(r.count, 0);
        assert_true(r.peak_bytes < 16 << 20);
    }
}

typedef struct Watcher {
    uint32_t calls, stop_at;
    ExploreProgress last;
    uint32_t guesses;
    uint64_t guess; /* the last */
} Watcher;

static bool watching(void *user, const ExploreProgress *p)
{
    Watcher *w = user;
    assert_true(p->states >= w->last.states);
    assert_true(p->depth >= w->last.depth);
    assert_true(p->transitions >= w->last.transitions);
    assert_true(p->bytes > 0);
    if (p->expected)
        assert_true(p->expected >= p->states);
    w->guesses += p->expected > 0;
    w->guess = p->expected ? p->expected : w->guess;
    w->last = *p;
    return ++w->calls != w->stop_at;
}

static void progress_grows_and_may_end_the_search(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 2; threads++) {
        Watcher w = {.stop_at = 0};
        ExploreAsk ask = {.bounds = {.drops = 1, .timers = 1},
                          .threads = threads,
                          .progress = watching,
                          .user = &w};
        ExploreResult whole = search(ask, NULL);
        assert_int_equal(whole.end, END_EXHAUSTED);
        assert_true(w.calls > 10);
        assert_int_equal(w.last.states, whole.states);
        assert_in_range(w.guesses, 1, w.calls - 1); /* as long as layers grow, nobody can know */
        assert_in_range(w.guess, whole.states, whole.states + whole.states / 8);
        w = (Watcher){.stop_at = 12};
        ExploreResult cut = search(ask, NULL);
        assert_int_equal(cut.end, END_INTERRUPT);
        assert_int_equal(w.calls, 12);
        assert_in_range(cut.states, 2, whole.states - 1); /* what is known is kept */
        assert_true(cut.depth > 0);
    }
}

/* ---- liveness ---- */

/* A crash that nobody hears of leaves the other end alone, in any TCP; closing does not. */
static void only_a_crash_leaves_an_end_alone(void **state)
{
    (void)state;
    static const ExploreCall quiet[] = {
        CALL("A close", 1, 0, .op = CMD_CLOSE, .host = HOST_A),
        CALL("B close", 1, 0, .op = CMD_CLOSE, .host = HOST_B),
        CALL("B power off", 1, 0, .op = CMD_POWER, .host = HOST_B),
    };
    void *mem = malloc(world_size(&SHAPE_EXPLORE));
    assert_non_null(mem);
    World *w = world_init(mem, &SHAPE_EXPLORE, 1);
    for (int i = 0; i < 2; i++)
        assert_int_equal(world_apply(w, &calls[i].cmd, bytes_of(NULL, 0), NULL).status, CALL_OK);
    while (!world_quiet(w))
        world_step(w, NULL);
    ExploreAsk ask = {.root = w,
                      .bounds = {.drops = 2, .timers = 4},
                      .calls = quiet,
                      .call_count = 2,
                      .watch = WATCH_TALKS};
    assert_true(explore_default_watch(&ask) & WATCH_TALKS);
    ExploreResult r;
    assert_true(explore(&ask, &r));
    assert_int_equal(r.end, END_EXHAUSTED);
    ask.call_count = 3;
    assert_false(explore_default_watch(&ask) & (WATCH_TALKS | WATCH_RESET));
    assert_true(explore(&ask, &r));
    assert_int_equal(r.end, END_VIOLATED);
    assert_int_equal(r.seen, WATCH_TALKS);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.acts[0].index, 2);
    free(mem);
}

/* ---- properties ---- */

static uint32_t watch_of(PropertyKind from, PropertyKind to)
{
    uint32_t watch = 0;
    for (uint32_t i = 0; property_at(i); i++)
        if (property_at(i)->kind >= from && property_at(i)->kind <= to)
            watch |= property_at(i)->watch;
    return watch;
}

static const ExploreCall stormy[] = {
    CALL("A connect B:80 from 4000", 2, 0, .op = CMD_CONNECT, .host = HOST_A, .key = 80,
         .len = 4000),
    CALL("A send 1", 1, 1, .op = CMD_SEND, .host = HOST_A, .val = 1),
    CALL("A power off", 1, 1, .op = CMD_POWER, .host = HOST_A),
    CALL("A power on", 1, 4, .op = CMD_POWER, .host = HOST_A, .val = 1),
};
static const ExploreCall peaceful[] = {
    CALL("A send 1", 2, 0, .op = CMD_SEND, .host = HOST_A, .val = 1),
    CALL("B send 1", 1, 0, .op = CMD_SEND, .host = HOST_B, .val = 1),
};
static const ExploreCall closing[] = {
    CALL("A close", 1, 0, .op = CMD_CLOSE, .host = HOST_A),
    CALL("B close", 1, 0, .op = CMD_CLOSE, .host = HOST_B),
};

/* B listens; connected: an open connection, too. */
static World *begin(bool connected)
{
    void *mem = malloc(world_size(&SHAPE_EXPLORE));
    assert_non_null(mem);
    World *w = world_init(mem, &SHAPE_EXPLORE, 1);
    for (int i = 0; i < 1 + connected; i++)
        assert_int_equal(world_apply(w, &calls[i].cmd, bytes_of(NULL, 0), NULL).status, CALL_OK);
    while (!world_quiet(w))
        world_step(w, NULL);
    return w;
}

static ExploreResult ask_of(bool connected, ExploreAsk ask)
{
    World *w = begin(connected);
    ask.root = w;
    ExploreResult r;
    assert_true(explore(&ask, &r));
    if (ask.watch & ~watch_of(PROPERTY_WRONG, PROPERTY_WRONG))
        assert_int_equal(r.end, END_EXHAUSTED);
    free(w);
    return r;
}

/* With losses, old duplicates, and a machine that loses power. */
static void a_property_for_always_holds_in_the_storm(void **state)
{
    (void)state;
    ask_of(false, (ExploreAsk){.bounds = {.drops = 1, .dups = 1, .timers = 1},
                               .calls = stormy,
                               .call_count = 4,
                               .watch = watch_of(PROPERTY_ALWAYS, PROPERTY_ALWAYS)});
    ask_of(true, (ExploreAsk){.bounds = {.drops = 2, .dups = 1, .reorders = 1, .timers = 2},
                              .calls = peaceful,
                              .call_count = 2,
                              .watch = watch_of(PROPERTY_ALWAYS, PROPERTY_ALWAYS)});
}

static void a_property_for_peace_holds_in_peace(void **state)
{
    (void)state;
    ask_of(true, (ExploreAsk){.bounds = {.drops = 2, .timers = 4},
                              .calls = closing,
                              .call_count = 2,
                              .watch = watch_of(PROPERTY_ALWAYS, PROPERTY_PEACE)});
    ask_of(true, (ExploreAsk){.bounds = {.drops = 2, .timers = 2},
                              .calls = peaceful,
                              .call_count = 2,
                              .watch = watch_of(PROPERTY_ALWAYS, PROPERTY_PEACE)});
}

/* The tempting ones: each breaks in the correct TCP, on a perfect network. */
static void a_wrong_property_is_wrong(void **state)
{
    (void)state;
    static const ExploreCall *const ways[] = {stormy, peaceful};
    uint32_t wrong = 0;
    for (uint32_t i = 0; property_at(i); i++) {
        const Property *p = property_at(i);
        if (p->kind != PROPERTY_WRONG)
            continue;
        bool broken = false;
        for (int way = 0; way < 2; way++)
            broken |= ask_of(way == 1,
                             (ExploreAsk){.calls = ways[way], .call_count = 2, .watch = p->watch})
                          .end == END_VIOLATED;
        assert_true(broken);
        wrong++;
    }
    assert_true(wrong >= 2);
}

/* ---- the run ---- */

/* What belongs together stands together: a segment arrives right after the call that sent it. */
static void events_follow_their_causes(void **state)
{
    (void)state;
    ExploreAsk ask = {.bounds = {.timers = 1}};
    ExploreResult r = search(ask, "received(B) == \"a\" && received(A) == \"I\"");
    assert_int_equal(r.end, END_GOAL);
    uint32_t last = r.count - 1;
    assert_int_equal(r.acts[last].kind, ACT_DELIVER);
    assert_int_equal(r.acts[last - 1].kind, ACT_CALL);
    assert_int_equal(r.acts[last - 1].index, 3); /* B sends, at last */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_finds_the_same_run),
        cmocka_unit_test(liveness_is_judged_the_same_by_many_threads),
        cmocka_unit_test(depth_first_visits_the_same_states),
        cmocka_unit_test(what_depth_first_finds_is_cut_to_what_matters),
        cmocka_unit_test(a_bound_of_depth_is_said),
        cmocka_unit_test(the_limit_of_memory_ends_a_search),
        cmocka_unit_test(progress_grows_and_may_end_the_search),
        cmocka_unit_test(only_a_crash_leaves_an_end_alone),
        cmocka_unit_test(a_property_for_always_holds_in_the_storm),
        cmocka_unit_test(a_property_for_peace_holds_in_peace),
        cmocka_unit_test(a_wrong_property_is_wrong),
        cmocka_unit_test(events_follow_their_causes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
