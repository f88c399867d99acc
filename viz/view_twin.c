/*
 * view_twin.c: one scenario on several TCPs, lane beside lane, the first divergence marked.
 *
 *          sandwire               Linux 6.18            your own
 *     4 < S 0:0(0) win 32792                                         what the puppet or program did
 *          > S. 0:0(0) ack 1      > S. 0:0(0) ack 1     ...          what each TCP did
 *     ---- they part without a reason --------------------
 *          > . 1:1(0) ack 11      (nothing)
 *
 * The first lane is our core; the others are set beside it, event against event (compare.h). An
 * event that differs for a known reason is tinted (but for a mere other window), one without a
 * reason is red. Where not all fits,
 * the picture stands around the first divergence.
 */
#include <string.h>

#include "core/lab/compare.h"
#include "viz/measure.h"
#include "viz/scene.h"

typedef enum LineKind { LINE_STEP, LINE_MARK, LINE_EVENTS, LINE_REASON } LineKind;

typedef struct Line {
    LineKind kind;
    uint32_t step;
    const CompareRow *row;         /* the pair of lanes 0 and 1 */
    uint16_t event[COMPARE_LANES]; /* 1-based; 0: none */
    bool differs, bad;
} Line;

typedef struct Twin {
    Display *d;
    const View *view;
    const TwinScene *t;
    Look look;
    Box box;
    float left, lane; /* x of the first lane; width of each */
    /* walking */
    uint32_t count, mark, first, last; /* lines; [first, last) are drawn */
    float y;
    bool draws;
} Twin;

static void draw_one(Twin *p, const Line *line);

static void one_line(Twin *p, const Line *line)
{
    if (line->kind == LINE_MARK && p->mark == UINT32_MAX)
        p->mark = p->count;
    if (p->draws && p->count >= p->first && p->count < p->last) {
        draw_one(p, line);
        p->y += p->look.line;
    }
    p->count++;
}

/* ---- walking through the rows ---- */

/* The third lane's event beside one of ours; it is aligned with the first lane alone. */
static uint16_t beside(const TwinScene *t, uint32_t lane, uint16_t ours, bool *differs)
{
    const TwinResult *r = t->result[lane - 1];
    for (uint32_t i = 0; r && ours && i < r->count; i++)
        if (r->row[i].ours == ours) {
            *differs = (r->row[i].diff & ~(uint32_t)DIFF_WINDOW) != 0;
            return r->row[i].theirs;
        }
    *differs = false;
    return 0;
}

static void walk_row(Twin *p, uint32_t i)
{
    const TwinResult *r = p->t->result[0];
    const CompareRow *row = &r->row[i];
    Line line = {.step = row->step,
                 .row = row,
                 .differs = row->diff && row->explain != EXPLAIN_WINDOW_VALUE};
    line.bad = row->diff && row->explain == EXPLAIN_NONE;
    uint32_t mark = r->first_unexplained ? r->first_unexplained : r->first;
    if (i + 1 == mark) {
        line.kind = LINE_MARK;
        one_line(p, &line);
    }
    bool other = false;
    line.kind = LINE_EVENTS;
    line.event[0] = row->ours;
    line.event[1] = row->theirs;
    if (p->t->lanes > 2)
        line.event[2] = beside(p->t, 2, row->ours, &other);
    line.differs = line.differs || other;
    one_line(p, &line);
    if (line.bad || i + 1 == mark) {
        line.kind = LINE_REASON;
        one_line(p, &line);
    }
}

static void walk(Twin *p)
{
    const Scenario *s = p->t->scenario;
    const TwinResult *r = p->t->result[0];
    uint32_t row = 0;
    p->count = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        one_line(p, &(Line){.kind = LINE_STEP, .step = i});
        for (; row < r->count && (r->row[row].step <= i || i + 1 == s->count); row++)
            walk_row(p, row);
    }
}

/* ---- drawing ---- */

static void draw_step(const Twin *p, const Line *line, float base)
{
    char text[400];
    Text out = text_fixed(text, sizeof text);
    float size = p->look.small;
    text_addf(&out, "%u", line->step + 1);
    draw_text(p->d, p->left - size * 0.6f, base, text, ROLE_MUTED, size, FONT_MONO, ANCHOR_END);
    text_clear(&out);
    compare_step_text(&out, &p->t->scenario->step[line->step]);
    bool segment = p->t->scenario->step[line->step].kind == STEP_SEGMENT;
    draw_text_fit(p->d, p->left, base, p->box.x + p->box.w - p->left, text,
                  segment ? ROLE_DATA : ROLE_TEXT, size, FONT_BOLD, ANCHOR_START);
}

static void draw_mark(const Twin *p, float base)
{
    const TwinResult *r = p->t->result[0];
    bool bad = r->first_unexplained != 0;
    float size = p->look.small, y = base - size * 0.35f;
    const char *words = word(bad ? WORD_TWIN_PARTS : WORD_TWIN_FIRST, p->view->lang);
    float w = measure_text(words, size), x = p->left + size;
    Role ink = bad ? ROLE_RST : ROLE_ACCENT;
    draw_text_fit(p->d, x, base, p->box.x + p->box.w - x, words, ink, size, FONT_BOLD,
                  ANCHOR_START);
    if (x + w + size < p->box.x + p->box.w)
        draw_line(p->d, (Point){x + w + size * 0.6f, y}, (Point){p->box.x + p->box.w, y}, ink, 1.6f,
                  DASH_DASHED, false);
}

