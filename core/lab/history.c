/*
 * history.c: the tree of history.h: places, paths, and entering nodes.
 *
 * Nothing here runs a world; the session does, and tells what it did.
 */
#include "core/lab/history.h"

#include <stdlib.h>
#include <string.h>

enum { NODE_MAX = 1 << 24 };

/* Room for one element more in a growing array. */
static bool room_for_one(void *array, uint32_t *cap, uint32_t count, size_t size)
{
    void *old, *grown;
    if (count < *cap)
        return true;
    if (count >= NODE_MAX)
        return false;
    uint32_t want = *cap ? *cap * 2 : 16;
    memcpy(&old, array, sizeof old);
    grown = realloc(old, want * size);
    if (!grown)
        return false;
    memcpy(array, &grown, sizeof grown);
    *cap = want;
    return true;
}

static void start_tree(History *h, const World *root)
{
    h->nodes[0] = (Node){.rows_end = root->rows, .time_end = root->now};
    h->node_count = 1;
    h->data_count = 0;
    h->branches[0] = (Branch){.name = "main"};
    h->branch_count = 1;
    h->current = 0;
    h->cursor = (Place){0};
}

History *history_new(const World *root, size_t budget)
{
    History *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    if (room_for_one(&h->nodes, &h->node_cap, 0, sizeof *h->nodes) &&
        room_for_one(&h->branches, &h->branch_cap, 0, sizeof *h->branches)) {
        start_tree(h, root);
        if (frames_init(h, root, budget))
            return h;
    }
    history_free(h);
    return NULL;
}

static void free_lines(History *h, uint32_t from)
{
    for (uint32_t i = from; i < h->line_end; i++)
        free(h->lines[i].text);
    h->line_end = from;
    if (h->line_count > from)
        h->line_count = from;
}

void history_free(History *h)
{
    if (!h)
        return;
    frames_free(h);
    free_lines(h, 0);
    free(h->lines);
    free(h->line_text);
    free(h->nodes);
    free(h->data);
    free(h->branches);
    free(h->marks);
    free(h);
}

void history_reroot(History *h, const World *root)
{
    start_tree(h, root);
    h->mark_count = 0;
    free_lines(h, 0);
    h->line_open = false;
    frames_reset(h, root);
}

/* ---- places ------------------------------------------------------------------------------------
 */

static bool is_step(const Unit *u)
{
    return u->kind == UNIT_STEP;
}

uint64_t history_position(const History *h, Place p)
{
    return h->nodes[p.node].start + p.offset;
}

static Place end_of(const History *h, uint32_t node)
{
    return (Place){.node = node, .offset = h->nodes[node].units};
}

Place history_tip(const History *h)
{
    const Branch *b = &h->branches[h->current];
    Place tip = end_of(h, b->tip);
    tip.at = b->tip_at;
    return tip;
}

uint64_t history_extent(const History *h)
{
    return history_position(h, history_tip(h));
}

static Unit unit_of(const History *h, const Node *n)
{
    Unit u = {.kind = n->kind, .at = n->at, .cmd = n->cmd, .move = n->move};
    u.data = bytes_of(n->data_len ? h->data + n->data_at : NULL, n->data_len);
    return u;
}

/* The node in which the unit after the place lies; UINT32_MAX at the tip. */
static uint32_t node_ahead(const History *h, Place p)
{
    if (p.offset < h->nodes[p.node].units)
        return p.node;
    if (p.node == h->branches[h->current].tip)
        return UINT32_MAX;
    return h->nodes[p.node].active;
}

bool history_ahead(const History *h, Place p, Unit *unit)
{
    uint32_t node = node_ahead(h, p);
    if (node == UINT32_MAX)
        return false;
    *unit = unit_of(h, &h->nodes[node]);
    return true;
}

Place history_after(const History *h, Place p)
{
    uint32_t node = node_ahead(h, p);
    CHECK(node != UINT32_MAX);
    return (Place){.node = node, .offset = node == p.node ? p.offset + 1 : 1};
}

