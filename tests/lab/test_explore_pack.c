/*
 * test_explore_pack.c - what the search saves itself is no more than that: worlds that are packed,
 * unpacked, and brought back from what one act touched are the worlds they were; an identity of
 * which parts were kept from before is the identity of the whole.
 *
 * Random runs with all that calls, the network, and the power switch may do; settings, SACK, time
 * stamps, pacing and a rate-limited link vary from run to run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/lab/explore_search.h"

#define CALL(line_, times_, ...)                                   \
    {                                                              \
        .line = (line_), .times = (times_), .cmd = { __VA_ARGS__ } \
    }

static const ExploreCall calls[] = {
    CALL("A connect B:80 from 4000", 9, .op = CMD_CONNECT, .host = HOST_A, .key = 80, .len = 4000),
    CALL("A send 3", 20, .op = CMD_SEND, .host = HOST_A, .val = 3),
    CALL("B send 1", 20, .op = CMD_SEND, .host = HOST_B, .val = 1),
    CALL("B receive", 20, .op = CMD_RECV, .host = HOST_B),
    CALL("A close", 9, .op = CMD_CLOSE, .host = HOST_A),
    CALL("B close", 9, .op = CMD_CLOSE, .host = HOST_B),
    CALL("A power off", 2, .op = CMD_POWER, .host = HOST_A, .val = 0),
    CALL("A power on", 2, .op = CMD_POWER, .host = HOST_A, .val = 1),
};

enum { RUNS = 320, STEPS = 60 };

typedef struct Bench {
    Search search;
    ExploreAsk ask;
    ExploreResult result;
    World *root, *shadow;
    uint64_t packed[2][8192];
    int turn;
    uint64_t draws, seed;
} Bench;

static World *fresh(const World *like)
{
    World *w = malloc((size_t)like->size);
    assert_non_null(w);
    memcpy(w, like, (size_t)like->size);
    return w;
}

static void command(World *w, CmdOp op, HostId host, uint32_t key, uint64_t val)
{
    Cmd c = {.op = (uint16_t)op, .host = host, .key = key, .val = val};
    assert_int_equal(world_apply(w, &c, bytes_of(NULL, 0), NULL).status, CALL_OK);
}

static void begin(Bench *b, uint64_t seed)
{
    memset(b, 0, sizeof *b);
    b->seed = seed;
    void *mem = malloc(world_size(&SHAPE_EXPLORE));
    assert_non_null(mem);
    b->root = world_init(mem, &SHAPE_EXPLORE, 1);
    for (HostId h = 0; h < HOST_COUNT; h++) {
        b->root->hosts[h].knob[KNOB_SACK] = seed & 1;
        b->root->hosts[h].knob[KNOB_TIMESTAMPS] = seed >> 1 & 1;
        b->root->hosts[h].knob[KNOB_MAX_PACING] = seed >> 2 & 1 ? 2000 : 0;
    }
    b->root->links[HOST_A].rate_bps = seed >> 3 & 1 ? 8000 : 0;
    command(b->root, CMD_LISTEN, HOST_B, 80, 0);
    b->ask = (ExploreAsk){.root = b->root,
                          .bounds = {.drops = 20,
                                     .dups = 20,
                                     .corrupts = 5,
                                     .reorders = 20,
                                     .lates = 20,
                                     .timers = 200,
                                     .lifetime = seed & 1 ? 500 * NANOS_MS : 0},
                          .calls = calls,
                          .call_count = sizeof calls / sizeof *calls,
                          .watch = WATCH_PREFIX | WATCH_AGREEMENT};
    b->search.ask = &b->ask;
    b->search.result = &b->result;
    assert_true(packer_init(&b->search.packer, b->root));
    Worker *k = &b->search.workers[0];
    k->here = play_at_root(&b->search, fresh(b->root));
    k->next = play_at_root(&b->search, fresh(b->root));
    b->shadow = fresh(b->root);
    worlds_changed(k);
}

static void end(Bench *b)
{
    Worker *k = &b->search.workers[0];
    free(k->here.w);
    free(k->next.w);
    free(b->shadow);
    free(b->root);
    packer_free(&b->search.packer);
}

/* ---- the same world, as far as anybody can tell ---- */

