/*
 * cmd_compare.c: `compare NAME`: two futures of one moment, side by side.
 *
 * Both are drawn as narrow ladders where the terminal has 79 columns or more, one below the other
 * where it has less. What they have in common is left out but for its last rows; a line marks where
 * they part, and a sentence for each tells what happened there. The window shows the same two
 * (viz/view_compare.c).
 */
#include <stdlib.h>
#include <string.h>

#include "core/lab/comparison.h"
#include "repl/lang.h"

enum { SIDE_BY_SIDE = 79, COLUMN_MAX = 79, COMMON_SHOWN = 3 };

/* The lines of a ladder, taken one by one. */
typedef struct Story {
    Text text;
    const char *next;
} Story;

typedef struct Pair {
    const Run *r;
    Text *out;
    View here, there;
    const char *here_name, *there_name;
    uint32_t parting; /* the first row shown that is not common; 0: none */
    bool beside;      /* there is room for two columns ... */
    size_t column;    /* ... of so many characters */
} Pair;

static Story draw(const View *v, size_t columns, uint32_t first, uint32_t last)
{
    Story s = {.text = text_heap()};
    View view = *v;
    view.width = (uint16_t)columns;
    LadderRange range = {.first = first, .last = last, .host = HOST_NONE};
    look_ladder(&s.text, &view, &range);
    s.next = s.text.buf ? s.text.buf : "";
    return s;
}

static void add_cell(Text *out, Story *s, size_t columns)
{
    Text cell = text_heap();
    size_t len = strcspn(s->next, "\n");
    text_add_n(&cell, s->next, len);
    s->next += len + (s->next[len] == '\n');
    width_pad(out, cell.buf ? cell.buf : "", columns);
    text_heap_free(&cell);
}

static void end_row(Text *out, size_t from)
{
    while (out->len > from && out->buf[out->len - 1] == ' ')
        out->buf[--out->len] = '\0';
    text_char(out, '\n');
}

/* The rows first..last of both. */
static void add_rows(const Pair *p, uint32_t first, uint32_t last)
{
    Story a = draw(&p->here, p->column, first, last), b = draw(&p->there, p->column, first, last);
    while (*a.next || *b.next) {
        size_t from = p->out->len;
        add_cell(p->out, &a, p->column);
        text_char(p->out, '|');
        add_cell(p->out, &b, p->column);
        end_row(p->out, from);
    }
    text_heap_free(&a.text);
    text_heap_free(&b.text);
}

static void add_alone(const Pair *p, const View *view, uint32_t first, uint32_t last)
{
    Story s = draw(view, p->column, first, last);
    text_add(p->out, s.next);
    text_heap_free(&s.text);
}

static void add_rule(const Pair *p, const char *words)
{
    size_t whole = p->beside ? 2 * p->column + 1 : p->column, len = width_of(words, strlen(words));
    size_t left = whole > len + 2 ? (whole - len - 2) / 2 : 0;
    ink_on(p->out, p->here.color, INK_STRONG);
    text_repeat(p->out, '-', left);
    text_addf(p->out, " %s ", words);
    text_repeat(p->out, '-', whole > len + 2 ? whole - len - 2 - left : 0);
    ink_off(p->out, p->here.color, INK_STRONG);
    text_char(p->out, '\n');
}

static void add_names(const Pair *p)
{
    if (!p->beside)
        return;
    width_pad(p->out, p->here_name, p->column);
    text_addf(p->out, "|%s\n", p->there_name);
}

/* What the first different event is on one side. */
static void add_sentence(const Pair *p, const char *name, const Trace *t, uint32_t row)
{
    Text words = text_heap();
    text_addf(&words, SAY(p->r, "%s: ", "%s："), name);
    if (trace_note(t, row))
        why_sentence(&words, t, row, p->r->shell->lang, p->r->shell->absolute);
    else
        text_addf(&words, SAY(p->r, "ends with #%u", "到 #%u 为止"), (unsigned)trace_last(t));
    width_wrap(p->out, words.buf ? words.buf : "", 2, p->beside ? 2 * p->column : p->column);
    text_heap_free(&words);
}

static void add_futures(const Pair *p)
{
    if (p->beside) {
        add_rule(p, SAY(p->r, "here they part", "从这里分开"));
        add_rows(p, p->parting, UINT32_MAX);
        return;
    }
    add_rule(p, p->here_name);
    add_alone(p, &p->here, p->parting, UINT32_MAX);
    add_rule(p, p->there_name);
    add_alone(p, &p->there, p->parting, UINT32_MAX);
}

static void show_pair(const Pair *p)
{
    const Trace *a = p->here.trace, *b = p->there.trace;
    uint32_t common = p->parting ? p->parting - 1 : trace_last(a);
    uint32_t from = common > COMMON_SHOWN ? common - COMMON_SHOWN + 1 : 1;
    add_names(p);
    if (from > 1)
        text_addf(p->out, SAY(p->r, "... #1 to #%u are the same\n", "……#1 至 #%u 相同\n"),
                  (unsigned)from - 1);
    if (p->beside)
        add_rows(p, from, common);
    else
        add_alone(p, &p->here, from, common);
    if (!p->parting) {
        text_add(p->out, SAY(p->r, "no difference\n", "没有不同\n"));
        return;
    }
    add_futures(p);
    uint32_t first = trace_parting(a, b);
    add_rule(p, SAY(p->r, "the first difference", "第一处不同"));
    add_sentence(p, p->here_name, a, first);
    add_sentence(p, p->there_name, b, first);
}

static void compare(Run *r, const Comparison *c)
{
    const Session *s = r->shell->session;
    size_t width = r->shell->options.width ? r->shell->options.width : 80;
    Pair p = {.r = r, .out = r->out, .here = shell_view(r->shell), .there = shell_view(r->shell)};
    p.there.world = c->world;
    p.there.trace = c->trace;
    p.here_name = session_branch_name(s);
    p.there_name = c->name;
    p.beside = width >= SIDE_BY_SIDE;
    p.column = p.beside ? (width - 1) / 2 : width < 40 ? 40 : width;
    p.column = p.column > COLUMN_MAX ? COLUMN_MAX : p.column;
    p.parting = trace_parting_shown(p.here.trace, p.there.trace);
    show_pair(&p);
}

/* `compare NAME`; what it compares stays with the session until the next one, for the window. */
LineStatus cmd_compare(Run *r)
{
    size_t len;
    const char *word = arg_word(r, &len);
    if (!word)
        return arg_missing(r, "the name of a branch (`branches` lists them)",
                           "分支名（branches 列出全部）")
                   ? LINE_OK
                   : LINE_ERROR;
    char name[COMPARISON_NAME];
    if (len >= sizeof name)
        return refuse(r, r->at, SAY(r, "the name is too long", "名字太长"));
    memcpy(name, word, len);
    name[len] = '\0';
    r->at++;
    if (!arg_end(r))
        return LINE_ERROR;
    Comparison *c = calloc(1, sizeof *c);
    if (!c)
        return refuse_status(r, CALL_NO_ROOM);
    if (!comparison_make(c, r->shell->session, name)) {
        free(c);
        return refuse(r, r->at - 1,
                      SAY(r, "there is no branch `%s`; `branches` lists them",
                          "没有分支 `%s`；branches 列出全部"),
                      name);
    }
    shell_forget_comparison(r->shell);
    r->shell->comparison = c;
    r->shell->answer = ANSWER_COMPARISON;
    compare(r, c);
    return LINE_OK;
}