Place history_before(const History *h, Place p, uint64_t n)
{
    p.at = 0;
    while (n > 0 && (p.node != 0 || p.offset > 0)) {
        if (n < p.offset) {
            p.offset -= (uint32_t)n;
            return p;
        }
        n -= p.offset;
        p = end_of(h, h->nodes[p.node].parent);
    }
    return p;
}

Place history_at(const History *h, uint64_t position)
{
    Place tip = history_tip(h);
    uint64_t length = history_position(h, tip);
    return position >= length ? tip : history_before(h, tip, length - position);
}

Place history_common(const History *h, Place a, Place b)
{
    while (a.node != b.node) {
        /* The node that ends later cannot be on the way to the other. */
        const Node *x = &h->nodes[a.node], *y = &h->nodes[b.node];
        if (x->start + x->units >= y->start + y->units)
            a = end_of(h, x->parent);
        else
            b = end_of(h, y->parent);
    }
    return (Place){.node = a.node, .offset = min_u32(a.offset, b.offset)};
}

bool history_is_before(const History *h, Place a, Place b)
{
    Place common = history_common(h, a, b);
    return common.node == a.node && common.offset == a.offset;
}

/* ---- branches ----------------------------------------------------------------------------------
 */

void history_choose(History *h, uint32_t branch)
{
    CHECK(branch < h->branch_count);
    h->branches[h->current].last = h->cursor;
    h->current = branch;
    for (uint32_t n = h->branches[branch].tip; n != 0; n = h->nodes[n].parent)
        h->nodes[h->nodes[n].parent].active = n;
}

uint32_t history_branch_of(const History *h, Place p)
{
    return history_is_before(h, p, history_tip(h)) ? h->current : h->nodes[p.node].branch;
}

static void move_place(Place *p, uint32_t node, uint32_t n, uint32_t second)
{
    if (p->node == node && p->offset > n) {
        p->node = second;
        p->offset -= n;
    }
}

/* Splits a run of steps after its first n; the second half is a new node with the old children. */
static bool split(History *h, uint32_t node, uint32_t n, const World *here)
{
    if (!room_for_one(&h->nodes, &h->node_cap, h->node_count, sizeof *h->nodes))
        return false;
    uint32_t second = h->node_count++;
    Node *a = &h->nodes[node], *b = &h->nodes[second];
    CHECK(a->kind == UNIT_STEP && n > 0 && n < a->units);
    *b = *a;
    b->parent = node;
    b->start = a->start + n;
    b->units = a->units - n;
    b->sibling = 0;
    a->units = n;
    a->child = a->active = second;
    a->rows_end = here->rows;
    a->time_end = here->now;
    for (uint32_t c = b->child; c; c = h->nodes[c].sibling)
        h->nodes[c].parent = second;
    for (uint32_t i = 0; i < h->branch_count; i++) {
        Branch *branch = &h->branches[i];
        branch->tip = branch->tip == node ? second : branch->tip;
        branch->fork = i && branch->fork == node ? second : branch->fork;
        move_place(&branch->last, node, n, second);
    }
    for (uint32_t i = 0; i < h->mark_count; i++)
        move_place(&h->marks[i].place, node, n, second);
    for (uint32_t i = 0; i < h->line_end; i++) {
        move_place(&h->lines[i].before, node, n, second);
        move_place(&h->lines[i].after, node, n, second);
    }
    frames_split(h, node, n, second);
    return true;
}

/* At the end of a node already, or made so. */
static bool end_node_here(History *h, const World *here)
{
    Place p = h->cursor;
    return p.offset == h->nodes[p.node].units || split(h, p.node, p.offset, here);
}

