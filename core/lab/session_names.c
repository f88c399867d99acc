/*
 * session_names.c: bookmarks and branches.
 *
 * A name stands for a place in the tree; going to one is travelling.
 */
#include <string.h>

#include "core/lab/session_private.h"

bool session_mark(Session *s, const char *name)
{
    return history_name_ok(name) && history_mark(s->history, name, s->world->now);
}

bool session_goto_mark(Session *s, const char *name)
{
    History *h = s->history;
    for (uint32_t i = 0; i < h->mark_count; i++) {
        if (strcmp(h->marks[i].name, name) != 0)
            continue;
        Place place = h->marks[i].place;
        session_travel(s, place, history_branch_of(h, place));
        return true;
    }
    return false;
}

uint32_t session_marks(const Session *s, const char **names, Nanos *times, uint32_t cap)
{
    const History *h = s->history;
    for (uint32_t i = 0; i < h->mark_count && i < cap; i++) {
        names[i] = h->marks[i].name;
        times[i] = h->marks[i].time;
    }
    return h->mark_count;
}

bool session_branch(Session *s, const char *name)
{
    History *h = s->history;
    if (!history_name_ok(name) || history_branch_of_name(h, name) != UINT32_MAX)
        return false;
    return history_prepare(h, s->world) && history_new_branch(h, name);
}

bool session_switch(Session *s, const char *name)
{
    History *h = s->history;
    uint32_t branch = history_branch_of_name(h, name);
    if (branch == UINT32_MAX)
        return false;
    if (branch != h->current)
        session_travel(s, h->branches[branch].last, branch);
    return true;
}

const char *session_branch_name(const Session *s)
{
    return s->history->branches[s->history->current].name;
}

uint32_t session_branches(const Session *s, BranchInfo *out, uint32_t cap)
{
    const History *h = s->history;
    for (uint32_t i = 0; i < h->branch_count && i < cap; i++) {
        const Branch *b = &h->branches[i];
        const Node *fork = &h->nodes[b->fork], *tip = &h->nodes[b->tip];
        out[i] = (BranchInfo){.name = b->name,
                              .parent = i ? h->branches[b->parent].name : NULL,
                              .fork_position = i ? fork->start + fork->units : 0,
                              .length = tip->start + tip->units,
                              .fork_row = i ? fork->rows_end : 0,
                              .fork_time = i ? fork->time_end : 0,
                              .end_time = max_u64(tip->time_end, b->tip_at),
                              .current = i == h->current};
    }
    return h->branch_count;
}