static void draw_events(const Twin *p, const Line *line, float base)
{
    float size = p->look.small;
    if (line->differs)
        draw_rect(p->d,
                  (Box){p->left - size * 0.3f, p->y, p->box.x + p->box.w - p->left + size * 0.3f,
                        p->look.line},
                  3, ROLE_CHANGED, line->bad ? ROLE_RST : ROLE_NONE, 1.2f);
    for (uint32_t i = 0; i < p->t->lanes; i++) {
        char text[400];
        Text out = text_fixed(text, sizeof text);
        const LaneEvent *e = line->event[i] ? &p->t->lane[i]->event[line->event[i] - 1] : NULL;
        if (e)
            compare_event_text(&out, e, p->view->lang);
        else if (p->t->lane[i])
            text_add(&out, word(WORD_TWIN_NOTHING, p->view->lang));
        bool data = e && e->what == DID_SEND;
        Role ink = !e ? ROLE_MUTED : line->bad ? ROLE_RST : data ? ROLE_TEXT : ROLE_MUTED;
        draw_text_fit(p->d, p->left + (float)i * p->lane, base, p->lane - size, text, ink, size,
                      FONT_MONO, ANCHOR_START);
    }
}

static void draw_reason(const Twin *p, const Line *line, float base)
{
    char text[400];
    Text out = text_fixed(text, sizeof text);
    Lang lang = p->view->lang;
    for (uint32_t i = 0, n = 0; i < DIFF_COUNT; i++)
        if (line->row->diff & 1u << i)
            text_addf(&out, "%s%s", n++ ? ", " : "", compare_diff_name(1u << i, lang));
    text_add(&out, ": ");
    text_add(&out, line->bad ? word(WORD_TWIN_NO_REASON, lang)
                             : compare_explain_text((Explain)line->row->explain, lang));
    draw_text_fit(p->d, p->left + p->look.small, base, p->box.x + p->box.w - p->left, text,
                  line->bad ? ROLE_RST : ROLE_MUTED, p->look.small * 0.95f, FONT_MONO,
                  ANCHOR_START);
}

static void draw_one(Twin *p, const Line *line)
{
    float base = p->y + p->look.small * (MEASURE_ASCENT + 0.2f);
    switch (line->kind) {
    case LINE_STEP: draw_step(p, line, base); break;
    case LINE_MARK: draw_mark(p, base); break;
    case LINE_EVENTS: draw_events(p, line, base); break;
    case LINE_REASON: draw_reason(p, line, base); break;
    }
}

/* The name of the scenario and what came of it; then the names of the lanes. */
static float draw_head(const Twin *p)
{
    char text[160];
    Text out = text_fixed(text, sizeof text);
    const TwinResult *r = p->t->result[0];
    float size = p->look.small, y = p->box.y + size * (MEASURE_ASCENT + 0.1f);
    Lang lang = p->view->lang;
    text_addf(&out, "%s: ", p->t->scenario->name);
    text_addf(&out, word(WORD_TWIN_COUNTS, lang), (unsigned)r->differences,
              (unsigned)r->unexplained);
    draw_text_fit(p->d, p->box.x, y, p->box.w, text, r->unexplained ? ROLE_RST : ROLE_DATA, size,
                  FONT_BOLD, ANCHOR_START);
    y += p->look.line * 1.3f;
    for (uint32_t i = 0; i < COMPARE_LANES; i++) {
        bool here = i < p->t->lanes;
        if (!here && p->lane * (float)(i + 1) > p->box.x + p->box.w - p->left)
            break;
        draw_text_fit(p->d, p->left + (float)i * p->lane, y, p->lane - size,
                      here ? p->t->name[i] : word(WORD_TWIN_OWN, lang),
                      here ? ROLE_TEXT : ROLE_MUTED, size, FONT_BOLD, ANCHOR_START);
    }
    y += size * 0.5f;
    draw_line(p->d, (Point){p->box.x, y}, (Point){p->box.x + p->box.w, y}, ROLE_EDGE, 1, DASH_NONE,
              false);
    return y + size * 0.3f;
}

void view_twin(Display *d, const Moment *m, const View *view, Box box)
{
    if (!m->twin || m->twin->lanes < 2) {
        view_nothing(d, view, WORD_NO_TWIN, box);
        return;
    }
    Twin p = {.d = d, .view = view, .t = m->twin, .look = look_of(view), .box = box};
    p.left = box.x + p.look.small * 3;
    bool third = m->twin->lanes > 2 || box.w > p.look.small * 100;
    p.lane = (box.x + box.w - p.left) / (third ? 3.0f : 2.0f);
    p.mark = UINT32_MAX;
    walk(&p);
    p.y = draw_head(&p);
    float room = box.y + box.h - p.y;
    uint32_t fits = room > 0 ? (uint32_t)(room / p.look.line) : 0, all = p.count;
    uint32_t mark = p.mark == UINT32_MAX ? 0 : p.mark, before = fits / 2;
    p.first = mark > before ? mark - before : 0;
    if (p.first + fits > all)
        p.first = all > fits ? all - fits : 0;
    p.last = p.first + fits;
    p.draws = true;
    walk(&p);
}