static bool same_unit(const History *h, const Node *n, const Unit *u)
{
    if (n->kind != u->kind)
        return false;
    switch (u->kind) {
    case UNIT_CMD:
        return n->at == u->at && memcmp(&n->cmd, &u->cmd, sizeof u->cmd) == 0 &&
               n->data_len == u->data.len &&
               (u->data.len == 0 || memcmp(h->data + n->data_at, u->data.data, u->data.len) == 0);
    case UNIT_MOVE:
        return n->at == u->at && n->move.kind == u->move.kind && n->move.at == u->move.at &&
               n->move.conn.v == u->move.conn.v && n->move.pkt.v == u->move.pkt.v &&
               n->move.timer == u->move.timer;
    case UNIT_STEP: return true;
    default: return false;
    }
}

/* The child that does the same: the one on the present branch first. */
static uint32_t find_child(const History *h, uint32_t node, const Unit *u)
{
    uint32_t active = h->nodes[node].active;
    if (active && same_unit(h, &h->nodes[active], u))
        return active;
    for (uint32_t c = h->nodes[node].child; c; c = h->nodes[c].sibling)
        if (same_unit(h, &h->nodes[c], u))
            return c;
    return 0;
}

static bool keep_data(History *h, Bytes data, uint32_t *at)
{
    *at = h->data_count;
    if (data.len == 0)
        return true;
    if (data.len > UINT32_MAX / 2 - h->data_count)
        return false;
    if (h->data_count + data.len > h->data_cap) {
        size_t cap = (h->data_count + data.len) * 2;
        uint8_t *grown = realloc(h->data, cap);
        if (!grown)
            return false;
        h->data = grown;
        h->data_cap = (uint32_t)cap;
    }
    memcpy(h->data + h->data_count, data.data, data.len);
    h->data_count += (uint32_t)data.len;
    return true;
}

/* A new last child of the cursor's node, owned by the current branch, whose tip it becomes. */
static bool add_child(History *h, const Unit *u)
{
    uint32_t at;
    if (!room_for_one(&h->nodes, &h->node_cap, h->node_count, sizeof *h->nodes) ||
        !keep_data(h, u->data, &at))
        return false;
    uint32_t parent = h->cursor.node, node = h->node_count++;
    h->nodes[node] = (Node){.parent = parent,
                            .branch = h->current,
                            .start = history_position(h, h->cursor),
                            .kind = u->kind,
                            .at = u->at,
                            .cmd = u->cmd,
                            .move = u->move,
                            .data_at = at,
                            .data_len = (uint32_t)u->data.len};
    uint32_t *link = &h->nodes[parent].child;
    while (*link)
        link = &h->nodes[*link].sibling;
    *link = node;
    h->nodes[parent].active = node;
    h->branches[h->current].tip = node;
    h->cursor = (Place){.node = node};
    return true;
}

/* One unit more in the cursor's node, which is the tip or has it already. */
static void advance(History *h, const World *after)
{
    Node *n = &h->nodes[h->cursor.node];
    h->cursor.at = 0;
    if (++h->cursor.offset <= n->units)
        return;
    n->units++;
    n->rows_end = after->rows;
    n->time_end = after->now;
    h->branches[h->current].tip_at = 0;
}

/* Into a node that is there already: perhaps another branch's. */
static void reenter(History *h, uint32_t child)
{
    bool ours =
        h->cursor.node != h->branches[h->current].tip && h->nodes[h->cursor.node].active == child;
    if (!ours)
        history_choose(h, h->nodes[child].branch);
    h->cursor = (Place){.node = child, .offset = 1};
}

bool history_enter(History *h, const Unit *u, const World *after)
{
    uint32_t node = h->cursor.node;
    if (h->cursor.offset < h->nodes[node].units) {
        CHECK(is_step(u)); /* the session has called history_prepare otherwise */
        advance(h, after);
        return true;
    }
    bool at_tip = h->branches[h->current].tip == node;
    bool fresh = at_tip && h->nodes[node].branch != h->current; /* named, and nothing done yet */
    uint32_t child = fresh ? 0 : find_child(h, node, u);
    if (child) {
        reenter(h, child);
        return true;
    }
    if (!at_tip && !history_new_branch(h, NULL))
        return false;
    bool longer = is_step(u) && h->nodes[node].kind == UNIT_STEP && !h->nodes[node].child &&
                  h->nodes[node].branch == h->current && h->nodes[node].units < UINT32_MAX / 2;
    if (!longer && !add_child(h, u))
        return false;
    advance(h, after);
    return true;
}

