/*
 * sub_compare_show.c: two lanes side by side on a terminal, and as JSON (sub_compare.h).
 *
 *      4 < S 0:0(0) win 32792 <mss 1000,sackOK>
 *     a  > S. 0:0(0) ack 1 win 65535              | > S. 0:0(0) ack 1 win 64240
 */
#include "repl/sub_compare.h"

#include "repl/ink.h"
#include "repl/width.h"

#include <string.h>

enum { COLUMN = 36, LETTERS = 26 };

/* ---- columns ---- */

/* Bytes of the next line of a column: broken behind a comma or at a blank. */
static size_t piece(const char *s, size_t len)
{
    size_t columns = 0, at = 0, best = 0;
    while (at < len) {
        uint32_t code;
        size_t n = width_decode(s + at, len - at, &code);
        columns += width_of_char(code);
        if (columns > COLUMN)
            return best ? best : at;
        at += n;
        if (code == ',' || code == ' ')
            best = at;
    }
    return len;
}

static void add_pair(Text *out, bool color, Ink ink, char mark, const char *left, const char *right)
{
    size_t a = strlen(left), b = strlen(right);
    for (bool first = true; first || a || b; first = false) {
        size_t x = piece(left, a), y = piece(right, b);
        char cell[4 * COLUMN + 8];
        Text t = text_fixed(cell, sizeof cell);
        text_add(&t, first ? "" : "  ");
        text_add_n(&t, left, x);
        ink_on(out, color, ink);
        text_addf(out, "  %c ", first ? mark : ' ');
        width_pad(out, cell, COLUMN + 2);
        text_addf(out, "| %s", first ? "" : "  ");
        text_add_n(out, right, y);
        while (out->len > 0 && out->buf[out->len - 1] == ' ')
            out->buf[--out->len] = '\0';
        ink_off(out, color, ink);
        text_char(out, '\n');
        left += x, a -= x;
        right += y, b -= y;
    }
}

/* ---- reasons ---- */

static void add_bits(Text *out, uint32_t diff, Lang lang)
{
    for (uint32_t i = 0, n = 0; i < DIFF_COUNT; i++)
        if (diff & 1u << i)
            text_addf(out, "%s%s", n++ ? (lang == LANG_ZH ? "、" : ", ") : "",
                      compare_diff_name(1u << i, lang));
}

static void add_unexplained(Text *out, const TwinShow *s, const CompareRow *r)
{
    const Program *p = s->p;
    text_add(out, "    ");
    ink_on(out, p->color, INK_BAD);
    text_add(out, TELL(p, "unexplained: ", "无法解释："));
    add_bits(out, r->diff, p->lang);
    ink_off(out, p->color, INK_BAD);
    text_char(out, '\n');
}

/* a, b, c ... in the order in which the reasons appear. */
static char letter_of(char letters[EXPLAIN_COUNT], uint16_t explain)
{
    char next = 'a';
    for (int i = 0; i < EXPLAIN_COUNT; i++)
        next = (char)(letters[i] >= next ? letters[i] + 1 : next);
    if (!letters[explain])
        letters[explain] = next;
    return letters[explain];
}

static void add_legend(Text *out, const TwinShow *s, const char letters[EXPLAIN_COUNT])
{
    for (char c = 'a'; c < 'a' + LETTERS; c++)
        for (int e = 1; e < EXPLAIN_COUNT; e++)
            if (letters[e] == c) {
                text_addf(out, "  %c ", c);
                width_wrap(out, compare_explain_text((Explain)e, s->p->lang), 4, 80);
                text_addf(out, "    (%s)\n", compare_explain_source((Explain)e));
            }
}

/* ---- the whole ---- */

