/*
 * show.c: what the terminal says after a command: what changed, no more.
 *
 * New rows of the ladder, and watched values that are not what they were. After travelling, where
 * we are instead. A quiet shell says nothing of this.
 */
#include "repl/lang.h"

#include <stdio.h>
#include <string.h>

/* When one command makes more rows than this, the middle is left out. */
enum { NEWS_MAX = 60, NEWS_HEAD = 24, NEWS_TAIL = 24 };

View shell_view(const Shell *sh)
{
    uint16_t width = sh->options.width ? sh->options.width : 80;
    return (View){.world = session_world(sh->session),
                  .trace = session_trace(sh->session),
                  .lang = sh->lang,
                  .color = sh->options.color,
                  .ascii = sh->options.ascii,
                  .absolute = sh->absolute,
                  .width = width < 40   ? 40
                           : width > 80 ? 80
                                        : width};
}

void show_sentences(const Shell *sh, uint32_t first, uint32_t last, Text *out)
{
    const Trace *trace = session_trace(sh->session);
    for (uint32_t row = max_u32(first, trace->first_row); row <= last && row > 0; row++) {
        char sentence[600];
        Text said = text_fixed(sentence, sizeof sentence);
        text_addf(&said, "#%u ", row);
        why_sentence(&said, trace, row, sh->lang, sh->absolute);
        width_wrap(out, sentence, 4, shell_view(sh).width);
    }
}

static void show_rows(Shell *sh, uint32_t first, uint32_t last, Text *out)
{
    View view = shell_view(sh);
    if (sh->options.sentences) {
        show_sentences(sh, first, last, out);
        return;
    }
    LadderRange range = {.first = first, .last = last, .host = HOST_NONE};
    look_ladder(out, &view, &range);
}

static void show_watches(Shell *sh, Text *out)
{
    for (uint32_t i = 0; i < sh->watch_count; i++) {
        Watch *w = &sh->watches[i];
        char now[sizeof w->last];
        Text text = text_fixed(now, sizeof now);
        pred_print(&text, w->pred, session_world(sh->session), session_trace(sh->session));
        if (strcmp(now, w->last) == 0)
            continue;
        text_add(out, "  ");
        ink_add(out, sh->options.color, INK_DIM, w->text);
        text_addf(out, ": %s -> ", w->last);
        ink_add(out, sh->options.color, INK_STRONG, now);
        text_char(out, '\n');
        memcpy(w->last, now, sizeof now);
    }
}

void show_news(Shell *sh, uint32_t since, Text *out)
{
    uint32_t last = trace_last(session_trace(sh->session));
    if (sh->options.quiet || sh->replaying)
        return;
    if (last > since && last - since <= NEWS_MAX) {
        show_rows(sh, since + 1, last, out);
    } else if (last > since) {
        show_rows(sh, since + 1, since + NEWS_HEAD, out);
        uint32_t from = since + NEWS_HEAD + 1, to = last - NEWS_TAIL;
        text_addf(out,
                  sh->lang == LANG_ZH ? "  ... 省略 %u 行：ladder #%u #%u 可查看 ...\n"
                                      : "  ... %u rows left out: ladder #%u #%u shows them ...\n",
                  to - from + 1, from, to);
        show_rows(sh, to + 1, last, out);
    }
    show_watches(sh, out);
}

void show_place(Shell *sh, Text *out)
{
    if (sh->options.quiet || sh->replaying)
        return;
    const World *world = session_world(sh->session);
    uint32_t last = trace_last(session_trace(sh->session));
    uint64_t at = session_position(sh->session), length = session_length(sh->session);
    text_add(out, sh->lang == LANG_ZH ? "现在是 " : "now ");
    text_time(out, world->now);
    if (last)
        text_addf(out, sh->lang == LANG_ZH ? "，在 #%u 之后" : ", after #%u", last);
    if (at < length)
        text_addf(out,
                  sh->lang == LANG_ZH ? "；后面还有 %llu 个事件"
                  : length - at == 1  ? "; %llu event lies ahead"
                                      : "; %llu events lie ahead",
                  (unsigned long long)(length - at));
    if (strcmp(session_branch_name(sh->session), "main") != 0)
        text_addf(out, sh->lang == LANG_ZH ? "；分支 %s" : "; branch %s",
                  session_branch_name(sh->session));
    text_char(out, '\n');
    if (last)
        show_rows(sh, last, last, out);
    show_watches(sh, out);
}
