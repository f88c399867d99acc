/*
 * script_lex.c: a .pkt script's tokens (script_private.h).
 *
 * White space and newlines mean nothing; comments are C's. A word that was defined with -D stands
 * for its value. Errors carry line and column; the first one counts.
 */
#include "core/lab/script_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

struct Chunk {
    Chunk *next;
    size_t size, used;
    uint64_t data[];
};

void *script_alloc(Parser *p, size_t size)
{
    size = (size + 7) & ~(size_t)7;
    if (!p->chunks || p->chunks->size - p->chunks->used < size) {
        size_t room = size > 32768 ? size : 32768;
        Chunk *c = malloc(sizeof *c + room);
        if (!c) {
            p->failed = true;
            return NULL;
        }
        *c = (Chunk){.next = p->chunks, .size = room};
        p->chunks = c;
    }
    void *at = (uint8_t *)p->chunks->data + p->chunks->used;
    p->chunks->used += size;
    memset(at, 0, size);
    return at;
}

void script_free_all(Parser *p)
{
    while (p->chunks) {
        Chunk *next = p->chunks->next;
        free(p->chunks);
        p->chunks = next;
    }
}

/* ---- errors ---- */

static void place(Parser *p, uint32_t at)
{
    ScriptResult *r = p->result;
    r->line = r->column = at != NOWHERE;
    if (at == NOWHERE)
        return;
    for (uint32_t i = 0; i < at && i < p->len; i++) {
        r->column++;
        if (p->text[i] == '\n') {
            r->line++;
            r->column = 1;
        }
    }
}

const char *script_error_text(ScriptError error, Lang lang)
{
    static const char *const texts[ERROR_COUNT][2] = {
#define ERROR(name, en, zh) [ERROR_##name] = {en, zh},
#include "core/lab/script_error.def"
#undef ERROR
    };
    return texts[error][lang == LANG_ZH];
}

/* False if an earlier one is kept. */
static bool stop_at(Parser *p, uint32_t at, ScriptOutcome outcome)
{
    if (p->failed)
        return false;
    p->failed = true;
    p->result->outcome = outcome;
    place(p, at);
    return true;
}

bool script_bad(Parser *p, uint32_t at, ScriptError error, ...)
{
    if (!stop_at(p, at, SCRIPT_ERROR))
        return false;
    va_list args;
    va_start(args, error);
    vsnprintf(p->result->message, sizeof p->result->message,
              script_error_text(error, p->options->lang), args);
    va_end(args);
    return false;
}

bool script_skip(Parser *p, uint32_t at, const char *what, uint32_t len)
{
    bool zh = p->options->lang == LANG_ZH;
    if (stop_at(p, at, SCRIPT_SKIPPED))
        snprintf(p->result->message, sizeof p->result->message,
                 zh ? "这里没有：%.*s" : "not available here: %.*s", (int)len, what);
    return false;
}

/* ---- #ifdef ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_defined(const Parser *p, const char *name, size_t len)
{
    if (len == 8 && memcmp(name, "STANDARD", 8) == 0)
        return true;
    for (uint32_t i = 0; i < p->define_count; i++)
        if (p->defines[i].name_len == len && memcmp(p->defines[i].name, name, len) == 0)
            return true;
    return false;
}

/* The first word in [at, end), and where it ends. */
static size_t word_in(const char *text, size_t at, size_t end, size_t *from)
{
    while (at < end && !is_word(text[at]))
        at++;
    *from = at;
    while (at < end && is_word(text[at]))
        at++;
    return at;
}

/* `#if defined(X) || !defined(Y) && ...`, evaluated from left to right; enough for what is used. */
static bool condition(const Parser *p, const char *text, size_t at, size_t end)
{
    bool value = false, first = true, is_and = false, negate = false;
    while (at < end) {
        char c = text[at];
        if (c == '&')
            is_and = true;
        else if (c == '|')
            is_and = false;
        else if (c == '!')
            negate = !negate;
        if (!is_word(c)) {
            at++;
            continue;
        }
        size_t from, to = word_in(text, at, end, &from);
        at = to;
        bool is_operator = to - from == 7 && memcmp(text + from, "defined", 7) == 0;
        if (is_operator)
            continue;
        bool this =
            is_digit(text[from]) ? text[from] != '0' : is_defined(p, text + from, to - from);
        this = this != negate;
        negate = false;
        value = first ? this : is_and ? value && this : value || this;
        first = false;
    }
    return value;
}

static void blank(char *text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (text[i] != '\n')
            text[i] = ' ';
}

typedef struct Nest {
    bool on[32], was[32];
    int depth;
} Nest;

