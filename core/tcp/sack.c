/*
 * sack.c: selective acknowledgments (sack.h).
 *
 * The sent list is the sender's scoreboard, the out-of-order ranges are what the receiver reports:
 *
 *     receiver    RCV.NXT        hole      [ range ]   hole   [ range ]
 *     on the wire   ack                     first block        second block
 *     sender      SND.UNA      not SACKed   SACKed            SACKed       SND.NXT
 *
 * Nothing is kept twice: what the receiver adds to its ranges is only in which order they arrived,
 * because the newest must be told first (RFC 2018 section 4).
 */
#include "core/tcp/sack.h"

#include "core/tcp/rack.h"
#include "core/tcp/rate.h"

#include <string.h>

/* ---- the receiver: what to tell ---- */

static bool within(Seq x, SeqRange r)
{
    return seq_geq(x, r.from) && seq_lt(x, r.to);
}

static bool is_empty(SeqRange r)
{
    return seq_eq(r.from, r.to);
}

/* The out-of-order range that holds x; an empty one if none does. */
static SeqRange range_of(const Pools *p, const Tcb *t, Seq x)
{
    Ranges set = tcb_ranges(p, t);
    for (uint16_t i = 0; i < t->range_count; i++)
        if (within(x, set.at[i]))
            return set.at[i];
    return (SeqRange){x, x};
}

void sack_arrived(const Ctx *c, Tcb *t, Seq at)
{
    if (!(t->agreed.options & AGREED_SACK))
        return;
    Sack *k = &t->sack;
    SeqRange mine = range_of(&c->pools, t, at);
    Seq kept[SEG_SACK_MAX] = {at};
    uint8_t n = 1;
    for (uint8_t i = 0; i < k->recent_count && n < SEG_SACK_MAX; i++)
        if (seq_gt(k->recent[i], t->rcv.nxt) && !within(k->recent[i], mine))
            kept[n++] = k->recent[i];
    memset(k->recent, 0, sizeof k->recent);
    memcpy(k->recent, kept, n * sizeof kept[0]);
    k->recent_count = n;
}

void sack_duplicate(Ctx *c, Tcb *t, SeqRange again)
{
    if (!(t->agreed.options & AGREED_SACK) || !knob(c, KNOB_DSACK) || is_empty(again) ||
        !rule_on(c, RULE_DSACK) || !is_empty(t->sack.dsack))
        return;
    t->sack.dsack = again;
}

static bool add_block(Seg *s, SeqRange block, unsigned room)
{
    for (unsigned i = 0; i < s->sack_count; i++)
        if (seq_eq(s->sack[i].from, block.from) && seq_eq(s->sack[i].to, block.to))
            return true;
    if (s->sack_count >= room)
        return false;
    s->sack[s->sack_count++] = block;
    return true;
}

/* RFC 2883 section 4: the duplicate comes first; what it lies in, if out of order, second. */
static void add_dsack(const Pools *p, const Tcb *t, Seg *s, unsigned room)
{
    SeqRange block = t->sack.dsack;
    if (is_empty(block))
        return;
    add_block(s, block, room);
    SeqRange around = range_of(p, t, block.from);
    if (!is_empty(around) && s->sack_count < room && s->sack_count == 1)
        s->sack[s->sack_count++] = around;
}

void sack_fill(const Ctx *c, const Tcb *t, Seg *s, unsigned room)
{
    const Pools *p = &c->pools;
    room = min_u32(room, SEG_SACK_MAX);
    if (room == 0 || !rule_on(c, RULE_SACK))
        return;
    add_dsack(p, t, s, room);
    for (uint8_t i = 0; i < t->sack.recent_count; i++) {
        SeqRange r = range_of(p, t, t->sack.recent[i]);
        if (!is_empty(r))
            add_block(s, r, room);
    }
    for (uint16_t i = 0; i < t->range_count; i++)
        if (!add_block(s, tcb_ranges(p, t).at[i], room))
            break;
    if (s->sack_count > 0)
        s->opts |= SEG_OPT_SACK;
}

uint32_t sack_room(const Ctx *c, const Tcb *t)
{
    if (!(t->agreed.options & AGREED_SACK) || !rule_on(c, RULE_SACK))
        return 0;
    uint32_t n = t->range_count + (is_empty(t->sack.dsack) ? 0u : 1u);
    uint32_t most = t->agreed.options & AGREED_TIMESTAMP ? 3 : 4;
    return n == 0 ? 0 : 4 + 8 * min_u32(n, most);
}

