/*
 * cmd_compare.c: `compare NAME`: two futures of one moment, side by side.
 *
 * Both are drawn as narrow ladders of 39 columns. What they have in common is left out but for its
 * last lines; a line marks where they part.
 */
#include <stdlib.h>
#include <string.h>

#include "repl/lang.h"

enum { COLUMN = 39, COMMON_SHOWN = 3, LINES_MAX = 2000 };

/* A ladder as lines. */
typedef struct Story {
    Text text;
    const char *line[LINES_MAX];
    size_t len[LINES_MAX];
    size_t count;
} Story;

static void split(Story *s)
{
    for (const char *p = s->text.buf; p && *p && s->count < LINES_MAX;) {
        const char *end = strchr(p, '\n');
        s->line[s->count] = p;
        s->len[s->count++] = end ? (size_t)(end - p) : strlen(p);
        p = end ? end + 1 : p + strlen(p);
    }
}

static void draw(Story *s, const Shell *sh)
{
    View view = shell_view(sh);
    view.width = COLUMN;
    view.color = false;
    LadderRange range = {.first = 1, .last = UINT32_MAX, .host = HOST_NONE};
    s->text = text_heap();
    look_ladder(&s->text, &view, &range);
    split(s);
}

static void add_cell(Text *out, const Story *s, size_t i, size_t columns)
{
    Text cell = text_heap();
    if (i < s->count)
        text_add_n(&cell, s->line[i], s->len[i]);
    width_pad(out, cell.buf ? cell.buf : "", columns);
    text_heap_free(&cell);
}

static void add_row(Text *out, const Story *a, const Story *b, size_t i)
{
    size_t from = out->len;
    add_cell(out, a, i, COLUMN);
    text_char(out, '|');
    add_cell(out, b, i, COLUMN);
    while (out->len > from && out->buf[out->len - 1] == ' ')
        out->buf[--out->len] = '\0';
    text_char(out, '\n');
}

static void side_by_side(Run *r, const char *here, const char *there, const Story *a,
                         const Story *b)
{
    size_t same = 0, most = a->count > b->count ? a->count : b->count;
    while (same < a->count && same < b->count && a->len[same] == b->len[same] &&
           memcmp(a->line[same], b->line[same], a->len[same]) == 0)
        same++;
    width_pad(r->out, here, COLUMN);
    text_addf(r->out, "|%s\n", there);
    if (same > COMMON_SHOWN)
        text_addf(r->out, SAY(r, "... %u lines are the same\n", "……前面 %u 行相同\n"),
                  (unsigned)(same - COMMON_SHOWN));
    for (size_t i = same > COMMON_SHOWN ? same - COMMON_SHOWN : 0; i < same; i++)
        add_row(r->out, a, b, i);
    if (same == most) {
        text_add(r->out, SAY(r, "no difference\n", "没有不同\n"));
        return;
    }
    text_add(r->out, SAY(r, "---- here they part ----\n", "---- 从这里分开 ----\n"));
    for (size_t i = same; i < most; i++)
        add_row(r->out, a, b, i);
}

LineStatus cmd_compare(Run *r)
{
    Session *s = r->shell->session;
    char there[48], here[48];
    size_t len;
    const char *word = arg_word(r, &len);
    if (!word)
        return arg_missing(r, "the name of a branch (`branches` lists them)",
                           "分支名（branches 列出全部）")
                   ? LINE_OK
                   : LINE_ERROR;
    if (len >= sizeof there)
        return refuse(r, r->at, SAY(r, "the name is too long", "名字太长"));
    memcpy(there, word, len);
    there[len] = '\0';
    r->at++;
    if (!arg_end(r))
        return LINE_ERROR;
    Text name = text_fixed(here, sizeof here);
    text_add(&name, session_branch_name(s));
    uint64_t position = session_position(s);
    Nanos now = session_world(s)->now;
    Story *a = calloc(2, sizeof *a), *b = a + 1;
    if (!a)
        return refuse_status(r, CALL_NO_ROOM);
    draw(a, r->shell);
    bool found = session_switch(s, there);
    if (found) {
        draw(b, r->shell);
        session_switch(s, here);
        session_return(s, position, now);
        side_by_side(r, here, there, a, b);
        text_heap_free(&b->text);
    }
    text_heap_free(&a->text);
    free(a);
    if (!found)
        return refuse(r, r->at - 1,
                      SAY(r, "there is no branch `%s`; `branches` lists them",
                          "没有分支 `%s`；branches 列出全部"),
                      there);
    return LINE_OK;
}