static void directive(const Parser *p, Nest *n, const char *text, size_t at, size_t end)
{
    size_t from, to = word_in(text, at, end, &from);
    size_t len = to - from;
    const char *word = text + from;
    bool outer = n->on[n->depth];
    bool is_ifdef = len == 5 && memcmp(word, "ifdef", 5) == 0;
    bool is_ifndef = len == 6 && memcmp(word, "ifndef", 6) == 0;
    bool is_if = len == 2 && memcmp(word, "if", 2) == 0;
    if ((is_ifdef || is_ifndef || is_if) && n->depth < 31) {
        n->depth++;
        n->was[n->depth] = outer && (condition(p, text, to, end) != is_ifndef);
        n->on[n->depth] = n->was[n->depth];
    } else if (n->depth > 0 && len == 4 && memcmp(word, "else", 4) == 0) {
        n->on[n->depth] = n->on[n->depth - 1] && !n->was[n->depth];
    } else if (n->depth > 0 && len == 4 && memcmp(word, "elif", 4) == 0) {
        n->on[n->depth] = n->on[n->depth - 1] && !n->was[n->depth] && condition(p, text, to, end);
        n->was[n->depth] = n->was[n->depth] || n->on[n->depth];
    } else if (n->depth > 0 && len == 5 && memcmp(word, "endif", 5) == 0) {
        n->depth--;
    }
}

void script_preprocess(Parser *p, char *text, uint32_t len)
{
    Nest n = {.on = {true}};
    for (size_t at = 0; at < len;) {
        size_t end = at;
        while (end < len && text[end] != '\n')
            end++;
        size_t first = at;
        while (first < end && is_space(text[first]))
            first++;
        if (first < end && text[first] == '#') {
            directive(p, &n, text, first + 1, end);
            blank(text, at, end);
        } else if (!n.on[n.depth]) {
            blank(text, at, end);
        }
        at = end + 1;
    }
}

/* ---- tokens ---- */

static void skip_blanks(Parser *p)
{
    for (;;) {
        while (p->at < p->len && is_space(p->text[p->at]))
            p->at++;
        if (p->at + 1 >= p->len || p->text[p->at] != '/')
            return;
        if (p->text[p->at + 1] == '/') {
            while (p->at < p->len && p->text[p->at] != '\n')
                p->at++;
        } else if (p->text[p->at + 1] == '*') {
            uint32_t start = p->at;
            p->at += 2;
            while (p->at + 1 < p->len && !(p->text[p->at] == '*' && p->text[p->at + 1] == '/'))
                p->at++;
            if (p->at + 1 >= p->len) {
                script_bad(p, start, ERROR_COMMENT_OPEN);
                p->at = p->len;
                return;
            }
            p->at += 2;
        } else {
            return;
        }
    }
}

/* A quoted token up to the closing mark; backslash takes the next character with it. */
static void read_quoted(Parser *p, TokenKind kind, char mark)
{
    Token *t = &p->token;
    t->kind = kind;
    t->at = p->at + 1;
    t->text = p->text + t->at;
    uint32_t i = p->at + 1;
    while (i < p->len && p->text[i] != mark)
        i += p->text[i] == '\\' && i + 1 < p->len ? 2 : 1;
    if (i >= p->len) {
        script_bad(p, p->at, ERROR_QUOTE_OPEN, mark);
        i = p->len;
        t->len = 0;
        p->at = p->len;
        return;
    }
    t->len = i - t->at;
    p->at = i + 1;
}

static void read_code(Parser *p)
{
    Token *t = &p->token;
    t->kind = TOKEN_CODE;
    t->at = p->at + 2;
    t->text = p->text + t->at;
    uint32_t i = t->at;
    while (i + 1 < p->len && !(p->text[i] == '}' && p->text[i + 1] == '%'))
        i++;
    if (i + 1 >= p->len) {
        script_bad(p, p->at, ERROR_CODE_OPEN);
        p->at = p->len;
        t->len = 0;
        return;
    }
    t->len = i - t->at;
    p->at = i + 2;
}

/* Digits from `at` as nanoseconds after a decimal point. */
static Nanos fraction(const char *s, uint32_t len)
{
    Nanos value = 0, unit = NANOS_S / 10;
    for (uint32_t i = 0; i < len; i++, unit /= 10)
        value += (Nanos)(s[i] - '0') * unit;
    return value;
}

static bool is_address(const Parser *p, uint32_t at, uint32_t *end)
{
    int dots = 0;
    uint32_t i = at;
    while (i < p->len && (is_digit(p->text[i]) ||
                          (p->text[i] == '.' && i + 1 < p->len && is_digit(p->text[i + 1])))) {
        dots += p->text[i] == '.';
        i++;
    }
    *end = i;
    return dots == 3;
}

