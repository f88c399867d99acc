/*
 * script_expr.c: the expressions of %{ }%: a small part of Python, as scripts use it.
 *
 * Statements are `assert EXPR [, EXPR...]`, `NAME = EXPR` and `print(...)`, ended by a newline or a
 * semicolon. Numbers are 64-bit integers; a float is cut to its whole part (no script here needs
 * more). What is not understood is a skip.
 */
#include "core/lab/script_private.h"

#include <stdio.h>
#include <string.h>

typedef struct Calc {
    ScriptRunner *r;
    const char *at, *end;
    int depth;
    bool bad;        /* not understood */
    char wanted[64]; /* the name that was not known */
    Text *told;      /* names and their values, as they are met; NULL: not wanted */
} Calc;

/* ---- looking ahead ---- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void blanks(Calc *c)
{
    while (c->at < c->end &&
           (*c->at == ' ' || *c->at == '\t' || *c->at == '\r' || (c->depth > 0 && *c->at == '\n')))
        c->at++;
    if (c->at < c->end && *c->at == '#')
        while (c->at < c->end && *c->at != '\n')
            c->at++;
}

static bool take(Calc *c, const char *op)
{
    blanks(c);
    size_t n = strlen(op);
    if ((size_t)(c->end - c->at) < n || memcmp(c->at, op, n) != 0)
        return false;
    bool word = is_word(op[0]);
    if (word && (size_t)(c->end - c->at) > n && is_word(c->at[n]))
        return false;
    c->at += n;
    return true;
}

static char peek(Calc *c)
{
    blanks(c);
    return c->at < c->end ? *c->at : '\0';
}

/* ---- values ---- */

static int64_t expression(Calc *c);

static int64_t name_value(Calc *c)
{
    const char *name = c->at;
    while (c->at < c->end && (is_word(*c->at) || *c->at == '.'))
        c->at++;
    size_t len = (size_t)(c->at - name);
    int64_t v = 0;
    if (len == 4 && memcmp(name, "True", 4) == 0)
        return 1;
    if (len == 5 && memcmp(name, "False", 5) == 0)
        return 0;
    if ((len == 3 && memcmp(name, "int", 3) == 0) || (len == 5 && memcmp(name, "float", 5) == 0) ||
        (len == 3 && memcmp(name, "abs", 3) == 0)) {
        v = take(c, "(") ? expression(c) : 0;
        take(c, ")");
        return name[0] == 'a' && v < 0 ? (int64_t)(0 - (uint64_t)v) : v;
    }
    if (!info_variable(c->r, name, len, &v)) {
        c->bad = true;
        snprintf(c->wanted, sizeof c->wanted, "%.*s", (int)min_u64(len, 60), name);
    } else if (c->told)
        text_addf(c->told, "%s%.*s = %lld", c->told->len ? ", " : "", (int)min_u64(len, 60), name,
                  (long long)v);
    return v;
}

static int64_t number_value(Calc *c)
{
    int64_t v = 0;
    bool hex = c->end - c->at > 2 && c->at[0] == '0' && (c->at[1] == 'x' || c->at[1] == 'X');
    if (hex)
        c->at += 2;
    while (c->at < c->end) {
        char d = *c->at;
        int digit = d >= '0' && d <= '9'          ? d - '0'
                    : hex && d >= 'a' && d <= 'f' ? d - 'a' + 10
                    : hex && d >= 'A' && d <= 'F' ? d - 'A' + 10
                                                  : -1;
        if (digit < 0)
            break;
        if (v < INT64_MAX / 32)
            v = v * (hex ? 16 : 10) + digit;
        c->at++;
    }
    if (c->at < c->end && *c->at == '.')
        for (c->at++; c->at < c->end && *c->at >= '0' && *c->at <= '9';)
            c->at++;
    return v;
}