static void same_rings(const World *a, const World *b, const Ring *r)
{
    const uint8_t *x = (const uint8_t *)a + a->rings_at, *y = (const uint8_t *)b + b->rings_at;
    for (uint32_t i = 0; i < r->len; i++)
        assert_int_equal(x[r->at + (r->head + i) % r->cap], y[r->at + (r->head + i) % r->cap]);
}

static void same_conn(const World *a, const World *b, size_t i)
{
    const Tcb *t = &world_conns(a)[i];
    assert_memory_equal(t, &world_conns(b)[i], sizeof *t);
    const size_t sents = a->shape.sent_cap * sizeof(Sent);
    const Sent *x = (const Sent *)(const void *)((const uint8_t *)a + a->sents_at + i * sents);
    const Sent *y = (const Sent *)(const void *)((const uint8_t *)b + b->sents_at + i * sents);
    for (uint16_t n = 0; n < t->sent_count; n++) {
        size_t at = (size_t)(t->sent_head + n) % a->shape.sent_cap;
        assert_memory_equal(&x[at], &y[at], sizeof *x);
    }
    const size_t at = a->ranges_at + i * a->shape.range_cap * sizeof(SeqRange);
    assert_memory_equal((const uint8_t *)a + at, (const uint8_t *)b + at,
                        t->range_count * sizeof(SeqRange));
    if (t->used) {
        same_rings(a, b, &t->tx);
        same_rings(a, b, &t->rx);
    }
}

static void same_world(const World *a, const World *b)
{
    assert_memory_equal(a, b, sizeof *a);
    for (size_t i = 1; i <= a->shape.conns; i++)
        same_conn(a, b, i);
    const size_t packets = (a->shape.packets + 1u) * sizeof(Packet);
    assert_memory_equal(world_packets(a), world_packets(b), packets);
    assert_memory_equal((const uint8_t *)a + a->frames_at, (const uint8_t *)b + b->frames_at,
                        (a->shape.packets + 1u) * (size_t)a->shape.mtu);
}

static void same_id(WorldId a, WorldId b)
{
    assert_int_equal(a.half[0], b.half[0]);
    assert_int_equal(a.half[1], b.half[1]);
}

/* ---- runs ---- */

/* One random act, as the search takes it; the same by a copy of the whole; false: none. */
static bool one_act(Bench *b)
{
    Worker *k = &b->search.workers[0];
    Act acts[EXPLORE_ACTS];
    uint32_t n = explore_acts(&b->ask, &k->here, acts);
    if (n == 0)
        return false;
    Act act = acts[rng_below(b->seed, 77, b->draws++, n)];
    memcpy(b->shadow, k->here.w, (size_t)b->root->size);
    Play play = k->here;
    play.w = b->shadow;
    bool done = explore_take(&b->ask, &play, k->here.w, act, NULL);
    assert_int_equal(search_take(&b->search, k, act), done);
    if (!done)
        return true;
    same_world(k->next.w, b->shadow);
    WorldId id = search_identity(&b->search, k, &k->next);
    same_id(id, explore_identity(&b->ask, &play));
    return true;
}

/* The state that was found becomes the one from which it goes on, by way of its packed form. */
static void go_on(Bench *b)
{
    Worker *k = &b->search.workers[0];
    uint64_t *to = b->packed[b->turn ^= 1]; /* the last one is still looked at */
    Origin from = {&k->packed, k->touched, &k->next_hashes};
    size_t bytes = pack_world(&b->search.packer, k->next.w, from, to);
    assert_true(bytes <= pack_room(b->root) && bytes <= sizeof b->packed[0]);
    Play found = k->next;
    memcpy(b->shadow, k->next.w, (size_t)b->root->size);
    k->touched |= unpack_world(&b->search.packer, to, k->here.w, &k->packed, &k->here_hashes);
    World *w = k->here.w;
    k->here = found;
    k->here.w = w;
    same_world(w, b->shadow);
}

static void nothing_is_forgotten(void **state)
{
    (void)state;
    static Bench b;
    uint64_t steps = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        begin(&b, run);
        for (int i = 0; i < STEPS && one_act(&b); i++) {
            bool more = true; /* some siblings: each begins where the one before has been */
            for (uint64_t k = rng_below(b.seed, 78, b.draws++, 3); k > 0 && more; k--)
                more = one_act(&b);
            go_on(&b);
            steps++;
        }
        end(&b);
    }
    assert_true(steps > RUNS * STEPS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