static void add_row(Text *out, const TwinShow *s, const CompareRow *r, char letters[EXPLAIN_COUNT])
{
    char left[512], right[512];
    Text l = text_fixed(left, sizeof left), t = text_fixed(right, sizeof right);
    if (r->ours)
        compare_event_text(&l, &s->ours->event[r->ours - 1], s->p->lang);
    if (r->theirs)
        compare_event_text(&t, &s->theirs->event[r->theirs - 1], s->p->lang);
    bool bad = r->diff && !r->explain;
    char mark = r->diff == 0 ? ' ' : bad ? '!' : letter_of(letters, r->explain);
    add_pair(out, s->p->color, bad ? INK_BAD : r->diff ? INK_REXMIT : INK_PLAIN, mark, left, right);
    if (bad)
        add_unexplained(out, s, r);
}

static void add_first(Text *out, const TwinShow *s, uint32_t row)
{
    const Program *p = s->p;
    if (row + 1 == s->result->first_unexplained)
        text_add(out, TELL(p, "--- here they part without a reason ---\n",
                           "--- 从这里开始出现无法解释的差异 ---\n"));
    else if (row + 1 == s->result->first)
        text_add(out, TELL(p, "--- the first difference ---\n", "--- 第一处差异 ---\n"));
}

void twin_ladder(Text *out, const TwinShow *s)
{
    const TwinResult *c = s->result;
    char letters[EXPLAIN_COUNT] = {0};
    uint32_t row = 0;
    text_add(out, "    ");
    width_pad(out, s->left, COLUMN + 2);
    text_addf(out, "| %s\n", s->right);
    for (uint32_t i = 0; i < s->scenario->count; i++) {
        text_addf(out, "%3u ", i + 1);
        compare_step_text(out, &s->scenario->step[i]);
        text_char(out, '\n');
        for (; row < c->count && (c->row[row].step <= i || i + 1 == s->scenario->count); row++) {
            add_first(out, s, row);
            add_row(out, s, &c->row[row], letters);
        }
    }
    add_legend(out, s, letters);
}

/* ---- JSON ---- */

static void add_event_json(Text *out, const char *name, const Lane *lane, uint16_t at)
{
    char text[512];
    Text t = text_fixed(text, sizeof text);
    text_addf(out, ",\"%s\":", name);
    if (!at) {
        text_add(out, "null");
        return;
    }
    compare_event_text(&t, &lane->event[at - 1], LANG_EN);
    sub_json_string(out, text, t.len);
}

static void add_row_json(Text *out, const TwinShow *s, const CompareRow *r)
{
    text_addf(out, "{\"step\":%u", r->step + 1u);
    add_event_json(out, "ours", s->ours, r->ours);
    add_event_json(out, "theirs", s->theirs, r->theirs);
    if (r->diff) {
        char text[256];
        Text t = text_fixed(text, sizeof text);
        add_bits(&t, r->diff, LANG_EN);
        text_add(out, ",\"differs\":");
        sub_json_string(out, text, t.len);
    }
    if (r->explain) {
        const char *name = compare_explain_name((Explain)r->explain);
        text_add(out, ",\"explained\":");
        sub_json_string(out, name, strlen(name));
    }
    text_char(out, '}');
}

void twin_json(Text *out, const TwinShow *s)
{
    const TwinResult *c = s->result;
    text_add(out, "{\"scenario\":");
    sub_json_string(out, s->scenario->name, strlen(s->scenario->name));
    text_addf(out, ",\"differences\":%u,\"unexplained\":%u,\"first\":%u,\"steps\":[",
              c->differences, c->unexplained, c->first_unexplained);
    for (uint32_t i = 0; i < s->scenario->count; i++) {
        char text[512];
        Text t = text_fixed(text, sizeof text);
        compare_step_text(&t, &s->scenario->step[i]);
        text_add(out, i ? "," : "");
        sub_json_string(out, text, t.len);
    }
    text_add(out, "],\"rows\":[");
    for (uint32_t i = 0; i < c->count; i++) {
        text_add(out, i ? "," : "");
        add_row_json(out, s, &c->row[i]);
    }
    text_add(out, "]}\n");
}