static void skip_string(Calc *c)
{
    char mark = *c->at++;
    while (c->at < c->end && *c->at != mark)
        c->at += *c->at == '\\' && c->at + 1 < c->end ? 2 : 1;
    if (c->at < c->end)
        c->at++;
}

static int64_t primary(Calc *c)
{
    char d = peek(c);
    if (c->depth > 40) {
        c->bad = true;
        return 0;
    }
    if (take(c, "(")) {
        c->depth++;
        int64_t v = expression(c);
        while (take(c, ",")) /* a tuple is its first value here */
            if (peek(c) != ')')
                expression(c);
        c->depth--;
        c->bad |= !take(c, ")");
        return v;
    }
    if (d == '-' || d == '+' || d == '~') {
        c->at++;
        c->depth++;
        uint64_t v = (uint64_t)primary(c);
        c->depth--;
        return (int64_t)(d == '-' ? 0 - v : d == '~' ? ~v : v);
    }
    if (d >= '0' && d <= '9')
        return number_value(c);
    if (d == '"' || d == '\'') {
        skip_string(c);
        return 0;
    }
    if (is_word(d))
        return name_value(c);
    c->bad = true;
    return 0;
}

/* Wraps instead of overflowing: a script's numbers cannot trip us. */
static int64_t combine(Calc *c, char op, int64_t a, int64_t b)
{
    uint64_t x = (uint64_t)a, y = (uint64_t)b;
    switch (op) {
    case '+': return (int64_t)(x + y);
    case '-': return (int64_t)(x - y);
    case '*': return (int64_t)(x * y);
    case '&': return a & b;
    case '|': return a | b;
    case '^': return a ^ b;
    case '<': return b >= 0 && b < 63 ? (int64_t)(x << b) : 0;
    case '>': return b >= 0 && b < 63 ? a >> b : 0;
    default: break;
    }
    if (b == 0 || (b == -1 && a == INT64_MIN)) {
        c->bad = true;
        return 0;
    }
    return op == '%' ? a % b : a / b;
}

static int64_t product(Calc *c)
{
    int64_t v = primary(c);
    for (;;) {
        if (take(c, "//"))
            v = combine(c, '/', v, primary(c));
        else if (peek(c) == '*' && take(c, "*"))
            v = combine(c, '*', v, primary(c));
        else if (take(c, "/"))
            v = combine(c, '/', v, primary(c));
        else if (take(c, "%"))
            v = combine(c, '%', v, primary(c));
        else
            return v;
    }
}

static int64_t sum(Calc *c)
{
    int64_t v = product(c);
    for (;;) {
        if (take(c, "+"))
            v = combine(c, '+', v, product(c));
        else if (take(c, "-"))
            v = combine(c, '-', v, product(c));
        else
            return v;
    }
}

static int64_t bits(Calc *c)
{
    int64_t v = sum(c);
    for (;;) {
        if (take(c, "<<"))
            v = combine(c, '<', v, sum(c));
        else if (take(c, ">>"))
            v = combine(c, '>', v, sum(c));
        else if (take(c, "&"))
            v = combine(c, '&', v, sum(c));
        else if (take(c, "|"))
            v = combine(c, '|', v, sum(c));
        else if (take(c, "^"))
            v = combine(c, '^', v, sum(c));
        else
            return v;
    }
}

/* Chains as in Python: 1 <= x <= 5. */
static int64_t comparison(Calc *c)
{
    int64_t left = bits(c), result = 1;
    bool any = false;
    for (;;) {
        char op;
        if (take(c, "=="))
            op = '=';
        else if (take(c, "!="))
            op = '!';
        else if (take(c, "<="))
            op = 'l';
        else if (take(c, ">="))
            op = 'g';
        else if (take(c, "<"))
            op = '<';
        else if (take(c, ">"))
            op = '>';
        else
            return any ? result : left;
        int64_t right = bits(c);
        bool holds = op == '='   ? left == right
                     : op == '!' ? left != right
                     : op == 'l' ? left <= right
                     : op == 'g' ? left >= right
                     : op == '<' ? left < right
                                 : left > right;
        result = result && holds;
        any = true;
        left = right;
    }
}

