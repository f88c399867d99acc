/*
 * predicate_parse.c: from text to the tree of predicate_private.h.
 *
 * Recursive descent by C's precedence; predicate_names.c knows the names. The first error wins,
 * with its place; nothing is guessed. Types are checked here, so that `time < 3` is answered with
 * "a unit is missing" instead of with a run that never stops.
 *
 *     or  = and { "||" and }                     add   = mul { ("+"|"-") mul }
 *     and = bit { "&&" bit }                     mul   = unary { ("*"|"/"|"%") unary }
 *     bit = eq { "&" eq }                        unary = { "!" | "-" } primary
 *     eq  = rel { ("=="|"!="|"~") rel }          primary = number | string | name | "(" or ")"
 *     rel = add { ("<"|"<="|">"|">=") add }
 */
#include <stdlib.h>
#include <string.h>

#include "core/lab/predicate_parse.h"

bool parse_fail(Parser *p, size_t at, size_t len, const char *en, const char *zh)
{
    if (!p->failed) {
        p->failed = true;
        *p->error = (PredError){.at = at, .len = len, .text = {en, zh}};
    }
    return false;
}

void parse_skip(Parser *p)
{
    while (p->at < p->len && strchr(" \t\r\n", p->text[p->at]))
        p->at++;
}

bool parse_take(Parser *p, const char *sign)
{
    size_t n = strlen(sign);
    parse_skip(p);
    if (p->len - p->at < n || memcmp(p->text + p->at, sign, n) != 0)
        return false;
    p->at += n;
    return true;
}

static char look(const Parser *p, size_t ahead)
{
    return p->at + ahead < p->len ? p->text[p->at + ahead] : '\0';
}

/* The index of a new node; 0 with an error when there are too many (index 0 is used by the first
 * node, which then is the only one, so a caller that goes on does no harm). */
uint16_t parse_add(Parser *p, PredNode node)
{
    if (p->pred->count == PRED_NODES) {
        parse_fail(p, node.at, node.len, "this condition is too long", "条件太长");
        return 0;
    }
    p->pred->nodes[p->pred->count] = node;
    return (uint16_t)p->pred->count++;
}

/* ---- types -------------------------------------------------------------------------------------
 */

static bool is_plain(const PredNode *n)
{
    return n->type == TYPE_NUMBER || n->type == TYPE_BOOL;
}

static bool is_zero(const PredNode *n)
{
    return n->op == OP_LITERAL && is_plain(n) && n->number == 0;
}

/* May the two be compared? */
static bool comparable(const PredNode *a, const PredNode *b)
{
    if (a->type == b->type || (is_plain(a) && is_plain(b)))
        return true;
    if (a->type == TYPE_DURATION)
        return is_zero(b);
    if (b->type == TYPE_DURATION)
        return is_zero(a);
    bool numbers = (a->type == TYPE_SEQ && is_plain(b)) || (b->type == TYPE_SEQ && is_plain(a));
    bool addresses = (a->type == TYPE_ADDR && is_plain(b)) || (b->type == TYPE_ADDR && is_plain(a));
    return numbers || addresses;
}

static bool is_order(PredOp op)
{
    return op == OP_LT || op == OP_LE || op == OP_GT || op == OP_GE;
}

static bool check_comparison(Parser *p, const PredNode *n, const PredNode *a, const PredNode *b)
{
    if (n->op == OP_CONTAINS) {
        if (a->type == TYPE_STRING && b->type == TYPE_STRING)
            return true;
        return parse_fail(p, n->at, n->len, "~ looks for one text in another: received(B) ~ \"x\"",
                          "~ 在一段文本中查找另一段：received(B) ~ \"x\"");
    }
    if (!comparable(a, b)) {
        bool unit = a->type == TYPE_DURATION || b->type == TYPE_DURATION;
        const PredNode *wrong = a->type == TYPE_DURATION ? b : unit ? a : n;
        if (unit)
            return parse_fail(p, wrong->at, wrong->len, "a time needs a unit: 3s, 200ms, 50us",
                              "时间需要单位：3s、200ms、50us");
        return parse_fail(p, n->at, n->len,
                          "these two are of different kinds: they are never equal",
                          "两边种类不同，永远不会相等");
    }
    bool ordered = a->type != TYPE_STRING && a->type != TYPE_STATE && a->type != TYPE_ERROR;
    if (is_order((PredOp)n->op) && !ordered)
        return parse_fail(p, n->at, n->len, "these have no order; compare with == or !=",
                          "这类值没有大小之分；请用 == 或 != 比较");
    return true;
}

