/*
 * view_search.c: the player of a counterexample: the run that `explore` found, event by event.
 *
 *     property that broke                       states, transitions, depth
 *     o--o--o--(4)--o--x                        the events; from the triangle on it is too late
 *     3  take #7     the segment arrives ...    the list, the present one marked
 *     4  drop #8     ...
 *
 * The run lies in the session as a branch; where we stand in it follows from the position, so every
 * way of travelling plays it: step, back, PageDown, the timeline. The sentences are those of `why`.
 * Where there is room, the ladder of the run stands below the list.
 */
#include <string.h>

#include "core/lab/finding.h"
#include "core/lab/why.h"
#include "viz/measure.h"
#include "viz/scene.h"

typedef struct Player {
    Display *d;
    const Moment *m;
    const View *view;
    const Finding *f;
    Look look;
    Box box;
    uint32_t done; /* events that have happened; UINT32_MAX: we are elsewhere */
} Player;

static const Property *broken(const Finding *f)
{
    const Property *p;
    for (uint32_t i = 0; (p = property_at(i)); i++)
        if (p->watch & f->watch)
            return p;
    return NULL;
}

static uint32_t events_done(const Moment *m, const Finding *f)
{
    for (uint32_t i = 0; i < m->branch_count; i++)
        if (m->branches[i].current && strcmp(m->branches[i].name, f->branch) != 0)
            return UINT32_MAX;
    if (m->position < f->position || m->position > f->position + f->count)
        return UINT32_MAX;
    return (uint32_t)(m->position - f->position);
}

static void event_words(Text *out, const Player *p, uint32_t i)
{
    uint32_t row = p->f->step[i].row + 1;
    const Trace *t = trace_note(p->m->trace, row) ? p->m->trace : p->m->future;
    if (t && trace_note(t, row))
        why_sentence(out, t, row, p->view->lang, p->view->absolute);
}

/* ---- Head ---------------------------------------------------------------------------------- */

static float draw_head(const Player *p)
{
    const Finding *f = p->f;
    const Property *property = broken(f);
    Lang lang = p->view->lang;
    char text[256];
    Text out = text_fixed(text, sizeof text);
    const char *title = f->question[lang] ? f->question[lang] : NULL;
    if (!title)
        title = property ? property->title[lang] : word(WORD_SEARCH_GOAL, lang);
    float y = p->box.y, body = p->look.body, small = p->look.small;
    float room = text_line_height(body) * 2 + 1;
    y += draw_text_wrapped(p->d, (Box){p->box.x, y, p->box.w, room}, title, ROLE_TEXT, body,
                           FONT_BOLD);
    bool bad = f->end == END_VIOLATED;
    float mark = small * 0.45f, middle = y + small * 0.75f;
    if (bad)
        draw_cross(p->d, (Point){p->box.x + mark, middle}, mark, ROLE_RST, 2.4f);
    else
        draw_circle(p->d, p->box.x + mark, middle, mark, ROLE_NONE, ROLE_DATA, 2);
    text_addf(&out, word(bad ? WORD_SEARCH_BROKEN : WORD_SEARCH_FOUND, lang), (unsigned)f->count);
    float x = p->box.x + small * 1.5f;
    draw_text_fit(p->d, x, y + small * 1.1f, p->box.w - small * 1.5f, text,
                  bad ? ROLE_RST : ROLE_DATA, small, FONT_BOLD, ANCHOR_START);
    y += p->look.line * 1.2f;
    text_clear(&out);
    text_addf(&out, word(WORD_SEARCH_SIZE, lang), (unsigned long long)f->states,
              (unsigned long long)f->transitions, (unsigned)f->depth);
    draw_text_fit(p->d, x, y + small, p->box.w - small * 1.5f, text, ROLE_MUTED, small * 0.95f,
                  FONT_MONO, ANCHOR_START);
    return y + p->look.line * 1.5f;
}

/* The events as beads on a line; returns where it ends. */
static float draw_beads(const Player *p, float y)
{
    const Finding *f = p->f;
    float small = p->look.small, x0 = p->box.x + small, w = p->box.w - 2 * small;
    float step = f->count ? w / (float)f->count : w, radius = small * 0.42f;
    radius = radius > step * 0.4f ? step * 0.4f : radius;
    float line = y + small;
    draw_line(p->d, (Point){x0, line}, (Point){x0 + w, line}, ROLE_GRID, 2, DASH_NONE, false);
    for (uint32_t i = 1; i <= f->count; i++) {
        float x = x0 + step * (float)i;
        bool done = p->done != UINT32_MAX && i <= p->done, last = i == f->count;
        if (last && f->end == END_VIOLATED)
            draw_cross(p->d, (Point){x, line}, radius * 1.4f, ROLE_RST, 2.6f);
        else
            draw_circle(p->d, x, line, radius, done ? ROLE_PRESENT : ROLE_PANEL,
                        done ? ROLE_PRESENT : ROLE_GRID, 1.6f);
        if (i == f->inevitable && f->inevitable < f->count) {
            Point at[3] = {{x, line - radius - 3},
                           {x - radius, line - radius * 2.6f - 3},
                           {x + radius, line - radius * 2.6f - 3}};
            draw_path(p->d, at, 3, ROLE_ACCENT, ROLE_NONE, 0, DASH_NONE, true, false);
        }
    }
    if (p->done != UINT32_MAX) {
        float x = x0 + step * (float)p->done;
        draw_circle(p->d, x, line, radius * 1.7f, ROLE_NONE, ROLE_ACCENT, 2.4f);
    }
    y = line + small * 0.9f;
    if (f->inevitable == 0 || f->inevitable >= f->count)
        return y + small * 0.3f;
    char text[200];
    Text out = text_fixed(text, sizeof text);
    text_addf(&out, word(WORD_SEARCH_TOO_LATE, p->view->lang), (unsigned)f->inevitable);
    draw_text_fit(p->d, p->box.x, y + small, p->box.w, text, ROLE_ACCENT, small * 0.95f, FONT_MONO,
                  ANCHOR_START);
    return y + p->look.line * 1.4f;
}

