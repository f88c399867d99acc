/*
 * session.c: the learner's desk of session.h: its beginning and end, acting, breakpoints, the log.
 *
 * session_run.c lets time pass, session_travel.c goes back and forth, session_names.c keeps
 * bookmarks and branches. Nothing here knows a file or a clock.
 */
#include <stdlib.h>
#include <string.h>

#include "core/lab/session_private.h"

enum {
    HISTORY_BYTES = 64 * 1024 * 1024,
    NOTES_MAX = 1 << 18,
    BYTES_MAX = 128 * 1024 * 1024,
    BREAKS_MAX = 64
};

/* Room in the sink for the biggest single event: every packet leaves, and each says a few things.
 */
static bool make_sink(Session *s)
{
    const Shape *shape = &s->options.shape;
    uint64_t notes = 4096 + 64u * shape->packets;
    uint64_t bytes = 65536 + 4ull * shape->ring_bytes + 3ull * shape->packets * shape->mtu;
    s->sink.note_cap = (uint32_t)min_u64(notes, NOTES_MAX);
    s->sink.byte_cap = (uint32_t)min_u64(bytes, BYTES_MAX);
    s->sink.notes = malloc(s->sink.note_cap * sizeof *s->sink.notes);
    s->sink.bytes = malloc(s->sink.byte_cap);
    return s->sink.notes && s->sink.bytes;
}

/* Everything but the trace and the history. */
static Session *make_desk(const SessionOptions *options)
{
    static const Shape none = {0};
    Session *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->options = *options;
    if (memcmp(&options->shape, &none, sizeof none) == 0)
        s->options.shape = SHAPE_LESSON;
    if (s->options.history_bytes == 0)
        s->options.history_bytes = HISTORY_BYTES;
    s->size = world_size(&s->options.shape);
    CHECK(s->size > 0); /* shapes come from us, not from learners */
    s->world = malloc(s->size);
    if (s->world && make_sink(s))
        return s;
    session_free(s);
    return NULL;
}

/* As CMD_PROFILE does, but before the story begins: no row tells of it. */
static void begin_with_profile(World *w, Profile profile)
{
    CHECK(profile < PROFILE_COUNT);
    for (HostId h = 0; h < HOST_COUNT; h++) {
        w->hosts[h].profile = (uint8_t)profile;
        for (int i = 0; i < KNOB_COUNT; i++)
            w->hosts[h].knob[i] = knob_info((KnobId)i)->value[profile];
    }
}

Session *session_new(const SessionOptions *options)
{
    Session *s = make_desk(options);
    if (!s)
        return NULL;
    world_init(s->world, &s->options.shape, s->options.seed);
    begin_with_profile(s->world, s->options.profile);
    s->trace = trace_new(0);
    s->history = history_new(s->world, s->options.history_bytes);
    if (s->trace && s->history) {
        frames_seed_root(s->history, s->world, s->trace);
        return s;
    }
    session_free(s);
    return NULL;
}

Session *session_fork(const Session *from)
{
    Session *s = make_desk(&from->options);
    if (!s)
        return NULL;
    memcpy(s->world, from->world, s->size);
    s->trace = trace_copy(from->trace);
    s->history = history_new(s->world, s->options.history_bytes);
    if (s->trace && s->history) {
        frames_seed_root(s->history, s->world, s->trace);
        return s;
    }
    session_free(s);
    return NULL;
}

static void free_break(Break *b)
{
    free(b->text);
    pred_free(b->pred);
}

void session_free(Session *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->break_count; i++)
        free_break(&s->breaks[i]);
    for (uint32_t i = 0; i < s->log_count; i++)
        free(s->log[i]);
    free(s->breaks);
    free(s->hit);
    free(s->log);
    history_free(s->history);
    trace_free(s->trace);
    free(s->sink.notes);
    free(s->sink.bytes);
    free(s->world);
    free(s);
}

const World *session_world(const Session *s)
{
    return s->world;
}

const Trace *session_trace(const Session *s)
{
    return s->trace;
}

const SessionOptions *session_options(const Session *s)
{
    return &s->options;
}

/* ---- acting ------------------------------------------------------------------------------------
 */

void session_begin_line(Session *s, const char *line)
{
    history_begin_line(s->history, line);
}

void session_tell(Session *s, bool known)
{
    if (known && trace_advance(s->trace, s->world->rows))
        s->sink.note_count = s->sink.byte_count = s->sink.notes_lost = 0;
    else
        trace_take(s->trace, s->world, &s->sink);
}

