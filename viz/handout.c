/*
 * handout.c: writing the page of handout.h.
 *
 * The ladder is one tall picture, shown in slices that are cut where no text stands, so that a
 * printer can break the page between them. Pure: the same session gives the same bytes.
 */
#include "viz/handout.h"

#include <string.h>

#include "core/lab/heap.h"
#include "core/lab/why.h"
#include "viz/render.h"
#include "viz/svg.h"

enum { SLICE = 1150, SLICE_LEAST = 500, WHYS_MAX = 500 };

typedef struct Page {
    Text *out;
    Session *session;
    const HandoutOptions *o;
    uint32_t first, last; /* rows that are told */
} Page;

static const char *say(const Page *p, const char *en, const char *zh)
{
    return p->o->lang == LANG_ZH ? zh : en;
}

/* ---- The ladder ---------------------------------------------------------------------------- */

/* Is there a text on this line? */
static bool has_text_at(const Display *d, float y)
{
    for (uint32_t i = 0; i < d->item_count; i++) {
        const Item *item = &d->items[i];
        Box b = item_box(d, item);
        if (item->kind == ITEM_TEXT && y > b.y - 1 && y < b.y + b.h + 1)
            return true;
    }
    return false;
}

static void print_ladder(Page *p)
{
    Display d = display_new(1, 1);
    RenderOptions o = {.view = RENDER_LADDER, .lang = p->o->lang, .absolute = p->o->absolute};
    render_scene(&d, p->session, &o);
    svg_define(p->out, &d, "ladder");
    for (float from = 0; from < d.height;) {
        float to = from + (float)SLICE;
        if (to + (float)SLICE_LEAST > d.height + (float)SLICE)
            to = d.height;
        while (to < d.height && to > from + (float)SLICE_LEAST && has_text_at(&d, to))
            to -= 1;
        to = to > d.height ? d.height : to;
        text_add(p->out, "<figure>");
        svg_use(p->out, "ladder", (Box){0, from, d.width, to - from},
                say(p, "the ladder", "时序图"));
        text_add(p->out, "</figure>\n");
        from = to;
    }
    display_free(&d);
}

/* ---- The states ---------------------------------------------------------------------------- */

static void print_states(Page *p)
{
    const Trace *t = session_trace(p->session);
    text_addf(p->out, "<table><thead><tr><th>#<th>%s<th>%s<th>%s</thead>\n", say(p, "time", "时间"),
              say(p, "who", "哪一端"), say(p, "from → to", "状态变化"));
    for (uint32_t row = p->first; row <= p->last; row++) {
        const Note *n;
        for (uint32_t i = 0; (n = trace_detail(t, row, i)); i++) {
            if (n->kind != NOTE_STATE || n->host >= HOST_COUNT || n->a >= TCP_STATE_COUNT ||
                n->b >= TCP_STATE_COUNT)
                continue;
            text_addf(p->out, "<tr><td><a href=\"#row%u\">#%u</a><td>", (unsigned)row,
                      (unsigned)row);
            text_time(p->out, trace_note(t, row)->at);
            text_addf(p->out, "<td>%c<td>%s → <b>%s</b>\n", host_letter(n->host),
                      state_name((TcpState)n->a), state_name((TcpState)n->b));
        }
    }
    text_add(p->out, "</table>\n");
    Display d = display_new(1, 1);
    RenderOptions o = {.view = RENDER_FSM, .lang = p->o->lang, .width = 1200, .height = 620};
    render_scene(&d, p->session, &o);
    svg_define(p->out, &d, "diagrams");
    text_add(p->out, "<figure>");
    svg_use(p->out, "diagrams", (Box){0, 0, d.width, d.height},
            say(p, "the state diagrams", "状态图"));
    text_add(p->out, "</figure>\n");
    display_free(&d);
}

/* ---- The whys ------------------------------------------------------------------------------ */

static void print_rule(Page *p, const Note *n)
{
    Text text = text_heap();
    why_rule_text(&text, (RuleId)n->rule, n->a, n->b, p->o->lang);
    text_add(p->out, "<li>");
    svg_escaped(p->out, text.buf ? text.buf : "");
    text_add(p->out, " <cite>");
    text_heap_free(&text);
    text = text_heap();
    rule_cite(&text, (RuleId)n->rule);
    svg_escaped(p->out, text.buf ? text.buf : "");
    text_add(p->out, "</cite>\n");
    text_heap_free(&text);
}

