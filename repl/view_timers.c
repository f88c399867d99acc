/*
 * view_timers.c: every timer that runs, the next one first.
 *
 * With the row that set it, so that `why` can be asked about it.
 */
#include "repl/view.h"

#include "repl/ink.h"
#include "repl/width.h"

#include <string.h>

typedef struct Running {
    const Tcb *tcb;
    TimerId id;
} Running;

static uint32_t collect(const View *v, Running *out, uint32_t cap)
{
    uint32_t count = 0;
    const Tcb *conns = world_conns(v->world);
    for (uint16_t i = 1; i <= v->world->shape.conns; i++) {
        for (int id = 0; conns[i].used && id < TIMER_COUNT; id++) {
            if (conns[i].due[id] == NANOS_NEVER || count == cap)
                continue;
            uint32_t at = count++;
            for (; at > 0 && out[at - 1].tcb->due[out[at - 1].id] > conns[i].due[id]; at--)
                out[at] = out[at - 1];
            out[at] = (Running){&conns[i], (TimerId)id};
        }
    }
    return count;
}

void look_timers(Text *out, const View *v)
{
    Running list[128];
    uint32_t n = collect(v, list, 128);
    if (n == 0)
        text_add(out, VIEW_SAY(v, "no timer runs\n", "没有定时器在走\n"));
    for (uint32_t i = 0; i < n; i++) {
        const Tcb *t = list[i].tcb;
        char name[16], words[40];
        Text text = text_fixed(name, sizeof name);
        look_conn_name(&text, v, (HostId)t->host, t->number);
        text_add(out, "  ");
        width_pad(out, name, 6);
        ink_on(out, v->color, INK_STRONG);
        width_pad(out, timer_name(list[i].id), 16);
        ink_off(out, v->color, INK_STRONG);
        text = text_fixed(words, sizeof words);
        text_time(&text, t->due[list[i].id]);
        width_pad_left(out, words, 13);
        text = text_fixed(words, sizeof words);
        text_duration(&text,
                      t->due[list[i].id] > v->world->now ? t->due[list[i].id] - v->world->now : 0);
        text_addf(out, VIEW_SAY(v, "  in %s", "  还有 %s"), words);
        if (t->armed_row[list[i].id])
            text_addf(out, VIEW_SAY(v, ", set by #%u", "，由 #%u 设定"), t->armed_row[list[i].id]);
        text_char(out, '\n');
    }
}
