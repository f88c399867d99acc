/*
 * test_explore_reference.c - the fast search against a slow one that is obviously right.
 *
 * The slow one keeps every world whole, copies all of it for every act, and looks each identity up
 * in a list. It must count the same states and transitions and come to the same end. And whenever
 * it comes to a state that it knows, it does not believe that: the world that has come now and the
 * one that came first must be able to do the same things, and each must lead to the same states
 * again. That is what makes it right to look at one of them only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "repl/explore_preset.h"

typedef struct State {
    WorldId id;
    Play play; /* with a world of its own */
} State;

typedef struct Slow {
    const ExploreAsk *ask;
    State *states;
    uint32_t *index;
    uint32_t count;
    uint64_t transitions, met_again;
    uint32_t seen;
} Slow;

enum { STATES = 1 << 14, INDEX = 1 << 16 };

static World *whole_copy(const World *w)
{
    World *copy = malloc((size_t)w->size);
    assert_non_null(copy);
    memcpy(copy, w, (size_t)w->size);
    return copy;
}

static uint32_t *place_of(Slow *s, WorldId id)
{
    uint32_t at = (uint32_t)id.half[1] & (INDEX - 1);
    while (s->index[at] && memcmp(&s->states[s->index[at] - 1].id, &id, sizeof id) != 0)
        at = (at + 1) & (INDEX - 1);
    return &s->index[at];
}

/* The state that an act leads to, in a world of its own; false: a call that failed. */
static bool after(const ExploreAsk *ask, const Play *from, Act act, Play *to)
{
    *to = *from;
    to->w = whole_copy(from->w);
    if (explore_take(ask, to, from->w, act, NULL))
        return true;
    free(to->w);
    return false;
}

static int by_value(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(WorldId));
}

static uint32_t futures(const ExploreAsk *ask, const Play *p, WorldId *out)
{
    Act acts[EXPLORE_ACTS];
    uint32_t n = explore_acts(ask, p, acts), count = 0;
    for (uint32_t i = 0; i < n; i++) {
        Play next;
        if (!after(ask, p, acts[i], &next))
            continue;
        out[count++] = explore_identity(ask, &next);
        free(next.w);
    }
    qsort(out, count, sizeof *out, by_value);
    return count;
}

static void same_future(const ExploreAsk *ask, const Play *a, const Play *b, const char *name)
{
    WorldId one[EXPLORE_ACTS], two[EXPLORE_ACTS];
    uint32_t n = futures(ask, a, one), m = futures(ask, b, two);
    if (n != m || memcmp(one, two, n * sizeof *one) != 0)
        fail_msg("%s: two worlds are taken for one, but have different futures", name);
}

static void visit(Slow *s, const Play *from, Act act, const char *name)
{
    Play next;
    if (!after(s->ask, from, act, &next))
        return;
    s->transitions++;
    s->seen |= next.seen & s->ask->watch;
    WorldId id = explore_identity(s->ask, &next);
    uint32_t *place = place_of(s, id);
    if (*place) {
        const Play *known = &s->states[*place - 1].play;
        bool same = memcmp(known->w, next.w, (size_t)next.w->size) == 0;
        if (!same && ++s->met_again % 4 == 0)
            same_future(s->ask, known, &next, name);
        free(next.w);
        return;
    }
    assert_true(s->count < STATES);
    s->states[s->count] = (State){id, next};
    *place = ++s->count;
}

static void compare(const Preset *p, const char *bounds)
{
    Shell *shell = preset_shell(p, false, LANG_EN);
    assert_non_null(shell);
    ExploreAsk ask = preset_ask(p, session_world(shell_session(shell)));
    ask.watch &= ~(uint32_t)(WATCH_SETTLES | WATCH_STALL); /* the moments, not their ends */
    for (const char *b = bounds; *b; b += strcspn(b, " "), b += *b == ' ')
        assert_true(bound_set(&ask.bounds, b, strcspn(b, " ")));
    Slow s = {.ask = &ask,
              .states = calloc(STATES, sizeof *s.states),
              .index = calloc(INDEX, sizeof *s.index)};
    Play root = {.w = whole_copy(ask.root), .past = explore_past(ask.root)};
    s.states[0] = (State){explore_identity(&ask, &root), root};
    *place_of(&s, s.states[0].id) = s.count = 1;
    for (uint32_t i = 0; i < s.count; i++) {
        Act acts[EXPLORE_ACTS];
        uint32_t n = explore_acts(&ask, &s.states[i].play, acts);
        for (uint32_t k = 0; k < n; k++)
            visit(&s, &s.states[i].play, acts[k], p->name);
    }
    for (unsigned threads = 1; threads <= 2; threads++) {
        ExploreResult fast;
        ask.threads = threads;
        assert_true(explore(&ask, &fast));
        assert_int_equal(fast.end, s.seen ? END_VIOLATED : END_EXHAUSTED);
        assert_int_equal(fast.states, s.count);
        assert_int_equal(fast.transitions, s.transitions);
    }
    for (uint32_t i = 0; i < s.count; i++)
        free(s.states[i].play.w);
    free(s.states);
    free(s.index);
    shell_free(shell);
}

static void the_slow_search_agrees(void **state)
{
    (void)state;
    for (uint32_t i = 0; preset_at(i); i++) {
        const Preset *p = preset_at(i);
        const char *bounds = "";
        if (strcmp(p->name, "third-ack") == 0)
            bounds = "drops=0 depth=30";
        if (strcmp(p->name, "challenge-ack") == 0)
            bounds = "dups=0";
        if (strcmp(p->name, "time-wait-old-data") == 0)
            bounds = "dups=1";
        compare(p, bounds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_slow_search_agrees)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
