/*
 * explore_story.c: a found run told event by event (explore_story.h).
 *
 * What stands in the story is read from the world just before the event, so a segment is named by
 * the row that the learner sees in the ladder.
 */
#include "repl/explore_story.h"

#include <inttypes.h>
#include <string.h>

#include "core/lab/heap.h"
#include "repl/lang.h"

#undef SAY
#define SAY(lang, en, zh) ((lang) == LANG_ZH ? (zh) : (en))

static void add_end(Text *out, const World *w, const Tcb *t)
{
    text_char(out, host_letter((HostId)t->host));
    if (world_conn(w, (HostId)t->host, 0) != t)
        text_addf(out, "[%u]", t->number);
}

void explore_line(Text *out, const ExploreAsk *ask, const World *w, Act a)
{
    uint32_t row = world_packets(w)[a.index].row;
    switch ((ActKind)a.kind) {
    case ACT_DELIVER: text_addf(out, "take #%u", row); break;
    case ACT_DROP: text_addf(out, "drop #%u", row); break;
    case ACT_DUPLICATE: text_addf(out, "dup #%u", row); break;
    case ACT_CORRUPT:
        text_addf(out, "corrupt #%u bit %u", row, world_packets(w)[a.index].len * 8u - 1);
        break;
    case ACT_TIMER:
        text_add(out, "take timer ");
        add_end(out, w, &world_conns(w)[a.index]);
        break;
    case ACT_APP: text_addf(out, "take app %c", host_letter(a.index)); break;
    case ACT_CALL:
        if (ask->calls[a.index].cmd.op == CMD_SEND) {
            uint8_t bytes[64];
            size_t len;
            explore_command(ask, w, a, bytes, sizeof bytes, &len);
            text_addf(out, "%c send \"%.*s\"", host_letter(ask->calls[a.index].cmd.host), (int)len,
                      (const char *)bytes);
        } else {
            text_add(out, ask->calls[a.index].line);
        }
        break;
    default: break;
    }
}

static void add_segment(Text *out, Session *s, const World *w, Act a)
{
    const Packet *p = &world_packets(w)[a.index];
    Seg seg;
    Bytes payload;
    SegNames names = trace_names(session_trace(s), p->row, false);
    if (wire_decode(world_frame(w, (PktId){a.index}), &seg, &payload) == WIRE_OK ||
        seg.src_port != 0)
        segtext_print(out, &names, (HostId)p->from, &seg, SEG_STYLE_SHORT);
}

void explore_words(Text *out, const ExploreAsk *ask, Session *s, Act a)
{
    const World *w = session_world(s);
    explore_line(out, ask, w, a);
    if (a.kind >= ACT_DELIVER && a.kind <= ACT_CORRUPT) {
        text_add(out, "   # ");
        add_segment(out, s, w, a);
    } else if (a.kind == ACT_TIMER) {
        text_addf(out, "   # %s", timer_name(tcp_next_timer(&world_conns(w)[a.index])));
    }
}

void explore_segment(Text *out, Session *s, Act a)
{
    const World *w = session_world(s);
    if (a.kind < ACT_DELIVER || a.kind > ACT_CORRUPT)
        return;
    text_addf(out, "#%u ", (unsigned)world_packets(w)[a.index].row);
    add_segment(out, s, w, a);
}

/* ---- bounds ---- */

static void add_bound(Text *out, unsigned n, const char *one, const char *many, Lang lang,
                      const char *zh)
{
    if (lang == LANG_ZH)
        text_addf(out, "%s%s %u", out->len ? "，" : "", zh, n);
    else
        text_addf(out, "%s%u %s", out->len ? ", " : "", n, n == 1 ? one : many);
}

void explore_bounds_words(Text *to, const ExploreAsk *ask, Lang lang)
{
    Text line = text_heap(), *out = &line;
    const ExploreBounds *b = &ask->bounds;
    add_bound(out, b->drops, "loss", "losses", lang, "丢失");
    if (b->drop_from)
        text_addf(out, SAY(lang, " (of %c's segments)", "（只限 %c 的报文段）"),
                  b->drop_from == 1 ? 'A' : 'B');
    add_bound(out, b->dups, "duplicate", "duplicates", lang, "复制");
    if (b->corrupts)
        add_bound(out, b->corrupts, "flipped bit", "flipped bits", lang, "错位");
    add_bound(out, b->reorders, "overtaking", "overtakings", lang, "超前");
    add_bound(out, b->lates, "late segment", "late segments", lang, "迟到");
    add_bound(out, b->timers, "timer", "timers", lang, "定时器");
    if (b->depth)
        add_bound(out, b->depth, "event", "events", lang, "事件");
    if (b->lifetime) {
        text_add(out, SAY(lang, ", segments live ", "，报文段最多存活 "));
        text_duration(out, b->lifetime);
    }
    for (uint32_t i = 0; i < ask->call_count; i++) {
        text_addf(out, i == 0 ? SAY(lang, "; calls: %s", "；调用：%s") : SAY(lang, ", %s", "，%s"),
                  ask->calls[i].line);
        if (ask->calls[i].times > 1)
            text_addf(out, " x%u", ask->calls[i].times);
    }
    text_add_n(to, line.buf, line.len);
    text_heap_free(&line);
}

