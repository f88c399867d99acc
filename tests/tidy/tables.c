/*
 * tables.c - every row of a .def table that users read has both of its texts.
 *
 *     RULE(ID, "kebab-name", RFC, "section", flags, "English", "Chinese")
 *     KNOB(ID, "snake_name", unit, values..., "source", "sysctl", "English", "Chinese")
 *
 * In both tables the name is the second column, and the texts are the last two. A text may be
 * several strings in a row, as the compiler would join them.
 */
#include "tests/tidy/checks.h"

#include <ctype.h>
#include <string.h>

enum { COLUMNS_MAX = 24 };

typedef struct {
    size_t start, end; /* a column is text[start..end) */
} Column;

typedef struct {
    const char *file, *macro;
    char joint; /* between the words of a name */
} Table;

static const Table tables[] = {
    {"core/base/rule.def", "RULE", '-'},
    {"core/tcp/knob.def", "KNOB", '_'},
};

/* Splits the row whose '(' is at `open` at its commas; commas in strings are blank in `code`. */
static size_t split_row(const Source *source, size_t open, Column *columns)
{
    size_t count = 0, start = open + 1;
    int depth = 1;
    for (size_t i = start; i < source->size && depth > 0; i++) {
        char c = source->code[i];
        if (c == '(')
            depth++;
        if (c == ')')
            depth--;
        if (((c == ',' && depth == 1) || depth == 0) && count < COLUMNS_MAX) {
            columns[count++] = (Column){start, i};
            start = i + 1;
        }
    }
    return count;
}

/* How many characters stand between the quotes, and how many of them are not ASCII. */
static size_t measure(const Source *source, Column column, size_t *foreign)
{
    size_t letters = 0;
    bool inside = false;
    *foreign = 0;
    for (size_t i = column.start; i < column.end; i++) {
        unsigned char c = (unsigned char)source->text[i];
        if (c == '"')
            inside = !inside;
        else if (inside) {
            if (c == '\\')
                i++;
            letters += c != ' ';
            /* U+2E80 and above, three bytes from E2 BA on: Han characters and their punctuation */
            *foreign += c >= 0xe3;
        }
    }
    return letters;
}

static bool is_name(const Source *source, Column column, char joint)
{
    const char *at = source->text + column.start;
    at += strspn(at, " \n");
    if (*at++ != '"' || !islower((unsigned char)*at))
        return false;
    for (; *at != '"'; at++) {
        bool plain = islower((unsigned char)*at) || isdigit((unsigned char)*at);
        if (!plain && !(*at == joint && at[1] != joint && at[1] != '"'))
            return false;
    }
    return true;
}

static bool same_text(const Source *source, Column a, Column b)
{
    const char *x = source->text + a.start, *y = source->text + b.start;
    x += strspn(x, " \n");
    y += strspn(y, " \n");
    size_t length = strcspn(x, ",");
    return length == strcspn(y, ",") && memcmp(x, y, length) == 0;
}

static void check_row(const Source *source, Report *report, const Table *table, size_t place,
                      const Column *columns, size_t count)
{
    size_t foreign;
    if (count < 4) {
        complain(report, source, place, "a row of %zu columns; see the head of the file", count);
        return;
    }
    if (!is_name(source, columns[1], table->joint))
        complain(report, source, place, "the name is not lower-case words joined by '%c'",
                 table->joint);
    if (measure(source, columns[count - 2], &foreign) == 0)
        complain(report, source, place, "no English text; say why in one sentence");
    else if (foreign > 0)
        complain(report, source, place, "Chinese in the English text; the last column is for it");
    if (measure(source, columns[count - 1], &foreign) == 0 || foreign == 0)
        complain(report, source, place, "no Chinese text; translate the English one");
}

static void check_table(const Source *source, Report *report, const Table *table)
{
    Column names[1024];
    size_t rows = 0;
    Word word;
    for (size_t place = 0; (word = next_word(source, &place)).length;) {
        Column columns[COLUMNS_MAX];
        if (!word_is(word, table->macro) || source->code[place] != '(')
            continue;
        size_t count = split_row(source, place, columns);
        check_row(source, report, table, word.place, columns, count);
        if (count < 2 || rows == sizeof names / sizeof names[0])
            continue;
        names[rows++] = columns[1];
        for (size_t i = 0; i + 1 < rows; i++)
            if (same_text(source, names[i], columns[1]))
                complain(report, source, word.place, "a second row of this name (first: line %d)",
                         line_of(source, names[i].start));
    }
    if (rows == 0)
        complain(report, source, 0, "no %s(...) row found; is the table still here?", table->macro);
}

void table_rows_have_both_texts(const Source *source, const Tree *tree, Report *report)
{
    (void)tree;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (strcmp(source->path, tables[i].file) == 0)
            check_table(source, report, &tables[i]);
}