void sack_told(Ctx *c, Tcb *t, const Seg *s)
{
    if (!(s->opts & SEG_OPT_SACK))
        return;
    bool dsack = !is_empty(t->sack.dsack);
    note_rule(c, t, dsack ? RULE_DSACK : RULE_SACK,
              dsack ? seq_distance(s->sack[0].from, s->sack[0].to) : s->sack_count, t->range_count);
    t->sack.dsack = (SeqRange){seq_of(0), seq_of(0)};
}

/* ---- the sender: what the peer tells ---- */

/* RFC 2883 section 4: the first block lies below the acknowledgment, or inside the second one. */
static bool is_dsack(const Seg *seg)
{
    SeqRange first = seg->sack[0], second = seg->sack[1];
    return seq_leq(first.to, seg->ack) ||
           (seg->sack_count > 1 && seq_geq(first.from, second.from) &&
            seq_leq(first.to, second.to));
}

/* RFC 2018 section 5 and RFC 6675 section 5.1: a block speaks of what has been sent and not yet
 * been acknowledged, or it says nothing. */
static bool is_possible(const Tcb *t, const Seg *seg, SeqRange b)
{
    return seq_lt(b.from, b.to) && seq_gt(b.from, seq_max(seg->ack, t->snd.una)) &&
           seq_leq(b.to, t->snd.nxt);
}

/* The first element of the sent list that begins at `from` or later. */
static uint16_t first_from(const Pools *p, const Tcb *t, Seq from)
{
    uint16_t low = 0, high = t->sent_count;
    while (low < high) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (seq_lt(sent_at(p, t, middle)->seq, from))
            low = (uint16_t)(middle + 1);
        else
            high = middle;
    }
    return low;
}

static void mark(Ctx *c, Tcb *t, SeqRange b, AckInfo *a)
{
    for (uint16_t i = first_from(&c->pools, t, b.from); i < t->sent_count; i++) {
        Sent *s = sent_at(&c->pools, t, i);
        if (seq_gt(seq_add(s->seq, sent_len(s)), b.to))
            break;
        if (s->flags & SENT_SACKED)
            continue;
        sent_mark(t, s, SENT_SACKED, SENT_LOST);
        a->original = a->original ||
                      (s->rexmits == 0 && seq_leq(seq_add(s->seq, sent_len(s)), t->cc.recover));
        a->sacked += s->len;
        a->segs++;
        a->delivered += s->len;
        rack_update(c, t, s, a);
        rate_take(t, s, a);
    }
}

void sack_take(Ctx *c, Tcb *t, const Seg *seg, AckInfo *a)
{
    if (!(seg->opts & SEG_OPT_SACK) || seg->sack_count == 0)
        return;
    unsigned first = 0;
    if (is_dsack(seg)) {
        a->dsack = seq_geq(seg->sack[0].from, seq_sub(t->snd.una, t->snd.max_wnd));
        first = 1;
        t->tally.dsacks += a->dsack;
        if (a->dsack)
            note_rule(c, t, RULE_DSACK_SEEN, seq_distance(seg->sack[0].from, seg->sack[0].to), 0);
    }
    for (unsigned i = first; i < seg->sack_count; i++) {
        if (is_possible(t, seg, seg->sack[i]))
            mark(c, t, seg->sack[i], a);
        else
            note_rule(c, t, RULE_SACK_IGNORED, 0, 0);
    }
    if (a->sacked > 0)
        note_rule(c, t, RULE_SACK_TAKEN, a->sacked, t->sacked_bytes);
}

void sack_forget(Ctx *c, Tcb *t)
{
    if (t->sacked_bytes == 0)
        return;
    note_rule(c, t, RULE_SACK_RENEGED, t->sacked_bytes, 0);
    for (uint16_t i = 0; i < t->sent_count; i++)
        sent_mark(t, sent_at(&c->pools, t, i), 0, SENT_SACKED);
}

uint32_t sack_mark_lost(Ctx *c, Tcb *t)
{
    /* From the newest down: IsLost is true below the point where enough has been seen above. */
    uint32_t threshold = (uint32_t)knob(c, KNOB_DUP_THRESHOLD);
    uint32_t bytes = 0, runs = 0, lost = 0;
    bool in_run = false;
    for (uint16_t i = t->sent_count; t->sacked_bytes > 0 && i-- > 0;) {
        Sent *s = sent_at(&c->pools, t, i);
        if (s->flags & SENT_SACKED) {
            bytes += s->len;
            runs += in_run ? 0 : 1;
            in_run = true;
            continue;
        }
        in_run = false;
        bool proof = runs >= threshold || bytes > (threshold - 1) * t->snd.mss;
        if (proof && !(s->flags & (SENT_LOST | SENT_REXMIT))) {
            sent_mark(t, s, SENT_LOST, 0);
            lost += s->len;
        }
    }
    return lost;
}
