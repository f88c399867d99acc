/*
 * purity.c - the core computes; it does not act, remember or look at a clock.
 *
 * core/base, core/tcp, core/net: no allocation, no I/O, no clock, no randomness from outside, no
 * floating point, no variable that outlives a call. core/lab may allocate and keep nothing else
 * from this list but floating point for its statistics. The one exception is core/base/base.c,
 * where a broken CHECK must say so and stop.
 *
 * This reads words, not syntax: a call through a macro of another name would be missed. It catches
 * the slip, not the intent.
 */
#include "tests/tidy/checks.h"

#include <string.h>

enum { PURE = 1, LAB = 2 };

typedef struct {
    const char *word;
    int where;
    bool call; /* only when '(' follows */
    const char *remedy;
} Forbidden;

#define MEMORY   "callers pass memory"
#define FILES    "return text or values; the caller writes them"
#define CLOCK    "time is an argument"
#define CHANCE   "draw from core/base/rng.h, which counts its draws"
#define FLOATING "use integers with a named unit; two machines must agree to the bit"
#define OUTSIDE  "take it as an argument"

static const Forbidden forbidden[] = {
    {"malloc", PURE, true, MEMORY},
    {"calloc", PURE, true, MEMORY},
    {"realloc", PURE, true, MEMORY},
    {"reallocarray", PURE, true, MEMORY},
    {"aligned_alloc", PURE, true, MEMORY},
    {"strdup", PURE, true, MEMORY},
    {"strndup", PURE, true, MEMORY},
    {"alloca", PURE | LAB, true, MEMORY},
    {"free", PURE, true, MEMORY},
    {"FILE", PURE | LAB, false, FILES},
    {"stdin", PURE | LAB, false, FILES},
    {"stdout", PURE | LAB, false, FILES},
    {"stderr", PURE | LAB, false, FILES},
    {"fopen", PURE | LAB, true, FILES},
    {"open", PURE | LAB, true, FILES},
    {"printf", PURE | LAB, true, FILES},
    {"vprintf", PURE | LAB, true, FILES},
    {"fprintf", PURE | LAB, true, FILES},
    {"vfprintf", PURE | LAB, true, FILES},
    {"dprintf", PURE | LAB, true, FILES},
    {"puts", PURE | LAB, true, FILES},
    {"putchar", PURE | LAB, true, FILES},
    {"fputs", PURE | LAB, true, FILES},
    {"fputc", PURE | LAB, true, FILES},
    {"perror", PURE | LAB, true, FILES},
    {"time", PURE | LAB, true, CLOCK},
    {"clock", PURE | LAB, true, CLOCK},
    {"clock_gettime", PURE | LAB, true, CLOCK},
    {"gettimeofday", PURE | LAB, true, CLOCK},
    {"nanosleep", PURE | LAB, true, CLOCK},
    {"sleep", PURE | LAB, true, CLOCK},
    {"rand", PURE | LAB, true, CHANCE},
    {"srand", PURE | LAB, true, CHANCE},
    {"random", PURE | LAB, true, CHANCE},
    {"drand48", PURE | LAB, true, CHANCE},
    {"getrandom", PURE | LAB, true, CHANCE},
    {"arc4random", PURE | LAB, true, CHANCE},
    {"getenv", PURE | LAB, true, OUTSIDE},
    {"system", PURE | LAB, true, OUTSIDE},
    {"exit", PURE | LAB, true, "return a value, or CHECK what only our bug can break"},
    {"abort", PURE | LAB, true, "CHECK(...) says where, then stops"},
    {"assert", PURE | LAB, true, "CHECK(...) holds in every build"},
    {"float", PURE, false, FLOATING},
    {"double", PURE, false, FLOATING},
};

/* Which of the two sets of rules a file is under; 0 for neither. */
static int purity_of(const char *path)
{
    if (strcmp(path, "core/base/base.c") == 0)
        return 0;
    if (has_prefix(path, "core/base/") || has_prefix(path, "core/tcp/") ||
        has_prefix(path, "core/net/"))
        return PURE;
    return has_prefix(path, "core/lab/") ? LAB : 0;
}

/* x.time(...) and x->time(...) are members, not the function of that name. */
static bool is_member(const Source *source, Word word)
{
    const char *code = source->code;
    size_t i = word.place;
    return i > 0 && (code[i - 1] == '.' || (i > 1 && code[i - 1] == '>' && code[i - 2] == '-'));
}

