/*
 * explore_run.c: a run that was found, made fit to be shown.
 *
 *     check    it is done again from the root; it must end as the search said
 *     shorten  depth first only: events are left out while it still ends badly
 *     order    events move next to what caused them, as long as it still ends so at its last event
 *     regret   the last event before which a network that behaves would have saved it
 *
 * Acts name slots, and when an event is left out or moved, other slots are taken. So an act is
 * described by what a reader would call it ("A's first segment with SYN", "B's retransmission
 * timer"), and looked up again among what is possible.
 */
#include "core/lab/explore_search.h"

#include <string.h>

/* ---- what an act is called ---- */

typedef struct Name {
    uint8_t kind, host, flags, copy;
    uint16_t len, index; /* of the call; the timer */
    uint32_t seq;        /* from its sender's first */
} Name;

enum { FLAGS_AT = 33, SEQ_AT = 24, PORTS_AT = 20, HEADERS = 40 };

/* The number that a host's segments with these ports begin with; 0: unknown. */
static uint32_t first_number(const World *w, HostId host, const uint8_t *ports)
{
    uint16_t local = (uint16_t)(ports[0] << 8 | ports[1]);
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (t->used && t->host == host && t->state != LISTEN && t->local_port == local)
            return t->snd.iss.v;
    }
    return 0;
}

static Name name_of(const World *w, Act a)
{
    Name n = {.kind = a.kind, .index = a.index};
    if (a.kind == ACT_TIMER) {
        const Tcb *t = &world_conns(w)[a.index];
        return (Name){.kind = a.kind, .host = t->host, .index = (uint16_t)tcp_next_timer(t)};
    }
    if (a.kind < ACT_DELIVER || a.kind > ACT_CORRUPT)
        return n;
    const Packet *p = &world_packets(w)[a.index];
    Bytes f = world_frame(w, (PktId){a.index});
    n.index = 0;
    n.host = p->from;
    n.len = p->len;
    n.copy = (uint8_t)((p->flags & PACKET_DUPLICATE) | (p->flags & PACKET_REXMIT ? 1 : 0));
    if (f.len >= HEADERS && f.data[0] == 0x45) {
        const uint8_t *q = f.data + SEQ_AT;
        uint32_t seq = (uint32_t)q[0] << 24 | (uint32_t)q[1] << 16 | (uint32_t)q[2] << 8 | q[3];
        n.flags = f.data[FLAGS_AT];
        n.seq = seq - first_number(w, (HostId)p->from, f.data + PORTS_AT);
    }
    return n;
}

static bool same_name(Name a, Name b)
{
    return a.kind == b.kind && a.host == b.host && a.flags == b.flags && a.copy == b.copy &&
           a.len == b.len && a.index == b.index && a.seq == b.seq;
}

/* ---- doing a run again ---- */

typedef struct Run {
    Name names[EXPLORE_DEPTH_MAX + 1];
    uint32_t count;
} Run;

/* A run that was played: its acts, and where each came from. */
typedef struct Played {
    Act acts[EXPLORE_DEPTH_MAX + 1];
    uint32_t cause[EXPLORE_DEPTH_MAX + 1]; /* 1 + the event that led to it; 0: none did */
    uint32_t rows[EXPLORE_DEPTH_MAX + 2];  /* rows there were before each event, and at the end */
    uint32_t count;
    uint32_t seen;
    bool wrong;
} Played;

static Play *begin_again(Search *s)
{
    Worker *k = &s->workers[0];
    k->here = play_at_root(s, k->here.w);
    worlds_changed(k);
    return &k->here;
}

/* Makes the act happen to the worker's `here`; what is wrong then. */
static bool one_more(Search *s, Act act, uint32_t *seen)
{
    Worker *k = &s->workers[0];
    if (!search_take(s, k, act))
        return false;
    Verdict v = search_judge(s, k, true, 0, act);
    *seen = v.seen;
    Play swap = k->here;
    k->here = k->next;
    k->next = swap;
    worlds_changed(k);
    return v.end == s->result->end;
}

static bool possible(Search *s, Act act)
{
    Act acts[EXPLORE_ACTS];
    uint32_t n = explore_acts(s->ask, &s->workers[0].here, acts);
    for (uint32_t i = 0; i < n; i++)
        if (acts[i].kind == act.kind && acts[i].index == act.index)
            return true;
    return false;
}

/* The run ends as the search said, at its last event and not before. */
static bool holds(Search *s, Run *names)
{
    const ExploreResult *r = s->result;
    begin_again(s);
    names->count = r->count;
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t seen;
        names->names[i] = name_of(s->workers[0].here.w, r->acts[i]);
        if (!possible(s, r->acts[i]))
            return false;
        bool wrong = one_more(s, r->acts[i], &seen);
        if (wrong != (i + 1 == r->count))
            return false;
    }
    return true;
}