static int64_t negation(Calc *c)
{
    bool negate = false;
    while (take(c, "not"))
        negate = !negate;
    int64_t v = comparison(c);
    return negate ? !v : v;
}

static int64_t conjunction(Calc *c)
{
    int64_t v = negation(c);
    while (take(c, "and")) {
        int64_t w = negation(c);
        v = v ? w : v;
    }
    return v;
}

static int64_t expression(Calc *c)
{
    int64_t v = conjunction(c);
    while (take(c, "or")) {
        int64_t w = conjunction(c);
        v = v ? v : w;
    }
    return v;
}

/* ---- statements ---- */

static void set_variable(Calc *c, const char *name, size_t len, int64_t value)
{
    ScriptRunner *r = c->r;
    uint32_t i = 0;
    while (i < r->variable_count &&
           !(strlen(r->variables[i].name) == len && memcmp(r->variables[i].name, name, len) == 0))
        i++;
    if (i == sizeof r->variables / sizeof *r->variables || len >= sizeof r->variables[0].name) {
        c->bad = true;
        return;
    }
    memcpy(r->variables[i].name, name, len);
    r->variables[i].name[len] = '\0';
    r->variables[i].value = value;
    if (i == r->variable_count)
        r->variable_count++;
}

static bool run_assert(Calc *c)
{
    const char *from = c->at;
    ScriptResult *result = c->r->p->result;
    Text told = text_fixed(result->got, sizeof result->got);
    c->told = &told;
    int64_t holds = expression(c);
    c->told = NULL;
    const char *to = c->at;
    int64_t shown = 0;
    bool has_shown = false;
    while (take(c, ",")) {
        shown = expression(c);
        has_shown = true;
    }
    if (c->bad || holds)
        result->got[0] = '\0';
    if (c->bad || holds)
        return true;
    while (from < to && *from == ' ')
        from++;
    snprintf(result->expected, sizeof result->expected, "%.*s",
             (int)min_u64((uint64_t)(to - from), 200), from);
    c->r->fail_at = (uint32_t)(from - c->r->p->text);
    if (has_shown && told.len == 0)
        snprintf(result->got, sizeof result->got, "%lld", (long long)shown);
    return runner_fail(c->r, "%s", RUNNER_SAY(c->r, "the assertion does not hold", "断言不成立"));
}

static bool run_statement(Calc *c)
{
    if (take(c, "assert"))
        return run_assert(c);
    if (take(c, "import") || take(c, "print")) {
        while (c->at < c->end && *c->at != '\n' && *c->at != ';')
            c->at++;
        return true;
    }
    const char *name = c->at;
    while (c->at < c->end && is_word(*c->at))
        c->at++;
    size_t len = (size_t)(c->at - name);
    if (len > 0 && peek(c) == '=' && c->at + 1 < c->end && c->at[1] != '=') {
        take(c, "=");
        set_variable(c, name, len, expression(c));
        return true;
    }
    c->bad = true;
    return true;
}

bool run_code(ScriptRunner *r, const char *text, uint32_t len)
{
    Calc c = {.r = r, .at = text, .end = text + len};
    for (;;) {
        blanks(&c);
        while (c.at < c.end && (*c.at == '\n' || *c.at == ';' || *c.at == ' ' || *c.at == '\t')) {
            c.at++;
            blanks(&c);
        }
        if (c.at >= c.end)
            return true;
        if (!run_statement(&c))
            return false;
        blanks(&c);
        if (c.bad || (c.at < c.end && *c.at != '\n' && *c.at != ';')) {
            char what[128];
            snprintf(what, sizeof what, "%%{ %s }%%", c.wanted[0] ? c.wanted : "Python");
            return runner_skip(r, what);
        }
    }
}
