/*
 * compare_explain.c: which differences between two lanes have a reason (compare_explain.def).
 *
 * Each row of the table has a predicate here, asked in the order of the table; the first that
 * holds is the reason. A predicate looks at the whole comparison, because some differences are
 * consequences of earlier ones. What no predicate knows is unexplained: a defect, of ours until
 * proven otherwise.
 */
#include "core/live/compare_private.h"

static bool is_window_value(const Explainer *x, const CompareRow *r)
{
    (void)x;
    return r->diff == DIFF_WINDOW;
}

static const struct {
    const char *name, *source;
    const char *text[LANG_COUNT];
} texts[EXPLAIN_COUNT] = {
#define EXPLAIN(name, source, en, zh) [EXPLAIN_##name] = {#name, source, {en, zh}},
#include "core/live/compare_explain.def"
#undef EXPLAIN
};

static bool (*const predicates[EXPLAIN_COUNT])(const Explainer *, const CompareRow *) = {
    [EXPLAIN_WINDOW_VALUE] = is_window_value,
};

const char *compare_explain_name(Explain e)
{
    return e > EXPLAIN_NONE && e < EXPLAIN_COUNT ? texts[e].name : "";
}

const char *compare_explain_source(Explain e)
{
    return e > EXPLAIN_NONE && e < EXPLAIN_COUNT ? texts[e].source : "";
}

const char *compare_explain_text(Explain e, Lang lang)
{
    return e > EXPLAIN_NONE && e < EXPLAIN_COUNT ? texts[e].text[lang] : "";
}

Explain compare_explain_row(const Explainer *x, const CompareRow *r)
{
    for (int e = 1; e < EXPLAIN_COUNT; e++)
        if (predicates[e] && predicates[e](x, r))
            return (Explain)e;
    return EXPLAIN_NONE;
}
