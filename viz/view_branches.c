/*
 * view_branches.c: the futures of a run as a tree, left to right in events.
 *
 *     main       o----------+------------o  24 events
 *                           |
 *     what-if-1             +-----(here)  21 events
 *
 * Each branch has a lane; it begins where it leaves its parent. The scale is the number of events,
 * not time: a pause of four minutes is one step. The present branch is thick, the present moment a
 * filled ring with its word. A click on a branch switches to it.
 */
#include <string.h>

#include "viz/measure.h"
#include "viz/parts.h"

typedef struct Tree {
    Display *d;
    const Moment *m;
    const View *view;
    Look look;
    Box box;
    float x0, x1; /* event 0, and the end of the longest branch */
    uint64_t longest;
    float lane[MOMENT_BRANCH_MAX]; /* y */
    uint32_t order[MOMENT_BRANCH_MAX];
    uint32_t count;
} Tree;

static int named(const Moment *m, const char *name)
{
    for (uint32_t k = 0; name && k < m->branch_count; k++)
        if (strcmp(m->branches[k].name, name) == 0)
            return (int)k;
    return -1;
}

/* Whose lane it leaves: a branch that forks before its parent did leaves the parent's parent. */
static int parent_of(const Moment *m, uint32_t i)
{
    int k = named(m, m->branches[i].parent);
    for (uint32_t n = 0; k >= 0 && n < m->branch_count; n++) {
        int up = named(m, m->branches[k].parent);
        if (up < 0 || m->branches[i].fork_position >= m->branches[k].fork_position)
            break;
        k = up;
    }
    return k == (int)i ? -1 : k;
}

/* A branch, then what left it, the latest fork first: so no lane crosses a fork. */
static void visit(Tree *t, uint32_t i, uint32_t depth)
{
    const Moment *m = t->m;
    bool done[MOMENT_BRANCH_MAX] = {false};
    if (t->count == m->branch_count || depth > MOMENT_BRANCH_MAX)
        return;
    t->order[t->count++] = i;
    for (;;) {
        int next = -1;
        for (uint32_t k = 0; k < m->branch_count; k++)
            if (!done[k] && k != i && parent_of(m, k) == (int)i &&
                (next < 0 || m->branches[k].fork_position > m->branches[next].fork_position))
                next = (int)k;
        if (next < 0)
            return;
        done[next] = true;
        visit(t, (uint32_t)next, depth + 1);
    }
}

static float x_of(const Tree *t, uint64_t position)
{
    float part = t->longest ? (float)((double)position / (double)t->longest) : 0;
    return t->x0 + (t->x1 - t->x0) * (part > 1 ? 1 : part);
}

static void draw_branch(const Tree *t, uint32_t i)
{
    const BranchInfo *b = &t->m->branches[i];
    int parent = parent_of(t->m, i);
    float y = t->lane[i], size = t->look.small, unit = t->look.unit > 1 ? t->look.unit : 1;
    float from = parent >= 0 ? x_of(t, b->fork_position) : t->x0, to = x_of(t, b->length);
    bool hover = t->view->hover.kind == TARGET_BRANCH && t->view->hover.value == i;
    Role role = b->current ? ROLE_PRESENT : hover ? ROLE_ACCENT : ROLE_GRID;
    float width = (b->current ? 4 : 2.4f) * unit;
    display_target(t->d, TARGET_BRANCH, HOST_NONE, i);
    if (parent >= 0) {
        float up = t->lane[parent], bend = (to - from) / 2 < size ? (to - from) / 2 : size;
        Point way[4] = {{from, up}, {from, y - bend}, {from + bend, y}, {to, y}};
        draw_path(t->d, way, 4, ROLE_NONE, role, width, b->current ? DASH_NONE : DASH_DASHED, false,
                  false);
    } else {
        draw_line(t->d, (Point){from, y}, (Point){to, y}, role, width,
                  b->current ? DASH_NONE : DASH_DASHED, false);
        draw_circle(t->d, from, y, 4 * unit, ROLE_PANEL, ROLE_TEXT, 1.6f);
    }
    draw_line(t->d, (Point){to, y - size * 0.5f}, (Point){to, y + size * 0.5f}, role, width,
              DASH_NONE, false);
    display_no_target(t->d);
}

