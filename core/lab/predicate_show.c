/*
 * predicate_show.c: predicates in words: their value, why they do not hold, and completion.
 *
 * Only prints; the value comes from predicate_eval.c.
 */
#include <inttypes.h>
#include <string.h>

#include "core/lab/predicate_private.h"

enum { SHOWN_BYTES = 64 };

static void print_string(Text *t, Value v)
{
    text_char(t, '"');
    for (size_t i = 0; i < v.kept && i < SHOWN_BYTES; i++) {
        uint8_t c = v.bytes[i];
        if (c == '\n' || c == '\r' || c == '\t')
            text_addf(t, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        else if (c == '"' || c == '\\')
            text_addf(t, "\\%c", c);
        else if (c < 0x20 || c >= 0x7f)
            text_addf(t, "\\x%02x", c);
        else
            text_char(t, (char)c);
    }
    text_char(t, '"');
    if (v.len > SHOWN_BYTES)
        text_addf(t, "... (%" PRIu64 " bytes)", v.len);
}

static void print_duration(Text *t, int64_t n)
{
    if (n == PRED_NEVER) {
        text_add(t, "never");
        return;
    }
    if (n < 0)
        text_char(t, '-');
    text_duration(t, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

static void print_value(Text *t, const Pred *p, uint32_t node, const World *w, const Trace *trace)
{
    const PredNode *n = &p->nodes[node];
    Value v = pred_value(p, node, w, trace);
    if (n->field) {
        const Tcb *tcb = n->op == OP_TCB ? pred_conn(n, w) : NULL;
        schema_print(t, n->field, pred_base(n, w), tcb, false);
        return;
    }
    switch ((PredType)n->type) {
    case TYPE_STRING: print_string(t, v); break;
    case TYPE_DURATION: print_duration(t, v.n); break;
    case TYPE_STATE: text_add(t, state_name((TcpState)v.n)); break;
    case TYPE_ERROR: text_add(t, conn_error_symbol((ConnError)v.n)); break;
    case TYPE_ADDR: text_addr(t, (uint32_t)v.n); break;
    case TYPE_BOOL: text_add(t, v.n ? "true" : "false"); break;
    default: text_addf(t, "%" PRId64, v.n); break;
    }
}

void pred_print(Text *t, const Pred *p, const World *w, const Trace *trace)
{
    print_value(t, p, p->count - 1, w, trace);
}

/* ---- explaining --------------------------------------------------------------------------------
 */

static bool is_comparison(const PredNode *n)
{
    return n->op >= OP_EQ && n->op <= OP_CONTAINS;
}

static void quote(Text *t, const Pred *p, const PredNode *n)
{
    size_t at = n->at, len = n->len;
    while (len > 0 && (p->text[at] == ' ' || p->text[at] == '\t')) {
        at++;
        len--;
    }
    while (len > 0 && (p->text[at + len - 1] == ' ' || p->text[at + len - 1] == '\t'))
        len--;
    text_add_n(t, p->text + at, len);
}

static const char *sign_of(PredOp op)
{
    static const char *const signs[] = {
        [OP_EQ] = "==", [OP_NE] = "!=", [OP_LT] = "<",       [OP_LE] = "<=",
        [OP_GT] = ">",  [OP_GE] = ">=", [OP_CONTAINS] = "~",
    };
    return signs[op];
}

/* "A.state is SYN-SENT, expected == ESTABLISHED" */
static void explain_comparison(Text *t, const Pred *p, const PredNode *n, const World *w,
                               const Trace *trace, Lang lang)
{
    static const char *const is[LANG_COUNT] = {" is ", " 现在是 "};
    static const char *const expected[LANG_COUNT] = {", expected ", "，期望 "};
    const PredNode *left = &p->nodes[n->left], *right = &p->nodes[n->right];
    quote(t, p, left);
    if (left->op != OP_LITERAL) {
        text_add(t, is[lang]);
        print_value(t, p, n->left, w, trace);
    }
    text_add(t, expected[lang]);
    text_addf(t, "%s ", sign_of((PredOp)n->op));
    quote(t, p, right);
    if (right->op != OP_LITERAL) {
        text_add(t, is[lang]);
        print_value(t, p, n->right, w, trace);
    }
    text_char(t, '\n');
}

static void explain_truth(Text *t, const Pred *p, uint32_t node, const World *w, const Trace *trace,
                          Lang lang)
{
    static const char *const is[LANG_COUNT] = {" is ", " 现在是 "};
    quote(t, p, &p->nodes[node]);
    text_add(t, is[lang]);
    print_value(t, p, node, w, trace);
    text_char(t, '\n');
}

/* The comparisons that decide against the expectation; below a `!` all of them. */
static void explain(Text *t, const Pred *p, uint32_t node, const World *w, const Trace *trace,
                    Lang lang, bool all)
{
    const PredNode *n = &p->nodes[node];
    bool holds = pred_value(p, node, w, trace).n != 0 ||
                 (n->type == TYPE_STRING && pred_value(p, node, w, trace).len > 0);
    if (holds && !all)
        return;
    if (n->op == OP_AND || n->op == OP_OR) {
        explain(t, p, n->left, w, trace, lang, all);
        explain(t, p, n->right, w, trace, lang, all);
    } else if (n->op == OP_NOT) {
        explain(t, p, n->left, w, trace, lang, true);
    } else if (is_comparison(n)) {
        explain_comparison(t, p, n, w, trace, lang);
    } else {
        explain_truth(t, p, node, w, trace, lang);
    }
}

void pred_explain(Text *t, const Pred *p, const World *w, const Trace *trace, Lang lang)
{
    bool holds = pred_true(p, w, trace);
    explain(t, p, p->count - 1, w, trace, lang, holds);
}

/* ---- completing --------------------------------------------------------------------------------
 */

typedef struct Offer {
    const char *word; /* what is being typed */
    size_t len;
    void (*each)(void *, const char *);
    void *user;
} Offer;

/* Offers head + tail if it continues the word. */
static void offer(const Offer *o, const char *head, size_t head_len, const char *tail)
{
    char whole[128];
    size_t tail_len = strlen(tail);
    if (head_len + tail_len >= sizeof whole || head_len + tail_len < o->len)
        return;
    memcpy(whole, head, head_len);
    memcpy(whole + head_len, tail, tail_len + 1);
    if (memcmp(whole, o->word, o->len) == 0)
        o->each(o->user, whole);
}

static void offer_fields(const Offer *o, size_t head_len, SchemaOf of)
{
    size_t count;
    const Field *fields = schema_fields(of, &count);
    for (size_t i = 0; i < count; i++)
        if (fields[i].type != FIELD_RESERVED && fields[i].type != FIELD_PART)
            offer(o, o->word, head_len, fields[i].path);
}

static void offer_names(const Offer *o)
{
    static const char *const hosts[] = {"A.", "B."};
    for (int i = 0; i < HOST_COUNT; i++)
        offer(o, hosts[i], 2, "");
    for (size_t i = 0; i < pred_word_count; i++) {
        const PredWord *word = &pred_words[i];
        offer(o, word->name, strlen(word->name), word->function ? "(" : "");
    }
    for (int i = 0; i < TCP_STATE_COUNT; i++)
        offer(o, "", 0, state_symbol((TcpState)i));
    for (int i = 1; i < CONN_ERROR_COUNT; i++)
        offer(o, "", 0, conn_error_symbol((ConnError)i));
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '[' || c == ']';
}

void pred_complete(const char *text, size_t len, void (*each)(void *, const char *), void *user)
{
    static const char *const links[] = {"link(A>B).", "link(B>A)."};
    size_t start = len;
    while (start > 0 && is_name_char(text[start - 1]))
        start--;
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(links[i]);
        if (start + 1 >= n && start < len && text[start] == '.' &&
            memcmp(text + start + 1 - n, links[i], n) == 0) {
            start = start + 1 - n;
            Offer o = {text + start, len - start, each, user};
            offer_fields(&o, n, SCHEMA_LINK);
            return;
        }
    }
    Offer o = {text + start, len - start, each, user};
    const char *dot = memchr(o.word, '.', o.len);
    if (!dot || (o.word[0] != 'A' && o.word[0] != 'B')) {
        offer_names(&o);
        return;
    }
    size_t head = (size_t)(dot - o.word) + 1;
    offer_fields(&o, head, SCHEMA_TCB);
    offer_fields(&o, head, SCHEMA_HOST);
    offer(&o, o.word, head, "flight");
    offer(&o, o.word, head, "unsent");
}