bool history_prepare(History *h, const World *here)
{
    return end_node_here(h, here);
}

/* ---- names -------------------------------------------------------------------------------------
 */

bool history_name_ok(const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || len > HISTORY_NAME_MAX || (name[0] >= '0' && name[0] <= '9') || name[0] == '-')
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)name[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_' && c != '.' && c < 0x80)
            return false;
    }
    return true;
}

uint32_t history_branch_of_name(const History *h, const char *name)
{
    for (uint32_t i = 0; i < h->branch_count; i++)
        if (strcmp(h->branches[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

/* "what-if-1", or the next number that is free. */
static void invent_name(const History *h, char *out)
{
    for (uint32_t n = 1;; n++) {
        char digits[12];
        size_t len = 0;
        for (uint32_t v = n; v > 0; v /= 10)
            digits[len++] = (char)('0' + v % 10);
        strcpy(out, "what-if-");
        char *end = out + strlen(out);
        while (len > 0)
            *end++ = digits[--len];
        *end = '\0';
        if (history_branch_of_name(h, out) == UINT32_MAX)
            return;
    }
}

bool history_new_branch(History *h, const char *name)
{
    if (!room_for_one(&h->branches, &h->branch_cap, h->branch_count, sizeof *h->branches))
        return false;
    CHECK(h->cursor.offset == h->nodes[h->cursor.node].units);
    Branch *b = &h->branches[h->branch_count];
    *b = (Branch){.parent = h->current,
                  .fork = h->cursor.node,
                  .tip = h->cursor.node,
                  .tip_at = h->cursor.at,
                  .last = h->cursor};
    if (name)
        memcpy(b->name, name, strlen(name) + 1);
    else
        invent_name(h, b->name);
    h->branches[h->current].last = h->cursor;
    h->current = h->branch_count++;
    return true;
}

bool history_mark(History *h, const char *name, Nanos time)
{
    uint32_t i = 0;
    while (i < h->mark_count && strcmp(h->marks[i].name, name) != 0)
        i++;
    if (i == h->mark_count) {
        if (!room_for_one(&h->marks, &h->mark_cap, h->mark_count, sizeof *h->marks))
            return false;
        h->mark_count++;
    }
    h->marks[i] = (Mark){.place = h->cursor, .time = time};
    memcpy(h->marks[i].name, name, strlen(name) + 1);
    return true;
}

/* ---- lines -------------------------------------------------------------------------------------
 */

static char *copy_text(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = malloc(len);
    if (copy)
        memcpy(copy, text, len);
    return copy;
}

bool history_begin_line(History *h, const char *text)
{
    char *copy = copy_text(text);
    free(h->line_text);
    h->line_text = copy;
    h->line_open = false;
    return copy != NULL;
}

void history_touch(History *h, Place before)
{
    if (h->line_open)
        return;
    free_lines(h, h->line_count); /* a new act: what was undone cannot be redone any more */
    char *text = copy_text(h->line_text ? h->line_text : "");
    if (!text || !room_for_one(&h->lines, &h->line_cap, h->line_count, sizeof *h->lines)) {
        free(text);
        return; /* this line cannot be undone; travelling still works */
    }
    h->lines[h->line_count++] = (Line){.text = text,
                                       .before = before,
                                       .after = before,
                                       .branch_before = h->current,
                                       .branch_after = h->current};
    h->line_end = h->line_count;
    h->line_open = true;
}

void history_touched(History *h)
{
    if (!h->line_open)
        return;
    Line *line = &h->lines[h->line_count - 1];
    line->after = h->cursor;
    line->branch_after = h->current;
}