void core_calls_nothing_impure(const Source *source, const Tree *tree, Report *report)
{
    (void)tree;
    int where = purity_of(source->path);
    Word word;
    for (size_t place = 0; where && (word = next_word(source, &place)).length;) {
        for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
            const Forbidden *f = &forbidden[i];
            if (!(f->where & where) || !word_is(word, f->word) || is_member(source, word))
                continue;
            if (f->call && source->code[place + strspn(source->code + place, " ")] != '(')
                continue;
            complain(report, source, word.place, "'%s' is not for this folder; %s", f->word,
                     f->remedy);
        }
    }
}

/* ---- mutable statics ---- */

/* The first of the characters `set` in code from `i` on that is not inside braces. */
static size_t find_outside_braces(const Source *source, size_t i, const char *set)
{
    int depth = 0;
    for (; i < source->size; i++) {
        if (depth == 0 && strchr(set, source->code[i]))
            return i;
        if (source->code[i] == '{')
            depth++;
        if (source->code[i] == '}')
            depth--;
    }
    return source->size;
}

/*
 * A declaration from its keyword to the first of = ; or (. What it declares may not change if,
 * right of its last star (or anywhere, without a star), stands `const`. With a '(' first it is a
 * function, or a pointer to one, which must be `(*const name)`.
 */
static bool declares_a_variable(const Source *source, size_t from)
{
    size_t end = find_outside_braces(source, from, "=;(");
    if (end < source->size && source->code[end] == '(') {
        size_t next = end + 1 + strspn(source->code + end + 1, " \n");
        if (source->code[next] != '*')
            return false;
        from = next;
        end = find_outside_braces(source, from, ")");
    }
    bool constant = false;
    int depth = 0; /* what members of a struct are does not matter */
    for (size_t i = from; i < end; i++) {
        if (source->code[i] == '{')
            depth++;
        if (source->code[i] == '}')
            depth--;
        if (depth > 0)
            continue;
        if (source->code[i] == '*')
            constant = false;
        if (word_at(source, i, "const"))
            constant = true;
    }
    return !constant;
}

/* Behind the preprocessor line that begins at `i`, and the lines it goes on for. */
static size_t skip_directive(const Source *source, size_t i)
{
    while (i < source->size && (source->code[i] != '\n' || source->code[i - 1] == '\\'))
        i++;
    return i;
}

static bool begins_a_declaration_of_none(Word first)
{
    static const char *const keywords[] = {"typedef", "extern", "static", "_Static_assert",
                                           "static_assert"};
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
        if (word_is(first, keywords[i]))
            return true;
    return false;
}

/* `struct Name {...};`, `enum {...};` and `struct Name;` declare a type and nothing of it. */
static bool declares_only_a_type(const Source *source, Word first)
{
    if (!word_is(first, "struct") && !word_is(first, "union") && !word_is(first, "enum"))
        return false;
    size_t body = first.place + first.length, after;
    size_t name = body;
    Word tag = next_word(source, &name);
    size_t open = find_outside_braces(source, body, "{;");
    if (tag.place < open)
        body = name;
    body += strspn(source->code + body, " \n");
    if (source->code[body] == ';')
        return true;
    if (source->code[body] != '{')
        return false;
    after = find_outside_braces(source, body + 1, "}") + 1;
    return source->code[after + strspn(source->code + after, " \n")] == ';';
}

/* Global variables: statements outside of all braces that neither define a function nor a type. */
static void check_globals(const Source *source, Report *report)
{
    for (size_t i = 0; i < source->size;) {
        i += strspn(source->code + i, " \n;}");
        if (source->code[i] == '#') {
            i = skip_directive(source, i);
            continue;
        }
        size_t place = i;
        Word first = next_word(source, &place);
        if (!first.length)
            return;
        if (!begins_a_declaration_of_none(first) && !declares_only_a_type(source, first) &&
            declares_a_variable(source, first.place))
            complain(report, source, first.place,
                     "a global that can change; state lives in the World, or add const");

        /* To the end of the statement: a ';', or the '}' of a function's body. */
        size_t parenthesis = find_outside_braces(source, i, "(;=");
        bool function = parenthesis < source->size && source->code[parenthesis] == '(';
        size_t end = find_outside_braces(source, i, function ? ";{" : ";");
        if (end < source->size && source->code[end] == '{')
            end = find_outside_braces(source, end + 1, "}");
        i = end + 1 > source->size ? source->size : end + 1;
    }
}

void core_keeps_no_mutable_statics(const Source *source, const Tree *tree, Report *report)
{
    (void)tree;
    if (!purity_of(source->path) || has_suffix(source->path, ".def"))
        return;
    Word word;
    for (size_t place = 0; (word = next_word(source, &place)).length;)
        if (word_is(word, "static") && declares_a_variable(source, word.place))
            complain(report, source, word.place,
                     "a static that can change; state lives in the World, or add const");
    check_globals(source, report);
}
