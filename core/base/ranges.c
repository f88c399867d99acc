/*
 * ranges.c: the sorted set of ranges.h.
 *
 * A handful of elements at most: linear scans and memmove are both the clearest and the fastest.
 */
#include "core/base/ranges.h"

#include <string.h>

static void remove_at(Ranges set, uint16_t i, uint16_t n)
{
    uint16_t count = *set.count;
    memmove(&set.at[i], &set.at[i + n], (size_t)(count - i - n) * sizeof *set.at);
    memset(&set.at[count - n], 0, n * sizeof *set.at);
    *set.count = (uint16_t)(count - n);
}

bool ranges_add(Ranges set, SeqRange range)
{
    if (seq_eq(range.from, range.to))
        return true;
    uint16_t first = 0;
    while (first < *set.count && seq_lt(set.at[first].to, range.from))
        first++;
    uint16_t touched = 0;
    while (first + touched < *set.count && seq_leq(set.at[first + touched].from, range.to))
        touched++;
    if (touched == 0) {
        if (*set.count == set.cap)
            return false;
        memmove(&set.at[first + 1], &set.at[first], (size_t)(*set.count - first) * sizeof *set.at);
        set.at[first] = range;
        ++*set.count;
        return true;
    }
    SeqRange merged = {seq_min(range.from, set.at[first].from),
                       seq_max(range.to, set.at[first + touched - 1].to)};
    remove_at(set, first, (uint16_t)(touched - 1));
    set.at[first] = merged;
    return true;
}

bool ranges_have_room(Ranges set, SeqRange range)
{
    bool touches = *set.count < set.cap || seq_eq(range.from, range.to);
    for (uint16_t i = 0; i < *set.count && !touches; i++)
        touches = seq_leq(set.at[i].from, range.to) && seq_leq(range.from, set.at[i].to);
    return touches;
}

Seq ranges_take_front(Ranges set, Seq edge)
{
    while (*set.count > 0 && seq_leq(set.at[0].from, edge)) {
        edge = seq_max(edge, set.at[0].to);
        remove_at(set, 0, 1);
    }
    return edge;
}

bool ranges_contain(Ranges set, SeqRange range)
{
    for (uint16_t i = 0; i < *set.count; i++)
        if (seq_leq(set.at[i].from, range.from) && seq_leq(range.to, set.at[i].to))
            return true;
    return false;
}

SeqRange ranges_overlap(Ranges set, SeqRange range)
{
    for (uint16_t i = 0; i < *set.count; i++) {
        Seq from = seq_max(set.at[i].from, range.from), to = seq_min(set.at[i].to, range.to);
        if (seq_lt(from, to))
            return (SeqRange){from, to};
    }
    return (SeqRange){range.from, range.from};
}
