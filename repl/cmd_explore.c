/*
 * cmd_explore.c: `explore`, a search from the present moment, and `take`, one event of its runs.
 *
 * The search works on a small copy of the world. What it finds is done again here, event by event,
 * on a branch of its own: `back`, `why`, `ladder` and `goto` work on it as on anything else, and
 * `switch main` leaves it.
 */
#include "core/lab/finding.h"
#include "repl/explore_preset.h"
#include "repl/explore_story.h"
#include "repl/lang.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- take ---- */

static LineStatus take_move(Run *r, Move m)
{
    act_begin(r);
    session_take(r->shell->session, m);
    return LINE_OK;
}

static LineStatus take_segment(Run *r)
{
    uint32_t row;
    const World *w = session_world(r->shell->session);
    if (!arg_flying(r, &row) || !arg_end(r))
        return LINE_ERROR;
    PktId id = world_packet_of_row(w, row);
    Nanos due = world_packets(w)[id.v].due;
    Move m = {
        .kind = MOVE_DELIVER, .pkt = id, .at = due == NANOS_NEVER ? w->now : max_u64(due, w->now)};
    return take_move(r, m);
}

static LineStatus take_timer_of(Run *r)
{
    HostId host;
    uint16_t number;
    const World *w = session_world(r->shell->session);
    uint32_t where = r->at;
    if (!arg_host(r, &host, &number) || !arg_end(r))
        return LINE_ERROR;
    const Tcb *t = world_conn(w, host, number);
    if (!t || tcp_next_due(t) == NANOS_NEVER)
        return refuse(r, where, SAY(r, "no timer runs there", "那里没有定时器在走"));
    return take_move(r, (Move){.kind = MOVE_TIMER,
                               .conn = {(uint16_t)(t - world_conns(w))},
                               .timer = (uint16_t)tcp_next_timer(t),
                               .at = max_u64(tcp_next_due(t), w->now)});
}

static LineStatus take_app(Run *r)
{
    HostId host;
    uint16_t number;
    uint32_t where = r->at;
    if (!arg_host(r, &host, &number) || !arg_end(r))
        return LINE_ERROR;
    Move m;
    uint32_t n = world_moves(session_world(r->shell->session), MOVE_APP, &m, 1);
    if (n == 0 || m.conn.v != host + 1)
        return refuse(r, where, SAY(r, "its program does not want to act", "它的程序此刻无事可做"));
    return take_move(r, m);
}

LineStatus cmd_take(Run *r)
{
    if (arg_take(r, "timer"))
        return take_timer_of(r);
    if (arg_take(r, "app"))
        return take_app(r);
    if (!arg_more(r))
        return arg_missing(r, "a segment in flight, `timer A` or `app A`",
                           "在途报文段、timer A 或 app A")
                   ? LINE_OK
                   : LINE_ERROR;
    return take_segment(r);
}

/* ---- what may be done from here ---- */

typedef struct Quest {
    ExploreAsk ask;
    ExploreCall calls[EXPLORE_CALLS];
    World *root;
    const Preset *preset;
    Pred *until;
    bool words; /* the reasons with their texts */
    char connect[48];
} Quest;

static void add_call(Quest *q, const char *line, Cmd cmd, uint8_t times, uint8_t after)
{
    CHECK(q->ask.call_count < EXPLORE_CALLS);
    q->calls[q->ask.call_count++] =
        (ExploreCall){.line = line, .cmd = cmd, .times = times, .after = after};
}

static const Tcb *living(const World *w, HostId host)
{
    const Tcb *t = world_conn(w, host, 0);
    return t && t->state != LISTEN && t->state != CLOSED ? t : NULL;
}

static const Tcb *listener_of(const World *w)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (t->used && t->host == HOST_B && t->state == LISTEN)
            return t;
    }
    return NULL;
}