/* ---- The list ------------------------------------------------------------------------------ */

typedef struct Columns {
    float number, line, words; /* x */
} Columns;

static float event_height(const Player *p, const Columns *c, uint32_t i)
{
    char text[400];
    Text out = text_fixed(text, sizeof text);
    event_words(&out, p, i);
    float h = text_wrapped_height(text, p->look.small, p->box.x + p->box.w - c->words - 4);
    float one = text_line_height(p->look.small);
    return (h < one ? one : h > 2 * one ? 2 * one : h) + p->look.small * 0.4f;
}

static void draw_event(const Player *p, const Columns *c, uint32_t i, float y, float h)
{
    const Finding *f = p->f;
    float size = p->look.small, base = y + size * 0.2f + size * (MEASURE_ASCENT + 0.15f);
    bool done = p->done != UINT32_MAX && i < p->done, now = done && i + 1 == p->done;
    char text[400];
    Text out = text_fixed(text, sizeof text);
    if (now)
        draw_rect(p->d, (Box){p->box.x, y, p->box.w, h}, 4, ROLE_CHANGED, ROLE_NONE, 0);
    Role ink = now || done ? ROLE_TEXT : ROLE_MUTED;
    text_addf(&out, "%u", (unsigned)i + 1);
    draw_text(p->d, c->number, base, text, ROLE_MUTED, size, FONT_MONO, ANCHOR_END);
    display_target(p->d, TARGET_ROW, HOST_NONE, f->step[i].row + 1);
    draw_text_fit(p->d, c->line, base, c->words - c->line - size, f->step[i].line, ink, size,
                  FONT_BOLD, ANCHOR_START);
    display_no_target(p->d);
    text_clear(&out);
    event_words(&out, p, i);
    draw_text_wrapped(
        p->d,
        (Box){c->words, y + size * 0.2f, p->box.x + p->box.w - c->words - 4, h - size * 0.4f + 1},
        text, ink, size, FONT_MONO);
}

/* As many events as fit, the present one among them; returns where the list ends. */
static float draw_events(const Player *p, float y)
{
    const Finding *f = p->f;
    float size = p->look.small, bottom = p->box.y + p->box.h, widest = size * 4;
    for (uint32_t i = 0; i < f->count; i++) {
        float w = measure_text(f->step[i].line, size);
        widest = w > widest ? w : widest;
    }
    widest = widest > p->box.w * 0.3f ? p->box.w * 0.3f : widest;
    Columns c = {p->box.x + size * 2, p->box.x + size * 2.8f, 0};
    c.words = c.line + widest + size * 1.4f;
    uint32_t present = p->done == UINT32_MAX || p->done == 0 ? 0 : p->done - 1, first = present;
    float used = event_height(p, &c, present);
    /* Two before the present one, and as many more as leave no empty room below. */
    float rest = 0;
    for (uint32_t i = present + 1; i < f->count && rest < bottom - y; i++)
        rest += event_height(p, &c, i);
    while (first > 0) {
        float h = event_height(p, &c, first - 1);
        bool fits = used + h + rest <= bottom - y;
        if (used + h > bottom - y || (!fits && present - first >= 2))
            break;
        used += h;
        first--;
    }
    for (uint32_t i = first; i < f->count; i++) {
        float h = event_height(p, &c, i);
        if (y + h > bottom)
            return bottom;
        draw_event(p, &c, i, y, h);
        y += h;
    }
    return y;
}

void view_search(Display *d, const Moment *m, const View *view, Box box)
{
    if (!m->finding) {
        view_nothing(d, view, WORD_NO_SEARCH, box);
        return;
    }
    Player p = {d, m, view, m->finding, look_of(view), box, events_done(m, m->finding)};
    float y = draw_head(&p);
    y = draw_beads(&p, y);
    if (p.done == UINT32_MAX) {
        char text[160];
        Text out = text_fixed(text, sizeof text);
        text_addf(&out, word(WORD_SEARCH_ELSEWHERE, view->lang), m->finding->branch);
        draw_text_fit(d, box.x, y + p.look.small, box.w, text, ROLE_ACCENT, p.look.small, FONT_MONO,
                      ANCHOR_START);
        y += p.look.line * 1.4f;
    }
    y = draw_events(&p, y + p.look.small * 0.3f) + p.look.small;
    float room = box.y + box.h - y;
    if (room < p.look.small * 17 || box.w < p.look.small * 44)
        return;
    draw_line(d, (Point){box.x, y}, (Point){box.x + box.w, y}, ROLE_EDGE, 1, DASH_NONE, false);
    View below = *view;
    below.even = true; /* what counts is the order */
    y += p.look.small * 0.5f;
    view_ladder(d, m, &below, (Box){box.x, y, box.w, box.y + box.h - y});
}
