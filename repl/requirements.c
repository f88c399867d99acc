/*
 * requirements.c: the table of requirements as text (requirements.h).
 *
 * A screen is 80 columns: what names the row takes about 40 of them, the text the rest. Ids of ours
 * begin with document and section, so that only RFC 9293 needs a column for its sections.
 */
#include "repl/requirements.h"

#include <string.h>

#include "core/base/rule.h"
#include "core/tcp/knob.h"
#include "repl/width.h"

enum {
    ID_COLUMNS = 8, /* "MUST-69" */
    OWN_ID_COLUMNS = 17,
    LEVEL_COLUMNS = 11,
    PLACE_COLUMNS = 11,
    STATUS_COLUMNS = 10,
    SCREEN = 80
};

static bool is_shown(const Requirement *r, const RequirementView *v)
{
    bool whole = r->status == STATUS_MET || r->status == STATUS_ELSEWHERE;
    return (!v->unmet || !whole) && (!v->what || requirement_is_meant(r, v->what));
}

static Ink ink_of(const Requirement *r)
{
    static const Ink inks[STATUS_COUNT] = {INK_GOOD, INK_REXMIT, INK_BAD, INK_DIM};
    return inks[r->status];
}

static void print_document(Text *out, const Requirement *r, const RequirementView *v)
{
    char title[160];
    Text t = text_fixed(title, sizeof title);
    text_addf(&t, "RFC %u  %s", r->rfc, requirement_rfc_title(r->rfc));
    text_add(out, out->len ? "\n" : "");
    ink_add(out, v->color, INK_STRONG, title);
    text_char(out, '\n');
}

static void print_row(Text *out, const Requirement *r, const RequirementView *v)
{
    bool own = r->rfc != 9293;
    size_t before = own ? OWN_ID_COLUMNS : ID_COLUMNS + PLACE_COLUMNS;
    width_pad(out, r->id, own ? OWN_ID_COLUMNS : ID_COLUMNS);
    if (!own)
        width_pad(out, r->section, PLACE_COLUMNS);
    width_pad(out, requirement_level_text(r->level), LEVEL_COLUMNS);
    ink_on(out, v->color, ink_of(r));
    width_pad(out, requirement_status_text(r->status, v->lang), STATUS_COLUMNS);
    ink_off(out, v->color, ink_of(r));
    width_wrap(out, r->text[v->lang], before + LEVEL_COLUMNS + STATUS_COLUMNS, SCREEN);
}

/* ---- one row alone ---- */

static void print_where(Text *out, const Requirement *r, const RequirementView *v)
{
    Bytes word;
    for (const char *at = r->where; requirement_next_word(&at, &word);) {
        const char *w = (const char *)word.data;
        bool rule = word.len > 5 && memcmp(w, "rule:", 5) == 0;
        bool knob = word.len > 5 && memcmp(w, "knob:", 5) == 0;
        text_add(out, "  ");
        if (!rule && !knob) {
            text_add_n(out, w, word.len);
            text_char(out, '\n');
            continue;
        }
        text_add(out, rule                 ? v->lang == LANG_ZH ? "规则 " : "rule "
                      : v->lang == LANG_ZH ? "参数 "
                                           : "knob ");
        text_add_n(out, w + 5, word.len - 5);
        text_add(out, ": ");
        const char *text = rule ? rule_info(rule_of_name(w + 5, word.len - 5))->text[v->lang]
                                : knob_info(knob_of_name(w + 5, word.len - 5))->text[v->lang];
        width_wrap(out, text, 4, SCREEN - (word.len < 30 ? 8 + word.len : 30));
    }
}