static void read_number(Parser *p)
{
    Token *t = &p->token;
    uint32_t i = p->at, end;
    if (is_address(p, i, &end)) {
        t->kind = TOKEN_ADDRESS;
        t->len = end - i;
        p->at = end;
        return;
    }
    bool hex =
        p->text[i] == '0' && i + 1 < p->len && (p->text[i + 1] == 'x' || p->text[i + 1] == 'X');
    if (hex) {
        char *stop;
        t->value = (int64_t)strtoull(p->text + i, &stop, 16);
        t->len = (uint32_t)(stop - (p->text + i));
        t->kind = TOKEN_INT;
        p->at = i + t->len;
        return;
    }
    uint64_t whole = 0;
    while (i < p->len && is_digit(p->text[i])) {
        whole =
            whole > UINT64_MAX / 20 ? UINT64_MAX / 20 : whole * 10 + (uint64_t)(p->text[i] - '0');
        i++;
    }
    t->kind = TOKEN_INT;
    t->value = whole > INT64_MAX ? INT64_MAX : (int64_t)whole;
    t->time = min_u64(whole, 1000000000) * NANOS_S;
    if (i + 1 < p->len && p->text[i] == '.' && is_digit(p->text[i + 1])) {
        uint32_t from = ++i;
        while (i < p->len && is_digit(p->text[i]))
            i++;
        t->kind = TOKEN_FLOAT;
        t->time += fraction(p->text + from, i - from);
    }
    t->len = i - p->at;
    p->at = i;
}

/* A defined word stands for its value: a string, a shell command, a number or another word. */
static void substitute(Parser *p)
{
    Token *t = &p->token;
    for (uint32_t i = 0; i < p->define_count; i++) {
        const Define *d = &p->defines[i];
        if (d->name_len != t->len || memcmp(d->name, t->text, t->len) != 0 || !d->value)
            continue;
        size_t n = strlen(d->value);
        t->text = d->value;
        t->len = (uint32_t)n;
        char *stop;
        int64_t number = strtoll(d->value, &stop, 0);
        if (n >= 2 && (d->value[0] == '"' || d->value[0] == '`') &&
            d->value[n - 1] == d->value[0]) {
            t->kind = d->value[0] == '"' ? TOKEN_STRING : TOKEN_SHELL;
            t->text = d->value + 1;
            t->len = (uint32_t)n - 2;
        } else if (n > 0 && *stop == '\0') {
            t->kind = TOKEN_INT;
            t->value = number;
            t->time = number > 0 ? (Nanos)number * NANOS_S : 0;
        }
        return;
    }
}

static void read_word(Parser *p)
{
    Token *t = &p->token;
    t->kind = TOKEN_WORD;
    while (p->at < p->len && is_word(p->text[p->at]))
        p->at++;
    t->len = p->at - t->at;
    substitute(p);
}

void script_next(Parser *p)
{
    p->token_end = p->at;
    skip_blanks(p);
    Token *t = &p->token;
    *t = (Token){.at = p->at, .text = p->text + p->at};
    if (p->failed || p->at >= p->len)
        return;
    char c = p->text[p->at];
    char after = p->at + 1 < p->len ? p->text[p->at + 1] : '\0';
    if (c == '"') {
        read_quoted(p, TOKEN_STRING, '"');
    } else if (c == '`') {
        read_quoted(p, TOKEN_SHELL, '`');
    } else if (c == '%' && after == '{') {
        read_code(p);
    } else if (p->len - p->at >= 3 && memcmp(p->text + p->at, "...", 3) == 0) {
        t->kind = TOKEN_ELLIPSIS;
        t->len = 3;
        p->at += 3;
    } else if (is_digit(c) || (c == '.' && is_digit(after))) {
        read_number(p);
        if (t->kind == TOKEN_INT && p->at < p->len && is_word(p->text[p->at])) { /* 64KiB, 3a: */
            p->at = t->at;
            read_word(p);
        }
    } else if (is_word(c)) {
        read_word(p);
    } else {
        t->kind = TOKEN_PUNCT;
        t->punct = c;
        t->len = 1;
        p->at++;
    }
}

bool script_is(const Parser *p, char punct)
{
    return p->token.kind == TOKEN_PUNCT && p->token.punct == punct;
}

bool script_take(Parser *p, char punct)
{
    if (!script_is(p, punct))
        return false;
    script_next(p);
    return true;
}

bool script_is_word(const Parser *p, const char *word)
{
    return p->token.kind == TOKEN_WORD && strlen(word) == p->token.len &&
           memcmp(word, p->token.text, p->token.len) == 0;
}

bool script_take_word(Parser *p, const char *word)
{
    if (!script_is_word(p, word))
        return false;
    script_next(p);
    return true;
}

bool script_expect(Parser *p, char punct)
{
    if (script_take(p, punct))
        return true;
    const Token *t = &p->token;
    if (t->kind == TOKEN_END)
        return script_bad(p, t->at, ERROR_ENDS_EARLY, punct);
    return script_bad(p, t->at, ERROR_EXPECTED, punct, (int)min_u32(t->len, 40), t->text);
}

void script_raw_word(Parser *p, const char **word, uint32_t *len)
{
    uint32_t at = p->token.at;
    *word = p->text + at;
    while (at < p->len && !is_space(p->text[at]))
        at++;
    *len = at - p->token.at;
    p->at = at;
    script_next(p);
}
