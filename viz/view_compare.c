/*
 * view_compare.c: two futures of one moment, side by side, as `compare NAME` asked for them.
 *
 *      main (here)                  |  lost
 *      the ladder, a row an event   |  likewise
 *      ------------------- here they part -------------------
 *      ...                          |  ...
 *      #6 arrives at B ...          |  #6 is lost: ...        the first difference, as sentences
 *
 * Both ladders begin with the same row, a little before the parting, so that what is common stands
 * at the same height on both sides. The run here goes on and travels; the other is kept as it was.
 * Where two columns would need smaller type than can be read, one stands above the other.
 */
#include <string.h>

#include "core/lab/comparison.h"
#include "core/lab/why.h"
#include "viz/ladder.h"
#include "viz/measure.h"

enum { COMMON_SHOWN = 5, SENTENCE_LINES = 4 };
static const float LADDER_LEAST = 46, SMALL_LEAST = 9; /* in units of the small type; its size */

typedef struct Columns {
    Display *d;
    const View *view;
    Look look;
    uint32_t parting, first; /* rows: the parting as it is shown, and as it is; 0: none */
    uint32_t from;           /* the row with which both ladders begin */
    float head, foot;        /* heights of the names and of the sentences */
} Columns;

static void draw_name(const Columns *c, Box box, const char *name, bool here)
{
    char text[96];
    Text out = text_fixed(text, sizeof text);
    text_add(&out, name);
    if (here)
        text_addf(&out, "  ·  %s", word(WORD_COMPARE_HERE, c->view->lang));
    draw_text_fit(c->d, box.x + c->look.small * 0.5f, box.y + c->look.body, box.w - c->look.small,
                  text, here ? ROLE_PRESENT : ROLE_ACCENT, c->look.body, FONT_BOLD, ANCHOR_START);
}

static void draw_sentence(const Columns *c, Box box, const Trace *t)
{
    char text[400];
    Text out = text_fixed(text, sizeof text);
    Lang lang = c->view->lang;
    if (trace_note(t, c->first))
        why_sentence(&out, t, c->first, lang, c->view->absolute);
    else
        text_addf(&out, word(WORD_COMPARE_ENDS, lang), (unsigned)trace_last(t));
    draw_text_wrapped(c->d, box, text, ROLE_TEXT, c->look.small, FONT_MONO);
}

/* One future in its column; returns where its first row of its own stands, the bottom if it has
 * none in sight. */
static float draw_future(const Columns *c, const Moment *m, Box box)
{
    View even = *c->view; /* with the type that fits */
    even.even = true;
    even.from = c->from;
    even.gap = c->parting;
    Box inside = {box.x, box.y + c->head, box.w, box.h - c->head - c->foot};
    view_ladder(c->d, m, &even, inside);
    if (c->first)
        draw_sentence(c, (Box){box.x, box.y + box.h - c->foot + c->look.small, box.w, c->foot},
                      m->trace);
    Ladder placed;
    ladder_place(&placed, m, &even, inside);
    if (c->parting < placed.first || c->parting > placed.last)
        return placed.bottom;
    return ladder_y(&placed, c->parting);
}

/* Across both columns, just above the first row that is different. */
static void draw_parting(const Columns *c, Box box, float y)
{
    const char *words = word(WORD_COMPARE_PARTING, c->view->lang);
    float size = c->look.small, w = measure_text(words, size) + size, x = box.x + box.w / 2;
    draw_line(c->d, (Point){box.x, y}, (Point){box.x + box.w, y}, ROLE_ACCENT, 1.6f, DASH_DASHED,
              false);
    draw_rect(c->d, (Box){x - w / 2, y - c->look.line / 2, w, c->look.line}, 3, ROLE_PANEL,
              ROLE_ACCENT, 1);
    draw_text(c->d, x, y + size * MEASURE_MIDDLE, words, ROLE_ACCENT, size, FONT_BOLD,
              ANCHOR_MIDDLE);
}

/* Below the ladders: what the first difference is, or that there is none. */
static void draw_foot(const Columns *c, Box box)
{
    float foot = box.y + box.h - c->foot;
    if (c->first)
        draw_line(c->d, (Point){box.x, foot}, (Point){box.x + box.w, foot}, ROLE_GRID, 1, DASH_NONE,
                  false);
    else
        draw_text_wrapped(c->d, (Box){box.x, foot + c->look.small, box.w, c->foot},
                          word(WORD_COMPARE_SAME, c->view->lang), ROLE_MUTED, c->look.small,
                          FONT_MONO);
}

static void draw_parting_at(const Columns *c, Box box, float row)
{
    float y = row - c->look.line * 1.6f;
    if (c->first && y < box.y + box.h - c->foot - c->look.line)
        draw_parting(c, box, y);
}

static const char *present_branch(const Moment *m)
{
    for (uint32_t i = 0; i < m->branch_count; i++)
        if (m->branches[i].current)
            return m->branches[i].name;
    return "";
}

/* Smaller type where the ladders need it; false: even so there is no room for two columns. */
static bool fit_columns(View *view, float width)
{
    Look look = look_of(view);
    float fits = (width - look.pad * 2) / 2 / (LADDER_LEAST * look.small);
    if (fits >= 1)
        return true;
    if (fits * look.small >= SMALL_LEAST) {
        view->zoom = (view->zoom > 0 ? view->zoom : 1) * fits;
        return true;
    }
    fits = width / (LADDER_LEAST * look.small);
    view->zoom = (view->zoom > 0 ? view->zoom : 1) * (fits < 1 ? fits : 1);
    return false;
}

static Columns columns_of(Display *d, const Moment *m, const View *view)
{
    Look look = look_of(view);
    Columns c = {.d = d,
                 .view = view,
                 .look = look,
                 .parting = trace_parting_shown(m->trace, m->comparison->trace),
                 .first = trace_parting(m->trace, m->comparison->trace),
                 .head = look.body * 1.6f,
                 .foot = text_line_height(look.small) * SENTENCE_LINES + look.small};
    uint32_t common = c.parting ? c.parting - 1 : trace_last(m->trace);
    c.from = common > COMMON_SHOWN ? common - COMMON_SHOWN + 1 : 1;
    return c;
}

void view_compare(Display *d, const Moment *m, const View *view, Box box)
{
    if (!m->comparison) {
        view_nothing(d, view, WORD_NO_COMPARISON, box);
        return;
    }
    View fitting = *view;
    bool beside = fit_columns(&fitting, box.w);
    Columns c = columns_of(d, m, &fitting);
    Moment there = *m;
    there.world = m->comparison->world;
    there.trace = m->comparison->trace;
    float gap = c.look.pad * 2, w = beside ? (box.w - gap) / 2 : box.w;
    float h = beside ? box.h : (box.h - gap) / 2;
    Box first = {box.x, box.y, w, h}, second = first;
    if (beside)
        second.x += w + gap;
    else
        second.y += h + gap;
    draw_name(&c, first, present_branch(m), true);
    draw_name(&c, second, m->comparison->name, false);
    float a = draw_future(&c, m, first), b = draw_future(&c, &there, second);
    draw_foot(&c, beside ? box : first);
    if (beside) {
        float middle = box.x + w + gap / 2;
        draw_line(d, (Point){middle, box.y}, (Point){middle, box.y + box.h}, ROLE_GRID, 1,
                  DASH_NONE, false);
        draw_parting_at(&c, box, a < b ? a : b);
        return;
    }
    draw_foot(&c, second);
    draw_parting_at(&c, first, a);
    draw_parting_at(&c, second, b);
}