static void print_alone(Text *out, const Requirement *r, const RequirementView *v)
{
    bool zh = v->lang == LANG_ZH;
    ink_add(out, v->color, INK_STRONG, r->id);
    text_addf(out, "  %s  RFC %u ", requirement_level_text(r->level), r->rfc);
    text_addf(out, zh ? "第 %s 节  " : "section %s  ", r->section);
    ink_add(out, v->color, ink_of(r), requirement_status_text(r->status, v->lang));
    text_add(out, "\n\n  ");
    width_wrap(out, r->text[v->lang], 2, SCREEN);
    if (r->note[v->lang][0]) {
        text_add(out, "\n  ");
        text_add(out, zh ? "说明：" : "Note: ");
        width_wrap(out, r->note[v->lang], 8, SCREEN);
    }
    if (r->where[0]) {
        text_add(out, zh ? "\n在哪里实现：\n" : "\nWhere it is done:\n");
        print_where(out, r, v);
    }
    if (r->tests[0]) {
        text_add(out, zh ? "\n由这些测试证明：\n" : "\nShown by the tests:\n");
        Bytes word;
        for (const char *at = r->tests; requirement_next_word(&at, &word);) {
            text_add(out, "  ");
            text_add_n(out, (const char *)word.data, word.len);
            text_char(out, '\n');
        }
    }
}

/* ---- the whole ---- */

static void print_tally(Text *out, const uint32_t *of, size_t all, const RequirementView *v)
{
    if (v->lang == LANG_ZH)
        text_addf(out, "\n共 %zu 条：满足 %u，部分 %u，尚未 %u，他处 %u\n", all, of[STATUS_MET],
                  of[STATUS_PARTLY], of[STATUS_NOT_YET], of[STATUS_ELSEWHERE]);
    else
        text_addf(out, "\n%zu rows: %u met, %u partly, %u not yet, %u elsewhere\n", all,
                  of[STATUS_MET], of[STATUS_PARTLY], of[STATUS_NOT_YET], of[STATUS_ELSEWHERE]);
}

size_t requirements_print(Text *out, const RequirementView *v)
{
    size_t found = 0;
    uint32_t of[STATUS_COUNT] = {0};
    const Requirement *last = NULL;
    for (size_t i = 0; i < requirement_count(); i++)
        found += is_shown(requirement_at(i), v);
    for (size_t i = 0; i < requirement_count(); i++) {
        const Requirement *r = requirement_at(i);
        if (!is_shown(r, v))
            continue;
        if (found == 1) {
            print_alone(out, r, v);
            return found;
        }
        if (!last || last->rfc != r->rfc)
            print_document(out, r, v);
        print_row(out, r, v);
        of[r->status]++;
        last = r;
    }
    if (found > 0)
        print_tally(out, of, found, v);
    return found;
}

static void add_string(Text *out, const char *name, const char *s)
{
    text_addf(out, ",\"%s\":\"", name);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            text_char(out, '\\');
        text_char(out, *s);
    }
    text_char(out, '"');
}

static void add_words(Text *out, const char *name, const char *list)
{
    Bytes word;
    bool first = true;
    text_addf(out, ",\"%s\":[", name);
    for (const char *at = list; requirement_next_word(&at, &word); first = false) {
        text_add(out, first ? "\"" : ",\"");
        text_add_n(out, (const char *)word.data, word.len);
        text_char(out, '"');
    }
    text_char(out, ']');
}

size_t requirements_json(Text *out, const RequirementView *v)
{
    size_t found = 0;
    text_char(out, '[');
    for (size_t i = 0; i < requirement_count(); i++) {
        const Requirement *r = requirement_at(i);
        if (!is_shown(r, v))
            continue;
        text_addf(out, "%s{\"rfc\":%u", found++ ? ",\n" : "", r->rfc);
        add_string(out, "id", r->id);
        add_string(out, "section", r->section);
        add_string(out, "level", requirement_level_text(r->level));
        add_string(out, "status", requirement_status_text(r->status, LANG_EN));
        add_string(out, "text", r->text[v->lang]);
        add_string(out, "note", r->note[v->lang]);
        add_words(out, "where", r->where);
        add_words(out, "tests", r->tests);
        text_char(out, '}');
    }
    text_add(out, "]\n");
    return found;
}