/* The type of a sum or product; -1 if it makes no sense. */
static int arithmetic_type(const PredNode *n, const PredNode *a, const PredNode *b)
{
    bool plain = is_plain(a) && is_plain(b);
    bool times = a->type == TYPE_DURATION && b->type == TYPE_DURATION;
    switch ((PredOp)n->op) {
    case OP_ADD:
        if (a->type == TYPE_SEQ && is_plain(b))
            return TYPE_SEQ;
        if (b->type == TYPE_SEQ && is_plain(a))
            return TYPE_SEQ;
        return plain ? TYPE_NUMBER : times ? TYPE_DURATION : -1;
    case OP_SUB:
        if (a->type == TYPE_SEQ)
            return b->type == TYPE_SEQ ? TYPE_NUMBER : is_plain(b) ? TYPE_SEQ : -1;
        return plain ? TYPE_NUMBER : times ? TYPE_DURATION : -1;
    case OP_MUL:
        if (a->type == TYPE_DURATION || b->type == TYPE_DURATION)
            return is_plain(a) || is_plain(b) ? TYPE_DURATION : -1;
        return plain ? TYPE_NUMBER : -1;
    case OP_DIV:
        if (a->type == TYPE_DURATION && is_plain(b))
            return TYPE_DURATION;
        return plain || times ? TYPE_NUMBER : -1;
    case OP_MOD: return plain ? TYPE_NUMBER : times ? TYPE_DURATION : -1;
    default: return plain ? TYPE_NUMBER : -1;
    }
}

static bool settle_type(Parser *p, PredNode *n)
{
    const PredNode *a = &p->pred->nodes[n->left], *b = &p->pred->nodes[n->right];
    n->type = TYPE_BOOL;
    if (n->op == OP_AND || n->op == OP_OR)
        return true;
    if (n->op <= OP_CONTAINS)
        return check_comparison(p, n, a, b);
    int type = arithmetic_type(n, a, b);
    if (type < 0)
        return parse_fail(p, n->at, n->len, "one cannot calculate with these two",
                          "这两者不能一起计算");
    n->type = (uint8_t)type;
    return true;
}

/* ---- operators ---------------------------------------------------------------------------------
 */

typedef struct Sign {
    const char *sign;
    uint8_t op, level;
} Sign;

/* Longer signs first. */
static const Sign signs[] = {
    {"||", OP_OR, 0}, {"&&", OP_AND, 1}, {"==", OP_EQ, 3}, {"!=", OP_NE, 3}, {"~", OP_CONTAINS, 3},
    {"<=", OP_LE, 4}, {">=", OP_GE, 4},  {"<", OP_LT, 4},  {">", OP_GT, 4},  {"&", OP_BITAND, 2},
    {"+", OP_ADD, 5}, {"-", OP_SUB, 5},  {"*", OP_MUL, 6}, {"/", OP_DIV, 6}, {"%", OP_MOD, 6},
};
enum { LEVELS = 7 };

static const Sign *sign_here(Parser *p, int level)
{
    parse_skip(p);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t n = strlen(signs[i].sign);
        if (p->len - p->at < n || memcmp(p->text + p->at, signs[i].sign, n) != 0)
            continue;
        return signs[i].level == level ? &signs[i] : NULL;
    }
    if (level == 3 && look(p, 0) == '=')
        parse_fail(p, p->at, 1, "equal is written ==", "相等写作 ==");
    return NULL;
}

static bool parse_level(Parser *p, int level, uint16_t *out);

static bool parse_primary(Parser *p, uint16_t *out)
{
    size_t start;
    parse_skip(p);
    start = p->at;
    char c = look(p, 0);
    if (c == '(') {
        p->at++;
        if (!parse_level(p, 0, out))
            return false;
        if (!parse_take(p, ")"))
            return parse_fail(p, p->at, 1, "a ) is missing", "缺少 )");
        /* Its text in explanations includes the parentheses. */
        p->pred->nodes[*out].at = (uint32_t)start;
        p->pred->nodes[*out].len = (uint32_t)(p->at - start);
        return true;
    }
    if (c == '"')
        return parse_string(p, out);
    if (c >= '0' && c <= '9')
        return parse_number(p, out);
    if (parse_is_letter(c))
        return parse_name(p, out);
    return parse_fail(p, p->at, p->at < p->len, "a value is expected here: A.state, 3, \"text\"",
                      "这里应当是一个值：A.state、3、\"文本\"");
}

