/*
 * armed.c: rules that wait for their segment ("drop 2nd FIN from B").
 *
 * A learner prepares an accident before it can happen. A rule acts once, on the nth segment of its
 * kind that leaves the named host, and is gone.
 */
#include "core/net/parts.h"

#include <string.h>

static const char *const class_names[CLASS_COUNT] = {
    [CLASS_ANY] = "any",         [CLASS_SYN] = "SYN",
    [CLASS_SYN_ACK] = "SYN+ACK", [CLASS_ACK] = "ACK",
    [CLASS_DATA] = "data",       [CLASS_FIN] = "FIN",
    [CLASS_RST] = "RST",         [CLASS_REXMIT] = "retransmission",
};

const char *seg_class_name(SegClass c)
{
    return c < CLASS_COUNT ? class_names[c] : "?";
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same(const char *a, size_t len, const char *b)
{
    if (strlen(b) != len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

SegClass seg_class_of_name(const char *name, size_t len)
{
    for (int c = 0; c < CLASS_COUNT; c++)
        if (same(name, len, class_names[c]))
            return (SegClass)c;
    return same(name, len, "segment")  ? CLASS_ANY
           : same(name, len, "rexmit") ? CLASS_REXMIT
                                       : CLASS_COUNT;
}

bool seg_class_matches(SegClass c, const Seg *s, bool rexmit)
{
    switch (c) {
    case CLASS_ANY: return true;
    case CLASS_SYN: return (s->flags & (SEG_SYN | SEG_ACK)) == SEG_SYN;
    case CLASS_SYN_ACK: return (s->flags & (SEG_SYN | SEG_ACK)) == (SEG_SYN | SEG_ACK);
    case CLASS_ACK:
        return (s->flags & (SEG_SYN | SEG_ACK | SEG_FIN | SEG_RST)) == SEG_ACK && s->len == 0;
    case CLASS_DATA: return s->len > 0;
    case CLASS_FIN: return s->flags & SEG_FIN;
    case CLASS_RST: return s->flags & SEG_RST;
    case CLASS_REXMIT: return rexmit;
    default: return false;
    }
}

/* Does the rule's moment come with this segment? Counts, and clears the rule when it acts. */
static bool fires(Armed *a, HostId from, const Seg *seg, bool rexmit)
{
    if (!a->used || a->from != from || !seg_class_matches((SegClass)a->seg_class, seg, rexmit))
        return false;
    return ++a->seen >= a->nth;
}

static bool any_armed(const World *w)
{
    for (int i = 0; i < ARMED_MAX; i++)
        if (w->armed[i].used)
            return true;
    return false;
}

bool armed_act(World *w, PktId id, Nanos *delay, bool *duplicate, bool *corrupt, Sink *sink)
{
    const Packet *mine = &world_packets(w)[id.v];
    Seg seg;
    Bytes payload;
    if (!any_armed(w) || wire_parse(world_frame(w, id), &seg, &payload) != WIRE_OK)
        return false;
    bool drop = false;
    for (int i = 0; i < ARMED_MAX; i++) {
        Armed *a = &w->armed[i];
        if (!fires(a, mine->from, &seg, mine->flags & PACKET_REXMIT))
            continue;
        drop = drop || a->action == ARMED_DROP;
        *duplicate = *duplicate || a->action == ARMED_DUP;
        *corrupt = *corrupt || a->action == ARMED_CORRUPT;
        if (a->action == ARMED_DELAY)
            *delay += a->delay;
        memset(a, 0, sizeof *a);
    }
    if (drop)
        link_lose(w, id, LOST_BY_RULE, 0, sink);
    return drop;
}

CallResult armed_add(World *w, const Cmd *cmd)
{
    if (cmd->len >= CLASS_COUNT || cmd->host >= HOST_COUNT || cmd->key > ARMED_CORRUPT)
        return (CallResult){.status = CALL_BAD_ARGUMENT};
    for (uint32_t i = 0; i < ARMED_MAX; i++) {
        Armed *a = &w->armed[i];
        if (a->used)
            continue;
        *a = (Armed){.delay = cmd->val,
                     .nth = cmd->conn ? cmd->conn : 1,
                     .used = 1,
                     .action = (uint8_t)cmd->key,
                     .from = cmd->host,
                     .seg_class = (uint8_t)cmd->len};
        return (CallResult){.status = CALL_OK, .value = i};
    }
    return (CallResult){.status = CALL_NO_ROOM};
}

CallResult armed_remove(World *w, const Cmd *cmd)
{
    if (cmd->val == 1) {
        memset(w->armed, 0, sizeof w->armed);
        return (CallResult){.status = CALL_OK};
    }
    if (cmd->key >= ARMED_MAX || !w->armed[cmd->key].used)
        return (CallResult){.status = CALL_BAD_ARGUMENT};
    memset(&w->armed[cmd->key], 0, sizeof w->armed[0]);
    return (CallResult){.status = CALL_OK};
}
