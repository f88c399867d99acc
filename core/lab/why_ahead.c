/*
 * why_ahead.c: asking the code that decides, on a copy of the world (why_ahead.h).
 *
 * A copy is one block; what it does leaves it as notes in a sink of its own.
 */
#include "core/lab/why_ahead.h"

#include <stdlib.h>
#include <string.h>

/* How far the copy runs on before it is given up. */
enum { AHEAD_EVENTS = 4000, SINK_NOTES = 512, SINK_BYTES = 1 << 17 };

/* ---- the copy ---- */

typedef struct Copy {
    World *w;
    Note *notes;
    uint8_t *bytes;
    Sink sink;
} Copy;

static void copy_end(Copy *c)
{
    free(c->w);
    free(c->notes);
    free(c->bytes);
}

static bool copy_begin(Copy *c, const World *w)
{
    *c = (Copy){.w = malloc((size_t)w->size),
                .notes = malloc(SINK_NOTES * sizeof(Note)),
                .bytes = malloc(SINK_BYTES)};
    if (!c->w || !c->notes || !c->bytes) {
        copy_end(c);
        return false;
    }
    memcpy(c->w, w, (size_t)w->size);
    return true;
}

static void copy_listen(Copy *c)
{
    c->sink = (Sink){
        .notes = c->notes, .note_cap = SINK_NOTES, .bytes = c->bytes, .byte_cap = SINK_BYTES};
}

bool why_ask_output(const World *w, const Tcb *t, Note *held)
{
    Copy c;
    bool found = false;
    if (!copy_begin(&c, w))
        return false;
    copy_listen(&c);
    world_speak(c.w, (ConnId){(uint16_t)(t - world_conns(w))}, &c.sink);
    for (uint32_t i = 0; i < c.sink.note_count && !found; i++) {
        RuleId rule = (RuleId)c.notes[i].rule;
        found = c.notes[i].kind == NOTE_RULE &&
                (rule == RULE_SEND_WINDOW || rule == RULE_SENT_LIST_FULL || rule == RULE_NAGLE ||
                 rule == RULE_CONGESTION_WINDOW || rule == RULE_PACING || rule == RULE_SWS_SENDER);
        if (found)
            *held = c.notes[i];
    }
    copy_end(&c);
    return found;
}

/* ---- looking forward ---- */

static bool sends_it(const WhyGoal *g, const Note *n, Bytes frame)
{
    Seg s;
    Bytes payload;
    if (n->kind != NOTE_SENT || n->host != g->host || n->conn != g->conn)
        return false;
    if (g->what == WHY_NOT_RETRANSMIT)
        return n->peer_row == g->row;
    if (wire_decode(frame, &s, &payload) != WIRE_OK)
        return false;
    if (g->what == WHY_NOT_SEND)
        return seg_len(&s) > 0 && seq_gt(seg_end(&s), g->seq);
    return s.flags & SEG_ACK && seq_geq(s.ack, g->seq);
}

static bool reaches(const WhyGoal *g, const Note *n, Bytes frame)
{
    switch (g->what) {
    case WHY_NOT_TAKEN: return n->kind == NOTE_ARRIVED && n->peer_row == g->row;
    case WHY_NOT_LEAVE:
        return n->kind == NOTE_STATE && n->host == g->host && n->conn == g->conn && n->a == g->from;
    case WHY_NOT_STATE:
        return n->kind == NOTE_STATE && n->host == g->host && n->conn == g->conn &&
               n->b == g->state;
    default: return sends_it(g, n, frame);
    }
}

/* The rule of a note: its own, or the last that acted before it at the same end. */
static RuleId rule_behind(const Sink *sink, uint32_t i)
{
    const Note *n = &sink->notes[i];
    if (n->rule != RULE_NONE)
        return (RuleId)n->rule;
    for (uint32_t k = i; k-- > 0;)
        if (sink->notes[k].kind == NOTE_RULE && sink->notes[k].host == n->host)
            return (RuleId)sink->notes[k].rule;
    return RULE_NONE;
}

static bool found_in(const Sink *sink, const WhyGoal *g, Nanos *at, RuleId *rule)
{
    for (uint32_t i = 0; i < sink->note_count; i++) {
        const Note *n = &sink->notes[i];
        if (!reaches(g, n, bytes_of(sink->bytes + n->bytes_at, n->bytes_len)))
            continue;
        *at = n->at;
        *rule = rule_behind(sink, i);
        return true;
    }
    return false;
}

bool why_look_ahead(const World *w, const WhyGoal *g, WhyAhead *ahead)
{
    Copy c;
    *ahead = (WhyAhead){.going = true};
    if (!copy_begin(&c, w))
        return false;
    while (ahead->events < AHEAD_EVENTS && ahead->going && !ahead->found) {
        copy_listen(&c);
        ahead->going = world_step(c.w, &c.sink);
        ahead->found = ahead->going && found_in(&c.sink, g, &ahead->at, &ahead->rule);
        ahead->events++;
    }
    copy_end(&c);
    return true;
}