/* Was the rule told for this row, by a detail before the i-th? */
static bool is_told(const Trace *t, uint32_t row, uint32_t i, uint16_t rule)
{
    const Note *n;
    for (uint32_t k = 0; k < i && (n = trace_detail(t, row, k)); k++)
        if (n->kind == NOTE_RULE && n->rule == rule)
            return true;
    return false;
}

static bool is_rule(const Note *n)
{
    return n->rule > RULE_NONE && n->rule < RULE_COUNT;
}

static void print_rules(Page *p, uint32_t row)
{
    const Trace *t = session_trace(p->session);
    const Note *own = trace_note(t, row), *n;
    uint32_t count = 0;
    bool own_told = false;
    for (uint32_t i = 0; (n = trace_detail(t, row, i)); i++) {
        if (n->kind != NOTE_RULE || !is_rule(n) || is_told(t, row, i, n->rule))
            continue;
        text_add(p->out, count++ == 0 ? "<ul>" : "");
        own_told = own_told || n->rule == own->rule;
        print_rule(p, n);
    }
    if (is_rule(own) && !own_told) {
        text_add(p->out, count++ == 0 ? "<ul>" : "");
        print_rule(p, own);
    }
    text_add(p->out, count ? "</ul>" : "");
}

static void print_whys(Page *p)
{
    const Trace *t = session_trace(p->session);
    for (uint32_t row = p->first; row <= p->last; row++) {
        Text text = text_heap();
        why_sentence(&text, t, row, p->o->lang, p->o->absolute);
        text_addf(p->out, "<div class=\"row\" id=\"row%u\"><b>#%u</b><div>", (unsigned)row,
                  (unsigned)row);
        svg_escaped(p->out, text.buf ? text.buf : "");
        print_rules(p, row);
        text_add(p->out, "</div></div>\n");
        text_heap_free(&text);
    }
}

/* ---- The page ------------------------------------------------------------------------------ */

static const char style[] =
    "*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);"
    "font:16px/1.6 'Segoe UI','Noto Sans','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',"
    "'WenQuanYi Micro Hei',sans-serif}\n"
    "main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem}\n"
    "h1{font-size:1.8rem;line-height:1.25;margin:0}h2{font-size:1.25rem;margin:2.2rem 0 .6rem;"
    "padding-bottom:.25rem;border-bottom:2px solid var(--line)}\n"
    ".meta{color:var(--muted);margin:.3rem 0 "
    "0}a{color:inherit;text-decoration-color:var(--muted)}\n"
    "figure{margin:0}figure svg{display:block;width:100%;height:auto;font-family:'DejaVu Sans "
    "Mono','WenQuanYi Micro Hei',monospace;white-space:pre}svg.defs{position:absolute}\n"
    "table{border-collapse:collapse;margin:0 0 1rem}th{text-align:left;color:var(--muted)}"
    "th,td{padding:.15rem 1.2rem .15rem 0;border-bottom:1px solid "
    "var(--line);font-variant-numeric:tabular-nums}\n"
    ".row{display:grid;grid-template-columns:3.2rem 1fr;padding:.45rem 0;border-top:1px solid "
    "var(--line)}.row>b{color:var(--muted);font-weight:600}.row:target{background:var(--mark)}\n"
    ".bad{color:var(--bad);font-weight:600}"
    "ul{margin:.2rem 0 0;padding:0 0 0 1.1rem;color:var(--muted);font-size:.92em}"
    "cite{font-style:normal;white-space:nowrap;color:var(--accent)}\n"
    "pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;"
    "overflow-x:auto;font:14px/1.5 'DejaVu Sans Mono',Consolas,Menlo,'WenQuanYi Micro "
    "Hei',monospace}\n"
    "@page{size:A4;margin:15mm}"
    "@media print{body{background:#fff;font-size:10.5pt}main{max-width:none;padding:0}"
    "h2{break-after:avoid}figure,.row,tr{break-inside:avoid}pre{white-space:pre-wrap}"
    "thead{display:table-header-group}}\n";