void session_record(Session *s, const Unit *unit)
{
    History *h = s->history;
    uint32_t branch = h->current;
    bool in_the_past = history_position(h, h->cursor) < history_extent(h);
    if (history_enter(h, unit, s->world)) {
        session_tell(s, in_the_past && branch == h->current);
        history_touched(h);
        frames_offer(h, s->world, s->trace, true);
    } else {
        trace_take(s->trace, s->world, &s->sink);
        history_reroot(h, s->world);
        frames_seed_root(h, s->world, s->trace);
    }
    if (s->options.check)
        world_check(s->world);
}

/* The cursor stands at the end of a node, so that a command can follow. */
static void make_way(Session *s)
{
    if (!history_prepare(s->history, s->world))
        history_reroot(s->history, s->world);
}

CallResult session_apply(Session *s, const Cmd *cmd, Bytes data)
{
    Unit unit = {.kind = UNIT_CMD, .at = s->world->now, .cmd = *cmd, .data = data};
    uint32_t rows = s->world->rows;
    uint64_t digest = s->options.check ? world_digest(s->world) : 0;
    make_way(s);
    CallResult r = world_apply(s->world, &unit.cmd, data, &s->sink);
    if (r.status != CALL_OK && s->world->rows == rows) {
        /* Refused before anything happened: there is nothing to remember. */
        CHECK(!s->options.check || world_digest(s->world) == digest);
        s->sink.note_count = s->sink.byte_count = s->sink.notes_lost = 0;
        return r;
    }
    history_touch(s->history, s->history->cursor);
    session_record(s, &unit);
    return r;
}

void session_take(Session *s, Move move)
{
    Unit unit = {.kind = UNIT_MOVE, .at = s->world->now, .move = move};
    make_way(s);
    history_touch(s->history, s->history->cursor);
    world_take(s->world, move, &s->sink);
    session_record(s, &unit);
}

/* ---- breakpoints -------------------------------------------------------------------------------
 */

static char *copy_text(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = malloc(len);
    if (copy)
        memcpy(copy, text, len);
    return copy;
}

uint32_t session_break_add(Session *s, const char *text, PredError *error)
{
    if (s->break_count == BREAKS_MAX) {
        *error = (PredError){.text = {"there are 64 breakpoints already; remove one first",
                                      "已有 64 个断点；请先删除一个"}};
        return 0;
    }
    if (s->break_count == s->break_cap) {
        uint32_t cap = s->break_cap ? s->break_cap * 2 : 4;
        Break *grown = realloc(s->breaks, cap * sizeof *grown);
        if (!grown)
            return 0;
        s->breaks = grown;
        s->break_cap = cap;
    }
    Break b = {.text = copy_text(text), .pred = pred_compile(text, strlen(text), error)};
    if (!b.text || !b.pred) {
        free_break(&b);
        return 0;
    }
    b.id = ++s->break_id;
    s->breaks[s->break_count++] = b;
    return b.id;
}

bool session_break_remove(Session *s, uint32_t id)
{
    for (uint32_t i = 0; i < s->break_count; i++) {
        if (s->breaks[i].id != id)
            continue;
        free_break(&s->breaks[i]);
        memmove(&s->breaks[i], &s->breaks[i + 1], (s->break_count - i - 1) * sizeof *s->breaks);
        s->break_count--;
        return true;
    }
    return false;
}

uint32_t session_breaks(const Session *s, uint32_t *ids, const char **texts, uint32_t cap)
{
    for (uint32_t i = 0; i < s->break_count && i < cap; i++) {
        ids[i] = s->breaks[i].id;
        texts[i] = s->breaks[i].text;
    }
    return s->break_count;
}

const char *session_break_hit(const Session *s)
{
    return s->hit ? s->hit : "";
}

/* ---- the log -----------------------------------------------------------------------------------
 */

void session_log(Session *s, const char *line)
{
    if (s->log_count == s->log_cap) {
        uint32_t cap = s->log_cap ? s->log_cap * 2 : 64;
        char **grown = realloc(s->log, cap * sizeof *grown);
        if (!grown)
            return;
        s->log = grown;
        s->log_cap = cap;
    }
    char *copy = copy_text(line);
    if (copy)
        s->log[s->log_count++] = copy;
}

uint32_t session_log_count(const Session *s)
{
    return s->log_count;
}

const char *session_log_line(const Session *s, uint32_t i)
{
    return i < s->log_count ? s->log[i] : "";
}