/* ---- doing it again ---- */

void explore_replay(Session *s, const ExploreAsk *ask, const ExploreResult *r, uint32_t *rows)
{
    Text line = text_heap();
    for (uint32_t i = 0; i < r->count; i++) {
        const World *w = session_world(s);
        if (rows)
            rows[i] = w->rows;
        text_clear(&line);
        explore_line(&line, ask, w, r->acts[i]);
        session_begin_line(s, line.buf);
        Move m = explore_move(w, r->acts[i]);
        if (m.kind != MOVE_NONE) {
            session_take(s, m);
            continue;
        }
        uint8_t bytes[64];
        size_t len;
        Cmd c = explore_command(ask, w, r->acts[i], bytes, sizeof bytes, &len);
        session_apply(s, &c, bytes_of(bytes, len));
    }
    if (rows)
        rows[r->count] = session_world(s)->rows;
    text_heap_free(&line);
}

/* ---- the story ---- */

static void add_property(Text *out, uint32_t watch, Lang lang)
{
    for (uint32_t i = 0; property_at(i); i++) {
        const Property *p = property_at(i);
        if (!(p->watch & watch))
            continue;
        text_addf(out, SAY(lang, "property %s: %s\n", "性质 %s：%s\n"), p->name, p->title[lang]);
        if (p->kind == PROPERTY_WRONG)
            text_addf(out, "%s\n", p->text[lang]);
    }
}

/* The rules that decided an event, each once, in their order. */
enum { REASONS_MAX = 6 };
typedef struct Reasons {
    Note note[REASONS_MAX];
    uint32_t count;
} Reasons;

static void reason_add(Reasons *reasons, const Note *n, RuleId rule)
{
    for (uint32_t i = 0; i < reasons->count; i++)
        if (reasons->note[i].rule == rule)
            return;
    if (rule == RULE_NONE || reasons->count == REASONS_MAX)
        return;
    reasons->note[reasons->count] = *n;
    reasons->note[reasons->count++].rule = (uint16_t)rule;
}

/* Of a row: why it discards, changes state, or sends. What acted beside that is for `why`. */
static void reasons_of_row(Reasons *reasons, const Trace *trace, uint32_t row)
{
    const Note *n = trace_note(trace, row), *d, *last = NULL;
    if (!n)
        return;
    for (uint32_t i = 0; (d = trace_detail(trace, row, i)); i++) {
        if (d->kind == NOTE_RULE)
            last = d;
        else if (d->kind == NOTE_DROPPED)
            reason_add(reasons, d, (RuleId)d->rule);
        else if (d->kind == NOTE_STATE && last)
            reason_add(reasons, last, (RuleId)last->rule);
    }
    if (n->kind == NOTE_SENT)
        reason_add(reasons, n, (RuleId)n->rule);
}

/* Under an event its reasons: in short where they stand, or with their words. */
static void add_reasons(Text *out, const Trace *trace, uint32_t first, uint32_t last, Lang lang,
                        bool words)
{
    Reasons reasons = {.count = 0};
    for (uint32_t row = first; row <= last; row++)
        reasons_of_row(&reasons, trace, row);
    for (uint32_t i = 0; i < reasons.count; i++) {
        const Note *n = &reasons.note[i];
        if (i == 0 || words)
            text_add(out, i == 0 ? SAY(lang, "     because ", "     依据 ") : "     ");
        else
            text_add(out, SAY(lang, ", ", "，"));
        rule_cite(out, (RuleId)n->rule);
        text_addf(out, " [%s]", rule_info((RuleId)n->rule)->name);
        if (words) {
            text_char(out, ' ');
            why_rule_text(out, (RuleId)n->rule, n->a, n->b, lang);
            text_char(out, '\n');
        }
    }
    if (reasons.count > 0 && !words)
        text_char(out, '\n');
}

/* Where fate was sealed: `done` events have happened. The mark stands behind the last moment from
 * which a good end was still within reach. */
static void add_mark(Text *out, const ExploreResult *r, uint32_t done, Lang lang)
{
    if (r->end != END_VIOLATED || !r->seen || done != r->inevitable)
        return;
    if (done == r->count)
        text_add(out,
                 SAY(lang,
                     "  ** only this last event decides: up to here a network that delivers "
                     "everything would still have led to a good end\n",
                     "  ** 最后这个事件才决定结局：在此之前，只要网络一切正常，结局仍会是好的\n"));
    else if (done == 0)
        text_add(out, SAY(lang,
                          "  ** inevitable from the beginning: even a network that delivers "
                          "everything leads there\n",
                          "  ** 从一开始就不可避免：即使网络一切正常，也会走到那一步\n"));
    else
        text_add(
            out,
            SAY(lang,
                "  ** from here on it is inevitable: even a network that delivers "
                "everything leads there. Before this event a good end was still within "
                "reach.\n",
                "  ** 从这里起已不可避免：即使网络此后一切正常，也会走到那一步。在这个事件之前，"
                "还来得及有好的结局。\n"));
}