static const struct {
    const char *name;
    Role role;
} names[] = {{"page", ROLE_PAGE},     {"panel", ROLE_PANEL}, {"ink", ROLE_TEXT},
             {"muted", ROLE_MUTED},   {"line", ROLE_GRID},   {"mark", ROLE_CHANGED},
             {"accent", ROLE_ACCENT}, {"bad", ROLE_RST}};

static void print_style(Page *p)
{
    text_add(p->out, "<style>\n:root{color-scheme:light dark;");
    svg_colors(p->out, THEME_LIGHT);
    text_add(p->out, "}\n@media screen and (prefers-color-scheme:dark){:root{");
    svg_colors(p->out, THEME_DARK);
    text_add(p->out, "}}\n:root{");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        text_addf(p->out, "--%s:var(--r%d);", names[i].name, names[i].role);
    text_add(p->out, "}\n");
    text_add(p->out, style);
    text_add(p->out, "</style>\n");
}

static void print_meta(Page *p)
{
    const World *w = session_world(p->session);
    text_add(p->out, "<p class=\"meta\">");
    text_addf(p->out, "%s %s · rtt ", say(p, "profile", "参数"),
              profile_name((Profile)w->hosts[HOST_A].profile));
    text_duration(p->out, w->links[HOST_A].delay + w->links[HOST_B].delay);
    text_addf(p->out, say(p, " · %u events in ", " · %u 个事件，历时 "), (unsigned)p->last);
    text_duration(p->out, w->now);
    text_add(p->out, " · Sandwire</p>\n");
    for (int id = 1; id < RULE_COUNT; id++)
        if (ruleset_has(&w->rules_off, (RuleId)id))
            text_addf(p->out,
                      say(p,
                          "<p class=\"bad\">! The rule %s is off: this is not the TCP of the "
                          "RFCs.</p>\n",
                          "<p class=\"bad\">! 规则 %s 已关闭：这不是 RFC 所规定的 TCP。</p>\n"),
                      rule_info((RuleId)id)->name);
    if (p->first > 1)
        text_addf(p->out,
                  say(p, "<p class=\"meta\">The last %u rows are told.</p>\n",
                      "<p class=\"meta\">只讲述最后 %u 行。</p>\n"),
                  (unsigned)(p->last - p->first + 1));
}

/* Line by line: escaping drops their ends. */
static void print_commands(Page *p)
{
    text_addf(p->out, "<h2>%s</h2>\n<p>%s</p>\n<pre>", say(p, "Do it again", "自己动手"),
              say(p, "Save these lines as a file and load it in Sandwire, or type them.",
                  "把这些命令存成文件，在 Sandwire 中用 load 打开；也可以逐行输入。"));
    for (const char *line = p->o->commands; *line;) {
        size_t len = strcspn(line, "\n");
        Text one = text_heap();
        text_add_n(&one, line, len);
        svg_escaped(p->out, one.buf ? one.buf : "");
        text_heap_free(&one);
        text_char(p->out, '\n');
        line += len + (line[len] == '\n');
    }
    text_add(p->out, "</pre>\n");
}

void handout_print(Text *out, Session *s, const HandoutOptions *o)
{
    const Trace *t = session_trace(s);
    uint32_t last = trace_last(t);
    uint32_t from = last > WHYS_MAX ? last - WHYS_MAX + 1 : 1;
    Page p = {out, s, o, max_u32(from, t->first_row), last};
    text_addf(out,
              "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
              "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>",
              say(&p, "en", "zh-CN"));
    svg_escaped(out, o->title);
    text_add(out, "</title>\n");
    print_style(&p);
    text_add(out, "</head>\n<body>\n<main>\n<h1>");
    svg_escaped(out, o->title);
    text_add(out, "</h1>\n");
    print_meta(&p);
    text_addf(out, "<h2>%s</h2>\n", say(&p, "The ladder", "时序图"));
    print_ladder(&p);
    text_addf(out, "<h2>%s</h2>\n", say(&p, "The states", "状态"));
    print_states(&p);
    text_addf(out, "<h2>%s</h2>\n", say(&p, "Why", "为什么"));
    print_whys(&p);
    if (o->commands)
        print_commands(&p);
    text_add(out, "</main>\n</body>\n</html>\n");
}