static bool parse_unary(Parser *p, uint16_t *out)
{
    parse_skip(p);
    size_t start = p->at;
    char c = look(p, 0);
    if (c != '-' && !(c == '!' && look(p, 1) != '='))
        return parse_primary(p, out);
    if (++p->depth > PRED_DEPTH)
        return parse_fail(p, p->at, 1, "too deeply nested", "嵌套太深");
    p->at++;
    uint16_t operand;
    if (!parse_unary(p, &operand))
        return false;
    p->depth--;
    PredType type = (PredType)p->pred->nodes[operand].type;
    if (c == '-' && type != TYPE_NUMBER && type != TYPE_BOOL && type != TYPE_DURATION)
        return parse_fail(p, start, p->at - start, "this has no negative", "它没有负值");
    *out = parse_add(p, (PredNode){.op = c == '-' ? OP_NEG : OP_NOT,
                                   .type = c == '-' ? (uint8_t)type : TYPE_BOOL,
                                   .left = operand,
                                   .at = (uint32_t)start,
                                   .len = (uint32_t)(p->at - start)});
    return !p->failed;
}

static bool parse_binary(Parser *p, int level, uint16_t *out)
{
    size_t start = p->at;
    if (!parse_level(p, level + 1, out))
        return false;
    const Sign *sign;
    while ((sign = sign_here(p, level))) {
        p->at += strlen(sign->sign);
        uint16_t right;
        if (!parse_level(p, level + 1, &right))
            return false;
        PredNode n = {.op = sign->op,
                      .left = *out,
                      .right = right,
                      .at = (uint32_t)start,
                      .len = (uint32_t)(p->at - start)};
        if (!settle_type(p, &n))
            return false;
        *out = parse_add(p, n);
        if (p->failed)
            return false;
    }
    return !p->failed;
}

/* Levels 0 to 6 are binary operators, 7 the unary ones. */
static bool parse_level(Parser *p, int level, uint16_t *out)
{
    if (level == LEVELS)
        return parse_unary(p, out);
    if (level > 0)
        return parse_binary(p, level, out);
    parse_skip(p);
    if (++p->depth > PRED_DEPTH)
        return parse_fail(p, p->at, 1, "too deeply nested", "嵌套太深");
    bool ok = parse_binary(p, level, out);
    p->depth--;
    return ok;
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

void pred_free(Pred *pred)
{
    if (!pred)
        return;
    free(pred->nodes);
    free(pred->text);
    free(pred->pool);
    free(pred);
}

static Pred *new_pred(const char *text, size_t len)
{
    Pred *pred = calloc(1, sizeof *pred);
    if (!pred)
        return NULL;
    pred->nodes = malloc(PRED_NODES * sizeof *pred->nodes);
    pred->text = malloc(len + 1);
    pred->pool = malloc(len + 1); /* strings are never longer than their source */
    if (!pred->nodes || !pred->text || !pred->pool) {
        pred_free(pred);
        return NULL;
    }
    memcpy(pred->text, text, len);
    pred->text[len] = '\0';
    return pred;
}

/* The whole expression is the last node; what it needs is before it. */
static void shrink(Pred *pred)
{
    PredNode *fit = realloc(pred->nodes, pred->count * sizeof *fit);
    if (fit)
        pred->nodes = fit;
}

Pred *pred_compile(const char *text, size_t len, PredError *error)
{
    PredError ignored;
    *(error ? error : &ignored) = (PredError){.text = {"", ""}};
    Parser p = {.text = text, .len = len, .error = error ? error : &ignored};
    if (len > PRED_TEXT) {
        parse_fail(&p, 0, len, "this condition is too long", "条件太长");
        return NULL;
    }
    p.pred = new_pred(text, len);
    if (!p.pred) {
        parse_fail(&p, 0, len, "out of memory", "内存不足");
        return NULL;
    }
    uint16_t root;
    bool ok = parse_level(&p, 0, &root);
    parse_skip(&p);
    if (ok && p.at < p.len)
        ok = parse_fail(&p, p.at, 1, "an operator is expected here: == < && ...",
                        "这里应当是运算符：== < && ……");
    if (!ok) {
        pred_free(p.pred);
        return NULL;
    }
    CHECK(root == p.pred->count - 1);
    shrink(p.pred);
    return p.pred;
}