/* The calls that a learner would try next. */
static void choose_calls(Quest *q, const World *w)
{
    const Cmd close_a = {.op = CMD_CLOSE, .host = HOST_A},
              close_b = {.op = CMD_CLOSE, .host = HOST_B};
    const Cmd off = {.op = CMD_POWER, .host = HOST_A, .val = 0},
              on = {.op = CMD_POWER, .host = HOST_A, .val = 1};
    if (living(w, HOST_A)) {
        add_call(q, "A send 1", (Cmd){.op = CMD_SEND, .host = HOST_A, .val = 1}, 1, 0);
        add_call(q, "A close", close_a, 1, 0);
        if (living(w, HOST_B))
            add_call(q, "B close", close_b, 1, 0);
        return;
    }
    const Tcb *listener = listener_of(w);
    uint8_t after = 0;
    if (!listener) {
        add_call(q, "B listen 80", (Cmd){.op = CMD_LISTEN, .host = HOST_B, .key = 80}, 1, 0);
        after = 1;
    }
    uint16_t port = listener ? listener->local_port : 80;
    snprintf(q->connect, sizeof q->connect, "A connect B:%u from 4000", port);
    Cmd connect = {.op = CMD_CONNECT, .host = HOST_A, .key = port, .len = 4000};
    uint8_t connected = (uint8_t)(1u << q->ask.call_count);
    add_call(q, q->connect, connect, 2, after);
    add_call(q, "A close", close_a, 1, connected);
    uint8_t powerless = (uint8_t)(1u << q->ask.call_count);
    add_call(q, "A power off", off, 1, connected);
    add_call(q, "A power on", on, 1, powerless);
}

/* ---- reading the line ---- */

static bool read_until(Run *r, Quest *q)
{
    size_t len;
    const char *text = arg_rest(r, &len);
    if (len == 0)
        return arg_missing(r, "a condition, as B.state == ESTABLISHED",
                           "条件，如 B.state == ESTABLISHED");
    q->until = act_compile(r, text, len);
    q->ask.until = q->until;
    q->ask.past = session_trace(r->shell->session);
    if (q->until && !explore_understands(q->until)) {
        refuse(r, r->at,
               SAY(r,
                   "this says more of the past than a search can remember: at most 8 counts, and "
                   "streams only compared with a text",
                   "这个条件涉及的历史太多，搜索记不住：最多 8 个计数，字节流只能与一段文字比较"));
        return false;
    }
    return q->until != NULL;
}

static bool read_words(Run *r, Quest *q)
{
    uint32_t watch = 0;
    const char *word;
    size_t len;
    while ((word = arg_word(r, &len))) {
        if (arg_take(r, "until")) {
            q->ask.watch = watch;
            return read_until(r, q);
        }
        const Property *property = property_of_name(word, len);
        if (len == strlen("search=depth") && memcmp(word, "search=depth", len) == 0)
            q->ask.depth_first = true;
        else if (len == strlen("why") && memcmp(word, "why", len) == 0)
            q->words = true;
        else if (property)
            watch |= property->watch;
        else if (!bound_set(&q->ask.bounds, word, len)) {
            refuse(r, r->at,
                   SAY(r,
                       "`%.*s` is no question, no property and no bound; for example: explore "
                       "third-ack, explore agreement drops=1, explore until B.state == ESTABLISHED",
                       "`%.*s` 不是问题、性质或界限；例如：explore third-ack，explore agreement "
                       "drops=1，explore until B.state == ESTABLISHED"),
                   (int)len, word);
            return false;
        }
        r->at++;
    }
    q->ask.watch = watch ? watch : q->ask.watch;
    return true;
}

/* ---- searching ---- */

static bool go_on(void *user, const ExploreProgress *p)
{
    const Run *r = user;
    if (r->shell->options.tell_progress)
        r->shell->options.tell_progress(p, r->shell->options.lang);
    return shell_may_go_on(r->shell, p->transitions);
}

static bool copy_root(Quest *q, const World *w)
{
    Shape tight = world_tight_shape(w);
    if (tight.conns >= EXPLORE_CONNS || tight.packets > 255)
        return false;
    q->root = malloc(world_size(&tight));
    if (!q->root)
        return false;
    world_repack(q->root, &tight, w);
    q->ask.root = q->root;
    return true;
}

/* A search knows no chance and holds nothing back: it tries both ways itself. */
static void settle_network(Run *r)
{
    const World *w = session_world(r->shell->session);
    if (w->hold)
        act_quietly(r, &(Cmd){.op = CMD_HOLD, .host = HOST_NONE, .val = 0}, bytes_of(NULL, 0));
    static const LinkKey keys[] = {LINK_LOSS, LINK_DUP, LINK_REORDER, LINK_CORRUPT, LINK_JITTER};
    const Link *a = &w->links[HOST_A], *b = &w->links[HOST_B];
    bool chance = a->loss_ppm | a->dup_ppm | a->reorder_ppm | a->corrupt_ppm | b->loss_ppm |
                  b->dup_ppm | b->reorder_ppm | b->corrupt_ppm;
    if (!chance && a->jitter == 0 && b->jitter == 0)
        return;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        act_quietly(r, &(Cmd){.op = CMD_LINK, .host = HOST_NONE, .link = 3, .key = keys[i]},
                    bytes_of(NULL, 0));
}