static void name_branch(const Tree *t, uint32_t i)
{
    const BranchInfo *b = &t->m->branches[i];
    float size = t->look.small, y = t->lane[i] + size * MEASURE_MIDDLE;
    char text[96];
    Text out = text_fixed(text, sizeof text);
    display_target(t->d, TARGET_BRANCH, HOST_NONE, i);
    draw_text_fit(t->d, t->box.x, y, t->x0 - t->box.x - size, b->name,
                  b->current ? ROLE_TEXT : ROLE_MUTED, size, b->current ? FONT_BOLD : FONT_MONO,
                  ANCHOR_START);
    text_addf(&out, word(WORD_BRANCH_EVENTS, t->view->lang), (unsigned)b->length);
    text_add(&out, "  ");
    text_time(&out, b->end_time);
    float x = x_of(t, b->length) + size * 0.8f;
    draw_text_fit(t->d, x, y, t->box.x + t->box.w - x, text, ROLE_MUTED, size * 0.95f, FONT_MONO,
                  ANCHOR_START);
    display_no_target(t->d);
}

static void draw_here(const Tree *t)
{
    float size = t->look.small, unit = t->look.unit > 1 ? t->look.unit : 1;
    for (uint32_t i = 0; i < t->m->branch_count; i++) {
        const BranchInfo *b = &t->m->branches[i];
        if (!b->current)
            continue;
        /* Before the fork the present moment lies on the parent's lane. */
        int on = (int)i, parent;
        while ((parent = parent_of(t->m, (uint32_t)on)) >= 0 &&
               t->m->position < t->m->branches[on].fork_position)
            on = parent;
        float x = x_of(t, t->m->position), y = t->lane[on];
        const char *here = word(WORD_HERE, t->view->lang);
        float w = measure_text(here, size), left = x - w / 2;
        left = left < t->x0 - size ? t->x0 - size : left;
        draw_circle(t->d, x, y, 6 * unit, ROLE_ACCENT, ROLE_PANEL, 2);
        draw_text(t->d, left, y - size * 0.9f, here, ROLE_ACCENT, size, FONT_BOLD, ANCHOR_START);
    }
}

void view_branches(Display *d, const Moment *m, const View *view, Box box)
{
    Tree t = {.d = d, .m = m, .view = view, .look = look_of(view), .box = box};
    float size = t.look.small, names = size * 5, hint = 0;
    for (uint32_t i = 0; i < m->branch_count; i++) {
        float w = measure_text(m->branches[i].name, size) + size * 1.5f;
        names = w > names ? w : names;
        t.longest = max_u64(t.longest, m->branches[i].length);
    }
    names = names > box.w * 0.3f ? box.w * 0.3f : names;
    t.x0 = box.x + names;
    t.x1 = box.x + box.w - size * 13;
    for (uint32_t i = 0; i < m->branch_count; i++)
        if (parent_of(m, i) < 0)
            visit(&t, i, 0);
    const char *words = word(WORD_BRANCH_HINT, view->lang);
    float words_h = text_wrapped_height(words, size, box.w);
    if (box.h > words_h + t.look.line * 2.2f * (float)(t.count + 1))
        hint = words_h + size;
    float top = box.y + t.look.line * 1.7f, room = box.y + box.h - hint - top;
    float step = t.count > 1 ? (room - size) / (float)(t.count - 1) : 0;
    step = step > t.look.line * 3.4f ? t.look.line * 3.4f : step;
    uint32_t shown = t.count;
    if (step < t.look.line * 2.1f && t.count > 1) { /* what has no room is left out */
        step = t.look.line * 2.1f;
        shown = (uint32_t)((room - size) / step) + 1;
        shown = shown > t.count ? t.count : shown;
    }
    for (uint32_t k = 0; k < t.count; k++)
        t.lane[t.order[k]] = top + step * (float)(k < shown ? k : shown - 1);
    for (uint32_t k = shown; k-- > 0;)
        draw_branch(&t, t.order[k]);
    for (uint32_t k = 0; k < shown; k++)
        name_branch(&t, t.order[k]);
    draw_here(&t);
    if (hint > 0)
        draw_text_wrapped(d, (Box){box.x, box.y + box.h - words_h - 1, box.w, words_h + 1}, words,
                          ROLE_MUTED, size, FONT_MONO);
}