static void add_events(Text *out, Shell *shell, const ExploreAsk *ask, const ExploreResult *r,
                       bool words)
{
    Lang lang = shell_lang(shell);
    Session *s = shell_session(shell);
    add_mark(out, r, 0, lang);
    for (uint32_t i = 0; i < r->count; i++) {
        text_addf(out, "%3u  ", i + 1);
        explore_words(out, ask, s, r->acts[i]);
        text_char(out, '\n');
        uint32_t before = trace_last(session_trace(s));
        ExploreResult one = {.count = 1, .acts = {r->acts[i]}};
        explore_replay(s, ask, &one, NULL);
        add_reasons(out, session_trace(s), before + 1, trace_last(session_trace(s)), lang, words);
        add_mark(out, r, i + 1, lang);
    }
}

/* What was broken, by its name. */
static void add_broken(Text *out, const ExploreResult *r, Lang lang)
{
    for (uint32_t i = 0; r->end == END_VIOLATED && property_at(i); i++)
        if (property_at(i)->watch & r->seen)
            text_addf(out, SAY(lang, "broken: %s. %s\n", "被破坏的性质：%s。%s\n"),
                      property_at(i)->name, property_at(i)->text[lang]);
}

/* What was searched for is a property's end, or a moment. */
static const char *end_text(const ExploreAsk *ask, ExploreEnd end, Lang lang)
{
    if (end == END_EXHAUSTED && ask->watch == 0)
        return SAY(lang, "bounded space exhausted: within these bounds no run leads there",
                   "界限之内的状态已全部搜遍：没有哪种过程会走到那里");
    return explore_end_text(end, lang);
}

void explore_story(Text *to, Shell *shell, const ExploreAsk *ask, const ExploreResult *r,
                   bool words)
{
    Lang lang = shell_lang(shell);
    Text prose = text_heap(), *out = &prose;
    add_property(out, ask->watch, lang);
    text_add(out, SAY(lang, "bounds: at most ", "界限：最多 "));
    explore_bounds_words(out, ask, lang);
    text_addf(out,
              SAY(lang, "\n%s (%" PRIu64 " states, %" PRIu64 " transitions, depth %u)\n",
                  "\n%s（%" PRIu64 " 个状态，%" PRIu64 " 次转移，深度 %u）\n"),
              end_text(ask, r->end, lang), r->states, r->transitions, r->depth);
    uint32_t first = session_world(shell_session(shell))->rows + 1;
    bool found = r->end == END_VIOLATED || r->end == END_GOAL;
    if (found) {
        text_char(out, '\n');
        add_events(out, shell, ask, r, words);
        add_broken(out, r, lang);
    }
    width_wrap_lines(to, prose.buf ? prose.buf : "", shell_view(shell).width);
    text_heap_free(&prose);
    if (found) {
        text_char(to, '\n');
        shell_ladder(shell, first, session_world(shell_session(shell))->rows, to);
    }
}

/* ---- JSON ---- */

static void json_string(Text *out, const char *s, size_t len)
{
    text_char(out, '"');
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '"' || s[i] == '\\')
            text_addf(out, "\\%c", s[i]);
        else if ((unsigned char)s[i] < 0x20)
            text_addf(out, "\\u%04x", s[i]);
        else
            text_char(out, s[i]);
    }
    text_char(out, '"');
}

void explore_json(Text *out, Session *s, const ExploreAsk *ask, const ExploreResult *r)
{
    text_addf(out,
              "{\"verdict\":\"%s\",\"states\":%" PRIu64 ",\"transitions\":%" PRIu64
              ",\"depth\":%u,\"bytes_per_state\":%.1f,\"events\":[",
              explore_end_name(r->end), r->states, r->transitions, r->depth,
              r->states ? (double)r->table_bytes / (double)r->states : 0.0);
    Text line = text_heap();
    for (uint32_t i = 0; i < r->count; i++) {
        text_clear(&line);
        explore_line(&line, ask, session_world(s), r->acts[i]);
        ExploreResult one = {.count = 1, .acts = {r->acts[i]}};
        explore_replay(s, ask, &one, NULL);
        text_add(out, i ? "," : "");
        json_string(out, line.buf, line.len);
    }
    text_add(out, "]");
    if (r->end == END_VIOLATED)
        text_addf(out, ",\"inevitable_after\":%u", r->inevitable);
    text_char(out, '}');
    text_heap_free(&line);
}
