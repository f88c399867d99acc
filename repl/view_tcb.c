/*
 * view_tcb.c: what one end knows, field by field, from the schema.
 *
 * A beginner sees the fields of the first view; `all` shows every one. Two blocks side by side show
 * only where they differ.
 */
#include "repl/view.h"

#include "core/lab/schema.h"
#include "core/tcp/cc.h"
#include "repl/ink.h"
#include "repl/width.h"

#include <string.h>

enum { PATH_COLUMNS = 16, VALUE_COLUMNS = 18 };

static bool is_counted(const Field *f)
{
    return f->type != FIELD_RESERVED;
}

/* Rows that a beginner sees only where they mean something: those of the algorithm in force. */
static bool is_of_algorithm(const Field *f, const Tcb *t)
{
    static const char *const shown[] = {"cubic.k", "cubic.w_max", "cubic.w_est", "cubic.region"};
    bool learning =
        t->ccs.hystart.state == HYSTART_SLOW_START || t->ccs.hystart.state == HYSTART_CSS;
    if (strcmp(f->path, "hystart.state") == 0)
        return learning;
    for (size_t i = 0; t->cc.algorithm == CC_CUBIC && i < sizeof shown / sizeof *shown; i++)
        if (strcmp(f->path, shown[i]) == 0)
            return true;
    return false;
}

void look_tcb(Text *out, const View *v, const Tcb *t, bool all)
{
    size_t count;
    const Field *fields = schema_fields(SCHEMA_TCB, &count);
    ink_on(out, v->color, INK_STRONG);
    text_addf(out, "%c[%u] %s", host_letter((HostId)t->host), t->number,
              state_name((TcpState)t->state));
    ink_off(out, v->color, INK_STRONG);
    text_char(out, '\n');
    for (size_t i = 0; i < count; i++) {
        bool first = !fields[i].advanced || is_of_algorithm(&fields[i], t);
        if (!is_counted(&fields[i]) || (!first && !all))
            continue;
        char value[80];
        Text text = text_fixed(value, sizeof value);
        schema_print(&text, &fields[i], t, t, v->absolute);
        text_add(out, "  ");
        width_pad(out, fields[i].path, PATH_COLUMNS);
        ink_on(out, v->color, INK_STRONG);
        size_t w = width_of(value, strlen(value));
        if (w <= VALUE_COLUMNS)
            width_pad(out, value, VALUE_COLUMNS);
        else
            text_add(out, value);
        ink_off(out, v->color, INK_STRONG);
        text_char(out, ' ');
        if (v->width < 70) {
            text_char(out, '\n');
            continue;
        }
        size_t indent = 2 + PATH_COLUMNS + VALUE_COLUMNS + 1;
        if (w > VALUE_COLUMNS) {
            text_char(out, '\n');
            text_repeat(out, ' ', indent);
        }
        width_wrap(out, fields[i].text[v->lang], indent, v->width);
    }
    if (!all)
        text_addf(
            out,
            VIEW_SAY(v, "  (`tcb %c all` shows the rest)\n", "  （tcb %c all 显示其余字段）\n"),
            host_letter((HostId)t->host));
}

/* Where things lie in memory, and which row set a timer: no difference a learner looks for. */
static bool is_trivia(const char *path)
{
    static const char *const paths[] = {"tx.at",   "tx.head", "rx.at",
                                        "rx.head", "used",    "sent_head"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (strcmp(path, paths[i]) == 0)
            return true;
    return strncmp(path, "armed.", strlen("armed.")) == 0;
}

void look_tcb_diff(Text *out, const View *v, const Tcb *before, const Tcb *after,
                   const char *head_before, const char *head_after)
{
    size_t count, columns = (size_t)(v->width - 2 - PATH_COLUMNS - 6) / 2;
    uint32_t shown = 0;
    const Field *fields = schema_fields(SCHEMA_TCB, &count);
    const Tcb *named = after->used ? after : before;
    ink_on(out, v->color, INK_STRONG);
    text_addf(out, "%c ", host_letter((HostId)named->host));
    text_repeat(out, ' ', PATH_COLUMNS);
    width_pad(out, head_before, columns);
    text_add(out, "    ");
    text_add(out, head_after);
    ink_off(out, v->color, INK_STRONG);
    text_char(out, '\n');
    for (size_t i = 0; i < count; i++) {
        const Field *f = &fields[i];
        bool same =
            memcmp((const char *)before + f->offset, (const char *)after + f->offset, f->size) == 0;
        bool new_block = !before->used || !after->used;
        if (same || !is_counted(f) || is_trivia(f->path) || (new_block && f->advanced))
            continue;
        char was[80], is[80];
        Text a = text_fixed(was, sizeof was), b = text_fixed(is, sizeof is);
        if (before->used)
            schema_print(&a, f, before, before, v->absolute);
        else
            text_char(&a, '-');
        if (after->used)
            schema_print(&b, f, after, after, v->absolute);
        else
            text_char(&b, '-');
        if (strcmp(was, is) == 0)
            continue;
        text_add(out, "  ");
        width_pad(out, f->path, PATH_COLUMNS);
        width_pad(out, was, columns);
        text_add(out, " -> ");
        ink_add(out, v->color, INK_STRONG, is);
        text_char(out, '\n');
        shown++;
    }
    if (shown == 0)
        text_add(out, VIEW_SAY(v, "  no difference\n", "  没有差别\n"));
}