/* The row that led to the act; 0: none. */
static uint32_t row_behind(const World *w, Act a)
{
    if (a.kind >= ACT_DELIVER && a.kind <= ACT_CORRUPT)
        return world_packets(w)[a.index].row;
    if (a.kind == ACT_TIMER)
        return world_conns(w)[a.index].armed_row[tcp_next_timer(&world_conns(w)[a.index])];
    return 0;
}

static uint32_t event_of_row(const Played *p, uint32_t row)
{
    for (uint32_t i = p->count; i > 0; i--)
        if (row > p->rows[i - 1])
            return row > 0 ? i : 0;
    return 0;
}

/* Plays what the names call for, passing over what is not possible any more, until something is
 * wrong. */
static void play(Search *s, const Run *run, Played *p)
{
    p->count = 0;
    p->wrong = false;
    begin_again(s);
    for (uint32_t i = 0; i < run->count && !p->wrong; i++) {
        const World *w = s->workers[0].here.w;
        Act acts[EXPLORE_ACTS];
        uint32_t n = explore_acts(s->ask, &s->workers[0].here, acts), k = 0;
        while (k < n && !same_name(name_of(w, acts[k]), run->names[i]))
            k++;
        if (k == n)
            continue;
        p->acts[p->count] = acts[k];
        p->rows[p->count] = w->rows;
        p->cause[p->count] = event_of_row(p, row_behind(w, acts[k]));
        p->wrong = one_more(s, acts[k], &p->seen);
        p->count++;
    }
}

static void keep(Search *s, const Played *p)
{
    ExploreResult *r = s->result;
    memcpy(r->acts, p->acts, p->count * sizeof *p->acts);
    r->count = p->count;
    r->seen = p->seen;
}

static void take_names(Search *s, const Played *p, Run *run)
{
    begin_again(s);
    run->count = p->count;
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t seen;
        run->names[i] = name_of(s->workers[0].here.w, p->acts[i]);
        one_more(s, p->acts[i], &seen);
    }
}

/* ---- shorter ---- */

/* Leaves out `size` events at a time; true if some could be spared. */
static bool spare(Search *s, Run *run, Played *p, uint32_t size)
{
    bool spared = false;
    for (uint32_t at = 0; at + size <= run->count;) {
        Run less = *run;
        memmove(&less.names[at], &less.names[at + size],
                (run->count - at - size) * sizeof *less.names);
        less.count -= size;
        play(s, &less, p);
        if (!p->wrong || p->count >= run->count) {
            at += size;
            continue;
        }
        keep(s, p);
        take_names(s, p, run);
        spared = true;
    }
    return spared;
}

/* Halves first, then quarters ...: a deep run is mostly chaff. */
static void shorten(Search *s, Run *run, Played *p)
{
    for (uint32_t size = run->count / 2; size > 1; size /= 2)
        spare(s, run, p, size);
    while (spare(s, run, p, 1))
        continue;
}

/* ---- in order ---- */

/* How far events stand from what led to them. */
static uint32_t spread(const Played *p)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < p->count; i++)
        sum += p->cause[i] ? i + 1 - p->cause[i] : 0;
    return sum;
}

enum { ORDER_MAX = 40 }; /* a longer run is not read event by event */

/* Swaps neighbours while that brings events nearer to their causes. */
static void order(Search *s, Run *run, Played *p)
{
    play(s, run, p);
    uint32_t best = spread(p), count = run->count;
    if (!p->wrong || p->count != count || count > ORDER_MAX)
        return;
    for (uint32_t i = 0; i + 1 < count; i++) {
        Run other = *run;
        other.names[i] = run->names[i + 1];
        other.names[i + 1] = run->names[i];
        play(s, &other, p);
        if (!p->wrong || p->count != count || spread(p) >= best)
            continue;
        best = spread(p);
        keep(s, p);
        take_names(s, p, run);
        i = UINT32_MAX; /* from the front again */
    }
}

/* ---- regret ---- */

static void find_inevitable(Search *s)
{
    ExploreResult *r = s->result;
    Worker *k = &s->workers[0];
    begin_again(s);
    r->inevitable = r->count;
    bool lost = false;
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t seen;
        world_copy(k->healed, k->here.w);
        bool bad = explore_heal(k->healed, k->here.past, s->ask->watch, s->ask->settle_time,
                                k->scratch) != 0;
        if (bad && !lost)
            r->inevitable = i;
        lost = bad;
        if (!bad)
            r->inevitable = r->count;
        one_more(s, r->acts[i], &seen);
    }
}

void run_present(Search *s)
{
    Run run = {.count = 0};
    Played p;
    uint64_t transitions = s->workers[0].transitions;
    CHECK(holds(s, &run));
    if (s->ask->depth_first)
        shorten(s, &run, &p);
    order(s, &run, &p);
    CHECK(holds(s, &run));
    if (s->result->end == END_VIOLATED && s->result->seen)
        find_inevitable(s);
    s->workers[0].transitions = transitions;
}