static void name_branch(Session *s)
{
    char name[32] = "explored";
    for (int i = 2; !session_branch(s, name) && i < 1000; i++)
        snprintf(name, sizeof name, "explored-%d", i);
}

/* What was found, for a window that plays it. The session stands at the end of the run. */
static void keep_finding(Shell *sh, const Quest *q, const ExploreResult *result)
{
    Session *s = sh->session;
    uint64_t end = session_position(s), begin = end - result->count;
    free(sh->finding);
    Finding *f = sh->finding = calloc(1, sizeof *f);
    if (!f || end < result->count)
        return;
    sh->answer = ANSWER_FINDING;
    f->end = result->end;
    f->watch = result->seen & q->ask.watch;
    f->states = result->states;
    f->transitions = result->transitions;
    f->depth = result->depth;
    f->count = result->count;
    f->inevitable = result->inevitable;
    f->position = begin;
    snprintf(f->branch, sizeof f->branch, "%s", session_branch_name(s));
    for (int lang = 0; q->preset && lang < LANG_COUNT; lang++)
        f->question[lang] = q->preset->question[lang];
    for (uint32_t i = 0; i < f->count; i++) {
        session_goto_position(s, begin + i);
        Text line = text_fixed(f->step[i].line, sizeof f->step[i].line);
        f->step[i].row = session_world(s)->rows;
        explore_line(&line, &q->ask, session_world(s), result->acts[i]);
    }
    session_goto_position(s, end);
}

static LineStatus search(Run *r, Quest *q)
{
    Session *s = r->shell->session;
    settle_network(r);
    if (!copy_root(q, session_world(s)))
        return refuse_plain(r, "%s",
                            SAY(r, "too much goes on here for a search: fewer connections, please",
                                "这里的连接太多，无法搜索：请减少连接"));
    q->ask.calls = q->calls;
    if (!q->ask.watch && !q->until)
        q->ask.watch = explore_default_watch(&q->ask);
    q->ask.memory = (size_t)512 << 20;
    q->ask.progress = go_on;
    q->ask.user = r;
    ExploreResult result;
    bool done = explore(&q->ask, &result);
    if (r->shell->options.tell_progress)
        r->shell->options.tell_progress(NULL, r->shell->options.lang);
    if (!done)
        return refuse_status(r, CALL_NO_ROOM);
    bool found = (result.end == END_VIOLATED || result.end == END_GOAL) && result.count > 0;
    if (found) {
        act_begin(r);
        name_branch(s);
    } else if (!r->acted_now) {
        r->silent = true;
    }
    explore_story(r->out, r->shell, &q->ask, &result, q->words);
    if (found)
        keep_finding(r->shell, q, &result);
    r->rows = trace_last(session_trace(s));
    if (found)
        text_addf(r->out,
                  SAY(r, "this is branch %s; `back` steps through it, `switch main` leaves it\n",
                      "这是分支 %s；back 逐步回看，switch main 离开\n"),
                  session_branch_name(s));
    return LINE_OK;
}

/* A known question in a fresh session: its moment first. */
static LineStatus begin_preset(Run *r, Quest *q)
{
    const World *w = session_world(r->shell->session);
    if (!living(w, HOST_A) && !listener_of(w)) {
        r->shell->depth++;
        LineStatus status = shell_line(r->shell, q->preset->setup, r->out);
        r->shell->depth--;
        if (status != LINE_OK)
            return status;
        r->rows = trace_last(session_trace(r->shell->session));
    }
    ExploreAsk ask = preset_ask(q->preset, session_world(r->shell->session));
    q->ask = ask;
    memcpy(q->calls, q->preset->calls, sizeof q->calls);
    text_addf(r->out, "%s\n", q->preset->question[r->shell->lang]);
    return LINE_OK;
}

LineStatus cmd_explore(Run *r)
{
    Quest q = {.ask = {.bounds = {.drops = 1, .dups = 1, .timers = 1}}};
    LineStatus status = LINE_OK;
    size_t len;
    const char *word = arg_word(r, &len);
    q.preset = word ? preset_of_name(word, len) : NULL;
    if (q.preset) {
        r->at++;
        status = begin_preset(r, &q);
    } else {
        choose_calls(&q, session_world(r->shell->session));
    }
    if (status == LINE_OK)
        status = read_words(r, &q) ? search(r, &q) : LINE_ERROR;
    pred_free(q.until);
    free(q.root);
    return status;
}
